// SPDX-License-Identifier: MIT
// frame.c - frame objects: walking the running frames, local variables as a dict. The type is in stdlib/frame_methods.c.
//
// An activation has at most one frame object. It is found through the activation's function, which is then a SeenFunction, a
// copy that only this activation has. When the activation ends, the frame object keeps the variables, the position and the
// caller (frame_end): generators say so in generator_finish, what unwinds in unwind, functions by the instruction LEAVE,
// which stands for RETURN in a copy of the code that the activation goes on with. Only an activation that waits for C code
// (a sort key, say) cannot be moved to that copy; it leaves the copy of its variables that was made last.
// INVARIANT: regs of a frame object is followed only while its activation goes on.
#include "vm/frame.h"

#include "vm/gc.h"
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
        if (i < code->n_args || !is_cell_register(code, i))
            add_local(dict, code->local_names[i], regs[i], is_cell_register(code, i));
    for (int i = 0; regs && i < code->n_cells; i++)
        if (code->cells[i].reg >= code->n_args)
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

bool frame_has_namespace(const Frame *frame)
{
    return !(frame->function->code->flags & CODE_OPTIMIZED);
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

// Frame objects

// The registers that hold the variables now: of the activation if it goes on, else what it left; NULL if there are none.
// An activation whose code was not replaced does not say when it ends, so it must be found among those that run.
static Value *frame_regs(VM *vm, const Frame *frame)
{
    if (!frame->regs || frame->generator || frame->function->code->original) return frame->regs ? frame->regs : frame->locals;
    for (Value *regs = vm->frame; regs; regs = frame_caller(regs))
        if (regs == frame->regs && frame_of(regs)->function == frame->function) return regs;
    return frame->locals;
}

bool frame_is_running(VM *vm, const Frame *frame)
{
    return frame->regs && !frame->generator && frame_regs(vm, frame) == frame->regs;
}

Dict *frame_locals(VM *vm, Frame *frame)
{
    Dict *dict = frame_locals_of(frame->function, frame_regs(vm, frame));
    if (frame->extra && !dict_merge(vm, dict, frame->extra)) error_take(vm);  // keys of a dict can be keys
    return dict;
}

static Value *in_cell(Value *slot)
{
    return is_kind(*slot, KIND_CELL) ? &((Cell *)as_pointer(*slot))->value : slot;
}

Value *frame_variable(VM *vm, Frame *frame, const Str *name)
{
    const Function *f = frame->function;
    const Code *code = f->code;
    Value *regs = frame_regs(vm, frame);
    for (int i = 0; regs && i < code->n_locals; i++)
        if (str_equal(code->local_names[i], name)) return is_cell_register(code, i) ? in_cell(&regs[i]) : &regs[i];
    for (int i = 0; regs && i < code->n_cells; i++)
        if (str_equal(code->cells[i].name, name)) return in_cell(&regs[code->cells[i].reg]);
    for (int i = 0; f->closure && i < code->n_free; i++)
        if (str_equal(code->captures[i].name, name)) return &f->closure[i]->value;
    return NULL;
}

static Frame *frame_new(Function *function, const Instr *pc, Value *locals)
{
    Frame *frame = gc_new(Frame);
    object_init(&frame->object, KIND_FRAME);
    frame->function = function;
    frame->pc = pc;
    frame->generator = NULL;
    frame->locals = locals;
    frame->extra = NULL;
    frame->back = NULL;
    frame->regs = NULL;
    return frame;
}

// The frame object of an activation that has none yet: it gets a function of its own, which tells it from all others.
static Frame *attach(FrameHeader *header)
{
    SeenFunction *seen = gc_new(SeenFunction);
    seen->function = *header->function;
    seen->function.object.head |= HEAD(0, FUNCTION_SEEN, 0);
    seen->original = header->function;
    seen->frame = NULL;
    Frame *frame = frame_new(&seen->function, header->pc, NULL);
    seen->frame = frame;
    frame->regs = (Value *)(void *)header + FRAME_WORDS;
    header->function = &seen->function;
    return frame;
}

// The code with LEAVE for RETURN.
static Code *code_that_tells(Code *code)
{
    if (code->telling) return code->telling;
    Code *copy = code_copy(code);
    copy->original = code;
    for (uint32_t i = 0; i < copy->n_instrs; i += 1 + opcode_info[instr_op(copy->instrs[i])].n_words) {
        Instr *at = &copy->instrs[i];
        if (instr_op(*at) == OP_RETURN) *at = instr_abc(OP_LEAVE, instr_a(*at), 0, 0);
        else if (instr_op(*at) == OP_RETURNNONE) *at = instr_abc(OP_LEAVE, 0, 1, 0);
    }
    code->telling = copy;
    return copy;
}

void frame_move_code(Value *regs)
{
    FrameHeader *header = frame_of(regs);
    Function *f = header->function;
    if (f->code->original || !frame_seen(f) || f->code->flags & CODE_GENERATOR || !(f->code->flags & CODE_OPTIMIZED)) return;
    Code *copy = code_that_tells(f->code);
    header->pc = copy->instrs + (header->pc - f->code->instrs);
    f->code = copy;
    f->consts = copy->consts;
}

Frame *frame_of_generator(Generator *g)
{
    Frame *frame = frame_seen(g->frame.function);
    if (frame) return frame;
    frame = attach(&g->frame);
    frame->generator = g;
    g->object.head = (g->object.head & ~HEAD(0, 0, GEN_OWNED)) | HEAD(0, 0, GEN_SEEN);
    return frame;
}

// inner: what it called, hidden or not, which will go on where the frame's pc says unless it is a C boundary.
static Frame *frame_at(Value *regs, Value *inner)
{
    FrameHeader *header = frame_of(regs);
    if (is_generator_frame(header->function)) return frame_of_generator(generator_of(regs));
    Frame *frame = frame_seen(header->function);
    if (!frame) frame = attach(header);
    if (inner && frame_of(inner)->function) frame_move_code(regs);
    if (!header->function->code->original) {
        frame->locals = frame_copy_locals(header->function, regs);
        frame->pc = header->pc;
    }
    return frame;
}

static Frame *frame_outwards(Value *inner, Value *regs, int depth)
{
    for (; regs; inner = regs, regs = frame_caller(regs))
        if (is_visible(frame_of(regs)->function) && depth-- == 0) return frame_at(regs, inner);
    return NULL;
}

Frame *frame_running(VM *vm, int depth)
{
    return frame_outwards(NULL, vm->frame, depth);
}

void frame_end(VM *vm, Value *regs)
{
    FrameHeader *header = frame_of(regs);
    Frame *frame = frame_seen(header->function);
    (void)vm;
    if (!frame || !frame->regs) return;
    frame->locals = frame_copy_locals(header->function, regs);
    frame->pc = header->pc;
    bool is_running = !frame->generator || generator_state(frame->generator) == GEN_RUNNING;
    if (is_running) frame->back = frame_outwards(regs, frame_caller(regs), 0);
    frame->regs = NULL;
}

// The entry of the frame that handles the exception: only its activation goes on.
static bool is_handled_here(VM *vm, const Traceback *tb)
{
    enum { MAX_CHAIN = 100 };  // a script can make a circle of it
    Value e = vm->handled;
    for (int i = 0; i < MAX_CHAIN && is_exception(e); e = as_exception(e)->context, i++)
        if (as_exception(e)->traceback == tb) return true;
    return false;
}

static Frame *frame_of_handler(VM *vm, const Traceback *tb)
{
    if (!is_handled_here(vm, tb)) return NULL;
    Value *inner = NULL;
    for (Value *regs = vm->frame; regs; inner = regs, regs = frame_caller(regs)) {
        if (~(uintptr_t)regs != tb->place) continue;
        bool is_same = function_original(frame_of(regs)->function) == function_original(tb->function);
        return is_same ? frame_at(regs, inner) : NULL;
    }
    return NULL;
}

Frame *frame_of_traceback(VM *vm, Traceback *tb)
{
    if (!tb->frame) tb->frame = frame_of_handler(vm, tb);
    if (!tb->frame) tb->frame = frame_new(tb->function, tb->pc, tb->locals);
    Frame *first = tb->frame;
    for (Traceback *next = tb->next; next && !next->frame; tb = next, next = tb->next) {
        next->frame = frame_new(next->function, next->pc, next->locals);
        next->frame->back = tb->frame;
    }
    return first;
}

const Instr *frame_pc(VM *vm, const Frame *frame)
{
    Value *regs = frame_regs(vm, frame);
    return regs && regs == frame->regs ? frame_of(regs)->pc : frame->pc;
}

int frame_line(VM *vm, const Frame *frame)
{
    const Code *code = frame->function->code;
    const Instr *pc = frame_pc(vm, frame);
    if (!pc || pc <= code->instrs) return code->first_line;
    int line = code_position(code, pc)->line;
    return line ? line : code->first_line;
}

Frame *frame_back(VM *vm, Frame *frame)
{
    const Generator *g = frame->generator;
    if (!frame->regs) return frame->back;
    GeneratorState state = g ? generator_state(g) : GEN_RUNNING;
    if (state != GEN_RUNNING && state != GEN_DELEGATING) return NULL;
    for (Value *regs = vm->frame; regs; regs = frame_caller(regs))
        if (regs == frame->regs) return frame_outwards(regs, frame_caller(regs), 0);
    return frame->back;
}
