// SPDX-License-Identifier: MIT
// lru.c - results of a function, kept by its arguments. A function written in Rill runs in a frame
// of its own, above a stub frame that keeps the result: recursion through a cache takes no C stack.
#include "vm/lru.h"

#include "vm/call.h"
#include "vm/code.h"
#include "vm/ops.h"
#include "vm/vm.h"

// The registers of the stub: the result, the cache, the key, the two halves of the key's hash.
enum { STUB_RESULT, STUB_CACHE, STUB_KEY, STUB_HASH_HIGH, STUB_HASH_LOW, STUB_REGS };

void lru_init(LruCache *cache, Value function, int64_t max, bool is_typed)
{
    cache->function = function;
    cache->results = NULL;
    cache->max = max;
    cache->is_typed = is_typed;
    lru_clear(cache);
}

void lru_clear(LruCache *cache)
{
    cache->hits = cache->misses = 0;
    cache->results = dict_new();
}

// The key of a call: its only argument if that is a plain number or text, else a tuple of all
// arguments.
static Value make_key(VM *vm, const LruCache *cache, int argc, const Value *argv,
                      const Tuple *names)
{
    size_t n_named = names ? names->len : 0, n = (size_t)argc, n_positional = n - n_named;
    if (n_named == 0 && n == 1 && !cache->is_typed &&
        (is_int(argv[0]) || is_exact(argv[0], KIND_STR)))
        return argv[0];
    size_t len = n_positional + (n_named ? 1 + 2 * n_named : 0) + (cache->is_typed ? n : 0);
    Tuple *key = tuple_new(len);
    size_t i = 0;
    for (; i < n_positional; i++)
        key->items[i] = argv[i];
    if (n_named) key->items[i++] = value_object(vm->type_type);  // f(1, 'a', 2) is not f(1, a=2)
    for (size_t k = 0; k < n_named; k++) {
        key->items[i++] = names->items[k];
        key->items[i++] = argv[n_positional + k];
    }
    if (cache->is_typed)
        for (size_t k = 0; k < n; k++)
            key->items[i++] = value_object(class_of(vm, argv[k]));
    return value_object(key);
}

static bool keep(VM *vm, LruCache *cache, Value key, uint64_t hash, Value result)
{
    Value old;
    if (cache->max < 0) return dict_set_hashed(vm, cache->results, key, hash, result);
    int r = dict_find_hashed(vm, cache->results, key, hash, &old);
    if (r) return r > 0;  // the call itself came here with the same arguments
    Value old_key;
    if ((int64_t)cache->results->len >= cache->max) dict_pop_first(cache->results, &old_key, &old);
    return dict_set_hashed(vm, cache->results, key, hash, result);
}

// A known result was used: it becomes the last.
static bool refresh(VM *vm, LruCache *cache, Value key, uint64_t hash, Value result)
{
    Value last_key, last;
    if (cache->max < 0) return true;
    if (dict_last(cache->results, &last_key, &last) && last_key == key) return true;
    return dict_delete_hashed(vm, cache->results, key, hash) >= 0 &&
           dict_set_hashed(vm, cache->results, key, hash, result);
}

static Function *keep_stub(void)
{
    static Instr instrs[3] = {OP_CALL, OP_STUBKEEP};
    static CodePosition positions[2];
    static Code code = {
        .object = {HEAD(KIND_CODE, 0, 0), KIND_CODE},
        .instrs = instrs,
        .n_instrs = 2,
        .flags = CODE_METHOD_STUB,
        .n_regs = STUB_REGS,
        .positions = positions,
    };
    static Function stub = {.object = {HEAD(KIND_FUNCTION, 0, FUNCTION_COMPLEX), KIND_FUNCTION},
                            .code = &code};
    return &stub;
}

static CallResult call_above_stub(VM *vm, LruCache *cache, Value key, uint64_t hash, int argc,
                                  const Value *argv, Tuple *names, Value *base, Value *result,
                                  Value **regs)
{
    Value *stub = base + FRAME_WORDS;
    Value *inner = stub + STUB_REGS;
    Value *args = inner + FRAME_WORDS;
    if (unlikely(args + argc >= vm->stack_end)) {
        raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded");
        return CALL_ERROR;
    }
    memmove(args, argv, (size_t)argc * sizeof(Value));  // they may lie where the stub comes
    Function *f = keep_stub();
    *frame_of(stub) = (FrameHeader){vm->frame, f->code->instrs + 1, f};
    stub[STUB_RESULT] = VALUE_NONE;
    stub[STUB_CACHE] = value_object(cache);
    stub[STUB_KEY] = key;
    stub[STUB_HASH_HIGH] = small_int((int64_t)(hash >> 32));
    stub[STUB_HASH_LOW] = small_int((int64_t)(hash & UINT32_MAX));
    Value *caller = vm->frame;
    vm->frame = stub;
    CallResult r = call_begin(vm, cache->function, argc, args, names, inner, result, regs);
    vm->frame = caller;
    return r;
}

// The key of a call and its hash; *result if it is known. 1/0/-1.
static int look_up(VM *vm, LruCache *cache, int argc, const Value *argv, const Tuple *names,
                   Value *key, uint64_t *hash, Value *result)
{
    *key = make_key(vm, cache, argc, argv, names);
    if (!value_hash(vm, *key, hash)) return -1;
    int found = dict_find_hashed(vm, cache->results, *key, *hash, result);
    if (found == 0) cache->misses++;
    if (found <= 0) return found;
    cache->hits++;
    return refresh(vm, cache, *key, *hash, *result) ? 1 : -1;
}

Value lru_call(VM *vm, LruCache *cache, int argc, const Value *argv, Tuple *names)
{
    Value key, result;
    uint64_t hash;
    if (cache->max == 0) {
        cache->misses++;
        return value_call_keywords(vm, cache->function, argc, argv, names);
    }
    int found = look_up(vm, cache, argc, argv, names, &key, &hash, &result);
    if (found) return found > 0 ? result : VALUE_ERROR;
    result = value_call_keywords(vm, cache->function, argc, argv, names);
    return !is_error(result) && keep(vm, cache, key, hash, result) ? result : VALUE_ERROR;
}

int lru_begin(VM *vm, Value callee, int argc, Value *argv, Tuple *names, Value *base, Value *result,
              Value **regs)
{
    LruCache *cache = as_pointer(callee);
    Value f = cache->function, key;
    uint64_t hash;
    if (cache->max == 0 || !is_function(f) || as_function(f)->code->flags & CODE_GENERATOR) {
        *result = lru_call(vm, cache, argc, argv, names);
        return is_error(*result) ? CALL_ERROR : CALL_VALUE;
    }
    int found = look_up(vm, cache, argc, argv, names, &key, &hash, result);
    if (found) return found > 0 ? CALL_VALUE : CALL_ERROR;
    return call_above_stub(vm, cache, key, hash, argc, argv, names, base, result, regs);
}

Value lru_keep(VM *vm, Value *regs)
{
    Value result = regs[STUB_RESULT];
    uint64_t hash =
        (uint64_t)as_int(regs[STUB_HASH_HIGH]) << 32 | (uint64_t)as_int(regs[STUB_HASH_LOW]);
    return keep(vm, as_pointer(regs[STUB_CACHE]), regs[STUB_KEY], hash, result) ? result
                                                                                : VALUE_ERROR;
}
