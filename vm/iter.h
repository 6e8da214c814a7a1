// SPDX-License-Identifier: MIT
// iter.h - builtin iterators: one header with a C function that makes the next value.
// Each iterator type (list_iterator, map, zip, enumerate, ...) is a struct that begins with Iterator.
#ifndef RILL_VM_ITER_H
#define RILL_VM_ITER_H

#include "vm/object.h"

typedef struct Iterator Iterator;
// The next value, VALUE_STOP when exhausted (again and again), VALUE_ERROR if raised.
typedef Value (*IteratorNext)(VM *vm, Iterator *self);

struct Iterator {
    Object object;      // KIND_ITERATOR; the shape says which class
    IteratorNext next;
};

// The two iterators the interpreter's loops know by layout (list_iterator, tuple_iterator).
typedef struct SequenceIterator {
    Iterator base;
    Object *sequence;  // List or Tuple; NULL when exhausted
    size_t index;
} SequenceIterator;
Value list_iterator_next(VM *vm, Iterator *self);
Value tuple_iterator_next(VM *vm, Iterator *self);

static inline bool is_iterator(Value v)
{
    return is_kind(v, KIND_ITERATOR);
}
static inline Iterator *as_iterator(Value v)
{
    return (Iterator *)as_pointer(v);
}

#endif
