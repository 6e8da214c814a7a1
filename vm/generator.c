// SPDX-License-Identifier: MIT
// generator.c - generators: states, the delegation protocol, and resuming, throwing into and closing
// them from C. The interpreter does the common case of resuming and yielding itself (interp.c); the
// invariants that both keep are in generator.h, the reasons in docs/architecture.md.
#include "vm/generator.h"

#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/reach.h"
#include "vm/vm.h"
#include "vm/watch.h"

enum { MAX_PATH = 150000, MAX_PATH_UNDER_STRESS = 8000 };

static size_t size_of(const Code *code)
{
    return sizeof(Generator) + code->n_regs * sizeof(Value);
}

// The first n_args registers get arguments.
static ALWAYS_INLINE Value fill(Generator *g, Function *function, const Value *args, size_t n_args, Value *maker,
                                const Instr *pc)
{
    const Code *code = function->code;
    *g = (Generator){.object = {HEAD(KIND_GENERATOR, GEN_CREATED, 0), KIND_GENERATOR},
                     .made_at = pc,
                     .frame = {maker, code->instrs, function}};
    size_t i = 0;
    for (; i < n_args; i++) g->regs[i] = args[i];
    // Two at a time: where they are more than there are registers, there is a word that rounding up has added.
    _Static_assert(sizeof(Generator) % GC_GRANULE == sizeof(Value), "registers 1 and 2 are in one granule");
    if (i % 2 == 0) g->regs[i++] = VALUE_UNBOUND;
    for (; i < code->n_regs; i += 2) g->regs[i] = g->regs[i + 1] = VALUE_UNBOUND;
    return value_object(g);
}

Generator *generator_new(Function *function)
{
    Generator *g = gc_alloc_object(size_of(function->code));
    fill(g, function, NULL, 0, NULL, NULL);
    return g;
}

static NOINLINE Value call_slowly(Function *function, const Value *args, Value *maker, const Instr *pc)
{
    Generator *g = gc_alloc_object_slow(size_of(function->code));
    return fill(g, function, args, function->code->n_params, maker, pc);
}

// Apart from the slow way, so that it has no frame of C.
Value generator_call(Function *function, const Value *args, Value *maker, const Instr *pc)
{
    Generator *g = gc_find_object(size_of(function->code));
    if (unlikely(!g)) return call_slowly(function, args, maker, pc);
    return fill(g, function, args, function->code->n_params, maker, pc);
}

static void clear_up(Generator *g)
{
    g->object.head &= ~HEAD(0, 0, GEN_UP);
    g->frame.prev = NULL;
}

// The leaf of the path g is the top of.
static Generator *leaf_of(Generator *g)
{
    return generator_state(g) == GEN_DELEGATING ? g->link : g;
}

static Generator *top_of(Generator *g)
{
    while (generator_has_up(g)) g = g->up;
    return g;
}

static bool raise_executing(VM *vm, Generator *g)
{
    raise_about(vm, value_object(g), EXC_ValueError, "generator already executing");
    return false;
}

// The register operand of the YIELDFROM that g is suspended in.
static Value *sub_register(Generator *g)
{
    return &g->regs[instr_b(g->frame.pc[-1])];
}

bool generator_detach(VM *vm, Generator *g)
{
    if (generator_state(g) == GEN_RUNNING) return raise_executing(vm, g);
    Generator *top = top_of(g);
    Generator *leaf = top->link;
    if (generator_state(top) == GEN_RUNNING || generator_state(leaf) == GEN_RUNNING)
        return raise_executing(vm, g);
    Generator *p = g->up;
    if (p != top) top->link = p;
    generator_set_state(p, GEN_SLOW);
    clear_up(g);
    if (generator_state(g) == GEN_DELEGATING) g->link = leaf;
    return true;
}

void generator_finish(VM *vm, Generator *g)
{
    generator_end_first_run(vm, g);
    if (unlikely(g->object.head & HEAD(0, 0, GEN_SEEN))) frame_end(vm, g->regs);
    generator_set_state(g, GEN_DONE);
    g->ended_in = NULL;
    watch_unprotect(vm, g);
}

void generator_record_end(Generator *g, Value *regs)
{
    while (regs && (!frame_of(regs)->function || frame_of(regs)->function->code->flags & CODE_METHOD_STUB))
        regs = frame_of(regs)->prev;
    g->ended_in = regs ? frame_of(regs)->function : NULL;
    g->frame.pc = regs ? frame_of(regs)->pc : NULL;
}

static void record_close(VM *vm, Generator *g)
{
    if (generator_state(g) != GEN_DONE) return;
    g->object.head = (g->object.head & ~HEAD(0, 0, GEN_FAILED)) | HEAD(0, 0, GEN_CLOSED);
    generator_record_end(g, vm->frame);
}

Generator *generator_pop(VM *vm, Generator *g)
{
    Generator *p = generator_go_up(g);
    generator_finish(vm, g);
    clear_up(g);
    generator_record_end(g, p->regs);
    return p;
}

// A collection at every allocation makes long paths take hours.
static int path_limit(void)
{
    return gc_stress ? MAX_PATH_UNDER_STRESS : MAX_PATH;
}

bool generator_check_path(VM *vm, Generator *p)
{
    vm->pushes_left = path_limit();
    for (Generator *g = p; generator_has_up(g); g = g->up) vm->pushes_left--;
    if (vm->pushes_left > path_limit() / 2) return true;
    raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded");
    return false;
}

static ResumeResult start(VM *vm, Generator *g, Value value, Generator **leaf, const Instr **pc)
{
    if (value != VALUE_NONE) {
        raise_about(vm, value_object(g), EXC_TypeError, "can't send non-None value to a just-started generator");
        return RESUME_ERROR;
    }
    if (unlikely(vm->depth >= vm->depth_limit)) {
        raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded");
        return RESUME_ERROR;
    }
    g->frame.prev = NULL;
    generator_set_state(g, GEN_RUNNING);
    g->object.head |= HEAD(0, 0, GEN_FIRST_RUN);
    vm->depth++;
    *leaf = g;
    *pc = g->frame.pc;
    return RESUME_RUN;
}

// A leaf that is suspended or slow goes on with value.
static ResumeResult wake(Generator *g, Value value, Generator **leaf, const Instr **pc)
{
    bool is_slow = generator_state(g) == GEN_SLOW;
    sub_register(g)[is_slow] = value;
    *pc = g->frame.pc - is_slow;
    *leaf = g;
    generator_set_state(g, GEN_RUNNING);
    return RESUME_RUN;
}

ResumeResult generator_enter(VM *vm, Generator *g, Value value, Generator **leaf, const Instr **pc)
{
    if (generator_has_up(g) && !generator_detach(vm, g)) return RESUME_ERROR;
    switch (generator_state(g)) {
    case GEN_CREATED: return start(vm, g, value, leaf, pc);
    case GEN_SUSPENDED:
    case GEN_SLOW: return wake(g, value, leaf, pc);
    case GEN_DONE: return RESUME_DONE;
    case GEN_RUNNING: break;
    case GEN_DELEGATING:
        if (generator_state(g->link) == GEN_RUNNING) break;
        g->link->link = g;
        return wake(g->link, value, leaf, pc);
    }
    raise_executing(vm, g);
    return RESUME_ERROR;
}

// From C

// What RETURN and YIELD find at the resumer: `yielded` is jumped to, `returned` fallen into.
static const Instr resume_stub[] = {
    (Instr)OP_STUBRESUME | (Instr)1 << 24,
    (Instr)OP_HALT | (Instr)2 << 16,  // returned
    (Instr)OP_HALT | (Instr)1 << 16,  // yielded
};

// Push the C boundary frame that resumes g.
static bool push_stub(VM *vm, Generator *g)
{
    if (!vm_check_c_stack(vm)) return false;
    Value *regs = vm_stack_top(vm) + FRAME_WORDS;
    if (regs >= vm->stack_end) {
        raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded");
        return false;
    }
    *frame_of(regs) = (FrameHeader){vm->frame, resume_stub + 1, NULL};
    regs[0] = VALUE_NONE;
    regs[1] = small_int(0);
    g->frame.prev = regs;
    return true;
}

// Run leaf, g's path prepared; pc NULL: the pending exception is raised in it.
static Value run(VM *vm, Generator *g, Generator *leaf, const Instr *pc)
{
    Value *frame = vm->frame, *top = vm->top;
    if (!push_stub(vm, g)) {
        generator_end_first_run(vm, leaf);
        if (leaf == g && !pc) generator_finish(vm, g);
        else generator_set_state(leaf, GEN_SUSPENDED);
        return VALUE_ERROR;
    }
    vm->top = g->frame.prev + BOUNDARY_WORDS;
    Value v = interp_run(vm, leaf->regs, pc);
    vm->frame = frame;
    vm->top = top;
    return v;
}

Value generator_resume(VM *vm, Generator *g, Value value)
{
    Generator *leaf = NULL;
    const Instr *pc = NULL;
    switch (generator_enter(vm, g, value, &leaf, &pc)) {
    case RESUME_ERROR: return VALUE_ERROR;
    case RESUME_DONE: vm->stop_value = VALUE_NONE; return VALUE_STOP;
    case RESUME_RUN: break;
    }
    return run(vm, g, leaf, pc);
}

// The compiler puts a yield inside
// an except clause under a handler of its own that begins with EXCENTER, whose A+1 keeps the exception.
const Value *generator_handled_register(const Generator *leaf)
{
    const Code *code = leaf->frame.function->code;
    const CodeHandler *handler = code_find_handler(code, leaf->frame.pc);
    if (!handler || instr_op(code->instrs[handler->target]) != OP_EXCENTER) return NULL;
    return &leaf->regs[instr_a(code->instrs[handler->target]) + 1];
}

Value generator_handled(const Generator *leaf)
{
    const Value *reg = generator_handled_register(leaf);
    return reg ? *reg : VALUE_NONE;
}

// As in CPython, the context of what is thrown into a generator is what that generator handles, whatever its thrower does.
static void set_context_in(VM *vm, Generator *leaf, Value exception)
{
    Value handled = vm->handled, ours = generator_handled(leaf);
    if (ours == VALUE_NONE) return;
    vm->handled = ours;
    exception_set_context(vm, exception);
    vm->handled = handled;
}

// A class that was thrown reaches sub-iterators as it is; where it is raised it becomes an instance, or what making that
// instance raised.
static Value instance_of(VM *vm, Value thrown)
{
    return is_class(thrown) ? exception_new_or_failure(vm, as_class(thrown), tuple_empty) : thrown;
}

static bool is_generator_exit(VM *vm, Value thrown)
{
    const Class *c = is_class(thrown) ? as_class(thrown) : class_of(vm, thrown);
    return class_is_subclass(c, vm->exceptions[EXC_GeneratorExit]);
}

// Raise what is thrown where leaf is suspended; g is the top of its path. At a yield from, a StopIteration is the result
// of what it delegated to.
static Value raise_in(VM *vm, Generator *g, Generator *leaf, Value thrown)
{
    Value exception = instance_of(vm, thrown);
    if (leaf != g) leaf->link = g;
    Instr insn = leaf->frame.pc[-1];
    if (instr_op(insn) == OP_YIELDFROM && exception_matches(vm, exception, EXC_StopIteration)) {
        generator_set_state(leaf, GEN_RUNNING);
        leaf->regs[instr_a(insn)] = stop_iteration_value(exception);
        return run(vm, g, leaf, leaf->frame.pc);
    }
    set_context_in(vm, leaf, exception);
    generator_set_state(leaf, GEN_RUNNING);
    vm->exception = exception;
    return run(vm, g, leaf, NULL);
}

// If g is in a yield from over a generator that could be linked to it by a fast edge, link it.
static void restore_fast_edge(Generator *top, Generator *g)
{
    Value sub = *sub_register(g);
    if (!is_generator(sub) || generator_handled(g) != VALUE_NONE) return;
    Generator *d = as_generator(sub);
    if (generator_has_up(d)) return;
    Generator *leaf = leaf_of(d);
    GeneratorState state = generator_state(leaf);
    if (state != GEN_SUSPENDED && state != GEN_SLOW) return;
    generator_set_state(g, GEN_DELEGATING);
    d->object.head |= HEAD(0, 0, GEN_UP);
    d->up = g;
    top->link = leaf;
}

// Closing

static Value new_generator_exit(VM *vm)
{
    Value e = value_object(exception_alloc(vm->exceptions[EXC_GeneratorExit], tuple_empty));
    exception_set_context(vm, e);
    return e;
}

// Turn the outcome of raising GeneratorExit into that of close().
static Value close_result(VM *vm, Value v)
{
    if (v == VALUE_STOP) return vm->stop_value;
    if (v != VALUE_ERROR)
        return raise_error(vm, EXC_RuntimeError, "generator ignored GeneratorExit");
    if (error_is(vm, EXC_GeneratorExit) || error_is(vm, EXC_StopIteration)) {
        error_take(vm);
        return VALUE_NONE;
    }
    return VALUE_ERROR;
}

// close() of any iterator a yield from has; its absence is no error. The exception raised, or VALUE_UNBOUND.
static Value close_iterator(VM *vm, Value sub)
{
    Value r;
    if (is_generator(sub)) {
        r = generator_close(vm, as_generator(sub));
    } else {
        Value method = value_find_attr(vm, sub, S(close));
        if (is_error(method)) error_print_unraisable(vm, "Exception ignored in: ", sub);
        if (method == VALUE_UNBOUND || is_error(method)) return VALUE_UNBOUND;
        r = value_call(vm, method, 0, NULL);
    }
    return is_error(r) ? error_take(vm) : VALUE_UNBOUND;
}

// GeneratorExit goes to the innermost generator of g's path first; each delegator is then entered with
// GeneratorExit, or with what closing its sub-generator raised. Meanwhile all of them count as running.
// NOINLINE: the C frame in which the delegators then go on must not keep the leaf reachable.
static NOINLINE Value close_leaf(VM *vm, Generator *g, Generator **delegator)
{
    Generator *leaf = g->link;
    for (Generator *p = leaf; p != g;) {
        p = p->up;
        generator_set_state(p, GEN_RUNNING);
    }
    *delegator = leaf->up;
    clear_up(leaf);
    return close_iterator(vm, value_object(leaf));
}

static Value throw_exit_along_path(VM *vm, Generator *g, Value exception)
{
    Generator *p;
    Value raised = close_leaf(vm, g, &p);
    while (p != g) {
        Generator *outer = p->up;
        clear_up(p);
        Value e = raised == VALUE_UNBOUND ? new_generator_exit(vm) : raised;
        Value r = close_result(vm, raise_in(vm, p, p, e));
        raised = is_error(r) ? error_take(vm) : VALUE_UNBOUND;
        p = outer;
    }
    return raise_in(vm, g, g, raised == VALUE_UNBOUND ? exception : raised);
}

// Throwing

// The result of throw, VALUE_UNBOUND if there is none; for GeneratorExit, that of close_iterator.
// NOINLINE: the C frame in which g then goes on must not keep the sub-iterator reachable.
static NOINLINE Value forward(VM *vm, Generator *g, Value exception, bool is_exit)
{
    Value sub = *sub_register(g);
    if (is_exit) return close_iterator(vm, sub);
    Value method = value_find_attr(vm, sub, S(throw));
    if (method == VALUE_UNBOUND || is_error(method)) return method;
    return value_call(vm, method, 1, &exception);
}

// Forward a throw to the sub-iterator of the slow generator g: what it gives is yielded, or goes on in g. What g handles
// is not the context of what happens there: g does not run.
static Value throw_through_slow(VM *vm, Generator *top, Generator *g, Value exception)
{
    bool is_exit = is_generator_exit(vm, exception);
    generator_set_state(g, GEN_RUNNING);
    Value r = forward(vm, g, exception, is_exit);
    if (vm->n_protected) reach_clear_c_stack();
    if (is_exit) return raise_in(vm, top, g, r == VALUE_UNBOUND ? exception : r);
    if (r == VALUE_UNBOUND) return raise_in(vm, top, g, exception);
    if (!is_error(r)) {
        generator_set_state(g, GEN_SLOW);
        return r;
    }
    return raise_in(vm, top, g, error_take(vm));
}

static Value throw_finished(VM *vm, Generator *g, Value exception)
{
    bool was_unstarted = generator_state(g) != GEN_DONE;
    if (was_unstarted) {
        generator_finish(vm, g);
        g->object.head |= HEAD(0, 0, GEN_FAILED);
        generator_record_end(g, vm->frame);
    }
    vm->exception = instance_of(vm, exception);
    if (was_unstarted) traceback_add(vm, vm->exception, g->frame.function, g->frame.function->code->instrs);
    return VALUE_ERROR;
}

Value generator_throw(VM *vm, Generator *g, Value exception)
{
    if (generator_has_up(g) && !generator_detach(vm, g)) return VALUE_ERROR;
    if (generator_state(g) == GEN_SLOW) restore_fast_edge(g, g);
    if (vm->n_protected) reach_clear_c_stack();
    switch (generator_state(g)) {
    case GEN_CREATED:
    case GEN_DONE: return throw_finished(vm, g, exception);
    case GEN_SUSPENDED: return raise_in(vm, g, g, exception);
    case GEN_SLOW: return throw_through_slow(vm, g, g, exception);
    case GEN_RUNNING: break;
    case GEN_DELEGATING: {
        if (generator_state(g->link) == GEN_SLOW) restore_fast_edge(g, g->link);
        if (vm->n_protected) reach_clear_c_stack();
        if (generator_state(g->link) == GEN_RUNNING) break;
        if (is_generator_exit(vm, exception))
            return throw_exit_along_path(vm, g, exception);
        Generator *leaf = g->link;
        if (generator_state(leaf) == GEN_SLOW) return throw_through_slow(vm, g, leaf, exception);
        return raise_in(vm, g, leaf, exception);
    }
    }
    raise_executing(vm, g);
    return VALUE_ERROR;
}

Value generator_close(VM *vm, Generator *g)
{
    GeneratorState state = generator_state(g);
    if (state == GEN_DONE) return VALUE_NONE;
    Value r = VALUE_NONE;
    if (state == GEN_CREATED) generator_set_state(g, GEN_DONE);
    else r = close_result(vm, generator_throw(vm, g, new_generator_exit(vm)));
    if (!is_error(r)) record_close(vm, g);
    return r;
}

Value generator_yieldfrom(const Generator *g)
{
    GeneratorState state = generator_state(g);
    if (state != GEN_DELEGATING && state != GEN_SLOW) return VALUE_NONE;
    return g->regs[instr_b(g->frame.pc[-1])];
}

// Finalisers

void generator_run_finalizers(VM *vm)
{
    (void)vm;
    gc_run_finalizers();
}
