// SPDX-License-Identifier: MIT
// str_methods.h - the parts of str's method table that are in files of their own.
#ifndef RILL_STDLIB_STR_METHODS_H
#define RILL_STDLIB_STR_METHODS_H

#include "vm/native.h"

extern const NativeDef *const str_case_methods[];   // str_case_methods.c: lower, isalpha, ...
extern const NativeDef *const str_split_methods[];  // str_split_methods.c: split, join, strip, ...
extern const NativeDef *const str_slot_methods[];   // str_slot_methods.c: __add__, __eq__, ...

#endif
