// SPDX-License-Identifier: MIT
// scope.h - where each name lives: local, cell, free, global, or a name of a namespace.
// A frame scope (module, class, function, lambda, generator expression) becomes a code object of
// its own; a list, set or dict comprehension has a scope for its names but runs in the frame around
// it.
#ifndef RILL_COMPILER_SCOPE_H
#define RILL_COMPILER_SCOPE_H

#include "compiler/unit.h"

typedef enum ScopeKind {
    SCOPE_MODULE,
    SCOPE_CLASS,
    SCOPE_FUNCTION,
    SCOPE_LAMBDA,
    SCOPE_GENEXP,
    SCOPE_COMP,  // inlined comprehension: the only one that is no frame
} ScopeKind;

typedef enum SymbolPlace {
    PLACE_GLOBAL,
    PLACE_NAME,          // of the namespace in register 0, else global
    PLACE_LOCAL,         // register `reg`; the cell in it if the symbol is captured
    PLACE_FREE,          // cell `index` of the closure
    PLACE_NAME_OR_FREE,  // of the namespace in register 0, else cell `index` of the closure
} SymbolPlace;

enum {
    SYMBOL_BOUND = 1,
    SYMBOL_USED = 2,
    SYMBOL_PARAM = 4,
    SYMBOL_GLOBAL = 8,
    SYMBOL_NONLOCAL = 16,
    SYMBOL_ANNOTATED = 32,
    SYMBOL_ITERATION = 64,  // target of a comprehension's for
    SYMBOL_DELETED = 128,
    SYMBOL_WALRUS = 256,
    SYMBOL_GLOBAL_BELOW = 512,  // of the module: some scope in it declares the name global
};

typedef struct Symbol {
    Str *name;  // mangled
    struct Scope *scope;
    uint32_t flags;
    SymbolPlace place;
    int far_parameter;  // the register of a parameter that is far while its cell is not; else 0
    int reg;    // PLACE_LOCAL; of a comprehension: set by the code generator unless named
    int index;  // PLACE_FREE, PLACE_NAME_OR_FREE: of owner in the closure
    struct Symbol *owner;
    struct Symbol *target;  // another scope of the same frame owns the variable; else NULL
    bool is_captured;       // lives in a cell
    bool is_named;          // of a comprehension: has a register among the frame's named locals
    bool is_set;            // of a comprehension: the generated code has assigned it
    Span span;              // of the global or nonlocal statement, or of the first mention
} Symbol;

typedef struct Capture {  // cell i of the closure of a frame
    Symbol *symbol;       // the variable
    int index;            // in the closure of the maker; -1: the variable is the maker's own
} Capture;

typedef struct Scope {
    ScopeKind kind;
    struct Scope *parent;
    Node *node;        // NULL: module
    Str *class_name;   // of the innermost class around, for mangling; NULL if none
    Symbol **symbols;  // in order of appearance, parameters first
    int n_symbols, cap_symbols;
    NameTable table;  // name -> index in symbols
    // Of a frame
    Capture *captures;
    int n_captures, cap_captures;
    Str **local_names;  // by register
    int n_locals, cap_locals;
    int n_near;   // the registers of them that instructions reach
    int n_plain;  // with far locals: near registers before the cells
    Str **param_names;
    bool is_generator, has_walrus, sees_locals;
    bool has_annotations;  // of a module or class: it sets up __annotations__
    // Of a class
    Symbol *class_cell;  // __class__, as functions inside see it; NULL if none does
    Str **static_attributes;
    int n_static_attributes, cap_static_attributes;
    // While it is built
    int iterable_depth;  // inside the iterables of comprehensions
    bool in_iteration_target;
} Scope;

// Makes the scopes of all nodes; module->scope is the outermost. c->failed is set if there is an
// error.
void scope_build(Compiler *c, ModuleNode *module);
// The symbol that owns the variable `name` (not mangled) as code in scope sees it; NULL if never
// mentioned there.
Symbol *scope_resolve(const Scope *scope, Str *name);
Str *scope_mangle(const Scope *scope, Str *name);
Scope *scope_frame(Scope *scope);  // the frame it runs in
bool scope_is_global_declared(const Scope *scope,
                              Str *name);  // by a global statement of this very scope
static inline bool scope_has_far(const Scope *frame)  // locals in registers from 256 on
{
    return frame->n_near < frame->n_locals;
}
static inline bool scope_is_function(const Scope *frame)
{
    return frame->kind >= SCOPE_FUNCTION;
}

#endif
