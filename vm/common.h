// SPDX-License-Identifier: MIT
// common.h - what every file may use: fixed-width types and a handful of compiler helpers.
#ifndef RILL_VM_COMMON_H
#define RILL_VM_COMMON_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RILL_VERSION "0.1.0"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define countof(a) (sizeof(a) / sizeof((a)[0]))
// Marks a function whose failure must not be ignored: it raised when it says so.
#define RILL_FALLIBLE __attribute__((warn_unused_result))
#define RILL_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define NOINLINE __attribute__((noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))

typedef struct VM VM;

#endif
