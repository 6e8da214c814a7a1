// SPDX-License-Identifier: MIT
// unicode.c - character properties from utf8proc's categories and the tables of exceptions in
// unicode_tables.h. ASCII, the common case, is decided by callers or by a first test here.
#include "vm/unicode.h"

#include <utf8proc.h>

#include "vm/unicode_tables.h"

static bool in_ranges(const UnicodeRange *ranges, size_t n, uint32_t c)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && c >= ranges[low].first;
}

// Ideographs of Unicode 15.1, in case utf8proc is older.
static utf8proc_category_t category_of(uint32_t c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    if (category != UTF8PROC_CATEGORY_CN) return category;
    if (c >= 0x2EBF0 && c <= 0x2EE5D) return UTF8PROC_CATEGORY_LO;
    if ((c >= 0x2FFC && c <= 0x2FFF) || c == 0x31EF) return UTF8PROC_CATEGORY_SO;
    return category;
}

static bool category_in(uint32_t c, uint32_t set)
{
    return set >> category_of(c) & 1;
}

#define BIT(name) (1u << UTF8PROC_CATEGORY_##name)
static const uint32_t LETTERS = BIT(LU) | BIT(LL) | BIT(LT) | BIT(LM) | BIT(LO);
static const uint32_t ID_START_SET = BIT(LU) | BIT(LL) | BIT(LT) | BIT(LM) | BIT(LO) | BIT(NL);
static const uint32_t ID_CONTINUE_MORE = BIT(MN) | BIT(MC) | BIT(ND) | BIT(PC);
static const uint32_t IGNORABLE_SET = BIT(MN) | BIT(ME) | BIT(CF) | BIT(LM) | BIT(SK);
static const uint32_t INVISIBLE =
    BIT(CC) | BIT(CF) | BIT(CS) | BIT(CO) | BIT(CN) | BIT(ZL) | BIT(ZP) | BIT(ZS);
#undef BIT

bool unicode_is_alpha(uint32_t c)
{
    return category_in(c, LETTERS);
}

bool unicode_is_alnum(uint32_t c)
{
    return unicode_is_alpha(c) || unicode_is_numeric(c);
}

static const UnicodeRange *find_decimal(uint32_t c)
{
    if (!in_ranges(decimal_ranges, countof(decimal_ranges), c)) return NULL;
    const UnicodeRange *r = decimal_ranges;
    while (c > r->last)
        r++;
    return r;
}

int unicode_decimal_value(uint32_t c)
{
    if (c < 0x80) return c >= '0' && c <= '9' ? (int)c - '0' : -1;
    const UnicodeRange *r = find_decimal(c);
    return r ? (int)((c - r->first) % 10) : -1;
}

bool unicode_is_decimal(uint32_t c)
{
    return unicode_decimal_value(c) >= 0;
}

bool unicode_is_digit(uint32_t c)
{
    return unicode_is_decimal(c) || in_ranges(digit_ranges, countof(digit_ranges), c);
}

bool unicode_is_numeric(uint32_t c)
{
    return unicode_is_digit(c) || in_ranges(numeric_ranges, countof(numeric_ranges), c);
}

bool unicode_is_space(uint32_t c)
{
    if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F);
    return in_ranges(space_ranges, countof(space_ranges), c);
}

bool unicode_is_line_break(uint32_t c)
{
    return (c >= 10 && c <= 13) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 ||
           c == 0x2029;
}

bool unicode_is_lower(uint32_t c)
{
    return (category_of(c) == UTF8PROC_CATEGORY_LL) !=
           in_ranges(lower_ranges, countof(lower_ranges), c);
}

bool unicode_is_upper(uint32_t c)
{
    return (category_of(c) == UTF8PROC_CATEGORY_LU) !=
           in_ranges(upper_ranges, countof(upper_ranges), c);
}

bool unicode_is_title(uint32_t c)
{
    return category_of(c) == UTF8PROC_CATEGORY_LT;
}

bool unicode_is_cased(uint32_t c)
{
    return unicode_is_lower(c) || unicode_is_upper(c) || unicode_is_title(c);
}

bool unicode_is_case_ignorable(uint32_t c)
{
    return category_in(c, IGNORABLE_SET) !=
           in_ranges(ignorable_ranges, countof(ignorable_ranges), c);
}

bool unicode_is_printable(uint32_t c)
{
    return c == ' ' || !category_in(c, INVISIBLE);
}

bool unicode_is_id_start(uint32_t c)
{
    return category_in(c, ID_START_SET) != in_ranges(id_start_ranges, countof(id_start_ranges), c);
}

bool unicode_is_id_continue(uint32_t c)
{
    return category_in(c, ID_START_SET | ID_CONTINUE_MORE) !=
           in_ranges(id_continue_ranges, countof(id_continue_ranges), c);
}

// Case. Most characters map to one, which utf8proc knows.

static int find_mapping(const UnicodeMapping *mappings, size_t n, uint32_t c, uint32_t out[3])
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > mappings[middle].from)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == n || mappings[low].from != c) return 0;
    out[0] = mappings[low].first;
    out[1] = mappings[low].second;
    out[2] = mappings[low].third;
    return out[2] ? 3 : 2;
}

static int one(uint32_t out[3], utf8proc_int32_t c)
{
    out[0] = (uint32_t)c;
    return 1;
}

int unicode_upper(uint32_t c, uint32_t out[3])
{
    int n = find_mapping(upper_mappings, countof(upper_mappings), c, out);
    return n ? n : one(out, utf8proc_toupper((utf8proc_int32_t)c));
}

int unicode_lower(uint32_t c, uint32_t out[3])
{
    int n = find_mapping(lower_mappings, countof(lower_mappings), c, out);
    return n ? n : one(out, utf8proc_tolower((utf8proc_int32_t)c));
}

int unicode_title(uint32_t c, uint32_t out[3])
{
    int n = find_mapping(title_mappings, countof(title_mappings), c, out);
    return n ? n : one(out, utf8proc_totitle((utf8proc_int32_t)c));
}

int unicode_casefold(uint32_t c, uint32_t out[3])
{
    int n = find_mapping(casefold_mappings, countof(casefold_mappings), c, out);
    if (n) return n;
    utf8proc_int32_t folded[4];
    int bound_class = 0;
    utf8proc_ssize_t size =
        utf8proc_decompose_char((utf8proc_int32_t)c, folded, 4, UTF8PROC_CASEFOLD, &bound_class);
    return one(out, size == 1 ? folded[0] : (utf8proc_int32_t)c);
}
