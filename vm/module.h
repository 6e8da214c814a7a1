// SPDX-License-Identifier: MIT
// module.h - module objects, the table of native modules, import.
#ifndef RILL_VM_MODULE_H
#define RILL_VM_MODULE_H

#include "vm/native.h"
#include "vm/packed.h"

typedef struct Module {
    Object object;   // KIND_MODULE
    Dict *dict;      // a namespace
} Module;
enum { MODULE_INITIALIZING = 1 };  // head bit 16: its body runs

// A module written in C. setup defines classes and constants in module->dict; natives are defined before it runs.
typedef struct ModuleDef {
    const char *name, *doc;
    const NativeDef *const *natives;  // may be NULL
    bool (*setup)(VM *vm, Module *module);  // may be NULL
} ModuleDef;

typedef struct EmbeddedModule {
    const char *name;  // a module written in Rill, inside the binary
    bool is_package;
    Packed text;
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
// The text of a module written in Rill, on sys.path or embedded, for `rill -m`. NULL: there is none (or an exception is set).
Str *module_find_source(VM *vm, Str *name, Str **filename, bool *is_package);
bool module_exists(VM *vm, Str *name);  // could the module, at the top level, be imported?
Value module_raise_no_attribute(VM *vm, Module *m, Str *name);      // with CPython's guesses at the reason
void module_init(VM *vm);      // the class, the builtins and sys tables, dict_namespace_hook

static inline Module *as_module(Value v)
{
    return (Module *)as_pointer(v);
}
static inline bool module_is_initializing(const Module *m)
{
    return m->object.head >> 16 & MODULE_INITIALIZING;
}

// sys.path = the folders of RILLPATH (module_init does it); the embedder puts the script's folder in front.
void module_init_path(VM *vm);
// The text of a file; NULL: OSError, or SyntaxError if it is not in UTF-8 or the encoding it declares.
Str *module_read_source(VM *vm, Str *path) RILL_FALLIBLE;
// Absolute name of a relative import seen from globals; NULL: ImportError.
Str *module_resolve_name(VM *vm, Dict *globals, Str *name, int level) RILL_FALLIBLE;
// import.c: finds and runs the module with this full name, whose parent is imported (NULL: none); registers it in sys.modules.
Value module_find_and_load(VM *vm, Str *full_name, Value parent) RILL_FALLIBLE;
List *module_names(VM *vm);  // of all that can be imported: built in, in the library, in the folders of sys.path
Value module_reload(VM *vm, Value module) RILL_FALLIBLE;  // importlib.reload

#endif
