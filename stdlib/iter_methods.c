// SPDX-License-Identifier: MIT
// iter_methods.c - the types of builtin iterators; map, filter, zip, enumerate and reversed as
// callables. Those of text and ranges are defined with their types.
#include "stdlib/stdlib.h"
#include "vm/iter.h"
#include "vm/vm.h"

NATIVE(iter_length_hint, "__length_hint__(self, /)",
       "How many items are left.")
{
    return small_int(iterator_length_hint(args[0]));
}

NATIVE(item_length_hint, "__length_hint__(self, /)",
       "How many items are left.")
{
    int64_t n = item_iterator_length_hint(vm, args[0]);
    if (n >= 0) return small_int(n);
    if (!error_is(vm, EXC_TypeError)) return VALUE_ERROR;
    (void)error_take(vm);  // it has no length
    return VALUE_NOT_IMPLEMENTED;
}

NATIVE(iter_setstate, "__setstate__(self, state, /)", "Set state information for unpickling.")
{
    return iterator_set_state(vm, args[0], args[1]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(iter_class_getitem, "__class_getitem__(cls, object, /)", "See PEP 585")
{
    return generic_alias_new(vm, args[0], args[1]);
}

// map, filter, zip

static Tuple *iterators_of(VM *vm, const Value *iterables, size_t n)
{
    Tuple *iterators = tuple_new(n);
    for (size_t i = 0; i < n; i++) {
        iterators->items[i] = value_iter(vm, iterables[i]);
        if (is_error(iterators->items[i])) return NULL;
    }
    return iterators;
}

NATIVE(map_new, "__new__(cls, /, *args)", "Create and return a new object.")
{
    const Tuple *values = as_tuple(args[1]);
    if (values->len < 2)
        return raise_error(vm, EXC_TypeError, "map() must have at least two arguments.");
    Tuple *iterators = iterators_of(vm, values->items + 1, values->len - 1);
    if (!iterators) return VALUE_ERROR;
    return map_new(as_class(args[0]), values->items[0], iterators);
}

NATIVE(filter_new, "__new__(cls, function, iterable, /)", "Create and return a new object.")
{
    bool is_truth = is_none(args[1]) || args[1] == value_object(vm->classes[KIND_BOOL]);
    Value iterator = value_iter(vm, args[2]);
    if (is_error(iterator)) return iterator;
    return filter_new(as_class(args[0]), is_truth ? VALUE_UNBOUND : args[1], iterator);
}

NATIVE(zip_new, "__new__(cls, /, *iterables, strict: bool = False)",
       "Create and return a new object.")
{
    const Tuple *values = as_tuple(args[1]);
    Tuple *iterators = iterators_of(vm, values->items, values->len);
    if (!iterators) return VALUE_ERROR;
    return zip_new(as_class(args[0]), iterators, args[2] == VALUE_TRUE);
}

// enumerate

// Moves keywords into the places of iterable and start. false: raised.
static bool enumerate_arguments(VM *vm, const Tuple *values, Dict *keywords, Value out[2])
{
    size_t given = values->len + keywords->len;
    Value key, v;
    if (given > 2) {
        raise_error(vm, EXC_TypeError, "enumerate() takes at most 2 arguments (%zu given)", given);
        return false;
    }
    for (size_t i = 0; i < values->len; i++)
        out[i] = values->items[i];
    for (size_t pos = 0; dict_next(keywords, &pos, &key, &v);) {
        bool is_start = str_is(as_str(key), "start"), is_iterable = str_is(as_str(key), "iterable");
        Value *place = &out[is_start];
        bool is_alone = is_start && given == 1;
        if ((!is_start && !is_iterable) || is_alone || *place != VALUE_UNBOUND) {
            raise_error(vm, EXC_TypeError, "'%s' is an invalid keyword argument for enumerate()",
                        as_str(key)->data);
            return false;
        }
        *place = v;
    }
    if (out[0] != VALUE_UNBOUND) return true;
    raise_error(vm, EXC_TypeError, "enumerate() missing required argument 'iterable'");
    return false;
}

NATIVE(enumerate_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Value out[2] = {VALUE_UNBOUND, VALUE_UNBOUND};
    if (!enumerate_arguments(vm, as_tuple(args[1]), as_dict(args[2]), out)) return VALUE_ERROR;
    Value start = out[1] == VALUE_UNBOUND ? small_int(0) : value_index(vm, out[1]);
    if (is_error(start)) return start;
    Value iterator = value_iter(vm, out[0]);
    if (is_error(iterator)) return iterator;
    return enumerate_new(as_class(args[0]), iterator, start);
}

// reversed

static bool is_sequence(VM *vm, Value v)
{
    return !is_dict(v) && special_lookup(vm, v, S(__getitem__)) != VALUE_UNBOUND;
}

NATIVE(reversed_new, "__new__(cls, object, /)", "Create and return a new object.")
{
    Value v = args[1];
    if (is_exact(v, KIND_LIST)) return list_reverse_iter(v);
    Value method = special_lookup(vm, v, S(__reversed__));
    if (method != VALUE_UNBOUND && !is_none(method))
        return value_call_special(vm, v, S(__reversed__), 0, NULL);
    if (is_none(method) || !is_sequence(vm, v))
        return raise_error(vm, EXC_TypeError, "'%s' object is not reversible", type_name(vm, v));
    int64_t len = value_len(vm, v);
    return len < 0 ? VALUE_ERROR : reversed_new(v, len);
}

// The classes

static const NativeDef *const plain[] = {&iterator_def_iter, &iterator_def_next, &iterator_def_reduce, NULL};
static const NativeDef *const hinted[] = {
    &iterator_def_iter,
    &iterator_def_next,
    &def_iter_length_hint,
    &iterator_def_reduce,
    NULL,
};
static const NativeDef *const indexed[] = {
    &iterator_def_iter,
    &iterator_def_next,
    &def_iter_length_hint,
    &iterator_def_reduce,
    &def_iter_setstate,
    NULL,
};
static const NativeDef *const item_hinted[] = {
    &iterator_def_iter,
    &iterator_def_next,
    &def_item_length_hint,
    &iterator_def_reduce,
    &def_iter_setstate,
    NULL,
};
static const NativeDef *const reversed_methods[] = {
    &iterator_def_iter, &iterator_def_next, &def_item_length_hint, &def_reversed_new, &iterator_def_reduce,
    &def_iter_setstate, NULL,
};
static const NativeDef *const map_methods[] = {
    &iterator_def_iter,
    &iterator_def_next,
    &def_map_new,
    &iterator_def_reduce,
    NULL,
};
static const NativeDef *const filter_methods[] = {
    &iterator_def_iter,
    &iterator_def_next,
    &def_filter_new,
    &iterator_def_reduce,
    NULL,
};
static const NativeDef *const zip_methods[] = {
    &iterator_def_iter,
    &iterator_def_next,
    &def_zip_new,
    &iterator_def_reduce,
    &def_iter_setstate,
    NULL,
};
static const NativeDef *const enumerate_methods[] = {
    &iterator_def_iter, &iterator_def_next, &def_enumerate_new, &def_iter_class_getitem,
    &iterator_def_reduce, NULL,
};

static const struct {
    IteratorType type;
    const char *name;
    const NativeDef *const *methods;
    const char *doc;  // of what can be called
} types[] = {
    {ITER_LIST, "list_iterator", indexed, NULL},
    {ITER_LIST_REVERSE, "list_reverseiterator", indexed, NULL},
    {ITER_TUPLE, "tuple_iterator", indexed, NULL},
    {ITER_DICT_KEYS, "dict_keyiterator", hinted, NULL},
    {ITER_DICT_VALUES, "dict_valueiterator", hinted, NULL},
    {ITER_DICT_ITEMS, "dict_itemiterator", hinted, NULL},
    {ITER_DICT_REVERSE_KEYS, "dict_reversekeyiterator", hinted, NULL},
    {ITER_DICT_REVERSE_VALUES, "dict_reversevalueiterator", hinted, NULL},
    {ITER_DICT_REVERSE_ITEMS, "dict_reverseitemiterator", hinted, NULL},
    {ITER_SET, "set_iterator", hinted, NULL},
    {ITER_CALLABLE, "callable_iterator", plain, NULL},
    {ITER_SEQUENCE, "iterator", item_hinted, NULL},
    {ITER_REVERSED, "reversed", reversed_methods,
     "Yield the items of a sequence, the last first."},
    {ITER_MAP, "map", map_methods,
     "Yield function(item) for each item; with several iterables, the function gets an item of "
     "each, until one ends."},
    {ITER_FILTER, "filter", filter_methods,
     "Yield the items for which function(item) is true; with None, those that are true "
     "themselves."},
    {ITER_ZIP, "zip", zip_methods,
     "The zip object yields n-length tuples, where n is the number of iterables\n"
     "passed as positional arguments to zip().  The i-th element in every tuple\n"
     "comes from the i-th iterable argument to zip().  This continues until the\n"
     "shortest argument is exhausted.\n\n"
     "If strict is true and one of the arguments is exhausted before the others,\n"
     "raise a ValueError."},
    {ITER_ENUMERATE, "enumerate", enumerate_methods,
     "Return an enumerate object.\n\n"
     "  iterable\n"
     "    an object supporting iteration\n\n"
     "The enumerate object yields pairs containing a count (from start, which\n"
     "defaults to zero) and a value yielded by the iterable argument."},
};

void iter_define(VM *vm)
{
    for (size_t i = 0; i < countof(types); i++) {
        TypeDef def = {
            .name = types[i].name,
            .kind = KIND_ITERATOR,
            .doc = types[i].doc,
            .methods = types[i].methods,
            .flags = types[i].doc ? 0 : CLASS_FINAL,
        };
        iterator_define(vm, types[i].type, &def);
    }
}
