// SPDX-License-Identifier: MIT
// watch.c - see watch.h.
// INVARIANT: vm->n_protected counts the generators with GEN_PROTECTED; each of them has a finaliser.
// INVARIANT: words of the VM stack above its top never point to freed memory (vm.c clears them when the
// collector runs), so any register may be looked at.
#include "vm/watch.h"

#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/reach.h"

#define W WATCH_WRITES_A
#define L WATCH_LOOKS
const uint8_t watch_flags[OP_COUNT] = {
    [OP_MOVE] = W, [OP_LOADK] = W, [OP_LOADI] = W, [OP_LOADV] = W, [OP_LOADFAR] = W, [OP_STOREFAR] = L, [OP_LOADG] = W, [OP_STOREG] = L, [OP_DELG] = L,
    [OP_LOADNAME] = W, [OP_STORENAME] = L, [OP_DELNAME] = L, [OP_LOADNAMEFREE] = W, [OP_NEWCELL] = W,
    [OP_LOADCELL] = W, [OP_STORECELL] = L, [OP_DELCELL] = L, [OP_LOADFREE] = W, [OP_STOREFREE] = L, [OP_DELFREE] = L,
    [OP_ADD] = W, [OP_SUB] = W, [OP_MUL] = W, [OP_IADD] = W, [OP_ADDI] = W, [OP_SUBI] = W, [OP_GETATTR] = W,
    [OP_SETATTR] = L, [OP_DELATTR] = L, [OP_GETITEM] = W, [OP_GETITEMI] = W, [OP_SETITEM] = L, [OP_DELITEM] = L,
    [OP_CALL] = L, [OP_CALLM] = L, [OP_GCALL] = L, [OP_GCALLM] = L, [OP_CALLKW] = L, [OP_CALLEX] = L,
    [OP_YIELD] = L, [OP_YIELDP] = L, [OP_RETURN] = L, [OP_RETURNNONE] = L, [OP_GENRETURN] = L, [OP_YIELDFROM] = W, [OP_FORLEAVE] = W,
    [OP_FOR] = W, [OP_FORNATIVE] = W, [OP_FORLIST] = W, [OP_FORGEN] = W, [OP_GFORGEN] = W, [OP_FORRANGE] = W,
    [OP_LIST] = W, [OP_TUPLE] = W, [OP_SET] = W, [OP_DICT] = W, [OP_LISTEXTEND] = L, [OP_SETUPDATE] = L,
    [OP_LISTTUPLE] = L, [OP_UNPACK] = L, [OP_UNPACKEX] = L, [OP_UNPACKLONG] = L, [OP_EXCPOP] = L, [OP_IN] = L, [OP_NOTIN] = L,
    [OP_MAKEFUNCTION] = W, [OP_STUBRETURN] = L,
};
#undef W
#undef L

// A short list or tuple of strings and numbers: what loops over records let go of all the time.
enum { SHORT = 16, LATEST = 16 };

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
    for (size_t i = vm->n_dying; i-- > 0 && vm->n_dying - i <= LATEST;)
        if (vm->dying[i] == v) return;
    if (!reach_leads_to_protected(vm, v)) return;
    if (vm->n_dying == vm->cap_dying) {
        vm->cap_dying = vm->cap_dying ? 2 * vm->cap_dying : 16;
        vm->dying = gc_realloc(vm->dying, vm->cap_dying * sizeof(Value));
    }
    vm->dying[vm->n_dying++] = v;
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

// What an instruction lets go besides its destination

static bool is_loop(Opcode op)
{
    return op == OP_FOR || op == OP_FORRANGE || op == OP_FORGEN || op == OP_GFORGEN || op == OP_FORLIST ||
           op == OP_FORNATIVE;
}

static Value old_attribute(VM *vm, Value o, Str *name)
{
    return is_kind(o, KIND_INSTANCE) ? instance_find(vm, as_object(o), name) : VALUE_UNBOUND;
}

static Value old_item(Value o, Value key)
{
    Value v = VALUE_UNBOUND;
    if (is_list(o) && is_int(key)) {
        int64_t i = as_int(key), len = (int64_t)as_list(o)->len;
        if (i < 0) i += len;
        if (i >= 0 && i < len) v = as_list(o)->items[i];
    } else if (is_dict(o) && is_str(key)) {
        v = dict_find_str(as_dict(o), as_str(key));
    }
    return v;
}

// The cell may not be linked yet: code that exec or the REPL compiled.
static Value old_global(const Function *f, unsigned i)
{
    const Cell *cell = f->cells[i];
    if (cell->value != VALUE_UNBOUND && !(cell->object.head & HEAD(0, 0, CELL_BUILTIN))) return cell->value;
    return dict_find_str(f->globals->dict, f->globals->unit->names[i]);
}

static void look_at_arguments(VM *vm, Value *R, Value *window, unsigned n)
{
    for (unsigned i = 0; i < n; i++) watch_overwrite(vm, R, &window[i]);
}

// How many registers the arguments of a call are in, self included.
static unsigned n_words_of_call(Instr insn)
{
    unsigned n_args = instr_b(insn);
    switch (instr_op(insn)) {
    case OP_CALLEX: return 1 + (n_args != 0);
    case OP_CALLKW: return n_args + instr_c(insn);
    case OP_CALLM: case OP_GCALLM: return n_args + 1;
    default: return n_args;
    }
}

static void look_at_call(VM *vm, Value *R, Instr insn, const Instr *pc)
{
    unsigned a = instr_a(insn);
    vm->after_call = pc + opcode_info[instr_op(insn)].n_words;
    watch_overwrite(vm, R, &R[a]);
    look_at_arguments(vm, R, &R[a + FRAME_WORDS], n_words_of_call(insn));
}

// The frame at `resumer` goes on after its call.
static void look_after_call(VM *vm, Value *resumer)
{
    const FrameHeader *frame = frame_of(resumer);
    if (!frame->function || frame->function->code->flags & CODE_METHOD_STUB) return;
    if (!is_loop(instr_op(frame->pc[-1]))) vm->after_call = frame->pc;
}

static void look_at_return(VM *vm, Value *R, Instr insn)
{
    Value v = instr_op(insn) == OP_RETURNNONE ? VALUE_NONE : R[instr_a(insn)];
    watch_frame_ends(vm, R, 0);
    if (instr_op(insn) != OP_RETURNNONE) R[instr_a(insn)] = v;
    if (instr_op(insn) != OP_GENRETURN) look_after_call(vm, frame_of(R)->prev);
}

static void look_at_yield(VM *vm, Value *R)
{
    const Generator *g = generator_of(R);
    look_after_call(vm, generator_has_up(g) ? g->link->frame.prev : g->frame.prev);
}

void watch_look(VM *vm, Value *R, Instr insn, const Instr *pc)
{
    Function *f = frame_of(R)->function;
    unsigned a = instr_a(insn), b = instr_b(insn), c = instr_c(insn);
    switch (instr_op(insn)) {
    case OP_STOREG:
    case OP_DELG: watch_let_go(vm, old_global(f, instr_bx(insn))); break;
    case OP_STORENAME:
    case OP_DELNAME: watch_let_go(vm, old_item(R[0], f->consts[instr_bx(insn)])); break;
    case OP_STOREFAR: watch_let_go(vm, R[instr_bx(insn)]); break;
    case OP_STORECELL:
    case OP_DELCELL: watch_let_go(vm, ((Cell *)as_pointer(R[a]))->value); break;
    case OP_STOREFREE:
    case OP_DELFREE: watch_let_go(vm, f->closure[a]->value); break;
    case OP_SETATTR:
    case OP_DELATTR: watch_let_go(vm, old_attribute(vm, R[b], as_str(f->consts[*pc & 0xFFFF]))); break;
    case OP_SETITEM: watch_let_go(vm, old_item(R[a], R[b])); break;
    case OP_DELITEM: watch_let_go(vm, old_item(R[b], R[c])); break;
    case OP_CALL: case OP_CALLM: case OP_GCALL: case OP_GCALLM: case OP_CALLKW: case OP_CALLEX:
        look_at_call(vm, R, insn, pc);
        break;
    case OP_RETURN: case OP_RETURNNONE: case OP_GENRETURN: case OP_STUBRETURN: look_at_return(vm, R, insn); break;
    case OP_YIELD: case OP_YIELDP: look_at_yield(vm, R); break;
    case OP_LISTEXTEND: case OP_SETUPDATE: case OP_LISTTUPLE: case OP_UNPACK: case OP_UNPACKEX: case OP_UNPACKLONG: case OP_IN: case OP_NOTIN:
        watch_let_go(vm, R[b]);
        if (instr_op(insn) == OP_IN || instr_op(insn) == OP_NOTIN) watch_let_go(vm, R[c]);
        break;
    case OP_EXCPOP: watch_let_go(vm, R[a]); break;
    default: break;
    }
}

void watch_frame_ends(VM *vm, Value *R, unsigned from)
{
    unsigned n = frame_of(R)->function->code->n_regs;
    unsigned live = reach_live_registers(R);
    for (unsigned i = from; i < n; i++) {
        if (i < live) watch_overwrite(vm, R, &R[i]);
        R[i] = VALUE_UNBOUND;
    }
}

void watch_begins(VM *vm, Value *R, const Instr *pc)
{
    const Function *f = frame_of(R)->function;
    if (!f || f->code->flags & CODE_METHOD_STUB || pc == f->code->instrs) return;
    const Code *code = f->code;
    unsigned live = code_position(code, pc)->live;
    for (unsigned i = live < code->n_locals ? code->n_locals : live; i < code->n_regs; i++) {
        bool is_link = (Value *)as_pointer(R[i]) >= vm->stack && (Value *)as_pointer(R[i]) < vm->stack_end;
        // Exceptions are let go of by EXCPOP.
        if (is_link || !watch_may_hold(R[i]) || is_exception(R[i])) continue;
        watch_overwrite(vm, R, &R[i]);
        R[i] = VALUE_UNBOUND;  // or it would be looked at after every call
    }
}

// Closing what is dead

static void drop(VM *vm, Value v);

static void drop_if_dead(VM *vm, Value v)
{
    if (!reach_is_object(vm, v) || !watch_may_hold(v)) return;
    if (reach_leads_to_protected(vm, v) && !reach_is_held(vm, as_object(v))) drop(vm, v);
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

static void drop_held(VM *vm, size_t from)
{
    if (vm->n_held == from) return;  // perhaps there is no array yet
    for (size_t i = from, n = vm->n_held; i < n; i++) drop_if_dead(vm, vm->held[i]);
    memset(vm->held + from, 0, (vm->n_held - from) * sizeof(Value));
    vm->n_held = from;
}

static void close_generator(VM *vm, Generator *g)
{
    Value exception = vm->exception, handled = vm->handled, stop_value = vm->stop_value;
    vm->exception = VALUE_UNBOUND;
    reach_clear_c_stack();
    Value r = generator_close(vm, g);
    if (is_error(r)) error_print_unraisable(vm, "Exception ignored in: ", value_object(g));
    generator_finish(vm, g);  // even if it ignored GeneratorExit
    vm->exception = exception;
    vm->handled = handled;
    vm->stop_value = stop_value;
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
    if (is_generator(v)) close_generator(vm, as_generator(v));
    drop_held(vm, from);
}

void watch_check(VM *vm)
{
    size_t from = vm->n_held;
    for (size_t i = 0; i < vm->n_dying; i++) {
        hold(vm, vm->dying[i]);
        vm->dying[i] = VALUE_NONE;
    }
    vm->n_dying = 0;
    drop_held(vm, from);
    reach_clear_c_stack();  // the searches hold nothing up themselves
}

// Finalisers

static void finalize_generator(void *object, void *data)
{
    VM *vm = data;
    Generator *g = object;
    if (!(g->object.head & HEAD(0, 0, GEN_PROTECTED))) return;
    if (generator_state(g) == GEN_RUNNING) return;
    while (generator_has_up(g)) g = g->up;
    close_generator(vm, g);
}

void watch_protect(VM *vm, Generator *g)
{
    if (likely(g->object.head & HEAD(0, 0, GEN_PROTECTED))) return;
    bool is_new = !(g->object.head & HEAD(0, 0, GEN_FINALIZER));
    g->object.head |= HEAD(0, 0, GEN_PROTECTED | GEN_FINALIZER);
    vm->n_protected++;
    watching = vm;
    object_watcher = let_go;
    if (is_new) gc_set_finalizer(g, finalize_generator, vm);
}

void watch_unprotect(VM *vm, Generator *g)
{
    if (!(g->object.head & HEAD(0, 0, GEN_PROTECTED))) return;
    g->object.head &= ~HEAD(0, 0, GEN_PROTECTED);
    if (--vm->n_protected == 0) object_watcher = NULL;
}

// The end of the program

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
        watch_let_go(vm, v);
        watch_check(vm);
    }
}

// What one clean-up lets go of is found by the next collection.
static void collect_protected(VM *vm)
{
    for (int i = 0; vm->n_protected > 0 && i < 3; i++) {
        gc_collect();
        gc_run_finalizers();
    }
}

// What the program's names lead to, while they are still there, as CPython's last collection does.
static void close_what_is_left(VM *vm)
{
    List *generators = reach_generators(vm, &vm->main->dict->object);
    for (size_t i = 0; vm->n_protected > 0 && i < generators->len; i++) {
        Generator *g = as_generator(generators->items[i]);
        if (generator_state(g) != GEN_DONE && generator_state(g) != GEN_RUNNING) close_generator(vm, g);
    }
}

// In CPython's order: garbage, then what the names lead to, then the names one by one.
void watch_finish(VM *vm)
{
    vm->frame = NULL;
    vm->handled = VALUE_NONE;
    vm->n_dying = 0;
    collect_protected(vm);
    if (vm->main) {
        if (vm->n_protected > 0) close_what_is_left(vm);
        let_go_of_names(vm, vm->main->dict, true);
        let_go_of_names(vm, vm->main->dict, false);
    }
    collect_protected(vm);
}
