// SPDX-License-Identifier: MIT
// iter.h - builtin iterators: one header with a C function that makes the next value.
// Each iterator type (list_iterator, map, zip, enumerate, ...) is a struct that begins with Iterator.
#ifndef RILL_VM_ITER_H
#define RILL_VM_ITER_H

#include "vm/iter_types.h"
#include "vm/object.h"
#include "vm/ops.h"

typedef struct Iterator Iterator;
typedef struct Class Class;
// The next value, VALUE_STOP when exhausted (again and again), VALUE_ERROR if raised. Iterators that may go on for
// ever, or for very long, look at vm->interrupt: natives that loop over them do not.
typedef Value (*IteratorNext)(VM *vm, Iterator *self);

struct Iterator {
    Object object;      // KIND_ITERATOR; the shape says which class
    IteratorNext next;
};

// The iterators the interpreter's loops know by layout: of a list, a tuple, a str that is ASCII.
typedef struct SequenceIterator {
    Iterator base;
    Object *sequence;  // NULL when exhausted
    size_t index;
} SequenceIterator;
Value list_iterator_next(VM *vm, Iterator *self);
Value tuple_iterator_next(VM *vm, Iterator *self);
Value ascii_iterator_next(VM *vm, Iterator *self);

// Root shapes of the classes in iter_types.h: makers of iterators have no VM at hand.
extern uint32_t iterator_shapes[ITER_TYPE_COUNT];
struct TypeDef;
// Define the class of an iterator type: vm->iterator_types and iterator_shapes.
void iterator_define(VM *vm, IteratorType type, const struct TypeDef *def);
// An iterator of `size` bytes with its header and `next` set; the rest is not initialised.
void *iterator_alloc(IteratorType type, size_t size, IteratorNext next);

// The methods that builtin iterators have, for their method tables: all the first two.
extern const struct NativeDef iterator_def_iter, iterator_def_next, iterator_def_reduce;

Value list_reverse_iter(Value list);
Value dict_reverse_iter(Value dict_or_view);
Value sequence_iterator_new(Value sequence);  // the old protocol: o[0], o[1], ... until IndexError
Value callable_iterator_new(Value callable, Value sentinel);  // iter(callable, sentinel)
Value reversed_new(Value sequence, int64_t len);  // sequence[len - 1], ...
Value map_new(Class *c, Value function, Tuple *iterators);
Value filter_new(Class *c, Value function, Value iterator);
Value zip_new(Class *c, Tuple *iterators, bool strict);
Value enumerate_new(Class *c, Value iterator, Value start);
// For copy: what calling makes the iterator anew (and a state), as __reduce__ gives it; and taking over a state.
Value iterator_reduce(VM *vm, Value iterator) RILL_FALLIBLE;
bool iterator_set_state(VM *vm, Value iterator, Value state) RILL_FALLIBLE;
// How many values are left, as far as the iterator can tell (its __length_hint__); -1: it cannot.
int64_t iterator_length_hint(Value iterator);
int64_t item_iterator_length_hint(VM *vm, Value iterator) RILL_FALLIBLE;  // of reversed_new, sequence_iterator_new; -1: raised
int64_t dict_iterator_length_hint(Iterator *self);  // dict_view.c
int64_t set_iterator_length_hint(Iterator *self);   // set.c

static inline bool is_iterator(Value v)
{
    return is_kind(v, KIND_ITERATOR);
}
static inline Iterator *as_iterator(Value v)
{
    return (Iterator *)as_pointer(v);
}
// After an error in an iterator: a StopIteration that what it calls has raised is its end, VALUE_STOP with
// vm->stop_value; else VALUE_ERROR.
Value iterator_failed(VM *vm) RILL_FALLIBLE;
// iter_next of ops.h, without the detour for builtin iterators.
static inline Value iterator_advance(VM *vm, Value iterator)
{
    if (likely(is_iterator(iterator))) {
        Value v = as_iterator(iterator)->next(vm, as_iterator(iterator));
        return unlikely(is_error(v)) ? iterator_failed(vm) : v;
    }
    return iter_next(vm, iterator);
}

#endif
