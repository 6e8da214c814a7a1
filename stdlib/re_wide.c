// SPDX-License-Identifier: MIT
// re_wide.c - programs beyond the size that PCRE2 allows: with 8-bit units it counts in 16 bits,
// with 32-bit units in 32. So expressions that are too large run over subjects of 32-bit units, by
// a library that is loaded when the first of them is met.
#define PCRE2_CODE_UNIT_WIDTH 32
#include <dlfcn.h>
#include <pcre2.h>

#include "stdlib/re_wide.h"
#include "vm/gc.h"

static struct {
    bool is_loaded, is_there;
    __typeof__(pcre2_compile_32) *compile;
    __typeof__(pcre2_code_free_32) *code_free;
    __typeof__(pcre2_jit_compile_32) *jit_compile;
    __typeof__(pcre2_match_32) *match;
    __typeof__(pcre2_match_data_create_32) *match_data_create;
    __typeof__(pcre2_match_data_free_32) *match_data_free;
    __typeof__(pcre2_get_ovector_pointer_32) *ovector;
    __typeof__(pcre2_match_context_create_32) *match_context_create;
    __typeof__(pcre2_set_match_limit_32) *set_match_limit;
    __typeof__(pcre2_set_heap_limit_32) *set_heap_limit;
    __typeof__(pcre2_jit_stack_create_32) *jit_stack_create;
    __typeof__(pcre2_jit_stack_assign_32) *jit_stack_assign;
    __typeof__(pcre2_compile_context_create_32) *compile_context_create;
    __typeof__(pcre2_set_newline_32) *set_newline;
    __typeof__(pcre2_set_parens_nest_limit_32) *set_parens_nest_limit;
    pcre2_match_context_32 *match_context;
    pcre2_compile_context_32 *compile_context;
} lib;

// The subject that was searched last, as units. INVARIANT: `units` has what `text` says.
static Str *text;
static uint32_t *units;
static bool is_decoded;  // a unit is a character, not a byte

static bool find(void *handle, const char *name, void *place)
{
    void *function = dlsym(handle, name);
    memcpy(place, &function, sizeof function);
    return function != NULL;
}

static bool find_all(void *h)
{
    return find(h, "pcre2_compile_32", &lib.compile) &&
           find(h, "pcre2_code_free_32", &lib.code_free) &&
           find(h, "pcre2_jit_compile_32", &lib.jit_compile) &&
           find(h, "pcre2_match_32", &lib.match) &&
           find(h, "pcre2_match_data_create_32", &lib.match_data_create) &&
           find(h, "pcre2_match_data_free_32", &lib.match_data_free) &&
           find(h, "pcre2_get_ovector_pointer_32", &lib.ovector) &&
           find(h, "pcre2_match_context_create_32", &lib.match_context_create) &&
           find(h, "pcre2_set_match_limit_32", &lib.set_match_limit) &&
           find(h, "pcre2_set_heap_limit_32", &lib.set_heap_limit) &&
           find(h, "pcre2_jit_stack_create_32", &lib.jit_stack_create) &&
           find(h, "pcre2_jit_stack_assign_32", &lib.jit_stack_assign) &&
           find(h, "pcre2_compile_context_create_32", &lib.compile_context_create) &&
           find(h, "pcre2_set_newline_32", &lib.set_newline) &&
           find(h, "pcre2_set_parens_nest_limit_32", &lib.set_parens_nest_limit);
}

static bool load(const RegexLimits *limits)
{
    static const char *const names[] = {"libpcre2-32.so.0", "libpcre2-32.so", "libpcre2-32.0.dylib",
                                        "libpcre2-32.dylib"};
    if (lib.is_loaded) return lib.is_there;
    lib.is_loaded = true;
    void *handle = NULL;
    for (size_t i = 0; i < countof(names) && !handle; i++)
        handle = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
    if (!handle || !find_all(handle)) return false;
    lib.compile_context = lib.compile_context_create(NULL);
    lib.set_newline(lib.compile_context, PCRE2_NEWLINE_LF);
    lib.set_parens_nest_limit(lib.compile_context, limits->nesting);
    lib.match_context = lib.match_context_create(NULL);
    lib.set_heap_limit(lib.match_context, limits->heap_kb);
    lib.jit_stack_assign(
        lib.match_context, NULL,
        lib.jit_stack_create(limits->jit_stack_start, limits->jit_stack_max, NULL));
    return lib.is_there = true;
}

// Bytes as units, or the characters of UTF-8.
static uint32_t *widen(const char *data, size_t size, bool decode, size_t *n)
{
    uint32_t *out = gc_alloc_atomic((size + 1) * sizeof(uint32_t));
    *n = 0;
    for (const char *p = data, *end = p + size; p < end;)
        out[(*n)++] = decode ? utf8_decode(&p) : (unsigned char)*p++;
    return out;
}

void *regex_wide_compile(const Str *pattern, uint32_t options, const RegexLimits *limits)
{
    int error;
    PCRE2_SIZE at;
    size_t n;
    if (!load(limits)) return NULL;
    const uint32_t *source = widen(pattern->data, pattern->size, options & PCRE2_UTF, &n);
    pcre2_code *code = lib.compile(source, n, options, &error, &at, lib.compile_context);
    if (code) lib.jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

void regex_wide_free(void *code)
{
    lib.code_free(code);
}

static void take_subject(Str *s, bool decode)
{
    size_t n;
    if (text == s && is_decoded == decode) return;
    units = widen(s->data, s->size, decode, &n);
    text = s;
    is_decoded = decode;
}

int regex_wide_match(void *code, Str *s, size_t to, size_t at, uint32_t options, uint32_t limit,
                     size_t *offsets, uint32_t n_pairs, bool decode)
{
    take_subject(s, decode);
    lib.set_match_limit(lib.match_context, limit);
    pcre2_match_data *data = lib.match_data_create(n_pairs, NULL);
    if (decode) to = str_index(s, to), at = str_index(s, at);
    int rc = lib.match(code, units, to, at, options, data, lib.match_context);
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
        rc = lib.match(code, units, to, at, options | PCRE2_NO_JIT, data, lib.match_context);
    const size_t *pairs = lib.ovector(data);
    for (int i = 0; i < 2 * rc; i++)
        offsets[i] = decode && pairs[i] != PCRE2_UNSET ? str_offset(s, pairs[i]) : pairs[i];
    lib.match_data_free(data);
    return rc;
}
