// SPDX-License-Identifier: MIT
// re_escape.c - what a backslash begins in a regular expression, and names of groups.
#include "compiler/charname.h"
#include "stdlib/re_translate.h"
#include "vm/unicode.h"

bool regex_fail(RegexParser *s, int64_t back, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str *message = str_vformat(format, args);
    va_end(args);
    raise_regex_error(s->vm, message, s->pattern, regex_tell(s) - back);
    return false;
}

static uint32_t read_char(RegexParser *s)
{
    if (s->is_bytes) return (unsigned char)*s->p++;
    return utf8_decode(&s->p);
}

bool regex_advance(RegexParser *s)
{
    RegexToken *t = &s->next;
    *t = (RegexToken){.at = s->p, .is_end = s->p == s->end};
    if (t->is_end) return true;
    t->c = read_char(s);
    t->length = 1;
    if (t->c == '\\') {
        if (s->p == s->end) {
            raise_regex_error(s->vm, str_from_cstr("bad escape (end of pattern)"), s->pattern,
                              s->index);
            return false;
        }
        t->c = read_char(s);
        t->is_escape = true;
        t->length = 2;
    }
    t->size = (uint8_t)(s->p - t->at);
    s->index += t->length;
    return true;
}

int regex_accept(RegexParser *s, char c)
{
    if (!regex_at(s, c)) return 0;
    return regex_advance(s) ? 1 : -1;
}

static Str *text_of(RegexParser *s, const char *from, const char *to)
{
    if (!s->is_bytes) return str_new(from, (size_t)(to - from));
    StrBuilder b = {0};
    for (; from < to; from++)
        builder_add_char(&b, (unsigned char)*from);
    return builder_str(&b);
}

// An escape while it is read: from its backslash to the token that is next.
typedef struct Escape {
    RegexParser *s;
    const char *start;
    int64_t length;
} Escape;

static const char *escape_text(const Escape *e)
{
    return text_of(e->s, e->start, e->s->next.at)->data;
}

static RegexEscape fail_escape(const Escape *e, const char *format)
{
    const char *text = escape_text(e);
    Str *message = str_format("%s %s", format, text);
    raise_regex_error(e->s->vm, message, e->s->pattern, regex_tell(e->s) - e->length);
    return ESCAPE_ERROR;
}

static int digit_value(uint32_t c)
{
    if (c >= '0' && c <= '9') return (int)c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f') return (int)(c | 32) - 'a' + 10;
    return 99;
}

static bool next_is_digit(const RegexParser *s, int base)
{
    return !s->next.is_end && !s->next.is_escape && digit_value(s->next.c) < base;
}

// Up to n more digits. -1: raised.
static int read_digits(Escape *e, int n, int base, uint32_t *value)
{
    int read = 0;
    for (; read < n && next_is_digit(e->s, base); read++) {
        *value = *value * (uint32_t)base + (uint32_t)digit_value(e->s->next.c);
        if (!regex_advance(e->s)) return -1;
        e->length++;
    }
    return read;
}

static RegexEscape read_hex(Escape *e, int n, uint32_t *value)
{
    *value = 0;
    int read = read_digits(e, n, 16, value);
    if (read < 0) return ESCAPE_ERROR;
    if (read < n) return fail_escape(e, "incomplete escape");
    return *value > CODE_POINT_MAX ? fail_escape(e, "bad escape") : ESCAPE_CHAR;
}

static RegexEscape read_name(Escape *e, uint32_t *value)
{
    RegexParser *s = e->s;
    int64_t length;
    int found = regex_accept(s, '{');
    if (found <= 0) {
        if (found == 0) regex_fail(s, 0, "missing {");
        return ESCAPE_ERROR;
    }
    Str *name = regex_until(s, '}', "character name", &length);
    if (!name) return ESCAPE_ERROR;
    int64_t c = charname_find(name->data, name->size);
    if (c < 0) {
        regex_fail(s, length + 4, "undefined character name %s", str_repr(name)->data);
        return ESCAPE_ERROR;
    }
    *value = (uint32_t)c;
    return ESCAPE_CHAR;
}

static RegexEscape out_of_octal(const Escape *e)
{
    regex_fail(e->s, e->length, "octal escape value %s outside of range 0-0o377", escape_text(e));
    return ESCAPE_ERROR;
}

bool regex_check_reference(RegexParser *s, int64_t group, int64_t back)
{
    if (s->regex->groups[group].close_order == 0)
        return regex_fail(s, back, "cannot refer to an open group");
    if (s->lookbehind_groups >= 0 && group > s->lookbehind_groups)
        return regex_fail(s, 0, "cannot refer to group defined in the same lookbehind subpattern");
    return true;
}

// \1 to \99, or three octal digits.
static RegexEscape read_number(Escape *e, uint32_t first, uint32_t *value)
{
    RegexParser *s = e->s;
    uint32_t group = first - '0', octal = group;
    int read = read_digits(e, 1, 10, &group);
    if (read < 0) return ESCAPE_ERROR;
    uint32_t second = group - 10 * (first - '0');
    if (read && first < '8' && second < 8 && next_is_digit(s, 8)) {
        octal = octal * 8 + second;
        if (read_digits(e, 1, 8, &octal) < 0) return ESCAPE_ERROR;
        *value = octal;
        return octal > 0377 ? out_of_octal(e) : ESCAPE_CHAR;
    }
    if (group > (uint32_t)s->regex->n_groups) {
        regex_fail(s, e->length - 1, "invalid group reference %u", group);
        return ESCAPE_ERROR;
    }
    *value = group;
    return regex_check_reference(s, group, e->length) ? ESCAPE_GROUP : ESCAPE_ERROR;
}

static RegexEscape read_set_octal(Escape *e, uint32_t first, uint32_t *value)
{
    *value = first - '0';
    if (read_digits(e, 2, 8, value) < 0) return ESCAPE_ERROR;
    return *value > 0377 ? out_of_octal(e) : ESCAPE_CHAR;
}

static bool find_control(uint32_t c, bool in_set, uint32_t *value)
{
    static const char letters[] = "afnrtv\\", values[] = "\a\f\n\r\t\v\\";
    const char *at = c && c < 0x80 ? strchr(letters, (int)c) : NULL;
    if (at) *value = (unsigned char)values[at - letters];
    if (c == 'b' && in_set) *value = '\b';
    return at || (c == 'b' && in_set);
}

static bool is_ascii_letter(uint32_t c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z' && c < 0x80;
}

RegexEscape regex_escape(RegexParser *s, const RegexToken *token, bool in_set, uint32_t *value)
{
    Escape e = {s, token->at, 2};
    uint32_t c = token->c;
    if (find_control(c, in_set, value)) return ESCAPE_CHAR;
    *value = c;
    if (c && c < 0x80 && strchr("dDsSwW", (int)c)) return ESCAPE_CATEGORY;
    if (!in_set && c && c < 0x80 && strchr("AbBZ", (int)c)) return ESCAPE_ANCHOR;
    if (c == 'x') return read_hex(&e, 2, value);
    if (c == 'u' && !s->is_bytes) return read_hex(&e, 4, value);
    if (c == 'U' && !s->is_bytes) return read_hex(&e, 8, value);
    if (c == 'N' && !s->is_bytes) return read_name(&e, value);
    if (c == '0' || (in_set && c >= '0' && c <= '7')) return read_set_octal(&e, c, value);
    if (!in_set && c >= '1' && c <= '9') return read_number(&e, c, value);
    if (is_ascii_letter(c) || (c >= '0' && c <= '9')) return fail_escape(&e, "bad escape");
    return ESCAPE_CHAR;
}

// Names

Str *regex_until(RegexParser *s, char terminator, const char *what, int64_t *length)
{
    const char *start = s->next.at;
    *length = 0;
    for (;;) {
        if (s->next.is_end) {
            if (*length == 0)
                regex_fail(s, 0, "missing %s", what);
            else
                regex_fail(s, *length, "missing %c, unterminated name", terminator);
            return NULL;
        }
        const char *end = s->next.at;
        bool is_over = regex_at(s, terminator);
        if (!is_over) *length += s->next.length;
        if (!regex_advance(s)) return NULL;
        if (is_over && *length > 0) return text_of(s, start, end);
        if (is_over) {
            regex_fail(s, 1, "missing %s", what);
            return NULL;
        }
    }
}

static bool is_identifier(const Str *name)
{
    const char *p = name->data, *end = p + name->size;
    if (p == end || !unicode_is_id_start(utf8_decode(&p))) return false;
    while (p < end)
        if (!unicode_is_id_continue(utf8_decode(&p))) return false;
    return true;
}

bool regex_check_name(RegexParser *s, Str *name, int64_t length, int64_t offset)
{
    if (s->is_bytes && !str_is_ascii(name))
        return regex_fail(s, length + offset, "bad character in group name %s",
                          str_ascii_repr(name)->data);
    if (is_identifier(name)) return true;
    return regex_fail(s, length + offset, "bad character in group name %s", str_repr(name)->data);
}
