// SPDX-License-Identifier: MIT
// repl_reflow.c - the repr of an object of any type, broken into lines as text: after commas
// outside of strings, each line behind the bracket it belongs to. What has no such commas, or has
// lines of its own, stays as it is.
#include <string.h>

#include "cli/repl.h"

typedef struct Reflow {
    const char *text;
    size_t size;
    Scan scan;                  // of what is in front
    int column, margin, width;  // margin: of lines outside all brackets
    int columns[MAX_OPEN];      // behind each open bracket
} Reflow;

// The end of the piece that begins at i: after a comma that is in no more brackets than `depth`.
static size_t piece_end(const Reflow *r, size_t i, int depth)
{
    Scan s = r->scan;
    while (i < r->size) {
        bool is_comma = !s.quote && r->text[i] == ',' && s.depth <= depth;
        i = text_scan_step(&s, r->text, r->size, i);
        if (is_comma) return i;
    }
    return r->size;
}

static void add_piece(Reflow *r, StrBuilder *out, size_t i, size_t end)
{
    while (i < end) {
        int depth = r->scan.depth;
        size_t next = text_scan_step(&r->scan, r->text, r->size, i);
        if (next > end) next = end;
        builder_add(out, r->text + i, next - i);
        r->column += repl_text_width(r->text + i, next - i);
        if (r->scan.depth > depth && depth < MAX_OPEN) r->columns[depth] = r->column;
        i = next;
    }
}

static int line_start(const Reflow *r)
{
    int depth = r->scan.depth < MAX_OPEN ? r->scan.depth : MAX_OPEN;
    int column = depth ? r->columns[depth - 1] : r->margin;
    return column > r->width * 2 / 3 ? r->margin + INDENT : column;
}

// What is in brackets stays together if a line can hold it.
static size_t next_end(const Reflow *r, size_t i)
{
    size_t end = piece_end(r, i, r->scan.depth);
    int room = r->width - line_start(r) - (end < r->size);
    bool fits = repl_text_width(r->text + i, end - i) <= room;
    return fits ? end : piece_end(r, i, MAX_OPEN);
}

static void begin_line(Reflow *r, StrBuilder *out)
{
    r->column = line_start(r);
    builder_format(out, "\n%*s", r->column, "");
}

void reflow_add(StrBuilder *out, const Str *text, int column, int width)
{
    Reflow r = {text->data, text->size, .column = column, .margin = column, .width = width};
    bool has_lines = memchr(text->data, '\n', text->size);
    for (size_t i = 0; i < r.size;) {
        size_t end = has_lines ? r.size : next_end(&r, i);
        bool is_later = i > 0 && text->data[i] == ' ';
        int room = width - r.column - (end == r.size ? 0 : 1);
        if (is_later && repl_text_width(text->data + i, end - i) > room) {
            begin_line(&r, out);
            i++;
        }
        add_piece(&r, out, i, end);
        i = end;
    }
}
