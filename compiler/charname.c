// SPDX-License-Identifier: MIT
// charname.c - look-ups in unicode_names.txt, which tools/gen_unicode.py makes and the build
// embeds.

#include "compiler/charname.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "vm/gc.h"
#include "vm/packed.h"

extern const Packed unicode_names;

int64_t charname_find(const char *name, size_t size)
{
    const char *line = packed_text(&unicode_names);
    for (const char *end; *line; line = end + 1) {
        char *known;
        unsigned long code = strtoul(line, &known, 16);
        end = strchr(line, '\n');
        if ((size_t)(end - ++known) == size && strncasecmp(name, known, size) == 0)
            return (int64_t)code;
    }
    return -1;
}

Str *charname_normalize(const char *utf8, size_t size)
{
    const int options = UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE;
    const utf8proc_uint8_t *text = (const utf8proc_uint8_t *)utf8;
    utf8proc_ssize_t n = utf8proc_decompose(text, (utf8proc_ssize_t)size, NULL, 0, options);
    if (n < 0) return str_new(utf8, size);
    utf8proc_int32_t *buffer = gc_alloc_atomic(((size_t)n + 1) * sizeof *buffer);
    n = utf8proc_decompose(text, (utf8proc_ssize_t)size, buffer, n, options);
    if (n >= 0) n = utf8proc_reencode(buffer, n, options);
    return n < 0 ? str_new(utf8, size) : str_new((const char *)buffer, (size_t)n);
}
