// SPDX-License-Identifier: MIT
// packing.h - what the modules zlib, gzip and bz2 share: memory of the libraries, and file objects
// whose bytes pass through a compressor or a decompressor.
#ifndef RILL_STDLIB_PACKING_H
#define RILL_STDLIB_PACKING_H

#include <zlib.h>

#include "vm/bytes.h"
#include "vm/file.h"
#include "vm/vm.h"

// zlib keeps its state in collected memory: a stream that is dropped needs no clean-up.
void *packing_alloc(void *opaque, unsigned n, unsigned size);
void packing_free(void *opaque, void *p);
Value zlib_raise(VM *vm, const z_stream *z, int code, const char *doing);  // zlib.error

typedef enum PackStep { PACK_RUN, PACK_FLUSH, PACK_FINISH } PackStep;

typedef struct Packer Packer;

typedef struct PackedFormat {
    // Reading. begin: at the start of the next member: 1; 0: there is none; -1 raised.
    int (*begin)(VM *vm, Packer *p);
    // Bytes made; 0: the member ended, which cleared in_member, or more input is needed; -1 raised.
    int64_t (*decode)(VM *vm, Packer *p, char *out, size_t size);
    // Writing, through packing_emit.
    bool (*encode)(VM *vm, Packer *p, const char *data, size_t size, PackStep step);
    // Raise what a file that is only for reading (writing) says of method `what`.
    Value (*refuse)(VM *vm, bool is_writing, const char *what);
    bool can_seek_writing;
    bool asks_open;  // readable() and the like raise when the file is closed; flush() does not
} PackedFormat;

// The state behind a file. Formats extend it.
struct Packer {
    Object object;  // zero: never seen by scripts
    const PackedFormat *format;
    Stream *below;  // of the packed bytes
    Value file;     // whose stream that is
    bool closes_below, is_writing;
    bool in_member, met_member;
    int64_t offset;  // bytes decoded
};

// The members of a Packer and the file around it. file: an open file or an object with read or
// write.
bool packing_setup(VM *vm, Packer *p, const PackedFormat *format, Value file, bool closes_below,
                   bool is_writing) RILL_FALLIBLE;
Value packing_blank(VM *vm, Class *c, const PackedFormat *format);  // what __new__ makes; see file_blank
File *packing_file(VM *vm, Class *c, Packer *p, Value name);
// Is there a next packed byte? 1/0, -1 raised.
int packing_more(VM *vm, Packer *p) RILL_FALLIBLE;
Value packing_raise_truncated(VM *vm);
// vm NULL: quietly, for files that were abandoned.
bool packing_emit(VM *vm, Packer *p, const char *data, size_t size) RILL_FALLIBLE;

static inline Packer *packer_of(Value file)
{
    return as_pointer(as_file(file)->raw->handle);
}

// The methods all such files have (read ... close) but __new__, for a type table; and their
// attributes.
enum { PACKING_METHODS = 18 };
extern const NativeDef *const packing_methods[PACKING_METHODS];
Value packing_get_mode(VM *vm, Value self);
Value packing_next_line(VM *vm, Value self) RILL_FALLIBLE;  // a NextFn

// Open `filename` or take `file`, one of which is given. Mode is one of r, w, a, x with a b behind
// it.
Value packing_open_below(VM *vm, Value filename, const char *mode) RILL_FALLIBLE;

#endif
