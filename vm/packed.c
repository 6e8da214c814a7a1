// SPDX-License-Identifier: MIT
// packed.c - inflates the texts of packed.h.
#include "vm/packed.h"

#include <stdlib.h>
#include <zlib.h>

#include "vm/gc.h"

static char *inflate_text(const Packed *p, const char *dictionary)
{
    char *text = gc_alloc_atomic(p->size + 1);
    z_stream z = {.next_in = (Bytef *)p->bytes,
                  .avail_in = (uInt)p->packed_size,
                  .next_out = (Bytef *)text,
                  .avail_out = (uInt)p->size};
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK) abort();
    if (dictionary) inflateSetDictionary(&z, (const Bytef *)dictionary, (uInt)p->base->size);
    if (inflate(&z, Z_FINISH) != Z_STREAM_END) abort();
    inflateEnd(&z);
    text[p->size] = '\0';
    return text;
}

char *packed_text(const Packed *p)
{
    enum { KEPT = 4 };
    static struct {
        const Packed *packed;
        char *text;
    } kept[KEPT];
    if (!p->bytes) return packed_text(p->base);
    if (p->base) return inflate_text(p, packed_text(p->base));
    int i = 0;
    while (i < KEPT - 1 && kept[i].packed && kept[i].packed != p)
        i++;
    if (kept[i].packed != p) {
        kept[i].text = inflate_text(p, NULL);
        kept[i].packed = p;
    }
    return kept[i].text;
}
