// SPDX-License-Identifier: MIT
// code_methods.c - the type code: what a function or module was compiled to, as scripts see it.
#include "stdlib/stdlib.h"

static Value str_or_empty(Str *s)
{
    return value_object(s ? s : str_empty);
}

static Value get_name(VM *vm, Value self)
{
    (void)vm;
    return str_or_empty(as_code(self)->name);
}

static Value get_qualname(VM *vm, Value self)
{
    (void)vm;
    return str_or_empty(as_code(self)->qualname);
}

static Value get_filename(VM *vm, Value self)
{
    (void)vm;
    CodeUnit *unit = as_code(self)->unit;
    return str_or_empty(unit ? unit->filename : NULL);
}

static Value get_firstlineno(VM *vm, Value self)
{
    (void)vm;
    return small_int(as_code(self)->first_line);
}

static Value get_argcount(VM *vm, Value self)
{
    (void)vm;
    return small_int(as_code(self)->n_params);
}

static Value get_posonlyargcount(VM *vm, Value self)
{
    (void)vm;
    return small_int(as_code(self)->n_posonly);
}

static Value get_kwonlyargcount(VM *vm, Value self)
{
    (void)vm;
    return small_int(as_code(self)->n_kwonly);
}

static Value get_flags(VM *vm, Value self)
{
    (void)vm;
    const Code *code = as_code(self);
    unsigned flags = code->flags & 0xFFFF;
    if (code->n_free) flags |= CODE_NESTED;
    return small_int(flags);
}

static bool is_cell_register(const Code *code, int reg)
{
    for (int i = 0; i < code->n_cells; i++)
        if (code->cells[i].reg == reg) return true;
    return false;
}

static bool is_parameter(const Code *code, const Str *name)
{
    for (int i = 0; i < code->n_args; i++)
        if (code->param_names[i] == name) return true;
    return false;
}

// As in CPython, a variable that inner functions use is in co_cellvars only, unless it is a
// parameter.
static List *plain_locals(const Code *code)
{
    List *names = list_new(code->n_locals);
    if (!(code->flags & CODE_OPTIMIZED)) return names;
    for (int i = 0; i < code->n_args; i++)
        list_append(names, value_object(code->param_names[i]));
    for (int i = code->has_far ? 0 : code->n_args; i < code->n_locals; i++) {
        Str *name = code->local_names[i];
        bool is_hole = name->size == 0 || (code->has_far && is_parameter(code, name));
        if (!is_hole && !is_cell_register(code, i)) list_append(names, value_object(name));
    }
    return names;
}

static Value get_nlocals(VM *vm, Value self)
{
    (void)vm;
    return small_int((int64_t)plain_locals(as_code(self))->len);
}

static Value get_stacksize(VM *vm, Value self)
{
    (void)vm;
    const Code *code = as_code(self);
    return small_int(code->n_regs > code->n_locals ? code->n_regs - code->n_locals : 0);
}

static Value get_varnames(VM *vm, Value self)
{
    (void)vm;
    List *names = plain_locals(as_code(self));
    return value_object(tuple_from(names->items, names->len));
}

static Value get_freevars(VM *vm, Value self)
{
    (void)vm;
    const Code *code = as_code(self);
    Tuple *names = tuple_new(code->n_free);
    for (int i = 0; i < code->n_free; i++)
        names->items[i] = value_object(code->captures[i].name);
    return value_object(names);
}

static Value get_cellvars(VM *vm, Value self)
{
    (void)vm;
    const Code *code = as_code(self);
    Tuple *names = tuple_new(code->n_cells);
    for (int i = 0; i < code->n_cells; i++)
        names->items[i] = value_object(code->cells[i].name);
    return value_object(names);
}

static void add_name(List *names, Str *name)
{
    for (size_t i = 0; i < names->len; i++)
        if (names->items[i] == value_object(name)) return;
    list_append(names, value_object(name));
}

static void add_constant_name(List *names, const Code *code, unsigned i)
{
    if (i < code->n_consts && is_str(code->consts[i])) add_name(names, as_str(code->consts[i]));
}

// Names of globals and attributes, in the order of their first use.
static Value get_names(VM *vm, Value self)
{
    (void)vm;
    const Code *code = as_code(self);
    List *names = list_new(8);
    for (uint32_t i = 0; i < code->n_instrs; i++) {
        Opcode op = instr_op(code->instrs[i]);
        switch (op) {
        case OP_LOADG:
        case OP_STOREG:
        case OP_DELG:
            if (code->unit && (int)instr_bx(code->instrs[i]) < code->unit->n_names)
                add_name(names, code->unit->names[instr_bx(code->instrs[i])]);
            break;
        case OP_LOADNAME:
        case OP_STORENAME:
        case OP_DELNAME:
        case OP_IMPORT: add_constant_name(names, code, instr_bx(code->instrs[i])); break;
        case OP_GETATTR:
        case OP_SETATTR:
        case OP_DELATTR:
        case OP_LOADMETHOD:
        case OP_LOADSUPER:
        case OP_IMPORTFROM:
            if (i + 1 < code->n_instrs)
                add_constant_name(names, code, code->instrs[i + 1] & 0xFFFF);
            break;
        default: break;
        }
        if (op < OP_COUNT) i += opcode_info[op].n_words;
    }
    return value_object(tuple_from(names->items, names->len));
}

static bool is_constant_used(const Code *code, unsigned k)
{
    for (uint32_t i = 0; i < code->n_instrs;
         i += 1 + opcode_info[instr_op(code->instrs[i])].n_words) {
        Instr instr = code->instrs[i];
        if (instr_op(instr) == OP_LOADK && instr_bx(instr) == k) return true;
    }
    return false;
}

// The docstring comes first, as in CPython. Names of attributes and the like are not shown, nor are
// the caches of methods.
static Value get_consts(VM *vm, Value self)
{
    (void)vm;
    const Code *code = as_code(self);
    List *list = list_new(code->n_consts + 1);
    if (code->flags & CODE_OPTIMIZED) list_append(list, code->doc);
    for (uint32_t i = 0; i < code->n_consts; i++) {
        Value v = code->consts[i];
        bool is_hidden = v == VALUE_UNBOUND || v == 0 || is_function(v) ||
                         is_kind(v, KIND_NATIVE) || (is_str(v) && !is_constant_used(code, i));
        for (size_t k = 0; !is_hidden && k < list->len; k++)
            is_hidden = list->items[k] == v;
        if (!is_hidden) list_append(list, v);
    }
    return value_object(tuple_from(list->items, list->len));
}

NATIVE(code_lines, "co_lines(self, /)", "Triples (start, end, line) of instruction offsets.")
{
    const Code *code = as_code(args[0]);
    List *list = list_new(16);
    for (uint32_t i = 0; i < code->n_instrs;) {
        uint32_t start = i;
        int line = code->positions[i].line;
        while (i < code->n_instrs && code->positions[i].line == line)
            i++;
        Value shown = line ? small_int(line) : VALUE_NONE;
        Tuple *entry =
            tuple_of(3, small_int(start * sizeof(Instr)), small_int(i * sizeof(Instr)), shown);
        list_append(list, value_object(entry));
    }
    return value_iter(vm, value_object(list));
}

NATIVE(code_positions, "co_positions(self, /)",
       "For each instruction word (line, end_line, column, end_column).")
{
    const Code *code = as_code(args[0]);
    List *list = list_new(code->n_instrs);
    for (uint32_t i = 0; i < code->n_instrs; i++) {
        const CodePosition *p = &code->positions[i];
        Tuple *entry = p->line ? tuple_of(4, small_int(p->line), small_int(p->end_line),
                                          small_int(p->col), small_int(p->end_col))
                               : tuple_of(4, VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE);
        list_append(list, value_object(entry));
    }
    return value_iter(vm, value_object(list));
}

NATIVE(code_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Code *code = as_code(args[0]);
    StrBuilder b = {0};
    builder_format(&b, "<code object %s at %p, file \"", code->name ? code->name->data : "",
                   as_pointer(args[0]));
    if (code->unit && code->unit->filename) builder_add_str(&b, code->unit->filename);
    builder_format(&b, "\", line %d>", code->first_line);
    return value_object(builder_str(&b));
}

void code_define(VM *vm)
{
    static const NativeDef *const methods[] = {&def_code_lines, &def_code_positions, &def_code_repr,
                                               NULL};
    static const GetSetDef getset[] = {
        {"co_name", get_name, getset_readonly, "The name."},
        {"co_qualname", get_qualname, getset_readonly,
         "The name with those of the functions and classes around it."},
        {"co_filename", get_filename, getset_readonly, "The file it was compiled from."},
        {"co_firstlineno", get_firstlineno, getset_readonly, "Its first line."},
        {"co_argcount", get_argcount, getset_readonly, "The number of positional parameters."},
        {"co_posonlyargcount", get_posonlyargcount, getset_readonly,
         "The number of positional-only parameters."},
        {"co_kwonlyargcount", get_kwonlyargcount, getset_readonly, "The number of keyword-only parameters."},
        {"co_varnames", get_varnames, NULL, "The names of the local variables, parameters first."},
        {"co_freevars", get_freevars, NULL, "The names of variables of functions around it."},
        {"co_cellvars", get_cellvars, NULL, "The names of variables that inner functions use."},
        {"co_consts", get_consts, getset_readonly, "The constants."},
        {"co_names", get_names, getset_readonly, "The names of globals and attributes."},
        {"co_flags", get_flags, getset_readonly, "What kind of code it is."},
        {"co_nlocals", get_nlocals, getset_readonly, "The number of local variables."},
        {"co_stacksize", get_stacksize, getset_readonly,
         "The number of registers beside the local variables."},
        {NULL, NULL, NULL, NULL},
    };
    static const TypeDef type = {
        .name = "code",
        .kind = KIND_CODE,
        .doc = "A code object: compiled source text, without the values it works on.",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
    };
    class_define(vm, &type, NULL);
}
