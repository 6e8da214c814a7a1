"""The session of docs/repl.md: what its blocks say is what the screen shows. --write puts that into the file."""
import sys
from terminal import *

PATH = os.path.join(os.environ.get("ROOT", "."), "docs/repl.md")
BLOCK = re.compile(r"^```pycon\n(.*?)^```$", re.M | re.S)
s = Session(rows=400)


def run(block):
    first = s.shown
    for line in block.splitlines():
        if line.startswith(("... ", ">>> ")) or line == "...":
            text = line[4:]
            s.enter(text.strip() if line.startswith("...") else text)
    lines = s.screen()
    s.shown = len(lines) - 1
    return re.sub(r"\b0x[0-9a-f]{6,}", "0x7f2d8c4e1b60", "\n".join(lines[first:-1])) + "\n"


document = open(PATH).read()
written = BLOCK.sub(lambda match: "```pycon\n" + run(match[1]) + "```", document)
s.close()
if "--write" in sys.argv:
    open(PATH, "w").write(written)
for number, (want, got) in enumerate(zip(document.splitlines(), written.splitlines()), 1):
    if want != got:
        print(f"docs/repl.md:{number}: {want!r}, but the screen shows {got!r}")
        break
commands = re.findall(r'^COMMAND\("(\w+)"', open(os.path.join(os.environ.get("ROOT", "."), "cli/repl_commands.def")).read(), re.M)
print("not described:", [name for name in commands if f"- `:{name}" not in document and f"`:{name}`" not in document])
