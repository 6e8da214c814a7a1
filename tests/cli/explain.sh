# rill --explain: every kind of error and of note has a lesson; the wrong program of a lesson fails as it says, the
# right one ends well and in silence.
cat > check.py <<'END'
import os, re, shlex, subprocess, sys

rill, root = shlex.split(os.environ["RILL"]), os.environ["ROOT"]


def run(*arguments):
    return subprocess.run([*rill, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True)


def program(lesson, heading):
    match = re.search(rf"^{heading}:\n\n((?:    .*\n|\n)+)", lesson, re.M)
    return match and re.sub(r"^    ", "", match[1], flags=re.M)


def execute(text):
    with open("program.rill", "w") as f:
        f.write(text)
    return run("-W", "generators", "program.rill")


def check_wrong(name, lesson, notes):
    kind = re.search(r"^Wrong \((\w+)\):$", lesson, re.M)
    if not kind:
        return
    done = execute(program(lesson, rf"Wrong \({kind[1]}\)"))
    if kind[1] == "warning":
        died = " warning: " in done.stderr
    else:
        died = done.returncode == 1 and (kind[1] == "SystemExit" or re.search(rf"^{kind[1]}\b", done.stderr, re.M))
    if not died:
        print(f"{name}: the wrong program should end with {kind[1]}, but:\n{done.stderr}")
    if name in notes and f"--explain {name}" not in done.stderr:
        print(f"{name}: the wrong program has not its note:\n{done.stderr}")


def check_right(name, lesson):
    text = program(lesson, "Right")
    done = text and execute(text)
    if done and (done.returncode != 0 or done.stderr):
        print(f"{name}: the right program is wrong:\n{done.stderr}")


notes = set(re.findall(r'^NOTE\(.*"([\w-]+)"\)', open(f"{root}/vm/notes.def").read(), re.M))
notes |= {"generator-traceback", "generator-dropped"}
errors = re.findall(r"^EXC\((\w+)", open(f"{root}/vm/exceptions.def").read(), re.M)
listed = [line.split()[0] for line in run("--explain").stdout.splitlines()]
for name in sorted(notes - set(listed)):
    print(f"{name}: no lesson")
for name in errors:  # its own, or that of a class it is a kind of
    lesson = run("--explain", name).stdout
    if not re.match(rf"{name}: |{name} is a kind of (\w+)\.\n\n\1: ", lesson):
        print(f"{name}: no lesson")
for name in listed:
    lesson = run("--explain", name).stdout
    if not lesson.startswith(name + ": "):
        print(f"{name}: --explain prints {lesson!r}")
    check_wrong(name, lesson, notes)
    check_right(name, lesson)
END
python3 check.py
$RILL --explain StopIteration | head -3
$RILL --explain ConnectionResetError | head -3
$RILL --explain generator-lne; echo "status $?"
