// SPDX-License-Identifier: MIT
// interp_ops.c - slow paths of the interpreter: names, operators, attributes, items. An operator method or
// property written in Rill gets a frame of its own here, so that it does not grow the C stack.
#include "vm/interp.h"

#include "vm/str_split.h"

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

// Call a method found in the class of args[0] with args. (Making a generator allocates, which arguments above the top
// do not survive.)
static SlowResult call_method(VM *vm, Value method, int argc, const Value *args, Value **R, const Instr **pc)
{
    if (likely(is_plain_function(method)))
        return push_function(vm, vm_stack_top(vm), as_function(method), argc, args, R, pc);
    if (is_function(method) || native_takes_self(method)) return slow_value(value_call(vm, method, argc, args));
    Value bound = descriptor_get(vm, method, args[0], class_of(vm, args[0]));
    if (is_error(bound)) return slow_value(bound);
    return slow_value(value_call(vm, bound, argc - 1, args + 1));
}

// A frame between the running one and a method, which does something with what the method returns, or with the
// exception it ends with (in its last register).
enum { STUB_REGS = 6, STUB_EXCEPTION = STUB_REGS - 1 };
#define STUB_FUNCTION(name, opcode, n)                                                                     \
    static Function *name(void)                                                                            \
    {                                                                                                      \
        static Instr instrs[4] = {OP_CALL, opcode, OP_STUBFALLBACK};                                       \
        static CodePosition positions[3];                                                                  \
        static CodeHandler handlers[] = {{.start = 0, .end = 1, .target = 2, .reg = STUB_EXCEPTION}};      \
        static Code code = {                                                                               \
            .object = {HEAD(KIND_CODE, 0, 0), KIND_CODE}, .instrs = instrs, .n_instrs = 3,                 \
            .flags = CODE_METHOD_STUB, .n_regs = STUB_REGS, .positions = positions,                        \
            .handlers = handlers, .n_handlers = n,                                                         \
        };                                                                                                 \
        static Function stub = {                                                                           \
            .object = {HEAD(KIND_FUNCTION, 0, FUNCTION_COMPLEX), KIND_FUNCTION}, .code = &code};           \
        return &stub;                                                                                      \
    }
STUB_FUNCTION(binary_stub, OP_STUBBINARY, 0)
STUB_FUNCTION(negation_stub, OP_STUBNEGATION, 0)
STUB_FUNCTION(contains_stub, OP_STUBCONTAINS, 0)
STUB_FUNCTION(truth_stub, OP_STUBTRUTH, 0)
STUB_FUNCTION(getattr_stub, OP_STUBVALUE, 1)
STUB_FUNCTION(text_stub, OP_STUBTEXT, 0)
STUB_FUNCTION(iter_stub, OP_STUBITER, 0)

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
    if (r.kind != SLOW_CONTINUE) vm->frame = caller;
    return r;
}

// The running stub is done: its caller goes on.
static void leave_stub(VM *vm, Value **R, const Instr **pc)
{
    vm->top = *R - FRAME_WORDS;
    *R = vm->frame = frame_of(*R)->prev;
    *pc = frame_of(*R)->pc;
}

// Truth

// The instruction before pc jumps if, or stores whether, something is true: it is, or is not.
static SlowResult deliver_truth(bool truth, const Instr **pc)
{
    Instr insn = (*pc)[-1];
    switch (instr_op(insn)) {
    case OP_JT:
    case OP_JF:
        if (truth == (instr_op(insn) == OP_JT)) *pc += instr_sbx(insn);
        return (SlowResult){SLOW_CONTINUE, VALUE_NONE};
    case OP_NOT:
    case OP_NOTIN:
    case OP_NE:
    case OP_NEJ:
    case OP_NEIJ: return slow_value(value_bool(!truth));
    default: return slow_value(value_bool(truth));
    }
}

SlowResult truth_slow(VM *vm, Value v, Value **R, const Instr **pc)
{
    int truth = value_truth_plain(v);
    if (truth >= 0) return deliver_truth(truth, pc);
    bool is_length;
    Value method = truth_method(vm, v, &is_length);
    if (method == VALUE_UNBOUND) return deliver_truth(true, pc);
    if (is_plain_function(method)) {
        Value extra = value_bool(is_length);
        return call_through_stub(vm, truth_stub(), &extra, 1, as_function(method), 1, &v, R, pc);
    }
    truth = value_truth_slow(vm, v);
    return truth < 0 ? slow_value(VALUE_ERROR) : deliver_truth(truth, pc);
}

SlowResult truth_after(VM *vm, Value **R, const Instr **pc)
{
    Value result = (*R)[0];
    bool is_length = (*R)[1] == VALUE_TRUE;
    leave_stub(vm, R, pc);
    int truth = truth_of_result(vm, result, is_length);
    return truth < 0 ? slow_value(VALUE_ERROR) : deliver_truth(truth, pc);
}

SlowResult contains_after(VM *vm, Value **R, const Instr **pc)
{
    Value result = (*R)[0];
    leave_stub(vm, R, pc);
    return truth_slow(vm, result, R, pc);
}

// Binary operators and comparisons

enum { PLAN_INPLACE = 1 << 8, PLAN_COMPARE = 1 << 9 };

// The stub remembers a, b, the operator, and which candidate is running.
static SlowResult run_candidate(VM *vm, const BinaryCandidate *c, int index, Value a, Value b, int plan, Value **R,
                                const Instr **pc)
{
    Value extra[] = {a, b, small_int(plan), small_int(index)};
    Value args[] = {c->self, c->other};
    Function *stub = c->negates ? negation_stub() : binary_stub();
    return call_through_stub(vm, stub, extra, countof(extra), as_function(c->method), 2, args, R, pc);
}

// The candidates from number `next` on.
static SlowResult try_candidates(VM *vm, int plan, Value a, Value b, int next, Value **R, const Instr **pc)
{
    BinaryCandidate candidates[MAX_CANDIDATES];
    bool is_inplace = plan & PLAN_INPLACE, is_compare = plan & PLAN_COMPARE;
    int op = plan & 0xFF;
    int n = is_compare ? compare_candidates(vm, (RichCompare)op, a, b, candidates)
                       : binary_candidates(vm, (BinaryOperator)op, a, b, is_inplace, candidates);
    for (int i = next; i < n; i++) {
        const BinaryCandidate *c = &candidates[i];
        if (is_plain_function(c->method)) return run_candidate(vm, c, i, a, b, plan, R, pc);
        Value v = is_compare ? compare_try(vm, (RichCompare)op, a, b, c)
                             : binary_try(vm, (BinaryOperator)op, a, b, is_inplace, c);
        if (v != VALUE_NOT_IMPLEMENTED) return slow_value(v);
    }
    if (is_compare) return slow_value(compare_declined(vm, (RichCompare)op, a, b));
    return slow_value(raise_binary_type_error(vm, (BinaryOperator)op, a, b, is_inplace));
}

SlowResult binary_after(VM *vm, Value **R, const Instr **pc)
{
    Value *stub = *R;
    Value result = stub[0], a = stub[1], b = stub[2];
    int plan = (int)as_int(stub[3]), index = (int)as_int(stub[4]);
    leave_stub(vm, R, pc);
    if (result == VALUE_NOT_IMPLEMENTED) return try_candidates(vm, plan, a, b, index + 1, R, pc);
    return truth_slow(vm, result, R, pc);  // of a negation
}

SlowResult binary_slow(VM *vm, BinaryOperator op, bool is_inplace, Value a, Value b, Value **R, const Instr **pc)
{
    if (op == BINARY_ADD && is_exact(a, KIND_STR) && is_exact(b, KIND_STR)) {
        Str *s = str_concat(vm, as_str(a), as_str(b));
        return slow_value(s ? value_object(s) : VALUE_ERROR);
    }
    if (may_have_methods(vm, a) || may_have_methods(vm, b))
        return try_candidates(vm, (int)op | (is_inplace ? PLAN_INPLACE : 0), a, b, 0, R, pc);
    return slow_value(is_inplace ? value_inplace(vm, op, a, b) : value_binary(vm, op, a, b));
}

SlowResult compare_slow(VM *vm, RichCompare op, Value a, Value b, Value **R, const Instr **pc)
{
    if (may_have_methods(vm, a) || may_have_methods(vm, b))
        return try_candidates(vm, (int)op | PLAN_COMPARE, a, b, 0, R, pc);
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
    if (is_exact(container, KIND_STR) && is_exact(item, KIND_STR)) {
        const Str *s = as_str(container), *needle = as_str(item);
        return slow_value(value_bool((text_find(s->data, s->size, needle->data, needle->size) >= 0) != negate));
    }
    if (may_have_methods(vm, container)) {
        Value method = special_lookup(vm, container, S(__contains__));
        Value args[] = {container, item};
        if (is_plain_function(method))
            return call_through_stub(vm, contains_stub(), NULL, 0, as_function(method), 2, args, R, pc);
    }
    int r = value_contains(vm, container, item);
    return r < 0 ? slow_value(VALUE_ERROR) : slow_value(value_bool(r != negate));
}

// While somebody looks at what registers let go of, things go their usual way.
Value split_item(VM *vm, const Value *window, const Instr *call)
{
    const Value *args = window + FRAME_WORDS;
    unsigned argc = instr_b(call[0]);
    if (window[0] != vm->str_split || !is_exact(args[0], KIND_STR) || unlikely(vm->n_protected)) return VALUE_UNBOUND;
    if (argc > 1 || (argc == 1 && !is_exact(args[1], KIND_STR))) return VALUE_UNBOUND;
    Str *item = str_split_item(as_str(args[0]), argc ? as_str(args[1]) : NULL, instr_sc(call[1]));
    return item ? value_object(item) : VALUE_UNBOUND;
}

// Iterators, and the fields of f-strings

SlowResult iter_slow(VM *vm, Value v, Value **R, const Instr **pc)
{
    Value method = may_have_methods(vm, v) ? special_lookup(vm, v, S(__iter__)) : VALUE_UNBOUND;
    if (!is_plain_function(method)) return slow_value(value_iter(vm, v));
    return call_through_stub(vm, iter_stub(), NULL, 0, as_function(method), 1, &v, R, pc);
}

SlowResult iter_after(VM *vm, Value **R, const Instr **pc)
{
    Value it = (*R)[0];
    leave_stub(vm, R, pc);
    it = iter_check(vm, it);
    bool is_loop = instr_op((*pc)[-1]) == OP_FORPREP;
    return is_loop && !is_error(it) ? for_enter(vm, it, R, pc) : slow_value(it);
}

static bool is_of_object(VM *vm, Value method, Str *name)
{
    return method == dict_find_str(vm->type_object->dict, name);
}

// The method that makes the text of v, for flags as FORMAT has them; *name is what is said to have returned it.
static Value text_method(VM *vm, Value v, unsigned flags, Str **name)
{
    unsigned conversion = flags & 3;
    *name = conversion == 0 ? S(__format__) : conversion == 1 ? S(__str__) : S(__repr__);
    Value method = special_lookup(vm, v, *name);
    if (flags == 0 && is_of_object(vm, method, *name)) method = special_lookup(vm, v, *name = S(__str__));
    bool is_repr = *name == S(__str__) && is_of_object(vm, method, *name);
    return is_repr ? special_lookup(vm, v, S(__repr__)) : method;
}

SlowResult format_slow(VM *vm, Value v, Value spec, unsigned flags, Value **R, const Instr **pc)
{
    Str *name = NULL;
    bool is_ascii = (flags & 3) == 3;
    Value method = may_have_methods(vm, v) && !is_ascii ? text_method(vm, v, flags, &name) : VALUE_UNBOUND;
    if (!is_plain_function(method)) return slow_value(format_field(vm, v, spec, flags));
    if (!(flags & 4)) spec = value_object(str_empty);
    Value args[] = {v, spec}, extra[] = {value_object(name), spec, small_int(flags)};
    int argc = name == S(__format__) ? 2 : 1;
    return call_through_stub(vm, text_stub(), extra, countof(extra), as_function(method), argc, args, R, pc);
}

SlowResult format_after(VM *vm, Value **R, const Instr **pc)
{
    Value text = (*R)[0], spec = (*R)[2];
    Str *name = as_str((*R)[1]);
    unsigned flags = (unsigned)as_int((*R)[3]);
    leave_stub(vm, R, pc);
    if (!is_str(text)) {
        const char *type = type_name(vm, text);
        if (name != S(__format__)) return slow_value(raise_error(vm, EXC_TypeError, "%s returned non-string (type %s)", name->data, type));
        return slow_value(raise_error(vm, EXC_TypeError, "__format__ must return a str, not %s", type));
    }
    return slow_value(flags & 3 ? format_field(vm, text, spec, flags & 4) : text);
}

// Attributes

SlowResult attr_call_slow(VM *vm, Value o, Str *name, Value **R, const Instr **pc)
{
    AttrCall call = vm->attr_call;
    Function *f = as_function(call.function);
    if (!call.has_fallback) return push_function(vm, vm_stack_top(vm), f, call.argc, call.args, R, pc);
    Value extra[] = {o, value_object(name)};
    return call_through_stub(vm, getattr_stub(), extra, countof(extra), f, call.argc, call.args, R, pc);
}

SlowResult getattr_slow(VM *vm, Value o, Value **R, const Instr **pc)
{
    Instr *words = (Instr *)*pc - 3;
    Str *name = as_str(frame_of(*R)->function->consts[words[0] & 0xFFFF]);
    Value v = attr_load(vm, o, name, words);
    if (likely(v != VALUE_UNBOUND)) return slow_value(v);
    return attr_call_slow(vm, o, name, R, pc);
}

SlowResult getattr_failed(VM *vm, Value **R, const Instr **pc)
{
    Value o = (*R)[1], exception = (*R)[STUB_EXCEPTION];
    Str *name = as_str((*R)[2]);
    leave_stub(vm, R, pc);
    if (!exception_matches(vm, exception, EXC_AttributeError)) {
        vm->exception = exception;
        return slow_value(VALUE_ERROR);
    }
    Value v = attr_fallback(vm, o, name);
    if (v != VALUE_UNBOUND) return slow_value(v);
    return attr_call_slow(vm, o, name, R, pc);
}

SlowResult super_slow(VM *vm, Value start, Value self, Str *name, Value **R, const Instr **pc)
{
    Value v = super_load(vm, start, self, name);
    if (v != VALUE_UNBOUND) return slow_value(v);
    return attr_call_slow(vm, self, name, R, pc);
}

SlowResult setattr_slow(VM *vm, Value o, Value v, Value **R, const Instr **pc)
{
    Instr *words = (Instr *)*pc - 3;
    Str *name = as_str(frame_of(*R)->function->consts[words[0] & 0xFFFF]);
    Value r = attr_store(vm, o, name, v, words);
    return likely(r != VALUE_UNBOUND) ? slow_value(r) : attr_call_slow(vm, o, name, R, pc);
}

SlowResult delattr_slow(VM *vm, Value o, Str *name, Value **R, const Instr **pc)
{
    Value r = attr_delete(vm, o, name);
    return likely(r != VALUE_UNBOUND) ? slow_value(r) : attr_call_slow(vm, o, name, R, pc);
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
    if (likely(is_exact(o, KIND_DICT))) return slow_value(dict_getitem(vm, o, key));
    if (!may_have_methods(vm, o)) return slow_value(value_getitem(vm, o, key));
    Value method = special_lookup(vm, o, S(__getitem__));
    Value args[] = {o, key};
    if (is_dict(o) && method == dict_find_str(vm->classes[KIND_DICT]->dict, S(__getitem__))) {
        Value missing = special_lookup(vm, o, S(__missing__)), v = VALUE_UNBOUND;
        if (!is_plain_function(missing)) return slow_value(value_getitem(vm, o, key));
        int found = dict_find(vm, as_dict(o), key, &v);
        if (found) return slow_value(found < 0 ? VALUE_ERROR : v);
        method = missing;
    }
    return is_function(method) ? call_method(vm, method, 2, args, R, pc) : slow_value(value_getitem(vm, o, key));
}

SlowResult setitem_slow(VM *vm, Value o, Value key, Value v, Value **R, const Instr **pc)
{
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
