// SPDX-License-Identifier: MIT
// float_repr.c - the shortest text that reads as a float, of several the one nearest to it.
// The method is Raffaello Giulietti's Schubfach: the float and the bounds of what reads as it,
// scaled by one power of ten that is exact to 128 bits, leave at most four candidates. The powers
// are computed when they are first needed.
#include <float.h>
#include <gmp.h>
#include <math.h>

#include "vm/float.h"
#include "vm/str.h"

enum {
    MIN_POWER = -292,
    MAX_POWER = 324,  // of ten
    EXPONENT_BIAS = 1075,
    SIGNIFICAND_BITS = 52,
};

typedef struct Scale {
    uint64_t high, low;  // the first 128 bits of a power of ten, rounded up
} Scale;

static int floor_log2_pow10(int k)
{
    return (k * 1741647) >> 19;
}

// 10**k * 2**(127 - floor(log2(10**k))), rounded up
static Scale compute_scale(int k)
{
    mpz_t power, bits;
    mpz_init(power);
    mpz_init(bits);
    int shift = 127 - floor_log2_pow10(k);
    mpz_ui_pow_ui(power, 10, (unsigned long)(k < 0 ? -k : k));
    if (k < 0) {
        mpz_setbit(bits, (mp_bitcnt_t)shift);
        mpz_cdiv_q(bits, bits, power);
    } else if (shift < 0) {
        mpz_cdiv_q_2exp(bits, power, (mp_bitcnt_t)-shift);
    } else {
        mpz_mul_2exp(bits, power, (mp_bitcnt_t)shift);
    }
    Scale scale = {mpz_getlimbn(bits, 1), mpz_getlimbn(bits, 0)};
    mpz_clear(power);
    mpz_clear(bits);
    return scale;
}

static Scale scale_of(int k)
{
    static Scale scales[MAX_POWER - MIN_POWER + 1];
    Scale *s = &scales[k - MIN_POWER];
    if (unlikely(s->high == 0)) *s = compute_scale(k);
    return *s;
}

// The upper 64 bits of scale * x / 2**64; the last bit is set if any bit below was.
static uint64_t multiply_to_odd(Scale scale, uint64_t x)
{
    unsigned __int128 low = (unsigned __int128)scale.low * x;
    unsigned __int128 high = (unsigned __int128)scale.high * x + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

// d = c * 2**q as the decimal *significand * 10***exponent. is_closer: the next lower float is only
// half as far away as the next higher one.
static void to_decimal(uint64_t c, int q, bool is_closer, uint64_t *significand, int *exponent)
{
    bool is_open = c & 1;  // the bounds themselves read as the neighbours
    int k = (q * 1262611 - (is_closer ? 524031 : 0)) >> 22;
    int shift = q + floor_log2_pow10(-k) + 1;
    Scale scale = scale_of(-k);
    uint64_t lower = multiply_to_odd(scale, (4 * c - 2 + is_closer) << shift) + is_open;
    uint64_t value = multiply_to_odd(scale, 4 * c << shift);
    uint64_t upper = multiply_to_odd(scale, (4 * c + 2) << shift) - is_open;
    uint64_t s = value / 4;
    *exponent = k + 1;
    if (s >= 10) {  // one digit less
        *significand = s / 10;
        bool is_below = lower <= 40 * *significand, is_above = 40 * *significand + 40 <= upper;
        if (is_below != is_above) {
            *significand += is_above;
            return;
        }
    }
    *exponent = k;
    bool is_below = lower <= 4 * s, is_above = 4 * s + 4 <= upper;
    uint64_t middle = 4 * s + 2;
    bool rounds_up = value > middle || (value == middle && s & 1);
    *significand = s + (is_below != is_above ? is_above : rounds_up);
}

int float_shortest(double d, char digits[FLOAT_MAX_DIGITS + 1], int *point)
{
    uint64_t bits, significand;
    memcpy(&bits, &d, sizeof bits);
    uint64_t fraction = bits & (((uint64_t)1 << SIGNIFICAND_BITS) - 1);
    int exponent, biased = bits >> SIGNIFICAND_BITS & 0x7FF;
    uint64_t c = biased ? fraction | (uint64_t)1 << SIGNIFICAND_BITS : fraction;
    to_decimal(c, (biased ? biased : 1) - EXPONENT_BIAS, fraction == 0 && biased > 1, &significand,
               &exponent);
    while (significand % 10 == 0) {
        significand /= 10;
        exponent++;
    }
    int n = 1;
    for (uint64_t rest = significand / 10; rest; rest /= 10)
        n++;
    digits[n] = 0;
    for (int i = n; i-- > 0; significand /= 10)
        digits[i] = (char)('0' + significand % 10);
    *point = exponent + n;
    return n;
}

// Text

enum { MIN_FIXED = -4, MAX_FIXED = 16, TEXT_SIZE = 32 };  // CPython's limits of fixed notation

static char *put(char *out, const char *text, int n)
{
    memcpy(out, text, (size_t)n);
    return out + n;
}

static char *put_zeros(char *out, int n)
{
    memset(out, '0', (size_t)n);
    return out + n;
}

static char *put_fixed(char *out, const char *digits, int n, int point)
{
    if (point <= 0) {
        out = put_zeros(put(out, "0.", 2), -point);
        return put(out, digits, n);
    }
    if (point >= n) {
        out = put_zeros(put(out, digits, n), point - n);
        return put(out, ".0", 2);
    }
    out = put(out, digits, point);
    *out++ = '.';
    return put(out, digits + point, n - point);
}

static char *put_exponential(char *out, const char *digits, int n, int exponent)
{
    *out++ = digits[0];
    if (n > 1) {
        *out++ = '.';
        out = put(out, digits + 1, n - 1);
    }
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    if (exponent < 0) exponent = -exponent;
    if (exponent >= 100) *out++ = (char)('0' + exponent / 100);
    *out++ = (char)('0' + exponent / 10 % 10);
    *out++ = (char)('0' + exponent % 10);
    return out;
}

Str *float_repr(double d)
{
    if (isnan(d)) return str_from_cstr("nan");
    if (isinf(d)) return str_from_cstr(d < 0 ? "-inf" : "inf");
    if (d == 0) return str_from_cstr(signbit(d) ? "-0.0" : "0.0");
    char digits[FLOAT_MAX_DIGITS + 1], text[TEXT_SIZE], *out = text;
    int point, n = float_shortest(d, digits, &point);
    if (d < 0) *out++ = '-';
    bool is_fixed = point > MIN_FIXED && point <= MAX_FIXED;
    out = is_fixed ? put_fixed(out, digits, n, point) : put_exponential(out, digits, n, point - 1);
    return str_new(text, (size_t)(out - text));
}
