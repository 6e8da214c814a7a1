// SPDX-License-Identifier: MIT
// str_ops.c - what operators do with str, bytes and bytearray: + * % [] in, and iteration.
// The objects are in str.c and bytes.c, formatting in percent.c.
#include "vm/bytes.h"
#include "vm/error.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/iter.h"
#include "vm/percent.h"
#include "vm/range.h"
#include "vm/sequence.h"
#include "vm/vm.h"

static bool is_text(Value v)
{
    return is_str(v) || is_bytes_like(v);
}

// May the right operand have something to say before we raise?
static bool right_may_answer(VM *vm, Value b, Str *name)
{
    return class_of(vm, b)->flags & CLASS_HEAP && special_lookup(vm, b, name) != VALUE_UNBOUND;
}

// + and *

static Value concat_bytes(VM *vm, Value a, Value b)
{
    Span x = bytes_span(a), y = bytes_span(b);
    if (is_bytes(a) && is_bytes(b)) return str_value(str_concat(vm, as_str(a), as_str(b)));
    if (is_bytes(a)) {
        if (y.size == 0) return value_object(str_exact(as_str(a)));
        Str *s = bytes_alloc(x.size + y.size);
        memcpy((char *)(uintptr_t)s->data, x.data, x.size);
        memcpy((char *)(uintptr_t)s->data + x.size, y.data, y.size);
        return value_object(s->size == 1 ? bytes_new(s->data, 1) : s);
    }
    Bytearray *sum = bytearray_new(x.data, x.size);
    if (!bytearray_resize(vm, sum, x.size + y.size)) return VALUE_ERROR;
    if (y.size) memcpy(sum->data + x.size, y.data, y.size);
    return value_object(sum);
}

static Value concat(VM *vm, Value a, Value b)
{
    if (is_str(a) && is_str(b)) return str_value(str_concat(vm, as_str(a), as_str(b)));
    if (is_bytes_like(a) && has_bytes(b)) return concat_bytes(vm, a, b);
    if (!is_text(a) || right_may_answer(vm, b, S(__radd__))) return VALUE_NOT_IMPLEMENTED;
    if (is_str(a))
        return raise_error(vm, EXC_TypeError, "can only concatenate str (not \"%s\") to str",
                           type_name(vm, b));
    return raise_error(vm, EXC_TypeError, "can't concat %s to %s", type_name(vm, b),
                       type_name(vm, a));
}

static Value repeat_bytearray(VM *vm, Value text, int64_t n)
{
    Span span = bytes_span(text);
    Bytearray *result = bytearray_new(span.data, span.size);
    return bytearray_inplace(vm, BINARY_MUL, value_object(result), int_from_int64(n));
}

static Value repeat(VM *vm, Value text, Value times)
{
    int64_t n;
    int known = sequence_repeat_count(vm, times, &n);
    if (known <= 0) return known < 0 ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
    if (is_bytearray(text)) return repeat_bytearray(vm, text, n);
    return str_value(str_repeat(vm, as_str(text), n));
}

Value str_binary(VM *vm, BinaryOperator op, Value a, Value b)
{
    switch (op) {
    case BINARY_ADD: return is_text(a) ? concat(vm, a, b) : VALUE_NOT_IMPLEMENTED;
    case BINARY_MUL:
        if (is_text(a)) return repeat(vm, a, b);
        return is_text(b) ? repeat(vm, b, a) : VALUE_NOT_IMPLEMENTED;
    case BINARY_MOD:
        if (is_str(a)) return str_value(percent_format(vm, as_str(a), b));
        return is_bytes_like(a) ? percent_format_bytes(vm, a, b) : VALUE_NOT_IMPLEMENTED;
    default: return VALUE_NOT_IMPLEMENTED;
    }
}

// []

static Value raise_key_type(VM *vm, Value s, Value key)
{
    if (is_str(s))
        return raise_error(vm, EXC_TypeError, "string indices must be integers, not '%s'",
                           type_name(vm, key));
    return raise_error(vm, EXC_TypeError, "%s indices must be integers or slices, not %s",
                       is_bytes(s) ? "byte" : "bytearray", type_name(vm, key));
}

static Value item_at(VM *vm, Value s, int64_t i)
{
    size_t len = is_bytearray(s) ? as_bytearray(s)->size : str_length(as_str(s));
    if (i < 0) i += (int64_t)len;
    if (i < 0 || (size_t)i >= len)
        return raise_error(vm, EXC_IndexError,
                           is_str(s)     ? "string index out of range"
                           : is_bytes(s) ? "index out of range"
                                         : "bytearray index out of range");
    if (is_str(s)) return value_object(str_from_char(str_char_at(as_str(s), (size_t)i)));
    return small_int((unsigned char)bytes_span(s).data[i]);
}

static Value slice_of(VM *vm, Value s, Slice *slice)
{
    int64_t start, step, count;
    if (!is_bytearray(s)) {
        Str *text = as_str(s);
        if (!slice_indices(vm, slice, str_length(text), &start, &step, &count)) return VALUE_ERROR;
        return str_slice_step(text, start, step, count);
    }
    Bytearray *b = as_bytearray(s);
    if (!slice_indices(vm, slice, b->size, &start, &step, &count)) return VALUE_ERROR;
    if (step == 1) return value_object(bytearray_new(b->data + start, (size_t)count));
    Bytearray *result = bytearray_new(NULL, 0);
    if (!bytearray_resize(vm, result, (size_t)count)) return VALUE_ERROR;
    for (int64_t i = 0; i < count; i++)
        result->data[i] = b->data[start + i * step];
    return value_object(result);
}

Value str_getitem(VM *vm, Value s, Value key)
{
    if (is_int(key)) return item_at(vm, s, as_int(key));
    if (is_slice(key)) return slice_of(vm, s, as_slice(key));
    int64_t i;
    if (!is_any_int(key) && special_lookup(vm, key, S(__index__)) == VALUE_UNBOUND)
        return raise_key_type(vm, s, key);
    if (!value_ssize(vm, key, &i)) return VALUE_ERROR;
    return item_at(vm, s, i);
}

// in

int str_contains(VM *vm, Value container, Value item)
{
    if (is_str(container)) {
        if (is_str(item))
            return str_find(as_str(container), as_str(item), 0, as_str(container)->size) >= 0;
        raise_error(vm, EXC_TypeError, "'in <string>' requires string as left operand, not %s",
                    type_name(vm, item));
        return -1;
    }
    bool is_number = is_any_int(item) || special_lookup(vm, item, S(__index__)) != VALUE_UNBOUND;
    if (is_number && !is_bytes_like(item)) {
        int c = bytes_item(vm, item);
        if (c < 0) return -1;
        Span span = bytes_span(container);
        return memchr(span.data, c, span.size) != NULL;
    }
    Span needle;
    if (!bytes_get(vm, item, &needle)) return -1;
    Span span = bytes_span(container);
    return text_find(span.data, span.size, needle.data, needle.size) >= 0;
}

// Iteration

typedef struct TextIterator {
    SequenceIterator at;  // a Str or Bytearray, the next byte
    size_t n_given;       // characters given so far, if that is not the index
} TextIterator;

Value ascii_iterator_next(VM *vm, Iterator *iterator)
{
    (void)vm;
    TextIterator *self = (TextIterator *)iterator;
    const Str *s = (Str *)self->at.sequence;
    if (likely(s && self->at.index < s->size)) return value_object(str_latin1[(unsigned char)s->data[self->at.index++]]);
    self->at.sequence = NULL;
    return VALUE_STOP;
}

static Value str_iterator_next(VM *vm, Iterator *iterator)
{
    (void)vm;
    TextIterator *self = (TextIterator *)iterator;
    Str *s = (Str *)self->at.sequence;
    if (!s) return VALUE_STOP;
    if (self->at.index >= s->size) {
        self->at.sequence = NULL;
        return VALUE_STOP;
    }
    self->n_given++;
    const char *p = s->data + self->at.index;
    uint32_t code_point = utf8_decode(&p);
    self->at.index = (size_t)(p - s->data);
    return value_object(str_from_char(code_point));
}

static Value bytes_iterator_next(VM *vm, Iterator *iterator)
{
    (void)vm;
    TextIterator *self = (TextIterator *)iterator;
    if (!self->at.sequence) return VALUE_STOP;
    Span span = bytes_span(value_object(self->at.sequence));
    if (self->at.index >= span.size) {
        self->at.sequence = NULL;
        return VALUE_STOP;
    }
    return small_int((unsigned char)span.data[self->at.index++]);
}

Value str_iter(Value s)
{
    IteratorType type = is_bytes(s) ? ITER_BYTES : ITER_BYTEARRAY;
    IteratorNext next = bytes_iterator_next;
    if (is_str(s)) {
        bool is_ascii = str_is_ascii(as_str(s));
        type = is_ascii && is_exact(s, KIND_STR) ? ITER_STR_ASCII : ITER_STR;
        next = is_ascii ? ascii_iterator_next : str_iterator_next;
    }
    TextIterator *it = iterator_alloc(type, sizeof(TextIterator), next);
    it->at.sequence = as_object(s);
    it->at.index = it->n_given = 0;
    return value_object(it);
}

NATIVE(iterator_length_hint, "__length_hint__(self, /)", "How many items are left.")
{
    TextIterator *self = (TextIterator *)as_iterator(args[0]);
    if (!self->at.sequence) return small_int(0);
    Value text = value_object(self->at.sequence);
    size_t len = is_bytearray(text) ? as_bytearray(text)->size : str_length(as_str(text));
    size_t n_given = self->at.base.next == str_iterator_next ? self->n_given : self->at.index;
    return small_int(len > n_given ? (int64_t)(len - n_given) : 0);
}

void str_iter_init(VM *vm)
{
    static const NativeDef *const methods[] = {
        &iterator_def_iter, &iterator_def_reduce,
        &iterator_def_next,
        &def_iterator_length_hint,
        NULL,
    };
    static const char *const names[] = {"str_ascii_iterator", "str_iterator", "bytes_iterator",
                                        "bytearray_iterator"};
    static const IteratorType types[] = {ITER_STR_ASCII, ITER_STR, ITER_BYTES, ITER_BYTEARRAY};
    for (size_t i = 0; i < countof(names); i++) {
        TypeDef def = {
            .name = names[i],
            .kind = KIND_ITERATOR,
            .methods = methods,
            .flags = CLASS_FINAL,
            .object_size = sizeof(TextIterator),
        };
        iterator_define(vm, types[i], &def);
    }
}
