"""Without readline: the terminal's own line editing, and all else."""
from terminal import *

s = Session(environment={"RILL_READLINE": "none"})
s.enter("1 + 1", "def f():", "    yield 1", "", "g = f()", "next(g)", ">>> f", "x = [1,", "2]", "x", "1 / 0", "'''a", "b'''", ":explain none", "?f", "if 1:", "    2", "")
s.show()
s.type("\x04")
print("status", s.status)
s = Session(environment={"RILL_READLINE": "/no/such/library.so"})
s.enter("1 + 1")
s.type("if 1:\r", "\x04", "\x04")
s.show("a library that is not there; Ctrl-D in a block")
s.close()
s = Session(environment={"TERM": "dumb"})
s.enter("1 + 1")
s.show("TERM=dumb")
s.close()
