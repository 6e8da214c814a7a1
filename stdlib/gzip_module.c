// SPDX-License-Identifier: MIT
// gzip_module.c - the module _gzip: the type GzipFile. Headers and check sums are handled here, so
// that errors are CPython's; zlib sees raw deflate data. open() and the rest are in rill/gzip.rill.
#include <errno.h>
#include <time.h>

#include "stdlib/file_methods.h"
#include "stdlib/packing.h"
#include "stdlib/stdlib.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/warn.h"

typedef struct GzipPacker {
    Packer base;
    z_stream z;
    uint32_t crc, size;  // of the data of this member
    Value name;          // the file's, for the header
    Value mtime;         // reading: of the last header, or None; writing: what was asked for
    int level;
    bool has_header;  // written
    bool at_trailer;  // of the member that is being read: all its data were given
} GzipPacker;

static Class *gzip_class, *bad_file_class;

enum { FLAG_CRC = 2, FLAG_EXTRA = 4, FLAG_NAME = 8, FLAG_COMMENT = 16 };

static bool raise_bad(VM *vm, const char *fmt, ...) RILL_PRINTF(2, 3);
static bool raise_bad(VM *vm, const char *fmt, ...)
{
    va_list list;
    va_start(list, fmt);
    Str *text = str_vformat(fmt, list);
    va_end(list);
    raise_value(vm, value_object(exception_alloc(bad_file_class, tuple_of(1, value_object(text)))));
    return false;
}

// Reading

// Exactly n packed bytes; false: raised.
static bool take(VM *vm, Packer *p, uint8_t *out, size_t n)
{
    while (n > 0) {
        int more = packing_more(vm, p);
        if (more <= 0) {
            if (more == 0) packing_raise_truncated(vm);
            return false;
        }
        Stream *s = p->below;
        size_t has = s->end - s->pos < n ? s->end - s->pos : n;
        if (out) {
            memcpy(out, s->buf + s->pos, has);
            out += has;
        }
        s->pos += has;
        n -= has;
    }
    return true;
}

static uint32_t word(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool skip_text(VM *vm, Packer *p)
{
    uint8_t c;
    do
        if (!take(vm, p, &c, 1)) return false;
    while (c != 0);
    return true;
}

// The rest of a header, after the first two bytes.
static bool read_header(VM *vm, GzipPacker *g)
{
    uint8_t head[8];
    Packer *p = &g->base;
    if (!take(vm, p, head, sizeof head)) return false;
    if (head[0] != Z_DEFLATED) return raise_bad(vm, "Unknown compression method");
    g->mtime = int_from_uint64(word(head + 2));
    unsigned flags = head[1];
    if (flags & FLAG_EXTRA) {
        uint8_t size[2];
        if (!take(vm, p, size, 2) || !take(vm, p, NULL, size[0] | (size_t)size[1] << 8))
            return false;
    }
    if (flags & FLAG_NAME && !skip_text(vm, p)) return false;
    if (flags & FLAG_COMMENT && !skip_text(vm, p)) return false;
    return !(flags & FLAG_CRC) || take(vm, p, NULL, 2);
}

static int gzip_begin(VM *vm, Packer *p)
{
    GzipPacker *g = (GzipPacker *)p;
    uint8_t magic[2];
    int more;
    // Zeros may fill up a file behind its members.
    while ((more = packing_more(vm, p)) > 0 && p->met_member && p->below->buf[p->below->pos] == 0)
        p->below->pos++;
    if (more <= 0) return more;
    magic[0] = (uint8_t)p->below->buf[p->below->pos++];
    more = packing_more(vm, p);
    if (more < 0) return -1;
    if (more > 0) magic[1] = (uint8_t)p->below->buf[p->below->pos++];
    if (more == 0 || magic[0] != 0x1F || magic[1] != 0x8B) {
        raise_bad(vm, "Not a gzipped file (%s)",
                  bytes_repr((const char *)magic, more ? 2 : 1)->data);
        return -1;
    }
    if (!read_header(vm, g)) return -1;
    memset(&g->z, 0, sizeof g->z);
    g->z.zalloc = packing_alloc;
    g->z.zfree = packing_free;
    g->crc = g->size = 0;
    g->at_trailer = false;
    int code = inflateInit2(&g->z, -MAX_WBITS);
    if (code == Z_OK) return 1;
    zlib_raise(vm, &g->z, code, "while creating decompression object");
    return -1;
}

static bool check_trailer(VM *vm, GzipPacker *g)
{
    uint8_t tail[8];
    inflateEnd(&g->z);
    g->base.in_member = false;
    if (!take(vm, &g->base, tail, sizeof tail)) return false;
    if (word(tail) != g->crc)
        return raise_bad(vm, "CRC check failed 0x%x != 0x%x", word(tail), g->crc);
    return word(tail + 4) == g->size || raise_bad(vm, "Incorrect length of data produced");
}

static int64_t gzip_decode(VM *vm, Packer *p, char *out, size_t size)
{
    GzipPacker *g = (GzipPacker *)p;
    Stream *s = p->below;
    if (g->at_trailer) return check_trailer(vm, g) ? 0 : -1;
    size_t has = s->end - s->pos;
    g->z.next_in = (Bytef *)(s->buf ? s->buf + s->pos : NULL);
    g->z.avail_in = (uInt)(has < INT32_MAX ? has : INT32_MAX);
    g->z.next_out = (Bytef *)out;
    g->z.avail_out = (uInt)(size < INT32_MAX ? size : INT32_MAX);
    uInt room = g->z.avail_out, given = g->z.avail_in;
    int code = inflate(&g->z, Z_NO_FLUSH);
    s->pos += given - g->z.avail_in;
    size_t n = room - g->z.avail_out;
    g->crc = (uint32_t)crc32_z(g->crc, (const Bytef *)out, n);
    g->size += (uint32_t)n;
    if (code == Z_STREAM_END) {
        g->at_trailer = true;
        if (n == 0 && !check_trailer(vm, g)) return -1;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
        zlib_raise(vm, &g->z, code, "while decompressing data");
        return -1;
    } else if (n == 0) {
        int more = stream_fill(vm, s);
        if (more == 0) packing_raise_truncated(vm);
        if (more <= 0) return -1;
    }
    return (int64_t)n;
}

// Writing

// The name in a header: without folders and .gz, in Latin-1; NULL: none.
static Str *header_name(Value file_name)
{
    if (!is_str(file_name) && !is_bytes(file_name)) return NULL;
    Str *name = as_str(file_name);
    const char *start = name->data, *end = start + name->size;
    for (const char *c = end; c > start; c--)
        if (c[-1] == '/') {
            start = c;
            break;
        }
    if (end - start >= 3 && memcmp(end - 3, ".gz", 3) == 0) end -= 3;
    StrBuilder b = {0};
    while (start < end) {
        uint32_t c = is_bytes(file_name) ? (uint8_t)*start++ : utf8_decode(&start);
        if (c > 255) return NULL;
        builder_add_byte(&b, (char)c);
    }
    return b.size ? builder_bytes(&b) : NULL;
}

static bool write_header(VM *vm, GzipPacker *g)
{
    int64_t mtime = (int64_t)time(NULL);
    if (g->mtime != VALUE_NONE) (void)int_to_int64(g->mtime, &mtime);
    const Str *name = header_name(g->name);
    char head[10] = {'\x1F', '\x8B', Z_DEFLATED, name ? FLAG_NAME : 0};
    for (int i = 0; i < 4; i++)
        head[4 + i] = (char)(mtime >> (8 * i));
    head[8] = g->level == 9 ? 2 : g->level == 1 ? 4 : 0;
    head[9] = '\xFF';
    g->has_header = true;
    return packing_emit(vm, &g->base, head, sizeof head) &&
           (!name || packing_emit(vm, &g->base, name->data, name->size + 1));
}

static bool gzip_encode(VM *vm, Packer *p, const char *data, size_t size, PackStep step)
{
    static const int flushes[] = {Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FINISH};
    GzipPacker *g = (GzipPacker *)p;
    char out[STREAM_OUT / 2];
    if (!g->has_header && !write_header(vm, g)) return false;
    if (size) g->crc = (uint32_t)crc32_z(g->crc, (const Bytef *)data, size);
    g->size += (uint32_t)size;
    do {
        size_t now = size < INT32_MAX ? size : INT32_MAX;
        g->z.next_in = (Bytef *)(uintptr_t)data;
        g->z.avail_in = (uInt)now;
        data += now;
        size -= now;
        do {
            g->z.next_out = (Bytef *)out;
            g->z.avail_out = sizeof out;
            (void)deflate(&g->z, size ? Z_NO_FLUSH : flushes[step]);
            if (!packing_emit(vm, p, out, sizeof out - g->z.avail_out)) return false;
        } while (g->z.avail_out == 0);
    } while (size);
    if (step != PACK_FINISH) return true;
    deflateEnd(&g->z);
    char tail[8];
    for (int i = 0; i < 4; i++) {
        tail[i] = (char)(g->crc >> (8 * i));
        tail[4 + i] = (char)(g->size >> (8 * i));
    }
    return packing_emit(vm, p, tail, sizeof tail);
}

static Value gzip_refuse(VM *vm, bool is_writing, const char *what)
{
    if (strcmp(what, "readline") == 0) return raise_unsupported(vm, "read");
    if (strncmp(what, "readinto", 8) == 0) what = "read";
    Str *text = str_format("%s() on %s-only GzipFile object", what, is_writing ? "write" : "read");
    Tuple *args = tuple_of(2, small_int(EBADF), value_object(text));
    Value e = exception_call(vm, exception_class(vm, EXC_OSError), args);
    return is_error(e) ? e : raise_value(vm, e);
}

static const PackedFormat format = {gzip_begin, gzip_decode, gzip_encode, gzip_refuse, true, false};

// The type

// mode as "r", "w", "a" or "x" with what else it has; NULL: raised.
static const char *parse_mode(VM *vm, Value mode, Value file)
{
    if (mode == VALUE_NONE && file != VALUE_NONE) {
        mode = value_find_attr(vm, file, S(mode));
        if (is_error(mode)) return NULL;
        if (!is_str(mode)) mode = VALUE_NONE;
    }
    const char *text = mode == VALUE_NONE ? "rb" : is_str(mode) ? str_cstr(as_str(mode)) : "";
    if (*text && strchr("rwax", *text) && !strpbrk(text, "tU")) return text;
    if (*text && !strpbrk(text, "tU") && file == VALUE_NONE)
        return text;  // open() will say what is wrong
    Str *shown = value_repr(vm, mode);
    if (shown) raise_error(vm, EXC_ValueError, "Invalid mode: %s", shown->data);
    return NULL;
}

static bool start_writing(VM *vm, GzipPacker *g, int64_t level, Value mtime)
{
    g->level = (int)level;
    g->mtime = mtime;
    g->z.zalloc = packing_alloc;
    g->z.zfree = packing_free;
    g->crc = (uint32_t)crc32(0, NULL, 0);
    int code = deflateInit2(&g->z, (int)level, Z_DEFLATED, -MAX_WBITS, 8, 0);
    if (code == Z_OK) return true;
    raise_error(vm, EXC_ValueError, "Invalid initialization option");
    return false;
}

NATIVE(gzip_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return packing_blank(vm, as_class(args[0]), &format);
}

NATIVE(
    gzip_init,
    "def __init__(self, filename = None, mode = None, compresslevel: cint = 9, fileobj = None, mtime = "
    "None)",
    "A file in gzip format, over the file of that name or over the open file fileobj.\n\n"
    "mode is one of r, w, a, x, with or without a b. mtime is the time for the header, in seconds; "
    "default: now.")
{
    Value filename = args[1], file = args[4], name = filename, mtime = args[5];
    const char *mode = parse_mode(vm, args[2], file);
    bool opens = file == VALUE_NONE;
    if (!mode) return VALUE_ERROR;
    Str *text = str_from_cstr("GzipFile was opened for writing, but this will change in future Python releases.  "
                              "Specify the mode argument for opening it for writing.");
    if (args[2] == VALUE_NONE && *mode != 'r' && !warn_here(vm, EXC_FutureWarning, text)) return VALUE_ERROR;
    if (mtime != VALUE_NONE) {
        mtime =
            is_any_float(mtime) ? int_from_double(vm, float_value(mtime)) : value_index(vm, mtime);
        if (is_error(mtime)) return mtime;
    }
    if (opens) {
        file = packing_open_below(vm, filename, mode);
        if (is_error(file)) return file;
        name = as_file(file)->name;
    } else if (filename == VALUE_NONE) {
        name = value_find_attr(vm, file, S(name));
        if (is_error(name)) return name;
        if (name == VALUE_UNBOUND || (!is_str(name) && !is_bytes(name)))
            name = value_object(str_empty);
    }
    GzipPacker *g = gc_alloc(sizeof *g);
    if (!packing_setup(vm, &g->base, &format, file, opens, *mode != 'r')) return VALUE_ERROR;
    g->mtime = VALUE_NONE;
    if (*mode != 'r') {
        g->name = name;
        if (!start_writing(vm, g, arg_ssize(args[3]), mtime)) return VALUE_ERROR;
    }
    return file_become(args[0], value_object(packing_file(vm, class_of(vm, args[0]), &g->base, name)));
}

NATIVE(gzip_repr, "__repr__(self, /)", "Return repr(self).")
{
    bool is_closed = as_file(args[0])->raw->is_closed;
    Str *below = value_repr(vm, is_closed ? VALUE_NONE : packer_of(args[0])->file);
    if (!below) return VALUE_ERROR;
    size_t n = below->size >= 2 ? below->size - 2 : 0;
    return value_object(str_format("<gzip %.*s %p>", (int)n, below->data + 1, as_pointer(args[0])));
}

NATIVE(gzip_rewind, "rewind(self, /)", "Go back to the start.")
{
    Stream *s = as_file(args[0])->raw;
    if (s->is_writable) return raise_error(vm, EXC_OSError, "Can't rewind in write mode");
    if (s->is_closed) return raise_error(vm, EXC_ValueError, "I/O operation on closed file");
    return stream_seek(vm, s, 0, SEEK_SET) < 0 ? VALUE_ERROR : VALUE_NONE;
}

static Value get_mtime(VM *vm, Value self)
{
    (void)vm;
    return ((GzipPacker *)packer_of(self))->mtime;
}
static Value get_fileobj(VM *vm, Value self)
{
    (void)vm;
    return as_file(self)->raw->is_closed ? VALUE_NONE : packer_of(self)->file;
}

static void define_file(VM *vm, Module *module)
{
    static const GetSetDef getset[] = {
        {"name", file_get_name, NULL, "What the file was opened by."},
        {"mode", packing_get_mode, NULL, "'rb' or 'wb'."},
        {"closed", file_get_closed, NULL, "Whether the file is closed."},
        {"mtime", get_mtime, NULL, "The time of last change that was read with the data, or None."},
        {"fileobj", get_fileobj, NULL,
         "The file of the packed bytes; None when this one is closed."},
        {0},
    };
    static const NativeDef *methods[PACKING_METHODS + 5];
    static const TypeDef type = {
        .name = "gzip.GzipFile",
        .kind = KIND_FILE,
        .next = packing_next_line,
        .doc = "A file whose data are compressed in gzip format.",
        .methods = methods,
        .getset = getset,
    };
    memcpy(methods, packing_methods, sizeof packing_methods);
    methods[PACKING_METHODS] = &def_gzip_new;
    methods[PACKING_METHODS + 1] = &def_gzip_init;
    methods[PACKING_METHODS + 2] = &def_gzip_repr;
    methods[PACKING_METHODS + 3] = &def_gzip_rewind;
    gzip_class = class_define(vm, &type, vm->file_types[FILE_BUFFERED_BASE]);
    dict_set_str(module->dict, gzip_class->name, value_object(gzip_class));
}

static bool setup(VM *vm, Module *module)
{
    // zlib.error must be there.
    if (is_error(module_import(vm, str_intern("zlib", 4)))) return false;
    define_file(vm, module);
    Dict *names = dict_new();
    dict_set_str(names, S(__module__), value_object(str_from_cstr("gzip")));
    dict_set_str(
        names, S(__doc__),
        value_object(str_from_cstr("What is read is not in gzip format.")));
    Str *name = str_intern("BadGzipFile", 11);
    Tuple *bases = tuple_of(1, value_object(exception_class(vm, EXC_OSError)));
    Value c = class_create(vm, vm->type_type, name, bases, names, NULL);
    if (is_error(c)) return false;
    bad_file_class = as_class(c);
    dict_set_str(module->dict, name, c);
    return true;
}

const ModuleDef module__gzip = {
    .name = "_gzip",
    .doc = "The type of files in gzip format.",
    .setup = setup,
};
