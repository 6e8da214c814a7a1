// SPDX-License-Identifier: MIT
// scope.c - resolution of names, once scope_build.c has collected who mentions what.
// INVARIANT: a Symbol with `target` is an alias within one frame; chains end after a few steps, at
// the owner.
#include "compiler/scope_build.h"
#include "vm/gc.h"

Scope *scope_frame(Scope *scope)
{
    while (scope->kind == SCOPE_COMP)
        scope = scope->parent;
    return scope;
}

Symbol *scope_find(const Scope *scope, const Str *mangled)
{
    int i = nametable_find(&scope->table, mangled);
    return i < 0 ? NULL : scope->symbols[i];
}

Symbol *scope_resolve(const Scope *scope, Str *name)
{
    Symbol *s = scope_find(scope, scope_mangle(scope, name));
    while (s && s->target)
        s = s->target;
    return s;
}

bool scope_is_global_declared(const Scope *scope, Str *name)
{
    Symbol *s = scope_find(scope, scope_mangle(scope, name));
    return s && s->flags & SYMBOL_GLOBAL;
}

// __x in class C is _C__x; but not __x__, nor dotted names of imports.
Str *scope_mangle(const Scope *scope, Str *name)
{
    const char *text = name->data;
    size_t n = name->size;
    if (!scope->class_name || n < 3 || text[0] != '_' || text[1] != '_') return name;
    if ((text[n - 1] == '_' && text[n - 2] == '_') || memchr(text, '.', n)) return name;
    const char *class_name = scope->class_name->data;
    while (*class_name == '_')
        class_name++;
    if (!*class_name) return name;
    Str *mangled = str_format("_%s%s", class_name, text);
    return str_intern_str(mangled);
}

// The owner of a name that `scope` does not bind itself; NULL: it is global.
static Symbol *find_owner(Scope *scope, Str *name)
{
    for (Scope *s = scope->parent; s; s = s->parent) {
        if (s->kind == SCOPE_MODULE) return NULL;
        if (s->kind == SCOPE_CLASS) {
            bool is_inside = s != scope_frame(scope);  // not just in a comprehension of its body
            if (name == S(__class__) && is_inside) return scope_class_cell(s);
            continue;
        }
        Symbol *symbol = scope_find(s, name);
        if (!symbol || symbol->flags & SYMBOL_NONLOCAL) continue;
        if (symbol->flags & SYMBOL_GLOBAL) return NULL;
        if (symbol->flags & SYMBOL_BOUND) return symbol;
    }
    return NULL;
}

// The index of `owner` in the closure of a frame inside the owner's.
static int capture_index(Compiler *c, Scope *frame, Symbol *owner)
{
    for (int i = 0; i < frame->n_captures; i++)
        if (frame->captures[i].symbol == owner) return i;
    Scope *maker = scope_frame(frame->parent);
    int index = maker == scope_frame(owner->scope) ? -1 : capture_index(c, maker, owner);
    if (frame->n_captures > UINT8_MAX) {
        unit_error(c, owner->span, "too many free variables in one function");
        return 0;
    }
    if (frame->n_captures == frame->cap_captures) {
        int cap = frame->cap_captures ? frame->cap_captures * 2 : 4;
        Capture *grown = gc_alloc_array((size_t)cap, sizeof(Capture));
        if (frame->n_captures)
            memcpy(grown, frame->captures, (size_t)frame->n_captures * sizeof *grown);
        frame->captures = grown;
        frame->cap_captures = cap;
    }
    frame->captures[frame->n_captures] = (Capture){owner, index};
    return frame->n_captures++;
}

static void bind_to(Compiler *c, Symbol *symbol, Symbol *owner)
{
    Scope *frame = scope_frame(symbol->scope);
    if (frame == scope_frame(owner->scope)) {
        symbol->target = owner;
        return;
    }
    owner->is_captured = true;
    bool is_name = symbol->scope->kind == SCOPE_CLASS && !(symbol->flags & SYMBOL_NONLOCAL);
    symbol->place = is_name ? PLACE_NAME_OR_FREE : PLACE_FREE;
    symbol->owner = owner;
    symbol->index = capture_index(c, frame, owner);
}

void scope_sort_captures(Scope *scope)
{
    Capture *captures = scope->captures;
    for (int i = 1; i < scope->n_captures; i++) {
        Capture c = captures[i];
        int at = i;
        for (; at > 0 && strcmp(captures[at - 1].symbol->name->data, c.symbol->name->data) > 0; at--)
            captures[at] = captures[at - 1];
        captures[at] = c;
    }
}

static int place_of(const Scope *frame, const Symbol *owner)
{
    int i = 0;
    while (frame->captures[i].symbol != owner) i++;
    return i;
}

void scope_number_captures(Scope *scope)
{
    for (int i = 0; i < scope->n_symbols; i++) {
        Symbol *s = scope->symbols[i];
        if (s->place == PLACE_FREE || s->place == PLACE_NAME_OR_FREE) s->index = place_of(scope_frame(scope), s->owner);
    }
    for (int i = 0; i < scope->n_captures; i++)
        if (scope->captures[i].index >= 0)
            scope->captures[i].index = place_of(scope_frame(scope->parent), scope->captures[i].symbol);
}

// Where a name lives that the scope neither binds nor finds in a function around it.
static SymbolPlace outer_place(Compiler *c, Scope *scope)
{
    if (scope->kind == SCOPE_CLASS) return PLACE_NAME;
    Scope *frame = scope_frame(scope);
    return frame->kind == SCOPE_MODULE && c->separate_names ? PLACE_NAME : PLACE_GLOBAL;
}

static void resolve_nonlocal(Compiler *c, Symbol *symbol)
{
    Symbol *owner = find_owner(symbol->scope, symbol->name);
    if (owner) {
        bind_to(c, symbol, owner);
    } else if (symbol->flags & SYMBOL_WALRUS) {  // assigned by a comprehension at module level
        symbol->place = outer_place(c, symbol->scope);
    } else {
        unit_error(c, symbol->span, "no binding for nonlocal '%s' found", symbol->name->data);
    }
}

static void resolve(Compiler *c, Symbol *symbol)
{
    Scope *scope = symbol->scope;
    uint32_t flags = symbol->flags;
    if (flags & SYMBOL_GLOBAL) {
        if (flags & SYMBOL_NONLOCAL)
            unit_error(c, symbol->span, "name '%s' is nonlocal and global", symbol->name->data);
        symbol->place = PLACE_GLOBAL;
    } else if (flags & SYMBOL_GLOBAL_BELOW) {
        symbol->place = PLACE_GLOBAL;
    } else if (flags & SYMBOL_NONLOCAL) {
        resolve_nonlocal(c, symbol);
    } else if (flags & SYMBOL_BOUND) {
        symbol->place = scope->kind == SCOPE_MODULE || scope->kind == SCOPE_CLASS
                            ? outer_place(c, scope)
                            : PLACE_LOCAL;
    } else {
        Symbol *owner = find_owner(scope, symbol->name);
        if (owner)
            bind_to(c, symbol, owner);
        else
            symbol->place = outer_place(c, scope);
    }
}

void scope_resolve_all(Compiler *c, Scope *scope)
{
    for (int i = 0; i < scope->n_symbols && !c->failed; i++)
        resolve(c, scope->symbols[i]);
}

// Registers

enum { MAX_NEAR = 200, MAX_CELLS = 160, MAX_FAR = UINT16_MAX / 2 };

static bool is_own_local(const Symbol *symbol)
{
    return symbol->place == PLACE_LOCAL && !symbol->target && symbol->flags & SYMBOL_BOUND;
}

static void add_local(Scope *frame, Symbol *symbol)
{
    symbol->reg = frame->n_locals;
    scope_add_local_name(frame, symbol->name);
    frame->n_near = frame->n_locals;
}

// Captured ones (captured true) or the others; a parameter is never with the captured ones.
static void place(Scope *scope, bool captured)
{
    Scope *frame = scope_frame(scope);
    for (int i = 0; i < scope->n_symbols; i++) {
        Symbol *symbol = scope->symbols[i];
        if (!is_own_local(symbol)) continue;
        if ((symbol->is_captured && !(symbol->flags & SYMBOL_PARAM)) != captured) continue;
        // Where there are too many locals, those of comprehensions stay unnamed.
        if (scope->kind == SCOPE_COMP && frame->n_locals >= MAX_NEAR) return;
        add_local(frame, symbol);
        symbol->is_named = scope->kind == SCOPE_COMP;
        // The loop over '.0' owns the two registers behind it.
        if (scope->kind == SCOPE_GENEXP && i == 0) {
            scope_add_local_name(frame, str_empty);
            scope_add_local_name(frame, str_empty);
            frame->n_near = frame->n_locals;
        }
    }
}

// Too many locals for the registers that instructions reach: the first ones, parameters before all, are near, then
// the cells; the others have registers from FAR_REGISTER on.
static void place_far(Compiler *c, Scope *scope, int n, int n_cells)
{
    if (n_cells > MAX_CELLS || n > MAX_FAR || scope->kind == SCOPE_GENEXP) {
        unit_error(c, scope->node->span, "too many local variables in one function");
        return;
    }
    int n_plain = MAX_NEAR - n_cells, near = 0, cell = n_plain, far = FAR_REGISTER;
    int n_registers = FAR_REGISTER + n;
    scope->local_names = gc_alloc_array((size_t)n_registers, sizeof(Str *));
    for (int i = 0; i < n_registers; i++)
        scope->local_names[i] = str_empty;
    for (int i = 0; i < scope->n_symbols; i++) {
        Symbol *symbol = scope->symbols[i];
        if (!is_own_local(symbol)) continue;
        bool is_param = symbol->flags & SYMBOL_PARAM, is_near = near < n_plain;
        if (symbol->is_captured && !(is_param && is_near)) {
            symbol->reg = cell++;
            if (is_param) symbol->far_parameter = far++;
        } else {
            symbol->reg = is_near ? near++ : far++;
        }
        scope->local_names[symbol->reg] = symbol->name;
    }
    scope->n_near = MAX_NEAR;
    scope->n_plain = n_plain;
    scope->n_locals = scope->cap_locals = far;
}

static void place_function(Compiler *c, Scope *scope)
{
    int n = 0, n_cells = 0, n_params = 0;
    scope->param_names = gc_alloc_array((size_t)scope->n_symbols + 1, sizeof(Str *));
    for (int i = 0; i < scope->n_symbols; i++) {
        const Symbol *symbol = scope->symbols[i];
        if (symbol->flags & SYMBOL_PARAM) scope->param_names[n_params++] = symbol->name;
        if (!is_own_local(symbol)) continue;
        n++;
        n_cells += symbol->is_captured;
    }
    if (n > MAX_NEAR) {
        place_far(c, scope, n, n_cells);
        return;
    }
    place(scope, false);
    place(scope, true);
}

// The order is that of CPython's locals(): cells come last.
void scope_place_locals(Compiler *c, Scope *scope)
{
    Scope *frame = scope_frame(scope);
    if (scope->kind != SCOPE_COMP) {
        if (scope_is_function(frame)) place_function(c, scope);
        return;
    }
    // Names of comprehensions are locals only where locals() and the like may ask for them.
    if (!frame->sees_locals) return;
    if (!scope_is_function(frame) && frame->n_locals == 0) {
        scope_add_local_name(frame, str_empty);  // the register of the namespace, if there is one
        frame->n_near = frame->n_locals;
    }
    place(scope, false);
    place(scope, true);
}
