#!/usr/bin/env python3
"""Run Rill's tests: scripts that carry, or have beside them, what they must print.

A test is a .rill file under tests/ (not in a folder named support). In its text:

    # expect: TEXT                the next line of standard output is TEXT
    # expect error: TYPE[: MSG]   the script dies on this line with this exception
    # stderr: TEXT                TEXT is a line of standard error
    # note: TEXT                  "note: TEXT" is the next note after an uncaught exception; there are no others
    # exit: N                     the exit status (default: 0, or 1 if it dies)
    # stdin: TEXT                 a line of standard input
    # args: A B                   command line arguments, split as a shell does
    # rill-only: WHY              CPython differs on purpose; not run under --cpython
    # options: --plain-errors     options of rill before the script
    # stress-step: N              under RILL_GC_STRESS, a collection at every Nth allocation: its sizes are the point

NAME.out beside it is its whole standard output, NAME.err its whole standard error. `--record`
writes them with CPython. A .sh file is a test too: sh runs it with RILL and ROOT set (a .py file in repl/: python3, with
repl/support to import from); its output
and errors together are NAME.out. Notes are no part of NAME.err, and those about where to read more are not
compared. Scripts run in an empty folder of their own.

In tests/differences/ every file is rill-only, and where CPython 3.13 is at hand it is checked that
its output really differs.

With --warn the scripts run with `-W generators`, and any warning is a false alarm and fails, but for scripts that say
`# misuses-generators: WHY`.

Usage: tests/run.py [--rill PATH | --cpython | --record] [--warn] [--units DIR] [file or folder ...]
The last line is `N passed, N failed`.
"""
import argparse
import concurrent.futures
import glob
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent
ROOT = TESTS.parent
DIRECTIVE = re.compile(r"# (expect error|expect|stderr|note|exit|stdin|args|rill-only|misuses-generators|options):(?: (.*))?$")
STRESS_STEP = re.compile(r"# stress-step: (\d+)$", re.MULTILINE)
FILE_LINE = re.compile(r'File "[^"]*?([^/"]+)"')
WARNING_LINE = re.compile(r"^\S*/([^/\s]+:\d+: \w*Warning: )", re.MULTILINE)
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")


def decode(data):
    return data.decode("utf-8", "surrogateescape")


class Test:
    def __init__(self, path):
        self.path = path
        self.is_shell = path.suffix in (".sh", ".py")
        self.expect, self.stderr, self.notes, self.stdin, self.error = [], [], [], [], None
        self.exit, self.args, self.options, self.rill_only = None, [], [], "differences" in path.parts
        self.misuses_generators = False
        self.out, self.err = self.companion(".out"), self.companion(".err")
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
        step = STRESS_STEP.search(text)
        self.stress_step = step[1] if step else "1"
        if not self.is_shell:
            self.read(text)

    def companion(self, suffix):
        file = self.path.with_suffix(suffix)
        return decode(file.read_bytes()) if file.exists() else None

    def read(self, text):
        for number, line in enumerate(text.split("\n"), 1):
            match = DIRECTIVE.search(line)
            if match is None:
                continue
            kind, value = match[1], match[2] or ""
            if kind == "expect":
                self.expect.append(value)
            elif kind == "expect error":
                self.error = (number, value)
            elif kind == "stderr":
                self.stderr.append(value)
            elif kind == "note":
                self.notes.append(value)
            elif kind == "stdin":
                self.stdin.append(value + "\n")
            elif kind == "exit":
                self.exit = int(value)
            elif kind in ("args", "options"):
                getattr(self, kind).extend(shlex.split(value))
            elif kind == "misuses-generators":
                self.misuses_generators = True
            else:
                self.rill_only = True

    def expected_exit(self):
        if self.exit is not None:
            return self.exit
        return 1 if self.error or self.err else 0

    def checks_something(self):
        return bool(self.expect or self.error or self.stderr or self.exit is not None
                    or self.out is not None or self.err is not None)


class Result:
    def __init__(self, status, out, err):
        lines = err.split("\n")
        self.status, self.out = status, out
        self.notes = [line[6:] for line in lines if line.startswith("note: ")]
        self.err = "\n".join(line for line in lines if not line.startswith("note: "))


def plain_errors(text):
    """Tracebacks without what differs between machines."""
    return ADDRESS.sub("0x...", WARNING_LINE.sub(r"\1", FILE_LINE.sub(r'File "\1"', text)))


def environment(command):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LC_"))}
    env.update(LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0", NO_COLOR="1",
               RILL=shlex.join(command), ROOT=str(ROOT), PYTHONPATH=str(TESTS / "repl/support"))
    return env


def run(test, command, timeout):
    options = [] if "python" in command[0] else test.options
    shell = sys.executable if test.path.suffix == ".py" else "sh"
    line = [shell, str(test.path)] if test.is_shell else [*command, *options, str(test.path), *test.args]
    with tempfile.TemporaryDirectory(prefix="rill-test-") as folder:
        done = subprocess.run(line, input="".join(test.stdin).encode(), cwd=folder, timeout=timeout,
                              env=environment(command) | {"RILL_GC_STRESS_STEP": test.stress_step}, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT if test.is_shell else subprocess.PIPE)
    return Result(done.returncode, decode(done.stdout), decode(done.stderr or b""))


def compare(what, want, got):
    want, got = want.split("\n"), got.split("\n")
    for number, (w, g) in enumerate(zip(want, got), 1):
        if w != g:
            return [f"{what}, line {number}: expected {w!r}", f"{' ' * len(what)}  but got {g!r}"]
    if len(want) != len(got):
        rest = (want if len(want) > len(got) else got)[min(len(want), len(got))]
        return [f"{what}: expected {len(want) - 1} lines, got {len(got) - 1}; the first of the rest is {rest!r}"]
    return []


def check_error(error, stderr):
    number, want = error
    lines = stderr.rstrip("\n").split("\n")
    names_line = re.search(rf"line {number}\b", stderr) is not None
    # A message may have several lines; a hint of Rill's own may follow it.
    if not any(line == want or (":" not in want and line.startswith(want + ":")) for line in lines):
        return [f"error: expected {want!r}", f"       but got {lines[-1]!r}"]
    return [] if names_line else [f"error: the traceback does not name line {number}"]


def check_notes(test, result):
    """Notes that a test does not name are errors, if they say that the program misuses something."""
    got = [note for note in result.notes if not note.startswith("more about this: ")]
    if test.notes:
        return compare("notes", "".join(n + "\n" for n in test.notes), "".join(n + "\n" for n in got))
    return [f"unexpected note: {note}" for note in got]


def verify(test, result, has_notes):
    problems = check_notes(test, result) if has_notes else []
    if test.out is not None:
        problems += compare("output", plain_errors(test.out), plain_errors(result.out))
    elif test.expect or not test.is_shell:
        problems += compare("output", "".join(line + "\n" for line in test.expect),
                            result.out if not result.out or result.out.endswith("\n") else result.out + "\n")
    if test.err is not None:
        problems += compare("stderr", test.err, plain_errors(result.err))
    elif test.error:
        problems += check_error(test.error, result.err)
    elif result.err and not test.stderr:
        problems.append("unexpected standard error:\n" + result.err.rstrip("\n"))
    problems += [f"stderr: no line {line!r} in\n{result.err}" for line in test.stderr
                 if line not in result.err.split("\n")]
    if result.status != test.expected_exit():
        problems.append(f"exit status {result.status}, expected {test.expected_exit()}")
    return problems


def differs(test, result, python, timeout):
    """An entry of tests/differences/ must say something that is not true under CPython."""
    other = run(test, python, timeout)
    same = (other.out, other.status, plain_errors(other.err)) == (result.out, result.status, plain_errors(result.err))
    return ["CPython's output is the same: this is no difference"] if same else []


def run_one(path, options):
    test = Test(path)
    if not test.checks_something() and not options.record:
        return ["it checks nothing: no expectation and no .out file"]
    try:
        result = run(test, options.command, options.timeout)
        if options.record:
            return record(test, result)
        problems = verify(test, result, has_notes=not options.cpython)
        if "differences" in path.parts and options.python and not test.is_shell:
            problems += differs(test, result, options.python, options.timeout)
        return problems
    except subprocess.TimeoutExpired:
        return [f"no end after {options.timeout} s"]


def record(test, result):
    out = plain_errors(result.out).encode("utf-8", "surrogateescape")
    test.path.with_suffix(".out").write_bytes(out)
    if result.err:
        test.path.with_suffix(".err").write_text(plain_errors(result.err), encoding="utf-8")
    if not test.is_shell and result.status not in (0, 1) and test.exit is None:
        return [f"exit status {result.status}: say so with # exit: {result.status}"]
    return []


def run_unit(path):
    """A cmocka program: how many of its tests passed, and the names and texts of those that did not."""
    try:
        done = subprocess.run([str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600,
                              env=environment([]))
        text = done.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return 0, ["no end after 600 s"]
    passed = len(re.findall(r"^\[ +OK +\] ", text, re.M))
    failed = sorted(set(re.findall(r"^\[  (?:FAILED|ERROR)  \] (?:\w+: )?(\w+)$", text, re.M)))
    if done.returncode != 0 and not failed:
        failed = [f"exit status {done.returncode}"]
    return passed, [name + "\n" + text[-3000:] for name in failed]


def find_cpython():
    """The command of a CPython 3.13, the reference; None if there is none here."""
    candidates = [os.environ.get("PYTHON313"), sys.executable, shutil.which("python3.13"),
                  *sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/3.13*/bin/python3")))]
    probe = "import sys; sys.exit(sys.version_info[:2] != (3, 13))"
    for candidate in filter(None, candidates):
        if subprocess.run([candidate, "-c", probe], stderr=subprocess.DEVNULL).returncode == 0:
            return [candidate]
    return None


def collect(paths):
    files = []
    for path in paths:
        found = [path] if path.is_file() else [*path.rglob("*.rill"), *path.rglob("*.sh"), *path.rglob("*.py")]
        files += sorted(f for f in found if "support" not in f.parts and (f.suffix != ".py" or f.parent.name == "repl"))
    return files


def parse_arguments():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=True)
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    parser.add_argument("--rill", default=str(ROOT / "rill"))
    parser.add_argument("--cpython", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--warn", action="store_true")
    parser.add_argument("--units", type=pathlib.Path)
    parser.add_argument("--only-units", action="store_true")
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("-j", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    options.python = find_cpython()
    uses_cpython = options.cpython or options.record
    if uses_cpython and not options.python:
        sys.exit("tests/run.py: no CPython 3.13 here; name one in PYTHON313")
    if options.record and not options.paths:
        sys.exit("tests/run.py: --record wants the files to record")
    options.command = options.python if uses_cpython else [str(pathlib.Path(options.rill).resolve())]
    if options.warn:
        options.command += ["-W", "generators"]
    return options


def is_wanted(path, options):
    if options.warn:
        return path.suffix == ".rill" and not Test(path).misuses_generators
    if not options.cpython:
        return True
    return path.suffix == ".rill" and not Test(path).rill_only


def main():
    options = parse_arguments()
    passed = failed = 0
    paths = [] if options.only_units else [p.resolve() for p in options.paths or [TESTS] if p.exists()]
    files = [f for f in collect(paths) if is_wanted(f, options)]
    units = sorted(f for f in options.units.glob("test_*") if os.access(f, os.X_OK)) if options.units else []
    # Sessions wait for their screens most of the time.
    with (concurrent.futures.ThreadPoolExecutor(options.j) as pool,
          concurrent.futures.ThreadPoolExecutor(3 * options.j) as sessions):
        results = [(sessions if f.suffix == ".py" else pool).submit(run_one, f, options) for f in files]
        for path, (good, problems) in zip(units, pool.map(run_unit, units)):
            passed, failed = passed + good, failed + len(problems)
            for problem in problems:
                print(f"FAIL {path.name}: {problem}")
        for path, problems in zip(files, (result.result() for result in results)):
            passed, failed = passed + (not problems), failed + bool(problems)
            if problems:
                print(f"FAIL {path.relative_to(ROOT) if ROOT in path.parents else path}")
                print("     " + "\n".join(problems).replace("\n", "\n     "))
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
