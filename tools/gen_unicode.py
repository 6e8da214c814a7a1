#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes compiler/unicode_names.txt, the names that \\N{...} knows, from Python's own table.

Run by hand with the Python whose Unicode version Rill should have (3.13: Unicode 15.1); what it
writes is committed, so that a build needs neither Python nor the network.
"""

import os
import unicodedata

HEAD = """# The characters whose names \\N{{...}} knows, made by tools/gen_unicode.py from Unicode {version}; not to be
# edited. Each line is a character's number and name.
"""

# Latin-1, Greek, punctuation, currency, letterlike, arrows, mathematics, boxes, shapes, symbols,
# pictographs.
NAMED = [(0x20, 0xFF), (0x370, 0x3FF), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2100, 0x214F),
         (0x2190, 0x22FF), (0x2500, 0x26FF), (0xFEFF, 0xFEFF), (0xFFFD, 0xFFFD), (0x1F300, 0x1F64F)]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(here, "..", "compiler", "unicode_names.txt")
    with open(path, "w", encoding="ascii") as out:
        out.write(HEAD.format(version=unicodedata.unidata_version))
        for first, last in NAMED:
            for c in range(first, last + 1):
                name = unicodedata.name(chr(c), "")
                if name:
                    out.write(f"{c:X} {name}\n")


main()
