// SPDX-License-Identifier: MIT
// vm.h - the state of one virtual machine. There may be several in a process, one after the other.
#ifndef RILL_VM_VM_H
#define RILL_VM_VM_H

#include <signal.h>

#include "vm/call.h"
#include "vm/class.h"
#include "vm/error.h"
#include "vm/function.h"
#include "vm/generator.h"
#include "vm/module.h"
#include "vm/native.h"
#include "vm/ops.h"

struct ModuleRegistry;

// Compiles source text; set by the embedder so that vm/ knows nothing of the compiler.
// COMPILE_INTERACTIVE: any number of statements, each treated as COMPILE_SINGLE does.
typedef enum CompileMode { COMPILE_EXEC, COMPILE_EVAL, COMPILE_SINGLE, COMPILE_INTERACTIVE } CompileMode;
// separate_names: names go through register 0 (exec with locals, class-like). NULL: SyntaxError raised.
typedef Code *(*CompileHook)(VM *vm, Str *source, Str *filename, CompileMode mode, bool separate_names);

// The same for modules of the library (deferred.h of the compiler), and for a function that was deferred.
typedef Code *(*CompileLibraryHook)(VM *vm, Str *source, Str *filename);
typedef Code *(*CompileFunctionHook)(VM *vm, Code *stub);

// What was let go of, and the frame that is to look when it goes on; frame is the last one's, NULL if there is none.
// INVARIANT: frames further out come first.
typedef struct LetGo {
    Value v;
    Value *frame;
} LetGo;
typedef struct LetGoList {
    Value *frame;
    LetGo *items;
    size_t n, cap;
} LetGoList;

struct VM {
    // Hot
    Value *frame;          // register 0 of the running frame, stored before anything that may allocate or raise
    Value *top;            // first free word of the VM stack while the running frame is a generator's
    volatile sig_atomic_t interrupt;  // looked at on back edges and calls: signals, finalisers
    int32_t depth, depth_limit;       // nested Rill calls; sys.setrecursionlimit
    int32_t pushes_left;   // delegations until generator_check_path is to look
    uint32_t epoch;        // see class.h
    Value exception;       // pending; VALUE_UNBOUND if none
    Value handled;         // the exception being handled (sys.exception()); VALUE_NONE if none
    Value stop_value;      // what a generator returned, beside VALUE_STOP
    AttrCall attr_call;    // see class.h
    Value *stack, *stack_end;
    Value *reserved_top;   // end of the registers of a frame that is being made above the live top; else NULL
    char *c_stack_limit;   // lowest address C may use
    char *c_frame, *c_outermost;  // of the innermost and the outermost interp_run
    // Prompt clean-up (watch.h)
    int n_protected;       // generators that are suspended inside try or with, or were
    size_t n_finalized;    // generators that finalisers have closed
    bool gc_is_disabled;   // gc.disable(): what only a cycle keeps is closed by gc.collect() and at the end, not before
    bool is_collecting;    // gc.collect()
    bool is_last_round;    // at the end of the program: what a clean-up leaves suspended is not cleaned up any more
    LetGoList dying;       // let go of since the last check
    LetGoList kept;        // let go of, but C code may still work on it
    Value *returned;       // register of the frame that has just ended, whose value its caller has now; NULL: none, or wiped
    Value *watched;        // the frame in which a check goes on: it is about to run the instruction at its pc
    Value *held;           // what waits to be dropped (watch.c); not searched by reach.c
    size_t n_held, cap_held;
    const struct Sorter *sorter;  // the innermost sort that runs: its items are not in their list meanwhile
    int64_t search_savings;       // see reach.c
    // Types
    Shape **shapes;        // by id
    uint32_t n_shapes, cap_shapes;
    Class *classes[KIND_COUNT];   // of each kind; KIND_INSTANCE: object
    Class *type_object, *type_type;  // object and type (= classes[KIND_INSTANCE], classes[KIND_CLASS])
    Class *exceptions[EXC_COUNT];
    Class *iterator_types[32];    // list_iterator, ... ; see iter types enum in iter_types.h
    Value object_init, object_new, type_call;  // object.__init__, object.__new__, type.__call__ themselves
    Value str_split;                           // str.split
    struct Signature *signatures;              // of natives, parsed so far
    // Modules
    Str *path_before_library;     // the entry of sys.path after which modules of the library are looked for; NULL: the last
    Dict *builtins, *modules;     // namespace of builtins; sys.modules
    Module *sys, *builtins_module, *main;
    struct ModuleRegistry *registry;
    CompileHook compile;
    CompileLibraryHook compile_library;
    CompileFunctionHook compile_function;
    // Characters by their Unicode names and back (-1, NULL: none); set by the embedder too.
    int64_t (*find_character)(const char *name, size_t size);
    Str *(*character_name)(uint32_t c);
    Cell *unresolved;      // see Globals
    // The rest
    struct ReprGuard *repr_guard;
    Value memory_error;    // preallocated
    int argc;
    char **argv;
    bool plain_errors;     // no note: lines
    bool generator_warnings;      // -W generators, and the REPL: see note.h
    Dict *warned;          // "file:line" of the warnings so far; NULL: none
    bool counts_values;    // generators compiled now count what they yield (Code.counter)
    bool (*display)(VM *vm, Value v);  // what sys.displayhook does; NULL: print the repr
    // What sys.unraisablehook is told: an exception that nobody can catch. NULL: it goes to standard error.
    void (*unraisable)(struct VM *vm, const char *heading, Value what, Value exception);
    bool is_finishing;     // the program has ended; what is left is cleaned up
    void (*before_output)(struct VM *vm);  // set while a block is edited: something writes to the terminal
    void (*show_warning)(struct VM *vm, Str *line);  // of -W generators; NULL: to standard error
    const char *explain_command;  // what prints a lesson; NULL: rill --explain
    int64_t max_str_digits;
    Class *file_types[8];  // by FileType (file.h)
    Class *unsupported_operation;  // io.UnsupportedOperation
    Class *member_type;    // member_descriptor: class of the descriptors of __slots__ and of read-only fields
    struct Code **cached_codes;     // codes with filled GETATTR/SETATTR words (class_flush_slot_caches)
    int n_cached_codes, cap_cached_codes;
};

enum { INTERRUPT_SIGNAL = 1, INTERRUPT_FINALIZERS = 2 };  // bits of vm->interrupt

VM *vm_new(void);
static inline bool vm_pending_signal(VM *vm) { return vm->interrupt; }
bool vm_handle_interrupt(VM *vm) RILL_FALLIBLE;  // KeyboardInterrupt, finalisers; false: raised
// If g runs for the first time: it suspends or ends.
static inline void generator_end_first_run(VM *vm, Generator *g)
{
    if (!(g->object.head & HEAD(0, 0, GEN_FIRST_RUN))) return;
    g->object.head &= ~HEAD(0, 0, GEN_FIRST_RUN);
    vm->depth--;
}
// The code and line that run now, for warnings, sys._getframe and NameErrors. NULL at the outermost level.
Function *vm_current_function(VM *vm);
Globals *vm_current_globals(VM *vm);             // of the innermost Rill frame; NULL if none
int vm_current_line(VM *vm);
// The interpreter: runs the frame at regs from pc until the C boundary below it is reached; with pc NULL, raises
// vm->exception in that frame first.
Value interp_run(VM *vm, Value *regs, const Instr *pc);

// The NextFn of an object's class.
static inline NextFn class_next(VM *vm, Value object)
{
    return vm->shapes[as_object(object)->shape]->class_->next;
}

#endif
