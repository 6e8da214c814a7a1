// SPDX-License-Identifier: MIT
// interp_make.c - slow paths of the interpreter that build things: displays, strings, functions; and statements
// that are one call: raise, annotations, the display of a REPL.
#include "vm/interp.h"

Value display_set(VM *vm, const Value *items, unsigned n)
{
    Set *set = set_new();
    for (unsigned i = 0; i < n; i++)
        if (!set_add(vm, set, items[i])) return VALUE_ERROR;
    return value_object(set);
}

Value display_dict(VM *vm, const Value *pairs, unsigned n)
{
    Dict *dict = dict_new();
    for (unsigned i = 0; i < n; i++)
        if (!dict_set(vm, dict, pairs[2 * i], pairs[2 * i + 1])) return VALUE_ERROR;
    return value_object(dict);
}

bool display_extend(VM *vm, List *list, Value iterable)
{
    bool is_iterable = is_object(iterable) && (special_lookup(vm, iterable, S(__iter__)) != VALUE_UNBOUND ||
                                               special_lookup(vm, iterable, S(__getitem__)) != VALUE_UNBOUND);
    if (is_iterable) return list_extend(vm, list, iterable);
    raise_error(vm, EXC_TypeError, "Value after * must be an iterable, not %s", type_name(vm, iterable));
    return false;
}

bool display_update(VM *vm, Dict *dict, Value mapping)
{
    if (is_dict(mapping)) return dict_update(vm, dict, mapping);
    Value keys = value_find_attr(vm, mapping, S(keys));
    if (is_error(keys)) return false;
    if (keys != VALUE_UNBOUND) return dict_update(vm, dict, mapping);
    raise_error(vm, EXC_TypeError, "'%s' object is not a mapping", type_name(vm, mapping));
    return false;
}

Value format_field(VM *vm, Value v, Value spec, unsigned flags)
{
    Str *(*const conversions[])(VM *, Value) = {NULL, value_str, value_repr, value_ascii};
    if (flags & 3) {
        Str *s = conversions[flags & 3](vm, v);
        if (!s) return VALUE_ERROR;
        v = value_object(s);
    }
    if (!(flags & 4)) {
        if (is_exact(v, KIND_STR)) return v;
        spec = value_object(str_empty);
    }
    Str *s = value_format(vm, v, as_str(spec));
    return s ? value_object(s) : VALUE_ERROR;
}

Value concat_strings(const Value *strings, unsigned n)
{
    size_t size = 0, length = 0;
    for (unsigned i = 0; i < n; i++) {
        size += as_str(strings[i])->size;
        length += str_length(as_str(strings[i]));
    }
    Str *s = str_alloc(size, length);
    char *p = (char *)(uintptr_t)s->data;
    for (unsigned i = 0; i < n; i++) {
        memcpy(p, as_str(strings[i])->data, as_str(strings[i])->size);
        p += as_str(strings[i])->size;
    }
    return value_object(s);
}

Value make_function(Value *R, Code *code, const Value *extras)
{
    Function *maker = frame_of(R)->function;
    Cell **closure = code->n_free ? gc_alloc_array(code->n_free, sizeof(Cell *)) : NULL;
    for (int i = 0; i < code->n_free; i++) {
        const CodeCapture *c = &code->captures[i];
        closure[i] = c->from_free ? maker->closure[c->index] : as_pointer(R[c->index]);
    }
    Function *f = function_new(code, maker->globals, closure);
    f->defaults = extras[0] == VALUE_NONE ? NULL : as_tuple(extras[0]);
    f->kwdefaults = extras[1] == VALUE_NONE ? NULL : as_dict(extras[1]);
    f->annotations = extras[2] == VALUE_NONE ? NULL : as_dict(extras[2]);
    return value_object(f);
}

const Code *function_compile(VM *vm, Function *f)
{
    Code *stub = f->code;
    if (!stub->deferred) return stub;
    if (!stub->deferred->code) {
        bool stress = gc_pause_stress();
        stub->deferred->code = vm->compile_function(vm, stub);
        gc_resume_stress(stress);
    }
    Code *code = stub->deferred->code;
    if (!code) return NULL;
    f->globals = globals_new(f->globals->dict, code->unit);
    f->cells = f->globals->cells;
    f->consts = code->consts;
    return f->code = code;
}

Value load_build_class(VM *vm)
{
    Value v = dict_find_str(vm->builtins, S(__build_class__));
    if (v != VALUE_UNBOUND) return v;
    return raise_error(vm, EXC_NameError, "__build_class__ not found");
}

bool raise_statement(VM *vm, const Value *exception, const Value *cause, unsigned form)
{
    if (form > 0) {
        raise_object(vm, *exception, form == 2 ? *cause : VALUE_UNBOUND);
        return false;
    }
    if (vm->handled != VALUE_NONE) {
        vm->exception = vm->handled;
        return true;
    }
    raise_error(vm, EXC_RuntimeError, "No active exception to reraise");
    return false;
}

bool display_value(VM *vm, Value v)
{
    Value hook = dict_find_str(vm->sys->dict, S(displayhook));
    if (hook == VALUE_UNBOUND) {
        raise_error(vm, EXC_RuntimeError, "lost sys.displayhook");
        return false;
    }
    return !is_error(value_call(vm, hook, 1, &v));
}

// __annotations__ of a module or class namespace; with the name None it is made, if there is none.
bool annotate(VM *vm, Value namespace_, Value name, Value annotation)
{
    Value annotations = VALUE_UNBOUND;
    Value key = value_object(S(__annotations__));
    if (is_dict(namespace_)) annotations = dict_find_str(as_dict(namespace_), S(__annotations__));
    else annotations = value_getitem(vm, namespace_, key);
    if (is_error(annotations)) {
        if (!error_is(vm, EXC_KeyError)) return false;
        error_take(vm);
        annotations = VALUE_UNBOUND;
    }
    if (annotations == VALUE_UNBOUND && name == VALUE_NONE)
        return value_setitem(vm, namespace_, key, value_object(dict_new()));
    if (name == VALUE_NONE) return true;
    if (annotations == VALUE_UNBOUND) {
        (void)raise_name_error(vm, S(__annotations__));
        return false;
    }
    return value_setitem(vm, annotations, name, annotation);
}
