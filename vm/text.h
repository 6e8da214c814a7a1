// SPDX-License-Identifier: MIT
// text.h - UTF-8 (in its generalised form WTF-8: lone surrogates have three bytes), and a growing
// text. Knows nothing of how strings are objects (str.h).
#ifndef RILL_VM_TEXT_H
#define RILL_VM_TEXT_H

#include "vm/common.h"

typedef struct Str Str;

enum { CODE_POINT_MAX = 0x10FFFF };

// utf8_decode reads one (WTF-8) character at p and advances; the text must be valid.
uint32_t utf8_decode(const char **p);
int utf8_encode(uint32_t code_point, char out[4]);           // bytes written
bool utf8_is_valid(const char *text, size_t size, size_t *bad_at);  // strict: no surrogates
size_t utf8_length(const char *text, size_t size);           // code points
bool utf8_is_ascii(const char *text, size_t size);
size_t utf8_ascii_prefix(const char *text, size_t size);     // bytes before the first that is not ASCII
// Examines one strict character at p < end: its size, or 0 and how many bytes are bad and why
// (CPython's words).
int utf8_check(const char *p, const char *end, int *n_bad, const char **reason);
static inline int utf8_size(unsigned char first)  // of the character that starts so
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}
// The start of the character that ends before p; p is past the start of the text.
static inline const char *utf8_previous(const char *p)
{
    do p--;
    while ((*p & 0xC0) == 0x80);
    return p;
}
static inline bool is_surrogate(uint32_t c)
{
    return c >= 0xD800 && c <= 0xDFFF;
}

size_t text_count_high(const char *p, size_t size);  // bytes from 0x80 on
// Which line endings there are in p..end, as a set of these.
enum { ENDING_CR = 1, ENDING_LF = 2, ENDING_CRLF = 4 };
int text_line_endings(const char *p, const char *end);

// Bytes of any meaning. Offsets, or -1; an empty needle is found at once.
int64_t text_find(const char *s, size_t size, const char *needle, size_t n);
int64_t text_rfind(const char *s, size_t size, const char *needle, size_t n);
// Every place of a needle, from left to right and without overlapping. Its size n is not 0.
typedef struct TextFinder {
    const char *from, *last;  // where the next one may start
    const char *needle;
    size_t n, n_false;        // n_false: where only the first bytes were there
} TextFinder;
static inline TextFinder text_finder(const char *s, size_t size, const char *needle, size_t n)
{
    return (TextFinder){.from = s, .last = s + size - n, .needle = needle, .n = n};
}
// Some of the next ones, at least one and at most so many (more than 0); 0: there are no more.
size_t text_places(TextFinder *f, const char **found, size_t most);
enum { FOUND_PLACES = 128 };  // so many at once are enough
// How often needle is in s without overlapping, at most `most`. n > 0.
size_t text_count(const char *s, size_t size, const char *needle, size_t n, size_t most);
uint32_t text_hash(const char *s, size_t size);

// The hash of a short text is the text, its 63 bits only shuffled: those with the same hash are the same text.
// The empty one is not short: its hash is 0, as in CPython.
enum { TEXT_SHORT = 7 };
#define TEXT_SHORT_HASH (UINT64_C(1) << 63)  // no hash of another text has this bit
static inline bool text_is_short(size_t size)
{
    return size - 1 < TEXT_SHORT;
}
static inline uint64_t text_half(const char *p)  // the first byte is the lowest
{
    uint32_t w;
    memcpy(&w, p, sizeof w);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? w : __builtin_bswap32(w);
}
static inline uint64_t text_word(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? w : __builtin_bswap64(w);
}
static inline uint64_t text_short_word(const char *s, size_t size)  // its bytes, and zeros
{
    const unsigned char *u = (const unsigned char *)s;
    if (size >= 4) return text_half(s) | text_half(s + size - 4) << (8 * (size - 4));
    return (uint64_t)u[0] | (uint64_t)u[size / 2] << (8 * (size / 2)) | (uint64_t)u[size - 1] << (8 * (size - 1));
}
static inline uint64_t text_short_hash(uint64_t word, size_t size)
{
    const uint64_t k1 = 0x9E3779B97F4A7C15u, k2 = 0xD6E8FEB86659FD93u;  // odd: multiplying by them can be undone
    uint64_t w = word | (uint64_t)size << 56;
    w = w * k1 & ~TEXT_SHORT_HASH;
    w = (w ^ w >> 32) * k2 & ~TEXT_SHORT_HASH;
    return (w ^ w >> 29) | TEXT_SHORT_HASH;
}
// At most 16 bytes are copied, or compared, without a call: as two halves that may overlap. size > 0 for text_copy.
static inline void text_copy(char *to, const char *from, size_t size)
{
    uint64_t first, last;
    uint32_t first_half, last_half;
    if (size > 16) {
        memcpy(to, from, size);
    } else if (size >= 8) {
        memcpy(&first, from, 8);
        memcpy(&last, from + size - 8, 8);
        memcpy(to, &first, 8);
        memcpy(to + size - 8, &last, 8);
    } else if (size >= 4) {
        memcpy(&first_half, from, 4);
        memcpy(&last_half, from + size - 4, 4);
        memcpy(to, &first_half, 4);
        memcpy(to + size - 4, &last_half, 4);
    } else {
        to[0] = from[0];
        to[size / 2] = from[size / 2];
        to[size - 1] = from[size - 1];
    }
}
static inline bool text_equal(const char *a, const char *b, size_t size)
{
    uint64_t word[4];
    uint32_t half[4];
    if (size > 16) return memcmp(a, b, size) == 0;
    if (size >= 8) {
        memcpy(&word[0], a, 8);
        memcpy(&word[1], b, 8);
        memcpy(&word[2], a + size - 8, 8);
        memcpy(&word[3], b + size - 8, 8);
        return word[0] == word[1] && word[2] == word[3];
    }
    if (size >= 4) {
        memcpy(&half[0], a, 4);
        memcpy(&half[1], b, 4);
        memcpy(&half[2], a + size - 4, 4);
        memcpy(&half[3], b + size - 4, 4);
        return half[0] == half[1] && half[2] == half[3];
    }
    return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
}

// A growing text. Zero-initialise; the result is taken by builder_str, which leaves it empty.
typedef struct StrBuilder {
    char *data;
    size_t size, cap;
} StrBuilder;
bool builder_try_reserve(StrBuilder *b, size_t more);  // false: there is no memory for it
void builder_grow(StrBuilder *b, size_t more);
static inline void builder_reserve(StrBuilder *b, size_t more)  // room for so many bytes
{
    if (unlikely(b->cap - b->size < more)) builder_grow(b, more);
}
static inline void builder_add(StrBuilder *b, const char *utf8, size_t size)
{
    builder_reserve(b, size);
    if (size) memcpy(b->data + b->size, utf8, size);
    b->size += size;
}
static inline void builder_add_byte(StrBuilder *b, char c)
{
    builder_reserve(b, 1);
    b->data[b->size++] = c;
}
void builder_add_str(StrBuilder *b, const Str *s);
void builder_add_cstr(StrBuilder *b, const char *utf8);
void builder_add_char(StrBuilder *b, uint32_t code_point);
void builder_format(StrBuilder *b, const char *fmt, ...) RILL_PRINTF(2, 3);
Str *builder_str(StrBuilder *b);
Str *builder_bytes(StrBuilder *b);

#endif
