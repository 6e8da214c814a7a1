// SPDX-License-Identifier: MIT
// set.c - hash sets, mutable and frozen: the table, adding, finding, removing, iteration.
// The set algebra is in set_ops.c, what scripts call in stdlib/set_methods.c.
// Probe sequence, growth and pop order are CPython's: a set of small ints iterates in the same
// order. INVARIANT: fill (keys and deleted entries) < 3/5 of the table plus one, so a probe ends.
#include "vm/set.h"

#include "vm/gc.h"
#include "vm/hash.h"
#include "vm/iter.h"
#include "vm/vm.h"

enum { MIN_SIZE = 8, LINEAR_PROBES = 9, PERTURB_SHIFT = 5, BIG = 50000 };
#define DELETED_HASH UINT64_MAX

// The table of all empty sets: never written.
#define UNUSED           \
    {                    \
        VALUE_UNBOUND, 0 \
    }
static SetEntry empty_table[MIN_SIZE] = {UNUSED, UNUSED, UNUSED, UNUSED,
                                         UNUSED, UNUSED, UNUSED, UNUSED};

// Making

void set_init_empty(Set *set)
{
    set->len = set->fill = 0;
    set->mask = MIN_SIZE - 1;
    set->table = empty_table;
    set->hash = 0;
    set->attrs = NULL;
    set->version = 0;
    set->finger = 0;
}

static Set *new_of(Kind kind)
{
    Set *set = gc_new(Set);
    object_init(&set->object, kind);
    set_init_empty(set);
    return set;
}

Set *set_new(void)
{
    return new_of(KIND_SET);
}

Set *frozenset_new(void)
{
    return new_of(KIND_FROZENSET);
}

static SetEntry *alloc_table(size_t size)
{
    SetEntry *table = gc_alloc_object(size * sizeof(SetEntry));
    for (size_t i = 0; i < size; i++)
        table[i] = (SetEntry)UNUSED;
    return table;
}

static inline bool is_live(const SetEntry *e)
{
    return e->key != VALUE_UNBOUND && e->key != VALUE_STOP;
}

// Into a table without deleted entries that does not have the key.
static void insert_clean(SetEntry *table, size_t mask, Value key, uint64_t hash)
{
    size_t i = hash & mask;
    for (uint64_t perturb = hash;;) {
        SetEntry *e = &table[i];
        int probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        for (; probes >= 0; probes--, e++) {
            if (e->key != VALUE_UNBOUND) continue;
            *e = (SetEntry){key, hash};
            return;
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

bool set_resize(Set *set, size_t min_used)
{
    size_t size = MIN_SIZE;
    while (size <= min_used)
        size <<= 1;
    SetEntry *table = alloc_table(size), *old = set->table;
    size_t old_size = set->mask + 1;
    for (size_t i = 0; i < old_size; i++)
        if (is_live(&old[i])) insert_clean(table, size - 1, old[i].key, old[i].hash);
    set->table = table;
    set->mask = size - 1;
    set->fill = set->len;
    if (old != empty_table) gc_recycle(old, old_size * sizeof(SetEntry));
    return true;
}

void set_clear(Set *set)
{
    for (size_t i = 0; object_watcher && i <= set->mask; i++)
        if (is_live(&set->table[i])) value_let_go(set->table[i].key);
    set->len = set->fill = 0;
    set->mask = MIN_SIZE - 1;
    set->table = empty_table;
    set->hash = 0;
    set->version++;
}

void set_swap(Set *a, Set *b)
{
    Set old = *a;
    a->len = b->len, a->fill = b->fill, a->mask = b->mask, a->table = b->table;
    b->len = old.len, b->fill = old.fill, b->mask = old.mask, b->table = old.table;
    a->hash = b->hash = 0;
    a->version++, b->version++;
}

// Look-up

enum { DIFFERENT, SAME, RAISED, CHANGED };

// An entry with the hash of key, but not the same word.
static NOINLINE int compare_entry(VM *vm, Set *set, const SetEntry *e, Value key)
{
    Value stored = e->key;
    if (!is_live(e) || both_int(stored, key)) return DIFFERENT;
    if (is_exact(stored, KIND_STR) && is_exact(key, KIND_STR))
        return str_equal(as_str(stored), as_str(key)) ? SAME : DIFFERENT;
    const SetEntry *table = set->table;
    int equal = value_equal(vm, stored, key);
    if (equal < 0) return RAISED;
    if (set->table != table || e->key != stored) return CHANGED;
    return equal ? SAME : DIFFERENT;
}

// The entry of key, or the unused one where the search ended; *deleted is the last deleted entry
// on the way, if any. NULL: *result says RAISED or CHANGED.
static inline SetEntry *probe(VM *vm, Set *set, Value key, uint64_t hash, int *result,
                              SetEntry **deleted)
{
    size_t mask = set->mask, i = hash & mask;
    for (uint64_t perturb = hash;;) {
        SetEntry *e = &set->table[i];
        int probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        for (; probes >= 0; probes--, e++) {
            if (e->key == key || e->key == VALUE_UNBOUND) return e;
            if (e->key == VALUE_STOP) *deleted = e;
            if (e->hash != hash) continue;
            *result = compare_entry(vm, set, e, key);
            if (*result == SAME) return e;
            if (*result != DIFFERENT) return NULL;
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

// Starts again when __eq__ has changed the set. NULL: raised.
static SetEntry *find_place(VM *vm, Set *set, Value key, uint64_t hash, SetEntry **deleted)
{
    int result = DIFFERENT;
    SetEntry *e;
    do {
        *deleted = NULL;
        e = probe(vm, set, key, hash, &result, deleted);
    } while (unlikely(!e && result == CHANGED));
    return e;
}

static inline SetEntry *find(VM *vm, Set *set, Value key, uint64_t hash)
{
    SetEntry *ignored;
    return find_place(vm, set, key, hash, &ignored);
}

int set_contains_hashed(VM *vm, Set *set, Value key, uint64_t hash)
{
    const SetEntry *e = find(vm, set, key, hash);
    return e ? e->key != VALUE_UNBOUND : -1;
}

int set_contains(VM *vm, Set *set, Value key)
{
    uint64_t hash;
    return hash_key(vm, key, &hash) ? set_contains_hashed(vm, set, key, hash) : -1;
}

// An unhashable set as a key: the frozenset with its items. VALUE_ERROR: the error stands.
static Value frozen_key(VM *vm, Value key)
{
    if (!is_kind(key, KIND_SET) || !error_is(vm, EXC_TypeError)) return VALUE_ERROR;
    (void)error_take(vm);
    return value_object(set_copy(as_set(key), KIND_FROZENSET));
}

int set_contains_value(VM *vm, Set *set, Value key)
{
    uint64_t hash;
    if (!hash_key(vm, key, &hash)) {
        key = frozen_key(vm, key);
        if (is_error(key) || !hash_key(vm, key, &hash)) return -1;
    }
    return set_contains_hashed(vm, set, key, hash);
}

// Changing

bool set_add_hashed(VM *vm, Set *set, Value key, uint64_t hash)
{
    SetEntry *deleted, *e = find_place(vm, set, key, hash, &deleted);
    if (!e) return false;
    if (e->key != VALUE_UNBOUND) return true;
    if (unlikely(set->table == empty_table)) {
        set->table = alloc_table(MIN_SIZE);
        e = &set->table[e - empty_table];
    }
    set->len++;
    set->version++;
    if (deleted) {
        *deleted = (SetEntry){key, hash};
        return true;
    }
    *e = (SetEntry){key, hash};
    set->fill++;
    if (set->fill * 5 < set->mask * 3) return true;
    return set_resize(set, set->len > BIG ? set->len * 2 : set->len * 4);
}

bool set_add(VM *vm, Set *set, Value key)
{
    uint64_t hash;
    return hash_key(vm, key, &hash) && set_add_hashed(vm, set, key, hash);
}

static Value remove_entry(Set *set, SetEntry *e)
{
    Value key = e->key;
    value_let_go(key);
    *e = (SetEntry){VALUE_STOP, DELETED_HASH};
    set->len--;
    set->version++;
    return key;
}

int set_discard_hashed(VM *vm, Set *set, Value key, uint64_t hash)
{
    SetEntry *e = find(vm, set, key, hash);
    if (!e) return -1;
    if (e->key == VALUE_UNBOUND) return 0;
    remove_entry(set, e);
    return 1;
}

int set_discard(VM *vm, Set *set, Value key)
{
    uint64_t hash;
    return hash_key(vm, key, &hash) ? set_discard_hashed(vm, set, key, hash) : -1;
}

int set_discard_value(VM *vm, Set *set, Value key)
{
    uint64_t hash;
    if (!hash_key(vm, key, &hash)) {
        key = frozen_key(vm, key);
        if (is_error(key) || !hash_key(vm, key, &hash)) return -1;
    }
    return set_discard_hashed(vm, set, key, hash);
}

Value set_pop(VM *vm, Set *set)
{
    if (set->len == 0)
        return raise_key_error(vm, value_object(str_from_cstr("pop from an empty set")));
    size_t i = set->finger & set->mask;
    while (!is_live(&set->table[i]))
        i = (i + 1) & set->mask;
    set->finger = i + 1;
    return remove_entry(set, &set->table[i]);
}

// Copies and unions

// `set` is empty: all keys of other are new.
static void fill_from(Set *set, const Set *other)
{
    if (set->mask == other->mask && other->fill == other->len) {
        if (set->table == empty_table && other->len) set->table = alloc_table(MIN_SIZE);
        if (other->len) memcpy(set->table, other->table, (set->mask + 1) * sizeof(SetEntry));
    } else {
        if (set->table == empty_table) set->table = alloc_table(MIN_SIZE);
        for (size_t i = 0; i <= other->mask; i++) {
            const SetEntry *e = &other->table[i];
            if (is_live(e)) insert_clean(set->table, set->mask, e->key, e->hash);
        }
    }
    set->len = set->fill = other->len;
    set->version++;
}

static bool merge_set(VM *vm, Set *set, Set *other)
{
    if (set == other || other->len == 0) return true;
    if ((set->fill + other->len) * 5 >= set->mask * 3 &&
        !set_resize(set, (set->len + other->len) * 2))
        return false;
    if (set->fill == 0) {
        fill_from(set, other);
        return true;
    }
    for (size_t i = 0; i <= other->mask; i++) {
        SetEntry e = other->table[i];
        if (is_live(&e) && !set_add_hashed(vm, set, e.key, e.hash)) return false;
    }
    return true;
}

Set *set_copy(Set *set, Kind kind)
{
    Set *result = new_of(kind);
    if (set->len == 0) return result;
    if (set->len * 5 >= result->mask * 3) set_resize(result, set->len * 2);
    fill_from(result, set);
    return result;
}

static bool merge_dict(VM *vm, Set *set, Dict *dict)
{
    if ((set->fill + dict->len) * 5 >= set->mask * 3 &&
        !set_resize(set, (set->len + dict->len) * 2))
        return false;
    for (size_t i = 0; i < dict->n_entries; i++) {
        DictEntry e = dict->entries[i];
        if (e.key != VALUE_UNBOUND && !set_add_hashed(vm, set, e.key, e.hash)) return false;
    }
    return true;
}

bool set_update(VM *vm, Set *set, Value iterable)
{
    if (is_set(iterable)) return merge_set(vm, set, as_set(iterable));
    if (is_exact(iterable, KIND_DICT)) return merge_dict(vm, set, as_dict(iterable));
    Value v, iterator = value_iter(vm, iterable);
    if (is_error(iterator)) return false;
    while ((v = iterator_advance(vm, iterator)) != VALUE_STOP)
        if (is_error(v) || !set_add(vm, set, v)) return false;
    return true;
}

// Iteration

const SetEntry *set_next_entry(const Set *set, size_t *pos)
{
    for (size_t i = *pos; i <= set->mask; i++) {
        if (!is_live(&set->table[i])) continue;
        *pos = i + 1;
        return &set->table[i];
    }
    *pos = set->mask + 1;
    return NULL;
}

bool set_next(Set *set, size_t *pos, Value *key)
{
    const SetEntry *e = set_next_entry(set, pos);
    if (e) *key = e->key;
    return e != NULL;
}

typedef struct SetIterator {
    Iterator base;
    Set *set;    // NULL when exhausted
    size_t len;  // of the set at the start; SIZE_MAX once it was seen to differ
    size_t pos, remaining;
} SetIterator;

static Value iterator_next(VM *vm, Iterator *self)
{
    SetIterator *it = (SetIterator *)self;
    if (!it->set) return VALUE_STOP;
    if (unlikely(it->len != it->set->len)) {
        it->len = SIZE_MAX;
        return raise_error(vm, EXC_RuntimeError, "Set changed size during iteration");
    }
    Value key;
    if (set_next(it->set, &it->pos, &key)) {
        if (it->remaining) it->remaining--;
        return key;
    }
    value_let_go(value_object(it->set));
    it->set = NULL;
    return VALUE_STOP;
}

Value set_iter(Value set)
{
    SetIterator *it = iterator_alloc(ITER_SET, sizeof(SetIterator), iterator_next);
    it->set = as_set(set);
    it->len = it->remaining = as_set(set)->len;
    it->pos = 0;
    return value_object(it);
}

int64_t set_iterator_length_hint(Iterator *self)
{
    SetIterator *it = (SetIterator *)self;
    return it->set && it->len == it->set->len ? (int64_t)it->remaining : 0;
}
