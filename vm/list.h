// SPDX-License-Identifier: MIT
// list.h - growable arrays of values. Methods: stdlib/list_methods.c. Sorting: vm/sort.c.
#ifndef RILL_VM_LIST_H
#define RILL_VM_LIST_H

#include "vm/object.h"

typedef struct List {
    Object object;
    Value *items;   // slots from len to cap are zero
    size_t len, cap;
    struct Dict *attrs;  // of an instance of a subclass; else NULL
} List;

List *list_new(size_t cap);
List *list_from(const Value *items, size_t len);
List *list_from_iterable(VM *vm, Value iterable) RILL_FALLIBLE;  // NULL: raised
bool list_grow(VM *vm, List *list, size_t cap) RILL_FALLIBLE;    // cap at least; MemoryError
void list_append_slow(List *list, Value v);
bool list_extend(VM *vm, List *list, Value iterable) RILL_FALLIBLE;
bool list_insert(VM *vm, List *list, int64_t index, Value v) RILL_FALLIBLE;
void list_remove_range(List *list, size_t from, size_t to);
bool list_sort(VM *vm, List *list, Value key, bool reverse) RILL_FALLIBLE;  // stable; key VALUE_NONE for none
// The arrays (NULL: none) of a sort that runs and of those outside it: what they hold is alive.
typedef struct Sorter Sorter;
void sort_each_array(const Sorter *s, void (*fn)(void *context, const Value *items, size_t n), void *context);

void list_init_empty(List *list);  // all fields but the header, of an instance of a subclass
void list_clear(List *list);
List *list_slice(List *list, size_t from, size_t to);
Value list_pop(VM *vm, List *list, int64_t index) RILL_FALLIBLE;
void list_reverse(List *list);
// Replace items[from, to) by n others; v must not point into the list's own items. false: MemoryError.
bool list_replace(VM *vm, List *list, size_t from, size_t to, const Value *v, size_t n) RILL_FALLIBLE;

static inline void list_append(List *list, Value v)
{
    if (unlikely(list->len == list->cap)) {
        list_append_slow(list, v);
        return;
    }
    list->items[list->len++] = v;
}
static inline bool is_list(Value v)
{
    return is_kind(v, KIND_LIST);
}
static inline List *as_list(Value v)
{
    return (List *)as_pointer(v);
}

#endif
