// SPDX-License-Identifier: MIT
// readline.h - the part of GNU readline that the session uses, found at run time with dlopen;
// neither the build nor the program needs it.
#ifndef RILL_CLI_READLINE_H
#define RILL_CLI_READLINE_H

#include <stdbool.h>
#include <stdio.h>

typedef int ReadlineCommand(int count, int key);
typedef int ReadlineGetc(FILE *in);
typedef void ReadlineRedisplay(void);
typedef struct HistoryEntry {  // HIST_ENTRY
    char *line, *timestamp;
    void *data;
} HistoryEntry;

// Members have readline's names; variables are pointers to its variables.
typedef struct Readline {
    char *(*readline)(const char *prompt);
    int (*rl_initialize)(void);
    int (*rl_variable_bind)(const char *name, const char *value);
    int (*rl_bind_keyseq_in_map)(const char *keys, ReadlineCommand *command, void *keymap);
    int (*rl_insert_text)(const char *text);
    int (*rl_delete_text)(int from, int to);
    int (*rl_kill_text)(int from, int to);
    int (*rl_begin_undo_group)(void);
    int (*rl_end_undo_group)(void);
    ReadlineCommand *rl_newline, *rl_rubout, *rl_get_previous_history, *rl_get_next_history,
        *rl_vi_insertion_mode, *rl_vi_delete_to, *rl_vi_change_to, *rl_vi_yank_to, *rl_vi_delete,
        *rl_vi_put, *rl_vi_movement_mode;
    unsigned long *rl_readline_state;
    int (*rl_execute_next)(int key);
    int (*rl_ding)(void);
    int (*rl_read_key)(void);
    void (*rl_check_signals)(void);
    void (*rl_free)(void *line);
    void (*add_history)(const char *line);
    HistoryEntry *(*remove_history)(int i);
    HistoryEntry **(*history_list)(void);
    HistoryEntry *(*current_history)(void);
    void *(*free_history_entry)(HistoryEntry *entry);
    char **rl_line_buffer, **rl_prompt, **rl_display_prompt;
    int *rl_point, *rl_end, *rl_done, *rl_change_environment;
    const char **rl_readline_name;
    ReadlineCommand **rl_last_func;
    ReadlineRedisplay **rl_redisplay_function;
    ReadlineGetc **rl_getc_function;
    FILE **rl_outstream;
    void *emacs_standard_keymap, *vi_insertion_keymap, *vi_movement_keymap;
} Readline;

// NULL: there is none, or it is too old. RILL_READLINE names another library, or is "none".
const Readline *readline_load(void);

// repl_draw.c: the block that is edited, on the screen. A redisplay function for readline.
void draw_block(void);
bool draw_is_searching(void);  // the last prompt drawn was that of a search in the history
void draw_begin(const Readline *rl,
                bool has_colour);  // before each block; the cursor is in the first column
void draw_fresh_line(void);      // behind output that ended without a newline
void draw_make_room(void);       // something else is about to write to the terminal
void draw_finish(void);            // the cursor goes behind the block, to a line of its own
void draw_leave(void);             // the cursor goes to the last row; nothing is drawn
void draw_restart(
    void);  // the screen was written to: the cursor is in the first column of a free line
void draw_clear(void);  // the screen is cleared

// history.c: blocks in $XDG_STATE_HOME/rill/history.
void history_load(const Readline *rl);
void history_add(const Readline *rl, const char *block);  // the last one; an equal older one goes

#endif
