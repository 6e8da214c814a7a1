// SPDX-License-Identifier: MIT
// repl_text.c - blocks as text, without a parser: they are unfinished most of the time.
#include <string.h>

#include "cli/repl.h"

// Where strings and brackets are open

static bool is_quote_at(const char *text, size_t size, size_t i, char quote, int n)
{
    for (int k = 0; k < n; k++)
        if (i + (size_t)k >= size || text[i + (size_t)k] != quote) return false;
    return true;
}

// In a string at text[i]: the offset after what is there.
static size_t scan_string(Scan *s, const char *text, size_t size, size_t i)
{
    if (text[i] == '\\') return i + 2;
    int n = s->is_triple ? 3 : 1;
    bool is_end = is_quote_at(text, size, i, s->quote, n) || (text[i] == '\n' && !s->is_triple);
    if (!is_end) return i + 1;
    s->quote = 0;
    return i + (text[i] == '\n' ? 1 : (size_t)n);
}

static size_t scan_code(Scan *s, const char *text, size_t size, size_t i)
{
    char c = text[i];
    if (c == '#') {
        s->in_comment = true;
    } else if (c == '"' || c == '\'') {
        s->quote = c;
        s->is_triple = is_quote_at(text, size, i, c, 3);
        s->string_start = i + (s->is_triple ? 3 : 1);
        return s->string_start;
    } else if (strchr("([{", c)) {
        if (s->depth < MAX_OPEN) s->open[s->depth] = i;
        s->depth++;
    } else if (strchr(")]}", c) && s->depth > 0) {
        s->depth--;
    }
    return i + 1;
}

size_t text_scan_step(Scan *s, const char *text, size_t size, size_t i)
{
    if (s->quote) return scan_string(s, text, size, i);
    if (!s->in_comment) return scan_code(s, text, size, i);
    s->in_comment = text[i] != '\n';
    return i + 1;
}

Scan text_scan(const char *text, size_t size)
{
    Scan s = {0};
    for (size_t i = 0; i < size;)
        i = text_scan_step(&s, text, size, i);
    return s;
}

// Lines

size_t text_line_start(const char *text, size_t at)
{
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

size_t text_line_end(const char *text, size_t size, size_t at)
{
    while (at < size && text[at] != '\n')
        at++;
    return at;
}

bool text_is_blank(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!strchr(" \t\r\n\f", text[i])) return false;
    return true;
}

static int indent_of(const char *line, const char *end)
{
    int n = 0;
    while (line + n < end && line[n] == ' ')
        n++;
    return n;
}

static bool begins_with_word(const char *p, const char *end, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(end - p) < n || memcmp(p, word, n) != 0) return false;
    return p + n == end || strchr(" \t(#;", p[n]);
}

// Nothing can follow such a statement in its block.
static bool leaves_block(const char *line, const char *end)
{
    static const char *const words[] = {"return", "break", "continue", "pass", "raise"};
    for (size_t i = 0; i < countof(words); i++)
        if (begins_with_word(line, end, words[i])) return true;
    return false;
}

// The words that begin the clause that `else`, `elif`, `except`, `finally` go on from.
static const char *const clause_heads[][8] = {
    {"else", "if", "elif", "for", "while", "try", "except"},
    {"elif", "if", "elif"},
    {"except", "try", "except"},
    {"finally", "try", "except", "else"},
};

static bool begins_clause(const char *p, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - p) > n && memcmp(p, word, n) == 0 && strchr(" :(", p[n]);
}

static const char *const *heads_of(const char *p, const char *end)
{
    for (size_t i = 0; i < countof(clause_heads); i++)
        if (begins_clause(p, end, clause_heads[i][0])) return clause_heads[i];
    return NULL;
}

static bool is_head(const char *const *heads, const char *p, const char *end)
{
    for (int i = 1; heads[i]; i++)
        if (begins_clause(p, end, heads[i])) return true;
    return false;
}

// A closing bracket at the start of a line goes below the line of its opening one; -1: there is none.
static int closing_indentation(const char *text, size_t start, const char *first, const char *end)
{
    if (first == end || !strchr(")]}", *first)) return -1;
    Scan scan = text_scan(text, start);
    if (scan.quote || scan.depth == 0 || scan.depth > MAX_OPEN) return -1;
    size_t line = text_line_start(text, scan.open[scan.depth - 1]);
    return indent_of(text + line, end);
}

// Going up, only lines that are not deeper than the last one that counted enclose this one.
int text_line_indentation(const char *text, size_t size, size_t at)
{
    size_t start = text_line_start(text, at);
    const char *end = text + text_line_end(text, size, at);
    int level = indent_of(text + start, end);
    if (text_scan(text, start).depth > 0)
        return closing_indentation(text, start, text + start + level, end);
    const char *const *heads = heads_of(text + start + level, end);
    while (heads && start > 0 && level >= 0) {
        size_t line_end = start - 1;
        start = text_line_start(text, line_end);
        const char *line = text + start, *stop = text + line_end;
        int indent = indent_of(line, stop);
        if (indent > level || text_is_blank(line, line_end - start)) continue;
        Scan scan = text_scan(text, start);
        if (scan.quote || scan.depth) continue;
        if (is_head(heads, line + indent, stop)) return indent;
        level = indent - 1;
    }
    return -1;
}

// The last character of the code in front of `at`, comments left out.
static char last_of_code(const char *line, const char *end)
{
    Scan s = text_scan(line, (size_t)(end - line));
    if (s.in_comment) {
        const char *p = line;
        while (p < end && !text_scan(line, (size_t)(p + 1 - line)).in_comment)
            p++;
        end = p;
    }
    while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return end > line ? end[-1] : 0;
}

int text_indentation(const char *text, size_t size, size_t at)
{
    if (at > size) at = size;
    Scan s = text_scan(text, at);
    const char *line = text + text_line_start(text, at), *end = text + at;
    int indent = indent_of(line, end);
    if (s.quote && s.is_triple) return indent;
    if (s.depth > 0 && s.depth <= MAX_OPEN) {
        size_t open = s.open[s.depth - 1];
        size_t open_line = text_line_start(text, open);
        int base = indent_of(text + open_line, end);
        size_t next = open + 1;
        while (next < at && text[next] == ' ')
            next++;
        bool is_last = next == at || text[next] == '\n' || text[next] == '#';
        return is_last ? base + INDENT : (int)(open + 1 - open_line);
    }
    if (last_of_code(line, end) == ':') return indent + INDENT;
    if (leaves_block(line + indent, end)) return indent < INDENT ? 0 : indent - INDENT;
    return indent;
}

// Pasted sessions

static bool has_prompt(const char *line, const char *end, const char *prompt)
{
    size_t n = strlen(prompt);
    if ((size_t)(end - line) < n || memcmp(line, prompt, n) != 0) return false;
    return line + n == end || line[n] == ' ';
}

static void add_dedented(StrBuilder *b, const char *line, const char *end, size_t margin)
{
    size_t n = 0;
    while (n < margin && line + n < end && line[n] == ' ')
        n++;
    builder_add(b, line + n, (size_t)(end - line) - n);
}

static Str *dedent(Str *text)
{
    size_t margin = SIZE_MAX;
    for (size_t i = 0; i < text->size;) {
        size_t end = text_line_end(text->data, text->size, i);
        size_t n = (size_t)indent_of(text->data + i, text->data + end);
        if (i + n < end && n < margin) margin = n;
        i = end + 1;
    }
    if (margin == 0 || margin == SIZE_MAX) return text;
    StrBuilder b = {0};
    for (size_t i = 0; i < text->size;) {
        size_t end = text_line_end(text->data, text->size, i);
        add_dedented(&b, text->data + i, text->data + end, margin);
        if (end < text->size) builder_add_byte(&b, '\n');
        i = end + 1;
    }
    return builder_str(&b);
}

Str *text_without_prompts(Str *text)
{
    size_t first = 0;
    while (first < text->size && strchr(" \t\n", text->data[first]))
        first++;
    if (!has_prompt(text->data + first, text->data + text->size, ">>>")) {
        bool is_line = !memchr(text->data, '\n', text->size);
        return is_line ? text : dedent(text);
    }
    StrBuilder b = {0};
    for (size_t i = 0; i < text->size;) {
        size_t end = text_line_end(text->data, text->size, i);
        const char *line = text->data + i, *stop = text->data + end;
        while (line < stop && *line == ' ')
            line++;
        bool is_prompted = has_prompt(line, stop, ">>>") || has_prompt(line, stop, "...");
        if (is_prompted) {
            line += line + 3 < stop ? 4 : 3;
            if (b.size) builder_add_byte(&b, '\n');
            builder_add(&b, line, (size_t)(stop - line));
        }
        i = end + 1;
    }
    return builder_str(&b);
}
