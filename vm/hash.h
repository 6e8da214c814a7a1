// SPDX-License-Identifier: MIT
// hash.h - the hash of a key, without a call for small ints and for strings that know theirs.
#ifndef RILL_VM_HASH_H
#define RILL_VM_HASH_H

#include "vm/ops.h"
#include "vm/str.h"

static inline uint64_t hash_str(Str *s)
{
    if (text_is_short(s->size)) return str_short_hash(s);
    return likely(str_flags(s) & STR_HASHED) ? str_spread_hash(s->hash) : str_hash(s);
}

static inline uint64_t hash_small_int(Value v)  // CPython's: the value itself; -1 is reserved
{
    int64_t i = as_int(v);
    return (uint64_t)(i == -1 ? -2 : i);
}

// false: raised (unhashable, or __hash__ did).
RILL_FALLIBLE static inline bool hash_key(VM *vm, Value key, uint64_t *hash)
{
    if (is_int(key)) {
        *hash = hash_small_int(key);
        return true;
    }
    if (is_exact(key, KIND_STR)) {
        *hash = hash_str(as_str(key));
        return true;
    }
    return value_hash(vm, key, hash);
}

#endif
