// SPDX-License-Identifier: MIT
// shape.c - shapes and plain instances: where the attributes of an object are.
//
// The shapes of a class form a tree of transitions: adding attribute k to an instance of shape s
// leads to the child of s with key k. The first n_inline slots are in the instance, the rest in the
// array Instance.extra, whose capacity follows from the number of slots (extra_cap).
// An instance goes over to dict mode, for good, when its __dict__ is asked for, when an attribute
// that is not the last one is deleted, or when its class has too many shapes.
// INVARIANT: shapes and keys are never freed, so a shape id in a cache word stays meaningful.
// INVARIANT: where shape_tells_attrs, an object of another kind than KIND_INSTANCE has the class's root shape while its
// attribute dict is NULL, and the dict shape afterwards.
#include <string.h>

#include "vm/bytes.h"
#include "vm/class.h"
#include "vm/file.h"
#include "vm/float.h"
#include "vm/gc.h"
#include "vm/int.h"
#include "vm/list.h"
#include "vm/set.h"
#include "vm/vm.h"

enum {
    MAX_SLOTS = 64,    // more: dict mode
    MAX_SHAPES = 512,  // of one class; more: dict mode
    MAX_INLINE = 48,
    MAX_REGROWN = 3,
    MIN_EXTRA = 4
};

// Shapes

static Shape *new_shape(Class *c, unsigned n_inline)
{
    Shape *s = gc_alloc(sizeof(Shape));
    s->class_ = c;
    s->n_inline = (uint16_t)n_inline;
    return s;
}

static void add_shape(VM *vm, Shape *s)
{
    if (vm->n_shapes == vm->cap_shapes) {
        uint32_t cap = vm->cap_shapes * 2;
        Shape **grown = gc_alloc_array(cap, sizeof(Shape *));
        memcpy(grown, vm->shapes, vm->n_shapes * sizeof(Shape *));
        vm->shapes = grown;
        vm->cap_shapes = cap;
    }
    s->id = vm->n_shapes;
    vm->shapes[vm->n_shapes++] = s;
}

void shape_init(VM *vm)
{
    vm->cap_shapes = 256;
    vm->shapes = gc_alloc_array(vm->cap_shapes, sizeof(Shape *));
    for (int kind = 0; kind < KIND_COUNT; kind++)
        add_shape(vm, new_shape(NULL, 0));
}

void shape_set_root(VM *vm, Class *c, uint32_t id)
{
    (void)vm;
    Shape *s = vm->shapes[id];
    s->class_ = c;
    c->root = s;
}

Shape *shape_new_root(VM *vm, Class *c, unsigned n_inline)
{
    Shape *s = new_shape(c, n_inline);
    s->n_members = c->n_members;
    s->n_slots = c->n_members;
    add_shape(vm, s);
    return s;
}

Shape *shape_dict(VM *vm, Class *c)
{
    if (c->dict_shape) return c->dict_shape;
    Shape *s = shape_new_root(vm, c, 0);
    s->is_dict = true;
    c->dict_shape = s;
    return s;
}

int shape_find(const Shape *s, const Str *name)
{
    for (; s->key; s = s->parent)
        if (s->key == name) return s->n_slots - 1;
    return -1;
}

// The shape after adding name; NULL: go over to dict mode.
static Shape *transition(VM *vm, Shape *s, Str *name)
{
    for (Shape *t = s->child; t; t = t->sibling)
        if (t->key == name) return t;
    Class *c = s->class_;
    if (s->n_slots >= MAX_SLOTS || c->n_shapes >= MAX_SHAPES) return NULL;
    Shape *t = new_shape(c, s->n_inline);
    t->parent = s;
    t->key = name;
    t->n_slots = s->n_slots + 1;
    t->n_members = s->n_members;
    t->sibling = s->child;
    s->child = t;
    c->n_shapes++;
    add_shape(vm, t);
    return t;
}

// Instances

static unsigned even(unsigned n)  // an instance is a whole number of granules
{
    return (n + 1) & ~1u;
}

void class_set_slot_guess(VM *vm, Class *c, unsigned n)
{
    if (c->kind != KIND_INSTANCE || !(c->flags & CLASS_HEAP)) return;
    if (n > MAX_INLINE) n = MAX_INLINE;
    if (n < c->n_members) n = c->n_members;
    c->slot_guess = (uint16_t)even(n);
    if (c->root && c->root->n_inline == c->slot_guess) return;
    c->root = shape_new_root(vm, c, c->slot_guess);
}

// An instance needs a slot that is not inline: give later ones more room.
static void regrow(VM *vm, Class *c, const Shape *s)
{
    if (c->n_regrown >= MAX_REGROWN || s->n_inline != c->slot_guess) return;
    c->n_regrown++;
    class_set_slot_guess(vm, c, s->n_inline < 4 ? 4 : s->n_inline * 2u);
}

Instance *instance_new(VM *vm, Class *c)
{
    (void)vm;
    const Shape *s = c->root;
    unsigned n = s->n_inline;
    Instance *o = gc_alloc_object(sizeof(Instance) + n * sizeof(Value));
    o->object.head = HEAD(KIND_INSTANCE, 0, 0);
    o->object.shape = s->id;
    o->extra = NULL;
    for (unsigned i = 0; i < n; i++)
        o->slots[i] = VALUE_UNBOUND;
    return o;
}

static size_t extra_cap(size_t n)  // of an extra array that holds n > 0 values
{
    size_t cap = MIN_EXTRA;
    while (cap < n)
        cap *= 2;
    return cap;
}

static Value *slot_place(Instance *o, const Shape *s, int slot)
{
    if (slot < s->n_inline) return &o->slots[slot];
    return (Value *)o->extra + (slot - s->n_inline);
}

// Room for slot number s->n_slots (the next one).
static void make_room(VM *vm, Instance *o, const Shape *s)
{
    if (s->n_slots < s->n_inline) return;
    size_t n = (size_t)(s->n_slots - s->n_inline);
    if (n == 0) regrow(vm, s->class_, s);
    if (n > 0 && n < extra_cap(n)) return;
    Value *extra = gc_alloc_array(extra_cap(n + 1), sizeof(Value));
    if (n > 0) memcpy(extra, o->extra, n * sizeof(Value));
    o->extra = extra;
}

static Dict *instance_to_dict(VM *vm, Instance *o)
{
    const Shape *s = vm->shapes[o->object.shape];
    if (s->is_dict) return o->extra;
    const Shape *path[MAX_SLOTS];
    int n = 0;
    for (const Shape *t = s; t->key; t = t->parent)
        path[n++] = t;
    Dict *dict = dict_new();
    while (n-- > 0)
        dict_set_str(dict, path[n]->key, *slot_place(o, s, path[n]->n_slots - 1));
    for (unsigned i = s->n_members; i < s->n_inline; i++)
        o->slots[i] = VALUE_UNBOUND;
    o->extra = dict;
    o->object.shape = shape_dict(vm, s->class_)->id;
    return dict;
}

// Attribute dicts of the other kinds

// Behind the struct, at the end of the block: objects of native modules, of any size.
static Dict **last_word(Object *o)
{
    return (Dict **)(void *)((char *)o + gc_object_size(o) - sizeof(Dict *));
}

static Dict **int_attrs(Object *o)
{
    Int *i = (Int *)(void *)o;
    return (Dict **)(void *)&i->limbs[i->n_limbs < 0 ? -i->n_limbs : i->n_limbs];
}

static Dict **tuple_attrs(Object *o)
{
    Tuple *t = (Tuple *)(void *)o;
    return (Dict **)(void *)&t->items[t->len];
}

Dict **object_attrs(VM *vm, Object *o)
{
    const Class *c = vm->shapes[o->shape]->class_;
    if (!(c->flags & CLASS_HAS_DICT) && !(c->flags & CLASS_HEAP)) return NULL;
    void *p = o;
    switch (object_kind(o)) {
    case KIND_INT: return int_attrs(o);
    case KIND_TUPLE: return tuple_attrs(o);
    case KIND_STR:
    case KIND_BYTES: return str_attrs(p);
    case KIND_FLOAT: return &((Float *)p)->attrs;
    case KIND_LIST: return &((List *)p)->attrs;
    case KIND_DICT: return &((Dict *)p)->attrs;
    case KIND_SET:
    case KIND_FROZENSET: return &((Set *)p)->attrs;
    case KIND_FUNCTION: return &((Function *)p)->attrs;
    case KIND_EXCEPTION: return &((Exception *)p)->attrs;
    case KIND_PROPERTY: return &((Property *)p)->attrs;
    case KIND_STATICMETHOD:
    case KIND_CLASSMETHOD: return &((Wrapper *)p)->attrs;
    case KIND_BYTEARRAY: return &((Bytearray *)p)->attrs;
    case KIND_FILE: return &((File *)p)->attrs;
    case KIND_ITERATOR:
    case KIND_OPAQUE: return last_word(o);
    default: return NULL;
    }
}

void *object_alloc(Class *c, Kind kind, size_t size)
{
    bool in_last_word = kind == KIND_OPAQUE || kind == KIND_ITERATOR;
    bool has_attrs = in_last_word && c->flags & (CLASS_HAS_DICT | CLASS_HEAP);
    size += has_attrs ? sizeof(Dict *) : 0;
    Object *o = gc_alloc_object(size);
    if (in_last_word) memset(o, 0, size);  // reach.c looks at each word, also at what lies between fields
    o->head = HEAD(kind, 0, 0);
    o->shape = c->root->id;
    if (has_attrs) *last_word(o) = NULL;
    return o;
}

bool shape_tells_attrs(const Class *c)
{
    return c->flags & CLASS_HEAP || c->kind == KIND_FILE || c->kind == KIND_OPAQUE;
}

// An object gets its first attribute: see the invariant above.
static void set_attrs(VM *vm, Object *o, Dict **place, Dict *dict)
{
    *place = dict;
    Class *c = vm->shapes[o->shape]->class_;
    if (shape_tells_attrs(c)) o->shape = shape_dict(vm, c)->id;
}

static Dict *attrs_dict(VM *vm, Object *o, bool make)
{
    Dict **place = object_attrs(vm, o);
    if (!place) return NULL;
    if (*place || !make) return *place;
    set_attrs(vm, o, place, dict_new());
    return *object_attrs(vm, o);
}

Dict *object_dict(VM *vm, Object *o, bool make)
{
    switch (object_kind(o)) {
    case KIND_MODULE: return ((Module *)(void *)o)->dict;
    case KIND_CLASS: return ((Class *)(void *)o)->dict;
    default: break;
    }
    if (!(vm->shapes[o->shape]->class_->flags & CLASS_HAS_DICT)) return NULL;
    if (object_kind(o) == KIND_INSTANCE) return instance_to_dict(vm, (Instance *)(void *)o);
    return attrs_dict(vm, o, make);
}

bool object_set_dict(VM *vm, Object *o, Value dict)
{
    if (dict != VALUE_UNBOUND && !is_dict(dict)) {
        raise_error(vm, EXC_TypeError, "__dict__ must be set to a dictionary, not a '%s'",
                    type_name(vm, dict));
        return false;
    }
    if (dict == VALUE_UNBOUND && !class_is_heap(class_of(vm, value_object(o)))) {
        raise_error(vm, EXC_TypeError, "cannot delete __dict__");
        return false;
    }
    Dict *d = dict == VALUE_UNBOUND ? dict_new() : as_dict(dict);
    if (object_kind(o) == KIND_INSTANCE) {
        value_let_go(value_object(instance_to_dict(vm, (Instance *)(void *)o)));
        ((Instance *)(void *)o)->extra = d;
        return true;
    }
    Dict **place = object_attrs(vm, o);
    if (place && *place) value_let_go(value_object(*place));
    if (place) set_attrs(vm, o, place, d);
    return true;
}

// Own attributes

Value instance_find(VM *vm, Object *o, Str *name)
{
    if (object_kind(o) != KIND_INSTANCE) {
        Dict *d;
        if (object_kind(o) == KIND_MODULE)
            d = ((Module *)(void *)o)->dict;
        else if (object_kind(o) == KIND_CLASS)
            d = ((Class *)(void *)o)->dict;
        else
            d = attrs_dict(vm, o, false);
        return d ? dict_find_str(d, name) : VALUE_UNBOUND;
    }
    Instance *i = (Instance *)(void *)o;
    const Shape *s = vm->shapes[o->shape];
    if (s->is_dict) return dict_find_str(i->extra, name);
    int slot = shape_find(s, name);
    return slot < 0 ? VALUE_UNBOUND : *slot_place(i, s, slot);
}

bool instance_set(VM *vm, Object *o, Str *name, Value v)
{
    if (object_kind(o) != KIND_INSTANCE) {
        Dict *d;
        if (object_kind(o) == KIND_MODULE)
            d = ((Module *)(void *)o)->dict;
        else
            d = attrs_dict(vm, o, true);
        if (d) dict_set_str(d, name, v);
        return true;
    }
    Instance *i = (Instance *)(void *)o;
    Shape *s = vm->shapes[o->shape];
    if (!s->is_dict) {
        int slot = shape_find(s, name);
        if (slot >= 0) {
            value_let_go(*slot_place(i, s, slot));
            *slot_place(i, s, slot) = v;
            return true;
        }
        Shape *t = transition(vm, s, name);
        if (t) {
            make_room(vm, i, s);
            *slot_place(i, s, s->n_slots) = v;
            o->shape = t->id;
            return true;
        }
    }
    dict_set_str(instance_to_dict(vm, i), name, v);
    return true;
}

int instance_delete(VM *vm, Object *o, Str *name)
{
    if (object_kind(o) != KIND_INSTANCE) {
        Dict *d;
        if (object_kind(o) == KIND_MODULE)
            d = ((Module *)(void *)o)->dict;
        else
            d = attrs_dict(vm, o, false);
        return d && dict_delete_str(d, name);
    }
    Instance *i = (Instance *)(void *)o;
    const Shape *s = vm->shapes[o->shape];
    if (s->is_dict) return dict_delete_str(i->extra, name);
    int slot = shape_find(s, name);
    if (slot < 0) return 0;
    if (slot != s->n_slots - 1) return dict_delete_str(instance_to_dict(vm, i), name);
    value_let_go(*slot_place(i, s, slot));
    *slot_place(i, s, slot) = VALUE_UNBOUND;
    o->shape = s->parent->id;
    return 1;
}

// __class__

// Objects of one class can become objects of the other: the same layout and the same __slots__.
static bool same_slots(const Class *a, const Class *b)
{
    if (a == b) return true;
    if (!class_is_heap(a) || !class_is_heap(b) || !same_slots(a->base->solid, b->base->solid)) return false;
    Value key, v;
    for (size_t pos = 0; dict_next(a->dict, &pos, &key, &v);) {
        Value other = is_member(v) ? dict_find_str(b->dict, as_str(key)) : v;
        if (is_member(v) && !is_member(other)) return false;
    }
    return true;
}

// The values of __slots__ go where the new class, which names them in another order perhaps, has them.
static void move_members(Instance *i, const Class *from, const Class *to)
{
    Value *old = gc_alloc_array((size_t)from->n_members + 1, sizeof(Value)), key, v;
    memcpy(old, i->slots, from->n_members * sizeof(Value));
    for (; class_is_heap(from) && from->solid != to->solid; from = from->solid->base, to = to->solid->base) {
        for (size_t pos = 0; dict_next(from->solid->dict, &pos, &key, &v);) {
            if (!is_member(v)) continue;
            const GetSet *place = as_pointer(dict_find_str(to->solid->dict, as_str(key)));
            i->slots[place->slot] = old[((GetSet *)as_pointer(v))->slot];
        }
    }
}

static bool same_layout(const Class *a, const Class *b)
{
    return a->kind == b->kind && same_slots(a->solid, b->solid) && a->n_members == b->n_members &&
           (a->flags & CLASS_HAS_DICT) == (b->flags & CLASS_HAS_DICT);
}

bool object_set_class(VM *vm, Value v, Value new_class)
{
    if (!is_class(new_class)) {
        raise_error(vm, EXC_TypeError, "__class__ must be set to a class, not '%s' object",
                    type_name(vm, new_class));
        return false;
    }
    Class *to = as_class(new_class), *from = class_of(vm, v);
    bool both_modules = is_kind(v, KIND_MODULE) && to->kind == KIND_MODULE;
    if (!both_modules && !(from->flags & to->flags & CLASS_HEAP)) {
        raise_error(vm, EXC_TypeError,
                    "__class__ assignment only supported for mutable types or "
                    "ModuleType subclasses");
        return false;
    }
    if (!both_modules && !same_layout(from, to)) {
        raise_error(vm, EXC_TypeError, "__class__ assignment: '%s' object layout differs from '%s'",
                    to->name->data, from->name->data);
        return false;
    }
    Object *o = as_object(v);
    if (object_kind(o) == KIND_INSTANCE) {
        if (to->flags & CLASS_HAS_DICT) instance_to_dict(vm, (Instance *)(void *)o);
        if (from->n_members) move_members((Instance *)(void *)o, from, to);
        o->shape = to->flags & CLASS_HAS_DICT ? shape_dict(vm, to)->id : to->root->id;
        return true;
    }
    Dict **attrs = both_modules ? NULL : object_attrs(vm, o);
    o->shape = attrs && *attrs ? shape_dict(vm, to)->id : to->root->id;
    return true;
}
