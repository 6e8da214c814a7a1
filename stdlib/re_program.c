// SPDX-License-Identifier: MIT
// re_program.c - running regular expressions with PCRE2.
//
// A pattern has up to six programs: one that searches, one that matches at a place, one that
// matches a whole text (PCRE2's just-in-time compiler knows no such options when it matches), each
// for texts where bytes are characters and for UTF-8. They are made when first needed; machine code
// is made for those that are used more than once or on long texts.
//
// A match that would take too long is ended: RuntimeError. The limit counts backtracking steps,
// and is far above what patterns take that do not explode.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "stdlib/re.h"
#include "stdlib/re_wide.h"
#include "vm/gc.h"

enum {
    USES_BEFORE_JIT = 2,
    LONG_TEXT = 1024,
    FIRST_LIMIT = 100000,  // steps of a program without machine code
    MATCH_LIMIT = 250000000,
    HEAP_LIMIT_KB = 512 * 1024,
    JIT_STACK_START = 64 * 1024,
    JIT_STACK_MAX = 256 * 1024 * 1024,
    MAX_NESTING = 10000,
    SMALL_TEXT = 64 * 1024,
};

struct RegexProgram {
    pcre2_code *code;
    void *wide;  // instead of code: re_wide.c
    uint32_t uses;
    bool is_jit, no_jit;
};

static pcre2_match_data *match_data;
static uint32_t n_pairs;
static pcre2_match_context *match_context;
static pcre2_compile_context *compile_context;

// Compiling

static void free_program(void *object, void *data)
{
    (void)data;
    const RegexProgram *program = object;
    if (program->wide)
        regex_wide_free(program->wide);
    else
        pcre2_code_free(program->code);
}

static void make_contexts(void)
{
    if (match_context) return;
    compile_context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(compile_context, PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(compile_context, MAX_NESTING);
    pcre2_set_compile_extra_options(compile_context, PCRE2_EXTRA_ALLOW_SURROGATE_ESCAPES);
    match_context = pcre2_match_context_create(NULL);
    pcre2_set_heap_limit(match_context, HEAP_LIMIT_KB);
    pcre2_jit_stack_assign(match_context, NULL,
                           pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL));
}

static Value raise_compile_error(VM *vm, const Pattern *p, int error)
{
    char text[256];
    if (pcre2_get_error_message(error, (PCRE2_UCHAR *)text, sizeof text) < 0)
        strcpy(text, "cannot be compiled");
    return raise_regex_error(vm, str_from_cstr(text), p->source, -1);
}

static void *compile_wide(const Regex *r, uint32_t options)
{
    static const RegexLimits limits = {MAX_NESTING, HEAP_LIMIT_KB, JIT_STACK_START, JIT_STACK_MAX};
    return regex_wide_compile(r->text, options, &limits);
}

static RegexProgram *make_program(VM *vm, Pattern *p, RegexTarget target, RegexAnchor anchor)
{
    Regex r;
    int error;
    PCRE2_SIZE at;
    make_contexts();
    if (!regex_translate(vm, p->source, p->flags, target, &r)) return NULL;
    uint32_t options = r.options;
    if (anchor != REGEX_SEARCH) options |= PCRE2_ANCHORED;
    if (anchor == REGEX_FULLMATCH) options |= PCRE2_ENDANCHORED;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)r.text->data, r.text->size, options, &error, &at,
                                     compile_context);
    void *wide = code || error != PCRE2_ERROR_PATTERN_TOO_LARGE ? NULL : compile_wide(&r, options);
    if (!code && !wide) {
        raise_compile_error(vm, p, error);
        return NULL;
    }
    RegexProgram *program = gc_alloc(sizeof *program);
    program->code = code;
    program->wide = wide;
    gc_set_finalizer(program, free_program, NULL);
    return program;
}

static void use_jit(RegexProgram *program)
{
    if (program->is_jit || program->no_jit) return;
    program->is_jit = pcre2_jit_compile(program->code, PCRE2_JIT_COMPLETE) == 0;
    program->no_jit = !program->is_jit;
}

// Running

static void drop_match_data(void)
{
    if (match_data) pcre2_match_data_free(match_data);
    match_data = NULL;
    n_pairs = 0;
}

// A call of PCRE2's interpreter keeps its memory in the match data: not after a long text.
static void reserve_pairs(uint32_t n)
{
    if (n_pairs >= n) return;
    drop_match_data();
    n_pairs = n < 16 ? 16 : n;
    match_data = pcre2_match_data_create(n_pairs, NULL);
}

static int execute(const RegexProgram *program, const Subject *s, size_t at, uint32_t options,
                   uint32_t limit)
{
    pcre2_set_match_limit(match_context, limit);
    return pcre2_match(program->code, (PCRE2_SPTR)s->text->data, s->to, at,
                       options | PCRE2_NO_UTF_CHECK, match_data, match_context);
}

// A wide program; the pairs go where those of the others do.
static int execute_wide(const RegexProgram *program, const Subject *s, size_t at, uint32_t options,
                        uint32_t pairs, bool decode)
{
    return regex_wide_match(program->wide, s->text, s->to, at, options | PCRE2_NO_UTF_CHECK,
                            MATCH_LIMIT, pcre2_get_ovector_pointer(match_data), pairs, decode);
}

static int execute_best(RegexProgram *program, const Subject *s, size_t at, uint32_t options)
{
    if (program->uses < USES_BEFORE_JIT) program->uses++;
    if (program->uses >= USES_BEFORE_JIT || s->to - at >= LONG_TEXT) use_jit(program);
    if (!program->is_jit && !program->no_jit) {
        int rc = execute(program, s, at, options, FIRST_LIMIT);
        if (rc != PCRE2_ERROR_MATCHLIMIT) return rc;
        use_jit(program);
    }
    int rc = execute(program, s, at, options, MATCH_LIMIT);
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
        rc = execute(program, s, at, options | PCRE2_NO_JIT, MATCH_LIMIT);
    return rc;
}

static int raise_failure(VM *vm, int error)
{
    char text[256];
    drop_match_data();
    if (error == PCRE2_ERROR_MATCHLIMIT) {
        raise_error(vm, EXC_RuntimeError,
                    "the regular expression backtracks too much: more than %d steps", MATCH_LIMIT);
    } else if (error == PCRE2_ERROR_HEAPLIMIT || error == PCRE2_ERROR_NOMEMORY ||
               error == PCRE2_ERROR_DEPTHLIMIT) {
        raise_error(vm, EXC_MemoryError,
                    "the regular expression needs too much memory for this text");
    } else {
        pcre2_get_error_message(error, (PCRE2_UCHAR *)text, sizeof text);
        raise_error(vm, EXC_RuntimeError, "%s", text);
    }
    return -1;
}

static RegexTarget target_of(const Pattern *p, const Str *text)
{
    return p->is_bytes ? REGEX_BYTES : str_is_ascii(text) ? REGEX_ASCII : REGEX_UTF;
}

int regex_run(VM *vm, Pattern *p, const Subject *s, size_t at, RegexAnchor anchor, bool not_empty,
              const size_t **offsets)
{
    RegexTarget target = target_of(p, s->text);
    RegexProgram **program = &p->programs[target == REGEX_UTF][anchor];
    if (!*program && !(*program = make_program(vm, p, target, anchor))) return -1;
    reserve_pairs((uint32_t)p->n_groups + 1);
    uint32_t options = not_empty ? PCRE2_NOTEMPTY_ATSTART : 0, pairs = (uint32_t)p->n_groups + 1;
    int rc = (*program)->wide ? execute_wide(*program, s, at, options, pairs, target == REGEX_UTF)
                              : execute_best(*program, s, at, options);
    if (rc == PCRE2_ERROR_NOMATCH) return 0;
    if (rc < 0) return raise_failure(vm, rc);
    size_t *found = pcre2_get_ovector_pointer(match_data);
    for (int i = 2 * rc; i < 2 * (p->n_groups + 1); i++)
        found[i] = REGEX_UNSET;
    *offsets = found;
    return 1;
}

int scan_next(VM *vm, Scan *scan, RegexAnchor anchor, const size_t **offsets)
{
    if (scan->at > scan->subject.to || scan->subject.is_reversed) return 0;
    if (unlikely(vm->interrupt) && !vm_handle_interrupt(vm)) return -1;
    int found =
        regex_run(vm, scan->pattern, &scan->subject, scan->at, anchor, scan->not_empty, offsets);
    if (found <= 0) {
        scan->at = scan->subject.to + 1;
        return found;
    }
    scan->not_empty = (*offsets)[0] == (*offsets)[1];
    scan->at = (*offsets)[1];
    return 1;
}
