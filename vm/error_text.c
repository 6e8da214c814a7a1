// SPDX-License-Identifier: MIT
// error_text.c - exceptions as text: what is printed when nobody catches one. The texts are those
// of CPython 3.13's traceback.py. INVARIANT: nothing here leaves an exception pending, or loses one
// that was.
#include <stdio.h>

#include "vm/error.h"
#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/list.h"
#include "vm/suggest.h"
#include "vm/traceback.h"
#include "vm/vm.h"

// str(v) or repr(v); if that raises, a text that says so.
static Str *safe_text(VM *vm, Value v, const char *what, bool is_repr)
{
    Str *text = is_repr ? value_repr(vm, v) : value_str(vm, v);
    if (text) return text;
    error_take(vm);
    return str_format("<%s %s() failed>", what, is_repr ? "repr" : "str");
}

// An attribute, VALUE_UNBOUND if absent or if getting it raises.
static Value quiet_attr(VM *vm, Value o, Str *name)
{
    Value v = value_find_attr(vm, o, name);
    if (!is_error(v)) return v;
    error_take(vm);
    return VALUE_UNBOUND;
}

static void add_class_name(VM *vm, Value exception, StrBuilder *out)
{
    Class *c = class_of(vm, exception);
    Value module = quiet_attr(vm, value_object(c), S(__module__));
    if (!is_str(module))
        builder_add_cstr(out, "<unknown>.");
    else if (!str_is(as_str(module), "builtins") && !str_is(as_str(module), "__main__")) {
        builder_add_str(out, as_str(module));
        builder_add_byte(out, '.');
    }
    builder_add_str(out, c->qualname);
}

// SyntaxError

static bool is_any_blank(char c, const char *blanks)
{
    return c && strchr(blanks, c);
}

static int64_t int_field(const Exception *e, int field, int64_t otherwise)
{
    int64_t i;
    Value v = exception_field(e, field);
    return is_any_int(v) && int_to_int64(v, &i) ? i : otherwise;
}

// `    text` and under it the carets. Offsets count characters of the line, from 1; length is that
// of the whole line, end included.
static void add_syntax_line(const Exception *e, const Str *line, StrBuilder *out)
{
    size_t size = line->size;
    while (size > 0 && line->data[size - 1] == '\n')
        size--;
    size_t indent = 0;
    while (indent < size && is_any_blank(line->data[indent], " \n\f"))
        indent++;
    Str *text = str_new(line->data + indent, size - indent);
    builder_format(out, "    %s\n", text->data);
    if (exception_field(e, FIELD_OFFSET) == VALUE_NONE) return;
    int64_t length = (int64_t)str_length(line), stripped = (int64_t)(str_length(text) + indent);
    int64_t offset = int_field(e, FIELD_OFFSET, 1), end = stripped + 1;
    if (int_field(e, FIELD_LINENO, 0) == int_field(e, FIELD_END_LINENO, 0)) {
        end = int_field(e, FIELD_END_OFFSET, 0);
        if (end == 0) end = offset;
    }
    if (length && offset > length) offset = stripped + 1;
    if (length && end > length) end = stripped + 1;
    if (offset >= end || end < 0) end = offset + 1;
    int64_t column = offset - 1 - (int64_t)indent;
    if (column < 0) return;
    builder_add_cstr(out, "    ");
    const char *p = text->data;
    for (int64_t i = 0; i < column; i++) {
        uint32_t c = *p ? utf8_decode(&p) : ' ';
        if (i < (int64_t)str_length(text))
            builder_add_char(out, c == '\t' || c == '\f' || c == 0xA0 || c == 0x3000 ? c : ' ');
    }
    for (int64_t i = offset; i < end; i++)
        builder_add_byte(out, '^');
    builder_add_byte(out, '\n');
}

static void add_syntax_error(VM *vm, Value exception, StrBuilder *out)
{
    Exception *e = as_exception(exception);
    Value filename = exception_field(e, FIELD_SYNTAX_FILENAME);
    Value line = exception_field(e, FIELD_LINENO), text = exception_field(e, FIELD_TEXT);
    Value msg = exception_field(e, FIELD_MSG);
    Str *file = filename == VALUE_NONE ? NULL : safe_text(vm, filename, "filename", false);
    if (line != VALUE_NONE)
        builder_format(out, "  File \"%s\", line %s\n",
                       file && file->size ? file->data : "<string>",
                       safe_text(vm, line, "lineno", false)->data);
    if (is_str(text)) add_syntax_line(e, as_str(text), out);
    add_class_name(vm, exception, out);
    builder_add_cstr(out, ": ");
    Str *message = msg == VALUE_NONE ? str_empty : safe_text(vm, msg, "msg", false);
    if (message->size)
        builder_add_str(out, message);
    else
        builder_add_cstr(out, "<no detail available>");
    if (line == VALUE_NONE && file) builder_format(out, " (%s)", file->data);
    builder_add_byte(out, '\n');
}

// One exception

static void add_notes(VM *vm, Value exception, StrBuilder *out)
{
    Value notes = value_find_attr(vm, exception, S(__notes__));
    if (is_error(notes)) {
        Str *text = safe_text(vm, error_take(vm), "__notes__", true);
        builder_format(out, "Ignored error getting __notes__: %s\n", text->data);
        return;
    }
    if (notes == VALUE_UNBOUND || notes == VALUE_NONE) return;
    if (!is_list(notes) && !is_tuple(notes)) {
        builder_add_str(out, safe_text(vm, notes, "__notes__", true));
        builder_add_byte(out, '\n');
        return;
    }
    for (size_t i = 0;; i++) {
        size_t len = is_list(notes) ? as_list(notes)->len : as_tuple(notes)->len;
        if (i >= len) return;
        Value note = is_list(notes) ? as_list(notes)->items[i] : as_tuple(notes)->items[i];
        builder_add_str(out, safe_text(vm, note, "note", false));
        builder_add_byte(out, '\n');
    }
}

static void add_type_and_message(VM *vm, Value exception, StrBuilder *out)
{
    if (exception_matches(vm, exception, EXC_SyntaxError)) {
        add_syntax_error(vm, exception, out);
    } else {
        Str *text = safe_text(vm, exception, "exception", false);
        Str *hint = suggest_hint(vm, exception);
        add_class_name(vm, exception, out);
        if (text->size || hint) builder_add_cstr(out, ": ");
        builder_add_str(out, text);
        if (hint) builder_add_str(out, hint);
        builder_add_byte(out, '\n');
    }
}

static const char TRACEBACK_HEADING[] = "Traceback (most recent call last):\n";

static void add_one(VM *vm, Value exception, StrBuilder *out)
{
    Traceback *tb = as_exception(exception)->traceback;
    if (tb) {
        builder_add_cstr(out, TRACEBACK_HEADING);
        traceback_format_stack(vm, tb, out);
    }
    add_type_and_message(vm, exception, out);
    add_notes(vm, exception, out);
}

// Chains

static bool is_seen(const List *chain, Value exception)
{
    for (size_t i = 0; i < chain->len; i++)
        if (chain->items[i] == exception) return true;
    return false;
}

// What is to be shown before e; VALUE_NONE if nothing. A chain that a script has made cyclic ends.
static Value previous_of(const List *chain, const Exception *e)
{
    if (e->cause != VALUE_NONE && !is_seen(chain, e->cause)) return e->cause;
    if (e->suppress_context || e->context == VALUE_NONE) return VALUE_NONE;
    return is_seen(chain, e->context) ? VALUE_NONE : e->context;
}

void error_format(VM *vm, Value exception, StrBuilder *out)
{
    Value pending = error_take(vm);
    List *chain = list_new(4);
    for (Value v = exception; v != VALUE_NONE;) {
        list_append(chain, v);
        v = previous_of(chain, as_exception(v));
    }
    for (size_t i = chain->len; i-- > 0;) {
        add_one(vm, chain->items[i], out);
        if (i == 0) break;
        bool is_cause = as_exception(chain->items[i - 1])->cause == chain->items[i];
        builder_add_cstr(out, is_cause ? "\nThe above exception was the direct cause "
                                         "of the following exception:\n\n"
                                       : "\nDuring handling of the above exception, "
                                         "another exception occurred:\n\n");
    }
    vm->exception = pending;
}

void error_format_only(VM *vm, Value exception, StrBuilder *out, StrBuilder *notes)
{
    Value pending = error_take(vm);
    add_type_and_message(vm, exception, out);
    add_notes(vm, exception, notes);
    vm->exception = pending;
}

// Exceptions that nobody can catch

void error_format_unraisable(VM *vm, const char *heading, Value what, Value exception,
                             Traceback *tb, StrBuilder *out)
{
    builder_add_cstr(out, heading);
    if (what != VALUE_UNBOUND) builder_add_str(out, safe_text(vm, what, "object", true));
    builder_add_byte(out, '\n');
    if (tb) {
        builder_add_cstr(out, TRACEBACK_HEADING);
        traceback_format_lines(vm, tb, out);
    }
    add_class_name(vm, exception, out);
    Str *text = safe_text(vm, exception, "exception", false);
    builder_format(out, ": %s\n", text->data);
}

// One that was raised outside of all frames is about the place where the program is.
static void add_place(VM *vm, Value exception)
{
    if (as_exception(exception)->traceback || !vm->frame) return;
    Value *regs = frame_visible(vm->frame);
    if (regs) traceback_add(vm, exception, frame_of(regs)->function, frame_of(regs)->pc);
}

void error_print_unraisable(VM *vm, const char *heading, Value what)
{
    Value exception = error_take(vm);
    if (exception == VALUE_UNBOUND) return;
    add_place(vm, exception);
    if (vm->unraisable) {
        vm->unraisable(vm, heading, what, exception);
        return;
    }
    StrBuilder b = {0};
    error_format_unraisable(vm, heading, what, exception, as_exception(exception)->traceback, &b);
    Str *text = builder_str(&b);
    fwrite(text->data, 1, text->size, stderr);
}
