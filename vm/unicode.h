// SPDX-License-Identifier: MIT
// unicode.h - properties of characters and case mappings, as CPython's str methods see them.
#ifndef RILL_VM_UNICODE_H
#define RILL_VM_UNICODE_H

#include "vm/common.h"

bool unicode_is_alpha(uint32_t c);
bool unicode_is_alnum(uint32_t c);
bool unicode_is_decimal(uint32_t c);
bool unicode_is_digit(uint32_t c);
bool unicode_is_numeric(uint32_t c);
bool unicode_is_space(uint32_t c);
bool unicode_is_lower(uint32_t c);
bool unicode_is_upper(uint32_t c);
bool unicode_is_title(uint32_t c);
bool unicode_is_cased(uint32_t c);
bool unicode_is_case_ignorable(uint32_t c);
bool unicode_is_printable(uint32_t c);
bool unicode_is_id_start(uint32_t c);
bool unicode_is_id_continue(uint32_t c);
int unicode_decimal_value(uint32_t c);  // 0-9, or -1
bool unicode_is_line_break(uint32_t c);  // what splitlines splits at

// What c becomes: 1 to 3 characters in out; the number of them.
int unicode_upper(uint32_t c, uint32_t out[3]);
int unicode_lower(uint32_t c, uint32_t out[3]);  // but for a final sigma
int unicode_title(uint32_t c, uint32_t out[3]);
int unicode_casefold(uint32_t c, uint32_t out[3]);

#endif
