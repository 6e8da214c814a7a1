// SPDX-License-Identifier: MIT
// codegen_cond.c - conditions: jumps on the truth of an expression, whose value is not made.
#include "compiler/codegen.h"
#include "compiler/fold.h"

static void branch(Gen *g, int reg, bool when, Label label)
{
    emit_branch(&g->e, when ? OP_JT : OP_JF, reg, label);
}

static bool is_none_constant(const Node *node)
{
    return node->kind == NODE_Constant && node->as.constant.value == VALUE_NONE;
}

static Opcode fused_opcode(CompareOperator op, bool is_immediate)
{
    return (Opcode)((is_immediate ? OP_LTIJ : OP_LTJ) + (int)op);
}

// a % b == number
static void fuse_remainder(Gen *g, int reg)
{
    if (!gen_is_scratch(g, reg)) return;
    emit_fuse(&g->e, OP_MOD, OP_MODJ, reg);
    emit_fuse(&g->e, OP_MODI, OP_MODIJ, reg);
}

// Compares R[left] with a node and jumps. mark: the top without the operands.
static void compare_and_jump(Gen *g, const Node *node, CompareOperator op, int left, Node *right,
                             bool when, Label label, int mark)
{
    Emitter *e = &g->e;
    int small;
    if ((op == CMP_IS || op == CMP_IS_NOT) && is_none_constant(right)) {
        gen_at(g, node);
        e->top = mark;
        emit_branch(e, (op == CMP_IS) == when ? OP_JNONE : OP_JNOTNONE, left, label);
        return;
    }
    bool is_immediate = op <= CMP_NE && gen_small_constant(right, &small);
    if (is_immediate && (op == CMP_EQ || op == CMP_NE)) fuse_remainder(g, left);
    int r = is_immediate ? small : gen_any(g, right);
    gen_at(g, node);
    e->top = mark;
    int t = emit_scratch(e);
    emit_abc(e, op <= CMP_NE ? fused_opcode(op, is_immediate) : gen_compare_opcode(op), t, left, r);
    branch(g, t, when, label);
}

int gen_chain_operand(Gen *g, int reg, int start)
{
    enum { LONG = 30 };
    if (g->e.top < start + LONG) return reg;
    emit_move(&g->e, start, reg);
    g->e.top = start + 1;
    return start;
}

// All comparisons of a chain but the last; the registers stay allocated, but for those of a long chain. Returns
// that of the last left operand.
static int chain_head(Gen *g, Node *node, Label when_false)
{
    Emitter *e = &g->e;
    int start = e->top;
    NodeList *rights = &node->as.compare.comparators;
    int left = gen_operand(g, node->as.compare.left, node, -1);
    for (int i = 0; i + 1 < rights->len; i++) {
        int right = gen_operand(g, rights->items[i], node, -1);
        gen_at(g, node);
        CompareOperator op = node->as.compare.ops[i];
        int t = emit_scratch(e);
        emit_abc(e, op <= CMP_NE ? fused_opcode(op, false) : gen_compare_opcode(op), t, left,
                 right);
        branch(g, t, false, when_false);
        left = gen_chain_operand(g, right, start);
    }
    return left;
}

static void jump_if_compare(Gen *g, Node *node, bool when, Label label)
{
    int mark = g->e.top;
    NodeList *rights = &node->as.compare.comparators;
    int last = rights->len - 1;
    Node *right = rights->items[last];
    if (last == 0) {
        int left = gen_operand(g, node->as.compare.left, right, -1);
        compare_and_jump(g, node, node->as.compare.ops[0], left, right, when, label, mark);
        return;
    }
    Label skip = emit_label(&g->e);
    int left = chain_head(g, node, when ? skip : label);
    compare_and_jump(g, node, node->as.compare.ops[last], left, right, when, label, mark);
    emit_bind(&g->e, skip);
}

static void jump_if_bool_op(Gen *g, Node *node, bool when, Label label)
{
    NodeList *values = &node->as.bool_op.values;
    if (node->as.bool_op.is_or == when) {
        for (int i = 0; i < values->len; i++)
            gen_jump_if(g, values->items[i], when, label);
        return;
    }
    Label skip = emit_label(&g->e);
    for (int i = 0; i + 1 < values->len; i++)
        gen_jump_if(g, values->items[i], !when, skip);
    gen_jump_if(g, values->items[values->len - 1], when, label);
    emit_bind(&g->e, skip);
}

static void jump_if_if_exp(Gen *g, Node *node, bool when, Label label)
{
    Label orelse = emit_label(&g->e), end = emit_label(&g->e);
    gen_jump_if(g, node->as.if_exp.test, false, orelse);
    gen_jump_if(g, node->as.if_exp.body, when, label);
    emit_jump(&g->e, end);
    emit_bind(&g->e, orelse);
    gen_jump_if(g, node->as.if_exp.orelse, when, label);
    emit_bind(&g->e, end);
}

void gen_jump_if(Gen *g, Node *node, bool when, Label label)
{
    if (!unit_check_stack(g->c)) return;
    switch (node->kind) {
    case NODE_Constant:
        if (fold_truth(node->as.constant.value) == when) emit_jump(&g->e, label);
        return;
    case NODE_UnaryOp:
        if (node->as.unary.op != UNARY_NOT) break;
        gen_jump_if(g, node->as.unary.operand, !when, label);
        return;
    case NODE_BoolOp: jump_if_bool_op(g, node, when, label); return;
    case NODE_Compare: jump_if_compare(g, node, when, label); return;
    case NODE_IfExp: jump_if_if_exp(g, node, when, label); return;
    default: break;
    }
    int mark = g->e.top;
    int reg = gen_any(g, node);
    gen_at(g, node);
    g->e.top = mark;
    branch(g, reg, when, label);
}
