// SPDX-License-Identifier: MIT
// range.c - range and slice objects. A range knows its length; its arithmetic is exact for any
// ints, and iteration over unboxed ints allocates nothing.
#include "vm/range.h"

#include "vm/gc.h"
#include "vm/int.h"
#include "vm/iter.h"
#include "vm/vm.h"

// Exact arithmetic on plain ints; an error in an operand goes through.
static Value plus(VM *vm, Value a, Value b)
{
    if (is_error(a) || is_error(b)) return VALUE_ERROR;
    if (both_int(a, b)) return int_from_int64(as_int(a) + as_int(b));
    return int_binary(vm, BINARY_ADD, a, b);
}

static Value minus(VM *vm, Value a, Value b)
{
    if (is_error(a) || is_error(b)) return VALUE_ERROR;
    if (both_int(a, b)) return int_from_int64(as_int(a) - as_int(b));
    return int_binary(vm, BINARY_SUB, a, b);
}

static Value times(VM *vm, Value a, Value b)
{
    return int_binary(vm, BINARY_MUL, a, b);
}

// Ranges

static int64_t word_length(int64_t start, int64_t stop, int64_t step)
{
    if (step > 0) return start < stop ? (stop - start - 1) / step + 1 : 0;
    return start > stop ? (start - stop - 1) / -step + 1 : 0;
}

static Value length_of(VM *vm, Value start, Value stop, Value step)
{
    if (is_int(start) && is_int(stop) && is_int(step))
        return int_from_int64(word_length(as_int(start), as_int(stop), as_int(step)));
    bool is_up = int_sign(step) > 0;
    Value low = is_up ? start : stop, high = is_up ? stop : start;
    if (int_compare(low, high) >= 0) return small_int(0);
    Value span = minus(vm, minus(vm, high, low), small_int(1));
    if (is_error(span)) return span;
    Value q = int_binary(vm, BINARY_FLOORDIV, span, int_abs(step));
    return is_error(q) ? q : plus(vm, q, small_int(1));
}

Value range_new(VM *vm, Value start, Value stop, Value step)
{
    if (int_sign(step) == 0)
        return raise_error(vm, EXC_ValueError, "range() arg 3 must not be zero");
    Value length = length_of(vm, start, stop, step);
    if (is_error(length)) return length;
    Range *r = gc_new(Range);
    object_init(&r->object, KIND_RANGE);
    r->start = start;
    r->stop = stop;
    r->step = step;
    r->length = length;
    return value_object(r);
}

Value range_item(VM *vm, const Range *r, Value index)
{
    Value offset = times(vm, index, r->step);
    return is_error(offset) ? offset : plus(vm, r->start, offset);
}

static Value range_slice(VM *vm, const Range *r, Slice *slice)
{
    Value start, stop, step;
    if (!slice_adjust(vm, slice, r->length, &start, &stop, &step)) return VALUE_ERROR;
    Value new_step = times(vm, r->step, step);
    Value new_start = range_item(vm, r, start);
    Value new_stop = range_item(vm, r, stop);
    if (is_error(new_step) || is_error(new_start) || is_error(new_stop)) return VALUE_ERROR;
    return range_new(vm, new_start, new_stop, new_step);
}

Value range_getitem(VM *vm, Value range, Value key)
{
    const Range *r = as_range(range);
    if (is_slice(key)) return range_slice(vm, r, as_slice(key));
    if (!is_any_int(key) && special_lookup(vm, key, S(__index__)) == VALUE_UNBOUND)
        return raise_error(vm, EXC_TypeError, "range indices must be integers or slices, not %s",
                           type_name(vm, key));
    Value i = value_index(vm, key);
    if (is_error(i)) return i;
    if (int_sign(i) < 0) i = plus(vm, i, r->length);
    if (int_sign(i) < 0 || int_compare(i, r->length) >= 0)
        return raise_error(vm, EXC_IndexError, "range object index out of range");
    return range_item(vm, r, i);
}

Value range_find(VM *vm, const Range *r, Value item)
{
    bool is_up = int_sign(r->step) > 0;
    Value low = is_up ? r->start : r->stop, high = is_up ? r->stop : r->start;
    if (is_up ? int_compare(item, low) < 0 || int_compare(item, high) >= 0
              : int_compare(item, low) <= 0 || int_compare(item, high) > 0)
        return VALUE_NONE;
    Value offset = minus(vm, item, r->start);
    Value rest = int_binary(vm, BINARY_MOD, offset, r->step);
    if (is_error(rest)) return rest;
    if (int_sign(rest) != 0) return VALUE_NONE;
    return int_binary(vm, BINARY_FLOORDIV, offset, r->step);
}

// An object that is no plain int may be equal to an item all the same: 2.0, or what __eq__ says.
int range_contains(VM *vm, Value range, Value item)
{
    if (is_bool(item) || value_is_plain(item)) {
        if (is_any_int(item)) {
            Value found = range_find(vm, as_range(range), item);
            return is_error(found) ? -1 : found != VALUE_NONE;
        }
        if (!is_float(item)) return 0;
    }
    Value v, it = range_iter(vm, range);
    if (is_error(it)) return -1;
    while ((v = iter_next(vm, it)) != VALUE_STOP) {
        int equal = is_error(v) ? -1 : value_equal(vm, v, item);
        if (equal) return equal;
    }
    return 0;
}

static bool ranges_equal(const Range *a, const Range *b)
{
    if (int_compare(a->length, b->length) != 0) return false;
    if (a->length == small_int(0)) return true;
    if (int_compare(a->start, b->start) != 0) return false;
    return a->length == small_int(1) || int_compare(a->step, b->step) == 0;
}

static Value slice_tuple(const Slice *s)
{
    return value_object(tuple_of(3, s->start, s->stop, s->step));
}

Value range_compare(VM *vm, RichCompare op, Value a, Value b)
{
    if (is_slice(a) && is_slice(b)) {
        if (a == b) return value_bool(op == COMPARE_EQ || op == COMPARE_LE || op == COMPARE_GE);
        return list_compare(vm, op, slice_tuple(as_slice(a)), slice_tuple(as_slice(b)));
    }
    if (!is_range(a) || !is_range(b) || (op != COMPARE_EQ && op != COMPARE_NE))
        return VALUE_NOT_IMPLEMENTED;
    return value_bool(ranges_equal(as_range(a), as_range(b)) == (op == COMPARE_EQ));
}

// CPython's: as for a tuple of three (xxHash), but without the length.
static bool slice_hash(VM *vm, const Slice *s, uint64_t *hash)
{
    const uint64_t prime_1 = 11400714785074694791u, prime_2 = 14029467366897019727u;
    const Value parts[] = {s->start, s->stop, s->step};
    uint64_t h = 2870177450012600261u;
    for (size_t i = 0; i < countof(parts); i++) {
        uint64_t lane;
        if (!value_hash(vm, parts[i], &lane)) return false;
        h += lane * prime_2;
        h = h << 31 | h >> 33;
        h *= prime_1;
    }
    *hash = h == UINT64_MAX ? 1546275796 : h;
    return true;
}

bool range_hash(VM *vm, Value v, uint64_t *hash)
{
    if (is_slice(v)) return slice_hash(vm, as_slice(v), hash);
    const Range *r = as_range(v);
    Value start = VALUE_NONE, step = VALUE_NONE;
    if (r->length != small_int(0)) start = r->start;
    if (r->length != small_int(0) && r->length != small_int(1)) step = r->step;
    return tuple_hash(vm, tuple_of(3, r->length, start, step), hash);
}

static Str *slice_repr(VM *vm, Slice *s)
{
    const Value parts[] = {s->start, s->stop, s->step};
    StrBuilder b = {0};
    builder_add_cstr(&b, "slice(");
    for (size_t i = 0; i < countof(parts); i++) {
        Str *part = value_repr(vm, parts[i]);
        if (!part) return NULL;
        if (i) builder_add_cstr(&b, ", ");
        builder_add_str(&b, part);
    }
    builder_add_byte(&b, ')');
    return builder_str(&b);
}

Str *range_repr(VM *vm, Value v)
{
    if (is_slice(v)) return slice_repr(vm, as_slice(v));
    const Range *r = as_range(v);
    Str *start = int_to_str(vm, r->start, 10);
    Str *stop = start ? int_to_str(vm, r->stop, 10) : NULL;
    if (!stop) return NULL;
    if (r->step == small_int(1)) return str_format("range(%s, %s)", start->data, stop->data);
    Str *step = int_to_str(vm, r->step, 10);
    return step ? str_format("range(%s, %s, %s)", start->data, stop->data, step->data) : NULL;
}

// Iterators

static Value range_next(VM *vm, Iterator *self)
{
    if (unlikely(vm_pending_signal(vm)) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    RangeIterator *it = (RangeIterator *)(void *)self;
    if (it->remaining == 0) return VALUE_STOP;
    int64_t i = it->next;
    it->next = (int64_t)((uint64_t)i + (uint64_t)it->step);  // may be past the border after the last
    it->remaining--;
    return int_from_int64(i);
}

static Value longrange_next(VM *vm, Iterator *self)
{
    if (unlikely(vm_pending_signal(vm)) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    LongRangeIterator *it = (LongRangeIterator *)(void *)self;
    if (it->remaining == small_int(0)) return VALUE_STOP;
    Value v = it->next;
    Value next = plus(vm, v, it->step);
    Value remaining = minus(vm, it->remaining, small_int(1));
    if (is_error(next) || is_error(remaining)) return VALUE_ERROR;
    it->next = next;
    it->remaining = remaining;
    return v;
}

// Which of the two iterators it is shows in type(); it is chosen as CPython does.
static Value iterate(Value start, Value stop, Value step, Value length)
{
    RangeIterator fields;
    int64_t end;
    if (int_to_int64(start, &fields.next) && int_to_int64(stop, &end) &&
        int_to_int64(step, &fields.step) && int_to_int64(length, &fields.remaining)) {
        RangeIterator *it = iterator_alloc(ITER_RANGE, sizeof(RangeIterator), range_next);
        it->next = fields.next;
        it->step = fields.step;
        it->remaining = fields.remaining;
        return value_object(it);
    }
    LongRangeIterator *it =
        iterator_alloc(ITER_LONGRANGE, sizeof(LongRangeIterator), longrange_next);
    it->next = start;
    it->step = step;
    it->remaining = length;
    return value_object(it);
}

Value range_iter(VM *vm, Value range)
{
    (void)vm;
    const Range *r = as_range(range);
    return iterate(r->start, r->stop, r->step, r->length);
}

Value range_reversed(VM *vm, const Range *r)
{
    if (int_sign(r->length) == 0) return iterate(r->start, r->start, r->step, small_int(0));
    Value last = range_item(vm, r, minus(vm, r->length, small_int(1)));
    if (is_error(last)) return last;
    int64_t end;
    Value stop = int_to_int64(r->stop, &end) ? minus(vm, r->start, r->step) : r->stop;
    return is_error(stop) ? stop : iterate(last, stop, int_negate(r->step), r->length);
}

Value range_iterator_left(Value iterator)
{
    if (as_iterator(iterator)->next == range_next)
        return int_from_int64(((RangeIterator *)as_pointer(iterator))->remaining);
    return ((LongRangeIterator *)as_pointer(iterator))->remaining;
}

Value range_iterator_rest(VM *vm, Value iterator)
{
    bool is_short = as_iterator(iterator)->next == range_next;
    const RangeIterator *it = as_pointer(iterator);
    const LongRangeIterator *big = as_pointer(iterator);
    Value start = is_short ? int_from_int64(it->next) : big->next, step = is_short ? int_from_int64(it->step) : big->step;
    Value span = int_binary(vm, BINARY_MUL, step, range_iterator_left(iterator));
    Value stop = is_error(span) ? span : plus(vm, start, span);
    return is_error(stop) ? stop : range_new(vm, start, stop, step);
}

// Slices

Value slice_new(Value start, Value stop, Value step)
{
    Slice *s = gc_new(Slice);
    object_init(&s->object, KIND_SLICE);
    s->start = start;
    s->stop = stop;
    s->step = step;
    return value_object(s);
}

static Value part_index(VM *vm, Value v)
{
    if (likely(is_int(v))) return v;
    if (!is_any_int(v) && special_lookup(vm, v, S(__index__)) == VALUE_UNBOUND)
        return raise_error(vm, EXC_TypeError,
                           "slice indices must be integers or None or have an __index__ method");
    return value_index(vm, v);
}

// The part as an int64, clamped; default_ if it is None.
static bool part_word(VM *vm, Value v, int64_t default_, int64_t *out)
{
    if (v == VALUE_NONE) {
        *out = default_;
        return true;
    }
    Value i = part_index(vm, v);
    if (is_error(i)) return false;
    if (!int_to_int64(i, out)) *out = int_sign(i) < 0 ? INT64_MIN : INT64_MAX;
    return true;
}

static int64_t clamp(int64_t i, int64_t len, bool is_down)
{
    if (i < 0) {
        i += len;
        return i < 0 ? (is_down ? -1 : 0) : i;
    }
    return i >= len ? (is_down ? len - 1 : len) : i;
}

bool slice_unpack(VM *vm, Slice *s, size_t len, int64_t *start, int64_t *stop, int64_t *step)
{
    if (!part_word(vm, s->step, 1, step)) return false;
    if (*step == 0) {
        raise_error(vm, EXC_ValueError, "slice step cannot be zero");
        return false;
    }
    if (*step < -INT64_MAX) *step = -INT64_MAX;
    bool is_down = *step < 0;
    if (!part_word(vm, s->start, is_down ? INT64_MAX : 0, start)) return false;
    if (!part_word(vm, s->stop, is_down ? INT64_MIN : INT64_MAX, stop)) return false;
    *start = clamp(*start, (int64_t)len, is_down);
    *stop = clamp(*stop, (int64_t)len, is_down);
    return true;
}

bool slice_indices(VM *vm, Slice *s, size_t len, int64_t *start, int64_t *step, int64_t *count)
{
    int64_t stop;
    if (!slice_unpack(vm, s, len, start, &stop, step)) return false;
    *count = word_length(*start, stop, *step);
    return true;
}

// One bound of a slice of a sequence of any length: counted from the end, then clamped.
static Value adjust_bound(VM *vm, Value v, Value len, Value low, Value high, Value default_)
{
    if (v == VALUE_NONE) return default_;
    Value i = part_index(vm, v);
    if (is_error(i)) return i;
    if (int_sign(i) < 0) {
        i = plus(vm, i, len);
        return !is_error(i) && int_compare(i, low) < 0 ? low : i;
    }
    return int_compare(i, high) > 0 ? high : i;
}

bool slice_adjust(VM *vm, Slice *s, Value len, Value *start, Value *stop, Value *step)
{
    *step = s->step == VALUE_NONE ? small_int(1) : part_index(vm, s->step);
    if (is_error(*step)) return false;
    int sign = int_sign(*step);
    if (sign == 0) {
        raise_error(vm, EXC_ValueError, "slice step cannot be zero");
        return false;
    }
    Value low = small_int(sign < 0 ? -1 : 0);
    Value high = sign < 0 ? minus(vm, len, small_int(1)) : len;
    *start = adjust_bound(vm, s->start, len, low, high, sign < 0 ? high : low);
    if (is_error(*start)) return false;
    *stop = adjust_bound(vm, s->stop, len, low, high, sign < 0 ? low : high);
    return !is_error(*stop);
}
