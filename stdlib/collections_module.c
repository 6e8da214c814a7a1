// SPDX-License-Identifier: MIT
// collections_module.c - the module _collections: defaultdict here, deque in deque_methods.c,
// OrderedDict in ordered_dict.c. The
// module collections is written in Rill and takes them from here.
#include "stdlib/deque.h"
#include "stdlib/ordered_dict.h"
#include "stdlib/stdlib.h"

// dict.__new__ makes it and leaves the field zero: no factory yet.
typedef struct DefaultDict {
    Dict dict;
    Value factory;  // None or 0: no values are made
} DefaultDict;

static Class *defaultdict_class;

static Value factory_of(Value v)
{
    Value factory = ((DefaultDict *)as_pointer(v))->factory;
    return factory ? factory : VALUE_NONE;
}

static bool is_defaultdict(VM *vm, Value v)
{
    return is_dict(v) && class_is_subclass(class_of(vm, v), defaultdict_class);
}

NATIVE(defaultdict_init, "__init__(self, /, *args, **kwargs)",
       "defaultdict(default_factory=None, /, [...]) --> dict with default factory")
{
    const Tuple *values = as_tuple(args[1]);
    Dict *self = as_dict(args[0]);
    Value factory = values->len ? values->items[0] : VALUE_NONE;
    if (!is_none(factory) && !value_is_callable(vm, factory))
        return raise_error(vm, EXC_TypeError, "first argument must be callable or None");
    ((DefaultDict *)self)->factory = factory;
    if (values->len > 2)
        return raise_error(vm, EXC_TypeError, "dict expected at most 1 argument, got %zu",
                           values->len - 1);
    if (values->len == 2 && !dict_update(vm, self, values->items[1])) return VALUE_ERROR;
    return dict_merge(vm, self, as_dict(args[2])) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(defaultdict_missing, "__missing__(self, key, /)",
       "Called by __getitem__ for missing key: makes, stores and returns a default value.")
{
    Value factory = factory_of(args[0]);
    if (is_none(factory)) return raise_key_error(vm, args[1]);
    Value v = value_call(vm, factory, 0, NULL);
    if (is_error(v)) return v;
    bool is_plain = class_of(vm, args[0]) == defaultdict_class;
    bool ok = is_plain ? dict_set(vm, as_dict(args[0]), args[1], v)
                       : value_setitem(vm, args[0], args[1], v);
    return ok ? v : VALUE_ERROR;
}

NATIVE(defaultdict_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Str *items = dict_repr(vm, as_dict(args[0])), *factory;
    if (!items) return VALUE_ERROR;
    Value f = factory_of(args[0]);
    if (is_none(f)) {
        factory = str_from_cstr("None");
    } else if (repr_enter(vm, f)) {
        factory = str_from_cstr("...");
    } else {
        factory = value_repr(vm, f);
        repr_leave(vm, f);
    }
    if (!factory) return VALUE_ERROR;
    const char *type = class_of(vm, args[0])->name->data;
    return value_object(str_format("%s(%s, %s)", type, factory->data, items->data));
}

// A new object of the class of `self` with its factory and the items of `items`.
static Value copy_of(VM *vm, Value self, Value items)
{
    Value arguments[2] = {factory_of(self), items};
    return value_call(vm, value_object(class_of(vm, self)), 2, arguments);
}

NATIVE(defaultdict_copy, "copy(self, /)", "D.copy() -> a shallow copy of D.")
{
    return copy_of(vm, args[0], args[0]);
}

NATIVE(defaultdict_dunder_copy, "__copy__(self, /)", "D.copy() -> a shallow copy of D.")
{
    return copy_of(vm, args[0], args[0]);
}

NATIVE(defaultdict_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    Value factory = factory_of(args[0]);
    Tuple *arguments = is_none(factory) ? tuple_empty : tuple_of(1, factory);
    Value items = value_call_method(vm, args[0], S(items), 0, NULL);
    Value iterator = is_error(items) ? items : value_iter(vm, items);
    if (is_error(iterator)) return iterator;
    return value_object(tuple_of(5, value_object(class_of(vm, args[0])), value_object(arguments),
                                 VALUE_NONE, VALUE_NONE, iterator));
}

static Value merged(VM *vm, Value left, Value right)
{
    Value self = is_defaultdict(vm, left) ? left : right;
    if (!is_dict(left) || !is_dict(right)) return VALUE_NOT_IMPLEMENTED;
    Value result = copy_of(vm, self, left);
    if (is_error(result) || !is_dict(result)) return result;
    return dict_update(vm, as_dict(result), right) ? result : VALUE_ERROR;
}

NATIVE(defaultdict_or, "__or__(self, value, /)", "Return self|value.")
{
    return merged(vm, args[0], args[1]);
}

NATIVE(defaultdict_ror, "__ror__(self, value, /)", "Return value|self.")
{
    return merged(vm, args[1], args[0]);
}

NATIVE(defaultdict_class_getitem, "__class_getitem__(cls, object, /)", "See PEP 585")
{
    return generic_alias_new(vm, args[0], args[1]);
}

static Value get_factory(VM *vm, Value self)
{
    (void)vm;
    return factory_of(self);
}

static bool set_factory(VM *vm, Value self, Value v)
{
    (void)vm;
    ((DefaultDict *)as_pointer(self))->factory = v == VALUE_UNBOUND ? VALUE_NONE : v;
    return true;
}

static void define_defaultdict(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {
        &def_defaultdict_init,
        &def_defaultdict_missing,
        &def_defaultdict_repr,
        &def_defaultdict_copy,
        &def_defaultdict_dunder_copy,
        &def_defaultdict_reduce,
        &def_defaultdict_or,
        &def_defaultdict_ror,
        &def_defaultdict_class_getitem,
        NULL,
    };
    static const GetSetDef getset[] = {
        {"default_factory", get_factory, set_factory,
         "What is called for the value of a missing key, or None."},
        {NULL, NULL, NULL, NULL},
    };
    static const TypeDef type = {
        .name = "collections.defaultdict",
        .kind = KIND_DICT,
        .doc = "A dict that makes the values of missing keys: default_factory() is called when "
               "a key is looked up in vain. The\n"
               "other arguments are those of dict.",
        .methods = methods,
        .getset = getset,
        .object_size = sizeof(DefaultDict),
    };
    defaultdict_class = class_define(vm, &type, vm->classes[KIND_DICT]);
    dict_set_str(module->dict, defaultdict_class->name, value_object(defaultdict_class));
}

static bool setup(VM *vm, Module *module)
{
    deque_define(vm, module);
    define_defaultdict(vm, module);
    ordered_dict_define(vm, module);
    return true;
}

const ModuleDef module__collections = {
    .name = "_collections",
    .doc = "High performance data structures.\n- deque:        ordered collection accessible from "
           "endpoints only\n- defaultdict:  dict subclass with a default value factory\n",
    .setup = setup,
};
