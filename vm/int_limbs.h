// SPDX-License-Identifier: MIT
// int_limbs.h - how the int files see integers as GMP's limbs. Only int*.c include it.
#ifndef RILL_VM_INT_LIMBS_H
#define RILL_VM_INT_LIMBS_H

#include <gmp.h>

#include "vm/int.h"

// More limbs than this (1 GiB) are a MemoryError: GMP aborts when its own sizes overflow.
enum { INT_MAX_LIMBS = 1 << 27 };

// Any int object as sign and magnitude, without a copy. Valid while the view and the object live.
typedef struct IntView {
    mp_limb_t word;  // the magnitude of an unboxed int
    const mp_limb_t *limbs;
    int64_t size;  // negative for a negative number
    mpz_t z;       // filled by int_mpz
} IntView;

static inline size_t view_len(const IntView *view)
{
    return (size_t)(view->size < 0 ? -view->size : view->size);
}

static inline void int_view(Value v, IntView *view)
{
    if (is_kind(v, KIND_INT)) {
        const Int *i = as_pointer(v);
        view->limbs = (const mp_limb_t *)i->limbs;
        view->size = i->n_limbs;
        return;
    }
    int64_t i = is_int(v) ? as_int(v) : v == VALUE_TRUE;
    view->word = i < 0 ? -(mp_limb_t)i : (mp_limb_t)i;
    view->limbs = &view->word;
    view->size = i < 0 ? -1 : i != 0;
}

// The same as an mpz_t to read.
static inline mpz_srcptr int_mpz(Value v, IntView *view)
{
    int_view(v, view);
    return mpz_roinit_n(view->z, view->limbs, (mp_size_t)view->size);
}

Int *int_alloc(size_t n_limbs);                            // limbs not initialised
Int *int_try_alloc(VM *vm, size_t n_limbs) RILL_FALLIBLE;  // NULL: MemoryError
// The value of the n limbs filled in, which may have leading zeros; unboxed if it fits.
Value int_finish(Int *i, size_t n, bool is_negative);
Value int_from_mpz(mpz_srcptr z);
Value int_take_mpz(mpz_ptr z);  // the same, and clears z
Value int_from_int128(__int128 i);
Value raise_memory_error(VM *vm);

#endif
