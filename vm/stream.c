// SPDX-License-Identifier: MIT
// stream.c - buffered bytes: reading ahead, writing behind, seeking, and abandoned descriptors.
// Scripts drop file objects without closing them. A finaliser closes those; and because it comes
// later than CPython's reference counts would, opening a file first writes out what abandoned
// writers of the same file still hold back.
#include "vm/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "vm/gc.h"
#include "vm/reach.h"
#include "vm/vm.h"

// The open writers. The collector does not look into the table: it must not keep streams alive.
static Stream **writers;
static int n_writers, cap_writers;

void stream_forget_writer(Stream *s)
{
    if (s->slot < 0) return;
    writers[s->slot] = writers[--n_writers];
    writers[s->slot]->slot = s->slot;
    s->slot = -1;
}

void stream_remember_writer(Stream *s)
{
    if (n_writers == cap_writers) {
        int cap = cap_writers ? 2 * cap_writers : 16;
        Stream **table = gc_alloc_atomic((size_t)cap * sizeof *table);
        if (n_writers) memcpy(table, writers, (size_t)n_writers * sizeof *table);
        writers = table;
        cap_writers = cap;
    }
    static uint64_t n_remembered;
    s->serial = ++n_remembered;
    s->slot = n_writers;
    writers[n_writers++] = s;
}

// Streams with an error that nobody was told of.
static Stream *lost_streams;

static void note_loss(Stream *s, int code)
{
    if (s->lost) return;
    s->lost = code;
    s->next_lost = lost_streams;
    lost_streams = s;
}

// Write out without a VM: an error is reported when the program ends, as of a file nobody closed.
static void flush_quietly(Stream *s)
{
    size_t done = 0;
    while (done < s->out_len) {
        ssize_t n = write(s->fd, s->out + done, s->out_len - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) note_loss(s, errno);
        if (n <= 0) break;
        done += (size_t)n;
    }
    s->offset += (int64_t)done;
    s->out_len = 0;
}

void stream_write_quietly(Stream *s, const char *data, size_t size)
{
    if (s->fd < 0) return;
    if (!s->out) s->out = gc_alloc_atomic(STREAM_OUT);
    while (size > 0) {
        if (s->out_len == STREAM_OUT) flush_quietly(s);
        size_t n = STREAM_OUT - s->out_len < size ? STREAM_OUT - s->out_len : size;
        memcpy(s->out + s->out_len, data, n);
        s->out_len += n;
        data += n;
        size -= n;
    }
}

static void close_abandoned(void *object, __attribute__((unused)) void *data)
{
    Stream *s = object;
    if (s->is_closed || s->fd < 0) return;
    flush_quietly(s);
    stream_forget_writer(s);
    s->is_closed = true;
    if (s->closes_fd) close(s->fd);
}

static void close_object(void *object, void *data)
{
    Stream *s = object;
    VM *vm = data;
    if (!s->is_closed && !stream_close(vm, s)) error_print_unraisable(vm, "Exception ignored in: ", s->owner);
}

void stream_own_object(VM *vm, Stream *s)
{
    if (!s->is_writable) return;
    stream_remember_writer(s);
    gc_set_finalizer(s, close_object, vm);
}

void stream_disown_object(Stream *s)
{
    stream_forget_writer(s);
    gc_set_finalizer(s, NULL, NULL);
}

void stream_abandon(Stream *s, bool closes)
{
    if (closes)
        close_abandoned(s, NULL);
    else if (s->fd >= 0 && !s->is_closed)
        flush_quietly(s);
}

// Descriptors as a source

// After EINTR: the pending signal may raise.
static bool go_on(VM *vm)
{
    if (errno == EINTR) return !vm_pending_signal(vm) || vm_handle_interrupt(vm);
    raise_os_error(vm, errno, VALUE_NONE);
    return false;
}

static int64_t fd_read(VM *vm, Stream *s, char *out, size_t size)
{
    for (;;) {
        bool is_signalled = vm->interrupt & INTERRUPT_SIGNAL;  // before read, which it would not wake
        if (unlikely(is_signalled) && !vm_handle_interrupt(vm)) return -1;
        ssize_t n = read(s->fd, out, size);
        if (n >= 0) return n;
        if (!go_on(vm)) return -1;
    }
}

static int64_t fd_write(VM *vm, Stream *s, const char *data, size_t size)
{
    for (;;) {
        if (unlikely(vm->before_output) && s->fd <= 2) vm->before_output(vm);
        ssize_t n = write(s->fd, data, size);
        if (n >= 0) return n;
        if (!go_on(vm)) return -1;
    }
}

static int64_t fd_seek(VM *vm, Stream *s, int64_t offset, int whence)
{
    off_t at = lseek(s->fd, (off_t)offset, whence);
    if (at < 0) raise_os_error(vm, errno, VALUE_NONE);
    return at;
}

static bool fd_close(VM *vm, Stream *s)
{
    if (!s->closes_fd || close(s->fd) == 0) return true;
    raise_os_error(vm, errno, VALUE_NONE);
    return false;
}

static const FileSource fd_source = {
    .read = fd_read, .write = fd_write, .seek = fd_seek, .close = fd_close};

Stream *stream_new(const FileSource *source, Value handle, bool is_readable, bool is_writable)
{
    Stream *s = gc_alloc(sizeof *s);
    s->source = source;
    s->handle = handle;
    s->fd = -1;
    s->slot = -1;
    s->owner = VALUE_UNBOUND;
    s->is_readable = is_readable;
    s->is_writable = is_writable;
    s->is_seekable = source->seek != NULL;
    return s;
}

Stream *stream_of_fd(int fd, bool is_readable, bool is_writable, bool closes_fd)
{
    Stream *s = stream_new(&fd_source, VALUE_NONE, is_readable, is_writable);
    s->fd = fd;
    s->closes_fd = closes_fd;
    off_t at = lseek(fd, 0, SEEK_CUR);
    s->is_seekable = at >= 0;
    s->offset = at >= 0 ? at : 0;
    struct stat info;
    if (is_writable && fstat(fd, &info) == 0) {
        s->dev = info.st_dev;
        s->ino = info.st_ino;
    }
    if (is_writable) stream_remember_writer(s);
    if (closes_fd) gc_set_finalizer(s, close_abandoned, NULL);
    return s;
}

bool stream_may_retry(VM *vm, int code, bool *has_retried)
{
    if ((code != EMFILE && code != ENFILE) || *has_retried) return false;
    *has_retried = true;
    gc_collect();
    generator_run_finalizers(vm);
    return true;
}

int stream_open_fd(VM *vm, Value path, const char *c_path, int flags)
{
    stream_sync_path(vm, c_path, true);
    bool has_retried = false;
    for (;;) {
        int fd = open(c_path, flags | O_CLOEXEC, 0666);
        if (fd >= 0) return fd;
        int code = errno;
        if (code == EINTR) {
            if (!go_on(vm)) return -1;
        } else if (!stream_may_retry(vm, code, &has_retried)) {
            raise_os_error(vm, code, path);
            return -1;
        }
    }
}

// What waits in any writer of the file, and whether there is more than that to do.
static bool holds_back(const Stream *s)
{
    return s->source->finish || (s->out_len > 0 && s->fd > 2);
}

static void sync_stream(VM *vm, Stream *s, bool opens)
{
    if (!s->source->finish) {
        flush_quietly(s);
    } else if (reach_is_lost(vm, as_object(s->owner), opens)) {
        s->source->finish(s);
    }
}

// The oldest younger than `serial` of those that hold something back of that file; NULL: none.
static Stream *next_held_back(const struct stat *info, uint64_t serial)
{
    Stream *oldest = NULL;
    for (int i = 0; i < n_writers; i++) {
        Stream *s = writers[i];
        if (s->serial <= serial || (oldest && s->serial > oldest->serial)) continue;
        if (holds_back(s) && s->ino == info->st_ino && s->dev == info->st_dev) oldest = s;
    }
    return oldest;
}

void stream_sync_path(VM *vm, const char *c_path, bool opens)
{
    struct stat info;
    bool is_held_back = false;
    for (int i = 0; i < n_writers && !is_held_back; i++) is_held_back = holds_back(writers[i]);
    if (!is_held_back || stat(c_path, &info) != 0) return;
    uint64_t serial = 0;
    for (Stream *s; (s = next_held_back(&info, serial)) != NULL; sync_stream(vm, s, opens)) serial = s->serial;
}

// Reading

static void shift(Stream *s)
{
    size_t gone = s->pos;
    if (gone == 0) return;
    memmove(s->buf, s->buf + gone, s->end - gone);
    s->pos = 0;
    s->end -= gone;
    size_t *marks[] = {&s->checked, &s->plain_until, &s->cr_until, &s->bad_until, &s->odd_until};
    for (size_t i = 0; i < countof(marks); i++)
        *marks[i] = *marks[i] > gone ? *marks[i] - gone : 0;
}

// Room for `more` bytes behind end.
static void reserve(Stream *s, size_t more)
{
    if (s->cap - s->end >= more) return;
    shift(s);
    if (s->cap - s->end >= more) return;
    size_t cap = s->cap ? 2 * s->cap : STREAM_BUFFER;
    while (cap - s->end < more)
        cap *= 2;
    char *buf = gc_alloc_atomic(cap);
    if (s->end) memcpy(buf, s->buf, s->end);
    if (s->buf) gc_free(s->buf);
    s->buf = buf;
    s->cap = cap;
}

// Before reading: what was written goes out first.
static bool begin_read(VM *vm, Stream *s)
{
    return s->out_len == 0 || stream_flush(vm, s);
}

int stream_fill(VM *vm, Stream *s)
{
    if (!begin_read(vm, s)) return -1;
    if (s->pos == s->end) shift(s);
    if (s->cap - s->end < STREAM_BUFFER / 4) reserve(s, STREAM_BUFFER / 2);
    size_t room = s->cap - s->end;
    int64_t n = s->source->read(vm, s, s->buf + s->end, s->limit && s->limit < room ? s->limit : room);
    if (n <= 0) return (int)n;
    s->end += (size_t)n;
    s->offset += n;
    return 1;
}

// How much a regular file still has, so that reading it whole needs one buffer.
static size_t rest_of_file(const Stream *s)
{
    struct stat info;
    if (s->fd < 0 || fstat(s->fd, &info) != 0 || !S_ISREG(info.st_mode)) return 0;
    return info.st_size > s->offset ? (size_t)(info.st_size - s->offset) : 0;
}

bool stream_fill_all(VM *vm, Stream *s)
{
    if (!begin_read(vm, s)) return false;
    size_t rest = rest_of_file(s);
    if (rest) reserve(s, rest + 1);
    for (;;) {
        int r = stream_fill(vm, s);
        if (r <= 0) return r == 0;
    }
}

void stream_drop_buffer(Stream *s)
{
    if (s->pos != s->end || s->cap <= STREAM_BUFFER) return;
    gc_free(s->buf);
    s->buf = NULL;
    s->pos = s->end = s->cap = 0;
    s->checked = s->plain_until = s->cr_until = s->bad_until = s->odd_until = 0;
}

static Value take(Stream *s, size_t n)
{
    Value bytes = value_object(bytes_new(s->buf + s->pos, n));
    s->pos += n;
    return bytes;
}

static Value no_bytes(void)
{
    return value_object(bytes_new("", 0));
}

Value stream_read(VM *vm, Stream *s, int64_t n)
{
    if (n < 0) {
        if (!stream_fill_all(vm, s)) return VALUE_ERROR;
        Value all = s->end ? take(s, s->end - s->pos) : no_bytes();
        stream_drop_buffer(s);
        return all;
    }
    while (s->end - s->pos < (uint64_t)n) {
        int r = stream_fill(vm, s);
        if (r < 0) return VALUE_ERROR;
        if (r == 0) break;
    }
    size_t has = s->end - s->pos;
    if (has == 0) return no_bytes();
    Value some = take(s, has < (uint64_t)n ? has : (size_t)n);
    stream_drop_buffer(s);
    return some;
}

Value stream_read_some(VM *vm, Stream *s, int64_t n)
{
    if (n == 0) return no_bytes();
    if (s->pos == s->end) {
        size_t limit = s->limit;
        if (limit && n > 0) s->limit = (size_t)n;  // that much from the source, past the buffer
        int r = stream_fill(vm, s);
        s->limit = limit;
        if (r < 0) return VALUE_ERROR;
        if (r == 0) return no_bytes();
    }
    size_t has = s->end - s->pos;
    return take(s, n < 0 || has < (uint64_t)n ? has : (size_t)n);
}

Value stream_read_line(VM *vm, Stream *s, int64_t limit)
{
    size_t scanned = 0;
    for (;;) {
        size_t has = s->end - s->pos;
        if (limit >= 0 && has > (uint64_t)limit) has = (size_t)limit;
        if (has > scanned) {
            const char *from = s->buf + s->pos;
            const char *newline = memchr(from + scanned, '\n', has - scanned);
            if (newline) return take(s, (size_t)(newline - from) + 1);
        }
        if (limit >= 0 && has == (uint64_t)limit) return has ? take(s, has) : no_bytes();
        scanned = has;
        int r = stream_fill(vm, s);
        if (r < 0) return VALUE_ERROR;
        if (r == 0) return has ? take(s, has) : no_bytes();
    }
}

// Writing

// Before writing: the source goes back to where the reader is.
static bool begin_write(VM *vm, Stream *s)
{
    if (s->end == 0) return true;
    int64_t at = stream_tell(s);
    s->pos = s->end = s->checked = s->plain_until = s->cr_until = s->bad_until = s->odd_until = 0;
    if (!s->is_seekable || at == s->offset) return true;
    s->offset = s->source->seek(vm, s, at, SEEK_SET);
    return s->offset >= 0;
}

static bool write_now(VM *vm, Stream *s, const char *data, size_t size)
{
    while (size > 0) {
        int64_t n = s->source->write(vm, s, data, size);
        if (n < 0) return false;
        s->offset += n;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

// What is held back goes to the source, which may go on holding it back.
bool stream_write_out(VM *vm, Stream *s)
{
    size_t done = 0;
    while (done < s->out_len) {
        int64_t n = s->source->write(vm, s, s->out + done, s->out_len - done);
        if (n < 0) {
            // What a closed pipe did not take, nobody will.
            if (error_is(vm, EXC_BrokenPipeError)) done = s->out_len;
            memmove(s->out, s->out + done, s->out_len - done);
            s->out_len -= done;
            return false;
        }
        done += (size_t)n;
        s->offset += n;
    }
    s->out_len = 0;
    return true;
}

bool stream_write(VM *vm, Stream *s, const char *data, size_t size)
{
    if (!begin_write(vm, s)) return false;
    if (unlikely(s->is_unbuffered)) return write_now(vm, s, data, size);
    if (unlikely(!s->out)) s->out = gc_alloc_atomic(STREAM_OUT);
    size_t cap = s->limit && s->limit < STREAM_OUT ? s->limit : STREAM_OUT;
    if (size > cap - s->out_len) {
        if (!stream_write_out(vm, s)) return false;
        if (size > cap) return write_now(vm, s, data, size);
    }
    memcpy(s->out + s->out_len, data, size);
    s->out_len += size;
    return true;
}

bool stream_flush(VM *vm, Stream *s)
{
    return stream_write_out(vm, s) && (!s->source->flush || s->source->flush(vm, s));
}

bool stream_flush_all(VM *vm)
{
    for (int i = n_writers - 1; i >= 0; i--)
        if (i < n_writers && writers[i]->out_len && !stream_flush(vm, writers[i])) return false;
    return true;
}

bool stream_close_layers(VM *vm)
{
    for (int i = n_writers - 1; i >= 0; i--)
        if (i < n_writers && writers[i]->source->closes_at_exit && !stream_close(vm, writers[i])) return false;
    return true;
}

// Every writer that must be closed, or every other one, once: closed or flushed.
static void finish_writers(VM *vm, bool closes_at_exit)
{
    for (int i = n_writers - 1; i >= 0; i--) {
        if (i >= n_writers || writers[i]->source->closes_at_exit != closes_at_exit) continue;
        Stream *s = writers[i];
        if (closes_at_exit ? stream_close(vm, s) : !s->out_len || stream_flush(vm, s)) continue;
        s->out_len = 0;
        error_print_unraisable(vm, "Exception ignored in: ", s->owner);
    }
}

void stream_finish(VM *vm)
{
    finish_writers(vm, true);
    finish_writers(vm, false);
    for (Stream *s = lost_streams; s; s = s->next_lost) {
        raise_os_error(vm, s->lost, VALUE_NONE);
        error_print_unraisable(vm, "Exception ignored in: ", s->owner);
    }
    lost_streams = NULL;
}

// Position

int64_t stream_tell(const Stream *s)
{
    return s->offset - (int64_t)(s->end - s->pos) + (int64_t)s->out_len;
}

int64_t stream_seek(VM *vm, Stream *s, int64_t offset, int whence)
{
    if (!stream_flush(vm, s)) return -1;
    if (whence == SEEK_CUR) {
        offset += stream_tell(s);
        whence = SEEK_SET;
    }
    int64_t start = s->offset - (int64_t)s->end;
    if (whence == SEEK_SET && s->end && offset >= start && offset <= s->offset) {
        s->pos = (size_t)(offset - start);
        s->plain_until = 0;
        return offset;
    }
    int64_t at = s->source->seek(vm, s, offset, whence);
    if (at < 0) return -1;
    s->pos = s->end = s->checked = s->plain_until = s->cr_until = s->bad_until = s->odd_until = 0;
    return s->offset = at;
}

int64_t stream_truncate(VM *vm, Stream *s, int64_t size)
{
    if (!stream_flush(vm, s)) return -1;
    if (s->fd < 0) {
        if (s->source->truncate) return s->source->truncate(vm, s, size);
        raise_error(vm, EXC_OSError, "truncate");
        return -1;
    }
    while (ftruncate(s->fd, (off_t)size) != 0)
        if (!go_on(vm)) return -1;
    return size;
}

bool stream_close(VM *vm, Stream *s)
{
    if (s->is_closed) return true;
    int was_closed = s->source->was_closed ? s->source->was_closed(vm, s) : 0;
    if (was_closed < 0) return false;
    if (was_closed) {
        s->is_closed = true;
        s->out_len = 0;
        stream_forget_writer(s);
        return true;
    }
    s->is_closing = true;
    bool ok = stream_flush(vm, s);
    Value pending = ok ? VALUE_NONE : error_take(vm);
    s->is_closed = true;
    stream_forget_writer(s);
    bool is_closed_well = !s->source->close || s->source->close(vm, s);
    if (s->buf) gc_free(s->buf);
    s->buf = s->out = NULL;
    s->pos = s->end = s->cap = s->out_len = 0;
    s->checked = s->plain_until = s->cr_until = s->bad_until = s->odd_until = 0;
    if (ok) return is_closed_well;
    if (is_closed_well) {
        raise_value(vm, pending);
        return false;
    }
    Exception *e = as_exception(vm->exception);
    if (e->context == VALUE_NONE || e->context == VALUE_UNBOUND) e->context = pending;
    return false;
}
