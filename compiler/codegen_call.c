// SPDX-License-Identifier: MIT
// codegen_call.c - calls: windows, methods, keywords, * and **, super().
#include "compiler/codegen.h"

static bool has_star(const NodeList *args, const NodeList *keywords)
{
    for (int i = 0; i < args->len; i++)
        if (args->items[i]->kind == NODE_Starred) return true;
    for (int i = 0; i < keywords->len; i++)
        if (!keywords->items[i]->as.keyword.name) return true;
    return false;
}

// The arguments do not go into a window: they are collected in a list and a dict.
static bool is_spread(const Gen *g, const NodeList *args, const NodeList *keywords)
{
    enum { MAX_ARGS = 100, ROOM = 40 };
    int n = args->len + keywords->len;
    return n > MAX_ARGS || g->e.top + n > MAX_REGISTERS - ROOM || has_star(args, keywords);
}

static void check_keywords(Gen *g, const NodeList *keywords)
{
    for (int i = 0; i < keywords->len; i++) {
        Node *keyword = keywords->items[i];
        for (int j = 0; keyword->as.keyword.name && j < i; j++) {
            Str *other = keywords->items[j]->as.keyword.name;
            if (other && str_equal(other, keyword->as.keyword.name))
                unit_error(g->c, keyword->span, "keyword argument repeated: %s", other->data);
        }
    }
}

static int keyword_names(Gen *g, const NodeList *keywords)
{
    Tuple *names = tuple_new((size_t)keywords->len);
    for (int i = 0; i < keywords->len; i++)
        names->items[i] = value_object(str_intern_str(keywords->items[i]->as.keyword.name));
    return emit_constant(&g->e, value_object(names));
}

static void plain_call(Gen *g, int window, int n_given, const NodeList *args,
                       const NodeList *keywords, bool is_method, Span span)
{
    Emitter *e = &g->e;
    for (int i = 0; i < args->len; i++)
        gen_next(g, args->items[i]);
    for (int i = 0; i < keywords->len; i++)
        gen_next(g, keywords->items[i]->as.keyword.value);
    int n = n_given + args->len + keywords->len;
    e->span = span;
    e->top = window + 1;
    if (keywords->len == 0) {
        emit_abc(e, is_method ? OP_CALLM : OP_CALL, window, n, 0);
    } else {
        emit_abc(e, OP_CALLKW, window, n, is_method);
        emit_word(
            e, instr_abx(OP_CACHE, (unsigned)window & 0xFF, (unsigned)keyword_names(g, keywords)));
    }
}

// All positional arguments as one iterable in window + 3, which is the top.
static void spread_positional(Gen *g, int window, int n_given, const NodeList *args, Span span)
{
    Emitter *e = &g->e;
    int list = window + 3;
    if (n_given == 0) {
        emit_alloc(e, 1);
        if (args->len == 0) {
            emit_load(e, list, value_object(tuple_empty));
            return;
        }
        if (args->len == 1 && args->items[0]->kind == NODE_Starred) {
            gen_to(g, args->items[0]->as.starred.value, list);
            return;
        }
    }
    e->top = list + 1;
    emit_abc(e, OP_LIST, list, list, n_given);
    for (int i = 0; i < args->len; i++) {
        Node *arg = args->items[i];
        bool is_star = arg->kind == NODE_Starred;
        int reg = gen_any(g, is_star ? arg->as.starred.value : arg);
        e->top = list + 1;
        e->span = span;
        emit_abc(e, is_star ? OP_LISTEXTEND : OP_LISTAPPEND, list, reg, 0);
    }
    emit_abc(e, OP_LISTTUPLE, list, list, 0);
}

// keywords[from..] up to the next **: a dict in R[dict].
static int keyword_group(Gen *g, const NodeList *keywords, int from, int dict)
{
    Emitter *e = &g->e;
    int i = from;
    emit_abc(e, OP_DICT, dict, 0, 0);
    for (; i < keywords->len && keywords->items[i]->as.keyword.name; i++) {
        Node *keyword = keywords->items[i];
        int mark = e->top, key = emit_alloc(e, 1);
        emit_load(e, key, value_object(str_intern_str(keyword->as.keyword.name)));
        int value = gen_any(g, keyword->as.keyword.value);
        e->top = mark;
        emit_abc(e, OP_DICTSET, dict, key, value);
    }
    return i;
}

static void spread_keywords(Gen *g, int window, const NodeList *keywords, Span span)
{
    Emitter *e = &g->e;
    int dict = emit_alloc(e, 1);
    e->span = span;
    int i = keyword_group(g, keywords, 0, dict);
    while (i < keywords->len) {
        int mark = e->top, other;
        if (keywords->items[i]->as.keyword.name) {
            other = emit_alloc(e, 1);
            i = keyword_group(g, keywords, i, other);
        } else {
            other = gen_any(g, keywords->items[i++]->as.keyword.value);
        }
        e->span = span;
        e->top = mark;
        emit_abc(e, OP_DICTMERGE, dict, other, window);
    }
}

void gen_call_with(Gen *g, int window, int n_given, const NodeList *args, const NodeList *keywords,
                   bool is_method, Span span)
{
    check_keywords(g, keywords);
    if (is_method || !is_spread(g, args, keywords)) {
        plain_call(g, window, n_given, args, keywords, is_method, span);
        return;
    }
    g->e.span = span;
    spread_positional(g, window, n_given, args, span);
    if (keywords->len > 0) spread_keywords(g, window, keywords, span);
    g->e.span = span;
    g->e.top = window + 1;
    emit_abc(&g->e, OP_CALLEX, window, keywords->len > 0, 0);
}

// super()

static bool module_binds_super(const Scope *scope)
{
    while (scope->parent)
        scope = scope->parent;
    int i = nametable_find(&scope->table, str_intern("super", 5));
    return i >= 0 && scope->symbols[i]->flags & SYMBOL_BOUND;
}

static bool has_first_argument(const Scope *frame)
{
    switch (frame->kind) {
    case SCOPE_FUNCTION: return frame->node->as.function.params.n_positional > 0;
    case SCOPE_LAMBDA: return frame->node->as.lambda.params.n_positional > 0;
    default: return frame->kind == SCOPE_GENEXP;
    }
}

bool gen_is_super_call(Gen *g, const Node *node)
{
    if (node->kind != NODE_Call || node->as.call.args.len || node->as.call.keywords.len)
        return false;
    const Node *func = node->as.call.func;
    if (func->kind != NODE_Name || !str_is(func->as.name.id, "super") ||
        !has_first_argument(g->frame))
        return false;
    const Symbol *super = scope_resolve(g->scope, func->as.name.id);
    const Symbol *class_ = scope_resolve(g->scope, S(__class__));
    if (!super || super->place != PLACE_GLOBAL || !class_ || class_->place == PLACE_GLOBAL)
        return false;
    return !module_binds_super(g->scope);
}

// R[reg] = __class__, R[reg + 1] = the first argument.
static void load_super_arguments(Gen *g, int reg)
{
    gen_load_name(g, S(__class__), reg);
    const Symbol *first = g->frame->symbols[0];
    if (first->is_captured)
        emit_abc(&g->e, OP_LOADCELL, reg + 1, first->reg, 0);
    else
        emit_move(&g->e, reg + 1, first->reg);
}

void gen_super_attribute(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    int mark = e->top, reg = emit_alloc(e, 2);
    gen_at(g, node->as.attribute.value);
    load_super_arguments(g, reg);
    gen_attribute_span(g, node);
    e->top = mark;
    emit_named(e, OP_LOADSUPER, dest, reg, 0, scope_mangle(g->scope, node->as.attribute.attr));
}

// super() itself is super(__class__, first argument).
static void super_call(Gen *g, Node *node, int window)
{
    Emitter *e = &g->e;
    gen_at(g, node->as.call.func);
    gen_load_name(g, node->as.call.func->as.name.id, window);
    emit_alloc(e, 2);
    int reg = emit_alloc(e, 2);
    gen_at(g, node);
    load_super_arguments(g, reg);
    e->top = window + 1;
    emit_abc(e, OP_CALL, window, 2, 0);
}

// Calls

// Of a call of a method: from the method's name on, if that is on a later line than the object.
static Span method_call_span(const Node *node)
{
    Span span = node->span, attr = node->as.call.func->as.attribute.attr_span;
    if (attr.line > 0 && attr.end_line != span.line) {
        span.line = attr.end_line;
        span.col = attr.col;
    }
    return span;
}

// The only argument of o.send(x), where it can be evaluated before `send` is looked up: NULL for other calls.
static Node *simple_sent(Gen *g, const Node *call)
{
    const NodeList *args = &call->as.call.args;
    if (!str_is(call->as.call.func->as.attribute.attr, "send")) return NULL;
    if (args->len != 1 || call->as.call.keywords.len != 0) return NULL;
    Node *arg = args->items[0];
    int local = gen_local(g, arg);
    return arg->kind == NODE_Constant || (local >= 0 && set_has(&g->e.assigned, local)) ? arg : NULL;
}

// o.send(arg): a generator that can go on does so at once, anything else is called as usual by what follows. The word
// that will say where that ends.
static int send_directly(Gen *g, Node *node, Node *arg, int o, int window)
{
    Emitter *e = &g->e;
    int mark = e->top, sent = gen_any(g, arg);
    e->span = method_call_span(node);
    e->top = window + 1;
    emit_abc(e, OP_SEND, window, o, sent);
    emit_abc(e, OP_CACHE, window, 0, 0);
    e->top = mark;
    return e->len - 1;
}

static void call_of_method(Gen *g, Node *node, int window)
{
    Emitter *e = &g->e;
    Node *func = node->as.call.func;
    int o = gen_operand(g, func->as.attribute.value, NULL, window);
    gen_attribute_span(g, func);
    e->top = window + 1;
    emit_alloc(e, 3);
    Node *sent = e->is_dead ? NULL : simple_sent(g, node);
    int word = sent ? send_directly(g, node, sent, o, window) : -1;
    gen_attribute_span(g, func);
    emit_named(e, OP_LOADMETHOD, window, o, 0, scope_mangle(g->scope, func->as.attribute.attr));
    gen_call_with(g, window, 0, &node->as.call.args, &node->as.call.keywords, true,
                  method_call_span(node));
    if (sent && !e->c->failed) e->instrs[word] = instr_abc(OP_CACHE, window, 0, e->len - word - 1);
}

void gen_call(Gen *g, Node *node, int dest)
{
    Emitter *e = &g->e;
    int mark = e->top;
    int window = gen_is_scratch(g, dest) && dest == e->top - 1 ? dest : emit_alloc(e, 1);
    Node *func = node->as.call.func;
    bool is_method = func->kind == NODE_Attribute &&
                     !gen_is_super_call(g, func->as.attribute.value) &&
                     !is_spread(g, &node->as.call.args, &node->as.call.keywords);
    if (gen_is_super_call(g, node)) {
        super_call(g, node, window);
    } else if (is_method) {
        call_of_method(g, node, window);
    } else {
        gen_to(g, func, window);
        emit_alloc(e, 2);
        Span span = func->kind == NODE_Attribute ? method_call_span(node) : node->span;
        gen_call_with(g, window, 0, &node->as.call.args, &node->as.call.keywords, false, span);
    }
    gen_at(g, node);
    if (window != dest) e->top = mark;
    emit_move(e, dest, window);
    e->top = mark;
}
