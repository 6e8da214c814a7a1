// SPDX-License-Identifier: MIT
// simple_namespace.c - types.SimpleNamespace: an object with the attributes it is given.
#include "stdlib/struct_sequence.h"

NATIVE(namespace_init, "__init__(self, mapping_or_iterable = ?, /, **kwargs)",
       "Set attributes from a mapping or pairs, then from keywords.")
{
    Dict *values = dict_new();
    if (args[1] != VALUE_UNBOUND && !dict_update(vm, values, args[1])) return VALUE_ERROR;
    if (!dict_update(vm, values, args[2])) return VALUE_ERROR;
    size_t pos = 0;
    Value key, v;
    while (dict_next(values, &pos, &key, &v)) {
        if (!is_str(key)) return raise_error(vm, EXC_TypeError, "keywords must be strings");
        if (!instance_set(vm, as_object(args[0]), str_intern_str(as_str(key)), v))
            return VALUE_ERROR;
    }
    return VALUE_NONE;
}

NATIVE(namespace_repr, "__repr__(self, /)", "Return repr(self).")
{
    Class *c = class_of(vm, args[0]);
    Dict *dict = object_dict(vm, as_object(args[0]), true);
    StrBuilder b = {0};
    builder_add_str(&b, c == simple_namespace_class(vm) ? str_from_cstr("namespace") : c->name);
    builder_add_byte(&b, '(');
    if (repr_enter(vm, args[0])) {
        builder_add_cstr(&b, "...)");
        return value_object(builder_str(&b));
    }
    size_t pos = 0, n = 0;
    Value key, v;
    while (dict && dict_next(dict, &pos, &key, &v)) {
        if (!is_str(key) || as_str(key)->size == 0) continue;
        Str *text = value_repr(vm, v);
        if (!text) {
            repr_leave(vm, args[0]);
            return VALUE_ERROR;
        }
        if (n++) builder_add_cstr(&b, ", ");
        builder_add_str(&b, as_str(key));
        builder_add_byte(&b, '=');
        builder_add_str(&b, text);
    }
    repr_leave(vm, args[0]);
    builder_add_byte(&b, ')');
    return value_object(builder_str(&b));
}

NATIVE(namespace_replace, "__replace__(self, /, **changes)",
       "Return a copy of the namespace object with new values for the specified attributes.")
{
    Value copy = value_call(vm, value_object(class_of(vm, args[0])), 0, NULL);
    if (is_error(copy)) return copy;
    if (!is_kind(copy, KIND_INSTANCE))
        return raise_error(vm, EXC_TypeError, "expect types.SimpleNamespace type, but %s() returned '%s' object",
                           class_of(vm, args[0])->name->data, type_name(vm, copy));
    Dict *from[] = {object_dict(vm, as_object(args[0]), true), as_dict(args[1])};
    Dict *to = object_dict(vm, as_object(copy), true);
    return dict_update(vm, to, value_object(from[0])) && dict_update(vm, to, value_object(from[1])) ? copy : VALUE_ERROR;
}

NATIVE(namespace_eq, "__eq__(self, other, /)", "Return self == other.")
{
    if (!is_instance(vm, args[1], simple_namespace_class(vm))) return VALUE_NOT_IMPLEMENTED;
    Dict *a = object_dict(vm, as_object(args[0]), true),
         *b = object_dict(vm, as_object(args[1]), true);
    return value_compare(vm, COMPARE_EQ, value_object(a), value_object(b));
}

Class *simple_namespace_class(VM *vm)
{
    static const NativeDef *const methods[] = {&def_namespace_init, &def_namespace_repr,
                                               &def_namespace_replace, &def_namespace_eq, NULL};
    static const TypeDef type = {
        .name = "types.SimpleNamespace",
        .kind = KIND_INSTANCE,
        .doc = "A simple attribute-based namespace.",
        .methods = methods,
        .flags = CLASS_HAS_DICT,
    };
    static VM *owner;
    static Class *c;
    if (owner == vm) return c;
    c = class_define(vm, &type, NULL);
    dict_set_str(c->dict, S(__hash__), VALUE_NONE);
    owner = vm;
    return c;
}

Value simple_namespace_new(VM *vm)
{
    return value_object(instance_new(vm, simple_namespace_class(vm)));
}
