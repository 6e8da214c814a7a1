// SPDX-License-Identifier: MIT
// int_ops.c - arithmetic on integers of any size. Two operands that fit an int64 are computed in
// machine words; sums and products of bigger ones go straight into a new object through mpn.
// Bit operations see negative numbers in two's complement, as mpz does.
#include <float.h>
#include <math.h>

#include "vm/float.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/int_limbs.h"
#include "vm/vm.h"

// Unary

static Value negated(const IntView *view, bool is_negative)
{
    size_t n = view_len(view);
    Int *i = int_alloc(n);
    memcpy(i->limbs, view->limbs, n * sizeof(mp_limb_t));
    return int_finish(i, n, is_negative);
}

Value int_negate(Value v)
{
    if (likely(is_int(v))) return int_from_int64(-as_int(v));
    IntView view;
    int_view(v, &view);
    return negated(&view, view.size > 0);
}

Value int_abs(Value v)
{
    return int_sign(v) < 0 ? int_negate(v) : int_normal(v);
}

Value int_invert(Value v)
{
    if (likely(is_int(v))) return small_int(~as_int(v));
    IntView view;
    mpz_t z;
    mpz_init(z);
    mpz_com(z, int_mpz(v, &view));
    return int_take_mpz(z);
}

// Sums and products

static Value add_magnitudes(VM *vm, const IntView *a, const IntView *b, bool is_negative)
{
    if (view_len(a) < view_len(b)) return add_magnitudes(vm, b, a, is_negative);
    size_t n = view_len(a);
    Int *i = int_try_alloc(vm, n + 1);
    if (!i) return VALUE_ERROR;
    mp_limb_t *r = (mp_limb_t *)i->limbs;
    r[n] = mpn_add(r, a->limbs, (mp_size_t)n, b->limbs, (mp_size_t)view_len(b));
    return int_finish(i, n + 1, is_negative);
}

static int compare_magnitudes(const IntView *a, const IntView *b)
{
    size_t x = view_len(a), y = view_len(b);
    if (x != y) return x < y ? -1 : 1;
    return x ? mpn_cmp(a->limbs, b->limbs, (mp_size_t)x) : 0;
}

// a - b of the magnitudes; negated if is_negative.
static Value sub_magnitudes(VM *vm, const IntView *a, const IntView *b, bool is_negative)
{
    int order = compare_magnitudes(a, b);
    if (order == 0) return small_int(0);
    if (order < 0) return sub_magnitudes(vm, b, a, !is_negative);
    size_t n = view_len(a);
    Int *i = int_try_alloc(vm, n);
    if (!i) return VALUE_ERROR;
    mpn_sub((mp_limb_t *)i->limbs, a->limbs, (mp_size_t)n, b->limbs, (mp_size_t)view_len(b));
    return int_finish(i, n, is_negative);
}

static Value big_add(VM *vm, Value a, Value b, bool subtract)
{
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (subtract) y.size = -y.size;
    if (x.size == 0 || y.size == 0 || (x.size < 0) == (y.size < 0))
        return add_magnitudes(vm, &x, &y, (x.size ? x.size : y.size) < 0);
    return sub_magnitudes(vm, &x, &y, x.size < 0);
}

static Value big_mul(VM *vm, Value a, Value b)
{
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (x.size == 0 || y.size == 0) return small_int(0);
    bool is_negative = (x.size < 0) != (y.size < 0);
    const IntView *p = &x, *q = &y;
    if (view_len(p) < view_len(q)) p = &y, q = &x;
    size_t m = view_len(p), n = view_len(q);
    Int *i = int_try_alloc(vm, m + n);
    if (!i) return VALUE_ERROR;
    mp_limb_t *r = (mp_limb_t *)i->limbs;
    if (p->limbs == q->limbs && m == n)
        mpn_sqr(r, p->limbs, (mp_size_t)m);
    else
        mpn_mul(r, p->limbs, (mp_size_t)m, q->limbs, (mp_size_t)n);
    return int_finish(i, m + n, is_negative);
}

// Division

static Value raise_division(VM *vm, int op)
{
    const char *text = op == BINARY_DIV   ? "division by zero"
                       : op == BINARY_MOD ? "integer modulo by zero"
                                          : "integer division or modulo by zero";
    return raise_error(vm, EXC_ZeroDivisionError, "%s", text);
}

// Floor division by a divisor of one limb: the quotient and remainder of the magnitudes, corrected
// where the signs differ.
static Value divide_by_limb(VM *vm, int op, const IntView *x, mp_limb_t y, bool is_negative)
{
    size_t n = view_len(x);
    bool differs = (x->size < 0) != is_negative;
    if (op == BINARY_MOD) {
        mp_limb_t r = mpn_mod_1(x->limbs, (mp_size_t)n, y);
        if (r && differs) r = y - r;
        return int_from_int128(is_negative ? -(__int128)r : (__int128)r);
    }
    Int *i = int_try_alloc(vm, n + 1);
    if (!i) return VALUE_ERROR;
    mp_limb_t *q = (mp_limb_t *)i->limbs;
    mp_limb_t r = mpn_divrem_1(q, 0, x->limbs, (mp_size_t)n, y);
    q[n] = r && differs ? mpn_add_1(q, q, (mp_size_t)n, 1) : 0;
    return int_finish(i, n + 1, differs);
}

static Value big_divide(VM *vm, int op, Value a, Value b)
{
    if (int_sign(b) == 0) return raise_division(vm, op);
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (x.size && view_len(&y) == 1) return divide_by_limb(vm, op, &x, y.limbs[0], y.size < 0);
    mpz_t z;
    mpz_init(z);
    if (op == BINARY_FLOORDIV)
        mpz_fdiv_q(z, int_mpz(a, &x), int_mpz(b, &y));
    else
        mpz_fdiv_r(z, int_mpz(a, &x), int_mpz(b, &y));
    return int_take_mpz(z);
}

static Value word_floordiv(int64_t x, int64_t y)
{
    if (y == -1) return int_from_int128(-(__int128)x);
    int64_t q = x / y;
    if (x % y != 0 && (x < 0) != (y < 0)) q--;
    return int_from_int64(q);
}

static Value word_mod(int64_t x, int64_t y)
{
    if (y == -1) return small_int(0);
    int64_t r = x % y;
    if (r != 0 && (r < 0) != (y < 0)) r += y;
    return int_from_int64(r);
}

Value int_divmod(VM *vm, Value a, Value b)
{
    Value q = int_binary(vm, BINARY_FLOORDIV, a, b);
    if (is_error(q)) return q;
    Value r = int_binary(vm, BINARY_MOD, a, b);
    if (is_error(r)) return r;
    return value_object(tuple_of(2, q, r));
}

// q is a quotient of at least 55 bits (or one that ends at the smallest subnormal), times 2**shift;
// is_inexact: the true quotient is a little bigger. Round half to even.
static bool round_quotient(mpz_ptr q, int64_t shift, bool is_inexact, double *out)
{
    uint64_t bits = mpz_get_ui(q);
    int64_t n_bits = bits ? 64 - __builtin_clzll(bits) : 0;
    int64_t from = n_bits > DBL_MIN_EXP - shift ? n_bits : DBL_MIN_EXP - shift;
    int64_t extra = from - DBL_MANT_DIG;
    uint64_t half = (uint64_t)1 << (extra - 1);
    uint64_t low = bits | is_inexact;
    if (low & half && low & (3 * half - 1)) low += half;
    low &= ~(2 * half - 1);
    double d = (double)low;
    if (shift + n_bits >= DBL_MAX_EXP &&
        (shift + n_bits > DBL_MAX_EXP || d == ldexp(1.0, (int)n_bits)))
        return false;
    *out = ldexp(d, (int)shift);
    return true;
}

static bool divide_magnitudes(const mpz_t a, const mpz_t b, int64_t shift, double *out)
{
    mpz_t x, r;
    mpz_init(x);
    mpz_init(r);
    bool is_inexact = false;
    if (shift <= 0) {
        mpz_mul_2exp(x, a, (mp_bitcnt_t)-shift);
    } else {
        is_inexact = mpz_scan1(a, 0) < (mp_bitcnt_t)shift;
        mpz_tdiv_q_2exp(x, a, (mp_bitcnt_t)shift);
    }
    mpz_tdiv_qr(x, r, x, b);
    is_inexact |= mpz_sgn(r) != 0;
    bool fits = round_quotient(x, shift, is_inexact, out);
    mpz_clear(x);
    mpz_clear(r);
    return fits;
}

// Correctly rounded a / b for ints of any size.
static Value true_divide(VM *vm, Value a, Value b)
{
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (y.size == 0) return raise_division(vm, BINARY_DIV);
    bool is_negative = (x.size < 0) != (y.size < 0);
    if (x.size == 0) return value_float(is_negative ? -0.0 : 0.0);
    int64_t distance = (int64_t)int_bit_length(a) - (int64_t)int_bit_length(b);
    if (distance < DBL_MIN_EXP - DBL_MANT_DIG - 1) return value_float(is_negative ? -0.0 : 0.0);
    double d = 0;
    int64_t shift = (distance > DBL_MIN_EXP ? distance : DBL_MIN_EXP) - DBL_MANT_DIG - 2;
    mpz_roinit_n(x.z, x.limbs, (mp_size_t)view_len(&x));
    mpz_roinit_n(y.z, y.limbs, (mp_size_t)view_len(&y));
    if (distance > DBL_MAX_EXP || !divide_magnitudes(x.z, y.z, shift, &d))
        return raise_error(vm, EXC_OverflowError, "integer division result too large for a float");
    return value_float(is_negative ? -d : d);
}

// Powers

static Value power_of_floats(VM *vm, Value a, Value b)
{
    double x, y;
    if (!number_to_double(vm, a, &x) || !number_to_double(vm, b, &y)) return VALUE_ERROR;
    return float_binary(vm, BINARY_POW, x, y);
}

static bool word_power(int64_t base, int64_t exponent, int64_t *out)
{
    int64_t result = 1;
    for (;;) {
        if (exponent & 1 && __builtin_mul_overflow(result, base, &result)) return false;
        exponent >>= 1;
        if (exponent == 0) break;
        if (__builtin_mul_overflow(base, base, &base)) return false;
    }
    *out = result;
    return true;
}

static bool is_even(Value v)
{
    IntView view;
    int_view(v, &view);
    return view.size == 0 || !(view.limbs[0] & 1);
}

static Value power(VM *vm, Value a, Value b)
{
    if (int_sign(b) < 0) return power_of_floats(vm, a, b);
    int64_t x, y;
    bool is_word = int_to_int64(a, &x);
    if (is_word && x >= -1 && x <= 1) {
        if (int_sign(b) == 0) return small_int(1);
        return small_int(x < 0 && is_even(b) ? 1 : x);
    }
    if (!int_to_int64(b, &y)) return raise_memory_error(vm);
    int64_t result;
    if (is_word && word_power(x, y, &result)) return int_from_int64(result);
    size_t bits;
    if (__builtin_mul_overflow(int_bit_length(a), (size_t)y, &bits) || bits / 64 >= INT_MAX_LIMBS)
        return raise_memory_error(vm);
    IntView view;
    mpz_t z;
    mpz_init(z);
    mpz_pow_ui(z, int_mpz(a, &view), (unsigned long)y);
    return int_take_mpz(z);
}

Value int_pow_mod(VM *vm, Value base, Value exponent, Value modulus)
{
    if (int_sign(modulus) == 0)
        return raise_error(vm, EXC_ValueError, "pow() 3rd argument cannot be 0");
    IntView x, y, m;
    mpz_t z, e;
    mpz_init(z);
    mpz_srcptr from = int_mpz(base, &x), divisor = int_mpz(modulus, &m);
    mpz_init_set(e, int_mpz(exponent, &y));
    bool is_unit = mpz_cmpabs_ui(divisor, 1) == 0, ok = true;
    if (mpz_sgn(e) < 0 && !is_unit) {
        ok = mpz_invert(z, from, divisor) != 0;
        mpz_neg(e, e);
        from = z;
    }
    if (ok && is_unit)
        mpz_set_ui(z, 0);
    else if (ok)
        mpz_powm(z, from, e, divisor);
    if (mpz_sgn(z) != 0 && mpz_sgn(divisor) < 0) mpz_add(z, z, divisor);
    mpz_clear(e);
    Value result = int_take_mpz(z);
    if (ok) return result;
    return raise_error(vm, EXC_ValueError, "base is not invertible for the given modulus");
}

// Shifts and bits

static Value shift_left(VM *vm, Value a, Value b)
{
    if (int_sign(a) == 0) return small_int(0);
    int64_t count;
    if (!int_to_int64(b, &count))
        return raise_error(vm, EXC_OverflowError, "too many digits in integer");
    if ((uint64_t)count / 64 + int_bit_length(a) / 64 + 2 > INT_MAX_LIMBS)
        return raise_memory_error(vm);
    IntView view;
    int_view(a, &view);
    size_t n = view_len(&view), skip = (size_t)count / 64;
    Int *i = int_try_alloc(vm, n + skip + 1);
    if (!i) return VALUE_ERROR;
    mp_limb_t *r = (mp_limb_t *)i->limbs;
    unsigned rest = (unsigned)(count % 64);
    memset(r, 0, skip * sizeof(mp_limb_t));
    if (rest) {
        r[skip + n] = mpn_lshift(r + skip, view.limbs, (mp_size_t)n, rest);
    } else {
        memcpy(r + skip, view.limbs, n * sizeof(mp_limb_t));
        r[skip + n] = 0;
    }
    return int_finish(i, n + skip + 1, view.size < 0);
}

static Value shift_right(Value a, Value b)
{
    int64_t count;
    if (!int_to_int64(b, &count)) return small_int(int_sign(a) < 0 ? -1 : 0);
    IntView view;
    int_view(a, &view);
    size_t n = view_len(&view), skip = (size_t)count / 64;
    if (view.size >= 0) {
        if (skip >= n) return small_int(0);
        Int *i = int_alloc(n - skip);
        unsigned rest = (unsigned)(count % 64);
        if (rest)
            mpn_rshift((mp_limb_t *)i->limbs, view.limbs + skip, (mp_size_t)(n - skip), rest);
        else
            memcpy(i->limbs, view.limbs + skip, (n - skip) * sizeof(mp_limb_t));
        return int_finish(i, n - skip, false);
    }
    mpz_t z;
    mpz_init(z);
    mpz_fdiv_q_2exp(z, int_mpz(a, &view), (mp_bitcnt_t)count);
    return int_take_mpz(z);
}

static Value big_shift(VM *vm, int op, Value a, Value b)
{
    if (int_sign(b) < 0) return raise_error(vm, EXC_ValueError, "negative shift count");
    return op == BINARY_LSHIFT ? shift_left(vm, a, b) : shift_right(a, b);
}

// Both not negative, a the longer one: the limbs themselves.
static Value natural_bits(int op, const IntView *a, const IntView *b)
{
    size_t m = view_len(a), n = view_len(b), len = op == BINARY_AND ? n : m;
    Int *i = int_alloc(len);
    for (size_t k = 0; k < n; k++) {
        uint64_t x = a->limbs[k], y = b->limbs[k];
        i->limbs[k] = op == BINARY_AND ? x & y : op == BINARY_OR ? x | y : x ^ y;
    }
    if (len > n) memcpy(i->limbs + n, a->limbs + n, (len - n) * sizeof(mp_limb_t));
    return int_finish(i, len, false);
}

static Value big_bits(int op, Value a, Value b)
{
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (x.size >= 0 && y.size >= 0)
        return x.size < y.size ? natural_bits(op, &y, &x) : natural_bits(op, &x, &y);
    mpz_t z;
    mpz_init(z);
    mpz_srcptr p = int_mpz(a, &x), q = int_mpz(b, &y);
    if (op == BINARY_AND)
        mpz_and(z, p, q);
    else if (op == BINARY_OR)
        mpz_ior(z, p, q);
    else
        mpz_xor(z, p, q);
    return int_take_mpz(z);
}

// Dispatch

static Value big_binary(VM *vm, int op, Value a, Value b)
{
    switch ((BinaryOperator)op) {
    case BINARY_ADD: return big_add(vm, a, b, false);
    case BINARY_SUB: return big_add(vm, a, b, true);
    case BINARY_MUL: return big_mul(vm, a, b);
    case BINARY_DIV: return true_divide(vm, a, b);
    case BINARY_FLOORDIV:
    case BINARY_MOD: return big_divide(vm, op, a, b);
    case BINARY_POW: return power(vm, a, b);
    case BINARY_LSHIFT:
    case BINARY_RSHIFT: return big_shift(vm, op, a, b);
    case BINARY_AND:
    case BINARY_OR:
    case BINARY_XOR: return big_bits(op, a, b);
    default: return VALUE_NOT_IMPLEMENTED;
    }
}

static bool is_exact_double(int64_t i)
{
    return i >= -((int64_t)1 << DBL_MANT_DIG) && i <= (int64_t)1 << DBL_MANT_DIG;
}

// VALUE_UNBOUND: not for machine words.
static Value word_binary(VM *vm, int op, int64_t x, int64_t y)
{
    switch ((BinaryOperator)op) {
    case BINARY_ADD: return int_from_int128((__int128)x + y);
    case BINARY_SUB: return int_from_int128((__int128)x - y);
    case BINARY_MUL: return int_from_int128((__int128)x * y);
    case BINARY_DIV:
        if (y == 0) return raise_division(vm, op);
        if (!is_exact_double(x) || !is_exact_double(y)) return VALUE_UNBOUND;
        return value_float((double)x / (double)y);
    case BINARY_FLOORDIV: return y ? word_floordiv(x, y) : raise_division(vm, op);
    case BINARY_MOD: return y ? word_mod(x, y) : raise_division(vm, op);
    case BINARY_LSHIFT:
        if (y < 0 || y > 63) return VALUE_UNBOUND;
        return int_from_int128((__int128)x * ((__int128)1 << y));
    case BINARY_RSHIFT:
        if (y < 0) return VALUE_UNBOUND;
        return int_from_int64(x >> (y < 63 ? y : 63));
    case BINARY_AND: return int_from_int64(x & y);
    case BINARY_OR: return int_from_int64(x | y);
    case BINARY_XOR: return int_from_int64(x ^ y);
    default: return VALUE_UNBOUND;
    }
}

Value int_binary(VM *vm, int op, Value a, Value b)
{
    int64_t x, y;
    if (int_to_int64(a, &x) && int_to_int64(b, &y)) {
        Value v = word_binary(vm, op, x, y);
        if (likely(v != VALUE_UNBOUND)) return v;
    }
    return big_binary(vm, op, a, b);
}

// Rounding

Value int_round(Value v, Value power_of_ten)
{
    int64_t n;
    // 10**n is more than twice the magnitude: the multiple is 0.
    if (!int_to_int64(power_of_ten, &n) || n > (int64_t)(int_bit_length(v) / 3 + 1))
        return small_int(0);
    IntView view;
    mpz_t unit, q, r, twice;
    mpz_init(unit);
    mpz_init(q);
    mpz_init(r);
    mpz_init(twice);
    mpz_ui_pow_ui(unit, 10, (unsigned long)n);
    mpz_fdiv_qr(q, r, int_mpz(v, &view), unit);
    mpz_mul_2exp(twice, r, 1);
    int order = mpz_cmp(twice, unit);
    if (order > 0 || (order == 0 && mpz_odd_p(q))) mpz_add_ui(q, q, 1);
    mpz_mul(q, q, unit);
    mpz_clear(unit);
    mpz_clear(r);
    mpz_clear(twice);
    return int_take_mpz(q);
}
