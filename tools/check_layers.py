#!/usr/bin/env python3
"""Fail if a header includes one from a layer above its own (tools/layers.txt), if a .c file
includes a header of a folder above its own, or if a file goes round the allocator of vm/gc.c."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
ALLOCATOR = re.compile(r"<gc\.h>|\b(?:malloc|calloc|realloc|free|strdup)\s*\(")
FOLDERS = ["vm", "compiler", "stdlib", "include", "cli", "tests", "tools"]  # lowest first


def read_layers():
    lines = (ROOT / "tools/layers.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {entry: rank for rank, row in enumerate(rows) for entry in row}


LAYERS = read_layers()


def layer_of(path):
    """The rank of a header: by its own entry, else by its folder's; None if neither is listed."""
    return LAYERS.get(path, LAYERS.get(path.split("/")[0] + "/"))


def folder_rank(path):
    return FOLDERS.index(path.split("/")[0])


def check_includes(path, text):
    for target in INCLUDE.findall(text):
        if (ROOT / "build/gen" / target).exists() and not (ROOT / target).exists():
            continue
        if "/" not in target:
            yield f"{path}: include {target} from the root of the project"
        elif path.endswith(".c") and folder_rank(target) > folder_rank(path):
            yield f"{path}: includes {target}, of a folder above its own"
        elif path.endswith(".h") and layer_of(target) > layer_of(path):
            yield f"{path}: includes {target}, which is above it"


def main():
    errors = []
    for file in sorted(f for folder in FOLDERS for f in (ROOT / folder).rglob("*.[ch]")):
        path = file.relative_to(ROOT).as_posix()
        text = file.read_text()
        errors += check_includes(path, text)
        if folder_rank(path) <= FOLDERS.index("cli") and path not in ("vm/gc.c", "vm/gc.h"):
            if found := ALLOCATOR.search(COMMENT.sub("", text) if "<gc.h>" not in text else text):
                errors.append(f"{path}: uses {found[0].strip()}; allocate with vm/gc.h")
    print("\n".join(errors or ["layers: in order"]))
    return bool(errors)


sys.exit(main())
