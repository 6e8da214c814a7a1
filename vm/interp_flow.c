// SPDX-License-Identifier: MIT
// interp_flow.c - slow paths of the interpreter that move control: calls, resuming and leaving generators,
// loops, unwinding. None of them recurses in C for a Rill function or generator.
#include "vm/interp.h"

#include "vm/file.h"
#include "vm/frame.h"
#include "vm/iter.h"
#include "vm/note.h"
#include "vm/range.h"
#include "vm/watch.h"

static SlowResult slow_value(Value v)
{
    if (is_error(v)) return (SlowResult){SLOW_RAISE, VALUE_ERROR};
    return (SlowResult){SLOW_VALUE, v};
}

static const SlowResult slow_continue = {SLOW_CONTINUE, VALUE_NONE};

static bool is_generator_frame(Value *R)
{
    return frame_of(R)->function->code->flags & CODE_GENERATOR;
}

// Where the frame of a call with the window at R[a] begins.
static Value *call_base(VM *vm, Value *R, unsigned a)
{
    return is_generator_frame(R) ? vm->top : &R[a];
}

// Resuming from a call of next, send, __next__

// Resume g from the running frame; when it is finished, what end says.
static SlowResult resume(VM *vm, Generator *g, Value value, SlowResult end, Value **R, const Instr **pc)
{
    Generator *leaf = NULL;
    const Instr *start = NULL;
    switch (generator_enter(vm, g, value, &leaf, &start)) {
    case RESUME_ERROR: return slow_value(VALUE_ERROR);
    case RESUME_DONE: return end;
    case RESUME_RUN: break;
    }
    vm->top = vm_stack_top(vm);
    g->frame.prev = *R;
    *R = leaf->regs;
    *pc = start;
    return slow_continue;
}

static SlowResult resume_for_call(VM *vm, Generator *g, Value value, Value default_, Value **R, const Instr **pc)
{
    SlowResult end = {default_ == VALUE_UNBOUND ? SLOW_RAISE : SLOW_VALUE, default_};
    SlowResult r = resume(vm, g, value, end, R, pc);
    if (r.kind == SLOW_RAISE && vm->exception == VALUE_UNBOUND) raise_stop_iteration(vm, VALUE_NONE);
    return r;
}

// A native that resumes a generator, called with its arguments: true if that was done here.
static bool call_special(VM *vm, Native *native, unsigned argc, const Value *argv, SlowResult *r, Value **R,
                         const Instr **pc)
{
    if (argc == 0 || !is_generator(argv[0])) return false;
    Generator *g = as_generator(argv[0]);
    switch (native->special) {
    case NATIVE_NEXT:
        if (argc > 2) return false;
        *r = resume_for_call(vm, g, VALUE_NONE, argc == 2 ? argv[1] : VALUE_UNBOUND, R, pc);
        return true;
    case NATIVE_GENERATOR_NEXT:
        if (argc != 1) return false;
        *r = resume_for_call(vm, g, VALUE_NONE, VALUE_UNBOUND, R, pc);
        return true;
    case NATIVE_GENERATOR_SEND:
        if (argc != 2) return false;
        *r = resume_for_call(vm, g, argv[1], VALUE_UNBOUND, R, pc);
        return true;
    default: return false;
    }
}

// Calls

static SlowResult begin(VM *vm, Value callee, int argc, Value *argv, Tuple *names, Value *base, Value **R,
                        const Instr **pc)
{
    Value result = VALUE_NONE;
    Value *regs = NULL;
    switch (call_begin(vm, callee, argc, argv, names, base, &result, &regs)) {
    case CALL_ERROR: return slow_value(VALUE_ERROR);
    case CALL_VALUE: return slow_value(result);
    case CALL_FRAME: break;
    }
    *R = regs;
    *pc = frame_of(regs)->function->code->instrs;
    return slow_continue;
}

static void set_form(Instr *for_instr, Opcode op)
{
    if (instr_op(*for_instr) != op) *for_instr = (*for_instr & ~0xFFu) | (Instr)op;
}

// for i in range(start, stop) with small ints: the call at *pc - 1 and the FORPREP after it in one, without an object.
static bool begin_range_loop(const Value *argv, unsigned argc, Value *R, const Instr **pc)
{
    Instr call = (*pc)[-1], prepare = **pc;
    unsigned a = instr_a(call);
    if (instr_op(prepare) != OP_FORPREP || instr_a(prepare) != a || argc == 0 || argc > 2) return false;
    Value start = argc == 2 ? argv[0] : small_int(0), stop = argv[argc - 1];
    if (!both_int(start, stop)) return false;
    R[a] = VALUE_RANGE;
    R[a + 1] = start;
    R[a + 2] = stop;
    *pc += 1 + instr_sbx(prepare);
    set_form((Instr *)*pc, OP_FORRANGE);
    return true;
}

SlowResult call_slow(VM *vm, Value callee, unsigned argc, Value *argv, Value *base, Value **R, const Instr **pc)
{
    if (is_kind(callee, KIND_BOUND_METHOD)) {
        BoundMethod *m = as_pointer(callee);
        callee = m->function;
        *--argv = m->self;
        argc++;
    }
    if (likely(is_kind(callee, KIND_NATIVE) && as_native(callee)->special == NATIVE_PLAIN))
        return slow_value(native_call(vm, as_native(callee), (int)argc, argv, NULL));
    if (callee == value_object(vm->classes[KIND_RANGE]) && begin_range_loop(argv, argc, *R, pc)) return slow_continue;
    SlowResult r;
    if (argc == 1 && is_generator(argv[0])) {
        Drain drain = drain_of(vm, callee);
        if (drain != DRAIN_NONE && drain_begin(vm, drain, argv, base, R, pc)) return slow_continue;
    } else if (argc == 1 && is_class(callee) && as_class(callee)->convert) {
        return slow_value(as_class(callee)->convert(vm, argv[0]));
    }
    if (is_kind(callee, KIND_NATIVE) && as_native(callee)->special == NATIVE_GETFRAME) {
        r = slow_value(native_call(vm, as_native(callee), (int)argc, argv, NULL));
        frame_move_code(*R);
        *pc = frame_of(*R)->pc;
        return r;
    }
    if (is_kind(callee, KIND_NATIVE) && as_native(callee)->special != NATIVE_PLAIN &&
        call_special(vm, as_native(callee), argc, argv, &r, R, pc))
        return r;
    return begin(vm, callee, (int)argc, argv, NULL, base, R, pc);
}

SlowResult call_keywords_slow(VM *vm, Instr insn, Tuple *names, Value **R, const Instr **pc)
{
    unsigned a = instr_a(insn), argc = instr_b(insn);
    Value *window = *R + a;
    Value callee = window[0];
    Value *argv = window + FRAME_WORDS;
    if (instr_c(insn) == 1) {  // LOADMETHOD's window
        if (argv[0] == VALUE_UNBOUND) argv++;
        else argc++;
    }
    return begin(vm, callee, (int)argc, argv, names, call_base(vm, *R, a), R, pc);
}

static bool raise_spread_type(VM *vm, Value callee, Value v)
{
    Str *name = value_function_text(vm, callee);
    if (!name) return false;
    raise_error(vm, EXC_TypeError, "%s argument after * must be an iterable, not %s", name->data, type_name(vm, v));
    return false;
}

// The positional arguments of a call with *spread, as an array behind FRAME_WORDS free words.
static bool spread_arguments(VM *vm, Value callee, Value spread, size_t n_more, Value **argv, size_t *argc)
{
    const Value *items = NULL;
    if (is_exact(spread, KIND_TUPLE)) {
        items = as_tuple(spread)->items;
        *argc = as_tuple(spread)->len;
    } else {
        if (!is_exact(spread, KIND_LIST)) {
            if (special_lookup(vm, spread, S(__iter__)) == VALUE_UNBOUND &&
                special_lookup(vm, spread, S(__getitem__)) == VALUE_UNBOUND)
                return raise_spread_type(vm, callee, spread);
            List *list = list_from_iterable(vm, spread);
            if (!list) return false;
            spread = value_object(list);
        }
        items = as_list(spread)->items;
        *argc = as_list(spread)->len;
    }
    *argv = (Value *)gc_alloc_array(*argc + n_more + FRAME_WORDS, sizeof(Value)) + FRAME_WORDS;
    if (*argc) memcpy(*argv, items, *argc * sizeof(Value));
    return true;
}

SlowResult call_spread_slow(VM *vm, Instr insn, Value **R, const Instr **pc)
{
    unsigned a = instr_a(insn);
    Value *window = *R + a;
    Value callee = window[0];
    Dict *keywords = instr_b(insn) ? as_dict(window[FRAME_WORDS + 1]) : NULL;
    size_t n_keywords = keywords ? keywords->len : 0;
    Value *argv = NULL;
    size_t argc = 0;
    if (!spread_arguments(vm, callee, window[FRAME_WORDS], n_keywords, &argv, &argc)) return slow_value(VALUE_ERROR);
    Tuple *names = n_keywords ? tuple_new(n_keywords) : NULL;
    size_t pos = 0, i = 0;
    Value key, v;
    while (names && dict_next(keywords, &pos, &key, &v)) {
        if (!is_str(key)) return slow_value(raise_error(vm, EXC_TypeError, "keywords must be strings"));
        names->items[i] = key;
        argv[argc + i++] = v;
    }
    return begin(vm, callee, (int)(argc + n_keywords), argv, names, call_base(vm, *R, a), R, pc);
}

// What is written as R[A] of a `with` statement: exit(type, value, traceback).
SlowResult with_exit(VM *vm, Value exit, Value exception, Value **R, const Instr **pc)
{
    Traceback *tb = as_exception(exception)->traceback;
    Value args[] = {value_object(class_of(vm, exception)), exception, tb ? value_object(tb) : VALUE_NONE};
    Value f = is_kind(exit, KIND_BOUND_METHOD) ? ((BoundMethod *)as_pointer(exit))->function : VALUE_NONE;
    if (!is_function(f) || as_function(f)->code->flags & CODE_GENERATOR)
        return slow_value(value_call(vm, exit, countof(args), args));
    Value *base = vm_stack_top(vm);
    Value *argv = base + FRAME_WORDS + 1;
    if (argv + countof(args) > vm->stack_end)
        return slow_value(raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded"));
    memcpy(argv, args, sizeof args);
    return begin(vm, exit, countof(args), argv, NULL, base, R, pc);
}

SlowResult leave_seen(VM *vm, Instr insn, Value **R, const Instr **pc)
{
    Value v = instr_b(insn) ? VALUE_NONE : (*R)[instr_a(insn)];
    frame_end(vm, *R);
    vm->top = *R - FRAME_WORDS;
    vm->depth--;
    *R = frame_of(*R)->prev;
    *pc = frame_of(*R)->pc;
    return slow_value(v);
}

// Leaving a generator

Value *yield_to_resumer(VM *vm, Generator *g, const Instr **pc)
{
    g->frame.pc = *pc;
    generator_set_state(g, GEN_SUSPENDED);
    Value *R = generator_resumer(vm, g);
    *pc = frame_of(R)->pc;
    return R;
}

static bool is_for(Opcode op)
{
    return op == OP_FOR || op == OP_FORRANGE || op == OP_FORGEN || op == OP_GFORGEN || op == OP_FORLIST ||
           op == OP_FORNATIVE;
}

// next(g, default) is the running call of R: its default. VALUE_UNBOUND if it is another call.
static Value default_of_next(const Value *R, Instr call)
{
    const Value *window = R + instr_a(call);
    if (instr_b(call) != 2 || !is_kind(window[0], KIND_NATIVE)) return VALUE_UNBOUND;
    if (as_native(window[0])->special != NATIVE_NEXT) return VALUE_UNBOUND;
    bool is_method = instr_op(call) == OP_CALLM || instr_op(call) == OP_GCALLM;
    return window[FRAME_WORDS + 1 + is_method];
}

SlowResult generator_return(VM *vm, Generator *g, Value v, Value **R, const Instr **pc)
{
    bool is_owned = g->object.head & HEAD(0, 0, GEN_OWNED);
    if (generator_has_up(g)) {
        Generator *p = generator_pop(vm, g);
        *R = p->regs;
        *pc = p->frame.pc;
        if (is_owned && !(g->object.head & HEAD(0, 0, GEN_FINALIZER))) generator_recycle(g);
        return slow_value(v);
    }
    generator_finish(vm, g);
    *R = g->frame.prev;
    *pc = frame_of(*R)->pc;
    generator_record_end(g, *R);
    Instr resumer = (*pc)[-1];
    if (instr_op(resumer) == OP_STUBRESUME) {
        vm->stop_value = v;
        return slow_continue;
    }
    if (is_for(instr_op(resumer))) {
        (*R)[instr_b(resumer)] = VALUE_UNBOUND;
        if (is_owned && !(g->object.head & HEAD(0, 0, GEN_FINALIZER))) generator_recycle(g);
        return slow_continue;
    }
    vm->frame = *R;
    Value default_ = default_of_next(*R, resumer);
    if (default_ != VALUE_UNBOUND) return slow_value(default_);
    return slow_value(raise_stop_iteration(vm, v));
}

// Delegation

// Advance a sub-iterator from C: the next value, VALUE_STOP with vm->stop_value, or VALUE_ERROR.
static Value advance(VM *vm, Value sub, Value sent)
{
    if (is_generator(sub)) return generator_resume(vm, as_generator(sub), sent);
    vm->stop_value = VALUE_NONE;
    if (sent == VALUE_NONE && is_iterator(sub)) return iterator_advance(vm, sub);
    Value v;
    if (sent == VALUE_NONE) v = value_call_special(vm, sub, S(__next__), 0, NULL);
    else v = value_call_method(vm, sub, S(send), 1, &sent);
    if (v == VALUE_UNBOUND)
        return raise_error(vm, EXC_TypeError, "'%s' object is not an iterator", type_name(vm, sub));
    if (!is_error(v) || !error_is(vm, EXC_StopIteration)) return v;
    vm->stop_value = stop_iteration_value(error_take(vm));
    return VALUE_STOP;
}

// The running generator yields v from inside its yield from: it is a slow leaf.
static SlowResult yield_slowly(VM *vm, Generator *g, Value v, Value **R, const Instr **pc)
{
    *R = yield_to_resumer(vm, g, pc);
    if (unlikely(vm->n_protected)) watch_hand_on(vm, g->regs, *R);
    generator_set_state(g, GEN_SLOW);
    Instr resumer = (*pc)[-1];
    (*R)[instr_a(resumer)] = v;
    *pc += instr_sc(resumer);
    return slow_continue;
}

// Closing p calls close() of what it delegates to, which __getattr__ may give: as good as a finally.
static bool has_close(VM *vm, Value sub)
{
    if (!is_kind(sub, KIND_INSTANCE)) return false;
    Class *c = class_of(vm, sub);
    return class_lookup(vm, c, S(close)) != VALUE_UNBOUND || class_lookup(vm, c, S(__getattr__)) != VALUE_UNBOUND ||
           instance_find(vm, as_object(sub), S(close)) != VALUE_UNBOUND;
}

// The next value over a slow edge. Inside an except clause, what the sub-iterator does is done while `ours` is handled.
static SlowResult delegate_slowly(VM *vm, Instr insn, Value ours, Value **R, const Instr **pc)
{
    Generator *p = generator_of(*R);
    Value theirs = vm->handled;
    if (ours != VALUE_NONE) vm->handled = ours;
    Value v = advance(vm, (*R)[instr_b(insn)], (*R)[instr_b(insn) + 1]);
    vm->handled = theirs;
    if (v == VALUE_STOP) return slow_value(vm->stop_value);
    if (instr_c(insn) == 1 || has_close(vm, (*R)[instr_b(insn)])) watch_protect(vm, p);
    return is_error(v) ? slow_value(v) : yield_slowly(vm, p, v, R, pc);
}

SlowResult yield_from(VM *vm, Instr insn, Value **R, const Instr **pc)
{
    Generator *p = generator_of(*R);
    Value sub = (*R)[instr_b(insn)], sent = (*R)[instr_b(insn) + 1];
    Value ours = instr_c(insn) == 1 ? generator_handled(p) : VALUE_NONE;
    if (!is_generator(sub) || ours != VALUE_NONE) return delegate_slowly(vm, insn, ours, R, pc);
    Generator *d = as_generator(sub);
    bool is_fresh = generator_state(d) == GEN_CREATED;
    if (is_fresh && d->made_at == *pc - 2 && d->frame.prev == *R)
        d->object.head |= HEAD(0, 0, GEN_OWNED);
    if (is_fresh && --vm->pushes_left < 0 && !generator_check_path(vm, p)) return slow_value(VALUE_ERROR);
    if (instr_c(insn) == 1) watch_protect(vm, p);
    Generator *leaf = NULL;
    const Instr *start = NULL;
    switch (generator_enter(vm, d, sent, &leaf, &start)) {
    case RESUME_ERROR: return slow_value(VALUE_ERROR);
    case RESUME_DONE: return slow_value(VALUE_NONE);
    case RESUME_RUN: break;
    }
    generator_end_first_run(vm, leaf);  // a path counts as one
    generator_push(p, d, leaf);
    if (unlikely(vm->n_protected)) watch_hand_on(vm, p->regs, leaf->regs);
    *R = leaf->regs;
    *pc = start;
    return slow_continue;
}

// Loops

static bool is_unit_range(Value v)
{
    if (!is_exact(v, KIND_RANGE)) return false;
    Range *r = as_range(v);
    return r->step == small_int(1) && both_int(r->start, r->stop);
}

// The special form of FOR for the iterator.
static Opcode for_form(VM *vm, Value it, bool in_generator)
{
    if (is_generator(it)) return in_generator ? OP_GFORGEN : OP_FORGEN;
    if (!is_iterator(it)) return is_object(it) && class_next(vm, it) ? OP_FORNATIVE : OP_FOR;
    IteratorNext next = as_iterator(it)->next;
    bool is_known = next == list_iterator_next || next == tuple_iterator_next || next == ascii_iterator_next;
    return is_known ? OP_FORLIST : OP_FORNATIVE;
}

int for_prepare(VM *vm, Value *R, unsigned a, Instr *for_instr, const Instr *at)
{
    Value v = R[a];
    if (is_unit_range(v)) {
        R[a + 1] = as_range(v)->start;
        R[a + 2] = as_range(v)->stop;
        R[a] = VALUE_RANGE;
        set_form(for_instr, OP_FORRANGE);
        return 1;
    }
    if (is_generator(v)) {
        Generator *g = as_generator(v);
        if (generator_is_fresh(g, R, at)) g->object.head |= HEAD(0, 0, GEN_OWNED);
        if (unlikely(vm->generator_warnings)) note_iteration(vm, v);
    } else {
        if (may_have_methods(vm, v)) return 0;
        v = value_iter(vm, v);
        if (is_error(v)) return -1;
        R[a] = v;
    }
    set_form(for_instr, for_form(vm, v, is_generator_frame(R)));
    return 1;
}

SlowResult for_enter(VM *vm, Value it, Value **R, const Instr **pc)
{
    Instr prepare = (*pc)[-1];
    Instr *loop = (Instr *)*pc + instr_sbx(prepare);
    (*R)[instr_a(prepare)] = it;
    set_form(loop, for_form(vm, it, is_generator_frame(*R)));
    *pc = loop;
    return slow_continue;
}

SlowResult for_prepare_slow(VM *vm, Value **R, const Instr **pc)
{
    SlowResult r = iter_slow(vm, (*R)[instr_a((*pc)[-1])], R, pc);
    return r.kind == SLOW_VALUE ? for_enter(vm, r.value, R, pc) : r;
}

// Code of the frame between a loop and a __next__ written in Rill.
static Function *next_stub(void)
{
    static Instr instrs[4] = {OP_CALL, OP_STUBNEXT, (Instr)OP_STUBSTOP | 1 << 8};
    static CodePosition positions[3];
    static CodeHandler handlers[] = {{.start = 0, .end = 1, .target = 2, .reg = 1}};
    static Code code = {
        .object = {HEAD(KIND_CODE, 0, 0), KIND_CODE},
        .instrs = instrs, .n_instrs = 3, .flags = CODE_METHOD_STUB, .n_regs = 2, .positions = positions,
        .handlers = handlers, .n_handlers = 1,
    };
    static Function stub = {.object = {HEAD(KIND_FUNCTION, 0, FUNCTION_COMPLEX), KIND_FUNCTION}, .code = &code};
    return &stub;
}

// Call the Rill function next(it) for the loop: StopIteration will end it.
static SlowResult push_next(VM *vm, Function *next, Value it, Value **R, const Instr **pc)
{
    Value *caller = vm->frame;
    Value *regs = vm_stack_top(vm) + FRAME_WORDS;
    Value *base = regs + 2;
    if (base + 2 * FRAME_WORDS > vm->stack_end)
        return slow_value(raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded"));
    Function *stub = next_stub();
    *frame_of(regs) = (FrameHeader){caller, stub->code->instrs + 1, stub};
    regs[0] = regs[1] = VALUE_NONE;
    vm->frame = regs;
    base[FRAME_WORDS] = it;
    SlowResult r = begin(vm, value_object(next), 1, base + FRAME_WORDS, NULL, base, R, pc);
    if (r.kind == SLOW_CONTINUE) return r;
    vm->frame = caller;
    return r;
}

static SlowResult end_loop(Value *loop)
{
    value_replace(loop, VALUE_UNBOUND);
    return slow_continue;
}

// Deliver v as the next item of the FOR before pc.
static SlowResult deliver_item(Instr insn, Value v, Value **R, const Instr **pc)
{
    (*R)[instr_a(insn)] = v;
    *pc += instr_sc(insn);
    return slow_continue;
}

static SlowResult next_by_method(VM *vm, Instr insn, Value it, Value **R, const Instr **pc)
{
    Value *loop = *R + instr_b(insn);
    Value method = special_lookup(vm, it, S(__next__));
    if (is_function(method) && !(as_function(method)->code->flags & CODE_GENERATOR))
        return push_next(vm, as_function(method), it, R, pc);
    Value v = iter_next(vm, it);
    if (v == VALUE_STOP) return end_loop(loop);
    return is_error(v) ? slow_value(v) : deliver_item(insn, v, R, pc);
}

SlowResult for_slow(VM *vm, Instr insn, Value **R, const Instr **pc)
{
    Value *loop = *R + instr_b(insn);
    Value it = *loop;
    if (it == VALUE_RANGE) {
        if (loop[1] >= loop[2]) return end_loop(loop);
        return deliver_item(insn, loop[1]++, R, pc);
    }
    if (is_generator(it)) {
        SlowResult r = resume(vm, as_generator(it), VALUE_NONE, slow_continue, R, pc);
        bool is_finished = generator_state(as_generator(it)) == GEN_DONE;
        if (is_finished && r.kind == SLOW_CONTINUE) *loop = VALUE_UNBOUND;
        return r;
    }
    if (is_iterator(it)) {
        Value v = iterator_advance(vm, it);
        if (v == VALUE_STOP) return end_loop(loop);
        return is_error(v) ? slow_value(v) : deliver_item(insn, v, R, pc);
    }
    return next_by_method(vm, insn, it, R, pc);
}

// Unwinding

// A StopIteration may not leave a generator (PEP 479).
static void replace_stop_iteration(VM *vm)
{
    if (likely(!error_is(vm, EXC_StopIteration))) return;
    Value stop = error_take(vm);
    Value e = exception_new(vm, EXC_RuntimeError, str_from_cstr("generator raised StopIteration"));
    as_exception(e)->cause = stop;
    as_exception(e)->context = stop;
    as_exception(e)->suppress_context = true;
    vm->exception = e;
}

// Generator g is left by the pending exception: register 0 of the frame where it goes on.
static Value *leave_generator(VM *vm, Generator *g)
{
    g->object.head |= HEAD(0, 0, GEN_FAILED);
    if (generator_has_up(g)) return generator_pop(vm, g)->regs;
    Value *resumer = g->frame.prev;
    generator_finish(vm, g);
    generator_record_end(g, resumer);
    return resumer;
}

// The register that the frame's call would have delivered to may hold the link of the callee's frame.
static void forget_link(VM *vm, Value *regs)
{
    if (!frame_of(regs)->function) return;
    Value *to = &regs[instr_a(frame_of(regs)->pc[-1])];
    if (*to - (Value)(uintptr_t)vm->stack < (Value)((char *)vm->stack_end - (char *)vm->stack)) *to = VALUE_UNBOUND;
}

// Where the exception left a property or a hook, for an attribute that this frame was reading.
static void note_attribute(VM *vm, const Code *code, const Value *regs, const Instr *at)
{
    if (instr_op(at[-1]) != OP_CACHE || !error_is(vm, EXC_AttributeError)) return;
    const Instr *insn = code_instruction(code, at);
    if (instr_op(*insn) != OP_GETATTR && instr_op(*insn) != OP_LOADMETHOD) return;
    error_note_attribute(vm, regs[instr_b(*insn)], as_str(code->consts[insn[1] & 0xFFFF]));
}

bool unwind(VM *vm, bool is_new, Value **R, const Instr **pc)
{
    Value *regs = vm->frame;
    const Value *first = regs;
    for (;; is_new = true) {
        Function *f = frame_of(regs)->function;
        vm->frame = regs;
        if (!f) {
            if (unlikely(regs == vm->dying.frame || regs == vm->kept.frame)) watch_check_boundary(vm, regs);
            return false;
        }
        Code *code = f->code;
        const Instr *at = frame_of(regs)->pc;
        bool is_stub = code->flags & CODE_METHOD_STUB;
        if (regs != first && !is_stub) note_attribute(vm, code, regs, at);
        if (is_new && !is_stub) traceback_add(vm, vm->exception, f, at);
        const CodeHandler *handler = code_find_handler(code, at);
        if (handler) {
            if (unlikely(vm->n_protected)) watch_unwinds(vm, regs, handler);
            regs[handler->reg] = error_take(vm);
            *R = regs;
            *pc = code->instrs + handler->target;
            return true;
        }
        Value *left = regs;
        if (!is_new && !is_stub) traceback_renew(vm, regs);
        frame_end(vm, regs);
        if (unlikely(vm->n_protected) && !is_stub) watch_unwinds(vm, regs, NULL);
        if (code->flags & CODE_GENERATOR) {
            replace_stop_iteration(vm);
            regs = leave_generator(vm, generator_of(regs));
        } else {
            vm->top = regs - FRAME_WORDS;
            if (!is_stub) vm->depth--;
            regs = frame_of(regs)->prev;
        }
        bool is_boundary = !frame_of(regs)->function;
        if (unlikely(vm->n_protected)) watch_hand_on(vm, left, is_boundary ? regs : frame_visible(regs));
        forget_link(vm, regs);
    }
}
