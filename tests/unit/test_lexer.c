// SPDX-License-Identifier: MIT
// test_lexer.c - tokens, layout and the errors of the scanner.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/grammar.h"
#include "compiler/lexer.h"
#include "vm/gc.h"

static VM *vm;

static int start(void **state)
{
    (void)state;
    vm = vm_new();
    return 0;
}

static Lexer *scan(const char *text)
{
    Str *source = str_from_cstr(text);
    Lexer *lexer = gc_alloc(sizeof *lexer);
    lexer_init(lexer, (SourceText){str_from_cstr("<test>"), source->data, source->size});
    layout_tokenize(lexer);
    subset_check(lexer);
    return lexer;
}

static void expect_types(const char *text, int n, const int *types)
{
    Lexer *lexer = scan(text);
    assert_false(lexer->failed);
    assert_int_equal(lexer->n_tokens, n);
    for (int i = 0; i < n; i++)
        assert_int_equal(lexer->tokens[i].type, types[i]);
}

#define EXPECT(text, ...)                               \
    do {                                                \
        const int types[] = {__VA_ARGS__};              \
        expect_types(text, (int)countof(types), types); \
    } while (0)

static void expect_error(const char *text, ExceptionKind kind, const char *message, int line,
                         int col)
{
    Lexer *lexer = scan(text);
    assert_true(lexer->failed);
    assert_string_equal(lexer->error.message->data, message);
    assert_int_equal(lexer->error.kind, kind);
    assert_int_equal(lexer->error.line, line);
    assert_int_equal(lexer->error.col, col);
}

static void blocks_open_and_close(void **state)
{
    (void)state;
    EXPECT("if a:\n  b\n\n  # c\nd\n", TK_IF, TK_NAME, TK_COLON, TK_NEWLINE, TK_INDENT, TK_NAME,
           TK_NEWLINE, TK_DEDENT, TK_NAME, TK_NEWLINE, TK_END);
    EXPECT("if a:\n\tif b:\n\t\tc\n", TK_IF, TK_NAME, TK_COLON, TK_NEWLINE, TK_INDENT, TK_IF,
           TK_NAME, TK_COLON, TK_NEWLINE, TK_INDENT, TK_NAME, TK_NEWLINE, TK_DEDENT, TK_DEDENT,
           TK_END);
}

static void brackets_and_backslashes_join_lines(void **state)
{
    (void)state;
    EXPECT("(a\n  b)\n", TK_LPAR, TK_NAME, TK_NAME, TK_RPAR, TK_NEWLINE, TK_END);
    EXPECT("a \\\n  b\n", TK_NAME, TK_NAME, TK_NEWLINE, TK_END);
}

static void indentation_must_be_consistent(void **state)
{
    (void)state;
    expect_error("if a:\n    b\n  c\n", EXC_IndentationError,
                 "unindent does not match any outer indentation level", 3, 4);
    expect_error("if a:\n\tb\n        c\n", EXC_TabError,
                 "inconsistent use of tabs and spaces in indentation", 3, 1);
}

static void fstrings_are_cut_into_pieces(void **state)
{
    (void)state;
    EXPECT("f'a{b!r:>{c}}d'\n", TK_FSTART, TK_FMIDDLE, TK_LBRACE, TK_NAME, TK_EXCLAMATION, TK_NAME,
           TK_COLON, TK_FMIDDLE, TK_LBRACE, TK_NAME, TK_RBRACE, TK_RBRACE, TK_FMIDDLE, TK_FEND,
           TK_NEWLINE, TK_END);
    EXPECT("f'{f'{a}'}'\n", TK_FSTART, TK_LBRACE, TK_FSTART, TK_LBRACE, TK_NAME, TK_RBRACE, TK_FEND,
           TK_RBRACE, TK_FEND, TK_NEWLINE, TK_END);
    EXPECT("f'{{}}'\n", TK_FSTART, TK_FMIDDLE, TK_FEND, TK_NEWLINE, TK_END);
    expect_error("f'}'\n", EXC_SyntaxError, "f-string: single '}' is not allowed", 1, 3);
}

static void a_colon_in_a_field_begins_the_format(void **state)
{
    (void)state;
    EXPECT("f'{a:=5}'\n", TK_FSTART, TK_LBRACE, TK_NAME, TK_COLON, TK_FMIDDLE, TK_RBRACE, TK_FEND,
           TK_NEWLINE, TK_END);
    EXPECT("f'{(a:=5)}'\n", TK_FSTART, TK_LBRACE, TK_LPAR, TK_NAME, TK_COLONEQUAL, TK_NUMBER,
           TK_RPAR, TK_RBRACE, TK_FEND, TK_NEWLINE, TK_END);
}

static void bad_numbers_are_told_apart(void **state)
{
    (void)state;
    expect_error("1__0\n", EXC_SyntaxError, "invalid decimal literal", 1, 2);
    expect_error("0b12\n", EXC_SyntaxError, "invalid digit '2' in binary literal", 1, 4);
    expect_error("0xg\n", EXC_SyntaxError, "invalid hexadecimal literal", 1, 2);
    EXPECT("1if 0xf else 1_0.5e-3\n", TK_NUMBER, TK_IF, TK_NUMBER, TK_ELSE, TK_NUMBER, TK_NEWLINE,
           TK_END);
}

static void brackets_must_match(void **state)
{
    (void)state;
    expect_error("(\n]\n", EXC_SyntaxError,
                 "closing parenthesis ']' does not match opening parenthesis '(' on line 1", 2, 1);
    expect_error("a)\n", EXC_SyntaxError, "unmatched ')'", 1, 2);
    expect_error("x = [1,\n", EXC_SyntaxError, "'[' was never closed", 1, 5);
    assert_true(scan("x = [1,\n")->ends_early);
}

static void names_may_hold_letters_of_any_script(void **state)
{
    (void)state;
    EXPECT("\u00e9t\u00e9 = \u03c0\n", TK_NAME, TK_EQUAL, TK_NAME, TK_NEWLINE, TK_END);
    expect_error("a\u2026\n", EXC_SyntaxError, "invalid character '\u2026' (U+2026)", 1, 4);
}

static void items_in_parentheses_are_recognised(void **state)
{
    (void)state;
    assert_int_equal(scan("with (a as b, c):\n  d\n")->tokens[1].type, TK_LPAR_WITH);
    assert_int_equal(scan("with (a, b).c:\n  d\n")->tokens[1].type, TK_LPAR);
    assert_int_equal(scan("with (yield):\n  d\n")->tokens[1].type, TK_LPAR);
    assert_int_equal(scan("with (a for a in b):\n  d\n")->tokens[1].type, TK_LPAR);
}

static void what_is_left_out_is_refused_by_name(void **state)
{
    (void)state;
    assert_string_equal(scan("async def f(): pass\n")->refusals[0].message,
                        "Rill has no async functions");
    assert_string_equal(scan("match x:\n  case 1: pass\n")->refusals[0].message,
                        "Rill has no match statement");
    assert_string_equal(scan("x = 1j\n")->refusals[0].message, "Rill has no complex numbers");
    assert_int_equal(scan("match = type(x)\ntype = match[1]\nmatch(x)\n")->n_refusals, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_open_and_close),
        cmocka_unit_test(brackets_and_backslashes_join_lines),
        cmocka_unit_test(indentation_must_be_consistent),
        cmocka_unit_test(fstrings_are_cut_into_pieces),
        cmocka_unit_test(a_colon_in_a_field_begins_the_format),
        cmocka_unit_test(bad_numbers_are_told_apart),
        cmocka_unit_test(brackets_must_match),
        cmocka_unit_test(names_may_hold_letters_of_any_script),
        cmocka_unit_test(items_in_parentheses_are_recognised),
        cmocka_unit_test(what_is_left_out_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
