// SPDX-License-Identifier: MIT
// test_error.c - exceptions below script level: context chains, matching, hints, carets, the layout
// of traceback entries.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stdlib/stdlib.h"
#include "vm/caret.h"
#include "vm/suggest.h"
#include "vm/traceback.h"
#include "vm/vm.h"

static VM *vm;

static int start(void **state)
{
    (void)state;
    vm = vm_new();
    stdlib_init(vm);
    return 0;
}

static Exception *take(void)
{
    return as_exception(error_take(vm));
}

static Value new_error(const char *message)
{
    return exception_new(vm, EXC_ValueError, str_from_cstr(message));
}

// Raising

static void raise_error_sets_the_message(void **state)
{
    (void)state;
    assert_true(raise_error(vm, EXC_KeyError, "no %s, %d", "key", 3) == VALUE_ERROR);
    assert_true(error_is(vm, EXC_LookupError));
    assert_false(error_is(vm, EXC_ValueError));
    Exception *e = take();
    assert_int_equal(as_tuple(e->args)->len, 1);
    assert_string_equal(as_str(as_tuple(e->args)->items[0])->data, "no key, 3");
    assert_true(vm->exception == VALUE_UNBOUND);
}

static void the_context_is_what_is_being_handled(void **state)
{
    (void)state;
    Value first = new_error("first");
    vm->handled = first;
    raise_error(vm, EXC_TypeError, "second");
    Exception *e = take();
    assert_true(e->context == first);
    vm->handled = VALUE_NONE;
}

static void raising_an_ancestor_again_cuts_the_cycle(void **state)
{
    (void)state;
    Value a = new_error("a"), b = new_error("b");
    as_exception(b)->context = a;
    vm->handled = b;
    (void)!raise_value(vm, a);
    error_take(vm);
    assert_true(as_exception(a)->context == b);
    assert_true(as_exception(b)->context == VALUE_NONE);
    vm->handled = VALUE_NONE;
}

static void raising_what_is_handled_sets_no_context(void **state)
{
    (void)state;
    Value a = new_error("a");
    vm->handled = a;
    (void)!raise_value(vm, a);
    error_take(vm);
    assert_true(as_exception(a)->context == VALUE_NONE);
    vm->handled = VALUE_NONE;
}

static void an_errno_picks_the_class(void **state)
{
    (void)state;
    (void)!raise_os_error(vm, ENOENT, value_object(str_from_cstr("f")));
    assert_true(error_is(vm, EXC_FileNotFoundError));
    Value e = error_take(vm);
    assert_string_equal(value_str(vm, e)->data, "[Errno 2] No such file or directory: 'f'");
    (void)!raise_os_error(vm, EPERM, VALUE_NONE);
    assert_true(error_is(vm, EXC_PermissionError));
    error_take(vm);
}

static void only_exceptions_can_be_raised(void **state)
{
    (void)state;
    (void)!raise_object(vm, small_int(1), VALUE_UNBOUND);
    assert_true(error_is(vm, EXC_TypeError));
    error_take(vm);
}

static void matching_takes_classes_and_tuples(void **state)
{
    (void)state;
    Value e = new_error("x");
    Value lookup = value_object(vm->exceptions[EXC_LookupError]);
    Value value_error = value_object(vm->exceptions[EXC_ValueError]);
    assert_int_equal(exception_match(vm, e, value_error), 1);
    assert_int_equal(exception_match(vm, e, lookup), 0);
    assert_int_equal(exception_match(vm, e, value_object(tuple_of(2, lookup, value_error))), 1);
    assert_int_equal(exception_match(vm, e, small_int(1)), -1);
    assert_true(error_is(vm, EXC_TypeError));
    error_take(vm);
}

static void a_cyclic_chain_is_printed_once(void **state)
{
    (void)state;
    Value a = new_error("a"), b = new_error("b");
    as_exception(a)->context = b;
    as_exception(b)->context = a;
    StrBuilder out = {0};
    error_format(vm, a, &out);
    assert_string_equal(
        builder_str(&out)->data,
        "ValueError: b\n\nDuring handling of the above exception, another exception "
        "occurred:\n\nValueError: a\n");
}

// Hints

static const char *closest(const char *name, int n, const char *const *names)
{
    List *list = list_new(4);
    for (int i = 0; i < n; i++)
        list_append(list, value_object(str_from_cstr(names[i])));
    Str *found = suggest_closest(list, str_from_cstr(name));
    return found ? found->data : "";
}

static void the_closest_name_is_found(void **state)
{
    (void)state;
    static const char *const names[] = {"apple", "banana", "Cherry", "x"};
    assert_string_equal(closest("aple", 4, names), "apple");
    assert_string_equal(closest("bananna", 4, names), "banana");
    assert_string_equal(closest("cherry", 4, names), "Cherry");
    assert_string_equal(closest("zzzzzz", 4, names), "");
    assert_string_equal(closest("apple", 4, names), "");
}

static void library_modules_are_known(void **state)
{
    (void)state;
    assert_true(suggest_is_stdlib_module(str_from_cstr("math")));
    assert_false(suggest_is_stdlib_module(str_from_cstr("numpy")));
}

// Carets

static void check_anchors(const char *text, int from, int to)
{
    CaretAnchors a;
    bool found = caret_find_anchors(text, strlen(text), &a);
    assert_int_equal(found, from >= 0);
    if (!found) return;
    assert_int_equal((int)a.start, from);
    assert_int_equal((int)a.end, to);
}

static void the_outermost_operation_is_marked(void **state)
{
    (void)state;
    check_anchors("a + b * c", 2, 3);
    check_anchors("a * b + c", 6, 7);
    check_anchors("a ** b ** c", 2, 4);
    check_anchors("-a ** b", -1, 0);
    check_anchors("a // -b", 2, 4);
    check_anchors("x[0][1]", 4, 7);
    check_anchors("f(g(x))", 1, 7);
    check_anchors("f(x).y", -1, 0);
    check_anchors("(a) + (b)", 4, 5);
    check_anchors("a+(b)", 1, 3);
    check_anchors("a+(b,)", 1, 2);
    check_anchors("\"%s\" % f\"{x['}']}\"", 5, 6);
    check_anchors("a if b else c", -1, 0);
    check_anchors("x = 1", -1, 0);
    check_anchors("a +\n  b", 2, 3);
    check_anchors("f(  # (\n)", 1, 9);
}

static void plain_calls_are_recognised(void **state)
{
    (void)state;
    size_t from, to;
    assert_true(caret_is_plain_call("return f(1)", 11, &from, &to));
    assert_int_equal(from, 7);
    assert_int_equal(to, 11);
    assert_true(caret_is_plain_call("x = f(1)  # c", 13, &from, &to));
    assert_false(caret_is_plain_call("x = a.f(1)", 10, &from, &to));
    assert_false(caret_is_plain_call("x = y = f(1)", 12, &from, &to));
}

static void check_entry(const char *source, int col, int end_line, int end_col,
                        const char *expected)
{
    CodeUnit unit = {.filename = str_from_cstr("f"), .source = str_from_cstr(source)};
    SourceReader reader = {0};
    TracebackEntry entry = {.filename = unit.filename,
                            .name = str_from_cstr("g"),
                            .line = 1,
                            .end_line = end_line,
                            .col = col,
                            .end_col = end_col};
    StrBuilder out = {0};
    traceback_format_entry(&entry, source_lines(&reader, &unit, 1, end_line), &out);
    assert_string_equal(builder_str(&out)->data, expected);
}

static void entries_are_laid_out_as_in_cpython(void **state)
{
    (void)state;
    check_entry("    x = a + b\n", 8, 1, 13,
                "  File \"f\", line 1, in g\n    x = a + b\n        ~~^~~\n");
    check_entry("raise E\n", 0, 1, 7, "  File \"f\", line 1, in g\n    raise E\n");
    check_entry("raise E\n", -1, 1, -1, "  File \"f\", line 1, in g\n    raise E\n");
    check_entry("return f(x)\n", 7, 1, 11, "  File \"f\", line 1, in g\n    return f(x)\n");
    check_entry(
        "f(\n  1,\n  2,\n  3,\n  4,\n)\n", 0, 6, 1,
        "  File \"f\", line 1, in g\n    f(\n    ~^\n      1,\n      ^^\n    ...<2 lines>...\n"
        "      4,\n      ^^\n    )\n    ^\n");
    check_entry("\xE6\x97\xA5 + 1 - x\n", 0, 1, 7,
                "  File \"f\", line 1, in g\n    \xE6\x97\xA5 + 1 - x\n    ~~~^~~\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raise_error_sets_the_message),
        cmocka_unit_test(the_context_is_what_is_being_handled),
        cmocka_unit_test(raising_an_ancestor_again_cuts_the_cycle),
        cmocka_unit_test(raising_what_is_handled_sets_no_context),
        cmocka_unit_test(an_errno_picks_the_class),
        cmocka_unit_test(only_exceptions_can_be_raised),
        cmocka_unit_test(matching_takes_classes_and_tuples),
        cmocka_unit_test(a_cyclic_chain_is_printed_once),
        cmocka_unit_test(the_closest_name_is_found),
        cmocka_unit_test(library_modules_are_known),
        cmocka_unit_test(the_outermost_operation_is_marked),
        cmocka_unit_test(plain_calls_are_recognised),
        cmocka_unit_test(entries_are_laid_out_as_in_cpython),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
