// SPDX-License-Identifier: MIT
// set.h - hash sets, mutable and frozen. The probe sequence and the growth policy are CPython's
// (Objects/setobject.c: linear probes of 9, then perturbed), so that sets of small ints iterate in the same order.
#ifndef RILL_VM_SET_H
#define RILL_VM_SET_H

#include "vm/object.h"

typedef struct SetEntry {
    Value key;      // VALUE_UNBOUND: never used; VALUE_STOP: deleted
    uint64_t hash;
} SetEntry;

typedef struct Set {
    Object object;      // KIND_SET or KIND_FROZENSET
    size_t len, fill, mask;
    SetEntry *table;
    uint64_t hash;      // of a frozenset, once computed; 0 = not yet
    struct Dict *attrs;
    uint32_t version;
    size_t finger;      // where pop() goes on searching
} Set;

Set *set_new(void);
Set *frozenset_new(void);
Set *set_copy(Set *set, Kind kind);
int set_contains(VM *vm, Set *set, Value key) RILL_FALLIBLE;
bool set_add(VM *vm, Set *set, Value key) RILL_FALLIBLE;
int set_discard(VM *vm, Set *set, Value key) RILL_FALLIBLE;
bool set_update(VM *vm, Set *set, Value iterable) RILL_FALLIBLE;
bool set_next(Set *set, size_t *pos, Value *key);
void set_clear(Set *set);
void set_init_empty(Set *set);  // all fields but the header, of an instance of a subclass
// With the hash known.
int set_contains_hashed(VM *vm, Set *set, Value key, uint64_t hash) RILL_FALLIBLE;
bool set_add_hashed(VM *vm, Set *set, Value key, uint64_t hash) RILL_FALLIBLE;
int set_discard_hashed(VM *vm, Set *set, Value key, uint64_t hash) RILL_FALLIBLE;
const SetEntry *set_next_entry(const Set *set, size_t *pos);  // NULL at the end
bool set_resize(Set *set, size_t min_used);
Value set_pop(VM *vm, Set *set) RILL_FALLIBLE;                // KeyError
void set_swap(Set *a, Set *b);                                // contents

// The set algebra (set_ops.c). `other` is any iterable; results are new sets of the kind of `set`.
Set *set_union(VM *vm, Set *set, Value other) RILL_FALLIBLE;
Set *set_intersection(VM *vm, Set *set, Value other) RILL_FALLIBLE;
Set *set_difference(VM *vm, Set *set, Value other) RILL_FALLIBLE;
Set *set_symmetric_difference(VM *vm, Set *set, Value other) RILL_FALLIBLE;
bool set_intersection_update(VM *vm, Set *set, Value other) RILL_FALLIBLE;
bool set_difference_update(VM *vm, Set *set, Value other) RILL_FALLIBLE;
bool set_symmetric_difference_update(VM *vm, Set *set, Value other) RILL_FALLIBLE;
int set_is_disjoint(VM *vm, Set *set, Value other) RILL_FALLIBLE;   // 1/0/-1
int set_is_subset(VM *vm, Set *set, Value other) RILL_FALLIBLE;
int set_is_superset(VM *vm, Set *set, Value other) RILL_FALLIBLE;
// A key that is an unhashable set stands for the frozenset equal to it, as `in`, remove and discard take it.
int set_contains_value(VM *vm, Set *set, Value key) RILL_FALLIBLE;
int set_discard_value(VM *vm, Set *set, Value key) RILL_FALLIBLE;

static inline bool is_set(Value v)  // set or frozenset
{
    return is_kind(v, KIND_SET) || is_kind(v, KIND_FROZENSET);
}
static inline Set *as_set(Value v)
{
    return (Set *)as_pointer(v);
}

#endif
