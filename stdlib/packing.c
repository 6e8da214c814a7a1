// SPDX-License-Identifier: MIT
// packing.c - files whose bytes pass through a compressor: the stream over another stream, and the
// methods of GzipFile and BZ2File. The formats are in gzip_module.c and bz2_module.c.
// Files that are written and dropped without close() are finished by a finaliser, or when the
// program ends.
#include "stdlib/packing.h"

#include <errno.h>
#include <stdio.h>

#include "stdlib/file_methods.h"
#include "vm/gc.h"

// Memory

enum { BIG = 16 * 1024 };  // from here on zlib's blocks are data without pointers

void *packing_alloc(__attribute__((unused)) void *opaque, unsigned n, unsigned size)
{
    size_t bytes = (size_t)n * size;
    return bytes >= BIG ? gc_try_alloc_atomic(bytes) : gc_alloc(bytes);
}

void packing_free(__attribute__((unused)) void *opaque, void *p)
{
    if (p) gc_free(p);
}

// The stream

static Packer *packer(const Stream *s)
{
    return as_pointer(s->handle);
}

int packing_more(VM *vm, Packer *p)
{
    return p->below->pos < p->below->end ? 1 : stream_fill(vm, p->below);
}

Value packing_raise_truncated(VM *vm)
{
    return raise_error(vm, EXC_EOFError,
                       "Compressed file ended before the end-of-stream marker was reached");
}

static int64_t packed_read(VM *vm, Stream *s, char *out, size_t size)
{
    Packer *p = packer(s);
    for (;;) {
        if (!p->in_member) {
            int r = p->format->begin(vm, p);
            if (r <= 0) return r;
            p->in_member = p->met_member = true;
        }
        int64_t n = p->format->decode(vm, p, out, size);
        if (n < 0) return -1;
        p->offset += n;
        if (n > 0) return n;
    }
}

static bool rewind_packed(VM *vm, Packer *p)
{
    if (stream_seek(vm, p->below, 0, SEEK_SET) < 0) return false;
    p->in_member = p->met_member = false;
    p->offset = 0;
    return true;
}

// The end is only found by going there.
static int64_t packed_seek(VM *vm, Stream *s, int64_t offset, int whence)
{
    Packer *p = packer(s);
    char *scratch = gc_alloc_atomic(STREAM_OUT);
    if (whence == SEEK_END) {
        for (int64_t n = 1; n > 0;) {
            n = packed_read(vm, s, scratch, STREAM_OUT);
            if (n < 0) return -1;
        }
        offset += p->offset;
    }
    if (offset < 0) offset = 0;
    if (offset < p->offset && !rewind_packed(vm, p)) return -1;
    while (p->offset < offset) {
        int64_t left = offset - p->offset;
        int64_t n = packed_read(vm, s, scratch, left < STREAM_OUT ? (size_t)left : STREAM_OUT);
        if (n < 0) return -1;
        if (n == 0) break;
    }
    return p->offset;
}

bool packing_emit(VM *vm, Packer *p, const char *data, size_t size)
{
    if (vm) return stream_write(vm, p->below, data, size);
    stream_write_quietly(p->below, data, size);
    return true;
}

static int64_t packed_write(VM *vm, Stream *s, const char *data, size_t size)
{
    Packer *p = packer(s);
    return p->format->encode(vm, p, data, size, PACK_RUN) ? (int64_t)size : -1;
}

static int64_t writer_seek(VM *vm, Stream *s, int64_t offset, int whence)
{
    static const char zeros[1024];
    if (whence != SEEK_SET) {
        raise_error(vm, EXC_ValueError, "Seek from end not supported");
        return -1;
    }
    if (offset < s->offset) {
        raise_error(vm, EXC_OSError, "Negative seek in write mode");
        return -1;
    }
    for (int64_t left = offset - s->offset; left > 0; left -= (int64_t)sizeof zeros) {
        size_t n = left < (int64_t)sizeof zeros ? (size_t)left : sizeof zeros;
        if (packed_write(vm, s, zeros, n) < 0) return -1;
    }
    return offset;
}

// What was written so far can be read then. Closing needs no such mark before the end.
static bool packed_flush(VM *vm, Stream *s)
{
    Packer *p = packer(s);
    if (s->is_closing) return true;
    return p->format->encode(vm, p, NULL, 0, PACK_FLUSH) && stream_flush(vm, p->below);
}

static bool close_below(VM *vm, Packer *p)
{
    if (p->closes_below) return stream_close(vm, p->below);
    return !p->is_writing || stream_flush(vm, p->below);
}

static bool packed_close(VM *vm, Stream *s)
{
    Packer *p = packer(s);
    if (!p->is_writing) return close_below(vm, p);
    gc_set_finalizer(s, NULL, NULL);
    if (p->format->encode(vm, p, NULL, 0, PACK_FINISH)) return close_below(vm, p);
    Value pending = error_take(vm);
    if (!close_below(vm, p)) error_take(vm);
    raise_value(vm, pending);
    return false;
}

static void finish(Stream *s)
{
    Packer *p = packer(s);
    if (s->is_closed) return;
    s->is_closed = true;
    stream_forget_writer(s);
    (void)!p->format->encode(NULL, p, s->out, s->out_len, PACK_RUN);
    (void)!p->format->encode(NULL, p, NULL, 0, PACK_FINISH);
    stream_abandon(p->below, p->closes_below);
}

static void finish_abandoned(void *object, __attribute__((unused)) void *data)
{
    finish(object);
}

static const FileSource reader_source = {
    .read = packed_read, .seek = packed_seek, .close = packed_close};
static const FileSource writer_source = {
    .write = packed_write, .flush = packed_flush, .close = packed_close, .closes_at_exit = true,
                                           .finish = finish};
static const FileSource seekable_writer_source = {.write = packed_write,
                                                  .seek = writer_seek,
                                                  .flush = packed_flush,
                                                  .close = packed_close,
                                                  .closes_at_exit = true,
                                           .finish = finish};

bool packing_setup(VM *vm, Packer *p, const PackedFormat *format, Value file, bool closes_below,
                   bool is_writing)
{
    bool is_binary_file = is_file(file) && as_file(file)->type != FILE_TEXT;
    p->format = format;
    p->below = is_binary_file ? as_file(file)->raw : file_stream_over(vm, file);
    p->file = file;
    p->closes_below = closes_below;
    p->is_writing = is_writing;
    p->offset = 0;
    return p->below != NULL;
}

Value packing_blank(VM *vm, Class *c, const PackedFormat *format)
{
    Packer *p = gc_alloc(sizeof *p);
    File *f = file_blank(vm, c, FILE_READER);
    p->format = format;
    p->below = f->raw;
    p->file = VALUE_NONE;
    f->raw->handle = value_object(p);
    return value_object(f);
}

File *packing_file(VM *vm, Class *c, Packer *p, Value name)
{
    const FileSource *source = !p->is_writing                ? &reader_source
                               : p->format->can_seek_writing ? &seekable_writer_source
                                                             : &writer_source;
    Stream *s = stream_new(source, value_object(p), !p->is_writing, p->is_writing);
    if (!p->is_writing) s->is_seekable = p->below->is_seekable;
    if (p->is_writing) {
        s->dev = p->below->dev;
        s->ino = p->below->ino;
        stream_remember_writer(s);
        // It closes what is below too, which must still be open then.
        if (p->closes_below) gc_set_finalizer(p->below, NULL, NULL);
        gc_set_finalizer(s, finish_abandoned, NULL);
    }
    File *f = file_binary_new(vm, p->is_writing ? FILE_WRITER : FILE_READER, s, name,
                              str_from_cstr(p->is_writing ? "wb" : "rb"));
    f->object.shape = c->root->id;
    return f;
}

Value packing_open_below(VM *vm, Value filename, const char *mode)
{
    Str *text = strchr(mode, 'b') ? str_from_cstr(mode) : str_format("%sb", mode);
    return file_open(vm, filename, text, -1, VALUE_NONE, VALUE_NONE, VALUE_NONE, true, VALUE_NONE);
}

// Methods

static bool is_open(VM *vm, Value self)
{
    if (!as_file(self)->raw->is_closed) return true;
    raise_error(vm, EXC_ValueError, "I/O operation on closed file");
    return false;
}

// The stream of an open file for reading (writing); NULL: raised.
static Stream *stream_for(VM *vm, Value self, bool writes, const char *what)
{
    Packer *p = packer_of(self);
    if (!is_open(vm, self)) return NULL;
    if (p->is_writing == writes) return as_file(self)->raw;
    p->format->refuse(vm, p->is_writing, what);
    return NULL;
}

NATIVE(read, "def read(self, size = -1)",
       "Read and return at most size bytes; all that is left if size is negative or None.")
{
    int64_t n;
    Stream *s = stream_for(vm, args[0], false, "read");
    if (!s || !file_size_arg(vm, args[1], &n)) return VALUE_ERROR;
    if (n < -1) return raise_error(vm, EXC_ValueError, "read length must be non-negative or -1");
    return stream_read(vm, s, n);
}

NATIVE(read1, "def read1(self, size: ssize = -1)",
       "Read at most size bytes, but wait for no more than there are.")
{
    Stream *s = stream_for(vm, args[0], false, "read1");
    return s ? stream_read_some(vm, s, arg_ssize(args[1])) : VALUE_ERROR;
}

NATIVE(peek, "def peek(self, n: ssize = 0)", "Return some bytes without moving on.")
{
    Stream *s = stream_for(vm, args[0], false, "peek");
    if (!s || (s->pos == s->end && stream_fill(vm, s) < 0)) return VALUE_ERROR;
    return value_object(bytes_new(s->buf ? s->buf + s->pos : "", s->end - s->pos));
}

// Fill a buffer; with is_some only from what is there without waiting, or after one step.
static Value read_into(VM *vm, Value self, Value target, bool is_some)
{
    Stream *s = stream_for(vm, self, false, is_some ? "readinto1" : "readinto");
    if (!s || !bytes_need_writable(vm, target, is_some ? "readinto1() " : "readinto() ")) return VALUE_ERROR;
    int64_t size = (int64_t)bytes_span(target).size;
    Value data = is_some ? stream_read_some(vm, s, size) : stream_read(vm, s, size);
    return is_error(data) ? data : small_int((int64_t)bytes_fill(target, 0, bytes_span(data)));
}

NATIVE(readinto, "readinto(self, b, /)", "Read bytes into a bytearray; return how many.")
{
    return read_into(vm, args[0], args[1], false);
}

NATIVE(readinto1, "readinto1(self, b, /)", "Read bytes into a bytearray, but wait for no more than there are.")
{
    return read_into(vm, args[0], args[1], true);
}

NATIVE(readline, "def readline(self, size = -1)",
       "Read and return one line, at most size bytes of it; b'' at the end.")
{
    int64_t n;
    Stream *s = stream_for(vm, args[0], false, "readline");
    bool is_strict = packer_of(args[0])->format->asks_open;
    if (s && is_strict && !is_any_int(args[1]) && special_lookup(vm, args[1], S(__index__)) == VALUE_UNBOUND)
        return raise_error(vm, EXC_TypeError, "Integer argument expected");
    return s && file_size_arg(vm, args[1], &n) ? stream_read_line(vm, s, n) : VALUE_ERROR;
}

Value packing_next_line(VM *vm, Value self)
{
    Stream *s = stream_for(vm, self, false, "readline");
    Value line = s ? stream_read_line(vm, s, -1) : VALUE_ERROR;
    return is_error(line) || as_str(line)->size ? line : VALUE_STOP;
}

NATIVE(next, "__next__(self, /)", "Return the next line.")
{
    Value line = packing_next_line(vm, args[0]);
    return line == VALUE_STOP ? raise_stop_iteration(vm, VALUE_NONE) : line;
}

NATIVE(write, "def write(self, data)", "Write the bytes and return how many there were.")
{
    Span span;
    Stream *s = stream_for(vm, args[0], true, "write");
    if (!s || !bytes_get(vm, args[1], &span)) return VALUE_ERROR;
    return stream_write(vm, s, span.data, span.size) ? int_from_int64((int64_t)span.size)
                                                     : VALUE_ERROR;
}

NATIVE(flush, "def flush(self, zlib_mode = 2)", "Write out what is held back.")
{
    if (as_file(args[0])->raw->is_closed && packer_of(args[0])->format->asks_open) return VALUE_NONE;
    if (!is_open(vm, args[0])) return VALUE_ERROR;
    return stream_flush(vm, as_file(args[0])->raw) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(
    seek, "def seek(self, offset: ssize, whence: ssize = 0)",
    "Change the position: from the start, with whence 1 from here, with 2 from the end. Going back "
    "means reading again from the start.")
{
    if (!is_open(vm, args[0])) return VALUE_ERROR;
    Stream *s = as_file(args[0])->raw;
    int64_t whence = arg_ssize(args[2]), offset = arg_ssize(args[1]);
    if (!s->is_seekable)
        return raise_unsupported(vm, s->is_writable
                                         ? "Seeking is only supported on files open for reading"
                                         : "The underlying file object does not support seeking");
    if (whence < 0 || whence > 2)
        return raise_error(vm, EXC_ValueError, "whence value %lld unsupported", (long long)whence);
    int64_t at = stream_seek(vm, s, offset, (int)whence);
    return at < 0 ? VALUE_ERROR : int_from_int64(at);
}

NATIVE(tell, "tell(self, /)", "Return the position.")
{
    return is_open(vm, args[0]) ? int_from_int64(stream_tell(as_file(args[0])->raw)) : VALUE_ERROR;
}

NATIVE(close, "close(self, /)", "Finish and close the file.")
{
    return stream_close(vm, as_file(args[0])->raw) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(fileno, "fileno(self, /)", "Return the file descriptor.")
{
    Packer *p = packer_of(args[0]);
    if (as_file(args[0])->raw->is_closed && !p->format->asks_open)
        return raise_error(vm, EXC_AttributeError, "'NoneType' object has no attribute 'fileno'");
    if (!is_open(vm, args[0])) return VALUE_ERROR;
    if (p->below->fd >= 0) return small_int(p->below->fd);
    return value_call_method(vm, p->file, str_intern("fileno", 6), 0, NULL);
}

static Value answer(VM *vm, Value self, bool can)
{
    if (packer_of(self)->format->asks_open && !is_open(vm, self)) return VALUE_ERROR;
    return value_bool(can);
}

NATIVE(readable, "readable(self, /)", "Return whether the file can be read.")
{
    return answer(vm, args[0], as_file(args[0])->raw->is_readable);
}

NATIVE(writable, "writable(self, /)", "Return whether the file can be written.")
{
    return answer(vm, args[0], as_file(args[0])->raw->is_writable);
}

NATIVE(seekable, "seekable(self, /)", "Return whether the position can be changed.")
{
    return answer(vm, args[0], as_file(args[0])->raw->is_seekable);
}

const NativeDef *const packing_methods[PACKING_METHODS] = {
    &def_read,   &def_read1,    &def_peek,     &def_readinto, &def_readline,   &def_next,
    &def_write,  &def_flush,    &def_seek,     &def_readinto1, &def_tell,       &def_close,
    &def_fileno, &def_readable, &def_writable, &def_seekable, &def_file_enter, &def_file_iter,
};

Value packing_get_mode(__attribute__((unused)) VM *vm, Value self)
{
    return value_object(as_file(self)->mode);
}
