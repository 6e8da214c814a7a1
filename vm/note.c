// SPDX-License-Identifier: MIT
// note.c - the notes of an uncaught exception: finds the first function of notes.def that has
// something to say, and adds what the traceback tells about generators.
#include "vm/note_rules.h"

#include "vm/gc.h"
#include "vm/vm.h"

typedef struct Rule {
    Str *(*make)(const Failure *f);
    ExceptionKind kind;
    const char *lesson;
} Rule;

static const Rule rules[] = {
#define NOTE(function, kind, lesson) {note_##function, EXC_##kind, lesson},
#include "vm/notes.def"
#undef NOTE
};

static const char *const other_lessons[] = {"generator-traceback", "generator-dropped"};

const char *note_lesson(size_t i)
{
    if (i < countof(rules)) return rules[i].lesson;
    i -= countof(rules);
    return i < countof(other_lessons) ? other_lessons[i] : NULL;
}

static void describe(VM *vm, Value exception, Failure *f)
{
    Exception *e = as_exception(exception);
    *f = (Failure){.vm = vm, .exception = e, .subject = VALUE_UNBOUND};
    f->message = value_str(vm, exception);
    if (!f->message) {
        error_take(vm);
        f->message = str_empty;
    }
    if (exception_has_field(e, FIELD_SUBJECT)) f->subject = exception_field(e, FIELD_SUBJECT);
    const Traceback *tb = e->traceback;
    while (tb && tb->next)
        tb = tb->next;
    f->raised = tb;
    if (!tb) return;
    traceback_entry(tb, &f->at);
    f->text = source_of(vm, tb->function->code, tb->pc);
}

static void add_line(StrBuilder *out, const Str *text)
{
    builder_add_cstr(out, "note: ");
    builder_add_str(out, text);
    builder_add_byte(out, '\n');
}

static const char *add_rule_note(const Failure *f, StrBuilder *out)
{
    Value exception = value_object(f->exception);
    for (size_t i = 0; i < countof(rules); i++) {
        if (!exception_matches(f->vm, exception, rules[i].kind)) continue;
        Str *text = rules[i].make(f);
        error_take(f->vm);
        if (!text) continue;
        add_line(out, text);
        return rules[i].lesson;
    }
    return NULL;
}

void note_add(VM *vm, Value exception, StrBuilder *out)
{
    if (vm->plain_errors) return;
    Value pending = error_take(vm);
    Failure f;
    describe(vm, exception, &f);
    const char *lesson = add_rule_note(&f, out);
    bool is_traced = false;
    generator_trace_notes(vm, f.exception->traceback, out, &is_traced);
    if (!lesson && is_traced) lesson = "generator-traceback";
    const char *command = vm->explain_command ? vm->explain_command : "rill --explain";
    if (lesson) builder_format(out, "note: more about this: %s %s\n", command, lesson);
    vm->exception = pending;
}

void error_format_with_notes(VM *vm, Value exception, StrBuilder *out)
{
    error_format(vm, exception, out);
    note_add(vm, exception, out);
}
