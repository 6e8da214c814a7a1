// SPDX-License-Identifier: MIT
// re_module.c - the module re: its functions, the cache of compiled patterns, the flags.
#include "stdlib/re.h"
#include "stdlib/stdlib.h"
#include "vm/bytes.h"

enum { CACHE_MAX = 512, N_RECENT = 16 };

// Compiled patterns by (pattern, flags), oldest first; and those asked for last, by identity.
static Dict *cache;
static struct {
    Value source, pattern;
    uint32_t flags;
} recent[N_RECENT];

static void purge(void)
{
    cache = dict_new();
    memset(recent, 0, sizeof recent);
}

static bool find_cached(VM *vm, Value key, Value *pattern)
{
    return dict_find(vm, cache, key, pattern) == 1;
}

static bool add_cached(VM *vm, Value key, Value pattern)
{
    size_t pos = 0;
    Value oldest, ignored;
    if (cache->len >= CACHE_MAX && dict_next(cache, &pos, &oldest, &ignored) &&
        dict_delete(vm, cache, oldest, NULL) < 0)
        return false;
    return dict_set(vm, cache, key, pattern);
}

static Value compile_text(VM *vm, Value source, uint32_t flags)
{
    size_t i = (source >> 4 ^ flags) % N_RECENT;
    if (recent[i].source == source && recent[i].flags == flags) return recent[i].pattern;
    Value key = value_object(str_exact(as_str(source))), pattern;
    key = value_object(tuple_of(2, key, small_int(flags)));
    if (!find_cached(vm, key, &pattern)) {
        pattern = pattern_new(vm, source, flags);
        if (is_error(pattern) || !add_cached(vm, key, pattern)) return VALUE_ERROR;
    }
    recent[i].source = source;
    recent[i].flags = flags;
    recent[i].pattern = pattern;
    return pattern;
}

// The pattern of a function's arguments; flags is any int. NULL: raised.
static Pattern *compile(VM *vm, Value pattern, Value flags_value)
{
    int64_t flags;
    if (!int_to_int64(flags_value, &flags) || flags < 0 || flags > UINT32_MAX) {
        raise_error(vm, EXC_OverflowError, "flags out of range");
        return NULL;
    }
    if (is_pattern(vm, pattern)) {
        if (!flags) return as_pattern(pattern);
        raise_error(vm, EXC_ValueError, "cannot process flags argument with a compiled pattern");
        return NULL;
    }
    if (!is_str(pattern) && !is_bytes(pattern)) {
        raise_error(vm, EXC_TypeError, "first argument must be string or compiled pattern");
        return NULL;
    }
    Value v = compile_text(vm, pattern, (uint32_t)flags);
    return is_error(v) ? NULL : as_pattern(v);
}

static Value match(VM *vm, const Value *args, RegexAnchor mode)
{
    Pattern *p = compile(vm, args[0], args[2]);
    return p ? pattern_match(vm, p, args[1], 0, INT64_MAX, mode) : VALUE_ERROR;
}

NATIVE(re_match, "def match(pattern, string, flags: int = 0)",
       "A Match if the pattern matches at the beginning of string, else None.")
{
    return match(vm, args, REGEX_MATCH);
}

NATIVE(re_fullmatch, "def fullmatch(pattern, string, flags: int = 0)",
       "A Match if the pattern matches all of string, else None.")
{
    return match(vm, args, REGEX_FULLMATCH);
}

NATIVE(re_search, "def search(pattern, string, flags: int = 0)",
       "A Match of the first place in string where the pattern matches, None if there is none.")
{
    return match(vm, args, REGEX_SEARCH);
}

NATIVE(re_sub, "def sub(pattern, repl, string, ~count: ssize = 0, flags: int = 0)",
       "string with the matches replaced by repl: a template with \\1 or \\g<name> for groups, "
       "or a function that is given\n"
       "each Match and returns a text. At most count, all if it is 0.")
{
    Pattern *p = compile(vm, args[0], args[4]);
    return p ? pattern_sub(vm, p, args[1], args[2], arg_ssize(args[3]), false) : VALUE_ERROR;
}

NATIVE(re_subn, "def subn(pattern, repl, string, ~count: ssize = 0, flags: int = 0)",
       "The pair of what sub returns and how many were replaced.")
{
    Pattern *p = compile(vm, args[0], args[4]);
    return p ? pattern_sub(vm, p, args[1], args[2], arg_ssize(args[3]), true) : VALUE_ERROR;
}

NATIVE(re_split, "def split(pattern, string, ~maxsplit: ssize = 0, flags: int = 0)",
       "The pieces of string between the matches; if the pattern has groups, their texts too. "
       "At most maxsplit cuts; the rest\n"
       "is the last piece.")
{
    Pattern *p = compile(vm, args[0], args[3]);
    return p ? pattern_split(vm, p, args[1], arg_ssize(args[2])) : VALUE_ERROR;
}

NATIVE(re_findall, "def findall(pattern, string, flags: int = 0)",
       "A list of all matches in string: texts, or groups if the pattern has any, in tuples if "
       "several.")
{
    Pattern *p = compile(vm, args[0], args[2]);
    return p ? pattern_findall(vm, p, args[1], 0, INT64_MAX) : VALUE_ERROR;
}

NATIVE(re_finditer, "def finditer(pattern, string, flags: int = 0)",
       "Yield a Match for each place in string where the pattern matches, when it is asked for.")
{
    Pattern *p = compile(vm, args[0], args[2]);
    return p ? pattern_finditer(vm, p, args[1], 0, INT64_MAX) : VALUE_ERROR;
}

NATIVE(re_compile, "def compile(pattern, flags: int = 0)",
       "The Pattern of a regular expression. Patterns are kept, so that the next time costs "
       "nothing.")
{
    Pattern *p = compile(vm, args[0], args[1]);
    return p ? value_object(p) : VALUE_ERROR;
}

NATIVE(re_purge, "def purge()", "Clear the regular expression caches")
{
    purge();
    return VALUE_NONE;
}

NATIVE(re_escape, "def escape(pattern)", "Escape special characters in a string.")
{
    static const char special[] = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
    if (!is_str(args[0]) && !is_bytes_like(args[0]))
        return raise_error(vm, EXC_TypeError, "decoding to str: need a bytes-like object, %s found",
                           type_name(vm, args[0]));
    StrBuilder b = {0};
    const char *data = is_str(args[0]) ? as_str(args[0])->data : bytes_span(args[0]).data;
    size_t size = is_str(args[0]) ? as_str(args[0])->size : bytes_span(args[0]).size;
    for (size_t i = 0; i < size; i++) {
        if (data[i] && strchr(special, data[i])) builder_add_byte(&b, '\\');
        builder_add_byte(&b, data[i]);
    }
    return value_object(is_str(args[0]) ? builder_str(&b) : builder_bytes(&b));
}

static void set_all(Module *module)
{
    static const char *const names[] = {
        "match",    "fullmatch",  "search",      "sub",       "subn",   "split",   "findall",
        "finditer", "compile",    "purge",       "escape",    "error",  "Pattern", "Match",
        "A",        "I",          "L",           "M",         "S",      "X",       "U",
        "ASCII",    "IGNORECASE", "LOCALE",      "MULTILINE", "DOTALL", "VERBOSE", "UNICODE",
        "NOFLAG",   "RegexFlag",  "PatternError"};
    List *list = list_new(countof(names));
    for (size_t i = 0; i < countof(names); i++)
        list_append(list, value_object(str_from_cstr(names[i])));
    dict_set_str(module->dict, S(__all__), value_object(list));
    dict_set_str(module->dict, S(__version__), value_object(str_from_cstr("2.2.1")));
}

static bool setup(VM *vm, Module *module)
{
    purge();
    regex_error_define(vm, module);
    regex_flag_define(vm, module);
    pattern_define(vm, module);
    match_define(vm, module);
    set_all(module);
    return true;
}

static const NativeDef *const natives[] = {&def_re_match,   &def_re_fullmatch, &def_re_search,
                                           &def_re_sub,     &def_re_subn,      &def_re_split,
                                           &def_re_findall, &def_re_finditer,  &def_re_compile,
                                           &def_re_purge,   &def_re_escape,    NULL};

const ModuleDef module_re = {
    .name = "re",
    .doc = "Support for regular expressions (RE).\n\n"
           "Patterns are written as in Perl, with Python's extensions; both patterns and the "
           "strings to be\n"
           "searched can be str or bytes.",
    .natives = natives,
    .setup = setup,
};
