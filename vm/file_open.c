// SPDX-License-Identifier: MIT
// file_open.c - open(): modes, paths, the choice of file class; text files over binary ones; the
// standard streams.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "vm/codec.h"
#include "vm/file.h"
#include "vm/gc.h"
#include "vm/vm.h"

typedef struct Mode {
    bool is_creating, is_reading, is_writing, is_appending, is_updating, is_text, is_binary;
} Mode;

static bool parse_mode(VM *vm, Str *text, Mode *mode)
{
    for (size_t i = 0; i < text->size; i++) {
        char c = text->data[i];
        bool *flag = c == 'x'   ? &mode->is_creating
                     : c == 'r' ? &mode->is_reading
                     : c == 'w' ? &mode->is_writing
                     : c == 'a' ? &mode->is_appending
                     : c == '+' ? &mode->is_updating
                     : c == 't' ? &mode->is_text
                     : c == 'b' ? &mode->is_binary
                                : NULL;
        if (!flag || *flag) {
            raise_error(vm, EXC_ValueError, "invalid mode: %s", str_repr(text)->data);
            return false;
        }
        *flag = true;
    }
    return true;
}

static bool check_mode(VM *vm, const Mode *m, Value encoding, Value errors, Value newline)
{
    int n = m->is_creating + m->is_reading + m->is_writing + m->is_appending;
    const char *wrong = NULL;
    if (m->is_text && m->is_binary)
        wrong = "can't have text and binary mode at once";
    else if (n > 1)
        wrong = "must have exactly one of create/read/write/append mode";
    else if (m->is_binary && encoding != VALUE_NONE)
        wrong = "binary mode doesn't take an encoding argument";
    else if (m->is_binary && errors != VALUE_NONE)
        wrong = "binary mode doesn't take an errors argument";
    else if (m->is_binary && newline != VALUE_NONE)
        wrong = "binary mode doesn't take a newline argument";
    else if (n == 0)
        wrong = "Must have exactly one of create/read/write/append mode and at most one plus";
    if (wrong) raise_error(vm, EXC_ValueError, "%s", wrong);
    return !wrong;
}

// Paths

static Value path_value(VM *vm, Value path)
{
    if (is_str(path) || is_bytes(path)) return path;
    bool is_path = special_lookup(vm, path, S(__fspath__)) != VALUE_NONE;  // None: it refuses
    Value result = is_path ? value_call_special(vm, path, S(__fspath__), 0, NULL) : VALUE_UNBOUND;
    if (result == VALUE_UNBOUND)
        return raise_error(vm, EXC_TypeError, "expected str, bytes or os.PathLike object, not %s",
                           type_name(vm, path));
    if (is_error(result) || is_str(result) || is_bytes(result)) return result;
    return raise_error(vm, EXC_TypeError, "expected %s.__fspath__() to return str or bytes, not %s",
                       type_name(vm, path), type_name(vm, result));
}

const char *file_path(VM *vm, Value path, Value *shown)
{
    *shown = path_value(vm, path);
    if (is_error(*shown)) return NULL;
    Str *s = as_str(*shown);
    if (memchr(s->data, '\0', s->size)) {
        raise_error(vm, EXC_ValueError, "embedded null byte");
        return NULL;
    }
    if (is_str(*shown) && !str_is_ascii(s)) s = codec_encode(vm, s, "utf-8", "surrogateescape");
    return s ? str_cstr(s) : NULL;
}

static int open_flags(const Mode *m)
{
    int flags = m->is_updating ? O_RDWR : m->is_reading ? O_RDONLY : O_WRONLY;
    if (m->is_creating) flags |= O_CREAT | O_EXCL;
    if (m->is_writing) flags |= O_CREAT | O_TRUNC;
    if (m->is_appending) flags |= O_CREAT | O_APPEND;
    return flags;
}

static int descriptor_arg(VM *vm, Value v)
{
    int64_t fd;
    if (!int_to_int64(v, &fd) || fd > INT32_MAX) {
        raise_error(vm, EXC_OverflowError, "Python int too large to convert to C int");
        return -1;
    }
    if (fd < 0) {
        raise_error(vm, EXC_ValueError, "negative file descriptor");
        return -1;
    }
    struct stat info;
    if (fstat((int)fd, &info) == 0 && !S_ISDIR(info.st_mode)) return (int)fd;
    int code = fcntl((int)fd, F_GETFD) < 0 ? errno : EISDIR;
    raise_os_error(vm, code, code == EISDIR ? v : VALUE_NONE);
    return -1;
}

// The descriptor that opener(path, flags) gives; -1: raised.
static int ask_opener(VM *vm, Value path, const Mode *m, Value opener)
{
    Value args[] = {path, small_int(open_flags(m) | O_CLOEXEC)};
    Value answer = value_call(vm, opener, 2, args);
    int64_t fd;
    if (is_error(answer)) return -1;
    if (!is_any_int(answer)) {
        raise_error(vm, EXC_TypeError, "expected integer from opener");
        return -1;
    }
    if (!int_to_int64(answer, &fd) || fd != (int)fd) {
        raise_error(vm, EXC_OverflowError, "Python int too large to convert to C int");
        return -1;
    }
    if (fd >= 0) return (int)fd;
    raise_error(vm, EXC_ValueError, "opener returned %d", (int)fd);
    return -1;
}

// The descriptor of path, opened as the mode says; -1: raised.
static int open_path(VM *vm, Value path, const Mode *m, Value opener, Value *name)
{
    const char *c_path = file_path(vm, path, name);
    if (!c_path) return -1;
    int fd = is_none(opener) ? stream_open_fd(vm, *name, c_path, open_flags(m)) : ask_opener(vm, path, m, opener);
    struct stat info;
    int found = fd < 0 ? 0 : fstat(fd, &info);
    if (found != 0) {
        raise_os_error(vm, errno, VALUE_NONE);
        return -1;
    }
    if (fd < 0 || !S_ISDIR(info.st_mode)) return fd;
    close(fd);
    raise_os_error(vm, EISDIR, *name);
    return -1;
}

static Str *binary_mode(const Mode *m)
{
    const char *text = m->is_creating    ? (m->is_updating ? "xb+" : "xb")
                       : m->is_appending ? (m->is_updating ? "ab+" : "ab")
                       : m->is_updating  ? "rb+"
                       : m->is_reading   ? "rb"
                                         : "wb";
    return str_from_cstr(text);
}

static FileType binary_type(const Mode *m, int64_t buffering)
{
    if (buffering == 0) return FILE_RAW;
    return m->is_updating ? FILE_RANDOM : m->is_reading ? FILE_READER : FILE_WRITER;
}

File *file_binary_new(VM *vm, FileType type, Stream *stream, Value name, Str *mode)
{
    File *f = object_alloc(vm->file_types[type], KIND_FILE, sizeof *f);
    f->stream = f->raw = stream;
    f->name = name;
    f->mode = mode;
    f->buffer = VALUE_UNBOUND;
    f->encoding = f->errors = NULL;
    f->attrs = NULL;
    f->origin = 0;
    f->type = (uint8_t)type;
    f->codec = f->newline = f->seen = 0;
    f->is_strict = f->is_line_buffered = f->writes_through = f->can_tell = f->has_bom = false;
    if (stream->owner == VALUE_UNBOUND) stream->owner = value_object(f);
    return f;
}

File *file_blank(VM *vm, Class *c, FileType type)
{
    static const FileSource nothing;
    Stream *s = stream_new(&nothing, VALUE_NONE, false, false);
    s->is_closed = true;
    File *f = file_binary_new(vm, type, s, VALUE_UNBOUND, NULL);
    if (type == FILE_TEXT) {
        f->encoding = str_from_cstr("utf-8");
        f->errors = str_from_cstr("strict");
    }
    f->object.shape = c->root->id;
    return f;
}

Value file_become(Value self, Value made)
{
    if (is_error(made)) return made;
    File *f = as_file(self), *source = as_file(made);
    Object object = f->object;
    Dict *attrs = f->attrs;
    *f = *source;
    f->object = object;
    f->attrs = attrs;
    if (f->raw->owner == made) f->raw->owner = self;
    return VALUE_NONE;
}

bool file_set_newline(VM *vm, File *f, Value newline, const char *function)
{
    static const char *const values[] = {NULL, "", "\n", "\r", "\r\n"};
    if (newline == VALUE_NONE) {
        f->newline = NEWLINE_UNIVERSAL;
        return true;
    }
    if (!is_str(newline)) {
        raise_error(vm, EXC_TypeError, "%s() argument 'newline' must be str or None, not %s", function,
                    type_name(vm, newline));
        return false;
    }
    for (size_t i = 1; i < countof(values); i++)
        if (str_is(as_str(newline), values[i])) {
            f->newline = (uint8_t)i;
            return true;
        }
    raise_error(vm, EXC_ValueError, "illegal newline value: %s", as_str(newline)->data);
    return false;
}

static Str *str_arg(VM *vm, const char *function, Value v, const char *what, const char *default_)
{
    if (v == VALUE_NONE) return str_from_cstr(default_);
    if (is_str(v)) return as_str(v);
    raise_error(vm, EXC_TypeError, "%s() argument '%s' must be str or None, not %s", function, what,
                type_name(vm, v));
    return NULL;
}

Value file_text_new(VM *vm, Class *c, Stream *stream, Value buffer, Value encoding, Value errors,
                    Value newline)
{
    const char *function = c ? "TextIOWrapper" : "open";
    if (is_str(encoding) && str_is(as_str(encoding), "locale")) encoding = VALUE_NONE;
    Str *encoding_text = str_arg(vm, function, encoding, "encoding", "UTF-8");
    Str *errors_text = encoding_text ? str_arg(vm, function, errors, "errors", "strict") : NULL;
    if (!errors_text) return VALUE_ERROR;
    File *f = file_binary_new(vm, FILE_TEXT, stream, VALUE_UNBOUND, NULL);
    if (c) f->object.shape = c->root->id;
    f->buffer = buffer;
    f->encoding = encoding_text;
    f->errors = errors_text;
    f->codec = (uint8_t)file_codec_of(encoding_text->data, &f->has_bom);
    f->is_strict = str_is(errors_text, "strict");
    f->can_tell = true;
    f->origin = stream_tell(stream);
    if (!file_set_newline(vm, f, newline, function)) return VALUE_ERROR;
    if (f->codec == FILE_OTHER) {
        if (!codec_name(encoding_text->data))
            return raise_error(vm, EXC_LookupError, "unknown encoding: %s", encoding_text->data);
        f->stream = file_transcode(f);
        f->origin = 0;
    }
    if (f->origin != 0) f->has_bom = false;
    return value_object(f);
}

Value file_buffer(VM *vm, File *f)
{
    if (f->buffer != VALUE_UNBOUND) return f->buffer;
    Stream *s = f->raw;
    FileType type = s->is_readable ? s->is_writable ? FILE_RANDOM : FILE_READER : FILE_WRITER;
    const char *mode = s->is_readable ? s->is_writable ? "rb+" : "rb" : s->is_append ? "ab" : "wb";
    f->buffer = value_object(file_binary_new(vm, type, s, f->name, str_from_cstr(mode)));
    return f->buffer;
}

// The file object of an open descriptor.
static Value make_file(VM *vm, Stream *s, Value name, Str *mode, const Mode *m, int64_t buffering,
                       Value encoding, Value errors, Value newline)
{
    if (m->is_binary) {
        s->is_unbuffered = buffering == 0;
        s->limit = buffering > 1 ? (size_t)buffering : 0;
        return value_object(
            file_binary_new(vm, binary_type(m, buffering), s, name, binary_mode(m)));
    }
    if (buffering == 0) return raise_error(vm, EXC_ValueError, "can't have unbuffered text I/O");
    Value file =
        file_text_new(vm, NULL, s, VALUE_UNBOUND, encoding, errors, newline);
    if (is_error(file)) return file;
    File *f = as_file(file);
    f->name = name;
    f->mode = mode;
    f->is_line_buffered = buffering == 1 || (buffering < 0 && s->is_writable && isatty(s->fd));
    return file;
}

Value file_open(VM *vm, Value path, Str *mode, int64_t buffering, Value encoding, Value errors,
                Value newline, bool closefd, Value opener)
{
    Mode m = {0};
    if (!is_any_int(path)) {
        path = path_value(vm, path);
        if (is_error(path)) return path;
    }
    if (!parse_mode(vm, mode, &m) || !check_mode(vm, &m, encoding, errors, newline))
        return VALUE_ERROR;
    if (buffering < -1) return raise_error(vm, EXC_ValueError, "invalid buffering size");
    if (!closefd && !is_any_int(path))
        return raise_error(vm, EXC_ValueError, "Cannot use closefd=False with file name");
    Value name = path;
    int fd = is_any_int(path) ? descriptor_arg(vm, path) : open_path(vm, path, &m, opener, &name);
    if (fd < 0) return VALUE_ERROR;
    bool is_readable = m.is_reading || m.is_updating, is_writable = !m.is_reading || m.is_updating;
    Stream *s = stream_of_fd(fd, is_readable, is_writable, closefd);
    s->is_append = m.is_appending;
    if (m.is_appending && s->is_seekable) {
        off_t end = lseek(fd, 0, SEEK_END);
        if (end >= 0) s->offset = end;
    }
    Value file = make_file(vm, s, name, mode, &m, buffering, encoding, errors, newline);
    if (!is_error(file)) return file;
    Value pending = error_take(vm);
    if (!stream_close(vm, s)) error_take(vm);
    return raise_value(vm, pending);
}

// The standard streams

// The error handler of stdin and stdout: any bytes pass in the C locale, as in CPython.
static const char *standard_errors(void)
{
    static const char *const lenient[] = {"", "C", "POSIX", "C.UTF-8", "C.utf8", "UTF-8"};
    const char *names[] = {getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG"), ""}, *locale = "";
    for (size_t i = 0; i < countof(names) && !*locale; i++)
        if (names[i]) locale = names[i];
    for (size_t i = 0; i < countof(lenient); i++)
        if (strcmp(locale, lenient[i]) == 0) return "surrogateescape";
    return "strict";
}

static void make_standard(VM *vm, int fd, const char *name, const char *errors)
{
    Value file = VALUE_NONE;
    if (fcntl(fd, F_GETFD) >= 0) {
        Stream *s = stream_of_fd(fd, fd == 0, fd != 0, false);
        file = file_text_new(vm, vm->file_types[FILE_TEXT], s, VALUE_UNBOUND,
                             value_object(str_from_cstr("utf-8")),
                             value_object(str_from_cstr(errors)), VALUE_NONE);
        File *f = as_file(file);
        f->name = value_object(str_format("<%s>", name));
        f->mode = str_from_cstr(fd == 0 ? "r" : "w");
        f->is_line_buffered = fd == 2 || (fd == 1 && isatty(fd));
    }
    dict_set_str(vm->sys->dict, str_intern(name, strlen(name)), file);
    Str *copy = str_format("__%s__", name);
    dict_set_str(vm->sys->dict, str_intern_str(copy), file);
}

void file_make_std(VM *vm)
{
    make_standard(vm, 0, "stdin", standard_errors());
    make_standard(vm, 1, "stdout", standard_errors());
    make_standard(vm, 2, "stderr", "backslashreplace");
}
