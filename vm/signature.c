// SPDX-License-Identifier: MIT
// signature.c - binding a call's arguments to the signature of a native; parsing it is in signature_parse.c.
//
// The messages are those that CPython gives for the way such a function is declared there:
// no or one positional-only parameter: "list.append() takes exactly one argument (2 given)";
// several, positional-only: "pop expected at most 1 argument, got 2"; parameters that have a
// keyword: "round() missing required argument 'number' (pos 1)"; operators: "expected 1 argument,
// got 0".
#include "vm/signature.h"

#include <limits.h>

#include "vm/float.h"
#include "vm/gc.h"
#include "vm/suggest.h"
#include "vm/vm.h"
#include "vm/warn.h"

// Names in messages

static bool is_constructor(const Native *n)
{
    return n->owner && (n->name == S(__new__) || n->name == S(__init__));
}

// An operator method, which CPython wraps: its errors do not name it.
bool signature_is_slot_wrapper(const Native *n)
{
    static const char *const plain_methods[] = {
        "__format__",     "__reversed__",      "__reduce__",        "__reduce_ex__",
        "__sizeof__",     "__dir__",           "__class_getitem__", "__length_hint__",
        "__enter__",      "__exit__",
        "__round__",      "__floor__",         "__ceil__",          "__trunc__",
        "__getnewargs__", "__subclasses__",    "__instancecheck__", "__subclasscheck__",
        "__prepare__",    "__init_subclass__", "__subclasshook__",  "__copy__",
        "__deepcopy__",   "__missing__",       "__getstate__",      "__setstate__",
        "__bytes__",      "__fspath__",        "__set_name__"};
    const Str *name = n->name;
    bool is_dunder = name->size > 4 && memcmp(name->data, "__", 2) == 0;
    if (!n->owner || !is_dunder || is_constructor(n) || n->is_class || n->is_static) return false;
    Kind kind = n->owner->kind;
    if (name == S(__getitem__)) return kind != KIND_LIST && kind != KIND_DICT;
    if (name == S(__contains__)) return kind != KIND_DICT && kind != KIND_SET && kind != KIND_FROZENSET;
    for (size_t i = 0; i < countof(plain_methods); i++)
        if (str_is(name, plain_methods[i])) return false;
    return true;
}

static const char *short_name(const Native *n)
{
    return is_constructor(n) ? n->owner->name->data : n->name->data;
}

// "list.append", "math.sqrt", "len"; a class method is named by the class it is called on.
static const char *long_name(const Native *n, Value self)
{
    if (is_constructor(n)) return n->owner->name->data;
    if (n->is_class && is_class(self))
        return str_format("%s.%s", as_class(self)->qualname->data, n->name->data)->data;
    if (n->owner) return native_full_name(n)->data;
    if (!is_str(n->module) || str_is(as_str(n->module), "builtins")) return n->name->data;
    return str_format("%s.%s", as_str(n->module)->data, n->name->data)->data;
}

// sorted() leaves its keywords to list.sort.
static bool hands_on(const Native *n)
{
    return !n->owner && str_is(n->name, "sorted");
}

static const char *plural(long n)
{
    return n == 1 ? "" : "s";
}

// Errors of arity. Counts leave out self.

static bool has_keywords(const Signature *sig)
{
    if (sig->n_kwonly > 0 || sig->keywords >= 0 || sig->parsing == PARSED_WITH_KEYWORDS) return true;
    for (int i = sig->n_self; i < sig->n_params; i++)
        if (sig->params[i].kind == PARAM_EITHER) return true;
    return false;
}

// CPython puts an empty name before the message of these wrappers.
static bool is_repetition(const Native *n)
{
    Kind kind = n->owner->kind;
    return (n->name == S(__mul__) || n->name == S(__rmul__) || n->name == S(__imul__)) &&
           (kind == KIND_STR || kind == KIND_BYTES || kind == KIND_BYTEARRAY || kind == KIND_LIST ||
            kind == KIND_TUPLE || kind == KIND_OPAQUE);
}

static const char *bound_word(int given, int min, int max, const char *exactly)
{
    return min == max ? exactly : given < min ? "at least " : "at most ";
}

static bool raise_wrong_count_plain(VM *vm, const Native *n, Value self, int given, int min, int max)
{
    const Signature *sig = n->parsed;
    bool is_open = sig->rest >= 0;
    int bound = given < min ? min : max;
    if (sig->parsing == PARSED_AS_TUPLE) {
        raise_error(vm, EXC_TypeError, "%s() takes %s%d argument%s (%d given)", short_name(n),
                    bound_word(given, min, max, "exactly "), bound, plural(bound), given);
    } else if (signature_is_slot_wrapper(n)) {
        raise_error(vm, EXC_TypeError, "%sexpected %s%d argument%s, got %d",
                    is_repetition(n) || max > 1 ? " " : "",
                    bound_word(given, min, is_open ? INT_MAX : max, ""), bound, plural(bound), given);
    } else if (!is_open && max == 0) {
        raise_error(vm, EXC_TypeError, "%s() takes no arguments (%d given)", long_name(n, self), given);
    } else if (!is_open && max == 1 && min == 1 && !is_constructor(n)) {
        raise_error(vm, EXC_TypeError, "%s() takes exactly one argument (%d given)", long_name(n, self),
                    given);
    } else {
        raise_error(vm, EXC_TypeError, "%s expected %s%d argument%s, got %d", short_name(n),
                    bound_word(given, min, is_open ? INT_MAX : max, ""), bound, plural(bound), given);
    }
    return false;
}

static bool raise_too_many(VM *vm, const Native *n, int given, int n_keywords, int min, int max)
{
    const Signature *sig = n->parsed;
    const char *name = short_name(n);
    int total = max + sig->n_kwonly;
    if (total == 0 && sig->parsing == PARSED_WITH_KEYWORDS) {
        raise_error(vm, EXC_TypeError, "%s() takes no arguments", name);
    } else if (given + n_keywords > total && sig->keywords < 0) {
        raise_error(vm, EXC_TypeError, "%s() takes at most %d %sargument%s (%d given)", name, total,
                    given == 0 ? "keyword " : "", plural(total), given + n_keywords);
    } else if (max == 0) {
        raise_error(vm, EXC_TypeError, "%s() takes no positional arguments", name);
    } else {
        raise_error(vm, EXC_TypeError, "%s() takes %s %d positional argument%s (%d given)", name,
                    min < max ? "at most" : "exactly", max, plural(max), given);
    }
    return false;
}

static bool raise_missing(VM *vm, const Native *n, int i, int given)
{
    const Signature *sig = n->parsed;
    const Param *p = &sig->params[i];
    int required_posonly = 0;
    for (int k = sig->n_self; k < sig->n_params; k++)
        required_posonly += sig->params[k].kind == PARAM_POSITIONAL && !sig->params[k].has_default;
    if (p->kind == PARAM_POSITIONAL) {
        int max = sig->n_positional - sig->n_self;
        raise_error(vm, EXC_TypeError, "%s() takes %s %d positional argument%s (%d given)",
                    short_name(n),
                    required_posonly < max || sig->rest >= 0 ? "at least" : "exactly",
                    required_posonly, plural(required_posonly), given);
    } else if (p->kind == PARAM_KEYWORD) {
        raise_error(vm, EXC_TypeError, "%s() missing required keyword-only argument '%s'",
                    short_name(n), p->name->data);
    } else {
        raise_error(vm, EXC_TypeError, "%s() missing required argument '%s' (pos %d)",
                    short_name(n), p->name->data, i - sig->n_self + 1);
    }
    return false;
}

static bool raise_no_keywords(VM *vm, const Native *n, Value self)
{
    if (signature_is_slot_wrapper(n))
        raise_error(vm, EXC_TypeError, "wrapper %s() takes no keyword arguments", n->name->data);
    else
        raise_error(vm, EXC_TypeError, "%s() takes no keyword arguments",
                    n->parsed->parsing == PARSED_AS_TUPLE ? short_name(n) : long_name(n, self));
    return false;
}

// self

// int.__new__(bool): a builtin class further down has a __new__ of its own.
static bool check_layout(VM *vm, const Native *n, Class *c)
{
    if (c == n->owner || n->name != S(__new__) || n->owner == vm->type_object) return true;
    Class *base = class_native_base(vm, c);
    Value own = class_lookup(vm, base, S(__new__));
    if (!is_kind(own, KIND_NATIVE) || as_native(own) == n) return true;
    raise_error(vm, EXC_TypeError, "%s.__new__(%s) is not safe, use %s.__new__()",
                n->owner->full_name, c->name->data, class_is_heap(base) ? base->name->data : base->full_name);
    return false;
}

static bool check_class_argument(VM *vm, const Native *n, Value self)
{
    const char *owner = n->owner->full_name, *name = n->name->data;
    if (!is_class(self)) {
        raise_error(vm, EXC_TypeError, "%s.%s(X): X is not a type object (%s)", owner, name,
                    type_name(vm, self));
        return false;
    }
    if (class_is_subclass(as_class(self), n->owner)) return check_layout(vm, n, as_class(self));
    const char *got = as_class(self)->name->data;
    raise_error(vm, EXC_TypeError, "%s.%s(%s): %s is not a subtype of %s", owner, name, got, got,
                owner);
    return false;
}

bool signature_check_self(VM *vm, const Native *n, Value self)
{
    if (!n->owner || native_signature(vm, n)->n_self == 0) return true;
    if (n->is_class || n->is_static) return check_class_argument(vm, n, self);
    if (likely(native_suits(vm, n, self))) return true;
    const char *owner = n->owner->full_name ? n->owner->full_name : n->owner->name->data;
    if (signature_is_slot_wrapper(n) || is_constructor(n))
        raise_error(vm, EXC_TypeError, "descriptor '%s' requires a '%s' object but received a '%s'",
                    n->name->data, owner, type_name(vm, self));
    else
        raise_error(vm, EXC_TypeError,
                    "descriptor '%s' for '%s' objects doesn't apply to a '%s' object",
                    n->name->data, owner, type_name(vm, self));
    return false;
}

static bool raise_no_self(VM *vm, const Native *n)
{
    const char *owner = n->owner->full_name ? n->owner->full_name : n->owner->name->data;
    if (n->is_static || n->is_class)
        raise_error(vm, EXC_TypeError, "%s.%s(): not enough arguments", owner, n->name->data);
    else if (signature_is_slot_wrapper(n) || is_constructor(n))
        raise_error(vm, EXC_TypeError, "descriptor '%s' of '%s' object needs an argument",
                    n->name->data, owner);
    else
        raise_error(vm, EXC_TypeError, "unbound method %s() needs an argument", native_full_name(n)->data);
    return false;
}

// Conversions

// "replace() argument 1 must be str, not int", "open() argument 'mode' must be str, not int"
static bool raise_bad_type(VM *vm, const Native *n, int i, const char *wanted, Value v)
{
    const Signature *sig = n->parsed;
    const Param *p = &sig->params[i];
    const char *got = argument_type_name(vm, v);
    const char *or_none = p->or_none ? " or None" : "";
    int n_plain = sig->n_params - sig->n_self;
    if (p->kind != PARAM_POSITIONAL)
        raise_error(vm, EXC_TypeError, "%s() argument '%s' must be %s%s, not %s", short_name(n),
                    p->name->data, wanted, or_none, got);
    else if (n_plain == 1 && sig->parsing == PARSED_AS_USUAL)
        raise_error(vm, EXC_TypeError, "%s() argument must be %s%s, not %s", short_name(n), wanted,
                    or_none, got);
    else
        raise_error(vm, EXC_TypeError, "%s() argument %d must be %s%s, not %s", short_name(n),
                    i - sig->n_self + 1, wanted, or_none, got);
    return false;
}

static bool convert_ssize(VM *vm, Value *v)
{
    *v = value_index(vm, *v);
    if (is_error(*v)) return false;
    int64_t ignored;
    if (is_int(*v) || int_to_int64(*v, &ignored)) return true;
    raise_error(vm, EXC_OverflowError, "Python int too large to convert to C ssize_t");
    return false;
}

static bool convert_cint(VM *vm, Value *v)
{
    *v = value_index(vm, *v);
    if (is_error(*v)) return false;
    if (is_int(*v) && as_int(*v) == (int)as_int(*v)) return true;
    raise_error(vm, EXC_OverflowError, "Python int too large to convert to C int");
    return false;
}

static bool convert_float(VM *vm, Value *v)
{
    double d;
    if (is_float(*v)) return true;
    if (!number_to_double(vm, *v, &d)) return false;
    *v = value_any_float(d);
    return true;
}

static bool convert_bool(VM *vm, Value *v)
{
    int truth = value_truth(vm, *v);
    if (truth < 0) return false;
    *v = value_bool(truth);
    return true;
}

static bool is_of_type(ParamType type, Value v)
{
    switch (type) {
    case TYPE_STR: return is_kind(v, KIND_STR);
    case TYPE_LIST: return is_kind(v, KIND_LIST);
    case TYPE_TUPLE: return is_kind(v, KIND_TUPLE);
    case TYPE_DICT: return is_kind(v, KIND_DICT);
    case TYPE_SET: return is_kind(v, KIND_SET) || is_kind(v, KIND_FROZENSET);
    default: return true;
    }
}

static bool convert(VM *vm, const Native *n, int i, Value *v)
{
    static const char *const names[] = {[TYPE_STR] = "str",
                                        [TYPE_LIST] = "list",
                                        [TYPE_TUPLE] = "tuple",
                                        [TYPE_DICT] = "dict",
                                        [TYPE_SET] = "set"};
    const Param *p = &n->parsed->params[i];
    if (likely(p->type == TYPE_OBJECT || p->type == TYPE_SELF)) return true;
    if (p->or_none && *v == VALUE_NONE) return true;
    switch (p->type) {
    case TYPE_INT: *v = value_index(vm, *v); return !is_error(*v);
    case TYPE_SSIZE: return is_int(*v) || convert_ssize(vm, v);
    case TYPE_CINT: return convert_cint(vm, v);
    case TYPE_FLOAT: return convert_float(vm, v);
    case TYPE_BOOL: return convert_bool(vm, v);
    case TYPE_BYTES:
        if (is_kind(*v, KIND_BYTES) || is_kind(*v, KIND_BYTEARRAY)) return true;
        raise_error(vm, EXC_TypeError, "a bytes-like object is required, not '%s'",
                    type_name(vm, *v));
        return false;
    default: return is_of_type(p->type, *v) || raise_bad_type(vm, n, i, names[p->type], *v);
    }
}

// Binding

// Parameters that a keyword may name.
static bool is_named(const Param *p)
{
    return p->kind == PARAM_EITHER || p->kind == PARAM_KEYWORD;
}

static bool raise_unexpected(VM *vm, const Native *n, const char *shown, Str *name)
{
    const Signature *sig = n->parsed;
    List *known = list_new(8);
    for (int i = sig->n_self; i < sig->n_params; i++)
        if (is_named(&sig->params[i])) list_append(known, value_object(sig->params[i].name));
    suggest_raise_keyword(vm, hands_on(n) ? "sort" : shown, known, name);
    return false;
}

static int find_param(const Signature *sig, const Str *name)
{
    for (int i = sig->n_self; i < sig->n_params; i++) {
        const Param *p = &sig->params[i];
        if (is_named(p) && (p->name == name || str_equal(p->name, name))) return i;
    }
    return -1;
}

static bool bind_keyword(VM *vm, const Native *n, Str *name, Value v, int n_given, Value *out)
{
    const Signature *sig = n->parsed;
    int i = find_param(sig, name);
    if (i >= 0 && i < n_given && sig->params[i].kind == PARAM_EITHER) {
        raise_error(vm, EXC_TypeError, "argument for %s() given by name ('%s') and position (%d)",
                    short_name(n), name->data, i - sig->n_self + 1);
        return false;
    }
    if (i >= 0) {
        out[i] = v;
        return true;
    }
    if (sig->keywords < 0) return raise_unexpected(vm, n, short_name(n), name);
    dict_set_str(as_dict(out[sig->keywords]), name, v);
    return true;
}

static bool bind_keywords(VM *vm, const Native *n, const Value *values, const Tuple *names,
                          int n_given, Value *out)
{
    for (size_t i = 0; i < names->len; i++)
        if (!bind_keyword(vm, n, as_str(names->items[i]), values[i], n_given, out)) return false;
    return true;
}

// A required parameter that neither a position nor a keyword gives; -1: none.
static int first_missing(const Signature *sig, int n_given, const Tuple *names)
{
    for (int i = sig->n_self; i < sig->n_params; i++) {
        const Param *p = &sig->params[i];
        bool is_given = p->has_default || p->kind == PARAM_REST || p->kind == PARAM_KEYWORDS ||
                        (p->kind <= PARAM_EITHER && i < n_given);
        for (size_t k = 0; names && p->kind != PARAM_POSITIONAL && k < names->len && !is_given; k++)
            is_given = str_equal(p->name, as_str(names->items[k]));
        if (!is_given) return i;
    }
    return -1;
}

// What CPython has in Python. given counts positional arguments, self too.
static bool check_python_keywords(VM *vm, const Native *n, int given, const Tuple *names)
{
    for (size_t k = 0; names && k < names->len; k++) {
        Str *name = as_str(names->items[k]);
        int i = find_param(n->parsed, name);
        bool is_twice = i >= 0 && i < given && n->parsed->params[i].kind == PARAM_EITHER;
        if (is_twice)
            raise_error(vm, EXC_TypeError, "%s() got multiple values for argument '%s'",
                        native_full_name(n)->data, name->data);
        else if (i < 0 && n->parsed->keywords < 0)
            raise_unexpected(vm, n, native_full_name(n)->data, name);
        if (is_twice || (i < 0 && n->parsed->keywords < 0)) return false;
    }
    return true;
}

static bool check_python_counts(VM *vm, const Native *n, int given, Tuple *names)
{
    const Signature *sig = n->parsed;
    if (!check_python_keywords(vm, n, given, names)) return false;
    int max = sig->n_positional, min = sig->n_required;
    if (sig->rest < 0 && given > max) {
        const char *range = min < max ? str_format("from %d to %d", min, max)->data
                                      : str_format("%d", max)->data;
        raise_error(vm, EXC_TypeError, "%s() takes %s positional argument%s but %d %s given",
                    native_full_name(n)->data, range, min < max ? "s" : plural(max), given,
                    given == 1 ? "was" : "were");
        return false;
    }
    Str *missing[SIGNATURE_MAX_PARAMS];
    size_t n_missing = 0;
    for (int i = given; i < max; i++) {
        const Param *p = &sig->params[i];
        bool is_given = p->has_default;
        for (size_t k = 0; names && k < names->len && !is_given; k++)
            is_given = str_equal(p->name, as_str(names->items[k]));
        if (!is_given) missing[n_missing++] = p->name;
    }
    if (n_missing)
        raise_error(vm, EXC_TypeError, "%s() missing %zu required positional argument%s: %s",
                    native_full_name(n)->data, n_missing, plural((long)n_missing),
                    bind_join_names(missing, n_missing)->data);
    return n_missing == 0;
}

// Constructors that take their positional arguments apart before they look for keywords.
static bool is_basic(const Native *n)
{
    Kind kind = n->owner ? n->owner->kind : KIND_COUNT;
    return is_constructor(n) && kind < KIND_FUNCTION && kind != KIND_BYTES && kind != KIND_BYTEARRAY;
}

static bool check_counts(VM *vm, const Native *n, Value self, int argc, Tuple *names)
{
    const Signature *sig = n->parsed;
    if (sig->is_python) return check_python_counts(vm, n, argc, names);
    int n_keywords = names ? (int)names->len : 0;
    int given = argc - sig->n_self, min = sig->n_required - sig->n_self,
        max = sig->n_positional - sig->n_self;
    bool too_many = sig->rest < 0 && given > max;
    if (!has_keywords(sig)) {
        if (n_keywords > 0) return raise_no_keywords(vm, n, self);
        return (given >= min && !too_many) || raise_wrong_count_plain(vm, n, self, given, min, max);
    }
    if (hands_on(n) && given != 1) {
        raise_error(vm, EXC_TypeError, "%s expected 1 argument, got %d", n->name->data, given);
        return false;
    }
    if (is_basic(n) && n_keywords == 0 && too_many) return raise_wrong_count_plain(vm, n, self, given, min, max);
    if (is_constructor(n) && sig->rest >= 0 && sig->keywords < 0 && n_keywords > sig->n_kwonly)
        return raise_too_many(vm, n, 0, n_keywords, 0, 0);
    int missing = first_missing(sig, argc, names);
    int total = max + sig->n_kwonly;
    if (too_many || (sig->rest < 0 && sig->keywords < 0 && given + n_keywords > total))
        return raise_too_many(vm, n, given, n_keywords, min, max);
    return missing < 0 || raise_missing(vm, n, missing, given);
}

static void set_defaults(const Signature *sig, int n_given, Value *out)
{
    for (int i = n_given; i < sig->n_params; i++) {
        const Param *p = &sig->params[i];
        if (p->kind == PARAM_KEYWORDS)
            out[i] = value_object(dict_new());
        else if (p->kind != PARAM_REST)
            out[i] = p->default_value;
    }
}

// Keywords that a subclass's other constructor is for: __new__(cls, *, key) of a list.
static bool is_for_other(VM *vm, const Native *n, Value self)
{
    if (!is_constructor(n) || has_keywords(n->parsed)) return false;
    bool is_new = n->name == S(__new__);
    if (!is_new && n->owner->kind != KIND_LIST) return false;
    Str *other = is_new ? S(__init__) : S(__new__);
    Class *c = is_new ? as_class(self) : class_of(vm, self);
    return c != n->owner && class_lookup(vm, c, other) != class_lookup(vm, n->owner, other);
}

static inline bool needs_no_conversion(const Param *p, Value v)
{
    switch (p->type) {
    case TYPE_OBJECT: return true;
    case TYPE_STR: return is_kind(v, KIND_STR);
    case TYPE_SSIZE: return is_int(v);
    default: return false;
    }
}

// The arguments of a call as most are: positional ones, as many as there may be.
static bool bind_quickly(VM *vm, const Native *n, int argc, const Value *argv, Value *out)
{
    const Signature *sig = n->parsed;
    int i = sig->n_self;
    if (i) {
        if (unlikely(argc == 0)) return raise_no_self(vm, n);
        if (!signature_check_self(vm, n, argv[0])) return false;
        out[0] = argv[0];
    }
    for (; i < argc; i++) {
        out[i] = argv[i];
        if (!needs_no_conversion(&sig->params[i], argv[i]) && !convert(vm, n, i, &out[i])) return false;
    }
    for (; i < sig->n_params; i++)
        out[i] = sig->params[i].default_value;
    return true;
}

static bool warn_positional(VM *vm, const Signature *sig)
{
    const Str *name = sig->params[sig->quiet_max].name;
    return warn_here(vm, EXC_DeprecationWarning, str_format("'%s' is passed as positional argument", name->data));
}

bool signature_bind(VM *vm, const Native *n, int argc, const Value *argv, Tuple *names, Value *out)
{
    const Signature *sig = native_signature(vm, n);
    if (likely(!names && argc >= sig->quick_min && argc <= sig->quiet_max))
        return bind_quickly(vm, n, argc, argv, out);
    int n_keywords = names ? (int)names->len : 0;
    int n_given = argc - n_keywords;
    if (n_given < sig->n_self) return raise_no_self(vm, n);
    if (sig->n_self && !signature_check_self(vm, n, argv[0])) return false;
    if (unlikely(names != NULL) && sig->n_self && is_for_other(vm, n, argv[0])) names = NULL;
    if (unlikely(names || n_given < sig->n_required || n_given != sig->n_positional ||
                 sig->n_kwonly) &&
        !check_counts(vm, n, sig->n_self ? argv[0] : VALUE_UNBOUND, n_given, names))
        return false;
    int n_positional = n_given < sig->n_positional ? n_given : sig->n_positional;
    for (int i = 0; i < n_positional; i++)
        out[i] = argv[i];
    set_defaults(sig, n_positional, out);
    if (sig->rest >= 0)
        out[sig->rest] =
            value_object(tuple_from(argv + n_positional, (size_t)(n_given - n_positional)));
    if (names && !bind_keywords(vm, n, argv + n_given, names, n_given, out)) return false;
    for (int i = sig->n_self; i < sig->n_params; i++) {
        const Param *p = &sig->params[i];
        if (p->kind == PARAM_REST || p->kind == PARAM_KEYWORDS) continue;
        bool is_default = i >= n_positional && p->has_default && out[i] == p->default_value;
        if (!is_default && !convert(vm, n, i, &out[i])) return false;
    }
    return n_positional <= sig->quiet_max || warn_positional(vm, sig);
}

// Text

Str *signature_text(const Signature *sig)
{
    StrBuilder b = {0};
    builder_add_byte(&b, '(');
    bool has_star = false;
    for (int i = 0; i < sig->n_params; i++) {
        const Param *p = &sig->params[i];
        if (i > 0) builder_add_cstr(&b, ", ");
        if (p->kind == PARAM_KEYWORD && !has_star) builder_add_cstr(&b, "*, ");
        if (p->kind == PARAM_REST || p->kind == PARAM_KEYWORD) has_star = true;
        builder_add_cstr(&b, p->kind == PARAM_REST ? "*" : p->kind == PARAM_KEYWORDS ? "**" : "");
        builder_add_str(&b, p->name);
        if (p->has_default && !str_is(p->default_text, "?")) {
            builder_add_byte(&b, '=');
            builder_add_str(&b, p->default_text);
        } else if (p->has_default) {
            builder_add_cstr(&b, "=<unrepresentable>");
        }
        bool is_last_posonly =
            p->kind == PARAM_POSITIONAL &&
            (i + 1 == sig->n_params || sig->params[i + 1].kind != PARAM_POSITIONAL);
        if (is_last_posonly) builder_add_cstr(&b, ", /");
    }
    builder_add_byte(&b, ')');
    return builder_str(&b);
}
