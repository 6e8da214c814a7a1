// SPDX-License-Identifier: MIT
// ops_item.c - items of containers, lengths, membership, iteration and unpacking of any values;
// integers from objects with __index__.
// Exact builtin types are handled directly, everything else through its special methods.
#include "vm/ops.h"

#include "vm/int.h"
#include "vm/iter.h"
#include "vm/file.h"
#include "vm/note.h"
#include "vm/range.h"
#include "vm/vm.h"
#include "vm/warn.h"

// Integers

Value value_index(VM *vm, Value v)
{
    if (likely(is_int(v))) return v;
    if (is_any_int(v)) return int_normal(v);
    Value r = value_call_special(vm, v, S(__index__), 0, NULL);
    if (is_error(r)) return r;
    if (r == VALUE_UNBOUND)
        return raise_error(vm, EXC_TypeError, "'%s' object cannot be interpreted as an integer",
                           type_name(vm, v));
    if (is_exact_int(r) || (is_any_int(r) && warn_subclass(vm, "__index__", "int", r))) return int_normal(r);
    if (is_any_int(r)) return VALUE_ERROR;
    return raise_error(vm, EXC_TypeError, "__index__ returned non-int (type %s)", type_name(vm, r));
}

bool value_ssize_or(VM *vm, Value v, int64_t *out, ExceptionKind too_big)
{
    Value i = value_index(vm, v);
    if (is_error(i)) return false;
    if (likely(int_to_int64(i, out))) return true;
    raise_error(vm, too_big, "cannot fit '%s' into an index-sized integer", type_name(vm, v));
    return false;
}

bool value_ssize(VM *vm, Value v, int64_t *out)
{
    return value_ssize_or(vm, v, out, EXC_IndexError);
}

// Lengths

static int64_t range_len(VM *vm, Value v)
{
    int64_t len;
    if (int_to_int64(as_range(v)->length, &len)) return len;
    raise_error(vm, EXC_OverflowError, "Python int too large to convert to C ssize_t");
    return -1;
}

int64_t length_of_result(VM *vm, Value r)
{
    Value i = value_index(vm, r);
    int64_t len;
    if (is_error(i)) return -1;
    if (int_sign(i) < 0) {
        raise_error(vm, EXC_ValueError, "__len__() should return >= 0");
        return -1;
    }
    return value_ssize_or(vm, i, &len, EXC_OverflowError) ? len : -1;
}

static int64_t len_of_method(VM *vm, Value v)
{
    Value r = value_call_special(vm, v, S(__len__), 0, NULL);
    if (is_error(r)) return -1;
    if (r != VALUE_UNBOUND) return length_of_result(vm, r);
    raise_about(vm, v, EXC_TypeError, "object of type '%s' has no len()", type_name(vm, v));
    return -1;
}

int64_t value_len(VM *vm, Value v)
{
    if (!is_object(v) || !value_is_plain(v)) return len_of_method(vm, v);
    switch (object_kind(as_object(v))) {
    case KIND_STR:
    case KIND_BYTES: return (int64_t)str_length(as_str(v));
    case KIND_LIST: return (int64_t)as_list(v)->len;
    case KIND_TUPLE: return (int64_t)as_tuple(v)->len;
    case KIND_DICT: return (int64_t)as_dict(v)->len;
    case KIND_SET:
    case KIND_FROZENSET: return (int64_t)as_set(v)->len;
    case KIND_RANGE: return range_len(vm, v);
    case KIND_BYTEARRAY: return bytearray_len(v);
    case KIND_DICT_KEYS:
    case KIND_DICT_VALUES:
    case KIND_DICT_ITEMS: return dict_view_len(v);
    default: return len_of_method(vm, v);
    }
}

// The length if v has one, else what __length_hint__ says, else default_.
static int64_t hint_of_method(VM *vm, Value v, int64_t default_)
{
    Value r = value_call_special(vm, v, S(__length_hint__), 0, NULL);
    if (r == VALUE_UNBOUND || r == VALUE_NOT_IMPLEMENTED) return default_;
    if (is_error(r)) {
        if (!error_is(vm, EXC_TypeError)) return -1;
        (void)error_take(vm);
        return default_;
    }
    if (!is_any_int(r)) {
        raise_error(vm, EXC_TypeError, "__length_hint__ must be an integer, not %s",
                    type_name(vm, r));
        return -1;
    }
    int64_t hint;
    if (int_sign(r) < 0) {
        raise_error(vm, EXC_ValueError, "__length_hint__() should return >= 0");
        return -1;
    }
    if (int_to_int64(r, &hint)) return hint;
    raise_error(vm, EXC_OverflowError, "Python int too large to convert to C ssize_t");
    return -1;
}

int64_t value_length_hint(VM *vm, Value v, int64_t default_)
{
    if (is_generator(v)) return default_;
    if (is_kind(v, KIND_ITERATOR)) {
        int64_t left = iterator_length_hint(v);
        if (left >= 0) return left;
    }
    if (special_lookup(vm, v, S(__len__)) != VALUE_UNBOUND) {
        int64_t len = value_len(vm, v);
        if (len >= 0) return len;
        if (!error_is(vm, EXC_TypeError)) return -1;
        (void)error_take(vm);
    }
    return hint_of_method(vm, v, default_);
}

// Iteration

static bool has_next(VM *vm, Value v)
{
    return is_iterator(v) || is_generator(v) || special_lookup(vm, v, S(__next__)) != VALUE_UNBOUND;
}

Value iter_check(VM *vm, Value it)
{
    if (has_next(vm, it)) return it;
    return raise_error(vm, EXC_TypeError, "iter() returned non-iterator of type '%s'",
                       type_name(vm, it));
}

static Value iter_of_method(VM *vm, Value v)
{
    Value method = special_lookup(vm, v, S(__iter__));
    if (method == VALUE_UNBOUND && special_lookup(vm, v, S(__getitem__)) != VALUE_UNBOUND)
        return sequence_iterator_new(v);
    if (method == VALUE_UNBOUND || method == VALUE_NONE)
        return raise_about(vm, v, EXC_TypeError, "'%s' object is not iterable", type_name(vm, v));
    Value it = method_call(vm, method, v, 0, NULL);
    return is_error(it) ? it : iter_check(vm, it);
}

Value value_iter(VM *vm, Value v)
{
    if (!is_object(v)) return iter_of_method(vm, v);
    if (!value_is_plain(v)) {
        bool is_own_iterator = is_generator(v) || is_iterator(v);
        if (!is_own_iterator || class_is_heap(class_of(vm, v))) return iter_of_method(vm, v);
        if (unlikely(vm->generator_warnings)) note_iteration(vm, v);
        return v;
    }
    switch (object_kind(as_object(v))) {
    case KIND_LIST: return list_iter(v);
    case KIND_TUPLE: return tuple_iter(v);
    case KIND_STR:
    case KIND_BYTES:
    case KIND_BYTEARRAY: return str_iter(v);
    case KIND_DICT:
    case KIND_DICT_KEYS:
    case KIND_DICT_VALUES:
    case KIND_DICT_ITEMS: return dict_iter(v);
    case KIND_SET:
    case KIND_FROZENSET: return set_iter(v);
    case KIND_RANGE: return range_iter(vm, v);
    default: return iter_of_method(vm, v);
    }
}

static Value next_of_method(VM *vm, Value iterator)
{
    Value v = value_call_special(vm, iterator, S(__next__), 0, NULL);
    if (v == VALUE_UNBOUND)
        return raise_error(vm, EXC_TypeError, "'%s' object is not an iterator",
                           type_name(vm, iterator));
    if (!is_error(v) || !error_is(vm, EXC_StopIteration)) return v;
    vm->stop_value = stop_iteration_value(error_take(vm));
    return VALUE_STOP;
}

Value iter_next(VM *vm, Value iterator)
{
    if (is_generator(iterator)) return generator_resume(vm, as_generator(iterator), VALUE_NONE);
    Class *c = class_of(vm, iterator);
    Value v;
    if (is_iterator(iterator) && !class_is_heap(c))
        v = as_iterator(iterator)->next(vm, as_iterator(iterator));
    else if (c->next)
        v = c->next(vm, iterator);
    else
        return next_of_method(vm, iterator);
    if (v == VALUE_STOP) vm->stop_value = VALUE_NONE;
    return is_error(v) ? iterator_failed(vm) : v;
}

// Membership

static int list_contains(VM *vm, List *list, Value item)
{
    for (size_t i = 0; i < list->len; i++) {
        Value v = list->items[i];
        int equal = v == item ? 1 : value_equal(vm, v, item);
        if (equal) return equal;
    }
    return 0;
}

static int tuple_contains(VM *vm, Tuple *tuple, Value item)
{
    for (size_t i = 0; i < tuple->len; i++) {
        Value v = tuple->items[i];
        int equal = v == item ? 1 : value_equal(vm, v, item);
        if (equal) return equal;
    }
    return 0;
}

static int search(VM *vm, Value container, Value item)
{
    Value v, it = value_iter(vm, container);
    if (is_error(it)) {
        if (!error_is(vm, EXC_TypeError)) return -1;
        (void)error_take(vm);
        raise_error(vm, EXC_TypeError, "argument of type '%s' is not iterable",
                    type_name(vm, container));
        return -1;
    }
    while ((v = iter_next(vm, it)) != VALUE_STOP) {
        int equal = is_error(v) ? -1 : value_equal(vm, v, item);
        if (equal) return equal;
    }
    return 0;
}

static int contains_by_method(VM *vm, Value container, Value item)
{
    Value method = special_lookup(vm, container, S(__contains__));
    if (method == VALUE_UNBOUND) return search(vm, container, item);
    if (method == VALUE_NONE) {
        raise_error(vm, EXC_TypeError, "'%s' object is not a container", type_name(vm, container));
        return -1;
    }
    Value r = method_call(vm, method, container, 1, &item);
    return is_error(r) ? -1 : value_truth(vm, r);
}

int value_contains(VM *vm, Value container, Value item)
{
    if (!is_object(container) || !value_is_plain(container))
        return contains_by_method(vm, container, item);
    Value v;
    switch (object_kind(as_object(container))) {
    case KIND_LIST: return list_contains(vm, as_list(container), item);
    case KIND_TUPLE: return tuple_contains(vm, as_tuple(container), item);
    case KIND_STR:
    case KIND_BYTES:
    case KIND_BYTEARRAY: return str_contains(vm, container, item);
    case KIND_DICT: return dict_find(vm, as_dict(container), item, &v);
    case KIND_SET:
    case KIND_FROZENSET: return set_contains_value(vm, as_set(container), item);
    case KIND_RANGE: return range_contains(vm, container, item);
    case KIND_DICT_KEYS:
    case KIND_DICT_VALUES:
    case KIND_DICT_ITEMS: return dict_view_contains(vm, container, item);
    default: return contains_by_method(vm, container, item);
    }
}

// Items

// C[key] for a class C.
static Value class_getitem(VM *vm, Value c, Value key)
{
    if (c == value_object(vm->type_type)) return generic_alias_new(vm, c, key);
    Value method = value_find_attr(vm, c, S(__class_getitem__));
    if (is_error(method)) return method;
    if (method == VALUE_UNBOUND || is_none(method))
        return raise_error(vm, EXC_TypeError, "type '%s' is not subscriptable",
                           class_shown_name(as_class(c)));
    return value_call(vm, method, 1, &key);
}

static Value getitem_of_method(VM *vm, Value o, Value key)
{
    Value method = special_lookup(vm, o, S(__getitem__));
    if (method != VALUE_UNBOUND) return method_call(vm, method, o, 1, &key);
    if (is_class(o)) return class_getitem(vm, o, key);
    return raise_about(vm, o, EXC_TypeError, "'%s' object is not subscriptable", type_name(vm, o));
}

Value value_getitem(VM *vm, Value o, Value key)
{
    if (!is_object(o) || !value_is_plain(o)) return getitem_of_method(vm, o, key);
    switch (object_kind(as_object(o))) {
    case KIND_LIST: return list_getitem(vm, as_list(o), key);
    case KIND_TUPLE: return tuple_getitem(vm, as_tuple(o), key);
    case KIND_DICT: return dict_getitem(vm, o, key);
    case KIND_STR:
    case KIND_BYTES:
    case KIND_BYTEARRAY: return str_getitem(vm, o, key);
    case KIND_RANGE: return range_getitem(vm, o, key);
    default: return getitem_of_method(vm, o, key);
    }
}

// Types with sequence slots in CPython: classes written in Python have them.
static bool is_sequence_type(VM *vm, Value o)
{
    Kind kind = value_kind(o);
    return (kind >= KIND_STR && kind <= KIND_RANGE) ||
           (kind >= KIND_DICT_KEYS && kind <= KIND_DICT_ITEMS) || kind == KIND_MAPPINGPROXY ||
           class_is_heap(class_of(vm, o));
}

static bool is_index(VM *vm, Value key)
{
    return is_any_int(key) || special_lookup(vm, key, S(__index__)) != VALUE_UNBOUND;
}

// Where items cannot be assigned, CPython looks at the size of an index first.
static bool fits_sequence(VM *vm, Value o, Value key)
{
    int64_t i;
    return !is_sequence_type(vm, o) || !is_index(vm, key) || value_ssize(vm, key, &i);
}

// A class with one of __setitem__ and __delitem__ was asked for the other.
static bool raise_half(VM *vm, const char *name)
{
    raise_error(vm, EXC_AttributeError, "%s", name);
    return false;
}

bool value_setitem(VM *vm, Value o, Value key, Value v)
{
    if (is_exact(o, KIND_LIST)) return list_setitem(vm, as_list(o), key, v);
    if (is_exact(o, KIND_DICT)) return dict_set(vm, as_dict(o), key, v);
    if (is_exact(o, KIND_BYTEARRAY)) return bytearray_setitem(vm, o, key, v);
    const Value args[] = {key, v};
    Value method = special_lookup(vm, o, S(__setitem__));
    if (method != VALUE_UNBOUND) return !is_error(method_call(vm, method, o, 2, args));
    if (special_lookup(vm, o, S(__delitem__)) != VALUE_UNBOUND) return raise_half(vm, "__setitem__");
    if (!fits_sequence(vm, o, key)) return false;
    raise_error(vm, EXC_TypeError, "'%s' object does not support item assignment",
                type_name(vm, o));
    return false;
}

static bool delete_key(VM *vm, Dict *dict, Value key)
{
    int found = dict_delete(vm, dict, key, NULL);
    if (found == 0) raise_key_error(vm, key);
    return found > 0;
}

// CPython words it differently for types with sequence slots when the key is an index.
static bool raise_no_deletion(VM *vm, Value o, Value key)
{
    if (!fits_sequence(vm, o, key)) return false;
    raise_error(vm, EXC_TypeError, "'%s' object %s support item deletion", type_name(vm, o),
                is_sequence_type(vm, o) && is_index(vm, key) ? "doesn't" : "does not");
    return false;
}

bool value_delitem(VM *vm, Value o, Value key)
{
    if (is_exact(o, KIND_LIST)) return list_setitem(vm, as_list(o), key, VALUE_UNBOUND);
    if (is_exact(o, KIND_DICT)) return delete_key(vm, as_dict(o), key);
    if (is_exact(o, KIND_BYTEARRAY)) return bytearray_setitem(vm, o, key, VALUE_UNBOUND);
    Value method = special_lookup(vm, o, S(__delitem__));
    if (method != VALUE_UNBOUND) return !is_error(method_call(vm, method, o, 1, &key));
    if (special_lookup(vm, o, S(__setitem__)) != VALUE_UNBOUND) return raise_half(vm, "__delitem__");
    return raise_no_deletion(vm, o, key);
}

// Unpacking

static Value unpack_iter(VM *vm, Value v)
{
    Value it = value_iter(vm, v);
    if (!is_error(it) || !error_is(vm, EXC_TypeError)) return it;
    bool has_iter = special_lookup(vm, v, S(__iter__)) != VALUE_UNBOUND;  // None is one too
    if (has_iter || special_lookup(vm, v, S(__getitem__)) != VALUE_UNBOUND) return it;
    (void)error_take(vm);
    return raise_about(vm, v, EXC_TypeError, "cannot unpack non-iterable %s object", type_name(vm, v));
}

static bool raise_too_few(VM *vm, Value from, const char *at_least, int expected, size_t got)
{
    raise_about(vm, from, EXC_ValueError, "not enough values to unpack (expected %s%d, got %zu)",
                at_least, expected, got);
    return false;
}

static bool raise_too_many(VM *vm, int expected)
{
    raise_error(vm, EXC_ValueError, "too many values to unpack (expected %d)", expected);
    return false;
}

static bool unpack_items(VM *vm, const Value *items, size_t len, Value *out, int n)
{
    if (len < (size_t)n) return raise_too_few(vm, VALUE_NONE, "", n, len);
    if (len > (size_t)n) return raise_too_many(vm, n);
    for (size_t i = 0; i < len; i++)
        out[i] = items[i];
    return true;
}

// n values from an iterator. `at_least` is for the message.
static bool take(VM *vm, Value it, Value *out, int n, const char *at_least, int expected)
{
    for (int i = 0; i < n; i++) {
        Value v = iter_next(vm, it);
        if (is_error(v)) return false;
        if (v == VALUE_STOP) return raise_too_few(vm, it, at_least, expected, (size_t)i);
        out[i] = v;
    }
    return true;
}

bool value_unpack(VM *vm, Value v, Value *out, int n)
{
    if (is_exact(v, KIND_TUPLE))
        return unpack_items(vm, as_tuple(v)->items, as_tuple(v)->len, out, n);
    if (is_exact(v, KIND_LIST)) return unpack_items(vm, as_list(v)->items, as_list(v)->len, out, n);
    Value it = unpack_iter(vm, v);
    if (is_error(it) || !take(vm, it, out, n, "", n)) return false;
    Value more = iter_next(vm, it);
    if (is_error(more)) return false;
    return more == VALUE_STOP ? true : raise_too_many(vm, n);
}

bool value_unpack_star(VM *vm, Value v, Value *out, int before, int after)
{
    Value it = unpack_iter(vm, v);
    if (is_error(it)) return false;
    if (!take(vm, it, out, before, "at least ", before + after)) return false;
    List *rest = list_from_iterable(vm, it);
    if (!rest) return false;
    if (rest->len < (size_t)after)
        return raise_too_few(vm, it, "at least ", before + after, (size_t)before + rest->len);
    size_t from = rest->len - (size_t)after;
    for (int i = 0; i < after; i++)
        out[before + 1 + i] = rest->items[from + (size_t)i];
    list_remove_range(rest, from, rest->len);
    out[before] = value_object(rest);
    return true;
}

Value value_unpack_list(VM *vm, Value v, int before, int after)
{
    size_t n = before < 0 ? (size_t)after : (size_t)(before + after) + 1;
    List *list = list_new(n);
    for (size_t i = 0; i < n; i++)
        list_append(list, VALUE_NONE);
    bool ok = before < 0 ? value_unpack(vm, v, list->items, after) : value_unpack_star(vm, v, list->items, before, after);
    return ok ? value_object(list) : VALUE_ERROR;
}
