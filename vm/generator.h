// SPDX-License-Identifier: MIT
// generator.h - generators: a frame that lives in its own heap object and is resumed in place.
// The protocol of O(1) delegation is described in docs/architecture.md ("yield from").
#ifndef RILL_VM_GENERATOR_H
#define RILL_VM_GENERATOR_H

#include "vm/function.h"

typedef enum GeneratorState {
    GEN_CREATED,    // not started
    GEN_SUSPENDED,  // at a yield
    GEN_RUNNING,
    GEN_DONE,
    GEN_DELEGATING, // in a yield from, over a fast edge: the leaf of its path runs instead of it
    GEN_SLOW,       // in a yield from over anything else: suspended, and resuming it advances R[sub]
} GeneratorState;

// The frame of any activation: three words before register 0. A generator's frame is inside its object.
typedef struct FrameHeader {
    Value *prev;        // the caller's or resumer's register 0
    const Instr *pc;    // where this frame goes on, when another one runs
    Function *function;
} FrameHeader;
enum { FRAME_WORDS = 3 };

static inline FrameHeader *frame_of(Value *regs)
{
    return (FrameHeader *)(void *)(regs - FRAME_WORDS);
}

typedef struct Generator {
    Object object;              // KIND_GENERATOR, GeneratorState, flags
    struct Generator *link;     // a path's top, not running: its cached leaf. A running leaf: the entry of its activation
    union {
        FrameHeader frame;
        struct Generator *up;   // GEN_UP flag set: the generator that delegates to this one (shares frame.prev)
    };
    Value regs[];               // function->code->n_regs
} Generator;

enum { GEN_UP = 1, GEN_PROTECTED = 2, GEN_OWNED = 4 };  // head flags

static inline bool is_generator(Value v)
{
    return is_kind(v, KIND_GENERATOR);
}
static inline Generator *as_generator(Value v)
{
    return (Generator *)as_pointer(v);
}
static inline Generator *generator_of(Value *regs)
{
    return (Generator *)(void *)((char *)regs - offsetof(Generator, regs));
}
static inline GeneratorState generator_state(const Generator *g)
{
    return (GeneratorState)(g->object.head >> 8 & 0xFF);
}
static inline void generator_set_state(Generator *g, GeneratorState state)
{
    g->object.head = (g->object.head & ~0xFF00u) | (uint32_t)state << 8;
}

Generator *generator_new(Function *function);  // CREATED, registers VALUE_UNBOUND, parameters to be filled
// Resume from C. value VALUE_NONE for next. The value yielded; VALUE_STOP with vm->stop_value on return; VALUE_ERROR.
Value generator_resume(VM *vm, Generator *g, Value value) RILL_FALLIBLE;
Value generator_throw(VM *vm, Generator *g, Value exception) RILL_FALLIBLE;  // same results
Value generator_close(VM *vm, Generator *g) RILL_FALLIBLE;  // the return value or None; VALUE_ERROR
Value generator_yieldfrom(const Generator *g);              // gi_yieldfrom, VALUE_NONE if not delegating
void generator_init(VM *vm);                                // defines the class

#endif
