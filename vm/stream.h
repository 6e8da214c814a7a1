// SPDX-License-Identifier: MIT
// stream.h - buffered bytes from and to a descriptor or any other source; what file objects stand
// on. Knows nothing of text. A stream either reads ahead (buf) or has bytes to write (out), never
// both. INVARIANT: buf[0..end) ends at source offset `offset`; while out_len > 0, out[0] belongs
// there.
#ifndef RILL_VM_STREAM_H
#define RILL_VM_STREAM_H

#include <sys/stat.h>

#include "vm/error.h"

typedef struct Stream Stream;

// Where the bytes are. A NULL function: the source cannot do that.
typedef struct FileSource {
    int64_t (*read)(VM *vm, Stream *s, char *out,
                    size_t size);  // bytes read; 0 at the end; -1 raised
    int64_t (*write)(VM *vm, Stream *s, const char *data,
                     size_t size);  // bytes taken, at least 1; -1 raised
    int64_t (*seek)(VM *vm, Stream *s, int64_t offset, int whence);  // the new offset; -1 raised
    int64_t (*truncate)(VM *vm, Stream *s, int64_t size);            // the new size; -1 raised
    bool (*flush)(VM *vm, Stream *s);  // what the source itself holds back
    bool (*close)(VM *vm, Stream *s);
    // Was it closed by somebody else? -1: raised. NULL: nobody could.
    int (*was_closed)(VM *vm, Stream *s);
    bool closes_at_exit;  // what is written is only whole when it was closed
    // Closes without a VM, when the file was abandoned. NULL: the source cannot do that.
    void (*finish)(Stream *s);
} FileSource;

struct Stream {
    const FileSource *source;
    Value handle;  // of a source that is no descriptor
    int fd;        // -1: no descriptor
    bool is_readable, is_writable, is_append, is_closed, is_seekable, is_unbuffered;
    bool closes_fd;  // close(fd) belongs to closing
    bool is_closing;
    bool has_blocked;  // a raw object gave None: no data without waiting, for now
    bool is_detached;  // of a file that gave away what lies below: closed, in other words
    bool uses_read1;     // a Rill object below text: read1() if it has that
    bool is_raw_object;  // a Rill object below a buffer: readinto() fills one, write() says how many bytes it took
    char *buf;       // read ahead: buf[pos..end) is unread; NULL until needed
    size_t pos, end, cap;
    size_t limit;  // size of the buffer that was asked for; 0: any
    char *out;  // out_len bytes to write
    size_t out_len;
    int64_t offset;
    dev_t dev;
    ino_t ino;
    int slot;  // in the table of open writers; -1 if not there
    uint64_t serial;    // of writers: the older, the smaller
    Value owner;        // the file object of scripts, for reports; VALUE_UNBOUND: none
    int lost;           // errno of a write that nobody was told of
    Stream *next_lost;  // the next with such an error
    // Marks of the text layer (file.c): indexes into buf that move with it.
    size_t checked;     // bytes before are known to be decodable
    size_t plain_until; // buf[pos..plain_until) is examined, is ASCII and has no carriage return, or it is empty
    size_t cr_until;    // there is no carriage return in buf[cr_until..checked)
    size_t bad_until;   // there is no undecodable byte in buf[bad_until..checked)
    size_t odd_until;   // from here on every line that has been examined ends at its first "\n"
};

enum { STREAM_BUFFER = 64 * 1024, STREAM_OUT = 32 * 1024 };

Stream *stream_new(const FileSource *source, Value handle, bool is_readable, bool is_writable);
Stream *stream_of_fd(int fd, bool is_readable, bool is_writable,
                     bool closes_fd);  // finds out the rest
// open(2). flags as there. -1: raised. After EMFILE abandoned files are closed and it is tried
// again.
int stream_open_fd(VM *vm, Value path, const char *c_path, int flags) RILL_FALLIBLE;
// After a call that failed with errno code: is it worth another try, because there were too many
// descriptors, and abandoned ones have been closed now? Once; *has_retried is false at first.
bool stream_may_retry(VM *vm, int code, bool *has_retried);

// 1: more bytes behind buf[end]; 0: end of the data; -1: raised. buf[pos..end) is kept, but may
// move.
int stream_fill(VM *vm, Stream *s) RILL_FALLIBLE;
bool stream_fill_all(VM *vm, Stream *s) RILL_FALLIBLE;  // all there is, into buf
void stream_drop_buffer(Stream *s);                     // give back a big buffer that is read up
// Bytes; VALUE_ERROR raised. n < 0: all. stream_read waits for n bytes or the end, _some for at
// least one.
Value stream_read(VM *vm, Stream *s, int64_t n) RILL_FALLIBLE;
Value stream_read_some(VM *vm, Stream *s, int64_t n) RILL_FALLIBLE;
Value stream_read_line(VM *vm, Stream *s,
                       int64_t limit) RILL_FALLIBLE;  // limit < 0: none; empty at the end
bool stream_write(VM *vm, Stream *s, const char *data, size_t size) RILL_FALLIBLE;
bool stream_flush(VM *vm, Stream *s) RILL_FALLIBLE;
bool stream_write_out(VM *vm, Stream *s) RILL_FALLIBLE;  // to the source, which is not flushed
int64_t stream_seek(VM *vm, Stream *s, int64_t offset,
                    int whence) RILL_FALLIBLE;  // new position; -1 raised
int64_t stream_tell(const Stream *s);
int64_t stream_truncate(VM *vm, Stream *s, int64_t size) RILL_FALLIBLE;  // size; -1 raised
bool stream_close(VM *vm, Stream *s) RILL_FALLIBLE;  // idempotent; closed even if it raised
bool stream_flush_all(VM *vm) RILL_FALLIBLE;         // every open writer
// Streams that stand on another one (packing.h): in the table of open writers without a descriptor
// but with dev and ino of what is below, and with finalisers that write without a VM, where errors are lost.
void stream_remember_writer(Stream *s);
void stream_forget_writer(Stream *s);
void stream_write_quietly(Stream *s, const char *data, size_t size);
// A stream over a Rill object, which is closed with it when it is abandoned, or at the end of the program. / Not any more.
void stream_own_object(VM *vm, Stream *s);
void stream_disown_object(Stream *s);
void stream_abandon(Stream *s, bool closes);  // write out, and close
bool stream_close_layers(VM *vm) RILL_FALLIBLE;  // those that must be closed before the program ends
// Both, at the end of the program. What cannot be written, now or when a file was dropped, is
// reported on standard error; the other files are written.
void stream_finish(VM *vm);
// Write out what open writers hold back of this file, because somebody looks at it, and finish the
// abandoned ones that stand on it. Quiet. opens: it will be read or written, so an abandoned one
// must be found at any cost.
void stream_sync_path(VM *vm, const char *c_path, bool opens);

#endif
