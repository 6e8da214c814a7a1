// SPDX-License-Identifier: MIT
// repl.c - the interactive session: reads a block, runs it, shows values; errors keep the session.
#include "cli/repl.h"

#include <unistd.h>

#include "compiler/compile.h"
#include "vm/file.h"
#include "vm/note.h"
#include "vm/reach.h"

bool repl_is_command(const Str *text)
{
    if (text->size == 0) return false;
    char first = text->data[0], last = text->data[text->size - 1];
    if (memchr(text->data, '\n', text->size)) return false;
    if (first == ':' || first == '?') return true;
    Scan scan = text_scan(text->data, text->size - 1);
    return last == '?' && !scan.quote && !scan.in_comment;
}

// An empty last line ends a block.
static bool has_blank_end(const Str *text)
{
    size_t start = text_line_start(text->data, text->size);
    return start > 0 && text_is_blank(text->data + start, text->size - start);
}

static bool is_last_line_indented(const Str *text)
{
    size_t start = text_line_start(text->data, text->size);
    return start < text->size && (text->data[start] == ' ' || text->data[start] == '\t');
}

// More than one statement, pasted or recalled: complete unless the last one may go on.
static bool is_complete_series(Repl *r, Str *text)
{
    bool is_incomplete;
    Code *code = compile_interactive(r->vm, str_format("%s\n", text->data), S(__main__),
                                     COMPILE_INTERACTIVE, &is_incomplete);
    error_take(r->vm);
    if (!code) return !is_incomplete;
    return !is_last_line_indented(text) || has_blank_end(text);
}

bool repl_is_complete(Repl *r, Str *text)
{
    if (text_is_blank(text->data, text->size) || repl_is_command(text)) return true;
    bool is_incomplete;
    Code *code = compile_interactive(r->vm, str_format("%s\n", text->data), S(__main__),
                                     COMPILE_SINGLE, &is_incomplete);
    error_take(r->vm);
    if (code || is_incomplete) return code != NULL;
    bool is_line = !memchr(text->data, '\n', text->size);
    return is_line || is_complete_series(r, text);
}

bool repl_run_text(Repl *r, Str *text, Str *filename)
{
    bool is_incomplete;
    Code *code = compile_interactive(r->vm, text, filename, COMPILE_INTERACTIVE, &is_incomplete);
    return code && api_run_code(r->vm, code);
}

// Generators after next(g) and the like

// text is next(NAME), NAME.send(...) and the like: the generator of that name.
static Generator *resumed_generator(Repl *r, const Str *text)
{
    static const char *const methods[] = {".send", ".throw", ".close", ".__next__"};
    Str *head, *inside, *name = NULL;
    if (source_split(text, &head, &inside) != '(') return NULL;
    if (str_is(head, "next")) name = source_first_argument(inside);
    for (size_t i = 0; i < countof(methods); i++) {
        size_t n = strlen(methods[i]);
        bool is_it = head->size > n && memcmp(head->data + head->size - n, methods[i], n) == 0;
        if (is_it) name = str_new(head->data, head->size - n);
    }
    Value v = name ? source_lookup(r->vm, r->vm->main->dict, NULL, name) : VALUE_UNBOUND;
    return is_generator(v) ? as_generator(v) : NULL;
}

static void run_block(Repl *r, Str *text)
{
    Str *filename = str_format("<input-%d>", ++r->n_inputs);
    Str *source = str_format("%s\n", text->data);
    if (!repl_run_text(r, source, filename)) return;
    list_append(r->blocks, value_object(source));
    Generator *g = resumed_generator(r, text);
    if (g) repl_print_dim(r, repl_generator_line(r, g, repl_width())->data);
}

// Errors

static bool is_exit(VM *vm)
{
    return error_is(vm, EXC_SystemExit) || error_is(vm, EXC_BrokenPipeError);
}

// `exit`, `quit` and `help` alone are what they say, unless they are the user's own names.
static bool is_word(Repl *r, const Str *text, const char *wanted)
{
    size_t n = text->size;
    while (n > 0 && (text->data[n - 1] == ' ' || text->data[n - 1] == '\n'))
        n--;
    Str *word = str_intern(text->data, n);
    return str_is(word, wanted) && dict_find_str(r->vm->main->dict, word) == VALUE_UNBOUND;
}

static void show_warning(VM *vm, Str *line)
{
    api_print_stderr(vm, colour_warning(line, repl_width(), colour_is_wanted(2)));
}

static void start(Repl *r)
{
    VM *vm = r->vm;
    vm->generator_warnings = !vm->plain_errors;
    vm->counts_values = true;
    vm->show_warning = show_warning;
    vm->explain_command = ":explain";
    vm->display = repl_display;
    r->blocks = list_new(64);
    repl_show_init(r);
    r->has_colour = colour_is_wanted(1);
    r->is_editing = repl_edit_open(r);
    repl_print(
        r, str_format("Rill %s, a strict subset of Python 3.13. Try :help.\n", RILL_VERSION)->data);
}

static ReadResult read_block(Repl *r, Str **text)
{
    return r->is_editing ? repl_edit_read(r, text) : repl_read_plain(r, text);
}

// Not inlined: what it and run_block work with would stay in the frame of the session, where the search for abandoned
// generators finds it.
static NOINLINE void run(Repl *r, Str *text)
{
    if (text_is_blank(text->data, text->size)) return;
    if (is_word(r, text, "help"))
        repl_command(r, str_from_cstr(":help"));
    else if (is_word(r, text, "exit") || is_word(r, text, "quit"))
        r->is_over = true;
    else if (!repl_is_command(text))
        run_block(r, text);
    else if (!repl_command(r, text))
        return;
}

int repl_run(RillVM *rill)
{
    static Repl session;
    Repl *r = &session;
    *r = (Repl){.rill = rill, .vm = rill->vm};
    start(r);
    while (!r->is_over) {
        Str *text = NULL;
        ReadResult result = read_block(r, &text);
        if (result == READ_END) repl_print(r, "\n");
        if (result == READ_END) break;
        if (result == READ_CANCELLED) repl_print(r, "\nKeyboardInterrupt\n");
        reach_clear_c_stack();  // what was typed before holds nothing up
        if (result == READ_BLOCK) run(r, text);
        if (r->vm->exception == VALUE_UNBOUND) continue;
        if (is_exit(r->vm)) return api_report_error(r->vm);
        api_report_error(r->vm);
    }
    return 0;
}
