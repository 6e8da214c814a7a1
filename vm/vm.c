// SPDX-License-Identifier: MIT
// vm.c - making a virtual machine, its roots for the collector, interrupts, limits of the stacks.
// The VM stack is reserved address space: pages are only committed when frames reach them.
// INVARIANT: whenever something is allocated, vm->frame is the running frame, so the live part of
// the VM stack ends at vm_stack_top.
#include "vm/vm.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include "vm/gc.h"
#include "vm/int.h"

enum {
    STACK_BYTES = 1 << 30,         // reserved
    STACK_MARGIN = 1024,           // words kept free above the last frame, for windows and stubs
    DEFAULT_DEPTH_LIMIT = 1000,
    DEFAULT_MAX_STR_DIGITS = 4300,
    C_STACK_RESERVE = 256 * 1024,  // never used by recursion: signal handlers, the collector, libraries
    C_STACK_DEFAULT = 8 * 1024 * 1024
};

static VM *live_vm;  // whose roots the collector sees

// Forget what dead frames left above the live part of the VM stack: their words must not be taken for
// objects when a later frame lies there. A frame is never longer than MAX_FRAME and never begins with
// zeros, so a longer run of zeros is the end of what has been used.
enum { MAX_FRAME = 512 };

static Value *roots_end(VM *vm)
{
    Value *top = vm_stack_top(vm);
    return vm->reserved_top > top ? vm->reserved_top : top;
}

static void clear_dead_stack(VM *vm)
{
    size_t n_zeros = 0;
    for (Value *p = roots_end(vm); n_zeros < MAX_FRAME && p < vm->stack_end; p++) {
        n_zeros = *p == 0 ? n_zeros + 1 : 0;
        *p = 0;
    }
}

static void push_vm_roots(void)
{
    if (!live_vm || !live_vm->stack) return;
    clear_dead_stack(live_vm);
    gc_mark_range(live_vm->stack, roots_end(live_vm));
}

static void notify_finalizers(void)
{
    if (live_vm) live_vm->interrupt |= INTERRUPT_FINALIZERS;
}

// The lowest address that C may use: from here down for as much as the process is given.
static char *find_c_stack_limit(void)
{
    struct rlimit limit;
    size_t size = C_STACK_DEFAULT;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        size = limit.rlim_cur;
    if (size > 64 * (size_t)C_STACK_DEFAULT) size = 64 * (size_t)C_STACK_DEFAULT;
    size = size > 4 * C_STACK_RESERVE ? size - C_STACK_RESERVE : size / 2;
    return (char *)__builtin_frame_address(0) - size;
}

static bool map_stack(VM *vm)
{
    void *p = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return false;
    vm->stack = p;
    vm->stack_end = vm->stack + STACK_BYTES / sizeof(Value) - STACK_MARGIN;
    vm->top = vm->stack;
    return true;
}

VM *vm_new(void)
{
    gc_init();
    VM *vm = gc_alloc(sizeof(VM));
    if (!map_stack(vm)) return NULL;
    vm->depth_limit = DEFAULT_DEPTH_LIMIT;
    vm->max_str_digits = DEFAULT_MAX_STR_DIGITS;
    vm->exception = VALUE_UNBOUND;
    vm->handled = VALUE_NONE;
    vm->stop_value = VALUE_NONE;
    vm->epoch = 1;
    vm->search_savings = 1 << 24;
    vm->c_stack_limit = find_c_stack_limit();
    live_vm = vm;
    gc_register_displacement(offsetof(Generator, regs));
    gc_set_root_hook(push_vm_roots);
    gc_set_finalizer_notifier(notify_finalizers);
    str_init();
    tuple_init();
    int_init();
    vm->unresolved = globals_unresolved();
    class_init(vm);
    error_init(vm);
    module_init(vm);
    return vm;
}

bool vm_handle_interrupt(VM *vm)
{
    int what = vm->interrupt;
    vm->interrupt = 0;
    if (what & INTERRUPT_FINALIZERS) generator_run_finalizers(vm);
    if (!(what & INTERRUPT_SIGNAL)) return true;
    raise_error(vm, EXC_KeyboardInterrupt, "%s", "");
    return false;
}

bool vm_check_c_stack(VM *vm)
{
    if (likely((char *)__builtin_frame_address(0) > vm->c_stack_limit)) return true;
    raise_error(vm, EXC_RecursionError, "maximum recursion depth exceeded");
    return false;
}

// What runs now

static Value *innermost_rill_frame(VM *vm)
{
    Value *regs = vm->frame;
    while (regs) {
        Function *f = frame_of(regs)->function;
        if (f && !(f->code->flags & CODE_METHOD_STUB)) break;
        regs = frame_of(regs)->prev;
    }
    return regs;
}

Function *vm_current_function(VM *vm)
{
    Value *regs = innermost_rill_frame(vm);
    return regs ? frame_of(regs)->function : NULL;
}

Globals *vm_current_globals(VM *vm)
{
    Function *f = vm_current_function(vm);
    return f ? f->globals : NULL;
}

int vm_current_line(VM *vm)
{
    Value *regs = innermost_rill_frame(vm);
    if (!regs) return 0;
    FrameHeader *frame = frame_of(regs);
    return code_position(frame->function->code, frame->pc)->line;
}
