// SPDX-License-Identifier: MIT
// set_methods.c - the types set and frozenset.
#include "stdlib/stdlib.h"
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

static Value set_or_error(const Set *set)
{
    return set ? value_object(set) : VALUE_ERROR;
}

static Set *set_of_class(Class *c, Kind kind)
{
    Set *set = object_alloc(c, kind, sizeof(Set));
    set_init_empty(set);
    return set;
}

// Construction

static Value convert(VM *vm, Value v)
{
    Set *set = set_new();
    return set_update(vm, set, v) ? value_object(set) : VALUE_ERROR;
}

NATIVE(set_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Class *c = as_class(args[0]);
    return value_object(c->root->id == KIND_SET ? set_new() : set_of_class(c, KIND_SET));
}

NATIVE(set_init, "__init__(self, iterable=(), /)",
       "Fill the new object; the class says with what.")
{
    set_clear(as_set(args[0]));
    return none_or_error(set_update(vm, as_set(args[0]), args[1]));
}

NATIVE(frozenset_new, "__new__(cls, iterable=(), /)", "Create and return a new object.")
{
    Class *c = as_class(args[0]);
    bool is_plain = c->root->id == KIND_FROZENSET;
    if (is_plain && is_exact(args[1], KIND_FROZENSET)) return args[1];
    Set *set = is_plain ? frozenset_new() : set_of_class(c, KIND_FROZENSET);
    if (!set_update(vm, set, args[1])) return VALUE_ERROR;
    return value_object(set);
}

// Methods of both

static Kind kind_of(Value set)
{
    return object_kind(as_object(set));
}

NATIVE(set_copy, "copy(self, /)", "Return a shallow copy of a set.")
{
    if (is_exact(args[0], KIND_FROZENSET)) return args[0];
    return value_object(set_copy(as_set(args[0]), kind_of(args[0])));
}

// What self and all of the others have in common; a copy of self if there are none.
static Set *intersect_all(VM *vm, Value self, Value others)
{
    const Tuple *values = as_tuple(others);
    Set *result = as_set(self);
    if (values->len == 0) return set_copy(result, kind_of(self));
    for (size_t i = 0; i < values->len && result; i++)
        result = set_intersection(vm, result, values->items[i]);
    return result;
}

NATIVE(set_union, "union(self, /, *others)",
       "A new set: what is in it or in one of the others.")
{
    const Tuple *others = as_tuple(args[1]);
    Set *result = set_copy(as_set(args[0]), kind_of(args[0]));
    for (size_t i = 0; i < others->len; i++)
        if (!set_update(vm, result, others->items[i])) return VALUE_ERROR;
    return value_object(result);
}

NATIVE(set_intersection, "intersection(self, /, *others)",
       "A new set: what is in all the others too.")
{
    return set_or_error(intersect_all(vm, args[0], args[1]));
}

NATIVE(set_difference, "difference(self, /, *others)",
       "A new set: what is in none of the others.")
{
    const Tuple *others = as_tuple(args[1]);
    if (others->len == 0) return value_object(set_copy(as_set(args[0]), kind_of(args[0])));
    Set *result = set_difference(vm, as_set(args[0]), others->items[0]);
    for (size_t i = 1; i < others->len && result; i++)
        if (!set_difference_update(vm, result, others->items[i])) return VALUE_ERROR;
    return set_or_error(result);
}

NATIVE(set_symmetric_difference, "symmetric_difference(self, other, /)",
       "A new set: what is in one of the two only.")
{
    return set_or_error(set_symmetric_difference(vm, as_set(args[0]), args[1]));
}

NATIVE(set_isdisjoint, "isdisjoint(self, other, /)",
       "Have the two nothing in common?")
{
    return bool_or_error(set_is_disjoint(vm, as_set(args[0]), args[1]));
}

NATIVE(set_issubset, "issubset(self, other, /)", "Is all of it in the other?")
{
    return bool_or_error(set_is_subset(vm, as_set(args[0]), args[1]));
}

NATIVE(set_issuperset, "issuperset(self, other, /)",
       "Is all of the other in it?")
{
    return bool_or_error(set_is_superset(vm, as_set(args[0]), args[1]));
}

// Methods of set only

NATIVE(set_add, "add(self, object, /)",
       "Put an item in, if it is not there yet.")
{
    return none_or_error(set_add(vm, as_set(args[0]), args[1]));
}

NATIVE(set_discard, "discard(self, object, /)",
       "Remove an item if it is there.")
{
    return none_or_error(set_discard_value(vm, as_set(args[0]), args[1]) >= 0);
}

NATIVE(set_remove, "remove(self, object, /)",
       "Remove an item; KeyError if it is not there.")
{
    int found = set_discard_value(vm, as_set(args[0]), args[1]);
    return found == 0 ? raise_key_error(vm, args[1]) : none_or_error(found > 0);
}

NATIVE(set_pop, "pop(self, /)",
       "Remove some item and return it; KeyError if there is none.")
{
    return set_pop(vm, as_set(args[0]));
}

NATIVE(set_clear, "clear(self, /)", "Remove all elements from this set.")
{
    set_clear(as_set(args[0]));
    return VALUE_NONE;
}

NATIVE(set_update, "update(self, /, *others)", "Put in what is in the others.")
{
    const Tuple *others = as_tuple(args[1]);
    for (size_t i = 0; i < others->len; i++)
        if (!set_update(vm, as_set(args[0]), others->items[i])) return VALUE_ERROR;
    return VALUE_NONE;
}

NATIVE(set_intersection_update, "intersection_update(self, /, *others)",
       "Keep only what is in all the others too.")
{
    Set *result = intersect_all(vm, args[0], args[1]);
    if (result) set_swap(as_set(args[0]), result);
    return none_or_error(result != NULL);
}

NATIVE(set_difference_update, "difference_update(self, /, *others)",
       "Remove what is in one of the others.")
{
    const Tuple *others = as_tuple(args[1]);
    for (size_t i = 0; i < others->len; i++)
        if (!set_difference_update(vm, as_set(args[0]), others->items[i])) return VALUE_ERROR;
    return VALUE_NONE;
}

NATIVE(set_symmetric_difference_update, "symmetric_difference_update(self, other, /)",
       "Keep what is in one of the two only.")
{
    return none_or_error(set_symmetric_difference_update(vm, as_set(args[0]), args[1]));
}

// Special methods

NATIVE(set_repr, "__repr__(self, /)", "Return repr(self).")
{
    return str_or_error(set_repr(vm, as_set(args[0])));
}

NATIVE(set_len, "__len__(self, /)", "Return len(self).")
{
    return small_int((int64_t)as_set(args[0])->len);
}

NATIVE(set_contains, "__contains__(self, object, /)", "x.__contains__(y) <==> y in x.")
{
    return bool_or_error(set_contains_value(vm, as_set(args[0]), args[1]));
}

NATIVE(set_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return set_iter(args[0]);
}

NATIVE(frozenset_hash, "__hash__(self, /)", "Return hash(self).")
{
    uint64_t hash;
    if (!frozenset_hash(vm, as_set(args[0]), &hash)) return VALUE_ERROR;
    return int_from_int64((int64_t)hash);
}

#define OPERATOR(name, op, symbol)                                                        \
    NATIVE(set_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.")    \
    {                                                                                     \
        return is_set(args[1]) ? set_binary(vm, op, args[0], args[1]) : VALUE_NOT_IMPLEMENTED;                                      \
    }                                                                                     \
    NATIVE(set_r##name, "__r" #name "__(self, value, /)", "Return value" symbol "self.")  \
    {                                                                                     \
        return is_set(args[1]) ? set_binary(vm, op, args[1], args[0]) : VALUE_NOT_IMPLEMENTED;                                      \
    }                                                                                     \
    NATIVE(set_i##name, "__i" #name "__(self, value, /)", "Return self" symbol "=value.") \
    {                                                                                     \
        return set_inplace(vm, op, args[0], args[1]);                                     \
    }
OPERATOR(and, BINARY_AND, "&")
OPERATOR(or, BINARY_OR, "|")
OPERATOR(sub, BINARY_SUB, "-")
OPERATOR(xor, BINARY_XOR, "^")

#define COMPARISON(name, op, symbol)                                                   \
    NATIVE(set_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.") \
    {                                                                                  \
        return set_compare(vm, op, args[0], args[1]);                                  \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")

#define COMMON_METHODS                                                                       \
    &def_set_copy, &def_set_union, &def_set_intersection, &def_set_difference,               \
        &def_set_symmetric_difference, &def_set_isdisjoint, &def_set_issubset,               \
        &def_set_issuperset, &def_set_repr, &def_set_len, &def_set_contains, &def_set_iter,  \
        &def_set_and, &def_set_rand, &def_set_or, &def_set_ror, &def_set_sub, &def_set_rsub, \
        &def_set_xor, &def_set_rxor, &def_set_lt, &def_set_le, &def_set_gt, &def_set_ge,     \
        &def_set_eq, &def_set_ne

void set_define(VM *vm)
{
    static const NativeDef *const set_methods[] = {
        COMMON_METHODS,
        &def_set_new,
        &def_set_init,
        &def_set_add,
        &def_set_discard,
        &def_set_remove,
        &def_set_pop,
        &def_set_clear,
        &def_set_update,
        &def_set_intersection_update,
        &def_set_difference_update,
        &def_set_symmetric_difference_update,
        &def_set_iand,
        &def_set_ior,
        &def_set_isub,
        &def_set_ixor,
        NULL,
    };
    static const NativeDef *const frozenset_methods[] = {
        COMMON_METHODS,
        &def_frozenset_new,
        &def_frozenset_hash,
        NULL,
    };
    static const TypeDef set_type = {
        .name = "set",
        .kind = KIND_SET,
        .convert = convert,
        .doc = "A set: different items without order, which can be changed.",
        .methods = set_methods,
    };
    static const TypeDef frozenset_type = {
        .name = "frozenset",
        .kind = KIND_FROZENSET,
        .doc = "A set that cannot be changed, and can be a key.",
        .methods = frozenset_methods,
    };
    class_define(vm, &set_type, NULL);
    class_define(vm, &frozenset_type, NULL);
}
