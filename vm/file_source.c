// SPDX-License-Identifier: MIT
// file_source.c - streams over other things than descriptors: the methods of a Rill object, and
// the decoder that turns a file of any encoding into UTF-8 for the text layer.
#include <ctype.h>
#include <unistd.h>

#include "vm/bytes.h"
#include "vm/codec.h"
#include "vm/file.h"
#include "vm/gc.h"
#include "vm/vm.h"

// A Rill object with read, write, seek ... as a source

static Str *name_of(const char *text)
{
    return str_intern(text, strlen(text));
}

// Through readinto(), which a raw stream has.
static int64_t object_readinto(VM *vm, Stream *s, Value method, char *out, size_t size)
{
    enum { PIECE = 8192 };
    Bytearray *b = bytearray_new(NULL, 0);
    if (!bytearray_resize(vm, b, size < PIECE ? size : PIECE)) return -1;
    memset(b->data, 0, b->size);
    size_t room = b->size;
    int64_t n;
    Value argument = value_object(b), result = value_call(vm, method, 1, &argument);
    if (is_error(result)) return -1;
    s->has_blocked = is_none(result);
    if (s->has_blocked) return 0;
    if (!value_ssize(vm, result, &n)) {
        Value cause = error_take(vm);
        Tuple *text = tuple_of(1, value_object(str_from_cstr("raw readinto() failed")));
        (void)raise_object(vm, value_object(exception_alloc(exception_class(vm, EXC_OSError), text)), cause);
        return -1;
    }
    if (n >= 0 && (size_t)n <= room && (size_t)n <= b->size) {
        memcpy(out, b->data, (size_t)n);
        return n;
    }
    raise_error(vm, EXC_OSError, "raw readinto() returned invalid length %lld (should have been between 0 and %zu)",
                (long long)n, room);
    return -1;
}

static int64_t object_read(VM *vm, Stream *s, char *out, size_t size)
{
    if (s->is_raw_object) {
        Value method = value_find_attr(vm, s->handle, name_of("readinto"));
        if (is_error(method)) return -1;
        if (method != VALUE_UNBOUND) return object_readinto(vm, s, method, out, size);
    }
    Value n = int_from_int64((int64_t)size);
    Value read1 = s->uses_read1 ? value_find_attr(vm, s->handle, name_of("read1")) : VALUE_UNBOUND;
    if (is_error(read1)) return -1;
    Value data = read1 == VALUE_UNBOUND ? value_call_method(vm, s->handle, S(read), 1, &n)
                                        : value_call(vm, read1, 1, &n);
    if (is_error(data)) return -1;
    if (is_none(data)) return 0;  // nothing there without waiting
    if (!is_bytes(data)) {
        raise_error(vm, EXC_TypeError,
                    "underlying read() should have returned a bytes-like object, not '%s'",
                    type_name(vm, data));
        return -1;
    }
    Str *bytes = as_str(data);
    if (bytes->size > size) {
        raise_error(vm, EXC_OSError, "raw readinto() returned invalid length %zu (should have been between 0 and %zu)",
                    bytes->size, size);
        return -1;
    }
    memcpy(out, bytes->data, bytes->size);
    return (int64_t)bytes->size;
}

static int64_t object_write(VM *vm, Stream *s, const char *data, size_t size)
{
    Value bytes = value_object(bytes_new(data, size));
    Value n = value_call_method(vm, s->handle, S(write), 1, &bytes);
    int64_t taken = (int64_t)size;
    if (is_error(n)) return -1;
    if (!s->is_raw_object) return taken;
    if (is_none(n)) {
        Tuple *args = tuple_of(3, small_int(0), value_object(str_from_cstr("write could not complete without blocking")),
                               small_int(0));
        Value e = exception_call(vm, exception_class(vm, EXC_BlockingIOError), args);
        if (!is_error(e)) raise_value(vm, e);
        return -1;
    }
    if (!value_ssize(vm, n, &taken)) return -1;
    if (taken >= 0 && taken <= (int64_t)size) return taken;
    raise_error(vm, EXC_OSError, "raw write() returned invalid length %lld (should have been between 0 and %zu)",
                (long long)taken, size);
    return -1;
}

// A position that a Rill object gave; -1: raised.
static int64_t position(VM *vm, Value at)
{
    int64_t result = 0;
    if (is_error(at)) return -1;
    if (is_any_int(at)) (void)int_to_int64(at, &result);
    if (result >= 0) return result;
    raise_error(vm, EXC_OSError, "Raw stream returned invalid position %lld", (long long)result);
    return -1;
}

static int64_t object_seek(VM *vm, Stream *s, int64_t offset, int whence)
{
    Value args[] = {int_from_int64(offset), int_from_int64(whence)};
    return position(vm, value_call_method(vm, s->handle, name_of("seek"), 2, args));
}

static int64_t object_truncate(VM *vm, Stream *s, int64_t size)
{
    Value argument = int_from_int64(size);
    return position(vm, value_call_method(vm, s->handle, name_of("truncate"), 1, &argument));
}

static bool call_if_there(VM *vm, Value object, Str *name)
{
    Value method = value_find_attr(vm, object, name);
    if (method == VALUE_UNBOUND) return true;
    return !is_error(method) && !is_error(value_call(vm, method, 0, NULL));
}

static bool object_flush(VM *vm, Stream *s)
{
    return call_if_there(vm, s->handle, S(flush));
}

static bool object_close(VM *vm, Stream *s)
{
    return call_if_there(vm, s->handle, S(close));
}

static int object_was_closed(VM *vm, Stream *s)
{
    Value closed = value_find_attr(vm, s->handle, name_of("closed"));
    if (is_error(closed)) return -1;
    return closed == VALUE_UNBOUND ? 0 : value_truth(vm, closed);
}

static const FileSource object_source = {.read = object_read,
                                         .write = object_write,
                                         .seek = object_seek,
                                         .truncate = object_truncate,
                                         .flush = object_flush,
                                         .close = object_close,
                                         .was_closed = object_was_closed,
                                         .closes_at_exit = true};

// What object.question() says; without such a method, whether it has `method`. -1: raised.
static int ask(VM *vm, Value object, const char *question, Str *method)
{
    Value answer = value_find_attr(vm, object, name_of(question));
    if (answer == VALUE_UNBOUND) {
        if (!method) return 0;
        answer = value_find_attr(vm, object, method);
        return is_error(answer) ? -1 : answer != VALUE_UNBOUND;
    }
    if (is_error(answer)) return -1;
    answer = value_call(vm, answer, 0, NULL);
    return is_error(answer) ? -1 : value_truth(vm, answer);
}

Stream *file_stream_over(VM *vm, Value object)
{
    int is_readable = ask(vm, object, "readable", S(read));
    int is_writable = is_readable < 0 ? -1 : ask(vm, object, "writable", S(write));
    int is_seekable = is_writable < 0 ? -1 : ask(vm, object, "seekable", NULL);
    if (is_seekable < 0) return NULL;
    Stream *s = stream_new(&object_source, object, is_readable, is_writable);
    s->is_seekable = is_seekable;
    if (is_seekable) {
        s->offset = position(vm, value_call_method(vm, object, name_of("tell"), 0, NULL));
        if (s->offset < 0) {  // whoever asks for the position will be told
            error_take(vm);
            s->offset = 0;
        }
    }
    return s;
}

// Encodings

typedef struct CodecName {
    const char *name;
    FileCodec codec;
    bool has_bom;
} CodecName;

static const CodecName codec_names[] = {
    {"utf8", FILE_UTF8, false},    {"u8", FILE_UTF8, false},       {"cp65001", FILE_UTF8, false},
    {"utf8sig", FILE_UTF8, true},  {"ascii", FILE_ASCII, false},   {"usascii", FILE_ASCII, false},
    {"646", FILE_ASCII, false},    {"latin1", FILE_LATIN1, false}, {"latin", FILE_LATIN1, false},
    {"l1", FILE_LATIN1, false},    {"88591", FILE_LATIN1, false},  {"iso88591", FILE_LATIN1, false},
    {"cp819", FILE_LATIN1, false}, {"utf16", FILE_OTHER, true},    {"u16", FILE_OTHER, true},
    {"utf32", FILE_OTHER, true},   {"u32", FILE_OTHER, true},
};

// Letters and digits only, in lower case.
static void squeeze(const char *name, char out[16])
{
    size_t n = 0;
    for (; *name && n < 15; name++)
        if (isalnum((unsigned char)*name)) out[n++] = (char)tolower((unsigned char)*name);
    out[n] = '\0';
}

FileCodec file_codec_of(const char *name, bool *has_bom)
{
    char key[16];
    squeeze(name, key);
    *has_bom = false;
    for (size_t i = 0; i < countof(codec_names); i++)
        if (strcmp(key, codec_names[i].name) == 0) {
            *has_bom = codec_names[i].has_bom;
            return codec_names[i].codec;
        }
    return FILE_OTHER;
}

const char *file_unit_codec(const File *f)
{
    char key[16];
    squeeze(f->encoding->data, key);
    if (f->codec == FILE_UTF8) return "utf-8";
    if (strcmp(key, "utf16") == 0 || strcmp(key, "u16") == 0) return "utf-16-le";
    if (strcmp(key, "utf32") == 0 || strcmp(key, "u32") == 0) return "utf-32-le";
    return f->encoding->data;
}

// A source that decodes what another stream has. Pieces end between characters.
typedef struct Transcoder {
    Object object;
    Stream *below;
    const char *codec, *errors;
    size_t unit;    // bytes of the smallest character
    char carry[4];  // bytes that did not make a character yet
    size_t n_carry;
    bool at_start;  // a byte order mark may come
} Transcoder;

static size_t unit_of(const char *codec)
{
    char key[16];
    squeeze(codec, key);
    if (strncmp(key, "utf16", 5) == 0 || strncmp(key, "u16", 3) == 0) return 2;
    if (strncmp(key, "utf32", 5) == 0 || strncmp(key, "u32", 3) == 0) return 4;
    return 1;
}

// The byte order that the mark at p says; how many bytes it has. -1: raised, there is none.
static int read_mark(VM *vm, Transcoder *t, const char *p, size_t n)
{
    t->at_start = false;
    if (n < t->unit || t->unit == 1) return 0;
    bool is_little = memcmp(p, t->unit == 2 ? "\xFF\xFE" : "\xFF\xFE\0\0", t->unit) == 0;
    bool is_big = memcmp(p, t->unit == 2 ? "\xFE\xFF" : "\0\0\xFE\xFF", t->unit) == 0;
    if (is_big) t->codec = t->unit == 2 ? "utf-16-be" : "utf-32-be";
    if (is_little || is_big) return (int)t->unit;
    raise_unicode_decode(vm, t->unit == 2 ? "utf-16" : "utf-32", bytes_new(p, n), 0, t->unit,
                         "Stream does not start with BOM");
    return -1;
}

// How many of n bytes are whole characters.
static size_t whole_characters(const Transcoder *t, const char *p, size_t n)
{
    n -= n % t->unit;
    if (t->unit != 2 || n < 2) return n;
    bool is_big = strcmp(t->codec, "utf-16-be") == 0 || strcmp(t->codec, "utf-16be") == 0;
    unsigned char high = (unsigned char)p[is_big ? n - 2 : n - 1];
    return high >= 0xD8 && high <= 0xDB ? n - 2 : n;
}

static int64_t transcoder_read(VM *vm, Stream *s, char *out, size_t size)
{
    Transcoder *t = as_pointer(s->handle);
    char raw[8192 + sizeof t->carry];
    size_t most = size / 4 < 8192 ? size / 4 : 8192;
    for (;;) {
        memcpy(raw, t->carry, t->n_carry);
        Value more = stream_read_some(vm, t->below, (int64_t)(most - t->n_carry));
        if (is_error(more)) return -1;
        bool at_end = as_str(more)->size == 0;
        memcpy(raw + t->n_carry, as_str(more)->data, as_str(more)->size);
        size_t n = t->n_carry + as_str(more)->size, skipped = 0;
        if (t->at_start && (n >= t->unit || at_end)) {
            int mark = read_mark(vm, t, raw, n);
            if (mark < 0) return -1;
            skipped = (size_t)mark;
        }
        size_t used = at_end ? n - skipped : whole_characters(t, raw + skipped, n - skipped);
        t->n_carry = n - skipped - used;
        memcpy(t->carry, raw + skipped + used, t->n_carry);
        if (used == 0 && !at_end) continue;
        Str *text = codec_decode(vm, raw + skipped, used, t->codec, t->errors);
        if (!text) return -1;
        size_t got = text->size < size ? text->size : size;
        memcpy(out, text->data, got);
        return (int64_t)got;
    }
}

static const FileSource transcoder_source = {.read = transcoder_read};

Stream *file_transcode(File *f)
{
    Transcoder *t = gc_alloc(sizeof *t);
    t->below = f->raw;
    t->codec = file_unit_codec(f);
    t->errors = f->errors->data;
    t->unit = unit_of(t->codec);
    t->at_start = t->codec != f->encoding->data;
    Stream *s = stream_new(&transcoder_source, value_object(t), f->raw->is_readable, false);
    return s;
}
