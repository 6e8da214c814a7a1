// SPDX-License-Identifier: MIT
// note_generator.c - what notes tell of the history of a generator: where it was made, who resumed
// it, how it ended; and the warnings of -W generators.
#include <stdio.h>

#include "vm/gc.h"
#include "vm/note.h"
#include "vm/vm.h"

enum { MAX_TRACE_NOTES = 5, MAX_CONSUMER = 30 };

// Who resumed

// The instruction that ends at pc.
static Instr instruction_before(const Code *code, const Instr *pc)
{
    const Instr *p = code->instrs, *end = p + code->n_instrs;
    while (p < pc && p < end) {
        const Instr *next = p + 1 + opcode_info[instr_op(*p)].n_words;
        if (next >= pc) return *p;
        p = next;
    }
    return *code->instrs;
}

static const char *consumer_of_opcode(Opcode op)
{
    switch (op) {
    case OP_FOR:
    case OP_FORRANGE:
    case OP_FORGEN:
    case OP_GFORGEN:
    case OP_FORLIST:
    case OP_FORNATIVE:
    case OP_FORPREP: return "the loop";
    case OP_YIELDFROM: return "yield from";
    case OP_UNPACK:
    case OP_UNPACKEX:
    case OP_UNPACKLONG: return "unpacking";
    case OP_IN:
    case OP_NOTIN: return "a test with `in`";
    case OP_LISTEXTEND:
    case OP_SETUPDATE:
    case OP_LISTTUPLE:
    case OP_CALLEX: return "a *";
    default: return NULL;
    }
}

// "list()", "the loop", "yield from": the instruction that ran a generator. NULL: no word for it.
static Str *consumer_text(VM *vm, const Code *code, const Instr *pc)
{
    const char *what = consumer_of_opcode(instr_op(instruction_before(code, pc)));
    if (what) return str_from_cstr(what);
    Str *text = source_of(vm, code, pc), *head, *inside;
    if (!text || source_split(text, &head, &inside) != '(') return NULL;
    return source_is_name(head) && head->size <= MAX_CONSUMER ? str_format("%s()", head->data)
                                                              : NULL;
}

Str *generator_place(const Code *code, const Instr *pc, const Str *filename)
{
    TracebackEntry at;
    traceback_entry_of(code, pc, &at);
    if (filename && str_equal(at.filename, filename)) return str_format("at line %d", at.line);
    return str_format("in %s, line %d", at.filename->data, at.line);
}

// Ends

Str *generator_end_text(VM *vm, const Generator *g, const Str *filename)
{
    if (generator_state(g) != GEN_DONE || !g->ended_in || !g->frame.pc) return NULL;
    unsigned flags = g->object.head >> 16;
    const char *how = flags & GEN_CLOSED   ? "closed"
                      : flags & GEN_FAILED ? "ended by an exception"
                                           : "exhausted";
    const Code *code = g->ended_in->code;
    StrBuilder b = {0};
    builder_format(&b, "was %s %s", how, generator_place(code, g->frame.pc, filename)->data);
    Str *by = flags & (GEN_CLOSED | GEN_FAILED) ? NULL : consumer_text(vm, code, g->frame.pc);
    if (by) builder_format(&b, " by %s", by->data);
    return builder_str(&b);
}

// Where the generators of a traceback were made

enum { MAX_CANDIDATES_SOUGHT = 64 };

typedef struct Candidate {
    const Traceback *resumer, *entry;  // of the generator, and the one before it
    const Code *maker;  // whose instructions entry->made_at is among; NULL: no code's
} Candidate;

typedef struct Search {
    Candidate items[MAX_CANDIDATES_SOUGHT];  // a ring: the innermost ones
    size_t n;
} Search;

static size_t search_len(const Search *s)
{
    return s->n < MAX_CANDIDATES_SOUGHT ? s->n : MAX_CANDIDATES_SOUGHT;
}

static void look_at_object(void *object, void *context)
{
    Search *s = context;
    const Code *code = object;
    if (code->object.head != HEAD(KIND_CODE, 0, 0) || code->object.shape != KIND_CODE) return;
    for (size_t i = 0; i < search_len(s); i++) {
        const Instr *pc = s->items[i].entry->made_at;
        if (pc > code->instrs && pc <= code->instrs + code->n_instrs) s->items[i].maker = code;
    }
}

static bool is_same_line(const Code *a, const Instr *pa, const Code *b, const Instr *pb)
{
    return a == b && code_position(a, pa)->line == code_position(b, pb)->line;
}

// NULL: nothing that the traceback does not show.
static Str *trace_text(VM *vm, const Candidate *c)
{
    const Code *code = c->entry->function->code, *from = c->resumer->function->code;
    if (!c->maker || is_same_line(c->maker, c->entry->made_at, from, c->resumer->pc)) return NULL;
    const Str *filename = code->unit ? code->unit->filename : NULL;
    Str *by = consumer_text(vm, from, c->resumer->pc);
    return str_format("generator %s was created %s and resumed %s%s%s", code->qualname->data,
                      generator_place(c->maker, c->entry->made_at, filename)->data,
                      generator_place(from, c->resumer->pc, filename)->data, by ? " by " : "",
                      by ? by->data : "");
}

static void add_trace_note(StrBuilder *out, const Str *text, int times)
{
    builder_format(out, "note: %s", text->data);
    if (times > 1) builder_format(out, " (%d such)", times);
    builder_add_byte(out, '\n');
}

// Equal ones that follow each other are one note.
static bool add_trace_notes(VM *vm, const Search *s, StrBuilder *out)
{
    size_t len = search_len(s), first = s->n - len;
    Str *last = NULL;
    int n_notes = 0, times = 0;
    for (size_t i = 0; i < len && n_notes < MAX_TRACE_NOTES; i++) {
        Str *text = trace_text(vm, &s->items[(first + i) % MAX_CANDIDATES_SOUGHT]);
        if (!text) continue;
        if (last && !str_equal(text, last)) {
            add_trace_note(out, last, times);
            n_notes++;
            times = 0;
        }
        last = text;
        times++;
    }
    if (last && n_notes < MAX_TRACE_NOTES) add_trace_note(out, last, times);
    return last != NULL;
}

// One look at the whole heap finds the codes that made all of them.
void generator_trace_notes(VM *vm, const Traceback *tb, StrBuilder *out, bool *is_any)
{
    Search s = {.n = 0};
    for (; tb && tb->next; tb = tb->next) {
        const Instr *made_at = tb->next->made_at;
        if (!made_at || made_at == tb->pc) continue;
        s.items[s.n++ % MAX_CANDIDATES_SOUGHT] = (Candidate){tb, tb->next, NULL};
    }
    *is_any = false;
    if (s.n == 0) return;
    gc_each_object(sizeof(Code), look_at_object, &s);
    *is_any = add_trace_notes(vm, &s, out);
}

// Warnings

// Once for each line.
static bool is_new_place(VM *vm, Str *place)
{
    if (!vm->warned) vm->warned = dict_new();
    size_t n = vm->warned->len;
    dict_set_str(vm->warned, place, VALUE_NONE);
    return vm->warned->len > n;
}

static void warn(VM *vm, const char *lesson, Str *text)
{
    Function *f = vm_current_function(vm);
    Str *filename = f && f->code->unit ? f->code->unit->filename : str_empty;
    Str *place = str_format("%s:%d", filename->data, vm_current_line(vm));
    if (!is_new_place(vm, place)) return;
    const char *command = vm->explain_command ? vm->explain_command : "rill --explain";
    Str *line = str_format("%s: warning: %s (%s %s)", place->data, text->data, command, lesson);
    if (vm->show_warning)
        vm->show_warning(vm, line);
    else
        fprintf(stderr, "%s\n", line->data);
}

static const char *const consumers[] = {"list", "tuple",  "set", "frozenset", "dict",
                                        "sum",  "sorted", "min", "max"};

static bool is_consumer(VM *vm, Value callee)
{
    Str *name = is_class(callee) ? as_class(callee)->name : NULL;
    if (is_kind(callee, KIND_NATIVE)) {
        Value v = value_find_attr(vm, callee, S(__name__));
        if (is_error(v))
            error_take(vm);
        else if (is_str(v))
            name = as_str(v);
    }
    for (size_t i = 0; name && i < countof(consumers); i++)
        if (str_is(name, consumers[i])) return true;
    return false;
}

static bool is_whole(Opcode op)
{
    return op == OP_FOR || op == OP_FORGEN || op == OP_GFORGEN || op == OP_FORPREP;
}

// Does what runs now mean to take all values there are: a loop, list(), sum() and the like?
static bool takes_all(VM *vm)
{
    Value *R = vm->frame;
    Function *f = R ? frame_of(R)->function : NULL;
    if (!f) return false;
    Instr insn = instruction_before(f->code, frame_of(R)->pc);
    if (is_whole(instr_op(insn))) return true;
    bool is_call = instr_op(insn) == OP_CALL || instr_op(insn) == OP_GCALL;
    return is_call && is_consumer(vm, R[instr_a(insn)]);
}

// Was g run to its end by something that takes all values?
static bool was_used_up(VM *vm, const Generator *g)
{
    if (!g->ended_in || !g->frame.pc || g->object.head >> 16 & (GEN_CLOSED | GEN_FAILED))
        return false;
    const Code *code = g->ended_in->code;
    if (is_whole(instr_op(instruction_before(code, g->frame.pc)))) return true;
    Str *by = consumer_text(vm, code, g->frame.pc);
    for (size_t i = 0; by && i < countof(consumers); i++)
        if (strncmp(by->data, consumers[i], strlen(consumers[i])) == 0) return true;
    return false;
}

void note_iteration(VM *vm, Value v)
{
    if (!is_generator(v) || generator_state(as_generator(v)) != GEN_DONE) return;
    Generator *g = as_generator(v);
    Value pending = error_take(vm);
    if (takes_all(vm) && was_used_up(vm, g)) {
        Function *f = vm_current_function(vm);
        Str *end = generator_end_text(vm, g, f->code->unit->filename);
        Str *name = source_variable(vm, f, vm->frame, value_object(g));
        if (!name) name = g->frame.function->qualname;
        warn(vm, "generator-exhausted",
             str_format("nothing to iterate over: %s %s", name->data, end->data));
    }
    vm->exception = pending;
}

void note_dropped(VM *vm, Value v)
{
    if (!is_generator(v) || generator_state(as_generator(v)) != GEN_CREATED) return;
    Str *name = as_generator(v)->frame.function->qualname;
    warn(vm, "generator-dropped",
         str_format(
             "generator %s was created and dropped without being started; nothing of it has run",
             name->data));
}
