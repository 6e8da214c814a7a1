// SPDX-License-Identifier: MIT
// lru.h - a cache of the results of a function, the least recently used of which go when it is full.
// The type that scripts see, functools._lru_cache_wrapper, is in stdlib/functools_module.c.
#ifndef RILL_VM_LRU_H
#define RILL_VM_LRU_H

#include "vm/dict.h"
#include "vm/tuple.h"

typedef struct LruCache {
    Object object;     // KIND_OPAQUE
    Value function;
    Dict *results;     // by key; the least recently used first
    int64_t max;       // how many are kept; -1: all
    int64_t hits, misses;
    bool is_typed;     // 3 and 3.0 are different arguments
} LruCache;

void lru_init(LruCache *cache, Value function, int64_t max, bool is_typed);
void lru_clear(LruCache *cache);
// A CallHook: what is known is the result at once, else the function is called.
int lru_begin(VM *vm, Value callee, int argc, Value *argv, Tuple *names, Value *base, Value *result, Value **regs);
// The same at once, from C.
Value lru_call(VM *vm, LruCache *cache, int argc, const Value *argv, Tuple *names) RILL_FALLIBLE;
// The function has returned regs[0] to its stub frame: keep and return that. VALUE_ERROR: raised.
Value lru_keep(VM *vm, Value *regs) RILL_FALLIBLE;

#endif
