// SPDX-License-Identifier: MIT
// ast.h - the abstract syntax tree, as the parser builds it and scope.c and codegen read it.
// Shapes follow CPython's ast module, so its documentation applies. Nodes live in collected
// memory and are never changed after the parser made them, except for the fields marked so.
#ifndef RILL_COMPILER_AST_H
#define RILL_COMPILER_AST_H

#include "vm/str.h"
#include "vm/value.h"

// A stretch of source text. Lines count from 1; columns count from 0, in bytes of UTF-8.
// The end is exclusive.
typedef struct Span {
    int line, col, end_line, end_col;
} Span;

typedef enum NodeKind {
#define NODE(name, text) NODE_##name,
#include "compiler/nodes.def"
#undef NODE
    NODE_COUNT
} NodeKind;

typedef enum UnaryOperator { UNARY_NOT, UNARY_NEG, UNARY_POS, UNARY_INVERT } UnaryOperator;

// The order is the order of the ADD ... MATMUL opcodes and of BinaryOperator in vm/ops.h.
typedef enum BinOperator {
    BIN_ADD, BIN_SUB, BIN_MUL, BIN_DIV, BIN_FLOORDIV, BIN_MOD, BIN_POW, BIN_LSHIFT, BIN_RSHIFT,
    BIN_AND, BIN_OR, BIN_XOR, BIN_MATMUL
} BinOperator;

typedef enum CompareOperator {
    CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_EQ, CMP_NE, CMP_IS, CMP_IS_NOT, CMP_IN, CMP_NOT_IN
} CompareOperator;

typedef enum ExprContext { CTX_LOAD, CTX_STORE, CTX_DEL } ExprContext;

typedef struct Node Node;
struct Scope;

typedef struct NodeList {
    Node **items;
    int len, cap;
} NodeList;

typedef struct NameList {
    Str **items;
    Span *spans;
    int len, cap;
} NameList;

// One parameter of a def or lambda.
typedef struct Parameter {
    Str *name;
    Node *annotation;  // NULL if none
    Node *default_value;  // NULL if none; keyword-only parameters may lack one anywhere
    Span span;
} Parameter;

typedef struct Parameters {
    Parameter *items;  // positional-only, then positional-or-keyword, then keyword-only
    int n_posonly, n_positional, n_kwonly;  // n_positional includes n_posonly
    int cap;
    Parameter *vararg, *kwarg;  // *args, **kwargs; NULL if none
} Parameters;

typedef struct ImportAlias {
    Str *name;    // dotted for `import a.b.c`; "*" for `from m import *`
    Str *asname;  // NULL if none
    Span span;
} ImportAlias;

// INVARIANT: no node is more than AST_MAX_DEPTH deep (its children count one less); a long chain like
// a + b + c + ... is as deep as it is long. Nested lambdas count for AST_LAMBDA_DEPTH each, blocks nest
// at most 99 deep and brackets 200. So much a recursion over the tree has to stand.
enum { AST_MAX_DEPTH = 6000, AST_LAMBDA_DEPTH = 40 };

// Allocated with room for the union member of its kind only (32 bytes at least): never copy a whole Node.
struct Node {
    NodeKind kind;
    Span span;
    Span outer;  // with the parentheses around it, if it is parenthesized; else the same
    int depth;
    bool parenthesized;  // written inside parentheses of its own: matters for messages and carets
    struct Scope *scope;  // FunctionDef, Lambda, ClassDef, comprehensions: set by scope.c
    union {
        // statements
        struct { Node *value; } expr_stmt;
        struct { NodeList targets; Node *value; } assign;  // a = b = value has two targets
        struct { Node *target; BinOperator op; Node *value; } aug_assign;
        struct { Node *target, *annotation, *value; bool simple; } ann_assign;  // value may be NULL; simple: bare name
        struct { NodeList targets; } del;
        struct { Node *test, *message; } assert_;  // message may be NULL
        struct { Node *test; NodeList body, orelse; } if_;  // elif is an If alone in orelse
        struct { Node *test; NodeList body, orelse; } while_;
        struct { Node *target, *iter; NodeList body, orelse; } for_;
        struct { Node *value; } return_;  // may be NULL
        struct { NameList names; } names;  // Global and Nonlocal
        struct { ImportAlias *items; int len, cap; } import;
        struct { Str *module; int level; ImportAlias *items; int len, cap; } import_from;  // module NULL for `from . import x`
        struct { Node *exc, *cause; } raise;  // both may be NULL
        struct { NodeList body, handlers, orelse, finalbody; } try_;
        struct { Node *type; Str *name; NodeList body; } handler;  // type and name may be NULL
        struct { NodeList items, body; } with;
        struct { Node *context, *target; } with_item;  // target may be NULL
        struct {
            Str *name;
            Parameters params;
            NodeList body, decorators;
            Node *returns;  // annotation, may be NULL
            Span name_span;
        } function;
        struct { NameList attributes; int end; } deferred;  // of self, that the body sets; where the text of the function ends
        struct { Str *name; NodeList bases, keywords, body, decorators; Span name_span; } class_;  // bases may hold Starred; keywords hold Keyword

        // expressions
        struct { Value value; Str *text; } constant;  // text: source text of a number, else NULL
        struct { Str *id; ExprContext ctx; } name;  // id is interned
        struct { NodeList values; } joined;  // Constant (str) and FormattedValue in turn
        struct { Node *value; int conversion; Node *format_spec; } formatted;  // conversion 0, 's', 'r' or 'a'; spec: JoinedStr or NULL
        struct { NodeList items; ExprContext ctx; } sequence;  // Tuple, List, Set
        struct { NodeList keys, values; } dict;  // a NULL key means **value
        struct { Node *value; ExprContext ctx; } starred;
        struct { UnaryOperator op; Node *operand; } unary;
        struct { BinOperator op; Node *left, *right; } binary;
        struct { bool is_or; NodeList values; } bool_op;
        struct { Node *left; CompareOperator *ops; NodeList comparators; } compare;  // len(ops) == comparators.len
        struct { Node *test, *body, *orelse; } if_exp;
        struct { Node *target, *value; } named;  // target is a Name
        struct { Parameters params; Node *body; } lambda;
        struct { Node *func; NodeList args, keywords; } call;  // args may hold Starred; keywords hold Keyword
        struct { Str *name; Node *value; } keyword;  // name NULL means **value
        struct { Node *value; Str *attr; ExprContext ctx; Span attr_span; } attribute;
        struct { Node *value, *index; ExprContext ctx; } subscript;
        struct { Node *lower, *upper, *step; } slice;  // each may be NULL
        struct { Node *element, *value; NodeList generators; } comp;  // ListComp SetComp GeneratorExp; DictComp: element: value
        struct { Node *target, *iter; NodeList conditions; } comprehension;
        struct { Node *value; } yield;  // Yield (value may be NULL) and YieldFrom
    } as;
};

typedef struct ModuleNode {
    NodeList body;  // for COMPILE_EVAL: one ExprStmt
    struct Scope *scope;  // set by scope.c
} ModuleNode;

Node *node_new(NodeKind kind, Span span);
void nodelist_add(NodeList *list, Node *node);
void namelist_add(NameList *list, Str *name, Span span);
Span span_join(Span first, Span last);
const char *node_kind_text(NodeKind kind);  // as in nodes.def
const char *node_kind_name(NodeKind kind);  // "BinOp"

#endif
