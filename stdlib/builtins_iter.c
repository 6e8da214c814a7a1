// SPDX-License-Identifier: MIT
// builtins_iter.c - the builtin functions that consume iterables: all any iter max min next sorted
// sum.
#include "stdlib/builtins.h"
#include "vm/int.h"
#include "vm/iter.h"
#include "vm/sum.h"

static Value find_truth(VM *vm, Value iterable, bool wanted)
{
    Value it = value_iter(vm, iterable);
    if (is_error(it)) return it;
    for (;;) {
        Value v = iterator_advance(vm, it);
        if (v == VALUE_STOP) return value_bool(!wanted);
        if (is_error(v)) return v;
        int truth = value_truth(vm, v);
        if (truth < 0) return VALUE_ERROR;
        if (truth == wanted) return value_bool(wanted);
    }
}

NATIVE(all, "all(iterable, /)",
       "Is every item true? True for no items; stops at the first that is not.")
{
    return find_truth(vm, args[0], false);
}

NATIVE(any, "any(iterable, /)",
       "Is an item true? False for no items; stops at the first that is.")
{
    return find_truth(vm, args[0], true);
}

NATIVE(iter, "iter(object, sentinel = ?, /)",
       "Get an iterator from an object.\n\n"
       "In the first form, the argument must supply its own iterator, or be a sequence.\n"
       "In the second form, the callable is called until it returns the sentinel.")
{
    if (args[1] == VALUE_UNBOUND) return value_iter(vm, args[0]);
    if (!value_is_callable(vm, args[0]))
        return raise_error(vm, EXC_TypeError, "iter(v, w): v must be callable");
    return callable_iterator_new(args[0], args[1]);
}

// What next() gives at the end: the default, or StopIteration with what a generator returned.
static Value stopped(VM *vm, Value default_, Value returned)
{
    return default_ == VALUE_UNBOUND ? raise_stop_iteration(vm, returned) : default_;
}

// The interpreter resumes generators itself when a script calls next(g) (NATIVE_NEXT); here are all
// other calls.
NATIVE(next, "next(iterator, default = ?, /)",
       "Return the next item from the iterator.\n\n"
       "If default is given and the iterator is exhausted,\n"
       "it is returned instead of raising StopIteration.")
{
    Value it = args[0];
    if (is_generator(it)) {
        Value v = generator_resume(vm, as_generator(it), VALUE_NONE);
        return v == VALUE_STOP ? stopped(vm, args[1], vm->stop_value) : v;
    }
    NextFn next = is_object(it) ? class_next(vm, it) : NULL;
    if (is_iterator(it) || next) {
        Value v = next ? next(vm, it) : as_iterator(it)->next(vm, as_iterator(it));
        if (is_error(v) && args[1] != VALUE_UNBOUND && error_is(vm, EXC_StopIteration)) v = iterator_failed(vm);
        return v == VALUE_STOP ? stopped(vm, args[1], VALUE_NONE) : v;
    }
    Value v = value_call_special(vm, it, S(__next__), 0, NULL);
    if (v == VALUE_UNBOUND)
        return raise_about(vm, it, EXC_TypeError, "'%s' object is not an iterator", type_name(vm, it));
    if (is_error(v) && args[1] != VALUE_UNBOUND && error_is(vm, EXC_StopIteration)) {
        error_take(vm);
        return args[1];
    }
    return v;
}

// max and min

// The best of an iterator's values by key; VALUE_STOP if there are none.
static Value best_of(VM *vm, Value it, Value key, RichCompare op)
{
    Value best = VALUE_STOP, best_key = VALUE_STOP;
    for (;;) {
        Value v = iterator_advance(vm, it);
        if (v == VALUE_STOP) return best;
        if (is_error(v)) return v;
        Value k = key == VALUE_NONE ? v : value_call(vm, key, 1, &v);
        if (is_error(k)) return k;
        if (best != VALUE_STOP) {
            int is_better;
            if (both_int(k, best_key))
                is_better =
                    op == COMPARE_GT ? as_int(k) > as_int(best_key) : as_int(k) < as_int(best_key);
            else
                is_better = value_compare_bool(vm, op, k, best_key);
            if (is_better < 0) return VALUE_ERROR;
            if (!is_better) continue;
        }
        best = v;
        best_key = k;
    }
}

static Value min_or_max(VM *vm, Value *args, const char *name, RichCompare op)
{
    Tuple *values = as_tuple(args[0]);
    if (values->len == 0)
        return raise_error(vm, EXC_TypeError, "%s expected at least 1 argument, got 0", name);
    if (values->len > 1 && args[2] != VALUE_UNBOUND)
        return raise_error(vm, EXC_TypeError,
                           "Cannot specify a default for %s() with multiple positional arguments",
                           name);
    Value it = values->len > 1 ? tuple_iter(args[0]) : value_iter(vm, values->items[0]);
    if (is_error(it)) return it;
    Value best = best_of(vm, it, args[1], op);
    if (best != VALUE_STOP) return best;
    if (args[2] != VALUE_UNBOUND) return args[2];
    return raise_about(vm, values->items[0], EXC_ValueError, "%s() iterable argument is empty", name);
}

NATIVE(max, "max(*args, key = None, default = ?)",
       "The greatest of the arguments, or of the items of one iterable; of equal ones the "
       "first.\n\n"
       "key is called with each for what is compared; default is returned if the iterable is "
       "empty.")
{
    return min_or_max(vm, args, "max", COMPARE_GT);
}

NATIVE(min, "min(*args, key = None, default = ?)",
       "The least of the arguments, or of the items of one iterable; of equal ones the first.\n\n"
       "key is called with each for what is compared; default is returned if the iterable is "
       "empty.")
{
    return min_or_max(vm, args, "min", COMPARE_LT);
}

NATIVE(sorted, "sorted(iterable, /, *, key = None, reverse: bool = False)",
       "A sorted list of the items; those that compare equal keep their order.\n\n"
       "key is called once with each item for what is compared; reverse sorts downwards.")
{
    List *list = list_from_iterable(vm, args[0]);
    if (!list || !list_sort(vm, list, args[1], args[2] == VALUE_TRUE)) return VALUE_ERROR;
    return value_object(list);
}

static bool check_start(VM *vm, Value start)
{
    const char *what = NULL;
    if (is_str(start))
        what = "strings [use ''.join(seq) instead]";
    else if (is_bytes(start))
        what = "bytes [use b''.join(seq) instead]";
    else if (is_kind(start, KIND_BYTEARRAY))
        what = "bytearray [use b''.join(seq) instead]";
    if (what) raise_error(vm, EXC_TypeError, "sum() can't sum %s", what);
    return !what;
}

NATIVE(sum, "sum(iterable, /, start = 0)",
       "start and all the items added up, from left to right; floats without the errors that "
       "would add up.\n\n"
       "For numbers: texts are joined with str.join.")
{
    Value it = value_iter(vm, args[0]), sum = args[1];
    if (is_error(it) || !check_start(vm, sum)) return VALUE_ERROR;
    return sum_rest(vm, sum, iterator_advance(vm, it), it);
}

const NativeDef *const builtins_iter[] = {
    &def_all, &def_any, &def_iter, &def_max, &def_min, &def_next, &def_sorted, &def_sum, NULL,
};
