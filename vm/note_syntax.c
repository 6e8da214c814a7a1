// SPDX-License-Identifier: MIT
// note_syntax.c - functions of notes.def for what the parser could not read, and for names that are
// misspelt keywords.
#include "vm/gc.h"
#include "vm/note_rules.h"
#include "vm/suggest.h"
#include "vm/vm.h"

Str *note_yield_outside(const Failure *f)
{
    bool is_yield = begins(f->message, "'yield' outside function") ||
                    begins(f->message, "'yield from' outside function");
    if (is_yield)
        return str_from_cstr(
            "yield makes the function it is in a generator function, so it has to be inside a def");
    return NULL;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const char *const keywords[] = {
    "False", "None",   "True", "and",   "as",     "assert",   "break", "class", "continue",
    "def",   "del",    "elif", "else",  "except", "finally",  "for",   "from",  "global",
    "if",    "import", "in",   "is",    "lambda", "nonlocal", "not",   "or",    "pass",
    "raise", "return", "try",  "while", "with",   "yield"};

// The keyword that was meant by a word of three letters or more.
Str *note_meant_keyword(const char *word, size_t size)
{
    if (size < 3) return NULL;
    List *list = list_new(countof(keywords));
    for (size_t i = 0; i < countof(keywords); i++) {
        if (strlen(keywords[i]) == size && memcmp(keywords[i], word, size) == 0) return NULL;
        if (strlen(keywords[i]) > 2) list_append(list, value_object(str_from_cstr(keywords[i])));
    }
    Str *name = str_new(word, size), *swapped = note_find_swapped(list, name);
    return swapped ? swapped : suggest_closest(list, name);
}

// A word of the line that the parser could not read.
typedef struct Word {
    const char *text;
    size_t size;
} Word;

static Word word_at(const Str *line, size_t at)
{
    size_t begin = at, end = at;
    while (begin > 0 && is_word_byte(line->data[begin - 1]))
        begin--;
    while (end < line->size && is_word_byte(line->data[end]))
        end++;
    return (Word){line->data + begin, end - begin};
}

static Word word_before(const Str *line, size_t at)
{
    while (at > 0 && is_word_byte(line->data[at - 1]))
        at--;
    while (at > 0 && !is_word_byte(line->data[at - 1]))
        at--;
    return word_at(line, at);
}

static Word first_word(const Str *line)
{
    size_t at = 0;
    while (at < line->size && (line->data[at] == ' ' || line->data[at] == '\t'))
        at++;
    return word_at(line, at);
}

// Where the parser gave up: the line, and an offset in its bytes. False: not known.
static bool place_of(const Failure *f, Str **line, size_t *at)
{
    Value text = exception_field(f->exception, FIELD_TEXT),
          offset = exception_field(f->exception, FIELD_OFFSET);
    if (!is_str(text) || !is_int(offset)) return false;
    *line = as_str(text);
    size_t column = as_int(offset) > 0 ? (size_t)as_int(offset) - 1 : 0;
    if (column > str_length(*line)) return false;
    *at = str_offset(*line, column);
    return true;
}

// The word in front of where the parser gave up, the one there, or the first of the line.
Str *note_keyword_typo(const Failure *f)
{
    Str *line, *meant = NULL;
    size_t at;
    bool is_about_words = (begins(f->message, "invalid syntax") && !ends(f->message, "?")) ||
                          begins(f->message, "expected 'except' or 'finally' block") ||
                          begins(f->message, "expected 'else' after 'if'");
    if (!is_about_words || !place_of(f, &line, &at)) return NULL;
    const Word words[] = {word_before(line, at), word_at(line, at), first_word(line)};
    size_t i = 0;
    for (; i < countof(words); i++)
        if ((meant = note_meant_keyword(words[i].text, words[i].size))) break;
    if (!meant) return NULL;
    return str_format("'%.*s' is no keyword: did you mean '%s'?", (int)words[i].size, words[i].text,
                      meant->data);
}

// A name that is a keyword, misspelt: `brek` alone on its line, `treu`.
Str *note_keyword_name(const Failure *f)
{
    Value name = exception_field(f->exception, FIELD_NAME);
    if (!is_str(name) || suggest_hint(f->vm, value_object(f->exception))) return NULL;
    Str *meant = note_meant_keyword(as_str(name)->data, as_str(name)->size);
    if (!meant) return NULL;
    return str_format("'%s' is no keyword: did you mean '%s'?", as_str(name)->data, meant->data);
}

static bool is_at(const Str *line, size_t at, const char *text)
{
    return at <= line->size && strncmp(line->data + at, text, strlen(text)) == 0;
}

// Operators of other languages, at the character where the parser gave up or the one before.
Str *note_other_operator(const Failure *f)
{
    static const char *const operators[][2] = {
        {"&&", "`and`"}, {"||", "`or`"}, {"<>", "`!=`"}, {"===", "`==`"}, {"!==", "`!=`"}};
    Str *line;
    size_t at;
    if (!begins(f->message, "invalid syntax") || !place_of(f, &line, &at)) return NULL;
    for (size_t i = 0; i < countof(operators); i++)
        for (size_t back = 0; back <= 2 && back <= at; back++)
            if (is_at(line, at - back, operators[i][0]))
                return str_format("%s is written %s here", operators[i][0], operators[i][1]);
    if (is_at(line, at, "!") && !is_at(line, at, "!="))
        return str_from_cstr("! is written `not` here");
    for (size_t back = 0; back <= 2 && back <= at; back++)
        if (is_at(line, at - back, "++") || is_at(line, at - back, "--"))
            return str_format("there is no %.2s: write `x %c= 1`", line->data + at - back,
                              line->data[at - back]);
    return NULL;
}

Str *note_else_if(const Failure *f)
{
    Str *line;
    size_t at;
    if (!begins(f->message, "expected ':'") || !place_of(f, &line, &at)) return NULL;
    Word word = word_at(line, at), before = word_before(line, at);
    bool is_else_if = word.size == 2 && strncmp(word.text, "if", 2) == 0 && before.size == 4 &&
                      strncmp(before.text, "else", 4) == 0;
    return is_else_if ? str_from_cstr("`else if` is one word here: `elif`") : NULL;
}

// class = 1: a keyword stands where a name should.
Str *note_keyword_as_name(const Failure *f)
{
    Str *line;
    size_t at;
    if (!begins(f->message, "invalid syntax (") || !place_of(f, &line, &at)) return NULL;
    Word word = word_before(line, at);
    bool is_assigned = is_at(line, at, "= ") && word.size > 0;
    for (size_t i = 0; is_assigned && i < countof(keywords); i++)
        if (strlen(keywords[i]) == word.size && strncmp(keywords[i], word.text, word.size) == 0)
            return str_format("`%s` is a keyword and can be no name; `%s_` can", keywords[i],
                              keywords[i]);
    return NULL;
}

Str *note_mixed_tabs(const Failure *f)
{
    Value line = exception_field(f->exception, FIELD_LINENO);
    if (!is_int(line)) return NULL;
    return str_format("line %lld and the lines before it are indented differently, some with tabs "
                      "and some with spaces; "
                      "use four spaces for each level",
                      (long long)as_int(line));
}
