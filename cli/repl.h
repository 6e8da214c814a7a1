// SPDX-License-Identifier: MIT
// repl.h - what the parts of the interactive session share.
//   repl.c           the loop: reads a block, compiles and runs it
//   repl_read.c      reading blocks with nothing but sys.stdin
//   repl_edit.c      reading blocks through GNU readline, when it is there: keys, history
//   repl_draw.c      the block on the screen while it is edited
//   repl_vi.c        the vi keys that act on a line
//   repl_text.c      blocks as text: where strings and brackets are open, indentation, prompts
//   repl_complete.c  what Tab offers
//   repl_show.c      values and generators as they are shown
//   repl_reflow.c    long reprs broken into lines
//   repl_commands.c  :help and its kin, ?object
#ifndef RILL_CLI_REPL_H
#define RILL_CLI_REPL_H

#include "cli/api.h"
#include "cli/colour.h"
#include "vm/list.h"
#include "vm/traceback.h"

typedef struct Repl {
    RillVM *rill;
    VM *vm;
    bool has_colour;
    bool is_editing;  // GNU readline is there
    bool is_over;     // :quit, exit
    int n_inputs;     // blocks compiled: they are the files <input-1>, ...
    List *blocks;     // texts of those that ran without an error, for :save
} Repl;

// Reading
typedef enum ReadResult { READ_BLOCK, READ_END, READ_CANCELLED, READ_FAILED } ReadResult;
ReadResult repl_read_plain(Repl *r, Str **text);  // READ_FAILED: raised
bool repl_edit_open(Repl *r);                     // false: no readline
ReadResult repl_edit_read(Repl *r, Str **text);
Value repl_file(VM *vm, Str *name);              // sys.stdin, sys.stdout
void repl_print(Repl *r, const char *text);      // to sys.stdout; errors are ignored
void repl_flush(Repl *r);                        // sys.stdout, sys.stderr
void repl_print_dim(Repl *r, const char *text);  // a line

// May the text be run as it is? Otherwise another line belongs to it.
bool repl_is_complete(Repl *r, Str *text);
bool repl_is_command(const Str *text);

// repl_text.c
enum { INDENT = 4, MAX_OPEN = 64 };
// What is open at the end of a text: a string (quote: its quote), brackets, a comment.
typedef struct Scan {
    char quote;
    bool is_triple, in_comment;
    size_t string_start;    // of the open string, after its quotes
    int depth;              // of brackets; the first MAX_OPEN are in open
    size_t open[MAX_OPEN];  // where they are
} Scan;
Scan text_scan(const char *text, size_t size);
size_t text_scan_step(Scan *s, const char *text, size_t size, size_t i);  // what follows text[i]
size_t text_line_start(const char *text, size_t at);
size_t text_line_end(const char *text, size_t size, size_t at);
bool text_is_blank(const char *text, size_t size);
int text_indentation(const char *text, size_t size, size_t at);  // that a new line at `at` gets
// Where the line at `at` belongs if it is an `else`, `elif`, `except` or `finally`, or begins with
// a closing bracket; -1: it is none, or nothing above it begins its statement.
int text_line_indentation(const char *text, size_t size, size_t at);
Str *text_without_prompts(
    Str *text);  // a pasted session without its prompts and output; common indentation is removed

// repl_complete.c: what may stand for text[*start, at): a list of Strs, sorted, and where it
// begins.
List *repl_complete(Repl *r, const char *text, size_t at, size_t *start);

// repl_reflow.c: adds a repr to out, broken after commas; its first line begins at `column`.
void reflow_add(StrBuilder *out, const Str *text, int column, int width);

// repl_show.c
int repl_text_width(const char *text, size_t size);  // in columns
void repl_show_init(Repl *r);
int repl_width(void);
Str *repl_fit(Str *text);                      // cut to the width of the terminal
bool repl_display(VM *vm, Value v);            // sys.displayhook
Str *repl_show(Repl *r, Value v, Str **note);  // NULL: raised. *note: what was left out, or NULL
Str *repl_generator_line(Repl *r, Generator *g, int width);
void repl_draw_state(Repl *r, Generator *g, StrBuilder *out);

// repl_commands.c. False: raised.
bool repl_command(Repl *r, Str *text);
bool repl_run_text(Repl *r, Str *text, Str *filename);
Value repl_evaluate(Repl *r, const char *expression);  // VALUE_ERROR: raised

#endif
