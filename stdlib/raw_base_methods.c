// SPDX-License-Identifier: MIT
// raw_base_methods.c - what io.IOBase and io.RawIOBase do for classes written in Rill: lines by read(1), read by
// readinto.
#include "stdlib/file_methods.h"
#include "vm/bytes.h"
#include "vm/vm.h"

static Value call(VM *vm, Value self, const char *method, Value argument)
{
    return value_call_method(vm, self, str_intern(method, strlen(method)), 1, &argument);
}

static bool check_bytes(VM *vm, Value v, const char *method)
{
    if (is_bytes(v)) return true;
    raise_error(vm, EXC_OSError, "%s() should have returned a bytes object, not '%s'", method, type_name(vm, v));
    return false;
}

// How many bytes may be read without passing the end of the line, by what peek() shows; 1 without it. -1: raised.
static int64_t wanted(VM *vm, Value self, Value peek, int64_t room)
{
    if (peek == VALUE_UNBOUND) return 1;
    Value ahead = call(vm, self, "peek", small_int(1));
    if (is_error(ahead) || !check_bytes(vm, ahead, "peek")) return -1;
    const Str *text = as_str(ahead);
    if (text->size == 0) return 1;
    const char *newline = memchr(text->data, '\n', text->size);
    int64_t n = newline ? newline + 1 - text->data : (int64_t)text->size;
    return room >= 0 && n > room ? room : n;
}

static Value native_base_readline(VM *vm, Value *args);
const NativeDef def_base_readline = {native_base_readline, "readline(self, size=-1, /)",
                                     "Read and return one line, at most size bytes of it."};
static Value native_base_readline(VM *vm, Value *args)
{
    StrBuilder line = {0};
    int64_t limit;
    if (!file_size_arg(vm, args[1], &limit)) return VALUE_ERROR;
    Value peek = value_find_attr(vm, args[0], str_intern("peek", 4));
    if (is_error(peek)) return peek;
    while (limit < 0 || line.size < (uint64_t)limit) {
        int64_t n = wanted(vm, args[0], peek, limit < 0 ? -1 : limit - (int64_t)line.size);
        Value piece = n < 0 ? VALUE_ERROR : call(vm, args[0], "read", small_int(n));
        if (is_error(piece) || !check_bytes(vm, piece, "read")) return VALUE_ERROR;
        if (as_str(piece)->size == 0) break;
        builder_add(&line, as_str(piece)->data, as_str(piece)->size);
        if (line.data[line.size - 1] == '\n') break;
    }
    return value_object(builder_bytes(&line));
}

NATIVE(raw_readall, "readall(self, /)", "Read until EOF, using multiple read() call.")
{
    enum { PIECE = 8192 };
    StrBuilder all = {0};
    for (;;) {
        Value piece = call(vm, args[0], "read", small_int(PIECE));
        if (is_error(piece)) return piece;
        if (is_none(piece) && all.size == 0) return piece;
        if (is_none(piece)) break;
        if (!is_bytes(piece)) return raise_error(vm, EXC_TypeError, "read() should return bytes");
        if (as_str(piece)->size == 0) break;
        builder_add(&all, as_str(piece)->data, as_str(piece)->size);
    }
    return value_object(builder_bytes(&all));
}

NATIVE(raw_read, "read(self, size: ssize = -1, /)", "Read and return at most size bytes; all of them if it is negative.")
{
    int64_t size = arg_ssize(args[1]);
    if (size < 0) return value_call_method(vm, args[0], str_intern("readall", 7), 0, NULL);
    Bytearray *b = bytearray_new(NULL, 0);
    if (!bytearray_resize(vm, b, (size_t)size)) return VALUE_ERROR;
    memset(b->data, 0, b->size);
    Value n = call(vm, args[0], "readinto", value_object(b));
    if (is_error(n) || is_none(n)) return n;
    int64_t count;
    if (!value_ssize(vm, n, &count)) return VALUE_ERROR;
    if (count < 0 || (size_t)count > b->size)
        return raise_error(vm, EXC_ValueError, "readinto returned %lld outside buffer size %zu", (long long)count, b->size);
    return value_object(bytes_new(b->data, (size_t)count));
}

static Value raise_not_implemented(VM *vm)
{
    return raise_value(vm, value_object(exception_alloc(exception_class(vm, EXC_NotImplementedError), tuple_empty)));
}

NATIVE(raw_readinto, "readinto(self, buffer, /)", "Read into a bytearray; for a subclass to define.")
{
    return raise_not_implemented(vm);
}

NATIVE(raw_write, "write(self, b, /)", "Write bytes; for a subclass to define.")
{
    return raise_not_implemented(vm);
}

// Of io.BufferedIOBase

static Value buffered_readinto(VM *vm, Value self, Value target, const char *function, const char *method)
{
    if (!bytes_need_writable(vm, target, function)) return VALUE_ERROR;
    size_t room = bytes_span(target).size;
    Value data = call(vm, self, method, int_from_int64((int64_t)room));
    if (is_error(data)) return data;
    if (!is_bytes(data)) return raise_error(vm, EXC_TypeError, "%s() should return bytes", method);
    if (as_str(data)->size > room)
        return raise_error(vm, EXC_ValueError, "%s() returned too much data: %zu bytes requested, %zu returned", method,
                           room, as_str(data)->size);
    return small_int((int64_t)bytes_fill(target, 0, bytes_span(data)));
}

NATIVE(buffered_readinto, "readinto(self, buffer, /)", "Read into a bytearray; return how many.")
{
    return buffered_readinto(vm, args[0], args[1], "readinto() ", "read");
}

NATIVE(buffered_readinto1, "readinto1(self, buffer, /)", "The same with one read1().")
{
    return buffered_readinto(vm, args[0], args[1], "readinto1() ", "read1");
}

NATIVE(buffered_read1, "read1(self, size=-1, /)", "Read at most size bytes with one system call.")
{
    return raise_unsupported(vm, "read1");
}

NATIVE(buffered_read, "read(self, size=-1, /)", "Read at most size bytes.")
{
    return raise_unsupported(vm, "read");
}

NATIVE(buffered_write, "write(self, buffer, /)", "Write bytes.")
{
    return raise_unsupported(vm, "write");
}

NATIVE(buffered_detach, "detach(self, /)", "Separate from what lies below.")
{
    return raise_unsupported(vm, "detach");
}

const NativeDef *const buffered_base_methods[] = {&def_buffered_readinto, &def_buffered_readinto1, &def_buffered_read1,
                                                  &def_buffered_read,     &def_buffered_write,     &def_buffered_detach,
                                                  NULL};
const NativeDef *const raw_base_methods[] = {&def_raw_readall, &def_raw_read, &def_raw_readinto, &def_raw_write, NULL};
