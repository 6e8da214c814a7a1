// SPDX-License-Identifier: MIT
// liveness.h - which registers of a frame hold something alive, and where one dies: for prompt clean-up (watch.h).
// A table for each code object, made when it is first asked for, from the `uses` of opcodes.def.
#ifndef RILL_VM_LIVENESS_H
#define RILL_VM_LIVENESS_H

#include "vm/code.h"

// Registers below `first` are variables, or kept for another reason while the frame is there. Bit i stands for register
// first + i; registers from first + LIVENESS_BITS on are not known: take them for alive.
enum { LIVENESS_BITS = 64 };
typedef struct Liveness {
    unsigned first;
    uint64_t *live;   // by word: alive before the instruction that the word belongs to. n_instrs + 1 of them
    uint64_t *dying;  // by word: may have come here from the instruction before, but is dead
} Liveness;

const Liveness *liveness_of(Code *code);  // not of stubs of the runtime
// Of a frame about to run the instruction at pc, or waiting in the one before, whose operands are somebody else's now.
// / Of one that waits in the instruction before pc, with its operands.
uint64_t liveness_before(Code *code, const Instr *pc);
uint64_t liveness_inside(Code *code, const Instr *pc);
// How many registers from A + FRAME_WORDS on hold the arguments of a call, self included.
unsigned liveness_call_words(Instr insn);

#endif
