// SPDX-License-Identifier: MIT
// charname.c - look-ups in unicode_names.txt, which tools/gen_unicode.py makes and the build
// embeds.

#include "compiler/charname.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "vm/gc.h"
#include "vm/packed.h"

extern const Packed unicode_names;
enum { LONGEST_NAME = 128 };

// One name after the other
typedef struct Reader {
    const char *at;
    char name[LONGEST_NAME];  // with # for the number of each of several characters
    size_t size;
    uint32_t code, count, next;
} Reader;

// false: only second names follow.
static bool read_name(Reader *r)
{
    char *end;
    r->count = 1;
    for (;; r->at = end + 1) {
        unsigned long n = strtoul(r->at + 1, &end, 16);
        if (*r->at == '+')
            r->next += (uint32_t)n;
        else if (*r->at == '*')
            r->count = (uint32_t)n;
        else
            break;
    }
    if (*r->at == '!' || *r->at == '\0') return false;
    r->size = (size_t)(*r->at++ - 'A');
    while (*r->at != '\n' && r->size + 8 < LONGEST_NAME)
        r->name[r->size++] = *r->at++;
    r->at++;
    r->code = r->next;
    r->next += r->count;
    return true;
}

static int64_t find_second_name(const char *line, const char *name, size_t size)
{
    for (const char *end; *line; line = end + 1) {
        char *known;
        unsigned long code = strtoul(line + 1, &known, 16);
        end = strchr(line, '\n');
        if ((size_t)(end - ++known) == size && strncasecmp(name, known, size) == 0) return (int64_t)code;
    }
    return -1;
}

// The parts of a syllable's name, as the standard orders them.
static const char hangul_parts[3][28][4] = {
    {"G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"},
    {"A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI",
     "I"},
    {"", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS",
     "NG", "J", "C", "K", "T", "P", "H"},
};
static const char hangul[] = "HANGUL SYLLABLE ";
enum { HANGUL_FIRST = 0xAC00, N_HANGUL = 19 * 21 * 28 };

static size_t hangul_name(uint32_t code, char *out)
{
    uint32_t i = code - HANGUL_FIRST;
    return (size_t)sprintf(out, "%s%s%s%s", hangul, hangul_parts[0][i / 588], hangul_parts[1][i / 28 % 21],
                           hangul_parts[2][i % 28]);
}

static int64_t find_hangul(const char *name, size_t size)
{
    char known[LONGEST_NAME];
    if (size < sizeof hangul || strncasecmp(name, hangul, sizeof hangul - 1) != 0) return -1;
    for (uint32_t code = HANGUL_FIRST; code < HANGUL_FIRST + N_HANGUL; code++)
        if (hangul_name(code, known) == size && strncasecmp(name, known, size) == 0) return code;
    return -1;
}

int64_t charname_find(const char *name, size_t size)
{
    Reader r = {.at = packed_text(&unicode_names)};
    while (read_name(&r)) {
        bool is_pattern = r.name[r.size - 1] == '#';
        size_t n = r.size - is_pattern;
        if (is_pattern ? size <= n : size != n) continue;
        if (strncasecmp(name, r.name, n) != 0) continue;
        if (!is_pattern) return r.code;
        char *end;
        unsigned long code = strtoul(name + n, &end, 16);
        bool may_be_padded = r.name[4] == 'U' && size - n == 5;  // CJK UNIFIED, as in CPython
        bool is_number = end == name + size && size - n >= 4 && (name[n] != '0' || may_be_padded);
        if (is_number && code - r.code < r.count) return (int64_t)code;
    }
    int64_t code = find_second_name(r.at, name, size);
    return code < 0 ? find_hangul(name, size) : code;
}

Str *charname_of(uint32_t code)
{
    char text[LONGEST_NAME];
    if (code - HANGUL_FIRST < N_HANGUL) return str_new(text, hangul_name(code, text));
    Reader r = {.at = packed_text(&unicode_names)};
    while (read_name(&r)) {
        if (code - r.code >= r.count) continue;
        if (r.name[r.size - 1] == '#') return str_format("%.*s%04X", (int)r.size - 1, r.name, (unsigned)code);
        return str_new(r.name, r.size);
    }
    return NULL;
}

Str *charname_normalize(const char *utf8, size_t size)
{
    const int options = UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE;
    const utf8proc_uint8_t *text = (const utf8proc_uint8_t *)utf8;
    utf8proc_ssize_t n = utf8proc_decompose(text, (utf8proc_ssize_t)size, NULL, 0, options);
    if (n < 0) return str_new(utf8, size);
    utf8proc_int32_t *buffer = gc_alloc_atomic(((size_t)n + 1) * sizeof *buffer);
    n = utf8proc_decompose(text, (utf8proc_ssize_t)size, buffer, n, options);
    if (n >= 0) n = utf8proc_reencode(buffer, n, options);
    return n < 0 ? str_new(utf8, size) : str_new((const char *)buffer, (size_t)n);
}
