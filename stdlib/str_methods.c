// SPDX-License-Identifier: MIT
// str_methods.c - the type str: its constructor, searching, padding, translating, formatting.
// Splitting and joining, case, and special methods are in str_split_methods.c, str_case_methods.c
// and str_slot_methods.c.
#include "stdlib/str_methods.h"

#include "stdlib/stdlib.h"
#include "stdlib/text_args.h"
#include "vm/bytes.h"
#include "vm/codec.h"
#include "vm/fields.h"
#include "vm/gc.h"

// The constructor

static Value decode_object(VM *vm, Value object, Value encoding, Value errors)
{
    if (is_str(object)) return raise_error(vm, EXC_TypeError, "decoding str is not supported");
    if (!is_bytes_like(object))
        return raise_error(vm, EXC_TypeError, "decoding to str: need a bytes-like object, %s found",
                           type_name(vm, object));
    const char *codec = text_codec_arg(vm, encoding, "utf-8");
    const char *handler = codec ? text_codec_arg(vm, errors, "strict") : NULL;
    if (!handler) return VALUE_ERROR;
    Span span = bytes_span(object);
    return str_value(codec_decode(vm, span.data, span.size, codec, handler));
}

static Value convert(VM *vm, Value v)
{
    return str_value(value_str(vm, v));
}

NATIVE(str_new, "__new__(cls, object = ?, encoding: str = ?, errors: str = ?)",
       "Create a new string object from the given object, or from bytes in an encoding.")
{
    Class *c = as_class(args[0]);
    Value text = value_object(str_empty);
    bool decodes = args[2] != VALUE_UNBOUND || args[3] != VALUE_UNBOUND;
    if (args[1] != VALUE_UNBOUND)
        text = decodes ? decode_object(vm, args[1], args[2], args[3])
                       : str_value(value_str(vm, args[1]));
    if (is_error(text) || c == vm->classes[KIND_STR]) return text;
    return value_object(str_copy_as(as_str(text), c->root->id));
}

NATIVE(str_encode, "encode(self, /, encoding: str = ?, errors: str = ?)",
       "Encode the string using the codec registered for encoding ('utf-8' by default).\n"
       "errors says how encoding errors are handled; 'strict', the default, raises.")
{
    const char *codec = text_codec_arg(vm, args[1], "utf-8");
    const char *handler = codec ? text_codec_arg(vm, args[2], "strict") : NULL;
    return handler ? str_value(codec_encode(vm, as_str(args[0]), codec, handler)) : VALUE_ERROR;
}

// Searching

// The part of a string to search, in code points and bytes. is_out: even nothing is not in it.
typedef struct Part {
    size_t from, to, from_byte, to_byte;
    bool is_out;
} Part;

static bool get_part(VM *vm, Str *s, Value start, Value end, Part *part)
{
    int64_t from, to;
    *part = (Part){.to = str_length(s), .to_byte = s->size};
    if (is_none(start) && is_none(end)) return true;
    if (!text_bounds(vm, start, end, str_length(s), &from, &to)) return false;
    part->is_out = from > to;
    if (part->is_out) return true;
    part->from = (size_t)from;
    part->to = (size_t)to;
    part->from_byte = str_offset(s, part->from);
    part->to_byte = str_offset(s, part->to);
    return true;
}

// The code point where needle is found, -1 if it is not, -2 raised.
static int64_t find(VM *vm, Value *args, bool from_right)
{
    Str *s = as_str(args[0]), *needle = as_str(args[1]);
    Part part;
    if (!get_part(vm, s, args[2], args[3], &part)) return -2;
    if (part.is_out) return -1;
    int64_t at = from_right ? str_rfind(s, needle, part.from_byte, part.to_byte)
                            : str_find(s, needle, part.from_byte, part.to_byte);
    if (at < 0 || str_is_ascii(s)) return at;
    size_t skipped = (size_t)at - part.from_byte;
    return (int64_t)(part.from + utf8_length(s->data + part.from_byte, skipped));
}

static Value find_value(VM *vm, Value *args, bool from_right, bool raises)
{
    int64_t at = find(vm, args, from_right);
    if (at == -2) return VALUE_ERROR;
    if (at == -1 && raises) return raise_error(vm, EXC_ValueError, "substring not found");
    return small_int(at);
}

NATIVE(str_find, "find(self, sub: str, start = None, end = None, /)",
       "Return the lowest index in S[start:end] where substring sub is found, -1 on failure.")
{
    return find_value(vm, args, false, false);
}

NATIVE(str_rfind, "rfind(self, sub: str, start = None, end = None, /)",
       "Return the highest index in S[start:end] where substring sub is found, -1 on failure.")
{
    return find_value(vm, args, true, false);
}

NATIVE(str_index, "index(self, sub: str, start = None, end = None, /)",
       "Return the lowest index in S[start:end] where substring sub is found.\n"
       "Raises ValueError when the substring is not found.")
{
    return find_value(vm, args, false, true);
}

NATIVE(str_rindex, "rindex(self, sub: str, start = None, end = None, /)",
       "Return the highest index in S[start:end] where substring sub is found.\n"
       "Raises ValueError when the substring is not found.")
{
    return find_value(vm, args, true, true);
}

NATIVE(str_count, "count(self, sub: str, start = None, end = None, /)",
       "Return the number of non-overlapping occurrences of substring sub in S[start:end].")
{
    Str *s = as_str(args[0]), *needle = as_str(args[1]);
    Part part;
    if (!get_part(vm, s, args[2], args[3], &part)) return VALUE_ERROR;
    if (part.is_out) return small_int(0);
    if (needle->size == 0) return small_int((int64_t)(part.to - part.from + 1));
    return small_int((int64_t)text_count(s->data + part.from_byte, part.to_byte - part.from_byte,
                                         needle->data, needle->size, SIZE_MAX));
}

static bool has_affix(const Str *s, const Part *part, const Str *affix, bool at_end)
{
    if (part->is_out || affix->size > part->to_byte - part->from_byte) return false;
    size_t at = at_end ? part->to_byte - affix->size : part->from_byte;
    return memcmp(s->data + at, affix->data, affix->size) == 0;
}

static Value match_affix(VM *vm, Value *args, bool at_end)
{
    const char *name = at_end ? "endswith" : "startswith";
    Str *s = as_str(args[0]);
    Part part;
    if (!get_part(vm, s, args[2], args[3], &part)) return VALUE_ERROR;
    if (is_str(args[1])) return value_bool(has_affix(s, &part, as_str(args[1]), at_end));
    if (!is_tuple(args[1]))
        return raise_error(vm, EXC_TypeError, "%s first arg must be str or a tuple of str, not %s",
                           name, type_name(vm, args[1]));
    Tuple *choices = as_tuple(args[1]);
    for (size_t i = 0; i < choices->len; i++) {
        if (!is_str(choices->items[i]))
            return raise_error(vm, EXC_TypeError, "tuple for %s must only contain str, not %s",
                               name, type_name(vm, choices->items[i]));
        if (has_affix(s, &part, as_str(choices->items[i]), at_end)) return VALUE_TRUE;
    }
    return VALUE_FALSE;
}

NATIVE(str_startswith, "startswith(self, prefix, start = None, end = None, /)",
       "Return True if the string starts with the specified prefix, False otherwise.\n"
       "prefix is a string or a tuple of strings to try.")
{
    return match_affix(vm, args, false);
}

NATIVE(str_endswith, "endswith(self, suffix, start = None, end = None, /)",
       "Return True if the string ends with the specified suffix, False otherwise.\n"
       "suffix is a string or a tuple of strings to try.")
{
    return match_affix(vm, args, true);
}

// Padding

static Value pad(VM *vm, Str *s, size_t left, size_t right, const char *fill, size_t fill_size)
{
    if (left + right == 0) return value_object(str_exact(s));
    size_t added;
    if (__builtin_mul_overflow(left + right, fill_size, &added) || added > SIZE_MAX / 4)
        return raise_error(vm, EXC_OverflowError, "padded string is too long");
    Str *result = str_try_alloc(vm, s->size + added, str_length(s) + left + right);
    if (!result) return VALUE_ERROR;
    char *out = (char *)(uintptr_t)result->data;
    for (; left > 0; left--, out += fill_size)
        memcpy(out, fill, fill_size);
    memcpy(out, s->data, s->size);
    out += s->size;
    for (; right > 0; right--, out += fill_size)
        memcpy(out, fill, fill_size);
    return value_object(str_length(result) > 1 ? result : str_new(result->data, result->size));
}

typedef enum Justify { JUSTIFY_LEFT, JUSTIFY_RIGHT, JUSTIFY_CENTER } Justify;

static Value justify(VM *vm, Value *args, Justify how)
{
    Str *s = as_str(args[0]);
    int64_t width = arg_ssize(args[1]);
    if (!is_str(args[2]))
        return raise_error(vm, EXC_TypeError,
                           "The fill character must be a unicode character, not %s",
                           type_name(vm, args[2]));
    const Str *fill = as_str(args[2]);
    if (str_length(fill) != 1)
        return raise_error(vm, EXC_TypeError,
                           "The fill character must be exactly one character long");
    size_t n = width > (int64_t)str_length(s) ? (size_t)width - str_length(s) : 0;
    size_t left = how == JUSTIFY_LEFT ? 0 : how == JUSTIFY_RIGHT ? n : text_center_left(width, n);
    return pad(vm, s, left, n - left, fill->data, fill->size);
}

NATIVE(str_center, "center(self, width: ssize, fillchar = ' ', /)",
       "Return a centered string of length width, padded with the fill character.")
{
    return justify(vm, args, JUSTIFY_CENTER);
}

NATIVE(str_ljust, "ljust(self, width: ssize, fillchar = ' ', /)",
       "Return a left-justified string of length width, padded with the fill character.")
{
    return justify(vm, args, JUSTIFY_LEFT);
}

NATIVE(str_rjust, "rjust(self, width: ssize, fillchar = ' ', /)",
       "Return a right-justified string of length width, padded with the fill character.")
{
    return justify(vm, args, JUSTIFY_RIGHT);
}

NATIVE(str_zfill, "zfill(self, width: ssize, /)",
       "A copy with zeros in front, behind a sign, until it is width characters long.")
{
    Str *s = as_str(args[0]);
    int64_t width = arg_ssize(args[1]);
    size_t n = width > (int64_t)str_length(s) ? (size_t)width - str_length(s) : 0;
    Value padded = pad(vm, s, n, 0, "0", 1);
    if (is_error(padded) || n == 0 || s->size == 0) return padded;
    if (s->data[0] != '+' && s->data[0] != '-') return padded;
    char *text = (char *)(uintptr_t)as_str(padded)->data;  // fresh: two characters at least
    text[n] = '0';
    text[0] = s->data[0];
    return padded;
}

NATIVE(str_expandtabs, "expandtabs(self, /, tabsize: cint = 8)",
       "Return a copy where all tab characters are expanded using spaces.")
{
    Str *s = as_str(args[0]);
    int64_t size = arg_ssize(args[1]), column = 0;
    if (size > INT32_MAX || size < INT32_MIN)
        return raise_error(vm, EXC_OverflowError, "Python int too large to convert to C int");
    if (!memchr(s->data, '\t', s->size)) return value_object(str_exact(s));
    StrBuilder b = {0};
    for (const char *p = s->data, *end = p + s->size; p < end; p++) {
        if (*p == '\t') {
            int64_t n = size > 0 ? size - column % size : 0;
            if (!builder_try_reserve(&b, (size_t)n)) return raise_value(vm, vm->memory_error);
            for (int64_t i = 0; i < n; i++)
                builder_add_byte(&b, ' ');
            column += n;
            continue;
        }
        builder_add_byte(&b, *p);
        if (*p == '\n' || *p == '\r')
            column = 0;
        else if ((*p & 0xC0) != 0x80)
            column++;
    }
    return value_object(builder_str(&b));
}

// translate

// Writes what the table has for c; 1, or 0 if it has nothing, or -1: raised.
static int add_mapped(VM *vm, StrBuilder *b, Value mapped)
{
    int64_t i;
    if (is_none(mapped)) return 1;
    if (is_str(mapped)) {
        builder_add_str(b, as_str(mapped));
        return 1;
    }
    if (!is_any_int(mapped)) {
        raise_error(vm, EXC_TypeError, "character mapping must return integer, None or str");
        return -1;
    }
    if (!int_to_int64(mapped, &i) || i < 0 || i > CODE_POINT_MAX) {
        raise_error(vm, EXC_ValueError, "character mapping must be in range(0x110000)");
        return -1;
    }
    builder_add_char(b, (uint32_t)i);
    return 1;
}

// table[c]; VALUE_UNBOUND if that is a LookupError.
static Value look_up(VM *vm, Value table, uint32_t c)
{
    Value v;
    if (is_exact(table, KIND_DICT)) {
        int found = dict_find(vm, as_dict(table), small_int((int64_t)c), &v);
        return found < 0 ? VALUE_ERROR : found ? v : VALUE_UNBOUND;
    }
    v = value_getitem(vm, table, small_int((int64_t)c));
    if (!is_error(v) || !error_is(vm, EXC_LookupError)) return v;
    (void)error_take(vm);
    return VALUE_UNBOUND;
}

// What an ASCII character becomes, looked up once, as CPython does.
typedef struct Translation {
    char byte;  // if is_byte
    bool is_known, is_byte;
    Value v;
} Translation;

static bool translate_char(VM *vm, Value table, uint32_t c, Translation *known, StrBuilder *b)
{
    Value v = known && known->is_known ? known->v : look_up(vm, table, c);
    if (is_error(v)) return false;
    size_t before = b->size;
    if (v == VALUE_UNBOUND)
        builder_add_char(b, c);
    else if (add_mapped(vm, b, v) < 0)
        return false;
    if (known) {
        bool is_byte = b->size == before + 1;
        *known = (Translation){is_byte ? b->data[before] : '\0', true, is_byte, v};
    }
    return true;
}

NATIVE(str_translate, "translate(self, table, /)",
       "Replace each character in the string using the given translation table: a mapping of\n"
       "Unicode ordinals to Unicode ordinals, strings, or None. Unmapped characters are left "
       "untouched.")
{
    Str *s = as_str(args[0]);
    Translation known[128] = {0};
    StrBuilder b = {0};
    builder_reserve(&b, s->size);
    const char *p = s->data, *end = p + s->size;
    while (p < end) {
        unsigned char first = (unsigned char)*p;
        if (first < 128 && known[first].is_byte) {
            builder_add_byte(&b, known[first].byte);
            p++;
            continue;
        }
        uint32_t c = utf8_decode(&p);
        if (!translate_char(vm, args[1], c, c < 128 ? &known[c] : NULL, &b)) return VALUE_ERROR;
    }
    return value_object(builder_str(&b));
}

static Value copy_table(VM *vm, Value source)
{
    if (!is_dict(source))
        return raise_error(vm, EXC_TypeError,
                           "if you give only one argument to maketrans it must be a dict");
    Dict *table = dict_new();
    size_t pos = 0;
    Value key, v;
    while (dict_next(as_dict(source), &pos, &key, &v)) {
        if (is_str(key)) {
            if (str_length(as_str(key)) != 1)
                return raise_error(vm, EXC_ValueError,
                                   "string keys in translate table must be of length 1");
            key = small_int((int64_t)str_char_at(as_str(key), 0));
        } else if (!is_any_int(key)) {
            return raise_error(vm, EXC_TypeError,
                               "keys in translate table must be strings or integers");
        }
        if (!dict_set(vm, table, key, v)) return VALUE_ERROR;
    }
    return value_object(table);
}

NATIVE(str_maketrans, "@maketrans(x, y: str = ?, z: str = ?, /)",
       "Return a translation table usable for str.translate().\n"
       "One argument: a dict from ordinals or characters. Two: strings of equal length, each "
       "character in x\nis mapped to the one in y. A third: a string whose characters are "
       "mapped to None.")
{
    if (args[1] == VALUE_UNBOUND) return copy_table(vm, args[0]);
    if (!is_str(args[0]))
        return raise_error(vm, EXC_TypeError,
                           "first maketrans argument must be a string if there is a second "
                           "argument");
    if (str_length(as_str(args[0])) != str_length(as_str(args[1])))
        return raise_error(vm, EXC_ValueError,
                           "the first two maketrans arguments must have equal length");
    Dict *table = dict_new();
    const char *x = as_str(args[0])->data, *end = x + as_str(args[0])->size;
    const char *y = as_str(args[1])->data;
    while (x < end) {
        Value key = small_int((int64_t)utf8_decode(&x)), v = small_int((int64_t)utf8_decode(&y));
        if (!dict_set(vm, table, key, v)) return VALUE_ERROR;
    }
    if (args[2] == VALUE_UNBOUND) return value_object(table);
    const char *z = as_str(args[2])->data, *z_end = z + as_str(args[2])->size;
    while (z < z_end)
        if (!dict_set(vm, table, small_int((int64_t)utf8_decode(&z)), VALUE_NONE))
            return VALUE_ERROR;
    return value_object(table);
}

// Formatting

NATIVE(str_format, "format(self, /, *args, **kwargs)",
       "A copy with the fields in braces replaced by arguments: '{} {name!r:>8}'.format(1, "
       "name='x').")
{
    return str_value(fields_format(vm, as_str(args[0]), as_tuple(args[1]), args[2]));
}

NATIVE(str_format_map, "format_map(self, mapping, /)",
       "Return a formatted version of the string, using substitutions from mapping.")
{
    return str_value(fields_format(vm, as_str(args[0]), NULL, args[1]));
}

void str_define(VM *vm)
{
    static const NativeDef *const methods[] = {
        &def_str_new,
        &def_str_encode,
        &def_str_find,
        &def_str_rfind,
        &def_str_index,
        &def_str_rindex,
        &def_str_count,
        &def_str_startswith,
        &def_str_endswith,
        &def_str_center,
        &def_str_ljust,
        &def_str_rjust,
        &def_str_zfill,
        &def_str_expandtabs,
        &def_str_translate,
        &def_str_maketrans,
        &def_str_format,
        &def_str_format_map,
        NULL,
    };
    static const NativeDef *all[80];
    const NativeDef *const *const lists[] = {str_slot_methods, str_split_methods, str_case_methods,
                                             methods};
    text_join_tables(all, countof(all), lists, countof(lists));
    TypeDef type = {
        .name = "str",
        .kind = KIND_STR,
        .convert = convert,
        .doc = "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
               "Create a new string object from the given object. If encoding or errors is "
               "specified,\nthe object must expose bytes that will be decoded.",
        .methods = all,
    };
    vm->str_split = dict_find_str(class_define(vm, &type, NULL)->dict, str_intern("split", 5));
    str_iter_init(vm);
}
