// SPDX-License-Identifier: MIT
// sys_module.c - the module sys. argv and path are set by the program (cli/), the standard streams
// by vm/file_open.c, modules is the interpreter's own table.
#include <float.h>
#include <limits.h>
#include <unistd.h>

#include "stdlib/stdlib.h"
#include "vm/bytes.h"
#include "stdlib/struct_sequence.h"
#include "vm/file.h"
#include "vm/float.h"
#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/set.h"

enum { VERSION_MAJOR = 3, VERSION_MINOR = 13, VERSION_MICRO = 0, VERSION_HEX = 0x030D00F0 };
enum { MIN_STR_DIGITS = 640 };

static void set_name(Dict *dict, const char *name, Value v)
{
    dict_set_str(dict, str_intern(name, strlen(name)), v);
}

static Value text(const char *s)
{
    return value_object(str_intern(s, strlen(s)));
}

// Leaving, limits

NATIVE(exit, "exit(status = None, /)",
       "End the program by SystemExit. The status is an int, None for 0; anything else is "
       "printed on standard error, with\n"
       "status 1.")
{
    Tuple *values = args[0] == VALUE_NONE ? tuple_empty : tuple_from(args, 1);
    if (is_tuple(args[0])) values = as_tuple(args[0]);
    return raise_value(vm, exception_call(vm, vm->exceptions[EXC_SystemExit], values));
}

NATIVE(getrecursionlimit, "getrecursionlimit()", "Return the current value of the recursion limit.")
{
    return small_int(vm->depth_limit);
}

NATIVE(setrecursionlimit, "setrecursionlimit(limit, /)",
       "Set the maximum depth of the interpreter stack to n.\n\n"
       "This limit prevents infinite recursion from causing an overflow of the stack.")
{
    int64_t limit;
    Value v = value_index(vm, args[0]);
    if (is_error(v)) return v;
    if (!int_to_int64(v, &limit) || limit > INT_MAX || limit < INT_MIN)
        return raise_error(vm, EXC_OverflowError, "Python int too %s to convert to C int",
                           int_sign(v) < 0 ? "small" : "large");
    if (limit < 1)
        return raise_error(vm, EXC_ValueError, "recursion limit must be greater or equal than 1");
    if (vm->depth >= limit)
        return raise_error(vm, EXC_RecursionError,
                           "cannot set the recursion limit to %d at the recursion depth %d: "
                           "the limit is too low",
                           (int)limit, vm->depth);
    vm->depth_limit = (int32_t)limit;
    return VALUE_NONE;
}

NATIVE(get_int_max_str_digits, "get_int_max_str_digits()",
       "How many digits an int may have to be turned into a decimal text or made from one.")
{
    return int_from_int64(vm->max_str_digits);
}

NATIVE(set_int_max_str_digits, "set_int_max_str_digits(maxdigits: ssize)",
       "Set how many digits an int may have to be turned into a decimal text or made from one; "
       "0: any number.")
{
    int64_t n = arg_ssize(args[0]);
    if (n != 0 && n < MIN_STR_DIGITS)
        return raise_error(vm, EXC_ValueError, "maxdigits must be 0 or larger than %d",
                           MIN_STR_DIGITS);
    vm->max_str_digits = n;
    return VALUE_NONE;
}

// Exceptions

static Value traceback_of(Value exception)
{
    Traceback *tb = as_exception(exception)->traceback;
    return tb ? value_object(tb) : VALUE_NONE;
}

NATIVE(exc_info, "exc_info()", "Return current exception information: (type, value, traceback).")
{
    Value e = vm->handled;
    if (e == VALUE_NONE) return value_object(tuple_of(3, VALUE_NONE, VALUE_NONE, VALUE_NONE));
    return value_object(tuple_of(3, value_object(class_of(vm, e)), e, traceback_of(e)));
}

NATIVE(exception, "exception()", "Return the exception that is being handled, or None.")
{
    return vm->handled;
}

static bool write_stream(VM *vm, Str *name, Str *s)
{
    Value file = dict_find_str(vm->sys->dict, name), v = value_object(s);
    if (file == VALUE_UNBOUND) {
        raise_error(vm, EXC_RuntimeError, "lost sys.%s", name->data);
        return false;
    }
    if (file == VALUE_NONE) return true;
    if (is_file(file) && class_of(vm, file) == vm->file_types[FILE_TEXT])
        return file_write_str(vm, file, s);
    return !is_error(value_call_method(vm, file, S(write), 1, &v));
}

NATIVE(excepthook, "excepthook(exctype, value, traceback, /)",
       "What is done with an exception that nobody caught: it is printed with its traceback.")
{
    if (!is_exception(args[1])) return VALUE_NONE;
    StrBuilder b = {0};
    error_format(vm, args[1], &b);
    return write_stream(vm, S(stderr), builder_str(&b)) ? VALUE_NONE : VALUE_ERROR;
}

// Exceptions that nobody can catch

static SequenceType unraisable_type = {
    .name = "UnraisableHookArgs",
    .doc = "What sys.unraisablehook is told.",
    .fields = {"exc_type", "exc_value", "exc_traceback", "err_msg", "object"},
    .can_make = true,
};
static Class *unraisable_class;

// Never fails: what cannot be written is lost.
static void show_unraisable(VM *vm, const char *heading, Value what, Value exception, Traceback *tb)
{
    StrBuilder b = {0};
    error_format_unraisable(vm, heading, what, exception, tb, &b);
    if (!write_stream(vm, S(stderr), builder_str(&b))) error_take(vm);
}

static void tell_unraisable(VM *vm, const char *heading, Value what, Value exception)
{
    Value hook = dict_find_str(vm->sys->dict, S(unraisablehook));
    Value original = dict_find_str(vm->sys->dict, S(__unraisablehook__));
    Traceback *tb = as_exception(exception)->traceback;
    if (hook != VALUE_UNBOUND && hook != VALUE_NONE && hook != original) {
        Value items[] = {value_object(class_of(vm, exception)), exception,
                         tb ? value_object(tb) : VALUE_NONE, VALUE_NONE,
                         what == VALUE_UNBOUND ? VALUE_NONE : what};
        Value args = struct_sequence_new(vm, unraisable_class, items, countof(items));
        if (!is_error(args) && !is_error(value_call(vm, hook, 1, &args))) return;
        heading = "Exception ignored in sys.unraisablehook: ";
        exception = error_take(vm);
        what = hook;
        tb = as_exception(exception)->traceback;
    }
    show_unraisable(vm, heading, what, exception, tb);
}

NATIVE(unraisablehook, "unraisablehook(unraisable, /)",
       "What is done with an exception that nobody can catch, as in the clean-up of an abandoned "
       "generator: it is printed.")
{
    if (class_of(vm, args[0]) != unraisable_class)
        return raise_error(vm, EXC_TypeError,
                           "sys.unraisablehook argument type must be UnraisableHookArgs");
    const Value *items = as_tuple(args[0])->items;
    Value exception = items[1], message = items[3], what = items[4];
    if (!is_exception(exception)) return VALUE_NONE;
    const char *heading = "Exception ignored in: ";
    if (is_str(message))
        heading = str_format(what == VALUE_NONE ? "%s:" : "%s: ", as_str(message)->data)->data;
    show_unraisable(vm, heading, what == VALUE_NONE ? VALUE_UNBOUND : what, exception,
                    is_kind(items[2], KIND_TRACEBACK) ? as_pointer(items[2]) : NULL);
    return VALUE_NONE;
}

NATIVE(displayhook, "displayhook(object, /)",
       "What the session does with the value of an expression: prints it, and keeps it as "
       "builtins._.")
{
    if (args[0] == VALUE_NONE) return VALUE_NONE;
    if (vm->display) return vm->display(vm, args[0]) ? VALUE_NONE : VALUE_ERROR;
    dict_set_str(vm->builtins, S(_), VALUE_NONE);
    Str *shown = value_repr(vm, args[0]);
    if (!shown || !write_stream(vm, S(stdout), shown)) return VALUE_ERROR;
    if (!write_stream(vm, S(stdout), str_latin1['\n'])) return VALUE_ERROR;
    dict_set_str(vm->builtins, S(_), args[0]);
    return VALUE_NONE;
}

// Frames

NATIVE(getframe, "_getframe(depth: ssize = 0, /)",
       "Return a frame object from the call stack.\n\n"
       "If optional integer depth is given, return the frame object that many\n"
       "calls below the top of the stack.")
{
    int64_t depth = arg_ssize(args[0]);
    Frame *frame = depth > INT_MAX ? NULL : frame_running(vm, depth < 0 ? 0 : (int)depth);
    if (frame) return value_object(frame);
    return raise_error(vm, EXC_ValueError, "call stack is not deep enough");
}

NATIVE(getframemodulename, "_getframemodulename(depth: ssize = 0)",
       "Return the name of the module for a calling frame.")
{
    int64_t depth = arg_ssize(args[0]);
    Value *regs = vm->frame ? frame_visible(vm->frame) : NULL;
    for (; regs && depth > 0; depth--)
        regs = frame_visible(frame_caller(regs));
    if (!regs) return VALUE_NONE;
    return frame_of(regs)->function->module;
}

NATIVE(gettrace, "gettrace()", "Return None: there are no trace functions.")
{
    return VALUE_NONE;
}

// Texts

NATIVE(getdefaultencoding, "getdefaultencoding()", "Return the current default encoding: 'utf-8'.")
{
    return text("utf-8");
}

NATIVE(getfilesystemencodeerrors, "getfilesystemencodeerrors()",
       "Return the error mode used for Unicode to filesystem encoding conversion.")
{
    return text("surrogateescape");
}

NATIVE(intern, "intern(string, /)",
       "``Intern'' the given string.\n\n"
       "Return the one string equal to it that all such calls return.")
{
    if (is_exact(args[0], KIND_STR)) return value_object(str_intern_str(as_str(args[0])));
    if (is_str(args[0]))
        return raise_error(vm, EXC_TypeError, "can't intern %s", type_name(vm, args[0]));
    return raise_error(vm, EXC_TypeError, "intern() argument must be str, not %s",
                       argument_type_name(vm, args[0]));
}

NATIVE(is_finalizing, "is_finalizing()", "Return True if the interpreter is shutting down.")
{
    return value_bool(vm->is_finishing);
}

NATIVE(getswitchinterval, "getswitchinterval()", "Return the thread switch interval.")
{
    return value_float(0.005);
}

// sys.getsizeof: what CPython 3.13 says for numbers and texts; for containers the same formula over
// Rill's own capacity.

enum { SIZE_HEADER = 16, SIZE_GC = 16 };

static size_t size_of_int(Value v)
{
    size_t bits = 0;
    if (is_kind(v, KIND_INT)) {
        const Int *i = as_pointer(v);
        size_t n = (size_t)(i->n_limbs < 0 ? -i->n_limbs : i->n_limbs);
        bits = n ? 64 * n - (size_t)__builtin_clzll(i->limbs[n - 1]) : 0;
    } else {
        int64_t i = is_bool(v) ? v == VALUE_TRUE : as_int(v);
        uint64_t u = i < 0 ? -(uint64_t)i : (uint64_t)i;
        bits = u ? 64 - (size_t)__builtin_clzll(u) : 0;
    }
    size_t digits = bits ? (bits + 29) / 30 : 1;
    return 24 + 4 * digits;
}

static size_t size_of_str(Str *s)
{
    if (str_is_ascii(s)) return 41 + str_length(s);
    uint32_t largest = 0;
    const char *p = s->data;
    while (p < s->data + s->size) {
        uint32_t c = utf8_decode(&p);
        if (c > largest) largest = c;
    }
    if (largest < 0x100) return 57 + str_length(s);
    return largest < 0x10000 ? 58 + 2 * str_length(s) : 60 + 4 * str_length(s);
}

static size_t size_of_dict(const Dict *d)
{
    if (d->cap == 0) return 64;
    size_t slots = 8;
    while (slots * 2 / 3 < d->len)
        slots *= 2;
    size_t index = slots <= 128 ? 1 : slots <= 32768 ? 2 : 4;
    return 64 + 32 + slots * index + slots * 2 / 3 * 24;
}

static size_t size_of_object(Value v)
{
    switch (object_kind(as_object(v))) {
    case KIND_INT: return size_of_int(v);
    case KIND_STR: return size_of_str(as_str(v));
    case KIND_BYTES: return 33 + as_str(v)->size;
    case KIND_BYTEARRAY: return 57 + (size_t)bytearray_len(v);
    case KIND_LIST: return 40 + SIZE_GC + 8 * as_list(v)->cap;
    case KIND_TUPLE: return 24 + SIZE_GC + 8 * as_tuple(v)->len;
    case KIND_DICT: return size_of_dict(as_dict(v));
    case KIND_SET:
    case KIND_FROZENSET: return as_set(v)->mask < 8 ? 216 : 216 + 16 * (as_set(v)->mask + 1);
    case KIND_FLOAT: return 24 + SIZE_GC;
    case KIND_RANGE: return 48;
    case KIND_GENERATOR: return 112 + 8 * (size_t)as_generator(v)->frame.function->code->n_regs;
    default: return gc_object_size(as_pointer(v)) + SIZE_GC;
    }
}

NATIVE(getsizeof, "getsizeof(object, default = ?)", "Return the size of object in bytes.")
{
    Value v = args[0];
    if (is_object(v)) {
        Class *c = class_of(vm, v);
        if (class_is_heap(c)) {
            Value size = value_call_special(vm, v, S(__sizeof__), 0, NULL);
            if (size != VALUE_UNBOUND) return size;
        } else if (is_buffer(v)) {
            return small_int(as_int(value_call_special(vm, v, S(__sizeof__), 0, NULL)) + SIZE_GC);
        }
        return int_from_int64((int64_t)size_of_object(v));
    }
    if (is_int(v) || is_bool(v)) return int_from_int64((int64_t)size_of_int(v));
    return small_int(is_float(v) ? 24 : SIZE_HEADER);
}

NATIVE(getrefcount, "getrefcount(object, /)",
       "Return a number greater than 1: there are no reference counts.")
{
    return small_int(2);
}

static const NativeDef *const sys_natives[] = {
    &def_displayhook,
    &def_unraisablehook,
    &def_exception,
    &def_exc_info,
    &def_excepthook,
    &def_exit,
    &def_getdefaultencoding,
    &def_getrecursionlimit,
    &def_getrefcount,
    &def_getsizeof,
    &def_getframe,
    &def_getframemodulename,
    &def_getfilesystemencodeerrors,
    &def_getswitchinterval,
    &def_gettrace,
    &def_intern,
    &def_is_finalizing,
    &def_setrecursionlimit,
    &def_get_int_max_str_digits,
    &def_set_int_max_str_digits,
    NULL,
};

// Constants

static SequenceType version_type = {
    .name = "sys.version_info",
    .doc = "Version information as a named tuple.",
    .fields = {"major", "minor", "micro", "releaselevel", "serial"},
};
static SequenceType float_type = {
    .name = "sys.float_info",
    .doc = "A named tuple holding information about the float type.",
    .fields = {"max", "max_exp", "max_10_exp", "min", "min_exp", "min_10_exp", "dig", "mant_dig",
               "epsilon", "radix", "rounds"},
};
static SequenceType int_type = {
    .name = "sys.int_info",
    .doc = "A named tuple that holds information about the internal representation of integers.",
    .fields = {"bits_per_digit", "sizeof_digit", "default_max_str_digits",
               "str_digits_check_threshold"},
};
static SequenceType hash_type = {
    .name = "sys.hash_info",
    .doc = "A named tuple providing parameters used for computing hashes.",
    .fields = {"width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits",
               "cutoff"},
};
static SequenceType flags_type = {
    .name = "sys.flags",
    .doc = "Flags provided through command line arguments or environment vars.",
    .fields = {"debug", "inspect", "interactive", "optimize", "dont_write_bytecode", "no_user_site",
               "no_site", "ignore_environment", "verbose", "bytes_warning", "quiet",
               "hash_randomization", "isolated", "dev_mode", "utf8_mode", "warn_default_encoding",
               "safe_path", "int_max_str_digits"},
};

static Value version_info(VM *vm)
{
    Value items[] = {small_int(VERSION_MAJOR), small_int(VERSION_MINOR), small_int(VERSION_MICRO),
                     text("final"), small_int(0)};
    return struct_sequence_new(vm, struct_sequence_define(vm, &version_type), items,
                               countof(items));
}

static Value float_info(VM *vm)
{
    Value items[] = {value_float(DBL_MAX),
                     small_int(DBL_MAX_EXP),
                     small_int(DBL_MAX_10_EXP),
                     value_float(DBL_MIN),
                     small_int(DBL_MIN_EXP),
                     small_int(DBL_MIN_10_EXP),
                     small_int(DBL_DIG),
                     small_int(DBL_MANT_DIG),
                     value_float(DBL_EPSILON),
                     small_int(FLT_RADIX),
                     small_int(1)};
    return struct_sequence_new(vm, struct_sequence_define(vm, &float_type), items, countof(items));
}

static Value int_info(VM *vm)
{
    Value items[] = {small_int(30), small_int(4), small_int(4300), small_int(MIN_STR_DIGITS)};
    return struct_sequence_new(vm, struct_sequence_define(vm, &int_type), items, countof(items));
}

static Value hash_info(VM *vm)
{
    Value items[] = {small_int(64),      int_from_int64(2305843009213693951),
                     small_int(314159),  small_int(0),
                     small_int(1000003), text("siphash13"),
                     small_int(64),      small_int(128),
                     small_int(0)};
    return struct_sequence_new(vm, struct_sequence_define(vm, &hash_type), items, countof(items));
}

static Value flags(VM *vm)
{
    Value items[SEQUENCE_MAX_FIELDS];
    Class *c = struct_sequence_define(vm, &flags_type);
    for (int i = 0; i < flags_type.n_fields; i++)
        items[i] = small_int(0);
    items[4] = small_int(1);   // dont_write_bytecode
    items[13] = VALUE_FALSE;   // dev_mode
    items[14] = small_int(1);  // utf8_mode
    items[16] = VALUE_FALSE;   // safe_path
    items[17] = int_from_int64(vm->max_str_digits);
    return struct_sequence_new(vm, c, items, flags_type.n_fields);
}

static Value stdlib_names(VM *vm)
{
    static const char *const names[] = {
#define NAME(word) #word,
#include "vm/stdlib_names.def"
#undef NAME
    };
    Set *set = frozenset_new();
    for (size_t i = 0; i < countof(names); i++)
        if (!set_add(vm, set, value_object(str_from_cstr(names[i])))) return VALUE_NONE;
    return value_object(set);
}

static Value native_names(void)
{
    static const char *const names[] = {
#define MODULE(name) #name,
#include "stdlib/modules.def"
#undef MODULE
    };
    Tuple *t = tuple_new(countof(names));
    for (size_t i = 0; i < countof(names); i++)
        t->items[i] = text(names[i]);
    return value_object(t);
}

static Value executable(void)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    return value_object(n > 0 && utf8_is_valid(path, (size_t)n, NULL) ? str_new(path, (size_t)n)
                                                                      : str_empty);
}

static void set_texts(Dict *d)
{
    set_name(d, "version", text("3.13.0 (Rill " RILL_VERSION ") [C11]"));
    set_name(d, "copyright", text("Copyright (c) the authors of Rill. MIT License."));
    set_name(d, "byteorder", text(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "little" : "big"));
    set_name(d, "float_repr_style", text("short"));
    set_name(d, "platlibdir", text("lib"));
#ifdef __APPLE__
    set_name(d, "platform", text("darwin"));
#else
    set_name(d, "platform", text("linux"));
#endif
    set_name(d, "executable", executable());
    set_name(d, "prefix", text("/usr"));
    set_name(d, "base_prefix", text("/usr"));
    set_name(d, "exec_prefix", text("/usr"));
    set_name(d, "base_exec_prefix", text("/usr"));
}

static bool setup(VM *vm, Module *module)
{
    Dict *d = module->dict;
    Value version = version_info(vm), implementation = simple_namespace_new(vm);
    set_name(d, "modules", value_object(vm->modules));
    set_name(d, "argv", value_object(list_new(1)));
    set_texts(d);
    set_name(d, "version_info", version);
    set_name(d, "hexversion", small_int(VERSION_HEX));
    set_name(d, "api_version", small_int(1013));
    set_name(d, "maxsize", int_from_int64(INT64_MAX));
    set_name(d, "maxunicode", small_int(0x10FFFF));
    set_name(d, "float_info", float_info(vm));
    set_name(d, "int_info", int_info(vm));
    set_name(d, "hash_info", hash_info(vm));
    set_name(d, "flags", flags(vm));
    set_name(d, "builtin_module_names", native_names());
    set_name(d, "stdlib_module_names", stdlib_names(vm));
    set_name(d, "dont_write_bytecode", VALUE_TRUE);
    set_name(d, "warnoptions", value_object(list_new(0)));
    set_name(d, "meta_path", value_object(list_new(0)));
    set_name(d, "path_hooks", value_object(list_new(0)));
    native_make_special(dict_find_str(d, str_intern("_getframe", 9)), NATIVE_GETFRAME);
    set_name(d, "__excepthook__", dict_find_str(d, S(excepthook)));
    set_name(d, "__displayhook__", dict_find_str(d, S(displayhook)));
    dict_set_str(d, S(__unraisablehook__), dict_find_str(d, S(unraisablehook)));
    unraisable_class = struct_sequence_define(vm, &unraisable_type);
    vm->unraisable = tell_unraisable;
    set_name(d, "getfilesystemencoding", dict_find_str(d, str_intern("getdefaultencoding", 18)));
    Object *o = as_object(implementation);
    bool ok = instance_set(vm, o, S(name), text("rill")) &&
              instance_set(vm, o, str_intern("cache_tag", 9), VALUE_NONE) &&
              instance_set(vm, o, str_intern("version", 7), version) &&
              instance_set(vm, o, str_intern("hexversion", 10), small_int(VERSION_HEX));
    set_name(d, "implementation", implementation);
    return ok;
}

const ModuleDef module_sys = {
    "sys",
    "This module provides access to some objects used or maintained by the\n"
    "interpreter and to functions that interact strongly with the interpreter.",
    sys_natives,
    setup,
};
