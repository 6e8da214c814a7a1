// SPDX-License-Identifier: MIT
// test_codegen.c - which instructions source text becomes: loops are minimal, order of evaluation
// is kept, checks are only where they are needed, and every code object passes the verifier.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/compile.h"
#include "stdlib/stdlib.h"

static VM *vm;

static int start(void **state)
{
    (void)state;
    vm = vm_new();
    stdlib_init(vm);
    return 0;
}

static void verify_all(const Code *code)
{
    const char *problem = code_verify(code);
    if (problem) fail_msg("%s", problem);
    for (uint32_t i = 0; i < code->n_consts; i++)
        if (is_kind(code->consts[i], KIND_CODE)) verify_all(as_code(code->consts[i]));
}

static Code *compile(const char *source)
{
    Code *code =
        compile_source(vm, str_from_cstr(source), str_from_cstr("<test>"), COMPILE_EXEC, false);
    if (!code) {
        StrBuilder b = {0};
        error_format_only(vm, error_take(vm), &b, &b);
        fail_msg("%.*s", (int)b.size, b.data);
    }
    verify_all(code);
    return code;
}

// The first code object inside another one.
static Code *inner(const Code *code)
{
    for (uint32_t i = 0; i < code->n_consts; i++)
        if (is_kind(code->consts[i], KIND_CODE)) return as_code(code->consts[i]);
    fail_msg("no code inside");
    return NULL;
}

static void expect_ops_of(const Code *code, const char *expected)
{
    StrBuilder b = {0};
    for (uint32_t i = 0; i < code->n_instrs;
         i += 1u + opcode_info[instr_op(code->instrs[i])].n_words)
        builder_format(&b, "%s%s", i ? " " : "", opcode_info[instr_op(code->instrs[i])].name);
    assert_string_equal(builder_str(&b)->data, expected);
}

// The opcodes of the function that source defines.
static void expect_ops(const char *source, const char *expected)
{
    expect_ops_of(inner(compile(source)), expected);
}

static void expect_error(const char *source, const char *message, int line, int offset)
{
    Code *code =
        compile_source(vm, str_from_cstr(source), str_from_cstr("<test>"), COMPILE_EXEC, false);
    assert_null(code);
    Exception *e = as_exception(error_take(vm));
    assert_string_equal(as_str(exception_field(e, FIELD_MSG))->data, message);
    assert_int_equal(as_int(exception_field(e, FIELD_LINENO)), line);
    assert_int_equal(as_int(exception_field(e, FIELD_OFFSET)), offset);
}

static void loops_are_minimal(void **state)
{
    (void)state;
    expect_ops("def f(n, x, i):\n while i < n:\n  x += i\n  i += 1\n",
               "JMP IADD IADDI LTJ JT RETURNNONE");
    expect_ops("def f(g, s):\n for x in g: s += x\n", "MOVE FORPREP IADD FOR RETURNNONE");
    expect_ops("def f(n):\n for i in range(n): yield i\n",
               "LOADG MOVE CALL FORPREP YIELD FOR LOADV GENRETURN");
    expect_ops("def f(g, m):\n for x in g:\n  if x % m != 0: yield x\n",
               "MOVE FORPREP MODJ NEIJ JF YIELD FOR LOADV GENRETURN");
    expect_ops("def f(a):\n while True:\n  if a: break\n  a = a + 1\n", "JT ADDI LOOP RETURNNONE");
    expect_ops("def f(a):\n for x in a:\n  if x: continue\n  x()\n",
               "MOVE FORPREP JT MOVE CALL FOR RETURNNONE");
    expect_ops("def f(n):\n if n < 2: return n\n return f(n - 1)\n",
               "LTIJ JF RETURN LOADG SUBI CALL RETURN");
}

static void arithmetic_writes_into_variables(void **state)
{
    (void)state;
    expect_ops("def f(a, b, c): c = (a + b) * 2.5 - 1000\n", "ADD MULK SUBK RETURNNONE");
    expect_ops("def f(a, b): a, b = b, a + b\n", "ADD MOVE MOVE RETURNNONE");
    expect_ops("def f(a, b): a, b = b, a\n", "MOVE MOVE MOVE RETURNNONE");
    expect_ops("def f(a, b): a, b = 0, 1\n", "LOADI LOADI RETURNNONE");
    expect_ops("def f(o): o.x += o.y\n", "GETATTR GETATTR IADD SETATTR RETURNNONE");
    expect_ops("def f(o, x): x = o.m(x)[0]\n", "LOADMETHOD MOVE CALLM GETITEMI RETURNNONE");
    expect_ops("def f(p):\n for k, v in p: k(v)\n",
               "MOVE FORPREP UNPACK MOVE MOVE CALL FOR RETURNNONE");
}

static void constants_are_folded(void **state)
{
    (void)state;
    expect_ops("def f(): return 2 * 3 + 4\n", "LOADI RETURN");
    expect_ops("def f(x): return x in [1, 2]\n", "LOADK IN RETURN");
    expect_ops("def f(x): return x[1:3]\n", "LOADK GETITEM RETURN");
    expect_ops("def f(x):\n if 0: x()\n if not x is None: return 1\n",
               "JNONE LOADI RETURN RETURNNONE");
    expect_ops("def f(): return 1 / 0\n", "LOADI DIVK RETURN");
    expect_ops("def f(): return 'a' * 3, -1, (1, 2)\n", "LOADK RETURN");
}

static void operands_are_saved_from_later_assignments(void **state)
{
    (void)state;
    expect_ops("def f(x): return x + (x := 5)\n", "MOVE LOADI ADD RETURN");
    expect_ops("def f(x): return x + x\n", "ADD RETURN");
    expect_ops("def f(x):\n try: return x\n finally: x = 1\n",
               "MOVE LOADI RETURN EXCPUSH LOADI EXCPOP RERAISE EXCPOP RERAISE");
}

static void only_names_that_may_be_unbound_are_checked(void **state)
{
    (void)state;
    expect_ops("def f(c):\n if c: x = 1\n return x\n", "LOADV JF LOADI CHECK RETURN");
    expect_ops("def f(c):\n if c: x = 1\n else: x = 2\n return x\n",
               "JF LOADI RETURN LOADI RETURN");
    expect_ops("def f():\n x = 1\n del x\n return x\n", "LOADV LOADI LOADV CHECK RETURN");
    expect_ops("def f():\n while True:\n  x = 1\n  break\n return x\n", "LOADI RETURN");
    expect_ops("def f(c):\n try: x = c()\n except: return\n return x\n",
               "MOVE CALL MOVE RETURN EXCPUSH EXCPOP RETURNNONE RETURN");
}

static void try_costs_nothing_until_something_is_raised(void **state)
{
    (void)state;
    Code *code = inner(compile("def f(a):\n try:\n  a()\n except E: pass\n"));
    assert_int_equal(code->n_handlers, 2);
    assert_int_equal(code->handlers[0].start, 0);
    assert_int_equal(code->handlers[0].end, 2);
    expect_ops("def f(a):\n for x in a:\n  try: return x\n  finally: a()\n",
               "MOVE FORPREP MOVE MOVE CALL FORLEAVE RETURN EXCPUSH MOVE CALL EXCPOP RERAISE "
               "EXCPOP RERAISE FOR RETURNNONE");
}

static void yields_inside_handlers_give_the_handled_exception_back(void **state)
{
    (void)state;
    expect_ops("def f(a):\n try: a()\n except: yield 1\n",
               "MOVE CALL JMP EXCPUSH LOADV LOADI EXCLEAVE YIELDP EXCENTER JMP EXCENTER RERAISE EXCPOP "
               "JMP EXCPOP RERAISE "
               "LOADV GENRETURN");
}

static void variables_live_where_their_scope_says(void **state)
{
    (void)state;
    Code *f = inner(compile("def f(a, b):\n def g(): return a\n return g\n"));
    expect_ops_of(f, "MAKECELL LOADV LOADV LOADV MAKEFUNCTION MOVE RETURN");
    assert_int_equal(f->n_cells, 1);
    expect_ops_of(inner(f), "LOADFREE RETURN");
    assert_false(inner(f)->captures[0].from_free);
    assert_int_equal(inner(f)->captures[0].index, 0);
    Code *body = inner(compile("class C(B):\n def __init__(self): super().__init__()\n"));
    assert_true(body->flags & CODE_CLASS_BODY);
    expect_ops_of(inner(body), "LOADFREE MOVE LOADSUPER CALL RETURNNONE");
    expect_ops("def f(x): return [x for x in x]\n", "LIST MOVE FORPREP LISTAPPEND FOR RETURN");
}

static void code_too_long_for_short_jumps_still_works(void **state)
{
    (void)state;
    StrBuilder b = {0};
    builder_add_cstr(&b, "def f(a):\n for i in a:\n  if i:\n");
    for (int i = 0; i < 20000; i++)
        builder_add_cstr(&b, "   a = a * a + i\n");
    compile(builder_str(&b)->data);
}

static void big_displays_and_calls_work(void **state)
{
    (void)state;
    const char *const parts[][2] = {{"[", "]"}, {"(", ")"}, {"{", "}"}, {"f(", ")"}};
    for (size_t k = 0; k < countof(parts); k++) {
        StrBuilder b = {0};
        builder_format(&b, "def f(a):\n return %s", parts[k][0]);
        for (int i = 0; i < 1000; i++)
            builder_add_cstr(&b, "a, ");
        builder_format(&b, "%s\n", parts[k][1]);
        compile(builder_str(&b)->data);
    }
}

static void errors_have_the_text_and_place_of_cpython(void **state)
{
    (void)state;
    expect_error("return 1", "'return' outside function", 1, 1);
    expect_error("x = (yield)", "'yield' outside function", 1, 6);
    expect_error("for x in y: pass\nbreak", "'break' outside loop", 2, 1);
    expect_error("continue", "'continue' not properly in loop", 1, 1);
    expect_error("def f(x):\n global x", "name 'x' is parameter and global", 2, 2);
    expect_error("def f():\n x = 1\n global x", "name 'x' is assigned to before global declaration",
                 3, 2);
    expect_error("def f():\n print(x)\n nonlocal x",
                 "name 'x' is used prior to nonlocal declaration", 3, 2);
    expect_error("nonlocal x", "nonlocal declaration not allowed at module level", 1, 1);
    expect_error("def f():\n nonlocal x", "no binding for nonlocal 'x' found", 2, 2);
    expect_error("[x := 1 for x in y]",
                 "assignment expression cannot rebind comprehension iteration variable 'x'", 1, 2);
    expect_error("[(yield) for x in y]", "'yield' inside list comprehension", 1, 3);
    expect_error("try: pass\nexcept: pass\nexcept A: pass", "default 'except:' must be last", 2, 1);
    expect_error("*a, *b = c", "multiple starred expressions in assignment", 1, 1);
    expect_error("f(a=1, a=2)", "keyword argument repeated: a", 1, 8);
    expect_error("from __future__ import nothing", "future feature nothing is not defined", 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_are_minimal),
        cmocka_unit_test(arithmetic_writes_into_variables),
        cmocka_unit_test(constants_are_folded),
        cmocka_unit_test(operands_are_saved_from_later_assignments),
        cmocka_unit_test(only_names_that_may_be_unbound_are_checked),
        cmocka_unit_test(try_costs_nothing_until_something_is_raised),
        cmocka_unit_test(yields_inside_handlers_give_the_handled_exception_back),
        cmocka_unit_test(variables_live_where_their_scope_says),
        cmocka_unit_test(code_too_long_for_short_jumps_still_works),
        cmocka_unit_test(big_displays_and_calls_work),
        cmocka_unit_test(errors_have_the_text_and_place_of_cpython),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
