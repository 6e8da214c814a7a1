// SPDX-License-Identifier: MIT
// percent.h - the % operator of str, bytes and bytearray.
#ifndef RILL_VM_PERCENT_H
#define RILL_VM_PERCENT_H

#include "vm/str.h"

Str *percent_format(VM *vm, Str *format, Value args) RILL_FALLIBLE;          // NULL: raised
Value percent_format_bytes(VM *vm, Value format, Value args) RILL_FALLIBLE;  // bytes or bytearray

#endif
