// SPDX-License-Identifier: MIT
// bytes.c - the bytearray structure; reading bytes-like objects; comparing and assigning them.
#include "vm/bytes.h"

#include "vm/error.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/range.h"
#include "vm/sequence.h"
#include "vm/vm.h"

bool bytes_get(VM *vm, Value v, Span *span)
{
    if (has_bytes(v)) {
        *span = bytes_span(v);
        return true;
    }
    raise_error(vm, EXC_TypeError, "a bytes-like object is required, not '%s'", type_name(vm, v));
    return false;
}

bool bytes_need_writable(VM *vm, Value v, const char *what)
{
    if (is_bytearray(v) || is_buffer(v)) return true;
    raise_error(vm, EXC_TypeError, "%sargument must be read-write bytes-like object, not %s", what, argument_type_name(vm, v));
    return false;
}

size_t bytes_fill(Value v, size_t at, Span source)
{
    char *data = is_bytearray(v) ? as_bytearray(v)->data : ((Buffer *)as_pointer(v))->data;
    size_t room = bytes_span(v).size;
    room = at < room ? room - at : 0;
    size_t n = source.size < room ? source.size : room;
    if (n) memcpy(data + at, source.data, n);
    return n;
}

int bytes_item(VM *vm, Value v)
{
    int64_t i;
    v = value_index(vm, v);
    if (is_error(v)) return -1;
    if (int_to_int64(v, &i) && i >= 0 && i < 256) return (int)i;
    raise_error(vm, EXC_ValueError, "byte must be in range(0, 256)");
    return -1;
}

Str *bytes_from_like(Value v)
{
    if (is_bytes(v)) return str_exact(as_str(v));
    Span span = bytes_span(v);
    return bytes_new(span.data, span.size);
}

Value bytes_like(Value model, const char *data, size_t size)
{
    if (is_bytearray(model)) return value_object(bytearray_new(data, size));
    return value_object(bytes_new(data, size));
}

static bool collect_ints(VM *vm, Value iterator, StrBuilder *out, bool for_bytes)
{
    for (;;) {
        Value item = iter_next(vm, iterator);
        if (item == VALUE_STOP) return true;
        if (is_error(item)) return false;
        if (is_int(item) && as_int(item) >= 0 && as_int(item) < 256) {
            builder_add_byte(out, (char)as_int(item));
            continue;
        }
        Value index = value_index(vm, item);
        if (is_error(index)) return false;
        int64_t i;
        if (!int_to_int64(index, &i) || i < 0 || i > 255) {
            raise_error(vm, EXC_ValueError, "%s must be in range(0, 256)",
                        for_bytes ? "bytes" : "byte");
            return false;
        }
        builder_add_byte(out, (char)i);
    }
}

// Asks how many there will be, as CPython does.
static bool has_room(VM *vm, Value source)
{
    enum { ADDRESS_BITS = 47 };
    int64_t hint = value_length_hint(vm, source, 0);
    if (hint >> ADDRESS_BITS > 0) raise_value(vm, vm->memory_error);
    return hint >= 0 && hint >> ADDRESS_BITS == 0;
}

bool bytes_collect(VM *vm, Value source, StrBuilder *out, const char *what)
{
    bool is_bytes = strcmp(what, "bytes") == 0;
    if (has_bytes(source)) {
        Span span = bytes_span(source);
        builder_add(out, span.data, span.size);
        return true;
    }
    Value iterator = is_str(source) ? VALUE_ERROR : value_iter(vm, source);
    if (is_error(iterator)) {
        if (!is_str(source) && !error_is(vm, EXC_TypeError)) return false;
        if (!is_str(source)) (void)error_take(vm);
        raise_error(vm, EXC_TypeError, "cannot convert '%s' object to %s", type_name(vm, source),
                    what);
        return false;
    }
    if (is_bytes && !has_room(vm, source)) return false;
    return collect_ints(vm, iterator, out, is_bytes);
}

// bytearray

static void init_empty(Bytearray *b)
{
    b->base = b->data = NULL;
    b->size = b->cap = 0;
    b->attrs = NULL;
    char *data = gc_alloc_atomic(1);
    data[0] = '\0';
    b->base = b->data = data;
}

Bytearray *bytearray_new(const char *data, size_t size)
{
    char *copy = gc_alloc_atomic(size + 1);
    if (size) memcpy(copy, data, size);
    copy[size] = '\0';
    Bytearray *b = gc_new(Bytearray);
    object_init(&b->object, KIND_BYTEARRAY);
    b->base = b->data = copy;
    b->size = b->cap = size;
    b->attrs = NULL;
    return b;
}

Bytearray *bytearray_alloc(Class *c)
{
    Bytearray *b = object_alloc(c, KIND_BYTEARRAY, sizeof(Bytearray));
    init_empty(b);
    return b;
}

static bool reallocate(VM *vm, Bytearray *b, size_t cap)
{
    char *base = gc_try_alloc_atomic(cap + 1);
    if (!base) {
        raise_value(vm, vm->memory_error);
        return false;
    }
    memcpy(base, b->data, b->size < cap ? b->size : cap);
    b->base = b->data = base;
    b->cap = cap;
    return true;
}

bool bytearray_resize(VM *vm, Bytearray *b, size_t size)
{
    size_t front = (size_t)(b->data - b->base);
    if (size + front > b->cap) {
        size_t cap = size + (size >> 3) + (size < 9 ? 3 : 6);
        if (!reallocate(vm, b, cap)) return false;
    } else if (b->cap > 4096 && size < b->cap / 4) {
        b->size = size < b->size ? size : b->size;
        if (!reallocate(vm, b, size)) return false;
    }
    b->size = size;
    b->data[size] = '\0';
    return true;
}

bool bytearray_splice(VM *vm, Bytearray *b, size_t from, size_t to, const char *data, size_t n)
{
    size_t tail = b->size - to, removed = to - from;
    if (from == 0 && n < removed) {
        b->data += removed - n;  // taking from the front is cheap
        b->size -= removed - n;
        if (!bytearray_resize(vm, b, b->size)) return false;
    } else if (n > removed) {
        if (!bytearray_resize(vm, b, b->size + (n - removed))) return false;
        memmove(b->data + from + n, b->data + to, tail);
    } else if (n < removed) {
        memmove(b->data + from + n, b->data + to, tail);
        if (!bytearray_resize(vm, b, b->size - (removed - n))) return false;
    }
    if (n) memcpy(b->data + from, data, n);
    return true;
}

int64_t bytearray_len(Value v)
{
    return (int64_t)as_bytearray(v)->size;
}

Str *bytearray_repr(VM *vm, Value v)
{
    Span span = bytes_span(v);
    Str *inner = bytes_repr(span.data, span.size);
    StrBuilder b = {0};
    builder_format(&b, "%s(", type_name(vm, v));
    // CPYTHON: an apostrophe is escaped between double quotes too.
    for (size_t i = 0; i < inner->size; i++) {
        if (inner->data[i] == '\'' && inner->data[1] == '"') builder_add_byte(&b, '\\');
        builder_add_byte(&b, inner->data[i]);
    }
    builder_add_byte(&b, ')');
    return builder_str(&b);
}

Value bytes_compare(VM *vm, RichCompare op, Value a, Value b)
{
    (void)vm;
    if (!is_bytes_like(a) || !is_bytes_like(b)) return VALUE_NOT_IMPLEMENTED;
    Span x = bytes_span(a), y = bytes_span(b);
    size_t n = x.size < y.size ? x.size : y.size;
    if ((op == COMPARE_EQ || op == COMPARE_NE) && x.size != y.size)
        return value_bool(op == COMPARE_NE);
    int order = n ? memcmp(x.data, y.data, n) : 0;
    if (order == 0) order = (x.size > y.size) - (x.size < y.size);
    switch (op) {
    case COMPARE_LT: return value_bool(order < 0);
    case COMPARE_LE: return value_bool(order <= 0);
    case COMPARE_GT: return value_bool(order > 0);
    case COMPARE_GE: return value_bool(order >= 0);
    case COMPARE_EQ: return value_bool(order == 0);
    case COMPARE_NE: return value_bool(order != 0);
    }
    return VALUE_NOT_IMPLEMENTED;
}

Value bytearray_inplace(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (!is_bytearray(a) || (op != BINARY_ADD && op != BINARY_MUL)) return VALUE_NOT_IMPLEMENTED;
    Bytearray *self = as_bytearray(a);
    if (op == BINARY_MUL) {
        int64_t n;
        int found = sequence_repeat_count(vm, b, &n);
        if (found <= 0) return found < 0 ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
        size_t unit = self->size, total;
        if (__builtin_mul_overflow(unit, (size_t)n, &total))
            return raise_value(vm, vm->memory_error);
        if (!bytearray_resize(vm, self, total)) return VALUE_ERROR;
        for (size_t at = unit; unit && at < total; at += unit)
            memcpy(self->data + at, self->data, unit);
        return a;
    }
    if (!is_bytes_like(b))
        return raise_error(vm, EXC_TypeError, "can't concat %s to %s", type_name(vm, b),
                           type_name(vm, a));
    size_t at = self->size, n = bytes_span(b).size;
    if (a == b && n)  // CPYTHON: its own bytes are in use
        return raise_error(vm, EXC_BufferError, "Existing exports of data: object cannot be re-sized");
    if (!bytearray_resize(vm, self, at + n)) return VALUE_ERROR;
    if (n) memmove(self->data + at, bytes_span(b).data, n);
    return a;
}

// Item and slice assignment

// As CPython, the value is converted before the index is checked.
static bool set_item(VM *vm, Bytearray *b, Value key, Value v)
{
    int64_t i;
    if (!value_ssize(vm, key, &i)) return false;
    if (i < 0) i += (int64_t)b->size;
    int c = v == VALUE_UNBOUND ? 0 : bytes_item(vm, v);
    if (c < 0) return false;
    if (i < 0 || (size_t)i >= b->size) {
        raise_error(vm, EXC_IndexError, "bytearray index out of range");
        return false;
    }
    if (v == VALUE_UNBOUND) return bytearray_splice(vm, b, (size_t)i, (size_t)i + 1, NULL, 0);
    b->data[i] = (char)c;
    return true;
}

static bool is_number(VM *vm, Value v)
{
    return special_lookup(vm, v, S(__index__)) != VALUE_UNBOUND ||
           special_lookup(vm, v, S(__int__)) != VALUE_UNBOUND ||
           special_lookup(vm, v, S(__float__)) != VALUE_UNBOUND;
}

// The bytes to assign to a slice, in memory of their own unless they are of a bytes object.
static bool slice_source(VM *vm, Value v, Span *out)
{
    if (is_bytes(v)) {
        *out = bytes_span(v);
        return true;
    }
    StrBuilder b = {0};
    if (is_str(v) || is_number(vm, v)) {
        raise_error(vm, EXC_TypeError,
                    "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
        return false;
    }
    if (!bytes_collect(vm, v, &b, "bytearray")) return false;
    *out = (Span){b.data ? b.data : "", b.size};
    return true;
}

static bool delete_step(VM *vm, Bytearray *b, int64_t start, int64_t step, int64_t count)
{
    if (count == 0) return true;
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    char *out = b->data + start;
    for (int64_t i = 0; i < count; i++) {
        int64_t from = start + i * step + 1;
        int64_t to = i + 1 < count ? from + step - 1 : (int64_t)b->size;
        memmove(out, b->data + from, (size_t)(to - from));
        out += to - from;
    }
    return bytearray_resize(vm, b, b->size - (size_t)count);
}

static bool set_slice(VM *vm, Bytearray *b, Slice *slice, Value v)
{
    Span source = {"", 0};
    int64_t start, step, count;
    if (!slice_indices(vm, slice, b->size, &start, &step, &count)) return false;
    if (v != VALUE_UNBOUND && !slice_source(vm, v, &source)) return false;
    // Reading the source may have changed b.
    if (!slice_indices(vm, slice, b->size, &start, &step, &count)) return false;
    if (step == 1)
        return bytearray_splice(vm, b, (size_t)start, (size_t)(start + count), source.data,
                                source.size);
    if (v == VALUE_UNBOUND) return delete_step(vm, b, start, step, count);
    if ((size_t)count != source.size) {
        if (source.size == 0) return delete_step(vm, b, start, step, count);
        raise_error(vm, EXC_ValueError,
                    "attempt to assign bytes of size %zu to extended slice of size %lld",
                    source.size, (long long)count);
        return false;
    }
    for (int64_t i = 0; i < count; i++)
        b->data[start + i * step] = source.data[i];
    return true;
}

bool bytearray_setitem(VM *vm, Value o, Value key, Value v)
{
    if (is_slice(key)) return set_slice(vm, as_bytearray(o), as_slice(key), v);
    bool is_index = is_any_int(key) || special_lookup(vm, key, S(__index__)) != VALUE_UNBOUND;
    if (is_index) return set_item(vm, as_bytearray(o), key, v);
    raise_error(vm, EXC_TypeError, "bytearray indices must be integers or slices, not %s",
                type_name(vm, key));
    return false;
}
