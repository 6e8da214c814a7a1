// SPDX-License-Identifier: MIT
// generator_methods.c - the generator type as scripts see it: next, send, throw, close, the gi_ attributes.
// Resuming and closing themselves are in vm/generator.c; when Rill code calls send or __next__, the interpreter
// resumes the generator without coming here (NativeSpecial).
#include "stdlib/stdlib.h"
#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/native.h"
#include "vm/vm.h"
#include "vm/warn.h"

static Value resume(VM *vm, Generator *g, Value value)
{
    Value v = generator_resume(vm, g, value);
    return v == VALUE_STOP ? raise_stop_iteration(vm, vm->stop_value) : v;
}

NATIVE(generator_next, "__next__(self, /)", "Implement next(self).")
{
    return resume(vm, as_generator(args[0]), VALUE_NONE);
}

NATIVE(generator_iter, "__iter__(self, /)", "Implement iter(self).")
{
    return args[0];
}

NATIVE(generator_send, "send(self, arg, /)",
       "Resume the generator: arg becomes the value of the yield it is suspended at.\n"
       "Return the next yielded value; StopIteration(value) if the generator returns.")
{
    return resume(vm, as_generator(args[0]), args[1]);
}

// The exception that throw(type, value, traceback) means, a class if it is all that is given; value and tb
// VALUE_UNBOUND if not given.
static Value make_exception(VM *vm, Value type, Value value, Value tb)
{
    bool is_class_ = is_class(type) && class_is_subclass(as_class(type), vm->exceptions[EXC_BaseException]);
    if (tb != VALUE_UNBOUND && tb != VALUE_NONE && !is_kind(tb, KIND_TRACEBACK))
        return raise_error(vm, EXC_TypeError, "throw() third argument must be a traceback object");
    if (is_exception(type)) {
        if (value != VALUE_UNBOUND && value != VALUE_NONE)
            return raise_error(vm, EXC_TypeError, "instance exception may not have a separate value");
        return type;
    }
    if (!is_class_)
        return raise_error(vm, EXC_TypeError,
                           "exceptions must be classes or instances deriving from BaseException, not %s",
                           type_name(vm, type));
    if (value == VALUE_UNBOUND && tb == VALUE_UNBOUND) return type;
    Class *c = as_class(type);
    if (value == VALUE_UNBOUND || value == VALUE_NONE) return exception_new_or_failure(vm, c, tuple_empty);
    if (is_instance(vm, value, c)) return value;
    return exception_new_or_failure(vm, c, is_tuple(value) ? as_tuple(value) : tuple_from(&value, 1));
}

static bool warn_of_three_arguments(VM *vm)
{
    return warn_here(vm, EXC_DeprecationWarning,
                     str_from_cstr("the (type, exc, tb) signature of throw() is deprecated, "
                                   "use the single-arg signature instead."));
}

NATIVE(generator_throw, "throw(self, typ, val=?, tb=?, /)",
       "Raise an exception where the generator is suspended. Return the next yielded value;\n"
       "StopIteration(value) if the generator returns, whatever it raises otherwise.")
{
    if (args[2] != VALUE_UNBOUND && !warn_of_three_arguments(vm)) return VALUE_ERROR;
    Value e = make_exception(vm, args[1], args[2], args[3]);
    if (is_error(e)) return VALUE_ERROR;
    if (args[3] != VALUE_UNBOUND)
        as_exception(e)->traceback = args[3] == VALUE_NONE ? NULL : as_pointer(args[3]);
    Value v = generator_throw(vm, as_generator(args[0]), e);
    return v == VALUE_STOP ? raise_stop_iteration(vm, vm->stop_value) : v;
}

NATIVE(generator_close, "close(self, /)",
       "Raise GeneratorExit where the generator is suspended, so that it cleans up.\n"
       "Return what it returns, None if it does not catch GeneratorExit.")
{
    return generator_close(vm, as_generator(args[0]));
}

static Generator *outermost(Generator *g)
{
    while (generator_has_up(g)) g = g->up;
    return g;
}

// The generator itself runs, or one that it delegates to does.
static bool is_running(Generator *g)
{
    if (generator_state(g) == GEN_RUNNING) return true;
    if (generator_state(g) != GEN_DELEGATING) return false;
    return generator_state(outermost(g)->link) == GEN_RUNNING;
}

NATIVE(generator_repr, "__repr__(self, /)", "Return repr(self).")
{
    Function *f = as_generator(args[0])->frame.function;
    return value_object(str_format("<generator object %s at %p>", f->qualname->data, as_pointer(args[0])));
}

NATIVE(generator_sizeof, "__sizeof__(self, /)", "Size of the generator and its frame in bytes.")
{
    return small_int((int64_t)gc_object_size(as_pointer(args[0])));
}

static Value get_frame(VM *vm, Value self)
{
    (void)vm;
    Generator *g = as_generator(self);
    if (generator_state(g) == GEN_DONE) return VALUE_NONE;
    return value_object(frame_of_generator(g));
}

static Value get_running(VM *vm, Value self)
{
    (void)vm;
    return value_bool(is_running(as_generator(self)));
}

static Value get_suspended(VM *vm, Value self)
{
    (void)vm;
    Generator *g = as_generator(self);
    GeneratorState state = generator_state(g);
    return value_bool(state != GEN_CREATED && state != GEN_DONE && !is_running(g));
}

static Value get_yieldfrom(VM *vm, Value self)
{
    (void)vm;
    Generator *g = as_generator(self);
    if (is_running(g)) return VALUE_NONE;
    Value delegate = generator_yieldfrom(g);
    if (is_generator(delegate)) generator_disown(as_generator(delegate));
    return delegate;
}

static Value get_code(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_generator(self)->frame.function->code);
}

// A generator whose name was set has a function of its own, so that all others pay nothing for it.
static Function *own_function(Generator *g)
{
    if (frame_seen(g->frame.function)) return g->frame.function;
    Function *f = gc_new(Function);
    *f = *g->frame.function;
    g->frame.function = f;
    return f;
}

static Value get_name(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_generator(self)->frame.function->name);
}

static Value get_qualname(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_generator(self)->frame.function->qualname);
}

static bool set_name(VM *vm, Value self, Value v)
{
    if (!is_str(v)) {
        raise_error(vm, EXC_TypeError, "__name__ must be set to a string object");
        return false;
    }
    own_function(as_generator(self))->name = as_str(v);
    return true;
}

static bool set_qualname(VM *vm, Value self, Value v)
{
    if (!is_str(v)) {
        raise_error(vm, EXC_TypeError, "__qualname__ must be set to a string object");
        return false;
    }
    own_function(as_generator(self))->qualname = as_str(v);
    return true;
}

static void make_special(VM *vm, Str *name, NativeSpecial special)
{
    native_make_special(class_lookup(vm, vm->classes[KIND_GENERATOR], name), special);
}

void generator_define(VM *vm)
{
    static const NativeDef *const methods[] = {
        &def_generator_next, &def_generator_iter,  &def_generator_send,   &def_generator_throw,
        &def_generator_close, &def_generator_repr, &def_generator_sizeof, NULL};
    static const GetSetDef getset[] = {
        {"gi_frame", get_frame, NULL, "The frame, None when the generator is finished."},
        {"gi_running", get_running, NULL, "Whether the generator is executing."},
        {"gi_suspended", get_suspended, NULL, "Whether the generator waits at a yield."},
        {"gi_yieldfrom", get_yieldfrom, NULL, "The iterator that yield from delegates to, or None."},
        {"gi_code", get_code, NULL, "The code object."},
        {"__name__", get_name, set_name, "Name of the generator."},
        {"__qualname__", get_qualname, set_qualname, "Qualified name of the generator."},
        {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {
        .name = "generator",
        .kind = KIND_GENERATOR,
        .doc = "An iterator over what the body of a function with yield gives, made by calling the function.",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL};
    class_define(vm, &type, NULL);
    make_special(vm, S(__next__), NATIVE_GENERATOR_NEXT);
    make_special(vm, S(send), NATIVE_GENERATOR_SEND);
    make_special(vm, S(throw), NATIVE_GENERATOR_THROW);
    make_special(vm, S(close), NATIVE_GENERATOR_CLOSE);
}
