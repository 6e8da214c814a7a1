// SPDX-License-Identifier: MIT
// text_args.c - arguments that the methods of str, bytes and bytearray have in common.
#include "stdlib/text_args.h"

static bool slice_index(VM *vm, Value v, int64_t otherwise, int64_t *out)
{
    *out = otherwise;
    if (is_none(v) || v == VALUE_UNBOUND) return true;
    if (!is_any_int(v) && special_lookup(vm, v, S(__index__)) == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError,
                    "slice indices must be integers or None or have an __index__ method");
        return false;
    }
    v = value_index(vm, v);
    if (is_error(v)) return false;
    if (!int_to_int64(v, out)) *out = int_sign(v) < 0 ? INT64_MIN : INT64_MAX;
    return true;
}

bool text_bounds(VM *vm, Value start, Value end, size_t len, int64_t *from, int64_t *to)
{
    int64_t n = (int64_t)len;
    if (!slice_index(vm, start, 0, from) || !slice_index(vm, end, INT64_MAX, to)) return false;
    if (*to > n) *to = n;
    if (*to < 0) *to += n;
    if (*to < 0) *to = 0;
    if (*from < 0) *from += n;
    if (*from < 0) *from = 0;
    return true;
}

const char *text_codec_arg(VM *vm, Value v, const char *otherwise)
{
    if (v == VALUE_UNBOUND) return otherwise;
    if (!str_has_nul(as_str(v))) return str_cstr(as_str(v));
    raise_error(vm, EXC_ValueError, "embedded null character");
    return NULL;
}

Value text_join_items(VM *vm, Value iterable, const Value **items, size_t *n)
{
    if (is_exact(iterable, KIND_TUPLE)) {
        *items = as_tuple(iterable)->items;
        *n = as_tuple(iterable)->len;
        return iterable;
    }
    if (!is_exact(iterable, KIND_LIST)) {
        Value iterator = value_iter(vm, iterable);
        if (is_error(iterator)) {
            if (!error_is(vm, EXC_TypeError)) return VALUE_ERROR;
            (void)error_take(vm);
            return raise_error(vm, EXC_TypeError, "can only join an iterable");
        }
        List *list = list_from_iterable(vm, iterator);
        if (!list) return VALUE_ERROR;
        iterable = value_object(list);
    }
    *items = as_list(iterable)->items;
    *n = as_list(iterable)->len;
    return iterable;
}

void text_join_tables(const NativeDef **out, size_t cap, const NativeDef *const *const *lists,
                      size_t n)
{
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        for (const NativeDef *const *def = lists[i]; *def && size < cap; def++)
            out[size++] = *def;
    assert(size < cap);
    out[size] = NULL;
}
