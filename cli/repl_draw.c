// SPDX-License-Identifier: MIT
// repl_draw.c - the block on the screen while it is edited: a prompt before each line, long lines
// wrapped, the part around the cursor if it is higher than the screen. readline's own display knows
// only one prompt. All of it is drawn anew after each key; nothing else may write to the terminal
// meanwhile.
#include <string.h>
#include <sys/ioctl.h>
#include <utf8proc.h>

#include "cli/colour.h"
#include "cli/readline.h"
#include "vm/gc.h"
#include "vm/text.h"

enum { DEFAULT_WIDTH = 80, DEFAULT_HEIGHT = 24, TAB = 8, MIN_ROWS = 64, MAX_HEIGHT = 1024 };

static const Readline *rl;
static bool is_coloured, is_searching;
static bool is_interrupted;  // something else was written since the block was drawn
static int cursor_row, last_row;  // below the first row drawn
static int drawn_width, cursor_column;
static int drawn_columns[MAX_HEIGHT];  // of the rows above the cursor

typedef struct Row {
    size_t start;  // in Layout.out
    int columns;
} Row;

typedef struct Layout {
    StrBuilder out;  // all rows, one after the other
    Row *rows;       // n_rows, and one more: the end
    int n_rows, cap_rows;
    int width, column;
    int cursor_row, cursor_column;
} Layout;

static void end_row(Layout *l)
{
    if (l->n_rows + 2 > l->cap_rows) {
        l->cap_rows *= 2;
        l->rows = gc_realloc(l->rows, (size_t)l->cap_rows * sizeof(Row));
    }
    l->rows[l->n_rows++].columns = l->column;
    l->rows[l->n_rows].start = l->out.size;
    l->column = 0;
}

static void add_piece(Layout *l, const char *text, size_t size, int width)
{
    if (l->column + width > l->width) end_row(l);
    builder_add(&l->out, text, size);
    l->column += width;
}

// The character at p, as it is shown; returns what follows it.
static const char *add_character(Layout *l, const char *p)
{
    const char *start = p;
    uint32_t c = utf8_decode(&p);
    if (c == '\t') {
        int n = TAB - l->column % TAB;
        while (n-- > 0)
            add_piece(l, " ", 1, 1);
    } else if (c < 32 || c == 127) {
        char shown[2] = {'^', (char)(c ^ 64)};
        add_piece(l, shown, 2, 2);
    } else {
        int width = utf8proc_charwidth((utf8proc_int32_t)c);
        add_piece(l, start, (size_t)(p - start), width < 0 ? 0 : width);
    }
    return p;
}

static void add_prompt(Layout *l, const char *prompt)
{
    if (is_coloured) builder_add_cstr(&l->out, COLOUR_PROMPT);
    for (const char *p = prompt; *p;)
        p = add_character(l, p);
    if (is_coloured) builder_add_cstr(&l->out, COLOUR_OFF);
}

static void set_cursor(Layout *l)
{
    if (l->column == l->width) end_row(l);
    l->cursor_row = l->n_rows;
    l->cursor_column = l->column;
}

static void lay_out(Layout *l)
{
    const char *text = *rl->rl_line_buffer, *end = text + *rl->rl_end,
               *cursor = text + *rl->rl_point;
    is_searching = *rl->rl_display_prompt != *rl->rl_prompt;
    add_prompt(l, is_searching ? *rl->rl_display_prompt : ">>> ");
    for (const char *p = text; p < end;) {
        if (p == cursor) set_cursor(l);
        if (*p != '\n') {
            p = add_character(l, p);
            continue;
        }
        end_row(l);
        add_prompt(l, "... ");
        p++;
    }
    if (cursor >= end) set_cursor(l);
    end_row(l);
}

static void move_up(FILE *out, int rows)
{
    if (rows > 0) fprintf(out, "\033[%dA", rows);
}

static void get_size(Layout *l, int *height)
{
    struct winsize size;
    bool is_known = ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
    l->width = is_known ? size.ws_col : DEFAULT_WIDTH;
    *height = is_known ? size.ws_row : DEFAULT_HEIGHT;
}

// A row of blanks ends in the last column of this row if it began in the first, else in the next
// row; nobody has to know where the cursor is.
void draw_fresh_line(void)
{
    Layout l;
    int height;
    get_size(&l, &height);
    fprintf(*rl->rl_outstream, "%*s\r", l.width, "");
}

static int rows_of(int columns, int width)
{
    return columns > width ? (columns + width - 1) / width : 1;
}

// A terminal that gets narrower breaks the rows that are longer now.
static void follow_resize(int width)
{
    if (width >= drawn_width || width <= 0) return;
    int row = cursor_column / width;
    for (int i = 0; i < cursor_row; i++)
        row += rows_of(drawn_columns[i], width);
    cursor_row = row;
}

static void remember(const Layout *l, int first)
{
    drawn_width = l->width;
    cursor_column = l->cursor_column;
    for (int i = first; i < l->cursor_row; i++)
        drawn_columns[i - first] = l->rows[i].columns;
}

void draw_block(void)
{
    int height;
    Layout l = {.rows = gc_alloc_array(MIN_ROWS, sizeof(Row)), .cap_rows = MIN_ROWS};
    get_size(&l, &height);
    if (height > MAX_HEIGHT) height = MAX_HEIGHT;
    follow_resize(l.width);
    lay_out(&l);
    int first = l.cursor_row >= height ? l.cursor_row - height + 1 : 0;
    int last = l.n_rows - first > height ? first + height : l.n_rows;
    FILE *out = *rl->rl_outstream;
    if (is_interrupted) draw_fresh_line();
    is_interrupted = false;
    fputc('\r', out);
    move_up(out, cursor_row);
    fputs("\033[J", out);
    for (int i = first; i < last; i++) {
        if (i > first) fputs("\r\n", out);
        fwrite(l.out.data + l.rows[i].start, 1, l.rows[i + 1].start - l.rows[i].start, out);
    }
    move_up(out, last - 1 - l.cursor_row);
    fputc('\r', out);
    if (l.cursor_column > 0) fprintf(out, "\033[%dC", l.cursor_column);
    fflush(out);
    remember(&l, first);
    cursor_row = l.cursor_row - first;
    last_row = last - 1 - first;
}

bool draw_is_searching(void)
{
    return is_searching;
}

void draw_leave(void)
{
    if (last_row > cursor_row) fprintf(*rl->rl_outstream, "\033[%dB", last_row - cursor_row);
    fputc('\r', *rl->rl_outstream);
    fflush(*rl->rl_outstream);
    cursor_row = last_row = 0;
}

// What writes meanwhile gets a row of its own below; the block is drawn again below that.
void draw_make_room(void)
{
    if (is_interrupted) return;
    is_interrupted = true;
    draw_leave();
    fputs("\n", *rl->rl_outstream);
    fflush(*rl->rl_outstream);
}

void draw_begin(const Readline *library, bool has_colour)
{
    rl = library;
    is_coloured = has_colour;
    is_interrupted = false;
    cursor_row = 0;
}

void draw_finish(void)
{
    *rl->rl_point = *rl->rl_end;
    draw_block();
    fputs("\r\n", *rl->rl_outstream);
    fflush(*rl->rl_outstream);
    cursor_row = 0;
}

void draw_restart(void)
{
    cursor_row = 0;
}

void draw_clear(void)
{
    fputs("\033[H\033[2J", *rl->rl_outstream);
    cursor_row = 0;
}
