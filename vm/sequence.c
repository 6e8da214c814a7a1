// SPDX-License-Identifier: MIT
// sequence.c - what lists, tuples and deques have in common: counts, bounds, comparison.
#include "vm/sequence.h"

#include "vm/vm.h"

const Value *sequence_items(Value v, size_t *len)
{
    if (is_list(v)) {
        *len = as_list(v)->len;
        return as_list(v)->items;
    }
    *len = as_tuple(v)->len;
    return as_tuple(v)->items;
}

// Rill code may define what happens; builtin types have nothing to say about sequences.
static bool has_operator(VM *vm, Value v, Str *name)
{
    Class *c = class_of(vm, v);
    if (!(c->flags & CLASS_HEAP)) return false;
    Value method = class_lookup(vm, c, name);
    return method != VALUE_UNBOUND && !native_is_default(method, name);
}

int sequence_repeat_count(VM *vm, Value n, int64_t *count)
{
    if (likely(is_int(n))) {
        *count = as_int(n) < 0 ? 0 : as_int(n);
        return 1;
    }
    if (!is_any_int(n) && special_lookup(vm, n, S(__index__)) == VALUE_UNBOUND) {
        if (has_operator(vm, n, S(__rmul__)) || has_operator(vm, n, S(__mul__))) return 0;
        raise_error(vm, EXC_TypeError, "can't multiply sequence by non-int of type '%s'",
                    type_name(vm, n));
        return -1;
    }
    Value i = value_index(vm, n);
    if (is_error(i)) return -1;
    if (!int_to_int64(i, count)) {
        raise_error(vm, EXC_OverflowError, "cannot fit '%s' into an index-sized integer",
                    type_name(vm, n));
        return -1;
    }
    if (*count < 0) *count = 0;
    return 1;
}

Value sequence_bad_concat(VM *vm, const char *type, Value other)
{
    if (has_operator(vm, other, S(__radd__))) return VALUE_NOT_IMPLEMENTED;
    return raise_error(vm, EXC_TypeError, "can only concatenate %s (not \"%s\") to %s", type,
                       type_name(vm, other), type);
}

bool sequence_bound(VM *vm, Value v, size_t len, int64_t *bound)
{
    if (!is_any_int(v) && special_lookup(vm, v, S(__index__)) == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError,
                    "slice indices must be integers or have an __index__ method");
        return false;
    }
    Value i = value_index(vm, v);
    if (is_error(i)) return false;
    if (!int_to_int64(i, bound)) *bound = int_sign(i) < 0 ? 0 : INT64_MAX;
    if (*bound < 0) *bound += (int64_t)len;
    if (*bound < 0) *bound = 0;
    return true;
}

bool sequence_subscript(VM *vm, const char *type, Value key, int64_t *index)
{
    if (likely(is_int(key))) {
        *index = as_int(key);
        return true;
    }
    if (!is_any_int(key) && special_lookup(vm, key, S(__index__)) == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError, "%s indices must be integers or slices, not %s", type,
                    type_name(vm, key));
        return false;
    }
    return value_ssize(vm, key, index);
}

void sequence_repeat(Value *out, const Value *items, size_t len, size_t n)
{
    if (len == 1) {
        for (size_t i = 0; i < n; i++)
            out[i] = items[0];
        return;
    }
    for (size_t i = 0; i < n; i++)
        memcpy(out + i * len, items, len * sizeof(Value));
}

static bool compare_lengths(RichCompare op, size_t a, size_t b)
{
    switch (op) {
    case COMPARE_LT: return a < b;
    case COMPARE_LE: return a <= b;
    case COMPARE_GT: return a > b;
    case COMPARE_GE: return a >= b;
    case COMPARE_EQ: return a == b;
    default: return a != b;
    }
}

Value list_compare(VM *vm, RichCompare op, Value a, Value b)
{
    size_t a_len, b_len;
    const Value *x = sequence_items(a, &a_len), *y = sequence_items(b, &b_len);
    if (a_len != b_len && op >= COMPARE_EQ && is_list(a)) return value_bool(op == COMPARE_NE);
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    for (size_t i = 0; i < a_len && i < b_len; i++) {
        if (x[i] == y[i]) continue;
        if (both_int(x[i], y[i])) return value_compare(vm, op, x[i], y[i]);
        Value p = x[i], q = y[i];
        int same = value_equal(vm, p, q);
        if (same < 0) return VALUE_ERROR;
        x = sequence_items(a, &a_len);
        y = sequence_items(b, &b_len);
        if (same) continue;
        if (i >= a_len || i >= b_len) break;  // comparing the items emptied a list
        if (op >= COMPARE_EQ) return value_bool(op == COMPARE_NE);
        return value_compare(vm, op, x[i], y[i]);
    }
    return value_bool(compare_lengths(op, a_len, b_len));
}
