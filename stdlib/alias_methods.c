// SPDX-License-Identifier: MIT
// alias_methods.c - list[int] and int | None: what annotations are made of, as objects.
#include "stdlib/stdlib.h"
#include "vm/gc.h"
#include "vm/suggest.h"

typedef struct Alias {  // types.GenericAlias
    Object object;
    Value origin;
    Tuple *args;
    bool is_starred;  // *tuple[int], what iterating over tuple[int] gives
} Alias;

typedef struct Union {  // types.UnionType
    Object object;
    Tuple *args;  // at least two, none of them twice
} Union;

static Class *alias_class, *union_class;

static Alias *as_alias(Value v)
{
    return as_pointer(v);
}

static Union *as_union(Value v)
{
    return as_pointer(v);
}

static bool is_alias(VM *vm, Value v)
{
    return is_kind(v, KIND_OPAQUE) && class_is_subclass(class_of(vm, v), alias_class);
}

static bool is_union(VM *vm, Value v)
{
    return is_kind(v, KIND_OPAQUE) && class_of(vm, v) == union_class;
}

// GenericAlias

static Value new_of(Class *c, Value origin, Value item)
{
    Alias *a = object_alloc(c, KIND_OPAQUE, sizeof(Alias));
    a->origin = origin;
    a->is_starred = false;
    a->args = NULL;
    a->args = is_tuple(item) ? as_tuple(item) : tuple_from(&item, 1);
    return value_object(a);
}

Value generic_alias_new(VM *vm, Value origin, Value item)
{
    (void)vm;
    return new_of(alias_class, origin, item);
}

// A class by its name, anything else by repr.
static bool add_item(VM *vm, StrBuilder *b, Value v)
{
    if (v == VALUE_ELLIPSIS) return builder_add_cstr(b, "..."), true;
    if (v == VALUE_NONE) return builder_add_cstr(b, "None"), true;
    Str *s = is_class(v) ? class_full_name(as_class(v)) : value_repr(vm, v);
    if (s) builder_add_str(b, s);
    return s != NULL;
}

// A part of the text: an item, or a list of them (the parameters of a Callable).
static bool add_part(VM *vm, StrBuilder *b, Value v)
{
    if (!is_list(v)) return add_item(vm, b, v);
    builder_add_byte(b, '[');
    for (size_t i = 0; i < as_list(v)->len; i++) {
        if (i > 0) builder_add_cstr(b, ", ");
        if (!add_item(vm, b, as_list(v)->items[i])) return false;
    }
    builder_add_byte(b, ']');
    return true;
}

NATIVE(alias_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Alias *a = as_alias(args[0]);
    StrBuilder b = {0};
    if (a->is_starred) builder_add_byte(&b, '*');
    if (!add_part(vm, &b, a->origin)) return VALUE_ERROR;
    builder_add_byte(&b, '[');
    for (size_t i = 0; i < a->args->len; i++) {
        if (i > 0) builder_add_cstr(&b, ", ");
        if (!add_part(vm, &b, a->args->items[i])) return VALUE_ERROR;
    }
    if (a->args->len == 0) builder_add_cstr(&b, "()");
    builder_add_byte(&b, ']');
    return value_object(builder_str(&b));
}

NATIVE(alias_iter, "__iter__(self, /)", "Implement iter(self).")
{
    const Alias *a = as_alias(args[0]);
    Value starred = new_of(class_of(vm, args[0]), a->origin, value_object(a->args));
    as_alias(starred)->is_starred = true;
    return value_iter(vm, value_object(tuple_from(&starred, 1)));
}

NATIVE(alias_new, "__new__(cls, origin, args, /)", "Represent a PEP 585 generic type")
{
    (void)vm;
    return new_of(as_class(args[0]), args[1], args[2]);
}

NATIVE(alias_call, "__call__(self, /, *args, **kwargs)", "Call self as a function.")
{
    Value made =
        value_call_dict(vm, as_alias(args[0])->origin, as_tuple(args[1]), as_dict(args[2]));
    if (is_error(made)) return made;
    if (!value_setattr(vm, made, S(__orig_class__), args[0])) {
        if (!error_is(vm, EXC_AttributeError) && !error_is(vm, EXC_TypeError)) return VALUE_ERROR;
        error_take(vm);  // it has no attributes of its own
    }
    return made;
}

// Its own attributes; all others are those of the origin.
static const char *const own_names[] = {
    "__class__",  "__origin__", "__args__",  "__unpacked__",    "__parameters__",     "__mro_entries__", "__reduce_ex__",
    "__reduce__", "__copy__",   "__bases__", "__deepcopy__",    "__typing_unpacked_tuple_args__",
};

// Under the name __getattribute__; not called so itself, as it is not what other types have there.
NATIVE(alias_getattribute, "getattribute(self, name, /)", "Return getattr(self, name).")
{
    if (!is_str(args[1])) return raise_error(vm, EXC_TypeError, "attribute name must be string");
    for (size_t i = 0; i < countof(own_names); i++)
        if (str_is(as_str(args[1]), own_names[i])) return object_getattribute(vm, args[0], as_str(args[1]));
    return value_getattr(vm, as_alias(args[0])->origin, as_str(args[1]));
}

NATIVE(alias_dir, "__dir__(self, /)", "The attributes of the origin and its own.")
{
    List *names = suggest_dir(vm, as_alias(args[0])->origin);
    for (size_t i = 0; names && i < countof(own_names); i++) {
        Value name = value_object(str_from_cstr(own_names[i]));
        int r = value_contains(vm, value_object(names), name);
        if (r < 0) return VALUE_ERROR;
        if (r == 0) list_append(names, name);
    }
    return names ? value_object(names) : VALUE_ERROR;
}

NATIVE(alias_eq, "__eq__(self, value, /)", "Return self==value.")
{
    if (!is_alias(vm, args[1])) return VALUE_NOT_IMPLEMENTED;
    const Alias *a = as_alias(args[0]), *b = as_alias(args[1]);
    if (a->is_starred != b->is_starred) return VALUE_FALSE;
    int r = value_equal(vm, a->origin, b->origin);
    if (r > 0) r = value_equal(vm, value_object(a->args), value_object(b->args));
    return r < 0 ? VALUE_ERROR : value_bool(r);
}

NATIVE(alias_hash, "__hash__(self, /)", "Return hash(self).")
{
    const Alias *a = as_alias(args[0]);
    uint64_t x, y;
    if (!value_hash(vm, a->origin, &x) || !value_hash(vm, value_object(a->args), &y))
        return VALUE_ERROR;
    return int_from_int64((int64_t)(x ^ y));
}

NATIVE(alias_mro_entries, "__mro_entries__(self, bases, /)", "The class to inherit from.")
{
    return value_object(tuple_from(&as_alias(args[0])->origin, 1));
}

NATIVE(alias_getitem, "__getitem__(self, item, /)", "Return self[item].")
{
    Tuple *made = alias_substitute(vm, args[0], as_alias(args[0])->args, args[1]);
    if (!made) return VALUE_ERROR;
    Value result = generic_alias_new(vm, as_alias(args[0])->origin, value_object(made));
    as_alias(result)->is_starred = as_alias(args[0])->is_starred;
    return result;
}

NATIVE(alias_instancecheck, "__instancecheck__(self, instance, /)", "Refuse.")
{
    return raise_error(vm, EXC_TypeError,
                       "isinstance() argument 2 cannot be a parameterized generic");
}

NATIVE(alias_subclasscheck, "__subclasscheck__(self, subclass, /)", "Refuse.")
{
    return raise_error(vm, EXC_TypeError,
                       "issubclass() argument 2 cannot be a parameterized generic");
}

static Value alias_origin(VM *vm, Value self)
{
    (void)vm;
    return as_alias(self)->origin;
}

static Value alias_args(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_alias(self)->args);
}

static Value unpacked(VM *vm, Value self)
{
    (void)vm;
    return value_bool(as_alias(self)->is_starred);
}

static Value unpacked_args(VM *vm, Value self)
{
    const Alias *a = as_alias(self);
    bool is_tuple_type = a->origin == value_object(vm->classes[KIND_TUPLE]);
    return a->is_starred && is_tuple_type ? value_object(a->args) : VALUE_NONE;
}

static Value parameters(VM *vm, Value self)
{
    Tuple *found = alias_parameters(vm, as_alias(self)->args);
    return found ? value_object(found) : VALUE_ERROR;
}

// Unions

static bool may_be_in_union(VM *vm, Value v)
{
    return v == VALUE_NONE || is_class(v) || is_alias(vm, v) || is_union(vm, v);
}

static Value as_member_of_union(VM *vm, Value v)
{
    return v == VALUE_NONE ? value_object(vm->classes[KIND_NONE]) : v;
}

static bool add_member(VM *vm, List *members, Value v)
{
    if (is_union(vm, v)) {
        const Tuple *inner = as_union(v)->args;
        for (size_t i = 0; i < inner->len; i++)
            if (!add_member(vm, members, inner->items[i])) return false;
        return true;
    }
    v = as_member_of_union(vm, v);
    for (size_t i = 0; i < members->len; i++) {
        int r = value_equal(vm, members->items[i], v);
        if (r) return r > 0;
    }
    list_append(members, v);
    return true;
}

static Value make_union(VM *vm, Value a, Value b)
{
    if (!may_be_in_union(vm, a) || !may_be_in_union(vm, b)) return VALUE_NOT_IMPLEMENTED;
    List *members = list_new(4);
    if (!add_member(vm, members, a) || !add_member(vm, members, b)) return VALUE_ERROR;
    if (members->len == 1) return members->items[0];
    Union *u = object_alloc(union_class, KIND_OPAQUE, sizeof(Union));
    u->args = NULL;
    u->args = tuple_from(members->items, members->len);
    return value_object(u);
}

NATIVE(any_or, "__or__(self, value, /)", "Return self|value.")
{
    return make_union(vm, args[0], args[1]);
}

NATIVE(any_ror, "__ror__(self, value, /)", "Return value|self.")
{
    return make_union(vm, args[1], args[0]);
}

NATIVE(union_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Tuple *members = as_union(args[0])->args;
    StrBuilder b = {0};
    for (size_t i = 0; i < members->len; i++) {
        Value v = members->items[i];
        if (i > 0) builder_add_cstr(&b, " | ");
        if (!add_part(vm, &b, v == value_object(vm->classes[KIND_NONE]) ? VALUE_NONE : v))
            return VALUE_ERROR;
    }
    return value_object(builder_str(&b));
}

static Set *member_set(VM *vm, Value u)
{
    Set *set = frozenset_new();
    return set_update(vm, set, value_object(as_union(u)->args)) ? set : NULL;
}

NATIVE(union_eq, "__eq__(self, value, /)", "Return self==value.")
{
    if (!is_union(vm, args[1])) return VALUE_NOT_IMPLEMENTED;
    Set *a = member_set(vm, args[0]), *b = a ? member_set(vm, args[1]) : NULL;
    return b ? value_compare(vm, COMPARE_EQ, value_object(a), value_object(b)) : VALUE_ERROR;
}

NATIVE(union_hash, "__hash__(self, /)", "Return hash(self).")
{
    Set *set = member_set(vm, args[0]);
    uint64_t h;
    return set && value_hash(vm, value_object(set), &h) ? int_from_int64((int64_t)h) : VALUE_ERROR;
}

NATIVE(union_instancecheck, "__instancecheck__(self, instance, /)",
       "Whether instance is of one of the types.")
{
    int r = value_isinstance(vm, args[1], value_object(as_union(args[0])->args));
    return r < 0 ? VALUE_ERROR : value_bool(r);
}

NATIVE(union_subclasscheck, "__subclasscheck__(self, subclass, /)",
       "Whether subclass is one of the types.")
{
    int r = value_issubclass(vm, args[1], value_object(as_union(args[0])->args));
    return r < 0 ? VALUE_ERROR : value_bool(r);
}

static Value union_args(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_union(self)->args);
}

static Value union_parameters(VM *vm, Value self)
{
    Tuple *found = alias_parameters(vm, as_union(self)->args);
    return found ? value_object(found) : VALUE_ERROR;
}

NATIVE(union_getitem, "__getitem__(self, item, /)", "Return self[item].")
{
    const Tuple *made = alias_substitute(vm, args[0], as_union(args[0])->args, args[1]);
    if (!made) return VALUE_ERROR;
    Value result = made->items[0];
    for (size_t i = 1; i < made->len && !is_error(result); i++)
        result = value_binary(vm, BINARY_OR, result, made->items[i]);
    return result;
}

// Set-up

NATIVE(class_getitem, "__class_getitem__(cls, object, /)", "See PEP 585")
{
    return generic_alias_new(vm, args[0], args[1]);
}

static void make_generic(VM *vm, Class *c)
{
    static const NativeDef *const methods[] = {&def_class_getitem, NULL};
    if (dict_find_str(c->dict, S(__class_getitem__)) == VALUE_UNBOUND)
        natives_define(vm, c->dict, methods, c, NULL);
    class_invalidate(vm, c);
}

static void set_attribute_hook(VM *vm)
{
    Value hook = native_new(vm, &def_alias_getattribute, alias_class, NULL);
    dict_set_str(alias_class->dict, S(__getattribute__), hook);
    class_invalidate(vm, alias_class);
}

void alias_define(VM *vm)
{
    static const NativeDef *const alias_methods[] = {&def_alias_new,
                                                     &def_alias_repr,
                                                     &def_alias_iter,
                                                     &def_alias_call,
                                                     &def_alias_dir,
                                                     &def_alias_eq,
                                                     &def_alias_hash,
                                                     &def_alias_mro_entries,
                                                     &def_alias_getitem,
                                                     &def_alias_instancecheck,
                                                     &def_alias_subclasscheck,
                                                     &def_any_or,
                                                     &def_any_ror,
                                                     NULL};
    static const GetSetDef alias_getset[] = {{"__origin__", alias_origin, getset_readonly, NULL},
                                             {"__args__", alias_args, getset_readonly, NULL},
                                             {"__parameters__", parameters, NULL, NULL},
                                             {"__unpacked__", unpacked, getset_readonly, NULL},
                                             {"__typing_unpacked_tuple_args__", unpacked_args, NULL, NULL},
                                             {NULL, NULL, NULL, NULL}};
    static const NativeDef *const union_methods[] = {&def_union_repr,
                                                     &def_union_eq,
                                                     &def_union_hash,
                                                     &def_union_instancecheck,
                                                     &def_union_subclasscheck,
                                                     &def_any_or,
                                                     &def_any_ror,
                                                     &def_union_getitem,
                                                     NULL};
    static const GetSetDef union_getset[] = {{"__args__", union_args, getset_readonly, NULL},
                                             {"__parameters__", union_parameters, NULL, NULL},
                                             {NULL, NULL, NULL, NULL}};
    static const TypeDef alias = {
        .name = "types.GenericAlias",
        .kind = KIND_OPAQUE,
        .doc = "A generic type, as list[int]: __origin__ is the class, __args__ what is in the brackets.",
        .methods = alias_methods,
        .getset = alias_getset,
        .object_size = sizeof(Alias)};
    static const TypeDef union_type = {.name = "types.UnionType",
                                       .kind = KIND_OPAQUE,
                                       .doc = "A choice of types, as int | str makes it.",
                                       .methods = union_methods,
                                       .getset = union_getset,
                                       .flags = CLASS_FINAL,
                                       .object_size = sizeof(Union)};
    static const NativeDef *const type_methods[] = {&def_any_or, &def_any_ror, NULL};
    static const Kind generic[] = {KIND_LIST, KIND_DICT, KIND_TUPLE, KIND_SET, KIND_FROZENSET,
                                   KIND_MAPPINGPROXY, KIND_GENERATOR};
    alias_class = class_define(vm, &alias, NULL);
    set_attribute_hook(vm);
    union_class = class_define(vm, &union_type, NULL);
    natives_define(vm, vm->type_type->dict, type_methods, vm->type_type, NULL);
    class_invalidate(vm, vm->type_type);
    for (size_t i = 0; i < countof(generic); i++)
        if (vm->classes[generic[i]]) make_generic(vm, vm->classes[generic[i]]);
}
