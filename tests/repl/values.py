"""Values: one line if it fits, broken to the width, cut if huge; _ ."""
from terminal import *

s = Session(rows=200, columns=60)
s.enter("None", "6 * 7", "_ + 1", "'text'", "list(range(40))", "tuple(range(30))", "{n: n * n for n in range(12)}", "set()", "(1,)",
        "[[c] * 30 for c in 'ab']", "{'name': 'a long name indeed', 'values': list(range(25)), 'empty': [], 'more': {'a': 1}}",
        "['a string that is rather long', 'and another one of them', 'x']", "['x' * 70, 'y']")
s.show("broken to 60 columns")
s.enter("list(range(1000))", "'ab' * 5000", "['z' * 9000, 1]", "x = []", "x.append(x)", "x", "x.extend(range(30))", "x",
        "import itertools", "itertools.count()", "range(10 ** 9)", "map(str, [1])", "class C: pass\r", "class L(list): pass\r", "L(range(50))", "'日本語' * 15", "['日本語'] * 10")
s.show("cut, endless, other types")
s.enter("import sys", "sys.displayhook = lambda v: print('mine', v)", "1 + 1", "sys.displayhook = sys.__displayhook__", "1 + 1", "1; 2; 3")
s.show("a hook of one's own")
s.close()
