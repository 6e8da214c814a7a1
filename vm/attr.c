// SPDX-License-Identifier: MIT
// attr.c - attributes of any value: descriptors, hooks, modules, classes, super; the inline caches.
//
// The order of a lookup is CPython's: a data descriptor of the class, the object's own attribute,
// anything else of the class, __getattr__. Functions named find_* give VALUE_UNBOUND for an absent
// attribute and build no exception; only the outermost functions raise AttributeError.
#include <string.h>

#include "vm/attr_cache.h"
#include "vm/gc.h"
#include "vm/vm.h"

static Str *interned(Str *name)
{
    return likely(str_flags(name) & STR_INTERNED) ? name : str_intern_str(name);
}

// Descriptors

Value wrapper_new(Kind kind, Value function)
{
    Wrapper *w = gc_new(Wrapper);
    object_init(&w->object, kind);
    w->function = function;
    w->attrs = NULL;
    return value_object(w);
}

bool is_data_descriptor(VM *vm, Value v)
{
    if (!is_object(v)) return false;
    switch (object_kind(as_object(v))) {
    case KIND_PROPERTY:
    case KIND_GETSET: return true;
    case KIND_FUNCTION:
    case KIND_NATIVE: return false;
    default: break;
    }
    if (as_object(v)->shape < KIND_INSTANCE) return false;
    Class *c = class_of(vm, v);
    return class_lookup(vm, c, S(__set__)) != VALUE_UNBOUND ||
           class_lookup(vm, c, S(__delete__)) != VALUE_UNBOUND;
}

// A data descriptor that is asked when the attribute is read, before the instance.
static bool hides_instance(VM *vm, Value v)
{
    if (!is_data_descriptor(vm, v)) return false;
    if (as_object(v)->shape < KIND_COUNT) return true;
    Class *c = class_of(vm, v);
    return !class_is_heap(c) || class_lookup(vm, c, S(__get__)) != VALUE_UNBOUND;
}

bool getset_check(VM *vm, GetSet *g, Value self)
{
    if (likely(is_instance(vm, self, g->owner))) return true;
    const Class *c = g->owner;
    raise_error(vm, EXC_TypeError,
                "descriptor '%s' for '%s' objects doesn't apply to a '%s' object", g->name->data,
                class_shown_name(c), type_name(vm, self));
    return false;
}

// A member's value, VALUE_UNBOUND if it has none.
static Value member_load(VM *vm, const GetSet *g, Value self)
{
    if (g->slot == MEMBER_IN_DICT) return instance_find(vm, as_object(self), g->name);
    return ((Instance *)as_pointer(self))->slots[g->slot];
}

static Value getset_load(VM *vm, GetSet *g, Value self)
{
    if (!getset_check(vm, g, self)) return VALUE_ERROR;
    if (!is_member(value_object(g))) return g->def->get(vm, self);
    Value v = member_load(vm, g, self);
    return v == VALUE_UNBOUND ? raise_no_attribute(vm, self, g->name) : v;
}

// "property 'x' of 'C' object has no setter"
static Value raise_no_accessor(VM *vm, const Property *p, Value self, const char *what)
{
    const char *type = class_of(vm, self)->qualname->data;
    Value name = property_name(vm, p);
    if (is_error(name)) return name;
    if (name == VALUE_UNBOUND)
        return raise_error(vm, EXC_AttributeError, "property of '%s' object has no %s", type, what);
    Str *text = value_repr(vm, name);
    if (!text) return VALUE_ERROR;
    return raise_error(vm, EXC_AttributeError, "property %s of '%s' object has no %s", text->data,
                       type, what);
}

Value property_name(VM *vm, const Property *p)
{
    if (p->name != VALUE_UNBOUND) return p->name;
    return p->getter == VALUE_NONE ? VALUE_UNBOUND : value_find_attr(vm, p->getter, S(__name__));
}

Value property_load(VM *vm, const Property *p, Value self)
{
    if (p->getter != VALUE_NONE) return value_call(vm, p->getter, 1, &self);
    return raise_no_accessor(vm, p, self, "getter");
}

static Value native_bind(Value d, Value self, Class *owner)
{
    const Native *n = as_native(d);
    if (n->is_class) return bound_method_new(d, value_object(owner));
    if (n->is_static || !n->owner || self == VALUE_UNBOUND) return d;
    return bound_method_new(d, self);
}

static Value call_get(VM *vm, Value d, Value self, Class *owner)
{
    Value get = class_lookup(vm, class_of(vm, d), S(__get__));
    if (get == VALUE_UNBOUND) return d;
    Value args[] = {d, self == VALUE_UNBOUND ? VALUE_NONE : self, value_object(owner)};
    return value_call(vm, get, 3, args);  // as it lies in the class: not bound
}

Value descriptor_get(VM *vm, Value d, Value self, Class *owner)
{
    if (!is_object(d)) return d;
    if (as_object(d)->shape > KIND_INSTANCE && class_is_heap(class_of(vm, d)))
        return call_get(vm, d, self, owner);
    switch (object_kind(as_object(d))) {
    case KIND_FUNCTION: return self == VALUE_UNBOUND ? d : bound_method_new(d, self);
    case KIND_NATIVE: return native_bind(d, self, owner);
    case KIND_STATICMETHOD: return ((Wrapper *)as_pointer(d))->function;
    case KIND_CLASSMETHOD:
        return bound_method_new(((Wrapper *)as_pointer(d))->function, value_object(owner));
    case KIND_PROPERTY: return self == VALUE_UNBOUND ? d : property_load(vm, as_pointer(d), self);
    case KIND_GETSET: return self == VALUE_UNBOUND ? d : getset_load(vm, as_pointer(d), self);
    case KIND_OPAQUE:
    case KIND_SUPER:
    case KIND_INSTANCE: return call_get(vm, d, self, owner);
    default: return d;
    }
}

// Storing; v VALUE_UNBOUND deletes

bool getset_readonly(VM *vm, Value self, Value v)
{
    (void)self;
    (void)v;
    raise_error(vm, EXC_AttributeError, "readonly attribute");
    return false;
}

bool getset_store(VM *vm, GetSet *g, Value self, Value v)
{
    if (!getset_check(vm, g, self)) return false;
    bool is_readonly = g->object.head >> 16 & GETSET_READONLY;
    if (is_readonly || !is_member(value_object(g))) {
        if (g->def->set) return g->def->set(vm, self, v);
        raise_error(vm, EXC_AttributeError, "attribute '%s' of '%s' objects is not writable",
                    g->name->data, class_shown_name(g->owner));
        return false;
    }
    if (v == VALUE_UNBOUND && member_load(vm, g, self) == VALUE_UNBOUND) {
        raise_attribute_error(vm, self, g->name, "%s", g->name->data);
        return false;
    }
    if (g->slot != MEMBER_IN_DICT) {
        value_replace(&((Instance *)as_pointer(self))->slots[g->slot], v);
        return true;
    }
    if (v != VALUE_UNBOUND) return instance_set(vm, as_object(self), g->name, v);
    return instance_delete(vm, as_object(self), g->name) >= 0;
}

bool property_store(VM *vm, const Property *p, Value self, Value v)
{
    bool deletes = v == VALUE_UNBOUND;
    Value f = deletes ? p->deleter : p->setter;
    Value args[] = {self, v};
    if (f != VALUE_NONE) return !is_error(value_call(vm, f, deletes ? 1 : 2, args));
    raise_no_accessor(vm, p, self, deletes ? "deleter" : "setter");
    return false;
}

static bool descriptor_set(VM *vm, Value d, Value self, Value v)
{
    bool is_own = !class_is_heap(class_of(vm, d));
    if (is_own && is_kind(d, KIND_PROPERTY)) return property_store(vm, as_pointer(d), self, v);
    if (is_own && is_kind(d, KIND_GETSET)) return getset_store(vm, as_pointer(d), self, v);
    Str *hook = v == VALUE_UNBOUND ? S(__delete__) : S(__set__);
    Value args[] = {self, v};
    Value r = value_call_special(vm, d, hook, v == VALUE_UNBOUND ? 1 : 2, args);
    if (r == VALUE_UNBOUND) r = raise_error(vm, EXC_AttributeError, "%s", hook->data);
    return !is_error(r);
}

// Errors

Value raise_no_attribute(VM *vm, Value o, Str *name)
{
    if (is_class(o)) {
        const Class *c = as_class(o);
        return raise_attribute_error(vm, o, name, "type object '%s' has no attribute '%s'",
                                     class_shown_name(c), name->data);
    }
    if (is_kind(o, KIND_MODULE)) return module_raise_no_attribute(vm, as_module(o), name);
    // CPython names the class in full where a slot is empty.
    Class *c = class_of(vm, o);
    bool is_slot = class_is_heap(c) && is_member(class_lookup(vm, c, name));
    return raise_attribute_error(vm, o, name, "'%s' object has no attribute '%s'",
                                 is_slot ? c->qualname->data : type_name(vm, o), name->data);
}

// Why object o has no place for the attribute.
static bool raise_not_stored(VM *vm, Value o, Str *name, Value in_class)
{
    const char *type = type_name(vm, o);
    if (in_class != VALUE_UNBOUND)
        raise_attribute_error(vm, o, name, "'%s' object attribute '%s' is read-only", type,
                              name->data);
    else
        raise_attribute_error(vm, o, name, "'%s' object has no attribute '%s'%s", type, name->data,
                              class_of(vm, o)->flags & CLASS_HAS_SETATTR
                                  ? ""
                                  : " and no __dict__ for setting new attributes");
    return false;
}

// Lookup without hooks

static Value own_attribute(VM *vm, Value o, Str *name)
{
    if (!is_object(o)) return VALUE_UNBOUND;
    Kind kind = object_kind(as_object(o));
    return kind == KIND_CLASS ? VALUE_UNBOUND : instance_find(vm, as_object(o), name);
}

static Value find_generic(VM *vm, Value o, Class *c, Str *name)
{
    Value attr = class_lookup(vm, c, name);
    bool is_data = attr != VALUE_UNBOUND && hides_instance(vm, attr);
    if (!is_data) {
        Value v = own_attribute(vm, o, name);
        if (v != VALUE_UNBOUND) return v;
        if (attr == VALUE_UNBOUND) return attr;
    } else if (is_member(attr)) {
        GetSet *g = as_pointer(attr);
        return getset_check(vm, g, o) ? member_load(vm, g, o) : VALUE_ERROR;
    }
    return descriptor_get(vm, attr, o, c);
}

Value class_getattr(VM *vm, Class *c, Str *name)
{
    name = interned(name);
    Class *meta = class_of(vm, value_object(c));
    Value of_meta = class_lookup(vm, meta, name);
    if (of_meta != VALUE_UNBOUND && is_data_descriptor(vm, of_meta))
        return descriptor_get(vm, of_meta, value_object(c), meta);
    Value attr = class_lookup(vm, c, name);
    if (attr != VALUE_UNBOUND) return descriptor_get(vm, attr, VALUE_UNBOUND, c);
    return of_meta == VALUE_UNBOUND ? of_meta : descriptor_get(vm, of_meta, value_object(c), meta);
}

static Value find_in_module(VM *vm, Value o, Str *name)
{
    Module *m = as_module(o);
    Value v = dict_find_str(m->dict, name);
    if (likely(v != VALUE_UNBOUND) && name != S(__dict__) && name != S(__class__)) return v;
    v = find_generic(vm, o, class_of(vm, o), name);
    if (v != VALUE_UNBOUND) return v;
    Value hook = dict_find_str(m->dict, S(__getattr__));
    if (hook == VALUE_UNBOUND) return hook;
    Value arg = value_object(name);
    return value_call(vm, hook, 1, &arg);
}

// The raw class attribute after `start` in the MRO of self_class.
static Value lookup_after(const Class *start, const Class *self_class, Str *name)
{
    const Tuple *mro = self_class->mro;
    size_t i = 0;
    while (i < mro->len && as_class(mro->items[i]) != start)
        i++;
    for (i++; i < mro->len; i++) {
        Value v = dict_find_str(as_class(mro->items[i])->dict, name);
        if (v != VALUE_UNBOUND) return v;
    }
    return VALUE_UNBOUND;
}

static Value find_after(VM *vm, const Class *start, Value self, Class *self_class, Str *name)
{
    Value attr = lookup_after(start, self_class, name);
    if (attr == VALUE_UNBOUND) return attr;
    bool is_class_itself = is_class(self) && as_class(self) == self_class;
    return descriptor_get(vm, attr, is_class_itself ? VALUE_UNBOUND : self, self_class);
}

static Value find_in_super(VM *vm, Value o, Str *name)
{
    const Super *s = as_pointer(o);
    if (s->self != VALUE_UNBOUND && name != S(__class__)) {
        Value v = find_after(vm, s->start, s->self, s->self_class, name);
        if (v != VALUE_UNBOUND) return v;
    }
    return find_generic(vm, o, class_of(vm, o), name);
}

static Value find_in_bound_method(VM *vm, Value o, Str *name)
{
    Value v = find_generic(vm, o, class_of(vm, o), name);
    const BoundMethod *m = as_pointer(o);
    if (v != VALUE_UNBOUND || !is_exact(o, KIND_BOUND_METHOD)) return v;
    return value_getattr(vm, m->function, name);
}

Value object_getattr_or_unbound(VM *vm, Value o, Str *name)
{
    name = interned(name);
    if (!is_object(o)) return find_generic(vm, o, class_of(vm, o), name);
    switch (object_kind(as_object(o))) {
    case KIND_CLASS: return class_getattr(vm, as_class(o), name);
    case KIND_MODULE: return find_in_module(vm, o, name);
    case KIND_SUPER: return find_in_super(vm, o, name);
    case KIND_BOUND_METHOD: return find_in_bound_method(vm, o, name);
    default: return find_generic(vm, o, class_of(vm, o), name);
    }
}

Value object_getattribute(VM *vm, Value o, Str *name)
{
    Value v = object_getattr_or_unbound(vm, o, name);
    return v == VALUE_UNBOUND ? raise_no_attribute(vm, o, name) : v;
}

Value module_getattr(VM *vm, Module *m, Str *name)
{
    Value v = find_in_module(vm, value_object(m), interned(name));
    return v == VALUE_UNBOUND ? raise_no_attribute(vm, value_object(m), name) : v;
}

// Lookup with hooks

// o's class has __getattribute__ or __getattr__. As value_getattr.
static Value get_with_hooks(VM *vm, Value o, Class *c, Str *name)
{
    Value hook = class_lookup(vm, c, S(__getattribute__));
    Value arg = value_object(name), v;
    bool is_default = hook == VALUE_UNBOUND || native_is_default(hook, S(__getattribute__));
    if (is_default)
        v = object_getattr_or_unbound(vm, o, name);
    else
        v = value_call_special(vm, o, S(__getattribute__), 1, &arg);
    if (v != VALUE_UNBOUND && !(is_error(v) && error_is(vm, EXC_AttributeError))) return v;
    if (class_lookup(vm, c, S(__getattr__)) == VALUE_UNBOUND)
        return v == VALUE_UNBOUND ? raise_no_attribute(vm, o, name) : v;
    if (is_error(v)) error_take(vm);
    return value_call_special(vm, o, S(__getattr__), 1, &arg);
}

Value value_getattr(VM *vm, Value o, Str *name)
{
    name = interned(name);
    Class *c = class_of(vm, o);
    Value v = unlikely(c->flags & CLASS_HAS_GETATTR) ? get_with_hooks(vm, o, c, name)
                                                     : object_getattr_or_unbound(vm, o, name);
    if (unlikely(is_error(v))) error_note_attribute(vm, o, name);
    return v == VALUE_UNBOUND ? raise_no_attribute(vm, o, name) : v;
}

Value value_find_attr(VM *vm, Value o, Str *name)
{
    name = interned(name);
    Class *c = class_of(vm, o);
    Value v = c->flags & CLASS_HAS_GETATTR ? get_with_hooks(vm, o, c, name)
                                           : object_getattr_or_unbound(vm, o, name);
    if (!is_error(v) || !error_is(vm, EXC_AttributeError)) return v;
    error_take(vm);
    return VALUE_UNBOUND;
}

// Storing and deleting

bool class_setattr(VM *vm, Class *c, Str *name, Value v)
{
    if (!class_is_heap(c) || c->flags & CLASS_SEALED) {
        raise_error(vm, EXC_TypeError, "cannot set '%s' attribute of immutable type '%s'",
                    name->data, c->full_name);
        return false;
    }
    name = interned(name);
    Value of_meta = class_lookup(vm, class_of(vm, value_object(c)), name);
    if (of_meta != VALUE_UNBOUND && is_data_descriptor(vm, of_meta))
        return descriptor_set(vm, of_meta, value_object(c), v);
    return class_set_attr(vm, c, name, v);
}

static bool delete_own(VM *vm, Value o, Str *name)
{
    if (instance_delete(vm, as_object(o), name) > 0) return true;
    raise_attribute_error(vm, o, name, "'%s' object has no attribute '%s'", type_name(vm, o),
                          name->data);
    return false;
}

static bool has_own_attributes(const Class *c, Value o)
{
    return is_object(o) && (c->flags & CLASS_HAS_DICT || object_kind(as_object(o)) == KIND_MODULE);
}

bool object_setattr(VM *vm, Value o, Str *name, Value v)
{
    if (is_class(o)) return class_setattr(vm, as_class(o), name, v);
    name = interned(name);
    Class *c = class_of(vm, o);
    Value attr = class_lookup(vm, c, name);
    if (attr != VALUE_UNBOUND && is_data_descriptor(vm, attr))
        return descriptor_set(vm, attr, o, v);
    if (!has_own_attributes(c, o)) return raise_not_stored(vm, o, name, attr);
    if (v == VALUE_UNBOUND) return delete_own(vm, o, name);
    return instance_set(vm, as_object(o), name, v);
}

bool value_setattr(VM *vm, Value o, Str *name, Value v)
{
    Class *c = class_of(vm, o);
    if (likely(!(c->flags & CLASS_HAS_SETATTR))) return object_setattr(vm, o, name, v);
    Str *hook = v == VALUE_UNBOUND ? S(__delattr__) : S(__setattr__);
    Value method = class_lookup(vm, c, hook);
    if (method == VALUE_UNBOUND || native_is_default(method, hook))
        return object_setattr(vm, o, name, v);
    Value args[] = {value_object(name), v};
    return !is_error(value_call_special(vm, o, hook, v == VALUE_UNBOUND ? 1 : 2, args));
}

// super

static Value raise_super_mismatch(VM *vm, const Class *start, Value self)
{
    bool self_is_class = is_class(self);
    const char *what = self_is_class ? "type" : "instance of";
    const char *name = self_is_class ? as_class(self)->name->data : type_name(vm, self);
    return raise_error(vm, EXC_TypeError,
                       "super(type, obj): obj (%s %s) is not an instance or subtype of type (%s).",
                       what, name, start->name->data);
}

// The class whose MRO super(start, self) searches; NULL: raised.
static Class *super_class(VM *vm, Value start, Value self)
{
    if (!is_class(start)) {
        raise_error(vm, EXC_TypeError, "super() argument 1 must be a type, not %s",
                    type_name(vm, start));
        return NULL;
    }
    if (is_class(self) && class_is_subclass(as_class(self), as_class(start))) return as_class(self);
    Class *c = class_of(vm, self);
    if (class_is_subclass(c, as_class(start))) return c;
    Value claimed = value_find_attr(vm, self, S(__class__));
    if (is_error(claimed)) return NULL;
    if (is_class(claimed) && class_is_subclass(as_class(claimed), as_class(start)))
        return as_class(claimed);
    raise_super_mismatch(vm, as_class(start), self);
    return NULL;
}

bool super_fill(VM *vm, Super *s, Value start, Value self)
{
    Class *self_class = NULL;
    if (self != VALUE_UNBOUND) {
        self_class = super_class(vm, start, self);
        if (!self_class) return false;
    } else if (!is_class(start)) {
        raise_error(vm, EXC_TypeError, "super() argument 1 must be a type, not %s", type_name(vm, start));
        return false;
    }
    s->start = as_class(start);
    s->self = self;
    s->self_class = self_class;
    return true;
}

Value super_new(VM *vm, Value start, Value self)
{
    Super *s = gc_new(Super);
    object_init(&s->object, KIND_SUPER);
    return super_fill(vm, s, start, self) ? value_object(s) : VALUE_ERROR;
}

// What is unused of the three arguments is VALUE_NONE.
static Value leave_call(VM *vm, Value function, int argc, Value a, Value b, Value c)
{
    vm->attr_call = (AttrCall){function, argc, {a, b, c}, false};
    return VALUE_UNBOUND;
}

// The method of a descriptor that is an instance of a script's class; VALUE_UNBOUND if it is anything else.
static Value plain_method_of(VM *vm, Value descriptor, Str *name)
{
    if (!is_kind(descriptor, KIND_INSTANCE)) return VALUE_UNBOUND;
    Value method = special_lookup(vm, descriptor, name);
    return is_plain_function(method) ? method : VALUE_UNBOUND;
}

// As descriptor_get, but a method or getter in Rill is left to the caller.
static Value bind(VM *vm, Value attr, Value o, Class *c)
{
    Value getter = is_exact(attr, KIND_PROPERTY) ? ((Property *)as_pointer(attr))->getter : VALUE_NONE;
    if (is_plain_function(getter)) return leave_call(vm, getter, 1, o, VALUE_NONE, VALUE_NONE);
    Value get = plain_method_of(vm, attr, S(__get__));
    if (get != VALUE_UNBOUND) return leave_call(vm, get, 3, attr, o, value_object(c));
    return descriptor_get(vm, attr, o, c);
}

Value super_load(VM *vm, Value start, Value self, Str *name)
{
    Class *self_class = super_class(vm, start, self);
    if (!self_class) return VALUE_ERROR;
    name = interned(name);
    Value attr = name == S(__class__) ? VALUE_UNBOUND
                                      : lookup_after(as_class(start), self_class, name);
    if (attr == VALUE_UNBOUND) {
        Value s = super_new(vm, start, self);
        return is_error(s) ? s : value_getattr(vm, s, name);
    }
    bool is_class_itself = is_class(self) && as_class(self) == self_class;
    if (is_class_itself) return descriptor_get(vm, attr, VALUE_UNBOUND, self_class);
    return bind(vm, attr, self, self_class);
}

// Attributes for the interpreter, which fill its caches

static Value slot_value(const Instance *o, const Shape *s, int slot)
{
    return slot < s->n_inline ? o->slots[slot] : ((Value *)o->extra)[slot - s->n_inline];
}

// The class attribute attr, a data descriptor, for o. The words are filled if it is a member.
static Value load_data_descriptor(VM *vm, Value o, Class *c, Value attr, Str *name, Instr *words)
{
    if (is_member(attr) && is_instance(vm, o, ((GetSet *)as_pointer(attr))->owner)) {
        const GetSet *g = as_pointer(attr);
        Value v = member_load(vm, g, o);
        if (v == VALUE_UNBOUND) return raise_no_attribute(vm, o, name);
        if (g->slot != MEMBER_IN_DICT)
            attr_cache_slot(vm, words, name, ATTR_LOAD, vm->shapes[as_object(o)->shape], g->slot, NULL);
        return v;
    }
    return bind(vm, attr, o, c);
}

// The attribute by the default rules, as attr_load. VALUE_STOP: there is none.
static inline Value load_generic(VM *vm, Value o, Class *c, Str *name, Instr *words)
{
    Value attr = class_lookup(vm, c, name);
    if (attr != VALUE_UNBOUND && hides_instance(vm, attr))
        return load_data_descriptor(vm, o, c, attr, name, words);
    if (is_kind(o, KIND_INSTANCE) && !vm->shapes[as_object(o)->shape]->is_dict) {
        const Shape *s = vm->shapes[as_object(o)->shape];
        int slot = shape_find(s, name);
        if (slot >= 0) {
            attr_cache_slot(vm, words, name, ATTR_LOAD, s, slot, NULL);
            return slot_value(as_pointer(o), s, slot);
        }
    } else {
        Value v = own_attribute(vm, o, name);
        if (v != VALUE_UNBOUND) return v;
    }
    return attr == VALUE_UNBOUND ? VALUE_STOP : bind(vm, attr, o, c);
}

Value attr_fallback(VM *vm, Value o, Str *name)
{
    Value hook = class_lookup(vm, class_of(vm, o), S(__getattr__));
    Value arg = value_object(name);
    if (is_plain_function(hook)) return leave_call(vm, hook, 2, o, arg, VALUE_NONE);
    if (hook == VALUE_UNBOUND) return raise_no_attribute(vm, o, name);
    return value_call_special(vm, o, S(__getattr__), 1, &arg);
}

// o's class has __getattribute__ or __getattr__.
static Value load_by_hooks(VM *vm, Value o, Class *c, Str *name, Instr *words)
{
    bool has_fallback = class_lookup(vm, c, S(__getattr__)) != VALUE_UNBOUND;
    Value hook = class_lookup(vm, c, S(__getattribute__));
    bool is_plain = is_plain_function(hook);
    if (hook != VALUE_UNBOUND && !is_plain && !native_is_default(hook, S(__getattribute__))) return value_getattr(vm, o, name);
    Value v = is_plain ? leave_call(vm, hook, 2, o, value_object(name), VALUE_NONE)
                       : load_generic(vm, o, c, name, words);
    if (v == VALUE_STOP) return attr_fallback(vm, o, name);
    if (v == VALUE_UNBOUND) vm->attr_call.has_fallback = has_fallback;
    if (!has_fallback || !is_error(v) || !error_is(vm, EXC_AttributeError)) return v;
    error_take(vm);
    return attr_fallback(vm, o, name);
}

Value attr_load(VM *vm, Value o, Str *name, Instr *words)
{
    if (is_exact(o, KIND_MODULE)) {
        Value v = dict_find_str(as_module(o)->dict, name);
        if (likely(v != VALUE_UNBOUND) && name != S(__dict__) && name != S(__class__)) return v;
        return value_getattr(vm, o, name);
    }
    if (is_class(o) || is_kind(o, KIND_SUPER) || is_kind(o, KIND_BOUND_METHOD))
        return value_getattr(vm, o, name);
    Class *c = class_of(vm, o);
    if (c->flags & CLASS_HAS_GETATTR) return load_by_hooks(vm, o, c, name, words);
    Value v = load_generic(vm, o, c, name, words);
    return v == VALUE_STOP ? raise_no_attribute(vm, o, name) : v;
}

// Store into a plain instance whose class has no say, and remember how.
static bool store_and_fill(VM *vm, Value o, Str *name, Value v, Instr *words)
{
    Object *object = as_object(o);
    const Shape *before = vm->shapes[object->shape];
    if (!instance_set(vm, object, name, v)) return false;
    const Shape *after = vm->shapes[object->shape];
    if (before->is_dict || after->is_dict) return true;
    if (after == before) {
        attr_cache_slot(vm, words, name, ATTR_STORE, before, shape_find(before, name), NULL);
        return true;
    }
    int slot = after->n_slots - 1;
    if (slot < after->n_inline)
        attr_cache_slot(vm, words, name, ATTR_STORE, before, slot, after);  // else the array may have to grow
    return true;
}

static Value stored(bool done)
{
    return done ? VALUE_NONE : VALUE_ERROR;
}

Value attr_store(VM *vm, Value o, Str *name, Value v, Instr *words)
{
    Class *c = class_of(vm, o);
    if (c->flags & CLASS_HAS_SETATTR) {
        Value hook = class_lookup(vm, c, S(__setattr__));
        if (is_plain_function(hook)) return leave_call(vm, hook, 3, o, value_object(name), v);
        return stored(value_setattr(vm, o, name, v));
    }
    if (!is_kind(o, KIND_INSTANCE)) return stored(value_setattr(vm, o, name, v));
    Value attr = class_lookup(vm, c, name);
    if (attr == VALUE_UNBOUND || !is_data_descriptor(vm, attr)) {
        if (!(c->flags & CLASS_HAS_DICT)) return stored(raise_not_stored(vm, o, name, attr));
        return stored(store_and_fill(vm, o, name, v, words));
    }
    Value setter = is_exact(attr, KIND_PROPERTY) ? ((Property *)as_pointer(attr))->setter : VALUE_NONE;
    if (is_plain_function(setter)) return leave_call(vm, setter, 2, o, v, VALUE_NONE);
    Value set = plain_method_of(vm, attr, S(__set__));
    if (set != VALUE_UNBOUND) return leave_call(vm, set, 3, attr, o, v);
    if (is_member(attr) && is_instance(vm, o, ((GetSet *)as_pointer(attr))->owner)) {
        const GetSet *g = as_pointer(attr);
        if (g->slot != MEMBER_IN_DICT && !(g->object.head >> 16 & GETSET_READONLY))
            attr_cache_slot(vm, words, name, ATTR_STORE, vm->shapes[as_object(o)->shape], g->slot, NULL);
    }
    return stored(descriptor_set(vm, attr, o, v));
}

Value attr_delete(VM *vm, Value o, Str *name)
{
    Class *c = class_of(vm, o);
    Value hook = c->flags & CLASS_HAS_SETATTR ? class_lookup(vm, c, S(__delattr__)) : VALUE_UNBOUND;
    if (is_plain_function(hook)) return leave_call(vm, hook, 2, o, value_object(name), VALUE_NONE);
    Value attr = is_kind(o, KIND_INSTANCE) && hook == VALUE_UNBOUND ? class_lookup(vm, c, name) : VALUE_UNBOUND;
    Value deleter = is_exact(attr, KIND_PROPERTY) ? ((Property *)as_pointer(attr))->deleter : VALUE_NONE;
    if (is_plain_function(deleter)) return leave_call(vm, deleter, 1, o, VALUE_NONE, VALUE_NONE);
    Value delete = plain_method_of(vm, attr, S(__delete__));
    if (delete != VALUE_UNBOUND) return leave_call(vm, delete, 2, attr, o, VALUE_NONE);
    return stored(value_setattr(vm, o, name, VALUE_UNBOUND));
}

// A class attribute that becomes a method by putting self in front of the arguments.
static bool is_method(Value v)
{
    return is_function(v) || native_takes_self(v);
}

// Can no object of this shape have an attribute of its own called name?
static bool has_no_own(const Shape *s, Value o, Str *name)
{
    if (!is_object(o)) return false;
    if (s->is_dict) return false;
    if (object_kind(as_object(o)) == KIND_INSTANCE) return shape_find(s, name) < 0;
    return shape_tells_attrs(s->class_) || !(s->class_->flags & CLASS_HAS_DICT);
}

// Class attribute attr as a method for self (the object, or the class of a classmethod).
static bool split_method(Value attr, Value o, Class *owner, Value *method, Value *self)
{
    if (is_method(attr)) {
        if (o == VALUE_UNBOUND) return false;
        *method = attr;
        *self = o;
        return true;
    }
    bool is_native_class = is_kind(attr, KIND_NATIVE) && as_native(attr)->is_class;
    if (!is_native_class && !is_exact(attr, KIND_CLASSMETHOD)) return false;
    Value f = is_native_class ? attr : ((Wrapper *)as_pointer(attr))->function;
    if (!is_function(f) && !is_kind(f, KIND_NATIVE)) return false;
    *method = f;
    *self = value_object(owner);
    return true;
}

Value attr_find_method(VM *vm, Value o, Str *name)
{
    if (!is_object(o)) return VALUE_UNBOUND;
    switch (object_kind(as_object(o))) {
    case KIND_CLASS:
    case KIND_MODULE:
    case KIND_BOUND_METHOD:
    case KIND_SUPER: return VALUE_UNBOUND;
    default: break;
    }
    const Shape *s = vm->shapes[as_object(o)->shape];
    if (s->class_->flags & CLASS_HAS_GETATTR || !has_no_own(s, o, name)) return VALUE_UNBOUND;
    Value attr = class_lookup(vm, s->class_, name);
    return is_method(attr) ? attr : VALUE_UNBOUND;
}

static Value load_class_method(VM *vm, Class *c, Str *name, Value *self)
{
    Value o = value_object(c), method;
    Class *meta = class_of(vm, o);
    if (meta->flags & CLASS_HAS_GETATTR) return value_getattr(vm, o, name);
    Value attr = class_lookup(vm, c, name);
    Value of_meta = class_lookup(vm, meta, name);
    if (of_meta != VALUE_UNBOUND && is_data_descriptor(vm, of_meta))
        return value_getattr(vm, o, name);
    if (attr == VALUE_UNBOUND && of_meta != VALUE_UNBOUND &&
        split_method(of_meta, o, meta, &method, self))
        return method;
    if (attr != VALUE_UNBOUND && split_method(attr, VALUE_UNBOUND, c, &method, self)) return method;
    return value_getattr(vm, o, name);
}

static Value load_super_method(VM *vm, Value o, Str *name, Value *self)
{
    const Super *s = as_pointer(o);
    if (s->self == VALUE_UNBOUND || name == S(__class__)) return value_getattr(vm, o, name);
    Value attr = lookup_after(s->start, s->self_class, name), method;
    bool is_class_itself = is_class(s->self) && as_class(s->self) == s->self_class;
    if (attr != VALUE_UNBOUND &&
        split_method(attr, is_class_itself ? VALUE_UNBOUND : s->self, s->self_class, &method, self))
        return method;
    return value_getattr(vm, o, name);
}

// Is the default __getattribute__ in force?
static bool has_default_getattribute(VM *vm, Class *c)
{
    if (!(c->flags & CLASS_HAS_GETATTR)) return true;
    Value hook = class_lookup(vm, c, S(__getattribute__));
    return hook == VALUE_UNBOUND || native_is_default(hook, S(__getattribute__));
}

Value attr_load_method(VM *vm, Value o, Str *name, Instr *words, Value *cache, Value *self)
{
    *self = VALUE_UNBOUND;
    if (is_class(o)) return load_class_method(vm, as_class(o), name, self);
    if (is_kind(o, KIND_MODULE) || is_kind(o, KIND_BOUND_METHOD)) return value_getattr(vm, o, name);
    if (is_kind(o, KIND_SUPER)) return load_super_method(vm, o, name, self);
    Class *c = class_of(vm, o);
    if (!has_default_getattribute(vm, c)) return attr_load(vm, o, name, NULL);
    Value attr = class_lookup(vm, c, name), method;
    if (attr == VALUE_UNBOUND || !split_method(attr, o, c, &method, self)) {
        *self = VALUE_UNBOUND;
        return attr_load(vm, o, name, NULL);
    }
    const Shape *s = is_object(o) ? vm->shapes[as_object(o)->shape] : NULL;
    if (s && has_no_own(s, o, name)) {
        if (*self == o) attr_cache_method(vm, words, cache, name, s, method);
        return method;
    }
    Value own = own_attribute(vm, o, name);
    if (own == VALUE_UNBOUND) return method;
    *self = VALUE_UNBOUND;
    return own;
}
