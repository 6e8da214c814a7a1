// SPDX-License-Identifier: MIT
// codegen_name.c - loading, storing and deleting variables, wherever they live.
#include "compiler/codegen.h"

static bool is_hidden(const Symbol *s)  // a variable of an inlined comprehension, in a temporary
{
    return s->scope->kind == SCOPE_COMP && !s->is_named;
}

static bool is_plain_local(const Symbol *s)
{
    return s->place == PLACE_LOCAL && !s->is_captured && s->reg < FAR_REGISTER;
}

static bool is_far(const Symbol *s)
{
    return !s->is_captured && s->reg >= FAR_REGISTER;
}

int gen_local(Gen *g, const Node *node)
{
    if (node->kind != NODE_Name) return -1;
    Symbol *s = scope_resolve(g->scope, node->as.name.id);
    return s && is_plain_local(s) ? s->reg : -1;
}

void gen_load_global(Gen *g, Str *name, int dest)
{
    emit_abx(&g->e, OP_LOADG, dest, unit_global(g->c, str_intern_str(name), g->e.span));
}

// [... for x in a if y for y in b]: y is never assigned there.
static void raise_unbound(Gen *g, const Symbol *s)
{
    Emitter *e = &g->e;
    int mark = e->top, window = emit_alloc(e, 4);
    gen_load_global(g, str_from_cstr("UnboundLocalError"), window);
    Str *message = str_format(
        "cannot access local variable '%s' where it is not associated with a value", s->name->data);
    emit_load(e, window + 3, value_object(message));
    e->top = window + 1;
    emit_abc(e, OP_CALL, window, 1, 0);
    emit_abc(e, OP_RAISE, window, 0, 1);
    e->top = mark;
}

static void check(Gen *g, Symbol *s)
{
    Emitter *e = &g->e;
    if (is_hidden(s)) {
        if (!s->is_set) raise_unbound(g, s);
        s->is_set = true;
        return;
    }
    if (e->is_dead || set_has(&e->assigned, s->reg)) return;
    emit_abc(e, OP_CHECK, s->reg, 0, 0);
    set_insert(&e->checked, s->reg);
    set_insert(&e->assigned, s->reg);
}

void gen_check_local(Gen *g, Node *node)
{
    gen_at(g, node);
    check(g, scope_resolve(g->scope, node->as.name.id));
}

void gen_load_name(Gen *g, Str *name, int dest)
{
    Emitter *e = &g->e;
    Symbol *s = scope_resolve(g->scope, name);
    if (!s) {
        gen_load_global(g, scope_mangle(g->scope, name), dest);
        return;
    }
    switch (s->place) {
    case PLACE_GLOBAL: gen_load_global(g, s->name, dest); break;
    case PLACE_NAME: emit_abx(e, OP_LOADNAME, dest, emit_name(e, s->name)); break;
    case PLACE_FREE: emit_abc(e, OP_LOADFREE, dest, s->index, 0); break;
    case PLACE_NAME_OR_FREE:
        emit_abc(e, OP_LOADNAMEFREE, dest, s->index, 0);
        emit_word(e, instr_abx(OP_CACHE, (unsigned)dest, (unsigned)emit_name(e, s->name)));
        break;
    case PLACE_LOCAL:
        if (s->is_captured) {
            emit_abc(e, OP_LOADCELL, dest, s->reg, 0);
        } else if (is_far(s)) {
            emit_abx(e, OP_LOADFAR, dest, s->reg);
        } else {
            check(g, s);
            emit_move(e, dest, s->reg);
        }
        break;
    }
}

static void mark_assigned(Gen *g, Symbol *s)
{
    if (is_hidden(s))
        s->is_set = true;
    else if (!g->e.is_dead)
        set_insert(&g->e.assigned, s->reg);
}

void gen_store_name(Gen *g, Str *name, int reg)
{
    Emitter *e = &g->e;
    Symbol *s = scope_resolve(g->scope, name);
    if (!s) return;
    switch (s->place) {
    case PLACE_GLOBAL: emit_abx(e, OP_STOREG, reg, unit_global(g->c, s->name, e->span)); break;
    case PLACE_NAME: emit_abx(e, OP_STORENAME, reg, emit_name(e, s->name)); break;
    case PLACE_FREE:
    case PLACE_NAME_OR_FREE: emit_abc(e, OP_STOREFREE, s->index, reg, 0); break;
    case PLACE_LOCAL:
        if (s->is_captured) {
            emit_abc(e, OP_STORECELL, s->reg, reg, 0);
        } else if (is_far(s)) {
            emit_abx(e, OP_STOREFAR, reg, s->reg);
        } else {
            emit_move(e, s->reg, reg);
            mark_assigned(g, s);
        }
        break;
    }
}

static void unbind_local(Gen *g, const Symbol *s)
{
    emit_load(&g->e, s->reg, VALUE_UNBOUND);
    set_remove(&g->e.assigned, s->reg);
}

static void unbind_far(Emitter *e, const Symbol *s)
{
    int reg = emit_scratch(e);
    emit_load(e, reg, VALUE_UNBOUND);
    emit_abx(e, OP_STOREFAR, reg, s->reg);
}

void gen_delete_name(Gen *g, Str *name)
{
    Emitter *e = &g->e;
    Symbol *s = scope_resolve(g->scope, name);
    if (!s) return;
    switch (s->place) {
    case PLACE_GLOBAL: emit_abx(e, OP_DELG, 0, unit_global(g->c, s->name, e->span)); break;
    case PLACE_NAME: emit_abx(e, OP_DELNAME, 0, emit_name(e, s->name)); break;
    case PLACE_FREE:
    case PLACE_NAME_OR_FREE: emit_abc(e, OP_DELFREE, s->index, 0, 0); break;
    case PLACE_LOCAL:
        if (s->is_captured) {
            emit_abc(e, OP_DELCELL, s->reg, 0, 0);
        } else if (is_far(s)) {
            emit_abx(e, OP_LOADFAR, emit_scratch(e), s->reg);
            unbind_far(e, s);
        } else {
            check(g, s);
            unbind_local(g, s);
        }
        break;
    }
}

void gen_unbind_name(Gen *g, Str *name)
{
    Emitter *e = &g->e;
    Symbol *s = scope_resolve(g->scope, name);
    if (!s) return;
    if (is_plain_local(s)) {
        unbind_local(g, s);
        return;
    }
    if (s->place == PLACE_LOCAL && is_far(s)) {
        unbind_far(e, s);
        return;
    }
    int reg = emit_scratch(e);
    emit_load(e, reg, VALUE_NONE);
    gen_store_name(g, name, reg);
    gen_delete_name(g, name);
}
