// SPDX-License-Identifier: MIT
// operator.h - the parts of the module _operator.
#ifndef RILL_STDLIB_OPERATOR_H
#define RILL_STDLIB_OPERATOR_H

#include "vm/vm.h"

void operator_define_getters(VM *vm, Module *module);  // itemgetter, attrgetter, methodcaller

#endif
