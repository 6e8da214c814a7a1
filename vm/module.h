// SPDX-License-Identifier: MIT
// module.h - module objects, the table of native modules, import.
#ifndef RILL_VM_MODULE_H
#define RILL_VM_MODULE_H

#include "vm/native.h"

typedef struct Module {
    Object object;   // KIND_MODULE
    Dict *dict;      // a namespace
} Module;

// A module written in C. setup defines classes and constants in module->dict; natives are defined before it runs.
typedef struct ModuleDef {
    const char *name, *doc;
    const NativeDef *const *natives;  // may be NULL
    bool (*setup)(VM *vm, Module *module);  // may be NULL
} ModuleDef;

typedef struct EmbeddedModule {
    const char *name, *text;  // a module written in Rill, inside the binary
    bool is_package;
} EmbeddedModule;

Module *module_new(VM *vm, Str *name, Value doc);  // with __name__, __doc__, __package__, __loader__, __spec__, __builtins__
void module_register(VM *vm, const ModuleDef *const *defs, const EmbeddedModule *embedded);  // by cli/api.c
// import name: the module (the last part of a dotted name). ModuleNotFoundError.
Value module_import(VM *vm, Str *name) RILL_FALLIBLE;
// __import__ as the IMPORT instruction needs it: package-relative, returns the top or the last module.
Value module_import_statement(VM *vm, Dict *globals, Str *name, int level, Value fromlist) RILL_FALLIBLE;
Value module_import_from(VM *vm, Value module, Str *name) RILL_FALLIBLE;  // attribute or submodule; "cannot import name ..."
bool module_import_star(VM *vm, Value module, Value namespace_) RILL_FALLIBLE;
Value module_getattr(VM *vm, Module *m, Str *name) RILL_FALLIBLE;   // "module 'x' has no attribute 'y'", module __getattr__
void module_init(VM *vm);      // the class, the builtins and sys tables, dict_namespace_hook

static inline Module *as_module(Value v)
{
    return (Module *)as_pointer(v);
}

#endif
