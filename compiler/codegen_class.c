// SPDX-License-Identifier: MIT
// codegen_class.c - class statements, their bodies, decorators.
#include "compiler/codegen.h"

int gen_decorators(Gen *g, const NodeList *decorators)
{
    for (int i = 0; i < decorators->len; i++) {
        gen_next(g, decorators->items[i]);
        emit_alloc(&g->e, 2);
    }
    return emit_alloc(&g->e, 1);
}

void gen_decorate(Gen *g, const NodeList *decorators, int reg)
{
    for (int i = decorators->len - 1; i >= 0; i--) {
        reg -= 3;
        gen_at(g, decorators->items[i]);
        g->e.top = reg + 1;
        emit_abc(&g->e, OP_CALL, reg, 1, 0);
    }
}

void gen_class_def(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    NodeList *decorators = &node->as.class_.decorators;
    int mark = e->top;
    int window = gen_decorators(g, decorators);
    gen_at(g, node);
    emit_abc(e, OP_BUILDCLASS, window, 0, 0);
    emit_alloc(e, 2);
    int function = emit_alloc(e, 3);
    for (int i = 0; i < 3; i++)
        emit_load(e, function + i, VALUE_NONE);
    gen_make_function(g, function, gen_nested_code(g, node));
    gen_at(g, node);
    emit_load(e, emit_alloc(e, 1), value_object(str_intern_str(node->as.class_.name)));
    gen_call_with(g, window, 2, &node->as.class_.bases, &node->as.class_.keywords, false,
                  node->span);
    gen_decorate(g, decorators, window);
    gen_at(g, node);
    gen_store_name(g, node->as.class_.name, mark);
    e->top = mark;
}

// The body

static void store_constant(Gen *g, Str *name, Value v)
{
    int reg = emit_scratch(&g->e);
    emit_load(&g->e, reg, v);
    emit_abx(&g->e, OP_STORENAME, reg, emit_name(&g->e, name));
}

static void store_static_attributes(Gen *g)
{
    const Scope *scope = g->frame;
    Tuple *names = tuple_new((size_t)scope->n_static_attributes);
    for (int n = 0; n < scope->n_static_attributes; n++) {
        Str *name = str_intern_str(scope->static_attributes[n]);
        int i = n;
        for (; i > 0 && str_compare(as_str(names->items[i - 1]), name) > 0; i--)
            names->items[i] = names->items[i - 1];
        names->items[i] = value_object(name);
    }
    store_constant(g, S(__static_attributes__), value_object(names));
}

void gen_class_body(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    NodeList *body = &node->as.class_.body, *decorators = &node->as.class_.decorators;
    int line = decorators->len ? decorators->items[0]->span.line : node->span.line;
    e->span = (Span){line, 0, line, 0};
    if (g->frame->class_cell) emit_abc(e, OP_NEWCELL, g->frame->class_cell->reg, 0, 0);
    int reg = emit_scratch(e);
    gen_load_global(g, S(__name__), reg);
    emit_abx(e, OP_STORENAME, reg, emit_name(e, S(__module__)));
    store_constant(g, S(__qualname__), value_object(g->qualname));
    store_constant(g, S(__firstlineno__), small_int(line));
    Value doc = gen_docstring(body);
    if (doc != VALUE_NONE) store_constant(g, S(__doc__), doc);
    gen_setup_annotations(g);
    gen_body(g, body);
    e->span = (Span){line, 0, line, 0};
    store_static_attributes(g);
    const Symbol *cell = g->frame->class_cell;
    if (cell) emit_abx(e, OP_STORENAME, cell->reg, emit_name(e, S(__classcell__)));
    gen_return_value(g, cell ? cell->reg : -1);
}
