// SPDX-License-Identifier: MIT
// bytes_methods.h - what bytes and bytearray share of their method tables. The natives work on
// both; results are of the type of self.
#ifndef RILL_STDLIB_BYTES_METHODS_H
#define RILL_STDLIB_BYTES_METHODS_H

#include "vm/native.h"

extern const NativeDef *const bytes_shared_methods[];  // bytes_methods.c: find, decode, hex, __add__, ...
extern const NativeDef *const bytes_split_methods[];   // bytes_split_methods.c: split, join, strip, replace, ...
extern const NativeDef *const bytes_char_methods[];    // bytes_char_methods.c: lower, isalpha, center, translate, ...

// The arguments of bytes() and bytearray(): the bytes they ask for. `what` is the type's name.
bool bytes_from_args(VM *vm, Value source, Value encoding, Value errors, const char *what,
                     StrBuilder *out) RILL_FALLIBLE;

#endif
