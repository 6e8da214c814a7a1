// SPDX-License-Identifier: MIT
// json.h - reading (json_scan.c) and writing (json_encode.c) JSON; the module _json. The module
// json is written in Rill.
#ifndef RILL_STDLIB_JSON_H
#define RILL_STDLIB_JSON_H

#include "vm/vm.h"

// What a decoder was told. VALUE_NONE: no hook.
typedef struct JsonRules {
    bool is_strict;  // no control characters in strings
    Value object_hook, object_pairs_hook, parse_float, parse_int, parse_constant;
} JsonRules;

// The value that begins at byte `at`; *end is behind it. VALUE_STOP: there is none, *end says
// where.
Value json_scan(VM *vm, Str *text, const JsonRules *rules, size_t at, size_t *end) RILL_FALLIBLE;
// The string behind the quote before byte `at`.
Value json_scan_string(VM *vm, Str *text, bool is_strict, size_t at, size_t *end) RILL_FALLIBLE;
size_t json_skip_blanks(const Str *text, size_t at);
// JSONDecodeError at a byte. Always VALUE_ERROR.
Value raise_json_error(VM *vm, const char *message, Str *text, size_t at);

typedef struct JsonStyle {
    Value default_;  // called for what is no JSON; VALUE_NONE: TypeError
    bool check_circular, ensure_ascii, allow_nan, skip_keys, sort_keys;
    Str *indent;  // NULL: all in one line
    Str *item_separator, *key_separator;
} JsonStyle;

Str *json_encode(VM *vm, Value v, const JsonStyle *style) RILL_FALLIBLE;  // NULL: raised
void json_add_string(StrBuilder *out, const Str *s, bool ensure_ascii);

#endif
