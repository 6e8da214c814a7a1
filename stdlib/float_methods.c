// SPDX-License-Identifier: MIT
// float_methods.c - the type float as scripts see it. Operators do not come here: the special
// methods are for explicit calls and for super() in subclasses.
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "stdlib/stdlib.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/vm.h"

static Value make(VM *vm, Value cls, Value v)
{
    if (is_error(v) || as_class(cls) == vm->classes[KIND_FLOAT]) return v;
    Float *f = object_alloc(as_class(cls), KIND_FLOAT, sizeof(Float));
    f->value = as_float(v);
    f->attrs = NULL;
    return value_object(f);
}

NATIVE(float_new, "__new__(cls, x = 0, /)",
       "A floating-point number, made of a number or a text.")
{
    return make(vm, args[0], float_from_object(vm, args[1]));
}

// Special methods

// The operands as doubles: 1; 0: other is no number (NotImplemented); -1: raised.
static int operands(VM *vm, const Value *args, double *self, double *other)
{
    *self = float_value(args[0]);
    if (!is_any_int(args[1]) && !is_any_float(args[1])) return 0;
    return number_to_double(vm, args[1], other) ? 1 : -1;
}

static Value binary(VM *vm, BinaryOperator op, const Value *args, bool is_reflected)
{
    double x, y;
    int r = operands(vm, args, &x, &y);
    if (r <= 0) return r ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
    return is_reflected ? float_binary(vm, op, y, x) : float_binary(vm, op, x, y);
}

#define BINARY(name, op, symbol)                                                           \
    NATIVE(float_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.")   \
    {                                                                                      \
        return binary(vm, op, args, false);                                                \
    }                                                                                      \
    NATIVE(float_r##name, "__r" #name "__(self, value, /)", "Return value" symbol "self.") \
    {                                                                                      \
        return binary(vm, op, args, true);                                                 \
    }
BINARY(add, BINARY_ADD, "+")
BINARY(sub, BINARY_SUB, "-")
BINARY(mul, BINARY_MUL, "*")
BINARY(truediv, BINARY_DIV, "/")
BINARY(floordiv, BINARY_FLOORDIV, "//")
BINARY(mod, BINARY_MOD, "%")
#undef BINARY

#define COMPARISON(name, op, symbol)                                                     \
    NATIVE(float_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.") \
    {                                                                                    \
        return compare_builtin(vm, op, args[0], args[1]);                                \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")
#undef COMPARISON

static Value power(VM *vm, const Value *args, bool is_reflected)
{
    if (args[2] != VALUE_NONE)
        return raise_error(vm, EXC_TypeError,
                           "pow() 3rd argument not allowed unless all arguments are integers");
    return binary(vm, BINARY_POW, args, is_reflected);
}

NATIVE(float_pow, "__pow__(self, value, mod = None, /)", "Return pow(self, value, mod).")
{
    return power(vm, args, false);
}
NATIVE(float_rpow, "__rpow__(self, value, mod = None, /)", "Return pow(value, self, mod).")
{
    return power(vm, args, true);
}
NATIVE(float_divmod, "__divmod__(self, value, /)", "Return divmod(self, value).")
{
    double x, y;
    int r = operands(vm, args, &x, &y);
    return r > 0 ? float_divmod(vm, x, y) : r ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
}
NATIVE(float_rdivmod, "__rdivmod__(self, value, /)", "Return divmod(value, self).")
{
    double x, y;
    int r = operands(vm, args, &x, &y);
    return r > 0 ? float_divmod(vm, y, x) : r ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
}
NATIVE(float_neg, "__neg__(self, /)", "-self")
{
    return value_any_float(-float_value(args[0]));
}
NATIVE(float_pos, "__pos__(self, /)", "+self")
{
    return value_float(float_value(args[0]));
}
NATIVE(float_abs, "__abs__(self, /)", "abs(self)")
{
    return value_any_float(fabs(float_value(args[0])));
}
NATIVE(float_bool, "__bool__(self, /)", "True if self else False")
{
    return value_bool(float_value(args[0]) != 0);
}
NATIVE(float_float, "__float__(self, /)", "float(self)")
{
    return value_float(float_value(args[0]));
}
NATIVE(float_int, "__int__(self, /)", "int(self)")
{
    return int_from_double(vm, float_value(args[0]));
}
NATIVE(float_trunc, "__trunc__(self, /)", "The integer part.")
{
    return int_from_double(vm, float_value(args[0]));
}
NATIVE(float_floor, "__floor__(self, /)", "Return the floor as an Integral.")
{
    return int_from_double(vm, floor(float_value(args[0])));
}
NATIVE(float_ceil, "__ceil__(self, /)", "Return the ceiling as an Integral.")
{
    return int_from_double(vm, ceil(float_value(args[0])));
}
NATIVE(float_hash, "__hash__(self, /)", "Return hash(self).")
{
    return int_from_int64((int64_t)float_hash(float_value(args[0])));
}
NATIVE(float_repr, "__repr__(self, /)", "Return repr(self).")
{
    return value_object(float_repr(float_value(args[0])));
}
NATIVE(float_format, "__format__(self, format_spec: str, /)",
       "Formats the float according to format_spec.")
{
    if (as_str(args[1])->size == 0) return str_value(value_str(vm, args[0]));
    return str_value(float_format(vm, args[0], as_str(args[1])));
}
NATIVE(float_getnewargs, "__getnewargs__(self, /)", "Return the arguments of __new__ for a copy.")
{
    return value_object(tuple_of(1, value_float(float_value(args[0]))));
}

NATIVE(float_round, "__round__(self, ndigits = None, /)",
       "The nearest integer, of two the even one; with ndigits, the nearest float with so many "
       "decimals.")
{
    double d = float_value(args[0]);
    if (args[1] == VALUE_NONE) return int_from_double(vm, isfinite(d) ? rint(d) : d);
    Value index = value_index(vm, args[1]);
    if (is_error(index)) return index;
    int64_t n;
    if (!int_to_int64(index, &n)) n = int_sign(index) < 0 ? INT64_MIN : INT64_MAX;
    double r = float_round(d, n);
    if (isinf(r) && isfinite(d))
        return raise_error(vm, EXC_OverflowError, "rounded value too large to represent");
    return value_any_float(r);
}

// Methods

NATIVE(float_conjugate, "conjugate(self, /)", "The number itself.")
{
    return value_float(float_value(args[0]));
}
NATIVE(float_is_integer, "is_integer(self, /)", "Return True if the float is an integer.")
{
    double d = float_value(args[0]);
    return value_bool(isfinite(d) && floor(d) == d);
}

NATIVE(float_as_integer_ratio, "as_integer_ratio(self, /)",
       "Return a pair of integers, whose ratio is exactly equal to the original float.\n\n"
       "The ratio is in lowest terms and has a positive denominator.")
{
    double d = float_value(args[0]);
    if (isinf(d))
        return raise_error(vm, EXC_OverflowError, "cannot convert Infinity to integer ratio");
    if (isnan(d)) return raise_error(vm, EXC_ValueError, "cannot convert NaN to integer ratio");
    int exponent;
    double m = frexp(d, &exponent);
    while (m != floor(m)) {
        m *= 2;
        exponent--;
    }
    Value numerator = int_from_double(vm, m), denominator = small_int(1);
    Value *shifted = exponent > 0 ? &numerator : &denominator;
    *shifted = int_binary(vm, BINARY_LSHIFT, *shifted, small_int(abs(exponent)));
    if (is_error(*shifted)) return VALUE_ERROR;
    return value_object(tuple_of(2, numerator, denominator));
}

enum { MIN_EXPONENT = -1022, FRACTION_DIGITS = 13 };

NATIVE(float_hex, "hex(self, /)",
       "The exact value as a hexadecimal text.\n\n"
       ">>> (12.0).hex()\n"
       "'0x1.8000000000000p+3'")
{
    double d = float_value(args[0]);
    if (!isfinite(d)) return value_object(float_repr(d));
    const char *sign = signbit(d) ? "-" : "";
    if (d == 0) return value_object(str_format("%s0x0.0p+0", sign));
    int exponent;
    double m = frexp(fabs(d), &exponent);
    // m is in [1, 2), or below 1 for a subnormal number
    int shift = exponent - 1 < MIN_EXPONENT ? exponent - MIN_EXPONENT : 1;
    m = ldexp(m, shift);
    exponent -= shift;
    int64_t fraction = (int64_t)ldexp(m - floor(m), 4 * FRACTION_DIGITS);
    return value_object(str_format("%s0x%d.%0*llxp%+d", sign, (int)m, FRACTION_DIGITS,
                                   (unsigned long long)fraction, exponent));
}

static const char *skip_hex(const char *p, int *n_digits)
{
    for (; isxdigit((unsigned char)*p); p++)
        ++*n_digits;
    return p;
}

// [0x] digits [. digits] [p [sign] digits]
static bool is_hex_float(const char *p)
{
    int n_digits = 0;
    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) p += 2;
    p = skip_hex(p, &n_digits);
    if (*p == '.') p = skip_hex(p + 1, &n_digits);
    if (n_digits == 0) return false;
    if (*p != 'p' && *p != 'P') return *p == 0;
    p++;
    if (*p == '+' || *p == '-') p++;
    if (!isdigit((unsigned char)*p)) return false;
    while (isdigit((unsigned char)*p))
        p++;
    return *p == 0;
}

// The value of digits that is_hex_float approved. (The C library's strtod rounds some subnormals wrongly.)
static double read_hex_float(const char *p)
{
    enum { KEPT = 15, FAR = 1 << 20 };  // hex digits; an exponent beyond any float's
    uint64_t m = 0;
    int n_kept = 0, exponent = 0;
    bool has_point = false, is_more = false;
    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) p += 2;
    for (; *p == '.' || isxdigit((unsigned char)*p); p++) {
        if (*p == '.') {
            has_point = true;
            continue;
        }
        int digit = isdigit((unsigned char)*p) ? *p - '0' : (*p | 0x20) - 'a' + 10;
        bool is_kept = n_kept < KEPT;
        if (is_kept) m = m << 4 | (uint64_t)digit;
        else is_more |= digit != 0;
        n_kept += is_kept && m != 0;
        exponent += 4 * (!is_kept - has_point);
        if (exponent > FAR || exponent < -FAR) break;
    }
    const char *power = strpbrk(p, "pP");
    if (power) {
        long n = strtol(power + 1, NULL, 10);
        exponent += n > 4 * FAR ? 4 * FAR : n < -4 * FAR ? -4 * FAR : (int)n;
    }
    if (m == 0) return 0;
    // Round to even here, so that ldexp has nothing to round.
    int top = 64 - __builtin_clzll(m) + exponent;
    int n_bits = top - 1 < MIN_EXPONENT ? top - 1 - MIN_EXPONENT + DBL_MANT_DIG : DBL_MANT_DIG;
    int drop = 64 - __builtin_clzll(m) - n_bits;
    if (drop > 63) return 0;
    if (drop > 0) {
        uint64_t unit = 1ull << drop, rest = m & (unit - 1), half = unit / 2;
        m -= rest;
        if (rest > half || (rest == half && (is_more || m & unit))) m += unit;
    }
    return ldexp((double)m, exponent);
}

// False: invalid. *overflows: the digits mean more than any float.
static bool parse_hex(const char *text, double *out, bool *overflows)
{
    *overflows = false;
    bool is_negative = *text == '-';
    if (*text == '-' || *text == '+') text++;
    if (!strcasecmp(text, "inf") || !strcasecmp(text, "infinity")) {
        *out = HUGE_VAL;
    } else if (!strcasecmp(text, "nan")) {
        *out = __builtin_nan("");
    } else {
        if (!is_hex_float(text)) return false;
        *out = read_hex_float(text);
        *overflows = isinf(*out);
    }
    if (is_negative) *out = -*out;
    return true;
}

NATIVE(float_fromhex, "fromhex(cls, string, /)",
       "The float that a hexadecimal text stands for.\n\n"
       ">>> float.fromhex('0x1.8p3')\n"
       "12.0")
{
    if (!is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "bad argument type for built-in operation");
    Str *s = as_str(args[1]);
    const char *p = s->data, *end = p + s->size;
    while (p < end && isspace((unsigned char)*p))
        p++;
    while (p < end && isspace((unsigned char)end[-1]))
        end--;
    size_t size = (size_t)(end - p);
    char *text = memcpy(gc_alloc_atomic(size + 1), p, size);
    text[size] = 0;
    double d;
    bool overflows;
    if (strlen(text) != size || !parse_hex(text, &d, &overflows))
        return raise_error(vm, EXC_ValueError, "invalid hexadecimal floating-point string");
    if (overflows)
        return raise_error(vm, EXC_OverflowError,
                           "hexadecimal value too large to represent as a float");
    Value v = value_any_float(d);
    if (as_class(args[0]) == vm->classes[KIND_FLOAT]) return v;
    return value_call(vm, args[0], 1, &v);
}

NATIVE(float_getformat, "__getformat__(cls, typestr: str, /)",
       "You probably don't want to use this function.\n\n"
       "It says how a C 'double' or 'float' is laid out.")
{
    if (str_is(as_str(args[1]), "double") || str_is(as_str(args[1]), "float"))
        return value_object(str_from_cstr("IEEE, little-endian"));
    return raise_error(vm, EXC_ValueError,
                       "__getformat__() argument 1 must be 'double' or 'float'");
}

static Value get_real(VM *vm, Value self)
{
    (void)vm;
    return value_float(float_value(self));
}

static Value get_imag(VM *vm, Value self)
{
    (void)vm;
    (void)self;
    return value_float(0.0);
}

static const NativeDef *const methods[] = {
    &def_float_new,      &def_float_add,       &def_float_radd,       &def_float_sub,
    &def_float_rsub,     &def_float_mul,       &def_float_rmul,       &def_float_truediv,
    &def_float_rtruediv, &def_float_floordiv,  &def_float_rfloordiv,  &def_float_mod,
    &def_float_rmod,     &def_float_lt,        &def_float_le,         &def_float_gt,
    &def_float_ge,       &def_float_eq,        &def_float_ne,         &def_float_pow,
    &def_float_rpow,     &def_float_divmod,    &def_float_rdivmod,    &def_float_neg,
    &def_float_pos,      &def_float_abs,       &def_float_bool,       &def_float_float,
    &def_float_int,      &def_float_trunc,     &def_float_floor,      &def_float_ceil,
    &def_float_hash,     &def_float_repr,      &def_float_format,     &def_float_getnewargs,
    &def_float_round,    &def_float_conjugate, &def_float_is_integer, &def_float_as_integer_ratio,
    &def_float_hex,      &def_float_fromhex,   &def_float_getformat,  NULL,
};

static const GetSetDef getset[] = {
    {"real", get_real, NULL, "the real part of a complex number"},
    {"imag", get_imag, NULL, "the imaginary part of a complex number"},
    {NULL, NULL, NULL, NULL},
};

void float_define(VM *vm)
{
    static const TypeDef type = {
        .name = "float",
        .kind = KIND_FLOAT,
        .convert = float_from_object,
        .doc = "A floating-point number, made of a number or a text.",
        .methods = methods,
        .getset = getset,
    };
    class_define(vm, &type, NULL);
}
