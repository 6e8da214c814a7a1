// SPDX-License-Identifier: MIT
// format.h - the format specification mini-language: [[fill]align][sign]["z"]["#"]["0"][width]
// [grouping]["." precision][type]. int_format, float_format and str_format_spec (ops.h) apply it.
#ifndef RILL_VM_FORMAT_H
#define RILL_VM_FORMAT_H

#include "vm/str.h"

typedef struct FormatSpec {
    uint32_t fill;         // ' ' if none
    char align;            // < > = ^; the default of the type if none is given
    char sign;             // + - or blank; 0: none
    bool coerces_zero;     // z
    bool is_alternate;     // #
    char grouping;         // , or _; 0: none
    int64_t width;         // -1: none
    int64_t precision;     // -1: none
    uint32_t type;         // the default if none is given
} FormatSpec;

// For an object of v's type. false: ValueError raised.
bool format_parse(VM *vm, Str *text, Value v, char default_type, char default_align,
                  FormatSpec *spec) RILL_FALLIBLE;
// s with padding to spec->width. NULL: MemoryError.
Str *format_pad(VM *vm, Str *s, const FormatSpec *spec) RILL_FALLIBLE;
// d as printf's %e %E %f %F %g %G show it ("inf" and "nan" included), with `#` if is_alternate; NUL-terminated.
// NULL: MemoryError.
char *format_double(VM *vm, double d, char type, int precision, bool is_alternate,
                    size_t *size) RILL_FALLIBLE;
// The digits of an int object's absolute value. upper: A-F. NULL: raised.
Str *format_digits(VM *vm, Value v, int base, bool is_upper) RILL_FALLIBLE;


#endif
