// SPDX-License-Identifier: MIT
// dict.h - insertion-ordered hash tables; also the namespaces of modules.
// A namespace (DICT_NAMESPACE) keeps each value in a Cell, so that compiled code can hold on to the
// cell of a global (see globals in function.h). Only this file knows: find, set, delete and next
// look through the cells.
#ifndef RILL_VM_DICT_H
#define RILL_VM_DICT_H

#include "vm/str.h"

typedef struct DictEntry {
    Value key;    // VALUE_UNBOUND: deleted
    Value value;
    uint64_t hash;
} DictEntry;

struct Globals;

typedef struct Dict {
    Object object;        // KIND_DICT; flags below
    size_t len;           // live entries
    size_t n_entries;     // live and deleted
    size_t cap;           // of entries
    DictEntry *entries;
    uint32_t *index;      // power-of-two table of positions in entries, or NULL while cap is small
    size_t mask;
    struct Dict *attrs;   // of an instance of a subclass; else NULL
    struct Globals *links;  // a namespace: the tables of linked cells (function.h); else NULL
    uint32_t version;     // bumped when a key is added or removed: iterators compare it
    size_t fill;          // entries used since the last rebuild: n_entries, and those popped from the end
    size_t first;         // entries before this one are deleted
} Dict;

typedef struct DictView {  // KIND_DICT_KEYS, KIND_DICT_VALUES, KIND_DICT_ITEMS
    Object object;
    Dict *dict;
} DictView;

enum { DICT_NAMESPACE = 1, DICT_MIXED = 2 };  // flags, from head bit 16; DICT_MIXED: see dict.c

typedef struct Cell {
    Object object;  // KIND_CELL; flag CELL_BUILTIN: owned by module builtins or not resolved yet
    Value value;    // VALUE_UNBOUND if none
} Cell;
enum { CELL_BUILTIN = 1 };

Dict *dict_new(void);
void dict_init_empty(Dict *dict);      // all fields but the header, of an instance of a subclass
Dict *dict_new_namespace(void);
void dict_make_namespace(Dict *dict);  // in place; idempotent
Dict *dict_copy(Dict *dict);           // plain, never a namespace
// 1 found, 0 absent, -1 raised (unhashable key, or __eq__/__hash__ raised).
int dict_find(VM *vm, Dict *dict, Value key, Value *value) RILL_FALLIBLE;
bool dict_set(VM *vm, Dict *dict, Value key, Value value) RILL_FALLIBLE;
int dict_delete(VM *vm, Dict *dict, Value key, Value *old) RILL_FALLIBLE;  // old may be NULL
// Keys that are str need no VM and cannot fail.
Value dict_find_str(Dict *dict, Str *key);  // VALUE_UNBOUND if absent
void dict_set_str(Dict *dict, Str *key, Value value);
bool dict_delete_str(Dict *dict, Str *key);
Cell *dict_find_cell(Dict *dict, Str *key);  // of a namespace; NULL if absent
// With the hash known.
int dict_find_hashed(VM *vm, Dict *dict, Value key, uint64_t hash, Value *value) RILL_FALLIBLE;
int dict_set_default(VM *vm, Dict *dict, Value key, uint64_t hash, Value *value) RILL_FALLIBLE;  // 1: there, in *value; 0: added
bool dict_set_hashed(VM *vm, Dict *dict, Value key, uint64_t hash, Value value) RILL_FALLIBLE;
int dict_delete_hashed(VM *vm, Dict *dict, Value key, uint64_t hash) RILL_FALLIBLE;
// Iteration in insertion order: *pos starts at 0; false at the end.
bool dict_next(Dict *dict, size_t *pos, Value *key, Value *value);
bool dict_last(Dict *dict, Value *key, Value *value);
void dict_clear(Dict *dict);
bool dict_update(VM *vm, Dict *dict, Value other) RILL_FALLIBLE;  // mapping or iterable of pairs, as dict.update
bool dict_merge_keywords(VM *vm, Dict *dict, Value mapping, Value callee) RILL_FALLIBLE;  // f(**mapping): TypeError on duplicates
bool dict_merge(VM *vm, Dict *dict, Dict *other) RILL_FALLIBLE;  // every item of other replaces that of dict
int dict_equal(VM *vm, Dict *a, Dict *b) RILL_FALLIBLE;        // 1/0/-1
// Remove the last item, or the first: false if there is none.
bool dict_pop_last(Dict *dict, Value *key, Value *value);
bool dict_pop_first(Dict *dict, Value *key, Value *value);
// Make the item of key the last one, or the first. 1 done, 0 absent, -1 raised.
int dict_move_to_end(VM *vm, Dict *dict, Value key, bool is_last) RILL_FALLIBLE;
Value dict_view_new(Dict *dict, Kind kind);
Dict *dict_viewed(Value dict_or_view);
static inline bool is_dict_view(Value v)
{
    return is_object(v) && object_kind(as_object(v)) >= KIND_DICT_KEYS &&
           object_kind(as_object(v)) <= KIND_DICT_ITEMS;
}
// Called by dict.c when a new str key enters a namespace; set by module.c to relink cells that shadow builtins.
extern void (*dict_namespace_hook)(Dict *dict, Str *key);

static inline bool is_dict(Value v)
{
    return is_kind(v, KIND_DICT);
}
static inline Dict *as_dict(Value v)
{
    return (Dict *)as_pointer(v);
}
static inline bool dict_is_namespace(const Dict *d)
{
    return d->object.head >> 16 & DICT_NAMESPACE;
}
Cell *cell_new(Value value);

#endif
