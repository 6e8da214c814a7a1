// SPDX-License-Identifier: MIT
// deferred.c - see deferred.h. The text is cut into tokens as always; the bodies of functions at the top level and in
// classes are passed over but for their docstrings. What the maker of a function must know of its body excludes it: that
// it is a generator, that it has the cell of its class. So a deferred body is code by itself, in the namespace of its module.
#include "compiler/deferred.h"

#include "compiler/grammar.h"

enum { SHORT_BODY = 12 };  // tokens; not worth it

int deferred_end(const Lexer *lexer, int token)
{
    int level = 0;
    for (;; token++) {
        int type = lexer->tokens[token].type;
        if (type == TK_INDENT) level++;
        if (type == TK_DEDENT && level-- == 0) return token;
        if (type == TK_END) return token;
    }
}

static bool needs_its_maker(const Lexer *lexer, int from, int to)
{
    for (int i = from; i < to; i++) {
        const Token *t = &lexer->tokens[i];
        if (t->type == TK_YIELD) return true;
        if (t->type == TK_NAME && (token_is(lexer, t, "super") || token_is(lexer, t, "__class__"))) return true;
    }
    return false;
}

// The first token of the block of the def at i: behind its INDENT and a docstring; 0: it has none.
static int body_of(const Lexer *lexer, int i)
{
    const Token *t = lexer->tokens;
    int depth = t[i].depth;
    while (t[i].type != TK_END && !(t[i].type == TK_COLON && t[i].depth == depth)) i++;
    if (t[i].type == TK_END || t[i + 1].type != TK_NEWLINE || t[i + 2].type != TK_INDENT) return 0;
    i += 3;
    return t[i].type == TK_STRING && t[i + 1].type == TK_NEWLINE ? i + 2 : i;
}

void deferred_mark(Lexer *lexer)
{
    for (int i = 0; i < lexer->n_tokens; i++) {
        if (lexer->tokens[i].type != TK_DEF) continue;
        int body = body_of(lexer, i);
        if (!body) continue;
        int end = deferred_end(lexer, body);
        if (end - body >= SHORT_BODY && !needs_its_maker(lexer, body, end)) lexer->tokens[body].type = TK_DEFERRED;
        i = end;
    }
}

// self.NAME = or self.NAME, in a target list. (What only looks like one makes instances a little larger.)
static bool sets_attribute(const Token *t)
{
    bool is_attribute = t[0].type == TK_NAME && t[1].type == TK_DOT && t[2].type == TK_NAME;
    return is_attribute && (t[3].type == TK_EQUAL || (t[3].type == TK_COMMA && t[3].depth == 0));
}

Node *deferred_build(Parser *p, const Token *t)
{
    const Lexer *lexer = p->lexer;
    int begin = (int)(t - lexer->tokens), end = deferred_end(lexer, begin);
    Node *node = node_new(NODE_Deferred, t->span);
    node->as.deferred.end = lexer->tokens[end - 1].end;
    NameList *names = &node->as.deferred.attributes;
    for (int i = begin; i + 3 < end; i++) {
        const Token *name = &lexer->tokens[i + 2];
        if (!sets_attribute(&lexer->tokens[i]) || !token_is(lexer, &lexer->tokens[i], "self")) continue;
        namelist_add(names, build_name_text(p, name), name->span);
    }
    return node;
}
