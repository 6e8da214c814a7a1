"""History: blocks as one entry, no entry twice, kept in a file."""
from terminal import *

s = Session()
s.enter("1 + 1", "def f():", "return 'back\\n'", "", "f()", "1 + 1", "1 + 1")
s.type(UP, UP, UP, UP, UP)
s.show("1 + 1 is there once, the block is one entry")
s.type("\x03", "\x04")
print("status", s.status)
print(open("state/rill/history").read(), end="")
print("mode of the folder", oct(os.stat("state/rill").st_mode & 0o777))

s = Session()
s.type("\x12return")
s.show("another session: searched")
s.type("\r")
s.enter("f()")
s.show("run")
s.close()

with open("state/rill/history", "w") as f:
    f.write("old\n" + "same\n" * 3000 + "x = 1\\nbroken\\\\n\n" + "\x00\xff\n")
s = Session()
s.type(UP, UP)
s.show("a file with anything in it")
s.close()
print(open("state/rill/history", "rb").read())

s = Session(environment={"XDG_STATE_HOME": "/proc/none", "HOME": "/proc/none"})
s.enter("2 + 2")
s.type(UP)
s.show("no place for a file")
s.close()
