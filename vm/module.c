// SPDX-License-Identifier: MIT
// module.c - module objects; what the import statements do. Finding and running modules is in
// import.c.
#include "vm/module.h"

#include <string.h>
#include <unistd.h>

#include "vm/gc.h"
#include "vm/suggest.h"
#include "vm/vm.h"

Module *module_new(VM *vm, Str *name, Value doc)
{
    Module *m = gc_new(Module);
    object_init(&m->object, KIND_MODULE);
    m->dict = NULL;
    m->dict = dict_new_namespace();
    dict_set_str(m->dict, S(__name__), value_object(name));
    dict_set_str(m->dict, S(__doc__), doc);
    dict_set_str(m->dict, S(__package__), VALUE_NONE);
    dict_set_str(m->dict, S(__loader__), VALUE_NONE);
    dict_set_str(m->dict, S(__spec__), VALUE_NONE);
    if (vm->builtins_module)
        dict_set_str(m->dict, S(__builtins__), value_object(vm->builtins_module));
    return m;
}

// A new name in a namespace may shadow a builtin, or a name looked up before it existed: the tables
// of all code that runs there are linked to its cell.
static void relink(Dict *dict, Str *key)
{
    if (!(str_flags(key) & STR_INTERNED)) key = str_intern_str(key);
    for (Globals *g = dict->links; g; g = g->next) {
        for (int i = 0; i < g->unit->n_names; i++) {
            if (likely(g->unit->names[i] != key)) continue;
            Cell *cell = dict_find_cell(dict, key);
            g->cells[i] = cell ? cell : globals_unresolved();
            if (key == S(__name__)) g->module_name = NULL;
        }
    }
}

void module_init(VM *vm)
{
    dict_namespace_hook = relink;
    vm->modules = dict_new();
    Value doc = VALUE_NONE;
    vm->builtins_module = NULL;
    Module *builtins = module_new(vm, S(builtins), doc);
    vm->builtins_module = builtins;
    vm->builtins = builtins->dict;
    vm->sys = module_new(vm, S(sys), doc);
    module_init_path(vm);
}

// A missing attribute

static Str *folder_of(const Str *path)
{
    size_t n = path->size;
    while (n > 0 && path->data[n - 1] != '/')
        n--;
    return str_new(path->data, n > 1 ? n - 1 : n);
}

// Is the file of this module in the first folder of sys.path, so that it may hide one of the same
// name?
static bool may_shadow(VM *vm, const Str *file)
{
    Value path = dict_find_str(vm->sys->dict, S(path));
    if (!is_list(path) || as_list(path)->len == 0 || !is_str(as_list(path)->items[0])) return false;
    Str *first = as_str(as_list(path)->items[0]), *folder = folder_of(file);
    size_t n = folder->size;
    if (strncmp(file->data + n, "/__init__.", 10) == 0) folder = folder_of(folder);
    if (first->size > 0) return str_equal(folder, first);
    char here[4096];
    return getcwd(here, sizeof here) && str_is(folder, here);
}

// What to add to "module 'm' has no attribute 'x'"; is_partial: and the module is only half made.
static const char *guess_reason(VM *vm, Module *m, Str *module, bool *is_partial)
{
    Value file = dict_find_str(m->dict, S(__file__));
    const char *path = is_str(file) ? as_str(file)->data : NULL;
    bool shadows = path && may_shadow(vm, as_str(file));
    *is_partial = module_is_initializing(m) && !shadows;
    if (shadows && suggest_is_stdlib_module(module))
        return str_format(
                   " (consider renaming '%s' since it has the same name as the standard library "
                   "module named '%s' and the import system gives it precedence)",
                   path, module->data)
            ->data;
    if (module_is_initializing(m) && shadows)
        return str_format(
                   " (consider renaming '%s' if it has the same name as a third-party module you "
                   "intended to import)",
                   path)
            ->data;
    return *is_partial ? " (most likely due to a circular import)" : "";
}

Value module_raise_no_attribute(VM *vm, Module *m, Str *name)
{
    Value o = value_object(m), v = dict_find_str(m->dict, S(__name__));
    if (!is_str(v))
        return raise_attribute_error(vm, o, name, "module has no attribute '%s'", name->data);
    Str *module = as_str(v);
    Str *child = str_format("%s.%s", module->data, name->data);
    if (!module_is_initializing(m) && dict_find_str(vm->modules, child) != VALUE_UNBOUND)
        return raise_attribute_error(
            vm, o, name,
            "cannot access submodule '%s' of module '%s' (most likely due to a "
            "circular import)",
            name->data, module->data);
    bool is_partial;
    const char *reason = guess_reason(vm, m, module, &is_partial);
    Value file = dict_find_str(m->dict, S(__file__));
    Str *from =
        is_partial && is_str(file) ? str_format(" from '%s'", as_str(file)->data) : str_empty;
    return raise_attribute_error(vm, o, name, "%smodule '%s'%s has no attribute '%s'%s",
                                 is_partial ? "partially initialized " : "", module->data,
                                 from->data, name->data, reason);
}

// import

// Both names are known to be dotted names; the parent of "a.b.c" is "a.b", of "a" NULL.
static Str *parent_name(Str *name)
{
    const char *dot = NULL;
    for (size_t i = 0; i < name->size; i++)
        if (name->data[i] == '.') dot = name->data + i;
    return dot ? str_intern(name->data, (size_t)(dot - name->data)) : NULL;
}

static Value raise_halted(VM *vm, Str *name)
{
    Str *msg = str_format("import of %s halted; None in sys.modules", name->data);
    return raise_import_error(vm, EXC_ModuleNotFoundError, msg, value_object(name), VALUE_NONE);
}

// From sys.modules; VALUE_UNBOUND if absent.
static Value find_loaded(VM *vm, Str *name)
{
    Value v = dict_find_str(vm->modules, name);
    return v == VALUE_NONE ? raise_halted(vm, name) : v;
}

// The module becomes an attribute of its package.
static bool bind_in_parent(VM *vm, Value parent, Str *name, Value module)
{
    const char *last = name->data + name->size;
    while (last[-1] != '.')
        last--;
    Str *child = str_intern(last, (size_t)(name->data + name->size - last));
    if (value_setattr(vm, parent, child, module)) return true;
    if (!error_is(vm, EXC_AttributeError)) return false;
    error_take(vm);
    return true;
}

static Value import_absolute(VM *vm, Str *name)
{
    Value v = find_loaded(vm, name);
    if (v != VALUE_UNBOUND) return v;
    if (!vm_check_c_stack(vm)) return VALUE_ERROR;
    Str *package = parent_name(name);
    Value parent = VALUE_UNBOUND;
    if (package) {
        parent = import_absolute(vm, package);
        if (is_error(parent)) return parent;
        v = find_loaded(vm, name);  // the package itself may have imported it
        if (v != VALUE_UNBOUND) return v;
    }
    v = module_find_and_load(vm, name, parent);
    if (is_error(v)) return v;
    if (package && !bind_in_parent(vm, parent, name, v)) return VALUE_ERROR;
    return v;
}

Value module_import(VM *vm, Str *name)
{
    return import_absolute(vm, str_intern_str(name));
}

// The package that relative imports of this namespace start from; NULL: ImportError.
static Str *package_of(VM *vm, Dict *globals)
{
    Value package = dict_find_str(globals, S(__package__));
    if (package != VALUE_UNBOUND && package != VALUE_NONE) {
        if (is_str(package)) return as_str(package);
        raise_error(vm, EXC_TypeError, "package must be a string");
        return NULL;
    }
    Value name = dict_find_str(globals, S(__name__));
    if (!is_str(name)) {
        raise_error(vm, EXC_KeyError, "'__name__' not in globals");
        return NULL;
    }
    if (dict_find_str(globals, S(__path__)) != VALUE_UNBOUND) return as_str(name);
    Str *parent = parent_name(as_str(name));
    return parent ? parent : str_empty;
}

Str *module_resolve_name(VM *vm, Dict *globals, Str *name, int level)
{
    Str *package = package_of(vm, globals);
    if (!package) return NULL;
    if (package->size == 0) {
        Str *msg = str_from_cstr("attempted relative import with no known parent package");
        raise_import_error(vm, EXC_ImportError, msg, VALUE_NONE, VALUE_NONE);
        return NULL;
    }
    for (; level > 1; level--) {
        package = parent_name(package);
        if (package) continue;
        Str *msg = str_from_cstr("attempted relative import beyond top-level package");
        raise_import_error(vm, EXC_ImportError, msg, VALUE_NONE, VALUE_NONE);
        return NULL;
    }
    return name->size == 0 ? package : str_format("%s.%s", package->data, name->data);
}

static bool has_attr(VM *vm, Value o, Str *name, bool *failed)
{
    Value v = value_find_attr(vm, o, name);
    *failed = is_error(v);
    return v != VALUE_UNBOUND && !*failed;
}

// `from package import name`: name may be a module in it that nobody has imported. Absent is no
// error here.
static bool import_submodule(VM *vm, Value module, Str *package, Str *name)
{
    bool failed;
    if (has_attr(vm, module, name, &failed)) return true;
    if (failed) return false;
    Str *full = str_intern_str(str_format("%s.%s", package->data, name->data));
    if (!is_error(import_absolute(vm, full))) return true;
    if (!error_is(vm, EXC_ModuleNotFoundError)) return false;
    Value missing = exception_field(as_exception(vm->exception), FIELD_IMPORT_NAME);
    if (!is_str(missing) || !str_equal(as_str(missing), full)) return false;
    error_take(vm);
    return true;
}

static bool import_submodules(VM *vm, Value module, Value fromlist, bool is_all)
{
    bool failed;
    if (!has_attr(vm, module, S(__path__), &failed)) return !failed;
    Value package = value_getattr(vm, module, S(__name__));
    if (is_error(package)) return false;
    List *names = is_str(package) ? list_from_iterable(vm, fromlist) : list_new(0);
    for (size_t i = 0; names && i < names->len; i++) {
        Value name = names->items[i];
        if (!is_str(name)) {
            raise_error(vm, EXC_TypeError,
                        is_all ? "Item in __all__ must be str, not %s"
                               : "Item in ``from list'' must be str, not %s",
                        type_name(vm, name));
            return false;
        }
        bool is_star = str_is(as_str(name), "*");
        if (!is_star && !import_submodule(vm, module, as_str(package), as_str(name))) return false;
        if (!is_star || is_all) continue;
        Value all = value_find_attr(vm, module, S(__all__));
        if (is_error(all)) return false;
        if (all != VALUE_UNBOUND && !import_submodules(vm, module, all, true)) return false;
    }
    return names != NULL;
}

// `import a.b.c` binds a; in a relative form, the part of the absolute name that stands for it.
static Value top_module(VM *vm, Str *name, Str *full, int level)
{
    size_t head = 0;
    while (head < name->size && name->data[head] != '.')
        head++;
    if (head == name->size) return find_loaded(vm, str_intern_str(full));
    size_t cut = level == 0 ? head : full->size - (name->size - head);
    Value v = find_loaded(vm, str_intern(full->data, cut));
    return v == VALUE_UNBOUND ? raise_error(vm, EXC_KeyError, "'%.*s'", (int)cut, full->data) : v;
}

// A namespace whose own __builtins__ have no __import__ imports nothing.
static bool may_import(VM *vm, Dict *globals)
{
    Value builtins = globals ? dict_find_str(globals, S(__builtins__)) : VALUE_UNBOUND;
    if (!is_dict(builtins) || as_dict(builtins) == vm->builtins) return true;
    if (dict_find_str(as_dict(builtins), S(__import__)) != VALUE_UNBOUND) return true;
    raise_error(vm, EXC_ImportError, "__import__ not found");
    return false;
}

Value module_import_statement(VM *vm, Dict *globals, Str *name, int level, Value fromlist)
{
    if (!may_import(vm, globals)) return VALUE_ERROR;
    if (level == 0 && name->size == 0) return raise_error(vm, EXC_ValueError, "Empty module name");
    Str *full = name;
    if (level > 0) {
        full = globals ? module_resolve_name(vm, globals, name, level) : NULL;
        if (!full)
            return globals ? VALUE_ERROR
                           : raise_error(vm, EXC_KeyError, "'__name__' not in globals");
    }
    Value module = module_import(vm, full);
    if (is_error(module)) return module;
    bool has_names = fromlist != VALUE_NONE && fromlist != VALUE_UNBOUND;
    if (has_names) {
        int truth = value_truth(vm, fromlist);
        if (truth < 0) return VALUE_ERROR;
        has_names = truth;
    }
    if (has_names) return import_submodules(vm, module, fromlist, false) ? module : VALUE_ERROR;
    if (level > 0 && name->size == 0) return module;
    return top_module(vm, name, full, level);
}

// from ... import

static Value raise_cannot_import(VM *vm, Value module, Value module_name, Str *name)
{
    Value file = value_find_attr(vm, module, S(__file__));
    if (is_error(file)) return file;
    if (!is_str(file)) file = VALUE_NONE;
    const char *from = is_str(module_name) ? as_str(module_name)->data : "<unknown module name>";
    const char *where = is_str(file) ? as_str(file)->data : "unknown location";
    bool is_partial = is_kind(module, KIND_MODULE) && module_is_initializing(as_module(module));
    Str *msg = is_partial
                   ? str_format("cannot import name '%s' from partially initialized module '%s' "
                                "(most likely due to "
                                "a circular import) (%s)",
                                name->data, from, where)
                   : str_format("cannot import name '%s' from '%s' (%s)", name->data, from, where);
    return raise_import_from(vm, msg, is_str(module_name) ? module_name : VALUE_NONE, file, name);
}

Value module_import_from(VM *vm, Value module, Str *name)
{
    Value v = value_find_attr(vm, module, name);
    if (v != VALUE_UNBOUND) return v;
    Value module_name = value_find_attr(vm, module, S(__name__));
    if (is_error(module_name)) return module_name;
    if (is_str(module_name)) {  // a submodule that is being imported is not an attribute yet
        v = dict_find_str(vm->modules, str_format("%s.%s", as_str(module_name)->data, name->data));
        if (v != VALUE_UNBOUND) return v;
    }
    return raise_cannot_import(vm, module, module_name, name);
}

static Value names_of(VM *vm, Value module, bool *is_all)
{
    Value names = value_find_attr(vm, module, S(__all__));
    *is_all = names != VALUE_UNBOUND;
    if (*is_all) return names;
    Value dict = value_find_attr(vm, module, S(__dict__));
    if (is_error(dict)) return dict;
    if (dict == VALUE_UNBOUND)
        return raise_error(vm, EXC_ImportError,
                           "from-import-* object has no __dict__ and no __all__");
    List *keys = list_from_iterable(vm, dict);
    return keys ? value_object(keys) : VALUE_ERROR;
}

static Value raise_bad_star_name(VM *vm, Value module, Value name, bool is_all)
{
    Value module_name = value_find_attr(vm, module, S(__name__));
    if (is_error(module_name)) return module_name;
    const char *from = is_str(module_name) ? as_str(module_name)->data : "?";
    return raise_error(vm, EXC_TypeError,
                       is_all ? "Item in %s.__all__ must be str, not %s"
                              : "Key in %s.__dict__ must be str, not %s",
                       from, type_name(vm, name));
}

bool module_import_star(VM *vm, Value module, Value namespace_)
{
    bool is_all;
    Value names = names_of(vm, module, &is_all);
    List *list = is_error(names) ? NULL : list_from_iterable(vm, names);
    for (size_t i = 0; list && i < list->len; i++) {
        Value name = list->items[i];
        if (!is_str(name)) return is_error(raise_bad_star_name(vm, module, name, is_all)), false;
        if (!is_all && as_str(name)->data[0] == '_') continue;
        Value v = value_getattr(vm, module, as_str(name));
        if (is_error(v)) return false;
        if (is_exact(namespace_, KIND_DICT))
            dict_set_str(as_dict(namespace_), as_str(name), v);
        else if (!value_setitem(vm, namespace_, name, v))
            return false;
    }
    return list != NULL;
}
