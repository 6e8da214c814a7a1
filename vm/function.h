// SPDX-License-Identifier: MIT
// function.h - functions written in Rill, natives written in C, bound methods; and the link
// tables through which compiled code reaches the globals of its module.
#ifndef RILL_VM_FUNCTION_H
#define RILL_VM_FUNCTION_H

#include "vm/code.h"
#include "vm/dict.h"
#include "vm/tuple.h"

// One per (unit of compilation, namespace it runs in). cells[i] is the cell of unit name i: the
// module's own, or that of builtins (CELL_BUILTIN), or the unresolved cell (unbound, CELL_BUILTIN).
// INVARIANT: a cell without CELL_BUILTIN belongs to `dict`; a removed name leaves its cell unbound.
typedef struct Globals {
    Dict *dict;           // a namespace
    CodeUnit *unit;
    struct Globals *next; // other tables linked to the same dict (dict->links is the first)
    Cell *module_name;    // the cell of __name__, NULL if not looked up yet
    Cell *cells[];        // unit->n_names
} Globals;

typedef struct Function {
    Object object;        // KIND_FUNCTION; state: FUNCTION_GENERATOR if calls make generators; head bits 16-31: number of
                          // positional arguments if a call with exactly that many needs no binding, else FUNCTION_COMPLEX
    Code *code;
    Value *consts;        // code->consts, for the interpreter
    Cell **cells;         // globals->cells, for the interpreter
    Cell **closure;       // code->n_free cells
    Globals *globals;
    Tuple *defaults;      // of the last positional parameters; NULL if none
    Dict *kwdefaults;     // NULL if none
    Str *name, *qualname;
    Value doc, module;
    Dict *attrs;          // __dict__; NULL until needed
    Dict *annotations;    // NULL until needed
} Function;

// Head field 16-31 of a function whose call is not plain: defaults are fine, but *args, **kwargs or keyword-only
// parameters make every call take the slow path.
// FUNCTION_SEEN: of one activation, which has a frame object (frame.h); it is never called.
enum { FUNCTION_GENERATOR = 1, FUNCTION_SEEN = 2, FUNCTION_COMPLEX = 0xFFFF };

typedef struct BoundMethod {
    Object object;
    Value function, self;
} BoundMethod;

Function *function_new(Code *code, Globals *globals, Cell **closure);
Value bound_method_new(Value function, Value self);
void bound_method_set_wrapper(const Class *method_wrapper);  // the type of those whose function is a wrapper_descriptor
void bound_method_init(uint32_t builtin_shape);  // the shape of those whose function is a Native
Globals *globals_new(Dict *dict, CodeUnit *unit);  // links lazily
Cell *globals_unresolved(void);  // the cell of all names not linked yet: unbound, CELL_BUILTIN, never written
// The code of f, compiled now if it was deferred. NULL: no memory, no stack.
const Code *function_compile(VM *vm, Function *f) RILL_FALLIBLE;
// The slow paths of LOADG and STOREG. NameError if absent.
Value globals_load(VM *vm, Globals *globals, unsigned i) RILL_FALLIBLE;
void globals_store(VM *vm, Globals *globals, unsigned i, Value v);
bool globals_delete(VM *vm, Globals *globals, unsigned i) RILL_FALLIBLE;

static inline bool is_function(Value v)
{
    return is_kind(v, KIND_FUNCTION);
}
static inline Function *as_function(Value v)
{
    return (Function *)as_pointer(v);
}
// One that runs when it is called.
static inline bool is_plain_function(Value v)
{
    return is_function(v) && !(as_function(v)->code->flags & CODE_GENERATOR);
}

#endif
