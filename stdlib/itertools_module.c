// SPDX-License-Identifier: MIT
// itertools_module.c - the module itertools: the iterators that take values one by one. The others
// are in itertools_combinatoric.c and itertools_grouping.c.
#include "stdlib/itertools.h"
#include "stdlib/stdlib.h"
#include "vm/float.h"

void itertools_define(VM *vm, Module *module, const ItertoolsType *type)
{
    TypeDef def = {
        .name = type->name,
        .kind = KIND_ITERATOR,
        .doc = type->doc,
        .methods = type->methods,
    };
    Class *c = class_define(vm, &def, NULL);
    dict_set_str(module->dict, c->name, value_object(c));
}

// Iterators that need no more than a function and an iterator

typedef struct Filtering {
    Iterator base;
    Value function, iterator;
    bool is_started;  // dropwhile: passes everything on; takewhile: has ended
} Filtering;

static Value filtering_new(VM *vm, Value *args, IteratorNext next)
{
    Value iterator = value_iter(vm, args[2]);
    if (is_error(iterator)) return iterator;
    Filtering *it = itertools_make(args[0], sizeof(Filtering), next);
    it->function = args[1];
    it->iterator = iterator;
    it->is_started = false;
    return value_object(it);
}

// The truth of function(v): 1/0/-1
static int test(VM *vm, const Filtering *it, Value v)
{
    Value result = value_call(vm, it->function, 1, &v);
    return is_error(result) ? -1 : value_truth(vm, result);
}

static Value takewhile_next(VM *vm, Iterator *self)
{
    Filtering *it = (Filtering *)self;
    if (it->is_started) return VALUE_STOP;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Value v = iterator_advance(vm, it->iterator);
    if (is_end(v)) return v;
    int truth = test(vm, it, v);
    if (truth) return truth < 0 ? VALUE_ERROR : v;
    it->is_started = true;
    return VALUE_STOP;
}

static Value dropwhile_next(VM *vm, Iterator *self)
{
    Filtering *it = (Filtering *)self;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    for (;;) {
        Value v = iterator_advance(vm, it->iterator);
        if (is_end(v) || it->is_started) return v;
        int truth = test(vm, it, v);
        if (truth < 0) return VALUE_ERROR;
        if (truth) continue;
        it->is_started = true;
        return v;
    }
}

static Value filterfalse_next(VM *vm, Iterator *self)
{
    Filtering *it = (Filtering *)self;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    bool is_plain = is_none(it->function) || it->function == value_object(vm->classes[KIND_BOOL]);
    for (;;) {
        Value v = iterator_advance(vm, it->iterator);
        if (is_end(v)) return v;
        int truth = is_plain ? value_truth(vm, v) : test(vm, it, v);
        if (truth < 0) return VALUE_ERROR;
        if (!truth) return v;
    }
}

static Value starmap_next(VM *vm, Iterator *self)
{
    Filtering *it = (Filtering *)self;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Value v = iterator_advance(vm, it->iterator);
    if (is_end(v)) return v;
    const Tuple *values = tuple_from_iterable(vm, v);
    if (!values) return VALUE_ERROR;
    return value_call(vm, it->function, (int)values->len, values->items);
}

NATIVE(takewhile_new, "__new__(cls, predicate, iterable, /)", "Create and return a new object.")
{
    return filtering_new(vm, args, takewhile_next);
}

NATIVE(dropwhile_new, "__new__(cls, predicate, iterable, /)", "Create and return a new object.")
{
    return filtering_new(vm, args, dropwhile_next);
}

NATIVE(filterfalse_new, "__new__(cls, function, iterable, /)", "Create and return a new object.")
{
    return filtering_new(vm, args, filterfalse_next);
}

NATIVE(starmap_new, "__new__(cls, function, iterable, /)", "Create and return a new object.")
{
    return filtering_new(vm, args, starmap_next);
}

// compress

typedef struct Compress {
    Iterator base;
    Value data, selectors;
} Compress;

static Value compress_next(VM *vm, Iterator *self)
{
    Compress *it = (Compress *)self;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    for (;;) {
        Value v = iterator_advance(vm, it->data);
        if (is_end(v)) return v;
        Value selector = iterator_advance(vm, it->selectors);
        if (is_end(selector)) return selector;
        int truth = value_truth(vm, selector);
        if (truth) return truth < 0 ? VALUE_ERROR : v;
    }
}

NATIVE(compress_new, "__new__(cls, data, selectors)", "Create and return a new object.")
{
    Value data = value_iter(vm, args[1]);
    Value selectors = is_error(data) ? data : value_iter(vm, args[2]);
    if (is_error(selectors)) return selectors;
    Compress *it = itertools_make(args[0], sizeof(Compress), compress_next);
    it->data = data;
    it->selectors = selectors;
    return value_object(it);
}

// accumulate

typedef struct Accumulate {
    Iterator base;
    Value iterator, function;  // function None: +
    Value total;               // VALUE_UNBOUND before the first
    Value initial;             // None once it was given out
} Accumulate;

static Value accumulate_next(VM *vm, Iterator *self)
{
    Accumulate *it = (Accumulate *)self;
    if (!is_none(it->initial)) {
        value_replace(&it->total, it->initial);
        it->initial = VALUE_NONE;
        return it->total;
    }
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Value v = iterator_advance(vm, it->iterator);
    if (is_end(v)) return v;
    if (it->total != VALUE_UNBOUND) {
        Value pair[2] = {it->total, v};
        v = is_none(it->function) ? value_binary(vm, BINARY_ADD, it->total, v)
                                  : value_call(vm, it->function, 2, pair);
        if (is_error(v)) return v;
    }
    value_replace(&it->total, v);
    return v;
}

NATIVE(accumulate_new, "__new__(cls, iterable, func = None, *, initial = None)",
       "Create and return a new object.")
{
    Value iterator = value_iter(vm, args[1]);
    if (is_error(iterator)) return iterator;
    Accumulate *it = itertools_make(args[0], sizeof(Accumulate), accumulate_next);
    it->iterator = iterator;
    it->function = args[2];
    it->total = VALUE_UNBOUND;
    it->initial = args[3];
    return value_object(it);
}

// chain

typedef struct Chain {
    Iterator base;
    Value source;  // iterator of the iterables; VALUE_UNBOUND when exhausted
    Value active;  // the iterator of the current one; VALUE_UNBOUND: take the next
} Chain;

static Value chain_next(VM *vm, Iterator *self)
{
    Chain *it = (Chain *)self;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    for (;;) {
        if (it->active == VALUE_UNBOUND) {
            if (it->source == VALUE_UNBOUND) return VALUE_STOP;
            Value v = iterator_advance(vm, it->source);
            if (!is_end(v)) v = value_iter(vm, v);
            if (is_end(v)) {
                value_replace(&it->source, VALUE_UNBOUND);
                return v;
            }
            it->active = v;
        }
        Value v = iterator_advance(vm, it->active);
        if (v != VALUE_STOP) return v;
        value_replace(&it->active, VALUE_UNBOUND);
    }
}

static Value chain_from(VM *vm, Value cls, Value iterables)
{
    Value source = value_iter(vm, iterables);
    if (is_error(source)) return source;
    Chain *it = itertools_make(cls, sizeof(Chain), chain_next);
    it->source = source;
    it->active = VALUE_UNBOUND;
    return value_object(it);
}

NATIVE(chain_new, "__new__(cls, /, *iterables)", "Create and return a new object.")
{
    return chain_from(vm, args[0], args[1]);
}

NATIVE(chain_from_iterable, "from_iterable(cls, iterable, /)",
       "Yield the items of the iterables that iterable yields; each is asked for when the one "
       "before has ended.")
{
    return chain_from(vm, args[0], args[1]);
}

NATIVE(chain_class_getitem, "__class_getitem__(cls, object, /)", "See PEP 585")
{
    return generic_alias_new(vm, args[0], args[1]);
}

// count

typedef struct Count {
    Iterator base;
    Value count, step;
} Count;

static Value count_next(VM *vm, Iterator *self)
{
    if (unlikely(vm_pending_signal(vm)) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    Count *it = (Count *)self;
    Value v = it->count;
    if (both_int(v, it->step)) {
        it->count = int_from_int64(as_int(v) + as_int(it->step));
        return v;
    }
    Value next = value_binary(vm, BINARY_ADD, v, it->step);
    if (is_error(next)) return next;
    it->count = next;
    return v;
}

static bool is_number(VM *vm, Value v)
{
    return is_any_int(v) || is_any_float(v) ||
           special_lookup(vm, v, S(__index__)) != VALUE_UNBOUND ||
           special_lookup(vm, v, S(__int__)) != VALUE_UNBOUND ||
           special_lookup(vm, v, S(__float__)) != VALUE_UNBOUND;
}

NATIVE(count_new, "__new__(cls, start = 0, step = 1)", "Create and return a new object.")
{
    if (!is_number(vm, args[1]) || !is_number(vm, args[2]))
        return raise_error(vm, EXC_TypeError, "a number is required");
    Count *it = itertools_make(args[0], sizeof(Count), count_next);
    it->count = args[1];
    it->step = args[2] == VALUE_TRUE ? small_int(1) : args[2];
    return value_object(it);
}

NATIVE(count_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Count *it = (const Count *)as_iterator(args[0]);
    const char *type = class_of(vm, args[0])->name->data;
    const Str *count = value_repr(vm, it->count);
    if (!count) return VALUE_ERROR;
    if (it->step == small_int(1)) return value_object(str_format("%s(%s)", type, count->data));
    const Str *step = value_repr(vm, it->step);
    if (!step) return VALUE_ERROR;
    return value_object(str_format("%s(%s, %s)", type, count->data, step->data));
}

// cycle

typedef struct Cycle {
    Iterator base;
    Value iterator;  // VALUE_UNBOUND when exhausted
    List *saved;
    size_t index;
} Cycle;

static Value cycle_next(VM *vm, Iterator *self)
{
    if (unlikely(vm_pending_signal(vm)) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    Cycle *it = (Cycle *)self;
    if (it->iterator != VALUE_UNBOUND) {
        if (!vm_check_c_stack(vm)) return VALUE_ERROR;
        Value v = iterator_advance(vm, it->iterator);
        if (v != VALUE_STOP) {
            if (!is_error(v)) list_append(it->saved, v);
            return v;
        }
        value_replace(&it->iterator, VALUE_UNBOUND);
    }
    if (it->saved->len == 0) return VALUE_STOP;
    Value v = it->saved->items[it->index];
    if (++it->index == it->saved->len) it->index = 0;
    return v;
}

NATIVE(cycle_new, "__new__(cls, iterable, /)", "Create and return a new object.")
{
    Value iterator = value_iter(vm, args[1]);
    if (is_error(iterator)) return iterator;
    List *saved = list_new(0);
    Cycle *it = itertools_make(args[0], sizeof(Cycle), cycle_next);
    it->iterator = iterator;
    it->saved = saved;
    it->index = 0;
    return value_object(it);
}

// repeat

typedef struct Repeat {
    Iterator base;
    Value value;
    int64_t left;  // -1: without end
} Repeat;

static Value repeat_next(VM *vm, Iterator *self)
{
    if (unlikely(vm_pending_signal(vm)) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    (void)vm;
    Repeat *it = (Repeat *)self;
    if (it->left == 0) return VALUE_STOP;
    if (it->left > 0) it->left--;
    return it->value;
}

NATIVE(repeat_new, "__new__(cls, object, times: ssize = ?)", "Create and return a new object.")
{
    int64_t times = args[2] == VALUE_UNBOUND ? -1 : arg_ssize(args[2]);
    if (args[2] != VALUE_UNBOUND && times < 0) times = 0;
    Repeat *it = itertools_make(args[0], sizeof(Repeat), repeat_next);
    it->value = args[1];
    it->left = times;
    return value_object(it);
}

NATIVE(repeat_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Repeat *it = (const Repeat *)as_iterator(args[0]);
    const char *type = class_of(vm, args[0])->name->data;
    const Str *text = value_repr(vm, it->value);
    if (!text) return VALUE_ERROR;
    if (it->left < 0) return value_object(str_format("%s(%s)", type, text->data));
    return value_object(str_format("%s(%s, %lld)", type, text->data, (long long)it->left));
}

NATIVE(repeat_length_hint, "__length_hint__(self, /)",
       "How many items are left.")
{
    const Repeat *it = (const Repeat *)as_iterator(args[0]);
    if (it->left < 0) return raise_error(vm, EXC_TypeError, "len() of unsized object");
    return int_from_int64(it->left);
}

// islice

typedef struct Slicing {
    Iterator base;
    Value iterator;      // VALUE_UNBOUND when exhausted
    int64_t next, stop;  // stop -1: none
    int64_t step, n_read;
} Slicing;

static Value islice_end(Slicing *it, Value v)
{
    value_replace(&it->iterator, VALUE_UNBOUND);
    return v;
}

static Value islice_next(VM *vm, Iterator *self)
{
    Slicing *it = (Slicing *)self;
    if (it->iterator == VALUE_UNBOUND) return VALUE_STOP;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    for (; it->n_read < it->next; it->n_read++) {
        Value skipped = iterator_advance(vm, it->iterator);
        if (is_end(skipped)) return islice_end(it, skipped);
        if (it->iterator == VALUE_UNBOUND) return VALUE_STOP;
    }
    if (it->stop != -1 && it->n_read >= it->stop) return islice_end(it, VALUE_STOP);
    Value v = iterator_advance(vm, it->iterator);
    if (is_end(v)) return islice_end(it, v);
    it->n_read++;
    bool overflows = __builtin_add_overflow(it->next, it->step, &it->next);
    if (overflows || (it->stop != -1 && it->next > it->stop))
        it->next = it->stop == -1 ? INT64_MAX : it->stop;
    return v;
}

// None leaves *out as it is; what is no index becomes -1.
static void islice_index(VM *vm, Value v, int64_t *out)
{
    if (is_none(v) || v == VALUE_UNBOUND) return;
    if (value_ssize(vm, v, out)) return;
    (void)error_take(vm);
    *out = -1;
}

static bool islice_bounds(VM *vm, Value *args, Slicing *out)
{
    bool has_start = args[3] != VALUE_UNBOUND;
    Value stop = has_start ? args[3] : args[2];
    *out = (Slicing){.next = 0, .stop = -1, .step = 1};
    if (has_start) islice_index(vm, args[2], &out->next);
    islice_index(vm, stop, &out->stop);
    islice_index(vm, args[4], &out->step);
    const char *error = NULL;
    if (!is_none(stop) && out->stop == -1)
        error = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    else if (out->next < 0 || out->stop < -1)
        error = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    else if (out->step < 1)
        error = "Step for islice() must be a positive integer or None.";
    if (error) raise_error(vm, EXC_ValueError, "%s", error);
    return !error;
}

NATIVE(islice_new, "__new__(cls, iterable, start_or_stop, stop = ?, step = ?, /)",
       "Create and return a new object.")
{
    Slicing bounds;
    if (!islice_bounds(vm, args, &bounds)) return VALUE_ERROR;
    Value iterator = value_iter(vm, args[1]);
    if (is_error(iterator)) return iterator;
    Slicing *it = itertools_make(args[0], sizeof(Slicing), islice_next);
    it->iterator = iterator;
    it->next = bounds.next;
    it->stop = bounds.stop;
    it->step = bounds.step;
    it->n_read = 0;
    return value_object(it);
}

// The module

#define METHODS(name) &iterator_def_iter, &iterator_def_next, &def_##name##_new

static const NativeDef *const takewhile[] = {METHODS(takewhile), NULL};
static const NativeDef *const dropwhile[] = {METHODS(dropwhile), NULL};
static const NativeDef *const filterfalse[] = {METHODS(filterfalse), NULL};
static const NativeDef *const starmap[] = {METHODS(starmap), NULL};
static const NativeDef *const compress[] = {METHODS(compress), NULL};
static const NativeDef *const accumulate[] = {METHODS(accumulate), NULL};
static const NativeDef *const chain[] = {
    METHODS(chain),
    &def_chain_from_iterable,
    &def_chain_class_getitem,
    NULL,
};
static const NativeDef *const count[] = {METHODS(count), &def_count_repr, NULL};
static const NativeDef *const cycle[] = {METHODS(cycle), NULL};
static const NativeDef *const repeat[] = {
    METHODS(repeat),
    &def_repeat_repr,
    &def_repeat_length_hint,
    NULL,
};
static const NativeDef *const islice[] = {METHODS(islice), NULL};

static const ItertoolsType types[] = {
    {"itertools.takewhile",
     "Yield the items as long as predicate(item) is true.",
     takewhile},
    {"itertools.dropwhile",
     "Skip the items while predicate(item) is true; yield the first for which it is not and all "
     "after it.",
     dropwhile},
    {"itertools.filterfalse",
     "Yield the items for which function(item) is false; with None, those that are false "
     "themselves.",
     filterfalse},
    {"itertools.starmap",
     "Yield function(*args) for each tuple of arguments.",
     starmap},
    {"itertools.compress",
     "Yield the items of data whose selector is true.",
     compress},
    {"itertools.accumulate",
     "Yield the running totals of the items; func(total, item) adds them up, if it is given, "
     "from initial.", accumulate},
    {"itertools.chain",
     "Yield the items of one iterable after the other.",
     chain},
    {"itertools.count",
     "Yield start, start + step, start + 2 * step, and so on for ever.",
     count},
    {"itertools.cycle",
     "Yield the items, and then the same again and again.",
     cycle},
    {"itertools.repeat",
     "Yield the same object times times, or for ever.",
     repeat},
    {"itertools.islice",
     "Yield the items that sequence[start:stop:step] would have, of any iterable. Negative "
     "numbers are not possible.",
     islice},
};

static bool setup(VM *vm, Module *module)
{
    for (size_t i = 0; i < countof(types); i++)
        itertools_define(vm, module, &types[i]);
    itertools_define_combinatoric(vm, module);
    itertools_define_grouping(vm, module);
    return true;
}

const ModuleDef module_itertools = {
    .name = "itertools",
    .doc = "Functional tools for creating and using iterators.",
    .setup = setup,
};
