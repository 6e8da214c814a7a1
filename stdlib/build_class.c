// SPDX-License-Identifier: MIT
// build_class.c - __build_class__, what a class statement calls: bases, metaclass, namespace, body.
#include "stdlib/builtins.h"

// Bases that are no classes may stand for others (__mro_entries__).
static Tuple *resolve_bases(VM *vm, Tuple *bases)
{
    List *resolved = NULL;
    for (size_t i = 0; i < bases->len; i++) {
        Value base = bases->items[i];
        Value entries = VALUE_UNBOUND;
        if (!is_class(base)) {
            Value method = value_find_attr(vm, base, S(__mro_entries__));
            if (is_error(method)) return NULL;
            Value argument = value_object(bases);
            if (method != VALUE_UNBOUND) entries = value_call(vm, method, 1, &argument);
            if (is_error(entries)) return NULL;
        }
        if (entries == VALUE_UNBOUND) {
            if (resolved) list_append(resolved, base);
            continue;
        }
        if (!is_tuple(entries)) {
            raise_error(vm, EXC_TypeError, "__mro_entries__ must return a tuple");
            return NULL;
        }
        if (!resolved) resolved = list_from(bases->items, i);
        if (!list_extend(vm, resolved, entries)) return NULL;
    }
    return resolved ? tuple_from(resolved->items, resolved->len) : bases;
}

static Class *metaclass_of(VM *vm, Value base)
{
    return is_class(base) && as_class(base)->meta ? as_class(base)->meta : class_of(vm, base);
}

// The most derived of `meta` and the metaclasses of the bases.
static Class *choose_metaclass(VM *vm, Class *meta, Tuple *bases)
{
    for (size_t i = 0; i < bases->len; i++) {
        Class *other = metaclass_of(vm, bases->items[i]);
        if (class_is_subclass(meta, other)) continue;
        if (!class_is_subclass(other, meta)) {
            raise_error(vm, EXC_TypeError,
                        "metaclass conflict: the metaclass of a derived class must be a "
                        "(non-strict) subclass of the metaclasses of all its bases");
            return NULL;
        }
        meta = other;
    }
    return meta;
}

// metaclass.__prepare__(name, bases, **keywords), or a new dict.
static Value prepare(VM *vm, Value meta, Value name, Tuple *bases, Dict *keywords)
{
    if (meta == value_object(vm->type_type)) return value_object(dict_new());
    Value method = value_find_attr(vm, meta, S(__prepare__));
    if (is_error(method)) return method;
    if (method == VALUE_UNBOUND) return value_object(dict_new());
    Value namespace_ =
        value_call_dict(vm, method, tuple_of(2, name, value_object(bases)), keywords);
    if (is_error(namespace_) || is_dict(namespace_)) return namespace_;
    if (special_lookup(vm, namespace_, S(__getitem__)) != VALUE_UNBOUND) return namespace_;
    return raise_error(vm, EXC_TypeError, "%s.__prepare__() must return a mapping, not %s",
                       is_class(meta) ? as_class(meta)->name->data : "<metaclass>",
                       type_name(vm, namespace_));
}

// The `metaclass` keyword is taken out of a copy of the keywords; VALUE_UNBOUND if there is none.
static Dict *take_metaclass(Dict *keywords, Value *meta)
{
    *meta = dict_find_str(keywords, S(metaclass));
    if (*meta == VALUE_UNBOUND) return keywords;
    keywords = dict_copy(keywords);
    dict_delete_str(keywords, S(metaclass));
    return keywords;
}

// A body that uses super() or __class__ returns the cell for the class; type.__new__ fills it from
// the namespace's __classcell__, so this is only a check.
static bool check_cell(VM *vm, Value cell, Value class_, Value name)
{
    if (!is_kind(cell, KIND_CELL) || !is_class(class_)) return true;
    Cell *c = as_pointer(cell);
    if (c->value == VALUE_UNBOUND) c->value = class_;
    if (c->value == class_) return true;
    Str *got = value_repr(vm, c->value), *wanted = got ? value_repr(vm, class_) : NULL;
    if (wanted)
        raise_error(vm, EXC_TypeError, "__class__ set to %s defining %s as %s", got->data,
                    str_repr(as_str(name))->data, wanted->data);
    return false;
}

static Value build_class(VM *vm, Value *args)
{
    Tuple *given = as_tuple(args[0]);
    if (given->len < 2)
        return raise_error(vm, EXC_TypeError, "__build_class__: not enough arguments");
    Value body = given->items[0], name = given->items[1], meta;
    if (!is_function(body))
        return raise_error(vm, EXC_TypeError, "__build_class__: func must be a function");
    if (!is_str(name))
        return raise_error(vm, EXC_TypeError, "__build_class__: name is not a string");
    Dict *keywords = take_metaclass(as_dict(args[1]), &meta);
    Tuple *original = tuple_from(given->items + 2, given->len - 2);
    Tuple *bases = resolve_bases(vm, original);
    if (!bases) return VALUE_ERROR;
    if (meta == VALUE_UNBOUND)
        meta = value_object(bases->len ? metaclass_of(vm, bases->items[0]) : vm->type_type);
    if (is_class(meta)) {
        Class *chosen = choose_metaclass(vm, as_class(meta), bases);
        if (!chosen) return VALUE_ERROR;
        meta = value_object(chosen);
    }
    Value namespace_ = prepare(vm, meta, name, bases, keywords);
    if (is_error(namespace_)) return namespace_;
    Value cell = call_code(vm, as_function(body), namespace_);
    if (is_error(cell)) return cell;
    if (bases != original) {
        Value key = value_object(str_intern("__orig_bases__", 14));
        if (!value_setitem(vm, namespace_, key, value_object(original))) return VALUE_ERROR;
    }
    Value result;
    if (meta == value_object(vm->type_type) && is_exact(namespace_, KIND_DICT)) {
        result = class_create(vm, NULL, as_str(name), bases, as_dict(namespace_), keywords);
    } else {
        Tuple *values = tuple_of(3, name, value_object(bases), namespace_);
        result = value_call_dict(vm, meta, values, keywords);
    }
    if (is_error(result) || !check_cell(vm, cell, result, name)) return VALUE_ERROR;
    return result;
}

const NativeDef builtins_def_build_class = {
    build_class,
    "__build_class__(*args, **kwargs)",
    "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\n"
    "Internal helper function used by the class statement.",
};
