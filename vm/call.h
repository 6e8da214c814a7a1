// SPDX-License-Identifier: MIT
// call.h - calling anything from C; argument binding of Rill functions.
#ifndef RILL_VM_CALL_H
#define RILL_VM_CALL_H

#include "vm/native.h"

// Call any callable. argv is copied before anything runs. VALUE_ERROR: raised. Runs a nested interpreter
// for Rill functions; RecursionError when the C stack or the recursion limit is exhausted.
Value value_call(VM *vm, Value callee, int argc, const Value *argv) RILL_FALLIBLE;
Value value_call_keywords(VM *vm, Value callee, int argc, const Value *argv, Tuple *keyword_names) RILL_FALLIBLE;  // the last len(names) of argv are named
Value value_call_dict(VM *vm, Value callee, Tuple *args, Dict *keywords_or_null) RILL_FALLIBLE;
Value value_call_method(VM *vm, Value o, Str *name, int argc, const Value *argv) RILL_FALLIBLE;  // o.name(...)
// Type-level special method: VALUE_UNBOUND if the type has none.
Value value_call_special(VM *vm, Value o, Str *name, int argc, const Value *argv) RILL_FALLIBLE;
// Bind arguments to a Rill function's registers regs[0..n_locals): CPython's TypeErrors.
bool call_bind(VM *vm, Function *f, int argc, const Value *argv, Tuple *keyword_names, Value *regs) RILL_FALLIBLE;
// Run a module or class body or exec'd code: register 0 = namespace (VALUE_UNBOUND for CODE without CODE_NAMES).
Value call_code(VM *vm, Function *f, Value namespace_) RILL_FALLIBLE;
bool value_is_callable(VM *vm, Value v);
// True if there is C stack left; else raises RecursionError. Every C function that may recurse on data asks.
bool vm_check_c_stack(VM *vm) RILL_FALLIBLE;

#endif
