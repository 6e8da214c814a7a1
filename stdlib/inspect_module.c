// SPDX-License-Identifier: MIT
// inspect_module.c - the module _inspect: what stdlib/rill/inspect.rill cannot do itself.
#include "stdlib/stdlib.h"
#include "vm/call.h"
#include "vm/gc.h"
#include "vm/signature.h"

static Value parameter(const Param *p)
{
    Value annotation = p->annotation ? value_object(p->annotation) : VALUE_NONE;
    Value text = p->default_text ? value_object(p->default_text) : VALUE_NONE;
    Value default_ = p->default_value == VALUE_UNBOUND ? VALUE_NONE : p->default_value;
    return value_object(tuple_of(6, value_object(p->name), small_int(p->kind),
                                 value_bool(p->has_default), default_, text, annotation));
}

// A bound method of a builtin type has its function inside.
static Native *native_of(Value v)
{
    if (is_kind(v, KIND_BOUND_METHOD)) v = ((BoundMethod *)as_pointer(v))->function;
    return is_kind(v, KIND_NATIVE) ? as_native(v) : NULL;
}

NATIVE(native_parameters, "native_parameters(function, /)",
       "The parameters of a function written in C: a list of (name, kind, has_default, default,\n"
       "default_text, annotation); None if it is no such function.")
{
    Native *native = native_of(args[0]);
    if (!native) return VALUE_NONE;
    const Signature *signature = native_signature(vm, native);
    List *list = list_new((size_t)signature->n_params);
    for (int i = 0; i < signature->n_params; i++)
        list_append(list, parameter(&signature->params[i]));
    return value_object(list);
}

NATIVE(is_native, "is_native(object, /)", "Whether it is a function or method written in C.")
{
    return value_bool(native_of(args[0]) != NULL);
}

NATIVE(is_bound_native, "is_bound_native(object, /)",
       "Whether it is a method written in C, bound to an object.")
{
    return value_bool(is_kind(args[0], KIND_BOUND_METHOD) && native_of(args[0]) != NULL);
}

NATIVE(bound_arguments, "bound_arguments(function, args: tuple, kwargs: dict, /)",
       "What a call would bind the parameters of a function written in Rill to: a dict by name.")
{
    Function *f = as_function(args[0]);
    const Code *code = f->code;
    List *list = list_from(as_tuple(args[1])->items, as_tuple(args[1])->len);
    Dict *named = as_dict(args[2]);
    List *names = list_new(0);
    size_t at = 0;
    Value key, value;
    while (dict_next(named, &at, &key, &value)) {
        list_append(names, key);
        list_append(list, value);
    }
    Tuple *keywords = names->len ? tuple_from(names->items, names->len) : NULL;
    Value *regs = gc_alloc((code->n_regs + 1u) * sizeof *regs);
    if (!call_bind(vm, f, (int)list->len, list->items, keywords, regs)) return VALUE_ERROR;
    Dict *result = dict_new();
    for (unsigned i = 0; i < code->n_args; i++) dict_set_str(result, code->param_names[i], regs[i]);
    return value_object(result);
}

static const NativeDef *const inspect_natives[] = {
    &def_native_parameters, &def_is_native, &def_is_bound_native, &def_bound_arguments, NULL,
};

const ModuleDef module__inspect = {"_inspect", "Support for the module inspect.", inspect_natives,
                                   NULL};
