// SPDX-License-Identifier: MIT
// error.h - raising, exception objects, tracebacks.
// A C function that fails has set vm->exception and says so by its return value; nobody clears
// vm->exception but error_take (and the interpreter, when a handler is found).
#ifndef RILL_VM_ERROR_H
#define RILL_VM_ERROR_H

#include "vm/class.h"
#include "vm/function.h"

typedef enum ExceptionKind {
#define EXC(name, base, doc) EXC_##name,
#include "vm/exceptions.def"
#undef EXC
    EXC_COUNT
} ExceptionKind;

typedef struct Traceback {
    Object object;            // KIND_TRACEBACK
    struct Traceback *next;   // towards where it was raised (tb_next); NULL: raised here
    Function *function;       // whose frame it was
    const Instr *pc;          // after the instruction
    Value *locals;            // copy of the registers of its local variables; NULL if there are none
    const Instr *made_at;     // of a generator: generator_made_at; else NULL
    uintptr_t generator;      // ~ of the generator's address, which it does not keep alive; 0 if it was no generator's frame
    uintptr_t place;          // ~ of the address of its registers, which it does not keep alive either; 0: not known
    struct Frame *frame;      // tb_frame, once asked for
    int line;                 // of one that a script has made; else 0: where pc is
} Traceback;

typedef struct Exception {
    Object object;            // KIND_EXCEPTION
    Value args;               // tuple
    Value cause, context;     // exception or VALUE_NONE
    Traceback *traceback;     // NULL if never raised
    Value *fields;            // values of the class's own attributes (StopIteration.value, OSError.errno, ...), see error.c; NULL if none
    Dict *attrs;
    bool suppress_context;
} Exception;

// Exception.fields, by the builtin class that owns them. Two bases with fields share the array.
enum {
    FIELD_STOP_VALUE = 0, FIELD_EXIT_CODE = 0,
    FIELD_ERRNO = 0, FIELD_STRERROR, FIELD_FILENAME, FIELD_FILENAME2, FIELD_WRITTEN,
    FIELD_NAME = 0, FIELD_OBJ, FIELD_SELF,  // NameError, AttributeError; FIELD_SELF: `self` of the frame, for hints
    FIELD_IMPORT_NAME = 0, FIELD_IMPORT_PATH, FIELD_IMPORT_MSG, FIELD_NAME_FROM,
    FIELD_MSG = 0, FIELD_SYNTAX_FILENAME, FIELD_LINENO, FIELD_OFFSET, FIELD_TEXT, FIELD_END_LINENO, FIELD_END_OFFSET,
    FIELD_PRINT_FILE,
    FIELD_ENCODING = 0, FIELD_OBJECT, FIELD_START, FIELD_END, FIELD_REASON,
    FIELD_SUBJECT = 8,  // of any exception: what it is about, for notes (raise_about)
    EXCEPTION_FIELDS = 9
};

static inline bool is_exception(Value v)
{
    return is_kind(v, KIND_EXCEPTION);
}
static inline Exception *as_exception(Value v)
{
    return (Exception *)as_pointer(v);
}

void error_init(VM *vm);  // defines the classes; after class_init
Class *exception_class(VM *vm, ExceptionKind kind);

// All of these set vm->exception and return VALUE_ERROR. The context is set from vm->handled.
// fmt is printf's (UTF-8). Str arguments go as s->data with %s.
Value raise_error(VM *vm, ExceptionKind kind, const char *fmt, ...) RILL_PRINTF(3, 4);
Value raise_about(VM *vm, Value subject, ExceptionKind kind, const char *fmt, ...) RILL_PRINTF(4, 5);  // see note.h
Value raise_value(VM *vm, Value exception);       // an exception object: raise e
Value raise_object(VM *vm, Value v, Value cause); // raise v [from cause]: class or instance, checked; cause VALUE_UNBOUND if none
Value raise_key_error(VM *vm, Value key);
Value raise_stop_iteration(VM *vm, Value value);
Value raise_os_error(VM *vm, int errno_, Value filename);  // the right subclass; filename a str/bytes or VALUE_NONE
Value raise_name_error(VM *vm, Str *name);        // name 'x' is not defined (sets .name)
// fmt is the message; obj and name become .obj and .name, from which tracebacks make their hints.
Value raise_attribute_error(VM *vm, Value obj, Str *name, const char *fmt, ...) RILL_PRINTF(4, 5);
Value raise_import_from(VM *vm, Str *msg, Value module_name, Value path, Str *name);  // "cannot import name ..."
Value raise_import_error(VM *vm, ExceptionKind kind, Str *msg, Value name, Value path);
enum { NO_END_OFFSET = -2 };  // of raise_syntax: end_offset is None
Value raise_syntax(VM *vm, ExceptionKind kind, Str *msg, Str *filename, int lineno, int offset, Str *text, int end_lineno, int end_offset);
Value raise_unicode_decode(VM *vm, const char *encoding, Str *object, size_t start, size_t end, const char *reason);
Value raise_unicode_encode(VM *vm, const char *encoding, Str *object, size_t start, size_t end, const char *reason);

Value exception_new(VM *vm, ExceptionKind kind, Str *message);      // not raised
Exception *exception_alloc(Class *c, Tuple *args);                  // of class c, no __init__ run
Value exception_field(const Exception *e, int field);              // VALUE_NONE if never set
bool exception_has_field(const Exception *e, int field);
void exception_set_field(Exception *e, int field, Value v);
ExceptionKind exception_kind_of_errno(int errno_);                 // EXC_OSError if no subclass is meant
Value exception_call(VM *vm, Class *c, Tuple *args) RILL_FALLIBLE;  // construct class c with args
bool exception_matches(VM *vm, Value exception, ExceptionKind kind);
// except MATCH: 1/0/-1; TypeError "catching classes that do not inherit from BaseException is not allowed".
int exception_match(VM *vm, Value exception, Value class_or_tuple) RILL_FALLIBLE;
bool error_is(VM *vm, ExceptionKind kind);        // vm->exception is of this kind or a subclass
Value error_take(VM *vm);                         // the pending exception, cleared
Value stop_iteration_value(Value exception);      // .value
Value exception_new_or_failure(VM *vm, Class *c, Tuple *arguments);  // an instance of c, or the exception that making it raised
// The pending exception is an AttributeError that a hook or a property raised: which attribute of what was read.
void error_note_attribute(VM *vm, Value obj, Str *name);
void exception_set_context(VM *vm, Value exception);             // from vm->handled, cutting cycles
void traceback_add(VM *vm, Value exception, Function *function, const Instr *pc);  // prepend one frame
// The frame at regs, whose entry comes first, is left by the pending exception, raised again: its variables have changed.
void traceback_renew(VM *vm, Value *regs);
// "Traceback (most recent call last): ..." with source lines, carets, chained exceptions and notes, as CPython prints it.
void error_format(VM *vm, Value exception, StrBuilder *out);
void error_format_with_notes(VM *vm, Value exception, StrBuilder *out);  // then the lines of note.h
// Only "Type: message", with SyntaxError's caret; and the notes (out may be notes).
void error_format_only(VM *vm, Value exception, StrBuilder *out, StrBuilder *notes);
// Parts of the above, for the modules traceback and inspect.
void traceback_format_stack(VM *vm, Traceback *tb, StrBuilder *out);  // the "File ..." entries only
void traceback_format_lines(VM *vm, Traceback *tb, StrBuilder *out);  // the same without carets, of one line each
void exception_methods_fill(ExceptionKind kind, TypeDef *def); // stdlib/exception_methods.c
// Nobody can catch the pending exception: tell sys.unraisablehook, which prints the heading ("Exception ignored in: "), what
// it is about, if not VALUE_UNBOUND, and the exception. It is cleared.
void error_print_unraisable(VM *vm, const char *heading, Value what);
// That text. tb: NULL if there is no traceback.
void error_format_unraisable(VM *vm, const char *heading, Value what, Value exception, Traceback *tb, StrBuilder *out);

#endif
