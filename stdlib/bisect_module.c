// SPDX-License-Identifier: MIT
// bisect_module.c - _bisect: binary search in sorted sequences.
#include "stdlib/stdlib.h"
#include "vm/call.h"
#include "vm/ops.h"

typedef struct Search {
    Value sequence, x;
    int64_t low, high;
    Value key;      // a function of an item; VALUE_NONE
    bool is_right;  // the place after the items equal to x
} Search;

static Value item_at(VM *vm, const Search *s, int64_t i)
{
    Value v;
    if (likely(is_exact(s->sequence, KIND_LIST) && (size_t)i < as_list(s->sequence)->len))
        v = as_list(s->sequence)->items[i];
    else
        v = value_getitem(vm, s->sequence, int_from_int64(i));
    if (is_error(v) || s->key == VALUE_NONE) return v;
    return value_call(vm, s->key, 1, &v);
}

// The place for x; -1: raised.
static int64_t find_place(VM *vm, Search *s)
{
    if (s->low < 0) {
        raise_error(vm, EXC_ValueError, "lo must be non-negative");
        return -1;
    }
    int64_t low = s->low, high = s->high;
    if (high == -1 && (high = value_len(vm, s->sequence)) < 0) return -1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        Value v = item_at(vm, s, middle);
        if (is_error(v)) return -1;
        int r = s->is_right ? value_compare_bool(vm, COMPARE_LT, s->x, v)
                            : value_compare_bool(vm, COMPARE_LT, v, s->x);
        if (r < 0) return -1;
        if ((r > 0) == s->is_right)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

// args: a, x, lo, hi, key.
static bool parse(VM *vm, Value *args, bool is_right, Search *s)
{
    *s = (Search){.sequence = args[0],
                  .x = args[1],
                  .low = arg_ssize(args[2]),
                  .high = -1,
                  .key = args[4],
                  .is_right = is_right};
    return is_none(args[3]) || value_ssize(vm, args[3], &s->high);
}

static Value bisect(VM *vm, Value *args, bool is_right)
{
    Search s;
    if (!parse(vm, args, is_right, &s)) return VALUE_ERROR;
    int64_t place = find_place(vm, &s);
    return place < 0 ? VALUE_ERROR : int_from_int64(place);
}

static Value insort(VM *vm, Value *args, bool is_right)
{
    Search s;
    if (!parse(vm, args, is_right, &s)) return VALUE_ERROR;
    if (s.key != VALUE_NONE && is_error(s.x = value_call(vm, s.key, 1, &args[1])))
        return VALUE_ERROR;
    int64_t place = find_place(vm, &s);
    if (place < 0) return VALUE_ERROR;
    if (is_exact(args[0], KIND_LIST))
        return list_insert(vm, as_list(args[0]), place, args[1]) ? VALUE_NONE : VALUE_ERROR;
    Value argv[] = {int_from_int64(place), args[1]};
    Value r = value_call_method(vm, args[0], str_from_cstr("insert"), 2, argv);
    return is_error(r) ? r : VALUE_NONE;
}

NATIVE(bisect_right, "bisect_right(a, x, lo: ssize = 0, hi = None, *, key = None)",
       "Where to put x into the sorted list a so that it stays sorted: behind the items that "
       "are equal.\n\n"
       "lo and hi limit the search to a[lo:hi]; key is called with items (not with x) for what "
       "is compared.")
{
    return bisect(vm, args, true);
}

NATIVE(bisect_left, "bisect_left(a, x, lo: ssize = 0, hi = None, *, key = None)",
       "Where to put x into the sorted list a so that it stays sorted: before the items that "
       "are equal.\n\n"
       "lo and hi limit the search to a[lo:hi]; key is called with items (not with x) for what "
       "is compared.")
{
    return bisect(vm, args, false);
}

NATIVE(insort_right, "insort_right(a, x, lo: ssize = 0, hi = None, *, key = None)",
       "Put x into the sorted list a, behind the items that are equal.\n\n"
       "lo and hi limit the search to a[lo:hi]; key is called with items and with x for what is "
       "compared.")
{
    return insort(vm, args, true);
}

NATIVE(insort_left, "insort_left(a, x, lo: ssize = 0, hi = None, *, key = None)",
       "Put x into the sorted list a, before the items that are equal.\n\n"
       "lo and hi limit the search to a[lo:hi]; key is called with items and with x for what is "
       "compared.")
{
    return insort(vm, args, false);
}

static const NativeDef *const natives[] = {&def_bisect_right, &def_bisect_left, &def_insort_right,
                                           &def_insort_left, NULL};

const ModuleDef module__bisect = {
    .name = "_bisect",
    .doc = "Bisection algorithms.",
    .natives = natives,
};
