// SPDX-License-Identifier: MIT
// iter.c - builtin iterators: of lists, tuples and anything with __getitem__; map, filter, zip,
// enumerate, reversed; iter(callable, sentinel).
// Those of dicts are in dict_view.c, of sets in set.c, of text in str_ops.c, of ranges in range.c.
// What scripts call is in stdlib/iter_methods.c.
#include "vm/iter.h"

#include "vm/gc.h"
#include "vm/int.h"
#include "vm/range.h"
#include "vm/vm.h"

uint32_t iterator_shapes[ITER_TYPE_COUNT];

void iterator_define(VM *vm, IteratorType type, const TypeDef *def)
{
    Class *c = class_define(vm, def, NULL);
    vm->iterator_types[type] = c;
    iterator_shapes[type] = c->root->id;
}

void *iterator_alloc(IteratorType type, size_t size, IteratorNext next)
{
    Iterator *it = memset(gc_alloc_object(size), 0, size);  // see object_alloc
    it->object.head = HEAD(KIND_ITERATOR, 0, 0);
    it->object.shape = iterator_shapes[type];
    it->next = next;
    return it;
}

static void *iterator_of(Class *c, size_t size, IteratorNext next)
{
    Iterator *it = object_alloc(c, KIND_ITERATOR, size);
    it->next = next;
    return it;
}

// __iter__ and __next__

static Value native_iter(VM *vm, Value *args)
{
    (void)vm;
    return args[0];
}

static Value native_next(VM *vm, Value *args)
{
    Value v = as_iterator(args[0])->next(vm, as_iterator(args[0]));
    return v == VALUE_STOP ? raise_stop_iteration(vm, VALUE_NONE) : v;
}

Value iterator_failed(VM *vm)
{
    if (!error_is(vm, EXC_StopIteration)) return VALUE_ERROR;
    vm->stop_value = stop_iteration_value(error_take(vm));
    return VALUE_STOP;
}

const NativeDef iterator_def_iter = {native_iter, "__iter__(self, /)", "Implement iter(self)."};
static Value native_reduce(VM *vm, Value *args)
{
    return iterator_reduce(vm, args[0]);
}

const NativeDef iterator_def_reduce = {native_reduce, "__reduce__(self, /)",
                                       "Return state information for pickling."};
const NativeDef iterator_def_next = {native_next, "__next__(self, /)", "Implement next(self)."};

// Lists and tuples

Value list_iterator_next(VM *vm, Iterator *self)
{
    (void)vm;
    SequenceIterator *it = (SequenceIterator *)self;
    const List *list = (const List *)(const void *)it->sequence;
    if (unlikely(!list)) return VALUE_STOP;
    if (likely(it->index < list->len)) return list->items[it->index++];
    value_let_go(value_object(list));
    it->sequence = NULL;
    return VALUE_STOP;
}

Value tuple_iterator_next(VM *vm, Iterator *self)
{
    (void)vm;
    SequenceIterator *it = (SequenceIterator *)self;
    const Tuple *tuple = (const Tuple *)(const void *)it->sequence;
    if (unlikely(!tuple)) return VALUE_STOP;
    if (likely(it->index < tuple->len)) return tuple->items[it->index++];
    value_let_go(value_object(tuple));
    it->sequence = NULL;
    return VALUE_STOP;
}

// index counts the items that are left.
static Value list_reverse_next(VM *vm, Iterator *self)
{
    (void)vm;
    SequenceIterator *it = (SequenceIterator *)self;
    const List *list = (const List *)(const void *)it->sequence;
    if (!list) return VALUE_STOP;
    if (it->index && it->index <= list->len) return list->items[--it->index];
    value_let_go(value_object(list));
    it->sequence = NULL;
    return VALUE_STOP;
}

static Value sequence_new(IteratorType type, IteratorNext next, Value sequence, size_t index)
{
    SequenceIterator *it = iterator_alloc(type, sizeof(SequenceIterator), next);
    it->sequence = as_object(sequence);
    it->index = index;
    return value_object(it);
}

Value list_iter(Value list)
{
    return sequence_new(ITER_LIST, list_iterator_next, list, 0);
}

Value tuple_iter(Value tuple)
{
    return sequence_new(ITER_TUPLE, tuple_iterator_next, tuple, 0);
}

Value list_reverse_iter(Value list)
{
    return sequence_new(ITER_LIST_REVERSE, list_reverse_next, list, as_list(list)->len);
}

// The old sequence protocol: o[0], o[1], ..., and backwards for reversed()

typedef struct ItemIterator {
    Iterator base;
    Value sequence;  // VALUE_UNBOUND when exhausted
    int64_t index;
} ItemIterator;

// The item at it->index. IndexError and StopIteration are the end.
static Value item_at(VM *vm, ItemIterator *it)
{
    if (it->sequence == VALUE_UNBOUND) return VALUE_STOP;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Value v = value_getitem(vm, it->sequence, int_from_int64(it->index));
    if (!is_error(v)) return v;
    if (!error_is(vm, EXC_IndexError) && !error_is(vm, EXC_StopIteration)) return v;
    (void)error_take(vm);
    value_replace(&it->sequence, VALUE_UNBOUND);
    return VALUE_STOP;
}

static Value item_next(VM *vm, Iterator *self)
{
    ItemIterator *it = (ItemIterator *)self;
    Value v = item_at(vm, it);
    if (v != VALUE_STOP && !is_error(v)) it->index++;
    return v;
}

static Value reversed_next(VM *vm, Iterator *self)
{
    ItemIterator *it = (ItemIterator *)self;
    if (it->index < 0) it->sequence = VALUE_UNBOUND;
    Value v = item_at(vm, it);
    if (is_error(v)) it->sequence = VALUE_UNBOUND;  // any exception is its end
    it->index--;
    return v;
}

static Value item_iterator(IteratorType type, IteratorNext next, Value sequence, int64_t index)
{
    ItemIterator *it = iterator_alloc(type, sizeof(ItemIterator), next);
    it->sequence = sequence;
    it->index = index;
    return value_object(it);
}

Value sequence_iterator_new(Value sequence)
{
    return item_iterator(ITER_SEQUENCE, item_next, sequence, 0);
}

Value reversed_new(Value sequence, int64_t len)
{
    return item_iterator(ITER_REVERSED, reversed_next, sequence, len - 1);
}

// iter(callable, sentinel)

typedef struct CallableIterator {
    Iterator base;
    Value callable, sentinel;  // VALUE_UNBOUND when exhausted
} CallableIterator;

static Value callable_next(VM *vm, Iterator *self)
{
    CallableIterator *it = (CallableIterator *)self;
    if (it->callable == VALUE_UNBOUND) return VALUE_STOP;
    if (unlikely(vm_pending_signal(vm)) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    Value v = value_call(vm, it->callable, 0, NULL);
    if (!is_error(v) && it->callable == VALUE_UNBOUND) return VALUE_STOP;  // the call used it up
    if (is_error(v)) {
        if (!error_is(vm, EXC_StopIteration)) return v;
        (void)error_take(vm);
    } else {
        int is_end = value_equal(vm, it->sentinel, v);
        if (is_end < 0) return VALUE_ERROR;
        if (!is_end) return v;
    }
    value_replace(&it->callable, VALUE_UNBOUND);
    value_replace(&it->sentinel, VALUE_UNBOUND);
    return VALUE_STOP;
}

Value callable_iterator_new(Value callable, Value sentinel)
{
    CallableIterator *it = iterator_alloc(ITER_CALLABLE, sizeof *it, callable_next);
    it->callable = callable;
    it->sentinel = sentinel;
    return value_object(it);
}

// map

typedef struct Map {
    Iterator base;
    Value function, first;  // first: the only iterator, or VALUE_UNBOUND
    Tuple *iterators;
} Map;

static Value map_next(VM *vm, Iterator *self)
{
    Map *it = (Map *)self;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Value v = iterator_advance(vm, it->first);
    if (v == VALUE_STOP || is_error(v)) return v;
    return value_call(vm, it->function, 1, &v);
}

enum { FEW = 8 };

static Value map_next_many(VM *vm, Iterator *self)
{
    Map *it = (Map *)self;
    size_t n = it->iterators->len;
    Value few[FEW], *values = n <= FEW ? few : gc_alloc_array(n, sizeof(Value));
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    for (size_t i = 0; i < n; i++) {
        values[i] = iterator_advance(vm, it->iterators->items[i]);
        if (values[i] == VALUE_STOP || is_error(values[i])) return values[i];
    }
    return value_call(vm, it->function, (int)n, values);
}

Value map_new(Class *c, Value function, Tuple *iterators)
{
    bool is_one = iterators->len == 1;
    Map *it = iterator_of(c, sizeof(Map), is_one ? map_next : map_next_many);
    it->function = function;
    it->first = is_one ? iterators->items[0] : VALUE_UNBOUND;
    it->iterators = iterators;
    return value_object(it);
}

// filter

typedef struct Filter {
    Iterator base;
    Value function;  // VALUE_UNBOUND: truth itself
    Value iterator;
} Filter;

static Value filter_next(VM *vm, Iterator *self)
{
    Filter *it = (Filter *)self;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    for (;;) {
        Value v = iterator_advance(vm, it->iterator);
        if (v == VALUE_STOP || is_error(v)) return v;
        Value keep = it->function == VALUE_UNBOUND ? v : value_call(vm, it->function, 1, &v);
        int truth = is_error(keep) ? -1 : value_truth(vm, keep);
        if (truth < 0) return VALUE_ERROR;
        if (truth) return v;
    }
}

Value filter_new(Class *c, Value function, Value iterator)
{
    Filter *it = iterator_of(c, sizeof(Filter), filter_next);
    it->function = function;
    it->iterator = iterator;
    return value_object(it);
}

// zip

typedef struct Zip {
    Iterator base;
    Tuple *iterators;
    bool is_strict;
} Zip;

static Value uneven(VM *vm, size_t i, const char *how)
{
    if (i == 1)
        return raise_error(vm, EXC_ValueError, "zip() argument 2 is %s than argument 1", how);
    return raise_error(vm, EXC_ValueError, "zip() argument %zu is %s than arguments 1-%zu", i + 1,
                       how, i);
}

// Iterator i ended. In strict mode all others must end too.
static Value zip_end(VM *vm, Zip *it, size_t i)
{
    if (!it->is_strict) return VALUE_STOP;
    if (i > 0) return uneven(vm, i, "shorter");
    for (i = 1; i < it->iterators->len; i++) {
        Value v = iterator_advance(vm, it->iterators->items[i]);
        if (is_error(v)) return v;
        if (v != VALUE_STOP) return uneven(vm, i, "longer");
    }
    return VALUE_STOP;
}

static Value zip_next(VM *vm, Iterator *self)
{
    Zip *it = (Zip *)self;
    size_t n = it->iterators->len;
    if (n == 0) return VALUE_STOP;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Value v = iterator_advance(vm, it->iterators->items[0]);
    if (v == VALUE_STOP) return zip_end(vm, it, 0);
    if (is_error(v)) return v;
    Tuple *tuple = tuple_new(n);
    tuple->items[0] = v;
    for (size_t i = 1; i < n; i++) {
        v = iterator_advance(vm, it->iterators->items[i]);
        if (v == VALUE_STOP) return zip_end(vm, it, i);
        if (is_error(v)) return v;
        tuple->items[i] = v;
    }
    return value_object(tuple);
}

Value zip_new(Class *c, Tuple *iterators, bool is_strict)
{
    Zip *it = iterator_of(c, sizeof(Zip), zip_next);
    it->iterators = iterators;
    it->is_strict = is_strict;
    return value_object(it);
}

// enumerate

typedef struct Enumerate {
    Iterator base;
    Value iterator, count;
} Enumerate;

static Value enumerate_next(VM *vm, Iterator *self)
{
    Enumerate *it = (Enumerate *)self;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Value v = iterator_advance(vm, it->iterator);
    if (v == VALUE_STOP || is_error(v)) return v;
    Tuple *pair = tuple_new(2);
    pair->items[0] = it->count;
    pair->items[1] = v;
    it->count = is_int(it->count) && as_int(it->count) < SMALL_INT_MAX
                    ? small_int(as_int(it->count) + 1)
                    : int_binary(vm, BINARY_ADD, it->count, small_int(1));
    return value_object(pair);
}

Value enumerate_new(Class *c, Value iterator, Value start)
{
    Enumerate *it = iterator_of(c, sizeof(Enumerate), enumerate_next);
    it->iterator = iterator;
    it->count = start;
    return value_object(it);
}

// Length hints

static int64_t left_of(size_t len, size_t index)
{
    return index < len ? (int64_t)(len - index) : 0;
}

int64_t iterator_length_hint(Value v)
{
    Iterator *self = as_iterator(v);
    SequenceIterator *it = (SequenceIterator *)self;
    if (self->next == list_iterator_next)
        return it->sequence ? left_of(as_list(value_object(it->sequence))->len, it->index) : 0;
    if (self->next == tuple_iterator_next)
        return it->sequence ? left_of(as_tuple(value_object(it->sequence))->len, it->index) : 0;
    if (self->next == list_reverse_next)
        return it->sequence && it->index <= as_list(value_object(it->sequence))->len
                   ? (int64_t)it->index
                   : 0;
    uint32_t shape = self->object.shape;
    for (int i = ITER_DICT_KEYS; i <= ITER_DICT_REVERSE_ITEMS; i++)
        if (shape == iterator_shapes[i]) return dict_iterator_length_hint(self);
    if (shape == iterator_shapes[ITER_SET]) return set_iterator_length_hint(self);
    return -1;
}

// reversed(): what is left of a sequence of unknown type. -1: raised.
int64_t item_iterator_length_hint(VM *vm, Value v)
{
    ItemIterator *it = (ItemIterator *)as_iterator(v);
    if (it->sequence == VALUE_UNBOUND) return 0;
    int64_t len = value_len(vm, it->sequence);
    if (len < 0) return -1;
    bool is_reversed = it->base.next == reversed_next;
    if (is_reversed) return it->index < 0 || len < it->index + 1 ? 0 : it->index + 1;
    return len > it->index ? len - it->index : 0;
}

// Copying

// What is left, without taking it.
static Value rest(VM *vm, Value v)
{
    uint32_t shape = as_object(v)->shape;
    for (int i = ITER_STR_ASCII; i <= ITER_ORDERED_DICT; i++) {
        if (shape != iterator_shapes[i]) continue;
        size_t size = gc_object_size(as_pointer(v));
        Value *copy = object_alloc(class_of(vm, v), KIND_ITERATOR, size);
        memcpy(copy + 1, (Value *)as_pointer(v) + 1, size - sizeof(Value));
        List *list = list_from_iterable(vm, value_object(copy));
        return list ? value_object(list) : VALUE_ERROR;
    }
    return raise_error(vm, EXC_TypeError, "cannot pickle '%s' object", type_name(vm, v));
}

static Value made_by(Value callable, Tuple *args)
{
    return value_object(tuple_of(2, callable, value_object(args)));
}

static Value reduce_sequence(VM *vm, Iterator *self, Value iter)
{
    SequenceIterator *it = (SequenceIterator *)self;
    bool is_reverse = self->next == list_reverse_next;
    if (!it->sequence)
        return made_by(iter, tuple_of(1, self->next == tuple_iterator_next ? value_object(tuple_empty)
                                                                         : value_object(list_new(0))));
    Value args = value_object(tuple_of(1, value_object(it->sequence)));
    Value make = is_reverse ? value_object(vm->iterator_types[ITER_REVERSED]) : iter;
    return value_object(tuple_of(3, make, args, small_int((int64_t)it->index - is_reverse)));
}

static Value reduce_items(Iterator *self, Value make)
{
    ItemIterator *it = (ItemIterator *)self;
    if (it->sequence == VALUE_UNBOUND) return made_by(make, tuple_of(1, value_object(tuple_empty)));
    Value args = value_object(tuple_of(1, it->sequence));
    return value_object(tuple_of(3, make, args, int_from_int64(it->index)));
}

static Value reduce_map(Map *it, Value make)
{
    Tuple *args = tuple_new(it->iterators->len + 1);
    args->items[0] = it->function;
    memcpy(args->items + 1, it->iterators->items, it->iterators->len * sizeof(Value));
    return made_by(make, args);
}

Value iterator_reduce(VM *vm, Value v)
{
    Iterator *self = as_iterator(v);
    IteratorNext next = self->next;
    Value iter = dict_find_str(vm->builtins, str_from_cstr("iter"));
    Value class_ = value_object(class_of(vm, v));
    if (next == list_iterator_next || next == tuple_iterator_next || next == list_reverse_next)
        return reduce_sequence(vm, self, iter);
    if (next == item_next) return reduce_items(self, iter);
    if (next == reversed_next) return reduce_items(self, class_);
    if (next == map_next || next == map_next_many) return reduce_map((Map *)self, class_);
    if (next == callable_next) {
        CallableIterator *it = (CallableIterator *)self;
        if (it->callable == VALUE_UNBOUND) return made_by(iter, tuple_of(1, value_object(tuple_empty)));
        return made_by(iter, tuple_of(2, it->callable, it->sentinel));
    }
    if (next == filter_next) {
        Filter *it = (Filter *)self;
        Value function = it->function == VALUE_UNBOUND ? VALUE_NONE : it->function;
        return made_by(class_, tuple_of(2, function, it->iterator));
    }
    if (next == zip_next) {
        Zip *it = (Zip *)self;
        if (!it->is_strict) return made_by(class_, it->iterators);
        return value_object(tuple_of(3, class_, value_object(it->iterators), VALUE_TRUE));
    }
    if (next == enumerate_next)
        return made_by(class_, tuple_of(2, ((Enumerate *)self)->iterator, ((Enumerate *)self)->count));
    if (self->object.shape == iterator_shapes[ITER_RANGE] || self->object.shape == iterator_shapes[ITER_LONGRANGE]) {
        Value range = range_iterator_rest(vm, v);
        return is_error(range) ? range : value_object(tuple_of(3, iter, value_object(tuple_of(1, range)), VALUE_NONE));
    }
    Value list = rest(vm, v);
    return is_error(list) ? list : made_by(iter, tuple_of(1, list));
}

static int64_t clamp(int64_t i, int64_t low, int64_t high)
{
    return i < low ? low : i > high ? high : i;
}

bool iterator_set_state(VM *vm, Value v, Value state)
{
    Iterator *self = as_iterator(v);
    SequenceIterator *it = (SequenceIterator *)self;
    int64_t i;
    if (self->next == zip_next) {
        int truth = value_truth(vm, state);
        if (truth >= 0) ((Zip *)self)->is_strict = truth;
        return truth >= 0;
    }
    if (is_none(state) && self->next != item_next) return true;
    Value index = value_index(vm, state);
    if (is_error(index)) return false;
    if (!int_to_int64(index, &i)) i = int_sign(index) < 0 ? INT64_MIN + 1 : INT64_MAX - 1;
    if (self->next == item_next) {
        if (((ItemIterator *)self)->sequence != VALUE_UNBOUND) ((ItemIterator *)self)->index = i < 0 ? 0 : i;
    } else if (self->next == reversed_next) {
        int64_t len = ((ItemIterator *)self)->sequence == VALUE_UNBOUND ? 0 : value_len(vm, ((ItemIterator *)self)->sequence);
        if (len < 0) return false;
        ((ItemIterator *)self)->index = clamp(i, -1, len - 1);
    } else if (it->sequence) {
        bool is_tuple_ = self->next == tuple_iterator_next, is_reverse = self->next == list_reverse_next;
        size_t len = is_tuple_ ? as_tuple(value_object(it->sequence))->len : as_list(value_object(it->sequence))->len;
        it->index = (size_t)clamp(i + is_reverse, 0, (int64_t)len);
    }
    return true;
}
