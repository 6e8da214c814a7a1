// SPDX-License-Identifier: MIT
// function_methods.c - functions, natives, bound methods and cells, as scripts see them.
#include "stdlib/stdlib.h"
#include "vm/gc.h"
#include "vm/signature.h"

static bool must_be(VM *vm, const char *name, const char *what)
{
    raise_error(vm, EXC_TypeError, "%s must be set to a %s", name, what);
    return false;
}

bool check_get(VM *vm, Value self, Value owner)
{
    if (self != VALUE_NONE || owner != VALUE_NONE) return true;
    raise_error(vm, EXC_TypeError, "__get__(None, None) is invalid");
    return false;
}

// Functions

static Cell **closure_from(VM *vm, const Code *code, Value closure)
{
    size_t n = is_tuple(closure) ? as_tuple(closure)->len : 0;
    if (code->n_free && !is_tuple(closure)) {
        raise_error(vm, EXC_TypeError, "arg 5 (closure) must be tuple");
        return NULL;
    }
    if (n != code->n_free) {
        raise_error(vm, EXC_ValueError, "%s requires closure of length %d, not %zu",
                    code->name->data, code->n_free, n);
        return NULL;
    }
    Cell **cells = gc_alloc_array(n + 1, sizeof(Cell *));
    for (size_t i = 0; i < n; i++) {
        Value v = as_tuple(closure)->items[i];
        if (!is_kind(v, KIND_CELL)) {
            raise_error(vm, EXC_TypeError, "arg 5 (closure) expected cell, found %s",
                        type_name(vm, v));
            return NULL;
        }
        cells[i] = as_pointer(v);
    }
    return cells;
}

NATIVE(function_new,
       "__new__(cls, code, globals: dict, name=None, argdefs=None, closure=None, kwdefaults=None)",
       "Create a function object.")
{
    if (!is_kind(args[1], KIND_CODE))
        return raise_error(vm, EXC_TypeError, "function() argument 'code' must be code, not %s",
                           argument_type_name(vm, args[1]));
    Code *code = as_code(args[1]);
    if (args[3] != VALUE_NONE && !is_str(args[3]))
        return raise_error(vm, EXC_TypeError, "arg 3 (name) must be None or string");
    if (args[4] != VALUE_NONE && !is_tuple(args[4]))
        return raise_error(vm, EXC_TypeError, "arg 4 (defaults) must be None or tuple");
    if (args[6] != VALUE_NONE && !is_dict(args[6]))
        return raise_error(vm, EXC_TypeError, "arg 6 (kwdefaults) must be None or dict");
    Cell **cells = closure_from(vm, code, args[5]);
    if (!cells) return VALUE_ERROR;
    Function *f = function_new(code, globals_new(as_dict(args[2]), code->unit), cells);
    if (is_str(args[3])) f->name = as_str(args[3]);
    if (is_tuple(args[4]) && as_tuple(args[4])->len) f->defaults = as_tuple(args[4]);
    if (is_dict(args[6])) f->kwdefaults = as_dict(args[6]);
    return value_object(f);
}

NATIVE(function_repr, "__repr__(self, /)", "Return repr(self).")
{
    return value_object(str_format("<function %s at %p>", as_function(args[0])->qualname->data,
                                   as_pointer(args[0])));
}

NATIVE(function_call, "__call__(self, /, *args, **kwargs)", "Call self as a function.")
{
    return value_call_dict(vm, args[0], as_tuple(args[1]), as_dict(args[2]));
}

NATIVE(function_get, "__get__(self, instance, owner=None, /)",
       "The function bound to the class, or to the class of the instance.")
{
    if (!check_get(vm, args[1], args[2])) return VALUE_ERROR;
    return args[1] == VALUE_NONE ? args[0] : bound_method_new(args[0], args[1]);
}

static Value function_name(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_function(self)->name);
}

static bool function_set_name(VM *vm, Value self, Value v)
{
    if (v == VALUE_UNBOUND || !is_str(v)) return must_be(vm, "__name__", "string object");
    as_function(self)->name = as_str(v);
    return true;
}

static Value function_qualname(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_function(self)->qualname);
}

static bool function_set_qualname(VM *vm, Value self, Value v)
{
    if (v == VALUE_UNBOUND || !is_str(v)) return must_be(vm, "__qualname__", "string object");
    as_function(self)->qualname = as_str(v);
    return true;
}

static Value function_doc(VM *vm, Value self)
{
    (void)vm;
    return as_function(self)->doc;
}

static bool function_set_doc(VM *vm, Value self, Value v)
{
    (void)vm;
    as_function(self)->doc = v == VALUE_UNBOUND ? VALUE_NONE : v;
    return true;
}

static Value function_module(VM *vm, Value self)
{
    (void)vm;
    return as_function(self)->module;
}

static bool function_set_module(VM *vm, Value self, Value v)
{
    (void)vm;
    as_function(self)->module = v == VALUE_UNBOUND ? VALUE_NONE : v;
    return true;
}

static Value function_dict(VM *vm, Value self)
{
    return value_object(object_dict(vm, as_object(self), true));
}

static bool function_set_dict(VM *vm, Value self, Value v)
{
    if (v != VALUE_UNBOUND) return object_set_dict(vm, as_object(self), v);
    raise_error(vm, EXC_TypeError, "cannot delete __dict__");
    return false;
}

static Value function_defaults(VM *vm, Value self)
{
    (void)vm;
    Tuple *defaults = as_function(self)->defaults;
    return defaults ? value_object(defaults) : VALUE_NONE;
}

static bool function_set_defaults(VM *vm, Value self, Value v)
{
    bool clears = v == VALUE_UNBOUND || v == VALUE_NONE;
    if (!clears && !is_tuple(v)) return must_be(vm, "__defaults__", "tuple object");
    value_let_go(function_defaults(vm, self));
    as_function(self)->defaults = clears ? NULL : as_tuple(v);
    return true;
}

static Value function_kwdefaults(VM *vm, Value self)
{
    (void)vm;
    Dict *defaults = as_function(self)->kwdefaults;
    return defaults ? value_object(defaults) : VALUE_NONE;
}

static bool function_set_kwdefaults(VM *vm, Value self, Value v)
{
    bool clears = v == VALUE_UNBOUND || v == VALUE_NONE;
    if (!clears && !is_dict(v)) return must_be(vm, "__kwdefaults__", "dict object");
    value_let_go(function_kwdefaults(vm, self));
    as_function(self)->kwdefaults = clears ? NULL : as_dict(v);
    return true;
}

static Value function_code(VM *vm, Value self)
{
    Function *f = as_function(self);
    return function_compile(vm, f) ? value_object(f->code) : VALUE_ERROR;
}

// The new code's globals are those of the function's own namespace.
static bool function_set_code(VM *vm, Value self, Value v)
{
    Function *f = as_function(self);
    if (v == VALUE_UNBOUND || !is_kind(v, KIND_CODE)) return must_be(vm, "__code__", "code object");
    Code *code = as_code(v);
    if (code->n_free != f->code->n_free) {
        raise_error(vm, EXC_ValueError, "%s() requires a code object with %d free vars, not %d",
                    f->name->data, f->code->n_free, code->n_free);
        return false;
    }
    Globals *globals = f->globals;
    if (globals && code->unit != globals->unit) globals = globals_new(globals->dict, code->unit);
    Function *model = function_new(code, globals, f->closure);
    f->object.head = model->object.head;
    f->code = code;
    f->consts = model->consts;
    f->cells = model->cells;
    f->globals = globals;
    return true;
}

static Value function_closure(VM *vm, Value self)
{
    (void)vm;
    const Function *f = as_function(self);
    if (f->code->n_free == 0) return VALUE_NONE;
    Tuple *cells = tuple_new(f->code->n_free);
    for (int i = 0; i < f->code->n_free; i++)
        cells->items[i] = value_object(f->closure[i]);
    return value_object(cells);
}

static Value function_globals(VM *vm, Value self)
{
    (void)vm;
    const Function *f = as_function(self);
    return f->globals ? value_object(f->globals->dict) : VALUE_NONE;
}

static Value function_builtins(VM *vm, Value self)
{
    (void)self;
    return value_object(vm->builtins);
}

static Value function_annotations(VM *vm, Value self)
{
    (void)vm;
    Function *f = as_function(self);
    if (!f->annotations) f->annotations = dict_new();
    return value_object(f->annotations);
}

static bool function_set_annotations(VM *vm, Value self, Value v)
{
    bool clears = v == VALUE_UNBOUND || v == VALUE_NONE;
    if (!clears && !is_dict(v)) return must_be(vm, "__annotations__", "dict object");
    as_function(self)->annotations = clears ? NULL : as_dict(v);
    return true;
}

// There are no type parameters to keep; functools.update_wrapper copies the empty tuple.
static bool set_no_type_params(VM *vm, Value self, Value v)
{
    (void)self;
    if (is_tuple(v) && as_tuple(v)->len == 0) return true;
    raise_error(vm, EXC_TypeError, "__type_params__ must be set to a tuple");
    return false;
}

static Value no_type_params(VM *vm, Value self)
{
    (void)vm;
    (void)self;
    return value_object(tuple_empty);
}

static const NativeDef *const function_methods[] = {&def_function_new, &def_function_repr,
                                                    &def_function_call, &def_function_get, NULL};
static const GetSetDef function_getset[] = {
    {"__name__", function_name, function_set_name, NULL},
    {"__qualname__", function_qualname, function_set_qualname, NULL},
    {"__doc__", function_doc, function_set_doc, NULL},
    {"__module__", function_module, function_set_module, NULL},
    {"__dict__", function_dict, function_set_dict, NULL},
    {"__defaults__", function_defaults, function_set_defaults, NULL},
    {"__kwdefaults__", function_kwdefaults, function_set_kwdefaults, NULL},
    {"__code__", function_code, function_set_code, NULL},
    {"__closure__", function_closure, getset_readonly, NULL},
    {"__globals__", function_globals, getset_readonly, NULL},
    {"__builtins__", function_builtins, getset_readonly, NULL},
    {"__annotations__", function_annotations, function_set_annotations, NULL},
    {"__type_params__", no_type_params, set_no_type_params, NULL},
    {NULL, NULL, NULL, NULL}};

// Cells

NATIVE(cell_new, "__new__(cls, contents=?, /)", "Create a new cell object.")
{
    return value_object(cell_new(args[1]));
}

NATIVE(cell_repr, "__repr__(self, /)", "Return repr(self).")
{
    Value v = ((Cell *)as_pointer(args[0]))->value;
    if (v == VALUE_UNBOUND)
        return value_object(str_format("<cell at %p: empty>", as_pointer(args[0])));
    return value_object(str_format("<cell at %p: %s object at %p>", as_pointer(args[0]),
                                   type_name(vm, v), (void *)(uintptr_t)(v & 0xFFFFFFFFFFFF)));
}

NATIVE(cell_eq, "__eq__(self, value, /)", "Return self==value.")
{
    if (!is_kind(args[1], KIND_CELL)) return VALUE_NOT_IMPLEMENTED;
    Value a = ((Cell *)as_pointer(args[0]))->value, b = ((Cell *)as_pointer(args[1]))->value;
    if (a == VALUE_UNBOUND || b == VALUE_UNBOUND) return value_bool(a == b);
    return value_compare(vm, COMPARE_EQ, a, b);
}

static Value cell_contents(VM *vm, Value self)
{
    Value v = ((Cell *)as_pointer(self))->value;
    return v == VALUE_UNBOUND ? raise_error(vm, EXC_ValueError, "Cell is empty") : v;
}

static bool cell_set_contents(VM *vm, Value self, Value v)
{
    (void)vm;
    ((Cell *)as_pointer(self))->value = v;
    return true;
}

static const NativeDef *const cell_methods[] = {&def_cell_new, &def_cell_repr, &def_cell_eq, NULL};
static const GetSetDef cell_getset[] = {{"cell_contents", cell_contents, cell_set_contents, NULL},
                                        {NULL, NULL, NULL, NULL}};

void function_define(VM *vm)
{
    static const TypeDef function = {
        .name = "function",
        .kind = KIND_FUNCTION,
        .doc = "Create a function object.",
        .methods = function_methods,
        .getset = function_getset,
        .flags = CLASS_FINAL | CLASS_HAS_DICT,
    };
    static const TypeDef cell = {
        .name = "cell",
        .kind = KIND_CELL,
        .doc = "Create a new cell object.",
        .methods = cell_methods,
        .getset = cell_getset,
        .flags = CLASS_FINAL,
    };
    class_define(vm, &function, NULL);
    class_define(vm, &cell, NULL);
}

// Natives. The class is also that of a method of a builtin type bound to an object.

static const Native *native_of(Value v)
{
    return is_kind(v, KIND_BOUND_METHOD) ? as_native(((BoundMethod *)as_pointer(v))->function)
                                         : as_native(v);
}

static Str *bound_repr(VM *vm, const Native *n, Value self)
{
    const char *form = native_is_wrapper(n) ? "method-wrapper '" : "built-in method ";
    const char *quote = native_is_wrapper(n) ? "'" : "";
    return str_format("<%s%s%s of %s object at %p>", form, n->name->data, quote,
                      type_name(vm, self), (void *)(uintptr_t)(self & 0xFFFFFFFFFFFF));
}

NATIVE(native_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Native *n = native_of(args[0]);
    if (is_kind(args[0], KIND_BOUND_METHOD))
        return value_object(bound_repr(vm, n, ((BoundMethod *)as_pointer(args[0]))->self));
    if (!n->owner) return value_object(str_format("<built-in function %s>", n->name->data));
    if (n->is_static) return value_object(bound_repr(vm, n, value_object(n->owner)));
    const char *owner = n->owner->full_name;
    if (native_is_wrapper(n))
        return value_object(
            str_format("<slot wrapper '%s' of '%s' objects>", n->name->data, owner));
    return value_object(str_format("<method '%s' of '%s' objects>", n->name->data, owner));
}

NATIVE(native_call, "__call__(self, /, *args, **kwargs)", "Call self as a function.")
{
    return value_call_dict(vm, args[0], as_tuple(args[1]), as_dict(args[2]));
}

NATIVE(native_get, "__get__(self, instance, owner=None, /)",
       "The function bound to the class, or to the class of the instance.")
{
    const Native *n = native_of(args[0]);
    if (is_kind(args[0], KIND_BOUND_METHOD) || !n->owner || n->is_static) return args[0];
    if (!check_get(vm, args[1], args[2])) return VALUE_ERROR;
    Class *owner = is_class(args[2]) ? as_class(args[2]) : class_of(vm, args[1]);
    return descriptor_get(vm, args[0], args[1] == VALUE_NONE ? VALUE_UNBOUND : args[1], owner);
}

// Two bound methods are equal if they are of one function and one object; natives only if
// identical.
static bool same_method(Value a, Value b)
{
    if (a == b) return true;
    if (!is_kind(a, KIND_BOUND_METHOD) || !is_kind(b, KIND_BOUND_METHOD)) return false;
    const BoundMethod *x = as_pointer(a), *y = as_pointer(b);
    return x->function == y->function && value_same(x->self, y->self);
}

static uint64_t rotated(Value v)
{
    return v >> 4 | v << 60;
}

static Value method_hash(Value v)
{
    const BoundMethod *m = as_pointer(v);
    uint64_t h =
        is_kind(v, KIND_BOUND_METHOD) ? rotated(m->self) ^ rotated(m->function) : rotated(v);
    return int_from_int64((int64_t)h);
}

NATIVE(native_eq, "__eq__(self, value, /)", "Return self==value.")
{
    return same_method(args[0], args[1]) ? VALUE_TRUE : VALUE_NOT_IMPLEMENTED;
}

NATIVE(native_hash, "__hash__(self, /)", "Return hash(self).")
{
    return method_hash(args[0]);
}

static Value native_name(VM *vm, Value self)
{
    (void)vm;
    return value_object(native_of(self)->name);
}

static Value native_qualname(VM *vm, Value self)
{
    const Native *n = native_of(self);
    if (!is_kind(self, KIND_BOUND_METHOD) || native_is_wrapper(n)) return value_object(native_full_name(n));
    Value bound = ((BoundMethod *)as_pointer(self))->self;
    const Class *c = is_class(bound) ? as_class(bound) : class_of(vm, bound);
    return value_object(str_format("%s.%s", c->qualname->data, n->name->data));
}

static Value native_doc(VM *vm, Value self)
{
    (void)vm;
    const char *doc = native_of(self)->def->doc;
    return doc ? value_object(str_from_cstr(doc)) : VALUE_NONE;
}

static Value native_module(VM *vm, Value self)
{
    (void)vm;
    return native_of(self)->module;
}

static Value native_self(VM *vm, Value self)
{
    const Native *n = native_of(self);
    if (is_kind(self, KIND_BOUND_METHOD)) return ((BoundMethod *)as_pointer(self))->self;
    if (n->is_static) return value_object(n->owner);
    if (n->owner) return raise_no_attribute(vm, self, S(__self__));
    if (!is_str(n->module)) return VALUE_NONE;
    Value m = dict_find_str(vm->modules, as_str(n->module));
    return m == VALUE_UNBOUND ? VALUE_NONE : m;
}

static Value native_objclass(VM *vm, Value self)
{
    (void)vm;
    return value_object(native_of(self)->owner);
}

static Value native_text_signature(VM *vm, Value self)
{
    return value_object(signature_text(native_signature(vm, native_of(self))));
}

static const NativeDef *const native_methods[] = {&def_native_repr, &def_native_call, &def_native_eq,
                                                  &def_native_hash, NULL};
static const NativeDef *const descriptor_methods[] = {&def_native_repr, &def_native_call,
                                                      &def_native_get,  &def_native_eq,
                                                      &def_native_hash, NULL};
static const GetSetDef native_getset[] = {{"__name__", native_name, NULL, NULL},
                                          {"__qualname__", native_qualname, NULL, NULL},
                                          {"__doc__", native_doc, NULL, NULL},
                                          {"__module__", native_module, NULL, NULL},
                                          {"__self__", native_self, NULL, NULL},
                                          {"__text_signature__", native_text_signature, NULL, NULL},
                                          {NULL, NULL, NULL, NULL}};
static const GetSetDef descriptor_getset[] = {
    {"__name__", native_name, getset_readonly, NULL},
    {"__qualname__", native_qualname, NULL, NULL},
    {"__doc__", native_doc, NULL, NULL},
    {"__objclass__", native_objclass, getset_readonly, NULL},
    {"__text_signature__", native_text_signature, NULL, NULL},
    {NULL, NULL, NULL, NULL}};
static const GetSetDef wrapper_getset[] = {{"__name__", native_name, NULL, NULL},
                                           {"__qualname__", native_qualname, NULL, NULL},
                                           {"__doc__", native_doc, NULL, NULL},
                                           {"__self__", native_self, getset_readonly, NULL},
                                           {"__objclass__", native_objclass, NULL, NULL},
                                           {"__text_signature__", native_text_signature, NULL, NULL},
                                           {NULL, NULL, NULL, NULL}};

void native_define(VM *vm)
{
    static const TypeDef def = {
        .name = "builtin_function_or_method",
        .doc = "A function or method written in C.",
        .kind = KIND_NATIVE,
        .methods = native_methods,
        .getset = native_getset,
        .flags = CLASS_FINAL,
    };
    Class *c = class_define(vm, &def, NULL);
    bound_method_init(shape_new_root(vm, c, 0)->id);
}

// Bound methods

NATIVE(method_new, "__new__(cls, function, instance, /)", "Create a bound instance method object.")
{
    if (!value_is_callable(vm, args[1]))
        return raise_error(vm, EXC_TypeError, "first argument must be callable");
    if (args[2] == VALUE_NONE) return raise_error(vm, EXC_TypeError, "instance must not be None");
    return bound_method_new(args[1], args[2]);
}

NATIVE(method_repr, "__repr__(self, /)", "Return repr(self).")
{
    const BoundMethod *m = as_pointer(args[0]);
    Value name = value_find_attr(vm, m->function, S(__qualname__));
    if (name == VALUE_UNBOUND) name = value_find_attr(vm, m->function, S(__name__));
    if (is_error(name)) return name;
    Str *self = value_repr(vm, m->self);
    if (!self) return VALUE_ERROR;
    StrBuilder b = {0};
    builder_add_cstr(&b, "<bound method ");
    if (is_str(name))
        builder_add_str(&b, as_str(name));
    else
        builder_add_byte(&b, '?');
    builder_add_cstr(&b, " of ");
    builder_add_str(&b, self);
    builder_add_byte(&b, '>');
    return value_object(builder_str(&b));
}

NATIVE(method_get, "__get__(self, instance, owner=None, /)",
       "The function bound to the class, or to the class of the instance.")
{
    return args[0];
}

static Value method_function(VM *vm, Value self)
{
    (void)vm;
    return ((BoundMethod *)as_pointer(self))->function;
}

static Value method_self(VM *vm, Value self)
{
    (void)vm;
    return ((BoundMethod *)as_pointer(self))->self;
}

static Value method_doc(VM *vm, Value self)
{
    return value_getattr(vm, ((BoundMethod *)as_pointer(self))->function, S(__doc__));
}

static const NativeDef *const method_methods[] = {&def_method_new,
                                                  &def_method_repr,
                                                  &def_function_call,
                                                  &def_method_get,
                                                  &def_native_eq,
                                                  &def_native_hash,
                                                  NULL};
static const GetSetDef method_getset[] = {{"__func__", method_function, getset_readonly, NULL},
                                          {"__self__", method_self, getset_readonly, NULL},
                                          {"__doc__", method_doc, NULL, NULL},
                                          {NULL, NULL, NULL, NULL}};

// What the methods of builtin types are, before and after they are bound.
static void define_descriptors(VM *vm)
{
    static const char doc[] = "A method of a builtin type.";
    static const TypeDef method = {.name = "method_descriptor", .kind = KIND_NATIVE, .doc = doc,
                                   .methods = descriptor_methods, .getset = descriptor_getset, .flags = CLASS_FINAL};
    static const TypeDef class_method = {.name = "classmethod_descriptor", .kind = KIND_NATIVE, .doc = doc,
                                         .methods = descriptor_methods, .getset = descriptor_getset,
                                         .flags = CLASS_FINAL};
    static const TypeDef wrapper = {.name = "wrapper_descriptor", .kind = KIND_NATIVE,
                                    .doc = "What an operator or another special method of a builtin type does.",
                                    .methods = descriptor_methods, .getset = descriptor_getset, .flags = CLASS_FINAL};
    static const TypeDef bound = {.name = "method-wrapper", .kind = KIND_BOUND_METHOD,
                                  .doc = "A special method of a builtin type, bound to an object.",
                                  .methods = native_methods, .getset = wrapper_getset, .flags = CLASS_FINAL};
    const Class *of_method = class_define(vm, &method, NULL), *of_class = class_define(vm, &class_method, NULL);
    const Class *of_wrapper = class_define(vm, &wrapper, NULL);
    bound_method_set_wrapper(class_define(vm, &bound, NULL));
    native_set_types(vm, of_method, of_wrapper, of_class);
}

void method_define(VM *vm)
{
    static const TypeDef def = {
        .name = "method",
        .kind = KIND_BOUND_METHOD,
        .doc = "Create a bound instance method object.",
        .methods = method_methods,
        .getset = method_getset,
        .flags = CLASS_FINAL,
    };
    class_define(vm, &def, NULL);
    define_descriptors(vm);
}
