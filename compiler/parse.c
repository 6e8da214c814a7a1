// SPDX-License-Identifier: MIT
// parse.c - the driver of the front end: decodes the source, runs lexer, layout and grammar, and
// turns whatever goes wrong into one SyntaxError.

#include "compiler/build.h"
#include "compiler/deferred.h"
#include "compiler/grammar.h"
#include "compiler/mistakes.h"
#include "compiler/parser.h"
#include "vm/gc.h"

// Decoding

static int line_of(const char *text, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at; i++)
        if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n')) line++;
    return line;
}

// A file is UTF-8. A str may hold lone surrogates, which cannot be in a program.
static bool check_utf8(VM *vm, Str *source, Str *filename)
{
    size_t bad;
    if (str_is_ascii(source) || utf8_is_valid(source->data, source->size, &bad)) return true;
    unsigned char c = (unsigned char)source->data[bad];
    if (is_str(value_object(source)) && c == 0xED) {
        size_t index = utf8_length(source->data, bad);
        raise_unicode_encode(vm, "utf-8", source, index, index + 1, "surrogates not allowed");
        return false;
    }
    raise_error(
        vm, EXC_SyntaxError,
        "Non-UTF-8 code starting with '\\x%02x' in file %s on line %d, but no encoding declared; "
        "see https://peps.python.org/pep-0263/ for details",
        c, filename->data, line_of(source->data, bad));
    return false;
}

// A text with a zero byte at `at`. CPYTHON: only in a file it has a place.
static bool refuse_zero(VM *vm, Str *source, Str *filename, size_t at)
{
    if (filename->data[0] == '<') {
        raise_error(vm, EXC_SyntaxError, "source code string cannot contain null bytes");
        return false;
    }
    int line = line_of(source->data, at);
    Diagnostic d = {EXC_SyntaxError,
                    str_from_cstr("source code cannot contain null bytes"),
                    line,
                    0,
                    line,
                    0,
                    true};
    diag_raise(vm, &(SourceText){filename, source->data, at}, &d);
    return false;
}

bool parse_prepare(VM *vm, Str *source, Str *filename, SourceText *out)
{
    const char *from = source->data, *end = from + source->size;
    if (source->size >= INT32_MAX / 2) {
        raise_error(vm, EXC_MemoryError, "source is too large");
        return false;
    }
    const char *zero = memchr(from, '\0', source->size);
    if (zero != NULL) return refuse_zero(vm, source, filename, (size_t)(zero - from));
    if (!check_utf8(vm, source, filename)) return false;
    if (source->size >= 3 && memcmp(from, "\xEF\xBB\xBF", 3) == 0) from += 3;
    char *text = gc_alloc_atomic((size_t)(end - from) + 2), *to = text;
    while (from < end) {
        const char *stop = memchr(from, '\r', (size_t)(end - from));
        size_t size = (size_t)((stop == NULL ? end : stop) - from);
        memcpy(to, from, size);
        to += size;
        from += size;
        if (stop == NULL) break;
        *to++ = '\n';
        from += from + 1 < end && from[1] == '\n' ? 2 : 1;
    }
    if (to > text && to[-1] != '\n') *to++ = '\n';
    *to = '\0';
    *out = (SourceText){filename, text, (size_t)(to - text)};
    return true;
}

// Parsing

static int start_token(CompileMode mode)
{
    return mode == COMPILE_EVAL     ? TK_START_EVAL
           : mode == COMPILE_SINGLE ? TK_START_SINGLE
                                    : TK_START_FILE;
}

static bool is_over(const Parser *p)
{
    return p->rejected || p->raised || p->too_deep;
}

static void *spare_parser;  // cleared; NULL: none. Not kept for long: the collector would have to look through all of it.

// Feeds the tokens to the grammar. The index of the token at which it stopped; *refusal: it is
// refused.
static int run(Parser *p, CompileMode mode, const Refusal **refusal)
{
    Lexer *lexer = p->lexer;
    void *parser = spare_parser ? spare_parser : RillParseAlloc(gc_alloc);
    if (spare_parser) RillParseInit(parser);
    spare_parser = NULL;
    int i = 0, next = 0;
    p->lookahead = &lexer->tokens[0];
    RillParse(parser, start_token(mode), p->lookahead, p);
    for (;; i++) {
        p->lookahead = &lexer->tokens[i];
        if (next < lexer->n_refusals && lexer->refusals[next].token == i) {
            *refusal = &lexer->refusals[next];
            break;
        }
        if (p->lookahead->type == TK_ERROR) {
            p->rejected = true;
            break;
        }
        RillParse(parser, p->lookahead->type, p->lookahead, p);
        if (p->lookahead->type == TK_DEFERRED) i = deferred_end(lexer, i) - 1;
        if (is_over(p) || p->lookahead->type == TK_END) break;
    }
    if (!is_over(p) && *refusal == NULL) RillParse(parser, 0, p->lookahead, p);
    RillParseClear(parser);
    spare_parser = parser;
    gc_drop_spare(&spare_parser);
    return i;
}

// Whether the text was fine so far when it came to its end.
static bool ended_early(const Lexer *lexer, int failed)
{
    int type = lexer->tokens[failed].type;
    if (type == TK_ERROR) return lexer->ends_early;
    while (lexer->tokens[failed].type == TK_DEDENT)
        failed++;
    return lexer->tokens[failed].type == TK_END;
}

// CPYTHON: an interactive compound statement ends with an empty line.
static bool awaits_blank_line(const Parser *p)
{
    const SourceText *s = &p->lexer->source;
    if (p->body == NULL || p->body->len == 0) return false;
    switch (p->body->items[0]->kind) {
    case NODE_If:
    case NODE_While:
    case NODE_For:
    case NODE_Try:
    case NODE_With:
    case NODE_FunctionDef:
    case NODE_ClassDef: break;
    default: return false;
    }
    size_t end = s->size - 1;  // the last newline; a line of blanks before it will do
    while (end > 0 && (s->text[end - 1] == ' ' || s->text[end - 1] == '\t'))
        end--;
    return end == 0 || s->text[end - 1] != '\n';
}

static void raise_failure(Parser *p, CompileMode mode, int failed, const Refusal *refusal)
{
    Lexer *lexer = p->lexer;
    Diagnostic d;
    if (p->raised) return;
    if (refusal != NULL)
        d = diag_at(lexer->tokens[failed].span, str_from_cstr(refusal->message));
    else if (p->too_deep)
        d = diag_at(lexer->tokens[failed].span,
                    str_from_cstr("source is nested too deeply to be compiled"));
    else
        d = mistakes_explain(p->vm, lexer, mode, failed);
    diag_raise(p->vm, &lexer->source, &d);
}

ModuleNode *parse_module(VM *vm, Str *source, Str *filename, CompileMode mode, bool *is_incomplete)
{
    SourceText text;
    if (is_incomplete != NULL) *is_incomplete = false;
    if (!parse_prepare(vm, source, filename, &text)) return NULL;
    Lexer *lexer = gc_alloc(sizeof(Lexer));
    lexer_init(lexer, text);
    lexer->c_stack_limit = vm->c_stack_limit;
    layout_tokenize(lexer);
    subset_check(lexer);
    Parser p = {.vm = vm, .lexer = lexer};
    const Refusal *refusal = NULL;
    int failed = run(&p, mode, &refusal);
    if (is_incomplete == NULL && !p.raised && !caution_tell(vm, &lexer->cautions, source, filename))
        return NULL;
    if (is_over(&p) || refusal != NULL) {
        if (is_incomplete != NULL && p.rejected) *is_incomplete = ended_early(lexer, failed);
        raise_failure(&p, mode, failed, refusal);
        return NULL;
    }
    if (p.has_deferred) {
        diag_raise(vm, &lexer->source, &p.deferred);
        return NULL;
    }
    if (mode == COMPILE_SINGLE && is_incomplete != NULL && awaits_blank_line(&p)) {
        *is_incomplete = true;
        Diagnostic d = diag_at(p.lookahead->span, str_from_cstr("incomplete input"));
        diag_raise(vm, &lexer->source, &d);
        return NULL;
    }
    if (is_incomplete != NULL && !caution_tell(vm, &lexer->cautions, source, filename)) return NULL;
    ModuleNode *module = gc_alloc(sizeof(ModuleNode));
    module->body = *p.body;
    return module;
}

static ModuleNode *parse_trusted(VM *vm, Lexer *lexer)
{
    Parser p = {.vm = vm, .lexer = lexer};
    const Refusal *refusal = NULL;
    int failed = run(&p, COMPILE_EXEC, &refusal);
    if (is_over(&p)) {
        raise_failure(&p, COMPILE_EXEC, failed, refusal);
        return NULL;
    }
    ModuleNode *module = gc_alloc(sizeof(ModuleNode));
    module->body = *p.body;
    return module;
}

ModuleNode *parse_library(VM *vm, Str *source, Str *filename)
{
    Lexer *lexer = gc_alloc(sizeof(Lexer));
    lexer_init(lexer, (SourceText){filename, source->data, source->size});
    lexer->c_stack_limit = vm->c_stack_limit;
    layout_tokenize(lexer);
    deferred_mark(lexer);
    return parse_trusted(vm, lexer);
}

// As if the def were not indented.
ModuleNode *parse_function(VM *vm, Str *source, Str *filename, const Deferred *function)
{
    const char *line_start = source->data;
    for (int line = 1; line < function->line; line++) line_start = strchr(line_start, '\n') + 1;
    size_t size = (size_t)(source->data + function->end - line_start);
    char *text = gc_alloc_atomic(size + 2);
    memcpy(text, line_start, size);
    memcpy(text + size, "\n", 2);
    Lexer *lexer = gc_alloc(sizeof(Lexer));
    lexer_init(lexer, (SourceText){filename, text, size + 1});
    lexer->c_stack_limit = vm->c_stack_limit;
    lexer->cursor += function->col;
    lexer->line = function->line;
    lexer->at_line_start = false;
    layout_tokenize(lexer);
    return parse_trusted(vm, lexer);
}
