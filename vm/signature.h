// SPDX-License-Identifier: MIT
// signature.h - parse a native's signature string; bind call arguments to it. See native.h for the spelling.
#ifndef RILL_VM_SIGNATURE_H
#define RILL_VM_SIGNATURE_H

#include "vm/native.h"

typedef enum ParamKind { PARAM_POSITIONAL, PARAM_EITHER, PARAM_KEYWORD, PARAM_REST, PARAM_KEYWORDS } ParamKind;
typedef enum ParamType {
    TYPE_OBJECT, TYPE_INT, TYPE_SSIZE, TYPE_STR, TYPE_BYTES, TYPE_LIST, TYPE_TUPLE, TYPE_DICT, TYPE_SET, TYPE_FLOAT, TYPE_BOOL, TYPE_SELF
} ParamType;

typedef struct Param {
    Str *name;
    Value default_value;   // VALUE_UNBOUND: `= ?`
    const char *annotation; // as written, for help()
    uint8_t kind, type;
    bool has_default, or_none;
} Param;

typedef struct Signature {
    Str *name;
    int n_params, n_required;      // required positional
    int n_positional;              // POSITIONAL and EITHER
    int n_posonly, n_kwonly;
    int rest, keywords;            // index of *rest, **keywords; -1 if none
    const char *returns;           // as written, or NULL
    Param params[];
} Signature;

enum { SIGNATURE_MAX_PARAMS = 24 };

// Parsed once, at definition. A malformed signature is a bug of ours: it ends the program with a message (tests call it).
Signature *signature_parse(const char *text, const char **error);
// Bind to out[0..n_params): CPython's error messages, with the function name `display` (qualified for methods).
bool signature_bind(VM *vm, const Native *native, int argc, const Value *argv, Tuple *keyword_names, Value *out) RILL_FALLIBLE;
Str *signature_text(const Signature *sig);  // "(self, index=-1, /)", as help() and inspect show it

#endif
