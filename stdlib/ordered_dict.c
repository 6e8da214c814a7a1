// SPDX-License-Identifier: MIT
// ordered_dict.c - collections.OrderedDict: a dict whose items can be moved to either end, and that
// compares equal to another one only in the same order.
#include "stdlib/ordered_dict.h"

#include "stdlib/stdlib.h"
#include "vm/call.h"
#include "vm/gc.h"
#include "vm/iter.h"
#include "vm/ops.h"

static Class *ordered_class, *view_classes[3];

static bool is_ordered(VM *vm, Value v)
{
    return is_dict(v) && class_is_subclass(class_of(vm, v), ordered_class);
}

NATIVE(ordered_move_to_end, "move_to_end(self, /, key, last: bool = True)",
       "Move a key to the end, or to the beginning if last is false; KeyError if it is not there.")
{
    int r = dict_move_to_end(vm, as_dict(args[0]), args[1], args[2] == VALUE_TRUE);
    if (r > 0) return VALUE_NONE;
    return r < 0 ? VALUE_ERROR : raise_key_error(vm, args[1]);
}

NATIVE(ordered_popitem, "popitem(self, /, last: bool = True)",
       "Remove the last pair, or the first if last is false, and return it.")
{
    Dict *self = as_dict(args[0]);
    Value key, v;
    bool is_found =
        args[1] == VALUE_TRUE ? dict_pop_last(self, &key, &v) : dict_pop_first(self, &key, &v);
    if (!is_found) return raise_error(vm, EXC_KeyError, "dictionary is empty");
    return value_object(tuple_of(2, key, v));
}

// All items of `from`, stored into the new dict `to`.
static bool store_all(VM *vm, Value to, Value from)
{
    size_t pos = 0;
    Value key, v;
    bool is_plain = class_of(vm, to) == ordered_class;
    while (dict_next(as_dict(from), &pos, &key, &v))
        if (is_plain ? !dict_set(vm, as_dict(to), key, v) : !value_setitem(vm, to, key, v))
            return false;
    return true;
}

NATIVE(ordered_copy, "copy(self, /)", "od.copy() -> a shallow copy of od")
{
    Value copy = value_call(vm, value_object(class_of(vm, args[0])), 0, NULL);
    return !is_error(copy) && is_dict(copy) && store_all(vm, copy, args[0]) ? copy : VALUE_ERROR;
}

static int equal(VM *vm, Value a, Value b)
{
    int r = dict_equal(vm, as_dict(a), as_dict(b));
    if (r <= 0 || !is_ordered(vm, b)) return r;
    size_t i = 0, k = 0;
    Value x, y, v;
    while (r > 0 && dict_next(as_dict(a), &i, &x, &v) && dict_next(as_dict(b), &k, &y, &v))
        r = value_equal(vm, x, y);
    return r;
}

NATIVE(ordered_eq, "__eq__(self, value, /)", "Return self==value.")
{
    if (!is_dict(args[1])) return VALUE_NOT_IMPLEMENTED;
    int r = equal(vm, args[0], args[1]);
    return r < 0 ? VALUE_ERROR : value_bool(r);
}

NATIVE(ordered_ne, "__ne__(self, value, /)", "Return self!=value.")
{
    if (!is_dict(args[1])) return VALUE_NOT_IMPLEMENTED;
    int r = equal(vm, args[0], args[1]);
    return r < 0 ? VALUE_ERROR : value_bool(!r);
}

// The items as text; those of a subclass by its methods keys() and __getitem__().
static Str *items_repr(VM *vm, Value self)
{
    Dict *shown = dict_new();
    return dict_update(vm, shown, self) ? dict_repr(vm, shown) : NULL;
}

NATIVE(ordered_repr, "__repr__(self, /)", "Return repr(self).")
{
    const char *name = class_of(vm, args[0])->name->data;
    if (as_dict(args[0])->len == 0) return value_object(str_format("%s()", name));
    if (repr_enter(vm, args[0])) return value_object(str_from_cstr("..."));
    Str *items = items_repr(vm, args[0]);
    repr_leave(vm, args[0]);
    return items ? value_object(str_format("%s(%s)", name, items->data)) : VALUE_ERROR;
}

NATIVE(ordered_fromkeys, "fromkeys(cls, /, iterable, value = None)",
       "An ordered dictionary with the items of iterable as keys, all with the same value.")
{
    Value self = value_call(vm, args[0], 0, NULL), key;
    Value iterator = is_error(self) ? self : value_iter(vm, args[1]);
    if (is_error(iterator)) return iterator;
    while ((key = iter_next(vm, iterator)) != VALUE_STOP)
        if (is_error(key) || !value_setitem(vm, self, key, args[2])) return VALUE_ERROR;
    return self;
}

// Changing. A subclass that has its own __setitem__ sees every item.

static bool store_pair(VM *vm, Value self, Value pair)
{
    List *parts = list_from_iterable(vm, pair);
    if (!parts) return false;
    if (parts->len == 2) return value_setitem(vm, self, parts->items[0], parts->items[1]);
    raise_error(vm, EXC_ValueError,
                parts->len < 2 ? "need more than %zu value%s to unpack"
                               : "too many values to unpack (expected 2)",
                parts->len, parts->len == 1 ? "" : "s");
    return false;
}

static bool store_keys(VM *vm, Value self, Value mapping)
{
    Value keys = value_call_method(vm, mapping, S(keys), 0, NULL), key;
    Value iterator = is_error(keys) ? keys : value_iter(vm, keys);
    if (is_error(iterator)) return false;
    while ((key = iter_next(vm, iterator)) != VALUE_STOP) {
        if (is_error(key)) return false;
        Value v = value_getitem(vm, mapping, key);
        if (is_error(v) || !value_setitem(vm, self, key, v)) return false;
    }
    return true;
}

static bool update_from(VM *vm, Value self, Value other)
{
    if (class_of(vm, self) == ordered_class) return dict_update(vm, as_dict(self), other);
    Value keys = value_find_attr(vm, other, S(keys));
    if (is_error(keys)) return false;
    if (keys != VALUE_UNBOUND) return store_keys(vm, self, other);
    Value iterator = value_iter(vm, other), pair;
    if (is_error(iterator)) return false;
    while ((pair = iter_next(vm, iterator)) != VALUE_STOP)
        if (is_error(pair) || !store_pair(vm, self, pair)) return false;
    return true;
}

static Value update(VM *vm, Value *args, bool is_init)
{
    const Tuple *values = as_tuple(args[1]);
    if (values->len > 1)
        return raise_error(vm, EXC_TypeError, is_init ? "expected at most 1 arguments, got %zu"
                                                      : "update() takes at most 1 positional argument (%zu given)",
                           values->len);
    if (values->len == 1 && !update_from(vm, args[0], values->items[0])) return VALUE_ERROR;
    if (as_dict(args[2])->len > 0 && !update_from(vm, args[0], args[2])) return VALUE_ERROR;
    return VALUE_NONE;
}

static bool set_dict(VM *vm, Value self, Value v)
{
    if (v != VALUE_UNBOUND) return object_set_dict(vm, as_object(self), v);
    raise_error(vm, EXC_TypeError, "cannot delete __dict__");
    return false;
}

NATIVE(ordered_init, "__init__(self, /, *args, **kwds)", "Initialize self.")
{
    return update(vm, args, true);
}

NATIVE(ordered_update, "update(self, /, *args, **kwds)",
       "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.")
{
    return update(vm, args, false);
}

NATIVE(ordered_setdefault, "setdefault(self, /, key, default = None)",
       "The value of key; if it has none, it gets default first.")
{
    int r = value_contains(vm, args[0], args[1]);
    if (r) return r < 0 ? VALUE_ERROR : value_getitem(vm, args[0], args[1]);
    return value_setitem(vm, args[0], args[1], args[2]) ? args[2] : VALUE_ERROR;
}

NATIVE(ordered_pop, "pop(self, /, key, default = ?)",
       "Remove key and return its value; if it is not there, default, or KeyError without one.")
{
    Value v;
    int r = dict_delete(vm, as_dict(args[0]), args[1], &v);
    if (r < 0) return VALUE_ERROR;
    if (r == 0) return args[2] == VALUE_UNBOUND ? raise_key_error(vm, args[1]) : args[2];
    return v;
}

static Value merged(VM *vm, Value left, Value right)
{
    if (!is_dict(left) || !is_dict(right)) return VALUE_NOT_IMPLEMENTED;
    Value self = is_ordered(vm, left) ? left : right;
    Value result = value_call(vm, value_object(class_of(vm, self)), 1, &left);
    if (is_error(result) || !is_dict(result)) return result;
    return update_from(vm, result, right) ? result : VALUE_ERROR;
}

NATIVE(ordered_or, "__or__(self, value, /)", "Return self|value.")
{
    return merged(vm, args[0], args[1]);
}

NATIVE(ordered_ror, "__ror__(self, value, /)", "Return value|self.")
{
    return merged(vm, args[1], args[0]);
}

NATIVE(ordered_ior, "__ior__(self, value, /)", "Return self|=value.")
{
    return update_from(vm, args[0], args[1]) ? args[0] : VALUE_ERROR;
}

NATIVE(ordered_reduce, "__reduce__(self, /)", "Return state information for pickling")
{
    Value state = value_call_method(vm, args[0], str_from_cstr("__getstate__"), 0, NULL);
    Value items = is_error(state) ? state : value_call_method(vm, args[0], S(items), 0, NULL);
    Value iterator = is_error(items) ? items : value_iter(vm, items);
    if (is_error(iterator)) return iterator;
    return value_object(tuple_of(5, value_object(class_of(vm, args[0])), value_object(tuple_empty),
                                 state, VALUE_NONE, iterator));
}

// Iterators

typedef struct OrderedIterator {
    Iterator base;
    Dict *dict;  // NULL when exhausted
    size_t pos;  // of the next entry; counted from the end if reversed
    uint32_t version;
    bool is_reversed;
    Kind kind;  // of the view that it goes over; KIND_DICT for the keys
} OrderedIterator;

static bool step(OrderedIterator *it, Value *key, Value *value)
{
    if (!it->is_reversed) return dict_next(it->dict, &it->pos, key, value);
    while (it->pos > 0) {
        size_t pos = --it->pos;
        if (it->dict->entries[pos].key != VALUE_UNBOUND)
            return dict_next(it->dict, &pos, key, value);
    }
    return false;
}

static Value ordered_next(VM *vm, Iterator *self)
{
    OrderedIterator *it = (OrderedIterator *)self;
    Value key, v;
    if (!it->dict) return VALUE_STOP;
    bool is_changed = it->version != it->dict->version;
    if (is_changed || !step(it, &key, &v)) {
        value_let_go(value_object(it->dict));
        it->dict = NULL;
        if (!is_changed) return VALUE_STOP;
        return raise_error(vm, EXC_RuntimeError, "OrderedDict mutated during iteration");
    }
    if (it->kind == KIND_DICT_ITEMS) return value_object(tuple_of(2, key, v));
    return it->kind == KIND_DICT_VALUES ? v : key;
}

static Value iterator_of(Value dict_or_view, bool is_reversed)
{
    OrderedIterator *it = iterator_alloc(ITER_ORDERED_DICT, sizeof(OrderedIterator), ordered_next);
    it->dict = dict_viewed(dict_or_view);
    it->pos = is_reversed ? it->dict->n_entries : 0;
    it->version = it->dict->version;
    it->is_reversed = is_reversed;
    it->kind = object_kind(as_object(dict_or_view));
    return value_object(it);
}

NATIVE(ordered_iter, "__iter__(self, /)", "Implement iter(self).")
{
    (void)vm;
    return iterator_of(args[0], false);
}

NATIVE(ordered_reversed, "__reversed__(self, /)", "Return a reverse iterator.")
{
    (void)vm;
    return iterator_of(args[0], true);
}

static void define_iterator(VM *vm)
{
    static const NativeDef *const methods[] = {&iterator_def_iter, &iterator_def_next, NULL};
    static const TypeDef type = {
        .name = "odict_iterator", .kind = KIND_ITERATOR, .methods = methods, .flags = CLASS_FINAL};
    iterator_define(vm, ITER_ORDERED_DICT, &type);
}

// Views, which have types of their own.

static Value view_of(Value self, int i)
{
    Value view = dict_view_new(as_dict(self), view_classes[i]->kind);
    as_object(view)->shape = view_classes[i]->root->id;
    return view;
}

NATIVE(ordered_keys, "keys(self, /)", "Return a set-like object providing a view on the keys.")
{
    return view_of(args[0], 0);
}

NATIVE(ordered_values, "values(self, /)", "Return an object providing a view on the values.")
{
    return view_of(args[0], 1);
}

NATIVE(ordered_items, "items(self, /)", "Return a set-like object providing a view on the items.")
{
    return view_of(args[0], 2);
}

static Value get_dict(VM *vm, Value self)
{
    return value_object(object_dict(vm, as_object(self), true));
}

static void define_views(VM *vm)
{
    static const char *const names[] = {"odict_keys", "odict_values", "odict_items"};
    static const Kind kinds[] = {KIND_DICT_KEYS, KIND_DICT_VALUES, KIND_DICT_ITEMS};
    static const NativeDef *const methods[] = {&def_ordered_iter, &def_ordered_reversed, NULL};
    for (int i = 0; i < 3; i++) {
        TypeDef type = {
            .name = names[i], .kind = kinds[i], .methods = methods, .flags = CLASS_FINAL};
        view_classes[i] = class_define(vm, &type, vm->classes[kinds[i]]);
    }
}

void ordered_dict_define(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {&def_ordered_init,
                                               &def_ordered_fromkeys,
                                               &def_ordered_move_to_end,
                                               &def_ordered_popitem,
                                               &def_ordered_copy,
                                               &def_ordered_eq,
                                               &def_ordered_ne,
                                               &def_ordered_repr,
                                               &def_ordered_update,
                                               &def_ordered_setdefault,
                                               &def_ordered_pop,
                                               &def_ordered_or,
                                               &def_ordered_ror,
                                               &def_ordered_ior,
                                               &def_ordered_reduce,
                                               &def_ordered_keys,
                                               &def_ordered_values,
                                               &def_ordered_items,
                                               &def_ordered_iter,
                                               &def_ordered_reversed,
                                               NULL};
    static const GetSetDef getset[] = {{"__dict__", get_dict, set_dict, NULL},
                                       {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {.name = "collections.OrderedDict",
                                 .kind = KIND_DICT,
                                 .doc = "Dictionary that remembers insertion order",
                                 .methods = methods,
                                 .getset = getset,
                                 .flags = CLASS_HAS_DICT};
    define_iterator(vm);
    define_views(vm);
    ordered_class = class_define(vm, &type, vm->classes[KIND_DICT]);
    dict_set_str(module->dict, ordered_class->name, value_object(ordered_class));
}
