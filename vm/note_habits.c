// SPDX-License-Identifier: MIT
// note_habits.c - functions of notes.def for what everyday language and other programming languages
// suggest, but Python does in another way.
#include "vm/gc.h"
#include "vm/note_rules.h"
#include "vm/suggest.h"
#include "vm/vm.h"

// Numbers

static bool is_digits(const Str *text)
{
    return text->size > 0 && strspn(text->data, "0123456789") == text->size;
}

// for i in 5; list(n)
Str *note_number_iterated(const Failure *f)
{
    if (!str_is(f->message, "'int' object is not iterable") || !f->text) return NULL;
    Str *text = note_iterated(f);
    bool is_number = text && (is_digits(text) || is_int(source_evaluate(f, text)));
    const char *shown = source_shown(is_number ? text : f->text)->data;
    return str_format("%s is a number; range(%s) gives the numbers from 0 on that are below it",
                      shown, shown);
}

static bool is_number(const char *text, bool *is_fraction)
{
    int n_digits = 0, n_points = 0;
    for (; *text; text++) {
        n_digits += *text >= '0' && *text <= '9';
        n_points += *text == '.';
        if (!strchr("0123456789.+- ", *text)) return false;
    }
    *is_fraction = n_points == 1;
    return n_digits > 0 && n_points <= 1;
}

// int("1.5"), int("")
Str *note_number_text(const Failure *f)
{
    static const char before[] = "invalid literal for int() with base 10: '";
    if (!begins(f->message, before)) return NULL;
    Str *text = str_new(f->message->data + sizeof before - 1, f->message->size - sizeof before);
    bool is_fraction = false;
    if (strspn(text->data, " \\tn") == text->size) return str_from_cstr("the text is empty");
    if (!is_number(text->data, &is_fraction) || !is_fraction) return NULL;
    return str_format("the text is a number with a fraction: float('%s') reads it, int(float('%s')) "
                      "cuts the fraction off",
                      text->data, text->data);
}

// Iterators

// next() of a list: 'list' object is not an iterator
Str *note_no_iterator(const Failure *f)
{
    if (!ends(f->message, "object is not an iterator")) return NULL;
    Str *text = note_iterated(f);
    Value v = f->subject;
    bool is_iterable = is_list(v) || is_tuple(v) || is_dict(v) || is_str(v) ||
                       is_kind(v, KIND_SET) || is_kind(v, KIND_RANGE);
    if (!is_iterable || !text) return NULL;
    const char *shown = source_shown(text)->data;
    return str_format("%s can be iterated over, but is no iterator: it = iter(%s) makes one, and "
                      "next(it) takes its values",
                      shown, shown);
}

Str *note_changed_size(const Failure *f)
{
    if (!ends(f->message, "changed size during iteration")) return NULL;
    return str_from_cstr("a loop over it must neither add nor remove: loop over a copy, list(it), "
                         "or collect the changes and make them afterwards");
}

// Names

// list = [1]; list("a")
Str *note_hidden_builtin(const Failure *f)
{
    Str *head, *inside;
    if (!ends(f->message, "object is not callable") || !note_split(f, '(', &head, &inside))
        return NULL;
    if (!source_is_name(head) || !f->raised) return NULL;
    Str *name = str_intern(head->data, head->size);
    Value builtin = dict_find_str(f->vm->builtins, name);
    bool is_hidden = is_class(builtin) || is_kind(builtin, KIND_NATIVE);
    if (!is_hidden || source_evaluate(f, head) == builtin) return NULL;
    return str_format("%s is a variable here, and hides the builtin %s(): give it another name",
                      name->data, name->data);
}

Str *note_forgotten_module(const Failure *f)
{
    Value name = exception_field(f->exception, FIELD_NAME);
    if (!is_str(name) || as_str(name)->size < 3 || !f->raised) return NULL;
    if (suggest_hint(f->vm, value_object(f->exception)) || source_after(f) != '.') return NULL;
    Str *closest = note_closest_module(f->vm, as_str(name));
    return closest ? str_format("did you mean the module %s? `import %s` makes it known",
                                closest->data, closest->data)
                   : NULL;
}

// Names that are used as if they were builtins.
static const char *const members[][2] = {
    {"math", " sqrt sin cos tan pi factorial gcd lcm floor ceil log log2 log10 exp hypot isclose inf comb perm "},
    {"itertools", " count cycle repeat accumulate chain compress dropwhile takewhile filterfalse groupby islice "
                  "pairwise starmap tee zip_longest product permutations combinations batched "},
    {"functools", " reduce partial lru_cache cache wraps cached_property total_ordering singledispatch "},
    {"collections", " Counter defaultdict deque namedtuple OrderedDict ChainMap "},
    {"random", " randint choice shuffle randrange uniform sample "},
    {"time", " sleep perf_counter "},
    {"contextlib", " contextmanager suppress closing ExitStack redirect_stdout nullcontext "},
    {"dataclasses", " dataclass field "},
    {"enum", " Enum IntEnum Flag auto "},
    {"operator", " itemgetter attrgetter methodcaller "},
    {"pathlib", " Path "},
    {"datetime", " datetime date timedelta "},
    {"pprint", " pprint "},
    {"inspect", " getgeneratorstate getgeneratorlocals getsource "},
    {"rill", " fork peek "},
};

Str *note_module_member(const Failure *f)
{
    Value name = exception_field(f->exception, FIELD_NAME);
    if (!is_str(name)) return NULL;
    const char *text = as_str(name)->data, *word = str_format(" %s ", text)->data;
    for (size_t i = 0; i < countof(members); i++)
        if (strstr(members[i][1], word))
            return str_format("%s is in the module %s: `from %s import %s`", text, members[i][0],
                              members[i][0], text);
    return NULL;
}

Str *note_null_name(const Failure *f)
{
    static const char *const names[] = {"null", "NULL", "nil", "nullptr"};
    Value name = exception_field(f->exception, FIELD_NAME);
    for (size_t i = 0; is_str(name) && i < countof(names); i++)
        if (str_is(as_str(name), names[i]))
            return str_format("what other languages call %s is None here", names[i]);
    return NULL;
}

// Attributes

typedef struct Foreign {
    const char *type, *name, *here;
} Foreign;

static const Foreign foreign[] = {
    {"list", "push", ".append(x)"},      {"list", "add", ".append(x)"},
    {"list", "length", "len(x)"},        {"list", "size", "len(x)"},
    {"list", "contains", "`item in x`"}, {"list", "includes", "`item in x`"},
    {"list", "join", "', '.join(x)"},    {"list", "map", "[f(item) for item in x]"},
    {"list", "filter", "[item for item in x if ...]"},
    {"str", "length", "len(x)"},         {"str", "contains", "`part in x`"},
    {"str", "includes", "`part in x`"},  {"str", "trim", ".strip()"},
    {"str", "toUpperCase", ".upper()"},  {"str", "toLowerCase", ".lower()"},
    {"str", "substring", "x[start:stop]"}, {"str", "append", "x + more"},
    {"dict", "has_key", "`key in x`"},   {"dict", "iteritems", ".items()"},
    {"dict", "itervalues", ".values()"}, {"dict", "containsKey", "`key in x`"},
    {"dict", "length", "len(x)"},        {"dict", "add", "x[key] = value"},
    {"set", "append", ".add(x)"},        {"set", "push", ".add(x)"},
    {"tuple", "append", "x + (item,); a list has append"},
    {"generator", "append", "list(x).append(y)"},
    {"generator", "length", "sum(1 for _ in x)"},
};

Str *note_foreign_attribute(const Failure *f)
{
    Value name = exception_field(f->exception, FIELD_NAME),
          obj = exception_field(f->exception, FIELD_OBJ);
    if (!is_str(name) || suggest_hint(f->vm, value_object(f->exception))) return NULL;
    const char *type = type_name(f->vm, obj);
    for (size_t i = 0; i < countof(foreign); i++)
        if (strcmp(foreign[i].type, type) == 0 && str_is(as_str(name), foreign[i].name))
            return str_format("a %s has no %s; write %s", type, foreign[i].name, foreign[i].here);
    return NULL;
}

// Methods

// "C.f() takes 0 positional arguments but 1 was given", when it was called as o.f().
Str *note_missing_self(const Failure *f)
{
    const char *end = strstr(f->message->data, "() takes 0 positional arguments but ");
    Str *head, *inside;
    if (!end || !note_split(f, '(', &head, &inside)) return NULL;
    const char *name = end;
    while (name > f->message->data && name[-1] != '.')
        name--;
    Str *method = str_format(".%.*s", (int)(end - name), name);
    if (name == f->message->data || name[-2] == '>' || !ends(head, method->data)) return NULL;
    return str_format("a method gets its object as first argument: def %.*s(self)",
                      (int)(end - name), name);
}

// Values that cannot change

Str *note_immutable(const Failure *f)
{
    if (str_is(f->message, "'str' object does not support item assignment"))
        return str_from_cstr("text does not change: make a new one, as s[:i] + 'x' + s[i + 1:] or "
                             "s.replace(old, new)");
    if (str_is(f->message, "'tuple' object does not support item assignment"))
        return str_from_cstr("a tuple does not change; a list does: list(t)");
    if (str_is(f->message, "unhashable type: 'list'"))
        return str_from_cstr("keys of dicts and members of sets do not change: a tuple can be one, "
                             "a list cannot");
    if (str_is(f->message, "unhashable type: 'dict'") ||
        str_is(f->message, "unhashable type: 'set'"))
        return str_from_cstr("keys of dicts and members of sets do not change: a frozenset or a "
                             "tuple of items can be one");
    return NULL;
}
