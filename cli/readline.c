// SPDX-License-Identifier: MIT
// readline.c - loads GNU readline.
#include "cli/readline.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "vm/common.h"

typedef struct Symbol {
    const char *name;
    size_t offset;  // of the member
} Symbol;

#define SYMBOL(name)                    \
    {                                   \
#name, offsetof(Readline, name) \
    }
static const Symbol symbols[] = {SYMBOL(readline),
                                 SYMBOL(rl_initialize),
                                 SYMBOL(rl_variable_bind),
                                 SYMBOL(rl_bind_keyseq_in_map),
                                 SYMBOL(rl_insert_text),
                                 SYMBOL(rl_delete_text),
                                 SYMBOL(rl_kill_text),
                                 SYMBOL(rl_begin_undo_group),
                                 SYMBOL(rl_end_undo_group),
                                 SYMBOL(rl_newline),
                                 SYMBOL(rl_rubout),
                                 SYMBOL(rl_get_previous_history),
                                 SYMBOL(rl_get_next_history),
                                 SYMBOL(rl_vi_insertion_mode),
                                 SYMBOL(rl_vi_delete_to),
                                 SYMBOL(rl_vi_change_to),
                                 SYMBOL(rl_vi_yank_to),
                                 SYMBOL(rl_vi_delete),
                                 SYMBOL(rl_vi_put),
                                 SYMBOL(rl_vi_movement_mode),
                                 SYMBOL(rl_readline_state),
                                 SYMBOL(rl_execute_next),
                                 SYMBOL(rl_ding),
                                 SYMBOL(rl_read_key),
                                 SYMBOL(rl_check_signals),
                                 SYMBOL(rl_free),
                                 SYMBOL(add_history),
                                 SYMBOL(remove_history),
                                 SYMBOL(history_list),
                                 SYMBOL(current_history),
                                 SYMBOL(free_history_entry),
                                 SYMBOL(rl_line_buffer),
                                 SYMBOL(rl_prompt),
                                 SYMBOL(rl_display_prompt),
                                 SYMBOL(rl_point),
                                 SYMBOL(rl_end),
                                 SYMBOL(rl_done),
                                 SYMBOL(rl_change_environment),
                                 SYMBOL(rl_readline_name),
                                 SYMBOL(rl_last_func),
                                 SYMBOL(rl_redisplay_function),
                                 SYMBOL(rl_getc_function),
                                 SYMBOL(rl_outstream),
                                 SYMBOL(emacs_standard_keymap),
                                 SYMBOL(vi_insertion_keymap),
                                 SYMBOL(vi_movement_keymap)};
#undef SYMBOL

static void *open_library(void)
{
    static const char *const names[] = {"libreadline.so.8", "libreadline.so",
                                        "libreadline.8.dylib"};
    const char *wanted = getenv("RILL_READLINE");
    if (wanted && *wanted) return strcmp(wanted, "none") == 0 ? NULL : dlopen(wanted, RTLD_NOW);
    void *library = NULL;
    for (size_t i = 0; !library && i < countof(names); i++)
        library = dlopen(names[i], RTLD_NOW);
    return library;
}

const Readline *readline_load(void)
{
    static Readline found;
    void *library = open_library();
    if (!library) return NULL;
    for (size_t i = 0; i < countof(symbols); i++) {
        void *address = dlsym(library, symbols[i].name);
        if (!address) return NULL;
        memcpy((char *)&found + symbols[i].offset, &address, sizeof address);
    }
    return &found;
}
