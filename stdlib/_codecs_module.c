// SPDX-License-Identifier: MIT
// _codecs_module.c - what the module codecs, written in Rill, asks of the runtime.
#include "stdlib/stdlib.h"
#include "vm/codec.h"

NATIVE(codecs_name, "name(encoding: str, /)", "The name of an encoding that the runtime knows, by any of its names; else None.")
{
    const char *name = str_has_nul(as_str(args[0])) ? NULL : codec_lookup_name(str_cstr(as_str(args[0])));
    return name ? value_object(str_from_cstr(name)) : VALUE_NONE;
}

static const NativeDef *const natives[] = {&def_codecs_name, NULL};

const ModuleDef module__codecs = {
    .name = "_codecs",
    .doc = "Names of encodings.",
    .natives = natives,
};
