// SPDX-License-Identifier: MIT
// percent.c - the % operator: printf-like formatting of str and bytes.
// The two differ in %s, %b, %c, the key type and some words of errors.
#include "vm/percent.h"

#include <limits.h>
#include <stdlib.h>

#include "vm/bytes.h"
#include "vm/error.h"
#include "vm/float.h"
#include "vm/format.h"
#include "vm/int.h"
#include "vm/vm.h"
#include "vm/warn.h"

enum { FLAG_LEFT = 1, FLAG_PLUS = 2, FLAG_BLANK = 4, FLAG_ALTERNATE = 8, FLAG_ZERO = 16 };

typedef struct Percent {
    VM *vm;
    const char *start, *p, *end;
    bool is_bytes;
    Value mapping;  // VALUE_UNBOUND: the right operand is none
    const Value *args;
    size_t n_args, at;
    Value single;  // what args points to if the operand is no tuple
    StrBuilder out;
} Percent;

typedef struct Conversion {
    unsigned flags;
    int64_t width, precision;  // -1: none
    uint32_t type;
} Conversion;

static bool fail(Percent *f, ExceptionKind kind, const char *message)
{
    raise_error(f->vm, kind, "%s", message);
    return false;
}

static bool next_arg(Percent *f, Value *v)
{
    if (f->at >= f->n_args) return fail(f, EXC_TypeError, "not enough arguments for format string");
    *v = f->args[f->at++];
    return true;
}

// Parsing a conversion

// (key): the value under the key becomes the only argument.
static bool parse_key(Percent *f)
{
    if (f->p == f->end || *f->p != '(') return true;
    if (f->mapping == VALUE_UNBOUND) return fail(f, EXC_TypeError, "format requires a mapping");
    const char *from = ++f->p;
    int depth = 1;
    while (f->p < f->end) {
        char c = *f->p++;
        if (c == '(') depth++;
        if (c == ')' && --depth == 0) break;
    }
    if (depth > 0) return fail(f, EXC_ValueError, "incomplete format key");
    size_t size = (size_t)(f->p - 1 - from);
    Str *key = f->is_bytes ? bytes_new(from, size) : str_new(from, size);
    Value v = value_getitem(f->vm, f->mapping, value_object(key));
    if (is_error(v)) return false;
    f->single = v;
    f->args = &f->single;
    f->n_args = 1;
    f->at = 0;
    return true;
}

static unsigned flag_of(char c)
{
    switch (c) {
    case '-': return FLAG_LEFT;
    case '+': return FLAG_PLUS;
    case ' ': return FLAG_BLANK;
    case '#': return FLAG_ALTERNATE;
    case '0': return FLAG_ZERO;
    default: return 0;
    }
}

static bool parse_number(Percent *f, int64_t *out, int64_t limit, const char *too_big)
{
    int64_t n = -1;
    for (; f->p < f->end && *f->p >= '0' && *f->p <= '9'; f->p++) {
        int digit = *f->p - '0';
        if (n < 0) n = 0;
        if (n > (limit - digit) / 10) return fail(f, EXC_ValueError, too_big);
        n = n * 10 + digit;
    }
    if (n >= 0) *out = n;
    return true;
}

static bool star_arg(Percent *f, int64_t *out, int64_t limit, const char *c_type)
{
    Value v;
    if (!next_arg(f, &v)) return false;
    if (!is_any_int(v)) return fail(f, EXC_TypeError, "* wants int");
    if (int_to_int64(v, out) && *out <= limit && *out >= -limit) return true;
    raise_error(f->vm, EXC_OverflowError, "Python int too large to convert to C %s", c_type);
    return false;
}

static bool parse_width(Percent *f, Conversion *c)
{
    if (f->p == f->end || *f->p != '*')
        return parse_number(f, &c->width, INT64_MAX, "width too big");
    f->p++;
    if (!star_arg(f, &c->width, INT64_MAX, "ssize_t")) return false;
    if (c->width < 0) {
        c->flags |= FLAG_LEFT;
        c->width = -c->width;
    }
    return true;
}

static bool parse_precision(Percent *f, Conversion *c)
{
    if (f->p == f->end || *f->p != '.') return true;
    f->p++;
    c->precision = 0;
    if (f->p == f->end || *f->p != '*')
        return parse_number(f, &c->precision, INT_MAX,
                            f->is_bytes ? "prec too big" : "precision too big");
    f->p++;
    if (!star_arg(f, &c->precision, INT_MAX, "int")) return false;
    if (c->precision < 0) c->precision = 0;
    return true;
}

static bool parse_conversion(Percent *f, Conversion *c)
{
    unsigned flag;
    *c = (Conversion){.width = -1, .precision = -1};
    if (!parse_key(f)) return false;
    for (; f->p < f->end && (flag = flag_of(*f->p)) != 0; f->p++)
        c->flags |= flag;
    if (!parse_width(f, c) || !parse_precision(f, c)) return false;
    if (f->p < f->end && (*f->p == 'h' || *f->p == 'l' || *f->p == 'L')) f->p++;
    if (f->p == f->end) return fail(f, EXC_ValueError, "incomplete format");
    c->type = f->is_bytes ? (unsigned char)*f->p++ : utf8_decode(&f->p);
    return true;
}

// Output

static bool add_fill(Percent *f, char c, int64_t n)
{
    if (n <= 0) return true;
    if (!builder_try_reserve(&f->out, (size_t)n)) {
        raise_value(f->vm, f->vm->memory_error);
        return false;
    }
    memset(f->out.data + f->out.size, c, (size_t)n);
    f->out.size += (size_t)n;
    return true;
}

static bool put_text(Percent *f, const Conversion *c, const char *text, size_t size, size_t length)
{
    int64_t pad = c->width > (int64_t)length ? c->width - (int64_t)length : 0;
    bool is_left = c->flags & FLAG_LEFT;
    if (!is_left && !add_fill(f, ' ', pad)) return false;
    builder_add(&f->out, text, size);
    return !is_left || add_fill(f, ' ', pad);
}

static bool put_str(Percent *f, const Conversion *c, Str *s)
{
    if (c->precision >= 0 && (size_t)c->precision < str_length(s))
        s = str_slice(s, 0, (size_t)c->precision);
    return put_text(f, c, s->data, s->size, str_length(s));
}

// A number: its text without sign; prefix "" or "0x"; zeros fill between prefix and digits.
static bool put_number(Percent *f, const Conversion *c, bool is_negative, const char *prefix,
                       const char *digits, size_t n)
{
    char head[4];
    size_t n_head = 0;
    if (is_negative)
        head[n_head++] = '-';
    else if (c->flags & FLAG_PLUS)
        head[n_head++] = '+';
    else if (c->flags & FLAG_BLANK)
        head[n_head++] = ' ';
    for (; *prefix; prefix++)
        head[n_head++] = *prefix;
    int64_t pad = c->width - (int64_t)(n_head + n);
    bool is_left = c->flags & FLAG_LEFT, zeros = c->flags & FLAG_ZERO;
    if (!is_left && !zeros && !add_fill(f, ' ', pad)) return false;
    builder_add(&f->out, head, n_head);
    if (!is_left && zeros && !add_fill(f, '0', pad)) return false;
    builder_add(&f->out, digits, n);
    return !is_left || add_fill(f, ' ', pad);
}

// Conversions

static bool raise_no_number(Percent *f, uint32_t type, Value v)
{
    bool wants_int = type == 'x' || type == 'X' || type == 'o';
    if (f->is_bytes && type == 'i') type = 'd';
    raise_error(f->vm, EXC_TypeError, "%%%c format: %s is required, not %s", (int)type,
                wants_int ? "an integer" : "a real number", type_name(f->vm, v));
    return false;
}

// What int(v) gives; o, x and X take only what has __index__. VALUE_UNBOUND: v is no number.
static Value ask_integer(Percent *f, uint32_t type, Value v)
{
    VM *vm = f->vm;
    bool wants_int = type == 'x' || type == 'X' || type == 'o';
    if (is_float(v) && !wants_int) return int_from_double(vm, float_value(v));
    if (!wants_int) {
        Value result = value_call_special(vm, v, S(__int__), 0, NULL);
        if (is_error(result)) return VALUE_ERROR;
        if (is_any_int(result) && !is_exact_int(result) && !warn_subclass(f->vm, "__int__", "int", result))
            return VALUE_ERROR;
        if (is_any_int(result)) return result;
    }
    return special_lookup(vm, v, S(__index__)) != VALUE_UNBOUND ? value_index(vm, v) : VALUE_UNBOUND;
}

// A TypeError on the way is taken for "no number", as CPython does.
static Value to_integer(Percent *f, uint32_t type, Value v)
{
    if (is_any_int(v)) return v;
    Value result = ask_integer(f, type, v);
    if (is_error(result) && error_is(f->vm, EXC_TypeError)) {
        error_take(f->vm);
        result = VALUE_UNBOUND;
    }
    if (result != VALUE_UNBOUND) return result;
    raise_no_number(f, type, v);
    return VALUE_ERROR;
}

static bool convert_int(Percent *f, const Conversion *c, Value v)
{
    v = to_integer(f, c->type, v);
    if (is_error(v)) return false;
    int base = c->type == 'o' ? 8 : c->type == 'x' || c->type == 'X' ? 16 : 10;
    Str *digits = format_digits(f->vm, v, base, c->type == 'X');
    if (!digits) return false;
    if (c->precision > (int64_t)digits->size) {
        StrBuilder b = {0};
        for (int64_t i = c->precision - (int64_t)digits->size; i > 0; i--)
            builder_add_byte(&b, '0');
        builder_add_str(&b, digits);
        digits = builder_str(&b);
    }
    const char *prefix = !(c->flags & FLAG_ALTERNATE) || base == 10 ? ""
                         : base == 8                                ? "0o"
                         : c->type == 'X'                           ? "0X"
                                                                    : "0x";
    return put_number(f, c, int_sign(v) < 0, prefix, digits->data, digits->size);
}

static bool to_double(Percent *f, Value v, double *d)
{
    VM *vm = f->vm;
    if (!is_any_int(v) && !is_any_float(v)) {
        Value result = value_call_special(vm, v, S(__float__), 0, NULL);
        if (result == VALUE_UNBOUND && special_lookup(vm, v, S(__index__)) != VALUE_UNBOUND)
            result = value_index(vm, v);
        if (is_error(result)) return false;
        if (result == VALUE_UNBOUND) {
            raise_error(vm, EXC_TypeError,
                        f->is_bytes ? "float argument required, not %s"
                                    : "must be real number, not %s",
                        type_name(vm, v));
            return false;
        }
        v = result;
    }
    return number_to_double(vm, v, d);
}

static bool convert_float(Percent *f, const Conversion *c, Value v)
{
    double d;
    size_t size = 0;
    if (!to_double(f, v, &d)) return false;
    int precision = c->precision < 0 ? 6 : (int)c->precision;
    char *text =
        format_double(f->vm, d, (char)c->type, precision, c->flags & FLAG_ALTERNATE, &size);
    if (!text) return false;
    bool is_negative = text[0] == '-';
    return put_number(f, c, is_negative, "", text + is_negative, size - is_negative);
}

static bool convert_char(Percent *f, const Conversion *c, Value v)
{
    VM *vm = f->vm;
    int64_t i;
    if (is_str(v) && str_length(as_str(v)) == 1)
        return put_text(f, c, as_str(v)->data, as_str(v)->size, 1);
    if (is_str(v) || (!is_any_int(v) && special_lookup(vm, v, S(__index__)) == VALUE_UNBOUND))
        return fail(f, EXC_TypeError, "%c requires int or char");
    v = value_index(vm, v);
    if (is_error(v) && error_is(vm, EXC_TypeError)) {
        error_take(vm);
        return fail(f, EXC_TypeError, "%c requires int or char");
    }
    if (is_error(v)) return false;
    if (!int_to_int64(v, &i) || i < 0 || i > CODE_POINT_MAX)
        return fail(f, EXC_OverflowError, "%c arg not in range(0x110000)");
    Str *s = str_from_char((uint32_t)i);
    return put_text(f, c, s->data, s->size, 1);
}

static bool convert_byte(Percent *f, const Conversion *c, Value v)
{
    VM *vm = f->vm;
    int64_t i;
    if (is_bytes_like(v) && bytes_span(v).size == 1)
        return put_text(f, c, bytes_span(v).data, 1, 1);
    if (is_bytes_like(v) ||
        (!is_any_int(v) && special_lookup(vm, v, S(__index__)) == VALUE_UNBOUND))
        return fail(f, EXC_TypeError, "%c requires an integer in range(256) or a single byte");
    v = value_index(vm, v);
    if (is_error(v)) return false;
    if (!int_to_int64(v, &i) || i < 0 || i > 255)
        return fail(f, EXC_OverflowError, "%c arg not in range(256)");
    return put_text(f, c, &(char){(char)i}, 1, 1);
}

// %b and %s of bytes.
static bool convert_bytes(Percent *f, const Conversion *c, Value v)
{
    VM *vm = f->vm;
    if (!is_bytes_like(v)) {
        Value made = value_call_special(vm, v, S(__bytes__), 0, NULL);
        if (is_error(made)) return false;
        if (made == VALUE_UNBOUND) {
            raise_error(vm, EXC_TypeError,
                        "%%b requires a bytes-like object, or an object that implements "
                        "__bytes__, not '%s'",
                        type_name(vm, v));
            return false;
        }
        if (!is_bytes(made)) {
            raise_error(vm, EXC_TypeError, "__bytes__ returned non-bytes (type %s)",
                        type_name(vm, made));
            return false;
        }
        v = made;
    }
    Span span = bytes_span(v);
    size_t n = span.size;
    if (c->precision >= 0 && (size_t)c->precision < n) n = (size_t)c->precision;
    return put_text(f, c, span.data, n, n);
}

static bool convert_shown(Percent *f, const Conversion *c, Value v)
{
    Str *s = c->type == 's'                   ? value_str(f->vm, v)
             : c->type == 'r' && !f->is_bytes ? value_repr(f->vm, v)
                                              : value_ascii(f->vm, v);
    return s && put_str(f, c, s);
}

static bool raise_unsupported(Percent *f, uint32_t type)
{
    size_t at = (size_t)(f->p - f->start);
    size_t index = (f->is_bytes ? at : utf8_length(f->start, at)) - 1;
    raise_error(f->vm, EXC_ValueError, "unsupported format character '%c' (0x%x) at index %zu",
                type > 31 && type < 127 ? (int)type : '?', (unsigned)type, index);
    return false;
}

static bool convert(Percent *f)
{
    Conversion c;
    Value v;
    if (f->p < f->end && *f->p == '%') {
        builder_add_byte(&f->out, *f->p++);
        return true;
    }
    if (!parse_conversion(f, &c) || !next_arg(f, &v)) return false;
    switch (c.type) {
    case 'b':
        if (f->is_bytes) return convert_bytes(f, &c, v);
        break;
    case 's': return f->is_bytes ? convert_bytes(f, &c, v) : convert_shown(f, &c, v);
    case 'r':
    case 'a': return convert_shown(f, &c, v);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X': return convert_int(f, &c, v);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': return convert_float(f, &c, v);
    case 'c': return f->is_bytes ? convert_byte(f, &c, v) : convert_char(f, &c, v);
    default: break;
    }
    return raise_unsupported(f, c.type);
}

static bool is_mapping(VM *vm, Value v, bool for_bytes)
{
    if (is_tuple(v) || is_str(v) || (for_bytes && is_bytes_like(v))) return false;
    return special_lookup(vm, v, S(__getitem__)) != VALUE_UNBOUND;
}

static bool format_all(Percent *f, Value args)
{
    f->single = args;
    f->args = &f->single;
    f->n_args = 1;
    if (is_tuple(args)) {
        f->args = as_tuple(args)->items;
        f->n_args = as_tuple(args)->len;
    }
    f->mapping = is_mapping(f->vm, args, f->is_bytes) ? args : VALUE_UNBOUND;
    while (f->p < f->end) {
        const char *mark = memchr(f->p, '%', (size_t)(f->end - f->p));
        if (!mark) mark = f->end;
        builder_add(&f->out, f->p, (size_t)(mark - f->p));
        f->p = mark;
        if (mark == f->end) break;
        f->p++;
        if (!convert(f)) return false;
    }
    if (f->at < f->n_args && f->mapping == VALUE_UNBOUND)
        return fail(f, EXC_TypeError,
                    f->is_bytes ? "not all arguments converted during bytes formatting"
                                : "not all arguments converted during string formatting");
    return true;
}

Str *percent_format(VM *vm, Str *format, Value args)
{
    Percent f = {
        .vm = vm, .start = format->data, .p = format->data, .end = format->data + format->size};
    if (!format_all(&f, args)) return NULL;
    bool is_literal = !memchr(format->data, '%', format->size);
    return is_literal ? str_exact(format) : builder_str(&f.out);
}

Value percent_format_bytes(VM *vm, Value format, Value args)
{
    Str *text = bytes_from_like(format);  // a bytearray might change meanwhile
    Percent f = {.vm = vm,
                 .start = text->data,
                 .p = text->data,
                 .end = text->data + text->size,
                 .is_bytes = true};
    if (!format_all(&f, args)) return VALUE_ERROR;
    return bytes_like(format, f.out.data ? f.out.data : "", f.out.size);
}
