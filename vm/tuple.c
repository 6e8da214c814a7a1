// SPDX-License-Identifier: MIT
// tuple.c - immutable sequences of values: making, items, operators, hash.
// Comparison is in sequence.c (list_compare), what scripts call in stdlib/tuple_methods.c.
#include "vm/tuple.h"

#include "vm/gc.h"
#include "vm/hash.h"
#include "vm/range.h"
#include "vm/sequence.h"
#include "vm/vm.h"

Tuple *tuple_empty;

static void fill(Tuple *t, size_t len)
{
    t->len = len;
    for (size_t i = 0; i < len; i++)
        t->items[i] = VALUE_NONE;
}

static size_t size_of(size_t len)
{
    return sizeof(Tuple) + len * sizeof(Value);
}

void tuple_init(void)
{
    if (tuple_empty) return;
    tuple_empty = gc_alloc_object(size_of(0));
    object_init(&tuple_empty->object, KIND_TUPLE);
    tuple_empty->len = 0;
}

Tuple *tuple_new(size_t len)
{
    if (len == 0) return tuple_empty;
    Tuple *t = gc_alloc_object(size_of(len));
    object_init(&t->object, KIND_TUPLE);
    fill(t, len);
    return t;
}

enum { MANY = 10000 };

Tuple *tuple_try_new(VM *vm, size_t len)
{
    if (len < MANY) return tuple_new(len);
    Tuple *t = len < SIZE_MAX >> 12 ? gc_try_alloc_array(1, size_of(len)) : NULL;
    if (!t) {
        raise_value(vm, vm->memory_error);
        return NULL;
    }
    object_init(&t->object, KIND_TUPLE);
    fill(t, len);
    return t;
}

Tuple *tuple_alloc(Class *c, size_t len)
{
    if (c->root->id == KIND_TUPLE) return tuple_new(len);
    Tuple *t = object_alloc(c, KIND_TUPLE, size_of(len + 1));
    fill(t, len);
    t->items[len] = 0;  // no attribute dict yet
    return t;
}

Tuple *tuple_from(const Value *items, size_t len)
{
    if (len == 0) return tuple_empty;
    Tuple *t = gc_alloc_object(size_of(len));
    object_init(&t->object, KIND_TUPLE);
    t->len = len;
    memcpy(t->items, items, len * sizeof(Value));
    return t;
}

Tuple *tuple_of(size_t len, ...)
{
    Tuple *t = tuple_new(len);
    va_list args;
    va_start(args, len);
    for (size_t i = 0; i < len; i++)
        t->items[i] = va_arg(args, Value);
    va_end(args);
    return t;
}

Tuple *tuple_from_iterable(VM *vm, Value iterable)
{
    if (is_exact(iterable, KIND_TUPLE)) return as_tuple(iterable);
    List *list =
        is_exact(iterable, KIND_LIST) ? as_list(iterable) : list_from_iterable(vm, iterable);
    if (!list) return NULL;
    return tuple_from(list->items, list->len);
}

Value tuple_getitem(VM *vm, Tuple *tuple, Value key)
{
    int64_t i, step, n;
    if (is_slice(key)) {
        if (!slice_indices(vm, as_slice(key), tuple->len, &i, &step, &n)) return VALUE_ERROR;
        if ((size_t)n == tuple->len && step == 1 && tuple->object.shape == KIND_TUPLE)
            return value_object(tuple);
        Tuple *result = tuple_new((size_t)n);
        for (int64_t j = 0; j < n; j++, i += step)
            result->items[j] = tuple->items[i];
        return value_object(result);
    }
    if (!sequence_subscript(vm, "tuple", key, &i)) return VALUE_ERROR;
    if (i < 0) i += (int64_t)tuple->len;
    if (unlikely((uint64_t)i >= tuple->len))
        return raise_error(vm, EXC_IndexError, "tuple index out of range");
    return tuple->items[i];
}

static Value concat(VM *vm, Tuple *a, Tuple *b)
{
    if (b->len == 0 && a->object.shape == KIND_TUPLE) return value_object(a);
    if (a->len == 0 && b->object.shape == KIND_TUPLE) return value_object(b);
    Tuple *t = tuple_try_new(vm, a->len + b->len);
    if (!t) return VALUE_ERROR;
    memcpy(t->items, a->items, a->len * sizeof(Value));
    memcpy(t->items + a->len, b->items, b->len * sizeof(Value));
    return value_object(t);
}

static Value repeat(VM *vm, Tuple *tuple, Value count)
{
    int64_t n;
    int is_count = sequence_repeat_count(vm, count, &n);
    if (is_count <= 0) return is_count ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
    if (tuple->object.shape == KIND_TUPLE && (n == 1 || tuple->len == 0))
        return value_object(tuple);
    if (tuple->len && (uint64_t)n > (SIZE_MAX >> 8) / sizeof(Value) / tuple->len)
        return raise_value(vm, vm->memory_error);
    Tuple *t = tuple_try_new(vm, tuple->len * (size_t)n);
    if (!t) return VALUE_ERROR;
    if (t->len) sequence_repeat(t->items, tuple->items, tuple->len, (size_t)n);
    return value_object(t);
}

Value tuple_binary(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (op == BINARY_ADD && is_tuple(a)) {
        if (is_tuple(b)) return concat(vm, as_tuple(a), as_tuple(b));
        return sequence_bad_concat(vm, "tuple", b);
    }
    if (op == BINARY_MUL)
        return is_tuple(a) ? repeat(vm, as_tuple(a), b) : repeat(vm, as_tuple(b), a);
    return VALUE_NOT_IMPLEMENTED;
}

// CPython's xxHash scheme.
bool tuple_hash(VM *vm, Tuple *tuple, uint64_t *hash)
{
    const uint64_t prime1 = 11400714785074694791u, prime2 = 14029467366897019727u;
    const uint64_t prime5 = 2870177450012600261u;
    uint64_t acc = prime5;
    if (!vm_check_c_stack(vm)) return false;
    for (size_t i = 0; i < tuple->len; i++) {
        uint64_t lane;
        if (!hash_key(vm, tuple->items[i], &lane)) return false;
        acc += lane * prime2;
        acc = (acc << 31 | acc >> 33) * prime1;
    }
    acc += tuple->len ^ (prime5 ^ 3527539u);
    *hash = acc == UINT64_MAX ? 1546275796 : acc;
    return true;
}

Str *tuple_repr(VM *vm, Tuple *tuple)
{
    if (tuple->len == 0) return str_new("()", 2);
    if (!vm_check_c_stack(vm)) return NULL;
    if (repr_enter(vm, value_object(tuple))) return str_new("(...)", 5);
    StrBuilder b = {0};
    Str *s = NULL;
    builder_add_byte(&b, '(');
    for (size_t i = 0; i < tuple->len; i++) {
        if (i) builder_add(&b, ", ", 2);
        s = value_repr(vm, tuple->items[i]);
        if (!s) break;
        builder_add_str(&b, s);
    }
    repr_leave(vm, value_object(tuple));
    if (!s) return NULL;
    builder_add_cstr(&b, tuple->len == 1 ? ",)" : ")");
    return builder_str(&b);
}
