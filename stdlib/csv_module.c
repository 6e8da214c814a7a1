// SPDX-License-Identifier: MIT
// csv_module.c - the module _csv. The module csv is written in Rill and takes everything from here.
#include "stdlib/csv.h"
#include "stdlib/stdlib.h"

static bool setup(VM *vm, Module *module)
{
    static const char *const quotings[QUOTING_COUNT] = {"QUOTE_MINIMAL",    "QUOTE_ALL",
                                                        "QUOTE_NONNUMERIC", "QUOTE_NONE",
                                                        "QUOTE_STRINGS",    "QUOTE_NOTNULL"};
    for (int i = 0; i < QUOTING_COUNT; i++)
        dict_set_str(module->dict, str_from_cstr(quotings[i]), small_int(i));
    csv_dialect_define(vm, module);
    csv_reader_define(vm, module);
    csv_writer_define(vm, module);
    return true;
}

const ModuleDef module__csv = {
    .name = "_csv",
    .doc = "CSV parsing and writing.\n",
    .setup = setup,
};
