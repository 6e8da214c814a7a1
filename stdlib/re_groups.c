// SPDX-License-Identifier: MIT
// re_groups.c - flags and groups of a regular expression that is being translated.
#include "stdlib/re_translate.h"
#include "vm/gc.h"
#include "vm/unicode.h"

enum { TYPE_FLAGS = RE_ASCII | RE_LOCALE | RE_UNICODE };

uint32_t regex_flag_of(uint32_t letter)
{
    static const char letters[] = "iLmsxau";
    static const uint32_t flags[] = {RE_IGNORECASE, RE_LOCALE, RE_MULTILINE, RE_DOTALL,
                                     RE_VERBOSE,    RE_ASCII,  RE_UNICODE};
    const char *at = letter && letter < 0x80 ? strchr(letters, (int)letter) : NULL;
    return at ? flags[at - letters] : 0;
}

uint32_t regex_combine_flags(uint32_t flags, uint32_t add, uint32_t remove)
{
    if (add & TYPE_FLAGS) flags &= ~(uint32_t)TYPE_FLAGS;
    return (flags | add) & ~remove;
}

bool regex_check_flags(VM *vm, bool is_bytes, uint32_t *flags)
{
    const char *error = NULL;
    if (!is_bytes) {
        if (*flags & RE_LOCALE)
            error = "cannot use LOCALE flag with a str pattern";
        else if (*flags & RE_ASCII && *flags & RE_UNICODE)
            error = "ASCII and UNICODE flags are incompatible";
        else if (!(*flags & RE_ASCII))
            *flags |= RE_UNICODE;
    } else if (*flags & RE_UNICODE) {
        error = "cannot use UNICODE flag with a bytes pattern";
    } else if (*flags & RE_LOCALE && *flags & RE_ASCII) {
        error = "ASCII and LOCALE flags are incompatible";
    }
    if (error) raise_error(vm, EXC_ValueError, "%s", error);
    return !error;
}

// A character where a letter of a flag should be.
static bool fail_letter(RegexParser *s, const RegexToken *t, const char *otherwise)
{
    bool is_letter = !t->is_escape && unicode_is_alpha(t->c);
    return regex_fail(s, t->length, "%s", is_letter ? "unknown flag" : otherwise);
}

// The next token, which is read over. false: raised, at the end too.
static bool take(RegexParser *s, RegexToken *t, const char *missing)
{
    *t = s->next;
    if (!regex_advance(s)) return false;
    return t->is_end ? regex_fail(s, 0, "%s", missing) : true;
}

static bool is_char(const RegexToken *t, char c)
{
    return !t->is_escape && t->c == (unsigned char)c;
}

static bool check_added(RegexParser *s, uint32_t flag, uint32_t add)
{
    if (!s->is_bytes && flag == RE_LOCALE)
        return regex_fail(s, 0, "bad inline flags: cannot use 'L' flag with a str pattern");
    if (s->is_bytes && flag == RE_UNICODE)
        return regex_fail(s, 0, "bad inline flags: cannot use 'u' flag with a bytes pattern");
    if (flag & TYPE_FLAGS && (add & TYPE_FLAGS) != flag)
        return regex_fail(s, 0, "bad inline flags: flags 'a', 'u' and 'L' are incompatible");
    return true;
}

static bool read_added(RegexParser *s, RegexToken *t, uint32_t *add)
{
    static const char missing[] = "missing -, : or )";
    for (;;) {
        uint32_t flag = regex_flag_of(t->c);
        *add |= flag;
        if (!check_added(s, flag, *add) || !take(s, t, missing)) return false;
        if (is_char(t, ')') || is_char(t, '-') || is_char(t, ':')) return true;
        if (t->is_escape || !regex_flag_of(t->c)) return fail_letter(s, t, missing);
    }
}

static bool read_removed(RegexParser *s, uint32_t *remove)
{
    RegexToken t;
    if (!take(s, &t, "missing flag")) return false;
    if (t.is_escape || !regex_flag_of(t.c)) return fail_letter(s, &t, "missing flag");
    for (;;) {
        uint32_t flag = regex_flag_of(t.c);
        if (flag & TYPE_FLAGS)
            return regex_fail(s, 0, "bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
        *remove |= flag;
        if (!take(s, &t, "missing :")) return false;
        if (is_char(&t, ':')) return true;
        if (t.is_escape || !regex_flag_of(t.c)) return fail_letter(s, &t, "missing :");
    }
}

int regex_inline_flags(RegexParser *s, uint32_t letter, uint32_t *add, uint32_t *remove)
{
    RegexToken t = {.c = letter, .length = 1};
    *add = *remove = 0;
    if (letter != '-' && !read_added(s, &t, add)) return -1;
    if (is_char(&t, ')')) return 1;
    if (is_char(&t, '-') && !read_removed(s, remove)) return -1;
    if (!(*add & *remove)) return 0;
    regex_fail(s, 1, "bad inline flags: flag turned on and off");
    return -1;
}

// Groups

static void grow(RegexParser *s)
{
    Regex *r = s->regex;
    int cap = s->cap_groups ? s->cap_groups * 2 : 8;
    RegexGroup *groups = gc_alloc_array((size_t)cap, sizeof(RegexGroup));
    if (r->groups) memcpy(groups, r->groups, (size_t)s->cap_groups * sizeof(RegexGroup));
    r->groups = groups;
    s->cap_groups = cap;
}

int regex_open_group(RegexParser *s, Str *name, int64_t name_length)
{
    Regex *r = s->regex;
    int number = r->n_groups + 1;
    if (name) {
        Value old = dict_find_str(r->names, name);
        if (old != VALUE_UNBOUND) {
            regex_fail(s, name_length + 1,
                       "redefinition of group name %s as group %d; was group %d",
                       str_repr(name)->data, number, (int)as_int(old));
            return 0;
        }
        dict_set_str(r->names, name, small_int(number));
    }
    if (number >= s->cap_groups) grow(s);
    r->groups[number] = (RegexGroup){.name = name};
    r->n_groups = number;
    return number;
}

int regex_find_group(RegexParser *s, Str *name, int64_t name_length)
{
    Value number = dict_find_str(s->regex->names, name);
    if (number != VALUE_UNBOUND) return (int)as_int(number);
    regex_fail(s, name_length + 1, "unknown group name %s", str_repr(name)->data);
    return 0;
}
