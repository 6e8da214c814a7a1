// SPDX-License-Identifier: MIT
// function.c - function objects, bound methods, and the link tables of globals.
// A table starts with all names unresolved and is linked name by name, by the first use.
// When a new name enters a namespace, module.c relinks the tables that see a builtin of that name.
#include "vm/function.h"

#include "vm/gc.h"
#include "vm/module.h"
#include "vm/native.h"
#include "vm/vm.h"

// Functions

static uint32_t head_of(const Code *code)
{
    bool is_complex = code->flags & (CODE_VARARGS | CODE_VARKEYWORDS) || code->n_kwonly;
    return HEAD(KIND_FUNCTION, code->flags & CODE_GENERATOR ? FUNCTION_GENERATOR : 0,
                is_complex ? FUNCTION_COMPLEX : code->n_params);
}

// __name__ of the namespace, None if it has none.
static Value module_name(Globals *globals)
{
    if (unlikely(!globals->module_name))
        globals->module_name = dict_find_cell(globals->dict, S(__name__));
    if (!globals->module_name) return VALUE_NONE;
    Value name = globals->module_name->value;
    return name == VALUE_UNBOUND ? VALUE_NONE : name;
}

// The compiled code of a generator calls from its own frame, which is not on the VM stack.
static void use_generator_calls(Code *code)
{
    for (uint32_t i = 0; i < code->n_instrs; i += 1u + opcode_info[instr_op(code->instrs[i])].n_words) {
        Opcode op = instr_op(code->instrs[i]);
        if (op == OP_CALL) code->instrs[i] += OP_GCALL - OP_CALL;
        else if (op == OP_CALLM) code->instrs[i] += OP_GCALLM - OP_CALLM;
        else if (op == OP_SEND) code->instrs[i] += OP_GSEND - OP_SEND;
    }
    code->flags |= CODE_PREPARED;
}

Function *function_new(Code *code, Globals *globals, Cell **closure)
{
    if ((code->flags & (CODE_GENERATOR | CODE_PREPARED)) == CODE_GENERATOR) use_generator_calls(code);
    Function *f = gc_new(Function);
    f->object.head = head_of(code);
    f->object.shape = KIND_FUNCTION;
    f->code = code;
    f->consts = code->consts;
    f->cells = globals ? globals->cells : NULL;
    f->closure = closure;
    f->globals = globals;
    f->defaults = NULL;
    f->kwdefaults = NULL;
    f->name = code->name;
    f->qualname = code->qualname;
    f->doc = code->doc;
    f->module = globals ? module_name(globals) : VALUE_NONE;
    f->attrs = NULL;
    f->annotations = NULL;
    return f;
}

// Of a bound method of a builtin type: its class is builtin_function_or_method.
static uint32_t builtin_method_shape = KIND_BOUND_METHOD, method_wrapper_shape = KIND_BOUND_METHOD;

void bound_method_init(uint32_t builtin_shape)
{
    builtin_method_shape = method_wrapper_shape = builtin_shape;
}

void bound_method_set_wrapper(const Class *method_wrapper)
{
    method_wrapper_shape = method_wrapper->root->id;
}

Value bound_method_new(Value function, Value self)
{
    BoundMethod *m = gc_new(BoundMethod);
    m->object.head = HEAD(KIND_BOUND_METHOD, 0, 0);
    bool is_builtin = is_kind(function, KIND_NATIVE) && as_native(function)->owner;
    m->object.shape = !is_builtin ? KIND_BOUND_METHOD
                      : native_is_wrapper(as_native(function)) ? method_wrapper_shape
                                                               : builtin_method_shape;
    m->function = function;
    m->self = self;
    return value_object(m);
}

// Globals

Cell *globals_unresolved(void)
{
    static Cell cell = {{HEAD(KIND_CELL, 0, CELL_BUILTIN), KIND_CELL}, VALUE_UNBOUND};
    return &cell;
}

Globals *globals_new(Dict *dict, CodeUnit *unit)
{
    dict_make_namespace(dict);
    size_t n = (size_t)unit->n_names;
    Globals *g = gc_alloc(sizeof(Globals) + n * sizeof(Cell *));
    g->dict = dict;
    g->unit = unit;
    for (size_t i = 0; i < n; i++)
        g->cells[i] = globals_unresolved();
    g->next = dict->links;
    dict->links = g;
    return g;
}

// The namespace of builtins that code running in dict sees.
static Dict *builtins_of(VM *vm, Dict *dict)
{
    Value v = dict_find_str(dict, S(__builtins__));
    if (is_dict(v)) return as_dict(v);
    if (is_kind(v, KIND_MODULE)) return as_module(v)->dict;
    return vm->builtins;
}

Value globals_load(VM *vm, Globals *g, unsigned i)
{
    Str *name = g->unit->names[i];
    Cell *cell = dict_find_cell(g->dict, name);
    if (cell && cell->value != VALUE_UNBOUND) {
        g->cells[i] = cell;
        return cell->value;
    }
    Dict *builtins = builtins_of(vm, g->dict);
    if (builtins != vm->builtins) {  // not linked: its cells are not known as builtin ones
        Value v = dict_find_str(builtins, name);
        return v == VALUE_UNBOUND ? raise_name_error(vm, name) : v;
    }
    Cell *builtin = dict_find_cell(builtins, name);
    if (!builtin || builtin->value == VALUE_UNBOUND) return raise_name_error(vm, name);
    builtin->object.head |= HEAD(0, 0, CELL_BUILTIN);
    if (!cell) g->cells[i] = builtin;
    return builtin->value;
}

void globals_store(VM *vm, Globals *g, unsigned i, Value v)
{
    (void)vm;
    Str *name = g->unit->names[i];
    dict_set_str(g->dict, name, v);
    Cell *cell = dict_find_cell(g->dict, name);
    if (cell) g->cells[i] = cell;
}

// The cell of a deleted name may not be in the namespace any more: every table looks it up again.
static void unlink_name(Dict *dict, Str *name)
{
    for (Globals *g = dict->links; g; g = g->next)
        for (int i = 0; i < g->unit->n_names; i++)
            if (g->unit->names[i] == name) g->cells[i] = globals_unresolved();
}

bool globals_delete(VM *vm, Globals *g, unsigned i)
{
    Str *name = g->unit->names[i];
    if (!dict_delete_str(g->dict, name)) {
        raise_name_error(vm, name);
        return false;
    }
    unlink_name(g->dict, name);
    return true;
}
