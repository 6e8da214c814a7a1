// SPDX-License-Identifier: MIT
// str.c - the objects of str and bytes: making, interning, joining, slicing, comparing, showing.
// UTF-8 itself is in text.c; what operators do with strings is in str_ops.c.
// INVARIANT: a Str never changes after it is returned, but for its caches (hash, index) and flags.
#include "vm/str.h"

#include <stdio.h>
#include <stdlib.h>

#include "vm/class.h"
#include "vm/error.h"
#include "vm/gc.h"
#include "vm/unicode.h"
#include "vm/vm.h"

Str *str_names[NAME_COUNT];
Str *str_empty;
Str *str_latin1[256];
Str *bytes_empty;
Str *bytes_single[256];

// What strings made by repeated concatenation share. The text up to `size` belongs to the newest.
struct StrBuffer {
    char *data;
    size_t size, cap;        // cap without the NUL
    struct StrIndex *index;  // of the newest non-ASCII one; right for the others, too
};

// offsets[i] is where code point (i + 1) * INDEX_STEP starts.
enum { INDEX_STEP = 32 };
typedef struct StrIndex {
    size_t n, cap;
    uint32_t offsets[];
} StrIndex;

// Allocation

static inline void fill_header(Str *s, Kind kind, unsigned flags, const char *data, size_t size)
{
    s->object.head = HEAD(kind, 0, flags);
    s->object.shape = kind;
    s->data = data;
    s->size = size;
}

static WideStr *as_wide(Str *s)
{
    return (WideStr *)(void *)s;
}

static Str *fill_wide(WideStr *s, Kind kind, unsigned flags, const char *data, size_t size, size_t length)
{
    fill_header(&s->str, kind, flags, data, size);
    s->length = length;
    s->extra = NULL;
    return &s->str;
}

// A str around text that is somewhere else.
static Str *new_around(Kind kind, const char *data, size_t size, size_t length)
{
    if (size != length) return fill_wide(gc_new(WideStr), kind, 0, data, size, length);
    Str *s = gc_new(Str);
    fill_header(s, kind, STR_ASCII, data, size);
    return s;
}

// Small texts follow the struct, big ones are in memory the collector does not scan.
// NULL if a big one cannot be had.
static NOINLINE Str *alloc_big_or_wide(Kind kind, size_t size, size_t length)
{
    if (size < GC_MAX_PLAIN - sizeof(WideStr)) {
        WideStr *s = gc_alloc_object(sizeof(WideStr) + size + 1);
        s->bytes[size] = '\0';
        return fill_wide(s, kind, 0, s->bytes, size, length);
    }
    char *data = gc_try_alloc_atomic(size + 1);
    if (!data) return NULL;
    data[size] = '\0';
    return new_around(kind, data, size, length);
}

// Nobody scans an ASCII one; but a block of 4 KB should have room for some.
enum { MAX_INLINE = 480 };

static inline Str *alloc_short(Kind kind, size_t size, uint64_t word)
{
    Str *s = gc_alloc_atomic(offsetof(Str, hash) + sizeof word);
    fill_header(s, kind, STR_ASCII, (char *)&s->hash, size);
    if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) word = __builtin_bswap64(word);
    memcpy(&s->hash, &word, sizeof word);
    return s;
}

static inline Str *alloc_kind(Kind kind, size_t size, size_t length)
{
    if (unlikely(size != length || size > MAX_INLINE))
        return alloc_big_or_wide(kind, size, length);
    if (text_is_short(size)) return alloc_short(kind, size, 0);
    Str *s = gc_alloc_atomic(offsetof(Str, bytes) + size + 1);  // it refers to nothing
    s->bytes[size] = '\0';
    fill_header(s, kind, STR_ASCII, s->bytes, size);
    return s;
}

static void *raise_memory(VM *vm)
{
    raise_value(vm, vm->memory_error);
    return NULL;
}

static Str *check_alloc(Str *s)
{
    if (likely(s != NULL)) return s;
    fputs("MemoryError\n", stderr);
    exit(1);
}

Str *str_alloc(size_t size, size_t length)
{
    return check_alloc(alloc_kind(KIND_STR, size, length));
}

Str *str_try_alloc(VM *vm, size_t size, size_t length)
{
    Str *s = alloc_kind(KIND_STR, size, length);
    return s ? s : raise_memory(vm);
}

Str *str_adopt(char *data, size_t size, size_t length)
{
    return new_around(KIND_STR, data, size, length);
}

Str *bytes_alloc(size_t size)
{
    return check_alloc(alloc_kind(KIND_BYTES, size, size));
}

static Str *new_with_length(const char *utf8, size_t size, size_t length)
{
    if (size == 0) return str_empty;
    if (size == 1) return str_latin1[(unsigned char)utf8[0]];
    Str *s = str_alloc(size, length);
    memcpy((char *)(uintptr_t)s->data, utf8, size);
    return s;
}

Str *str_new(const char *utf8, size_t size)
{
    return new_with_length(utf8, size, utf8_length(utf8, size));
}

Str *str_new_ascii(const char *ascii, size_t size)
{
    if (unlikely(size < 2)) return new_with_length(ascii, size, size);
    if (text_is_short(size)) return alloc_short(KIND_STR, size, text_short_word(ascii, size));
    Str *s = check_alloc(alloc_kind(KIND_STR, size, size));
    text_copy((char *)(uintptr_t)s->data, ascii, size);
    return s;
}

Str *str_from_latin1(const char *data, size_t size)
{
    if (size == 1) return str_latin1[(unsigned char)data[0]];
    size_t high = text_count_high(data, size);
    if (high == 0) return str_new_ascii(data, size);
    Str *s = str_alloc(size + high, size);
    char *to = (char *)(uintptr_t)s->data;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c >= 0x80) *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(c < 0x80 ? c : 0x80 | (c & 0x3F));
    }
    return s;
}

Str *str_from_cstr(const char *utf8)
{
    return str_new(utf8, strlen(utf8));
}

Str *str_from_char(uint32_t code_point)
{
    if (code_point < 256) return str_latin1[code_point];
    char text[4];
    int n = utf8_encode(code_point, text);
    return new_with_length(text, (size_t)n, 1);
}

Str *bytes_new(const void *data, size_t size)
{
    if (size == 0) return bytes_empty;
    if (size == 1) return bytes_single[*(const unsigned char *)data];
    Str *s = bytes_alloc(size);
    memcpy((char *)(uintptr_t)s->data, data, size);
    return s;
}

static bool is_bytes_object(const Str *s)
{
    return object_kind(&s->object) == KIND_BYTES;
}

Str *str_new_like(Str *model, const char *data, size_t size)
{
    return is_bytes_object(model) ? bytes_new(data, size) : str_new(data, size);
}

Str *str_vformat(const char *fmt, va_list args)
{
    char small[256];
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, fmt, args);
    size_t size = n < 0 ? 0 : (size_t)n;
    if (size < sizeof small) {
        va_end(again);
        return str_new(small, size);
    }
    char *big = gc_alloc_atomic(size + 1);
    vsnprintf(big, size + 1, fmt, again);
    va_end(again);
    return str_adopt(big, size, utf8_length(big, size));
}

Str *str_format(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    Str *s = str_vformat(fmt, args);
    va_end(args);
    return s;
}

// Instances of subclasses: the attribute dict comes first in `bytes`, then the text.

struct Dict **str_attrs(Str *s)
{
    return (struct Dict **)(void *)as_wide(s)->bytes;
}

Str *str_copy_as(Str *s, uint32_t shape)
{
    size_t room = sizeof(WideStr) + sizeof(struct Dict *);
    bool is_small = s->size < GC_MAX_PLAIN - room;
    char *data = is_small ? NULL : gc_alloc_atomic(s->size + 1);
    WideStr *wide = gc_alloc_object(is_small ? room + s->size + 1 : room);
    if (is_small) data = wide->bytes + sizeof(struct Dict *);
    memcpy(data, s->data, s->size);
    data[s->size] = '\0';
    unsigned flags = str_flags(s) & (STR_ASCII | STR_HASHED);
    Str *copy = fill_wide(wide, object_kind(&s->object), flags, data, s->size, str_length(s));
    copy->object.shape = shape;
    copy->hash = s->hash;
    *str_attrs(copy) = NULL;
    return copy;
}

Str *str_exact(Str *s)
{
    Kind kind = object_kind(&s->object);
    if (s->object.shape == (uint32_t)kind) return s;
    if (kind == KIND_BYTES) return bytes_new(s->data, s->size);
    return new_with_length(s->data, s->size, str_length(s));
}

const char *str_cstr(Str *s)
{
    if (likely(s->data[s->size] == '\0')) return s->data;
    char *copy = gc_alloc_atomic(s->size + 1);
    memcpy(copy, s->data, s->size);
    copy[s->size] = '\0';
    return copy;
}

bool str_has_nul(const Str *s)
{
    return memchr(s->data, 0, s->size) != NULL;
}

// Interning: an open table of the interned strings, at most half full.

static Str **interned;
static size_t interned_mask, n_interned;

static void grow_interned(void)
{
    size_t old_size = interned ? interned_mask + 1 : 0, size = old_size ? old_size * 2 : 2048;
    Str **old = interned, **table = gc_alloc_array(size, sizeof(Str *));
    for (size_t i = 0; i < old_size; i++) {
        if (!old[i]) continue;
        size_t at = str_hash(old[i]) & (size - 1);
        while (table[at])
            at = (at + 1) & (size - 1);
        table[at] = old[i];
    }
    interned = table;
    interned_mask = size - 1;
}

static Str **find_interned(const char *utf8, size_t size)
{
    if (n_interned * 2 >= interned_mask) grow_interned();
    uint64_t hash = text_is_short(size) ? text_short_hash(text_short_word(utf8, size), size)
                                        : str_spread_hash(text_hash(utf8, size));
    size_t at = hash & interned_mask;
    for (; interned[at]; at = (at + 1) & interned_mask) {
        Str *s = interned[at];
        if (s->size == size && memcmp(s->data, utf8, size) == 0) break;
    }
    return &interned[at];
}

static void keep_hash(Str *s)
{
    if (str_flags(s) & STR_HASHED) return;
    if (!text_is_short(s->size)) s->hash = text_hash(s->data, s->size);
    s->object.head |= (uint32_t)STR_HASHED << 16;
}

static Str *add_interned(Str **slot, Str *s)
{
    keep_hash(s);
    s->object.head |= (uint32_t)STR_INTERNED << 16;
    *slot = s;
    n_interned++;
    return s;
}

Str *str_intern(const char *utf8, size_t size)
{
    Str **slot = find_interned(utf8, size);
    if (*slot) return *slot;
    Str *s = str_new(utf8, size);
    return add_interned(slot, s);
}

Str *str_intern_str(Str *s)
{
    if (str_flags(s) & STR_INTERNED) return s;
    Str **slot = find_interned(s->data, s->size);
    if (*slot) return *slot;
    // One that shares a buffer would keep all of it.
    if (str_flags(s) & STR_SHARED) s = new_with_length(s->data, s->size, str_length(s));
    return add_interned(slot, str_exact(s));
}

// The strings of one character exist before str_new may be called.
static Str *make_single(Kind kind, uint32_t c)
{
    char text[4] = {(char)c};
    size_t size = kind == KIND_BYTES ? 1 : (size_t)utf8_encode(c, text);
    Str *s = alloc_kind(kind, size, 1);
    memcpy((char *)(uintptr_t)s->data, text, size);
    if (kind == KIND_STR) add_interned(find_interned(text, size), s);
    return s;
}

void str_init(void)
{
    static const char *const names[] = {
#define NAME(text) #text,
#include "vm/names.def"
#undef NAME
    };
    if (str_empty) return;
    str_empty = alloc_kind(KIND_STR, 0, 0);
    add_interned(find_interned("", 0), str_empty);
    bytes_empty = alloc_kind(KIND_BYTES, 0, 0);
    for (uint32_t c = 0; c < 256; c++) {
        str_latin1[c] = make_single(KIND_STR, c);
        bytes_single[c] = make_single(KIND_BYTES, c);
    }
    for (int i = 0; i < NAME_COUNT; i++)
        str_names[i] = str_intern(names[i], strlen(names[i]));
}

// Concatenation

// A string over the first `size` bytes of the buffer.
static Str *over_buffer(StrBuffer *buffer, Kind kind, size_t size, size_t length)
{
    WideStr *s = gc_new(WideStr);
    unsigned flags = STR_SHARED | STR_JOINED | (size == length ? STR_ASCII : 0);
    fill_wide(s, kind, flags, buffer->data, size, length);
    s->extra = buffer;
    return &s->str;
}

static Str *concat_new_buffer(VM *vm, Str *a, Str *b, size_t size)
{
    size_t cap = size + size / 2 + 64;
    char *data = gc_try_alloc_atomic(cap + 1);
    if (!data) return raise_memory(vm);
    memcpy(data, a->data, a->size);
    memcpy(data + a->size, b->data, b->size);
    data[size] = '\0';
    StrBuffer *buffer = gc_new(StrBuffer);
    *buffer = (StrBuffer){.data = data, .size = size, .cap = cap};
    return over_buffer(buffer, object_kind(&a->object), size, str_length(a) + str_length(b));
}

static Str *concat_in_place(StrBuffer *buffer, Str *a, Str *b, size_t size)
{
    memmove(buffer->data + a->size, b->data, b->size);
    buffer->data[size] = '\0';
    buffer->size = size;
    return over_buffer(buffer, object_kind(&a->object), size, str_length(a) + str_length(b));
}

Str *str_concat(VM *vm, Str *a, Str *b)
{
    if (b->size == 0) return str_exact(a);
    if (a->size == 0) return str_exact(b);
    size_t size = a->size + b->size;
    if (a->size >= STR_SHARE_SIZE && str_flags(a) & STR_JOINED) {
        StrBuffer *buffer = str_flags(a) & STR_SHARED ? as_wide(a)->extra : NULL;
        if (buffer && buffer->size == a->size && size <= buffer->cap)
            return concat_in_place(buffer, a, b, size);
        return concat_new_buffer(vm, a, b, size);
    }
    Str *s = alloc_kind(object_kind(&a->object), size, str_length(a) + str_length(b));
    if (!s) return raise_memory(vm);
    char *out = (char *)(uintptr_t)s->data;
    text_copy(out, a->data, a->size);
    text_copy(out + a->size, b->data, b->size);
    s->object.head |= (uint32_t)STR_JOINED << 16;
    return s;
}

static void fill_repeated(char *out, const char *unit, size_t unit_size, size_t total)
{
    if (unit_size == 1) {
        memset(out, unit[0], total);
        return;
    }
    memcpy(out, unit, unit_size);
    size_t done = unit_size;
    while (done < total) {
        size_t n = done < total - done ? done : total - done;
        memcpy(out + done, out, n);
        done += n;
    }
}

Str *str_repeat(VM *vm, Str *s, int64_t n)
{
    bool for_bytes = is_bytes_object(s);
    if (n <= 0 || s->size == 0) return for_bytes ? bytes_empty : str_empty;
    if (n == 1) return str_exact(s);
    if ((uint64_t)n > INT64_MAX / str_length(s)) {
        raise_error(vm, EXC_OverflowError,
                    for_bytes ? "repeated bytes are too long" : "repeated string is too long");
        return NULL;
    }
    size_t size;
    if (__builtin_mul_overflow(s->size, (size_t)n, &size)) return raise_memory(vm);
    Str *result = alloc_kind(object_kind(&s->object), size, str_length(s) * (size_t)n);
    if (!result) return raise_memory(vm);
    fill_repeated((char *)(uintptr_t)result->data, s->data, s->size, size);
    return result;
}

// Comparing

uint64_t str_hash(Str *s)
{
    if (text_is_short(s->size)) return str_short_hash(s);
    keep_hash(s);
    return str_spread_hash(s->hash);
}

// The order of UTF-8 is that of code points.
int str_compare(const Str *a, const Str *b)
{
    size_t n = a->size < b->size ? a->size : b->size;
    int order = n ? memcmp(a->data, b->data, n) : 0;
    if (order) return order;
    return (a->size > b->size) - (a->size < b->size);
}

// Code points and bytes

static const char *skip_chars(const char *p, size_t n)
{
    for (; n > 0; n--)
        p += utf8_size((unsigned char)*p);
    return p;
}

static StrIndex **index_of(Str *s)
{
    if (str_flags(s) & STR_SHARED) return &((StrBuffer *)as_wide(s)->extra)->index;
    return (StrIndex **)&as_wide(s)->extra;
}

// The index up to entry n - 1; a shared one grows with its buffer.
static StrIndex *extend_index(Str *s, size_t n)
{
    StrIndex **where = index_of(s), *index = *where;
    if (!index || index->cap < n) {
        size_t cap = str_length(s) / INDEX_STEP;
        if (str_flags(s) & STR_SHARED) cap += cap / 2;
        StrIndex *bigger = gc_alloc_atomic(sizeof(StrIndex) + cap * sizeof(uint32_t));
        bigger->n = index ? index->n : 0;
        bigger->cap = cap;
        if (index) memcpy(bigger->offsets, index->offsets, index->n * sizeof(uint32_t));
        *where = index = bigger;
    }
    const char *p = s->data + (index->n ? index->offsets[index->n - 1] : 0);
    while (index->n < n) {
        p = skip_chars(p, INDEX_STEP);
        index->offsets[index->n++] = (uint32_t)(p - s->data);
    }
    return index;
}

size_t str_offset(Str *s, size_t i)
{
    if (str_is_ascii(s)) return i;
    if (i >= str_length(s)) return s->size;
    size_t entry = i / INDEX_STEP;
    if (entry == 0 || s->size > UINT32_MAX) return (size_t)(skip_chars(s->data, i) - s->data);
    StrIndex *index = *index_of(s);
    if (!index || index->n < entry) index = extend_index(s, str_length(s) / INDEX_STEP);
    const char *p = s->data + index->offsets[entry - 1];
    return (size_t)(skip_chars(p, i % INDEX_STEP) - s->data);
}

size_t str_index(Str *s, size_t offset)
{
    if (str_is_ascii(s)) return offset;
    if (offset >= s->size) return str_length(s);
    size_t low = 0, high = str_length(s) / INDEX_STEP;  // entries before `low` are at or before offset
    if (high > offset / INDEX_STEP) high = offset / INDEX_STEP;
    if (high == 0) return utf8_length(s->data, offset);
    const StrIndex *index = extend_index(s, high);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (index->offsets[middle] <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    size_t from = low ? index->offsets[low - 1] : 0;
    return low * INDEX_STEP + utf8_length(s->data + from, offset - from);
}

uint32_t str_char_at(Str *s, size_t index)
{
    if (str_is_ascii(s)) return (unsigned char)s->data[index];
    const char *p = s->data + str_offset(s, index);
    return utf8_decode(&p);
}

Str *str_piece(Str *s, size_t from_byte, size_t to_byte)
{
    size_t size = to_byte - from_byte;
    if (size == s->size) return str_exact(s);
    const char *data = s->data + from_byte;
    if (is_bytes_object(s)) return bytes_new(data, size);
    return str_is_ascii(s) ? str_new_ascii(data, size) : new_with_length(data, size, utf8_length(data, size));
}

Str *str_slice(Str *s, size_t from, size_t to)
{
    if (from == 0 && to == str_length(s)) return str_exact(s);
    if (to <= from) return is_bytes_object(s) ? bytes_empty : str_empty;
    if (str_is_ascii(s)) {
        if (is_bytes_object(s)) return bytes_new(s->data + from, to - from);
        return str_new_ascii(s->data + from, to - from);
    }
    if (to - from == 1) return str_from_char(str_char_at(s, from));
    size_t first = str_offset(s, from);
    size_t end = to - from < INDEX_STEP ? (size_t)(skip_chars(s->data + first, to - from) - s->data)
                                        : str_offset(s, to);
    return new_with_length(s->data + first, end - first, to - from);
}

Value str_slice_step(Str *s, int64_t start, int64_t step, int64_t count)
{
    if (count <= 0) return value_object(is_bytes_object(s) ? bytes_empty : str_empty);
    if (step == 1) return value_object(str_slice(s, (size_t)start, (size_t)(start + count)));
    if (str_is_ascii(s)) {
        Str *result = alloc_kind(object_kind(&s->object), (size_t)count, (size_t)count);
        check_alloc(result);
        char *out = (char *)(uintptr_t)result->data;
        for (int64_t i = 0, at = start; i < count; i++, at += step)
            out[i] = s->data[at];
        return value_object(count == 1 ? str_new_like(s, out, 1) : result);
    }
    StrBuilder b = {0};
    if (step == -1) {
        const char *p = s->data + str_offset(s, (size_t)start + 1);
        for (int64_t i = 0; i < count; i++) {
            const char *end = p;
            p = utf8_previous(p);
            builder_add(&b, p, (size_t)(end - p));
        }
    } else {
        for (int64_t i = 0, at = start; i < count; i++, at += step)
            builder_add_char(&b, str_char_at(s, (size_t)at));
    }
    return value_object(builder_str(&b));
}

int64_t str_find(const Str *s, const Str *needle, size_t from_byte, size_t to_byte)
{
    if (from_byte > to_byte) return -1;
    int64_t at = text_find(s->data + from_byte, to_byte - from_byte, needle->data, needle->size);
    return at < 0 ? -1 : at + (int64_t)from_byte;
}

int64_t str_rfind(const Str *s, const Str *needle, size_t from_byte, size_t to_byte)
{
    if (from_byte > to_byte) return -1;
    int64_t at = text_rfind(s->data + from_byte, to_byte - from_byte, needle->data, needle->size);
    return at < 0 ? -1 : at + (int64_t)from_byte;
}

// Showing

// CPython prefers '...', and takes "..." if that avoids a backslash.
static char choose_quote(const char *data, size_t size)
{
    return memchr(data, '\'', size) && !memchr(data, '"', size) ? '"' : '\'';
}

static void add_escaped(StrBuilder *b, uint32_t c)
{
    if (c == '\n')
        builder_add(b, "\\n", 2);
    else if (c == '\r')
        builder_add(b, "\\r", 2);
    else if (c == '\t')
        builder_add(b, "\\t", 2);
    else if (c < 0x100)
        builder_format(b, "\\x%02x", (unsigned)c);
    else if (c < 0x10000)
        builder_format(b, "\\u%04x", (unsigned)c);
    else
        builder_format(b, "\\U%08x", (unsigned)c);
}

static inline bool is_plain(unsigned char c, char quote)
{
    return c >= 0x20 && c < 0x7F && c != '\\' && c != (unsigned char)quote;
}

// All but the quotes' choice is the same for repr, ascii and bytes; a byte of bytes is a character.
static Str *quoted(const char *prefix, const char *data, size_t size, bool as_bytes,
                   bool ascii_only)
{
    char quote = choose_quote(data, size);
    StrBuilder b = {0};
    builder_reserve(&b, size + 3);
    builder_add_cstr(&b, prefix);
    builder_add_byte(&b, quote);
    const char *p = data, *end = data + size;
    while (p < end) {
        const char *run = p;
        while (p < end && is_plain((unsigned char)*p, quote))
            p++;
        builder_add(&b, run, (size_t)(p - run));
        if (p == end) break;
        const char *at = p;
        uint32_t c = as_bytes ? (unsigned char)*p++ : utf8_decode(&p);
        if (c == '\\' || c == (unsigned char)quote) {
            builder_add_byte(&b, '\\');
            builder_add_byte(&b, (char)c);
        } else if (c >= 0x80 && !as_bytes && !ascii_only && unicode_is_printable(c)) {
            builder_add(&b, at, (size_t)(p - at));
        } else {
            add_escaped(&b, c);
        }
    }
    builder_add_byte(&b, quote);
    return builder_str(&b);
}

Str *str_repr(Str *s)
{
    return quoted("", s->data, s->size, false, false);
}

Str *str_ascii_repr(Str *s)
{
    return quoted("", s->data, s->size, false, true);
}

Str *bytes_repr(const char *data, size_t size)
{
    return quoted("b", data, size, true, true);
}
