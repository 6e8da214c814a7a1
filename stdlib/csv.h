// SPDX-License-Identifier: MIT
// csv.h - the module _csv: dialects (csv_dialect.c), the reader (csv_reader.c), the writer
// (csv_writer.c).
#ifndef RILL_STDLIB_CSV_H
#define RILL_STDLIB_CSV_H

#include "vm/vm.h"

typedef enum CsvQuoting {
    QUOTE_MINIMAL,
    QUOTE_ALL,
    QUOTE_NONNUMERIC,
    QUOTE_NONE,
    QUOTE_STRINGS,
    QUOTE_NOTNULL,
    QUOTING_COUNT
} CsvQuoting;

enum { CSV_NO_CHAR = 0x110000 };

typedef struct CsvDialect {
    Object object;                      // KIND_OPAQUE
    uint32_t delimiter, quote, escape;  // CSV_NO_CHAR: none
    bool double_quote, skip_initial_space, is_strict;
    CsvQuoting quoting;
    Str *line_terminator;
    bool is_special[256];  // first bytes of characters that mean something, and of line ends
} CsvDialect;

static inline CsvDialect *as_csv_dialect(Value v)
{
    return (CsvDialect *)as_pointer(v);
}
// A dialect from another one, its name, or any object with such attributes (VALUE_UNBOUND: none),
// and from keywords. NULL: raised.
CsvDialect *csv_dialect_make(VM *vm, Value base, Dict *keywords) RILL_FALLIBLE;
Value raise_csv_error(VM *vm, const char *format, ...) RILL_PRINTF(2, 3);
void csv_dialect_define(VM *vm, Module *module);
void csv_reader_define(VM *vm, Module *module);
void csv_writer_define(VM *vm, Module *module);

#endif
