// SPDX-License-Identifier: MIT
// class.c - classes: definition of the builtin ones, method resolution order, lookup in it, and
// what must happen when a class changes. Making classes at run time is in class_create.c,
// attributes of objects in attr.c, shapes in shape.c. INVARIANT: an entry of the lookup cache is
// right while its epoch is vm->epoch: whoever changes a class bumps the epoch or removes the
// entries (class_set_attr). Code that writes into Class.dict itself, at set-up, calls
// class_invalidate afterwards.
#include "vm/class.h"

#include <string.h>

#include "vm/gc.h"
#include "vm/vm.h"

// The lookup cache

typedef struct LookupEntry {
    const Class *class_;
    const Str *name;
    Value value;
    uint32_t epoch;
} LookupEntry;

// The collector does not look into it: classes may die, and all else in an entry is kept by the class (names, by the
// table of interned strings).
enum { LOOKUP_SIZE = 2048 };
static LookupEntry lookup_cache[LOOKUP_SIZE];

static LookupEntry *lookup_entry(const Class *c, const Str *name)
{
    uintptr_t h = (uintptr_t)c >> 4 ^ (uintptr_t)name >> 5 ^ (uintptr_t)name >> 14;
    return &lookup_cache[h % LOOKUP_SIZE];
}

static Str *interned(Str *name)
{
    return likely(str_flags(name) & STR_INTERNED) ? name : str_intern_str(name);
}

static Value lookup_in_mro(const Class *c, Str *name)
{
    for (size_t i = 0; i < c->mro->len; i++) {
        Value v = dict_find_str(as_class(c->mro->items[i])->dict, name);
        if (v != VALUE_UNBOUND) return v;
    }
    return VALUE_UNBOUND;
}

Value class_lookup(VM *vm, Class *c, Str *name)
{
    name = interned(name);
    LookupEntry *e = lookup_entry(c, name);
    if (likely(e->class_ == c && e->name == name && e->epoch == vm->epoch)) return e->value;
    if (unlikely(!c->mro)) return VALUE_UNBOUND;
    Value v = lookup_in_mro(c, name);
    *e = (LookupEntry){c, name, v, vm->epoch};
    return v;
}

Class *class_native_base(VM *vm, Class *c)
{
    while (class_is_heap(c) && !is_kind(class_lookup(vm, c, S(__new__)), KIND_NATIVE))
        c = c->base;
    return c;
}

static void forget_lookups(const Class *c, const Str *name)
{
    LookupEntry *e = lookup_entry(c, name);
    if (e->class_ == c && e->name == name) e->class_ = NULL;
    for (int i = 0; i < c->n_subclasses; i++)
        forget_lookups(c->subclasses[i], name);
}

// Flags

// Something that is not the default of object, type and the other builtin classes.
static bool is_overridden(VM *vm, Class *c, Str *name)
{
    Value v = class_lookup(vm, c, name);
    return v != VALUE_UNBOUND && !native_is_default(v, name);
}

static void compute_flags(VM *vm, Class *c)
{
    uint32_t flags = c->flags & ~(uint32_t)(CLASS_HAS_GETATTR | CLASS_HAS_SETATTR |
                                            CLASS_OVERRIDES_EQ | CLASS_PLAIN_NEW);
    if (class_lookup(vm, c, S(__getattr__)) != VALUE_UNBOUND ||
        is_overridden(vm, c, S(__getattribute__)))
        flags |= CLASS_HAS_GETATTR;
    if (is_overridden(vm, c, S(__setattr__)) || is_overridden(vm, c, S(__delattr__)))
        flags |= CLASS_HAS_SETATTR;
    if (is_overridden(vm, c, S(__eq__))) flags |= CLASS_OVERRIDES_EQ;
    Value new_ = class_lookup(vm, c, S(__new__));
    bool is_default_new = new_ == VALUE_UNBOUND || new_ == vm->object_new;
    if (c->kind == KIND_INSTANCE && is_default_new) flags |= CLASS_PLAIN_NEW;
    c->flags = flags;
}

static void compute_flags_below(VM *vm, Class *c)
{
    compute_flags(vm, c);
    for (int i = 0; i < c->n_subclasses; i++)
        compute_flags_below(vm, c->subclasses[i]);
}

void class_invalidate(VM *vm, Class *c)
{
    vm->epoch++;
    compute_flags_below(vm, c);
}

void class_refresh_cache(VM *vm, Class *c)
{
    c->init = class_lookup(vm, c, S(__init__));
    Value new_ = class_lookup(vm, c, S(__new__));
    if (is_kind(new_, KIND_STATICMETHOD)) new_ = ((Wrapper *)as_pointer(new_))->function;
    if (is_kind(new_, KIND_CLASSMETHOD))
        new_ = bound_method_new(((Wrapper *)as_pointer(new_))->function, value_object(c));
    c->new_ = new_;
    c->truth = class_lookup(vm, c, S(__bool__));
    if (c->truth == VALUE_UNBOUND && class_lookup(vm, c, S(__len__)) == VALUE_UNBOUND)
        c->truth = VALUE_TRUE;
    c->init_epoch = vm->epoch;
}

// Changing classes

// A value that reading an attribute just returns, so that no cached method or descriptor depends on
// it.
static bool is_plain(VM *vm, Value v)
{
    if (!is_object(v) || v == VALUE_UNBOUND) return v != VALUE_UNBOUND;
    switch (object_kind(as_object(v))) {
    case KIND_FUNCTION:
    case KIND_NATIVE:
    case KIND_PROPERTY:
    case KIND_STATICMETHOD:
    case KIND_CLASSMETHOD:
    case KIND_GETSET: return false;
    default:
        return class_lookup(vm, class_of(vm, v), S(__get__)) == VALUE_UNBOUND &&
               !is_data_descriptor(vm, v);
    }
}

static bool is_dunder(const Str *name)
{
    return name->size > 4 && name->data[0] == '_' && name->data[1] == '_';
}

static bool is_hook(const Str *name)
{
    return name == S(__getattribute__) || name == S(__setattr__) || name == S(__delattr__);
}

// `__abstractmethods__` of ABCMeta: instances of c cannot be made while it is true.
static bool set_abstract_flag(VM *vm, Class *c, Value v)
{
    int truth = v == VALUE_UNBOUND ? 0 : value_truth(vm, v);
    if (truth < 0) return false;
    c->flags &= ~(uint32_t)CLASS_ABSTRACT;
    if (truth) c->flags |= CLASS_ABSTRACT;
    return true;
}

bool class_set_attr(VM *vm, Class *c, Str *name, Value v)
{
    name = interned(name);
    Value old = dict_find_str(c->dict, name);
    if (v == VALUE_UNBOUND && old == VALUE_UNBOUND) {
        raise_attribute_error(vm, value_object(c), name, "type object '%s' has no attribute '%s'",
                              class_shown_name(c), name->data);
        return false;
    }
    if (name == S(__abstractmethods__) && !set_abstract_flag(vm, c, v)) return false;
    bool is_value_change = is_plain(vm, old) && is_plain(vm, v);
    bool spoils_slots = is_hook(name) || is_data_descriptor(vm, old) || is_data_descriptor(vm, v);
    if (v == VALUE_UNBOUND)
        (void)!dict_delete_str(c->dict, name);
    else
        dict_set_str(c->dict, name, v);
    if (is_value_change) {
        forget_lookups(c, name);
        return true;
    }
    vm->epoch++;
    if (is_dunder(name)) compute_flags_below(vm, c);
    if (spoils_slots) class_flush_slot_caches(vm);
    return true;
}

// Method resolution order

typedef struct Merge {
    const Tuple *list;
    size_t at;
} Merge;

static bool is_in_tail(const Merge *m, Value c)
{
    for (size_t i = m->at + 1; i < m->list->len; i++)
        if (m->list->items[i] == c) return true;
    return false;
}

static bool raise_mro_error(VM *vm, const Merge *lists, size_t n)
{
    StrBuilder b = {0};
    Value seen[64];
    size_t n_seen = 0;
    for (size_t i = 0; i < n; i++) {
        if (lists[i].at >= lists[i].list->len) continue;
        Value c = lists[i].list->items[lists[i].at];
        bool is_known = false;
        for (size_t k = 0; k < n_seen; k++)
            is_known |= seen[k] == c;
        if (is_known || n_seen == countof(seen)) continue;
        seen[n_seen++] = c;
        builder_add_cstr(&b, n_seen == 1 ? " " : ", ");
        builder_add_str(&b, as_class(c)->name);
    }
    raise_error(vm, EXC_TypeError,
                "Cannot create a consistent method resolution order (MRO) for bases%s",
                builder_str(&b)->data);
    return false;
}

// The next class of the C3 merge: the first head that is in no tail. VALUE_UNBOUND: none.
static Value next_of_merge(const Merge *lists, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (lists[i].at >= lists[i].list->len) continue;
        Value head = lists[i].list->items[lists[i].at];
        bool is_blocked = false;
        for (size_t k = 0; k < n && !is_blocked; k++)
            is_blocked = is_in_tail(&lists[k], head);
        if (!is_blocked) return head;
    }
    return VALUE_UNBOUND;
}

static bool check_duplicates(VM *vm, const Tuple *bases)
{
    for (size_t i = 0; i < bases->len; i++)
        for (size_t k = i + 1; k < bases->len; k++)
            if (bases->items[i] == bases->items[k]) {
                raise_error(vm, EXC_TypeError, "duplicate base class %s",
                            as_class(bases->items[i])->name->data);
                return false;
            }
    return true;
}

Tuple *class_default_mro(VM *vm, Class *c)
{
    size_t n = c->bases->len + 1, total = 1 + c->bases->len;
    if (!check_duplicates(vm, c->bases)) return NULL;
    Merge *lists = gc_alloc_array(n, sizeof(Merge));
    for (size_t i = 0; i + 1 < n; i++) {
        lists[i].list = as_class(c->bases->items[i])->mro;
        total += lists[i].list->len;
    }
    lists[n - 1].list = c->bases;
    Value *out = gc_alloc_array(total, sizeof(Value));
    size_t len = 0;
    out[len++] = value_object(c);
    for (;;) {
        Value next = next_of_merge(lists, n);
        if (next == VALUE_UNBOUND) break;
        out[len++] = next;
        for (size_t i = 0; i < n; i++)
            if (lists[i].at < lists[i].list->len && lists[i].list->items[lists[i].at] == next)
                lists[i].at++;
    }
    for (size_t i = 0; i < n; i++)
        if (lists[i].at < lists[i].list->len) {
            raise_mro_error(vm, lists, n);
            return NULL;
        }
    return tuple_from(out, len);
}

// What the metaclass's own mro() says.
static bool ask_metaclass(VM *vm, Class *c)
{
    Value result = value_call_method(vm, value_object(c), str_from_cstr("mro"), 0, NULL);
    Tuple *mro = is_error(result) ? NULL : tuple_from_iterable(vm, result);
    if (!mro) return false;
    for (size_t i = 0; i < mro->len; i++) {
        if (is_class(mro->items[i]) && class_is_subclass(c->solid, as_class(mro->items[i])->solid)) continue;
        if (is_class(mro->items[i]))
            raise_error(vm, EXC_TypeError, "mro() returned base with unsuitable layout ('%s')",
                        as_class(mro->items[i])->name->data);
        else
            raise_error(vm, EXC_TypeError, "mro() returned a non-class ('%s')", type_name(vm, mro->items[i]));
        return false;
    }
    c->mro = mro;
    class_invalidate(vm, c);
    return true;
}

bool class_compute_mro(VM *vm, Class *c)
{
    c->mro = class_default_mro(vm, c);
    if (!c->mro) return false;
    Class *meta = class_is_heap(c) ? class_of(vm, value_object(c)) : vm->type_type;
    return meta == vm->type_type || is_kind(class_lookup(vm, meta, str_intern("mro", 3)), KIND_NATIVE) || ask_metaclass(vm, c);
}

// Builtin classes

static Class *new_class(VM *vm, Str *name)
{
    Class *c = gc_new(Class);
    memset(c, 0, sizeof *c);
    vm->epoch++;  // the lookup cache may know another class that was here
    object_init(&c->object, KIND_CLASS);
    c->name = name;
    c->qualname = name;
    c->dict = dict_new();
    c->init = VALUE_UNBOUND;
    c->new_ = VALUE_UNBOUND;
    c->truth = VALUE_UNBOUND;
    return c;
}

static void add_subclass(Class *base, Class *c)
{
    if (base->n_subclasses == base->cap_subclasses) {
        int cap = base->cap_subclasses ? base->cap_subclasses * 2 : 4;
        Class **grown = gc_alloc_array((size_t)cap, sizeof(Class *));
        if (base->n_subclasses)
            memcpy(grown, base->subclasses, (size_t)base->n_subclasses * sizeof(Class *));
        base->subclasses = grown;
        base->cap_subclasses = cap;
    }
    base->subclasses[base->n_subclasses++] = c;
}

void class_add_to_bases(Class *c)
{
    for (size_t i = 0; i < c->bases->len; i++)
        add_subclass(as_class(c->bases->items[i]), c);
}

void class_remove_from_bases(Class *c)
{
    for (size_t i = 0; i < c->bases->len; i++) {
        Class *base = as_class(c->bases->items[i]);
        for (int k = 0; k < base->n_subclasses; k++) {
            if (base->subclasses[k] != c) continue;
            base->n_subclasses--;
            memmove(&base->subclasses[k], &base->subclasses[k + 1],
                    (size_t)(base->n_subclasses - k) * sizeof(Class *));
            break;
        }
    }
}

static void add_getset(VM *vm, Class *c, const GetSetDef *def)
{
    GetSet *g = gc_alloc_atomic(sizeof *g);  // the class and the name live as long as the VM
    object_init(&g->object, KIND_GETSET);
    if (def->set == getset_readonly && vm->member_type) g->object.shape = vm->member_type->root->id;
    g->def = def;
    g->owner = c;
    g->name = str_intern(def->name, strlen(def->name));
    g->slot = 0;
    dict_set_str(c->dict, g->name, value_object(g));
}

void class_fill(VM *vm, Class *c, const TypeDef *def)
{
    if (def->methods) natives_define(vm, c->dict, def->methods, c, NULL);
    for (const GetSetDef *g = def->getset; g && g->name; g++)
        add_getset(vm, c, g);
    bool adds_dict = c->flags & CLASS_HAS_DICT && !(c->base && c->base->flags & CLASS_HAS_DICT);
    if (adds_dict && dict_find_str(c->dict, S(__dict__)) == VALUE_UNBOUND) class_add_dict(c);
    if (def->doc) c->doc_text = str_from_cstr(def->doc);
    if (dict_find_str(c->dict, S(__doc__)) == VALUE_UNBOUND)
        dict_set_str(c->dict, S(__doc__), c->doc_text ? value_object(c->doc_text) : VALUE_NONE);
    else if (def->doc && !is_kind(dict_find_str(c->dict, S(__doc__)), KIND_GETSET))
        dict_set_str(c->dict, S(__doc__), value_object(c->doc_text));
    bool defines_eq = dict_find_str(c->dict, S(__eq__)) != VALUE_UNBOUND;
    if (defines_eq && dict_find_str(c->dict, S(__hash__)) == VALUE_UNBOUND)
        dict_set_str(c->dict, S(__hash__), VALUE_NONE);
    class_invalidate(vm, c);
}

static bool has_many_classes(Kind kind)
{
    return kind == KIND_INSTANCE || kind == KIND_ITERATOR || kind == KIND_OPAQUE;
}

static void set_layout(VM *vm, Class *c, Class *base, const TypeDef *def)
{
    c->kind = def->kind;
    c->object_size = def->object_size ? def->object_size : base ? base->object_size : 0;
    c->base = base;
    bool adds_layout = !base || base->kind != c->kind || base->object_size != c->object_size;
    c->solid = adds_layout ? c : base->solid;
    c->flags = def->flags | (base ? base->flags & (CLASS_HAS_DICT | CLASS_IS_EXCEPTION) : 0);
    if (!vm->classes[c->kind] && !has_many_classes(c->kind)) {
        vm->classes[c->kind] = c;
        shape_set_root(vm, c, c->kind);
    } else {
        c->root = shape_new_root(vm, c, 0);
    }
}

Class *class_define(VM *vm, const TypeDef *def, Class *base)
{
    const char *dot = strrchr(def->name, '.');
    const char *short_name = dot ? dot + 1 : def->name;
    if (!base) base = vm->type_object;
    Class *c = new_class(vm, str_intern(short_name, strlen(short_name)));
    c->full_name = def->name;
    c->convert = def->convert;
    c->next = def->next;
    Value base_value = value_object(base);
    c->bases = tuple_from(&base_value, 1);
    set_layout(vm, c, base, def);
    bool is_simple = class_compute_mro(vm, c);
    assert(is_simple);
    (void)is_simple;
    if (dot)
        dict_set_str(c->dict, S(__module__),
                     value_object(str_intern(def->name, (size_t)(dot - def->name))));
    class_add_to_bases(c);
    class_fill(vm, c, def);
    return c;
}

void class_init(VM *vm)
{
    memset(lookup_cache, 0, sizeof lookup_cache);
    gc_ignore(lookup_cache, sizeof lookup_cache);
    if (vm->epoch == 0) vm->epoch = 1;
    shape_init(vm);
    Class *object = new_class(vm, str_intern("object", 6));
    object->full_name = "object";
    object->bases = tuple_empty;
    object->kind = KIND_INSTANCE;
    object->solid = object;
    Value v = value_object(object);
    object->mro = tuple_from(&v, 1);
    vm->type_object = object;
    vm->classes[KIND_INSTANCE] = object;
    for (uint32_t id = 0; id < KIND_COUNT; id++)
        vm->shapes[id]->class_ = object;
    shape_set_root(vm, object, KIND_INSTANCE);
    vm->object_init = vm->object_new = vm->type_call = VALUE_UNBOUND;
    static const TypeDef type = {.name = "type", .kind = KIND_CLASS};
    vm->type_type = class_define(vm, &type, NULL);
    static const TypeDef getset = {
        .name = "getset_descriptor",
        .kind = KIND_GETSET,
        .doc = "An attribute of a builtin type that is computed in C.",
        .flags = CLASS_FINAL};
    class_define(vm, &getset, NULL);
    static const TypeDef member = {
        .name = "member_descriptor",
        .kind = KIND_GETSET,
        .doc = "An attribute that __slots__ made, or of a builtin type a field of its objects.",
        .flags = CLASS_FINAL};
    vm->member_type = class_define(vm, &member, NULL);
}

// Questions about classes

bool class_is_heap(const Class *c)
{
    return c->flags & CLASS_HEAP;
}

Class *class_of(VM *vm, Value v)
{
    if (is_object(v)) return vm->shapes[as_object(v)->shape]->class_;
    if (is_int(v)) return vm->classes[KIND_INT];
    if (is_float(v)) return vm->classes[KIND_FLOAT];
    switch (v) {
    case VALUE_TRUE:
    case VALUE_FALSE: return vm->classes[KIND_BOOL];
    case VALUE_NOT_IMPLEMENTED: return vm->classes[KIND_NOT_IMPLEMENTED];
    case VALUE_ELLIPSIS: return vm->classes[KIND_ELLIPSIS];
    default: return vm->classes[KIND_NONE];
    }
}

const char *type_name(VM *vm, Value v)
{
    return class_shown_name(class_of(vm, v));
}

const char *argument_type_name(VM *vm, Value v)
{
    return v == VALUE_NONE ? "None" : type_name(vm, v);
}

const char *class_shown_name(const Class *c)
{
    bool is_builtin = !class_is_heap(c) || c->flags & CLASS_SEALED;
    return c->full_name && is_builtin ? c->full_name : c->name->data;
}

void class_seal(Class *c, const char *full_name)
{
    size_t pos = 0;
    Value key, v;
    c->full_name = full_name;
    c->flags |= CLASS_SEALED;
    while (dict_next(c->dict, &pos, &key, &v))
        if (is_member(v)) as_object(v)->head |= HEAD(0, 0, GETSET_READONLY);
}

Str *class_full_name(Class *c)
{
    Value module = dict_find_str(c->dict, S(__module__));
    if (!is_str(module) || str_is(as_str(module), "builtins")) return c->name;
    return str_format("%s.%s", as_str(module)->data, c->qualname->data);
}

bool is_instance(VM *vm, Value v, Class *c)
{
    return class_is_subclass(class_of(vm, v), c);
}

// isinstance and issubclass

// The class that v says it has, if it is not the real one (a proxy's __class__ property); else
// NULL.
static Class *claimed_class(VM *vm, Value v)
{
    Class *c = class_of(vm, v);
    if (!class_is_heap(c)) return NULL;
    Value attr = class_lookup(vm, c, S(__class__));
    if (is_kind(attr, KIND_GETSET) && !(c->flags & CLASS_HAS_GETATTR)) return NULL;
    Value claimed = value_find_attr(vm, v, S(__class__));
    return is_class(claimed) && as_class(claimed) != c ? as_class(claimed) : NULL;
}

int value_isinstance_plain(VM *vm, Value v, Value c)
{
    if (!is_class(c)) {
        raise_error(vm, EXC_TypeError,
                    "isinstance() arg 2 must be a type, a tuple of types, or a union");
        return -1;
    }
    if (is_instance(vm, v, as_class(c))) return 1;
    Class *claimed = claimed_class(vm, v);
    if (vm->exception != VALUE_UNBOUND) return -1;
    return claimed && class_is_subclass(claimed, as_class(c));
}

int value_issubclass_plain(VM *vm, Value v, Value c)
{
    if (!is_class(v)) {
        raise_error(vm, EXC_TypeError, "issubclass() arg 1 must be a class");
        return -1;
    }
    if (!is_class(c)) {
        raise_error(vm, EXC_TypeError,
                    "issubclass() arg 2 must be a class, a tuple of classes, or a union");
        return -1;
    }
    return class_is_subclass(as_class(v), as_class(c));
}

// hook is __instancecheck__ or __subclasscheck__ of c's type; 2: c has none of its own.
static int ask_hook(VM *vm, Value c, Str *hook, Value v)
{
    Value method = special_lookup(vm, c, hook);
    bool is_own = method != VALUE_UNBOUND && !(is_class(c) && native_is_default(method, hook));
    if (!is_own) return 2;
    Value answer = value_call_special(vm, c, hook, 1, &v);
    return is_error(answer) ? -1 : value_truth(vm, answer);
}

typedef int (*PlainCheck)(VM *vm, Value v, Value c);

static int check_any(VM *vm, Value v, Value c, Str *hook, PlainCheck plain)
{
    if (is_tuple(c)) {
        if (!vm_check_c_stack(vm)) return -1;
        const Tuple *all = as_tuple(c);
        for (size_t i = 0; i < all->len; i++) {
            int r = check_any(vm, v, all->items[i], hook, plain);
            if (r) return r;
        }
        return 0;
    }
    int r = ask_hook(vm, c, hook, v);
    return r == 2 ? plain(vm, v, c) : r;
}

int value_isinstance(VM *vm, Value v, Value class_or_tuple)
{
    Value c = class_or_tuple;
    if (likely(is_exact(c, KIND_CLASS))) {
        if (class_is_subclass(class_of(vm, v), as_class(c))) return 1;
    } else if (is_class(c) && class_of(vm, v) == as_class(c)) {
        return 1;
    }
    return check_any(vm, v, c, S(__instancecheck__), value_isinstance_plain);
}

int value_issubclass(VM *vm, Value c, Value class_or_tuple)
{
    return check_any(vm, c, class_or_tuple, S(__subclasscheck__), value_issubclass_plain);
}
