// SPDX-License-Identifier: MIT
// test_float.c - floats below the level of scripts: shortest repr, parsing, rounding, division.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

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

static void assert_raised(ExceptionKind kind, const char *message)
{
    assert_true(error_is(vm, kind));
    Str *text = value_str(vm, error_take(vm));
    assert_non_null(text);
    assert_string_equal(text->data, message);
}

static void repr_has_cpythons_form(void **state)
{
    (void)state;
    const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.1, "0.1"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e+16"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {0.0001, "0.0001"},
        {0.00001, "1e-05"},
        {5e-324, "5e-324"},
        {1e-323, "1e-323"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {9007199254740993.0, "9007199254740992.0"},
        {0x1p-44, "5.684341886080802e-14"},  // the nearest 16 digits do not read as it
        {2.0 / 3, "0.6666666666666666"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
    };
    for (size_t i = 0; i < countof(rows); i++)
        assert_string_equal(float_repr(rows[i].value)->data, rows[i].text);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed ^ *seed >> 29;
}

// Whether some decimal of n digits reads as d: the nearest one, or the one on its other side.
static bool has_decimal_of(double d, int n)
{
    char text[64];
    snprintf(text, sizeof text, "%.*e", n - 1, d);
    return strtod(text, NULL) == d;
}

static void repr_reads_as_the_float_and_is_shortest(void **state)
{
    (void)state;
    enum { ROUNDS = 20000 };
    uint64_t seed = 42;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t bits = next_random(&seed) & INT64_MAX;
        double d;
        memcpy(&d, &bits, sizeof d);
        if (!isfinite(d) || d == 0) continue;
        char digits[FLOAT_MAX_DIGITS + 1];
        int point, n = float_shortest(d, digits, &point);
        assert_true(strtod(float_repr(d)->data, NULL) == d);
        assert_true(n <= FLOAT_MAX_DIGITS);
        assert_true(n == 1 || !has_decimal_of(d, n - 1));
    }
}

static void text_is_parsed_as_cpython_does(void **state)
{
    (void)state;
    const struct {
        const char *text;
        double value;
    } rows[] = {
        {" 1.5\n", 1.5},     {"1_000.2_5", 1000.25}, {".5", 0.5},        {"5.", 5},
        {"1e3", 1000},       {"-1E-2", -0.01},       {"+inf", INFINITY}, {"-Infinity", -INFINITY},
        {"1e400", INFINITY}, {"\u0661.\u0665", 1.5},
    };
    for (size_t i = 0; i < countof(rows); i++) {
        Value v = float_parse(vm, value_object(str_from_cstr(rows[i].text)));
        assert_false(is_error(v));
        assert_true(as_float(v) == rows[i].value);
    }
    const char *const bad[] = {"",   ".",    "e5",   "1e",     "1__0", "_1",
                               "1_", "1_.5", "0x10", "nan(1)", "1 2",  "infin"};
    for (size_t i = 0; i < countof(bad); i++) {
        char message[64];
        assert_true(is_error(float_parse(vm, value_object(str_from_cstr(bad[i])))));
        snprintf(message, sizeof message, "could not convert string to float: '%s'", bad[i]);
        assert_raised(EXC_ValueError, message);
    }
}

static void rounding_sees_the_exact_decimal_value(void **state)
{
    (void)state;
    assert_true(float_round(2.675, 2) == 2.67);  // a little less than 2.675
    assert_true(float_round(0.5, 0) == 0.0);
    assert_true(float_round(1.5, 0) == 2.0);
    assert_true(float_round(25.0, -1) == 20.0);
    assert_true(float_round(35.0, -1) == 40.0);
    assert_true(float_round(25.000000000000004, -1) == 30.0);
    assert_true(float_round(-999.5, -1) == -1000.0);
    assert_true(float_round(1.5, 400) == 1.5);
    assert_true(signbit(float_round(-1.5, -400)));
    assert_true(isinf(float_round(1.7e308, -308)));
}

static void division_follows_the_sign_of_the_divisor(void **state)
{
    (void)state;
    assert_true(float_mod(-1.0, 3.0) == 2.0);
    assert_true(float_mod(1.0, -3.0) == -2.0);
    assert_true(float_mod(5.0, INFINITY) == 5.0);
    assert_true(float_mod(-5.0, INFINITY) == INFINITY);
    assert_true(float_floordiv(-1.0, 3.0) == -1.0);
    assert_true(signbit(float_floordiv(-0.0, 3.0)));
    assert_true(is_error(float_binary(vm, BINARY_MOD, 1.0, 0.0)));
    assert_raised(EXC_ZeroDivisionError, "float modulo by zero");
}

static void powers_raise_where_python_does(void **state)
{
    (void)state;
    assert_true(is_error(float_binary(vm, BINARY_POW, 0.0, -1.0)));
    assert_raised(EXC_ZeroDivisionError, "0.0 cannot be raised to a negative power");
    assert_true(is_error(float_binary(vm, BINARY_POW, 10.0, 400.0)));
    assert_raised(EXC_OverflowError, "(34, 'Numerical result out of range')");
    assert_true(is_error(float_binary(vm, BINARY_POW, -8.0, 0.5)));
    assert_true(error_is(vm, EXC_ValueError));
    (void)error_take(vm);
    assert_true(as_float(float_binary(vm, BINARY_POW, -2.0, 3.0)) == -8.0);
    assert_true(as_float(float_binary(vm, BINARY_POW, NAN, 0.0)) == 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repr_has_cpythons_form),
        cmocka_unit_test(repr_reads_as_the_float_and_is_shortest),
        cmocka_unit_test(text_is_parsed_as_cpython_does),
        cmocka_unit_test(rounding_sees_the_exact_decimal_value),
        cmocka_unit_test(division_follows_the_sign_of_the_divisor),
        cmocka_unit_test(powers_raise_where_python_does),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
