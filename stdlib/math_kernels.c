// SPDX-License-Identifier: MIT
// math_kernels.c - numerical algorithms of the module math: gamma by Lanczos' approximation, norms
// with a compensated sum of squares, exact sums. They follow the formulas CPython documents,
// operation by operation, so that results agree to the last bit.
#include "stdlib/math_kernels.h"

#include <errno.h>
#include <float.h>
#include <math.h>

#include "vm/gc.h"

// Gamma

enum { LANCZOS_TERMS = 13, EXACT_FACTORIALS = 23 };
static const double lanczos_g = 6.024680040776729583740234375;
static const double lanczos_g_half = 5.524680040776729583740234375;  // g - 1/2
static const double lanczos_numerator[LANCZOS_TERMS] = {
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786772,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
};
// x * (x + 1) * ... * (x + 11)
static const double lanczos_denominator[LANCZOS_TERMS] = {
    0.0,       39916800.0, 120543840.0, 150917976.0, 105258076.0, 45995730.0, 13339535.0,
    2637558.0, 357423.0,   32670.0,     1925.0,      66.0,        1.0,
};
static const double log_pi = 1.144729885849400174143427351353058711647;

// A rational function of x; of 1/x for bigger x, where the powers of x would overflow.
static double lanczos_sum(double x)
{
    enum { SWITCH_AT = 5 };
    double numerator = 0.0, denominator = 0.0;
    for (int i = 0; i < LANCZOS_TERMS; i++) {
        if (x < SWITCH_AT) {
            numerator = numerator * x + lanczos_numerator[LANCZOS_TERMS - 1 - i];
            denominator = denominator * x + lanczos_denominator[LANCZOS_TERMS - 1 - i];
        } else {
            numerator = numerator / x + lanczos_numerator[i];
            denominator = denominator / x + lanczos_denominator[i];
        }
    }
    return numerator / denominator;
}

// sin(pi * x), exact near integers
static double sin_pi(double x)
{
    double y = fmod(fabs(x), 2.0), r;
    switch ((int)round(2.0 * y)) {
    case 0: r = sin(M_PI * y); break;
    case 1: r = cos(M_PI * (y - 0.5)); break;
    case 2: r = sin(M_PI * (1.0 - y)); break;
    case 3: r = -cos(M_PI * (y - 1.5)); break;
    default: r = sin(M_PI * (y - 2.0)); break;
    }
    return copysign(1.0, x) * r;
}

static double domain_error(double result)
{
    errno = EDOM;
    return result;
}

static double range_checked(double r)
{
    if (isinf(r)) errno = ERANGE;
    return r;
}

static double factorial_of(int n)
{
    double r = 1.0;
    for (int i = 2; i <= n; i++)
        r *= i;
    return r;
}

// |x| in [1e-20, 200], by Lanczos' formula; the reflection formula for negative x.
static double gamma_by_lanczos(double x)
{
    enum { SPLIT_POWER_AT = 140 };
    double size = fabs(x), y = size + lanczos_g_half;
    // The rounding error of y, which the power would magnify.
    double error =
        size > lanczos_g_half ? (y - size) - lanczos_g_half : (y - lanczos_g_half) - size;
    error = error * lanczos_g / y;
    bool splits = size >= SPLIT_POWER_AT;
    double factor = splits ? pow(y, size / 2.0 - 0.25) : pow(y, size - 0.5);
    double r;
    if (x < 0.0) {
        r = -M_PI / sin_pi(size) / size * exp(y) / lanczos_sum(size);
        r -= error * r;
        r /= factor;
        if (splits) r /= factor;
    } else {
        r = lanczos_sum(size) / exp(y);
        r += error * r;
        r *= factor;
        if (splits) r *= factor;
    }
    return range_checked(r);
}

double kernel_gamma(double x)
{
    if (!isfinite(x)) return isnan(x) || x > 0 ? x : domain_error(NAN);
    if (x == 0) return domain_error(copysign(HUGE_VAL, x));
    if (x == floor(x)) {
        if (x < 0) return domain_error(NAN);
        if (x <= EXACT_FACTORIALS) return factorial_of((int)x - 1);
    }
    double size = fabs(x);
    if (size < 1e-20) return range_checked(1.0 / x);
    if (size > 200.0) return x < 0 ? 0.0 / sin_pi(x) : range_checked(HUGE_VAL);
    return gamma_by_lanczos(x);
}

double kernel_lgamma(double x)
{
    if (!isfinite(x)) return isnan(x) ? x : HUGE_VAL;
    if (x == floor(x) && x <= 2.0) return x <= 0.0 ? domain_error(HUGE_VAL) : 0.0;
    double size = fabs(x);
    if (size < 1e-20) return -log(size);
    double r = log(lanczos_sum(size)) - lanczos_g;
    r += (size - 0.5) * (log(size + lanczos_g - 0.5) - 1);
    if (x < 0.0) r = log_pi - log(fabs(sin_pi(size))) - log(size) - r;
    return range_checked(r);
}

// Pairs: the exact value of a sum or product of two doubles as a double and what it lacks.

typedef struct Pair {
    double high, low;
} Pair;

static Pair sum_ordered(double a, double b)  // |a| >= |b|
{
    double s = a + b;
    return (Pair){s, (a - s) + b};
}

static Pair sum_any(double a, double b)
{
    double s = a + b, t = s - a;
    return (Pair){s, (a - (s - t)) + (b - t)};
}

static Pair product(double a, double b)
{
    double p = a * b;
    return (Pair){p, fma(a, b, -p)};
}

// Norms

double kernel_norm(double *vec, size_t n, double max, bool found_nan)
{
    if (isinf(max)) return max;
    if (found_nan) return NAN;
    if (max == 0.0 || n <= 1) return max;
    int exponent;
    frexp(max, &exponent);
    if (exponent < -1023) {  // 2**-exponent would overflow
        for (size_t i = 0; i < n; i++)
            vec[i] /= DBL_MIN;
        return DBL_MIN * kernel_norm(vec, n, max / DBL_MIN, false);
    }
    double scale = ldexp(1.0, -exponent), sum = 1.0, lost_products = 0.0, lost_sums = 0.0;
    for (size_t i = 0; i < n; i++) {
        double x = vec[i] * scale;
        Pair square = product(x, x), s = sum_ordered(sum, square.high);
        sum = s.high;
        lost_products += square.low;
        lost_sums += s.low;
    }
    double h = sqrt(sum - 1.0 + (lost_products + lost_sums));
    Pair square = product(-h, h), s = sum_ordered(sum, square.high);
    sum = s.high;
    lost_products += square.low;
    lost_sums += s.low;
    h += (sum - 1.0 + (lost_products + lost_sums)) / (2.0 * h);  // one step of Newton's
    return h / scale;
}

// Exact sums (Shewchuk's algorithm)

static void push_partial(ExactSum *sum, double x)
{
    if (sum->n == sum->cap) {
        enum { FIRST_CAP = 32 };
        size_t cap = sum->cap ? sum->cap * 2 : FIRST_CAP;
        double *partials = gc_alloc_atomic(cap * sizeof(double));
        if (sum->n) memcpy(partials, sum->partials, sum->n * sizeof(double));
        sum->partials = partials;
        sum->cap = cap;
    }
    sum->partials[sum->n++] = x;
}

void exact_sum_add(ExactSum *sum, double item)
{
    double x = item;
    size_t kept = 0;
    for (size_t i = 0; i < sum->n; i++) {
        double y = sum->partials[i];
        Pair s = fabs(x) < fabs(y) ? sum_ordered(y, x) : sum_ordered(x, y);
        // With an overflow high is infinite and low a NaN; the partials are dropped below.
        if (s.low != 0.0) sum->partials[kept++] = s.low;
        x = s.high;
    }
    sum->n = kept;
    if (x == 0.0) return;
    if (isfinite(x)) {
        push_partial(sum, x);
        return;
    }
    if (isfinite(item)) sum->overflows = true;
    if (isinf(item)) sum->infinities += item;
    sum->special += item;
    sum->n = 0;
}

double exact_sum_value(const ExactSum *sum)
{
    size_t n = sum->n;
    if (n == 0) return 0.0;
    const double *p = sum->partials;
    Pair s = {p[--n], 0.0};
    while (n > 0 && s.low == 0.0)
        s = sum_ordered(s.high, p[--n]);
    // Half-even rounding must see whether what follows pushes it over the half.
    if (n > 0 && ((s.low < 0.0 && p[n - 1] < 0.0) || (s.low > 0.0 && p[n - 1] > 0.0))) {
        double twice = s.low * 2.0, x = s.high + twice;
        if (twice == x - s.high) return x;
    }
    return s.high;
}

TripleSum triple_add_product(double x, double y, TripleSum sum)
{
    Pair p = product(x, y), high = sum_any(sum.high, p.high);
    Pair low = sum_any(sum.low, p.low), rest = sum_any(low.high, high.low);
    return (TripleSum){high.high, rest.high, sum.tiny + low.low + rest.low};
}

double triple_value(TripleSum sum)
{
    Pair last = sum_any(sum.low, sum.high);
    return sum.tiny + last.low + last.high;
}

// The double `steps` doubles away from x in the direction of y.

double kernel_next_after(double x, double y, uint64_t steps)
{
    const uint64_t sign = (uint64_t)1 << 63;
    uint64_t from, to;
    memcpy(&from, &x, sizeof from);
    memcpy(&to, &y, sizeof to);
    if (steps == 0 || from == to || isnan(x)) return x;
    if (isnan(y)) return y;
    uint64_t size = from & ~sign, target = to & ~sign;
    if ((from ^ to) & sign) {
        if (size + target <= steps) return y;
        from = size < steps ? (steps - size) | (to & sign) : from - steps;
    } else if (size > target) {
        if (size - target < steps) return y;
        from -= steps;
    } else {
        if (target - size < steps) return y;
        from += steps;
    }
    memcpy(&x, &from, sizeof x);
    return x;
}
