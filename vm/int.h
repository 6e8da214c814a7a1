// SPDX-License-Identifier: MIT
// int.h - integers of any size: small ones unboxed, the rest in GMP's limbs; also bool as an int.
// INVARIANT: a value that fits 49 bits is unboxed, unless it is an instance of a subclass of int.
#ifndef RILL_VM_INT_H
#define RILL_VM_INT_H

#include "vm/object.h"

typedef struct Int {
    Object object;    // KIND_INT
    int64_t n_limbs;  // negative for a negative number, as in mpz_t
    uint64_t limbs[];  // least significant first; the attributes of a subclass follow them
} Int;

// Any int object: small, big, bool, or of a subclass.
static inline bool is_any_int(Value v)
{
    return is_int(v) || is_bool(v) || is_kind(v, KIND_INT);
}

static inline bool is_exact_int(Value v)  // neither a bool nor of a subclass
{
    return is_int(v) || is_exact(v, KIND_INT);
}

void int_init(void);
Value int_from_int64(int64_t i);
Value int_from_uint64(uint64_t u);
// Truncates; OverflowError and ValueError for infinities and NaN.
Value int_from_double(VM *vm, double d) RILL_FALLIBLE;
// The value as int64 if it fits: true. Takes any int object. Never raises.
bool int_to_int64(Value v, int64_t *out);
// Any int object as a plain int: bool as 0 or 1, an instance of a subclass as its value.
Value int_normal(Value v);
double int_to_double(Value v, bool *overflow);  // correctly rounded
int int_sign(Value v);
// Arithmetic on any two int objects. op is a BinaryOperator (ops.h). Raises ZeroDivisionError,
// ValueError (negative shift), OverflowError; for DIV and negative POW the result is a float.
// VALUE_NOT_IMPLEMENTED for MATMUL.
Value int_binary(VM *vm, int op, Value a, Value b) RILL_FALLIBLE;
Value int_pow_mod(VM *vm, Value base, Value exponent, Value modulus) RILL_FALLIBLE;
Value int_divmod(VM *vm, Value a, Value b) RILL_FALLIBLE;  // tuple
Value int_negate(Value v);
Value int_invert(Value v);
int int_compare(Value a, Value b);          // any two int objects: -1, 0, 1
int int_compare_double(Value a, double d);  // exact; d not NaN
uint64_t int_hash(Value v);
// A literal of the language, underscores and prefix allowed.
Value int_parse_literal(VM *vm, const char *text, size_t size) RILL_FALLIBLE;
// int("...", base): text is str or bytes-like; CPython's ValueErrors.
Value int_parse(VM *vm, Value text, int base) RILL_FALLIBLE;
// Without prefix; base 2 to 36. NULL: ValueError over the digit limit (base 10).
struct Str *int_to_str(VM *vm, Value v, int base) RILL_FALLIBLE;
Value int_copy_as(Value v, uint32_t shape);  // an instance of a subclass of int
Value int_abs(Value v);
size_t int_bit_length(Value v);  // of the magnitude
size_t int_bit_count(Value v);
// The value times 2**-*exponent, in [0.5, 1) with the sign of v, correctly rounded; as frexp().
double int_frexp(Value v, int64_t *exponent);
// Rounded to a multiple of 10**power, half to even. power > 0.
Value int_round(Value v, Value power);
Value int_from_bytes(const uint8_t *bytes, size_t size, bool is_little, bool is_signed);
// Exactly `size` bytes; OverflowError.
bool int_to_bytes(VM *vm, Value v, uint8_t *out, size_t size, bool is_little,
                  bool is_signed) RILL_FALLIBLE;
// Number theory (int_math.c). Plain or any int objects.
Value int_gcd(Value a, Value b);
Value int_lcm(VM *vm, Value a, Value b) RILL_FALLIBLE;
Value int_isqrt(Value v);                                      // v not negative
Value int_factorial(VM *vm, int64_t n) RILL_FALLIBLE;          // n not negative; MemoryError
Value int_binomial(VM *vm, Value n, int64_t k) RILL_FALLIBLE;  // neither negative
Value int_permutations(VM *vm, Value n, int64_t k) RILL_FALLIBLE;

#endif
