// SPDX-License-Identifier: MIT
// codegen_display.c - list, tuple, set and dict displays; f-strings.
#include "compiler/codegen.h"
#include "vm/set.h"

enum { CHUNK = 30, ROOM = 40 };  // registers one display takes at most; that are left for the rest

static int room(const Gen *g)
{
    int free = MAX_REGISTERS - ROOM - g->e.top;
    return free < 1 ? 1 : free < CHUNK ? free : CHUNK;
}

static bool all_constant(const NodeList *items)
{
    for (int i = 0; i < items->len; i++)
        if (items->items[i]->kind != NODE_Constant) return false;
    return true;
}

static bool has_star(const NodeList *items)
{
    for (int i = 0; i < items->len; i++)
        if (items->items[i]->kind == NODE_Starred) return true;
    return false;
}

static Opcode make_opcode(NodeKind kind)
{
    return kind == NODE_List ? OP_LIST : kind == NODE_Set ? OP_SET : OP_TUPLE;
}

// A list or set of constants is made from a constant tuple or frozenset. false: not such a one.
static bool constant_display(Gen *g, NodeKind kind, const NodeList *items, int acc)
{
    if (kind == NODE_Tuple || items->len < 3 || !all_constant(items)) return false;
    Emitter *e = &g->e;
    Tuple *tuple = tuple_new((size_t)items->len);
    for (int i = 0; i < items->len; i++)
        tuple->items[i] = items->items[i]->as.constant.value;
    Value v = value_object(tuple);
    if (kind == NODE_Set) {
        Set *set = frozenset_new();
        if (!set_update(g->c->vm, set, v)) {
            error_take(g->c->vm);
            return false;
        }
        v = value_object(set);
    }
    emit_abc(e, make_opcode(kind), acc, acc, 0);
    int reg = emit_scratch(e);
    emit_load(e, reg, v);
    emit_abc(e, kind == NODE_Set ? OP_SETUPDATE : OP_LISTEXTEND, acc, reg, 0);
    return true;
}

// One part after the other into R[acc], which is a list or a set.
static void long_display(Gen *g, NodeKind kind, const NodeList *items, int acc, Span span)
{
    Emitter *e = &g->e;
    int mark = e->top, n = 0, limit = room(g), base = e->top;
    bool is_set = kind == NODE_Set;
    while (n < items->len && n < limit && items->items[n]->kind != NODE_Starred)
        gen_next(g, items->items[n++]);
    e->span = span;
    e->top = mark;
    emit_abc(e, is_set ? OP_SET : OP_LIST, acc, base, n);
    for (; n < items->len; n++) {
        Node *item = items->items[n];
        bool is_star = item->kind == NODE_Starred;
        int reg = gen_any(g, is_star ? item->as.starred.value : item);
        e->span = span;
        e->top = mark;
        if (is_set)
            emit_abc(e, is_star ? OP_SETUPDATE : OP_SETADD, acc, reg, 0);
        else
            emit_abc(e, is_star ? OP_LISTEXTEND : OP_LISTAPPEND, acc, reg, 0);
    }
}

void gen_items(Gen *g, NodeKind kind, const NodeList *items, int dest)
{
    Emitter *e = &g->e;
    Span span = e->span;
    int mark = e->top;
    if (kind == NODE_Tuple && all_constant(items)) {
        Tuple *tuple = tuple_new((size_t)items->len);
        for (int i = 0; i < items->len; i++)
            tuple->items[i] = items->items[i]->as.constant.value;
        emit_load(e, dest, value_object(tuple));
        return;
    }
    bool is_short = items->len <= room(g) && !has_star(items);
    if (is_short && (kind == NODE_Tuple || items->len < 3 || !all_constant(items))) {
        int base = e->top;
        for (int i = 0; i < items->len; i++)
            gen_next(g, items->items[i]);
        e->top = mark;
        e->span = span;
        emit_abc(e, make_opcode(kind), dest, base, items->len);
        return;
    }
    int acc = gen_is_scratch(g, dest) ? dest : emit_alloc(e, 1);
    if (!constant_display(g, kind, items, acc)) long_display(g, kind, items, acc, span);
    e->span = span;
    e->top = mark;
    if (kind == NODE_Tuple)
        emit_abc(e, OP_LISTTUPLE, dest, acc, 0);
    else
        emit_move(e, dest, acc);
}

// Dicts

static void gen_dict(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    NodeList *keys = &node->as.dict.keys, *values = &node->as.dict.values;
    int start = e->top, n = 0, limit = room(g) / 2;
    int acc = gen_is_scratch(g, dest) ? dest : emit_alloc(e, 1);
    int mark = e->top;
    for (; n < values->len && n < limit && keys->items[n]; n++) {
        gen_next(g, keys->items[n]);
        gen_next(g, values->items[n]);
    }
    gen_at(g, node);
    e->top = mark;
    emit_abc(e, OP_DICT, acc, mark, n);
    for (; n < values->len; n++) {
        int key = keys->items[n] ? gen_operand(g, keys->items[n], values->items[n], -1) : -1;
        int value = gen_any(g, values->items[n]);
        gen_at(g, node);
        e->top = mark;
        if (key < 0)
            emit_abc(e, OP_DICTUPDATE, acc, value, 0);
        else
            emit_abc(e, OP_DICTSET, acc, key, value);
    }
    e->top = start;
    emit_move(e, dest, acc);
}

void gen_pairs(Gen *g, const Value *keys, Node *const *values, int n, int dest,
               void (*gen_value)(Gen *, Node *, int))
{
    Emitter *e = &g->e;
    Span span = e->span;
    int mark = e->top, done = 0, limit = room(g) / 2;
    for (; done < n && done < limit; done++) {
        int reg = emit_alloc(e, 2);
        emit_load(e, reg, keys[done]);
        e->top = reg + 2;
        gen_value(g, values[done], reg + 1);
    }
    e->span = span;
    e->top = mark;
    emit_abc(e, OP_DICT, dest, mark, done);
    for (; done < n; done++) {
        int reg = emit_alloc(e, 2);
        emit_load(e, reg, keys[done]);
        gen_value(g, values[done], reg + 1);
        e->span = span;
        e->top = mark;
        emit_abc(e, OP_DICTSET, dest, reg, reg + 1);
    }
}

void gen_display(Gen *g, Node *node, int dest)
{
    if (node->kind == NODE_Dict)
        gen_dict(g, node, dest);
    else
        gen_items(g, node->kind, &node->as.sequence.items, dest);
}

// f-strings

void gen_formatted(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    int mark = e->top, flags = 0;
    switch (node->as.formatted.conversion) {
    case 's': flags = 1; break;
    case 'r': flags = 2; break;
    case 'a': flags = 3; break;
    default: break;
    }
    int reg;
    if (node->as.formatted.format_spec) {
        reg = gen_next(g, node->as.formatted.value);
        gen_next(g, node->as.formatted.format_spec);
        flags |= 4;
    } else {
        reg = gen_operand(g, node->as.formatted.value, NULL, dest);
        emit_reserve(e, reg + 1);
    }
    gen_at(g, node);
    e->top = mark;
    emit_abc(e, OP_FORMAT, dest, reg, flags);
}

void gen_joined(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    NodeList *values = &node->as.joined.values;
    if (values->len == 0) emit_load(e, dest, value_object(str_empty));
    if (values->len == 1) gen_to(g, values->items[0], dest);
    if (values->len <= 1) return;
    int mark = e->top, base = mark, n = 0, limit = room(g);
    if (limit < 2) limit = 2;
    for (int i = 0; i < values->len; i++) {
        if (n == limit) {
            gen_at(g, node);
            e->top = base + 1;
            emit_abc(e, OP_CONCAT, base, base, n);
            n = 1;
        }
        gen_next(g, values->items[i]);
        n++;
    }
    gen_at(g, node);
    e->top = mark;
    emit_abc(e, OP_CONCAT, dest, base, n);
}
