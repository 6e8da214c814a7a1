// SPDX-License-Identifier: MIT
// repl_edit.c - reading blocks through GNU readline: a block of several lines is one readline line
// with newlines in it, so that editing, undo and history work on all of it. The keys whose meaning
// depends on lines are bound here; all others are readline's, emacs or vi as the user's inputrc
// says.
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "cli/readline.h"
#include "cli/repl.h"
#include "vm/gc.h"

enum { CTRL_C = 3, STATE_VIMOTION = 0x100000 };  // readline's RL_STATE_VIMOTION

static const Readline *rl;
static Repl *session;
static bool was_cancelled;
static struct sigaction interrupt_action;  // the program's own

static const char *text(void)
{
    return *rl->rl_line_buffer;
}

static size_t point(void)
{
    return (size_t)*rl->rl_point;
}

static size_t text_size(void)
{
    return (size_t)*rl->rl_end;
}

static size_t line_start(void)
{
    return text_line_start(text(), point());
}

static size_t line_end(void)
{
    return text_line_end(text(), text_size(), point());
}

static bool is_last_line(void)
{
    return line_end() == text_size();
}

// Enter

static void insert_line(void)
{
    StrBuilder b = {0};
    int indent = text_indentation(text(), text_size(), point());
    builder_add_byte(&b, '\n');
    while (indent-- > 0)
        builder_add_byte(&b, ' ');
    rl->rl_begin_undo_group();
    size_t end = point();
    while (end > line_start() && text()[end - 1] == ' ')
        end--;
    bool was_blank = end == line_start();
    if (end < point() && !was_blank) {
        rl->rl_delete_text((int)end, *rl->rl_point);
        *rl->rl_point = (int)end;
    }
    rl->rl_insert_text(builder_str(&b)->data);
    rl->rl_end_undo_group();
}

static int accept(int count, int key)
{
    draw_finish();
    return rl->rl_newline(count, key);
}

// A block that was recalled and not changed needs no empty line to run.
static bool is_recalled(void)
{
    const HistoryEntry *entry = rl->current_history();
    return entry && strcmp(entry->line, text()) == 0;
}

// An `else` that was typed at the indentation of the block above it goes to where it belongs, and
// so does a closing bracket.
static void align_line(void)
{
    size_t start = line_start();
    int wanted = text_line_indentation(text(), text_size(), point()), indent = 0;
    while (start + (size_t)indent < text_size() && text()[start + (size_t)indent] == ' ')
        indent++;
    if (wanted < 0 || wanted >= indent) return;
    int n = indent - wanted, to = *rl->rl_point - n;
    rl->rl_delete_text((int)start, (int)start + n);
    *rl->rl_point = to > (int)start ? to : (int)start;
}

static int on_enter(int count, int key)
{
    if (!draw_is_searching()) align_line();
    bool is_one_line = !memchr(text(), '\n', text_size());
    Str *block = str_new(text(), text_size());
    bool is_at_end = is_last_line() || draw_is_searching();
    if (!is_one_line && is_at_end && is_recalled() &&
        repl_is_complete(session, str_format("%s\n", text())))
        return accept(count, key);
    if ((is_one_line || is_last_line()) && repl_is_complete(session, block))
        return accept(count, key);
    insert_line();
    return 0;
}

static int on_new_line(int count, int key)
{
    (void)count;
    (void)key;
    insert_line();
    return 0;
}

// Moving

static int move_to_column(size_t start, size_t column)
{
    size_t end = text_line_end(text(), text_size(), start), at = start;
    while (column-- > 0 && at < end)
        for (at++; at < end && (text()[at] & 0xC0) == 0x80;)
            at++;
    *rl->rl_point = (int)at;
    return 0;
}

static size_t column(void)
{
    return utf8_length(text() + line_start(), point() - line_start());
}

static int on_up(int count, int key)
{
    size_t start = line_start();
    if (start == 0) return rl->rl_get_previous_history(count, key);
    return move_to_column(text_line_start(text(), start - 1), column());
}

static int on_down(int count, int key)
{
    if (is_last_line()) return rl->rl_get_next_history(count, key);
    return move_to_column(line_end() + 1, column());
}

static int on_home(int count, int key)
{
    (void)count;
    (void)key;
    *rl->rl_point = (int)line_start();
    return 0;
}

static int on_end(int count, int key)
{
    (void)count;
    (void)key;
    *rl->rl_point = (int)line_end();
    return 0;
}

static int on_kill_line(int count, int key)
{
    (void)count;
    (void)key;
    size_t end = line_end();
    if (end == point() && end < text_size()) end++;  // the newline
    return rl->rl_kill_text(*rl->rl_point, (int)end);
}

static int on_discard(int count, int key)
{
    (void)count;
    (void)key;
    size_t start = line_start();
    rl->rl_kill_text(*rl->rl_point, (int)start);
    *rl->rl_point = (int)start;
    return 0;
}

// vi's commands that act on lines

static Str *taken_lines;  // by dd or yy, with their newlines; NULL: something else was taken since

static size_t text_start(void)
{
    size_t at = line_start();
    while (at < text_size() && text()[at] == ' ')
        at++;
    return at;
}

static int insert_at(size_t at, int key)
{
    *rl->rl_point = (int)at;
    return rl->rl_vi_insertion_mode(1, key);
}

static int on_append(int count, int key)
{
    (void)count;
    return insert_at(line_end(), key);
}

static int on_insert(int count, int key)
{
    (void)count;
    return insert_at(text_start(), key);
}

// On the last character; behind it for an operator.
static int on_last(int count, int key)
{
    on_end(count, key);
    bool is_motion = *rl->rl_readline_state & STATE_VIMOTION;
    if (is_motion || point() == line_start()) return 0;
    size_t at = point() - 1;
    while (at > line_start() && (text()[at] & 0xC0) == 0x80)
        at--;
    *rl->rl_point = (int)at;
    return 0;
}

// Back to commands, a character to the left, but not into the line above.
static int on_escape(int count, int key)
{
    size_t before = point(), start = line_start();
    rl->rl_vi_movement_mode(count, key);
    if (before == start) *rl->rl_point = (int)before;
    return 0;
}

static int on_first(int count, int key)
{
    (void)count;
    (void)key;
    *rl->rl_point = (int)text_start();
    return 0;
}

static int on_kill_rest(int count, int key)
{
    (void)count;
    (void)key;
    taken_lines = NULL;
    return rl->rl_kill_text(*rl->rl_point, (int)line_end());
}

static int on_change_rest(int count, int key)
{
    on_kill_rest(count, key);
    return rl->rl_vi_insertion_mode(1, key);
}

static int on_change_line(int count, int key)
{
    *rl->rl_point = (int)text_start();
    return on_change_rest(count, key);
}

// `count` lines from that of the cursor on: [start, end), the newline after them left out.
static size_t lines_end(int count)
{
    size_t end = line_end();
    while (--count > 0 && end < text_size())
        end = text_line_end(text(), text_size(), end + 1);
    return end;
}

static int on_take_lines(int count, bool are_deleted)
{
    size_t start = line_start(), end = lines_end(count);
    taken_lines = str_format("%.*s\n", (int)(end - start), text() + start);
    if (!are_deleted) return 0;
    if (end < text_size())
        end++;
    else if (start > 0)
        start--;
    rl->rl_delete_text((int)start, (int)end);
    *rl->rl_point = (int)(start < text_size() ? start : text_size());
    return on_first(1, 0);
}

static int on_delete_lines(int count)
{
    return on_take_lines(count, true);
}

static int on_yank_lines(int count)
{
    return on_take_lines(count, false);
}

static int on_change_lines(int count)
{
    (void)count;
    return on_change_line(1, 'c');
}

// The key of an operator twice: lines. With a motion it is readline's.
static int on_operator(int count, int key, int (*on_lines)(int), ReadlineCommand *with_motion)
{
    int motion = rl->rl_read_key();
    if (motion == key) return on_lines(count);
    taken_lines = NULL;
    rl->rl_execute_next(motion);
    return with_motion(count, key);
}

static int on_delete(int count, int key)
{
    return on_operator(count, key, on_delete_lines, rl->rl_vi_delete_to);
}

static int on_change(int count, int key)
{
    return on_operator(count, key, on_change_lines, rl->rl_vi_change_to);
}

static int on_yank(int count, int key)
{
    return on_operator(count, key, on_yank_lines, rl->rl_vi_yank_to);
}

static int on_yank_line(int count, int key)
{
    (void)key;
    return on_yank_lines(count);
}

static int on_delete_character(int count, int key)
{
    taken_lines = NULL;
    return point() < line_end() ? rl->rl_vi_delete(count, key) : rl->rl_ding();
}

static int put_lines(size_t at, int count)
{
    rl->rl_begin_undo_group();
    *rl->rl_point = (int)at;
    bool is_behind = at == text_size() && at > 0 && text()[at - 1] != '\n';
    size_t n = taken_lines->size - 1;
    for (int i = 0; i < count; i++)
        rl->rl_insert_text(str_format(is_behind ? "\n%.*s" : "%.*s\n", (int)n, taken_lines->data)->data);
    *rl->rl_point = (int)(at + is_behind);
    rl->rl_end_undo_group();
    return on_first(1, 0);
}

static int on_put(int count, int key)
{
    if (!taken_lines) return rl->rl_vi_put(count, key);
    bool is_behind = key == 'p';
    size_t after = is_last_line() ? text_size() : line_end() + 1;
    return put_lines(is_behind ? after : line_start(), count);
}

static int on_open_below(int count, int key)
{
    (void)count;
    *rl->rl_point = (int)line_end();
    insert_line();
    return rl->rl_vi_insertion_mode(1, key);
}

static int on_open_above(int count, int key)
{
    (void)count;
    size_t start = line_start();
    Str *indent = str_format("%.*s\n", (int)(text_start() - start), text() + start);
    *rl->rl_point = (int)start;
    rl->rl_insert_text(indent->data);
    return insert_at(start + indent->size - 1, key);
}

// A level of indentation, if nothing else is before the cursor.
static int on_backspace(int count, int key)
{
    size_t start = line_start(), n = point() - start;
    bool is_indent =
        n > 0 && count == 1 && text_is_blank(text() + start, n) && !memchr(text() + start, '\t', n);
    if (!is_indent) return rl->rl_rubout(count, key);
    size_t to = start + (n - 1) / INDENT * INDENT;
    rl->rl_delete_text((int)to, *rl->rl_point);
    *rl->rl_point = (int)to;
    return 0;
}

static int on_clear_screen(int count, int key)
{
    (void)count;
    (void)key;
    draw_clear();
    return 0;
}

// Tab

static Str *common_prefix(const List *words)
{
    Str *first = as_str(words->items[0]);
    size_t n = first->size;
    for (size_t i = 1; i < words->len; i++) {
        const Str *word = as_str(words->items[i]);
        size_t k = 0;
        while (k < n && k < word->size && word->data[k] == first->data[k])
            k++;
        n = k;
    }
    while (n > 0 && (first->data[n] & 0xC0) == 0x80)
        n--;
    return str_new(first->data, n);
}

static void list_words(const List *words)
{
    enum { MAX_LISTED = 200, GAP = 2 };
    FILE *out = *rl->rl_outstream;
    size_t widest = 0, n = words->len < MAX_LISTED ? words->len : MAX_LISTED;
    for (size_t i = 0; i < n; i++)
        if (str_length(as_str(words->items[i])) > widest) widest = str_length(as_str(words->items[i]));
    size_t at = point();
    draw_finish();
    *rl->rl_point = (int)at;
    size_t columns = (size_t)repl_width() / (widest + GAP);
    if (columns == 0) columns = 1;
    size_t rows = (n + columns - 1) / columns;
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < n; i += rows) {
            const Str *word = as_str(words->items[i]);
            int pad = i + rows < n ? (int)(widest + GAP - str_length(word)) : 0;
            fprintf(out, "%s%*s", word->data, pad, "");
        }
        fputs("\r\n", out);
    }
    if (n < words->len) fprintf(out, "and %zu more\r\n", words->len - n);
    draw_restart();
}

static void before_output(VM *vm)
{
    vm->before_output = NULL;  // once is enough
    draw_make_room();
}

// Tab may run code of scripts: __dir__, finally blocks of generators.
static List *complete(size_t *start)
{
    VM *vm = session->vm;
    vm->before_output = before_output;
    List *words = repl_complete(session, text(), point(), start);
    repl_flush(session);
    vm->before_output = NULL;
    return words;
}

static int on_tab(int count, int key)
{
    (void)count;
    (void)key;
    size_t start = line_start(), n = point() - start;
    bool is_indent = text_is_blank(text() + start, n) && !text_scan(text(), point()).quote;
    if (is_indent)
        return rl->rl_insert_text(str_format("%*s", (int)(INDENT - n % INDENT), "")->data);
    List *words = complete(&start);
    if (words->len == 0) return rl->rl_ding();
    Str *common = common_prefix(words);
    size_t typed = point() - start;
    if (common->size > typed) return rl->rl_insert_text(common->data + typed);
    if (words->len > 1) list_words(words);
    return 0;
}

static int on_cancel(int count, int key)
{
    (void)count;
    (void)key;
    draw_leave();
    was_cancelled = true;
    *rl->rl_done = 1;
    return 0;
}

// Pasting

// What comes until the terminal says that the paste is over; NULL: Ctrl-C.
static Str *read_paste(void)
{
    static const char end[] = "\033[201~";
    StrBuilder b = {0};
    for (int key; (key = rl->rl_read_key()) >= 0;) {
        if (key == CTRL_C) return NULL;
        builder_add_byte(&b, (char)key);
        size_t n = sizeof end - 1;
        if (b.size < n || memcmp(b.data + b.size - n, end, n) != 0) continue;
        b.size -= n;
        break;
    }
    return utf8_is_valid(b.data, b.size, NULL) ? builder_str(&b) : str_empty;
}

static int on_paste(int count, int key)
{
    Str *pasted = read_paste();
    if (!pasted) return on_cancel(count, key);
    StrBuilder b = {0};
    for (size_t i = 0; i < pasted->size; i++) {
        bool is_half = pasted->data[i] == '\n' && i > 0 && pasted->data[i - 1] == '\r';
        if (!is_half) builder_add_byte(&b, pasted->data[i] == '\r' ? '\n' : pasted->data[i]);
    }
    Str *plain = text_without_prompts(builder_str(&b));
    rl->rl_begin_undo_group();
    rl->rl_insert_text(plain->data);
    rl->rl_end_undo_group();
    return 0;
}

// Interrupts

static bool take_interrupt(void)
{
    if (!(session->vm->interrupt & INTERRUPT_SIGNAL)) return false;
    session->vm->interrupt &= ~INTERRUPT_SIGNAL;
    return true;
}

// Wait for input with the signal let in only meanwhile, so that none comes between looking and
// waiting.
static bool wait_for_input(int fd)
{
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    sigdelset(&before, SIGINT);
    fd_set fds;
    FD_ZERO(&fds);
    FD_SET(fd, &fds);
    bool is_there = !(session->vm->interrupt & INTERRUPT_SIGNAL) &&
                    pselect(fd + 1, &fds, NULL, NULL, NULL, &before) > 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return is_there;
}

// Ctrl-C arrives as a signal; it becomes a key. readline, which has caught SIGINT, would drop the
// line.
static int get_key(FILE *in)
{
    for (;;) {
        sigaction(SIGINT, &interrupt_action, NULL);
        if (!wait_for_input(fileno(in))) {
            if (take_interrupt()) return CTRL_C;
            rl->rl_check_signals();
            continue;
        }
        unsigned char c;
        ssize_t n = read(fileno(in), &c, 1);
        if (n == 1) return c;
        if (n == 0 || errno != EINTR) return EOF;
    }
}

// Keys

typedef struct Binding {
    const char *keys;
    ReadlineCommand *command;
    const char *maps;  // e: emacs, i: vi insertion, m: vi movement
} Binding;

static const Binding bindings[] = {
    {"\\C-m", on_enter, "eim"},
    {"\\C-j", on_enter, "eim"},
    {"\\e\\C-m", on_new_line, "ei"},
    {"\\C-i", on_tab, "ei"},
    {"\\C-c", on_cancel, "eim"},
    {"\\e[200~", on_paste, "eim"},
    {"\\e[A", on_up, "eim"},
    {"\\eOA", on_up, "eim"},
    {"\\C-p", on_up, "e"},
    {"k", on_up, "m"},
    {"\\e[B", on_down, "eim"},
    {"\\eOB", on_down, "eim"},
    {"\\C-n", on_down, "e"},
    {"j", on_down, "m"},
    {"\\C-a", on_home, "e"},
    {"\\e[H", on_home, "eim"},
    {"\\eOH", on_home, "eim"},
    {"\\e[1~", on_home, "eim"},
    {"\\C-e", on_end, "e"},
    {"\\e[F", on_end, "eim"},
    {"\\eOF", on_end, "eim"},
    {"\\e[4~", on_end, "eim"},
    {"\\C-k", on_kill_line, "e"},
    {"\\C-u", on_discard, "e"},
    {"0", on_home, "m"},
    {"$", on_last, "m"},
    {"\\e", on_escape, "i"},
    {"^", on_first, "m"},
    {"A", on_append, "m"},
    {"I", on_insert, "m"},
    {"D", on_kill_rest, "m"},
    {"C", on_change_rest, "m"},
    {"S", on_change_line, "m"},
    {"Y", on_yank_line, "m"},
    {"d", on_delete, "m"},
    {"c", on_change, "m"},
    {"y", on_yank, "m"},
    {"x", on_delete_character, "m"},
    {"p", on_put, "m"},
    {"P", on_put, "m"},
    {"o", on_open_below, "m"},
    {"O", on_open_above, "m"},
    {"\\C-h", on_backspace, "ei"},
    {"\\C-?", on_backspace, "ei"},
    {"\\C-l", on_clear_screen, "eim"},
};

static void *keymap(char letter)
{
    return letter == 'e'   ? rl->emacs_standard_keymap
           : letter == 'i' ? rl->vi_insertion_keymap
                           : rl->vi_movement_keymap;
}

bool repl_edit_open(Repl *r)
{
    if (!colour_is_terminal(1)) return false;
    rl = readline_load();
    if (!rl) return false;
    session = r;
    sigaction(SIGINT, NULL, &interrupt_action);
    *rl->rl_readline_name = "rill";
    rl->rl_variable_bind("enable-bracketed-paste", "on");
    rl->rl_variable_bind("echo-control-characters", "off");
    rl->rl_variable_bind("bind-tty-special-chars", "off");  // Backspace is ours
    draw_begin(rl, r->has_colour);
    *rl->rl_redisplay_function = draw_block;
    *rl->rl_getc_function = get_key;
    *rl->rl_change_environment = 0;  // LINES and COLUMNS are no business of os.environ
    rl->rl_initialize();
    for (size_t i = 0; i < countof(bindings); i++)
        for (const char *map = bindings[i].maps; *map; map++)
            rl->rl_bind_keyseq_in_map(bindings[i].keys, bindings[i].command, keymap(*map));
    history_load(rl);
    return true;
}

ReadResult repl_edit_read(Repl *r, Str **block)
{
    was_cancelled = false;
    draw_begin(rl, r->has_colour);
    repl_flush(r);
    draw_fresh_line();
    char *line = rl->readline(">>> ");
    if (was_cancelled) {
        rl->rl_free(line);
        return READ_CANCELLED;
    }
    if (!line) return READ_END;
    size_t size = strlen(line);
    bool is_text = utf8_is_valid(line, size, NULL);
    while (size > 0 && strchr(" \t\n", line[size - 1]))
        size--;
    *block = is_text ? str_new(line, size) : str_empty;
    rl->rl_free(line);
    if ((*block)->size) history_add(rl, (*block)->data);
    return READ_BLOCK;
}
