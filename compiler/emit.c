// SPDX-License-Identifier: MIT
// emit.c - building the instructions of one code object.
// INVARIANT: label positions are never behind the end of the code; whatever depends on a position
// is a label, so that a useless jump at the end can be taken back.
#include "compiler/emit.h"

#include "vm/gc.h"
#include "vm/int.h"

// A bigger copy of a full array.
static void *grow(void *old, int n, int *cap, size_t size, bool is_scanned)
{
    if (n < *cap) return old;
    *cap = *cap ? *cap * 2 : 16;
    size_t bytes = (size_t)*cap * size;
    void *grown = is_scanned ? gc_alloc_array((size_t)*cap, size) : gc_alloc_atomic(bytes);
    if (n) memcpy(grown, old, (size_t)n * size);
    return grown;
}

void emit_begin(Emitter *e, Compiler *c, bool is_far)
{
    memset(e, 0, sizeof *e);
    e->c = c;
    e->is_far = is_far;
}

// Registers

void emit_reserve(Emitter *e, int reg)
{
    if (reg >= MAX_REGISTERS) {
        unit_error(e->c, e->span,
                   "expression or statement is nested too deeply: it needs more than %d registers",
                   MAX_REGISTERS);
        return;
    }
    if (reg >= e->max) e->max = reg + 1;
}

int emit_alloc(Emitter *e, int n)
{
    int reg = e->top;
    emit_reserve(e, reg + n - 1);
    if (e->c->failed) return 0;
    e->top += n;
    return reg;
}

int emit_scratch(Emitter *e)
{
    emit_reserve(e, e->top);
    return e->top;
}

// Instructions

static uint16_t column(int col)
{
    return (uint16_t)(col < 0 || col > UINT16_MAX ? UINT16_MAX : col);
}

void emit_word(Emitter *e, Instr word)
{
    if (e->is_dead || e->c->failed) return;
    int cap = e->cap;
    e->instrs = grow(e->instrs, e->len, &cap, sizeof(Instr), false);
    e->positions = grow(e->positions, e->len, &e->cap, sizeof(CodePosition), false);
    Span s = e->span;
    e->positions[e->len] =
        (CodePosition){s.line, s.end_line, column(s.col), column(s.end_col), (uint8_t)e->held};
    e->instrs[e->len++] = word;
}

void emit_abc(Emitter *e, Opcode op, int a, int b, int c)
{
    emit_word(e, instr_abc(op, (unsigned)a & 0xFF, (unsigned)b, (unsigned)c));
}

void emit_fuse(Emitter *e, Opcode op, Opcode fused, int reg)
{
    if (e->is_dead || e->c->failed || e->len == 0) return;
    Instr *last = &e->instrs[e->len - 1];
    if (instr_op(*last) == op && (int)instr_a(*last) == reg)
        *last = (*last & ~0xFFu) | (Instr)fused;
}

void emit_abx(Emitter *e, Opcode op, int a, int bx)
{
    emit_word(e, instr_abx(op, (unsigned)a & 0xFF, (unsigned)bx));
}

void emit_split_item(Emitter *e, int window)
{
    Instr call = e->len ? e->instrs[e->len - 1] : 0;
    if (e->is_dead || e->c->failed || instr_op(call) != OP_CALLM || (int)instr_a(call) != window) return;
    e->instrs[e->len - 1] = instr_abc(OP_SPLITITEM, (unsigned)window, 0, 0);
    emit_word(e, call);
    e->positions[e->len - 1] = e->positions[e->len - 2];
}

void emit_move(Emitter *e, int to, int from)
{
    if (to != from) emit_abc(e, OP_MOVE, to, from, 0);
}

void emit_load(Emitter *e, int reg, Value v)
{
    if (is_int(v) && as_int(v) >= INT16_MIN && as_int(v) <= INT16_MAX)
        emit_abx(e, OP_LOADI, reg, (int)as_int(v));
    else if (!is_object(v) && v <= 0xFFFF)
        emit_abx(e, OP_LOADV, reg, (int)v);
    else
        emit_abx(e, OP_LOADK, reg, emit_constant(e, v));
}

void emit_stop(Emitter *e)
{
    e->is_dead = true;
}

static int method_cache(Emitter *e);

void emit_named(Emitter *e, Opcode op, int a, int b, int c, Str *name)
{
    if (e->is_dead || e->c->failed) return;
    Instr word = (Instr)emit_name(e, name);
    if (op == OP_LOADMETHOD) word |= (Instr)method_cache(e) << 16;
    emit_abc(e, op, a, b, c);
    emit_word(e, word);
    for (int i = opcode_info[op].n_words - 2; i > 0; i--)
        emit_word(e, 0);
    emit_word(e, instr_abx(OP_CACHE, (unsigned)a, 0));
}

// Constants

static uint64_t constant_hash(Value v)
{
    if (!is_object(v)) return v * 0x9E3779B97F4A7C15u;
    switch (object_kind(as_object(v))) {
    case KIND_STR:
    case KIND_BYTES: return str_hash(as_str(v)) + object_kind(as_object(v));
    case KIND_INT: return int_hash(v);
    case KIND_TUPLE: {
        uint64_t h = as_tuple(v)->len;
        for (size_t i = 0; i < as_tuple(v)->len; i++)
            h = h * 31 + constant_hash(as_tuple(v)->items[i]);
        return h;
    }
    default: return v >> 4;
    }
}

// Equal, and of the same type all the way down.
static bool same_constant(Value a, Value b)
{
    if (a == b) return true;
    if (!is_object(a) || !is_object(b) || object_kind(as_object(a)) != object_kind(as_object(b)))
        return false;
    switch (object_kind(as_object(a))) {
    case KIND_STR:
    case KIND_BYTES: return str_equal(as_str(a), as_str(b));
    case KIND_INT: return int_compare(a, b) == 0;
    case KIND_TUPLE:
        if (as_tuple(a)->len != as_tuple(b)->len) return false;
        for (size_t i = 0; i < as_tuple(a)->len; i++)
            if (!same_constant(as_tuple(a)->items[i], as_tuple(b)->items[i])) return false;
        return true;
    default: return false;
    }
}

static int add_constant(Emitter *e, Value v)
{
    enum { MAX_CONSTANTS = 65536 };
    if (e->n_consts == MAX_CONSTANTS) {
        unit_error(e->c, e->span, "too many constants in one function or module");
        return 0;
    }
    e->consts = grow(e->consts, e->n_consts, &e->cap_consts, sizeof(Value), true);
    e->consts[e->n_consts] = v;
    return e->n_consts++;
}

static int method_cache(Emitter *e)
{
    return add_constant(e, VALUE_UNBOUND);
}

static size_t index_slot(const Emitter *e, Value v)
{
    size_t mask = (size_t)e->cap_index - 1;
    size_t i = constant_hash(v) >> 3 & mask;
    while (e->const_index[i] && !same_constant(e->consts[e->const_index[i] - 1], v))
        i = (i + 1) & mask;
    return i;
}

static void grow_index(Emitter *e)
{
    e->cap_index = e->cap_index ? e->cap_index * 2 : 32;
    e->const_index = gc_alloc_atomic((size_t)e->cap_index * sizeof(int));
    memset(e->const_index, 0, (size_t)e->cap_index * sizeof(int));
    for (int i = 0; i < e->n_consts; i++)
        if (e->consts[i] != VALUE_UNBOUND) e->const_index[index_slot(e, e->consts[i])] = i + 1;
}

// CPython interns constants that look like names, which `is` can tell; here names must be, too.
static bool looks_like_name(const Str *s)
{
    for (size_t i = 0; i < s->size; i++) {
        unsigned char ch = (unsigned char)s->data[i];
        bool is_word = ch == '_' || ch >= 0x80 || (ch >= '0' && ch <= '9') ||
                       ((ch | 32) >= 'a' && (ch | 32) <= 'z');
        if (!is_word) return false;
    }
    return true;
}

int emit_constant(Emitter *e, Value v)
{
    if (e->c->failed) return 0;
    if (is_str(v) && looks_like_name(as_str(v))) v = value_object(str_intern_str(as_str(v)));
    if (2 * (e->n_consts + 1) > e->cap_index) grow_index(e);
    size_t slot = index_slot(e, v);
    if (!e->const_index[slot]) e->const_index[slot] = add_constant(e, v) + 1;
    return e->const_index[slot] - 1;
}

int emit_name(Emitter *e, Str *name)
{
    int i = emit_constant(e, value_object(str_intern_str(name)));
    if (i > UINT16_MAX) unit_error(e->c, e->span, "too many constants in one function or module");
    return i;
}

// Labels and jumps

Label emit_label(Emitter *e)
{
    e->labels = grow(e->labels, e->n_labels, &e->cap_labels, sizeof(LabelInfo), false);
    e->labels[e->n_labels] = (LabelInfo){.position = -1};
    return e->n_labels++;
}

int emit_position(const Emitter *e, Label label)
{
    return e->labels[label].position;
}

static void refer(Emitter *e, Label label)
{
    LabelInfo *info = &e->labels[label];
    if (info->is_reached) {
        set_intersect(&info->assigned, &e->assigned);
    } else {
        info->is_reached = true;
        info->assigned = e->assigned;
    }
    e->fixups = grow(e->fixups, e->n_fixups, &e->cap_fixups, sizeof(Fixup), false);
    e->fixups[e->n_fixups++] = (Fixup){e->len, label};
}

// A JMP to what follows it.
static void take_back_jump(Emitter *e, Label label)
{
    if (e->is_far || e->len == 0 || e->n_fixups == 0) return;
    Fixup last = e->fixups[e->n_fixups - 1];
    if (last.at != e->len - 1 || last.label != label || instr_op(e->instrs[last.at]) != OP_JMP)
        return;
    e->len--;
    e->n_fixups--;
    for (int i = 0; i < e->n_labels; i++)
        if (e->labels[i].position > e->len) e->labels[i].position = e->len;
}

void emit_bind(Emitter *e, Label label)
{
    LabelInfo *info = &e->labels[label];
    if (info->is_reached) {
        take_back_jump(e, label);
        if (!e->is_dead)
            set_intersect(&e->assigned, &info->assigned);
        else
            e->assigned = info->assigned;
        e->is_dead = false;
    }
    info->position = e->len;
}

Label emit_here(Emitter *e)
{
    Label label = emit_label(e);
    emit_bind(e, label);
    return label;
}

void emit_jump(Emitter *e, Label label)
{
    if (e->is_dead || e->c->failed) return;
    refer(e, label);
    emit_word(e, instr_j(e->labels[label].position >= 0 ? OP_LOOP : OP_JMP, 0));
    emit_stop(e);
}

static Opcode opposite(Opcode op)
{
    switch (op) {
    case OP_JT: return OP_JF;
    case OP_JF: return OP_JT;
    case OP_JNONE: return OP_JNOTNONE;
    default: return OP_JNONE;
    }
}

void emit_branch(Emitter *e, Opcode op, int a, Label label)
{
    if (e->is_dead || e->c->failed) return;
    if (!e->is_far) {
        refer(e, label);
        emit_abx(e, op, a, 0);
        return;
    }
    emit_abx(e, opposite(op), a, 1);
    refer(e, label);
    emit_word(e, instr_j(e->labels[label].position >= 0 ? OP_LOOP : OP_JMP, 0));
}

void emit_forprep(Emitter *e, int base, Label for_label)
{
    if (e->is_dead || e->c->failed) return;
    e->has_loop = true;
    refer(e, for_label);
    emit_abx(e, OP_FORPREP, base, 0);
}

void emit_for(Emitter *e, int dest, int base, Label body, Label end)
{
    if (e->is_dead || e->c->failed) return;
    int position = e->labels[body].position;
    if (position < 0) {  // the loop's body follows
        emit_abc(e, OP_FOR, dest, base, 1);
        refer(e, end);
        emit_word(e, instr_j(OP_JMP, 0));
        return;
    }
    if (position - (e->len + 1) >= INT8_MIN) {
        emit_abc(e, OP_FOR, dest, base, position - (e->len + 1));
        return;
    }
    emit_abc(e, OP_FOR, dest, base, 1);
    refer(e, end);
    emit_word(e, instr_j(OP_JMP, 0));
    refer(e, body);
    emit_word(e, instr_j(OP_LOOP, 0));
    emit_stop(e);
}

void emit_handler(Emitter *e, Label start, Label target, int reg)
{
    if (e->c->failed || e->labels[start].position >= e->len) return;
    e->handlers = grow(e->handlers, e->n_handlers, &e->cap_handlers, sizeof(HandlerRange), false);
    Label end = emit_label(e);
    e->labels[end].position = e->len;
    e->labels[target].is_reached = true;
    e->handlers[e->n_handlers++] = (HandlerRange){start, end, target, reg};
}

// Finishing

static bool fits(int value, int bits)
{
    return value >= -(1 << (bits - 1)) && value < 1 << (bits - 1);
}

// Where a jump at `at` to `target` ends up in the end.
static int final_target(const Emitter *e, const int *targets, int at, int target)
{
    for (int hops = 0; hops < 8 && target < e->len; hops++) {
        Opcode op = instr_op(e->instrs[target]);
        if (targets[target] < 0 || (op != OP_JMP && op != OP_LOOP) || target == at) break;
        target = targets[target];
    }
    return target;
}

static void patch(Emitter *e, const int *targets, int at)
{
    Instr instr = e->instrs[at];
    Opcode op = instr_op(instr);
    int target = targets[at];
    if (op != OP_FORPREP) target = final_target(e, targets, at, target);
    if (op == OP_JMP && target < e->len) {
        Opcode there = instr_op(e->instrs[target]);
        if (there == OP_RETURN || there == OP_RETURNNONE || there == OP_GENRETURN) {
            e->instrs[at] = e->instrs[target];
            return;
        }
    }
    int jump = target - (at + 1);
    if (op == OP_JMP || op == OP_LOOP) {
        if (!fits(jump, 24)) unit_error(e->c, e->span, "function or module is too big");
        e->instrs[at] = instr_j(jump < 0 ? OP_LOOP : OP_JMP, jump);
        return;
    }
    if (!fits(jump, 16)) jump = targets[at] - (at + 1);
    if (!fits(jump, 16)) e->is_overflown = true;
    e->instrs[at] = instr_abx(op, instr_a(instr), (unsigned)jump);
}

static void patch_jumps(Emitter *e)
{
    int *targets = gc_alloc_atomic(((size_t)e->len + 1) * sizeof(int));
    for (int i = 0; i < e->len; i++)
        targets[i] = -1;
    for (int i = 0; i < e->n_fixups; i++)
        targets[e->fixups[i].at] = e->labels[e->fixups[i].label].position;
    // Words that follow an instruction may look like jumps: only what has a target is looked at.
    for (int i = 0; i < e->n_fixups; i++)
        patch(e, targets, e->fixups[i].at);
}

static void copy_handlers(Emitter *e, Code *code, int shift)
{
    CodeHandler *handlers = gc_alloc_atomic(((size_t)e->n_handlers + 1) * sizeof(CodeHandler));
    int n = 0;
    for (int i = 0; i < e->n_handlers; i++) {
        const HandlerRange *h = &e->handlers[i];
        int start = emit_position(e, h->start), end = emit_position(e, h->end);
        if (start >= end) continue;
        handlers[n++] =
            (CodeHandler){(uint32_t)(start + shift), (uint32_t)(end + shift),
                          (uint32_t)(emit_position(e, h->target) + shift), (uint8_t)h->reg};
    }
    code->handlers = handlers;
    if (n > UINT16_MAX)
        unit_error(e->c, e->span, "too many try statements in one function or module");
    code->n_handlers = (uint16_t)n;
}

void emit_finish(Emitter *e, Code *code, int first, const LocalSet *skip, bool all_locals)
{
    if (e->c->failed) return;
    patch_jumps(e);
    int unbound[MAX_REGISTERS], n = 0;
    for (int reg = first; reg < code->n_locals && reg < MAX_REGISTERS; reg++)
        if (!set_has(skip, reg) && (all_locals || set_has(&e->checked, reg))) unbound[n++] = reg;
    size_t len = (size_t)(e->len + n);
    Instr *instrs = gc_alloc_atomic((len + 1) * sizeof(Instr));
    CodePosition *positions = gc_alloc_atomic(len * sizeof(CodePosition));
    for (int i = 0; i < n; i++) {
        instrs[i] = instr_abx(OP_LOADV, (unsigned)unbound[i], (unsigned)VALUE_UNBOUND);
        positions[i] =
            (CodePosition){code->first_line, code->first_line, 0, 0,
                           (uint8_t)(code->n_locals < UINT8_MAX ? code->n_locals : UINT8_MAX)};
    }
    memcpy(instrs + n, e->instrs, (size_t)e->len * sizeof(Instr));
    memcpy(positions + n, e->positions, (size_t)e->len * sizeof(CodePosition));
    copy_handlers(e, code, n);
    code->instrs = instrs;
    code->positions = positions;
    code->n_instrs = (uint32_t)len;
    code->consts = gc_alloc_array((size_t)e->n_consts + 1, sizeof(Value));
    if (e->n_consts) memcpy(code->consts, e->consts, (size_t)e->n_consts * sizeof(Value));
    code->n_consts = (uint32_t)e->n_consts;
    code->n_regs = (uint16_t)(e->max > code->n_locals ? e->max : code->n_locals);
    if (code->n_regs == 0) code->n_regs = 1;
    if (e->has_loop && code->flags & CODE_GENERATOR) code->n_regs++;  // see generator_guess
}
