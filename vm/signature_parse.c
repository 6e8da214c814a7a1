// SPDX-License-Identifier: MIT
// signature_parse.c - parsing the signature string of a native. Binding a call's arguments to it is in signature.c.
#include "vm/signature.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

#include "vm/gc.h"
#include "vm/vm.h"

typedef struct Parser {
    const char *p;
    const char *error;
    Param params[SIGNATURE_MAX_PARAMS];
    int n, rest, keywords, quiet_max;
    bool after_star;
} Parser;

static void skip_spaces(Parser *s)
{
    while (*s->p == ' ' || *s->p == '\n')
        s->p++;
}

static bool accept(Parser *s, char c)
{
    skip_spaces(s);
    if (*s->p != c) return false;
    s->p++;
    return true;
}

static void fail(Parser *s, const char *error)
{
    if (!s->error) s->error = error;
}

static Str *parse_word(Parser *s)
{
    skip_spaces(s);
    const char *start = s->p;
    while (isalnum((unsigned char)*s->p) || *s->p == '_' || *s->p == '.')
        s->p++;
    if (s->p == start) fail(s, "a name is missing");
    return str_intern(start, (size_t)(s->p - start));
}

static ParamType type_of_word(const char *word, size_t n)
{
    static const struct {
        const char *word;
        ParamType type;
    } table[] = {{"int", TYPE_INT},     {"ssize", TYPE_SSIZE}, {"cint", TYPE_CINT}, {"str", TYPE_STR},
                 {"bytes", TYPE_BYTES}, {"list", TYPE_LIST},   {"tuple", TYPE_TUPLE},
                 {"dict", TYPE_DICT},   {"set", TYPE_SET},     {"float", TYPE_FLOAT},
                 {"bool", TYPE_BOOL}};
    for (size_t i = 0; i < countof(table); i++)
        if (strlen(table[i].word) == n && memcmp(table[i].word, word, n) == 0) return table[i].type;
    return TYPE_OBJECT;
}

// The end of the text of a default: the comma or parenthesis outside brackets and quotes.
static const char *end_of_default(const char *p)
{
    int depth = 0;
    char quote = 0;
    for (; *p; p++) {
        if (quote) {
            if (*p == '\\' && p[1])
                p++;
            else if (*p == quote)
                quote = 0;
        } else if (*p == '\'' || *p == '"')
            quote = *p;
        else if (*p == '(' || *p == '[' || *p == '{')
            depth++;
        else if (depth && (*p == ')' || *p == ']' || *p == '}'))
            depth--;
        else if (*p == ',' || *p == ')')
            break;
    }
    return p;
}

static Value unquote(const char *p, size_t n)
{
    StrBuilder b = {0};
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        if (c == '\\' && i + 1 < n) {
            c = p[++i];
            if (c == 'n')
                c = '\n';
            else if (c == 't')
                c = '\t';
            else if (c == 'r')
                c = '\r';
        }
        builder_add_byte(&b, c);
    }
    return value_object(str_intern_str(builder_str(&b)));
}

static Value parse_number(const char *text)
{
    char *end;
    long long i = strtoll(text, &end, 0);
    if (*end == 0) return int_from_int64(i);
    double d = strtod(text, &end);
    return *end == 0 ? value_any_float(d) : VALUE_UNBOUND;
}

// The value of the literal text; VALUE_UNBOUND for `?` and for what is no literal (only shown in
// help).
static Value default_value(const char *text, size_t n)
{
    static const struct {
        const char *text;
        Value v;
    } table[] = {{"None", VALUE_NONE},
                 {"True", VALUE_TRUE},
                 {"False", VALUE_FALSE},
                 {"...", VALUE_ELLIPSIS}};
    for (size_t i = 0; i < countof(table); i++)
        if (strlen(table[i].text) == n && memcmp(table[i].text, text, n) == 0) return table[i].v;
    if (n == 2 && memcmp(text, "()", 2) == 0) return value_object(tuple_empty);
    if (n >= 2 && (text[0] == '\'' || text[0] == '"') && text[n - 1] == text[0])
        return unquote(text + 1, n - 2);
    if (n >= 3 && text[0] == 'b' && (text[1] == '\'' || text[1] == '"'))
        return value_object(bytes_new(text + 2, n - 3));
    if (n > 0 && n < 40 && (isdigit((unsigned char)text[0]) || text[0] == '-')) {
        char copy[40];
        memcpy(copy, text, n);
        copy[n] = 0;
        return parse_number(copy);
    }
    return VALUE_UNBOUND;
}

static void parse_default(Parser *s, Param *param)
{
    skip_spaces(s);
    const char *start = s->p, *end = end_of_default(start);
    s->p = end;
    while (end > start && end[-1] == ' ')
        end--;
    if (end == start) fail(s, "a default is missing");
    param->has_default = true;
    param->default_text = str_new(start, (size_t)(end - start));
    param->default_value = default_value(start, (size_t)(end - start));
}

static void parse_type(Parser *s, Param *param)
{
    Str *word = parse_word(s);
    param->annotation = word;
    param->type = (uint8_t)type_of_word(word->data, word->size);
    if (accept(s, '?')) param->or_none = true;
}

static void parse_param(Parser *s, ParamKind kind)
{
    if (s->n == SIGNATURE_MAX_PARAMS) {
        fail(s, "too many parameters");
        return;
    }
    if (accept(s, '~') && s->quiet_max > s->n) s->quiet_max = s->n;
    Param *param = &s->params[s->n++];
    *param = (Param){.name = parse_word(s), .default_value = VALUE_UNBOUND, .kind = (uint8_t)kind};
    if (accept(s, ':')) parse_type(s, param);
    if (accept(s, '=')) parse_default(s, param);
}

static void parse_item(Parser *s)
{
    if (accept(s, '/')) {
        for (int i = 0; i < s->n; i++)
            s->params[i].kind = PARAM_POSITIONAL;
    } else if (accept(s, '*')) {
        if (accept(s, '*')) {
            s->keywords = s->n;
            parse_param(s, PARAM_KEYWORDS);
        } else {
            skip_spaces(s);
            if (*s->p != ',') {
                s->rest = s->n;
                parse_param(s, PARAM_REST);
            }
            s->after_star = true;
        }
    } else {
        parse_param(s, s->after_star ? PARAM_KEYWORD : PARAM_EITHER);
    }
}

static Signature *make_signature(Parser *s, Str *name, Str *returns)
{
    Signature *sig = gc_alloc(sizeof(Signature) + (size_t)s->n * sizeof(Param));
    sig->name = name;
    sig->n_params = s->n;
    sig->rest = s->rest;
    sig->keywords = s->keywords;
    sig->returns = returns;
    bool is_quick = true;
    for (int i = 0; i < s->n; i++) {
        const Param *p = &s->params[i];
        sig->params[i] = *p;
        if (p->kind > PARAM_EITHER && !p->has_default) is_quick = false;
        if (p->kind == PARAM_POSITIONAL) sig->n_posonly++;
        if (p->kind == PARAM_KEYWORD) sig->n_kwonly++;
        if (p->kind > PARAM_EITHER) continue;
        sig->n_positional++;
        if (!p->has_default)
            sig->n_required++;
        else if (i + 1 < s->n && s->params[i + 1].kind <= PARAM_EITHER &&
                 !s->params[i + 1].has_default)
            fail(s, "a parameter without default follows one with a default");
    }
    sig->quiet_max = s->quiet_max < sig->n_positional ? s->quiet_max : sig->n_positional;
    sig->quick_min = is_quick ? sig->n_required : INT_MAX;
    return sig;
}

Signature *signature_parse(const char *text, const char **error)
{
    char mark = *text == '%' || *text == '&' ? *text++ : 0;
    Parser s = {.p = text, .rest = -1, .keywords = -1, .quiet_max = INT_MAX};
    Str *name = parse_word(&s), *returns = NULL;
    bool is_python = str_is(name, "def") && *s.p == ' ';
    if (is_python) name = parse_word(&s);
    if (!accept(&s, '(')) fail(&s, "'(' expected");
    while (!s.error && !accept(&s, ')')) {
        parse_item(&s);
        skip_spaces(&s);
        if (!accept(&s, ',') && *s.p != ')') fail(&s, "',' or ')' expected");
    }
    skip_spaces(&s);
    if (!s.error && s.p[0] == '-' && s.p[1] == '>') {
        s.p += 2;
        skip_spaces(&s);
        returns = str_from_cstr(s.p);
    } else if (!s.error && *s.p) {
        fail(&s, "text after the parameters");
    }
    Signature *sig = s.error ? NULL : make_signature(&s, name, returns);
    if (s.error) {
        *error = s.error;
        return NULL;
    }
    sig->is_python = is_python;
    sig->parsing = mark == '%' ? PARSED_AS_TUPLE : mark == '&' ? PARSED_WITH_KEYWORDS : PARSED_AS_USUAL;
    return sig;
}
