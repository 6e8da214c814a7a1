// SPDX-License-Identifier: MIT
// bool_methods.c - the type bool as scripts see it: an int of which there are two.
#include "stdlib/stdlib.h"
#include "vm/vm.h"

static Value convert(VM *vm, Value v)
{
    int truth = value_truth(vm, v);
    return truth < 0 ? VALUE_ERROR : value_bool(truth);
}

NATIVE(bool_new, "__new__(cls, object = False, /)",
       "Returns True when the argument is true, False otherwise.")
{
    return convert(vm, args[1]);
}

NATIVE(bool_repr, "__repr__(self, /)", "Return repr(self).")
{
    return str_value(value_repr(vm, args[0]));
}

#define BINARY(name, op, symbol)                                                          \
    NATIVE(bool_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.")   \
    {                                                                                     \
        return is_any_int(args[1]) ? binary_builtin(vm, op, args[0], args[1])             \
                                   : VALUE_NOT_IMPLEMENTED;                               \
    }                                                                                     \
    NATIVE(bool_r##name, "__r" #name "__(self, value, /)", "Return value" symbol "self.") \
    {                                                                                     \
        return is_any_int(args[1]) ? binary_builtin(vm, op, args[1], args[0])             \
                                   : VALUE_NOT_IMPLEMENTED;                               \
    }
BINARY(and, BINARY_AND, "&")
BINARY(or, BINARY_OR, "|")
BINARY(xor, BINARY_XOR, "^")
#undef BINARY

void bool_define(VM *vm)
{
    static const NativeDef *const methods[] = {
        &def_bool_new, &def_bool_repr, &def_bool_and,  &def_bool_rand, &def_bool_or,
        &def_bool_ror, &def_bool_xor,  &def_bool_rxor, NULL,
    };
    static const TypeDef type = {
        .name = "bool",
        .kind = KIND_BOOL,
        .convert = convert,
        .doc = "True or False: the truth of x. The class is a subclass of int with these two "
               "instances.",
        .methods = methods,
        .flags = CLASS_FINAL,
    };
    class_define(vm, &type, vm->classes[KIND_INT]);
}
