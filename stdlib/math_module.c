// SPDX-License-Identifier: MIT
// math_module.c - the module math. Functions of floats take any real number; errors are CPython's
// "math domain error" and "math range error", decided from the result and its arguments.
#include <errno.h>
#include <math.h>

#include "stdlib/math_kernels.h"
#include "stdlib/stdlib.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/iter.h"
#include "vm/vm.h"

static Value raise_domain(VM *vm)
{
    return raise_error(vm, EXC_ValueError, "math domain error");
}

static Value raise_range(VM *vm)
{
    return raise_error(vm, EXC_OverflowError, "math range error");
}

static inline bool get_double(VM *vm, Value v, double *out)
{
    if (likely(is_float(v))) {
        *out = as_float(v);
        return true;
    }
    return number_to_double(vm, v, out);
}

// Functions of one float. A NaN out of none is a domain error; an infinity out of a finite argument
// is an overflow if the function can overflow, else a pole.

static Value unary(VM *vm, Value arg, double (*fn)(double), bool can_overflow)
{
    double x;
    if (!get_double(vm, arg, &x)) return VALUE_ERROR;
    double r = fn(x);
    if (likely(isfinite(r))) return value_float(r);
    if (isnan(r) && !isnan(x)) return raise_domain(vm);
    if (isinf(r) && isfinite(x)) return can_overflow ? raise_range(vm) : raise_domain(vm);
    return value_any_float(r);
}

#define UNARY(name, fn, can_overflow, text)          \
    NATIVE(name, #name "(x, /)", text)               \
    {                                                \
        return unary(vm, args[0], fn, can_overflow); \
    }
UNARY(acos, acos, false,
      "The angle, 0 to pi, whose cosine is x.")
UNARY(acosh, acosh, false, "Return the inverse hyperbolic cosine of x.")
UNARY(asin, asin, false,
      "The angle, -pi/2 to pi/2, whose sine is x.")
UNARY(asinh, asinh, false, "Return the inverse hyperbolic sine of x.")
UNARY(atan, atan, false,
      "The angle, -pi/2 to pi/2, whose tangent is x.")
UNARY(atanh, atanh, false, "Return the inverse hyperbolic tangent of x.")
UNARY(cbrt, cbrt, false, "Return the cube root of x.")
UNARY(cos, cos, false, "The cosine of the angle x.")
UNARY(cosh, cosh, true, "Return the hyperbolic cosine of x.")
UNARY(erf, erf, false, "Error function at x.")
UNARY(erfc, erfc, false, "Complementary error function at x.")
UNARY(exp, exp, true, "Return e raised to the power of x.")
UNARY(exp2, exp2, true, "Return 2 raised to the power of x.")
UNARY(
    expm1, expm1, true,
    "exp(x) - 1, exact also for small x.")
UNARY(fabs, fabs, false, "Return the absolute value of the float x.")
UNARY(log1p, log1p, false,
      "log(1 + x), exact also for small x.")
UNARY(sin, sin, false, "Return the sine of x (measured in radians).")
UNARY(sinh, sinh, true, "Return the hyperbolic sine of x.")
UNARY(sqrt, sqrt, false, "Return the square root of x.")
UNARY(tan, tan, false, "The tangent of the angle x.")
UNARY(tanh, tanh, false, "Return the hyperbolic tangent of x.")
#undef UNARY

static Value with_errno(VM *vm, Value arg, double (*fn)(double))
{
    double x;
    if (!get_double(vm, arg, &x)) return VALUE_ERROR;
    errno = 0;
    double r = fn(x);
    if (errno == EDOM) return raise_domain(vm);
    return errno == ERANGE ? raise_range(vm) : value_any_float(r);
}

NATIVE(gamma, "gamma(x, /)", "Gamma function at x.")
{
    return with_errno(vm, args[0], kernel_gamma);
}
NATIVE(lgamma, "lgamma(x, /)", "The natural logarithm of the size of gamma(x).")
{
    return with_errno(vm, args[0], kernel_lgamma);
}

static Value convert_angle(VM *vm, Value arg, double factor)
{
    double x;
    return get_double(vm, arg, &x) ? value_any_float(x * factor) : VALUE_ERROR;
}

NATIVE(degrees, "degrees(x, /)", "Convert angle x from radians to degrees.")
{
    return convert_angle(vm, args[0], 180.0 / M_PI);
}
NATIVE(radians, "radians(x, /)", "Convert angle x from degrees to radians.")
{
    return convert_angle(vm, args[0], M_PI / 180.0);
}

static Value classify(VM *vm, Value arg, bool (*is)(double))
{
    double x;
    return get_double(vm, arg, &x) ? value_bool(is(x)) : VALUE_ERROR;
}

static bool is_finite(double x)
{
    return isfinite(x);
}
static bool is_infinite(double x)
{
    return isinf(x);
}
static bool is_nan(double x)
{
    return isnan(x);
}

NATIVE(isfinite, "isfinite(x, /)",
       "Is x neither infinite nor NaN?")
{
    return classify(vm, args[0], is_finite);
}
NATIVE(isinf, "isinf(x, /)",
       "Is x infinite?")
{
    return classify(vm, args[0], is_infinite);
}
NATIVE(isnan, "isnan(x, /)", "Is x not a number?")
{
    return classify(vm, args[0], is_nan);
}

// Functions of two floats

static Value binary(VM *vm, const Value *args, double (*fn)(double, double))
{
    double x, y;
    if (!get_double(vm, args[0], &x) || !get_double(vm, args[1], &y)) return VALUE_ERROR;
    double r = fn(x, y);
    if (isnan(r) && !isnan(x) && !isnan(y)) return raise_domain(vm);
    if (isinf(r) && isfinite(x) && isfinite(y)) return raise_range(vm);
    return value_any_float(r);
}

NATIVE(atan2, "atan2(y, x, /)",
       "The angle, -pi to pi, from the x axis to the point (x, y).")
{
    return binary(vm, args, atan2);
}
NATIVE(copysign, "copysign(x, y, /)",
       "The size of x with the sign of y, which may be that of -0.0.")
{
    return binary(vm, args, copysign);
}
NATIVE(fmod, "fmod(x, y, /)", "What is left of x after whole multiples of y, with the sign of x; "
                              "x % y has that of y.")
{
    return binary(vm, args, fmod);
}
NATIVE(remainder, "remainder(x, y, /)",
       "x minus the nearest multiple of y, of two the even one.")
{
    return binary(vm, args, remainder);
}

NATIVE(pow, "pow(x, y, /)", "Return x**y (x to the power of y).")
{
    double x, y;
    if (!get_double(vm, args[0], &x) || !get_double(vm, args[1], &y)) return VALUE_ERROR;
    double r = pow(x, y);
    if (isfinite(r) || !isfinite(x) || !isfinite(y)) return value_any_float(r);
    return isnan(r) || x == 0 ? raise_domain(vm) : raise_range(vm);
}

NATIVE(fma, "fma(x, y, z, /)",
       "x * y + z, rounded once.")
{
    double x, y, z;
    if (!get_double(vm, args[0], &x) || !get_double(vm, args[1], &y) ||
        !get_double(vm, args[2], &z))
        return VALUE_ERROR;
    double r = fma(x, y, z);
    if (isnan(r) && !isnan(x) && !isnan(y) && !isnan(z))
        return raise_error(vm, EXC_ValueError, "invalid operation in fma");
    if (isinf(r) && isfinite(x) && isfinite(y) && isfinite(z))
        return raise_error(vm, EXC_OverflowError, "overflow in fma");
    return value_any_float(r);
}

NATIVE(isclose, "isclose(a: float, b: float, *, rel_tol: float = 1e-09, abs_tol: float = 0.0)",
       "Determine whether two floating-point numbers are close in value.\n\n"
       "  rel_tol\n    maximum difference for being considered \"close\", relative to the\n"
       "    magnitude of the input values\n"
       "  abs_tol\n    maximum difference for being considered \"close\", regardless of the\n"
       "    magnitude of the input values\n\n"
       "Return True if a is close in value to b, and False otherwise.")
{
    double a = as_float(args[0]), b = as_float(args[1]);
    double relative = as_float(args[2]), absolute = as_float(args[3]);
    if (relative < 0 || absolute < 0)
        return raise_error(vm, EXC_ValueError, "tolerances must be non-negative");
    if (a == b) return VALUE_TRUE;
    if (isinf(a) || isinf(b)) return VALUE_FALSE;
    double distance = fabs(b - a);
    return value_bool(distance <= fabs(relative * b) || distance <= fabs(relative * a) ||
                      distance <= absolute);
}

// Parts of floats

NATIVE(frexp, "frexp(x, /)",
       "(m, e) with x == m * 2**e and 0.5 <= abs(m) < 1; (0.0, 0) for 0.")
{
    double x;
    int exponent = 0;
    if (!get_double(vm, args[0], &x)) return VALUE_ERROR;
    if (isfinite(x)) x = frexp(x, &exponent);
    return value_object(tuple_of(2, value_any_float(x), small_int(exponent)));
}

NATIVE(ldexp, "ldexp(x, i, /)", "x * 2**i.")
{
    double x;
    int64_t exponent;
    if (!get_double(vm, args[0], &x)) return VALUE_ERROR;
    if (!is_any_int(args[1]))
        return raise_error(vm, EXC_TypeError, "Expected an int as second argument to ldexp.");
    if (!int_to_int64(args[1], &exponent)) exponent = int_sign(args[1]) < 0 ? INT32_MIN : INT32_MAX;
    if (x == 0 || !isfinite(x)) return value_any_float(x);
    if (exponent > INT32_MAX) exponent = INT32_MAX;
    if (exponent < INT32_MIN) exponent = INT32_MIN;
    double r = ldexp(x, (int)exponent);
    return isinf(r) ? raise_range(vm) : value_float(r);
}

NATIVE(modf, "modf(x, /)",
       "The fraction and the integer part of x as floats, both with its sign.")
{
    double x, whole;
    if (!get_double(vm, args[0], &x)) return VALUE_ERROR;
    double fraction = modf(x, &whole);
    return value_object(tuple_of(2, value_any_float(fraction), value_any_float(whole)));
}

NATIVE(nextafter, "nextafter(x: float, y: float, /, *, steps = None)",
       "The float that is steps floats (one, if left out) away from x towards y.")
{
    double x = as_float(args[0]), y = as_float(args[1]);
    if (args[2] == VALUE_NONE) return value_any_float(nextafter(x, y));
    Value steps = value_index(vm, args[2]);
    if (is_error(steps)) return steps;
    if (int_sign(steps) < 0)
        return raise_error(vm, EXC_ValueError, "steps must be a non-negative integer");
    int64_t n;
    if (!int_to_int64(steps, &n)) return value_any_float(kernel_next_after(x, y, UINT64_MAX));
    return value_any_float(kernel_next_after(x, y, (uint64_t)n));
}

NATIVE(ulp, "ulp(x, /)", "The distance from x to the next float of greater size.")
{
    double x;
    if (!get_double(vm, args[0], &x)) return VALUE_ERROR;
    x = fabs(x);
    if (!isfinite(x)) return value_any_float(x);
    double next = nextafter(x, HUGE_VAL);
    return value_float(isinf(next) ? x - nextafter(x, 0) : next - x);
}

// Rounding to ints, which other types may define

// What the special method says; VALUE_UNBOUND without one.
static Value by_method(VM *vm, Value v, Str *name)
{
    return is_int(v) ? v : value_call_special(vm, v, name, 0, NULL);
}

NATIVE(ceil, "ceil(x, /)",
       "The least integer that is not less than x.")
{
    if (is_float(args[0])) return int_from_double(vm, ceil(as_float(args[0])));
    Value v = by_method(vm, args[0], S(__ceil__));
    double x;
    if (v != VALUE_UNBOUND) return v;
    return get_double(vm, args[0], &x) ? int_from_double(vm, ceil(x)) : VALUE_ERROR;
}

NATIVE(floor, "floor(x, /)",
       "The greatest integer that is not greater than x.")
{
    if (is_float(args[0])) return int_from_double(vm, floor(as_float(args[0])));
    Value v = by_method(vm, args[0], S(__floor__));
    double x;
    if (v != VALUE_UNBOUND) return v;
    return get_double(vm, args[0], &x) ? int_from_double(vm, floor(x)) : VALUE_ERROR;
}

NATIVE(trunc, "trunc(x, /)",
       "The integer part of x: x.__trunc__().")
{
    if (is_float(args[0])) return int_from_double(vm, as_float(args[0]));
    Value v = by_method(vm, args[0], S(__trunc__));
    if (v != VALUE_UNBOUND) return v;
    return raise_error(vm, EXC_TypeError, "type %s doesn't define __trunc__ method",
                       type_name(vm, args[0]));
}

// Logarithms, also of ints beyond the range of floats

static Value logarithm(VM *vm, Value v, double (*fn)(double))
{
    double x;
    if (is_any_int(v)) {
        bool overflow;
        if (int_sign(v) <= 0) return raise_domain(vm);
        x = int_to_double(v, &overflow);
        if (!overflow) return value_float(fn(x));
        int64_t exponent;
        x = int_frexp(v, &exponent);
        return value_float(fn(x) + fn(2.0) * (double)exponent);
    }
    if (!get_double(vm, v, &x)) return VALUE_ERROR;
    if (x <= 0) return raise_domain(vm);
    return value_any_float(fn(x));
}

NATIVE(log, "log(x, base = ?, /)",
       "The logarithm of x to a base, the natural one without. Ints may be of any size.")
{
    Value v = logarithm(vm, args[0], log);
    if (is_error(v) || args[1] == VALUE_UNBOUND) return v;
    Value base = logarithm(vm, args[1], log);
    return is_error(base) ? base : float_binary(vm, BINARY_DIV, as_float(v), as_float(base));
}
NATIVE(log2, "log2(x, /)", "Return the base 2 logarithm of x.")
{
    return logarithm(vm, args[0], log2);
}
NATIVE(log10, "log10(x, /)", "Return the base 10 logarithm of x.")
{
    return logarithm(vm, args[0], log10);
}

// Integers

NATIVE(isqrt, "isqrt(n: int, /)", "The integer part of the square root of n, exact for any size.")
{
    if (int_sign(args[0]) < 0)
        return raise_error(vm, EXC_ValueError, "isqrt() argument must be nonnegative");
    return int_isqrt(args[0]);
}

static Value factorial(VM *vm, Value n)
{
    int64_t count;
    if (int_sign(n) < 0)
        return raise_error(vm, EXC_ValueError, "factorial() not defined for negative values");
    if (!int_to_int64(n, &count))
        return raise_error(vm, EXC_OverflowError, "factorial() argument should not exceed %lld",
                           (long long)INT64_MAX);
    return int_factorial(vm, count);
}

NATIVE(factorial, "factorial(n: int, /)",
       "1 * 2 * ... * n. ValueError if n is negative.")
{
    return factorial(vm, args[0]);
}

// 1: two natural numbers; 0: raised.
static bool check_natural(VM *vm, Value n, Value k)
{
    const char *bad = int_sign(n) < 0 ? "n" : int_sign(k) < 0 ? "k" : NULL;
    if (bad) raise_error(vm, EXC_ValueError, "%s must be a non-negative integer", bad);
    return !bad;
}

NATIVE(comb, "comb(n: int, k: int, /)",
       "Number of ways to choose k items from n items without repetition and without order.\n\n"
       "Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates\nto zero when k > n.\n\n"
       "Raises TypeError if either of the arguments are not integers.\n"
       "Raises ValueError if either of the arguments are negative.")
{
    Value n = args[0], k = args[1];
    if (!check_natural(vm, n, k)) return VALUE_ERROR;
    Value rest = int_binary(vm, BINARY_SUB, n, k);
    if (is_error(rest)) return rest;
    if (int_sign(rest) < 0) return small_int(0);
    int64_t count;
    if (!int_to_int64(int_compare(k, rest) > 0 ? rest : k, &count))
        return raise_error(vm, EXC_OverflowError, "min(n - k, k) must not exceed %lld",
                           (long long)INT64_MAX);
    return int_binomial(vm, n, count);
}

NATIVE(perm, "perm(n: int, k = None, /)",
       "Number of ways to choose k items from n items without repetition and with order.\n\n"
       "Evaluates to n! / (n - k)! when k <= n and evaluates\nto zero when k > n.\n\n"
       "If k is not specified or is None, then k defaults to n\nand the function returns n!.")
{
    if (args[1] == VALUE_NONE) return factorial(vm, args[0]);
    Value k = value_index(vm, args[1]);
    if (is_error(k) || !check_natural(vm, args[0], k)) return VALUE_ERROR;
    if (int_compare(args[0], k) < 0) return small_int(0);
    int64_t count;
    if (!int_to_int64(k, &count))
        return raise_error(vm, EXC_OverflowError, "k must not exceed %lld", (long long)INT64_MAX);
    return int_permutations(vm, args[0], count);
}

NATIVE(gcd, "gcd(*integers)", "Greatest Common Divisor.")
{
    Value result = small_int(0);
    const Tuple *values = as_tuple(args[0]);
    for (size_t i = 0; i < values->len; i++) {
        Value v = value_index(vm, values->items[i]);
        if (is_error(v)) return v;
        result = int_gcd(result, v);
    }
    return result;
}

NATIVE(lcm, "lcm(*integers)", "Least Common Multiple.")
{
    Value result = small_int(1);
    const Tuple *values = as_tuple(args[0]);
    for (size_t i = 0; i < values->len; i++) {
        Value v = value_index(vm, values->items[i]);
        if (is_error(v)) return v;
        result = int_lcm(vm, result, v);
        if (is_error(result)) return result;
    }
    return result;
}

// Sums and products of iterables

NATIVE(prod, "prod(iterable, /, *, start = 1)",
       "start times all the items.")
{
    Value it = value_iter(vm, args[0]), result = args[1], v;
    if (is_error(it)) return it;
    while ((v = iterator_advance(vm, it)) != VALUE_STOP) {
        if (is_error(v)) return v;
        result = value_binary(vm, BINARY_MUL, result, v);
        if (is_error(result)) return result;
    }
    return result;
}

NATIVE(fsum, "fsum(seq, /)",
       "The sum of the items, rounded once at the end.")
{
    Value it = value_iter(vm, args[0]), v;
    if (is_error(it)) return it;
    ExactSum sum = {0};
    while ((v = iterator_advance(vm, it)) != VALUE_STOP) {
        double x;
        if (is_error(v) || !get_double(vm, v, &x)) return VALUE_ERROR;
        exact_sum_add(&sum, x);
        if (sum.overflows)
            return raise_error(vm, EXC_OverflowError, "intermediate overflow in fsum");
    }
    if (sum.special == 0.0) return value_float(exact_sum_value(&sum));
    if (isnan(sum.infinities)) return raise_error(vm, EXC_ValueError, "-inf + inf in fsum");
    return value_any_float(sum.special);
}

static Value norm(double *vec, size_t n)
{
    double max = 0.0;
    bool found_nan = false;
    for (size_t i = 0; i < n; i++) {
        vec[i] = fabs(vec[i]);
        found_nan |= isnan(vec[i]);
        if (vec[i] > max) max = vec[i];
    }
    return value_any_float(kernel_norm(vec, n, max, found_nan));
}

NATIVE(
    hypot, "hypot(*coordinates)",
    "Multidimensional Euclidean distance from the origin to a point.\n\n"
    "Roughly equivalent to:\n    sqrt(sum(x**2 for x in coordinates))\n\n"
    "For a two dimensional point (x, y), gives the hypotenuse\n"
    "using the Pythagorean theorem:  sqrt(x*x + y*y).\n\n"
    "For example, the hypotenuse of a 3/4/5 right triangle is:\n\n    >>> hypot(3.0, 4.0)\n    5.0")
{
    const Tuple *values = as_tuple(args[0]);
    double *vec = gc_alloc_atomic(values->len * sizeof(double));
    for (size_t i = 0; i < values->len; i++)
        if (!get_double(vm, values->items[i], &vec[i])) return VALUE_ERROR;
    return norm(vec, values->len);
}

static const Tuple *point(VM *vm, Value v)
{
    return is_tuple(v) ? as_tuple(v) : tuple_from_iterable(vm, v);
}

NATIVE(dist, "dist(p, q, /)",
       "The distance of two points, given as sequences of as many coordinates.")
{
    const Tuple *p = point(vm, args[0]), *q = p ? point(vm, args[1]) : NULL;
    if (!q) return VALUE_ERROR;
    if (p->len != q->len)
        return raise_error(vm, EXC_ValueError,
                           "both points must have the same number of dimensions");
    double *vec = gc_alloc_atomic(p->len * sizeof(double));
    for (size_t i = 0; i < p->len; i++) {
        double x, y;
        if (!get_double(vm, p->items[i], &x) || !get_double(vm, q->items[i], &y))
            return VALUE_ERROR;
        vec[i] = x - y;
    }
    return norm(vec, p->len);
}

// sumprod: products of ints that fit a word are summed first, then those with floats in triple
// precision; each way ends for good at the first pair that does not suit it.
typedef struct ProductSum {
    Value total;
    int64_t word;
    TripleSum triple;
    bool has_words, has_floats;    // something was added in this way
    bool words_over, floats_over;  // this way has ended
} ProductSum;

static bool flush_words(VM *vm, ProductSum *sum)
{
    sum->words_over = true;
    if (!sum->has_words) return true;
    sum->has_words = false;
    sum->total = value_binary(vm, BINARY_ADD, sum->total, int_from_int64(sum->word));
    return !is_error(sum->total);
}

static bool flush_floats(VM *vm, ProductSum *sum)
{
    sum->floats_over = true;
    if (!sum->has_floats) return true;
    sum->has_floats = false;
    sum->total =
        value_binary(vm, BINARY_ADD, sum->total, value_any_float(triple_value(sum->triple)));
    return !is_error(sum->total);
}

static bool is_plain_int(Value v)
{
    return is_int(v) || is_exact(v, KIND_INT);
}

static bool add_words(ProductSum *sum, Value p, Value q)
{
    int64_t x, y, product, total;
    if (!is_plain_int(p) || !is_plain_int(q)) return false;
    if (!int_to_int64(p, &x) || !int_to_int64(q, &y)) return false;
    if (__builtin_mul_overflow(x, y, &product)) return false;
    if (__builtin_add_overflow(sum->word, product, &total)) return false;
    sum->word = total;
    sum->has_words = true;
    return true;
}

static bool as_operand(Value v, double *out)
{
    bool overflow = false;
    if (is_float(v))
        *out = as_float(v);
    else if (is_plain_int(v) || is_bool(v))
        *out = int_to_double(v, &overflow);
    else
        return false;
    return !overflow;
}

static bool add_floats(ProductSum *sum, Value p, Value q)
{
    double x, y;
    if (!is_float(p) && !is_float(q)) return false;
    if (!as_operand(p, &x) || !as_operand(q, &y)) return false;
    TripleSum next = triple_add_product(x, y, sum->triple);
    if (!isfinite(next.high)) return false;
    sum->triple = next;
    sum->has_floats = true;
    return true;
}

static bool add_product(VM *vm, ProductSum *sum, Value p, Value q)
{
    if (!sum->words_over) {
        if (add_words(sum, p, q)) return true;
        if (!flush_words(vm, sum)) return false;
    }
    if (!sum->floats_over) {
        if (add_floats(sum, p, q)) return true;
        if (!flush_floats(vm, sum)) return false;
    }
    Value product = value_binary(vm, BINARY_MUL, p, q);
    if (is_error(product)) return false;
    sum->total = value_binary(vm, BINARY_ADD, sum->total, product);
    return !is_error(sum->total);
}

NATIVE(
    sumprod, "sumprod(p, q, /)",
    "The sum of the products p[0] * q[0], p[1] * q[1] and so on; exact for ints, rounded once "
    "for floats.")
{
    Value left = value_iter(vm, args[0]);
    Value right = is_error(left) ? left : value_iter(vm, args[1]);
    if (is_error(right)) return right;
    ProductSum sum = {.total = small_int(0)};
    for (;;) {
        Value p = iterator_advance(vm, left);
        Value q = is_error(p) ? p : iterator_advance(vm, right);
        if (is_error(q)) return q;
        if ((p == VALUE_STOP) != (q == VALUE_STOP))
            return raise_error(vm, EXC_ValueError, "Inputs are not the same length");
        if (p == VALUE_STOP) break;
        if (!add_product(vm, &sum, p, q)) return VALUE_ERROR;
    }
    return flush_words(vm, &sum) && flush_floats(vm, &sum) ? sum.total : VALUE_ERROR;
}

static const NativeDef *const math_natives[] = {
    &def_acos,      &def_acosh,     &def_asin,  &def_asinh,     &def_atan,     &def_atan2,
    &def_atanh,     &def_cbrt,      &def_ceil,  &def_comb,      &def_copysign, &def_cos,
    &def_cosh,      &def_degrees,   &def_dist,  &def_erf,       &def_erfc,     &def_exp,
    &def_exp2,      &def_expm1,     &def_fabs,  &def_factorial, &def_floor,    &def_fma,
    &def_fmod,      &def_frexp,     &def_fsum,  &def_gamma,     &def_gcd,      &def_hypot,
    &def_isclose,   &def_isfinite,  &def_isinf, &def_isnan,     &def_isqrt,    &def_lcm,
    &def_ldexp,     &def_lgamma,    &def_log,   &def_log10,     &def_log1p,    &def_log2,
    &def_modf,      &def_nextafter, &def_perm,  &def_pow,       &def_prod,     &def_radians,
    &def_remainder, &def_sin,       &def_sinh,  &def_sqrt,      &def_sumprod,  &def_tan,
    &def_tanh,      &def_trunc,     &def_ulp,   NULL,
};

static bool setup(VM *vm, Module *module)
{
    (void)vm;
    Dict *d = module->dict;
    dict_set_str(d, str_intern("pi", 2), value_float(M_PI));
    dict_set_str(d, str_intern("e", 1), value_float(M_E));
    dict_set_str(d, str_intern("tau", 3), value_float(2 * M_PI));
    dict_set_str(d, str_intern("inf", 3), value_float(HUGE_VAL));
    dict_set_str(d, str_intern("nan", 3), value_float(__builtin_nan("")));
    return true;
}

const ModuleDef module_math = {
    "math",
    "Mathematical functions of real numbers.",
    math_natives,
    setup,
};
