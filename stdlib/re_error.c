// SPDX-License-Identifier: MIT
// re_error.c - re.PatternError, which is re.error too.
#include "stdlib/re.h"
#include "vm/codec.h"

static Class *error_class;

static void set(VM *vm, Value self, const char *name, Value v)
{
    if (!instance_set(vm, as_object(self), str_intern(name, strlen(name)), v)) assert(false);
}

// Lines and columns count from 1; `at` is an index of characters.
static void find_line(Str *pattern, int64_t at, int64_t *line, int64_t *column)
{
    size_t end = str_offset(pattern, (size_t)at), start = 0;
    *line = 1;
    for (size_t i = 0; i < end; i++) {
        if (pattern->data[i] != '\n') continue;
        start = i + 1;
        ++*line;
    }
    *column = at - (int64_t)str_index(pattern, start) + 1;
}

NATIVE(error_init, "def __init__(self, msg, pattern=None, pos=None)",
       "Exception raised for invalid regular expressions.")
{
    Value self = args[0], message = args[1], pattern = args[2], pos = args[3];
    int64_t at, line, column;
    set(vm, self, "msg", message);
    set(vm, self, "pattern", pattern);
    set(vm, self, "pos", pos);
    set(vm, self, "lineno", VALUE_NONE);
    set(vm, self, "colno", VALUE_NONE);
    bool has_text = is_str(pattern) || is_bytes(pattern);
    if (has_text && is_any_int(pos) && int_to_int64(pos, &at) && at >= 0 &&
        at <= (int64_t)str_length(as_str(pattern))) {
        const Str *text = as_str(pattern);
        find_line(as_str(pattern), at, &line, &column);
        set(vm, self, "lineno", small_int(line));
        set(vm, self, "colno", small_int(column));
        Str *shown = value_str(vm, message);
        if (!shown) return VALUE_ERROR;
        bool is_long = memchr(text->data, '\n', text->size) != NULL;
        shown = str_format("%s at position %lld", shown->data, (long long)at);
        if (is_long)
            shown = str_format("%s (line %lld, column %lld)", shown->data, (long long)line,
                               (long long)column);
        message = value_object(shown);
    }
    as_exception(self)->args = value_object(tuple_of(1, message));
    return VALUE_NONE;
}

Value raise_regex_error(VM *vm, Str *message, Str *pattern, int64_t at)
{
    // A message about bytes is ASCII.
    if (pattern && is_bytes(value_object(pattern))) {
        Str *ascii = codec_encode(vm, message, "ascii", "backslashreplace");
        if (!ascii) return VALUE_ERROR;
        message = str_new(ascii->data, ascii->size);
    }
    Value text = pattern ? value_object(pattern) : VALUE_NONE;
    Tuple *arguments =
        tuple_of(3, value_object(message), text, at < 0 ? VALUE_NONE : small_int(at));
    Value e = exception_call(vm, error_class, arguments);
    return is_error(e) ? e : raise_value(vm, e);
}

void regex_error_define(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {&def_error_init, NULL};
    static const TypeDef type = {
        .name = "re.PatternError",
        .kind = KIND_EXCEPTION,
        .doc = "What is wrong with a pattern: msg, pattern, and pos, lineno, colno where it is.",
        .methods = methods,
        .flags = CLASS_HAS_DICT,
    };
    error_class = class_define(vm, &type, exception_class(vm, EXC_Exception));
    dict_set_str(module->dict, str_from_cstr("PatternError"), value_object(error_class));
    dict_set_str(module->dict, str_from_cstr("error"), value_object(error_class));
}
