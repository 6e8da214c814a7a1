// SPDX-License-Identifier: MIT
// codegen_comp.c - comprehensions, inlined into the frame around them (PEP 709); generator
// expressions; yield.
#include "compiler/codegen.h"

// Variables of an inlined comprehension

static bool is_own_variable(const Symbol *s)
{
    return s->place == PLACE_LOCAL && !s->target && s->flags & SYMBOL_BOUND;
}

static void allocate_variables(Gen *g, Scope *scope)
{
    Emitter *e = &g->e;
    for (int i = 0; i < scope->n_symbols; i++) {
        Symbol *s = scope->symbols[i];
        if (!is_own_variable(s)) continue;
        s->is_set = false;
        if (!s->is_named) s->reg = emit_alloc(e, 1);
        if (!s->is_captured) continue;
        emit_abc(e, OP_NEWCELL, s->reg, 0, 0);
        if (s->is_named) gen_add_cell(g, s);
    }
}

static bool has_named_variables(const Scope *scope)
{
    for (int i = 0; i < scope->n_symbols; i++)
        if (is_own_variable(scope->symbols[i]) && scope->symbols[i]->is_named) return true;
    return false;
}

static void clear_variables(Gen *g, Scope *scope)
{
    for (int i = 0; i < scope->n_symbols; i++) {
        Symbol *s = scope->symbols[i];
        if (!is_own_variable(s) || !s->is_named) continue;
        emit_load(&g->e, s->reg, VALUE_UNBOUND);
        set_remove(&g->e.assigned, s->reg);
    }
}

// The innermost part: what is done with each element. acc is unused in a generator expression.
static void element(Gen *g, Node *node, int acc)
{
    Emitter *e = &g->e;
    int mark = e->top, reg, value;
    switch (node->kind) {
    case NODE_DictComp:
        reg = gen_operand(g, node->as.comp.element, node->as.comp.value, -1);
        value = gen_any(g, node->as.comp.value);
        gen_at(g, node->as.comp.element);
        e->span = span_join(node->as.comp.element->span, node->as.comp.value->span);
        e->top = mark;
        emit_abc(e, OP_DICTSET, acc, reg, value);
        return;
    case NODE_GeneratorExp:
        reg = gen_any(g, node->as.comp.element);
        gen_at(g, node->as.comp.element);
        e->top = mark;
        gen_yield_value(g, reg, emit_scratch(e));
        return;
    default:
        reg = gen_any(g, node->as.comp.element);
        gen_at(g, node->as.comp.element);
        e->top = mark;
        emit_abc(e, node->kind == NODE_SetComp ? OP_SETADD : OP_LISTAPPEND, acc, reg, 0);
    }
}

// The i-th for and all inside; its iterable is in base if i is 0.
static void clause(Gen *g, Node *node, int i, int base, int acc)
{
    Emitter *e = &g->e;
    if (i == node->as.comp.generators.len) {
        element(g, node, acc);
        return;
    }
    Node *c = node->as.comp.generators.items[i];
    int mark = e->top;
    if (i > 0) {
        base = gen_next(g, c->as.comprehension.iter);
        emit_alloc(e, 2);
    }
    ForLoop loop;
    gen_for_begin(g, &loop, base, c->as.comprehension.target, c->as.comprehension.iter);
    for (int k = 0; k < c->as.comprehension.conditions.len; k++)
        gen_jump_if(g, c->as.comprehension.conditions.items[k], false, loop.head);
    clause(g, node, i + 1, -1, acc);
    gen_for_end(g, &loop);
    emit_bind(e, loop.end);
    e->top = mark;
}

void gen_comprehension(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    int mark = e->top;
    int acc = gen_is_scratch(g, dest) ? dest : emit_alloc(e, 1);
    Scope *outside = g->scope;
    gen_at(g, node);
    emit_abc(e,
             node->kind == NODE_ListComp  ? OP_LIST
             : node->kind == NODE_SetComp ? OP_SET
                                          : OP_DICT,
             acc, acc, 0);
    allocate_variables(g, node->scope);
    // The first iterable belongs to the scope outside.
    int iterable = gen_next(g, node->as.comp.generators.items[0]->as.comprehension.iter);
    emit_alloc(e, 2);
    g->scope = node->scope;
    Block block;
    bool is_named = has_named_variables(node->scope);
    if (is_named) {
        gen_block_push(g, &block, BLOCK_TRY, 0);
        gen_block_protect(g, &block, e->top);
    }
    clause(g, node, 0, iterable, acc);
    gen_at(g, node);
    if (is_named) {
        gen_block_pop(g, &block);
        gen_on_exception(g, &block, clear_variables, node->scope);
    }
    clear_variables(g, node->scope);
    g->scope = outside;
    e->top = mark;
    emit_move(e, dest, acc);
}

void gen_genexp(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    int mark = e->top;
    int window = gen_is_scratch(g, dest) && dest == e->top - 1 ? dest : emit_alloc(e, 1);
    emit_alloc(e, 2);
    for (int i = 0; i < 3; i++)
        emit_load(e, window + i, VALUE_NONE);
    gen_make_function(g, window, gen_nested_code(g, node));
    emit_alloc(e, 2);
    Node *iter = node->as.comp.generators.items[0]->as.comprehension.iter;
    int arg = emit_alloc(e, 1);
    int reg = gen_operand(g, iter, NULL, arg);
    gen_at(g, iter);
    emit_abc(e, OP_GETITER, arg, reg, 0);
    gen_at(g, node);
    e->top = window + 1;
    emit_abc(e, OP_CALL, window, 1, 0);
    e->top = mark;
    emit_move(e, dest, window);
}

// Register 0 is the iterator and the first of the outermost loop's registers.
void gen_genexp_body(Gen *g, Node *node)
{
    clause(g, node, 0, 0, -1);
    gen_return_value(g, -1);
}

// yield

// In a handler, a yield gives the resumer back its own handled exception; also when something is
// thrown in.
void gen_yield_value(Gen *g, int reg, int dest)
{
    Emitter *e = &g->e;
    Opcode op = gen_is_protected(g) ? OP_YIELDP : OP_YIELD;
    int handler = gen_handler_register(g);
    if (g->counter >= 0) emit_abc(e, OP_ADDI, g->counter, g->counter, 1);
    if (handler < 0) {
        emit_abc(e, op, reg, dest, 0);
        return;
    }
    Label thrown = emit_label(e), end = emit_label(e);
    int exception = dest >= e->top ? dest + 1 : e->top;
    emit_reserve(e, exception);
    emit_abc(e, OP_EXCLEAVE, handler, 0, 0);
    Label start = emit_here(e);
    emit_abc(e, op, reg, dest, 0);
    emit_handler(e, start, thrown, exception);
    emit_abc(e, OP_EXCENTER, handler, 0, 0);
    LocalSet assigned = e->assigned;
    emit_jump(e, end);
    emit_bind(e, thrown);
    e->assigned = assigned;
    emit_abc(e, OP_EXCENTER, handler, 0, 0);
    emit_abc(e, OP_RERAISE, exception, 0, 0);
    emit_stop(e);
    emit_bind(e, end);
}

void gen_yield(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    int mark = e->top;
    int reg;
    if (node->as.yield.value) {
        reg = gen_operand(g, node->as.yield.value, NULL, dest);
    } else {
        reg = gen_is_scratch(g, dest) ? dest : emit_alloc(e, 1);
        emit_load(e, reg, VALUE_NONE);
    }
    gen_at(g, node);
    e->top = mark;
    // A variable keeps its old value until the yield is over.
    int sent = gen_is_scratch(g, dest) ? dest : emit_alloc(e, 1);
    gen_yield_value(g, reg, sent);
    e->top = mark;
    emit_move(e, dest, sent);
}

void gen_yield_from(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    int mark = e->top;
    int result = gen_is_scratch(g, dest) ? dest : emit_alloc(e, 1);
    int sub = gen_next(g, node->as.yield.value);
    emit_alloc(e, 1);
    gen_at(g, node);
    emit_abc(e, OP_GETYFITER, sub, 0, 0);
    int handler = gen_handler_register(g);
    Label thrown = emit_label(e), end = emit_label(e);
    if (handler >= 0) emit_abc(e, OP_EXCLEAVE, handler, 0, 0);
    Label start = emit_here(e);
    emit_abc(e, OP_YIELDFROM, result, sub, gen_is_protected(g));
    if (handler >= 0) {
        emit_handler(e, start, thrown, sub + 1);
        emit_abc(e, OP_EXCENTER, handler, 0, 0);
        LocalSet assigned = e->assigned;
        emit_jump(e, end);
        emit_bind(e, thrown);
        e->assigned = assigned;
        emit_abc(e, OP_EXCENTER, handler, 0, 0);
        emit_load(e, sub, VALUE_NONE);  // the sub-iterator is let go of while ours is handled
        emit_abc(e, OP_RERAISE, sub + 1, 0, 0);
        emit_stop(e);
        emit_bind(e, end);
    }
    e->top = mark;
    emit_move(e, dest, result);
}
