// SPDX-License-Identifier: MIT
// api.c - the embedding interface of include/rill.h, and what the program does with a failed
// script.
#include "cli/api.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/colour.h"
#include "cli/repl.h"
#include "compiler/charname.h"
#include "compiler/compile.h"
#include "stdlib/stdlib.h"
#include "vm/codec.h"
#include "vm/file.h"
#include "vm/gc.h"
#include "vm/watch.h"

enum {
    STATUS_ERROR = 1,
    STATUS_INTERRUPTED = 130,
    STATUS_CLOSED_PIPE = 141,
    STATUS_NOT_WRITTEN = 120
};

static RillVM
    *live;  // keeps the handle alive: the embedder may hold it where the collector does not look

const char *rill_version(void)
{
    return RILL_VERSION;
}

static Str *name_of(const char *text)
{
    return str_intern(text, strlen(text));
}

static void make_main(VM *vm)
{
    if (vm->main) return;
    vm->main = module_new(vm, S(__main__), VALUE_NONE);
    dict_set_str(vm->modules, S(__main__), value_object(vm->main));
}

RillVM *rill_new(void)
{
    gc_init();
    bool stress = gc_pause_stress();
    gc_begin_permanent();
    VM *vm = vm_new();
    if (!vm) return NULL;
    vm->compile = compile_source;
    vm->compile_library = compile_library;
    vm->compile_function = compile_function;
    vm->find_character = charname_find;
    vm->character_name = charname_of;
    stdlib_init(vm);
    if (dict_find_str(vm->sys->dict, S(stdout)) == VALUE_UNBOUND) file_make_std(vm);
    make_main(vm);
    RillVM *rill = gc_alloc(sizeof *rill);
    rill->vm = vm;
    rill->error = rill->shown = str_empty;
    live = rill;
    gc_end_permanent();
    gc_resume_stress(stress);
    return rill;
}

void rill_set_args(RillVM *rill, int argc, char **argv)
{
    List *list = list_new((size_t)argc);
    for (int i = 0; i < argc; i++)
        list_append(list, value_object(codec_from_os(argv[i], strlen(argv[i]))));
    dict_set_str(rill->vm->sys->dict, S(argv), value_object(list));
}

void rill_set_path(RillVM *rill, const char *folder)
{
    VM *vm = rill->vm;
    Value path = dict_find_str(vm->sys->dict, S(path));
    if (path == VALUE_UNBOUND || !is_list(path)) {
        path = value_object(list_new(1));
        dict_set_str(vm->sys->dict, S(path), path);
    }
    Str *first = codec_from_os(folder, strlen(folder));
    if (!vm->path_before_library) vm->path_before_library = first;
    if (!list_insert(vm, as_list(path), 0, value_object(first))) error_take(vm);
}

// Running

bool api_run_code(VM *vm, Code *code)
{
    Globals *globals = globals_new(vm->main->dict, code->unit);
    Function *f = function_new(code, globals, NULL);
    return !is_error(call_code(vm, f, VALUE_UNBOUND));
}

static bool fail(RillVM *rill)
{
    rill->exit_status = api_take_error(rill->vm, &rill->error);
    return false;
}

static void start(RillVM *rill)
{
    rill->error = str_empty;
    rill->exit_status = 0;
}

bool rill_run_size(RillVM *rill, const char *source, size_t size, const char *filename)
{
    VM *vm = rill->vm;
    start(rill);
    Str *text = codec_decode(vm, source, size, "utf-8", "strict");
    Code *code = text ? vm->compile(vm, text, str_from_cstr(filename), COMPILE_EXEC, false) : NULL;
    return (code && api_run_code(vm, code)) || fail(rill);
}

bool rill_run(RillVM *rill, const char *source, const char *filename)
{
    return rill_run_size(rill, source, strlen(source), filename);
}

bool rill_run_file(RillVM *rill, const char *path)
{
    VM *vm = rill->vm;
    start(rill);
    Value name = value_object(codec_from_os(path, strlen(path)));
    Value file =
        file_open(vm, name, str_from_cstr("rb"), -1, VALUE_NONE, VALUE_NONE, VALUE_NONE, true, VALUE_NONE);
    Value bytes = is_error(file) ? file : stream_read(vm, as_file(file)->raw, -1);
    if (is_error(bytes) || !stream_close(vm, as_file(file)->raw)) return fail(rill);
    dict_set_str(vm->main->dict, S(__file__), name);
    return rill_run_size(rill, as_str(bytes)->data, as_str(bytes)->size, path);
}

const char *rill_eval(RillVM *rill, const char *expression)
{
    VM *vm = rill->vm;
    start(rill);
    Code *code =
        vm->compile(vm, str_from_cstr(expression), str_from_cstr("<string>"), COMPILE_EVAL, false);
    Value v = VALUE_ERROR;
    if (code)
        v = call_code(vm, function_new(code, globals_new(vm->main->dict, code->unit), NULL),
                      VALUE_UNBOUND);
    rill->shown = is_error(v) ? NULL : value_str(vm, v);
    if (!rill->shown) return fail(rill), NULL;
    return rill->shown->data;
}

const char *rill_error(RillVM *rill)
{
    return rill->error->data;
}

int rill_exit_status(RillVM *rill)
{
    return rill->exit_status;
}

bool rill_free(RillVM *rill)
{
    start(rill);
    watch_finish(rill->vm);
    bool ok = (stream_close_layers(rill->vm) && file_flush_all(rill->vm)) || fail(rill);
    rill->vm = NULL;
    live = NULL;
    return ok;
}

// Failures

// SystemExit(None) is 0, SystemExit(n) is n, anything else is printed and counts as 1.
static int exit_code(VM *vm, Value exception, Str **text)
{
    Value code = exception_field(as_exception(exception), FIELD_EXIT_CODE);
    int64_t n;
    watch_let_go_now(vm, exception);
    *text = str_empty;
    if (code == VALUE_NONE) return 0;
    if (is_any_int(code)) return int_to_int64(code, &n) ? (int)(n & 0xFF) : 0xFF;
    Str *shown = value_str(vm, code);
    if (shown)
        *text = str_format("%s\n", shown->data);
    else
        error_take(vm);
    return STATUS_ERROR;
}

static int status_of(VM *vm, Value exception, Str **text)
{
    if (exception_matches(vm, exception, EXC_SystemExit)) return exit_code(vm, exception, text);
    if (exception_matches(vm, exception, EXC_BrokenPipeError)) {
        *text = str_empty;
        return STATUS_CLOSED_PIPE;
    }
    bool is_interrupt = exception_matches(vm, exception, EXC_KeyboardInterrupt);
    return is_interrupt ? STATUS_INTERRUPTED : STATUS_ERROR;
}

int api_take_error(VM *vm, Str **text)
{
    Value exception = error_take(vm);
    *text = NULL;
    int status = status_of(vm, exception, text);
    if (*text) return status;
    StrBuilder b = {0};
    error_format(vm, exception, &b);
    *text = builder_str(&b);
    return status;
}

void api_print_stderr(VM *vm, Str *text)
{
    if (text->size == 0) return;
    Value file = dict_find_str(vm->sys->dict, S(stderr)), v = value_object(text);
    if (file == VALUE_UNBOUND || file == VALUE_NONE) return;
    bool ok = is_exact(file, KIND_FILE) ? file_write_str(vm, file, text) && file_flush(vm, file)
                                        : !is_error(value_call_method(vm, file, S(write), 1, &v));
    if (!ok) error_take(vm);
}

// Has the script put a function of its own into sys.excepthook? Then that is told. False: it has
// not.
static bool tell_hook(VM *vm, Value exception)
{
    Value hook = dict_find_str(vm->sys->dict, S(excepthook));
    Value original = dict_find_str(vm->sys->dict, name_of("__excepthook__"));
    if (hook == VALUE_UNBOUND || hook == VALUE_NONE || hook == original) return false;
    Traceback *tb = as_exception(exception)->traceback;
    Value args[] = {value_object(class_of(vm, exception)), exception,
                    tb ? value_object(tb) : VALUE_NONE};
    if (!is_error(value_call(vm, hook, 3, args))) return true;
    Value second = error_take(vm);
    StrBuilder b = {0};
    builder_add_cstr(&b, "Error in sys.excepthook:\n");
    error_format(vm, second, &b);
    builder_add_cstr(&b, "\nOriginal exception was:\n");
    error_format(vm, exception, &b);
    api_print_stderr(vm, builder_str(&b));
    return true;
}

static bool flush_stdout(VM *vm)
{
    Value file = dict_find_str(vm->sys->dict, S(stdout));
    if (file == VALUE_UNBOUND || !is_exact(file, KIND_FILE) || as_file(file)->raw->is_closed)
        return true;
    return file_flush(vm, file);
}

int api_report_error(VM *vm)
{
    Value exception = error_take(vm);
    Str *text = NULL;
    int status = status_of(vm, exception, &text);
    // The output so far comes first. If nobody reads it, nobody misses it.
    if (!flush_stdout(vm)) error_take(vm);
    if (text) {
        api_print_stderr(vm, text);
        return status;
    }
    if (tell_hook(vm, exception)) return status;
    StrBuilder b = {0};
    error_format_with_notes(vm, exception, &b);
    Str *traceback = builder_str(&b);
    if (isatty(2)) traceback = colour_wrap_notes(traceback, repl_width());
    api_print_stderr(vm, colour_is_wanted(2) ? colour_traceback(traceback) : traceback);
    return status;
}

int api_finish(VM *vm, int status)
{
    watch_finish(vm);
    bool ok = flush_stdout(vm);
    if (!ok && error_is(vm, EXC_BrokenPipeError)) {
        error_take(vm);
        status = STATUS_CLOSED_PIPE;
    } else if (!ok) {
        error_print_unraisable(vm, "Exception ignored on flushing sys.stdout:", VALUE_UNBOUND);
        as_file(dict_find_str(vm->sys->dict, S(stdout)))->raw->out_len = 0;
        status = STATUS_NOT_WRITTEN;
    }
    stream_finish(vm);
    return status;
}
