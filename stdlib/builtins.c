// SPDX-License-Identifier: MIT
// builtins.c - the module builtins: its namespace, and the functions about single values.
#include "stdlib/builtins.h"

#include "vm/float.h"
#include "vm/int.h"
#include "vm/iter_types.h"

// Numbers

NATIVE(abs, "abs(x, /)", "Return the absolute value of the argument.")
{
    Value v = args[0];
    if (is_int(v) || is_bool(v))
        return as_int(int_normal(v)) < 0 ? int_negate(int_normal(v)) : int_normal(v);
    if (is_float(v)) return value_float(__builtin_fabs(as_float(v)));
    Value result = value_call_special(vm, v, S(__abs__), 0, NULL);
    if (result != VALUE_UNBOUND) return result;
    return raise_error(vm, EXC_TypeError, "bad operand type for abs(): '%s'", type_name(vm, v));
}

// A number in base 2, 8 or 16 with its prefix.
static Value with_prefix(VM *vm, Value v, int base, const char *prefix)
{
    Value i = value_index(vm, v);
    if (is_error(i)) return i;
    bool is_negative = int_sign(i) < 0;
    Str *digits = int_to_str(vm, is_negative ? int_negate(i) : i, base);
    if (!digits) return VALUE_ERROR;
    StrBuilder b = {0};
    if (is_negative) builder_add_byte(&b, '-');
    builder_add_cstr(&b, prefix);
    builder_add_str(&b, digits);
    return value_object(builder_str(&b));
}

NATIVE(bin, "bin(number, /)", "Return the binary representation of an integer.")
{
    return with_prefix(vm, args[0], 2, "0b");
}
NATIVE(oct, "oct(number, /)", "Return the octal representation of an integer.")
{
    return with_prefix(vm, args[0], 8, "0o");
}
NATIVE(hex, "hex(number, /)", "Return the hexadecimal representation of an integer.")
{
    return with_prefix(vm, args[0], 16, "0x");
}

NATIVE(chr, "chr(i, /)",
       "The character with a code point, from 0 to 0x10FFFF.")
{
    int64_t code;
    Value i = value_index(vm, args[0]);
    if (is_error(i)) return i;
    if (!int_to_int64(i, &code) || code < 0 || code > CODE_POINT_MAX)
        return raise_error(vm, EXC_ValueError, "chr() arg not in range(0x110000)");
    return value_object(str_from_char((uint32_t)code));
}

NATIVE(ord, "ord(c, /)",
       "Return the ordinal value of a character.\n\n"
       "If the argument is a one-byte string, return the value of that byte.")
{
    Value v = args[0];
    int64_t length;
    if (is_str(v) || is_bytes(v))
        length = (int64_t)str_length(as_str(v));
    else if (is_kind(v, KIND_BYTEARRAY))
        length = bytearray_len(v);
    else
        return raise_error(vm, EXC_TypeError, "ord() expected string of length 1, but %s found",
                           type_name(vm, v));
    if (length != 1)
        return raise_error(vm, EXC_TypeError,
                           "ord() expected a character, but string of length %lld found",
                           (long long)length);
    if (is_str(v)) return small_int(str_char_at(as_str(v), 0));
    if (is_bytes(v)) return small_int((unsigned char)as_str(v)->data[0]);
    return str_getitem(vm, v, small_int(0));
}

// divmod(a, b) by the special methods; a subclass on the right that has its own goes first.
static Value divmod_special(VM *vm, Value a, Value b)
{
    Class *left = class_of(vm, a), *right = class_of(vm, b);
    bool right_first =
        left != right && class_is_subclass(right, left) &&
        class_lookup(vm, left, S(__rdivmod__)) != class_lookup(vm, right, S(__rdivmod__));
    for (int i = 0; i < 2; i++) {
        bool is_reflected = (i == 0) == right_first;
        if (is_reflected && left == right) continue;
        Value r = is_reflected ? value_call_special(vm, b, S(__rdivmod__), 1, &a)
                               : value_call_special(vm, a, S(__divmod__), 1, &b);
        if (r != VALUE_UNBOUND && r != VALUE_NOT_IMPLEMENTED) return r;
    }
    return raise_error(vm, EXC_TypeError, "unsupported operand type(s) for divmod(): '%s' and '%s'",
                       type_name(vm, a), type_name(vm, b));
}

static bool is_plain_int(Value v)
{
    return is_int(v) || is_bool(v) || is_exact(v, KIND_INT);
}

NATIVE(divmod, "divmod(x, y, /)", "The pair (x // y, x % y).")
{
    Value a = args[0], b = args[1];
    if (is_plain_int(a) && is_plain_int(b)) return int_divmod(vm, a, b);
    bool is_number_a = is_float(a) || is_plain_int(a), is_number_b = is_float(b) || is_plain_int(b);
    if (!is_number_a || !is_number_b) return divmod_special(vm, a, b);
    double x, y;
    if (!number_to_double(vm, a, &x) || !number_to_double(vm, b, &y)) return VALUE_ERROR;
    if (y == 0) return raise_error(vm, EXC_ZeroDivisionError, "float divmod()");
    return value_object(
        tuple_of(2, value_any_float(float_floordiv(x, y)), value_any_float(float_mod(x, y))));
}

NATIVE(pow, "pow(base, exp, mod = None)",
       "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.\n\n"
       "Some types, such as ints, are able to use a more efficient algorithm when\n"
       "invoked using the three argument form.")
{
    if (args[2] == VALUE_NONE) {
        Value result = value_binary(vm, BINARY_POW, args[0], args[1]);
        return result;
    }
    if (is_plain_int(args[0]) && is_plain_int(args[1]) && is_plain_int(args[2]))
        return int_pow_mod(vm, args[0], args[1], args[2]);
    bool is_asked = !is_plain_int(args[0]) && !is_any_float(args[0]);
    Value r = is_asked ? value_call_special(vm, args[0], S(__pow__), 2, args + 1) : VALUE_UNBOUND;
    if (r != VALUE_UNBOUND && r != VALUE_NOT_IMPLEMENTED) return r;
    if (r == VALUE_UNBOUND && is_asked && special_lookup(vm, args[0], S(__rpow__)) != VALUE_UNBOUND)
        return raise_error(vm, EXC_AttributeError, "__pow__");
    if (is_any_float(args[0]) || is_any_float(args[1]) || is_any_float(args[2]))
        return raise_error(vm, EXC_TypeError,
                           "pow() 3rd argument not allowed unless all arguments are integers");
    return raise_error(vm, EXC_TypeError,
                       "unsupported operand type(s) for ** or pow(): '%s', '%s', '%s'",
                       type_name(vm, args[0]), type_name(vm, args[1]), type_name(vm, args[2]));
}

NATIVE(round, "round(number, ndigits = None)",
       "Round to ndigits decimals, to the even neighbour if there are two; ndigits may be "
       "negative. Without it the\n"
       "result is an integer.")
{
    int argc = args[1] != VALUE_NONE;
    Value result = value_call_special(vm, args[0], S(__round__), argc, args + 1);
    if (result != VALUE_UNBOUND) return result;
    return raise_error(vm, EXC_TypeError, "type %s doesn't define __round__ method",
                       type_name(vm, args[0]));
}

// Texts

NATIVE(ascii, "ascii(obj, /)",
       "Return an ASCII-only representation of an object.\n\n"
       "As repr(), return a string containing a printable representation of an\n"
       "object, but escape the non-ASCII characters in the string returned by\n"
       "repr() using \\\\x, \\\\u or \\\\U escapes.")
{
    return str_value(value_ascii(vm, args[0]));
}

NATIVE(repr, "repr(obj, /)",
       "Return the canonical string representation of the object.\n\n"
       "For many object types, including most builtins, eval() will convert\n"
       "it back to the object.")
{
    return str_value(value_repr(vm, args[0]));
}

NATIVE(format, "format(value, format_spec = '', /)",
       "Return type(value).__format__(value, format_spec)\n\n"
       "Many built-in types implement format_spec according to the\n"
       "Format Specification Mini-language. See help('FORMATTING').")
{
    if (!is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "format() argument 2 must be str, not %s",
                           argument_type_name(vm, args[1]));
    return str_value(value_format(vm, args[0], as_str(args[1])));
}

// Attributes

Str *builtins_attribute_name(VM *vm, Value v)
{
    if (is_str(v)) return str_intern_str(as_str(v));
    raise_error(vm, EXC_TypeError, "attribute name must be string, not '%s'", type_name(vm, v));
    return NULL;
}

NATIVE(getattr, "getattr(object, name, default = ?, /)",
       "Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.\n\n"
       "When a default argument is given, it is returned when the attribute doesn't\n"
       "exist; without it, an exception is raised in that case.")
{
    Str *name = builtins_attribute_name(vm, args[1]);
    if (!name) return VALUE_ERROR;
    if (args[2] == VALUE_UNBOUND) return value_getattr(vm, args[0], name);
    Value v = value_find_attr(vm, args[0], name);
    return v == VALUE_UNBOUND ? args[2] : v;
}

NATIVE(hasattr, "hasattr(obj, name, /)",
       "Has obj an attribute of this name, so that getattr does not raise AttributeError?")
{
    Str *name = builtins_attribute_name(vm, args[1]);
    if (!name) return VALUE_ERROR;
    Value v = value_find_attr(vm, args[0], name);
    return is_error(v) ? v : value_bool(v != VALUE_UNBOUND);
}

NATIVE(setattr, "setattr(obj, name, value, /)",
       "Set an attribute by its name: setattr(x, 'y', v) is x.y = v.")
{
    Str *name = builtins_attribute_name(vm, args[1]);
    return name && value_setattr(vm, args[0], name, args[2]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(delattr, "delattr(obj, name, /)",
       "Delete an attribute by its name: delattr(x, 'y') is del x.y.")
{
    Str *name = builtins_attribute_name(vm, args[1]);
    return name && value_setattr(vm, args[0], name, VALUE_UNBOUND) ? VALUE_NONE : VALUE_ERROR;
}

// Identity and types

NATIVE(callable, "callable(obj, /)",
       "Can obj be called? Functions, classes, and instances whose class has __call__.")
{
    return value_bool(value_is_callable(vm, args[0]));
}

NATIVE(hash, "hash(obj, /)",
       "The hash of obj: an int, the same for objects that are equal.")
{
    uint64_t hash;
    return value_hash(vm, args[0], &hash) ? int_from_int64((int64_t)hash) : VALUE_ERROR;
}

NATIVE(id, "id(obj, /)",
       "Return the identity of an object.\n\n"
       "This is guaranteed to be unique among simultaneously existing objects.")
{
    return int_from_uint64(args[0]);
}

NATIVE(isinstance, "isinstance(obj, class_or_tuple, /)",
       "Is obj an instance of a class, or of a subclass? Of a tuple of classes, one is enough.")
{
    int result = value_isinstance(vm, args[0], args[1]);
    return result < 0 ? VALUE_ERROR : value_bool(result);
}

NATIVE(issubclass, "issubclass(cls, class_or_tuple, /)",
       "Is cls the class, or a subclass of it? Of a tuple of classes, one is enough.")
{
    int result = value_issubclass(vm, args[0], args[1]);
    return result < 0 ? VALUE_ERROR : value_bool(result);
}

NATIVE(len, "len(obj, /)", "Return the number of items in a container.")
{
    int64_t len = value_len(vm, args[0]);
    return len < 0 ? VALUE_ERROR : int_from_int64(len);
}

const NativeDef *const builtins_basic[] = {
    &def_abs,    &def_ascii,      &def_bin,        &def_callable, &def_chr,  &def_delattr,
    &def_divmod, &def_format,     &def_getattr,    &def_hasattr,  &def_hash, &def_hex,
    &def_id,     &def_isinstance, &def_issubclass, &def_len,      &def_oct,  &def_ord,
    &def_pow,    &def_repr,       &def_round,      &def_setattr,  NULL,
};

// The namespace

static void add_types(VM *vm, Dict *dict)
{
    static const Kind kinds[] = {
        KIND_BOOL,     KIND_BYTEARRAY, KIND_BYTES,    KIND_CLASSMETHOD, KIND_DICT,
        KIND_FLOAT,    KIND_FROZENSET, KIND_PROPERTY, KIND_INT,         KIND_LIST,
        KIND_INSTANCE, KIND_RANGE,     KIND_SET,      KIND_SLICE,       KIND_STATICMETHOD,
        KIND_STR,      KIND_SUPER,     KIND_TUPLE,    KIND_CLASS,
    };
    static const IteratorType iterators[] = {
        ITER_ENUMERATE, ITER_FILTER, ITER_MAP, ITER_REVERSED, ITER_ZIP,
    };
    for (size_t i = 0; i < countof(kinds); i++) {
        Class *c = vm->classes[kinds[i]];
        if (c) dict_set_str(dict, c->name, value_object(c));
    }
    for (size_t i = 0; i < countof(iterators); i++) {
        Class *c = vm->iterator_types[iterators[i]];
        if (c) dict_set_str(dict, c->name, value_object(c));
    }
}

static void set_name(Dict *dict, const char *name, Value v)
{
    dict_set_str(dict, str_intern(name, strlen(name)), v);
}

static void make_special(Dict *dict, const char *name, NativeSpecial special)
{
    native_make_special(dict_find_str(dict, str_intern(name, strlen(name))), special);
}

static bool setup(VM *vm, Module *module)
{
    Dict *dict = module->dict;
    Str *name = S(builtins);
    natives_define(vm, dict, builtins_exec, NULL, name);
    natives_define(vm, dict, builtins_iter, NULL, name);
    natives_define(vm, dict, builtins_io, NULL, name);
    make_special(dict, "next", NATIVE_NEXT);
    make_special(dict, "sum", NATIVE_SUM);
    make_special(dict, "all", NATIVE_ALL);
    make_special(dict, "any", NATIVE_ANY);
    set_name(dict, "None", VALUE_NONE);
    set_name(dict, "Ellipsis", VALUE_ELLIPSIS);
    set_name(dict, "NotImplemented", VALUE_NOT_IMPLEMENTED);
    set_name(dict, "False", VALUE_FALSE);
    set_name(dict, "True", VALUE_TRUE);
    add_types(vm, dict);
    set_name(dict, "__debug__", VALUE_TRUE);
    for (int i = 0; i < EXC_COUNT; i++)
        dict_set_str(dict, vm->exceptions[i]->name, value_object(vm->exceptions[i]));
    set_name(dict, "EnvironmentError", value_object(vm->exceptions[EXC_OSError]));
    set_name(dict, "IOError", value_object(vm->exceptions[EXC_OSError]));
    builtins_define_quitters(vm, dict);
    return true;
}

const ModuleDef module_builtins = {
    "builtins",
    "Built-in functions, types, exceptions, and other objects.\n\n"
    "This module provides direct access to all 'built-in'\n"
    "identifiers of Python; for example, builtins.len is\n"
    "the full name for the built-in function len().",
    builtins_basic,
    setup,
};
