// SPDX-License-Identifier: MIT
// layout.c - what the grammar needs beyond the scanner's tokens: INDENT and DEDENT, and which of
// the two forms of `with (` a parenthesis opens.

#include "compiler/grammar.h"
#include "compiler/lexer.h"

enum { TAB_WIDTH = 8 };

static void add_indentation(Lexer *lexer, int type)
{
    int col = (int)(lexer->cursor - lexer->line_start) - 1;
    Span span = {lexer->line, col, lexer->line, -2};
    lexer_add(lexer, type, span, lexer->cursor, lexer->cursor);
}

static void fail_tabs(Lexer *lexer)
{
    Str *message = str_from_cstr("inconsistent use of tabs and spaces in indentation");
    lexer_fail(lexer, (Diagnostic){EXC_TabError, message, lexer->line, 1, lexer->line, 0, false});
}

static void fail_dedent(Lexer *lexer)
{
    Str *message = str_from_cstr("unindent does not match any outer indentation level");
    const char *end = strchr(lexer->cursor, '\n');
    int col = (int)(end + 1 - lexer->line_start);
    lexer_fail(lexer, (Diagnostic){EXC_IndentationError, message, lexer->line, col, lexer->line, -1,
                                   false});
}

// Compares the indentation of a line with those that are open. A tab counts up to the next multiple
// of 8 for col and as one for alt: both must order the lines in the same way.
static void change_indentation(Lexer *lexer, int col, int alt)
{
    int top = lexer->n_indents - 1;
    int now = top < 0 ? 0 : lexer->indents[top], now_alt = top < 0 ? 0 : lexer->alt_indents[top];
    if (col > now) {
        if (alt <= now_alt) {
            fail_tabs(lexer);
        } else if (lexer->n_indents == MAX_INDENTS - 1) {
            Str *message = str_from_cstr("too many levels of indentation");
            Diagnostic d = {EXC_IndentationError, message, lexer->line, 1, lexer->line, 0, false};
            lexer_fail(lexer, d);
        } else {
            lexer->indents[lexer->n_indents] = col;
            lexer->alt_indents[lexer->n_indents++] = alt;
            add_indentation(lexer, TK_INDENT);
        }
        return;
    }
    int n = lexer->n_indents;
    while (n > 0 && col < lexer->indents[n - 1])
        n--;
    if (col != (n == 0 ? 0 : lexer->indents[n - 1])) {
        fail_dedent(lexer);
    } else if (alt != (n == 0 ? 0 : lexer->alt_indents[n - 1])) {
        fail_tabs(lexer);
    } else {
        for (; lexer->n_indents > n; lexer->n_indents--)
            add_indentation(lexer, TK_DEDENT);
    }
}

// At the first character of a line; skips lines without code.
static void begin_line(Lexer *lexer)
{
    int col = 0, alt = 0, continued_col = -1;
    for (;; lexer->cursor++) {
        char c = *lexer->cursor;
        if (c == ' ') {
            col++, alt++;
        } else if (c == '\t') {
            col = (col / TAB_WIDTH + 1) * TAB_WIDTH;
            alt++;
        } else if (c == '\f') {
            col = alt = 0;
        } else if (c == '\\') {
            if (continued_col < 0 && col > 0) continued_col = col;
            if (!lexer_continue_line(lexer, lexer->cursor + 1)) return;
            lexer->cursor--;
        } else if (c == '#' || c == '\n') {
            while (*lexer->cursor != '\n')
                lexer->cursor++;
            lexer->line++;
            lexer->line_start = lexer->cursor + 1;
            col = alt = 0;
            continued_col = -1;
        } else {
            break;
        }
    }
    lexer->at_line_start = false;
    if (*lexer->cursor == '\0') return;
    // CPYTHON: the column of the first backslash counts, for both.
    change_indentation(lexer, continued_col < 0 ? col : continued_col,
                       continued_col < 0 ? alt : continued_col);
}

// The end of the text, and of the blocks that are open: behind the last line, without an extent.
static void add_end(Lexer *lexer)
{
    const char *line_start = lexer->line_start;
    int line = lexer->line;
    if (line_start == lexer->cursor && line_start > lexer->source.text) {
        line_start--;
        while (line_start > lexer->source.text && line_start[-1] != '\n')
            line_start--;
        line--;
    }
    if (lexer->source.size == 0) line = 0;  // CPYTHON
    Span span = {line, (int)(lexer->cursor - line_start) - 1, line, -2};
    for (; lexer->n_indents > 0; lexer->n_indents--)
        lexer_add(lexer, TK_DEDENT, span, lexer->cursor, lexer->cursor);
    lexer_add(lexer, TK_END, span, lexer->cursor, lexer->cursor);
}

// `with (a as b, c):` has items inside the parenthesis, `with (a, b).c:` and `with (yield):` do
// not: it has if a colon follows the closing one and what is inside can only be items.
static void mark_with(Lexer *lexer, int open)
{
    Token *tokens = lexer->tokens;
    int depth = tokens[open].depth, i = open + 1;
    if (tokens[i].type == TK_RPAR || tokens[i].type == TK_YIELD) return;
    for (; i < lexer->n_tokens && tokens[i].depth >= depth; i++) {
        int type = tokens[i].type;
        if (tokens[i].depth > depth) continue;
        bool starts_item = i == open + 1 || tokens[i - 1].type == TK_COMMA;
        if (type == TK_FOR || type == TK_COLONEQUAL || (type == TK_STAR && starts_item)) return;
    }
    if (i + 1 < lexer->n_tokens && tokens[i + 1].type == TK_COLON) tokens[open].type = TK_LPAR_WITH;
}

void layout_tokenize(Lexer *lexer)
{
    while (!lexer->failed) {
        if (lexer->at_line_start) {
            begin_line(lexer);
            if (lexer->failed) break;
            if (*lexer->cursor == '\0') {
                add_end(lexer);
                break;
            }
        }
        lexer_next(lexer);
    }
    for (int i = 0; i + 2 < lexer->n_tokens; i++)
        if (lexer->tokens[i].type == TK_WITH && lexer->tokens[i + 1].type == TK_LPAR)
            mark_with(lexer, i + 1);
}
