// SPDX-License-Identifier: MIT
// bytes_methods.c - the type bytes; and what bytes and bytearray share: searching, hex, decoding,
// special methods. Splitting is in bytes_split_methods.c, single bytes in bytes_char_methods.c.
// INVARIANT: a Span of self is taken after all arguments are converted: conversions may change it.
#include "stdlib/bytes_methods.h"

#include "stdlib/stdlib.h"
#include "stdlib/text_args.h"
#include "vm/bytes.h"
#include "vm/codec.h"
#include "vm/gc.h"

// Construction

static bool encode_source(VM *vm, Value source, Value encoding, Value errors, StrBuilder *out)
{
    const char *codec = text_codec_arg(vm, encoding, "utf-8");
    const char *handler = codec ? text_codec_arg(vm, errors, "strict") : NULL;
    Str *encoded = handler ? codec_encode(vm, as_str(source), codec, handler) : NULL;
    if (encoded) builder_add_str(out, encoded);
    return encoded != NULL;
}

static bool zeros(VM *vm, Value count, StrBuilder *out)
{
    int64_t n;
    Value index = value_index(vm, count);
    if (is_error(index)) return false;
    if (!int_to_int64(index, &n)) {
        raise_error(vm, EXC_OverflowError, "cannot fit '%s' into an index-sized integer",
                    type_name(vm, count));
        return false;
    }
    if (n < 0) {
        raise_error(vm, EXC_ValueError, "negative count");
        return false;
    }
    if (!builder_try_reserve(out, (size_t)n)) {
        raise_value(vm, vm->memory_error);
        return false;
    }
    if (n) memset(out->data, 0, (size_t)n);
    out->size = (size_t)n;
    return true;
}

static bool raise_type(VM *vm, const char *message)
{
    raise_error(vm, EXC_TypeError, "%s", message);
    return false;
}

// What __bytes__ of the object gives; VALUE_UNBOUND if it has none.
static Value ask_object(VM *vm, Value source)
{
    if (is_exact(source, KIND_BYTES) || is_bytearray(source)) return VALUE_UNBOUND;
    Value v = value_call_special(vm, source, S(__bytes__), 0, NULL);
    if (v == VALUE_UNBOUND || is_error(v) || is_bytes(v)) return v;
    return raise_error(vm, EXC_TypeError, "__bytes__ returned non-bytes (type %s)", type_name(vm, v));
}

bool bytes_from_args(VM *vm, Value source, Value encoding, Value errors, const char *what,
                     StrBuilder *out)
{
    bool has_text = source != VALUE_UNBOUND && is_str(source);
    if (encoding != VALUE_UNBOUND) {
        if (!has_text) return raise_type(vm, "encoding without a string argument");
        return encode_source(vm, source, encoding, errors, out);
    }
    if (errors != VALUE_UNBOUND && !has_text)
        return raise_type(vm, "errors without a string argument");
    if (source == VALUE_UNBOUND) return true;
    if (has_text) return raise_type(vm, "string argument without an encoding");
    if (!is_bytes_like(source) && special_lookup(vm, source, S(__index__)) != VALUE_UNBOUND)
        return zeros(vm, source, out);
    return bytes_collect(vm, source, out, what);
}

NATIVE(bytes_new, "__new__(cls, source = ?, encoding: str = ?, errors: str = ?)",
       "Create and return a new object.")
{
    Class *c = as_class(args[0]);
    bool is_plain = c == vm->classes[KIND_BYTES];
    bool is_alone = args[2] == VALUE_UNBOUND && args[3] == VALUE_UNBOUND;
    if (is_plain && is_alone && args[1] != VALUE_UNBOUND && is_exact(args[1], KIND_BYTES))
        return args[1];
    Value made = is_alone && args[1] != VALUE_UNBOUND ? ask_object(vm, args[1]) : VALUE_UNBOUND;
    if (is_error(made) || (is_plain && made != VALUE_UNBOUND)) return made;
    StrBuilder b = {0};
    if (made != VALUE_UNBOUND)
        builder_add_str(&b, as_str(made));
    else if (!bytes_from_args(vm, args[1], args[2], args[3], "bytes", &b))
        return VALUE_ERROR;
    Str *result = builder_bytes(&b);
    return value_object(is_plain ? result : str_copy_as(result, c->root->id));
}

// Hexadecimal

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

// The bytes that text shows. Positions in errors are code points: all before them is ASCII.
static bool parse_hex(VM *vm, const Str *text, StrBuilder *out)
{
    const char *p = text->data, *end = p + text->size;
    while (p < end) {
        if (is_space(*p)) {
            p++;
            continue;
        }
        int high = hex_value(*p), low = high < 0 || p + 1 == end ? -1 : hex_value(p[1]);
        if (low < 0) {
            raise_error(vm, EXC_ValueError,
                        "non-hexadecimal number found in fromhex() arg at position %zu",
                        (size_t)(p - text->data) + (high >= 0));
            return false;
        }
        builder_add_byte(out, (char)(high << 4 | low));
        p += 2;
    }
    return true;
}

NATIVE(bytes_fromhex, "fromhex(cls, string: str, /)",
       "Create a bytes object from a string of hexadecimal numbers.\n"
       "Spaces between two numbers are accepted: bytes.fromhex('B9 01EF') -> b'\\xb9\\x01\\xef'.")
{
    StrBuilder b = {0};
    if (!parse_hex(vm, as_str(args[1]), &b)) return VALUE_ERROR;
    Class *c = as_class(args[0]);
    if (c == vm->classes[KIND_BYTEARRAY])
        return value_object(bytearray_new(b.data ? b.data : "", b.size));
    Value bytes = value_object(builder_bytes(&b));
    return c == vm->classes[KIND_BYTES] ? bytes : value_call(vm, args[0], 1, &bytes);
}

static bool get_separator(VM *vm, Value v, char *sep)
{
    int64_t len = value_len(vm, v);
    if (len < 0) return false;
    if (len != 1) {
        raise_error(vm, EXC_ValueError, "sep must be length 1.");
        return false;
    }
    if (!is_str(v) && !is_bytes(v)) return raise_type(vm, "sep must be str or bytes.");
    *sep = as_str(v)->data[0];
    if (!(*sep & 0x80)) return true;
    raise_error(vm, EXC_ValueError, "sep must be ASCII.");
    return false;
}

NATIVE(bytes_hex, "hex(self, /, sep = ?, bytes_per_sep: cint = 1)",
       "Create a string of hexadecimal numbers.\n"
       "sep is put after every bytes_per_sep bytes, counted from the right, or from the left if\n"
       "that is negative.")
{
    static const char digits[] = "0123456789abcdef";
    char sep = 0;
    int64_t group = arg_ssize(args[2]);
    if (args[1] != VALUE_UNBOUND && !get_separator(vm, args[1], &sep)) return VALUE_ERROR;
    Span s = bytes_span(args[0]);
    uint64_t every = group < 0 ? -(uint64_t)group : (uint64_t)group;
    StrBuilder b = {0};
    for (size_t i = 0; i < s.size; i++) {
        size_t before = group < 0 ? i : s.size - i;
        if (args[1] != VALUE_UNBOUND && every && i > 0 && before % every == 0)
            builder_add_byte(&b, sep);
        unsigned char c = (unsigned char)s.data[i];
        builder_add_byte(&b, digits[c >> 4]);
        builder_add_byte(&b, digits[c & 15]);
    }
    return value_object(builder_str(&b));
}

NATIVE(bytes_decode, "decode(self, /, encoding: str = ?, errors: str = ?)",
       "Decode the bytes using the codec registered for encoding ('utf-8' by default).\n"
       "errors says how decoding errors are handled; 'strict', the default, raises.")
{
    const char *codec = text_codec_arg(vm, args[1], "utf-8");
    const char *handler = codec ? text_codec_arg(vm, args[2], "strict") : NULL;
    if (!handler) return VALUE_ERROR;
    Span s = bytes_span(args[0]);
    return str_value(codec_decode(vm, s.data, s.size, codec, handler));
}

// Searching

// What to look for: bytes, or one byte given as an int (kept in *byte).
static bool get_needle(VM *vm, Value v, char *byte, Span *needle)
{
    if (has_bytes(v)) {
        *needle = bytes_span(v);
        return true;
    }
    if (!is_any_int(v) && special_lookup(vm, v, S(__index__)) == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError, "argument should be integer or bytes-like object, not '%s'",
                    type_name(vm, v));
        return false;
    }
    int c = bytes_item(vm, v);
    *byte = (char)c;
    *needle = (Span){byte, 1};
    return c >= 0;
}

// The part of self to search. is_out: even nothing is not in it.
static bool get_part(VM *vm, Value *args, Span *part, size_t *from, bool *is_out)
{
    int64_t start, end;
    size_t size = bytes_span(args[0]).size;
    if (!text_bounds(vm, args[2], args[3], size, &start, &end)) return false;
    Span s = bytes_span(args[0]);
    if (end > (int64_t)s.size) end = (int64_t)s.size;
    *is_out = start > end;
    *from = (size_t)start;
    *part = *is_out ? (Span){s.data, 0} : (Span){s.data + start, (size_t)(end - start)};
    return true;
}

static Value find(VM *vm, Value *args, bool from_right, bool raises)
{
    char byte;
    Span needle, part;
    size_t from;
    bool is_out;
    if (!get_needle(vm, args[1], &byte, &needle)) return VALUE_ERROR;
    if (!get_part(vm, args, &part, &from, &is_out)) return VALUE_ERROR;
    int64_t at = is_out       ? -1
                 : from_right ? text_rfind(part.data, part.size, needle.data, needle.size)
                              : text_find(part.data, part.size, needle.data, needle.size);
    if (at < 0 && raises) return raise_error(vm, EXC_ValueError, "subsection not found");
    return small_int(at < 0 ? -1 : at + (int64_t)from);
}

NATIVE(bytes_find, "find(self, sub, start = None, end = None, /)",
       "Return the lowest index where subsection sub is found, -1 on failure.")
{
    return find(vm, args, false, false);
}

NATIVE(bytes_rfind, "rfind(self, sub, start = None, end = None, /)",
       "Return the highest index where subsection sub is found, -1 on failure.")
{
    return find(vm, args, true, false);
}

NATIVE(bytes_index, "index(self, sub, start = None, end = None, /)",
       "Return the lowest index where subsection sub is found; ValueError if it is not.")
{
    return find(vm, args, false, true);
}

NATIVE(bytes_rindex, "rindex(self, sub, start = None, end = None, /)",
       "Return the highest index where subsection sub is found; ValueError if it is not.")
{
    return find(vm, args, true, true);
}

NATIVE(bytes_count, "count(self, sub, start = None, end = None, /)",
       "Return the number of non-overlapping occurrences of subsection sub.")
{
    char byte;
    Span needle, part;
    size_t from;
    bool is_out;
    if (!get_needle(vm, args[1], &byte, &needle)) return VALUE_ERROR;
    if (!get_part(vm, args, &part, &from, &is_out)) return VALUE_ERROR;
    if (is_out) return small_int(0);
    if (needle.size == 0) return small_int((int64_t)part.size + 1);
    return small_int((int64_t)text_count(part.data, part.size, needle.data, needle.size, SIZE_MAX));
}

static Value match_affix(VM *vm, Value *args, bool at_end)
{
    const char *name = at_end ? "endswith" : "startswith";
    Value *choices = &args[1];
    size_t n = 1, from;
    Span part, affix;
    bool is_out;
    if (!get_part(vm, args, &part, &from, &is_out)) return VALUE_ERROR;
    if (is_tuple(args[1])) {
        choices = as_tuple(args[1])->items;
        n = as_tuple(args[1])->len;
    } else if (!is_bytes_like(args[1])) {
        return raise_error(vm, EXC_TypeError,
                           "%s first arg must be bytes or a tuple of bytes, not %s", name,
                           type_name(vm, args[1]));
    }
    for (size_t i = 0; i < n; i++) {
        if (!bytes_get(vm, choices[i], &affix)) return VALUE_ERROR;
        if (is_out || affix.size > part.size) continue;
        size_t at = at_end ? part.size - affix.size : 0;
        if (memcmp(part.data + at, affix.data, affix.size) == 0) return VALUE_TRUE;
    }
    return VALUE_FALSE;
}

NATIVE(bytes_startswith, "startswith(self, prefix, start = None, end = None, /)",
       "Return True if the bytes start with the specified prefix, False otherwise.")
{
    return match_affix(vm, args, false);
}

NATIVE(bytes_endswith, "endswith(self, suffix, start = None, end = None, /)",
       "Return True if the bytes end with the specified suffix, False otherwise.")
{
    return match_affix(vm, args, true);
}

// Special methods

#define COMPARISON(name, op, symbol)                                                     \
    NATIVE(bytes_##name, "__" #name "__(self, value, /)", "Return self" symbol "value.") \
    {                                                                                    \
        return bytes_compare(vm, op, args[0], args[1]);                                  \
    }
COMPARISON(lt, COMPARE_LT, "<")
COMPARISON(le, COMPARE_LE, "<=")
COMPARISON(gt, COMPARE_GT, ">")
COMPARISON(ge, COMPARE_GE, ">=")
COMPARISON(eq, COMPARE_EQ, "==")
COMPARISON(ne, COMPARE_NE, "!=")
#undef COMPARISON

NATIVE(bytes_repr, "__repr__(self, /)", "Return repr(self).")
{
    if (is_bytearray(args[0])) return str_value(bytearray_repr(vm, args[0]));
    return value_object(bytes_repr(as_str(args[0])->data, as_str(args[0])->size));
}

NATIVE(bytes_str, "__str__(self, /)", "Return str(self).")
{
    return native_bytes_repr(vm, args);
}

NATIVE(bytes_len, "__len__(self, /)", "Return len(self).")
{
    return small_int((int64_t)bytes_span(args[0]).size);
}

NATIVE(bytes_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return str_iter(args[0]);
}

NATIVE(bytes_contains, "__contains__(self, key, /)", "Return bool(key in self).")
{
    int found = str_contains(vm, args[0], args[1]);
    return found < 0 ? VALUE_ERROR : value_bool(found);
}

NATIVE(bytes_getitem, "__getitem__(self, key, /)", "Return self[key].")
{
    return str_getitem(vm, args[0], args[1]);
}

NATIVE(bytes_add, "__add__(self, value, /)", "Return self+value.")
{
    return sequence_concat(vm, args[0], args[1]);
}

static Value multiply(VM *vm, Value *args)
{
    Value n = value_index(vm, args[1]);
    return is_error(n) ? n : str_binary(vm, BINARY_MUL, args[0], n);
}

NATIVE(bytes_mul, "__mul__(self, value, /)", "Return self*value.")
{
    return multiply(vm, args);
}

NATIVE(bytes_rmul, "__rmul__(self, value, /)", "Return value*self.")
{
    return multiply(vm, args);
}

NATIVE(bytes_mod, "__mod__(self, value, /)", "Return self%value.")
{
    return str_binary(vm, BINARY_MOD, args[0], args[1]);
}

NATIVE(bytes_rmod, "__rmod__(self, value, /)", "Return value%self.")
{
    if (!is_bytes_like(args[1])) return VALUE_NOT_IMPLEMENTED;
    return str_binary(vm, BINARY_MOD, args[1], args[0]);
}

const NativeDef *const bytes_shared_methods[] = {
    &def_bytes_fromhex,  &def_bytes_hex,      &def_bytes_decode,
    &def_bytes_find,     &def_bytes_rfind,    &def_bytes_index,
    &def_bytes_rindex,   &def_bytes_count,    &def_bytes_startswith,
    &def_bytes_endswith, &def_bytes_lt,       &def_bytes_le,
    &def_bytes_gt,       &def_bytes_ge,       &def_bytes_eq,
    &def_bytes_ne,       &def_bytes_repr,     &def_bytes_str,      &def_bytes_len,
    &def_bytes_iter,     &def_bytes_contains, &def_bytes_getitem,
    &def_bytes_add,      &def_bytes_mul,      &def_bytes_rmul,
    &def_bytes_mod,      &def_bytes_rmod,     NULL,
};

// bytes alone

NATIVE(bytes_hash, "__hash__(self, /)", "Return hash(self).")
{
    uint64_t hash;
    if (!value_hash(vm, value_object(str_exact(as_str(args[0]))), &hash)) return VALUE_ERROR;
    return int_from_int64((int64_t)hash);
}

NATIVE(bytes_bytes, "__bytes__(self, /)", "Convert this value to exact type bytes.")
{
    return value_object(str_exact(as_str(args[0])));
}

NATIVE(bytes_getnewargs, "__getnewargs__(self, /)", "Return the arguments for __new__.")
{
    return value_object(tuple_of(1, value_object(str_exact(as_str(args[0])))));
}

void bytes_define(VM *vm)
{
    static const NativeDef *const own[] = {&def_bytes_new, &def_bytes_hash, &def_bytes_bytes,
                                           &def_bytes_getnewargs, NULL};
    static const NativeDef *all[80];
    const NativeDef *const *const lists[] = {own, bytes_shared_methods, bytes_split_methods,
                                             bytes_char_methods};
    text_join_tables(all, countof(all), lists, countof(lists));
    TypeDef type = {
        .name = "bytes",
        .kind = KIND_BYTES,
        .doc = "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n"
               "bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n"
               "bytes(int) -> bytes object of size given by the parameter initialized with null "
               "bytes\nbytes() -> empty bytes object",
        .methods = all,
    };
    class_define(vm, &type, NULL);
}
