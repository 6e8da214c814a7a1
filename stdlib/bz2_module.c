// SPDX-License-Identifier: MIT
// bz2_module.c - the module _bz2: the types BZ2File, BZ2Compressor and BZ2Decompressor, over
// libbz2. open(), compress() and decompress() are in rill/bz2.rill.
#include <bzlib.h>

#include "stdlib/file_methods.h"
#include "stdlib/packing.h"
#include "stdlib/stdlib.h"
#include "vm/gc.h"

enum { PIECE = 16 * 1024, BIG = 100000 };

// The library's states, of about 60 KB, hold pointers; bigger blocks are data.
static void *alloc_block(__attribute__((unused)) void *opaque, int n, int size)
{
    size_t bytes = (size_t)n * (size_t)size;
    return bytes >= BIG ? gc_try_alloc_atomic(bytes) : gc_alloc(bytes);
}

static void start(bz_stream *z)
{
    memset(z, 0, sizeof *z);
    z->bzalloc = alloc_block;
    z->bzfree = packing_free;
}

static Value raise_bz2(VM *vm, int code)
{
    switch (code) {
    case BZ_PARAM_ERROR:
        return raise_error(vm, EXC_ValueError,
                           "Internal error - invalid parameters passed to libbzip2");
    case BZ_MEM_ERROR: return raise_value(vm, vm->memory_error);
    case BZ_DATA_ERROR:
    case BZ_DATA_ERROR_MAGIC: return raise_error(vm, EXC_OSError, "Invalid data stream");
    case BZ_IO_ERROR: return raise_error(vm, EXC_OSError, "Unknown I/O error");
    case BZ_UNEXPECTED_EOF:
        return raise_error(vm, EXC_EOFError,
                           "Compressed file ended before the logical end-of-stream was detected");
    default:
        return raise_error(vm, EXC_RuntimeError, "Invalid sequence of commands sent to libbzip2");
    }
}

static bool check_level(VM *vm, int64_t level)
{
    if (level >= 1 && level <= 9) return true;
    raise_error(vm, EXC_ValueError, "compresslevel must be between 1 and 9");
    return false;
}

// Files

typedef struct Bz2Packer {
    Packer base;
    bz_stream z;
} Bz2Packer;

// Does what follows look like another stream? Anything else behind the first one is ignored.
static int meets_stream(VM *vm, Packer *p)
{
    static const char magic[] = "BZh";
    for (size_t i = 0; i < 3; i++) {
        Stream *s = p->below;
        while (s->end - s->pos <= i) {
            int more = stream_fill(vm, s);
            if (more < 0) return -1;
            if (more == 0) return i > 0;
            s = p->below;
        }
        if (s->buf[s->pos + i] != magic[i]) return 0;
    }
    return 1;
}

static int bz2_begin(VM *vm, Packer *p)
{
    Bz2Packer *b = (Bz2Packer *)p;
    if (p->met_member) {
        int more = meets_stream(vm, p);
        if (more <= 0) return more;
    }
    start(&b->z);
    int code = BZ2_bzDecompressInit(&b->z, 0, 0);
    if (code == BZ_OK) return 1;
    raise_bz2(vm, code);
    return -1;
}

static int64_t bz2_decode(VM *vm, Packer *p, char *out, size_t size)
{
    Bz2Packer *b = (Bz2Packer *)p;
    Stream *s = p->below;
    size_t has = s->end - s->pos;
    b->z.next_in = s->buf ? s->buf + s->pos : NULL;
    b->z.avail_in = (unsigned)(has < INT32_MAX ? has : INT32_MAX);
    b->z.next_out = out;
    b->z.avail_out = (unsigned)(size < INT32_MAX ? size : INT32_MAX);
    unsigned room = b->z.avail_out, given = b->z.avail_in;
    int code = BZ2_bzDecompress(&b->z);
    s->pos += given - b->z.avail_in;
    size_t n = room - b->z.avail_out;
    if (code == BZ_STREAM_END) {
        BZ2_bzDecompressEnd(&b->z);
        p->in_member = false;
    } else if (code != BZ_OK) {
        raise_bz2(vm, code);
        return -1;
    } else if (n == 0) {
        int more = stream_fill(vm, s);
        if (more == 0) packing_raise_truncated(vm);
        if (more <= 0) return -1;
    }
    return (int64_t)n;
}

static bool bz2_encode(VM *vm, Packer *p, const char *data, size_t size, PackStep step)
{
    Bz2Packer *b = (Bz2Packer *)p;
    char out[PIECE];
    int action = step == PACK_FINISH ? BZ_FINISH : BZ_RUN, code;
    // There is no useful flush: a block goes out when it is full.
    if (step == PACK_FLUSH) return true;
    do {
        size_t now = size < INT32_MAX ? size : INT32_MAX;
        b->z.next_in = (char *)(uintptr_t)data;
        b->z.avail_in = (unsigned)now;
        data += now;
        size -= now;
        do {
            b->z.next_out = out;
            b->z.avail_out = sizeof out;
            if (!b->z.avail_in && action == BZ_RUN) break;
            code = BZ2_bzCompress(&b->z, action);
            if (!packing_emit(vm, p, out, sizeof out - b->z.avail_out)) return false;
        } while (action == BZ_FINISH ? code == BZ_FINISH_OK : b->z.avail_in > 0);
    } while (size);
    if (step == PACK_FINISH) BZ2_bzCompressEnd(&b->z);
    return true;
}

static Value bz2_refuse(VM *vm, bool is_writing, const char *what)
{
    (void)what;
    return raise_unsupported(vm, is_writing ? "File not open for reading"
                                            : "File not open for writing");
}

static const PackedFormat format = {bz2_begin, bz2_decode, bz2_encode, bz2_refuse, false, true};

static const char *parse_mode(VM *vm, Value mode)
{
    static const char *const modes[] = {"", "r", "rb", "w", "wb", "a", "ab", "x", "xb"};
    for (size_t i = 0; is_str(mode) && i < countof(modes); i++)
        if (str_is(as_str(mode), modes[i])) return i ? modes[i] : "rb";
    Str *shown = value_repr(vm, mode);
    if (shown) raise_error(vm, EXC_ValueError, "Invalid mode: %s", shown->data);
    return NULL;
}

static bool is_path(VM *vm, Value v)
{
    return is_str(v) || is_bytes(v) || special_lookup(vm, v, S(__fspath__)) != VALUE_UNBOUND;
}

NATIVE(bz2_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return packing_blank(vm, as_class(args[0]), &format);
}

NATIVE(bz2_init, "def __init__(self, filename, mode = 'r', *, compresslevel: ssize = 9)",
       "A file in bzip2 format, over the file of that name or over an open file.\n\n"
       "mode is one of r, w, a, x, with or without a b.")
{
    Value file = args[1], name;
    if (!check_level(vm, arg_ssize(args[3]))) return VALUE_ERROR;
    const char *mode = parse_mode(vm, args[2]);
    if (!mode) return VALUE_ERROR;
    bool opens = is_path(vm, file);
    if (opens) {
        file = packing_open_below(vm, file, mode);
        if (is_error(file)) return file;
        name = as_file(file)->name;
    } else {
        name = value_find_attr(vm, file, S(name));
        Value can = value_find_attr(vm, file, S(read));
        if (can == VALUE_UNBOUND) can = value_find_attr(vm, file, S(write));
        if (is_error(name) || is_error(can)) return VALUE_ERROR;
        if (can == VALUE_UNBOUND)
            return raise_error(vm, EXC_TypeError,
                               "filename must be a str, bytes, file or PathLike object");
    }
    Bz2Packer *b = gc_alloc(sizeof *b);
    if (!packing_setup(vm, &b->base, &format, file, opens, *mode != 'r')) return VALUE_ERROR;
    start(&b->z);
    int code = *mode == 'r' ? BZ_OK : BZ2_bzCompressInit(&b->z, (int)arg_ssize(args[3]), 0, 0);
    if (code != BZ_OK) return raise_bz2(vm, code);
    return file_become(args[0], value_object(packing_file(vm, class_of(vm, args[0]), &b->base, name)));
}

static Value get_name(VM *vm, Value self)
{
    if (!as_file(self)->raw->is_closed) return file_get_name(vm, self);
    return raise_error(vm, EXC_ValueError, "I/O operation on closed file");
}

static void define_file(VM *vm, Module *module)
{
    static const GetSetDef getset[] = {
        {"name", get_name, NULL, "What the file was opened by."},
        {"mode", packing_get_mode, NULL, "'rb' or 'wb'."},
        {"closed", file_get_closed, NULL, "Whether the file is closed."},
        {0},
    };
    static const NativeDef *methods[PACKING_METHODS + 4];
    static const TypeDef type = {
        .name = "bz2.BZ2File",
        .kind = KIND_FILE,
        .next = packing_next_line,
        .doc = "A file whose data are compressed in bzip2 format.",
        .methods = methods,
        .getset = getset,
    };
    memcpy(methods, packing_methods, sizeof packing_methods);
    methods[PACKING_METHODS] = &def_bz2_new;
    methods[PACKING_METHODS + 1] = &def_bz2_init;
    Class *c = class_define(vm, &type, vm->file_types[FILE_BUFFERED_BASE]);
    dict_set_str(module->dict, c->name, value_object(c));
}

// Objects

typedef struct Bz2Object {
    Object object;  // KIND_OPAQUE
    bz_stream z;
    bool is_finished, needs_input;
    Str *unused_data;
    Str *left;  // input of a decompressor that max_length kept from being used
} Bz2Object;

static Bz2Object *as_bz2(Value v)
{
    return (Bz2Object *)as_pointer(v);
}

static Bz2Object *new_object(Class *c)
{
    Bz2Object *o = object_alloc(c, KIND_OPAQUE, sizeof *o);
    start(&o->z);
    o->is_finished = false;
    o->needs_input = true;
    o->unused_data = o->left = bytes_empty;
    return o;
}

NATIVE(compressor_new, "__new__(cls, compresslevel: ssize = 9, /)",
       "Create a compressor object for compressing data incrementally.")
{
    if (!check_level(vm, arg_ssize(args[1]))) return VALUE_ERROR;
    Bz2Object *o = new_object(as_class(args[0]));
    int code = BZ2_bzCompressInit(&o->z, (int)arg_ssize(args[1]), 0, 0);
    return code == BZ_OK ? value_object(o) : raise_bz2(vm, code);
}

static Value run_compressor(VM *vm, Bz2Object *o, Span data, int action)
{
    StrBuilder out = {0};
    o->z.next_in = (char *)(uintptr_t)data.data;
    for (;;) {
        size_t now = data.size < INT32_MAX ? data.size : INT32_MAX;
        if (o->z.avail_in == 0) {
            o->z.avail_in = (unsigned)now;
            data.size -= now;
        }
        if (action == BZ_RUN && o->z.avail_in == 0) break;
        builder_reserve(&out, PIECE);
        o->z.next_out = out.data + out.size;
        o->z.avail_out = PIECE;
        int code = BZ2_bzCompress(&o->z, action);
        out.size = (size_t)(o->z.next_out - out.data);
        if (code < 0) return raise_bz2(vm, code);
        if (code == BZ_STREAM_END) break;
    }
    return value_object(builder_bytes(&out));
}

NATIVE(compressor_compress, "compress(self, data, /)",
       "Provide data to the compressor object.\n\nReturns a chunk of compressed data if possible, "
       "or b'' otherwise.")
{
    Bz2Object *o = as_bz2(args[0]);
    Span span;
    if (!bytes_get(vm, args[1], &span)) return VALUE_ERROR;
    if (o->is_finished) return raise_error(vm, EXC_ValueError, "Compressor has been flushed");
    return run_compressor(vm, o, span, BZ_RUN);
}

NATIVE(compressor_flush, "flush(self, /)",
       "Finish the compression process.\n\nReturns the compressed data left in internal buffers.")
{
    Bz2Object *o = as_bz2(args[0]);
    if (o->is_finished) return raise_error(vm, EXC_ValueError, "Repeated call to flush()");
    o->is_finished = true;
    Value rest = run_compressor(vm, o, (Span){"", 0}, BZ_FINISH);
    BZ2_bzCompressEnd(&o->z);
    return rest;
}

NATIVE(decompressor_new, "__new__(cls, /, *args)",
       "Create a decompressor object for decompressing data incrementally.")
{
    if (as_tuple(args[1])->len)
        return raise_error(vm, EXC_TypeError, "BZ2Decompressor() takes no positional arguments");
    Bz2Object *o = new_object(as_class(args[0]));
    int code = BZ2_bzDecompressInit(&o->z, 0, 0);
    return code == BZ_OK ? value_object(o) : raise_bz2(vm, code);
}

NATIVE(decompressor_decompress, "decompress(self, data, max_length: ssize = -1)",
       "Decompress data, returning uncompressed data as bytes.\n\n"
       "With max_length at most so many bytes; then the rest comes with the next calls.")
{
    Bz2Object *o = as_bz2(args[0]);
    Span span;
    StrBuilder out = {0}, in = {0};
    int64_t most = arg_ssize(args[2]);
    int code = BZ_OK;
    if (!bytes_get(vm, args[1], &span)) return VALUE_ERROR;
    if (o->is_finished) return raise_error(vm, EXC_EOFError, "End of stream already reached");
    builder_add(&in, o->left->data, o->left->size);
    builder_add(&in, span.data, span.size);
    size_t at = 0;
    while (most < 0 || out.size < (uint64_t)most) {
        size_t room = out.size < PIECE ? PIECE : out.size < INT32_MAX ? out.size : INT32_MAX;
        if (most >= 0 && room > (uint64_t)most - out.size) room = (size_t)most - out.size;
        size_t now = in.size - at < INT32_MAX ? in.size - at : INT32_MAX;
        builder_reserve(&out, room);
        o->z.next_in = in.data + at;
        o->z.avail_in = (unsigned)now;
        o->z.next_out = out.data + out.size;
        o->z.avail_out = (unsigned)room;
        code = BZ2_bzDecompress(&o->z);
        if (code < 0) return raise_bz2(vm, code);
        at += now - o->z.avail_in;
        out.size += room - o->z.avail_out;
        if (code == BZ_STREAM_END || (at == in.size && o->z.avail_out)) break;
    }
    Str *rest = at < in.size ? bytes_new(in.data + at, in.size - at) : bytes_empty;
    o->is_finished = code == BZ_STREAM_END;
    o->unused_data = o->is_finished ? rest : bytes_empty;
    o->left = o->is_finished ? bytes_empty : rest;
    o->needs_input = !o->is_finished && at == in.size && (most < 0 || out.size < (uint64_t)most);
    if (o->is_finished) BZ2_bzDecompressEnd(&o->z);
    return value_object(builder_bytes(&out));
}

static Value get_eof(VM *vm, Value self)
{
    (void)vm;
    return value_bool(as_bz2(self)->is_finished);
}
static Value get_unused_data(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_bz2(self)->unused_data);
}
static Value get_needs_input(VM *vm, Value self)
{
    (void)vm;
    return value_bool(as_bz2(self)->needs_input);
}

static bool setup(VM *vm, Module *module)
{
    static const NativeDef *const compressor_methods[] = {
        &def_compressor_new, &def_compressor_compress, &def_compressor_flush, NULL};
    static const NativeDef *const decompressor_methods[] = {&def_decompressor_new,
                                                            &def_decompressor_decompress, NULL};
    static const GetSetDef getset[] = {
        {"eof", get_eof, NULL, "Has the end of the compressed data been met?"},
        {"unused_data", get_unused_data, NULL,
         "What came after the end of the compressed data."},
        {"needs_input", get_needs_input, NULL,
         "Must it be given more data before it has more to give?"},
        {0},
    };
    static const TypeDef types[] = {
        {.name = "_bz2.BZ2Compressor",
         .kind = KIND_OPAQUE,
         .doc = "Create a compressor object for compressing data incrementally.",
         .methods = compressor_methods,
         .object_size = sizeof(Bz2Object)},
        {.name = "_bz2.BZ2Decompressor",
         .kind = KIND_OPAQUE,
         .doc = "Create a decompressor object for decompressing data incrementally.",
         .methods = decompressor_methods,
         .getset = getset,
         .object_size = sizeof(Bz2Object)},
    };
    for (size_t i = 0; i < countof(types); i++) {
        Class *c = class_define(vm, &types[i], NULL);
        dict_set_str(module->dict, c->name, value_object(c));
    }
    define_file(vm, module);
    return true;
}

const ModuleDef module__bz2 = {
    .name = "_bz2",
    .doc = "The types of the module bz2.",
    .setup = setup,
};
