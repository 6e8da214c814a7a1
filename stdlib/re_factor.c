// SPDX-License-Identifier: MIT
// re_factor.c - long lists of words in a regular expression: "cart|cat|dog" becomes
// "ca(?:rt|t)|dog". PCRE2 tries alternatives one after the other and limits the size of a program,
// so this makes such expressions fast, and possible.
//
// Which alternative is found first stays the same: alternatives change places only if they begin
// with different characters, of which a text has but one in a place; an alternative that is over
// is never passed.
#include "stdlib/re_translate.h"
#include "vm/gc.h"

enum { WORTHWHILE = 8 };

typedef struct Word {
    const char *p, *end;
} Word;

typedef struct Factoring {
    StrBuilder *out;
    bool is_caseless;
    bool may_reorder;
} Factoring;

static void put_words(Factoring *f, Word *words, size_t n);

// The size of one character as it was written: itself, an escape, or a set of its variants.
static size_t token_size(const Word *w)
{
    if (*w->p == '\\') return w->p[1] == 'x' ? 4 : 2;
    if (*w->p == '[')
        return (size_t)((const char *)memchr(w->p, ']', (size_t)(w->end - w->p)) - w->p) + 1;
    return (size_t)utf8_size((unsigned char)*w->p);
}

static int folded(const Factoring *f, char c)
{
    bool is_letter = (c | 32) >= 'a' && (c | 32) <= 'z';
    return f->is_caseless && is_letter ? c | 32 : c;
}

static bool same_token(const Factoring *f, const Word *a, const Word *b)
{
    size_t n = token_size(a);
    if (n == 1) return folded(f, *a->p) == folded(f, *b->p);
    return (size_t)(b->end - b->p) >= n && memcmp(a->p, b->p, n) == 0;
}

static void put_token(Factoring *f, Word *words, size_t n)
{
    size_t size = token_size(&words[0]);
    builder_add(f->out, words[0].p, size);
    for (size_t i = 0; i < n; i++)
        words[i].p += size;
}

// Words that begin alike, of which the first character is written already.
static void put_rest(Factoring *f, Word *words, size_t n)
{
    for (;;) {
        size_t same = 0, over = 0;
        for (size_t i = 0; i < n; i++) {
            bool is_over = words[i].p == words[i].end;
            over += is_over;
            same += !is_over && words[0].p < words[0].end && same_token(f, &words[0], &words[i]);
        }
        if (over == n) return;
        if (same < n) break;
        put_token(f, words, n);
    }
    builder_add_cstr(f->out, "(?:");
    put_words(f, words, n);
    builder_add_byte(f->out, ')');
}

// Moves the words that begin as the first one does to the front; how many.
static size_t gather(const Factoring *f, Word *words, size_t n)
{
    size_t found = 1;
    Word *others = gc_alloc_atomic(n * sizeof(Word));
    size_t n_others = 0;
    for (size_t i = 1; i < n; i++) {
        bool is_same = same_token(f, &words[0], &words[i]);
        if (!is_same && !f->may_reorder) return found;
        if (is_same)
            words[found++] = words[i];
        else
            others[n_others++] = words[i];
    }
    memcpy(words + found, others, n_others * sizeof(Word));
    gc_free(others);
    return found;
}

static void put_words(Factoring *f, Word *words, size_t n)
{
    for (size_t i = 0; i < n;) {
        if (i > 0) builder_add_byte(f->out, '|');
        if (words[i].p == words[i].end) {
            i++;
            continue;
        }
        size_t until = i;  // the next word that is over
        while (until < n && words[until].p < words[until].end)
            until++;
        size_t found = gather(f, words + i, until - i);
        put_token(f, words + i, found);
        put_rest(f, words + i, found);
        i += found;
    }
}

static bool has_wide(const char *p, size_t size)
{
    Word w = {p, p + size};
    for (; w.p < w.end; w.p += token_size(&w))
        if ((unsigned char)*w.p >= 0x80) return true;
    return false;
}

// A run of alternatives that are words.
static void put_run(RegexOutput *out, const char *source, const RegexAlternative *run, size_t n)
{
    Factoring f = {.out = &out->text, .is_caseless = regex_is_caseless(out), .may_reorder = true};
    Word *words = gc_alloc_atomic(n * sizeof(Word));
    for (size_t i = 0; i < n; i++) {
        words[i] = (Word){source + run[i].start, source + run[i].start + run[i].size};
        if (f.is_caseless && has_wide(words[i].p, run[i].size)) f.may_reorder = false;
    }
    put_words(&f, words, n);
    gc_free(words);
}

void regex_factor(RegexOutput *out, RegexAlternative *list, size_t n)
{
    size_t n_words = 0, start = list[0].start;
    for (size_t i = 0; i < n; i++)
        n_words += list[i].is_word;
    if (n_words < WORTHWHILE) return;
    char *source = gc_alloc_atomic(out->text.size - start);
    memcpy(source, out->text.data + start, out->text.size - start);
    out->text.size = start;
    for (size_t i = 0; i < n; i++)
        list[i].start -= start;
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && list[end].is_word)
            end++;
        if (i > 0) builder_add_byte(&out->text, '|');
        if (end > i)
            put_run(out, source, list + i, end - i);
        else
            builder_add(&out->text, source + list[end++].start, list[i].size);
        i = end;
    }
}
