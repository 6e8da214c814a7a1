// SPDX-License-Identifier: MIT
// test_gc.c - the allocator: what keeps memory alive, what is recycled, finalisers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vm/gc.h"

typedef struct Link {
    struct Link *next;
    uint64_t number;
} Link;

static void a_chain_of_objects_survives_collections(void **state)
{
    (void)state;
    Link *head = NULL;
    for (uint64_t i = 0; i < 50000; i++) {
        Link *link = gc_new(Link);
        link->next = head;
        link->number = i;
        head = link;
        if (i % 10000 == 0) gc_collect();
    }
    uint64_t expected = 50000;
    for (Link *link = head; link; link = link->next) assert_int_equal(link->number, --expected);
    assert_int_equal(expected, 0);
}

static void recycled_memory_is_given_out_next(void **state)
{
    (void)state;
    void *p = gc_alloc_object(48);
    gc_recycle(p, 48);
    if (!gc_stress) assert_ptr_equal(gc_alloc_object(48), p);
}

static void arrays_are_cleared_and_grow_with_their_contents(void **state)
{
    (void)state;
    uint64_t *a = gc_alloc_array(100, sizeof *a);
    for (int i = 0; i < 100; i++) assert_int_equal(a[i], 0);
    a[99] = 7;
    a = gc_realloc(a, 100000 * sizeof *a);
    assert_int_equal(a[99], 7);
}

static void a_size_that_cannot_be_had_is_refused_not_fatal(void **state)
{
    (void)state;
    assert_null(gc_try_alloc_array(SIZE_MAX / 4, 8));
    assert_null(gc_try_alloc_atomic(SIZE_MAX / 2));
}

static void only_first_addresses_are_bases(void **state)
{
    (void)state;
    char *p = gc_alloc_object(64);
    assert_true(gc_is_base(p));
    assert_false(gc_is_base(p + 8));
    assert_false(gc_is_base(NULL));
}

static int n_finalized;

static void count(void *object, void *data)
{
    (void)object;
    n_finalized += (int)(intptr_t)data;
}

static __attribute__((noinline)) void drop_objects_with_finalizers(void)
{
    for (int i = 0; i < 200; i++) {
        Link *link = gc_alloc(sizeof(Link));
        gc_set_finalizer(link, count, (void *)(intptr_t)1);
    }
}

static void finalizers_run_only_when_asked_for(void **state)
{
    (void)state;
    drop_objects_with_finalizers();
    gc_collect();
    assert_int_equal(n_finalized, 0);
    gc_run_finalizers();
    assert_true(n_finalized > 100);  // the stack is scanned conservatively: a few may be held up
}

enum { ODD_SIZE = 208 };  // no other object of this program is of this size

static __attribute__((noinline)) void drop_odd_objects(void)
{
    for (int i = 0; i < 5000; i++)
        memset(gc_alloc_object(ODD_SIZE), 0, ODD_SIZE);
}

static void count_odd(void *object, void *data)
{
    if (gc_object_size(object) == ODD_SIZE) ++*(int *)data;
}

static void what_keeps_a_block_is_no_object(void **state)
{
    (void)state;
    int n = 0;
    drop_odd_objects();
    gc_collect();
    gc_each_object(0, count_odd, &n);
    assert_true(n < 20);  // conservatively found ones; there were 260 blocks
}

static void what_is_permanent_stays_and_can_be_given_back(void **state)
{
    (void)state;
    gc_begin_permanent();
    char *text = gc_alloc_atomic(100), *other = gc_alloc_atomic(17);
    gc_end_permanent();
    strcpy(text, "here to stay");
    uintptr_t hidden = ~(uintptr_t)text;
    text = NULL;
    for (int i = 0; i < 1000; i++) memset(gc_alloc_atomic(100), 'x', 100);
    gc_collect();
    text = (char *)~hidden;
    assert_string_equal(text, "here to stay");
    assert_false(gc_is_base(text));
    assert_int_equal(gc_object_size(text), 112);
    assert_int_equal(gc_object_size(other), 32);
    assert_string_equal(gc_realloc(text, 5000), "here to stay");
    gc_free(text);
    gc_recycle_atomic(text, 100);
    if (!gc_stress) assert_ptr_equal(gc_alloc_atomic(100), text);
}

static void something_spare_goes_with_the_next_collection(void **state)
{
    (void)state;
    static void *spare;
    spare = gc_alloc(100);
    gc_drop_spare(&spare);
    gc_drop_spare(&spare);
    gc_collect();
    assert_null(spare);
}

int main(void)
{
    gc_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_of_objects_survives_collections),
        cmocka_unit_test(recycled_memory_is_given_out_next),
        cmocka_unit_test(arrays_are_cleared_and_grow_with_their_contents),
        cmocka_unit_test(a_size_that_cannot_be_had_is_refused_not_fatal),
        cmocka_unit_test(only_first_addresses_are_bases),
        cmocka_unit_test(finalizers_run_only_when_asked_for),
        cmocka_unit_test(what_keeps_a_block_is_no_object),
        cmocka_unit_test(what_is_permanent_stays_and_can_be_given_back),
        cmocka_unit_test(something_spare_goes_with_the_next_collection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
