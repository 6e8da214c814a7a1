// SPDX-License-Identifier: MIT
// import.c - finding modules and running them: modules in C, modules of the standard library
// written in Rill and embedded in the program, files and packages in the folders of sys.path.
//
// Order: what is built in; then, as in CPython, the folders of sys.path, so that a script's own
// module wins over one of the library that is not loaded yet; then the library. INVARIANT: a module
// is in sys.modules while its body runs, and is taken out if the body raises.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "vm/codec.h"
#include "vm/coding.h"
#include "vm/gc.h"
#include "vm/module.h"
#include "vm/stream.h"
#include "vm/vm.h"

typedef struct ModuleRegistry {
    const ModuleDef *const *defs;
    const EmbeddedModule *embedded;
} ModuleRegistry;

void module_register(VM *vm, const ModuleDef *const *defs, const EmbeddedModule *embedded)
{
    ModuleRegistry *r = gc_alloc(sizeof(ModuleRegistry));
    r->defs = defs;
    r->embedded = embedded;
    vm->registry = r;
}

// Where a module comes from.
typedef struct Found {
    const ModuleDef *def;
    const EmbeddedModule *embedded;
    Str *path;         // of the file
    Str *folder;       // of a package; else NULL
    Str *bare_folder;  // a folder of that name without __init__: a package if nothing better is
                       // found
    bool has_source;   // path is a file
} Found;

static const ModuleDef *find_def(VM *vm, const Str *name)
{
    const ModuleDef *const *defs = vm->registry ? vm->registry->defs : NULL;
    for (; defs && *defs; defs++)
        if (str_is(name, (*defs)->name)) return *defs;
    return NULL;
}

static const EmbeddedModule *find_embedded(VM *vm, const Str *name)
{
    const EmbeddedModule *e = vm->registry ? vm->registry->embedded : NULL;
    for (; e && e->name; e++)
        if (str_is(name, e->name)) return e;
    return NULL;
}

// Modules that no file can replace: CPython has them built in, frozen or loaded at start.
static bool is_built_in(const Str *name)
{
    static const char *const names[] = {"sys",
                                        "builtins",
                                        "time",
                                        "itertools",
                                        "gc",
                                        "rill",
                                        "os",
                                        "os.path",
                                        "posix",
                                        "posixpath",
                                        "io",
                                        "abc",
                                        "importlib",
                                        "importlib.util",
                                        "codecs",
                                        "errno",
                                        "_collections_abc",
                                        "collections.abc",
                                        "stat",
                                        "site"};
    for (size_t i = 0; i < countof(names); i++)
        if (str_is(name, names[i])) return true;
    return false;
}

// Files

static bool status_of(VM *vm, Str *path, struct stat *st)
{
    const char *name = codec_to_os(vm, path);
    if (!name) error_take(vm);
    return name && stat(name, st) == 0;
}

static bool is_file(VM *vm, Str *path)
{
    struct stat st;
    return status_of(vm, path, &st) && S_ISREG(st.st_mode);
}

static bool is_folder(VM *vm, Str *path)
{
    struct stat st;
    return status_of(vm, path, &st) && S_ISDIR(st.st_mode);
}

static Str *in_folder(const Str *folder, const char *name)
{
    if (folder->size == 0) return str_from_cstr(name);
    const char *slash = folder->data[folder->size - 1] == '/' ? "" : "/";
    return str_format("%s%s%s", folder->data, slash, name);
}

// "" in sys.path is the current folder; __file__ is absolute, as CPython's is.
static Str *absolute(Str *folder)
{
    if (folder->size && folder->data[0] == '/') return folder;
    char here[PATH_MAX];
    if (!realpath(".", here)) return folder;
    Str *s = codec_from_os(here, strlen(here));
    if (folder->size == 0 || str_is(folder, ".")) return s;
    const char *rest = folder->data;
    while (rest[0] == '.' && rest[1] == '/')
        rest += 2;
    return in_folder(s, rest);
}

static bool find_source(VM *vm, Str *folder, const char *stem, Found *found)
{
    static const char *const suffixes[] = {".rill", ".py"};
    for (size_t i = 0; i < countof(suffixes); i++) {
        Str *path = in_folder(folder, str_format("%s%s", stem, suffixes[i])->data);
        if (!is_file(vm, path)) continue;
        found->path = path;
        found->has_source = true;
        return true;
    }
    return false;
}

// One folder of the search path: a package or a file; a folder without __init__ is noted for later.
static bool find_in_folder(VM *vm, Str *folder, const char *stem, Found *found)
{
    folder = absolute(folder);
    Str *package = in_folder(folder, stem);
    if (is_folder(vm, package)) {
        if (find_source(vm, package, "__init__", found)) {
            found->folder = package;
            return true;
        }
        if (!found->bare_folder) found->bare_folder = package;
    }
    return find_source(vm, folder, stem, found);
}

static bool find_in_library(VM *vm, Str *name, Found *found)
{
    found->def = find_def(vm, name);
    if (!found->def) found->embedded = find_embedded(vm, name);
    return found->def || found->embedded;
}

// The library has the place among the folders that it has in CPython: behind those that were there at the start.
static bool find_in_path(VM *vm, Value path, Str *name, const char *stem, Found *found)
{
    List *folders = list_from_iterable(vm, path);
    const Str *before = vm->path_before_library;
    for (size_t i = 0; folders && i < folders->len; i++) {
        if (!is_str(folders->items[i])) continue;
        if (find_in_folder(vm, as_str(folders->items[i]), stem, found)) return true;
        if (before && str_equal(as_str(folders->items[i]), before) && find_in_library(vm, name, found)) return true;
    }
    return false;
}

static Value raise_not_found(VM *vm, Str *name, Value parent)
{
    Str *msg = str_format("No module named '%s'", name->data);
    if (parent != VALUE_UNBOUND) {
        Value path = value_find_attr(vm, parent, S(__path__));
        if (is_error(path)) return path;
        const char *dot = strrchr(name->data, '.');
        if (path == VALUE_UNBOUND)
            msg = str_format("%s; '%.*s' is not a package", msg->data, (int)(dot - name->data),
                             name->data);
    }
    return raise_import_error(vm, EXC_ModuleNotFoundError, msg, value_object(name), VALUE_NONE);
}

// false: raised.
static bool find_module(VM *vm, Str *name, Value parent, Found *found)
{
    found->def = is_built_in(name) || name->data[0] == '_' ? find_def(vm, name) : NULL;
    if (!found->def && is_built_in(name)) found->embedded = find_embedded(vm, name);
    if (found->def || found->embedded) return true;
    const char *dot = strrchr(name->data, '.');
    Value path = parent == VALUE_UNBOUND ? dict_find_str(vm->sys->dict, S(path))
                                         : value_find_attr(vm, parent, S(__path__));
    if (is_error(path)) return false;
    if (path != VALUE_UNBOUND && find_in_path(vm, path, name, dot ? dot + 1 : name->data, found))
        return true;
    if (vm->exception != VALUE_UNBOUND) return false;
    if (find_in_library(vm, name, found)) return true;
    found->folder = found->bare_folder;
    if (found->folder) return true;
    raise_not_found(vm, name, parent);
    return false;
}

bool module_exists(VM *vm, Str *name)
{
    Found found = {0};
    if (find_module(vm, name, VALUE_UNBOUND, &found)) return true;
    error_take(vm);
    return false;
}

// Source text

static void raise_not_utf8(VM *vm, Str *path, const char *text, size_t size, size_t bad_at)
{
    int line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < bad_at; i++) {
        if (text[i] != '\n') continue;
        line++;
        line_start = i + 1;
    }
    int n_bad = 1;
    const char *reason = "invalid start byte";
    utf8_check(text + bad_at, text + size, &n_bad, &reason);
    Str *msg =
        str_format("(unicode error) 'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
                   (unsigned char)text[bad_at], bad_at - line_start, reason);
    int column = (int)(bad_at - line_start) + 1;
    raise_syntax(vm, EXC_SyntaxError, msg, path, line, column, NULL, line, -1);
}

static char *read_all(FILE *f, size_t *size)
{
    size_t cap = 16384, n = 0;
    char *data = gc_alloc_atomic(cap);
    for (;;) {
        n += fread(data + n, 1, cap - n, f);
        if (n < cap) break;
        data = gc_realloc(data, cap *= 2);
    }
    *size = n;
    return data;
}

Str *module_read_source(VM *vm, Str *path)
{
    const char *name = codec_to_os(vm, path);
    if (!name) return NULL;
    bool has_retried = false;
    FILE *f;
    while (!(f = fopen(name, "rb")))
        if (!stream_may_retry(vm, errno, &has_retried)) {
            raise_os_error(vm, errno, value_object(path));
            return NULL;
        }
    size_t size, bad_at;
    const char *data = read_all(f, &size);
    bool failed = ferror(f);
    int error = errno;
    fclose(f);
    if (failed) {
        raise_os_error(vm, error, value_object(path));
        return NULL;
    }
    if (!coding_to_utf8(vm, &data, &size, false)) return NULL;
    if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
        data += 3;
        size -= 3;
    }
    if (!utf8_is_valid(data, size, &bad_at)) {
        raise_not_utf8(vm, path, data, size, bad_at);
        return NULL;
    }
    return str_new(data, size);
}

// Running

static bool run_code(VM *vm, Module *m, Code *code)
{
    if (!code) return false;
    Function *f = function_new(code, globals_new(m->dict, code->unit), NULL);
    return !is_error(call_code(vm, f, VALUE_UNBOUND));
}

static bool run_source(VM *vm, Module *m, Str *source, Str *filename)
{
    return run_code(vm, m, vm->compile(vm, source, filename, COMPILE_EXEC, false));
}

static bool run_native(VM *vm, Module *m, const ModuleDef *def)
{
    Str *name = str_intern(def->name, strlen(def->name));
    if (def->natives) natives_define(vm, m->dict, def->natives, NULL, name);
    return !def->setup || def->setup(vm, m);
}

static void set_str(Dict *dict, const char *key, Value v)
{
    dict_set_str(dict, str_intern(key, strlen(key)), v);
}

// __spec__: enough for scripts that look at name, origin and the like.
static Value new_spec(VM *vm, Str *name, Str *package, Value origin, Value locations)
{
    static const TypeDef type = {
        .name = "importlib.machinery.ModuleSpec", .kind = KIND_INSTANCE, .flags = CLASS_HAS_DICT};
    static Class *spec_class;
    static VM *owner;
    if (owner != vm) spec_class = class_define(vm, &type, NULL);
    owner = vm;
    Value spec = value_object(instance_new(vm, spec_class));
    Dict *d = object_dict(vm, as_object(spec), true);
    dict_set_str(d, S(name), value_object(name));
    set_str(d, "loader", VALUE_NONE);
    set_str(d, "origin", origin);
    set_str(d, "submodule_search_locations", locations);
    set_str(d, "cached", VALUE_NONE);
    set_str(d, "parent", value_object(package));
    set_str(d, "has_location", value_bool(origin != VALUE_NONE));
    return spec;
}

static Str *package_name(Str *name, bool is_package)
{
    const char *dot = strrchr(name->data, '.');
    if (is_package) return name;
    return dot ? str_new(name->data, (size_t)(dot - name->data)) : str_empty;
}

static void describe(VM *vm, Module *m, Str *name, const Found *found)
{
    bool is_package = found->folder || (found->embedded && found->embedded->is_package);
    Str *package = package_name(name, is_package);
    Value origin = found->has_source ? value_object(found->path) : VALUE_NONE,
          locations = VALUE_NONE;
    if (is_package) {
        List *path = list_new(1);
        if (found->folder) list_append(path, value_object(found->folder));
        locations = value_object(path);
        dict_set_str(m->dict, S(__path__), locations);
    }
    dict_set_str(m->dict, S(__package__), value_object(package));
    dict_set_str(m->dict, S(__spec__), new_spec(vm, name, package, origin, locations));
    if (found->has_source) dict_set_str(m->dict, S(__file__), origin);
}

// The module object to fill: builtins and sys exist from the start.
static Module *module_for(VM *vm, Str *name, const Found *found)
{
    Value doc =
        found->def && found->def->doc ? value_object(str_from_cstr(found->def->doc)) : VALUE_NONE;
    Module *m = name == S(builtins) ? vm->builtins_module
                : name == S(sys)    ? vm->sys
                                    : module_new(vm, name, doc);
    if (doc != VALUE_NONE) dict_set_str(m->dict, S(__doc__), doc);
    return m;
}

static Str *embedded_filename(const EmbeddedModule *e)
{
    return str_format("<rill>/%s.rill", e->name);
}

static Str *embedded_text(const EmbeddedModule *e)
{
    return str_new(packed_text(&e->text), e->text.size);
}

static bool run_embedded(VM *vm, Module *m, const EmbeddedModule *e)
{
    bool stress = gc_pause_stress();
    Code *code = vm->compile_library(vm, embedded_text(e), embedded_filename(e));
    gc_resume_stress(stress);
    return run_code(vm, m, code);
}

static bool run(VM *vm, Module *m, const Found *found)
{
    if (found->def) return run_native(vm, m, found->def);
    if (found->embedded) return run_embedded(vm, m, found->embedded);
    if (!found->has_source) return true;  // a package without __init__
    Str *source = module_read_source(vm, found->path);
    return source && run_source(vm, m, source, found->path);
}

Value module_find_and_load(VM *vm, Str *name, Value parent)
{
    Found found = {0};
    if (!find_module(vm, name, parent, &found)) return VALUE_ERROR;
    Module *m = module_for(vm, name, &found);
    describe(vm, m, name, &found);
    dict_set_str(vm->modules, name, value_object(m));
    m->object.head |= HEAD(0, 0, MODULE_INITIALIZING);
    bool is_done = run(vm, m, &found);
    m->object.head &= ~HEAD(0, 0, MODULE_INITIALIZING);
    if (!is_done) {
        (void)dict_delete_str(vm->modules, name);
        return VALUE_ERROR;
    }
    Value v = dict_find_str(vm->modules, name);  // a module may have replaced itself
    if (v != VALUE_UNBOUND) return v;
    return raise_import_error(vm, EXC_ImportError,
                              str_format("Loaded module '%s' not found in sys.modules", name->data),
                              value_object(name), VALUE_NONE);
}

Str *module_find_source(VM *vm, Str *name, Str **filename, bool *is_package)
{
    const char *dot = strrchr(name->data, '.');
    Value parent = VALUE_UNBOUND;
    if (dot) parent = module_import(vm, str_new(name->data, (size_t)(dot - name->data)));
    Found found = {0};
    if (is_error(parent)) return NULL;
    if (!find_module(vm, str_intern_str(name), parent, &found)) {
        if (error_is(vm, EXC_ModuleNotFoundError)) error_take(vm);
        return NULL;
    }
    *is_package = found.folder || (found.embedded && found.embedded->is_package);
    if (found.embedded) {
        *filename = embedded_filename(found.embedded);
        return embedded_text(found.embedded);
    }
    if (!found.has_source) return NULL;
    *filename = found.path;
    return module_read_source(vm, found.path);
}

Value module_reload(VM *vm, Value module)
{
    Value name = value_getattr(vm, module, S(__name__));
    if (is_error(name)) return name;
    if (!is_kind(module, KIND_MODULE) || !is_str(name))
        return raise_error(vm, EXC_TypeError, "reload() argument must be a module");
    Str *full = str_intern_str(as_str(name));
    if (dict_find_str(vm->modules, full) != module) {
        Str *msg = str_format("module %s not in sys.modules", full->data);
        return raise_import_error(vm, EXC_ImportError, msg, name, VALUE_NONE);
    }
    const char *dot = strrchr(full->data, '.');
    Value parent =
        dot ? module_import(vm, str_new(full->data, (size_t)(dot - full->data))) : VALUE_UNBOUND;
    Found found = {0};
    if (is_error(parent) || !find_module(vm, full, parent, &found)) return VALUE_ERROR;
    describe(vm, as_module(module), full, &found);
    return run(vm, as_module(module), &found) ? module : VALUE_ERROR;
}

// sys.path

void module_init_path(VM *vm)
{
    List *path = list_new(4);
    const char *p = getenv("RILLPATH");
    while (p && *p) {
        const char *end = strchr(p, ':');
        size_t n = end ? (size_t)(end - p) : strlen(p);
        if (n > 0) list_append(path, value_object(codec_from_os(p, n)));
        p = end ? end + 1 : NULL;
    }
    if (path->len) vm->path_before_library = as_str(path->items[path->len - 1]);
    dict_set_str(vm->sys->dict, S(path), value_object(path));
}

// Names, for completion

static void add_file_names(VM *vm, Str *folder, List *names)
{
    const char *path = folder->size ? codec_to_os(vm, folder) : ".";
    DIR *dir = path ? opendir(path) : NULL;
    error_take(vm);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        const char *dot = strrchr(entry->d_name, '.');
        bool is_module = dot && dot > entry->d_name && (strcmp(dot, ".rill") == 0 || strcmp(dot, ".py") == 0);
        if (is_module) list_append(names, value_object(str_new(entry->d_name, (size_t)(dot - entry->d_name))));
    }
    if (dir) closedir(dir);
}

List *module_names(VM *vm)
{
    List *names = list_new(128);
    const ModuleDef *const *def = vm->registry ? vm->registry->defs : NULL;
    for (; def && *def; def++) list_append(names, value_object(str_from_cstr((*def)->name)));
    const EmbeddedModule *e = vm->registry ? vm->registry->embedded : NULL;
    for (; e && e->name; e++) list_append(names, value_object(str_from_cstr(e->name)));
    Value path = dict_find_str(vm->sys->dict, S(path));
    for (size_t i = 0; path != VALUE_UNBOUND && is_list(path) && i < as_list(path)->len; i++)
        if (is_str(as_list(path)->items[i])) add_file_names(vm, as_str(as_list(path)->items[i]), names);
    return names;
}
