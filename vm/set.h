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

static inline bool is_set(Value v)  // set or frozenset
{
    return is_kind(v, KIND_SET) || is_kind(v, KIND_FROZENSET);
}
static inline Set *as_set(Value v)
{
    return (Set *)as_pointer(v);
}

#endif
