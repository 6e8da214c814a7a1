// SPDX-License-Identifier: MIT
// frame_locals.h - the type of frame.f_locals in a function.
#ifndef RILL_STDLIB_FRAME_LOCALS_H
#define RILL_STDLIB_FRAME_LOCALS_H

#include "vm/frame.h"

Value frame_locals_proxy(VM *vm, Frame *frame);  // a new one each time
void frame_locals_define(VM *vm);

#endif
