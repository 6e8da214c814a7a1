// SPDX-License-Identifier: MIT
// build.h - what the grammar's actions call: they make AST nodes and check what a grammar of one
// token of lookahead cannot. A text that is found wrong here is `rejected`, and mistakes.c tells
// why; what CPython only finds after parsing is noted (build_defer) and raised if all the rest is
// right.
#ifndef RILL_COMPILER_BUILD_H
#define RILL_COMPILER_BUILD_H

#include "compiler/lexer.h"

typedef struct Parser {
    VM *vm;
    Lexer *lexer;
    const Token *lookahead;  // the token that is fed now
    NodeList *body;          // the result
    bool rejected;           // the text is wrong: mistakes.c finds the words
    bool raised;             // an exception is set
    bool too_deep;
    bool has_deferred;
    Diagnostic deferred;
} Parser;

typedef enum ParamKind {
    PARAM_PLAIN,
    PARAM_SLASH,
    PARAM_STAR,
    PARAM_BARE_STAR,
    PARAM_DSTAR
} ParamKind;

typedef struct ParamItem {
    ParamKind kind;
    Parameter parameter;
} ParamItem;

typedef struct ParamList {
    ParamItem **items;
    int len, cap;
} ParamList;

typedef struct Block {
    NodeList *list;
    Span last;  // of its last token
} Block;

typedef struct DottedName {  // also the dots before it: then text is NULL
    Str *text;
    int dots;
    Span span;
} DottedName;

typedef struct AliasList {
    ImportAlias *items;
    int len, cap;
    Span last;
} AliasList;

// The generated parser
void *RillParseAlloc(void *(*alloc)(size_t size));
void RillParseInit(void *parser);
void RillParseClear(void *parser);  // as allocated
void RillParse(void *parser, int type, const Token *token, Parser *p);

// Errors
void build_reject(Parser *p);
void build_raise(Parser *p, Span span, Str *message);
void build_defer(Parser *p, Span span, Str *message);

// Lists
NodeList *build_list(Node *first);  // NULL: empty
NodeList *build_append(NodeList *list, Node *node);
NodeList *build_concat(NodeList *list, NodeList *more);
Block *build_block(NodeList *list, const Token *end);  // end: the NEWLINE or DEDENT behind it

// Names and targets
Str *build_name_text(Parser *p, const Token *t);
Node *build_name(Parser *p, const Token *t);
Node *build_target(Parser *p, Node *node,
                   ExprContext ctx);               // for a place where several forms are allowed
Node *build_single_target(Parser *p, Node *node);  // name, attribute or subscript
void build_no_star(Parser *p, Node *node);

// Expressions
Node *build_binary(Parser *p, BinOperator op, Node *left, Node *right);
Node *build_unary(Parser *p, UnaryOperator op, const Token *t, Node *operand);
Node *build_bool(Parser *p, bool is_or, Node *left, Node *right);
Node *build_bool_more(Parser *p, Node *chain, Node *right);
Node *build_compare(Parser *p, Node *left, CompareOperator op, Node *right);
Node *build_compare_more(Parser *p, Node *chain, CompareOperator op, Node *right);
Node *build_if_exp(Parser *p, Node *body, Node *test, Node *orelse);
Node *build_lambda(Parser *p, const Token *t, ParamList *params, Node *body);
Node *build_named(Parser *p, const Token *name, Node *value);
Node *build_starred(Parser *p, const Token *star, Node *value);
Node *build_yield(Parser *p, const Token *t, Node *value_or_null);
Node *build_yield_from(Parser *p, const Token *t, Node *value);
Node *build_group(const Token *open, Node *node, const Token *close);
Node *build_tuple(Parser *p, NodeList *items, const Token *comma_or_null);
Node *build_display(Parser *p, NodeKind kind, const Token *open, NodeList *items,
                    const Token *close);
Node *build_dict(Parser *p, const Token *open, NodeList *pairs, const Token *close);
Node *build_pair(Parser *p, Node *key_or_null, const Token *star_or_null, Node *value);
Node *build_comp(Parser *p, NodeKind kind, const Token *open, Node *element, NodeList *clauses,
                 const Token *close);
Node *build_comp_clause(Parser *p, const Token *t, Node *target, Node *iter, NodeList *conditions);
Node *build_attribute(Parser *p, Node *value, const Token *name);
Node *build_subscript(Parser *p, Node *value, NodeList *items, const Token *comma,
                      const Token *close);
Node *build_slice(Parser *p, Node *lower, const Token *first, Node *upper, const Token *second,
                  Node *step);
Node *build_keyword(Parser *p, const Token *start, Str *name, Node *value);
Node *build_call(Parser *p, Node *func, const Token *open, NodeList *args, const Token *close);
Node *build_argument_generator(Parser *p, Node *element, NodeList *clauses);
Node *build_constant(const Token *t, Value value);

// Literals (literals.c)
Node *literal_number(Parser *p, const Token *t);
Node *literal_string(Parser *p, const Token *t);
Node *literal_middle(Parser *p, const Token *t);
Node *literal_fstring(Parser *p, const Token *start, NodeList *parts, const Token *end);
Node *literal_strings(Parser *p, NodeList *parts);  // one or more literals side by side
const Token *literal_conversion(Parser *p, const Token *mark, const Token *name);
NodeList *literal_field(Parser *p, const Token *open, Node *value, const Token *equals,
                        const Token *conversion, Node *spec, const Token *close);
Node *literal_spec(Parser *p, const Token *colon, NodeList *parts);

// Parameters
ParamItem *build_param(Parser *p, ParamKind kind, const Token *name, Node *annotation,
                       Node *default_value);
ParamList *build_param_list(ParamList *list, ParamItem *item);  // list NULL: a new one

// Statements
Node *build_expr_stmt(Parser *p, Node *value);
NodeList *build_assign_target(Parser *p, NodeList *targets, Node *target);
Node *build_assign(Parser *p, NodeList *targets, Node *value);
Node *build_aug_assign(Parser *p, Node *target, BinOperator op, Node *value);
Node *build_ann_assign(Parser *p, Node *target, Node *annotation, Node *value_or_null);
Node *build_simple(Parser *p, NodeKind kind, const Token *t, Node *first_or_null,
                   Node *second_or_null);
Node *build_delete(Parser *p, const Token *t, Node *targets);
Node *build_names(Parser *p, NodeKind kind, const Token *t, NodeList *names);
DottedName *build_dotted(Parser *p, DottedName *left, const Token *name);
DottedName *build_dots(DottedName *left, const Token *dots);
AliasList *build_alias(Parser *p, AliasList *list, DottedName *name, const Token *asname);
Node *build_import(const Token *t, AliasList *names);
Node *build_import_from(const Token *t, DottedName *dots, DottedName *module, AliasList *names);
Node *build_if(Parser *p, const Token *t, Node *test, Block *body, NodeList *elifs, Block *orelse);
Node *build_elif(Parser *p, const Token *t, Node *test, Block *body);
Node *build_while(Parser *p, const Token *t, Node *test, Block *body, Block *orelse);
Node *build_for(Parser *p, const Token *t, Node *target, Node *iter, Block *body, Block *orelse);
Node *build_try(Parser *p, const Token *t, Block *body, NodeList *handlers, Block *orelse,
                Block *final);
Node *build_handler(Parser *p, const Token *t, Node *type, const Token *name, Block *body);
Node *build_with(Parser *p, const Token *t, NodeList *items, Block *body);
Node *build_with_item(Parser *p, Node *context, Node *target);
Node *build_function(Parser *p, const Token *t, const Token *name, ParamList *params, Node *returns,
                     Block *body);
Node *build_class(Parser *p, const Token *t, const Token *name, NodeList *args, Block *body);
Node *build_decorated(NodeList *decorators, Node *definition);

#endif
