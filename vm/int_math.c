// SPDX-License-Identifier: MIT
// int_math.c - number theory on integers of any size, for the module math.
#include <math.h>

#include "vm/int.h"
#include "vm/int_limbs.h"
#include "vm/ops.h"

static uint64_t word_gcd(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t r = a % b;
        a = b;
        b = r;
    }
    return a;
}

Value int_gcd(Value a, Value b)
{
    int64_t x, y;
    if (int_to_int64(a, &x) && int_to_int64(b, &y))
        return int_from_uint64(
            word_gcd(x < 0 ? -(uint64_t)x : (uint64_t)x, y < 0 ? -(uint64_t)y : (uint64_t)y));
    IntView p, q;
    mpz_t z;
    mpz_init(z);
    mpz_gcd(z, int_mpz(a, &p), int_mpz(b, &q));
    return int_take_mpz(z);
}

Value int_lcm(VM *vm, Value a, Value b)
{
    if (int_sign(a) == 0 || int_sign(b) == 0) return small_int(0);
    Value quotient = int_binary(vm, BINARY_FLOORDIV, a, int_gcd(a, b));
    if (is_error(quotient)) return quotient;
    Value product = int_binary(vm, BINARY_MUL, quotient, b);
    return is_error(product) ? product : int_abs(product);
}

Value int_isqrt(Value v)
{
    IntView view;
    mpz_t z;
    mpz_init(z);
    mpz_sqrt(z, int_mpz(v, &view));
    return int_take_mpz(z);
}

// lgamma(n + 1) / log(2): about the bits of n!.
static double factorial_bits(double n)
{
    return lgamma(n + 1) * M_LOG2E;
}

static bool fits(double bits)
{
    return bits < 64.0 * INT_MAX_LIMBS;
}

Value int_factorial(VM *vm, int64_t n)
{
    if (!fits(factorial_bits((double)n))) return raise_memory_error(vm);
    mpz_t z;
    mpz_init(z);
    mpz_fac_ui(z, (unsigned long)n);
    return int_take_mpz(z);
}

Value int_binomial(VM *vm, Value n, int64_t k)
{
    bool overflow;
    double size = int_to_double(n, &overflow), count = (double)k;
    double bits = (double)int_bit_length(n) * count - factorial_bits(count);
    if (!overflow && size < 1e15 && size > count)
        bits = factorial_bits(size) - factorial_bits(count) - factorial_bits(size - count);
    if (!fits(bits)) return raise_memory_error(vm);
    IntView view;
    mpz_t z;
    mpz_init(z);
    mpz_bin_ui(z, int_mpz(n, &view), (unsigned long)k);
    return int_take_mpz(z);
}

// n * (n - 1) * ... of k factors, as a balanced product.
static void falling_product(mpz_ptr out, mpz_srcptr n, uint64_t from, uint64_t to)
{
    if (to - from == 1) {
        mpz_sub_ui(out, n, from);
        return;
    }
    uint64_t middle = from + (to - from) / 2;
    mpz_t right;
    mpz_init(right);
    falling_product(out, n, from, middle);
    falling_product(right, n, middle, to);
    mpz_mul(out, out, right);
    mpz_clear(right);
}

Value int_permutations(VM *vm, Value n, int64_t k)
{
    if (k == 0) return small_int(1);
    if (int_compare(n, int_from_int64(k)) < 0) return small_int(0);
    if (!fits((double)int_bit_length(n) * (double)k)) return raise_memory_error(vm);
    IntView view;
    mpz_t z;
    mpz_init(z);
    falling_product(z, int_mpz(n, &view), 0, (uint64_t)k);
    return int_take_mpz(z);
}
