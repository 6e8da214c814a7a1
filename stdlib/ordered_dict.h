// SPDX-License-Identifier: MIT
// ordered_dict.h - collections.OrderedDict.
#ifndef RILL_STDLIB_ORDERED_DICT_H
#define RILL_STDLIB_ORDERED_DICT_H

#include "vm/vm.h"

void ordered_dict_define(VM *vm, Module *module);  // the type

#endif
