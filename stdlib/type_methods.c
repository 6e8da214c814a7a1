// SPDX-License-Identifier: MIT
// type_methods.c - what scripts can do with classes: type itself, its attributes and methods.
#include <string.h>

#include "stdlib/stdlib.h"
#include "vm/gc.h"

// type(...)

static bool check_argument(VM *vm, const Tuple *values, size_t i, Kind kind, const char *wanted)
{
    if (is_kind(values->items[i], kind)) return true;
    raise_error(vm, EXC_TypeError, "type.__new__() argument %zu must be %s, not %s", i + 1, wanted,
                argument_type_name(vm, values->items[i]));
    return false;
}

static Value raise_count(VM *vm, const Class *meta, size_t given)
{
    if (meta == vm->type_type && given != 1)
        return raise_error(vm, EXC_TypeError, "type() takes 1 or 3 arguments");
    return raise_error(vm, EXC_TypeError, "type.__new__() takes exactly 3 arguments (%zu given)",
                       given);
}

NATIVE(type_new, "__new__(cls, /, *args, **kwargs)",
       "The class of an object: type(obj). With three arguments, a new class: type(name, bases, "
       "names).")
{
    Class *meta = as_class(args[0]);
    Tuple *values = as_tuple(args[1]);
    Dict *keywords = as_dict(args[2]);
    if (meta == vm->type_type && values->len == 1 && keywords->len)
        return raise_error(vm, EXC_TypeError, "type() takes no keyword arguments");
    if (values->len != 3) return raise_count(vm, meta, values->len);
    if (!check_argument(vm, values, 0, KIND_STR, "str") ||
        !check_argument(vm, values, 1, KIND_TUPLE, "tuple") ||
        !check_argument(vm, values, 2, KIND_DICT, "dict"))
        return VALUE_ERROR;
    if (str_has_nul(as_str(values->items[0])))
        return raise_error(vm, EXC_ValueError, "type name must not contain null characters");
    const Tuple *bases = as_tuple(values->items[1]);
    for (size_t i = 0; i < bases->len; i++) {
        Value entries = is_class(bases->items[i]) ? VALUE_UNBOUND
                                                  : value_find_attr(vm, bases->items[i], S(__mro_entries__));
        if (is_error(entries)) return entries;
        if (entries != VALUE_UNBOUND)
            return raise_error(vm, EXC_TypeError,
                               "type() doesn't support MRO entry resolution; use types.new_class()");
    }
    Class *winner = class_winner(vm, meta, bases);
    if (!winner) return VALUE_ERROR;
    if (winner != meta) {
        Value new_ = class_lookup(vm, winner, S(__new__));
        if (!is_kind(new_, KIND_NATIVE)) {
            new_ = descriptor_get(vm, new_, VALUE_UNBOUND, winner);
            Tuple *all = tuple_of(4, value_object(winner), values->items[0], values->items[1],
                                  values->items[2]);
            return value_call_dict(vm, new_, all, keywords);
        }
    }
    return class_create(vm, winner, as_str(values->items[0]), as_tuple(values->items[1]),
                        as_dict(values->items[2]), keywords);
}

NATIVE(type_init, "__init__(self, /, *args, **kwargs)", "Initialize self.")
{
    size_t n = as_tuple(args[1])->len;
    if (n == 1 && as_dict(args[2])->len)
        return raise_error(vm, EXC_TypeError, "type.__init__() takes no keyword arguments");
    if (n != 1 && n != 3)
        return raise_error(vm, EXC_TypeError, "type.__init__() takes 1 or 3 arguments");
    return VALUE_NONE;
}

static Tuple *prepend(Value first, const Tuple *rest)
{
    Tuple *all = tuple_new(rest->len + 1);
    all->items[0] = first;
    memcpy(all->items + 1, rest->items, rest->len * sizeof(Value));
    return all;
}

// What a class does when it is called: for super().__call__() in a metaclass. Plain calls do not
// come here.
NATIVE(type_call, "__call__(self, /, *args, **kwargs)", "Call self as a function.")
{
    Class *c = as_class(args[0]);
    Tuple *values = as_tuple(args[1]);
    Dict *keywords = as_dict(args[2]);
    if (c == vm->type_type && values->len == 1 && keywords->len == 0)
        return value_object(class_of(vm, values->items[0]));
    class_refresh_cache(vm, c);
    Value new_ = descriptor_get(vm, c->new_, VALUE_UNBOUND, c);
    if (is_error(new_)) return VALUE_ERROR;
    Value o = value_call_dict(vm, new_, prepend(args[0], values), keywords);
    if (is_error(o) || !is_instance(vm, o, c)) return o;
    Value init = class_lookup(vm, class_of(vm, o), S(__init__));
    if (init == vm->object_init) return o;  // object.__new__ has checked the arguments
    init = descriptor_get(vm, init, o, class_of(vm, o));
    Value r = is_error(init) ? init : value_call_dict(vm, init, values, keywords);
    if (is_error(r)) return r;
    if (r == VALUE_NONE) return o;
    return raise_error(vm, EXC_TypeError, "__init__() should return None, not '%s'",
                       type_name(vm, r));
}

NATIVE(type_prepare, "__prepare__(cls, /, *args, **kwargs)",
       "Create the namespace for the class statement.")
{
    return value_object(dict_new());
}

NATIVE(type_repr, "__repr__(self, /)", "Return repr(self).")
{
    Class *c = as_class(args[0]);
    return value_object(str_format("<class '%s'>", class_full_name(c)->data));
}

NATIVE(type_mro, "mro(self, /)", "Return a type's method resolution order.")
{
    const Tuple *mro = class_default_mro(vm, as_class(args[0]));
    return mro ? value_object(list_from(mro->items, mro->len)) : VALUE_ERROR;
}

NATIVE(type_subclasses, "__subclasses__(self, /)", "Return a list of immediate subclasses.")
{
    const Class *c = as_class(args[0]);
    List *list = list_new((size_t)c->n_subclasses);
    for (int i = 0; i < c->n_subclasses; i++)
        list_append(list, value_object(c->subclasses[i]));
    return value_object(list);
}

static Value bool_or_error(int truth)
{
    return truth < 0 ? VALUE_ERROR : value_bool(truth);
}

NATIVE(type_instancecheck, "__instancecheck__(self, instance, /)",
       "Check if an object is an instance.")
{
    return bool_or_error(value_isinstance_plain(vm, args[1], args[0]));
}

NATIVE(type_subclasscheck, "__subclasscheck__(self, subclass, /)",
       "Check if a class is a subclass.")
{
    return bool_or_error(value_issubclass_plain(vm, args[1], args[0]));
}

static bool check_name(VM *vm, Value name)
{
    if (is_str(name)) return true;
    raise_error(vm, EXC_TypeError, "attribute name must be string, not '%s'", type_name(vm, name));
    return false;
}

NATIVE(type_getattribute, "__getattribute__(self, name, /)", "Return getattr(self, name).")
{
    if (!check_name(vm, args[1])) return VALUE_ERROR;
    Value v = class_getattr(vm, as_class(args[0]), as_str(args[1]));
    return v == VALUE_UNBOUND ? raise_no_attribute(vm, args[0], as_str(args[1])) : v;
}

NATIVE(type_setattr, "__setattr__(self, name, value, /)", "Implement setattr(self, name, value).")
{
    if (!check_name(vm, args[1])) return VALUE_ERROR;
    return class_setattr(vm, as_class(args[0]), as_str(args[1]), args[2]) ? VALUE_NONE
                                                                          : VALUE_ERROR;
}

NATIVE(type_delattr, "__delattr__(self, name, /)", "Implement delattr(self, name).")
{
    if (!check_name(vm, args[1])) return VALUE_ERROR;
    return class_setattr(vm, as_class(args[0]), as_str(args[1]), VALUE_UNBOUND) ? VALUE_NONE
                                                                                : VALUE_ERROR;
}

NATIVE(type_dir, "__dir__(self, /)", "The names of the attributes of the class and its bases.")
{
    const Class *c = as_class(args[0]);
    Dict *names = dict_new();
    for (size_t i = 0; i < c->mro->len; i++) {
        size_t pos = 0;
        Value key, v;
        while (dict_next(as_class(c->mro->items[i])->dict, &pos, &key, &v))
            if (is_str(key)) dict_set_str(names, as_str(key), VALUE_NONE);
    }
    List *list = list_from_iterable(vm, value_object(names));
    return list ? value_object(list) : VALUE_ERROR;
}

NATIVE(type_sizeof, "__sizeof__(self, /)", "How many bytes of memory the class takes.")
{
    return small_int((int64_t)sizeof(Class));
}

// Attributes

// __name__ and its like belong to classes that scripts have made.
static bool check_settable(VM *vm, const Class *c, const char *name, Value v)
{
    if (class_is_heap(c) && v != VALUE_UNBOUND) return true;
    raise_error(vm, EXC_TypeError, "cannot %s '%s' attribute of immutable type '%s'",
                v == VALUE_UNBOUND ? "delete" : "set", name, c->name->data);
    return false;
}

static Value get_name(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_class(self)->name);
}

static bool set_name(VM *vm, Value self, Value v)
{
    Class *c = as_class(self);
    if (!check_settable(vm, c, "__name__", v)) return false;
    if (!is_str(v)) {
        raise_error(vm, EXC_TypeError, "can only assign string to %s.__name__, not '%s'",
                    c->name->data, type_name(vm, v));
        return false;
    }
    c->name = as_str(v);
    return true;
}

static Value get_qualname(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_class(self)->qualname);
}

static bool set_qualname(VM *vm, Value self, Value v)
{
    Class *c = as_class(self);
    if (!check_settable(vm, c, "__qualname__", v)) return false;
    if (!is_str(v)) {
        raise_error(vm, EXC_TypeError, "can only assign string to %s.__qualname__, not '%s'",
                    c->name->data, type_name(vm, v));
        return false;
    }
    c->qualname = as_str(v);
    return true;
}

static Value get_module(VM *vm, Value self)
{
    Class *c = as_class(self);
    Value v = dict_find_str(c->dict, S(__module__));
    if (v != VALUE_UNBOUND && !is_kind(v, KIND_GETSET)) return v;
    if (!class_is_heap(c)) return value_object(S(builtins));
    return raise_attribute_error(vm, self, S(__module__), "__module__");
}

static bool set_module(VM *vm, Value self, Value v)
{
    Class *c = as_class(self);
    return check_settable(vm, c, "__module__", v) && class_set_attr(vm, c, S(__module__), v);
}

static Value get_bases(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_class(self)->bases);
}

static bool set_bases(VM *vm, Value self, Value v)
{
    Class *c = as_class(self);
    if (!check_settable(vm, c, "__bases__", v)) return false;
    if (!is_tuple(v)) {
        raise_error(vm, EXC_TypeError, "can only assign tuple to %s.__bases__, not %s",
                    c->name->data, type_name(vm, v));
        return false;
    }
    return class_set_bases(vm, c, as_tuple(v));
}

static Value get_base(VM *vm, Value self)
{
    (void)vm;
    const Class *base = as_class(self)->base;
    return base ? value_object(base) : VALUE_NONE;
}

static Value get_mro(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_class(self)->mro);
}

static Value get_dict(VM *vm, Value self)
{
    (void)vm;
    return mappingproxy_new(value_object(as_class(self)->dict));
}

static Value get_doc(VM *vm, Value self)
{
    Class *c = as_class(self);
    if (!class_is_heap(c)) return c->doc_text ? value_object(c->doc_text) : VALUE_NONE;
    Value v = dict_find_str(c->dict, S(__doc__));
    return v == VALUE_UNBOUND ? VALUE_NONE : descriptor_get(vm, v, VALUE_UNBOUND, c);
}

static bool set_doc(VM *vm, Value self, Value v)
{
    Class *c = as_class(self);
    return check_settable(vm, c, "__doc__", v) && class_set_attr(vm, c, S(__doc__), v);
}

static Value get_annotations(VM *vm, Value self)
{
    Class *c = as_class(self);
    if (!class_is_heap(c)) return raise_no_attribute(vm, self, S(__annotations__));
    Value v = dict_find_str(c->dict, S(__annotations__));
    if (v != VALUE_UNBOUND) return descriptor_get(vm, v, VALUE_UNBOUND, c);
    v = value_object(dict_new());
    return class_set_attr(vm, c, S(__annotations__), v) ? v : VALUE_ERROR;
}

static bool set_annotations(VM *vm, Value self, Value v)
{
    Class *c = as_class(self);
    if (class_is_heap(c)) return class_set_attr(vm, c, S(__annotations__), v);
    return check_settable(vm, c, "__annotations__", v);
}

static Value get_abstract(VM *vm, Value self)
{
    Value v = dict_find_str(as_class(self)->dict, S(__abstractmethods__));
    if (v != VALUE_UNBOUND && !is_kind(v, KIND_GETSET)) return v;
    return raise_no_attribute(vm, self, S(__abstractmethods__));
}

static bool set_abstract(VM *vm, Value self, Value v)
{
    return class_set_attr(vm, as_class(self), S(__abstractmethods__), v);
}

static Value get_text_signature(VM *vm, Value self)
{
    (void)vm;
    (void)self;
    return VALUE_NONE;
}

static Value get_type_params(VM *vm, Value self)
{
    (void)vm;
    (void)self;
    return value_object(tuple_empty);
}

static const NativeDef *const methods[] = {
    &def_type_new,          &def_type_init,          &def_type_call,
    &def_type_prepare,      &def_type_repr,          &def_type_mro,
    &def_type_subclasses,   &def_type_instancecheck, &def_type_subclasscheck,
    &def_type_getattribute, &def_type_setattr,       &def_type_delattr,
    &def_type_dir,          &def_type_sizeof,        NULL};

static const GetSetDef getset[] = {{"__name__", get_name, set_name, NULL},
                                   {"__qualname__", get_qualname, set_qualname, NULL},
                                   {"__module__", get_module, set_module, NULL},
                                   {"__bases__", get_bases, set_bases, NULL},
                                   {"__base__", get_base, getset_readonly, NULL},
                                   {"__mro__", get_mro, NULL, NULL},
                                   {"__dict__", get_dict, NULL, NULL},
                                   {"__doc__", get_doc, set_doc, NULL},
                                   {"__annotations__", get_annotations, set_annotations, NULL},
                                   {"__abstractmethods__", get_abstract, set_abstract, NULL},
                                   {"__text_signature__", get_text_signature, NULL, NULL},
                                   {"__type_params__", get_type_params, NULL, NULL},
                                   {NULL, NULL, NULL, NULL}};

void type_define(VM *vm)
{
    static const TypeDef def = {
        .name = "type",
        .kind = KIND_CLASS,
        .doc = "The class of an object: type(obj). With three arguments, a new class: type(name, "
               "bases, names).",
        .methods = methods,
        .getset = getset,
    };
    class_fill(vm, vm->type_type, &def);
    vm->type_call = dict_find_str(vm->type_type->dict, S(__call__));
}
