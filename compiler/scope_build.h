// SPDX-License-Identifier: MIT
// scope_build.h - what scope.c and scope_build.c share.
#ifndef RILL_COMPILER_SCOPE_BUILD_H
#define RILL_COMPILER_SCOPE_BUILD_H

#include "compiler/scope.h"

Symbol *scope_find(const Scope *scope, const Str *mangled);  // of this very scope; NULL if absent
Symbol *scope_class_cell(Scope *class_scope);                // __class__, made on demand
void scope_add_local_name(Scope *frame, Str *name);          // names the next register
void scope_resolve_all(Compiler *c, Scope *scope);
void scope_sort_captures(Scope *scope);    // then: closures are in the order of names, as in CPython;
void scope_number_captures(Scope *scope);  // when all are, indices are what they become
void scope_place_locals(Compiler *c, Scope *scope);  // after scope_resolve_all of all scopes

#endif
