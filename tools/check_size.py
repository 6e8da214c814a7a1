#!/usr/bin/env python3
"""Fail on functions over 60 lines and files over 800, except those named here with the reason."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAX_FUNCTION, MAX_FILE = 60, 800
LONG_FUNCTIONS = {"dispatch": "the dispatch loop"}
LONG_FILES = {"vm/interp.c": "the dispatch loop", "vm/unicode_tables.h": "made by a tool"}
# In the house style a function's body begins and ends with a brace in the first column.
NAME = re.compile(r"(\w+)\(")


def functions(lines):
    start = name = None
    for number, line in enumerate(lines):
        if line.startswith("{"):
            head = number - 1
            while head > 0 and lines[head].startswith((" ", "\t")):
                head -= 1
            match = NAME.search(lines[head])
            start, name = head, match[1] if match else lines[head]
        elif line.startswith("}") and start is not None:
            yield name, start + 1, number - start + 1
            start = None


def main():
    problems = []
    for file in sorted(f for d in ("vm", "compiler", "stdlib", "cli") for f in (ROOT / d).glob("*.[ch]")):
        path = file.relative_to(ROOT).as_posix()
        lines = file.read_text().splitlines()
        if len(lines) > MAX_FILE and path not in LONG_FILES:
            problems.append(f"{path}: {len(lines)} lines (limit {MAX_FILE})")
        for name, line, length in functions(lines):
            if length > MAX_FUNCTION and name not in LONG_FUNCTIONS:
                problems.append(f"{path}:{line}: {name} has {length} lines (limit {MAX_FUNCTION})")
    print("\n".join(problems or ["sizes: within limits"]))
    return bool(problems)


sys.exit(main())
