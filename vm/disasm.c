// SPDX-License-Identifier: MIT
// disasm.c - the listing of a code object: source lines, instructions with what their operands
// mean, handlers.
#include "vm/code.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/range.h"
#include "vm/tuple.h"
#include "vm/value.h"

typedef struct Listing {
    const Code *code;
    StrBuilder *out;
    Str *source;      // NULL if unknown
    int *labels;      // number of the label at each word, 0 if none
    int64_t current;  // a word of the marked instruction; -1: none
} Listing;

// Constants

static void add_big_int(StrBuilder *out, const Int *i)
{
    int64_t n = i->n_limbs < 0 ? -i->n_limbs : i->n_limbs;
    builder_format(out, "%s0x", i->n_limbs < 0 ? "-" : "");
    for (int64_t k = n - 1; k >= 0; k--)
        builder_format(out, k == n - 1 ? "%llx" : "%016llx", (unsigned long long)i->limbs[k]);
}

// repr() of what may be a constant, without a VM.
static void add_constant(StrBuilder *out, Value v)
{
    if (v == VALUE_NONE)
        builder_add_cstr(out, "None");
    else if (is_bool(v))
        builder_add_cstr(out, v == VALUE_TRUE ? "True" : "False");
    else if (v == VALUE_ELLIPSIS)
        builder_add_cstr(out, "Ellipsis");
    else if (v == VALUE_UNBOUND)
        builder_add_cstr(out, "<unbound>");
    else if (is_int(v))
        builder_format(out, "%lld", (long long)as_int(v));
    else if (is_float(v))
        builder_add_str(out, float_repr(as_float(v)));
    else if (is_str(v))
        builder_add_str(out, str_repr(as_str(v)));
    else if (is_bytes(v))
        builder_add_str(out, bytes_repr(as_str(v)->data, as_str(v)->size));
    else if (is_kind(v, KIND_CODE))
        builder_format(out, "<code %s>", as_code(v)->qualname->data);
    else if (is_kind(v, KIND_TUPLE)) {
        Tuple *t = as_tuple(v);
        builder_add_byte(out, '(');
        for (size_t i = 0; i < t->len; i++) {
            if (i > 0) builder_add_cstr(out, ", ");
            add_constant(out, t->items[i]);
        }
        builder_add_cstr(out, t->len == 1 ? ",)" : ")");
    } else if (is_slice(v)) {
        builder_add_cstr(out, "slice(");
        add_constant(out, as_slice(v)->start);
        builder_add_cstr(out, ", ");
        add_constant(out, as_slice(v)->stop);
        builder_add_cstr(out, ", ");
        add_constant(out, as_slice(v)->step);
        builder_add_byte(out, ')');
    } else if (is_kind(v, KIND_INT))
        add_big_int(out, (const Int *)as_pointer(v));
    else
        builder_add_cstr(out, "<constant>");
}

static void add_const_at(Listing *l, unsigned k)
{
    if (k < l->code->n_consts) add_constant(l->out, l->code->consts[k]);
}

static void add_name(Listing *l, unsigned k)
{
    if (k < l->code->n_consts && is_str(l->code->consts[k]))
        builder_add_str(l->out, as_str(l->code->consts[k]));
}

// Operands

static void add_register(Listing *l, unsigned reg)
{
    if (reg < l->code->n_locals && l->code->local_names[reg]->size > 0)
        builder_format(l->out, " %s", l->code->local_names[reg]->data);
    else
        builder_format(l->out, " r%u", reg);
}

static void add_target(Listing *l, uint32_t at, int jump)
{
    int64_t target = (int64_t)at + 1 + jump;
    if (target >= 0 && target < l->code->n_instrs)
        builder_format(l->out, " -> L%d", l->labels[target]);
}

static void add_free(Listing *l, unsigned i)
{
    if (i < l->code->n_free) builder_format(l->out, " (%s)", l->code->captures[i].name->data);
}

static bool is_constant_form(Opcode op)
{
    return op >= OP_ADDK && op <= OP_POWK;
}

static void add_abc(Listing *l, Instr instr)
{
    Opcode op = instr_op(instr);
    if (op == OP_STOREFREE) {
        builder_format(l->out, " %u", instr_a(instr));
        add_register(l, instr_b(instr));
        add_free(l, instr_a(instr));
        return;
    }
    add_register(l, instr_a(instr));
    switch (op) {
    case OP_CALL:
    case OP_CALLM:
    case OP_GCALL:
    case OP_GCALLM:
    case OP_CALLKW:
    case OP_CALLEX: builder_format(l->out, " %u", instr_b(instr)); return;
    case OP_LOADFREE:
    case OP_GETCELL:
    case OP_LOADNAMEFREE:
        builder_format(l->out, " %u", instr_b(instr));
        add_free(l, instr_b(instr));
        return;
    default: break;
    }
    add_register(l, instr_b(instr));
    uint8_t format = opcode_info[op].format;
    if (format == FORMAT_ABI) builder_format(l->out, " %d", instr_sc(instr));
    if (format != FORMAT_ABC && format != FORMAT_ABC_1 && format != FORMAT_ABC_3) return;
    switch (op) {
    case OP_LIST:
    case OP_TUPLE:
    case OP_SET:
    case OP_DICT:
    case OP_CONCAT:
    case OP_UNPACK:
    case OP_UNPACKEX:
    case OP_UNPACKLONG:
    case OP_RAISE:
    case OP_FORMAT:
    case OP_YIELDFROM:
    case OP_LOADSPECIAL: builder_format(l->out, " %u", instr_c(instr)); return;
    default: break;
    }
    if (is_constant_form(op)) {
        builder_add_byte(l->out, ' ');
        add_const_at(l, instr_c(instr));
    } else {
        add_register(l, instr_c(instr));
    }
}

static void add_ax(Listing *l, Instr instr, uint32_t at)
{
    Opcode op = instr_op(instr);
    if (op == OP_DELFREE) {
        builder_format(l->out, " %u", instr_a(instr));
        add_free(l, instr_a(instr));
        return;
    }
    if (op != OP_DELG && op != OP_DELNAME) add_register(l, instr_a(instr));
    switch (opcode_info[op].format) {
    case FORMAT_AK:
        builder_add_byte(l->out, ' ');
        if (op == OP_LOADK || op == OP_MAKEFUNCTION)
            add_const_at(l, instr_bx(instr));
        else
            add_name(l, instr_bx(instr));
        break;
    case FORMAT_AG:
        if ((int)instr_bx(instr) < l->code->unit->n_names)
            builder_format(l->out, " %s", l->code->unit->names[instr_bx(instr)]->data);
        break;
    case FORMAT_AI: builder_format(l->out, " %d", instr_sbx(instr)); break;
    case FORMAT_AR: add_register(l, instr_bx(instr)); break;
    case FORMAT_AV:
        builder_add_byte(l->out, ' ');
        add_constant(l->out, instr_bx(instr));
        break;
    case FORMAT_AJ: add_target(l, at, instr_sbx(instr)); break;
    default: break;
    }
}

// What is in the words that follow.
static void add_words(Listing *l, Instr instr, uint32_t at)
{
    Instr word = l->code->instrs[at + 1];
    switch (instr_op(instr)) {
    case OP_GETATTR:
    case OP_SETATTR:
    case OP_DELATTR:
    case OP_LOADMETHOD:
    case OP_LOADSUPER:
    case OP_IMPORTFROM:
        builder_add_cstr(l->out, " .");
        add_name(l, word & 0xFFFF);
        break;
    case OP_CALLKW:
        builder_add_byte(l->out, ' ');
        add_const_at(l, word >> 16);
        break;
    case OP_LOADNAMEFREE:
        builder_add_byte(l->out, ' ');
        add_name(l, word >> 16);
        break;
    case OP_UNPACKEX:
    case OP_UNPACKLONG: builder_format(l->out, " %u", word >> 16); break;
    default: break;
    }
}

static bool is_yield(Opcode op)
{
    return op == OP_YIELD || op == OP_YIELDP || op == OP_YIELDFROM;
}

static void add_operands(Listing *l, uint32_t at)
{
    Instr instr = l->code->instrs[at];
    const OpcodeInfo *info = &opcode_info[instr_op(instr)];
    switch (info->format) {
    case FORMAT_N: break;
    case FORMAT_A:
    case FORMAT_AK:
    case FORMAT_AG:
    case FORMAT_AI:
    case FORMAT_AJ:
    case FORMAT_AR:
    case FORMAT_AV: add_ax(l, instr, at); break;
    case FORMAT_J: add_target(l, at, instr_sj(instr)); break;
    case FORMAT_ABCJ:
        add_register(l, instr_a(instr));
        add_register(l, instr_b(instr));
        add_target(l, at, instr_sc(instr));
        break;
    default: add_abc(l, instr); break;
    }
    if (info->n_words > 0) add_words(l, instr, at);
}

static void add_instruction(Listing *l, uint32_t at)
{
    const OpcodeInfo *info = &opcode_info[instr_op(l->code->instrs[at])];
    bool is_current = l->current >= at && l->current <= at + info->n_words;
    const char *mark = is_current ? "-->" : is_yield(instr_op(l->code->instrs[at])) ? " >>" : "   ";
    builder_format(l->out, "%s %4u  %-12s", mark, at, info->name);
    add_operands(l, at);
    while (l->out->data[l->out->size - 1] == ' ')
        l->out->size--;
    builder_add_byte(l->out, '\n');
}

// Labels

static int64_t target_of(const Code *code, uint32_t at)
{
    Instr instr = code->instrs[at];
    switch (opcode_info[instr_op(instr)].format) {
    case FORMAT_AJ: return (int64_t)at + 1 + instr_sbx(instr);
    case FORMAT_J: return (int64_t)at + 1 + instr_sj(instr);
    case FORMAT_ABCJ: return (int64_t)at + 1 + instr_sc(instr);
    default: return -1;
    }
}

static void number_labels(Listing *l)
{
    const Code *code = l->code;
    for (uint32_t at = 0; at < code->n_instrs;
         at += 1u + opcode_info[instr_op(code->instrs[at])].n_words) {
        int64_t target = target_of(code, at);
        if (target >= 0 && target < code->n_instrs) l->labels[target] = 1;
    }
    for (int i = 0; i < code->n_handlers; i++)
        l->labels[code->handlers[i].target] = 1;
    int n = 0;
    for (uint32_t at = 0; at < code->n_instrs; at++)
        if (l->labels[at]) l->labels[at] = ++n;
}

// Lines

static void add_source_line(Listing *l, int line)
{
    builder_format(l->out, "%4d", line);
    if (l->source) {
        const char *p = l->source->data, *end = p + l->source->size;
        for (int i = 1; i < line && p < end; p++)
            if (*p == '\n') i++;
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        const char *stop = p;
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        builder_add_cstr(l->out, "  ");
        builder_add(l->out, p, (size_t)(stop - p));
    }
    builder_add_byte(l->out, '\n');
}

static void add_header(const Code *code, StrBuilder *out)
{
    builder_format(out, "%s (%s:%d): %u words, %d registers", code->qualname->data,
                   code->unit->filename->data, code->first_line, code->n_instrs, code->n_regs);
    if (code->flags & CODE_GENERATOR) builder_add_cstr(out, ", generator");
    builder_add_byte(out, '\n');
    for (int i = 0; i < code->n_locals; i++)
        if (code->local_names[i]->size > 0)
            builder_format(out, "%s%s = r%d", i ? ", " : "    locals: ", code->local_names[i]->data,
                           i);
    if (code->n_locals) builder_add_byte(out, '\n');
    for (int i = 0; i < code->n_cells; i++)
        builder_format(out, "%s%s = r%d", i ? ", " : "    cells: ", code->cells[i].name->data,
                       code->cells[i].reg);
    if (code->n_cells) builder_add_byte(out, '\n');
}

static void add_handlers(Listing *l)
{
    for (int i = 0; i < l->code->n_handlers; i++) {
        const CodeHandler *h = &l->code->handlers[i];
        builder_format(l->out, "    %u to %u: L%d, exception in r%d\n", h->start, h->end - 1,
                       l->labels[h->target], h->reg);
    }
}

void code_disassemble_one(Code *code, StrBuilder *out, Str *source, int64_t current)
{
    Listing l = {code, out, source, gc_alloc_atomic((code->n_instrs + 1) * sizeof(int)), current};
    memset(l.labels, 0, (code->n_instrs + 1) * sizeof(int));
    number_labels(&l);
    add_header(code, out);
    int line = 0;
    for (uint32_t at = 0; at < code->n_instrs;
         at += 1u + opcode_info[instr_op(code->instrs[at])].n_words) {
        if (code->positions[at].line != line && code->positions[at].line > 0)
            add_source_line(&l, line = code->positions[at].line);
        if (l.labels[at]) builder_format(out, "  L%d:\n", l.labels[at]);
        add_instruction(&l, at);
    }
    add_handlers(&l);
}

void code_visit_instructions(Code *code, InstructionVisitor visit, void *data)
{
    Listing l = {.code = code, .labels = gc_alloc_atomic((code->n_instrs + 1) * sizeof(int))};
    memset(l.labels, 0, (code->n_instrs + 1) * sizeof(int));
    number_labels(&l);
    for (uint32_t at = 0; at < code->n_instrs;
         at += 1u + opcode_info[instr_op(code->instrs[at])].n_words) {
        StrBuilder b = {0};
        l.out = &b;
        add_operands(&l, at);
        size_t start = b.size > 0 && b.data[0] == ' ' ? 1 : 0;
        while (b.size > start && b.data[b.size - 1] == ' ')
            b.size--;
        visit(data, code, at, str_new(b.data + start, b.size - start), l.labels[at]);
    }
}

void code_disassemble(Code *code, StrBuilder *out, Str *source)
{
    code_disassemble_one(code, out, source, -1);
    for (uint32_t i = 0; i < code->n_consts; i++) {
        if (!is_kind(code->consts[i], KIND_CODE)) continue;
        builder_add_byte(out, '\n');
        code_disassemble(as_code(code->consts[i]), out, source);
    }
}
