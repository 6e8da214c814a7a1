// SPDX-License-Identifier: MIT
// object.h - the header every heap object starts with, and the kinds of object layout.
// A kind says how the bytes are laid out; a class (see class.h) says what a script sees. The two
// differ for instances of subclasses: class L(list) makes objects of KIND_LIST with another shape.
#ifndef RILL_VM_OBJECT_H
#define RILL_VM_OBJECT_H

#include "vm/value.h"

// Kinds with exactly one builtin class. KIND_x is also the id of the root shape of that class.
typedef enum Kind {
    KIND_NONE, KIND_BOOL, KIND_ELLIPSIS, KIND_NOT_IMPLEMENTED,  // immediates; never in a header
    KIND_INT,         // beyond 49 bits, or an instance of a subclass of int
    KIND_FLOAT,       // an instance of a subclass of float
    KIND_STR, KIND_BYTES, KIND_BYTEARRAY, KIND_LIST, KIND_TUPLE, KIND_DICT, KIND_SET,
    KIND_FROZENSET, KIND_RANGE, KIND_SLICE, KIND_FUNCTION, KIND_NATIVE, KIND_BOUND_METHOD,
    KIND_GENERATOR, KIND_CLASS, KIND_MODULE, KIND_CODE, KIND_CELL, KIND_TRACEBACK, KIND_FRAME,
    KIND_PROPERTY, KIND_STATICMETHOD, KIND_CLASSMETHOD, KIND_SUPER, KIND_MAPPINGPROXY, KIND_GETSET,
    KIND_DICT_KEYS, KIND_DICT_VALUES, KIND_DICT_ITEMS, KIND_FILE,
    KIND_INSTANCE,    // an instance of a Rill class over object (root shape: class object itself)
    KIND_EXCEPTION,   // any exception object (root shape: BaseException)
    KIND_ITERATOR,    // any builtin iterator: struct Iterator (iter.h); many classes
    KIND_OPAQUE,      // an object of a native module (deque, re.Pattern, ...); many classes
    KIND_COUNT
} Kind;

// head: kind in bits 0-7, state in bits 8-15 (generators), flags or an argument count above.
// INVARIANT: read and written as one 32-bit word (a narrower store stalls store forwarding).
typedef struct Object {
    uint32_t head;
    uint32_t shape;  // index into vm->shapes: the class, and where its attributes are
} Object;

#define HEAD(kind, state, flags) ((uint32_t)(kind) | (uint32_t)(state) << 8 | (uint32_t)(flags) << 16)

static inline Object *as_object(Value v)
{
    return (Object *)as_pointer(v);
}
static inline Kind object_kind(const Object *o)
{
    return (Kind)(o->head & 0xFF);
}
static inline bool is_kind(Value v, Kind kind)
{
    return is_object(v) && object_kind(as_object(v)) == kind;
}
// Exactly the builtin class of this kind, not a subclass.
static inline bool is_exact(Value v, Kind kind)
{
    return is_object(v) && as_object(v)->shape == (uint32_t)kind;
}
static inline void object_init(Object *o, Kind kind)
{
    o->head = HEAD(kind, 0, 0);
    o->shape = kind;
}

// While a generator is suspended inside try or with, whoever takes a reference out of a container or an object says so
// first, for prompt clean-up (watch.h, which sets this); else it is NULL. Runs no code of scripts.
extern void (*object_watcher)(Value v);
static inline void value_let_go(Value v)
{
    if (unlikely(object_watcher)) object_watcher(v);
}
static inline void value_replace(Value *slot, Value v)
{
    value_let_go(*slot);
    *slot = v;
}
static inline void values_let_go(const Value *items, size_t n)  // the last one first
{
    while (unlikely(object_watcher) && n-- > 0) object_watcher(items[n]);
}

#endif
