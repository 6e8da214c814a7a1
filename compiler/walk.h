// SPDX-License-Identifier: MIT
// walk.h - visiting the children of an AST node, for passes that treat most kinds alike.
#ifndef RILL_COMPILER_WALK_H
#define RILL_COMPILER_WALK_H

#include "compiler/ast.h"

typedef void (*NodeFn)(void *data, Node *child);
// Calls fn on each child of node in the order of evaluation (of a function: decorators, defaults,
// annotations, body).
void walk_children(Node *node, NodeFn fn, void *data);
void walk_list(const NodeList *list, NodeFn fn, void *data);
// The parts of parameters that the maker of the function evaluates.
void walk_defaults(const Parameters *params, NodeFn fn, void *data);
void walk_annotations(const Parameters *params, NodeFn fn, void *data);
// Whether node contains an assignment expression in its own scope (comprehensions included);
// to `name`, or to any name if it is NULL.
bool walk_assigns(Node *node, const Str *name);

#endif
