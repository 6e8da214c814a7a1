// SPDX-License-Identifier: MIT
// caret.h - where the ^ and ~ of a traceback go: a look at the source text of one instruction.
// It is a scanner, not a parser: the text is known to compile, only its outermost operation counts.
#ifndef RILL_VM_CARET_H
#define RILL_VM_CARET_H

#include "vm/common.h"

// In the text of an expression: [start, end) is what the operation itself is: the operator of a
// binary operation, the brackets of a subscript, the parentheses of a call. Byte offsets.
typedef struct CaretAnchors {
    size_t start, end;
} CaretAnchors;

// False if the text is no expression, or its outermost operation is none of the three.
bool caret_find_anchors(const char *text, size_t size, CaretAnchors *anchors);
// Whether text is `return f(...)` or `name = f(...)` with f a name; *start and *end get the place
// of the call. Such a line needs no carets under the whole call.
bool caret_is_plain_call(const char *text, size_t size, size_t *start, size_t *end);

#endif
