"""Bracketed paste: indentation is kept, prompts of another session are taken out, nothing runs before Enter."""
from terminal import *

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
