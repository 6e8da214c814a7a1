// SPDX-License-Identifier: MIT
// itertools_grouping.c - what hands one iterator's values to several consumers, or several at a
// time: groupby, tee, batched, pairwise, zip_longest.
#include "stdlib/itertools.h"
#include "vm/gc.h"

// groupby

typedef struct GroupBy {
    Iterator base;
    Value iterator, function;  // function: None for the values themselves
    Value target_key;          // of the group handed out last; VALUE_UNBOUND before the first
    Value key, value;          // read ahead; VALUE_UNBOUND if nothing is
    uint64_t n_groups;         // so far; the last is the running one
} GroupBy;

typedef struct Grouper {
    Iterator base;
    GroupBy *parent;  // which does not refer to its groups: a cycle would hold up prompt clean-up
    uint64_t number;
    Value target_key;
} Grouper;

// Read the next value and its key. VALUE_NONE, or as iter_next at the end.
static Value groupby_step(VM *vm, GroupBy *it)
{
    Value v = iterator_advance(vm, it->iterator);
    if (is_end(v)) return v;
    Value key = is_none(it->function) ? v : value_call(vm, it->function, 1, &v);
    if (is_error(key)) return key;
    value_replace(&it->value, v);
    value_replace(&it->key, key);
    return VALUE_NONE;
}

static Value grouper_next(VM *vm, Iterator *self)
{
    Grouper *group = (Grouper *)self;
    GroupBy *it = group->parent;
    if (it->n_groups != group->number) return VALUE_STOP;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    if (it->value == VALUE_UNBOUND) {
        Value v = groupby_step(vm, it);
        if (is_end(v)) return v;
    }
    int equal = value_equal(vm, group->target_key, it->key);
    if (equal <= 0) return equal ? VALUE_ERROR : VALUE_STOP;
    Value v = it->value;
    it->value = it->key = VALUE_UNBOUND;
    return v;
}

static Value groupby_next(VM *vm, Iterator *self)
{
    GroupBy *it = (GroupBy *)self;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    it->n_groups++;
    for (;;) {  // to the next group
        if (it->key != VALUE_UNBOUND) {
            if (it->target_key == VALUE_UNBOUND) break;
            int equal = value_equal(vm, it->target_key, it->key);
            if (equal < 0) return VALUE_ERROR;
            if (!equal) break;
        }
        Value v = groupby_step(vm, it);
        if (is_end(v)) return v;
    }
    value_replace(&it->target_key, it->key);
    Grouper *group = iterator_alloc(ITER_GROUPER, sizeof(Grouper), grouper_next);
    group->parent = it;
    group->target_key = it->key;
    group->number = it->n_groups;
    return value_object(tuple_of(2, group->target_key, value_object(group)));
}

NATIVE(groupby_new, "__new__(cls, iterable, key = None)", "Create and return a new object.")
{
    Value iterator = value_iter(vm, args[1]);
    if (is_error(iterator)) return iterator;
    GroupBy *it = itertools_make(args[0], sizeof(GroupBy), groupby_next);
    it->iterator = iterator;
    it->function = args[2];
    it->target_key = it->key = it->value = VALUE_UNBOUND;
    it->n_groups = 0;
    return value_object(it);
}

NATIVE(groupby_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const GroupBy *it = (const GroupBy *)as_iterator(args[0]);
    Tuple *again = tuple_of(2, it->iterator, it->function);
    if (it->target_key == VALUE_UNBOUND) return itertools_reduce(vm, args[0], again, VALUE_UNBOUND);
    bool is_read = it->key != VALUE_UNBOUND;  // else the last value of the group has gone, and its key is as good
    Value key = is_read ? it->key : it->target_key, value = is_read ? it->value : it->target_key;
    return itertools_reduce(vm, args[0], again, value_object(tuple_of(3, value, it->target_key, key)));
}

NATIVE(groupby_setstate, "__setstate__(self, state, /)", "Set state information for unpickling.")
{
    GroupBy *it = (GroupBy *)as_iterator(args[0]);
    if (!itertools_warn_copy(vm)) return VALUE_ERROR;
    const Tuple *state = itertools_state(vm, args[1], 3);
    if (!state) return VALUE_ERROR;
    it->value = state->items[0];
    it->target_key = state->items[1];
    it->key = state->items[2];
    return VALUE_NONE;
}

// tee: a chain of blocks of values; a block nobody will read any more is garbage

enum { BLOCK_VALUES = 57 };

typedef struct TeeBlock {
    Value iterator;
    struct TeeBlock *next;
    size_t n;  // values read so far
    bool is_running;
    Value values[BLOCK_VALUES];
} TeeBlock;

typedef struct Tee {
    Iterator base;
    TeeBlock *block;
    size_t index;
} Tee;

static TeeBlock *block_new(Value iterator)
{
    TeeBlock *block = gc_alloc(sizeof(TeeBlock));
    block->iterator = iterator;
    return block;
}

static Value tee_next(VM *vm, Iterator *self)
{
    Tee *it = (Tee *)self;
    if (it->index == BLOCK_VALUES) {
        if (!it->block->next) it->block->next = block_new(it->block->iterator);
        it->block = it->block->next;
        it->index = 0;
    }
    TeeBlock *block = it->block;
    if (it->index < block->n) return block->values[it->index++];
    if (block->is_running)
        return raise_error(vm, EXC_RuntimeError, "cannot re-enter the tee iterator");
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    block->is_running = true;
    Value v = iterator_advance(vm, block->iterator);
    block->is_running = false;
    if (is_end(v)) return v;
    block->values[block->n++] = v;
    it->index++;
    return v;
}

static Value tee_new(TeeBlock *block, size_t index)
{
    Tee *it = iterator_alloc(ITER_TEE, sizeof(Tee), tee_next);
    it->block = block;
    it->index = index;
    return value_object(it);
}

static Value tee_copy(Value tee)
{
    Tee *it = (Tee *)as_iterator(tee);
    return tee_new(it->block, it->index);
}

NATIVE(tee_copy, "__copy__(self, /)", "Returns an independent iterator.")
{
    return tee_copy(args[0]);
}

static Value tee_of(VM *vm, Value iterable)
{
    Value iterator = value_iter(vm, iterable);
    if (is_error(iterator)) return iterator;
    if (is_iterator(iterator) && as_iterator(iterator)->next == tee_next) return tee_copy(iterator);
    return tee_new(block_new(iterator), 0);
}

NATIVE(tee_new, "__new__(cls, iterable, /)", "Create and return a new object.")
{
    return tee_of(vm, args[1]);
}

// An iterator written in Rill that can copy itself is copied by itself.
static Value copy_of(VM *vm, Value iterator)
{
    if (is_iterator(iterator)) return tee_copy(iterator);
    return value_call_method(vm, iterator, S(__copy__), 0, NULL);
}

NATIVE(tee, "tee(iterable, n: ssize = 2, /)", "Returns a tuple of n independent iterators.")
{
    int64_t n = arg_ssize(args[1]);
    if (n < 0) return raise_error(vm, EXC_ValueError, "n must be >= 0");
    Tuple *result = tuple_try_new(vm, (size_t)n);
    if (!result) return VALUE_ERROR;
    if (n == 0) return value_object(result);
    Value iterator = value_iter(vm, args[0]);
    if (is_error(iterator)) return iterator;
    bool is_tee = is_iterator(iterator) && as_iterator(iterator)->next == tee_next;
    if (!is_tee) {
        Value copy = is_iterator(iterator) || is_generator(iterator)
                         ? VALUE_UNBOUND
                         : value_find_attr(vm, iterator, S(__copy__));
        if (is_error(copy)) return copy;
        if (copy == VALUE_UNBOUND) iterator = tee_new(block_new(iterator), 0);
    }
    result->items[0] = iterator;
    for (int64_t i = 1; i < n; i++) {
        result->items[i] = copy_of(vm, iterator);
        if (is_error(result->items[i])) return VALUE_ERROR;
    }
    return value_object(result);
}

// batched

typedef struct Batched {
    Iterator base;
    Value iterator;  // VALUE_UNBOUND when exhausted
    size_t n;
    bool is_strict;
} Batched;

enum { FIRST_CAP = 64 };

static Value batched_next(VM *vm, Iterator *self)
{
    Batched *it = (Batched *)self;
    if (it->iterator == VALUE_UNBOUND) return VALUE_STOP;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    List *batch = list_new(it->n < FIRST_CAP ? it->n : FIRST_CAP);
    while (batch->len < it->n) {
        Value v = iterator_advance(vm, it->iterator);
        if (is_error(v)) return v;
        if (v == VALUE_STOP) {
            value_replace(&it->iterator, VALUE_UNBOUND);
            if (batch->len == 0) return VALUE_STOP;
            if (it->is_strict)
                return raise_error(vm, EXC_ValueError, "batched(): incomplete batch");
            break;
        }
        list_append(batch, v);
    }
    return value_object(tuple_from(batch->items, batch->len));
}

NATIVE(batched_new, "__new__(cls, iterable, n: ssize, *, strict: bool = False)",
       "Create and return a new object.")
{
    int64_t n = arg_ssize(args[2]);
    if (n < 1) return raise_error(vm, EXC_ValueError, "n must be at least one");
    Value iterator = value_iter(vm, args[1]);
    if (is_error(iterator)) return iterator;
    Batched *it = itertools_make(args[0], sizeof(Batched), batched_next);
    it->iterator = iterator;
    it->n = (size_t)n;
    it->is_strict = args[3] == VALUE_TRUE;
    return value_object(it);
}

// pairwise

typedef struct Pairwise {
    Iterator base;
    Value iterator;  // VALUE_UNBOUND when exhausted
    Value old;       // VALUE_UNBOUND before the first
} Pairwise;

static Value pairwise_end(Pairwise *it, Value v)
{
    value_replace(&it->iterator, VALUE_UNBOUND);
    value_replace(&it->old, VALUE_UNBOUND);
    return v;
}

static Value pairwise_next(VM *vm, Iterator *self)
{
    Pairwise *it = (Pairwise *)self;
    if (it->iterator == VALUE_UNBOUND) return VALUE_STOP;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Value old = it->old;
    if (old == VALUE_UNBOUND) {
        old = iterator_advance(vm, it->iterator);
        if (is_end(old)) return pairwise_end(it, old);
        it->old = old;
        if (it->iterator == VALUE_UNBOUND) return pairwise_end(it, VALUE_STOP);
    }
    Value v = iterator_advance(vm, it->iterator);
    if (is_end(v)) return pairwise_end(it, v);
    value_replace(&it->old, v);
    return value_object(tuple_of(2, old, v));
}

NATIVE(pairwise_new, "__new__(cls, iterable, /)", "Create and return a new object.")
{
    Value iterator = value_iter(vm, args[1]);
    if (is_error(iterator)) return iterator;
    Pairwise *it = itertools_make(args[0], sizeof(Pairwise), pairwise_next);
    it->iterator = iterator;
    it->old = VALUE_UNBOUND;
    return value_object(it);
}

// zip_longest

typedef struct ZipLongest {
    Iterator base;
    Tuple *iterators;  // VALUE_UNBOUND for an exhausted one
    size_t n_active;
    Value fill;
} ZipLongest;

// The next of iterator i, or the fill value. VALUE_STOP: all are exhausted.
static Value zip_longest_item(VM *vm, ZipLongest *it, size_t i)
{
    Value iterator = it->iterators->items[i];
    if (iterator == VALUE_UNBOUND) return it->fill;
    Value v = iterator_advance(vm, iterator);
    if (!is_end(v)) return v;
    if (is_error(v)) it->n_active = 0;
    if (it->n_active) it->n_active--;
    if (it->n_active == 0) return v;
    value_replace(&it->iterators->items[i], VALUE_UNBOUND);
    return it->fill;
}

static Value zip_longest_next(VM *vm, Iterator *self)
{
    ZipLongest *it = (ZipLongest *)self;
    size_t n = it->iterators->len;
    if (it->n_active == 0) return VALUE_STOP;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Tuple *result = tuple_new(n);
    for (size_t i = 0; i < n; i++) {
        Value v = zip_longest_item(vm, it, i);
        if (is_end(v)) return v;
        result->items[i] = v;
    }
    return value_object(result);
}

NATIVE(zip_longest_new, "__new__(cls, /, *iterables, **keywords)",
       "Create and return a new object.")
{
    const Tuple *iterables = as_tuple(args[1]);
    Dict *keywords = as_dict(args[2]);
    Value fill = dict_find_str(keywords, str_intern("fillvalue", 9));
    if (keywords->len > (fill != VALUE_UNBOUND))
        return raise_error(vm, EXC_TypeError, "zip_longest() got an unexpected keyword argument");
    Tuple *iterators = tuple_new(iterables->len);
    for (size_t i = 0; i < iterables->len; i++) {
        iterators->items[i] = value_iter(vm, iterables->items[i]);
        if (is_error(iterators->items[i])) return VALUE_ERROR;
    }
    ZipLongest *it = itertools_make(args[0], sizeof(ZipLongest), zip_longest_next);
    it->iterators = iterators;
    it->n_active = iterators->len;
    it->fill = fill == VALUE_UNBOUND ? VALUE_NONE : fill;
    return value_object(it);
}

NATIVE(zip_longest_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const ZipLongest *it = (const ZipLongest *)as_iterator(args[0]);
    Tuple *again = tuple_from(it->iterators->items, it->iterators->len);
    for (size_t i = 0; i < again->len; i++)
        if (again->items[i] == VALUE_UNBOUND) again->items[i] = value_object(tuple_empty);
    return itertools_reduce(vm, args[0], again, it->fill);
}

NATIVE(zip_longest_setstate, "__setstate__(self, state, /)", "Set state information for unpickling.")
{
    if (!itertools_warn_copy(vm)) return VALUE_ERROR;
    value_replace(&((ZipLongest *)as_iterator(args[0]))->fill, args[1]);
    return VALUE_NONE;
}

// The classes

static void define_hidden(VM *vm, Module *module)
{
    static const NativeDef *const grouper[] = {&iterator_def_iter, &iterator_def_next, NULL};
    static const NativeDef *const tee[] = {
        &iterator_def_iter, &iterator_def_next, &def_tee_copy, &def_tee_new, NULL,
    };
    static const TypeDef grouper_type = {
        .name = "itertools._grouper",
        .kind = KIND_ITERATOR,
        .methods = grouper,
        .flags = CLASS_FINAL,
    };
    static const TypeDef tee_type = {
        .name = "itertools._tee",
        .kind = KIND_ITERATOR,
        .methods = tee,
        .flags = CLASS_FINAL,
        .doc = "Iterator wrapped to make it copyable.",
    };
    iterator_define(vm, ITER_GROUPER, &grouper_type);
    iterator_define(vm, ITER_TEE, &tee_type);
    static const IteratorType types[] = {ITER_GROUPER, ITER_TEE};
    for (size_t i = 0; i < countof(types); i++) {
        Class *c = vm->iterator_types[types[i]];
        dict_set_str(module->dict, c->name, value_object(c));
    }
    static const NativeDef *const functions[] = {&def_tee, NULL};
    natives_define(vm, module->dict, functions, NULL, str_intern("itertools", 9));
}

void itertools_define_grouping(VM *vm, Module *module)
{
    static const NativeDef *const groupby[] = {
        &iterator_def_iter,
        &iterator_def_next,
        &def_groupby_new,
        &def_groupby_reduce,
        &def_groupby_setstate,
        NULL,
    };
    static const NativeDef *const batched[] = {
        &iterator_def_iter,
        &iterator_def_next,
        &def_batched_new,
        NULL,
    };
    static const NativeDef *const pairwise[] = {
        &iterator_def_iter,
        &iterator_def_next,
        &def_pairwise_new,
        NULL,
    };
    static const NativeDef *const zip_longest[] = {
        &iterator_def_iter,
        &iterator_def_next,
        &def_zip_longest_new,
        &def_zip_longest_reduce,
        &def_zip_longest_setstate,
        NULL,
    };
    static const ItertoolsType types[] = {
        {"itertools.groupby",
         "Yield (key, group) for each run of items with the same key; group yields the items of "
         "the run, as long as the next\n"
         "group has not been asked for. key is called with each item; without it, the item is "
         "its own key.",
         groupby},
        {"itertools.batched",
         "Batch data into tuples of length n. The last batch may be shorter than n.\n\n"
         "Loops over the input iterable and accumulates data into tuples\n"
         "up to size n.  The input is consumed lazily, just enough to\n"
         "fill a batch.  The result is yielded as soon as a batch is full\n"
         "or when the input iterable is exhausted.\n\n"
         "If \"strict\" is True, raises a ValueError if the final batch is shorter than n.",
         batched},
        {"itertools.pairwise",
         "Yield each item with the one after it: pairwise('abc') gives ab, bc.",
         pairwise},
        {"itertools.zip_longest",
         "Yield tuples of an item of each iterable until the longest ends; fillvalue stands for "
         "those that ended before.",
         zip_longest},
    };
    for (size_t i = 0; i < countof(types); i++)
        itertools_define(vm, module, &types[i]);
    define_hidden(vm, module);
}
