// SPDX-License-Identifier: MIT
// literals.c - the values of numbers and strings, and the parts of f-strings.
// A piece of an f-string's text is a Constant with the value VALUE_UNBOUND and its source as text,
// until the whole f-string is known to be complete.

#include "compiler/build.h"
#include "compiler/charname.h"
#include "compiler/grammar.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/int.h"

// Numbers

// What the runtime finds wrong with a number (too many digits) is a SyntaxError here.
static void number_error(Parser *p, const Token *t)
{
    Str *message = value_str(p->vm, error_take(p->vm));
    if (message == NULL) return;
    build_raise(p, t->span,
                str_format("%s - Consider hexadecimal for huge integer literals to avoid decimal "
                           "conversion limits.",
                           message->data));
}

Node *literal_number(Parser *p, const Token *t)
{
    const char *text = p->lexer->source.text + t->start;
    size_t size = (size_t)(t->end - t->start);
    bool has_prefix = size > 1 && *text == '0' && (text[1] | 32) >= 'b' && (text[1] | 32) != 'e' &&
                      (text[1] | 32) != 'j';
    bool is_real = false;
    for (size_t i = 0; i < size && !has_prefix; i++)
        if (text[i] == '.' || (text[i] | 32) == 'e') is_real = true;
    Node *node = node_new(NODE_Constant, t->span);
    node->as.constant.text = str_new(text, size);
    if (is_real)
        node->as.constant.value = float_parse(p->vm, value_object(node->as.constant.text));
    else
        node->as.constant.value = int_parse_literal(p->vm, text, size);
    if (is_error(node->as.constant.value)) number_error(p, t);
    return node;
}

// Escapes

typedef struct Decoder {
    Parser *p;
    const char *at, *end;  // the text that is left
    const char *body;      // its beginning
    int wide;              // characters beyond ASCII so far, less the bytes they took: see position
    bool is_bytes, is_part;  // is_part: of an f-string
    Span span;  // for errors
    const char *invalid;   // the first escape that is none
    StrBuilder out;
} Decoder;

// CPYTHON: offsets in messages are those of a copy in which a character beyond ASCII takes ten
// bytes.
static int position(const Decoder *d, const char *at)
{
    return (int)(at - d->body) + d->wide;
}

static bool fail_unicode(Decoder *d, const char *start, const char *reason)
{
    build_raise(
        d->p, d->span,
        str_format("(unicode error) 'unicodeescape' codec can't decode bytes in position %d-%d: %s",
                   position(d, start), position(d, d->at) - 1, reason));
    return false;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
    return -1;
}

static bool decode_hex(Decoder *d, const char *start, int n, const char *reason)
{
    uint32_t c = 0;
    for (int i = 0; i < n; i++, d->at++) {
        int digit = d->at < d->end ? hex_digit(*d->at) : -1;
        if (digit < 0 && d->is_bytes) {
            build_raise(
                d->p, d->span,
                str_format("(value error) invalid \\x escape at position %d", position(d, start)));
            return false;
        }
        if (digit < 0) return fail_unicode(d, start, reason);
        c = c << 4 | (uint32_t)digit;
    }
    if (c > 0x10FFFF) return fail_unicode(d, start, "illegal Unicode character");
    if (d->is_bytes)
        builder_add_byte(&d->out, (char)c);
    else
        builder_add_char(&d->out, c);
    return true;
}

static bool decode_named(Decoder *d, const char *start)
{
    bool has_brace = d->at < d->end && *d->at == '{';
    const char *name = d->at + has_brace;
    for (d->at = name; has_brace && d->at < d->end && *d->at != '}';)
        d->at++;
    if (!has_brace || d->at == d->end || d->at == name)
        return fail_unicode(d, start, "malformed \\N character escape");
    int64_t c = charname_find(name, (size_t)(d->at++ - name));
    if (c < 0) return fail_unicode(d, start, "unknown Unicode character name");
    builder_add_char(&d->out, (uint32_t)c);
    return true;
}

static bool decode_escape(Decoder *d)
{
    static const char from[] = "\\'\"abfnrtv", to[] = "\\'\"\a\b\f\n\r\t\v";
    const char *start = d->at++;
    char c = d->at < d->end ? *d->at++ : '\0';  // the text of an f-string may end in a backslash
    const char *simple = c ? strchr(from, c) : NULL;
    if (c == '\n') return true;
    if (simple != NULL) {
        builder_add_byte(&d->out, to[simple - from]);
        return true;
    }
    if (c >= '0' && c <= '7') {
        uint32_t code = (uint32_t)(c - '0');
        for (int i = 0; i < 2 && d->at < d->end && *d->at >= '0' && *d->at <= '7'; i++)
            code = code * 8 + (uint32_t)(*d->at++ - '0');
        if (code > 0377 && d->invalid == NULL) d->invalid = start;
        if (d->is_bytes)
            builder_add_byte(&d->out, (char)code);
        else
            builder_add_char(&d->out, code);
        return true;
    }
    if (c == 'x') return decode_hex(d, start, 2, "truncated \\xXX escape");
    if (c == 'u' && !d->is_bytes) return decode_hex(d, start, 4, "truncated \\uXXXX escape");
    if (c == 'U' && !d->is_bytes) return decode_hex(d, start, 8, "truncated \\UXXXXXXXX escape");
    if (c == 'N' && !d->is_bytes) return decode_named(d, start);
    bool is_told = d->is_part && (c == '\0' || c == '{' || c == '}');  // by the lexer
    if (d->invalid == NULL && (unsigned char)c < 0x80 && !is_told) d->invalid = start;
    d->at = start + 1;  // not an escape: the backslash stays
    builder_add_byte(&d->out, '\\');
    return true;
}

static void caution_escape(Parser *p, const char *escape, Span span)
{
    bool is_octal = escape[1] >= '4' && escape[1] <= '7';
    Str *message = is_octal ? str_format("invalid octal escape sequence '\\%.3s'", escape + 1)
                            : str_format("invalid escape sequence '\\%c'", escape[1]);
    caution_add(&p->lexer->cautions, span, message);
}

// NULL: raised.
static Str *decode(Parser *p, const char *text, size_t size, bool is_bytes, bool is_part, Span span)
{
    if (memchr(text, '\\', size) == NULL)
        return is_bytes ? bytes_new(text, size) : str_new(text, size);
    Decoder d = {
        .p = p, .at = text, .end = text + size, .body = text, .is_bytes = is_bytes, .is_part = is_part, .span = span};
    while (d.at < d.end) {
        const char *start = d.at;
        if (*start == '\\') {
            if (!decode_escape(&d)) return NULL;
            continue;
        }
        while (d.at < d.end && *d.at != '\\') {
            unsigned char c = (unsigned char)*d.at++;
            if (c >= 0xC0) d.wide += 10;
            if (c >= 0x80) d.wide--;
        }
        builder_add(&d.out, start, (size_t)(d.at - start));
    }
    if (d.invalid != NULL) caution_escape(p, d.invalid, span);
    return is_bytes ? builder_bytes(&d.out) : builder_str(&d.out);
}

// Plain strings

Node *literal_string(Parser *p, const Token *t)
{
    const char *text = p->lexer->source.text + t->start, *end = p->lexer->source.text + t->end;
    bool is_raw = false, is_bytes = false;
    for (; *text != '"' && *text != '\''; text++) {
        is_raw |= (*text | 32) == 'r';
        is_bytes |= (*text | 32) == 'b';
    }
    int quotes = end - text >= 6 && text[1] == *text && text[2] == *text ? 3 : 1;
    text += quotes;
    end -= quotes;
    size_t size = (size_t)(end - text);
    Node *node = node_new(NODE_Constant, t->span);
    for (size_t i = 0; is_bytes && i < size; i++) {
        if ((unsigned char)text[i] < 0x80) continue;
        build_raise(p, t->span, str_from_cstr("bytes can only contain ASCII literal characters"));
        return node;
    }
    Str *value;
    if (is_raw)
        value = is_bytes ? bytes_new(text, size) : str_new(text, size);
    else
        value = decode(p, text, size, is_bytes, false, t->span);
    if (value != NULL) node->as.constant.value = value_object(value);
    return node;
}

static bool is_text(const Node *node)
{
    return node->kind == NODE_Constant;
}

// Appends a part of an f-string; texts side by side become one, empty ones vanish.
static void add_part(Node *joined, Node *part)
{
    NodeList *list = &joined->as.joined.values;
    if (part->depth >= joined->depth) joined->depth = part->depth + 1;
    if (is_text(part)) {
        Str *text = as_str(part->as.constant.value);
        if (text->size == 0) return;
        Node *last = list->len == 0 ? NULL : list->items[list->len - 1];
        if (last != NULL && is_text(last)) {
            Node *both = node_new(NODE_Constant, span_join(last->span, part->span));
            StrBuilder out = {0};
            builder_add_str(&out, as_str(last->as.constant.value));
            builder_add_str(&out, text);
            both->as.constant.value = value_object(builder_str(&out));
            list->items[list->len - 1] = both;
            return;
        }
    }
    nodelist_add(list, part);
}

static Node *join_constants(NodeList *parts, bool is_bytes)
{
    StrBuilder out = {0};
    Node *node = node_new(NODE_Constant,
                          span_join(parts->items[0]->span, parts->items[parts->len - 1]->span));
    for (int i = 0; i < parts->len; i++)
        builder_add_str(&out, as_str(parts->items[i]->as.constant.value));
    node->as.constant.value = value_object(is_bytes ? builder_bytes(&out) : builder_str(&out));
    return node;
}

Node *literal_strings(Parser *p, NodeList *parts)
{
    if (parts->len == 1 || p->raised) return parts->items[0];
    int n_bytes = 0, n_joined = 0;
    for (int i = 0; i < parts->len; i++) {
        n_joined += !is_text(parts->items[i]);
        n_bytes += is_text(parts->items[i]) && is_bytes(parts->items[i]->as.constant.value);
    }
    if (n_bytes > 0 && n_bytes < parts->len) {
        build_raise(p, p->lookahead->span, str_from_cstr("cannot mix bytes and nonbytes literals"));
        return parts->items[0];
    }
    if (n_joined == 0) return join_constants(parts, n_bytes > 0);
    Node *joined = node_new(NODE_JoinedStr,
                            span_join(parts->items[0]->span, parts->items[parts->len - 1]->span));
    for (int i = 0; i < parts->len; i++) {
        Node *part = parts->items[i];
        if (is_text(part)) {
            add_part(joined, part);
            continue;
        }
        for (int k = 0; k < part->as.joined.values.len; k++)
            add_part(joined, part->as.joined.values.items[k]);
    }
    if (joined->depth > AST_MAX_DEPTH) p->too_deep = true;
    return joined;
}

// f-strings

Node *literal_middle(Parser *p, const Token *t)
{
    Node *node = build_constant(t, VALUE_UNBOUND);
    const char *text = p->lexer->source.text + t->start, *end = p->lexer->source.text + t->end;
    StrBuilder out = {0};  // {{ and }} become single
    for (; text < end; text++) {
        builder_add_byte(&out, *text);
        if ((*text == '{' || *text == '}') && text + 1 < end && text[1] == *text) text++;
    }
    node->as.constant.text = builder_str(&out);
    return node;
}

// The texts of an f-string or format spec get their values.
static Node *finish_joined(Parser *p, NodeList *parts, Span span, bool is_raw, Span error_span)
{
    Node *joined = node_new(NODE_JoinedStr, span);
    for (int i = 0; i < parts->len; i++) {
        Node *part = parts->items[i];
        if (is_text(part) && part->as.constant.value == VALUE_UNBOUND) {
            Str *text = part->as.constant.text;
            if (!is_raw) text = decode(p, text->data, text->size, false, true, error_span);
            if (text == NULL) return joined;
            part->as.constant.value = value_object(text);
            part->as.constant.text = NULL;
        } else if (part->kind == NODE_FormattedValue && part->as.formatted.format_spec != NULL) {
            Node *spec = part->as.formatted.format_spec;
            NodeList values = spec->as.joined.values;
            spec = finish_joined(p, &values, spec->span, is_raw, error_span);
            part->as.formatted.format_spec = spec;
            if (spec->depth >= part->depth) part->depth = spec->depth + 1;
        }
        add_part(joined, part);
    }
    if (joined->depth > AST_MAX_DEPTH) p->too_deep = true;
    return joined;
}

Node *literal_fstring(Parser *p, const Token *start, NodeList *parts, const Token *end)
{
    const char *prefix = p->lexer->source.text + start->start;
    bool is_raw = (*prefix | 32) == 'r' || (prefix[1] | 32) == 'r';
    return finish_joined(p, parts, span_join(start->span, end->span), is_raw, end->span);
}

const Token *literal_conversion(Parser *p, const Token *mark, const Token *name)
{
    if (mark->end != name->start)
        build_raise(p, span_join(mark->span, name->span),
                    str_from_cstr(
                        "f-string: conversion type must come right after the exclamanation mark"));
    return name;
}

static int conversion_letter(Parser *p, const Token *name)
{
    const char *text = p->lexer->source.text + name->start;
    if (name->end - name->start != 1 || strchr("sra", *text) == NULL) {
        Str *shown = str_new(text, (size_t)(name->end - name->start));
        build_raise(
            p, name->span,
            str_format("f-string: invalid conversion character '%s': expected 's', 'r', or 'a'",
                       shown->data));
    }
    return *text;
}

// The source of an expression, for `=`; comments in it are left out.
static Str *debug_text(const char *text, const char *end)
{
    StrBuilder out = {0};
    char quote = 0;
    for (; text < end; text++) {
        if (*text == '#' && quote == 0)
            while (text < end && *text != '\n')
                text++;
        if (text == end) break;
        if (*text == quote)
            quote = 0;
        else if (quote == 0 && (*text == '"' || *text == '\''))
            quote = *text;
        builder_add_byte(&out, *text);
    }
    return builder_str(&out);
}

// A replacement field; with `=` the text of the expression comes before it.
NodeList *literal_field(Parser *p, const Token *open, Node *value, const Token *equals,
                        const Token *conversion, Node *spec, const Token *close)
{
    Node *node = node_new(NODE_FormattedValue, span_join(open->span, close->span));
    node->as.formatted.value = value;
    if (conversion != NULL) node->as.formatted.conversion = conversion_letter(p, conversion);
    node->as.formatted.format_spec = spec;
    node->depth = value->depth + 1;
    if (equals == NULL) return build_list(node);
    if (conversion == NULL && spec == NULL) node->as.formatted.conversion = 'r';
    const Token *next = equals + 1;
    Span span = {open->span.end_line, open->span.end_col, next->span.line, next->span.col};
    Node *text = node_new(NODE_Constant, span);
    const char *source = p->lexer->source.text;
    text->as.constant.value = VALUE_UNBOUND;  // CPython decodes escapes in this text too
    text->as.constant.text = debug_text(source + open->end, source + next->start);
    return build_append(build_list(text), node);
}

Node *literal_spec(Parser *p, const Token *colon, NodeList *parts)
{
    const Span last = parts->len == 0 ? colon->span : parts->items[parts->len - 1]->span;
    Node *spec = node_new(NODE_JoinedStr, span_join(colon->span, last));
    spec->as.joined.values = *parts;
    (void)p;
    return spec;
}
