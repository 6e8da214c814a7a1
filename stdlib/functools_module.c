// SPDX-License-Identifier: MIT
// functools_module.c - _functools: partial, cmp_to_key and the function that lru_cache returns. The
// rest of functools is in rill/functools.rill; the cache itself in vm/lru.c.
#include "stdlib/stdlib.h"
#include "vm/warn.h"
#include "vm/call.h"
#include "vm/gc.h"
#include "vm/lru.h"

enum { FEW_ARGUMENTS = 24, ROOM_BEFORE = 3 };

// partial

typedef struct Partial {
    Object object;  // KIND_OPAQUE
    Value function;
    Tuple *args;
    Dict *keywords;
} Partial;

static Class *partial_class, *key_class, *cache_class;

static Partial *as_partial(Value v)
{
    return as_pointer(v);
}

static Value new_partial(Class *c, Value function, Tuple *arguments, Dict *keywords)
{
    Partial *p = object_alloc(c, KIND_OPAQUE, sizeof(Partial));
    p->function = function;
    p->args = arguments;
    p->keywords = keywords;
    return value_object(p);
}

static Tuple *joined(const Tuple *a, const Tuple *b)
{
    Tuple *t = tuple_new(a->len + b->len);
    memcpy(t->items, a->items, a->len * sizeof(Value));
    memcpy(t->items + a->len, b->items, b->len * sizeof(Value));
    return t;
}

NATIVE(partial_new, "__new__(cls, /, *args, **keywords)", "Create and return a new object.")
{
    Tuple *given = as_tuple(args[1]);
    if (given->len == 0)
        return raise_error(vm, EXC_TypeError, "type 'partial' takes at least one argument");
    Value function = given->items[0];
    if (!value_is_callable(vm, function))
        return raise_error(vm, EXC_TypeError, "the first argument must be callable");
    Tuple *rest = tuple_from(given->items + 1, given->len - 1);
    Dict *keywords = as_dict(args[2]);
    // One of a partial starts from what that one calls, unless it has attributes of its own.
    if (is_kind(function, KIND_OPAQUE) && class_of(vm, function) == partial_class) {
        const Partial *inner = as_partial(function);
        Dict *own = object_dict(vm, as_object(function), false);
        if (!own || own->len == 0) {
            rest = joined(inner->args, rest);
            Dict *all = dict_copy(inner->keywords);
            if (!dict_merge(vm, all, keywords)) return VALUE_ERROR;
            keywords = all;
            function = inner->function;
        }
    }
    return new_partial(as_class(args[0]), function, rest, keywords);
}

// The keywords of p and of the call: names and values from argv[n] on, after n positional
// arguments.
static Tuple *merge_keywords(VM *vm, const Partial *p, const Value *values, const Tuple *names,
                             Value *out)
{
    Dict *all = dict_copy(p->keywords);
    for (size_t i = 0; names && i < names->len; i++)
        if (!dict_set(vm, all, names->items[i], values[i])) return NULL;
    Tuple *merged = tuple_new(all->len);
    size_t pos = 0, i = 0;
    Value key, v;
    while (dict_next(all, &pos, &key, &v)) {
        if (!is_str(key)) {
            raise_error(vm, EXC_TypeError, "keywords must be strings");
            return NULL;
        }
        merged->items[i] = key;
        out[i++] = v;
    }
    return merged;
}

// A CallHook: call what p calls, with its arguments before those of the call.
static int partial_begin(VM *vm, Value callee, int argc, Value *argv, Tuple *names, Value *base,
                         Value *result, Value **regs)
{
    const Partial *p = as_partial(callee);
    size_t n_own = p->args->len, n_named = names ? names->len : 0,
           n_positional = (size_t)argc - n_named;
    size_t n_most = n_own + (size_t)argc + p->keywords->len;
    Value few[ROOM_BEFORE + FEW_ARGUMENTS];
    Value *all =
        n_most <= FEW_ARGUMENTS ? few : gc_alloc_array(ROOM_BEFORE + n_most, sizeof(Value));
    Value *v = all + ROOM_BEFORE;
    memcpy(v, p->args->items, n_own * sizeof(Value));
    memcpy(v + n_own, argv, (size_t)argc * sizeof(Value));
    int n = (int)n_own + argc;
    if (p->keywords->len > 0) {
        names = merge_keywords(vm, p, argv + n_positional, names, v + n_own + n_positional);
        if (!names) return CALL_ERROR;
        n = (int)(n_own + n_positional + names->len);
    }
    return call_begin(vm, p->function, n, v, names, base, result, regs);
}

NATIVE(partial_call, "__call__(self, /, *args, **kwargs)", "Call self as a function.")
{
    const Partial *p = as_partial(args[0]);
    Dict *keywords = as_dict(args[2]);
    if (p->keywords->len > 0) {
        Dict *all = dict_copy(p->keywords);
        if (!dict_merge(vm, all, keywords)) return VALUE_ERROR;
        keywords = all;
    }
    return value_call_dict(vm, p->function, joined(p->args, as_tuple(args[1])), keywords);
}

static bool add_repr(VM *vm, StrBuilder *b, Value v)
{
    Str *s = value_repr(vm, v);
    if (s) builder_add_str(b, s);
    return s != NULL;
}

static bool add_arguments(VM *vm, StrBuilder *b, const Partial *p)
{
    if (!add_repr(vm, b, p->function)) return false;
    for (size_t i = 0; i < p->args->len; i++) {
        builder_add_cstr(b, ", ");
        if (!add_repr(vm, b, p->args->items[i])) return false;
    }
    size_t pos = 0;
    Value key, v;
    while (dict_next(p->keywords, &pos, &key, &v)) {
        Str *name = value_str(vm, key);
        if (!name) return false;
        builder_add_cstr(b, ", ");
        builder_add_str(b, name);
        builder_add_byte(b, '=');
        if (!add_repr(vm, b, v)) return false;
    }
    return true;
}

NATIVE(partial_repr, "__repr__(self, /)", "Return repr(self).")
{
    if (repr_enter(vm, args[0])) return value_object(str_from_cstr("..."));
    StrBuilder b = {0};
    builder_add_str(&b, class_full_name(class_of(vm, args[0])));
    builder_add_byte(&b, '(');
    bool ok = add_arguments(vm, &b, as_partial(args[0]));
    repr_leave(vm, args[0]);
    if (!ok) return VALUE_ERROR;
    builder_add_byte(&b, ')');
    return value_object(builder_str(&b));
}

NATIVE(partial_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const Partial *p = as_partial(args[0]);
    Dict *own = object_dict(vm, as_object(args[0]), false);
    Value state =
        value_object(tuple_of(4, p->function, value_object(p->args), value_object(p->keywords),
                              own && own->len > 0 ? value_object(own) : VALUE_NONE));
    return value_object(tuple_of(3, value_object(class_of(vm, args[0])),
                                 value_object(tuple_of(1, p->function)), state));
}

NATIVE(partial_get, "__get__(self, instance, owner=None, /)", "Return an attribute of instance, which is of type owner.")
{
    if (is_none(args[1])) return args[0];
    Str *message = str_from_cstr("functools.partial will be a method descriptor in future Python versions; wrap it in "
                                 "staticmethod() if you want to preserve the old behavior");
    return warn_here(vm, EXC_FutureWarning, message) ? args[0] : VALUE_ERROR;
}

NATIVE(partial_setstate, "__setstate__(self, state, /)", "Take over the state of another partial.")
{
    Tuple *state = is_tuple(args[1]) ? as_tuple(args[1]) : tuple_empty;
    bool ok = state->len == 4 && value_is_callable(vm, state->items[0]) &&
              is_tuple(state->items[1]) && (is_dict(state->items[2]) || is_none(state->items[2]));
    if (!ok) return raise_error(vm, EXC_TypeError, "invalid partial state");
    Partial *p = as_partial(args[0]);
    p->function = state->items[0];
    const Tuple *given = as_tuple(state->items[1]);
    p->args = is_exact(state->items[1], KIND_TUPLE) ? as_tuple(state->items[1]) : tuple_from(given->items, given->len);
    if (is_exact(state->items[2], KIND_DICT)) p->keywords = as_dict(state->items[2]);
    else p->keywords = is_dict(state->items[2]) ? dict_copy(as_dict(state->items[2])) : dict_new();
    Value own = is_none(state->items[3]) ? value_object(dict_new()) : state->items[3];
    return object_set_dict(vm, as_object(args[0]), own) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(generic_class_getitem, "__class_getitem__(cls, object, /)", "See PEP 585")
{
    return generic_alias_new(vm, args[0], args[1]);
}

static Value partial_function(VM *vm, Value self)
{
    (void)vm;
    return as_partial(self)->function;
}

static Value partial_args(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_partial(self)->args);
}

static Value partial_keywords(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_partial(self)->keywords);
}

static Value get_dict(VM *vm, Value self)
{
    return value_object(object_dict(vm, as_object(self), true));
}

static bool set_dict(VM *vm, Value self, Value v)
{
    if (v == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError, "cannot delete __dict__");
        return false;
    }
    return object_set_dict(vm, as_object(self), v);
}

static void define_partial(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {&def_partial_new,
                                               &def_partial_call,
                                               &def_partial_repr,
                                               &def_partial_reduce,
                                               &def_partial_setstate, &def_partial_get,
                                               &def_generic_class_getitem,
                                               NULL};
    static const GetSetDef getset[] = {
        {"func", partial_function, getset_readonly, "The function that is called."},
        {"args", partial_args, getset_readonly, "tuple of arguments to future partial calls"},
        {"keywords", partial_keywords, getset_readonly,
         "The keyword arguments that are filled in."},
        {"__dict__", get_dict, set_dict, NULL},
        {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {
        .name = "functools.partial",
        .kind = KIND_OPAQUE,
        .doc =
            "A function with some of its arguments filled in: partial(f, 1, x=2)(3) is f(1, 3, "
            "x=2).",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_HAS_DICT,
        .object_size = sizeof(Partial)};
    partial_class = class_define(vm, &type, NULL);
    partial_class->call_hook = partial_begin;
    dict_set_str(module->dict, partial_class->name, value_object(partial_class));
}

// cmp_to_key: objects that compare by a function of two. The one that makes them has no object.

typedef struct Key {
    Object object;  // KIND_OPAQUE
    Value compare, value;
} Key;

static Key *as_key(Value v)
{
    return as_pointer(v);
}

static Value new_key(Value compare, Value value)
{
    Key *k = object_alloc(key_class, KIND_OPAQUE, sizeof(Key));
    k->compare = compare;
    k->value = value;
    return value_object(k);
}

NATIVE(cmp_to_key, "cmp_to_key(mycmp)", "Convert a cmp= function into a key= function.")
{
    return new_key(args[0], VALUE_UNBOUND);
}

NATIVE(key_call, "__call__(self, /, obj)", "Call self as a function.")
{
    return new_key(as_key(args[0])->compare, args[1]);
}

static Value compare_keys(VM *vm, RichCompare op, Value a, Value b)
{
    if (!is_kind(b, KIND_OPAQUE) || class_of(vm, b) != key_class)
        return raise_error(vm, EXC_TypeError, "other argument must be K instance");
    Value argv[] = {as_key(a)->value, as_key(b)->value};
    if (argv[0] == VALUE_UNBOUND || argv[1] == VALUE_UNBOUND)
        return raise_error(vm, EXC_AttributeError, "object");
    Value result = value_call(vm, as_key(a)->compare, 2, argv);
    return is_error(result) ? result : value_compare(vm, op, result, small_int(0));
}

#define KEY_COMPARE(name, op, sign)                                                  \
    NATIVE(key_##name, "__" #name "__(self, value, /)", "Return self" sign "value.") \
    {                                                                                \
        return compare_keys(vm, op, args[0], args[1]);                               \
    }
KEY_COMPARE(lt, COMPARE_LT, "<")
KEY_COMPARE(le, COMPARE_LE, "<=")
KEY_COMPARE(gt, COMPARE_GT, ">")
KEY_COMPARE(ge, COMPARE_GE, ">=")
KEY_COMPARE(eq, COMPARE_EQ, "==")
KEY_COMPARE(ne, COMPARE_NE, "!=")
#undef KEY_COMPARE

static Value key_value(VM *vm, Value self)
{
    Value v = as_key(self)->value;
    return v == VALUE_UNBOUND ? raise_error(vm, EXC_AttributeError, "obj") : v;
}

static bool set_key_value(VM *vm, Value self, Value v)
{
    (void)vm;
    as_key(self)->value = v;
    return true;
}

static void define_key(VM *vm)
{
    static const NativeDef *const methods[] = {&def_key_call, &def_key_lt, &def_key_le, &def_key_gt,
                                               &def_key_ge,   &def_key_eq, &def_key_ne, NULL};
    static const GetSetDef getset[] = {
        {"obj", key_value, set_key_value, "Value wrapped by a key function."},
        {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {.name = "functools.KeyWrapper",
                                 .kind = KIND_OPAQUE,
                                 .methods = methods,
                                 .getset = getset,
                                 .flags = CLASS_FINAL,
                                 .object_size = sizeof(Key)};
    key_class = class_define(vm, &type, NULL);
}

// lru_cache

typedef struct CacheFunction {
    LruCache cache;
    Value info_class;
} CacheFunction;

static CacheFunction *as_cache(Value v)
{
    return as_pointer(v);
}

NATIVE(cache_new, "__new__(cls, user_function, maxsize, typed, cache_info_type)",
       "Create a cached callable that wraps another function.")
{
    if (!value_is_callable(vm, args[1]))
        return raise_error(vm, EXC_TypeError, "the first argument must be callable");
    int64_t max = -1;
    if (!is_none(args[2])) {
        if (!is_any_int(args[2]))
            return raise_error(vm, EXC_TypeError, "maxsize should be integer or None");
        if (!value_ssize(vm, args[2], &max)) return VALUE_ERROR;
        if (max < 0) max = 0;
    }
    int is_typed = value_truth(vm, args[3]);
    if (is_typed < 0) return VALUE_ERROR;
    CacheFunction *f = object_alloc(as_class(args[0]), KIND_OPAQUE, sizeof(CacheFunction));
    f->cache.results = NULL;
    f->info_class = args[4];
    lru_init(&f->cache, args[1], max, is_typed);
    return value_object(f);
}

// For subclasses and explicit calls; others come through the hook.
NATIVE(cache_call, "__call__(self, /, *args, **kwargs)", "Call self as a function.")
{
    const Tuple *given = as_tuple(args[1]);
    const Dict *keywords = as_dict(args[2]);
    Tuple *names = keywords->len > 0 ? tuple_new(keywords->len) : NULL;
    Value *argv = gc_alloc_array(given->len + keywords->len + 1, sizeof(Value));
    memcpy(argv, given->items, given->len * sizeof(Value));
    size_t pos = 0, i = 0;
    Value key, v;
    while (names && dict_next(as_dict(args[2]), &pos, &key, &v)) {
        names->items[i] = key;
        argv[given->len + i++] = v;
    }
    return lru_call(vm, &as_cache(args[0])->cache, (int)(given->len + i), argv, names);
}

NATIVE(cache_get, "__get__(self, instance, owner=None, /)",
       "The function bound to the class, or to the class of the instance.")
{
    return is_none(args[1]) ? args[0] : bound_method_new(args[0], args[1]);
}

NATIVE(cache_info, "cache_info(self, /)", "Report cache statistics")
{
    const CacheFunction *f = as_cache(args[0]);
    Value argv[] = {int_from_int64(f->cache.hits), int_from_int64(f->cache.misses),
                    f->cache.max < 0 ? VALUE_NONE : int_from_int64(f->cache.max),
                    int_from_int64((int64_t)f->cache.results->len)};
    return value_call(vm, f->info_class, 4, argv);
}

NATIVE(cache_clear, "cache_clear(self, /)", "Clear the cache and cache statistics")
{
    lru_clear(&as_cache(args[0])->cache);
    return VALUE_NONE;
}

NATIVE(cache_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    return value_getattr(vm, args[0], S(__qualname__));
}

NATIVE(cache_copy, "__copy__(self, /)", "Return self: there is one cache of a function.")
{
    return args[0];
}

NATIVE(cache_deepcopy, "__deepcopy__(self, memo, /)",
       "Return self: there is one cache of a function.")
{
    return args[0];
}

static void define_cache(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {
        &def_cache_new,  &def_cache_call,     &def_cache_get,
        &def_cache_info, &def_cache_clear,    &def_cache_reduce,
        &def_cache_copy, &def_cache_deepcopy, NULL};
    static const GetSetDef getset[] = {{"__dict__", get_dict, set_dict, NULL},
                                       {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {.name = "functools._lru_cache_wrapper",
                                 .kind = KIND_OPAQUE,
                                 .doc = "Create a cached callable that wraps another function.",
                                 .methods = methods,
                                 .getset = getset,
                                 .flags = CLASS_HAS_DICT,
                                 .object_size = sizeof(CacheFunction)};
    cache_class = class_define(vm, &type, NULL);
    cache_class->call_hook = lru_begin;
    dict_set_str(module->dict, cache_class->name, value_object(cache_class));
}

static bool setup(VM *vm, Module *module)
{
    define_partial(vm, module);
    define_key(vm);
    define_cache(vm, module);
    return true;
}

NATIVE(reduce, "reduce(function, iterable, initial = ?, /)",
       "Apply a function of two arguments cumulatively to the items of an iterable, from left to "
       "right.\n\n"
       "This effectively reduces the iterable to a single value.  If initial is present,\n"
       "it is placed before the items of the iterable in the calculation, and serves as\n"
       "a default when the iterable is empty.\n\n"
       "For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\n"
       "calculates ((((1 + 2) + 3) + 4) + 5).")
{
    Value iterator = value_iter(vm, args[1]);
    if (is_error(iterator)) {
        if (!error_is(vm, EXC_TypeError)) return iterator;
        error_take(vm);
        return raise_error(vm, EXC_TypeError, "reduce() arg 2 must support iteration");
    }
    Value argv[2] = {args[2], VALUE_NONE};
    for (;;) {
        Value v = iter_next(vm, iterator);
        if (is_error(v)) return v;
        if (v == VALUE_STOP) break;
        if (argv[0] == VALUE_UNBOUND) {
            argv[0] = v;
            continue;
        }
        argv[1] = v;
        argv[0] = value_call(vm, args[0], 2, argv);
        if (is_error(argv[0])) return argv[0];
    }
    if (argv[0] != VALUE_UNBOUND) return argv[0];
    return raise_error(vm, EXC_TypeError, "reduce() of empty iterable with no initial value");
}

static const NativeDef *const natives[] = {&def_cmp_to_key, &def_reduce, NULL};

const ModuleDef module__functools = {
    .name = "_functools",
    .doc = "Tools that operate on functions.",
    .natives = natives,
    .setup = setup,
};
