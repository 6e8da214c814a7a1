// SPDX-License-Identifier: MIT
// text_args.h - arguments that the methods of str, bytes and bytearray have in common.
#ifndef RILL_STDLIB_TEXT_ARGS_H
#define RILL_STDLIB_TEXT_ARGS_H

#include "vm/vm.h"

// Arguments start and end of find, count, startswith, ...: None or an index, which may be negative
// and is cut to 0..len, but *from may stay above len. false: TypeError.
bool text_bounds(VM *vm, Value start, Value end, size_t len, int64_t *from,
                 int64_t *to) RILL_FALLIBLE;
// An encoding or an error handler: the text of a str without NUL, or the default if it is unbound. NULL: ValueError.
const char *text_codec_arg(VM *vm, Value v, const char *otherwise) RILL_FALLIBLE;
// How many columns pad a text of len to `width`: CPython's center puts the odd one on the left
// only if the width is odd.
static inline size_t text_center_left(int64_t width, size_t pad)
{
    return pad / 2 + (pad & (size_t)width & 1);
}
// A list, or a list or tuple itself, of what an iterable gives, for join: "can only join an iterable".
Value text_join_items(VM *vm, Value iterable, const Value **items, size_t *n) RILL_FALLIBLE;

// Joins NULL-ended method tables into out, which has room for `cap` and gets a NULL at its end.
void text_join_tables(const NativeDef **out, size_t cap, const NativeDef *const *const *lists,
                      size_t n);

#endif
