// SPDX-License-Identifier: MIT
// builtins_io.c - the builtin functions that talk to the outside: print input open help exit quit.
// INVARIANT: sys.stdout is looked up for each call, and written piece by piece, as CPython does.
#include "stdlib/builtins.h"
#include "vm/file.h"
#include "vm/int.h"

// sys.stdout and its like: VALUE_ERROR if the script has removed it.
static Value standard_stream(VM *vm, Str *name, const char *lost)
{
    Value file = dict_find_str(vm->sys->dict, name);
    if (file != VALUE_UNBOUND) return file;
    return raise_error(vm, EXC_RuntimeError, "%slost sys.%s", lost, name->data);
}

static bool is_text_file(VM *vm, Value file)
{
    return is_file(file) && class_of(vm, file) == vm->file_types[FILE_TEXT];
}

static bool write_to(VM *vm, Value file, bool is_real, Str *text)
{
    if (likely(is_real)) return file_write_str(vm, file, text);
    Value argument = value_object(text);
    return !is_error(value_call_method(vm, file, S(write), 1, &argument));
}

static bool flush_file(VM *vm, Value file)
{
    if (is_text_file(vm, file)) return file_flush(vm, file);
    return !is_error(value_call_method(vm, file, S(flush), 0, NULL));
}

// print

// sep or end: NULL for the usual one. false: raised.
static bool text_option(VM *vm, Value v, const char *name, Str **text)
{
    if (v == VALUE_NONE) return true;
    if (!is_str(v)) {
        raise_error(vm, EXC_TypeError, "%s must be None or a string, not %s", name,
                    type_name(vm, v));
        return false;
    }
    *text = as_str(v);
    return true;
}

NATIVE(print, "print(*args, sep = ' ', end = '\\n', file = None, flush = False)",
       "Write the texts of the values, with sep between and end behind them, to file (standard "
       "output if None);\n"
       "flush writes out at once.")
{
    Tuple *values = as_tuple(args[0]);
    Str *sep = str_latin1[' '], *end = str_latin1['\n'];
    Value file = args[3] == VALUE_NONE ? standard_stream(vm, S(stdout), "") : args[3];
    if (is_error(file)) return file;
    if (file == VALUE_NONE) return VALUE_NONE;  // sys.stdout = None
    if (!text_option(vm, args[1], "sep", &sep) || !text_option(vm, args[2], "end", &end))
        return VALUE_ERROR;
    bool is_real = is_text_file(vm, file);
    for (size_t i = 0; i < values->len; i++) {
        if (i && !write_to(vm, file, is_real, sep)) return VALUE_ERROR;
        Value v = values->items[i];
        Str *text = is_exact(v, KIND_STR) ? as_str(v) : value_str(vm, v);
        if (!text || !write_to(vm, file, is_real, text)) return VALUE_ERROR;
    }
    if (!write_to(vm, file, is_real, end)) return VALUE_ERROR;
    int flushes = value_truth(vm, args[4]);
    if (flushes < 0 || (flushes && !flush_file(vm, file))) return VALUE_ERROR;
    return VALUE_NONE;
}

// input

static Value read_line(VM *vm, Value in)
{
    Value line = is_text_file(vm, in) ? file_read_text_line(vm, as_file(in), -1)
                                      : value_call_method(vm, in, S(readline), 0, NULL);
    if (is_error(line)) return line;
    if (!is_str(line))
        return raise_error(vm, EXC_TypeError, "object.readline() returned non-string");
    Str *text = as_str(line);
    if (text->size == 0) return raise_error(vm, EXC_EOFError, "EOF when reading a line");
    bool has_end = text->data[text->size - 1] == '\n';
    return has_end ? value_object(str_new(text->data, text->size - 1)) : line;
}

NATIVE(input, "input(prompt = '', /)",
       "Read a string from standard input.  The trailing newline is stripped.\n\n"
       "The prompt string, if given, is printed to standard output without a\n"
       "trailing newline before reading input.\n\n"
       "If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.")
{
    Value in = standard_stream(vm, S(stdin), "input(): ");
    Value out = is_error(in) ? in : standard_stream(vm, S(stdout), "input(): ");
    Value err = is_error(out) ? out : standard_stream(vm, S(stderr), "input(): ");
    if (is_error(err)) return err;
    if (in == VALUE_NONE || out == VALUE_NONE)
        return raise_error(vm, EXC_RuntimeError, "input(): lost sys.%s",
                           in == VALUE_NONE ? "stdin" : "stdout");
    if (err != VALUE_NONE && !flush_file(vm, err)) error_take(vm);
    Str *prompt = value_str(vm, args[0]);
    if (!prompt) return VALUE_ERROR;
    if (prompt->size && !write_to(vm, out, is_text_file(vm, out), prompt)) return VALUE_ERROR;
    if (!flush_file(vm, out)) error_take(vm);
    return read_line(vm, in);
}

// open

NATIVE(open,
       "open(file, mode: str = 'r', buffering: ssize = -1, encoding = None, errors = None, "
       "newline = None, closefd: bool = True, opener = None)",
       "Open file and return a stream.  Raise OSError upon failure.\n\n"
       "mode is 'r' (read), 'w' (write, truncating), 'x' (create) or 'a' (append), with\n"
       "'b' for bytes instead of text and '+' for reading and writing.  Text is UTF-8 unless\n"
       "encoding says otherwise.  Iterating over the result gives lines, lazily.")
{
    return file_open(vm, args[0], as_str(args[1]), arg_ssize(args[2]), args[3], args[4], args[5],
                     args[6] == VALUE_TRUE, args[7]);
}

// help

NATIVE(help, "help(request = ?, /)", "Show the signature and the documentation of an object.")
{
    Value pydoc = module_import(vm, str_intern("pydoc", 5));
    Value function = is_error(pydoc) ? pydoc : value_getattr(vm, pydoc, str_intern("help", 4));
    if (is_error(function)) return function;
    return value_call(vm, function, args[0] != VALUE_UNBOUND, args);
}

// exit and quit are objects, so that typing their bare names in the REPL explains them.

typedef struct Quitter {
    Object object;
    Str *name;
} Quitter;

NATIVE(quitter_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Quitter *q = as_pointer(args[0]);
    return value_object(str_format("Use %s() or Ctrl-D (i.e. EOF) to exit", q->name->data));
}

NATIVE(quitter_call, "__call__(self, code = None)", "Raise SystemExit(code).")
{
    Tuple *values = tuple_from(&args[1], 1);
    Exception *e = exception_alloc(vm->exceptions[EXC_SystemExit], values);
    exception_set_field(e, FIELD_EXIT_CODE, args[1]);
    return raise_value(vm, value_object(e));
}

void builtins_define_quitters(VM *vm, Dict *dict)
{
    static const NativeDef *const methods[] = {&def_quitter_repr, &def_quitter_call, NULL};
    static const TypeDef type = {
        .name = "_sitebuiltins.Quitter",
        .kind = KIND_OPAQUE,
        .methods = methods,
        .flags = CLASS_FINAL,
        .object_size = sizeof(Quitter),
    };
    Class *c = class_define(vm, &type, NULL);
    static const char *const names[] = {"quit", "exit"};
    for (size_t i = 0; i < countof(names); i++) {
        Quitter *q = object_alloc(c, KIND_OPAQUE, sizeof(Quitter));
        q->name = str_intern(names[i], 4);
        dict_set_str(dict, q->name, value_object(q));
    }
}

const NativeDef *const builtins_io[] = {&def_print, &def_input, &def_open, &def_help, NULL};
