// SPDX-License-Identifier: MIT
// _io_module.c - the module _io: the file types by name, StringIO and BytesIO. Module io has the
// rest, in Rill.
#include "stdlib/file_methods.h"
#include "stdlib/memory_files.h"
#include "stdlib/stdlib.h"

static void set_class(Module *module, const char *name, Class *c)
{
    dict_set_str(module->dict, str_intern(name, strlen(name)), value_object(c));
}

NATIVE(io_text_encoding, "text_encoding(encoding, stacklevel=2, /)",
       "Return encoding, or 'utf-8' for None.")
{
    return args[0] == VALUE_NONE ? value_object(str_from_cstr("utf-8")) : args[0];
}

NATIVE(io_open_code, "open_code(path: str)", "Open a file of source text for reading bytes.")
{
    return file_open(vm, args[0], str_from_cstr("rb"), -1, VALUE_NONE, VALUE_NONE, VALUE_NONE, true,
                     VALUE_NONE);
}

static void set_types(VM *vm, Module *module)
{
    static const struct {
        const char *name;
        int type;
    } names[] = {
        {"TextIOWrapper", FILE_TEXT},
        {"BufferedReader", FILE_READER},
        {"BufferedWriter", FILE_WRITER},
        {"BufferedRandom", FILE_RANDOM},
        {"FileIO", FILE_RAW},
        {"IOBase", FILE_BASE},
        {"TextIOBase", FILE_TEXT_BASE},
        {"BufferedIOBase", FILE_BUFFERED_BASE},
    };
    for (size_t i = 0; i < countof(names); i++)
        set_class(module, names[i].name, vm->file_types[names[i].type]);
    set_class(module, "RawIOBase", vm->file_types[FILE_RAW]->base);
    set_class(module, "UnsupportedOperation", vm->unsupported_operation);
    set_class(module, "BlockingIOError", exception_class(vm, EXC_BlockingIOError));
}

static bool setup(VM *vm, Module *module)
{
    static const char *const seeks[] = {"SEEK_SET", "SEEK_CUR", "SEEK_END"};
    set_types(vm, module);
    memory_files_define(vm, module);
    for (size_t i = 0; i < countof(seeks); i++)
        dict_set_str(module->dict, str_intern(seeks[i], strlen(seeks[i])), small_int((int64_t)i));
    dict_set_str(module->dict, str_intern("DEFAULT_BUFFER_SIZE", 19), small_int(8192));
    Str *open = str_intern("open", 4);
    Value builtin = dict_find_str(vm->builtins, open);
    if (builtin != VALUE_UNBOUND) dict_set_str(module->dict, open, builtin);
    List *all = list_new(0);
    size_t pos = 0;
    Value key, v;
    while (dict_next(module->dict, &pos, &key, &v))
        if (is_str(key) && as_str(key)->data[0] != '_' &&
            key != value_object(str_intern("text_encoding", 13)))
            list_append(all, key);
    dict_set_str(module->dict, S(__all__), value_object(all));
    return true;
}

static const NativeDef *const natives[] = {&def_io_text_encoding, &def_io_open_code, NULL};

const ModuleDef module__io = {
    .name = "_io",
    .doc = "Files: text and binary streams, also in memory.",
    .natives = natives,
    .setup = setup,
};
