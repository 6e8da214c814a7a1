// SPDX-License-Identifier: MIT
// note_rules.h - what the functions of notes.def share: note_rules.c (values, generators, names),
// note_habits.c (what other languages and everyday language suggest), note_syntax.c.
#ifndef RILL_VM_NOTE_RULES_H
#define RILL_VM_NOTE_RULES_H

#include "vm/list.h"
#include "vm/note.h"

#define NOTE(function, kind, lesson) Str *note_##function(const Failure *f);
#include "vm/notes.def"
#undef NOTE

static inline bool begins(const Str *s, const char *text)
{
    return strncmp(s->data, text, strlen(text)) == 0;
}

static inline bool ends(const Str *s, const char *text)
{
    size_t n = strlen(text);
    return s->size >= n && memcmp(s->data + s->size - n, text, n) == 0;
}

// What the failing expression is HEAD(...) or HEAD[...] of; false if it is not of that form.
bool note_split(const Failure *f, char wanted, Str **head, Str **inside);
Str *note_iterated(const Failure *f);  // what an iteration began over; NULL if not known
Str *note_is_none(Str *text);          // "x is None", "f(x) returned None"
// The name in the list that is the same but for two neighbouring letters; NULL.
Str *note_find_swapped(List *names, const Str *name);
Str *note_similar(List *names, Str *name);              // "did you mean 'x'?"; NULL
Str *note_closest_module(VM *vm, Str *name);            // that can be imported; NULL
Str *note_meant_keyword(const char *word, size_t size);  // NULL: none is like it

#endif
