// SPDX-License-Identifier: MIT
// verify.c - checks that a code object keeps the rules of opcodes.def: for tests and debug builds.
// It has not run yet: the interpreter replaces some opcodes by special forms.
#include "vm/code.h"
#include "vm/gc.h"

typedef struct Verifier {
    const Code *code;
    bool *is_start;       // the word is the first of an instruction
    uint32_t at;          // of the instruction that is looked at
    const char *problem;  // the first one
} Verifier;

static void fail(Verifier *v, const char *what)
{
    if (v->problem) return;
    const char *op =
        v->at < v->code->n_instrs ? opcode_info[instr_op(v->code->instrs[v->at])].name : "end";
    v->problem = str_format("%s: %s at %u: %s", v->code->qualname->data, op, v->at, what)->data;
}

static void check_register(Verifier *v, unsigned reg)
{
    if (reg >= v->code->n_regs) fail(v, "register out of range");
}

static void check_constant(Verifier *v, unsigned k)
{
    if (k >= v->code->n_consts) fail(v, "constant out of range");
}

static void check_name(Verifier *v, unsigned k)
{
    check_constant(v, k);
    if (!v->problem && !is_str(v->code->consts[k])) fail(v, "name is no string");
}

static void check_target(Verifier *v, int64_t target)
{
    if (target < 0 || target >= v->code->n_instrs || !v->is_start[target])
        fail(v, "jump to nowhere");
}

// Which instructions there are; each with its words, the last a CACHE that repeats A.
static void find_starts(Verifier *v)
{
    const Code *code = v->code;
    for (v->at = 0; v->at < code->n_instrs && !v->problem;) {
        Instr instr = code->instrs[v->at];
        if ((instr & 0xFF) >= OP_COUNT || instr_op(instr) == OP_CACHE) {
            fail(v, "no instruction");
            return;
        }
        unsigned n = opcode_info[instr_op(instr)].n_words;
        v->is_start[v->at] = true;
        if (v->at + n >= code->n_instrs && n > 0) {
            fail(v, "words are missing");
            return;
        }
        Instr last = code->instrs[v->at + n];
        if (n > 0 && (instr_op(last) != OP_CACHE ||
                      (instr_op(instr) != OP_SETITEM && instr_a(last) != instr_a(instr))))
            fail(v, "the last word does not repeat A");
        v->at += 1 + n;
    }
}

// How many registers from A on the instruction uses.
static unsigned window_size(Instr instr)
{
    switch (instr_op(instr)) {
    case OP_CALL: return 3 + instr_b(instr);
    case OP_CALLM: return 4 + instr_b(instr);
    case OP_CALLKW: return 3 + instr_c(instr) + instr_b(instr);
    case OP_CALLEX: return 4 + instr_b(instr);
    case OP_LOADMETHOD: return 4;
    case OP_SLICE:
    case OP_MAKEFUNCTION:
    case OP_FORPREP: return 3;
    case OP_IMPORT:
    case OP_EXCPUSH:
    case OP_EXCPOP:
    case OP_EXCLEAVE:
    case OP_EXCENTER:
    case OP_GETYFITER: return 2;
    case OP_WITHEXIT: return 6;
    case OP_UNPACK: return instr_c(instr);
    default: return 1;
    }
}

static void check_sources(Verifier *v, Instr instr)
{
    unsigned b = instr_b(instr), c = instr_c(instr);
    switch (instr_op(instr)) {
    case OP_LIST:
    case OP_TUPLE:
    case OP_SET:
    case OP_CONCAT:
        if (c > 0) check_register(v, b + c - 1);
        return;
    case OP_DICT:
        if (c > 0) check_register(v, b + 2 * c - 1);
        return;
    case OP_ADDK:
    case OP_SUBK:
    case OP_MULK:
    case OP_DIVK:
    case OP_FLOORDIVK:
    case OP_MODK:
    case OP_POWK:
        check_register(v, b);
        check_constant(v, c);
        return;
    case OP_LOADFREE:
    case OP_GETCELL:
    case OP_LOADNAMEFREE:
        if (b >= v->code->n_free) fail(v, "free variable out of range");
        return;
    case OP_CALL:
    case OP_CALLM:
    case OP_CALLKW:
    case OP_CALLEX: return;
    case OP_RAISE:
    case OP_LOADSPECIAL:
    case OP_FORMAT:
    case OP_UNPACK:
    case OP_UNPACKEX:
    case OP_UNPACKLONG:
    case OP_YIELDFROM:
    case OP_LOADSUPER:
    case OP_HALT:
    case OP_STUBNEXT: check_register(v, b); return;
    default:
        check_register(v, b);
        if (opcode_info[instr_op(instr)].format == FORMAT_ABC ||
            opcode_info[instr_op(instr)].format == FORMAT_ABC_1 ||
            opcode_info[instr_op(instr)].format == FORMAT_ABC_3)
            check_register(v, c);
    }
}

static void check_a(Verifier *v, Instr instr)
{
    Opcode op = instr_op(instr);
    if (op == OP_STOREFREE || op == OP_DELFREE) {
        if (instr_a(instr) >= v->code->n_free) fail(v, "free variable out of range");
        return;
    }
    if (op == OP_DELG || op == OP_DELNAME) return;
    unsigned n = window_size(instr);
    if (n > 0) check_register(v, instr_a(instr) + n - 1);
}

static void check_words(Verifier *v, Instr instr)
{
    Instr word = v->code->instrs[v->at + 1];
    switch (instr_op(instr)) {
    case OP_GETATTR:
    case OP_SETATTR:
    case OP_DELATTR:
    case OP_LOADSUPER:
    case OP_IMPORTFROM: check_name(v, word & 0xFFFF); return;
    case OP_LOADMETHOD:
        check_name(v, word & 0xFFFF);
        check_constant(v, word >> 16);
        return;
    case OP_CALLKW:
        check_constant(v, word >> 16);
        if (!v->problem && !is_kind(v->code->consts[word >> 16], KIND_TUPLE))
            fail(v, "keyword names are no tuple");
        return;
    case OP_LOADNAMEFREE: check_name(v, word >> 16); return;
    case OP_SEND: check_target(v, (int64_t)v->at + 2 + instr_sc(word)); return;
    case OP_UNPACKEX: check_register(v, instr_a(instr) + instr_c(instr) + (word >> 16)); return;
    default: return;
    }
}

static bool is_fused_compare(Opcode op)
{
    return op >= OP_LTJ && op <= OP_NEIJ;
}

// Is `second` what the instruction `first`, with a result in R[reg], does as well?
static bool takes_result(Opcode first, Instr second, unsigned reg)
{
    Opcode op = instr_op(second);
    switch (first) {
    case OP_MULADD: return (op == OP_ADD || op == OP_IADD) && instr_c(second) == reg;
    case OP_MULSUB: return (op == OP_SUB || op == OP_ISUB) && instr_c(second) == reg;
    default: return (op == OP_EQIJ || op == OP_NEIJ) && instr_b(second) == reg;
    }
}

static void check_flow(Verifier *v, Instr instr)
{
    const Code *code = v->code;
    int64_t next = (int64_t)v->at + 1;
    switch (opcode_info[instr_op(instr)].format) {
    case FORMAT_AJ: check_target(v, next + instr_sbx(instr)); break;
    case FORMAT_J: check_target(v, next + instr_sj(instr)); break;
    case FORMAT_ABCJ:
        check_target(v, next + instr_sc(instr));
        check_register(v, instr_b(instr) + 2);
        break;
    default: break;
    }
    if (v->problem) return;
    if (is_fused_compare(instr_op(instr))) {
        Instr jump = next < code->n_instrs ? code->instrs[next] : 0;
        bool is_jump = instr_op(jump) == OP_JT || instr_op(jump) == OP_JF;
        if (!is_jump || instr_a(jump) != instr_a(instr))
            fail(v, "no jump on the same register follows");
    }
    if (instr_op(instr) >= OP_MULADD && instr_op(instr) <= OP_MODIJ) {
        Instr second = next < code->n_instrs ? code->instrs[next] : 0;
        if (!takes_result(instr_op(instr), second, instr_a(instr))) fail(v, "what follows does not take its result");
    }
    if (instr_op(instr) == OP_FORPREP) {
        Instr loop = code->instrs[next + instr_sbx(instr)];
        if (instr_op(loop) != OP_FOR || instr_b(loop) != instr_a(instr))
            fail(v, "jumps to no FOR of its own");
    }
}

static void check_instruction(Verifier *v)
{
    Instr instr = v->code->instrs[v->at];
    const OpcodeInfo *info = &opcode_info[instr_op(instr)];
    switch (info->format) {
    case FORMAT_N:
    case FORMAT_J: break;
    case FORMAT_AK:
        check_constant(v, instr_bx(instr));
        check_a(v, instr);
        break;
    case FORMAT_AR:
        if (instr_bx(instr) >= v->code->n_regs) fail(v, "far register out of range");
        check_a(v, instr);
        break;
    case FORMAT_AG:
        if ((int)instr_bx(instr) >= v->code->unit->n_names) fail(v, "global name out of range");
        check_a(v, instr);
        break;
    case FORMAT_A:
    case FORMAT_AI:
    case FORMAT_AJ:
    case FORMAT_AV: check_a(v, instr); break;
    case FORMAT_ABI:
    case FORMAT_AB:
    case FORMAT_AB_2:
    case FORMAT_AB_3:
    case FORMAT_AB_4:
    case FORMAT_ABCJ:
    default:
        check_a(v, instr);
        check_sources(v, instr);
        break;
    }
    if (info->n_words > 0) check_words(v, instr);
    if (!v->problem) check_flow(v, instr);
    if (v->code->positions[v->at].held > v->code->n_regs)
        fail(v, "more registers held than there are");
}

static void check_handlers(Verifier *v)
{
    for (int i = 0; i < v->code->n_handlers; i++) {
        const CodeHandler *h = &v->code->handlers[i];
        v->at = h->target;
        if (h->start >= h->end || h->end > v->code->n_instrs) fail(v, "bad range of a handler");
        check_target(v, h->target);
        check_register(v, h->reg);
        // Inner ranges come first: no later one may begin or end inside this one.
        for (int j = i + 1; j < v->code->n_handlers && !v->problem; j++) {
            const CodeHandler *outer = &v->code->handlers[j];
            bool is_apart = outer->end <= h->start || outer->start >= h->end;
            if (!is_apart && (outer->start > h->start || outer->end < h->end))
                fail(v, "handlers out of order");
        }
    }
}

static bool ends_flow(Opcode op)
{
    switch (op) {
    case OP_RETURN:
    case OP_RETURNNONE:
    case OP_GENRETURN:
    case OP_JMP:
    case OP_LOOP:
    case OP_RAISE:
    case OP_RERAISE: return true;
    default: return false;
    }
}

const char *code_verify(const Code *code)
{
    Verifier v = {code, gc_alloc_atomic(code->n_instrs + 1), 0, NULL};
    memset(v.is_start, 0, code->n_instrs + 1);
    if (code->n_instrs == 0) fail(&v, "no instructions");
    if ((code->n_regs > 256 && !code->has_far) || code->n_locals > code->n_regs) fail(&v, "too many registers");
    find_starts(&v);
    Opcode last = OP_CACHE;
    for (v.at = 0; v.at < code->n_instrs && !v.problem; v.at++) {
        if (!v.is_start[v.at]) continue;
        check_instruction(&v);
        last = instr_op(code->instrs[v.at]);
    }
    if (!v.problem && !ends_flow(last)) fail(&v, "the code runs off its end");
    if (!v.problem) check_handlers(&v);
    return v.problem;
}
