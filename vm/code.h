// SPDX-License-Identifier: MIT
// code.h - code objects: what the compiler makes and the interpreter runs.
#ifndef RILL_VM_CODE_H
#define RILL_VM_CODE_H

#include "vm/opcode.h"
#include "vm/str.h"

// What is compiled together (a file, a string given to exec): the names of all its globals. An
// instruction names a global by its index here; see Globals in function.h.
typedef struct CodeUnit {
    Object object;  // KIND_OPAQUE, never seen by scripts
    Str **names;
    int n_names;
    Str *filename;
    Str *source;    // the text, for tracebacks of <string>, doctest, inspect; may be NULL
} CodeUnit;

// Where an instruction word comes from. Lines count from 1, columns from 0 in bytes; end exclusive.
// line 0: made by the compiler, has no place.
typedef struct CodePosition {
    int32_t line, end_line;
    uint16_t col, end_col;  // 65535: too far right to tell
    uint8_t held;           // registers below hold what variables and the statements around keep, read again or not
} CodePosition;

// try: an exception raised by an instruction in [start, end) goes to target, stored in register reg.
// The table lists inner entries before outer ones; the first match counts.
typedef struct CodeHandler {
    uint32_t start, end, target;
    uint8_t reg;
} CodeHandler;

// How MAKE_FUNCTION fills closure[i] of a function made from this code.
typedef struct CodeCapture {
    bool from_free;   // true: the maker's closure[index]; false: the cell in the maker's register `index`
    uint8_t index;
    Str *name;
} CodeCapture;

// A function of the library whose body is not compiled yet: see deferred.h of the compiler. What calls it, or asks for its
// parameters, finds all it needs in its stub.
typedef struct Deferred {
    int line, col, end;  // its def; the offset of its end in the text of the unit
    struct Code *code;   // NULL until it was called
} Deferred;

enum { FAR_REGISTER = 256 };  // the first that only LOADFAR and STOREFAR reach

typedef struct CodeCell {  // a local variable that lives in a cell
    uint8_t reg;
    Str *name;
} CodeCell;

enum {
    // CPython's co_flags
    CODE_OPTIMIZED = 0x1, CODE_NEWLOCALS = 0x2, CODE_VARARGS = 0x4, CODE_VARKEYWORDS = 0x8,
    CODE_NESTED = 0x10, CODE_GENERATOR = 0x20,
    // Rill's own
    CODE_NAMES = 0x10000,      // class body or exec with locals: register 0 holds the namespace
    CODE_CLASS_BODY = 0x20000, // with CODE_NAMES
    CODE_METHOD_STUB = 0x40000, // made by the runtime, hidden from tracebacks
    CODE_PREPARED = 0x100000,  // a generator's: its CALLs are GCALLs
    CODE_SEES_LOCALS = 0x80000, // calls locals(), eval() or the like: all locals start VALUE_UNBOUND
};

typedef struct Code {
    Object object;         // KIND_CODE
    Instr *instrs;         // n_instrs words and one more, so that every saved pc points into it; not scanned by the collector
    Value *consts;         // also hold the method caches of LOADMETHOD
    uint32_t n_instrs, n_consts;
    uint32_t flags;
    uint16_t n_regs;       // registers of a frame, windows of calls included
    uint16_t n_params;     // positional parameters, the positional-only ones first
    uint16_t n_posonly, n_kwonly;
    uint16_t n_args;       // registers that hold parameters of any kind
    uint16_t n_locals;     // named registers 0..n_locals-1; parameters first: positional, keyword-only, *args, **kwargs
    uint16_t n_free, n_cells, n_handlers;
    Str **local_names;     // n_locals, "" for registers between near and far locals
    Str **param_names;     // n_args
    bool has_far;          // some locals are in registers from FAR_REGISTER on: LOADFAR, STOREFAR
    CodeCapture *captures; // n_free
    CodeCell *cells;       // n_cells
    CodeHandler *handlers; // n_handlers
    CodePosition *positions;  // n_instrs
    Str *name, *qualname;
    CodeUnit *unit;
    Value doc;             // docstring or None
    int first_line;
    struct Code *telling, *original;  // the copy that tells frame objects when a frame ends; of that copy: what it is one of
    Deferred *deferred;         // NULL: this is the code itself
    struct Liveness *liveness;  // see liveness.h; NULL until asked for
    uint8_t counter;       // of a generator compiled for the REPL: 1 + the register that counts the values; else 0
    uint16_t n_self_attributes;  // in a class body: distinct self.x = ... seen in its functions (a guess at instance size)
} Code;

static inline Code *as_code(Value v)
{
    return (Code *)as_pointer(v);
}
Code *code_new(void);  // all fields zero
Code *code_copy(const Code *code);  // with words and constants of its own, since caches are there
// What is wrong with a code object (not with nested ones), NULL if nothing: for assertions and tests; before it has run.
const char *code_verify(const Code *code);
const CodePosition *code_position(const Code *code, const Instr *pc);  // of the instruction that ended at pc; never NULL
const Instr *code_instruction(const Code *code, const Instr *pc);  // the start of the one that ended at pc; takes a search
const CodeHandler *code_find_handler(const Code *code, const Instr *pc);  // pc as saved: after the instruction; NULL if none
void code_disassemble(Code *code, StrBuilder *out, Str *source_or_null);  // with nested code; disasm.c
// visit(data, code, word, operands as in a listing, number of the label there or 0) for each instruction.
typedef void (*InstructionVisitor)(void *data, Code *code, uint32_t at, Str *operands, int label);
void code_visit_instructions(Code *code, InstructionVisitor visit, void *data);
// Without nested code. The instruction at word `current` is marked; -1: none.
void code_disassemble_one(Code *code, StrBuilder *out, Str *source_or_null, int64_t current);

#endif
