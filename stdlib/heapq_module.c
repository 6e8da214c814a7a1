// SPDX-License-Identifier: MIT
// heapq_module.c - _heapq: priority queues in lists. merge, nlargest and nsmallest are in
// rill/heapq.rill. INVARIANT of a heap: no item is smaller than its parent, at (i - 1) / 2. In a
// max-heap none is greater. The comparisons are CPython's, one for one; they may run Rill code,
// which may change the list.
#include "stdlib/stdlib.h"
#include "vm/ops.h"

// Is a to be above b? 1/0/-1. The heap must not have changed its length meanwhile.
static int is_above(VM *vm, const List *heap, Value a, Value b, bool is_max)
{
    if (is_max) {
        Value t = a;
        a = b;
        b = t;
    }
    if (likely(is_int(a) && is_int(b))) return as_int(a) < as_int(b);
    size_t len = heap->len;
    int r = value_compare_bool(vm, COMPARE_LT, a, b);
    if (r < 0 || heap->len == len) return r;
    raise_error(vm, EXC_RuntimeError, "list changed size during iteration");
    return -1;
}

// Move the item at pos up, not above top, to where its parent is not greater.
static bool rise(VM *vm, List *heap, size_t top, size_t pos, bool is_max)
{
    while (pos > top) {
        size_t parent = (pos - 1) / 2;
        Value item = heap->items[pos], other = heap->items[parent];
        int r = is_above(vm, heap, item, other, is_max);
        if (r < 0) return false;
        if (r == 0) break;
        item = heap->items[pos];
        heap->items[pos] = heap->items[parent];
        heap->items[parent] = item;
        pos = parent;
    }
    return true;
}

// Move the item at pos down to a leaf along the smaller children, then up to its place: one that
// comes from the end is likely to go back near it, and this way takes fewer comparisons.
static bool settle(VM *vm, List *heap, size_t pos, bool is_max)
{
    size_t top = pos, end = heap->len, limit = end / 2;
    while (pos < limit) {
        size_t child = 2 * pos + 1;
        if (child + 1 < end) {
            int r = is_above(vm, heap, heap->items[child], heap->items[child + 1], is_max);
            if (r < 0) return false;
            child += !r;
        }
        Value item = heap->items[child];
        heap->items[child] = heap->items[pos];
        heap->items[pos] = item;
        pos = child;
    }
    return rise(vm, heap, top, pos, is_max);
}

static List *heap_of(VM *vm, Value v, const char *argument)
{
    if (is_list(v)) return as_list(v);
    raise_error(vm, EXC_TypeError, "%s must be list, not %s", argument, argument_type_name(vm, v));
    return NULL;
}

static Value pop(VM *vm, List *heap, bool is_max)
{
    if (heap->len == 0) return raise_error(vm, EXC_IndexError, "index out of range");
    Value last = list_pop(vm, heap, (int64_t)heap->len - 1);
    if (heap->len == 0) return last;
    Value first = heap->items[0];
    heap->items[0] = last;
    return settle(vm, heap, 0, is_max) ? first : VALUE_ERROR;
}

static Value replace(VM *vm, List *heap, Value item, bool is_max)
{
    if (heap->len == 0) return raise_error(vm, EXC_IndexError, "index out of range");
    Value first = heap->items[0];
    heap->items[0] = item;
    return settle(vm, heap, 0, is_max) ? first : VALUE_ERROR;
}

static Value heapify(VM *vm, List *heap, bool is_max)
{
    for (size_t i = heap->len / 2; i-- > 0;)
        if (!settle(vm, heap, i, is_max)) return VALUE_ERROR;
    return VALUE_NONE;
}

NATIVE(heappush, "heappush(heap, item, /)", "Put an item into the heap.")
{
    List *heap = heap_of(vm, args[0], "heappush() argument 1");
    if (!heap) return VALUE_ERROR;
    list_append(heap, args[1]);
    return rise(vm, heap, 0, heap->len - 1, false) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(heappop, "heappop(heap, /)",
       "Take the smallest item out of the heap and return it; IndexError if there is none.")
{
    List *heap = heap_of(vm, args[0], "heappop() argument");
    return heap ? pop(vm, heap, false) : VALUE_ERROR;
}

NATIVE(heapreplace, "heapreplace(heap, item, /)",
       "Pop and return the current smallest value, and add the new item.\n\n"
       "This is more efficient than heappop() followed by heappush(), and can be\n"
       "more appropriate when using a fixed-size heap.  Note that the value\n"
       "returned may be larger than item!")
{
    List *heap = heap_of(vm, args[0], "heapreplace() argument 1");
    return heap ? replace(vm, heap, args[1], false) : VALUE_ERROR;
}

NATIVE(heappushpop, "heappushpop(heap, item, /)",
       "Push item on the heap, then pop and return the smallest item from the heap.")
{
    List *heap = heap_of(vm, args[0], "heappushpop() argument 1");
    if (!heap) return VALUE_ERROR;
    if (heap->len == 0) return args[1];
    int r = value_compare_bool(vm, COMPARE_LT, heap->items[0], args[1]);
    if (r <= 0) return r < 0 ? VALUE_ERROR : args[1];
    if (heap->len == 0) return raise_error(vm, EXC_IndexError, "index out of range");
    return replace(vm, heap, args[1], false);
}

NATIVE(heapify, "heapify(heap, /)", "Turn a list into a heap, in place, in a time proportional "
                                    "to its length.")
{
    List *heap = heap_of(vm, args[0], "heapify() argument");
    return heap ? heapify(vm, heap, false) : VALUE_ERROR;
}

NATIVE(heappop_max, "_heappop_max(heap, /)", "Maxheap variant of heappop.")
{
    List *heap = heap_of(vm, args[0], "_heappop_max() argument");
    return heap ? pop(vm, heap, true) : VALUE_ERROR;
}

NATIVE(heapreplace_max, "_heapreplace_max(heap, item, /)", "Maxheap variant of heapreplace.")
{
    List *heap = heap_of(vm, args[0], "_heapreplace_max() argument 1");
    return heap ? replace(vm, heap, args[1], true) : VALUE_ERROR;
}

NATIVE(heapify_max, "_heapify_max(heap, /)", "Maxheap variant of heapify.")
{
    List *heap = heap_of(vm, args[0], "_heapify_max() argument");
    return heap ? heapify(vm, heap, true) : VALUE_ERROR;
}

static const NativeDef *const natives[] = {&def_heappush,        &def_heappop,     &def_heapreplace,
                                           &def_heappushpop,     &def_heapify,     &def_heappop_max,
                                           &def_heapreplace_max, &def_heapify_max, NULL};

const ModuleDef module__heapq = {
    .name = "_heapq",
    .doc = "Heap queue algorithm (a.k.a. priority queue).",
    .natives = natives,
};
