// SPDX-License-Identifier: MIT
// dict.c - insertion-ordered hash table: an index over a dense entry array; namespaces of modules.
// Hashing of values is in ops.c, views and iterators in dict_view.c, the dict type's methods in
// stdlib/dict_methods.c. Sizes and growth are CPython's, so that a loop that changes the dict it
// iterates over sees the same.
// INVARIANT: fill <= cap <= 2/3 of the index: at least one index slot is free, so a probe ends.
// INVARIANT: an index slot is FREE or has a position in the bits of mask, and above them those of the hash: the entry of
// another key, which may be in no near cache, is hardly ever looked at. No position is mask: that is how FREE differs.
// INVARIANT: a deleted entry has key and value VALUE_UNBOUND and hash 0; index slots that lead to it, or past
// n_entries, stay until the next rebuild and find nothing.
// INVARIANT: if a key that is no plain str has a hash that a short str could have, DICT_MIXED is set. Else strs that are
// short are equal to the key of an entry if their hashes are.
// INVARIANT: the value of every entry of a namespace is a Cell; that of a removed name is unbound
// and flagged CELL_BUILTIN, so that code linked to it looks the name up again.
#include "vm/dict.h"

#include "vm/gc.h"
#include "vm/hash.h"
#include "vm/vm.h"

enum { MIN_SIZE = 8, MAX_UNINDEXED = 5, PERTURB_SHIFT = 5 };
#define FREE UINT32_MAX
enum { ABSENT = -1, RAISED = -2, CHANGED = -3 };  // instead of a position

void (*dict_namespace_hook)(Dict *dict, Str *key);

// Making

void dict_init_empty(Dict *dict)
{
    dict->len = dict->n_entries = dict->cap = 0;
    dict->entries = NULL;
    dict->index = NULL;
    dict->mask = 0;
    dict->attrs = NULL;
    dict->links = NULL;
    dict->version = 0;
    dict->fill = dict->first = 0;
}

Dict *dict_new(void)
{
    Dict *dict = gc_new(Dict);
    object_init(&dict->object, KIND_DICT);
    dict_init_empty(dict);
    return dict;
}

Dict *dict_new_namespace(void)
{
    Dict *dict = dict_new();
    dict->object.head = HEAD(KIND_DICT, 0, DICT_NAMESPACE);
    return dict;
}

Cell *cell_new(Value value)
{
    Cell *cell = gc_new(Cell);
    object_init(&cell->object, KIND_CELL);
    cell->value = value;
    return cell;
}

static inline bool has_mixed_hashes(const Dict *dict)
{
    return dict->object.head >> 16 & DICT_MIXED;
}

static inline Cell *entry_cell(const DictEntry *e)
{
    return (Cell *)as_pointer(e->value);
}

static inline Value entry_value(const Dict *dict, const DictEntry *e)
{
    return unlikely(dict_is_namespace(dict)) ? entry_cell(e)->value : e->value;
}

void dict_make_namespace(Dict *dict)
{
    if (dict_is_namespace(dict)) return;
    for (size_t i = 0; i < dict->n_entries; i++) {
        if (dict->entries[i].key == VALUE_UNBOUND) continue;
        Cell *cell = cell_new(dict->entries[i].value);
        dict->entries[i].value = value_object(cell);
    }
    dict->object.head |= HEAD(0, 0, DICT_NAMESPACE);
}

// Storage

// The first n of them are filled by the caller at once.
static DictEntry *alloc_entries(size_t cap, size_t n)
{
    DictEntry *entries = gc_alloc_object(cap * sizeof(DictEntry));
    memset(entries + n, 0, (cap - n) * sizeof(DictEntry));
    return entries;
}

static uint32_t *alloc_index(size_t size)
{
    return gc_alloc_atomic(size * sizeof(uint32_t));
}

static void free_index(Dict *dict)
{
    if (dict->index) gc_recycle_atomic(dict->index, (dict->mask + 1) * sizeof(uint32_t));
    dict->index = NULL;
}

static inline void index_add(Dict *dict, uint64_t hash, size_t pos)
{
    size_t i = hash & dict->mask;
    for (uint64_t perturb = hash; dict->index[i] != FREE;) {
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + perturb + 1) & dict->mask;
    }
    dict->index[i] = (uint32_t)((hash & ~dict->mask) | pos);
}

static void rebuild_index(Dict *dict, size_t size)
{
    free_index(dict);
    dict->mask = size - 1;
    if (dict->cap <= MAX_UNINDEXED) return;
    dict->index = alloc_index(size);
    memset(dict->index, 0xFF, size * sizeof(uint32_t));
    for (size_t i = dict->first; i < dict->n_entries; i++)
        index_add(dict, dict->entries[i].hash, i);
}

// Make the index at least min_size big, and drop deleted entries, but for `gap` of them at the start.
static void rebuild_with_gap(Dict *dict, size_t min_size, size_t gap)
{
    size_t size = MIN_SIZE, n = gap;
    while (size < min_size)
        size <<= 1;
    size_t cap = (size << 1) / 3;
    DictEntry *entries = alloc_entries(cap, gap + dict->len), *old = dict->entries;
    for (size_t i = 0; i < gap; i++) entries[i] = (DictEntry){VALUE_UNBOUND, VALUE_UNBOUND, 0};
    for (size_t i = 0; i < dict->n_entries; i++)
        if (old[i].key != VALUE_UNBOUND) entries[n++] = old[i];
    dict->entries = entries;
    if (old) gc_recycle(old, dict->cap * sizeof(DictEntry));
    dict->cap = cap;
    dict->n_entries = dict->fill = n;
    dict->first = gap;
    rebuild_index(dict, size);
}

static void rebuild(Dict *dict, size_t min_size)
{
    rebuild_with_gap(dict, min_size, 0);
}

// Look-up

// An entry with the hash of key, but not the same word. vm NULL: key is a str, and only strs are
// equal to it.
static NOINLINE int64_t compare_entry(VM *vm, Dict *dict, size_t i, Value key)
{
    Value stored = dict->entries[i].key;
    if (stored == VALUE_UNBOUND || both_int(stored, key)) return ABSENT;
    if (!vm || (is_exact(stored, KIND_STR) && is_exact(key, KIND_STR))) {
        if (!is_str(stored)) return ABSENT;
        return str_equal(as_str(stored), as_str(key)) ? (int64_t)i : ABSENT;
    }
    DictEntry *entries = dict->entries;
    int equal = value_equal(vm, stored, key);
    if (equal < 0) return RAISED;
    if (dict->entries != entries || i >= dict->n_entries || entries[i].key != stored)
        return CHANGED;
    return equal ? (int64_t)i : ABSENT;
}

static inline bool is_short_str(Value key, uint64_t hash)
{
    return hash & TEXT_SHORT_HASH && is_exact(key, KIND_STR);
}

// Has the entry this key? Without looking at what it stores there, most often somewhere far away in memory.
static inline bool is_surely(const Dict *dict, const DictEntry *e, Value key, uint64_t hash)
{
    return e->key == key || (e->hash == hash && is_short_str(key, hash) && !has_mixed_hashes(dict));
}

static inline bool may_lead_to(uint32_t slot, uint64_t hash, size_t mask)
{
    return ((slot ^ (uint32_t)hash) & ~mask) == 0;
}

static inline int64_t try_entry(VM *vm, Dict *dict, size_t i, Value key, uint64_t hash)
{
    const DictEntry *e = &dict->entries[i];
    if (is_surely(dict, e, key, hash)) return (int64_t)i;
    return e->hash == hash ? compare_entry(vm, dict, i, key) : ABSENT;
}

static int64_t probe_all(VM *vm, Dict *dict, Value key, uint64_t hash)
{
    int64_t r = ABSENT;
    for (size_t i = 0; i < dict->n_entries && r == ABSENT; i++)
        r = try_entry(vm, dict, i, key, hash);
    return r;
}

static NOINLINE int64_t probe(VM *vm, Dict *dict, Value key, uint64_t hash)
{
    if (!dict->index) return probe_all(vm, dict, key, hash);
    size_t mask = dict->mask, i = hash & mask;
    for (uint64_t perturb = hash;;) {
        uint32_t slot = dict->index[i];
        if (slot == FREE) return ABSENT;
        if (may_lead_to(slot, hash, mask)) {
            int64_t r = try_entry(vm, dict, slot & mask, key, hash);
            if (r != ABSENT) return r;
        }
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
}

// The position of key, ABSENT or RAISED. Starts again when __eq__ has changed the dict.
static inline int64_t find(VM *vm, Dict *dict, Value key, uint64_t hash)
{
    int64_t pos;
    if (dict->index) {  // most often the first slot decides
        uint32_t slot = dict->index[hash & dict->mask];
        if (slot == FREE) return ABSENT;
        pos = slot & dict->mask;
        if (may_lead_to(slot, hash, dict->mask) && is_surely(dict, &dict->entries[pos], key, hash)) return pos;
    }
    do
        pos = probe(vm, dict, key, hash);
    while (unlikely(pos == CHANGED));
    return pos;
}

static inline int find_value(VM *vm, Dict *dict, Value key, uint64_t hash, Value *value)
{
    int64_t pos = find(vm, dict, key, hash);
    if (pos < 0) return pos == ABSENT ? 0 : -1;
    *value = entry_value(dict, &dict->entries[pos]);
    return *value != VALUE_UNBOUND;
}

int dict_find_hashed(VM *vm, Dict *dict, Value key, uint64_t hash, Value *value)
{
    return find_value(vm, dict, key, hash, value);
}

int dict_find(VM *vm, Dict *dict, Value key, Value *value)
{
    uint64_t hash;
    return hash_key(vm, key, &hash) ? find_value(vm, dict, key, hash, value) : -1;
}

Value dict_find_str(Dict *dict, Str *key)
{
    int64_t pos = find(NULL, dict, value_object(key), hash_str(key));
    return pos < 0 ? VALUE_UNBOUND : entry_value(dict, &dict->entries[pos]);
}

Cell *dict_find_cell(Dict *dict, Str *key)
{
    int64_t pos = find(NULL, dict, value_object(key), hash_str(key));
    return pos < 0 || !dict_is_namespace(dict) ? NULL : entry_cell(&dict->entries[pos]);
}

// Changing

static inline void put_entry(Dict *dict, size_t pos, Value key, uint64_t hash, Value value)
{
    if (hash & TEXT_SHORT_HASH && !is_exact(key, KIND_STR)) dict->object.head |= HEAD(0, 0, DICT_MIXED);
    dict->entries[pos] = (DictEntry){key, value, hash};
    dict->fill++;
    dict->len++;
    dict->version++;
    if (dict->index) index_add(dict, hash, pos);
}

static void add(Dict *dict, Value key, uint64_t hash, Value value)
{
    bool is_namespace = dict_is_namespace(dict);
    if (is_namespace) value = value_object(cell_new(value));
    if (dict->fill == dict->cap) rebuild(dict, dict->len * 3);
    put_entry(dict, dict->n_entries++, key, hash, value);
    if (is_namespace && is_str(key) && dict_namespace_hook) dict_namespace_hook(dict, as_str(key));
}

static inline void store(Dict *dict, size_t pos, Value value)
{
    value_let_go(entry_value(dict, &dict->entries[pos]));
    if (unlikely(dict_is_namespace(dict)))
        entry_cell(&dict->entries[pos])->value = value;
    else
        dict->entries[pos].value = value;
}

int dict_set_default(VM *vm, Dict *dict, Value key, uint64_t hash, Value *value)
{
    int64_t pos = find(vm, dict, key, hash);
    Value old = pos < 0 ? VALUE_UNBOUND : entry_value(dict, &dict->entries[pos]);
    if (old != VALUE_UNBOUND) {
        *value = old;
        return 1;
    }
    if (pos >= 0)
        store(dict, (size_t)pos, *value);
    else if (pos == ABSENT)
        add(dict, key, hash, *value);
    else
        return -1;
    return 0;
}

static inline bool set(VM *vm, Dict *dict, Value key, uint64_t hash, Value value)
{
    int64_t pos = find(vm, dict, key, hash);
    if (pos >= 0)
        store(dict, (size_t)pos, value);
    else if (pos == ABSENT)
        add(dict, key, hash, value);
    else
        return false;
    return true;
}

bool dict_set_hashed(VM *vm, Dict *dict, Value key, uint64_t hash, Value value)
{
    return set(vm, dict, key, hash, value);
}

bool dict_set(VM *vm, Dict *dict, Value key, Value value)
{
    uint64_t hash;
    return hash_key(vm, key, &hash) && set(vm, dict, key, hash, value);
}

void dict_set_str(Dict *dict, Str *key, Value value)
{
    uint64_t hash = hash_str(key);
    int64_t pos = find(NULL, dict, value_object(key), hash);
    if (pos >= 0)
        store(dict, (size_t)pos, value);
    else
        add(dict, value_object(key), hash, value);
}

static void unbind(Cell *cell)
{
    cell->value = VALUE_UNBOUND;
    cell->object.head |= HEAD(0, 0, CELL_BUILTIN);
}

static Value remove_entry(Dict *dict, size_t pos)
{
    DictEntry *e = &dict->entries[pos];
    Value old = entry_value(dict, e);
    value_let_go(e->key);
    value_let_go(old);
    if (dict_is_namespace(dict)) unbind(entry_cell(e));
    *e = (DictEntry){VALUE_UNBOUND, VALUE_UNBOUND, 0};
    dict->len--;
    dict->version++;
    while (dict->first < dict->n_entries && dict->entries[dict->first].key == VALUE_UNBOUND)
        dict->first++;
    return old;
}

int dict_delete(VM *vm, Dict *dict, Value key, Value *old)
{
    uint64_t hash;
    if (!hash_key(vm, key, &hash)) return -1;
    int64_t pos = find(vm, dict, key, hash);
    if (pos < 0) return pos == ABSENT ? 0 : -1;
    Value v = remove_entry(dict, (size_t)pos);
    if (old) *old = v;
    return 1;
}

int dict_delete_hashed(VM *vm, Dict *dict, Value key, uint64_t hash)
{
    int64_t pos = find(vm, dict, key, hash);
    if (pos < 0) return pos == ABSENT ? 0 : -1;
    remove_entry(dict, (size_t)pos);
    return 1;
}

bool dict_delete_str(Dict *dict, Str *key)
{
    int64_t pos = find(NULL, dict, value_object(key), hash_str(key));
    if (pos < 0) return false;
    remove_entry(dict, (size_t)pos);
    return true;
}

void dict_clear(Dict *dict)
{
    for (size_t i = 0; object_watcher && i < dict->n_entries; i++)
        if (dict->entries[i].key != VALUE_UNBOUND) {
            value_let_go(dict->entries[i].key);
            value_let_go(entry_value(dict, &dict->entries[i]));
        }
    if (dict_is_namespace(dict))
        for (size_t i = 0; i < dict->n_entries; i++)
            if (dict->entries[i].key != VALUE_UNBOUND) unbind(entry_cell(&dict->entries[i]));
    dict->entries = NULL;
    dict->index = NULL;
    dict->len = dict->n_entries = dict->cap = dict->mask = dict->fill = dict->first = 0;
    dict->version++;
}

bool dict_pop_last(Dict *dict, Value *key, Value *value)
{
    size_t pos = dict->n_entries;
    if (dict->len == 0) return false;
    do
        pos--;
    while (dict->entries[pos].key == VALUE_UNBOUND);
    *key = dict->entries[pos].key;
    *value = remove_entry(dict, pos);
    dict->n_entries = pos;
    if (dict->first > pos) dict->first = pos;
    return true;
}

bool dict_pop_first(Dict *dict, Value *key, Value *value)
{
    if (dict->len == 0) return false;
    *key = dict->entries[dict->first].key;
    *value = remove_entry(dict, dict->first);
    return true;
}

// Before all others. The key is not there.
static void add_first(Dict *dict, Value key, uint64_t hash, Value value)
{
    if (dict->first == 0 || dict->fill == dict->cap)
        rebuild_with_gap(dict, (dict->len + MIN_SIZE) * 4, dict->len + MIN_SIZE);
    put_entry(dict, --dict->first, key, hash, value);
}

int dict_move_to_end(VM *vm, Dict *dict, Value key, bool is_last)
{
    uint64_t hash;
    if (!hash_key(vm, key, &hash)) return -1;
    int64_t pos = find(vm, dict, key, hash);
    if (pos < 0) return pos == ABSENT ? 0 : -1;
    if (is_last ? (size_t)pos + 1 == dict->n_entries : (size_t)pos == dict->first) return 1;
    key = dict->entries[pos].key;
    Value v = remove_entry(dict, (size_t)pos);
    if (is_last)
        add(dict, key, hash, v);
    else
        add_first(dict, key, hash, v);
    return 1;
}

// All entries, in order

bool dict_next(Dict *dict, size_t *pos, Value *key, Value *value)
{
    size_t i = *pos < dict->first ? dict->first : *pos;
    for (; i < dict->n_entries; i++) {
        const DictEntry *e = &dict->entries[i];
        if (e->key == VALUE_UNBOUND) continue;
        *key = e->key;
        if (value) *value = entry_value(dict, e);
        *pos = i + 1;
        return true;
    }
    *pos = i;
    return false;
}

bool dict_last(Dict *dict, Value *key, Value *value)
{
    for (size_t i = dict->n_entries; i-- > dict->first;) {
        const DictEntry *e = &dict->entries[i];
        if (e->key == VALUE_UNBOUND) continue;
        *key = e->key;
        *value = entry_value(dict, e);
        return true;
    }
    return false;
}

// Without deleted and popped entries, index and entries are those of the copy.
static void copy_as_is(Dict *result, const Dict *dict)
{
    result->entries = alloc_entries(dict->cap, dict->len);
    memcpy(result->entries, dict->entries, dict->len * sizeof(DictEntry));
    result->len = result->n_entries = result->fill = dict->len;
    result->mask = dict->mask;
    if (!dict->index) return;
    result->index = alloc_index(dict->mask + 1);
    memcpy(result->index, dict->index, (dict->mask + 1) * sizeof(uint32_t));
}

Dict *dict_copy(Dict *dict)
{
    Dict *result = dict_new();
    if (dict->len == 0) return result;
    if (has_mixed_hashes(dict)) result->object.head |= HEAD(0, 0, DICT_MIXED);
    size_t size = MIN_SIZE, n = 0;
    while ((size << 1) / 3 < dict->len)
        size <<= 1;
    result->cap = (size << 1) / 3;
    if (result->cap == dict->cap && dict->len == dict->fill && !dict_is_namespace(dict)) {
        copy_as_is(result, dict);
        return result;
    }
    result->entries = alloc_entries(result->cap, dict->len);
    for (size_t i = dict->first; i < dict->n_entries; i++) {
        const DictEntry *e = &dict->entries[i];
        if (e->key == VALUE_UNBOUND) continue;
        result->entries[n++] = (DictEntry){e->key, entry_value(dict, e), e->hash};
    }
    result->len = result->n_entries = result->fill = n;
    rebuild_index(result, size);
    return result;
}

// Merging

bool dict_merge(VM *vm, Dict *dict, Dict *other)
{
    if (dict == other || other->len == 0) return true;
    if (dict->cap < other->len) rebuild(dict, ((dict->len + other->len) * 3 + 1) / 2);
    uint32_t version = other->version;
    for (size_t i = other->first; i < other->n_entries; i++) {
        DictEntry e = other->entries[i];
        if (e.key == VALUE_UNBOUND) continue;
        if (!dict_set_hashed(vm, dict, e.key, e.hash, entry_value(other, &e))) return false;
        if (other->version != version) {
            raise_error(vm, EXC_RuntimeError, "dict mutated during update");
            return false;
        }
    }
    return true;
}

static bool merge_keys(VM *vm, Dict *dict, Value mapping)
{
    Value keys = value_call_method(vm, mapping, S(keys), 0, NULL);
    Value iterator = is_error(keys) ? keys : value_iter(vm, keys);
    if (is_error(iterator)) return false;
    for (;;) {
        Value key = iter_next(vm, iterator);
        if (key == VALUE_STOP) return true;
        Value v = is_error(key) ? key : value_getitem(vm, mapping, key);
        if (is_error(v) || !dict_set(vm, dict, key, v)) return false;
    }
}

static bool set_pair(VM *vm, Dict *dict, Value item, size_t i)
{
    Value iterator =
        is_exact(item, KIND_TUPLE) || is_exact(item, KIND_LIST) ? item : value_iter(vm, item);
    if (is_error(iterator)) {
        if (!error_is(vm, EXC_TypeError)) return false;
        (void)error_take(vm);
        raise_error(vm, EXC_TypeError,
                    "cannot convert dictionary update sequence element #%zu to a sequence", i);
        return false;
    }
    Tuple *pair = tuple_from_iterable(vm, iterator);
    if (!pair) return false;
    if (pair->len == 2) return dict_set(vm, dict, pair->items[0], pair->items[1]);
    raise_error(vm, EXC_ValueError,
                "dictionary update sequence element #%zu has length %zu; 2 is required", i,
                pair->len);
    return false;
}

static bool merge_pairs(VM *vm, Dict *dict, Value pairs)
{
    Value iterator = value_iter(vm, pairs);
    if (is_error(iterator)) return false;
    for (size_t i = 0;; i++) {
        Value item = iter_next(vm, iterator);
        if (item == VALUE_STOP) return true;
        if (is_error(item) || !set_pair(vm, dict, item, i)) return false;
    }
}

// A subclass of dict that iterates in its own way is asked for its keys.
static bool is_plain_mapping(VM *vm, Value v)
{
    if (!is_dict(v)) return false;
    if (is_exact(v, KIND_DICT)) return true;
    return special_lookup(vm, v, S(__iter__)) ==
           class_lookup(vm, vm->classes[KIND_DICT], S(__iter__));
}

bool dict_update(VM *vm, Dict *dict, Value other)
{
    if (is_plain_mapping(vm, other)) return dict_merge(vm, dict, as_dict(other));
    Value keys = value_find_attr(vm, other, S(keys));
    if (is_error(keys)) return false;
    return keys == VALUE_UNBOUND ? merge_pairs(vm, dict, other) : merge_keys(vm, dict, other);
}

static bool add_keyword(VM *vm, Dict *dict, Value key, Value v, Value callee)
{
    Value old;
    int found = dict_find(vm, dict, key, &old);
    if (found == 0) return dict_set(vm, dict, key, v);  // that it is a str is checked by the call
    if (found < 0) return false;
    Str *name = value_function_text(vm, callee);
    Str *text = name ? value_str(vm, key) : NULL;
    if (text)
        raise_error(vm, EXC_TypeError, "%s got multiple values for keyword argument '%s'",
                    name->data, text->data);
    return false;
}

static bool merge_keyword_items(VM *vm, Dict *dict, Value mapping, Value callee)
{
    Value keys = value_call_method(vm, mapping, S(keys), 0, NULL);
    Value iterator = is_error(keys) ? keys : value_iter(vm, keys);
    if (is_error(iterator)) return false;
    for (Value key; (key = iter_next(vm, iterator)) != VALUE_STOP;) {
        Value v = is_error(key) ? key : value_getitem(vm, mapping, key);
        if (is_error(v) || !add_keyword(vm, dict, key, v, callee)) return false;
    }
    return true;
}

bool dict_merge_keywords(VM *vm, Dict *dict, Value mapping, Value callee)
{
    Value items = mapping;
    if (!is_plain_mapping(vm, mapping)) {
        Value keys = value_find_attr(vm, mapping, S(keys));
        if (is_error(keys)) return false;
        if (keys == VALUE_UNBOUND) {
            Str *name = value_function_text(vm, callee);
            if (name)
                raise_error(vm, EXC_TypeError, "%s argument after ** must be a mapping, not %s",
                            name->data, type_name(vm, mapping));
            return false;
        }
        return merge_keyword_items(vm, dict, mapping, callee);
    }
    Value key, v;
    for (size_t pos = 0; dict_next(as_dict(items), &pos, &key, &v);)
        if (!add_keyword(vm, dict, key, v, callee)) return false;
    return true;
}

// Operators

Value dict_getitem(VM *vm, Value d, Value key)
{
    Value v;
    int found = dict_find(vm, as_dict(d), key, &v);
    if (found > 0) return v;
    if (found < 0) return VALUE_ERROR;
    if (!is_exact(d, KIND_DICT)) {
        v = value_call_special(vm, d, S(__missing__), 1, &key);
        if (v != VALUE_UNBOUND) return v;
    }
    return raise_key_error(vm, key);
}

int dict_equal(VM *vm, Dict *a, Dict *b)
{
    if (a->len != b->len) return 0;
    if (!vm_check_c_stack(vm)) return -1;
    for (size_t i = a->first; i < a->n_entries; i++) {
        DictEntry e = a->entries[i];
        if (e.key == VALUE_UNBOUND) continue;
        Value v = entry_value(a, &e), other;
        int found = dict_find_hashed(vm, b, e.key, e.hash, &other);
        if (found > 0) found = value_equal(vm, v, other);
        if (found <= 0) return found;
    }
    return 1;
}

static bool repr_item(VM *vm, StrBuilder *b, Value key, Value v)
{
    Str *s = value_repr(vm, key);
    if (!s) return false;
    builder_add_str(b, s);
    builder_add(b, ": ", 2);
    s = value_repr(vm, v);
    if (s) builder_add_str(b, s);
    return s != NULL;
}

Str *dict_repr(VM *vm, Dict *dict)
{
    if (dict->len == 0) return str_new("{}", 2);
    if (!vm_check_c_stack(vm)) return NULL;
    if (repr_enter(vm, value_object(dict))) return str_new("{...}", 5);
    StrBuilder b = {0};
    Value key, v;
    bool ok = true;
    builder_add_byte(&b, '{');
    for (size_t pos = 0; ok && dict_next(dict, &pos, &key, &v);) {
        if (b.size > 1) builder_add(&b, ", ", 2);
        ok = repr_item(vm, &b, key, v);
    }
    builder_add_byte(&b, '}');
    repr_leave(vm, value_object(dict));
    return ok ? builder_str(&b) : NULL;
}
