// SPDX-License-Identifier: MIT
// set_ops.c - the algebra of sets: union, intersection and so on, operators, comparison, hash,
// repr. The order in which results are filled is CPython's, so that they iterate in the same order.
#include "vm/gc.h"
#include "vm/hash.h"
#include "vm/iter.h"
#include "vm/vm.h"

static Set *new_like(const Set *set)
{
    return object_kind(&set->object) == KIND_SET ? set_new() : frozenset_new();
}

static Set *copy_of(Set *set)
{
    return set_copy(set, object_kind(&set->object));
}

// Calls fn for each item of an iterable until it returns false (raised, or enough is known).
typedef bool (*ItemFn)(VM *vm, Set *set, Value key, uint64_t hash, void *data);

static bool for_each(VM *vm, Value iterable, Set *set, ItemFn fn, void *data)
{
    if (is_set(iterable)) {
        const SetEntry *e;
        for (size_t pos = 0; (e = set_next_entry(as_set(iterable), &pos));)
            if (!fn(vm, set, e->key, e->hash, data)) return false;
        return true;
    }
    if (is_exact(iterable, KIND_DICT)) {
        Dict *dict = as_dict(iterable);
        for (size_t i = 0; i < dict->n_entries; i++) {
            DictEntry e = dict->entries[i];
            if (e.key != VALUE_UNBOUND && !fn(vm, set, e.key, e.hash, data)) return false;
        }
        return true;
    }
    Value v, iterator = value_iter(vm, iterable);
    if (is_error(iterator)) return false;
    while ((v = iterator_advance(vm, iterator)) != VALUE_STOP) {
        uint64_t hash;
        if (is_error(v) || !hash_key(vm, v, &hash) || !fn(vm, set, v, hash, data)) return false;
    }
    return true;
}

// Union

Set *set_union(VM *vm, Set *set, Value other)
{
    Set *result = copy_of(set);
    return set_update(vm, result, other) ? result : NULL;
}

// Intersection

static bool add_if_in(VM *vm, Set *set, Value key, uint64_t hash, void *result)
{
    int found = set_contains_hashed(vm, set, key, hash);
    return found > 0 ? set_add_hashed(vm, result, key, hash) : found == 0;
}

Set *set_intersection(VM *vm, Set *set, Value other)
{
    if (other == value_object(set)) return copy_of(set);
    Set *result = new_like(set);
    if (is_set(other) && as_set(other)->len > set->len) {
        Set *bigger = as_set(other);
        other = value_object(set);
        set = bigger;
    }
    return for_each(vm, other, set, add_if_in, result) ? result : NULL;
}

bool set_intersection_update(VM *vm, Set *set, Value other)
{
    Set *common = set_intersection(vm, set, other);
    if (!common) return false;
    set_swap(set, common);
    return true;
}

// Difference

static bool discard(VM *vm, Set *set, Value key, uint64_t hash, void *data)
{
    (void)data;
    return set_discard_hashed(vm, set, key, hash) >= 0;
}

bool set_difference_update(VM *vm, Set *set, Value other)
{
    if (other == value_object(set)) {
        set_clear(set);
        return true;
    }
    if (is_set(other) && as_set(other)->len >> 3 > set->len) {
        Set *common = set_intersection(vm, set, other);
        if (!common) return false;
        other = value_object(common);
    }
    if (!for_each(vm, other, set, discard, NULL)) return false;
    if (set->fill - set->len <= set->mask / 4) return true;
    return set_resize(set, set->len > 50000 ? set->len * 2 : set->len * 4);
}

static bool add_unless_in(VM *vm, Set *set, Value key, uint64_t hash, void *result)
{
    int found = set_contains_hashed(vm, set, key, hash);
    return found == 0 ? set_add_hashed(vm, result, key, hash) : found > 0;
}

typedef struct DictSearch {
    Dict *dict;
    Set *result;
} DictSearch;

static bool add_unless_key(VM *vm, Set *set, Value key, uint64_t hash, void *data)
{
    (void)set;
    DictSearch *search = data;
    Value v;
    int found = dict_find_hashed(vm, search->dict, key, hash, &v);
    return found == 0 ? set_add_hashed(vm, search->result, key, hash) : found > 0;
}

Set *set_difference(VM *vm, Set *set, Value other)
{
    bool is_sized = is_set(other) || is_exact(other, KIND_DICT);
    size_t len = !is_sized ? 0 : is_set(other) ? as_set(other)->len : as_dict(other)->len;
    if (!is_sized || set->len >> 2 > len) {
        Set *result = copy_of(set);
        return set_difference_update(vm, result, other) ? result : NULL;
    }
    Set *result = new_like(set);
    DictSearch search = {as_dict(other), result};
    bool ok = is_set(other) ? for_each(vm, value_object(set), as_set(other), add_unless_in, result)
                            : for_each(vm, value_object(set), set, add_unless_key, &search);
    return ok ? result : NULL;
}

// Symmetric difference

static bool toggle(VM *vm, Set *set, Value key, uint64_t hash, void *data)
{
    (void)data;
    int found = set_discard_hashed(vm, set, key, hash);
    return found == 0 ? set_add_hashed(vm, set, key, hash) : found > 0;
}

bool set_symmetric_difference_update(VM *vm, Set *set, Value other)
{
    if (other == value_object(set)) {
        set_clear(set);
        return true;
    }
    if (!is_set(other) && !is_exact(other, KIND_DICT)) {
        Set *items = set_new();  // each counts once
        if (!set_update(vm, items, other)) return false;
        other = value_object(items);
    }
    return for_each(vm, other, set, toggle, NULL);
}

Set *set_symmetric_difference(VM *vm, Set *set, Value other)
{
    Set *result = new_like(set);
    if (!set_update(vm, result, other)) return NULL;
    return set_symmetric_difference_update(vm, result, value_object(set)) ? result : NULL;
}

// Relations

static bool stop_if_in(VM *vm, Set *set, Value key, uint64_t hash, void *result)
{
    return (*(int *)result = set_contains_hashed(vm, set, key, hash)) == 0;
}

static bool stop_unless_in(VM *vm, Set *set, Value key, uint64_t hash, void *result)
{
    return (*(int *)result = set_contains_hashed(vm, set, key, hash)) > 0;
}

int set_is_disjoint(VM *vm, Set *set, Value other)
{
    int found = 0;
    if (other == value_object(set)) return set->len == 0;
    if (is_set(other) && as_set(other)->len > set->len) {
        Set *bigger = as_set(other);
        other = value_object(set);
        set = bigger;
    }
    if (for_each(vm, other, set, stop_if_in, &found)) return 1;
    return found > 0 ? 0 : -1;
}

int set_is_superset(VM *vm, Set *set, Value other)
{
    int found = -1;
    if (is_set(other) && as_set(other)->len > set->len) return 0;
    if (for_each(vm, other, set, stop_unless_in, &found)) return 1;
    return vm->exception == VALUE_UNBOUND ? 0 : -1;
}

int set_is_subset(VM *vm, Set *set, Value other)
{
    if (is_set(other)) return set_is_superset(vm, as_set(other), value_object(set));
    Set *common = set_intersection(vm, set, other);
    return common ? common->len == set->len : -1;
}

// Operators

static Value set_or_error(Set *set)
{
    return set ? value_object(set) : VALUE_ERROR;
}

Value set_binary(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (is_dict_view(a) || is_dict_view(b)) return dict_binary(vm, op, a, b);
    if (!is_set(a) || !is_set(b)) return VALUE_NOT_IMPLEMENTED;
    switch (op) {
    case BINARY_OR: return set_or_error(set_union(vm, as_set(a), b));
    case BINARY_AND: return set_or_error(set_intersection(vm, as_set(a), b));
    case BINARY_SUB: return set_or_error(set_difference(vm, as_set(a), b));
    case BINARY_XOR: return set_or_error(set_symmetric_difference(vm, as_set(a), b));
    default: return VALUE_NOT_IMPLEMENTED;
    }
}

Value set_inplace(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (!is_kind(a, KIND_SET) || !is_set(b)) return VALUE_NOT_IMPLEMENTED;
    Set *set = as_set(a);
    bool ok;
    switch (op) {
    case BINARY_OR: ok = set_update(vm, set, b); break;
    case BINARY_AND: ok = set_intersection_update(vm, set, b); break;
    case BINARY_SUB: ok = set_difference_update(vm, set, b); break;
    case BINARY_XOR: ok = set_symmetric_difference_update(vm, set, b); break;
    default: return VALUE_NOT_IMPLEMENTED;
    }
    return ok ? a : VALUE_ERROR;
}

static int sets_equal(VM *vm, Set *a, Set *b)
{
    if (a->len != b->len) return 0;
    if (a->hash && b->hash && a->hash != b->hash) return 0;
    return set_is_superset(vm, b, value_object(a));
}

Value set_compare(VM *vm, RichCompare op, Value a, Value b)
{
    if (is_dict_view(a) || is_dict_view(b)) return dict_compare(vm, op, a, b);
    if (!is_set(a) || !is_set(b)) return VALUE_NOT_IMPLEMENTED;
    Set *x = as_set(a), *y = as_set(b);
    int result = 0;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    switch (op) {
    case COMPARE_EQ: result = sets_equal(vm, x, y); break;
    case COMPARE_NE: result = sets_equal(vm, x, y); break;
    case COMPARE_LT: result = x->len < y->len ? set_is_superset(vm, y, a) : 0; break;
    case COMPARE_LE: result = set_is_superset(vm, y, a); break;
    case COMPARE_GT: result = x->len > y->len ? set_is_superset(vm, x, b) : 0; break;
    case COMPARE_GE: result = set_is_superset(vm, x, b); break;
    }
    return result < 0 ? VALUE_ERROR : value_bool(result ^ (op == COMPARE_NE));
}

static uint64_t shuffle(uint64_t h)
{
    return ((h ^ 89869747u) ^ (h << 16)) * 3644798167u;
}

// CPython's: the same for any order of the items.
bool frozenset_hash(VM *vm, Set *set, uint64_t *hash)
{
    (void)vm;
    if (!set->hash) {
        const SetEntry *e;
        uint64_t h = 0;
        for (size_t pos = 0; (e = set_next_entry(set, &pos));)
            h ^= shuffle(e->hash);
        h ^= ((uint64_t)set->len + 1) * 1927868237u;
        h ^= (h >> 11) ^ (h >> 25);
        h = h * 69069u + 907133923u;
        set->hash = h == UINT64_MAX || h == 0 ? 590923713u : h;
    }
    *hash = set->hash;
    return true;
}

Str *set_repr(VM *vm, Set *set)
{
    Value v = value_object(set);
    const char *type = type_name(vm, v);
    if (set->len == 0) return str_format("%s()", type);
    if (!vm_check_c_stack(vm)) return NULL;
    if (repr_enter(vm, v)) return str_format("%s(...)", type);
    bool is_plain = is_exact(v, KIND_SET), ok = true;
    StrBuilder b = {0};
    if (!is_plain) builder_format(&b, "%s(", type);
    builder_add_byte(&b, '{');
    size_t start = b.size;
    List *items = list_from_iterable(vm, v);  // a __repr__ may change the set
    ok = items != NULL;
    for (size_t i = 0; ok && i < items->len; i++) {
        if (b.size > start) builder_add(&b, ", ", 2);
        Str *s = value_repr(vm, items->items[i]);
        ok = s != NULL;
        if (ok) builder_add_str(&b, s);
    }
    builder_add_cstr(&b, is_plain ? "}" : "})");
    repr_leave(vm, v);
    return ok ? builder_str(&b) : NULL;
}
