// SPDX-License-Identifier: MIT
// deque.c - the ring of values behind collections.deque. Its methods are in deque_methods.c.
// INVARIANT: slots that hold no item are zero, so that they retain nothing.
#include "stdlib/deque.h"

#include "vm/gc.h"
#include "vm/iter.h"

enum { MIN_CAP = 8 };

static void grow(Deque *d)
{
    size_t cap = d->cap ? d->cap * 2 : MIN_CAP;
    Value *items = gc_alloc_array(cap, sizeof(Value));
    for (size_t i = 0; i < d->len; i++)
        items[i] = *deque_slot(d, i);
    d->items = items;
    d->cap = cap;
    d->head = 0;
}

// Halve a ring of which an eighth is in use.
static void shrink(Deque *d)
{
    if (d->cap <= MIN_CAP * 8 || d->len > d->cap / 8) return;
    size_t cap = d->cap / 2;
    Value *items = gc_alloc_array(cap, sizeof(Value));
    for (size_t i = 0; i < d->len; i++)
        items[i] = *deque_slot(d, i);
    d->items = items;
    d->cap = cap;
    d->head = 0;
}

Value deque_pop(Deque *d)
{
    Value *slot = deque_slot(d, --d->len);
    Value v = *slot;
    value_let_go(v);
    *slot = 0;
    d->state++;
    shrink(d);
    return v;
}

Value deque_pop_left(Deque *d)
{
    Value v = d->items[d->head];
    value_let_go(v);
    d->items[d->head] = 0;
    d->head = (d->head + 1) & (d->cap - 1);
    d->len--;
    d->state++;
    shrink(d);
    return v;
}

static bool is_full(const Deque *d)
{
    return d->max_len >= 0 && d->len >= (size_t)d->max_len;
}

void deque_append(Deque *d, Value v)
{
    d->state++;
    if (unlikely(is_full(d))) {
        if (d->max_len == 0) return;
        deque_pop_left(d);
    }
    if (d->len == d->cap) grow(d);
    *deque_slot(d, d->len++) = v;
}

void deque_append_left(Deque *d, Value v)
{
    d->state++;
    if (unlikely(is_full(d))) {
        if (d->max_len == 0) return;
        deque_pop(d);
    }
    if (d->len == d->cap) grow(d);
    d->head = (d->head - 1) & (d->cap - 1);
    d->items[d->head] = v;
    d->len++;
}

void deque_clear(Deque *d)
{
    for (size_t i = 0; object_watcher && i < d->len; i++) value_let_go(*deque_slot(d, i));
    d->items = NULL;
    d->cap = d->head = d->len = 0;
    d->state++;
}

void deque_rotate(Deque *d, int64_t n)
{
    if (d->len < 2) return;
    int64_t len = (int64_t)d->len;
    n %= len;
    if (n > len / 2) n -= len;
    if (n < -len / 2) n += len;
    d->state++;
    for (; n > 0; n--) {
        Value *last = deque_slot(d, d->len - 1), v = *last;
        *last = 0;
        d->head = (d->head - 1) & (d->cap - 1);
        d->items[d->head] = v;
    }
    for (; n < 0; n++) {
        Value v = d->items[d->head];
        d->items[d->head] = 0;
        d->head = (d->head + 1) & (d->cap - 1);
        *deque_slot(d, d->len - 1) = v;
    }
}

void deque_insert(Deque *d, int64_t index, Value v)
{
    int64_t len = (int64_t)d->len;
    if (index < 0) index += len;
    if (index < 0) index = 0;
    if (index > len) index = len;
    if (index < len / 2) {
        deque_append_left(d, v);
        for (int64_t i = 0; i < index; i++)
            *deque_slot(d, (size_t)i) = *deque_slot(d, (size_t)i + 1);
    } else {
        deque_append(d, v);
        for (int64_t i = len; i > index; i--)
            *deque_slot(d, (size_t)i) = *deque_slot(d, (size_t)i - 1);
    }
    *deque_slot(d, (size_t)index) = v;
}

void deque_remove_at(Deque *d, size_t index)
{
    value_let_go(*deque_slot(d, index));
    if (index < d->len / 2) {
        for (size_t i = index; i > 0; i--)
            *deque_slot(d, i) = *deque_slot(d, i - 1);
        deque_pop_left(d);
    } else {
        for (size_t i = index; i + 1 < d->len; i++)
            *deque_slot(d, i) = *deque_slot(d, i + 1);
        deque_pop(d);
    }
}

bool deque_extend(VM *vm, Deque *d, Value iterable, bool left)
{
    if (iterable == value_object(d)) {
        List *copy = list_from_iterable(vm, iterable);
        if (!copy) return false;
        iterable = value_object(copy);
    }
    Value v, iterator = value_iter(vm, iterable);
    if (is_error(iterator)) return false;
    while ((v = iterator_advance(vm, iterator)) != VALUE_STOP) {
        if (is_error(v)) return false;
        if (left)
            deque_append_left(d, v);
        else
            deque_append(d, v);
    }
    return true;
}

// Iterators

typedef struct DequeIterator {
    Iterator base;
    Deque *deque;
    uint64_t state;
    size_t left;  // items not given yet
} DequeIterator;

static bool check_state(VM *vm, DequeIterator *it)
{
    if (likely(it->state == it->deque->state)) return true;
    it->left = 0;
    raise_error(vm, EXC_RuntimeError, "deque mutated during iteration");
    return false;
}

static Value next(VM *vm, Iterator *self)
{
    DequeIterator *it = (DequeIterator *)self;
    if (!check_state(vm, it)) return VALUE_ERROR;
    if (it->left == 0) return VALUE_STOP;
    return *deque_slot(it->deque, it->deque->len - it->left--);
}

static Value previous(VM *vm, Iterator *self)
{
    DequeIterator *it = (DequeIterator *)self;
    if (it->left == 0) return VALUE_STOP;
    if (!check_state(vm, it)) return VALUE_ERROR;
    return *deque_slot(it->deque, --it->left);
}

Value deque_iter(Deque *d, bool is_reversed)
{
    DequeIterator *it = iterator_alloc(is_reversed ? ITER_DEQUE_REVERSE : ITER_DEQUE,
                                       sizeof(DequeIterator), is_reversed ? previous : next);
    it->deque = d;
    it->state = d->state;
    it->left = d->len;
    return value_object(it);
}

NATIVE(deque_iterator_length_hint, "__length_hint__(self, /)",
       "How many items are left.")
{
    return small_int((int64_t)((DequeIterator *)as_iterator(args[0]))->left);
}

static const NativeDef *const iterator_methods[] = {
    &iterator_def_iter,
    &iterator_def_next,
    &def_deque_iterator_length_hint,
    NULL,
};

void deque_define_iterators(VM *vm)
{
    static const TypeDef forward = {
        .name = "collections._deque_iterator",
        .kind = KIND_ITERATOR,
        .methods = iterator_methods,
        .flags = CLASS_FINAL,
    };
    static const TypeDef backward = {
        .name = "collections._deque_reverse_iterator",
        .kind = KIND_ITERATOR,
        .methods = iterator_methods,
        .flags = CLASS_FINAL,
    };
    iterator_define(vm, ITER_DEQUE, &forward);
    iterator_define(vm, ITER_DEQUE_REVERSE, &backward);
}
