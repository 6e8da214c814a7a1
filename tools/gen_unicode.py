#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes compiler/unicode_names.txt, the names that \\N{...} knows, from Python's own table.

Run by hand with the Python whose Unicode version Rill should have (3.13: Unicode 15.1); what it
writes is committed, so that a build needs neither Python nor the network.

A line is the name of the next character: a letter for the number of bytes it has in common with
the name before (0: A), and the rest of it. Where a character has no name here, "+N" goes over N
characters (hexadecimal). "*N" before a name: the next N characters have it, and its # is the
character's number. Hangul syllables are left to charname.c. "!N NAME" is a second name.
"""

import os
import unicodedata

HEAD = """# The characters whose names \\N{{...}} knows, made by tools/gen_unicode.py, which says what a line is, from
# Unicode {version}; not to be edited.
"""

# The Basic Multilingual Plane but for the large syllabaries, and beyond it mathematics, notes, games,
# pictographs, ideographs.
NAMED = [(0x20, 0x11FF), (0x1380, 0x13FF), (0x1680, 0xA000), (0xA490, 0xA4FF), (0xA640, 0xD7FF), (0xE000, 0xFFFF),
         (0x1D100, 0x1D1FF), (0x1D400, 0x1D7FF), (0x1F000, 0x1FBFF), (0x20000, 0x3FFFF), (0xE0000, 0xE01FF)]

SECOND = """NULL NUL;START OF HEADING SOH;START OF TEXT STX;END OF TEXT ETX;END OF TRANSMISSION EOT;ENQUIRY ENQ;
ACKNOWLEDGE ACK;ALERT BEL;BACKSPACE BS;CHARACTER TABULATION|HORIZONTAL TABULATION|HT TAB;LINE FEED|NEW LINE|END OF LINE|LF|NL EOL;
LINE TABULATION|VERTICAL TABULATION VT;FORM FEED FF;CARRIAGE RETURN CR;SHIFT OUT|LOCKING-SHIFT ONE SO;
SHIFT IN|LOCKING-SHIFT ZERO SI;DATA LINK ESCAPE DLE;DEVICE CONTROL ONE DC1;DEVICE CONTROL TWO DC2;
DEVICE CONTROL THREE DC3;DEVICE CONTROL FOUR DC4;NEGATIVE ACKNOWLEDGE NAK;SYNCHRONOUS IDLE SYN;
END OF TRANSMISSION BLOCK ETB;CANCEL CAN;END OF MEDIUM|EOM EM;SUBSTITUTE SUB;ESCAPE ESC;INFORMATION SEPARATOR FOUR|FILE SEPARATOR FS;
INFORMATION SEPARATOR THREE|GROUP SEPARATOR GS;INFORMATION SEPARATOR TWO|RECORD SEPARATOR RS;
INFORMATION SEPARATOR ONE|UNIT SEPARATOR US;DELETE DEL;BREAK PERMITTED HERE BPH;NO BREAK HERE NBH;NEXT LINE NEL;
PADDING CHARACTER PAD;HIGH OCTET PRESET HOP;INDEX IND;START OF SELECTED AREA SSA;END OF SELECTED AREA ESA;
SINGLE SHIFT TWO SS2;SINGLE SHIFT THREE SS3;CONTROL SEQUENCE INTRODUCER CSI;STRING TERMINATOR ST;
OPERATING SYSTEM COMMAND OSC;PRIVACY MESSAGE PM;APPLICATION PROGRAM COMMAND APC;SP;NBSP;SHY;ZWSP;ZWNJ;ZWJ;LRM;RLM;
LRE;RLE;PDF;LRO;RLO;WJ;BOM|BYTE ORDER MARK ZWNBSP;CGJ;LATIN CAPITAL LETTER GHA;LATIN SMALL LETTER GHA;WEIERSTRASS ELLIPTIC FUNCTION"""


def pattern(c):
    """The name, with # for the character's number; "" if it has none here."""
    name = unicodedata.name(chr(c), "")
    if name.startswith("HANGUL SYLLABLE "):
        return ""
    number = f"{c:04X}"
    return name[:-len(number)] + "#" if name.endswith("-" + number) else name


def in_common(a, b):
    n = 0
    while n < min(len(a), len(b), 60) and a[n] == b[n]:
        n += 1
    return n


def lines():
    next_, before = 0, ""
    for first, last in NAMED:
        c = first
        while c <= last:
            name = pattern(c)
            n = 1
            while name.endswith("-#") and c + n <= last and pattern(c + n) == name:
                n += 1
            if name:
                if c > next_:
                    yield f"+{c - next_:X}"
                if n > 1:
                    yield f"*{n:X}"
                shared = in_common(name, before)
                yield chr(ord("A") + shared) + name[shared:]
                next_, before = c + n, name
            c += n
    for name in SECOND.replace("\n", "").replace("|", ";").split(";"):
        # The last word of an entry is an abbreviation, a name itself.
        for known in dict.fromkeys((name, *name.rsplit(" ", 1))):
            try:
                c = unicodedata.lookup(known)
            except KeyError:
                continue
            if unicodedata.name(c, "") != known:
                yield f"!{ord(c):X} {known}"


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(here, "..", "compiler", "unicode_names.txt")
    with open(path, "w", encoding="ascii") as out:
        out.write(HEAD.format(version=unicodedata.unidata_version))
        out.write("\n".join(lines()) + "\n")


main()
