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
    bool is_dict;              // attributes are in a Dict (Instance.extra, or object_attrs)
    struct Shape *child, *sibling;  // transitions: tree of first child, next sibling
    Dict *lookup;              // key -> slot, made when n_slots passes 8; else NULL
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
} ClassFlag;

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
    Value getter, setter, deleter, doc;
    Str *name;
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
typedef struct GetSet {
    Object object;
    const GetSetDef *def;
    Class *owner;
} GetSet;

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
} TypeDef;
Class *class_define(VM *vm, const TypeDef *def, Class *base);  // base NULL: object

void class_init(VM *vm);   // object, type, and the shapes; before any other class_define
Class *class_of(VM *vm, Value v);
const char *type_name(VM *vm, Value v);  // for messages; valid while the class lives
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

// type(name, bases, namespace): C3, __slots__, __set_name__, __init_subclass__(**keywords). keywords may be NULL.
Value class_create(VM *vm, Class *meta, Str *name, Tuple *bases, Dict *namespace_, Dict *keywords) RILL_FALLIBLE;
// The value of name in the MRO of c (no descriptor call), VALUE_UNBOUND if absent. Cached; never raises.
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
Value descriptor_get(VM *vm, Value descriptor, Value self, Class *owner) RILL_FALLIBLE;  // binds functions, calls __get__
Value raise_no_attribute(VM *vm, Value o, Str *name);

// Inline caches of the interpreter. On a cacheable hit these fill the words after the instruction.
// attr_load: R[B].name as value (never calls Rill code itself if it can return the getter instead: then
// *getter is the Rill function of a property to call with o as its only argument and VALUE_UNBOUND is returned).
Value attr_load(VM *vm, Value o, Str *name, Instr *words, Value *getter) RILL_FALLIBLE;
bool attr_store(VM *vm, Value o, Str *name, Value v, Instr *words, Value *setter) RILL_FALLIBLE;
// LOADMETHOD: *self = o and a plain function or native returned (cached in words and *cache), or the
// attribute's value with *self = VALUE_UNBOUND.
Value attr_load_method(VM *vm, Value o, Str *name, Instr *words, Value *cache, Value *self) RILL_FALLIBLE;

#endif
