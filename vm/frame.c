// SPDX-License-Identifier: MIT
// frame.c - frame objects: walking the running frames, local variables as a dict, the type frame.
// INVARIANT: a snapshot of a call has its own copy of the locals, so the activation may end at any time.
// It looks at the VM stack only after it has found its activation there again.
#include "vm/frame.h"

#include "vm/gc.h"
#include "vm/int.h"
#include "vm/native.h"
#include "vm/vm.h"

// Walking

static bool is_generator_frame(const Function *f)
{
    return f && f->code && f->code->flags & CODE_GENERATOR;
}

static bool is_visible(const Function *f)
{
    return f && f->code && !(f->code->flags & CODE_METHOD_STUB);
}

Value *frame_caller(Value *regs)
{
    FrameHeader *header = frame_of(regs);
    if (!is_generator_frame(header->function)) return header->prev;
    Generator *g = generator_of(regs);
    bool has_up = g->object.head >> 16 & GEN_UP;
    return has_up ? g->up->regs : header->prev;
}

Value *frame_visible(Value *regs)
{
    while (regs && !is_visible(frame_of(regs)->function))
        regs = frame_caller(regs);
    return regs;
}

// Local variables

static bool is_module_level(const Code *code)
{
    return !(code->flags & (CODE_OPTIMIZED | CODE_NAMES));
}

// Registers that hold named things: locals, and cells beyond them.
static size_t saved_count(const Code *code)
{
    size_t n = code->flags & CODE_NAMES && code->n_locals == 0 ? 1 : code->n_locals;
    for (int i = 0; i < code->n_cells; i++)
        if (code->cells[i].reg >= n) n = (size_t)code->cells[i].reg + 1;
    return n;
}

Value *frame_copy_locals(const Function *function, const Value *regs)
{
    const Code *code = function->code;
    size_t n = saved_count(code);
    if (n == 0 || !regs || is_module_level(code)) return NULL;
    Value *copy = gc_alloc_object(n * sizeof(Value));
    memcpy(copy, regs, n * sizeof(Value));
    return copy;
}

static bool is_cell_register(const Code *code, int reg)
{
    for (int i = 0; i < code->n_cells; i++)
        if (code->cells[i].reg == reg) return true;
    return false;
}

static void add_local(Dict *dict, Str *name, Value v, bool may_be_cell)
{
    if (may_be_cell && is_kind(v, KIND_CELL)) v = ((Cell *)as_pointer(v))->value;
    bool is_hidden = name->size == 0 || (name->data[0] == '.' && !str_is(name, ".0"));
    if (v == VALUE_UNBOUND || is_hidden) return;
    dict_set_str(dict, name, v);
}

static Dict *function_locals(const Function *f, const Value *regs)
{
    const Code *code = f->code;
    Dict *dict = dict_new();
    for (int i = 0; regs && i < code->n_locals; i++)
        add_local(dict, code->local_names[i], regs[i], is_cell_register(code, i));
    for (int i = 0; regs && i < code->n_cells; i++)
        if (code->cells[i].reg >= code->n_locals)
            add_local(dict, code->cells[i].name, regs[code->cells[i].reg], true);
    for (int i = 0; f->closure && i < code->n_free; i++)
        add_local(dict, code->captures[i].name, f->closure[i]->value, false);
    return dict;
}

static Dict *dict_of_namespace(Value namespace_)
{
    return is_dict(namespace_) ? as_dict(namespace_) : dict_new();
}

// The variables of comprehensions that run in the frame of a module or class body; NULL if there are none.
static Dict *hidden_locals(const Function *f, const Value *regs)
{
    if (f->code->n_locals == 0 || !regs || f->code->flags & CODE_OPTIMIZED) return NULL;
    Dict *dict = function_locals(f, regs);
    return dict->len ? dict : NULL;
}

Dict *frame_locals_of(Function *function, const Value *regs)
{
    const Code *code = function->code;
    Dict *hidden = hidden_locals(function, regs);
    if (hidden) return hidden;
    if (code->flags & CODE_NAMES) return regs ? dict_of_namespace(regs[0]) : dict_new();
    if (is_module_level(code) && function->globals) return function->globals->dict;
    return function_locals(function, regs);
}

// Where the caller of the activation at regs waits; NULL at the bottom.
static const Instr *caller_pc(Value *regs)
{
    Value *prev = frame_of(regs)->prev;
    return prev ? frame_of(prev)->pc : NULL;
}

// The registers of the call that frame shows, if it still runs: there is an activation of the same
// function at the same place, called from the same instruction. (A later call that agrees in all of
// this is taken for it.)
static Value *find_live(VM *vm, const Frame *frame)
{
    if (!frame->regs) return NULL;
    for (Value *regs = vm->frame; regs; regs = frame_caller(regs)) {
        if (regs != frame->regs) continue;
        bool is_same =
            frame_of(regs)->function == frame->function && caller_pc(regs) == frame->caller_pc;
        return is_same ? regs : NULL;
    }
    return NULL;
}

Dict *frame_locals(VM *vm, Frame *frame)
{
    Generator *g = frame->generator;
    if (!g) {
        Value *regs = find_live(vm, frame);
        return frame_locals_of(frame->function, regs ? regs : frame->locals);
    }
    bool is_done = generator_state(g) == GEN_DONE;
    return frame_locals_of(frame->function, is_done ? NULL : g->regs);
}

// Frame objects

static Frame *frame_new(Function *function, const Instr *pc, Value *locals)
{
    Frame *frame = gc_new(Frame);
    object_init(&frame->object, KIND_FRAME);
    frame->function = function;
    frame->pc = pc;
    frame->generator = NULL;
    frame->locals = locals;
    frame->back = NULL;
    frame->regs = NULL;
    frame->caller_pc = NULL;
    return frame;
}

Frame *frame_of_generator(Generator *g)
{
    Frame *frame = frame_new(g->frame.function, g->frame.pc, NULL);
    frame->generator = g;
    g->object.head &= ~HEAD(0, 0, GEN_OWNED);
    return frame;
}

static Frame *frame_of_call(Value *regs)
{
    FrameHeader *header = frame_of(regs);
    Frame *frame = frame_new(header->function, header->pc, frame_copy_locals(header->function, regs));
    frame->regs = regs;
    frame->caller_pc = caller_pc(regs);
    return frame;
}

// The activation at regs with all its callers; NULL if there is none.
static Frame *snapshot_from(Value *regs)
{
    Frame *first = NULL, *last = NULL;
    for (; regs; regs = frame_visible(frame_caller(regs))) {
        Function *function = frame_of(regs)->function;
        Frame *frame = is_generator_frame(function) ? frame_of_generator(generator_of(regs))
                                                    : frame_of_call(regs);
        if (last)
            last->back = frame;
        else
            first = frame;
        last = frame;
    }
    return first;
}

Frame *frame_snapshot(VM *vm, int depth)
{
    Value *regs = vm->frame ? frame_visible(vm->frame) : NULL;
    for (; regs && depth > 0; depth--)
        regs = frame_visible(frame_caller(regs));
    return snapshot_from(regs);
}

Frame *frame_of_traceback(Traceback *tb)
{
    return frame_new(tb->function, tb->pc, tb->locals);
}

static const Instr *frame_pc(VM *vm, const Frame *frame)
{
    const Generator *g = frame->generator;
    if (g) return generator_state(g) != GEN_DONE ? g->frame.pc : frame->pc;
    Value *regs = find_live(vm, frame);
    return regs ? frame_of(regs)->pc : frame->pc;
}

int frame_line(VM *vm, const Frame *frame)
{
    const Code *code = frame->function->code;
    const Instr *pc = frame_pc(vm, frame);
    if (!pc || pc <= code->instrs) return code->first_line;
    int line = code_position(code, pc)->line;
    return line ? line : code->first_line;
}

// The type

static Value get_locals(VM *vm, Value self)
{
    return value_object(frame_locals(vm, as_frame(self)));
}

static Value get_line(VM *vm, Value self)
{
    return small_int(frame_line(vm, as_frame(self)));
}

static Value get_code(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_frame(self)->function->code);
}

// Whoever resumed the generator, if it runs. What was found the last time is right if its activation is still that one.
static Frame *resumer(VM *vm, Frame *frame)
{
    Value *regs = vm->frame ? frame_visible(vm->frame) : NULL;
    while (regs && regs != frame->generator->regs) regs = frame_visible(frame_caller(regs));
    Value *caller = regs ? frame_visible(frame_caller(regs)) : NULL;
    if (!caller) return NULL;
    Frame *back = frame->back;
    bool is_same = back && (back->generator ? back->generator->regs : find_live(vm, back)) == caller;
    if (!is_same) frame->back = snapshot_from(caller);
    return frame->back;
}

// A suspended generator has no caller.
static Value get_back(VM *vm, Value self)
{
    Frame *frame = as_frame(self);
    Generator *g = frame->generator;
    if (!g) return frame->back ? value_object(frame->back) : VALUE_NONE;
    Frame *back = resumer(vm, frame);
    return back ? value_object(back) : VALUE_NONE;
}

static Value get_globals(VM *vm, Value self)
{
    (void)vm;
    Globals *globals = as_frame(self)->function->globals;
    return globals ? value_object(globals->dict) : value_object(dict_new());
}

static Value get_builtins(VM *vm, Value self)
{
    (void)self;
    return value_object(vm->builtins);
}

static Value get_lasti(VM *vm, Value self)
{
    Frame *frame = as_frame(self);
    const Instr *pc = frame_pc(vm, frame), *start = frame->function->code->instrs;
    if (!pc || pc <= start) return small_int(-1);
    return small_int((pc - start - 1) * (int)sizeof(Instr));
}

static Value get_trace(VM *vm, Value self)
{
    (void)self;
    (void)vm;
    return VALUE_NONE;
}

NATIVE(frame_clear, "clear(self, /)", "Forget the local variables of a frame that has ended.")
{
    Frame *frame = as_frame(args[0]);
    Generator *g = frame->generator;
    if (!g) {
        frame->locals = NULL;
        return VALUE_NONE;
    }
    GeneratorState state = generator_state(g);
    if (state == GEN_DONE) return VALUE_NONE;
    if (state == GEN_RUNNING || state == GEN_DELEGATING)
        return raise_error(vm, EXC_RuntimeError, "cannot clear an executing frame");
    if (state != GEN_CREATED)
        return raise_error(vm, EXC_RuntimeError, "cannot clear a suspended frame");
    return generator_close(vm, g);
}

NATIVE(frame_repr, "__repr__(self, /)", "Return repr(self).")
{
    Frame *frame = as_frame(args[0]);
    const Code *code = frame->function->code;
    Str *file = code->unit ? str_repr(code->unit->filename) : str_empty;
    return value_object(str_format("<frame at %p, file %s, line %d, code %s>", as_pointer(args[0]),
                                   file->data, frame_line(vm, frame), code->name->data));
}

void frame_define(VM *vm)
{
    static const NativeDef *const methods[] = {&def_frame_clear, &def_frame_repr, NULL};
    static const GetSetDef getset[] = {
        {"f_locals", get_locals, NULL, "The local variables."},
        {"f_lineno", get_line, NULL, "The line that runs."},
        {"f_code", get_code, NULL, "The code object."},
        {"f_back", get_back, NULL, "The frame of the caller, or None."},
        {"f_globals", get_globals, NULL, "The globals."},
        {"f_builtins", get_builtins, NULL, "The builtins."},
        {"f_lasti", get_lasti, NULL, "The offset of the last instruction; -1 before the first."},
        {"f_trace", get_trace, NULL, "Always None."},
        {NULL, NULL, NULL, NULL},
    };
    static const TypeDef type = {
        .name = "frame",
        .doc = "A call that is running, or a generator that waits: its code, variables and position.",
        .kind = KIND_FRAME,
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
    };
    class_define(vm, &type, NULL);
}
