// SPDX-License-Identifier: MIT
// gc_module.c - the module gc. Collection is tracing and needs no help: switching it off only delays the clean-up of what
// is in cycles.
#include "vm/gc.h"

#include "stdlib/stdlib.h"
#include "vm/generator.h"
#include "vm/int.h"
#include "vm/reach.h"
#include "vm/signature.h"

// Parameters that were bound are an array on the C stack (native_call), most of it left from earlier calls.
static void clear_rest(VM *vm, Value *args, int n)
{
    bool is_array = args < vm->stack || args >= vm->stack_end;
    for (int i = n; is_array && i < SIGNATURE_MAX_PARAMS; i++) args[i] = VALUE_UNBOUND;
}

NATIVE(collect, "collect(generation: cint = 2)",
       "Run the garbage collector, and the clean-up of generators that were abandoned.\n"
       "Returns 0: how many objects were unreachable is not known.")
{
    if (arg_ssize(args[0]) < 0 || arg_ssize(args[0]) > 2)
        return raise_error(vm, EXC_ValueError, "invalid generation");
    clear_rest(vm, args, 1);
    if (vm->frame) reach_clear_dead(vm);
    bool is_nested = vm->is_collecting;
    vm->is_collecting = true;
    gc_collect();
    generator_run_finalizers(vm);
    vm->is_collecting = is_nested;
    if (vm_pending_signal(vm) && !vm_handle_interrupt(vm)) return VALUE_ERROR;
    return small_int(0);
}

NATIVE(enable, "enable()", "Enable automatic garbage collection.")
{
    vm->gc_is_disabled = false;
    return VALUE_NONE;
}

NATIVE(disable, "disable()", "Disable automatic garbage collection: generators that only a cycle keeps wait\n"
       "for collect() or the end of the program. Memory is collected all the same.")
{
    vm->gc_is_disabled = true;
    return VALUE_NONE;
}

NATIVE(isenabled, "isenabled()", "Does the collector run by itself?")
{
    return value_bool(!vm->gc_is_disabled);
}

NATIVE(get_count, "get_count()", "Three numbers of objects allocated since the last collection; "
                                 "here only the first means something.")
{
    return value_object(tuple_of(3, small_int(0), small_int(0), small_int(0)));
}

static int64_t thresholds[3] = {2000, 10, 10};

NATIVE(get_threshold, "get_threshold()", "Return the current collection thresholds.")
{
    return value_object(tuple_of(3, small_int(thresholds[0]), small_int(thresholds[1]), small_int(thresholds[2])));
}

NATIVE(set_threshold, "set_threshold(*thresholds)", "Is remembered, but has no effect.")
{
    const Tuple *given = as_tuple(args[0]);
    if (given->len < 1 || given->len > countof(thresholds))
        return raise_error(vm, EXC_TypeError, "gc.set_threshold requires 1 to 3 arguments");
    int64_t n[countof(thresholds)];
    for (size_t i = 0; i < given->len; i++)
        if (!value_ssize_or(vm, given->items[i], &n[i], EXC_OverflowError)) return VALUE_ERROR;
    memcpy(thresholds, n, given->len * sizeof *n);
    return VALUE_NONE;
}

NATIVE(get_debug, "get_debug()", "Get the garbage collection debugging flags.")
{
    return small_int(0);
}

NATIVE(set_debug, "set_debug(flags: ssize, /)", "Has no effect.")
{
    return VALUE_NONE;
}

NATIVE(freeze, "freeze()", "Has no effect.")
{
    return VALUE_NONE;
}

NATIVE(unfreeze, "unfreeze()", "Has no effect.")
{
    return VALUE_NONE;
}

NATIVE(is_tracked, "is_tracked(obj, /)",
       "Returns true if the object is tracked by the garbage collector.")
{
    Value v = args[0];
    return value_bool(is_object(v) && !is_str(v) && !is_bytes(v) && !is_kind(v, KIND_INT));
}

static const NativeDef *const gc_natives[] = {
    &def_collect,       &def_enable,        &def_disable,   &def_isenabled, &def_get_count,
    &def_get_threshold, &def_set_threshold, &def_get_debug, &def_set_debug, &def_freeze,
    &def_unfreeze,      &def_is_tracked,    NULL,
};

static void set_name(Dict *dict, const char *name, Value v)
{
    dict_set_str(dict, str_intern(name, strlen(name)), v);
}

static bool setup(VM *vm, Module *module)
{
    (void)vm;
    set_name(module->dict, "garbage", value_object(list_new(0)));
    set_name(module->dict, "callbacks", value_object(list_new(0)));
    set_name(module->dict, "DEBUG_STATS", small_int(1));
    set_name(module->dict, "DEBUG_COLLECTABLE", small_int(2));
    set_name(module->dict, "DEBUG_UNCOLLECTABLE", small_int(4));
    set_name(module->dict, "DEBUG_SAVEALL", small_int(32));
    set_name(module->dict, "DEBUG_LEAK", small_int(38));
    return true;
}

const ModuleDef module_gc = {
    "gc",
    "This module provides access to the garbage collector.",
    gc_natives,
    setup,
};
