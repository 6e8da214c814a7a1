// SPDX-License-Identifier: MIT
// re_charset.c - what characters, sets, categories and \b of Python's regular expressions become
// in PCRE2, for each kind of subject.
//
// Python's categories for Unicode are: d the decimal digits, w what isalnum() says and the
// underscore, s what isspace() says. PCRE2 agrees on d; on w up to 10.42 (later releases added
// marks and connectors); never on s.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "stdlib/re_translate.h"
#include "vm/gc.h"

// Characters that Python takes for equal without regard to case and PCRE2 does not.
static const uint32_t equal_sets[][5] = {
    {'i', 'I', 0x130, 0x131}, {0x390, 0x1FD3}, {0x3B0, 0x1FE3}, {0xFB05, 0xFB06}};

// What in an ASCII text is equal to a character beyond it.
static const uint32_t ascii_equals[][2] = {{0x130, 'i'}, {0x131, 'i'}, {0x17F, 's'}, {0x212A, 'k'}};

static const RegexRange unicode_spaces[] = {
    {'\t', '\r'},     {0x1C, ' '},      {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}};
static const RegexRange ascii_spaces[] = {{'\t', '\r'}, {' ', ' '}};
static const RegexRange ascii_digits[] = {{'0', '9'}};
static const RegexRange ascii_words[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};

static bool is_unicode(const RegexOutput *out)
{
    return !(out->flags & RE_ASCII) && out->target != REGEX_BYTES;
}

bool regex_is_caseless(const RegexOutput *out)
{
    if (!(out->flags & RE_IGNORECASE)) return false;
    return out->target != REGEX_UTF || !(out->flags & RE_ASCII);
}

// PCRE2's \w and \b know more characters than Python since 10.43.
static bool word_is_pythons(void)
{
    static int answer = -1;
    char version[64];
    if (answer < 0) {
        answer = 0;
        if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof version) {
            pcre2_config(PCRE2_CONFIG_VERSION, version);
            answer = atof(version) < 10.425;
        }
    }
    return answer;
}

static uint32_t last_char(const RegexOutput *out)
{
    return out->target == REGEX_UTF ? CODE_POINT_MAX : 0xFF;
}

// One character as it stands in a set or outside.
static void put_char(RegexOutput *out, uint32_t c)
{
    static const char hex[] = "0123456789abcdef";
    StrBuilder *b = &out->text;
    if (c >= 0x80 && out->target == REGEX_UTF) {
        builder_add_char(b, c);
    } else if (c < ' ' || c >= 0x7F) {
        char text[4] = {'\\', 'x', hex[c >> 4 & 15], hex[c & 15]};
        builder_add(b, text, 4);
    } else {
        bool is_plain =
            c == '_' || c == ' ' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        if (!is_plain) builder_add_byte(b, '\\');
        builder_add_byte(b, (char)c);
    }
}

static void put_range(RegexOutput *out, uint32_t low, uint32_t high)
{
    put_char(out, low);
    if (high == low) return;
    if (high > low + 1) builder_add_byte(&out->text, '-');
    put_char(out, high);
}

static void put_ranges(RegexOutput *out, const RegexRange *ranges, size_t n)
{
    for (size_t i = 0; i < n && ranges[i].low <= last_char(out); i++)
        put_range(out, ranges[i].low, ranges[i].high);
}

// All but the given ones, which are in order.
static void put_complement(RegexOutput *out, const RegexRange *ranges, size_t n)
{
    uint32_t from = 0;
    for (size_t i = 0; i < n && ranges[i].low <= last_char(out); i++) {
        if (ranges[i].low > from) put_range(out, from, ranges[i].low - 1);
        from = ranges[i].high + 1;
    }
    put_range(out, from, last_char(out));
}

static void put_nothing(RegexOutput *out)
{
    builder_add_cstr(&out->text, "[^\\x00-\\xff]");
}

// Characters

static const uint32_t *find_equals(uint32_t c)
{
    for (size_t i = 0; i < countof(equal_sets); i++)
        for (size_t j = 0; equal_sets[i][j]; j++)
            if (equal_sets[i][j] == c) return equal_sets[i];
    return NULL;
}

static uint32_t ascii_equal(uint32_t c)
{
    for (size_t i = 0; i < countof(ascii_equals); i++)
        if (ascii_equals[i][0] == c) return ascii_equals[i][1];
    return 0;
}

static void put_choice(RegexOutput *out, const uint32_t *chars)
{
    builder_add_byte(&out->text, '[');
    for (; *chars; chars++)
        put_char(out, *chars);
    builder_add_byte(&out->text, ']');
}

void regex_emit_char(RegexOutput *out, uint32_t c)
{
    bool ignores = out->flags & RE_IGNORECASE;
    if (out->target == REGEX_ASCII && c >= 0x80) {
        uint32_t equal = ignores && is_unicode(out) ? ascii_equal(c) : 0;
        if (equal)
            put_char(out, equal);
        else
            put_nothing(out);
        return;
    }
    if (ignores && out->target == REGEX_UTF) {
        const uint32_t *equals = find_equals(c);
        bool is_letter = (c | 32) >= 'a' && (c | 32) <= 'z';
        if (is_unicode(out) && equals) {
            put_choice(out, equals);
            return;
        }
        if (!is_unicode(out) && is_letter) {
            put_choice(out, (uint32_t[]){c | 32, c & ~32u, 0});
            return;
        }
    }
    put_char(out, c);
}

// Sets

void regex_set_add(RegexSet *set, uint32_t low, uint32_t high)
{
    if (set->n == set->cap) {
        set->cap = set->cap ? set->cap * 2 : 8;
        RegexRange *ranges = gc_alloc_atomic(set->cap * sizeof(RegexRange));
        if (set->n) memcpy(ranges, set->ranges, set->n * sizeof(RegexRange));
        set->ranges = ranges;
    }
    set->ranges[set->n++] = (RegexRange){low, high};
}

void regex_set_add_category(RegexSet *set, char letter)
{
    if (strchr(set->categories, letter)) return;
    set->categories[strlen(set->categories)] = letter;
}

// What letter stands for, within brackets. Not for W where PCRE2's \W will not do.
static void put_category(RegexOutput *out, char letter)
{
    bool unicode = is_unicode(out) && out->target == REGEX_UTF;
    bool is_complement = letter < 'a';
    const RegexRange *ranges = ascii_digits;
    size_t n = countof(ascii_digits);
    switch (letter | 32) {
    case 's':
        ranges = is_unicode(out) ? unicode_spaces : ascii_spaces;
        n = is_unicode(out) ? countof(unicode_spaces) : countof(ascii_spaces);
        break;
    case 'w':
        ranges = ascii_words;
        n = countof(ascii_words);
        if (unicode) builder_add_cstr(&out->text, is_complement ? "\\W" : "\\p{Xan}_");
        break;
    default:
        if (unicode) builder_add_cstr(&out->text, is_complement ? "\\P{Nd}" : "\\p{Nd}");
    }
    if (unicode && (letter | 32) != 's') return;
    if (is_complement)
        put_complement(out, ranges, n);
    else
        put_ranges(out, ranges, n);
}

static bool needs_word_complement(const RegexOutput *out)
{
    if (out->target != REGEX_UTF || !is_unicode(out)) return false;
    return !out->unicode_native || !word_is_pythons();
}

static bool overlaps(const RegexRange *r, uint32_t c)
{
    return r->low <= c && c <= r->high;
}

// What ignoring the case adds to a range beyond what PCRE2 adds itself.
static void put_equals(RegexOutput *out, const RegexRange *r)
{
    if (!(out->flags & RE_IGNORECASE)) return;
    if (out->target == REGEX_ASCII && is_unicode(out)) {
        for (size_t i = 0; i < countof(ascii_equals); i++)
            if (overlaps(r, ascii_equals[i][0])) put_char(out, ascii_equals[i][1]);
    } else if (out->target == REGEX_UTF && is_unicode(out)) {
        for (size_t i = 0; i < countof(equal_sets); i++) {
            bool hit = false;
            for (size_t j = 0; equal_sets[i][j]; j++)
                hit |= overlaps(r, equal_sets[i][j]);
            for (size_t j = 0; hit && equal_sets[i][j]; j++)
                put_char(out, equal_sets[i][j]);
        }
    } else if (out->target == REGEX_UTF) {
        for (uint32_t c = 'a'; c <= 'z'; c++) {
            if (overlaps(r, c) && !overlaps(r, c & ~32u)) put_char(out, c & ~32u);
            if (!overlaps(r, c) && overlaps(r, c & ~32u)) put_char(out, c);
        }
    }
}

static void put_members(RegexOutput *out, const RegexSet *set, bool without_complement)
{
    for (size_t i = 0; i < set->n; i++) {
        RegexRange r = set->ranges[i];
        put_equals(out, &r);
        if (r.low > last_char(out) || (out->target == REGEX_ASCII && r.low >= 0x80)) continue;
        if (r.high > last_char(out)) r.high = last_char(out);
        put_range(out, r.low, r.high);
    }
    for (const char *p = set->categories; *p; p++)
        if (*p != 'W' || !without_complement) put_category(out, *p);
}

static void put_set(RegexOutput *out, const RegexSet *set, bool is_negated, bool without_complement)
{
    StrBuilder *b = &out->text;
    size_t start = b->size;
    builder_add_cstr(b, is_negated ? "[^" : "[");
    size_t empty = b->size;
    put_members(out, set, without_complement);
    if (b->size > empty) {
        builder_add_byte(b, ']');
        return;
    }
    b->size = start;
    if (is_negated)
        builder_add_cstr(b, out->target == REGEX_UTF ? "." : "[\\x00-\\xff]");
    else
        put_nothing(out);
}

void regex_emit_set(RegexOutput *out, const RegexSet *set)
{
    bool complement = strchr(set->categories, 'W') && needs_word_complement(out);
    if (!complement) {
        put_set(out, set, set->is_negated, false);
    } else if (set->is_negated) {
        builder_add_cstr(&out->text, "(?:(?!");
        put_set(out, set, false, true);
        builder_add_cstr(&out->text, ")[\\p{Xan}_])");
    } else {
        builder_add_cstr(&out->text, "(?:[^\\p{Xan}_]|");
        put_set(out, set, false, true);
        builder_add_byte(&out->text, ')');
    }
}

void regex_emit_category(RegexOutput *out, char letter)
{
    bool unicode = is_unicode(out) && out->target == REGEX_UTF;
    bool is_native = out->target != REGEX_UTF || unicode == out->unicode_native;
    bool is_word = (letter | 32) == 'w';
    if ((letter | 32) != 's' && is_native && !(is_word && unicode && !word_is_pythons())) {
        char text[2] = {'\\', letter};
        builder_add(&out->text, text, 2);
        return;
    }
    builder_add_cstr(&out->text, letter < 'a' ? "[^" : "[");
    put_category(out, (char)(letter | 32));
    builder_add_byte(&out->text, ']');
}

// \b where PCRE2's own will not do: W is a set of the word characters.
static void put_boundary(RegexOutput *out, const char *word, bool is_negated)
{
    const char *same = is_negated ? "(?=%s)" : "(?!%s)", *other = is_negated ? "(?!%s)" : "(?=%s)";
    builder_format(&out->text, "(?:(?<=%s)", word);
    builder_format(&out->text, same, word);
    builder_format(&out->text, "|(?<!%s)", word);
    builder_format(&out->text, other, word);
    builder_add_byte(&out->text, ')');
}

void regex_emit_boundary(RegexOutput *out, bool is_negated)
{
    bool unicode = is_unicode(out) && out->target == REGEX_UTF;
    bool is_native = out->target != REGEX_UTF || unicode == out->unicode_native;
    if (is_native && !(unicode && !word_is_pythons()))
        builder_add_cstr(&out->text, is_negated ? "\\B" : "\\b");
    else
        put_boundary(out, unicode ? "[\\p{Xan}_]" : "[0-9A-Za-z_]", is_negated);
    // In an empty text there is no \B either.
    if (is_negated) builder_add_cstr(&out->text, "(?!\\A\\z)");
}
