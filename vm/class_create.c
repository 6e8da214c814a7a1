// SPDX-License-Identifier: MIT
// class_create.c - making classes at run time: what type.__new__ does. Layout of the instances,
// __slots__, metaclasses, __set_name__ and __init_subclass__, assignment to __bases__.
#include <string.h>

#include "vm/text.h"
#include "vm/unicode.h"
#include "vm/class.h"
#include "vm/gc.h"
#include "vm/vm.h"

enum { DEFAULT_SLOTS = 4 };  // inline slots when nothing is known of the attributes

// Bases

static bool raise_layout_conflict(VM *vm)
{
    raise_error(vm, EXC_TypeError, "multiple bases have instance lay-out conflict");
    return false;
}

// The base that decides the layout: the one whose solid class is below all the others'. NULL:
// raised.
static Class *best_base(VM *vm, const Tuple *bases)
{
    Class *best = NULL;
    for (size_t i = 0; i < bases->len; i++) {
        if (!is_class(bases->items[i])) {
            raise_error(vm, EXC_TypeError, "bases must be types");
            return NULL;
        }
        Class *b = as_class(bases->items[i]);
        if (b->flags & CLASS_FINAL) {
            raise_error(vm, EXC_TypeError, "type '%s' is not an acceptable base type",
                        b->full_name);
            return NULL;
        }
        if (!best || (b->solid != best->solid && class_is_subclass(b->solid, best->solid)))
            best = b;
        else if (!class_is_subclass(best->solid, b->solid))
            return raise_layout_conflict(vm), NULL;
    }
    return best;
}

Class *class_winner(VM *vm, Class *meta, const Tuple *bases)
{
    for (size_t i = 0; i < bases->len; i++) {
        Class *m = class_of(vm, bases->items[i]);
        if (class_is_subclass(meta, m)) continue;
        if (!class_is_subclass(m, meta)) {
            raise_error(
                vm, EXC_TypeError,
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) "
                "subclass of the metaclasses of all its bases");
            return NULL;
        }
        meta = m;
    }
    return meta;
}

// __slots__

static bool is_identifier(const Str *s)
{
    const char *p = s->data, *end = p + s->size;
    if (p == end || !unicode_is_id_start(utf8_decode(&p))) return false;
    while (p < end)
        if (!unicode_is_id_continue(utf8_decode(&p))) return false;
    return true;
}

// __x in class _C is _C__x.
static Str *mangle(const Str *class_name, Str *name)
{
    const char *p = name->data;
    size_t n = name->size;
    bool is_private = n > 2 && p[0] == '_' && p[1] == '_' && !(p[n - 1] == '_' && p[n - 2] == '_');
    const char *c = class_name->data;
    while (*c == '_')
        c++;
    if (!is_private || *c == 0) return str_intern_str(name);
    Str *mangled = str_format("_%s%s", c, p);
    return str_intern_str(mangled);
}

static bool check_slot(VM *vm, const Class *c, Value v, bool *wants_dict)
{
    if (!is_str(v)) {
        raise_error(vm, EXC_TypeError, "__slots__ items must be strings, not '%s'",
                    type_name(vm, v));
        return false;
    }
    if (!is_identifier(as_str(v))) {
        raise_error(vm, EXC_TypeError, "__slots__ must be identifiers");
        return false;
    }
    if (as_str(v) != S(__dict__) && !str_equal(as_str(v), S(__dict__))) return true;
    bool is_first = !*wants_dict;
    *wants_dict = true;
    if (!(c->flags & CLASS_HAS_DICT) && is_first) return true;
    raise_error(vm, EXC_TypeError, "__dict__ slot disallowed: we already got one");
    return false;
}

static void add_member(VM *vm, Class *c, Str *name)
{
    static const GetSetDef def = {"", NULL, NULL, NULL};
    GetSet *g = gc_new(GetSet);
    g->object.head = HEAD(KIND_GETSET, 0, GETSET_MEMBER);
    g->object.shape = vm->member_type->root->id;
    g->def = &def;
    g->owner = c;
    g->name = name;
    g->slot = c->kind == KIND_INSTANCE ? c->n_members++ : MEMBER_IN_DICT;
    dict_set_str(c->dict, name, value_object(g));
}

static Value get_weakref(VM *vm, Value self)
{
    (void)vm;
    (void)self;
    return VALUE_NONE;
}

static Value get_dict(VM *vm, Value self)
{
    Dict *d = object_dict(vm, as_object(self), true);
    return d ? value_object(d) : raise_no_attribute(vm, self, S(__dict__));
}

static bool set_dict(VM *vm, Value self, Value v)
{
    return object_set_dict(vm, as_object(self), v);
}

static void add_getset(Class *c, const GetSetDef *def, Str *name)
{
    GetSet *g = gc_new(GetSet);
    object_init(&g->object, KIND_GETSET);
    g->def = def;
    g->owner = c;
    g->name = name;
    g->slot = 0;
    dict_set_str(c->dict, name, value_object(g));
}

void class_add_dict(Class *c)
{
    static const GetSetDef def = {"__dict__", get_dict, set_dict, NULL};
    c->flags |= CLASS_HAS_DICT;
    if (dict_find_str(c->dict, S(__dict__)) == VALUE_UNBOUND) add_getset(c, &def, S(__dict__));
}

static void add_weakref(VM *vm, Class *c)
{
    static const GetSetDef def = {"__weakref__", get_weakref, NULL, NULL};
    bool has_fixed_size = c->kind != KIND_INT && c->kind != KIND_TUPLE && c->kind != KIND_BYTES;
    if (has_fixed_size && class_lookup(vm, c->base, S(__weakref__)) == VALUE_UNBOUND)
        add_getset(c, &def, S(__weakref__));
}

static List *slot_names(VM *vm, Value slots)
{
    return is_str(slots) ? list_from(&slots, 1) : list_from_iterable(vm, slots);
}

static bool add_slots(VM *vm, Class *c, Value slots)
{
    List *names = slot_names(vm, slots);
    if (!names) return false;
    bool is_var_sized = c->kind == KIND_INT || c->kind == KIND_TUPLE || c->kind == KIND_BYTES ||
                        c->kind == KIND_CLASS;
    if (names->len > 0 && is_var_sized) {
        raise_error(vm, EXC_TypeError, "nonempty __slots__ not supported for subtype of '%s'",
                    c->base->name->data);
        return false;
    }
    bool wants_dict = false, wants_weakref = false;
    for (size_t i = 0; i < names->len; i++)
        if (!check_slot(vm, c, names->items[i], &wants_dict)) return false;
    for (size_t i = 0; i < names->len; i++) {
        Str *name = mangle(c->name, as_str(names->items[i]));
        wants_weakref |= name == S(__weakref__);
        if (name == S(__dict__) || name == S(__weakref__)) continue;
        Value old = dict_find_str(c->dict, name);
        if (is_member(old) && ((GetSet *)as_pointer(old))->owner == c) continue;  // named twice
        if (old != VALUE_UNBOUND) {
            raise_error(vm, EXC_ValueError, "'%s' in __slots__ conflicts with class variable",
                        name->data);
            return false;
        }
        uint16_t n_before = c->n_members;
        add_member(vm, c, name);
        if (c->n_members != n_before || c->kind != KIND_INSTANCE) c->solid = c;
    }
    if (wants_dict) class_add_dict(c);
    if (wants_weakref) add_weakref(vm, c);
    return true;
}

// The namespace

static bool set_qualname(VM *vm, Class *c)
{
    Value v = dict_find_str(c->dict, S(__qualname__));
    if (v == VALUE_UNBOUND) return true;
    if (!is_str(v)) {
        raise_error(vm, EXC_TypeError, "type __qualname__ must be a str, not %s", type_name(vm, v));
        return false;
    }
    c->qualname = as_str(v);
    (void)!dict_delete_str(c->dict, S(__qualname__));
    return true;
}

static void set_module(VM *vm, Class *c)
{
    if (dict_find_str(c->dict, S(__module__)) != VALUE_UNBOUND) return;
    Globals *g = vm_current_globals(vm);
    Value name = g ? dict_find_str(g->dict, S(__name__)) : VALUE_UNBOUND;
    if (name != VALUE_UNBOUND) dict_set_str(c->dict, S(__module__), name);
}

static void wrap(Class *c, Str *name, Kind kind)
{
    Value v = dict_find_str(c->dict, name);
    if (is_function(v)) dict_set_str(c->dict, name, wrapper_new(kind, v));
}

static bool set_class_cell(VM *vm, Class *c)
{
    Value v = dict_find_str(c->dict, S(__classcell__));
    if (v == VALUE_UNBOUND) return true;
    if (!is_kind(v, KIND_CELL)) {
        Str *type = value_repr(vm, value_object(class_of(vm, v)));
        if (type)
            raise_error(vm, EXC_TypeError, "__classcell__ must be a nonlocal cell, not %s",
                        type->data);
        return false;
    }
    ((Cell *)as_pointer(v))->value = value_object(c);
    (void)!dict_delete_str(c->dict, S(__classcell__));
    return true;
}

static unsigned guess_slots(Class *c)
{
    Value names = dict_find_str(c->dict, S(__static_attributes__));
    unsigned inherited = c->base->slot_guess;
    if (is_tuple(names))
        return inherited + (unsigned)as_tuple(names)->len + c->n_members - c->base->n_members;
    return inherited > DEFAULT_SLOTS ? inherited : DEFAULT_SLOTS;
}

// Fill a class whose name, bases and base are set.
static bool build(VM *vm, Class *c)
{
    c->kind = c->base->kind;
    c->object_size = c->base->object_size;
    c->solid = c->base->solid;
    c->n_members = c->base->n_members;
    c->flags = CLASS_HEAP | (c->base->flags & CLASS_IS_EXCEPTION);
    bool has_dict = false;
    for (size_t i = 0; i < c->bases->len; i++)
        has_dict |= as_class(c->bases->items[i])->flags & CLASS_HAS_DICT;
    if (has_dict) c->flags |= CLASS_HAS_DICT;
    if (!set_qualname(vm, c)) return false;
    Value slots = dict_find_str(c->dict, S(__slots__));
    if (slots != VALUE_UNBOUND && !add_slots(vm, c, slots)) return false;
    set_module(vm, c);
    wrap(c, S(__new__), KIND_STATICMETHOD);
    wrap(c, S(__init_subclass__), KIND_CLASSMETHOD);
    wrap(c, S(__class_getitem__), KIND_CLASSMETHOD);
    if (slots == VALUE_UNBOUND && !has_dict && c->kind != KIND_CLASS) class_add_dict(c);  // a class has its namespace
    if (slots == VALUE_UNBOUND) add_weakref(vm, c);
    if (dict_find_str(c->dict, S(__doc__)) == VALUE_UNBOUND)
        dict_set_str(c->dict, S(__doc__), VALUE_NONE);
    bool defines_eq = dict_find_str(c->dict, S(__eq__)) != VALUE_UNBOUND;
    if (defines_eq && dict_find_str(c->dict, S(__hash__)) == VALUE_UNBOUND)
        dict_set_str(c->dict, S(__hash__), VALUE_NONE);
    c->root = shape_new_root(vm, c, 0);
    class_set_slot_guess(vm, c, guess_slots(c));
    return class_compute_mro(vm, c);
}

// __set_name__ and __init_subclass__

static void add_set_name_note(VM *vm, Value v, Value name, Class *c)
{
    Value e = error_take(vm);
    Str *name_repr = value_repr(vm, name);
    Str *note = !name_repr ? NULL
                           : str_format("Error calling __set_name__ on '%s' instance %s in '%s'",
                                        type_name(vm, v), name_repr->data, c->name->data);
    Value arg = note ? value_object(note) : VALUE_NONE;
    if (note) (void)!value_call_method(vm, e, S(add_note), 1, &arg);
    vm->exception = e;
}

static bool call_set_name(VM *vm, Class *c, Value name, Value v)
{
    if (!is_object(v)) return true;
    if (is_exact(v, KIND_PROPERTY) && is_str(name)) {
        Property *p = as_pointer(v);
        p->name = name;
        return true;
    }
    if (as_object(v)->shape < KIND_INSTANCE) return true;
    Value args[] = {value_object(c), name};
    Value r = value_call_special(vm, v, S(__set_name__), 2, args);
    if (!is_error(r)) return true;
    add_set_name_note(vm, v, name, c);
    return false;
}

static bool set_names(VM *vm, Class *c, Dict *names)
{
    size_t pos = 0;
    Value key, v;
    while (dict_next(names, &pos, &key, &v))
        if (!call_set_name(vm, c, key, v)) return false;
    return true;
}

static bool init_subclass(VM *vm, Class *c, Dict *keywords)
{
    Value hook = VALUE_UNBOUND;
    for (size_t i = 1; i < c->mro->len && hook == VALUE_UNBOUND; i++)
        hook = dict_find_str(as_class(c->mro->items[i])->dict, S(__init_subclass__));
    if (hook == VALUE_UNBOUND) return true;
    if (is_kind(hook, KIND_NATIVE)) {
        if (!keywords || keywords->len == 0) return true;
        raise_error(vm, EXC_TypeError, "%s.__init_subclass__() takes no keyword arguments",
                    c->qualname->data);
        return false;
    }
    hook = descriptor_get(vm, hook, VALUE_UNBOUND, c);
    return !is_error(hook) && !is_error(value_call_dict(vm, hook, tuple_empty, keywords));
}

Value class_create(VM *vm, Class *meta, Str *name, Tuple *bases, Dict *namespace_, Dict *keywords)
{
    Value object = value_object(vm->type_object);
    if (bases->len == 0) bases = tuple_from(&object, 1);
    meta = class_winner(vm, meta ? meta : vm->type_type, bases);
    Class *base = meta ? best_base(vm, bases) : NULL;
    if (!base) return VALUE_ERROR;
    Class *c = gc_new(Class);
    memset(c, 0, sizeof *c);
    object_init(&c->object, KIND_CLASS);
    vm->epoch++;  // the lookup cache may know another class that was here
    if (meta != vm->type_type) c->object.shape = meta->root->id;
    c->meta = meta;
    c->name = name;
    c->qualname = name;
    c->bases = bases;
    c->base = base;
    c->dict = dict_copy(namespace_);
    c->init = c->new_ = c->truth = VALUE_UNBOUND;
    if (!build(vm, c) || !set_class_cell(vm, c)) return VALUE_ERROR;
    class_add_to_bases(c);
    class_invalidate(vm, c);
    if (!set_names(vm, c, dict_copy(c->dict)) || !init_subclass(vm, c, keywords)) {
        class_remove_from_bases(c);
        return VALUE_ERROR;
    }
    return value_object(c);
}

// __bases__

static bool check_new_bases(VM *vm, Class *c, const Tuple *bases)
{
    if (bases->len == 0) {
        raise_error(vm, EXC_TypeError, "can only assign non-empty tuple to %s.__bases__, not ()",
                    c->name->data);
        return false;
    }
    for (size_t i = 0; i < bases->len; i++) {
        Value b = bases->items[i];
        if (!is_class(b)) {
            raise_error(vm, EXC_TypeError, "%s.__bases__ must be tuple of classes, not '%s'",
                        c->name->data, type_name(vm, b));
            return false;
        }
        if (class_is_subclass(as_class(b), c)) {
            raise_error(vm, EXC_TypeError, "a __bases__ item causes an inheritance cycle");
            return false;
        }
    }
    return true;
}

static bool compute_mro_below(VM *vm, Class *c)
{
    if (!class_compute_mro(vm, c)) return false;
    for (int i = 0; i < c->n_subclasses; i++)
        if (!compute_mro_below(vm, c->subclasses[i])) return false;
    return true;
}

static void adopt_bases(Class *c, Tuple *bases, Class *base)
{
    class_remove_from_bases(c);
    c->bases = bases;
    c->base = base;
    class_add_to_bases(c);
}

bool class_set_bases(VM *vm, Class *c, Tuple *bases)
{
    if (!check_new_bases(vm, c, bases)) return false;
    Class *base = best_base(vm, bases);
    if (!base) return false;
    if (class_is_heap(base) != class_is_heap(c->base)) {
        raise_error(vm, EXC_TypeError, "__bases__ assignment: '%s' deallocator differs from '%s'",
                    base->name->data, c->base->name->data);
        return false;
    }
    bool adds_dict = c->flags & CLASS_HAS_DICT && !(c->base->flags & CLASS_HAS_DICT);
    bool suits = base->kind == c->kind && class_is_subclass(c->solid, base->solid) &&
                 base->n_members == c->base->n_members && base->object_size == c->object_size &&
                 !((base->flags ^ c->base->flags) & CLASS_HAS_DICT && !adds_dict);
    if (!suits) {
        raise_error(vm, EXC_TypeError, "__bases__ assignment: '%s' object layout differs from '%s'",
                    base->name->data, c->base->name->data);
        return false;
    }
    Tuple *old_bases = c->bases;
    Class *old_base = c->base;
    adopt_bases(c, bases, base);
    bool is_consistent = compute_mro_below(vm, c);
    if (!is_consistent) {
        Value e = error_take(vm);
        adopt_bases(c, old_bases, old_base);
        (void)!compute_mro_below(vm, c);
        vm->exception = e;
    }
    class_invalidate(vm, c);
    class_flush_slot_caches(vm);
    return is_consistent;
}
