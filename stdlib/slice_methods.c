// SPDX-License-Identifier: MIT
// slice_methods.c - the type slice as scripts see it.
#include "stdlib/stdlib.h"
#include "vm/range.h"
#include "vm/vm.h"

NATIVE(slice_new, "__new__(cls, /, *args)",
       "What a[start:stop:step] hands to a.__getitem__.")
{
    const Tuple *given = as_tuple(args[1]);
    switch (given->len) {
    case 1: return slice_new(VALUE_NONE, given->items[0], VALUE_NONE);
    case 2: return slice_new(given->items[0], given->items[1], VALUE_NONE);
    case 3: return slice_new(given->items[0], given->items[1], given->items[2]);
    case 0: return raise_error(vm, EXC_TypeError, "slice expected at least 1 argument, got 0");
    default:
        return raise_error(vm, EXC_TypeError, "slice expected at most 3 arguments, got %zu",
                           given->len);
    }
}

NATIVE(slice_repr, "__repr__(self, /)", "Return repr(self).")
{
    return str_value(range_repr(vm, args[0]));
}
NATIVE(slice_hash, "__hash__(self, /)", "Return hash(self).")
{
    uint64_t hash;
    return range_hash(vm, args[0], &hash) ? int_from_int64((int64_t)hash) : VALUE_ERROR;
}

#define COMPARISON(name, op, symbol)                                                     \
    NATIVE(slice_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.") \
    {                                                                                    \
        return range_compare(vm, op, args[0], args[1]);                                  \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")
#undef COMPARISON

NATIVE(slice_indices, "indices(self, object: int, /)",
       "(start, stop, step) for a sequence of this length, as range takes them.")
{
    Value start, stop, step;
    if (int_sign(args[1]) < 0)
        return raise_error(vm, EXC_ValueError, "length should not be negative");
    if (!slice_adjust(vm, as_slice(args[0]), args[1], &start, &stop, &step)) return VALUE_ERROR;
    return value_object(tuple_of(3, start, stop, step));
}

static Value get_start(VM *vm, Value self)
{
    (void)vm;
    return as_slice(self)->start;
}
static Value get_stop(VM *vm, Value self)
{
    (void)vm;
    return as_slice(self)->stop;
}
static Value get_step(VM *vm, Value self)
{
    (void)vm;
    return as_slice(self)->step;
}

void slice_define(VM *vm)
{
    static const NativeDef *const methods[] = {
        &def_slice_new, &def_slice_repr, &def_slice_hash, &def_slice_lt, &def_slice_le,
        &def_slice_gt,  &def_slice_ge,   &def_slice_eq,   &def_slice_ne, &def_slice_indices,
        NULL,
    };
    static const GetSetDef getset[] = {
        {"start", get_start, getset_readonly, NULL},
        {"stop", get_stop, getset_readonly, NULL},
        {"step", get_step, getset_readonly, NULL},
        {NULL, NULL, NULL, NULL},
    };
    static const TypeDef type = {
        .name = "slice",
        .kind = KIND_SLICE,
        .doc = "What a[start:stop:step] hands to a.__getitem__.",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
    };
    class_define(vm, &type, NULL);
}
