"""Generators are shown with where they are; :state, :gens."""
from terminal import *

s = Session(rows=200)
s.enter("def fib():", "a, b = 0, 1", "while True:", "yield a", "a, b = b, a + b", "", "g = fib()", "g", "next(g)", "next(g)", "g.send(None)", "g")
s.show("lines after g, next(g), g.send()")
s.enter("def walk(tree):", "for branch in tree:", "yield branch", "yield from walk(branch)", "return 'done'", "", "w = walk([[[]]])", "next(w)", "next(w)", ":state w", "list(w)", "w",
        "g.close()", "(c for c in 'abc')", "e = _", "next(e)", "e.throw(ValueError)", "e")
s.show("delegation, ends")
s.enter("def f():", "try:", "yield 1", "finally:", "print('closed')", "", "h = f()", "next(h)", "del h", "h = f()", "next(h)", "h = 3", "next(f())", "for i in f(): break", "", "list(f())")
s.show("clean-up at once, on lines of its own")
s.enter("g = fib()", ":peek g", "next(g)", ":peek g 3", "g", ":peek fib() 2", ":peek g 0", ":peek (c for c in 'ab')", ":peek", ":peek fib", "h = f()", ":peek h 9", "next(h)", ":peek h", "del h")
s.show(":peek")
s.enter("del w, e", "_ = None", "def pairs(items):", "it = iter(items)", "for x in it: yield x, next(it, None)", "", "p = pairs(range(10))", "next(p)", ":state p", ":gens", "q = pairs('ab')",
        ":state q", ":state 3", ":state", ":peek 3")
s.show(":state and :gens")
s.enter(":dis pairs", ":dis p")
s.close()
