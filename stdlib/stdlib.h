// SPDX-License-Identifier: MIT
// stdlib.h - set-up of everything scripts see: builtin types, the builtins namespace, modules.
#ifndef RILL_STDLIB_STDLIB_H
#define RILL_STDLIB_STDLIB_H

#include "vm/vm.h"

// On a VM of vm_new: defines the types of types.def, registers modules.def and the embedded modules,
// and fills vm->builtins.
void stdlib_init(VM *vm);

#define TYPE(name) void name##_define(VM *vm);
#include "stdlib/types.def"
#undef TYPE
#define MODULE(name) extern const ModuleDef module_##name;
#include "stdlib/modules.def"
#undef MODULE
extern const EmbeddedModule embedded_modules[];  // build/gen/stdlib/embedded.c; ends with a NULL name

// The type variables in the arguments of a generic alias or a union, each once; NULL: raised.
Tuple *alias_parameters(VM *vm, const Tuple *args) RILL_FALLIBLE;
// The arguments of alias with item in place of its type variables; NULL: raised.
Tuple *alias_substitute(VM *vm, Value alias, const Tuple *args, Value item) RILL_FALLIBLE;

// A method bound to None and no class means nothing. function_methods.c
bool check_get(VM *vm, Value self, Value owner) RILL_FALLIBLE;

#endif
