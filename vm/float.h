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
double float_mod(double a, double b);                 // Python's %, b != 0
double float_floordiv(double a, double b);
// Any int or float object as a double; 0 and TypeError "must be real number, not X", or OverflowError.
bool number_to_double(VM *vm, Value v, double *out) RILL_FALLIBLE;

#endif
