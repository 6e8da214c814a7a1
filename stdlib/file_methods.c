// SPDX-License-Identifier: MIT
// file_methods.c - the base classes of module io and the text file type. What files do is in
// vm/file.c; the binary types are in binary_methods.c, StringIO and BytesIO in memory_files.c.
#include "stdlib/file_methods.h"

#include <errno.h>
#include <unistd.h>

#include "vm/codec.h"
#include "vm/vm.h"

bool file_size_arg(VM *vm, Value v, int64_t *n)
{
    *n = -1;
    if (v == VALUE_NONE) return true;
    if (!is_any_int(v) && special_lookup(vm, v, S(__index__)) == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError, "argument should be integer or None, not '%s'",
                    type_name(vm, v));
        return false;
    }
    return value_ssize_or(vm, v, n, EXC_OverflowError);
}

// The base classes: each method in terms of others, for streams written in Rill

static Str *name_of(const char *text)
{
    return str_intern(text, strlen(text));
}

static bool check_open(VM *vm, Value self)
{
    Value closed = value_find_attr(vm, self, name_of("closed"));
    if (is_error(closed)) return false;
    int is_closed = closed == VALUE_UNBOUND ? 0 : value_truth(vm, closed);
    if (is_closed > 0) raise_closed(vm);
    return is_closed == 0;
}

NATIVE(iobase_enter, "__enter__(self, /)", "Return self; the with statement closes it.")
{
    return check_open(vm, args[0]) ? args[0] : VALUE_ERROR;
}

NATIVE(iobase_exit, "__exit__(self, /, *args)", "Close the file.")
{
    return is_error(value_call_method(vm, args[0], S(close), 0, NULL)) ? VALUE_ERROR : VALUE_NONE;
}

NATIVE(iobase_iter, "__iter__(self, /)", "Implement iter(self): a file is its own iterator.")
{
    return check_open(vm, args[0]) ? args[0] : VALUE_ERROR;
}

NATIVE(iobase_next, "__next__(self, /)", "Return the next line.")
{
    Value line = value_call_method(vm, args[0], S(readline), 0, NULL);
    if (is_error(line)) return line;
    int64_t n = value_len(vm, line);
    if (n < 0) return VALUE_ERROR;
    return n > 0 ? line : raise_stop_iteration(vm, VALUE_NONE);
}

NATIVE(iobase_readlines, "readlines(self, hint=-1, /)",
       "Return a list of lines; stop when their total size passes hint.")
{
    int64_t hint, total = 0;
    if (!file_size_arg(vm, args[1], &hint)) return VALUE_ERROR;
    Value iterator = value_iter(vm, args[0]);
    if (is_error(iterator)) return iterator;
    List *lines = list_new(0);
    for (;;) {
        Value line = iter_next(vm, iterator);
        if (is_error(line)) return line;
        if (line == VALUE_STOP) break;
        list_append(lines, line);
        if (hint <= 0) continue;
        int64_t n = value_len(vm, line);
        if (n < 0) return VALUE_ERROR;
        if (n > hint - total) break;
        total += n;
    }
    return value_object(lines);
}

static bool write_line(VM *vm, Value file, Value line)
{
    if (is_exact(file, KIND_FILE) && is_str(line)) return file_write_text(vm, as_file(file), as_str(line));
    return !is_error(value_call_method(vm, file, S(write), 1, &line));
}

NATIVE(iobase_writelines, "writelines(self, lines, /)",
       "Write a list of lines. Line endings are not added.")
{
    if (!check_open(vm, args[0])) return VALUE_ERROR;
    Value iterator = value_iter(vm, args[1]);
    if (is_error(iterator)) return iterator;
    for (;;) {
        Value line = iter_next(vm, iterator);
        if (line == VALUE_STOP) return VALUE_NONE;
        if (is_error(line) || !write_line(vm, args[0], line)) return VALUE_ERROR;
    }
}

NATIVE(iobase_flush, "flush(self, /)", "Write out what is held back.")
{
    return check_open(vm, args[0]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(iobase_close, "close(self, /)", "Flush and close.")
{
    if (!is_kind(args[0], KIND_INSTANCE)) return VALUE_NONE;
    Str *mark = name_of("__IOBase_closed");
    if (instance_find(vm, as_object(args[0]), mark) == VALUE_TRUE) return VALUE_NONE;
    Value flushed = value_call_method(vm, args[0], S(flush), 0, NULL);
    Value pending = is_error(flushed) ? error_take(vm) : VALUE_NONE;
    if (!instance_set(vm, as_object(args[0]), mark, VALUE_TRUE)) return VALUE_ERROR;
    return is_error(flushed) ? raise_value(vm, pending) : VALUE_NONE;
}

NATIVE(iobase_false, "readable(self, /)", "Return whether the stream can do it.")
{
    return VALUE_FALSE;
}
NATIVE(iobase_writable, "writable(self, /)", "Return whether the stream can do it.")
{
    return VALUE_FALSE;
}
NATIVE(iobase_seekable, "seekable(self, /)", "Return whether the stream can do it.")
{
    return VALUE_FALSE;
}
NATIVE(iobase_isatty, "isatty(self, /)", "Return whether this is an interactive stream.")
{
    return check_open(vm, args[0]) ? VALUE_FALSE : VALUE_ERROR;
}
NATIVE(iobase_fileno, "&fileno(self, /)", "Return the file descriptor.")
{
    return raise_unsupported(vm, "fileno");
}
NATIVE(iobase_seek, "seek(self, offset, whence=0, /)", "Change the position.")
{
    return raise_unsupported(vm, "seek");
}
NATIVE(iobase_truncate, "truncate(self, size=None, /)", "Cut the file off.")
{
    return raise_unsupported(vm, "truncate");
}
NATIVE(iobase_tell, "tell(self, /)", "Return the position.")
{
    Value seek_args[] = {small_int(0), small_int(1)};
    return value_call_method(vm, args[0], name_of("seek"), 2, seek_args);
}
NATIVE(iobase_detach, "&detach(self, /)", "Separate from what lies below.")
{
    return raise_unsupported(vm, "detach");
}
NATIVE(iobase_read, "read(self, size=-1, /)", "Read at most size characters or bytes.")
{
    return raise_unsupported(vm, "read");
}
NATIVE(iobase_write, "write(self, s, /)", "Write.")
{
    return raise_unsupported(vm, "write");
}
NATIVE(iobase_readline, "readline(self, size=-1, /)", "Read one line.")
{
    return raise_unsupported(vm, "readline");
}

static Value iobase_closed(VM *vm, Value self)
{
    bool has_mark = is_kind(self, KIND_INSTANCE) &&
                    instance_find(vm, as_object(self), name_of("__IOBase_closed")) == VALUE_TRUE;
    return value_bool(has_mark);
}

static Value none_attribute(__attribute__((unused)) VM *vm, __attribute__((unused)) Value self)
{
    return VALUE_NONE;
}

static const NativeDef *const iobase_methods[] = {
    &def_iobase_enter,    &def_iobase_exit,      &def_iobase_iter,
    &def_iobase_next,     &def_iobase_readlines, &def_iobase_writelines,
    &def_iobase_flush,    &def_iobase_close,     &def_iobase_false,
    &def_iobase_writable, &def_iobase_seekable,  &def_iobase_isatty,
    &def_iobase_fileno,   &def_iobase_seek,      &def_iobase_truncate,
    &def_iobase_tell,     &def_base_readline,    NULL,
};
static const NativeDef *const stream_methods[] = {
    &def_iobase_detach, &def_iobase_read, &def_iobase_write, &def_iobase_readline, NULL,
};
static const GetSetDef iobase_getset[] = {
    {"closed", iobase_closed, NULL, "Whether the file is closed."}, {0}};
static const GetSetDef textbase_getset[] = {
    {"encoding", none_attribute, NULL, "The name of the encoding."},
    {"errors", none_attribute, NULL, "What is done about undecodable text."},
    {"newlines", none_attribute, NULL, "The line endings met so far."},
    {0},
};

// Text files

// The class of the base in `types`, by FileType; see also file_base_types.
static const TypeDef iobase_type = {
    .name = "_io._IOBase",
    .doc = "What all files have in common.",
    .kind = KIND_INSTANCE,
    .flags = CLASS_HAS_DICT,
    .methods = iobase_methods,
    .getset = iobase_getset,
};
static const TypeDef textbase_type = {
    .name = "_io._TextIOBase",
    .doc = "What all text files have in common.",
    .kind = KIND_INSTANCE,
    .flags = CLASS_HAS_DICT,
    .methods = stream_methods,
    .getset = textbase_getset,
};
static const TypeDef bufferedbase_type = {
    .name = "_io._BufferedIOBase",
    .doc = "What all buffered binary files have in common.",
    .kind = KIND_INSTANCE,
    .flags = CLASS_HAS_DICT,
    .methods = buffered_base_methods,
};
static const TypeDef rawbase_type = {
    .name = "_io._RawIOBase",
    .doc = "What all binary files without a buffer have in common.",
    .kind = KIND_INSTANCE,
    .flags = CLASS_HAS_DICT,
    .methods = raw_base_methods,
};

NATIVE(text_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return value_object(file_blank(vm, as_class(args[0]), FILE_TEXT));
}

bool file_has_method(VM *vm, Value object, const char *name)
{
    return !is_error(value_getattr(vm, object, name_of(name)));
}

enum { CHUNK_SIZE = 8192 };  // of text over another object

NATIVE(text_init,
       "__init__(self, buffer, encoding=None, errors=None, newline=None, line_buffering: bool = "
       "False, "
       "write_through: bool = False)",
       "Text over a binary stream.")
{
    Value buffer = args[1];
    bool is_binary_file = is_file(buffer) && as_file(buffer)->type != FILE_TEXT;
    bool has_methods = is_binary_file || (file_has_method(vm, buffer, "readable") && file_has_method(vm, buffer, "writable") &&
                                          file_has_method(vm, buffer, "seekable"));
    if (!has_methods) return VALUE_ERROR;
    Stream *s = is_binary_file ? as_file(buffer)->raw : file_stream_over(vm, buffer);
    if (!s) return VALUE_ERROR;
    s->uses_read1 = !is_binary_file;
    if (!is_binary_file) s->limit = CHUNK_SIZE;
    Value file = file_text_new(vm, class_of(vm, args[0]), s, buffer, args[2], args[3], args[4]);
    if (is_error(file)) return file;
    as_file(file)->is_line_buffered = args[5] == VALUE_TRUE;
    as_file(file)->writes_through = args[6] == VALUE_TRUE;
    if (!is_binary_file) stream_own_object(vm, s);
    return file_become(args[0], file);
}

NATIVE(text_read, "read(self, size=-1, /)",
       "Read and return at most size characters; all that is left if size is negative or None.")
{
    int64_t n;
    if (!file_size_arg(vm, args[1], &n)) return VALUE_ERROR;
    return file_read_text(vm, as_file(args[0]), n);
}

NATIVE(text_readline, "readline(self, size: ssize = -1, /)",
       "Read and return one line, at most size characters of it; '' at the end.")
{
    return file_read_text_line(vm, as_file(args[0]), arg_ssize(args[1]));
}

NATIVE(text_write, "write(self, s, /)", "Write the string and return the number of characters.")
{
    if (!is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "write() argument must be str, not %s",
                           argument_type_name(vm, args[1]));
    if (!file_write_text(vm, as_file(args[0]), as_str(args[1]))) return VALUE_ERROR;
    return int_from_int64((int64_t)str_length(as_str(args[1])));
}

NATIVE(text_seek, "seek(self, cookie, whence: ssize = 0, /)",
       "Go to a position that tell() gave; or to 0; with whence 2 to the end.")
{
    return file_seek_text(vm, as_file(args[0]), args[1], arg_ssize(args[2]));
}

NATIVE(text_tell, "tell(self, /)", "Return the position.")
{
    return file_tell_text(vm, as_file(args[0]));
}

NATIVE(text_truncate, "truncate(self, pos=None, /)", "Cut the file off at pos, or where it stands.")
{
    File *f = as_file(args[0]);
    if (f->raw->is_closed) return file_raise_closed(vm, f, "I/O operation on closed file.");
    if (!f->raw->is_writable) return raise_unsupported(vm, "truncate");
    Value at = args[1] == VALUE_NONE ? file_tell_text(vm, f) : args[1];
    int64_t size;
    if (is_error(at) || !value_ssize_or(vm, at, &size, EXC_OverflowError)) return VALUE_ERROR;
    size = stream_truncate(vm, f->raw, size);
    return size < 0 ? VALUE_ERROR : int_from_int64(size);
}

NATIVE(text_flush, "flush(self, /)", "Write out what is held back.")
{
    return file_flush(vm, args[0]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(text_close, "close(self, /)", "Flush and close the file.")
{
    File *f = as_file(args[0]);
    if (f->raw->is_detached) return file_raise_closed(vm, f, "");
    if (f->stream != f->raw) f->stream->is_closed = true;
    return stream_close(vm, f->raw) ? VALUE_NONE : VALUE_ERROR;
}

void file_cut_off(File *f)
{
    if (f->raw->fd < 0 && f->raw->source->closes_at_exit && !f->raw->source->finish) stream_disown_object(f->raw);
    f->stream = f->raw = stream_new(f->raw->source, VALUE_NONE, false, false);
    f->raw->is_closed = f->raw->is_detached = true;
    f->buffer = VALUE_UNBOUND;
}

NATIVE(text_detach, "detach(self, /)",
       "Return the binary stream below; this object is of no use then.")
{
    File *f = as_file(args[0]);
    if (!file_flush(vm, args[0])) return VALUE_ERROR;
    Value buffer = file_buffer(vm, f);
    file_cut_off(f);
    return buffer;
}

static void set_str(Str **place, Value v)
{
    if (is_str(v)) *place = as_str(v);
}

static bool check_optional_str(VM *vm, Value v, const char *name)
{
    if (v == VALUE_NONE || is_str(v)) return true;
    raise_error(vm, EXC_TypeError, "reconfigure() argument '%s' must be str or None, not %s", name,
                type_name(vm, v));
    return false;
}

static bool optional_flag(VM *vm, Value v, bool *flag)
{
    if (v == VALUE_NONE) return true;
    v = value_index(vm, v);
    if (is_error(v)) return false;
    *flag = v != small_int(0);
    return true;
}

static bool set_encoding(VM *vm, File *f, Value encoding, Value errors)
{
    if (is_str(encoding) && str_is(as_str(encoding), "locale")) encoding = value_object(str_from_cstr("UTF-8"));
    bool has_bom = false;
    FileCodec codec = is_str(encoding) ? file_codec_of(as_str(encoding)->data, &has_bom) : f->codec;
    if (codec == FILE_OTHER && is_str(encoding) && !codec_name(as_str(encoding)->data)) {
        raise_error(vm, EXC_LookupError, "unknown encoding: %s", as_str(encoding)->data);
        return false;
    }
    set_str(&f->encoding, encoding);
    set_str(&f->errors, encoding != VALUE_NONE && errors == VALUE_NONE ? value_object(str_from_cstr("strict")) : errors);
    f->codec = (uint8_t)codec;
    f->is_strict = str_is(f->errors, "strict");
    if (f->codec == FILE_OTHER && f->stream == f->raw) f->stream = file_transcode(f);
    return true;
}

NATIVE(text_reconfigure,
       "reconfigure(self, *, encoding=None, errors=None, newline=?, line_buffering=None, "
       "write_through=None)",
       "Change how the file is read and written from here on.")
{
    File *f = as_file(args[0]);
    bool changes_text = args[1] != VALUE_NONE || args[2] != VALUE_NONE || args[3] != VALUE_UNBOUND;
    if (f->raw->is_closed) return file_raise_closed(vm, f, "I/O operation on closed file.");
    if (!check_optional_str(vm, args[1], "encoding") || !check_optional_str(vm, args[2], "errors"))
        return VALUE_ERROR;
    if (changes_text && f->stream->end > 0)
        return raise_unsupported(
            vm, "It is not possible to set the encoding or newline of stream after the first read");
    bool line_buffering = f->is_line_buffered, write_through = f->writes_through;
    if (!optional_flag(vm, args[4], &line_buffering) || !optional_flag(vm, args[5], &write_through) ||
        !file_flush(vm, args[0]) || (args[3] != VALUE_UNBOUND && !file_set_newline(vm, f, args[3], "reconfigure")) ||
        (changes_text && !set_encoding(vm, f, args[1], args[2])))
        return VALUE_ERROR;
    f->is_line_buffered = line_buffering;
    f->writes_through = write_through;
    return VALUE_NONE;
}

NATIVE(text_next, "__next__(self, /)", "Return the next line.")
{
    Value line = file_next_text_line(vm, args[0]);
    return line == VALUE_STOP ? raise_stop_iteration(vm, VALUE_NONE) : line;
}

NATIVE(text_repr, "__repr__(self, /)", "Return repr(self).")
{
    File *f = as_file(args[0]);
    StrBuilder b = {0};
    builder_format(&b, "<%s", class_shown_name(class_of(vm, args[0])));
    Value name_attr = f->raw->is_detached          ? VALUE_UNBOUND
                      : f->name != VALUE_UNBOUND ? f->name
                                                 : value_find_attr(vm, args[0], S(name));
    if (is_error(name_attr)) return VALUE_ERROR;
    if (name_attr != VALUE_UNBOUND) {
        Str *name = value_repr(vm, name_attr);
        if (!name) return VALUE_ERROR;
        builder_add_cstr(&b, " name=");
        builder_add_str(&b, name);
    }
    if (f->mode) builder_format(&b, " mode='%s'", f->mode->data);
    builder_format(&b, " encoding='%s'>", f->encoding->data);
    return value_object(builder_str(&b));
}

static Value get_encoding(__attribute__((unused)) VM *vm, Value self)
{
    return value_object(as_file(self)->encoding);
}
static Value get_errors(__attribute__((unused)) VM *vm, Value self)
{
    return value_object(as_file(self)->errors);
}
static Value get_buffer(VM *vm, Value self)
{
    if (as_file(self)->raw->is_detached) return VALUE_NONE;
    return file_buffer(vm, as_file(self));
}
static Value get_line_buffering(__attribute__((unused)) VM *vm, Value self)
{
    return value_bool(as_file(self)->is_line_buffered);
}
static Value get_write_through(__attribute__((unused)) VM *vm, Value self)
{
    return value_bool(as_file(self)->writes_through);
}

static Value get_newlines(VM *vm, Value self)
{
    if (as_file(self)->raw->is_detached) return file_raise_closed(vm, as_file(self), "");
    static const char *const endings[] = {"\r", "\n", "\r\n"};
    File *f = as_file(self);
    Value seen[3];
    size_t n = 0;
    for (int i = 0; i < 3; i++)
        if (f->seen & 1 << i) seen[n++] = value_object(str_from_cstr(endings[i]));
    if (n == 0) return VALUE_NONE;
    return n == 1 ? seen[0] : value_object(tuple_from(seen, n));
}

static const NativeDef *const text_methods[] = {
    &def_text_new,      &def_text_init,
    &def_text_read,     &def_text_readline,
    &def_text_write,    &def_text_seek,
    &def_text_tell,     &def_text_truncate,
    &def_text_flush,    &def_text_close,
    &def_text_detach,   &def_text_reconfigure,
    &def_text_next,     &def_text_repr,
    &def_file_fileno,   &def_file_isatty,
    &def_file_readable, &def_file_writable,
    &def_file_seekable, &def_file_enter,
    &def_file_iter,     NULL,
};
static const GetSetDef text_getset[] = {
    {"name", file_get_name, NULL, "What the file was opened by."},
    {"mode", file_get_mode, NULL, "The mode it was opened with."},
    {"closed", file_get_closed, NULL, "Whether the file is closed."},
    {"encoding", get_encoding, NULL, "The name of the encoding."},
    {"errors", get_errors, NULL, "What is done about undecodable text."},
    {"newlines", get_newlines, NULL, "The line endings met so far."},
    {"buffer", get_buffer, NULL, "The binary file below."},
    {"line_buffering", get_line_buffering, NULL, "Whether each line is written at once."},
    {"write_through", get_write_through, NULL, "Whether every write goes through."},
    {0},
};
static const TypeDef text_type = {
    .name = "_io.TextIOWrapper",
    .kind = KIND_FILE,
    .next = file_next_text_line,
    .methods = text_methods,
    .getset = text_getset,
    .doc = "Text over a binary stream: decoded, with line endings translated.",
};

static void define_unsupported(VM *vm)
{
    Tuple *bases = tuple_of(2, value_object(exception_class(vm, EXC_OSError)),
                            value_object(exception_class(vm, EXC_ValueError)));
    Dict *names = dict_new();
    dict_set_str(names, S(__module__), value_object(str_from_cstr("io")));
    Value c = class_create(vm, vm->type_type, name_of("UnsupportedOperation"), bases, names, NULL);
    vm->unsupported_operation = as_class(c);
}

void file_define(VM *vm)
{
    Class **types = vm->file_types;
    Class *base = class_define(vm, &iobase_type, NULL);
    types[FILE_BASE] = base;
    types[FILE_TEXT_BASE] = class_define(vm, &textbase_type, base);
    Class *buffered = class_define(vm, &bufferedbase_type, base);
    Class *raw = class_define(vm, &rawbase_type, base);
    types[FILE_BUFFERED_BASE] = buffered;
    types[FILE_TEXT] = class_define(vm, &text_type, types[FILE_TEXT_BASE]);
    for (FileType t = FILE_READER; t <= FILE_RAW; t++)
        types[t] = class_define(vm, file_binary_type(t), t == FILE_RAW ? raw : buffered);
    define_unsupported(vm);
}
