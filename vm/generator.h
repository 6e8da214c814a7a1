// SPDX-License-Identifier: MIT
// generator.h - generators: a frame that lives in its own heap object and is resumed in place.
// The protocol of O(1) delegation is described in docs/architecture.md ("yield from").
#ifndef RILL_VM_GENERATOR_H
#define RILL_VM_GENERATOR_H

#include "vm/function.h"

typedef enum GeneratorState {
    GEN_CREATED,    // not started; this and the next differ in one bit: loops resume both
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
// A C boundary: a frame with function NULL, where interp_run was called from C. Register 0 takes the result,
// register 1 is the number of words in use above (arguments that C passes on).
enum { BOUNDARY_WORDS = 2 };

static inline FrameHeader *frame_of(Value *regs)
{
    return (FrameHeader *)(void *)(regs - FRAME_WORDS);
}

typedef struct Generator {
    Object object;              // KIND_GENERATOR, GeneratorState, flags
    union {
        struct Generator *link; // a path's top: its leaf. A running leaf with GEN_UP: the entry of its activation.
                                // Another one: which generator its GFORGEN resumed last, a guess (generator_guess)
        const Instr *made_at;   // the pc after the CALL that made it, until link is needed
        Function *ended_in;     // GEN_DONE: whose frame saw its end, frame.pc being where; NULL if not known
    };
    union {
        FrameHeader frame;
        struct Generator *up;   // GEN_UP flag set: the generator that delegates to this one (shares frame.prev)
    };
    Value regs[];               // function->code->n_regs
} Generator;

// Head flags. PROTECTED: suspended inside try or with at least once, and not finished. OWNED: only the loop or
// yield from that consumes it refers to it. FINALIZER: the collector knows it.
// FAILED, CLOSED: how it ended, if not by returning. FIRST_RUN: it runs for the first time and counts in vm->depth;
// later runs need no count, since they cannot nest deeper than there are generators. GUESSES: link is or was a guess, and
// made_at is in its last register. SEEN: it has a frame object (frame.h).
enum {
    GEN_UP = 1, GEN_PROTECTED = 2, GEN_OWNED = 4, GEN_FINALIZER = 8, GEN_FAILED = 16, GEN_CLOSED = 32, GEN_FIRST_RUN = 64,
    GEN_GUESSES = 128, GEN_SEEN = 256
};

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

// A delegating generator P and its sub-generator D are linked by a FAST edge (P is GEN_DELEGATING, D has GEN_UP)
// or a SLOW one (P is GEN_SLOW, D knows nothing of P). Turning a fast edge into a slow one never changes what a
// program does, only its cost; so whatever does not fit the fast scheme first cuts the edge (generator_detach).
// A delegation from inside an except clause is always slow: what its delegate does has the handled exception as context.
// INVARIANT: fast edges form disjoint paths. The top of a path (GEN_DELEGATING without GEN_UP) has the path's leaf in
// `link`; while the path runs, its leaf is GEN_RUNNING, the leaf's link is the top, and the top is the entry that
// the resumer called: frame.prev of the top is the resumer.
// INVARIANT: a generator with GEN_UP is never resumed directly: it is detached first.
// INVARIANT: the saved pc of a suspended generator is after its YIELD (the register of the value sent is its B), or
// after its YIELDFROM (B holds the sub-iterator, B+1 the value to send when a slow one is resumed: pc - 1 runs).
// While it is GEN_CREATED, made_at is known and frame.prev is the registers of the frame that made it.
static inline bool generator_has_up(const Generator *g)
{
    return g->object.head & HEAD(0, 0, GEN_UP);
}
// Somebody else gets hold of g.
static inline void generator_disown(Generator *g)
{
    g->object.head &= ~HEAD(0, 0, GEN_OWNED);
}

// The innermost step of resuming g with a value: finds the leaf that is to run and marks it running, its value
// delivered; *pc is where it runs. The caller then sets prev (or up). RESUME_ERROR: raised. RESUME_DONE: g is finished.
typedef enum ResumeResult { RESUME_ERROR, RESUME_DONE, RESUME_RUN } ResumeResult;
ResumeResult generator_enter(VM *vm, Generator *g, Value value, Generator **leaf, const Instr **pc) RILL_FALLIBLE;
// Cut the fast edge above g. false: ValueError "generator already executing" is raised.
bool generator_detach(VM *vm, Generator *g) RILL_FALLIBLE;
enum { DELEGATING_STEP = HEAD(0, GEN_DELEGATING - GEN_RUNNING, 0) };  // added as a word: the compiler would store a byte
// The running generator p delegates to d, whose leaf runs from now on.
static inline void generator_push(Generator *p, Generator *d, Generator *leaf)
{
    Generator *entry = generator_has_up(p) ? p->link : p;
    p->object.head += DELEGATING_STEP;
    d->object.head |= HEAD(0, 0, GEN_UP);
    d->up = p;
    entry->link = leaf;
    leaf->link = entry;
}
// The running leaf g, which has GEN_UP, ends: its delegator becomes the running leaf and is returned.
static inline Generator *generator_go_up(const Generator *g)
{
    Generator *p = g->up, *entry = g->link;
    p->object.head -= DELEGATING_STEP;
    if (p != entry) {
        p->link = entry;
        entry->link = p;
    }
    return p;
}
Generator *generator_pop(VM *vm, Generator *g);  // the same, and what is to be done with g
void generator_finish(VM *vm, Generator *g);  // its state becomes GEN_DONE
// For notes: g has ended, seen by the innermost Rill frame from `regs` outwards.
void generator_record_end(Generator *g, Value *regs);
// The pc after the call that made g, or another address inside no code: compare, do not follow.
static inline const Instr *generator_made_at(const Generator *g)
{
    if (generator_state(g) == GEN_DONE) return NULL;
    bool guesses = g->object.head & HEAD(0, 0, GEN_GUESSES);
    return guesses ? (const Instr *)as_pointer(g->regs[g->frame.function->code->n_regs - 1]) : g->made_at;
}
// A loop of p, which runs, is about to resume g and may find it by p's link the next time. The code of a generator that
// loops has one register more, for made_at.
static inline void generator_guess(Generator *p, Generator *g)
{
    if (generator_has_up(p)) return;
    if (!(p->object.head & HEAD(0, 0, GEN_GUESSES))) {
        p->object.head |= HEAD(0, 0, GEN_GUESSES);
        p->regs[p->frame.function->code->n_regs - 1] = (Value)(uintptr_t)p->made_at;
    }
    p->link = g;
}
// Bounds the length of a path, when vm->pushes_left is used up: RecursionError if p's path is longer than 75,000.
bool generator_check_path(VM *vm, Generator *p) RILL_FALLIBLE;
// The exception that g handles where it is suspended or delegates; VALUE_NONE if none.
Value generator_handled(const Generator *g);
const Value *generator_handled_register(const Generator *g);  // where it is kept meanwhile; NULL if none
void generator_run_finalizers(VM *vm);

Generator *generator_new(Function *function);  // CREATED, registers VALUE_UNBOUND, parameters to be filled
// The same by a call with exactly the parameters' arguments, from the frame at `maker`; pc is after the call.
Value generator_call(Function *function, const Value *args, Value *maker, const Instr *pc);
// Resume from C. value VALUE_NONE for next. The value yielded; VALUE_STOP with vm->stop_value on return; VALUE_ERROR.
Value generator_resume(VM *vm, Generator *g, Value value) RILL_FALLIBLE;
// The same results; exception is an instance or an exception class.
Value generator_throw(VM *vm, Generator *g, Value exception) RILL_FALLIBLE;
Value generator_close(VM *vm, Generator *g) RILL_FALLIBLE;  // the return value or None; VALUE_ERROR
Value generator_yieldfrom(const Generator *g);              // gi_yieldfrom, VALUE_NONE if not delegating

#endif
