// SPDX-License-Identifier: MIT
// coding.h - the encoding that a source file declares ("# -*- coding: latin-1 -*-", PEP 263).
#ifndef RILL_VM_CODING_H
#define RILL_VM_CODING_H

#include "vm/str.h"

// Makes UTF-8 of a source whose first or second line is a comment that declares another encoding; leaves every other
// source alone, without looking whether it is UTF-8. false: SyntaxError, worded as CPython does for the file of the
// program (is_file), or else for modules and for bytes that exec() was given.
bool coding_to_utf8(VM *vm, const char **data, size_t *size, bool is_file) RILL_FALLIBLE;

#endif
