// SPDX-License-Identifier: MIT
// ops.c - binary and unary operators on any values: what builtin types do by themselves, and the
// protocol of forward, reflected and in-place methods. Comparison and hash are in compare.c.
// INVARIANT: a type is asked for a method only if it may have one of its own; the methods of
// builtin types do the same as binary_builtin and are not called.
#include "vm/ops.h"

#include "vm/float.h"
#include "vm/int.h"
#include "vm/vm.h"
#include "vm/warn.h"

const char *const binary_symbols[BINARY_COUNT] = {"+",  "-",  "*", "/", "//", "%", "** or pow()",
                                                  "<<", ">>", "&", "|", "^",  "@"};
static const uint16_t forward_names[BINARY_COUNT] = {
    NAME___add__, NAME___sub__, NAME___mul__,    NAME___truediv__, NAME___floordiv__,
    NAME___mod__, NAME___pow__, NAME___lshift__, NAME___rshift__,  NAME___and__,
    NAME___or__,  NAME___xor__, NAME___matmul__};
static const uint16_t reflected_names[BINARY_COUNT] = {
    NAME___radd__, NAME___rsub__, NAME___rmul__,    NAME___rtruediv__, NAME___rfloordiv__,
    NAME___rmod__, NAME___rpow__, NAME___rlshift__, NAME___rrshift__,  NAME___rand__,
    NAME___ror__,  NAME___rxor__, NAME___rmatmul__};
static const uint16_t inplace_names[BINARY_COUNT] = {
    NAME___iadd__, NAME___isub__, NAME___imul__,    NAME___itruediv__, NAME___ifloordiv__,
    NAME___imod__, NAME___ipow__, NAME___ilshift__, NAME___irshift__,  NAME___iand__,
    NAME___ior__,  NAME___ixor__, NAME___imatmul__};

// Kinds

Kind value_kind(Value v)
{
    if (is_int(v)) return KIND_INT;
    if (is_float(v)) return KIND_FLOAT;
    if (is_object(v)) return object_kind(as_object(v));
    if (is_bool(v)) return KIND_BOOL;
    if (v == VALUE_ELLIPSIS) return KIND_ELLIPSIS;
    return v == VALUE_NOT_IMPLEMENTED ? KIND_NOT_IMPLEMENTED : KIND_NONE;
}

bool value_is_plain(Value v)
{
    if (!is_object(v)) return true;
    Kind kind = object_kind(as_object(v));
    if (as_object(v)->shape != (uint32_t)kind) return false;
    return kind <= KIND_SLICE || (kind >= KIND_DICT_KEYS && kind <= KIND_DICT_ITEMS);
}

static bool is_sequence_kind(Kind kind)
{
    return kind >= KIND_STR && kind <= KIND_TUPLE;
}

// What builtin types do

static Value number_binary(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (is_any_int(a) && is_any_int(b)) {
        if (is_bool(a) && is_bool(b) && op >= BINARY_AND && op <= BINARY_XOR) {
            bool x = a == VALUE_TRUE, y = b == VALUE_TRUE;
            return value_bool(op == BINARY_AND ? x & y : op == BINARY_OR ? x | y : x ^ y);
        }
        return int_binary(vm, op, a, b);
    }
    double x, y;
    if (op > BINARY_POW) return VALUE_NOT_IMPLEMENTED;
    if (!number_to_double(vm, a, &x) || !number_to_double(vm, b, &y)) return VALUE_ERROR;
    return float_binary(vm, op, x, y);
}

static bool is_number(Value v)
{
    return is_any_int(v) || is_any_float(v);
}

typedef Value (*BinaryFn)(VM *, BinaryOperator, Value, Value);

static BinaryFn binary_of(Kind kind)
{
    switch (kind) {
    case KIND_STR:
    case KIND_BYTES:
    case KIND_BYTEARRAY: return str_binary;
    case KIND_LIST: return list_binary;
    case KIND_TUPLE: return tuple_binary;
    case KIND_DICT:
    case KIND_DICT_KEYS:
    case KIND_DICT_VALUES:
    case KIND_DICT_ITEMS: return dict_binary;
    case KIND_SET:
    case KIND_FROZENSET: return set_binary;
    default: return NULL;
    }
}

// What the type of `side`, one of the operands, makes of a and b. An int knows only ints, a float
// both; a sequence is repeated on either side, but only ever extended from the left.
static Value builtin_of(VM *vm, BinaryOperator op, Value side, Value a, Value b)
{
    if (is_number(side)) {
        if (!is_number(a) || !is_number(b)) return VALUE_NOT_IMPLEMENTED;
        if (is_any_int(side) && !(is_any_int(a) && is_any_int(b))) return VALUE_NOT_IMPLEMENTED;
        return number_binary(vm, op, a, b);
    }
    Kind kind = value_kind(side);
    BinaryFn f = binary_of(kind);
    bool is_left = kind == value_kind(a) && (side == a || op == BINARY_MOD);
    bool is_repeated = op == BINARY_MUL && !is_sequence_kind(value_kind(a));
    if (!f || (is_sequence_kind(kind) && !is_left && !is_repeated)) return VALUE_NOT_IMPLEMENTED;
    return f(vm, op, a, b);
}

Value binary_builtin(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (is_number(a) && is_number(b)) return number_binary(vm, op, a, b);
    Value v = builtin_of(vm, op, a, a, b);
    if (v != VALUE_NOT_IMPLEMENTED || value_kind(a) == value_kind(b)) return v;
    return builtin_of(vm, op, b, a, b);
}

static Value inplace_of(VM *vm, BinaryOperator op, Value a, Value b)
{
    switch (value_kind(a)) {
    case KIND_LIST: return list_inplace(vm, op, a, b);
    case KIND_BYTEARRAY: return bytearray_inplace(vm, op, a, b);
    case KIND_DICT: return dict_inplace(vm, op, a, b);
    case KIND_SET: return set_inplace(vm, op, a, b);
    default: return VALUE_NOT_IMPLEMENTED;
    }
}

// CPython does not look at a sequence on the right of *= if the left has, or might have, methods of a sequence.
static bool ignores_right(VM *vm, Value a, Value b)
{
    if (!is_sequence_kind(value_kind(b))) return false;
    switch (value_kind(a)) {
    case KIND_RANGE:
    case KIND_MAPPINGPROXY:
    case KIND_DICT_KEYS:
    case KIND_DICT_VALUES:
    case KIND_DICT_ITEMS:
    case KIND_DICT:
    case KIND_SET:
    case KIND_FROZENSET: return true;
    default: return !is_sequence_kind(value_kind(a)) && class_is_heap(class_of(vm, a));
    }
}

Value inplace_builtin(VM *vm, BinaryOperator op, Value a, Value b)
{
    Value v = inplace_of(vm, op, a, b);
    if (v != VALUE_NOT_IMPLEMENTED || (op == BINARY_MUL && ignores_right(vm, a, b))) return v;
    return binary_builtin(vm, op, a, b);
}

// Methods

Value method_call(VM *vm, Value method, Value self, int argc, const Value *args)
{
    enum { MAX_ARGS = 3 };
    if (is_function(method) || native_takes_self(method)) {
        Value all[MAX_ARGS + 1] = {self};
        assert(argc <= MAX_ARGS);
        for (int i = 0; i < argc; i++)
            all[i + 1] = args[i];
        return value_call(vm, method, argc + 1, all);
    }
    Value bound = descriptor_get(vm, method, self, class_of(vm, self));
    return is_error(bound) ? bound : value_call(vm, bound, argc, args);
}

typedef enum MethodOwner { NO_METHOD, BUILTIN_METHOD, OWN_METHOD } MethodOwner;

// Whose operator method of this name v has; *method is set for OWN_METHOD.
static MethodOwner find_operator(VM *vm, Value v, Str *name, Value *method)
{
    Kind kind = value_kind(v);
    bool is_operand_kind = is_number(v) || binary_of(kind);
    if (value_is_plain(v)) return is_operand_kind ? BUILTIN_METHOD : NO_METHOD;
    *method = class_lookup(vm, class_of(vm, v), name);
    if (*method == VALUE_UNBOUND) return NO_METHOD;
    bool is_builtin = is_operand_kind && native_is_default(*method, name) &&
                      as_native(*method)->owner == vm->classes[kind];
    return is_builtin ? BUILTIN_METHOD : OWN_METHOD;
}

static void add_candidate(BinaryCandidate *out, int *n, MethodOwner owner, Value method, Value self,
                          Value other)
{
    if (owner == NO_METHOD) return;
    if (owner == BUILTIN_METHOD) {
        for (int i = 0; i < *n; i++)
            if (out[i].method == VALUE_UNBOUND && out[i].self == self) return;
        method = VALUE_UNBOUND;
    }
    out[(*n)++] = (BinaryCandidate){method, self, other, false};
}

// Does b's reflected method come before a's own? If b's class is a subclass that overrides it, and
// where the operator of a builtin type on the left is that of a sequence, which CPython asks last.
static bool reflected_is_first(VM *vm, BinaryOperator op, Value a, Value b, MethodOwner forward,
                               Value reflected)
{
    Class *left = class_of(vm, a), *right = class_of(vm, b);
    if (class_is_subclass(right, left) &&
        class_lookup(vm, left, str_names[reflected_names[op]]) != reflected)
        return true;
    if (forward != BUILTIN_METHOD || (op != BINARY_ADD && op != BINARY_MUL)) return false;
    if (native_is_default(reflected, str_names[reflected_names[op]])) return false;  // a deque's, say
    Value own;  // a subclass that defines either method has the slot that is asked first
    return is_sequence_kind(value_kind(a)) &&
           find_operator(vm, a, str_names[reflected_names[op]], &own) != OWN_METHOD;
}

// Is a *= b for a sequence of a class with an own __mul__ or __rmul__, but no own __imul__? Then a * b is tried first.
static bool repeats_by_operator(VM *vm, Value a)
{
    Class *c = class_of(vm, a);
    return class_is_heap(c) && native_is_default(class_lookup(vm, c, S(__imul__)), S(__imul__)) &&
           !(native_is_default(class_lookup(vm, c, S(__mul__)), S(__mul__)) &&
             native_is_default(class_lookup(vm, c, S(__rmul__)), S(__rmul__)));
}

int binary_candidates(VM *vm, BinaryOperator op, Value a, Value b, bool is_inplace,
                      BinaryCandidate out[MAX_CANDIDATES])
{
    int n = 0;
    Value method = VALUE_UNBOUND, reflected = VALUE_UNBOUND, inplace = VALUE_UNBOUND;
    bool is_late = is_inplace && op == BINARY_MUL && repeats_by_operator(vm, a);
    if (is_inplace) {
        MethodOwner owner = find_operator(vm, a, str_names[inplace_names[op]], &inplace);
        bool is_last = owner == BUILTIN_METHOD && value_is_plain(a) && !is_kind(a, KIND_SET) &&
                       !is_kind(a, KIND_DICT);
        if (!is_last && !is_late) add_candidate(out, &n, owner, inplace, a, b);
    }
    MethodOwner forward = find_operator(vm, a, str_names[forward_names[op]], &method);
    MethodOwner backward = NO_METHOD;
    if (class_of(vm, a) != class_of(vm, b))
        backward = find_operator(vm, b, str_names[reflected_names[op]], &reflected);
    if (is_inplace && backward == BUILTIN_METHOD && ignores_right(vm, a, b)) backward = NO_METHOD;
    if (backward == OWN_METHOD && reflected_is_first(vm, op, a, b, forward, reflected)) {
        add_candidate(out, &n, backward, reflected, b, a);
        add_candidate(out, &n, forward, method, a, b);
    } else {
        add_candidate(out, &n, is_late && forward ? OWN_METHOD : forward, method, a, b);
        add_candidate(out, &n, backward, reflected, b, a);
    }
    if (is_late) add_candidate(out, &n, OWN_METHOD, inplace, a, b);
    return n;
}

// What CPython gives to the inherited * of a sequence whose class overrides one of * and reflected *.
static Value uncounted(VM *vm, Value a, Value b)
{
    Value method;
    bool has_own = find_operator(vm, a, S(__mul__), &method) == OWN_METHOD ||
                   find_operator(vm, a, S(__rmul__), &method) == OWN_METHOD;
    if (has_own && find_operator(vm, a, S(__mul__), &method) == BUILTIN_METHOD) return b;
    has_own = find_operator(vm, b, S(__mul__), &method) == OWN_METHOD ||
              find_operator(vm, b, S(__rmul__), &method) == OWN_METHOD;
    if (!has_own || !is_sequence_kind(value_kind(b))) return VALUE_UNBOUND;
    return find_operator(vm, b, S(__rmul__), &method) == BUILTIN_METHOD ? a : VALUE_UNBOUND;
}

static Value raise_sequence_error(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (op == BINARY_MUL) {
        Value other = uncounted(vm, a, b);
        if (other != VALUE_UNBOUND)
            return raise_error(vm, EXC_TypeError,
                               "'%s' object cannot be interpreted as an integer",
                               type_name(vm, other));
        other = is_sequence_kind(value_kind(a)) ? b : a;
        return raise_error(vm, EXC_TypeError, "can't multiply sequence by non-int of type '%s'",
                           type_name(vm, other));
    }
    Kind kind = value_kind(a);
    const char *type = vm->classes[kind]->name->data;
    if (kind == KIND_BYTES || kind == KIND_BYTEARRAY)
        return raise_error(vm, EXC_TypeError, "can't concat %s to %s", type_name(vm, b),
                           type_name(vm, a));
    return raise_error(vm, EXC_TypeError, "can only concatenate %s (not \"%s\") to %s", type,
                       type_name(vm, b), type);
}

Value sequence_concat(VM *vm, Value a, Value b)
{
    Value v = builtin_of(vm, BINARY_ADD, a, a, b);
    return v == VALUE_NOT_IMPLEMENTED ? raise_sequence_error(vm, BINARY_ADD, a, b) : v;
}

// Was a builtin sequence asked to be concatenated or repeated? Not one that overrides the operator.
static bool is_sequence_operation(VM *vm, BinaryOperator op, Value a, Value b, bool is_inplace)
{
    Value method;
    if (op != BINARY_ADD && op != BINARY_MUL) return false;
    if (is_sequence_kind(value_kind(a)))
        return find_operator(vm, a, str_names[forward_names[op]], &method) == BUILTIN_METHOD;
    if (is_inplace && ignores_right(vm, a, b)) return false;
    return op == BINARY_MUL && is_sequence_kind(value_kind(b)) &&
           find_operator(vm, b, S(__rmul__), &method) == BUILTIN_METHOD;
}

Value raise_binary_type_error(VM *vm, BinaryOperator op, Value a, Value b, bool is_inplace)
{
    if (is_sequence_operation(vm, op, a, b, is_inplace)) return raise_sequence_error(vm, op, a, b);
    const char *symbol = is_inplace && op == BINARY_POW ? "**" : binary_symbols[op];
    bool is_print = op == BINARY_RSHIFT && !is_inplace && is_kind(a, KIND_NATIVE) && !as_native(a)->owner &&
                    str_is(as_native(a)->name, "print");
    return raise_error(vm, EXC_TypeError, "unsupported operand type(s) for %s%s: '%s' and '%s'%s",
                       symbol, is_inplace ? "=" : "", type_name(vm, a), type_name(vm, b),
                       is_print ? ". Did you mean \"print(<message>, file=<output_stream>)\"?" : "");
}

Value binary_try(VM *vm, BinaryOperator op, Value a, Value b, bool is_inplace,
                 const BinaryCandidate *c)
{
    if (c->method != VALUE_UNBOUND) return method_call(vm, c->method, c->self, 1, &c->other);
    Value v = is_inplace && c->self == a ? inplace_of(vm, op, a, b) : VALUE_NOT_IMPLEMENTED;
    return v == VALUE_NOT_IMPLEMENTED ? builtin_of(vm, op, c->self, a, b) : v;
}

static Value binary_by_candidates(VM *vm, BinaryOperator op, Value a, Value b, bool is_inplace)
{
    BinaryCandidate candidates[MAX_CANDIDATES];
    int n = binary_candidates(vm, op, a, b, is_inplace, candidates);
    for (int i = 0; i < n; i++) {
        Value v = binary_try(vm, op, a, b, is_inplace, &candidates[i]);
        if (v != VALUE_NOT_IMPLEMENTED) return v;
    }
    return raise_binary_type_error(vm, op, a, b, is_inplace);
}

Value value_binary(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (value_is_plain(a) && value_is_plain(b)) {
        Value v = binary_builtin(vm, op, a, b);
        return likely(v != VALUE_NOT_IMPLEMENTED) ? v
                                                  : raise_binary_type_error(vm, op, a, b, false);
    }
    return binary_by_candidates(vm, op, a, b, false);
}

Value value_inplace(VM *vm, BinaryOperator op, Value a, Value b)
{
    if (value_is_plain(a) && value_is_plain(b)) {
        Value v = inplace_builtin(vm, op, a, b);
        return likely(v != VALUE_NOT_IMPLEMENTED) ? v : raise_binary_type_error(vm, op, a, b, true);
    }
    return binary_by_candidates(vm, op, a, b, true);
}

// Unary

static Value unary_method(VM *vm, Value v, Str *name, const char *what)
{
    Value method = special_lookup(vm, v, name);
    if (method != VALUE_UNBOUND) return method_call(vm, method, v, 0, NULL);
    return raise_error(vm, EXC_TypeError, "bad operand type for %s: '%s'", what, type_name(vm, v));
}

Value value_negate(VM *vm, Value v)
{
    if (is_float(v)) return value_any_float(-as_float(v));
    if (is_any_int(v) && value_is_plain(v)) return int_negate(v);
    return unary_method(vm, v, S(__neg__), "unary -");
}

Value value_positive(VM *vm, Value v)
{
    if (is_float(v)) return v;
    if (is_any_int(v) && value_is_plain(v)) return int_normal(v);
    return unary_method(vm, v, S(__pos__), "unary +");
}

static Str *bool_inversion(void)
{
    return str_from_cstr("Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This "
                         "returns the bitwise inversion of the underlying int object and is usually not what you "
                         "expect from negating a bool. Use the 'not' operator for boolean negation or ~int(x) if "
                         "you really want the bitwise inversion of the underlying int.");
}

Value value_invert(VM *vm, Value v)
{
    if (is_bool(v) && !warn_here(vm, EXC_DeprecationWarning, bool_inversion())) return VALUE_ERROR;
    if (is_any_int(v) && value_is_plain(v)) return int_invert(v);
    return unary_method(vm, v, S(__invert__), "unary ~");
}
