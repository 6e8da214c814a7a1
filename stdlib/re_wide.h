// SPDX-License-Identifier: MIT
// re_wide.h - regular expressions whose programs are too large for 8-bit units.
#ifndef RILL_STDLIB_RE_WIDE_H
#define RILL_STDLIB_RE_WIDE_H

#include "vm/str.h"

typedef struct RegexLimits {
    uint32_t nesting, heap_kb;
    size_t jit_stack_start, jit_stack_max;
} RegexLimits;

// A program from a pattern and options for pcre2_compile. NULL: there is none, or no such library.
void *regex_wide_compile(const Str *pattern, uint32_t options, const RegexLimits *limits);
void regex_wide_free(void *code);
// As pcre2_match: its result, and at most n_pairs pairs of byte offsets. `decode`: s is UTF-8 for
// the program.
int regex_wide_match(void *code, Str *s, size_t to, size_t at, uint32_t options, uint32_t limit,
                     size_t *offsets, uint32_t n_pairs, bool decode);

#endif
