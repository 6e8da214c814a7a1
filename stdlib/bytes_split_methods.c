// SPDX-License-Identifier: MIT
// bytes_split_methods.c - methods of bytes and bytearray that take them apart or put them together.
// INVARIANT: a Span of self is taken after all arguments are converted: conversions may change it.
#include "stdlib/bytes_methods.h"
#include "stdlib/text_args.h"
#include "vm/bytes.h"
#include "vm/gc.h"
#include "vm/vm.h"

static inline bool is_space(char c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

// The part [from, to) of self's bytes as a new object; all of a bytes object is itself.
static Value piece(Value self, Span span, size_t from, size_t to)
{
    if (is_bytes(self)) return value_object(str_piece(as_str(self), from, to));
    return bytes_like(self, span.data + from, to - from);
}

static void add_piece(List *list, Value self, Span span, size_t from, size_t to)
{
    list_append(list, piece(self, span, from, to));
}

static void reverse(List *list)
{
    for (size_t i = 0, j = list->len; i + 1 < j; i++) {
        j--;
        Value v = list->items[i];
        list->items[i] = list->items[j];
        list->items[j] = v;
    }
}

static void split_spaces(List *list, Value self, Span s, int64_t most)
{
    for (size_t at = 0;;) {
        while (at < s.size && is_space(s.data[at]))
            at++;
        if (at == s.size) return;
        size_t from = at;
        if (most-- == 0) {
            add_piece(list, self, s, from, s.size);
            return;
        }
        while (at < s.size && !is_space(s.data[at]))
            at++;
        add_piece(list, self, s, from, at);
    }
}

static void rsplit_spaces(List *list, Value self, Span s, int64_t most)
{
    for (size_t at = s.size;;) {
        while (at > 0 && is_space(s.data[at - 1]))
            at--;
        if (at == 0) break;
        size_t to = at;
        if (most-- == 0) {
            add_piece(list, self, s, 0, to);
            break;
        }
        while (at > 0 && !is_space(s.data[at - 1]))
            at--;
        add_piece(list, self, s, at, to);
    }
    reverse(list);
}

static void split_at(List *list, Value self, Span s, Span sep, int64_t most)
{
    size_t from = 0;
    while (most-- > 0) {
        int64_t at = text_find(s.data + from, s.size - from, sep.data, sep.size);
        if (at < 0) break;
        add_piece(list, self, s, from, from + (size_t)at);
        from += (size_t)at + sep.size;
    }
    add_piece(list, self, s, from, s.size);
}

static void rsplit_at(List *list, Value self, Span s, Span sep, int64_t most)
{
    size_t to = s.size;
    while (most-- > 0) {
        int64_t at = text_rfind(s.data, to, sep.data, sep.size);
        if (at < 0) break;
        add_piece(list, self, s, (size_t)at + sep.size, to);
        to = (size_t)at;
    }
    add_piece(list, self, s, 0, to);
    reverse(list);
}

static Value split(VM *vm, Value *args, bool from_right)
{
    Value self = args[0];
    int64_t most = arg_ssize(args[2]);
    if (most < 0) most = INT64_MAX;
    List *list = list_new(0);
    Span sep;
    if (is_none(args[1])) {
        if (from_right)
            rsplit_spaces(list, self, bytes_span(self), most);
        else
            split_spaces(list, self, bytes_span(self), most);
        return value_object(list);
    }
    if (!bytes_get(vm, args[1], &sep)) return VALUE_ERROR;
    if (sep.size == 0) return raise_error(vm, EXC_ValueError, "empty separator");
    if (from_right)
        rsplit_at(list, self, bytes_span(self), sep, most);
    else
        split_at(list, self, bytes_span(self), sep, most);
    return value_object(list);
}

NATIVE(bytes_split, "split(self, /, sep = None, maxsplit: ssize = -1)",
       "Return a list of the sections in the bytes, using sep as the delimiter.\n"
       "Without sep, the bytes are split on ASCII whitespace.")
{
    return split(vm, args, false);
}

NATIVE(bytes_rsplit, "rsplit(self, /, sep = None, maxsplit: ssize = -1)",
       "Return a list of the sections in the bytes, using sep as the delimiter.\n"
       "Splitting is done starting at the end of the bytes and working to the front.")
{
    return split(vm, args, true);
}

NATIVE(bytes_splitlines, "splitlines(self, /, keepends: bool = False)",
       "Return a list of the lines in the bytes, breaking at line boundaries.")
{
    Span s = bytes_span(args[0]);
    List *list = list_new(0);
    for (size_t at = 0; at < s.size;) {
        size_t from = at;
        while (at < s.size && s.data[at] != '\n' && s.data[at] != '\r')
            at++;
        size_t to = at;
        if (at < s.size)
            at += s.data[at] == '\r' && at + 1 < s.size && s.data[at + 1] == '\n' ? 2 : 1;
        add_piece(list, args[0], s, from, args[1] == VALUE_TRUE ? at : to);
    }
    return value_object(list);
}

// strip

enum { STRIP_LEFT = 1, STRIP_RIGHT = 2 };

static Value strip(VM *vm, Value *args, int sides)
{
    Span chars = {" \t\n\r\v\f", 6};
    if (!is_none(args[1]) && !bytes_get(vm, args[1], &chars)) return VALUE_ERROR;
    Span s = bytes_span(args[0]);
    size_t from = 0, to = s.size;
    while (sides & STRIP_LEFT && from < to && memchr(chars.data, s.data[from], chars.size))
        from++;
    while (sides & STRIP_RIGHT && from < to && memchr(chars.data, s.data[to - 1], chars.size))
        to--;
    return piece(args[0], s, from, to);
}

NATIVE(
    bytes_strip, "strip(self, bytes = None, /)",
    "Strip leading and trailing bytes contained in the argument, ASCII whitespace if it is None.")
{
    return strip(vm, args, STRIP_LEFT | STRIP_RIGHT);
}

NATIVE(bytes_lstrip, "lstrip(self, bytes = None, /)",
       "Strip leading bytes contained in the argument, ASCII whitespace if it is None.")
{
    return strip(vm, args, STRIP_LEFT);
}

NATIVE(bytes_rstrip, "rstrip(self, bytes = None, /)",
       "Strip trailing bytes contained in the argument, ASCII whitespace if it is None.")
{
    return strip(vm, args, STRIP_RIGHT);
}

NATIVE(bytes_removeprefix, "removeprefix(self, prefix, /)",
       "Return the bytes without the given prefix, or all of them if they do not start with it.")
{
    Span prefix;
    if (!bytes_get(vm, args[1], &prefix)) return VALUE_ERROR;
    Span s = bytes_span(args[0]);
    bool has = s.size >= prefix.size && memcmp(s.data, prefix.data, prefix.size) == 0;
    return piece(args[0], s, has ? prefix.size : 0, s.size);
}

NATIVE(bytes_removesuffix, "removesuffix(self, suffix, /)",
       "Return the bytes without the given suffix, or all of them if they do not end with it.")
{
    Span suffix;
    if (!bytes_get(vm, args[1], &suffix)) return VALUE_ERROR;
    Span s = bytes_span(args[0]);
    size_t n = suffix.size;
    bool has = s.size >= n && memcmp(s.data + s.size - n, suffix.data, n) == 0;
    return piece(args[0], s, 0, has ? s.size - n : s.size);
}

// partition

static Value partition(VM *vm, Value *args, bool from_right)
{
    Span sep;
    if (!bytes_get(vm, args[1], &sep)) return VALUE_ERROR;
    if (sep.size == 0) return raise_error(vm, EXC_ValueError, "empty separator");
    Value self = args[0];
    Span s = bytes_span(self);
    int64_t at = from_right ? text_rfind(s.data, s.size, sep.data, sep.size)
                            : text_find(s.data, s.size, sep.data, sep.size);
    Value head = at < 0 && is_bytes(self) ? self : piece(self, s, 0, at < 0 ? s.size : (size_t)at);
    Value middle = bytes_like(self, sep.data, at < 0 ? 0 : sep.size);
    Value tail = at < 0 ? bytes_like(self, "", 0) : piece(self, s, (size_t)at + sep.size, s.size);
    if (at < 0 && from_right) return value_object(tuple_of(3, middle, tail, head));
    if (at >= 0 && is_exact(args[1], KIND_BYTES) && is_bytes(self)) middle = args[1];
    return value_object(tuple_of(3, head, middle, tail));
}

NATIVE(bytes_partition, "partition(self, sep, /)",
       "Partition the bytes into three parts using the given separator.")
{
    return partition(vm, args, false);
}

NATIVE(bytes_rpartition, "rpartition(self, sep, /)",
       "Partition the bytes into three parts using the last separator.")
{
    return partition(vm, args, true);
}

// join

static bool check_items(VM *vm, const Value *items, size_t n, size_t *size)
{
    *size = 0;
    for (size_t i = 0; i < n; i++) {
        if (!has_bytes(items[i])) {
            raise_error(vm, EXC_TypeError,
                        "sequence item %zu: expected a bytes-like object, %s found", i,
                        type_name(vm, items[i]));
            return false;
        }
        *size += bytes_span(items[i]).size;
    }
    return true;
}

NATIVE(bytes_join, "join(self, iterable_of_bytes, /)",
       "Concatenate any number of bytes objects.\n"
       "The object whose method is called is inserted in between each pair.")
{
    const Value *items;
    size_t n, size, between;
    Value owner = text_join_items(vm, args[1], &items, &n);
    if (is_error(owner) || !check_items(vm, items, n, &size)) return VALUE_ERROR;
    if (n == 1 && is_bytes(args[0]) && is_exact(items[0], KIND_BYTES)) return items[0];
    Span sep = bytes_span(args[0]);
    StrBuilder b = {0};
    if (n > 0 && (__builtin_mul_overflow(sep.size, n - 1, &between) ||
                  !builder_try_reserve(&b, size + between)))
        return raise_value(vm, vm->memory_error);
    for (size_t i = 0; i < n; i++) {
        Span item = bytes_span(items[i]);
        if (i > 0) builder_add(&b, sep.data, sep.size);
        builder_add(&b, item.data, item.size);
    }
    return bytes_like(args[0], b.data ? b.data : "", b.size);
}

// replace

static bool interleave(StrBuilder *b, Span s, Span by, size_t most)
{
    size_t n = most < s.size + 1 ? most : s.size + 1, added;
    if (__builtin_mul_overflow(n, by.size, &added) || !builder_try_reserve(b, s.size + added))
        return false;
    for (size_t i = 0; i < n; i++) {
        builder_add(b, by.data, by.size);
        if (i < s.size) builder_add_byte(b, s.data[i]);
    }
    if (n < s.size) builder_add(b, s.data + n, s.size - n);
    return true;
}

static bool replace_n(StrBuilder *b, Span s, Span old, Span by, size_t n)
{
    size_t added;
    if (__builtin_mul_overflow(n, by.size, &added) || !builder_try_reserve(b, s.size + added))
        return false;
    const char *p = s.data, *end = p + s.size;
    for (; n > 0; n--) {
        int64_t at = text_find(p, (size_t)(end - p), old.data, old.size);
        builder_add(b, p, (size_t)at);
        builder_add(b, by.data, by.size);
        p += at + (int64_t)old.size;
    }
    builder_add(b, p, (size_t)(end - p));
    return true;
}

NATIVE(bytes_replace, "replace(self, old, new, count: ssize = -1, /)",
       "Return a copy with all occurrences of subsection old replaced by new.\n"
       "count is the maximum number of occurrences to replace; -1 replaces all.")
{
    Span old, by;
    if (!bytes_get(vm, args[1], &old) || !bytes_get(vm, args[2], &by)) return VALUE_ERROR;
    Span s = bytes_span(args[0]);
    int64_t count = arg_ssize(args[3]);
    size_t most = count < 0 ? SIZE_MAX : (size_t)count, n = 0;
    StrBuilder b = {0};
    if (old.size > 0) n = text_count(s.data, s.size, old.data, old.size, most);
    if (old.size > 0 ? n == 0 : most == 0) return piece(args[0], s, 0, s.size);
    bool ok = old.size ? replace_n(&b, s, old, by, n) : interleave(&b, s, by, most);
    if (!ok) return raise_value(vm, vm->memory_error);
    return bytes_like(args[0], b.data ? b.data : "", b.size);
}

const NativeDef *const bytes_split_methods[] = {
    &def_bytes_split,
    &def_bytes_rsplit,
    &def_bytes_splitlines,
    &def_bytes_strip,
    &def_bytes_lstrip,
    &def_bytes_rstrip,
    &def_bytes_removeprefix,
    &def_bytes_removesuffix,
    &def_bytes_partition,
    &def_bytes_rpartition,
    &def_bytes_join,
    &def_bytes_replace,
    NULL,
};
