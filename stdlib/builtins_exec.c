// SPDX-License-Identifier: MIT
// builtins_exec.c - the builtin functions about code and namespaces: compile eval exec globals
// locals vars dir __import__. Code for exec and eval comes in two forms: with its names in the
// globals, or (CODE_NAMES) with its names in any mapping, which register 0 holds. compile() makes
// the second one, which serves both.
#include "stdlib/builtins.h"
#include "vm/bytes.h"
#include "vm/coding.h"
#include "vm/frame.h"
#include "vm/int.h"
#include "vm/suggest.h"

// The namespaces of the caller

static Value *caller(VM *vm)
{
    return vm->frame ? frame_visible(vm->frame) : NULL;
}

static Dict *caller_globals(VM *vm)
{
    Globals *globals = vm_current_globals(vm);
    if (globals) return globals->dict;
    return vm->main ? vm->main->dict : dict_new();
}

static Value caller_locals(VM *vm)
{
    Value *regs = caller(vm);
    if (!regs) return value_object(caller_globals(vm));
    Function *f = frame_of(regs)->function;
    Frame *frame = frame_seen(f);  // what f_locals was given counts too
    Dict *locals = frame && !frame_has_namespace(frame) ? frame_locals(vm, frame) : frame_locals_of(f, regs);
    return f->code->flags & CODE_NAMES && locals->len == 0 ? regs[0] : value_object(locals);
}

NATIVE(globals, "globals()",
       "The names of the module, as the dictionary itself: what changes in it, changes there.")
{
    return value_object(caller_globals(vm));
}

NATIVE(locals, "locals()",
       "Return a dictionary containing the current scope's local variables.\n\n"
       "In a function it is a new one each time; changing it does not change the\n"
       "variables.")
{
    return caller_locals(vm);
}

NATIVE(vars, "vars(object = ?, /)",
       "The attributes of obj as a dictionary, obj.__dict__; without obj, the names here, as "
       "locals() has them.")
{
    if (args[0] == VALUE_UNBOUND) return caller_locals(vm);
    Value dict = value_find_attr(vm, args[0], S(__dict__));
    if (dict != VALUE_UNBOUND) return dict;
    return raise_error(vm, EXC_TypeError, "vars() argument must have __dict__ attribute");
}

NATIVE(dir, "dir(object = ?, /)",
       "dir([object]) -> list of strings\n\n"
       "If called without an argument, return the names in the current scope.\n"
       "Else, return an alphabetized list of names comprising (some of) the attributes\n"
       "of the given object, and of attributes reachable from it.")
{
    if (args[0] != VALUE_UNBOUND) {
        List *names = suggest_dir(vm, args[0]);
        return names ? value_object(names) : VALUE_ERROR;
    }
    Value locals = caller_locals(vm);
    bool is_mapping_ = locals != VALUE_UNBOUND && !is_exact(locals, KIND_DICT);
    if (is_mapping_) locals = value_call_method(vm, locals, S(keys), 0, NULL);
    List *names = is_error(locals) ? NULL : list_from_iterable(vm, locals);
    if (!names || !list_sort(vm, names, VALUE_NONE, false)) return VALUE_ERROR;
    return value_object(names);
}

// Source text

static Str *source_of_bytes(VM *vm, const char *data, size_t size)
{
    if (!coding_to_utf8(vm, &data, &size, false)) return NULL;
    const char *end = data + size, *reason = NULL;
    for (const char *p = data; p < end;) {
        int n_bad, n = utf8_check(p, end, &n_bad, &reason);
        if (n == 0) {
            raise_error(
                vm, EXC_SyntaxError,
                "(unicode error) 'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
                (unsigned char)*p, (size_t)(p - data), reason);
            return NULL;
        }
        p += n;
    }
    return str_new(data, size);
}

// The argument of `function` as text; NULL: raised.
static Str *source_text(VM *vm, Value v, const char *function, const char *what)
{
    Str *text = NULL;
    if (is_str(v))
        text = str_exact(as_str(v));
    else if (is_bytes_like(v))
        text = source_of_bytes(vm, bytes_span(v).data, bytes_span(v).size);
    else
        raise_error(vm, EXC_TypeError, "%s() arg 1 must be a string, bytes or %s object", function,
                    what);
    if (!text || !str_has_nul(text)) return text;
    raise_error(vm, EXC_SyntaxError, "source code string cannot contain null bytes");
    return NULL;
}

// Tracebacks do not show lines of text that is in no file, as CPython's do not.
static Code *compile_text(VM *vm, Str *text, Str *filename, CompileMode mode, bool separate_names)
{
    Code *code = vm->compile(vm, text, filename, mode, separate_names);
    if (code && code->unit) code->unit->source = NULL;
    return code;
}

static bool find_mode(const Str *name, CompileMode *mode)
{
    if (str_is(name, "exec"))
        *mode = COMPILE_EXEC;
    else if (str_is(name, "eval"))
        *mode = COMPILE_EVAL;
    else if (str_is(name, "single"))
        *mode = COMPILE_SINGLE;
    else
        return false;
    return true;
}

// The __future__ flags, and those about interactive input; all ignored.
enum { COMPILE_FLAGS = 0x1FFF0000 | 0x4000 | 0x200 };

NATIVE(compile,
       "compile(source, filename, mode: str, flags: ssize = 0, dont_inherit: bool = False, "
       "optimize: ssize = -1, *, _feature_version: ssize = -1)",
       "Compile source into a code object that can be executed by exec() or eval().\n\n"
       "The filename will be used for run-time error messages.\n"
       "The mode must be 'exec' to compile a module, 'single' to compile a\n"
       "single (interactive) statement, or 'eval' to compile an expression.")
{
    CompileMode mode;
    Value filename = args[1];
    if (is_bytes(filename)) {
        filename = value_object(str_new(as_str(filename)->data, as_str(filename)->size));
    } else if (!is_str(filename)) {
        Value path = value_call_special(vm, filename, S(__fspath__), 0, NULL);
        if (is_error(path)) return path;
        if (!is_str(path))
            return raise_error(vm, EXC_TypeError,
                               "expected str, bytes or os.PathLike object, not %s",
                               type_name(vm, filename));
        filename = path;
    }
    if (arg_ssize(args[3]) & ~COMPILE_FLAGS)
        return raise_error(vm, EXC_ValueError, "compile(): unrecognised flags");
    if (!find_mode(as_str(args[2]), &mode))
        return raise_error(vm, EXC_ValueError, "compile() mode must be 'exec', 'eval' or 'single'");
    Str *text = source_text(vm, args[0], "compile", "AST");
    if (!text) return VALUE_ERROR;
    Code *code = compile_text(vm, text, as_str(filename), mode, true);
    return code ? value_object(code) : VALUE_ERROR;
}

// Running code

static bool has_nested_code(const Code *code)
{
    for (uint32_t i = 0; i < code->n_consts; i++)
        if (is_kind(code->consts[i], KIND_CODE)) return true;
    return false;
}

// A table of linked globals that no function can hold is taken off the list of its namespace, so
// that a loop of eval() does not grow it.
static void unlink_globals(Globals *globals)
{
    Globals **link = &globals->dict->links;
    while (*link && *link != globals)
        link = &(*link)->next;
    if (*link) *link = globals->next;
}

static Value run_code(VM *vm, Code *code, Dict *globals, Value locals)
{
    if (dict_find_str(globals, S(__builtins__)) == VALUE_UNBOUND)
        dict_set_str(globals, S(__builtins__), value_object(vm->builtins));
    Globals *table = globals_new(globals, code->unit);
    Function *f = function_new(code, table, NULL);
    if (code->flags & CODE_OPTIMIZED) return value_call(vm, value_object(f), 0, NULL);
    Value result = call_code(vm, f, code->flags & CODE_NAMES ? locals : VALUE_UNBOUND);
    if (!has_nested_code(code)) unlink_globals(table);
    return result;
}

static bool is_mapping(VM *vm, Value v)
{
    return is_dict(v) || special_lookup(vm, v, S(__getitem__)) != VALUE_UNBOUND;
}

// Fill in namespaces that were not given. Locals are the globals if only those are given.
static void default_namespaces(VM *vm, Value *globals, Value *locals)
{
    if (*globals != VALUE_NONE) {
        if (*locals == VALUE_NONE) *locals = *globals;
        return;
    }
    *globals = value_object(caller_globals(vm));
    if (*locals == VALUE_NONE) *locals = caller_locals(vm);
}

static Code *code_argument(VM *vm, Value source, CompileMode mode, bool separate_names)
{
    const char *function = mode == COMPILE_EVAL ? "eval" : "exec";
    if (is_kind(source, KIND_CODE)) {
        if (as_code(source)->n_free == 0) return as_code(source);
        raise_error(vm, EXC_TypeError, "code object passed to %s() may not contain free variables",
                    function);
        return NULL;
    }
    Str *text = source_text(vm, source, function, "code");
    if (!text) return NULL;
    if (mode == COMPILE_EVAL) {
        size_t n = 0;
        while (n < text->size && (text->data[n] == ' ' || text->data[n] == '\t'))
            n++;
        if (n) text = str_new(text->data + n, text->size - n);
    }
    return compile_text(vm, text, str_intern("<string>", 8), mode, separate_names);
}

NATIVE(eval, "eval(source, /, globals = None, locals = None)",
       "The value of an expression: a text or a code object. Names are looked up in the "
       "dictionary globals and the mapping\n"
       "locals, the current ones if they are left out.")
{
    Value globals = args[1], locals = args[2];
    if (locals != VALUE_NONE && !is_mapping(vm, locals))
        return raise_error(vm, EXC_TypeError, "locals must be a mapping");
    if (globals != VALUE_NONE && !is_dict(globals))
        return raise_error(vm, EXC_TypeError, "%s",
                           is_mapping(vm, globals)
                               ? "globals must be a real dict; try eval(expr, {}, mapping)"
                               : "globals must be a dict");
    default_namespaces(vm, &globals, &locals);
    Code *code = code_argument(vm, args[0], COMPILE_EVAL, locals != globals);
    return code ? run_code(vm, code, as_dict(globals), locals) : VALUE_ERROR;
}

NATIVE(exec, "exec(source, /, globals = None, locals = None, *, closure = None)",
       "Execute the given source in the context of globals and locals.\n\n"
       "The source may be a string representing one or more Python statements\n"
       "or a code object as returned by compile().\n"
       "The globals must be a dictionary and locals can be any mapping,\n"
       "defaulting to the current globals and locals.\n"
       "If only globals is given, locals defaults to it.")
{
    Value globals = args[1], locals = args[2];
    if (globals != VALUE_NONE && !is_dict(globals))
        return raise_error(vm, EXC_TypeError, "exec() globals must be a dict, not %s",
                           type_name(vm, globals));
    if (locals != VALUE_NONE && !is_mapping(vm, locals))
        return raise_error(vm, EXC_TypeError, "locals must be a mapping or None, not %s",
                           type_name(vm, locals));
    if (args[3] != VALUE_NONE)
        return raise_error(vm, EXC_TypeError, "cannot use a closure with this code object");
    default_namespaces(vm, &globals, &locals);
    Code *code = code_argument(vm, args[0], COMPILE_EXEC, locals != globals);
    if (!code) return VALUE_ERROR;
    Value result = run_code(vm, code, as_dict(globals), locals);
    return is_error(result) ? result : VALUE_NONE;
}

NATIVE(import, "__import__(name, globals = None, locals = None, fromlist = (), level: ssize = 0)",
       "Import a module.\n\n"
       "Because this function is meant for use by the interpreter\n"
       "and not for general use, it is better to use\n"
       "importlib.import_module() to programmatically import a module.")
{
    int64_t level = arg_ssize(args[4]);
    if (!is_str(args[0])) return raise_error(vm, EXC_TypeError, "module name must be a string");
    if (level < 0) return raise_error(vm, EXC_ValueError, "level must be >= 0");
    if (as_str(args[0])->size == 0 && level == 0)
        return raise_error(vm, EXC_ValueError, "Empty module name");
    Dict *globals = is_dict(args[1]) ? as_dict(args[1]) : caller_globals(vm);
    Value fromlist = VALUE_NONE;
    int has_names = value_truth(vm, args[3]);
    if (has_names < 0) return VALUE_ERROR;
    if (has_names) {
        Tuple *names = tuple_from_iterable(vm, args[3]);
        if (!names) return VALUE_ERROR;
        fromlist = value_object(names);
    }
    return module_import_statement(vm, globals, as_str(args[0]), (int)level, fromlist);
}

const NativeDef *const builtins_exec[] = {
    &builtins_def_build_class,
    &def_import,
    &def_compile,
    &def_dir,
    &def_eval,
    &def_exec,
    &def_globals,
    &def_locals,
    &def_vars,
    NULL,
};
