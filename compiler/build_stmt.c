// SPDX-License-Identifier: MIT
// build_stmt.c - AST nodes of statements, definitions excepted; see build.h.

#include "compiler/build.h"

#include "compiler/grammar.h"
#include "vm/gc.h"

// The last token before `end` that is not layout: where a statement ends, for its positions.
Block *build_block(NodeList *list, const Token *end)
{
    Block *block = gc_alloc(sizeof(Block));
    do {
        end--;
    } while (end->type == TK_NEWLINE || end->type == TK_INDENT || end->type == TK_DEDENT);
    block->list = list;
    block->last = end->span;
    return block;
}

static void hold(Parser *p, Node *node, const Node *child)
{
    if (child == NULL || child->depth < node->depth) return;
    node->depth = child->depth + 1;
    if (node->depth > AST_MAX_DEPTH) p->too_deep = true;
}

// Takes over the statements of a block, if there is one.
static NodeList hold_block(Parser *p, Node *node, const Block *block)
{
    if (block == NULL) return (NodeList){0};
    for (int i = 0; i < block->list->len; i++)
        hold(p, node, block->list->items[i]);
    node->span = node->outer = span_join(node->span, block->last);
    return *block->list;
}

// Simple statements

Node *build_expr_stmt(Parser *p, Node *value)
{
    Node *node = node_new(NODE_ExprStmt, value->outer);
    node->as.expr_stmt.value = value;
    build_no_star(p, value);
    hold(p, node, value);
    return node;
}

NodeList *build_assign_target(Parser *p, NodeList *targets, Node *target)
{
    build_target(p, target, CTX_STORE);
    return targets == NULL ? build_list(target) : build_append(targets, target);
}

Node *build_assign(Parser *p, NodeList *targets, Node *value)
{
    Node *node = node_new(NODE_Assign, span_join(targets->items[0]->outer, value->outer));
    node->as.assign.targets = *targets;
    node->as.assign.value = value;
    for (int i = 0; i < targets->len; i++)
        hold(p, node, targets->items[i]);
    hold(p, node, value);
    return node;
}

Node *build_aug_assign(Parser *p, Node *target, BinOperator op, Node *value)
{
    Node *node = node_new(NODE_AugAssign, span_join(target->outer, value->outer));
    node->as.aug_assign.target = build_single_target(p, target);
    node->as.aug_assign.op = op;
    node->as.aug_assign.value = value;
    hold(p, node, target);
    hold(p, node, value);
    return node;
}

Node *build_ann_assign(Parser *p, Node *target, Node *annotation, Node *value)
{
    Span last = value != NULL ? value->outer : annotation->outer;
    Node *node = node_new(NODE_AnnAssign, span_join(target->outer, last));
    node->as.ann_assign.target = build_single_target(p, target);
    node->as.ann_assign.annotation = annotation;
    node->as.ann_assign.value = value;
    node->as.ann_assign.simple = target->kind == NODE_Name && !target->parenthesized;
    hold(p, node, target);
    hold(p, node, annotation);
    hold(p, node, value);
    return node;
}

Node *build_simple(Parser *p, NodeKind kind, const Token *t, Node *first, Node *second)
{
    Node *last = second != NULL ? second : first;
    Node *node = node_new(kind, last == NULL ? t->span : span_join(t->span, last->outer));
    switch (kind) {
    case NODE_Return: node->as.return_.value = first; break;
    case NODE_Raise:
        node->as.raise.exc = first;
        node->as.raise.cause = second;
        break;
    case NODE_Assert:
        node->as.assert_.test = first;
        node->as.assert_.message = second;
        break;
    default: break;  // pass, break, continue
    }
    hold(p, node, first);
    hold(p, node, second);
    return node;
}

Node *build_delete(Parser *p, const Token *t, Node *targets)
{
    Node *node = node_new(NODE_Delete, span_join(t->span, targets->outer));
    build_target(p, targets, CTX_DEL);
    if (targets->kind == NODE_Tuple && !targets->parenthesized)
        node->as.del.targets = targets->as.sequence.items;
    else
        nodelist_add(&node->as.del.targets, targets);
    hold(p, node, targets);
    return node;
}

Node *build_names(Parser *p, NodeKind kind, const Token *t, NodeList *names)
{
    Node *node = node_new(kind, span_join(t->span, names->items[names->len - 1]->span));
    for (int i = 0; i < names->len; i++)
        namelist_add(&node->as.names.names, names->items[i]->as.name.id, names->items[i]->span);
    (void)p;
    return node;
}

// Imports

DottedName *build_dotted(Parser *p, DottedName *left, const Token *name)
{
    DottedName *dotted = gc_alloc(sizeof(DottedName));
    Str *text = build_name_text(p, name);
    dotted->text = left == NULL ? text : str_format("%s.%s", left->text->data, text->data);
    if (left != NULL) dotted->text = str_intern_str(dotted->text);
    dotted->span = left == NULL ? name->span : span_join(left->span, name->span);
    return dotted;
}

DottedName *build_dots(DottedName *left, const Token *dots)
{
    DottedName *dotted = gc_alloc(sizeof(DottedName));
    dotted->dots = (left == NULL ? 0 : left->dots) + (dots->type == TK_ELLIPSIS ? 3 : 1);
    return dotted;
}

AliasList *build_alias(Parser *p, AliasList *list, DottedName *name, const Token *asname)
{
    if (list == NULL) list = gc_alloc(sizeof(AliasList));
    if (list->len == list->cap) {
        int cap = list->cap == 0 ? 2 : 2 * list->cap;
        ImportAlias *items = gc_alloc_array((size_t)cap, sizeof(ImportAlias));
        if (list->len > 0) memcpy(items, list->items, (size_t)list->len * sizeof(ImportAlias));
        list->items = items;
        list->cap = cap;
    }
    ImportAlias *alias = &list->items[list->len++];
    alias->name = name->text;
    alias->asname = asname == NULL ? NULL : build_name_text(p, asname);
    alias->span = asname == NULL ? name->span : span_join(name->span, asname->span);
    list->last = alias->span;
    return list;
}

Node *build_import(const Token *t, AliasList *names)
{
    Node *node = node_new(NODE_Import, span_join(t->span, names->last));
    node->as.import.items = names->items;
    node->as.import.len = names->len;
    node->as.import.cap = names->cap;
    return node;
}

Node *build_import_from(const Token *t, DottedName *dots, DottedName *module, AliasList *names)
{
    Node *node = node_new(NODE_ImportFrom, span_join(t->span, names->last));
    node->as.import_from.module = module == NULL ? NULL : module->text;
    node->as.import_from.level = dots == NULL ? 0 : dots->dots;
    node->as.import_from.items = names->items;
    node->as.import_from.len = names->len;
    node->as.import_from.cap = names->cap;
    return node;
}

// Compound statements

Node *build_elif(Parser *p, const Token *t, Node *test, Block *body)
{
    return build_if(p, t, test, body, NULL, NULL);
}

Node *build_if(Parser *p, const Token *t, Node *test, Block *body, NodeList *elifs, Block *orelse)
{
    Node *node = node_new(NODE_If, t->span);
    node->as.if_.test = test;
    hold(p, node, test);
    node->as.if_.body = hold_block(p, node, body);
    // Each elif becomes the orelse of the one before; the last one's is the else block.
    int n = elifs == NULL ? 0 : elifs->len;
    Node *last = n == 0 ? node : elifs->items[n - 1];
    last->as.if_.orelse = hold_block(p, last, orelse);
    for (int i = n - 1; i >= 0; i--) {
        Node *outer = i == 0 ? node : elifs->items[i - 1], *inner = elifs->items[i];
        nodelist_add(&outer->as.if_.orelse, inner);
        outer->span = outer->outer = span_join(outer->span, inner->span);
        hold(p, outer, inner);
    }
    return node;
}

Node *build_while(Parser *p, const Token *t, Node *test, Block *body, Block *orelse)
{
    Node *node = node_new(NODE_While, t->span);
    node->as.while_.test = test;
    hold(p, node, test);
    node->as.while_.body = hold_block(p, node, body);
    node->as.while_.orelse = hold_block(p, node, orelse);
    return node;
}

Node *build_for(Parser *p, const Token *t, Node *target, Node *iter, Block *body, Block *orelse)
{
    Node *node = node_new(NODE_For, t->span);
    node->as.for_.target = target;
    node->as.for_.iter = iter;
    hold(p, node, target);
    hold(p, node, iter);
    node->as.for_.body = hold_block(p, node, body);
    node->as.for_.orelse = hold_block(p, node, orelse);
    return node;
}

Node *build_try(Parser *p, const Token *t, Block *body, NodeList *handlers, Block *orelse,
                Block *final)
{
    Node *node = node_new(NODE_Try, t->span);
    node->as.try_.body = hold_block(p, node, body);
    node->as.try_.handlers = *handlers;
    for (int i = 0; i < handlers->len; i++) {
        Node *handler = handlers->items[i];
        hold(p, node, handler);
        node->span = node->outer = span_join(node->span, handler->span);
        if (handler->as.handler.type == NULL && i + 1 < handlers->len)
            build_defer(p, handler->span, str_from_cstr("default 'except:' must be last"));
    }
    node->as.try_.orelse = hold_block(p, node, orelse);
    node->as.try_.finalbody = hold_block(p, node, final);
    return node;
}

Node *build_handler(Parser *p, const Token *t, Node *type, const Token *name, Block *body)
{
    Node *node = node_new(NODE_ExceptHandler, t->span);
    node->as.handler.type = type;
    if (name != NULL) {
        Node *target = build_target(p, build_name(p, name), CTX_STORE);
        node->as.handler.name = target->as.name.id;
    }
    hold(p, node, type);
    node->as.handler.body = hold_block(p, node, body);
    return node;
}

Node *build_with(Parser *p, const Token *t, NodeList *items, Block *body)
{
    Node *node = node_new(NODE_With, t->span);
    node->as.with.items = *items;
    for (int i = 0; i < items->len; i++)
        hold(p, node, items->items[i]);
    node->as.with.body = hold_block(p, node, body);
    return node;
}

Node *build_with_item(Parser *p, Node *context, Node *target)
{
    Node *node = node_new(NODE_WithItem, target == NULL ? context->outer
                                                        : span_join(context->outer, target->outer));
    node->as.with_item.context = context;
    node->as.with_item.target = target;
    hold(p, node, context);
    hold(p, node, target);
    return node;
}
