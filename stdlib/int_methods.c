// SPDX-License-Identifier: MIT
// int_methods.c - the type int as scripts see it. Operators do not come here: the special methods
// are for explicit calls and for super() in subclasses.
#include "stdlib/stdlib.h"
#include "vm/bytes.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/vm.h"
#include "vm/warn.h"

// int(x, base)

static Value parse_text(VM *vm, Value v, Value base_or_unbound)
{
    if (base_or_unbound == VALUE_UNBOUND) return int_parse(vm, v, 10);
    Value base = value_index(vm, base_or_unbound);
    if (is_error(base)) return base;
    int64_t n;
    if (!int_to_int64(base, &n) || n < 0 || n == 1 || n > 36)
        return raise_error(vm, EXC_ValueError, "int() base must be >= 2 and <= 36, or 0");
    if (!is_str(v) && !is_bytes_like(v))
        return raise_error(vm, EXC_TypeError, "int() can't convert non-string with explicit base");
    return int_parse(vm, v, (int)n);
}

// __trunc__ gave r: any number with __index__ will do.
static Value from_trunc(VM *vm, Value r)
{
    if (is_any_int(r)) return int_normal(r);
    if (special_lookup(vm, r, S(__index__)) != VALUE_UNBOUND) return value_index(vm, r);
    return raise_error(vm, EXC_TypeError, "__trunc__ returned non-Integral (type %s)",
                       type_name(vm, r));
}

static Value from_number(VM *vm, Value v)
{
    if (is_int(v) || is_exact(v, KIND_INT)) return v;
    if (is_float(v)) return int_from_double(vm, as_float(v));
    if (is_exact(v, KIND_STR)) return int_parse(vm, v, 10);
    Value r = value_call_special(vm, v, S(__int__), 0, NULL);
    if (is_error(r)) return r;
    if (r != VALUE_UNBOUND) {
        if (is_exact_int(r) || (is_any_int(r) && warn_subclass(vm, "__int__", "int", r))) return int_normal(r);
        if (is_any_int(r)) return VALUE_ERROR;
        return raise_error(vm, EXC_TypeError, "__int__ returned non-int (type %s)",
                           type_name(vm, r));
    }
    if (special_lookup(vm, v, S(__index__)) != VALUE_UNBOUND) return value_index(vm, v);
    r = value_call_special(vm, v, S(__trunc__), 0, NULL);
    if (is_error(r)) return r;
    if (r != VALUE_UNBOUND) {
        Str *message = str_from_cstr("The delegation of int() to __trunc__ is deprecated.");
        return warn_here(vm, EXC_DeprecationWarning, message) ? from_trunc(vm, r) : VALUE_ERROR;
    }
    if (is_str(v) || is_bytes_like(v)) return int_parse(vm, v, 10);
    return raise_error(vm, EXC_TypeError,
                       "int() argument must be a string, a bytes-like object or a real number, "
                       "not '%s'",
                       type_name(vm, v));
}

NATIVE(int_new, "__new__(cls, x = ?, /, base = ?)",
       "int([x]) -> integer\nint(x, base=10) -> integer\n\n"
       "Convert a number or string to an integer, or return 0 if no arguments\n"
       "are given.  If x is a number, return x.__int__().  For floating-point\n"
       "numbers, this truncates towards zero.")
{
    Value v;
    if (args[1] == VALUE_UNBOUND) {
        if (args[2] != VALUE_UNBOUND)
            return raise_error(vm, EXC_TypeError, "int() missing string argument");
        v = small_int(0);
    } else {
        v = args[2] == VALUE_UNBOUND ? from_number(vm, args[1]) : parse_text(vm, args[1], args[2]);
    }
    if (is_error(v)) return v;
    Class *c = as_class(args[0]);
    return c == vm->classes[KIND_INT] ? v : int_copy_as(v, c->root->id);
}

// Special methods

static Value binary(VM *vm, BinaryOperator op, Value self, Value a, Value b)
{
    return is_any_int(a == self ? b : a) ? int_binary(vm, op, a, b) : VALUE_NOT_IMPLEMENTED;
}

#define BINARY(name, op, symbol)                                                         \
    NATIVE(int_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.")   \
    {                                                                                    \
        return binary(vm, op, args[0], args[0], args[1]);                                \
    }                                                                                    \
    NATIVE(int_r##name, "__r" #name "__(self, value, /)", "Return value" symbol "self.") \
    {                                                                                    \
        return binary(vm, op, args[0], args[1], args[0]);                                \
    }
BINARY(add, BINARY_ADD, "+")
BINARY(sub, BINARY_SUB, "-")
BINARY(mul, BINARY_MUL, "*")
BINARY(truediv, BINARY_DIV, "/")
BINARY(floordiv, BINARY_FLOORDIV, "//")
BINARY(mod, BINARY_MOD, "%")
BINARY(lshift, BINARY_LSHIFT, "<<")
BINARY(rshift, BINARY_RSHIFT, ">>")
BINARY(and, BINARY_AND, "&")
BINARY(or, BINARY_OR, "|")
BINARY(xor, BINARY_XOR, "^")
#undef BINARY

#define COMPARISON(name, op, symbol)                                                   \
    NATIVE(int_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.") \
    {                                                                                  \
        return is_any_int(args[1]) ? compare_builtin(vm, op, args[0], args[1])         \
                                   : VALUE_NOT_IMPLEMENTED;                            \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")
#undef COMPARISON

static Value power(VM *vm, Value a, Value b, Value modulus)
{
    if (!is_any_int(a) || !is_any_int(b)) return VALUE_NOT_IMPLEMENTED;
    if (modulus == VALUE_NONE) return int_binary(vm, BINARY_POW, a, b);
    return is_any_int(modulus) ? int_pow_mod(vm, a, b, modulus) : VALUE_NOT_IMPLEMENTED;
}

NATIVE(int_pow, "__pow__(self, value, mod = None, /)", "Return pow(self, value, mod).")
{
    return power(vm, args[0], args[1], args[2]);
}
NATIVE(int_rpow, "__rpow__(self, value, mod = None, /)", "Return pow(value, self, mod).")
{
    return power(vm, args[1], args[0], args[2]);
}
NATIVE(int_divmod, "__divmod__(self, value, /)", "Return divmod(self, value).")
{
    return is_any_int(args[1]) ? int_divmod(vm, args[0], args[1]) : VALUE_NOT_IMPLEMENTED;
}
NATIVE(int_rdivmod, "__rdivmod__(self, value, /)", "Return divmod(value, self).")
{
    return is_any_int(args[1]) ? int_divmod(vm, args[1], args[0]) : VALUE_NOT_IMPLEMENTED;
}
NATIVE(int_neg, "__neg__(self, /)", "-self")
{
    return int_negate(args[0]);
}
NATIVE(int_pos, "__pos__(self, /)", "+self")
{
    return int_normal(args[0]);
}
NATIVE(int_abs, "__abs__(self, /)", "abs(self)")
{
    return int_abs(args[0]);
}
NATIVE(int_invert, "__invert__(self, /)", "~self")
{
    return int_invert(args[0]);
}
NATIVE(int_bool, "__bool__(self, /)", "True if self else False")
{
    return value_bool(int_sign(args[0]) != 0);
}
NATIVE(int_int, "__int__(self, /)", "int(self)")
{
    return int_normal(args[0]);
}
NATIVE(int_index, "__index__(self, /)",
       "The number itself: it can be an index.")
{
    return int_normal(args[0]);
}
NATIVE(int_trunc, "__trunc__(self, /)", "Truncating an Integral returns itself.")
{
    return int_normal(args[0]);
}
NATIVE(int_floor, "__floor__(self, /)", "Flooring an Integral returns itself.")
{
    return int_normal(args[0]);
}
NATIVE(int_ceil, "__ceil__(self, /)", "Ceiling of an Integral returns itself.")
{
    return int_normal(args[0]);
}
NATIVE(int_float, "__float__(self, /)", "float(self)")
{
    double d;
    return number_to_double(vm, args[0], &d) ? value_float(d) : VALUE_ERROR;
}
NATIVE(int_hash, "__hash__(self, /)", "Return hash(self).")
{
    return int_from_int64((int64_t)int_hash(args[0]));
}
NATIVE(int_repr, "__repr__(self, /)", "Return repr(self).")
{
    return str_value(int_to_str(vm, int_normal(args[0]), 10));
}
NATIVE(int_format, "__format__(self, format_spec: str, /)",
       "The number as a text, laid out as format_spec says.")
{
    // An empty one means str(self), which a subclass may define.
    if (as_str(args[1])->size == 0) return str_value(value_str(vm, args[0]));
    return str_value(int_format(vm, args[0], as_str(args[1])));
}
NATIVE(int_getnewargs, "__getnewargs__(self, /)", "Return the arguments of __new__ for a copy.")
{
    return value_object(tuple_of(1, int_normal(args[0])));
}
NATIVE(int_sizeof, "__sizeof__(self, /)", "Returns size in memory, in bytes.")
{
    // CPython's digits have 30 bits and four bytes.
    size_t bits = int_bit_length(args[0]);
    return small_int(24 + 4 * (int64_t)(bits ? (bits + 29) / 30 : 1));
}

NATIVE(int_round, "__round__(self, ndigits = ?, /)",
       "The number itself, or the nearest multiple of a power of ten if ndigits is negative.")
{
    if (args[1] == VALUE_UNBOUND) return int_normal(args[0]);
    Value n = value_index(vm, args[1]);
    if (is_error(n)) return n;
    return int_sign(n) < 0 ? int_round(args[0], int_negate(n)) : int_normal(args[0]);
}

// Methods

NATIVE(int_conjugate, "conjugate(self, /)", "The number itself.")
{
    return int_normal(args[0]);
}
NATIVE(int_bit_length, "bit_length(self, /)",
       "Number of bits necessary to represent self in binary.")
{
    return int_from_uint64(int_bit_length(args[0]));
}
NATIVE(int_bit_count, "bit_count(self, /)",
       "Number of ones in the binary representation of the absolute value of self.\n\n"
       "Also known as the population count.")
{
    return int_from_uint64(int_bit_count(args[0]));
}
NATIVE(int_is_integer, "is_integer(self, /)",
       "True, as float.is_integer says of whole numbers.")
{
    return VALUE_TRUE;
}
NATIVE(int_as_integer_ratio, "as_integer_ratio(self, /)",
       "Return a pair of integers, whose ratio is equal to the original int.\n\n"
       "The ratio is in lowest terms and has a positive denominator.")
{
    return value_object(tuple_of(2, int_normal(args[0]), small_int(1)));
}

static bool byte_order(VM *vm, Value text, bool *is_little)
{
    *is_little = str_is(as_str(text), "little");
    if (*is_little || str_is(as_str(text), "big")) return true;
    raise_error(vm, EXC_ValueError, "byteorder must be either 'little' or 'big'");
    return false;
}

enum { MAX_BYTES = INT32_MAX };

NATIVE(int_to_bytes,
       "to_bytes(self, /, length: ssize = 1, byteorder: str = 'big', *, signed: bool = False)",
       "Return an array of bytes representing an integer.\n\n"
       "An OverflowError is raised if the integer is not representable with the given\n"
       "number of bytes.")
{
    bool is_little;
    int64_t length = arg_ssize(args[1]);
    if (!byte_order(vm, args[2], &is_little)) return VALUE_ERROR;
    if (length < 0) return raise_error(vm, EXC_ValueError, "length argument must be non-negative");
    if (length > MAX_BYTES) return raise_value(vm, vm->memory_error);
    uint8_t *bytes = gc_try_alloc_atomic((size_t)length);
    if (!bytes) return raise_value(vm, vm->memory_error);
    if (!int_to_bytes(vm, args[0], bytes, (size_t)length, is_little, args[3] == VALUE_TRUE))
        return VALUE_ERROR;
    return value_object(bytes_new(bytes, (size_t)length));
}

static bool get_bytes(VM *vm, Value v, Span *span)
{
    StrBuilder b = {0};
    if (!has_bytes(v)) {
        Value r = value_call_special(vm, v, S(__bytes__), 0, NULL);
        if (is_error(r)) return false;
        if (r != VALUE_UNBOUND && !is_bytes(r)) {
            raise_error(vm, EXC_TypeError, "__bytes__ returned non-bytes (type %s)",
                        type_name(vm, r));
            return false;
        }
        if (r == VALUE_UNBOUND) {
            if (!bytes_collect(vm, v, &b, "bytes")) return false;
            *span = (Span){b.data, b.size};
            return true;
        }
        v = r;
    }
    *span = bytes_span(v);
    return true;
}

NATIVE(int_from_bytes, "from_bytes(cls, bytes, byteorder: str = 'big', *, signed: bool = False)",
       "Return the integer represented by the given array of bytes.")
{
    bool is_little;
    Span span;
    if (!byte_order(vm, args[2], &is_little) || !get_bytes(vm, args[1], &span)) return VALUE_ERROR;
    Value v =
        int_from_bytes((const uint8_t *)span.data, span.size, is_little, args[3] == VALUE_TRUE);
    if (as_class(args[0]) == vm->classes[KIND_INT]) return v;
    return value_call(vm, args[0], 1, &v);
}

static Value get_self(VM *vm, Value self)
{
    (void)vm;
    return int_normal(self);
}

static Value get_zero(VM *vm, Value self)
{
    (void)vm;
    (void)self;
    return small_int(0);
}

static Value get_one(VM *vm, Value self)
{
    (void)vm;
    (void)self;
    return small_int(1);
}

static const NativeDef *const methods[] = {
    &def_int_new,
    &def_int_add,
    &def_int_radd,
    &def_int_sub,
    &def_int_rsub,
    &def_int_mul,
    &def_int_rmul,
    &def_int_truediv,
    &def_int_rtruediv,
    &def_int_floordiv,
    &def_int_rfloordiv,
    &def_int_mod,
    &def_int_rmod,
    &def_int_lshift,
    &def_int_rlshift,
    &def_int_rshift,
    &def_int_rrshift,
    &def_int_and,
    &def_int_rand,
    &def_int_or,
    &def_int_ror,
    &def_int_xor,
    &def_int_rxor,
    &def_int_pow,
    &def_int_rpow,
    &def_int_divmod,
    &def_int_rdivmod,
    &def_int_lt,
    &def_int_le,
    &def_int_gt,
    &def_int_ge,
    &def_int_eq,
    &def_int_ne,
    &def_int_neg,
    &def_int_pos,
    &def_int_abs,
    &def_int_invert,
    &def_int_bool,
    &def_int_int,
    &def_int_index,
    &def_int_trunc,
    &def_int_floor,
    &def_int_ceil,
    &def_int_float,
    &def_int_hash,
    &def_int_repr,
    &def_int_format,
    &def_int_getnewargs,
    &def_int_sizeof,
    &def_int_round,
    &def_int_conjugate,
    &def_int_bit_length,
    &def_int_bit_count,
    &def_int_is_integer,
    &def_int_as_integer_ratio,
    &def_int_to_bytes,
    &def_int_from_bytes,
    NULL,
};

static const GetSetDef getset[] = {
    {"real", get_self, NULL, "the real part of a complex number"},
    {"imag", get_zero, NULL, "the imaginary part of a complex number"},
    {"numerator", get_self, NULL, "The number itself, for an integer is a fraction too."},
    {"denominator", get_one, NULL, "1, for an integer is a fraction too."},
    {NULL, NULL, NULL, NULL},
};

void int_define(VM *vm)
{
    static const TypeDef type = {
        .name = "int",
        .kind = KIND_INT,
        .convert = from_number,
        .doc = "An integer of any size, made of a number (its fraction is cut off) or of a "
               "text.\n\n"
               "The digits of a text are those of base, which is 2 to 36, with sign, "
               "underscores and spaces around allowed. Base 0\n"
               "reads the text as a literal.\n\n"
               ">>> int('0b100', base=0)\n"
               "4",
        .methods = methods,
        .getset = getset,
    };
    class_define(vm, &type, NULL);
}
