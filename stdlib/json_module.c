// SPDX-License-Identifier: MIT
// json_module.c - the module _json: what the module json, which is written in Rill, is too slow
// for.
#include "stdlib/json.h"
#include "stdlib/stdlib.h"
#include "vm/bytes.h"
#include "vm/codec.h"

static Class *error_class;

// JSONDecodeError

static void set(VM *vm, Value self, const char *name, Value v)
{
    if (!instance_set(vm, as_object(self), str_intern(name, strlen(name)), v)) assert(false);
}

NATIVE(error_init, "def __init__(self, msg, doc, pos)",
       "msg: the unformatted message; doc: the JSON document; pos: where it cannot be read on.")
{
    Value self = args[0];
    if (!is_str(args[2]))
        return raise_error(vm, EXC_TypeError, "doc must be str, not %s", type_name(vm, args[2]));
    int64_t pos;
    Str *doc = as_str(args[2]), *message = value_str(vm, args[1]);
    if (!message || !value_ssize(vm, args[3], &pos)) return VALUE_ERROR;
    int64_t limit = pos < 0 ? 0 : pos > (int64_t)str_length(doc) ? (int64_t)str_length(doc) : pos;
    size_t end = str_offset(doc, (size_t)limit), start = 0;
    int64_t line = 1;
    for (size_t i = 0; i < end; i++) {
        if (doc->data[i] != '\n') continue;
        start = i + 1;
        line++;
    }
    int64_t column = pos - (int64_t)str_index(doc, start) + 1;
    set(vm, self, "msg", args[1]);
    set(vm, self, "doc", args[2]);
    set(vm, self, "pos", args[3]);
    set(vm, self, "lineno", small_int(line));
    set(vm, self, "colno", small_int(column));
    Str *text = str_format("%s: line %lld column %lld (char %lld)", str_cstr(message),
                           (long long)line, (long long)column, (long long)pos);
    as_exception(self)->args = value_object(tuple_of(1, value_object(text)));
    return VALUE_NONE;
}

NATIVE(error_reduce, "__reduce__(self)", "The class and its arguments.")
{
    Tuple *arguments = tuple_new(3);
    static const char *const names[] = {"msg", "doc", "pos"};
    for (size_t i = 0; i < countof(names); i++) {
        Value v = value_getattr(vm, args[0], str_intern(names[i], strlen(names[i])));
        if (is_error(v)) return v;
        arguments->items[i] = v;
    }
    return value_object(tuple_of(2, value_object(class_of(vm, args[0])), value_object(arguments)));
}

Value raise_json_error(VM *vm, const char *message, Str *text, size_t at)
{
    Value pos = small_int((int64_t)str_index(text, at));
    Tuple *arguments = tuple_of(3, value_object(str_from_cstr(message)), value_object(text), pos);
    Value e = exception_call(vm, error_class, arguments);
    return is_error(e) ? e : raise_value(vm, e);
}

static void define_error(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {&def_error_init, &def_error_reduce, NULL};
    static const TypeDef type = {
        .name = "json.decoder.JSONDecodeError",
        .kind = KIND_EXCEPTION,
        .doc = "A ValueError about a text that is no JSON: msg is what is wrong, doc the text, "
               "pos where in it, lineno and colno\n"
               "the line and column there.",
        .methods = methods,
        .flags = CLASS_HAS_DICT,
    };
    error_class = class_define(vm, &type, exception_class(vm, EXC_ValueError));
    dict_set_str(module->dict, str_from_cstr("JSONDecodeError"), value_object(error_class));
}

// Reading

static JsonRules rules_of(const Value *args)
{
    return (JsonRules){.is_strict = args[0] == VALUE_TRUE,
                       .object_hook = args[1],
                       .object_pairs_hook = args[2],
                       .parse_float = args[3],
                       .parse_int = args[4],
                       .parse_constant = args[5]};
}

#define RULES "strict: bool, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant"

NATIVE(json_scan_once, "scan_once(string: str, idx: ssize, " RULES ", /)",
       "The value at idx and the index behind it; StopIteration(idx) if there is none.")
{
    JsonRules rules = rules_of(args + 2);
    Str *text = as_str(args[0]);
    int64_t at = arg_ssize(args[1]);
    size_t end;
    if (at < 0) return raise_error(vm, EXC_ValueError, "idx cannot be negative");
    if (at > (int64_t)str_length(text)) return raise_stop_iteration(vm, args[1]);
    Value v = json_scan(vm, text, &rules, str_offset(text, (size_t)at), &end);
    if (is_error(v)) return v;
    Value index = small_int((int64_t)str_index(text, end));
    if (v == VALUE_STOP) return raise_stop_iteration(vm, index);
    return value_object(tuple_of(2, v, index));
}

// The whole text.
static Value decode(VM *vm, Str *text, const JsonRules *rules)
{
    size_t end;
    Value v = json_scan(vm, text, rules, json_skip_blanks(text, 0), &end);
    if (is_error(v)) return v;
    if (v == VALUE_STOP) return raise_json_error(vm, "Expecting value", text, end);
    end = json_skip_blanks(text, end);
    return end == text->size ? v : raise_json_error(vm, "Extra data", text, end);
}

NATIVE(json_decode, "decode(string: str, " RULES ", /)", "The value of a whole text.")
{
    JsonRules rules = rules_of(args + 1);
    return decode(vm, as_str(args[0]), &rules);
}

static const char *encoding_of(Span b)
{
    const unsigned char *p = (const unsigned char *)b.data;
    size_t n = b.size;
    if (n >= 4 && (!memcmp(p, "\xFF\xFE\0\0", 4) || !memcmp(p, "\0\0\xFE\xFF", 4))) return "utf-32";
    if (n >= 2 && (!memcmp(p, "\xFF\xFE", 2) || !memcmp(p, "\xFE\xFF", 2))) return "utf-16";
    if (n >= 3 && !memcmp(p, "\xEF\xBB\xBF", 3)) return "utf-8-sig";
    if (n >= 4) {
        if (!p[0]) return p[1] ? "utf-16-be" : "utf-32-be";
        if (!p[1]) return p[2] || p[3] ? "utf-16-le" : "utf-32-le";
    } else if (n == 2) {
        if (!p[0]) return "utf-16-be";
        if (!p[1]) return "utf-16-le";
    }
    return "utf-8";
}

NATIVE(json_detect_encoding, "detect_encoding(b, /)", "The encoding in which these bytes are JSON.")
{
    Span span;
    if (!bytes_get(vm, args[0], &span)) return VALUE_ERROR;
    return value_object(str_from_cstr(encoding_of(span)));
}

// The text of what loads() was given. NULL: raised.
static Str *text_of(VM *vm, Value v)
{
    if (is_str(v)) {
        Str *text = as_str(v);
        if (text->size < 3 || memcmp(text->data, "\xEF\xBB\xBF", 3) != 0) return text;
        raise_json_error(vm, "Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0);
        return NULL;
    }
    if (!is_bytes_like(v)) {
        raise_error(vm, EXC_TypeError, "the JSON object must be str, bytes or bytearray, not %s",
                    type_name(vm, v));
        return NULL;
    }
    Span span = bytes_span(v);
    return codec_decode(vm, span.data, span.size, encoding_of(span), "surrogatepass");
}

NATIVE(json_text, "text(s, /)", "What loads() was given, as a str.")
{
    return str_value(text_of(vm, args[0]));
}

NATIVE(json_loads, "loads(s, /)", "The value of a text, without hooks.")
{
    static const JsonRules plain = {true,       VALUE_NONE, VALUE_NONE,
                                    VALUE_NONE, VALUE_NONE, VALUE_NONE};
    Str *text = text_of(vm, args[0]);
    return text ? decode(vm, text, &plain) : VALUE_ERROR;
}

NATIVE(json_scanstring, "scanstring(string: str, end: ssize, strict: bool = True, /)",
       "scanstring(string, end, strict=True) -> (string, end)\n\n"
       "Scan the string s for a JSON string. End is the index of the\n"
       "character in s after the quote that started the JSON string.\n"
       "Unescapes all valid JSON string escape sequences and raises ValueError\n"
       "on attempt to decode an invalid string. If strict is False then literal\n"
       "control characters are allowed in the string.\n\n"
       "Returns a tuple of the decoded string and the index of the character in s\n"
       "after the end quote.")
{
    Str *text = as_str(args[0]);
    int64_t at = arg_ssize(args[1]);
    size_t end;
    if (at < 0 || at > (int64_t)str_length(text))
        return raise_error(vm, EXC_ValueError, "end is out of bounds");
    Value v = json_scan_string(vm, text, args[2] == VALUE_TRUE, str_offset(text, (size_t)at), &end);
    return is_error(v) ? v : value_object(tuple_of(2, v, small_int((int64_t)str_index(text, end))));
}

// Writing

NATIVE(json_encode,
       "encode(o, default, check_circular: bool, ensure_ascii: bool, allow_nan: bool, "
       "skipkeys: bool, sort_keys: bool, indent: str?, item_separator: str, key_separator: str, /)",
       "A value as JSON text.")
{
    JsonStyle style = {.default_ = args[1],
                       .check_circular = args[2] == VALUE_TRUE,
                       .ensure_ascii = args[3] == VALUE_TRUE,
                       .allow_nan = args[4] == VALUE_TRUE,
                       .skip_keys = args[5] == VALUE_TRUE,
                       .sort_keys = args[6] == VALUE_TRUE,
                       .indent = is_none(args[7]) ? NULL : as_str(args[7]),
                       .item_separator = as_str(args[8]),
                       .key_separator = as_str(args[9])};
    return str_value(json_encode(vm, args[0], &style));
}

NATIVE(json_dumps, "dumps(o, /)", "A value as JSON text, in the default style.")
{
    JsonStyle style = {.default_ = VALUE_NONE,
                       .check_circular = true,
                       .ensure_ascii = true,
                       .allow_nan = true,
                       .item_separator = str_from_cstr(", "),
                       .key_separator = str_from_cstr(": ")};
    return str_value(json_encode(vm, args[0], &style));
}

static Value encode_string(VM *vm, Value v, bool ensure_ascii)
{
    StrBuilder b = {0};
    if (!is_str(v))
        return raise_error(vm, EXC_TypeError, "first argument must be a string, not %s",
                           type_name(vm, v));
    json_add_string(&b, as_str(v), ensure_ascii);
    return value_object(builder_str(&b));
}

NATIVE(json_encode_basestring_ascii, "encode_basestring_ascii(string, /)",
       "encode_basestring_ascii(string) -> string\n\n"
       "Return an ASCII-only JSON representation of a Python string")
{
    return encode_string(vm, args[0], true);
}

NATIVE(json_encode_basestring, "encode_basestring(string, /)",
       "encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string")
{
    return encode_string(vm, args[0], false);
}

static bool setup(VM *vm, Module *module)
{
    define_error(vm, module);
    return true;
}

static const NativeDef *const natives[] = {&def_json_scan_once,
                                           &def_json_decode,
                                           &def_json_detect_encoding,
                                           &def_json_text,
                                           &def_json_loads,
                                           &def_json_scanstring,
                                           &def_json_encode,
                                           &def_json_dumps,
                                           &def_json_encode_basestring_ascii,
                                           &def_json_encode_basestring,
                                           NULL};

const ModuleDef module__json = {
    .name = "_json",
    .doc = "json speedups\n",
    .natives = natives,
    .setup = setup,
};
