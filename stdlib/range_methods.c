// SPDX-License-Identifier: MIT
// range_methods.c - the type range as scripts see it, and its iterators.
#include "vm/range.h"

#include "stdlib/stdlib.h"
#include "vm/vm.h"

NATIVE(range_new, "__new__(cls, /, *args)",
       "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\n"
       "Return an object that produces a sequence of integers from start (inclusive)\n"
       "to stop (exclusive) by step.")
{
    const Tuple *given = as_tuple(args[1]);
    if (given->len == 0 || given->len > 3)
        return raise_error(vm, EXC_TypeError, "range expected at %s %d argument%s, got %zu",
                           given->len ? "most" : "least", given->len ? 3 : 1, given->len ? "s" : "",
                           given->len);
    Value parts[] = {small_int(0), small_int(0), small_int(1)};
    Value *to = given->len == 1 ? parts + 1 : parts;
    for (size_t i = 0; i < given->len; i++) {
        to[i] = value_index(vm, given->items[i]);
        if (is_error(to[i])) return VALUE_ERROR;
    }
    return range_new(vm, parts[0], parts[1], parts[2]);
}

NATIVE(range_repr, "__repr__(self, /)", "Return repr(self).")
{
    return str_value(range_repr(vm, args[0]));
}
NATIVE(range_hash, "__hash__(self, /)", "Return hash(self).")
{
    uint64_t hash;
    return range_hash(vm, args[0], &hash) ? int_from_int64((int64_t)hash) : VALUE_ERROR;
}
NATIVE(range_eq, "__eq__(self, value, /)", "Return self==value.")
{
    return range_compare(vm, COMPARE_EQ, args[0], args[1]);
}
NATIVE(range_ne, "__ne__(self, value, /)", "Return self!=value.")
{
    return range_compare(vm, COMPARE_NE, args[0], args[1]);
}
NATIVE(range_len, "__len__(self, /)", "Return len(self).")
{
    int64_t len = value_len(vm, args[0]);
    return len < 0 ? VALUE_ERROR : int_from_int64(len);
}
NATIVE(range_bool, "__bool__(self, /)", "True if self else False")
{
    return value_bool(int_sign(as_range(args[0])->length) != 0);
}
NATIVE(range_getitem, "__getitem__(self, key, /)", "Return self[key].")
{
    return range_getitem(vm, args[0], args[1]);
}
NATIVE(range_contains, "__contains__(self, key, /)", "Return bool(key in self).")
{
    int found = range_contains(vm, args[0], args[1]);
    return found < 0 ? VALUE_ERROR : value_bool(found);
}
NATIVE(range_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return range_iter(vm, args[0]);
}
NATIVE(range_reversed, "__reversed__(self, /)", "Return a reverse iterator.")
{
    return range_reversed(vm, as_range(args[0]));
}

// How often (until 1 if `first`), or where, an item that is no int is among the values.
static Value search(VM *vm, Value range, Value item, bool first)
{
    Value v, it = range_iter(vm, range), count = small_int(0), position = small_int(0);
    if (is_error(it)) return it;
    while ((v = iter_next(vm, it)) != VALUE_STOP) {
        int equal = is_error(v) ? -1 : value_equal(vm, v, item);
        if (equal < 0) return VALUE_ERROR;
        if (equal && first) return position;
        Value *counter = first ? &position : &count;
        if (first || equal) *counter = int_binary(vm, BINARY_ADD, *counter, small_int(1));
    }
    return first ? VALUE_NONE : count;
}

NATIVE(range_count, "count(self, object, /)",
       "How often value is in it: 0 or 1.")
{
    if (!is_int(args[1]) && !is_bool(args[1]) && !is_exact(args[1], KIND_INT))
        return search(vm, args[0], args[1], false);
    Value found = range_find(vm, as_range(args[0]), args[1]);
    return is_error(found) ? found : small_int(found != VALUE_NONE);
}

NATIVE(range_index, "index(self, object, /)",
       "The position of value; ValueError if it is not in it.")
{
    bool is_plain = is_int(args[1]) || is_bool(args[1]) || is_exact(args[1], KIND_INT);
    Value found =
        is_plain ? range_find(vm, as_range(args[0]), args[1]) : search(vm, args[0], args[1], true);
    if (found != VALUE_NONE) return found;
    if (!is_plain) return raise_error(vm, EXC_ValueError, "sequence.index(x): x not in sequence");
    Str *text = value_repr(vm, args[1]);
    if (!text) return VALUE_ERROR;
    return raise_error(vm, EXC_ValueError, "%s is not in range", str_cstr(text));
}

static Value get_start(VM *vm, Value self)
{
    (void)vm;
    return as_range(self)->start;
}
static Value get_stop(VM *vm, Value self)
{
    (void)vm;
    return as_range(self)->stop;
}
static Value get_step(VM *vm, Value self)
{
    (void)vm;
    return as_range(self)->step;
}

// Iterators

NATIVE(range_length_hint, "__length_hint__(self, /)",
       "How many items are left.")
{
    return range_iterator_left(args[0]);
}

static void define_iterators(VM *vm)
{
    static const NativeDef *const methods[] = {
        &iterator_def_iter, &iterator_def_reduce,
        &iterator_def_next,
        &def_range_length_hint,
        NULL,
    };
    static const TypeDef range_iterator = {
        .name = "range_iterator",
        .kind = KIND_ITERATOR,
        .methods = methods,
        .flags = CLASS_FINAL,
        .object_size = sizeof(RangeIterator),
    };
    static const TypeDef longrange_iterator = {
        .name = "longrange_iterator",
        .kind = KIND_ITERATOR,
        .methods = methods,
        .flags = CLASS_FINAL,
        .object_size = sizeof(LongRangeIterator),
    };
    iterator_define(vm, ITER_RANGE, &range_iterator);
    iterator_define(vm, ITER_LONGRANGE, &longrange_iterator);
}

void range_define(VM *vm)
{
    static const NativeDef *const methods[] = {
        &def_range_new,      &def_range_repr,
        &def_range_hash,     &def_range_eq,
        &def_range_ne,       &def_range_len,
        &def_range_bool,     &def_range_getitem,
        &def_range_contains, &def_range_iter,
        &def_range_reversed, &def_range_count,
        &def_range_index,    NULL,
    };
    static const GetSetDef getset[] = {
        {"start", get_start, getset_readonly, NULL},
        {"stop", get_stop, getset_readonly, NULL},
        {"step", get_step, getset_readonly, NULL},
        {NULL, NULL, NULL, NULL},
    };
    static const TypeDef type = {
        .name = "range",
        .kind = KIND_RANGE,
        .doc = "The integers from start (0 if left out) to stop, stop not included, with a "
               "distance of step: range(4) has 0, 1, 2, 3;\n"
               "range(4, 0, -2) has 4, 2. It takes no memory for them.",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
    };
    class_define(vm, &type, NULL);
    define_iterators(vm);
}
