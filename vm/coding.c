// SPDX-License-Identifier: MIT
// coding.c - finds the declaration of a source's encoding, and decodes the source.
#include "vm/coding.h"

#include "vm/codec.h"
#include "vm/error.h"
#include "vm/ops.h"

// The end of the line, or of the text.
static const char *line_end(const char *p, const char *end)
{
    while (p < end && *p != '\n' && *p != '\r')
        p++;
    return p;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

// The name after "coding:" or "coding=" in a comment; NULL if there is none.
static Str *name_in(const char *p, const char *end)
{
    for (; p + 7 < end; p++) {
        if (memcmp(p, "coding", 6) != 0 || (p[6] != ':' && p[6] != '=')) continue;
        const char *from = p + 7;
        while (from < end && (*from == ' ' || *from == '\t'))
            from++;
        const char *to = from;
        while (to < end && is_name_char(*to))
            to++;
        if (to > from) return str_new(from, (size_t)(to - from));
    }
    return NULL;
}

// The declared name. Only the first two lines count, the second one if the first has nothing but a comment.
static Str *find_name(const char *p, const char *end)
{
    for (int line = 0; line < 2; line++) {
        const char *stop = line_end(p, end);
        while (p < stop && (*p == ' ' || *p == '\t' || *p == '\f'))
            p++;
        if (p < stop && *p != '#') return NULL;
        Str *name = name_in(p, stop);
        if (name || stop == end) return name;
        p = stop + (*stop == '\r' && stop + 1 < end && stop[1] == '\n' ? 2 : 1);
    }
    return NULL;
}

// CPython's spelling of the two names that it knows without looking them up; of "UTF_8-anything" too.
static const char *usual_name(const Str *name)
{
    static const char *const usual[][2] = {
        {"utf-8", "utf-8"}, {"latin-1", "iso-8859-1"}, {"iso-8859-1", "iso-8859-1"}, {"iso-latin-1", "iso-8859-1"}};
    char start[13];
    size_t n = name->size < sizeof start - 1 ? name->size : sizeof start - 1;
    for (size_t i = 0; i < n; i++) {
        char c = name->data[i];
        start[i] = c == '_' ? '-' : (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
    }
    start[n] = '\0';
    for (size_t i = 0; i < countof(usual); i++) {
        size_t size = strlen(usual[i][0]);
        if (strncmp(start, usual[i][0], size) == 0 && (start[size] == '\0' || start[size] == '-')) return usual[i][1];
    }
    return name->data;
}

// UnicodeDecodeError is pending.
static bool refuse_bytes(VM *vm, const char *name, bool is_file)
{
    Value e = error_take(vm);
    Str *why = is_file ? str_format("encoding problem: %s", name) : value_str(vm, e);
    if (why) raise_error(vm, EXC_SyntaxError, "%s", why->data);
    return false;
}

bool coding_to_utf8(VM *vm, const char **data, size_t *size, bool is_file)
{
    bool has_mark = *size >= 3 && memcmp(*data, "\xEF\xBB\xBF", 3) == 0;
    size_t skip = has_mark ? 3 : 0;
    Str *declared = find_name(*data + skip, *data + *size);
    const char *name = declared ? usual_name(declared) : "utf-8";
    if (strcmp(name, "utf-8") == 0) return true;
    if (has_mark) {
        raise_error(vm, EXC_SyntaxError, "encoding problem: %s with BOM", name);
        return false;
    }
    const char *codec = codec_name(name);
    if (!codec || strncmp(codec, "utf-16", 6) == 0 || strncmp(codec, "utf-32", 6) == 0) {
        raise_error(vm, EXC_SyntaxError, is_file ? "encoding problem: %s" : "unknown encoding: %s", name);
        return false;
    }
    Str *text = codec_decode(vm, *data, *size, name, "strict");
    if (!text) return refuse_bytes(vm, name, is_file);
    *data = text->data;
    *size = text->size;
    return true;
}
