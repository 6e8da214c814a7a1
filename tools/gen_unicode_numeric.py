#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print vm/unicode_tables.h: what CPython knows of characters and utf8proc does not.

utf8proc has categories and one-to-one case mappings. The tables hold the rest: decimal, digit and
numeric values, the characters whose case, identifier or white-space properties do not follow from
their category, and case mappings to several characters.

    python3.13 tools/gen_unicode_numeric.py > vm/unicode_tables.h

The file is kept in the repository because its content depends on the version of Python: it must
be one with Unicode 15.1.
"""
import sys
import unicodedata

ALL = [c for c in range(sys.maxunicode + 1) if not 0xD800 <= c <= 0xDFFF]


def category(c):
    return unicodedata.category(chr(c))


def ranges(codes):
    result = []
    for c in codes:
        if result and result[-1][1] == c - 1:
            result[-1][1] = c
        else:
            result.append([c, c])
    return result


def print_rows(kind, name, rows):
    print("\nstatic const %s %s[] = {" % (kind, name))
    line = "   "
    for row in rows:
        item = " {%s}," % ", ".join("0x%X" % x for x in row)
        if len(line) + len(item) > 100:
            print(line)
            line = "   "
        line += item
    print(line)
    print("};")


def print_ranges(name, test):
    print_rows("UnicodeRange", name + "_ranges", ranges(c for c in ALL if test(c)))


def decimal_ranges():
    codes = [c for c in ALL if chr(c).isdecimal()]
    result = []
    for first, last in ranges(codes):
        for c in range(first, last + 1):
            assert unicodedata.decimal(chr(c)) == (c - first) % 10
        result.append((first, last))
    return result


def is_case_ignorable(c):
    before = ("A" + chr(c) + "\u03a3").lower().endswith("\u03c2")
    without = ("1" + chr(c) + "\u03a3").lower().endswith("\u03c2")
    return before and not without


def expansions(method):
    for c in ALL:
        mapped = getattr(chr(c), method)()
        if len(mapped) > 1:
            codes = [ord(x) for x in mapped]
            yield [c] + codes + [0] * (3 - len(codes))


IGNORABLE = ("Mn", "Me", "Cf", "Lm", "Sk")
ID_START = ("Lu", "Ll", "Lt", "Lm", "Lo", "Nl")
ID_CONTINUE = ID_START + ("Mn", "Mc", "Nd", "Pc")


HEAD = """// SPDX-License-Identifier: MIT
// unicode_tables.h - properties of characters that do not follow from their category, and case
// mappings to several characters. For unicode.c only. Ranges are inclusive; all is in order.
// Printed by tools/gen_unicode_numeric.py from Unicode %s.
#ifndef RILL_VM_UNICODE_TABLES_H
#define RILL_VM_UNICODE_TABLES_H

#include "vm/common.h"

typedef struct UnicodeRange {
    uint32_t first, last;
} UnicodeRange;
typedef struct UnicodeMapping {
    uint32_t from, first, second, third;
} UnicodeMapping;"""


def main():
    assert unicodedata.unidata_version == "15.1.0", unicodedata.unidata_version
    print(HEAD % unicodedata.unidata_version)
    print("\n// The value of a decimal digit is its distance to the start of the range, modulo 10.",
          end="")
    print_rows("UnicodeRange", "decimal_ranges", decimal_ranges())
    print("\n// Digits that are not decimal, numbers that are not digits.", end="")
    print_ranges("digit", lambda c: chr(c).isdigit() and not chr(c).isdecimal())
    print_ranges("numeric", lambda c: chr(c).isnumeric() and not chr(c).isdigit())
    print("\n// Exceptions: characters with the property whose category does not say so, and the "
          "reverse.", end="")
    print_ranges("lower", lambda c: chr(c).islower() != (category(c) == "Ll"))
    print_ranges("upper", lambda c: chr(c).isupper() != (category(c) == "Lu"))
    print_ranges("ignorable", lambda c: is_case_ignorable(c) != (category(c) in IGNORABLE))
    print_ranges("id_start", lambda c: chr(c).isidentifier() != (category(c) in ID_START))
    print_ranges("id_continue",
                 lambda c: ("a" + chr(c)).isidentifier() != (category(c) in ID_CONTINUE))
    print("\n// White space.", end="")
    print_ranges("space", lambda c: chr(c).isspace())
    print("\n// Mappings to several characters; 0: none.", end="")
    for method in ("upper", "lower", "title", "casefold"):
        print_rows("UnicodeMapping", method + "_mappings", expansions(method))
    print("\n#endif")


main()
