// SPDX-License-Identifier: MIT
// tracemalloc_module.c - the module tracemalloc: how much memory lives, and lived at most, since
// start(). Where it was allocated is not traced.
#include "stdlib/stdlib.h"
#include "vm/gc.h"
#include "vm/reach.h"

static size_t base;  // what lived before

static Value above_base(size_t size)
{
    return int_from_int64(size > base ? (int64_t)(size - base) : 0);
}

NATIVE(start, "start(nframe: ssize = 1, /)",
       "Start tracing Python memory allocations. Allocations become slower: the heap is measured "
       "again and again.")
{
    if (arg_ssize(args[0]) < 1 || arg_ssize(args[0]) > 65535)
        return raise_error(vm, EXC_ValueError, "the number of frames must be in range [1; 65535]");
    if (gc_is_watched()) return VALUE_NONE;
    reach_clear_dead(vm);
    gc_watch_start();
    base = gc_watch_peak();
    return VALUE_NONE;
}

NATIVE(stop, "stop()", "Stop tracing Python memory allocations.")
{
    gc_watch_stop();
    return VALUE_NONE;
}

NATIVE(is_tracing, "is_tracing()", "Return True if tracing is on, False otherwise.")
{
    return value_bool(gc_is_watched());
}

NATIVE(clear_traces, "clear_traces()", "Forget what was allocated so far: it counts no longer.")
{
    if (!gc_is_watched()) return VALUE_NONE;
    reach_clear_dead(vm);
    gc_watch_reset();
    base = gc_watch_peak();
    return VALUE_NONE;
}

NATIVE(reset_peak, "reset_peak()", "Set the peak to what lives now.")
{
    if (!gc_is_watched()) return VALUE_NONE;
    reach_clear_dead(vm);
    gc_watch_reset();
    return VALUE_NONE;
}

NATIVE(
    get_traced_memory, "get_traced_memory()",
    "Return a tuple: the bytes that live now and at most, of what was allocated since start().\n\n"
    "Garbage does not count. The peak is exact to about a quarter of a megabyte.")
{
    if (!gc_is_watched()) return value_object(tuple_of(2, small_int(0), small_int(0)));
    reach_clear_dead(vm);
    Value current = above_base(gc_watch_live());
    return value_object(tuple_of(2, current, above_base(gc_watch_peak())));
}

NATIVE(get_tracemalloc_memory, "get_tracemalloc_memory()",
       "Return the bytes that the tracing itself takes.")
{
    return int_from_int64((int64_t)gc_watch_cost());
}

NATIVE(get_traceback_limit, "get_traceback_limit()", "Return how many frames are traced: one.")
{
    return small_int(1);
}

static const NativeDef *const natives[] = {
    &def_start,
    &def_stop,
    &def_is_tracing,
    &def_clear_traces,
    &def_reset_peak,
    &def_get_traced_memory,
    &def_get_tracemalloc_memory,
    &def_get_traceback_limit,
    NULL,
};

const ModuleDef module_tracemalloc = {
    .name = "tracemalloc",
    .doc = "How much memory a program uses.",
    .natives = natives,
};
