// SPDX-License-Identifier: MIT
// array.c - the items of array.array: their types, growing, iterating. Its methods are in array_module.c.
#include "stdlib/array.h"

#include "vm/float.h"
#include "vm/gc.h"
#include "vm/iter.h"

const ItemType *item_type_find(uint32_t code)
{
    static const ItemType types[] = {
        {'b', 1, ITEM_SIGNED},   {'B', 1, ITEM_UNSIGNED}, {'u', sizeof(wchar_t), ITEM_CHAR},
        {'w', 4, ITEM_CHAR},     {'h', 2, ITEM_SIGNED},   {'H', 2, ITEM_UNSIGNED},
        {'i', 4, ITEM_SIGNED},   {'I', 4, ITEM_UNSIGNED}, {'l', 8, ITEM_SIGNED},
        {'L', 8, ITEM_UNSIGNED}, {'q', 8, ITEM_SIGNED},   {'Q', 8, ITEM_UNSIGNED},
        {'f', 4, ITEM_FLOAT},    {'d', 8, ITEM_FLOAT},
    };
    for (size_t i = 0; i < countof(types); i++)
        if ((uint32_t)types[i].code == code) return &types[i];
    return NULL;
}

#define LOAD(Type)               \
    Type number;                 \
    memcpy(&number, place, sizeof number)

static Value get_signed(const char *place, unsigned size)
{
    switch (size) {
    case 1: return small_int((signed char)*place);
    case 2: {
        LOAD(int16_t);
        return small_int(number);
    }
    case 4: {
        LOAD(int32_t);
        return small_int(number);
    }
    default: {
        LOAD(int64_t);
        return int_from_int64(number);
    }
    }
}

static Value get_unsigned(const char *place, unsigned size)
{
    switch (size) {
    case 1: return small_int((unsigned char)*place);
    case 2: {
        LOAD(uint16_t);
        return small_int(number);
    }
    case 4: {
        LOAD(uint32_t);
        return small_int(number);
    }
    default: {
        LOAD(uint64_t);
        return int_from_uint64(number);
    }
    }
}

Value item_get(VM *vm, const ItemType *type, const char *place)
{
    switch (type->kind) {
    case ITEM_SIGNED: return get_signed(place, type->size);
    case ITEM_UNSIGNED: return get_unsigned(place, type->size);
    case ITEM_FLOAT:
        if (type->size == 4) {
            LOAD(float);
            return value_any_float((double)number);
        } else {
            LOAD(double);
            return value_any_float(number);
        }
    default: {
        LOAD(uint32_t);
        if (number <= 0x10FFFF) return value_object(str_from_char(number));
        return raise_error(vm, EXC_ValueError, "chr() arg not in range(0x110000)");
    }
    }
}

static bool overflow(VM *vm, const char *message)
{
    raise_error(vm, EXC_OverflowError, "%s", message);
    return false;
}

// A plain int as a C number of `size` bytes; the messages are those of the C types CPython goes through.
static bool convert_signed(VM *vm, const ItemType *type, Value v, char *out)
{
    static const struct {
        int64_t max;
        const char *name;
    } steps[] = {{INT32_MAX, "signed integer"}, {INT16_MAX, "signed short integer"}, {INT8_MAX, "signed char"}};
    int64_t i;
    if (!int_to_int64(v, &i))
        return overflow(vm, type->code == 'q' ? "int too big to convert" : "Python int too large to convert to C long");
    size_t first = type->size == 4 ? 0 : 1, last = type->size == 4 ? 0 : type->size == 2 ? 1 : 2;
    for (size_t k = first; type->size < 8 && k <= last; k++) {
        if (i <= steps[k].max && i >= -steps[k].max - 1) continue;
        raise_error(vm, EXC_OverflowError, "%s is %s", steps[k].name,
                    i > 0 ? "greater than maximum" : "less than minimum");
        return false;
    }
    memcpy(out, &i, sizeof i);
    return true;
}

static bool to_uint64(Value v, uint64_t *out)  // v is a plain int, not negative
{
    if (!is_int(v) && ((const Int *)as_pointer(v))->n_limbs > 1) return false;
    *out = is_int(v) ? (uint64_t)as_int(v) : ((const Int *)as_pointer(v))->limbs[0];
    return true;
}

static bool convert_wide_unsigned(VM *vm, const ItemType *type, Value v, char *out)
{
    bool is_long_long = type->code == 'Q';
    uint64_t u;
    if (int_sign(v) < 0)
        return overflow(vm, is_long_long ? "can't convert negative int to unsigned"
                                         : "can't convert negative value to unsigned int");
    if (!to_uint64(v, &u))
        return overflow(vm, is_long_long ? "int too big to convert"
                                         : "Python int too large to convert to C unsigned long");
    if (type->size == 4 && u > UINT32_MAX) return overflow(vm, "unsigned int is greater than maximum");
    memcpy(out, &u, sizeof u);
    return true;
}

static bool convert_unsigned(VM *vm, const ItemType *type, Value v, char *out)
{
    if (type->size > 2) return convert_wide_unsigned(vm, type, v, out);
    const char *name = type->size == 1 ? "unsigned byte integer" : "unsigned short";
    int64_t i, max = type->size == 1 ? UINT8_MAX : UINT16_MAX;
    if (!int_to_int64(v, &i)) return overflow(vm, "Python int too large to convert to C long");
    if (type->size == 2 && i != (int32_t)i) name = "signed integer";
    if (i < 0 || i > max) {
        raise_error(vm, EXC_OverflowError, "%s is %s", name, i < 0 ? "less than minimum" : "greater than maximum");
        return false;
    }
    memcpy(out, &i, sizeof i);
    return true;
}

static bool convert_float(VM *vm, const ItemType *type, Value v, char *out)
{
    double d;
    if (!number_to_double(vm, v, &d)) return false;
    float narrow = (float)d;
    if (type->size == 4)
        memcpy(out, &narrow, sizeof narrow);
    else
        memcpy(out, &d, sizeof d);
    return true;
}

static bool convert_char(VM *vm, const ItemType *type, Value v, char *out)
{
    if (!is_str(v) || str_length(as_str(v)) != 1) {
        if (type->code == 'w')
            raise_error(vm, EXC_TypeError, "array item must be unicode character");
        else
            raise_error(vm, EXC_TypeError, "array item must be a unicode character, not %s", type_name(vm, v));
        return false;
    }
    const char *p = as_str(v)->data;
    uint32_t c = utf8_decode(&p);
    memcpy(out, &c, sizeof c);
    return true;
}

bool item_convert(VM *vm, const ItemType *type, Value v, char *out)
{
    if (type->kind == ITEM_FLOAT) return convert_float(vm, type, v, out);
    if (type->kind == ITEM_CHAR) return convert_char(vm, type, v, out);
    if (!is_int(v)) {
        v = value_index(vm, v);
        if (is_error(v)) return false;
    }
    return type->kind == ITEM_SIGNED ? convert_signed(vm, type, v, out) : convert_unsigned(vm, type, v, out);
}

// Arrays

Array *array_new(Class *c, const ItemType *type)
{
    Array *a = object_alloc(c, KIND_OPAQUE, sizeof(Array));
    a->buffer.object.head |= HEAD(0, OPAQUE_BUFFER, 0);
    a->buffer.data = NULL;
    a->buffer.size = a->cap = 0;
    a->type = type;
    return a;
}

// Room for `size` bytes, and some more for those to come.
static bool reserve(VM *vm, Array *a, size_t size)
{
    if (size <= a->cap) return true;
    size_t cap = a->cap ? size + size / 8 + 16 : size;
    char *data = cap <= SIZE_MAX / 4 ? gc_try_alloc_atomic(cap) : NULL;
    if (!data) {
        raise_value(vm, vm->memory_error);
        return false;
    }
    if (a->buffer.size) memcpy(data, a->buffer.data, a->buffer.size);
    a->buffer.data = data;
    a->cap = cap;
    return true;
}

bool array_splice(VM *vm, Array *a, size_t from, size_t to, const char *items, size_t n)
{
    size_t item = a->type->size, old = a->buffer.size, tail = old - to * item;
    if (n > (SIZE_MAX >> 8) / item) {
        raise_value(vm, vm->memory_error);
        return false;
    }
    size_t size = from * item + n * item + tail;
    if (!reserve(vm, a, size)) return false;
    char *place = a->buffer.data + from * item;
    if (tail) memmove(place + n * item, a->buffer.data + to * item, tail);
    if (n) memcpy(place, items, n * item);
    a->buffer.size = size;
    return true;
}

bool array_append(VM *vm, Array *a, Value v)
{
    char item[8];
    if (!item_convert(vm, a->type, v, item)) return false;
    return array_splice(vm, a, array_len(a), array_len(a), item, 1);
}

bool array_extend(VM *vm, Array *a, Value iterable)
{
    bool is_sized = is_list(iterable) || is_tuple(iterable);
    if (is_sized && !a->cap && !reserve(vm, a, (size_t)value_len(vm, iterable) * a->type->size)) return false;
    Value v, iterator = value_iter(vm, iterable);
    if (is_error(iterator)) return false;
    while ((v = iterator_advance(vm, iterator)) != VALUE_STOP)
        if (is_error(v) || !array_append(vm, a, v)) return false;
    return true;
}

bool array_from_bytes(VM *vm, Array *a, Span bytes)
{
    if (bytes.size % a->type->size != 0) {
        raise_error(vm, EXC_ValueError, "bytes length not a multiple of item size");
        return false;
    }
    const char *data = bytes.data;
    if (data == a->buffer.data && bytes.size) data = bytes_new(data, bytes.size)->data;
    return array_splice(vm, a, array_len(a), array_len(a), data, bytes.size / a->type->size);
}

bool array_from_text(VM *vm, Array *a, const Str *text)
{
    const char *p = text->data, *end = p + text->size;
    while (p < end) {
        uint32_t c = utf8_decode(&p);
        if (!array_splice(vm, a, array_len(a), array_len(a), (const char *)&c, 1)) return false;
    }
    return true;
}

// The iterator

typedef struct ArrayIterator {
    Iterator base;
    Array *array;  // NULL when exhausted
    size_t index;
} ArrayIterator;

static Value next(VM *vm, Iterator *self)
{
    ArrayIterator *it = (ArrayIterator *)self;
    if (!it->array) return VALUE_STOP;
    if (it->index < array_len(it->array)) return item_get(vm, it->array->type, array_at(it->array, it->index++));
    it->array = NULL;
    return VALUE_STOP;
}

Value array_iter(Array *a)
{
    ArrayIterator *it = iterator_alloc(ITER_ARRAY, sizeof(ArrayIterator), next);
    it->array = a;
    it->index = 0;
    return value_object(it);
}

void array_define_iterator(VM *vm)
{
    static const NativeDef *const methods[] = {&iterator_def_iter, &iterator_def_next, NULL};
    static const TypeDef type = {
        .name = "array.arrayiterator",
        .kind = KIND_ITERATOR,
        .methods = methods,
        .flags = CLASS_FINAL,
    };
    iterator_define(vm, ITER_ARRAY, &type);
}
