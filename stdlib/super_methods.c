// SPDX-License-Identifier: MIT
// super_methods.c - super, mappingproxy, and the descriptors of builtin attributes and __slots__.
#include "stdlib/stdlib.h"
#include "vm/gc.h"

// super

// The cell of __class__ that the running method has closed over; NULL if none.
static Cell *class_cell(const Function *f)
{
    for (int i = 0; i < f->code->n_free; i++)
        if (f->code->captures[i].name == S(__class__)) return f->closure[i];
    return NULL;
}

static Value *visible_frame(VM *vm)
{
    Value *regs = vm->frame;
    while (regs) {
        const Function *f = frame_of(regs)->function;
        if (f && !(f->code->flags & CODE_METHOD_STUB)) return regs;
        regs = frame_of(regs)->prev;
    }
    return NULL;
}

static bool refuse(VM *vm, const char *why)
{
    raise_error(vm, EXC_RuntimeError, "super(): %s", why);
    return false;
}

// super() without arguments, when it was not compiled as such: what the caller's frame says.
static bool super_of_frame(VM *vm, Super *s)
{
    Value *regs = visible_frame(vm);
    const Function *f = regs ? frame_of(regs)->function : NULL;
    if (!f || f->code->n_params == 0) return refuse(vm, "no arguments");
    Cell *cell = class_cell(f);
    if (!cell) return refuse(vm, "__class__ cell not found");
    if (cell->value == VALUE_UNBOUND) return refuse(vm, "empty __class__ cell");
    Value self = regs[0];
    if (is_kind(self, KIND_CELL)) self = ((Cell *)as_pointer(self))->value;
    if (self == VALUE_UNBOUND) return refuse(vm, "arg[0] deleted");
    return super_fill(vm, s, cell->value, self);
}

NATIVE(super_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Super *s = object_alloc(as_class(args[0]), KIND_SUPER, sizeof *s);
    s->start = s->self_class = NULL;
    s->self = VALUE_UNBOUND;
    return value_object(s);
}

NATIVE(
    super_init, "__init__(self, type=?, object_or_type=?, /)",
    "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\n"
    "super(type, obj) -> bound super object; requires isinstance(obj, type)")
{
    Super *s = as_pointer(args[0]);
    if (args[1] == VALUE_UNBOUND) return super_of_frame(vm, s) ? VALUE_NONE : VALUE_ERROR;
    bool ok = super_fill(vm, s, args[1], args[2] == VALUE_NONE ? VALUE_UNBOUND : args[2]);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(super_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Super *s = as_pointer(args[0]);
    if (!s->self_class)
        return value_object(str_format("<super: <class '%s'>, NULL>", s->start ? s->start->name->data : "NULL"));
    return value_object(str_format("<super: <class '%s'>, <%s object>>", s->start->name->data,
                                   s->self_class->name->data));
}

NATIVE(super_get, "__get__(self, instance, owner=None, /)",
       "The function bound to the class, or to the class of the instance.")
{
    const Super *s = as_pointer(args[0]);
    if (args[1] == VALUE_NONE || s->self != VALUE_UNBOUND || !s->start) return args[0];
    Class *c = class_of(vm, args[0]);
    Value values[] = {value_object(s->start), args[1]};
    if (class_is_heap(c)) return value_call(vm, value_object(c), 2, values);
    return super_new(vm, value_object(s->start), args[1]);
}

NATIVE(super_getattribute, "__getattribute__(self, name, /)", "Return getattr(self, name).")
{
    if (!is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "attribute name must be string, not '%s'",
                           type_name(vm, args[1]));
    return object_getattribute(vm, args[0], as_str(args[1]));
}

static Value class_or_none(const Class *c)
{
    return c ? value_object(c) : VALUE_NONE;
}

static Value super_start(VM *vm, Value self)
{
    (void)vm;
    return class_or_none(((Super *)as_pointer(self))->start);
}

static Value super_self(VM *vm, Value self)
{
    (void)vm;
    Value v = ((Super *)as_pointer(self))->self;
    return v == VALUE_UNBOUND ? VALUE_NONE : v;
}

static Value super_self_class(VM *vm, Value self)
{
    (void)vm;
    return class_or_none(((Super *)as_pointer(self))->self_class);
}

static const NativeDef *const super_methods[] = {&def_super_new, &def_super_init, &def_super_repr, &def_super_get,
                                                 &def_super_getattribute, NULL};
static const GetSetDef super_getset[] = {{"__thisclass__", super_start, getset_readonly, NULL},
                                         {"__self__", super_self, getset_readonly, NULL},
                                         {"__self_class__", super_self_class, getset_readonly, NULL},
                                         {NULL, NULL, NULL, NULL}};

// mappingproxy: a read-only view of a mapping

static Value mapping_of(Value self)
{
    return ((MappingProxy *)as_pointer(self))->mapping;
}

Value mappingproxy_new(Value mapping)
{
    MappingProxy *p = gc_new(MappingProxy);
    object_init(&p->object, KIND_MAPPINGPROXY);
    p->mapping = mapping;
    return value_object(p);
}

NATIVE(proxy_new, "__new__(cls, mapping)", "Read-only proxy of a mapping.")
{
    Value v = args[1];
    bool is_sequence = is_kind(v, KIND_LIST) || is_tuple(v) || is_str(v) || is_bytes(v);
    if (is_sequence || special_lookup(vm, v, S(__getitem__)) == VALUE_UNBOUND)
        return raise_error(vm, EXC_TypeError, "mappingproxy() argument must be a mapping, not %s",
                           type_name(vm, v));
    return mappingproxy_new(v);
}

NATIVE(proxy_repr, "__repr__(self, /)", "Return repr(self).")
{
    Str *s = value_repr(vm, mapping_of(args[0]));
    return s ? value_object(str_format("mappingproxy(%s)", s->data)) : VALUE_ERROR;
}

NATIVE(proxy_str, "__str__(self, /)", "Return str(self).")
{
    return str_value(value_str(vm, mapping_of(args[0])));
}

NATIVE(proxy_getitem, "__getitem__(self, key, /)", "Return self[key].")
{
    return value_getitem(vm, mapping_of(args[0]), args[1]);
}

NATIVE(proxy_len, "__len__(self, /)", "Return len(self).")
{
    int64_t n = value_len(vm, mapping_of(args[0]));
    return n < 0 ? VALUE_ERROR : int_from_int64(n);
}

NATIVE(proxy_contains, "__contains__(self, key, /)", "Return bool(key in self).")
{
    int r = value_contains(vm, mapping_of(args[0]), args[1]);
    return r < 0 ? VALUE_ERROR : value_bool(r);
}

NATIVE(proxy_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return value_iter(vm, mapping_of(args[0]));
}

NATIVE(proxy_hash, "__hash__(self, /)", "Return hash(self).")
{
    uint64_t h;
    return value_hash(vm, mapping_of(args[0]), &h) ? int_from_int64((int64_t)h) : VALUE_ERROR;
}

static Value unwrap(Value v)
{
    return is_kind(v, KIND_MAPPINGPROXY) ? mapping_of(v) : v;
}

NATIVE(proxy_eq, "__eq__(self, value, /)", "Return self==value.")
{
    return value_compare(vm, COMPARE_EQ, mapping_of(args[0]), unwrap(args[1]));
}

NATIVE(proxy_ne, "__ne__(self, value, /)", "Return self!=value.")
{
    return value_compare(vm, COMPARE_NE, mapping_of(args[0]), unwrap(args[1]));
}

#define ORDER(name, op, operator)                                                          \
    NATIVE(proxy_##name, "__" #name "__(self, value, /)", "Return self" operator"value.") \
    {                                                                                   \
        return value_compare(vm, op, mapping_of(args[0]), args[1]);                     \
    }
ORDER(lt, COMPARE_LT, "<")
ORDER(le, COMPARE_LE, "<=")
ORDER(gt, COMPARE_GT, ">")
ORDER(ge, COMPARE_GE, ">=")

NATIVE(proxy_ior, "__ior__(self, value, /)", "Return self|=value.")
{
    return raise_error(vm, EXC_TypeError, "'|=' is not supported by mappingproxy; use '|' instead");
}

NATIVE(proxy_or, "__or__(self, value, /)", "Return self|value.")
{
    return value_binary(vm, BINARY_OR, mapping_of(args[0]), unwrap(args[1]));
}

NATIVE(proxy_ror, "__ror__(self, value, /)", "Return value|self.")
{
    return value_binary(vm, BINARY_OR, unwrap(args[1]), mapping_of(args[0]));
}

// The methods that are just the mapping's.
static Value forward(VM *vm, Value self, const char *method, int argc, const Value *argv)
{
    return value_call_method(vm, mapping_of(self), str_intern(method, strlen(method)), argc, argv);
}

NATIVE(proxy_get, "get(self, key, default=None, /)",
       "The value of key, or default if it has none.")
{
    return forward(vm, args[0], "get", 2, &args[1]);
}

#define FORWARD(name, text)                          \
    NATIVE(proxy_##name, #name "(self, /)", text)    \
    {                                                \
        return forward(vm, args[0], #name, 0, NULL); \
    }
FORWARD(keys, "a set-like object providing a view on D's keys")
FORWARD(values, "an object providing a view on D's values")
FORWARD(items, "a set-like object providing a view on D's items")
FORWARD(copy, "a shallow copy of D")

NATIVE(proxy_reversed, "__reversed__(self, /)", "Return a reverse iterator over the keys.")
{
    return forward(vm, args[0], "__reversed__", 0, NULL);
}

static const NativeDef *const proxy_methods[] = {&def_proxy_new,
                                                 &def_proxy_repr,
                                                 &def_proxy_str,
                                                 &def_proxy_getitem,
                                                 &def_proxy_len,
                                                 &def_proxy_contains,
                                                 &def_proxy_iter,
                                                 &def_proxy_hash,
                                                 &def_proxy_eq,
                                                 &def_proxy_ne,
                                                 &def_proxy_lt,
                                                 &def_proxy_le,
                                                 &def_proxy_gt,
                                                 &def_proxy_ge,
                                                 &def_proxy_ior,
                                                 &def_proxy_or,
                                                 &def_proxy_ror,
                                                 &def_proxy_get,
                                                 &def_proxy_keys,
                                                 &def_proxy_values,
                                                 &def_proxy_items,
                                                 &def_proxy_copy,
                                                 &def_proxy_reversed,
                                                 NULL};

// Descriptors of attributes written in C, and of __slots__

static const char *owner_name(const GetSet *g)
{
    return class_is_heap(g->owner) ? g->owner->name->data : g->owner->full_name;
}

NATIVE(getset_repr, "__repr__(self, /)", "Return repr(self).")
{
    const GetSet *g = as_pointer(args[0]);
    const char *what = class_of(vm, args[0]) == vm->member_type ? "member" : "attribute";
    return value_object(
        str_format("<%s '%s' of '%s' objects>", what, g->name->data, owner_name(g)));
}

NATIVE(getset_get, "__get__(self, instance, owner=None, /)",
       "The function bound to the class, or to the class of the instance.")
{
    if (args[1] == VALUE_NONE && args[2] == VALUE_NONE)
        return raise_error(vm, EXC_TypeError, "__get__(None, None) is invalid");
    if (args[1] == VALUE_NONE) return args[0];
    return descriptor_get(vm, args[0], args[1], class_of(vm, args[1]));
}

NATIVE(getset_set, "__set__(self, instance, value, /)", "Set an attribute of instance to value.")
{
    return getset_store(vm, as_pointer(args[0]), args[1], args[2]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(getset_delete, "__delete__(self, instance, /)", "Delete an attribute of instance.")
{
    return getset_store(vm, as_pointer(args[0]), args[1], VALUE_UNBOUND) ? VALUE_NONE : VALUE_ERROR;
}

static Value getset_name(VM *vm, Value self)
{
    (void)vm;
    return value_object(((GetSet *)as_pointer(self))->name);
}

static Value getset_qualname(VM *vm, Value self)
{
    (void)vm;
    const GetSet *g = as_pointer(self);
    return value_object(str_format("%s.%s", g->owner->qualname->data, g->name->data));
}

static Value getset_owner(VM *vm, Value self)
{
    (void)vm;
    return value_object(((GetSet *)as_pointer(self))->owner);
}

static Value getset_doc(VM *vm, Value self)
{
    (void)vm;
    const char *doc = ((GetSet *)as_pointer(self))->def->doc;
    return doc ? value_object(str_from_cstr(doc)) : VALUE_NONE;
}

static const NativeDef *const getset_methods[] = {&def_getset_repr, &def_getset_get,
                                                  &def_getset_set, &def_getset_delete, NULL};
static const GetSetDef getset_getset[] = {{"__name__", getset_name, getset_readonly, NULL},
                                          {"__qualname__", getset_qualname, NULL, NULL},
                                          {"__objclass__", getset_owner, getset_readonly, NULL},
                                          {"__doc__", getset_doc, NULL, NULL},
                                          {NULL, NULL, NULL, NULL}};

void super_define(VM *vm)
{
    static const TypeDef super = {
        .name = "super",
        .kind = KIND_SUPER,
        .doc = "The attributes that come after a class in the order of look-up: "
               "super().method(...) in a method, or\n"
               "super(cls, obj) anywhere.",
        .methods = super_methods,
        .getset = super_getset,
    };
    static const TypeDef proxy = {
        .name = "mappingproxy",
        .kind = KIND_MAPPINGPROXY,
        .doc = "Read-only proxy of a mapping.",
        .methods = proxy_methods,
        .flags = CLASS_FINAL,
    };
    static const TypeDef getset = {.name = "getset_descriptor",
                                   .kind = KIND_GETSET,
                                   .methods = getset_methods,
                                   .getset = getset_getset};
    class_define(vm, &super, NULL);
    class_define(vm, &proxy, NULL);
    class_fill(vm, vm->classes[KIND_GETSET], &getset);
    class_fill(vm, vm->member_type, &getset);
}
