// SPDX-License-Identifier: MIT
// tuple_methods.c - the type tuple.
#include "stdlib/stdlib.h"
#include "vm/sequence.h"
#include "vm/vm.h"

static Value convert(VM *vm, Value v)
{
    Tuple *items = tuple_from_iterable(vm, v);
    return items ? value_object(items) : VALUE_ERROR;
}

NATIVE(tuple_new, "__new__(cls, iterable = (), /)", "Create and return a new object.")
{
    Class *c = as_class(args[0]);
    Tuple *items = tuple_from_iterable(vm, args[1]);
    if (!items || c->root->id == KIND_TUPLE) return items ? value_object(items) : VALUE_ERROR;
    Tuple *self = tuple_alloc(c, items->len);
    memcpy(self->items, items->items, items->len * sizeof(Value));
    return value_object(self);
}

NATIVE(tuple_getnewargs, "__getnewargs__(self, /)", "Arguments for __new__ that make a copy.")
{
    Tuple *copy = tuple_from(as_tuple(args[0])->items, as_tuple(args[0])->len);
    return value_object(tuple_of(1, value_object(copy)));
}

NATIVE(tuple_count, "count(self, value, /)", "Return number of occurrences of value.")
{
    const Tuple *self = as_tuple(args[0]);
    int64_t n = 0;
    for (size_t i = 0; i < self->len; i++) {
        int equal = value_equal(vm, self->items[i], args[1]);
        if (equal < 0) return VALUE_ERROR;
        n += equal;
    }
    return small_int(n);
}

NATIVE(tuple_index, "index(self, value, start = 0, stop = 9223372036854775807, /)",
       "Where value is first, looked for from start to stop; ValueError if it is nowhere.")
{
    const Tuple *self = as_tuple(args[0]);
    int64_t start, stop;
    if (!sequence_bound(vm, args[2], self->len, &start)) return VALUE_ERROR;
    if (!sequence_bound(vm, args[3], self->len, &stop)) return VALUE_ERROR;
    for (int64_t i = start; i < stop && i < (int64_t)self->len; i++) {
        int equal = value_equal(vm, self->items[i], args[1]);
        if (equal < 0) return VALUE_ERROR;
        if (equal) return small_int(i);
    }
    return raise_error(vm, EXC_ValueError, "tuple.index(x): x not in tuple");
}

NATIVE(tuple_repr, "__repr__(self, /)", "Return repr(self).")
{
    Str *text = tuple_repr(vm, as_tuple(args[0]));
    return text ? value_object(text) : VALUE_ERROR;
}

NATIVE(tuple_hash, "__hash__(self, /)", "Return hash(self).")
{
    uint64_t hash;
    if (!tuple_hash(vm, as_tuple(args[0]), &hash)) return VALUE_ERROR;
    return int_from_int64((int64_t)hash);
}

NATIVE(tuple_len, "__len__(self, /)", "Return len(self).")
{
    return small_int((int64_t)as_tuple(args[0])->len);
}

NATIVE(tuple_getitem, "__getitem__(self, key, /)", "Return self[key].")
{
    return tuple_getitem(vm, as_tuple(args[0]), args[1]);
}

NATIVE(tuple_contains, "__contains__(self, key, /)", "Return bool(key in self).")
{
    const Tuple *self = as_tuple(args[0]);
    for (size_t i = 0; i < self->len; i++) {
        int equal = value_equal(vm, self->items[i], args[1]);
        if (equal) return equal < 0 ? VALUE_ERROR : VALUE_TRUE;
    }
    return VALUE_FALSE;
}

NATIVE(tuple_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return tuple_iter(args[0]);
}

NATIVE(tuple_add, "__add__(self, value, /)", "Return self+value.")
{
    return sequence_concat(vm, args[0], args[1]);
}

NATIVE(tuple_mul, "__mul__(self, value, /)", "Return self*value.")
{
    Value n = value_index(vm, args[1]);
    return is_error(n) ? n : tuple_binary(vm, BINARY_MUL, args[0], n);
}

NATIVE(tuple_rmul, "__rmul__(self, value, /)", "Return value*self.")
{
    Value n = value_index(vm, args[1]);
    return is_error(n) ? n : tuple_binary(vm, BINARY_MUL, args[0], n);
}

#define COMPARISON(name, op, symbol)                                                     \
    NATIVE(tuple_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.") \
    {                                                                                    \
        if (!is_tuple(args[1])) return VALUE_NOT_IMPLEMENTED;                            \
        return list_compare(vm, op, args[0], args[1]);                                   \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")

void tuple_define(VM *vm)
{
    static const NativeDef *const methods[] = {
        &def_tuple_new,      &def_tuple_getnewargs, &def_tuple_count, &def_tuple_index,
        &def_tuple_repr,     &def_tuple_hash,       &def_tuple_len,   &def_tuple_getitem,
        &def_tuple_contains, &def_tuple_iter,       &def_tuple_add,   &def_tuple_mul,
        &def_tuple_rmul,     &def_tuple_lt,         &def_tuple_le,    &def_tuple_gt,
        &def_tuple_ge,       &def_tuple_eq,         &def_tuple_ne,    NULL,
    };
    static const TypeDef type = {
        .name = "tuple",
        .kind = KIND_TUPLE,
        .convert = convert,
        .doc = "A list that cannot be changed: the items of iterable, or none.",
        .methods = methods,
    };
    class_define(vm, &type, NULL);
}
