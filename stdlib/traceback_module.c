// SPDX-License-Identifier: MIT
// traceback_module.c - the module _traceback: what stdlib/rill/traceback.rill cannot do itself.
#include "vm/traceback.h"

#include "stdlib/stdlib.h"
#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/suggest.h"

static bool want_kind(VM *vm, Value v, Kind kind, const char *what)
{
    if (is_kind(v, kind)) return true;
    raise_error(vm, EXC_TypeError, "expected %s, got '%s'", what, type_name(vm, v));
    return false;
}

static Value column(int col)
{
    return col < 0 ? VALUE_NONE : small_int(col);
}

NATIVE(entry_of, "entry_of(tb, /)",
       "(filename, line, end_line, col, end_col, name) of a traceback object.")
{
    if (!want_kind(vm, args[0], KIND_TRACEBACK, "a traceback")) return VALUE_ERROR;
    Traceback *tb = as_pointer(args[0]);
    TracebackEntry e;
    traceback_entry(tb, &e);
    return value_object(tuple_of(6, value_object(e.filename), small_int(e.line),
                                 small_int(e.end_line), column(e.col), column(e.end_col),
                                 value_object(e.name)));
}

static Value lines_as_list(Str *const *lines, int64_t n)
{
    List *list = list_new((size_t)n);
    for (int64_t i = 0; i < n; i++)
        list_append(list, value_object(lines[i]));
    return value_object(list);
}

NATIVE(source_lines, "source_lines(code, first: ssize, last: ssize, /)",
       "Lines of the source text of a code object, None if there is none.")
{
    if (!want_kind(vm, args[0], KIND_CODE, "a code object")) return VALUE_ERROR;
    const CodeUnit *unit = as_code(args[0])->unit;
    int64_t first = arg_ssize(args[1]), last = arg_ssize(args[2]);
    if (!unit || first < 1 || last < first || last - first > 1000000) return VALUE_NONE;
    SourceReader reader = {0};
    Str **lines = source_lines(&reader, unit, (int)first, (int)last);
    return lines ? lines_as_list(lines, last - first + 1) : VALUE_NONE;
}

NATIVE(source_text, "source_text(code, /)",
       "The source text a code object was compiled from, or None.")
{
    if (!want_kind(vm, args[0], KIND_CODE, "a code object")) return VALUE_ERROR;
    const CodeUnit *unit = as_code(args[0])->unit;
    return unit && unit->source ? value_object(unit->source) : VALUE_NONE;
}

static int column_of(Value v)
{
    return is_int(v) ? (int)as_int(v) : -1;
}

NATIVE(
    format_entry,
    "format_entry(filename: str, line: ssize, end_line: ssize, col, end_col, name: str, lines, /)",
    "The text of one entry of a traceback; lines is a list of its source lines, or None.")
{
    TracebackEntry e = {
        .filename = as_str(args[0]),
        .name = as_str(args[5]),
        .line = (int)arg_ssize(args[1]),
        .end_line = (int)arg_ssize(args[2]),
        .col = column_of(args[3]),
        .end_col = column_of(args[4]),
    };
    if (e.end_col < 0) e.col = -1;
    Str **lines = NULL;
    if (is_list(args[6]) && as_list(args[6])->len) {
        List *list = as_list(args[6]);
        lines = gc_alloc_array(list->len, sizeof(Str *));
        for (size_t i = 0; i < list->len; i++) {
            if (!want_kind(vm, list->items[i], KIND_STR, "a str")) return VALUE_ERROR;
            lines[i] = as_str(list->items[i]);
        }
        e.end_line = e.line + (int)list->len - 1;
    }
    StrBuilder b = {0};
    traceback_format_entry(&e, lines, &b);
    return value_object(builder_str(&b));
}

NATIVE(format_exception, "format_exception(exception, /)",
       "An exception with its traceback, and those it came from, as they are printed.")
{
    StrBuilder b = {0};
    if (!want_kind(vm, args[0], KIND_EXCEPTION, "an exception")) return VALUE_ERROR;
    error_format(vm, args[0], &b);
    return value_object(builder_str(&b));
}

NATIVE(format_only, "format_only(exception, /)", "The last lines of that; its notes are apart.")
{
    StrBuilder message = {0}, notes = {0};
    if (!want_kind(vm, args[0], KIND_EXCEPTION, "an exception")) return VALUE_ERROR;
    error_format_only(vm, args[0], &message, &notes);
    return value_object(tuple_of(2, value_object(builder_str(&message)), value_object(builder_str(&notes))));
}

NATIVE(hint, "hint(exception, /)",
       "The hint of an uncaught exception's message: '. Did you mean ...', or ''.")
{
    if (!want_kind(vm, args[0], KIND_EXCEPTION, "an exception")) return VALUE_ERROR;
    Str *s = suggest_hint(vm, args[0]);
    return value_object(s ? s : str_empty);
}

static const NativeDef *const traceback_natives[] = {
    &def_entry_of,         &def_source_lines, &def_source_text, &def_format_entry,
    &def_format_exception, &def_format_only,  &def_hint,        NULL,
};

const ModuleDef module__traceback = {"_traceback", "Support for the module traceback.",
                                     traceback_natives, NULL};
