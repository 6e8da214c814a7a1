// SPDX-License-Identifier: MIT
// dis_module.c - the module _dis: the listing of one code object, for rill/dis.rill.
#include "stdlib/stdlib.h"
#include "vm/gc.h"

NATIVE(
    listing, "listing(code, source = None, current: ssize = -1, /)",
    "Return the listing of a code object, without those in it. source is the text of its file; the "
    "instruction at offset current is marked.")
{
    StrBuilder b = {0};
    if (!is_kind(args[0], KIND_CODE))
        return raise_error(vm, EXC_TypeError, "listing() argument 1 must be code, not %s",
                           type_name(vm, args[0]));
    Code *code = as_code(args[0]);
    Str *source = is_str(args[1]) ? as_str(args[1]) : code->unit->source;
    int64_t current = arg_ssize(args[2]);
    code_disassemble_one(code, &b, source, current < 0 ? -1 : current / (int64_t)sizeof(Instr));
    return value_object(builder_str(&b));
}

NATIVE(nested, "nested(code, /)", "Return a list of the code objects in a code object.")
{
    if (!is_kind(args[0], KIND_CODE))
        return raise_error(vm, EXC_TypeError, "nested() argument 1 must be code, not %s",
                           type_name(vm, args[0]));
    const Code *code = as_code(args[0]);
    List *list = list_new(0);
    for (uint32_t i = 0; i < code->n_consts; i++)
        if (is_kind(code->consts[i], KIND_CODE)) list_append(list, code->consts[i]);
    return value_object(list);
}

static Value column(int column)
{
    return column == UINT16_MAX ? VALUE_NONE : small_int(column);
}

static void add_tuple(void *list, Code *code, uint32_t at, Str *operands, int label)
{
    const CodePosition *p = &code->positions[at];
    Value line = p->line > 0 ? small_int(p->line) : VALUE_NONE;
    list_append(list, value_object(
                          tuple_of(8, small_int(instr_op(code->instrs[at])),
                                   small_int((int64_t)(at * sizeof(Instr))), value_object(operands),
                                   label ? small_int(label) : VALUE_NONE, line,
                                   small_int(p->end_line), column(p->col), column(p->end_col))));
}

NATIVE(instructions, "instructions(code, /)",
       "Return a list of (opcode, offset, operands, label, line, end line, column, end column).")
{
    if (!is_kind(args[0], KIND_CODE))
        return raise_error(vm, EXC_TypeError, "instructions() argument 1 must be code, not %s",
                           type_name(vm, args[0]));
    List *list = list_new(0);
    code_visit_instructions(as_code(args[0]), add_tuple, list);
    return value_object(list);
}

NATIVE(opcodes, "opcodes()",
       "Return a list of the names of the instructions, in the order of their numbers.")
{
    List *list = list_new(OP_COUNT);
    for (int i = 0; i < OP_COUNT; i++)
        list_append(list, value_object(str_from_cstr(opcode_info[i].name)));
    return value_object(list);
}

static const NativeDef *const natives[] = {&def_listing, &def_nested, &def_instructions,
                                           &def_opcodes, NULL};

const ModuleDef module__dis = {
    .name = "_dis",
    .doc = "Listings of code objects.",
    .natives = natives,
};
