// SPDX-License-Identifier: MIT
// charname.c - look-ups in the table of unicode_names.h, which tools/gen_unicode.py makes.

#include "compiler/charname.h"

#include <strings.h>
#include <utf8proc.h>

#include "compiler/unicode_names.h"
#include "vm/gc.h"

static int compare_name(const char *name, size_t size, const char *entry)
{
    int order = strncasecmp(name, entry, size);
    return order != 0 || entry[size] == '\0' ? order : -1;
}

int64_t charname_find(const char *name, size_t size)
{
    size_t low = 0, high = countof(name_codes);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare_name(name, size, name_texts + name_offsets[middle]);
        if (order == 0) return name_codes[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
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
