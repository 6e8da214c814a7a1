// SPDX-License-Identifier: MIT
// int_text.c - integers as text and as bytes.
// Decimal conversion of huge numbers takes more than linear time: CPython's limit on digits
// (vm->max_str_digits, 0 for none) applies to every base that is no power of two.
#include <ctype.h>

#include "vm/bytes.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/int_limbs.h"
#include "vm/unicode.h"
#include "vm/vm.h"

enum { MESSAGE_CHARS = 200, WORD_DIGITS = 18 };

// To text

static Str *small_to_str(int64_t i)
{
    static const char pairs[] = "00010203040506070809" "10111213141516171819" "20212223242526272829"
                                "30313233343536373839" "40414243444546474849" "50515253545556575859"
                                "60616263646566676869" "70717273747576777879" "80818283848586878889"
                                "90919293949596979899";
    char buffer[24], *end = buffer + sizeof buffer, *p = end;
    uint64_t magnitude = i < 0 ? -(uint64_t)i : (uint64_t)i;
    for (; magnitude >= 10; magnitude /= 100)
        memcpy(p -= 2, pairs + 2 * (magnitude % 100), 2);
    if (magnitude > 0 || p == end) *--p = (char)('0' + magnitude);
    if (i < 0) *--p = '-';
    return str_new_ascii(p, (size_t)(end - p));
}

static Str *raise_too_long(VM *vm)
{
    raise_error(vm, EXC_ValueError,
                "Exceeds the limit (%lld digits) for integer string conversion; "
                "use sys.set_int_max_str_digits() to increase the limit",
                (long long)vm->max_str_digits);
    return NULL;
}

Str *int_to_str(VM *vm, Value v, int base)
{
    if (base == 10 && is_int(v)) return small_to_str(as_int(v));
    int64_t limit = base == 10 ? vm->max_str_digits : 0;
    // log10(2) is a little more than 0.30102
    if (limit && (double)int_bit_length(v) * 0.30102 > (double)limit + 1) return raise_too_long(vm);
    IntView view;
    mpz_srcptr z = int_mpz(v, &view);
    char *buffer = gc_try_alloc_atomic(mpz_sizeinbase(z, base) + 2);
    if (!buffer) {
        raise_memory_error(vm);
        return NULL;
    }
    mpz_get_str(buffer, base, z);
    size_t size = strlen(buffer);
    if (limit && (int64_t)size - (view.size < 0) > limit) return raise_too_long(vm);
    return str_new(buffer, size);
}

// From text

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return 99;
}

static int prefix_base(const char *s, const char *end)
{
    if (end - s < 2 || s[0] != '0') return 0;
    switch (s[1]) {
    case 'x':
    case 'X': return 16;
    case 'o':
    case 'O': return 8;
    case 'b':
    case 'B': return 2;
    default: return 0;
    }
}

typedef struct Digits {
    const char *start, *end;  // underscores included
    int base;
    size_t count;
    bool is_negative;
} Digits;

// Checks digits and single underscores between them.
static bool scan_digits(Digits *d)
{
    bool was_digit = false;
    d->count = 0;
    for (const char *p = d->start; p < d->end; p++) {
        if (*p == '_') {
            if (!was_digit) return false;
            was_digit = false;
        } else {
            if (digit_value(*p) >= d->base) return false;
            was_digit = true;
            d->count++;
        }
    }
    return was_digit;
}

static bool is_all_zero(const Digits *d)
{
    for (const char *p = d->start; p < d->end; p++)
        if (*p != '0' && *p != '_') return false;
    return true;
}

// The grammar of int(text, base). False: invalid.
static bool scan(const char *s, const char *end, int base, Digits *d)
{
    while (s < end && isspace((unsigned char)*s))
        s++;
    while (s < end && isspace((unsigned char)end[-1]))
        end--;
    d->is_negative = s < end && *s == '-';
    if (s < end && (*s == '-' || *s == '+')) s++;
    int prefix = prefix_base(s, end);
    bool is_decimal = base == 0 && prefix == 0;
    if (prefix && (base == 0 || base == prefix)) {
        base = prefix;
        s += 2;
        if (s < end && *s == '_') s++;
    }
    d->start = s;
    d->end = end;
    d->base = is_decimal ? 10 : base;
    if (!scan_digits(d)) return false;
    return !(is_decimal && *s == '0' && !is_all_zero(d));
}

static Value convert_big(Digits *d)
{
    char *text = gc_alloc_atomic(d->count + 1), *to = text;
    for (const char *p = d->start; p < d->end; p++)
        if (*p != '_') *to++ = *p;
    *to = 0;
    mpz_t z;
    mpz_init(z);
    mpz_set_str(z, text, d->base);
    if (d->is_negative) mpz_neg(z, z);
    return int_take_mpz(z);
}

static Value convert(VM *vm, Digits *d)
{
    if (d->count <= WORD_DIGITS && d->base <= 10) {
        int64_t value = 0;
        for (const char *p = d->start; p < d->end; p++)
            if (*p != '_') value = value * d->base + (*p - '0');
        return int_from_int64(d->is_negative ? -value : value);
    }
    bool is_power_of_two = (d->base & (d->base - 1)) == 0;
    int64_t limit = is_power_of_two ? 0 : vm->max_str_digits;
    if (limit && (int64_t)d->count > limit)
        return raise_error(
            vm, EXC_ValueError,
            "Exceeds the limit (%lld digits) for integer string conversion: value has "
            "%zu digits; use sys.set_int_max_str_digits() to increase the limit",
            (long long)limit, d->count);
    if (d->count / 12 >= INT_MAX_LIMBS) return raise_memory_error(vm);
    return convert_big(d);
}

Value int_parse_literal(VM *vm, const char *text, size_t size)
{
    Digits d;
    if (!scan(text, text + size, 0, &d))
        return raise_error(vm, EXC_ValueError, "invalid integer literal");
    return convert(vm, &d);
}

// Decimal digits and spaces of any script as ASCII; every other character becomes '?'.
static Span to_ascii(Str *s)
{
    if (str_is_ascii(s)) return (Span){s->data, s->size};
    char *out = gc_alloc_atomic(str_length(s) + 1);
    size_t n = 0;
    for (const char *p = s->data, *end = p + s->size; p < end;) {
        uint32_t c = utf8_decode(&p);
        int digit = unicode_decimal_value(c);
        if (c < 0x80)
            out[n++] = (char)c;
        else
            out[n++] = digit >= 0 ? (char)('0' + digit) : unicode_is_space(c) ? ' ' : '?';
    }
    return (Span){out, n};
}

static Value raise_invalid(VM *vm, Value text, int base)
{
    Str *repr = is_str(text) ? value_repr(vm, text)
                             : bytes_repr(bytes_span(text).data, bytes_span(text).size);
    if (!repr) return VALUE_ERROR;
    if (str_length(repr) > MESSAGE_CHARS) repr = str_slice(repr, 0, MESSAGE_CHARS);
    return raise_error(vm, EXC_ValueError, "invalid literal for int() with base %d: %s", base,
                       str_cstr(repr));
}

// What most texts are: nothing but a few decimal digits.
static bool parse_digits(const char *p, size_t size, int64_t *value)
{
    if (size == 0 || size > WORD_DIGITS) return false;
    int64_t sum = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned digit = (unsigned char)p[i] - (unsigned)'0';
        if (digit > 9) return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

Value int_parse(VM *vm, Value text, int base)
{
    int64_t value;
    if (base == 10 && is_str(text) && parse_digits(as_str(text)->data, as_str(text)->size, &value))
        return int_from_int64(value);
    Span span = is_str(text) ? to_ascii(as_str(text)) : bytes_span(text);
    Digits d;
    if (!scan(span.data, span.data + span.size, base, &d)) return raise_invalid(vm, text, base);
    return convert(vm, &d);
}

// Bytes

Value int_from_bytes(const uint8_t *bytes, size_t size, bool is_little, bool is_signed)
{
    mpz_t z;
    mpz_init(z);
    mpz_import(z, size, is_little ? -1 : 1, 1, 0, 0, bytes);
    bool is_negative = is_signed && size && bytes[is_little ? size - 1 : 0] & 0x80;
    if (is_negative) {
        mpz_t range;
        mpz_init(range);
        mpz_setbit(range, size * 8);
        mpz_sub(z, z, range);
        mpz_clear(range);
    }
    return int_take_mpz(z);
}

// Do the `size` bytes have room for v? A negative number needs one more bit but for a power of two.
static bool fits_bytes(Value v, size_t size, bool is_signed)
{
    size_t bits = int_bit_length(v);
    if (!is_signed) return bits <= size * 8;
    if (int_sign(v) < 0) bits = int_bit_length(int_invert(v));
    return bits < size * 8 || int_sign(v) == 0;
}

bool int_to_bytes(VM *vm, Value v, uint8_t *out, size_t size, bool is_little, bool is_signed)
{
    bool is_negative = int_sign(v) < 0;
    if (is_negative && !is_signed) {
        raise_error(vm, EXC_OverflowError, "can't convert negative int to unsigned");
        return false;
    }
    if (!fits_bytes(v, size, is_signed)) {
        raise_error(vm, EXC_OverflowError, "int too big to convert");
        return false;
    }
    // The complement of a negative number has the complemented bytes.
    IntView view;
    mpz_srcptr z = int_mpz(is_negative ? int_invert(v) : v, &view);
    size_t n = 0;
    uint8_t fill = is_negative ? 0xFF : 0;
    memset(out, 0, size);
    if (mpz_sgn(z) != 0) mpz_export(out, &n, -1, 1, 0, 0, z);
    for (size_t i = 0; i < size; i++)
        out[i] ^= fill;
    if (is_little) return true;
    for (size_t i = 0; i < size / 2; i++) {
        uint8_t byte = out[i];
        out[i] = out[size - 1 - i];
        out[size - 1 - i] = byte;
    }
    return true;
}
