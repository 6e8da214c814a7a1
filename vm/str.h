// SPDX-License-Identifier: MIT
// str.h - text and bytes: immutable strings of UTF-8 (or of raw bytes) with cached length and hash.
// Lone surrogates are kept in their three-byte form (WTF-8), as surrogateescape needs them.
// The methods scripts call are in stdlib/str_methods.c and stdlib/bytes_methods.c.
// INVARIANT: data points to the bytes behind the struct, or to the first byte of a buffer; strings
// made by repeated concatenation share one, which starts at the same byte for all of them. Or it
// points to `hash`: a short ASCII text is there, with zeros up to eight bytes, for it needs no hash.
// INVARIANT: data[size] is NUL, except in a string of at least STR_SHARE_SIZE bytes to which
// something was appended; str_cstr is for those who need the NUL of any string.
#ifndef RILL_VM_STR_H
#define RILL_VM_STR_H

#include <stdarg.h>

#include "vm/object.h"
#include "vm/text.h"

typedef struct StrBuffer StrBuffer;

typedef struct Str {
    Object object;      // KIND_STR or KIND_BYTES; flags below
    const char *data;   // `size` bytes and a NUL
    size_t size;        // in bytes
    uint32_t hash;      // unless the text is short, str_hash makes 64 bits of it; valid if STR_HASHED
    char bytes[];       // short ASCII
} Str;

// What is not ASCII, shares a buffer, or is an instance of a subclass is one of these.
typedef struct WideStr {
    Str str;
    size_t length;      // in code points
    void *extra;        // shared buffer: StrBuffer *. Else, not ASCII: index table (StrIndex *), built on demand, or NULL
    char bytes[];
} WideStr;

// Flags in head bits 16-31. STR_ASCII says that code points are bytes: bytes objects have it too.
// STR_JOINED: the result of a concatenation, so another one is likely.
enum { STR_ASCII = 1, STR_INTERNED = 2, STR_HASHED = 4, STR_SHARED = 8, STR_JOINED = 16 };
#define STR_HASH_SPREAD 0x9E3779B97F4A7C15u
static inline uint64_t str_spread_hash(uint32_t hash)
{
    return (hash * STR_HASH_SPREAD) & ~TEXT_SHORT_HASH;
}
enum { STR_SHARE_SIZE = 512 };  // from here on, concatenation shares a buffer

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
static inline uint64_t str_short_hash(const Str *s)
{
    bool is_here = s->data == (const char *)&s->hash;
    return text_short_hash(is_here ? text_word(s->data) : text_short_word(s->data, s->size), s->size);
}
static inline bool str_is_ascii(const Str *s)
{
    return str_flags(s) & STR_ASCII;
}
static inline size_t str_length(const Str *s)  // in code points; the size of bytes
{
    return str_is_ascii(s) ? s->size : ((const WideStr *)(const void *)s)->length;
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
extern Str *bytes_empty;
extern Str *bytes_single[256];

void str_init(void);

static inline bool str_equal(const Str *a, const Str *b)
{
    if (a == b) return true;
    if (a->size != b->size || (str_flags(a) & str_flags(b) & STR_INTERNED)) return false;
    return text_equal(a->data, b->data, a->size);
}

Str *str_new(const char *utf8, size_t size);  // copies; utf8 must be valid (WTF-8)
Str *str_new_ascii(const char *ascii, size_t size);  // the same, without looking what it is
Str *str_from_latin1(const char *data, size_t size);
Str *str_from_cstr(const char *utf8);
Str *str_from_char(uint32_t code_point);
Str *str_try_alloc(VM *vm, size_t size, size_t length) RILL_FALLIBLE;  // NULL: MemoryError
Str *str_alloc(size_t size, size_t length);   // uninitialised bytes to fill at once through (char *)s->data; ASCII iff size == length
Str *str_format(const char *fmt, ...) RILL_PRINTF(1, 2);  // printf's, plus nothing
Str *str_vformat(const char *fmt, va_list args);
Str *str_intern(const char *utf8, size_t size);
Str *str_intern_str(Str *s);                  // the one interned string equal to s
Str *str_copy_as(Str *s, uint32_t shape);     // a fresh object for a subclass of str or bytes, with room for its attribute dict
Str *str_concat(VM *vm, Str *a, Str *b) RILL_FALLIBLE;  // amortised O(len b) when `a` is the newest string of its buffer. NULL: MemoryError
Str *str_repeat(VM *vm, Str *s, int64_t n) RILL_FALLIBLE;
uint64_t str_hash(Str *s);  // as text_short_hash if it is short
int str_compare(const Str *a, const Str *b);  // by code points: <0, 0, >0
size_t str_offset(Str *s, size_t index);      // byte offset of a code point; O(1) on average
size_t str_index(Str *s, size_t offset);      // the inverse: how many code points are before this byte
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

// What follows is also for bytes.
Str *str_new_like(Str *model, const char *data, size_t size);  // str or bytes, plain; copies
// The bytes [from, to) of s, which are whole characters, as a plain str or bytes.
Str *str_piece(Str *s, size_t from_byte, size_t to_byte);
// A str around a buffer of gc_alloc_atomic that it takes over; data[size] must be NUL.
Str *str_adopt(char *data, size_t size, size_t length);
// A plain str or bytes with the text of s: s itself unless it is an instance of a subclass.
Str *str_exact(Str *s);
const char *str_cstr(Str *s);  // s->data, or a copy of it if it does not end in NUL
bool str_has_nul(const Str *s);
// Where an instance of a subclass of str or bytes (its shape is not its kind) keeps its attributes.
struct Dict **str_attrs(Str *s);
static inline Value str_value(Str *s_or_null)  // VALUE_ERROR for NULL
{
    return s_or_null ? value_object(s_or_null) : VALUE_ERROR;
}

// The classes of the iterators of str, bytes and bytearray (ITER_STR_ASCII ...); str_methods.c calls it.
void str_iter_init(VM *vm);

#endif
