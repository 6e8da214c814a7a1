// SPDX-License-Identifier: MIT
// subset.c - finds Python's syntax that Rill leaves out (SCOPE, "Out"), so that it is refused by
// name. Soft keywords are names unless the tokens that follow make the statement certain.

#include "compiler/grammar.h"
#include "compiler/lexer.h"
#include "compiler/parser.h"
#include "vm/gc.h"

static int type_at(const Lexer *lexer, int i)
{
    return i < lexer->n_tokens ? lexer->tokens[i].type : TK_END;
}

bool subset_starts_statement(const Lexer *lexer, int i)
{
    if (i == 0) return true;
    switch (lexer->tokens[i - 1].type) {
    case TK_NEWLINE:
    case TK_INDENT:
    case TK_DEDENT:
    case TK_SEMI: return true;
    case TK_COLON: return lexer->tokens[i - 1].depth == 0;
    default: return false;
    }
}

// match SUBJECT: NEWLINE INDENT case ...
static bool is_match(const Lexer *lexer, int i)
{
    int end = i + 1;
    while (type_at(lexer, end) != TK_NEWLINE && type_at(lexer, end) != TK_END)
        end++;
    return end > i + 2 && type_at(lexer, end - 1) == TK_COLON &&
           type_at(lexer, end + 1) == TK_INDENT && type_at(lexer, end + 2) == TK_NAME &&
           token_is(lexer, &lexer->tokens[end + 2], "case");
}

// type NAME = ..., type NAME[...] = ...
static bool is_type_statement(const Lexer *lexer, int i)
{
    int after = type_at(lexer, i + 2);
    return type_at(lexer, i + 1) == TK_NAME && (after == TK_EQUAL || after == TK_LSQB);
}

static const char *refusal(const Lexer *lexer, int i)
{
    const Token *t = &lexer->tokens[i];
    switch (t->type) {
    case TK_ASYNC:
    case TK_AWAIT: return "Rill has no async functions";
    case TK_EXCEPT: return type_at(lexer, i + 1) == TK_STAR ? "Rill has no except* clauses" : NULL;
    case TK_LSQB:
        if (i >= 2 && lexer->tokens[i - 1].type == TK_NAME &&
            (lexer->tokens[i - 2].type == TK_DEF || lexer->tokens[i - 2].type == TK_CLASS))
            return "Rill has no type parameters";
        return NULL;
    case TK_NAME:
        if (token_is(lexer, t, "match") && subset_starts_statement(lexer, i) && is_match(lexer, i))
            return "Rill has no match statement";
        if (token_is(lexer, t, "type") && subset_starts_statement(lexer, i) && is_type_statement(lexer, i))
            return "Rill has no type statement";
        return NULL;
    default: return NULL;
    }
}

void subset_check(Lexer *lexer)
{
    int n_lexical = lexer->n_refusals, next = 0;
    Refusal *lexical = lexer->refusals;
    lexer->refusals = NULL;
    lexer->n_refusals = lexer->cap_refusals = 0;
    for (int i = 0; i < lexer->n_tokens; i++) {
        for (; next < n_lexical && lexical[next].token == i; next++)
            lexer_refuse(lexer, i, lexical[next].message);
        const char *message = refusal(lexer, i);
        if (message != NULL) lexer_refuse(lexer, i, message);
    }
}
