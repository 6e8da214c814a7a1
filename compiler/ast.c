// SPDX-License-Identifier: MIT
// ast.c - allocation of AST nodes and their lists.

#include "compiler/ast.h"

#include "vm/gc.h"

enum { MIN_MEMBER = 32 };

static size_t member_size(NodeKind kind)
{
    switch (kind) {
    case NODE_FunctionDef: return sizeof(((Node *)0)->as.function);
    case NODE_ClassDef: return sizeof(((Node *)0)->as.class_);
    case NODE_Lambda: return sizeof(((Node *)0)->as.lambda);
    case NODE_Try: return sizeof(((Node *)0)->as.try_);
    case NODE_For: return sizeof(((Node *)0)->as.for_);
    case NODE_If:
    case NODE_While: return sizeof(((Node *)0)->as.if_);
    case NODE_ExceptHandler: return sizeof(((Node *)0)->as.handler);
    case NODE_With: return sizeof(((Node *)0)->as.with);
    case NODE_Deferred: return sizeof(((Node *)0)->as.deferred);
    case NODE_Global:
    case NODE_Nonlocal: return sizeof(((Node *)0)->as.names);
    case NODE_ImportFrom: return sizeof(((Node *)0)->as.import_from);
    case NODE_Attribute: return sizeof(((Node *)0)->as.attribute);
    case NODE_Call: return sizeof(((Node *)0)->as.call);
    case NODE_Compare: return sizeof(((Node *)0)->as.compare);
    case NODE_Dict: return sizeof(((Node *)0)->as.dict);
    case NODE_ListComp:
    case NODE_SetComp:
    case NODE_DictComp:
    case NODE_GeneratorExp: return sizeof(((Node *)0)->as.comp);
    case NODE_Comprehension: return sizeof(((Node *)0)->as.comprehension);
    default: return MIN_MEMBER;  // checked below
    }
}

// Every member that member_size does not name.
_Static_assert(sizeof(((Node *)0)->as.assign) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.aug_assign) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.ann_assign) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.del) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.import) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.raise) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.constant) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.joined) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.formatted) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.sequence) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.binary) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.bool_op) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.if_exp) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.subscript) <= MIN_MEMBER &&
                   sizeof(((Node *)0)->as.slice) <= MIN_MEMBER,
               "member_size must name a member of more than MIN_MEMBER bytes");

Node *node_new(NodeKind kind, Span span)
{
    size_t member = member_size(kind);
    size_t size = offsetof(Node, as) + (member < MIN_MEMBER ? MIN_MEMBER : member);
    Node *node = gc_alloc(size);  // not gc_alloc_object: it could be taken for an object of scripts
    node->kind = kind;
    node->span = node->outer = span;
    node->depth = 1;
    return node;
}

void nodelist_add(NodeList *list, Node *node)
{
    if (list->len == list->cap) {
        int cap = list->cap == 0 ? 4 : list->cap * 2;
        Node **items = gc_alloc_array((size_t)cap, sizeof(Node *));
        if (list->len > 0) memcpy(items, list->items, (size_t)list->len * sizeof(Node *));
        list->items = items;
        list->cap = cap;
    }
    list->items[list->len++] = node;
}

void namelist_add(NameList *list, Str *name, Span span)
{
    if (list->len == list->cap) {
        int cap = list->cap == 0 ? 4 : list->cap * 2;
        Str **items = gc_alloc_array((size_t)cap, sizeof(Str *));
        Span *spans = gc_alloc_atomic((size_t)cap * sizeof(Span));
        if (list->len > 0) {
            memcpy(items, list->items, (size_t)list->len * sizeof(Str *));
            memcpy(spans, list->spans, (size_t)list->len * sizeof(Span));
        }
        list->items = items;
        list->spans = spans;
        list->cap = cap;
    }
    list->items[list->len] = name;
    list->spans[list->len++] = span;
}

Span span_join(Span first, Span last)
{
    return (Span){first.line, first.col, last.end_line, last.end_col};
}

const char *node_kind_text(NodeKind kind)
{
    static const char *const texts[] = {
#define NODE(name, text) text,
#include "compiler/nodes.def"
#undef NODE
    };
    return texts[kind];
}

const char *node_kind_name(NodeKind kind)
{
    static const char *const names[] = {
#define NODE(name, text) #name,
#include "compiler/nodes.def"
#undef NODE
    };
    return names[kind];
}
