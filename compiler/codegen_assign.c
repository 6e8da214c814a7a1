// SPDX-License-Identifier: MIT
// codegen_assign.c - assignment of all kinds, unpacking, del.
#include "compiler/codegen.h"
#include "compiler/walk.h"

// Unpacking

// Whether the targets are plain locals in consecutive registers, which UNPACK may fill directly.
// Where this function could see what a failed unpacking leaves behind, it may not.
static int consecutive_locals(Gen *g, const NodeList *items)
{
    if (gen_is_protected(g)) return -1;
    int first = gen_local(g, items->items[0]);
    if (first < 0) return -1;
    for (int i = 1; i < items->len; i++)
        if (gen_local(g, items->items[i]) != first + i) return -1;
    return first;
}

static int find_star(Gen *g, const Node *target)
{
    const NodeList *items = &target->as.sequence.items;
    int star = -1;
    for (int i = 0; i < items->len; i++) {
        if (items->items[i]->kind != NODE_Starred) continue;
        if (star >= 0) unit_error(g->c, target->span, "multiple starred expressions in assignment");
        star = i;
    }
    return star;
}

static Node *without_star(Node *item)
{
    return item->kind == NODE_Starred ? item->as.starred.value : item;
}

// More targets than there are registers: the values are taken into a list first.
static void store_many(Gen *g, Node *target, int reg, int star)
{
    Emitter *e = &g->e;
    NodeList *items = &target->as.sequence.items;
    int n = items->len, mark = e->top, list = emit_alloc(e, 1);
    int count = star < 0 ? n : n - star - 1;
    if (count > INT16_MAX) {
        unit_error(g->c, target->span, "too many targets in one assignment");
        return;
    }
    gen_at(g, target);
    emit_abc(e, OP_UNPACKLONG, list, reg, star < 0 ? 0 : star);
    emit_word(e, instr_abx(OP_CACHE, (unsigned)list & 0xFF, (unsigned)count | (star < 0 ? 0 : 0x8000)));
    for (int i = 0; i < n; i++) {
        int item = emit_alloc(e, 2);
        emit_load(e, item + 1, small_int(i));
        emit_abc(e, OP_GETITEM, item, list, item + 1);
        gen_store(g, without_star(items->items[i]), item);
        e->top = item;
    }
    e->top = mark;
}

static void store_sequence(Gen *g, Node *target, int reg)
{
    enum { FEW = 100, MAX_BEFORE_STAR = 255 };
    Emitter *e = &g->e;
    NodeList *items = &target->as.sequence.items;
    int n = items->len, mark = e->top, star = find_star(g, target);
    if (star > MAX_BEFORE_STAR) {
        unit_error(g->c, target->span, "too many expressions in star-unpacking assignment");
        return;
    }
    if (n > FEW) {
        store_many(g, target, reg, star);
        return;
    }
    int base = n > 0 && star < 0 ? consecutive_locals(g, items) : -1;
    if (base < 0) base = emit_alloc(e, n);
    gen_at(g, target);
    if (star < 0) {
        emit_abc(e, OP_UNPACK, base, reg, n);
    } else {
        emit_abc(e, OP_UNPACKEX, base, reg, star);
        emit_word(e, instr_abx(OP_CACHE, (unsigned)base & 0xFF, (unsigned)(n - star - 1)));
    }
    for (int i = 0; i < n; i++) {
        gen_store(g, without_star(items->items[i]), base + i);
    }
    e->top = mark;
}

static void store_attribute(Gen *g, Node *target, int reg)
{
    Emitter *e = &g->e;
    int mark = e->top;
    int o = gen_any(g, target->as.attribute.value);
    gen_attribute_span(g, target);
    e->top = mark;
    emit_named(e, OP_SETATTR, emit_scratch(e), o, reg,
               scope_mangle(g->scope, target->as.attribute.attr));
}

static void set_item(Gen *g, int o, int index, int reg)
{
    Emitter *e = &g->e;
    int t = emit_scratch(e);
    emit_abc(e, OP_SETITEM, o, index, reg);
    emit_word(e, instr_abx(OP_CACHE, (unsigned)t, 0));
}

static void store_subscript(Gen *g, Node *target, int reg)
{
    Emitter *e = &g->e;
    int mark = e->top;
    int o = gen_operand(g, target->as.subscript.value, target->as.subscript.index, -1);
    int index = gen_any(g, target->as.subscript.index);
    gen_at(g, target);
    e->top = mark;
    set_item(g, o, index, reg);
}

void gen_store(Gen *g, Node *target, int reg)
{
    if (!unit_check_stack(g->c)) return;
    gen_at(g, target);
    switch (target->kind) {
    case NODE_Name: gen_store_name(g, target->as.name.id, reg); break;
    case NODE_Tuple:
    case NODE_List: store_sequence(g, target, reg); break;
    case NODE_Attribute: store_attribute(g, target, reg); break;
    case NODE_Subscript: store_subscript(g, target, reg); break;
    case NODE_Starred:
        unit_error(g->c, target->span, "starred assignment target must be in a list or tuple");
        break;
    default: assert(!"not a target"); break;
    }
}

// a, b = x, y without a tuple

enum { MAX_PARALLEL = 16 };

static bool is_display(const Node *node)
{
    return node->kind == NODE_Tuple || node->kind == NODE_List;
}

static bool no_star(const NodeList *items)
{
    for (int i = 0; i < items->len; i++)
        if (items->items[i]->kind == NODE_Starred) return false;
    return true;
}

// The number of values that go one by one to as many targets; -1 if the assignment is not of that
// kind.
static int parallel_count(const Node *target, const Node *value)
{
    if (!is_display(target) || !no_star(&target->as.sequence.items)) return -1;
    int n = target->as.sequence.items.len;
    if (n < 1 || n > MAX_PARALLEL) return -1;
    if (value->kind == NODE_Constant) {
        Value v = value->as.constant.value;
        return is_tuple(v) && as_tuple(v)->len == (size_t)n ? n : -1;
    }
    if (!is_display(value) || value->as.sequence.items.len != n) return -1;
    return no_star(&value->as.sequence.items) ? n : -1;
}

static bool stores_to(Gen *g, const Node *target, int reg)
{
    if (!is_display(target)) return gen_local(g, target) == reg;
    for (int i = 0; i < target->as.sequence.items.len; i++) {
        const Node *item = target->as.sequence.items.items[i];
        if (stores_to(g, item->kind == NODE_Starred ? item->as.starred.value : item, reg))
            return true;
    }
    return false;
}

// Whether the variable in reg, the i-th value, keeps it until its turn comes.
static bool is_stable(Gen *g, Node *target, Node *value, int i, int reg)
{
    const NodeList *targets = &target->as.sequence.items;
    for (int k = 0; k < i; k++)
        if (stores_to(g, targets->items[k], reg)) return false;
    if (!g->frame->has_walrus) return true;
    const Str *name = value->as.sequence.items.items[i]->as.name.id;
    return !walk_assigns(value, name) && !walk_assigns(target, name);
}

// The last value may go straight to its variable, if nothing can fail any more and nobody needs the
// old value.
static int direct_target(Gen *g, const NodeList *targets, const int *regs, int n)
{
    for (int i = 0; i < n; i++)
        if (gen_local(g, targets->items[i]) < 0) return -1;
    int reg = gen_local(g, targets->items[n - 1]);
    for (int i = 0; i < n - 1; i++)
        if (regs[i] == reg || gen_local(g, targets->items[i]) == reg) return -1;
    return reg;
}

static void assign_parallel(Gen *g, Node *target, Node *value, int n)
{
    Emitter *e = &g->e;
    NodeList *targets = &target->as.sequence.items;
    int regs[MAX_PARALLEL], mark = e->top;
    bool is_constant = value->kind == NODE_Constant;
    for (int i = 0; i < n && !is_constant; i++) {
        Node *item = value->as.sequence.items.items[i];
        int local = gen_local(g, item);
        if (item->kind == NODE_Constant) {
            regs[i] = -1;
        } else if (local >= 0 && is_stable(g, target, value, i, local)) {
            gen_check_local(g, item);
            regs[i] = local;
        } else {
            int direct = i == n - 1 ? direct_target(g, targets, regs, n) : -1;
            if (direct >= 0)
                gen_to(g, item, regs[i] = direct);
            else
                regs[i] = gen_next(g, item);
        }
    }
    for (int i = 0; i < n; i++) {
        int inner = e->top;
        if (is_constant || regs[i] < 0) {
            Value v = is_constant ? as_tuple(value->as.constant.value)->items[i]
                                  : value->as.sequence.items.items[i]->as.constant.value;
            int local = gen_local(g, targets->items[i]);
            regs[i] = local >= 0 ? local : emit_alloc(e, 1);
            gen_at(g, targets->items[i]);
            emit_load(e, regs[i], v);
        }
        gen_store(g, targets->items[i], regs[i]);
        e->top = inner;
    }
    e->top = mark;
}

// Assignment

static void assign_one(Gen *g, Node *target, Node *value)
{
    Emitter *e = &g->e;
    int mark = e->top, n = parallel_count(target, value);
    if (n > 0) {
        assign_parallel(g, target, value, n);
        return;
    }
    int reg = gen_local(g, target);
    if (reg >= 0)
        gen_to(g, value, reg);
    else
        reg = gen_operand(g, value, target, -1);
    gen_store(g, target, reg);
    e->top = mark;
}

// Whether the first target, the variable in reg, changes before the last one is assigned.
static bool changes_later(Gen *g, const NodeList *targets, int reg)
{
    for (int i = 1; i < targets->len; i++) {
        if (i + 1 < targets->len && stores_to(g, targets->items[i], reg)) return true;
        if (g->frame->has_walrus && walk_assigns(targets->items[i], targets->items[0]->as.name.id))
            return true;
    }
    return false;
}

void gen_assign(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    NodeList *targets = &node->as.assign.targets;
    Node *value = node->as.assign.value;
    if (targets->len == 1) {
        assign_one(g, targets->items[0], value);
        return;
    }
    int mark = e->top, first = gen_local(g, targets->items[0]), reg;
    if (gen_local(g, value) >= 0 || value->kind == NODE_NamedExpr) {
        reg = gen_next(g, value);  // a target may be the same variable
    } else if (first >= 0) {
        gen_to(g, value, reg = first);
    } else {
        reg = gen_any(g, value);
    }
    for (int i = 0; i < targets->len; i++) {
        gen_store(g, targets->items[i], reg);
        if (i == 0 && reg == first && first >= 0 && changes_later(g, targets, first)) {
            reg = emit_alloc(e, 1);
            emit_move(e, reg, first);
        }
    }
    e->top = mark;
}

// Augmented assignment

// R[dest] = R[left] op= right
static void inplace_op(Gen *g, BinOperator op, int dest, int left, Node *right)
{
    Emitter *e = &g->e;
    Span span = e->span;
    int small, mark = e->top;
    if (op <= BIN_SUB && gen_small_constant(right, &small)) {
        emit_abc(e, op == BIN_ADD ? OP_IADDI : OP_ISUBI, dest, left, small);
        return;
    }
    int r = gen_any(g, right);
    e->top = mark;
    e->span = span;
    gen_fuse_product(g, op, r);
    emit_abc(e, (Opcode)(OP_IADD + (int)op), dest, left, r);
}

static void aug_attribute(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    Node *target = node->as.aug_assign.target;
    Str *name = scope_mangle(g->scope, target->as.attribute.attr);
    int o = gen_operand(g, target->as.attribute.value, node->as.aug_assign.value, -1);
    int reg = emit_alloc(e, 1);
    gen_attribute_span(g, target);
    emit_named(e, OP_GETATTR, reg, o, 0, name);
    gen_at(g, node);
    inplace_op(g, node->as.aug_assign.op, reg, reg, node->as.aug_assign.value);
    gen_attribute_span(g, target);
    emit_named(e, OP_SETATTR, emit_scratch(e), o, reg, name);
}

static void aug_subscript(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    Node *target = node->as.aug_assign.target, *index = target->as.subscript.index;
    // In `a[i] += v` all of i and v come after a, and v after i.
    bool may_change = g->frame->has_walrus && walk_assigns(node->as.aug_assign.value, NULL);
    int o = gen_operand(g, target->as.subscript.value,
                        may_change ? node->as.aug_assign.value : index, -1);
    int i = may_change ? gen_next(g, index) : gen_any(g, index);
    int reg = emit_alloc(e, 1);
    gen_at(g, target);
    emit_abc(e, OP_GETITEM, reg, o, i);
    gen_at(g, node);
    inplace_op(g, node->as.aug_assign.op, reg, reg, node->as.aug_assign.value);
    gen_at(g, target);
    set_item(g, o, i, reg);
}

static void aug_name(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    Node *target = node->as.aug_assign.target, *value = node->as.aug_assign.value;
    BinOperator op = node->as.aug_assign.op;
    Str *name = target->as.name.id;
    int local = gen_local(g, target);
    if (local >= 0) {
        int left = gen_operand(g, target, value, -1);
        gen_at(g, node);
        inplace_op(g, op, local, left, value);
        gen_store_name(g, name, local);
        return;
    }
    int reg = emit_alloc(e, 1);
    gen_at(g, target);
    gen_load_name(g, name, reg);
    gen_at(g, node);
    inplace_op(g, op, reg, reg, value);
    gen_at(g, target);
    gen_store_name(g, name, reg);
}

void gen_aug_assign(Gen *g, Node *node)
{
    int mark = g->e.top;
    switch (node->as.aug_assign.target->kind) {
    case NODE_Name: aug_name(g, node); break;
    case NODE_Attribute: aug_attribute(g, node); break;
    default: aug_subscript(g, node); break;
    }
    g->e.top = mark;
}

// Annotated assignment

void gen_setup_annotations(Gen *g)
{
    if (!g->frame->has_annotations) return;
    int t = emit_scratch(&g->e);
    emit_load(&g->e, t, VALUE_NONE);
    emit_abc(&g->e, OP_ANNOTATE, t, t, t);
}

static void record_annotation(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    Node *target = node->as.ann_assign.target;
    int mark = e->top, reg = emit_alloc(e, 1);
    gen_annotation(g, node->as.ann_assign.annotation, reg);
    if (target->kind == NODE_Name && node->as.ann_assign.simple) {
        int name = emit_alloc(e, 1);
        gen_at(g, node);
        emit_load(e, name,
                  value_object(scope_mangle(g->scope, str_intern_str(target->as.name.id))));
        e->top = mark;
        emit_reserve(e, mark + 2);
        emit_abc(e, OP_ANNOTATE, mark + 2, name, reg);
    }
    e->top = mark;
}

// x.a: int evaluates x, and x[i]: int evaluates x and i.
static void evaluate_target(Gen *g, Node *target)
{
    if (target->kind == NODE_Attribute) gen_effect(g, target->as.attribute.value);
    if (target->kind != NODE_Subscript) return;
    gen_effect(g, target->as.subscript.value);
    gen_effect(g, target->as.subscript.index);
}

void gen_ann_assign(Gen *g, Node *node)
{
    Node *target = node->as.ann_assign.target;
    if (node->as.ann_assign.value)
        assign_one(g, target, node->as.ann_assign.value);
    else
        evaluate_target(g, target);
    if (scope_is_function(g->frame)) return;
    if (g->c->future_annotations && !(target->kind == NODE_Name && node->as.ann_assign.simple))
        return;
    record_annotation(g, node);
}

// del

void gen_delete(Gen *g, Node *target)
{
    Emitter *e = &g->e;
    int mark = e->top;
    gen_at(g, target);
    if (target->kind == NODE_Name) {
        gen_delete_name(g, target->as.name.id);
    } else if (target->kind == NODE_Attribute) {
        int o = gen_any(g, target->as.attribute.value);
        gen_attribute_span(g, target);
        e->top = mark;
        emit_named(e, OP_DELATTR, emit_scratch(e), o, 0,
                   scope_mangle(g->scope, target->as.attribute.attr));
    } else if (target->kind == NODE_Subscript) {
        int o = gen_operand(g, target->as.subscript.value, target->as.subscript.index, -1);
        int index = gen_any(g, target->as.subscript.index);
        gen_at(g, target);
        e->top = mark;
        emit_abc(e, OP_DELITEM, emit_scratch(e), o, index);
    } else {
        for (int i = 0; i < target->as.sequence.items.len; i++)
            gen_delete(g, target->as.sequence.items.items[i]);
    }
}
