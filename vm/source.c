// SPDX-License-Identifier: MIT
// source.c - lines of source text for tracebacks, by number.
#include <stdio.h>

#include "vm/gc.h"
#include "vm/traceback.h"

// The whole file as text, NULL if it cannot be read or is no UTF-8.
static Str *read_file(const Str *filename)
{
    if (filename->size == 0 || filename->data[0] == '<') return NULL;
    FILE *f = fopen(filename->data, "rb");
    if (!f) return NULL;
    StrBuilder b = {0};
    char buffer[8192];
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0)
        builder_add(&b, buffer, n);
    bool is_bad = ferror(f);
    fclose(f);
    if (is_bad || !utf8_is_valid(b.data, b.size, NULL)) return NULL;
    return builder_str(&b);
}

static Str *text_of(SourceReader *r, const CodeUnit *unit)
{
    if (unit->source) return unit->source;
    if (!unit->filename) return NULL;
    if (r->filename != unit->filename) {
        r->filename = unit->filename;
        r->text = read_file(unit->filename);
    }
    return r->text;
}

// After the end of the line that starts at i: \n, \r\n or \r.
static size_t next_line(const Str *text, size_t i)
{
    while (i < text->size && text->data[i] != '\n' && text->data[i] != '\r')
        i++;
    if (i < text->size && text->data[i] == '\r' && text->data[i + 1] == '\n') i++;
    return i < text->size ? i + 1 : i;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str *source_line(SourceReader *r, const CodeUnit *unit, int line)
{
    Str *text = text_of(r, unit);
    if (!text) return NULL;
    if (r->current != text || line < r->line) {
        bool has_mark = text->size >= 3 && memcmp(text->data, "\xEF\xBB\xBF", 3) == 0;
        r->current = text;
        r->line = 1;
        r->offset = has_mark ? 3 : 0;
    }
    while (r->line < line && r->offset < text->size) {
        r->offset = next_line(text, r->offset);
        r->line++;
    }
    if (r->line != line) return str_empty;
    size_t end = next_line(text, r->offset);
    while (end > r->offset && is_blank(text->data[end - 1]))
        end--;
    return str_new(text->data + r->offset, end - r->offset);
}

Str **source_lines(SourceReader *r, const CodeUnit *unit, int first, int last)
{
    if (last < first) last = first;
    Str **lines = gc_alloc_array((size_t)(last - first + 1), sizeof(Str *));
    for (int i = first; i <= last; i++)
        if (!(lines[i - first] = source_line(r, unit, i))) return NULL;
    return lines;
}
