// SPDX-License-Identifier: MIT
// attr_cache.c - see attr_cache.h.
// INVARIANT: an entry is right for every object of its shape. What would make a slot's entry wrong empties the table
// (class_flush_slot_caches); a method's is right while its epoch is vm->epoch.
// The table keeps nothing alive on purpose: an entry that fits belongs to a class that has an instance.
#include "vm/attr_cache.h"

#include "vm/gc.h"
#include "vm/vm.h"

typedef struct Entry {
    uintptr_t key;          // the interned name, + 1 for a store
    uint32_t shape;
    uint32_t epoch;         // of a method; 0: a slot
    union {
        Value method;
        struct {
            uint16_t place; // as in words[2]; may be in Instance.extra
            uint16_t added; // as in words[0]
        };
    };
} Entry;

enum { TABLE_SIZE = 256, TURNS = 16 };
static Entry table[TABLE_SIZE];
static unsigned turn;

static uintptr_t key_of(const Str *name, AttrAccess access)
{
    return (uintptr_t)name + (access == ATTR_STORE);
}

static Entry *entry_of(uint32_t shape, uintptr_t key)
{
    return &table[(key >> 4 ^ key >> 12 ^ key ^ shape * 31u) % TABLE_SIZE];
}

// The words of one in so many instructions that use the table.
static bool is_turn(void)
{
    return ++turn % TURNS == 0;
}

// Remember whose words are filled, for class_flush_slot_caches. The code that runs owns them.
static void note_cached_code(VM *vm, const Instr *words)
{
    enum { CODE_NOTED = 0x8000 };
    if (!vm->frame) return;
    Function *f = frame_of(vm->frame)->function;
    Code *code = f ? f->code : NULL;
    if (!code || words < code->instrs || words >= code->instrs + code->n_instrs) return;
    if (code->object.head >> 16 & CODE_NOTED) return;
    code->object.head |= HEAD(0, 0, CODE_NOTED);
    if (vm->n_cached_codes == vm->cap_cached_codes) {
        int cap = vm->cap_cached_codes ? vm->cap_cached_codes * 2 : 64;
        Code **grown = gc_alloc_array((size_t)cap, sizeof(Code *));
        if (vm->n_cached_codes)
            memcpy(grown, vm->cached_codes, (size_t)vm->n_cached_codes * sizeof(Code *));
        vm->cached_codes = grown;
        vm->cap_cached_codes = cap;
    }
    vm->cached_codes[vm->n_cached_codes++] = code;
}

static void fill_words(Instr *words, const Entry *e)
{
    words[0] = (words[0] & 0xFFFF) | (Instr)e->added << 16;
    words[1] = e->place < ATTR_EXTRA ? e->shape : ATTR_IN_TABLE;
    words[2] = (words[2] & 0xFFFF) | (Instr)e->place << 16;
}

void attr_cache_slot(VM *vm, Instr *words, Str *name, AttrAccess access, const Shape *s, int slot, const Shape *added)
{
    if (!words || (added && added->id > UINT16_MAX)) return;
    unsigned place = slot < s->n_inline
                         ? (unsigned)(offsetof(Instance, slots) / sizeof(Value)) + (unsigned)slot
                         : ATTR_EXTRA + (unsigned)(slot - s->n_inline);
    note_cached_code(vm, words);
    uintptr_t key = key_of(name, access);
    Entry *e = entry_of(s->id, key);
    *e = (Entry){.key = key, .shape = s->id, .place = (uint16_t)place, .added = (uint16_t)(added ? added->id : 0)};
    fill_words(words, e);
}

static void fill_method(Instr *words, Value *cache, const Entry *e)
{
    words[1] = e->shape;
    words[2] = e->epoch;
    *cache = e->method;
}

void attr_cache_method(VM *vm, Instr *words, Value *cache, Str *name, const Shape *s, Value method)
{
    if (!words || !cache) return;
    uintptr_t key = key_of(name, ATTR_LOAD);
    Entry *e = entry_of(s->id, key);
    *e = (Entry){.key = key, .shape = s->id, .epoch = vm->epoch, .method = method};
    fill_method(words, cache, e);
}

// The entry for an object at an instruction whose words were filled before; NULL: none.
static Entry *find(Value v, const Str *name, AttrAccess access, uint32_t epoch, const Instr *words)
{
    if (!is_object(v) || words[1] == 0) return NULL;
    uintptr_t key = key_of(name, access);
    uint32_t shape = as_object(v)->shape;
    Entry *e = entry_of(shape, key);
    return e->key == key && e->shape == shape && e->epoch == epoch ? e : NULL;
}

static Value *place_in(Object *o, unsigned place)
{
    if (likely(place < ATTR_EXTRA)) return (Value *)(void *)o + place;
    return (Value *)((Instance *)(void *)o)->extra + (place - ATTR_EXTRA);
}

Value attr_table_load(Value v, Str *name, Instr *words)
{
    const Entry *e = find(v, name, ATTR_LOAD, 0, words);
    if (!e) return VALUE_UNBOUND;
    if (is_turn()) fill_words(words, e);
    return *place_in(as_object(v), e->place);
}

bool attr_table_store(Value v, Str *name, Value value, Instr *words)
{
    const Entry *e = find(v, name, ATTR_STORE, 0, words);
    if (!e) return false;
    *place_in(as_object(v), e->place) = value;
    if (e->added) as_object(v)->shape = e->added;
    if (is_turn()) fill_words(words, e);
    return true;
}

Value attr_table_method(VM *vm, Value v, Str *name, Instr *words, Value *cache)
{
    const Entry *e = find(v, name, ATTR_LOAD, vm->epoch, words);
    if (!e) return VALUE_UNBOUND;
    if (is_turn()) fill_method(words, cache, e);
    return e->method;
}

void class_flush_slot_caches(VM *vm)
{
    memset(table, 0, sizeof table);
    for (int i = 0; i < vm->n_cached_codes; i++) {
        Code *code = vm->cached_codes[i];
        for (uint32_t pc = 0; pc < code->n_instrs;
             pc += 1u + opcode_info[instr_op(code->instrs[pc])].n_words) {
            Opcode op = instr_op(code->instrs[pc]);
            if (op == OP_GETATTR || op == OP_SETATTR) code->instrs[pc + 2] = 0;
        }
    }
}
