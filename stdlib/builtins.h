// SPDX-License-Identifier: MIT
// builtins.h - what the files of the module builtins share: each has a list of natives.
#ifndef RILL_STDLIB_BUILTINS_H
#define RILL_STDLIB_BUILTINS_H

#include "vm/vm.h"

extern const NativeDef *const builtins_basic[];  // builtins.c
extern const NativeDef *const builtins_iter[];   // builtins_iter.c: all that consume iterables
extern const NativeDef *const builtins_exec[];   // builtins_exec.c: code and namespaces
extern const NativeDef *const builtins_io[];     // builtins_io.c
void builtins_define_quitters(VM *vm, Dict *dict);

Str *builtins_attribute_name(VM *vm, Value v) RILL_FALLIBLE;  // interned; TypeError unless a str
extern const NativeDef builtins_def_build_class;              // build_class.c

#endif
