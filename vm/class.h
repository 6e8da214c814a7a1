// SPDX-License-Identifier: MIT
// class.h - classes, shapes, instances, descriptors; attribute lookup and its caches.
//
// Every object's header holds a shape id. A shape says the class and, for plain instances, which
// attribute is in which slot; objects whose attributes are in a Dict have the class's dict shape.
// INVARIANT: the root shape of the builtin class of kind K has id K.
// INVARIANT: vm->epoch changes whenever a class attribute that is a function or descriptor (or that
// replaces one, or a new name, or __bases__) changes, so (shape, epoch) keys a cached method.
#ifndef RILL_VM_CLASS_H
#define RILL_VM_CLASS_H

#include "vm/dict.h"
#include "vm/opcode.h"
#include "vm/tuple.h"

typedef struct Class Class;

typedef struct Shape {
    Class *class_;
    struct Shape *parent;      // without the last key; NULL for a root
    Str *key;                  // the attribute in the last slot; NULL for a root
    uint32_t id;
    uint16_t n_slots;
    uint16_t n_inline;         // slots 0..n_inline-1 are in the object; the same for a whole tree
    uint16_t n_members;        // slots 0..n_members-1 belong to __slots__; they have no key and stay in dict mode
    bool is_dict;              // attributes are in a Dict (Instance.extra, or the attrs field)
    struct Shape *child, *sibling;  // transitions: tree of first child, next sibling
} Shape;

typedef struct Instance {
    Object object;             // KIND_INSTANCE
    void *extra;               // Value array of the slots past n_inline; a Dict if shape->is_dict; NULL if none
    Value slots[];             // n_inline
} Instance;

typedef enum ClassFlag {
    CLASS_HEAP = 1,            // made by a class statement or type()
    CLASS_FINAL = 2,           // "type 'bool' is not an acceptable base type"
    CLASS_HAS_DICT = 4,        // instances have __dict__ (false with __slots__ and for most builtins)
    CLASS_HAS_GETATTR = 8,     // __getattr__ or __getattribute__ defined in Rill somewhere in the MRO
    CLASS_HAS_SETATTR = 16,    // __setattr__ or __delattr__ in Rill
    CLASS_IS_EXCEPTION = 32,
    CLASS_OVERRIDES_EQ = 64,
    CLASS_ABSTRACT = 128,      // has __abstractmethods__ that are not empty
    CLASS_PLAIN_NEW = 256,     // no __new__ in Rill and layout KIND_INSTANCE: a call allocates and runs __init__
    CLASS_SEALED = 512,        // a class of the library written in Rill that shows itself like one written in C
} ClassFlag;

// Starts a call of an instance as call_begin does (call.h), whose result it gives: for objects that call
// something else, which then need not wait for it in C. NULL for all others, and for subclasses.
typedef int (*CallHook)(VM *vm, Value callee, int argc, Value *argv, Tuple *names, Value *base, Value *result,
                        Value **regs);

// What a call of a builtin type with one argument gives, without its __new__ and __init__. NULL for all others.
typedef Value (*ConvertFn)(VM *vm, Value v);

// The next item of an instance of a builtin type that is no KIND_ITERATOR, without its __next__: VALUE_STOP at the end.
// NULL for all others, and for subclasses.
typedef Value (*NextFn)(VM *vm, Value self);

struct Class {
    Object object;             // KIND_CLASS
    Str *name, *qualname;
    Tuple *bases, *mro;
    Dict *dict;                // the class's own attributes
    uint32_t flags;            // ClassFlag; inherited ones are recomputed on mutation
    Kind kind;                 // layout of instances
    size_t object_size;        // bytes of an instance, for KIND_OPAQUE and KIND_ITERATOR
    Shape *root;               // shape of a new instance
    Shape *dict_shape;         // shape of an instance in dict mode; made on demand
    struct Class *meta;        // NULL: type
    Class **subclasses;        // for invalidation and __subclasses__
    int n_subclasses, cap_subclasses;
    uint16_t slot_guess;       // inline slots for new instances
    Str *doc_text;             // builtin docstring or NULL
    Value init, new_;          // cached lookups of __init__ and __new__ (VALUE_UNBOUND: look up); cleared with the epoch
    Value truth;               // cached: VALUE_TRUE if no __bool__/__len__, else VALUE_UNBOUND or the method
    uint32_t init_epoch;       // when init, new_, truth were looked up
    const char *full_name;     // of a builtin class, with its module: "collections.deque"
    Class *base;               // __base__: the base that decides the layout; NULL for object
    Class *solid;              // the class in the chain of bases that the layout comes from
    uint16_t n_members;        // __slots__ of this class and its bases that are in the object
    uint16_t n_shapes;         // made so far: too many and instances use dicts
    uint16_t n_regrown;        // how often the number of inline slots was raised
    CallHook call_hook;
    ConvertFn convert;
    NextFn next;
};

static inline bool is_class(Value v)
{
    return is_kind(v, KIND_CLASS);
}
static inline Class *as_class(Value v)
{
    return (Class *)as_pointer(v);
}

typedef struct Property {
    Object object;
    Value getter, setter, deleter;
    Value doc;             // VALUE_UNBOUND: none, or an attribute of the instance of a subclass
    Value name;            // VALUE_UNBOUND: that of the getter
    bool has_getter_doc;   // what is documented is the getter
    Dict *attrs;
} Property;

typedef struct Wrapper {  // staticmethod, classmethod
    Object object;
    Value function;
    Dict *attrs;
} Wrapper;

typedef struct Super {
    Object object;
    Class *start;      // search begins after this class
    Value self;        // UNBOUND for an unbound super
    Class *self_class; // whose MRO is searched
} Super;

typedef struct MappingProxy {
    Object object;
    Value mapping;
} MappingProxy;

// An attribute of a builtin type that is computed in C: a data descriptor.
typedef Value (*Getter)(VM *vm, Value self);
typedef bool (*Setter)(VM *vm, Value self, Value v);  // v VALUE_UNBOUND: delete
typedef struct GetSetDef {
    const char *name;
    Getter get;
    Setter set;       // NULL: read-only
    const char *doc;
} GetSetDef;
bool getset_readonly(VM *vm, Value self, Value v) RILL_FALLIBLE;  // a Setter: "readonly attribute", as CPython's members say
typedef struct GetSet {
    Object object;             // KIND_GETSET; head bits 16-31: GETSET_MEMBER for one of __slots__
    const GetSetDef *def;
    Class *owner;
    Str *name;
    uint16_t slot;             // a member: the slot, or MEMBER_IN_DICT
} GetSet;
enum { GETSET_MEMBER = 1, GETSET_READONLY = 2, MEMBER_IN_DICT = 0xFFFF };

static inline bool is_member(Value v)
{
    return is_kind(v, KIND_GETSET) && as_object(v)->head >> 16 & GETSET_MEMBER;
}

// How a builtin type is declared; registered by class_define. All arrays end with a NULL entry.
struct NativeDef;
typedef struct TypeDef {
    const char *name;                          // qualified name as in repr: "collections.deque" gives module collections
    Kind kind;
    const char *doc;
    const struct NativeDef *const *methods;    // __new__/__init__ too, if it can be called
    const GetSetDef *getset;
    uint32_t flags;                            // CLASS_FINAL, CLASS_HAS_DICT
    size_t object_size;                        // KIND_OPAQUE and KIND_ITERATOR: sizeof the struct
    ConvertFn convert;
    NextFn next;
} TypeDef;
Class *class_define(VM *vm, const TypeDef *def, Class *base);  // base NULL: object

void class_init(VM *vm);   // object, type, and the shapes; before any other class_define
Class *class_of(VM *vm, Value v);
const char *type_name(VM *vm, Value v);  // for messages; valid while the class lives
const char *argument_type_name(VM *vm, Value v);  // the same in messages about arguments, where None is "None"
static inline bool class_is_subclass(const Class *c, const Class *base)
{
    if (c == base) return true;
    for (size_t i = 1; i < c->mro->len; i++)
        if (as_class(c->mro->items[i]) == base) return true;
    return false;
}
bool is_instance(VM *vm, Value v, Class *c);  // without __instancecheck__
int value_isinstance(VM *vm, Value v, Value class_or_tuple) RILL_FALLIBLE;  // as isinstance()
int value_issubclass(VM *vm, Value c, Value class_or_tuple) RILL_FALLIBLE;

// type(name, bases, namespace): C3, __slots__, __set_name__, __init_subclass__(**keywords). keywords may be NULL; meta NULL: type.
Value class_create(VM *vm, Class *meta, Str *name, Tuple *bases, Dict *namespace_, Dict *keywords) RILL_FALLIBLE;
// The value of name in the MRO of c (no descriptor call), VALUE_UNBOUND if absent. Cached; never raises.
Class *class_native_base(VM *vm, Class *c);   // the first class from c up whose __new__ is not written in Rill
Value class_lookup(VM *vm, Class *c, Str *name);
// Type-level lookup for a special method: VALUE_UNBOUND if absent; not bound.
static inline Value special_lookup(VM *vm, Value v, Str *name)
{
    return class_lookup(vm, class_of(vm, v), name);
}
bool class_set_attr(VM *vm, Class *c, Str *name, Value v) RILL_FALLIBLE;  // v VALUE_UNBOUND: delete
void class_invalidate(VM *vm, Class *c);

Instance *instance_new(VM *vm, Class *c);     // c has layout KIND_INSTANCE
Value instance_find(VM *vm, Object *o, Str *name);             // own attribute; VALUE_UNBOUND if absent
bool instance_set(VM *vm, Object *o, Str *name, Value v) RILL_FALLIBLE;
int instance_delete(VM *vm, Object *o, Str *name) RILL_FALLIBLE;
Dict *object_dict(VM *vm, Object *o, bool make);  // the live __dict__ (turns an instance to dict mode); NULL if it has none
// Allocate an instance of c, a class made over builtin kind `kind`, of `size` bytes, header set. The rest is not initialised.
void *object_alloc(Class *c, Kind kind, size_t size);

// Attribute access with everything: descriptors, __getattr__, __getattribute__, modules, classes, super.
Value value_getattr(VM *vm, Value o, Str *name) RILL_FALLIBLE;
Value value_find_attr(VM *vm, Value o, Str *name) RILL_FALLIBLE;  // VALUE_UNBOUND instead of AttributeError
bool value_setattr(VM *vm, Value o, Str *name, Value v) RILL_FALLIBLE;  // v VALUE_UNBOUND: delete
Value object_getattribute(VM *vm, Value o, Str *name) RILL_FALLIBLE;   // object.__getattribute__
bool object_setattr(VM *vm, Value o, Str *name, Value v) RILL_FALLIBLE;  // object.__setattr__
// The function or native of the class that a call of o.name calls with o before the arguments, where it is plain that it is so;
// else VALUE_UNBOUND.
Value attr_find_method(VM *vm, Value o, Str *name);
Value descriptor_get(VM *vm, Value descriptor, Value self, Class *owner) RILL_FALLIBLE;  // binds functions, calls __get__
Value raise_no_attribute(VM *vm, Value o, Str *name);

// What the interpreter calls with the bound class and self of super(): start the class, self its second argument.
bool super_fill(VM *vm, Super *s, Value start, Value self) RILL_FALLIBLE;
Value super_new(VM *vm, Value start, Value self) RILL_FALLIBLE;       // "super(type, obj): obj must be ..."

// Fills init, new_, truth and init_epoch. init and new_ are as found in the MRO (a __new__ written in Rill without
// its staticmethod wrapper); truth is VALUE_TRUE without __bool__ and __len__, the __bool__, or VALUE_UNBOUND (use __len__).
void class_refresh_cache(VM *vm, Class *c);
// Inline slots to give to instances made from now on; before the first one. class_create guesses them
// from __static_attributes__ and the bases.
void class_set_slot_guess(VM *vm, Class *c, unsigned n);
void class_add_dict(Class *c);                // its instances get attributes and __dict__
void class_fill(VM *vm, Class *c, const TypeDef *def);  // adds methods and getset (what class_define does)
Str *class_full_name(Class *c);               // "module.qualname", without the module for builtins, as repr shows it
const char *class_shown_name(const Class *c);  // as messages name it: with the module if it is builtin
void class_seal(Class *c, const char *full_name);  // CLASS_SEALED; its __slots__ become read-only
bool class_is_heap(const Class *c);
Value class_getattr(VM *vm, Class *c, Str *name);  // type.__getattribute__; VALUE_UNBOUND if absent
bool class_setattr(VM *vm, Class *c, Str *name, Value v) RILL_FALLIBLE;  // type.__setattr__
bool class_set_bases(VM *vm, Class *c, Tuple *bases) RILL_FALLIBLE;
Class *class_winner(VM *vm, Class *meta, const Tuple *bases) RILL_FALLIBLE;  // the metaclass for these bases; NULL: conflict
Tuple *class_default_mro(VM *vm, Class *c) RILL_FALLIBLE;  // what type.mro() gives
bool class_compute_mro(VM *vm, Class *c) RILL_FALLIBLE;
void class_add_to_bases(Class *c);            // the subclass lists of its bases
void class_remove_from_bases(Class *c);
// The cached places of attributes depend on the shape only. All are forgotten (attr_cache.c) in the rare case that a class
// of existing objects gets or loses a data descriptor or attribute hook.
void class_flush_slot_caches(VM *vm);
bool object_set_class(VM *vm, Value o, Value c) RILL_FALLIBLE;        // o.__class__ = c
bool object_set_dict(VM *vm, Object *o, Value dict) RILL_FALLIBLE;    // o.__dict__ = dict; VALUE_UNBOUND: a new one
Value object_getattr_or_unbound(VM *vm, Value o, Str *name);          // as object.__getattribute__; VALUE_UNBOUND if absent
bool is_data_descriptor(VM *vm, Value v);
Value wrapper_new(Kind kind, Value function);                         // staticmethod or classmethod
bool getset_check(VM *vm, GetSet *g, Value self) RILL_FALLIBLE;       // self is an instance of its owner
Value property_load(VM *vm, const Property *p, Value self) RILL_FALLIBLE;
Value property_name(VM *vm, const Property *p) RILL_FALLIBLE;  // VALUE_UNBOUND: it has none
bool property_store(VM *vm, const Property *p, Value self, Value v) RILL_FALLIBLE;  // v VALUE_UNBOUND: delete
bool getset_store(VM *vm, GetSet *g, Value self, Value v) RILL_FALLIBLE;
int value_isinstance_plain(VM *vm, Value v, Value c) RILL_FALLIBLE;   // type.__instancecheck__
int value_issubclass_plain(VM *vm, Value v, Value c) RILL_FALLIBLE;   // type.__subclasscheck__
Value mappingproxy_new(Value mapping);                               // stdlib/super_methods.c
// list[int], and X | Y (stdlib/alias_methods.c)
Value generic_alias_new(VM *vm, Value origin, Value item);
// Shapes (shape.c)
Shape *shape_new_root(VM *vm, Class *c, unsigned n_inline);
void shape_set_root(VM *vm, Class *c, uint32_t id);            // the root shape with a reserved id
int shape_find(const Shape *s, const Str *name);               // slot, -1 if absent
Shape *shape_dict(VM *vm, Class *c);                           // c->dict_shape, made
Dict **object_attrs(VM *vm, Object *o);                        // where its attribute dict is kept; NULL if it can have none
bool shape_tells_attrs(const Class *c);                        // does an object's shape say whether it has attributes of its own?
void shape_init(VM *vm);

// Inline caches of the interpreter. On a cacheable hit these fill the words after the instruction.
// vm->attr_call: what an access leaves to its caller, which can do it without recursing in C: a call of a plain Rill
// function.
typedef struct AttrCall {
    Value function;
    int argc;
    Value args[3];
    bool has_fallback;  // after an AttributeError, attr_fallback
} AttrCall;
// attr_load: R[B].name as value. VALUE_UNBOUND: vm->attr_call is to be made. words may be NULL.
Value attr_load(VM *vm, Value o, Str *name, Instr *words) RILL_FALLIBLE;
Value super_load(VM *vm, Value start, Value self, Str *name) RILL_FALLIBLE;  // super(start, self).name; as attr_load
Value attr_fallback(VM *vm, Value o, Str *name) RILL_FALLIBLE;  // __getattr__; as attr_load
Value attr_store(VM *vm, Value o, Str *name, Value v, Instr *words) RILL_FALLIBLE;  // VALUE_NONE; as attr_load
Value attr_delete(VM *vm, Value o, Str *name) RILL_FALLIBLE;   // VALUE_NONE; as attr_load
// LOADMETHOD: *self = o and a plain function or native returned (cached in words and *cache), or the
// attribute's value with *self = VALUE_UNBOUND. (*self may be another object than o: the class for a classmethod.)
// VALUE_UNBOUND: as attr_load.
Value attr_load_method(VM *vm, Value o, Str *name, Instr *words, Value *cache, Value *self) RILL_FALLIBLE;

#endif
