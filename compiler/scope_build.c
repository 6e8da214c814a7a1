// SPDX-License-Identifier: MIT
// scope_build.c - collects which scope binds, uses and declares which names, with CPython's rules
// and messages (Python/symtable.c); then scope.c resolves them.
#include "compiler/scope_build.h"

#include "compiler/walk.h"
#include "vm/gc.h"

typedef struct Builder {
    Compiler *c;
    Scope *scope;  // the current one
    Scope **all;   // in order of creation: parents first
    int n, cap;
} Builder;

static void visit(void *data, Node *node);

// Scopes and symbols

static Scope *enter(Builder *b, ScopeKind kind, Node *node)
{
    Scope *scope = gc_alloc(sizeof(Scope));
    scope->kind = kind;
    scope->node = node;
    scope->parent = b->scope;
    scope->class_name = b->scope ? b->scope->class_name : NULL;
    scope->iterable_depth = b->scope ? b->scope->iterable_depth : 0;
    if (node) node->scope = scope;
    b->scope = scope;
    if (b->n == b->cap) {
        b->cap = b->cap ? b->cap * 2 : 16;
        Scope **all = gc_alloc_array((size_t)b->cap, sizeof(Scope *));
        if (b->n) memcpy(all, b->all, (size_t)b->n * sizeof(Scope *));
        b->all = all;
    }
    b->all[b->n++] = scope;
    return scope;
}

static void leave(Builder *b)
{
    b->scope = b->scope->parent;
}

static Symbol *symbol_new(Scope *scope, Str *name, Span span)
{
    Symbol *symbol = gc_alloc(sizeof(Symbol));
    symbol->name = name;
    symbol->scope = scope;
    symbol->reg = -1;
    symbol->span = span;
    return symbol;
}

static Symbol *get_symbol(Scope *scope, Str *name, Span span)
{
    Symbol *symbol = scope_find(scope, name);
    if (symbol) return symbol;
    symbol = symbol_new(scope, name, span);
    if (scope->n_symbols == scope->cap_symbols) {
        scope->cap_symbols = scope->cap_symbols ? scope->cap_symbols * 2 : 8;
        Symbol **symbols = gc_alloc_array((size_t)scope->cap_symbols, sizeof(Symbol *));
        if (scope->n_symbols)
            memcpy(symbols, scope->symbols, (size_t)scope->n_symbols * sizeof(Symbol *));
        scope->symbols = symbols;
    }
    nametable_add(&scope->table, name, scope->n_symbols);
    scope->symbols[scope->n_symbols++] = symbol;
    return symbol;
}

Symbol *scope_class_cell(Scope *scope)
{
    if (!scope->class_cell) {
        scope->class_cell = symbol_new(scope, S(__class__), scope->node->span);
        scope->class_cell->place = PLACE_LOCAL;
        scope->class_cell->is_captured = true;
    }
    return scope->class_cell;
}

static Str **grow_names(Str **names, int n, int *cap)
{
    if (n < *cap) return names;
    *cap = *cap ? *cap * 2 : 8;
    Str **grown = gc_alloc_array((size_t)*cap, sizeof(Str *));
    if (n) memcpy(grown, names, (size_t)n * sizeof(Str *));
    return grown;
}

void scope_add_local_name(Scope *frame, Str *name)
{
    frame->local_names = grow_names(frame->local_names, frame->n_locals, &frame->cap_locals);
    frame->local_names[frame->n_locals++] = name;
}

static Symbol *mention(Builder *b, Str *name, uint32_t flags, Span span)
{
    Symbol *symbol = get_symbol(b->scope, scope_mangle(b->scope, str_intern_str(name)), span);
    symbol->flags |= flags;
    return symbol;
}

static void check_name(Builder *b, const Str *name, Span span, const char *what)
{
    if (name == S(__debug__)) unit_error(b->c, span, "cannot %s __debug__", what);
}

// Whatever the target of a comprehension's for mentions counts as an iteration variable, as in
// CPython.
static void mark_iteration(Builder *b, Symbol *symbol, Span span)
{
    if (!b->scope->in_iteration_target) return;
    if (symbol->flags & SYMBOL_NONLOCAL) {
        unit_error(b->c, span,
                   "comprehension inner loop cannot rebind assignment expression target '%s'",
                   symbol->name->data);
    }
    symbol->flags |= SYMBOL_ITERATION;
}

static void bind(Builder *b, Str *name, uint32_t flags, Span span)
{
    name = str_intern_str(name);
    check_name(b, name, span, flags & SYMBOL_DELETED ? "delete" : "assign to");
    mark_iteration(b, mention(b, name, SYMBOL_BOUND | flags, span), span);
}

// Names

static bool is_locals_builtin(const Str *name)
{
    return str_is(name, "locals") || str_is(name, "eval") || str_is(name, "exec") ||
           str_is(name, "vars") || str_is(name, "dir");
}

static void use(Builder *b, Str *name, Span span)
{
    mark_iteration(b, mention(b, name, SYMBOL_USED, span), span);
    Scope *frame = scope_frame(b->scope);
    if (is_locals_builtin(name) && (scope_is_function(frame) || b->scope->kind == SCOPE_COMP))
        frame->sees_locals = true;
    if (!scope_is_function(frame)) return;
    if (str_is(name, "super")) mention(b, S(__class__), SYMBOL_USED, span);
}

static void visit_name(Builder *b, Node *node)
{
    switch (node->as.name.ctx) {
    case CTX_LOAD: use(b, node->as.name.id, node->span); break;
    case CTX_STORE: bind(b, node->as.name.id, 0, node->span); break;
    case CTX_DEL: bind(b, node->as.name.id, SYMBOL_DELETED, node->span); break;
    }
}

// An assignment expression inside comprehensions binds in the scope around them.
static void bind_around(Builder *b, Node *target)
{
    Compiler *c = b->c;
    Str *name = target->as.name.id;
    Scope *inner = b->scope;
    for (;; b->scope = b->scope->parent) {
        Scope *scope = b->scope;
        if (scope->kind == SCOPE_CLASS) {
            unit_error(
                c, target->span,
                "assignment expression within a comprehension cannot be used in a class body");
            break;
        }
        if (scope->kind != SCOPE_COMP && scope->kind != SCOPE_GENEXP) {
            scope_frame(scope)->has_walrus = true;
            bind(b, name, 0, target->span);
            break;
        }
        Symbol *symbol = scope_find(scope, scope_mangle(scope, name));
        if (symbol && symbol->flags & SYMBOL_ITERATION && symbol->flags & SYMBOL_BOUND) {
            unit_error(c, target->span,
                       "assignment expression cannot rebind comprehension iteration variable '%s'",
                       name->data);
            break;
        }
        mention(b, name, SYMBOL_NONLOCAL | SYMBOL_WALRUS, target->span);
        scope_frame(scope)->has_walrus = true;
    }
    b->scope = inner;
}

static void visit_named(Builder *b, Node *node)
{
    Node *target = node->as.named.target;
    if (b->scope->iterable_depth > 0) {
        unit_error(b->c, node->span,
                   "assignment expression cannot be used in a comprehension iterable expression");
        return;
    }
    visit(b, node->as.named.value);
    if (b->scope->kind == SCOPE_COMP || b->scope->kind == SCOPE_GENEXP) {
        bind_around(b, target);
    } else {
        scope_frame(b->scope)->has_walrus = true;
        bind(b, target->as.name.id, 0, target->span);
    }
}

static void add_static_attribute(Builder *b, Str *attr)
{
    Scope *class_scope = b->scope->parent;
    while (class_scope && class_scope->kind != SCOPE_CLASS)
        class_scope = class_scope->parent;
    if (!class_scope) return;
    for (int i = 0; i < class_scope->n_static_attributes; i++)
        if (class_scope->static_attributes[i] == attr) return;
    class_scope->static_attributes =
        grow_names(class_scope->static_attributes, class_scope->n_static_attributes,
                   &class_scope->cap_static_attributes);
    class_scope->static_attributes[class_scope->n_static_attributes++] = attr;
}

static void visit_attribute(Builder *b, Node *node)
{
    Node *value = node->as.attribute.value;
    visit(b, value);
    if (node->as.attribute.ctx == CTX_LOAD) return;
    check_name(b, node->as.attribute.attr, node->span,
               node->as.attribute.ctx == CTX_DEL ? "delete" : "assign to");
    if (node->as.attribute.ctx != CTX_STORE || value->kind != NODE_Name ||
        value->as.name.id != S(self))
        return;
    add_static_attribute(b, node->as.attribute.attr);
}

// global and nonlocal

static const char *declaration_problem(const Symbol *symbol, bool is_global)
{
    const char *kind = is_global ? "global" : "nonlocal";
    const char *name = symbol->name->data;
    uint32_t flags = symbol->flags;
    if (flags & SYMBOL_PARAM) return str_format("name '%s' is parameter and %s", name, kind)->data;
    if (flags & SYMBOL_USED)
        return str_format("name '%s' is used prior to %s declaration", name, kind)->data;
    if (flags & SYMBOL_ANNOTATED)
        return str_format("annotated name '%s' can't be %s", name, kind)->data;
    if (flags & SYMBOL_BOUND)
        return str_format("name '%s' is assigned to before %s declaration", name, kind)->data;
    return NULL;
}

static void visit_declaration(Builder *b, Node *node)
{
    bool is_global = node->kind == NODE_Global;
    if (!is_global && b->scope->kind == SCOPE_MODULE) {
        unit_error(b->c, node->span, "nonlocal declaration not allowed at module level");
        return;
    }
    NameList *names = &node->as.names.names;
    for (int i = 0; i < names->len; i++) {
        Symbol *symbol = mention(b, names->items[i], 0, node->span);
        const char *problem = declaration_problem(symbol, is_global);
        if (problem) unit_error(b->c, node->span, "%s", problem);
        if (!(symbol->flags & (SYMBOL_GLOBAL | SYMBOL_NONLOCAL))) symbol->span = node->span;
        symbol->flags |= is_global ? SYMBOL_GLOBAL : SYMBOL_NONLOCAL;
        if (is_global)
            get_symbol(b->all[0], symbol->name, node->span)->flags |= SYMBOL_GLOBAL_BELOW;
    }
}

// Functions and classes

static void add_parameter(Builder *b, const Parameter *p)
{
    Str *name = str_intern_str(p->name);
    check_name(b, name, p->span, "assign to");
    Symbol *symbol = mention(b, name, 0, p->span);
    if (symbol->flags & SYMBOL_PARAM)
        unit_error(b->c, p->span, "duplicate argument '%s' in function definition", name->data);
    symbol->flags |= SYMBOL_PARAM | SYMBOL_BOUND;
}

static void add_parameters(Builder *b, const Parameters *params)
{
    for (int i = 0; i < params->n_positional + params->n_kwonly; i++)
        add_parameter(b, &params->items[i]);
    if (params->vararg) add_parameter(b, params->vararg);
    if (params->kwarg) add_parameter(b, params->kwarg);
}

static void visit_function(Builder *b, Node *node)
{
    bind(b, node->as.function.name, 0, node->span);
    walk_list(&node->as.function.decorators, visit, b);
    walk_defaults(&node->as.function.params, visit, b);
    if (!b->c->future_annotations) {
        walk_annotations(&node->as.function.params, visit, b);
        if (node->as.function.returns) visit(b, node->as.function.returns);
    }
    enter(b, SCOPE_FUNCTION, node);
    add_parameters(b, &node->as.function.params);
    walk_list(&node->as.function.body, visit, b);
    leave(b);
}

static void visit_lambda(Builder *b, Node *node)
{
    walk_defaults(&node->as.lambda.params, visit, b);
    enter(b, SCOPE_LAMBDA, node);
    add_parameters(b, &node->as.lambda.params);
    visit(b, node->as.lambda.body);
    leave(b);
}

static void visit_class(Builder *b, Node *node)
{
    bind(b, node->as.class_.name, 0, node->span);
    walk_list(&node->as.class_.decorators, visit, b);
    walk_list(&node->as.class_.bases, visit, b);
    walk_list(&node->as.class_.keywords, visit, b);
    enter(b, SCOPE_CLASS, node)->class_name = node->as.class_.name;
    walk_list(&node->as.class_.body, visit, b);
    leave(b);
}

// Comprehensions

static void visit_iterable(Builder *b, Node *iter)
{
    b->scope->iterable_depth++;
    visit(b, iter);
    b->scope->iterable_depth--;
}

static void visit_clause(Builder *b, Node *clause, bool is_first)
{
    b->scope->in_iteration_target = true;
    visit(b, clause->as.comprehension.target);
    b->scope->in_iteration_target = false;
    if (!is_first) visit_iterable(b, clause->as.comprehension.iter);
    walk_list(&clause->as.comprehension.conditions, visit, b);
}

static void visit_comp(Builder *b, Node *node)
{
    NodeList *clauses = &node->as.comp.generators;
    bool is_genexp = node->kind == NODE_GeneratorExp;
    visit_iterable(b, clauses->items[0]->as.comprehension.iter);
    Scope *scope = enter(b, is_genexp ? SCOPE_GENEXP : SCOPE_COMP, node);
    if (is_genexp) {
        scope->is_generator = true;
        mention(b, str_intern(".0", 2), SYMBOL_PARAM | SYMBOL_BOUND, node->span);
    }
    for (int i = 0; i < clauses->len; i++)
        visit_clause(b, clauses->items[i], i == 0);
    if (node->as.comp.value) visit(b, node->as.comp.value);
    visit(b, node->as.comp.element);
    leave(b);
}

// Statements and the rest

static void visit_yield(Builder *b, Node *node)
{
    static const char *const kinds[] = {"list comprehension", "set comprehension",
                                        "dict comprehension", "generator expression"};
    Scope *scope = b->scope;
    if (scope->kind == SCOPE_COMP || scope->kind == SCOPE_GENEXP)
        unit_error(b->c, node->span, "'yield' inside %s", kinds[scope->node->kind - NODE_ListComp]);
    else if (!scope_is_function(scope))
        unit_error(b->c, node->span, "'yield%s' outside function",
                   node->kind == NODE_YieldFrom ? " from" : "");
    scope->is_generator = true;
    walk_children(node, visit, b);
}

static void visit_annotated(Builder *b, Node *node)
{
    Node *target = node->as.ann_assign.target;
    b->scope->has_annotations = true;
    if (target->kind == NODE_Name) {
        Symbol *symbol = mention(b, target->as.name.id, 0, target->span);
        bool is_declared = symbol->flags & (SYMBOL_GLOBAL | SYMBOL_NONLOCAL);
        if (is_declared && b->scope->kind != SCOPE_MODULE && node->as.ann_assign.simple)
            unit_error(b->c, node->span, "annotated name '%s' can't be %s", symbol->name->data,
                       symbol->flags & SYMBOL_GLOBAL ? "global" : "nonlocal");
        if (node->as.ann_assign.simple || node->as.ann_assign.value)
            bind(b, target->as.name.id, node->as.ann_assign.simple ? SYMBOL_ANNOTATED : 0,
                 target->span);
    } else {
        visit(b, target);
    }
    if (!scope_is_function(b->scope) && !b->c->future_annotations)
        visit(b, node->as.ann_assign.annotation);
    if (node->as.ann_assign.value) visit(b, node->as.ann_assign.value);
}

static void visit_import(Builder *b, Node *node)
{
    for (int i = 0; i < node->as.import.len; i++) {
        ImportAlias *alias = &node->as.import.items[i];
        const char *dot = strchr(alias->name->data, '.');
        Str *name = alias->asname ? alias->asname : alias->name;
        if (!alias->asname && dot) name = str_intern(name->data, (size_t)(dot - name->data));
        bind(b, name, 0, node->span);
    }
}

static void visit_import_from(Builder *b, Node *node)
{
    Str *module = node->as.import_from.module;
    bool is_future = module && str_is(module, "__future__") && node->as.import_from.level == 0;
    if (is_future && node->span.line > b->c->future_line)
        unit_error(b->c, node->span,
                   "from __future__ imports must occur at the beginning of the file");
    for (int i = 0; i < node->as.import_from.len; i++) {
        ImportAlias *alias = &node->as.import_from.items[i];
        if (!str_is(alias->name, "*")) {
            bind(b, alias->asname ? alias->asname : alias->name, 0, node->span);
        } else if (b->scope->kind != SCOPE_MODULE) {
            unit_error(b->c, alias->span, "import * only allowed at module level");
        }
    }
}

static void visit_try(Builder *b, Node *node)
{
    NodeList *handlers = &node->as.try_.handlers;
    for (int i = 0; i + 1 < handlers->len; i++)
        if (!handlers->items[i]->as.handler.type)
            unit_error(b->c, handlers->items[i]->span, "default 'except:' must be last");
    walk_children(node, visit, b);
}

static void visit_handler(Builder *b, Node *node)
{
    if (node->as.handler.type) visit(b, node->as.handler.type);
    if (node->as.handler.name) bind(b, node->as.handler.name, SYMBOL_DELETED, node->span);
    walk_list(&node->as.handler.body, visit, b);
}

static void visit_if(Builder *b, Node *node)
{
    for (;;) {
        visit(b, node->as.if_.test);
        walk_list(&node->as.if_.body, visit, b);
        NodeList *orelse = &node->as.if_.orelse;
        if (orelse->len != 1 || orelse->items[0]->kind != NODE_If) break;
        node = orelse->items[0];
    }
    walk_list(&node->as.if_.orelse, visit, b);
}

static void visit_binary(Builder *b, Node *node)
{
    int n = 0;
    for (Node *spine = node; spine->kind == NODE_BinOp; spine = spine->as.binary.left)
        n++;
    Node **nodes = gc_alloc_array((size_t)n, sizeof(Node *));
    Node *spine = node;
    for (int i = 0; i < n; i++, spine = spine->as.binary.left)
        nodes[i] = spine;
    visit(b, spine);
    for (int i = n - 1; i >= 0; i--)
        visit(b, nodes[i]->as.binary.right);
}

static void visit_keyword(Builder *b, Node *node)
{
    if (node->as.keyword.name) check_name(b, node->as.keyword.name, node->span, "assign to");
    visit(b, node->as.keyword.value);
}

static void visit(void *data, Node *node)
{
    Builder *b = data;
    if (!unit_check_stack(b->c)) return;
    switch (node->kind) {
    case NODE_Name: visit_name(b, node); break;
    case NODE_NamedExpr: visit_named(b, node); break;
    case NODE_Attribute: visit_attribute(b, node); break;
    case NODE_Global:
    case NODE_Nonlocal: visit_declaration(b, node); break;
    case NODE_FunctionDef: visit_function(b, node); break;
    case NODE_Deferred:
        for (int i = 0; i < node->as.deferred.attributes.len; i++)
            add_static_attribute(b, node->as.deferred.attributes.items[i]);
        break;
    case NODE_Lambda: visit_lambda(b, node); break;
    case NODE_ClassDef: visit_class(b, node); break;
    case NODE_ListComp:
    case NODE_SetComp:
    case NODE_DictComp:
    case NODE_GeneratorExp: visit_comp(b, node); break;
    case NODE_Yield:
    case NODE_YieldFrom: visit_yield(b, node); break;
    case NODE_AnnAssign: visit_annotated(b, node); break;
    case NODE_Import: visit_import(b, node); break;
    case NODE_ImportFrom: visit_import_from(b, node); break;
    case NODE_Try: visit_try(b, node); break;
    case NODE_ExceptHandler: visit_handler(b, node); break;
    case NODE_If: visit_if(b, node); break;
    case NODE_BinOp: visit_binary(b, node); break;
    case NODE_Keyword: visit_keyword(b, node); break;
    case NODE_Return:
        if (!scope_is_function(b->scope)) unit_error(b->c, node->span, "'return' outside function");
        walk_children(node, visit, b);
        break;
    default: walk_children(node, visit, b);
    }
}

void scope_build(Compiler *c, ModuleNode *module)
{
    Builder b = {c, NULL, NULL, 0, 0};
    module->scope = enter(&b, SCOPE_MODULE, NULL);
    walk_list(&module->body, visit, &b);
    for (int i = 0; i < b.n && !c->failed; i++)
        scope_resolve_all(c, b.all[i]);
    for (int i = 0; i < b.n && !c->failed; i++)
        scope_sort_captures(b.all[i]);
    for (int i = 0; i < b.n && !c->failed; i++)
        scope_number_captures(b.all[i]);
    for (int i = 0; i < b.n && !c->failed; i++)
        scope_place_locals(c, b.all[i]);
}
