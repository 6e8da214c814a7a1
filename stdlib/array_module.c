// SPDX-License-Identifier: MIT
// array_module.c - the module _array: the methods of array's type.
#include "stdlib/array.h"
#include "stdlib/stdlib.h"
#include "vm/codec.h"
#include "vm/gc.h"
#include "vm/iter.h"
#include "vm/range.h"
#include "vm/sequence.h"
#include "vm/warn.h"

static Class *array_class;

static bool is_array(Value v)
{
    return is_buffer(v);  // the only type of buffers
}

static Value none_or_error(bool ok)
{
    return ok ? VALUE_NONE : VALUE_ERROR;
}

// Construction

static bool parse_type_code(VM *vm, Value v, uint32_t *code)
{
    if (!is_str(v) || str_length(as_str(v)) != 1) {
        raise_error(vm, EXC_TypeError, "array() argument 1 must be a unicode character, not %s",
                    argument_type_name(vm, v));
        return false;
    }
    const char *p = as_str(v)->data;
    *code = utf8_decode(&p);
    return true;
}

// The source may not be text if the items are numbers.
static bool check_source(VM *vm, uint32_t code, Value source)
{
    bool is_unicode_array = is_array(source) && as_array(source)->type->kind == ITEM_CHAR;
    if (code == 'u' || code == 'w' || (!is_str(source) && !is_unicode_array)) return true;
    raise_error(vm, EXC_TypeError, "cannot use a %s to initialize an array with typecode '%s'",
                is_str(source) ? "str" : "unicode array", str_from_char(code)->data);
    return false;
}

static bool fill(VM *vm, Array *a, Value source)
{
    if (is_str(source)) return array_from_text(vm, a, as_str(source));
    if (is_bytes_like(source)) return array_from_bytes(vm, a, bytes_span(source));
    if (is_array(source) && as_array(source)->type == a->type)
        return array_from_bytes(vm, a, bytes_span(source));
    return array_extend(vm, a, source);
}

NATIVE(array_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    const Tuple *given = as_tuple(args[1]);
    if (as_class(args[0]) == array_class && as_dict(args[2])->len > 0)
        return raise_error(vm, EXC_TypeError, "array.array() takes no keyword arguments");
    if (given->len < 1 || given->len > 2)
        return raise_error(vm, EXC_TypeError, "array() takes at %s %d argument%s (%zu given)",
                           given->len ? "most" : "least", given->len ? 2 : 1, given->len ? "s" : "",
                           given->len);
    uint32_t code;
    if (!parse_type_code(vm, given->items[0], &code)) return VALUE_ERROR;
    if (code == 'u' && !warn_here(vm, EXC_DeprecationWarning,
                                  str_from_cstr("The 'u' type code is deprecated and will be "
                                                "removed in Python 3.16")))
        return VALUE_ERROR;
    if (given->len == 2 && !check_source(vm, code, given->items[1])) return VALUE_ERROR;
    const ItemType *type = item_type_find(code);
    if (!type)
        return raise_error(vm, EXC_ValueError,
                           "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
    Array *a = array_new(as_class(args[0]), type);
    return given->len == 1 || fill(vm, a, given->items[1]) ? value_object(a) : VALUE_ERROR;
}

// A plain array of items [start, start + step, ...).
static Array *part(VM *vm, const Array *a, int64_t start, int64_t step, int64_t count)
{
    Array *result = array_new(array_class, a->type);
    unsigned size = a->type->size;
    if (step == 1 || count == 0)
        return array_splice(vm, result, 0, 0, count ? array_at(a, (size_t)start) : NULL,
                            (size_t)count)
                   ? result
                   : NULL;
    char *items = gc_alloc_atomic((size_t)count * size);
    for (int64_t i = 0; i < count; i++)
        memcpy(items + i * size, array_at(a, (size_t)(start + i * step)), size);
    result->buffer.data = items;
    result->buffer.size = result->cap = (size_t)count * size;
    return result;
}

static Value copy_of(VM *vm, const Array *a)
{
    Array *copy = part(vm, a, 0, 1, (int64_t)array_len(a));
    return copy ? value_object(copy) : VALUE_ERROR;
}

NATIVE(array_copy, "__copy__(self, /)", "Return a copy of the array.")
{
    return copy_of(vm, as_array(args[0]));
}

NATIVE(array_deepcopy, "__deepcopy__(self, unused, /)", "Return a copy of the array.")
{
    return copy_of(vm, as_array(args[0]));
}

// Items

NATIVE(array_len, "__len__(self, /)", "Return len(self).")
{
    return small_int((int64_t)array_len(as_array(args[0])));
}

// The index that key is, counted from the end if negative. -1: raised.
static int64_t subscript(VM *vm, const Array *a, Value key, const char *message)
{
    int64_t i = 0;
    if (is_int(key)) {
        i = as_int(key);
    } else if (!is_any_int(key) && special_lookup(vm, key, S(__index__)) == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError, "array indices must be integers");
        return -1;
    } else if (!value_ssize(vm, key, &i)) {
        return -1;
    }
    if (i < 0) i += (int64_t)array_len(a);
    if (i >= 0 && (size_t)i < array_len(a)) return i;
    raise_error(vm, EXC_IndexError, "%s", message);
    return -1;
}

NATIVE(array_getitem, "__getitem__(self, key, /)", "Return self[key].")
{
    const Array *a = as_array(args[0]);
    int64_t start, step, count;
    if (is_slice(args[1])) {
        if (!slice_indices(vm, as_slice(args[1]), array_len(a), &start, &step, &count))
            return VALUE_ERROR;
        Array *result = part(vm, a, start, step, count);
        return result ? value_object(result) : VALUE_ERROR;
    }
    int64_t i = subscript(vm, a, args[1], "array index out of range");
    return i < 0 ? VALUE_ERROR : item_get(vm, a->type, array_at(a, (size_t)i));
}

static bool set_item(VM *vm, Array *a, Value key, Value v)
{
    char item[8];
    if (subscript(vm, a, key, "array assignment index out of range") < 0) return false;
    if (!item_convert(vm, a->type, v, item)) return false;
    int64_t i = subscript(vm, a, key,
                          "array assignment index out of range");  // converting may have changed it
    if (i >= 0) memcpy(array_at(a, (size_t)i), item, a->type->size);
    return i >= 0;
}

// Delete count items from start, step apart.
static bool delete_step(VM *vm, Array *a, int64_t start, int64_t step, int64_t count)
{
    if (step < 0) {
        start += (count - 1) * step;
        step = -step;
    }
    int64_t n = (int64_t)array_len(a), to = start;
    unsigned size = a->type->size;
    if (count <= 0) return true;
    for (int64_t from = start, deleted = 0; from < n; from++) {
        if (deleted < count && from == start + deleted * step)
            deleted++;
        else
            memmove(array_at(a, (size_t)to++), array_at(a, (size_t)from), size);
    }
    return array_splice(vm, a, (size_t)to, (size_t)n, NULL, 0);
}

// What is assigned to a slice or joined to a: an array with the same items. NULL: raised.
static const Array *same_kind(VM *vm, const Array *a, Value v)
{
    if (as_array(v)->type == a->type) return as_array(v);
    raise_error(vm, EXC_TypeError, "bad argument type for built-in operation");
    return NULL;
}

static bool set_slice(VM *vm, Array *a, Slice *slice, Value v)
{
    int64_t start, step, count;
    if (v != VALUE_UNBOUND && !is_array(v)) {
        raise_error(vm, EXC_TypeError, "can only assign array (not \"%s\") to array slice",
                    type_name(vm, v));
        return false;
    }
    const Array *source = v == VALUE_UNBOUND ? NULL : same_kind(vm, a, v);
    if (v != VALUE_UNBOUND && !source) return false;
    if (source == a) source = part(vm, a, 0, 1, (int64_t)array_len(a));
    if (!slice_indices(vm, slice, array_len(a), &start, &step, &count)) return false;
    size_t n = source ? array_len(source) : 0;
    if (step == 1)
        return array_splice(vm, a, (size_t)start, (size_t)(start + count),
                            source ? source->buffer.data : NULL, n);
    if (!source) return delete_step(vm, a, start, step, count);
    if (n != (size_t)count) {
        raise_error(vm, EXC_ValueError,
                    "attempt to assign array of size %zu to extended slice of size %lld", n,
                    (long long)count);
        return false;
    }
    for (int64_t i = 0; i < count; i++)
        memcpy(array_at(a, (size_t)(start + i * step)), array_at(source, (size_t)i), a->type->size);
    return true;
}

NATIVE(array_setitem, "__setitem__(self, key, value, /)", "Set self[key] to value.")
{
    Array *a = as_array(args[0]);
    return none_or_error(is_slice(args[1]) ? set_slice(vm, a, as_slice(args[1]), args[2])
                                           : set_item(vm, a, args[1], args[2]));
}

NATIVE(array_delitem, "__delitem__(self, key, /)", "Delete self[key].")
{
    Array *a = as_array(args[0]);
    if (is_slice(args[1])) return none_or_error(set_slice(vm, a, as_slice(args[1]), VALUE_UNBOUND));
    int64_t i = subscript(vm, a, args[1], "array assignment index out of range");
    return none_or_error(i >= 0 && array_splice(vm, a, (size_t)i, (size_t)i + 1, NULL, 0));
}

NATIVE(array_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return array_iter(as_array(args[0]));
}

// Changing

NATIVE(array_append, "append(self, v, /)", "Append new value v to the end of the array.")
{
    return none_or_error(array_append(vm, as_array(args[0]), args[1]));
}

// += and extend: the end of a becomes what source has.
static bool join(VM *vm, Array *a, Value source)
{
    if (!is_array(source)) return array_extend(vm, a, source);
    if (as_array(source)->type == a->type) return array_from_bytes(vm, a, bytes_span(source));
    raise_error(vm, EXC_TypeError, "can only extend with array of same kind");
    return false;
}

NATIVE(array_extend, "&extend(self, bb, /)", "Append items to the end of the array.")
{
    return none_or_error(join(vm, as_array(args[0]), args[1]));
}

NATIVE(array_insert, "insert(self, i: ssize, v, /)", "Put v before position i.")
{
    Array *a = as_array(args[0]);
    char item[8];
    int64_t i = arg_ssize(args[1]);
    if (!item_convert(vm, a->type, args[2], item)) return VALUE_ERROR;
    int64_t n = (int64_t)array_len(a);
    if (i < 0) i += n;
    size_t at = i < 0 ? 0 : i > n ? (size_t)n : (size_t)i;
    return none_or_error(array_splice(vm, a, at, at, item, 1));
}

NATIVE(array_pop, "pop(self, i: ssize = -1, /)",
       "Take out the item at i, the last if i is left out, and return it.")
{
    Array *a = as_array(args[0]);
    int64_t i = arg_ssize(args[1]);
    if (a->buffer.size == 0) return raise_error(vm, EXC_IndexError, "pop from empty array");
    if (i < 0) i += (int64_t)array_len(a);
    if (i < 0 || (size_t)i >= array_len(a))
        return raise_error(vm, EXC_IndexError, "pop index out of range");
    Value v = item_get(vm, a->type, array_at(a, (size_t)i));
    if (is_error(v)) return v;
    return array_splice(vm, a, (size_t)i, (size_t)i + 1, NULL, 0) ? v : VALUE_ERROR;
}

NATIVE(array_clear, "clear(self, /)", "Remove all items from the array.")
{
    return none_or_error(
        array_splice(vm, as_array(args[0]), 0, array_len(as_array(args[0])), NULL, 0));
}

NATIVE(array_reverse, "reverse(self, /)", "Reverse the order of the items in the array.")
{
    Array *a = as_array(args[0]);
    char item[8];
    unsigned size = a->type->size;
    for (size_t i = 0, j = array_len(a); i + 1 < j; i++) {
        memcpy(item, array_at(a, i), size);
        memcpy(array_at(a, i), array_at(a, --j), size);
        memcpy(array_at(a, j), item, size);
    }
    return VALUE_NONE;
}

NATIVE(array_byteswap, "byteswap(self, /)",
       "Turn the bytes of each item round. RuntimeError for sizes other than 1, 2, 4 and 8.")
{
    Array *a = as_array(args[0]);
    unsigned size = a->type->size;
    for (size_t i = 0; i < a->buffer.size; i += size) {
        char *item = a->buffer.data + i;
        for (unsigned k = 0; k < size / 2; k++) {
            char c = item[k];
            item[k] = item[size - 1 - k];
            item[size - 1 - k] = c;
        }
    }
    return VALUE_NONE;
}

// Searching

// The first of items [from, to) that equals v; -1: none; -2: raised.
static int64_t find(VM *vm, const Array *a, Value v, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to && (size_t)i < array_len(a); i++) {
        Value item = item_get(vm, a->type, array_at(a, (size_t)i));
        int equal = is_error(item) ? -1 : value_compare_bool(vm, COMPARE_EQ, item, v);
        if (equal) return equal < 0 ? -2 : i;
    }
    return -1;
}

NATIVE(array_count, "count(self, v, /)", "How often v is in the array.")
{
    const Array *a = as_array(args[0]);
    int64_t n = 0;
    for (int64_t i = 0; (i = find(vm, a, args[1], i, INT64_MAX)) != -1; i++, n++)
        if (i == -2) return VALUE_ERROR;
    return small_int(n);
}

NATIVE(array_index, "index(self, v, start = 0, stop = 9223372036854775807, /)",
       "Where v is first, looked for from start to stop; ValueError if it is nowhere.")
{
    const Array *a = as_array(args[0]);
    int64_t start, stop;
    if (!sequence_bound(vm, args[2], array_len(a), &start) ||
        !sequence_bound(vm, args[3], array_len(a), &stop))
        return VALUE_ERROR;
    int64_t i = find(vm, a, args[1], start, stop);
    if (i == -1) return raise_error(vm, EXC_ValueError, "array.index(x): x not in array");
    return i < 0 ? VALUE_ERROR : small_int(i);
}

NATIVE(array_remove, "remove(self, v, /)", "Take out the first v; ValueError if there is none.")
{
    Array *a = as_array(args[0]);
    int64_t i = find(vm, a, args[1], 0, INT64_MAX);
    if (i == -1) return raise_error(vm, EXC_ValueError, "array.remove(x): x not in array");
    if (i < 0) return VALUE_ERROR;
    if ((size_t)i >= array_len(a)) return VALUE_NONE;
    return none_or_error(array_splice(vm, a, (size_t)i, (size_t)i + 1, NULL, 0));
}

NATIVE(array_contains, "__contains__(self, key, /)", "Return bool(key in self).")
{
    int64_t i = find(vm, as_array(args[0]), args[1], 0, INT64_MAX);
    return i == -2 ? VALUE_ERROR : value_bool(i >= 0);
}

// Conversions

static List *items_of(VM *vm, const Array *a)
{
    size_t n = array_len(a);
    List *list = list_new(n);
    for (size_t i = 0; i < n; i++) {
        Value item = item_get(vm, a->type, array_at(a, i));
        if (is_error(item)) return NULL;
        list_append(list, item);
    }
    return list;
}

static Str *text_of(VM *vm, const Array *a)
{
    StrBuilder b = {0};
    size_t n = array_len(a);
    for (size_t i = 0; i < n; i++) {
        uint32_t c;
        memcpy(&c, array_at(a, i), sizeof c);
        if (c > 0x10FFFF)
            return codec_decode(vm, a->buffer.data, a->buffer.size, "utf-32-le", "strict");
        builder_add_char(&b, c);
    }
    return builder_str(&b);
}

NATIVE(array_tolist, "tolist(self, /)", "A list of the items.")
{
    List *items = items_of(vm, as_array(args[0]));
    return items ? value_object(items) : VALUE_ERROR;
}

NATIVE(array_fromlist, "fromlist(self, list, /)", "Append items to array from list.")
{
    Array *a = as_array(args[0]);
    if (!is_list(args[1])) return raise_error(vm, EXC_TypeError, "arg must be list");
    Array *items = array_new(array_class, a->type);
    List *list = as_list(args[1]);
    for (size_t i = 0, n = list->len; i < n; i++) {
        if (!array_append(vm, items, list->items[i])) return VALUE_ERROR;
        if (list->len != n)
            return raise_error(vm, EXC_RuntimeError, "list changed size during iteration");
    }
    return none_or_error(array_from_bytes(vm, a, bytes_span(value_object(items))));
}

NATIVE(array_tobytes, "tobytes(self, /)", "The items as bytes, in the order of the machine.")
{
    return value_object(bytes_from_like(args[0]));
}

NATIVE(array_frombytes, "frombytes(self, buffer, /)",
       "Appends items from the string, interpreting it as an array of machine values.")
{
    Span span;
    return none_or_error(bytes_get(vm, args[1], &span) &&
                         array_from_bytes(vm, as_array(args[0]), span));
}

NATIVE(array_tounicode, "tounicode(self, /)",
       "Extends this array with data from the unicode string ustr.\n\nConvert the array to a "
       "unicode string.")
{
    const Array *a = as_array(args[0]);
    if (a->type->kind == ITEM_CHAR) {
        Str *text = text_of(vm, a);
        return text ? value_object(text) : VALUE_ERROR;
    }
    return raise_error(vm, EXC_ValueError,
                       "tounicode() may only be called on unicode type arrays ('u' or 'w')");
}

NATIVE(array_fromunicode, "fromunicode(self, ustr: str, /)",
       "Extends this array with data from the unicode string ustr.")
{
    Array *a = as_array(args[0]);
    if (a->type->kind == ITEM_CHAR) return none_or_error(array_from_text(vm, a, as_str(args[1])));
    return raise_error(vm, EXC_ValueError,
                       "fromunicode() may only be called on unicode type arrays ('u' or 'w')");
}

NATIVE(array_tofile, "&tofile(self, f, /)",
       "Write the items as bytes, in the order of the "
       "machine, to a binary file.")
{
    enum { BLOCK = 64 * 1024 };
    for (size_t at = 0; at < as_array(args[0])->buffer.size; at += BLOCK) {
        const Array *a = as_array(args[0]);
        size_t left = a->buffer.size - at;
        Value block = value_object(bytes_new(a->buffer.data + at, left < BLOCK ? left : BLOCK));
        if (is_error(value_call_method(vm, args[1], str_intern("write", 5), 1, &block)))
            return VALUE_ERROR;
    }
    return VALUE_NONE;
}

NATIVE(array_fromfile, "&fromfile(self, f, n: ssize, /)",
       "Read n items from a binary file and put them at the end; EOFError if there were fewer.")
{
    Array *a = as_array(args[0]);
    int64_t n = arg_ssize(args[2]), size;
    if (n < 0) return raise_error(vm, EXC_ValueError, "negative count");
    if (__builtin_mul_overflow(n, a->type->size, &size)) return raise_value(vm, vm->memory_error);
    Value wanted = int_from_int64(size),
          data = value_call_method(vm, args[1], str_intern("read", 4), 1, &wanted);
    if (is_error(data)) return data;
    if (!is_bytes(data)) return raise_error(vm, EXC_TypeError, "read() didn't return bytes");
    if (!array_from_bytes(vm, a, bytes_span(data))) return VALUE_ERROR;
    if ((int64_t)as_str(data)->size == size) return VALUE_NONE;
    return raise_error(vm, EXC_EOFError, "read() didn't return enough bytes");
}

NATIVE(array_buffer_info, "buffer_info(self, /)",
       "Return a tuple (address, length) giving the current memory address and the length in items "
       "of the buffer used "
       "to hold array's contents.")
{
    const Array *a = as_array(args[0]);
    return value_object(
        tuple_of(2, int_from_uint64((uintptr_t)a->buffer.data), small_int((int64_t)array_len(a))));
}

NATIVE(array_sizeof, "__sizeof__(self, /)", "Size of the array in memory, in bytes.")
{
    enum { FIXED_PART = 64 };
    return small_int((int64_t)(FIXED_PART + as_array(args[0])->cap));
}

// Operators

NATIVE(array_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Array *a = as_array(args[0]);
    const char *type = class_of(vm, args[0])->name->data;
    if (a->buffer.size == 0) return value_object(str_format("%s('%c')", type, a->type->code));
    bool is_text = a->type->kind == ITEM_CHAR;
    void *value = is_text ? (void *)text_of(vm, a) : (void *)items_of(vm, a);
    Str *items = !value    ? NULL
                 : is_text ? value_repr(vm, value_object(value))
                           : list_repr(vm, value);
    return items ? value_object(str_format("%s('%c', %s)", type, a->type->code, items->data))
                 : VALUE_ERROR;
}

NATIVE(array_add, "__add__(self, value, /)", "Return self+value.")
{
    const Array *a = as_array(args[0]);
    if (!is_array(args[1]))
        return raise_error(vm, EXC_TypeError, "can only append array (not \"%s\") to array",
                           type_name(vm, args[1]));
    const Array *other = same_kind(vm, a, args[1]);
    Value sum = other ? copy_of(vm, a) : VALUE_ERROR;
    if (is_error(sum)) return sum;
    return array_from_bytes(vm, as_array(sum), bytes_span(args[1])) ? sum : VALUE_ERROR;
}

NATIVE(array_iadd, "__iadd__(self, value, /)", "Implement self+=value.")
{
    if (!is_array(args[1]))
        return raise_error(vm, EXC_TypeError, "can only extend array with array (not \"%s\")",
                           type_name(vm, args[1]));
    return join(vm, as_array(args[0]), args[1]) ? args[0] : VALUE_ERROR;
}

// Make a what it is `count` times. VALUE_NONE, VALUE_NOT_IMPLEMENTED or VALUE_ERROR.
static Value repeat(VM *vm, Array *a, Value count)
{
    int64_t n;
    int is_count = sequence_repeat_count(vm, count, &n);
    if (is_count <= 0) return is_count ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
    size_t size = a->buffer.size, total;
    if (size == 0 || n == 1) return VALUE_NONE;
    char *data = __builtin_mul_overflow(size, (size_t)n, &total) || total > SIZE_MAX / 4
                     ? NULL
                     : gc_try_alloc_atomic(total + 1);
    if (!data) return raise_value(vm, vm->memory_error);
    for (size_t at = 0; at < total; at += size)
        memcpy(data + at, a->buffer.data, size);
    a->buffer.data = data;
    a->buffer.size = a->cap = total;
    return VALUE_NONE;
}

static Value repeated_copy(VM *vm, Value self, Value count)
{
    Value copy = copy_of(vm, as_array(self));
    Value done = is_error(copy) ? copy : repeat(vm, as_array(copy), count);
    return is_none(done) ? copy : done;
}

NATIVE(array_mul, "__mul__(self, value, /)", "Return self*value.")
{
    return repeated_copy(vm, args[0], args[1]);
}

NATIVE(array_rmul, "__rmul__(self, value, /)", "Return value*self.")
{
    return repeated_copy(vm, args[0], args[1]);
}

NATIVE(array_imul, "__imul__(self, value, /)", "Implement self*=value.")
{
    Value done = repeat(vm, as_array(args[0]), args[1]);
    return is_none(done) ? args[0] : done;
}

static Value compare(VM *vm, RichCompare op, Value left, Value right)
{
    if (!is_array(right)) return VALUE_NOT_IMPLEMENTED;
    const Array *a = as_array(left), *b = as_array(right);
    size_t m = array_len(a), n = array_len(b), i = 0;
    if (m != n && op >= COMPARE_EQ) return value_bool(op == COMPARE_NE);
    Value x = VALUE_NONE, y = VALUE_NONE;
    for (; i < m && i < n; i++) {
        x = item_get(vm, a->type, array_at(a, i));
        y = item_get(vm, b->type, array_at(b, i));
        int equal = is_error(x) || is_error(y) ? -1 : value_compare_bool(vm, COMPARE_EQ, x, y);
        if (equal < 0) return VALUE_ERROR;
        if (!equal)
            return op >= COMPARE_EQ ? value_bool(op == COMPARE_NE) : value_compare(vm, op, x, y);
    }
    return value_compare(vm, op, small_int((int64_t)m), small_int((int64_t)n));
}

#define COMPARISON(name, op, symbol)                                                     \
    NATIVE(array_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.") \
    {                                                                                    \
        return compare(vm, op, args[0], args[1]);                                        \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")

NATIVE(array_class_getitem, "__class_getitem__(cls, object, /)", "See PEP 585")
{
    return generic_alias_new(vm, args[0], args[1]);
}

static Value get_type_code(__attribute__((unused)) VM *vm, Value self)
{
    return value_object(str_from_char((unsigned char)as_array(self)->type->code));
}

static Value get_item_size(__attribute__((unused)) VM *vm, Value self)
{
    return small_int(as_array(self)->type->size);
}

static const NativeDef *const methods[] = {
    &def_array_new,
    &def_array_copy,
    &def_array_deepcopy,
    &def_array_len,
    &def_array_getitem,
    &def_array_setitem,
    &def_array_delitem,
    &def_array_iter,
    &def_array_append,
    &def_array_extend,
    &def_array_insert,
    &def_array_pop,
    &def_array_clear,
    &def_array_reverse,
    &def_array_byteswap,
    &def_array_count,
    &def_array_index,
    &def_array_remove,
    &def_array_contains,
    &def_array_tolist,
    &def_array_fromlist,
    &def_array_tobytes,
    &def_array_frombytes,
    &def_array_tounicode,
    &def_array_fromunicode,
    &def_array_tofile,
    &def_array_fromfile,
    &def_array_buffer_info,
    &def_array_sizeof,
    &def_array_repr,
    &def_array_add,
    &def_array_iadd,
    &def_array_mul,
    &def_array_rmul,
    &def_array_imul,
    &def_array_lt,
    &def_array_le,
    &def_array_gt,
    &def_array_ge,
    &def_array_eq,
    &def_array_ne,
    &def_array_class_getitem,
    NULL,
};

static bool setup(VM *vm, Module *module)
{
    static const GetSetDef getset[] = {
        {"typecode", get_type_code, NULL, "The letter of the item type."},
        {"itemsize", get_item_size, NULL, "the size, in bytes, of one array item"},
        {NULL, NULL, NULL, NULL},
    };
    static const TypeDef type = {
        .name = "array.array",
        .kind = KIND_OPAQUE,
        .doc =
            "array(typecode [, initializer]) -> array\n\n"
            "Return a new array whose items are restricted by typecode, and initialized from the "
            "optional "
            "initializer value: a list, string or iterable over elements of the appropriate type.",
        .methods = methods,
        .getset = getset,
        .object_size = sizeof(Array),
    };
    array_class = class_define(vm, &type, NULL);
    dict_set_str(array_class->dict, S(__hash__), VALUE_NONE);
    dict_set_str(module->dict, str_intern("array", 5), value_object(array_class));
    dict_set_str(module->dict, str_intern("ArrayType", 9), value_object(array_class));
    dict_set_str(module->dict, str_intern("typecodes", 9),
                 value_object(str_from_cstr("bBuwhHiIlLqQfd")));
    array_define_iterator(vm);
    return true;
}

const ModuleDef module__array = {
    .name = "_array",
    .doc = "This module defines an object type which can efficiently represent an array of basic "
           "values: characters, "
           "integers, floating-point numbers.",
    .setup = setup,
};
