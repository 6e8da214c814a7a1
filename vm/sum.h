// SPDX-License-Identifier: MIT
// sum.h - what sum() computes.
#ifndef RILL_VM_SUM_H
#define RILL_VM_SUM_H

#include "vm/vm.h"

// sum + v + the values that `it` still gives. v may be VALUE_STOP or VALUE_ERROR, as the iterator gave it.
Value sum_rest(VM *vm, Value sum, Value v, Value it) RILL_FALLIBLE;

#endif
