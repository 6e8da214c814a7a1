// SPDX-License-Identifier: MIT
// list.c - growable arrays of values: storage, items and slices, operators.
// Sorting is in sort.c, comparison in sequence.c, what scripts call in stdlib/list_methods.c.
// INVARIANT: items[len..cap) are zero, so that they retain nothing.
#include "vm/list.h"

#include "vm/gc.h"
#include "vm/int.h"
#include "vm/note.h"
#include "vm/iter.h"
#include "vm/range.h"
#include "vm/sequence.h"
#include "vm/vm.h"

// Storage

enum { SMALL_ITEMS = GC_MAX_SMALL / sizeof(Value), MIN_CAP = 4 };

// The first n items are filled by the caller at once.
static Value *try_alloc_items(size_t cap, size_t n)
{
    if (cap > SIZE_MAX / sizeof(Value)) return NULL;
    Value *items = gc_try_alloc_object(cap * sizeof(Value));
    if (items) memset(items + n, 0, (cap - n) * sizeof(Value));
    return items;
}

static void replace_items(List *list, Value *items, size_t cap)
{
    if (list->len) memcpy(items, list->items, list->len * sizeof(Value));
    if (list->cap) gc_recycle(list->items, list->cap * sizeof(Value));
    list->items = items;
    list->cap = cap;
}

void list_init_empty(List *list)
{
    list->items = NULL;
    list->len = list->cap = 0;
    list->attrs = NULL;
}

List *list_new(size_t cap)
{
    List *list = gc_new(List);
    object_init(&list->object, KIND_LIST);
    list_init_empty(list);
    if (cap && !list_grow(NULL, list, cap)) list->items = gc_alloc_array(cap, sizeof(Value));
    return list;
}

static List *try_of_length(size_t len)
{
    Value *items = len ? try_alloc_items(len, len) : NULL;
    if (len && !items) return NULL;
    List *list = gc_new(List);
    object_init(&list->object, KIND_LIST);
    list->items = items;
    list->len = list->cap = len;
    list->attrs = NULL;
    return list;
}

// Its items are to be filled at once.
static List *of_length(size_t len)
{
    List *list = try_of_length(len);
    return likely(list) ? list : list_new(len);  // ends the program
}

List *list_from(const Value *items, size_t len)
{
    List *list = of_length(len);
    if (len) memcpy(list->items, items, len * sizeof(Value));
    return list;
}

// Room for at least cap items; vm NULL: no exception is raised.
bool list_grow(VM *vm, List *list, size_t cap)
{
    if (cap <= list->cap) return true;
    if (cap % 2 && cap < SMALL_ITEMS) cap++;  // a granule is two words
    Value *items = try_alloc_items(cap, list->len);
    if (!items) {
        if (vm) raise_value(vm, vm->memory_error);
        return false;
    }
    replace_items(list, items, cap);
    return true;
}

// Half as much again: enough for appends in amortised constant time.
static size_t next_cap(size_t len)
{
    size_t cap = len + len / 2 + 1;
    return cap < MIN_CAP ? MIN_CAP : cap;
}

void list_append_slow(List *list, Value v)
{
    size_t cap = next_cap(list->len);
    if (!list_grow(NULL, list, cap)) gc_alloc_array(cap, sizeof(Value));  // ends the program
    list->items[list->len++] = v;
}

// Give room back when three quarters are empty.
static void shrink(List *list)
{
    if (list->cap <= SMALL_ITEMS || list->len > list->cap / 4) return;
    size_t cap = next_cap(list->len);
    Value *items = try_alloc_items(cap, list->len);
    if (items) replace_items(list, items, cap);
}

void list_clear(List *list)
{
    if (list->cap == 0) return;
    values_let_go(list->items, list->len);
    list->items = NULL;
    list->len = list->cap = 0;
}

bool list_replace(VM *vm, List *list, size_t from, size_t to, const Value *v, size_t n)
{
    size_t len = list->len - (to - from) + n, tail = list->len - to;
    if (len > list->cap && !list_grow(vm, list, len > list->len ? next_cap(len) : len))
        return false;
    Value *items = list->items;
    values_let_go(items + from, to - from);
    if (tail && to != from + n) memmove(items + from + n, items + to, tail * sizeof(Value));
    if (n) memcpy(items + from, v, n * sizeof(Value));
    if (len < list->len) memset(items + len, 0, (list->len - len) * sizeof(Value));
    list->len = len;
    shrink(list);
    return true;
}

void list_remove_range(List *list, size_t from, size_t to)
{
    if (from >= to) return;
    Value *items = list->items;
    values_let_go(items + from, to - from);
    memmove(items + from, items + to, (list->len - to) * sizeof(Value));
    memset(items + list->len - (to - from), 0, (to - from) * sizeof(Value));
    list->len -= to - from;
    shrink(list);
}

bool list_insert(VM *vm, List *list, int64_t index, Value v)
{
    int64_t len = (int64_t)list->len;
    if (index < 0) index += len;
    if (index < 0) index = 0;
    if (index > len) index = len;
    return list_replace(vm, list, (size_t)index, (size_t)index, &v, 1);
}

Value list_pop(VM *vm, List *list, int64_t index)
{
    if (list->len == 0) return raise_error(vm, EXC_IndexError, "pop from empty list");
    if (index < 0) index += (int64_t)list->len;
    if (index < 0 || index >= (int64_t)list->len)
        return raise_error(vm, EXC_IndexError, "pop index out of range");
    Value v = list->items[index];
    if ((size_t)index + 1 == list->len && list->cap <= SMALL_ITEMS)
        list->items[--list->len] = 0;
    else
        list_remove_range(list, (size_t)index, (size_t)index + 1);
    return v;
}

void list_reverse(List *list)
{
    if (list->len < 2) return;
    for (Value *lo = list->items, *hi = lo + list->len - 1; lo < hi; lo++, hi--) {
        Value v = *lo;
        *lo = *hi;
        *hi = v;
    }
}

List *list_slice(List *list, size_t from, size_t to)
{
    return from < to ? list_from(list->items + from, to - from) : list_new(0);
}

// From iterables

static bool append(VM *vm, List *list, Value v)
{
    if (list->len == list->cap && !list_grow(vm, list, next_cap(list->len))) return false;
    list->items[list->len++] = v;
    return true;
}

static bool is_small_range(Value v)
{
    return is_exact(v, KIND_RANGE) && is_int(as_range(v)->start) && is_int(as_range(v)->stop) &&
           is_int(as_range(v)->step) && is_int(as_range(v)->length);
}

static bool extend_range(VM *vm, List *list, const Range *range)
{
    int64_t i = as_int(range->start), step = as_int(range->step);
    size_t len = list->len + (size_t)as_int(range->length);
    if (len > list->cap && !list_grow(vm, list, len)) return false;
    for (; list->len < len; i += step)
        list->items[list->len++] = small_int(i);
    return true;
}

static bool extend_generator(VM *vm, List *list, Generator *g)
{
    for (;;) {
        Value v = generator_resume(vm, g, VALUE_NONE);
        if (v == VALUE_STOP) return true;
        if (is_error(v) || !append(vm, list, v)) return false;
    }
}

static bool extend_iterator(VM *vm, List *list, Value iterator)
{
    for (;;) {
        Value v = iterator_advance(vm, iterator);
        if (v == VALUE_STOP) return true;
        if (is_error(v) || !append(vm, list, v)) return false;
    }
}

// How many values an iterator says are left, as __length_hint__; -1: raised.
static int64_t items_left(VM *vm, Value iterator)
{
    enum { UNKNOWN = 8 };
    int64_t left = iterator_length_hint(iterator);
    if (left >= 0) return left;
    uint32_t shape = as_object(iterator)->shape;
    for (int i = ITER_MAP; i <= ITER_ENUMERATE; i++)
        if (shape == iterator_shapes[i]) return UNKNOWN;
    return value_length_hint(vm, iterator, UNKNOWN);
}

// Types whose __len__ or __length_hint__ is written in Rill are asked, as CPython does: it may
// raise.
static bool reserve(VM *vm, List *list, Value iterable)
{
    int64_t hint = 0;
    if (is_iterator(iterable))
        hint = items_left(vm, iterable);
    else if (is_set(iterable))
        hint = (int64_t)as_set(iterable)->len;
    else if (is_exact(iterable, KIND_DICT))
        hint = (int64_t)as_dict(iterable)->len;
    else if (is_exact(iterable, KIND_STR))
        hint = (int64_t)str_length(as_str(iterable));
    else if (is_exact(iterable, KIND_RANGE) || class_of(vm, iterable)->flags & CLASS_HEAP)
        hint = value_length_hint(vm, iterable, 8);
    if (hint < 0) return false;
    if (hint == 0 || (uint64_t)hint > (SIZE_MAX >> 1) - list->len) return true;
    size_t cap = list->len + (size_t)hint;
    if (list->len && cap > list->cap && cap < next_cap(list->len)) cap = next_cap(list->len);
    return list_grow(vm, list, cap);
}

bool list_extend(VM *vm, List *list, Value iterable)
{
    if (is_exact(iterable, KIND_LIST) || is_exact(iterable, KIND_TUPLE) || iterable == value_object(list)) {
        size_t n;
        sequence_items(iterable, &n);
        if (n == 0) return true;
        size_t len = list->len + n;
        if (len > list->cap && !list_grow(vm, list, list->len ? len + len / 8 : len)) return false;
        memcpy(list->items + list->len, sequence_items(iterable, &n), n * sizeof(Value));
        list->len += n;
        return true;
    }
    if (is_small_range(iterable)) return extend_range(vm, list, as_range(iterable));
    if (unlikely(vm->generator_warnings)) note_iteration(vm, iterable);
    if (is_generator(iterable)) return extend_generator(vm, list, as_generator(iterable));
    Value iterator = value_iter(vm, iterable);
    if (is_error(iterator) || !reserve(vm, list, iterable)) return false;
    if (is_generator(iterator)) return extend_generator(vm, list, as_generator(iterator));
    return extend_iterator(vm, list, iterator);
}

List *list_from_iterable(VM *vm, Value iterable)
{
    if (is_exact(iterable, KIND_LIST) || is_exact(iterable, KIND_TUPLE)) {
        size_t len;
        const Value *items = sequence_items(iterable, &len);
        return list_from(items, len);
    }
    List *list = list_new(0);
    return list_extend(vm, list, iterable) ? list : NULL;
}

// Items and slices

// The slice with its parts as plain ints: computing them may run Rill code that changes the list.
static bool plain_slice(VM *vm, Value key, Slice *out)
{
    Value *parts[] = {&out->start, &out->stop, &out->step};
    *out = *as_slice(key);
    for (int i = 0; i < 3; i++) {
        Value v = *parts[i];
        if (is_none(v) || is_int(v)) continue;
        if (!is_any_int(v) && special_lookup(vm, v, S(__index__)) == VALUE_UNBOUND) continue;
        *parts[i] = value_index(vm, v);
        if (is_error(*parts[i])) return false;
    }
    return true;
}

static Value get_slice(VM *vm, List *list, Value key)
{
    Slice slice;
    int64_t start, step, n;
    if (!plain_slice(vm, key, &slice)) return VALUE_ERROR;
    if (!slice_indices(vm, &slice, list->len, &start, &step, &n)) return VALUE_ERROR;
    if (step == 1) return value_object(list_slice(list, (size_t)start, (size_t)(start + n)));
    List *result = of_length((size_t)n);
    for (int64_t i = 0; i < n; i++, start += step)
        result->items[i] = list->items[start];
    return value_object(result);
}

Value list_getitem(VM *vm, List *list, Value key)
{
    int64_t i;
    if (is_slice(key)) return get_slice(vm, list, key);
    if (!sequence_subscript(vm, "list", key, &i)) return VALUE_ERROR;
    if (i < 0) i += (int64_t)list->len;
    if (unlikely((uint64_t)i >= list->len))
        return raise_error(vm, EXC_IndexError, "list index out of range");
    return list->items[i];
}

static void delete_steps(List *list, int64_t start, int64_t step, int64_t n)
{
    if (n <= 0) return;
    if (step < 0) {
        start += step * (n - 1);
        step = -step;
    }
    size_t to = (size_t)start, next = (size_t)start;
    int64_t left = n;
    for (size_t from = to; from < list->len; from++) {
        if (left && from == next) {
            left--;
            value_let_go(list->items[from]);
            next += (size_t)step;
        } else {
            list->items[to++] = list->items[from];
        }
    }
    list_remove_range(list, to, list->len);
}

// The values to assign: not the list's own items.
static List *assigned_values(VM *vm, List *list, Value v)
{
    if (is_exact(v, KIND_LIST) && as_list(v) != list) return as_list(v);
    if (v == value_object(list)) return list_from(list->items, list->len);
    Value iterator = is_exact(v, KIND_TUPLE) ? v : value_iter(vm, v);
    if (is_error(iterator)) {
        if (error_is(vm, EXC_TypeError)) {
            (void)error_take(vm);
            raise_error(vm, EXC_TypeError, "must assign iterable to extended slice");
        }
        return NULL;
    }
    return list_from_iterable(vm, iterator);
}

static bool set_slice(VM *vm, List *list, Value key, Value v)
{
    Slice slice;
    int64_t start, step, n;
    if (!plain_slice(vm, key, &slice)) return false;
    if (!slice_indices(vm, &slice, list->len, &start, &step, &n)) return false;
    if (v == VALUE_UNBOUND) {
        if (step == 1)
            list_remove_range(list, (size_t)start, (size_t)(start + n));
        else
            delete_steps(list, start, step, n);
        return true;
    }
    List *values = assigned_values(vm, list, v);
    if (!values || !slice_indices(vm, &slice, list->len, &start, &step, &n)) return false;
    if (step == 1)
        return list_replace(vm, list, (size_t)start, (size_t)(start + n), values->items,
                            values->len);
    if ((int64_t)values->len != n) {
        raise_error(vm, EXC_ValueError,
                    "attempt to assign sequence of size %zu to extended slice of size %lld",
                    values->len, (long long)n);
        return false;
    }
    for (int64_t i = 0; i < n; i++, start += step) {
        value_let_go(list->items[start]);
        list->items[start] = values->items[i];
    }
    return true;
}

bool list_setitem(VM *vm, List *list, Value key, Value v)
{
    int64_t i;
    if (is_slice(key)) return set_slice(vm, list, key, v);
    if (!sequence_subscript(vm, "list", key, &i)) return false;
    if (i < 0) i += (int64_t)list->len;
    if (unlikely((uint64_t)i >= list->len)) {
        raise_error(vm, EXC_IndexError, "list assignment index out of range");
        return false;
    }
    if (v == VALUE_UNBOUND) {
        list_remove_range(list, (size_t)i, (size_t)i + 1);
    } else {
        value_let_go(list->items[i]);
        list->items[i] = v;
    }
    return true;
}

// Operators

static Value concat(List *a, List *b)
{
    List *list = of_length(a->len + b->len);
    if (a->len) memcpy(list->items, a->items, a->len * sizeof(Value));
    if (b->len) memcpy(list->items + a->len, b->items, b->len * sizeof(Value));
    return value_object(list);
}

static bool repeat_fits(VM *vm, List *list, int64_t n)
{
    if (list->len == 0 || (uint64_t)n <= (SIZE_MAX >> 8) / sizeof(Value) / list->len) return true;
    raise_value(vm, vm->memory_error);
    return false;
}

static Value repeat(VM *vm, List *list, Value count)
{
    int64_t n;
    int is_count = sequence_repeat_count(vm, count, &n);
    if (is_count <= 0) return is_count ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
    if (!repeat_fits(vm, list, n)) return VALUE_ERROR;
    List *result = try_of_length(list->len * (size_t)n);
    if (!result) return raise_value(vm, vm->memory_error);
    if (list->len) sequence_repeat(result->items, list->items, list->len, (size_t)n);
    return value_object(result);
}

Value list_binary(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (op == BINARY_ADD && is_list(a)) {
        if (is_list(b)) return concat(as_list(a), as_list(b));
        return sequence_bad_concat(vm, "list", b);
    }
    if (op == BINARY_MUL) return is_list(a) ? repeat(vm, as_list(a), b) : repeat(vm, as_list(b), a);
    return VALUE_NOT_IMPLEMENTED;
}

Value list_inplace(VM *vm, BinaryOperator op, Value a, Value b)
{
    List *list = as_list(a);
    if (op == BINARY_ADD) return list_extend(vm, list, b) ? a : VALUE_ERROR;
    if (op != BINARY_MUL) return VALUE_NOT_IMPLEMENTED;
    int64_t n;
    int is_count = sequence_repeat_count(vm, b, &n);
    if (is_count <= 0) return is_count ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
    if (!repeat_fits(vm, list, n)) return VALUE_ERROR;
    if (n == 0 || list->len == 0) {
        list_clear(list);
        return a;
    }
    size_t len = list->len;
    if (!list_grow(vm, list, len * (size_t)n)) return VALUE_ERROR;
    sequence_repeat(list->items + len, list->items, len, (size_t)n - 1);
    list->len = len * (size_t)n;
    return a;
}

Str *list_repr(VM *vm, List *list)
{
    if (list->len == 0) return str_new("[]", 2);
    if (!vm_check_c_stack(vm)) return NULL;
    if (repr_enter(vm, value_object(list))) return str_new("[...]", 5);
    StrBuilder b = {0};
    builder_add_byte(&b, '[');
    for (size_t i = 0; i < list->len; i++) {
        if (i) builder_add(&b, ", ", 2);
        Str *s = value_repr(vm, list->items[i]);
        if (!s) {
            repr_leave(vm, value_object(list));
            return NULL;
        }
        builder_add_str(&b, s);
    }
    builder_add_byte(&b, ']');
    repr_leave(vm, value_object(list));
    return builder_str(&b);
}
