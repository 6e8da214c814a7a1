// SPDX-License-Identifier: MIT
// property_methods.c - property, staticmethod, classmethod.
#include "stdlib/stdlib.h"
#include "vm/gc.h"

static Property *as_property(Value v)
{
    return as_pointer(v);
}

static Wrapper *as_wrapper(Value v)
{
    return as_pointer(v);
}

// Is the function marked by abc.abstractmethod? 1/0/-1
static int is_abstract(VM *vm, Value function)
{
    if (function == VALUE_NONE) return 0;
    Value v = value_find_attr(vm, function, S(__isabstractmethod__));
    if (is_error(v)) return -1;
    return v == VALUE_UNBOUND ? 0 : value_truth(vm, v);
}

// property

NATIVE(property_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Property *p = object_alloc(as_class(args[0]), KIND_PROPERTY, sizeof(Property));
    p->getter = p->setter = p->deleter = VALUE_NONE;
    p->doc = p->name = VALUE_UNBOUND;
    p->has_getter_doc = false;
    p->attrs = NULL;
    return value_object(p);
}

// The docstring of an instance of a subclass is an attribute of its own, since the class has one.
static bool store_doc(VM *vm, Value self, Value doc)
{
    Property *p = as_property(self);
    if (class_of(vm, self) == vm->classes[KIND_PROPERTY]) {
        p->doc = doc;
        return true;
    }
    if (value_setattr(vm, self, S(__doc__), doc == VALUE_UNBOUND ? VALUE_NONE : doc)) return true;
    if (p->has_getter_doc || !error_is(vm, EXC_AttributeError)) return false;
    (void)error_take(vm);
    return true;
}

NATIVE(property_init, "__init__(self, fget=None, fset=None, fdel=None, doc=None)",
       "Property attribute.")
{
    Property *p = as_property(args[0]);
    Value doc = args[4] == VALUE_NONE ? VALUE_UNBOUND : args[4];
    p->getter = args[1];
    p->setter = args[2];
    p->deleter = args[3];
    p->doc = p->name = VALUE_UNBOUND;
    p->has_getter_doc = false;
    if (doc == VALUE_UNBOUND && args[1] != VALUE_NONE) {
        doc = value_find_attr(vm, args[1], S(__doc__));
        if (is_error(doc)) return doc;
        if (doc == VALUE_NONE) doc = VALUE_UNBOUND;
        p->has_getter_doc = doc != VALUE_UNBOUND;
    }
    return store_doc(vm, args[0], doc) ? VALUE_NONE : VALUE_ERROR;
}

// A copy of p with other functions, as the decorators p.getter, p.setter and p.deleter make it.
static Value copy_with(VM *vm, Value self, Value getter, Value setter, Value deleter)
{
    Property *p = as_property(self);
    if (getter == VALUE_NONE) getter = p->getter;
    if (setter == VALUE_NONE) setter = p->setter;
    if (deleter == VALUE_NONE) deleter = p->deleter;
    bool is_documented = p->doc != VALUE_UNBOUND && !(p->has_getter_doc && getter != VALUE_NONE);
    Value values[] = {getter, setter, deleter, is_documented ? p->doc : VALUE_NONE};
    Value copy = value_call(vm, value_object(class_of(vm, self)), 4, values);
    if (is_error(copy)) return copy;
    if (is_kind(copy, KIND_PROPERTY)) as_property(copy)->name = p->name;
    return copy;
}

NATIVE(property_getter, "getter(self, object, /)",
       "A copy with another function that reads.")
{
    return copy_with(vm, args[0], args[1], as_property(args[0])->setter,
                     as_property(args[0])->deleter);
}

NATIVE(property_setter, "setter(self, object, /)",
       "A copy with another function that sets.")
{
    return copy_with(vm, args[0], as_property(args[0])->getter, args[1],
                     as_property(args[0])->deleter);
}

NATIVE(property_deleter, "deleter(self, object, /)",
       "A copy with another function that deletes.")
{
    return copy_with(vm, args[0], as_property(args[0])->getter, as_property(args[0])->setter,
                     args[1]);
}

NATIVE(property_get, "__get__(self, instance, owner=None, /)",
       "The function bound to the class, or to the class of the instance.")
{
    if (!check_get(vm, args[1], args[2])) return VALUE_ERROR;
    return args[1] == VALUE_NONE ? args[0] : property_load(vm, as_property(args[0]), args[1]);
}

NATIVE(property_set, "__set__(self, instance, value, /)", "Set an attribute of instance to value.")
{
    return property_store(vm, as_property(args[0]), args[1], args[2]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(property_delete, "__delete__(self, instance, /)", "Delete an attribute of instance.")
{
    return property_store(vm, as_property(args[0]), args[1], VALUE_UNBOUND) ? VALUE_NONE
                                                                            : VALUE_ERROR;
}

NATIVE(property_set_name, "__set_name__(self, /, *args)", "Method to set name of a property.")
{
    Tuple *given = as_tuple(args[1]);
    if (given->len != 2)
        return raise_error(vm, EXC_TypeError,
                           "__set_name__() takes 2 positional arguments but %zu were given",
                           given->len);
    as_property(args[0])->name = given->items[1];
    return VALUE_NONE;
}

static Value property_fget(VM *vm, Value self)
{
    (void)vm;
    return as_property(self)->getter;
}

static Value property_fset(VM *vm, Value self)
{
    (void)vm;
    return as_property(self)->setter;
}

static Value property_fdel(VM *vm, Value self)
{
    (void)vm;
    return as_property(self)->deleter;
}

static Value property_doc(VM *vm, Value self)
{
    (void)vm;
    Value doc = as_property(self)->doc;
    return doc == VALUE_UNBOUND ? VALUE_NONE : doc;
}

static bool property_set_doc(VM *vm, Value self, Value v)
{
    (void)vm;
    as_property(self)->doc = v;
    return true;
}

static Value load_name(VM *vm, Value self)
{
    Value name = property_name(vm, as_property(self));
    return name == VALUE_UNBOUND ? raise_no_attribute(vm, self, S(__name__)) : name;
}

static bool store_name(VM *vm, Value self, Value v)
{
    (void)vm;
    as_property(self)->name = v;
    return true;
}

static Value property_is_abstract(VM *vm, Value self)
{
    Property *p = as_property(self);
    Value functions[] = {p->getter, p->setter, p->deleter};
    for (size_t i = 0; i < countof(functions); i++) {
        int r = is_abstract(vm, functions[i]);
        if (r) return r < 0 ? VALUE_ERROR : VALUE_TRUE;
    }
    return VALUE_FALSE;
}

static const NativeDef *const property_methods[] = {&def_property_new,      &def_property_init,
                                                    &def_property_getter,   &def_property_setter,
                                                    &def_property_deleter,  &def_property_get,
                                                    &def_property_set,      &def_property_delete,
                                                    &def_property_set_name, NULL};
static const GetSetDef property_getset[] = {
    {"fget", property_fget, getset_readonly, NULL},
    {"fset", property_fset, getset_readonly, NULL},
    {"fdel", property_fdel, getset_readonly, NULL},
    {"__doc__", property_doc, property_set_doc, NULL},
    {"__name__", load_name, store_name, NULL},
    {"__isabstractmethod__", property_is_abstract, NULL, NULL},
    {NULL, NULL, NULL, NULL}};

// staticmethod and classmethod

static Value wrapper_alloc(Class *c, Kind kind)
{
    Wrapper *w = object_alloc(c, kind, sizeof(Wrapper));
    w->function = VALUE_NONE;
    w->attrs = NULL;
    return value_object(w);
}

NATIVE(static_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return wrapper_alloc(as_class(args[0]), KIND_STATICMETHOD);
}

NATIVE(class_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return wrapper_alloc(as_class(args[0]), KIND_CLASSMETHOD);
}

// The wrapper looks like the function in these attributes.
static bool copy_attributes(VM *vm, Value self, Value function)
{
    Str *const names[] = {S(__module__), S(__name__), S(__qualname__), S(__doc__), S(__annotations__)};
    for (size_t i = 0; i < countof(names); i++) {
        Value v = value_find_attr(vm, function, names[i]);
        if (is_error(v)) return false;
        if (v != VALUE_UNBOUND) dict_set_str(object_dict(vm, as_object(self), true), names[i], v);
    }
    return true;
}

NATIVE(wrapper_init, "__init__(self, function, /)", "Initialize self.")
{
    as_wrapper(args[0])->function = args[1];
    return copy_attributes(vm, args[0], args[1]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(static_get, "__get__(self, instance, owner=None, /)",
       "The function bound to the class, or to the class of the instance.")
{
    return check_get(vm, args[1], args[2]) ? as_wrapper(args[0])->function : VALUE_ERROR;
}

NATIVE(static_call, "__call__(self, /, *args, **kwargs)", "Call self as a function.")
{
    return value_call_dict(vm, as_wrapper(args[0])->function, as_tuple(args[1]), as_dict(args[2]));
}

NATIVE(class_get, "__get__(self, instance, owner=None, /)",
       "The function bound to the class, or to the class of the instance.")
{
    if (!check_get(vm, args[1], args[2])) return VALUE_ERROR;
    Value owner = args[2] == VALUE_NONE ? value_object(class_of(vm, args[1])) : args[2];
    return bound_method_new(as_wrapper(args[0])->function, owner);
}

NATIVE(wrapper_repr, "__repr__(self, /)", "Return repr(self).")
{
    Str *function = value_repr(vm, as_wrapper(args[0])->function);
    if (!function) return VALUE_ERROR;
    const char *type = is_kind(args[0], KIND_STATICMETHOD) ? "staticmethod" : "classmethod";
    return value_object(str_format("<%s(%s)>", type, function->data));
}

static Value wrapper_function(VM *vm, Value self)
{
    (void)vm;
    return as_wrapper(self)->function;
}

static Value wrapper_is_abstract(VM *vm, Value self)
{
    int r = is_abstract(vm, as_wrapper(self)->function);
    return r < 0 ? VALUE_ERROR : value_bool(r);
}

static Value wrapper_dict(VM *vm, Value self)
{
    return value_object(object_dict(vm, as_object(self), true));
}

static bool wrapper_set_dict(VM *vm, Value self, Value v)
{
    return object_set_dict(vm, as_object(self), v);
}

static const NativeDef *const static_methods[] = {
    &def_static_new, &def_wrapper_init, &def_static_get, &def_static_call, &def_wrapper_repr, NULL};
static const NativeDef *const class_methods[] = {&def_class_new, &def_wrapper_init, &def_class_get,
                                                 &def_wrapper_repr, NULL};
static const GetSetDef wrapper_getset[] = {
    {"__func__", wrapper_function, getset_readonly, NULL},
    {"__wrapped__", wrapper_function, getset_readonly, NULL},
    {"__isabstractmethod__", wrapper_is_abstract, NULL, NULL},
    {"__dict__", wrapper_dict, wrapper_set_dict, NULL},
    {NULL, NULL, NULL, NULL}};

void property_define(VM *vm)
{
    static const TypeDef property = {
        .name = "property",
        .kind = KIND_PROPERTY,
        .doc = "An attribute that is computed: fget is called to read it, fset to set it, fdel "
               "to delete it.\n\n"
               "Mostly used as a decorator:\n\n"
               "    @property\n"
               "    def area(self):\n"
               "        return self.width * self.height",
        .methods = property_methods,
        .getset = property_getset,
    };
    static const TypeDef static_type = {
        .name = "staticmethod",
        .kind = KIND_STATICMETHOD,
        .doc = "Convert a function to be a static method.\n\nA static method does not receive an "
               "implicit first "
               "argument.",
        .methods = static_methods,
        .getset = wrapper_getset,
        .flags = CLASS_HAS_DICT,
    };
    static const TypeDef class_type = {
        .name = "classmethod",
        .kind = KIND_CLASSMETHOD,
        .doc = "Convert a function to be a class method.\n\nA class method receives the class as "
               "implicit first "
               "argument,\njust like an instance method receives the instance.",
        .methods = class_methods,
        .getset = wrapper_getset,
        .flags = CLASS_HAS_DICT,
    };
    class_define(vm, &property, NULL);
    class_define(vm, &static_type, NULL);
    class_define(vm, &class_type, NULL);
}
