// SPDX-License-Identifier: MIT
// format.c - the format specification mini-language for str, int and float.
// A number is put together from sign, prefix, digits (grouped, zero-filled) and tail.
#include "vm/format.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "vm/error.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/vm.h"

// Parsing

static bool is_align(char c)
{
    return c == '<' || c == '>' || c == '=' || c == '^';
}

// false: raised
static bool parse_count(VM *vm, const char **p, const char *end, int64_t *out)
{
    *out = -1;
    if (*p == end || **p < '0' || **p > '9') return true;
    int64_t n = 0;
    for (; *p < end && **p >= '0' && **p <= '9'; ++*p) {
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, **p - '0', &n)) {
            raise_error(vm, EXC_ValueError, "Too many decimal digits in format string");
            return false;
        }
    }
    *out = n;
    return true;
}

static void parse_align(const char **p, const char *end, char default_align, FormatSpec *spec)
{
    spec->fill = ' ';
    spec->align = default_align;
    if (*p == end) return;
    const char *next = *p;
    uint32_t c = utf8_decode(&next);
    if (next < end && is_align(*next)) {
        spec->fill = c;
        spec->align = *next;
        *p = next + 1;
    } else if (is_align(**p)) {
        spec->align = *(*p)++;
    }
}

static bool take(const char **p, const char *end, char c)
{
    if (*p == end || **p != c) return false;
    ++*p;
    return true;
}

static void parse_flags(const char **p, const char *end, bool is_default_align,
                        bool is_default_fill, FormatSpec *spec)
{
    if (*p < end && (**p == ' ' || **p == '+' || **p == '-')) spec->sign = *(*p)++;
    spec->coerces_zero = take(p, end, 'z');
    spec->is_alternate = take(p, end, '#');
    if (is_default_fill && take(p, end, '0')) {
        spec->fill = '0';
        if (is_default_align && spec->align == '>') spec->align = '=';
    }
}

static bool raise_both(VM *vm)
{
    raise_error(vm, EXC_ValueError, "Cannot specify both ',' and '_'.");
    return false;
}

static bool parse_grouping(VM *vm, const char **p, const char *end, FormatSpec *spec)
{
    if (take(p, end, ',')) spec->grouping = ',';
    if (take(p, end, '_')) {
        if (spec->grouping) return raise_both(vm);
        spec->grouping = '_';
    }
    if (spec->grouping == '_' && *p < end && **p == ',') return raise_both(vm);
    return true;
}

static bool check_grouping(VM *vm, const FormatSpec *spec)
{
    uint32_t c = spec->type;
    if (!spec->grouping || c == 0 || (c < 0x80 && strchr("defgEG%F", (int)c))) return true;
    if (spec->grouping == '_' && c < 0x80 && strchr("boxX", (int)c)) return true;
    if (c > 32 && c < 128)
        raise_error(vm, EXC_ValueError, "Cannot specify '%c' with '%c'.", spec->grouping, (int)c);
    else
        raise_error(vm, EXC_ValueError, "Cannot specify '%c' with '\\x%x'.", spec->grouping,
                    (unsigned)c);
    return false;
}

static bool parse_type(VM *vm, Str *text, const char *p, const char *end, Value v, FormatSpec *spec)
{
    if (p == end) return true;
    spec->type = utf8_decode(&p);
    if (p == end) return true;
    raise_error(vm, EXC_ValueError, "Invalid format specifier '%s' for object of type '%s'",
                str_cstr(text), type_name(vm, v));
    return false;
}

bool format_parse(VM *vm, Str *text, Value v, char default_type, char default_align,
                  FormatSpec *spec)
{
    const char *p = text->data, *start = p, *end = p + text->size;
    *spec = (FormatSpec){.type = (unsigned char)default_type};
    parse_align(&p, end, default_align, spec);
    parse_flags(&p, end, p == start, p - start < 2, spec);
    if (!parse_count(vm, &p, end, &spec->width)) return false;
    if (!parse_grouping(vm, &p, end, spec)) return false;
    spec->precision = -1;
    if (take(&p, end, '.')) {
        if (!parse_count(vm, &p, end, &spec->precision)) return false;
        if (spec->precision < 0) {
            raise_error(vm, EXC_ValueError, "Format specifier missing precision");
            return false;
        }
    }
    return parse_type(vm, text, p, end, v, spec) && check_grouping(vm, spec);
}

static Str *raise_unknown_type(VM *vm, const FormatSpec *spec, Value v)
{
    bool is_plain = spec->type > 32 && spec->type < 128;
    raise_error(vm, EXC_ValueError,
                is_plain ? "Unknown format code '%c' for object of type '%s'"
                         : "Unknown format code '\\x%x' for object of type '%s'",
                (int)spec->type, type_name(vm, v));
    return NULL;
}

// Padding

// Where padding goes: before, after the prefix of a number, after everything.
typedef struct Padding {
    size_t left, inner, right;
} Padding;

static Padding pad_for(const FormatSpec *spec, size_t length)
{
    Padding pad = {0};
    if (spec->width <= 0 || (size_t)spec->width <= length) return pad;
    size_t n = (size_t)spec->width - length;
    switch (spec->align) {
    case '<': pad.right = n; break;
    case '=': pad.inner = n; break;
    case '^':
        pad.left = n / 2;
        pad.right = n - n / 2;
        break;
    default: pad.left = n; break;
    }
    return pad;
}

static char *put_fill(char *out, const char *fill, size_t fill_size, size_t n)
{
    if (fill_size == 1) {
        memset(out, fill[0], n);
        return out + n;
    }
    for (; n > 0; n--, out += fill_size)
        memcpy(out, fill, fill_size);
    return out;
}

Str *format_pad(VM *vm, Str *s, const FormatSpec *spec)
{
    Padding pad = pad_for(spec, str_length(s));
    size_t n = pad.left + pad.inner + pad.right;
    if (n == 0) return s;
    char fill[4];
    size_t fill_size = (size_t)utf8_encode(spec->fill, fill), size;
    if (__builtin_mul_overflow(n, fill_size, &size) || size > SIZE_MAX / 4) size = SIZE_MAX / 4;
    Str *result = str_try_alloc(vm, size + s->size, n + str_length(s));
    if (!result) return NULL;
    char *out = put_fill((char *)(uintptr_t)result->data, fill, fill_size, pad.left + pad.inner);
    memcpy(out, s->data, s->size);
    put_fill(out + s->size, fill, fill_size, pad.right);
    return result;
}

// Numbers

typedef struct Number {
    char head[4];  // sign and prefix
    size_t n_head;
    const char *digits;  // of the integral part
    size_t n_digits;
    const char *tail;  // the rest: fraction, exponent, inf, %
    size_t n_tail, tail_length;
    size_t group;  // digits between separators
} Number;

static void add_sign(Number *number, const FormatSpec *spec, bool is_negative)
{
    if (is_negative)
        number->head[number->n_head++] = '-';
    else if (spec->sign == '+' || spec->sign == ' ')
        number->head[number->n_head++] = spec->sign;
}

// How many digits fill at least `width` columns, separators included and none in front.
static size_t widened(size_t n_digits, size_t width, const FormatSpec *spec, size_t group)
{
    if (!spec->grouping) return n_digits > width ? n_digits : width;
    size_t n = width - width / (group + 1);
    if (n > 0) n--;
    if (n < n_digits) n = n_digits;
    while (n + (n - 1) / group < width)
        n++;
    return n;
}

static char *put_digits(char *out, const Number *number, size_t n, char separator)
{
    size_t zeros = n - number->n_digits;
    for (size_t i = 0; i < n; i++) {
        if (separator && i > 0 && (n - i) % number->group == 0) *out++ = separator;
        *out++ = i < zeros ? '0' : number->digits[i - zeros];
    }
    return out;
}

static Str *assemble(VM *vm, const Number *number, const FormatSpec *spec)
{
    size_t fixed = number->n_head + number->tail_length, n = number->n_digits;
    bool fills_zeros = spec->fill == '0' && spec->align == '=' && n > 0;
    if (fills_zeros && spec->width > 0 && (size_t)spec->width > fixed) {
        if ((size_t)spec->width > SIZE_MAX / 8) return raise_value(vm, vm->memory_error), NULL;
        n = widened(n, (size_t)spec->width - fixed, spec, number->group);
    }
    size_t grouped = spec->grouping && n > 0 ? n + (n - 1) / number->group : n;
    Padding pad = pad_for(spec, fixed + grouped);
    size_t n_pad = pad.left + pad.inner + pad.right;
    if (n_pad > SIZE_MAX / 16) return raise_value(vm, vm->memory_error), NULL;
    char fill[4];
    size_t fill_size = (size_t)utf8_encode(spec->fill, fill);
    Str *result = str_try_alloc(vm, number->n_head + grouped + number->n_tail + n_pad * fill_size,
                                fixed + grouped + n_pad);
    if (!result) return NULL;
    char *out = put_fill((char *)(uintptr_t)result->data, fill, fill_size, pad.left);
    memcpy(out, number->head, number->n_head);
    out = put_fill(out + number->n_head, fill, fill_size, pad.inner);
    if (n == number->n_digits && !spec->grouping) {
        memcpy(out, number->digits, n);
        out += n;
    } else {
        out = put_digits(out, number, n, spec->grouping);
    }
    memcpy(out, number->tail, number->n_tail);
    put_fill(out + number->n_tail, fill, fill_size, pad.right);
    return result;
}

// Integers

Str *format_digits(VM *vm, Value v, int base, bool is_upper)
{
    char text[64], *p = text + sizeof text;
    const char *digits = is_upper ? "0123456789ABCDEF" : "0123456789abcdef";
    int64_t i;
    if (int_to_int64(v, &i)) {
        uint64_t u = i < 0 ? -(uint64_t)i : (uint64_t)i;
        if (base == 10) do
                *--p = (char)('0' + u % 10);
            while (u /= 10);
        else
            do
                *--p = digits[u % (unsigned)base];
            while (u /= (unsigned)base);
        return str_new(p, (size_t)(text + sizeof text - p));
    }
    Str *s = int_to_str(vm, int_normal(v), base);
    if (!s) return NULL;
    if (s->data[0] == '-') s = str_new(s->data + 1, s->size - 1);
    if (!is_upper) return s;
    Str *upper = str_alloc(s->size, s->size);
    for (size_t at = 0; at < s->size; at++) {
        char c = s->data[at];
        ((char *)(uintptr_t)upper->data)[at] = (char)(c >= 'a' ? c - 32 : c);
    }
    return upper;
}

static Str *format_char(VM *vm, Value v, const FormatSpec *spec)
{
    int64_t c;
    if (spec->sign) {
        raise_error(vm, EXC_ValueError, "Sign not allowed with integer format specifier 'c'");
        return NULL;
    }
    if (spec->is_alternate) {
        raise_error(vm, EXC_ValueError,
                    "Alternate form (#) not allowed with integer format specifier 'c'");
        return NULL;
    }
    if (!int_to_int64(v, &c)) {
        raise_error(vm, EXC_OverflowError, "Python int too large to convert to C long");
        return NULL;
    }
    if (c < 0 || c > CODE_POINT_MAX) {
        raise_error(vm, EXC_OverflowError, "%%c arg not in range(0x110000)");
        return NULL;
    }
    Str *s = str_from_char((uint32_t)c);
    Number number = {.digits = "", .tail = s->data, .n_tail = s->size, .tail_length = 1, .group = 3};
    return assemble(vm, &number, spec);
}

static int base_of(uint32_t type)
{
    switch (type) {
    case 'b': return 2;
    case 'o': return 8;
    case 'x':
    case 'X': return 16;
    case 'd':
    case 'n': return 10;
    default: return 0;
    }
}

static Str *format_integer(VM *vm, Value v, const FormatSpec *spec, int base)
{
    Str *digits = format_digits(vm, v, base, spec->type == 'X');
    if (!digits) return NULL;
    Number number = {
        .digits = digits->data, .n_digits = digits->size, .tail = "", .group = base == 10 ? 3 : 4};
    add_sign(&number, spec, int_sign(v) < 0);
    if (spec->is_alternate && base != 10) {
        number.head[number.n_head++] = '0';
        number.head[number.n_head++] = (char)spec->type;
    }
    return assemble(vm, &number, spec);
}

static Str *format_float_spec(VM *vm, double d, FormatSpec *spec, Value v);

static bool is_float_type(uint32_t type)
{
    return type != 0 && type < 0x80 && strchr("eEfFgG%", (int)type);
}

static Str *raise_value_error(VM *vm, const char *message)
{
    raise_error(vm, EXC_ValueError, "%s", message);
    return NULL;
}

Str *int_format(VM *vm, Value given, Str *text)
{
    FormatSpec spec;
    Value v = int_normal(given);
    if (text->size == 0) return value_str(vm, given);
    if (!format_parse(vm, text, given, 'd', '>', &spec)) return NULL;
    if (is_float_type(spec.type)) {
        bool overflow = false;
        double d = int_to_double(v, &overflow);
        if (!overflow) return format_float_spec(vm, d, &spec, given);
        raise_error(vm, EXC_OverflowError, "int too large to convert to float");
        return NULL;
    }
    int base = base_of(spec.type);
    if (base == 0 && spec.type != 'c') return raise_unknown_type(vm, &spec, given);
    if (spec.precision >= 0)
        return raise_value_error(vm, "Precision not allowed in integer format specifier");
    if (spec.coerces_zero)
        return raise_value_error(
            vm, "Negative zero coercion (z) not allowed in integer format specifier");
    return base ? format_integer(vm, v, &spec, base) : format_char(vm, v, &spec);
}

// Floats

char *format_double(VM *vm, double d, char type, int precision, bool is_alternate, size_t *size)
{
    if (!isfinite(d)) {
        bool is_upper = type == 'E' || type == 'F' || type == 'G';
        const char *text = isnan(d) ? (is_upper ? "NAN" : "nan")
                           : d > 0  ? (is_upper ? "INF" : "inf")
                                    : (is_upper ? "-INF" : "-inf");
        *size = strlen(text);
        return gc_strdup(text);
    }
    char fmt[8] = {'%', '#', '.', '*', type, '\0'};
    if (!is_alternate) memmove(fmt + 1, fmt + 2, 4);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    char small[64];
    int n = snprintf(small, sizeof small, fmt, precision, d);
    char *out = n < 0 ? NULL : gc_try_alloc_atomic((size_t)n + 1);
    if (!out) return raise_value(vm, vm->memory_error), NULL;
    if (n < (int)sizeof small)
        memcpy(out, small, (size_t)n + 1);
    else
        snprintf(out, (size_t)n + 1, fmt, precision, d);
#pragma GCC diagnostic pop
    *size = (size_t)n;
    return out;
}

// With a precision but no type: like g, but one digit earlier with an exponent, and never without
// a fraction or an exponent.
static char *format_general(VM *vm, double d, int precision, bool is_alternate, size_t *size)
{
    if (precision == 0) precision = 1;
    char *text = format_double(vm, d, 'e', precision - 1, is_alternate, size);
    if (!text || !isfinite(d)) return text;
    int exponent = atoi(strchr(text, 'e') + 1);
    bool uses_exponent = exponent + 1 <= -4 || exponent + 1 > precision - 1;
    if (!uses_exponent) {
        text = format_double(vm, d, 'g', precision, is_alternate, size);
        if (!text || strchr(text, '.')) return text;
        char *longer = gc_alloc_atomic(*size + 3);
        memcpy(longer, text, *size);
        memcpy(longer + *size, ".0", 3);
        *size += 2;
        return longer;
    }
    if (is_alternate) return text;
    char *e = strchr(text, 'e'), *dot = strchr(text, '.'), *last = e;
    if (dot) {
        while (last[-1] == '0')
            last--;
        if (last[-1] == '.') last--;
    }
    memmove(last, e, strlen(e) + 1);
    *size = strlen(text);
    return text;
}

// The shortest text; with `#` there is always a point.
static char *format_shortest(double d, bool is_alternate, size_t *size)
{
    Str *s = float_repr(d);
    char *text = gc_alloc_atomic(s->size + 2);
    memcpy(text, s->data, s->size + 1);
    *size = s->size;
    char *e = strchr(text, 'e');
    if (is_alternate && e && !strchr(text, '.')) {
        memmove(e + 1, e, strlen(e) + 1);
        *e = '.';
        ++*size;
    }
    return text;
}

static char *double_text(VM *vm, double d, const FormatSpec *spec, size_t *size)
{
    int precision = spec->precision < 0 ? 6 : (int)spec->precision;
    bool is_alternate = spec->is_alternate;
    if (spec->type == 0 && spec->precision < 0) return format_shortest(d, is_alternate, size);
    if (spec->type == 0) return format_general(vm, d, precision, is_alternate, size);
    if (spec->type == '%') return format_double(vm, d * 100, 'f', precision, is_alternate, size);
    char type = spec->type == 'n' ? 'g' : (char)spec->type;
    return format_double(vm, d, type, precision, is_alternate, size);
}

static bool is_zero_text(const char *text)
{
    for (; *text && *text != 'e' && *text != 'E'; text++)
        if (*text != '0' && *text != '.') return false;
    return true;
}

static Str *format_float_spec(VM *vm, double d, FormatSpec *spec, Value v)
{
    size_t size = 0;
    if (spec->type != 0 && spec->type != 'n' && !is_float_type(spec->type))
        return raise_unknown_type(vm, spec, v);
    if (spec->precision > INT_MAX) return raise_value_error(vm, "precision too big");
    char *text = double_text(vm, d, spec, &size);
    if (!text) return NULL;
    bool is_negative = *text == '-';
    if (is_negative) text++, size--;
    if (is_negative && spec->coerces_zero && is_zero_text(text)) is_negative = false;
    Number number = {.digits = text, .group = 3};
    add_sign(&number, spec, is_negative);
    while (text[number.n_digits] >= '0' && text[number.n_digits] <= '9')
        number.n_digits++;
    number.tail = text + number.n_digits;
    number.n_tail = size - number.n_digits;
    if (spec->type == '%') {
        char *tail = gc_alloc_atomic(number.n_tail + 2);
        memcpy(tail, number.tail, number.n_tail);
        tail[number.n_tail++] = '%';
        number.tail = tail;
    }
    number.tail_length = number.n_tail;
    return assemble(vm, &number, spec);
}

Str *float_format(VM *vm, Value v, Str *text)
{
    FormatSpec spec;
    double d = float_value(v);
    if (text->size == 0) return float_repr(d);
    if (!format_parse(vm, text, v, '\0', '>', &spec)) return NULL;
    return format_float_spec(vm, d, &spec, v);
}

// Strings

Str *str_format_spec(VM *vm, Str *s, Str *text)
{
    FormatSpec spec;
    if (text->size == 0) return str_exact(s);
    if (!format_parse(vm, text, value_object(s), 's', '<', &spec)) return NULL;
    if (spec.type != 's') return raise_unknown_type(vm, &spec, value_object(s));
    if (spec.sign == ' ')
        return raise_value_error(vm, "Space not allowed in string format specifier");
    if (spec.sign) return raise_value_error(vm, "Sign not allowed in string format specifier");
    if (spec.coerces_zero)
        return raise_value_error(
            vm, "Negative zero coercion (z) not allowed in string format specifier");
    if (spec.is_alternate)
        return raise_value_error(vm, "Alternate form (#) not allowed in string format specifier");
    if (spec.align == '=')
        return raise_value_error(vm, "'=' alignment not allowed in string format specifier");
    if (spec.precision >= 0 && (size_t)spec.precision < str_length(s))
        s = str_slice(s, 0, (size_t)spec.precision);
    return format_pad(vm, str_exact(s), &spec);
}
