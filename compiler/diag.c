// SPDX-License-Identifier: MIT
// diag.c - errors in source text: from a message and a place to a raised SyntaxError.
// How it is shown (the line, the caret) is vm/error.c's business.

#include "compiler/diag.h"

#include <stdarg.h>

Diagnostic diag_at(Span span, Str *message)
{
    return (Diagnostic){EXC_SyntaxError, message,          span.line, span.col + 1,
                        span.end_line,   span.end_col + 1, false};
}

// The first byte of a line; stops at the end of the text. All three newline forms count.
static const char *find_line(const char *text, const char *end, int line)
{
    const char *p = text;
    while (line > 1 && p < end) {
        char c = *p++;
        if (c == '\r' && p < end && *p == '\n') p++;
        if (c == '\n' || c == '\r') line--;
    }
    return p;
}

// A column in bytes becomes one in characters: the characters that begin in the first col bytes.
// CPYTHON: the end is counted on the first line too, and is never further right than the line is
// long.
static int char_column(const char *line, const char *end, int col)
{
    int column = 0;
    for (int i = 0; i < col && line + i <= end; i++)
        if (line + i == end || (line[i] & 0xC0) != 0x80) column++;
    return col < 0 ? col : column;
}

Value diag_raise(VM *vm, const SourceText *source, const Diagnostic *d)
{
    const char *end = source->text + source->size;
    const char *line = find_line(source->text, end, d->line), *stop = line;
    while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
    bool with_newline = !d->from_lexer && stop < end && d->end_line <= d->line;
    int offset = char_column(line, stop + with_newline, d->col);
    int end_offset = char_column(line, stop + with_newline, d->end_col);
    Str *text = str_new(line, (size_t)(stop - line) + with_newline);
    return raise_syntax(vm, d->kind, d->message, source->filename, d->line, offset, text,
                        d->end_line, end_offset);
}

Value diag_syntax_error(VM *vm, Str *source, Str *filename, Span span, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    Str *message = str_vformat(fmt, args);
    va_end(args);
    Diagnostic d = diag_at(span, message);
    SourceText text = {filename, source == NULL ? "" : source->data,
                       source == NULL ? 0 : source->size};
    return diag_raise(vm, &text, &d);
}
