// SPDX-License-Identifier: MIT
// binary_methods.c - the binary file types: BufferedReader, BufferedWriter, BufferedRandom, FileIO.
// All four are a File over a Stream and differ in what they allow and in the words of their errors.
#include <errno.h>
#include <unistd.h>

#include "stdlib/file_methods.h"
#include "vm/bytes.h"
#include "vm/vm.h"

static Value raise_is_closed(VM *vm, const File *f)
{
    return file_raise_closed(vm, f, f->type == FILE_TEXT && f->raw->fd < 0 ? "I/O operation on closed file." : "I/O operation on closed file");
}

static Value raise_was_closed(VM *vm, const File *f)
{
    return file_raise_closed(vm, f, "I/O operation on closed file.");
}

// Common to text and binary files

#define SHARED_NATIVE(name, sig, text)                       \
    static Value native_##name(VM *vm, Value *args);         \
    const NativeDef def_##name = {native_##name, sig, text}; \
    static Value native_##name(__attribute__((unused)) VM *vm, Value *args)

SHARED_NATIVE(file_fileno, "fileno(self, /)", "Return the file descriptor.")
{
    Stream *s = as_file(args[0])->raw;
    Value below = as_file(args[0])->buffer;
    if (s->is_closed && (s->fd >= 0 || below == VALUE_UNBOUND)) return raise_is_closed(vm, as_file(args[0]));
    if (s->fd >= 0) return small_int(s->fd);
    if (below != VALUE_UNBOUND && below != args[0])
        return value_call_method(vm, below, str_intern("fileno", 6), 0, NULL);
    return raise_unsupported(vm, "fileno");
}

SHARED_NATIVE(file_isatty, "isatty(self, /)", "Return whether this is an interactive stream.")
{
    Stream *s = as_file(args[0])->raw;
    if (s->is_closed) return raise_is_closed(vm, as_file(args[0]));
    return value_bool(s->fd >= 0 && isatty(s->fd));
}

// The answer of a file that is closed: the kind of stream that could do it raises.
static Value can(VM *vm, Value self, bool able)
{
    const Stream *s = as_file(self)->raw;
    if (s->is_closed && (able || as_file(self)->type == FILE_RAW || s->is_detached))
        return raise_is_closed(vm, as_file(self));
    return value_bool(able);
}

SHARED_NATIVE(file_readable, "readable(self, /)", "Return whether the file can be read.")
{
    return can(vm, args[0], as_file(args[0])->raw->is_readable);
}

SHARED_NATIVE(file_writable, "writable(self, /)", "Return whether the file can be written.")
{
    return can(vm, args[0], as_file(args[0])->raw->is_writable);
}

SHARED_NATIVE(file_seekable, "seekable(self, /)", "Return whether the position can be changed.")
{
    if (as_file(args[0])->raw->is_closed) return raise_is_closed(vm, as_file(args[0]));
    return value_bool(as_file(args[0])->raw->is_seekable);
}

SHARED_NATIVE(file_enter, "__enter__(self, /)", "Return self; the with statement closes it.")
{
    return as_file(args[0])->raw->is_closed ? raise_was_closed(vm, as_file(args[0])) : args[0];
}

SHARED_NATIVE(file_iter, "__iter__(self, /)", "Implement iter(self): a file is its own iterator.")
{
    return as_file(args[0])->raw->is_closed ? raise_was_closed(vm, as_file(args[0])) : args[0];
}

Value file_get_name(VM *vm, Value self)
{
    File *f = as_file(self);
    if (f->raw->is_detached) return file_raise_closed(vm, f, "");
    if (f->name != VALUE_UNBOUND) return f->name;
    if (f->buffer != VALUE_UNBOUND) return value_getattr(vm, f->buffer, S(name));
    return raise_no_attribute(vm, self, S(name));
}

Value file_get_mode(VM *vm, Value self)
{
    File *f = as_file(self);
    if (f->raw->is_detached && f->type != FILE_TEXT) return file_raise_closed(vm, f, "");
    return f->mode ? value_object(f->mode) : raise_no_attribute(vm, self, S(mode));
}

Value file_get_closed(VM *vm, Value self)
{
    Stream *s = as_file(self)->raw;
    if (s->is_detached) return file_raise_closed(vm, as_file(self), "");
    int was_closed = s->is_closed || !s->source->was_closed ? s->is_closed : s->source->was_closed(vm, s);
    return was_closed < 0 ? VALUE_ERROR : value_bool(was_closed);
}

// Reading

static bool ready_to_read(VM *vm, File *f, const char *what)
{
    Stream *s = f->raw;
    if (likely(s->is_readable && !s->is_closed)) return true;
    if (f->type == FILE_RAW) {
        if (s->is_closed)
            raise_is_closed(vm, f);
        else
            raise_unsupported(vm, "File not open for reading");
    } else if (!s->is_readable && !s->is_detached) {
        raise_unsupported(vm, strcmp(what, "read1") == 0 ? what : "read");
    } else {
        file_raise_closed(vm, f, str_format("%s of closed file", strcmp(what, "read1") == 0 ? "read" : what)->data);
    }
    return false;
}

NATIVE(binary_read, "read(self, size=-1, /)",
       "Read and return at most size bytes; all that is left if size is negative or None.")
{
    File *f = as_file(args[0]);
    int64_t n;
    if (!file_size_arg(vm, args[1], &n)) return VALUE_ERROR;
    if (n < -1 && f->raw->is_readable)
        return raise_error(vm, EXC_ValueError, "read length must be non-negative or -1");
    if (!ready_to_read(vm, f, "read")) return VALUE_ERROR;
    f->raw->has_blocked = false;
    Value data = f->type == FILE_RAW && n >= 0 ? stream_read_some(vm, f->raw, n) : stream_read(vm, f->raw, n);
    return f->raw->has_blocked && is_bytes(data) && as_str(data)->size == 0 ? VALUE_NONE : data;
}

NATIVE(binary_readall, "readall(self, /)", "Read and return all that is left.")
{
    File *f = as_file(args[0]);
    return ready_to_read(vm, f, "readall") ? stream_read(vm, f->raw, -1) : VALUE_ERROR;
}

NATIVE(binary_read1, "read1(self, size: ssize = -1, /)",
       "Read at most size bytes with at most one system call.")
{
    File *f = as_file(args[0]);
    return ready_to_read(vm, f, "read1") ? stream_read_some(vm, f->raw, arg_ssize(args[1]))
                                         : VALUE_ERROR;
}

// Fill a buffer; with is_some with at most one system call.
static Value read_into(VM *vm, Value self, Value target, bool is_some)
{
    File *f = as_file(self);
    const char *name = is_some ? "readinto1" : "readinto";
    if (!ready_to_read(vm, f, name)) return VALUE_ERROR;
    Str *what = str_format(f->type == FILE_RAW ? "%s() argument 1 " : "%s() ", name);
    if (!bytes_need_writable(vm, target, what->data)) return VALUE_ERROR;
    int64_t size = (int64_t)bytes_span(target).size;
    Value data = is_some || f->type == FILE_RAW ? stream_read_some(vm, f->raw, size)
                                                : stream_read(vm, f->raw, size);
    if (is_error(data)) return data;
    size_t n = bytes_fill(target, 0, bytes_span(data));
    // What does not fit into the buffer anyway is read past it, even behind what was in there.
    if (is_some && f->raw->limit && n > 0 && (size_t)size - n > f->raw->limit) {
        data = stream_read_some(vm, f->raw, size - (int64_t)n);
        if (is_error(data)) return data;
        n += bytes_fill(target, n, bytes_span(data));
    }
    return small_int((int64_t)n);
}

NATIVE(binary_readinto, "readinto(self, buffer, /)",
       "Read bytes into a bytearray; return how many.")
{
    return read_into(vm, args[0], args[1], false);
}

NATIVE(binary_readinto1, "readinto1(self, buffer, /)",
       "Read bytes into a bytearray with at most one system call; return how many.")
{
    return read_into(vm, args[0], args[1], true);
}

NATIVE(binary_readline, "readline(self, size=-1, /)",
       "Read and return one line, at most size bytes of it; b'' at the end.")
{
    int64_t n;
    File *f = as_file(args[0]);
    if (!file_size_arg(vm, args[1], &n) || !ready_to_read(vm, f, "readline")) return VALUE_ERROR;
    return stream_read_line(vm, f->raw, n);
}

NATIVE(binary_peek, "peek(self, size: ssize = 0, /)", "Return some bytes without moving on.")
{
    File *f = as_file(args[0]);
    if (!ready_to_read(vm, f, "peek")) return VALUE_ERROR;
    Stream *s = f->raw;
    if (s->pos == s->end && stream_fill(vm, s) < 0) return VALUE_ERROR;
    return value_object(bytes_new(s->buf ? s->buf + s->pos : "", s->end - s->pos));
}

NATIVE(binary_next, "__next__(self, /)", "Return the next line.")
{
    Value line = file_next_binary_line(vm, args[0]);
    return line == VALUE_STOP ? raise_stop_iteration(vm, VALUE_NONE) : line;
}

// Writing

NATIVE(binary_write, "write(self, data, /)", "Write the bytes and return how many there were.")
{
    File *f = as_file(args[0]);
    Stream *s = f->raw;
    Span span;
    if (f->type == FILE_RAW && s->is_closed) return raise_is_closed(vm, f);
    if (!s->is_writable && !s->is_detached)
        return raise_unsupported(vm, f->type == FILE_RAW ? "File not open for writing" : "write");
    if (!bytes_get(vm, args[1], &span)) return VALUE_ERROR;
    if (s->is_closed) return file_raise_closed(vm, f, "write to closed file");
    return stream_write(vm, s, span.data, span.size) ? int_from_int64((int64_t)span.size)
                                                     : VALUE_ERROR;
}

NATIVE(binary_flush, "flush(self, /)", "Write out what is held back.")
{
    File *f = as_file(args[0]);
    bool is_writer = f->type == FILE_WRITER || f->type == FILE_RANDOM;
    if (!f->raw->is_closed) return stream_flush(vm, f->raw) ? VALUE_NONE : VALUE_ERROR;
    return is_writer ? file_raise_closed(vm, f, "flush of closed file") : raise_was_closed(vm, f);
}

NATIVE(binary_truncate, "truncate(self, size=None, /)",
       "Cut the file off at size, or where it stands.")
{
    File *f = as_file(args[0]);
    int64_t size;
    if (f->raw->is_closed)
        return file_raise_closed(vm, f, f->type == FILE_RAW ? "I/O operation on closed file" : "truncate of closed file");
    if (!f->raw->is_writable)
        return raise_unsupported(vm,
                                 f->type == FILE_RAW ? "File not open for writing" : "truncate");
    if (args[1] == VALUE_NONE) size = stream_tell(f->raw);
    else if (!value_ssize(vm, args[1], &size)) return VALUE_ERROR;
    size = stream_truncate(vm, f->raw, size);
    return size < 0 ? VALUE_ERROR : int_from_int64(size);
}

// The rest

NATIVE(binary_seek, "seek(self, offset: ssize, whence: ssize = 0, /)",
       "Change the position: from the start, with whence 1 from here, with 2 from the end.")
{
    File *f = as_file(args[0]);
    int64_t whence = arg_ssize(args[2]);
    if (f->raw->is_closed)
        return file_raise_closed(vm, f, f->type == FILE_RAW ? "I/O operation on closed file" : "seek of closed file");
    if (!f->raw->is_seekable) return raise_unsupported(vm, "File or stream is not seekable.");
    if (whence < 0 || whence > 2)
        return raise_error(vm, EXC_ValueError, "whence value %lld unsupported", (long long)whence);
    int64_t at = stream_seek(vm, f->raw, arg_ssize(args[1]), (int)whence);
    return at < 0 ? VALUE_ERROR : int_from_int64(at);
}

NATIVE(binary_tell, "tell(self, /)", "Return the position.")
{
    File *f = as_file(args[0]);
    if (f->raw->is_closed) return raise_is_closed(vm, f);
    if (!f->raw->is_seekable && f->raw->is_raw_object) return value_call_method(vm, f->raw->handle, str_intern("tell", 4), 0, NULL);
    if (!f->raw->is_seekable) return raise_os_error(vm, ESPIPE, VALUE_NONE);
    return int_from_int64(stream_tell(f->raw));
}

NATIVE(binary_close, "close(self, /)", "Flush and close the file.")
{
    if (as_file(args[0])->raw->is_detached) return file_raise_closed(vm, as_file(args[0]), "");
    return stream_close(vm, as_file(args[0])->raw) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(binary_repr, "__repr__(self, /)", "Return repr(self).")
{
    File *f = as_file(args[0]);
    StrBuilder b = {0};
    builder_format(&b, "<%s", class_shown_name(class_of(vm, args[0])));
    if (f->type == FILE_RAW && f->raw->is_closed) {
        builder_add_cstr(&b, " [closed]>");
        return value_object(builder_str(&b));
    }
    Value shown = f->raw->is_detached ? VALUE_UNBOUND : value_find_attr(vm, args[0], S(name));
    if (is_error(shown)) return shown;
    if (shown != VALUE_UNBOUND) {
        Str *name = value_repr(vm, shown);
        if (!name) return VALUE_ERROR;
        builder_add_cstr(&b, " name=");
        builder_add_str(&b, name);
    }
    if (f->type == FILE_RAW)
        builder_format(&b, " mode='%s' closefd=%s", f->mode->data,
                       f->raw->closes_fd ? "True" : "False");
    builder_add_byte(&b, '>');
    return value_object(builder_str(&b));
}

enum { DEFAULT_SIZE = 8192 };

// BufferedReader(raw) and the like: the same stream, or one over the object.
static Value wrap(VM *vm, Class *c, FileType type, const Value *args)
{
    Value raw = args[1];
    bool is_binary_file = is_file(raw) && as_file(raw)->type != FILE_TEXT;
    if (!is_binary_file && !file_has_method(vm, raw, type == FILE_READER ? "readable" : type == FILE_WRITER ? "writable" : "seekable"))
        return VALUE_ERROR;
    Stream *s = is_binary_file ? as_file(raw)->raw : file_stream_over(vm, raw);
    if (!s) return VALUE_ERROR;
    if (type == FILE_RANDOM && !s->is_seekable)
        return raise_unsupported(vm, "File or stream is not seekable.");
    if (type != FILE_WRITER && !s->is_readable)
        return raise_unsupported(vm, "File or stream is not readable.");
    if (type != FILE_READER && !s->is_writable)
        return raise_unsupported(vm, "File or stream is not writable.");
    s->is_unbuffered = false;
    s->is_raw_object = !is_binary_file;
    if (!is_binary_file || arg_ssize(args[2]) != DEFAULT_SIZE) s->limit = (size_t)arg_ssize(args[2]);
    if (arg_ssize(args[2]) <= 0)
        return raise_error(vm, EXC_ValueError, "buffer size must be strictly positive");
    if (!is_binary_file && type == FILE_READER) s->is_writable = false;
    if (!is_binary_file && type == FILE_WRITER) s->is_readable = false;
    Value name = is_binary_file ? as_file(raw)->name : VALUE_UNBOUND;
    Str *mode = is_binary_file ? as_file(raw)->mode : NULL;
    File *f = file_binary_new(vm, type, s, name, mode);
    f->object.shape = c->root->id;
    f->buffer = is_binary_file ? VALUE_UNBOUND : raw;
    if (!is_binary_file) stream_own_object(vm, s);
    return value_object(f);
}

NATIVE(reader_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return value_object(file_blank(vm, as_class(args[0]), FILE_READER));
}

NATIVE(writer_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return value_object(file_blank(vm, as_class(args[0]), FILE_WRITER));
}

NATIVE(random_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return value_object(file_blank(vm, as_class(args[0]), FILE_RANDOM));
}

NATIVE(raw_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return value_object(file_blank(vm, as_class(args[0]), FILE_RAW));
}

NATIVE(reader_init, "__init__(self, raw, buffer_size: ssize = 8192)",
       "A buffered reader over a stream.")
{
    return file_become(args[0], wrap(vm, class_of(vm, args[0]), FILE_READER, args));
}

NATIVE(writer_init, "__init__(self, raw, buffer_size: ssize = 8192)",
       "A buffered writer over a stream.")
{
    return file_become(args[0], wrap(vm, class_of(vm, args[0]), FILE_WRITER, args));
}

NATIVE(random_init, "__init__(self, raw, buffer_size: ssize = 8192)",
       "A buffered reader and writer over a stream.")
{
    return file_become(args[0], wrap(vm, class_of(vm, args[0]), FILE_RANDOM, args));
}

NATIVE(raw_init, "__init__(self, file, mode: str = 'r', closefd: bool = True, opener=None)",
       "An unbuffered file.")
{
    Str *mode = str_format("%sb", as_str(args[2])->data);
    if (strchr(as_str(args[2])->data, 'b')) mode = as_str(args[2]);
    return file_become(args[0], file_open(vm, args[1], mode, 0, VALUE_NONE, VALUE_NONE, VALUE_NONE,
                                          args[3] == VALUE_TRUE, args[4]));
}

static Value get_raw(VM *vm, Value self)
{
    File *f = as_file(self);
    if (f->raw->is_detached) return VALUE_NONE;
    if (f->buffer != VALUE_UNBOUND) return f->buffer;
    f->buffer = value_object(file_binary_new(vm, FILE_RAW, f->raw, f->name, f->mode));
    return f->buffer;
}

NATIVE(binary_detach, "detach(self, /)",
       "Return the raw stream below; this object is of no use then.")
{
    File *f = as_file(args[0]);
    if (f->raw->is_closed)
        return file_raise_closed(vm, f, f->type == FILE_READER ? "I/O operation on closed file." : "flush of closed file");
    if (!stream_flush(vm, f->raw)) return VALUE_ERROR;
    Value raw = get_raw(vm, args[0]);
    file_cut_off(f);
    return raw;
}

static Value get_closefd(__attribute__((unused)) VM *vm, Value self)
{
    return value_bool(as_file(self)->raw->closes_fd);
}

#define COMMON_METHODS                                                                             \
    &def_binary_read, &def_binary_readinto, &def_binary_readline, &def_binary_next,                \
        &def_binary_write, &def_binary_flush, &def_binary_truncate, &def_binary_seek,              \
        &def_binary_tell, &def_binary_close, &def_binary_repr, &def_file_fileno, &def_file_isatty, \
        &def_file_readable, &def_file_writable, &def_file_seekable, &def_file_enter,               \
        &def_file_iter

static const NativeDef *const reader_methods[] = {
    &def_reader_new,       &def_reader_init, &def_binary_detach, &def_binary_read1,
    &def_binary_readinto1, &def_binary_peek, COMMON_METHODS,     NULL};
static const NativeDef *const writer_methods[] = {&def_writer_new,
                                                  &def_writer_init,
                                                  &def_binary_detach,
                                                  &def_binary_read1,
                                                  &def_binary_readinto1,
                                                  COMMON_METHODS,
                                                  NULL};
static const NativeDef *const random_methods[] = {
    &def_random_new,       &def_random_init, &def_binary_detach, &def_binary_read1,
    &def_binary_readinto1, &def_binary_peek, COMMON_METHODS,     NULL};
static const NativeDef *const raw_methods[] = {&def_raw_new, &def_raw_init, &def_binary_readall,
                                               COMMON_METHODS, NULL};

static const GetSetDef buffered_getset[] = {
    {"name", file_get_name, NULL, "What the file was opened by."},
    {"mode", file_get_mode, NULL, "The mode it was opened with."},
    {"closed", file_get_closed, NULL, "Whether the file is closed."},
    {"raw", get_raw, NULL, "The stream below."},
    {0},
};
static const GetSetDef raw_getset[] = {
    {"name", file_get_name, NULL, "What the file was opened by."},
    {"mode", file_get_mode, NULL, "The mode it was opened with."},
    {"closed", file_get_closed, NULL, "Whether the file is closed."},
    {"closefd", get_closefd, NULL, "Whether closing closes the descriptor."},
    {0},
};

const TypeDef *file_binary_type(FileType type)
{
    static const TypeDef types[] = {
        {.name = "_io.BufferedReader",
         .doc = "A binary file that is read through a buffer.",
         .kind = KIND_FILE,
         .next = file_next_binary_line,
         .methods = reader_methods,
         .getset = buffered_getset},
        {.name = "_io.BufferedWriter",
         .doc = "A binary file that is written through a buffer.",
         .kind = KIND_FILE,
         .next = file_next_binary_line,
         .methods = writer_methods,
         .getset = buffered_getset},
        {.name = "_io.BufferedRandom",
         .doc = "A binary file that is read and written through a buffer.",
         .kind = KIND_FILE,
         .next = file_next_binary_line,
         .methods = random_methods,
         .getset = buffered_getset},
        {.name = "_io.FileIO",
         .doc = "A binary file without a buffer.",
         .kind = KIND_FILE,
         .next = file_next_binary_line,
         .methods = raw_methods,
         .getset = raw_getset},
    };
    return &types[type - FILE_READER];
}
