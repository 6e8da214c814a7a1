// SPDX-License-Identifier: MIT
// drain.c - sum, all, any, list, tuple and set of a generator: a loop of bytecode in a frame of its own, so that the
// generator is resumed in place, as by a `for` of the program. Any other argument is the business of the natives.
#include "vm/interp.h"

#include "vm/set.h"

// Registers of the loops.
enum { RESULT = 0, ITERATOR = 1, ITEM = 4, N_REGS = 5 };

#define LOOP(step) (step), ABCS(OP_FORGEN, ITEM, ITERATOR, -2)
#define ABCS(op, a, b, s) ((Instr)(op) | (Instr)(a) << 8 | (Instr)(b) << 16 | (Instr)(uint8_t)(s) << 24)
#define JUMP_IF(op, to) ((Instr)(op) | (Instr)ITEM << 8 | (Instr)(to) << 16)
#define LOAD(value) ((Instr)OP_LOADV | (Instr)RESULT << 8 | (Instr)(value) << 16)
#define LEAVE ((Instr)OP_STUBRETURN | (Instr)RESULT << 8)
#define APPEND ABCS(OP_LISTAPPEND, RESULT, ITEM, 0)

// A call begins at the second word.
enum { N_WORDS = 5 };
static Instr loops[][N_WORDS] = {
    [DRAIN_SUM] = {LOOP(ABCS(OP_STUBSUM, RESULT, ITEM, ITERATOR)), LEAVE},
    [DRAIN_ALL] = {LOOP(JUMP_IF(OP_JF, 2)), LEAVE, LOAD(VALUE_FALSE), LEAVE},
    [DRAIN_ANY] = {LOOP(JUMP_IF(OP_JT, 2)), LEAVE, LOAD(VALUE_TRUE), LEAVE},
    [DRAIN_LIST] = {LOOP(APPEND), LEAVE},
    [DRAIN_TUPLE] = {LOOP(APPEND), ABCS(OP_LISTTUPLE, RESULT, RESULT, 0), LEAVE},
    [DRAIN_SET] = {LOOP(ABCS(OP_SETADD, RESULT, ITEM, 0)), LEAVE},
};

static Function *loop_function(Drain drain)
{
    static Code codes[countof(loops)];
    static Function functions[countof(loops)];
    static CodePosition positions[N_WORDS];
    codes[drain] = (Code){
        .object = {HEAD(KIND_CODE, 0, 0), KIND_CODE}, .instrs = loops[drain], .n_instrs = N_WORDS,
        .flags = CODE_METHOD_STUB, .n_regs = N_REGS, .positions = positions};
    functions[drain] = (Function){
        .object = {HEAD(KIND_FUNCTION, 0, FUNCTION_COMPLEX), KIND_FUNCTION}, .code = &codes[drain]};
    return &functions[drain];
}

static Value first_result(Drain drain)
{
    switch (drain) {
    case DRAIN_SUM: return small_int(0);
    case DRAIN_ALL: return VALUE_TRUE;
    case DRAIN_ANY: return VALUE_FALSE;
    case DRAIN_LIST:
    case DRAIN_TUPLE: return value_object(list_new(8));
    case DRAIN_SET: return value_object(set_new());
    case DRAIN_NONE: break;
    }
    return VALUE_NONE;
}

Drain drain_of(VM *vm, Value callee)
{
    if (is_kind(callee, KIND_NATIVE)) {
        switch (as_native(callee)->special) {
        case NATIVE_SUM: return DRAIN_SUM;
        case NATIVE_ALL: return DRAIN_ALL;
        case NATIVE_ANY: return DRAIN_ANY;
        default: return DRAIN_NONE;
        }
    }
    if (callee == value_object(vm->classes[KIND_LIST])) return DRAIN_LIST;
    if (callee == value_object(vm->classes[KIND_TUPLE])) return DRAIN_TUPLE;
    return callee == value_object(vm->classes[KIND_SET]) ? DRAIN_SET : DRAIN_NONE;
}

bool drain_begin(VM *vm, Drain drain, Value *arg, Value *base, Value **R, const Instr **pc)
{
    Value *regs = base + FRAME_WORDS;
    if (regs + N_REGS > vm->stack_end || vm->generator_warnings) return false;
    Generator *g = as_generator(*arg);
    if (generator_is_fresh(g, *R, *pc - 1)) {
        g->object.head |= HEAD(0, 0, GEN_OWNED);
        *arg = VALUE_UNBOUND;
    }
    Value result = first_result(drain);
    Function *f = loop_function(drain);
    *frame_of(regs) = (FrameHeader){*R, f->code->instrs, f};
    for (int i = 0; i < N_REGS; i++) regs[i] = VALUE_NONE;
    regs[RESULT] = result;
    regs[ITERATOR] = value_object(g);
    *R = regs;
    *pc = f->code->instrs + 1;
    return true;
}
