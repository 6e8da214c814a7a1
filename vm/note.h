// SPDX-License-Identifier: MIT
// note.h - the `note:` lines that follow the text of an uncaught exception, and the warnings of
// `-W generators`: what went wrong in words, the names and lines it is about, what to write
// instead. They are worked out when the exception is printed, from the source text of the
// instruction that failed and from the variables of its frame; a program that catches its
// exceptions pays nothing. Each kind is one line of notes.def and one function of note_rules.c,
// note_habits.c or note_syntax.c, and
// has a lesson that `rill --explain` prints. With vm->plain_errors there are none.
#ifndef RILL_VM_NOTE_H
#define RILL_VM_NOTE_H

#include "vm/frame.h"
#include "vm/traceback.h"

// What a note is made from.
typedef struct Failure {
    VM *vm;
    Exception *exception;
    Str *message;             // str(exception)
    Value subject;            // what raise_about named; VALUE_UNBOUND if nothing
    const Traceback *raised;  // the innermost entry; NULL if there is no traceback
    TracebackEntry at;        // its place
    Str *text;  // source of the expression that failed; NULL if not known, or of several lines
} Failure;

// The lines for an uncaught exception, each with its newline. Never leaves an exception pending.
void note_add(VM *vm, Value exception, StrBuilder *out);
const char *
note_lesson(size_t i);  // names of lessons about notes, NULL after the last; some repeat

// Warnings, with vm->generator_warnings
void note_iteration(VM *vm,
                    Value v);  // a loop or a consumer begins over v: is it a finished generator?
void note_dropped(VM *vm, Value v);  // the value of an expression statement is let go

// note_source.c: expressions as source text.
// text is HEAD(...) or HEAD[...]: the sizes of HEAD and of what is inside the last brackets; the
// bracket, or 0 if it is neither.
char source_split(const Str *text, Str **head, Str **inside);
// text is LEFT op RIGHT; of several such operators the last one counts.
bool source_operands(const Str *text, const Str *op, Str **left, Str **right);
Str *source_first_argument(Str *inside);
bool source_is_name(const Str *text);  // name, or names with dots
// The value of a name, or of items of dicts and lists and attributes reached from one, in the frame
// of the failure. Runs no code of scripts. VALUE_UNBOUND: not to be had.
Value source_evaluate(const Failure *f, const Str *text);
Value source_lookup(VM *vm, Dict *locals, Dict *globals,
                    const Str *text);  // the same among these names; globals may be NULL
// A variable of the running or failed frame with the value v, locals first; NULL if there is none.
Str *source_variable(VM *vm, Function *function, const Value *locals, Value v);
Str *source_shown(Str *text);  // cut if it is long
Str *source_of(VM *vm, const Code *code,
               const Instr *pc);  // of one instruction, NULL as Failure.text
char source_after(const Failure *f);  // the character behind the expression that failed, or 0
Str *source_definition(const Failure *f, const Code *code);  // "line 3: def f(a, b)"

// note_generator.c: the history of generators.
// "was exhausted at line 12 by list()", "was closed at line 3"; NULL if it is not known.
Str *generator_end_text(VM *vm, const Generator *g, const Str *filename);
void generator_trace_notes(VM *vm, const Traceback *tb, StrBuilder *out, bool *is_any);
Str *generator_place(const Code *code, const Instr *pc,
                     const Str *filename);  // "at line 3", with the file if it is another

#endif
