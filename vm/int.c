// SPDX-License-Identifier: MIT
// int.c - integers of any size: making, conversion, comparison, hash.
// Arithmetic is in int_ops.c, text in int_text.c, number theory in int_math.c.
// GMP allocates in collected memory that is scanned: its bigger temporaries are lists linked
// through that memory.
#include "vm/int.h"

#include <float.h>
#include <math.h>

#include "vm/gc.h"
#include "vm/int_limbs.h"
#include "vm/vm.h"

// Memory

static void *limbs_alloc(size_t size)
{
    return gc_alloc_object(size ? size : 1);
}

static void *limbs_realloc(void *p, size_t old_size, size_t size)
{
    (void)old_size;
    return gc_realloc(p, size ? size : 1);
}

static void limbs_free(void *p, size_t size)
{
    gc_recycle(p, size ? size : 1);
}

void int_init(void)
{
    mp_set_memory_functions(limbs_alloc, limbs_realloc, limbs_free);
}

static size_t size_of(size_t n_limbs)
{
    return sizeof(Int) + n_limbs * sizeof(uint64_t);
}

// Small objects are much cheaper from the lists of scanned ones, and their few limbs rarely look
// like a pointer.
static Int *try_alloc(size_t n_limbs)
{
    size_t size = size_of(n_limbs);
    return size <= GC_MAX_PLAIN ? gc_alloc_object(size) : gc_try_alloc_atomic(size);
}

Int *int_alloc(size_t n_limbs)
{
    size_t size = size_of(n_limbs);
    Int *i = size <= GC_MAX_PLAIN ? gc_alloc_object(size) : gc_alloc_atomic(size);
    object_init(&i->object, KIND_INT);
    return i;
}

Value raise_memory_error(VM *vm)
{
    return raise_value(vm, vm->memory_error);
}

Int *int_try_alloc(VM *vm, size_t n_limbs)
{
    Int *i = n_limbs <= INT_MAX_LIMBS ? try_alloc(n_limbs) : NULL;
    if (unlikely(!i)) {
        raise_memory_error(vm);
        return NULL;
    }
    object_init(&i->object, KIND_INT);
    return i;
}

// Making

static bool is_small(mp_limb_t magnitude, bool is_negative)
{
    return magnitude <= (mp_limb_t)SMALL_INT_MAX + is_negative;
}

static Value small_of(mp_limb_t magnitude, bool is_negative)
{
    return small_int(is_negative ? -(int64_t)magnitude : (int64_t)magnitude);
}

Value int_finish(Int *i, size_t n, bool is_negative)
{
    while (n > 0 && i->limbs[n - 1] == 0)
        n--;
    if (n == 0) return small_int(0);
    if (n == 1 && is_small(i->limbs[0], is_negative)) return small_of(i->limbs[0], is_negative);
    i->n_limbs = is_negative ? -(int64_t)n : (int64_t)n;
    return value_object(i);
}

static Value from_limbs(const mp_limb_t *limbs, size_t n, bool is_negative)
{
    if (n == 0) return small_int(0);
    if (n == 1 && is_small(limbs[0], is_negative)) return small_of(limbs[0], is_negative);
    Int *i = int_alloc(n);
    memcpy(i->limbs, limbs, n * sizeof(mp_limb_t));
    return int_finish(i, n, is_negative);
}

Value int_from_mpz(mpz_srcptr z)
{
    return from_limbs(mpz_limbs_read(z), mpz_size(z), mpz_sgn(z) < 0);
}

Value int_take_mpz(mpz_ptr z)
{
    Value v = int_from_mpz(z);
    mpz_clear(z);
    return v;
}

Value int_from_int64(int64_t i)
{
    if (likely(fits_small_int(i))) return small_int(i);
    mp_limb_t magnitude = i < 0 ? -(mp_limb_t)i : (mp_limb_t)i;
    return from_limbs(&magnitude, 1, i < 0);
}

Value int_from_uint64(uint64_t u)
{
    mp_limb_t magnitude = u;
    return from_limbs(&magnitude, u != 0, false);
}

Value int_from_int128(__int128 i)
{
    if (i >= INT64_MIN && i <= INT64_MAX) return int_from_int64((int64_t)i);
    unsigned __int128 magnitude = i < 0 ? -(unsigned __int128)i : (unsigned __int128)i;
    mp_limb_t limbs[] = {(mp_limb_t)magnitude, (mp_limb_t)(magnitude >> 64)};
    return from_limbs(limbs, limbs[1] ? 2 : 1, i < 0);
}

Value int_from_double(VM *vm, double d)
{
    if (d > -9e18 && d < 9e18) return int_from_int64((int64_t)d);
    if (isnan(d)) return raise_error(vm, EXC_ValueError, "cannot convert float NaN to integer");
    if (isinf(d))
        return raise_error(vm, EXC_OverflowError, "cannot convert float infinity to integer");
    mpz_t z;
    mpz_init(z);
    mpz_set_d(z, d);
    return int_take_mpz(z);
}

Value int_normal(Value v)
{
    if (is_int(v) || is_exact(v, KIND_INT)) return v;
    IntView view;
    int_view(v, &view);
    return from_limbs(view.limbs, view_len(&view), view.size < 0);
}

// The limbs are scanned in an instance of a subclass: its attributes follow them.
Value int_copy_as(Value v, uint32_t shape)
{
    IntView view;
    int_view(v, &view);
    size_t n = view_len(&view);
    Int *i = gc_alloc_object(size_of(n + 1));
    object_init(&i->object, KIND_INT);
    i->object.shape = shape;
    i->n_limbs = view.size;
    memcpy(i->limbs, view.limbs, n * sizeof(mp_limb_t));
    i->limbs[n] = 0;
    return value_object(i);
}

// Reading

bool int_to_int64(Value v, int64_t *out)
{
    if (likely(is_int(v))) {
        *out = as_int(v);
        return true;
    }
    IntView view;
    int_view(v, &view);
    size_t n = view_len(&view);
    if (n > 1) return false;
    mp_limb_t magnitude = n ? view.limbs[0] : 0;
    bool is_negative = view.size < 0;
    if (magnitude > (mp_limb_t)INT64_MAX + is_negative) return false;
    *out = is_negative ? (int64_t)-magnitude : (int64_t)magnitude;
    return true;
}

int int_sign(Value v)
{
    IntView view;
    int_view(v, &view);
    return view.size < 0 ? -1 : view.size > 0;
}

static size_t bit_length(const IntView *view)
{
    size_t n = view_len(view);
    return n ? n * 64 - (size_t)__builtin_clzll(view->limbs[n - 1]) : 0;
}

size_t int_bit_length(Value v)
{
    IntView view;
    int_view(v, &view);
    return bit_length(&view);
}

size_t int_bit_count(Value v)
{
    IntView view;
    int_view(v, &view);
    return view.size ? mpn_popcount(view.limbs, (mp_size_t)view_len(&view)) : 0;
}

// The top 64 bits of a magnitude of more than 64 bits, the last one set if any bit below them is.
static uint64_t top_bits(const IntView *view)
{
    size_t n = view_len(view);
    unsigned shift = (unsigned)__builtin_clzll(view->limbs[n - 1]);
    uint64_t top = view->limbs[n - 1] << shift;
    mp_limb_t rest = view->limbs[n - 2];
    if (shift) {
        top |= rest >> (64 - shift);
        rest <<= shift;
    }
    bool is_inexact = rest != 0;
    for (size_t i = n - 2; i-- > 0 && !is_inexact;)
        is_inexact = view->limbs[i] != 0;
    return top | is_inexact;
}

double int_frexp(Value v, int64_t *exponent)
{
    IntView view;
    int_view(v, &view);
    size_t bits = bit_length(&view);
    if (bits == 0) {
        *exponent = 0;
        return 0.0;
    }
    // A uint64 rounds correctly to a double, and the last bit keeps what is below it.
    int e;
    double m = frexp(bits <= 64 ? (double)view.limbs[0] : (double)top_bits(&view), &e);
    *exponent = bits <= 64 ? e : (int64_t)bits - 64 + e;
    return view.size < 0 ? -m : m;
}

double int_to_double(Value v, bool *overflow)
{
    *overflow = false;
    if (likely(is_int(v))) return (double)as_int(v);
    int64_t exponent;
    double m = int_frexp(v, &exponent);
    if (exponent > DBL_MAX_EXP) {
        *overflow = true;
        return m < 0 ? -HUGE_VAL : HUGE_VAL;
    }
    return ldexp(m, (int)exponent);
}

// Comparison and hash

int int_compare(Value a, Value b)
{
    if (both_int(a, b)) return a < b ? -1 : a > b;
    IntView x, y;
    int_view(a, &x);
    int_view(b, &y);
    if (x.size != y.size) return x.size < y.size ? -1 : 1;
    if (x.size == 0) return 0;
    int r = mpn_cmp(x.limbs, y.limbs, (mp_size_t)view_len(&x));
    if (x.size < 0) r = -r;
    return r < 0 ? -1 : r > 0;
}

int int_compare_double(Value a, double d)
{
    if (is_int(a)) {
        double x = (double)as_int(a);
        return x < d ? -1 : x > d;
    }
    IntView view;
    int r = mpz_cmp_d(int_mpz(a, &view), d);
    return r < 0 ? -1 : r > 0;
}

// CPython's: modulo the prime 2**61 - 1, with the sign; -1 is reserved.
#define HASH_MODULUS (((uint64_t)1 << 61) - 1)

uint64_t int_hash(Value v)
{
    int64_t h;
    if (is_int(v)) {
        h = as_int(v);
    } else {
        IntView view;
        int_view(v, &view);
        size_t n = view_len(&view);
        h = n ? (int64_t)mpn_mod_1(view.limbs, (mp_size_t)n, HASH_MODULUS) : 0;
        if (view.size < 0) h = -h;
    }
    return (uint64_t)(h == -1 ? -2 : h);
}
