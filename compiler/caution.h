// SPDX-License-Identifier: MIT
// caution.h - SyntaxWarnings: what is right in a source text but hardly meant.
#ifndef RILL_COMPILER_CAUTION_H
#define RILL_COMPILER_CAUTION_H

#include "compiler/ast.h"
#include "vm/vm.h"

typedef struct Caution {
    Span span;
    Str *message;
} Caution;

typedef struct Cautions {
    Caution *items;
    int len, cap;
} Cautions;

void caution_add(Cautions *cautions, Span span, Str *message);
// What the expressions and assertions of a module ask caution for, after folding.
void caution_find(Cautions *cautions, const ModuleNode *module);
// Hands them to the module warnings, in the order of lines. False: a filter has made an error of one; it is raised as a
// SyntaxError.
bool caution_tell(VM *vm, Cautions *cautions, Str *source, Str *filename) RILL_FALLIBLE;

#endif
