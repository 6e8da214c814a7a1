// SPDX-License-Identifier: MIT
// suggest.c - the closest of a list of names, and the hints of tracebacks made with it.
// Costs, limits and order of candidates are those of CPython's Python/suggestions.c and
// Lib/traceback.py, so that the same name is proposed.
#include "vm/suggest.h"

#include <stdlib.h>

#include "vm/error.h"
#include "vm/frame.h"
#include "vm/vm.h"

enum { MOVE_COST = 2, CASE_COST = 1, MAX_SUGGESTIONS = 750, MAX_NAME = 40 };

static char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static size_t substitution_cost(char a, char b)
{
    if (a == b) return 0;
    return to_lower(a) == to_lower(b) ? CASE_COST : MOVE_COST;
}

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Distance of two different texts without common ends, a the shorter one; more than max_cost if it
// is that far.
static size_t distance_of(const char *a, size_t a_size, const char *b, size_t b_size,
                          size_t max_cost)
{
    size_t row[MAX_NAME];  // cost(b[:j], a[:i + 1]) of the last j
    for (size_t i = 0; i < a_size; i++)
        row[i] = (i + 1) * MOVE_COST;
    size_t result = 0;
    for (size_t j = 0; j < b_size; j++) {
        size_t diagonal = j * MOVE_COST, minimum = SIZE_MAX;
        result = diagonal;
        for (size_t i = 0; i < a_size; i++) {
            size_t substitute = diagonal + substitution_cost(b[j], a[i]);
            diagonal = row[i];
            result = min_size(min_size(result, diagonal) + MOVE_COST, substitute);
            row[i] = result;
            minimum = min_size(minimum, result);
        }
        if (minimum > max_cost) return max_cost + 1;
    }
    return result;
}

static size_t name_distance(const char *a, size_t a_size, const char *b, size_t b_size,
                            size_t max_cost)
{
    while (a_size && b_size && a[0] == b[0])
        a++, b++, a_size--, b_size--;
    while (a_size && b_size && a[a_size - 1] == b[b_size - 1])
        a_size--, b_size--;
    if (a_size == 0 || b_size == 0) return (a_size + b_size) * MOVE_COST;
    if (a_size > MAX_NAME || b_size > MAX_NAME) return max_cost + 1;
    bool is_longer = b_size < a_size;
    size_t difference = is_longer ? a_size - b_size : b_size - a_size;
    if (difference * MOVE_COST > max_cost) return max_cost + 1;
    return is_longer ? distance_of(b, b_size, a, a_size, max_cost)
                     : distance_of(a, a_size, b, b_size, max_cost);
}

Str *suggest_closest(List *names, Str *name)
{
    if (names->len >= MAX_SUGGESTIONS) return NULL;
    size_t best = SIZE_MAX;
    Str *found = NULL;
    for (size_t i = 0; i < names->len; i++) {
        if (!is_str(names->items[i])) continue;
        Str *candidate = as_str(names->items[i]);
        if (str_equal(candidate, name)) continue;
        // No more than a third of the characters may need a change.
        size_t max_cost = (name->size + candidate->size + 3) * MOVE_COST / 6;
        if (best == 0) break;
        max_cost = min_size(max_cost, best - 1);
        size_t cost =
            name_distance(name->data, name->size, candidate->data, candidate->size, max_cost);
        if (cost > max_cost || cost >= best) continue;
        found = candidate;
        best = cost;
    }
    return found;
}

List *suggest_dir(VM *vm, Value v)
{
    Value names = value_call_special(vm, v, S(__dir__), 0, NULL);
    if (is_error(names)) return NULL;
    if (names == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError, "object does not provide __dir__");
        return NULL;
    }
    List *list = list_from_iterable(vm, names);
    if (!list || !list_sort(vm, list, VALUE_NONE, false)) return NULL;
    return list;
}

bool suggest_is_stdlib_module(const Str *name)
{
    static const char *const table[] = {
#define NAME(text) #text,
#include "vm/stdlib_names.def"
#undef NAME
    };
    for (size_t i = 0; i < countof(table); i++)
        if (str_is(name, table[i])) return true;
    return false;
}

// Hints

static void hide_underscored(List *names)
{
    size_t n = 0;
    for (size_t i = 0; i < names->len; i++) {
        Value v = names->items[i];
        if (is_str(v) && as_str(v)->size && as_str(v)->data[0] == '_') continue;
        names->items[n++] = v;
    }
    list_remove_range(names, n, names->len);
}

static bool is_private(const Str *name)
{
    return name->size && name->data[0] == '_';
}

static Frame *raising_frame(VM *vm, Exception *e)
{
    Traceback *tb = e->traceback;
    if (!tb) return NULL;
    while (tb->next)
        tb = tb->next;
    return frame_of_traceback(vm, tb);
}

static Str *attribute_hint(VM *vm, Exception *e, Str *name)
{
    if (!exception_has_field(e, FIELD_OBJ)) return NULL;
    Value obj = exception_field(e, FIELD_OBJ);
    List *names = suggest_dir(vm, obj);
    if (!names) return NULL;
    if (!is_private(name)) {
        Frame *frame = raising_frame(vm, e);
        bool is_self = frame && dict_find_str(frame_locals(vm, frame), S(self)) == obj;
        if (!is_self) hide_underscored(names);
    }
    return suggest_closest(names, name);
}

static Str *import_hint(VM *vm, Exception *e, Str *name)
{
    Value module_name = exception_field(e, FIELD_IMPORT_NAME);
    if (!is_str(module_name)) return NULL;
    Value module = dict_find_str(vm->modules, as_str(module_name));
    if (module == VALUE_UNBOUND) return NULL;
    List *names = suggest_dir(vm, module);
    if (!names) return NULL;
    if (!is_private(name)) hide_underscored(names);
    return suggest_closest(names, name);
}

static void add_keys(List *names, Dict *dict)
{
    size_t pos = 0;
    Value key, value;
    while (dict_next(dict, &pos, &key, &value))
        list_append(names, key);
}

static Str *name_hint(VM *vm, Exception *e, Str *name)
{
    Frame *frame = raising_frame(vm, e);
    if (!frame) return NULL;
    Dict *locals = frame_locals(vm, frame);
    Value self = dict_find_str(locals, S(self));
    if (self != VALUE_UNBOUND) {
        Value found = value_find_attr(vm, self, name);
        if (is_error(found)) return NULL;
        if (found != VALUE_UNBOUND) return str_format("self.%s", name->data);
    }
    List *names = list_new(64);
    add_keys(names, locals);
    if (frame->function->globals) add_keys(names, frame->function->globals->dict);
    add_keys(names, vm->builtins);
    return suggest_closest(names, name);
}

static Str *hint_of(VM *vm, Value exception)
{
    Exception *e = as_exception(exception);
    bool is_import = exception_matches(vm, exception, EXC_ImportError);
    bool is_name = exception_matches(vm, exception, EXC_NameError);
    bool is_attribute = exception_matches(vm, exception, EXC_AttributeError);
    if (!is_import && !is_name && !is_attribute) return NULL;
    Value v = exception_field(e, is_import ? FIELD_NAME_FROM : FIELD_NAME);
    if (!is_str(v)) return NULL;
    Str *name = as_str(v);
    Str *closest = is_import      ? import_hint(vm, e, name)
                   : is_attribute ? attribute_hint(vm, e, name)
                                  : name_hint(vm, e, name);
    Str *hint = closest ? str_format(". Did you mean: '%s'?", closest->data) : NULL;
    if (!is_name || !suggest_is_stdlib_module(name)) return hint;
    if (!hint) return str_format(". Did you forget to import '%s'?", name->data);
    return str_format("%s Or did you forget to import '%s'?", hint->data, name->data);
}

Str *suggest_hint(VM *vm, Value exception)
{
    Value pending = error_take(vm);
    Str *hint = hint_of(vm, exception);
    vm->exception = pending;
    return hint;
}

void suggest_raise_keyword(VM *vm, const char *f, List *known, Str *name)
{
    Str *closest = suggest_closest(known, name);
    Str *hint = closest ? str_format(". Did you mean '%s'?", closest->data) : str_empty;
    raise_error(vm, EXC_TypeError, "%s() got an unexpected keyword argument '%s'%s", f, name->data,
                hint->data);
}
