// SPDX-License-Identifier: MIT
// re_translate.c - from Python's regular expressions to PCRE2's: one pass that parses, checks and
// writes. Python's errors, their order and positions are those of this grammar, so nothing is left
// for PCRE2 to complain about but size.
//
// All names of groups become numbers. Flags are resolved here: i becomes (?i:...), m, s and x never
// reach PCRE2, which always runs with DOTALL and MULTILINE: "." is any character and \N any but a
// newline, "^" and "$" are those of m, \A and \Z those without it.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "stdlib/re_translate.h"
#include "vm/gc.h"

enum { PCRE_REPEAT_MAX = 65535 };  // of one quantifier
#define PYTHON_REPEAT_MAX 4294967295ll

typedef enum ItemKind { ITEM_NONE, ITEM_ANCHOR, ITEM_REPEAT, ITEM_OTHER } ItemKind;

// What was written last: a quantifier may follow.
typedef struct Item {
    ItemKind kind;
    size_t start;      // in the output
    int first_group;   // groups numbered above began in it
    int64_t min, max;  // width
} Item;

// A sequence while it is read: its last item, and the width of what is before.
typedef struct Sequence {
    Item last;
    int64_t min, max;
    bool has_others;  // than characters
    bool is_first;    // of the whole expression, so that (?i) may stand there
} Sequence;

typedef struct Width {
    int64_t min, max;
    bool is_word;  // a sequence of nothing but characters
} Width;

static bool parse_alternatives(RegexParser *s, bool is_verbose, bool is_outermost, Width *width);

static int64_t cut(int64_t width)
{
    return width < REGEX_INFINITE ? width : REGEX_INFINITE;
}

static void put(RegexParser *s, const char *text)
{
    builder_add_cstr(&s->out.text, text);
}

// The last item is settled; a new one begins.
static void begin_item(RegexParser *s, Sequence *q, ItemKind kind, int64_t min, int64_t max)
{
    q->min = cut(q->min + q->last.min);
    q->max = cut(q->max + q->last.max);
    q->has_others |= kind != ITEM_NONE;
    q->last = (Item){kind, s->out.text.size, s->regex->n_groups, min, max};
}

static void add_char(RegexParser *s, Sequence *q, uint32_t c)
{
    bool has_others = q->has_others;
    begin_item(s, q, ITEM_OTHER, 1, 1);
    q->has_others = has_others;
    regex_emit_char(&s->out, c);
}

static void add_anchor(RegexParser *s, Sequence *q, const char *text)
{
    begin_item(s, q, ITEM_ANCHOR, 0, 0);
    put(s, text);
}

// Escapes and sets

static void add_reference(RegexParser *s, Sequence *q, int group)
{
    const RegexGroup *g = &s->regex->groups[group];
    begin_item(s, q, ITEM_OTHER, g->min, g->max);
    builder_format(&s->out.text, "\\g{%d}", group);
}

static bool parse_escape(RegexParser *s, Sequence *q, const RegexToken *token)
{
    uint32_t value;
    switch (regex_escape(s, token, false, &value)) {
    case ESCAPE_ERROR: return false;
    case ESCAPE_CHAR: add_char(s, q, value); break;
    case ESCAPE_CATEGORY:
        begin_item(s, q, ITEM_OTHER, 1, 1);
        regex_emit_category(&s->out, (char)value);
        break;
    case ESCAPE_GROUP: add_reference(s, q, (int)value); break;
    case ESCAPE_ANCHOR:
        add_anchor(s, q, value == 'A' ? "\\A" : value == 'Z' ? "\\z" : "");
        if ((value | 32) == 'b') regex_emit_boundary(&s->out, value == 'B');
        break;
    }
    return true;
}

// One end of a range, or a member of its own. 1: a character; 2: a category; 0: raised.
static int read_member(RegexParser *s, const RegexToken *t, uint32_t *value)
{
    *value = t->c;
    if (!t->is_escape) return 1;
    RegexEscape kind = regex_escape(s, t, true, value);
    return kind == ESCAPE_ERROR ? 0 : kind == ESCAPE_CHAR ? 1 : 2;
}

static void add_member(RegexSet *set, int kind, uint32_t value)
{
    if (kind == 1)
        regex_set_add(set, value, value);
    else
        regex_set_add_category(set, (char)value);
}

static bool fail_range(RegexParser *s, const RegexToken *a, const RegexToken *b)
{
    Str *low = str_new_like(s->pattern, a->at, a->size),
        *high = str_new_like(s->pattern, b->at, b->size);
    StrBuilder text = {0};
    const Str *const parts[2] = {low, high};
    for (int i = 0; i < 2; i++) {
        if (i) builder_add_byte(&text, '-');
        for (size_t j = 0; s->is_bytes && j < parts[i]->size; j++)
            builder_add_char(&text, (unsigned char)parts[i]->data[j]);
        if (!s->is_bytes) builder_add_str(&text, parts[i]);
    }
    return regex_fail(s, a->length + 1 + b->length, "bad character range %s",
                      builder_str(&text)->data);
}

// The rest of "a-": 1 it was a range or the "]" came, which is told by *is_over; 0 no; -1 raised.
static int parse_range(RegexParser *s, RegexSet *set, const RegexToken *first, int kind,
                       uint32_t low, int64_t here, bool *is_over)
{
    int found = regex_accept(s, '-');
    if (found <= 0) return found;
    RegexToken t = s->next;
    uint32_t high;
    if (t.is_end) return regex_fail(s, regex_tell(s) - here, "unterminated character set") - 1;
    *is_over = regex_at(s, ']');
    if (!regex_advance(s)) return -1;
    if (*is_over) {
        add_member(set, kind, low);
        regex_set_add(set, '-', '-');
        return 1;
    }
    int other = read_member(s, &t, &high);
    if (!other) return -1;
    if (kind != 1 || other != 1 || high < low) return fail_range(s, first, &t) - 1;
    regex_set_add(set, low, high);
    return 1;
}

static bool parse_set(RegexParser *s, Sequence *q)
{
    int64_t here = regex_tell(s) - 1;
    RegexSet set = {0};
    int negated = regex_accept(s, '^');
    if (negated < 0) return false;
    set.is_negated = negated;
    for (bool is_first = true, is_over = false; !is_over; is_first = false) {
        RegexToken t = s->next;
        uint32_t value;
        if (t.is_end) return regex_fail(s, regex_tell(s) - here, "unterminated character set");
        is_over = !is_first && regex_at(s, ']');
        if (!regex_advance(s)) return false;
        if (is_over) break;
        int kind = read_member(s, &t, &value);
        if (!kind) return false;
        int range = parse_range(s, &set, &t, kind, value, here, &is_over);
        if (range < 0) return false;
        if (range == 0) add_member(&set, kind, value);
    }
    begin_item(s, q, ITEM_OTHER, 1, 1);
    regex_emit_set(&s->out, &set);
    return true;
}

// Repeats

// Digits to a number; has_any says whether there were some.
static bool read_count(RegexParser *s, int64_t *count, bool *has_any)
{
    int64_t n = 0;
    for (*has_any = false; !s->next.is_end && !s->next.is_escape && s->next.c - '0' < 10;
         *has_any = true) {
        if (n < PYTHON_REPEAT_MAX) n = n * 10 + (s->next.c - '0');
        if (!regex_advance(s)) return false;
    }
    if (*has_any) *count = n;
    return true;
}

// "{m,n}" behind its brace. 1; 0: it is no quantifier (nothing was read over); -1 raised.
static int read_braces(RegexParser *s, int64_t here, int64_t *min, int64_t *max)
{
    RegexParser before = *s;
    bool has_low, has_high;
    if (regex_at(s, '}')) return 0;
    if (!read_count(s, min, &has_low)) return -1;
    int comma = regex_accept(s, ',');
    if (comma < 0 || (comma && !read_count(s, max, &has_high))) return -1;
    if (!comma) has_high = has_low;
    if (!comma && has_low) *max = *min;
    int closed = regex_accept(s, '}');
    if (closed < 0) return -1;
    if (!closed) {
        s->p = before.p;
        s->index = before.index;
        s->next = before.next;
        *min = 0;
        return 0;
    }
    if ((has_low && *min >= PYTHON_REPEAT_MAX) || (has_high && *max >= PYTHON_REPEAT_MAX)) {
        raise_error(s->vm, EXC_OverflowError, "the repetition number is too large");
        return -1;
    }
    if (has_high && *max < *min)
        return regex_fail(s, regex_tell(s) - here, "min repeat greater than max repeat") - 1;
    return 1;
}

static void put_quantifier(RegexParser *s, int64_t min, int64_t max, char mode)
{
    StrBuilder *b = &s->out.text;
    if (min == 0 && max == 1)
        builder_add_byte(b, '?');
    else if (max == REGEX_INFINITE && min < 2)
        builder_add_byte(b, min ? '+' : '*');
    else if (max == REGEX_INFINITE)
        builder_format(b, "{%d,}", (int)min);
    else if (min == max)
        builder_format(b, "{%d}", (int)min);
    else
        builder_format(b, "{%d,%d}", (int)min, (int)max);
    if (mode) builder_add_byte(b, mode);
}

static void put_repeat(RegexParser *s, const Str *item, int64_t min, int64_t max, char mode)
{
    builder_add_str(&s->out.text, item);
    put_quantifier(s, min, max, mode);
}

// Item `count` times exactly, or at most so often.
static void put_many(RegexParser *s, const Str *item, int64_t count, bool is_optional, char mode)
{
    int64_t times = count / PCRE_REPEAT_MAX, rest = count % PCRE_REPEAT_MAX;
    put(s, "(?:");
    put_repeat(s, item, is_optional ? 0 : PCRE_REPEAT_MAX, PCRE_REPEAT_MAX, mode);
    put(s, ")");
    put_quantifier(s, is_optional ? 0 : times, times, mode);
    put_repeat(s, item, is_optional ? 0 : rest, rest, mode);
}

// Counts beyond what PCRE2 takes, of a repeat of something without groups.
static void put_big_repeat(RegexParser *s, size_t start, int64_t min, int64_t max, char mode)
{
    StrBuilder *b = &s->out.text;
    Str *item = bytes_new(b->data + start, b->size - start);
    b->size = start;
    put(s, mode == '+' ? "(?>" : "(?:");
    char inner = mode == '+' ? 0 : mode;
    if (min > PCRE_REPEAT_MAX)
        put_many(s, item, min, false, inner);
    else if (min > 0)
        put_repeat(s, item, min, min, inner);
    if (max == REGEX_INFINITE)
        put_repeat(s, item, 0, max, inner);
    else if (max - min > PCRE_REPEAT_MAX)
        put_many(s, item, max - min, true, inner);
    else if (max > min)
        put_repeat(s, item, 0, max - min, inner);
    put(s, ")");
}

static bool read_repeat(RegexParser *s, uint32_t c, int64_t here, int64_t *min, int64_t *max,
                        bool *is_char)
{
    *min = c == '+';
    *max = c == '?' ? 1 : PYTHON_REPEAT_MAX;
    *is_char = false;
    if (c != '{') return true;
    int found = read_braces(s, here, min, max);
    *is_char = found == 0;
    return found >= 0;
}

static int64_t multiply(int64_t width, int64_t count)
{
    if (width == 0 || count == 0) return 0;
    return width > REGEX_INFINITE / count ? REGEX_INFINITE : cut(width * count);
}

// Behind a repeat character.
static bool parse_repeat(RegexParser *s, Sequence *q, uint32_t c)
{
    int64_t here = regex_tell(s), min, max;
    bool is_char;
    if (!read_repeat(s, c, here, &min, &max, &is_char)) return false;
    if (is_char) {
        add_char(s, q, c);
        return true;
    }
    if (q->last.kind == ITEM_NONE || q->last.kind == ITEM_ANCHOR)
        return regex_fail(s, regex_tell(s) - here + 1, "nothing to repeat");
    if (q->last.kind == ITEM_REPEAT)
        return regex_fail(s, regex_tell(s) - here + 1, "multiple repeat");
    char mode = 0;
    if (regex_at(s, '?') || regex_at(s, '+')) {
        mode = (char)s->next.c;
        if (!regex_advance(s)) return false;
    }
    if (max > INT32_MAX) max = REGEX_INFINITE;
    if (min > INT32_MAX) min = INT32_MAX - 1;
    if (max > 1) {
        s->n_loops++;
        for (int i = q->last.first_group + 1; i <= s->regex->n_groups; i++)
            s->regex->groups[i].loop = s->n_loops;
    }
    bool is_big = min > PCRE_REPEAT_MAX || (max > PCRE_REPEAT_MAX && max != REGEX_INFINITE);
    if (is_big && q->last.first_group == s->regex->n_groups)
        put_big_repeat(s, q->last.start, min, max, mode);
    else
        put_quantifier(s, min, max, mode);
    q->has_others = true;
    q->last.kind = ITEM_REPEAT;
    q->last.min = multiply(q->last.min, min);
    q->last.max = multiply(q->last.max, max);
    return true;
}

// Groups

static bool close_parenthesis(RegexParser *s, int64_t start)
{
    int closed = regex_accept(s, ')');
    if (closed == 0) regex_fail(s, regex_tell(s) - start, "missing ), unterminated subpattern");
    if (closed == 1) put(s, ")");
    return closed == 1;
}

// Opens a group in which other flags hold.
static void put_flags(RegexParser *s, uint32_t flags)
{
    bool before = regex_is_caseless(&s->out);
    s->out.flags = flags;
    bool now = regex_is_caseless(&s->out);
    put(s, before == now ? "(?:" : now ? "(?i:" : "(?-i:");
}

static bool parse_group(RegexParser *s, Sequence *q, int64_t start, bool is_verbose, bool is_atomic,
                        uint32_t add, uint32_t remove)
{
    uint32_t outside = s->out.flags;
    Width width;
    begin_item(s, q, ITEM_OTHER, 0, 0);
    if (is_atomic)
        put(s, "(?>");
    else
        put_flags(s, regex_combine_flags(outside, add, remove));
    is_verbose = (is_verbose || add & RE_VERBOSE) && !(remove & RE_VERBOSE);
    bool ok = parse_alternatives(s, is_verbose, false, &width) && close_parenthesis(s, start);
    s->out.flags = outside;
    q->last.min = width.min;
    q->last.max = width.max;
    return ok;
}

static bool parse_capture(RegexParser *s, Sequence *q, int64_t start, bool is_verbose, Str *name,
                          int64_t name_length)
{
    Width width;
    begin_item(s, q, ITEM_OTHER, 0, 0);
    int number = regex_open_group(s, name, name_length);
    if (!number) return false;
    put(s, "(");
    if (!parse_alternatives(s, is_verbose, false, &width) || !close_parenthesis(s, start))
        return false;
    RegexGroup *g = &s->regex->groups[number];
    g->close_order = ++s->n_closed;
    g->min = q->last.min = width.min;
    g->max = q->last.max = width.max;
    return true;
}

static bool parse_look(RegexParser *s, Sequence *q, int64_t start, bool is_verbose, uint32_t kind,
                       bool is_behind)
{
    Width width;
    int outer = s->lookbehind_groups;
    begin_item(s, q, ITEM_OTHER, 0, 0);
    builder_format(&s->out.text, "(?%s%c", is_behind ? "<" : "", (char)kind);
    if (is_behind && outer < 0) s->lookbehind_groups = s->regex->n_groups;
    if (!parse_alternatives(s, is_verbose, false, &width)) return false;
    if (is_behind) s->lookbehind_groups = outer;
    if (is_behind && (width.min != width.max || width.max == REGEX_INFINITE))
        s->has_variable_lookbehind = true;
    return close_parenthesis(s, start);
}

static bool is_number(const Str *text, int64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < text->size; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') return false;
        if (*value <= INT32_MAX) *value = *value * 10 + (text->data[i] - '0');
    }
    return true;
}

// The group of "(?(name)" or "(?(1)"; 0: raised.
static int64_t read_condition(RegexParser *s)
{
    int64_t length, number;
    Str *name = regex_until(s, ')', "group name", &length);
    if (!name) return 0;
    if (!is_number(name, &number)) {
        number = regex_check_name(s, name, length, 1) ? regex_find_group(s, name, length) : 0;
    } else if (number == 0) {
        regex_fail(s, length + 1, "bad group number");
    } else if (number > INT32_MAX / 2) {
        regex_fail(s, length + 1, "invalid group reference %s", name->data);
        number = 0;
    } else if (number > s->regex->n_groups && !s->bad_reference) {
        s->bad_reference = number;
        s->bad_reference_at = regex_tell(s) - length - 1;
    }
    if (!number || s->lookbehind_groups < 0) return number;
    bool is_closed = number <= s->regex->n_groups && s->regex->groups[number].close_order;
    if (is_closed && number <= s->lookbehind_groups) return number;
    regex_fail(s, 0, "%s",
               is_closed ? "cannot refer to group defined in the same lookbehind subpattern"
                         : "cannot refer to an open group");
    return 0;
}

static bool parse_sequence(RegexParser *s, bool is_verbose, bool is_first, Width *width);

static bool parse_condition(RegexParser *s, Sequence *q, int64_t start, bool is_verbose)
{
    Width yes, no = {0};
    int64_t group = read_condition(s);
    if (!group) return false;
    begin_item(s, q, ITEM_OTHER, 0, 0);
    builder_format(&s->out.text, "(?(%d)", (int)group);
    if (!parse_sequence(s, is_verbose, false, &yes)) return false;
    int has_no = regex_accept(s, '|');
    if (has_no < 0) return false;
    if (has_no) {
        put(s, "|");
        if (!parse_sequence(s, is_verbose, false, &no)) return false;
        if (regex_at(s, '|'))
            return regex_fail(s, 0, "conditional backref with more than two branches");
    }
    q->last.min = yes.min < no.min ? yes.min : no.min;
    q->last.max = yes.max > no.max ? yes.max : no.max;
    return close_parenthesis(s, start);
}

static bool parse_comment(RegexParser *s, int64_t start)
{
    for (;;) {
        if (s->next.is_end)
            return regex_fail(s, regex_tell(s) - start, "missing ), unterminated comment");
        int over = regex_accept(s, ')');
        if (over) return over > 0;
        if (!regex_advance(s)) return false;
    }
}

// The character of a group's kind, read over. false: the end of the pattern, or raised.
static bool take(RegexParser *s, RegexToken *t)
{
    *t = s->next;
    if (!regex_advance(s)) return false;
    return t->is_end ? regex_fail(s, 0, "unexpected end of pattern") : true;
}

static bool fail_extension(RegexParser *s, const RegexToken *t, const char *start)
{
    StrBuilder text = {0};
    if (t->is_escape) builder_add_byte(&text, '\\');
    builder_add_char(&text, t->c);
    return regex_fail(s, (int64_t)strlen(start) - 1 + t->length + 1, "unknown extension %s%s",
                      start, builder_str(&text)->data);
}

// Behind "(?P".
static bool parse_named(RegexParser *s, Sequence *q, int64_t start, bool is_verbose)
{
    RegexToken t;
    int64_t length;
    int is_group = regex_accept(s, '<'), is_reference = is_group ? 0 : regex_accept(s, '=');
    if (is_group < 0 || is_reference < 0) return false;
    if (!is_group && !is_reference) return take(s, &t) && fail_extension(s, &t, "?P");
    Str *name = regex_until(s, is_group ? '>' : ')', "group name", &length);
    if (!name || !regex_check_name(s, name, length, 1)) return false;
    if (is_group) return parse_capture(s, q, start, is_verbose, name, length);
    int number = regex_find_group(s, name, length);
    if (!number || !regex_check_reference(s, number, length + 1)) return false;
    add_reference(s, q, number);
    return true;
}

// "(?<": the lookbehind that follows.
static bool parse_behind(RegexParser *s, Sequence *q, int64_t start, bool is_verbose)
{
    RegexToken t;
    if (!take(s, &t)) return false;
    if (t.is_escape || (t.c != '=' && t.c != '!')) return fail_extension(s, &t, "?<");
    return parse_look(s, q, start, is_verbose, t.c, true);
}

static bool parse_flags(RegexParser *s, Sequence *q, int64_t start, bool *is_verbose,
                        uint32_t letter)
{
    uint32_t add, remove;
    int is_global = regex_inline_flags(s, letter, &add, &remove);
    if (is_global < 0) return false;
    if (!is_global) return parse_group(s, q, start, *is_verbose, false, add, remove);
    if (!q->is_first || q->last.kind != ITEM_NONE)
        return regex_fail(s, regex_tell(s) - start,
                          "global flags not at the start of the expression");
    s->regex->flags |= add;
    s->out.flags |= add;
    s->out.unicode_native = !(s->out.flags & RE_ASCII);
    *is_verbose = s->out.flags & RE_VERBOSE;
    return true;
}

// Behind "(".
static bool parse_parenthesis(RegexParser *s, Sequence *q, bool *is_verbose)
{
    int64_t start = regex_tell(s) - 1;
    RegexToken t;
    if (!vm_check_c_stack(s->vm)) return false;
    int is_special = regex_accept(s, '?');
    if (is_special < 0) return false;
    if (!is_special) return parse_capture(s, q, start, *is_verbose, NULL, 0);
    if (!take(s, &t)) return false;
    switch (t.is_escape ? 0 : t.c) {
    case 'P': return parse_named(s, q, start, *is_verbose);
    case ':': return parse_group(s, q, start, *is_verbose, false, 0, 0);
    case '>': return parse_group(s, q, start, *is_verbose, true, 0, 0);
    case '#': return parse_comment(s, start);
    case '=':
    case '!': return parse_look(s, q, start, *is_verbose, t.c, false);
    case '<': return parse_behind(s, q, start, *is_verbose);
    case '(': return parse_condition(s, q, start, *is_verbose);
    default:
        if (!t.is_escape && (t.c == '-' || regex_flag_of(t.c)))
            return parse_flags(s, q, start, is_verbose, t.c);
        return fail_extension(s, &t, "?");
    }
}

// Sequences

static bool is_blank(const RegexToken *t)
{
    return !t->is_escape && (t->c == ' ' || (t->c >= '\t' && t->c <= '\r'));
}

static bool skip_line(RegexParser *s)
{
    for (bool is_over = false; !is_over && !s->next.is_end;) {
        is_over = regex_at(s, '\n');
        if (!regex_advance(s)) return false;
    }
    return true;
}

static bool parse_item(RegexParser *s, Sequence *q, bool *is_verbose, const RegexToken *t)
{
    if (t->is_escape) return parse_escape(s, q, t);
    switch (t->c) {
    case '[': return parse_set(s, q);
    case '(': return parse_parenthesis(s, q, is_verbose);
    case '*':
    case '+':
    case '?':
    case '{': return parse_repeat(s, q, t->c);
    case '.':
        begin_item(s, q, ITEM_OTHER, 1, 1);
        put(s, s->out.flags & RE_DOTALL ? "." : "\\N");
        return true;
    case '^': add_anchor(s, q, s->out.flags & RE_MULTILINE ? "^" : "\\A"); return true;
    case '$': add_anchor(s, q, s->out.flags & RE_MULTILINE ? "$" : "\\Z"); return true;
    default: add_char(s, q, t->c); return true;
    }
}

static bool parse_sequence(RegexParser *s, bool is_verbose, bool is_first, Width *width)
{
    Sequence q = {.is_first = is_first};
    while (!s->next.is_end && !regex_at(s, '|') && !regex_at(s, ')')) {
        RegexToken t = s->next;
        if (!regex_advance(s)) return false;
        if (is_verbose && is_blank(&t)) continue;
        if (is_verbose && !t.is_escape && t.c == '#') {
            if (!skip_line(s)) return false;
            continue;
        }
        if (!parse_item(s, &q, &is_verbose, &t)) return false;
    }
    begin_item(s, &q, ITEM_NONE, 0, 0);
    *width = (Width){q.min, q.max, !q.has_others};
    return true;
}

typedef struct AlternativeList {
    RegexAlternative *items;
    size_t n, cap;
} AlternativeList;

static void add_alternative(AlternativeList *list, RegexAlternative a)
{
    if (list->n == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 8;
        RegexAlternative *items = gc_alloc_atomic(list->cap * sizeof *items);
        if (list->n) memcpy(items, list->items, list->n * sizeof *items);
        list->items = items;
    }
    list->items[list->n++] = a;
}

static bool parse_alternatives(RegexParser *s, bool is_verbose, bool is_outermost, Width *width)
{
    AlternativeList list = {0};
    *width = (Width){0};
    for (bool is_first = true;; is_first = false) {
        Width w;
        size_t start = s->out.text.size;
        if (!parse_sequence(s, is_verbose, is_outermost && is_first, &w)) return false;
        if (is_first || w.min < width->min) width->min = w.min;
        if (is_first || w.max > width->max) width->max = w.max;
        int more = regex_accept(s, '|');
        if (more < 0) return false;
        if (more || list.n)
            add_alternative(&list, (RegexAlternative){start, s->out.text.size - start, w.is_word});
        if (!more) break;
        put(s, "|");
        if (is_outermost) is_verbose = s->out.flags & RE_VERBOSE;
    }
    if (list.n) regex_factor(&s->out, list.items, list.n);
    return true;
}

static bool finish(RegexParser *s)
{
    VM *vm = s->vm;
    Regex *r = s->regex;
    if (!regex_check_flags(vm, s->is_bytes, &r->flags)) return false;
    if (!s->next.is_end) return regex_fail(s, 0, "unbalanced parenthesis");
    if (s->bad_reference > r->n_groups) {
        raise_regex_error(vm, str_format("invalid group reference %d", (int)s->bad_reference),
                          s->pattern, s->bad_reference_at);
        return false;
    }
    if (!s->has_variable_lookbehind) return true;
    raise_regex_error(vm, str_from_cstr("look-behind requires fixed-width pattern"), NULL, -1);
    return false;
}

static uint32_t pcre_options(const RegexParser *s)
{
    uint32_t options = PCRE2_DOTALL | PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX | PCRE2_NO_UTF_CHECK;
    RegexOutput whole = {.target = s->out.target, .flags = s->regex->flags};
    if (regex_is_caseless(&whole)) options |= PCRE2_CASELESS;
    if (s->out.target == REGEX_UTF) options |= PCRE2_UTF;
    if (s->out.target == REGEX_UTF && s->out.unicode_native) options |= PCRE2_UCP;
    return options;
}

bool regex_translate(VM *vm, Str *pattern, uint32_t flags, RegexTarget target, Regex *out)
{
    *out = (Regex){.flags = flags, .names = dict_new()};
    RegexParser s = {.vm = vm,
                     .pattern = pattern,
                     .is_bytes = target == REGEX_BYTES,
                     .p = pattern->data,
                     .end = pattern->data + pattern->size,
                     .regex = out,
                     .lookbehind_groups = -1};
    s.out = (RegexOutput){.target = target, .flags = flags, .unicode_native = !(flags & RE_ASCII)};
    Width width;
    if (!regex_advance(&s)) return false;
    if (!parse_alternatives(&s, flags & RE_VERBOSE, true, &width) || !finish(&s)) return false;
    out->options = pcre_options(&s);
    out->text = builder_bytes(&s.out.text);
    return true;
}
