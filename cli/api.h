// SPDX-License-Identifier: MIT
// api.h - what the parts of the program share beyond the public rill.h.
#ifndef RILL_CLI_API_H
#define RILL_CLI_API_H

#include "include/rill.h"
#include "vm/vm.h"

struct RillVM {
    VM *vm;
    Str *error;  // traceback of the last failure; str_empty if none
    Str *shown;  // what rill_eval returned last
    int exit_status;
};

// Run code in __main__. False: raised, the exception is still pending in the VM.
bool api_run_code(VM *vm, Code *code) RILL_FALLIBLE;
// Take the pending exception: its exit status, and in *text what is to be printed ("" for most
// SystemExits).
int api_take_error(VM *vm, Str **text);
// Take the pending exception and tell sys.stderr (or sys.excepthook) about it; the exit status.
int api_report_error(VM *vm);
// Write out everything at the end; the exit status, `status` if all went well.
int api_finish(VM *vm, int status);
void api_print_stderr(VM *vm, Str *text);

int repl_run(RillVM *rill);  // repl.c: the exit status
// explain.c: lessons about errors and notes.
int explain_run(const char *name);      // prints one, or the list (NULL); the exit status
Str *explain_lesson(const char *name);  // NULL: none
Str *explain_list(void);
Str *explain_similar(const char *name);  // the name that was meant; NULL: none
int check_run(VM *vm, Str *source,
              Str *filename);  // check.c: prints what is wrong; the exit status

#endif
