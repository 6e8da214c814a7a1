// SPDX-License-Identifier: MIT
// codegen.h - AST -> instructions: what the codegen_*.c files share.
//
// An expression is compiled into a destination register. A destination below g->n_fixed is a local
// variable: only the last instruction that can raise may write it. Any other destination is scratch
// and may be written early. Temporaries form a stack; each function leaves e.top as it found it, or
// one higher where it says so.
#ifndef RILL_COMPILER_CODEGEN_H
#define RILL_COMPILER_CODEGEN_H

#include "compiler/emit.h"
#include "compiler/scope.h"

typedef enum BlockKind {
    BLOCK_WHILE,
    BLOCK_FOR,      // leaving it early: FORLEAVE reg
    BLOCK_TRY,      // the body of try ... except
    BLOCK_FINALLY,  // all that a finally clause is for: leaving it runs the clause
    BLOCK_HANDLER,  // an except clause, the finally clause after an exception, a failing with:
                    // EXCPOP reg
    BLOCK_NAME,     // except ... as name: leaving it deletes the name
    BLOCK_WITH,     // leaving it calls the exit method in reg
} BlockKind;

typedef struct Block {
    BlockKind kind;
    struct Block *outer;
    int reg;
    Label break_label, continue_label;  // of loops
    const NodeList *finalbody;
    Str *name;
    Span span;  // BLOCK_WITH: of the context expression
    // What protects it, except in loops: instructions since `start` go to `handler` with the
    // exception in handler_reg.
    Label start, handler;
    int handler_reg;
    LocalSet assigned;  // certainly so when the handler is entered
} Block;

typedef struct Gen {
    Compiler *c;
    Emitter e;
    struct Gen *outer;
    Scope *scope;  // of the names: that of the frame, or of a comprehension in it
    Scope *frame;
    Block *block;  // innermost
    Str *qualname;
    int n_fixed;  // registers below are variables or fixed otherwise
    bool is_generator;
    Deferred *deferred;  // its body is compiled later; else NULL
    int counter;  // register that counts the values yielded; -1: none
    LocalSet deletable;  // locals that some statement unbinds
    CodeCell *cells;
    int n_cells, cap_cells;
} Gen;

static inline void gen_at(Gen *g, const Node *node)
{
    g->e.span = node->span;
}
static inline bool gen_is_scratch(const Gen *g, int reg)
{
    return reg >= g->n_fixed;
}

// codegen_name.c
int gen_local(
    Gen *g,
    const Node *node);  // the register of the plain local variable that a Name node is; -1: none
void gen_check_local(Gen *g, Node *node);  // CHECK it, if it may be unbound
void gen_load_name(Gen *g, Str *name, int dest);
void gen_store_name(Gen *g, Str *name, int reg);
void gen_delete_name(Gen *g, Str *name);
void gen_unbind_name(Gen *g, Str *name);  // of an except clause: no error if it is unbound already
void gen_load_global(Gen *g, Str *name, int dest);  // whatever locals there are

// codegen_expr.c
void gen_to(Gen *g, Node *node, int dest);
int gen_any(Gen *g, Node *node);   // the variable's own register if it is a local; else a new
                                   // temporary, or a global's
int gen_next(Gen *g, Node *node);  // a new temporary at the top, which stays allocated
// As gen_any, but safe from assignments in `later` (may be NULL), which is evaluated before the
// use. Uses `hint` instead of a new temporary if it is scratch.
int gen_operand(Gen *g, Node *node, Node *later, int hint);
void gen_effect(Gen *g, Node *node);                    // the value is not needed
bool gen_small_constant(const Node *node, int *value);  // an int that fits 8 bits
// R[reg] is about to be added or subtracted: if it is a product, in one step.
void gen_fuse_product(Gen *g, BinOperator op, int reg);
void gen_binary_op(Gen *g, BinOperator op, int dest, int left,
                   Node *right);  // frees right's temporaries
void gen_attribute_span(Gen *g, const Node *node);
Opcode gen_compare_opcode(CompareOperator op);

// codegen_cond.c
// The operand in reg is the left one of the next comparison of a chain that began at register start: it goes there, if
// the chain has taken many.
int gen_chain_operand(Gen *g, int reg, int start);
void gen_jump_if(Gen *g, Node *node, bool when, Label label);

// codegen_call.c
void gen_call(Gen *g, Node *node, int dest);
bool gen_is_super_call(Gen *g, const Node *node);        // super() in a method
void gen_super_attribute(Gen *g, Node *node, int dest);  // super().name
// Ends a call: arguments given as nodes go behind what is already in the window at `window`
// (n_given of them).
void gen_call_with(Gen *g, int window, int n_given, const NodeList *args, const NodeList *keywords,
                   bool is_method, Span span);

// codegen_display.c
void gen_display(Gen *g, Node *node, int dest);  // Tuple, List, Set, Dict
void gen_items(Gen *g, NodeKind kind, const NodeList *items, int dest);
void gen_pairs(Gen *g, const Value *keys, Node *const *values, int n, int dest,
               void (*gen_value)(Gen *, Node *,
                                 int));  // a dict with constant keys; dest is scratch
void gen_joined(Gen *g, Node *node, int dest);
void gen_formatted(Gen *g, Node *node, int dest);

// codegen_comp.c
void gen_comprehension(Gen *g, Node *node, int dest);
void gen_genexp(Gen *g, Node *node, int dest);
void gen_genexp_body(Gen *g, Node *node);
void gen_yield(Gen *g, Node *node, int dest);
void gen_yield_value(Gen *g, int reg,
                     int dest);  // YIELD with what it takes inside handlers; dest is scratch
void gen_yield_from(Gen *g, Node *node, int dest);

// codegen_function.c
Code *gen_module(Compiler *c, ModuleNode *module);
Value gen_docstring(const NodeList *body);  // VALUE_NONE if it has none
void gen_lambda(Gen *g, Node *node, int dest);
void gen_deferred(Gen *g, Node *node);
void gen_function_def(Gen *g, Node *node);
void gen_make_function(Gen *g, int reg,
                       Code *code);  // reg, reg + 1, reg + 2 hold defaults and so on
void gen_add_cell(Gen *g, const Symbol *symbol);
Code *gen_nested_code(Gen *g, Node *node);  // FunctionDef, Lambda, GeneratorExp, ClassDef
void gen_annotation(Gen *g, Node *annotation, int dest);
void gen_return_value(Gen *g, int reg);  // -1: None

// codegen_class.c
void gen_class_def(Gen *g, Node *node);
void gen_class_body(Gen *g, Node *node);
int gen_decorators(
    Gen *g, const NodeList *decorators);  // windows for them; the register of the decorated object
void gen_decorate(Gen *g, const NodeList *decorators,
                  int reg);  // the result is in the first window

// codegen_assign.c
void gen_store(Gen *g, Node *target, int reg);
void gen_assign(Gen *g, Node *node);
void gen_aug_assign(Gen *g, Node *node);
void gen_setup_annotations(Gen *g);  // at the start of a module or class body
void gen_ann_assign(Gen *g, Node *node);
void gen_delete(Gen *g, Node *target);

// codegen_stmt.c
typedef struct ForLoop {
    int base;  // the loop's three registers, from the iterable
    int dest;  // what FOR assigns: the target itself if it is a plain local, else a temporary
    int held;  // e.held around the loop
    Node *target;
    Span span;  // of the iterable
    Label head, body, end;
} ForLoop;
void gen_for_begin(Gen *g, ForLoop *loop, int base, Node *target,
                   Node *iter);           // the iterable is in base
void gen_for_end(Gen *g, ForLoop *loop);  // falls through when the iterator is exhausted
void gen_body(Gen *g, const NodeList *body);

// codegen_try.c
void gen_block_push(Gen *g, Block *block, BlockKind kind, int reg);
void gen_block_protect(Gen *g, Block *block, int handler_reg);  // after the push, for all but loops
void gen_block_pop(Gen *g, Block *block);
// Leave all blocks inside `until` (NULL: all), then `emit_exit` is to be emitted; gen_unwind_end
// makes up for it.
void gen_unwind(Gen *g, Block *until);
void gen_unwind_end(Gen *g, Block *until, Block *saved);
// After the pop: an exception in the block does `clean` and goes on.
void gen_on_exception(Gen *g, const Block *block, void (*clean)(Gen *, Scope *), Scope *scope);
bool gen_is_protected(const Gen *g);  // inside try or with
int gen_handler_register(
    const Gen *g);  // where the outermost handler around saved its exception + 1; -1 if none
void gen_try(Gen *g, Node *node);
void gen_with(Gen *g, Node *node);
void gen_break(Gen *g, Node *node, bool is_continue);
void gen_return(Gen *g, Node *node);

#endif
