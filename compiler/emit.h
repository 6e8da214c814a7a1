// SPDX-License-Identifier: MIT
// emit.h - instructions, labels, registers, constants, positions and handlers of one code object.
// Knows no AST and no scopes. Also carries what is known at the current point: whether it can be
// reached (nothing is emitted where it cannot) and which locals are certainly assigned; labels join
// both.
#ifndef RILL_COMPILER_EMIT_H
#define RILL_COMPILER_EMIT_H

#include "compiler/unit.h"

typedef struct LocalSet {  // a set of registers
    uint64_t words[4];
} LocalSet;

static inline bool set_has(const LocalSet *s, int reg)
{
    return s->words[reg >> 6] >> (reg & 63) & 1;
}
static inline void set_insert(LocalSet *s, int reg)
{
    s->words[reg >> 6] |= (uint64_t)1 << (reg & 63);
}
static inline void set_remove(LocalSet *s, int reg)
{
    s->words[reg >> 6] &= ~((uint64_t)1 << (reg & 63));
}
static inline void set_intersect(LocalSet *s, const LocalSet *other)
{
    for (int i = 0; i < 4; i++)
        s->words[i] &= other->words[i];
}
static inline void set_subtract(LocalSet *s, const LocalSet *other)
{
    for (int i = 0; i < 4; i++)
        s->words[i] &= ~other->words[i];
}

typedef int Label;

typedef struct LabelInfo {
    int position;       // -1: not bound yet
    bool is_reached;    // some jump to it can be taken
    LocalSet assigned;  // at all jumps to it so far
} LabelInfo;

typedef struct Fixup {  // a jump to patch
    int at;
    Label label;
} Fixup;

typedef struct HandlerRange {
    Label start, end, target;
    int reg;
} HandlerRange;

enum { MAX_REGISTERS = 250 };

typedef struct Emitter {
    Compiler *c;
    Instr *instrs;
    CodePosition *positions;
    int len, cap;
    Value *consts;
    int n_consts, cap_consts;
    int *const_index;  // hash table of constants: index + 1
    int cap_index;
    LabelInfo *labels;
    int n_labels, cap_labels;
    Fixup *fixups;
    int n_fixups, cap_fixups;
    HandlerRange *handlers;
    int n_handlers, cap_handlers;
    int top, max;       // first free register; the most ever in use
    int held;           // registers below are in use until a statement around ends: see CodePosition
    Span span;          // of what is emitted now
    bool is_dead;       // this point cannot be reached
    bool has_loop;      // a FORPREP was emitted
    bool is_far;        // conditional jumps hop over a JMP: the code is too long for 16 bits
    bool is_overflown;  // a jump did not fit: compile again with is_far
    LocalSet assigned;  // registers of locals that are certainly assigned here
    LocalSet checked;   // registers some CHECK looks at
} Emitter;

void emit_begin(Emitter *e, Compiler *c, bool is_far);
// Registers, a stack: allocate n more (returns the first); SyntaxError when there are too many.
int emit_alloc(Emitter *e, int n);
void emit_reserve(Emitter *e, int reg);  // the frame has at least register `reg`
int emit_scratch(Emitter *e);  // a register above all in use, for the next instruction only

void emit_abc(Emitter *e, Opcode op, int a, int b, int c);
// The instruction that was emitted last, if it is op with its result in reg, also does the one that comes now.
void emit_fuse(Emitter *e, Opcode op, Opcode fused, int reg);
void emit_abx(Emitter *e, Opcode op, int a, int bx);
void emit_word(Emitter *e, Instr word);        // belongs to the instruction before
void emit_split_item(Emitter *e, int window);  // SPLITITEM before a CALLM of that window which was emitted last
void emit_move(Emitter *e, int to, int from);  // nothing if they are the same
void emit_load(Emitter *e, int reg, Value constant);
void emit_named(Emitter *e, Opcode op, int a, int b, int c,
                Str *name);              // with words: GETATTR, LOADMETHOD, ...
int emit_constant(Emitter *e, Value v);  // its index; equal constants share one
int emit_name(Emitter *e, Str *name);    // the index of an interned name
void emit_stop(Emitter *e);              // what follows cannot be reached

Label emit_label(Emitter *e);             // a new one
void emit_bind(Emitter *e, Label label);  // here
Label emit_here(Emitter *e);              // a new one, bound here
void emit_jump(Emitter *e, Label label);
void emit_branch(Emitter *e, Opcode op, int a, Label label);  // JT, JF, JNONE, JNOTNONE
void emit_forprep(Emitter *e, int base, Label for_label);
void emit_for(Emitter *e, int dest, int base, Label body,
              Label end);  // end: only used where body is far or not bound
// Instructions from start to here go to target with the exception in reg. Call for inner ranges
// first.
void emit_handler(Emitter *e, Label start, Label target, int reg);
int emit_position(const Emitter *e, Label label);

// The finished code: instructions, positions, constants, handlers, n_regs. Locals that a CHECK
// looks at start unbound, or all in [first, n_locals) that are not in `skip` with all_locals.
void emit_finish(Emitter *e, Code *code, int first, const LocalSet *skip, bool all_locals);

#endif
