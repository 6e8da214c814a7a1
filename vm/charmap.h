// SPDX-License-Identifier: MIT
// charmap.h - what the bytes from 128 on stand for in encodings with one byte a character.
#ifndef RILL_VM_CHARMAP_H
#define RILL_VM_CHARMAP_H

#include <stdint.h>

typedef enum Charmap {
    CHARMAP_CP1252, CHARMAP_CP1250, CHARMAP_CP1251, CHARMAP_CP437, CHARMAP_CP850, CHARMAP_LATIN2, CHARMAP_CYRILLIC,
    CHARMAP_GREEK, CHARMAP_LATIN5, CHARMAP_LATIN9, CHARMAP_KOI8_R, CHARMAP_MAC_ROMAN, CHARMAP_COUNT
} Charmap;

extern const uint16_t charmaps[CHARMAP_COUNT][128];  // 0: nothing
const char *charmap_name(Charmap map);   // as codecs.lookup() has it
int charmap_find(const char *name);  // by any of its names, in lower case with _; -1: it is none of these

#endif
