// SPDX-License-Identifier: MIT
// itertools_combinatoric.c - product, permutations, combinations, combinations_with_replacement.
// Each keeps its pool as a tuple and the positions of the current result; the next result is a copy
// of the last one with the positions that changed filled in anew.
#include "stdlib/itertools.h"
#include "vm/gc.h"

typedef struct Combinatoric {
    Iterator base;
    Tuple *pool;      // of product: a tuple of pools
    Tuple *last;      // result; NULL before the first
    size_t *indices;  // not scanned
    size_t *cycles;   // of permutations
    size_t r;         // length of a result
    bool is_done;
} Combinatoric;

static size_t *alloc_indices(VM *vm, size_t n)
{
    size_t *indices = n < SIZE_MAX / sizeof(size_t) / 256
                          ? gc_try_alloc_atomic((n ? n : 1) * sizeof(size_t))
                          : NULL;
    if (!indices) raise_value(vm, vm->memory_error);
    return indices;
}

// NULL: raised.
static Combinatoric *make(VM *vm, Value cls, Tuple *pool, size_t r, size_t n_indices,
                          IteratorNext next)
{
    size_t *indices = alloc_indices(vm, n_indices);
    if (!indices) return NULL;
    Combinatoric *it = itertools_make(cls, sizeof(Combinatoric), next);
    it->pool = pool;
    it->last = NULL;
    it->indices = indices;
    it->cycles = NULL;
    it->r = r;
    it->is_done = false;
    return it;
}

static Value finish(Combinatoric *it)
{
    it->is_done = true;
    return VALUE_STOP;
}

// A result with pool[indices[i]] at each place from `from` on; before it, as the last one.
static Value result_from(Combinatoric *it, size_t from)
{
    Tuple *result = it->last ? tuple_from(it->last->items, it->r) : tuple_new(it->r);
    for (size_t i = from; i < it->r; i++)
        result->items[i] = it->pool->items[it->indices[i]];
    it->last = result;
    return value_object(result);
}

// product

static Tuple *pool_at(const Combinatoric *it, size_t i)
{
    return as_tuple(it->pool->items[i]);
}

static Value product_first(Combinatoric *it)
{
    Tuple *result = tuple_new(it->r);
    for (size_t i = 0; i < it->r; i++) {
        if (pool_at(it, i)->len == 0) return finish(it);
        result->items[i] = pool_at(it, i)->items[0];
    }
    it->last = result;
    return value_object(result);
}

static Value product_next(VM *vm, Iterator *self)
{
    if (unlikely(vm_pending_signal(vm)) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    (void)vm;
    Combinatoric *it = (Combinatoric *)self;
    if (it->is_done) return VALUE_STOP;
    if (!it->last) return product_first(it);
    Tuple *result = tuple_from(it->last->items, it->r);
    for (size_t i = it->r; i-- > 0;) {
        const Tuple *pool = pool_at(it, i);
        if (++it->indices[i] == pool->len) it->indices[i] = 0;
        result->items[i] = pool->items[it->indices[i]];
        if (it->indices[i] == 0) continue;
        it->last = result;
        return value_object(result);
    }
    return finish(it);
}

NATIVE(product_new, "__new__(cls, /, *iterables, repeat: ssize = 1)",
       "Create and return a new object.")
{
    const Tuple *iterables = as_tuple(args[1]);
    int64_t repeat = arg_ssize(args[2]);
    if (repeat < 0) return raise_error(vm, EXC_ValueError, "repeat argument cannot be negative");
    size_t n = repeat ? iterables->len : 0;
    if (n && (uint64_t)repeat > SIZE_MAX / sizeof(Value) / n)
        return raise_error(vm, EXC_OverflowError, "repeat argument too large");
    size_t r = n * (size_t)repeat;
    size_t *indices = alloc_indices(vm, r);
    Tuple *pools = indices ? tuple_try_new(vm, r) : NULL;
    if (!pools) return VALUE_ERROR;
    for (size_t i = 0; i < r; i++) {
        const Tuple *pool =
            i < n ? tuple_from_iterable(vm, iterables->items[i]) : as_tuple(pools->items[i - n]);
        if (!pool) return VALUE_ERROR;
        pools->items[i] = value_object(pool);
        indices[i] = 0;
    }
    Combinatoric *it = make(vm, args[0], pools, r, 0, product_next);
    if (!it) return VALUE_ERROR;
    it->indices = indices;
    return value_object(it);
}

// combinations

static Value combinations_next(VM *vm, Iterator *self)
{
    if (unlikely(vm_pending_signal(vm)) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    (void)vm;
    Combinatoric *it = (Combinatoric *)self;
    if (it->is_done) return VALUE_STOP;
    if (!it->last) return result_from(it, 0);
    size_t n = it->pool->len, i = it->r;
    while (i > 0 && it->indices[i - 1] == i - 1 + n - it->r)
        i--;  // at its last place
    if (i-- == 0) return finish(it);
    it->indices[i]++;
    for (size_t j = i + 1; j < it->r; j++)
        it->indices[j] = it->indices[j - 1] + 1;
    return result_from(it, i);
}

NATIVE(combinations_new, "__new__(cls, iterable, r: ssize)", "Create and return a new object.")
{
    int64_t r = arg_ssize(args[2]);
    Tuple *pool = tuple_from_iterable(vm, args[1]);
    if (!pool) return VALUE_ERROR;
    if (r < 0) return raise_error(vm, EXC_ValueError, "r must be non-negative");
    bool is_empty = (size_t)r > pool->len;
    Combinatoric *it =
        make(vm, args[0], pool, (size_t)r, is_empty ? 0 : (size_t)r, combinations_next);
    if (!it) return VALUE_ERROR;
    it->is_done = is_empty;
    for (size_t i = 0; !is_empty && i < (size_t)r; i++)
        it->indices[i] = i;
    return value_object(it);
}

// combinations_with_replacement

static Value replacement_next(VM *vm, Iterator *self)
{
    if (unlikely(vm_pending_signal(vm)) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    (void)vm;
    Combinatoric *it = (Combinatoric *)self;
    if (it->is_done) return VALUE_STOP;
    if (!it->last) return result_from(it, 0);
    size_t n = it->pool->len, i = it->r;
    while (i > 0 && it->indices[i - 1] == n - 1)
        i--;
    if (i-- == 0) return finish(it);
    size_t index = it->indices[i] + 1;
    for (size_t j = i; j < it->r; j++)
        it->indices[j] = index;
    return result_from(it, i);
}

NATIVE(replacement_new, "__new__(cls, iterable, r: ssize)", "Create and return a new object.")
{
    int64_t r = arg_ssize(args[2]);
    Tuple *pool = tuple_from_iterable(vm, args[1]);
    if (!pool) return VALUE_ERROR;
    if (r < 0) return raise_error(vm, EXC_ValueError, "r must be non-negative");
    Combinatoric *it = make(vm, args[0], pool, (size_t)r, (size_t)r, replacement_next);
    if (!it) return VALUE_ERROR;
    it->is_done = pool->len == 0 && r > 0;
    for (size_t i = 0; i < (size_t)r; i++)
        it->indices[i] = 0;
    return value_object(it);
}

// permutations

// The next permutation of r out of n: rotate or swap from the right, as cycles[i] counts down.
static Value permutations_next(VM *vm, Iterator *self)
{
    if (unlikely(vm_pending_signal(vm)) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    (void)vm;
    Combinatoric *it = (Combinatoric *)self;
    size_t n = it->pool->len, *indices = it->indices;
    if (it->is_done) return VALUE_STOP;
    if (!it->last) return result_from(it, 0);
    for (size_t i = it->r; i-- > 0;) {
        if (--it->cycles[i] == 0) {
            size_t index = indices[i];
            memmove(indices + i, indices + i + 1, (n - i - 1) * sizeof(size_t));
            indices[n - 1] = index;
            it->cycles[i] = n - i;
        } else {
            size_t j = n - it->cycles[i], index = indices[i];
            indices[i] = indices[j];
            indices[j] = index;
            return result_from(it, i);
        }
    }
    return finish(it);
}

NATIVE(permutations_new, "__new__(cls, iterable, r = None)", "Create and return a new object.")
{
    Tuple *pool = tuple_from_iterable(vm, args[1]);
    if (!pool) return VALUE_ERROR;
    size_t n = pool->len;
    int64_t r = (int64_t)n;
    if (!is_none(args[2])) {
        if (!is_any_int(args[2])) return raise_error(vm, EXC_TypeError, "Expected int as r");
        if (!value_ssize(vm, args[2], &r)) return VALUE_ERROR;
        if (r < 0) return raise_error(vm, EXC_ValueError, "r must be non-negative");
    }
    bool is_empty = (size_t)r > n;
    Combinatoric *it = make(vm, args[0], pool, (size_t)r, n, permutations_next);
    if (!it) return VALUE_ERROR;
    it->is_done = is_empty;
    if (is_empty) return value_object(it);
    it->cycles = alloc_indices(vm, (size_t)r);
    if (!it->cycles) return VALUE_ERROR;
    for (size_t i = 0; i < n; i++)
        it->indices[i] = i;
    for (size_t i = 0; i < (size_t)r; i++)
        it->cycles[i] = n - i;
    return value_object(it);
}

// Copying

static Tuple *numbers(const size_t *values, size_t n)
{
    Tuple *t = tuple_new(n);
    for (size_t i = 0; i < n; i++) t->items[i] = small_int((int64_t)values[i]);
    return t;
}

// The numbers of a tuple of n, each less than its limit or the last below it. false: raised.
static bool take_numbers(VM *vm, Value v, size_t n, size_t *out)
{
    if (!is_tuple(v) || as_tuple(v)->len != n) {
        raise_error(vm, EXC_ValueError, "invalid arguments");
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        int64_t k;
        if (!value_ssize(vm, as_tuple(v)->items[i], &k)) return false;
        out[i] = k < 0 ? 0 : (size_t)k;
    }
    return true;
}

static bool take_indices(VM *vm, Combinatoric *it, Value v, size_t n, bool is_product)
{
    if (!take_numbers(vm, v, n, it->indices)) return false;
    for (size_t i = 0; i < n; i++) {
        size_t limit = is_product ? pool_at(it, i)->len : it->pool->len;
        if (limit == 0) it->is_done = true;
        if (it->indices[i] >= limit) it->indices[i] = limit ? limit - 1 : 0;
    }
    return true;
}

NATIVE(product_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Combinatoric *it = (const Combinatoric *)as_iterator(args[0]);
    if (it->is_done) return itertools_reduce(vm, args[0], tuple_of(1, value_object(tuple_empty)), VALUE_UNBOUND);
    return itertools_reduce(vm, args[0], it->pool, it->last ? value_object(numbers(it->indices, it->r)) : VALUE_UNBOUND);
}

NATIVE(product_setstate, "__setstate__(self, state, /)", "Set state information for unpickling.")
{
    Combinatoric *it = (Combinatoric *)as_iterator(args[0]);
    if (!itertools_warn_copy(vm) || !take_indices(vm, it, args[1], it->r, true)) return VALUE_ERROR;
    if (it->is_done) return VALUE_NONE;
    Tuple *last = tuple_new(it->r);
    for (size_t i = 0; i < it->r; i++) last->items[i] = pool_at(it, i)->items[it->indices[i]];
    it->last = last;
    return VALUE_NONE;
}

static Value choice_reduce(VM *vm, Value self, Value state)
{
    const Combinatoric *it = (const Combinatoric *)as_iterator(self);
    Tuple *pool = it->is_done ? tuple_empty : it->pool;
    bool goes_on = it->last && !it->is_done;
    return itertools_reduce(vm, self, tuple_of(2, value_object(pool), small_int((int64_t)it->r)),
                            goes_on ? state : VALUE_UNBOUND);
}

NATIVE(choice_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Combinatoric *it = (const Combinatoric *)as_iterator(args[0]);
    return choice_reduce(vm, args[0], it->last ? value_object(numbers(it->indices, it->r)) : VALUE_UNBOUND);
}

NATIVE(choice_setstate, "__setstate__(self, state, /)", "Set state information for unpickling.")
{
    Combinatoric *it = (Combinatoric *)as_iterator(args[0]);
    if (!itertools_warn_copy(vm) || !take_indices(vm, it, args[1], it->is_done ? 0 : it->r, false)) return VALUE_ERROR;
    if (!it->is_done) (void)result_from(it, 0);
    return VALUE_NONE;
}

NATIVE(permutations_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Combinatoric *it = (const Combinatoric *)as_iterator(args[0]);
    Value state = VALUE_UNBOUND;
    if (it->last)
        state = value_object(tuple_of(2, value_object(numbers(it->indices, it->pool->len)),
                                      value_object(numbers(it->cycles, it->r))));
    return choice_reduce(vm, args[0], state);
}

NATIVE(permutations_setstate, "__setstate__(self, state, /)", "Set state information for unpickling.")
{
    Combinatoric *it = (Combinatoric *)as_iterator(args[0]);
    if (!itertools_warn_copy(vm)) return VALUE_ERROR;
    const Tuple *state = itertools_state(vm, args[1], 2);
    size_t n = it->pool->len;
    if (!state) return VALUE_ERROR;
    if (it->is_done) return raise_error(vm, EXC_ValueError, "invalid arguments");
    if (!take_indices(vm, it, state->items[0], n, false) || !take_numbers(vm, state->items[1], it->r, it->cycles))
        return VALUE_ERROR;
    for (size_t i = 0; i < it->r; i++) {
        if (it->cycles[i] < 1) it->cycles[i] = 1;
        if (it->cycles[i] > n - i) it->cycles[i] = n - i;
    }
    (void)result_from(it, 0);
    return VALUE_NONE;
}

void itertools_define_combinatoric(VM *vm, Module *module)
{
    static const NativeDef *const product[] = {
        &iterator_def_iter,
        &iterator_def_next,
        &def_product_new,
        &def_product_reduce,
        &def_product_setstate,
        NULL,
    };
    static const NativeDef *const combinations[] = {
        &iterator_def_iter,
        &iterator_def_next,
        &def_combinations_new,
        &def_choice_reduce,
        &def_choice_setstate,
        NULL,
    };
    static const NativeDef *const replacement[] = {
        &iterator_def_iter,
        &iterator_def_next,
        &def_replacement_new,
        &def_choice_reduce,
        &def_choice_setstate,
        NULL,
    };
    static const NativeDef *const permutations[] = {
        &iterator_def_iter,
        &iterator_def_next,
        &def_permutations_new,
        &def_permutations_reduce,
        &def_permutations_setstate,
        NULL,
    };
    static const ItertoolsType types[] = {
        {"itertools.product",
         "Cartesian product of input iterables.  Equivalent to nested for-loops.\n\n"
         "For example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).",
         product},
        {"itertools.combinations",
         "Yield the ways to choose r items in their order, each as a tuple: combinations('abc', "
         "2) gives ab, ac, bc.",
         combinations},
        {"itertools.combinations_with_replacement",
         "Return successive r-length combinations of elements in the iterable allowing "
         "individual elements to have successive repeats.",
         replacement},
        {"itertools.permutations",
         "Yield the ways to lay out r of the items (all, if r is left out), each as a tuple: "
         "permutations('ab') gives ab, ba.",
         permutations},
    };
    for (size_t i = 0; i < countof(types); i++)
        itertools_define(vm, module, &types[i]);
}
