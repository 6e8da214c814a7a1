// SPDX-License-Identifier: MIT
// text.c - reading and writing UTF-8, and StrBuilder.
// Everything but utf8_is_valid and utf8_check takes text that is valid (WTF-8) already.
#include "vm/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "vm/gc.h"
#include "vm/str.h"

uint32_t utf8_decode(const char **p)
{
    const unsigned char *u = (const unsigned char *)*p;
    uint32_t c = u[0];
    if (c < 0x80) {
        *p += 1;
        return c;
    }
    if (c < 0xE0) {
        *p += 2;
        return (c & 0x1F) << 6 | (u[1] & 0x3F);
    }
    if (c < 0xF0) {
        *p += 3;
        return (c & 0x0F) << 12 | (uint32_t)(u[1] & 0x3F) << 6 | (u[2] & 0x3F);
    }
    *p += 4;
    return (c & 0x07) << 18 | (uint32_t)(u[1] & 0x3F) << 12 | (uint32_t)(u[2] & 0x3F) << 6 |
           (u[3] & 0x3F);
}

int utf8_encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static inline uint64_t load_word(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

static const uint64_t HIGH_BITS = 0x8080808080808080u, LOW_BITS = 0x0101010101010101u;

// Sixteen bytes at once. A comparison of two Blocks gives 0xFF where it is true and 0 elsewhere, as a Mask.
typedef unsigned char Block __attribute__((vector_size(16)));
typedef signed char Mask __attribute__((vector_size(16)));
enum { BLOCK = sizeof(Block) };

static inline Block load_block(const char *p)
{
    Block b;
    memcpy(&b, p, sizeof b);
    return b;
}

static inline uint64_t both_halves(Block b)
{
    uint64_t half[2];
    memcpy(half, &b, sizeof half);
    return half[0] | half[1];
}

static inline bool has_any(Mask m)
{
    return both_halves((Block)m) != 0;
}

static inline bool block_is_ascii(Block b)
{
    return !(both_halves(b) & HIGH_BITS);
}

static inline Block four_blocks(const char *p)  // or-ed
{
    return load_block(p) | load_block(p + BLOCK) | load_block(p + 2 * BLOCK) | load_block(p + 3 * BLOCK);
}

size_t utf8_ascii_prefix(const char *text, size_t size)
{
    const char *p = text, *end = text + size;
    while (end - p >= 8 * BLOCK && block_is_ascii(four_blocks(p) | four_blocks(p + 4 * BLOCK)))
        p += 8 * BLOCK;
    while (end - p >= 8 && !(load_word(p) & HIGH_BITS))
        p += 8;
    while (p < end && !(*p & 0x80))
        p++;
    return (size_t)(p - text);
}

bool utf8_is_ascii(const char *text, size_t size)
{
    return utf8_ascii_prefix(text, size) == size;
}

// The sum of the eight bytes, which is less than 256.
static inline size_t sum_bytes(uint64_t w)
{
    return w * LOW_BITS >> 56;
}

static inline uint64_t continuations_of(uint64_t w)  // 1 in each byte that is one
{
    return w >> 7 & ~(w >> 6) & LOW_BITS;
}

// Of n blocks, at most 15.
static inline size_t continuations_of_blocks(const char *p, size_t n)
{
    Mask count = {0};
    for (size_t i = 0; i < n; i++)
        count -= (Mask)load_block(p + i * BLOCK) < -64;
    uint64_t half[2];
    memcpy(half, &count, sizeof half);
    return sum_bytes(half[0] + half[1]);
}

size_t utf8_length(const char *text, size_t size)
{
    const char *p = text, *end = text + size;
    size_t continuations = 0, left = size / BLOCK;
    for (size_t n; left > 0; left -= n, p += n * BLOCK) {
        n = left < 15 ? left : 15;
        continuations += continuations_of_blocks(p, n);
    }
    for (; end - p >= 8; p += 8)
        continuations += sum_bytes(continuations_of(load_word(p)));
    for (; p < end; p++)
        continuations += (*p & 0xC0) == 0x80;
    return size - continuations;
}

size_t text_count_high(const char *p, size_t size)
{
    const char *end = p + size;
    size_t n = 0;
    for (; end - p >= 8; p += 8)
        n += sum_bytes(load_word(p) >> 7 & LOW_BITS);
    for (; p < end; p++)
        n += (unsigned char)*p >> 7;
    return n;
}

int text_line_endings(const char *p, const char *end)
{
    Mask lf = {0}, cr = {0}, crlf = {0};
    int kinds = p < end && *p == '\n' ? ENDING_LF : 0;
    for (; end - p > BLOCK; p += BLOCK) {
        Mask is_cr = load_block(p) == '\r', goes_on = load_block(p + 1) == '\n';
        crlf |= is_cr & goes_on;
        cr |= is_cr & ~goes_on;
        lf |= ~is_cr & goes_on;
    }
    for (; p < end; p++) {
        bool is_cr = *p == '\r', goes_on = p + 1 < end && p[1] == '\n';
        if (is_cr || goes_on) kinds |= !is_cr ? ENDING_LF : goes_on ? ENDING_CRLF : ENDING_CR;
    }
    return kinds | (has_any(lf) ? ENDING_LF : 0) | (has_any(cr) ? ENDING_CR : 0) | (has_any(crlf) ? ENDING_CRLF : 0);
}

static bool is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

// How many bytes a first byte asks for; 0: it cannot be one.
static int lead_size(unsigned char c)
{
    if (c < 0x80) return 1;
    if (c < 0xC2 || c > 0xF4) return 0;
    return c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

// Overlong forms, surrogates and what is above U+10FFFF show in the second byte.
static bool second_is_valid(unsigned char lead, unsigned char second)
{
    if (!is_continuation(second)) return false;
    if (lead == 0xE0) return second >= 0xA0;
    if (lead == 0xED) return second < 0xA0;
    if (lead == 0xF0) return second >= 0x90;
    if (lead == 0xF4) return second < 0x90;
    return true;
}

int utf8_check(const char *p, const char *end, int *n_bad, const char **reason)
{
    const unsigned char *u = (const unsigned char *)p;
    int size = lead_size(u[0]);
    *n_bad = 1;
    if (size == 0) {
        *reason = "invalid start byte";
        return 0;
    }
    for (int i = 1; i < size; i++) {
        *n_bad = i;
        if (p + i == end) {
            *reason = "unexpected end of data";
            return 0;
        }
        if (i == 1 ? !second_is_valid(u[0], u[1]) : !is_continuation(u[i])) {
            *reason = "invalid continuation byte";
            return 0;
        }
    }
    return size;
}

// The bytes of the block at p that cannot be where they are. There are three bytes before it.
static inline Mask bad_in_block(const char *p)
{
    Block b = load_block(p), b1 = load_block(p - 1), b2 = load_block(p - 2), b3 = load_block(p - 3);
    Mask goes_on = (b1 >= 0xC0) | (b2 >= 0xE0) | (b3 >= 0xF0);
    Mask bad = goes_on ^ ((Mask)b < -64);
    bad |= (b >= 0xF5) | ((b & 0xFE) == 0xC0);
    bad |= ((b1 == 0xE0) & (b < 0xA0)) | ((b1 == 0xED) & (b >= 0xA0));  // as second_is_valid
    bad |= ((b1 == 0xF0) & (b < 0x90)) | ((b1 == 0xF4) & (b >= 0x90));
    return bad;
}

// p, between two characters, moved over whole valid ones as far as there are whole blocks of them.
static const char *skip_valid_blocks(const char *text, const char *p, const char *end)
{
    if (p - text < 3) return p;
    const char *from = p;
    for (; end - p >= BLOCK; p += BLOCK) {
        bool is_plain = block_is_ascii(load_block(p)) && !(p[-1] & 0x80);
        if (!is_plain && has_any(bad_in_block(p))) break;
    }
    for (int i = 1; i <= 3 && p - from >= i; i++)
        if (utf8_size((unsigned char)p[-i]) > i && !is_continuation((unsigned char)p[-i])) return p - i;
    return p;
}

bool utf8_is_valid(const char *text, size_t size, size_t *bad_at)
{
    const char *p = text, *end = text + size;
    while ((p += utf8_ascii_prefix(p, (size_t)(end - p))) < end) {
        p = skip_valid_blocks(text, p, end);
        if (p == end) return true;
        int n_bad;
        const char *reason;
        int n = utf8_check(p, end, &n_bad, &reason);
        if (n == 0) {
            if (bad_at) *bad_at = (size_t)(p - text);
            return false;
        }
        p += n;
    }
    return true;
}

// Searching and hashing

// memmem prepares a table in each call, which pays only when the first byte alone says little.
int64_t text_find(const char *s, size_t size, const char *needle, size_t n)
{
    if (n > size) return -1;
    if (n == 0) return 0;
    const char *p = s, *last = s + size - n;  // where it may start at the latest
    for (size_t misses = 0; p <= last; p++) {
        p = memchr(p, needle[0], (size_t)(last - p) + 1);
        if (!p) return -1;
        if (n == 1 || memcmp(p + 1, needle + 1, n - 1) == 0) return p - s;
        if (++misses > 8 + (size_t)(p - s) / 32) break;
    }
    if (p > last) return -1;
    p = memmem(p, (size_t)(s + size - p), needle, n);
    return p ? p - s : -1;
}

int64_t text_rfind(const char *s, size_t size, const char *needle, size_t n)
{
    if (n > size) return -1;
    if (n == 0) return (int64_t)size;
    size_t left = size - n + 1;  // places where it may start
    while (left > 0) {
        const char *p = memrchr(s, needle[0], left);
        if (!p) return -1;
        left = (size_t)(p - s);
        if (memcmp(p, needle, n) == 0) return (int64_t)left;
    }
    return -1;
}

// 0x80 in each byte of w that is 0.
static inline uint64_t zero_bytes(uint64_t w)
{
    return ~(((w & ~HIGH_BITS) + ~HIGH_BITS) | w | ~HIGH_BITS);
}

enum { MANY_FALSE = 64 };  // false alarms, after which text_find has better means

// Eight places are looked at together, as long as there is room for as many.
static size_t places_in_blocks(TextFinder *f, const char **found, size_t most)
{
    const char *block = f->from, *from = f->from, *last = f->last, *rest = f->needle + 2;
    const size_t size = f->n;
    const uint64_t first = LOW_BITS * (unsigned char)f->needle[0];
    const uint64_t second = size > 1 ? LOW_BITS * (unsigned char)f->needle[1] : 0;
    size_t n = 0;
    while (n + 8 <= most && last - block >= 8) {
        uint64_t places = zero_bytes(load_word(block) ^ first);
        if (!places) {
            block = memchr(block + 8, f->needle[0], (size_t)(last - block) - 7);
            if (!block) block = last + 1;
            continue;
        }
        if (size > 1) places &= zero_bytes(load_word(block + 1) ^ second);
        for (; places; places &= places - 1) {
            const char *at = block + __builtin_ctzll(places) / 8;
            if (at < from) continue;
            if (size > 2 && !text_equal(at + 2, rest, size - 2)) {
                if (++f->n_false < MANY_FALSE) continue;
                f->from = at + 1;
                return n;
            }
            found[n++] = at;
            from = at + size;
        }
        block += 8;
    }
    f->from = from > block ? from : block;
    return n;
}

size_t text_places(TextFinder *f, const char **found, size_t most)
{
    size_t n = 0;
    bool is_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;  // the low end is the first byte
    if (is_little && f->n_false < MANY_FALSE) n = places_in_blocks(f, found, most);
    if (n > 0 || f->from > f->last) return n;
    int64_t at = text_find(f->from, (size_t)(f->last - f->from) + f->n, f->needle, f->n);
    found[0] = f->from + at;
    f->from = at < 0 ? f->last + 1 : found[0] + f->n;
    return at >= 0;
}

size_t text_count(const char *s, size_t size, const char *needle, size_t n, size_t most)
{
    const char *found[FOUND_PLACES];
    TextFinder f = text_finder(s, size, needle, n);
    size_t count = 0, more = 1;
    for (; count < most && more > 0; count += more)
        more = text_places(&f, found, most - count < FOUND_PLACES ? most - count : FOUND_PLACES);
    return count;
}

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 Wide;
    Wide product = (Wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t load_half(const char *p)
{
    uint32_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

// Multiply and fold 16 bytes at a time, as the wyhash family does.
uint32_t text_hash(const char *s, size_t size)
{
    static const uint64_t K0 = 0x9E3779B97F4A7C15u, K1 = 0xD6E8FEB86659FD93u,
                          K2 = 0xA0761D6478BD642Fu;
    uint64_t h = K2 ^ size, a = 0, b = 0;
    if (size == 0) return 0;
    if (size > 16) {
        const char *p = s;
        size_t left = size;
        for (; left > 16; left -= 16, p += 16)
            h = mix(load_word(p) ^ K0, load_word(p + 8) ^ h);
        a = load_word(s + size - 16);
        b = load_word(s + size - 8);
    } else if (size >= 8) {
        a = load_word(s);
        b = load_word(s + size - 8);
    } else if (size >= 4) {
        a = load_half(s);
        b = load_half(s + size - 4);
    } else {
        const unsigned char *u = (const unsigned char *)s;
        a = (uint64_t)u[0] << 16 | (uint64_t)u[size / 2] << 8 | u[size - 1];
    }
    return (uint32_t)(mix(K1 ^ size, mix(a ^ K0, b ^ h)) >> 32);
}

// StrBuilder

bool builder_try_reserve(StrBuilder *b, size_t more)
{
    if (likely(b->cap - b->size >= more)) return true;
    size_t cap = b->cap ? b->cap * 2 : 120;
    if (more > SIZE_MAX / 4) return false;
    if (cap < b->size + more) cap = b->size + more;
    char *data = gc_try_alloc_atomic(cap + 1);
    if (!data) return false;
    if (b->data) {
        memcpy(data, b->data, b->size);
        gc_recycle_atomic(b->data, b->cap + 1);
    }
    b->data = data;
    b->cap = cap;
    return true;
}

void builder_grow(StrBuilder *b, size_t more)
{
    if (builder_try_reserve(b, more)) return;
    fputs("MemoryError\n", stderr);
    exit(1);
}

void builder_add_str(StrBuilder *b, const Str *s)
{
    builder_add(b, s->data, s->size);
}

void builder_add_cstr(StrBuilder *b, const char *utf8)
{
    builder_add(b, utf8, strlen(utf8));
}

void builder_add_char(StrBuilder *b, uint32_t code_point)
{
    builder_reserve(b, 4);
    b->size += (size_t)utf8_encode(code_point, b->data + b->size);
}

void builder_format(StrBuilder *b, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n > 0) {
        builder_reserve(b, (size_t)n);
        vsnprintf(b->data + b->size, (size_t)n + 1, fmt, again);
        b->size += (size_t)n;
    }
    va_end(again);
}

// A big text gives its buffer to the string instead of being copied.
enum { ADOPT_SIZE = 2048 };

// A small one is copied, and its buffer given back at once.
static void release(StrBuilder *b)
{
    if (b->data) gc_recycle_atomic(b->data, b->cap + 1);
    *b = (StrBuilder){0};
}

Str *builder_str(StrBuilder *b)
{
    if (b->size < ADOPT_SIZE) {
        Str *s = str_new(b->data ? b->data : "", b->size);
        release(b);
        return s;
    }
    StrBuilder taken = *b;
    *b = (StrBuilder){0};
    if (taken.cap > taken.size + taken.size / 4)
        taken.data = gc_realloc(taken.data, taken.size + 1);
    taken.data[taken.size] = '\0';
    return str_adopt(taken.data, taken.size, utf8_length(taken.data, taken.size));
}

Str *builder_bytes(StrBuilder *b)
{
    Str *s = bytes_new(b->data ? b->data : "", b->size);
    release(b);
    return s;
}
