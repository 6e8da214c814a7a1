// SPDX-License-Identifier: MIT
// none_methods.c - the classes of None, Ellipsis and NotImplemented.
#include "stdlib/stdlib.h"
#include "vm/warn.h"

static Value singleton(VM *vm, const Value *args, Value v)
{
    if (as_tuple(args[1])->len == 0 && as_dict(args[2])->len == 0) return v;
    return raise_error(vm, EXC_TypeError, "%s takes no arguments", as_class(args[0])->name->data);
}

static Value text(const char *s)
{
    return value_object(str_intern(s, strlen(s)));
}

NATIVE(none_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return singleton(vm, args, VALUE_NONE);
}

NATIVE(none_repr, "__repr__(self, /)", "Return repr(self).")
{
    return text("None");
}

NATIVE(none_bool, "__bool__(self, /)", "True if self else False")
{
    return VALUE_FALSE;
}

NATIVE(ellipsis_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return singleton(vm, args, VALUE_ELLIPSIS);
}

NATIVE(ellipsis_repr, "__repr__(self, /)", "Return repr(self).")
{
    return text("Ellipsis");
}

NATIVE(not_implemented_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return singleton(vm, args, VALUE_NOT_IMPLEMENTED);
}

NATIVE(not_implemented_repr, "__repr__(self, /)", "Return repr(self).")
{
    return text("NotImplemented");
}

NATIVE(not_implemented_bool, "__bool__(self, /)", "True if self else False")
{
    Str *message = str_from_cstr("NotImplemented should not be used in a boolean context");
    return warn_here(vm, EXC_DeprecationWarning, message) ? VALUE_TRUE : VALUE_ERROR;
}

void none_define(VM *vm)
{
    static const NativeDef *const none_methods[] = {&def_none_new, &def_none_repr, &def_none_bool,
                                                    NULL};
    static const NativeDef *const ellipsis_methods[] = {&def_ellipsis_new, &def_ellipsis_repr,
                                                        NULL};
    static const NativeDef *const not_implemented_methods[] = {
        &def_not_implemented_new, &def_not_implemented_repr, &def_not_implemented_bool, NULL};
    static const TypeDef none = {.name = "NoneType",
                                 .kind = KIND_NONE,
                                 .doc = "The type of the None singleton.",
                                 .methods = none_methods,
                                 .flags = CLASS_FINAL};
    static const TypeDef ellipsis = {.name = "ellipsis",
                                     .kind = KIND_ELLIPSIS,
                                     .doc = "The type of the Ellipsis singleton.",
                                     .methods = ellipsis_methods,
                                     .flags = CLASS_FINAL};
    static const TypeDef not_implemented = {.name = "NotImplementedType",
                                            .kind = KIND_NOT_IMPLEMENTED,
                                            .doc = "The type of the NotImplemented singleton.",
                                            .methods = not_implemented_methods,
                                            .flags = CLASS_FINAL};
    class_define(vm, &none, NULL);
    class_define(vm, &ellipsis, NULL);
    class_define(vm, &not_implemented, NULL);
}
