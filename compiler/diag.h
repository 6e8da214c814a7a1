// SPDX-License-Identifier: MIT
// diag.h - errors in source text: from a message and a place to a raised SyntaxError.
#ifndef RILL_COMPILER_DIAG_H
#define RILL_COMPILER_DIAG_H

#include "compiler/ast.h"
#include "vm/vm.h"

// The text that is compiled, as the lexer sees it: newlines are "\n", the last line has one, a NUL
// ends it.
typedef struct SourceText {
    Str *filename;
    const char *text;
    size_t size;
} SourceText;

// Lines and columns count from 1, columns in bytes; the end is exclusive. end_col 0 or -1: not
// known.
typedef struct Diagnostic {
    ExceptionKind kind;
    Str *message;
    int line, col, end_line, end_col;
    bool from_lexer;  // CPYTHON: the text of such an error has no newline
} Diagnostic;

Diagnostic diag_at(Span span, Str *message);  // a SyntaxError
Value diag_raise(VM *vm, const SourceText *source, const Diagnostic *d);
// For the later stages, which have the source as it came. Returns VALUE_ERROR.
Value diag_syntax_error(VM *vm, Str *source, Str *filename, Span span, const char *fmt, ...)
    RILL_PRINTF(5, 6);

#endif
