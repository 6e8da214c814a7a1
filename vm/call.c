// SPDX-License-Identifier: MIT
// call.c - calling any callable, from the interpreter (call_begin pushes frames and does not recurse
// in C) and from C (value_call runs a nested interpreter). How arguments become registers of a Rill
// function is in bind.c.
// INVARIANT: vm->depth counts the frames of Rill functions and the generators with GEN_FIRST_RUN.
#include "vm/call.h"

#include "vm/gc.h"
#include "vm/signature.h"
#include "vm/vm.h"

enum { MAX_INSERTED = 3, SMALL_ARGC = 24, MAX_INIT_ARGC = 200 };

Value *vm_stack_top(VM *vm)
{
    Value *regs = vm->frame;
    if (!regs) return vm->stack;
    if (regs < vm->stack || regs > vm->stack_end) return vm->top;
    Function *f = frame_of(regs)->function;
    if (!f) return regs + BOUNDARY_WORDS + as_int(regs[1]);
    return regs + f->code->n_regs;
}

static CallResult raise_recursion(VM *vm)
{
    raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded");
    return CALL_ERROR;
}

Value *call_push(VM *vm, Function *f, Value *base)
{
    Value *regs = base + FRAME_WORDS;
    if (unlikely(vm->depth >= vm->depth_limit || regs + f->code->n_regs > vm->stack_end)) {
        raise_recursion(vm);
        return NULL;
    }
    vm->depth++;
    *frame_of(regs) = (FrameHeader){vm->frame, f->code->instrs, f};
    return regs;
}

// Functions

static CallResult begin_function(VM *vm, Function *f, int argc, Value *argv, Tuple *names, Value *base,
                                 Value *result, Value **regs)
{
    if (f->code->flags & CODE_GENERATOR) {
        Generator *g = generator_new(f);
        if (vm->frame) {  // who made it: see generator.h
            g->made_at = frame_of(vm->frame)->pc;
            g->frame.prev = vm->frame;
        }
        if (!call_bind(vm, f, argc, argv, names, g->regs)) return CALL_ERROR;
        *result = value_object(g);
        return CALL_VALUE;
    }
    Value *r = base + FRAME_WORDS;
    if (unlikely(vm->depth >= vm->depth_limit || r + f->code->n_regs > vm->stack_end))
        return raise_recursion(vm);
    vm->reserved_top = r + f->code->n_regs;
    bool is_bound = call_bind(vm, f, argc, argv, names, r);
    vm->reserved_top = NULL;
    if (!is_bound) return CALL_ERROR;
    *regs = call_push(vm, f, base);
    call_clear_locals(f->code, r);
    return CALL_FRAME;
}

// Classes

// Code of a frame between the caller and __init__: register 0 takes what __init__ returns, register 1
// is the instance.
static Function *init_stub(void)
{
    static Instr instrs[3] = {OP_CALL, (Instr)OP_STUBINIT | (Instr)1 << 16};
    static CodePosition positions[2];
    static Code code = {
        .object = {HEAD(KIND_CODE, 0, 0), KIND_CODE},
        .instrs = instrs, .n_instrs = 2, .flags = CODE_METHOD_STUB, .n_regs = 2, .positions = positions,
    };
    static Function stub = {.object = {HEAD(KIND_FUNCTION, 0, FUNCTION_COMPLEX), KIND_FUNCTION}, .code = &code};
    return &stub;
}

static Value check_init_result(VM *vm, Value r)
{
    if (is_error(r) || r == VALUE_NONE) return r;
    return raise_error(vm, EXC_TypeError, "__init__() should return None, not '%s'", type_name(vm, r));
}

// Run init on the instance: by frames if it is a Rill function.
static CallResult begin_init(VM *vm, Value init, Value instance, int argc, Value *argv, Tuple *names,
                             Value *base, Value *result, Value **regs)
{
    if (!is_function(init) && !native_takes_self(init)) {
        Value bound = descriptor_get(vm, init, instance, class_of(vm, instance));
        if (is_error(bound)) return CALL_ERROR;
        *result = instance;
        Value r = check_init_result(vm, value_call_keywords(vm, bound, argc, argv, names));
        return is_error(r) ? CALL_ERROR : CALL_VALUE;
    }
    if (!is_function(init) || as_function(init)->code->flags & CODE_GENERATOR || argc > MAX_INIT_ARGC) {
        argv[-1] = instance;
        Value r = check_init_result(vm, value_call_keywords(vm, init, argc + 1, argv - 1, names));
        *result = instance;
        return is_error(r) ? CALL_ERROR : CALL_VALUE;
    }
    Value *stub = base + FRAME_WORDS;
    Value *inner = stub + 2;
    if (unlikely(inner + FRAME_WORDS + argc >= vm->stack_end)) return raise_recursion(vm);
    if (argv < inner + FRAME_WORDS + 1 && argv + argc > base) {  // the window is overwritten: move it up
        memmove(inner + FRAME_WORDS + 1, argv, (size_t)argc * sizeof(Value));
        argv = inner + FRAME_WORDS + 1;
    }
    Function *f = init_stub();
    *frame_of(stub) = (FrameHeader){vm->frame, f->code->instrs + 1, f};
    stub[0] = VALUE_NONE;
    stub[1] = instance;
    Value *caller = vm->frame;
    vm->frame = stub;
    argv[-1] = instance;
    CallResult r = begin_function(vm, as_function(init), argc + 1, argv - 1, names, inner, result, regs);
    vm->frame = caller;
    return r;
}

static CallResult raise_takes_no_arguments(VM *vm, Class *c)
{
    raise_error(vm, EXC_TypeError, "%s() takes no arguments", c->name->data);
    return CALL_ERROR;
}

// __new__ with the class before the arguments.
static Value call_new(VM *vm, Class *c, int argc, Value *argv, Tuple *names)
{
    argv[-1] = value_object(c);
    Value new_ = c->new_;
    if (likely(is_kind(new_, KIND_NATIVE))) return native_call(vm, as_native(new_), argc + 1, argv - 1, names);
    new_ = descriptor_get(vm, new_, VALUE_UNBOUND, c);
    if (is_error(new_)) return VALUE_ERROR;
    return value_call_keywords(vm, new_, argc + 1, argv - 1, names);
}

static CallResult construct(VM *vm, Class *c, int argc, Value *argv, Tuple *names, Value *base,
                            Value *result, Value **regs)
{
    if (c->init_epoch != vm->epoch) class_refresh_cache(vm, c);
    if (likely((c->flags & (CLASS_PLAIN_NEW | CLASS_ABSTRACT)) == CLASS_PLAIN_NEW)) {
        if (c->init == vm->object_init && argc > 0) return raise_takes_no_arguments(vm, c);
        Value instance = value_object(instance_new(vm, c));
        *result = instance;
        if (c->init == vm->object_init) return CALL_VALUE;
        return begin_init(vm, c->init, instance, argc, argv, names, base, result, regs);
    }
    Value o = call_new(vm, c, argc, argv, names);
    if (is_error(o)) return CALL_ERROR;
    *result = o;
    Class *made = class_of(vm, o);
    if (made != c && !class_is_subclass(made, c)) return CALL_VALUE;
    if (made->init_epoch != vm->epoch) class_refresh_cache(vm, made);
    if (made->init == vm->object_init) return CALL_VALUE;  // object.__new__ has checked the arguments
    return begin_init(vm, made->init, o, argc, argv, names, base, result, regs);
}

// A metaclass may have its own __call__.
static Value meta_call_method(VM *vm, Class *c)
{
    if (likely(c->meta == NULL || c->meta == vm->type_type)) return VALUE_UNBOUND;
    Value method = class_lookup(vm, c->meta, S(__call__));
    return method == vm->type_call ? VALUE_UNBOUND : method;
}

static CallResult call_type(VM *vm, int argc, Value *argv, Tuple *names, Value *result)
{
    if (argc == 1 && !names) {
        *result = value_object(class_of(vm, argv[0]));
        return CALL_VALUE;
    }
    if (vm->type_type->init_epoch != vm->epoch) class_refresh_cache(vm, vm->type_type);
    *result = call_new(vm, vm->type_type, argc, argv, names);
    return is_error(*result) ? CALL_ERROR : CALL_VALUE;
}

// Any callable

static CallResult raise_not_callable(VM *vm, Value callee)
{
    raise_error(vm, EXC_TypeError, "'%s' object is not callable", type_name(vm, callee));
    return CALL_ERROR;
}

static CallResult finish_value(Value v, Value *result)
{
    *result = v;
    return is_error(v) ? CALL_ERROR : CALL_VALUE;
}

CallResult call_begin(VM *vm, Value callee, int argc, Value *argv, Tuple *names, Value *base,
                      Value *result, Value **regs)
{
    for (int inserted = 0;; inserted++) {
        Kind kind = is_object(callee) ? object_kind(as_object(callee)) : KIND_NONE;
        Value method = VALUE_UNBOUND;
        switch (kind) {
        case KIND_FUNCTION: return begin_function(vm, as_function(callee), argc, argv, names, base, result, regs);
        case KIND_NATIVE: return finish_value(native_call(vm, as_native(callee), argc, argv, names), result);
        case KIND_BOUND_METHOD: {
            BoundMethod *m = as_pointer(callee);
            callee = m->function;
            *--argv = m->self;
            argc++;
            break;
        }
        case KIND_CLASS:
            if (argc == 1 && !names && as_class(callee)->convert)
                return finish_value(as_class(callee)->convert(vm, argv[0]), result);
            if (as_class(callee) == vm->type_type) return call_type(vm, argc, argv, names, result);
            method = meta_call_method(vm, as_class(callee));
            if (method == VALUE_UNBOUND)
                return construct(vm, as_class(callee), argc, argv, names, base, result, regs);
            goto special;
        case KIND_OPAQUE: {
            CallHook hook = class_of(vm, callee)->call_hook;
            if (hook) return (CallResult)hook(vm, callee, argc, argv, names, base, result, regs);
        }
            // fall through
        default:
            method = special_lookup(vm, callee, S(__call__));
            if (method == VALUE_UNBOUND) return raise_not_callable(vm, callee);
        special:
            if (is_function(method) || native_takes_self(method)) {
                *--argv = callee;
                argc++;
                callee = method;
            } else {
                callee = descriptor_get(vm, method, callee, class_of(vm, callee));
                if (is_error(callee)) return CALL_ERROR;
            }
        }
        if (inserted == MAX_INSERTED - 1) {  // no room before argv any more: go on from C
            *result = value_call_keywords(vm, callee, argc, argv, names);
            return is_error(*result) ? CALL_ERROR : CALL_VALUE;
        }
    }
}

// From C

// Where RETURN delivers the result of a call from C.
static const Instr call_stub[] = {OP_CALL, OP_HALT};

static Value call_through_boundary(VM *vm, Value callee, int argc, const Value *argv, Tuple *names)
{
    Value *frame = vm->frame, *top = vm->top;
    Value *boundary = vm_stack_top(vm) + FRAME_WORDS;
    Value *base = boundary + BOUNDARY_WORDS;
    Value *args = base + FRAME_WORDS;
    if (unlikely(args + argc > vm->stack_end)) {
        raise_recursion(vm);
        return VALUE_ERROR;
    }
    *frame_of(boundary) = (FrameHeader){frame, call_stub + 1, NULL};
    boundary[0] = VALUE_NONE;
    boundary[1] = small_int(FRAME_WORDS + argc);
    for (int i = 0; i < FRAME_WORDS; i++) base[i] = VALUE_NONE;
    for (int i = 0; i < argc; i++) args[i] = argv[i];
    vm->frame = boundary;
    Value result = VALUE_ERROR;
    Value *regs = NULL;
    switch (call_begin(vm, callee, argc, args, names, base, &result, &regs)) {
    case CALL_ERROR: result = VALUE_ERROR; break;
    case CALL_VALUE: break;
    case CALL_FRAME: result = interp_run(vm, regs, frame_of(regs)->function->code->instrs);
    }
    vm->frame = frame;
    vm->top = top;
    return result;
}

Value value_call_keywords(VM *vm, Value callee, int argc, const Value *argv, Tuple *names)
{
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    if (is_kind(callee, KIND_NATIVE)) return native_call(vm, as_native(callee), argc, argv, names);
    return call_through_boundary(vm, callee, argc, argv, names);
}

Value value_call(VM *vm, Value callee, int argc, const Value *argv)
{
    return value_call_keywords(vm, callee, argc, argv, NULL);
}

Value value_call_dict(VM *vm, Value callee, Tuple *args, Dict *keywords)
{
    size_t n_keywords = keywords ? keywords->len : 0;
    size_t n = args->len + n_keywords;
    Value *argv = gc_alloc_array(n + 1, sizeof(Value));
    memcpy(argv, args->items, args->len * sizeof(Value));
    if (n_keywords == 0) return value_call(vm, callee, (int)n, argv);
    Tuple *names = tuple_new(n_keywords);
    size_t pos = 0, i = 0;
    Value key, v;
    while (dict_next(keywords, &pos, &key, &v)) {
        if (!is_str(key)) return raise_error(vm, EXC_TypeError, "keywords must be strings");
        names->items[i] = key;
        argv[args->len + i++] = v;
    }
    return value_call_keywords(vm, callee, (int)n, argv, names);
}

static Value call_with_self(VM *vm, Value method, Value self, int argc, const Value *argv)
{
    Value args[SMALL_ARGC + 1];
    args[0] = self;
    for (int i = 0; i < argc; i++) args[i + 1] = argv[i];
    return value_call(vm, method, argc + 1, args);
}

Value value_call_method(VM *vm, Value o, Str *name, int argc, const Value *argv)
{
    Value method = argc < SMALL_ARGC ? attr_find_method(vm, o, name) : VALUE_UNBOUND;
    if (method != VALUE_UNBOUND) return call_with_self(vm, method, o, argc, argv);
    method = value_getattr(vm, o, name);
    return is_error(method) ? VALUE_ERROR : value_call(vm, method, argc, argv);
}

Value value_call_special(VM *vm, Value o, Str *name, int argc, const Value *argv)
{
    Value method = special_lookup(vm, o, name);
    if (method == VALUE_UNBOUND) return VALUE_UNBOUND;
    if (argc < SMALL_ARGC && (is_function(method) || native_takes_self(method)))
        return call_with_self(vm, method, o, argc, argv);
    method = descriptor_get(vm, method, o, class_of(vm, o));
    return is_error(method) ? VALUE_ERROR : value_call(vm, method, argc, argv);
}

Value call_code(VM *vm, Function *f, Value namespace_)
{
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Value *frame = vm->frame, *top = vm->top;
    Value *boundary = vm_stack_top(vm) + FRAME_WORDS;
    *frame_of(boundary) = (FrameHeader){frame, call_stub + 1, NULL};
    boundary[0] = VALUE_NONE;
    boundary[1] = small_int(0);
    vm->frame = boundary;
    Value result = VALUE_ERROR;
    Value *regs = call_push(vm, f, boundary + BOUNDARY_WORDS);
    if (regs) {
        if (namespace_ != VALUE_UNBOUND) regs[0] = namespace_;
        result = interp_run(vm, regs, f->code->instrs);
    }
    vm->frame = frame;
    vm->top = top;
    return result;
}

bool value_is_callable(VM *vm, Value v)
{
    if (is_function(v) || is_kind(v, KIND_NATIVE) || is_class(v) || is_kind(v, KIND_BOUND_METHOD))
        return true;
    return special_lookup(vm, v, S(__call__)) != VALUE_UNBOUND;
}

Str *value_function_text(VM *vm, Value callee)
{
    Value qualname = value_find_attr(vm, callee, S(__qualname__));
    if (is_error(qualname)) return NULL;
    if (!is_str(qualname)) return value_str(vm, callee);
    Value module = value_find_attr(vm, callee, S(__module__));
    if (is_error(module)) return NULL;
    const char *name = as_str(qualname)->data;
    if (!is_str(module) || str_is(as_str(module), "builtins")) return str_format("%s()", name);
    return str_format("%s.%s()", as_str(module)->data, name);
}
