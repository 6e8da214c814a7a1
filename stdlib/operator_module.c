// SPDX-License-Identifier: MIT
// operator_module.c - _operator: the operators as functions. itemgetter, attrgetter and
// methodcaller are in operator_getters.c; names like __add__ are added in rill/operator.rill.
#include "stdlib/operator.h"
#include "stdlib/stdlib.h"
#include "vm/call.h"
#include "vm/iter.h"
#include "vm/ops.h"

#define COMPARISON(name, sign) NATIVE(name, #name "(a, b, /)", "Same as a " sign " b.")
#define BINARY(name, op, sign)                                       \
    NATIVE(name, #name "(a, b, /)", "Same as a " sign " b.")         \
    {                                                                \
        return value_binary(vm, BINARY_##op, args[0], args[1]);      \
    }                                                                \
    NATIVE(i##name, "i" #name "(a, b, /)", "Same as a " sign "= b.") \
    {                                                                \
        return value_inplace(vm, BINARY_##op, args[0], args[1]);     \
    }

COMPARISON(lt, "<")
{
    return value_compare(vm, COMPARE_LT, args[0], args[1]);
}
COMPARISON(le, "<=")
{
    return value_compare(vm, COMPARE_LE, args[0], args[1]);
}
COMPARISON(eq, "==")
{
    return value_compare(vm, COMPARE_EQ, args[0], args[1]);
}
COMPARISON(ne, "!=")
{
    return value_compare(vm, COMPARE_NE, args[0], args[1]);
}
COMPARISON(gt, ">")
{
    return value_compare(vm, COMPARE_GT, args[0], args[1]);
}
COMPARISON(ge, ">=")
{
    return value_compare(vm, COMPARE_GE, args[0], args[1]);
}
COMPARISON(is_, "is")
{
    return value_bool(value_same(args[0], args[1]));
}
COMPARISON(is_not, "is not")
{
    return value_bool(!value_same(args[0], args[1]));
}

BINARY(add, ADD, "+")
BINARY(sub, SUB, "-")
BINARY(mul, MUL, "*")
BINARY(matmul, MATMUL, "@")
BINARY(truediv, DIV, "/")
BINARY(floordiv, FLOORDIV, "//")
BINARY(mod, MOD, "%")
BINARY(pow, POW, "**")
BINARY(lshift, LSHIFT, "<<")
BINARY(rshift, RSHIFT, ">>")
BINARY(xor, XOR, "^")

NATIVE(and_, "and_(a, b, /)", "Same as a & b.")
{
    return value_binary(vm, BINARY_AND, args[0], args[1]);
}

NATIVE(or_, "or_(a, b, /)", "Same as a | b.")
{
    return value_binary(vm, BINARY_OR, args[0], args[1]);
}

NATIVE(iand, "iand(a, b, /)", "Same as a &= b.")
{
    return value_inplace(vm, BINARY_AND, args[0], args[1]);
}

NATIVE(ior, "ior(a, b, /)", "Same as a |= b.")
{
    return value_inplace(vm, BINARY_OR, args[0], args[1]);
}

// Of one operand

NATIVE(not_, "not_(a, /)", "Same as not a.")
{
    int t = value_truth(vm, args[0]);
    return t < 0 ? VALUE_ERROR : value_bool(!t);
}

NATIVE(truth, "truth(a, /)", "Return True if a is true, False otherwise.")
{
    int t = value_truth(vm, args[0]);
    return t < 0 ? VALUE_ERROR : value_bool(t);
}

NATIVE(neg, "neg(a, /)", "Same as -a.")
{
    return value_negate(vm, args[0]);
}

NATIVE(pos, "pos(a, /)", "Same as +a.")
{
    return value_positive(vm, args[0]);
}

NATIVE(invert, "invert(a, /)", "Same as ~a.")
{
    return value_invert(vm, args[0]);
}

NATIVE(inv, "inv(a, /)", "Same as ~a.")
{
    return value_invert(vm, args[0]);
}

NATIVE(abs, "abs(a, /)", "Same as abs(a).")
{
    Value result = value_call_special(vm, args[0], S(__abs__), 0, NULL);
    if (result != VALUE_UNBOUND) return result;
    return raise_error(vm, EXC_TypeError, "bad operand type for abs(): '%s'",
                       type_name(vm, args[0]));
}

NATIVE(index, "index(a, /)", "Same as a.__index__()")
{
    return value_index(vm, args[0]);
}

// Sequences and mappings

NATIVE(getitem, "getitem(a, b, /)", "Same as a[b].")
{
    return value_getitem(vm, args[0], args[1]);
}

NATIVE(setitem, "setitem(a, b, c, /)", "Same as a[b] = c.")
{
    return value_setitem(vm, args[0], args[1], args[2]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(delitem, "delitem(a, b, /)", "Same as del a[b].")
{
    return value_delitem(vm, args[0], args[1]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(contains, "contains(a, b, /)", "Same as b in a (note reversed operands).")
{
    int r = value_contains(vm, args[0], args[1]);
    return r < 0 ? VALUE_ERROR : value_bool(r);
}

static bool check_sequence(VM *vm, Value v)
{
    bool is_builtin = is_list(v) || is_tuple(v) || is_kind(v, KIND_STR) || is_kind(v, KIND_BYTES) ||
                      is_kind(v, KIND_BYTEARRAY);
    if (is_builtin) return true;
    if (!is_dict(v) && special_lookup(vm, v, S(__getitem__)) != VALUE_UNBOUND) return true;
    raise_error(vm, EXC_TypeError, "'%s' object can't be concatenated", type_name(vm, v));
    return false;
}

NATIVE(concat, "concat(a, b, /)", "Same as a + b, for a and b sequences.")
{
    if (!check_sequence(vm, args[0])) return VALUE_ERROR;
    return value_binary(vm, BINARY_ADD, args[0], args[1]);
}

NATIVE(iconcat, "iconcat(a, b, /)", "Same as a += b, for a and b sequences.")
{
    if (!check_sequence(vm, args[0])) return VALUE_ERROR;
    return value_inplace(vm, BINARY_ADD, args[0], args[1]);
}

// An iterator over v, as `in` wants it.
static Value searched(VM *vm, Value v)
{
    Value iterator = value_iter(vm, v);
    if (is_error(iterator) && error_is(vm, EXC_TypeError)) {
        error_take(vm);
        return raise_error(vm, EXC_TypeError, "argument of type '%s' is not iterable",
                           type_name(vm, v));
    }
    return iterator;
}

NATIVE(count_of, "countOf(a, b, /)",
       "How often b is among the items of a.")
{
    Value iterator = searched(vm, args[0]), v;
    if (is_error(iterator)) return iterator;
    int64_t n = 0;
    while ((v = iter_next(vm, iterator)) != VALUE_STOP) {
        int r = is_error(v) ? -1 : value_equal(vm, v, args[1]);
        if (r < 0) return VALUE_ERROR;
        n += r;
    }
    return int_from_int64(n);
}

NATIVE(index_of, "indexOf(a, b, /)", "Return the first index of b in a.")
{
    Value iterator = searched(vm, args[0]), v;
    if (is_error(iterator)) return iterator;
    for (int64_t i = 0; (v = iter_next(vm, iterator)) != VALUE_STOP; i++) {
        int r = is_error(v) ? -1 : value_equal(vm, v, args[1]);
        if (r) return r < 0 ? VALUE_ERROR : int_from_int64(i);
    }
    return raise_error(vm, EXC_ValueError, "sequence.index(x): x not in sequence");
}

NATIVE(length_hint, "length_hint(obj, default: ssize = 0, /)",
       "Return an estimate of the number of items in obj.\n\n"
       "This is useful for presizing containers when building from an iterable.\n\n"
       "If the object supports len(), the result will be exact.\n"
       "Otherwise, it may over- or under-estimate by an arbitrary amount.")
{
    int64_t n = value_length_hint(vm, args[0], arg_ssize(args[1]));
    return vm->exception != VALUE_UNBOUND ? VALUE_ERROR : int_from_int64(n);  // a default may be negative
}

NATIVE(call_object, "call(obj, /, *args, **kwargs)", "Same as obj(*args, **kwargs).")
{
    return value_call_dict(vm, args[0], as_tuple(args[1]), as_dict(args[2]));
}

static const NativeDef *const natives[] = {
    &def_lt,          &def_le,          &def_eq,       &def_ne,        &def_gt,
    &def_ge,          &def_is_,         &def_is_not,   &def_not_,      &def_truth,
    &def_add,         &def_sub,         &def_mul,      &def_matmul,    &def_truediv,
    &def_floordiv,    &def_mod,         &def_pow,      &def_lshift,    &def_rshift,
    &def_xor,         &def_and_,        &def_or_,      &def_iadd,      &def_isub,
    &def_imul,        &def_imatmul,     &def_itruediv, &def_ifloordiv, &def_imod,
    &def_ipow,        &def_ilshift,     &def_irshift,  &def_ixor,      &def_iand,
    &def_ior,         &def_neg,         &def_pos,      &def_invert,    &def_inv,
    &def_abs,         &def_index,       &def_getitem,  &def_setitem,   &def_delitem,
    &def_contains,    &def_concat,      &def_iconcat,  &def_count_of,  &def_index_of,
    &def_length_hint, &def_call_object, NULL};

static bool setup(VM *vm, Module *module)
{
    operator_define_getters(vm, module);
    return true;
}

const ModuleDef module__operator = {
    .name = "_operator",
    .doc = "Operator interface.",
    .natives = natives,
    .setup = setup,
};
