// SPDX-License-Identifier: MIT
// str_split_methods.c - str methods that take strings apart or put them together: split, strip,
// partition, splitlines, join, replace.
// All work on bytes: a UTF-8 text is found in another at the same places as its characters are.
#include "stdlib/str_methods.h"
#include "stdlib/text_args.h"
#include "vm/gc.h"
#include "vm/str_split.h"
#include "vm/unicode.h"
#include "vm/vm.h"

static void add_piece(List *list, Str *s, const char *from, const char *to)
{
    list_append(list, value_object(str_piece(s, (size_t)(from - s->data), (size_t)(to - s->data))));
}

static void reverse(List *list)
{
    for (size_t i = 0, j = list->len; i + 1 < j; i++) {
        j--;
        Value v = list->items[i];
        list->items[i] = list->items[j];
        list->items[j] = v;
    }
}

// White space

// The size of the white space character at p < end, 0 if it is none.
static inline size_t space_at(const char *p)
{
    unsigned char c = (unsigned char)*p;
    if (likely(c < 0x80)) return ascii_is_space(c);
    const char *next = p;
    return unicode_is_space(utf8_decode(&next)) ? (size_t)(next - p) : 0;
}

static inline size_t space_before(const char *p)
{
    unsigned char c = (unsigned char)p[-1];
    if (likely(c < 0x80)) return ascii_is_space(c);
    const char *at = utf8_previous(p), *next = at;
    return unicode_is_space(utf8_decode(&next)) ? (size_t)(p - at) : 0;
}

static const char *skip_spaces(const char *p, const char *end)
{
    size_t n;
    while (p < end && (n = space_at(p)) != 0)
        p += n;
    return p;
}

static const char *skip_spaces_back(const char *start, const char *p)
{
    size_t n;
    while (p > start && (n = space_before(p)) != 0)
        p -= n;
    return p;
}

static List *split_spaces(Str *s, int64_t most)
{
    if (str_is_ascii(s) && most == INT64_MAX) return str_split_words(s);
    List *list = list_new(0);
    const char *p = s->data, *end = p + s->size;
    while ((p = skip_spaces(p, end)) < end) {
        const char *from = p;
        if (most-- == 0) {
            add_piece(list, s, from, end);
            break;
        }
        while (p < end && !space_at(p))
            p += utf8_size((unsigned char)*p);
        add_piece(list, s, from, p);
    }
    return list;
}

static List *rsplit_spaces(Str *s, int64_t most)
{
    List *list = list_new(0);
    const char *start = s->data, *p = start + s->size;
    while ((p = skip_spaces_back(start, p)) > start) {
        const char *to = p;
        if (most-- == 0) {
            add_piece(list, s, start, to);
            break;
        }
        while (p > start && !space_before(p))
            p = utf8_previous(p);
        add_piece(list, s, p, to);
    }
    reverse(list);
    return list;
}

// Separators

static List *split_at(Str *s, const Str *sep, int64_t most)
{
    List *list = list_new(most < 4 ? 4 : 8);
    const char *p = s->data, *end = p + s->size, *found[FOUND_PLACES];
    TextFinder finder = text_finder(p, s->size, sep->data, sep->size);
    for (size_t more = 1; most > 0 && more > 0; most -= (int64_t)more) {
        more = text_places(&finder, found, most < FOUND_PLACES ? (size_t)most : FOUND_PLACES);
        for (size_t i = 0; i < more; i++) {
            add_piece(list, s, p, found[i]);
            p = found[i] + sep->size;
        }
    }
    add_piece(list, s, p, end);
    return list;
}

static List *rsplit_at(Str *s, const Str *sep, int64_t most)
{
    List *list = list_new(0);
    const char *start = s->data, *end = start + s->size;
    while (most-- > 0) {
        int64_t at = text_rfind(start, (size_t)(end - start), sep->data, sep->size);
        if (at < 0) break;
        add_piece(list, s, start + at + sep->size, end);
        end = start + at;
    }
    add_piece(list, s, start, end);
    reverse(list);
    return list;
}

static Value split(VM *vm, Value *args, bool from_right)
{
    Str *s = as_str(args[0]);
    int64_t most = arg_ssize(args[2]);
    if (most < 0) most = INT64_MAX;
    if (is_none(args[1]))
        return value_object(from_right ? rsplit_spaces(s, most) : split_spaces(s, most));
    if (!is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "must be str or None, not %s",
                           type_name(vm, args[1]));
    Str *sep = as_str(args[1]);
    if (sep->size == 0) return raise_error(vm, EXC_ValueError, "empty separator");
    return value_object(from_right ? rsplit_at(s, sep, most) : split_at(s, sep, most));
}

NATIVE(str_split, "split(self, /, sep = None, maxsplit: ssize = -1)",
       "Return a list of the substrings in the string, using sep as the separator string.\n"
       "Without sep, runs of whitespace separate and empty strings are discarded.\n"
       "maxsplit is the maximum number of splits (starting from the left); -1 means no limit.")
{
    return split(vm, args, false);
}

NATIVE(str_rsplit, "rsplit(self, /, sep = None, maxsplit: ssize = -1)",
       "Return a list of the substrings in the string, using sep as the separator string.\n"
       "Splitting starts at the end of the string and works to the front.")
{
    return split(vm, args, true);
}

// Eight bytes none of which is a control character or beyond ASCII.
static inline bool are_plain(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    const uint64_t high = 0x8080808080808080u, spaces = 0x2020202020202020u;
    return !((w | ((w - spaces) & ~w)) & high);
}

static const char *find_line_end(const char *p, const char *end)
{
    while (end - p >= 8 && are_plain(p))
        p += 8;
    for (; p < end; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x80) {
            if (c < 0x20 && unicode_is_line_break(c)) return p;
        } else if (c == 0xC2 || c == 0xE2) {
            const char *next = p;
            if (unicode_is_line_break(utf8_decode(&next))) return p;
        }
    }
    return end;
}

NATIVE(str_splitlines, "splitlines(self, /, keepends: bool = False)",
       "Return a list of the lines in the string, breaking at line boundaries.\n"
       "Line breaks are not included in the resulting list unless keepends is true.")
{
    Str *s = as_str(args[0]);
    List *list = list_new(0);
    const char *p = s->data, *end = p + s->size;
    while (p < end) {
        const char *from = p, *to = find_line_end(p, end);
        p = to;
        if (p < end) (void)utf8_decode(&p);
        if (to < end && *to == '\r' && p < end && *p == '\n') p++;
        add_piece(list, s, from, args[1] == VALUE_TRUE ? p : to);
    }
    return value_object(list);
}

// strip

enum { STRIP_LEFT = 1, STRIP_RIGHT = 2 };

static bool is_among(const Str *chars, const char *p, size_t n)
{
    return text_find(chars->data, chars->size, p, n) >= 0;
}

static Str *strip_chars(Str *s, const Str *chars, int sides)
{
    const char *start = s->data, *p = start, *end = p + s->size;
    while (sides & STRIP_LEFT && p < end) {
        const char *next = p;
        (void)utf8_decode(&next);
        if (!is_among(chars, p, (size_t)(next - p))) break;
        p = next;
    }
    while (sides & STRIP_RIGHT && end > p) {
        const char *at = utf8_previous(end);
        if (!is_among(chars, at, (size_t)(end - at))) break;
        end = at;
    }
    return str_piece(s, (size_t)(p - start), (size_t)(end - start));
}

static Value strip(VM *vm, Value *args, int sides, const char *name)
{
    Str *s = as_str(args[0]);
    if (is_none(args[1])) {
        const char *p = s->data, *end = p + s->size;
        if (sides & STRIP_LEFT) p = skip_spaces(p, end);
        if (sides & STRIP_RIGHT) end = skip_spaces_back(p, end);
        return value_object(str_piece(s, (size_t)(p - s->data), (size_t)(end - s->data)));
    }
    if (!is_str(args[1])) return raise_error(vm, EXC_TypeError, "%s arg must be None or str", name);
    return value_object(strip_chars(s, as_str(args[1]), sides));
}

NATIVE(str_strip, "strip(self, chars = None, /)",
       "A copy without white space at both ends, or without the characters in chars.")
{
    return strip(vm, args, STRIP_LEFT | STRIP_RIGHT, "strip");
}

NATIVE(str_lstrip, "lstrip(self, chars = None, /)",
       "A copy without white space at the beginning, or without the characters in chars.")
{
    return strip(vm, args, STRIP_LEFT, "lstrip");
}

NATIVE(str_rstrip, "rstrip(self, chars = None, /)",
       "A copy without white space at the end, or without the characters in chars.")
{
    return strip(vm, args, STRIP_RIGHT, "rstrip");
}

NATIVE(str_removeprefix, "removeprefix(self, prefix: str, /)",
       "Return a str with the given prefix string removed if present.")
{
    Str *s = as_str(args[0]), *prefix = as_str(args[1]);
    bool has = s->size >= prefix->size && memcmp(s->data, prefix->data, prefix->size) == 0;
    return value_object(str_piece(s, has ? prefix->size : 0, s->size));
}

NATIVE(str_removesuffix, "removesuffix(self, suffix: str, /)",
       "Return a str with the given suffix string removed if present.")
{
    Str *s = as_str(args[0]), *suffix = as_str(args[1]);
    size_t n = suffix->size;
    bool has = s->size >= n && memcmp(s->data + s->size - n, suffix->data, n) == 0;
    return value_object(str_piece(s, 0, has ? s->size - n : s->size));
}

// partition

static Value partition(VM *vm, Value *args, bool from_right)
{
    Str *s = as_str(args[0]);
    if (!is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "must be str, not %s", type_name(vm, args[1]));
    Str *sep = as_str(args[1]);
    if (sep->size == 0) return raise_error(vm, EXC_ValueError, "empty separator");
    int64_t at = from_right ? str_rfind(s, sep, 0, s->size) : str_find(s, sep, 0, s->size);
    Value none = value_object(str_empty);
    if (at < 0)
        return value_object(from_right ? tuple_of(3, none, none, args[0])
                                       : tuple_of(3, args[0], none, none));
    Str *head = str_piece(s, 0, (size_t)at), *tail = str_piece(s, (size_t)at + sep->size, s->size);
    return value_object(
        tuple_of(3, value_object(head), value_object(str_exact(sep)), value_object(tail)));
}

NATIVE(str_partition, "partition(self, sep, /)",
       "Partition the string into three parts using the given separator.\n"
       "If it is not found, return the string and two empty strings.")
{
    return partition(vm, args, false);
}

NATIVE(str_rpartition, "rpartition(self, sep, /)",
       "Partition the string into three parts using the last separator.\n"
       "If it is not found, return two empty strings and the string.")
{
    return partition(vm, args, true);
}

// join

static bool check_items(VM *vm, const Value *items, size_t n, size_t *size, size_t *length)
{
    *size = *length = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_str(items[i])) {
            raise_error(vm, EXC_TypeError, "sequence item %zu: expected str instance, %s found", i,
                        type_name(vm, items[i]));
            return false;
        }
        *size += as_str(items[i])->size;
        *length += str_length(as_str(items[i]));
    }
    return true;
}

NATIVE(str_join, "join(self, iterable, /)",
       "Concatenate any number of strings.\n"
       "The string whose method is called is inserted in between each given string.")
{
    const Str *sep = as_str(args[0]);
    const Value *items;
    size_t n, size, length, between;
    Value owner = text_join_items(vm, args[1], &items, &n);
    if (is_error(owner) || !check_items(vm, items, n, &size, &length)) return VALUE_ERROR;
    if (n == 0) return value_object(str_empty);
    if (n == 1) return value_object(str_exact(as_str(items[0])));
    if (__builtin_mul_overflow(sep->size, n - 1, &between) || between > SIZE_MAX / 4)
        return raise_error(vm, EXC_OverflowError, "join() result is too long for a Python string");
    Str *result = str_try_alloc(vm, size + between, length + str_length(sep) * (n - 1));
    if (!result) return VALUE_ERROR;
    char *out = (char *)(uintptr_t)result->data;
    for (size_t i = 0; i < n; i++) {
        const Str *item = as_str(items[i]);
        if (i > 0 && sep->size == 1) {
            *out++ = sep->data[0];
        } else if (i > 0) {
            memcpy(out, sep->data, sep->size);
            out += sep->size;
        }
        memcpy(out, item->data, item->size);
        out += item->size;
    }
    return value_object(result->size > 1 ? result : str_new(result->data, result->size));
}

// replace

// Insert `by` before every character and at the end, `most` times at most.
static Str *interleave(VM *vm, const Str *s, const Str *by, size_t most)
{
    size_t n = most < str_length(s) + 1 ? most : str_length(s) + 1, added;
    if (__builtin_mul_overflow(n, by->size, &added) || added > SIZE_MAX / 4)
        return raise_error(vm, EXC_OverflowError, "replace string is too long"), NULL;
    Str *result = str_try_alloc(vm, s->size + added, str_length(s) + n * str_length(by));
    if (!result) return NULL;
    char *out = (char *)(uintptr_t)result->data;
    const char *p = s->data, *end = p + s->size;
    for (; n > 0; n--) {
        memcpy(out, by->data, by->size);
        out += by->size;
        const char *from = p;
        if (p < end) (void)utf8_decode(&p);
        memcpy(out, from, (size_t)(p - from));
        out += p - from;
    }
    memcpy(out, p, (size_t)(end - p));
    return result;
}

// Where a text is found: byte offsets from the end of one occurrence to the start of the next.
typedef struct Gaps {
    size_t *size;
    size_t n, cap;
} Gaps;

static void reserve_gaps(Gaps *gaps, size_t more)
{
    if (gaps->cap - gaps->n >= more) return;
    gaps->cap = gaps->cap * 2 + more;
    size_t *bigger = gc_alloc_atomic(gaps->cap * sizeof(size_t));
    if (gaps->n) memcpy(bigger, gaps->size, gaps->n * sizeof(size_t));
    gaps->size = bigger;
}

static void find_gaps(const Str *s, const Str *old, size_t most, Gaps *gaps)
{
    const char *p = s->data, *found[FOUND_PLACES];
    TextFinder finder = text_finder(p, s->size, old->data, old->size);
    for (size_t more = 1; gaps->n < most && more > 0;) {
        more = text_places(&finder, found, most - gaps->n < FOUND_PLACES ? most - gaps->n : FOUND_PLACES);
        reserve_gaps(gaps, more);
        for (size_t i = 0; i < more; i++) {
            gaps->size[gaps->n++] = (size_t)(found[i] - p);
            p = found[i] + old->size;
        }
    }
}

static Str *replace_at(VM *vm, const Str *s, const Str *old, const Str *by, const Gaps *gaps)
{
    size_t added, n = gaps->n;
    if (__builtin_mul_overflow(n, by->size, &added) || added > SIZE_MAX / 4)
        return raise_error(vm, EXC_OverflowError, "replace string is too long"), NULL;
    Str *result = str_try_alloc(vm, s->size - n * old->size + added,
                                str_length(s) - n * str_length(old) + n * str_length(by));
    if (!result) return NULL;
    char *out = (char *)(uintptr_t)result->data;
    const char *p = s->data, *end = p + s->size;
    for (size_t i = 0; i < n; i++) {
        size_t gap = gaps->size[i];
        memcpy(out, p, gap);
        memcpy(out + gap, by->data, by->size);
        out += gap + by->size;
        p += gap + old->size;
    }
    memcpy(out, p, (size_t)(end - p));
    return result;
}

NATIVE(str_replace, "replace(self, old: str, new: str, /, count: ssize = -1)",
       "Return a copy with all occurrences of substring old replaced by new.\n"
       "count is the maximum number of occurrences to replace; -1 replaces all.")
{
    Str *s = as_str(args[0]), *old = as_str(args[1]), *by = as_str(args[2]), *result;
    int64_t count = arg_ssize(args[3]);
    size_t most = count < 0 ? SIZE_MAX : (size_t)count;
    if (old->size > s->size || most == 0 || str_equal(old, by)) return value_object(str_exact(s));
    if (old->size == 0) {
        result = interleave(vm, s, by, most);
    } else {
        Gaps gaps = {0};
        find_gaps(s, old, most, &gaps);
        if (gaps.n == 0) return value_object(str_exact(s));
        result = replace_at(vm, s, old, by, &gaps);
    }
    if (!result) return VALUE_ERROR;
    return value_object(str_length(result) > 1 ? result : str_new(result->data, result->size));
}

const NativeDef *const str_split_methods[] = {
    &def_str_split,
    &def_str_rsplit,
    &def_str_splitlines,
    &def_str_strip,
    &def_str_lstrip,
    &def_str_rstrip,
    &def_str_removeprefix,
    &def_str_removesuffix,
    &def_str_partition,
    &def_str_rpartition,
    &def_str_join,
    &def_str_replace,
    NULL,
};
