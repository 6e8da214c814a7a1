// SPDX-License-Identifier: MIT
// explain.c - `rill --explain NAME`: the lessons of lessons.txt, which the build embeds. The form
// of that file is described at its top.
#include <stdio.h>
#include <string.h>

#include "cli/api.h"
#include "vm/list.h"
#include "vm/packed.h"
#include "vm/suggest.h"

extern const Packed lessons_text;

typedef struct Lesson {
    const char *name, *title, *text, *end;  // text: the line after the title
    size_t name_size, title_size;
} Lesson;

static const char *line_end(const char *p)
{
    const char *end = strchr(p, '\n');
    return end ? end : p + strlen(p);
}

// The next lesson at or after *p; false: no more.
static bool next_lesson(const char **p, Lesson *lesson)
{
    const char *start = strncmp(*p, "= ", 2) == 0 ? *p : strstr(*p, "\n= ");
    if (!start) return false;
    if (*start == '\n') start++;
    lesson->name = start + 2;
    const char *end = line_end(start), *colon = strchr(start, ':');
    lesson->name_size = (size_t)(colon - lesson->name);
    lesson->title = colon + 2;
    lesson->title_size = (size_t)(end - lesson->title);
    lesson->text = end + 1;
    const char *next = strstr(end, "\n= ");
    lesson->end = next ? next : end + strlen(end);
    *p = lesson->end;
    return true;
}

static bool find_lesson(const char *name, Lesson *lesson)
{
    const char *p = packed_text(&lessons_text);
    while (next_lesson(&p, lesson))
        if (strlen(name) == lesson->name_size && memcmp(name, lesson->name, lesson->name_size) == 0)
            return true;
    return false;
}

static const char *base_of(const char *exception)
{
#define EXC(name, base, doc) \
    if (strcmp(exception, #name) == 0) return strcmp(#name, #base) == 0 ? NULL : #base;
#include "vm/exceptions.def"
#undef EXC
    return NULL;
}

static void add_text(const Lesson *lesson, StrBuilder *out)
{
    for (const char *p = lesson->text, *end; p < lesson->end; p = end + 1) {
        end = line_end(p);
        int size = (int)(end - p);
        if (strncmp(p, "wrong ", 6) == 0 && end[-1] == ':')
            builder_format(out, "\nWrong (%.*s):\n\n", size - 7, p + 6);
        else if (strncmp(p, "right:", 6) == 0)
            builder_add_cstr(out, "\nRight:\n\n");
        else
            builder_format(out, "%.*s\n", size, p);
    }
    while (out->size > 1 && out->data[out->size - 1] == '\n' && out->data[out->size - 2] == '\n')
        out->size--;
}

Str *explain_lesson(const char *name)
{
    Lesson lesson;
    for (const char *exception = name; exception; exception = base_of(exception)) {
        if (!find_lesson(exception, &lesson)) continue;
        StrBuilder b = {0};
        if (exception != name) builder_format(&b, "%s is a kind of %s.\n\n", name, exception);
        builder_format(&b, "%.*s: %.*s\n\n", (int)lesson.name_size, lesson.name,
                       (int)lesson.title_size, lesson.title);
        add_text(&lesson, &b);
        return builder_str(&b);
    }
    return NULL;
}

Str *explain_list(void)
{
    StrBuilder b = {0};
    const char *p = packed_text(&lessons_text);
    Lesson lesson;
    while (next_lesson(&p, &lesson))
        builder_format(&b, "%-24.*s %.*s\n", (int)lesson.name_size, lesson.name,
                       (int)lesson.title_size, lesson.title);
    return builder_str(&b);
}

Str *explain_similar(const char *name)
{
    List *names = list_new(64);
    const char *p = packed_text(&lessons_text);
    Lesson lesson;
    while (next_lesson(&p, &lesson))
        list_append(names, value_object(str_new(lesson.name, lesson.name_size)));
    return suggest_closest(names, str_from_cstr(name));
}

int explain_run(const char *name)
{
    Str *text = name ? explain_lesson(name) : explain_list();
    if (text) return fputs(text->data, stdout) >= 0 && fflush(stdout) == 0 ? 0 : 1;
    Str *similar = explain_similar(name);
    fprintf(stderr, "rill: no lesson is named %s", name);
    if (similar) fprintf(stderr, "; did you mean %s?", similar->data);
    fprintf(stderr, "\n`rill --explain` lists all lessons.\n");
    return 1;
}
