// SPDX-License-Identifier: MIT
// lexer.h - source text -> array of tokens. The whole text is cut up before the parser starts, so
// that the parser and the diagnosis of errors may look ahead as far as they like.
// Token types are the grammar's terminals: TK_x of the generated compiler/grammar.h.
#ifndef RILL_COMPILER_LEXER_H
#define RILL_COMPILER_LEXER_H

#include "compiler/caution.h"
#include "compiler/diag.h"

typedef struct Token {
    int type;
    int start, end;  // byte offsets into the text
    int depth;       // open brackets after this token
    Span span;       // INDENT and DEDENT: end_col is -2, they have no extent
} Token;

typedef struct Bracket {
    char open;
    int line, col;
} Bracket;

enum { MAX_BRACKETS = 200, MAX_INDENTS = 100, MAX_FSTRINGS = 150, MAX_FIELDS = 3 };

// One f-string that is open. INVARIANT: n_fields > 0 and !in_literal while its code is read.
typedef struct FString {
    char quote;
    bool triple, raw;
    bool in_literal;              // the next token is a piece of its text
    bool in_fresh_spec;           // that text is a format spec, in which no field has ended so far
    int n_fields;                 // replacement fields that are open, nested ones in format specs
    int field_depth[MAX_FIELDS];  // brackets open inside of each, its own brace included
    int base_depth;               // brackets open outside
    int line, col;                // where it begins
    const char *start, *line_start;
} FString;

// Something SCOPE leaves out, by name; the parser stops there.
typedef struct Refusal {
    int token;  // index
    const char *message;
} Refusal;

typedef struct Lexer {
    SourceText source;
    const char *cursor, *line_start;
    int line;
    Token *tokens;
    int n_tokens, cap_tokens;
    Refusal *refusals;
    int n_refusals, cap_refusals;
    bool at_line_start;  // indentation is to be looked at
    Bracket brackets[MAX_BRACKETS];
    int n_brackets;
    FString fstrings[MAX_FSTRINGS];
    int n_fstrings;
    int indents[MAX_INDENTS], alt_indents[MAX_INDENTS], n_indents;
    // The last token is TK_ERROR if this is set; what it means:
    Diagnostic error;
    bool failed;
    bool ends_early;  // the text ends inside a bracket, a triple-quoted string or after a backslash
    bool open_bracket;    // ... inside the innermost of `brackets`
    Cautions cautions;    // of the lexer and the parser
    char *c_stack_limit;  // lowest address that a recursion over the tokens may use
} Lexer;

void lexer_init(Lexer *lexer, SourceText source);
void lexer_next(Lexer *lexer);  // appends one token
void lexer_add(Lexer *lexer, int type, Span span, const char *start, const char *end);
void lexer_refuse(Lexer *lexer, int token, const char *message);
// Sets the error; the place of the shorter form is the character before the cursor, as CPython has
// it.
void lexer_fail(Lexer *lexer, Diagnostic d);
void lexer_fail_here(Lexer *lexer, ExceptionKind kind, Str *message);
// Goes on behind a backslash, which is before p, at the end of a line; else fails and returns
// false.
bool lexer_continue_line(Lexer *lexer, const char *p);
Diagnostic lexer_unclosed(const Lexer *lexer);  // for the innermost bracket that is open
static inline bool token_is(const Lexer *lexer, const Token *t, const char *text)
{
    size_t size = strlen(text);
    return (size_t)(t->end - t->start) == size &&
           memcmp(lexer->source.text + t->start, text, size) == 0;
}

// layout.c: the whole text, with INDENT, DEDENT and the parenthesised form of `with` told apart.
void layout_tokenize(Lexer *lexer);
// subset.c: finds the syntax that Rill leaves out on purpose.
void subset_check(Lexer *lexer);
bool subset_starts_statement(const Lexer *lexer, int i);  // does token i?

#endif
