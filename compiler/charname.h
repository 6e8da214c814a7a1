// SPDX-License-Identifier: MIT
// charname.h - characters by their Unicode names (for \N{...}), and the normal form of identifiers.
#ifndef RILL_COMPILER_CHARNAME_H
#define RILL_COMPILER_CHARNAME_H

#include "vm/str.h"

int64_t charname_find(const char *name,
                      size_t size);  // the character, -1 if the table has none of that name
Str *charname_of(uint32_t code);   // NULL if the table has none
Str *charname_normalize(const char *utf8, size_t size);  // NFKC, as Python has it for identifiers

#endif
