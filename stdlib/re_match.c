// SPDX-License-Identifier: MIT
// re_match.c - the type re.Match. Places are kept in bytes and told in characters.
#include "stdlib/re.h"

static Class *match_class;

Value match_new(Pattern *p, const Subject *s, const size_t *offsets)
{
    size_t size = 2 * sizeof(size_t) * ((size_t)p->n_groups + 1);
    Match *m = object_alloc(match_class, KIND_OPAQUE, sizeof(Match) + size);
    m->pattern = p;
    m->string = s->string;
    m->text = s->text;
    m->from = s->from;
    m->to = s->to;
    memcpy(m->offsets, offsets, size);
    return value_object(m);
}

Str *subject_piece(const Subject *s, size_t from, size_t to)
{
    return str_piece(s->text, from, to);
}

Value match_group(const Match *m, int group, Value otherwise)
{
    size_t from = m->offsets[2 * group], to = m->offsets[2 * group + 1];
    return from == REGEX_UNSET ? otherwise : value_object(str_piece(m->text, from, to));
}

// The number of a group given by number or name; -1: IndexError.
static int find_group(VM *vm, const Match *m, Value v)
{
    int64_t i = -1;
    if (is_int(v)) {
        i = as_int(v);
    } else if (is_any_int(v) || special_lookup(vm, v, S(__index__)) != VALUE_UNBOUND) {
        if (!value_ssize(vm, v, &i) && !error_is(vm, EXC_IndexError)) return -1;
        if (vm->exception != VALUE_UNBOUND) error_take(vm);
    } else if (is_str(v)) {
        Value number = dict_find_str(m->pattern->names, str_exact(as_str(v)));
        if (number != VALUE_UNBOUND) i = as_int(number);
    }
    if (i >= 0 && i <= m->pattern->n_groups) return (int)i;
    raise_error(vm, EXC_IndexError, "no such group");
    return -1;
}

static Value group_of(VM *vm, const Match *m, Value v)
{
    int group = find_group(vm, m, v);
    return group < 0 ? VALUE_ERROR : match_group(m, group, VALUE_NONE);
}

NATIVE(match_group, "group(self, /, *args)",
       "The text of a group by number or name, 0 for the whole match; a tuple for several. None "
       "if it did not take part.")
{
    const Match *m = as_match(args[0]);
    const Tuple *groups = as_tuple(args[1]);
    if (groups->len == 0) return match_group(m, 0, VALUE_NONE);
    if (groups->len == 1) return group_of(vm, m, groups->items[0]);
    Tuple *result = tuple_new(groups->len);
    for (size_t i = 0; i < groups->len; i++) {
        Value v = group_of(vm, m, groups->items[i]);
        if (is_error(v)) return v;
        result->items[i] = v;
    }
    return value_object(result);
}

NATIVE(match_getitem, "__getitem__(self, key, /)", "Return self[key].")
{
    return group_of(vm, as_match(args[0]), args[1]);
}

NATIVE(match_groups, "groups(self, /, default=None)",
       "The texts of all groups from 1; default for those that did not take part.")
{
    const Match *m = as_match(args[0]);
    Tuple *result = tuple_new((size_t)m->pattern->n_groups);
    for (int i = 0; i < m->pattern->n_groups; i++)
        result->items[i] = match_group(m, i + 1, args[1]);
    return value_object(result);
}

NATIVE(match_groupdict, "groupdict(self, /, default=None)",
       "The texts of the named groups by their names; default for those that did not take part.")
{
    const Match *m = as_match(args[0]);
    Dict *result = dict_new();
    Value name, number;
    for (size_t pos = 0; dict_next(m->pattern->names, &pos, &name, &number);)
        dict_set_str(result, as_str(name), match_group(m, (int)as_int(number), args[1]));
    return value_object(result);
}

// Places

static Value place(const Match *m, size_t offset)
{
    return offset == REGEX_UNSET ? small_int(-1) : small_int((int64_t)str_index(m->text, offset));
}

static Value span_of(const Match *m, int group)
{
    return value_object(
        tuple_of(2, place(m, m->offsets[2 * group]), place(m, m->offsets[2 * group + 1])));
}

NATIVE(match_start, "start(self, group=0, /)",
       "Where the text of the group begins; -1 if it did not take part.")
{
    int group = find_group(vm, as_match(args[0]), args[1]);
    return group < 0 ? VALUE_ERROR
                     : place(as_match(args[0]), as_match(args[0])->offsets[2 * group]);
}

NATIVE(match_end, "end(self, group=0, /)",
       "Where the text of the group ends; -1 if it did not take part.")
{
    int group = find_group(vm, as_match(args[0]), args[1]);
    return group < 0 ? VALUE_ERROR
                     : place(as_match(args[0]), as_match(args[0])->offsets[2 * group + 1]);
}

NATIVE(match_span, "span(self, group=0, /)",
       "The pair (start, end) of a group; (-1, -1) if it did not take part.")
{
    int group = find_group(vm, as_match(args[0]), args[1]);
    return group < 0 ? VALUE_ERROR : span_of(as_match(args[0]), group);
}

// The group that was closed last. What PCRE2 tells is where the groups are; parentheses close from
// left to right, but in a loop a later round is one further on in the text.
static int last_group(const Match *m)
{
    const RegexGroup *groups = m->pattern->groups;
    int last = 0;
    for (int i = 1; i <= m->pattern->n_groups; i++) {
        if (m->offsets[2 * i] == REGEX_UNSET) continue;
        const RegexGroup *a = &groups[last], *b = &groups[i];
        bool is_later = !last || b->close_order > a->close_order;
        bool share_loop = last && b->loop && a->loop == b->loop;
        size_t a_end = m->offsets[2 * last + 1], b_end = m->offsets[2 * i + 1];
        if (share_loop && a_end != b_end) is_later = b_end > a_end;
        if (is_later) last = i;
    }
    return last;
}

NATIVE(match_expand, "expand(self, /, template)",
       "template with \\1, \\g<name> and escapes replaced, as sub does.")
{
    return match_expand(vm, as_match(args[0]), args[1]);
}

NATIVE(match_repr, "__repr__(self, /)", "Return repr(self).")
{
    const Match *m = as_match(args[0]);
    Str *text = value_repr(vm, match_group(m, 0, VALUE_NONE));
    if (!text) return VALUE_ERROR;
    long long from = as_int(place(m, m->offsets[0])), to = as_int(place(m, m->offsets[1]));
    return value_object(
        str_format("<re.Match object; span=(%lld, %lld), match=%s>", from, to, text->data));
}

NATIVE(match_copy, "__copy__(self, /)", "A match never changes: itself.")
{
    return args[0];
}

NATIVE(match_deepcopy, "__deepcopy__(self, memo, /)", "A match never changes: itself.")
{
    return args[0];
}

NATIVE(match_class_getitem, "__class_getitem__(cls, object, /)", "See PEP 585")
{
    return generic_alias_new(vm, args[0], args[1]);
}

NATIVE(match_new, "__new__(cls, /, *args, **kwargs)", "Cannot be called.")
{
    return raise_error(vm, EXC_TypeError, "cannot create 're.Match' instances");
}

static Value get_string(VM *vm, Value self)
{
    (void)vm;
    return as_match(self)->string;
}

static Value get_re(VM *vm, Value self)
{
    (void)vm;
    return value_object(as_match(self)->pattern);
}

static Value get_pos(VM *vm, Value self)
{
    (void)vm;
    return place(as_match(self), as_match(self)->from);
}

static Value get_endpos(VM *vm, Value self)
{
    (void)vm;
    return place(as_match(self), as_match(self)->to);
}

static Value get_lastindex(VM *vm, Value self)
{
    (void)vm;
    int last = last_group(as_match(self));
    return last ? small_int(last) : VALUE_NONE;
}

static Value get_lastgroup(VM *vm, Value self)
{
    (void)vm;
    int last = last_group(as_match(self));
    Str *name = last ? as_match(self)->pattern->groups[last].name : NULL;
    return name ? value_object(name) : VALUE_NONE;
}

static Value get_regs(VM *vm, Value self)
{
    (void)vm;
    const Match *m = as_match(self);
    Tuple *result = tuple_new((size_t)m->pattern->n_groups + 1);
    for (int i = 0; i <= m->pattern->n_groups; i++)
        result->items[i] = span_of(m, i);
    return value_object(result);
}

void match_define(VM *vm, Module *module)
{
    static const NativeDef *const methods[] = {&def_match_group,    &def_match_start,
                                               &def_match_end,      &def_match_span,
                                               &def_match_groups,   &def_match_groupdict,
                                               &def_match_expand,   &def_match_getitem,
                                               &def_match_repr,     &def_match_copy,
                                               &def_match_deepcopy, &def_match_class_getitem,
                                               &def_match_new,      NULL};
    static const GetSetDef getset[] = {
        {"string", get_string, getset_readonly, "The string passed to match() or search()."},
        {"re", get_re, getset_readonly, "The regular expression object."},
        {"pos", get_pos, getset_readonly,
         "Where the search began."},
        {"endpos", get_endpos, getset_readonly,
         "Where the search had to end."},
        {"lastindex", get_lastindex, NULL,
         "The number of the group that ended last, or None."},
        {"lastgroup", get_lastgroup, NULL, "The name of the group that ended last, or None."},
        {"regs", get_regs, NULL, NULL},
        {NULL, NULL, NULL, NULL}};
    static const TypeDef type = {
        .name = "re.Match",
        .kind = KIND_OPAQUE,
        .doc = "Where a pattern matched: m[0] is the text, m[1], m['name'] are groups. A Match "
               "is always true.",
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
        .object_size = sizeof(Match),
    };
    match_class = class_define(vm, &type, NULL);
    dict_set_str(module->dict, str_from_cstr("Match"), value_object(match_class));
}
