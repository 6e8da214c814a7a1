// SPDX-License-Identifier: MIT
// operator_getters.c - operator.itemgetter, attrgetter and methodcaller: callables that take
// something from their argument.
#include "stdlib/operator.h"
#include "stdlib/stdlib.h"
#include "vm/call.h"
#include "vm/gc.h"
#include "vm/ops.h"

enum { FEW_ARGUMENTS = 24, ROOM_BEFORE = 3 };

typedef struct Getter_ {
    Object object;   // KIND_OPAQUE
    Tuple *items;    // keys; dotted names; or the method's name and arguments
    Tuple *paths;    // of an attrgetter: for each name a tuple of its parts
    Dict *keywords;  // of a methodcaller
} GetterObject;

static Class *itemgetter_class, *attrgetter_class, *methodcaller_class;

static GetterObject *as_getter(Value v)
{
    return as_pointer(v);
}

static Value getter_new(VM *vm, Value *args, const char *name)
{
    if (as_dict(args[2])->len > 0)
        return raise_error(vm, EXC_TypeError, "%s() takes no keyword arguments", name);
    if (as_tuple(args[1])->len == 0)
        return raise_error(vm, EXC_TypeError, "%s expected 1 argument, got 0", name);
    GetterObject *g = object_alloc(as_class(args[0]), KIND_OPAQUE, sizeof(GetterObject));
    g->items = as_tuple(args[1]);
    g->paths = tuple_empty;
    g->keywords = NULL;
    return value_object(g);
}

// get(0), or a tuple of all get(i)
static Value get_all(VM *vm, Value self, Value from,
                     Value (*get)(VM *vm, GetterObject *g, size_t i, Value from))
{
    GetterObject *g = as_getter(self);
    if (g->items->len == 1) return get(vm, g, 0, from);
    Tuple *all = tuple_new(g->items->len);
    for (size_t i = 0; i < all->len; i++) {
        Value v = get(vm, g, i, from);
        if (is_error(v)) return v;
        all->items[i] = v;
    }
    return value_object(all);
}

static bool add_repr(VM *vm, StrBuilder *b, Value v)
{
    Str *s = value_repr(vm, v);
    if (s) builder_add_str(b, s);
    return s != NULL;
}

static bool add_items(VM *vm, StrBuilder *b, const GetterObject *g)
{
    for (size_t i = 0; i < g->items->len; i++) {
        if (i > 0) builder_add_cstr(b, ", ");
        if (!add_repr(vm, b, g->items->items[i])) return false;
    }
    size_t pos = 0;
    Value key, v;
    while (g->keywords && dict_next(g->keywords, &pos, &key, &v)) {
        builder_add_cstr(b, ", ");
        builder_add_str(b, as_str(key));
        builder_add_byte(b, '=');
        if (!add_repr(vm, b, v)) return false;
    }
    return true;
}

NATIVE(getter_repr, "__repr__(self, /)", "Return repr(self).")
{
    if (repr_enter(vm, args[0])) return value_object(str_format("%s(...)", type_name(vm, args[0])));
    StrBuilder b = {0};
    builder_add_str(&b, class_full_name(class_of(vm, args[0])));
    builder_add_byte(&b, '(');
    bool ok = add_items(vm, &b, as_getter(args[0]));
    repr_leave(vm, args[0]);
    if (!ok) return VALUE_ERROR;
    builder_add_byte(&b, ')');
    return value_object(builder_str(&b));
}

NATIVE(getter_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    return value_object(
        tuple_of(2, value_object(class_of(vm, args[0])), value_object(as_getter(args[0])->items)));
}

// itemgetter

NATIVE(itemgetter_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    return getter_new(vm, args, "itemgetter");
}

static Value get_item(VM *vm, GetterObject *g, size_t i, Value from)
{
    return value_getitem(vm, from, g->items->items[i]);
}

NATIVE(itemgetter_call, "__call__(self, obj, /)", "Call self as a function.")
{
    return get_all(vm, args[0], args[1], get_item);
}

// attrgetter

static Tuple *split_name(const Str *name)
{
    List *parts = list_new(2);
    const char *start = name->data, *end = start + name->size;
    for (const char *p = start;; p++)
        if (p == end || *p == '.') {
            list_append(parts, value_object(str_intern_str(str_new(start, (size_t)(p - start)))));
            if (p == end) return tuple_from(parts->items, parts->len);
            start = p + 1;
        }
}

NATIVE(attrgetter_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Value made = getter_new(vm, args, "attrgetter");
    if (is_error(made)) return made;
    GetterObject *g = as_getter(made);
    Tuple *paths = tuple_new(g->items->len);
    for (size_t i = 0; i < g->items->len; i++) {
        if (!is_str(g->items->items[i]))
            return raise_error(vm, EXC_TypeError, "attribute name must be a string");
        paths->items[i] = value_object(split_name(as_str(g->items->items[i])));
    }
    g->paths = paths;
    return made;
}

static Value get_attribute(VM *vm, GetterObject *g, size_t i, Value from)
{
    const Tuple *path = as_tuple(g->paths->items[i]);
    for (size_t k = 0; k < path->len && !is_error(from); k++)
        from = value_getattr(vm, from, as_str(path->items[k]));
    return from;
}

NATIVE(attrgetter_call, "__call__(self, obj, /)", "Call self as a function.")
{
    return get_all(vm, args[0], args[1], get_attribute);
}

// methodcaller

NATIVE(methodcaller_new, "__new__(cls, /, *args, **kwargs)", "Create and return a new object.")
{
    Tuple *given = as_tuple(args[1]);
    if (given->len == 0)
        return raise_error(vm, EXC_TypeError,
                           "methodcaller needs at least one argument, the method name");
    if (!is_str(given->items[0]))
        return raise_error(vm, EXC_TypeError, "method name must be a string");
    GetterObject *g = object_alloc(as_class(args[0]), KIND_OPAQUE, sizeof(GetterObject));
    g->items = given;
    g->paths = tuple_empty;
    g->keywords = as_dict(args[2])->len > 0 ? as_dict(args[2]) : NULL;
    return value_object(g);
}

NATIVE(methodcaller_call, "__call__(self, obj, /)", "Call self as a function.")
{
    GetterObject *g = as_getter(args[0]);
    Value method = value_getattr(vm, args[1], as_str(g->items->items[0]));
    if (is_error(method)) return method;
    Tuple *arguments = tuple_from(g->items->items + 1, g->items->len - 1);
    return value_call_dict(vm, method, arguments, g->keywords);
}

// The call hooks: that of a methodcaller goes on with the method.

static bool check_call(VM *vm, const char *name, int argc, const Tuple *names)
{
    if (names)
        raise_error(vm, EXC_TypeError, "%s() takes no keyword arguments", name);
    else if (argc != 1)
        raise_error(vm, EXC_TypeError, "%s expected 1 argument, got %d", name, argc);
    return !names && argc == 1;
}

static int itemgetter_begin(VM *vm, Value callee, int argc, Value *argv, Tuple *names, Value *base,
                            Value *result, Value **regs)
{
    (void)base, (void)regs;
    if (!check_call(vm, "itemgetter", argc, names)) return CALL_ERROR;
    *result = get_all(vm, callee, argv[0], get_item);
    return is_error(*result) ? CALL_ERROR : CALL_VALUE;
}

static int attrgetter_begin(VM *vm, Value callee, int argc, Value *argv, Tuple *names, Value *base,
                            Value *result, Value **regs)
{
    (void)base, (void)regs;
    if (!check_call(vm, "attrgetter", argc, names)) return CALL_ERROR;
    *result = get_all(vm, callee, argv[0], get_attribute);
    return is_error(*result) ? CALL_ERROR : CALL_VALUE;
}

static int methodcaller_begin(VM *vm, Value callee, int argc, Value *argv, Tuple *names,
                              Value *base, Value *result, Value **regs)
{
    const GetterObject *g = as_getter(callee);
    if (!check_call(vm, "methodcaller", argc, names)) return CALL_ERROR;
    if (g->keywords || g->items->len > FEW_ARGUMENTS) {
        Value args[] = {callee, argv[0]};
        *result = native_methodcaller_call(vm, args);
        return is_error(*result) ? CALL_ERROR : CALL_VALUE;
    }
    Value method = value_getattr(vm, argv[0], as_str(g->items->items[0]));
    if (is_error(method)) return CALL_ERROR;
    Value arguments[ROOM_BEFORE + FEW_ARGUMENTS];
    size_t n = g->items->len - 1;
    memcpy(arguments + ROOM_BEFORE, g->items->items + 1, n * sizeof(Value));
    return call_begin(vm, method, (int)n, arguments + ROOM_BEFORE, NULL, base, result, regs);
}

NATIVE(methodcaller_reduce, "__reduce__(self, /)", "Return state information for pickling.")
{
    const GetterObject *g = as_getter(args[0]);
    Value class_ = value_object(class_of(vm, args[0])), arguments = value_object(g->items);
    if (!g->keywords) return value_object(tuple_of(2, class_, arguments));
    Value functools = module_import(vm, str_from_cstr("functools"));
    if (is_error(functools)) return functools;
    Value partial = value_getattr(vm, functools, str_from_cstr("partial"));
    if (is_error(partial)) return partial;
    Value made = value_call_dict(vm, partial, tuple_of(2, class_, g->items->items[0]), g->keywords);
    if (is_error(made)) return made;
    return value_object(
        tuple_of(2, made, value_object(tuple_from(g->items->items + 1, g->items->len - 1))));
}

static Class *define(VM *vm, Module *module, const char *name, const char *doc,
                     const NativeDef *new_, const NativeDef *call, const NativeDef *reduce)
{
    const NativeDef *const methods[] = {new_, call, &def_getter_repr, reduce, NULL};
    const TypeDef type = {.name = name,
                          .kind = KIND_OPAQUE,
                          .doc = doc,
                          .methods = methods,
                          .object_size = sizeof(GetterObject)};
    Class *c = class_define(vm, &type, NULL);
    dict_set_str(module->dict, c->name, value_object(c));
    return c;
}

void operator_define_getters(VM *vm, Module *module)
{
    itemgetter_class =
        define(vm, module, "operator.itemgetter",
               "A function that takes items: itemgetter(1)(x) is x[1]; with several, a tuple.",
               &def_itemgetter_new, &def_itemgetter_call, &def_getter_reduce);
    attrgetter_class =
        define(vm, module, "operator.attrgetter",
               "A function that takes attributes: attrgetter('a')(x) is x.a; with several "
               "names, a tuple; names may have dots,\n"
               "'a.b'.",
               &def_attrgetter_new, &def_attrgetter_call, &def_getter_reduce);
    methodcaller_class =
        define(vm, module, "operator.methodcaller",
               "A function that calls a method: methodcaller('name', 1, k=2)(x) is x.name(1, "
               "k=2).",
               &def_methodcaller_new, &def_methodcaller_call, &def_methodcaller_reduce);
    itemgetter_class->call_hook = itemgetter_begin;
    attrgetter_class->call_hook = attrgetter_begin;
    methodcaller_class->call_hook = methodcaller_begin;
}
