// SPDX-License-Identifier: MIT
// codegen_expr.c - expressions: operators, attributes, items, and the dispatch over all kinds.
#include "compiler/codegen.h"
#include "compiler/fold.h"
#include "compiler/walk.h"
#include "vm/gc.h"
#include "vm/int.h"

int gen_next(Gen *g, Node *node)
{
    int reg = emit_alloc(&g->e, 1);
    gen_to(g, node, reg);
    return reg;
}

int gen_operand(Gen *g, Node *node, Node *later, int hint)
{
    int reg = gen_local(g, node);
    if (reg >= 0) {
        gen_check_local(g, node);
        bool may_change = later && g->frame->has_walrus && walk_assigns(later, node->as.name.id);
        if (!may_change) return reg;
    }
    if (hint < 0 || !gen_is_scratch(g, hint)) return gen_next(g, node);
    gen_to(g, node, hint);
    return hint;
}

int gen_any(Gen *g, Node *node)
{
    if (node->kind == NODE_NamedExpr) {
        int reg = gen_local(g, node->as.named.target);
        if (reg >= 0) {
            gen_to(g, node, reg);
            return reg;
        }
    }
    return gen_operand(g, node, NULL, -1);
}

void gen_effect(Gen *g, Node *node)
{
    int mark = g->e.top;
    if (node->kind != NODE_Constant) gen_any(g, node);
    g->e.top = mark;
}

// Operators

bool gen_small_constant(const Node *node, int *value)
{
    if (node->kind != NODE_Constant || !is_int(node->as.constant.value)) return false;
    int64_t i = as_int(node->as.constant.value);
    if (i < INT8_MIN || i > INT8_MAX) return false;
    *value = (int)i;
    return true;
}

static Opcode immediate_opcode(BinOperator op, int value)
{
    switch (op) {
    case BIN_ADD: return OP_ADDI;
    case BIN_SUB: return OP_SUBI;
    case BIN_MUL: return OP_MULI;
    case BIN_FLOORDIV: return value ? OP_FLOORDIVI : OP_CACHE;
    case BIN_MOD: return value > 0 ? OP_MODI : OP_CACHE;
    default: return OP_CACHE;  // none
    }
}

// The index of a number that a K form can take; -1 if it cannot.
static int number_constant(Gen *g, BinOperator op, const Node *node)
{
    if (op > BIN_POW || node->kind != NODE_Constant) return -1;
    Value v = node->as.constant.value;
    if (!is_float(v) && (is_bool(v) || !is_any_int(v))) return -1;
    int i = emit_constant(&g->e, v);
    return i <= UINT8_MAX ? i : -1;
}

void gen_fuse_product(Gen *g, BinOperator op, int reg)
{
    if (op <= BIN_SUB && gen_is_scratch(g, reg))
        emit_fuse(&g->e, OP_MUL, op == BIN_ADD ? OP_MULADD : OP_MULSUB, reg);
}

void gen_binary_op(Gen *g, BinOperator op, int dest, int left, Node *right)
{
    Emitter *e = &g->e;
    Span span = e->span;
    int small, mark = e->top;
    if (gen_small_constant(right, &small) && immediate_opcode(op, small) != OP_CACHE) {
        emit_abc(e, immediate_opcode(op, small), dest, left, small);
        return;
    }
    int k = e->is_dead ? -1 : number_constant(g, op, right);
    if (k >= 0) {
        emit_abc(e, (Opcode)(OP_ADDK + (int)op), dest, left, k);
        return;
    }
    int r = gen_any(g, right);
    e->top = mark;
    e->span = span;
    gen_fuse_product(g, op, r);
    emit_abc(e, (Opcode)(OP_ADD + (int)op), dest, left, r);
}

// a + b + c + ... leans to the left: no recursion for that.
static void gen_binary(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    int n = 0, mark = e->top;
    Node *spine = node;
    for (; spine->kind == NODE_BinOp; spine = spine->as.binary.left)
        n++;
    Node *few[16], **nodes = n <= 16 ? few : gc_alloc_array((size_t)n, sizeof(Node *));
    spine = node;
    for (int i = n - 1; i >= 0; i--, spine = spine->as.binary.left)
        nodes[i] = spine;
    int acc = dest;
    if (!gen_is_scratch(g, dest) && (n > 1 || gen_local(g, spine) < 0)) acc = emit_alloc(e, 1);
    int left = gen_operand(g, spine, nodes[0]->as.binary.right, acc);
    for (int i = 0; i < n; i++) {
        bool is_last = i == n - 1;
        Node *right = nodes[i]->as.binary.right;
        gen_at(g, nodes[i]);
        gen_binary_op(g, nodes[i]->as.binary.op, is_last ? dest : acc, left, right);
        left = acc;
    }
    e->top = mark;
}

static void gen_unary(Gen *g, Node *node, int dest)
{
    static const Opcode opcodes[] = {OP_NOT, OP_NEG, OP_POS, OP_INVERT};
    int mark = g->e.top;
    int reg = gen_operand(g, node->as.unary.operand, NULL, dest);
    gen_at(g, node);
    g->e.top = mark;
    emit_abc(&g->e, opcodes[node->as.unary.op], dest, reg, 0);
}

// and, or: each value is tested where it will be needed.
static void gen_bool_op(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    NodeList *values = &node->as.bool_op.values;
    int mark = e->top;
    int acc = gen_is_scratch(g, dest) ? dest : emit_alloc(e, 1);
    Label end = emit_label(e);
    for (int i = 0; i < values->len; i++) {
        gen_to(g, values->items[i], acc);
        gen_at(g, node);
        if (i + 1 < values->len) emit_branch(e, node->as.bool_op.is_or ? OP_JT : OP_JF, acc, end);
    }
    emit_bind(e, end);
    e->top = mark;
    emit_move(e, dest, acc);
}

Opcode gen_compare_opcode(CompareOperator op)
{
    return (Opcode)(OP_LT + (int)op);
}

static void gen_compare(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    NodeList *rights = &node->as.compare.comparators;
    int mark = e->top, last = rights->len - 1;
    int acc = gen_is_scratch(g, dest) || last == 0 ? dest : emit_alloc(e, 1);
    Node *later = last == 0 ? rights->items[0] : node;
    int left = gen_operand(g, node->as.compare.left, later, acc);
    Label end = emit_label(e);
    int start = e->top;
    for (int i = 0; i <= last; i++) {
        int right =
            i == last ? gen_any(g, rights->items[i]) : gen_operand(g, rights->items[i], node, -1);
        gen_at(g, node);
        if (i == last) e->top = acc >= mark ? acc + 1 : mark;
        emit_abc(e, gen_compare_opcode(node->as.compare.ops[i]), acc, left, right);
        if (i < last) emit_branch(e, OP_JF, acc, end);
        left = i < last ? gen_chain_operand(g, right, start) : right;
    }
    emit_bind(e, end);
    e->top = mark;
    emit_move(e, dest, acc);
}

static void gen_if_exp(Gen *g, Node *node, int dest)
{
    Label orelse = emit_label(&g->e), end = emit_label(&g->e);
    gen_jump_if(g, node->as.if_exp.test, false, orelse);
    gen_to(g, node->as.if_exp.body, dest);
    emit_jump(&g->e, end);
    emit_bind(&g->e, orelse);
    gen_to(g, node->as.if_exp.orelse, dest);
    emit_bind(&g->e, end);
}

static void gen_named(Gen *g, Node *node, int dest)
{
    Node *target = node->as.named.target;
    Emitter *e = &g->e;
    int mark = e->top, reg = gen_local(g, target);
    if (reg < 0)
        reg = gen_operand(g, node->as.named.value, NULL, dest);
    else
        gen_to(g, node->as.named.value, reg);
    gen_at(g, node);
    gen_store_name(g, target->as.name.id, reg);
    e->top = mark;
    emit_move(e, dest, reg);
}

// Attributes and items

// Where an attribute is on a later line than its object, CPython marks the attribute alone.
void gen_attribute_span(Gen *g, const Node *node)
{
    gen_at(g, node);
    Span attr = node->as.attribute.attr_span;
    if (attr.line > 0 && attr.end_line != node->span.line) g->e.span = attr;
}

static void gen_attribute(Gen *g, Node *node, int dest)
{
    int mark = g->e.top;
    if (gen_is_super_call(g, node->as.attribute.value)) {
        gen_super_attribute(g, node, dest);
        return;
    }
    int o = gen_operand(g, node->as.attribute.value, NULL, dest);
    gen_attribute_span(g, node);
    g->e.top = mark;
    emit_named(&g->e, OP_GETATTR, dest, o, 0, scope_mangle(g->scope, node->as.attribute.attr));
}

// A call of a method split with one argument or none.
static bool is_split(const Node *node)
{
    if (node->kind != NODE_Call || node->as.call.keywords.len || node->as.call.args.len > 1) return false;
    const Node *func = node->as.call.func;
    return func->kind == NODE_Attribute && str_is(func->as.attribute.attr, "split");
}

static void gen_subscript(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    Node *index = node->as.subscript.index;
    int small, mark = e->top;
    int o = gen_operand(g, node->as.subscript.value, index, dest);
    if (gen_small_constant(index, &small)) {
        if (is_split(node->as.subscript.value)) emit_split_item(e, o);
        gen_at(g, node);
        e->top = mark;
        emit_abc(e, OP_GETITEMI, dest, o, small);
        return;
    }
    int i = gen_any(g, index);
    gen_at(g, node);
    e->top = mark;
    emit_abc(e, OP_GETITEM, dest, o, i);
}

static void gen_slice(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    int mark = e->top;
    Node *parts[] = {node->as.slice.lower, node->as.slice.upper, node->as.slice.step};
    int base = gen_is_scratch(g, dest) && dest == e->top - 1 ? dest : emit_alloc(e, 1);
    for (int i = 0; i < 3; i++) {
        int reg = i == 0 ? base : emit_alloc(e, 1);
        gen_at(g, node);
        if (parts[i])
            gen_to(g, parts[i], reg);
        else
            emit_load(e, reg, VALUE_NONE);
    }
    gen_at(g, node);
    e->top = base + 1;
    emit_abc(e, OP_SLICE, base, 0, 0);
    e->top = mark;
    emit_move(e, dest, base);
}

void gen_to(Gen *g, Node *node, int dest)
{
    if (!unit_check_stack(g->c)) return;
    gen_at(g, node);
    switch (node->kind) {
    case NODE_Constant: emit_load(&g->e, dest, node->as.constant.value); break;
    case NODE_Name: gen_load_name(g, node->as.name.id, dest); break;
    case NODE_JoinedStr: gen_joined(g, node, dest); break;
    case NODE_FormattedValue: gen_formatted(g, node, dest); break;
    case NODE_Tuple:
    case NODE_List:
    case NODE_Set:
    case NODE_Dict: gen_display(g, node, dest); break;
    case NODE_Starred: unit_error(g->c, node->span, "can't use starred expression here"); break;
    case NODE_UnaryOp: gen_unary(g, node, dest); break;
    case NODE_BinOp: gen_binary(g, node, dest); break;
    case NODE_BoolOp: gen_bool_op(g, node, dest); break;
    case NODE_Compare: gen_compare(g, node, dest); break;
    case NODE_IfExp: gen_if_exp(g, node, dest); break;
    case NODE_NamedExpr: gen_named(g, node, dest); break;
    case NODE_Lambda: gen_lambda(g, node, dest); break;
    case NODE_Call: gen_call(g, node, dest); break;
    case NODE_Attribute: gen_attribute(g, node, dest); break;
    case NODE_Subscript: gen_subscript(g, node, dest); break;
    case NODE_Slice: gen_slice(g, node, dest); break;
    case NODE_ListComp:
    case NODE_SetComp:
    case NODE_DictComp: gen_comprehension(g, node, dest); break;
    case NODE_GeneratorExp: gen_genexp(g, node, dest); break;
    case NODE_Yield: gen_yield(g, node, dest); break;
    case NODE_YieldFrom: gen_yield_from(g, node, dest); break;
    default: assert(!"not an expression"); break;
    }
}
