// SPDX-License-Identifier: MIT
// traceback.h - one entry of a traceback: where it is, its source lines, its text with carets.
// Printing whole exceptions is error_format of error.h.
#ifndef RILL_VM_TRACEBACK_H
#define RILL_VM_TRACEBACK_H

#include "vm/error.h"
#include "vm/str.h"

typedef struct TracebackEntry {
    Str *filename, *name;
    int line, end_line;
    int col, end_col;  // in bytes, end exclusive; col -1: not known
} TracebackEntry;

void traceback_entry_of(const Code *code, const Instr *pc, TracebackEntry *entry);
void traceback_entry(const Traceback *tb, TracebackEntry *entry);
// lines: from entry->line to entry->end_line, without their ends; NULL if there is no source.
void traceback_format_entry(const TracebackEntry *entry, Str *const *lines, StrBuilder *out);

// The source of a unit: the text it was compiled from, or else the file of its name. The last text
// read is kept here, with a place in it.
typedef struct SourceReader {
    Str *filename, *text;  // of a file read
    Str *current;          // the text that line and offset are about
    int line;
    size_t offset;
} SourceReader;
// One line without its end and trailing spaces; an empty text if there is no such line. NULL: no
// source.
Str *source_line(SourceReader *reader, const CodeUnit *unit, int line);
// From line `first` to `last`; NULL if the unit has no source.
Str **source_lines(SourceReader *reader, const CodeUnit *unit, int first, int last);

#endif
