// SPDX-License-Identifier: MIT
// compare.c - comparison, equality, truth and hash of any values.
#include "vm/float.h"
#include "vm/int.h"
#include "vm/ops.h"
#include "vm/range.h"
#include "vm/vm.h"

static const uint16_t compare_names[] = {NAME___lt__, NAME___le__, NAME___gt__,
                                         NAME___ge__, NAME___eq__, NAME___ne__};
static const char *const compare_symbols[] = {"<", "<=", ">", ">=", "==", "!="};
static const RichCompare swapped[] = {COMPARE_GT, COMPARE_GE, COMPARE_LT,
                                      COMPARE_LE, COMPARE_EQ, COMPARE_NE};

// CPYTHON: ints and floats are unboxed, so equal ones are the same object; so is a NaN.
bool value_same(Value a, Value b)
{
    return a == b;
}

// What builtin types do

static Value from_order(RichCompare op, int order)
{
    switch (op) {
    case COMPARE_LT: return value_bool(order < 0);
    case COMPARE_LE: return value_bool(order <= 0);
    case COMPARE_GT: return value_bool(order > 0);
    case COMPARE_GE: return value_bool(order >= 0);
    case COMPARE_EQ: return value_bool(order == 0);
    default: return value_bool(order != 0);
    }
}

static Value compare_doubles(RichCompare op, double x, double y)
{
    if (x != x || y != y) return value_bool(op == COMPARE_NE);
    return from_order(op, x < y ? -1 : x > y);
}

static Value compare_numbers(RichCompare op, Value a, Value b)
{
    bool is_left = is_any_int(a), is_right = is_any_int(b);
    if (is_left && is_right) return from_order(op, int_compare(a, b));
    if (!is_left && !is_right) return compare_doubles(op, float_value(a), float_value(b));
    double d = float_value(is_left ? b : a);
    if (d != d) return value_bool(op == COMPARE_NE);
    return is_left ? from_order(op, int_compare_double(a, d))
                   : from_order(op, -int_compare_double(b, d));
}

static Value compare_strings(RichCompare op, const Str *a, const Str *b)
{
    if (op == COMPARE_EQ) return value_bool(str_equal(a, b));
    if (op == COMPARE_NE) return value_bool(!str_equal(a, b));
    return from_order(op, str_compare(a, b));
}

static Value compare_bound_methods(RichCompare op, Value a, Value b)
{
    if (op != COMPARE_EQ && op != COMPARE_NE) return VALUE_NOT_IMPLEMENTED;
    const BoundMethod *x = as_pointer(a), *y = as_pointer(b);
    return value_bool((x->function == y->function && x->self == y->self) == (op == COMPARE_EQ));
}

static bool is_bytes_kind(Kind kind)
{
    return kind == KIND_BYTES || kind == KIND_BYTEARRAY;
}

static bool is_set_kind(Kind kind)
{
    return kind == KIND_SET || kind == KIND_FROZENSET ||
           (kind >= KIND_DICT_KEYS && kind <= KIND_DICT_ITEMS);
}

Value compare_builtin(VM *vm, RichCompare op, Value a, Value b)
{
    bool is_number = is_any_int(a) || is_any_float(a);
    if (is_number)
        return is_any_int(b) || is_any_float(b) ? compare_numbers(op, a, b) : VALUE_NOT_IMPLEMENTED;
    Kind kind = value_kind(a), other = value_kind(b);
    if (is_bytes_kind(kind) && is_bytes_kind(other)) return bytes_compare(vm, op, a, b);
    if (is_set_kind(kind) && is_set_kind(other)) return set_compare(vm, op, a, b);
    if (kind != other) return VALUE_NOT_IMPLEMENTED;
    switch (kind) {
    case KIND_STR: return compare_strings(op, as_str(a), as_str(b));
    case KIND_LIST:
    case KIND_TUPLE: return list_compare(vm, op, a, b);
    case KIND_DICT: return dict_compare(vm, op, a, b);
    case KIND_RANGE:
    case KIND_SLICE: return range_compare(vm, op, a, b);
    case KIND_BOUND_METHOD: return compare_bound_methods(op, a, b);
    default: return VALUE_NOT_IMPLEMENTED;
    }
}

// Methods

static bool is_of_object(VM *vm, Value method, const Str *name)
{
    return native_is_default(method, name) && as_native(method)->owner == vm->type_object;
}

// Adds v's method for op, if it has one of its own, or the builtin comparison.
static void add_candidate(VM *vm, RichCompare op, Value v, Value other, BinaryCandidate *out,
                          int *n)
{
    Kind kind = value_kind(v);
    Value method = VALUE_UNBOUND;
    bool negates = false;
    if (!value_is_plain(v) && kind != KIND_BOUND_METHOD) {
        Str *name = str_names[compare_names[op]];
        method = class_lookup(vm, class_of(vm, v), name);
        if (method == VALUE_UNBOUND) return;
        const Class *owner = native_is_default(method, name) ? as_native(method)->owner : NULL;
        if (owner && owner == vm->type_object) {
            // The default __ne__ inverts __eq__; the other defaults have nothing to say.
            method = op == COMPARE_NE ? special_lookup(vm, v, S(__eq__)) : VALUE_UNBOUND;
            if (method == VALUE_UNBOUND || is_of_object(vm, method, S(__eq__))) return;
            negates = true;
        } else if (owner && kind <= KIND_SLICE && owner == vm->classes[kind]) {
            method = VALUE_UNBOUND;
        }
    }
    out[(*n)++] = (BinaryCandidate){method, v, other, negates};
}

int compare_candidates(VM *vm, RichCompare op, Value a, Value b,
                       BinaryCandidate out[MAX_CANDIDATES])
{
    int n = 0;
    Class *left = class_of(vm, a), *right = class_of(vm, b);
    bool is_swapped = left != right && class_is_subclass(right, left);
    if (is_swapped) add_candidate(vm, swapped[op], b, a, out, &n);
    add_candidate(vm, op, a, b, out, &n);
    if (!is_swapped) add_candidate(vm, swapped[op], b, a, out, &n);
    return n;
}

Value raise_compare_type_error(VM *vm, RichCompare op, Value a, Value b)
{
    return raise_error(vm, EXC_TypeError, "'%s' not supported between instances of '%s' and '%s'",
                       compare_symbols[op], type_name(vm, a), type_name(vm, b));
}

Value compare_declined(VM *vm, RichCompare op, Value a, Value b)
{
    if (op == COMPARE_EQ) return value_bool(a == b);
    if (op == COMPARE_NE) return value_bool(a != b);
    return raise_compare_type_error(vm, op, a, b);
}

// What the type of v makes of a and b: an int compares only with ints, a float with both.
static Value compare_of(VM *vm, RichCompare op, Value v, Value a, Value b)
{
    if (is_any_int(v) && !(is_any_int(a) && is_any_int(b))) return VALUE_NOT_IMPLEMENTED;
    return compare_builtin(vm, op, a, b);
}

Value compare_try(VM *vm, RichCompare op, Value a, Value b, const BinaryCandidate *c)
{
    if (c->method == VALUE_UNBOUND) return compare_of(vm, op, c->self, a, b);
    Value v = method_call(vm, c->method, c->self, 1, &c->other);
    if (!c->negates || is_error(v) || v == VALUE_NOT_IMPLEMENTED) return v;
    int truth = value_truth(vm, v);
    return truth < 0 ? VALUE_ERROR : value_bool(!truth);
}

Value value_compare(VM *vm, RichCompare op, Value a, Value b)
{
    if (value_is_plain(a) && value_is_plain(b)) {
        Value v = compare_builtin(vm, op, a, b);
        return v != VALUE_NOT_IMPLEMENTED ? v : compare_declined(vm, op, a, b);
    }
    BinaryCandidate candidates[MAX_CANDIDATES];
    int n = compare_candidates(vm, op, a, b, candidates);
    for (int i = 0; i < n; i++) {
        Value v = compare_try(vm, op, a, b, &candidates[i]);
        if (v != VALUE_NOT_IMPLEMENTED) return v;
    }
    return compare_declined(vm, op, a, b);
}

int value_compare_bool(VM *vm, RichCompare op, Value a, Value b)
{
    Value v = value_compare(vm, op, a, b);
    if (v == VALUE_TRUE) return 1;
    if (v == VALUE_FALSE) return 0;
    return is_error(v) ? -1 : value_truth(vm, v);
}

int value_equal(VM *vm, Value a, Value b)
{
    if (a == b) return 1;
    if (both_int(a, b)) return 0;
    if (is_exact(a, KIND_STR) && is_exact(b, KIND_STR)) return str_equal(as_str(a), as_str(b));
    return value_compare_bool(vm, COMPARE_EQ, a, b);
}

// Truth

int truth_of_result(VM *vm, Value r, bool is_length)
{
    if (is_length) {
        int64_t len = length_of_result(vm, r);
        return len < 0 ? -1 : len > 0;
    }
    if (is_bool(r)) return r == VALUE_TRUE;
    raise_error(vm, EXC_TypeError, "__bool__ should return bool, returned %s", type_name(vm, r));
    return -1;
}

int value_truth_slow(VM *vm, Value v)
{
    int truth = value_truth_plain(v);
    if (truth >= 0) return truth;
    bool is_length;
    Value method = truth_method(vm, v, &is_length);
    if (method == VALUE_UNBOUND) return 1;
    Value r = method_call(vm, method, v, 0, NULL);
    return is_error(r) ? -1 : truth_of_result(vm, r, is_length);
}

Value truth_method(VM *vm, Value v, bool *is_length)
{
    Value method = special_lookup(vm, v, S(__bool__));
    *is_length = method == VALUE_UNBOUND;
    return *is_length ? special_lookup(vm, v, S(__len__)) : method;
}

int value_truth_plain(Value v)
{
    if (is_int(v)) return as_int(v) != 0;
    if (is_float(v)) return as_float(v) != 0;
    if (v == VALUE_NOT_IMPLEMENTED) return -1;  // its __bool__ warns
    if (!is_object(v)) return v != VALUE_FALSE && v != VALUE_NONE;
    if (!value_is_plain(v)) return -1;
    switch (object_kind(as_object(v))) {
    case KIND_INT: return 1;  // a big one
    case KIND_STR:
    case KIND_BYTES: return as_str(v)->size != 0;
    case KIND_LIST: return as_list(v)->len != 0;
    case KIND_TUPLE: return as_tuple(v)->len != 0;
    case KIND_DICT: return as_dict(v)->len != 0;
    case KIND_SET:
    case KIND_FROZENSET: return as_set(v)->len != 0;
    case KIND_RANGE: return int_sign(as_range(v)->length) != 0;
    case KIND_BYTEARRAY: return bytearray_len(v) != 0;
    case KIND_SLICE: return 1;
    default: return dict_view_len(v) != 0;
    }
}

// Hash

static const uint64_t hash_of_none = 0xFCA86420;
enum { POINTER_SHIFT = 4 };

static uint64_t hash_word(uint64_t word)  // of an address: its low bits say little
{
    return word >> POINTER_SHIFT | word << (64 - POINTER_SHIFT);
}

static bool raise_unhashable(VM *vm, Value v)
{
    raise_error(vm, EXC_TypeError, "unhashable type: '%s'", type_name(vm, v));
    return false;
}

static bool hash_by_method(VM *vm, Value v, uint64_t *hash)
{
    Value method = special_lookup(vm, v, S(__hash__));
    if (method == VALUE_NONE) return raise_unhashable(vm, v);
    if (method == VALUE_UNBOUND || is_of_object(vm, method, S(__hash__))) {
        *hash = hash_word(v);
        return true;
    }
    Value r = method_call(vm, method, v, 0, NULL);
    if (is_error(r)) return false;
    if (!is_any_int(r)) {
        raise_error(vm, EXC_TypeError, "__hash__ method should return an integer");
        return false;
    }
    int64_t i;
    if (!int_to_int64(r, &i))
        *hash = int_hash(r);
    else
        *hash = (uint64_t)(i == -1 ? -2 : i);
    return true;
}

bool value_hash(VM *vm, Value v, uint64_t *hash)
{
    if (!value_is_plain(v)) {
        if (!is_kind(v, KIND_BOUND_METHOD)) return hash_by_method(vm, v, hash);
        const BoundMethod *m = as_pointer(v);
        *hash = hash_word(m->self) ^ hash_word(m->function);
        return true;
    }
    switch (value_kind(v)) {
    case KIND_INT:
    case KIND_BOOL: *hash = int_hash(v); return true;
    case KIND_FLOAT: *hash = float_hash(as_float(v)); return true;
    case KIND_STR:
    case KIND_BYTES: *hash = str_hash(as_str(v)); return true;
    case KIND_TUPLE: return vm_check_c_stack(vm) && tuple_hash(vm, as_tuple(v), hash);
    case KIND_FROZENSET: return frozenset_hash(vm, as_set(v), hash);
    case KIND_RANGE: return range_hash(vm, v, hash);
    case KIND_SLICE: return vm_check_c_stack(vm) && range_hash(vm, v, hash);
    case KIND_NONE: *hash = hash_of_none; return true;
    case KIND_ELLIPSIS:
    case KIND_NOT_IMPLEMENTED:
    case KIND_DICT_VALUES: *hash = hash_word(v); return true;
    default: return raise_unhashable(vm, v);
    }
}
