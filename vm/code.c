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
