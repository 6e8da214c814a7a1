// SPDX-License-Identifier: MIT
// alias_parameters.c - the type variables in list[T] and int | list[T], and what list[T][int] makes
// of them. What a type variable is says its attribute __typing_subst__, a function of the argument
// that takes its place.
#include "stdlib/stdlib.h"
#include "vm/gc.h"

static bool add_once(VM *vm, List *found, Value v)
{
    for (size_t i = 0; i < found->len; i++) {
        int r = value_equal(vm, found->items[i], v);
        if (r) return r > 0;
    }
    list_append(found, v);
    return true;
}

// The __parameters__ of an argument, which may be anything; NULL: raised.
static Tuple *parameters_of(VM *vm, Value arg)
{
    Value inner = value_find_attr(vm, arg, S(__parameters__));
    if (is_error(inner)) return NULL;
    return inner != VALUE_UNBOUND && is_tuple(inner) ? as_tuple(inner) : tuple_empty;
}

static bool collect(VM *vm, List *found, const Tuple *args)
{
    for (size_t i = 0; i < args->len; i++) {
        Value arg = args->items[i];
        if (is_class(arg)) continue;
        if (is_tuple(arg)) {
            if (!collect(vm, found, as_tuple(arg))) return false;
            continue;
        }
        Value substitute = value_find_attr(vm, arg, S(__typing_subst__));
        if (is_error(substitute)) return false;
        if (substitute != VALUE_UNBOUND) {
            if (!add_once(vm, found, arg)) return false;
            continue;
        }
        const Tuple *inner = parameters_of(vm, arg);
        if (!inner) return false;
        for (size_t k = 0; k < inner->len; k++)
            if (!add_once(vm, found, inner->items[k])) return false;
    }
    return true;
}

Tuple *alias_parameters(VM *vm, const Tuple *args)
{
    List *found = list_new(4);
    return collect(vm, found, args) ? tuple_from(found->items, found->len) : NULL;
}

// Let those variables that take several arguments, or a list of them, gather what is theirs.
static Tuple *prepared(VM *vm, Value alias, const Tuple *parameters, Tuple *given)
{
    for (size_t i = 0; i < parameters->len; i++) {
        Value prepare = value_find_attr(vm, parameters->items[i], S(__typing_prepare_subst__));
        if (is_error(prepare)) return NULL;
        if (prepare == VALUE_UNBOUND || prepare == VALUE_NONE) continue;
        Value argv[] = {alias, value_object(given)};
        Value result = value_call(vm, prepare, 2, argv);
        if (is_error(result)) return NULL;
        given = is_tuple(result) ? as_tuple(result) : tuple_from(&result, 1);
    }
    return given;
}

static Value given_for(const Tuple *parameters, const Tuple *given, Value variable)
{
    for (size_t i = 0; i < parameters->len; i++)
        if (parameters->items[i] == variable) return given->items[i];
    return variable;
}

// arg[...] with the arguments given for its own variables.
static Value substitute_inside(VM *vm, Value arg, const Tuple *inner, const Tuple *parameters,
                               const Tuple *given)
{
    List *list = list_new(inner->len);
    for (size_t i = 0; i < inner->len; i++) {
        Value v = given_for(parameters, given, inner->items[i]);
        if (is_tuple(v)) {  // of a variable that takes several
            if (!list_extend(vm, list, v)) return VALUE_ERROR;
        } else {
            list_append(list, v);
        }
    }
    return value_getitem(vm, arg, value_object(tuple_from(list->items, list->len)));
}

static bool substitute_one(VM *vm, List *made, Value arg, const Tuple *parameters,
                           const Tuple *given)
{
    if (is_class(arg)) return list_append(made, arg), true;
    Value unpacked = value_find_attr(vm, arg, S(__typing_is_unpacked_typevartuple__));
    if (is_error(unpacked)) return false;
    Value substitute = value_find_attr(vm, arg, S(__typing_subst__));
    if (is_error(substitute)) return false;
    const Tuple *inner = parameters_of(vm, arg);
    if (!inner) return false;
    if (unpacked == VALUE_TRUE && inner->len == 1)
        return list_extend(vm, made, given_for(parameters, given, inner->items[0]));
    Value v = arg;
    if (substitute != VALUE_UNBOUND) {
        Value argument = given_for(parameters, given, arg);
        v = value_call(vm, substitute, 1, &argument);
    } else if (inner->len > 0) {
        v = substitute_inside(vm, arg, inner, parameters, given);
    }
    if (is_error(v)) return false;
    list_append(made, v);
    return true;
}

// The arguments of a *tuple[int, str] take its place; *tuple[int, ...] stays as it is.
static Tuple *flattened(VM *vm, const Tuple *given)
{
    List *list = list_new(given->len);
    for (size_t i = 0; i < given->len; i++) {
        Value arg = given->items[i];
        Value inner = is_class(arg) ? VALUE_NONE
                                    : value_find_attr(vm, arg, S(__typing_unpacked_tuple_args__));
        if (is_error(inner)) return NULL;
        const Tuple *items = inner != VALUE_UNBOUND && is_tuple(inner) ? as_tuple(inner) : NULL;
        if (!items || (items->len > 0 && items->items[items->len - 1] == VALUE_ELLIPSIS))
            list_append(list, arg);
        else if (!list_extend(vm, list, inner))
            return NULL;
    }
    return tuple_from(list->items, list->len);
}

Tuple *alias_substitute(VM *vm, Value alias, const Tuple *args, Value item)
{
    Tuple *parameters = alias_parameters(vm, args);
    if (!parameters) return NULL;
    Str *text = value_repr(vm, alias);
    if (!text) return NULL;
    if (parameters->len == 0) {
        raise_error(vm, EXC_TypeError, "%s is not a generic class", text->data);
        return NULL;
    }
    Tuple *given = is_tuple(item) ? as_tuple(item) : tuple_from(&item, 1);
    given = flattened(vm, given);
    given = given ? prepared(vm, alias, parameters, given) : NULL;
    if (!given) return NULL;
    if (given->len != parameters->len) {
        raise_error(vm, EXC_TypeError, "Too %s arguments for %s; actual %zu, expected %zu",
                    given->len > parameters->len ? "many" : "few", text->data, given->len,
                    parameters->len);
        return NULL;
    }
    List *made = list_new(args->len);
    for (size_t i = 0; i < args->len; i++)
        if (!substitute_one(vm, made, args->items[i], parameters, given)) return NULL;
    return tuple_from(made->items, made->len);
}
