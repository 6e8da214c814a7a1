// SPDX-License-Identifier: MIT
// struct_module.c - the module struct: values to bytes and back by a format.
// A format becomes a Layout: fields in order, each with its place. Numbers are put together byte by
// byte, so the byte order of the machine matters only for what '@' and '=' mean.
#include <math.h>

#include "stdlib/stdlib.h"
#include "vm/bytes.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/iter.h"

// One item of a format with its repeat count; of 's' and 'p' the count is the size.
typedef struct Field {
    char code;
    uint8_t size;  // of one value
    size_t repeat;
    size_t offset;
} Field;

typedef struct Layout {
    Field *fields;
    size_t n_fields, n_values;
    size_t size;
    bool is_little, is_native;
} Layout;

typedef struct StructObject {
    Object object;  // KIND_OPAQUE
    Str *format;    // NULL before __init__
    Layout layout;
} StructObject;

typedef struct UnpackIterator {
    Iterator base;
    Value buffer;  // VALUE_NONE when exhausted
    Layout layout;
    size_t at;
} UnpackIterator;

static Class *error_class, *struct_class, *iterator_class;
static Dict *layouts;  // format: Struct; what was used lately

enum { MAX_LAYOUTS = 100 };

static Value raise_struct(VM *vm, const char *fmt, ...) RILL_PRINTF(2, 3);
static Value raise_struct(VM *vm, const char *fmt, ...)
{
    va_list list;
    va_start(list, fmt);
    Str *message = str_vformat(fmt, list);
    va_end(list);
    return raise_value(
        vm, value_object(exception_alloc(error_class, tuple_of(1, value_object(message)))));
}

static StructObject *as_struct(Value v)
{
    return (StructObject *)as_pointer(v);
}

// Formats

// The size of a code, 0 if it is none.
static unsigned code_size(char code, bool is_native)
{
    switch (code) {
    case 'x':
    case 'c':
    case 'b':
    case 'B':
    case '?':
    case 's':
    case 'p': return 1;
    case 'h':
    case 'H':
    case 'e': return 2;
    case 'i':
    case 'I':
    case 'f': return 4;
    case 'l':
    case 'L': return is_native ? sizeof(long) : 4;
    case 'q':
    case 'Q':
    case 'd': return 8;
    case 'n':
    case 'N': return is_native ? sizeof(size_t) : 0;
    case 'P': return is_native ? sizeof(void *) : 0;
    default: return 0;
    }
}

static const char *parse_order(const char *p, Layout *layout)
{
    layout->is_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    layout->is_native = false;
    switch (*p) {
    case '<': layout->is_little = true; return p + 1;
    case '>':
    case '!': layout->is_little = false; return p + 1;
    case '=': return p + 1;
    case '@': p++; break;
    default: break;
    }
    layout->is_native = true;
    return p;
}

// Place one item behind the others. False: too big.
static bool add_field(Layout *layout, char code, unsigned size, size_t repeat)
{
    size_t offset = layout->size, bytes;
    if (layout->is_native && offset % size) offset += size - offset % size;
    if (__builtin_mul_overflow(repeat, (size_t)size, &bytes)) return false;
    if (bytes > INT64_MAX || offset > INT64_MAX - bytes) return false;
    layout->size = offset + bytes;
    layout->fields[layout->n_fields++] = (Field){code, (uint8_t)size, repeat, offset};
    if (code == 's' || code == 'p')
        layout->n_values++;
    else if (code != 'x')
        layout->n_values += repeat;
    return true;
}

static bool parse_format(VM *vm, const Str *format, Layout *layout)
{
    memset(layout, 0, sizeof *layout);
    const char *end = format->data + format->size;
    const char *p = format->size ? parse_order(format->data, layout) : format->data;
    if (!format->size) layout->is_native = true;
    layout->fields = gc_alloc_atomic((format->size + 1) * sizeof(Field));
    while (p < end) {
        size_t repeat = 1;
        if (strchr(" \t\n\r\f\v", *p) && *p) {
            p++;
            continue;
        }
        if (*p >= '0' && *p <= '9') {
            for (repeat = 0; p < end && *p >= '0' && *p <= '9'; p++) {
                if (repeat > (INT64_MAX - 9) / 10) goto too_long;
                repeat = 10 * repeat + (size_t)(*p - '0');
            }
            if (p == end) {
                raise_struct(vm, "repeat count given without format specifier");
                return false;
            }
        }
        unsigned size = code_size(*p, layout->is_native);
        if (!size) {
            raise_struct(vm, memchr(p, 0, (size_t)(end - p)) ? "embedded null character" : "bad char in struct format");
            return false;
        }
        if (!add_field(layout, *p++, size, repeat)) goto too_long;
    }
    return true;
too_long:
    raise_struct(vm, "total struct size too long");
    return false;
}

// The format argument as text. NULL: raised.
static Str *format_arg(VM *vm, Value v)
{
    if (is_str(v) || is_bytes(v)) return as_str(v);
    raise_error(vm, EXC_TypeError, "Struct() argument 1 must be a str or bytes object, not %s",
                type_name(vm, v));
    return NULL;
}

// The layout of a format given to a function. NULL: raised.
static const Layout *layout_of(VM *vm, Value format)
{
    Value known = VALUE_UNBOUND;
    if (is_exact(format, KIND_STR) && layouts) known = dict_find_str(layouts, as_str(format));
    if (known != VALUE_UNBOUND) return &as_struct(known)->layout;
    Str *text = format_arg(vm, format);
    if (!text) return NULL;
    StructObject *s = object_alloc(struct_class, KIND_OPAQUE, sizeof *s);
    s->format = text;
    if (!parse_format(vm, text, &s->layout)) return NULL;
    if (!layouts || layouts->len >= MAX_LAYOUTS) layouts = dict_new();
    if (is_exact(format, KIND_STR)) dict_set_str(layouts, text, value_object(s));
    return &s->layout;
}

// Values to bytes

static void put_number(char *out, uint64_t n, unsigned size, bool is_little)
{
    for (unsigned i = 0; i < size; i++, n >>= 8)
        out[is_little ? i : size - 1 - i] = (char)n;
}

static uint64_t get_number(const char *p, unsigned size, bool is_little)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < size; i++)
        n = n << 8 | (uint8_t)p[is_little ? size - 1 - i : i];
    return n;
}

static bool raise_range(VM *vm, const Field *f, bool is_signed)
{
    unsigned bits = 8u * f->size;
    if (is_signed)
        raise_struct(vm, "'%c' format requires %lld <= number <= %lld", f->code,
                     -1 - (long long)(INT64_MAX >> (64 - bits)),
                     (long long)(INT64_MAX >> (64 - bits)));
    else
        raise_struct(vm, "'%c' format requires 0 <= number <= %llu", f->code,
                     (unsigned long long)(UINT64_MAX >> (64 - bits)));
    return false;
}

static bool pack_int(VM *vm, const Layout *layout, const Field *f, Value v, char *out)
{
    bool is_signed = strchr("bhilqn", f->code) != NULL;
    if (!is_any_int(v)) {
        if (special_lookup(vm, v, S(__index__)) == VALUE_UNBOUND) {
            raise_struct(vm, "required argument is not an integer");
            return false;
        }
        v = value_index(vm, v);
        if (is_error(v)) return false;
    }
    v = int_normal(v);
    bool is_negative = int_sign(v) < 0;
    if (f->code == 'P') {
        if (is_negative) is_signed = true;
        if (int_bit_length(v) > 64u - is_negative) {
            raise_struct(vm, "int too large to convert");
            return false;
        }
    }
    uint8_t bytes[8];
    size_t bits =
        is_signed ? int_bit_length(is_negative ? int_invert(v) : v) + 1 : int_bit_length(v);
    if (bits > 8u * f->size || (is_negative && !is_signed)) return raise_range(vm, f, is_signed);
    if (!int_to_bytes(vm, v, bytes, f->size, layout->is_little, is_signed)) return false;
    memcpy(out, bytes, f->size);
    return true;
}

// A double as the 16 bits of IEEE binary16, rounded half to even; -1: too large.
static int32_t half_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int32_t sign = (int32_t)(bits >> 48 & 0x8000);
    if (isnan(x)) return sign | 0x7E00;
    if (isinf(x)) return sign | 0x7C00;
    if (x == 0) return sign;
    x = fabs(x);
    int exponent;
    frexp(x, &exponent);  // x = m * 2**exponent, 0.5 <= m < 1
    // The place of the last bit: subnormals all have the same.
    int last = exponent < -13 ? -24 : exponent - 11;
    double units = nearbyint(ldexp(x, -last));
    int32_t n = (int32_t)units;
    if (last > -24 || n >= 0x400)
        n += (last + 24) << 10;  // the hidden bit counts one into the exponent
    return n >= 0x7C00 ? -1 : sign | n;
}

static double half_value(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31);
    double fraction = (double)(bits & 0x3FF), x;
    if (exponent == 31)
        x = bits & 0x3FF ? NAN : INFINITY;
    else
        x = exponent ? ldexp(fraction + 1024, exponent - 25) : ldexp(fraction, -24);
    return bits >> 15 & 1 ? -x : x;
}

static bool pack_float(VM *vm, const Layout *layout, const Field *f, Value v, char *out)
{
    double x;
    bool can = is_any_float(v) || is_any_int(v) ||
               special_lookup(vm, v, S(__float__)) != VALUE_UNBOUND ||
               special_lookup(vm, v, S(__index__)) != VALUE_UNBOUND;
    if (can && !is_str(v)) {
        v = float_from_object(vm, v);
        can = !is_error(v);
        if (!can) error_take(vm);
    }
    if (!can || !is_float(v)) {
        raise_struct(vm, "required argument is not a float");
        return false;
    }
    x = as_float(v);
    uint64_t bits;
    if (f->size == 8) {
        memcpy(&bits, &x, sizeof bits);
    } else if (f->size == 4) {
        float single = (float)x;
        uint32_t word;
        if (isinf(single) && !isinf(x) && !layout->is_native) {
            raise_error(vm, EXC_OverflowError, "float too large to pack with f format");
            return false;
        }
        memcpy(&word, &single, sizeof word);
        bits = word;
    } else {
        int32_t half = half_bits(x);
        if (half < 0) {
            raise_error(vm, EXC_OverflowError, "float too large to pack with e format");
            return false;
        }
        bits = (uint64_t)half;
    }
    put_number(out, bits, f->size, layout->is_little);
    return true;
}

// 's' and 'p': out is zero.
static bool pack_bytes(VM *vm, const Field *f, Value v, char *out)
{
    if (!is_bytes_like(v)) {
        raise_struct(vm, "argument for '%c' must be a bytes object", f->code);
        return false;
    }
    Span span = bytes_span(v);
    size_t room = f->repeat;
    if (f->code == 'p') {
        if (room == 0) return true;
        room--;
        size_t n = span.size < room ? span.size : room;
        *out++ = (char)(n < 255 ? n : 255);
    }
    memcpy(out, span.data, span.size < room ? span.size : room);
    return true;
}

static bool pack_one(VM *vm, const Layout *layout, const Field *f, Value v, char *out)
{
    switch (f->code) {
    case 'c':
        if (!is_bytes(v) || as_str(v)->size != 1) {
            raise_struct(vm, "char format requires a bytes object of length 1");
            return false;
        }
        *out = as_str(v)->data[0];
        return true;
    case '?': {
        int truth = value_truth(vm, v);
        *out = truth > 0;
        return truth >= 0;
    }
    case 'e':
    case 'f':
    case 'd': return pack_float(vm, layout, f, v, out);
    default: return pack_int(vm, layout, f, v, out);
    }
}

// As many values as the layout has, into out, which is zero.
static bool pack_values(VM *vm, const Layout *layout, const Value *values, char *out)
{
    for (size_t i = 0; i < layout->n_fields; i++) {
        const Field *f = &layout->fields[i];
        if (f->code == 'x') continue;
        if (f->code == 's' || f->code == 'p') {
            if (!pack_bytes(vm, f, *values++, out + f->offset)) return false;
            continue;
        }
        for (size_t k = 0; k < f->repeat; k++)
            if (!pack_one(vm, layout, f, *values++, out + f->offset + k * f->size)) return false;
    }
    return true;
}

static Value pack(VM *vm, const Layout *layout, const Value *values, size_t n)
{
    if (n != layout->n_values)
        return raise_struct(vm, "pack expected %zu items for packing (got %zu)", layout->n_values,
                            n);
    char *out = gc_try_alloc_atomic(layout->size + 1);
    if (!out) return raise_value(vm, vm->memory_error);
    memset(out, 0, layout->size);
    return pack_values(vm, layout, values, out) ? value_object(bytes_new(out, layout->size))
                                                : VALUE_ERROR;
}

// Bytes to values

static Value unpack_one(const Layout *layout, const Field *f, const char *p)
{
    if (f->code == 'c') return value_object(bytes_single[(uint8_t)*p]);
    if (f->code == '?') return value_bool(*p != 0);
    uint64_t n = get_number(p, f->size, layout->is_little);
    switch (f->code) {
    case 'd': {
        double d;
        memcpy(&d, &n, sizeof d);
        return value_any_float(d);
    }
    case 'f': {
        uint32_t word = (uint32_t)n;
        float single;
        memcpy(&single, &word, sizeof single);
        return value_any_float(single);
    }
    case 'e': return value_any_float(half_value(n));
    case 'b':
    case 'h':
    case 'i':
    case 'l':
    case 'q':
    case 'n': {
        unsigned unused = 64 - 8u * f->size;
        return int_from_int64((int64_t)(n << unused) >> unused);
    }
    default: return int_from_uint64(n);
    }
}

static Value unpack_bytes(const Field *f, const char *p)
{
    size_t n = f->repeat;
    if (f->code == 'p') {
        n = n && (uint8_t)*p < n - 1 ? (uint8_t)*p : n ? n - 1 : 0;
        p++;
    }
    return value_object(bytes_new(p, n));
}

// The buffer has layout->size bytes from `at` on; it is asked for its bytes again after each
// allocation, for it may be a bytearray.
static Value unpack(VM *vm, const Layout *layout, Value buffer, size_t at)
{
    Tuple *result = tuple_try_new(vm, layout->n_values);
    if (!result) return VALUE_ERROR;
    size_t n = 0;
    for (size_t i = 0; i < layout->n_fields; i++) {
        const Field *f = &layout->fields[i];
        const char *p = bytes_span(buffer).data + at + f->offset;
        if (f->code == 'x') continue;
        if (f->code == 's' || f->code == 'p') {
            result->items[n++] = unpack_bytes(f, p);
            continue;
        }
        for (size_t k = 0; k < f->repeat; k++)
            result->items[n++] = unpack_one(layout, f, p + k * f->size);
    }
    return value_object(result);
}

static Value unpack_all(VM *vm, const Layout *layout, Value buffer)
{
    Span span;
    if (!bytes_get(vm, buffer, &span)) return VALUE_ERROR;
    if (span.size != layout->size)
        return raise_struct(vm, "unpack requires a buffer of %zu bytes", layout->size);
    return unpack(vm, layout, buffer, 0);
}

// An offset argument as a place with room for the layout; false: raised.
static bool place_in_buffer(VM *vm, const Layout *layout, Value arg, size_t size, bool packs,
                            size_t *at)
{
    int64_t offset;
    if (!value_ssize(vm, arg, &offset)) return false;
    long long need = (long long)layout->size, has = (long long)size;
    if (offset < 0) {
        if (offset + need > 0) {
            raise_struct(vm,
                         packs ? "no space to pack %lld bytes at offset %lld"
                               : "not enough data to unpack %lld bytes at offset %lld",
                         need, (long long)offset);
            return false;
        }
        if (offset + has < 0) {
            raise_struct(vm, "offset %lld out of range for %lld-byte buffer", (long long)offset,
                         has);
            return false;
        }
        offset += has;
    }
    if (has - offset < need) {
        const char *what = packs ? "pack" : "unpack";
        raise_struct(vm,
                     "%s_%s requires a buffer of at least %llu bytes for %sing %lld bytes at "
                     "offset %lld (actual buffer size is %lld)",
                     what, packs ? "into" : "from",
                     (unsigned long long)offset + (unsigned long long)need, what, need,
                     (long long)offset, has);
        return false;
    }
    *at = (size_t)offset;
    return true;
}

static Value unpack_from(VM *vm, const Layout *layout, Value buffer, Value offset)
{
    Span span;
    size_t at;
    if (!bytes_get(vm, buffer, &span) ||
        !place_in_buffer(vm, layout, offset, span.size, false, &at))
        return VALUE_ERROR;
    return unpack(vm, layout, buffer, at);
}

// argv: buffer, offset, values
static Value pack_into(VM *vm, const Layout *layout, const Value *argv, size_t argc)
{
    size_t at;
    if (argc == 0) return raise_struct(vm, "pack_into expected buffer argument");
    if (argc == 1) return raise_struct(vm, "pack_into expected offset argument");
    if (argc - 2 != layout->n_values)
        return raise_struct(vm, "pack_into expected %zu items for packing (got %zu)",
                            layout->n_values, argc - 2);
    if (!bytes_need_writable(vm, argv[0], "")) return VALUE_ERROR;
    if (!place_in_buffer(vm, layout, argv[1], bytes_span(argv[0]).size, true, &at)) return VALUE_ERROR;
    Value packed = pack(vm, layout, argv + 2, argc - 2);
    if (is_error(packed)) return packed;
    (void)bytes_fill(argv[0], at, bytes_span(packed));
    return VALUE_NONE;
}

static Value iterator_next(VM *vm, Iterator *self)
{
    UnpackIterator *it = (UnpackIterator *)self;
    if (is_none(it->buffer)) return VALUE_STOP;
    size_t size = bytes_span(it->buffer).size;
    if (it->at >= size || size - it->at < it->layout.size) {
        it->buffer = VALUE_NONE;
        return VALUE_STOP;
    }
    Value result = unpack(vm, &it->layout, it->buffer, it->at);
    it->at += it->layout.size;
    return result;
}

static Value iter_unpack(VM *vm, const Layout *layout, Value buffer)
{
    Span span;
    if (layout->size == 0)
        return raise_struct(vm, "cannot iteratively unpack with a struct of length 0");
    if (!bytes_get(vm, buffer, &span)) return VALUE_ERROR;
    if (span.size % layout->size)
        return raise_struct(vm, "iterative unpacking requires a buffer of a multiple of %zu bytes",
                            layout->size);
    UnpackIterator *it = object_alloc(iterator_class, KIND_ITERATOR, sizeof *it);
    it->base.next = iterator_next;
    it->buffer = buffer;
    it->layout = *layout;
    it->at = 0;
    return value_object(it);
}

NATIVE(iterator_hint, "__length_hint__(self, /)", "Return how many items are left.")
{
    const UnpackIterator *it = as_pointer(args[0]);
    if (is_none(it->buffer)) return small_int(0);
    return small_int((int64_t)((bytes_span(it->buffer).size - it->at) / it->layout.size));
}

// The type Struct

NATIVE(struct_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    StructObject *s = object_alloc(as_class(args[0]), KIND_OPAQUE, sizeof *s);
    s->format = NULL;
    memset(&s->layout, 0, sizeof s->layout);
    return value_object(s);
}

NATIVE(struct_init, "__init__(self, format)",
       "Create a compiled struct object that packs and unpacks by the format.")
{
    StructObject *s = as_struct(args[0]);
    Str *format = format_arg(vm, args[1]);
    Layout layout;
    if (!format || !parse_format(vm, format, &layout)) return VALUE_ERROR;
    s->layout = layout;
    s->format = is_str(args[1]) ? format : str_new(format->data, format->size);
    return VALUE_NONE;
}

static const Layout *layout_of_self(VM *vm, Value self)
{
    if (as_struct(self)->format) return &as_struct(self)->layout;
    raise_error(vm, EXC_RuntimeError, "Struct object is not initialized");
    return NULL;
}

NATIVE(struct_pack, "pack(self, /, *values)", "Return bytes with the values packed by the format.")
{
    const Layout *layout = layout_of_self(vm, args[0]);
    const Tuple *values = as_tuple(args[1]);
    return layout ? pack(vm, layout, values->items, values->len) : VALUE_ERROR;
}

NATIVE(struct_pack_into, "pack_into(self, /, *buffer_offset_values)",
       "Pack the values by the format into a writable buffer, from offset on.")
{
    const Layout *layout = layout_of_self(vm, args[0]);
    const Tuple *rest = as_tuple(args[1]);
    return layout ? pack_into(vm, layout, rest->items, rest->len) : VALUE_ERROR;
}

NATIVE(struct_unpack, "unpack(self, buffer, /)",
       "Return a tuple of the values in the bytes of the buffer.")
{
    const Layout *layout = layout_of_self(vm, args[0]);
    return layout ? unpack_all(vm, layout, args[1]) : VALUE_ERROR;
}

NATIVE(struct_unpack_from, "unpack_from(self, /, buffer, offset = 0)",
       "Return a tuple of the values in the buffer from offset on.")
{
    const Layout *layout = layout_of_self(vm, args[0]);
    return layout ? unpack_from(vm, layout, args[1], args[2]) : VALUE_ERROR;
}

NATIVE(struct_iter_unpack, "iter_unpack(self, buffer, /)", "Return an iterator of tuples.")
{
    const Layout *layout = layout_of_self(vm, args[0]);
    return layout ? iter_unpack(vm, layout, args[1]) : VALUE_ERROR;
}

NATIVE(struct_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Layout *layout = layout_of_self(vm, args[0]);
    if (!layout) return VALUE_ERROR;
    return value_object(str_format("%s(%s)", class_of(vm, args[0])->name->data,
                                   str_repr(as_struct(args[0])->format)->data));
}

static Value get_format(VM *vm, Value self)
{
    return layout_of_self(vm, self) ? value_object(as_struct(self)->format) : VALUE_ERROR;
}
static Value get_size(VM *vm, Value self)
{
    const Layout *layout = layout_of_self(vm, self);
    return layout ? small_int((int64_t)layout->size) : VALUE_ERROR;
}

// The functions

NATIVE(calcsize, "calcsize(format, /)",
       "How many bytes a format takes.")
{
    const Layout *layout = layout_of(vm, args[0]);
    return layout ? int_from_int64((int64_t)layout->size) : VALUE_ERROR;
}

// The layout of the first of several arguments.
static const Layout *first_layout(VM *vm, const Tuple *all)
{
    if (all->len) return layout_of(vm, all->items[0]);
    raise_error(vm, EXC_TypeError, "missing format argument");
    return NULL;
}

NATIVE(pack, "pack(*format_values)",
       "pack(format, v1, v2, ...) -> bytes\n\nReturn bytes with the values packed by the format.")
{
    const Tuple *all = as_tuple(args[0]);
    const Layout *layout = first_layout(vm, all);
    return layout ? pack(vm, layout, all->items + 1, all->len - 1) : VALUE_ERROR;
}

NATIVE(pack_into, "pack_into(*format_buffer_offset_values)",
       "pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values by the format into a "
       "writable buffer.")
{
    const Tuple *all = as_tuple(args[0]);
    const Layout *layout = first_layout(vm, all);
    return layout ? pack_into(vm, layout, all->items + 1, all->len - 1) : VALUE_ERROR;
}

NATIVE(unpack, "unpack(format, buffer, /)",
       "Return a tuple of the values in the bytes of the buffer.")
{
    const Layout *layout = layout_of(vm, args[0]);
    return layout ? unpack_all(vm, layout, args[1]) : VALUE_ERROR;
}

NATIVE(unpack_from, "unpack_from(format, /, buffer, offset = 0)",
       "Return a tuple of the values in the buffer from offset on.")
{
    const Layout *layout = layout_of(vm, args[0]);
    return layout ? unpack_from(vm, layout, args[1], args[2]) : VALUE_ERROR;
}

NATIVE(iter_unpack, "iter_unpack(format, buffer, /)", "Return an iterator of tuples.")
{
    const Layout *layout = layout_of(vm, args[0]);
    return layout ? iter_unpack(vm, layout, args[1]) : VALUE_ERROR;
}

static const NativeDef *const natives[] = {&def_calcsize, &def_pack,        &def_pack_into,
                                           &def_unpack,   &def_unpack_from, &def_iter_unpack,
                                           NULL};

static void define_struct(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {
        &def_struct_new,         &def_struct_init,   &def_struct_pack,
        &def_struct_pack_into,   &def_struct_unpack, &def_struct_unpack_from,
        &def_struct_iter_unpack, &def_struct_repr,   NULL,
    };
    static const GetSetDef getset[] = {
        {"format", get_format, NULL, "struct format string"},
        {"size", get_size, NULL, "struct size in bytes"},
        {0},
    };
    static const TypeDef type = {
        .name = "_struct.Struct",
        .kind = KIND_OPAQUE,
        .doc = "Struct(fmt) --> compiled struct object",
        .methods = methods,
        .getset = getset,
        .object_size = sizeof(StructObject),
    };
    static const NativeDef *const iterator_methods[] = {&iterator_def_iter, &iterator_def_next,
                                                        &def_iterator_hint, NULL};
    static const TypeDef iterator_type = {
        .name = "_struct.unpack_iterator",
        .kind = KIND_ITERATOR,
        .methods = iterator_methods,
        .flags = CLASS_FINAL,
        .object_size = sizeof(UnpackIterator),
    };
    struct_class = class_define(vm, &type, NULL);
    iterator_class = class_define(vm, &iterator_type, NULL);
    dict_set_str(module->dict, struct_class->name, value_object(struct_class));
}

static bool setup(VM *vm, Module *module)
{
    define_struct(vm, module);
    layouts = NULL;
    Str *name = str_intern("error", 5);
    Dict *names = dict_new();
    dict_set_str(names, S(__module__), value_object(str_from_cstr("struct")));
    Tuple *bases = tuple_of(1, value_object(exception_class(vm, EXC_Exception)));
    Value c = class_create(vm, vm->type_type, name, bases, names, NULL);
    if (is_error(c)) return false;
    error_class = as_class(c);
    dict_set_str(module->dict, name, c);
    return true;
}

const ModuleDef module_struct = {
    .name = "struct",
    .doc = "Functions to convert between Python values and C structs.\nPython bytes objects are "
           "used to hold the "
           "data representing the C struct\nand also as format strings (explained below) to "
           "describe the layout of "
           "data\nin the C struct.",
    .natives = natives,
    .setup = setup,
};
