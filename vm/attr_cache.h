// SPDX-License-Identifier: MIT
// attr_cache.h - where objects of a shape keep an attribute: in the words of the instruction, which know one shape,
// and in a table for the instructions that meet several.
#ifndef RILL_VM_ATTR_CACHE_H
#define RILL_VM_ATTR_CACHE_H

#include "vm/class.h"

// The cache words of GETATTR and SETATTR. words[1] is a shape id, 0 before anything was cached here; the upper 16 bits of
// words[2] say where that shape keeps the attribute: an index into the words of the object itself. A store that adds the
// attribute has the shape that results in the upper 16 bits of words[0] (0: none). words[0] bits 0-15 and words[2] bits
// 0-15 are the compiler's. An attribute in Instance.extra is only in the table; then words[1] is ATTR_IN_TABLE.
// LOADMETHOD: words[1] shape, words[2] epoch; both equal means *cache is the method.
enum { ATTR_EXTRA = 0x8000 };  // places from here on: ATTR_EXTRA + an index into Instance.extra
#define ATTR_IN_TABLE UINT32_MAX

typedef enum AttrAccess { ATTR_LOAD, ATTR_STORE } AttrAccess;
// Remember `slot` of shape s; `added`: the store leads to that shape, else NULL. words NULL: nothing is remembered.
void attr_cache_slot(VM *vm, Instr *words, Str *name, AttrAccess access, const Shape *s, int slot, const Shape *added);
// Remember that objects of shape s have this method and nothing of their own called name.
void attr_cache_method(VM *vm, Instr *words, Value *cache, Str *name, const Shape *s, Value method);

// What the table knows, when the words have not fitted. VALUE_UNBOUND, false: nothing. Now and then the words are filled
// again, so that they know a frequent shape.
Value attr_table_load(Value v, Str *name, Instr *words);
bool attr_table_store(Value v, Str *name, Value value, Instr *words);
Value attr_table_method(VM *vm, Value v, Str *name, Instr *words, Value *cache);

// Fast path of GETATTR: VALUE_UNBOUND means attr_table_load, then attr_load must be called.
static inline Value attr_cached_load(Value v, const Instr *words)
{
    if (unlikely(!is_object(v)) || as_object(v)->shape != words[1]) return VALUE_UNBOUND;
    return ((Value *)as_pointer(v))[words[2] >> 16];
}
// Fast path of SETATTR: false means attr_table_store, then attr_store must be called.
static inline bool attr_cached_store(Value v, Value value, const Instr *words)
{
    if (unlikely(!is_object(v)) || as_object(v)->shape != words[1]) return false;
    ((Value *)as_pointer(v))[words[2] >> 16] = value;
    if (words[0] >> 16) as_object(v)->shape = words[0] >> 16;
    return true;
}
// Fast path of LOADMETHOD: the method is the one in the cache constant.
static inline bool attr_cached_method(Value v, uint32_t epoch, const Instr *words)
{
    return is_object(v) && as_object(v)->shape == words[1] && words[2] == epoch;
}

#endif
