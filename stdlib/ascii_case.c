// SPDX-License-Identifier: MIT
// ascii_case.c - changing the case of ASCII letters, in loops that compilers vectorise.
#include "stdlib/ascii_case.h"

static inline char ascii_lower(char c)
{
    return (char)(c | (ascii_is_upper(c) ? 0x20 : 0));
}

static inline char ascii_upper(char c)
{
    return (char)(c & (ascii_is_lower(c) ? ~0x20 : ~0));
}

void ascii_change_case(char *restrict out, const char *restrict in, size_t n, CaseChange change)
{
    bool in_word = false;
    switch (change) {
    case CASE_LOWER:
    case CASE_FOLD:
        for (size_t i = 0; i < n; i++)
            out[i] = ascii_lower(in[i]);
        break;
    case CASE_UPPER:
        for (size_t i = 0; i < n; i++)
            out[i] = ascii_upper(in[i]);
        break;
    case CASE_CAPITAL:
        for (size_t i = 0; i < n; i++)
            out[i] = i ? ascii_lower(in[i]) : ascii_upper(in[i]);
        break;
    case CASE_SWAP:
        for (size_t i = 0; i < n; i++)
            out[i] = ascii_is_upper(in[i]) ? ascii_lower(in[i]) : ascii_upper(in[i]);
        break;
    case CASE_TITLE:
        for (size_t i = 0; i < n; i++) {
            out[i] = in_word ? ascii_lower(in[i]) : ascii_upper(in[i]);
            in_word = ascii_is_upper(in[i]) || ascii_is_lower(in[i]);
        }
        break;
    }
}
