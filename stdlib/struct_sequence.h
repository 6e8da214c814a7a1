// SPDX-License-Identifier: MIT
// struct_sequence.h - tuples whose items also have names: sys.version_info, time.struct_time, ...
#ifndef RILL_STDLIB_STRUCT_SEQUENCE_H
#define RILL_STDLIB_STRUCT_SEQUENCE_H

#include "vm/vm.h"

enum { SEQUENCE_MAX_FIELDS = 20 };

// Static storage for one type: the caller fills name, doc and fields (ending with NULL).
typedef struct SequenceType {
    const char *name, *doc;
    const char *fields[SEQUENCE_MAX_FIELDS + 1];
    int n_fields;   // set by struct_sequence_define
    int n_visible;  // items of the tuple; the other fields are only attributes. 0: all
    bool can_make;  // scripts may call it
    GetSetDef getset[SEQUENCE_MAX_FIELDS + 1];
    TypeDef def;
} SequenceType;

Class *struct_sequence_define(VM *vm, SequenceType *type);
// n: from the number of items to that of fields; fields left out are None.
Value struct_sequence_new(VM *vm, Class *c, const Value *items, int n) RILL_FALLIBLE;

// types.SimpleNamespace: simple_namespace.c
Class *simple_namespace_class(VM *vm);
Value simple_namespace_new(VM *vm);

#endif
