// SPDX-License-Identifier: MIT
// codec.h - bytes to text and back: utf-8, utf-8-sig, ascii, latin-1, utf-16 and utf-32 (also -le
// and -be), the tables of charmap.h, unicode_escape and raw_unicode_escape, with the error handlers strict, ignore, replace, backslashreplace, surrogateescape,
// surrogatepass and, for encoding, xmlcharrefreplace and
// namereplace; then those that a program has registered (codec_custom.h).
// Names of encodings are found as in CPython: in any case, `_`, `-` and blanks alike, aliases.
#ifndef RILL_VM_CODEC_H
#define RILL_VM_CODEC_H

#include "vm/str.h"

// NULL: raised (LookupError, UnicodeDecodeError, UnicodeEncodeError).
Str *codec_decode(VM *vm, const char *data, size_t size, const char *encoding,
                  const char *errors) RILL_FALLIBLE;
Str *codec_encode(VM *vm, Str *text, const char *encoding, const char *errors) RILL_FALLIBLE;  // bytes
// The codec's own name ("utf-8" for "UTF8"); NULL if there is none (nothing is raised).
const char *codec_name(const char *encoding);

const char *codec_lookup_name(const char *encoding);  // the same as codecs.lookup() has it: "iso8859-1"

// Names of files, command line arguments, environment: UTF-8, undecodable bytes as surrogates.
Str *codec_from_os(const char *text, size_t size);
// NUL-terminated. NULL: raised ("embedded null byte", or UnicodeEncodeError).
const char *codec_to_os(VM *vm, Str *text) RILL_FALLIBLE;

#endif
