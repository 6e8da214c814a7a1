// SPDX-License-Identifier: MIT
// deque.h - collections.deque: a ring of values that grows at both ends.
#ifndef RILL_STDLIB_DEQUE_H
#define RILL_STDLIB_DEQUE_H

#include "vm/vm.h"

typedef struct Deque {
    Object object;  // KIND_OPAQUE
    Value *items;   // cap slots; item i is in slot (head + i) & (cap - 1); unused slots are zero
    size_t cap;     // a power of two, or 0
    size_t head, len;
    int64_t max_len;  // -1: no bound
    uint64_t state;   // bumped by every change of the items' number or places
} Deque;

static inline Deque *as_deque(Value v)
{
    return (Deque *)as_pointer(v);
}
static inline Value *deque_slot(const Deque *d, size_t i)
{
    return &d->items[(d->head + i) & (d->cap - 1)];
}
bool is_deque(VM *vm, Value v);
void deque_append(Deque *d, Value v);       // drops the first item of a full one
void deque_append_left(Deque *d, Value v);  // drops the last
Value deque_pop(Deque *d);                  // d is not empty
Value deque_pop_left(Deque *d);
void deque_clear(Deque *d);
void deque_rotate(Deque *d, int64_t n);               // n steps to the right
void deque_insert(Deque *d, int64_t index, Value v);  // d is not full
void deque_remove_at(Deque *d, size_t index);
bool deque_extend(VM *vm, Deque *d, Value iterable, bool left) RILL_FALLIBLE;
Value deque_iter(Deque *d, bool is_reversed);
void deque_define_iterators(VM *vm);
void deque_define(VM *vm, Module *module);  // the type; deque_methods.c

#endif
