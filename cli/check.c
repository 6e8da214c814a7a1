// SPDX-License-Identifier: MIT
// check.c - rill --check: lists what in a program is not part of Rill, with its place, without
// running it: first the syntax and the modules left out on purpose, then what is wrong by Python's rules too.
#include "cli/api.h"
#include "compiler/grammar.h"
#include "compiler/lexer.h"
#include "vm/file.h"
#include "vm/gc.h"
#include "vm/suggest.h"

// The text as the lexer wants it: no byte order mark, "\n" at the end of every line.
static SourceText lexer_text(const Str *source, Str *filename)
{
    const char *from = source->data, *end = from + source->size;
    if (source->size >= 3 && memcmp(from, "\xEF\xBB\xBF", 3) == 0) from += 3;
    char *text = gc_alloc_atomic((size_t)(end - from) + 2), *to = text;
    for (; from < end; from++) {
        *to++ = *from == '\r' ? '\n' : *from;
        if (*from == '\r' && from + 1 < end && from[1] == '\n') from++;
    }
    if (to > text && to[-1] != '\n') *to++ = '\n';
    *to = '\0';
    return (SourceText){filename, text, (size_t)(to - text)};
}

static void list_line(StrBuilder *out, Str *filename, const Token *t, const char *message)
{
    builder_format(out, "%s:%d:%d: %s\n", filename->data, t->span.line, t->span.col + 1, message);
}

// The module that token i names in an import statement, if CPython has it and Rill has not; else NULL.
// *in_import: is this an `import` statement, where more modules may follow after a comma?
static Str *missing_module(VM *vm, const Lexer *lexer, int i, bool *in_import)
{
    const Token *t = &lexer->tokens[i];
    if (subset_starts_statement(lexer, i)) *in_import = t->type == TK_IMPORT;
    if (i == 0 || t->type != TK_NAME) return NULL;
    int before = lexer->tokens[i - 1].type;
    bool is_first =
        (before == TK_IMPORT || before == TK_FROM) && subset_starts_statement(lexer, i - 1);
    if (!is_first && !(*in_import && before == TK_COMMA)) return NULL;
    Str *name = str_intern(lexer->source.text + t->start, (size_t)(t->end - t->start));
    return suggest_is_stdlib_module(name) && !module_exists(vm, name) ? name : NULL;
}

static int list_refusals(VM *vm, Str *source, Str *filename, StrBuilder *out)
{
    if (str_has_nul(source)) return 0;
    Lexer *lexer = gc_alloc(sizeof *lexer);
    lexer_init(lexer, lexer_text(source, filename));
    lexer->c_stack_limit = vm->c_stack_limit;
    layout_tokenize(lexer);
    subset_check(lexer);
    int next = 0, n_missing = 0;
    bool in_import = false;
    for (int i = 0; i < lexer->n_tokens; i++) {
        const Token *t = &lexer->tokens[i];
        for (; next < lexer->n_refusals && lexer->refusals[next].token == i; next++)
            list_line(out, filename, t, lexer->refusals[next].message);
        Str *module = missing_module(vm, lexer, i, &in_import);
        if (!module) continue;
        list_line(out, filename, t, str_format("Rill has no module %s", module->data)->data);
        n_missing++;
    }
    return lexer->n_refusals + n_missing;
}

// The one error that the compiler stops at.
static bool list_error(VM *vm, Str *source, Str *filename, StrBuilder *out)
{
    if (vm->compile(vm, source, filename, COMPILE_EXEC, false)) return false;
    Value exception = error_take(vm);
    Exception *e = as_exception(exception);
    if (!exception_matches(vm, exception, EXC_SyntaxError)) {
        error_format_only(vm, exception, out, out);
        return true;
    }
    Str *message = value_str(vm, exception_field(e, FIELD_MSG));
    int64_t line = 0, column = 0;
    Value line_value = exception_field(e, FIELD_LINENO),
          column_value = exception_field(e, FIELD_OFFSET);
    if (is_int(line_value)) line = as_int(line_value);
    if (is_int(column_value)) column = as_int(column_value);
    builder_format(out, "%s:%lld:%lld: %s: %s\n", filename->data, (long long)line,
                   (long long)column, class_of(vm, exception)->name->data,
                   message ? message->data : "");
    return true;
}

int check_run(VM *vm, Str *source, Str *filename)
{
    StrBuilder b = {0};
    bool is_wrong =
        list_refusals(vm, source, filename, &b) > 0 || list_error(vm, source, filename, &b);
    Value out = dict_find_str(vm->sys->dict, S(stdout));
    if (is_wrong && !file_write_str(vm, out, builder_str(&b))) return api_report_error(vm);
    return is_wrong;
}
