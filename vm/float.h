// SPDX-License-Identifier: MIT
// float.h - floats: shortest repr, exact parsing, arithmetic with Python's rules.
#ifndef RILL_VM_FLOAT_H
#define RILL_VM_FLOAT_H

#include "vm/object.h"

typedef struct Float {
    Object object;  // KIND_FLOAT: only instances of subclasses of float are boxed
    double value;
    struct Dict *attrs;
} Float;

static inline bool is_any_float(Value v)
{
    return is_float(v) || is_kind(v, KIND_FLOAT);
}
double float_value(Value v);  // of any float object
struct Str *float_repr(double d);
Value float_parse(VM *vm, Value text) RILL_FALLIBLE;  // float("...")
uint64_t float_hash(double d);                        // equal to int_hash for integral values
Value float_binary(VM *vm, int op, double a, double b) RILL_FALLIBLE;
double float_mod(double a, double b);  // Python's %, b != 0
double float_floordiv(double a, double b);
Value float_divmod(VM *vm, double a, double b) RILL_FALLIBLE;  // tuple
bool float_power(VM *vm, double a, double b, double *out) RILL_FALLIBLE;
// The significant digits of the shortest repr of d, which is finite and not 0: how many. The number
// is 0.DIGITS * 10**point.
enum { FLOAT_MAX_DIGITS = 17 };
int float_shortest(double d, char digits[FLOAT_MAX_DIGITS + 1], int *point);
// To a number of decimals, half to even of the exact value; may overflow to an infinity.
double float_round(double d, int64_t n_digits);
// float(v): of text and numbers, by __float__ and __index__.
Value float_from_object(VM *vm, Value v) RILL_FALLIBLE;
// Any int or float object as a double; 0 and TypeError "must be real number, not X", or
// OverflowError.
bool number_to_double(VM *vm, Value v, double *out) RILL_FALLIBLE;

#endif
