// SPDX-License-Identifier: MIT
// test_class.c - classes, shapes, attribute lookup and its caches, below the level of scripts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "stdlib/stdlib.h"
#include "vm/attr_cache.h"

static VM *vm;

static Str *name_of(const char *text)
{
    return str_intern(text, strlen(text));
}

static Class *make_class(const char *name, size_t n_bases, Class *a, Class *b, Dict *dict)
{
    Tuple *bases = n_bases == 0   ? tuple_empty
                   : n_bases == 1 ? tuple_of(1, value_object(a))
                                  : tuple_of(2, value_object(a), value_object(b));
    Value c = class_create(vm, vm->type_type, name_of(name), bases, dict ? dict : dict_new(), NULL);
    return is_error(c) ? NULL : as_class(c);
}

static void assert_raised(ExceptionKind kind, const char *message)
{
    assert_true(error_is(vm, kind));
    Str *text = value_str(vm, error_take(vm));
    assert_non_null(text);
    assert_string_equal(text->data, message);
}

static Value answer(VM *v, Value *args)
{
    (void)v;
    (void)args;
    return small_int(42);
}

static Value new_method(void)
{
    static const NativeDef def = {answer, "answer(self, /)", NULL};
    return native_new(vm, &def, vm->type_object, NULL);
}

static int set_up(void **state)
{
    (void)state;
    vm = vm_new();
    stdlib_init(vm);
    return vm->exception == VALUE_UNBOUND ? 0 : -1;
}

static void root_shapes_have_the_ids_of_their_kinds(void **state)
{
    (void)state;
    for (uint32_t kind = 0; kind < KIND_INSTANCE; kind++) {
        assert_int_equal(vm->shapes[kind]->id, kind);
        if (vm->classes[kind]) assert_ptr_equal(vm->shapes[kind]->class_, vm->classes[kind]);
    }
    assert_ptr_equal(class_of(vm, VALUE_NONE), vm->classes[KIND_NONE]);
    assert_ptr_equal(class_of(vm, small_int(1)), vm->classes[KIND_INT]);
    assert_ptr_equal(class_of(vm, value_object(vm->type_object)), vm->type_type);
}

static void the_mro_of_a_diamond_is_linearised_by_c3(void **state)
{
    (void)state;
    Class *a = make_class("A", 0, NULL, NULL, NULL), *b = make_class("B", 1, a, NULL, NULL);
    Class *c = make_class("C", 1, a, NULL, NULL), *d = make_class("D", 2, b, c, NULL);
    Class *expected[] = {d, b, c, a, vm->type_object};
    assert_int_equal(d->mro->len, 5);
    for (int i = 0; i < 5; i++)
        assert_ptr_equal(as_class(d->mro->items[i]), expected[i]);
}

static void bases_without_a_consistent_order_are_refused(void **state)
{
    (void)state;
    Class *a = make_class("A", 0, NULL, NULL, NULL), *b = make_class("B", 1, a, NULL, NULL);
    assert_null(make_class("C", 2, a, b, NULL));
    assert_raised(EXC_TypeError,
                  "Cannot create a consistent method resolution order (MRO) for bases A, B");
    assert_null(make_class("C", 2, a, a, NULL));
    assert_raised(EXC_TypeError, "duplicate base class A");
    assert_null(make_class("C", 2, vm->classes[KIND_LIST], vm->classes[KIND_DICT], NULL));
    assert_raised(EXC_TypeError, "multiple bases have instance lay-out conflict");
    assert_null(make_class("C", 1, vm->classes[KIND_BOOL], NULL, NULL));
    assert_raised(EXC_TypeError, "type 'bool' is not an acceptable base type");
}

static void instances_with_equal_histories_share_a_shape(void **state)
{
    (void)state;
    Class *c = make_class("C", 0, NULL, NULL, NULL);
    Instance *a = instance_new(vm, c), *b = instance_new(vm, c);
    for (int i = 0; i < 20; i++) {
        Str *name = str_intern_str(str_format("x%d", i));
        assert_true(instance_set(vm, &a->object, name, small_int(i)));
        assert_true(instance_set(vm, &b->object, name, small_int(100 + i)));
    }
    assert_int_equal(vm->shapes[a->object.shape]->n_slots, vm->shapes[b->object.shape]->n_slots);
    for (int i = 0; i < 20; i++) {
        Str *name = str_intern_str(str_format("x%d", i));
        assert_int_equal(as_int(instance_find(vm, &a->object, name)), i);
        assert_int_equal(as_int(instance_find(vm, &b->object, name)), 100 + i);
    }
    assert_true(instance_find(vm, &a->object, name_of("absent")) == VALUE_UNBOUND);
}

static void an_instance_keeps_its_attributes_when_it_goes_over_to_a_dict(void **state)
{
    (void)state;
    Class *c = make_class("C", 0, NULL, NULL, NULL);
    Object *o = &instance_new(vm, c)->object;
    for (int i = 0; i < 100; i++)
        assert_true(instance_set(vm, o, str_intern_str(str_format("x%d", i)), small_int(i)));
    assert_true(vm->shapes[o->shape]->is_dict);
    Dict *d = object_dict(vm, o, true);
    assert_int_equal(d->len, 100);
    dict_set_str(d, name_of("y"), VALUE_TRUE);
    assert_true(instance_find(vm, o, name_of("y")) == VALUE_TRUE);
    assert_int_equal(instance_delete(vm, o, name_of("x5")), 1);
    assert_int_equal(instance_delete(vm, o, name_of("x5")), 0);
    assert_int_equal(as_int(instance_find(vm, o, name_of("x6"))), 6);
}

static void a_cached_load_reads_the_slot_of_its_shape_only(void **state)
{
    (void)state;
    Class *c = make_class("C", 0, NULL, NULL, NULL);
    Value a = value_object(instance_new(vm, c)), b = value_object(instance_new(vm, c));
    Str *x = name_of("x"), *y = name_of("y");
    assert_true(value_setattr(vm, a, x, small_int(1)) && value_setattr(vm, b, y, small_int(2)));
    Instr words[3] = {7, 0, (Instr)OP_CACHE | 3 << 8};
    assert_int_equal(as_int(attr_load(vm, a, x, words)), 1);
    assert_int_equal(as_int(attr_cached_load(a, words)), 1);
    assert_true(attr_cached_load(b, words) == VALUE_UNBOUND);
    assert_int_equal(words[2] & 0xFFFF, (Instr)OP_CACHE | 3 << 8);
    assert_int_equal(words[0], 7);
}

static void a_cached_store_adds_the_attribute_to_a_fresh_instance(void **state)
{
    (void)state;
    Class *c = make_class("C", 0, NULL, NULL, NULL);
    Value a = value_object(instance_new(vm, c)), b = value_object(instance_new(vm, c));
    Str *x = name_of("x");
    Instr words[3] = {7, 0, OP_CACHE};
    assert_true(attr_store(vm, a, x, small_int(1), words) == VALUE_NONE);
    assert_true(attr_cached_store(b, small_int(2), words));
    assert_int_equal(as_object(a)->shape, as_object(b)->shape);
    assert_int_equal(as_int(instance_find(vm, as_object(b), x)), 2);
    assert_false(attr_cached_store(a, small_int(3), words));  // it has the attribute already
}

static void a_cached_method_is_forgotten_when_its_class_changes(void **state)
{
    (void)state;
    Dict *dict = dict_new();
    Str *f = name_of("f");
    dict_set_str(dict, f, new_method());
    Class *c = make_class("C", 0, NULL, NULL, dict), *d = make_class("D", 1, c, NULL, NULL);
    Value o = value_object(instance_new(vm, d)), cache = VALUE_NONE, self;
    Instr words[4] = {0, 0, 0, OP_CACHE};
    Value method = attr_load_method(vm, o, f, words, &cache, &self);
    assert_true(self == o && method == cache);
    assert_true(attr_cached_method(o, vm->epoch, words));
    assert_true(class_set_attr(vm, c, f, new_method()));
    assert_false(attr_cached_method(o, vm->epoch, words));
    assert_true(attr_load_method(vm, o, f, words, &cache, &self) != method);
}

static void an_own_attribute_hides_a_method_but_not_a_data_descriptor(void **state)
{
    (void)state;
    Dict *dict = dict_new();
    Str *f = name_of("f"), *p = name_of("p");
    dict_set_str(dict, f, new_method());
    Class *c = make_class("C", 0, NULL, NULL, dict);
    Value o = value_object(instance_new(vm, c));
    assert_true(instance_set(vm, as_object(o), f, VALUE_TRUE) &&
                instance_set(vm, as_object(o), p, VALUE_TRUE));
    assert_true(value_getattr(vm, o, f) == VALUE_TRUE);
    Value getter = new_method(),
          property = value_call(vm, value_object(vm->classes[KIND_PROPERTY]), 1, &getter);
    assert_true(value_getattr(vm, o, p) == VALUE_TRUE);
    assert_true(class_set_attr(vm, c, p, property));
    assert_int_equal(as_int(value_getattr(vm, o, p)), 42);
    assert_false(value_setattr(vm, o, p, VALUE_NONE));
    assert_raised(EXC_AttributeError, "property 'answer' of 'C' object has no setter");
}

static void slots_leave_no_room_for_other_attributes(void **state)
{
    (void)state;
    Dict *dict = dict_new();
    dict_set_str(dict, S(__slots__),
                 value_object(tuple_of(2, value_object(name_of("a")), value_object(name_of("b")))));
    Class *c = make_class("C", 0, NULL, NULL, dict);
    Value o = value_object(instance_new(vm, c));
    assert_true(is_error(value_getattr(vm, o, name_of("a"))));
    assert_raised(EXC_AttributeError, "'C' object has no attribute 'a'");
    assert_true(value_setattr(vm, o, name_of("a"), small_int(5)));
    assert_int_equal(as_int(value_getattr(vm, o, name_of("a"))), 5);
    assert_false(value_setattr(vm, o, name_of("z"), small_int(5)));
    assert_raised(EXC_AttributeError,
                  "'C' object has no attribute 'z' and no __dict__ for setting new attributes");
    assert_null(object_dict(vm, as_object(o), true));
}

static void a_subclass_of_a_builtin_keeps_its_kind_and_gets_attributes(void **state)
{
    (void)state;
    Class *c = make_class("L", 1, vm->classes[KIND_LIST], NULL, NULL);
    Value o = value_call(vm, value_object(c), 0, NULL);
    assert_true(is_list(o) && !is_exact(o, KIND_LIST));
    assert_ptr_equal(class_of(vm, o), c);
    assert_true(value_setattr(vm, o, name_of("tag"), small_int(1)));
    assert_int_equal(as_int(value_getattr(vm, o, name_of("tag"))), 1);
    assert_int_equal(value_isinstance(vm, o, value_object(vm->classes[KIND_LIST])), 1);
}

static void builtin_classes_cannot_be_changed(void **state)
{
    (void)state;
    Value c = value_object(vm->classes[KIND_INT]);
    assert_false(value_setattr(vm, c, name_of("x"), VALUE_NONE));
    assert_raised(EXC_TypeError, "cannot set 'x' attribute of immutable type 'int'");
}

static void a_new_global_shadows_the_builtin_that_code_was_linked_to(void **state)
{
    (void)state;
    Str *names[] = {name_of("len")};
    CodeUnit unit = {.object = {KIND_OPAQUE, KIND_OPAQUE}, .names = names, .n_names = 1};
    Dict *dict = dict_new_namespace();
    Globals *g = globals_new(dict, &unit);
    Value builtin = globals_load(vm, g, 0);
    assert_true(is_kind(builtin, KIND_NATIVE));
    dict_set_str(dict, names[0], small_int(7));
    assert_int_equal(as_int(g->cells[0]->value), 7);
    assert_true(globals_delete(vm, g, 0));
    assert_true(globals_load(vm, g, 0) == builtin);
}

static void a_missing_module_is_named_in_the_error(void **state)
{
    (void)state;
    assert_true(is_error(module_import(vm, name_of("asyncio"))));
    assert_raised(EXC_ModuleNotFoundError, "No module named 'asyncio'");
    assert_true(is_error(module_import(vm, name_of("sys.path"))));
    assert_raised(EXC_ModuleNotFoundError, "No module named 'sys.path'; 'sys' is not a package");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(root_shapes_have_the_ids_of_their_kinds),
        cmocka_unit_test(the_mro_of_a_diamond_is_linearised_by_c3),
        cmocka_unit_test(bases_without_a_consistent_order_are_refused),
        cmocka_unit_test(instances_with_equal_histories_share_a_shape),
        cmocka_unit_test(an_instance_keeps_its_attributes_when_it_goes_over_to_a_dict),
        cmocka_unit_test(a_cached_load_reads_the_slot_of_its_shape_only),
        cmocka_unit_test(a_cached_store_adds_the_attribute_to_a_fresh_instance),
        cmocka_unit_test(a_cached_method_is_forgotten_when_its_class_changes),
        cmocka_unit_test(an_own_attribute_hides_a_method_but_not_a_data_descriptor),
        cmocka_unit_test(slots_leave_no_room_for_other_attributes),
        cmocka_unit_test(a_subclass_of_a_builtin_keeps_its_kind_and_gets_attributes),
        cmocka_unit_test(builtin_classes_cannot_be_changed),
        cmocka_unit_test(a_new_global_shadows_the_builtin_that_code_was_linked_to),
        cmocka_unit_test(a_missing_module_is_named_in_the_error),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
