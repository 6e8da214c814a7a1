// SPDX-License-Identifier: MIT
// random_module.c - the module _random: the Mersenne Twister MT19937 of Matsumoto and Nishimura,
// with CPython's ways to seed it and to make floats and integers of its words. The distributions
// are in rill/random.rill.
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "stdlib/stdlib.h"
#include "vm/gc.h"

enum { N_WORDS = 624, MIDDLE = 397 };

typedef struct Twister {
    Object object;  // KIND_OPAQUE
    uint32_t words[N_WORDS];
    int next;  // word to be used next; N_WORDS: all are used up
} Twister;

static Twister *as_twister(Value v)
{
    return (Twister *)as_pointer(v);
}

// The generator

static uint32_t twist(uint32_t high, uint32_t low)
{
    uint32_t y = (high & 0x80000000u) | (low & 0x7fffffffu);
    return y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
}

static void renew(Twister *t)
{
    uint32_t *w = t->words;
    int i = 0;
    for (; i < N_WORDS - MIDDLE; i++)
        w[i] = w[i + MIDDLE] ^ twist(w[i], w[i + 1]);
    for (; i < N_WORDS - 1; i++)
        w[i] = w[i + MIDDLE - N_WORDS] ^ twist(w[i], w[i + 1]);
    w[i] = w[MIDDLE - 1] ^ twist(w[i], w[0]);
    t->next = 0;
}

static uint32_t next_word(Twister *t)
{
    if (t->next >= N_WORDS) renew(t);
    uint32_t y = t->words[t->next++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
}

static void seed_with_word(Twister *t, uint32_t seed)
{
    t->words[0] = seed;
    for (uint32_t i = 1; i < N_WORDS; i++)
        t->words[i] = 1812433253u * (t->words[i - 1] ^ t->words[i - 1] >> 30) + i;
    t->next = N_WORDS;
}

// The reference implementation's init_by_array.
static void seed_with_words(Twister *t, const uint32_t *key, size_t n)
{
    uint32_t *w = t->words;
    seed_with_word(t, 19650218u);
    size_t i = 1, j = 0;
    for (size_t k = n > N_WORDS ? n : N_WORDS; k; k--) {
        w[i] = (w[i] ^ (w[i - 1] ^ w[i - 1] >> 30) * 1664525u) + key[j] + (uint32_t)j;
        i++, j++;
        if (i == N_WORDS) w[0] = w[N_WORDS - 1], i = 1;
        if (j == n) j = 0;
    }
    for (size_t k = N_WORDS - 1; k; k--) {
        w[i] = (w[i] ^ (w[i - 1] ^ w[i - 1] >> 30) * 1566083941u) - (uint32_t)i;
        if (++i == N_WORDS) w[0] = w[N_WORDS - 1], i = 1;
    }
    w[0] = 0x80000000u;
}

static void seed_from_system(Twister *t)
{
    uint32_t key[N_WORDS];
    if (getrandom(key, sizeof key, 0) == (ssize_t)sizeof key) {
        seed_with_words(t, key, N_WORDS);
        return;
    }
    struct timespec now, up;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_MONOTONIC, &up);
    uint32_t other[] = {(uint32_t)now.tv_sec, (uint32_t)now.tv_nsec, (uint32_t)getpid(),
                        (uint32_t)up.tv_sec, (uint32_t)up.tv_nsec};
    seed_with_words(t, other, countof(other));
}

// Any int by its magnitude, anything else by its hash.
static bool seed_with_value(VM *vm, Twister *t, Value v)
{
    if (is_none(v)) {
        seed_from_system(t);
        return true;
    }
    uint64_t hash;
    if (is_any_int(v))
        v = int_abs(v);
    else if (value_hash(vm, v, &hash))
        v = int_from_uint64(hash);
    else
        return false;
    size_t n = (int_bit_length(v) + 31) / 32;
    if (n == 0) n = 1;
    uint32_t *key = gc_alloc_atomic(n * sizeof *key);
    if (!int_to_bytes(vm, v, (uint8_t *)key, n * sizeof *key, true, false)) return false;
    seed_with_words(t, key, n);
    return true;
}

// The type

NATIVE(random_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Twister *t = object_alloc(as_class(args[0]), KIND_OPAQUE, sizeof *t);
    seed_from_system(t);
    return value_object(t);
}

NATIVE(random_init, "__init__(self, seed = None, /)", "Initialize self.")
{
    return seed_with_value(vm, as_twister(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(random_random, "random(self, /)", "random() -> x in the interval [0, 1).")
{
    Twister *t = as_twister(args[0]);
    uint32_t a = next_word(t) >> 5, b = next_word(t) >> 6;
    return value_float((a * 67108864.0 + b) * (1.0 / 9007199254740992.0));
}

NATIVE(random_seed, "seed(self, n = None, /)",
       "Defaults to use urandom and falls back to a combination of the current time and the\n"
       "process identifier.")
{
    return seed_with_value(vm, as_twister(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

// k random bits; the last word used gives the most significant ones.
static Value random_bits(VM *vm, Twister *t, int64_t k)
{
    if (k == 0) return small_int(0);
    if (k <= 32) return small_int(next_word(t) >> (32 - k));
    if (k > INT32_MAX)
        return raise_error(vm, EXC_OverflowError, "Python int too large to convert to C int");
    size_t n = ((size_t)k + 31) / 32;
    uint32_t *words = gc_try_alloc_atomic(n * sizeof *words);
    if (!words) return raise_value(vm, vm->memory_error);
    for (size_t i = 0; i < n; i++, k -= 32) {
        words[i] = next_word(t);
        if (k < 32) words[i] >>= 32 - k;
    }
    return int_from_bytes((const uint8_t *)words, n * sizeof *words, true, false);
}

NATIVE(random_getrandbits, "getrandbits(self, k, /)",
       "An int of k random bits.")
{
    int64_t k;
    if (is_int(args[1])) {
        k = as_int(args[1]);
    } else {
        Value v = value_index(vm, args[1]);
        if (is_error(v)) return v;
        if (!int_to_int64(v, &k)) k = int_sign(v) < 0 ? -1 : INT64_MAX;
    }
    if (k < 0) return raise_error(vm, EXC_ValueError, "number of bits must be non-negative");
    return random_bits(vm, as_twister(args[0]), k);
}

NATIVE(random_below, "_below(self, n, /)",
       "Return a random int in the range [0, n): as many bits as n has, until they are below it.")
{
    Twister *t = as_twister(args[0]);
    Value n = args[1];
    if (likely(is_int(n)) && as_int(n) > 0 && as_int(n) <= UINT32_MAX) {
        uint32_t limit = (uint32_t)as_int(n), r;
        int shift = __builtin_clz(limit);
        do
            r = next_word(t) >> shift;
        while (r >= limit);
        return small_int(r);
    }
    if (!is_any_int(n)) return raise_error(vm, EXC_TypeError, "an integer is required");
    int64_t k = (int64_t)int_bit_length(n);
    for (;;) {
        Value r = random_bits(vm, t, k);
        if (is_error(r) || k == 0 || int_compare(r, n) < 0) return r;
    }
}

NATIVE(random_getstate, "getstate(self, /)", "getstate() -> tuple containing the current state.")
{
    const Twister *t = as_twister(args[0]);
    Tuple *state = tuple_new(N_WORDS + 1);
    for (size_t i = 0; i < N_WORDS; i++)
        state->items[i] = small_int(t->words[i]);
    state->items[N_WORDS] = small_int(t->next);
    return value_object(state);
}

NATIVE(random_setstate, "setstate(self, state, /)",
       "setstate(state) -> None.  Restores generator state.")
{
    if (!is_tuple(args[1])) return raise_error(vm, EXC_TypeError, "state vector must be a tuple");
    const Tuple *state = as_tuple(args[1]);
    if (state->len != N_WORDS + 1)
        return raise_error(vm, EXC_ValueError, "state vector is the wrong size");
    uint32_t words[N_WORDS];
    for (size_t i = 0; i <= N_WORDS; i++) {
        int64_t word = 0;
        if (!is_any_int(state->items[i]))
            return raise_error(vm, EXC_TypeError, "an integer is required");
        if (!int_to_int64(state->items[i], &word) || word < 0)
            return raise_error(vm, EXC_OverflowError,
                               "can't convert negative value to unsigned int");
        if (i < N_WORDS)
            words[i] = (uint32_t)word;
        else if (word > N_WORDS)
            return raise_error(vm, EXC_ValueError, "invalid state");
        else
            as_twister(args[0])->next = (int)word;
    }
    memcpy(as_twister(args[0])->words, words, sizeof words);
    return VALUE_NONE;
}

static bool setup(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {
        &def_random_new,      &def_random_init,        &def_random_random,
        &def_random_seed,     &def_random_getrandbits, &def_random_below,
        &def_random_getstate, &def_random_setstate,    NULL,
    };
    static const TypeDef type = {
        .name = "_random.Random",
        .kind = KIND_OPAQUE,
        .doc = "Random() -> create a random number generator with its own internal state.",
        .methods = methods,
        .object_size = sizeof(Twister),
    };
    Class *c = class_define(vm, &type, NULL);
    dict_set_str(module->dict, c->name, value_object(c));
    return true;
}

const ModuleDef module__random = {
    .name = "_random",
    .doc = "Module implements the Mersenne Twister random number generator.",
    .setup = setup,
};
