// SPDX-License-Identifier: MIT
// mistakes.c - why a text that the parser refuses is wrong, in CPython's words and at CPython's
// place.
//
// The statement in question is read twice with the rules of mistakes.def: first without the
// mistakes, to see how far it can be read, then with them. If no mistake fits, it is "invalid
// syntax" where the first reading came to its end. An error of the lexer further down may still be
// the better answer.

#include "compiler/mistakes.h"

#include "compiler/grammar.h"
#include "compiler/peg.h"
#include "vm/gc.h"

typedef enum Where { AT_A, A_TO_B, FROM_A, LAST, NEXT, BLOCK, CUSTOM } Where;

static const struct {
    Where where;
    const char *message;
} mistakes[] = {
    {CUSTOM, NULL},
#define MISTAKE(name, where, message) {where, message},
#include "compiler/mistakes.def"
};

static const char *const kind_texts[] = {
    "expression",
    "expression",
#define KIND(name, text) text,
#include "compiler/mistakes.def"
};

typedef struct Report {
    VM *vm;
    Lexer *lexer;
    bool found;
    Diagnostic diagnostic;
} Report;

// Places

static Span token_span(const Peg *peg, int i)
{
    return peg->tokens[i < peg->n_tokens ? i : peg->n_tokens - 1].span;
}

static Span match_span(const Peg *peg, const Match *m)
{
    int last = m->end > m->first ? m->end - 1 : m->first;
    return span_join(token_span(peg, m->first), token_span(peg, last));
}

static const Match *last_item(const Match *m)
{
    while (m->kind == MATCH_GROUP && m->n_items > 0)
        m = m->items[m->n_items - 1];
    return m;
}

static bool found(Report *report, Span span, Str *message)
{
    report->found = true;
    report->diagnostic = diag_at(span, message);
    return true;
}

static bool found_between(Report *report, const Peg *peg, const Match *a, const Match *b,
                          Str *message)
{
    return found(report, span_join(match_span(peg, a), match_span(peg, b)), message);
}

// Custom mistakes. Each returns false if it does not want to speak.

typedef enum TargetUse { USE_ASSIGN, USE_DELETE, USE_FOR } TargetUse;

// Is the comparison one by `in`? Its first operand may stand in parentheses, which are no part of it.
static bool is_containment(const Peg *peg, const Match *comparison)
{
    const Token *t = &peg->tokens[comparison->items[0]->end];
    while (t->type == TK_RPAR) t++;
    return t->type == TK_IN;
}

// The first part of an expression that cannot be a target; NULL if all can.
static const Match *find_bad_target(const Peg *peg, const Match *m, TargetUse use)
{
    switch (m->kind) {
    case MATCH_name:
    case MATCH_attribute:
    case MATCH_subscript: return NULL;
    case MATCH_list:
    case MATCH_tuple:
    case MATCH_GROUP:
        for (int i = 0; i < m->n_items; i++) {
            const Match *bad = find_bad_target(peg, m->items[i], use);
            if (bad != NULL) return bad;
        }
        return NULL;
    case MATCH_starred: return use == USE_DELETE ? m : find_bad_target(peg, m->items[0], use);
    case MATCH_comparison:  // `for a in b` was read as the comparison `a in b`
        if (use != USE_FOR) return m;
        return is_containment(peg, m) ? find_bad_target(peg, m->items[0], use) : NULL;
    default: return m;
    }
}

static bool say_target(Report *report, const Peg *peg, const Match *a, TargetUse use,
                       const char *format)
{
    const Match *bad = find_bad_target(peg, a, use);
    return bad != NULL &&
           found(report, match_span(peg, bad), str_format(format, kind_texts[bad->kind]));
}

static bool is_old_statement(const Peg *peg, const Match *a)
{
    const Token *t = &peg->tokens[a->first];
    return a->kind == MATCH_name &&
           (token_is(peg->lexer, t, "print") || token_is(peg->lexer, t, "exec"));
}

static bool say_old_statement(Report *report, const Peg *peg, const Match *a, const Match *b,
                              const char *format)
{
    if (!is_old_statement(peg, a)) return false;
    const Token *t = &peg->tokens[a->first];
    const char *name =
        str_new(peg->lexer->source.text + t->start, (size_t)(t->end - t->start))->data;
    return found_between(report, peg, a, b, str_format(format, name, name));
}

static bool say_comma(Report *report, const Peg *peg, const Match *a, const Match *b, int pos,
                      const char *message)
{
    if (is_old_statement(peg, a) || peg->tokens[pos - 1].depth == 0) return false;
    return found_between(report, peg, a, b, str_from_cstr(message));
}

static bool say_dict_colon(Report *report, const Peg *peg, const Match *a, const char *message)
{
    Span span = match_span(peg, a);
    report->found = true;
    report->diagnostic = (Diagnostic){
        EXC_SyntaxError, str_from_cstr(message), span.line, span.end_col, span.end_line, 0, false};
    return true;
}

// f(a, b for b in c): a are the arguments, b the clauses.
static bool say_generator(Report *report, const Peg *peg, const Match *a, const Match *b,
                          const char *message)
{
    int n = 0;
    const Match *last = NULL;
    for (int i = 0; i < a->n_items && a->kind == MATCH_GROUP; i++) {
        if (a->items[i]->kind == MATCH_keyword || a->items[i]->kind == MATCH_unpacking) continue;
        last = a->items[i];
        n++;
    }
    return n > 1 && found_between(report, peg, last, b, str_from_cstr(message));
}

static bool has_unpacking(const Match *args)
{
    if (args->kind == MATCH_unpacking) return true;
    for (int i = 0; i < args->n_items && args->kind == MATCH_GROUP; i++)
        if (args->items[i]->kind == MATCH_unpacking) return true;
    return false;
}

static bool say_custom(Report *report, const Peg *peg, MistakeId id, const Match *a, const Match *b,
                       int pos)
{
    const char *message = mistakes[id].message;
    switch (id) {
    case MISTAKE_assign_target: return say_target(report, peg, a, USE_ASSIGN, message);
    case MISTAKE_delete_target: return say_target(report, peg, a, USE_DELETE, message);
    case MISTAKE_for_target: return say_target(report, peg, a, USE_FOR, message);
    case MISTAKE_old_statement: return say_old_statement(report, peg, a, b, message);
    case MISTAKE_comma_forgotten: return say_comma(report, peg, a, b, pos, message);
    case MISTAKE_dict_colon: return say_dict_colon(report, peg, a, message);
    case MISTAKE_generator_bare: return say_generator(report, peg, a, b, message);
    case MISTAKE_positional_late: {
        int kind = has_unpacking(a) ? MATCH_unpacking : MATCH_keyword;
        return found(report, token_span(peg, peg->n_seen - 1),
                     str_format(message, kind_texts[kind]));
    }
    case MISTAKE_field_empty: {
        const Token *t = &peg->tokens[a->first];
        Str *text = str_new(peg->lexer->source.text + t->start, (size_t)(t->end - t->start));
        return found(report, t->span, str_format(message, text->data));
    }
    default: assert(false); return false;
    }
}

static bool say(Peg *peg, MistakeId id, const Match *a, const Match *b, int pos, void *data)
{
    Report *report = data;
    const char *format = mistakes[id].message;
    if (mistakes[id].where == CUSTOM) return say_custom(report, peg, id, a, b, pos);
    if (mistakes[id].where == BLOCK) {
        found(report, token_span(peg, peg->n_seen - 1),
              str_format(format, a == NULL ? 0 : token_span(peg, a->first).line));
        report->diagnostic.kind = EXC_IndentationError;
        return true;
    }
    Str *message = str_format(format, a == NULL ? "" : kind_texts[a->kind]);
    switch (mistakes[id].where) {
    case AT_A: return found(report, match_span(peg, a), message);
    case A_TO_B: return found_between(report, peg, a, last_item(b), message);
    case FROM_A:
        found(report, span_join(match_span(peg, a), token_span(peg, peg->n_seen - 1)), message);
        report->diagnostic.end_col--;
        return true;
    case LAST: return found(report, token_span(peg, peg->n_seen - 1), message);
    default: return found(report, token_span(peg, pos), message);
    }
}

static void say_missing(Peg *peg, int pos, const char *text, void *data)
{
    found(data, token_span(peg, pos), str_format("expected '%s'", text));
}

// Which tokens to read

static bool continues_statement(int type)
{
    return type == TK_ELIF || type == TK_ELSE || type == TK_EXCEPT || type == TK_FINALLY;
}

// The statements that are open at token `failed`, one per level of indentation; complete statements
// before them in their blocks need not be read again. opens[level] is the first token of the block.
typedef struct OpenStatements {
    int level;
    int starts[MAX_INDENTS + 1], opens[MAX_INDENTS + 1];
} OpenStatements;

static void find_open_statements(const Lexer *lexer, int failed, OpenStatements *open)
{
    int decorator_level = -1;
    const Token *tokens = lexer->tokens;
    *open = (OpenStatements){.level = 0};
    for (int i = 0; i <= failed; i++) {
        int type = tokens[i].type;
        if (type == TK_INDENT) {
            open->level++;
            open->starts[open->level] = open->opens[open->level] = i + 1;
        }
        if (type == TK_DEDENT) open->level--;
        if (type == TK_INDENT || type == TK_DEDENT || type == TK_NEWLINE || i == failed) continue;
        bool at_line_start = i == 0 || tokens[i - 1].type == TK_NEWLINE ||
                             tokens[i - 1].type == TK_INDENT || tokens[i - 1].type == TK_DEDENT;
        if (!at_line_start || continues_statement(type)) continue;
        if (decorator_level != open->level) open->starts[open->level] = i;
        decorator_level = type == TK_AT ? open->level : -1;
    }
}

static void collect_tokens(Lexer *lexer, int failed, Peg *peg)
{
    OpenStatements open;
    find_open_statements(lexer, failed, &open);
    Token *tokens = gc_alloc_atomic((size_t)lexer->n_tokens * sizeof(Token));
    int n = 0;
    for (int level = 0; level <= open.level; level++) {
        int from = open.starts[level],
            to = level < open.level ? open.opens[level + 1] : lexer->n_tokens;
        memcpy(tokens + n, lexer->tokens + from, (size_t)(to - from) * sizeof(Token));
        n += to - from;
    }
    for (int i = 0; i < n; i++)
        if (tokens[i].type == TK_LPAR_WITH) tokens[i].type = TK_LPAR;
    peg->tokens = tokens;
    peg->n_tokens = n;
}

// What comes of it

static Diagnostic generic_error(const Peg *peg, int token)
{
    const Token *t = &peg->tokens[token];
    Diagnostic d = diag_at(t->span, str_from_cstr("invalid syntax"));
    if (t->type == TK_INDENT || t->type == TK_DEDENT) {
        d.kind = EXC_IndentationError;
        d.message =
            str_from_cstr(t->type == TK_INDENT ? "unexpected indent" : "unexpected unindent");
    } else if (t->type == TK_END) {
        d.col = d.end_col = 0;
    }
    return d;
}

// CPYTHON: an error of the lexer comes first, even if it is further down, except for those about
// layout and in f-strings; so does a bracket that is never closed, if it was opened on a line
// before the error.
static Diagnostic choose_error(const Lexer *lexer, Diagnostic d, int line)
{
    if (!lexer->failed) return d;
    if (lexer->error.from_lexer) return lexer->n_fstrings == 0 ? lexer->error : d;
    if (lexer->n_brackets == 0 || line <= lexer->brackets[lexer->n_brackets - 1].line) return d;
    return lexer_unclosed(lexer);
}

Diagnostic mistakes_explain(VM *vm, Lexer *lexer, CompileMode mode, int failed)
{
    Report report = {.vm = vm, .lexer = lexer};
    Peg peg = {.lexer = lexer, .say = say, .missing = say_missing, .data = &report};
    RuleId rule = mode == COMPILE_EVAL     ? RULE_eval
                  : mode == COMPILE_SINGLE ? RULE_single
                                           : RULE_file;
    int pos = 0;
    collect_tokens(lexer, failed, &peg);
    bool fits = peg_match(&peg, rule, &pos) != NULL;
    int last = peg.n_seen - 1;
    if (fits && mode == COMPILE_SINGLE)
        return diag_at(
            token_span(&peg, last),
            str_from_cstr("multiple statements found while compiling a single statement"));
    if (!fits && !peg.stopped) {
        pos = 0;
        peg.explain = true;
        peg_forget(&peg);
        peg_match(&peg, rule, &pos);
    }
    if (peg.hit_error) return lexer->error;
    Diagnostic d = report.found ? report.diagnostic : generic_error(&peg, last);
    if (!report.found && d.kind == EXC_IndentationError) return d;
    return choose_error(lexer, d, token_span(&peg, peg.n_seen - 1).line);
}
