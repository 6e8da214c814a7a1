// SPDX-License-Identifier: MIT
// interp_ops.c - slow paths of the interpreter: names, operators, attributes, items. An operator method or
// property written in Rill gets a frame of its own here, so that it does not grow the C stack.
#include "vm/interp.h"

// Names

Value raise_unbound_local(VM *vm, Function *f, unsigned reg)
{
    const Code *code = f->code;
    Str *name = reg < code->n_locals ? code->local_names[reg] : str_empty;
    return raise_error(vm, EXC_UnboundLocalError,
                       "cannot access local variable '%s' where it is not associated with a value", name->data);
}

void far_locals_enter(Value *R, unsigned first)
{
    const Code *code = frame_of(R)->function->code;
    unsigned n_moved = code->n_args > first ? code->n_args - first : 0;
    memmove(R + FAR_REGISTER, R + first, n_moved * sizeof(Value));
    for (unsigned i = first; i < code->n_locals; i++)
        if (i < FAR_REGISTER || i >= FAR_REGISTER + n_moved) R[i] = VALUE_UNBOUND;
}

Value raise_unbound_free(VM *vm, Function *f, unsigned index)
{
    return raise_error(vm, EXC_NameError,
                       "cannot access free variable '%s' where it is not associated with a value in enclosing scope",
                       f->code->captures[index].name->data);
}

Value current_namespace(Value *R)
{
    Function *f = frame_of(R)->function;
    return f->code->flags & CODE_NAMES ? R[0] : value_object(f->globals->dict);
}

// The name in a namespace that is any mapping: VALUE_UNBOUND if it is not there.
static Value namespace_find(VM *vm, Value namespace_, Str *name)
{
    if (is_exact(namespace_, KIND_DICT)) return dict_find_str(as_dict(namespace_), name);
    Value v = value_getitem(vm, namespace_, value_object(name));
    if (!is_error(v) || !error_is(vm, EXC_KeyError)) return v;
    error_take(vm);
    return VALUE_UNBOUND;
}

Value name_load(VM *vm, Value *R, Str *name)
{
    Value v = namespace_find(vm, R[0], name);
    if (v != VALUE_UNBOUND) return v;
    Globals *globals = frame_of(R)->function->globals;
    v = dict_find_str(globals->dict, name);
    if (v != VALUE_UNBOUND) return v;
    Value builtins = dict_find_str(globals->dict, S(__builtins__));
    Dict *dict = is_dict(builtins) ? as_dict(builtins) : vm->builtins;
    v = dict_find_str(dict, name);
    return v != VALUE_UNBOUND ? v : raise_name_error(vm, name);
}

Value name_load_free(VM *vm, Value *R, Str *name, unsigned index)
{
    Value v = namespace_find(vm, R[0], name);
    if (v != VALUE_UNBOUND) return v;
    Function *f = frame_of(R)->function;
    v = f->closure[index]->value;
    return v != VALUE_UNBOUND ? v : raise_unbound_free(vm, f, index);
}

bool name_delete(VM *vm, Value namespace_, Str *name)
{
    if (value_delitem(vm, namespace_, value_object(name))) return true;
    if (!error_is(vm, EXC_KeyError)) return false;
    error_take(vm);
    raise_name_error(vm, name);
    return false;
}

// Methods that may be written in Rill

static SlowResult slow_value(Value v)
{
    if (is_error(v)) return (SlowResult){SLOW_RAISE, VALUE_ERROR};
    return (SlowResult){SLOW_VALUE, v};
}

static SlowResult slow_bool(bool done)
{
    return (SlowResult){done ? SLOW_VALUE : SLOW_RAISE, VALUE_NONE};
}

// Give f its frame above base, called with args; its result goes where RETURN finds vm->frame's instruction.
static SlowResult push_function(VM *vm, Value *base, Function *f, int argc, const Value *args, Value **R, const Instr **pc)
{
    Value result = VALUE_NONE;
    Value *window = base + FRAME_WORDS;
    if (window + argc > vm->stack_end) return slow_value(raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded"));
    for (int i = 0; i < argc; i++) window[i] = args[i];
    switch (call_begin(vm, value_object(f), argc, window, NULL, base, &result, R)) {
    case CALL_ERROR: return (SlowResult){SLOW_RAISE, VALUE_ERROR};
    case CALL_VALUE: return slow_value(result);
    case CALL_FRAME: break;
    }
    *pc = f->code->instrs;
    return (SlowResult){SLOW_CONTINUE, VALUE_NONE};
}

// A Rill function that runs when called; making a generator allocates, which arguments above the top do not survive.
static bool is_plain_function(Value v)
{
    return is_function(v) && !(as_function(v)->code->flags & CODE_GENERATOR);
}

// Call a method found in the class of args[0] with args.
static SlowResult call_method(VM *vm, Value method, int argc, const Value *args, Value **R, const Instr **pc)
{
    if (likely(is_plain_function(method)))
        return push_function(vm, vm_stack_top(vm), as_function(method), argc, args, R, pc);
    if (is_function(method) || is_kind(method, KIND_NATIVE)) return slow_value(value_call(vm, method, argc, args));
    Value bound = descriptor_get(vm, method, args[0], class_of(vm, args[0]));
    if (is_error(bound)) return slow_value(bound);
    return slow_value(value_call(vm, bound, argc - 1, args + 1));
}

// A frame between the running one and a method, which does something with what the method returns.
enum { STUB_REGS = 6 };
#define STUB_FUNCTION(name, opcode)                                                                        \
    static Function *name(void)                                                                            \
    {                                                                                                      \
        static Instr instrs[] = {OP_CALL, opcode};                                                         \
        static CodePosition positions[2];                                                                  \
        static Code code = {                                                                               \
            .object = {HEAD(KIND_CODE, 0, 0), KIND_CODE}, .instrs = instrs, .n_instrs = 2,                 \
            .flags = CODE_METHOD_STUB, .n_regs = STUB_REGS, .positions = positions,                        \
        };                                                                                                 \
        static Function stub = {                                                                           \
            .object = {HEAD(KIND_FUNCTION, 0, FUNCTION_COMPLEX), KIND_FUNCTION}, .code = &code};           \
        return &stub;                                                                                      \
    }
STUB_FUNCTION(binary_stub, OP_STUBBINARY)
STUB_FUNCTION(truth_stub, OP_STUBTRUTH)
STUB_FUNCTION(not_stub, OP_STUBNOT)

static SlowResult call_through_stub(VM *vm, Function *stub, const Value *extra, int n_extra, Function *method,
                                    int argc, const Value *args, Value **R, const Instr **pc)
{
    Value *caller = vm->frame;
    Value *regs = vm_stack_top(vm) + FRAME_WORDS;
    if (regs + STUB_REGS > vm->stack_end)
        return slow_value(raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded"));
    *frame_of(regs) = (FrameHeader){caller, stub->code->instrs + 1, stub};
    regs[0] = VALUE_NONE;
    for (int i = 0; i < n_extra; i++) regs[1 + i] = extra[i];
    for (int i = 1 + n_extra; i < STUB_REGS; i++) regs[i] = VALUE_NONE;
    vm->frame = regs;
    SlowResult r = push_function(vm, regs + STUB_REGS, method, argc, args, R, pc);
    if (r.kind == SLOW_CONTINUE) return r;
    if (r.kind == SLOW_VALUE) {  // no frame was needed (a generator function): the stub itself goes on
        regs[0] = r.value;
        *R = regs;
        *pc = stub->code->instrs + 1;
        return (SlowResult){SLOW_CONTINUE, VALUE_NONE};
    }
    vm->frame = caller;
    return r;
}

// Binary operators and comparisons

enum { PLAN_INPLACE = 1 << 8, PLAN_COMPARE = 1 << 9 };

// The stub remembers a, b, the operator, and which candidate is running.
static SlowResult run_candidate(VM *vm, const BinaryCandidate *c, int index, Value a, Value b, int plan, Value **R,
                                const Instr **pc)
{
    Value extra[] = {a, b, small_int(plan), small_int(index)};
    Value args[] = {c->self, c->other};
    return call_through_stub(vm, binary_stub(), extra, countof(extra), as_function(c->method), 2, args, R, pc);
}

Value binary_after(VM *vm, Value *stub)
{
    if (likely(stub[0] != VALUE_NOT_IMPLEMENTED)) return stub[0];
    int plan = (int)as_int(stub[3]), next = (int)as_int(stub[4]) + 1;
    if (plan & PLAN_COMPARE) return compare_from(vm, (RichCompare)(plan & 0xFF), stub[1], stub[2], next);
    return binary_from(vm, (BinaryOperator)(plan & 0xFF), stub[1], stub[2], plan & PLAN_INPLACE, next);
}

static bool may_have_methods(VM *vm, Value v)
{
    return is_object(v) && class_is_heap(class_of(vm, v));
}

SlowResult binary_slow(VM *vm, BinaryOperator op, bool is_inplace, Value a, Value b, Value **R, const Instr **pc)
{
    if (op == BINARY_ADD && is_exact(a, KIND_STR) && is_exact(b, KIND_STR)) {
        Str *s = str_concat(vm, as_str(a), as_str(b));
        return slow_value(s ? value_object(s) : VALUE_ERROR);
    }
    if (may_have_methods(vm, a) || may_have_methods(vm, b)) {
        BinaryCandidate candidates[3];
        int n = binary_candidates(vm, op, a, b, is_inplace, candidates);
        if (n > 0 && is_plain_function(candidates[0].method))
            return run_candidate(vm, &candidates[0], 0, a, b, (int)op | (is_inplace ? PLAN_INPLACE : 0), R, pc);
    }
    return slow_value(is_inplace ? value_inplace(vm, op, a, b) : value_binary(vm, op, a, b));
}

SlowResult compare_slow(VM *vm, RichCompare op, Value a, Value b, Value **R, const Instr **pc)
{
    if (may_have_methods(vm, a) || may_have_methods(vm, b)) {
        BinaryCandidate candidates[3];
        int n = compare_candidates(vm, op, a, b, candidates);
        if (n > 0 && is_plain_function(candidates[0].method))
            return run_candidate(vm, &candidates[0], 0, a, b, (int)op | PLAN_COMPARE, R, pc);
    }
    return slow_value(value_compare(vm, op, a, b));
}

SlowResult unary_slow(VM *vm, Opcode op, Value v, Value **R, const Instr **pc)
{
    if (may_have_methods(vm, v)) {
        Str *name = op == OP_NEG ? S(__neg__) : op == OP_POS ? S(__pos__) : S(__invert__);
        Value method = special_lookup(vm, v, name);
        if (is_function(method)) return call_method(vm, method, 1, &v, R, pc);
    }
    if (op == OP_NEG) return slow_value(value_negate(vm, v));
    return slow_value(op == OP_POS ? value_positive(vm, v) : value_invert(vm, v));
}

SlowResult contains_slow(VM *vm, Value container, Value item, bool negate, Value **R, const Instr **pc)
{
    if (may_have_methods(vm, container)) {
        Value method = special_lookup(vm, container, S(__contains__));
        Value args[] = {container, item};
        if (is_plain_function(method))
            return call_through_stub(vm, negate ? not_stub() : truth_stub(), NULL, 0, as_function(method), 2, args, R, pc);
    }
    int r = value_contains(vm, container, item);
    return r < 0 ? slow_value(VALUE_ERROR) : slow_value(value_bool(r != negate));
}

// Attributes

SlowResult getattr_slow(VM *vm, Value o, Value **R, const Instr **pc)
{
    Instr *words = (Instr *)*pc - 3;
    Str *name = as_str(frame_of(*R)->function->consts[words[0] & 0xFFFF]);
    Value getter = VALUE_UNBOUND;
    Value v = attr_load(vm, o, name, words, &getter);
    if (likely(v != VALUE_UNBOUND)) return slow_value(v);
    return call_method(vm, getter, 1, &o, R, pc);
}

SlowResult setattr_slow(VM *vm, Value o, Value v, Value **R, const Instr **pc)
{
    Instr *words = (Instr *)*pc - 3;
    Str *name = as_str(frame_of(*R)->function->consts[words[0] & 0xFFFF]);
    Value setter = VALUE_UNBOUND;
    if (!attr_store(vm, o, name, v, words, &setter)) return slow_bool(false);
    if (likely(setter == VALUE_UNBOUND)) return slow_bool(true);
    Value args[] = {o, v};
    return call_method(vm, setter, 2, args, R, pc);
}

Value special_load(VM *vm, Value o, unsigned which)
{
    Str *name = which == SPECIAL_ENTER ? S(__enter__) : S(__exit__);
    Value method = special_lookup(vm, o, name);
    if (likely(method != VALUE_UNBOUND)) return descriptor_get(vm, method, o, class_of(vm, o));
    const char *hint = which == SPECIAL_EXIT ? " (missed __exit__ method)" : "";
    return raise_error(vm, EXC_TypeError, "'%s' object does not support the context manager protocol%s",
                       type_name(vm, o), hint);
}

// Items

SlowResult getitem_slow(VM *vm, Value o, Value key, Value **R, const Instr **pc)
{
    if (may_have_methods(vm, o)) {
        Value method = special_lookup(vm, o, S(__getitem__));
        Value args[] = {o, key};
        if (is_function(method)) return call_method(vm, method, 2, args, R, pc);
    }
    return slow_value(value_getitem(vm, o, key));
}

SlowResult setitem_slow(VM *vm, Value o, Value key, Value v, Value **R, const Instr **pc)
{
    if (likely(is_exact(o, KIND_DICT))) return slow_bool(dict_set(vm, as_dict(o), key, v));
    if (may_have_methods(vm, o)) {
        Value method = special_lookup(vm, o, S(__setitem__));
        Value args[] = {o, key, v};
        if (is_function(method)) return call_method(vm, method, 3, args, R, pc);
    }
    return slow_bool(value_setitem(vm, o, key, v));
}

SlowResult delitem_slow(VM *vm, Value o, Value key, Value **R, const Instr **pc)
{
    if (may_have_methods(vm, o)) {
        Value method = special_lookup(vm, o, S(__delitem__));
        Value args[] = {o, key};
        if (is_function(method)) return call_method(vm, method, 2, args, R, pc);
    }
    return slow_bool(value_delitem(vm, o, key));
}
