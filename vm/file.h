// SPDX-License-Identifier: MIT
// file.h - file objects: text and binary, over buffered streams. The types and methods scripts see
// are in stdlib/file_methods.c and stdlib/binary_methods.c.
// Text is kept in the stream's buffer as it was read, so a position is a byte offset and a line is
// made straight from the buffer. Only encodings that are not ASCII-compatible go through a second
// stream, which yields UTF-8.
#ifndef RILL_VM_FILE_H
#define RILL_VM_FILE_H

#include "vm/str.h"
#include "vm/stream.h"

typedef enum FileNewline {
    NEWLINE_UNIVERSAL,  // newline=None: any ending, read as "\n"
    NEWLINE_KEEP,       // newline='': any ending, unchanged
    NEWLINE_LF,
    NEWLINE_CR,
    NEWLINE_CRLF
} FileNewline;

typedef enum FileCodec { FILE_UTF8, FILE_ASCII, FILE_LATIN1, FILE_OTHER } FileCodec;

// Classes of file objects; all but the first are binary.
typedef enum FileType {
    FILE_TEXT,
    FILE_READER,
    FILE_WRITER,
    FILE_RANDOM,
    FILE_RAW,
    FILE_TYPE_COUNT
} FileType;

typedef struct File {
    Object object;   // KIND_FILE
    Stream *stream;  // what the text layer scans
    Stream *raw;     // the bytes; another stream only for FILE_OTHER
    Value name;      // VALUE_UNBOUND: none
    Str *mode;
    Value buffer;            // the binary file of the same stream; VALUE_UNBOUND until asked for
    Str *encoding, *errors;  // of text; else NULL
    Dict *attrs;
    int64_t origin;  // text: decoding goes in pieces counted from this offset
    uint8_t type;    // FileType
    uint8_t codec, newline;
    uint8_t seen;  // ENDING_x met so far
    bool is_strict, is_line_buffered, writes_through, can_tell;
    bool has_bom;  // utf-8-sig, utf-16, utf-32: the start of the file is special
} File;

static inline bool is_file(Value v)
{
    return is_kind(v, KIND_FILE);
}
static inline File *as_file(Value v)
{
    return (File *)as_pointer(v);
}

// open(). path: str, bytes, path object or a descriptor. encoding, errors, newline: str or None.
// buffering -1: the default. opener(path, flags) gives the descriptor; VALUE_NONE: open(2).
Value file_open(VM *vm, Value path, Str *mode, int64_t buffering, Value encoding, Value errors,
                Value newline, bool closefd, Value opener) RILL_FALLIBLE;
// A path argument (str, bytes, __fspath__) as a C string; *shown is what messages and .name show.
// NULL: raised.
const char *file_path(VM *vm, Value path, Value *shown) RILL_FALLIBLE;
// Binary and text files over any source (gzip, an object with read and write): name may be
// VALUE_UNBOUND.
File *file_binary_new(VM *vm, FileType type, Stream *stream, Value name, Str *mode);
Value file_text_new(VM *vm, Class *c, Stream *stream, Value buffer, Value encoding, Value errors,
                    Value newline) RILL_FALLIBLE;  // NULL for the class: that of open()
// What __new__ of a class of files makes: closed, until __init__ gives file_become what it shall be (or VALUE_ERROR).
File *file_blank(VM *vm, struct Class *c, FileType type);
Value file_become(Value self, Value made);
Stream *file_stream_over(VM *vm,
                         Value object) RILL_FALLIBLE;  // bytes through the methods of a Rill object
Value file_buffer(VM *vm, File *f);                    // .buffer of a text file
void file_make_std(VM *vm);  // sys.stdin, stdout, stderr and their __x__ copies

// Text. All check that the file is open and may do it.
Value file_read_text(VM *vm, File *f, int64_t n) RILL_FALLIBLE;  // n characters; n < 0: all
Value file_read_text_line(VM *vm, File *f,
                          int64_t limit) RILL_FALLIBLE;  // "" at the end; limit < 0: none
bool file_write_text(VM *vm, File *f, Str *s) RILL_FALLIBLE;
Value file_seek_text(VM *vm, File *f, Value cookie, int64_t whence) RILL_FALLIBLE;
Value file_tell_text(VM *vm, File *f) RILL_FALLIBLE;

// For loops: the next line; VALUE_STOP at the end.
Value file_next_text_line(VM *vm, Value file) RILL_FALLIBLE;
Value file_next_binary_line(VM *vm, Value file) RILL_FALLIBLE;
// For print: write to a text file object of the builtin class.
bool file_write_str(VM *vm, Value file, Str *s) RILL_FALLIBLE;
bool file_flush(VM *vm, Value file) RILL_FALLIBLE;
bool file_flush_all(VM *vm) RILL_FALLIBLE;             // every open file, at exit
Value raise_unsupported(VM *vm, const char *message);  // io.UnsupportedOperation
Value raise_closed(VM *vm);                            // ValueError: I/O operation on closed file.
Value file_raise_closed(VM *vm, const File *f, const char *text);  // that text, unless it is detached
bool file_set_newline(VM *vm, File *f, Value newline, const char *function) RILL_FALLIBLE;  // function: for the error
// The encodings (file_source.c).
FileCodec file_codec_of(const char *name, bool *has_bom);  // any spelling
const char *file_unit_codec(
    const File *f);  // the encoding for text that is not at the start: no byte order mark
Stream *file_transcode(File *f);  // a stream that reads f->raw and yields UTF-8

void file_define(VM *vm);                        // the classes: stdlib/file_methods.c
const TypeDef *file_binary_type(FileType type);  // stdlib/binary_methods.c

#endif
