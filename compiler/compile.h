// SPDX-License-Identifier: MIT
// compile.h - source text -> code object: parser, folding, scopes, code generation behind one call.
#ifndef RILL_COMPILER_COMPILE_H
#define RILL_COMPILER_COMPILE_H

#include "vm/vm.h"

// The CompileHook of vm.h. NULL: an exception is raised (SyntaxError and its kin, RecursionError,
// MemoryError).
Code *compile_source(VM *vm, Str *source, Str *filename, CompileMode mode,
                     bool separate_names) RILL_FALLIBLE;
// The same; *is_incomplete tells a REPL to read on: the text is the beginning of something longer.
Code *compile_interactive(VM *vm, Str *source, Str *filename, CompileMode mode,
                          bool *is_incomplete) RILL_FALLIBLE;
// A module of the library, whose functions are deferred (deferred.h). / The code of one of those, whose stub is called for the
// first time.
Code *compile_library(VM *vm, Str *source, Str *filename) RILL_FALLIBLE;
Code *compile_function(VM *vm, Code *stub) RILL_FALLIBLE;

#endif
