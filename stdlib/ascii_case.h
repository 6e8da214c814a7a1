// SPDX-License-Identifier: MIT
// ascii_case.h - changing the case of ASCII letters, for str and bytes alike.
#ifndef RILL_STDLIB_ASCII_CASE_H
#define RILL_STDLIB_ASCII_CASE_H

#include "vm/common.h"

typedef enum CaseChange {
    CASE_LOWER, CASE_UPPER, CASE_TITLE, CASE_CAPITAL, CASE_SWAP, CASE_FOLD
} CaseChange;

static inline bool ascii_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
static inline bool ascii_is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}
// Is there one of the 26 letters from first ('a' or 'A') on?
bool ascii_has_letter(const char *s, size_t n, char first);
// Bytes that are no ASCII letters stay as they are.
void ascii_change_case(char *restrict out, const char *restrict in, size_t n, CaseChange change);

#endif
