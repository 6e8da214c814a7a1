// SPDX-License-Identifier: MIT
// rill_module.c - the module rill: what generators can do here and nowhere else. CPython has no such module.
#include "vm/fork.h"
#include "vm/native.h"
#include "vm/vm.h"

static bool check_generator(VM *vm, Value v, const char *function)
{
    if (is_generator(v)) return true;
    raise_error(vm, EXC_TypeError, "%s() argument 1 must be a generator, not %s", function, type_name(vm, v));
    return false;
}

NATIVE(rill_fork, "fork(generator, /)",
       "An independent copy of a suspended generator, which continues from the same point.\n"
       "Local variables are copied as references; generators it delegates to and the iterators of its loops are\n"
       "copied too. ValueError if it is running, or suspended inside try or with; TypeError if it loops over an\n"
       "iterator that cannot be copied.")
{
    if (!check_generator(vm, args[0], "fork")) return VALUE_ERROR;
    return generator_fork(vm, as_generator(args[0]));
}

NATIVE(rill_peek, "peek(generator, n: ssize = 1, /)",
       "A list of the next n values of a generator, fewer if it ends before; made by a fork, so that the\n"
       "generator itself is not advanced. What its code does on the way is done.")
{
    if (!check_generator(vm, args[0], "peek")) return VALUE_ERROR;
    int64_t n = arg_ssize(args[1]);
    if (n < 0) return raise_error(vm, EXC_ValueError, "n must not be negative");
    Value fork = generator_fork(vm, as_generator(args[0]));
    if (is_error(fork)) return VALUE_ERROR;
    List *values = list_new(0);
    for (int64_t i = 0; i < n; i++) {
        Value v = generator_resume(vm, as_generator(fork), VALUE_NONE);
        if (is_error(v)) return VALUE_ERROR;
        if (v == VALUE_STOP) break;
        list_append(values, v);
    }
    return value_object(values);
}

static const NativeDef *const natives[] = {&def_rill_fork, &def_rill_peek, NULL};
const ModuleDef module_rill = {"rill", "Generators that can be copied and looked into.", natives, NULL};
