// SPDX-License-Identifier: MIT
// packed.h - texts that the build deflates and puts into the program (tools/embed.c).
#ifndef RILL_VM_PACKED_H
#define RILL_VM_PACKED_H

#include <stddef.h>

typedef struct Packed {
    const unsigned char *bytes;  // raw deflate; NULL: the text is base's
    size_t packed_size, size;    // size: of the text
    const struct Packed *base;   // its text is the preset dictionary; NULL: there is none
} Packed;

// The text and a NUL. A text without a base is made once and kept.
char *packed_text(const Packed *p);

#endif
