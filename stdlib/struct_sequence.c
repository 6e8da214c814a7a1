// SPDX-License-Identifier: MIT
// struct_sequence.c - classes over tuple whose items are attributes too.
#include "stdlib/struct_sequence.h"

#define FIELDS(F)                                                                                 \
    F(0)                                                                                          \
    F(1)                                                                                          \
    F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11) F(12) F(13) F(14) F(15) F(16) F(17) F(18) \
        F(19)
#define GETTER(n)                            \
    static Value get_##n(VM *vm, Value self) \
    {                                        \
        (void)vm;                            \
        return as_tuple(self)->items[n];     \
    }
FIELDS(GETTER)
#undef GETTER

static const Getter getters[] = {
#define ENTRY(n) get_##n,
    FIELDS(ENTRY)
#undef ENTRY
};

static Str *match_args_name(void)
{
    return str_intern("__match_args__", 14);
}

static Str *hidden_name(void)
{
    return str_intern("__hidden_fields__", 17);
}

static Tuple *hidden_names(const SequenceType *type)
{
    Tuple *names = tuple_new((size_t)(type->n_fields - type->n_visible));
    for (int i = type->n_visible; i < type->n_fields; i++)
        names->items[i - type->n_visible] =
            value_object(str_intern(type->fields[i], strlen(type->fields[i])));
    return names;
}

NATIVE(sequence_repr, "__repr__(self, /)", "Return repr(self).")
{
    Class *c = class_of(vm, args[0]);
    Value names = class_lookup(vm, c, match_args_name());
    Tuple *items = as_tuple(args[0]);
    StrBuilder b = {0};
    builder_add_str(&b, class_full_name(c));
    builder_add_byte(&b, '(');
    for (size_t i = 0; i < items->len; i++) {
        Str *text = value_repr(vm, items->items[i]);
        if (!text) return VALUE_ERROR;
        if (i) builder_add_cstr(&b, ", ");
        if (is_tuple(names) && i < as_tuple(names)->len) {
            builder_add_str(&b, as_str(as_tuple(names)->items[i]));
            builder_add_byte(&b, '=');
        }
        builder_add_str(&b, text);
    }
    builder_add_byte(&b, ')');
    return value_object(builder_str(&b));
}

static int int_attribute(VM *vm, Class *c, const char *name)
{
    Value v = class_lookup(vm, c, str_intern(name, strlen(name)));
    return is_int(v) ? (int)as_int(v) : 0;
}

NATIVE(sequence_new, "__new__(cls, iterable, dict = ?, /)", "Create and return a new object.")
{
    Class *c = as_class(args[0]);
    int n_visible = int_attribute(vm, c, "n_sequence_fields"), n = int_attribute(vm, c, "n_fields");
    Tuple *items = tuple_from_iterable(vm, args[1]);
    if (!items) return VALUE_ERROR;
    bool is_short = items->len < (size_t)n_visible;
    if (!is_short && items->len <= (size_t)n)
        return struct_sequence_new(vm, c, items->items, (int)items->len);
    const char *what = n == n_visible ? "" : is_short ? "n at least" : "n at most";
    return raise_error(vm, EXC_TypeError, "%s() takes a%s %d-sequence (%zu-sequence given)",
                       class_full_name(c)->data, what, is_short ? n_visible : n, items->len);
}

NATIVE(sequence_no_new, "__new__(cls, /, *args, **kwargs)", "Cannot be called.")
{
    return raise_error(vm, EXC_TypeError, "cannot create '%s' instances",
                       class_full_name(as_class(args[0]))->data);
}

Class *struct_sequence_define(VM *vm, SequenceType *type)
{
    static const NativeDef *const open_methods[] = {&def_sequence_repr, &def_sequence_new, NULL};
    static const NativeDef *const closed_methods[] = {&def_sequence_repr, &def_sequence_no_new,
                                                      NULL};
    int n = 0;
    while (type->fields[n])
        n++;
    type->n_fields = n;
    if (!type->n_visible) type->n_visible = n;
    for (int i = 0; i < type->n_visible; i++)
        type->getset[i] = (GetSetDef){type->fields[i], getters[i], NULL, NULL};
    type->getset[type->n_visible] = (GetSetDef){NULL, NULL, NULL, NULL};
    type->def = (TypeDef){
        .name = type->name,
        .kind = KIND_TUPLE,
        .doc = type->doc,
        .methods = type->can_make ? open_methods : closed_methods,
        .getset = type->getset,
        .flags = CLASS_FINAL | CLASS_HAS_DICT,
    };
    Class *c = class_define(vm, &type->def, vm->classes[KIND_TUPLE]);
    Tuple *names = tuple_new((size_t)type->n_visible);
    for (int i = 0; i < n; i++) {
        Str *name = str_intern(type->fields[i], strlen(type->fields[i]));
        if (i < type->n_visible)
            names->items[i] = value_object(name);
        else
            dict_set_str(c->dict, name, VALUE_NONE);
    }
    dict_set_str(c->dict, match_args_name(), value_object(names));
    dict_set_str(c->dict, hidden_name(), value_object(hidden_names(type)));
    dict_set_str(c->dict, str_intern("n_fields", 8), small_int(n));
    dict_set_str(c->dict, str_intern("n_sequence_fields", 17), small_int(type->n_visible));
    dict_set_str(c->dict, str_intern("n_unnamed_fields", 16), small_int(0));
    return c;
}

Value struct_sequence_new(VM *vm, Class *c, const Value *items, int n)
{
    Tuple *names = as_tuple(class_lookup(vm, c, hidden_name()));
    int n_visible = int_attribute(vm, c, "n_sequence_fields");
    Tuple *t = tuple_alloc(c, (size_t)n_visible);
    memcpy(t->items, items, (size_t)n_visible * sizeof(Value));
    for (int i = n_visible; i < n; i++)
        if (!instance_set(vm, &t->object, as_str(names->items[i - n_visible]), items[i]))
            return VALUE_ERROR;
    return value_object(t);
}
