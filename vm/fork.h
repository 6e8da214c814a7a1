// SPDX-License-Identifier: MIT
// fork.h - copies of suspended generators that go on independently (rill.fork).
#ifndef RILL_VM_FORK_H
#define RILL_VM_FORK_H

#include "vm/vm.h"

// A generator in the same state, which continues from the same point. Local variables are copied as references; the
// generators it delegates to, and the iterators of the loops it is in, are copied too. ValueError if it (or one of
// those) is running, or is suspended inside try or with: clean-up cannot run twice. TypeError if a loop runs over an
// iterator that cannot be copied. Cost: the size of the frames.
Value generator_fork(VM *vm, Generator *g) RILL_FALLIBLE;

#endif
