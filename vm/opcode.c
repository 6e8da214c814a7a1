// SPDX-License-Identifier: MIT
// opcode.c - the metadata table, expanded from opcodes.def.
#include "vm/opcode.h"

enum {
    WORDS_N = 0, WORDS_A = 0, WORDS_AB = 0, WORDS_ABC = 0, WORDS_ABI = 0, WORDS_AK = 0, WORDS_AG = 0,
    WORDS_AI = 0, WORDS_AJ = 0, WORDS_J = 0, WORDS_AV = 0, WORDS_AR = 0, WORDS_ABCJ = 0, WORDS_ABC_1 = 1,
    WORDS_AB_2 = 2, WORDS_AB_3 = 3, WORDS_ABC_3 = 3, WORDS_AB_4 = 4
};

const OpcodeInfo opcode_info[OP_COUNT] = {
#define OP(name, format, uses, doc) [OP_##name] = {#name, uses, FORMAT_##format, WORDS_##format},
#include "vm/opcodes.def"
#undef OP
};

_Static_assert(OP_COUNT <= 256, "an opcode is one byte");
