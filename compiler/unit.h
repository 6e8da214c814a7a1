// SPDX-License-Identifier: MIT
// unit.h - what all passes over one text share: the source, the names of its globals, the first
// error. After an error (failed is set and an exception is pending) the passes run on without
// effect to their end, so that only the driver need look.
#ifndef RILL_COMPILER_UNIT_H
#define RILL_COMPILER_UNIT_H

#include "compiler/ast.h"
#include "vm/vm.h"

// A map from interned strings to numbers; compares pointers.
typedef struct NameTable {
    Str **keys;
    int *values;
    int n, cap;  // cap is zero or a power of two
} NameTable;

int nametable_find(const NameTable *table, const Str *name);  // -1 if absent
void nametable_add(NameTable *table, Str *name, int value);   // name is not in it yet

typedef struct Compiler {
    VM *vm;
    Str *source, *filename;
    CompileMode mode;
    bool separate_names;      // names of the outermost code are those of register 0
    bool future_annotations;  // from __future__ import annotations
    int future_line;          // of the last such import at the beginning; 0: none
    bool failed;              // an exception is pending
    CodeUnit *unit;
    NameTable globals;  // name -> index in unit->names
    int cap_names;
} Compiler;

void unit_error(Compiler *c, Span span, const char *fmt, ...) RILL_PRINTF(3, 4);  // SyntaxError
bool unit_check_stack(Compiler *c);                  // false: no C stack left, an error is raised
int unit_global(Compiler *c, Str *name, Span span);  // the index of a global name
Str *unit_text(Compiler *c, Span span);              // the source text of a stretch

#endif
