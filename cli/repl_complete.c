// SPDX-License-Identifier: MIT
// repl_complete.c - what Tab offers: names, attributes, keyword arguments, keys of dicts, modules,
// paths, commands. Looks at live objects; a candidate replaces the text from *start to the cursor.
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/repl.h"
#include "vm/codec.h"
#include "vm/module.h"
#include "vm/note.h"
#include "vm/signature.h"
#include "vm/suggest.h"
#include "vm/vm.h"

typedef struct Completion {
    Repl *r;
    const char *text;
    size_t at;
    List *found;
} Completion;

static void add(Completion *c, Str *word)
{
    for (size_t i = 0; i < c->found->len; i++)
        if (str_equal(as_str(c->found->items[i]), word)) return;
    list_append(c->found, value_object(word));
}

static bool begins(const Str *s, const char *prefix, size_t size)
{
    return s->size >= size && memcmp(s->data, prefix, size) == 0;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c & 0x80;
}

// The start of the name that ends at `at`.
static size_t name_start(const char *text, size_t at)
{
    while (at > 0 && is_name_byte(text[at - 1]))
        at--;
    return at;
}

// The start of the expression of names, dots and brackets that ends at `at`.
static size_t expression_start(const char *text, size_t at)
{
    int depth = 0;
    while (at > 0) {
        char c = text[at - 1];
        if (c == ')' || c == ']')
            depth++;
        else if ((c == '(' || c == '[') && depth-- == 0)
            break;
        else if (depth == 0 && c != '(' && c != '[' && !is_name_byte(c) && c != '.' && c != '"' &&
                 c != '\'')
            break;
        at--;
    }
    return at;
}

// Names

static void add_keys(Completion *c, Dict *dict, const char *prefix, size_t size)
{
    size_t pos = 0;
    Value key, v;
    while (dict_next(dict, &pos, &key, &v)) {
        if (!is_str(key) || !begins(as_str(key), prefix, size)) continue;
        bool is_hidden = as_str(key)->data[0] == '_' && (size == 0 || prefix[0] != '_');
        if (!is_hidden && source_is_name(as_str(key))) add(c, as_str(key));
    }
}

static void add_keywords(Completion *c, const char *prefix, size_t size)
{
    static const char *const words[] = {
        "False", "None",   "True", "and",   "as",     "assert",   "break", "class", "continue",
        "def",   "del",    "elif", "else",  "except", "finally",  "for",   "from",  "global",
        "if",    "import", "in",   "is",    "lambda", "nonlocal", "not",   "or",    "pass",
        "raise", "return", "try",  "while", "with",   "yield"};
    for (size_t i = 0; size > 0 && i < countof(words); i++)
        if (strncmp(words[i], prefix, size) == 0) add(c, str_from_cstr(words[i]));
}

static Value value_of(Completion *c, size_t from, size_t to)
{
    return source_lookup(c->r->vm, c->r->vm->main->dict, NULL, str_new(c->text + from, to - from));
}

static Value owner_of(Completion *c, size_t dot);

// What is called by the parenthesis at `open`: a function or native; VALUE_UNBOUND if it cannot be
// known.
static Value callee_before(Completion *c, size_t open)
{
    VM *vm = c->r->vm;
    Value f = value_of(c, expression_start(c->text, open), open);
    size_t name = name_start(c->text, open);
    if (f == VALUE_UNBOUND && name > 0 && c->text[name - 1] == '.') {
        Value o = owner_of(c, name - 1);
        Str *method = str_intern(c->text + name, open - name);
        f = o == VALUE_UNBOUND ? o : class_lookup(vm, class_of(vm, o), method);
    }
    if (is_class(f)) {
        Value init = class_lookup(vm, as_class(f), S(__init__));
        f = is_function(init) ? init : class_lookup(vm, as_class(f), S(__new__));
        if (is_kind(f, KIND_STATICMETHOD)) f = ((Wrapper *)as_pointer(f))->function;
    }
    return is_kind(f, KIND_BOUND_METHOD) ? ((BoundMethod *)as_pointer(f))->function : f;
}

static void add_parameter(Completion *c, Str *name, const char *prefix, size_t size)
{
    if (begins(name, prefix, size) && !str_is(name, "self") && !str_is(name, "cls"))
        add(c, str_format("%s=", name->data));
}

// The arguments of the call around the cursor: NAME=
static void add_parameters(Completion *c, const Scan *scan, const char *prefix, size_t size)
{
    if (scan->depth == 0 || scan->depth > MAX_OPEN) return;
    size_t open = scan->open[scan->depth - 1];
    if (c->text[open] != '(' || open == 0) return;
    Value f = callee_before(c, open);
    if (is_function(f)) {
        const Code *code = as_function(f)->code;
        for (int i = code->n_posonly; i < code->n_params + code->n_kwonly; i++)
            add_parameter(c, code->param_names[i], prefix, size);
    } else if (is_kind(f, KIND_NATIVE)) {
        const Signature *signature = native_signature(c->r->vm, as_native(f));
        for (int i = 0; i < signature->n_params; i++)
            if (signature->params[i].kind == PARAM_EITHER ||
                signature->params[i].kind == PARAM_KEYWORD)
                add_parameter(c, signature->params[i].name, prefix, size);
    }
}

static void complete_names(Completion *c, const Scan *scan, size_t *start)
{
    *start = name_start(c->text, c->at);
    const char *prefix = c->text + *start;
    size_t size = c->at - *start;
    add_parameters(c, scan, prefix, size);
    add_keys(c, c->r->vm->main->dict, prefix, size);
    add_keywords(c, prefix, size);
    if (size > 0) add_keys(c, c->r->vm->builtins, prefix, size);
}

// Attributes

// The value in front of a dot; literals too.
static Value owner_of(Completion *c, size_t dot)
{
    size_t from = expression_start(c->text, dot);
    char last = dot > 0 ? c->text[dot - 1] : 0, first = c->text[from];
    if (last == '"' || (last == '\'' && first == last)) return value_object(str_empty);
    if (from == dot - 1 && last == ']') return value_object(list_new(0));
    if (last == ']' && first == '[') return value_object(list_new(0));
    if (last == '}') return value_object(dict_new());
    return value_of(c, from, dot);
}

static void complete_attributes(Completion *c, size_t *start)
{
    *start = name_start(c->text, c->at);
    Value o = owner_of(c, *start - 1);
    List *names = o == VALUE_UNBOUND ? NULL : suggest_dir(c->r->vm, o);
    error_take(c->r->vm);
    const char *prefix = c->text + *start;
    size_t size = c->at - *start;
    for (size_t i = 0; names && i < names->len; i++) {
        if (!is_str(names->items[i]) || !begins(as_str(names->items[i]), prefix, size)) continue;
        bool is_hidden = as_str(names->items[i])->data[0] == '_' && (size == 0 || prefix[0] != '_');
        if (!is_hidden) add(c, as_str(names->items[i]));
    }
}

// Modules

static void add_modules(Completion *c, const char *prefix, size_t size)
{
    List *names = module_names(c->r->vm);
    for (size_t i = 0; i < names->len; i++) {
        Str *name = as_str(names->items[i]);
        bool is_hidden = name->data[0] == '_' && (size == 0 || prefix[0] != '_');
        if (begins(name, prefix, size) && !is_hidden) add(c, name);
    }
}

// Importing a module that is part of Rill has no effect that could be seen.
static bool is_own_module(VM *vm, Str *name, Str **source)
{
    Str *filename = str_empty;
    bool is_package;
    const char *dot = strchr(name->data, '.');
    if (dot) name = str_new(name->data, (size_t)(dot - name->data));
    *source = module_find_source(vm, name, &filename, &is_package);
    return !*source || strncmp(filename->data, "<rill>", 6) == 0;
}

// The names in a module that is not imported: its code does not run before its user wants it to.
static void add_names_of_source(Completion *c, Str *source, const char *prefix, size_t size)
{
    VM *vm = c->r->vm;
    Code *code = vm->compile(vm, source, str_empty, COMPILE_EXEC, false);
    for (int i = 0; code && code->unit && i < code->unit->n_names; i++) {
        Str *name = code->unit->names[i];
        bool is_hidden = name->data[0] == '_' && size == 0;
        bool is_builtin = dict_find_str(vm->builtins, name) != VALUE_UNBOUND;
        if (begins(name, prefix, size) && !is_hidden && !is_builtin) add(c, name);
    }
}

// The word after `from` is at [from, to): its names.
static void add_module_members(Completion *c, size_t from, size_t to, const char *prefix,
                               size_t size)
{
    VM *vm = c->r->vm;
    Str *module = str_intern(c->text + from, to - from), *source = NULL;
    if (dict_find_str(vm->modules, module) == VALUE_UNBOUND) {
        if (is_own_module(vm, module, &source)) {
            if (is_error(module_import(vm, module))) error_take(vm);
        } else if (!strchr(module->data, '.')) {
            add_names_of_source(c, source, prefix, size);
        }
    }
    Value loaded = dict_find_str(vm->modules, module);
    List *names = loaded == VALUE_UNBOUND ? NULL : suggest_dir(vm, loaded);
    error_take(vm);
    for (size_t i = 0; names && i < names->len; i++) {
        Str *name = as_str(names->items[i]);
        if (begins(name, prefix, size) && (size > 0 || name->data[0] != '_')) add(c, name);
    }
}

static size_t skip_blanks(const char *text, size_t at, size_t end)
{
    while (at < end && text[at] == ' ')
        at++;
    return at;
}

static size_t skip_module(const char *text, size_t at, size_t end)
{
    while (at < end && (is_name_byte(text[at]) || text[at] == '.'))
        at++;
    return at;
}

// `import X`, `from X import Y`. False: the line is none of them.
static bool complete_import(Completion *c, size_t *start)
{
    size_t line = skip_blanks(c->text, text_line_start(c->text, c->at), c->at);
    bool is_from = strncmp(c->text + line, "from ", 5) == 0 && c->at >= line + 5;
    bool is_import = strncmp(c->text + line, "import ", 7) == 0 && c->at >= line + 7;
    if (!is_from && !is_import) return false;
    size_t from = skip_blanks(c->text, line + (is_from ? 5 : 7), c->at),
           to = skip_module(c->text, from, c->at);
    *start = name_start(c->text, c->at);
    if (is_import || to == c->at) {
        while (*start > 0 && (is_name_byte(c->text[*start - 1]) || c->text[*start - 1] == '.'))
            --*start;
        add_modules(c, c->text + *start, c->at - *start);
        return true;
    }
    size_t word = skip_blanks(c->text, to, c->at);
    const char *import = c->text + word;
    if (c->at - word < 7 || strncmp(import, "import ", 7) != 0) {
        if (strncmp(import, "import", c->at - word) == 0) add(c, str_from_cstr("import"));
        return true;
    }
    add_module_members(c, from, to, c->text + *start, c->at - *start);
    return true;
}

// In strings

// d["...: the keys of d that are text.
static bool complete_keys(Completion *c, const Scan *scan, size_t *start)
{
    size_t quote = scan->string_start - 1;
    if (scan->is_triple || quote == 0 || c->text[quote - 1] != '[') return false;
    Value d = value_of(c, expression_start(c->text, quote - 1), quote - 1);
    if (!is_kind(d, KIND_DICT)) return false;
    *start = scan->string_start;
    size_t pos = 0;
    Value key, v;
    while (dict_next(as_dict(d), &pos, &key, &v)) {
        if (!is_str(key) || strpbrk(as_str(key)->data, "\"'\\\n")) continue;
        if (begins(as_str(key), c->text + *start, c->at - *start))
            add(c, str_format("%s%c]", as_str(key)->data, scan->quote));
    }
    return true;
}

static Str *folder_of_path(const char *path, size_t size)
{
    if (size == 0) return str_from_cstr(".");
    if (path[0] != '~' || (size > 1 && path[1] != '/')) return str_new(path, size);
    const char *home = getenv("HOME");
    return str_format("%s%.*s", home ? home : "", (int)(size - 1), path + 1);
}

static void complete_paths(Completion *c, size_t from, size_t *start)
{
    size_t slash = c->at;
    while (slash > from && c->text[slash - 1] != '/')
        slash--;
    *start = slash;
    Str *folder = folder_of_path(c->text + from, slash - from);
    DIR *dir = opendir(folder->data);
    struct dirent *entry;
    while (dir && (entry = readdir(dir))) {
        Str *name = codec_from_os(entry->d_name, strlen(entry->d_name));
        bool is_hidden = name->data[0] == '.' && (c->at == slash || c->text[slash] != '.');
        if (is_hidden || !begins(name, c->text + slash, c->at - slash)) continue;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        struct stat st;
        bool is_folder = stat(str_format("%s/%s", folder->data, entry->d_name)->data, &st) == 0 &&
                         S_ISDIR(st.st_mode);
        add(c, is_folder ? str_format("%s/", name->data) : name);
    }
    if (dir) closedir(dir);
}

// Commands

static const char *const command_names[] = {
#define COMMAND(name, arguments, function, help) ":" name,
#include "cli/repl_commands.def"
#undef COMMAND
};

static void complete_command(Completion *c, size_t *start)
{
    const char *space = memchr(c->text, ' ', c->at);
    if (space) {
        bool is_path = strncmp(c->text, ":load ", 6) == 0 || strncmp(c->text, ":save ", 6) == 0;
        Scan scan = {0};
        if (is_path)
            complete_paths(c, (size_t)(space + 1 - c->text), start);
        else
            complete_names(c, &scan, start);
        return;
    }
    *start = 0;
    for (size_t i = 0; i < countof(command_names); i++)
        if (strncmp(command_names[i], c->text, c->at) == 0)
            add(c, str_format("%s ", command_names[i]));
}

List *repl_complete(Repl *r, const char *text, size_t at, size_t *start)
{
    Completion c = {r, text, at, list_new(16)};
    Scan scan = text_scan(text, at);
    *start = at;
    size_t name = name_start(text, at);
    if (scan.in_comment) return c.found;
    if (at > 0 && text[0] == ':')
        complete_command(&c, start);
    else if (scan.quote && complete_keys(&c, &scan, start)) {
    } else if (scan.quote)
        complete_paths(&c, scan.string_start, start);
    else if (complete_import(&c, start)) {
    } else if (name > 0 && text[name - 1] == '.')
        complete_attributes(&c, start);
    else
        complete_names(&c, &scan, start);
    if (!list_sort(r->vm, c.found, VALUE_NONE, false)) error_take(r->vm);
    return c.found;
}
