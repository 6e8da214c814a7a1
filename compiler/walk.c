// SPDX-License-Identifier: MIT
// walk.c - visiting the children of an AST node.
#include "compiler/walk.h"

void walk_list(const NodeList *list, NodeFn fn, void *data)
{
    for (int i = 0; i < list->len; i++)
        fn(data, list->items[i]);
}

static void maybe(Node *node, NodeFn fn, void *data)
{
    if (node) fn(data, node);
}

void walk_defaults(const Parameters *params, NodeFn fn, void *data)
{
    for (int i = 0; i < params->n_positional + params->n_kwonly; i++)
        maybe(params->items[i].default_value, fn, data);
}

void walk_annotations(const Parameters *params, NodeFn fn, void *data)
{
    for (int i = 0; i < params->n_positional; i++)
        maybe(params->items[i].annotation, fn, data);
    if (params->vararg) maybe(params->vararg->annotation, fn, data);
    for (int i = 0; i < params->n_kwonly; i++)
        maybe(params->items[params->n_positional + i].annotation, fn, data);
    if (params->kwarg) maybe(params->kwarg->annotation, fn, data);
}

static void walk_simple_statement(Node *node, NodeFn fn, void *data)
{
    switch (node->kind) {
    case NODE_ExprStmt: fn(data, node->as.expr_stmt.value); return;
    case NODE_Assign:
        fn(data, node->as.assign.value);
        walk_list(&node->as.assign.targets, fn, data);
        return;
    case NODE_AugAssign:
        fn(data, node->as.aug_assign.target);
        fn(data, node->as.aug_assign.value);
        return;
    case NODE_AnnAssign:
        fn(data, node->as.ann_assign.target);
        fn(data, node->as.ann_assign.annotation);
        maybe(node->as.ann_assign.value, fn, data);
        return;
    case NODE_Delete: walk_list(&node->as.del.targets, fn, data); return;
    case NODE_Assert:
        fn(data, node->as.assert_.test);
        maybe(node->as.assert_.message, fn, data);
        return;
    case NODE_Return: maybe(node->as.return_.value, fn, data); return;
    case NODE_Raise:
        maybe(node->as.raise.exc, fn, data);
        maybe(node->as.raise.cause, fn, data);
        return;
    default: return;
    }
}

static void walk_definition(Node *node, NodeFn fn, void *data)
{
    if (node->kind == NODE_FunctionDef) {
        walk_list(&node->as.function.decorators, fn, data);
        walk_defaults(&node->as.function.params, fn, data);
        walk_annotations(&node->as.function.params, fn, data);
        maybe(node->as.function.returns, fn, data);
        walk_list(&node->as.function.body, fn, data);
    } else {
        walk_list(&node->as.class_.decorators, fn, data);
        walk_list(&node->as.class_.bases, fn, data);
        walk_list(&node->as.class_.keywords, fn, data);
        walk_list(&node->as.class_.body, fn, data);
    }
}

static void walk_statement(Node *node, NodeFn fn, void *data)
{
    switch (node->kind) {
    case NODE_If:
        fn(data, node->as.if_.test);
        walk_list(&node->as.if_.body, fn, data);
        walk_list(&node->as.if_.orelse, fn, data);
        return;
    case NODE_While:
        fn(data, node->as.while_.test);
        walk_list(&node->as.while_.body, fn, data);
        walk_list(&node->as.while_.orelse, fn, data);
        return;
    case NODE_For:
        fn(data, node->as.for_.iter);
        fn(data, node->as.for_.target);
        walk_list(&node->as.for_.body, fn, data);
        walk_list(&node->as.for_.orelse, fn, data);
        return;
    case NODE_Try:
        walk_list(&node->as.try_.body, fn, data);
        walk_list(&node->as.try_.handlers, fn, data);
        walk_list(&node->as.try_.orelse, fn, data);
        walk_list(&node->as.try_.finalbody, fn, data);
        return;
    case NODE_ExceptHandler:
        maybe(node->as.handler.type, fn, data);
        walk_list(&node->as.handler.body, fn, data);
        return;
    case NODE_With:
        walk_list(&node->as.with.items, fn, data);
        walk_list(&node->as.with.body, fn, data);
        return;
    case NODE_WithItem:
        fn(data, node->as.with_item.context);
        maybe(node->as.with_item.target, fn, data);
        return;
    case NODE_FunctionDef:
    case NODE_ClassDef: walk_definition(node, fn, data); return;
    default: walk_simple_statement(node, fn, data); return;
    }
}

static void walk_dict(Node *node, NodeFn fn, void *data)
{
    for (int i = 0; i < node->as.dict.values.len; i++) {
        maybe(node->as.dict.keys.items[i], fn, data);
        fn(data, node->as.dict.values.items[i]);
    }
}

static void walk_operation(Node *node, NodeFn fn, void *data)
{
    switch (node->kind) {
    case NODE_UnaryOp: fn(data, node->as.unary.operand); return;
    case NODE_BinOp:
        fn(data, node->as.binary.left);
        fn(data, node->as.binary.right);
        return;
    case NODE_BoolOp: walk_list(&node->as.bool_op.values, fn, data); return;
    case NODE_Compare:
        fn(data, node->as.compare.left);
        walk_list(&node->as.compare.comparators, fn, data);
        return;
    case NODE_IfExp:
        fn(data, node->as.if_exp.test);
        fn(data, node->as.if_exp.body);
        fn(data, node->as.if_exp.orelse);
        return;
    case NODE_NamedExpr:
        fn(data, node->as.named.value);
        fn(data, node->as.named.target);
        return;
    case NODE_Call:
        fn(data, node->as.call.func);
        walk_list(&node->as.call.args, fn, data);
        walk_list(&node->as.call.keywords, fn, data);
        return;
    case NODE_Attribute: fn(data, node->as.attribute.value); return;
    case NODE_Subscript:
        fn(data, node->as.subscript.value);
        fn(data, node->as.subscript.index);
        return;
    default: walk_statement(node, fn, data); return;
    }
}

void walk_children(Node *node, NodeFn fn, void *data)
{
    switch (node->kind) {
    case NODE_JoinedStr: walk_list(&node->as.joined.values, fn, data); return;
    case NODE_FormattedValue:
        fn(data, node->as.formatted.value);
        maybe(node->as.formatted.format_spec, fn, data);
        return;
    case NODE_Tuple:
    case NODE_List:
    case NODE_Set: walk_list(&node->as.sequence.items, fn, data); return;
    case NODE_Dict: walk_dict(node, fn, data); return;
    case NODE_Starred: fn(data, node->as.starred.value); return;
    case NODE_Lambda:
        walk_defaults(&node->as.lambda.params, fn, data);
        fn(data, node->as.lambda.body);
        return;
    case NODE_Keyword: fn(data, node->as.keyword.value); return;
    case NODE_Slice:
        maybe(node->as.slice.lower, fn, data);
        maybe(node->as.slice.upper, fn, data);
        maybe(node->as.slice.step, fn, data);
        return;
    case NODE_ListComp:
    case NODE_SetComp:
    case NODE_DictComp:
    case NODE_GeneratorExp:
        walk_list(&node->as.comp.generators, fn, data);
        fn(data, node->as.comp.element);
        maybe(node->as.comp.value, fn, data);
        return;
    case NODE_Comprehension:
        fn(data, node->as.comprehension.iter);
        fn(data, node->as.comprehension.target);
        walk_list(&node->as.comprehension.conditions, fn, data);
        return;
    case NODE_Yield:
    case NODE_YieldFrom: maybe(node->as.yield.value, fn, data); return;
    default: walk_operation(node, fn, data); return;
    }
}

typedef struct Search {
    const Str *name;
    bool found;
} Search;

static void search_assignment(void *data, Node *node)
{
    Search *search = data;
    while (node->kind == NODE_BinOp && !search->found) {  // long sums lean to the left
        search_assignment(search, node->as.binary.right);
        node = node->as.binary.left;
    }
    if (search->found) return;
    if (node->kind == NODE_NamedExpr &&
        (!search->name || node->as.named.target->as.name.id == search->name)) {
        search->found = true;
        return;
    }
    if (node->kind == NODE_Lambda)
        walk_defaults(&node->as.lambda.params, search_assignment, search);
    else
        walk_children(node, search_assignment, search);
}

bool walk_assigns(Node *node, const Str *name)
{
    Search search = {name, false};
    if (node) search_assignment(&search, node);
    return search.found;
}
