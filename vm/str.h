// SPDX-License-Identifier: MIT
// str.h - text and bytes: immutable strings of UTF-8 (or of raw bytes) with cached length and hash.
// Lone surrogates are kept in their three-byte form (WTF-8), as surrogateescape needs them.
// The methods scripts call are in stdlib/str_methods.c and stdlib/bytes_methods.c.
// INVARIANT: data[size] is NUL. data points to the bytes behind the struct, or to a shared buffer
// (str_append) that starts at the same byte for all its strings.
#ifndef RILL_VM_STR_H
#define RILL_VM_STR_H

#include <stdarg.h>

#include "vm/object.h"

typedef struct StrBuffer StrBuffer;

typedef struct Str {
    Object object;      // KIND_STR or KIND_BYTES; flags below
    const char *data;   // `size` bytes and a NUL
    size_t size;        // in bytes
    size_t length;      // in code points; equals size for ASCII and for bytes
    uint64_t hash;      // valid if STR_HASHED
    void *extra;        // non-ASCII: index table (uint32_t *), built on demand. Shared buffer: StrBuffer *. Else NULL
    char bytes[];
} Str;

enum { STR_ASCII = 1, STR_INTERNED = 2, STR_HASHED = 4, STR_SHARED = 8 };  // flags in head bits 16-31

static inline bool is_str(Value v)
{
    return is_kind(v, KIND_STR);
}
static inline bool is_bytes(Value v)
{
    return is_kind(v, KIND_BYTES);
}
static inline Str *as_str(Value v)  // also for bytes
{
    return (Str *)as_pointer(v);
}
static inline unsigned str_flags(const Str *s)
{
    return s->object.head >> 16;
}
static inline bool str_is_ascii(const Str *s)
{
    return str_flags(s) & STR_ASCII;
}

// Names of names.def: S(__init__) is an interned Str *.
typedef enum NameId {
#define NAME(text) NAME_##text,
#include "vm/names.def"
#undef NAME
    NAME_COUNT
} NameId;
extern Str *str_names[NAME_COUNT];  // in collected memory's roots; filled by str_init
#define S(text) (str_names[NAME_##text])
extern Str *str_empty;
extern Str *str_latin1[256];  // one-character strings U+0000 to U+00FF, interned

void str_init(void);

Str *str_new(const char *utf8, size_t size);  // copies; utf8 must be valid (WTF-8)
Str *str_from_cstr(const char *utf8);
Str *str_from_char(uint32_t code_point);
Str *str_alloc(size_t size, size_t length);   // uninitialised bytes to fill at once through (char *)s->data; ASCII iff size == length
Str *str_format(const char *fmt, ...) RILL_PRINTF(1, 2);  // printf's, plus nothing
Str *str_vformat(const char *fmt, va_list args);
Str *str_intern(const char *utf8, size_t size);
Str *str_intern_str(Str *s);                  // the one interned string equal to s
Str *str_copy_as(Str *s, uint32_t shape);     // a fresh object for a subclass of str or bytes, with room for its attribute dict
Str *str_concat(VM *vm, Str *a, Str *b) RILL_FALLIBLE;  // amortised O(len b) when `a` is the newest string of its buffer. NULL: MemoryError
Str *str_repeat(VM *vm, Str *s, int64_t n) RILL_FALLIBLE;
uint64_t str_hash(Str *s);
bool str_equal(const Str *a, const Str *b);
int str_compare(const Str *a, const Str *b);  // by code points: <0, 0, >0
size_t str_offset(Str *s, size_t index);      // byte offset of a code point; O(1) on average
uint32_t str_char_at(Str *s, size_t index);
Str *str_slice(Str *s, size_t from, size_t to);               // code points [from, to)
Value str_slice_step(Str *s, int64_t start, int64_t step, int64_t count);
int64_t str_find(const Str *s, const Str *needle, size_t from_byte, size_t to_byte);   // byte offset or -1
int64_t str_rfind(const Str *s, const Str *needle, size_t from_byte, size_t to_byte);
Str *str_repr(Str *s);        // CPython's repr of a str
Str *str_ascii_repr(Str *s);  // ascii()
Str *bytes_new(const void *data, size_t size);
Str *bytes_alloc(size_t size);
Str *bytes_repr(const char *data, size_t size);
static inline bool str_is(const Str *s, const char *ascii)
{
    return s->size == strlen(ascii) && memcmp(s->data, ascii, s->size) == 0;
}

// UTF-8. utf8_decode reads one (WTF-8) character at p and advances; the text must be valid.
uint32_t utf8_decode(const char **p);
int utf8_encode(uint32_t code_point, char out[4]);           // bytes written
bool utf8_is_valid(const char *text, size_t size, size_t *bad_at);  // strict: no surrogates
size_t utf8_length(const char *text, size_t size);           // code points

// A growing text. Zero-initialise; the result is taken by builder_str.
typedef struct StrBuilder {
    char *data;
    size_t size, cap;
} StrBuilder;
void builder_add(StrBuilder *b, const char *utf8, size_t size);
void builder_add_str(StrBuilder *b, const Str *s);
void builder_add_cstr(StrBuilder *b, const char *utf8);
void builder_add_char(StrBuilder *b, uint32_t code_point);
void builder_add_byte(StrBuilder *b, char c);
void builder_format(StrBuilder *b, const char *fmt, ...) RILL_PRINTF(2, 3);
Str *builder_str(StrBuilder *b);
Str *builder_bytes(StrBuilder *b);

#endif
