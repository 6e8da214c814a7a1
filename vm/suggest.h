// SPDX-License-Identifier: MIT
// suggest.h - "Did you mean": the closest name, by CPython's distance.
#ifndef RILL_VM_SUGGEST_H
#define RILL_VM_SUGGEST_H

#include "vm/list.h"
#include "vm/str.h"

// The name in the list most like `name`; NULL if none is close enough.
Str *suggest_closest(List *names, Str *name);
// Sorted names of the attributes of v, as dir(v). NULL: raised.
List *suggest_dir(VM *vm, Value v) RILL_FALLIBLE;
// The hint for a NameError, AttributeError or ImportError that was not caught, with its leading ".
// "; NULL if there is none. Runs __dir__ of user classes; never leaves an exception pending.
Str *suggest_hint(VM *vm, Value exception);
// TypeError: f() got an unexpected keyword argument; the closest of the known ones is named.
void suggest_raise_keyword(VM *vm, const char *f, List *known, Str *name);
bool suggest_is_stdlib_module(const Str *name);

#endif
