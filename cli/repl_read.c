// SPDX-License-Identifier: MIT
// repl_read.c - reading blocks line by line from sys.stdin, where there is no readline: the
// terminal's own line editing is all there is.
#include <stdio.h>
#include <unistd.h>

#include "cli/repl.h"
#include "vm/file.h"

Value repl_file(VM *vm, Str *name)
{
    return dict_find_str(vm->sys->dict, name);
}

// sys.stdout may be anything, or not there.
static bool is_own_file(VM *vm, Str *name)
{
    Value v = repl_file(vm, name);
    return v != VALUE_UNBOUND && is_exact(v, KIND_FILE);
}

static void flush_one(VM *vm, Str *name)
{
    if (is_own_file(vm, name) && !file_flush(vm, repl_file(vm, name))) error_take(vm);
}

void repl_flush(Repl *r)
{
    flush_one(r->vm, S(stderr));
    flush_one(r->vm, S(stdout));
}

void repl_print(Repl *r, const char *text)
{
    Value out = repl_file(r->vm, S(stdout));
    if (!is_own_file(r->vm, S(stdout))) {
        fputs(text, stdout);
        fflush(stdout);
    } else if (!file_write_str(r->vm, out, str_from_cstr(text)) || !file_flush(r->vm, out)) {
        error_take(r->vm);
    }
}

void repl_print_dim(Repl *r, const char *text)
{
    text = repl_fit(str_from_cstr(text))->data;
    repl_print(r, str_format("%s%s%s\n", r->has_colour ? COLOUR_DIM : "", text,
                             r->has_colour ? COLOUR_OFF : "")
                      ->data);
}

// One line with its newline; empty at the end of input; NULL: raised.
static Str *read_line(Repl *r, bool is_first)
{
    VM *vm = r->vm;
    Value in = repl_file(vm, S(stdin));
    if (!is_own_file(vm, S(stdin))) return str_empty;
    repl_flush(r);
    repl_print(r, is_first ? ">>> " : "... ");
    Value line = file_read_text_line(vm, as_file(in), -1);
    return is_error(line) ? NULL : as_str(line);
}

ReadResult repl_read_plain(Repl *r, Str **text)
{
    StrBuilder b = {0};
    for (;;) {
        if (vm_pending_signal(r->vm) && !vm_handle_interrupt(r->vm))
            return error_take(r->vm), READ_CANCELLED;
        Str *line = read_line(r, b.size == 0);
        if (!line && error_is(r->vm, EXC_KeyboardInterrupt)) {
            error_take(r->vm);
            return READ_CANCELLED;
        }
        if (!line) return READ_FAILED;
        if (line->size == 0 && b.size == 0) return READ_END;
        bool is_blank = text_is_blank(line->data, line->size);
        if (is_blank && b.size == 0) continue;
        bool is_over = line->size == 0;
        if (is_over) repl_print(r, "\n");
        if (line->size && line->data[line->size - 1] == '\n')
            line = str_new(line->data, line->size - 1);
        if (!is_blank) line = text_without_prompts(line);
        if (b.size) builder_add_byte(&b, '\n');
        builder_add_str(&b, line);
        *text = str_new(b.data, b.size);
        if (is_over || repl_is_complete(r, *text)) return READ_BLOCK;
    }
}
