// SPDX-License-Identifier: MIT
// parser.h - source text -> AST: lexer, layout and grammar behind one call.
#ifndef RILL_COMPILER_PARSER_H
#define RILL_COMPILER_PARSER_H

#include "compiler/ast.h"
#include "compiler/diag.h"
#include "vm/vm.h"

// NULL: a SyntaxError (or IndentationError, TabError) is raised. source is UTF-8 without a BOM check done yet.
// is_incomplete (may be NULL) is set when the error is that the text ends too early: a REPL reads on.
// COMPILE_EVAL: the body is one ExprStmt. COMPILE_SINGLE: one interactive statement.
ModuleNode *parse_module(VM *vm, Str *source, Str *filename, CompileMode mode, bool *is_incomplete);

// The same of a text that is known to be right, with "\n" at the end of every line: functions are deferred (deferred.h). /
// One of those functions.
ModuleNode *parse_library(VM *vm, Str *source, Str *filename);
ModuleNode *parse_function(VM *vm, Str *source, Str *filename, const Deferred *function);

// The text as the lexer wants it: valid UTF-8, no byte order mark, "\n" at the end of every line.
// false: SyntaxError raised.
bool parse_prepare(VM *vm, Str *source, Str *filename, SourceText *out);

#endif
