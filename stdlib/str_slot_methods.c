// SPDX-License-Identifier: MIT
// str_slot_methods.c - str's special methods, for explicit calls and for super() in subclasses.
#include "stdlib/str_methods.h"
#include "vm/format.h"
#include "vm/vm.h"

static Value compare(RichCompare op, Value a, Value b)
{
    if (!is_str(b)) return VALUE_NOT_IMPLEMENTED;
    if (op == COMPARE_EQ || op == COMPARE_NE)
        return value_bool(str_equal(as_str(a), as_str(b)) == (op == COMPARE_EQ));
    int order = str_compare(as_str(a), as_str(b));
    switch (op) {
    case COMPARE_LT: return value_bool(order < 0);
    case COMPARE_LE: return value_bool(order <= 0);
    case COMPARE_GT: return value_bool(order > 0);
    default: return value_bool(order >= 0);
    }
}

#define COMPARISON(name, op, symbol)                                                   \
    NATIVE(str_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.") \
    {                                                                                  \
        return compare(op, args[0], args[1]);                                          \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")
#undef COMPARISON

NATIVE(str_hash, "__hash__(self, /)", "Return hash(self).")
{
    uint64_t hash;
    if (!value_hash(vm, value_object(str_exact(as_str(args[0]))), &hash)) return VALUE_ERROR;
    return int_from_int64((int64_t)hash);
}

NATIVE(str_repr, "__repr__(self, /)", "Return repr(self).")
{
    return value_object(str_repr(as_str(args[0])));
}

NATIVE(str_str, "__str__(self, /)", "Return str(self).")
{
    return value_object(str_exact(as_str(args[0])));
}

NATIVE(str_format_slot, "__format__(self, format_spec: str, /)",
       "The text, laid out as format_spec says.")
{
    // An empty one means str(self), which a subclass may define.
    if (as_str(args[1])->size == 0) return str_value(value_str(vm, args[0]));
    return str_value(str_format_spec(vm, as_str(args[0]), as_str(args[1])));
}

NATIVE(str_len, "__len__(self, /)", "Return len(self).")
{
    return small_int((int64_t)str_length(as_str(args[0])));
}

NATIVE(str_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return str_iter(args[0]);
}

NATIVE(str_contains, "__contains__(self, key, /)", "Return bool(key in self).")
{
    int found = str_contains(vm, args[0], args[1]);
    return found < 0 ? VALUE_ERROR : value_bool(found);
}

NATIVE(str_getitem, "__getitem__(self, key, /)", "Return self[key].")
{
    return str_getitem(vm, args[0], args[1]);
}

NATIVE(str_add, "__add__(self, value, /)", "Return self+value.")
{
    return sequence_concat(vm, args[0], args[1]);
}

static Value multiply(VM *vm, Value *args)
{
    Value n = value_index(vm, args[1]);
    return is_error(n) ? n : str_binary(vm, BINARY_MUL, args[0], n);
}

NATIVE(str_mul, "__mul__(self, value, /)", "Return self*value.")
{
    return multiply(vm, args);
}

NATIVE(str_rmul, "__rmul__(self, value, /)", "Return value*self.")
{
    return multiply(vm, args);
}

NATIVE(str_mod, "__mod__(self, value, /)", "Return self%value.")
{
    return str_binary(vm, BINARY_MOD, args[0], args[1]);
}

NATIVE(str_rmod, "__rmod__(self, value, /)", "Return value%self.")
{
    if (!is_str(args[1])) return VALUE_NOT_IMPLEMENTED;
    return str_binary(vm, BINARY_MOD, args[1], args[0]);
}

NATIVE(str_getnewargs, "__getnewargs__(self, /)", "Return the arguments for __new__.")
{
    return value_object(tuple_of(1, value_object(str_exact(as_str(args[0])))));
}

NATIVE(str_sizeof, "__sizeof__(self, /)", "How many bytes of memory it takes.")
{
    return small_int((int64_t)(sizeof(Str) + as_str(args[0])->size + 1));
}

const NativeDef *const str_slot_methods[] = {
    &def_str_lt,     &def_str_le,   &def_str_gt,       &def_str_ge,      &def_str_eq,
    &def_str_ne,     &def_str_hash, &def_str_repr,     &def_str_str,     &def_str_format_slot,
    &def_str_len,    &def_str_iter, &def_str_contains, &def_str_getitem, &def_str_add,
    &def_str_mul,    &def_str_rmul, &def_str_mod,      &def_str_rmod,    &def_str_getnewargs,
    &def_str_sizeof, NULL,
};
