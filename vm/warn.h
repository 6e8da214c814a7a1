// SPDX-License-Identifier: MIT
// warn.h - warnings from C, which go the way of those that scripts issue: through the module warnings.
#ifndef RILL_VM_WARN_H
#define RILL_VM_WARN_H

#include "vm/error.h"

// False: raised, the warning itself if a filter makes an error of it.
bool warn_explicit(VM *vm, ExceptionKind category, Str *message, Str *filename, int line) RILL_FALLIBLE;
// About the line that runs.
bool warn_here(VM *vm, ExceptionKind category, Str *message) RILL_FALLIBLE;
// Level 1: the same; 2: about the line that called the function that runs; and so on.
bool warn_above(VM *vm, ExceptionKind category, Str *message, int level) RILL_FALLIBLE;
// A conversion has given an instance of a subclass: "__int__ returned non-int (type bool).  The ability ...".
bool warn_subclass(VM *vm, const char *method, const char *type, Value result) RILL_FALLIBLE;

#endif
