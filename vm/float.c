// SPDX-License-Identifier: MIT
// float.c - floats: parsing, arithmetic with Python's rules, hash. Their repr is in float_repr.c.
// Conversions rely on the C library's strtod and printf, which round correctly; the locale is "C".
#include "vm/float.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "vm/bytes.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/unicode.h"
#include "vm/vm.h"
#include "vm/warn.h"

double float_value(Value v)
{
    return is_float(v) ? as_float(v) : ((Float *)as_pointer(v))->value;
}

// Parsing

// Decimal digits and spaces of any script as ASCII; every other character becomes '?'.
static Span to_ascii(Value text)
{
    if (!is_str(text)) return bytes_span(text);
    Str *s = as_str(text);
    if (str_is_ascii(s)) return (Span){s->data, s->size};
    StrBuilder b = {0};
    for (const char *p = s->data, *end = p + s->size; p < end;) {
        uint32_t c = utf8_decode(&p);
        int digit = unicode_decimal_value(c);
        char ascii = c < 0x80 ? (char)c : digit >= 0 ? (char)('0' + digit) : '?';
        builder_add_byte(&b, c >= 0x80 && unicode_is_space(c) ? ' ' : ascii);
    }
    return (Span){b.data, b.size};
}

static bool match_word(const char *s, const char *end, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(end - s) != n) return false;
    for (size_t i = 0; i < n; i++)
        if (tolower((unsigned char)s[i]) != word[i]) return false;
    return true;
}

static bool parse_special(const char *s, const char *end, double *out)
{
    bool is_negative = s < end && *s == '-';
    if (s < end && (*s == '-' || *s == '+')) s++;
    if (match_word(s, end, "inf") || match_word(s, end, "infinity"))
        *out = HUGE_VAL;
    else if (match_word(s, end, "nan"))
        *out = __builtin_nan("");
    else
        return false;
    if (is_negative) *out = -*out;
    return true;
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && isdigit((unsigned char)*p))
        p++;
    return p;
}

// [sign] digits [. digits] [e [sign] digits], nothing else.
static bool is_decimal(const char *p, const char *end)
{
    if (p < end && (*p == '-' || *p == '+')) p++;
    const char *start = p;
    p = skip_digits(p, end);
    size_t n_digits = (size_t)(p - start);
    if (p < end && *p == '.') {
        start = p + 1;
        p = skip_digits(start, end);
        n_digits += (size_t)(p - start);
    }
    if (n_digits == 0) return false;
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '-' || *p == '+')) p++;
        start = p;
        p = skip_digits(p, end);
        if (p == start) return false;
    }
    return p == end;
}

// A copy without the underscores, each of which must be between digits. NULL: a bad one.
static char *without_underscores(const char *s, size_t size)
{
    char *out = gc_alloc_atomic(size + 1), *to = out;
    char previous = 0;
    for (size_t i = 0; i < size; i++) {
        char c = s[i];
        if (c == '_') {
            if (!isdigit((unsigned char)previous)) return NULL;
        } else {
            if (previous == '_' && !isdigit((unsigned char)c)) return NULL;
            *to++ = c;
        }
        previous = c;
    }
    *to = 0;
    return previous == '_' ? NULL : out;
}

static bool parse(const char *s, const char *end, double *out)
{
    while (s < end && isspace((unsigned char)*s))
        s++;
    while (s < end && isspace((unsigned char)end[-1]))
        end--;
    if (parse_special(s, end, out)) return true;
    char *text = without_underscores(s, (size_t)(end - s));
    if (!text || strlen(text) > (size_t)(end - s)) return false;
    // A NUL inside ends the copy early: then is_decimal has not seen all of it.
    if (memchr(s, 0, (size_t)(end - s)) || !is_decimal(text, text + strlen(text))) return false;
    *out = strtod(text, NULL);
    return true;
}

Value float_parse(VM *vm, Value text)
{
    Span span = to_ascii(text);
    double d;
    if (span.size && parse(span.data, span.data + span.size, &d)) return value_any_float(d);
    Str *repr = value_repr(vm, text);
    if (!repr) return VALUE_ERROR;
    return raise_error(vm, EXC_ValueError, "could not convert string to float: %s", str_cstr(repr));
}

// Conversion

static bool int_as_double(VM *vm, Value v, double *out)
{
    bool overflow;
    *out = int_to_double(v, &overflow);
    if (overflow) raise_error(vm, EXC_OverflowError, "int too large to convert to float");
    return !overflow;
}

// What __float__ or __index__ say. 1; 0: the class has neither; -1: raised.
static int convert_object(VM *vm, Value v, double *out)
{
    Value result = value_call_special(vm, v, S(__float__), 0, NULL);
    if (is_error(result)) return -1;
    if (result != VALUE_UNBOUND) {
        if (is_any_float(result)) {
            Str *method = str_format("%s.__float__", type_name(vm, v));
            if (!is_float(result) && !warn_subclass(vm, method->data, "float", result)) return -1;
            *out = float_value(result);
            return 1;
        }
        raise_error(vm, EXC_TypeError, "%s.__float__ returned non-float (type %s)",
                    type_name(vm, v), type_name(vm, result));
        return -1;
    }
    if (special_lookup(vm, v, S(__index__)) == VALUE_UNBOUND) return 0;
    Value i = value_index(vm, v);
    return !is_error(i) && int_as_double(vm, i, out) ? 1 : -1;
}

bool number_to_double(VM *vm, Value v, double *out)
{
    if (is_any_float(v)) {
        *out = float_value(v);
        return true;
    }
    if (is_any_int(v)) return int_as_double(vm, v, out);
    int r = convert_object(vm, v, out);
    if (r == 0) raise_error(vm, EXC_TypeError, "must be real number, not %s", type_name(vm, v));
    return r > 0;
}

Value float_from_object(VM *vm, Value v)
{
    double d;
    if (is_float(v)) return v;
    if (is_int(v)) return value_float((double)as_int(v));
    int r = convert_object(vm, v, &d);
    if (r < 0) return VALUE_ERROR;
    if (r > 0) return value_any_float(d);
    if (is_str(v) || is_bytes_like(v)) return float_parse(vm, v);
    return raise_error(vm, EXC_TypeError,
                       "float() argument must be a string or a real number, not '%s'",
                       type_name(vm, v));
}

// Arithmetic

double float_mod(double a, double b)
{
    double r = fmod(a, b);
    if (r == 0) return copysign(0.0, b);
    return (b < 0) != (r < 0) ? r + b : r;
}

double float_floordiv(double a, double b)
{
    double r = fmod(a, b);
    double q = (a - r) / b;
    if (r != 0 && (b < 0) != (r < 0)) q -= 1.0;
    if (q == 0) return copysign(0.0, a / b);
    double whole = floor(q);
    return q - whole > 0.5 ? whole + 1.0 : whole;
}

Value float_divmod(VM *vm, double a, double b)
{
    if (b == 0) return raise_error(vm, EXC_ZeroDivisionError, "float divmod()");
    return value_object(
        tuple_of(2, value_any_float(float_floordiv(a, b)), value_any_float(float_mod(a, b))));
}

static Value raise_range(VM *vm)
{
    Value text = value_object(str_from_cstr("Numerical result out of range"));
    Value e = exception_call(vm, exception_class(vm, EXC_OverflowError),
                             tuple_of(2, small_int(ERANGE), text));
    return is_error(e) ? e : raise_value(vm, e);
}

static bool is_odd(double d)
{
    return fmod(fabs(d), 2.0) == 1.0;
}

// The cases that C99's pow and Python agree on without errors: infinities, NaN, zero exponents.
static bool power_special(double a, double b, double *out)
{
    if (b == 0 || a == 1.0)
        *out = 1.0;
    else if (isnan(a) || isnan(b) || isinf(a) || isinf(b))
        *out = pow(a, b);
    else
        return false;
    return true;
}

bool float_power(VM *vm, double a, double b, double *out)
{
    if (power_special(a, b, out)) return true;
    if (a == 0) {
        if (b < 0) {
            raise_error(vm, EXC_ZeroDivisionError, "0.0 cannot be raised to a negative power");
            return false;
        }
        *out = is_odd(b) ? a : 0.0;
        return true;
    }
    // CPYTHON: the result would be complex, and Rill has no complex numbers.
    if (a < 0 && b != floor(b)) {
        raise_error(
            vm, EXC_ValueError,
            "negative number cannot be raised to a fractional power (Rill has no complex numbers)");
        return false;
    }
    double r = pow(fabs(a), b);
    if (isinf(r)) {
        raise_range(vm);
        return false;
    }
    *out = a < 0 && is_odd(b) ? -r : r;
    return true;
}

Value float_binary(VM *vm, int op, double a, double b)
{
    double r;
    switch ((BinaryOperator)op) {
    case BINARY_ADD: return value_any_float(a + b);
    case BINARY_SUB: return value_any_float(a - b);
    case BINARY_MUL: return value_any_float(a * b);
    case BINARY_DIV:
        if (b == 0) return raise_error(vm, EXC_ZeroDivisionError, "float division by zero");
        return value_any_float(a / b);
    case BINARY_FLOORDIV:
        if (b == 0) return raise_error(vm, EXC_ZeroDivisionError, "float floor division by zero");
        return value_any_float(float_floordiv(a, b));
    case BINARY_MOD:
        if (b == 0) return raise_error(vm, EXC_ZeroDivisionError, "float modulo by zero");
        return value_any_float(float_mod(a, b));
    case BINARY_POW: return float_power(vm, a, b, &r) ? value_any_float(r) : VALUE_ERROR;
    default: return VALUE_NOT_IMPLEMENTED;
    }
}

// Rounding

enum { MAX_DECIMALS = 1074, MAX_WHOLE_DIGITS = 309, MOST_DIGITS = 323 };

// To a multiple of 10**n, from the exact decimal expansion.
static double round_whole(double d, int n)
{
    char text[MAX_WHOLE_DIGITS + MAX_DECIMALS + 4];
    snprintf(text, sizeof text, "%.*f", MAX_DECIMALS, fabs(d));
    char *dot = strchr(text, '.');
    int keep = (int)(dot - text) - n;
    if (keep < 0) return copysign(0.0, d);
    char first = text[keep];  // the first digit that goes; n >= 1, so it is no dot
    bool is_more = strspn(text + keep + 1, "0.") != strlen(text + keep + 1);
    bool is_odd_digit = keep > 0 && (text[keep - 1] - '0') % 2;
    bool up = first > '5' || (first == '5' && (is_more || is_odd_digit));
    char out[MAX_WHOLE_DIGITS + 3];
    out[0] = '0';
    memcpy(out + 1, text, (size_t)keep);
    memset(out + 1 + keep, '0', (size_t)n);
    out[1 + keep + n] = 0;
    for (int i = keep; up; i--) {
        up = out[i] == '9';
        out[i] = up ? '0' : (char)(out[i] + 1);
    }
    return copysign(strtod(out, NULL), d);
}

double float_round(double d, int64_t n_digits)
{
    if (!isfinite(d) || n_digits > MOST_DIGITS) return d;
    if (n_digits < -MAX_WHOLE_DIGITS + 1) return copysign(0.0, d);
    if (n_digits < 0) return round_whole(d, (int)-n_digits);
    char text[MAX_WHOLE_DIGITS + MOST_DIGITS + 4];
    snprintf(text, sizeof text, "%.*f", (int)n_digits, d);
    return strtod(text, NULL);
}

// Hash: CPython's, modulo the prime 2**61 - 1, so that it equals int_hash of an equal int.

enum { HASH_BITS = 61, CHUNK_BITS = 28, HASH_INF = 314159 };
#define HASH_MODULUS (((uint64_t)1 << HASH_BITS) - 1)

uint64_t float_hash(double d)
{
    if (isnan(d)) return 0;
    if (isinf(d)) return (uint64_t)(d > 0 ? (int64_t)HASH_INF : -(int64_t)HASH_INF);
    int e;
    double m = frexp(fabs(d), &e);
    uint64_t x = 0;
    while (m != 0) {
        x = (x << CHUNK_BITS & HASH_MODULUS) | x >> (HASH_BITS - CHUNK_BITS);
        m *= (double)(1 << CHUNK_BITS);
        e -= CHUNK_BITS;
        uint64_t chunk = (uint64_t)m;
        m -= (double)chunk;
        x += chunk;
        if (x >= HASH_MODULUS) x -= HASH_MODULUS;
    }
    e = e >= 0 ? e % HASH_BITS : HASH_BITS - 1 - (-1 - e) % HASH_BITS;
    x = (x << e & HASH_MODULUS) | x >> (HASH_BITS - e);
    int64_t h = d < 0 ? -(int64_t)x : (int64_t)x;
    return (uint64_t)(h == -1 ? -2 : h);
}
