// SPDX-License-Identifier: MIT
// json_encode.c - values to JSON text.
#include <stdio.h>

#include "stdlib/json.h"
#include "vm/float.h"

// A container that is being written: the chain of them finds circles. Deep down only one of them is looked at, the
// last whose depth is a power of two: any circle comes by there too.
typedef struct Open {
    const struct Open *outer, *milestone;
    Value v;
    size_t depth;
} Open;

typedef struct Encoder {
    VM *vm;
    const JsonStyle *style;
    StrBuilder out;
} Encoder;

static bool encode(Encoder *e, Value v, const Open *open, int level);

// Strings

static bool is_plain(unsigned char c, bool ensure_ascii)
{
    if (c < ' ' || c == '"' || c == '\\') return false;
    return !ensure_ascii || c < 0x7F;
}

static void add_unit(StrBuilder *out, uint32_t unit)
{
    static const char hex[] = "0123456789abcdef";
    char text[6] = {
        '\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15], hex[unit & 15]};
    builder_add(out, text, 6);
}

static void add_escape(StrBuilder *out, uint32_t c)
{
    static const char values[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *at = c && c < 0x80 ? strchr(values, (int)c) : NULL;
    if (at) {
        builder_add_byte(out, '\\');
        builder_add_byte(out, letters[at - values]);
    } else if (c >= 0x10000) {
        add_unit(out, 0xD800 + ((c - 0x10000) >> 10));
        add_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
        add_unit(out, c);
    }
}

void json_add_string(StrBuilder *out, const Str *s, bool ensure_ascii)
{
    const char *p = s->data, *end = p + s->size;
    builder_reserve(out, s->size + 2);
    builder_add_byte(out, '"');
    while (p < end) {
        const char *from = p;
        while (p < end && is_plain((unsigned char)*p, ensure_ascii))
            p++;
        builder_add(out, from, (size_t)(p - from));
        if (p < end) add_escape(out, utf8_decode(&p));
    }
    builder_add_byte(out, '"');
}

// Numbers

static bool add_int(Encoder *e, Value v)
{
    char text[32];
    if (is_int(v)) {
        int n = snprintf(text, sizeof text, "%lld", (long long)as_int(v));
        builder_add(&e->out, text, (size_t)n);
        return true;
    }
    const Str *digits = int_to_str(e->vm, int_normal(v), 10);
    if (digits) builder_add_str(&e->out, digits);
    return digits != NULL;
}

static bool add_float(Encoder *e, double d)
{
    bool is_finite = d - d == 0;
    if (!is_finite && !e->style->allow_nan) {
        raise_error(e->vm, EXC_ValueError, "Out of range float values are not JSON compliant: %s",
                    float_repr(d)->data);
        return false;
    }
    if (is_finite)
        builder_add_str(&e->out, float_repr(d));
    else
        builder_add_cstr(&e->out, d != d ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
    return true;
}

// Objects and arrays

static void add_newline(Encoder *e, int level)
{
    if (!e->style->indent) return;
    builder_add_byte(&e->out, '\n');
    for (int i = 0; i < level; i++)
        builder_add_str(&e->out, e->style->indent);
}

// What may be a key. 1; 0: skip it; -1: raised.
static int add_key(Encoder *e, Value key)
{
    VM *vm = e->vm;
    if (is_str(key)) {
        json_add_string(&e->out, as_str(key), e->style->ensure_ascii);
        return 1;
    }
    bool is_word = key == VALUE_TRUE || key == VALUE_FALSE || is_none(key);
    if (is_word || is_any_int(key) || is_any_float(key)) {
        builder_add_byte(&e->out, '"');
        bool ok = encode(e, is_any_float(key) ? value_float(float_value(key)) : key, NULL, 0);
        builder_add_byte(&e->out, '"');
        return ok ? 1 : -1;
    }
    if (e->style->skip_keys) return 0;
    raise_error(vm, EXC_TypeError, "keys must be str, int, float, bool or None, not %s",
                type_name(vm, key));
    return -1;
}

static bool add_member(Encoder *e, Value key, Value v, const Open *open, int level, bool *is_first)
{
    size_t before = e->out.size;
    if (!*is_first) {
        builder_add_str(&e->out, e->style->item_separator);
        add_newline(e, level);
    }
    int has_key = add_key(e, key);
    if (has_key < 0) return false;
    if (has_key == 0) {
        e->out.size = before;
        return true;
    }
    *is_first = false;
    builder_add_str(&e->out, e->style->key_separator);
    return encode(e, v, open, level);
}

// The items of a subclass, or sorted ones, as a list. NULL: raised.
static List *items_of(Encoder *e, Value dict)
{
    VM *vm = e->vm;
    Value items = value_call_method(vm, dict, S(items), 0, NULL);
    List *list = is_error(items) ? NULL : list_from_iterable(vm, items);
    if (!list) return NULL;
    for (size_t i = 0; i < list->len; i++) {
        if (is_tuple(list->items[i]) && as_tuple(list->items[i])->len == 2) continue;
        raise_error(vm, EXC_ValueError, "items must return 2-tuples");
        return NULL;
    }
    if (e->style->sort_keys && !list_sort(vm, list, VALUE_NONE, false)) return NULL;
    return list;
}

static bool add_members(Encoder *e, Value dict, const Open *open, int level)
{
    bool is_first = true;
    Value key, v;
    if (!e->style->sort_keys && is_exact(dict, KIND_DICT)) {
        for (size_t pos = 0; dict_next(as_dict(dict), &pos, &key, &v);)
            if (!add_member(e, key, v, open, level, &is_first)) return false;
        return true;
    }
    const List *list = items_of(e, dict);
    if (!list) return false;
    for (size_t i = 0; i < list->len; i++) {
        const Tuple *item = as_tuple(list->items[i]);
        if (!add_member(e, item->items[0], item->items[1], open, level, &is_first)) return false;
    }
    return true;
}

static bool encode_dict(Encoder *e, Value dict, const Open *open, int level)
{
    if (as_dict(dict)->len == 0) {
        builder_add(&e->out, "{}", 2);
        return true;
    }
    builder_add_byte(&e->out, '{');
    add_newline(e, level + 1);
    if (!add_members(e, dict, open, level + 1)) return false;
    add_newline(e, level);
    builder_add_byte(&e->out, '}');
    return true;
}

static bool encode_sequence(Encoder *e, Value sequence, const Open *open, int level)
{
    if (!is_exact(sequence, KIND_LIST) && !is_exact(sequence, KIND_TUPLE)) {  // as iter() sees it
        List *list = list_from_iterable(e->vm, sequence);
        if (!list) return false;
        sequence = value_object(list);
    }
    builder_add_byte(&e->out, '[');
    for (size_t i = 0;; i++) {
        bool is_in_list = is_list(sequence);
        size_t len = is_in_list ? as_list(sequence)->len : as_tuple(sequence)->len;
        if (i >= len) {
            if (i > 0) add_newline(e, level);
            break;
        }
        if (i > 0) builder_add_str(&e->out, e->style->item_separator);
        add_newline(e, level + 1);
        Value v = is_in_list ? as_list(sequence)->items[i] : as_tuple(sequence)->items[i];
        if (!encode(e, v, open, level + 1)) return false;
    }
    builder_add_byte(&e->out, ']');
    return true;
}

static bool encode_default(Encoder *e, Value v, const Open *open, int level)
{
    VM *vm = e->vm;
    if (is_none(e->style->default_)) {
        raise_error(vm, EXC_TypeError, "Object of type %s is not JSON serializable",
                    type_name(vm, v));
        return false;
    }
    Value other = value_call(vm, e->style->default_, 1, &v);
    return !is_error(other) && encode(e, other, open, level);
}

static bool is_open(const Open *open, Value v)
{
    enum { SHALLOW = 64 };
    if (open && open->depth > SHALLOW) return open->milestone->v == v;
    for (; open; open = open->outer)
        if (open->v == v) return true;
    return false;
}

// Everything that can be in a circle.
static bool encode_nested(Encoder *e, Value v, const Open *open, int level)
{
    VM *vm = e->vm;
    if (e->style->check_circular && is_open(open, v)) {
        raise_error(vm, EXC_ValueError, "Circular reference detected");
        return false;
    }
    if (!vm_check_c_stack(vm)) {
        error_take(vm);
        raise_error(vm, EXC_RecursionError,
                    "maximum recursion depth exceeded while encoding a JSON object");
        return false;
    }
    size_t depth = open ? open->depth + 1 : 1;
    Open this = {open, NULL, v, depth};
    this.milestone = depth & (depth - 1) ? open->milestone : &this;
    if (is_dict(v)) return encode_dict(e, v, &this, level);
    if (is_list(v) || is_tuple(v)) return encode_sequence(e, v, &this, level);
    return encode_default(e, v, &this, level);
}

static bool encode(Encoder *e, Value v, const Open *open, int level)
{
    if (is_str(v)) {
        json_add_string(&e->out, as_str(v), e->style->ensure_ascii);
    } else if (is_none(v)) {
        builder_add(&e->out, "null", 4);
    } else if (is_bool(v)) {
        builder_add_cstr(&e->out, v == VALUE_TRUE ? "true" : "false");
    } else if (is_any_int(v)) {
        return add_int(e, v);
    } else if (is_any_float(v)) {
        return add_float(e, float_value(v));
    } else {
        return encode_nested(e, v, open, level);
    }
    return true;
}

Str *json_encode(VM *vm, Value v, const JsonStyle *style)
{
    Encoder e = {.vm = vm, .style = style};
    return encode(&e, v, NULL, 0) ? builder_str(&e.out) : NULL;
}
