// SPDX-License-Identifier: MIT
// repl.c - the interactive loop: reads a statement, runs it, shows its value; errors keep the
// session.
#include <unistd.h>

#include "cli/api.h"
#include "compiler/compile.h"
#include "vm/file.h"

static Value std_file(VM *vm, Str *name)
{
    return dict_find_str(vm->sys->dict, name);
}

// One line with its newline; empty at the end of input; NULL: raised.
static Str *read_line(VM *vm, const char *prompt)
{
    Value out = std_file(vm, S(stdout)), in = std_file(vm, S(stdin));
    if (!file_write_str(vm, out, str_from_cstr(prompt)) || !file_flush(vm, out)) return NULL;
    Value line = file_read_text_line(vm, as_file(in), -1);
    return is_error(line) ? NULL : as_str(line);
}

static bool is_blank(const Str *line)
{
    for (size_t i = 0; i < line->size; i++)
        if (!strchr(" \t\r\n\f", line->data[i])) return false;
    return true;
}

// The next statement, compiled. NULL: raised, or (*at_end) the input is at its end.
static Code *read_statement(VM *vm, Str *filename, bool *at_end)
{
    StrBuilder b = {0};
    for (;;) {
        Str *line = read_line(vm, b.size ? "... " : ">>> ");
        *at_end = line && line->size == 0 && b.size == 0;
        if (!line || *at_end) return NULL;
        if (b.size == 0 && is_blank(line)) continue;
        builder_add_str(&b, line);
        bool is_incomplete = false;
        Code *code = compile_interactive(vm, str_new(b.data, b.size), filename, COMPILE_SINGLE,
                                         &is_incomplete);
        if (code || !is_incomplete || line->size == 0) return code;
        error_take(vm);
    }
}

int repl_run(RillVM *rill)
{
    VM *vm = rill->vm;
    Str *filename = str_from_cstr("<stdin>");
    api_print_stderr(
        vm, str_format("Rill %s, a strict subset of Python 3.13. Ctrl-D leaves.\n", RILL_VERSION));
    for (;;) {
        bool at_end = false;
        Code *code = read_statement(vm, filename, &at_end);
        if (at_end) break;
        if (code && api_run_code(vm, code)) continue;
        if (error_is(vm, EXC_SystemExit) || error_is(vm, EXC_BrokenPipeError))
            return api_report_error(vm);
        if (error_is(vm, EXC_KeyboardInterrupt)) {
            error_take(vm);
            api_print_stderr(vm, str_from_cstr("\nKeyboardInterrupt\n"));
            continue;
        }
        api_report_error(vm);
    }
    Value out = std_file(vm, S(stdout));
    return file_write_str(vm, out, str_from_cstr("\n")) ? 0 : api_report_error(vm);
}
