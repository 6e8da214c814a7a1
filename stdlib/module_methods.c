// SPDX-License-Identifier: MIT
// module_methods.c - the module type.
#include "stdlib/stdlib.h"

NATIVE(module_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Module *m = object_alloc(as_class(args[0]), KIND_MODULE, sizeof(Module));
    m->dict = NULL;
    m->dict = dict_new_namespace();
    return value_object(m);
}

NATIVE(module_init, "__init__(self, name: str, doc=None)", "Create a module object.")
{
    Dict *dict = as_module(args[0])->dict;
    dict_set_str(dict, S(__name__), args[1]);
    dict_set_str(dict, S(__doc__), args[2]);
    dict_set_str(dict, S(__package__), VALUE_NONE);
    dict_set_str(dict, S(__loader__), VALUE_NONE);
    dict_set_str(dict, S(__spec__), VALUE_NONE);
    return VALUE_NONE;
}

NATIVE(module_repr, "__repr__(self, /)", "Return repr(self).")
{
    Dict *dict = as_module(args[0])->dict;
    Value name = dict_find_str(dict, S(__name__)), file = dict_find_str(dict, S(__file__));
    Value spec = dict_find_str(dict, S(__spec__));
    Str *shown = name == VALUE_UNBOUND ? str_from_cstr("'?'") : value_repr(vm, name);
    Str *path = is_str(file) ? value_repr(vm, file) : str_empty;
    if (!shown || !path) return VALUE_ERROR;
    if (is_str(file))
        return value_object(str_format("<module %s from %s>", shown->data, path->data));
    bool exists_from_start = dict == vm->builtins || dict == vm->sys->dict;
    bool is_imported = exists_from_start || (spec != VALUE_UNBOUND && spec != VALUE_NONE);
    return value_object(str_format("<module %s%s>", shown->data, is_imported ? " (built-in)" : ""));
}

NATIVE(module_dir, "__dir__(self, /)", "The names in the module, or what its own __dir__ says.")
{
    Dict *dict = as_module(args[0])->dict;
    Value hook = dict_find_str(dict, S(__dir__));
    if (hook != VALUE_UNBOUND) return value_call(vm, hook, 0, NULL);
    List *names = list_from_iterable(vm, value_object(dict));
    return names ? value_object(names) : VALUE_ERROR;
}

NATIVE(module_getattribute, "__getattribute__(self, name, /)", "Return getattr(self, name).")
{
    if (!is_str(args[1]))
        return raise_error(vm, EXC_TypeError, "attribute name must be string, not '%s'",
                           type_name(vm, args[1]));
    return module_getattr(vm, as_module(args[0]), as_str(args[1]));
}

static Value get_dict(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_module(self)->dict);
}

static Value get_annotations(VM *vm, Value self)
{
    (void)vm;
    Dict *dict = as_module(self)->dict;
    Value v = dict_find_str(dict, S(__annotations__));
    if (v != VALUE_UNBOUND) return v;
    v = value_object(dict_new());
    dict_set_str(dict, S(__annotations__), v);
    return v;
}

static bool set_annotations(VM *vm, Value self, Value v)
{
    Dict *dict = as_module(self)->dict;
    if (v != VALUE_UNBOUND) {
        dict_set_str(dict, S(__annotations__), v);
        return true;
    }
    if (dict_delete_str(dict, S(__annotations__))) return true;
    raise_error(vm, EXC_AttributeError, "__annotations__");
    return false;
}

void module_define(VM *vm)
{
    static const NativeDef *const methods[] = {&def_module_new,          &def_module_init,
                                               &def_module_repr,         &def_module_dir,
                                               &def_module_getattribute, NULL};
    static const GetSetDef getset[] = {{"__dict__", get_dict, getset_readonly, NULL},
                                       {"__annotations__", get_annotations, set_annotations, NULL},
                                       {NULL, NULL, NULL, NULL}};
    static const TypeDef def = {
        .name = "module",
        .kind = KIND_MODULE,
        .doc = "Create a module object.\n\nThe name must be a string; the optional docstring can "
               "have any type.",
        .methods = methods,
        .getset = getset,
    };
    class_define(vm, &def, NULL);
}
