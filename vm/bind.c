// SPDX-License-Identifier: MIT
// bind.c - binding the arguments of a call to the registers of a Rill function, with CPython's errors.
// Registers of parameters: positional ones, keyword-only ones, *args, **kwargs.
#include "vm/call.h"
#include "vm/gc.h"
#include "vm/suggest.h"
#include "vm/vm.h"

enum { SMALL_ARGC = 256 };

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

Str *bind_join_names(Str **names, size_t n)
{
    StrBuilder b = {0};
    for (size_t i = 0; i < n; i++) {
        if (i > 0) builder_add_cstr(&b, i + 1 < n ? ", " : n == 2 ? " and " : ", and ");
        builder_format(&b, "'%s'", names[i]->data);
    }
    return builder_str(&b);
}

// Raise for the unbound ones among parameters [from, to).
static bool raise_missing(VM *vm, Function *f, const Value *regs, int from, int to, const char *kind)
{
    Str **names = gc_alloc_array((size_t)(to - from) + 1, sizeof(Str *));
    size_t n = 0;
    for (int i = from; i < to; i++)
        if (regs[i] == VALUE_UNBOUND) names[n++] = f->code->param_names[i];
    raise_error(vm, EXC_TypeError, "%s() missing %zu required %s argument%s: %s", f->qualname->data, n,
                kind, plural(n), bind_join_names(names, n)->data);
    return false;
}

static bool raise_too_many(VM *vm, Function *f, int given, const Value *regs)
{
    const Code *code = f->code;
    int n_defaults = f->defaults ? (int)f->defaults->len : 0;
    int n_given_kwonly = 0;
    for (int i = code->n_params; i < code->n_params + code->n_kwonly; i++)
        n_given_kwonly += regs[i] != VALUE_UNBOUND;
    StrBuilder b = {0};
    builder_format(&b, "%s() takes ", f->qualname->data);
    bool is_plural = n_defaults > 0 || code->n_params != 1;
    if (n_defaults) builder_format(&b, "from %d to %d", code->n_params - n_defaults, code->n_params);
    else builder_format(&b, "%d", code->n_params);
    builder_format(&b, " positional argument%s but %d", is_plural ? "s" : "", given);
    if (n_given_kwonly)
        builder_format(&b, " positional argument%s (and %d keyword-only argument%s)", plural((size_t)given),
                       n_given_kwonly, plural((size_t)n_given_kwonly));
    builder_format(&b, " %s given", given == 1 && !n_given_kwonly ? "was" : "were");
    raise_error(vm, EXC_TypeError, "%s", builder_str(&b)->data);
    return false;
}

// Index of the parameter called name that keywords may name; -1 if there is none.
static int find_parameter(const Code *code, Str *name)
{
    for (int i = code->n_posonly; i < code->n_params + code->n_kwonly; i++)
        if (code->param_names[i] == name) return i;
    for (int i = code->n_posonly; i < code->n_params + code->n_kwonly; i++)
        if (str_equal(code->param_names[i], name)) return i;
    return -1;
}

// Positional-only parameters that were named: "f() got some positional-only arguments passed as keyword ..."
static bool check_positional_only(VM *vm, Function *f, Tuple *names)
{
    const Code *code = f->code;
    StrBuilder b = {0};
    for (int i = 0; i < code->n_posonly; i++)
        for (size_t k = 0; k < names->len; k++)
            if (str_equal(code->param_names[i], as_str(names->items[k])))
                builder_format(&b, "%s%s", b.size ? ", " : "", code->param_names[i]->data);
    if (b.size == 0) return true;
    raise_error(vm, EXC_TypeError,
                "%s() got some positional-only arguments passed as keyword arguments: '%s'",
                f->qualname->data, builder_str(&b)->data);
    return false;
}

static bool raise_unexpected(VM *vm, Function *f, Tuple *names, Str *name)
{
    if (!check_positional_only(vm, f, names)) return false;
    const Code *code = f->code;
    List *known = list_new(8);
    for (int i = code->n_posonly; i < code->n_params + code->n_kwonly; i++)
        list_append(known, value_object(code->param_names[i]));
    suggest_raise_keyword(vm, f->qualname->data, known, name);
    return false;
}

static bool bind_keywords(VM *vm, Function *f, Tuple *names, const Value *values, Value *regs, Dict *rest)
{
    for (size_t i = 0; i < names->len; i++) {
        Str *name = as_str(names->items[i]);
        int p = find_parameter(f->code, name);
        if (p < 0 && !rest) return raise_unexpected(vm, f, names, name);
        if (p >= 0 && regs[p] == VALUE_UNBOUND) {
            regs[p] = values[i];
            continue;
        }
        if (p >= 0 || dict_find_str(rest, name) != VALUE_UNBOUND) {
            raise_error(vm, EXC_TypeError, "%s() got multiple values for argument '%s'",
                        f->qualname->data, name->data);
            return false;
        }
        dict_set_str(rest, name, values[i]);
    }
    return true;
}

static bool fill_defaults(VM *vm, Function *f, Value *regs)
{
    const Code *code = f->code;
    int n_defaults = f->defaults ? (int)f->defaults->len : 0;
    int n_required = code->n_params - n_defaults;
    for (int i = 0; i < n_required; i++)
        if (unlikely(regs[i] == VALUE_UNBOUND))
            return raise_missing(vm, f, regs, 0, n_required, "positional");
    for (int i = 0; i < n_defaults; i++)
        if (regs[n_required + i] == VALUE_UNBOUND) regs[n_required + i] = f->defaults->items[i];
    int end = code->n_params + code->n_kwonly;
    for (int i = code->n_params; i < end; i++)
        if (regs[i] == VALUE_UNBOUND && f->kwdefaults)
            regs[i] = dict_find_str(f->kwdefaults, code->param_names[i]);
    for (int i = code->n_params; i < end; i++)
        if (regs[i] == VALUE_UNBOUND) return raise_missing(vm, f, regs, code->n_params, end, "keyword-only");
    return true;
}

// The general case; argv and regs do not overlap.
static bool bind_all(VM *vm, Function *f, int n_positional, const Value *argv, Tuple *names, Value *regs)
{
    const Code *code = f->code;
    int n_named = code->n_params + code->n_kwonly;
    int n_taken = n_positional < code->n_params ? n_positional : code->n_params;
    for (int i = 0; i < n_taken; i++) regs[i] = argv[i];
    for (int i = n_taken; i < n_named; i++) regs[i] = VALUE_UNBOUND;
    int next = n_named;
    if (code->flags & CODE_VARARGS) {
        size_t n_rest = (size_t)(n_positional - n_taken);
        regs[next++] = value_object(n_rest ? tuple_from(argv + n_taken, n_rest) : tuple_empty);
    }
    Dict *rest = NULL;
    if (code->flags & CODE_VARKEYWORDS) {
        rest = dict_new();
        regs[next] = value_object(rest);
    }
    if (names && !bind_keywords(vm, f, names, argv + n_positional, regs, rest)) return false;
    if (n_positional > code->n_params && !(code->flags & CODE_VARARGS))
        return raise_too_many(vm, f, n_positional, regs);
    return fill_defaults(vm, f, regs);
}

// Until all arguments are in registers or in `copy`, nothing may be allocated: argv may lie above the live
// part of the VM stack.
bool call_bind(VM *vm, Function *f, int argc, const Value *argv, Tuple *names, Value *regs)
{
    const Code *code = f->code;
    bool is_plain = !names && !(code->flags & (CODE_VARARGS | CODE_VARKEYWORDS)) && !code->n_kwonly;
    if (likely(is_plain && argc <= code->n_params)) {
        if (argc > 0 && regs != argv) memmove(regs, argv, (size_t)argc * sizeof(Value));
        if (argc == code->n_params) return true;
        for (int i = argc; i < code->n_params; i++) regs[i] = VALUE_UNBOUND;
        return fill_defaults(vm, f, regs);
    }
    Value small[SMALL_ARGC];
    Value *copy = argc <= SMALL_ARGC ? small : gc_alloc_array((size_t)argc, sizeof(Value));
    if (argc > 0) memcpy(copy, argv, (size_t)argc * sizeof(Value));
    int n_named = names ? (int)names->len : 0;
    return bind_all(vm, f, argc - n_named, copy, names, regs);
}
