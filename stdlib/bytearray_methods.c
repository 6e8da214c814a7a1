// SPDX-License-Identifier: MIT
// bytearray_methods.c - the type bytearray: its constructor and the methods that change it. What it
// shares with bytes is in bytes_methods.c.
#include "stdlib/bytes_methods.h"
#include "stdlib/stdlib.h"
#include "stdlib/text_args.h"
#include "vm/bytes.h"

NATIVE(bytearray_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return value_object(bytearray_alloc(as_class(args[0])));
}

NATIVE(bytearray_init, "__init__(self, source = ?, encoding: str = ?, errors: str = ?)",
       "Initialize self: from bytes, an iterable of ints, a string and its encoding, or a size.")
{
    StrBuilder b = {0};
    if (!bytes_from_args(vm, args[1], args[2], args[3], "bytearray", &b)) return VALUE_ERROR;
    Bytearray *self = as_bytearray(args[0]);
    if (!bytearray_splice(vm, self, 0, self->size, b.data, b.size)) return VALUE_ERROR;
    return VALUE_NONE;
}

NATIVE(bytearray_append, "append(self, item, /)",
       "Append a single item to the end of the bytearray.")
{
    int c = bytes_item(vm, args[1]);
    Bytearray *self = as_bytearray(args[0]);
    if (c < 0 || !bytearray_resize(vm, self, self->size + 1)) return VALUE_ERROR;
    self->data[self->size - 1] = (char)c;
    return VALUE_NONE;
}

static Value raise_not_iterable(VM *vm, Value v)
{
    if (is_str(v))
        return raise_error(vm, EXC_TypeError, "expected iterable of integers; got: '%s'",
                           type_name(vm, v));
    return raise_error(vm, EXC_TypeError, "can't extend bytearray with %s", type_name(vm, v));
}

NATIVE(bytearray_extend, "extend(self, iterable_of_ints, /)",
       "Append all the items from the iterator or sequence to the end of the bytearray.")
{
    StrBuilder b = {0};
    Value source = args[1];
    if (is_str(source)) return raise_not_iterable(vm, source);
    if (!is_bytes_like(source)) {
        source = value_iter(vm, source);
        if (is_error(source)) {
            if (!error_is(vm, EXC_TypeError)) return VALUE_ERROR;
            (void)error_take(vm);
            return raise_not_iterable(vm, args[1]);
        }
        if (value_length_hint(vm, args[1], 0) < 0) return VALUE_ERROR;
    }
    if (!bytes_collect(vm, source, &b, "bytearray")) return VALUE_ERROR;
    Bytearray *self = as_bytearray(args[0]);
    if (!bytearray_splice(vm, self, self->size, self->size, b.data, b.size)) return VALUE_ERROR;
    return VALUE_NONE;
}

NATIVE(bytearray_insert, "insert(self, index: ssize, item, /)",
       "Insert a single item into the bytearray before the given index.")
{
    int64_t i = arg_ssize(args[1]);
    int c = bytes_item(vm, args[2]);
    if (c < 0) return VALUE_ERROR;
    Bytearray *self = as_bytearray(args[0]);
    int64_t size = (int64_t)self->size;
    if (i < 0) i += size;
    size_t at = i < 0 ? 0 : i > size ? (size_t)size : (size_t)i;
    char byte = (char)c;
    return bytearray_splice(vm, self, at, at, &byte, 1) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(bytearray_pop, "pop(self, index: ssize = -1, /)",
       "Remove and return a single item from the bytearray (the last by default).\n"
       "Raises IndexError if the bytearray is empty or the index out of range.")
{
    Bytearray *self = as_bytearray(args[0]);
    int64_t i = arg_ssize(args[1]);
    if (self->size == 0) return raise_error(vm, EXC_IndexError, "pop from empty bytearray");
    if (i < 0) i += (int64_t)self->size;
    if (i < 0 || (size_t)i >= self->size)
        return raise_error(vm, EXC_IndexError, "pop index out of range");
    unsigned char c = (unsigned char)self->data[i];
    if (!bytearray_splice(vm, self, (size_t)i, (size_t)i + 1, NULL, 0)) return VALUE_ERROR;
    return small_int(c);
}

NATIVE(bytearray_remove, "remove(self, value, /)",
       "Remove the first occurrence of a value in the bytearray; ValueError if there is none.")
{
    int c = bytes_item(vm, args[1]);
    if (c < 0) return VALUE_ERROR;
    Bytearray *self = as_bytearray(args[0]);
    const char *p = memchr(self->data, c, self->size);
    if (!p) return raise_error(vm, EXC_ValueError, "value not found in bytearray");
    size_t at = (size_t)(p - self->data);
    return bytearray_splice(vm, self, at, at + 1, NULL, 0) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(bytearray_reverse, "reverse(self, /)", "Reverse the order of the bytes in place.")
{
    Bytearray *self = as_bytearray(args[0]);
    for (size_t i = 0, j = self->size; i + 1 < j; i++) {
        char c = self->data[i];
        self->data[i] = self->data[--j];
        self->data[j] = c;
    }
    return VALUE_NONE;
}

NATIVE(bytearray_clear, "clear(self, /)", "Remove all items from the bytearray.")
{
    return bytearray_resize(vm, as_bytearray(args[0]), 0) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(bytearray_copy, "copy(self, /)", "Return a copy.")
{
    Span s = bytes_span(args[0]);
    return value_object(bytearray_new(s.data, s.size));
}

NATIVE(bytearray_setitem, "__setitem__(self, key, value, /)", "Set self[key] to value.")
{
    return bytearray_setitem(vm, args[0], args[1], args[2]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(bytearray_delitem, "__delitem__(self, key, /)", "Delete self[key].")
{
    return bytearray_setitem(vm, args[0], args[1], VALUE_UNBOUND) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(bytearray_iadd, "__iadd__(self, value, /)", "Implement self+=value.")
{
    return bytearray_inplace(vm, BINARY_ADD, args[0], args[1]);
}

NATIVE(bytearray_imul, "__imul__(self, value, /)", "Implement self*=value.")
{
    Value n = value_index(vm, args[1]);
    return is_error(n) ? n : bytearray_inplace(vm, BINARY_MUL, args[0], n);
}

void bytearray_define(VM *vm)
{
    static const NativeDef *const own[] = {
        &def_bytearray_new,    &def_bytearray_init,    &def_bytearray_append,
        &def_bytearray_extend, &def_bytearray_insert,  &def_bytearray_pop,
        &def_bytearray_remove, &def_bytearray_reverse, &def_bytearray_clear,
        &def_bytearray_copy,   &def_bytearray_setitem, &def_bytearray_delitem,
        &def_bytearray_iadd,   &def_bytearray_imul,    NULL,
    };
    static const NativeDef *all[90];
    const NativeDef *const *const lists[] = {own, bytes_shared_methods, bytes_split_methods,
                                             bytes_char_methods};
    text_join_tables(all, countof(all), lists, countof(lists));
    TypeDef type = {
        .name = "bytearray",
        .kind = KIND_BYTEARRAY,
        .doc = "bytearray(iterable_of_ints) -> bytearray\n"
               "bytearray(string, encoding[, errors]) -> bytearray\n"
               "bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n"
               "bytearray(int) -> bytes array of size given by the parameter initialized with "
               "null bytes\nbytearray() -> empty bytes array",
        .methods = all,
    };
    Class *c = class_define(vm, &type, NULL);
    dict_set_str(c->dict, S(__hash__), VALUE_NONE);
}
