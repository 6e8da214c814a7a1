// SPDX-License-Identifier: MIT
// grammar.y - the grammar of Rill (Lemon, LALR(1), no conflicts). It accepts a little more than the
// language: what one token of lookahead cannot tell, such as whether an expression is a target, the
// build functions check. It knows no error messages: see mistakes.def.

%include {
#include "compiler/build.h"
#include "compiler/deferred.h"
#include "vm/gc.h"

#define YYNOERRORRECOVERY 1

// The template declares none of its functions.
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-parameter"
}
%code {
// A parser is large, and all zero but for what was used of its stack: so that may be cleared, and it be used again.
void RillParseClear(void *parser)
{
    yyParser *yyp = parser;
    yyStackEntry *e = &yyp->yystack[1], *end = yyp->yystack + YYSTACKDEPTH;
    while (e < end && (e->major || e->stateno)) e++;
    memset(yyp, 0, (size_t)((char *)e - (char *)yyp));
}
}
%name RillParse
%token_prefix TK_
%token_type {const Token *}
%extra_argument {Parser *p}
%default_type {Node *}
%stack_size 8000
%syntax_error { (void)yymajor; (void)yyminor; build_reject(p); }
%stack_overflow { p->too_deep = true; }

%token END ERROR BAD NEWLINE INDENT DEDENT NAME NUMBER STRING FSTART FMIDDLE FEND.
%token START_FILE START_EVAL START_SINGLE.
%token FALSE NONE TRUE AND AS ASSERT ASYNC AWAIT BREAK CLASS CONTINUE DEF DEL ELIF ELSE EXCEPT FINALLY FOR FROM.
%token GLOBAL IF IMPORT IN IS LAMBDA NONLOCAL NOT OR PASS RAISE RETURN TRY WHILE WITH YIELD.
%token DEFERRED LPAR LPAR_WITH RPAR LSQB RSQB LBRACE RBRACE COMMA COLON SEMI DOT ELLIPSIS EQUAL COLONEQUAL RARROW.
%token EXCLAMATION TILDE LT GT LE GE EQ NE.
%token PLUSEQ MINUSEQ STAREQ SLASHEQ DSLASHEQ PERCENTEQ DSTAREQ LSHIFTEQ RSHIFTEQ AMPEQ VBAREQ CIRCUMFLEXEQ ATEQ.

%left VBAR.
%left CIRCUMFLEX.
%left AMP.
%left LSHIFT RSHIFT.
%left PLUS MINUS.
%left STAR SLASH DSLASH PERCENT AT.
%right UNARY.
%right DSTAR.

%start_symbol start
start ::= START_FILE statements(B) END. { p->body = B; }
start ::= START_EVAL expressions(E) newlines END. { p->body = build_list(build_expr_stmt(p, E)); }
start ::= START_SINGLE statement(B) END. { p->body = B; }
start ::= START_SINGLE END. { p->body = build_list(NULL); }

newlines ::= .
newlines ::= newlines NEWLINE.

// Statements

%type statements {NodeList *}
statements(A) ::= . { A = build_list(NULL); }
statements(A) ::= statements(B) statement(C). { A = build_concat(B, C); }

%type some_statements {NodeList *}
some_statements(A) ::= statement(B). { A = B; }
some_statements(A) ::= some_statements(B) statement(C). { A = build_concat(B, C); }

%type statement {NodeList *}
statement(A) ::= simple_line(B). { A = B->list; }
statement(A) ::= compound(B). { A = build_list(B); }
statement(A) ::= DEFERRED(T). { A = build_list(deferred_build(p, T)); }

%type simple_line {Block *}
simple_line(A) ::= simple_list(B) NEWLINE(E). { A = build_block(B, E); }
simple_line(A) ::= simple_list(B) SEMI NEWLINE(E). { A = build_block(B, E); }

%type simple_list {NodeList *}
simple_list(A) ::= simple(B). { A = build_list(B); }
simple_list(A) ::= simple_list(B) SEMI simple(C). { A = build_append(B, C); }

%type block {Block *}
block(A) ::= simple_line(B). { A = B; }
block(A) ::= NEWLINE INDENT some_statements(B) DEDENT(E). { A = build_block(B, E); }

simple(A) ::= star_expressions(B). { A = build_expr_stmt(p, B); }
simple(A) ::= yield_expr(B). { A = build_expr_stmt(p, B); }
simple(A) ::= targets_equal(B) value(C). { A = build_assign(p, B, C); }
simple(A) ::= star_expressions(B) augmented(O) value(C). { A = build_aug_assign(p, B, O, C); }
simple(A) ::= star_expressions(B) COLON expression(C). { A = build_ann_assign(p, B, C, NULL); }
simple(A) ::= star_expressions(B) COLON expression(C) EQUAL value(D). { A = build_ann_assign(p, B, C, D); }
simple(A) ::= RETURN(T). { A = build_simple(p, NODE_Return, T, NULL, NULL); }
simple(A) ::= RETURN(T) star_expressions(B). { build_no_star(p, B); A = build_simple(p, NODE_Return, T, B, NULL); }
simple(A) ::= RAISE(T). { A = build_simple(p, NODE_Raise, T, NULL, NULL); }
simple(A) ::= RAISE(T) expression(B). { A = build_simple(p, NODE_Raise, T, B, NULL); }
simple(A) ::= RAISE(T) expression(B) FROM expression(C). { A = build_simple(p, NODE_Raise, T, B, C); }
simple(A) ::= PASS(T). { A = build_simple(p, NODE_Pass, T, NULL, NULL); }
simple(A) ::= BREAK(T). { A = build_simple(p, NODE_Break, T, NULL, NULL); }
simple(A) ::= CONTINUE(T). { A = build_simple(p, NODE_Continue, T, NULL, NULL); }
simple(A) ::= ASSERT(T) expression(B). { A = build_simple(p, NODE_Assert, T, B, NULL); }
simple(A) ::= ASSERT(T) expression(B) COMMA expression(C). { A = build_simple(p, NODE_Assert, T, B, C); }
simple(A) ::= DEL(T) targets(B). { A = build_delete(p, T, B); }
simple(A) ::= GLOBAL(T) names(B). { A = build_names(p, NODE_Global, T, B); }
simple(A) ::= NONLOCAL(T) names(B). { A = build_names(p, NODE_Nonlocal, T, B); }
simple(A) ::= IMPORT(T) dotted_as_names(B). { A = build_import(T, B); }
simple(A) ::= FROM(T) dots(D) dotted_name(M) IMPORT import_names(B). { A = build_import_from(T, D, M, B); }
simple(A) ::= FROM(T) some_dots(D) IMPORT import_names(B). { A = build_import_from(T, D, NULL, B); }

%type targets_equal {NodeList *}
targets_equal(A) ::= star_expressions(B) EQUAL. { A = build_assign_target(p, NULL, B); }
targets_equal(A) ::= targets_equal(B) star_expressions(C) EQUAL. { A = build_assign_target(p, B, C); }

value(A) ::= star_expressions(B). { A = B; build_no_star(p, B); }
value(A) ::= yield_expr(B). { A = B; }

%type augmented {BinOperator}
augmented(A) ::= PLUSEQ. { A = BIN_ADD; }
augmented(A) ::= MINUSEQ. { A = BIN_SUB; }
augmented(A) ::= STAREQ. { A = BIN_MUL; }
augmented(A) ::= SLASHEQ. { A = BIN_DIV; }
augmented(A) ::= DSLASHEQ. { A = BIN_FLOORDIV; }
augmented(A) ::= PERCENTEQ. { A = BIN_MOD; }
augmented(A) ::= DSTAREQ. { A = BIN_POW; }
augmented(A) ::= LSHIFTEQ. { A = BIN_LSHIFT; }
augmented(A) ::= RSHIFTEQ. { A = BIN_RSHIFT; }
augmented(A) ::= AMPEQ. { A = BIN_AND; }
augmented(A) ::= VBAREQ. { A = BIN_OR; }
augmented(A) ::= CIRCUMFLEXEQ. { A = BIN_XOR; }
augmented(A) ::= ATEQ. { A = BIN_MATMUL; }

%type names {NodeList *}
names(A) ::= NAME(B). { A = build_list(build_name(p, B)); }
names(A) ::= names(B) COMMA NAME(C). { A = build_append(B, build_name(p, C)); }

%type dotted_name {DottedName *}
dotted_name(A) ::= NAME(B). { A = build_dotted(p, NULL, B); }
dotted_name(A) ::= dotted_name(B) DOT NAME(C). { A = build_dotted(p, B, C); }

%type dots {DottedName *}
%type some_dots {DottedName *}
dots(A) ::= . { A = NULL; }
dots(A) ::= some_dots(B). { A = B; }
some_dots(A) ::= DOT(B). { A = build_dots(NULL, B); }
some_dots(A) ::= ELLIPSIS(B). { A = build_dots(NULL, B); }
some_dots(A) ::= some_dots(B) DOT(C). { A = build_dots(B, C); }
some_dots(A) ::= some_dots(B) ELLIPSIS(C). { A = build_dots(B, C); }

%type dotted_as_names {AliasList *}
dotted_as_names(A) ::= dotted_name(B). { A = build_alias(p, NULL, B, NULL); }
dotted_as_names(A) ::= dotted_name(B) AS NAME(C). { A = build_alias(p, NULL, B, C); }
dotted_as_names(A) ::= dotted_as_names(L) COMMA dotted_name(B). { A = build_alias(p, L, B, NULL); }
dotted_as_names(A) ::= dotted_as_names(L) COMMA dotted_name(B) AS NAME(C). { A = build_alias(p, L, B, C); }

%type import_names {AliasList *}
import_names(A) ::= STAR(B). { A = build_alias(p, NULL, build_dotted(p, NULL, B), NULL); }
import_names(A) ::= as_names(B). { A = B; }
import_names(A) ::= LPAR as_names(B) RPAR(E). { A = B; A->last = E->span; }
import_names(A) ::= LPAR as_names(B) COMMA RPAR(E). { A = B; A->last = E->span; }

%type as_names {AliasList *}
as_names(A) ::= NAME(B). { A = build_alias(p, NULL, build_dotted(p, NULL, B), NULL); }
as_names(A) ::= NAME(B) AS NAME(C). { A = build_alias(p, NULL, build_dotted(p, NULL, B), C); }
as_names(A) ::= as_names(L) COMMA NAME(B). { A = build_alias(p, L, build_dotted(p, NULL, B), NULL); }
as_names(A) ::= as_names(L) COMMA NAME(B) AS NAME(C). { A = build_alias(p, L, build_dotted(p, NULL, B), C); }

// Compound statements

compound(A) ::= IF(T) named_expression(C) COLON block(B) elifs(L) else(E). { A = build_if(p, T, C, B, L, E); }
compound(A) ::= WHILE(T) named_expression(C) COLON block(B) else(E). { A = build_while(p, T, C, B, E); }
compound(A) ::= FOR(T) targets(V) IN star_expressions(I) COLON block(B) else(E). {
    build_no_star(p, I);
    A = build_for(p, T, build_target(p, V, CTX_STORE), I, B, E);
}
compound(A) ::= TRY(T) COLON block(B) FINALLY COLON block(F). { A = build_try(p, T, B, build_list(NULL), NULL, F); }
compound(A) ::= TRY(T) COLON block(B) handlers(H) else(E) finally(F). { A = build_try(p, T, B, H, E, F); }
compound(A) ::= WITH(T) with_items(I) COLON block(B). { A = build_with(p, T, I, B); }
compound(A) ::= WITH(T) LPAR_WITH with_items(I) RPAR COLON block(B). { A = build_with(p, T, I, B); }
compound(A) ::= WITH(T) LPAR_WITH with_items(I) COMMA RPAR COLON block(B). { A = build_with(p, T, I, B); }
compound(A) ::= definition(B). { A = B; }
compound(A) ::= decorators(D) definition(B). { A = build_decorated(D, B); }

definition(A) ::= DEF(T) NAME(N) LPAR parameters(P) RPAR COLON block(B). { A = build_function(p, T, N, P, NULL, B); }
definition(A) ::= DEF(T) NAME(N) LPAR parameters(P) RPAR RARROW expression(R) COLON block(B). { A = build_function(p, T, N, P, R, B); }
definition(A) ::= CLASS(T) NAME(N) COLON block(B). { A = build_class(p, T, N, NULL, B); }
definition(A) ::= CLASS(T) NAME(N) LPAR arguments(L) RPAR COLON block(B). { A = build_class(p, T, N, L, B); }

%type decorators {NodeList *}
decorators(A) ::= AT named_expression(B) NEWLINE. { A = build_list(B); }
decorators(A) ::= decorators(L) AT named_expression(B) NEWLINE. { A = build_append(L, B); }

%type elifs {NodeList *}
elifs(A) ::= . { A = NULL; }
elifs(A) ::= elifs(L) ELIF(T) named_expression(C) COLON block(B). {
    Node *node = build_elif(p, T, C, B);
    A = L == NULL ? build_list(node) : build_append(L, node);
}

%type else {Block *}
else(A) ::= . { A = NULL; }
else(A) ::= ELSE COLON block(B). { A = B; }

%type finally {Block *}
finally(A) ::= . { A = NULL; }
finally(A) ::= FINALLY COLON block(B). { A = B; }

%type handlers {NodeList *}
handlers(A) ::= handler(B). { A = build_list(B); }
handlers(A) ::= handlers(L) handler(B). { A = build_append(L, B); }
handler(A) ::= EXCEPT(T) COLON block(B). { A = build_handler(p, T, NULL, NULL, B); }
handler(A) ::= EXCEPT(T) expression(E) COLON block(B). { A = build_handler(p, T, E, NULL, B); }
handler(A) ::= EXCEPT(T) expression(E) AS NAME(N) COLON block(B). { A = build_handler(p, T, E, N, B); }

%type with_items {NodeList *}
with_items(A) ::= with_item(B). { A = build_list(B); }
with_items(A) ::= with_items(L) COMMA with_item(B). { A = build_append(L, B); }
with_item(A) ::= expression(B). { A = build_with_item(p, B, NULL); }
with_item(A) ::= expression(B) AS target(C). { A = build_with_item(p, B, build_target(p, C, CTX_STORE)); }

// Parameters

%type parameters {ParamList *}
parameters(A) ::= . { A = build_param_list(NULL, NULL); }
parameters(A) ::= parameter_list(B). { A = B; }
parameters(A) ::= parameter_list(B) COMMA. { A = B; }

%type parameter_list {ParamList *}
parameter_list(A) ::= parameter(B). { A = build_param_list(NULL, B); }
parameter_list(A) ::= parameter_list(L) COMMA parameter(B). { A = build_param_list(L, B); }

%type parameter {ParamItem *}
parameter(A) ::= NAME(N) annotation(T). { A = build_param(p, PARAM_PLAIN, N, T, NULL); }
parameter(A) ::= NAME(N) annotation(T) EQUAL expression(D). { A = build_param(p, PARAM_PLAIN, N, T, D); }
parameter(A) ::= SLASH(T). { A = build_param(p, PARAM_SLASH, T, NULL, NULL); }
parameter(A) ::= STAR(T). { A = build_param(p, PARAM_BARE_STAR, T, NULL, NULL); }
parameter(A) ::= STAR NAME(N) annotation(T). { A = build_param(p, PARAM_STAR, N, T, NULL); }
parameter(A) ::= STAR NAME(N) COLON STAR(S) e(B). { A = build_param(p, PARAM_STAR, N, build_starred(p, S, B), NULL); }
parameter(A) ::= DSTAR NAME(N) annotation(T). { A = build_param(p, PARAM_DSTAR, N, T, NULL); }

annotation(A) ::= . { A = NULL; }
annotation(A) ::= COLON expression(B). { A = B; }

%type lambda_parameters {ParamList *}
lambda_parameters(A) ::= . { A = build_param_list(NULL, NULL); }
lambda_parameters(A) ::= lambda_list(B). { A = B; }
lambda_parameters(A) ::= lambda_list(B) COMMA. { A = B; }

%type lambda_list {ParamList *}
lambda_list(A) ::= lambda_parameter(B). { A = build_param_list(NULL, B); }
lambda_list(A) ::= lambda_list(L) COMMA lambda_parameter(B). { A = build_param_list(L, B); }

%type lambda_parameter {ParamItem *}
lambda_parameter(A) ::= NAME(N). { A = build_param(p, PARAM_PLAIN, N, NULL, NULL); }
lambda_parameter(A) ::= NAME(N) EQUAL expression(D). { A = build_param(p, PARAM_PLAIN, N, NULL, D); }
lambda_parameter(A) ::= SLASH(T). { A = build_param(p, PARAM_SLASH, T, NULL, NULL); }
lambda_parameter(A) ::= STAR(T). { A = build_param(p, PARAM_BARE_STAR, T, NULL, NULL); }
lambda_parameter(A) ::= STAR NAME(N). { A = build_param(p, PARAM_STAR, N, NULL, NULL); }
lambda_parameter(A) ::= DSTAR NAME(N). { A = build_param(p, PARAM_DSTAR, N, NULL, NULL); }

// Expression lists

expressions(A) ::= expression(B). { A = B; }
expressions(A) ::= expression(B) COMMA(E). { A = build_tuple(p, build_list(B), E); }
expressions(A) ::= expression_list(B). { A = build_tuple(p, B, NULL); }
expressions(A) ::= expression_list(B) COMMA(E). { A = build_tuple(p, B, E); }

%type expression_list {NodeList *}
expression_list(A) ::= expression(B) COMMA expression(C). { A = build_append(build_list(B), C); }
expression_list(A) ::= expression_list(L) COMMA expression(C). { A = build_append(L, C); }

star_expressions(A) ::= star_expression(B). { A = B; }
star_expressions(A) ::= star_expression(B) COMMA(E). { A = build_tuple(p, build_list(B), E); }
star_expressions(A) ::= star_list(B). { A = build_tuple(p, B, NULL); }
star_expressions(A) ::= star_list(B) COMMA(E). { A = build_tuple(p, B, E); }

%type star_list {NodeList *}
star_list(A) ::= star_expression(B) COMMA star_expression(C). { A = build_append(build_list(B), C); }
star_list(A) ::= star_list(L) COMMA star_expression(C). { A = build_append(L, C); }

star_expression(A) ::= expression(B). { A = B; }
star_expression(A) ::= STAR(T) e(B). { A = build_starred(p, T, B); }

star_named(A) ::= named_expression(B). { A = B; }
star_named(A) ::= STAR(T) e(B). { A = build_starred(p, T, B); }

%type star_named_list {NodeList *}
star_named_list(A) ::= star_named(B). { A = build_list(B); }
star_named_list(A) ::= star_named_list(L) COMMA star_named(B). { A = build_append(L, B); }

targets(A) ::= target(B). { A = B; }
targets(A) ::= target(B) COMMA(E). { A = build_tuple(p, build_list(B), E); }
targets(A) ::= target_list(B). { A = build_tuple(p, B, NULL); }
targets(A) ::= target_list(B) COMMA(E). { A = build_tuple(p, B, E); }

%type target_list {NodeList *}
target_list(A) ::= target(B) COMMA target(C). { A = build_append(build_list(B), C); }
target_list(A) ::= target_list(L) COMMA target(C). { A = build_append(L, C); }

target(A) ::= e(B). { A = B; }
target(A) ::= STAR(T) e(B). { A = build_starred(p, T, B); }

// Expressions

yield_expr(A) ::= YIELD(T). { A = build_yield(p, T, NULL); }
yield_expr(A) ::= YIELD(T) star_expressions(B). { build_no_star(p, B); A = build_yield(p, T, B); }
yield_expr(A) ::= YIELD(T) FROM expression(B). { A = build_yield_from(p, T, B); }

named_expression(A) ::= expression(B). { A = B; }
named_expression(A) ::= NAME(N) COLONEQUAL expression(B). { A = build_named(p, N, B); }

expression(A) ::= disjunction(B). { A = B; }
expression(A) ::= disjunction(B) IF disjunction(C) ELSE expression(D). { A = build_if_exp(p, B, C, D); }
expression(A) ::= LAMBDA(T) lambda_parameters(P) COLON expression(B). { A = build_lambda(p, T, P, B); }

disjunction(A) ::= conjunction(B). { A = B; }
disjunction(A) ::= or_chain(B). { A = B; }
or_chain(A) ::= conjunction(B) OR conjunction(C). { A = build_bool(p, true, B, C); }
or_chain(A) ::= or_chain(B) OR conjunction(C). { A = build_bool_more(p, B, C); }

conjunction(A) ::= inversion(B). { A = B; }
conjunction(A) ::= and_chain(B). { A = B; }
and_chain(A) ::= inversion(B) AND inversion(C). { A = build_bool(p, false, B, C); }
and_chain(A) ::= and_chain(B) AND inversion(C). { A = build_bool_more(p, B, C); }

inversion(A) ::= NOT(T) inversion(B). { A = build_unary(p, UNARY_NOT, T, B); }
inversion(A) ::= e(B). { A = B; }
inversion(A) ::= comparison(B). { A = B; }
comparison(A) ::= e(B) comparator(O) e(C). { A = build_compare(p, B, O, C); }
comparison(A) ::= comparison(B) comparator(O) e(C). { A = build_compare_more(p, B, O, C); }

%type comparator {CompareOperator}
comparator(A) ::= LT. { A = CMP_LT; }
comparator(A) ::= LE. { A = CMP_LE; }
comparator(A) ::= GT. { A = CMP_GT; }
comparator(A) ::= GE. { A = CMP_GE; }
comparator(A) ::= EQ. { A = CMP_EQ; }
comparator(A) ::= NE. { A = CMP_NE; }
comparator(A) ::= IS. { A = CMP_IS; }
comparator(A) ::= IS NOT. { A = CMP_IS_NOT; }
comparator(A) ::= IN. { A = CMP_IN; }
comparator(A) ::= NOT IN. { A = CMP_NOT_IN; }

// From | down to **, by precedence
e(A) ::= e(B) VBAR e(C). { A = build_binary(p, BIN_OR, B, C); }
e(A) ::= e(B) CIRCUMFLEX e(C). { A = build_binary(p, BIN_XOR, B, C); }
e(A) ::= e(B) AMP e(C). { A = build_binary(p, BIN_AND, B, C); }
e(A) ::= e(B) LSHIFT e(C). { A = build_binary(p, BIN_LSHIFT, B, C); }
e(A) ::= e(B) RSHIFT e(C). { A = build_binary(p, BIN_RSHIFT, B, C); }
e(A) ::= e(B) PLUS e(C). { A = build_binary(p, BIN_ADD, B, C); }
e(A) ::= e(B) MINUS e(C). { A = build_binary(p, BIN_SUB, B, C); }
e(A) ::= e(B) STAR e(C). { A = build_binary(p, BIN_MUL, B, C); }
e(A) ::= e(B) SLASH e(C). { A = build_binary(p, BIN_DIV, B, C); }
e(A) ::= e(B) DSLASH e(C). { A = build_binary(p, BIN_FLOORDIV, B, C); }
e(A) ::= e(B) PERCENT e(C). { A = build_binary(p, BIN_MOD, B, C); }
e(A) ::= e(B) AT e(C). { A = build_binary(p, BIN_MATMUL, B, C); }
e(A) ::= e(B) DSTAR e(C). { A = build_binary(p, BIN_POW, B, C); }
e(A) ::= PLUS(T) e(B). [UNARY] { A = build_unary(p, UNARY_POS, T, B); }
e(A) ::= MINUS(T) e(B). [UNARY] { A = build_unary(p, UNARY_NEG, T, B); }
e(A) ::= TILDE(T) e(B). [UNARY] { A = build_unary(p, UNARY_INVERT, T, B); }
e(A) ::= primary(B). { A = B; }

primary(A) ::= atom(B). { A = B; }
primary(A) ::= primary(B) DOT NAME(N). { A = build_attribute(p, B, N); }
primary(A) ::= primary(B) LPAR(T) arguments(L) RPAR(E). { A = build_call(p, B, T, L, E); }
primary(A) ::= primary(B) LSQB slice_list(L) RSQB(E). { A = build_subscript(p, B, L, NULL, E); }
primary(A) ::= primary(B) LSQB slice_list(L) COMMA(C) RSQB(E). { A = build_subscript(p, B, L, C, E); }

%type arguments {NodeList *}
arguments(A) ::= . { A = NULL; }
arguments(A) ::= argument_list(B). { A = B; }
arguments(A) ::= argument_list(B) COMMA. { A = B; }

%type argument_list {NodeList *}
argument_list(A) ::= argument(B). { A = build_list(B); }
argument_list(A) ::= argument_list(L) COMMA argument(B). { A = build_append(L, B); }

argument(A) ::= named_expression(B). { A = B; }
argument(A) ::= named_expression(B) clauses(C). { A = build_argument_generator(p, B, C); }
argument(A) ::= NAME(N) EQUAL expression(B). { A = build_keyword(p, N, build_name_text(p, N), B); }
argument(A) ::= STAR(T) expression(B). { A = build_starred(p, T, B); }
argument(A) ::= DSTAR(T) expression(B). { A = build_keyword(p, T, NULL, B); }

%type slice_list {NodeList *}
slice_list(A) ::= slice(B). { A = build_list(B); }
slice_list(A) ::= slice_list(L) COMMA slice(B). { A = build_append(L, B); }

slice(A) ::= named_expression(B). { A = B; }
slice(A) ::= STAR(T) e(B). { A = build_starred(p, T, B); }
slice(A) ::= bound(B) COLON(T) bound(C). { A = build_slice(p, B, T, C, NULL, NULL); }
slice(A) ::= bound(B) COLON(T) bound(C) COLON(U) bound(D). { A = build_slice(p, B, T, C, U, D); }
bound(A) ::= . { A = NULL; }
bound(A) ::= expression(B). { A = B; }

atom(A) ::= NAME(B). { A = build_name(p, B); }
atom(A) ::= NONE(B). { A = build_constant(B, VALUE_NONE); }
atom(A) ::= TRUE(B). { A = build_constant(B, VALUE_TRUE); }
atom(A) ::= FALSE(B). { A = build_constant(B, VALUE_FALSE); }
atom(A) ::= ELLIPSIS(B). { A = build_constant(B, VALUE_ELLIPSIS); }
atom(A) ::= NUMBER(B). { A = literal_number(p, B); }
atom(A) ::= strings(B). { A = literal_strings(p, B); }
atom(A) ::= LPAR(T) RPAR(E). { A = build_display(p, NODE_Tuple, T, build_list(NULL), E); }
atom(A) ::= LPAR(T) named_expression(B) RPAR(E). { A = build_group(T, B, E); }
atom(A) ::= LPAR(T) yield_expr(B) RPAR(E). { A = build_group(T, B, E); }
atom(A) ::= LPAR(T) star_named(B) COMMA RPAR(E). { A = build_display(p, NODE_Tuple, T, build_list(B), E); }
atom(A) ::= LPAR(T) tuple_list(L) RPAR(E). { A = build_display(p, NODE_Tuple, T, L, E); }
atom(A) ::= LPAR(T) tuple_list(L) COMMA RPAR(E). { A = build_display(p, NODE_Tuple, T, L, E); }
atom(A) ::= LPAR(T) named_expression(B) clauses(C) RPAR(E). { A = build_comp(p, NODE_GeneratorExp, T, B, C, E); }
atom(A) ::= LSQB(T) RSQB(E). { A = build_display(p, NODE_List, T, build_list(NULL), E); }
atom(A) ::= LSQB(T) star_named_list(L) RSQB(E). { A = build_display(p, NODE_List, T, L, E); }
atom(A) ::= LSQB(T) star_named_list(L) COMMA RSQB(E). { A = build_display(p, NODE_List, T, L, E); }
atom(A) ::= LSQB(T) named_expression(B) clauses(C) RSQB(E). { A = build_comp(p, NODE_ListComp, T, B, C, E); }
atom(A) ::= LBRACE(T) RBRACE(E). { A = build_dict(p, T, build_list(NULL), E); }
atom(A) ::= LBRACE(T) pairs(L) RBRACE(E). { A = build_dict(p, T, L, E); }
atom(A) ::= LBRACE(T) pairs(L) COMMA RBRACE(E). { A = build_dict(p, T, L, E); }
atom(A) ::= LBRACE(T) pair(B) clauses(C) RBRACE(E). { A = build_comp(p, NODE_DictComp, T, B, C, E); }
atom(A) ::= LBRACE(T) star_named_list(L) RBRACE(E). { A = build_display(p, NODE_Set, T, L, E); }
atom(A) ::= LBRACE(T) star_named_list(L) COMMA RBRACE(E). { A = build_display(p, NODE_Set, T, L, E); }
atom(A) ::= LBRACE(T) named_expression(B) clauses(C) RBRACE(E). { A = build_comp(p, NODE_SetComp, T, B, C, E); }

%type tuple_list {NodeList *}
tuple_list(A) ::= star_named(B) COMMA star_named(C). { A = build_append(build_list(B), C); }
tuple_list(A) ::= tuple_list(L) COMMA star_named(B). { A = build_append(L, B); }

%type pairs {NodeList *}
pairs(A) ::= pair(B). { A = build_list(B); }
pairs(A) ::= pairs(L) COMMA pair(B). { A = build_append(L, B); }
pair(A) ::= expression(K) COLON expression(V). { A = build_pair(p, K, NULL, V); }
pair(A) ::= DSTAR(T) e(V). { A = build_pair(p, NULL, T, V); }

%type clauses {NodeList *}
clauses(A) ::= clause(B). { A = build_list(B); }
clauses(A) ::= clauses(L) clause(B). { A = build_append(L, B); }
clause(A) ::= FOR(T) targets(V) IN disjunction(I) conditions(L). {
    A = build_comp_clause(p, T, build_target(p, V, CTX_STORE), I, L);
}

%type conditions {NodeList *}
conditions(A) ::= . { A = build_list(NULL); }
conditions(A) ::= conditions(L) IF disjunction(B). { A = build_append(L, B); }

// Strings

%type strings {NodeList *}
strings(A) ::= string(B). { A = build_list(B); }
strings(A) ::= strings(L) string(B). { A = build_append(L, B); }
string(A) ::= STRING(B). { A = literal_string(p, B); }
string(A) ::= FSTART(T) pieces(L) FEND(E). { A = literal_fstring(p, T, L, E); }

%type pieces {NodeList *}
pieces(A) ::= . { A = build_list(NULL); }
pieces(A) ::= pieces(L) FMIDDLE(B). { A = build_append(L, literal_middle(p, B)); }
pieces(A) ::= pieces(L) field(B). { A = build_concat(L, B); }

%type field {NodeList *}
field(A) ::= LBRACE(T) field_value(B) equals(Q) conversion(C) spec(S) RBRACE(E). {
    A = literal_field(p, T, B, Q, C, S, E);
}
field_value(A) ::= star_expressions(B). { A = B; build_no_star(p, B); }
field_value(A) ::= yield_expr(B). { A = B; }

%type equals {const Token *}
equals(A) ::= . { A = NULL; }
equals(A) ::= EQUAL(B). { A = B; }

%type conversion {const Token *}
conversion(A) ::= . { A = NULL; }
conversion(A) ::= EXCLAMATION(T) NAME(N). { A = literal_conversion(p, T, N); }

spec(A) ::= . { A = NULL; }
spec(A) ::= COLON(T) pieces(L). { A = literal_spec(p, T, L); }
