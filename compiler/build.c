// SPDX-License-Identifier: MIT
// build.c - AST nodes of expressions, targets and parameters; see build.h. Statements:
// build_stmt.c.

#include "compiler/build.h"

#include "compiler/charname.h"
#include "compiler/grammar.h"
#include "vm/gc.h"

void build_reject(Parser *p)
{
    p->rejected = true;
}

void build_raise(Parser *p, Span span, Str *message)
{
    if (p->raised || p->rejected) return;
    p->raised = true;
    Diagnostic d = diag_at(span, message);
    diag_raise(p->vm, &p->lexer->source, &d);
}

void build_defer(Parser *p, Span span, Str *message)
{
    if (p->has_deferred) return;
    p->has_deferred = true;
    p->deferred = diag_at(span, message);
}

// Lists

NodeList *build_list(Node *first)
{
    NodeList *list = gc_alloc(sizeof(NodeList));
    if (first != NULL) nodelist_add(list, first);
    return list;
}

NodeList *build_append(NodeList *list, Node *node)
{
    nodelist_add(list, node);
    return list;
}

NodeList *build_concat(NodeList *list, NodeList *more)
{
    for (int i = 0; i < more->len; i++)
        nodelist_add(list, more->items[i]);
    return list;
}

// Depth: every function that gives a node children says so.

static void set_depth(Parser *p, Node *node, int depth)
{
    if (depth > node->depth) node->depth = depth;
    if (depth > AST_MAX_DEPTH) p->too_deep = true;
}

static void hold(Parser *p, Node *node, const Node *child)
{
    if (child != NULL) set_depth(p, node, child->depth + 1);
}

static void hold_list(Parser *p, Node *node, const NodeList *list)
{
    for (int i = 0; i < list->len; i++)
        hold(p, node, list->items[i]);
}

// Names and targets

static Str *name_text(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] >= 0x80) return str_intern_str(charname_normalize(text, size));
    return str_intern(text, size);
}

Str *build_name_text(Parser *p, const Token *t)
{
    return name_text(p->lexer->source.text + t->start, (size_t)(t->end - t->start));
}

Node *build_name(Parser *p, const Token *t)
{
    Node *node = node_new(NODE_Name, t->span);
    node->as.name.id = build_name_text(p, t);
    return node;
}

static void check_debug(Parser *p, Span span, const Str *name, ExprContext ctx)
{
    if (name->size == 9 && str_is(name, "__debug__"))
        build_defer(p, span,
                    str_format("cannot %s __debug__", ctx == CTX_DEL ? "delete" : "assign to"));
}

static void set_target(Parser *p, Node *node, ExprContext ctx)
{
    int n_starred = 0;
    switch (node->kind) {
    case NODE_Name:
        check_debug(p, node->span, node->as.name.id, ctx);
        node->as.name.ctx = ctx;
        return;
    case NODE_Attribute:
        check_debug(p, node->span, node->as.attribute.attr, ctx);
        node->as.attribute.ctx = ctx;
        return;
    case NODE_Subscript: node->as.subscript.ctx = ctx; return;
    case NODE_Starred:
        if (ctx == CTX_DEL || node->as.starred.value->kind == NODE_Starred) break;
        node->as.starred.ctx = ctx;
        set_target(p, node->as.starred.value, ctx);
        return;
    case NODE_Tuple:
    case NODE_List:
        node->as.sequence.ctx = ctx;
        for (int i = 0; i < node->as.sequence.items.len; i++) {
            Node *item = node->as.sequence.items.items[i];
            n_starred += item->kind == NODE_Starred;
            set_target(p, item, ctx);
        }
        if (n_starred > 1)
            build_defer(p, node->span, str_from_cstr("multiple starred expressions in assignment"));
        return;
    default: break;
    }
    build_reject(p);
}

Node *build_target(Parser *p, Node *node, ExprContext ctx)
{
    set_target(p, node, ctx);
    if (node->kind == NODE_Starred && ctx == CTX_STORE)
        build_defer(p, node->span,
                    str_from_cstr("starred assignment target must be in a list or tuple"));
    return node;
}

Node *build_single_target(Parser *p, Node *node)
{
    if (node->kind == NODE_Name || node->kind == NODE_Attribute || node->kind == NODE_Subscript)
        set_target(p, node, CTX_STORE);
    else
        build_reject(p);
    return node;
}

void build_no_star(Parser *p, Node *node)
{
    if (node->kind == NODE_Starred)
        build_defer(p, node->span, str_from_cstr("can't use starred expression here"));
}

// Operators

Node *build_binary(Parser *p, BinOperator op, Node *left, Node *right)
{
    Node *node = node_new(NODE_BinOp, span_join(left->outer, right->outer));
    node->as.binary.op = op;
    node->as.binary.left = left;
    node->as.binary.right = right;
    hold(p, node, left);
    hold(p, node, right);
    return node;
}

Node *build_unary(Parser *p, UnaryOperator op, const Token *t, Node *operand)
{
    Node *node = node_new(NODE_UnaryOp, span_join(t->span, operand->outer));
    node->as.unary.op = op;
    node->as.unary.operand = operand;
    hold(p, node, operand);
    return node;
}

Node *build_bool(Parser *p, bool is_or, Node *left, Node *right)
{
    Node *node = node_new(NODE_BoolOp, left->outer);
    node->as.bool_op.is_or = is_or;
    nodelist_add(&node->as.bool_op.values, left);
    hold(p, node, left);
    return build_bool_more(p, node, right);
}

Node *build_bool_more(Parser *p, Node *chain, Node *right)
{
    nodelist_add(&chain->as.bool_op.values, right);
    chain->span = chain->outer = span_join(chain->span, right->outer);
    hold(p, chain, right);
    return chain;
}

Node *build_compare(Parser *p, Node *left, CompareOperator op, Node *right)
{
    Node *node = node_new(NODE_Compare, left->outer);
    node->as.compare.left = left;
    hold(p, node, left);
    return build_compare_more(p, node, op, right);
}

Node *build_compare_more(Parser *p, Node *chain, CompareOperator op, Node *right)
{
    NodeList *list = &chain->as.compare.comparators;
    CompareOperator *ops = gc_alloc_atomic((size_t)(list->len + 1) * sizeof *ops);
    if (list->len > 0) memcpy(ops, chain->as.compare.ops, (size_t)list->len * sizeof *ops);
    ops[list->len] = op;
    chain->as.compare.ops = ops;
    nodelist_add(list, right);
    chain->span = chain->outer = span_join(chain->span, right->outer);
    hold(p, chain, right);
    return chain;
}

Node *build_if_exp(Parser *p, Node *body, Node *test, Node *orelse)
{
    Node *node = node_new(NODE_IfExp, span_join(body->outer, orelse->outer));
    node->as.if_exp.test = test;
    node->as.if_exp.body = body;
    node->as.if_exp.orelse = orelse;
    hold(p, node, test);
    hold(p, node, body);
    hold(p, node, orelse);
    return node;
}

Node *build_named(Parser *p, const Token *name, Node *value)
{
    Node *target = build_target(p, build_name(p, name), CTX_STORE);
    Node *node = node_new(NODE_NamedExpr, span_join(name->span, value->outer));
    node->as.named.target = target;
    node->as.named.value = value;
    hold(p, node, value);
    return node;
}

Node *build_starred(Parser *p, const Token *star, Node *value)
{
    Node *node = node_new(NODE_Starred, span_join(star->span, value->outer));
    node->as.starred.value = value;
    hold(p, node, value);
    return node;
}

Node *build_yield(Parser *p, const Token *t, Node *value)
{
    Node *node = node_new(NODE_Yield, value == NULL ? t->span : span_join(t->span, value->outer));
    node->as.yield.value = value;
    hold(p, node, value);
    return node;
}

Node *build_yield_from(Parser *p, const Token *t, Node *value)
{
    Node *node = node_new(NODE_YieldFrom, span_join(t->span, value->outer));
    node->as.yield.value = value;
    hold(p, node, value);
    return node;
}

Node *build_constant(const Token *t, Value value)
{
    Node *node = node_new(NODE_Constant, t->span);
    node->as.constant.value = value;
    return node;
}

// Displays and comprehensions

Node *build_group(const Token *open, Node *node, const Token *close)
{
    node->outer = span_join(open->span, close->span);
    node->parenthesized = true;
    return node;
}

Node *build_tuple(Parser *p, NodeList *items, const Token *comma)
{
    Span last = comma != NULL ? comma->span : items->items[items->len - 1]->outer;
    Node *node = node_new(NODE_Tuple, span_join(items->items[0]->outer, last));
    node->as.sequence.items = *items;
    hold_list(p, node, items);
    return node;
}

Node *build_display(Parser *p, NodeKind kind, const Token *open, NodeList *items,
                    const Token *close)
{
    Node *node = node_new(kind, span_join(open->span, close->span));
    node->as.sequence.items = *items;
    node->parenthesized = kind == NODE_Tuple;
    hold_list(p, node, items);
    return node;
}

// A pair of a dict display is a Slice for the time being: lower is the key, upper the value.
Node *build_pair(Parser *p, Node *key, const Token *star, Node *value)
{
    Node *node =
        node_new(NODE_Slice, span_join(key != NULL ? key->outer : star->span, value->outer));
    node->as.slice.lower = key;
    node->as.slice.upper = value;
    hold(p, node, key);
    hold(p, node, value);
    return node;
}

Node *build_dict(Parser *p, const Token *open, NodeList *pairs, const Token *close)
{
    Node *node = node_new(NODE_Dict, span_join(open->span, close->span));
    for (int i = 0; i < pairs->len; i++) {
        nodelist_add(&node->as.dict.keys, pairs->items[i]->as.slice.lower);
        nodelist_add(&node->as.dict.values, pairs->items[i]->as.slice.upper);
    }
    hold_list(p, node, pairs);
    return node;
}

Node *build_comp(Parser *p, NodeKind kind, const Token *open, Node *element, NodeList *clauses,
                 const Token *close)
{
    Node *node = node_new(kind, span_join(open->span, close->span));
    node->as.comp.element = element;
    if (kind == NODE_DictComp) {
        node->as.comp.element = element->as.slice.lower;
        node->as.comp.value = element->as.slice.upper;
        if (element->as.slice.lower == NULL) build_reject(p);
    }
    node->as.comp.generators = *clauses;
    node->parenthesized = kind == NODE_GeneratorExp;
    hold(p, node, element);
    hold_list(p, node, clauses);
    return node;
}

Node *build_comp_clause(Parser *p, const Token *t, Node *target, Node *iter, NodeList *conditions)
{
    const Node *last = conditions->len == 0 ? iter : conditions->items[conditions->len - 1];
    Node *node = node_new(NODE_Comprehension, span_join(t->span, last->outer));
    node->as.comprehension.target = target;
    node->as.comprehension.iter = iter;
    node->as.comprehension.conditions = *conditions;
    hold(p, node, target);
    hold(p, node, iter);
    hold_list(p, node, conditions);
    return node;
}

// Trailers

Node *build_attribute(Parser *p, Node *value, const Token *name)
{
    Node *node = node_new(NODE_Attribute, span_join(value->outer, name->span));
    node->as.attribute.value = value;
    node->as.attribute.attr = build_name_text(p, name);
    node->as.attribute.attr_span = name->span;
    hold(p, node, value);
    return node;
}

Node *build_subscript(Parser *p, Node *value, NodeList *items, const Token *comma,
                      const Token *close)
{
    Node *node = node_new(NODE_Subscript, span_join(value->outer, close->span));
    bool single = items->len == 1 && comma == NULL && items->items[0]->kind != NODE_Starred;
    node->as.subscript.value = value;
    node->as.subscript.index = single ? items->items[0] : build_tuple(p, items, comma);
    hold(p, node, value);
    hold(p, node, node->as.subscript.index);
    return node;
}

Node *build_slice(Parser *p, Node *lower, const Token *first, Node *upper, const Token *second,
                  Node *step)
{
    Span last = step != NULL     ? step->outer
                : second != NULL ? second->span
                : upper != NULL  ? upper->outer
                                 : first->span;
    Node *node = node_new(NODE_Slice, span_join(lower != NULL ? lower->outer : first->span, last));
    node->as.slice.lower = lower;
    node->as.slice.upper = upper;
    node->as.slice.step = step;
    hold(p, node, lower);
    hold(p, node, upper);
    hold(p, node, step);
    return node;
}

Node *build_keyword(Parser *p, const Token *start, Str *name, Node *value)
{
    Node *node = node_new(NODE_Keyword, span_join(start->span, value->outer));
    node->as.keyword.name = name;
    node->as.keyword.value = value;
    if (name != NULL) check_debug(p, node->span, name, CTX_STORE);
    hold(p, node, value);
    return node;
}

Node *build_argument_generator(Parser *p, Node *element, NodeList *clauses)
{
    Node *node = node_new(NODE_GeneratorExp,
                          span_join(element->outer, clauses->items[clauses->len - 1]->span));
    node->as.comp.element = element;
    node->as.comp.generators = *clauses;
    hold(p, node, element);
    hold_list(p, node, clauses);
    return node;
}

static void check_repeated(Parser *p, const NodeList *keywords, const Node *keyword)
{
    for (int i = 0; i < keywords->len; i++) {
        if (keywords->items[i]->as.keyword.name != keyword->as.keyword.name) continue;
        build_defer(p, keyword->span,
                    str_format("keyword argument repeated: %s", keyword->as.keyword.name->data));
        return;
    }
}

// Splits the arguments of a call or class; their order must be Python's.
static void split_arguments(Parser *p, Node *owner, NodeList *all, NodeList *args,
                            NodeList *keywords)
{
    bool named = false, unpacked = false;
    for (int i = 0; i < all->len; i++) {
        Node *arg = all->items[i];
        hold(p, owner, arg);
        if (arg->kind == NODE_Keyword) {
            named = true;
            if (arg->as.keyword.name == NULL)
                unpacked = true;
            else
                check_repeated(p, keywords, arg);
            nodelist_add(keywords, arg);
            continue;
        }
        bool bare_generator = arg->kind == NODE_GeneratorExp && !arg->parenthesized;
        if (unpacked || (named && arg->kind != NODE_Starred) ||
            (bare_generator && (all->len > 1 || owner->kind != NODE_Call)))
            build_reject(p);
        nodelist_add(args, arg);
    }
}

Node *build_call(Parser *p, Node *func, const Token *open, NodeList *args, const Token *close)
{
    Node *node = node_new(NODE_Call, span_join(func->outer, close->span));
    node->as.call.func = func;
    hold(p, node, func);
    if (args == NULL) return node;
    split_arguments(p, node, args, &node->as.call.args, &node->as.call.keywords);
    Node *only = args->items[0];
    if (only->kind == NODE_GeneratorExp &&
        !only->parenthesized) {  // it has the parentheses of the call
        only->span = only->outer = span_join(open->span, close->span);
        only->parenthesized = true;
        if (close[-1].type == TK_COMMA) build_reject(p);
    }
    return node;
}

// Parameters

ParamItem *build_param(Parser *p, ParamKind kind, const Token *name, Node *annotation,
                       Node *default_value)
{
    ParamItem *item = gc_alloc(sizeof(ParamItem));
    item->kind = kind;
    item->parameter.annotation = annotation;
    item->parameter.default_value = default_value;
    item->parameter.span =
        annotation == NULL ? name->span : span_join(name->span, annotation->outer);
    if (kind != PARAM_SLASH && kind != PARAM_BARE_STAR) {
        item->parameter.name = build_name_text(p, name);
        check_debug(p, item->parameter.span, item->parameter.name, CTX_STORE);
    }
    return item;
}

ParamList *build_param_list(ParamList *list, ParamItem *item)
{
    if (list == NULL) list = gc_alloc(sizeof(ParamList));
    if (item == NULL) return list;
    if (list->len == list->cap) {
        int cap = list->cap == 0 ? 4 : 2 * list->cap;
        ParamItem **items = gc_alloc_array((size_t)cap, sizeof(ParamItem *));
        if (list->len > 0) memcpy(items, list->items, (size_t)list->len * sizeof(ParamItem *));
        list->items = items;
        list->cap = cap;
    }
    list->items[list->len++] = item;
    return list;
}

static Parameter *copy_parameter(const Parameter *parameter)
{
    Parameter *copy = gc_alloc(sizeof(Parameter));
    *copy = *parameter;
    return copy;
}

// Whether list[i] may stand where it does.
static bool param_fits(const ParamList *list, int i, const Parameters *out, bool after_slash,
                       bool after_star)
{
    const ParamItem *item = list->items[i];
    if (out->kwarg != NULL) return false;
    switch (item->kind) {
    case PARAM_PLAIN:
        return after_star || item->parameter.default_value != NULL || out->n_positional == 0 ||
               out->items[out->n_positional - 1].default_value == NULL;
    case PARAM_SLASH: return !after_slash && !after_star && i > 0;
    case PARAM_STAR: return !after_star;
    case PARAM_BARE_STAR:
        return !after_star && i + 1 < list->len && list->items[i + 1]->kind == PARAM_PLAIN;
    case PARAM_DSTAR: return true;
    }
    return false;
}

static void check_duplicate(Parser *p, const Parameters *all, const Parameter *parameter)
{
    int n = all->n_positional + all->n_kwonly;
    bool repeated =
        all->vararg != NULL && all->vararg != parameter && all->vararg->name == parameter->name;
    if (parameter >= all->items && parameter < all->items + n) {
        n = (int)(parameter - all->items);
        repeated = false;
    }
    for (int i = 0; i < n; i++)
        repeated |= all->items[i].name == parameter->name;
    if (repeated)
        build_defer(
            p, parameter->span,
            str_format("duplicate argument '%s' in function definition", parameter->name->data));
}

// In the order of CPython's symbol table: *args and **kwargs come last.
static void check_duplicates(Parser *p, const Parameters *all)
{
    for (int i = 0; i < all->n_positional + all->n_kwonly; i++)
        check_duplicate(p, all, &all->items[i]);
    if (all->vararg != NULL) check_duplicate(p, all, all->vararg);
    if (all->kwarg != NULL) check_duplicate(p, all, all->kwarg);
}

static void set_parameters(Parser *p, Node *owner, const ParamList *list, Parameters *out)
{
    bool after_slash = false, after_star = false;
    out->items = gc_alloc_array((size_t)list->len + 1, sizeof(Parameter));
    out->cap = list->len + 1;
    for (int i = 0; i < list->len; i++) {
        ParamItem *item = list->items[i];
        if (!param_fits(list, i, out, after_slash, after_star)) build_reject(p);
        hold(p, owner, item->parameter.annotation);
        hold(p, owner, item->parameter.default_value);
        switch (item->kind) {
        case PARAM_PLAIN:
            out->items[out->n_positional + out->n_kwonly] = item->parameter;
            if (after_star)
                out->n_kwonly++;
            else
                out->n_positional++;
            break;
        case PARAM_SLASH:
            after_slash = true;
            out->n_posonly = out->n_positional;
            break;
        case PARAM_STAR:
            out->vararg = copy_parameter(&item->parameter);
            after_star = true;
            break;
        case PARAM_BARE_STAR: after_star = true; break;
        case PARAM_DSTAR: out->kwarg = copy_parameter(&item->parameter); break;
        }
    }
    check_duplicates(p, out);
}

Node *build_lambda(Parser *p, const Token *t, ParamList *params, Node *body)
{
    Node *node = node_new(NODE_Lambda, span_join(t->span, body->outer));
    set_parameters(p, node, params, &node->as.lambda.params);
    node->as.lambda.body = body;
    set_depth(p, node, body->depth + AST_LAMBDA_DEPTH);
    return node;
}

// Definitions

Node *build_function(Parser *p, const Token *t, const Token *name, ParamList *params, Node *returns,
                     Block *body)
{
    Node *node = node_new(NODE_FunctionDef, span_join(t->span, body->last));
    node->as.function.name = build_name_text(p, name);
    node->as.function.name_span = name->span;
    check_debug(p, node->span, node->as.function.name, CTX_STORE);
    set_parameters(p, node, params, &node->as.function.params);
    node->as.function.returns = returns;
    node->as.function.body = *body->list;
    hold(p, node, returns);
    hold_list(p, node, body->list);
    return node;
}

Node *build_class(Parser *p, const Token *t, const Token *name, NodeList *args, Block *body)
{
    Node *node = node_new(NODE_ClassDef, span_join(t->span, body->last));
    node->as.class_.name = build_name_text(p, name);
    node->as.class_.name_span = name->span;
    check_debug(p, node->span, node->as.class_.name, CTX_STORE);
    if (args != NULL)
        split_arguments(p, node, args, &node->as.class_.bases, &node->as.class_.keywords);
    node->as.class_.body = *body->list;
    hold_list(p, node, body->list);
    return node;
}

Node *build_decorated(NodeList *decorators, Node *definition)
{
    if (definition->kind == NODE_ClassDef)
        definition->as.class_.decorators = *decorators;
    else
        definition->as.function.decorators = *decorators;
    for (int i = 0; i < decorators->len; i++)
        if (decorators->items[i]->depth >= definition->depth)
            definition->depth = decorators->items[i]->depth + 1;
    return definition;
}
