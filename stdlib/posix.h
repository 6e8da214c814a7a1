// SPDX-License-Identifier: MIT
// posix.h - what the files of module posix share.
#ifndef RILL_STDLIB_POSIX_H
#define RILL_STDLIB_POSIX_H

#include "vm/float.h"
#include "vm/module.h"

// A path argument; *shown is it as messages show it. NULL: raised.
const char *posix_path(VM *vm, const char *function, Value v, Value *shown) RILL_FALLIBLE;
// Of a function that also takes a descriptor: *fd is it, or -1.
const char *posix_path_or_fd(VM *vm, const char *function, Value v, Value *shown, int *fd) RILL_FALLIBLE;
bool posix_dir_fd(VM *vm, Value v, int *fd) RILL_FALLIBLE;  // an argument dir_fd; None: AT_FDCWD
Value posix_name_like(Value model, const char *text);       // a name from the system, of the type of the path that was asked about
// None, or the OSError of errno.
Value posix_result(VM *vm, int r, Value filename);
bool posix_setup_folders(VM *vm, Module *module);  // the natives of posix_folder.c
bool posix_setup_process(VM *vm, Module *module);  // the natives and constants of posix_process.c
bool posix_setup_system(VM *vm, Module *module);   // those of posix_system.c

#endif
