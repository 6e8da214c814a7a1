// SPDX-License-Identifier: MIT
// colour.h - colours of a terminal: whether to use them, tracebacks with them. The colours are
// those of CPython 3.13.
#ifndef RILL_CLI_COLOUR_H
#define RILL_CLI_COLOUR_H

#include "vm/str.h"

#define COLOUR_PROMPT "\033[1;35m"
#define COLOUR_DIM "\033[2m"
#define COLOUR_NOTE "\033[36m"
#define COLOUR_NAME "\033[35m"
#define COLOUR_ERROR "\033[1;35m"
#define COLOUR_CARET "\033[1;31m"
#define COLOUR_TILDE "\033[31m"
#define COLOUR_OFF "\033[0m"

// fd is a terminal that knows colours, and the user has not set NO_COLOR.
bool colour_is_wanted(int fd);
bool colour_is_terminal(int fd);  // one that can move its cursor
Str *colour_traceback(Str *text);
Str *colour_warning(Str *line, int width, bool has_colour);  // a line of -W generators
Str *colour_wrap_notes(Str *text, int width);  // the lines of notes, at blanks

#endif
