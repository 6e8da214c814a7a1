// SPDX-License-Identifier: MIT
// test_list.c - lists, sorting and tuples below the level of scripts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stdlib/stdlib.h"
#include "vm/gc.h"
#include "vm/iter.h"
#include "vm/range.h"

static VM *vm;

static int set_up(void **state)
{
    (void)state;
    vm = vm_new();
    stdlib_init(vm);
    return vm->exception == VALUE_UNBOUND ? 0 : -1;
}

static List *list_of_ints(size_t n, ...)
{
    List *list = list_new(0);
    va_list args;
    va_start(args, n);
    for (size_t i = 0; i < n; i++)
        list_append(list, small_int(va_arg(args, int)));
    va_end(args);
    return list;
}

static Value slice(Value start, Value stop, Value step)
{
    return slice_new(start, stop, step);
}

static void assert_shows(Value v, const char *wanted)
{
    Str *text = value_repr(vm, v);
    assert_non_null(text);
    assert_string_equal(text->data, wanted);
}

static void assert_list(List *list, const char *wanted)
{
    assert_shows(value_object(list), wanted);
    for (size_t i = list->len; i < list->cap; i++)
        assert_true(list->items[i] == 0);
}

static void assert_raised(ExceptionKind kind, const char *message)
{
    assert_true(error_is(vm, kind));
    Str *text = value_str(vm, error_take(vm));
    assert_non_null(text);
    assert_string_equal(text->data, message);
}

static void appending_keeps_everything(void **state)
{
    (void)state;
    List *list = list_new(0);
    for (int i = 0; i < 100000; i++)
        list_append(list, small_int(i));
    assert_int_equal(list->len, 100000);
    for (int i = 0; i < 100000; i++)
        assert_true(list->items[i] == small_int(i));
    assert_true(list->cap < 2 * list->len);
}

static void unused_slots_are_zero_after_every_change(void **state)
{
    (void)state;
    List *list = list_of_ints(6, 1, 2, 3, 4, 5, 6);
    assert_true(list_pop(vm, list, -1) == small_int(6));
    assert_list(list, "[1, 2, 3, 4, 5]");
    assert_true(list_pop(vm, list, 0) == small_int(1));
    assert_list(list, "[2, 3, 4, 5]");
    list_remove_range(list, 1, 3);
    assert_list(list, "[2, 5]");
    assert_true(list_insert(vm, list, -1, small_int(9)));
    assert_true(list_insert(vm, list, 100, small_int(8)));
    assert_true(list_insert(vm, list, -100, small_int(7)));
    assert_list(list, "[7, 2, 9, 5, 8]");
    list_reverse(list);
    assert_list(list, "[8, 5, 9, 2, 7]");
    list_clear(list);
    assert_list(list, "[]");
}

static void a_list_that_shrinks_gives_memory_back(void **state)
{
    (void)state;
    List *list = list_new(0);
    for (int i = 0; i < 10000; i++)
        list_append(list, small_int(i));
    while (list->len > 10)
        assert_false(is_error(list_pop(vm, list, -1)));
    assert_true(list->cap < 1000);
    assert_list(list, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
}

static void slices_are_read_assigned_and_deleted(void **state)
{
    (void)state;
    List *list = list_of_ints(6, 0, 1, 2, 3, 4, 5);
    Value none = VALUE_NONE;
    Value backwards = slice(none, none, small_int(-2));
    assert_shows(list_getitem(vm, list, backwards), "[5, 3, 1]");
    Value middle = slice(small_int(1), small_int(-1), none);
    assert_true(list_setitem(vm, list, middle, value_object(list_of_ints(1, 7))));
    assert_list(list, "[0, 7, 5]");
    assert_true(
        list_setitem(vm, list, slice(small_int(1), small_int(1), none), value_object(list)));
    assert_list(list, "[0, 0, 7, 5, 7, 5]");
    assert_true(list_setitem(vm, list, backwards, VALUE_UNBOUND));
    assert_list(list, "[0, 7, 7]");
    assert_false(list_setitem(vm, list, backwards, value_object(list_of_ints(1, 7))));
    assert_raised(EXC_ValueError,
                  "attempt to assign sequence of size 1 to extended slice of size 2");
    assert_false(list_setitem(vm, list, small_int(3), VALUE_NONE));
    assert_raised(EXC_IndexError, "list assignment index out of range");
}

static void lists_are_made_from_anything_iterable(void **state)
{
    (void)state;
    Value range = range_new(vm, small_int(10), small_int(0), small_int(-3));
    assert_shows(value_object(list_from_iterable(vm, range)), "[10, 7, 4, 1]");
    Value text = value_object(str_from_cstr("ab"));
    assert_shows(value_object(list_from_iterable(vm, text)), "['a', 'b']");
    Tuple *pair = tuple_of(2, small_int(1), VALUE_NONE);
    assert_shows(value_object(list_from_iterable(vm, value_object(pair))), "[1, None]");
    assert_null(list_from_iterable(vm, small_int(5)));
    assert_raised(EXC_TypeError, "'int' object is not iterable");
    List *list = list_of_ints(2, 1, 2);
    assert_true(list_extend(vm, list, value_object(list)));
    assert_list(list, "[1, 2, 1, 2]");
}

static void too_long_a_list_is_a_memory_error(void **state)
{
    (void)state;
    Value list = value_object(list_of_ints(2, 1, 2)), many = small_int(SMALL_INT_MAX);
    assert_true(is_error(list_binary(vm, BINARY_MUL, list, many)));
    assert_true(error_is(vm, EXC_MemoryError));
    (void)error_take(vm);
    assert_true(is_error(tuple_binary(vm, BINARY_MUL, value_object(tuple_of(1, list)), many)));
    assert_true(error_is(vm, EXC_MemoryError));
    (void)error_take(vm);
}

// Sorting

static uint32_t seed;

static uint32_t next_random(uint32_t below)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 8) % below;
}

// Of (key, position) pairs; runs of every sort are in it.
static List *make_pairs(size_t n, uint32_t below)
{
    List *list = list_new(n);
    for (size_t i = 0; i < n; i++) {
        uint32_t key = i % 97 < 40 ? (uint32_t)i % below : next_random(below);
        Tuple *pair = tuple_of(2, value_float(key), small_int((int64_t)i));
        list_append(list, value_object(pair));
    }
    return list;
}

static void assert_sorted(List *list, size_t n)
{
    assert_int_equal(list->len, n);
    for (size_t i = 1; i < n; i++) {
        const Tuple *a = as_tuple(list->items[i - 1]), *b = as_tuple(list->items[i]);
        bool is_equal = as_float(a->items[0]) == as_float(b->items[0]);
        assert_true(as_float(a->items[0]) <= as_float(b->items[0]));
        if (is_equal) assert_true(as_int(a->items[1]) < as_int(b->items[1]));
    }
}

static void sorting_is_stable_at_every_length(void **state)
{
    (void)state;
    seed = 1;
    for (size_t n = 0; n < 700; n += 1 + n / 20) {
        List *list = make_pairs(n, 1 + (uint32_t)n / 3);
        assert_true(list_sort(vm, list, VALUE_NONE, false));
        assert_sorted(list, n);
    }
}

static Value first_of(VM *v, Value *args)
{
    (void)v;
    return as_tuple(args[0])->items[0];
}

static void keys_carry_their_values_along(void **state)
{
    (void)state;
    static const NativeDef def = {first_of, "first(pair, /)", "The first item."};
    Value key = native_new(vm, &def, NULL, NULL);
    seed = 2;
    for (size_t n = 1; n < 3000; n = n * 2 + 1) {
        List *list = make_pairs(n, 50);
        assert_true(list_sort(vm, list, key, false));
        assert_sorted(list, n);
    }
}

static void a_failing_comparison_leaves_a_permutation(void **state)
{
    (void)state;
    List *list = list_new(0);
    for (int i = 0; i < 300; i++)
        list_append(list, small_int((i * 37) % 300));
    list->items[200] = VALUE_NONE;
    assert_false(list_sort(vm, list, VALUE_NONE, false));
    assert_true(error_is(vm, EXC_TypeError));
    (void)error_take(vm);
    assert_int_equal(list->len, 300);
    int64_t sum = 0, n_none = 0;
    for (size_t i = 0; i < list->len; i++) {
        if (list->items[i] == VALUE_NONE)
            n_none++;
        else
            sum += as_int(list->items[i]);
    }
    assert_int_equal(n_none, 1);
    assert_int_equal(sum, 299 * 300 / 2 - (200 * 37) % 300);
}

// Tuples

static void tuples_hash_as_in_cpython(void **state)
{
    (void)state;
    uint64_t hash;
    assert_true(tuple_hash(vm, tuple_of(2, small_int(1), small_int(2)), &hash));
    assert_true((int64_t)hash == -3550055125485641917);
    assert_ptr_equal(tuple_new(0), tuple_empty);
}

static void containers_that_hold_themselves_are_shown(void **state)
{
    (void)state;
    List *list = list_of_ints(1, 1);
    list_append(list, value_object(list));
    assert_shows(value_object(list), "[1, [...]]");
    assert_shows(value_object(tuple_of(1, value_object(list))), "([1, [...]],)");
}

static void nested_iterators_end_in_a_recursion_error(void **state)
{
    (void)state;
    Value it = list_iter(value_object(list_of_ints(1, 1)));
    Class *zip = vm->iterator_types[ITER_ZIP];
    for (int i = 0; i < 1000000; i++)
        it = zip_new(zip, tuple_of(1, it), false);
    assert_true(is_error(iter_next(vm, it)));
    assert_true(error_is(vm, EXC_RecursionError));
    (void)error_take(vm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appending_keeps_everything),
        cmocka_unit_test(unused_slots_are_zero_after_every_change),
        cmocka_unit_test(a_list_that_shrinks_gives_memory_back),
        cmocka_unit_test(slices_are_read_assigned_and_deleted),
        cmocka_unit_test(lists_are_made_from_anything_iterable),
        cmocka_unit_test(too_long_a_list_is_a_memory_error),
        cmocka_unit_test(sorting_is_stable_at_every_length),
        cmocka_unit_test(keys_carry_their_values_along),
        cmocka_unit_test(a_failing_comparison_leaves_a_permutation),
        cmocka_unit_test(tuples_hash_as_in_cpython),
        cmocka_unit_test(containers_that_hold_themselves_are_shown),
        cmocka_unit_test(nested_iterators_end_in_a_recursion_error),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
