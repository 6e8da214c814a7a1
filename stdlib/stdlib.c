// SPDX-License-Identifier: MIT
// stdlib.c - set-up of everything scripts see. builtins and sys exist from the start, any other
// module is made when it is imported.
#include "stdlib/stdlib.h"

#include "vm/file.h"

static void fill_module(VM *vm, Module *module, const ModuleDef *def)
{
    Str *name = str_intern(def->name, strlen(def->name));
    natives_define(vm, module->dict, def->natives, NULL, name);
    dict_set_str(module->dict, S(__doc__), value_object(str_from_cstr(def->doc)));
    dict_set_str(vm->modules, name, value_object(module));
    if (!def->setup(vm, module)) error_print_unraisable(vm, "Exception ignored in a module: ", value_object(module));
}

void stdlib_init(VM *vm)
{
    static const ModuleDef *const modules[] = {
#define MODULE(name) &module_##name,
#include "stdlib/modules.def"
#undef MODULE
        NULL,
    };
#define TYPE(name) name##_define(vm);
#include "stdlib/types.def"
#undef TYPE
    module_register(vm, modules, embedded_modules);
    fill_module(vm, vm->builtins_module, &module_builtins);
    fill_module(vm, vm->sys, &module_sys);
    file_make_std(vm);
}
