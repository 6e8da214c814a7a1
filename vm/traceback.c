// SPDX-License-Identifier: MIT
// traceback.c - traceback objects, one entry of a traceback as text, carets included. The layout is
// that of CPython 3.13's traceback.py. Whole exceptions are printed by error_text.c.
#include "vm/traceback.h"

#include <utf8proc.h>

#include "vm/caret.h"
#include "vm/frame.h"
#include "vm/gc.h"
#include "vm/native.h"
#include "vm/vm.h"

enum { COLUMN_UNKNOWN = 65535 };

void traceback_add(VM *vm, Value exception, Function *function, const Instr *pc)
{
    if (!function || !function->code || function->code->flags & CODE_METHOD_STUB) return;
    bool is_current = vm->frame && frame_of(vm->frame)->function == function;
    Value *locals = is_current ? frame_copy_locals(function, vm->frame) : NULL;
    Traceback *tb = gc_new(Traceback);
    object_init(&tb->object, KIND_TRACEBACK);
    tb->next = as_exception(exception)->traceback;
    tb->function = function;
    tb->pc = pc;
    tb->locals = locals;
    const Generator *g = is_current && function->code->flags & CODE_GENERATOR ? generator_of(vm->frame) : NULL;
    tb->made_at = g ? generator_made_at(g) : NULL;
    tb->generator = g ? ~(uintptr_t)g : 0;
    tb->place = is_current ? ~(uintptr_t)vm->frame : 0;
    tb->frame = frame_seen(function);
    tb->line = 0;
    as_exception(exception)->traceback = tb;
}

void traceback_renew(VM *vm, Value *regs)
{
    Traceback *tb = as_exception(vm->exception)->traceback;
    if (!tb || tb->place != ~(uintptr_t)regs || !tb->locals) return;
    const Function *f = frame_of(regs)->function;
    if (function_original(f) != function_original(tb->function)) return;
    tb->locals = frame_copy_locals(f, regs);
    if (tb->frame && !tb->frame->regs) tb->frame->locals = tb->locals;
}

void traceback_entry_of(const Code *code, const Instr *pc, TracebackEntry *entry)
{
    const CodePosition *p = pc > code->instrs ? code_position(code, pc) : NULL;
    entry->filename = code->unit && code->unit->filename ? code->unit->filename : str_empty;
    entry->name = code->name;
    bool has_line = p && p->line > 0;
    entry->line = has_line ? p->line : code->first_line;
    entry->end_line = has_line ? p->end_line : entry->line;
    bool has_columns = has_line && p->col != COLUMN_UNKNOWN && p->end_col != COLUMN_UNKNOWN;
    entry->col = has_columns ? p->col : -1;
    entry->end_col = has_columns ? p->end_col : -1;
    if (entry->end_line < entry->line) entry->end_line = entry->line;
}

void traceback_entry(const Traceback *tb, TracebackEntry *entry)
{
    traceback_entry_of(tb->function->code, tb->pc, entry);
    if (!tb->line || tb->line == entry->line) return;
    entry->line = entry->end_line = tb->line;
    entry->col = entry->end_col = -1;
}

// Text

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t leading_blanks(const Str *line)
{
    size_t i = 0;
    while (i < line->size && is_blank(line->data[i]))
        i++;
    return i;
}

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

// The length of the indentation (spaces and tabs) that all lines with anything on them share.
static size_t common_margin(Str *const *lines, size_t n)
{
    const Str *margin = NULL;
    size_t size = 0;
    for (size_t i = 0; i < n; i++) {
        const Str *line = lines[i];
        size_t indent = 0;
        while (indent < line->size && (line->data[indent] == ' ' || line->data[indent] == '\t'))
            indent++;
        if (indent == line->size) continue;
        if (!margin) {
            margin = line;
            size = indent;
            continue;
        }
        size_t same = 0;
        while (same < size && same < indent && line->data[same] == margin->data[same])
            same++;
        size = same;
    }
    return size;
}

static Str *without_margin(Str *line, size_t margin)
{
    size_t blanks = 0;
    while (blanks < line->size && (line->data[blanks] == ' ' || line->data[blanks] == '\t'))
        blanks++;
    if (blanks == line->size) return str_empty;
    return margin ? str_new(line->data + margin, line->size - margin) : line;
}

static Str **dedent(Str *const *lines, size_t n)
{
    size_t margin = common_margin(lines, n);
    Str **result = gc_alloc_array(n, sizeof(Str *));
    for (size_t i = 0; i < n; i++)
        result[i] = without_margin(lines[i], margin);
    return result;
}

// Columns that the first `size` bytes take on a terminal.
static size_t display_width(const Str *line, size_t size)
{
    if (str_is_ascii(line)) return size;
    size_t width = 0;
    const char *p = line->data, *end = line->data + min_size(size, line->size);
    while (p < end)
        width += utf8proc_charwidth((utf8proc_int32_t)utf8_decode(&p)) == 2 ? 2 : 1;
    return width;
}

// Carets

// The source lines of one entry, without their common indentation, and what of them is marked.
typedef struct Marked {
    Str **lines;
    size_t n;
    size_t start, end;  // bytes, in the first and in the last line
    Str *joined;        // all lines
    size_t joined_end;  // `end` as an offset of joined
    bool has_anchors;
    size_t left_line, left, right_line, right;  // between them ^, elsewhere ~; in columns
} Marked;

static void place_of(const Marked *m, size_t offset, size_t *line, size_t *in_line)
{
    *line = 0;
    while (*line + 1 < m->n && offset > m->lines[*line]->size)
        offset -= m->lines[(*line)++]->size + 1;
    *in_line = offset;
}

static void find_anchors(Marked *m)
{
    CaretAnchors anchors;
    size_t left, right;
    m->has_anchors = false;
    if (m->joined_end <= m->start) return;
    if (!caret_find_anchors(m->joined->data + m->start, m->joined_end - m->start, &anchors)) return;
    m->has_anchors = true;
    place_of(m, m->start + anchors.start, &m->left_line, &left);
    place_of(m, m->start + anchors.end, &m->right_line, &right);
    m->left = display_width(m->lines[m->left_line], left);
    m->right = display_width(m->lines[m->right_line], right);
}

static bool has_text(const char *p, const char *end)
{
    while (p < end && is_blank(*p))
        p++;
    return p < end;
}

// Offsets of the call count in bytes, those of the instruction in characters: in traceback.py a
// line with other characters than ASCII in front of its end shows carets.
static bool is_covered_by_call(const Marked *m)
{
    size_t start, end, line, in_line;
    if (!caret_is_plain_call(m->joined->data, m->joined->size, &start, &end)) return false;
    if (start != m->start || end != m->joined_end) return false;
    place_of(m, end, &line, &in_line);
    return utf8_length(m->lines[line]->data, in_line) == in_line;
}

static bool shows_carets(const Marked *m)
{
    if (is_covered_by_call(m)) return false;
    if (m->has_anchors) return true;
    const Str *first = m->lines[0], *last = m->lines[m->n - 1];
    return has_text(first->data, first->data + m->start) ||
           has_text(last->data + m->end, last->data + last->size);
}

static bool is_between_anchors(const Marked *m, size_t line, size_t column)
{
    if (line < m->left_line || (line == m->left_line && column < m->left)) return false;
    return line < m->right_line || (line == m->right_line && column < m->right);
}

static Str *caret_line(const Marked *m, size_t i)
{
    const Str *line = m->lines[i];
    size_t blanks = leading_blanks(line);
    size_t start = i == 0 ? display_width(line, m->start) : 0;
    size_t width = display_width(line, i == m->n - 1 ? m->end : line->size);
    StrBuilder b = {0};
    for (size_t column = 0; column < width; column++) {
        char c = '^';
        if (column < blanks || column < start)
            c = ' ';
        else if (m->has_anchors && !is_between_anchors(m, i, column))
            c = '~';
        builder_add_byte(&b, c);
    }
    return builder_str(&b);
}

static void mark_around(bool *significant, size_t n, size_t line)
{
    for (size_t i = line ? line - 1 : 0; i <= line + 1; i++)
        if (i < n) significant[i] = true;
}

typedef struct Lines {
    Str **items;
    size_t len;
} Lines;

static void show_line(Lines *out, const Marked *m, size_t i, bool with_carets)
{
    out->items[out->len++] = m->lines[i];
    if (with_carets) out->items[out->len++] = caret_line(m, i);
}

// The first and last lines and those around the anchors; longer gaps are only counted.
static Lines choose_lines(const Marked *m, bool with_carets)
{
    bool *significant = gc_alloc_atomic(m->n);
    memset(significant, 0, m->n);
    significant[0] = significant[m->n - 1] = true;
    if (m->has_anchors) {
        mark_around(significant, m->n, m->left_line);
        mark_around(significant, m->n, m->right_line);
    }
    Lines out = {gc_alloc_array(3 * m->n, sizeof(Str *)), 0};
    size_t last = 0;
    for (size_t i = 0; i < m->n; i++) {
        if (!significant[i]) continue;
        if (i - last == 2)
            show_line(&out, m, i - 1, with_carets);
        else if (i - last > 2)
            out.items[out.len++] = str_format("...<%zu lines>...", i - last - 1);
        show_line(&out, m, i, with_carets);
        last = i;
    }
    return out;
}

static Str *join_lines(Str *const *lines, size_t n)
{
    StrBuilder b = {0};
    for (size_t i = 0; i < n; i++) {
        if (i) builder_add_byte(&b, '\n');
        builder_add_str(&b, lines[i]);
    }
    return builder_str(&b);
}

static void add_indented(StrBuilder *out, const Str *line)
{
    builder_add_cstr(out, "    ");
    builder_add_str(out, line);
    builder_add_byte(out, '\n');
}

static void format_marked(Str *const *lines, size_t n, const TracebackEntry *entry, StrBuilder *out)
{
    Marked m = {.lines = dedent(lines, n), .n = n};
    const Str *last = m.lines[n - 1];
    size_t margin = lines[0]->size - m.lines[0]->size;
    size_t start = (size_t)entry->col, end = (size_t)entry->end_col;
    m.start = min_size(start > margin ? start - margin : 0, m.lines[0]->size);
    m.end = min_size(end > margin ? end - margin : 0, last->size);
    m.joined = join_lines(m.lines, n);
    m.joined_end = m.joined->size - (last->size - m.end);
    find_anchors(&m);
    Lines chosen = choose_lines(&m, shows_carets(&m));
    Str **shown = dedent(chosen.items, chosen.len);
    for (size_t i = 0; i < chosen.len; i++)
        add_indented(out, shown[i]);
}

void traceback_format_entry(const TracebackEntry *entry, Str *const *lines, StrBuilder *out)
{
    builder_add_cstr(out, "  File \"");
    builder_add_str(out, entry->filename);
    builder_format(out, "\", line %d, in ", entry->line);
    builder_add_str(out, entry->name);
    builder_add_byte(out, '\n');
    if (!lines) return;
    size_t n = (size_t)(entry->end_line - entry->line) + 1;
    Str *all = join_lines(lines, n);
    if (leading_blanks(all) == all->size) return;
    if (entry->col >= 0) {
        format_marked(lines, n, entry, out);
        return;
    }
    size_t blanks = leading_blanks(lines[0]);
    add_indented(out, str_new(lines[0]->data + blanks, lines[0]->size - blanks));
}

// Many entries

enum { REPEATED_SHOWN = 3 };

static bool is_same_place(const TracebackEntry *a, const TracebackEntry *b)
{
    return a->line == b->line && a->name == b->name && a->filename == b->filename;
}

static void add_repeated(StrBuilder *out, size_t count)
{
    if (count <= REPEATED_SHOWN) return;
    count -= REPEATED_SHOWN;
    builder_format(out, "  [Previous line repeated %zu more time%s]\n", count,
                   count > 1 ? "s" : "");
}

static void format_stack(VM *vm, Traceback *tb, bool has_carets, StrBuilder *out)
{
    SourceReader reader = {0};
    TracebackEntry last = {0}, entry;
    size_t count = 0;
    for (; tb; tb = tb->next) {
        const Code *code = tb->function->code;
        traceback_entry(tb, &entry);
        if (!has_carets) {
            entry.col = -1;
            entry.end_line = entry.line;
        }
        if (count == 0 || !is_same_place(&last, &entry)) {
            add_repeated(out, count);
            last = entry;
            count = 0;
        }
        if (++count > REPEATED_SHOWN) continue;
        bool has_source = code->unit && !vm->is_finishing;  // CPython cannot read files then
        Str **lines =
            has_source ? source_lines(&reader, code->unit, entry.line, entry.end_line) : NULL;
        traceback_format_entry(&entry, lines, out);
    }
    add_repeated(out, count);
}

void traceback_format_stack(VM *vm, Traceback *tb, StrBuilder *out)
{
    format_stack(vm, tb, true, out);
}

void traceback_format_lines(VM *vm, Traceback *tb, StrBuilder *out)
{
    format_stack(vm, tb, false, out);
}

// The type

static Traceback *as_traceback(Value v)
{
    return as_pointer(v);
}

static Value get_frame(VM *vm, Value self)
{
    return value_object(frame_of_traceback(vm, as_traceback(self)));
}

static Value get_line(VM *vm, Value self)
{
    (void)vm;
    TracebackEntry entry;
    traceback_entry(as_traceback(self), &entry);
    return small_int(entry.line);
}

static Value get_next(VM *vm, Value self)
{
    Traceback *next = as_traceback(self)->next;
    if (next && !next->frame) frame_of_traceback(vm, as_traceback(self));  // so that f_back leads to it
    return next ? value_object(next) : VALUE_NONE;
}

static bool is_traceback_or_none(VM *vm, Value v, const char *or_none)
{
    if (v == VALUE_NONE || is_kind(v, KIND_TRACEBACK)) return true;
    raise_error(vm, EXC_TypeError, "expected traceback object%s, got '%s'", or_none, type_name(vm, v));
    return false;
}

static bool set_tb_next(VM *vm, Value self, Value v)
{
    if (v == VALUE_UNBOUND) {
        raise_error(vm, EXC_TypeError, "can't delete tb_next attribute");
        return false;
    }
    if (!is_traceback_or_none(vm, v, "")) return false;
    for (Traceback *tb = v == VALUE_NONE ? NULL : as_traceback(v); tb; tb = tb->next) {
        if (tb != as_traceback(self)) continue;
        raise_error(vm, EXC_ValueError, "traceback loop detected");
        return false;
    }
    as_traceback(self)->next = v == VALUE_NONE ? NULL : as_traceback(v);
    return true;
}

static Value get_lasti(VM *vm, Value self)
{
    (void)vm;
    Traceback *tb = as_traceback(self);
    const Instr *start = tb->function->code->instrs;
    return small_int(tb->pc > start ? (tb->pc - start - 1) * (int)sizeof(Instr) : 0);
}

NATIVE(traceback_new, "__new__(cls, tb_next, tb_frame, tb_lasti: cint, tb_lineno: cint)",
       "Create a traceback entry: what is inside of it, the frame, the offset of the instruction, the line.")
{
    if (!is_frame(args[2]))
        return raise_error(vm, EXC_TypeError, "traceback() argument 'tb_frame' must be frame, not %s", type_name(vm, args[2]));
    if (!is_traceback_or_none(vm, args[1], " or None")) return VALUE_ERROR;
    Frame *frame = as_frame(args[2]);
    const Code *code = frame->function->code;
    int64_t at = as_int(args[3]) < 0 ? -1 : as_int(args[3]) / (int)sizeof(Instr);
    Traceback *tb = gc_new(Traceback);
    object_init(&tb->object, KIND_TRACEBACK);
    tb->next = args[1] == VALUE_NONE ? NULL : as_traceback(args[1]);
    tb->function = frame->function;
    tb->pc = code->instrs + (at < code->n_instrs ? at + 1 : code->n_instrs);
    tb->locals = frame->locals;
    tb->made_at = NULL;
    tb->generator = tb->place = 0;
    tb->frame = frame;
    tb->line = (int)as_int(args[4]);
    return value_object(tb);
}

NATIVE(traceback_dir, "__dir__(self, /)", "The names of the attributes.")
{
    static const char *const names[] = {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"};
    List *list = list_new(countof(names));
    for (size_t i = 0; i < countof(names); i++) list_append(list, value_object(str_from_cstr(names[i])));
    return value_object(list);
}

void traceback_define(VM *vm)
{
    static const NativeDef *const methods[] = {&def_traceback_new, &def_traceback_dir, NULL};
    static const GetSetDef getset[] = {
        {"tb_frame", get_frame, getset_readonly, "The frame."},
        {"tb_lineno", get_line, NULL, "The line that raised."},
        {"tb_next", get_next, set_tb_next, "The next entry, towards where it was raised."},
        {"tb_lasti", get_lasti, getset_readonly, "The offset of the instruction."},
        {NULL, NULL, NULL, NULL},
    };
    static const TypeDef type = {
        .name = "traceback",
        .doc = "One frame that an exception passed, and where in it; tb_next is the one it came from.",
        .kind = KIND_TRACEBACK,
        .methods = methods,
        .getset = getset,
        .flags = CLASS_FINAL,
    };
    class_define(vm, &type, NULL);
}
