// SPDX-License-Identifier: MIT
// test_emit.c - the emitter below the AST: constants, labels, jumps near and far, handlers,
// registers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/emit.h"
#include "stdlib/stdlib.h"

static VM *vm;
static Compiler compiler;
static CodeUnit unit;
static Emitter e;

static int start(void **state)
{
    (void)state;
    vm = vm_new();
    stdlib_init(vm);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    memset(&unit, 0, sizeof unit);
    unit.filename = str_from_cstr("test");
    compiler = (Compiler){.vm = vm, .source = str_empty, .filename = unit.filename, .unit = &unit};
    emit_begin(&e, &compiler, false);
    e.span = (Span){1, 0, 1, 1};
    return 0;
}

static Code *finish(void)
{
    Code *code = code_new();
    code->name = code->qualname = str_from_cstr("f");
    code->unit = &unit;
    LocalSet none = {{0}};
    emit_finish(&e, code, 0, &none, false);
    return code;
}

static Opcode op_at(const Code *code, int i)
{
    return instr_op(code->instrs[i]);
}

static void equal_constants_share_an_index_only_if_their_types_agree(void **state)
{
    (void)state;
    int one = emit_constant(&e, small_int(1));
    assert_int_equal(emit_constant(&e, small_int(1)), one);
    assert_int_not_equal(emit_constant(&e, VALUE_TRUE), one);
    assert_int_not_equal(emit_constant(&e, value_float(1.0)), one);
    assert_int_not_equal(emit_constant(&e, value_float(-0.0)), emit_constant(&e, value_float(0.0)));
    Value a = value_object(tuple_of(2, small_int(1), value_object(str_from_cstr("x y"))));
    Value b = value_object(tuple_of(2, small_int(1), value_object(str_from_cstr("x y"))));
    Value c = value_object(tuple_of(2, VALUE_TRUE, value_object(str_from_cstr("x y"))));
    assert_int_equal(emit_constant(&e, a), emit_constant(&e, b));
    assert_int_not_equal(emit_constant(&e, a), emit_constant(&e, c));
    assert_int_not_equal(emit_constant(&e, value_object(str_from_cstr("ab"))),
                         emit_constant(&e, value_object(bytes_new("ab", 2))));
}

static void small_values_are_loaded_without_a_constant(void **state)
{
    (void)state;
    emit_alloc(&e, 1);
    emit_load(&e, 0, small_int(-32768));
    emit_load(&e, 0, VALUE_NONE);
    emit_load(&e, 0, small_int(32768));
    emit_word(&e, instr_abx(OP_RETURNNONE, 0, 0));
    Code *code = finish();
    assert_int_equal(op_at(code, 0), OP_LOADI);
    assert_int_equal(instr_sbx(code->instrs[0]), -32768);
    assert_int_equal(op_at(code, 1), OP_LOADV);
    assert_int_equal(op_at(code, 2), OP_LOADK);
    assert_null(code_verify(code));
}

static void nothing_is_emitted_where_control_cannot_come(void **state)
{
    (void)state;
    Label label = emit_label(&e);
    emit_word(&e, instr_abx(OP_RETURNNONE, 0, 0));
    emit_stop(&e);
    emit_load(&e, emit_alloc(&e, 1), VALUE_NONE);
    emit_jump(&e, label);
    emit_bind(&e, label);
    assert_true(e.is_dead);
    assert_int_equal(finish()->n_instrs, 1);
}

static void a_jump_to_the_next_instruction_is_taken_back(void **state)
{
    (void)state;
    Label label = emit_label(&e);
    emit_jump(&e, label);
    emit_bind(&e, label);
    assert_false(e.is_dead);
    emit_word(&e, instr_abx(OP_RETURNNONE, 0, 0));
    assert_int_equal(finish()->n_instrs, 1);
}

static void a_jump_to_a_jump_goes_to_its_end(void **state)
{
    (void)state;
    int reg = emit_alloc(&e, 1);
    Label first = emit_label(&e), second = emit_label(&e);
    emit_branch(&e, OP_JT, reg, first);
    emit_abc(&e, OP_POS, reg, reg, 0);
    emit_bind(&e, first);
    emit_jump(&e, second);
    emit_bind(&e, emit_label(&e));
    e.is_dead = false;
    emit_abc(&e, OP_NEG, reg, reg, 0);
    emit_bind(&e, second);
    emit_abc(&e, OP_RETURN, reg, 0, 0);
    Code *code = finish();
    assert_int_equal(instr_sbx(code->instrs[0]), 3);  // over POS, JMP, NEG
    assert_int_equal(op_at(code, 2), OP_RETURN);      // a jump to a return is a return
    assert_null(code_verify(code));
}

static void a_loop_whose_body_is_far_goes_over_a_loop(void **state)
{
    (void)state;
    int base = emit_alloc(&e, 4);
    Label head = emit_label(&e), end = emit_label(&e);
    emit_forprep(&e, base, head);
    Label body = emit_here(&e);
    for (int i = 0; i < 200; i++)
        emit_abc(&e, OP_POS, base + 3, base + 3, 0);
    emit_bind(&e, head);
    emit_for(&e, base + 3, base, body, end);
    emit_bind(&e, end);
    emit_word(&e, instr_abx(OP_RETURNNONE, 0, 0));
    Code *code = finish();
    assert_int_equal(op_at(code, 201), OP_FOR);
    assert_int_equal(instr_sc(code->instrs[201]), 1);
    assert_int_equal(op_at(code, 203), OP_LOOP);
    assert_int_equal(203 + 1 + instr_sj(code->instrs[203]), 1);
    assert_null(code_verify(code));
}

static void a_conditional_jump_that_does_not_reach_asks_for_far_code(void **state)
{
    (void)state;
    int reg = emit_alloc(&e, 1);
    Label label = emit_label(&e);
    emit_branch(&e, OP_JT, reg, label);
    for (int i = 0; i < 40000; i++)
        emit_abc(&e, OP_POS, reg, reg, 0);
    emit_bind(&e, label);
    emit_word(&e, instr_abx(OP_RETURNNONE, 0, 0));
    finish();
    assert_true(e.is_overflown);
}

static void locals_that_are_checked_start_unbound(void **state)
{
    (void)state;
    emit_alloc(&e, 2);
    set_insert(&e.checked, 1);
    Label loop = emit_here(&e);
    emit_abc(&e, OP_CHECK, 1, 0, 0);
    emit_jump(&e, loop);
    Code *code = code_new();
    code->name = code->qualname = str_from_cstr("f");
    code->unit = &unit;
    code->n_locals = 2;
    LocalSet none = {{0}};
    emit_finish(&e, code, 0, &none, false);
    assert_int_equal(code->n_instrs, 3);
    assert_int_equal(code->instrs[0], instr_abx(OP_LOADV, 1, VALUE_UNBOUND));
    assert_int_equal(instr_sj(code->instrs[2]), -2);
}

static void handlers_cover_their_range_and_dead_ones_vanish(void **state)
{
    (void)state;
    int reg = emit_alloc(&e, 1);
    Label handler = emit_label(&e), start_of_range = emit_here(&e);
    emit_handler(&e, start_of_range, handler, reg);  // empty
    emit_abc(&e, OP_POS, reg, reg, 0);
    emit_handler(&e, start_of_range, handler, reg);
    emit_word(&e, instr_abx(OP_RETURNNONE, 0, 0));
    emit_stop(&e);
    emit_bind(&e, handler);
    emit_abc(&e, OP_RERAISE, reg, 0, 0);
    Code *code = finish();
    assert_int_equal(code->n_handlers, 1);
    assert_int_equal(code->handlers[0].start, 0);
    assert_int_equal(code->handlers[0].end, 1);
    assert_int_equal(code->handlers[0].target, 2);
    assert_ptr_equal(code_find_handler(code, code->instrs + 1), code->handlers);
    assert_null(code_find_handler(code, code->instrs + 2));
    assert_null(code_verify(code));
}

static void a_label_joins_what_is_assigned_on_all_ways_to_it(void **state)
{
    (void)state;
    int reg = emit_alloc(&e, 3);
    Label label = emit_label(&e);
    set_insert(&e.assigned, 1);
    emit_branch(&e, OP_JT, reg, label);
    set_insert(&e.assigned, 2);
    emit_bind(&e, label);
    assert_true(set_has(&e.assigned, 1));
    assert_false(set_has(&e.assigned, 2));
}

static void too_many_registers_are_a_syntax_error(void **state)
{
    (void)state;
    emit_alloc(&e, MAX_REGISTERS);
    assert_false(compiler.failed);
    emit_alloc(&e, 1);
    assert_true(compiler.failed);
    assert_true(error_is(vm, EXC_SyntaxError));
    error_take(vm);
}

static void the_verifier_sees_a_fused_compare_without_its_jump(void **state)
{
    (void)state;
    int reg = emit_alloc(&e, 2);
    emit_abc(&e, OP_LTJ, reg, reg, reg);
    emit_word(&e, instr_abx(OP_RETURNNONE, 0, 0));
    assert_non_null(code_verify(finish()));
}

static void the_verifier_sees_a_register_out_of_range(void **state)
{
    (void)state;
    emit_alloc(&e, 1);
    emit_abc(&e, OP_MOVE, 0, 9, 0);
    emit_word(&e, instr_abx(OP_RETURNNONE, 0, 0));
    assert_non_null(code_verify(finish()));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fresh)
    const struct CMUnitTest tests[] = {
        TEST(equal_constants_share_an_index_only_if_their_types_agree),
        TEST(small_values_are_loaded_without_a_constant),
        TEST(nothing_is_emitted_where_control_cannot_come),
        TEST(a_jump_to_the_next_instruction_is_taken_back),
        TEST(a_jump_to_a_jump_goes_to_its_end),
        TEST(a_loop_whose_body_is_far_goes_over_a_loop),
        TEST(a_conditional_jump_that_does_not_reach_asks_for_far_code),
        TEST(locals_that_are_checked_start_unbound),
        TEST(handlers_cover_their_range_and_dead_ones_vanish),
        TEST(a_label_joins_what_is_assigned_on_all_ways_to_it),
        TEST(too_many_registers_are_a_syntax_error),
        TEST(the_verifier_sees_a_fused_compare_without_its_jump),
        TEST(the_verifier_sees_a_register_out_of_range),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
