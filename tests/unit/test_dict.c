// SPDX-License-Identifier: MIT
// test_dict.c - dicts, namespaces and sets below the level of scripts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stdlib/stdlib.h"
#include "vm/gc.h"
#include "vm/iter.h"

static VM *vm;

static int set_up(void **state)
{
    (void)state;
    vm = vm_new();
    stdlib_init(vm);
    return vm->exception == VALUE_UNBOUND ? 0 : -1;
}

static Str *key_text(int i)
{
    return str_format("key%d", i);
}

static Value key_int(int i)
{
    return small_int(i);
}

static Value get(Dict *d, Value key)
{
    Value v;
    int found = dict_find(vm, d, key, &v);
    assert_true(found >= 0);
    return found ? v : VALUE_UNBOUND;
}

static void set(Dict *d, int key, int value)
{
    assert_true(dict_set(vm, d, key_int(key), key_int(value)));
}

static int delete (Dict *d, int key)
{
    int found = dict_delete(vm, d, key_int(key), NULL);
    assert_true(found >= 0);
    return found;
}

static void assert_raised(ExceptionKind kind, const char *message)
{
    assert_true(error_is(vm, kind));
    Str *text = value_str(vm, error_take(vm));
    assert_non_null(text);
    assert_string_equal(text->data, message);
}

static void assert_keys(Dict *d, const int *keys, size_t n)
{
    Value key, v;
    size_t pos = 0;
    assert_int_equal(d->len, n);
    for (size_t i = 0; i < n; i++) {
        assert_true(dict_next(d, &pos, &key, &v));
        assert_true(key == key_int(keys[i]));
    }
    assert_false(dict_next(d, &pos, &key, &v));
}

static void many_keys_are_found_and_others_are_not(void **state)
{
    (void)state;
    enum { N = 20000 };
    Dict *ints = dict_new(), *texts = dict_new();
    for (int i = 0; i < N; i++) {
        set(ints, i * 3, i);
        dict_set_str(texts, key_text(i), key_int(i));
    }
    assert_int_equal(ints->len, N);
    for (int i = 0; i < N; i++) {
        assert_true(get(ints, key_int(i * 3)) == key_int(i));
        assert_true(get(ints, key_int(i * 3 + 1)) == VALUE_UNBOUND);
        assert_true(dict_find_str(texts, key_text(i)) == key_int(i));
    }
    assert_true(dict_find_str(texts, key_text(N)) == VALUE_UNBOUND);
}

static void order_is_that_of_insertion_across_deletions(void **state)
{
    (void)state;
    Dict *d = dict_new();
    for (int i = 0; i < 10; i++)
        set(d, i, i);
    for (int i = 0; i < 10; i += 2)
        assert_int_equal(delete (d, i), 1);
    assert_int_equal(delete (d, 0), 0);
    set(d, 4, 0);
    set(d, 1, 9);
    assert_keys(d, (const int[]){1, 3, 5, 7, 9, 4}, 6);
    for (int i = 100; i < 130; i++)
        set(d, i, i);
    for (int i = 100; i < 130; i++)
        assert_int_equal(delete (d, i), 1);
    assert_keys(d, (const int[]){1, 3, 5, 7, 9, 4}, 6);
}

static void equal_numbers_are_one_key(void **state)
{
    (void)state;
    Dict *d = dict_new();
    set(d, 1, 10);
    assert_true(get(d, VALUE_TRUE) == key_int(10));
    assert_true(get(d, value_float(1.0)) == key_int(10));
    assert_true(dict_set(vm, d, value_float(1.0), key_int(11)));
    assert_int_equal(d->len, 1);
    assert_true(get(d, key_int(1)) == key_int(11));
}

static void keys_that_collide_are_told_apart(void **state)
{
    (void)state;
    Dict *d = dict_new();
    for (int i = 0; i < 200; i++)
        assert_true(dict_set_hashed(vm, d, key_int(i), 42, key_int(-i)));
    for (int i = 0; i < 200; i++) {
        Value v = VALUE_UNBOUND;
        assert_int_equal(dict_find_hashed(vm, d, key_int(i), 42, &v), 1);
        assert_true(v == key_int(-i));
    }
}

static void the_last_item_is_popped_again_and_again(void **state)
{
    (void)state;
    Dict *d = dict_new();
    Value key, v;
    for (int i = 0; i < 1000; i++) {
        set(d, i, i);
        set(d, i + 5000, i);
        assert_true(dict_pop_last(d, &key, &v));
        assert_true(key == key_int(i + 5000));
    }
    for (int i = 0; i < 1000; i += 2)
        delete (d, i);
    for (int i = 999; i > 0; i -= 2) {
        assert_true(dict_pop_last(d, &key, &v));
        assert_true(key == key_int(i));
        assert_true(get(d, key) == VALUE_UNBOUND);
    }
    assert_false(dict_pop_last(d, &key, &v));
    set(d, 7, 8);
    assert_keys(d, (const int[]){7}, 1);
}

static void a_queue_of_keys_takes_constant_time(void **state)
{
    (void)state;
    Dict *d = dict_new();
    for (int i = 0; i < 100000; i++)
        set(d, i, i);
    for (int i = 0; i < 100000; i++) {
        size_t pos = 0;
        Value key, v;
        assert_true(dict_next(d, &pos, &key, &v));
        assert_true(key == key_int(i));
        delete (d, i);
    }
    assert_int_equal(d->len, 0);
}

static void unhashable_keys_raise(void **state)
{
    (void)state;
    Dict *d = dict_new();
    assert_false(dict_set(vm, d, value_object(list_new(0)), VALUE_NONE));
    assert_raised(EXC_TypeError, "unhashable type: 'list'");
}

static void iterators_notice_changes(void **state)
{
    (void)state;
    Dict *d = dict_new();
    for (int i = 0; i < 3; i++)
        set(d, i, i);
    Value it = dict_iter(value_object(d));
    assert_true(iter_next(vm, it) == key_int(0));
    set(d, 99, 0);
    assert_true(is_error(iter_next(vm, it)));
    assert_raised(EXC_RuntimeError, "dictionary changed size during iteration");
    delete (d, 99);
    assert_true(is_error(iter_next(vm, it)));
    assert_raised(EXC_RuntimeError, "dictionary changed size during iteration");
}

static void copies_are_plain_and_independent(void **state)
{
    (void)state;
    Dict *names = dict_new_namespace();
    for (int i = 0; i < 30; i++)
        dict_set_str(names, key_text(i), key_int(i));
    dict_delete_str(names, key_text(0));
    Dict *copy = dict_copy(names);
    assert_false(dict_is_namespace(copy));
    assert_int_equal(dict_equal(vm, copy, names), 1);
    dict_set_str(copy, key_text(1), VALUE_NONE);
    assert_true(dict_find_str(names, key_text(1)) == key_int(1));
    assert_int_equal(dict_equal(vm, copy, names), 0);
}

static void a_cell_follows_its_name(void **state)
{
    (void)state;
    Dict *names = dict_new();
    Str *x = str_intern("x", 1);
    dict_set_str(names, x, key_int(1));
    dict_make_namespace(names);
    Cell *cell = dict_find_cell(names, x);
    assert_non_null(cell);
    assert_true(cell->value == key_int(1));
    cell->value = key_int(2);
    assert_true(dict_find_str(names, x) == key_int(2));
    dict_set_str(names, x, key_int(3));
    assert_true(cell->value == key_int(3));
    assert_ptr_equal(dict_find_cell(names, x), cell);
}

static void a_removed_name_leaves_its_cell_unbound(void **state)
{
    (void)state;
    Dict *names = dict_new_namespace();
    Str *x = str_intern("x", 1);
    dict_set_str(names, x, key_int(1));
    Cell *cell = dict_find_cell(names, x);
    assert_true(dict_delete_str(names, x));
    assert_true(cell->value == VALUE_UNBOUND);
    assert_true(cell->object.head >> 16 & CELL_BUILTIN);
    assert_null(dict_find_cell(names, x));
    dict_set_str(names, x, key_int(2));
    assert_true(dict_find_cell(names, x)->value == key_int(2));
    dict_clear(names);
    assert_int_equal(names->len, 0);
}

static void dicts_survive_collections(void **state)
{
    (void)state;
    Dict *d = dict_new();
    for (int i = 0; i < 2000; i++) {
        dict_set_str(d, key_text(i), value_object(key_text(-i)));
        if (i % 200 == 0) gc_collect();
    }
    for (int i = 0; i < 2000; i++) {
        Value v = dict_find_str(d, key_text(i));
        assert_true(is_str(v) && str_equal(as_str(v), key_text(-i)));
    }
}

// Sets

static void assert_items(Set *s, const int *items, size_t n)
{
    size_t pos = 0;
    Value key;
    assert_int_equal(s->len, n);
    for (size_t i = 0; i < n; i++) {
        assert_true(set_next(s, &pos, &key));
        assert_true(key == key_int(items[i]));
    }
    assert_false(set_next(s, &pos, &key));
}

static Set *set_of(const int *items, size_t n)
{
    Set *s = set_new();
    for (size_t i = 0; i < n; i++)
        assert_true(set_add(vm, s, key_int(items[i])));
    return s;
}

static void small_ints_iterate_as_in_cpython(void **state)
{
    (void)state;
    assert_items(set_of((const int[]){9, 8, 3, 1, 0}, 5), (const int[]){0, 1, 3, 8, 9}, 5);
    assert_items(set_of((const int[]){-1, -2, 64, 8}, 4), (const int[]){64, 8, -1, -2}, 4);
}

static void deleted_entries_are_used_again(void **state)
{
    (void)state;
    Set *s = set_of((const int[]){8, 16}, 2);
    assert_int_equal(set_discard(vm, s, key_int(8)), 1);
    assert_true(set_add(vm, s, key_int(24)));
    assert_items(s, (const int[]){24, 16}, 2);
    for (int i = 0; i < 100000; i++) {
        assert_true(set_add(vm, s, key_int(i)));
        assert_int_equal(set_discard(vm, s, key_int(i)), 1);
    }
    assert_true(s->mask < 64);
}

static void frozensets_hash_alike_in_any_order(void **state)
{
    (void)state;
    Set *a = set_copy(set_of((const int[]){1, 2, 300, 8, 16}, 5), KIND_FROZENSET);
    Set *b = set_copy(set_of((const int[]){16, 300, 8, 2, 1}, 5), KIND_FROZENSET);
    uint64_t x, y;
    assert_true(frozenset_hash(vm, a, &x) && frozenset_hash(vm, b, &y));
    assert_true(x == y);
    Set *three = set_copy(set_of((const int[]){1, 2, 3}, 3), KIND_FROZENSET);
    assert_true(frozenset_hash(vm, three, &x));
    assert_true((int64_t)x == -272375401224217160);
}

static void the_algebra_is_right(void **state)
{
    (void)state;
    Set *a = set_of((const int[]){1, 2, 3, 4}, 4), *b = set_of((const int[]){3, 4, 5}, 3);
    assert_items(set_union(vm, a, value_object(b)), (const int[]){1, 2, 3, 4, 5}, 5);
    assert_items(set_intersection(vm, a, value_object(b)), (const int[]){3, 4}, 2);
    assert_items(set_difference(vm, a, value_object(b)), (const int[]){1, 2}, 2);
    assert_items(set_symmetric_difference(vm, a, value_object(b)), (const int[]){1, 2, 5}, 3);
    assert_int_equal(set_is_disjoint(vm, a, value_object(b)), 0);
    assert_int_equal(set_is_subset(vm, set_new(), value_object(b)), 1);
    assert_int_equal(set_is_superset(vm, a, value_object(b)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_keys_are_found_and_others_are_not),
        cmocka_unit_test(order_is_that_of_insertion_across_deletions),
        cmocka_unit_test(equal_numbers_are_one_key),
        cmocka_unit_test(keys_that_collide_are_told_apart),
        cmocka_unit_test(the_last_item_is_popped_again_and_again),
        cmocka_unit_test(a_queue_of_keys_takes_constant_time),
        cmocka_unit_test(unhashable_keys_raise),
        cmocka_unit_test(iterators_notice_changes),
        cmocka_unit_test(copies_are_plain_and_independent),
        cmocka_unit_test(a_cell_follows_its_name),
        cmocka_unit_test(a_removed_name_leaves_its_cell_unbound),
        cmocka_unit_test(dicts_survive_collections),
        cmocka_unit_test(small_ints_iterate_as_in_cpython),
        cmocka_unit_test(deleted_entries_are_used_again),
        cmocka_unit_test(frozensets_hash_alike_in_any_order),
        cmocka_unit_test(the_algebra_is_right),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
