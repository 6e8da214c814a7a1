// SPDX-License-Identifier: MIT
// colour.c - see colour.h. A traceback is coloured as text, line by line, after it was made.
#include "cli/colour.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool colour_is_wanted(int fd)
{
    const char *no = getenv("NO_COLOR");
    return (!no || !*no) && colour_is_terminal(fd);
}

bool colour_is_terminal(int fd)
{
    const char *term = getenv("TERM");
    return term && strcmp(term, "dumb") != 0 && isatty(fd);
}

// A line of text without its end.
typedef struct Line {
    const char *text;
    size_t size;
} Line;

static Line line_at(const Str *s, size_t at)
{
    const char *p = s->data + at, *end = memchr(p, '\n', s->size - at);
    return (Line){p, end ? (size_t)(end - p) : s->size - at};
}

static bool is_caret_line(Line line)
{
    bool has_caret = false;
    for (size_t i = 0; i < line.size; i++) {
        if (!strchr(" \t~^", line.text[i])) return false;
        has_caret |= line.text[i] == '^' || line.text[i] == '~';
    }
    return has_caret && line.text[0] == ' ';
}

static const char *colour_of_mark(char mark)
{
    return mark == '^' ? COLOUR_CARET : mark == '~' ? COLOUR_TILDE : NULL;
}

// line, each character in the colour of the mark under it.
static void add_marked(StrBuilder *out, Line line, Line marks)
{
    const char *now = NULL;
    size_t column = 0;
    for (size_t i = 0; i < line.size; i++) {
        bool is_start = (line.text[i] & 0xC0) != 0x80;
        const char *wanted = column < marks.size ? colour_of_mark(marks.text[column]) : NULL;
        if (is_start && wanted != now) {
            builder_add_cstr(out, wanted ? wanted : COLOUR_OFF);
            now = wanted;
        }
        builder_add_byte(out, line.text[i]);
        bool is_end = i + 1 == line.size || (line.text[i + 1] & 0xC0) != 0x80;
        if (is_end) column++;
    }
    if (now) builder_add_cstr(out, COLOUR_OFF);
}

static void add_coloured(StrBuilder *out, const char *colour, const char *text, size_t size)
{
    builder_add_cstr(out, colour);
    builder_add(out, text, size);
    builder_add_cstr(out, COLOUR_OFF);
}

// '  File "NAME", line N, in FUNCTION'
static void add_place(StrBuilder *out, Line line)
{
    const char *name = line.text + 7, *end = line.text + line.size;
    const char *comma = strstr(name, "\", line ");
    if (!comma || comma > end) {
        builder_add(out, line.text, line.size);
        return;
    }
    const char *number = comma + 8, *rest = number;
    while (rest < end && *rest >= '0' && *rest <= '9')
        rest++;
    builder_add(out, line.text, 7);
    add_coloured(out, COLOUR_NAME, name, (size_t)(comma + 1 - name));
    builder_add_cstr(out, ", line ");
    add_coloured(out, COLOUR_NAME, number, (size_t)(rest - number));
    if (end - rest > 5 && strncmp(rest, ", in ", 5) == 0) {
        builder_add_cstr(out, ", in ");
        add_coloured(out, COLOUR_NAME, rest + 5, (size_t)(end - rest - 5));
    } else {
        builder_add(out, rest, (size_t)(end - rest));
    }
}

static bool is_note(Line line)
{
    return line.size >= 6 && strncmp(line.text, "note: ", 6) == 0;
}

// The length of the class name at the start of 'Class: message'; 0 if the line is another.
static size_t class_size(Line line)
{
    size_t i = 0;
    while (i < line.size && (line.text[i] == '.' || line.text[i] == '_' || (line.text[i] & 0x80) ||
                             (line.text[i] >= '0' && line.text[i] <= '9') ||
                             (line.text[i] >= 'a' && line.text[i] <= 'z') ||
                             (line.text[i] >= 'A' && line.text[i] <= 'Z')))
        i++;
    return i == line.size || line.text[i] == ':' ? i : 0;
}

static void add_plain(StrBuilder *out, Line line)
{
    size_t n = class_size(line);
    if (n > 0) {
        add_coloured(out, COLOUR_ERROR, line.text, n);
        if (n < line.size) {
            builder_add_byte(out, ':');
            add_coloured(out, COLOUR_NAME, line.text + n + 1, line.size - n - 1);
        }
    } else {
        builder_add(out, line.text, line.size);
    }
}

Str *colour_traceback(Str *text)
{
    StrBuilder b = {0};
    bool in_note = false;
    for (size_t at = 0; at < text->size;) {
        Line line = line_at(text, at);
        at += line.size + 1;
        Line next = at < text->size ? line_at(text, at) : (Line){"", 0};
        bool is_indented = line.size && line.text[0] == ' ';
        in_note = is_note(line) || (in_note && is_indented);
        if (in_note)
            add_coloured(&b, COLOUR_NOTE, line.text, line.size);
        else if (is_caret_line(line))
            add_marked(&b, line, line);
        else if (is_indented && is_caret_line(next))
            add_marked(&b, line, next);
        else if (line.size > 8 && strncmp(line.text, "  File \"", 8) == 0)
            add_place(&b, line);
        else if (is_indented)
            builder_add(&b, line.text, line.size);
        else
            add_plain(&b, line);
        if (at <= text->size) builder_add_byte(&b, '\n');
    }
    return builder_str(&b);
}

// After as many bytes as fit into `width` columns, at a blank if there is one; wide characters
// count as one.
static size_t fitting(Line line, size_t width)
{
    size_t column = 0, at_blank = 0, i = 0;
    for (; i < line.size && column < width; i++) {
        if (line.text[i] == ' ' && column > 6) at_blank = i;
        if ((line.text[i] & 0xC0) != 0x80) column++;
    }
    while (i < line.size && (line.text[i] & 0xC0) == 0x80)
        i++;
    if (i == line.size || line.text[i] == ' ') return i;
    return at_blank ? at_blank : i;
}

static void add_wrapped(StrBuilder *b, Line line, size_t width)
{
    enum { MARGIN = 6 };
    size_t room = width;
    for (size_t n; width > 4 * MARGIN && (n = fitting(line, room)) < line.size;) {
        builder_add(b, line.text, n);
        builder_format(b, "\n%*s", MARGIN, "");
        while (n < line.size && line.text[n] == ' ')
            n++;
        line = (Line){line.text + n, line.size - n};
        room = width - MARGIN;
    }
    builder_add(b, line.text, line.size);
}

Str *colour_wrap_notes(Str *text, int width)
{
    StrBuilder b = {0};
    for (size_t at = 0; at < text->size;) {
        Line line = line_at(text, at);
        at += line.size + 1;
        if (is_note(line))
            add_wrapped(&b, line, (size_t)width);
        else
            builder_add(&b, line.text, line.size);
        if (at <= text->size) builder_add_byte(&b, '\n');
    }
    return builder_str(&b);
}

Str *colour_warning(Str *line, int width, bool has_colour)
{
    StrBuilder b = {0};
    if (has_colour) builder_add_cstr(&b, COLOUR_NOTE);
    add_wrapped(&b, (Line){line->data, line->size}, (size_t)width);
    if (has_colour) builder_add_cstr(&b, COLOUR_OFF);
    builder_add_byte(&b, '\n');
    return builder_str(&b);
}
