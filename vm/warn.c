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

bool warn_here(VM *vm, ExceptionKind category, Str *message)
{
    const Value args[] = {value_object(message), value_object(exception_class(vm, category))};
    return call(vm, "warn", countof(args), args);
}
