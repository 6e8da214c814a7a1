// SPDX-License-Identifier: MIT
// codegen_function.c - from a scope to a code object; function definitions, lambdas, the module.
#include "compiler/codegen.h"
#include "vm/gc.h"

// Docstrings

static Str *expand_tabs(const Str *s)
{
    StrBuilder b = {0};
    int column = 0;
    for (size_t i = 0; i < s->size; i++) {
        char ch = s->data[i];
        if (ch == '\t') {
            do
                builder_add_byte(&b, ' ');
            while (++column % 8);
            continue;
        }
        builder_add_byte(&b, ch);
        if (ch == '\n' || ch == '\r')
            column = 0;
        else if ((ch & 0xC0) != 0x80)
            column++;
    }
    return builder_str(&b);
}

// The least indentation of all lines but the first; 0 if there are none.
static size_t margin_of(const char *p, const char *end)
{
    size_t margin = SIZE_MAX;
    while (p < end && *p++ != '\n') {
    }
    while (p < end) {
        const char *start = p;
        while (p < end && *p == ' ')
            p++;
        if (p < end && *p != '\n' && (size_t)(p - start) < margin) margin = (size_t)(p - start);
        while (p < end && *p++ != '\n') {
        }
    }
    return margin == SIZE_MAX ? 0 : margin;
}

// As CPython 3.13: the indentation that all lines share is taken away.
static Str *clean_docstring(const Str *raw)
{
    Str *s = expand_tabs(raw);
    const char *p = s->data, *end = p + s->size;
    size_t margin = margin_of(p, end);
    StrBuilder b = {0};
    while (p < end && *p == ' ')
        p++;
    while (p < end) {
        const char *start = p;
        while (p < end && *p++ != '\n') {
        }
        builder_add(&b, start, (size_t)(p - start));
        for (size_t i = 0; i < margin && p < end && *p == ' '; i++)
            p++;
    }
    return builder_str(&b);
}

Value gen_docstring(const NodeList *body)
{
    if (body->len == 0 || body->items[0]->kind != NODE_ExprStmt) return VALUE_NONE;
    Node *value = body->items[0]->as.expr_stmt.value;
    if (value->kind != NODE_Constant || !is_str(value->as.constant.value)) return VALUE_NONE;
    return value_object(clean_docstring(as_str(value->as.constant.value)));
}

// Frames

void gen_add_cell(Gen *g, const Symbol *symbol)
{
    if (g->n_cells == g->cap_cells) {
        g->cap_cells = g->cap_cells ? g->cap_cells * 2 : 4;
        CodeCell *cells = gc_alloc_array((size_t)g->cap_cells, sizeof(CodeCell));
        if (g->n_cells) memcpy(cells, g->cells, (size_t)g->n_cells * sizeof(CodeCell));
        g->cells = cells;
    }
    int at = g->n_cells++;
    for (; at > 0 && strcmp(g->cells[at - 1].name->data, symbol->name->data) > 0; at--) g->cells[at] = g->cells[at - 1];
    g->cells[at] = (CodeCell){(uint8_t)symbol->reg, symbol->name};
}

static bool has_namespace(const Gen *g)  // in register 0
{
    return g->frame->kind == SCOPE_CLASS ||
           (g->frame->kind == SCOPE_MODULE && g->c->separate_names);
}

// Behind the variables; a generator expression's loop has the registers 0 to 2.
static int counter_register(Gen *g)
{
    enum { LOOP_REGISTERS = 3 };
    if (g->n_fixed < LOOP_REGISTERS) g->n_fixed = LOOP_REGISTERS;
    return g->n_fixed++;
}

static void begin(Gen *g, Compiler *c, Gen *outer, Scope *scope, bool is_far)
{
    memset(g, 0, sizeof *g);
    emit_begin(&g->e, c, is_far);
    g->c = c;
    g->outer = outer;
    g->scope = g->frame = scope;
    g->is_generator = scope->is_generator;
    g->n_fixed = scope->n_near ? scope->n_near : has_namespace(g);
    if (scope->class_cell) scope->class_cell->reg = g->n_fixed++;
    g->counter = c->vm->counts_values && g->is_generator ? counter_register(g) : -1;
    g->e.top = g->e.max = g->e.held = g->n_fixed;
    if (scope->node) g->e.span = scope->node->span;
}

// Functions with too many locals only
static const Parameters *parameters_of(const Scope *frame)
{
    return frame->kind == SCOPE_LAMBDA ? &frame->node->as.lambda.params : &frame->node->as.function.params;
}

static void enter_far(Gen *g)
{
    const Parameters *p = parameters_of(g->frame);
    int n = p->n_positional + p->n_kwonly + (p->vararg != NULL) + (p->kwarg != NULL);
    emit_abc(&g->e, OP_FARENTER, n < g->frame->n_plain ? n : g->frame->n_plain, 0, 0);
}

// Cells for captured variables; parameters are assigned.
static void prologue(Gen *g)
{
    Emitter *e = &g->e;
    if (g->frame->class_cell) gen_add_cell(g, g->frame->class_cell);
    if (!scope_is_function(g->frame)) return;
    if (scope_has_far(g->frame)) enter_far(g);
    if (g->counter >= 0) emit_load(e, g->counter, small_int(0));
    for (int i = 0; i < g->frame->n_symbols; i++) {
        const Symbol *s = g->frame->symbols[i];
        if (s->place != PLACE_LOCAL || s->target || s->reg >= FAR_REGISTER) continue;
        if (s->flags & SYMBOL_PARAM || s->is_captured) set_insert(&e->assigned, s->reg);
        if (s->flags & SYMBOL_DELETED && !s->is_captured) set_insert(&g->deletable, s->reg);
        if (!s->is_captured) continue;
        if (s->far_parameter) emit_abx(e, OP_LOADFAR, s->reg, s->far_parameter);
        emit_abc(e, s->flags & SYMBOL_PARAM ? OP_MAKECELL : OP_NEWCELL, s->reg, 0, 0);
        gen_add_cell(g, s);
    }
}

static Str *make_qualname(Gen *outer, Str *name, bool may_be_global)
{
    if (!outer || outer->frame->kind == SCOPE_MODULE) return name;
    if (may_be_global && scope_is_global_declared(outer->scope, name)) return name;
    bool is_function = scope_is_function(outer->frame);
    return str_format("%s%s.%s", outer->qualname->data, is_function ? ".<locals>" : "", name->data);
}

static void fill_names(Gen *g, Code *code)
{
    Scope *scope = g->frame;
    bool is_function = scope_is_function(scope);
    code->n_locals = (uint16_t)scope->n_locals;
    code->local_names = scope->local_names;
    code->param_names = is_function ? scope->param_names : NULL;
    code->has_far = is_function && scope_has_far(scope);
    code->n_free = (uint16_t)scope->n_captures;
    code->captures = gc_alloc_array((size_t)scope->n_captures + 1, sizeof(CodeCapture));
    for (int i = 0; i < scope->n_captures; i++) {
        const Capture *c = &scope->captures[i];
        int index = c->index >= 0 ? c->index : c->symbol->reg;
        code->captures[i] = (CodeCapture){c->index >= 0, (uint8_t)index, c->symbol->name};
    }
    code->n_cells = (uint16_t)g->n_cells;
    code->cells = g->cells;
}

static void fill_parameters(Code *code, const Parameters *params)
{
    code->n_params = (uint16_t)params->n_positional;
    code->n_posonly = (uint16_t)params->n_posonly;
    code->n_kwonly = (uint16_t)params->n_kwonly;
    if (params->vararg) code->flags |= CODE_VARARGS;
    if (params->kwarg) code->flags |= CODE_VARKEYWORDS;
}

static bool is_nested(const Gen *g)
{
    for (const Scope *s = g->frame->parent; s; s = s->parent)
        if (scope_is_function(s) && s->kind != SCOPE_COMP) return true;
    return false;
}

static void fill_kind(Gen *g, Code *code)
{
    Scope *scope = g->frame;
    if (scope->kind == SCOPE_CLASS)
        code->flags = CODE_NAMES | CODE_CLASS_BODY;
    else if (scope->kind == SCOPE_MODULE)
        code->flags = has_namespace(g) ? CODE_NAMES : 0;
    else
        code->flags = CODE_OPTIMIZED | CODE_NEWLOCALS;
    if (is_nested(g)) code->flags |= CODE_NESTED;
    if (scope->is_generator) code->flags |= CODE_GENERATOR;
    if (scope->sees_locals) code->flags |= CODE_SEES_LOCALS;
    code->doc = VALUE_NONE;
    switch (scope->kind) {
    case SCOPE_FUNCTION:
        fill_parameters(code, &scope->node->as.function.params);
        code->doc = gen_docstring(&scope->node->as.function.body);
        break;
    case SCOPE_LAMBDA: fill_parameters(code, &scope->node->as.lambda.params); break;
    case SCOPE_GENEXP: code->n_params = 1; break;
    case SCOPE_CLASS:
        code->doc = gen_docstring(&scope->node->as.class_.body);
        code->n_self_attributes = (uint16_t)scope->n_static_attributes;
        break;
    default: break;
    }
    bool has_rest = code->flags & CODE_VARARGS, has_keywords = code->flags & CODE_VARKEYWORDS;
    code->n_args = (uint16_t)(code->n_params + code->n_kwonly + has_rest + has_keywords);
}

static Code *finish(Gen *g, Str *name, int first_line)
{
    Code *code = code_new();
    code->unit = g->c->unit;
    code->name = str_intern_str(name);
    code->qualname = g->qualname;
    code->first_line = first_line;
    code->counter = (uint8_t)(g->counter + 1);
    code->deferred = g->deferred;
    fill_kind(g, code);
    fill_names(g, code);
    LocalSet skip = {{0}};
    for (int i = 0; i < g->n_cells; i++)
        set_insert(&skip, g->cells[i].reg);
    int first = code->n_params + code->n_kwonly + !!(code->flags & CODE_VARARGS) +
                !!(code->flags & CODE_VARKEYWORDS);
    if (!scope_is_function(g->frame)) first = 1;
    emit_finish(&g->e, code, first, &skip, g->frame->sees_locals);
    return code;
}

// Bodies

void gen_return_value(Gen *g, int reg)
{
    Emitter *e = &g->e;
    if (g->is_generator) {
        if (reg < 0) emit_load(e, reg = emit_scratch(e), VALUE_NONE);
        emit_abc(e, OP_GENRETURN, reg, 0, 0);
    } else if (reg < 0) {
        emit_word(e, instr_abx(OP_RETURNNONE, 0, 0));
    } else {
        emit_abc(e, OP_RETURN, reg, 0, 0);
    }
    emit_stop(e);
}

static void function_body(Gen *g, Node *node)
{
    NodeList body = node->as.function.body;
    if (gen_docstring(&body) != VALUE_NONE) {
        body.items++;
        body.len--;
    }
    gen_body(g, &body);
    if (body.len > 0) gen_at(g, body.items[body.len - 1]);
    gen_return_value(g, -1);
}

static void lambda_body(Gen *g, Node *node)
{
    int reg = gen_any(g, node->as.lambda.body);
    gen_at(g, node->as.lambda.body);
    gen_return_value(g, reg);
}

typedef struct Definition {
    Str *name;
    void (*body)(Gen *, Node *);
    const NodeList *decorators;
} Definition;

static Definition definition_of(Node *node)
{
    switch (node->kind) {
    case NODE_FunctionDef:
        return (Definition){node->as.function.name, function_body, &node->as.function.decorators};
    case NODE_ClassDef:
        return (Definition){node->as.class_.name, gen_class_body, &node->as.class_.decorators};
    case NODE_Lambda: return (Definition){str_intern("<lambda>", 8), lambda_body, NULL};
    default: return (Definition){str_intern("<genexpr>", 9), gen_genexp_body, NULL};
    }
}

// Code longer than a conditional jump reaches is compiled once more, with jumps that reach further.
Code *gen_nested_code(Gen *outer, Node *node)
{
    Definition def = definition_of(node);
    bool has_decorator = def.decorators && def.decorators->len;
    int line = has_decorator ? def.decorators->items[0]->span.line : node->span.line;
    for (int is_far = 0; is_far < 2; is_far++) {
        Gen g;
        begin(&g, outer->c, outer, node->scope, is_far);
        g.qualname =
            make_qualname(outer, def.name, def.body == function_body || def.body == gen_class_body);
        prologue(&g);
        def.body(&g, node);
        Code *code = finish(&g, def.name, line);
        if (outer->c->failed || !g.e.is_overflown) return code;
    }
    unit_error(outer->c, node->span, "function or class is too big");
    return code_new();
}

static void module_body(Gen *g, ModuleNode *module)
{
    Compiler *c = g->c;
    if (c->mode == COMPILE_EVAL) {
        Node *value = module->body.items[0]->as.expr_stmt.value;
        int reg = gen_any(g, value);
        gen_at(g, value);
        gen_return_value(g, reg);
        return;
    }
    NodeList body = module->body;
    Value doc = c->mode == COMPILE_EXEC ? gen_docstring(&body) : VALUE_NONE;
    if (doc != VALUE_NONE) {
        int reg = emit_scratch(&g->e);
        gen_at(g, body.items[0]);
        emit_load(&g->e, reg, doc);
        if (c->separate_names)
            emit_abx(&g->e, OP_STORENAME, reg, emit_name(&g->e, S(__doc__)));
        else
            emit_abx(&g->e, OP_STOREG, reg, unit_global(c, S(__doc__), g->e.span));
    }
    gen_setup_annotations(g);
    gen_body(g, &body);
    gen_return_value(g, -1);
}

Code *gen_module(Compiler *c, ModuleNode *module)
{
    for (int is_far = 0; is_far < 2; is_far++) {
        Gen g;
        begin(&g, c, NULL, module->scope, is_far);
        g.qualname = str_intern("<module>", 8);
        g.e.span = (Span){1, 0, 1, 0};
        prologue(&g);
        module_body(&g, module);
        Code *code = finish(&g, g.qualname, 1);
        if (c->failed || !g.e.is_overflown) return code;
    }
    unit_error(c, (Span){1, 0, 1, 0}, "module is too big");
    return NULL;
}

// The body of a function of the library, for now.
void gen_deferred(Gen *g, Node *node)
{
    const Span def = g->frame->node->span;
    g->deferred = gc_alloc(sizeof(Deferred));
    *g->deferred = (Deferred){.line = def.line, .col = def.col, .end = node->as.deferred.end};
    emit_abc(&g->e, OP_DEFERRED, 0, 0, 0);
}

// Making functions

void gen_make_function(Gen *g, int reg, Code *code)
{
    g->e.top = reg + 1;
    emit_abx(&g->e, OP_MAKEFUNCTION, reg, emit_constant(&g->e, value_object(code)));
}

void gen_annotation(Gen *g, Node *annotation, int dest)
{
    if (!g->c->future_annotations) {
        gen_to(g, annotation, dest);
        return;
    }
    Value v = annotation->kind == NODE_Constant ? annotation->as.constant.value : VALUE_NONE;
    Str *text = is_str(v) ? str_repr(as_str(v)) : unit_text(g->c, annotation->span);
    gen_at(g, annotation);
    emit_load(&g->e, dest, value_object(text));
}

static void gen_defaults(Gen *g, const Parameters *params, int reg)
{
    NodeList defaults = {NULL, 0, 0};
    for (int i = 0; i < params->n_positional; i++)
        if (params->items[i].default_value) nodelist_add(&defaults, params->items[i].default_value);
    if (defaults.len > 0)
        gen_items(g, NODE_Tuple, &defaults, reg);
    else
        emit_load(&g->e, reg, VALUE_NONE);
}

typedef struct Pairs {
    Value *keys;
    Node **values;
    int n;
} Pairs;

static void add_pair(Gen *g, Pairs *pairs, Str *name, Node *value)
{
    if (!value) return;
    pairs->keys[pairs->n] = value_object(scope_mangle(g->scope, str_intern_str(name)));
    pairs->values[pairs->n++] = value;
}

static void load_pairs(Gen *g, const Pairs *pairs, int reg, void (*gen_value)(Gen *, Node *, int))
{
    if (pairs->n == 0)
        emit_load(&g->e, reg, VALUE_NONE);
    else
        gen_pairs(g, pairs->keys, pairs->values, pairs->n, reg, gen_value);
}

static void gen_keyword_defaults(Gen *g, const Parameters *params, Pairs *pairs, int reg)
{
    for (int i = params->n_positional; i < params->n_positional + params->n_kwonly; i++)
        add_pair(g, pairs, params->items[i].name, params->items[i].default_value);
    load_pairs(g, pairs, reg, gen_to);
}

static void gen_annotations(Gen *g, const Parameters *params, Node *returns, Pairs *pairs, int reg)
{
    pairs->n = 0;
    for (int i = 0; i < params->n_positional; i++)
        add_pair(g, pairs, params->items[i].name, params->items[i].annotation);
    if (params->vararg) add_pair(g, pairs, params->vararg->name, params->vararg->annotation);
    for (int i = params->n_positional; i < params->n_positional + params->n_kwonly; i++)
        add_pair(g, pairs, params->items[i].name, params->items[i].annotation);
    if (params->kwarg) add_pair(g, pairs, params->kwarg->name, params->kwarg->annotation);
    add_pair(g, pairs, str_intern("return", 6), returns);
    load_pairs(g, pairs, reg, gen_annotation);
}

// A function in reg, which is the top register.
static void gen_function(Gen *g, Node *node, const Parameters *params, Node *returns, int reg)
{
    size_t n = (size_t)(params->n_positional + params->n_kwonly) + 3;
    Pairs pairs = {gc_alloc_array(n, sizeof(Value)), gc_alloc_array(n, sizeof(Node *)), 0};
    emit_alloc(&g->e, 2);
    gen_at(g, node);
    gen_defaults(g, params, reg);
    gen_at(g, node);
    gen_keyword_defaults(g, params, &pairs, reg + 1);
    gen_at(g, node);
    gen_annotations(g, params, returns, &pairs, reg + 2);
    gen_at(g, node);
    gen_make_function(g, reg, gen_nested_code(g, node));
}

void gen_lambda(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    int mark = e->top;
    int reg = gen_is_scratch(g, dest) && dest == e->top - 1 ? dest : emit_alloc(e, 1);
    gen_function(g, node, &node->as.lambda.params, NULL, reg);
    e->top = mark;
    emit_move(e, dest, reg);
}

void gen_function_def(Gen *g, Node *node)
{
    Emitter *e = &g->e;
    int mark = e->top;
    int reg = gen_decorators(g, &node->as.function.decorators);
    gen_function(g, node, &node->as.function.params, node->as.function.returns, reg);
    gen_decorate(g, &node->as.function.decorators, reg);
    gen_at(g, node);
    gen_store_name(g, node->as.function.name, mark);
    e->top = mark;
}
