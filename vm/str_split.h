// SPDX-License-Identifier: MIT
// str_split.h - taking strings apart at white space and separators, as far as the interpreter wants it. The methods are in
// stdlib/str_split_methods.c.
#ifndef RILL_VM_STR_SPLIT_H
#define RILL_VM_STR_SPLIT_H

#include "vm/list.h"
#include "vm/str.h"

bool ascii_is_space(unsigned char c);
List *str_split_words(Str *s);  // s.split(); s is ASCII
// s.split()[index] or s.split(separator)[index] without the list. NULL: s has no such piece, or it is to be found in
// another way.
Str *str_split_item(Str *s, const Str *separator_or_null, int64_t index);

#endif
