"""Bracketed paste: indentation is kept, prompts of another session are taken out, nothing runs before Enter."""
from terminal import *  # stress-step: 7

s = Session()
s.type(paste("def f(n):\n    for i in range(n):\n\n        if i:\n            yield i\n"))
s.show("a function, with an empty line in it")
s.type("\r", "\r")
s.enter("list(f(3))")
s.show("run")
s.close()

s = Session()
s.type(paste(">>> def g():\n...     yield 1\n...     yield 2\n... \n>>> list(g())\n[1, 2]\n>>> 6 * 7\n42\n"))
s.show("a pasted session")
s.enter("")
s.show("its statements run one after the other")
s.close()

s = Session()
s.type(paste("    x = 1\n    y = 2\n    x + y"), "\r")
s.show("indented as a whole")
s.type(paste("print('one', "), paste("'two')"), "\r")
s.show("pieces of a line")
s.type(paste(">>> x +"), " 10\r")
s.show("a prompt alone")
s.close()

s = Session()
s.send("\x1b[200~x = 1\r")
s.settle(0.1)
s.type("\x03")
s.enter("6 * 7")
s.show("a paste that does not end: Ctrl-C drops it")
s.close()

s = Session(rows=10)
s.type(paste("".join(f"def f{i}(x):\n    return x + {i}\n\n" for i in range(170))))
print("== 510 lines: the last ones are on the screen\n" + "\n".join(s.screen()[-10:]))
s.type("\r")
s.enter("f169(1)")
print("\n".join(s.screen()[-3:]))
s.type(UP, UP, UP, UP, UP, "x = 1 #")
print("== recalled, the cursor in it\n" + "\n".join(s.screen()[-10:]))
s.close()

s = Session(rows=4)
data = paste("".join(f"x = {i}\n" for i in range(4500))).encode()
while data:
    data = data[os.write(s.fd, data[:2000]):]
    while s.read(0):
        pass
s.wait_for(lambda: s.screen()[-2:] == ["... x = 4499", "..."])
s.type("\r")
s.enter("x")
print("== 4500 lines\n" + "\n".join(s.screen()[-3:]))
s.close()
