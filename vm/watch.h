// SPDX-License-Identifier: MIT
// watch.h - prompt clean-up: what is abandoned while a generator is suspended inside try or with is closed at once.
//
// A generator that suspends inside try or with is protected; while any is alive, the interpreter dispatches through a
// second table whose entries look at what the instruction is about to let go: the old value of its destination, of a
// global, a cell, an attribute or item, the arguments of a native, the registers of a frame that ends. A value that leads to a
// protected generator goes to vm->dying; before the next instruction watch_check asks whether it is still reachable
// (reach.h), and if not, closes the generators it held, outermost first, as reference counting would.
// Without protected generators none of this runs.
// What the search cannot see (a cycle, more than REACH_LIMIT objects) is closed when the collector finds it, by a
// finaliser that runs at the next back edge, or when the program ends.
#ifndef RILL_VM_WATCH_H
#define RILL_VM_WATCH_H

#include "vm/vm.h"

// Kinds through which a generator may be held. v may be 0: a register never written.
static inline bool watch_may_hold(Value v)
{
    const uint64_t kinds = 1ull << KIND_GENERATOR | 1ull << KIND_ITERATOR | 1ull << KIND_INSTANCE | 1ull << KIND_LIST |
                           1ull << KIND_TUPLE | 1ull << KIND_DICT | 1ull << KIND_BOUND_METHOD | 1ull << KIND_OPAQUE |
                           1ull << KIND_EXCEPTION | 1ull << KIND_CELL | 1ull << KIND_SET | 1ull << KIND_FUNCTION;
    if (!v || !is_object(v)) return false;
    Kind kind = object_kind(as_object(v));
    return kind < KIND_COUNT && kinds >> kind & 1;
}

// What the watching dispatch does before an instruction of each opcode.
enum { WATCH_WRITES_A = 1, WATCH_LOOKS = 2 };
extern const uint8_t watch_flags[OP_COUNT];

void watch_let_go(VM *vm, Value v);          // a reference to v is gone, or will be when the instruction is done
void watch_overwrite(VM *vm, Value *R, Value *reg);  // the same of a register of the running frame at R
// An iterator lets go of what it worked on: *slot is VALUE_UNBOUND.
static inline void watch_clear(VM *vm, Value *slot)
{
    if (unlikely(vm->n_protected)) watch_let_go(vm, *slot);
    *slot = VALUE_UNBOUND;
}
// Lets go of the registers that are dead after the instruction before pc: when this mode begins, and after calls.
void watch_begins(VM *vm, Value *R, const Instr *pc);
void watch_look(VM *vm, Value *R, Instr insn, const Instr *pc);  // pc: after the first word of insn
// Closes what is dead among vm->dying. Runs finally blocks of scripts; what they raise is reported as CPython
// reports an exception in a destructor. vm->frame and its pc are saved: pc after the last instruction.
void watch_check(VM *vm);
void watch_frame_ends(VM *vm, Value *R, unsigned from);  // registers from `from` on are let go and cleared
// g is suspended inside try or with. / g is finished.
void watch_protect(VM *vm, Generator *g);
void watch_unprotect(VM *vm, Generator *g);
// At the end of the program: lets go of the names of module main in CPython's order, then of all that is left.
void watch_finish(VM *vm);

#endif
