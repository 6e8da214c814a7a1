// SPDX-License-Identifier: MIT
// liveness.c - data flow, backwards over the instructions until nothing changes. What the statements around an
// instruction hold (iterators of loops, exit methods of with, handled exceptions, variables of comprehensions) comes
// from the compiler as CodePosition.held: it is on CPython's stack until the statement ends, read again or not.
// INVARIANT: what an instruction reads is alive before it, also in the copy of a frame that a generator is.
#include "vm/liveness.h"

#include "vm/gc.h"

typedef struct Uses {
    uint64_t reads, writes;
} Uses;

typedef struct Flow {
    Code *code;
    unsigned first;
    uint64_t *live, *dying;
    uint32_t *starts;  // of the instructions
    uint32_t n;
} Flow;

static uint64_t bits(unsigned first, unsigned from, unsigned n)
{
    uint64_t set = 0;
    for (unsigned reg = from; reg < from + n; reg++)
        if (reg >= first && reg - first < LIVENESS_BITS) set |= 1ull << (reg - first);
    return set;
}

unsigned liveness_call_words(Instr insn)
{
    unsigned n_args = instr_b(insn);
    switch (instr_op(insn)) {
    case OP_CALLEX: return 1 + (n_args != 0);
    case OP_CALLKW: return n_args + instr_c(insn);
    case OP_CALLM:
    case OP_GCALLM: return n_args + 1;
    default: return n_args;
    }
}

static uint64_t captured_cells(const Flow *f, Instr insn)
{
    const Code *inner = as_pointer(f->code->consts[instr_bx(insn)]);
    uint64_t set = 0;
    for (int i = 0; i < inner->n_free; i++)
        if (!inner->captures[i].from_free) set |= bits(f->first, inner->captures[i].index, 1);
    return set;
}

// The notation is described in opcodes.def.
static Uses uses_of(const Flow *f, const Instr *at)
{
    Uses u = {0, 0};
    Instr insn = *at;
    unsigned a = instr_a(insn), b = instr_b(insn), c = instr_c(insn);
    for (const char *p = opcode_info[instr_op(insn)].uses; *p;) {
        char what = *p++;
        bool is_write = what == 'A' || what == 'B' || what == 'u';
        unsigned reg = a, n = 1;
        switch (what) {
        case 'b':
        case 'B': reg = b; break;
        case 'c': reg = c; break;
        case 'w': reg = a + 3, n = liveness_call_words(insn); break;
        case 'f': u.reads |= captured_cells(f, insn), n = 0; break;
        case 'r': u.reads |= bits(f->first, b, c == 2), n = c > 0; break;
        case 's': reg = b + 1, n = c >> 2 & 1; break;
        case 'u': n = c + 1 + (at[1] >> 16); break;
        default: break;
        }
        for (; *p == '+'; p++) reg++;
        if (*p == '#') n = c, p++;
        if (*p == '#') n = 2 * c, p++;
        if (is_write) u.writes |= bits(f->first, reg, n);
        else u.reads |= bits(f->first, reg, n);
    }
    return u;
}

// Where control goes on after the instruction at word i: up to two words.
static int successors(const Code *code, uint32_t i, uint32_t to[2])
{
    Instr insn = code->instrs[i];
    Opcode op = instr_op(insn);
    uint32_t next = i + 1 + opcode_info[op].n_words;
    int64_t jump = -1;
    switch (opcode_info[op].format) {
    case FORMAT_AJ: jump = (int64_t)next + instr_sbx(insn); break;
    case FORMAT_J: jump = (int64_t)next + instr_sj(insn); break;
    case FORMAT_ABCJ: jump = (int64_t)next + instr_sc(insn); break;
    default: break;
    }
    bool ends = op == OP_RETURN || op == OP_RETURNNONE || op == OP_LEAVE || op == OP_GENRETURN || op == OP_RAISE || op == OP_RERAISE ||
                op == OP_JMP || op == OP_LOOP || op == OP_FORPREP;
    int n = 0;
    if (!ends) to[n++] = next;
    if (jump >= 0) to[n++] = (uint32_t)jump;
    return n;
}

// What will be read from the instruction at word `at` on, as far as is known yet.
static uint64_t read_from(const Flow *f, uint32_t at, Uses u)
{
    uint32_t to[2];
    uint64_t set = 0;
    for (int k = successors(f->code, at, to); k-- > 0;) set |= f->live[to[k]];
    set = (set & ~u.writes) | u.reads;
    const CodeHandler *h = code_find_handler(f->code, f->code->instrs + at + 1);
    return h ? set | (f->live[h->target] & ~bits(f->first, h->reg, 1)) : set;
}

static void find_starts(Flow *f)
{
    const Code *code = f->code;
    f->starts = gc_alloc_atomic(((size_t)code->n_instrs + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < code->n_instrs; i += 1 + opcode_info[instr_op(code->instrs[i])].n_words)
        f->starts[f->n++] = i;
}

static void find_live(Flow *f)
{
    for (bool is_changed = true; is_changed;) {
        is_changed = false;
        for (uint32_t k = f->n; k-- > 0;) {
            uint32_t at = f->starts[k];
            uint64_t set = read_from(f, at, uses_of(f, &f->code->instrs[at]));
            is_changed |= set != f->live[at];
            f->live[at] = set;
        }
    }
}

static void add_held(Flow *f)
{
    for (uint32_t k = 0; k < f->n; k++) {
        uint32_t at = f->starts[k];
        unsigned held = f->code->positions[at].held;
        if (held > f->first) f->live[at] |= bits(f->first, f->first, held - f->first);
    }
}

static void find_dying(Flow *f)
{
    for (uint32_t k = 0; k < f->n; k++) {
        uint32_t at = f->starts[k], to[2];
        Instr insn = f->code->instrs[at];
        uint64_t set = f->live[at] | uses_of(f, &f->code->instrs[at]).writes;
        for (int i = successors(f->code, at, to); i-- > 0;) f->dying[to[i]] |= set & ~f->live[to[i]];
        for (unsigned word = 1; word <= opcode_info[instr_op(insn)].n_words; word++)
            f->live[at + word] = f->live[at];
    }
}

const Liveness *liveness_of(Code *code)
{
    if (likely(code->liveness != NULL)) return code->liveness;
    size_t n = (size_t)code->n_instrs + 1;
    Flow f = {.code = code, .first = code->positions[0].held};
    f.live = gc_alloc_atomic(2 * n * sizeof(uint64_t));
    memset(f.live, 0, 2 * n * sizeof(uint64_t));
    f.dying = f.live + n;
    find_starts(&f);
    find_live(&f);
    add_held(&f);
    find_dying(&f);
    gc_free(f.starts);
    Liveness *result = gc_new(Liveness);
    *result = (Liveness){f.first, f.live, f.dying};
    code->liveness = result;
    return result;
}

uint64_t liveness_before(Code *code, const Instr *pc)
{
    return liveness_of(code)->live[pc - code->instrs];
}

uint64_t liveness_inside(Code *code, const Instr *pc)
{
    const uint64_t *live = liveness_of(code)->live + (pc - code->instrs);
    return pc == code->instrs ? live[0] : live[0] | live[-1];
}
