// SPDX-License-Identifier: MIT
// test_signature.c - signatures of natives: parsing, binding, and the words of the errors.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "stdlib/stdlib.h"
#include "vm/signature.h"

static VM *vm;

static int set_up(void **state)
{
    (void)state;
    vm = vm_new();
    stdlib_init(vm);
    return vm->exception == VALUE_UNBOUND ? 0 : -1;
}

static Value collect(VM *v, Value *args)  // three parameters as a tuple
{
    (void)v;
    return value_object(tuple_from(args, 3));
}

static Native *make(const char *signature, Class *owner)
{
    static NativeDef defs[64];
    static int n;
    defs[n] = (NativeDef){collect, signature, NULL};
    Native *native = as_native(native_new(vm, &defs[n++], owner, owner ? NULL : S(builtins)));
    native_signature(vm, native);
    return native;
}

static Signature *parse(const char *text)
{
    const char *error = NULL;
    return signature_parse(text, &error);
}

// The error of binding n arguments, the last of them by keyword if there is one; "" if there is
// none.
static const char *message(Native *native, int n, const Value *argv, const char *keyword)
{
    Value out[SIGNATURE_MAX_PARAMS];
    Value key = keyword ? value_object(str_intern(keyword, strlen(keyword))) : VALUE_NONE;
    Tuple *names = keyword ? tuple_from(&key, 1) : NULL;
    if (signature_bind(vm, native, n, argv, names, out)) return "";
    return value_str(vm, error_take(vm))->data;
}

static const Value numbers[] = {VALUE_INT_BIAS + 1, VALUE_INT_BIAS + 2, VALUE_INT_BIAS + 3,
                                VALUE_INT_BIAS + 4};

static void kinds_of_parameters_are_told_apart(void **state)
{
    (void)state;
    Signature *sig = parse("f(a, b: int = -1, /, c=None, *rest, d: str? = 'x', **kw) -> object");
    assert_non_null(sig);
    assert_int_equal(sig->n_params, 6);
    assert_int_equal(sig->n_posonly, 2);
    assert_int_equal(sig->n_positional, 3);
    assert_int_equal(sig->n_required, 1);
    assert_int_equal(sig->n_kwonly, 1);
    assert_int_equal(sig->rest, 3);
    assert_int_equal(sig->keywords, 5);
    assert_int_equal(as_int(sig->params[1].default_value), -1);
    assert_true(sig->params[2].default_value == VALUE_NONE);
    assert_true(sig->params[4].or_none && sig->params[4].type == TYPE_STR);
    assert_string_equal(as_str(sig->params[4].default_value)->data, "x");
    assert_string_equal(sig->returns->data, "object");
}

static void malformed_signatures_are_reported(void **state)
{
    (void)state;
    assert_null(parse("f"));
    assert_null(parse("f(a"));
    assert_null(parse("f(a=1, b)"));
    assert_null(parse("f(a) b"));
    assert_null(parse("f(a, =1)"));
}

static void the_text_of_a_signature_is_pythons(void **state)
{
    (void)state;
    assert_string_equal(signature_text(parse("f(a, b=-1, /, c=None, *, d='x', **kw)"))->data,
                        "(a, b=-1, /, c=None, *, d='x', **kw)");
    assert_string_equal(signature_text(parse("f()"))->data, "()");
    assert_string_equal(signature_text(parse("f(*args)"))->data, "(*args)");
}

static void one_positional_parameter_is_counted_in_words(void **state)
{
    (void)state;
    Native *f = make("f(a, /)", NULL);
    assert_string_equal(message(f, 0, numbers, NULL), "f() takes exactly one argument (0 given)");
    assert_string_equal(message(f, 2, numbers, NULL), "f() takes exactly one argument (2 given)");
    assert_string_equal(message(f, 1, numbers, "a"), "f() takes no keyword arguments");
    assert_string_equal(message(make("f()", NULL), 1, numbers, NULL),
                        "f() takes no arguments (1 given)");
}

static void positional_only_parameters_use_the_short_form(void **state)
{
    (void)state;
    Native *f = make("f(a, b, /)", NULL), *g = make("g(a, b=1, /)", NULL),
           *h = make("h(a, /, *rest)", NULL);
    assert_string_equal(message(f, 1, numbers, NULL), "f expected 2 arguments, got 1");
    assert_string_equal(message(g, 0, numbers, NULL), "g expected at least 1 argument, got 0");
    assert_string_equal(message(g, 3, numbers, NULL), "g expected at most 2 arguments, got 3");
    assert_string_equal(message(h, 0, numbers, NULL), "h expected at least 1 argument, got 0");
}

static void parameters_with_names_use_the_long_form(void **state)
{
    (void)state;
    Native *f = make("f(a, b=1)", NULL), *g = make("g(*, a=1)", NULL);
    assert_string_equal(message(f, 0, numbers, NULL), "f() missing required argument 'a' (pos 1)");
    assert_string_equal(message(f, 3, numbers, NULL), "f() takes at most 2 arguments (3 given)");
    assert_string_equal(message(f, 2, numbers, "z"), "f() got an unexpected keyword argument 'z'");
    assert_string_equal(message(f, 2, numbers, "a"),
                        "argument for f() given by name ('a') and position (1)");
    assert_string_equal(message(g, 1, numbers, NULL), "g() takes no positional arguments");
    assert_string_equal(message(g, 1, numbers, "a"), "");
}

static void methods_check_their_self(void **state)
{
    (void)state;
    Class *list = vm->classes[KIND_LIST];
    Native *f = make("f(self, a, /)", list), *slot = make("__len__(self, /)", list);
    assert_string_equal(message(f, 0, numbers, NULL), "unbound method list.f() needs an argument");
    assert_string_equal(message(f, 2, numbers, NULL),
                        "descriptor 'f' for 'list' objects doesn't apply to a 'int' object");
    assert_string_equal(message(slot, 1, numbers, NULL),
                        "descriptor '__len__' requires a 'list' object but received a 'int'");
    Value good[] = {value_object(list_new(0)), small_int(1), small_int(2)};
    assert_string_equal(message(f, 1, good, NULL), "list.f() takes exactly one argument (0 given)");
    assert_string_equal(message(f, 2, good, NULL), "");
    assert_string_equal(message(slot, 2, good, NULL), "expected 0 arguments, got 1");
}

static void arguments_are_converted_or_refused(void **state)
{
    (void)state;
    Value text = value_object(str_from_cstr("s")), mixed[] = {text, small_int(1)};
    assert_string_equal(message(make("f(a: int, /)", NULL), 1, &text, NULL),
                        "'str' object cannot be interpreted as an integer");
    assert_string_equal(message(make("f(a: float, /)", NULL), 1, &text, NULL),
                        "must be real number, not str");
    assert_string_equal(message(make("f(a: str, /)", NULL), 1, numbers, NULL),
                        "f() argument must be str, not int");
    assert_string_equal(message(make("f(a: str, b: str, /)", NULL), 2, mixed, NULL),
                        "f() argument 2 must be str, not int");
    assert_string_equal(message(make("f(a: str)", NULL), 1, numbers, NULL),
                        "f() argument 'a' must be str, not int");
    assert_string_equal(message(make("f(a: str? = None)", NULL), 1, numbers, NULL),
                        "f() argument 'a' must be str or None, not int");
    Value out[SIGNATURE_MAX_PARAMS];
    assert_true(
        signature_bind(vm, make("f(a: float, b: bool = False)", NULL), 2, numbers, NULL, out));
    assert_true(is_float(out[0]) && as_float(out[0]) == 1.0);
    assert_true(out[1] == VALUE_TRUE);
}

static void rest_and_keywords_collect_what_is_left(void **state)
{
    (void)state;
    Native *f = make("f(a, /, *rest, **kw)", NULL);
    Value out[SIGNATURE_MAX_PARAMS], key = value_object(str_intern("k", 1));
    assert_true(signature_bind(vm, f, 4, numbers, tuple_from(&key, 1), out));
    assert_int_equal(as_int(out[0]), 1);
    assert_int_equal(as_tuple(out[1])->len, 2);
    assert_int_equal(as_int(dict_find_str(as_dict(out[2]), as_str(key))), 4);
}

static void a_call_with_exact_arguments_skips_the_binder(void **state)
{
    (void)state;
    Native *f = make("f(a, b, c, /)", NULL);
    assert_int_equal(f->object.head >> 16, 3);
    Value r = native_call(vm, f, 3, numbers, NULL);
    assert_int_equal(as_int(as_tuple(r)->items[2]), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_of_parameters_are_told_apart),
        cmocka_unit_test(malformed_signatures_are_reported),
        cmocka_unit_test(the_text_of_a_signature_is_pythons),
        cmocka_unit_test(one_positional_parameter_is_counted_in_words),
        cmocka_unit_test(positional_only_parameters_use_the_short_form),
        cmocka_unit_test(parameters_with_names_use_the_long_form),
        cmocka_unit_test(methods_check_their_self),
        cmocka_unit_test(arguments_are_converted_or_refused),
        cmocka_unit_test(rest_and_keywords_collect_what_is_left),
        cmocka_unit_test(a_call_with_exact_arguments_skips_the_binder),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
