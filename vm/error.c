// SPDX-License-Identifier: MIT
// error.c - raising, exception objects, matching; the classes of exceptions.def.
// What scripts call on exceptions is in stdlib/exception_methods.c; how they are printed is in
// error_text.c and traceback.c.
// INVARIANT: context chains have no cycle, whatever scripts assign (exception_set_context cuts
// them; the formatter also survives cycles made through __context__ = ...).
#include "vm/error.h"

#include <errno.h>

#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/vm.h"

Class *exception_class(VM *vm, ExceptionKind kind)
{
    return vm->exceptions[kind];
}

// Objects

Exception *exception_alloc(Class *c, Tuple *args)
{
    Exception *e = object_alloc(c, KIND_EXCEPTION, sizeof(Exception));
    e->args = value_object(args);
    e->cause = VALUE_NONE;
    e->context = VALUE_NONE;
    e->traceback = NULL;
    e->fields = NULL;
    e->attrs = NULL;
    e->suppress_context = false;
    return e;
}

bool exception_has_field(const Exception *e, int field)
{
    return e->fields && e->fields[field] != VALUE_UNBOUND;
}

Value exception_field(const Exception *e, int field)
{
    return exception_has_field(e, field) ? e->fields[field] : VALUE_NONE;
}

void exception_set_field(Exception *e, int field, Value v)
{
    if (!e->fields) {
        Value *fields = gc_alloc_array(EXCEPTION_FIELDS, sizeof(Value));
        for (int i = 0; i < EXCEPTION_FIELDS; i++)
            fields[i] = VALUE_UNBOUND;
        e->fields = fields;
    }
    e->fields[field] = v;
}

// The field that holds the message too; -1 if there is none.
static int message_field(ExceptionKind kind)
{
    switch (kind) {
    case EXC_SyntaxError:
    case EXC_IndentationError:
    case EXC_TabError: return FIELD_MSG;
    case EXC_ImportError:
    case EXC_ModuleNotFoundError: return FIELD_IMPORT_MSG;
    case EXC_StopIteration: return FIELD_STOP_VALUE;
    case EXC_SystemExit: return FIELD_EXIT_CODE;
    default: return -1;
    }
}

// An empty message, and any of a MemoryError, is none at all.
static Exception *new_with_message(VM *vm, ExceptionKind kind, Str *message)
{
    if (message->size == 0 || kind == EXC_MemoryError)
        return exception_alloc(vm->exceptions[kind], tuple_empty);
    Value v = value_object(message);
    Exception *e = exception_alloc(vm->exceptions[kind], tuple_from(&v, 1));
    int field = message_field(kind);
    if (field >= 0) exception_set_field(e, field, v);
    return e;
}

Value exception_new(VM *vm, ExceptionKind kind, Str *message)
{
    return value_object(new_with_message(vm, kind, message));
}

Value exception_call(VM *vm, Class *c, Tuple *args)
{
    return value_call(vm, value_object(c), (int)args->len, args->items);
}

void error_note_attribute(VM *vm, Value obj, Str *name)
{
    if (!error_is(vm, EXC_AttributeError) || obj == VALUE_UNBOUND) return;
    Exception *e = as_exception(vm->exception);
    if (exception_field(e, FIELD_NAME) != VALUE_NONE || exception_field(e, FIELD_OBJ) != VALUE_NONE) return;
    exception_set_field(e, FIELD_NAME, value_object(name));
    exception_set_field(e, FIELD_OBJ, obj);
}

Value stop_iteration_value(Value exception)
{
    return exception_field(as_exception(exception), FIELD_STOP_VALUE);
}

// Context

// If following contexts from e leads to `target`, cut the link to it. The `slow` walker
// stops at cycles that a script has made.
static void cut_context(Exception *e, Value target)
{
    Exception *slow = e;
    bool step_slow = false;
    while (e->context != VALUE_NONE) {
        if (e->context == target) {
            e->context = VALUE_NONE;
            return;
        }
        e = as_exception(e->context);
        if (e == slow) return;
        if (step_slow) slow = as_exception(slow->context);
        step_slow = !step_slow;
    }
}

void exception_set_context(VM *vm, Value exception)
{
    Value handled = vm->handled;
    if (likely(handled == VALUE_NONE) || handled == exception) return;
    cut_context(as_exception(handled), exception);
    as_exception(exception)->context = handled;
}

// Raising

Value raise_value(VM *vm, Value exception)
{
    exception_set_context(vm, exception);
    vm->exception = exception;
    return VALUE_ERROR;
}

static Value raise_message(VM *vm, ExceptionKind kind, Str *message)
{
    return raise_value(vm, exception_new(vm, kind, message));
}

Value raise_error(VM *vm, ExceptionKind kind, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    Str *message = str_vformat(fmt, args);
    va_end(args);
    return raise_message(vm, kind, message);
}

Value raise_about(VM *vm, Value subject, ExceptionKind kind, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    Str *message = str_vformat(fmt, args);
    va_end(args);
    Exception *e = new_with_message(vm, kind, message);
    exception_set_field(e, FIELD_SUBJECT, subject);
    return raise_value(vm, value_object(e));
}

Value raise_key_error(VM *vm, Value key)
{
    Tuple *args = tuple_from(&key, 1);
    return raise_value(vm, value_object(exception_alloc(vm->exceptions[EXC_KeyError], args)));
}

Value raise_stop_iteration(VM *vm, Value value)
{
    Tuple *args = value == VALUE_NONE ? tuple_empty : tuple_from(&value, 1);
    Exception *e = exception_alloc(vm->exceptions[EXC_StopIteration], args);
    if (value != VALUE_NONE) exception_set_field(e, FIELD_STOP_VALUE, value);
    return raise_value(vm, value_object(e));
}

static Value raise_about_name(VM *vm, Exception *e, Str *name)
{
    exception_set_field(e, FIELD_NAME, value_object(name));
    return raise_value(vm, value_object(e));
}

Value raise_name_error(VM *vm, Str *name)
{
    Str *message = str_format("name '%s' is not defined", name->data);
    return raise_about_name(vm, new_with_message(vm, EXC_NameError, message), name);
}

Value raise_attribute_error(VM *vm, Value obj, Str *name, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    Str *message = str_vformat(fmt, args);
    va_end(args);
    Exception *e = new_with_message(vm, EXC_AttributeError, message);
    exception_set_field(e, FIELD_OBJ, obj);
    return raise_about_name(vm, e, name);
}

ExceptionKind exception_kind_of_errno(int errno_)
{
    switch (errno_) {
    case EAGAIN:
    case EALREADY:
    case EINPROGRESS: return EXC_BlockingIOError;
    case EPIPE:
    case ESHUTDOWN: return EXC_BrokenPipeError;
    case ECHILD: return EXC_ChildProcessError;
    case ECONNABORTED: return EXC_ConnectionAbortedError;
    case ECONNREFUSED: return EXC_ConnectionRefusedError;
    case ECONNRESET: return EXC_ConnectionResetError;
    case EEXIST: return EXC_FileExistsError;
    case ENOENT: return EXC_FileNotFoundError;
    case EISDIR: return EXC_IsADirectoryError;
    case ENOTDIR: return EXC_NotADirectoryError;
    case EINTR: return EXC_InterruptedError;
    case EACCES:
    case EPERM: return EXC_PermissionError;
    case ESRCH: return EXC_ProcessLookupError;
    case ETIMEDOUT: return EXC_TimeoutError;
    default: return EXC_OSError;
    }
}

Value raise_os_error(VM *vm, int errno_, Value filename)
{
    Value text = value_object(str_from_cstr(strerror(errno_)));
    Tuple *args = tuple_of(2, small_int(errno_), text);
    Class *c = vm->exceptions[exception_kind_of_errno(errno_)];
    Exception *e = exception_alloc(c, args);
    exception_set_field(e, FIELD_ERRNO, small_int(errno_));
    exception_set_field(e, FIELD_STRERROR, text);
    if (filename != VALUE_NONE) exception_set_field(e, FIELD_FILENAME, filename);
    return raise_value(vm, value_object(e));
}

static Exception *new_import_error(VM *vm, ExceptionKind kind, Str *msg, Value name, Value path)
{
    Exception *e = new_with_message(vm, kind, msg);
    exception_set_field(e, FIELD_IMPORT_MSG, value_object(msg));
    exception_set_field(e, FIELD_IMPORT_NAME, name);
    exception_set_field(e, FIELD_IMPORT_PATH, path);
    return e;
}

Value raise_import_error(VM *vm, ExceptionKind kind, Str *msg, Value name, Value path)
{
    return raise_value(vm, value_object(new_import_error(vm, kind, msg, name, path)));
}

Value raise_import_from(VM *vm, Str *msg, Value module_name, Value path, Str *name)
{
    Exception *e = new_import_error(vm, EXC_ImportError, msg, module_name, path);
    exception_set_field(e, FIELD_NAME_FROM, value_object(name));
    return raise_value(vm, value_object(e));
}

static Value str_or_none(Str *s)
{
    return s ? value_object(s) : VALUE_NONE;
}

Value raise_syntax(VM *vm, ExceptionKind kind, Str *msg, Str *filename, int lineno, int offset,
                   Str *text, int end_lineno, int end_offset)
{
    Value details[] = {str_or_none(filename), small_int(lineno),     small_int(offset),
                       str_or_none(text),     small_int(end_lineno), end_offset == NO_END_OFFSET ? VALUE_NONE : small_int(end_offset)};
    Tuple *args =
        tuple_of(2, value_object(msg), value_object(tuple_from(details, countof(details))));
    Exception *e = exception_alloc(vm->exceptions[kind], args);
    exception_set_field(e, FIELD_MSG, value_object(msg));
    for (size_t i = 0; i < countof(details); i++)
        exception_set_field(e, FIELD_SYNTAX_FILENAME + (int)i, details[i]);
    return raise_value(vm, value_object(e));
}

static Value raise_unicode(VM *vm, ExceptionKind kind, const char *encoding, Str *object,
                           size_t start, size_t end, const char *reason)
{
    Value fields[] = {value_object(str_from_cstr(encoding)), value_object(object),
                      small_int((int64_t)start), small_int((int64_t)end),
                      value_object(str_from_cstr(reason))};
    Exception *e = exception_alloc(vm->exceptions[kind], tuple_from(fields, countof(fields)));
    for (size_t i = 0; i < countof(fields); i++)
        exception_set_field(e, FIELD_ENCODING + (int)i, fields[i]);
    return raise_value(vm, value_object(e));
}

Value raise_unicode_decode(VM *vm, const char *encoding, Str *object, size_t start, size_t end,
                           const char *reason)
{
    return raise_unicode(vm, EXC_UnicodeDecodeError, encoding, object, start, end, reason);
}

Value raise_unicode_encode(VM *vm, const char *encoding, Str *object, size_t start, size_t end,
                           const char *reason)
{
    return raise_unicode(vm, EXC_UnicodeEncodeError, encoding, object, start, end, reason);
}

static bool is_exception_class(VM *vm, Value v)
{
    return is_class(v) && class_is_subclass(as_class(v), vm->exceptions[EXC_BaseException]);
}

// An exception made by calling class v without arguments.
static Value instantiate(VM *vm, Value v)
{
    Value e = exception_call(vm, as_class(v), tuple_empty);
    if (is_error(e) || is_exception(e)) return e;
    Str *c = value_repr(vm, v);
    Str *got = c ? value_repr(vm, value_object(class_of(vm, e))) : NULL;
    if (!got) return VALUE_ERROR;
    return raise_error(vm, EXC_TypeError,
                       "calling %s should have returned an instance of BaseException, not %s",
                       c->data, got->data);
}

Value raise_object(VM *vm, Value v, Value cause)
{
    if (is_exception_class(vm, v))
        v = instantiate(vm, v);
    else if (!is_exception(v))
        return raise_error(vm, EXC_TypeError, "exceptions must derive from BaseException");
    if (is_error(v)) return v;
    if (cause != VALUE_UNBOUND) {
        if (is_exception_class(vm, cause)) cause = instantiate(vm, cause);
        if (is_error(cause)) return cause;
        if (cause != VALUE_NONE && !is_exception(cause))
            return raise_error(vm, EXC_TypeError,
                               "exception causes must derive from BaseException");
        as_exception(v)->cause = cause;
        as_exception(v)->suppress_context = true;
    }
    return raise_value(vm, v);
}

// Matching

Value exception_new_or_failure(VM *vm, Class *c, Tuple *arguments)
{
    Value e = exception_call(vm, c, arguments);
    if (!is_error(e) && !is_exception(e)) {
        Str *text = value_repr(vm, value_object(c));
        if (text)
            raise_error(vm, EXC_TypeError,
                        "calling %s should have returned an instance of BaseException, not %s",
                        text->data, type_name(vm, e));
        e = VALUE_ERROR;
    }
    return is_error(e) ? error_take(vm) : e;
}

bool exception_matches(VM *vm, Value exception, ExceptionKind kind)
{
    return class_is_subclass(class_of(vm, exception), vm->exceptions[kind]);
}

static bool check_match_class(VM *vm, Value c)
{
    if (likely(is_exception_class(vm, c))) return true;
    raise_error(vm, EXC_TypeError,
                "catching classes that do not inherit from BaseException is not allowed");
    return false;
}

int exception_match(VM *vm, Value exception, Value class_or_tuple)
{
    Class *c = class_of(vm, exception);
    if (likely(is_class(class_or_tuple))) {
        if (!check_match_class(vm, class_or_tuple)) return -1;
        return class_is_subclass(c, as_class(class_or_tuple));
    }
    if (!is_tuple(class_or_tuple)) return check_match_class(vm, class_or_tuple) ? 0 : -1;
    Tuple *classes = as_tuple(class_or_tuple);
    for (size_t i = 0; i < classes->len; i++)
        if (!check_match_class(vm, classes->items[i])) return -1;
    for (size_t i = 0; i < classes->len; i++)
        if (class_is_subclass(c, as_class(classes->items[i]))) return 1;
    return 0;
}

bool error_is(VM *vm, ExceptionKind kind)
{
    return vm->exception != VALUE_UNBOUND && exception_matches(vm, vm->exception, kind);
}

Value error_take(VM *vm)
{
    Value e = vm->exception;
    vm->exception = VALUE_UNBOUND;
    return e;
}

// Set-up

static TypeDef type_defs[EXC_COUNT];

void error_init(VM *vm)
{
    static const struct {
        const char *name, *doc;
        ExceptionKind base;
    } table[] = {
#define EXC(name, base, doc) {#name, doc, EXC_##base},
#include "vm/exceptions.def"
#undef EXC
    };
    for (int i = 0; i < EXC_COUNT; i++) {
        TypeDef *def = &type_defs[i];
        def->name = table[i].name;
        def->kind = KIND_EXCEPTION;
        def->doc = table[i].doc;
        def->flags = CLASS_HAS_DICT | CLASS_IS_EXCEPTION;
        exception_methods_fill((ExceptionKind)i, def);
        vm->exceptions[i] = class_define(vm, def, i ? vm->exceptions[table[i].base] : NULL);
    }
    vm->classes[KIND_EXCEPTION] = vm->exceptions[EXC_BaseException];
    vm->memory_error = value_object(exception_alloc(vm->exceptions[EXC_MemoryError], tuple_empty));
    traceback_define(vm);
}
