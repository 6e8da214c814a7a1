// SPDX-License-Identifier: MIT
// math_kernels.h - numerical algorithms of the module math that the C library does not have, or not
// with CPython's accuracy. Nothing here raises; errors are told by errno, as in libm.
#ifndef RILL_STDLIB_MATH_KERNELS_H
#define RILL_STDLIB_MATH_KERNELS_H

#include "vm/common.h"

double kernel_gamma(double x);  // errno EDOM at poles, ERANGE on overflow
double kernel_lgamma(double x);
// The Euclidean norm of vec, which is overwritten. max is its greatest magnitude.
double kernel_norm(double *vec, size_t n, double max, bool found_nan);
double kernel_next_after(double x, double y, uint64_t steps);

// Exact sum of doubles: partials that do not overlap, in increasing magnitude.
typedef struct ExactSum {
    double *partials;  // collected memory
    size_t n, cap;
    double special, infinities;  // sums of the non-finite items
    bool overflows;              // an intermediate sum did
} ExactSum;
void exact_sum_add(ExactSum *sum, double x);
double exact_sum_value(const ExactSum *sum);  // correctly rounded

// A sum of products in triple precision.
typedef struct TripleSum {
    double high, low, tiny;
} TripleSum;
TripleSum triple_add_product(double x, double y, TripleSum sum);
double triple_value(TripleSum sum);

#endif
