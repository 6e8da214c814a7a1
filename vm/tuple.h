// SPDX-License-Identifier: MIT
// tuple.h - immutable sequences of values.
#ifndef RILL_VM_TUPLE_H
#define RILL_VM_TUPLE_H

#include "vm/object.h"

typedef struct Class Class;

typedef struct Tuple {
    Object object;
    size_t len;
    Value items[];  // an attribute dict pointer of a subclass follows them
} Tuple;

extern Tuple *tuple_empty;
void tuple_init(void);
Tuple *tuple_new(size_t len);  // items VALUE_NONE, to be filled at once; len 0 gives tuple_empty
Tuple *tuple_from(const Value *items, size_t len);
Tuple *tuple_of(size_t len, ...);  // of Values
Tuple *tuple_from_iterable(VM *vm, Value iterable) RILL_FALLIBLE;  // NULL: raised

Tuple *tuple_alloc(Class *c, size_t len);  // instance of a subclass of tuple, items VALUE_NONE
Tuple *tuple_try_new(VM *vm, size_t len) RILL_FALLIBLE;  // NULL: MemoryError

static inline bool is_tuple(Value v)
{
    return is_kind(v, KIND_TUPLE);
}
static inline Tuple *as_tuple(Value v)
{
    return (Tuple *)as_pointer(v);
}

#endif
