// SPDX-License-Identifier: MIT
// signature.h - parse a native's signature string; bind call arguments to it. See native.h for the spelling.
#ifndef RILL_VM_SIGNATURE_H
#define RILL_VM_SIGNATURE_H

#include "vm/native.h"

typedef enum ParamKind { PARAM_POSITIONAL, PARAM_EITHER, PARAM_KEYWORD, PARAM_REST, PARAM_KEYWORDS } ParamKind;
typedef enum ParamType {
    TYPE_OBJECT, TYPE_INT, TYPE_SSIZE, TYPE_CINT, TYPE_STR, TYPE_BYTES, TYPE_LIST, TYPE_TUPLE, TYPE_DICT, TYPE_SET, TYPE_FLOAT, TYPE_BOOL, TYPE_SELF
} ParamType;

typedef struct Param {
    Str *name;
    Value default_value;   // VALUE_UNBOUND: `= ?`
    Str *annotation, *default_text;  // as written, for help(); NULL if none
    uint8_t kind, type;
    bool has_default, or_none;
} Param;

typedef struct Signature {
    Str *name;
    int n_params, n_required;      // required positional
    int n_positional;              // POSITIONAL and EITHER
    int n_posonly, n_kwonly;
    int quick_min;                 // with so many to n_positional positional arguments, only conversions and defaults
                                   // are to do; INT_MAX: never
    int quiet_max;                 // with more positional arguments than this there is a DeprecationWarning (`~name`)
    int rest, keywords;            // index of *rest, **keywords; -1 if none
    int n_self;                    // 1: params[0] is self or cls, not counted in messages
    Str *returns;                  // as written, or NULL
    struct Signature *next;        // of all that the VM has parsed
    enum { PARSED_AS_USUAL, PARSED_AS_TUPLE, PARSED_WITH_KEYWORDS } parsing;  // how CPython does it: see the marks in native.h
    bool is_python;                // written "def f(...)": CPython has it in Python, so errors are those of such functions
    Param params[];
} Signature;

enum { SIGNATURE_MAX_PARAMS = 24 };

// Parsed once, when first needed (native_signature). A malformed signature is a bug of ours: it ends the program with a message (tests call it).
Signature *signature_parse(const char *text, const char **error);
// Bind to out[0..n_params): CPython's error messages, with the function name `display` (qualified for methods).
bool signature_bind(VM *vm, const Native *native, int argc, const Value *argv, Tuple *keyword_names, Value *out) RILL_FALLIBLE;
// Does args[0] suit the native: an instance of its type, or a class for classmethods and __new__? Raises TypeError.
bool signature_check_self(VM *vm, const Native *native, Value self) RILL_FALLIBLE;
// An operator method of a builtin type, which CPython calls a slot wrapper.
bool signature_is_slot_wrapper(const Native *native);
Str *signature_text(const Signature *sig);  // "(self, index=-1, /)", as help() and inspect show it

#endif
