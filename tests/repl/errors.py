"""Errors never end the session; a syntax error is shown at once and the block can be mended; notes and warnings."""
from terminal import *

s = Session(rows=100)
s.enter("1 / 0", "x = = 1")
s.type(UP, LEFT, "\x7f", "\x7f", "\r")
s.enter("x", "def f():", "retrun 1")
s.show("an error, a syntax error at once, mended; one in a block")
s.type(UP, "\x01", *[RIGHT] * 4, "\x0b", "return 1", "\r", "\r")
s.enter("f()")
s.show("the block mended")
s.enter("def g():", "yield 1", "", "len(g())", "h = g()", "sum(h)", "max(h)", "list(h)", "def k():", "g()", "", "k()")
s.enter(":explain generator-len")
s.show("notes and warnings about generators")
s.enter("class E(Exception):", "def __str__(self): 1 / 0", "", "raise E", "raise SystemError('x') from None", "def r(): r()", "", "r()",
        "class R:", "def __repr__(self): raise ValueError('no repr')", "", "R()", "_")
s.show("errors in errors")
s.type("import os\r", "os._exit(3)\r")
s.wait_for(lambda: s.status is not None)
print("status", s.status)
