// SPDX-License-Identifier: MIT
// file_methods.h - what the natives of the file types share.
#ifndef RILL_STDLIB_FILE_METHODS_H
#define RILL_STDLIB_FILE_METHODS_H

#include "vm/file.h"
#include "vm/native.h"

// Base classes in vm->file_types, behind those of FileType.
enum { FILE_BASE = FILE_TYPE_COUNT, FILE_TEXT_BASE, FILE_BUFFERED_BASE };

// A size argument: an int or None (-1). False: raised.
bool file_size_arg(VM *vm, Value v, int64_t *n);

// Methods and attributes that text and binary files have in common (binary_methods.c).
extern const NativeDef def_file_fileno, def_file_isatty, def_file_readable, def_file_writable,
    def_file_seekable, def_file_enter, def_file_iter;
// Of io.IOBase, io.RawIOBase and io.BufferedIOBase (raw_base_methods.c).
extern const NativeDef def_base_readline;
extern const NativeDef *const raw_base_methods[], *const buffered_base_methods[];
Value file_get_name(VM *vm, Value self);
Value file_get_mode(VM *vm, Value self);
Value file_get_closed(VM *vm, Value self);
bool file_has_method(VM *vm, Value object, const char *name);  // false: AttributeError raised
void file_cut_off(File *f);  // of what lies below: it counts as closed from now on

#endif
