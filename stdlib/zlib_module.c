// SPDX-License-Identifier: MIT
// zlib_module.c - the module zlib: checksums, compression in one go and piece by piece.
#include "stdlib/packing.h"
#include "stdlib/stdlib.h"
#include "vm/gc.h"

static Class *error_class, *compress_class, *decompress_class;

enum { PIECE = 16 * 1024, MOST_INPUT = 1 << 30 };

Value zlib_raise(VM *vm, const z_stream *z, int code, const char *doing)
{
    const char *why = z->msg                   ? z->msg
                      : code == Z_BUF_ERROR    ? "incomplete or truncated stream"
                      : code == Z_STREAM_ERROR ? "inconsistent stream state"
                      : code == Z_DATA_ERROR   ? "invalid input data"
                                               : NULL;
    if (code == Z_MEM_ERROR) return raise_value(vm, vm->memory_error);
    Str *text = why ? str_format("Error %d %s: %.200s", code, doing, why)
                    : str_format("Error %d %s", code, doing);
    return raise_value(vm,
                       value_object(exception_alloc(error_class, tuple_of(1, value_object(text)))));
}

static Value raise_zlib(VM *vm, const char *text)
{
    Tuple *args = tuple_of(1, value_object(str_from_cstr(text)));
    return raise_value(vm, value_object(exception_alloc(error_class, args)));
}

static void start(z_stream *z)
{
    memset(z, 0, sizeof *z);
    z->zalloc = packing_alloc;
    z->zfree = packing_free;
}

// Room for one more piece of output, at most `most` bytes in all (0: any number).
static void make_room(z_stream *z, StrBuilder *out, size_t most)
{
    size_t room = out->size < PIECE ? PIECE : out->size;
    if (most && room > most - out->size) room = most - out->size;
    if (room > MOST_INPUT) room = MOST_INPUT;
    builder_reserve(out, room);
    z->next_out = (Bytef *)out->data + out->size;
    z->avail_out = (uInt)room;
}

static void take_output(const z_stream *z, StrBuilder *out)
{
    out->size = (size_t)((const char *)z->next_out - out->data);
}

// Give as much of the input as a counter of the library can hold.
static void give_input(z_stream *z, size_t *left)
{
    size_t n = *left < MOST_INPUT ? *left : MOST_INPUT;
    z->avail_in = (uInt)n;
    *left -= n;
}

// Compress all of data. The result is zlib's code.
static int deflate_all(z_stream *z, Span data, int flush, StrBuilder *out)
{
    size_t left = data.size;
    int code;
    z->next_in = (Bytef *)(uintptr_t)data.data;
    do {
        give_input(z, &left);
        do {
            make_room(z, out, 0);
            code = deflate(z, left ? Z_NO_FLUSH : flush);
            take_output(z, out);
            if (code == Z_STREAM_ERROR) return code;
        } while (z->avail_out == 0);
    } while (left);
    return code;
}

// Decompress until the end of the stream, the data or `most` bytes. z is left with what is unused.
static int inflate_all(z_stream *z, Span data, size_t most, int flush, StrBuilder *out,
                       size_t *unused)
{
    size_t left = data.size;
    int code = Z_OK;
    z->next_in = (Bytef *)(uintptr_t)data.data;
    do {
        give_input(z, &left);
        do {
            make_room(z, out, most);
            code = inflate(z, flush);
            take_output(z, out);
            if (code != Z_OK && code != Z_BUF_ERROR) goto done;
            if (most && out->size >= most) goto done;
        } while (z->avail_out == 0);
    } while (left);
done:
    *unused = left + z->avail_in;
    return code;
}

// The functions

NATIVE(compress, "compress(data, /, level: cint = -1, wbits: cint = 15)",
       "Returns a bytes object containing compressed data.")
{
    Span span;
    z_stream z;
    StrBuilder out = {0};
    start(&z);
    if (!bytes_get(vm, args[0], &span)) return VALUE_ERROR;
    int code = deflateInit2(&z, (int)arg_ssize(args[1]), Z_DEFLATED, (int)arg_ssize(args[2]), 8, 0);
    if (code == Z_STREAM_ERROR) return raise_zlib(vm, "Bad compression level");
    if (code != Z_OK) return zlib_raise(vm, &z, code, "while compressing data");
    code = deflate_all(&z, span, Z_FINISH, &out);
    deflateEnd(&z);
    if (code != Z_STREAM_END) return zlib_raise(vm, &z, code, "while compressing data");
    return value_object(builder_bytes(&out));
}

NATIVE(decompress, "decompress(data, /, wbits: cint = 15, bufsize: ssize = 16384)",
       "Returns a bytes object containing the uncompressed data.")
{
    Span span;
    z_stream z;
    size_t unused;
    StrBuilder out = {0};
    start(&z);
    if (!bytes_get(vm, args[0], &span)) return VALUE_ERROR;
    if (arg_ssize(args[2]) < 0)
        return raise_error(vm, EXC_ValueError, "bufsize must be non-negative");
    int code = inflateInit2(&z, (int)arg_ssize(args[1]));
    if (code != Z_OK) return zlib_raise(vm, &z, code, "while preparing to decompress data");
    code = inflate_all(&z, span, 0, Z_SYNC_FLUSH, &out, &unused);
    inflateEnd(&z);
    if (code == Z_STREAM_END) return value_object(builder_bytes(&out));
    return zlib_raise(vm, &z, code == Z_OK ? Z_BUF_ERROR : code, "while decompressing data");
}

typedef uLong (*Checksum)(uLong sum, const Bytef *data, z_size_t size);

static Value checksum(VM *vm, Checksum function, Value *args)
{
    Span span;
    uint8_t word[8];
    if (!bytes_get(vm, args[0], &span)) return VALUE_ERROR;
    Value start_value = value_binary(vm, BINARY_AND, args[1], small_int(UINT32_MAX));
    if (is_error(start_value) || !int_to_bytes(vm, start_value, word, sizeof word, true, false))
        return VALUE_ERROR;
    return small_int(
        (int64_t)function((uLong)as_int(start_value), (const Bytef *)span.data, span.size));
}

NATIVE(crc32, "crc32(data, value: int = 0, /)",
       "Compute a CRC-32 checksum of data.\n\nvalue is the checksum of what came before.")
{
    return checksum(vm, crc32_z, args);
}

NATIVE(adler32, "adler32(data, value: int = 1, /)",
       "Compute an Adler-32 checksum of data.\n\nvalue is the checksum of what came before.")
{
    return checksum(vm, adler32_z, args);
}

// Objects

typedef struct ZObject {
    Object object;  // KIND_OPAQUE
    z_stream z;
    bool is_finished;
    Str *unused_data, *unconsumed_tail;  // of a decompressor
    Str *dictionary;                     // NULL: none
} ZObject;

static ZObject *as_z(Value v)
{
    return (ZObject *)as_pointer(v);
}

static ZObject *new_object(Class *c)
{
    ZObject *o = object_alloc(c, KIND_OPAQUE, sizeof *o);
    start(&o->z);
    o->is_finished = false;
    o->unused_data = o->unconsumed_tail = bytes_empty;
    o->dictionary = NULL;
    return o;
}

NATIVE(z_new, "__new__(cls, /, *args, **kwargs)", "Made by compressobj() and decompressobj().")
{
    return raise_error(vm, EXC_TypeError, "cannot create '%s' instances",
                       as_class(args[0])->full_name);
}

NATIVE(compressobj,
       "compressobj(level: cint = -1, method: cint = 8, wbits: cint = 15, memLevel: cint = 8, "
       "strategy: cint = 0, zdict = ?)",
       "Return a compressor object.")
{
    ZObject *o = new_object(compress_class);
    Span dictionary = {NULL, 0};
    if (args[5] != VALUE_UNBOUND && !bytes_get(vm, args[5], &dictionary)) return VALUE_ERROR;
    int code =
        deflateInit2(&o->z, (int)arg_ssize(args[0]), (int)arg_ssize(args[1]),
                     (int)arg_ssize(args[2]), (int)arg_ssize(args[3]), (int)arg_ssize(args[4]));
    if (code == Z_STREAM_ERROR)
        return raise_error(vm, EXC_ValueError, "Invalid initialization option");
    if (code != Z_OK) return zlib_raise(vm, &o->z, code, "while creating compression object");
    if (dictionary.data) {
        code = deflateSetDictionary(&o->z, (const Bytef *)dictionary.data, (uInt)dictionary.size);
        if (code != Z_OK) return raise_error(vm, EXC_ValueError, "Invalid dictionary");
    }
    return value_object(o);
}

NATIVE(compress_compress, "&compress(self, data, /)",
       "Returns a bytes object containing compressed data.\n\nWhat is still held back comes with "
       "the next calls.")
{
    ZObject *o = as_z(args[0]);
    Span span;
    StrBuilder out = {0};
    if (!bytes_get(vm, args[1], &span)) return VALUE_ERROR;
    int code = deflate_all(&o->z, span, Z_NO_FLUSH, &out);
    if (code == Z_STREAM_ERROR) return zlib_raise(vm, &o->z, code, "while compressing data");
    return value_object(builder_bytes(&out));
}

NATIVE(compress_flush, "&flush(self, mode: cint = 4, /)",
       "Return a bytes object containing any remaining compressed data.\n\n"
       "mode is one of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH; after Z_FINISH nothing "
       "can be added.")
{
    ZObject *o = as_z(args[0]);
    int mode = (int)arg_ssize(args[1]);
    StrBuilder out = {0};
    if (mode == Z_NO_FLUSH) return value_object(bytes_empty);
    int code = deflate_all(&o->z, (Span){"", 0}, mode, &out);
    if (code == Z_STREAM_ERROR) return zlib_raise(vm, &o->z, code, "while flushing");
    if (code == Z_STREAM_END && mode == Z_FINISH) {
        deflateEnd(&o->z);
        o->is_finished = true;
    }
    return value_object(builder_bytes(&out));
}

static Value compress_copy(VM *vm, Value self)
{
    ZObject *o = as_z(self), *copy = new_object(compress_class);
    int code = deflateCopy(&copy->z, &o->z);
    if (code == Z_STREAM_ERROR) return raise_error(vm, EXC_ValueError, "Inconsistent stream state");
    if (code != Z_OK) return zlib_raise(vm, &o->z, code, "while copying compression object");
    return value_object(copy);
}

NATIVE(compress_copy, "&copy(self, /)", "Return a copy of the compression object.")
{
    return compress_copy(vm, args[0]);
}

NATIVE(compress_dunder_copy, "&__copy__(self, /)", "Return a copy of the compression object.")
{
    return compress_copy(vm, args[0]);
}

NATIVE(compress_deepcopy, "&__deepcopy__(self, memo, /)", "Return a copy of the compression object.")
{
    return compress_copy(vm, args[0]);
}

NATIVE(decompressobj, "decompressobj(wbits: cint = 15, zdict = ?)",
       "Return a decompressor object.")
{
    ZObject *o = new_object(decompress_class);
    if (args[1] != VALUE_UNBOUND) {
        Span span;
        if (!bytes_get(vm, args[1], &span)) return VALUE_ERROR;
        o->dictionary = bytes_new(span.data, span.size);
    }
    int code = inflateInit2(&o->z, (int)arg_ssize(args[0]));
    if (code == Z_STREAM_ERROR)
        return raise_error(vm, EXC_ValueError, "Invalid initialization option");
    if (code != Z_OK) return zlib_raise(vm, &o->z, code, "while creating decompression object");
    if (o->dictionary && arg_ssize(args[0]) < 0)
        (void)inflateSetDictionary(&o->z, (const Bytef *)o->dictionary->data,
                                   (uInt)o->dictionary->size);
    return value_object(o);
}

// Decompress; what is left over goes into the attributes.
static Value decompress_piece(VM *vm, ZObject *o, Span span, size_t most, int flush,
                              const char *doing)
{
    StrBuilder out = {0};
    size_t unused;
    int code = inflate_all(&o->z, span, most, flush, &out, &unused);
    if (code == Z_NEED_DICT && o->dictionary) {
        code = inflateSetDictionary(&o->z, (const Bytef *)o->dictionary->data,
                                    (uInt)o->dictionary->size);
        if (code != Z_OK) return zlib_raise(vm, &o->z, code, "while setting zdict");
        Span rest = {span.data + span.size - unused, unused};
        code = inflate_all(&o->z, rest, most, flush, &out, &unused);
    }
    const char *left = span.data + span.size - unused;
    if (code == Z_STREAM_END) {
        o->is_finished = true;
        o->unconsumed_tail = bytes_empty;
        StrBuilder b = {0};
        builder_add(&b, o->unused_data->data, o->unused_data->size);
        builder_add(&b, left, unused);
        o->unused_data = builder_bytes(&b);
        inflateEnd(&o->z);
    } else if (code == Z_OK || code == Z_BUF_ERROR) {
        o->unconsumed_tail = unused ? bytes_new(left, unused) : bytes_empty;
    } else {
        return zlib_raise(vm, &o->z, code, doing);
    }
    return value_object(builder_bytes(&out));
}

NATIVE(decompress_decompress, "decompress(self, data, /, max_length: ssize = 0)",
       "Return a bytes object containing the decompressed version of the data.\n\n"
       "With max_length no longer than that: then unconsumed_tail has the input that was not used.")
{
    ZObject *o = as_z(args[0]);
    Span span;
    int64_t most = arg_ssize(args[2]);
    if (!bytes_get(vm, args[1], &span)) return VALUE_ERROR;
    if (most < 0) return raise_error(vm, EXC_ValueError, "max_length must be non-negative");
    if (o->is_finished) {
        StrBuilder b = {0};
        builder_add(&b, o->unused_data->data, o->unused_data->size);
        builder_add(&b, span.data, span.size);
        o->unused_data = builder_bytes(&b);
        return value_object(bytes_empty);
    }
    return decompress_piece(vm, o, span, (size_t)most, Z_SYNC_FLUSH, "while decompressing data");
}

NATIVE(decompress_flush, "&flush(self, length: ssize = 16384, /)",
       "Return a bytes object containing any remaining decompressed data.")
{
    ZObject *o = as_z(args[0]);
    if (arg_ssize(args[1]) <= 0)
        return raise_error(vm, EXC_ValueError, "length must be greater than zero");
    if (o->is_finished) return value_object(bytes_empty);
    Span span = {o->unconsumed_tail->data, o->unconsumed_tail->size};
    return decompress_piece(vm, o, span, 0, Z_FINISH, "while flushing");
}

static Value decompress_copy(VM *vm, Value self)
{
    ZObject *o = as_z(self), *copy = new_object(decompress_class);
    copy->unused_data = o->unused_data;
    copy->unconsumed_tail = o->unconsumed_tail;
    copy->dictionary = o->dictionary;
    copy->is_finished = o->is_finished;
    int code = inflateCopy(&copy->z, &o->z);
    if (code == Z_STREAM_ERROR) return raise_error(vm, EXC_ValueError, "Inconsistent stream state");
    if (code != Z_OK) return zlib_raise(vm, &o->z, code, "while copying decompression object");
    return value_object(copy);
}

NATIVE(decompress_copy, "&copy(self, /)", "Return a copy of the decompression object.")
{
    return decompress_copy(vm, args[0]);
}

NATIVE(decompress_dunder_copy, "&__copy__(self, /)", "Return a copy of the decompression object.")
{
    return decompress_copy(vm, args[0]);
}

NATIVE(decompress_deepcopy, "&__deepcopy__(self, memo, /)", "Return a copy of the decompression object.")
{
    return decompress_copy(vm, args[0]);
}

static Value get_unused_data(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_z(self)->unused_data);
}
static Value get_unconsumed_tail(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_z(self)->unconsumed_tail);
}
static Value get_eof(VM *vm, Value self)
{
    (void)vm;
    return value_bool(as_z(self)->is_finished);
}

static void define_objects(VM *vm)
{
    static const NativeDef *const compress_methods[] = {
        &def_z_new, &def_compress_compress, &def_compress_flush, &def_compress_copy,
        &def_compress_dunder_copy, &def_compress_deepcopy, NULL};
    static const TypeDef compress_type = {
        .name = "zlib.Compress",
        .kind = KIND_OPAQUE,
        .flags = CLASS_FINAL,
        .methods = compress_methods,
        .object_size = sizeof(ZObject),
    };
    static const NativeDef *const decompress_methods[] = {
        &def_z_new, &def_decompress_decompress, &def_decompress_flush, &def_decompress_copy,
        &def_decompress_dunder_copy, &def_decompress_deepcopy, NULL};
    static const GetSetDef getset[] = {
        {"unused_data", get_unused_data, NULL,
         "Data that came after the end of the compressed stream."},
        {"unconsumed_tail", get_unconsumed_tail, NULL,
         "Data that max_length kept from being used."},
        {"eof", get_eof, NULL, "Whether the end of the compressed stream was reached."},
        {0},
    };
    static const TypeDef decompress_type = {
        .name = "zlib.Decompress",
        .kind = KIND_OPAQUE,
        .flags = CLASS_FINAL,
        .methods = decompress_methods,
        .getset = getset,
        .object_size = sizeof(ZObject),
    };
    compress_class = class_define(vm, &compress_type, NULL);
    decompress_class = class_define(vm, &decompress_type, NULL);
}

static bool setup(VM *vm, Module *module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
        {"DEFLATED", Z_DEFLATED},
        {"DEF_BUF_SIZE", PIECE},
        {"DEF_MEM_LEVEL", 8},
        {"MAX_WBITS", MAX_WBITS},
        {"Z_BEST_COMPRESSION", Z_BEST_COMPRESSION},
        {"Z_BEST_SPEED", Z_BEST_SPEED},
        {"Z_BLOCK", Z_BLOCK},
        {"Z_DEFAULT_COMPRESSION", Z_DEFAULT_COMPRESSION},
        {"Z_DEFAULT_STRATEGY", Z_DEFAULT_STRATEGY},
        {"Z_FILTERED", Z_FILTERED},
        {"Z_FINISH", Z_FINISH},
        {"Z_FIXED", Z_FIXED},
        {"Z_FULL_FLUSH", Z_FULL_FLUSH},
        {"Z_HUFFMAN_ONLY", Z_HUFFMAN_ONLY},
        {"Z_NO_COMPRESSION", Z_NO_COMPRESSION},
        {"Z_NO_FLUSH", Z_NO_FLUSH},
        {"Z_PARTIAL_FLUSH", Z_PARTIAL_FLUSH},
        {"Z_RLE", Z_RLE},
        {"Z_SYNC_FLUSH", Z_SYNC_FLUSH},
        {"Z_TREES", Z_TREES},
    };
    Dict *d = module->dict;
    for (size_t i = 0; i < countof(constants); i++)
        dict_set_str(d, str_intern(constants[i].name, strlen(constants[i].name)),
                     small_int(constants[i].value));
    dict_set_str(d, str_intern("ZLIB_VERSION", 12), value_object(str_from_cstr(ZLIB_VERSION)));
    dict_set_str(d, str_intern("ZLIB_RUNTIME_VERSION", 20),
                 value_object(str_from_cstr(zlibVersion())));
    define_objects(vm);
    Dict *names = dict_new();
    dict_set_str(names, S(__module__), value_object(str_from_cstr("zlib")));
    Tuple *bases = tuple_of(1, value_object(exception_class(vm, EXC_Exception)));
    Str *error = str_intern("error", 5);
    Value c = class_create(vm, vm->type_type, error, bases, names, NULL);
    if (is_error(c)) return false;
    error_class = as_class(c);
    dict_set_str(d, error, c);
    return true;
}

static const NativeDef *const natives[] = {&def_compress, &def_decompress,  &def_crc32,
                                           &def_adler32,  &def_compressobj, &def_decompressobj,
                                           NULL};

const ModuleDef module_zlib = {
    .name = "zlib",
    .doc =
        "The functions in this module allow compression and decompression using the zlib library.",
    .natives = natives,
    .setup = setup,
};
