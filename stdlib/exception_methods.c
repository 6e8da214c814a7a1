// SPDX-License-Identifier: MIT
// exception_methods.c - what scripts can do with exception objects: construction, attributes, text.
// Each builtin class that has attributes of its own keeps them in Exception.fields, by the indexes
// of error.h; an attribute never set reads as None.
#include "vm/error.h"

#include <stdio.h>

#include "vm/native.h"
#include "vm/suggest.h"
#include "vm/vm.h"

// BaseException

NATIVE(base_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return value_object(exception_alloc(as_class(args[0]), as_tuple(args[1])));
}

static bool no_keywords(VM *vm, Value self, Value keywords)
{
    if (as_dict(keywords)->len == 0) return true;
    raise_error(vm, EXC_TypeError, "%s() takes no keyword arguments", type_name(vm, self));
    return false;
}

NATIVE(base_init, "__init__(self, /, *args, **kwargs)", "Set args.")
{
    if (!no_keywords(vm, args[0], args[2])) return VALUE_ERROR;
    as_exception(args[0])->args = args[1];
    return VALUE_NONE;
}

static Str *base_text(VM *vm, Exception *e)
{
    Tuple *args = as_tuple(e->args);
    if (args->len == 0) return str_empty;
    return value_str(vm, args->len == 1 ? args->items[0] : e->args);
}

static Value str_or_error(Str *s)
{
    return s ? value_object(s) : VALUE_ERROR;
}

NATIVE(base_str, "__str__(self, /)", "Return str(self).")
{
    return str_or_error(base_text(vm, as_exception(args[0])));
}

NATIVE(base_repr, "__repr__(self, /)", "Return repr(self).")
{
    Tuple *values = as_tuple(as_exception(args[0])->args);
    bool is_one = values->len == 1;
    Str *text = value_repr(vm, is_one ? values->items[0] : value_object(values));
    if (!text) return VALUE_ERROR;
    StrBuilder b = {0};
    builder_add_str(&b, class_of(vm, args[0])->name);
    if (is_one) builder_add_byte(&b, '(');
    builder_add_str(&b, text);
    if (is_one) builder_add_byte(&b, ')');
    return value_object(builder_str(&b));
}

static bool set_traceback(VM *vm, Value self, Value v)
{
    if (v == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError, "__traceback__ may not be deleted");
        return false;
    }
    if (v != VALUE_NONE && !is_kind(v, KIND_TRACEBACK)) {
        raise_error(vm, EXC_TypeError, "__traceback__ must be a traceback or None");
        return false;
    }
    as_exception(self)->traceback = v == VALUE_NONE ? NULL : as_pointer(v);
    return true;
}

NATIVE(base_with_traceback, "with_traceback(self, object, /)",
       "Set self.__traceback__ to tb and return self.")
{
    return set_traceback(vm, args[0], args[1]) ? args[0] : VALUE_ERROR;
}

NATIVE(base_add_note, "add_note(self, object, /)",
       "Add a note: a line that is printed after the traceback.")
{
    if (!is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "note must be a str, not '%s'",
                           type_name(vm, args[1]));
    Value notes = value_find_attr(vm, args[0], S(__notes__));
    if (is_error(notes)) return notes;
    if (notes == VALUE_UNBOUND) {
        notes = value_object(list_new(1));
        if (!value_setattr(vm, args[0], S(__notes__), notes)) return VALUE_ERROR;
    }
    if (!is_list(notes))
        return raise_error(vm, EXC_TypeError, "Cannot add note: __notes__ is not a list");
    list_append(as_list(notes), args[1]);
    return VALUE_NONE;
}

// What copy makes a copy from: the class, its arguments, and the attributes if there are any.
NATIVE(base_reduce, "__reduce__(self, /)", "Helper for copy.")
{
    Exception *e = as_exception(args[0]);
    Value c = value_object(class_of(vm, args[0]));
    if (!e->attrs || e->attrs->len == 0) return value_object(tuple_of(2, c, e->args));
    return value_object(tuple_of(3, c, e->args, value_object(e->attrs)));
}

NATIVE(base_setstate, "__setstate__(self, state, /)", "Set the attributes.")
{
    if (is_none(args[1])) return VALUE_NONE;
    if (!is_dict(args[1])) return raise_error(vm, EXC_TypeError, "state is not a dictionary");
    Dict *state = dict_copy(as_dict(args[1]));
    Value key, v;
    for (size_t pos = 0; dict_next(state, &pos, &key, &v);) {
        if (!is_str(key))
            return raise_error(vm, EXC_TypeError, "attribute name must be string, not '%s'", type_name(vm, key));
        if (!value_setattr(vm, args[0], as_str(key), v)) return VALUE_ERROR;
    }
    return VALUE_NONE;
}

static Value get_args(VM *vm, Value self)
{
    (void)vm;
    return as_exception(self)->args;
}

static bool set_args(VM *vm, Value self, Value v)
{
    if (v == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError, "args may not be deleted");
        return false;
    }
    Tuple *args = is_exact(v, KIND_TUPLE) ? as_tuple(v) : tuple_from_iterable(vm, v);
    if (!args) return false;
    as_exception(self)->args = value_object(args);
    return true;
}

static Value get_traceback(VM *vm, Value self)
{
    (void)vm;
    Traceback *tb = as_exception(self)->traceback;
    return tb ? value_object(tb) : VALUE_NONE;
}

// `what` is how the attribute is called in messages, `name` its own name.
static bool check_linked(VM *vm, Value v, const char *name, const char *what)
{
    if (v == VALUE_UNBOUND)
        raise_error(vm, EXC_TypeError, "%s may not be deleted", name);
    else if (v != VALUE_NONE && !is_exception(v))
        raise_error(vm, EXC_TypeError, "exception %s must be None or derive from BaseException",
                    what);
    else
        return true;
    return false;
}

static Value get_context(VM *vm, Value self)
{
    (void)vm;
    return as_exception(self)->context;
}

static bool set_context(VM *vm, Value self, Value v)
{
    if (!check_linked(vm, v, "__context__", "context")) return false;
    as_exception(self)->context = v;
    return true;
}

static Value get_cause(VM *vm, Value self)
{
    (void)vm;
    return as_exception(self)->cause;
}

static bool set_cause(VM *vm, Value self, Value v)
{
    if (!check_linked(vm, v, "__cause__", "cause")) return false;
    as_exception(self)->cause = v;
    as_exception(self)->suppress_context = true;
    return true;
}

static Value get_suppress(VM *vm, Value self)
{
    (void)vm;
    return value_bool(as_exception(self)->suppress_context);
}

static bool set_suppress(VM *vm, Value self, Value v)
{
    if (is_bool(v)) {
        as_exception(self)->suppress_context = v == VALUE_TRUE;
        return true;
    }
    raise_error(vm, EXC_TypeError,
                v == VALUE_UNBOUND ? "can't delete numeric/char attribute"
                                   : "attribute value type must be bool");
    return false;
}

static const NativeDef *const base_methods[] = {
    &def_base_new,      &def_base_init,   &def_base_str, &def_base_repr, &def_base_with_traceback,
    &def_base_add_note, &def_base_reduce, &def_base_setstate, NULL,
};
static const GetSetDef base_getset[] = {
    {"args", get_args, set_args, "The arguments it was made with."},
    {"__traceback__", get_traceback, set_traceback, "Where it was raised."},
    {"__context__", get_context, set_context, "What was being handled when it was raised."},
    {"__cause__", get_cause, set_cause, "What `raise ... from` named."},
    {"__suppress_context__", get_suppress, set_suppress, "Whether __context__ is not shown."},
    {NULL, NULL, NULL, NULL},
};

// Fields as attributes: field_get_N and field_set_N read and write Exception.fields[N].

static bool field_store(Value self, int field, Value v)
{
    if (v != VALUE_UNBOUND || as_exception(self)->fields)
        exception_set_field(as_exception(self), field, v);
    return true;
}

#define FIELDS(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7)
#define FIELD(n)                                           \
    static Value field_get_##n(VM *vm, Value self)         \
    {                                                      \
        (void)vm;                                          \
        return exception_field(as_exception(self), n);     \
    }                                                      \
    static bool field_set_##n(VM *vm, Value self, Value v) \
    {                                                      \
        (void)vm;                                          \
        return field_store(self, n, v);                    \
    }
FIELDS(FIELD)
#undef FIELD

// StopIteration, SystemExit

NATIVE(stop_init, "__init__(self, /, *args, **kwargs)", "Set args and value.")
{
    Tuple *values = as_tuple(args[1]);
    if (!no_keywords(vm, args[0], args[2])) return VALUE_ERROR;
    as_exception(args[0])->args = args[1];
    if (values->len > 0)
        exception_set_field(as_exception(args[0]), FIELD_STOP_VALUE, values->items[0]);
    return VALUE_NONE;
}

static const NativeDef *const stop_methods[] = {&def_stop_init, NULL};
static const GetSetDef stop_getset[] = {
    {"value", field_get_0, field_set_0, "What the generator returned."},
    {NULL, NULL, NULL, NULL},
};

NATIVE(exit_init, "__init__(self, /, *args, **kwargs)", "Set args and code.")
{
    Tuple *values = as_tuple(args[1]);
    if (!no_keywords(vm, args[0], args[2])) return VALUE_ERROR;
    as_exception(args[0])->args = args[1];
    if (values->len > 0)
        exception_set_field(as_exception(args[0]), FIELD_EXIT_CODE,
                            values->len == 1 ? values->items[0] : args[1]);
    return VALUE_NONE;
}

static const NativeDef *const exit_methods[] = {&def_exit_init, NULL};
static const GetSetDef exit_getset[] = {
    {"code", field_get_0, field_set_0, "The exit status, or a message."},
    {NULL, NULL, NULL, NULL},
};

// KeyError

NATIVE(key_str, "__str__(self, /)", "Return str(self).")
{
    Tuple *values = as_tuple(as_exception(args[0])->args);
    if (values->len == 1) return str_or_error(value_repr(vm, values->items[0]));
    return str_or_error(base_text(vm, as_exception(args[0])));
}

static const NativeDef *const key_methods[] = {&def_key_str, NULL};

// NameError, AttributeError, ImportError: keywords become fields

// Move the keywords in `names` from the dict to fields 0, 1, ...; any other one is an error. The
// message names the builtin class, as CPython's does, even for subclasses.
static bool take_keywords(VM *vm, Value self, Dict *keywords, const char *class_name,
                          Str *const *names, const int *fields, int n)
{
    size_t pos = 0;
    Value key, value;
    while (dict_next(keywords, &pos, &key, &value)) {
        int i = 0;
        while (i < n && !str_equal(as_str(key), names[i]))
            i++;
        if (i == n) {
            List *known = list_new((size_t)n);
            for (int k = 0; k < n; k++)
                list_append(known, value_object(names[k]));
            suggest_raise_keyword(vm, class_name, known, as_str(key));
            return false;
        }
        exception_set_field(as_exception(self), fields[i], value);
    }
    return true;
}

NATIVE(name_init, "__init__(self, /, *args, **kwargs)", "Set args and name.")
{
    Str *const names[] = {S(name)};
    const int fields[] = {FIELD_NAME};
    as_exception(args[0])->args = args[1];
    bool ok = take_keywords(vm, args[0], as_dict(args[2]), "NameError", names, fields, 1);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

static const NativeDef *const name_methods[] = {&def_name_init, NULL};
static const GetSetDef name_getset[] = {
    {"name", field_get_0, field_set_0, "The name that was not found."},
    {NULL, NULL, NULL, NULL},
};

NATIVE(attribute_init, "__init__(self, /, *args, **kwargs)", "Set args, name and obj.")
{
    Str *const names[] = {S(name), S(obj)};
    const int fields[] = {FIELD_NAME, FIELD_OBJ};
    as_exception(args[0])->args = args[1];
    bool ok = take_keywords(vm, args[0], as_dict(args[2]), "AttributeError", names, fields, 2);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

static const NativeDef *const attribute_methods[] = {&def_attribute_init, NULL};
static const GetSetDef attribute_getset[] = {
    {"name", field_get_0, field_set_0, "The attribute that was not found."},
    {"obj", field_get_1, field_set_1, "The object that does not have it."},
    {NULL, NULL, NULL, NULL},
};

NATIVE(import_init, "__init__(self, /, *args, **kwargs)", "Set args, msg, name and path.")
{
    Str *const names[] = {S(name), S(path), str_from_cstr("name_from")};
    const int fields[] = {FIELD_IMPORT_NAME, FIELD_IMPORT_PATH, FIELD_NAME_FROM};
    Exception *e = as_exception(args[0]);
    Tuple *values = as_tuple(args[1]);
    e->args = args[1];
    for (int i = 0; i < 3; i++)
        exception_set_field(e, fields[i], VALUE_NONE);
    exception_set_field(e, FIELD_IMPORT_MSG, values->len == 1 ? values->items[0] : VALUE_NONE);
    bool ok = take_keywords(vm, args[0], as_dict(args[2]), "ImportError", names, fields, 3);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(import_str, "__str__(self, /)", "Return str(self).")
{
    Exception *e = as_exception(args[0]);
    Value msg = exception_field(e, FIELD_IMPORT_MSG);
    return is_exact(msg, KIND_STR) ? msg : str_or_error(base_text(vm, e));
}

static const NativeDef *const import_methods[] = {&def_import_init, &def_import_str, NULL};
static const GetSetDef import_getset[] = {
    {"name", field_get_0, field_set_0, "The module."},
    {"path", field_get_1, field_set_1, "The file of the module."},
    {"msg", field_get_2, field_set_2, "The message."},
    {"name_from", field_get_3, field_set_3, "The name that was not in the module."},
    {NULL, NULL, NULL, NULL},
};

// OSError: errno and strerror come in pairs; the class is chosen by errno

// OSError parses its arguments in __new__, except for a subclass that has an __init__ but no
// __new__ of its own: then in __init__, whose arguments may be fewer.
static bool parses_in_init(VM *vm, Class *c)
{
    Class *os_error = vm->exceptions[EXC_OSError];
    return class_lookup(vm, c, S(__init__)) != class_lookup(vm, os_error, S(__init__)) &&
           class_lookup(vm, c, S(__new__)) == class_lookup(vm, os_error, S(__new__));
}

// BlockingIOError(errno, strerror, characters_written)
static bool has_written(VM *vm, const Exception *e, const Tuple *values)
{
    const Class *c = class_of(vm, value_object(e));
    return values->len >= 3 && is_any_int(values->items[2]) && class_is_subclass(c, vm->exceptions[EXC_BlockingIOError]);
}

static void os_set_fields(VM *vm, Exception *e, Tuple *values)
{
    e->args = value_object(values);
    if (values->len < 2 || values->len > 5) return;
    exception_set_field(e, FIELD_ERRNO, values->items[0]);
    exception_set_field(e, FIELD_STRERROR, values->items[1]);
    if (values->len == 2 || values->items[2] == VALUE_NONE) return;
    if (has_written(vm, e, values)) {
        exception_set_field(e, FIELD_WRITTEN, values->items[2]);
        return;
    }
    exception_set_field(e, FIELD_FILENAME, values->items[2]);
    if (values->len == 5 && values->items[4] != VALUE_NONE)
        exception_set_field(e, FIELD_FILENAME2, values->items[4]);
    e->args = value_object(tuple_from(values->items, 2));
}

NATIVE(os_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Class *c = as_class(args[0]);
    Tuple *values = as_tuple(args[1]);
    if (parses_in_init(vm, c)) return value_object(exception_alloc(c, tuple_empty));
    if (as_dict(args[2])->len)
        return raise_error(vm, EXC_TypeError, "%s() takes no keyword arguments", c->name->data);
    int64_t code;
    bool is_pair = values->len >= 2 && values->len <= 5;
    if (c == vm->exceptions[EXC_OSError] && is_pair && is_any_int(values->items[0]) &&
        int_to_int64(values->items[0], &code) && code == (int)code)
        c = vm->exceptions[exception_kind_of_errno((int)code)];
    Exception *e = exception_alloc(c, values);
    os_set_fields(vm, e, values);
    return value_object(e);
}

NATIVE(os_init, "__init__(self, /, *args, **kwargs)", "Set args, errno, strerror and filename.")
{
    if (!parses_in_init(vm, class_of(vm, args[0]))) return VALUE_NONE;
    if (!no_keywords(vm, args[0], args[2])) return VALUE_ERROR;
    os_set_fields(vm, as_exception(args[0]), as_tuple(args[1]));
    return VALUE_NONE;
}

NATIVE(os_str, "__str__(self, /)", "Return str(self).")
{
    Exception *e = as_exception(args[0]);
    bool has_file = exception_has_field(e, FIELD_FILENAME);
    bool has_pair = exception_has_field(e, FIELD_ERRNO) && exception_has_field(e, FIELD_STRERROR);
    if (!has_file && !has_pair) return str_or_error(base_text(vm, e));
    StrBuilder b = {0};
    Str *code = value_str(vm, exception_field(e, FIELD_ERRNO));
    Str *text = code ? value_str(vm, exception_field(e, FIELD_STRERROR)) : NULL;
    if (!text) return VALUE_ERROR;
    builder_format(&b, "[Errno %s] %s", code->data, text->data);
    for (int field = FIELD_FILENAME; has_file && field <= FIELD_FILENAME2; field++) {
        if (!exception_has_field(e, field)) break;
        Str *name = value_repr(vm, exception_field(e, field));
        if (!name) return VALUE_ERROR;
        builder_add_cstr(&b, field == FIELD_FILENAME ? ": " : " -> ");
        builder_add_str(&b, name);
    }
    return value_object(builder_str(&b));
}

static Value get_written(VM *vm, Value self)
{
    if (!exception_has_field(as_exception(self), FIELD_WRITTEN)) return raise_error(vm, EXC_AttributeError, "characters_written");
    return field_get_4(vm, self);
}

static bool set_written(VM *vm, Value self, Value v)
{
    if (v != VALUE_UNBOUND) v = value_index(vm, v);
    else if (is_error(get_written(vm, self))) return false;
    return !is_error(v) && field_set_4(vm, self, v);
}

static const NativeDef *const os_methods[] = {&def_os_new, &def_os_init, &def_os_str, NULL};
static const GetSetDef os_getset[] = {
    {"errno", field_get_0, field_set_0, "The error number of the system."},
    {"strerror", field_get_1, field_set_1, "What it means."},
    {"filename", field_get_2, field_set_2, "The file that was asked for."},
    {"filename2", field_get_3, field_set_3, "The second one, if there are two."},
    {"characters_written", get_written, set_written, "How much was written before writing would have had to wait."},
    {NULL, NULL, NULL, NULL},
};

// SyntaxError

static bool syntax_details(VM *vm, Exception *e, Value details)
{
    Tuple *info = tuple_from_iterable(vm, details);
    if (!info) return false;
    if (info->len < 4 || info->len > 6) {
        raise_error(vm, EXC_TypeError, "function takes at %s arguments (%zu given)",
                    info->len < 4 ? "least 4" : "most 6", info->len);
        return false;
    }
    for (int i = 0; i < 6; i++)
        exception_set_field(e, FIELD_SYNTAX_FILENAME + i,
                            (size_t)i < info->len ? info->items[i] : VALUE_NONE);
    if (info->len != 5) return true;
    raise_error(vm, EXC_TypeError, "end_offset must be provided when end_lineno is provided");
    return false;
}

NATIVE(syntax_init, "__init__(self, /, *args, **kwargs)", "Set args and the place of the error.")
{
    Exception *e = as_exception(args[0]);
    Tuple *values = as_tuple(args[1]);
    if (!no_keywords(vm, args[0], args[2])) return VALUE_ERROR;
    e->args = args[1];
    if (values->len >= 1) exception_set_field(e, FIELD_MSG, values->items[0]);
    if (values->len == 2 && !syntax_details(vm, e, values->items[1])) return VALUE_ERROR;
    return VALUE_NONE;
}

NATIVE(syntax_str, "__str__(self, /)", "Return str(self).")
{
    Exception *e = as_exception(args[0]);
    Value filename = exception_field(e, FIELD_SYNTAX_FILENAME);
    Value line = exception_field(e, FIELD_LINENO);
    int64_t n;
    bool has_line = (is_int(line) || is_exact(line, KIND_INT)) && int_to_int64(line, &n);
    Str *msg = value_str(vm, exception_field(e, FIELD_MSG));
    if (!msg || !(is_str(filename) || has_line)) return str_or_error(msg);
    StrBuilder b = {0};
    builder_add_str(&b, msg);
    builder_add_cstr(&b, " (");
    if (is_str(filename)) {
        const char *slash = strrchr(as_str(filename)->data, '/');
        builder_add_cstr(&b, slash ? slash + 1 : as_str(filename)->data);
        if (has_line) builder_add_cstr(&b, ", ");
    }
    if (has_line) builder_format(&b, "line %lld", (long long)n);
    builder_add_byte(&b, ')');
    return value_object(builder_str(&b));
}

static const NativeDef *const syntax_methods[] = {&def_syntax_init, &def_syntax_str, NULL};
static const GetSetDef syntax_getset[] = {
    {"msg", field_get_0, field_set_0, "The message."},
    {"filename", field_get_1, field_set_1, "The file."},
    {"lineno", field_get_2, field_set_2, "The line, counted from 1."},
    {"offset", field_get_3, field_set_3, "The column, counted from 1."},
    {"text", field_get_4, field_set_4, "The text of the line."},
    {"end_lineno", field_get_5, field_set_5, "The line where the error ends."},
    {"end_offset", field_get_6, field_set_6, "The column where it ends."},
    {"print_file_and_line", field_get_7, field_set_7, "Not used."},
    {NULL, NULL, NULL, NULL},
};

// UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError

// Values are encoding, object, start, end, reason. A Translate error has no encoding.
static bool unicode_check(VM *vm, Tuple *values, bool has_encoding, bool is_decode)
{
    size_t expected = has_encoding ? 5 : 4;
    if (values->len != expected) {
        raise_error(vm, EXC_TypeError, "function takes exactly %zu arguments (%zu given)", expected,
                    values->len);
        return false;
    }
    for (size_t i = 0; i < expected; i++) {
        size_t field = has_encoding ? i : i + 1;
        Value v = values->items[i];
        if (field == FIELD_START || field == FIELD_END) {
            int64_t ignored;
            if (!value_ssize(vm, v, &ignored)) return false;
        } else if (field == FIELD_OBJECT && is_decode) {
            if (is_bytes(v)) continue;
            raise_error(vm, EXC_TypeError, "a bytes-like object is required, not '%s'",
                        type_name(vm, v));
            return false;
        } else if (!is_str(v)) {
            raise_error(vm, EXC_TypeError, "argument %zu must be str, not %s", i + 1,
                        argument_type_name(vm, v));
            return false;
        }
    }
    return true;
}

static Value unicode_init(VM *vm, Value *args, bool has_encoding, bool is_decode)
{
    Exception *e = as_exception(args[0]);
    Tuple *values = as_tuple(args[1]);
    if (!no_keywords(vm, args[0], args[2])) return VALUE_ERROR;
    e->args = args[1];
    if (!unicode_check(vm, values, has_encoding, is_decode)) return VALUE_ERROR;
    for (size_t i = 0; i < values->len; i++) {
        int field = (int)i + !has_encoding;
        Value v = values->items[i];
        if (field == FIELD_START || field == FIELD_END) v = value_index(vm, v);
        if (is_error(v)) return v;
        exception_set_field(e, field, v);
    }
    return VALUE_NONE;
}

NATIVE(decode_init, "__init__(self, /, *args, **kwargs)", "Set args and the attributes.")
{
    return unicode_init(vm, args, true, true);
}
NATIVE(encode_init, "__init__(self, /, *args, **kwargs)", "Set args and the attributes.")
{
    return unicode_init(vm, args, true, false);
}
NATIVE(translate_init, "__init__(self, /, *args, **kwargs)", "Set args and the attributes.")
{
    return unicode_init(vm, args, false, false);
}

static int64_t int_field(Exception *e, int field)
{
    int64_t i = 0;
    Value v = exception_field(e, field);
    if (is_any_int(v)) int_to_int64(v, &i);
    return i;
}

static void describe_char(StrBuilder *b, uint32_t c)
{
    const char *fmt = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
    char text[16];
    snprintf(text, sizeof text, fmt, c);
    builder_format(b, "character '%s' in position ", text);
}

// "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
static Value unicode_text(VM *vm, Exception *e, bool is_decode, bool has_encoding)
{
    Value object = exception_field(e, FIELD_OBJECT);
    if (!exception_has_field(e, FIELD_OBJECT)) return value_object(str_empty);
    Str *encoding = value_str(vm, exception_field(e, FIELD_ENCODING));
    Str *reason = encoding ? value_str(vm, exception_field(e, FIELD_REASON)) : NULL;
    if (!reason) return VALUE_ERROR;
    int64_t start = int_field(e, FIELD_START), end = int_field(e, FIELD_END);
    Str *s = is_str(object) || is_bytes(object) ? as_str(object) : str_empty;
    bool is_one = start >= 0 && (uint64_t)start < str_length(s) && end == start + 1;
    const char *verb = is_decode ? "decode" : has_encoding ? "encode" : "translate";
    StrBuilder b = {0};
    if (has_encoding) builder_format(&b, "'%s' codec ", encoding->data);
    builder_format(&b, "can't %s ", verb);
    if (is_one && is_decode)
        builder_format(&b, "byte 0x%02x in position ", (unsigned char)s->data[start]);
    else if (is_one)
        describe_char(&b, str_char_at(s, (size_t)start));
    else
        builder_format(&b, "%s in position ", is_decode ? "bytes" : "characters");
    builder_format(&b, "%lld", (long long)start);
    if (!is_one) builder_format(&b, "-%lld", (long long)(end - 1));
    builder_add_cstr(&b, ": ");
    builder_add_str(&b, reason);
    return value_object(builder_str(&b));
}

NATIVE(decode_str, "__str__(self, /)", "Return str(self).")
{
    return unicode_text(vm, as_exception(args[0]), true, true);
}
NATIVE(encode_str, "__str__(self, /)", "Return str(self).")
{
    return unicode_text(vm, as_exception(args[0]), false, true);
}
NATIVE(translate_str, "__str__(self, /)", "Return str(self).")
{
    return unicode_text(vm, as_exception(args[0]), false, false);
}

static const NativeDef *const decode_methods[] = {&def_decode_init, &def_decode_str, NULL};
static const NativeDef *const encode_methods[] = {&def_encode_init, &def_encode_str, NULL};
static const NativeDef *const translate_methods[] = {&def_translate_init, &def_translate_str, NULL};
static const GetSetDef unicode_getset[] = {
    {"encoding", field_get_0, field_set_0, "The name of the encoding."},
    {"object", field_get_1, field_set_1, "What was to be converted."},
    {"start", field_get_2, field_set_2, "Where the part that cannot be converted starts."},
    {"end", field_get_3, field_set_3, "Where it ends."},
    {"reason", field_get_4, field_set_4, "Why."},
    {NULL, NULL, NULL, NULL},
};

// The classes that add something to their base

static const struct {
    ExceptionKind kind;
    const NativeDef *const *methods;
    const GetSetDef *getset;
} additions[] = {
    {EXC_BaseException, base_methods, base_getset},
    {EXC_StopIteration, stop_methods, stop_getset},
    {EXC_SystemExit, exit_methods, exit_getset},
    {EXC_KeyError, key_methods, NULL},
    {EXC_NameError, name_methods, name_getset},
    {EXC_AttributeError, attribute_methods, attribute_getset},
    {EXC_ImportError, import_methods, import_getset},
    {EXC_OSError, os_methods, os_getset},
    {EXC_SyntaxError, syntax_methods, syntax_getset},
    {EXC_UnicodeDecodeError, decode_methods, unicode_getset},
    {EXC_UnicodeEncodeError, encode_methods, unicode_getset},
    {EXC_UnicodeTranslateError, translate_methods, &unicode_getset[1]},
};

void exception_methods_fill(ExceptionKind kind, TypeDef *def)
{
    for (size_t i = 0; i < countof(additions); i++) {
        if (additions[i].kind != kind) continue;
        def->methods = additions[i].methods;
        def->getset = additions[i].getset;
    }
}
