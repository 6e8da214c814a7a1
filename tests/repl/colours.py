"""Colours, and none of them with NO_COLOR, TERM=dumb or a file."""
import subprocess
from terminal import *

s = Session(environment={"NO_COLOR": ""})
s.enter("1 / (2 - 2)", "len(c for c in 'ab')", "(c for c in 'ab')", "x = = 1")
print("\n".join(line.replace("\x1b", "ESC") for line in s.raw.split("\r\n") if "\x1b[J" not in line))
s.close()
s = Session()
s.enter("1 / 0", "def f():", "pass", "")
print(re.findall(r"\x1b\[[0-9;]*m", s.raw))
s.close()
s = Session(environment={"TERM": "dumb", "NO_COLOR": ""})
s.enter("1 / 0")
print("\x1b" in s.raw)
s.close()
open("bad.rill", "w").write("1 / 0\n")
done = subprocess.run([*shlex.split(os.environ["RILL"]), "bad.rill"], stderr=subprocess.PIPE, env=dict(os.environ, NO_COLOR="", TERM="xterm"))
print(b"\x1b" in done.stderr)
