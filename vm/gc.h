// SPDX-License-Identifier: MIT
// gc.h - all allocation. The only file that includes <gc.h> is gc.c.
// Memory is reclaimed by a conservative mark-sweep collector (Boehm): locals and registers of C
// are roots; a heap word keeps an object alive only if it holds the object's first address (or,
// for a generator, the address of its register 0).
// Small allocation failure ends the program with a MemoryError line; the _try functions return
// NULL instead and are for sizes that a script chooses.
#ifndef RILL_VM_GC_H
#define RILL_VM_GC_H

#include "vm/common.h"

void gc_init(void);

// Scanned object, NOT zeroed but for the word that rounding up may add: initialise every field before the next allocation.
// Memory without pointers that is part of such an object is scanned, too: bigger ones than GC_MAX_PLAIN have it apart.
enum { GC_GRANULE = 16, GC_MAX_SMALL = 2048, GC_MAX_PLAIN = 256 };
extern void *gc_free_lists[GC_MAX_SMALL / GC_GRANULE + 1];
extern void *gc_atomic_lists[GC_MAX_SMALL / GC_GRANULE + 1];
// A collection at every allocation: RILL_GC_STRESS=1, but not between gc_pause_stress and gc_resume_stress, around
// what is the same in every run (the start, the modules that are part of the program); RILL_GC_STRESS=2, always.
extern bool gc_stress;
bool gc_pause_stress(void);  // what gc_resume_stress wants to know
void gc_resume_stress(bool was_on);
void *gc_alloc_object_slow(size_t size);

// The same if it costs nothing, else NULL.
static inline void *gc_find_object(size_t size)
{
    size_t i = (size + GC_GRANULE - 1) / GC_GRANULE;
    void *p = likely(size <= GC_MAX_SMALL) ? gc_free_lists[i] : NULL;
    if (unlikely(p == NULL)) return NULL;
    gc_free_lists[i] = *(void **)p;
    ((void **)p)[2 * i - 1] = NULL;
    return p;
}

static inline void *gc_alloc_object(size_t size)
{
    void *p = gc_find_object(size);
    return likely(p != NULL) ? p : gc_alloc_object_slow(size);
}

// Not scanned, not zeroed.
void *gc_alloc_atomic_slow(size_t size);
static inline void *gc_alloc_atomic(size_t size)
{
    size_t i = (size + GC_GRANULE - 1) / GC_GRANULE;
    if (unlikely(size > GC_MAX_SMALL)) return gc_alloc_atomic_slow(size);
    void *p = gc_atomic_lists[i];
    if (unlikely(p == NULL)) return gc_alloc_atomic_slow(size);
    gc_atomic_lists[i] = *(void **)p;
    return p;
}

void gc_free(void *p);                             // optional: an array known to be dead
static inline void gc_recycle_into(void **lists, void *p, size_t size)
{
    size_t i = (size + GC_GRANULE - 1) / GC_GRANULE;
    if (unlikely(size > GC_MAX_SMALL)) {
        gc_free(p);
    } else if (likely(!gc_stress)) {
        *(void **)p = lists[i];
        lists[i] = p;
    }
}
// Give memory of so many bytes (more than 0) back at once. The caller must hold the only reference.
static inline void gc_recycle(void *p, size_t size)  // of gc_alloc_object
{
    gc_recycle_into(gc_free_lists, p, size);
}
static inline void gc_recycle_atomic(void *p, size_t size)  // of gc_alloc_atomic
{
    gc_recycle_into(gc_atomic_lists, p, size);
}

// Around the start of the runtime: the small things of gc_alloc_atomic that are made meanwhile stay for ever, where the
// collector does not look, so that there is less to mark.
void gc_begin_permanent(void);
void gc_end_permanent(void);

#define gc_new(type) ((type *)gc_alloc_object(sizeof(type)))

void *gc_alloc(size_t size);                       // scanned, zeroed
void *gc_alloc_array(size_t n, size_t size);       // scanned, zeroed; for arrays of Values and pointers
void *gc_try_alloc_array(size_t n, size_t size);   // the same; NULL if it cannot be had
void *gc_try_alloc_object(size_t size);            // as gc_alloc_object; NULL if it cannot be had
void *gc_try_alloc_atomic(size_t size);            // as gc_alloc_atomic; NULL if it cannot be had
void *gc_alloc_head_scanned(size_t size);          // only the first 64 bytes are scanned; not zeroed
void *gc_realloc(void *old, size_t size);          // keeps the kind of `old`; new bytes not zeroed
void *gc_try_realloc(void *old, size_t size);
char *gc_strdup(const char *text);                 // atomic

bool gc_is_base(const void *p);                     // the first address of an allocated object or array
bool gc_is_scanned(const void *base);               // of one that may hold pointers
bool gc_is_object(const void *base);                // of one from gc_alloc_object
void gc_collect(void);
// After a collection: visit(object, context) for every reachable object and array of at least min_size bytes,
// whatever it is. visit must not allocate.
void gc_each_object(size_t min_size, void (*visit)(void *object, void *context), void *context);
size_t gc_heap_size(void);
size_t gc_total_allocated(void);
size_t gc_object_size(const void *p);              // as allocated, rounded up
// Watching (tracemalloc): while it is on, the heap is collected and measured often enough to know
// how much was alive at most. Sizes are of live objects as allocated.
void gc_watch_start(void);
void gc_watch_stop(void);
bool gc_is_watched(void);
size_t gc_watch_live(void);   // measured now
size_t gc_watch_peak(void);   // since the start or the last reset; call gc_watch_live first
void gc_watch_reset(void);    // the peak is what lives now
size_t gc_watch_cost(void);   // an estimate of the collector's own tables
// fn(object, data) is queued when object becomes unreachable, and runs inside gc_run_finalizers.
void gc_set_finalizer(void *object, void (*fn)(void *object, void *data), void *data);
bool gc_has_finalizers(void);
int gc_run_finalizers(void);
void gc_set_finalizer_notifier(void (*notify)(void));  // called by the collector when some are queued
// push is called by the collector; it reports extra roots with gc_mark_range.
void gc_set_root_hook(void (*push)(void));
void gc_mark_range(const void *from, const void *to);
void gc_register_displacement(size_t offset);
// A static variable in which the collector shall not look: what it refers to is kept by others.
void gc_ignore(const void *variable, size_t size);
// *slot, a static variable with something spare, becomes NULL when a collection starts.
void gc_drop_spare(void **slot);

#endif
