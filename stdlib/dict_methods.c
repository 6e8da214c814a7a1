// SPDX-License-Identifier: MIT
// dict_methods.c - the types dict, dict_keys, dict_values and dict_items.
#include "stdlib/stdlib.h"
#include "vm/set.h"
#include "vm/hash.h"
#include "vm/iter.h"
#include "vm/vm.h"

static Value str_or_error(Str *s)
{
    return s ? value_object(s) : VALUE_ERROR;
}

static Value bool_or_error(int result)
{
    return result < 0 ? VALUE_ERROR : value_bool(result);
}

static Value none_or_error(bool ok)
{
    return ok ? VALUE_NONE : VALUE_ERROR;
}

// Construction

static Value convert(VM *vm, Value v)
{
    Dict *dict = dict_new();
    return dict_update(vm, dict, v) ? value_object(dict) : VALUE_ERROR;
}

NATIVE(dict_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Class *c = as_class(args[0]);
    if (c->root->id == KIND_DICT) return value_object(dict_new());
    size_t size = c->object_size > sizeof(Dict) ? c->object_size : sizeof(Dict);
    Dict *dict = object_alloc(c, KIND_DICT, size);
    dict_init_empty(dict);
    memset(dict + 1, 0, size - sizeof(Dict));  // what a builtin subclass adds
    return value_object(dict);
}

// The arguments of dict() and update(): at most one mapping or iterable, then keywords.
static bool update_with(VM *vm, Dict *dict, const char *name, Value values, Value keywords)
{
    Tuple *others = as_tuple(values);
    if (others->len > 1) {
        raise_error(vm, EXC_TypeError, "%s expected at most 1 argument, got %zu", name,
                    others->len);
        return false;
    }
    if (others->len && !dict_update(vm, dict, others->items[0])) return false;
    return dict_merge(vm, dict, as_dict(keywords));
}

NATIVE(dict_init, "__init__(self, /, *args, **kwargs)",
       "Fill the new object; the class says with what.")
{
    return none_or_error(update_with(vm, as_dict(args[0]), "dict", args[1], args[2]));
}

NATIVE(dict_update, "update(self, /, *args, **kwargs)",
       "D.update([E, ]**F) -> None. Update D from mapping/iterable E and F.\n"
       "If E is present and has a .keys() method, then does: for k in E.keys(): D[k] = E[k]\n"
       "If E is present and lacks a .keys() method, then does: for k, v in E: D[k] = v\n"
       "In either case, this is followed by: for k in F: D[k] = F[k]")
{
    return none_or_error(update_with(vm, as_dict(args[0]), "update", args[1], args[2]));
}

// Each key of an iterable, stored through the class's own __setitem__ unless it is dict's.
static bool fill_from_keys(VM *vm, Value dict, Value iterable, Value v)
{
    Value key, iterator;
    if (is_exact(dict, KIND_DICT) && as_dict(dict)->len == 0 && is_exact(iterable, KIND_DICT)) {
        const Dict *from = as_dict(iterable);
        for (size_t i = 0; i < from->n_entries; i++) {
            DictEntry e = from->entries[i];
            if (e.key != VALUE_UNBOUND && !dict_set_hashed(vm, as_dict(dict), e.key, e.hash, v)) return false;
        }
        return true;
    }
    if (is_exact(dict, KIND_DICT) && as_dict(dict)->len == 0 && (is_exact(iterable, KIND_SET) || is_exact(iterable, KIND_FROZENSET))) {
        size_t pos = 0;
        for (const SetEntry *e; (e = set_next_entry(as_set(iterable), &pos));)
            if (!dict_set_hashed(vm, as_dict(dict), e->key, e->hash, v)) return false;
        return true;
    }
    iterator = value_iter(vm, iterable);
    if (is_error(iterator)) return false;
    while ((key = iterator_advance(vm, iterator)) != VALUE_STOP) {
        if (is_error(key)) return false;
        bool ok = is_exact(dict, KIND_DICT) ? dict_set(vm, as_dict(dict), key, v)
                                            : value_setitem(vm, dict, key, v);
        if (!ok) return false;
    }
    return true;
}

NATIVE(dict_fromkeys, "fromkeys(cls, iterable, value = None, /)",
       "A dictionary with the items of iterable as keys, all with the same value.")
{
    Value dict = args[0] == value_object(vm->classes[KIND_DICT]) ? value_object(dict_new())
                                                                 : value_call(vm, args[0], 0, NULL);
    if (is_error(dict)) return dict;
    return fill_from_keys(vm, dict, args[1], args[2]) ? dict : VALUE_ERROR;
}

// Methods

NATIVE(dict_clear, "clear(self, /)", "Remove all items from the dict.")
{
    dict_clear(as_dict(args[0]));
    return VALUE_NONE;
}

NATIVE(dict_copy, "copy(self, /)", "Return a shallow copy of the dict.")
{
    return value_object(dict_copy(as_dict(args[0])));
}

NATIVE(dict_get, "get(self, key, default = None, /)",
       "The value of key, or default if it has none.")
{
    Value v;
    int found = dict_find(vm, as_dict(args[0]), args[1], &v);
    return found > 0 ? v : found == 0 ? args[2] : VALUE_ERROR;
}

NATIVE(dict_pop, "pop(self, key, default = ?, /)",
       "Remove key and return its value; if it is not there, default, or KeyError without one.")
{
    Value v;
    Dict *self = as_dict(args[0]);
    if (self->len == 0) return args[2] == VALUE_UNBOUND ? raise_key_error(vm, args[1]) : args[2];
    int found = dict_delete(vm, self, args[1], &v);
    if (found > 0) return v;
    if (found < 0) return VALUE_ERROR;
    return args[2] == VALUE_UNBOUND ? raise_key_error(vm, args[1]) : args[2];
}

NATIVE(dict_popitem, "popitem(self, /)",
       "Remove the pair that came last and return it; KeyError if there is none.")
{
    Value key, v;
    if (!dict_pop_last(as_dict(args[0]), &key, &v))
        return raise_key_error(vm, value_object(str_from_cstr("popitem(): dictionary is empty")));
    return value_object(tuple_of(2, key, v));
}

NATIVE(dict_setdefault, "setdefault(self, key, default = None, /)",
       "The value of key; if it has none, it gets default first.")
{
    Value v = args[2];
    uint64_t hash;
    if (!hash_key(vm, args[1], &hash)) return VALUE_ERROR;
    return dict_set_default(vm, as_dict(args[0]), args[1], hash, &v) < 0 ? VALUE_ERROR : v;
}

NATIVE(dict_keys, "keys(self, /)", "The keys, as a view that follows changes and behaves like a "
                                   "set.")
{
    return dict_view_new(as_dict(args[0]), KIND_DICT_KEYS);
}

NATIVE(dict_values, "values(self, /)", "The values, as a view that follows changes.")
{
    return dict_view_new(as_dict(args[0]), KIND_DICT_VALUES);
}

NATIVE(dict_items, "items(self, /)",
       "The pairs of keys and values, as a view that follows changes.")
{
    return dict_view_new(as_dict(args[0]), KIND_DICT_ITEMS);
}

// Special methods

NATIVE(dict_repr, "__repr__(self, /)", "Return repr(self).")
{
    return str_or_error(dict_repr(vm, as_dict(args[0])));
}

NATIVE(dict_len, "__len__(self, /)", "Return len(self).")
{
    return small_int((int64_t)as_dict(args[0])->len);
}

NATIVE(dict_getitem, "__getitem__(self, key, /)", "Return self[key].")
{
    return dict_getitem(vm, args[0], args[1]);
}

NATIVE(dict_setitem, "__setitem__(self, key, value, /)", "Set self[key] to value.")
{
    return none_or_error(dict_set(vm, as_dict(args[0]), args[1], args[2]));
}

NATIVE(dict_delitem, "__delitem__(self, key, /)", "Delete self[key].")
{
    int found = dict_delete(vm, as_dict(args[0]), args[1], NULL);
    return found > 0 ? VALUE_NONE : found == 0 ? raise_key_error(vm, args[1]) : VALUE_ERROR;
}

NATIVE(dict_contains, "__contains__(self, key, /)",
       "Is it a key?")
{
    Value v;
    return bool_or_error(dict_find(vm, as_dict(args[0]), args[1], &v));
}

// These serve views too.
NATIVE(dict_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return dict_iter(args[0]);
}

NATIVE(dict_reversed, "__reversed__(self, /)", "An iterator over the keys, the last first.")
{
    return dict_reverse_iter(args[0]);
}

NATIVE(dict_or, "__or__(self, value, /)", "Return self|value.")
{
    return is_dict(args[1]) ? dict_binary(vm, BINARY_OR, args[0], args[1]) : VALUE_NOT_IMPLEMENTED;
}

NATIVE(dict_ror, "__ror__(self, value, /)", "Return value|self.")
{
    return is_dict(args[1]) ? dict_binary(vm, BINARY_OR, args[1], args[0]) : VALUE_NOT_IMPLEMENTED;
}

NATIVE(dict_ior, "__ior__(self, value, /)", "Return self|=value.")
{
    return dict_inplace(vm, BINARY_OR, args[0], args[1]);
}

NATIVE(dict_eq, "__eq__(self, value, /)", "Return self==value.")
{
    return dict_compare(vm, COMPARE_EQ, args[0], args[1]);
}

NATIVE(dict_ne, "__ne__(self, value, /)", "Return self!=value.")
{
    return dict_compare(vm, COMPARE_NE, args[0], args[1]);
}

static void define_dict(VM *vm)
{
    static const NativeDef *const methods[] = {
        &def_dict_new,        &def_dict_init,    &def_dict_update,
        &def_dict_fromkeys,   &def_dict_clear,   &def_dict_copy,
        &def_dict_get,        &def_dict_pop,     &def_dict_popitem,
        &def_dict_setdefault, &def_dict_keys,    &def_dict_values,
        &def_dict_items,      &def_dict_repr,    &def_dict_len,
        &def_dict_getitem,    &def_dict_setitem, &def_dict_delitem,
        &def_dict_contains,   &def_dict_iter,    &def_dict_reversed,
        &def_dict_or,         &def_dict_ror,     &def_dict_ior,
        &def_dict_eq,         &def_dict_ne,      NULL,
    };
    static const TypeDef type = {
        .name = "dict",
        .kind = KIND_DICT,
        .convert = convert,
        .doc = "A dictionary: values by their keys, in the order in which the keys came.\n\n"
               "It begins with the items of a mapping, or with pairs of an iterable, then with "
               "the keyword arguments:\n"
               "dict(one=1, two=2), dict([('one', 1)]), dict({'one': 1}, two=2).",
        .methods = methods,
    };
    class_define(vm, &type, NULL);
}

// Views

static Value get_mapping(VM *vm, Value self)
{
    (void)vm;
    return mappingproxy_new(value_object(dict_viewed(self)));
}

NATIVE(view_repr, "__repr__(self, /)", "Return repr(self).")
{
    return str_or_error(dict_view_repr(vm, args[0]));
}

NATIVE(view_len, "__len__(self, /)", "Return len(self).")
{
    return small_int(dict_view_len(args[0]));
}

NATIVE(view_contains, "__contains__(self, key, /)", "Return bool(key in self).")
{
    return bool_or_error(dict_view_contains(vm, args[0], args[1]));
}

NATIVE(view_isdisjoint, "isdisjoint(self, other, /)",
       "Return True if the view and the given iterable have a null intersection.")
{
    Value item, iterator;
    if (args[0] == args[1]) return value_bool(dict_view_len(args[0]) == 0);
    iterator = value_iter(vm, args[1]);
    if (is_error(iterator)) return iterator;
    while ((item = iterator_advance(vm, iterator)) != VALUE_STOP) {
        int found = is_error(item) ? -1 : dict_view_contains(vm, args[0], item);
        if (found) return found < 0 ? VALUE_ERROR : VALUE_FALSE;
    }
    return VALUE_TRUE;
}

#define OPERATOR(name, op, symbol)                                                        \
    NATIVE(view_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.")   \
    {                                                                                     \
        return dict_binary(vm, op, args[0], args[1]);                                     \
    }                                                                                     \
    NATIVE(view_r##name, "__r" #name "__(self, value, /)", "Return value" symbol "self.") \
    {                                                                                     \
        return dict_binary(vm, op, args[1], args[0]);                                     \
    }
OPERATOR(and, BINARY_AND, "&")
OPERATOR(or, BINARY_OR, "|")
OPERATOR(sub, BINARY_SUB, "-")
OPERATOR(xor, BINARY_XOR, "^")

#define COMPARISON(name, op, symbol)                                                    \
    NATIVE(view_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.") \
    {                                                                                   \
        return dict_compare(vm, op, args[0], args[1]);                                  \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")

static void define_views(VM *vm)
{
    static const NativeDef *const set_methods[] = {
        &def_view_repr, &def_view_len,      &def_view_contains, &def_view_isdisjoint,
        &def_dict_iter, &def_dict_reversed, &def_view_and,      &def_view_rand,
        &def_view_or,   &def_view_ror,      &def_view_sub,      &def_view_rsub,
        &def_view_xor,  &def_view_rxor,     &def_view_lt,       &def_view_le,
        &def_view_gt,   &def_view_ge,       &def_view_eq,       &def_view_ne,
        NULL,
    };
    static const NativeDef *const value_methods[] = {
        &def_view_repr, &def_view_len, &def_dict_iter, &def_dict_reversed, NULL,
    };
    static const GetSetDef getset[] = {
        {"mapping", get_mapping, NULL, "dictionary that this view refers to"},
        {NULL, NULL, NULL, NULL},
    };
    static const struct {
        const char *name;
        Kind kind;
    } views[] = {
        {"dict_keys", KIND_DICT_KEYS},
        {"dict_values", KIND_DICT_VALUES},
        {"dict_items", KIND_DICT_ITEMS},
    };
    for (size_t i = 0; i < countof(views); i++) {
        TypeDef type = {
            .name = views[i].name,
            .kind = views[i].kind,
            .methods = views[i].kind == KIND_DICT_VALUES ? value_methods : set_methods,
            .getset = getset,
            .flags = CLASS_FINAL,
        };
        class_define(vm, &type, NULL);
    }
}

void dict_define(VM *vm)
{
    define_dict(vm);
    define_views(vm);
}
