// SPDX-License-Identifier: MIT
// peg.h - matching of tokens against the rules of mistakes.def, with memory (packrat parsing). What
// the mistakes mean is in mistakes.c.
#ifndef RILL_COMPILER_PEG_H
#define RILL_COMPILER_PEG_H

#include "compiler/lexer.h"

typedef enum MatchKind {
    MATCH_TOKENS,  // nothing but tokens
    MATCH_GROUP,   // several matches, in items
#define KIND(name, text) MATCH_##name,
#include "compiler/mistakes.def"
    MATCH_KIND_COUNT
} MatchKind;

typedef enum MistakeId {
    MISTAKE_NONE,
#define MISTAKE(name, where, message) MISTAKE_##name,
#include "compiler/mistakes.def"
    MISTAKE_COUNT
} MistakeId;

typedef enum RuleId {
#define RULE(name, text) RULE_##name,
#include "compiler/mistakes.def"
    RULE_COUNT
} RuleId;

typedef struct Match {
    MatchKind kind;
    int first, end;  // tokens
    int n_items;
    struct Match **items;
} Match;

typedef struct Peg Peg;
struct Peg {
    Lexer *lexer;
    const Token *tokens;
    int n_tokens;
    int n_seen;      // tokens that were looked at so far
    bool explain;    // mistakes are tried too
    bool stopped;    // an error is raised, or the text is too deep: match no more
    bool hit_error;  // stopped at the lexer's error
    int depth;
    // The match of a mistake: raise the error and return true, or decline.
    bool (*say)(Peg *peg, MistakeId id, const Match *a, const Match *b, int pos, void *data);
    void (*missing)(Peg *peg, int pos, const char *text, void *data);  // "expected '('"
    void *data;
    struct Memo *memo;
    int n_memo, cap_memo;
};

// Matches a rule at token *pos and moves it; NULL if it does not fit.
const Match *peg_match(Peg *peg, RuleId rule, int *pos);
void peg_forget(Peg *peg);  // what was matched so far; for a second reading

#endif
