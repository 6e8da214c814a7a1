// SPDX-License-Identifier: MIT
// fold.h - constant folding on the AST, before the scopes are made.
#ifndef RILL_COMPILER_FOLD_H
#define RILL_COMPILER_FOLD_H

#include "compiler/unit.h"

// Turns operations on constants into Constant nodes, in place. What would raise, or give something
// big, stays as it is. Sets c->failed only for want of C stack.
void fold_module(Compiler *c, ModuleNode *module);
bool fold_truth(Value constant);  // the truth of the value of a Constant node

#endif
