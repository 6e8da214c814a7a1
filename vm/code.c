// SPDX-License-Identifier: MIT
// code.c - code objects: allocation, and the tables that lead from a pc to a place and a handler.
// A pc is saved after its instruction, words included, so pc[-1] always belongs to it.
#include "vm/code.h"

#include "vm/gc.h"

Code *code_new(void)
{
    Code *code = gc_alloc(sizeof(Code));
    object_init(&code->object, KIND_CODE);
    code->doc = VALUE_NONE;
    return code;
}

Code *code_copy(const Code *code)
{
    Code *copy = gc_new(Code);
    *copy = *code;
    copy->object.head = HEAD(KIND_CODE, 0, 0);
    copy->telling = copy->original = NULL;
    copy->liveness = NULL;
    size_t n = (size_t)code->n_instrs + 1;
    copy->instrs = gc_alloc_atomic(n * sizeof(Instr));
    memcpy(copy->instrs, code->instrs, n * sizeof(Instr));
    copy->consts = gc_alloc_array((size_t)code->n_consts + 1, sizeof(Value));
    if (code->n_consts) memcpy(copy->consts, code->consts, code->n_consts * sizeof(Value));
    for (uint32_t i = 0; i < copy->n_instrs; i += 1 + opcode_info[instr_op(copy->instrs[i])].n_words) {
        Opcode op = instr_op(copy->instrs[i]);
        if (op == OP_GETATTR || op == OP_SETATTR) copy->instrs[i + 2] = 0;  // filled words would have to be noted
    }
    return copy;
}

static uint32_t index_of(const Code *code, const Instr *pc)
{
    return pc > code->instrs ? (uint32_t)(pc - code->instrs) - 1 : 0;
}

const CodePosition *code_position(const Code *code, const Instr *pc)
{
    static const CodePosition nowhere;
    uint32_t i = index_of(code, pc);
    return code->positions && i < code->n_instrs ? &code->positions[i] : &nowhere;
}

const Instr *code_instruction(const Code *code, const Instr *pc)
{
    const Instr *at = code->instrs;
    for (;;) {
        const Instr *next = at + 1 + opcode_info[instr_op(*at)].n_words;
        if (next >= pc) return at;
        at = next;
    }
}

const CodeHandler *code_find_handler(const Code *code, const Instr *pc)
{
    uint32_t i = index_of(code, pc);
    for (const CodeHandler *h = code->handlers, *end = h + code->n_handlers; h < end; h++)
        if (i >= h->start && i < h->end) return h;
    return NULL;
}
