// SPDX-License-Identifier: MIT
// native.h - how C functions become Rill functions: the signature string is the only truth.
//
//   NATIVE(list_pop, "pop(self: list, index: ssize = -1, /) -> object", "Remove and return ...")
//   {
//       List *self = as_list(args[0]);
//       ...
//   }
//
// args[i] is parameter i, bound, defaulted, converted and checked by the binder (signature.h): *rest is a
// tuple, **keywords a dict, an optional parameter without a literal default (`x = ?`) is VALUE_UNBOUND.
// Types after the colon:
//   object (the default: anything) · int (anything with __index__, arrives as a plain int of any size)
//   ssize (the same, must fit int64, else OverflowError; read with as_int... it arrives as small or big: use arg_ssize)
//   cint (the same, must fit a C int: as_int)
//   str bytes list tuple dict set float(any real number, arrives as float) bool(truth value, arrives as True/False)
//   callable (not checked) · any other word: self of that builtin type (checked by the class the native is defined in)
// ~name: a DeprecationWarning when it is given by position. A type may end in `?`: None is accepted too. "def f(...)": errors of arity are those of a function written in Python.
// "%f(...)": CPython has it parse a tuple of its own: "f() takes at most 1 argument (2 given)". "&f(...)": it looks for keywords
// although no parameter has one: "f() takes exactly 1 positional argument (0 given)".
#ifndef RILL_VM_NATIVE_H
#define RILL_VM_NATIVE_H

#include "vm/class.h"
#include "vm/error.h"
#include "vm/function.h"
#include "vm/int.h"
#include "vm/list.h"

typedef Value (*NativeFn)(VM *vm, Value *args);

typedef struct NativeDef {
    NativeFn fn;
    const char *signature, *doc;
} NativeDef;

#define NATIVE(name, sig, text)                                          \
    static Value native_##name(VM *vm, Value *args);                     \
    static const NativeDef def_##name = {native_##name, sig, text};      \
    static Value native_##name(__attribute__((unused)) VM *vm, __attribute__((unused)) Value *args)

struct Signature;

// Natives the interpreter handles itself when called, so that generators resume without C recursion.
typedef enum NativeSpecial {
    NATIVE_PLAIN, NATIVE_NEXT, NATIVE_GENERATOR_NEXT, NATIVE_GENERATOR_SEND, NATIVE_GENERATOR_THROW, NATIVE_GENERATOR_CLOSE,
    NATIVE_SUM, NATIVE_ALL, NATIVE_ANY, NATIVE_GETFRAME
} NativeSpecial;

// INVARIANT: the collector does not look into a Native; what it refers to lives as long as the VM.
typedef struct Native {
    Object object;             // KIND_NATIVE; head bits 16-31: number of arguments if a call with exactly that
                               // many positional arguments needs neither conversion, check nor default; else 0xFFFF
    NativeFn fn;
    struct Signature *parsed;  // NULL until it is first called or asked for: native_signature
    uint32_t self_shape;       // of plain instances of the owner; 0 if args[0] is none: a function, or is_static, or is_class
    uint16_t n_exact;          // as the count in the head, but right only if args[0] suits (native_suits)
    uint8_t special;           // NativeSpecial
    bool is_static, is_class;  // staticmethod / classmethod of a builtin type: bound accordingly (args[0] is the class for is_class)
    const NativeDef *def;
    Str *name;                 // interned
    Class *owner;              // the type it is a method of: args[0] must be an instance; NULL for module functions
    Value module;              // an interned str, or None
} Native;

// Is it what a builtin type has under this name? `__setattr__ = dict.__setitem__` makes a class differ from the default.
static inline bool native_is_default(Value method, const Str *name)
{
    return is_kind(method, KIND_NATIVE) && ((const Native *)as_pointer(method))->name == name;
}

// Is it bound to the object whose class has it? Functions of modules, static and class methods are not.
static inline bool native_takes_self(Value method)
{
    if (!is_kind(method, KIND_NATIVE)) return false;
    const Native *n = as_pointer(method);
    return n->owner && !n->is_static && !n->is_class;
}

void native_make_special(Value native, NativeSpecial special);

static inline Native *as_native(Value v)
{
    return (Native *)as_pointer(v);
}
// Signature spelling: first parameter `self` makes a method, `cls` a classmethod (args[0] the class);
// "__new__(cls, ...)" is the constructor. A leading '@' in the signature string makes a staticmethod.
Value native_new(VM *vm, const NativeDef *def, Class *owner, Str *module_or_null);
// Define every native of a NULL-terminated list in a namespace (module functions) or class dict.
void natives_define(VM *vm, Dict *dict, const NativeDef *const *defs, Class *owner, Str *module_or_null);
Str *native_full_name(const Native *native);  // __qualname__: "list.append", "len"
// The parsed signature; n_exact and the head are right from then on.
const struct Signature *native_signature(VM *vm, const Native *native);
// Call with positional arguments, then keywords (names tuple for the last ones; NULL if none). args must not move.
Value native_call(VM *vm, Native *native, int argc, const Value *argv, Tuple *keyword_names) RILL_FALLIBLE;

// The types of natives that are methods, known once they are defined: also for those made before.
void native_set_types(VM *vm, const Class *method, const Class *wrapper, const Class *class_method);
bool native_is_wrapper(const Native *n);  // of type wrapper_descriptor

// A method of a builtin type may be called on args[0]. (With n_exact: all that a plain call must check.)
static inline bool native_suits(VM *vm, const Native *native, Value self)
{
    if (is_object(self) && as_object(self)->shape == native->self_shape) return true;
    return native->owner == NULL || class_is_subclass(class_of(vm, self), native->owner);
}

static inline int64_t arg_ssize(Value v)  // of a parameter of type ssize
{
    int64_t i = 0;
    if (likely(is_int(v))) return as_int(v);
    (void)int_to_int64(v, &i);
    return i;
}

#endif
