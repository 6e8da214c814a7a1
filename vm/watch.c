// SPDX-License-Identifier: MIT
// watch.c - see watch.h.
// INVARIANT: vm->n_protected counts the generators with GEN_PROTECTED; each of them has a finaliser, unless it is one of the last round.
// INVARIANT: words of the VM stack above its top never point to freed memory (vm.c clears them when the
// collector runs), so any register may be looked at.
#include "vm/watch.h"

#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/interp.h"
#include "vm/reach.h"

#define L WATCH_LOOKS
uint8_t watch_flags[OP_COUNT] = {
    [OP_STOREG] = L, [OP_STOREFAR] = L, [OP_STORECELL] = L, [OP_DELCELL] = L, [OP_STOREFREE] = L, [OP_DELFREE] = L,
    [OP_SETATTR] = L, [OP_SETITEM] = L, [OP_UNPACK] = L, [OP_UNPACKEX] = L, [OP_YIELD] = WATCH_YIELDS, [OP_YIELDP] = WATCH_YIELDS,
    [OP_RETURN] = L, [OP_RETURNNONE] = L, [OP_LEAVE] = L, [OP_GENRETURN] = L, [OP_STUBRETURN] = L, [OP_HALT] = L,
    [OP_EXCPOP] = L, [OP_MULADD] = WATCH_FUSED, [OP_MULSUB] = WATCH_FUSED, [OP_SEND] = WATCH_FUSED, [OP_GSEND] = WATCH_FUSED,
};
#undef L

// What writes R[A], by opcodes.def. What a yield from has in R[A] is nothing before its end.
static void fill_flags(void)
{
    for (int op = 0; op < OP_COUNT; op++)
        if (!(watch_flags[op] & ~WATCH_FUSED) && op != OP_YIELDFROM && strchr(opcode_info[op].uses, 'A'))
            watch_flags[op] |= WATCH_WRITES_A;
}

// Lists of what was let go of

static void push(LetGoList *list, Value v, Value *frame)
{
    if (list->n == list->cap) {
        list->cap = list->cap ? 2 * list->cap : 16;
        list->items = gc_realloc(list->items, list->cap * sizeof(LetGo));
    }
    list->items[list->n++] = (LetGo){v, frame};
    list->frame = frame;
}

static void shorten(LetGoList *list, size_t n)
{
    if (n == list->n) return;
    memset(list->items + n, 0, (list->n - n) * sizeof(LetGo));
    list->n = n;
    list->frame = n > 0 ? list->items[n - 1].frame : NULL;
}

static bool has_lately(const LetGoList *list, Value v)
{
    enum { LATEST = 16 };
    for (size_t i = list->n; i-- > 0 && list->n - i <= LATEST;)
        if (list->items[i].v == v) return true;
    return false;
}

static void hand_on(LetGoList *list, Value *from, Value *to)
{
    if (list->frame != from) return;
    for (size_t i = list->n; i-- > 0 && list->items[i].frame == from;) list->items[i].frame = to;
    list->frame = to;
}

void watch_hand_on(VM *vm, Value *from, Value *to)
{
    if (vm->dying.n > 0) hand_on(&vm->dying, from, to);
    if (vm->kept.n > 0) hand_on(&vm->kept, from, to);
}

// A short list or tuple of strings and numbers: what loops over records let go of all the time.
enum { SHORT = 16 };

static bool holds_only_scalars(Value v)
{
    const Value *items;
    size_t n;
    if (is_exact(v, KIND_TUPLE)) {
        items = as_tuple(v)->items;
        n = as_tuple(v)->len;
    } else if (is_exact(v, KIND_LIST)) {
        items = as_list(v)->items;
        n = as_list(v)->len;
    } else {
        return false;
    }
    if (n > SHORT) return false;
    for (size_t i = 0; i < n; i++)
        if (is_object(items[i]) && !is_str(items[i])) return false;
    return true;
}

void watch_let_go(VM *vm, Value v)
{
    if (!watch_may_hold(v)) return;
    // A register that was never written may hold what another frame left there: a saved pc, a link.
    if (!reach_is_object(vm, v) || holds_only_scalars(v)) return;
    if (!has_lately(&vm->dying, v) && reach_leads_to_protected(vm, v)) push(&vm->dying, v, frame_visible(vm->frame));
}

// Containers say what they let go of.
void (*object_watcher)(Value v);
static VM *watching;

static void let_go(Value v)
{
    watch_let_go(watching, v);
}

// Most values that registers let go of are held by a variable as well: seen at a glance.

static bool has_variable(Value *regs, Value v, const Value *except)
{
    const Function *f = frame_of(regs)->function;
    if (!f || f->code->flags & CODE_METHOD_STUB) return false;
    for (unsigned i = 0; i < f->code->n_locals; i++)
        if (regs[i] == v && &regs[i] != except) return true;
    for (unsigned i = 0; i < f->code->n_free; i++)
        if (f->closure[i]->value == v) return true;
    int n_globals = f->globals ? f->globals->unit->n_names : 0;
    for (int i = 0; i < n_globals; i++)
        if (f->cells[i]->value == v) return true;
    return false;
}

// A register of the running frame lets go of its value, which a variable of this frame, of its caller or of their modules
// may hold: then nothing dies before that variable lets go of it too.
void watch_overwrite(VM *vm, Value *R, Value *reg)
{
    Value v = *reg;
    if (!watch_may_hold(v) || has_variable(R, v, reg)) return;
    Value *caller = frame_caller(R);
    if (!caller || !has_variable(caller, v, reg)) watch_let_go(vm, v);
}

// The traceback of the exception that this frame handles has a copy of its variables, which must not keep what they let go of.
static void forget_copy(VM *vm, Value *R, const Value *reg)
{
    const Traceback *tb = as_exception(vm->handled)->traceback;
    size_t i = (size_t)(reg - R);
    if (!tb || !tb->locals || function_original(tb->function) != function_original(frame_of(R)->function) || i >= tb->function->code->n_locals) return;
    if (tb->locals[i] == *reg) tb->locals[i] = VALUE_UNBOUND;
}

void watch_write(VM *vm, Value *R, Value *reg)
{
    if (is_exception(vm->handled) && reach_leads_to_protected(vm, *reg)) forget_copy(vm, R, reg);
    watch_overwrite(vm, R, reg);
}

// What an instruction lets go of, but for what containers report

static void look_at_globals(VM *vm, const Function *f, unsigned i)
{
    const Cell *cell = f->cells[i];
    if (!(cell->object.head & HEAD(0, 0, CELL_BUILTIN))) watch_let_go(vm, cell->value);
}

static void look_at_attribute(VM *vm, Value o, Str *name)
{
    if (is_kind(o, KIND_INSTANCE)) watch_let_go(vm, instance_find(vm, as_object(o), name));
}

static void look_at_item(VM *vm, Value o, Value key)
{
    Value v;
    if (is_exact(o, KIND_LIST) && is_int(key) && quick_item(o, as_int(key), &v)) watch_let_go(vm, v);
}

static void look_at_targets(VM *vm, Value *R, unsigned from, unsigned n)
{
    for (unsigned i = 0; i < n; i++) watch_overwrite(vm, R, &R[from + i]);
}

void watch_drop_registers(VM *vm, Value *R, uint64_t set)
{
    unsigned first = frame_of(R)->function->code->liveness->first;
    for (; set; set &= set - 1) {
        Value *reg = &R[first + (unsigned)__builtin_ctzll(set)];
        if (!watch_may_hold(*reg)) continue;
        watch_overwrite(vm, R, reg);
        *reg = VALUE_UNBOUND;
    }
}

static void let_go_of_variables(VM *vm, Value *R, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (!watch_may_hold(R[i])) continue;
        watch_overwrite(vm, R, &R[i]);
        R[i] = VALUE_UNBOUND;
    }
}

// The activation at R ends with the instruction before `after`: what its frame object has is its own now, if anybody refers to it.
static void end_frame(VM *vm, Value *R, const Instr *after)
{
    Frame *frame = frame_seen(frame_of(R)->function);
    if (!frame) return;
    const Instr *pc = frame_of(R)->pc;
    frame_of(R)->pc = after;
    frame_end(vm, R);
    frame_of(R)->pc = pc;
    watch_let_go(vm, value_object(frame));
}

// A later frame lies where this one ends: what is in its registers must not look as if that frame let go of it.
static void wipe(Value *R, const Code *code)
{
    if (code->flags & CODE_GENERATOR) return;
    for (unsigned i = 0; i < code->n_regs; i++) R[i] = VALUE_UNBOUND;
}

static void look_at_return(VM *vm, Value *R, Instr insn)
{
    bool has_value = instr_op(insn) != OP_RETURNNONE && !(instr_op(insn) == OP_LEAVE && instr_b(insn));
    Value v = has_value ? R[instr_a(insn)] : VALUE_NONE;
    end_frame(vm, R, frame_of(R)->pc + 1);
    Code *code = frame_of(R)->function->code;
    bool is_stub = code->flags & CODE_METHOD_STUB;
    if (!is_stub) watch_drop_registers(vm, R, liveness_before(code, frame_of(R)->pc));
    let_go_of_variables(vm, R, is_stub ? code->n_regs : code->liveness->first);
    if (instr_op(insn) == OP_GENRETURN) watch_let_go(vm, v);  // a loop has no use for it
    wipe(R, code);
    if (has_value) R[instr_a(insn)] = v;
    bool is_over = instr_op(insn) != OP_LEAVE && !(code->flags & CODE_GENERATOR);
    if (is_over) vm->returned = &R[instr_a(insn)];
    watch_hand_on(vm, R, frame_caller(R));
}

static void look_at_yield(VM *vm, Value *R)
{
    const Generator *g = generator_of(R);
    watch_hand_on(vm, R, generator_has_up(g) ? g->link->frame.prev : g->frame.prev);
}

// C code works on v, perhaps: looked at when it has returned to the frame that called it.
static void keep(VM *vm, Value v)
{
    enum { MAX_KEPT = 64 };
    Value *regs = vm->frame;
    while (regs && frame_of(regs)->function) regs = frame_caller(regs);
    regs = frame_visible(regs);
    if (regs && vm->kept.n < MAX_KEPT && !has_lately(&vm->kept, v)) push(&vm->kept, v, regs);
}

void watch_look(VM *vm, Value *R, Instr insn, const Instr *pc)
{
    const Function *f = frame_of(R)->function;
    unsigned a = instr_a(insn), b = instr_b(insn), c = instr_c(insn);
    switch (instr_op(insn)) {
    case OP_STOREG: look_at_globals(vm, f, instr_bx(insn)); break;
    case OP_STOREFAR: watch_let_go(vm, R[instr_bx(insn)]); break;
    case OP_STORECELL:
    case OP_DELCELL: watch_let_go(vm, ((Cell *)as_pointer(R[a]))->value); break;
    case OP_STOREFREE:
    case OP_DELFREE: watch_let_go(vm, f->closure[a]->value); break;
    case OP_SETATTR: look_at_attribute(vm, R[b], as_str(f->consts[*pc & 0xFFFF])); break;
    case OP_SETITEM: look_at_item(vm, R[a], R[b]); break;
    case OP_UNPACK: look_at_targets(vm, R, a, c); break;
    case OP_UNPACKEX: look_at_targets(vm, R, a, c + 1 + (*pc >> 16)); break;
    case OP_EXCPOP: watch_let_go(vm, vm->handled); break;
    case OP_YIELD: case OP_YIELDP: look_at_yield(vm, R); break;
    case OP_HALT:
        if (b != 2 && watch_may_hold(R[a]) && reach_leads_to_protected(vm, R[a])) keep(vm, R[a]);
        break;
    default: look_at_return(vm, R, insn); break;
    }
}

uint64_t watch_dying_slow(VM *vm, Value *R, const Instr *at)
{
    Code *code = frame_of(R)->function->code;
    if (code->flags & CODE_METHOD_STUB) return 0;
    vm->frame = R;  // memory will be allocated
    frame_of(R)->pc = at;
    return liveness_of(code)->dying[at - code->instrs];
}

// As CPython: operands from the last one, then variables.
void watch_unwinds(VM *vm, Value *R, const CodeHandler *handler)
{
    watch_wipe_returned(vm);
    Code *code = frame_of(R)->function->code;
    bool is_stub = code->flags & CODE_METHOD_STUB;
    uint64_t live = is_stub ? 0 : liveness_inside(code, frame_of(R)->pc);
    unsigned first = is_stub ? code->n_regs : code->liveness->first;
    for (unsigned i = LIVENESS_BITS; i-- > 0;) {
        bool is_left = live >> i & 1 && (!handler || first + i >= handler->reg);
        if (is_left) watch_drop_registers(vm, R, 1ull << i);
    }
    if (handler) return;
    end_frame(vm, R, frame_of(R)->pc);
    let_go_of_variables(vm, R, first);
    wipe(R, code);
}

// Closing what is dead

static void drop(VM *vm, Value v);

static void drop_if_dead(VM *vm, Value v)
{
    if (!reach_is_object(vm, v) || !watch_may_hold(v) || !reach_leads_to_protected(vm, v)) return;
    switch (reach_find(vm, as_object(v))) {
    case REACH_NO: drop(vm, v); break;
    case REACH_YES: break;
    case REACH_FROM_C: keep(vm, v); break;
    }
}

// What waits to be dropped is in vm->held, where reach.c does not look: so a clean-up that runs meanwhile sees what it
// lets go of as dead.
static void hold(void *context, Value v)
{
    VM *vm = context;
    if (vm->n_held == vm->cap_held) {
        vm->cap_held = vm->cap_held ? 2 * vm->cap_held : 32;
        vm->held = gc_realloc(vm->held, vm->cap_held * sizeof(Value));
    }
    vm->held[vm->n_held++] = v;
}

static void forget_held(VM *vm, size_t from)
{
    if (vm->n_held == from) return;  // perhaps there is no array yet
    memset(vm->held + from, 0, (vm->n_held - from) * sizeof(Value));
    vm->n_held = from;
}

static void drop_held(VM *vm, size_t from)
{
    for (size_t i = from, n = vm->n_held; i < n; i++) drop_if_dead(vm, vm->held[i]);
    forget_held(vm, from);
}

// Ends what has ignored GeneratorExit and is suspended: its delegate is nobody's then. As in CPython its frame, with all it
// holds, lives on in a traceback of it, which as a rule is in a cycle: the exception it handles is a variable of its own.
static void end_stubborn(VM *vm, Generator *g, size_t from)
{
    Value v = generator_yieldfrom(g);
    Generator *delegate = is_generator(v) ? as_generator(v) : NULL;
    if (delegate && generator_has_up(delegate) && delegate->up == g && !generator_detach(vm, delegate)) error_take(vm);
    if (reach_has_traceback(vm, g)) forget_held(vm, from);
    else reach_each(vm, &g->object, hold, vm);
    generator_finish(vm, g);
}

// What g held before is in vm->held, beginning at `from`.
static void close_generator(VM *vm, Generator *g, size_t from)
{
    Value exception = vm->exception, handled = vm->handled, stop_value = vm->stop_value;
    vm->exception = VALUE_UNBOUND;
    reach_clear_c_stack();
    Value r = generator_close(vm, g);
    if (is_error(r)) error_print_unraisable(vm, "Exception ignored in: ", value_object(g));
    if (generator_state(g) == GEN_DONE) generator_finish(vm, g);
    else end_stubborn(vm, g, from);
    vm->exception = exception;
    vm->handled = handled;
    vm->stop_value = stop_value;
    drop_held(vm, from);
}

// v is unreachable: close it if it is a generator, then let go of what it held.
static void drop(VM *vm, Value v)
{
    if (!vm_check_c_stack(vm)) {
        error_take(vm);
        return;
    }
    size_t from = vm->n_held;
    reach_each(vm, as_object(v), hold, vm);
    if (is_generator(v)) close_generator(vm, as_generator(v), from);
    else drop_held(vm, from);
}

static void hold_all(VM *vm, LetGoList *list, const Value *R)
{
    size_t from = list->n;
    while (from > 0 && list->items[from - 1].frame == R) from--;
    for (size_t i = from; i < list->n; i++) hold(vm, list->items[i].v);
    shorten(list, from);
}

void watch_check(VM *vm, Value *R)
{
    size_t from = vm->n_held;
    Value *watched = vm->watched;
    vm->watched = R;
    hold_all(vm, &vm->kept, R);
    hold_all(vm, &vm->dying, R);
    drop_held(vm, from);
    vm->watched = watched;
    reach_clear_c_stack();  // the searches hold nothing up themselves
}

// What the exception itself holds, by its traceback, is looked at again where the caller of the C function goes on.
void watch_check_boundary(VM *vm, Value *regs)
{
    size_t from = vm->n_held;
    hold_all(vm, &vm->kept, regs);
    hold_all(vm, &vm->dying, regs);
    Value *caller = frame_visible(regs);
    for (size_t i = from; caller && i < vm->n_held; i++) push(&vm->dying, vm->held[i], caller);
    drop_held(vm, from);
    reach_clear_c_stack();
}

// Finalisers

static void finalize_generator(void *object, void *data)
{
    VM *vm = data;
    Generator *g = object;
    if (!(g->object.head & HEAD(0, 0, GEN_PROTECTED))) return;
    if (generator_state(g) == GEN_RUNNING) return;
    if (vm->gc_is_disabled && !vm->is_collecting && !vm->is_finishing) {
        gc_set_finalizer(g, finalize_generator, vm);  // the next collection asks again
        return;
    }
    while (generator_has_up(g)) g = g->up;
    vm->n_finalized++;
    close_generator(vm, g, vm->n_held);
}

void watch_protect(VM *vm, Generator *g)
{
    if (likely(g->object.head & HEAD(0, 0, GEN_PROTECTED))) return;
    bool is_new = !(g->object.head & HEAD(0, 0, GEN_FINALIZER));
    g->object.head |= HEAD(0, 0, GEN_PROTECTED | GEN_FINALIZER);
    if (vm->n_protected++ == 0) vm->returned = NULL;
    if (!object_watcher) fill_flags();
    watching = vm;
    object_watcher = let_go;
    if (is_new && !vm->is_last_round) gc_set_finalizer(g, finalize_generator, vm);
}

void watch_unprotect(VM *vm, Generator *g)
{
    if (!(g->object.head & HEAD(0, 0, GEN_PROTECTED))) return;
    g->object.head &= ~HEAD(0, 0, GEN_PROTECTED);
    if (--vm->n_protected == 0) object_watcher = NULL;
}

// The end of the program

void watch_let_go_now(VM *vm, Value v)
{
    if (vm->n_protected == 0) return;
    watch_let_go(vm, v);
    watch_check(vm, frame_visible(vm->frame));
}

static void let_go_of_names(VM *vm, Dict *names, bool is_private_pass)
{
    size_t pos = 0;
    Value key, v;
    while (vm->n_protected > 0 && dict_next(names, &pos, &key, &v)) {
        if (!is_str(key)) continue;
        const char *name = as_str(key)->data;
        bool is_private = name[0] == '_' && name[1] != '_';
        if (is_private != is_private_pass || v == VALUE_NONE || as_str(key) == S(__builtins__)) continue;
        dict_set_str(names, as_str(key), VALUE_NONE);
        watch_let_go_now(vm, v);
    }
}

// One round closes what is garbage. A collection that finds nothing is tried again: a stale word of the C stack may hold it.
static void collect_protected(VM *vm)
{
    enum { TRIES = 3 };
    size_t n_before = vm->n_finalized;
    for (int i = 0; vm->n_protected > 0 && i < TRIES; i++) {
        reach_clear_c_stack();
        gc_collect();
        gc_run_finalizers();
        if (vm->n_finalized > n_before && !vm->is_last_round) break;
    }
}

// What the program's names lead to, while they are still there, as CPython's last collection does.
static void close_what_is_left(VM *vm)
{
    List *generators = reach_generators(vm, &vm->main->dict->object);
    for (size_t i = 0; vm->n_protected > 0 && i < generators->len; i++) {
        Generator *g = as_generator(generators->items[i]);
        if (generator_state(g) != GEN_DONE && generator_state(g) != GEN_RUNNING) close_generator(vm, g, vm->n_held);
    }
}

// Garbage, then the exception that ended the program, if one did. NOINLINE: later no C frame keeps it.
static NOINLINE void close_garbage(VM *vm)
{
    Value exception = vm->handled;
    vm->handled = VALUE_NONE;
    if (!vm->gc_is_disabled) collect_protected(vm);
    vm->is_last_round = true;
    collect_protected(vm);
    watch_let_go_now(vm, exception);
}

// In CPython's order: garbage, if that is collected by itself; garbage again and what the names lead to, the last round; the
// names one by one. A generator that ignores GeneratorExit and makes others would never come to an end otherwise.
void watch_finish(VM *vm)
{
    vm->frame = NULL;
    shorten(&vm->dying, 0);
    shorten(&vm->kept, 0);
    vm->is_finishing = true;
    close_garbage(vm);
    if (vm->main) {
        if (vm->n_protected > 0) close_what_is_left(vm);
        collect_protected(vm);
        let_go_of_names(vm, vm->main->dict, true);
        let_go_of_names(vm, vm->main->dict, false);
    }
    collect_protected(vm);
}
