// SPDX-License-Identifier: MIT
// warn.c - see warn.h.
#include "vm/warn.h"

#include "vm/int.h"
#include "vm/module.h"
#include "vm/vm.h"

static bool call(VM *vm, const char *function, int argc, const Value *args)
{
    Value module = module_import(vm, str_intern("warnings", 8));
    if (is_error(module)) return false;
    return !is_error(value_call_method(vm, module, str_intern(function, strlen(function)), argc, args));
}

bool warn_explicit(VM *vm, ExceptionKind category, Str *message, Str *filename, int line)
{
    const Value args[] = {value_object(message), value_object(exception_class(vm, category)),
                          value_object(filename), small_int(line)};
    return call(vm, "warn_explicit", countof(args), args);
}

bool warn_above(VM *vm, ExceptionKind category, Str *message, int level)
{
    const Value args[] = {value_object(message), value_object(exception_class(vm, category)), small_int(level)};
    return call(vm, "warn", countof(args), args);
}

bool warn_here(VM *vm, ExceptionKind category, Str *message)
{
    return warn_above(vm, category, message, 1);
}

bool warn_subclass(VM *vm, const char *method, const char *type, Value result)
{
    return warn_here(vm, EXC_DeprecationWarning,
                     str_format("%s returned non-%s (type %s).  The ability to return an instance of a strict "
                                "subclass of %s is deprecated, and may be removed in a future version of Python.",
                                method, type, type_name(vm, result), type));
}
