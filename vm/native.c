// SPDX-License-Identifier: MIT
// native.c - functions and methods written in C as objects, and calling them.
// How a call's arguments become args[] is in signature.c.
#include "vm/native.h"

#include <stdio.h>
#include <stdlib.h>

#include "vm/gc.h"
#include "vm/signature.h"
#include "vm/vm.h"

enum { NEVER_EXACT = 0xFFFF };

// A signature that does not parse is our bug: say which, and stop.
static Signature *parse_or_die(const char *text)
{
    const char *error = NULL;
    Signature *sig = signature_parse(text, &error);
    if (sig) return sig;
    fprintf(stderr, "rill: bad signature of a native: %s: %s\n", error, text);
    abort();
}

// How many positional arguments need no work at all: all parameters are plain and given.
static uint16_t exact_count(const Signature *sig)
{
    if (sig->rest >= 0 || sig->keywords >= 0 || sig->n_kwonly > 0) return NEVER_EXACT;
    for (int i = sig->n_self; i < sig->n_params; i++)
        if (sig->params[i].type != TYPE_OBJECT) return NEVER_EXACT;
    return (uint16_t)sig->n_positional;
}

// The first parameter's name, and whether there are any, without parsing.
static bool first_is(const char *text, const char *name)
{
    size_t n = strlen(name);
    const char *p = strchr(text, '(') + 1;
    return strncmp(p, name, n) == 0 && strchr(",: )=", p[n]);
}

// The name of the function in its signature.
static Str *name_in(const char *text)
{
    text += strspn(text, "@%&");
    if (strncmp(text, "def ", 4) == 0) text += 4;
    return str_intern(text, strcspn(text, "( "));
}

static bool is_marked_static(const Native *native)
{
    return native->def->signature[0] == '@';
}

// What kind of method it is, from the spelling of the signature and whether it is in a class.
static void set_binding(Native *native)
{
    native->is_static = is_marked_static(native);
    native->is_class = false;
    if (!native->owner || native->is_static || !first_is(native->def->signature, "cls")) return;
    native->is_static = native->name == S(__new__);
    native->is_class = !native->is_static;
}

static void set_self(const Native *native, Signature *sig)
{
    if (!native->owner || is_marked_static(native) || sig->n_params == 0) return;
    sig->n_self = 1;
    sig->params[0].kind = PARAM_POSITIONAL;
    sig->params[0].type = TYPE_SELF;
    if (sig->n_posonly == 0) sig->n_posonly = 1;
}

const Signature *native_signature(VM *vm, const Native *n)
{
    if (likely(n->parsed != NULL)) return n->parsed;
    Native *native = (Native *)(uintptr_t)n;
    Signature *sig = parse_or_die(native->def->signature + is_marked_static(native));
    set_self(native, sig);
    sig->next = vm->signatures;
    vm->signatures = native->parsed = sig;
    native->n_exact = exact_count(sig);
    bool suits_all = !native->owner || is_marked_static(native) ||
                     (native->owner == vm->type_object && !native->is_static && !native->is_class);
    if (suits_all && native->special == NATIVE_PLAIN) native->object.head = HEAD(KIND_NATIVE, 0, native->n_exact);
    return sig;
}

static uint32_t method_shape = KIND_NATIVE, wrapper_shape = KIND_NATIVE, class_method_shape = KIND_NATIVE;

// A function of a module, or __new__; a method, the method behind an operator, a class method of a type.
static uint32_t shape_of(const Native *n)
{
    if (!n->owner || n->is_static) return KIND_NATIVE;
    if (n->is_class) return class_method_shape;
    return signature_is_slot_wrapper(n) || n->name == S(__init__) ? wrapper_shape : method_shape;
}

static void set_shapes_below(Class *c)
{
    size_t pos = 0;
    Value name, v;
    while (dict_next(c->dict, &pos, &name, &v))
        if (is_kind(v, KIND_NATIVE)) as_native(v)->object.shape = shape_of(as_native(v));
    for (int i = 0; i < c->n_subclasses; i++)
        set_shapes_below(c->subclasses[i]);
}

void native_set_types(VM *vm, const Class *method, const Class *wrapper, const Class *class_method)
{
    method_shape = method->root->id;
    wrapper_shape = wrapper->root->id;
    class_method_shape = class_method->root->id;
    set_shapes_below(vm->type_object);
}

bool native_is_wrapper(const Native *n)
{
    return wrapper_shape != KIND_NATIVE && n->object.shape == wrapper_shape;
}

Value native_new(VM *vm, const NativeDef *def, Class *owner, Str *module_or_null)
{
    (void)vm;
    Str *name = name_in(def->signature);
    Native *native = gc_alloc_atomic(sizeof *native);
    object_init(&native->object, KIND_NATIVE);
    native->object.head = HEAD(KIND_NATIVE, 0, NEVER_EXACT);
    native->fn = def->fn;
    native->parsed = NULL;
    native->def = def;
    native->name = name;
    native->owner = owner;
    native->module = module_or_null ? value_object(str_intern_str(module_or_null)) : VALUE_NONE;
    native->special = NATIVE_PLAIN;
    native->n_exact = NEVER_EXACT;
    native->self_shape = KIND_NONE;
    set_binding(native);
    if (owner && owner->root && !native->is_static && !native->is_class) native->self_shape = owner->root->id;
    native->object.shape = shape_of(native);
    return value_object(native);
}

Str *native_full_name(const Native *native)
{
    if (!native->owner) return native->name;
    return str_format("%s.%s", native->owner->qualname->data, native->name->data);
}

void native_make_special(Value native, NativeSpecial special)
{
    Native *n = as_native(native);
    n->special = (uint8_t)special;
    n->object.head = HEAD(KIND_NATIVE, 0, NEVER_EXACT);
}

void natives_define(VM *vm, Dict *dict, const NativeDef *const *defs, Class *owner,
                    Str *module_or_null)
{
    for (; *defs; defs++) {
        Value native = native_new(vm, *defs, owner, module_or_null);
        dict_set_str(dict, as_native(native)->name, native);
    }
}

Value native_call(VM *vm, Native *native, int argc, const Value *argv, Tuple *keyword_names)
{
    if (keyword_names && keyword_names->len == 0) keyword_names = NULL;
    if (unlikely(!native->parsed)) native_signature(vm, native);
    if (likely(!keyword_names && argc == native->n_exact)) {
        bool is_free = native->object.head >> 16 != NEVER_EXACT;
        if (likely(is_free ||
                   (!native->is_class && !native->is_static && native_suits(vm, native, argv[0]))))
            return native->fn(vm, (Value *)(uintptr_t)argv);
    }
    Value args[SIGNATURE_MAX_PARAMS];
    if (!signature_bind(vm, native, argc, argv, keyword_names, args)) return VALUE_ERROR;
    return native->fn(vm, args);
}
