// SPDX-License-Identifier: MIT
// memory_files.h - StringIO and BytesIO, for the module io.
#ifndef RILL_STDLIB_MEMORY_FILES_H
#define RILL_STDLIB_MEMORY_FILES_H

#include "vm/module.h"

void memory_files_define(VM *vm, Module *module);

#endif
