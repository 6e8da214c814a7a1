// SPDX-License-Identifier: MIT
// reach.c - a precise search through the object graph: which registers are alive comes from the compiler's
// tables, the fields of each kind of object from its struct. Objects of native modules are searched word by word.
// Not searched: builtin classes, natives, code, strings, numbers; no generator of a script hides there.
#include "vm/reach.h"

#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/iter.h"
#include "vm/liveness.h"
#include "vm/range.h"

static bool is_alive(const Code *code, uint64_t live, unsigned reg)
{
    unsigned first = code->liveness->first;
    return reg < first || reg >= first + LIVENESS_BITS || live >> (reg - first) & 1;
}

// Of a suspended generator.
static uint64_t live_registers(const Generator *g)
{
    Code *code = g->frame.function->code;
    GeneratorState state = generator_state(g);
    return state != GEN_CREATED && state != GEN_SUSPENDED ? liveness_inside(code, g->frame.pc) : liveness_before(code, g->frame.pc);
}

bool reach_is_live(const Generator *g, unsigned reg)
{
    return is_alive(g->frame.function->code, live_registers(g), reg);
}

enum { C_STACK_WORDS = 512 };

__attribute__((no_sanitize("address"))) NOINLINE void reach_clear_c_stack(void)
{
    Value words[C_STACK_WORDS];
    memset(words, 0, sizeof words);
    __asm__ volatile("" : : "r"(words) : "memory");  // or the compiler would leave it out
}

void reach_clear_dead(VM *vm)
{
    reach_clear_c_stack();
    Value *regs = vm->frame;
    const Function *f = regs ? frame_of(regs)->function : NULL;
    if (!f || f->code->flags & CODE_METHOD_STUB) return;
    uint64_t live = liveness_inside(f->code, frame_of(regs)->pc);
    for (unsigned i = f->code->liveness->first; i < f->code->n_regs; i++) {
        if (is_alive(f->code, live, i)) continue;
        const Value *p = as_pointer(regs[i]);
        bool is_link = p >= vm->stack && p < vm->stack_end;
        if (regs[i] && is_object(regs[i]) && !is_link) regs[i] = VALUE_UNBOUND;
    }
}

// One object's references. `fn` is called with whatever is there: it finds out what is an object (reach_is_object).
// INVARIANT: no array is read before gc.h has said that it is one and how long: the object may be dead, found in a
// word that was not cleared, and its arrays gone to somebody else.

// Memory that starts like an object: its shape exists and belongs to a class of its kind. (The type of a bound native is
// that of natives.)
static bool looks_like_object(VM *vm, const Object *o)
{
    if (o->shape >= vm->n_shapes || !vm->shapes[o->shape]) return false;
    Kind kind = vm->shapes[o->shape]->class_->kind;
    return kind == object_kind(o) || object_kind(o) == KIND_BOUND_METHOD;
}

bool reach_is_object(VM *vm, Value v)
{
    if (!v || !is_object(v) || v & 7 || !gc_is_base(as_pointer(v))) return false;  // 0: a word never written
    return gc_is_object(as_pointer(v)) && looks_like_object(vm, as_object(v));
}

static void visit(const void *p, ReachVisit fn, void *context)
{
    if (p) fn(context, value_object(p));
}

static void visit_values(const Value *items, size_t n, ReachVisit fn, void *context)
{
    for (size_t i = 0; i < n; i++)
        if (items[i] && is_object(items[i])) fn(context, items[i]);
}

// How many of n items of this size an array really has.
static size_t array_len(const void *array, size_t n, size_t size)
{
    if (!gc_is_base(array)) return 0;
    size_t room = gc_object_size(array) / size;
    return n < room ? n : room;
}

// From the end: lists and tuples let go of their items in this order.
static void visit_backwards(const Value *items, size_t n, ReachVisit fn, void *context)
{
    for (size_t i = n; i-- > 0;)
        if (items[i] && is_object(items[i])) fn(context, items[i]);
}

static void visit_array(const Value *items, size_t n, ReachVisit fn, void *context)
{
    visit_values(items, array_len(items, n, sizeof *items), fn, context);
}

static void visit_registers(const Value *regs, const Code *code, uint64_t live, ReachVisit fn, void *context)
{
    for (unsigned i = 0; i < code->n_regs; i++)
        if (is_alive(code, live, i)) visit_values(&regs[i], 1, fn, context);
}

static const Code *code_of(const Function *f)
{
    bool is_whole = f && gc_is_base(f) && object_kind(&f->object) == KIND_FUNCTION && gc_is_base(f->code);
    return is_whole && object_kind(&f->code->object) == KIND_CODE ? f->code : NULL;
}

static void visit_dict(VM *vm, const Dict *d, ReachVisit fn, void *context)
{
    size_t n = array_len(d->entries, d->n_entries, sizeof(DictEntry));
    for (size_t i = 0; i < n; i++) {
        if (d->entries[i].key == VALUE_UNBOUND) continue;
        visit_values(&d->entries[i].key, 1, fn, context);
        visit_values(&d->entries[i].value, 1, fn, context);
    }
    size_t n_words = gc_object_size(d) / sizeof(Value);
    for (size_t i = sizeof *d / sizeof(Value); i < n_words; i++) {  // what a subclass of a module has more
        Value v = ((const Value *)(const void *)d)[i];
        if (reach_is_object(vm, v)) fn(context, v);
    }
}

static void visit_set(const Set *s, ReachVisit fn, void *context)
{
    size_t n = array_len(s->table, s->mask + 1, sizeof(SetEntry));
    for (size_t i = 0; i < n; i++) visit_values(&s->table[i].key, 1, fn, context);
}

static void visit_function(const Function *f, ReachVisit fn, void *context)
{
    const Code *code = code_of(f);
    size_t n = code ? array_len(f->closure, (size_t)code->n_free, sizeof(Cell *)) : 0;
    for (size_t i = 0; i < n; i++) visit(f->closure[i], fn, context);
    visit(f->defaults, fn, context);
    visit(f->kwdefaults, fn, context);
    if (gc_is_base(f->globals)) visit(f->globals->dict, fn, context);
}

static void visit_generator(const Generator *g, ReachVisit fn, void *context)
{
    const Code *code = code_of(g->frame.function);
    if (!code) return;
    fn(context, value_object(g->frame.function));
    if (generator_state(g) == GEN_DONE) return;
    visit_registers(g->regs, g->frame.function->code, live_registers(g), fn, context);
}

static void visit_instance(VM *vm, Instance *o, ReachVisit fn, void *context)
{
    const Shape *shape = vm->shapes[o->object.shape];
    visit(shape->class_, fn, context);
    visit_values(o->slots, shape->n_inline, fn, context);
    if (shape->is_dict) visit(o->extra, fn, context);
    else visit_array(o->extra, SIZE_MAX, fn, context);
}

static void visit_exception(const Exception *e, ReachVisit fn, void *context)
{
    visit_values(&e->args, 1, fn, context);
    visit(e->traceback, fn, context);
    visit_values(&e->cause, 1, fn, context);
    visit_values(&e->context, 1, fn, context);
    visit_array(e->fields, FIELD_SUBJECT, fn, context);  // which is only for notes
}

static void visit_traceback(const Traceback *tb, ReachVisit fn, void *context)
{
    visit(tb->next, fn, context);
    if (tb->locals) visit_array(tb->locals, SIZE_MAX, fn, context);
    visit(tb->frame, fn, context);
}

// It does not keep the generator alive whose frame it shows.
static void visit_frame(const Frame *frame, ReachVisit fn, void *context)
{
    visit_function(frame->function, fn, context);
    if (frame->locals) visit_array(frame->locals, SIZE_MAX, fn, context);
    visit(frame->extra, fn, context);
    visit(frame->back, fn, context);
}

static void visit_class(const Class *c, ReachVisit fn, void *context)
{
    if (!class_is_heap(c)) return;
    visit(c->dict, fn, context);
    visit(c->bases, fn, context);
}

// An object of a native module, with the arrays it owns: every word that points to an object counts.
enum { MAX_ARRAYS = 64 };

static void visit_words(VM *vm, const Object *o, size_t max_words, ReachVisit fn, void *context)
{
    const void *blocks[MAX_ARRAYS] = {o};
    int n_blocks = 1;
    for (int b = 0; b < n_blocks; b++) {
        const Value *words = blocks[b];
        size_t n = gc_object_size(words) / sizeof(Value);
        if (n > max_words) n = max_words;
        max_words -= n;
        for (size_t i = 0; i < n; i++) {
            if (reach_is_object(vm, words[i])) fn(context, words[i]);
            else if (n_blocks < MAX_ARRAYS && is_object(words[i]) && !(words[i] & 7) && gc_is_base(as_pointer(words[i])) &&
                     gc_is_scanned(as_pointer(words[i])))
                blocks[n_blocks++] = as_pointer(words[i]);
        }
    }
}

static void each(VM *vm, Object *o, size_t max_words, ReachVisit fn, void *context)
{
    Dict **attrs = object_attrs(vm, o);
    if (attrs) visit(*attrs, fn, context);
    switch (object_kind(o)) {
    case KIND_LIST: {
        List *list = (List *)o;
        visit_backwards(list->items, array_len(list->items, list->len, sizeof *list->items), fn, context);
        break;
    }
    case KIND_TUPLE: visit_backwards(((Tuple *)o)->items, ((Tuple *)o)->len, fn, context); break;
    case KIND_DICT: visit_dict(vm, (Dict *)o, fn, context); break;
    case KIND_SET:
    case KIND_FROZENSET: visit_set((Set *)o, fn, context); break;
    case KIND_FUNCTION:
        visit_function((Function *)o, fn, context);
        visit(frame_seen((Function *)o), fn, context);
        break;
    case KIND_BOUND_METHOD:
        visit_values(&((BoundMethod *)o)->function, 1, fn, context);
        visit_values(&((BoundMethod *)o)->self, 1, fn, context);
        break;
    case KIND_GENERATOR: visit_generator((Generator *)o, fn, context); break;
    case KIND_CLASS: visit_class((Class *)o, fn, context); break;
    case KIND_MODULE: visit(((Module *)o)->dict, fn, context); break;
    case KIND_CELL: visit_values(&((Cell *)o)->value, 1, fn, context); break;
    case KIND_TRACEBACK: visit_traceback((Traceback *)o, fn, context); break;
    case KIND_FRAME: visit_frame((Frame *)o, fn, context); break;
    case KIND_INSTANCE: visit_instance(vm, (Instance *)o, fn, context); break;
    case KIND_EXCEPTION: visit_exception((Exception *)o, fn, context); break;
    case KIND_STR:
    case KIND_BYTES:
    case KIND_BYTEARRAY:
    case KIND_INT:
    case KIND_FLOAT:
    case KIND_NATIVE:
    case KIND_CODE:
    case KIND_RANGE: break;
    default: visit_words(vm, o, max_words, fn, context);
    }
}

void reach_each(VM *vm, Object *o, ReachVisit fn, void *context)
{
    each(vm, o, SIZE_MAX, fn, context);
}

// The search: a stack of objects to look into and a table of those seen

typedef struct Search {
    VM *vm;
    const Object *target;
    uintptr_t frame;  // a traceback of this generator's frame is a target as well; 0: none
    bool is_found;
    size_t n_seen, max_seen;
    Object **stack;
    size_t n_stack, cap_stack;
    Object **seen;  // open addressing; a power of two
    size_t mask;
} Search;

static void grow_seen(Search *s)
{
    size_t n = (s->mask + 1) * 4;
    Object **old = s->seen;
    size_t n_old = s->mask + 1;
    s->seen = gc_alloc_array(n, sizeof(Object *));
    s->mask = n - 1;
    for (size_t i = 0; i < n_old; i++) {
        if (!old[i]) continue;
        size_t at = ((uintptr_t)old[i] >> 4) * 0x9E3779B97F4A7C15ull >> 20 & s->mask;
        while (s->seen[at]) at = (at + 1) & s->mask;
        s->seen[at] = old[i];
    }
    gc_free(old);
}

// What holds no references, or none to generators, need not be remembered.
static bool is_dull(const Object *o)
{
    switch (object_kind(o)) {
    case KIND_STR: case KIND_BYTES: case KIND_BYTEARRAY: case KIND_INT: case KIND_FLOAT:
        return o->shape == object_kind(o);  // else it may have attributes
    case KIND_NATIVE: case KIND_CODE: case KIND_RANGE: case KIND_GETSET: return true;
    case KIND_CLASS: return !class_is_heap((const Class *)o);
    default: return false;
    }
}

// false: seen before, or not worth it.
static bool see(Search *s, Value v)
{
    Object *o = as_object(v);
    if (o == s->target) s->is_found = true;
    if (s->is_found || !reach_is_object(s->vm, v) || is_dull(o)) return false;
    if (s->frame && is_kind(v, KIND_TRACEBACK) && ((Traceback *)o)->generator == s->frame) s->is_found = true;
    size_t at = ((uintptr_t)o >> 4) * 0x9E3779B97F4A7C15ull >> 20 & s->mask;
    for (; s->seen[at]; at = (at + 1) & s->mask)
        if (s->seen[at] == o) return false;
    s->seen[at] = o;
    if (++s->n_seen * 2 > s->mask) grow_seen(s);
    return true;
}

static void reach(void *context, Value v)
{
    Search *s = context;
    Object *o = as_object(v);
    if (!see(s, v)) return;
    if (s->n_stack == s->cap_stack) {
        s->cap_stack *= 2;
        s->stack = gc_realloc(s->stack, s->cap_stack * sizeof(Object *));
    }
    s->stack[s->n_stack++] = o;
}

static bool is_call(const Code *code, const Instr *pc)
{
    if (pc == code->instrs) return false;
    switch (instr_op(pc[-1])) {
    case OP_CALL: case OP_CALLM: case OP_GCALL: case OP_GCALLM: case OP_CALLEX: return true;
    case OP_CACHE: return instr_op(*code_instruction(code, pc)) == OP_CALLKW;
    default: return false;
    }
}

// The live registers of the frame that called the one at `callee`, or is the innermost. A function has its arguments for
// itself; anything else that is called works on those of its caller.
static uint64_t live_in_frame(Search *s, Value *regs, Value *callee)
{
    Code *code = frame_of(regs)->function->code;
    const Instr *pc = frame_of(regs)->pc;
    if (regs == s->vm->watched) return liveness_before(code, pc);
    const Function *f = callee ? frame_of(callee)->function : NULL;
    bool is_function = f && !(f->code->flags & (CODE_METHOD_STUB | CODE_GENERATOR));
    return is_function && is_call(code, pc) ? liveness_before(code, pc) : liveness_inside(code, pc);
}

static void reach_frames(Search *s)
{
    Value *callee = NULL;
    for (Value *regs = s->vm->frame; regs && s->n_seen <= s->max_seen; callee = regs, regs = frame_caller(regs)) {
        Function *f = frame_of(regs)->function;
        if (!f) {
            visit_values(regs, BOUNDARY_WORDS + (size_t)as_int(regs[1]), reach, s);
            continue;
        }
        reach(s, value_object(f));
        if (f->code->flags & CODE_GENERATOR) see(s, value_object(generator_of(regs)));
        // Some registers have never been written; one may hold the link of a callee's frame.
        if (f->code->flags & CODE_METHOD_STUB) visit_values(regs, f->code->n_regs, reach, s);
        else visit_registers(regs, f->code, live_in_frame(s, regs, callee), reach, s);
    }
}

// What runs between the outermost interpreter and the innermost: word by word, also between the variables of C functions,
// where AddressSanitizer wants nobody.
__attribute__((no_sanitize("address"))) static void reach_c_stack(Search *s)
{
    const Value *end = (const Value *)s->vm->c_outermost;
    for (const Value *p = (const Value *)s->vm->c_frame; p && p < end; p++)
        if (*p && is_object(*p)) reach(s, *p);
}

static void reach_sorted(void *context, const Value *items, size_t n)
{
    if (items) visit_array(items, n, reach, context);
}

static void reach_roots(Search *s)
{
    VM *vm = s->vm;
    reach_frames(s);
    const Value values[] = {vm->exception, vm->handled};
    visit_values(values, countof(values), reach, s);
    visit(vm->modules, reach, s);
    visit(vm->main, reach, s);
    sort_each_array(vm->sorter, reach_sorted, s);
}

// A search may be as large as what searches have saved: so they cost a bounded share of the run time, and what a
// program prints does not depend on the clock.
enum { SEARCH_INCOME = 64, MAX_SAVINGS = 1 << 24 };

static bool may_search(VM *vm)
{
    vm->search_savings += SEARCH_INCOME;
    if (vm->search_savings > MAX_SAVINGS) vm->search_savings = MAX_SAVINGS;
    return vm->search_savings > 0;
}

static bool search(Search *s)
{
    while (!s->is_found && s->n_stack > 0) {
        if (s->n_seen > s->max_seen) s->is_found = true;
        else reach_each(s->vm, s->stack[--s->n_stack], reach, s);
    }
    return s->is_found;
}

static Reach find_from_outside(Search *s)
{
    reach_roots(s);
    if (search(s)) return REACH_YES;
    reach_c_stack(s);
    return search(s) ? REACH_FROM_C : REACH_NO;
}

static void begin(Search *s)
{
    s->cap_stack = 256;
    s->mask = 1023;
    s->stack = gc_alloc_array(s->cap_stack, sizeof(Object *));
    s->seen = gc_alloc_array(s->mask + 1, sizeof(Object *));
}

static void end(Search *s)
{
    gc_free(s->stack);
    gc_free(s->seen);
}

Reach reach_find(VM *vm, Object *target)
{
    if (!may_search(vm)) return REACH_YES;
    Search s = {.vm = vm, .target = target, .max_seen = REACH_LIMIT};
    begin(&s);
    Reach result = find_from_outside(&s);
    if (result == REACH_NO) {
        reach_each(vm, target, reach, &s);  // is it in a cycle?
        if (search(&s)) result = REACH_YES;
    }
    vm->search_savings -= (int64_t)s.n_seen;
    end(&s);
    return result;
}

bool reach_is_lost(VM *vm, Object *target, bool at_any_cost)
{
    if (!at_any_cost && !may_search(vm)) return false;
    Search s = {.vm = vm, .target = target, .max_seen = at_any_cost ? SIZE_MAX : REACH_LIMIT};
    begin(&s);
    bool is_lost = find_from_outside(&s) == REACH_NO;
    if (!at_any_cost) vm->search_savings -= (int64_t)s.n_seen;
    end(&s);
    return is_lost;
}

bool reach_has_traceback(VM *vm, Generator *g)
{
    Search s = {.vm = vm, .frame = ~(uintptr_t)g, .max_seen = REACH_LIMIT};
    begin(&s);
    reach_roots(&s);
    reach(&s, value_object(g->frame.function));
    const Value *handled = generator_handled_register(g);
    uint64_t live = live_registers(g);
    for (unsigned i = 0; i < g->frame.function->code->n_regs; i++)
        if (&g->regs[i] != handled && is_alive(g->frame.function->code, live, i)) visit_values(&g->regs[i], 1, reach, &s);
    bool is_found = search(&s);
    end(&s);
    return is_found;
}

List *reach_generators(VM *vm, Object *root)
{
    Search s = {.vm = vm};
    begin(&s);
    List *generators = list_new(8);
    reach(&s, value_object(root));
    for (size_t i = 0; i < s.n_stack && s.n_seen <= REACH_LIMIT; i++) {
        Object *o = s.stack[i];
        if (object_kind(o) == KIND_GENERATOR && generator_state((Generator *)o) > GEN_CREATED)
            list_append(generators, value_object(o));
        reach_each(vm, o, reach, &s);
    }
    end(&s);
    return generators;
}

// From an object to protected generators: a short search

enum { MAX_NEAR = 48, MAX_NEAR_ITEMS = 512 };

// A container that is not searched: this is asked at every call, and must cost the same however much is in it.
static bool is_large(const Object *o)
{
    switch (object_kind(o)) {
    case KIND_LIST: return ((const List *)o)->len > MAX_NEAR_ITEMS;
    case KIND_TUPLE: return ((const Tuple *)o)->len > MAX_NEAR_ITEMS;
    case KIND_DICT: return ((const Dict *)o)->n_entries > MAX_NEAR_ITEMS;
    case KIND_SET:
    case KIND_FROZENSET: return ((const Set *)o)->mask > MAX_NEAR_ITEMS;
    default: return false;
    }
}

typedef struct Near {
    VM *vm;
    Object *items[MAX_NEAR];
    int n;
    bool is_found;
} Near;

static void near(void *context, Value v)
{
    Near *s = context;
    Object *o = as_object(v);
    if (s->is_found || s->n == MAX_NEAR || !reach_is_object(s->vm, v) || is_dull(o)) return;
    Kind kind = object_kind(o);
    if (kind == KIND_MODULE || kind == KIND_CLASS) return;  // outlive what is let go
    if (kind == KIND_DICT && s->n > 0 && dict_is_namespace((Dict *)o)) return;  // as a rule, of a function's module
    for (int i = 0; i < s->n; i++)
        if (s->items[i] == o) return;
    s->items[s->n++] = o;
    if (kind != KIND_GENERATOR) return;
    Generator *g = (Generator *)o;
    GeneratorState state = generator_state(g);
    bool is_suspended = state == GEN_SUSPENDED || state == GEN_SLOW || state == GEN_DELEGATING;
    if (is_suspended && g->object.head & HEAD(0, 0, GEN_PROTECTED)) s->is_found = true;
}

bool reach_leads_to_protected(VM *vm, Value from)
{
    if (!is_object(from)) return false;
    Near s;  // not cleared: this is asked very often
    s.vm = vm;
    s.n = 0;
    s.is_found = false;
    near(&s, from);
    for (int i = 0; i < s.n && !s.is_found; i++)
        if (!is_large(s.items[i])) each(vm, s.items[i], MAX_NEAR_ITEMS, near, &s);
    return s.is_found;
}
