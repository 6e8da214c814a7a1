// SPDX-License-Identifier: MIT
// dict_view.c - d.keys(), d.values(), d.items(): their iterators, set operations and comparisons;
// the operators of dicts that share their entry points (dict_binary, dict_compare).
#include "vm/gc.h"
#include "vm/iter.h"
#include "vm/vm.h"

Value dict_view_new(Dict *dict, Kind kind)
{
    DictView *view = gc_new(DictView);
    object_init(&view->object, kind);
    view->dict = dict;
    return value_object(view);
}

Dict *dict_viewed(Value v)
{
    return is_dict(v) ? as_dict(v) : ((DictView *)as_pointer(v))->dict;
}

int64_t dict_view_len(Value view)
{
    return (int64_t)dict_viewed(view)->len;
}

static bool is_set_like(Value v)  // a view with set operations
{
    return is_kind(v, KIND_DICT_KEYS) || is_kind(v, KIND_DICT_ITEMS);
}

// Iterators

typedef struct DictIterator {
    Iterator base;
    Dict *dict;  // NULL when exhausted
    size_t len;  // of the dict at the start; SIZE_MAX once it was seen to differ
    size_t pos;  // of the next entry; counted from the end if reversed
    size_t remaining;
} DictIterator;

static NOINLINE Value changed_size(VM *vm, DictIterator *it)
{
    it->len = SIZE_MAX;
    return raise_error(vm, EXC_RuntimeError, "dictionary changed size during iteration");
}

static void finish(DictIterator *it)
{
    value_let_go(value_object(it->dict));
    it->dict = NULL;
}

// The next key, and value if it is not NULL.
static inline Value advance(VM *vm, DictIterator *it, Value *value)
{
    Value key;
    if (!it->dict) return VALUE_STOP;
    if (unlikely(it->len != it->dict->len)) return changed_size(vm, it);
    if (!dict_next(it->dict, &it->pos, &key, value)) {
        finish(it);
        return VALUE_STOP;
    }
    if (unlikely(it->remaining == 0)) {
        finish(it);
        return raise_error(vm, EXC_RuntimeError, "dictionary keys changed during iteration");
    }
    it->remaining--;
    return key;
}

static Value advance_back(VM *vm, DictIterator *it, Value *value)
{
    if (!it->dict) return VALUE_STOP;
    if (it->len != it->dict->len) return changed_size(vm, it);
    while (it->pos > 0) {
        size_t pos = --it->pos;
        Value key;
        if (pos >= it->dict->n_entries || it->dict->entries[pos].key == VALUE_UNBOUND) continue;
        if (!dict_next(it->dict, &pos, &key, value)) break;
        if (it->remaining) it->remaining--;
        return key;
    }
    finish(it);
    return VALUE_STOP;
}

static Value next_key(VM *vm, Iterator *self)
{
    return advance(vm, (DictIterator *)self, NULL);
}

static Value next_value(VM *vm, Iterator *self)
{
    Value v, key = advance(vm, (DictIterator *)self, &v);
    return is_error(key) || key == VALUE_STOP ? key : v;
}

static inline Value pair(Value key, Value v)
{
    Tuple *t = tuple_new(2);
    t->items[0] = key;
    t->items[1] = v;
    return value_object(t);
}

static Value next_item(VM *vm, Iterator *self)
{
    Value v, key = advance(vm, (DictIterator *)self, &v);
    return is_error(key) || key == VALUE_STOP ? key : pair(key, v);
}

static Value previous_key(VM *vm, Iterator *self)
{
    Value v;
    return advance_back(vm, (DictIterator *)self, &v);
}

static Value previous_value(VM *vm, Iterator *self)
{
    Value v, key = advance_back(vm, (DictIterator *)self, &v);
    return is_error(key) || key == VALUE_STOP ? key : v;
}

static Value previous_item(VM *vm, Iterator *self)
{
    Value v, key = advance_back(vm, (DictIterator *)self, &v);
    return is_error(key) || key == VALUE_STOP ? key : pair(key, v);
}

static Value iterator_new(Dict *dict, IteratorType type, IteratorNext next, size_t pos)
{
    DictIterator *it = iterator_alloc(type, sizeof(DictIterator), next);
    it->dict = dict;
    it->len = it->remaining = dict->len;
    it->pos = pos;
    return value_object(it);
}

Value dict_iter(Value v)
{
    Dict *dict = dict_viewed(v);
    switch (object_kind(as_object(v))) {
    case KIND_DICT_VALUES: return iterator_new(dict, ITER_DICT_VALUES, next_value, 0);
    case KIND_DICT_ITEMS: return iterator_new(dict, ITER_DICT_ITEMS, next_item, 0);
    default: return iterator_new(dict, ITER_DICT_KEYS, next_key, 0);
    }
}

Value dict_reverse_iter(Value v)
{
    Dict *dict = dict_viewed(v);
    size_t end = dict->n_entries;
    switch (object_kind(as_object(v))) {
    case KIND_DICT_VALUES: return iterator_new(dict, ITER_DICT_REVERSE_VALUES, previous_value, end);
    case KIND_DICT_ITEMS: return iterator_new(dict, ITER_DICT_REVERSE_ITEMS, previous_item, end);
    default: return iterator_new(dict, ITER_DICT_REVERSE_KEYS, previous_key, end);
    }
}

int64_t dict_iterator_length_hint(Iterator *self)
{
    DictIterator *it = (DictIterator *)self;
    return it->dict && it->len == it->dict->len ? (int64_t)it->remaining : 0;
}

// Contents

static int contains_item(VM *vm, Dict *dict, Value item)
{
    if (!is_tuple(item) || as_tuple(item)->len != 2) return 0;
    Value v;
    int found = dict_find(vm, dict, as_tuple(item)->items[0], &v);
    return found > 0 ? value_equal(vm, v, as_tuple(item)->items[1]) : found;
}

int dict_view_contains(VM *vm, Value view, Value item)
{
    Dict *dict = dict_viewed(view);
    Value v;
    if (is_kind(view, KIND_DICT_KEYS)) return dict_find(vm, dict, item, &v);
    if (is_kind(view, KIND_DICT_ITEMS)) return contains_item(vm, dict, item);
    Value iterator = dict_iter(view);
    while ((v = iterator_advance(vm, iterator)) != VALUE_STOP) {
        int found = is_error(v) ? -1 : value_equal(vm, v, item);
        if (found) return found;
    }
    return 0;
}

Str *dict_view_repr(VM *vm, Value view)
{
    if (!vm_check_c_stack(vm)) return NULL;
    if (repr_enter(vm, view)) return str_new("...", 3);
    List *list = list_from_iterable(vm, view);
    Str *s = list ? list_repr(vm, list) : NULL;
    repr_leave(vm, view);
    return s ? str_format("%s(%s)", type_name(vm, view), s->data) : NULL;
}

// Set operations

static Set *to_set(VM *vm, Value v)
{
    Set *set = set_new();
    bool is_plain = is_kind(v, KIND_DICT_KEYS) && is_exact(value_object(dict_viewed(v)), KIND_DICT);
    if (is_plain) v = value_object(dict_viewed(v));
    return set_update(vm, set, v) ? set : NULL;
}

// The items of the iterable `other` that are in the view.
static Set *intersect(VM *vm, Value view, Value other)
{
    if (!is_set_like(view)) {
        Value v = view;
        view = other;
        other = v;
    }
    int64_t len = dict_view_len(view);
    if (is_exact(other, KIND_SET) && len <= (int64_t)as_set(other)->len)
        return set_intersection(vm, as_set(other), view);
    if (is_set_like(other) && dict_view_len(other) > len) {
        Value v = view;
        view = other;
        other = v;
    }
    Set *result = set_new();
    Value item, iterator = value_iter(vm, other);
    if (is_error(iterator)) return NULL;
    while ((item = iter_next(vm, iterator)) != VALUE_STOP) {
        int found = is_error(item) ? -1 : dict_view_contains(vm, view, item);
        if (found < 0 || (found && !set_add(vm, result, item))) return NULL;
    }
    return result;
}

static Value view_binary(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (!is_set_like(a) && !is_set_like(b)) return VALUE_NOT_IMPLEMENTED;
    if (op == BINARY_AND) {
        Set *common = intersect(vm, a, b);
        return common ? value_object(common) : VALUE_ERROR;
    }
    if (op != BINARY_OR && op != BINARY_SUB && op != BINARY_XOR) return VALUE_NOT_IMPLEMENTED;
    Set *set = to_set(vm, a);
    if (!set) return VALUE_ERROR;
    bool ok = op == BINARY_OR    ? set_update(vm, set, b)
              : op == BINARY_SUB ? set_difference_update(vm, set, b)
                                 : set_symmetric_difference_update(vm, set, b);
    return ok ? value_object(set) : VALUE_ERROR;
}

Value dict_binary(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (!is_dict(a) || !is_dict(b)) return view_binary(vm, op, a, b);
    if (op != BINARY_OR) return VALUE_NOT_IMPLEMENTED;
    Dict *result = dict_copy(as_dict(a));
    return dict_update(vm, result, b) ? value_object(result) : VALUE_ERROR;
}

Value dict_inplace(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (op != BINARY_OR || !is_dict(a)) return VALUE_NOT_IMPLEMENTED;
    return dict_update(vm, as_dict(a), b) ? a : VALUE_ERROR;
}

// Comparison

static int64_t set_like_len(Value v)
{
    return is_set(v) ? (int64_t)as_set(v)->len : dict_view_len(v);
}

static int all_in(VM *vm, Value part, Value whole)
{
    Value item, iterator = value_iter(vm, part);
    if (is_error(iterator)) return -1;
    while ((item = iter_next(vm, iterator)) != VALUE_STOP) {
        int found = is_error(item) ? -1 : value_contains(vm, whole, item);
        if (found <= 0) return found;
    }
    return 1;
}

static Value view_compare(VM *vm, RichCompare op, Value a, Value b)
{
    bool is_known = (is_set_like(a) || is_set(a)) && (is_set_like(b) || is_set(b));
    if (!is_known || !(is_set_like(a) || is_set_like(b))) return VALUE_NOT_IMPLEMENTED;
    int64_t x = set_like_len(a), y = set_like_len(b);
    int result = 0;
    switch (op) {
    case COMPARE_EQ:
    case COMPARE_NE: result = x == y ? all_in(vm, a, b) : 0; break;
    case COMPARE_LT: result = x < y ? all_in(vm, a, b) : 0; break;
    case COMPARE_LE: result = x <= y ? all_in(vm, a, b) : 0; break;
    case COMPARE_GT: result = x > y ? all_in(vm, b, a) : 0; break;
    case COMPARE_GE: result = x >= y ? all_in(vm, b, a) : 0; break;
    }
    return result < 0 ? VALUE_ERROR : value_bool(result ^ (op == COMPARE_NE));
}

Value dict_compare(VM *vm, RichCompare op, Value a, Value b)
{
    if (!is_dict(a) || !is_dict(b)) return view_compare(vm, op, a, b);
    if (op != COMPARE_EQ && op != COMPARE_NE) return VALUE_NOT_IMPLEMENTED;
    int equal = dict_equal(vm, as_dict(a), as_dict(b));
    return equal < 0 ? VALUE_ERROR : value_bool(equal ^ (op == COMPARE_NE));
}
