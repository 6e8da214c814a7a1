// SPDX-License-Identifier: MIT
// history.c - what was typed before, in $XDG_STATE_HOME/rill/history: a block on each line, its
// newlines written as \\n and its backslashes doubled. Of equal blocks the last one counts. A file
// that cannot be read or written is no error: there is just no history.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/readline.h"
#include "vm/dict.h"
#include "vm/list.h"
#include "vm/str.h"

enum { MAX_BLOCKS = 1000 };

static const char *file_name(void)
{
    static char name[PATH_MAX];
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state && state[0] == '/')
        snprintf(name, sizeof name, "%s/rill/history", state);
    else if (home && *home)
        snprintf(name, sizeof name, "%s/.local/state/rill/history", home);
    else
        return NULL;
    return name;
}

static void make_folders(const char *file)
{
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s", file);
    for (char *p = strchr(name + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = '\0';
        if (mkdir(name, 0700) != 0 && errno != EEXIST) return;
        *p = '/';
    }
}

static Str *block_of_line(const char *line, size_t size)
{
    StrBuilder b = {0};
    for (size_t i = 0; i < size; i++) {
        char c = line[i];
        if (c == '\\' && i + 1 < size) c = line[++i] == 'n' ? '\n' : line[i];
        builder_add_byte(&b, c);
    }
    return builder_str(&b);
}

static void write_block(FILE *f, const char *block)
{
    for (; *block; block++) {
        if (*block == '\n')
            fputs("\\n", f);
        else if (*block == '\\')
            fputs("\\\\", f);
        else
            fputc(*block, f);
    }
    fputc('\n', f);
}

static FILE *open_file(const char *mode)
{
    const char *name = file_name();
    return name ? fopen(name, mode) : NULL;
}

static List *read_blocks(void)
{
    List *blocks = list_new(64);
    FILE *f = open_file("r");
    StrBuilder line = {0};
    for (int c; f && (c = getc(f)) != EOF;) {
        if (c != '\n') {
            builder_add_byte(&line, (char)c);
            continue;
        }
        if (line.size && utf8_is_valid(line.data, line.size, NULL))
            list_append(blocks, value_object(block_of_line(line.data, line.size)));
        line.size = 0;
    }
    if (f) fclose(f);
    return blocks;
}

// The list without blocks that come again later, and the last ones of it.
static List *without_repeated(const List *blocks)
{
    Dict *last = dict_new();
    for (size_t i = 0; i < blocks->len; i++)
        dict_set_str(last, as_str(blocks->items[i]), small_int((int64_t)i));
    List *kept = list_new(64);
    size_t first = last->len > MAX_BLOCKS ? last->len - MAX_BLOCKS : 0, n = 0;
    for (size_t i = 0; i < blocks->len; i++) {
        if (dict_find_str(last, as_str(blocks->items[i])) != small_int((int64_t)i)) continue;
        if (n++ >= first) list_append(kept, blocks->items[i]);
    }
    return kept;
}

static void rewrite(const List *blocks)
{
    FILE *f = open_file("w");
    for (size_t i = 0; f && i < blocks->len; i++)
        write_block(f, as_str(blocks->items[i])->data);
    if (f) fclose(f);
}

void history_load(const Readline *rl)
{
    List *all = read_blocks(), *kept = without_repeated(all);
    if (kept->len < all->len) rewrite(kept);
    for (size_t i = 0; i < kept->len; i++)
        rl->add_history(as_str(kept->items[i])->data);
}

void history_add(const Readline *rl, const char *block)
{
    HistoryEntry **entries = rl->history_list();
    for (int i = 0; entries && entries[i]; i++) {
        if (strcmp(entries[i]->line, block) != 0) continue;
        if (!entries[i + 1]) return;
        rl->free_history_entry(rl->remove_history(i));
        break;
    }
    rl->add_history(block);
    FILE *f = open_file("a");
    if (!f && errno == ENOENT && file_name()) {
        make_folders(file_name());
        f = open_file("a");
    }
    if (f) write_block(f, block);
    if (f) fclose(f);
}
