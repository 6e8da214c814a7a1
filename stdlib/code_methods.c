// SPDX-License-Identifier: MIT
// code_methods.c - the type code: what a function or module was compiled to, as scripts see it.
#include "stdlib/stdlib.h"
#include "vm/bytes.h"
#include "vm/gc.h"

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
static List *shown_constants(const Code *code)
{
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
    return list;
}

static Value get_consts(VM *vm, Value self)
{
    (void)vm;
    List *list = shown_constants(as_code(self));
    return value_object(tuple_from(list->items, list->len));
}

// An opcode as the compiler wrote it: the runtime puts in the form that fits.
static Opcode general_form(Opcode op)
{
    switch (op) {
    case OP_FORRANGE: case OP_FORGEN: case OP_FORLIST: case OP_FORNATIVE: case OP_GFORGEN: return OP_FOR;
    case OP_GCALL: return OP_CALL;
    case OP_GCALLM: return OP_CALLM;
    case OP_GSEND: return OP_SEND;
    default: return op;
    }
}

// The instructions, with nothing in the words that caches use.
static Str *instruction_bytes(const Code *code)
{
    StrBuilder b = {0};
    for (uint32_t i = 0; i < code->n_instrs; i++) {
        Opcode op = instr_op(code->instrs[i]);
        Instr words[8] = {(code->instrs[i] & ~0xFFu) | (Instr)general_form(op)};
        size_t n = 1 + opcode_info[op].n_words;
        builder_add(&b, (const char *)words, n * sizeof *words);
        i += opcode_info[op].n_words;
    }
    return builder_bytes(&b);
}

static Value get_code_bytes(VM *vm, Value self)
{
    (void)vm;
    return value_object(instruction_bytes(as_code(self)));
}

static Value get_no_bytes(VM *vm, Value self)
{
    (void)vm;
    (void)self;
    return value_object(builder_bytes(&(StrBuilder){0}));
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

NATIVE(code_varname, "_varname_from_oparg(self, /, oparg: cint)", "The name of the local variable in a register.")
{
    Value names = get_varnames(vm, args[0]);
    int64_t i = as_int(args[1]);
    if (i >= 0 && (size_t)i < as_tuple(names)->len) return as_tuple(names)->items[i];
    return raise_error(vm, EXC_IndexError, "tuple index out of range");
}

// Equal code does the same and has the same name and place in its file.

static bool has_same_layout(const Code *a, const Code *b)
{
    return a->n_params == b->n_params && a->n_posonly == b->n_posonly && a->n_kwonly == b->n_kwonly &&
           a->flags == b->flags && a->first_line == b->first_line && a->n_instrs == b->n_instrs &&
           str_equal(a->name, b->name);
}

NATIVE(code_eq, "__eq__(self, value, /)", "Return self==value.")
{
    if (!is_kind(args[1], KIND_CODE)) return VALUE_NOT_IMPLEMENTED;
    if (args[0] == args[1]) return VALUE_TRUE;
    const Code *a = as_code(args[0]), *b = as_code(args[1]);
    bool is_same = has_same_layout(a, b) && str_equal(instruction_bytes(a), instruction_bytes(b));
    static Value (*const parts[])(VM *, Value) = {get_consts, get_names, get_varnames, get_freevars, get_cellvars};
    for (size_t i = 0; is_same && i < countof(parts); i++) {
        int r = value_equal(vm, parts[i](vm, args[0]), parts[i](vm, args[1]));
        if (r < 0) return VALUE_ERROR;
        is_same = r;
    }
    return value_bool(is_same);
}

NATIVE(code_hash, "__hash__(self, /)", "Return hash(self).")
{
    const Code *code = as_code(args[0]);
    uint64_t hash = str_hash(code->name ? code->name : str_empty);
    return small_int((int64_t)((hash ^ code->n_instrs * 31u ^ (unsigned)code->first_line) & 0xFFFFFFFFFFF));
}

// replace(): the names, the place and the constants of a copy may be others, the instructions not.

enum {
    NEW_ARGCOUNT = 1, NEW_POSONLY, NEW_KWONLY, NEW_NLOCALS, NEW_STACKSIZE, NEW_FLAGS, NEW_FIRST_LINE, NEW_CODE, NEW_CONSTS,
    NEW_NAMES, NEW_VARNAMES, NEW_FREEVARS, NEW_CELLVARS, NEW_FILENAME, NEW_NAME, NEW_QUALNAME, NEW_LINES, NEW_HANDLERS
};

static bool check_unchanged(VM *vm, const Value *args)
{
    static const struct {
        int parameter;
        Value (*get)(VM *vm, Value self);
        const char *name;
    } fixed[] = {
        {NEW_ARGCOUNT, get_argcount, "co_argcount"}, {NEW_POSONLY, get_posonlyargcount, "co_posonlyargcount"},
        {NEW_KWONLY, get_kwonlyargcount, "co_kwonlyargcount"}, {NEW_NLOCALS, get_nlocals, "co_nlocals"},
        {NEW_FLAGS, get_flags, "co_flags"}, {NEW_CODE, get_code_bytes, "co_code"}, {NEW_NAMES, get_names, "co_names"},
        {NEW_VARNAMES, get_varnames, "co_varnames"}, {NEW_FREEVARS, get_freevars, "co_freevars"},
        {NEW_CELLVARS, get_cellvars, "co_cellvars"}, {NEW_LINES, get_no_bytes, "co_linetable"},
        {NEW_HANDLERS, get_no_bytes, "co_exceptiontable"},
    };
    for (size_t i = 0; i < countof(fixed); i++) {
        Value v = args[fixed[i].parameter];
        int r = v == VALUE_UNBOUND ? 1 : value_equal(vm, v, fixed[i].get(vm, args[0]));
        if (r == 0) raise_error(vm, EXC_ValueError, "code: %s cannot be replaced", fixed[i].name);
        if (r <= 0) return false;
    }
    return true;
}

// Those of replace() in place of the constants that co_consts shows, one for one.
static bool replace_constants(VM *vm, Code *code, const Tuple *new_)
{
    const List *old = shown_constants(code);
    if (old->len != new_->len) {
        raise_error(vm, EXC_ValueError, "code: co_consts must have %zu items, not %zu", old->len, new_->len);
        return false;
    }
    for (uint32_t i = 0; i < code->n_consts; i++) {
        size_t k = 0;
        while (k < old->len && old->items[k] != code->consts[i]) k++;
        bool is_shown = k < old->len && (!is_str(code->consts[i]) || is_constant_used(code, i));
        if (is_shown) code->consts[i] = new_->items[k];
    }
    if (old->len && code->flags & CODE_OPTIMIZED) code->doc = new_->items[0];
    return true;
}

static void move_lines(Code *code, int first_line)
{
    CodePosition *positions = gc_alloc_atomic((code->n_instrs + 1) * sizeof *positions);
    int by = first_line - code->first_line;
    for (uint32_t i = 0; i < code->n_instrs; i++) {
        positions[i] = code->positions[i];
        if (!positions[i].line) continue;
        positions[i].line += by;
        positions[i].end_line += by;
    }
    code->positions = positions;
    code->first_line = first_line;
}

static void set_filename(Code *code, Str *filename)
{
    CodeUnit *unit = gc_new(CodeUnit);
    *unit = *code->unit;
    unit->filename = filename;
    code->unit = unit;
}

NATIVE(code_replace,
       "replace(self, /, *, co_argcount: cint = ?, co_posonlyargcount: cint = ?, co_kwonlyargcount: cint = ?, "
       "co_nlocals: cint = ?, co_stacksize: cint = ?, co_flags: cint = ?, co_firstlineno: cint = ?, co_code = ?, "
       "co_consts: tuple = ?, co_names: tuple = ?, co_varnames: tuple = ?, co_freevars: tuple = ?, "
       "co_cellvars: tuple = ?, co_filename: str = ?, co_name: str = ?, co_qualname: str = ?, co_linetable = ?, "
       "co_exceptiontable = ?)",
       "Return a copy of the code object with new values for the specified fields: names, file, line, constants.")
{
    if (!check_unchanged(vm, args)) return VALUE_ERROR;
    Code *code = code_copy(as_code(args[0]));
    if (args[NEW_FIRST_LINE] != VALUE_UNBOUND) move_lines(code, (int)as_int(args[NEW_FIRST_LINE]));
    if (args[NEW_FILENAME] != VALUE_UNBOUND && code->unit) set_filename(code, as_str(args[NEW_FILENAME]));
    if (args[NEW_NAME] != VALUE_UNBOUND) code->name = str_intern_str(as_str(args[NEW_NAME]));
    if (args[NEW_QUALNAME] != VALUE_UNBOUND) code->qualname = as_str(args[NEW_QUALNAME]);
    if (args[NEW_CONSTS] != VALUE_UNBOUND && !replace_constants(vm, code, as_tuple(args[NEW_CONSTS]))) return VALUE_ERROR;
    return value_object(code);
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
                                               &def_code_varname, &def_code_eq, &def_code_hash,
                                               &def_code_replace, NULL};
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
        {"co_code", get_code_bytes, NULL, "The instructions."},
        {"co_linetable", get_no_bytes, getset_readonly, "Empty: co_positions() tells the places."},
        {"co_exceptiontable", get_no_bytes, getset_readonly, "Empty."},
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
