// SPDX-License-Identifier: MIT
// itertools_module.c - the module itertools: the iterators that take values one by one. The others
// are in itertools_combinatoric.c and itertools_grouping.c.
#include "stdlib/itertools.h"
#include "stdlib/stdlib.h"
#include "vm/float.h"
#include "vm/warn.h"

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

bool itertools_warn_copy(VM *vm)
{
    return warn_here(vm, EXC_DeprecationWarning,
                     str_from_cstr("Pickle, copy, and deepcopy support will be removed from itertools in Python 3.14."));
}

Value itertools_reduce(VM *vm, Value self, Tuple *args, Value state)
{
    if (!itertools_warn_copy(vm)) return VALUE_ERROR;
    Value cls = value_object(class_of(vm, self));
    if (state == VALUE_UNBOUND) return value_object(tuple_of(2, cls, value_object(args)));
    return value_object(tuple_of(3, cls, value_object(args), state));
}

const Tuple *itertools_state(VM *vm, Value v, size_t n)
{
    if (is_tuple(v) && as_tuple(v)->len == n) return as_tuple(v);
    if (is_tuple(v))
        raise_error(vm, EXC_TypeError, "function takes exactly %zu arguments (%zu given)", n, as_tuple(v)->len);
    else
        raise_error(vm, EXC_TypeError, "state is not a tuple");
    return NULL;
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

NATIVE(filtering_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Filtering *it = (const Filtering *)as_iterator(args[0]);
    return itertools_reduce(vm, args[0], tuple_of(2, it->function, it->iterator), VALUE_UNBOUND);
}

NATIVE(while_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Filtering *it = (const Filtering *)as_iterator(args[0]);
    return itertools_reduce(vm, args[0], tuple_of(2, it->function, it->iterator), small_int(it->is_started));
}

NATIVE(while_setstate, "__setstate__(self, state, /)", "Set state information for unpickling.")
{
    int truth = itertools_warn_copy(vm) ? value_truth(vm, args[1]) : -1;
    if (truth < 0) return VALUE_ERROR;
    ((Filtering *)as_iterator(args[0]))->is_started = truth;
    return VALUE_NONE;
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

NATIVE(compress_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Compress *it = (const Compress *)as_iterator(args[0]);
    return itertools_reduce(vm, args[0], tuple_of(2, it->data, it->selectors), VALUE_UNBOUND);
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

NATIVE(chain_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Chain *it = (const Chain *)as_iterator(args[0]);
    Value state = VALUE_UNBOUND;
    if (it->source != VALUE_UNBOUND)
        state = value_object(it->active == VALUE_UNBOUND ? tuple_of(1, it->source) : tuple_of(2, it->source, it->active));
    return itertools_reduce(vm, args[0], tuple_empty, state);
}

static bool has_next(VM *vm, Value v)
{
    return is_iterator(v) || is_generator(v) || special_lookup(vm, v, S(__next__)) != VALUE_UNBOUND;
}

NATIVE(chain_setstate, "__setstate__(self, state, /)", "Set state information for unpickling.")
{
    Chain *it = (Chain *)as_iterator(args[0]);
    if (!itertools_warn_copy(vm)) return VALUE_ERROR;
    if (!is_tuple(args[1])) return raise_error(vm, EXC_TypeError, "state is not a tuple");
    const Tuple *state = as_tuple(args[1]);
    if (state->len < 1 || state->len > 2)
        return raise_error(vm, EXC_TypeError, "function takes %s argument%s (%zu given)",
                           state->len ? "at most 2" : "at least 1", state->len ? "s" : "", state->len);
    for (size_t i = 0; i < state->len; i++)
        if (!has_next(vm, state->items[i])) return raise_error(vm, EXC_TypeError, "Arguments must be iterators.");
    it->source = state->items[0];
    it->active = state->len == 2 ? state->items[1] : VALUE_UNBOUND;
    return VALUE_NONE;
}

static Value chain_class;

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

NATIVE(count_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Count *it = (const Count *)as_iterator(args[0]);
    bool is_plain = it->step == small_int(1);
    return itertools_reduce(vm, args[0], is_plain ? tuple_of(1, it->count) : tuple_of(2, it->count, it->step), VALUE_UNBOUND);
}

// cycle

typedef struct Cycle {
    Iterator base;
    Value iterator;  // VALUE_UNBOUND when exhausted
    bool is_saved;   // of a copy: what iterator has left is in saved too
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
            if (!is_error(v) && !it->is_saved) list_append(it->saved, v);
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
    it->is_saved = false;
    it->index = 0;
    return value_object(it);
}

// The rest of a round, as an iterator.
static Value rest_of_round(VM *vm, const Cycle *it)
{
    Value rest = value_iter(vm, value_object(it->saved)), index = small_int((int64_t)it->index);
    if (is_error(rest) || it->index == 0) return rest;
    return is_error(value_call_method(vm, rest, str_intern("__setstate__", 12), 1, &index)) ? VALUE_ERROR : rest;
}

NATIVE(cycle_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Cycle *it = (const Cycle *)as_iterator(args[0]);
    bool is_over = it->iterator == VALUE_UNBOUND;
    Value rest = is_over ? rest_of_round(vm, it) : it->iterator;
    if (is_error(rest)) return rest;
    Tuple *state = tuple_of(2, value_object(it->saved), value_bool(is_over || it->is_saved));
    return itertools_reduce(vm, args[0], tuple_of(1, rest), value_object(state));
}

NATIVE(cycle_setstate, "__setstate__(self, state, /)", "Set state information for unpickling.")
{
    Cycle *it = (Cycle *)as_iterator(args[0]);
    if (!itertools_warn_copy(vm)) return VALUE_ERROR;
    const Tuple *state = itertools_state(vm, args[1], 2);
    if (!state) return VALUE_ERROR;
    if (!is_list(state->items[0]))
        return raise_error(vm, EXC_TypeError, "argument 1 must be list, not %s",
                           argument_type_name(vm, state->items[0]));
    int truth = value_truth(vm, state->items[1]);
    if (truth < 0) return VALUE_ERROR;
    it->saved = as_list(state->items[0]);
    it->is_saved = truth;
    it->index = 0;
    return VALUE_NONE;
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

NATIVE(repeat_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Repeat *it = (const Repeat *)as_iterator(args[0]);
    Tuple *again = it->left < 0 ? tuple_of(1, it->value) : tuple_of(2, it->value, int_from_int64(it->left));
    return itertools_reduce(vm, args[0], again, VALUE_UNBOUND);
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

NATIVE(islice_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Slicing *it = (const Slicing *)as_iterator(args[0]);
    if (it->iterator == VALUE_UNBOUND) {
        Value nothing = value_iter(vm, value_object(list_new(0)));
        return is_error(nothing) ? nothing : itertools_reduce(vm, args[0], tuple_of(2, nothing, small_int(0)), small_int(0));
    }
    Value stop = it->stop == -1 ? VALUE_NONE : int_from_int64(it->stop);
    Tuple *again = tuple_of(4, it->iterator, int_from_int64(it->next), stop, int_from_int64(it->step));
    return itertools_reduce(vm, args[0], again, int_from_int64(it->n_read));
}

NATIVE(islice_setstate, "__setstate__(self, state: ssize, /)", "Set state information for unpickling.")
{
    if (!itertools_warn_copy(vm)) return VALUE_ERROR;
    ((Slicing *)as_iterator(args[0]))->n_read = arg_ssize(args[1]);
    return VALUE_NONE;
}

// One that is to begin with `initial` goes on as one over a chain that begins with it.
NATIVE(accumulate_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Accumulate *it = (const Accumulate *)as_iterator(args[0]);
    Value source = it->iterator, state = it->total == VALUE_UNBOUND ? VALUE_NONE : it->total;
    if (!is_none(it->initial)) {
        Value first = value_object(tuple_of(1, it->initial));
        Value parts = value_object(tuple_of(2, first, source));
        source = chain_from(vm, chain_class, parts);
        if (is_error(source)) return source;
        state = VALUE_NONE;
    }
    return itertools_reduce(vm, args[0], tuple_of(2, source, it->function), state);
}

NATIVE(accumulate_setstate, "__setstate__(self, state, /)", "Set state information for unpickling.")
{
    if (!itertools_warn_copy(vm)) return VALUE_ERROR;
    value_replace(&((Accumulate *)as_iterator(args[0]))->total, args[1]);
    return VALUE_NONE;
}

// The module

#define METHODS(name) &iterator_def_iter, &iterator_def_next, &def_##name##_new

static const NativeDef *const takewhile[] = {METHODS(takewhile), &def_while_reduce, &def_while_setstate, NULL};
static const NativeDef *const dropwhile[] = {METHODS(dropwhile), &def_while_reduce, &def_while_setstate, NULL};
static const NativeDef *const filterfalse[] = {METHODS(filterfalse), &def_filtering_reduce, NULL};
static const NativeDef *const starmap[] = {METHODS(starmap), &def_filtering_reduce, NULL};
static const NativeDef *const compress[] = {METHODS(compress), &def_compress_reduce, NULL};
static const NativeDef *const accumulate[] = {METHODS(accumulate), &def_accumulate_reduce, &def_accumulate_setstate, NULL};
static const NativeDef *const chain[] = {
    METHODS(chain),
    &def_chain_from_iterable,
    &def_chain_class_getitem,
    &def_chain_reduce,
    &def_chain_setstate,
    NULL,
};
static const NativeDef *const count[] = {METHODS(count), &def_count_repr, &def_count_reduce, NULL};
static const NativeDef *const cycle[] = {METHODS(cycle), &def_cycle_reduce, &def_cycle_setstate, NULL};
static const NativeDef *const repeat[] = {
    METHODS(repeat),
    &def_repeat_repr,
    &def_repeat_length_hint,
    &def_repeat_reduce,
    NULL,
};
static const NativeDef *const islice[] = {METHODS(islice), &def_islice_reduce, &def_islice_setstate, NULL};

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
    chain_class = dict_find_str(module->dict, str_intern("chain", 5));
    itertools_define_combinatoric(vm, module);
    itertools_define_grouping(vm, module);
    return true;
}

const ModuleDef module_itertools = {
    .name = "itertools",
    .doc = "Functional tools for creating and using iterators.",
    .setup = setup,
};
