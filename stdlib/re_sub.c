// SPDX-License-Identifier: MIT
// re_sub.c - replacing: templates with \1 and \g<name>, sub, subn and expand.
#include "stdlib/re.h"
#include "vm/bytes.h"
#include "vm/gc.h"

typedef struct TemplatePart {
    Str *literal;  // NULL: a group
    int group;
} TemplatePart;

struct Template {
    size_t n, cap;
    TemplatePart *parts;
};

static void add_part(Template *t, TemplatePart part)
{
    if (t->n == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 4;
        TemplatePart *parts = gc_alloc_array(t->cap, sizeof(TemplatePart));
        if (t->n) memcpy(parts, t->parts, t->n * sizeof(TemplatePart));
        t->parts = parts;
    }
    t->parts[t->n++] = part;
}

// Templates

typedef struct TemplateParser {
    RegexParser s;
    const Pattern *pattern;
    Template *out;
    StrBuilder literal;
} TemplateParser;

static void add_char(TemplateParser *t, uint32_t c)
{
    if (t->s.is_bytes)
        builder_add_byte(&t->literal, (char)c);
    else
        builder_add_char(&t->literal, c);
}

static void end_literal(TemplateParser *t)
{
    if (t->literal.size == 0) return;
    Str *text = t->s.is_bytes ? builder_bytes(&t->literal) : builder_str(&t->literal);
    add_part(t->out, (TemplatePart){.literal = text});
}

static bool add_group(TemplateParser *t, int64_t group, int64_t back)
{
    if (group > t->pattern->n_groups)
        return regex_fail(&t->s, back, "invalid group reference %lld", (long long)group);
    end_literal(t);
    add_part(t->out, (TemplatePart){.group = (int)group});
    return true;
}

// Behind "\g".
static bool parse_name(TemplateParser *t)
{
    int64_t length, number = 0;
    int found = regex_accept(&t->s, '<');
    if (found <= 0) return found < 0 ? false : regex_fail(&t->s, 0, "missing <");
    Str *name = regex_until(&t->s, '>', "group name", &length);
    if (!name) return false;
    if (strspn(name->data, "0123456789") == name->size) {
        for (size_t i = 0; i < name->size && number <= INT32_MAX; i++)
            number = number * 10 + (name->data[i] - '0');
        return add_group(t, number, length + 1);
    }
    if (!regex_check_name(&t->s, name, length, 1)) return false;
    Value group = dict_find_str(t->pattern->names, name);
    if (group != VALUE_UNBOUND) return add_group(t, as_int(group), length + 1);
    raise_error(t->s.vm, EXC_IndexError, "unknown group name %s", str_repr(name)->data);
    return false;
}

// Reads a digit of base 10 or 8 if there is one. -1: none; -2: raised.
static int take_digit(TemplateParser *t, uint32_t base)
{
    const RegexToken *next = &t->s.next;
    if (next->is_end || next->is_escape || next->c < '0' || next->c >= '0' + base) return -1;
    int digit = (int)next->c - '0';
    return regex_advance(&t->s) ? digit : -2;
}

static bool parse_zero(TemplateParser *t)
{
    int value = 0, digit = 0;
    for (int i = 0; i < 2 && (digit = take_digit(t, 8)) >= 0; i++)
        value = value * 8 + digit;
    add_char(t, (uint32_t)value & 0xFF);
    return digit != -2;
}

static bool parse_number(TemplateParser *t, int first)
{
    int second = take_digit(t, 10);
    if (second == -2) return false;
    if (second == -1) return add_group(t, first, 1);
    if (first < 8 && second < 8) {
        int third = take_digit(t, 8), value = first * 64 + second * 8 + third;
        if (third == -2) return false;
        if (third >= 0 && value > 0377)
            return regex_fail(&t->s, 4, "octal escape value \\%d%d%d outside of range 0-0o377",
                              first, second, third);
        if (third >= 0) {
            add_char(t, (uint32_t)value);
            return true;
        }
    }
    return add_group(t, first * 10 + second, 2);
}

static bool parse_escape(TemplateParser *t, uint32_t c)
{
    static const char letters[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
    const char *at = c && c < 0x80 ? strchr(letters, (int)c) : NULL;
    if (c == 'g') return parse_name(t);
    if (c == '0') return parse_zero(t);
    if (c >= '1' && c <= '9') return parse_number(t, (int)c - '0');
    if (!at && (c | 32) >= 'a' && (c | 32) <= 'z' && c < 0x80)
        return regex_fail(&t->s, 2, "bad escape \\%c", (char)c);
    if (!at) add_char(t, '\\');
    add_char(t, at ? (unsigned char)values[at - letters] : c);
    return true;
}

static Template *parse_template(VM *vm, const Pattern *p, Str *text, bool of_bytes)
{
    Regex none = {0};
    TemplateParser t = {.pattern = p, .out = gc_alloc(sizeof(Template))};
    t.s = (RegexParser){.vm = vm,
                        .pattern = text,
                        .is_bytes = of_bytes,
                        .p = text->data,
                        .end = text->data + text->size,
                        .regex = &none};
    if (!regex_advance(&t.s)) return NULL;
    while (!t.s.next.is_end) {
        RegexToken token = t.s.next;
        if (!regex_advance(&t.s)) return NULL;
        if (!token.is_escape)
            add_char(&t, token.c);
        else if (!parse_escape(&t, token.c))
            return NULL;
    }
    end_literal(&t);
    return t.out;
}

// A replacement that is no function, as a template. NULL: raised.
static Template *template_of(VM *vm, Pattern *p, Value replacement)
{
    uint64_t hash;
    if (!is_str(replacement) && !is_bytes_like(replacement)) {
        if (value_hash(vm, replacement, &hash))
            raise_error(vm, EXC_TypeError, "decoding to str: need a bytes-like object, %s found",
                        type_name(vm, replacement));
        return NULL;
    }
    Str *text = is_bytearray(replacement) ? bytes_from_like(replacement) : as_str(replacement);
    if (p->template_text == text) return p->template;
    Template *t;
    if (memchr(text->data, '\\', text->size)) {
        t = parse_template(vm, p, text, !is_str(replacement));
    } else {
        t = gc_alloc(sizeof *t);
        if (text->size) add_part(t, (TemplatePart){.literal = str_exact(text)});
    }
    if (!t) return NULL;
    p->template_text = text;
    p->template = t;
    return t;
}

// Replacing

typedef struct Replacer {
    VM *vm;
    Pattern *pattern;
    Subject subject;
    Template *template;  // NULL: call `function`
    Value function;
    StrBuilder out;
    int64_t n_items;  // that CPython would have joined by now, for messages
} Replacer;

static bool raise_item(const Replacer *r, Value v)
{
    bool of_bytes = r->pattern->is_bytes;
    raise_error(r->vm, EXC_TypeError, "sequence item %lld: expected %s, %s found",
                (long long)r->n_items, of_bytes ? "a bytes-like object" : "str instance",
                type_name(r->vm, v));
    return false;
}

static bool add_value(Replacer *r, Value v)
{
    if (r->pattern->is_bytes ? !is_bytes_like(v) : !is_str(v)) return raise_item(r, v);
    if (is_str(v)) {
        builder_add_str(&r->out, as_str(v));
    } else {
        Span span = bytes_span(v);
        builder_add(&r->out, span.data, span.size);
    }
    r->n_items++;
    return true;
}

static void add_text(Replacer *r, size_t from, size_t to)
{
    builder_add(&r->out, r->subject.text->data + from, to - from);
}

static bool add_template(Replacer *r, const size_t *offsets)
{
    for (size_t i = 0; i < r->template->n; i++) {
        const TemplatePart *part = &r->template->parts[i];
        if (part->literal) {
            bool fits = is_str(value_object(part->literal)) != r->pattern->is_bytes;
            if (!fits) return raise_item(r, value_object(part->literal));
            builder_add(&r->out, part->literal->data, part->literal->size);
        } else if (offsets[2 * part->group] != REGEX_UNSET) {
            add_text(r, offsets[2 * part->group], offsets[2 * part->group + 1]);
        }
    }
    r->n_items++;
    return true;
}

static bool add_replacement(Replacer *r, const size_t *offsets)
{
    if (r->template) return add_template(r, offsets);
    Value m = match_new(r->pattern, &r->subject, offsets),
          v = value_call(r->vm, r->function, 1, &m);
    if (is_error(v)) return false;
    return is_none(v) ? true : add_value(r, v);
}

static Str *take(Replacer *r)
{
    return r->pattern->is_bytes ? builder_bytes(&r->out) : builder_str(&r->out);
}

static bool replacer_init(VM *vm, Replacer *r, Pattern *p, Value replacement)
{
    r->vm = vm;
    r->pattern = p;
    bool is_text = is_str(replacement) || is_bytes_like(replacement);
    if (is_text || !value_is_callable(vm, replacement))
        return (r->template = template_of(vm, p, replacement)) != NULL;
    r->function = replacement;
    return true;
}

Value pattern_sub(VM *vm, Pattern *p, Value replacement, Value string, int64_t count,
                  bool tell_count)
{
    Replacer r = {0};
    Scan scan = {.pattern = p};
    const size_t *offsets;
    int64_t n = 0;
    int found = 0;
    size_t last = 0;
    if (!replacer_init(vm, &r, p, replacement)) return VALUE_ERROR;
    if (!subject_get(vm, p, string, 0, INT64_MAX, &scan.subject)) return VALUE_ERROR;
    r.subject = scan.subject;
    for (; count <= 0 || n < count; n++) {
        found = scan_next(vm, &scan, REGEX_SEARCH, &offsets);
        if (found <= 0) break;
        size_t end = offsets[1];
        r.n_items += offsets[0] > last;
        add_text(&r, last, offsets[0]);
        if (!add_replacement(&r, offsets)) return VALUE_ERROR;
        last = end;
    }
    if (found < 0) return VALUE_ERROR;
    Str *result = r.subject.text;
    if (n > 0) {
        add_text(&r, last, r.subject.to);
        result = take(&r);
    }
    Value v = value_object(str_exact(result));
    return tell_count ? value_object(tuple_of(2, v, small_int(n))) : v;
}

Value match_expand(VM *vm, Match *m, Value template)
{
    Replacer r = {.vm = vm, .pattern = m->pattern};
    r.subject = (Subject){m->string, m->text, m->from, m->to, false};
    r.template = template_of(vm, m->pattern, template);
    if (!r.template || !add_template(&r, m->offsets)) return VALUE_ERROR;
    return value_object(take(&r));
}
