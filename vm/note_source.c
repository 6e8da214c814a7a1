// SPDX-License-Identifier: MIT
// note_source.c - expressions as they stand in the source: taken apart at their brackets, and
// looked up without running anything.
#include <stdlib.h>

#include "vm/gc.h"
#include "vm/note.h"
#include "vm/vm.h"

enum { MAX_SHOWN = 40 };

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c & 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// After the string literal that begins at the quote text[i].
static size_t skip_string(const Str *text, size_t i)
{
    char quote = text->data[i];
    bool is_triple = i + 2 < text->size && text->data[i + 1] == quote && text->data[i + 2] == quote;
    size_t n = is_triple ? 3 : 1;
    for (i += n; i < text->size; i++) {
        if (text->data[i] == '\\')
            i++;
        else if (text->data[i] == quote &&
                 (!is_triple || (text->data[i + 1] == quote && text->data[i + 2] == quote)))
            return i + n;
    }
    return text->size;
}

static Str *trimmed(const char *text, size_t size)
{
    while (size && (*text == ' ' || *text == '\t'))
        text++, size--;
    while (size && (text[size - 1] == ' ' || text[size - 1] == '\t'))
        size--;
    return str_new(text, size);
}

char source_split(const Str *text, Str **head, Str **inside)
{
    size_t open = 0, close = 0;
    int depth = 0;
    for (size_t i = 0; i < text->size; i++) {
        char c = text->data[i];
        if (c == '"' || c == '\'') {
            i = skip_string(text, i) - 1;
        } else if (c == '(' || c == '[' || c == '{') {
            if (depth++ == 0) open = i;
        } else if (c == ')' || c == ']' || c == '}') {
            if (--depth == 0) close = i;
        }
    }
    if (depth != 0 || close + 1 != text->size || open == 0 || text->data[open] == '{') return 0;
    *head = trimmed(text->data, open);
    *inside = trimmed(text->data + open + 1, close - open - 1);
    return text->data[open];
}

// The offset of the first `wanted` outside brackets and strings; the size if there is none.
static size_t find_outside(const Str *text, char wanted)
{
    int depth = 0;
    for (size_t i = 0; i < text->size; i++) {
        char c = text->data[i];
        if (depth == 0 && c == wanted) return i;
        if (c == '"' || c == '\'')
            i = skip_string(text, i) - 1;
        else if (c == '(' || c == '[' || c == '{')
            depth++;
        else if (c == ')' || c == ']' || c == '}')
            depth--;
    }
    return text->size;
}

// The offset of the last `op` outside brackets and strings, not part of a longer operator; 0: none.
static size_t find_operator(const Str *text, const Str *op)
{
    int depth = 0;
    size_t found = 0;
    for (size_t i = 0; i < text->size; i++) {
        char c = text->data[i], next = text->data[i + op->size <= text->size ? i + op->size : i];
        if (c == '"' || c == '\'')
            i = skip_string(text, i) - 1;
        else if (c == '(' || c == '[' || c == '{')
            depth++;
        else if (c == ')' || c == ']' || c == '}')
            depth--;
        bool is_there = depth == 0 && i > 0 && strncmp(text->data + i, op->data, op->size) == 0;
        if (is_there && next != '=' && next != c && text->data[i - 1] != c) found = i;
    }
    return found;
}

bool source_operands(const Str *text, const Str *op, Str **left, Str **right)
{
    size_t at = op->size ? find_operator(text, op) : 0;
    if (at == 0) return false;
    *left = trimmed(text->data, at);
    *right = trimmed(text->data + at + op->size, text->size - at - op->size);
    return (*left)->size > 0 && (*right)->size > 0;
}

Str *source_first_argument(Str *inside)
{
    return trimmed(inside->data, find_outside(inside, ','));
}

bool source_is_name(const Str *text)
{
    if (text->size == 0 || is_digit(text->data[0])) return false;
    for (size_t i = 0; i < text->size; i++)
        if (!is_name_byte(text->data[i]) && text->data[i] != '.') return false;
    return true;
}

Str *source_shown(Str *text)
{
    if (str_length(text) <= MAX_SHOWN) return text;
    return str_format("%s...", str_slice(text, 0, MAX_SHOWN - 3)->data);
}

// Looking up

static Value find_name(VM *vm, Dict *locals, Dict *globals, Str *name)
{
    Value v = dict_find_str(locals, name);
    if (v == VALUE_UNBOUND && globals) v = dict_find_str(globals, name);
    return v == VALUE_UNBOUND ? dict_find_str(vm->builtins, name) : v;
}

// An attribute that is kept in the object itself, or a function of its class; no descriptor is run.
static Value own_attribute(VM *vm, Value o, Str *name)
{
    if (is_kind(o, KIND_MODULE)) return dict_find_str(((Module *)as_pointer(o))->dict, name);
    if (is_class(o)) {
        Value v = class_lookup(vm, as_class(o), name);
        return is_function(v) || is_class(v) ? v : VALUE_UNBOUND;
    }
    if (!is_kind(o, KIND_INSTANCE)) return VALUE_UNBOUND;
    Value v = instance_find(vm, as_object(o), name);
    if (v != VALUE_UNBOUND) return v;
    v = class_lookup(vm, class_of(vm, o), name);
    return is_function(v) ? v : VALUE_UNBOUND;
}

// The item of an exact dict or list at a literal: a plain string or a number.
static Value own_item(Value o, const Str *key)
{
    if (key->size == 0) return VALUE_UNBOUND;
    char quote = key->data[0];
    bool is_text =
        (quote == '"' || quote == '\'') && key->size >= 2 && key->data[key->size - 1] == quote;
    if (is_text && is_exact(o, KIND_DICT))
        return dict_find_str(as_dict(o), str_intern(key->data + 1, key->size - 2));
    char *end;
    long i = strtol(key->data, &end, 10);
    if (*end || end == key->data || !(is_exact(o, KIND_LIST) || is_exact(o, KIND_TUPLE)))
        return VALUE_UNBOUND;
    size_t len = is_list(o) ? as_list(o)->len : as_tuple(o)->len;
    if (i < 0) i += (long)len;
    if (i < 0 || (size_t)i >= len) return VALUE_UNBOUND;
    return is_list(o) ? as_list(o)->items[i] : as_tuple(o)->items[i];
}

static Value lookup_attribute(VM *vm, Dict *locals, Dict *globals, const Str *text, size_t dot)
{
    Str *name = str_intern(text->data + dot + 1, text->size - dot - 1);
    if (!source_is_name(name)) return VALUE_UNBOUND;
    Value o = source_lookup(vm, locals, globals, str_new(text->data, dot));
    return o == VALUE_UNBOUND ? o : own_attribute(vm, o, name);
}

Value source_lookup(VM *vm, Dict *locals, Dict *globals, const Str *text)
{
    Str *head, *inside;
    char bracket = source_split(text, &head, &inside);
    if (bracket == '[') {
        Value o = source_lookup(vm, locals, globals, head);
        return o == VALUE_UNBOUND ? o : own_item(o, inside);
    }
    if (bracket || text->size == 0) return VALUE_UNBOUND;
    for (size_t dot = text->size; dot-- > 0;)
        if (text->data[dot] == '.') return lookup_attribute(vm, locals, globals, text, dot);
    return source_is_name(text) ? find_name(vm, locals, globals, str_intern(text->data, text->size))
                                : VALUE_UNBOUND;
}

Value source_evaluate(const Failure *f, const Str *text)
{
    if (!f->raised) return VALUE_UNBOUND;
    Frame *frame = frame_of_traceback(f->vm, (Traceback *)(uintptr_t)f->raised);
    const Globals *globals = frame->function->globals;
    return source_lookup(f->vm, frame_locals(f->vm, frame), globals ? globals->dict : NULL, text);
}

static Str *key_of(Dict *dict, Value v)
{
    size_t pos = 0;
    Value key, value;
    while (dict_next(dict, &pos, &key, &value))
        if (value == v && is_str(key) && as_str(key)->data[0] != '_' && source_is_name(as_str(key)))
            return as_str(key);
    return NULL;
}

Str *source_variable(VM *vm, Function *function, const Value *locals, Value v)
{
    (void)vm;
    Str *name = key_of(frame_locals_of(function, locals), v);
    return name || !function->globals ? name : key_of(function->globals->dict, v);
}

// Places

Str *source_of(VM *vm, const Code *code, const Instr *pc)
{
    (void)vm;
    TracebackEntry at;
    traceback_entry_of(code, pc, &at);
    if (!code->unit || at.col < 0 || at.line != at.end_line) return NULL;
    SourceReader reader = {0};
    Str *line = source_line(&reader, code->unit, at.line);
    if (!line || (size_t)at.end_col > line->size || at.end_col < at.col) return NULL;
    return str_new(line->data + at.col, (size_t)(at.end_col - at.col));
}

// The text of the line that begins with `def`; decorators may stand above it.
static Str *definition_line(const Code *code, int *number)
{
    SourceReader reader = {0};
    for (int i = 0; code->unit && i < 20; i++) {
        Str *line = source_line(&reader, code->unit, code->first_line + i);
        if (!line) return NULL;
        line = trimmed(line->data, line->size);
        *number = code->first_line + i;
        if (strncmp(line->data, "def ", 4) == 0) return line;
    }
    return NULL;
}

Str *source_definition(const Failure *f, const Code *code)
{
    int number;
    Str *line = definition_line(code, &number);
    if (!line) return NULL;
    size_t end = find_outside(line, ':');
    Str *shown = source_shown(trimmed(line->data, end));
    if (f->raised && str_equal(code->unit->filename, f->at.filename))
        return str_format("line %d: %s", number, shown->data);
    return str_format("%s, line %d: %s", code->unit->filename->data, number, shown->data);
}

char source_after(const Failure *f)
{
    if (!f->raised || f->at.end_col < 0) return 0;
    SourceReader reader = {0};
    const Code *code = f->raised->function->code;
    Str *line = code->unit ? source_line(&reader, code->unit, f->at.end_line) : NULL;
    return line && (size_t)f->at.end_col < line->size ? line->data[f->at.end_col] : 0;
}
