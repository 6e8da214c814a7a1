// SPDX-License-Identifier: MIT
// sequence.h - what lists, tuples and deques have in common: counts, bounds and operand checks.
#ifndef RILL_VM_SEQUENCE_H
#define RILL_VM_SEQUENCE_H

#include "vm/object.h"

// The items of a list or tuple as they are now; any call to Rill code may change those of a list.
const Value *sequence_items(Value list_or_tuple, size_t *len);
// The operand n of sequence * n as a count, at least 0: 1. 0: n is no int, but its class may know
// what to do (__mul__, __rmul__ in Rill). -1: raised.
int sequence_repeat_count(VM *vm, Value n, int64_t *count) RILL_FALLIBLE;
// sequence + other of another type: VALUE_NOT_IMPLEMENTED if other's class has __radd__ in Rill,
// else TypeError 'can only concatenate list (not "int") to list'.
Value sequence_bad_concat(VM *vm, const char *type, Value other);
// An argument start or stop of index(): clamped to an int64, negative ones count from the end and
// stay at least 0. false: raised.
bool sequence_bound(VM *vm, Value v, size_t len, int64_t *bound) RILL_FALLIBLE;
// A subscript that is not a slice: the int64, TypeError "`type` indices must be integers or slices,
// not X".
bool sequence_subscript(VM *vm, const char *type, Value key, int64_t *index) RILL_FALLIBLE;
// n copies of items, one after the other.
void sequence_repeat(Value *out, const Value *items, size_t len, size_t n);

#endif
