// SPDX-License-Identifier: MIT
// ops.h - what the language's operators do to any values: the slow paths of the interpreter and
// what natives call. Exact builtin types are handled directly, everything else through its special methods.
#ifndef RILL_VM_OPS_H
#define RILL_VM_OPS_H

#include "vm/dict.h"
#include "vm/error.h"
#include "vm/list.h"
#include "vm/set.h"
#include "vm/str.h"
#include "vm/tuple.h"

// The order of the opcodes ADD ... MATMUL.
typedef enum BinaryOperator {
    BINARY_ADD, BINARY_SUB, BINARY_MUL, BINARY_DIV, BINARY_FLOORDIV, BINARY_MOD, BINARY_POW, BINARY_LSHIFT,
    BINARY_RSHIFT, BINARY_AND, BINARY_OR, BINARY_XOR, BINARY_MATMUL, BINARY_COUNT
} BinaryOperator;
// The order of the opcodes LT ... NE.
typedef enum RichCompare { COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE, COMPARE_EQ, COMPARE_NE } RichCompare;
extern const char *const binary_symbols[BINARY_COUNT];  // "+", ...

Value value_binary(VM *vm, BinaryOperator op, Value a, Value b) RILL_FALLIBLE;
Value value_inplace(VM *vm, BinaryOperator op, Value a, Value b) RILL_FALLIBLE;
Value value_negate(VM *vm, Value v) RILL_FALLIBLE;
Value value_positive(VM *vm, Value v) RILL_FALLIBLE;
Value value_invert(VM *vm, Value v) RILL_FALLIBLE;
Value value_compare(VM *vm, RichCompare op, Value a, Value b) RILL_FALLIBLE;  // the object a comparison gives
int value_compare_bool(VM *vm, RichCompare op, Value a, Value b) RILL_FALLIBLE;  // its truth: 1/0/-1
int value_equal(VM *vm, Value a, Value b) RILL_FALLIBLE;       // a is b or a == b, as containers compare: 1/0/-1
bool value_same(Value a, Value b);                             // `is`
int value_truth_slow(VM *vm, Value v) RILL_FALLIBLE;
int value_truth_plain(Value v);                                // -1: its class must be asked
Value truth_method(VM *vm, Value v, bool *is_length);          // __bool__ or __len__ of its class; VALUE_UNBOUND: true
int truth_of_result(VM *vm, Value r, bool is_length) RILL_FALLIBLE;  // of what that method returned
static inline int value_truth(VM *vm, Value v)                 // 1/0/-1
{
    if (v == VALUE_TRUE) return 1;
    if (v == VALUE_FALSE || v == VALUE_NONE) return 0;
    return value_truth_slow(vm, v);
}
bool value_hash(VM *vm, Value v, uint64_t *hash) RILL_FALLIBLE;  // TypeError: unhashable type: 'list'
Str *value_repr(VM *vm, Value v) RILL_FALLIBLE;                // NULL: raised
Str *value_str(VM *vm, Value v) RILL_FALLIBLE;
Str *value_ascii(VM *vm, Value v) RILL_FALLIBLE;
Str *value_format(VM *vm, Value v, Str *spec) RILL_FALLIBLE;
Value value_index(VM *vm, Value v) RILL_FALLIBLE;              // __index__: a plain int; "'X' object cannot be interpreted as an integer"
bool value_ssize_or(VM *vm, Value v, int64_t *out, ExceptionKind too_big) RILL_FALLIBLE;  // with another exception
bool value_ssize(VM *vm, Value v, int64_t *out) RILL_FALLIBLE; // the same as int64; IndexError "cannot fit 'int' into an index-sized integer"
int64_t value_len(VM *vm, Value v) RILL_FALLIBLE;              // -1: raised
int64_t length_of_result(VM *vm, Value r) RILL_FALLIBLE;       // of what __len__ returned
int64_t value_length_hint(VM *vm, Value v, int64_t default_) RILL_FALLIBLE;
Value value_iter(VM *vm, Value v) RILL_FALLIBLE;
Value iter_check(VM *vm, Value it) RILL_FALLIBLE;  // it, which an __iter__ returned: TypeError unless an iterator
Value iter_next(VM *vm, Value iterator) RILL_FALLIBLE;         // VALUE_STOP at the end, VALUE_ERROR raised
int value_contains(VM *vm, Value container, Value item) RILL_FALLIBLE;
Value value_getitem(VM *vm, Value o, Value key) RILL_FALLIBLE;
bool value_setitem(VM *vm, Value o, Value key, Value v) RILL_FALLIBLE;
bool value_delitem(VM *vm, Value o, Value key) RILL_FALLIBLE;
bool value_unpack(VM *vm, Value v, Value *out, int n) RILL_FALLIBLE;
// A list of what the two take; before < 0: no star.
Value value_unpack_list(VM *vm, Value v, int before, int after) RILL_FALLIBLE;
bool value_unpack_star(VM *vm, Value v, Value *out, int before, int after) RILL_FALLIBLE;
// Operators step by step, so that the interpreter can give methods written in Rill frames of their own.
// A candidate is a method found in the class of `self`, not bound, to be called with (self, other); if it
// returns NotImplemented the next one is tried. method VALUE_UNBOUND stands for what the builtin type of
// `self` does with the two operands. negates: the method is __eq__, and != is the opposite of what it says,
// for a class that has no __ne__ of its own.
typedef struct BinaryCandidate {
    Value method;
    Value self, other;
    bool negates;
} BinaryCandidate;
enum { MAX_CANDIDATES = 3 };
// In the order CPython tries them; how many.
int binary_candidates(VM *vm, BinaryOperator op, Value a, Value b, bool is_inplace,
                      BinaryCandidate out[MAX_CANDIDATES]);
int compare_candidates(VM *vm, RichCompare op, Value a, Value b, BinaryCandidate out[MAX_CANDIDATES]);
// What a candidate makes of a and b: VALUE_NOT_IMPLEMENTED if it declines.
Value binary_try(VM *vm, BinaryOperator op, Value a, Value b, bool is_inplace, const BinaryCandidate *c) RILL_FALLIBLE;
Value compare_try(VM *vm, RichCompare op, Value a, Value b, const BinaryCandidate *c) RILL_FALLIBLE;
// When all have declined. raise_binary_type_error, below, is the same for binary operators.
Value compare_declined(VM *vm, RichCompare op, Value a, Value b) RILL_FALLIBLE;
// What builtin types make of two operands, by their kinds: subclasses count as their base.
// VALUE_NOT_IMPLEMENTED: not their business.
Value binary_builtin(VM *vm, BinaryOperator op, Value a, Value b) RILL_FALLIBLE;
Value inplace_builtin(VM *vm, BinaryOperator op, Value a, Value b) RILL_FALLIBLE;  // falls back to the above
Value compare_builtin(VM *vm, RichCompare op, Value a, Value b) RILL_FALLIBLE;
Value sequence_concat(VM *vm, Value a, Value b) RILL_FALLIBLE;  // a.__add__(b) of a builtin sequence
Value raise_binary_type_error(VM *vm, BinaryOperator op, Value a, Value b, bool is_inplace);
Value raise_compare_type_error(VM *vm, RichCompare op, Value a, Value b);
// Is v of exactly a builtin type (int ... slice and the dict views), so that no class need be asked?
bool value_is_plain(Value v);
Kind value_kind(Value v);                                      // immediates too
// Call a method that was found in the class of self (not bound): functions and natives directly.
Value method_call(VM *vm, Value method, Value self, int argc, const Value *args) RILL_FALLIBLE;
// Recursion guard for repr: true if v is already being shown (print "[...]").
bool repr_enter(VM *vm, Value v);
void repr_leave(VM *vm, Value v);

// Per-type pieces ops.c dispatches to; each is in the file of its type and takes exact or subclass objects.
Str *list_repr(VM *vm, List *list) RILL_FALLIBLE;
Str *tuple_repr(VM *vm, Tuple *tuple) RILL_FALLIBLE;
Value list_binary(VM *vm, BinaryOperator op, Value a, Value b);    // VALUE_NOT_IMPLEMENTED if not its business
Value tuple_binary(VM *vm, BinaryOperator op, Value a, Value b);
Value str_binary(VM *vm, BinaryOperator op, Value a, Value b);     // str, bytes and bytearray; % included
Value dict_binary(VM *vm, BinaryOperator op, Value a, Value b);    // | ; dict views too
Value set_binary(VM *vm, BinaryOperator op, Value a, Value b);
Value list_inplace(VM *vm, BinaryOperator op, Value a, Value b);   // += and *=
Value dict_inplace(VM *vm, BinaryOperator op, Value a, Value b);   // |=
Value set_inplace(VM *vm, BinaryOperator op, Value a, Value b);
Value bytearray_inplace(VM *vm, BinaryOperator op, Value a, Value b);
Value list_compare(VM *vm, RichCompare op, Value a, Value b);      // both lists, or both tuples
Value dict_compare(VM *vm, RichCompare op, Value a, Value b);      // dicts (EQ, NE) and views
Value set_compare(VM *vm, RichCompare op, Value a, Value b);
Value range_compare(VM *vm, RichCompare op, Value a, Value b);     // ranges and slices
Value bytes_compare(VM *vm, RichCompare op, Value a, Value b);     // bytes and bytearray
bool tuple_hash(VM *vm, Tuple *tuple, uint64_t *hash);
bool frozenset_hash(VM *vm, Set *set, uint64_t *hash);
bool range_hash(VM *vm, Value v, uint64_t *hash);
Value list_getitem(VM *vm, List *list, Value key);                 // int or slice
bool list_setitem(VM *vm, List *list, Value key, Value v);         // v VALUE_UNBOUND: delete
Value tuple_getitem(VM *vm, Tuple *tuple, Value key);
Value str_getitem(VM *vm, Value s, Value key);                     // str, bytes, bytearray
bool bytearray_setitem(VM *vm, Value o, Value key, Value v);       // v VALUE_UNBOUND: delete
Value range_getitem(VM *vm, Value r, Value key);
Value dict_getitem(VM *vm, Value d, Value key);                    // calls __missing__ of subclasses; KeyError
int str_contains(VM *vm, Value container, Value item);             // str, bytes, bytearray
int range_contains(VM *vm, Value r, Value item);
int dict_view_contains(VM *vm, Value view, Value item);
Str *dict_repr(VM *vm, Dict *dict);
Str *dict_view_repr(VM *vm, Value view);
Str *set_repr(VM *vm, Set *set);
Str *range_repr(VM *vm, Value v);                                  // and slice
Str *bytearray_repr(VM *vm, Value v);
int64_t bytearray_len(Value v);
int64_t dict_view_len(Value view);
Value list_iter(Value list);
Value tuple_iter(Value tuple);
Value str_iter(Value s);                                           // str, bytes, bytearray
Value dict_iter(Value dict_or_view);
Value set_iter(Value set);
Value range_iter(VM *vm, Value range);
// The format mini-language, in format.c; v may be of a subclass.
Str *int_format(VM *vm, Value v, Str *spec);
Str *float_format(VM *vm, Value v, Str *spec);
Str *str_format_spec(VM *vm, Str *s, Str *spec);

#endif
