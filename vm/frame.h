// SPDX-License-Identifier: MIT
// frame.h - frame objects, as gi_frame, tb_frame and sys._getframe() show them. How they know their activation: frame.c.
#ifndef RILL_VM_FRAME_H
#define RILL_VM_FRAME_H

#include "vm/error.h"
#include "vm/generator.h"

typedef struct Frame {
    Object object;  // KIND_FRAME
    Function *function;    // a SeenFunction, or that of a traceback's entry whose activation has ended
    const Instr *pc;       // once it has ended: after the instruction that ended it
    Generator *generator;  // whose frame it is, or NULL
    Value *locals;         // copy of registers 0..n_locals-1 when it ended; NULL if none
    Dict *extra;           // what f_locals was given that names no variable; NULL if nothing
    struct Frame *back;    // f_back, once it has ended; NULL at the bottom
    Value *regs;           // register 0; NULL once it has ended
} Frame;

// The function of an activation that has a frame object: a copy of the original, with FUNCTION_SEEN in its head.
typedef struct SeenFunction {
    Function function;
    Function *original;
    Frame *frame;
} SeenFunction;

static inline Frame *frame_seen(const Function *f)  // NULL if there is no frame object
{
    bool is_seen = f && f->object.head & HEAD(0, FUNCTION_SEEN, 0);
    return is_seen ? ((const SeenFunction *)(const void *)f)->frame : NULL;
}
static inline const Function *function_original(const Function *f)
{
    return frame_seen(f) ? ((const SeenFunction *)(const void *)f)->original : f;
}
static inline bool is_frame(Value v)
{
    return is_kind(v, KIND_FRAME);
}
static inline Frame *as_frame(Value v)
{
    return (Frame *)as_pointer(v);
}

// The running frame `depth` levels up (0: innermost visible); NULL if there are not so many.
Frame *frame_running(VM *vm, int depth);
Frame *frame_of_generator(Generator *g);            // gi_frame
Frame *frame_of_traceback(VM *vm, Traceback *tb);   // tb_frame
Frame *frame_back(VM *vm, Frame *frame);            // f_back; NULL: None
bool frame_is_running(VM *vm, const Frame *frame);  // of a call, not of a generator
const Instr *frame_pc(VM *vm, const Frame *frame);
// The activation at regs, its pc saved, ends: its frame object, if there is one, keeps what it needs.
void frame_end(VM *vm, Value *regs);
// From now on the activation at regs, a seen one, runs the code that says when it ends; whoever runs it must reload its pc.
void frame_move_code(Value *regs);
// Where the variable of that name has its value now (VALUE_UNBOUND: none); NULL if the code has no such variable.
Value *frame_variable(VM *vm, Frame *frame, const Str *name);
// Register 0 of the next visible activation outwards from regs (regs itself if it is visible); NULL
// at the bottom.
Value *frame_visible(Value *regs);
Value *frame_caller(Value *regs);  // of the caller, resumer or delegator; may be hidden
// The names and values as locals() gives them, and those that f_locals was given: a new dict, or the live namespace of a
// module or class body.
Dict *frame_locals(VM *vm, Frame *frame);
bool frame_has_namespace(const Frame *frame);  // f_locals is that dict, not a proxy
Dict *frame_locals_of(Function *function, const Value *regs);  // regs may be NULL
Value *frame_copy_locals(const Function *function,
                         const Value *regs);  // for snapshots; NULL if none
int frame_line(VM *vm, const Frame *frame);
void traceback_define(VM *vm);  // traceback.c

#endif
