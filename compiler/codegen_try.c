// SPDX-License-Identifier: MIT
// codegen_try.c - try, with, and all ways out of nested blocks.
// A finally clause is compiled once for each way out, as in CPython; try costs nothing until
// something is raised.
//
// A handler begins with the exception in a register t, then EXCPUSH saves what was handled before
// in t + 1 (and t + 2 is EXCLEAVE's, in a generator). Whatever leaves it, an exception too, does
// EXCPOP t.
#include "compiler/codegen.h"

// Blocks

void gen_block_push(Gen *g, Block *block, BlockKind kind, int reg)
{
    memset(block, 0, sizeof *block);
    block->kind = kind;
    block->outer = g->block;
    block->reg = reg;
    block->span = g->e.span;
    block->handler = -1;
    g->block = block;
}

void gen_block_protect(Gen *g, Block *block, int handler_reg)
{
    emit_reserve(&g->e, handler_reg);
    block->start = emit_here(&g->e);
    block->handler = emit_label(&g->e);
    block->handler_reg = handler_reg;
    block->assigned = g->e.assigned;
    set_subtract(&block->assigned, &g->deletable);
}

static void end_range(Gen *g, Block *block)
{
    if (block->handler >= 0) emit_handler(&g->e, block->start, block->handler, block->handler_reg);
}

static void begin_range(Gen *g, Block *block)
{
    if (block->handler >= 0) block->start = emit_here(&g->e);
}

void gen_block_pop(Gen *g, Block *block)
{
    end_range(g, block);
    g->block = block->outer;
}

// Begin the handler of a block: the exception is in handler_reg, which is then the last register in
// use.
static void begin_handler(Gen *g, const Block *block)
{
    Emitter *e = &g->e;
    emit_bind(e, block->handler);
    e->assigned = block->assigned;
    e->top = block->handler_reg;
    emit_alloc(e, 1);
}

// As CPython, what the compiler adds has the place of the clause it is for.
static void begin_pushed_handler(Gen *g, const Block *block, Block *handler)
{
    begin_handler(g, block);
    emit_alloc(&g->e, g->is_generator ? 2 : 1);
    emit_abc(&g->e, OP_EXCPUSH, block->handler_reg, 0, 0);
    gen_block_push(g, handler, BLOCK_HANDLER, block->handler_reg);
    gen_block_protect(g, handler, g->e.top);
}

static void pop_and_reraise(Gen *g, int reg, int exception)
{
    emit_abc(&g->e, OP_EXCPOP, reg, 0, 0);
    emit_abc(&g->e, OP_RERAISE, exception, 0, 0);
    emit_stop(&g->e);
}

// What an exception raised inside the handler does.
static void end_pushed_handler(Gen *g, const Block *handler)
{
    begin_handler(g, handler);
    pop_and_reraise(g, handler->reg, handler->handler_reg);
}

void gen_on_exception(Gen *g, const Block *block, void (*clean)(Gen *, Scope *), Scope *scope)
{
    Label end = emit_label(&g->e);
    LocalSet assigned = g->e.assigned;
    int top = g->e.top;
    emit_jump(&g->e, end);
    begin_handler(g, block);
    clean(g, scope);
    emit_abc(&g->e, OP_RERAISE, block->handler_reg, 0, 0);
    emit_stop(&g->e);
    emit_bind(&g->e, end);
    g->e.assigned = assigned;
    g->e.top = top;
}

bool gen_is_protected(const Gen *g)
{
    for (const Block *b = g->block; b; b = b->outer)
        if (b->kind != BLOCK_WHILE && b->kind != BLOCK_FOR) return true;
    return false;
}

int gen_handler_register(const Gen *g)
{
    int reg = -1;
    for (const Block *b = g->block; b; b = b->outer)
        if (b->kind == BLOCK_HANDLER) reg = b->reg + 1;
    return reg;
}

static void call_exit(Gen *g, int exit, Span span)
{
    Emitter *e = &g->e;
    e->span = span;
    int mark = e->top, window = emit_alloc(e, 6);
    emit_move(e, window, exit);
    for (int i = 0; i < 3; i++)
        emit_load(e, window + 3 + i, VALUE_NONE);
    e->top = mark;
    emit_abc(e, OP_CALL, window, 3, 0);
}

// What leaving a block takes; it is not in force any more.
static void leave_block(Gen *g, const Block *block)
{
    switch (block->kind) {
    case BLOCK_WHILE:
    case BLOCK_TRY: break;
    case BLOCK_FOR: emit_abc(&g->e, OP_FORLEAVE, block->reg, 0, 0); break;
    case BLOCK_FINALLY: gen_body(g, block->finalbody); break;
    case BLOCK_HANDLER: emit_abc(&g->e, OP_EXCPOP, block->reg, 0, 0); break;
    case BLOCK_NAME: gen_unbind_name(g, block->name); break;
    case BLOCK_WITH: call_exit(g, block->reg, block->span); break;
    }
}

void gen_unwind(Gen *g, Block *until)
{
    Span span = g->e.span;
    while (g->block != until && !g->e.is_dead) {
        Block *block = g->block;
        end_range(g, block);
        g->block = block->outer;
        leave_block(g, block);
        g->e.span = span;
    }
    // INVARIANT: ranges of the blocks inside `until` are closed: what follows is not theirs.
    for (Block *b = g->block; b != until; b = b->outer)
        end_range(g, b);
    g->block = until;
}

void gen_unwind_end(Gen *g, Block *until, Block *saved)
{
    g->block = saved;
    for (Block *b = saved; b != until; b = b->outer)
        begin_range(g, b);
}

void gen_break(Gen *g, Node *node, bool is_continue)
{
    Emitter *e = &g->e;
    Block *loop = g->block, *saved = g->block;
    while (loop && loop->kind != BLOCK_WHILE && loop->kind != BLOCK_FOR)
        loop = loop->outer;
    if (!loop) {
        unit_error(g->c, node->span,
                   is_continue ? "'continue' not properly in loop" : "'break' outside loop");
        return;
    }
    gen_at(g, node);
    gen_unwind(g, loop);
    if (!is_continue && loop->kind == BLOCK_FOR) emit_abc(e, OP_FORLEAVE, loop->reg, 0, 0);
    emit_jump(e, is_continue ? loop->continue_label : loop->break_label);
    gen_unwind_end(g, loop, saved);
}

static bool runs_code_on_leaving(const Gen *g)
{
    for (const Block *b = g->block; b; b = b->outer)
        if (b->kind == BLOCK_FINALLY || b->kind == BLOCK_NAME) return true;
    return false;
}

void gen_return(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    Node *value = node->as.return_.value;
    Block *saved = g->block;
    int mark = e->top, reg = -1;
    bool is_constant = value && value->kind == NODE_Constant;
    if (value && !is_constant) {
        // A finally clause may change the variable, but not what is returned.
        if (gen_local(g, value) >= 0 && runs_code_on_leaving(g))
            reg = gen_next(g, value);
        else
            reg = gen_any(g, value);
    }
    gen_at(g, node);
    gen_unwind(g, NULL);
    gen_at(g, node);
    if (is_constant && value->as.constant.value != VALUE_NONE) {
        reg = emit_scratch(e);
        emit_load(e, reg, value->as.constant.value);
    }
    gen_return_value(g, reg);
    gen_unwind_end(g, NULL, saved);
    e->top = mark;
}

// try ... except

// `except type as name: body`: jumps to `end` after the body, falls through if the exception does
// not match.
static void except_clause(Gen *g, Node *clause, Block *handler, Label end)
{
    Emitter *e = &g->e;
    Label next = emit_label(e);
    int mark = e->top, exception = handler->reg;
    if (clause->as.handler.type) {
        int reg = gen_next(g, clause->as.handler.type);
        gen_at(g, clause);
        e->top = mark;
        emit_abc(e, OP_EXCMATCH, reg, exception, reg);
        emit_branch(e, OP_JF, reg, next);
    }
    gen_at(g, clause);
    Block name;
    if (clause->as.handler.name) {
        gen_store_name(g, clause->as.handler.name, exception);
        gen_block_push(g, &name, BLOCK_NAME, -1);
        name.name = clause->as.handler.name;
        gen_block_protect(g, &name, e->top);
    }
    if (g->is_generator) emit_load(e, exception, VALUE_NONE);  // or a suspended frame would hold what it does not in CPython
    gen_body(g, &clause->as.handler.body);
    if (clause->as.handler.name) gen_block_pop(g, &name);
    end_range(g, handler);
    emit_abc(e, OP_EXCPOP, exception, 0, 0);
    if (clause->as.handler.name) gen_unbind_name(g, clause->as.handler.name);
    emit_jump(e, end);
    begin_range(g, handler);
    if (clause->as.handler.name) {
        begin_handler(g, &name);
        gen_unbind_name(g, name.name);
        emit_abc(e, OP_RERAISE, name.handler_reg, 0, 0);
        emit_stop(e);
        e->top = mark;
    }
    emit_bind(e, next);
}

static void try_except(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    int mark = e->top;
    Label end = emit_label(e);
    Block body, handler;
    gen_block_push(g, &body, BLOCK_TRY, -1);
    gen_block_protect(g, &body, mark);
    gen_body(g, &node->as.try_.body);
    gen_block_pop(g, &body);
    gen_body(g, &node->as.try_.orelse);
    emit_jump(e, end);
    NodeList *clauses = &node->as.try_.handlers;
    gen_at(g, clauses->items[0]);
    begin_pushed_handler(g, &body, &handler);
    for (int i = 0; i < clauses->len; i++)
        except_clause(g, clauses->items[i], &handler, end);
    gen_block_pop(g, &handler);
    pop_and_reraise(g, handler.reg, handler.reg);
    end_pushed_handler(g, &handler);
    e->top = mark;
    emit_bind(e, end);
}

static void try_finally(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    NodeList *finalbody = &node->as.try_.finalbody;
    int mark = e->top;
    Label end = emit_label(e);
    Block body, handler;
    gen_block_push(g, &body, BLOCK_FINALLY, -1);
    body.finalbody = finalbody;
    gen_block_protect(g, &body, mark);
    if (node->as.try_.handlers.len > 0)
        try_except(g, node);
    else
        gen_body(g, &node->as.try_.body);
    gen_block_pop(g, &body);
    gen_body(g, finalbody);
    emit_jump(e, end);
    begin_pushed_handler(g, &body, &handler);
    gen_body(g, finalbody);
    gen_block_pop(g, &handler);
    pop_and_reraise(g, handler.reg, handler.reg);
    end_pushed_handler(g, &handler);
    e->top = mark;
    emit_bind(e, end);
}

void gen_try(Gen *g, Node *node)
{
    if (node->as.try_.finalbody.len > 0)
        try_finally(g, node);
    else
        try_except(g, node);
}

// with

// The exit method was called because of an exception; it may swallow it.
static void failing_exit(Gen *g, const Block *with, Label end)
{
    Emitter *e = &g->e;
    Label suppressed = emit_label(e);
    Block handler;
    e->span = with->span;
    begin_pushed_handler(g, with, &handler);
    int result = emit_alloc(e, 1);
    emit_reserve(e, result + 6);
    emit_abc(e, OP_WITHEXIT, result, with->reg, handler.reg);
    e->top = result;
    emit_branch(e, OP_JT, result, suppressed);
    gen_block_pop(g, &handler);
    pop_and_reraise(g, handler.reg, handler.reg);
    emit_bind(e, suppressed);
    emit_abc(e, OP_EXCPOP, handler.reg, 0, 0);
    emit_jump(e, end);
    end_pushed_handler(g, &handler);
}

static void with_item(Gen *g, Node *node, int i)
{
    Emitter *e = &g->e;
    if (i == node->as.with.items.len) {
        gen_body(g, &node->as.with.body);
        return;
    }
    Node *item = node->as.with.items.items[i];
    int mark = e->top;
    int exit = gen_next(g, item->as.with_item.context);
    gen_at(g, item->as.with_item.context);
    int entered = emit_alloc(e, 1);
    emit_abc(e, OP_LOADSPECIAL, entered, exit, SPECIAL_ENTER);
    emit_abc(e, OP_LOADSPECIAL, exit, exit, SPECIAL_EXIT);
    emit_reserve(e, entered + 3);
    emit_abc(e, OP_CALL, entered, 0, 0);
    Block with;
    gen_block_push(g, &with, BLOCK_WITH, exit);
    int held = e->held;
    e->held = entered;
    gen_block_protect(g, &with, entered);
    if (item->as.with_item.target) gen_store(g, item->as.with_item.target, entered);
    e->top = entered;
    with_item(g, node, i + 1);
    e->held = held;
    gen_block_pop(g, &with);
    call_exit(g, exit, with.span);
    Label end = emit_label(e);
    emit_jump(e, end);
    failing_exit(g, &with, end);
    e->top = mark;
    emit_bind(e, end);
}

void gen_with(Gen *g, Node *node)
{
    with_item(g, node, 0);
}
