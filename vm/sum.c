// SPDX-License-Identifier: MIT
// sum.c - see sum.h.
#include "vm/sum.h"

#include <math.h>

#include "vm/iter.h"

// Ints are added as int64 while they fit, then floats with Neumaier's compensation, then
// anything with +. Each phase hands the first item it cannot take to the next one.

static bool is_plain_int(Value v)
{
    return is_int(v) || is_bool(v) || is_exact(v, KIND_INT);
}

static Value sum_ints(VM *vm, Value it, Value v, Value *sum)
{
    int64_t total, i;
    if (!int_to_int64(*sum, &total)) return v;
    for (;; v = iterator_advance(vm, it)) {
        bool is_small = is_int(v) || (is_plain_int(v) && int_to_int64(v, &i));
        if (is_int(v)) i = as_int(v);
        if (!is_small || __builtin_add_overflow(total, i, &i)) {
            *sum = int_from_int64(total);
            return v;
        }
        total = i;
    }
}

static Value sum_floats(VM *vm, Value it, Value v, Value *sum)
{
    double total = as_float(*sum), lost = 0;
    int64_t i;
    for (;; v = iterator_advance(vm, it)) {
        if (is_float(v)) {
            double x = as_float(v), t = total + x;
            lost += fabs(total) >= fabs(x) ? (total - t) + x : (x - t) + total;
            total = t;
        } else if (is_any_int(v) && int_to_int64(v, &i)) {
            total += (double)i;
        } else {
            break;
        }
    }
    if (lost != 0 && isfinite(lost)) total += lost;
    *sum = value_any_float(total);
    return v;
}

Value sum_rest(VM *vm, Value sum, Value v, Value it)
{
    if (v == VALUE_STOP) return sum;
    if (is_plain_int(sum)) v = sum_ints(vm, it, v, &sum);
    while (v != VALUE_STOP) {
        if (is_error(v)) return v;
        if (is_float(sum)) {
            v = sum_floats(vm, it, v, &sum);
            if (v == VALUE_STOP) break;
            if (is_error(v)) return v;
        }
        sum = value_binary(vm, BINARY_ADD, sum, v);
        if (is_error(sum)) return sum;
        v = iterator_advance(vm, it);
    }
    return sum;
}
