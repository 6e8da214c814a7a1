// SPDX-License-Identifier: MIT
// frame_methods.c - the type frame. Its f_locals is in frame_locals.c; how frame objects follow what they show, in vm/frame.c.
#include "stdlib/frame_locals.h"
#include "stdlib/stdlib.h"
#include "vm/frame.h"
#include "vm/ops.h"

static Value frame_or_none(Frame *frame)
{
    return frame ? value_object(frame) : VALUE_NONE;
}

static Value get_locals(VM *vm, Value self)
{
    Frame *frame = as_frame(self);
    if (frame_has_namespace(frame)) return value_object(frame_locals(vm, frame));
    return frame_locals_proxy(vm, frame);
}

static Value get_line(VM *vm, Value self)
{
    return small_int(frame_line(vm, as_frame(self)));
}

static bool set_line(VM *vm, Value self, Value v)
{
    (void)self;
    if (v == VALUE_UNBOUND) raise_error(vm, EXC_AttributeError, "cannot delete attribute");
    else raise_error(vm, EXC_ValueError, "f_lineno can only be set in a trace function");
    return false;
}

static Value get_code(VM *vm, Value self)
{
    (void)vm;
    Code *code = as_frame(self)->function->code;
    return value_object(code->original ? code->original : code);
}

// Of a running generator: whoever resumed it. A suspended one has no caller.
static Value get_back(VM *vm, Value self)
{
    return frame_or_none(frame_back(vm, as_frame(self)));
}

static Value get_globals(VM *vm, Value self)
{
    (void)vm;
    Globals *globals = as_frame(self)->function->globals;
    return globals ? value_object(globals->dict) : value_object(dict_new());
}

static Value get_builtins(VM *vm, Value self)
{
    (void)self;
    return value_object(vm->builtins);
}

static Value get_lasti(VM *vm, Value self)
{
    Frame *frame = as_frame(self);
    const Instr *pc = frame_pc(vm, frame), *start = frame->function->code->instrs;
    if (!pc || pc <= start) return small_int(-1);
    return small_int((pc - start - 1) * (int)sizeof(Instr));
}

// There are no trace functions.
static Value get_trace(VM *vm, Value self)
{
    (void)self;
    (void)vm;
    return VALUE_NONE;
}

static bool set_trace(VM *vm, Value self, Value v)
{
    (void)self;
    (void)vm;
    (void)v;
    return true;
}

static Value get_trace_lines(VM *vm, Value self)
{
    (void)self;
    (void)vm;
    return VALUE_TRUE;
}

static Value get_trace_opcodes(VM *vm, Value self)
{
    (void)self;
    (void)vm;
    return VALUE_FALSE;
}

static Value clear_generator(VM *vm, Generator *g)
{
    GeneratorState state = generator_state(g);
    if (state == GEN_RUNNING || state == GEN_DELEGATING)
        return raise_error(vm, EXC_RuntimeError, "cannot clear an executing frame");
    if (state != GEN_CREATED) return raise_error(vm, EXC_RuntimeError, "cannot clear a suspended frame");
    Value r = generator_close(vm, g);
    return is_error(r) ? r : VALUE_NONE;
}

NATIVE(frame_clear, "clear(self, /)", "Forget the local variables of a frame that has ended.")
{
    Frame *frame = as_frame(args[0]);
    if (frame->regs && frame->generator) return clear_generator(vm, frame->generator);
    if (frame_is_running(vm, frame)) return raise_error(vm, EXC_RuntimeError, "cannot clear an executing frame");
    Value *locals = frame->locals;
    frame->locals = NULL;
    frame->extra = NULL;
    if (locals) values_let_go(locals, frame->function->code->n_locals);
    return VALUE_NONE;
}

NATIVE(frame_repr, "__repr__(self, /)", "Return repr(self).")
{
    Frame *frame = as_frame(args[0]);
    const Code *code = frame->function->code;
    Str *file = code->unit ? str_repr(code->unit->filename) : str_empty;
    return value_object(str_format("<frame at %p, file %s, line %d, code %s>", as_pointer(args[0]),
                                   file->data, frame_line(vm, frame), code->name->data));
}

void frame_define(VM *vm)
{
    static const NativeDef *const methods[] = {&def_frame_clear, &def_frame_repr, NULL};
    static const GetSetDef getset[] = {
        {"f_locals", get_locals, NULL,
         "The local variables: of a function, a mapping through which they can be read and set."},
        {"f_lineno", get_line, set_line, "The line that runs."},
        {"f_code", get_code, NULL, "The code object."},
        {"f_back", get_back, NULL, "The frame of the caller, or None."},
        {"f_globals", get_globals, NULL, "The globals."},
        {"f_builtins", get_builtins, NULL, "The builtins."},
        {"f_lasti", get_lasti, NULL, "The offset of the last instruction; -1 before the first."},
        {"f_trace", get_trace, set_trace, "Always None."},
        {"f_trace_lines", get_trace_lines, set_trace, "Always True."},
        {"f_trace_opcodes", get_trace_opcodes, set_trace, "Always False."},
        {NULL, NULL, NULL, NULL},
    };
    static const TypeDef type = {
        .name = "frame",
        .doc = "A call that is running, or a generator that waits: its code, variables and position.",
        .kind = KIND_FRAME,
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
    };
    class_define(vm, &type, NULL);
    frame_locals_define(vm);
}
