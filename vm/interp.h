// SPDX-License-Identifier: MIT
// interp.h - what the dispatch loop calls when its fast path does not do: internal to interp*.c.
// Functions that take R and pc by reference may enter another frame: then they have changed both and say
// SLOW_CONTINUE. Before the call, vm->frame is R and the frame's pc is saved.
#ifndef RILL_VM_INTERP_H
#define RILL_VM_INTERP_H

#include "vm/gc.h"
#include "vm/vm.h"

typedef struct SlowResult {
    // SLOW_VALUE: deliver value. SLOW_CONTINUE: go on at R, pc (nothing to deliver). SLOW_RAISE: an exception is pending.
    enum { SLOW_VALUE, SLOW_CONTINUE, SLOW_RAISE } kind;
    Value value;
} SlowResult;

// Names
Value raise_unbound_local(VM *vm, Function *f, unsigned reg);
void far_locals_enter(Value *R, unsigned first);  // FARENTER
Value raise_unbound_free(VM *vm, Function *f, unsigned index);
Value name_load(VM *vm, Value *R, Str *name) RILL_FALLIBLE;
Value name_load_free(VM *vm, Value *R, Str *name, unsigned index) RILL_FALLIBLE;
bool name_delete(VM *vm, Value namespace_, Str *name) RILL_FALLIBLE;
Value current_namespace(Value *R);  // of module or class code: its dict, or whatever exec was given

// Methods written in Rill: otherwise C knows all about v.
static inline bool may_have_methods(VM *vm, Value v) { return is_object(v) && class_is_heap(class_of(vm, v)); }

// Operators
SlowResult binary_slow(VM *vm, BinaryOperator op, bool is_inplace, Value a, Value b, Value **R, const Instr **pc);
SlowResult compare_slow(VM *vm, RichCompare op, Value a, Value b, Value **R, const Instr **pc);
SlowResult unary_slow(VM *vm, Opcode op, Value v, Value **R, const Instr **pc);
SlowResult contains_slow(VM *vm, Value container, Value item, bool negate, Value **R, const Instr **pc);
// Whether v is true, where the instruction before *pc says: a jump, or R[A].
SlowResult truth_slow(VM *vm, Value v, Value **R, const Instr **pc);
// At R is a stub whose method has returned into register 0. binary_after: NotImplemented, or what is to be negated.
SlowResult binary_after(VM *vm, Value **R, const Instr **pc);
SlowResult contains_after(VM *vm, Value **R, const Instr **pc);
SlowResult truth_after(VM *vm, Value **R, const Instr **pc);

// Attributes and items
SlowResult getattr_slow(VM *vm, Value o, Value **R, const Instr **pc);   // the words end at *pc
SlowResult iter_slow(VM *vm, Value v, Value **R, const Instr **pc);    // iter(v), for FORPREP, GETITER and GETYFITER
SlowResult iter_after(VM *vm, Value **R, const Instr **pc);            // at STUBITER
SlowResult format_slow(VM *vm, Value v, Value spec, unsigned flags, Value **R, const Instr **pc);  // as format_field
SlowResult format_after(VM *vm, Value **R, const Instr **pc);          // at STUBTEXT
SlowResult getattr_failed(VM *vm, Value **R, const Instr **pc);          // at R is a stub: perhaps __getattr__ knows
SlowResult attr_call_slow(VM *vm, Value o, Str *name, Value **R, const Instr **pc);
SlowResult super_slow(VM *vm, Value start, Value self, Str *name, Value **R, const Instr **pc);
SlowResult setattr_slow(VM *vm, Value o, Value v, Value **R, const Instr **pc);
SlowResult delattr_slow(VM *vm, Value o, Str *name, Value **R, const Instr **pc);
Value special_load(VM *vm, Value o, unsigned which) RILL_FALLIBLE;
SlowResult getitem_slow(VM *vm, Value o, Value key, Value **R, const Instr **pc);
SlowResult setitem_slow(VM *vm, Value o, Value key, Value v, Value **R, const Instr **pc);
SlowResult delitem_slow(VM *vm, Value o, Value key, Value **R, const Instr **pc);

// Item i of an exact list or tuple.
static inline bool quick_item(Value o, int64_t i, Value *v)
{
    if (is_exact(o, KIND_LIST)) {
        List *list = as_list(o);
        if (i < 0) i += (int64_t)list->len;
        if (unlikely((uint64_t)i >= list->len)) return false;
        *v = list->items[i];
        return true;
    }
    if (is_exact(o, KIND_TUPLE)) {
        Tuple *tuple = as_tuple(o);
        if (i < 0) i += (int64_t)tuple->len;
        if (unlikely((uint64_t)i >= tuple->len)) return false;
        *v = tuple->items[i];
        return true;
    }
    return false;
}

// Calls
SlowResult call_slow(VM *vm, Value callee, unsigned argc, Value *argv, Value *base, Value **R, const Instr **pc);
SlowResult call_keywords_slow(VM *vm, Instr insn, Tuple *names, Value **R, const Instr **pc);
SlowResult call_spread_slow(VM *vm, Instr insn, Value **R, const Instr **pc);
// LEAVE: the frame object keeps what it needs; goes on in the caller.
SlowResult leave_seen(VM *vm, Instr insn, Value **R, const Instr **pc);
// SPLITITEM: the item, or VALUE_UNBOUND: call as usual.
Value split_item(VM *vm, const Value *window, const Instr *call);
// A method native that may be called on self as it is, with argc arguments, self included.
static inline bool native_is_quick(Value callee, Value self, unsigned argc)
{
    if (!is_kind(callee, KIND_NATIVE)) return false;
    Native *native = as_native(callee);
    return native->n_exact == argc && is_object(self) && as_object(self)->shape == native->self_shape &&
           native->special == NATIVE_PLAIN;
}

// A native or class whose call with a generator runs as a loop of bytecode: drain.c
typedef enum Drain { DRAIN_NONE, DRAIN_SUM, DRAIN_ALL, DRAIN_ANY, DRAIN_LIST, DRAIN_TUPLE, DRAIN_SET } Drain;
Drain drain_of(VM *vm, Value callee);
// Enter the loop over *arg, a generator; false: call it as usual.
bool drain_begin(VM *vm, Drain drain, Value *arg, Value *base, Value **R, const Instr **pc);

// Generators and loops
// g was made for the instruction at `at` of the frame at R, by the call before it, and nobody else knows of it.
static inline bool generator_is_fresh(const Generator *g, const Value *R, const Instr *at)
{
    return g->object.head == HEAD(KIND_GENERATOR, GEN_CREATED, 0) && g->made_at == at &&
           g->frame.prev == R;
}
// Where the running leaf g yields to. It, or the entry of its path, will have run.
static inline Value *generator_resumer(VM *vm, Generator *g)
{
    Generator *entry = generator_has_up(g) ? g->link : g;
    generator_end_first_run(vm, entry);
    return entry->frame.prev;
}
Value *yield_to_resumer(VM *vm, Generator *g, const Instr **pc);
SlowResult generator_return(VM *vm, Generator *g, Value v, Value **R, const Instr **pc);
// The usual yield from in the frame at R: from a generator that the call before has made, outside try. false: yield_from must.
static inline bool delegate_at_once(VM *vm, Value *R, Instr insn, const Instr *pc)
{
    if (instr_c(insn) != 0 || !is_object(R[instr_b(insn)])) return false;
    Generator *d = as_generator(R[instr_b(insn)]);
    if (!generator_is_fresh(d, R, pc - 2)) return false;
    if (vm->n_protected || vm->depth >= vm->depth_limit || --vm->pushes_left < 0) return false;
    d->object.head = HEAD(KIND_GENERATOR, GEN_RUNNING, GEN_OWNED);
    generator_push(generator_of(R), d, d);
    return true;
}
SlowResult yield_from(VM *vm, Instr insn, Value **R, const Instr **pc);
int for_prepare(VM *vm, Value *R, unsigned a, Instr *for_instr, const Instr *at) RILL_FALLIBLE;  // 0: may be a script's __iter__
SlowResult for_prepare_slow(VM *vm, Value **R, const Instr **pc);    // then; FORPREP is the word before *pc
SlowResult for_enter(VM *vm, Value it, Value **R, const Instr **pc);         // its end, with the iterator
// The usual loop over a generator: one that the call before the FORPREP at `at` has made, for a FOR that expects it.
static inline bool for_prepare_owned(VM *vm, Value *R, unsigned a, Instr for_instr, const Instr *at)
{
    Opcode op = instr_op(for_instr);
    if ((op != OP_FORGEN && op != OP_GFORGEN) || !is_object(R[a])) return false;
    Generator *g = as_generator(R[a]);
    if (!generator_is_fresh(g, R, at) || vm->generator_warnings) return false;
    g->object.head |= HEAD(0, 0, GEN_OWNED);
    return true;
}
SlowResult for_slow(VM *vm, Instr insn, Value **R, const Instr **pc);
static inline void generator_recycle(Generator *g)  // nothing refers to it any more, but for dead registers
{
    if (unlikely(gc_stress)) g->object.head = HEAD(KIND_GENERATOR, GEN_DONE, 0);  // there its memory is not used again
    else gc_recycle(g, sizeof(Generator) + g->frame.function->code->n_regs * sizeof(Value));
}

// Displays, functions, statements
Value display_set(VM *vm, const Value *items, unsigned n) RILL_FALLIBLE;
Value display_dict(VM *vm, const Value *pairs, unsigned n) RILL_FALLIBLE;
bool display_extend(VM *vm, List *list, Value iterable) RILL_FALLIBLE;
bool display_update(VM *vm, Dict *dict, Value mapping) RILL_FALLIBLE;
Value format_field(VM *vm, Value v, Value spec, unsigned flags) RILL_FALLIBLE;
Value concat_strings(const Value *strings, unsigned n);
Value make_function(Value *R, Code *code, const Value *extras);
Value load_build_class(VM *vm) RILL_FALLIBLE;
// true: what is handled is raised again, so the frame is in its traceback already.
bool raise_statement(VM *vm, const Value *exception, const Value *cause, unsigned form);
SlowResult with_exit(VM *vm, Value exit, Value exception, Value **R, const Instr **pc);
bool display_value(VM *vm, Value v) RILL_FALLIBLE;
bool annotate(VM *vm, Value namespace_, Value name, Value annotation) RILL_FALLIBLE;

// Find who handles vm->exception, raised in vm->frame: false if that is a C boundary. Otherwise goes on at R, pc.
// is_new: the frame is added to the traceback (not when an exception is raised again as it is).
bool unwind(VM *vm, bool is_new, Value **R, const Instr **pc);

#endif
