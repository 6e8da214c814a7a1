// SPDX-License-Identifier: MIT
// codec_custom.h - encodings and error handlers that a program has registered. They are kept by the module codecs, which
// is imported when an encoding or handler of another name is met.
#ifndef RILL_VM_CODEC_CUSTOM_H
#define RILL_VM_CODEC_CUSTOM_H

#include "vm/str.h"

// data: a str to encode or the bytes to decode. NULL: raised ("unknown encoding: x").
Str *codec_custom_encode(VM *vm, Str *text, const char *encoding, const char *errors) RILL_FALLIBLE;
Str *codec_custom_decode(VM *vm, Str *bytes, const char *encoding, const char *errors) RILL_FALLIBLE;
// The pending exception is a UnicodeDecodeError or UnicodeEncodeError: what the handler wants instead of the bad part (str,
// or bytes if they may be), and where to go on, at most n. NULL: raised.
Str *codec_custom_replace(VM *vm, const char *handler, bool takes_bytes, size_t n, size_t *go_on) RILL_FALLIBLE;

#endif
