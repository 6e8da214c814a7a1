// SPDX-License-Identifier: MIT
// repl_commands.c - the commands of repl_commands.def, and ?object.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/repl.h"
#include "compiler/compile.h"
#include "vm/file.h"
#include "vm/gc.h"
#include "vm/iter.h"
#include "vm/note.h"

// A command gets what is written after its name. False: raised.
typedef bool (*CommandFunction)(Repl *r, Str *argument);

#define COMMAND(name, arguments, function, help) \
    static bool command_##function(Repl *r, Str *argument);
#include "cli/repl_commands.def"
#undef COMMAND

typedef struct Command {
    const char *name, *arguments, *help;
    CommandFunction run;
} Command;

static const Command commands[] = {
#define COMMAND(name, arguments, function, help) {name, arguments, help, command_##function},
#include "cli/repl_commands.def"
#undef COMMAND
};

static bool print_builder(Repl *r, StrBuilder *b)
{
    repl_print(r, builder_str(b)->data);
    return true;
}

static bool complain(Repl *r, Str *text)
{
    repl_print(r, str_format("%s\n", text->data)->data);
    return true;
}

// Values

Value repl_evaluate(Repl *r, const char *expression)
{
    VM *vm = r->vm;
    Code *code =
        vm->compile(vm, str_from_cstr(expression), str_from_cstr("<input>"), COMPILE_EVAL, false);
    if (!code) return VALUE_ERROR;
    return call_code(vm, function_new(code, globals_new(vm->main->dict, code->unit), NULL),
                     VALUE_UNBOUND);
}

// NULL: raised.
static Generator *evaluate_generator(Repl *r, Str *argument)
{
    Value v = repl_evaluate(r, argument->data);
    if (is_error(v)) return NULL;
    if (is_generator(v)) return as_generator(v);
    raise_error(r->vm, EXC_TypeError, "a generator is wanted, not '%s'", type_name(r->vm, v));
    return NULL;
}

// :help, :explain, :quit, :reset

static bool command_help(Repl *r, Str *argument)
{
    (void)argument;
    StrBuilder b = {0};
    for (size_t i = 0; i < countof(commands); i++) {
        Str *form = str_format(":%s %s", commands[i].name, commands[i].arguments);
        builder_format(&b, "  %-16s %s\n", form->data, commands[i].help);
    }
    builder_add_cstr(
        &b, "  ?OBJECT          its signature, type and documentation; OBJECT? is the same\n"
            "  ??OBJECT         its source\n"
            "  _                the last value shown\n");
    if (r->is_editing)
        builder_add_cstr(
            &b,
            "  Tab completes, Alt-Enter begins a line, Ctrl-R searches what was typed before.\n");
    return print_builder(r, &b);
}

static bool command_explain(Repl *r, Str *argument)
{
    Str *text = argument->size ? explain_lesson(argument->data) : explain_list();
    Str *similar = text ? NULL : explain_similar(argument->data);
    if (text)
        repl_print(r, text->data);
    else if (similar)
        complain(r, str_format("no lesson is named %s; did you mean %s?", argument->data,
                               similar->data));
    else
        complain(r, str_format("no lesson is named %s; :explain lists all", argument->data));
    return true;
}

static bool command_quit(Repl *r, Str *argument)
{
    (void)argument;
    r->is_over = true;
    return true;
}

static bool command_reset(Repl *r, Str *argument)
{
    (void)argument;
    Dict *names = r->vm->main->dict;
    List *keys = list_new(16);
    size_t pos = 0;
    Value key, v;
    while (dict_next(names, &pos, &key, &v))
        if (is_str(key) && strncmp(as_str(key)->data, "__", 2) != 0) list_append(keys, key);
    for (size_t i = 0; i < keys->len; i++)
        if (dict_delete(r->vm, names, keys->items[i], NULL) < 0) return false;
    dict_set_str(r->vm->builtins, S(_), VALUE_NONE);
    list_remove_range(r->blocks, 0, r->blocks->len);
    return complain(r, str_format("%zu name%s forgotten", keys->len, keys->len == 1 ? "" : "s"));
}

// :time, :dis

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static Str *duration_text(double seconds)
{
    if (seconds < 1e-3) return str_format("%.1f µs", seconds * 1e6);
    if (seconds < 1) return str_format("%.1f ms", seconds * 1e3);
    return str_format("%.2f s", seconds);
}

static Str *size_text(size_t bytes)
{
    if (bytes < 10 * 1024) return str_format("%zu bytes", bytes);
    if (bytes < 10 * 1024 * 1024) return str_format("%zu KB", bytes / 1024);
    return str_format("%zu MB", bytes / 1024 / 1024);
}

static bool command_time(Repl *r, Str *argument)
{
    VM *vm = r->vm;
    if (argument->size == 0) return complain(r, str_from_cstr("what is to be timed? :time EXPR"));
    Code *code = vm->compile(vm, str_format("%s\n", argument->data), str_from_cstr("<input>"),
                             COMPILE_INTERACTIVE, false);
    if (!code) return false;
    size_t allocated = gc_total_allocated();
    double start = now();
    if (!api_run_code(vm, code)) return false;
    double seconds = now() - start;
    allocated = gc_total_allocated() - allocated;
    repl_print_dim(r, str_format("# %s, %s allocated", duration_text(seconds)->data,
                                 size_text(allocated)->data)
                          ->data);
    return true;
}

// The code of a function, method or generator; else of the text itself.
static Code *code_of(Repl *r, Str *argument)
{
    Value v = source_lookup(r->vm, r->vm->main->dict, NULL, argument);
    if (is_kind(v, KIND_BOUND_METHOD)) v = ((BoundMethod *)as_pointer(v))->function;
    if (is_function(v)) return function_compile(r->vm, as_function(v)) ? as_function(v)->code : NULL;
    if (is_generator(v)) return as_generator(v)->frame.function->code;
    if (is_kind(v, KIND_CODE)) return as_code(v);
    return r->vm->compile(r->vm, str_format("%s\n", argument->data), str_from_cstr("<input>"),
                          COMPILE_INTERACTIVE, false);
}

static bool command_dis(Repl *r, Str *argument)
{
    if (argument->size == 0) return complain(r, str_from_cstr("of what? :dis F"));
    Code *code = code_of(r, argument);
    if (!code) return false;
    StrBuilder b = {0};
    code_disassemble(code, &b, code->unit ? code->unit->source : NULL);
    return print_builder(r, &b);
}

// Generators

static bool command_state(Repl *r, Str *argument)
{
    if (argument->size == 0) return complain(r, str_from_cstr("which generator? :state G"));
    Generator *g = evaluate_generator(r, argument);
    if (!g) return false;
    StrBuilder b = {0};
    repl_draw_state(r, g, &b);
    return print_builder(r, &b);
}

// "G 3" -> "G", 3
static Str *split_count(Str *argument, int *count)
{
    size_t end = argument->size;
    while (end > 0 && argument->data[end - 1] >= '0' && argument->data[end - 1] <= '9')
        end--;
    if (end == argument->size || end == 0 || argument->data[end - 1] != ' ') return argument;
    *count = 0;
    for (size_t i = end; i < argument->size && *count < 1000000; i++)
        *count = *count * 10 + argument->data[i] - '0';
    while (end > 0 && argument->data[end - 1] == ' ')
        end--;
    return str_new(argument->data, end);
}

static bool command_peek(Repl *r, Str *argument)
{
    VM *vm = r->vm;
    int count = 5;
    if (argument->size == 0) return complain(r, str_from_cstr("which generator? :peek G"));
    Generator *g = evaluate_generator(r, split_count(argument, &count));
    if (!g) return false;
    Value module = module_import(vm, str_intern("rill", 4));
    Value peek = is_error(module) ? module : value_getattr(vm, module, str_intern("peek", 4));
    if (is_error(peek)) return false;
    Value args[] = {value_object(g), small_int(count)};
    Value values = value_call(vm, peek, 2, args);
    Str *note = NULL, *shown = is_error(values) ? NULL : repl_show(r, values, &note);
    if (!shown) return false;
    complain(r, shown);
    repl_print_dim(r, repl_generator_line(r, g, repl_width())->data);
    return true;
}

static void collect_generator(void *object, void *context)
{
    const Generator *g = object;
    if ((g->object.head & 0xFF) != KIND_GENERATOR || g->object.shape != KIND_GENERATOR) return;
    if (generator_state(g) == GEN_DONE || !gc_is_base(g->frame.function)) return;
    List *found = context;
    if (found->len < found->cap) found->items[found->len++] = value_object(g);
}

static Str *name_of_generator(Repl *r, Generator *g)
{
    size_t pos = 0;
    Value key, v;
    while (dict_next(r->vm->main->dict, &pos, &key, &v))
        if (v == value_object(g) && is_str(key)) return as_str(key);
    return NULL;
}

// Sorted, so that those with a name come last.
static List *generator_lines(Repl *r, const List *found)
{
    List *lines = list_new(found->len);
    for (size_t i = 0; i < found->len; i++) {
        Generator *g = as_generator(found->items[i]);
        enum { BEFORE = 11 };  // the name, without "# "
        Str *name = name_of_generator(r, g),
            *line = repl_generator_line(r, g, repl_width() - BEFORE);
        list_append(lines,
                    value_object(str_format("%-12s %s", name ? name->data : "", line->data + 2)));
    }
    if (!list_sort(r->vm, lines, VALUE_NONE, false)) error_take(r->vm);
    return lines;
}

static bool command_gens(Repl *r, Str *argument)
{
    enum { MAX_FOUND = 10000, MAX_LISTED = 50 };
    (void)argument;
    List *found = list_new(MAX_FOUND);
    gc_each_object(sizeof(Generator), collect_generator, found);
    StrBuilder b = {0};
    List *lines = generator_lines(r, found);
    for (size_t i = 0; i < lines->len && i < MAX_LISTED; i++)
        builder_format(&b, "%s\n", repl_fit(as_str(lines->items[i]))->data);
    if (found->len > MAX_LISTED) builder_format(&b, "and %zu more\n", found->len - MAX_LISTED);
    if (found->len == 0) builder_add_cstr(&b, "no generator is alive\n");
    return print_builder(r, &b);
}

// :load, :save

static bool command_load(Repl *r, Str *argument)
{
    if (argument->size == 0) return complain(r, str_from_cstr("which file? :load FILE"));
    Str *source = module_read_source(r->vm, argument);
    Code *code = source ? r->vm->compile(r->vm, source, argument, COMPILE_EXEC, false) : NULL;
    if (!code || !api_run_code(r->vm, code)) return false;
    list_append(r->blocks, value_object(source));
    return true;
}

static bool command_save(Repl *r, Str *argument)
{
    if (argument->size == 0) return complain(r, str_from_cstr("to which file? :save FILE"));
    FILE *f = fopen(argument->data, "w");
    bool ok = f;
    for (size_t i = 0; ok && i < r->blocks->len; i++) {
        const Str *block = as_str(r->blocks->items[i]);
        ok = fwrite(block->data, 1, block->size, f) == block->size;
    }
    if (f && fclose(f) != 0) ok = false;
    if (!ok) {
        raise_os_error(r->vm, errno, value_object(argument));
        return false;
    }
    return complain(
        r, str_format("%zu block%s saved", r->blocks->len, r->blocks->len == 1 ? "" : "s"));
}

// ?object

static Value inspect_call(Repl *r, const char *name, Value v)
{
    VM *vm = r->vm;
    Value module = module_import(vm, str_intern("inspect", 7));
    Value f = is_error(module) ? module : value_getattr(vm, module, str_intern(name, strlen(name)));
    Value result = is_error(f) ? f : value_call(vm, f, 1, &v);
    if (is_error(result)) error_take(vm);
    return result;
}

static const Code *code_of_value(Value v)
{
    if (is_kind(v, KIND_BOUND_METHOD)) v = ((BoundMethod *)as_pointer(v))->function;
    if (is_generator(v)) return as_generator(v)->frame.function->code;
    return is_function(v) ? as_function(v)->code : NULL;
}

static void add_origin(Repl *r, Value v, StrBuilder *b)
{
    const Code *code = code_of_value(v);
    Value module = value_find_attr(r->vm, v, S(__module__));
    if (is_error(module)) error_take(r->vm);
    if (code && code->unit)
        builder_format(b, "defined in %s, line %d\n", code->unit->filename->data, code->first_line);
    else if (!is_error(module) && is_str(module))
        builder_format(b, "of module %s\n", as_str(module)->data);
}

static bool describe(Repl *r, Str *expression, Value v)
{
    VM *vm = r->vm;
    StrBuilder b = {0};
    bool is_called =
        is_class(v) || code_of_value(v) || is_kind(v, KIND_NATIVE) || is_kind(v, KIND_BOUND_METHOD);
    Value signature = is_called && !is_generator(v) ? inspect_call(r, "signature", v) : VALUE_ERROR;
    Str *text = is_error(signature) ? NULL : value_str(vm, signature);
    if (text) builder_format(&b, "%s%s\n", expression->data, text->data);
    builder_format(&b, "type: %s\n", type_name(vm, v));
    if (!is_called || is_generator(v)) {
        Str *note = NULL, *shown = repl_show(r, v, &note);
        if (!shown) return false;
        builder_format(&b, "%s\n", shown->data);
    }
    if (is_generator(v)) builder_format(&b, "%s\n", repl_generator_line(r, as_generator(v), repl_width())->data);
    add_origin(r, v, &b);
    bool has_own_doc = (is_called && !is_generator(v)) || is_kind(v, KIND_MODULE) ||
                       is_kind(v, KIND_PROPERTY);
    Value doc = has_own_doc ? inspect_call(r, "getdoc", v) : VALUE_NONE;
    if (!is_error(doc) && is_str(doc)) builder_format(&b, "\n%s\n", as_str(doc)->data);
    return print_builder(r, &b);
}

// The last line that an instruction of the code, or of code in it, comes from.
static int last_line_of(const Code *code)
{
    int last = code->first_line;
    for (uint32_t i = 0; i < code->n_instrs; i++)
        if (code->positions[i].end_line > last) last = code->positions[i].end_line;
    for (uint32_t i = 0; i < code->n_consts; i++) {
        int inner =
            is_kind(code->consts[i], KIND_CODE) ? last_line_of(as_code(code->consts[i])) : 0;
        if (inner > last) last = inner;
    }
    return last;
}

static bool show_source(Repl *r, Str *expression, Value v)
{
    if (is_kind(v, KIND_PROPERTY)) v = value_getattr(r->vm, v, str_intern("fget", 4));
    if (is_error(v)) return false;
    const Code *code = code_of_value(v);
    if (!code) {
        Value source = inspect_call(r, "getsource", v);
        if (is_error(source))
            return complain(r,
                            str_format("no source: %s is not written in Rill", expression->data));
        repl_print(r, as_str(source)->data);
        return true;
    }
    StrBuilder b = {0};
    SourceReader reader = {0};
    for (int line = code->first_line, last = last_line_of(code); code->unit && line <= last;
         line++) {
        Str *text = source_line(&reader, code->unit, line);
        if (text) builder_format(&b, "%s\n", text->data);
    }
    return print_builder(r, &b);
}

static bool ask(Repl *r, Str *text)
{
    const char *start = text->data, *end = start + text->size;
    int n = 0;
    while (start < end && *start == '?')
        start++, n++;
    while (end > start && end[-1] == '?')
        end--, n++;
    while (start < end && *start == ' ')
        start++;
    while (end > start && end[-1] == ' ')
        end--;
    if (start == end) return command_help(r, str_empty);
    Str *expression = str_new(start, (size_t)(end - start));
    Value v = repl_evaluate(r, expression->data);
    if (is_error(v)) return false;
    return n > 1 ? show_source(r, expression, v) : describe(r, expression, v);
}

// Dispatch

bool repl_command(Repl *r, Str *text)
{
    if (text->data[0] != ':') return ask(r, text);
    const char *name = text->data + 1, *end = text->data + text->size;
    size_t size = 0;
    while (name + size < end && name[size] != ' ')
        size++;
    const char *rest = name + size;
    while (rest < end && *rest == ' ')
        rest++;
    while (end > rest && (end[-1] == ' ' || end[-1] == '\n'))
        end--;
    Str *argument = str_new(rest, (size_t)(end - rest));
    const Command *found = NULL;
    for (size_t i = 0; i < countof(commands); i++) {
        if (strlen(commands[i].name) < size || strncmp(commands[i].name, name, size) != 0) continue;
        if (!found || strlen(commands[i].name) == size) found = &commands[i];
    }
    if (found && size > 0) return found->run(r, argument);
    return complain(r, str_format("no command :%.*s; :help lists them", (int)size, name));
}
