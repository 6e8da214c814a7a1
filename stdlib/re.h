// SPDX-License-Identifier: MIT
// re.h - regular expressions as objects: re_program.c runs them, re_pattern.c and re_match.c are
// the types, re_sub.c replaces, re_module.c is the module.
#ifndef RILL_STDLIB_RE_H
#define RILL_STDLIB_RE_H

#include "stdlib/re_translate.h"

typedef struct RegexProgram RegexProgram;

typedef enum RegexAnchor {
    REGEX_SEARCH,
    REGEX_MATCH,
    REGEX_FULLMATCH,
    REGEX_ANCHOR_COUNT
} RegexAnchor;

typedef struct Template Template;

typedef struct Pattern {
    Object object;  // KIND_OPAQUE
    Value pattern;  // as given
    Str *source;    // its text
    bool is_bytes;
    uint32_t flags;
    int n_groups;
    RegexGroup *groups;
    Dict *names;
    RegexProgram *programs[2][REGEX_ANCHOR_COUNT];  // [is_utf]; compiled when first needed
    Str *template_text;  // the last replacement with a backslash, and what it means
    Template *template;
} Pattern;

// What is searched. INVARIANT: from <= to <= text->size, both at the start of a character.
typedef struct Subject {
    Value string;  // as given
    Str *text;     // the same, or the bytes of a bytearray as they were
    size_t from, to;
    bool is_reversed;  // endpos was before pos: nothing is found, except by match() where it stands
} Subject;

typedef struct Match {
    Object object;  // KIND_OPAQUE
    Pattern *pattern;
    Value string;
    Str *text;
    size_t from, to;   // of the subject
    size_t offsets[];  // in bytes, two a group; REGEX_UNSET
} Match;
#define REGEX_UNSET (~(size_t)0)

static inline Pattern *as_pattern(Value v)
{
    return (Pattern *)as_pointer(v);
}
static inline Match *as_match(Value v)
{
    return (Match *)as_pointer(v);
}
bool is_pattern(VM *vm, Value v);
Value pattern_new(VM *vm, Value pattern, uint32_t flags) RILL_FALLIBLE;  // compiles; no cache
// pos and endpos are indexes of characters. false: TypeError.
bool subject_get(VM *vm, const Pattern *p, Value string, int64_t pos, int64_t endpos,
                 Subject *out) RILL_FALLIBLE;
Str *subject_piece(const Subject *s, size_t from, size_t to);
// Looks from byte `at` on. 1: found, *offsets are valid until the next call; 0: no; -1: raised.
// with not_empty the match at `at` must have a character.
int regex_run(VM *vm, Pattern *p, const Subject *s, size_t at, RegexAnchor anchor, bool not_empty,
              const size_t **offsets) RILL_FALLIBLE;
Value match_new(Pattern *p, const Subject *s, const size_t *offsets);
Value match_group(const Match *m, int group, Value otherwise);

// Going through all matches, one after the other, with Python's rule for empty ones.
typedef struct Scan {
    Pattern *pattern;
    Subject subject;
    size_t at;
    bool not_empty;
} Scan;
int scan_next(VM *vm, Scan *scan, RegexAnchor anchor, const size_t **offsets) RILL_FALLIBLE;

// re_sub.c
Value pattern_sub(VM *vm, Pattern *p, Value replacement, Value string, int64_t count,
                  bool tell_count) RILL_FALLIBLE;
Value match_expand(VM *vm, Match *m, Value template) RILL_FALLIBLE;

// re_pattern.c: what the methods and the functions of the module share. `mode`: RegexAnchor.
Value pattern_match(VM *vm, Pattern *p, Value string, int64_t pos, int64_t endpos,
                    RegexAnchor mode) RILL_FALLIBLE;
Value pattern_findall(VM *vm, Pattern *p, Value string, int64_t pos, int64_t endpos) RILL_FALLIBLE;
Value pattern_finditer(VM *vm, Pattern *p, Value string, int64_t pos, int64_t endpos) RILL_FALLIBLE;
Value pattern_split(VM *vm, Pattern *p, Value string, int64_t max) RILL_FALLIBLE;
void pattern_define(VM *vm, Module *module);
void match_define(VM *vm, Module *module);
void regex_error_define(VM *vm, Module *module);
void regex_flag_define(VM *vm, Module *module);
// "re.IGNORECASE|re.MULTILINE"
void regex_flags_text(uint32_t flags, StrBuilder *out);

#endif
