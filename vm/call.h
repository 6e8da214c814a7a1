// SPDX-License-Identifier: MIT
// call.h - calling anything from C; argument binding of Rill functions.
#ifndef RILL_VM_CALL_H
#define RILL_VM_CALL_H

#include "vm/native.h"

// How a call starts: it raised, it is over (a native), or frames were pushed and the innermost is to run.
typedef enum CallResult { CALL_ERROR, CALL_VALUE, CALL_FRAME } CallResult;
// Start a call of any callable from the frame vm->frame. The words argv[-3..-1] may be written; argv must stay
// valid and rooted while a native runs. Frames are pushed at base, the first free word of the VM stack (argv may
// be base + 3: a window). The last len(keyword_names) of the argc arguments are named; NULL: none.
// CALL_VALUE: *result. CALL_FRAME: *regs is the new frame, whose code starts at its first instruction; the
// result will be delivered as RETURN does.
CallResult call_begin(VM *vm, Value callee, int argc, Value *argv, Tuple *keyword_names, Value *base,
                      Value *result, Value **regs) RILL_FALLIBLE;
// Local variables start unbound, also for whoever looks at the frame.
static inline void call_clear_locals(const Code *code, Value *regs)
{
    for (unsigned i = code->n_args; i < code->n_locals; i++) regs[i] = VALUE_UNBOUND;
}
// Push one frame of f, its arguments already bound by the caller into regs = base + 3. NULL: RecursionError.
Value *call_push(VM *vm, Function *f, Value *base) RILL_FALLIBLE;
// The first free word of the VM stack above the frame vm->frame.
Value *vm_stack_top(VM *vm);

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
// "'a'", "'a' and 'b'", "'a', 'b', and 'c'": parameters in messages.
Str *bind_join_names(Str **names, size_t n);
// Run a module or class body or exec'd code: register 0 = namespace (VALUE_UNBOUND for CODE without CODE_NAMES).
Value call_code(VM *vm, Function *f, Value namespace_) RILL_FALLIBLE;
bool value_is_callable(VM *vm, Value v);
// "module.qualname()" as messages about a call name the callee; str() of what is no function. NULL: raised.
Str *value_function_text(VM *vm, Value callee) RILL_FALLIBLE;
// True if there is C stack left; else raises RecursionError. Every C function that may recurse on data asks.
bool vm_check_c_stack(VM *vm) RILL_FALLIBLE;

#endif
