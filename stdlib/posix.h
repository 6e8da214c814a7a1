// SPDX-License-Identifier: MIT
// posix.h - what the two files of module posix share.
#ifndef RILL_STDLIB_POSIX_H
#define RILL_STDLIB_POSIX_H

#include "vm/float.h"
#include "vm/module.h"

// A path argument; *shown is it as messages show it. NULL: raised.
const char *posix_path(VM *vm, const char *function, Value v, Value *shown) RILL_FALLIBLE;
// None, or the OSError of errno.
Value posix_result(VM *vm, int r, Value filename);
bool posix_setup_process(VM *vm, Module *module);  // the natives and constants of posix_process.c

#endif
