// SPDX-License-Identifier: MIT
// ascii_case.c - changing the case of ASCII letters.
#include "stdlib/ascii_case.h"

#include "vm/text.h"

// Eight bytes at a time.

static const uint64_t HIGH_BITS = 0x8080808080808080u, ONES = 0x0101010101010101u;

static inline uint64_t load_word(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

// 0x20 in each byte that is from first to first + 25.
static inline uint64_t letters(uint64_t w, char first)
{
    uint64_t low = w & ~HIGH_BITS;
    uint64_t from = low + (uint64_t)(0x80 - first) * ONES, past = low + (uint64_t)(0x80 - first - 26) * ONES;
    return ((from ^ past) & ~w & HIGH_BITS) >> 2;
}

bool ascii_has_letter(const char *s, size_t n, char first)
{
    if (text_is_short(n)) return letters(text_short_word(s, n), first) != 0;
    if (n == 0) return false;
    size_t last = n - 8;
    for (size_t i = 0; i < last; i += 8)
        if (letters(load_word(s + i), first)) return true;
    return letters(load_word(s + last), first) != 0;
}

// Change the letters from first on to the other case.
static void flip_letters(char *restrict out, const char *restrict in, size_t n, char first)
{
    size_t i = 0;
    for (; n - i >= 8; i += 8) {
        uint64_t w = load_word(in + i);
        w ^= letters(w, first);
        memcpy(out + i, &w, sizeof w);
    }
    for (; i < n; i++)
        out[i] = (char)(in[i] ^ ((unsigned char)(in[i] - first) < 26 ? 0x20 : 0));
}

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
        flip_letters(out, in, n, 'A');
        break;
    case CASE_UPPER:
        flip_letters(out, in, n, 'a');
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
