// SPDX-License-Identifier: MIT
// str_split.c - words and pieces of strings. Not what needs Unicode's white space, limits or the way from the right to the
// left for more than one piece: that is in stdlib/str_split_methods.c.
#include "vm/str_split.h"

#include "vm/text.h"

static const bool spaces[256] = {
    [9] = true,    [10] = true,   [11] = true,   [12] = true,   [13] = true,
    [0x1C] = true, [0x1D] = true, [0x1E] = true, [0x1F] = true, [' '] = true};

bool ascii_is_space(unsigned char c)
{
    return spaces[c];
}

// Of the bytes of w, which are ASCII, how many come before the first that is not above ' '. 8: all.
static inline unsigned n_above_space(uint64_t w)
{
    const uint64_t high = 0x8080808080808080u, limits = 0x2121212121212121u;
    uint64_t found = ~((w | high) - limits) & high;
    if (found == 0) return 8;
    return (unsigned)(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_ctzll(found) : __builtin_clzll(found)) / 8;
}

// In ASCII text: where the word at p ends.
static const char *word_end(const char *p, const char *end)
{
    while (end - p >= 8) {
        uint64_t w;
        memcpy(&w, p, sizeof w);
        unsigned n = n_above_space(w);
        p += n;
        if (n == 8) continue;
        if (likely(spaces[(unsigned char)*p])) return p;
        p++;  // another control character
    }
    while (p < end && !spaces[(unsigned char)*p])
        p++;
    return p;
}

// In ASCII text: where the next word begins, or the end.
static const char *word_start(const char *p, const char *end)
{
    while (p < end && spaces[(unsigned char)*p])
        p++;
    return p;
}

static Str *piece(Str *s, const char *from, const char *to)
{
    size_t size = (size_t)(to - from);
    return unlikely(size == s->size) ? str_exact(s) : str_new_ascii(from, size);
}

List *str_split_words(Str *s)
{
    Value words[32];  // so that the list gets the room it needs
    List *list = NULL;
    size_t n = 0;
    const char *end = s->data + s->size;
    for (const char *p = word_start(s->data, end); p < end; p = word_start(p, end)) {
        const char *from = p;
        p = word_end(p, end);
        Value word = value_object(piece(s, from, p));
        if (unlikely(list != NULL)) {
            list_append(list, word);
            continue;
        }
        words[n++] = word;
        if (n == countof(words)) list = list_from(words, n);
    }
    return list ? list : list_from(words, n);
}

static Str *word_at(Str *s, int64_t index)
{
    const char *end = s->data + s->size;
    for (const char *p = word_start(s->data, end); p < end; p = word_start(p, end)) {
        const char *from = p;
        p = word_end(p, end);
        if (index-- == 0) return piece(s, from, p);
    }
    return NULL;
}

static Str *last_word(Str *s)
{
    const char *end = s->data + s->size;
    while (end > s->data && spaces[(unsigned char)end[-1]])
        end--;
    const char *p = end;
    while (p > s->data && !spaces[(unsigned char)p[-1]])
        p--;
    return p < end ? piece(s, p, end) : NULL;
}

static Str *piece_at(Str *s, const Str *separator, int64_t index)
{
    const char *p = s->data, *end = p + s->size;
    for (;;) {
        int64_t at = text_find(p, (size_t)(end - p), separator->data, separator->size);
        const char *to = at < 0 ? end : p + at;
        if (index-- == 0) return str_piece(s, (size_t)(p - s->data), (size_t)(to - s->data));
        if (at < 0) return NULL;
        p = to + separator->size;
    }
}

static Str *last_piece(Str *s, const Str *separator)
{
    // From the left, a longer separator may lie elsewhere: "aaa".split("aa") is ["", "a"].
    if (separator->size != 1) return NULL;
    int64_t at = text_rfind(s->data, s->size, separator->data, 1);
    return str_piece(s, (size_t)(at + 1), s->size);
}

Str *str_split_item(Str *s, const Str *separator, int64_t index)
{
    if (separator) {
        if (separator->size == 0 || index < -1) return NULL;
        return index < 0 ? last_piece(s, separator) : piece_at(s, separator, index);
    }
    if (!str_is_ascii(s) || index < -1) return NULL;
    return index < 0 ? last_word(s) : word_at(s, index);
}
