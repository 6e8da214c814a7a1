// SPDX-License-Identifier: MIT
// fields.c - str.format: text with replacement fields {name.attr[key]!conversion:spec}.
// The spec itself is read by format.c; here it is only expanded if it holds fields.
#include "vm/fields.h"

#include "vm/error.h"
#include "vm/int.h"
#include "vm/vm.h"

enum { MAX_NESTING = 2 };

typedef enum Numbering { NUMBERING_OPEN, NUMBERING_AUTO, NUMBERING_MANUAL } Numbering;

typedef struct Formatter {
    VM *vm;
    Tuple *args;  // NULL: format_map
    Value keywords;
    Numbering numbering;
    int64_t next;  // of automatic numbering
} Formatter;

static int fail(VM *vm, const char *message)
{
    raise_error(vm, EXC_ValueError, "%s", message);
    return -1;
}

// Parsing

void fields_start(FieldParser *parser, Str *text)
{
    *parser = (FieldParser){.text = text, .at = text->data, .end = text->data + text->size};
}

// The end of a field's name: behind the `}`, `:` or `!` that ends it, which is *stop; 0 if none
// does.
static int scan_name(VM *vm, FieldParser *parser, char *stop)
{
    const char *p = parser->at, *end = parser->end;
    *stop = '\0';
    while (p < end && *stop == '\0') {
        char c = *p++;
        if (c == '{') return fail(vm, "unexpected '{' in field name");
        if (c == '}' || c == ':' || c == '!') *stop = c;
        if (c != '[') continue;
        const char *close = memchr(p, ']', (size_t)(end - p));
        p = close ? close : end;
    }
    parser->at = p;
    if (*stop == '\0') return fail(vm, "expected '}' before end of string");
    return 1;
}

static int parse_conversion(VM *vm, FieldParser *parser, Field *field, bool *is_over)
{
    *is_over = false;
    if (parser->at == parser->end)
        return fail(vm, "end of string while looking for conversion specifier");
    field->conversion = utf8_decode(&parser->at);
    if (parser->at == parser->end) return 1;
    char c = *parser->at++;
    *is_over = c == '}';
    if (c != '}' && c != ':') return fail(vm, "expected ':' after conversion specifier");
    return 1;
}

static int parse_spec(VM *vm, FieldParser *parser, Field *field)
{
    const char *from = parser->at;
    int depth = 1;
    for (; parser->at < parser->end; parser->at++) {
        if (*parser->at == '{') {
            field->has_nested = true;
            depth++;
        } else if (*parser->at == '}' && --depth == 0) {
            field->spec = str_new(from, (size_t)(parser->at - from));
            parser->at++;
            return 1;
        }
    }
    return fail(vm, "unmatched '{' in format spec");
}

static int parse_field(VM *vm, FieldParser *parser, Field *field)
{
    const char *from = parser->at;
    char stop;
    bool is_over = false;
    field->has_field = true;
    if (scan_name(vm, parser, &stop) < 0) return -1;
    field->name = str_new(from, (size_t)(parser->at - 1 - from));
    if (stop == '}') return 1;
    if (stop == '!' && parse_conversion(vm, parser, field, &is_over) < 0) return -1;
    return is_over ? 1 : parse_spec(vm, parser, field);
}

int fields_next(VM *vm, FieldParser *parser, Field *field)
{
    *field = (Field){.name = str_empty, .spec = str_empty};
    if (parser->at == parser->end) return 0;
    const char *from = parser->at, *p = from, *end = parser->end;
    while (p < end && *p != '{' && *p != '}')
        p++;
    if (p == end) {
        field->literal = str_new(from, (size_t)(p - from));
        parser->at = p;
        return 1;
    }
    char brace = *p++;
    bool is_doubled = p < end && *p == brace;
    if (brace == '}' && !is_doubled) return fail(vm, "Single '}' encountered in format string");
    if (p == end) return fail(vm, "Single '{' encountered in format string");
    field->literal = str_new(from, (size_t)(p - from) - !is_doubled);
    parser->at = p + is_doubled;
    return is_doubled ? 1 : parse_field(vm, parser, field);
}

// Finding the object

// A decimal index: 1 and *index; 0 if the text is none; -1 raised.
static int parse_index(VM *vm, const char *p, const char *end, int64_t *index)
{
    *index = 0;
    if (p == end) return 0;
    for (const char *q = p; q < end; q++)
        if (*q < '0' || *q > '9') return 0;
    for (; p < end; p++)
        if (__builtin_mul_overflow(*index, 10, index) ||
            __builtin_add_overflow(*index, *p - '0', index))
            return fail(vm, "Too many decimal digits in format string");
    return 1;
}

static bool number_field(Formatter *f, bool is_empty, int64_t *index)
{
    if (!f->args) return true;
    if (f->numbering == NUMBERING_OPEN) f->numbering = is_empty ? NUMBERING_AUTO : NUMBERING_MANUAL;
    if (f->numbering == NUMBERING_MANUAL && is_empty) {
        fail(f->vm, "cannot switch from manual field specification to automatic field numbering");
        return false;
    }
    if (f->numbering == NUMBERING_AUTO && !is_empty) {
        fail(f->vm, "cannot switch from automatic field numbering to manual field specification");
        return false;
    }
    if (is_empty) *index = f->next++;
    return true;
}

static Value first_object(Formatter *f, const char *p, const char *end)
{
    int64_t index;
    int is_index = parse_index(f->vm, p, end, &index);
    if (is_index < 0) return VALUE_ERROR;
    if (!is_index && p < end)
        return value_getitem(f->vm, f->keywords, value_object(str_new(p, (size_t)(end - p))));
    if (!number_field(f, p == end, &index)) return VALUE_ERROR;
    if (!f->args)
        return raise_error(f->vm, EXC_ValueError, "Format string contains positional fields");
    if ((uint64_t)index >= f->args->len)
        return raise_error(f->vm, EXC_IndexError,
                           "Replacement index %lld out of range for positional args tuple",
                           (long long)index);
    return f->args->items[index];
}

static Value raise_empty(VM *vm)
{
    return raise_error(vm, EXC_ValueError, "Empty attribute in format string");
}

static Value follow_attribute(VM *vm, Value v, const char **p, const char *end)
{
    const char *from = *p;
    while (*p < end && **p != '.' && **p != '[')
        ++*p;
    if (*p == from) return raise_empty(vm);
    return value_getattr(vm, v, str_intern(from, (size_t)(*p - from)));
}

static Value follow_item(VM *vm, Value v, const char **p, const char *end)
{
    const char *from = *p, *close = memchr(from, ']', (size_t)(end - from));
    if (!close) return raise_error(vm, EXC_ValueError, "Missing ']' in format string");
    *p = close + 1;
    if (close == from) return raise_empty(vm);
    int64_t index;
    int is_index = parse_index(vm, from, close, &index);
    if (is_index < 0) return VALUE_ERROR;
    Value key =
        is_index ? int_from_int64(index) : value_object(str_new(from, (size_t)(close - from)));
    return value_getitem(vm, v, key);
}

static Value find_object(Formatter *f, Str *name)
{
    const char *p = name->data, *end = p + name->size, *from = p;
    while (p < end && *p != '.' && *p != '[')
        p++;
    Value v = first_object(f, from, p);
    while (p < end && !is_error(v)) {
        char c = *p++;
        if (c == '.')
            v = follow_attribute(f->vm, v, &p, end);
        else if (c == '[')
            v = follow_item(f->vm, v, &p, end);
        else
            return raise_error(f->vm, EXC_ValueError,
                               "Only '.' or '[' may follow ']' in format field specifier");
    }
    return v;
}

// Output

static Value apply_conversion(VM *vm, Value v, uint32_t conversion)
{
    switch (conversion) {
    case 0: return v;
    case 'r': return str_value(value_repr(vm, v));
    case 's': return str_value(value_str(vm, v));
    case 'a': return str_value(value_ascii(vm, v));
    default: break;
    }
    return raise_error(vm, EXC_ValueError,
                       conversion > 32 && conversion < 127 ? "Unknown conversion specifier %c"
                                                           : "Unknown conversion specifier \\x%x",
                       (int)conversion);
}

static bool expand(Formatter *f, Str *text, int nesting, StrBuilder *out);

static bool put_field(Formatter *f, const Field *field, int nesting, StrBuilder *out)
{
    Value v = find_object(f, field->name);
    if (!is_error(v)) v = apply_conversion(f->vm, v, field->conversion);
    if (is_error(v)) return false;
    Str *spec = field->spec;
    if (field->has_nested) {
        StrBuilder expanded = {0};
        if (!expand(f, spec, nesting - 1, &expanded)) return false;
        spec = builder_str(&expanded);
    }
    Str *text = value_format(f->vm, v, spec);
    if (text) builder_add_str(out, text);
    return text != NULL;
}

static bool expand(Formatter *f, Str *text, int nesting, StrBuilder *out)
{
    FieldParser parser;
    Field field;
    int state;
    if (nesting <= 0) {
        fail(f->vm, "Max string recursion exceeded");
        return false;
    }
    fields_start(&parser, text);
    while ((state = fields_next(f->vm, &parser, &field)) > 0) {
        builder_add_str(out, field.literal);
        if (field.has_field && !put_field(f, &field, nesting, out)) return false;
    }
    return state == 0;
}

Str *fields_format(VM *vm, Str *format, Tuple *args, Value keywords)
{
    Formatter f = {.vm = vm, .args = args, .keywords = keywords};
    StrBuilder out = {0};
    bool is_literal =
        !memchr(format->data, '{', format->size) && !memchr(format->data, '}', format->size);
    if (is_literal) return format;
    return expand(&f, format, MAX_NESTING, &out) ? builder_str(&out) : NULL;
}
