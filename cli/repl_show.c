// SPDX-License-Identifier: MIT
// repl_show.c - values as the session shows them: repr on one line if it fits, else broken over
// lines as pprint does; what is too long is cut, with a note. Generators get a line that says where
// they are.
#include "cli/repl.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include "vm/file.h"
#include "vm/gc.h"
#include "vm/note.h"

enum {
    DEFAULT_WIDTH = 80,
    MAX_ITEMS = 200,    // of a container that are shown without a cut
    SHOWN_ITEMS = 100,  // of a longer one
    MAX_TEXT = 4000,    // bytes of a repr without a cut
    SHOWN_TEXT = 1000,
    MAX_DEPTH = 50,     // containers in containers
    MAX_LOCALS = 6,
    MAX_LOCAL_TEXT = 24
};

static Repl *session;  // displayhook has no other way to it

int repl_width(void)
{
    struct winsize size;
    if (ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return DEFAULT_WIDTH;
}

Str *repl_fit(Str *text)
{
    size_t width = (size_t)repl_width();
    if (str_length(text) <= width || width < 4) return text;
    return str_format("%s...", str_slice(text, 0, width - 3)->data);
}

typedef struct Printer {
    VM *vm;
    StrBuilder out;
    int width, depth;
    size_t n_items_cut, n_bytes_cut;
} Printer;

int repl_text_width(const char *text, size_t size)
{
    int width = 0;
    for (const char *p = text, *end = text + size; p < end;) {
        int w = utf8proc_charwidth((utf8proc_int32_t)utf8_decode(&p));
        width += w > 0 ? w : 0;
    }
    return width;
}

// Containers whose repr is known, so that it can be broken

static bool is_container(Value v)
{
    return is_exact(v, KIND_LIST) || is_exact(v, KIND_TUPLE) || is_exact(v, KIND_DICT) ||
           is_exact(v, KIND_SET);
}

static size_t length_of(Value v)
{
    if (is_list(v)) return as_list(v)->len;
    if (is_tuple(v)) return as_tuple(v)->len;
    return is_dict(v) ? as_dict(v)->len : as_set(v)->len;
}

// The repr of long text, of its beginning.
static Str *cut_text(Printer *p, Str *s)
{
    size_t length = str_length(s), shown = length < SHOWN_TEXT ? length : SHOWN_TEXT;
    p->n_bytes_cut += length - shown;
    Str *text = value_repr(p->vm, value_object(str_slice(s, 0, shown)));
    return text ? str_format("%s...", text->data) : NULL;
}

// The repr of what is no container, or cut. NULL: raised.
static Str *leaf_text(Printer *p, Value v)
{
    bool is_text = is_exact(v, KIND_STR) || is_exact(v, KIND_BYTES);
    if (is_text && as_str(v)->size > MAX_TEXT) return cut_text(p, as_str(v));
    Str *text = value_repr(p->vm, v);
    if (!text || text->size <= MAX_TEXT) return text;
    p->n_bytes_cut += str_length(text) - SHOWN_TEXT;
    return str_format("%s...", str_slice(text, 0, SHOWN_TEXT)->data);
}

// Item i of a container, in order. Dicts: *key too. *pos begins at 0. False: no more.
static bool next_item(Value container, size_t *pos, Value *key, Value *v)
{
    if (is_dict(container)) return dict_next(as_dict(container), pos, key, v);
    if (is_kind(container, KIND_SET)) return set_next(as_set(container), pos, v);
    size_t len = length_of(container);
    if (*pos >= len) return false;
    *v = is_list(container) ? as_list(container)->items[*pos] : as_tuple(container)->items[*pos];
    (*pos)++;
    return true;
}

static const char *brackets_of(Value v)
{
    return is_list(v) ? "[]" : is_tuple(v) ? "()" : "{}";
}

static int flat_width(const StrBuilder *b, size_t start)
{
    return repl_text_width(b->data + start, b->size - start);
}

// v on one line, at most `room` columns wide, added to b. 1; 0: too wide; -1: raised.
static int add_flat(Printer *p, Value v, int room, StrBuilder *b)
{
    if (!is_container(v) || length_of(v) == 0 || length_of(v) > MAX_ITEMS) {
        if (is_container(v) && length_of(v) > 0) return 0;
        Str *text = leaf_text(p, v);
        if (!text) return -1;
        builder_add_str(b, text);
        return repl_text_width(text->data, text->size) <= room;
    }
    if (room < 2) return 0;  // also ends the descent into what is deeply nested
    if (repr_enter(p->vm, v)) {
        builder_format(b, "%c...%c", brackets_of(v)[0], brackets_of(v)[1]);
        return 1;
    }
    size_t pos = 0, start = b->size;
    Value key, item;
    int result = 1;
    builder_add_byte(b, brackets_of(v)[0]);
    for (bool is_first = true; result == 1 && next_item(v, &pos, &key, &item); is_first = false) {
        if (!is_first) builder_add_cstr(b, ", ");
        if (is_dict(v)) {
            result = add_flat(p, key, room - flat_width(b, start), b);
            builder_add_cstr(b, ": ");
        }
        if (result == 1) result = add_flat(p, item, room - flat_width(b, start), b);
        if (result == 1 && flat_width(b, start) > room) result = 0;
    }
    if (is_tuple(v) && length_of(v) == 1) builder_add_byte(b, ',');
    builder_add_byte(b, brackets_of(v)[1]);
    repr_leave(p->vm, v);
    if (result == 1 && flat_width(b, start) > room) result = 0;
    return result;
}

static bool add_value(Printer *p, Value v, int column, int after);

static int column_of(const Printer *p)
{
    size_t start = p->out.size;
    while (start > 0 && p->out.data[start - 1] != '\n')
        start--;
    return repl_text_width(p->out.data + start, p->out.size - start);
}

static void new_line(Printer *p, int column)
{
    builder_add_byte(&p->out, '\n');
    for (int i = 0; i < column; i++)
        builder_add_byte(&p->out, ' ');
}

// One item of a container that begins at `column`: on the same line as the one before if both are
// short.
static bool add_item(Printer *p, Value container, Value key, Value v, int column, bool is_first)
{
    bool is_short = !is_container(v) && !is_dict(container);
    StrBuilder flat = {0};
    if (!is_first) builder_add_byte(&p->out, ',');
    size_t cut = p->n_bytes_cut;
    int room = p->width - column_of(p) - 3;
    int fits = is_short && !is_first ? add_flat(p, v, room, &flat) : 0;
    if (fits < 0) return false;
    if (fits) {
        builder_add_byte(&p->out, ' ');
        builder_add(&p->out, flat.data, flat.size);
        return true;
    }
    p->n_bytes_cut = cut;
    if (!is_first) new_line(p, column);
    if (is_dict(container)) {
        if (!add_value(p, key, column, 1)) return false;
        builder_add_cstr(&p->out, ": ");
    }
    return add_value(p, v, column_of(p), 1);
}

static bool add_broken(Printer *p, Value v, int column)
{
    size_t len = length_of(v), shown = len > MAX_ITEMS ? SHOWN_ITEMS : len, pos = 0;
    Value key = VALUE_NONE, item;
    builder_add_byte(&p->out, brackets_of(v)[0]);
    for (size_t i = 0; i < shown && next_item(v, &pos, &key, &item); i++)
        if (!add_item(p, v, key, item, column + 1, i == 0)) return false;
    if (shown < len) {
        p->n_items_cut += len - shown;
        builder_add_cstr(&p->out, ",");
        new_line(p, column + 1);
        builder_add_cstr(&p->out, "...");
    }
    if (is_tuple(v) && len == 1) builder_add_byte(&p->out, ',');
    builder_add_byte(&p->out, brackets_of(v)[1]);
    return true;
}

static void add_cut(Printer *p, Value v)
{
    p->n_items_cut += length_of(v);
    builder_format(&p->out, "%c...%c", brackets_of(v)[0], brackets_of(v)[1]);
}

// v from `column` on, with room for `after` more columns behind it.
static bool add_value(Printer *p, Value v, int column, int after)
{
    if (!vm_check_c_stack(p->vm)) return false;
    StrBuilder flat = {0};
    size_t cut = p->n_bytes_cut;
    int fits = add_flat(p, v, p->width - column - after, &flat);
    if (fits < 0) return false;
    if (fits) {
        builder_add(&p->out, flat.data, flat.size);
        return true;
    }
    if (!is_container(v) || length_of(v) == 0) {
        reflow_add(&p->out, str_new(flat.data, flat.size), column, p->width - after);
        return true;
    }
    p->n_bytes_cut = cut;
    if (repr_enter(p->vm, v)) {
        builder_format(&p->out, "%c...%c", brackets_of(v)[0], brackets_of(v)[1]);
        return true;
    }
    bool ok = true;
    if (p->depth++ < MAX_DEPTH)
        ok = add_broken(p, v, column);
    else
        add_cut(p, v);
    p->depth--;
    repr_leave(p->vm, v);
    return ok;
}

static void add_thousands(StrBuilder *b, size_t n)
{
    Str *digits = str_format("%zu", n);
    for (size_t i = 0; i < digits->size; i++) {
        if (i > 0 && (digits->size - i) % 3 == 0) builder_add_byte(b, ',');
        builder_add_byte(b, digits->data[i]);
    }
}

static Str *note_of_cuts(const Printer *p)
{
    if (p->n_items_cut == 0 && p->n_bytes_cut == 0) return NULL;
    StrBuilder b = {0};
    builder_add_cstr(&b, "# ");
    if (p->n_items_cut) {
        add_thousands(&b, p->n_items_cut);
        builder_format(&b, " more item%s", p->n_items_cut == 1 ? "" : "s");
    }
    if (p->n_items_cut && p->n_bytes_cut) builder_add_cstr(&b, " and ");
    if (p->n_bytes_cut) {
        add_thousands(&b, p->n_bytes_cut);
        builder_format(&b, " more character%s", p->n_bytes_cut == 1 ? "" : "s");
    }
    builder_add_cstr(&b, "; print(_) shows all");
    return builder_str(&b);
}

Str *repl_show(Repl *r, Value v, Str **note)
{
    Printer p = {.vm = r->vm, .width = repl_width()};
    if (!add_value(&p, v, 0, 0)) return NULL;
    *note = note_of_cuts(&p);
    return builder_str(&p.out);
}

// sys.stdout may be any object with a method write.
static bool write_text(VM *vm, Value out, Str *text)
{
    Value v = value_object(text);
    if (is_exact(out, KIND_FILE)) return file_write_str(vm, out, text);
    return !is_error(value_call_method(vm, out, S(write), 1, &v));
}

bool repl_display(VM *vm, Value v)
{
    Value out = repl_file(vm, S(stdout));
    dict_set_str(vm->builtins, S(_), VALUE_NONE);
    Str *note = NULL, *shown = repl_show(session, v, &note);
    if (!shown || !write_text(vm, out, str_format("%s\n", shown->data))) return false;
    if (note) repl_print_dim(session, note->data);
    if (is_generator(v))
        repl_print_dim(session, repl_generator_line(session, as_generator(v), repl_width())->data);
    dict_set_str(vm->builtins, S(_), v);
    return true;
}

void repl_show_init(Repl *r)
{
    session = r;
}

// Generators

static Str *short_text(VM *vm, Value v)
{
    Str *text = value_repr(vm, v);
    if (!text) {
        error_take(vm);
        return str_from_cstr("?");
    }
    const char *object = text->data[0] == '<' ? strstr(text->data, " object") : NULL;
    const char *at = object ? strstr(object, " at 0x") : NULL;
    if (at)
        return str_format("%.*s%.*s>", (int)(object - text->data), text->data,
                          (int)(at - object - 7), object + 7);
    if (str_length(text) <= MAX_LOCAL_TEXT) return text;
    return str_format("%s...", str_slice(text, 0, MAX_LOCAL_TEXT - 3)->data);
}

static void add_locals(VM *vm, Generator *g, StrBuilder *b)
{
    Dict *locals = frame_locals_of(g->frame.function, g->regs);
    size_t pos = 0, n = 0;
    Value key, v;
    while (dict_next(locals, &pos, &key, &v)) {
        if (as_str(key)->data[0] == '.') continue;  // .0, what a generator expression goes over
        if (n == MAX_LOCALS) builder_add_cstr(b, " ...");
        if (n++ >= MAX_LOCALS) break;
        builder_format(b, "%s%s=%s", n == 1 ? ", " : " ", as_str(key)->data,
                       short_text(vm, v)->data);
    }
}

// What passes through `yield from` is not counted.
static bool delegates(const Code *code)
{
    const Instr *p = code->instrs, *end = p + code->n_instrs;
    for (; p < end; p += 1 + opcode_info[instr_op(*p)].n_words)
        if (instr_op(*p) == OP_YIELDFROM) return true;
    return false;
}

static void add_count(const Generator *g, StrBuilder *b)
{
    unsigned counter = g->frame.function->code->counter;
    Value n = counter ? g->regs[counter - 1] : VALUE_UNBOUND;
    if (n == VALUE_UNBOUND || !is_int(n)) return;
    builder_format(b, ", %lld%s value%s so far", (long long)as_int(n),
                   delegates(g->frame.function->code) ? " own" : "", as_int(n) == 1 ? "" : "s");
}

static int line_of(const Generator *g)
{
    return code_position(g->frame.function->code, g->frame.pc)->line;
}

static void add_delegate(VM *vm, const Generator *g, StrBuilder *b)
{
    Value sub = generator_yieldfrom(g);
    if (is_generator(sub))
        builder_format(b, ", in yield from %s", as_generator(sub)->frame.function->name->data);
    else if (sub != VALUE_NONE)
        builder_format(b, ", in yield from a %s", type_name(vm, sub));
}

// Variables that do not fit are cut; what follows them is shown.
static void add_fitting(StrBuilder *b, const StrBuilder *locals, const StrBuilder *tail, int width)
{
    Str *text = str_new(locals->data, locals->size);
    int room = width - repl_text_width(b->data, b->size) - repl_text_width(tail->data, tail->size);
    int needed = repl_text_width(text->data, text->size);
    if (needed > room) {
        size_t shown = room > 12 ? (size_t)room - 3 : 0;
        while (shown > 0 && repl_text_width(text->data, str_offset(text, shown)) > room - 3)
            shown--;
        text = shown ? str_format("%s...", str_slice(text, 0, shown)->data) : str_empty;
    }
    builder_add_str(b, text);
    builder_add(b, tail->data, tail->size);
}

Str *repl_generator_line(Repl *r, Generator *g, int width)
{
    StrBuilder b = {0};
    builder_format(&b, "# %s", g->frame.function->name->data);
    switch (generator_state(g)) {
    case GEN_CREATED: builder_add_cstr(&b, " not started"); break;
    case GEN_RUNNING: builder_add_cstr(&b, " running"); break;
    case GEN_DONE: {
        Str *end = generator_end_text(r->vm, g, NULL);
        builder_format(&b, " %s", end ? end->data : "is finished");
        add_count(g, &b);
        return builder_str(&b);
    }
    case GEN_SUSPENDED:
    case GEN_DELEGATING:
    case GEN_SLOW: builder_format(&b, " suspended at line %d", line_of(g)); break;
    }
    add_delegate(r->vm, g, &b);
    StrBuilder locals = {0}, tail = {0};
    add_locals(r->vm, g, &locals);
    if (generator_state(g) != GEN_CREATED) add_count(g, &tail);
    add_fitting(&b, &locals, &tail, width);
    return builder_str(&b);
}

// The lines of the function with a mark at the one it waits at, then its variables.
static void draw_source(const Generator *g, StrBuilder *out)
{
    const Code *code = g->frame.function->code;
    GeneratorState state = generator_state(g);
    int last = code->first_line, now = state == GEN_CREATED || state == GEN_DONE ? 0 : line_of(g);
    for (uint32_t i = 0; i < code->n_instrs; i++)
        if (code->positions[i].end_line > last) last = code->positions[i].end_line;
    SourceReader reader = {0};
    for (int line = code->first_line; code->unit && line <= last; line++) {
        Str *text = source_line(&reader, code->unit, line);
        if (!text) return;
        builder_format(out, " %s %3d | %s\n", line == now ? "->" : "  ", line, text->data);
    }
}

void repl_draw_state(Repl *r, Generator *g, StrBuilder *out)
{
    Str *line = repl_generator_line(r, g, repl_width());
    const Code *code = g->frame.function->code;
    builder_format(out, "%s\n", repl_fit(line)->data);
    builder_format(out, "%s, %s\n", code->qualname->data,
                   code->unit ? code->unit->filename->data : "");
    draw_source(g, out);
    if (generator_state(g) == GEN_DONE) return;
    Dict *locals = frame_locals_of(g->frame.function, g->regs);
    size_t pos = 0;
    Value key, v;
    while (dict_next(locals, &pos, &key, &v))
        builder_format(out, "    %s = %s\n", as_str(key)->data, short_text(r->vm, v)->data);
    for (Value sub = generator_yieldfrom(g); sub != VALUE_NONE;) {
        enum { BEFORE = 12 };  // "    waits for ", without "# "
        Str *where = is_generator(sub)
                         ? repl_generator_line(r, as_generator(sub), repl_width() - BEFORE)
                         : NULL;
        builder_format(out, "    waits for %s\n",
                       where ? where->data + 2 : short_text(r->vm, sub)->data);
        sub = is_generator(sub) ? generator_yieldfrom(as_generator(sub)) : VALUE_NONE;
    }
}
