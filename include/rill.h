/* SPDX-License-Identifier: MIT */
/* rill.h - embedding Rill: the only installed header. All types are opaque.
 *
 *     RillVM *vm = rill_new();
 *     if (!rill_run(vm, "print('hello')", "<demo>")) fputs(rill_error(vm), stderr);
 *     rill_free(vm);
 *
 * One VM is live at a time; it belongs to the thread that made it. */
#ifndef RILL_H
#define RILL_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RillVM RillVM;

const char *rill_version(void);

/* NULL: no memory. */
RillVM *rill_new(void);
/* Writes out all open files. False: that failed, and rill_error says how. */
bool rill_free(RillVM *vm);

/* sys.argv; argv[0] is the script's name. The strings are copied. */
void rill_set_args(RillVM *vm, int argc, char **argv);
/* Where imports look first: sys.path[0]. */
void rill_set_path(RillVM *vm, const char *folder);

/* Run UTF-8 source text as the module __main__ (its names stay for the next call). False: it raised;
 * rill_error and rill_exit_status tell. */
bool rill_run(RillVM *vm, const char *source, const char *filename);
bool rill_run_size(RillVM *vm, const char *source, size_t size, const char *filename);
bool rill_run_file(RillVM *vm, const char *path);
/* The value of an expression in __main__, as str() shows it: valid until the next call. NULL: it raised. */
const char *rill_eval(RillVM *vm, const char *expression);

/* The traceback of what the last call raised, as Python prints it; "" if it raised nothing. */
const char *rill_error(RillVM *vm);
/* What the program that raised should exit with: 1, the number of a SystemExit, 130 after Ctrl-C,
 * 141 when nobody reads its output any more. 0 if nothing was raised. */
int rill_exit_status(RillVM *vm);

#ifdef __cplusplus
}
#endif

#endif
