// SPDX-License-Identifier: MIT
// object_methods.c - the methods every object has.
#include "stdlib/stdlib.h"
#include "vm/gc.h"

// Making objects

static bool is_overridden(VM *vm, Class *c, Str *name, Value default_)
{
    return class_lookup(vm, c, name) != default_;
}

static Value raise_abstract(VM *vm, Class *c)
{
    Value names = value_getattr(vm, value_object(c), S(__abstractmethods__));
    List *list = is_error(names) ? NULL : list_from_iterable(vm, names);
    if (!list || !list_sort(vm, list, VALUE_NONE, false)) return VALUE_ERROR;
    StrBuilder b = {0};
    for (size_t i = 0; i < list->len; i++) {
        if (!is_str(list->items[i]))
            return raise_error(vm, EXC_TypeError,
                               "sequence item %zu: expected str instance, %s found", i,
                               type_name(vm, list->items[i]));
        if (i > 0) builder_add_cstr(&b, ", ");
        builder_format(&b, "'%s'", as_str(list->items[i])->data);
    }
    return raise_error(
        vm, EXC_TypeError,
        "Can't instantiate abstract class %s without an implementation for abstract method%s %s",
        c->name->data, list->len > 1 ? "s" : "", builder_str(&b)->data);
}

// object.__new__ makes plain instances only; a builtin layout has its own __new__, or none.
static Value raise_wrong_layout(VM *vm, Class *c)
{
    Class *solid = c->solid;
    if (!is_overridden(vm, solid, S(__new__), vm->object_new))
        return raise_error(vm, EXC_TypeError, "cannot create '%s' instances",
                           class_is_heap(c) ? c->name->data : c->full_name);
    const Class *base = class_native_base(vm, c);
    return raise_error(vm, EXC_TypeError, "object.__new__(%s) is not safe, use %s.__new__()",
                       c->name->data, class_is_heap(base) ? base->name->data : base->full_name);
}

NATIVE(object_new, "__new__(cls, /, *args, **kwargs)",
       "Make a new instance of the class.")
{
    Class *c = as_class(args[0]);
    if (as_tuple(args[1])->len || as_dict(args[2])->len) {
        if (is_overridden(vm, c, S(__new__), vm->object_new))
            return raise_error(
                vm, EXC_TypeError,
                "object.__new__() takes exactly one argument (the type to instantiate)");
        if (!is_overridden(vm, c, S(__init__), vm->object_init) && c->kind == KIND_INSTANCE)
            return raise_error(vm, EXC_TypeError, "%s() takes no arguments", c->name->data);
    }
    if (c->flags & CLASS_ABSTRACT) return raise_abstract(vm, c);
    if (c->kind != KIND_INSTANCE) return raise_wrong_layout(vm, c);
    return value_object(instance_new(vm, c));
}

NATIVE(object_init, "__init__(self, /, *args, **kwargs)",
       "Fill the new object; the class says with what.")
{
    if (as_tuple(args[1])->len == 0 && as_dict(args[2])->len == 0) return VALUE_NONE;
    Class *c = class_of(vm, args[0]);
    if (is_overridden(vm, c, S(__init__), vm->object_init))
        return raise_error(
            vm, EXC_TypeError,
            "object.__init__() takes exactly one argument (the instance to initialize)");
    if (is_overridden(vm, c, S(__new__), vm->object_new)) return VALUE_NONE;
    return raise_error(vm, EXC_TypeError,
                       "%s.__init__() takes exactly one argument (the instance to initialize)",
                       c->name->data);
}

NATIVE(object_init_subclass, "__init_subclass__(cls, /)",
       "This method is called when a class is subclassed.")
{
    return VALUE_NONE;
}

NATIVE(object_subclasshook, "__subclasshook__(cls, subclass, /)",
       "Abstract classes can override this to customize issubclass().")
{
    return VALUE_NOT_IMPLEMENTED;
}

// Text, identity

static void *address(Value v)  // of an unboxed value: any number that stays the same
{
    return (void *)(uintptr_t)(is_object(v) ? v : v & 0xFFFFFFFFFFFF);
}

NATIVE(object_repr, "__repr__(self, /)", "Return repr(self).")
{
    Str *name = class_full_name(class_of(vm, args[0]));
    return value_object(str_format("<%s object at %p>", name->data, address(args[0])));
}

NATIVE(object_str, "__str__(self, /)", "Return str(self).")
{
    // What __repr__ gives is not looked at here: it is __str__ that has returned it.
    Value v = value_is_plain(args[0]) ? VALUE_UNBOUND : value_call_special(vm, args[0], S(__repr__), 0, NULL);
    return v == VALUE_UNBOUND ? str_value(value_repr(vm, args[0])) : v;
}

NATIVE(object_format, "__format__(self, format_spec: str, /)",
       "str(self) for an empty format_spec; TypeError for any other.")
{
    if (as_str(args[1])->size > 0)
        return raise_error(vm, EXC_TypeError, "unsupported format string passed to %s.__format__",
                           type_name(vm, args[0]));
    return str_value(value_str(vm, args[0]));
}

NATIVE(object_hash, "__hash__(self, /)", "Return hash(self).")
{
    uint64_t bits = args[0];
    return int_from_int64((int64_t)(bits >> 4 | bits << 60));
}

NATIVE(object_eq, "__eq__(self, value, /)", "Return self==value.")
{
    return value_same(args[0], args[1]) ? VALUE_TRUE : VALUE_NOT_IMPLEMENTED;
}

NATIVE(object_ne, "__ne__(self, value, /)", "Return self!=value.")
{
    Value equal = value_call_special(vm, args[0], S(__eq__), 1, &args[1]);
    if (is_error(equal) || equal == VALUE_NOT_IMPLEMENTED || equal == VALUE_UNBOUND)
        return equal == VALUE_UNBOUND ? VALUE_NOT_IMPLEMENTED : equal;
    int truth = value_truth(vm, equal);
    return truth < 0 ? VALUE_ERROR : value_bool(!truth);
}

#define UNORDERED(name, operator)                                                          \
    NATIVE(object_##name, "__" #name "__(self, value, /)", "Return self" operator"value.") \
    {                                                                                      \
        return VALUE_NOT_IMPLEMENTED;                                                      \
    }
UNORDERED(lt, "<")
UNORDERED(le, "<=")
UNORDERED(gt, ">")
UNORDERED(ge, ">=")

// Attributes

static bool check_name(VM *vm, Value name)
{
    if (is_str(name)) return true;
    raise_error(vm, EXC_TypeError, "attribute name must be string, not '%s'", type_name(vm, name));
    return false;
}

NATIVE(object_getattribute, "__getattribute__(self, name, /)", "Return getattr(self, name).")
{
    return check_name(vm, args[1]) ? object_getattribute(vm, args[0], as_str(args[1]))
                                   : VALUE_ERROR;
}

static Value store(VM *vm, Value self, Value name, Value v, const char *what)
{
    if (!check_name(vm, name)) return VALUE_ERROR;
    if (is_class(self))
        return raise_error(vm, EXC_TypeError, "can't apply this %s to %s object", what,
                           type_name(vm, self));
    return object_setattr(vm, self, as_str(name), v) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(object_setattr, "__setattr__(self, name, value, /)", "Implement setattr(self, name, value).")
{
    return store(vm, args[0], args[1], args[2], "__setattr__");
}

NATIVE(object_delattr, "__delattr__(self, name, /)", "Implement delattr(self, name).")
{
    return store(vm, args[0], args[1], VALUE_UNBOUND, "__delattr__");
}

static void add_names(Dict *names, Dict *dict)
{
    size_t pos = 0;
    Value key, v;
    while (dict_next(dict, &pos, &key, &v))
        if (is_str(key)) dict_set_str(names, as_str(key), VALUE_NONE);
}

NATIVE(object_dir, "__dir__(self, /)", "Default dir() implementation.")
{
    Dict *names = dict_new();
    Value own = value_find_attr(vm, args[0], S(__dict__));
    if (is_error(own)) return own;
    if (is_dict(own)) add_names(names, as_dict(own));
    Value claimed = value_find_attr(vm, args[0], S(__class__));
    if (is_error(claimed)) return claimed;
    const Class *c = is_class(claimed) ? as_class(claimed) : class_of(vm, args[0]);
    for (size_t i = 0; i < c->mro->len; i++)
        add_names(names, as_class(c->mro->items[i])->dict);
    List *list = list_from_iterable(vm, value_object(names));
    return list ? value_object(list) : VALUE_ERROR;
}

NATIVE(object_sizeof, "__sizeof__(self, /)", "Size of object in memory, in bytes.")
{
    return small_int(is_object(args[0]) ? (int64_t)gc_object_size(as_pointer(args[0]))
                                        : (int64_t)sizeof(Value));
}

// The values of __slots__ that are set; NULL if there are none.
static Dict *slot_values(VM *vm, Value self)
{
    const Class *c = class_of(vm, self);
    Dict *values = NULL;
    for (size_t i = c->mro->len; i-- > 0;) {
        size_t pos = 0;
        Value key, v;
        while (dict_next(as_class(c->mro->items[i])->dict, &pos, &key, &v)) {
            if (!is_member(v)) continue;
            Value slot = value_find_attr(vm, self, as_str(key));
            if (slot == VALUE_UNBOUND || is_error(slot)) continue;
            if (!values) values = dict_new();
            dict_set_str(values, as_str(key), slot);
        }
    }
    return values;
}

NATIVE(object_getstate, "__getstate__(self, /)", "Helper for pickle and copy.")
{
    Object *o = is_object(args[0]) ? as_object(args[0]) : NULL;
    Dict *slots = o ? slot_values(vm, args[0]) : NULL;
    if (vm->exception != VALUE_UNBOUND) return VALUE_ERROR;
    Dict *own = o && object_kind(o) != KIND_CLASS && object_kind(o) != KIND_MODULE
                    ? object_dict(vm, o, false)
                    : NULL;
    Value state = own && own->len ? value_object(dict_copy(own)) : VALUE_NONE;
    return slots ? value_object(tuple_of(2, state, value_object(slots))) : state;
}

// copyreg takes the object apart.
static Value reduce(VM *vm, Value self, Value protocol)
{
    Value module = module_import(vm, str_from_cstr("copyreg"));
    if (is_error(module)) return module;
    bool is_plain = class_of(vm, self)->solid->kind == KIND_INSTANCE;
    Value values[] = {self, protocol, value_bool(is_plain)};
    return value_call_method(vm, module, str_from_cstr("_reduce"), 3, values);
}

NATIVE(object_reduce, "__reduce__(self, /)", "Helper for pickle and copy.")
{
    return reduce(vm, args[0], small_int(0));
}

NATIVE(object_reduce_ex, "__reduce_ex__(self, protocol: int, /)", "Helper for pickle and copy.")
{
    Value default_ = dict_find_str(vm->type_object->dict, S(__reduce__));
    if (is_overridden(vm, class_of(vm, args[0]), S(__reduce__), default_))
        return value_call_method(vm, args[0], S(__reduce__), 0, NULL);
    return reduce(vm, args[0], args[1]);
}

static Value get_class(VM *vm, Value self)
{
    return value_object(class_of(vm, self));
}

static bool set_class(VM *vm, Value self, Value v)
{
    if (v != VALUE_UNBOUND) return object_set_class(vm, self, v);
    raise_error(vm, EXC_TypeError, "can't delete __class__ attribute");
    return false;
}

static const NativeDef *const methods[] = {
    &def_object_new,          &def_object_init,     &def_object_init_subclass,
    &def_object_subclasshook, &def_object_repr,     &def_object_str,
    &def_object_format,       &def_object_hash,     &def_object_eq,
    &def_object_ne,           &def_object_lt,       &def_object_le,
    &def_object_gt,           &def_object_ge,       &def_object_getattribute,
    &def_object_setattr,      &def_object_delattr,  &def_object_dir,
    &def_object_sizeof,       &def_object_getstate,
    &def_object_reduce,       &def_object_reduce_ex, NULL};

static const GetSetDef getset[] = {{"__class__", get_class, set_class, "the object's class"},
                                   {NULL, NULL, NULL, NULL}};

void object_define(VM *vm)
{
    static const TypeDef def = {
        .name = "object",
        .kind = KIND_INSTANCE,
        .doc = "The base of all classes. Its instances have no attributes of their own.",
        .methods = methods,
        .getset = getset,
    };
    class_fill(vm, vm->type_object, &def);
    vm->object_new = dict_find_str(vm->type_object->dict, S(__new__));
    vm->object_init = dict_find_str(vm->type_object->dict, S(__init__));
    class_invalidate(vm, vm->type_object);
}
