// SPDX-License-Identifier: MIT
// watch.h - prompt clean-up: what is abandoned while a generator is suspended inside try or with is closed at once.
//
// A generator that suspends inside try or with is protected; while any is alive, the interpreter dispatches through a
// second table whose entries look at what is let go: registers that are dead where it arrives (liveness.h), the old value
// of what the instruction is about to write, the variables of a frame that ends. A value that leads to a protected
// generator goes to vm->dying; before the next instruction of that frame watch_check asks whether it is still reachable
// (reach.h), and if not, closes the generators it held, outermost first, as reference counting would.
// Without protected generators none of this runs.
// What the search cannot see (a cycle, more than REACH_LIMIT objects) is closed when the collector finds it, by a
// finaliser that runs at the next back edge, or when the program ends.
#ifndef RILL_VM_WATCH_H
#define RILL_VM_WATCH_H

#include "vm/liveness.h"
#include "vm/vm.h"

// Kinds through which a generator may be held. v may be 0: a register never written.
static inline bool watch_may_hold(Value v)
{
    const uint64_t plain = 1ull << KIND_INT | 1ull << KIND_FLOAT | 1ull << KIND_STR | 1ull << KIND_BYTES | 1ull << KIND_BYTEARRAY;
    const uint64_t others = 1ull << KIND_RANGE | 1ull << KIND_NATIVE | 1ull << KIND_CLASS | 1ull << KIND_MODULE |
                            1ull << KIND_CODE | 1ull << KIND_GETSET | 1ull << KIND_FILE;
    if (!v || !is_object(v)) return false;
    Kind kind = object_kind(as_object(v));
    if (kind >= KIND_COUNT) return false;
    if (plain >> kind & 1) return as_object(v)->shape != kind;  // attributes of a subclass
    return !(others >> kind & 1);
}

// What the watching dispatch does before an instruction of each opcode: looks at what R[A] holds; calls watch_look, or only if
// something was let go of; takes the general form of one that does the next as well.
enum { WATCH_WRITES_A = 1, WATCH_LOOKS = 2, WATCH_YIELDS = 4, WATCH_FUSED = 8 };
extern uint8_t watch_flags[OP_COUNT];
static inline bool watch_is_needed(const VM *vm, const Value *R, Instr insn, unsigned flags)
{
    if (flags & WATCH_WRITES_A) return watch_may_hold(R[instr_a(insn)]);
    if (flags & WATCH_YIELDS) return vm->dying.n > 0 || vm->kept.n > 0;
    return flags & WATCH_LOOKS;
}

void watch_let_go(VM *vm, Value v);  // a reference to v is gone, or will be when vm->frame goes on
void watch_overwrite(VM *vm, Value *R, Value *reg);  // the same of a register of the running frame at R
void watch_write(VM *vm, Value *R, Value *reg);      // it is about to be written
// The registers that the frame at R, about to run the instruction at `at`, does not need any more, if there is anything for
// watch_drop_registers to do.
uint64_t watch_dying_slow(VM *vm, Value *R, const Instr *at);
static inline uint64_t watch_dying(VM *vm, Value *R, const Instr *at)
{
    const Function *f = frame_of(R)->function;
    if (unlikely(!f)) return 0;
    const Liveness *liveness = f->code->liveness;
    if (unlikely(!liveness)) return watch_dying_slow(vm, R, at);
    uint64_t dying = liveness->dying[at - f->code->instrs];
    for (uint64_t set = dying; set; set &= set - 1)
        if (watch_may_hold(R[liveness->first + (unsigned)__builtin_ctzll(set)])) return dying;
    return 0;
}
// The value that a frame has returned stays in its register until the next instruction of its caller.
static inline void watch_wipe_returned(VM *vm)
{
    if (vm->returned) *vm->returned = VALUE_UNBOUND;
    vm->returned = NULL;
}
void watch_drop_registers(VM *vm, Value *R, uint64_t set);
void watch_look(VM *vm, Value *R, Instr insn, const Instr *pc);  // pc: after the first word of insn
// Closes what is dead of what the frame at R has let go of. Runs finally blocks of scripts; what they raise is reported as
// CPython reports an exception in a destructor. vm->frame is R, its pc that of the next instruction.
void watch_check(VM *vm, Value *R);
// An exception has arrived at the boundary of a C function, which may catch it and go on with other scripts.
void watch_check_boundary(VM *vm, Value *regs);
// An exception leaves the frame at R, to go to `handler` in it, if there is one.
void watch_unwinds(VM *vm, Value *R, const CodeHandler *handler);
// What the frame `from` has let go of is looked at when `to` goes on, since `from` has ended or is suspended.
void watch_hand_on(VM *vm, Value *from, Value *to);
// g is suspended inside try or with. / g is finished.
void watch_protect(VM *vm, Generator *g);
void watch_unprotect(VM *vm, Generator *g);
// For C code outside of any run: v is let go, and looked at now.
void watch_let_go_now(VM *vm, Value v);
// At the end of the program: lets go of the names of module main in CPython's order, then of all that is left.
void watch_finish(VM *vm);

#endif
