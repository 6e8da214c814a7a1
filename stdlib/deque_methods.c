// SPDX-License-Identifier: MIT
// deque_methods.c - the type collections.deque.
#include "stdlib/deque.h"
#include "vm/iter_types.h"
#include "vm/sequence.h"

static Class *deque_class;

bool is_deque(VM *vm, Value v)
{
    return is_kind(v, KIND_OPAQUE) && class_is_subclass(class_of(vm, v), deque_class);
}

static Value none_or_error(bool ok)
{
    return ok ? VALUE_NONE : VALUE_ERROR;
}

static Deque *new_of(Class *c)
{
    Deque *d = object_alloc(c, KIND_OPAQUE, sizeof(Deque));
    d->items = NULL;
    d->cap = d->head = d->len = 0;
    d->max_len = -1;
    d->state = 0;
    return d;
}

NATIVE(deque_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return value_object(new_of(as_class(args[0])));
}

static bool parse_max_len(VM *vm, Value v, int64_t *max_len)
{
    *max_len = -1;
    if (is_none(v)) return true;
    if (!is_any_int(v)) {
        raise_error(vm, EXC_TypeError, "an integer is required");
        return false;
    }
    if (!value_ssize(vm, v, max_len)) return false;
    if (*max_len >= 0) return true;
    raise_error(vm, EXC_ValueError, "maxlen must be non-negative");
    return false;
}

NATIVE(deque_init, "__init__(self, iterable = ?, maxlen = None)",
       "A list that grows and shrinks cheaply at both ends; with maxlen, what is too much falls "
       "off at the other end.")
{
    Deque *self = as_deque(args[0]);
    int64_t max_len;
    if (!parse_max_len(vm, args[2], &max_len)) return VALUE_ERROR;
    self->max_len = max_len;
    if (self->len) deque_clear(self);
    if (args[1] == VALUE_UNBOUND) return VALUE_NONE;
    return none_or_error(deque_extend(vm, self, args[1], false));
}

// Ends

static Value raise_empty(VM *vm)
{
    return raise_error(vm, EXC_IndexError, "pop from an empty deque");
}

NATIVE(deque_append, "append(self, item, /)", "Put an item at the right end.")
{
    deque_append(as_deque(args[0]), args[1]);
    return VALUE_NONE;
}

NATIVE(deque_appendleft, "appendleft(self, item, /)",
       "Put an item at the left end.")
{
    deque_append_left(as_deque(args[0]), args[1]);
    return VALUE_NONE;
}

NATIVE(deque_pop, "pop(self, /)", "Remove and return the rightmost element.")
{
    return as_deque(args[0])->len ? deque_pop(as_deque(args[0])) : raise_empty(vm);
}

NATIVE(deque_popleft, "popleft(self, /)", "Remove and return the leftmost element.")
{
    return as_deque(args[0])->len ? deque_pop_left(as_deque(args[0])) : raise_empty(vm);
}

NATIVE(deque_extend, "extend(self, iterable, /)",
       "Put the items of iterable at the right end.")
{
    return none_or_error(deque_extend(vm, as_deque(args[0]), args[1], false));
}

NATIVE(deque_extendleft, "extendleft(self, iterable, /)",
       "Put the items of iterable at the left end, one after the other: they end up in reverse "
       "order.")
{
    return none_or_error(deque_extend(vm, as_deque(args[0]), args[1], true));
}

NATIVE(deque_clear, "clear(self, /)", "Remove all elements from the deque.")
{
    deque_clear(as_deque(args[0]));
    return VALUE_NONE;
}

NATIVE(deque_rotate, "rotate(self, n: ssize = 1, /)",
       "Move n items from the right end to the left; from the left to the right if n is negative.")
{
    deque_rotate(as_deque(args[0]), arg_ssize(args[1]));
    return VALUE_NONE;
}

NATIVE(deque_reverse, "reverse(self, /)", "Reverse *IN PLACE*.")
{
    Deque *self = as_deque(args[0]);
    for (size_t i = 0; i < self->len / 2; i++) {
        Value *a = deque_slot(self, i), *b = deque_slot(self, self->len - 1 - i), v = *a;
        *a = *b;
        *b = v;
    }
    return VALUE_NONE;
}

// Copies

static Value copy_of(VM *vm, Value v)
{
    Deque *self = as_deque(v);
    Class *c = class_of(vm, v);
    if (c != deque_class) {
        Value args[2] = {v, small_int(self->max_len)};
        return value_call(vm, value_object(c), self->max_len < 0 ? 1 : 2, args);
    }
    Deque *copy = new_of(c);
    copy->max_len = self->max_len;
    for (size_t i = 0; i < self->len; i++)
        deque_append(copy, *deque_slot(self, i));
    return value_object(copy);
}

NATIVE(deque_copy, "copy(self, /)", "Return a shallow copy of a deque.")
{
    return copy_of(vm, args[0]);
}

NATIVE(deque_dunder_copy, "__copy__(self, /)", "Return a shallow copy of a deque.")
{
    return copy_of(vm, args[0]);
}

NATIVE(deque_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    Deque *self = as_deque(args[0]);
    Dict *attrs = object_dict(vm, as_object(args[0]), false);
    Tuple *arguments = self->max_len < 0
                           ? tuple_empty
                           : tuple_of(2, value_object(tuple_empty), small_int(self->max_len));
    return value_object(tuple_of(4, value_object(class_of(vm, args[0])), value_object(arguments),
                                 attrs ? value_object(attrs) : VALUE_NONE,
                                 deque_iter(self, false)));
}

// Searching

// Compare item i with v: 1/0, -1 raised; `kind` is what a change of the deque meanwhile raises.
static int compare_item(VM *vm, Deque *d, size_t i, Value v, ExceptionKind kind)
{
    uint64_t state = d->state;
    int equal = value_equal(vm, *deque_slot(d, i), v);
    if (equal < 0 || d->state == state) return equal;
    raise_error(vm, kind, "deque mutated during iteration");
    return -1;
}

static Value raise_not_found(VM *vm, Value v)
{
    Str *text = value_repr(vm, v);
    return text ? raise_error(vm, EXC_ValueError, "%s is not in deque", text->data) : VALUE_ERROR;
}

NATIVE(deque_count, "count(self, value, /)", "Return number of occurrences of value.")
{
    Deque *self = as_deque(args[0]);
    int64_t n = 0;
    for (size_t i = 0; i < self->len; i++) {
        int equal = compare_item(vm, self, i, args[1], EXC_RuntimeError);
        if (equal < 0) return VALUE_ERROR;
        n += equal;
    }
    return small_int(n);
}

NATIVE(deque_index, "index(self, value, start = 0, stop = 9223372036854775807, /)",
       "Where value is first, looked for from start to stop; ValueError if it is nowhere.")
{
    Deque *self = as_deque(args[0]);
    int64_t start, stop;
    if (!sequence_bound(vm, args[2], self->len, &start)) return VALUE_ERROR;
    if (!sequence_bound(vm, args[3], self->len, &stop)) return VALUE_ERROR;
    for (int64_t i = start; i < stop && i < (int64_t)self->len; i++) {
        int equal = compare_item(vm, self, (size_t)i, args[1], EXC_RuntimeError);
        if (equal) return equal < 0 ? VALUE_ERROR : small_int(i);
    }
    return raise_not_found(vm, args[1]);
}

NATIVE(deque_remove, "remove(self, value, /)", "Remove first occurrence of value.")
{
    Deque *self = as_deque(args[0]);
    for (size_t i = 0; i < self->len; i++) {
        int equal = compare_item(vm, self, i, args[1], EXC_IndexError);
        if (equal < 0) return VALUE_ERROR;
        if (!equal) continue;
        deque_remove_at(self, i);
        return VALUE_NONE;
    }
    return raise_not_found(vm, args[1]);
}

NATIVE(deque_contains, "__contains__(self, key, /)", "Return bool(key in self).")
{
    Deque *self = as_deque(args[0]);
    for (size_t i = 0; i < self->len; i++) {
        int equal = compare_item(vm, self, i, args[1], EXC_RuntimeError);
        if (equal) return equal < 0 ? VALUE_ERROR : VALUE_TRUE;
    }
    return VALUE_FALSE;
}

// Items

// The slot that key names; NULL: raised.
static Value *subscript(VM *vm, Deque *d, Value key, size_t *index)
{
    int64_t i;
    if (!is_any_int(key) && special_lookup(vm, key, S(__index__)) == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError, "sequence index must be integer, not '%s'", type_name(vm, key));
        return NULL;
    }
    if (!value_ssize(vm, key, &i)) return NULL;
    if (i < 0) i += (int64_t)d->len;
    *index = (size_t)i;
    if (i >= 0 && (size_t)i < d->len) return deque_slot(d, (size_t)i);
    raise_error(vm, EXC_IndexError, "deque index out of range");
    return NULL;
}

NATIVE(deque_insert, "insert(self, index: ssize, value, /)", "Insert value before index.")
{
    Deque *self = as_deque(args[0]);
    if (self->max_len >= 0 && self->len >= (size_t)self->max_len)
        return raise_error(vm, EXC_IndexError, "deque already at its maximum size");
    deque_insert(self, arg_ssize(args[1]), args[2]);
    return VALUE_NONE;
}

NATIVE(deque_getitem, "__getitem__(self, key, /)", "Return self[key].")
{
    size_t i;
    const Value *slot = subscript(vm, as_deque(args[0]), args[1], &i);
    return slot ? *slot : VALUE_ERROR;
}

NATIVE(deque_setitem, "__setitem__(self, key, value, /)", "Set self[key] to value.")
{
    size_t i;
    Value *slot = subscript(vm, as_deque(args[0]), args[1], &i);
    if (slot) value_replace(slot, args[2]);
    return none_or_error(slot != NULL);
}

NATIVE(deque_delitem, "__delitem__(self, key, /)", "Delete self[key].")
{
    size_t i;
    Deque *self = as_deque(args[0]);
    if (!subscript(vm, self, args[1], &i)) return VALUE_ERROR;
    deque_remove_at(self, i);
    return VALUE_NONE;
}

NATIVE(deque_len, "__len__(self, /)", "Return len(self).")
{
    return small_int((int64_t)as_deque(args[0])->len);
}

NATIVE(deque_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return deque_iter(as_deque(args[0]), false);
}

NATIVE(deque_reversed, "__reversed__(self, /)", "Return a reverse iterator over the deque.")
{
    return deque_iter(as_deque(args[0]), true);
}

// Operators

static List *items_of(Value v)
{
    const Deque *d = as_deque(v);
    List *list = list_new(d->len);
    for (size_t i = 0; i < d->len; i++)
        list_append(list, *deque_slot(d, i));
    return list;
}

NATIVE(deque_repr, "__repr__(self, /)", "Return repr(self).")
{
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    if (repr_enter(vm, args[0])) return value_object(str_from_cstr("[...]"));
    const Str *text = list_repr(vm, items_of(args[0]));
    repr_leave(vm, args[0]);
    if (!text) return VALUE_ERROR;
    const char *type = class_of(vm, args[0])->name->data;
    int64_t max_len = as_deque(args[0])->max_len;
    if (max_len < 0) return value_object(str_format("%s(%s)", type, text->data));
    return value_object(str_format("%s(%s, maxlen=%lld)", type, text->data, (long long)max_len));
}

NATIVE(deque_add, "__add__(self, value, /)", "Return self+value.")
{
    if (!is_deque(vm, args[1])) return sequence_bad_concat(vm, "deque", args[1]);
    Value result = copy_of(vm, args[0]);
    if (is_error(result) || !is_deque(vm, result)) return result;
    return deque_extend(vm, as_deque(result), args[1], false) ? result : VALUE_ERROR;
}

NATIVE(deque_iadd, "__iadd__(self, value, /)", "Implement self+=value.")
{
    return deque_extend(vm, as_deque(args[0]), args[1], false) ? args[0] : VALUE_ERROR;
}

// Repeat d in place. VALUE_NONE, VALUE_NOT_IMPLEMENTED or VALUE_ERROR.
static Value repeat(VM *vm, Value v, Value count)
{
    int64_t n;
    int is_count = sequence_repeat_count(vm, count, &n);
    if (is_count <= 0) return is_count ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
    Deque *d = as_deque(v);
    const List *items = items_of(v);
    if (n == 0) deque_clear(d);
    if (n <= 1 || items->len == 0) return VALUE_NONE;
    if (d->max_len >= 0) {  // only the last max_len items count
        int64_t enough = d->max_len / (int64_t)items->len + 2;
        if (n > enough) n = enough;
    } else if ((uint64_t)n > (SIZE_MAX >> 12) / sizeof(Value) / items->len) {
        return raise_value(vm, vm->memory_error);
    }
    for (int64_t i = 1; i < n; i++)
        for (size_t j = 0; j < items->len; j++)
            deque_append(d, items->items[j]);
    return VALUE_NONE;
}

static Value repeated_copy(VM *vm, Value self, Value count)
{
    Value result = copy_of(vm, self);
    if (is_error(result) || !is_deque(vm, result)) return result;
    Value done = repeat(vm, result, count);
    return is_none(done) ? result : done;
}

NATIVE(deque_mul, "__mul__(self, value, /)", "Return self*value.")
{
    return repeated_copy(vm, args[0], args[1]);
}

NATIVE(deque_rmul, "__rmul__(self, value, /)", "Return value*self.")
{
    return repeated_copy(vm, args[0], args[1]);
}

NATIVE(deque_imul, "__imul__(self, value, /)", "Implement self*=value.")
{
    Value done = repeat(vm, args[0], args[1]);
    return is_none(done) ? args[0] : done;
}

static Value compare(VM *vm, RichCompare op, Value a, Value b)
{
    if (!is_deque(vm, b)) return VALUE_NOT_IMPLEMENTED;
    if (a == b && op >= COMPARE_EQ) return value_bool(op == COMPARE_EQ);
    return list_compare(vm, op, value_object(items_of(a)), value_object(items_of(b)));
}

#define COMPARISON(name, op, symbol)                                                     \
    NATIVE(deque_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.") \
    {                                                                                    \
        return compare(vm, op, args[0], args[1]);                                        \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")

NATIVE(deque_class_getitem, "__class_getitem__(cls, object, /)", "See PEP 585")
{
    return generic_alias_new(vm, args[0], args[1]);
}

static Value get_max_len(VM *vm, Value self)
{
    (void)vm;
    int64_t max_len = as_deque(self)->max_len;
    return max_len < 0 ? VALUE_NONE : int_from_int64(max_len);
}

static const NativeDef *const methods[] = {
    &def_deque_new,
    &def_deque_init,
    &def_deque_append,
    &def_deque_appendleft,
    &def_deque_pop,
    &def_deque_popleft,
    &def_deque_extend,
    &def_deque_extendleft,
    &def_deque_clear,
    &def_deque_rotate,
    &def_deque_reverse,
    &def_deque_copy,
    &def_deque_dunder_copy,
    &def_deque_reduce,
    &def_deque_count,
    &def_deque_index,
    &def_deque_remove,
    &def_deque_contains,
    &def_deque_insert,
    &def_deque_getitem,
    &def_deque_setitem,
    &def_deque_delitem,
    &def_deque_len,
    &def_deque_iter,
    &def_deque_reversed,
    &def_deque_repr,
    &def_deque_add,
    &def_deque_iadd,
    &def_deque_mul,
    &def_deque_rmul,
    &def_deque_imul,
    &def_deque_lt,
    &def_deque_le,
    &def_deque_gt,
    &def_deque_ge,
    &def_deque_eq,
    &def_deque_ne,
    &def_deque_class_getitem,
    NULL,
};

void deque_define(VM *vm, Module *module)
{
    static const GetSetDef getset[] = {
        {"maxlen", get_max_len, NULL, "maximum size of a deque or None if unbounded"},
        {NULL, NULL, NULL, NULL},
    };
    static const TypeDef type = {
        .name = "collections.deque",
        .kind = KIND_OPAQUE,
        .doc = "A list that grows and shrinks cheaply at both ends; with maxlen, what is too "
               "much falls off at the other end.",
        .methods = methods,
        .getset = getset,
        .object_size = sizeof(Deque),
    };
    deque_class = class_define(vm, &type, NULL);
    dict_set_str(module->dict, deque_class->name, value_object(deque_class));
    deque_define_iterators(vm);
    Class *forward = vm->iterator_types[ITER_DEQUE];
    dict_set_str(module->dict, forward->name, value_object(forward));
}
