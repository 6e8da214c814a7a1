// SPDX-License-Identifier: MIT
// fields.h - replacement fields: "{0.a[k]!r:>{width}}", for str.format, format_map and string.Formatter.
#ifndef RILL_VM_FIELDS_H
#define RILL_VM_FIELDS_H

#include "vm/str.h"
#include "vm/tuple.h"

// str.format: args are the positional arguments and keywords a dict. format_map: args is NULL and
// keywords any mapping. NULL: raised.
Str *fields_format(VM *vm, Str *format, Tuple *args, Value keywords) RILL_FALLIBLE;

// One step of parsing, for string.Formatter.parse: the text before the next field with doubled
// braces undone, and the parts of the field. 1; 0 at the end; -1 raised.
typedef struct FieldParser {
    Str *text;
    const char *at, *end;
} FieldParser;
typedef struct Field {
    Str *literal;
    bool has_field;
    Str *name, *spec;
    uint32_t conversion;  // 0: none
    bool has_nested;      // the spec has braces
} Field;
void fields_start(FieldParser *parser, Str *text);
int fields_next(VM *vm, FieldParser *parser, Field *field) RILL_FALLIBLE;

#endif
