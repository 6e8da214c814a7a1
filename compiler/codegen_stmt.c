// SPDX-License-Identifier: MIT
// codegen_stmt.c - statements but for assignments, definitions and try: conditions, loops, imports,
// raise, assert.
#include "compiler/codegen.h"
#include "compiler/walk.h"

// Conditions

// `if test: break` and `if test: continue` jump at once, if leaving takes no more than a jump.
static bool if_jump(Gen *g, Node *node)
{
    NodeList *body = &node->as.if_.body;
    Block *loop = g->block;
    if (body->len != 1 || node->as.if_.orelse.len > 0 || !loop) return false;
    NodeKind kind = body->items[0]->kind;
    bool is_loop = loop->kind == BLOCK_WHILE || loop->kind == BLOCK_FOR;
    if (!is_loop || (kind != NODE_Continue && (kind != NODE_Break || loop->kind != BLOCK_WHILE)))
        return false;
    gen_jump_if(g, node->as.if_.test, true,
                kind == NODE_Break ? loop->break_label : loop->continue_label);
    return true;
}

static void gen_if(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    Label end = emit_label(e);
    for (;;) {
        if (if_jump(g, node)) break;
        NodeList *orelse = &node->as.if_.orelse;
        Label next = emit_label(e);
        gen_jump_if(g, node->as.if_.test, false, next);
        gen_body(g, &node->as.if_.body);
        if (orelse->len > 0) emit_jump(e, end);
        emit_bind(e, next);
        if (orelse->len != 1 || orelse->items[0]->kind != NODE_If) {
            gen_body(g, orelse);
            break;
        }
        node = orelse->items[0];
    }
    emit_bind(e, end);
}

// Loops

// Tested at the top: for constants, and where an assignment in the test is to be seen by the body.
static void while_top(Gen *g, Node *node, Block *loop)
{
    Emitter *e = &g->e;
    Label end = emit_label(e);
    loop->continue_label = emit_here(e);
    gen_jump_if(g, node->as.while_.test, false, end);
    gen_body(g, &node->as.while_.body);
    emit_jump(e, loop->continue_label);
    emit_bind(e, end);
}

static void while_bottom(Gen *g, Node *node, Block *loop)
{
    Emitter *e = &g->e;
    bool was_dead = e->is_dead;
    LocalSet assigned = e->assigned;
    loop->continue_label = emit_label(e);
    gen_at(g, node->as.while_.test);
    emit_jump(e, loop->continue_label);
    Label body = emit_here(e);
    e->is_dead = was_dead;
    e->assigned = assigned;
    gen_body(g, &node->as.while_.body);
    emit_bind(e, loop->continue_label);
    gen_jump_if(g, node->as.while_.test, true, body);
}

static void gen_while(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    Node *test = node->as.while_.test;
    Block loop;
    gen_block_push(g, &loop, BLOCK_WHILE, -1);
    loop.break_label = emit_label(e);
    set_subtract(&e->assigned, &g->deletable);
    if (test->kind == NODE_Constant || (g->frame->has_walrus && walk_assigns(test, NULL)))
        while_top(g, node, &loop);
    else
        while_bottom(g, node, &loop);
    gen_block_pop(g, &loop);
    gen_body(g, &node->as.while_.orelse);
    emit_bind(e, loop.break_label);
}

void gen_for_begin(Gen *g, ForLoop *loop, int base, Node *target, Node *iter)
{
    Emitter *e = &g->e;
    *loop = (ForLoop){.base = base, .target = target, .span = iter->span};
    loop->head = emit_label(e);
    loop->body = emit_label(e);
    loop->end = emit_label(e);
    set_subtract(&e->assigned, &g->deletable);
    loop->dest = gen_local(g, target);
    int mark = e->top;
    gen_at(g, iter);
    emit_forprep(e, base, loop->head);
    loop->held = e->held;
    e->held = mark;
    if (loop->dest < 0) loop->dest = emit_alloc(e, 1);
    if (e->is_far) {
        emit_bind(e, loop->head);
        emit_for(e, loop->dest, base, loop->body, loop->end);
    }
    emit_bind(e, loop->body);
    gen_at(g, target);
    gen_store(g, target, loop->dest);
    e->top = mark;
}

void gen_for_end(Gen *g, ForLoop *loop)
{
    Emitter *e = &g->e;
    e->span = loop->span;
    if (e->is_far) {
        emit_jump(e, loop->head);
    } else {
        emit_bind(e, loop->head);
        emit_for(e, loop->dest, loop->base, loop->body, loop->end);
    }
    e->held = loop->held;
}

static void gen_for(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    int mark = e->top;
    int base = gen_next(g, node->as.for_.iter);
    emit_alloc(e, 2);
    ForLoop loop;
    Block block;
    gen_block_push(g, &block, BLOCK_FOR, base);
    gen_for_begin(g, &loop, base, node->as.for_.target, node->as.for_.iter);
    block.continue_label = loop.head;
    block.break_label = emit_label(e);
    gen_body(g, &node->as.for_.body);
    gen_for_end(g, &loop);
    gen_block_pop(g, &block);
    emit_bind(e, loop.end);
    e->top = mark;
    gen_body(g, &node->as.for_.orelse);
    emit_bind(e, block.break_label);
}

// Imports

static void gen_import_name(Gen *g, int reg, Str *name, int level, Value names)
{
    emit_load(&g->e, reg, small_int(level));
    emit_load(&g->e, reg + 1, names);
    g->e.top = reg + 1;
    emit_abx(&g->e, OP_IMPORT, reg, emit_name(&g->e, name));
}

// import a.b.c as d: d is what the attributes lead to.
static void import_as(Gen *g, const ImportAlias *alias, int reg)
{
    const char *part = strchr(alias->name->data, '.');
    while (part) {
        const char *next = strchr(++part, '.');
        size_t n = next ? (size_t)(next - part) : strlen(part);
        emit_named(&g->e, OP_IMPORTFROM, reg, reg, 0, str_intern(part, n));
        part = next;
    }
    gen_store_name(g, alias->asname, reg);
}

static void gen_import(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    int mark = e->top;
    for (int i = 0; i < node->as.import.len; i++) {
        const ImportAlias *alias = &node->as.import.items[i];
        int reg = emit_alloc(e, 2);
        gen_import_name(g, reg, alias->name, 0, VALUE_NONE);
        if (alias->asname) {
            import_as(g, alias, reg);
        } else {
            const char *dot = strchr(alias->name->data, '.');
            size_t n = dot ? (size_t)(dot - alias->name->data) : alias->name->size;
            gen_store_name(g, str_intern(alias->name->data, n), reg);
        }
        e->top = mark;
    }
}

static void gen_import_from(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    Str *module = node->as.import_from.module;
    int n = node->as.import_from.len, mark = e->top;
    Tuple *names = tuple_new((size_t)n);
    for (int i = 0; i < n; i++)
        names->items[i] = value_object(node->as.import_from.items[i].name);
    int reg = emit_alloc(e, 2);
    gen_import_name(g, reg, module ? module : str_empty, node->as.import_from.level,
                    value_object(names));
    for (int i = 0; i < n; i++) {
        const ImportAlias *alias = &node->as.import_from.items[i];
        if (str_is(alias->name, "*")) {
            emit_abc(e, OP_IMPORTSTAR, reg, 0, 0);
            break;
        }
        int value = emit_alloc(e, 1);
        emit_named(e, OP_IMPORTFROM, value, reg, 0, str_intern_str(alias->name));
        gen_store_name(g, alias->asname ? alias->asname : alias->name, value);
        e->top = reg + 1;
    }
    e->top = mark;
}

// The rest

static void gen_raise(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    int mark = e->top, form = 0, exc = 0, cause = 0;
    if (node->as.raise.exc) {
        exc = gen_operand(g, node->as.raise.exc, node->as.raise.cause, -1);
        form = 1;
    }
    if (node->as.raise.cause) {
        cause = gen_any(g, node->as.raise.cause);
        form = 2;
    }
    gen_at(g, node);
    e->top = mark;
    emit_abc(e, OP_RAISE, exc, cause, form);
    emit_stop(e);
}

static void gen_assert(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    Label end = emit_label(e);
    int mark = e->top;
    gen_jump_if(g, node->as.assert_.test, true, end);
    gen_at(g, node);
    int reg = emit_alloc(e, 1);
    emit_abc(e, OP_LOADASSERT, reg, 0, 0);
    if (node->as.assert_.message) {
        emit_alloc(e, 2);
        gen_next(g, node->as.assert_.message);
        gen_at(g, node);
        e->top = reg + 1;
        emit_abc(e, OP_CALL, reg, 1, 0);
    }
    gen_at(g, node->as.assert_.test);
    e->top = mark;
    emit_abc(e, OP_RAISE, reg, 0, 1);
    emit_stop(e);
    emit_bind(e, end);
}

static void gen_expr_stmt(Gen *g, Node *node)
{
    int mark = g->e.top;
    bool is_shown = g->c->mode == COMPILE_SINGLE || g->c->mode == COMPILE_INTERACTIVE;
    if (is_shown && g->frame->kind == SCOPE_MODULE) {
        int reg = gen_any(g, node->as.expr_stmt.value);
        gen_at(g, node);
        g->e.top = mark;
        emit_abc(&g->e, OP_PRINTEXPR, reg, 0, 0);
    } else {
        Node *value = node->as.expr_stmt.value;
        bool is_watched = g->c->vm->generator_warnings && value->kind == NODE_Call;
        if (is_watched) emit_abc(&g->e, OP_DISCARD, gen_any(g, value), 0, 0);
        else gen_effect(g, value);
        g->e.top = mark;
    }
}

static void gen_statement(Gen *g, Node *node)
{
    gen_at(g, node);
    switch (node->kind) {
    case NODE_ExprStmt: gen_expr_stmt(g, node); break;
    case NODE_Assign: gen_assign(g, node); break;
    case NODE_AugAssign: gen_aug_assign(g, node); break;
    case NODE_AnnAssign: gen_ann_assign(g, node); break;
    case NODE_Delete:
        for (int i = 0; i < node->as.del.targets.len; i++)
            gen_delete(g, node->as.del.targets.items[i]);
        break;
    case NODE_Assert: gen_assert(g, node); break;
    case NODE_If: gen_if(g, node); break;
    case NODE_While: gen_while(g, node); break;
    case NODE_For: gen_for(g, node); break;
    case NODE_Break: gen_break(g, node, false); break;
    case NODE_Continue: gen_break(g, node, true); break;
    case NODE_Return: gen_return(g, node); break;
    case NODE_Import: gen_import(g, node); break;
    case NODE_ImportFrom: gen_import_from(g, node); break;
    case NODE_Raise: gen_raise(g, node); break;
    case NODE_Try: gen_try(g, node); break;
    case NODE_With: gen_with(g, node); break;
    case NODE_FunctionDef: gen_function_def(g, node); break;
    case NODE_ClassDef: gen_class_def(g, node); break;
    case NODE_Deferred: gen_deferred(g, node); break;
    default: break;  // pass, global, nonlocal
    }
}

void gen_body(Gen *g, const NodeList *body)
{
    int mark = g->e.top, held = g->e.held;
    g->e.held = mark;
    for (int i = 0; i < body->len && unit_check_stack(g->c); i++) {
        gen_statement(g, body->items[i]);
        assert(g->c->failed || g->e.top == mark);
        g->e.top = mark;
    }
    g->e.held = held;
}
