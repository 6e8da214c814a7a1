// SPDX-License-Identifier: MIT
// test_repl_text.c - unfinished blocks as the interactive session sees them, and expressions as
// notes do.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/repl.h"
#include "stdlib/stdlib.h"
#include "vm/note.h"

static VM *vm;

static int set_up(void **state)
{
    (void)state;
    vm = vm_new();
    stdlib_init(vm);
    return vm->exception == VALUE_UNBOUND ? 0 : -1;
}

static int indent_after(const char *text)
{
    return text_indentation(text, strlen(text), strlen(text));
}

static void a_block_is_indented_after_a_colon(void **state)
{
    (void)state;
    assert_int_equal(indent_after("x = 1"), 0);
    assert_int_equal(indent_after("if x:"), 4);
    assert_int_equal(indent_after("if x:  # why: because"), 4);
    assert_int_equal(indent_after("if x:\n    for y in z:"), 8);
    assert_int_equal(indent_after("x = 1  # a comment:"), 0);
    assert_int_equal(indent_after("x = 'text:'"), 0);
}

static void a_level_is_left_after_return(void **state)
{
    (void)state;
    assert_int_equal(indent_after("def f():\n    return 1"), 0);
    assert_int_equal(indent_after("def f():\n    if 1:\n        raise"), 4);
    assert_int_equal(indent_after("def f():\n    returned = 1"), 4);
    assert_int_equal(indent_after("pass"), 0);
}

static void open_brackets_align_what_follows(void **state)
{
    (void)state;
    assert_int_equal(indent_after("f(1,"), 2);
    assert_int_equal(indent_after("f("), 4);
    assert_int_equal(indent_after("    x = [  # items"), 8);
    assert_int_equal(indent_after("f(')'"), 2);
    assert_int_equal(indent_after("s = '''one:"), 0);
}

static void a_scan_ends_inside_what_is_open(void **state)
{
    (void)state;
    Scan s = text_scan("f(\"a\", [1, 'b", 13);
    assert_int_equal(s.quote, '\'');
    assert_int_equal(s.depth, 2);
    assert_int_equal(s.string_start, 12);
    s = text_scan("'it\\'s' # '", 11);
    assert_int_equal(s.quote, 0);
    assert_true(s.in_comment);
    s = text_scan("\"\"\"a\"b\n", 7);
    assert_true(s.is_triple && s.quote == '"');
    s = text_scan("'unclosed\nx", 11);
    assert_int_equal(s.quote, 0);
}

static void assert_plain(const char *text, const char *wanted)
{
    assert_string_equal(text_without_prompts(str_from_cstr(text))->data, wanted);
}

static void prompts_and_output_are_taken_out(void **state)
{
    (void)state;
    assert_plain("x = 1", "x = 1");
    assert_plain(">>> x = 1", "x = 1");
    assert_plain(">>> x\n1\n>>> y\n", "x\ny");
    assert_plain(">>> if x:\n...     y\n... \n>>> z", "if x:\n    y\n\nz");
    assert_plain("  >>> x\n  1", "x");
    assert_plain("    a = 1\n      b = 2\n\n    c = 3", "a = 1\n  b = 2\n\nc = 3");
    assert_plain(">>>", "");
    assert_plain(">>>x", ">>>x");
    assert_plain("", "");
}

static void assert_split(const char *text, char bracket, const char *wanted_head,
                         const char *wanted_inside)
{
    Str *head = NULL, *inside = NULL;
    assert_int_equal(source_split(str_from_cstr(text), &head, &inside), bracket);
    if (!bracket) return;
    assert_string_equal(head->data, wanted_head);
    assert_string_equal(inside->data, wanted_inside);
}

static void an_expression_is_split_at_its_last_brackets(void **state)
{
    (void)state;
    assert_split("f(x)", '(', "f", "x");
    assert_split("a[0](b)['c)']", '[', "a[0](b)", "'c)'");
    assert_split("f( x )", '(', "f", "x");
    assert_split("f(x) + 1", 0, NULL, NULL);
    assert_split("(x)", 0, NULL, NULL);
    assert_split("{1: 2}", 0, NULL, NULL);
    assert_split("f(x", 0, NULL, NULL);
    assert_split("", 0, NULL, NULL);
}

static Str *value_text(Dict *names, const char *expression)
{
    Value v = source_lookup(vm, names, NULL, str_from_cstr(expression));
    return v == VALUE_UNBOUND ? str_from_cstr("?") : value_repr(vm, v);
}

static void names_and_items_are_looked_up_without_running_anything(void **state)
{
    (void)state;
    Dict *names = dict_new(), *inner = dict_new();
    dict_set_str(inner, str_intern("key", 3), small_int(5));
    Value pair[] = {value_object(inner), small_int(7)};
    dict_set_str(names, str_intern("pair", 4), value_object(tuple_from(pair, 2)));
    assert_string_equal(value_text(names, "pair[1]")->data, "7");
    assert_string_equal(value_text(names, "pair[-2]['key']")->data, "5");
    assert_string_equal(value_text(names, "pair[2]")->data, "?");
    assert_string_equal(value_text(names, "pair.count")->data, "?");
    assert_string_equal(value_text(names, "none_such")->data, "?");
    assert_string_equal(value_text(names, "len")->data, "<built-in function len>");
    assert_string_equal(value_text(names, "pair[1] + 1")->data, "?");
    assert_string_equal(value_text(names, "len(pair)")->data, "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_indented_after_a_colon),
        cmocka_unit_test(a_level_is_left_after_return),
        cmocka_unit_test(open_brackets_align_what_follows),
        cmocka_unit_test(a_scan_ends_inside_what_is_open),
        cmocka_unit_test(prompts_and_output_are_taken_out),
        cmocka_unit_test(an_expression_is_split_at_its_last_brackets),
        cmocka_unit_test(names_and_items_are_looked_up_without_running_anything),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
