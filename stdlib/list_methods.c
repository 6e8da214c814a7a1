// SPDX-License-Identifier: MIT
// list_methods.c - the type list.
#include "stdlib/stdlib.h"
#include "vm/iter.h"
#include "vm/sequence.h"
#include "vm/vm.h"

static Value convert(VM *vm, Value v)
{
    List *list = list_from_iterable(vm, v);
    return list ? value_object(list) : VALUE_ERROR;
}

NATIVE(list_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Class *c = as_class(args[0]);
    if (c->root->id == KIND_LIST) return value_object(list_new(0));
    List *list = object_alloc(c, KIND_LIST, sizeof(List));
    list_init_empty(list);
    return value_object(list);
}

NATIVE(list_init, "__init__(self, iterable=(), /)",
       "Fill the new object; the class says with what.")
{
    List *self = as_list(args[0]);
    list_clear(self);
    return list_extend(vm, self, args[1]) ? VALUE_NONE : VALUE_ERROR;
}

// Changing

NATIVE(list_append, "append(self, object, /)", "Append object to the end of the list.")
{
    list_append(as_list(args[0]), args[1]);
    return VALUE_NONE;
}

NATIVE(list_clear, "clear(self, /)", "Remove all items from list.")
{
    list_clear(as_list(args[0]));
    return VALUE_NONE;
}

NATIVE(list_copy, "copy(self, /)", "Return a shallow copy of the list.")
{
    return value_object(list_from(as_list(args[0])->items, as_list(args[0])->len));
}

NATIVE(list_extend, "extend(self, iterable, /)",
       "Put the items of iterable at the end.")
{
    return list_extend(vm, as_list(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(list_insert, "insert(self, index: ssize, object, /)", "Insert object before index.")
{
    bool ok = list_insert(vm, as_list(args[0]), arg_ssize(args[1]), args[2]);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(list_pop, "pop(self, index: ssize = -1, /)",
       "Remove the item at index, the last if it is left out, and return it; IndexError if there "
       "is none.")
{
    return list_pop(vm, as_list(args[0]), arg_ssize(args[1]));
}

NATIVE(list_remove, "remove(self, value, /)",
       "Remove the first item that equals value; ValueError if there is none.")
{
    List *self = as_list(args[0]);
    for (size_t i = 0; i < self->len; i++) {
        int equal = value_equal(vm, self->items[i], args[1]);
        if (equal < 0) return VALUE_ERROR;
        if (!equal) continue;
        if (i < self->len) list_remove_range(self, i, i + 1);
        return VALUE_NONE;
    }
    return raise_error(vm, EXC_ValueError, "list.remove(x): x not in list");
}

NATIVE(list_reverse, "reverse(self, /)", "Reverse *IN PLACE*.")
{
    list_reverse(as_list(args[0]));
    return VALUE_NONE;
}

NATIVE(list_sort, "sort(self, *, key = None, reverse: bool = False)",
       "Sort the list in place; items that compare equal keep their order.\n\n"
       "key is called once with each item for what is compared; reverse sorts downwards.")
{
    bool ok = list_sort(vm, as_list(args[0]), args[1], args[2] == VALUE_TRUE);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

// Searching

NATIVE(list_count, "count(self, value, /)", "Return number of occurrences of value.")
{
    const List *self = as_list(args[0]);
    int64_t n = 0;
    for (size_t i = 0; i < self->len; i++) {
        int equal = value_equal(vm, self->items[i], args[1]);
        if (equal < 0) return VALUE_ERROR;
        n += equal;
    }
    return small_int(n);
}

NATIVE(list_index, "index(self, value, start = 0, stop = 9223372036854775807, /)",
       "Where value is first, looked for from start to stop; ValueError if it is nowhere.")
{
    const List *self = as_list(args[0]);
    int64_t start, stop;
    if (!sequence_bound(vm, args[2], self->len, &start)) return VALUE_ERROR;
    if (!sequence_bound(vm, args[3], self->len, &stop)) return VALUE_ERROR;
    for (int64_t i = start; i < stop && i < (int64_t)self->len; i++) {
        int equal = value_equal(vm, self->items[i], args[1]);
        if (equal < 0) return VALUE_ERROR;
        if (equal) return small_int(i);
    }
    Str *text = value_repr(vm, args[1]);
    return text ? raise_error(vm, EXC_ValueError, "%s is not in list", text->data) : VALUE_ERROR;
}

// Special methods

NATIVE(list_repr, "__repr__(self, /)", "Return repr(self).")
{
    Str *text = list_repr(vm, as_list(args[0]));
    return text ? value_object(text) : VALUE_ERROR;
}

NATIVE(list_len, "__len__(self, /)", "Return len(self).")
{
    return small_int((int64_t)as_list(args[0])->len);
}

NATIVE(list_getitem, "__getitem__(self, index, /)", "Return self[index].")
{
    return list_getitem(vm, as_list(args[0]), args[1]);
}

NATIVE(list_setitem, "__setitem__(self, key, value, /)", "Set self[key] to value.")
{
    return list_setitem(vm, as_list(args[0]), args[1], args[2]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(list_delitem, "__delitem__(self, key, /)", "Delete self[key].")
{
    return list_setitem(vm, as_list(args[0]), args[1], VALUE_UNBOUND) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(list_contains, "__contains__(self, key, /)", "Return bool(key in self).")
{
    const List *self = as_list(args[0]);
    for (size_t i = 0; i < self->len; i++) {
        int equal = value_equal(vm, self->items[i], args[1]);
        if (equal) return equal < 0 ? VALUE_ERROR : VALUE_TRUE;
    }
    return VALUE_FALSE;
}

NATIVE(list_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return list_iter(args[0]);
}

NATIVE(list_reversed, "__reversed__(self, /)", "Return a reverse iterator over the list.")
{
    return list_reverse_iter(args[0]);
}

NATIVE(list_add, "__add__(self, value, /)", "Return self+value.")
{
    return sequence_concat(vm, args[0], args[1]);
}

NATIVE(list_mul, "__mul__(self, value, /)", "Return self*value.")
{
    Value n = value_index(vm, args[1]);
    return is_error(n) ? n : list_binary(vm, BINARY_MUL, args[0], n);
}

NATIVE(list_rmul, "__rmul__(self, value, /)", "Return value*self.")
{
    Value n = value_index(vm, args[1]);
    return is_error(n) ? n : list_binary(vm, BINARY_MUL, args[0], n);
}

NATIVE(list_iadd, "__iadd__(self, value, /)", "Implement self+=value.")
{
    return list_inplace(vm, BINARY_ADD, args[0], args[1]);
}

NATIVE(list_imul, "__imul__(self, value, /)", "Implement self*=value.")
{
    Value n = value_index(vm, args[1]);
    return is_error(n) ? n : list_inplace(vm, BINARY_MUL, args[0], n);
}

#define COMPARISON(name, op, symbol)                                                              \
    NATIVE(list_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.")           \
    {                                                                                             \
        return is_list(args[1]) ? list_compare(vm, op, args[0], args[1]) : VALUE_NOT_IMPLEMENTED; \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")

void list_define(VM *vm)
{
    static const NativeDef *const methods[] = {
        &def_list_new,      &def_list_init,    &def_list_append,
        &def_list_clear,    &def_list_copy,    &def_list_extend,
        &def_list_insert,   &def_list_pop,     &def_list_remove,
        &def_list_reverse,  &def_list_sort,    &def_list_count,
        &def_list_index,    &def_list_repr,    &def_list_len,
        &def_list_getitem,  &def_list_setitem, &def_list_delitem,
        &def_list_contains, &def_list_iter,    &def_list_reversed,
        &def_list_add,      &def_list_mul,     &def_list_rmul,
        &def_list_iadd,     &def_list_imul,    &def_list_lt,
        &def_list_le,       &def_list_gt,      &def_list_ge,
        &def_list_eq,       &def_list_ne,      NULL,
    };
    static const TypeDef type = {
        .name = "list",
        .kind = KIND_LIST,
        .convert = convert,
        .doc = "A list, which can be changed: the items of iterable, or none.",
        .methods = methods,
    };
    class_define(vm, &type, NULL);
}
