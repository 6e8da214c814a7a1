// SPDX-License-Identifier: MIT
// mistakes.h - the words for a text that the parser refuses.
#ifndef RILL_COMPILER_MISTAKES_H
#define RILL_COMPILER_MISTAKES_H

#include "compiler/lexer.h"

// failed: the token at which the parser gave up. Does not raise.
Diagnostic mistakes_explain(VM *vm, Lexer *lexer, CompileMode mode, int failed);

#endif
