// SPDX-License-Identifier: MIT
// re_translate.h - Python's regular expressions as PCRE2 patterns: the parser (re_translate.c), the
// flags and groups (re_groups.c), and what single characters and sets become (re_charset.c).
#ifndef RILL_STDLIB_RE_TRANSLATE_H
#define RILL_STDLIB_RE_TRANSLATE_H

#include "vm/vm.h"

// Python's flags.
enum {
    RE_IGNORECASE = 2,
    RE_LOCALE = 4,
    RE_MULTILINE = 8,
    RE_DOTALL = 16,
    RE_UNICODE = 32,
    RE_VERBOSE = 64,
    RE_DEBUG = 128,
    RE_ASCII = 256
};

// What the subjects of a translation are. A str pattern has two translations: one for ASCII
// subjects, where bytes are characters and sets are bitmaps, and one for the rest.
typedef enum RegexTarget { REGEX_ASCII, REGEX_UTF, REGEX_BYTES } RegexTarget;

// Where a translation is written.
typedef struct RegexOutput {
    StrBuilder text;
    RegexTarget target;
    uint32_t flags;       // those that hold here
    bool unicode_native;  // \w \d \b of PCRE2 are Python's for Unicode (else those for ASCII)
} RegexOutput;

enum { REGEX_INFINITE = INT32_MAX };  // a width; wider is the same

typedef struct RegexGroup {
    Str *name;         // NULL: none
    int close_order;   // its parenthesis closes as the n-th, from 1; 0: still open
    int loop;          // its outermost repeat, from 1; 0: it is in none
    int64_t min, max;  // width in characters
} RegexGroup;

typedef struct Regex {
    uint32_t flags;  // all that hold for the whole
    int n_groups;
    RegexGroup *groups;  // [0] is not used
    Dict *names;         // name: number
    Str *text;           // the PCRE2 pattern, as bytes
    uint32_t options;    // for pcre2_compile
} Regex;

// false: re.error, ValueError for flags that exclude each other, OverflowError.
bool regex_translate(VM *vm, Str *pattern, uint32_t flags, RegexTarget target,
                     Regex *out) RILL_FALLIBLE;

// Characters and sets

typedef struct RegexRange {
    uint32_t low, high;
} RegexRange;

typedef struct RegexSet {
    RegexRange *ranges;
    size_t n, cap;
    bool is_negated;
    char categories[8];  // letters of d D s S w W, a NUL behind
} RegexSet;

void regex_set_add(RegexSet *set, uint32_t low, uint32_t high);
void regex_set_add_category(RegexSet *set, char letter);
// Each of these writes one thing a quantifier may follow.
void regex_emit_char(RegexOutput *out, uint32_t c);
void regex_emit_set(RegexOutput *out, const RegexSet *set);
void regex_emit_category(RegexOutput *out, char letter);
void regex_emit_boundary(RegexOutput *out, bool is_negated);
// PCRE2's own caseless matching is what these flags ask for.
bool regex_is_caseless(const RegexOutput *out);

// One alternative in the output. A word is nothing but characters.
typedef struct RegexAlternative {
    size_t start, size;
    bool is_word;
} RegexAlternative;
// Rewrites alternatives, which are the end of the output, so that words share their beginnings.
// `list` is changed.
void regex_factor(RegexOutput *out, RegexAlternative *list, size_t n);

// The source, read token by token: a character, or a backslash and the character behind it.
// INVARIANT: `index` counts the characters before the end of the next token.
typedef struct RegexToken {
    uint32_t c;  // the character behind the backslash, if any
    bool is_escape, is_end;
    uint8_t length;  // in characters: 0, 1 or 2
    const char *at;
    uint8_t size;  // in bytes
} RegexToken;

typedef struct RegexParser {
    VM *vm;
    Str *pattern;
    bool is_bytes;
    const char *p, *end;  // behind the next token
    int64_t index;
    RegexToken next;
    RegexOutput out;
    Regex *regex;
    int cap_groups, n_closed, n_loops;
    int lookbehind_groups;  // groups that were there when the outermost lookbehind began; -1: in
                            // none
    bool has_variable_lookbehind;  // an error, but those of syntax go first
    int64_t bad_reference,
        bad_reference_at;  // the first (?(n)...) of a group that may never come; 0: none
} RegexParser;

static inline int64_t regex_tell(const RegexParser *s)
{
    return s->index - s->next.length;
}
bool regex_advance(RegexParser *s) RILL_FALLIBLE;          // false: "bad escape (end of pattern)"
static inline bool regex_at(const RegexParser *s, char c)  // the next token is this character
{
    return !s->next.is_end && !s->next.is_escape && s->next.c == (unsigned char)c;
}
// 1: it was, and is read over; 0; -1 raised.
int regex_accept(RegexParser *s, char c) RILL_FALLIBLE;
// Raises re.error at `back` characters before the next token. Always false.
bool regex_fail(RegexParser *s, int64_t back, const char *format, ...) RILL_PRINTF(3, 4);
// re_error.c: raises re.error; at < 0: without a position.
Value raise_regex_error(VM *vm, Str *message, Str *pattern, int64_t at);
// Up to a terminator, which is read over; `what` names it in errors. NULL: raised.
Str *regex_until(RegexParser *s, char terminator, const char *what, int64_t *length) RILL_FALLIBLE;
bool regex_check_name(RegexParser *s, Str *name, int64_t length, int64_t offset) RILL_FALLIBLE;
// After a backslash: re_escape.c. `in_set`: the meaning within brackets. The token is read over.
typedef enum RegexEscape {
    ESCAPE_ERROR,
    ESCAPE_CHAR,
    ESCAPE_CATEGORY,
    ESCAPE_GROUP,
    ESCAPE_ANCHOR
} RegexEscape;
RegexEscape regex_escape(RegexParser *s, const RegexToken *token, bool in_set,
                         uint32_t *value) RILL_FALLIBLE;
bool regex_check_reference(RegexParser *s, int64_t group, int64_t back) RILL_FALLIBLE;
// re_groups.c. The letters behind "(?": 1 they were for the whole expression, 0 for a group that
// begins, -1 raised.
int regex_inline_flags(RegexParser *s, uint32_t letter, uint32_t *add,
                       uint32_t *remove) RILL_FALLIBLE;
uint32_t regex_flag_of(uint32_t letter);  // 0: none
uint32_t regex_combine_flags(uint32_t flags, uint32_t add, uint32_t remove);
bool regex_check_flags(VM *vm, bool is_bytes, uint32_t *flags) RILL_FALLIBLE;
int regex_open_group(RegexParser *s, Str *name,
                     int64_t name_length) RILL_FALLIBLE;  // its number; 0: raised
// The group named so: 0 raised.
int regex_find_group(RegexParser *s, Str *name, int64_t name_length) RILL_FALLIBLE;

#endif
