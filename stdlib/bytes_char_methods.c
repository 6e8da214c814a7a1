// SPDX-License-Identifier: MIT
// bytes_char_methods.c - methods of bytes and bytearray about single bytes: case, tests, padding,
// translation. Only ASCII counts as letters, digits and white space.
#include "stdlib/ascii_case.h"
#include "stdlib/bytes_methods.h"
#include "stdlib/text_args.h"
#include "vm/bytes.h"
#include "vm/gc.h"
#include "vm/vm.h"

// Changing case

static Value change_case(Value self, CaseChange change)
{
    Span s = bytes_span(self);
    char *out = gc_alloc_atomic(s.size + 1);
    ascii_change_case(out, s.data, s.size, change);
    return bytes_like(self, out, s.size);
}

#define CASE_METHOD(name, change, text)           \
    NATIVE(bytes_##name, #name "(self, /)", text) \
    {                                             \
        return change_case(args[0], change);      \
    }
CASE_METHOD(lower, CASE_LOWER, "Return a copy with all ASCII characters converted to lowercase.")
CASE_METHOD(upper, CASE_UPPER, "Return a copy with all ASCII characters converted to uppercase.")
CASE_METHOD(title, CASE_TITLE, "Return a titlecased version: ASCII words start uppercase.")
CASE_METHOD(capitalize, CASE_CAPITAL, "Return a copy with only its first character capitalized.")
CASE_METHOD(swapcase, CASE_SWAP, "Return a copy with uppercase and lowercase letters swapped.")
#undef CASE_METHOD

// Tests

static bool is_letter(char c)
{
    return ascii_is_upper(c) || ascii_is_lower(c);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter_or_digit(char c)
{
    return is_letter(c) || is_digit(c);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

static bool all_are(Value self, bool (*test)(char))
{
    Span s = bytes_span(self);
    for (size_t i = 0; i < s.size; i++)
        if (!test(s.data[i])) return false;
    return s.size > 0;
}

#define TEST(name, test, text)                                                      \
    NATIVE(bytes_##name, #name "(self, /)",                                         \
           "Return True if there is a byte and all are " text ", False otherwise.") \
    {                                                                               \
        return value_bool(all_are(args[0], test));                                  \
    }
TEST(isalpha, is_letter, "ASCII letters")
TEST(isdigit, is_digit, "ASCII digits")
TEST(isalnum, is_letter_or_digit, "ASCII letters or digits")
TEST(isspace, is_space, "ASCII whitespace")
#undef TEST

NATIVE(bytes_isascii, "isascii(self, /)", "Return True if all bytes are ASCII, False otherwise.")
{
    Span s = bytes_span(args[0]);
    return value_bool(utf8_is_ascii(s.data, s.size));
}

static bool has_case(Value self, bool wants_upper)
{
    Span s = bytes_span(self);
    bool found = false;
    for (size_t i = 0; i < s.size; i++) {
        if (!is_letter(s.data[i])) continue;
        if (ascii_is_upper(s.data[i]) != wants_upper) return false;
        found = true;
    }
    return found;
}

NATIVE(bytes_islower, "islower(self, /)",
       "Return True if there is a letter and all letters are lowercase, False otherwise.")
{
    return value_bool(has_case(args[0], false));
}

NATIVE(bytes_isupper, "isupper(self, /)",
       "Return True if there is a letter and all letters are uppercase, False otherwise.")
{
    return value_bool(has_case(args[0], true));
}

NATIVE(bytes_istitle, "istitle(self, /)",
       "Return True if there is a letter and the bytes are titlecased, False otherwise.")
{
    Span s = bytes_span(args[0]);
    bool in_word = false, found = false;
    for (size_t i = 0; i < s.size; i++) {
        char c = s.data[i];
        if ((ascii_is_upper(c) && in_word) || (ascii_is_lower(c) && !in_word)) return VALUE_FALSE;
        in_word = is_letter(c);
        found = found || in_word;
    }
    return value_bool(found);
}

// Padding

static Value pad(VM *vm, Value self, size_t left, size_t right, char fill)
{
    Span s = bytes_span(self);
    StrBuilder b = {0};
    if (left + right == 0 && is_bytes(self)) return value_object(str_exact(as_str(self)));
    if (left + right > SIZE_MAX / 4 || !builder_try_reserve(&b, s.size + left + right))
        return raise_value(vm, vm->memory_error);
    memset(b.data, fill, left);
    memcpy(b.data + left, s.data, s.size);
    memset(b.data + left + s.size, fill, right);
    return bytes_like(self, b.data, s.size + left + right);
}

typedef enum Justify { JUSTIFY_LEFT, JUSTIFY_RIGHT, JUSTIFY_CENTER } Justify;

static Value justify(VM *vm, Value *args, Justify how, const char *name)
{
    int64_t width = arg_ssize(args[1]);
    char fill = ' ';
    if (args[2] != VALUE_UNBOUND) {
        if (!is_bytes_like(args[2]) || bytes_span(args[2]).size != 1)
            return raise_error(vm, EXC_TypeError,
                               "%s() argument 2 must be a byte string of length 1, not %s", name,
                               type_name(vm, args[2]));
        fill = bytes_span(args[2]).data[0];
    }
    size_t size = bytes_span(args[0]).size;
    size_t n = width > (int64_t)size ? (size_t)width - size : 0;
    size_t left = how == JUSTIFY_LEFT ? 0 : how == JUSTIFY_RIGHT ? n : text_center_left(width, n);
    return pad(vm, args[0], left, n - left, fill);
}

NATIVE(bytes_center, "center(self, width: ssize, fillchar = ?, /)",
       "Return centered bytes of length width, padded with the fill byte.")
{
    return justify(vm, args, JUSTIFY_CENTER, "center");
}

NATIVE(bytes_ljust, "ljust(self, width: ssize, fillchar = ?, /)",
       "Return left-justified bytes of length width, padded with the fill byte.")
{
    return justify(vm, args, JUSTIFY_LEFT, "ljust");
}

NATIVE(bytes_rjust, "rjust(self, width: ssize, fillchar = ?, /)",
       "Return right-justified bytes of length width, padded with the fill byte.")
{
    return justify(vm, args, JUSTIFY_RIGHT, "rjust");
}

NATIVE(bytes_zfill, "zfill(self, width: ssize, /)",
       "Pad numeric bytes with zeros on the left, to fill a field of the given width.")
{
    int64_t width = arg_ssize(args[1]);
    Span s = bytes_span(args[0]);
    size_t n = width > (int64_t)s.size ? (size_t)width - s.size : 0;
    Value padded = pad(vm, args[0], n, 0, '0');
    if (is_error(padded) || n == 0 || s.size == 0) return padded;
    if (s.data[0] != '+' && s.data[0] != '-') return padded;
    char *text = (char *)(uintptr_t)bytes_span(padded).data;  // fresh: two bytes at least
    text[n] = '0';
    text[0] = s.data[0];
    return padded;
}

NATIVE(bytes_expandtabs, "expandtabs(self, /, tabsize: cint = 8)",
       "Return a copy where all tab characters are expanded using spaces.")
{
    int64_t size = arg_ssize(args[1]), column = 0;
    if (size > INT32_MAX || size < INT32_MIN)
        return raise_error(vm, EXC_OverflowError, "Python int too large to convert to C int");
    Span s = bytes_span(args[0]);
    StrBuilder b = {0};
    for (size_t i = 0; i < s.size; i++) {
        char c = s.data[i];
        if (c == '\t') {
            int64_t n = size > 0 ? size - column % size : 0;
            if (!builder_try_reserve(&b, (size_t)n)) return raise_value(vm, vm->memory_error);
            for (int64_t k = 0; k < n; k++)
                builder_add_byte(&b, ' ');
            column += n;
        } else {
            builder_add_byte(&b, c);
            column = c == '\n' || c == '\r' ? 0 : column + 1;
        }
    }
    return bytes_like(args[0], b.data ? b.data : "", b.size);
}

// translate

NATIVE(bytes_translate, "translate(self, table, /, delete = b'')",
       "Return a copy with each byte mapped by the given translation table of 256 bytes (None:\n"
       "no mapping), and the bytes in delete removed.")
{
    Span table = {NULL, 0}, removed;
    if (!is_none(args[1])) {
        if (!bytes_get(vm, args[1], &table)) return VALUE_ERROR;
        if (table.size != 256)
            return raise_error(vm, EXC_ValueError, "translation table must be 256 characters long");
    }
    if (!bytes_get(vm, args[2], &removed)) return VALUE_ERROR;
    bool is_removed[256] = {false};
    for (size_t i = 0; i < removed.size; i++)
        is_removed[(unsigned char)removed.data[i]] = true;
    Span s = bytes_span(args[0]);
    char *out = gc_alloc_atomic(s.size + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.size; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (!is_removed[c]) out[n++] = table.data ? table.data[c] : (char)c;
    }
    return bytes_like(args[0], out, n);
}

NATIVE(bytes_maketrans, "@maketrans(frm, to, /)",
       "Return a translation table usable for translate(): each byte in frm is mapped to the one\n"
       "at the same position in to.")
{
    Span from, to;
    if (!bytes_get(vm, args[0], &from) || !bytes_get(vm, args[1], &to)) return VALUE_ERROR;
    if (from.size != to.size)
        return raise_error(vm, EXC_ValueError, "maketrans arguments must have same length");
    char table[256];
    for (int i = 0; i < 256; i++)
        table[i] = (char)i;
    for (size_t i = 0; i < from.size; i++)
        table[(unsigned char)from.data[i]] = to.data[i];
    return value_object(bytes_new(table, sizeof table));
}

const NativeDef *const bytes_char_methods[] = {
    &def_bytes_lower,      &def_bytes_upper,     &def_bytes_title,
    &def_bytes_capitalize, &def_bytes_swapcase,  &def_bytes_isalpha,
    &def_bytes_isdigit,    &def_bytes_isalnum,   &def_bytes_isspace,
    &def_bytes_isascii,    &def_bytes_islower,   &def_bytes_isupper,
    &def_bytes_istitle,    &def_bytes_center,    &def_bytes_ljust,
    &def_bytes_rjust,      &def_bytes_zfill,     &def_bytes_expandtabs,
    &def_bytes_translate,  &def_bytes_maketrans, NULL,
};
