// SPDX-License-Identifier: MIT
// frame_locals.c - FrameLocalsProxy: the variables of a function's frame as a mapping. What is set through it is set in
// the frame; names that are no variables of the function are kept beside them (Frame.extra).
// Reading more than one variable at a time goes through a dict that is made for it.
#include "stdlib/frame_locals.h"
#include "stdlib/stdlib.h"
#include "vm/gc.h"
#include "vm/ops.h"

typedef struct FrameLocals {
    Object object;  // KIND_OPAQUE
    Frame *frame;
} FrameLocals;

static Class *proxy_class;

static Frame *frame_behind(Value proxy)
{
    return ((FrameLocals *)as_pointer(proxy))->frame;
}

Value frame_locals_proxy(VM *vm, Frame *frame)
{
    (void)vm;
    FrameLocals *proxy = object_alloc(proxy_class, KIND_OPAQUE, sizeof *proxy);
    proxy->frame = frame;
    return value_object(proxy);
}

static bool is_proxy(VM *vm, Value v)
{
    return class_of(vm, v) == proxy_class;
}

static Dict *snapshot(VM *vm, Value proxy)
{
    return frame_locals(vm, frame_behind(proxy));
}

// What an operand stands for; NULL if it is neither a dict nor a proxy.
static Dict *dict_of(VM *vm, Value v)
{
    if (is_proxy(vm, v)) return snapshot(vm, v);
    return is_dict(v) ? as_dict(v) : NULL;
}

// 1 found, 0 absent, -1 raised.
static int find(VM *vm, Value proxy, Value key, Value *v)
{
    Frame *frame = frame_behind(proxy);
    Value *variable = is_str(key) ? frame_variable(vm, frame, as_str(key)) : NULL;
    if (variable && *variable != VALUE_UNBOUND) {
        *v = *variable;
        return 1;
    }
    return dict_find(vm, frame->extra ? frame->extra : dict_new(), key, v);
}

static bool set(VM *vm, Value proxy, Value key, Value v)
{
    Frame *frame = frame_behind(proxy);
    Value *variable = is_str(key) ? frame_variable(vm, frame, as_str(key)) : NULL;
    if (variable) {
        value_replace(variable, v);
        return true;
    }
    if (!frame->extra) frame->extra = dict_new();
    return dict_set(vm, frame->extra, key, v);
}

static bool update(VM *vm, Value proxy, Dict *from)
{
    size_t pos = 0;
    Value key, v;
    while (dict_next(from, &pos, &key, &v))
        if (!set(vm, proxy, key, v)) return false;
    return true;
}

NATIVE(proxy_new, "__new__(cls, /, *args)", "Create and return a new object.  See help(type) for accurate signature.")
{
    const Tuple *t = as_tuple(args[1]);
    if (t->len != 1) return raise_error(vm, EXC_TypeError, "FrameLocalsProxy expected 1 argument, got %zu", t->len);
    if (is_frame(t->items[0])) return frame_locals_proxy(vm, as_frame(t->items[0]));
    return raise_error(vm, EXC_TypeError, "expect frame, not %s", type_name(vm, t->items[0]));
}

NATIVE(proxy_getitem, "__getitem__(self, key, /)", "Return self[key].")
{
    Value v;
    int found = find(vm, args[0], args[1], &v);
    if (found > 0) return v;
    Str *name = found < 0 ? NULL : value_repr(vm, args[1]);
    return name ? raise_error(vm, EXC_KeyError, "local variable '%s' is not defined", name->data) : VALUE_ERROR;
}

NATIVE(proxy_setitem, "__setitem__(self, key, value, /)", "Set self[key] to value.")
{
    return set(vm, args[0], args[1], args[2]) ? VALUE_NONE : VALUE_ERROR;
}

NATIVE(proxy_delitem, "__delitem__(self, key, /)", "Delete self[key].")
{
    return raise_error(vm, EXC_TypeError, "cannot remove variables from FrameLocalsProxy");
}

NATIVE(proxy_contains, "__contains__(self, key, /)", "Return bool(key in self).")
{
    Value v;
    int found = find(vm, args[0], args[1], &v);
    return found < 0 ? VALUE_ERROR : value_bool(found);
}

NATIVE(proxy_len, "__len__(self, /)", "Return len(self).")
{
    return small_int((int64_t)snapshot(vm, args[0])->len);
}

static List *listed(VM *vm, Value proxy, Kind kind)
{
    return list_from_iterable(vm, dict_view_new(snapshot(vm, proxy), kind));
}

static Value list_or_error(List *list)
{
    return list ? value_object(list) : VALUE_ERROR;
}

NATIVE(proxy_keys, "keys(self, /)", "A list of the names.")
{
    return list_or_error(listed(vm, args[0], KIND_DICT_KEYS));
}

NATIVE(proxy_values, "values(self, /)", "A list of the values.")
{
    return list_or_error(listed(vm, args[0], KIND_DICT_VALUES));
}

NATIVE(proxy_items, "items(self, /)", "A list of pairs (name, value).")
{
    return list_or_error(listed(vm, args[0], KIND_DICT_ITEMS));
}

NATIVE(proxy_iter, "__iter__(self, /)", "Implement iter(self).")
{
    List *names = listed(vm, args[0], KIND_DICT_KEYS);
    return names ? value_iter(vm, value_object(names)) : VALUE_ERROR;
}

NATIVE(proxy_reversed, "__reversed__(self, /)", "A list of the names from the last one to the first.")
{
    List *names = listed(vm, args[0], KIND_DICT_KEYS);
    if (names) list_reverse(names);
    return list_or_error(names);
}

NATIVE(proxy_get, "get(self, /, *args)", "The value of a name; the second argument (None by default) if it has none.")
{
    const Tuple *t = as_tuple(args[1]);
    if (t->len < 1 || t->len > 2) return raise_error(vm, EXC_TypeError, "get expected 1 or 2 arguments");
    Value v;
    int found = find(vm, args[0], t->items[0], &v);
    if (found < 0) return VALUE_ERROR;
    return found ? v : t->len == 2 ? t->items[1] : VALUE_NONE;
}

NATIVE(proxy_setdefault, "setdefault(self, key, default = None, /)",
       "The value of a name; if it has none, it gets the default.")
{
    Value v;
    int found = find(vm, args[0], args[1], &v);
    if (found) return found < 0 ? VALUE_ERROR : v;
    return set(vm, args[0], args[1], args[2]) ? args[2] : VALUE_ERROR;
}

NATIVE(proxy_update, "update(self, mapping, /)", "Set the variables that a dict or another proxy names.")
{
    Dict *from = dict_of(vm, args[1]);
    if (from) return update(vm, args[0], from) ? VALUE_NONE : VALUE_ERROR;
    return raise_error(vm, EXC_TypeError, "update() argument must be dict or another FrameLocalsProxy");
}

NATIVE(proxy_copy, "copy(self, /)", "A dict of the variables as they are now.")
{
    return value_object(snapshot(vm, args[0]));
}

static Value merged(VM *vm, Value a, Value b)
{
    Dict *left = dict_of(vm, a), *right = dict_of(vm, b);
    if (!left || !right) return VALUE_NOT_IMPLEMENTED;
    Dict *both = dict_copy(left);
    return dict_merge(vm, both, right) ? value_object(both) : VALUE_ERROR;
}

NATIVE(proxy_or, "__or__(self, value, /)", "Return self|value.")
{
    return merged(vm, args[0], args[1]);
}

NATIVE(proxy_ror, "__ror__(self, value, /)", "Return value|self.")
{
    return merged(vm, args[1], args[0]);
}

NATIVE(proxy_ior, "__ior__(self, value, /)", "Return self|=value.")
{
    Dict *from = dict_of(vm, args[1]);
    if (!from) return VALUE_NOT_IMPLEMENTED;
    return update(vm, args[0], from) ? args[0] : VALUE_ERROR;
}

NATIVE(proxy_eq, "__eq__(self, value, /)", "Return self==value.")
{
    if (is_proxy(vm, args[1])) return value_bool(frame_behind(args[0]) == frame_behind(args[1]));
    if (!is_dict(args[1])) return VALUE_NOT_IMPLEMENTED;
    return value_compare(vm, COMPARE_EQ, value_object(snapshot(vm, args[0])), args[1]);
}

NATIVE(proxy_repr, "__repr__(self, /)", "Return repr(self).")
{
    if (repr_enter(vm, args[0])) return value_object(str_from_cstr("{...}"));
    Str *text = value_repr(vm, value_object(snapshot(vm, args[0])));
    repr_leave(vm, args[0]);
    return text ? value_object(text) : VALUE_ERROR;
}

void frame_locals_define(VM *vm)
{
    static const NativeDef *const methods[] = {
        &def_proxy_new,      &def_proxy_getitem,    &def_proxy_setitem, &def_proxy_delitem, &def_proxy_contains,
        &def_proxy_len,      &def_proxy_keys,       &def_proxy_values,  &def_proxy_items,   &def_proxy_iter,
        &def_proxy_reversed, &def_proxy_get,        &def_proxy_update,  &def_proxy_copy,    &def_proxy_setdefault,
        &def_proxy_or,       &def_proxy_ror,        &def_proxy_ior,     &def_proxy_eq,      &def_proxy_repr,
        NULL};
    static const TypeDef type = {
        .name = "FrameLocalsProxy",
        .kind = KIND_OPAQUE,
        .methods = methods,
        .flags = CLASS_FINAL,
        .object_size = sizeof(FrameLocals),
    };
    proxy_class = class_define(vm, &type, NULL);
    dict_set_str(proxy_class->dict, S(__hash__), VALUE_NONE);
}
