// SPDX-License-Identifier: MIT
// opcode.h - opcode numbers, instruction words and metadata, all from opcodes.def.
#ifndef RILL_VM_OPCODE_H
#define RILL_VM_OPCODE_H

#include "vm/common.h"

typedef uint32_t Instr;

typedef enum Opcode {
#define OP(name, format, uses, doc) OP_##name,
#include "vm/opcodes.def"
#undef OP
    OP_COUNT
} Opcode;

typedef enum OpFormat {
    FORMAT_N, FORMAT_A, FORMAT_AB, FORMAT_ABC, FORMAT_ABI, FORMAT_AK, FORMAT_AG, FORMAT_AI, FORMAT_AJ,
    FORMAT_J, FORMAT_AV, FORMAT_AR, FORMAT_ABCJ, FORMAT_ABC_1, FORMAT_AB_2, FORMAT_AB_3, FORMAT_ABC_3, FORMAT_AB_4
} OpFormat;

typedef struct OpcodeInfo {
    const char *name, *uses;
    uint8_t format;   // OpFormat
    uint8_t n_words;  // that follow the instruction
} OpcodeInfo;
extern const OpcodeInfo opcode_info[OP_COUNT];

enum { SPECIAL_ENTER, SPECIAL_EXIT };

static inline Instr instr_abc(Opcode op, unsigned a, unsigned b, unsigned c)
{
    return (Instr)op | a << 8 | (b & 0xFF) << 16 | (c & 0xFF) << 24;
}
static inline Instr instr_abx(Opcode op, unsigned a, unsigned bx)
{
    return (Instr)op | a << 8 | (bx & 0xFFFF) << 16;
}
static inline Instr instr_j(Opcode op, int jump)
{
    return (Instr)op | (Instr)jump << 8;
}
static inline Opcode instr_op(Instr i) { return (Opcode)(i & 0xFF); }
static inline unsigned instr_a(Instr i) { return i >> 8 & 0xFF; }
static inline unsigned instr_b(Instr i) { return i >> 16 & 0xFF; }
static inline unsigned instr_c(Instr i) { return i >> 24; }
static inline int instr_sc(Instr i) { return (int32_t)i >> 24; }
static inline unsigned instr_bx(Instr i) { return i >> 16; }
static inline int instr_sbx(Instr i) { return (int32_t)i >> 16; }
static inline int instr_sj(Instr i) { return (int32_t)i >> 8; }

#endif
