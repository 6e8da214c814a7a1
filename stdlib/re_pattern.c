// SPDX-License-Identifier: MIT
// re_pattern.c - the type re.Pattern: searching, matching, finding all, splitting.
#include "stdlib/re.h"
#include "vm/bytes.h"
#include "vm/iter.h"

static Class *pattern_class, *scanner_class;

bool is_pattern(VM *vm, Value v)
{
    return is_kind(v, KIND_OPAQUE) && class_of(vm, v) == pattern_class;
}

Value pattern_new(VM *vm, Value pattern, uint32_t flags)
{
    Regex r;
    bool of_bytes = is_bytes(pattern);
    Str *source = str_exact(as_str(pattern));
    if (!regex_translate(vm, source, flags, of_bytes ? REGEX_BYTES : REGEX_ASCII, &r))
        return VALUE_ERROR;
    Pattern *p = object_alloc(pattern_class, KIND_OPAQUE, sizeof(Pattern));
    memset((char *)p + sizeof(Object), 0, sizeof(Pattern) - sizeof(Object));
    p->pattern = pattern;
    p->source = source;
    p->is_bytes = of_bytes;
    p->flags = r.flags;
    p->n_groups = r.n_groups;
    p->groups = r.groups;
    p->names = r.names;
    return value_object(p);
}

bool subject_get(VM *vm, const Pattern *p, Value string, int64_t pos, int64_t endpos, Subject *out)
{
    bool of_bytes = has_bytes(string);
    if (!of_bytes && !is_str(string)) {
        raise_error(vm, EXC_TypeError, "expected string or bytes-like object, got '%s'",
                    type_name(vm, string));
        return false;
    }
    if (of_bytes != p->is_bytes) {
        raise_error(vm, EXC_TypeError,
                    of_bytes ? "cannot use a string pattern on a bytes-like object"
                             : "cannot use a bytes pattern on a string-like object");
        return false;
    }
    out->string = string;
    out->text = is_str(string) || is_bytes(string) ? as_str(string) : bytes_from_like(string);
    int64_t len = (int64_t)str_length(out->text);
    if (pos < 0) pos = 0;
    if (pos > len) pos = len;
    if (endpos > len) endpos = len;
    out->is_reversed = endpos < pos;
    out->from = str_offset(out->text, (size_t)pos);
    out->to = endpos == len      ? out->text->size
              : out->is_reversed ? out->from
                                 : str_offset(out->text, (size_t)endpos);
    return true;
}

Value pattern_match(VM *vm, Pattern *p, Value string, int64_t pos, int64_t endpos, RegexAnchor mode)
{
    Subject s;
    const size_t *offsets;
    if (!subject_get(vm, p, string, pos, endpos, &s)) return VALUE_ERROR;
    if (s.is_reversed && mode != REGEX_MATCH) return VALUE_NONE;
    int found = regex_run(vm, p, &s, s.from, mode, false, &offsets);
    if (found <= 0) return found < 0 ? VALUE_ERROR : VALUE_NONE;
    return match_new(p, &s, offsets);
}

// What findall gives for a match: the groups, or all of it if there are none.
static Value found_item(const Pattern *p, const Subject *s, const size_t *offsets)
{
    Str *empty = p->is_bytes ? bytes_empty : str_empty;
    if (p->n_groups == 0) return value_object(subject_piece(s, offsets[0], offsets[1]));
    if (p->n_groups == 1) {
        if (offsets[2] == REGEX_UNSET) return value_object(empty);
        return value_object(subject_piece(s, offsets[2], offsets[3]));
    }
    Tuple *item = tuple_new((size_t)p->n_groups);
    for (int i = 0; i < p->n_groups; i++) {
        size_t from = offsets[2 * i + 2], to = offsets[2 * i + 3];
        item->items[i] = value_object(from == REGEX_UNSET ? empty : subject_piece(s, from, to));
    }
    return value_object(item);
}

Value pattern_findall(VM *vm, Pattern *p, Value string, int64_t pos, int64_t endpos)
{
    Scan scan = {.pattern = p};
    const size_t *offsets;
    int found;
    if (!subject_get(vm, p, string, pos, endpos, &scan.subject)) return VALUE_ERROR;
    scan.at = scan.subject.from;
    List *list = list_new(0);
    while ((found = scan_next(vm, &scan, REGEX_SEARCH, &offsets)) > 0)
        list_append(list, found_item(p, &scan.subject, offsets));
    return found < 0 ? VALUE_ERROR : value_object(list);
}

typedef struct MatchIterator {
    Iterator base;
    Scan scan;
} MatchIterator;

static Value next_match(VM *vm, Iterator *self)
{
    Scan *scan = &((MatchIterator *)self)->scan;
    const size_t *offsets;
    int found = scan_next(vm, scan, REGEX_SEARCH, &offsets);
    if (found <= 0) return found < 0 ? VALUE_ERROR : VALUE_STOP;
    return match_new(scan->pattern, &scan->subject, offsets);
}

Value pattern_finditer(VM *vm, Pattern *p, Value string, int64_t pos, int64_t endpos)
{
    Subject s;
    if (!subject_get(vm, p, string, pos, endpos, &s)) return VALUE_ERROR;
    MatchIterator *it = iterator_alloc(ITER_CALLABLE, sizeof *it, next_match);
    it->scan = (Scan){.pattern = p, .subject = s, .at = s.from};
    return value_object(it);
}

Value pattern_split(VM *vm, Pattern *p, Value string, int64_t max)
{
    Scan scan = {.pattern = p};
    const size_t *offsets;
    int found = 0;
    if (!subject_get(vm, p, string, 0, INT64_MAX, &scan.subject)) return VALUE_ERROR;
    const Subject *s = &scan.subject;
    List *list = list_new(0);
    size_t last = 0;
    for (int64_t n = 0; max <= 0 || n < max; n++) {
        found = scan_next(vm, &scan, REGEX_SEARCH, &offsets);
        if (found <= 0) break;
        list_append(list, value_object(subject_piece(s, last, offsets[0])));
        for (int i = 1; i <= p->n_groups; i++) {
            size_t from = offsets[2 * i], to = offsets[2 * i + 1];
            list_append(list, from == REGEX_UNSET ? VALUE_NONE
                                                  : value_object(subject_piece(s, from, to)));
        }
        last = offsets[1];
    }
    if (found < 0) return VALUE_ERROR;
    list_append(list, value_object(subject_piece(s, last, s->to)));
    return value_object(list);
}

// Methods

#define SPAN_PARAMETERS "string, pos: ssize = 0, endpos: ssize = 9223372036854775807)"

NATIVE(pattern_match, "match(self, /, " SPAN_PARAMETERS,
       "A Match if the pattern matches at the beginning, else None.")
{
    return pattern_match(vm, as_pattern(args[0]), args[1], arg_ssize(args[2]), arg_ssize(args[3]),
                         REGEX_MATCH);
}

NATIVE(pattern_fullmatch, "fullmatch(self, /, " SPAN_PARAMETERS,
       "Matches against all of the string.")
{
    return pattern_match(vm, as_pattern(args[0]), args[1], arg_ssize(args[2]), arg_ssize(args[3]),
                         REGEX_FULLMATCH);
}

NATIVE(
    pattern_search, "search(self, /, " SPAN_PARAMETERS,
    "A Match of the first place where the pattern matches, None if there is none.")
{
    return pattern_match(vm, as_pattern(args[0]), args[1], arg_ssize(args[2]), arg_ssize(args[3]),
                         REGEX_SEARCH);
}

NATIVE(pattern_findall, "findall(self, /, " SPAN_PARAMETERS,
       "A list of all matches: texts, or groups if the pattern has any, in tuples if several.")
{
    return pattern_findall(vm, as_pattern(args[0]), args[1], arg_ssize(args[2]),
                           arg_ssize(args[3]));
}

NATIVE(pattern_finditer, "finditer(self, /, " SPAN_PARAMETERS,
       "Yield a Match for each place where the pattern matches, when it is asked for.")
{
    return pattern_finditer(vm, as_pattern(args[0]), args[1], arg_ssize(args[2]),
                            arg_ssize(args[3]));
}

NATIVE(pattern_split, "split(self, /, string, maxsplit: ssize = 0)",
       "Split string by the occurrences of pattern.")
{
    return pattern_split(vm, as_pattern(args[0]), args[1], arg_ssize(args[2]));
}

NATIVE(pattern_sub, "sub(self, /, repl, string, count: ssize = 0)",
       "string with the matches replaced by repl: a template, or a function that is given each "
       "Match; at most count.")
{
    return pattern_sub(vm, as_pattern(args[0]), args[1], args[2], arg_ssize(args[3]), false);
}

NATIVE(pattern_subn, "subn(self, /, repl, string, count: ssize = 0)",
       "The pair of what sub returns and how many were replaced.")
{
    return pattern_sub(vm, as_pattern(args[0]), args[1], args[2], arg_ssize(args[3]), true);
}

NATIVE(pattern_repr, "__repr__(self, /)", "Return repr(self).")
{
    enum { SHOWN = 200 };
    const Pattern *p = as_pattern(args[0]);
    Str *text = value_repr(vm, p->pattern);
    if (!text) return VALUE_ERROR;
    if (str_length(text) > SHOWN) text = str_slice(text, 0, SHOWN);
    StrBuilder b = {0};
    builder_format(&b, "re.compile(%s", str_cstr(text));
    uint32_t flags = p->flags;
    if (!p->is_bytes && (flags & (RE_LOCALE | RE_UNICODE | RE_ASCII)) == RE_UNICODE)
        flags &= ~(uint32_t)RE_UNICODE;
    if (flags) builder_add_cstr(&b, ", ");
    regex_flags_text(flags, &b);
    builder_add_byte(&b, ')');
    return value_object(builder_str(&b));
}

static bool same_pattern(const Pattern *a, const Pattern *b)
{
    return a == b ||
           (a->flags == b->flags && a->is_bytes == b->is_bytes && str_equal(a->source, b->source));
}

NATIVE(pattern_eq, "__eq__(self, value, /)", "Return self==value.")
{
    if (!is_pattern(vm, args[1])) return VALUE_NOT_IMPLEMENTED;
    return value_bool(same_pattern(as_pattern(args[0]), as_pattern(args[1])));
}

NATIVE(pattern_ne, "__ne__(self, value, /)", "Return self!=value.")
{
    if (!is_pattern(vm, args[1])) return VALUE_NOT_IMPLEMENTED;
    return value_bool(!same_pattern(as_pattern(args[0]), as_pattern(args[1])));
}

NATIVE(pattern_hash, "__hash__(self, /)", "Return hash(self).")
{
    const Pattern *p = as_pattern(args[0]);
    uint64_t hash = str_hash(p->source) * 31 + p->flags;
    return small_int((int64_t)(hash & 0x7FFFFFFFFFFF));
}

NATIVE(pattern_copy, "__copy__(self, /)", "A pattern never changes: itself.")
{
    return args[0];
}

NATIVE(pattern_deepcopy, "__deepcopy__(self, memo, /)", "A pattern never changes: itself.")
{
    return args[0];
}

NATIVE(pattern_class_getitem, "__class_getitem__(cls, object, /)", "See PEP 585")
{
    return generic_alias_new(vm, args[0], args[1]);
}

NATIVE(pattern_new, "__new__(cls, /, *args, **kwargs)", "Cannot be called.")
{
    return raise_error(vm, EXC_TypeError, "cannot create 're.Pattern' instances");
}

// The scanner: a match or search that goes on where the last one ended.

typedef struct Scanner {
    Object object;
    Scan scan;
} Scanner;

static Value scanner_step(VM *vm, Value self, RegexAnchor anchor)
{
    Scan *scan = &((Scanner *)as_pointer(self))->scan;
    const size_t *offsets;
    int found = scan_next(vm, scan, anchor, &offsets);
    if (found <= 0) return found < 0 ? VALUE_ERROR : VALUE_NONE;
    return match_new(scan->pattern, &scan->subject, offsets);
}

NATIVE(scanner_match, "match(self, /)", "The match that begins where the last one ended, or None.")
{
    return scanner_step(vm, args[0], REGEX_MATCH);
}

NATIVE(scanner_search, "search(self, /)", "The next match, or None.")
{
    return scanner_step(vm, args[0], REGEX_SEARCH);
}

static Value scanner_pattern(VM *vm, Value self)
{
    (void)vm;
    return value_object(((Scanner *)as_pointer(self))->scan.pattern);
}

NATIVE(pattern_scanner, "scanner(self, /, " SPAN_PARAMETERS,
       "An object whose match() and search() give one match after the other.")
{
    Subject s;
    Pattern *p = as_pattern(args[0]);
    if (!subject_get(vm, p, args[1], arg_ssize(args[2]), arg_ssize(args[3]), &s))
        return VALUE_ERROR;
    Scanner *scanner = object_alloc(scanner_class, KIND_OPAQUE, sizeof(Scanner));
    scanner->scan = (Scan){.pattern = p, .subject = s, .at = s.from};
    return value_object(scanner);
}

// Attributes

static Value get_pattern(VM *vm, Value self)
{
    (void)vm;
    return as_pattern(self)->pattern;
}

static Value get_flags(VM *vm, Value self)
{
    (void)vm;
    return small_int(as_pattern(self)->flags);
}

static Value get_groups(VM *vm, Value self)
{
    (void)vm;
    return small_int(as_pattern(self)->n_groups);
}

static Value get_groupindex(VM *vm, Value self)
{
    (void)vm;
    Dict *names = as_pattern(self)->names;
    return names->len ? mappingproxy_new(value_object(names)) : value_object(dict_new());
}

static void define_scanner(VM *vm)
{
    static const NativeDef *const methods[] = {&def_scanner_match, &def_scanner_search,
                                               &def_pattern_new, NULL};
    static const GetSetDef getset[] = {{"pattern", scanner_pattern, NULL, NULL},
                                       {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {.name = "_sre.SRE_Scanner",
                                 .kind = KIND_OPAQUE,
                                 .methods = methods,
                                 .getset = getset,
                                 .flags = CLASS_FINAL,
                                 .object_size = sizeof(Scanner)};
    scanner_class = class_define(vm, &type, NULL);
}

void pattern_define(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {&def_pattern_match,    &def_pattern_fullmatch,
                                               &def_pattern_search,   &def_pattern_sub,
                                               &def_pattern_subn,     &def_pattern_findall,
                                               &def_pattern_split,    &def_pattern_finditer,
                                               &def_pattern_scanner,  &def_pattern_copy,
                                               &def_pattern_deepcopy, &def_pattern_repr,
                                               &def_pattern_eq,       &def_pattern_ne,
                                               &def_pattern_hash,     &def_pattern_class_getitem,
                                               &def_pattern_new,      NULL};
    static const GetSetDef getset[] = {
        {"pattern", get_pattern, getset_readonly, "The text it was made from."},
        {"flags", get_flags, getset_readonly, "The regex matching flags."},
        {"groups", get_groups, getset_readonly, "How many groups the pattern has."},
        {"groupindex", get_groupindex, NULL, "The numbers of the named groups by their names."},
        {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {
        .name = "re.Pattern",
        .kind = KIND_OPAQUE,
        .doc = "Compiled regular expression object.",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
        .object_size = sizeof(Pattern),
    };
    pattern_class = class_define(vm, &type, NULL);
    define_scanner(vm);
    dict_set_str(module->dict, str_from_cstr("Pattern"), value_object(pattern_class));
}
