// SPDX-License-Identifier: MIT
// fork.c - copying a suspended generator: its registers, the path it delegates along, the iterators of its loops.
// INVARIANT: an iterator or generator that is met twice is copied once, so two loops that shared it still do.
#include "vm/fork.h"

#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/iter.h"
#include "vm/reach.h"

typedef struct Fork {
    VM *vm;
    List *originals, *copies;  // parallel
} Fork;

static Value find_copy(const Fork *f, Value v)
{
    for (size_t i = f->originals->len; i-- > 0;)
        if (f->originals->items[i] == v) return f->copies->items[i];
    return VALUE_UNBOUND;
}

static void remember(Fork *f, Value v, Value copy)
{
    list_append(f->originals, v);
    list_append(f->copies, copy);
}

static Value copy_source(Fork *f, Value v);

// Iterators

static bool can_be_copied(VM *vm, const Class *c)
{
    for (int i = 0; i <= ITER_SEQUENCE; i++)
        if (c == vm->iterator_types[i]) return i != ITER_CALLABLE;
    return false;
}

// A tuple of iterators, as zip keeps.
static Value copy_tuple(Fork *f, Value v)
{
    const Tuple *old = as_tuple(v);
    bool has_iterators = false;
    for (size_t i = 0; i < old->len; i++) has_iterators |= is_iterator(old->items[i]) || is_generator(old->items[i]);
    if (!has_iterators) return v;
    Tuple *tuple = tuple_from(old->items, old->len);
    for (size_t i = 0; i < tuple->len; i++) {
        tuple->items[i] = copy_source(f, tuple->items[i]);
        if (is_error(tuple->items[i])) return VALUE_ERROR;
    }
    return value_object(tuple);
}

// Words of the object that are iterators themselves are copied, the containers they run over are shared.
static Value copy_iterator(Fork *f, Value v)
{
    VM *vm = f->vm;
    Class *c = class_of(vm, v);
    if (!can_be_copied(vm, c))
        return raise_error(vm, EXC_TypeError, "cannot fork a generator that loops over a '%s' object", c->name->data);
    size_t size = gc_object_size(as_pointer(v)), n = size / sizeof(Value);
    Value *words = object_alloc(c, KIND_ITERATOR, size);
    const Value *old = as_pointer(v);
    for (size_t i = 1; i < n; i++) words[i] = old[i];
    remember(f, v, value_object(words));
    for (size_t i = 2; i < n; i++) {
        Value w = words[i];
        if (!reach_is_object(vm, w)) continue;
        if (is_generator(w) || is_iterator(w)) words[i] = copy_source(f, w);
        else if (is_exact(w, KIND_TUPLE) && class_of(vm, v) == vm->iterator_types[ITER_ZIP]) words[i] = copy_tuple(f, w);
        if (is_error(words[i])) return VALUE_ERROR;
    }
    return value_object(words);
}

// Generators

static bool check_suspended(VM *vm, const Generator *g)
{
    GeneratorState state = generator_state(g);
    if (state == GEN_CREATED || state == GEN_DONE) return true;
    if (state == GEN_RUNNING) {
        raise_error(vm, EXC_ValueError, "cannot fork a generator that is running");
        return false;
    }
    Instr insn = g->frame.pc[-1];
    bool is_protected = instr_op(insn) == OP_YIELDP || (instr_op(insn) == OP_YIELDFROM && instr_c(insn) == 1);
    if (!is_protected) return true;
    raise_error(vm, EXC_ValueError,
                "cannot fork a generator that is suspended inside try or with (%s, line %d): its clean-up would run twice",
                g->frame.function->qualname->data,
                code_position(g->frame.function->code, g->frame.pc)->line);
    return false;
}

// A variable of the program, which is shared, as opposed to the iterator of a loop or a half-evaluated operand.
static bool is_variable(const Code *code, unsigned reg)
{
    if (reg >= code->n_locals) return false;
    const Str *name = code->local_names[reg];
    return name->size > 0 && name->data[0] != '.';
}

static bool copy_registers(Fork *f, const Generator *g, Generator *copy)
{
    const Code *code = g->frame.function->code;
    bool is_new = generator_state(g) == GEN_CREATED;
    Value delegate = generator_yieldfrom(g);
    for (unsigned i = 0; i < code->n_regs; i++) {
        if (!is_new && !reach_is_live(g, i)) continue;
        Value v = g->regs[i];
        bool is_source = is_iterator(v) || is_generator(v);
        if (v && is_kind(v, KIND_CELL)) v = value_object(cell_new(((Cell *)as_pointer(v))->value));
        else if (is_source && !is_variable(code, i) && v != delegate) v = copy_source(f, v);
        if (is_error(v)) return false;
        copy->regs[i] = v;
    }
    return true;
}

// Without the frame object that shows the generator.
static Function *function_alone(Function *seen)
{
    if (!frame_seen(seen)) return seen;
    Function *f = gc_new(Function);
    *f = *seen;
    f->object.head &= ~HEAD(0, FUNCTION_SEEN, 0);
    return f;
}

static Generator *copy_frame(Fork *f, Generator *g)
{
    if (!check_suspended(f->vm, g)) return NULL;
    Generator *copy = generator_new(function_alone(g->frame.function));
    copy->frame.pc = g->frame.pc;
    generator_set_state(copy, generator_state(g));
    remember(f, value_object(g), value_object(copy));
    if (generator_state(g) == GEN_DONE) return copy;
    return copy_registers(f, g, copy) ? copy : NULL;
}

// The whole path below g, in a loop; its copy becomes a path of fast edges.
static Value copy_generator(Fork *f, Generator *g)
{
    Generator *top = NULL, *above = NULL;
    for (Generator *next = g; next;) {
        Generator *copy = copy_frame(f, next);
        if (!copy) return VALUE_ERROR;
        if (!top) top = copy;
        if (above) {
            above->regs[instr_b(above->frame.pc[-1])] = value_object(copy);
            copy->object.head |= HEAD(0, 0, GEN_UP);
            copy->up = above;
        }
        above = copy;
        bool delegates = generator_state(next) == GEN_DELEGATING;
        next = delegates ? as_generator(generator_yieldfrom(next)) : NULL;
    }
    if (generator_state(top) == GEN_DELEGATING) top->link = above;
    if (generator_state(above) == GEN_SLOW) {
        Value *sub = &above->regs[instr_b(above->frame.pc[-1])];
        *sub = copy_source(f, *sub);
        if (is_error(*sub)) return VALUE_ERROR;
    }
    return value_object(top);
}

static Value copy_source(Fork *f, Value v)
{
    Value copy = find_copy(f, v);
    if (copy != VALUE_UNBOUND) return copy;
    if (!vm_check_c_stack(f->vm)) return VALUE_ERROR;
    if (is_generator(v)) return copy_generator(f, as_generator(v));
    if (is_iterator(v)) return copy_iterator(f, v);
    return raise_error(f->vm, EXC_TypeError, "cannot fork a generator that delegates to a '%s' object",
                       type_name(f->vm, v));
}

Value generator_fork(VM *vm, Generator *g)
{
    Fork f = {.vm = vm, .originals = list_new(4), .copies = list_new(4)};
    return copy_source(&f, value_object(g));
}
