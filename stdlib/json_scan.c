// SPDX-License-Identifier: MIT
// json_scan.c - JSON text to values. The errors, their order and places are CPython's.
#include "stdlib/json.h"

#include <stdlib.h>

#include "vm/float.h"
#include "vm/hash.h"

enum { N_KEYS = 64, LONGEST_NUMBER = 64 };

typedef struct Scanner {
    VM *vm;
    Str *text;
    const char *start, *p, *end;
    const JsonRules *rules;
    Str *keys[N_KEYS];  // of objects, seen last: most texts repeat theirs
} Scanner;

static Value scan_value(Scanner *s);

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void skip_blanks(Scanner *s)
{
    while (s->p < s->end && is_blank(*s->p))
        s->p++;
}

size_t json_skip_blanks(const Str *text, size_t at)
{
    while (at < text->size && is_blank(text->data[at]))
        at++;
    return at;
}

static Value fail(Scanner *s, const char *message, const char *at)
{
    return raise_json_error(s->vm, message, s->text, (size_t)(at - s->start));
}

// Strings

static bool read_hex(const char *p, uint32_t *c)
{
    *c = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t digit = (unsigned char)p[i];
        if (digit - '0' < 10)
            digit -= '0';
        else if ((digit | 32) - 'a' < 6)
            digit = (digit | 32) - 'a' + 10;
        else
            return false;
        *c = *c << 4 | digit;
    }
    return true;
}

// Four hexadecimal digits at s->p, which is behind "\u"; something must follow them.
static bool read_unit(Scanner *s, uint32_t *c)
{
    if (s->end - s->p <= 4 || !read_hex(s->p, c)) {
        fail(s, "Invalid \\uXXXX escape", s->p - 1);
        return false;
    }
    s->p += 4;
    return true;
}

// Behind "\u". A pair of surrogates is one character.
static bool read_code(Scanner *s, uint32_t *c)
{
    uint32_t low;
    if (!read_unit(s, c)) return false;
    bool is_high = *c >= 0xD800 && *c <= 0xDBFF;
    if (!is_high || s->end - s->p <= 6 || s->p[0] != '\\' || s->p[1] != 'u') return true;
    const char *first = s->p;
    s->p += 2;
    if (!read_unit(s, &low)) return false;
    if (low >= 0xDC00 && low <= 0xDFFF)
        *c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
    else
        s->p = first;
    return true;
}

// Behind a backslash.
static bool read_escape(Scanner *s, const char *quote, StrBuilder *out)
{
    static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (s->p == s->end) {
        fail(s, "Unterminated string starting at", quote);
        return false;
    }
    char letter = *s->p++;
    const char *at = letter ? strchr(letters, letter) : NULL;
    uint32_t c;
    if (letter == 'u') {
        if (!read_code(s, &c)) return false;
        builder_add_char(out, c);
        return true;
    }
    if (!at) {
        fail(s, "Invalid \\escape", s->p - 2);
        return false;
    }
    builder_add_byte(out, values[at - letters]);
    return true;
}

// To the next quote or backslash. false: raised.
static bool skip_plain(Scanner *s, const char *quote)
{
    const char *p = s->p;
    for (; p < s->end && *p != '"' && *p != '\\'; p++) {
        if (likely((unsigned char)*p >= ' ') || !s->rules->is_strict) continue;
        fail(s, "Invalid control character at", p);
        return false;
    }
    if (p == s->end) {
        fail(s, "Unterminated string starting at", quote);
        return false;
    }
    s->p = p;
    return true;
}

// Behind a quote: NULL raised. *piece and *size tell the text if it has no escapes (then NULL too).
static Str *scan_string(Scanner *s, const char **piece, size_t *size)
{
    const char *quote = s->p - 1, *from = s->p;
    StrBuilder b = {0};
    for (;;) {
        if (!skip_plain(s, quote)) return NULL;
        const char *to = s->p++;
        if (*to == '"' && from == quote + 1 && b.size == 0) {
            *piece = from;
            *size = (size_t)(to - from);
            return NULL;
        }
        builder_add(&b, from, (size_t)(to - from));
        if (*to == '"') return builder_str(&b);
        if (!read_escape(s, quote, &b)) return NULL;
        from = s->p;
    }
}

static Value scan_text(Scanner *s)
{
    const char *piece = NULL;
    size_t size;
    Str *text = scan_string(s, &piece, &size);
    if (piece)
        text = str_piece(s->text, (size_t)(piece - s->start), (size_t)(piece - s->start) + size);
    return str_value(text);
}

static Str *scan_key(Scanner *s)
{
    const char *piece = NULL;
    size_t size;
    Str *text = scan_string(s, &piece, &size);
    if (!piece) return text;
    size_t hash = size * 31;
    for (size_t i = 0; i < size && i < 16; i++)
        hash = hash * 31 + (unsigned char)piece[i];
    Str **slot = &s->keys[(hash ^ hash >> 7) % N_KEYS];
    if (*slot && (*slot)->size == size && memcmp((*slot)->data, piece, size) == 0) return *slot;
    return *slot = str_new(piece, size);
}

Value json_scan_string(VM *vm, Str *text, bool is_strict, size_t at, size_t *end)
{
    JsonRules rules = {.is_strict = is_strict};
    Scanner s = {.vm = vm,
                 .text = text,
                 .start = text->data,
                 .end = text->data + text->size,
                 .rules = &rules};
    s.p = s.start + at;
    Value v = scan_text(&s);
    *end = (size_t)(s.p - s.start);
    return v;
}

// Numbers

static bool is_digit(const Scanner *s, const char *p)
{
    return p < s->end && *p >= '0' && *p <= '9';
}

static const char *skip_digits(const Scanner *s, const char *p)
{
    while (is_digit(s, p))
        p++;
    return p;
}

static Value call_parser(Scanner *s, Value parser, const char *from, const char *to)
{
    Value text = value_object(str_new(from, (size_t)(to - from)));
    return value_call(s->vm, parser, 1, &text);
}

static Value make_int(Scanner *s, const char *from, const char *to)
{
    enum { SURE_DIGITS = 18 };
    if (!is_none(s->rules->parse_int)) return call_parser(s, s->rules->parse_int, from, to);
    if (to - from > SURE_DIGITS)
        return int_parse(s->vm, value_object(str_new(from, (size_t)(to - from))), 10);
    bool is_negative = *from == '-';
    int64_t i = 0;
    for (from += is_negative; from < to; from++)
        i = i * 10 + (*from - '0');
    return int_from_int64(is_negative ? -i : i);
}

static Value make_float(Scanner *s, const char *from, const char *to)
{
    char digits[LONGEST_NUMBER];
    size_t size = (size_t)(to - from);
    if (!is_none(s->rules->parse_float)) return call_parser(s, s->rules->parse_float, from, to);
    if (size >= LONGEST_NUMBER) return float_parse(s->vm, value_object(str_new(from, size)));
    memcpy(digits, from, size);
    digits[size] = 0;
    return value_float(strtod(digits, NULL));
}

static Value scan_number(Scanner *s)
{
    const char *from = s->p, *p = from;
    bool is_float = false;
    if (*p == '-') p++;
    if (!is_digit(s, p)) return VALUE_STOP;
    p = *p == '0' ? p + 1 : skip_digits(s, p);
    if (p < s->end && *p == '.' && is_digit(s, p + 1)) {
        p = skip_digits(s, p + 1);
        is_float = true;
    }
    if (p < s->end && (*p | 32) == 'e') {
        const char *exponent = p + 1;
        if (exponent < s->end && (*exponent == '+' || *exponent == '-')) exponent++;
        if (is_digit(s, exponent)) {
            p = skip_digits(s, exponent);
            is_float = true;
        }
    }
    s->p = p;
    return is_float ? make_float(s, from, p) : make_int(s, from, p);
}

// Objects and arrays

static Value end_object(Scanner *s, Dict *dict, List *pairs)
{
    const JsonRules *r = s->rules;
    Value v = pairs ? value_object(pairs) : value_object(dict);
    if (pairs) return value_call(s->vm, r->object_pairs_hook, 1, &v);
    return is_none(r->object_hook) ? v : value_call(s->vm, r->object_hook, 1, &v);
}

// One `"key": value`. false: raised, or VALUE_STOP in *v.
static bool scan_member(Scanner *s, Str **key, Value *v)
{
    *v = VALUE_ERROR;
    if (s->p == s->end || *s->p != '"') {
        fail(s, "Expecting property name enclosed in double quotes", s->p);
        return false;
    }
    s->p++;
    if (!(*key = scan_key(s))) return false;
    skip_blanks(s);
    if (s->p == s->end || *s->p != ':') {
        fail(s, "Expecting ':' delimiter", s->p);
        return false;
    }
    s->p++;
    skip_blanks(s);
    *v = scan_value(s);
    return *v != VALUE_STOP && !is_error(*v);
}

// Behind a value. 1: a comma, and more follows; 0: the closing character, read over; -1: raised.
static int scan_comma(Scanner *s, char closing, const char *trailing)
{
    skip_blanks(s);
    if (s->p < s->end && *s->p == closing) return s->p++, 0;
    if (s->p == s->end || *s->p != ',') {
        fail(s, "Expecting ',' delimiter", s->p);
        return -1;
    }
    const char *comma = s->p++;
    skip_blanks(s);
    if (s->p == s->end || *s->p != closing) return 1;
    fail(s, trailing, comma);
    return -1;
}

static Value scan_object(Scanner *s)
{
    bool wants_pairs = !is_none(s->rules->object_pairs_hook);
    Dict *dict = wants_pairs ? NULL : dict_new();
    List *pairs = wants_pairs ? list_new(0) : NULL;
    s->p++;
    skip_blanks(s);
    if (s->p < s->end && *s->p == '}') return s->p++, end_object(s, dict, pairs);
    for (int more = 1; more;) {
        Str *key;
        Value v;
        if (!scan_member(s, &key, &v)) return v;
        if (pairs)
            list_append(pairs, value_object(tuple_of(2, value_object(key), v)));
        else
            dict_set_str(dict, key, v);
        more = scan_comma(s, '}', "Illegal trailing comma before end of object");
        if (more < 0) return VALUE_ERROR;
    }
    return end_object(s, dict, pairs);
}

static Value scan_array(Scanner *s)
{
    List *list = list_new(0);
    s->p++;
    skip_blanks(s);
    if (s->p < s->end && *s->p == ']') return s->p++, value_object(list);
    for (int more = 1; more;) {
        Value v = scan_value(s);
        if (v == VALUE_STOP || is_error(v)) return v;
        list_append(list, v);
        more = scan_comma(s, ']', "Illegal trailing comma before end of array");
        if (more < 0) return VALUE_ERROR;
    }
    return value_object(list);
}

// Values

static bool accept(Scanner *s, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0) return false;
    s->p += n;
    return true;
}

static Value make_constant(Scanner *s, const char *name, double d)
{
    Value text;
    if (is_none(s->rules->parse_constant)) return value_float(d);
    text = value_object(str_from_cstr(name));
    return value_call(s->vm, s->rules->parse_constant, 1, &text);
}

static Value scan_nested(Scanner *s)
{
    bool is_object = *s->p == '{';
    if (likely(vm_check_c_stack(s->vm))) return is_object ? scan_object(s) : scan_array(s);
    error_take(s->vm);
    return raise_error(
        s->vm, EXC_RecursionError,
        "maximum recursion depth exceeded while decoding a JSON %s from a unicode string",
        is_object ? "object" : "array");
}

// VALUE_STOP: there is no value at s->p.
static Value scan_value(Scanner *s)
{
    if (s->p == s->end) return VALUE_STOP;
    switch (*s->p) {
    case '"': s->p++; return scan_text(s);
    case '{':
    case '[': return scan_nested(s);
    case 'n': return accept(s, "null") ? VALUE_NONE : VALUE_STOP;
    case 't': return accept(s, "true") ? VALUE_TRUE : VALUE_STOP;
    case 'f': return accept(s, "false") ? VALUE_FALSE : VALUE_STOP;
    case 'N': return accept(s, "NaN") ? make_constant(s, "NaN", __builtin_nan("")) : VALUE_STOP;
    case 'I':
        return accept(s, "Infinity") ? make_constant(s, "Infinity", __builtin_inf()) : VALUE_STOP;
    case '-':
        if (accept(s, "-Infinity")) return make_constant(s, "-Infinity", -__builtin_inf());
    }
    return scan_number(s);
}

Value json_scan(VM *vm, Str *text, const JsonRules *rules, size_t at, size_t *end)
{
    Scanner s = {.vm = vm,
                 .text = text,
                 .start = text->data,
                 .end = text->data + text->size,
                 .rules = rules};
    s.p = s.start + at;
    Value v = scan_value(&s);
    *end = (size_t)(s.p - s.start);
    return v;
}
