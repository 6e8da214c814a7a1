// SPDX-License-Identifier: MIT
// unit.c - the state that all passes over one text share.
#include "compiler/unit.h"

#include "compiler/diag.h"
#include "vm/gc.h"

// Name tables

static size_t slot_of(const NameTable *table, const Str *name)
{
    size_t mask = (size_t)table->cap - 1;
    size_t i = ((uintptr_t)name >> 4) * 0x9E3779B97F4A7C15u >> 20 & mask;
    while (table->keys[i] && table->keys[i] != name)
        i = (i + 1) & mask;
    return i;
}

int nametable_find(const NameTable *table, const Str *name)
{
    if (table->cap == 0) return -1;
    size_t i = slot_of(table, name);
    return table->keys[i] ? table->values[i] : -1;
}

static void grow(NameTable *table)
{
    NameTable old = *table;
    table->cap = old.cap ? old.cap * 2 : 8;
    table->keys = gc_alloc_array((size_t)table->cap, sizeof(Str *));
    table->values = gc_alloc_atomic((size_t)table->cap * sizeof(int));
    for (int k = 0; k < old.cap; k++) {
        if (!old.keys[k]) continue;
        size_t i = slot_of(table, old.keys[k]);
        table->keys[i] = old.keys[k];
        table->values[i] = old.values[k];
    }
}

void nametable_add(NameTable *table, Str *name, int value)
{
    if (2 * (table->n + 1) > table->cap) grow(table);
    size_t i = slot_of(table, name);
    table->keys[i] = name;
    table->values[i] = value;
    table->n++;
}

// Errors

void unit_error(Compiler *c, Span span, const char *fmt, ...)
{
    if (c->failed) return;
    va_list args;
    va_start(args, fmt);
    Str *message = str_vformat(fmt, args);
    va_end(args);
    diag_syntax_error(c->vm, c->source, c->filename, span, "%s", message->data);
    c->failed = true;
}

bool unit_check_stack(Compiler *c)
{
    if (likely(vm_check_c_stack(c->vm))) return !c->failed;
    c->failed = true;
    return false;
}

// Names of globals

enum { MAX_NAMES = 65536 };

int unit_global(Compiler *c, Str *name, Span span)
{
    int i = nametable_find(&c->globals, name);
    if (i >= 0) return i;
    CodeUnit *unit = c->unit;
    if (unit->n_names == MAX_NAMES) {
        unit_error(c, span, "too many different global names in one file");
        return 0;
    }
    if (unit->n_names == c->cap_names) {
        c->cap_names = c->cap_names ? c->cap_names * 2 : 16;
        Str **names = gc_alloc_array((size_t)c->cap_names, sizeof(Str *));
        if (unit->n_names) memcpy(names, unit->names, (size_t)unit->n_names * sizeof(Str *));
        unit->names = names;
    }
    unit->names[unit->n_names] = name;
    nametable_add(&c->globals, name, unit->n_names);
    return unit->n_names++;
}

// Source text

static const char *find_line(const char *p, const char *end, int line)
{
    for (; line > 1 && p < end; line--) {
        while (p < end && *p != '\n' && *p != '\r')
            p++;
        if (p + 1 < end && p[0] == '\r' && p[1] == '\n') p++;
        if (p < end) p++;
    }
    return p;
}

Str *unit_text(Compiler *c, Span span)
{
    const char *start = c->source->data, *end = start + c->source->size;
    if (c->source->size >= 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0) start += 3;
    const char *from = find_line(start, end, span.line) + span.col;
    const char *to = find_line(start, end, span.end_line) + span.end_col;
    if (from > to || to > end) return str_empty;
    return str_new(from, (size_t)(to - from));
}
