// SPDX-License-Identifier: MIT
// array.h - array.array: numbers or characters of one C type, one after the other.
#ifndef RILL_STDLIB_ARRAY_H
#define RILL_STDLIB_ARRAY_H

#include "vm/bytes.h"
#include "vm/vm.h"

typedef enum ItemKind { ITEM_SIGNED, ITEM_UNSIGNED, ITEM_FLOAT, ITEM_CHAR } ItemKind;

typedef struct ItemType {
    char code;
    uint8_t size;
    ItemKind kind;
} ItemType;

typedef struct Array {
    Buffer buffer;  // KIND_OPAQUE; its size is that of the items in bytes
    size_t cap;     // bytes
    const ItemType *type;
} Array;

static inline Array *as_array(Value v)
{
    return (Array *)as_pointer(v);
}
static inline size_t array_len(const Array *a)
{
    return a->buffer.size / a->type->size;
}
static inline char *array_at(const Array *a, size_t i)
{
    return a->buffer.data + i * a->type->size;
}
const ItemType *item_type_find(uint32_t code);                  // NULL: no such typecode
Value item_get(VM *vm, const ItemType *type, const char *place) RILL_FALLIBLE;  // ValueError: no character has that number
// Raises OverflowError or TypeError; v is not converted twice. Any Rill code runs before the place is written, so the
// place is found by the caller afterwards: the item's bytes go to out (8 bytes).
bool item_convert(VM *vm, const ItemType *type, Value v, char *out) RILL_FALLIBLE;

Array *array_new(Class *c, const ItemType *type);  // empty
// Replace items [from, to) by n others, which must not be items of a. MemoryError.
bool array_splice(VM *vm, Array *a, size_t from, size_t to, const char *items, size_t n) RILL_FALLIBLE;
bool array_append(VM *vm, Array *a, Value v) RILL_FALLIBLE;
bool array_extend(VM *vm, Array *a, Value iterable) RILL_FALLIBLE;
bool array_from_bytes(VM *vm, Array *a, Span bytes) RILL_FALLIBLE;  // appended; ValueError if an item is incomplete
bool array_from_text(VM *vm, Array *a, const Str *text) RILL_FALLIBLE;  // appended; of typecode u or w
Value array_iter(Array *a);
void array_define_iterator(VM *vm);

#endif
