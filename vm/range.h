// SPDX-License-Identifier: MIT
// range.h - range and slice objects.
#ifndef RILL_VM_RANGE_H
#define RILL_VM_RANGE_H

#include "vm/iter.h"
#include "vm/object.h"

typedef struct Range {
    Object object;
    Value start, stop, step;  // ints of any size
    Value length;             // int of any size, computed once
} Range;

typedef struct Slice {
    Object object;
    Value start, stop, step;
} Slice;

static inline bool is_range(Value v)
{
    return is_kind(v, KIND_RANGE);
}
static inline Range *as_range(Value v)
{
    return (Range *)as_pointer(v);
}
static inline bool is_slice(Value v)
{
    return is_kind(v, KIND_SLICE);
}
static inline Slice *as_slice(Value v)
{
    return (Slice *)as_pointer(v);
}
// Of plain ints; ValueError if step is 0.
Value range_new(VM *vm, Value start, Value stop, Value step) RILL_FALLIBLE;
Value slice_new(Value start, Value stop, Value step);
// The slice applied to a sequence of len items: count items at start, start + step, ...; raises
// TypeError/ValueError.
bool slice_indices(VM *vm, Slice *slice, size_t len, int64_t *start, int64_t *step,
                   int64_t *count) RILL_FALLIBLE;
// The same, with CPython's PySlice_AdjustIndices stop as well (for slice.indices and deletion).
bool slice_unpack(VM *vm, Slice *slice, size_t len, int64_t *start, int64_t *stop,
                  int64_t *step) RILL_FALLIBLE;

// slice.indices: any ints, for a sequence of `len` items (an int of any size).
bool slice_adjust(VM *vm, Slice *slice, Value len, Value *start, Value *stop,
                  Value *step) RILL_FALLIBLE;

// range_iterator: unboxed ints. longrange_iterator: any ints.
typedef struct RangeIterator {
    Iterator base;
    int64_t next, step, remaining;
} RangeIterator;
typedef struct LongRangeIterator {
    Iterator base;
    Value next, step, remaining;
} LongRangeIterator;
// start + index * step
Value range_item(VM *vm, const Range *range, Value index) RILL_FALLIBLE;
Value range_reversed(VM *vm, const Range *range) RILL_FALLIBLE;  // an iterator
// The position of an int object in the range; VALUE_NONE if it is not in it.
Value range_find(VM *vm, const Range *range, Value item) RILL_FALLIBLE;
Value range_iterator_rest(VM *vm, Value iterator) RILL_FALLIBLE;  // a range of what is left
Value range_iterator_left(Value iterator);  // of either type: how many values are left, an int

#endif
