// SPDX-License-Identifier: MIT
// memory_files.c - io.StringIO and io.BytesIO: files in memory.
// INVARIANT: `length` is the size of `data` in characters (StringIO) or bytes (BytesIO), and `pos`
// counts the same; `value` is the whole as a str or NULL after a change.
#include "stdlib/memory_files.h"

#include "stdlib/file_methods.h"
#include "vm/bytes.h"
#include "vm/gc.h"
#include "vm/iter.h"
#include "vm/vm.h"

typedef struct MemoryFile {
    Object object;  // KIND_OPAQUE
    StrBuilder data;
    size_t length, pos;
    Str *value;  // StringIO only
    bool is_closed;
    uint8_t newline, seen;  // FileNewline, ENDING_x; StringIO only
} MemoryFile;

static MemoryFile *as_memory_file(Value v)
{
    return (MemoryFile *)as_pointer(v);
}

static Value new_memory_file(Class *c)
{
    MemoryFile *f = object_alloc(c, KIND_OPAQUE, sizeof *f);
    f->data = (StrBuilder){0};
    f->length = f->pos = 0;
    f->value = NULL;
    f->is_closed = false;
    f->newline = NEWLINE_LF;
    f->seen = 0;
    return value_object(f);
}

// A size or None: how much of what is left it means.
static bool amount(VM *vm, const MemoryFile *f, Value v, size_t *n)
{
    int64_t size;
    if (!file_size_arg(vm, v, &size)) return false;
    size_t rest = f->pos < f->length ? f->length - f->pos : 0;
    *n = size < 0 || (uint64_t)size > rest ? rest : (size_t)size;
    return true;
}

// StringIO

static MemoryFile *open_text(VM *vm, Value self)
{
    MemoryFile *f = as_memory_file(self);
    if (!f->is_closed) return f;
    raise_error(vm, EXC_ValueError, "I/O operation on closed file");
    return NULL;
}

static Str *text_value(MemoryFile *f)
{
    if (!f->value) f->value = f->data.size ? str_new(f->data.data, f->data.size) : str_empty;
    return f->value;
}

// What of s is stored: line endings as the newline argument wants them.
static Str *stored_text(MemoryFile *f, Str *s)
{
    bool has_cr = memchr(s->data, '\r', s->size) != NULL,
         has_lf = memchr(s->data, '\n', s->size) != NULL;
    if (f->newline == NEWLINE_LF || (!has_cr && !has_lf)) return s;
    if (f->newline == NEWLINE_KEEP || (f->newline == NEWLINE_UNIVERSAL && !has_cr)) {
        if (has_lf) f->seen |= ENDING_LF;
        return s;
    }
    StrBuilder b = {0};
    for (size_t i = 0; i < s->size; i++) {
        char c = s->data[i];
        if (f->newline != NEWLINE_UNIVERSAL) {
            if (c == '\n') builder_add_byte(&b, '\r');
            if (c != '\n' || f->newline == NEWLINE_CRLF) builder_add_byte(&b, c);
            continue;
        }
        bool is_pair = c == '\r' && i + 1 < s->size && s->data[i + 1] == '\n';
        if (c == '\n') f->seen |= ENDING_LF;
        if (c == '\r') f->seen |= is_pair ? ENDING_CRLF : ENDING_CR;
        builder_add_byte(&b, c == '\r' ? '\n' : c);
        i += is_pair;
    }
    return builder_str(&b);
}

static void put_text(MemoryFile *f, Str *s)
{
    if (f->pos >= f->length) {
        for (; f->length < f->pos; f->length++)
            builder_add_byte(&f->data, '\0');
        builder_add_str(&f->data, s);
        f->length += str_length(s);
    } else {
        Str *old = text_value(f);
        size_t end = f->pos + str_length(s) < f->length ? f->pos + str_length(s) : f->length;
        StrBuilder b = {0};
        builder_add(&b, old->data, str_offset(old, f->pos));
        builder_add_str(&b, s);
        size_t rest = str_offset(old, end);
        builder_add(&b, old->data + rest, old->size - rest);
        f->data = b;
        f->length = f->pos + str_length(s) + (f->length - end);
    }
    f->pos += str_length(s);
    f->value = NULL;
}

NATIVE(string_new, "__new__(cls, /, *args, **keywords)", "Create and return a new object.")
{
    return new_memory_file(as_class(args[0]));
}

NATIVE(string_init, "__init__(self, initial_value='', newline='\\n')", "Start with a text.")
{
    MemoryFile *f = as_memory_file(args[0]);
    File newline = {0};
    if (args[2] != VALUE_NONE && !is_str(args[2]))
        return raise_error(vm, EXC_TypeError, "newline must be str or None, not %s",
                           type_name(vm, args[2]));
    if (!file_set_newline(vm, &newline, args[2], "StringIO")) {
        error_take(vm);
        return raise_error(vm, EXC_ValueError, "illegal newline value: %s",
                           str_repr(as_str(args[2]))->data);
    }
    if (args[1] != VALUE_NONE && !is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "initial_value must be str or None, not %s",
                           type_name(vm, args[1]));
    f->newline = newline.newline;
    f->data = (StrBuilder){0};
    f->length = f->pos = 0;
    f->value = NULL;
    f->is_closed = false;
    if (args[1] != VALUE_NONE) put_text(f, stored_text(f, as_str(args[1])));
    f->pos = 0;
    return VALUE_NONE;
}

NATIVE(string_getvalue, "getvalue(self, /)", "Return the whole text.")
{
    MemoryFile *f = open_text(vm, args[0]);
    return f ? value_object(text_value(f)) : VALUE_ERROR;
}

NATIVE(string_write, "write(self, s, /)", "Write the string and return the number of characters.")
{
    if (!is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "string argument expected, got '%s'",
                           type_name(vm, args[1]));
    MemoryFile *f = open_text(vm, args[0]);
    if (!f) return VALUE_ERROR;
    if (as_str(args[1])->size) put_text(f, stored_text(f, as_str(args[1])));
    return int_from_int64((int64_t)str_length(as_str(args[1])));
}

NATIVE(string_read, "read(self, size=-1, /)", "Read and return at most size characters.")
{
    size_t n;
    MemoryFile *f = open_text(vm, args[0]);
    if (!f || !amount(vm, f, args[1], &n)) return VALUE_ERROR;
    if (n == 0) return value_object(str_empty);
    Str *text = str_slice(text_value(f), f->pos, f->pos + n);
    f->pos += n;
    return value_object(text);
}

// The bytes of the line at p, its ending included. Looks no further than the line goes.
static size_t line_size(const MemoryFile *f, const char *p, size_t n)
{
    const char *end = p + n, *q = p;
    switch (f->newline) {
    case NEWLINE_KEEP:
        while (q < end && *q != '\n' && *q != '\r')
            q++;
        if (q + 1 < end && q[0] == '\r' && q[1] == '\n') q++;
        break;
    case NEWLINE_CRLF:
        q = memchr(p, '\n', n);
        while (q && (q == p || q[-1] != '\r'))
            q = memchr(q + 1, '\n', (size_t)(end - q - 1));
        break;
    default:
        q = memchr(p, f->newline == NEWLINE_CR ? '\r' : '\n', n);
    }
    return q && q < end ? (size_t)(q - p) + 1 : n;
}

static Str *next_text_line(MemoryFile *f, size_t limit)
{
    if (f->pos >= f->length || limit == 0) return str_empty;
    Str *text = text_value(f);
    size_t from = str_offset(text, f->pos);
    Str *line = str_new(text->data + from, line_size(f, text->data + from, text->size - from));
    if (str_length(line) > limit) line = str_slice(line, 0, limit);
    f->pos += str_length(line);
    return line;
}

NATIVE(string_readline, "readline(self, size=-1, /)", "Read and return one line; '' at the end.")
{
    size_t n;
    MemoryFile *f = open_text(vm, args[0]);
    if (!f || !amount(vm, f, args[1], &n)) return VALUE_ERROR;
    return value_object(next_text_line(f, n));
}

static Value string_next_line(VM *vm, Value self)
{
    MemoryFile *f = open_text(vm, self);
    if (!f) return VALUE_ERROR;
    Str *line = next_text_line(f, SIZE_MAX);
    return line->size ? value_object(line) : VALUE_STOP;
}

NATIVE(string_next, "__next__(self, /)", "Return the next line.")
{
    Value line = string_next_line(vm, args[0]);
    return line == VALUE_STOP ? raise_stop_iteration(vm, VALUE_NONE) : line;
}

NATIVE(string_seek, "seek(self, pos: ssize, whence: ssize = 0, /)",
       "Go to a position; with whence 2 to the end.")
{
    MemoryFile *f = open_text(vm, args[0]);
    int64_t pos = arg_ssize(args[1]), whence = arg_ssize(args[2]);
    if (!f) return VALUE_ERROR;
    if (whence < 0 || whence > 2)
        return raise_error(vm, EXC_ValueError, "Invalid whence (%lld, should be 0, 1 or 2)",
                           (long long)whence);
    if (whence == 0 && pos < 0)
        return raise_error(vm, EXC_ValueError, "Negative seek position %lld", (long long)pos);
    if (whence != 0 && pos != 0)
        return raise_error(vm, EXC_OSError, "Can't do nonzero cur-relative seeks");
    f->pos = whence == 0 ? (size_t)pos : whence == 1 ? f->pos : f->length;
    return int_from_int64((int64_t)f->pos);
}

NATIVE(string_tell, "tell(self, /)", "Return the position.")
{
    MemoryFile *f = open_text(vm, args[0]);
    return f ? int_from_int64((int64_t)f->pos) : VALUE_ERROR;
}

NATIVE(string_truncate, "truncate(self, pos=None, /)",
       "Cut the text off at pos, or where it stands.")
{
    MemoryFile *f = open_text(vm, args[0]);
    int64_t size;
    if (!f || !file_size_arg(vm, args[1], &size)) return VALUE_ERROR;
    if (args[1] == VALUE_NONE) size = (int64_t)f->pos;
    if (size < 0)
        return raise_error(vm, EXC_ValueError, "Negative size value %lld", (long long)size);
    if ((uint64_t)size < f->length) {
        f->data.size = str_offset(text_value(f), (size_t)size);
        f->length = (size_t)size;
        f->value = NULL;
    }
    return int_from_int64(size);
}

NATIVE(string_able, "readable(self, /)", "Return whether the file can be read.")
{
    return open_text(vm, args[0]) ? VALUE_TRUE : VALUE_ERROR;
}
NATIVE(string_writable, "writable(self, /)", "Return whether the file can be written.")
{
    return open_text(vm, args[0]) ? VALUE_TRUE : VALUE_ERROR;
}
NATIVE(string_seekable, "seekable(self, /)", "Return whether the position can be changed.")
{
    return open_text(vm, args[0]) ? VALUE_TRUE : VALUE_ERROR;
}

NATIVE(memory_close, "close(self, /)", "Close the file; what is in it is lost.")
{
    MemoryFile *f = as_memory_file(args[0]);
    f->is_closed = true;
    f->data = (StrBuilder){0};
    f->length = f->pos = 0;
    f->value = NULL;
    return VALUE_NONE;
}

NATIVE(string_flush, "flush(self, /)", "Does nothing.")
{
    return VALUE_NONE;
}

static Value get_closed(__attribute__((unused)) VM *vm, Value self)
{
    return value_bool(as_memory_file(self)->is_closed);
}

static Value get_false(__attribute__((unused)) VM *vm, __attribute__((unused)) Value self)
{
    return VALUE_FALSE;
}

static Value get_newlines(VM *vm, Value self)
{
    static const char *const endings[] = {"\r", "\n", "\r\n"};
    MemoryFile *f = open_text(vm, self);
    Value seen[3];
    size_t n = 0;
    if (!f) return VALUE_ERROR;
    for (int i = 0; i < 3; i++)
        if (f->seen & 1 << i) seen[n++] = value_object(str_from_cstr(endings[i]));
    if (n == 0 || f->newline != NEWLINE_UNIVERSAL) return VALUE_NONE;
    return n == 1 ? seen[0] : value_object(tuple_from(seen, n));
}

// BytesIO

static MemoryFile *open_binary(VM *vm, Value self)
{
    MemoryFile *f = as_memory_file(self);
    if (!f->is_closed) return f;
    raise_closed(vm);
    return NULL;
}

static void put_bytes(MemoryFile *f, Span span)
{
    size_t end = f->pos + span.size;
    if (end > f->length) {
        builder_reserve(&f->data, end - f->length);
        if (f->pos > f->length) memset(f->data.data + f->length, 0, f->pos - f->length);
        f->length = f->data.size = end;
    }
    memcpy(f->data.data + f->pos, span.data, span.size);
    f->pos = end;
}

NATIVE(bytes_io_init, "__init__(self, initial_bytes=b'')", "Start with these bytes.")
{
    MemoryFile *f = as_memory_file(args[0]);
    Span span = {"", 0};
    if (args[1] != VALUE_NONE && !bytes_get(vm, args[1], &span)) return VALUE_ERROR;
    f->data = (StrBuilder){0};
    f->length = f->pos = 0;
    f->is_closed = false;
    if (span.size) put_bytes(f, span);
    f->pos = 0;
    return VALUE_NONE;
}

NATIVE(bytes_io_getvalue, "getvalue(self, /)", "Return all bytes.")
{
    MemoryFile *f = open_binary(vm, args[0]);
    return f ? value_object(bytes_new(f->length ? f->data.data : "", f->length)) : VALUE_ERROR;
}

NATIVE(bytes_io_write, "write(self, data, /)", "Write the bytes and return how many there were.")
{
    Span span;
    MemoryFile *f = open_binary(vm, args[0]);
    if (!f || !bytes_get(vm, args[1], &span)) return VALUE_ERROR;
    if (span.size) put_bytes(f, span);
    return int_from_int64((int64_t)span.size);
}

static Value take_bytes(MemoryFile *f, size_t n)
{
    if (n == 0) return value_object(bytes_empty);
    f->pos += n;
    return value_object(bytes_new(f->data.data + f->pos - n, n));
}

NATIVE(bytes_io_read, "read(self, size=-1, /)", "Read and return at most size bytes.")
{
    size_t n;
    MemoryFile *f = open_binary(vm, args[0]);
    return f && amount(vm, f, args[1], &n) ? take_bytes(f, n) : VALUE_ERROR;
}

NATIVE(bytes_io_read1, "read1(self, size=-1, /)", "Read and return at most size bytes.")
{
    return native_bytes_io_read(vm, args);
}

static size_t bytes_line(const MemoryFile *f, size_t n)
{
    if (n == 0) return 0;
    const char *p = f->data.data + f->pos, *lf = memchr(p, '\n', n);
    return lf ? (size_t)(lf - p) + 1 : n;
}

NATIVE(bytes_io_readline, "readline(self, size=-1, /)", "Read and return one line; b'' at the end.")
{
    size_t n;
    MemoryFile *f = open_binary(vm, args[0]);
    return f && amount(vm, f, args[1], &n) ? take_bytes(f, bytes_line(f, n)) : VALUE_ERROR;
}

static Value bytes_io_next_line(VM *vm, Value self)
{
    MemoryFile *f = open_binary(vm, self);
    if (!f) return VALUE_ERROR;
    if (f->pos >= f->length) return VALUE_STOP;
    return take_bytes(f, bytes_line(f, f->length - f->pos));
}

NATIVE(bytes_io_next, "__next__(self, /)", "Return the next line.")
{
    Value line = bytes_io_next_line(vm, args[0]);
    return line == VALUE_STOP ? raise_stop_iteration(vm, VALUE_NONE) : line;
}

static Value read_into(VM *vm, Value self, Value target, const char *name)
{
    MemoryFile *f = open_binary(vm, self);
    if (!f || !bytes_need_writable(vm, target, name)) return VALUE_ERROR;
    size_t rest = f->pos < f->length ? f->length - f->pos : 0;
    size_t n = bytes_fill(target, 0, (Span){f->data.data + f->pos, rest});
    f->pos += n;
    return int_from_int64((int64_t)n);
}

NATIVE(bytes_io_readinto, "readinto(self, buffer, /)", "Read bytes into a bytearray; return how many.")
{
    return read_into(vm, args[0], args[1], "readinto() ");
}

NATIVE(bytes_io_readinto1, "readinto1(self, buffer, /)", "Read bytes into a bytearray; return how many.")
{
    return read_into(vm, args[0], args[1], "readinto1() ");
}

NATIVE(bytes_io_seek, "seek(self, pos: ssize, whence: ssize = 0, /)",
       "Change the position: from the start, with whence 1 from here, with 2 from the end.")
{
    MemoryFile *f = open_binary(vm, args[0]);
    int64_t pos = arg_ssize(args[1]), whence = arg_ssize(args[2]);
    if (!f) return VALUE_ERROR;
    if (whence == 0 && pos < 0)
        return raise_error(vm, EXC_ValueError, "negative seek value %lld", (long long)pos);
    if (whence < 0 || whence > 2)
        return raise_error(vm, EXC_ValueError, "invalid whence (%lld, should be 0, 1 or 2)",
                           (long long)whence);
    int64_t start = whence == 0 ? 0 : (int64_t)(whence == 1 ? f->pos : f->length);
    if (__builtin_add_overflow(pos, start, &pos))
        return raise_error(vm, EXC_OverflowError, "new position too large");
    f->pos = pos < 0 ? 0 : (size_t)pos;
    return int_from_int64((int64_t)f->pos);
}

NATIVE(bytes_io_tell, "tell(self, /)", "Return the position.")
{
    MemoryFile *f = open_binary(vm, args[0]);
    return f ? int_from_int64((int64_t)f->pos) : VALUE_ERROR;
}

NATIVE(bytes_io_truncate, "truncate(self, size=None, /)",
       "Cut the file off at size, or where it stands.")
{
    MemoryFile *f = open_binary(vm, args[0]);
    int64_t size;
    if (!f || !file_size_arg(vm, args[1], &size)) return VALUE_ERROR;
    if (args[1] == VALUE_NONE) size = (int64_t)f->pos;
    if (size < 0)
        return raise_error(vm, EXC_ValueError, "negative size value %lld", (long long)size);
    if ((uint64_t)size < f->length) f->length = f->data.size = (size_t)size;
    return int_from_int64(size);
}

NATIVE(bytes_io_able, "readable(self, /)", "Return whether the file can be read.")
{
    return open_binary(vm, args[0]) ? VALUE_TRUE : VALUE_ERROR;
}
NATIVE(bytes_io_writable, "writable(self, /)", "Return whether the file can be written.")
{
    return open_binary(vm, args[0]) ? VALUE_TRUE : VALUE_ERROR;
}
NATIVE(bytes_io_seekable, "seekable(self, /)", "Return whether the position can be changed.")
{
    return open_binary(vm, args[0]) ? VALUE_TRUE : VALUE_ERROR;
}

static const NativeDef *const string_methods[] = {
    &def_string_new,      &def_string_init,     &def_string_getvalue, &def_string_write,
    &def_string_read,     &def_string_readline, &def_string_next,     &def_string_seek,
    &def_string_tell,     &def_string_truncate, &def_string_able,     &def_string_writable,
    &def_string_seekable, &def_memory_close,    &def_string_flush,    NULL,
};
static const GetSetDef string_getset[] = {
    {"closed", get_closed, NULL, "Whether the file is closed."},
    {"line_buffering", get_false, NULL, "Always False."},
    {"newlines", get_newlines, NULL, "The line endings met so far."},
    {0},
};
static const NativeDef *const bytes_io_methods[] = {
    &def_string_new,
    &def_bytes_io_init,
    &def_bytes_io_getvalue,
    &def_bytes_io_write,
    &def_bytes_io_read,
    &def_bytes_io_read1,
    &def_bytes_io_readline,
    &iterator_def_iter,  // closed or not
    &def_bytes_io_next,
    &def_bytes_io_readinto,
    &def_bytes_io_readinto1,
    &def_bytes_io_seek,
    &def_bytes_io_tell,
    &def_bytes_io_truncate,
    &def_bytes_io_able,
    &def_bytes_io_writable,
    &def_bytes_io_seekable,
    &def_memory_close,
    NULL,
};
static const GetSetDef bytes_io_getset[] = {
    {"closed", get_closed, NULL, "Whether the file is closed."}, {0}};

void memory_files_define(VM *vm, Module *module)
{
    static const TypeDef string_type = {
        .name = "_io.StringIO",
        .next = string_next_line,
        .kind = KIND_OPAQUE,
        .object_size = sizeof(MemoryFile),
        .flags = CLASS_HAS_DICT,
        .methods = string_methods,
        .getset = string_getset,
        .doc = "A text file in memory.",
    };
    static const TypeDef bytes_type = {
        .name = "_io.BytesIO",
        .next = bytes_io_next_line,
        .kind = KIND_OPAQUE,
        .object_size = sizeof(MemoryFile),
        .flags = CLASS_HAS_DICT,
        .methods = bytes_io_methods,
        .getset = bytes_io_getset,
        .doc = "A binary file in memory.",
    };
    Class *text = class_define(vm, &string_type, vm->file_types[FILE_TEXT_BASE]);
    Class *bytes = class_define(vm, &bytes_type, vm->file_types[FILE_BUFFERED_BASE]);
    dict_set_str(module->dict, text->name, value_object(text));
    dict_set_str(module->dict, bytes->name, value_object(bytes));
}
