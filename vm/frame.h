// SPDX-License-Identifier: MIT
// frame.h - frame objects, as gi_frame, tb_frame and sys._getframe() show them.
// A frame object of a generator looks into the generator; one of a call looks at the call while it
// runs, and after that shows what it was when the object was made.
#ifndef RILL_VM_FRAME_H
#define RILL_VM_FRAME_H

#include "vm/error.h"
#include "vm/generator.h"

typedef struct Frame {
    Object object;  // KIND_FRAME
    Function *function;
    const Instr *pc;         // after the instruction that runs
    Generator *generator;    // whose frame it is, or NULL
    Value *locals;           // copy of registers 0..n_locals-1; NULL if none
    struct Frame *back;      // f_back, NULL at the bottom; of a generator: who resumed it once
    Value *regs;             // of a call: where it ran; NULL for others. Not to be followed unless
                             // frame_live finds it
    const Instr *caller_pc;  // where its caller waits meanwhile
} Frame;

static inline bool is_frame(Value v)
{
    return is_kind(v, KIND_FRAME);
}
static inline Frame *as_frame(Value v)
{
    return (Frame *)as_pointer(v);
}

// The running frame `depth` levels up (0: innermost visible), with all its callers; NULL if there
// are not so many.
Frame *frame_snapshot(VM *vm, int depth);
Frame *frame_of_generator(Generator *g);   // gi_frame
Frame *frame_of_traceback(Traceback *tb);  // tb_frame
// Register 0 of the next visible activation outwards from regs (regs itself if it is visible); NULL
// at the bottom.
Value *frame_visible(Value *regs);
Value *frame_caller(Value *regs);  // of the caller, resumer or delegator; may be hidden
// The names and values as locals() gives them: a new dict, or the live namespace of a module or
// class body.
Dict *frame_locals(VM *vm, Frame *frame);
Dict *frame_locals_of(Function *function, const Value *regs);  // regs may be NULL
Value *frame_copy_locals(const Function *function,
                         const Value *regs);  // for snapshots; NULL if none
int frame_line(VM *vm, const Frame *frame);
void frame_define(VM *vm);
void traceback_define(VM *vm);  // traceback.c

#endif
