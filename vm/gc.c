// SPDX-License-Identifier: MIT
// gc.c - allocation over the Boehm collector: one non-clearing kind whose objects are scanned whole,
// reached through inline free lists; one kind of which only the first words are scanned; and the
// collector's own kinds for arrays and for memory without pointers.
// INVARIANT: the inline lists are dropped when a collection starts: the collector does not trace
// them, and reclaims what they hold.
#include "vm/gc.h"

#include <assert.h>
#include <gc/gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>
#include <stdio.h>
#include <stdlib.h>

void *gc_free_lists[GC_MAX_SMALL / GC_GRANULE + 1];
void *gc_atomic_lists[GC_MAX_SMALL / GC_GRANULE + 1];
bool gc_stress;
static int stress_level;
static int stress_step = 1, stress_count;  // a collection at every stress_step-th allocation

static int object_kind;
static int head_scanned_kind;
static void (*root_hook)(void);
static void (*collector_roots)(void);

enum { HEAD_SCANNED_BYTES = 64 };
// So much is allocated at least between two collections: what the runtime itself needs takes as long to mark.
enum { MIN_BETWEEN = 2 << 20 };

static void drop_free_lists(void)
{
    memset(gc_free_lists, 0, sizeof gc_free_lists);
    memset(gc_atomic_lists, 0, sizeof gc_atomic_lists);
}

// Pins. A block in which nothing is alive goes back to the collector's pool, and making it a block of small objects again
// costs ten times as much as sweeping it. So one object of a block, which nobody gets, keeps it what it is as long as it is
// taken up between any two collections: then it is free for other sizes. The table is a root.
enum { PIN_SIZE = 1024, N_PINS = 1024, BLOCK_SIZE = 4096, CACHE_LINE = 64 };
static void *pins[N_PINS];        // by the address of their block
static bool is_taken_up[N_PINS];  // since the last collection

static void drop_pins(void)
{
    memset(pins, 0, sizeof pins);
}

// Of gc_drop_spare.
static void **spares[2];
static size_t n_spares;

static void before_collection(void)
{
    drop_free_lists();
    for (size_t i = 0; i < n_spares; i++)
        *spares[i] = NULL;
    for (size_t i = 0; i < N_PINS; i++)
        if (!is_taken_up[i]) pins[i] = NULL;
    memset(is_taken_up, 0, sizeof is_taken_up);
}

// The list of free objects of a block, without one that is a pin from now on if the block has none.
static void *pin(void *list, size_t size)
{
    uintptr_t block = (uintptr_t)list / BLOCK_SIZE;
    size_t i = block % N_PINS;
    void *next = *(void **)list;
    bool has_pin = (uintptr_t)pins[i] / BLOCK_SIZE == block;
    if (!next || (is_taken_up[i] && !has_pin)) return list;
    is_taken_up[i] = true;
    if (has_pin) return list;
    memset(list, 0, size);
    pins[i] = list;
    return next;
}

// What stays for ever. A static variable is not between the addresses of the collector's heap: for a pointer to one two
// comparisons are enough, and there is no mark to set.
enum { PERMANENT_SIZE = 256 * 1024 };
static _Alignas(GC_GRANULE) char permanent[PERMANENT_SIZE];
static uint8_t permanent_sizes[PERMANENT_SIZE / GC_GRANULE];  // in granules, of the object that begins there
static size_t n_permanent;                                    // bytes taken
static bool makes_permanent;

void gc_begin_permanent(void)
{
    makes_permanent = true;
}

void gc_end_permanent(void)
{
    makes_permanent = false;
}

static bool is_permanent(const void *p)
{
    return (uintptr_t)p - (uintptr_t)permanent < PERMANENT_SIZE;
}

// i granules; NULL: no room.
static void *take_permanent(size_t i)
{
    if (n_permanent + i * GC_GRANULE > PERMANENT_SIZE) return NULL;
    void *p = permanent + n_permanent;
    permanent_sizes[n_permanent / GC_GRANULE] = (uint8_t)i;
    n_permanent += i * GC_GRANULE;
    return p;
}

static void push_roots(void)
{
    if (root_hook) root_hook();
    if (collector_roots) collector_roots();
}

static void ignore_warning(char *text, GC_word arg)
{
    (void)text;
    (void)arg;
}

static void out_of_memory(void)
{
    fputs("MemoryError\n", stderr);
    exit(1);
}

static void *check(void *p)
{
    if (unlikely(p == NULL)) out_of_memory();
    return p;
}

// Of the program and the libraries in it, where the collector shall look for pointers: only where our own variables are,
// initialised or not. No library keeps the last pointer to an object.
static int GC_CALLBACK has_roots(__attribute__((unused)) const char *name, void *start, size_t size)
{
    const void *ours[] = {&stress_step, &gc_stress, &pins};
    for (size_t i = 0; i < countof(ours); i++)
        if ((uintptr_t)ours[i] - (uintptr_t)start < size) return 1;
    return 0;
}

void gc_init(void)
{
    static bool is_ready;
    if (is_ready) return;
    is_ready = true;
    GC_set_all_interior_pointers(0);
    GC_set_finalize_on_demand(1);
    GC_set_java_finalization(1);  // what a finalised object refers to is still there
    GC_set_warn_proc(ignore_warning);
    GC_register_has_static_roots_callback(has_roots);
    GC_set_dont_precollect(1);
    GC_INIT();
    GC_set_free_space_divisor(2);
    GC_set_min_bytes_allocd(MIN_BETWEEN);
    object_kind = (int)GC_new_kind(GC_new_free_list(), GC_DS_LENGTH, 1, 0);
    head_scanned_kind =
        (int)GC_new_kind(GC_new_free_list(), GC_DS_LENGTH | HEAD_SCANNED_BYTES, 0, 0);
    GC_set_start_callback(before_collection);
    gc_ignore(permanent, sizeof permanent);
    gc_ignore(permanent_sizes, sizeof permanent_sizes);
    collector_roots = GC_get_push_other_roots();
    GC_set_push_other_roots(push_roots);
    const char *level = getenv("RILL_GC_STRESS");
    stress_level = level ? atoi(level) : 0;
    gc_stress = stress_level > 0;
    const char *step = getenv("RILL_GC_STRESS_STEP");
    if (step && atoi(step) > 1) stress_step = atoi(step);
}

bool gc_pause_stress(void)
{
    bool was_on = gc_stress;
    if (stress_level < 2) gc_stress = false;
    return was_on;
}

void gc_resume_stress(bool was_on)
{
    gc_stress = was_on;
    if (was_on) drop_free_lists();
}

// Watching: a measurement collects, so that garbage does not count. It comes after as many new
// bytes as are worth it, which is how exact the peak is; a big object counts before it is made.
static struct Watch {
    bool is_on, is_measuring;
    size_t live, peak;    // when measured last; the greatest
    size_t total, limit;  // bytes ever allocated then; how many more until the next time
} watch;

enum { WATCH_STEP = 256 * 1024 };

static void add_size(__attribute__((unused)) void *object, void *context)
{
    *(size_t *)context += GC_size(object);
}

// What returned functions left on the C stack holds nothing.
static NOINLINE void clear_c_stack(void)
{
    char room[16 * 1024];
    memset(room, 0, sizeof room);
    __asm__ volatile("" : : "r"(room) : "memory");
}

static void measure(void)
{
    size_t live = 0;
    clear_c_stack();
    watch.is_measuring = true;
    gc_each_object(0, add_size, &live);
    watch.is_measuring = false;
    watch.live = live;
    if (live > watch.peak) watch.peak = live;
    watch.total = GC_get_total_bytes();
    watch.limit = live / 4 > WATCH_STEP ? live / 4 : WATCH_STEP;
}

static NOINLINE void watch_step(size_t size)
{
    if (watch.is_measuring) return;
    size_t fresh = GC_get_total_bytes() - watch.total;
    if (fresh + size < watch.limit) return;
    measure();
    if (watch.live + size > watch.peak) watch.peak = watch.live + size;
}

void gc_watch_start(void)
{
    watch.is_on = true;
    gc_watch_reset();
}

void gc_watch_stop(void)
{
    watch.is_on = false;
}

bool gc_is_watched(void)
{
    return watch.is_on;
}

size_t gc_watch_live(void)
{
    measure();
    return watch.live;
}

size_t gc_watch_peak(void)
{
    return watch.peak;
}

void gc_watch_reset(void)
{
    watch.peak = 0;
    measure();
}

size_t gc_watch_cost(void)
{
    return GC_get_heap_size() / 64;
}

// Big arrays are always reached through their first address.
enum { BIG = 100000 };

// Before an allocation.
static void prepare(size_t size)
{
    if (unlikely(gc_stress) && ++stress_count >= stress_step) {
        stress_count = 0;
        GC_gcollect();
    }
    if (unlikely(watch.is_on)) watch_step(size);
}

// The block of p is written soon, and was last before the last collection: it is in no near cache.
static void fetch_block(const void *p)
{
    const char *block = (const char *)((uintptr_t)p / BLOCK_SIZE * BLOCK_SIZE);
    for (int at = 0; at < BLOCK_SIZE; at += CACHE_LINE) __builtin_prefetch(block + at, 1);
}

static size_t granules(size_t size)
{
    return size ? (size + GC_GRANULE - 1) / GC_GRANULE : 1;
}

// The first of many; the others are the list from now on.
static void *refill(void **lists, size_t size, int kind)
{
    size_t i = granules(size);
    void *first = NULL;
    GC_generic_malloc_many(i * GC_GRANULE, kind, &first);
    check(first);
    if (i <= PIN_SIZE / GC_GRANULE && !gc_stress && !watch.is_on) first = pin(first, i * GC_GRANULE);
    if (!gc_stress) {
        lists[i] = *(void **)first;
        fetch_block(first);
    }
    ((void **)first)[2 * i - 1] = NULL;
    return first;
}

void *gc_try_alloc_object(size_t size)
{
    if (size <= GC_MAX_SMALL) return gc_alloc_object(size);
    prepare(size);
    if (size > SIZE_MAX >> 8) return NULL;
    if (size >= BIG) return GC_generic_malloc_ignore_off_page(size, object_kind);
    return GC_generic_malloc(size, object_kind);
}

void *gc_alloc_object_slow(size_t size)
{
    if (size > GC_MAX_SMALL) return check(gc_try_alloc_object(size));
    prepare(size);
    return refill(gc_free_lists, size, object_kind);
}

void *gc_alloc(size_t size)
{
    prepare(size);
    return check(GC_MALLOC(size ? size : 1));
}

void *gc_try_alloc_array(size_t n, size_t size)
{
    if (size && n > (SIZE_MAX >> 8) / size) return NULL;
    prepare(n * size);
    if (n * size >= BIG) return GC_MALLOC_IGNORE_OFF_PAGE(n * size);
    return GC_MALLOC(n * size > 0 ? n * size : 1);
}

void *gc_alloc_array(size_t n, size_t size)
{
    return check(gc_try_alloc_array(n, size));
}

void *gc_try_alloc_atomic(size_t size)
{
    if (size <= GC_MAX_SMALL) return gc_alloc_atomic(size);
    prepare(size);
    if (size > SIZE_MAX >> 8) return NULL;
    if (size >= BIG) return GC_MALLOC_ATOMIC_IGNORE_OFF_PAGE(size);
    return GC_MALLOC_ATOMIC(size);
}

void *gc_alloc_atomic_slow(size_t size)
{
    if (size > GC_MAX_SMALL) return check(gc_try_alloc_atomic(size));
    prepare(size);
    void *p = makes_permanent ? take_permanent(granules(size)) : NULL;
    return p ? p : refill(gc_atomic_lists, size, GC_I_PTRFREE);
}

void *gc_alloc_head_scanned(size_t size)
{
    prepare(size);
    return check(GC_generic_malloc(size < HEAD_SCANNED_BYTES ? HEAD_SCANNED_BYTES : size,
                                   head_scanned_kind));
}

void *gc_try_realloc(void *old, size_t size)
{
    prepare(size);
    if (size > SIZE_MAX >> 8) return NULL;
    if (unlikely(is_permanent(old))) {
        void *copy = gc_try_alloc_atomic(size);
        size_t old_size = gc_object_size(old);
        return copy ? memcpy(copy, old, old_size < size ? old_size : size) : NULL;
    }
    return GC_REALLOC(old, size ? size : 1);
}

void *gc_realloc(void *old, size_t size)
{
    return check(gc_try_realloc(old, size));
}

void gc_free(void *p)
{
    if (!is_permanent(p)) GC_FREE(p);
}

char *gc_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(gc_alloc_atomic(size), text, size);
}

void gc_collect(void)
{
    clear_c_stack();
    GC_gcollect();
}

typedef struct Visit {
    size_t min_size;
    void (*visit)(void *, void *);
    void *context;
} Visit;

static void GC_CALLBACK visit_object(void *object, size_t size, void *data)
{
    const Visit *v = data;
    if (size >= v->min_size) v->visit(object, v->context);
}

static void *enumerate(void *data)
{
    GC_enumerate_reachable_objects_inner(visit_object, data);
    return NULL;
}

void gc_each_object(size_t min_size, void (*visit)(void *, void *), void *context)
{
    Visit v = {min_size, visit, context};
    drop_pins();
    GC_gcollect();
    GC_call_with_alloc_lock(enumerate, &v);
}

size_t gc_heap_size(void)
{
    return GC_get_heap_size();
}

size_t gc_total_allocated(void)
{
    return GC_get_total_bytes();
}

size_t gc_object_size(const void *p)
{
    if (unlikely(is_permanent(p)))
        return (size_t)permanent_sizes[((uintptr_t)p - (uintptr_t)permanent) / GC_GRANULE] * GC_GRANULE;
    return GC_size(p);
}

void gc_set_finalizer(void *object, void (*fn)(void *, void *), void *data)
{
    GC_REGISTER_FINALIZER_NO_ORDER(object, fn, data, NULL, NULL);
}

bool gc_has_finalizers(void)
{
    return GC_should_invoke_finalizers();
}

int gc_run_finalizers(void)
{
    return GC_invoke_finalizers();
}

void gc_set_root_hook(void (*push)(void))
{
    root_hook = push;
}

void gc_mark_range(const void *from, const void *to)
{
    GC_push_all((void *)(uintptr_t)from, (void *)(uintptr_t)to);
}

void gc_register_displacement(size_t offset)
{
    GC_register_displacement(offset);
}

void gc_ignore(const void *variable, size_t size)
{
    char *from = (char *)(uintptr_t)variable;
    GC_exclude_static_roots(from, from + size);
}

void gc_drop_spare(void **slot)
{
    for (size_t i = 0; i < n_spares; i++)
        if (spares[i] == slot) return;
    assert(n_spares < countof(spares));
    spares[n_spares++] = slot;
}

void gc_set_finalizer_notifier(void (*notify)(void))
{
    GC_set_finalizer_notifier(notify);
}

bool gc_is_base(const void *p)
{
    return p && GC_base((void *)(uintptr_t)p) == p;
}

bool gc_is_object(const void *base)
{
    return GC_get_kind_and_size(base, NULL) == object_kind;
}

bool gc_is_scanned(const void *base)
{
    return GC_get_kind_and_size(base, NULL) != GC_I_PTRFREE;
}
