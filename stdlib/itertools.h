// SPDX-License-Identifier: MIT
// itertools.h - what the files of the module itertools share.
#ifndef RILL_STDLIB_ITERTOOLS_H
#define RILL_STDLIB_ITERTOOLS_H

#include "vm/iter.h"
#include "vm/vm.h"

// An iterator of class cls, `size` bytes, with `next` set; the rest is not initialised.
static inline void *itertools_make(Value cls, size_t size, IteratorNext next)
{
    Iterator *it = object_alloc(as_class(cls), KIND_ITERATOR, size);
    it->next = next;
    return it;
}

// What an iterator gave at its end or in failure.
static inline bool is_end(Value v)
{
    return v == VALUE_STOP || is_error(v);
}

// A class of the module. The name is qualified; __iter__ and __next__ are among the methods.
typedef struct ItertoolsType {
    const char *name, *doc;
    const NativeDef *const *methods;
} ItertoolsType;
void itertools_define(VM *vm, Module *module, const ItertoolsType *type);


// Copying by __reduce__ and __setstate__, which CPython will leave out in 3.14: the DeprecationWarning; false: raised.
bool itertools_warn_copy(VM *vm) RILL_FALLIBLE;
// What __reduce__ gives: (class, args) or, if state is not VALUE_UNBOUND, (class, args, state). Warns.
Value itertools_reduce(VM *vm, Value self, Tuple *args, Value state) RILL_FALLIBLE;
// A tuple of n; NULL: raised.
const Tuple *itertools_state(VM *vm, Value v, size_t n) RILL_FALLIBLE;

void itertools_define_combinatoric(VM *vm, Module *module);  // itertools_combinatoric.c
void itertools_define_grouping(VM *vm, Module *module);      // itertools_grouping.c

#endif
