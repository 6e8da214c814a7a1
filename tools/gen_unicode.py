#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes compiler/unicode_names.h, the names that \\N{...} knows, from Python's own table.

Run by hand with the Python whose Unicode version Rill should have (3.13: Unicode 15.1); what it
writes is committed, so that a build needs neither Python nor the network.
"""

import os
import unicodedata

HEAD = """// SPDX-License-Identifier: MIT
// unicode_names.h - made by tools/gen_unicode.py from Unicode {version}; do not edit.
// Names in order, one after the other, each with its NUL.

#include <stdint.h>

"""

# Latin-1, Greek, punctuation, currency, letterlike, arrows, mathematics, boxes, shapes, symbols,
# pictographs.
NAMED = [(0x20, 0xFF), (0x370, 0x3FF), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2100, 0x214F),
         (0x2190, 0x22FF), (0x2500, 0x26FF), (0xFEFF, 0xFEFF), (0xFFFD, 0xFFFD), (0x1F300, 0x1F64F)]


def numbers(name, values):
    lines = [f"static const uint32_t {name}[] = {{"]
    for i in range(0, len(values), 12):
        lines.append("    " + " ".join(f"{v}," for v in values[i:i + 12]))
    return "\n".join(lines + ["};"]) + "\n"


def main():
    names = {}
    for first, last in NAMED:
        for c in range(first, last + 1):
            name = unicodedata.name(chr(c), "")
            if name:
                names[name] = c
    order = sorted(names, key=str.lower)
    offsets, at = [], 0
    for name in order:
        offsets.append(at)
        at += len(name) + 1
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "..", "compiler", "unicode_names.h"), "w", encoding="utf-8") as out:
        out.write(HEAD.format(version=unicodedata.unidata_version))
        out.write("static const char name_texts[] =\n")
        out.write("".join(f'    "{name}\\0"\n' for name in order) + "    ;\n")
        out.write(numbers("name_offsets", offsets) + numbers("name_codes", [names[n] for n in order]))


main()
