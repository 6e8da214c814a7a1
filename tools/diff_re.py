#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares Rill's `re` with CPython's on random patterns and subjects.

Usage: tools/diff_re.py RILL PYTHON [SEED [COUNT]]. Prints the cases that differ. Patterns are built from
a grammar, a part of them then damaged so that errors are compared too; both interpreters run the
same script with the same cases.
"""
import random
import subprocess
import sys
import tempfile

ATOMS = ["a", "b", "c", "A", "B", ".", "[ab]", "[^a]", "[a-c]", r"\w", r"\W", r"\d", r"\s", r"\S", "é", "É", "ß", "1",
         r"\n", "[é-ü]", r"[\w-]", r"[^\W\d]", r"[^\s]", r"[\D]", " ", "k", "i", "K", "s", "[h-k]", "[^i]", r"\x61", r"\u00e9", "日"]
ANCHORS = ["^", "$", r"\b", r"\B", r"\A", r"\Z"]
QUANTIFIERS = ["*", "+", "?", "{2}", "{1,2}", "{,2}", "{1,}", "{0}", "{0,1}"]
SUBJECT = "aabbcABC  11\néÉß日kKisıİK_-"
FLAGS = [0, 0, 0, 2, 8, 16, 64, 256, 2 | 8, 2 | 256, 8 | 16, 2 | 16]
PROGRAM = r'''
import re
def show(f):
    try:
        return f()
    except re.error as e:
        return ("error", str(e), e.pos, e.lineno, e.colno)
    except (OverflowError, ValueError, IndexError, RuntimeError) as e:
        return (type(e).__name__, str(e))
def places(m):
    return m and (m.regs, m.lastindex, m.lastgroup)
def run(p, f, s, r):
    c = show(lambda: re.compile(p, f))
    if isinstance(c, tuple):
        return [c]
    return [c.groups, dict(c.groupindex), c.flags, show(lambda: places(c.search(s))), show(lambda: places(c.match(s))),
            show(lambda: places(c.fullmatch(s))), show(lambda: places(c.search(s, 2, 5))), show(lambda: c.findall(s)), show(lambda: c.split(s, 3)),
            show(lambda: c.subn(r, s)), show(lambda: [m.span() for m in c.finditer(s)])]
for i, case in enumerate(CASES):
    print(i, ascii(run(*case)))
'''


class Maker:
    def __init__(self, rng):
        self.rng, self.groups, self.open = rng, 0, []

    def alternatives(self, depth):
        return "|".join(self.sequence(depth) for _ in range(self.rng.choice([1, 1, 1, 2, 2, 3])))

    def sequence(self, depth):
        return "".join(self.item(depth) for _ in range(self.rng.choice([0, 1, 1, 2, 2, 3, 4])))

    def item(self, depth):
        rng = self.rng
        if rng.random() < 0.1:
            return rng.choice(ANCHORS)
        if rng.random() < 0.08 and self.groups:
            n = rng.randint(1, self.groups)
            return rng.choice(["\\%d", "(?(%d)a|b)", "(?(%d)c)"]) % n
        text = rng.choice(ATOMS) if depth <= 0 or rng.random() < 0.55 else self.group(depth - 1)
        if rng.random() < 0.35:
            text += rng.choice(QUANTIFIERS) + rng.choice(["", "", "", "?", "+"])
        return text

    def group(self, depth):
        kind = self.rng.random()
        if kind < 0.4:
            self.groups += 1
            name = "?P<g%d>" % self.groups if self.rng.random() < 0.3 else ""
            return "(" + name + self.alternatives(depth) + ")"
        opening = self.rng.choice(["(?:", "(?:", "(?=", "(?!", "(?>", "(?i:", "(?-i:", "(?s:", "(?a:", "(?m-i:"])
        if kind > 0.93:
            return self.rng.choice(["(?<=", "(?<!"]) + "".join(self.rng.choice(ATOMS) for _ in range(self.rng.randint(0, 2))) + ")"
        return opening + self.alternatives(depth) + ")"


def damage(rng, text):
    if not text:
        return text
    at = rng.randrange(len(text))
    return rng.choice([text[:at], text[:at] + text[at + 1:], text[:at] + rng.choice("()[]{}*+?|\\<>P:=!#-iLux1g,^$") + text[at:]])


def case(rng):
    pattern = Maker(rng).alternatives(3)
    if rng.random() < 0.15:
        pattern = rng.choice(["(?i)", "(?s)", "(?m)", "(?x)", "(?a)", "(?im)"]) + pattern
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        pattern = damage(rng, pattern)
    letters = SUBJECT if rng.random() < 0.5 else SUBJECT[:13]
    subject = "".join(rng.choice(letters) for _ in range(rng.randint(0, 12)))
    replacement = rng.choice(["-", "<\\g<0>>", "\\1", "\\\\n", ""])
    flags = rng.choice(FLAGS)
    if rng.random() < 0.1:
        return pattern.encode("latin-1", "replace"), flags, subject.encode("latin-1", "replace"), replacement.encode()
    return pattern, flags, subject, replacement


def run(command, script):
    done = subprocess.run(command + [script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=110)
    if done.returncode:
        print(command, "exit", done.returncode, done.stderr.decode()[-500:])
    return done.stdout.decode().splitlines()


def main():
    rill, python = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(10**6)
    rng = random.Random(seed)
    cases = [case(rng) for _ in range(int(sys.argv[4]) if len(sys.argv) > 4 else 3000)]
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write("CASES = [\n" + "".join("    %s,\n" % ascii(c) for c in cases) + "]\n" + PROGRAM)
        script.flush()
        ours, theirs = run([rill], script.name), run([python, "-W", "ignore"], script.name)
    bad = 0
    for i, c in enumerate(cases):
        a, b = [lines[i] if i < len(lines) else "nothing" for lines in (ours, theirs)]
        if a != b:
            bad += 1
            print("%s\n  rill   %s\n  python %s" % (ascii(c), a, b))
    print("seed %d: %d cases, %d differ" % (seed, len(cases), bad))
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
