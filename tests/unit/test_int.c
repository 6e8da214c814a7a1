// SPDX-License-Identifier: MIT
// test_int.c - integers below the level of scripts: representation, conversion, arithmetic at the
// edges of machine words, text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "stdlib/stdlib.h"
#include "vm/float.h"

static VM *vm;

static int set_up(void **state)
{
    (void)state;
    vm = vm_new();
    stdlib_init(vm);
    return vm->exception == VALUE_UNBOUND ? 0 : -1;
}

static Value number(const char *text)
{
    Value v = int_parse(vm, value_object(str_from_cstr(text)), 10);
    assert_false(is_error(v));
    return v;
}

static void assert_int(Value v, const char *text)
{
    assert_false(is_error(v));
    Str *s = int_to_str(vm, v, 10);
    assert_non_null(s);
    assert_string_equal(s->data, text);
}

static void assert_raised(ExceptionKind kind, const char *message)
{
    assert_true(error_is(vm, kind));
    Str *text = value_str(vm, error_take(vm));
    assert_non_null(text);
    assert_string_equal(text->data, message);
}

static void ints_of_49_bits_are_never_boxed(void **state)
{
    (void)state;
    assert_true(is_int(int_from_int64(SMALL_INT_MAX)));
    assert_true(is_int(int_from_int64(SMALL_INT_MIN)));
    assert_false(is_int(int_from_int64(SMALL_INT_MAX + 1)));
    assert_false(is_int(int_from_int64(SMALL_INT_MIN - 1)));
    Value big = int_from_int64(SMALL_INT_MAX + 1);
    assert_true(int_binary(vm, BINARY_SUB, big, small_int(1)) == small_int(SMALL_INT_MAX));
    assert_true(int_negate(big) == small_int(SMALL_INT_MIN));
    assert_true(int_binary(vm, BINARY_SUB, big, big) == small_int(0));
}

static void int64_goes_there_and_back(void **state)
{
    (void)state;
    const int64_t values[] = {0, 1, -1, INT64_MAX, INT64_MIN, SMALL_INT_MAX + 1, SMALL_INT_MIN - 1};
    for (size_t i = 0; i < countof(values); i++) {
        int64_t out;
        assert_true(int_to_int64(int_from_int64(values[i]), &out));
        assert_true(out == values[i]);
    }
    int64_t out;
    assert_false(int_to_int64(number("9223372036854775808"), &out));
    assert_false(int_to_int64(number("-9223372036854775809"), &out));
    assert_int(int_from_uint64(UINT64_MAX), "18446744073709551615");
}

static void sums_and_products_leave_machine_words(void **state)
{
    (void)state;
    Value max = int_from_int64(INT64_MAX), min = int_from_int64(INT64_MIN);
    assert_int(int_binary(vm, BINARY_ADD, max, max), "18446744073709551614");
    assert_int(int_binary(vm, BINARY_SUB, min, max), "-18446744073709551615");
    assert_int(int_binary(vm, BINARY_MUL, min, min), "85070591730234615865843651857942052864");
    assert_int(int_binary(vm, BINARY_FLOORDIV, min, small_int(-1)), "9223372036854775808");
    assert_int(int_binary(vm, BINARY_MOD, min, small_int(-1)), "0");
    assert_int(int_negate(min), "9223372036854775808");
}

static void floor_division_rounds_down_for_all_signs(void **state)
{
    (void)state;
    const char *const rows[][4] = {
        {"7", "2", "3", "1"},
        {"-7", "2", "-4", "1"},
        {"7", "-2", "-4", "-1"},
        {"-7", "-2", "3", "-1"},
        {"100000000000000000000", "7", "14285714285714285714", "2"},
        {"-100000000000000000000", "7", "-14285714285714285715", "5"},
        {"100000000000000000000", "-7", "-14285714285714285715", "-5"},
        {"-1", "100000000000000000000", "-1", "99999999999999999999"},
    };
    for (size_t i = 0; i < countof(rows); i++) {
        Value a = number(rows[i][0]), b = number(rows[i][1]);
        assert_int(int_binary(vm, BINARY_FLOORDIV, a, b), rows[i][2]);
        assert_int(int_binary(vm, BINARY_MOD, a, b), rows[i][3]);
    }
}

static void bits_of_negative_numbers_are_twos_complement(void **state)
{
    (void)state;
    Value big = number("-36893488147419103233"), mask = number("18446744073709551615");
    assert_int(int_binary(vm, BINARY_AND, big, mask), "18446744073709551615");
    assert_int(int_binary(vm, BINARY_OR, big, small_int(6)), "-36893488147419103233");
    assert_int(int_binary(vm, BINARY_XOR, big, small_int(-1)), "36893488147419103232");
    assert_int(int_binary(vm, BINARY_RSHIFT, big, small_int(64)), "-3");
    assert_int(int_invert(big), "36893488147419103232");
}

static void true_division_is_correctly_rounded(void **state)
{
    (void)state;
    // 2**53 + 1 is halfway between two doubles
    Value v = int_binary(vm, BINARY_DIV, number("9007199254740993"), small_int(1));
    assert_true(as_float(v) == 9007199254740992.0);
    v = int_binary(vm, BINARY_DIV, number("9007199254740995"), small_int(1));
    assert_true(as_float(v) == 9007199254740996.0);
    Value huge = int_binary(vm, BINARY_POW, small_int(10), small_int(400));
    v = int_binary(vm, BINARY_DIV, huge, int_binary(vm, BINARY_ADD, huge, small_int(1)));
    assert_true(as_float(v) == 1.0);
    assert_true(is_error(int_binary(vm, BINARY_DIV, huge, small_int(3))));
    assert_raised(EXC_OverflowError, "integer division result too large for a float");
}

static void comparison_with_floats_is_exact(void **state)
{
    (void)state;
    assert_int_equal(int_compare_double(number("9007199254740993"), 9007199254740992.0), 1);
    assert_int_equal(int_compare_double(number("-9007199254740993"), -9007199254740992.0), -1);
    assert_int_equal(int_compare_double(number("36893488147419103232"), 36893488147419103232.0), 0);
    assert_int_equal(int_compare_double(small_int(0), -0.0), 0);
    assert_int_equal(int_compare_double(number("36893488147419103232"), __builtin_inf()), -1);
}

static void equal_numbers_have_equal_hashes(void **state)
{
    (void)state;
    assert_true(int_hash(small_int(-1)) == (uint64_t)-2);
    assert_true(int_hash(number("2305843009213693951")) == 0);  // the modulus
    const double values[] = {0, 1, -1, 1e15, 4503599627370496.0, 1e22, -1e30, 1.5e300};
    for (size_t i = 0; i < countof(values); i++)
        assert_true(int_hash(int_from_double(vm, values[i])) == float_hash(values[i]));
}

static void absurd_sizes_raise_instead_of_aborting(void **state)
{
    (void)state;
    Value huge = int_from_int64(1000000000000);
    assert_true(is_error(int_binary(vm, BINARY_LSHIFT, small_int(1), huge)));
    assert_true(error_is(vm, EXC_MemoryError));
    (void)error_take(vm);
    assert_true(is_error(int_binary(vm, BINARY_POW, small_int(10), huge)));
    assert_true(error_is(vm, EXC_MemoryError));
    (void)error_take(vm);
    Value googol = int_binary(vm, BINARY_POW, small_int(10), small_int(100));
    assert_true(is_error(int_binary(vm, BINARY_LSHIFT, small_int(1), googol)));
    assert_raised(EXC_OverflowError, "too many digits in integer");
    assert_int(int_binary(vm, BINARY_LSHIFT, small_int(0), googol), "0");
    assert_int(int_binary(vm, BINARY_RSHIFT, small_int(-5), googol), "-1");
}

static void text_is_parsed_in_every_base(void **state)
{
    (void)state;
    const struct {
        const char *text, *value;
        int base;
    } rows[] = {
        {" -12 ", "-12", 10}, {"1_000", "1000", 10}, {"0x_ff", "255", 16},
        {"ff", "255", 16},    {"0b101", "5", 0},     {"0o17", "15", 0},
        {"z", "35", 36},      {"00_0", "0", 0},      {"\u0663\u0664", "34", 10},
    };
    for (size_t i = 0; i < countof(rows); i++)
        assert_int(int_parse(vm, value_object(str_from_cstr(rows[i].text)), rows[i].base),
                   rows[i].value);
    const char *const bad[] = {"", "_1", "1_", "1__0", "0x", "12a", "- 1", "1 2"};
    for (size_t i = 0; i < countof(bad); i++) {
        assert_true(is_error(int_parse(vm, value_object(str_from_cstr(bad[i])), 10)));
        assert_true(error_is(vm, EXC_ValueError));
        (void)error_take(vm);
    }
}

static void conversion_of_too_many_digits_is_refused(void **state)
{
    (void)state;
    Value v = int_binary(vm, BINARY_POW, small_int(10), small_int(4300));
    assert_null(int_to_str(vm, v, 10));
    assert_raised(EXC_ValueError, "Exceeds the limit (4300 digits) for integer string conversion; "
                                  "use sys.set_int_max_str_digits() to increase the limit");
    assert_non_null(int_to_str(vm, v, 16));
    v = int_binary(vm, BINARY_SUB, v, small_int(1));
    assert_int_equal(int_to_str(vm, v, 10)->size, 4300);
}

static void bytes_go_there_and_back(void **state)
{
    (void)state;
    const char *const values[] = {"0",    "1",   "-1",   "127",
                                  "-128", "128", "-129", "-36893488147419103232"};
    for (size_t i = 0; i < countof(values); i++) {
        uint8_t bytes[12];
        Value v = number(values[i]);
        for (int is_little = 0; is_little < 2; is_little++) {
            assert_true(int_to_bytes(vm, v, bytes, sizeof bytes, is_little, true));
            assert_int(int_from_bytes(bytes, sizeof bytes, is_little, true), values[i]);
        }
    }
    uint8_t byte;
    assert_false(int_to_bytes(vm, small_int(128), &byte, 1, false, true));
    assert_raised(EXC_OverflowError, "int too big to convert");
    assert_true(int_to_bytes(vm, small_int(-128), &byte, 1, false, true));
}

static void modular_powers_take_negative_exponents(void **state)
{
    (void)state;
    assert_int(int_pow_mod(vm, small_int(3), small_int(-1), small_int(7)), "5");
    assert_int(int_pow_mod(vm, small_int(2), small_int(3), small_int(-5)), "-2");
    assert_int(int_pow_mod(vm, small_int(5), small_int(0), small_int(1)), "0");
    assert_true(is_error(int_pow_mod(vm, small_int(2), small_int(-1), small_int(4))));
    assert_raised(EXC_ValueError, "base is not invertible for the given modulus");
}

static void rounding_to_tens_is_half_even(void **state)
{
    (void)state;
    assert_int(int_round(small_int(1500), small_int(3)), "2000");
    assert_int(int_round(small_int(2500), small_int(3)), "2000");
    assert_int(int_round(small_int(-2501), small_int(3)), "-3000");
    assert_int(int_round(small_int(5), small_int(1)), "0");
    assert_int(int_round(small_int(15), int_from_int64(INT64_MAX)), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ints_of_49_bits_are_never_boxed),
        cmocka_unit_test(int64_goes_there_and_back),
        cmocka_unit_test(sums_and_products_leave_machine_words),
        cmocka_unit_test(floor_division_rounds_down_for_all_signs),
        cmocka_unit_test(bits_of_negative_numbers_are_twos_complement),
        cmocka_unit_test(true_division_is_correctly_rounded),
        cmocka_unit_test(comparison_with_floats_is_exact),
        cmocka_unit_test(equal_numbers_have_equal_hashes),
        cmocka_unit_test(absurd_sizes_raise_instead_of_aborting),
        cmocka_unit_test(text_is_parsed_in_every_base),
        cmocka_unit_test(conversion_of_too_many_digits_is_refused),
        cmocka_unit_test(bytes_go_there_and_back),
        cmocka_unit_test(modular_powers_take_negative_exponents),
        cmocka_unit_test(rounding_to_tens_is_half_even),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
