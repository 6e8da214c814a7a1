// SPDX-License-Identifier: MIT
// ops_text.c - repr, str, ascii and format of any values; the guard against values that contain
// themselves.
#include <stdio.h>

#include "vm/float.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/ops.h"
#include "vm/range.h"
#include "vm/vm.h"

// The guard: a stack of the values whose repr is being made, and a hash table of them, so that deep
// nesting is not quadratic.
// INVARIANT: values leave in the reverse order of entering, so the place of the one that leaves is
// not on the way to any other one.

typedef struct ReprGuard {
    Value *stack;
    size_t n, cap;
    Value *table;  // 2 * cap places, 0 if free
} ReprGuard;

// Where v is, or where it may be put.
static Value *guard_place(const ReprGuard *g, Value v)
{
    size_t mask = 2 * g->cap - 1, i = (v >> 4 ^ v >> 12) & mask;
    while (g->table[i] && g->table[i] != v)
        i = (i + 1) & mask;
    return &g->table[i];
}

static void guard_grow(ReprGuard *g)
{
    enum { FIRST_CAP = 16 };
    size_t cap = g->cap ? 2 * g->cap : FIRST_CAP;
    Value *stack = gc_alloc_array(cap, sizeof(Value));
    if (g->n) memcpy(stack, g->stack, g->n * sizeof(Value));
    g->stack = stack;
    g->table = gc_alloc_array(2 * cap, sizeof(Value));
    g->cap = cap;
    for (size_t i = 0; i < g->n; i++)
        *guard_place(g, stack[i]) = stack[i];
}

bool repr_enter(VM *vm, Value v)
{
    ReprGuard *g = vm->repr_guard;
    if (!g) g = vm->repr_guard = gc_alloc(sizeof(ReprGuard));
    if (g->n == g->cap) guard_grow(g);
    Value *place = guard_place(g, v);
    if (*place) return true;
    *place = v;
    g->stack[g->n++] = v;
    return false;
}

void repr_leave(VM *vm, Value v)
{
    ReprGuard *g = vm->repr_guard;
    assert(g && g->n > 0 && g->stack[g->n - 1] == v);
    *guard_place(g, v) = 0;
    g->stack[--g->n] = 0;
}

// repr

static Str *plain_repr(VM *vm, Value v)
{
    switch (value_kind(v)) {
    case KIND_NONE: return str_from_cstr("None");
    case KIND_BOOL: return str_from_cstr(v == VALUE_TRUE ? "True" : "False");
    case KIND_ELLIPSIS: return str_from_cstr("Ellipsis");
    case KIND_NOT_IMPLEMENTED: return str_from_cstr("NotImplemented");
    case KIND_INT: return int_to_str(vm, v, 10);
    case KIND_FLOAT: return float_repr(as_float(v));
    case KIND_STR: return str_repr(as_str(v));
    case KIND_BYTES: return bytes_repr(as_str(v)->data, as_str(v)->size);
    case KIND_BYTEARRAY: return bytearray_repr(vm, v);
    case KIND_LIST: return list_repr(vm, as_list(v));
    case KIND_TUPLE: return tuple_repr(vm, as_tuple(v));
    case KIND_DICT: return dict_repr(vm, as_dict(v));
    case KIND_SET:
    case KIND_FROZENSET: return set_repr(vm, as_set(v));
    case KIND_RANGE:
    case KIND_SLICE: return range_repr(vm, v);
    default: return dict_view_repr(vm, v);
    }
}

// What a special method that must give a str gave. NULL: raised.
static Str *text_of_method(VM *vm, Value result, const char *name)
{
    if (is_error(result)) return NULL;
    if (is_str(result)) return as_str(result);
    raise_error(vm, EXC_TypeError, "%s returned non-string (type %s)", name, type_name(vm, result));
    return NULL;
}

Str *value_repr(VM *vm, Value v)
{
    if (value_is_plain(v)) {
        Kind kind = value_kind(v);
        bool is_container = kind >= KIND_LIST && kind != KIND_RANGE;
        return is_container && !vm_check_c_stack(vm) ? NULL : plain_repr(vm, v);
    }
    if (!vm_check_c_stack(vm)) return NULL;
    Value r = value_call_special(vm, v, S(__repr__), 0, NULL);
    if (r != VALUE_UNBOUND) return text_of_method(vm, r, "__repr__");
    return str_format("<%s object at %p>", type_name(vm, v), as_pointer(v));
}

// str

Str *value_str(VM *vm, Value v)
{
    if (is_exact(v, KIND_STR)) return as_str(v);
    if (is_int(v)) return int_to_str(vm, v, 10);
    if (value_is_plain(v)) return value_repr(vm, v);
    if (!vm_check_c_stack(vm)) return NULL;
    Value r = value_call_special(vm, v, S(__str__), 0, NULL);
    return r == VALUE_UNBOUND ? value_repr(vm, v) : text_of_method(vm, r, "__str__");
}

// ascii

static Str *escape_non_ascii(Str *s)
{
    StrBuilder b = {0};
    for (const char *p = s->data, *end = p + s->size; p < end;) {
        uint32_t c = utf8_decode(&p);
        if (c < 0x80)
            builder_add_byte(&b, (char)c);
        else if (c < 0x100)
            builder_format(&b, "\\x%02x", (unsigned)c);
        else if (c < 0x10000)
            builder_format(&b, "\\u%04x", (unsigned)c);
        else
            builder_format(&b, "\\U%08x", (unsigned)c);
    }
    return builder_str(&b);
}

Str *value_ascii(VM *vm, Value v)
{
    Str *s = value_repr(vm, v);
    return !s || str_is_ascii(s) ? s : escape_non_ascii(s);
}

// format

Str *value_format(VM *vm, Value v, Str *spec)
{
    if (value_is_plain(v)) {
        Kind kind = value_kind(v);
        if (kind == KIND_STR) return spec->size ? str_format_spec(vm, as_str(v), spec) : as_str(v);
        if (spec->size == 0) return value_str(vm, v);
        if (kind == KIND_INT || kind == KIND_BOOL) return int_format(vm, v, spec);
        if (kind == KIND_FLOAT) return float_format(vm, v, spec);
    }
    Value arg = value_object(spec);
    Value r = value_call_special(vm, v, S(__format__), 1, &arg);
    if (is_error(r)) return NULL;
    if (is_str(r)) return as_str(r);
    if (r == VALUE_UNBOUND)
        raise_error(vm, EXC_TypeError, "unsupported format string passed to %s.__format__",
                    type_name(vm, v));
    else
        raise_error(vm, EXC_TypeError, "__format__ must return a str, not %s", type_name(vm, r));
    return NULL;
}
