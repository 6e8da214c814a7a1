// SPDX-License-Identifier: MIT
// value.h - Value: any Rill value in one 64-bit word. Knows no object layout.
//
//   0000:PPPP:PPPP:PPPP   a pointer to an Object, plain, so that the collector sees it
//   0000:0000:0000:00xx   an immediate with bit 1 set: None, False, True, ...
//   0002:... to FFFC:...  a double, its bits plus 2^49
//   FFFE:... and above    an integer of 49 bits, biased: v = i + (0xFFFF << 48)
//
// INVARIANT: an int that fits 49 bits is never boxed (except as an instance of a subclass of int);
// a float is never boxed (with the same exception); NaNs are canonical.
#ifndef RILL_VM_VALUE_H
#define RILL_VM_VALUE_H

#include "vm/common.h"

typedef uint64_t Value;

#define VALUE_DOUBLE_OFFSET 0x0002000000000000ull
#define VALUE_INT_TAG 0xFFFE000000000000ull
#define VALUE_INT_BIAS 0xFFFF000000000000ull

// Immediates a script can see.
#define VALUE_NONE ((Value)0x02)
#define VALUE_FALSE ((Value)0x06)
#define VALUE_TRUE ((Value)0x07)
#define VALUE_NOT_IMPLEMENTED ((Value)0x12)
#define VALUE_ELLIPSIS ((Value)0x1A)
// Immediates it never sees.
#define VALUE_UNBOUND ((Value)0x0A)  // a name without a value, an absent dict value
#define VALUE_ERROR ((Value)0x22)    // the function raised: vm->exception is set
#define VALUE_STOP ((Value)0x2A)     // an iterator is exhausted (no exception is set)
#define VALUE_RANGE ((Value)0x32)    // a loop's iterator register: a range kept in registers

enum { SMALL_INT_BITS = 49 };
#define SMALL_INT_MAX ((int64_t)0x0000FFFFFFFFFFFF)
#define SMALL_INT_MIN (-SMALL_INT_MAX - 1)

static inline bool is_int(Value v)  // a small int; int objects of other kinds: see int.h
{
    return v >= VALUE_INT_TAG;
}
static inline bool is_float(Value v)  // an unboxed float
{
    return v - VALUE_DOUBLE_OFFSET < VALUE_INT_TAG - VALUE_DOUBLE_OFFSET;
}
static inline bool is_object(Value v)
{
    return !(v & (VALUE_INT_TAG | 2));
}
static inline bool is_bool(Value v)
{
    return (v & ~(Value)1) == VALUE_FALSE;
}
static inline bool is_none(Value v)
{
    return v == VALUE_NONE;
}
static inline bool both_int(Value a, Value b)
{
    return (a & b) >= VALUE_INT_TAG;
}
static inline bool both_float(Value a, Value b)
{
    return is_float(a) && is_float(b);
}
static inline bool is_error(Value v)
{
    return unlikely(v == VALUE_ERROR);
}

static inline int64_t as_int(Value v)
{
    return (int64_t)(v - VALUE_INT_BIAS);
}
static inline bool fits_small_int(int64_t i)
{
    return (uint64_t)i + VALUE_INT_BIAS >= VALUE_INT_TAG;
}
static inline Value small_int(int64_t i)  // i must fit; int_from_int64 in int.h takes any
{
    return (uint64_t)i + VALUE_INT_BIAS;
}
static inline double as_float(Value v)
{
    uint64_t bits = v - VALUE_DOUBLE_OFFSET;
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}
static inline Value value_float(double d)  // the result of arithmetic: a NaN is canonical
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return bits + VALUE_DOUBLE_OFFSET;
}
static inline Value value_any_float(double d)  // from outside: any NaN payload
{
    return value_float(d != d ? __builtin_nan("") : d);
}
static inline Value value_bool(bool b)
{
    return VALUE_FALSE + b;
}
static inline Value value_object(const void *object)
{
    return (Value)(uintptr_t)object;
}
static inline void *as_pointer(Value v)
{
    return (void *)(uintptr_t)v;
}

#endif
