// SPDX-License-Identifier: MIT
// deferred.h - functions of the library are compiled when they are first called: importing a module costs what its top
// level does. Only for texts that are known to be right: nothing is refused, and nothing warned of.
#ifndef RILL_COMPILER_DEFERRED_H
#define RILL_COMPILER_DEFERRED_H

#include "compiler/build.h"

// The token at which the body of a deferred function begins becomes a TK_DEFERRED, which stands for the rest of the block.
void deferred_mark(Lexer *lexer);
int deferred_end(const Lexer *lexer, int token);  // the DEDENT behind the block in which that token is
Node *deferred_build(Parser *p, const Token *t);

#endif
