// SPDX-License-Identifier: MIT
// str_case_methods.c - str methods about kinds of characters: changing case, and the is... tests.
#include "stdlib/ascii_case.h"
#include "stdlib/str_methods.h"
#include "vm/gc.h"
#include "vm/unicode.h"
#include "vm/vm.h"

// Changing case

enum { SIGMA = 0x3A3, SMALL_SIGMA = 0x3C3, FINAL_SIGMA = 0x3C2 };

// Is the sigma at [p, next) the end of a word?
static bool is_final(const Str *s, const char *p, const char *next)
{
    uint32_t c = 0;
    const char *end = s->data + s->size;
    bool found = false;
    while (p > s->data && !found) {
        p = utf8_previous(p);
        const char *q = p;
        c = utf8_decode(&q);
        found = !unicode_is_case_ignorable(c);
    }
    if (!found || !unicode_is_cased(c)) return false;
    while (next < end) {
        c = utf8_decode(&next);
        if (!unicode_is_case_ignorable(c)) return !unicode_is_cased(c);
    }
    return true;
}

static int lower_at(const Str *s, const char *p, const char *next, uint32_t c, uint32_t out[3])
{
    if (c != SIGMA) return unicode_lower(c, out);
    out[0] = is_final(s, p, next) ? FINAL_SIGMA : SMALL_SIGMA;
    return 1;
}

static Str *change_unicode(const Str *s, CaseChange change)
{
    StrBuilder b = {0};
    builder_reserve(&b, s->size);
    const char *p = s->data, *end = p + s->size;
    bool in_word = false;
    while (p < end) {
        const char *at = p;
        uint32_t out[3], c = utf8_decode(&p);
        int n;
        bool lowers = change == CASE_LOWER || (change == CASE_CAPITAL && at > s->data) ||
                      (change == CASE_TITLE && in_word) ||
                      (change == CASE_SWAP && unicode_is_upper(c));
        if (lowers)
            n = lower_at(s, at, p, c, out);
        else if (change == CASE_UPPER)
            n = unicode_upper(c, out);
        else if (change == CASE_FOLD)
            n = unicode_casefold(c, out);
        else if (change != CASE_SWAP)
            n = unicode_title(c, out);
        else if (unicode_is_lower(c))
            n = unicode_upper(c, out);
        else
            n = 1, out[0] = c;
        for (int i = 0; i < n; i++)
            builder_add_char(&b, out[i]);
        if (change == CASE_TITLE) in_word = unicode_is_cased(c);
    }
    return builder_str(&b);
}

static Value change_case(Value self, CaseChange change)
{
    Str *s = as_str(self);
    if (!str_is_ascii(s)) return value_object(change_unicode(s, change));
    if (s->size < 2) {
        char c[2] = {0};
        ascii_change_case(c, s->data, s->size, change);
        return value_object(str_new(c, s->size));
    }
    Str *result = str_alloc(s->size, s->size);
    ascii_change_case((char *)(uintptr_t)result->data, s->data, s->size, change);
    return value_object(result);
}

// Without letters that change, the text itself.
static bool is_settled(const Str *s, char first_changed)
{
    return str_is_ascii(s) && !ascii_has_letter(s->data, s->size, first_changed);
}

NATIVE(str_lower, "lower(self, /)", "A copy in small letters.")
{
    if (is_settled(as_str(args[0]), 'A')) return value_object(str_exact(as_str(args[0])));
    return change_case(args[0], CASE_LOWER);
}

NATIVE(str_upper, "upper(self, /)", "A copy in capitals.")
{
    if (is_settled(as_str(args[0]), 'a')) return value_object(str_exact(as_str(args[0])));
    return change_case(args[0], CASE_UPPER);
}

NATIVE(str_title, "title(self, /)",
       "Return a version of the string where each word is titlecased.\n"
       "Words start with an uppercase character, the remaining cased ones are lowercase.")
{
    return change_case(args[0], CASE_TITLE);
}

NATIVE(str_capitalize, "capitalize(self, /)",
       "Return a capitalized version of the string: the first character in upper case, the rest "
       "in lower case.")
{
    return change_case(args[0], CASE_CAPITAL);
}

NATIVE(str_swapcase, "swapcase(self, /)",
       "A copy with capitals for small letters and small letters for capitals.")
{
    return change_case(args[0], CASE_SWAP);
}

NATIVE(str_casefold, "casefold(self, /)",
       "A copy in which letters that differ only in case are the same, for comparing.")
{
    return change_case(args[0], CASE_FOLD);
}

// Tests

static bool all_are(Value self, bool (*test)(uint32_t))
{
    const char *p = as_str(self)->data, *end = p + as_str(self)->size;
    while (p < end)
        if (!test(utf8_decode(&p))) return false;
    return true;
}

// A test that all characters, and at least one, pass.
#define TEST(name, test, text)                                                  \
    NATIVE(str_##name, #name "(self, /)",                                       \
           "Return True if the string is " text ", False otherwise.")           \
    {                                                                           \
        return value_bool(as_str(args[0])->size > 0 && all_are(args[0], test)); \
    }

TEST(isalpha, unicode_is_alpha, "an alphabetic string")
TEST(isalnum, unicode_is_alnum, "an alpha-numeric string")
TEST(isdecimal, unicode_is_decimal, "a decimal string")
TEST(isdigit, unicode_is_digit, "a digit string")
TEST(isnumeric, unicode_is_numeric, "a numeric string")
TEST(isspace, unicode_is_space, "a whitespace string")
#undef TEST

NATIVE(str_isprintable, "isprintable(self, /)",
       "Return True if all characters in the string are printable, False otherwise.")
{
    return value_bool(all_are(args[0], unicode_is_printable));
}

NATIVE(str_isascii, "isascii(self, /)",
       "Return True if all characters in the string are ASCII, False otherwise.")
{
    return value_bool(str_is_ascii(as_str(args[0])));
}

NATIVE(str_isidentifier, "isidentifier(self, /)",
       "Return True if the string is a valid identifier, False otherwise.")
{
    const char *p = as_str(args[0])->data, *end = p + as_str(args[0])->size;
    if (p == end || !unicode_is_id_start(utf8_decode(&p))) return VALUE_FALSE;
    while (p < end)
        if (!unicode_is_id_continue(utf8_decode(&p))) return VALUE_FALSE;
    return VALUE_TRUE;
}

// At least one character is of the wanted case and none of the other.
static bool has_case(Value self, bool (*wanted)(uint32_t), bool (*other)(uint32_t))
{
    const char *p = as_str(self)->data, *end = p + as_str(self)->size;
    bool found = false;
    while (p < end) {
        uint32_t c = utf8_decode(&p);
        if (other(c) || unicode_is_title(c)) return false;
        found = found || wanted(c);
    }
    return found;
}

NATIVE(str_islower, "islower(self, /)",
       "Return True if the string is a lowercase string, False otherwise.")
{
    return value_bool(has_case(args[0], unicode_is_lower, unicode_is_upper));
}

NATIVE(str_isupper, "isupper(self, /)",
       "Return True if the string is an uppercase string, False otherwise.")
{
    return value_bool(has_case(args[0], unicode_is_upper, unicode_is_lower));
}

NATIVE(str_istitle, "istitle(self, /)",
       "Return True if the string is a title-cased string, False otherwise.")
{
    const char *p = as_str(args[0])->data, *end = p + as_str(args[0])->size;
    bool in_word = false, found = false;
    while (p < end) {
        uint32_t c = utf8_decode(&p);
        bool is_capital = unicode_is_upper(c) || unicode_is_title(c);
        bool is_small = !is_capital && unicode_is_lower(c);
        if ((is_capital && in_word) || (is_small && !in_word)) return VALUE_FALSE;
        in_word = is_capital || is_small;
        found = found || in_word;
    }
    return value_bool(found);
}

const NativeDef *const str_case_methods[] = {
    &def_str_lower,
    &def_str_upper,
    &def_str_title,
    &def_str_capitalize,
    &def_str_swapcase,
    &def_str_casefold,
    &def_str_isalpha,
    &def_str_isalnum,
    &def_str_isdecimal,
    &def_str_isdigit,
    &def_str_isnumeric,
    &def_str_isspace,
    &def_str_isascii,
    &def_str_isprintable,
    &def_str_isidentifier,
    &def_str_islower,
    &def_str_isupper,
    &def_str_istitle,
    NULL,
};
