// SPDX-License-Identifier: MIT
// bytes.h - bytearray, and what bytes and bytearray have in common. The bytes object itself is a
// Str (str.h). Methods: stdlib/bytes_methods.c and stdlib/bytearray_methods.c.
#ifndef RILL_VM_BYTES_H
#define RILL_VM_BYTES_H

#include "vm/str.h"

// INVARIANT: data points into base, which has `cap` bytes and one more; data[size] is NUL.
typedef struct Bytearray {
    Object object;
    char *base, *data;
    size_t size, cap;
    struct Dict *attrs;  // of an instance of a subclass; else NULL
} Bytearray;

// What every object of another module with bytes of its own begins with (array.array).
// INVARIANT: object is of KIND_OPAQUE with the state OPAQUE_BUFFER.
enum { OPAQUE_BUFFER = 1 };
typedef struct Buffer {
    Object object;
    char *data;
    size_t size;
} Buffer;

static inline bool is_buffer(Value v)
{
    return is_object(v) && (as_object(v)->head & 0xFFFF) == HEAD(KIND_OPAQUE, OPAQUE_BUFFER, 0);
}
static inline bool is_bytearray(Value v)
{
    return is_kind(v, KIND_BYTEARRAY);
}
static inline Bytearray *as_bytearray(Value v)
{
    return (Bytearray *)as_pointer(v);
}

// The bytes of a bytes-like object, valid until a bytearray changes.
typedef struct Span {
    const char *data;
    size_t size;
} Span;
static inline bool is_bytes_like(Value v)  // bytes and bytearray: what is text to re, int() and others
{
    return is_bytes(v) || is_bytearray(v);
}
static inline bool has_bytes(Value v)  // these, and buffers
{
    return is_bytes_like(v) || is_buffer(v);
}
static inline Span bytes_span(Value v)  // v has bytes
{
    if (is_bytes(v)) return (Span){as_str(v)->data, as_str(v)->size};
    if (is_buffer(v)) return (Span){((Buffer *)as_pointer(v))->data, ((Buffer *)as_pointer(v))->size};
    return (Span){as_bytearray(v)->data, as_bytearray(v)->size};
}
// Can its bytes be written? TypeError "readinto() argument must be read-write bytes-like object, not 'str'" else; what:
// "readinto() ".
bool bytes_need_writable(VM *vm, Value v, const char *what) RILL_FALLIBLE;
// Copy bytes into one that can, from `at` on; how many fit.
size_t bytes_fill(Value v, size_t at, Span source);
// TypeError "a bytes-like object is required, not 'str'".
bool bytes_get(VM *vm, Value v, Span *span) RILL_FALLIBLE;
// An int 0-255: ValueError "byte must be in range(0, 256)". -1: raised.
int bytes_item(VM *vm, Value v) RILL_FALLIBLE;
// A copy as bytes; v has bytes.
Str *bytes_from_like(Value v);
// A plain bytes, or a plain bytearray if the model is one.
Value bytes_like(Value model, const char *data, size_t size);
// The bytes of bytes-likes and of iterables of ints; `what` names the type wanted in messages.
bool bytes_collect(VM *vm, Value source, StrBuilder *out, const char *what) RILL_FALLIBLE;

Bytearray *bytearray_new(const char *data, size_t size);
// An instance of class c, empty.
struct Class;
Bytearray *bytearray_alloc(struct Class *c);
bool bytearray_resize(VM *vm, Bytearray *b, size_t size) RILL_FALLIBLE;  // new bytes not set
// Replace bytes [from, to) by n others, which must not be in b.
bool bytearray_splice(VM *vm, Bytearray *b, size_t from, size_t to, const char *data,
                      size_t n) RILL_FALLIBLE;

#endif
