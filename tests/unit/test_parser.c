// SPDX-License-Identifier: MIT
// test_parser.c - trees and their places, limits of nesting, incomplete input, the words of errors.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/parser.h"

static VM *vm;

static int start(void **state)
{
    (void)state;
    vm = vm_new();
    return 0;
}

static ModuleNode *parse_mode(const char *text, CompileMode mode, bool *incomplete)
{
    return parse_module(vm, str_from_cstr(text), str_from_cstr("<test>"), mode, incomplete);
}

static Node *parse(const char *text)
{
    ModuleNode *module = parse_mode(text, COMPILE_EXEC, NULL);
    assert_non_null(module);
    assert_true(module->body.len > 0);
    return module->body.items[0];
}

static Node *parse_expression(const char *text)
{
    ModuleNode *module = parse_mode(text, COMPILE_EVAL, NULL);
    assert_non_null(module);
    return module->body.items[0]->as.expr_stmt.value;
}

static void expect_error(const char *text, ExceptionKind kind, const char *message, int line,
                         int column)
{
    assert_null(parse_mode(text, COMPILE_EXEC, NULL));
    assert_true(error_is(vm, kind));
    Exception *e = as_exception(error_take(vm));
    assert_string_equal(as_str(exception_field(e, FIELD_MSG))->data, message);
    assert_int_equal(as_int(exception_field(e, FIELD_LINENO)), line);
    assert_int_equal(as_int(exception_field(e, FIELD_OFFSET)), column);
}

static char *repeat(const char *prefix, const char *part, int n, const char *suffix)
{
    StrBuilder b = {0};
    builder_add_cstr(&b, prefix);
    for (int i = 0; i < n; i++)
        builder_add_cstr(&b, part);
    builder_add_cstr(&b, suffix);
    return (char *)builder_str(&b)->data;
}

static void operators_bind_as_in_python(void **state)
{
    (void)state;
    Node *node = parse_expression("a + b * -c ** d");
    assert_int_equal(node->as.binary.op, BIN_ADD);
    Node *product = node->as.binary.right;
    assert_int_equal(product->as.binary.op, BIN_MUL);
    assert_int_equal(product->as.binary.right->kind, NODE_UnaryOp);
    assert_int_equal(product->as.binary.right->as.unary.operand->as.binary.op, BIN_POW);
    node = parse_expression("2 ** 3 ** 4");
    assert_int_equal(node->as.binary.right->as.binary.op, BIN_POW);
    node = parse_expression("not a == b");
    assert_int_equal(node->kind, NODE_UnaryOp);
}

static void parentheses_count_for_the_outer_place_only(void **state)
{
    (void)state;
    Node *node = parse_expression("(a) + b");
    assert_int_equal(node->span.col, 0);
    assert_int_equal(node->as.binary.left->span.col, 1);
    assert_true(node->as.binary.left->parenthesized);
}

static void parameters_are_sorted_by_kind(void **state)
{
    (void)state;
    Parameters *p = &parse("def f(a, b=1, /, c=2, *d, e, f=3, **g): pass\n")->as.function.params;
    assert_int_equal(p->n_posonly, 2);
    assert_int_equal(p->n_positional, 3);
    assert_int_equal(p->n_kwonly, 2);
    assert_string_equal(p->items[3].name->data, "e");
    assert_null(p->items[3].default_value);
    assert_string_equal(p->vararg->name->data, "d");
    assert_string_equal(p->kwarg->name->data, "g");
}

static void an_elif_is_an_if_in_orelse(void **state)
{
    (void)state;
    Node *node = parse("if a: b\nelif c: d\nelse: e\n");
    assert_int_equal(node->as.if_.orelse.len, 1);
    Node *inner = node->as.if_.orelse.items[0];
    assert_int_equal(inner->kind, NODE_If);
    assert_int_equal(inner->as.if_.orelse.len, 1);
    assert_int_equal(node->span.end_line, 3);
}

static void strings_side_by_side_are_one(void **state)
{
    (void)state;
    Node *node = parse_expression("'a' \"b\\x41\" r'\\n'");
    assert_string_equal(as_str(node->as.constant.value)->data, "abA\\n");
    node = parse_expression("'a' f'{b}c' 'd'");
    assert_int_equal(node->as.joined.values.len, 3);
    node = parse_expression("f'{x = }'");
    assert_string_equal(as_str(node->as.joined.values.items[0]->as.constant.value)->data, "x = ");
    assert_int_equal(node->as.joined.values.items[1]->as.formatted.conversion, 'r');
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    assert_non_null(parse(repeat("", "a + ", 4999, "a\n")));
    assert_non_null(parse(repeat("", "-", 5000, "a\n")));
    assert_null(parse_mode(repeat("", "-", 20000, "a\n"), COMPILE_EXEC, NULL));
    assert_true(error_is(vm, EXC_SyntaxError));
    error_take(vm);
    assert_null(parse_mode(repeat("", "lambda: ", 5000, "a\n"), COMPILE_EXEC, NULL));
    error_take(vm);
    expect_error(repeat("", "(", 201, "\n"), EXC_SyntaxError, "too many nested parentheses", 1,
                 201);
}

static void errors_have_cpythons_words(void **state)
{
    (void)state;
    expect_error("if x = 3: pass\n", EXC_SyntaxError,
                 "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 4);
    expect_error("def f()\n  pass\n", EXC_SyntaxError, "expected ':'", 1, 8);
    expect_error("f() = 1\n", EXC_SyntaxError,
                 "cannot assign to function call here. Maybe you meant '==' instead of '='?", 1, 1);
    expect_error("[a, b c]\n", EXC_SyntaxError, "invalid syntax. Perhaps you forgot a comma?", 1,
                 5);
    expect_error("try:\n  a\nb\n", EXC_SyntaxError, "expected 'except' or 'finally' block", 3, 1);
    expect_error("if a:\nb\n", EXC_IndentationError,
                 "expected an indented block after 'if' statement on line 1", 2, 1);
    expect_error("f(a=1, b)\n", EXC_SyntaxError, "positional argument follows keyword argument", 1,
                 9);
    expect_error("print 'a'\n", EXC_SyntaxError,
                 "Missing parentheses in call to 'print'. Did you mean print(...)?", 1, 1);
    expect_error("\u00e9 = f(\u00e9 b)\n", EXC_SyntaxError,
                 "invalid syntax. Perhaps you forgot a comma?", 1, 7);
    expect_error("f(a=1, a=2)\n", EXC_SyntaxError, "keyword argument repeated: a", 1, 8);
}

static void earlier_statements_do_not_matter_to_an_error(void **state)
{
    (void)state;
    expect_error(
        repeat("class A:\n", "  def f(self): return [a for a in b]\n", 1000, "  x = (1 2)\n"),
        EXC_SyntaxError, "invalid syntax. Perhaps you forgot a comma?", 1002, 8);
}

static void expect_incomplete(const char *text, bool expected)
{
    bool incomplete = false;
    if (parse_mode(text, COMPILE_SINGLE, &incomplete) == NULL) error_take(vm);
    assert_int_equal(incomplete, expected);
}

static void the_repl_hears_of_incomplete_input(void **state)
{
    (void)state;
    expect_incomplete("x = (1,\n", true);
    expect_incomplete("if x:\n", true);
    expect_incomplete("if x:\n  y\n", true);
    expect_incomplete("if x:\n  y\n\n", false);
    expect_incomplete("'''a\n", true);
    expect_incomplete("x = \\\n", true);
    expect_incomplete("@a\n", true);
    expect_incomplete("x = 1\n", false);
    expect_incomplete("x = )\n", false);
    expect_incomplete("x = 1 +\n", false);
}

static void one_interactive_statement_at_a_time(void **state)
{
    (void)state;
    assert_null(parse_mode("a\nb\n", COMPILE_SINGLE, NULL));
    Exception *e = as_exception(error_take(vm));
    assert_string_equal(as_str(exception_field(e, FIELD_MSG))->data,
                        "multiple statements found while compiling a single statement");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_as_in_python),
        cmocka_unit_test(parentheses_count_for_the_outer_place_only),
        cmocka_unit_test(parameters_are_sorted_by_kind),
        cmocka_unit_test(an_elif_is_an_if_in_orelse),
        cmocka_unit_test(strings_side_by_side_are_one),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(errors_have_cpythons_words),
        cmocka_unit_test(earlier_statements_do_not_matter_to_an_error),
        cmocka_unit_test(the_repl_hears_of_incomplete_input),
        cmocka_unit_test(one_interactive_statement_at_a_time),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
