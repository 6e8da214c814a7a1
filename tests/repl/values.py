"""Values: one line if it fits, broken to the width, cut if huge; _ ."""
from terminal import *  # stress-step: 997

s = Session(rows=200, columns=60)
s.enter("None", "6 * 7", "_ + 1", "'text'", "list(range(40))", "tuple(range(30))", "{n: n * n for n in range(12)}", "set()", "(1,)",
        "[[c] * 30 for c in 'ab']", "{'name': 'a long name indeed', 'values': list(range(25)), 'empty': [], 'more': {'a': 1}}",
        "['a string that is rather long', 'and another one of them', 'x']", "['x' * 70, 'y']")
s.show("broken to 60 columns")
s.enter("list(range(1000))", "'ab' * 5000", "['z' * 9000, 1]", "x = []", "x.append(x)", "x", "x.extend(range(30))", "x",
        "import itertools", "itertools.count()", "range(10 ** 9)", "map(str, [1])", "class C: pass\r", "class L(list): pass\r", "L(range(50))", "'日本語' * 15", "['日本語'] * 10")
s.show("cut, endless, other types")
s.enter("frozenset(range(40))", "{n: n for n in range(12)}.items()", "import collections", "collections.deque(range(40))", "collections.OrderedDict((n, n * n) for n in range(12))",
        "[frozenset(range(20)), 'x']", "b'ab' * 5000", "class P:", "def __repr__(self): return 'P(' + ', '.join(f'a{i}=({i}, \"x, y\")' for i in range(8)) + ')'", "", "P()", "class Q:",
        "def __repr__(self): return 'two\\nlines, ' + 'x, ' * 20", "", "Q()")
s.show("other containers, objects with commas in their repr")
s.enter("x = []", "for i in range(100000): x = [x]", "", "x", "x = ()", "for i in range(100000): x = {'a': x}", "", "x")
s.show("nested deeply")
s.enter("import sys", "sys.displayhook = lambda v: print('mine', v)", "1 + 1", "sys.displayhook = sys.__displayhook__", "1 + 1", "1; 2; 3")
s.show("a hook of one's own")
s.close()

s = Session(rows=200)
s.enter("print('no newline', end='')", "import sys, io, os", "sys.stderr.write('error')", "os.system('printf abc')", "print('x' * 80, end='')", "print('x' * 81, end='')", "6 * 7")
s.show("output that ends without a newline stays, and the prompt has a line of its own")
s.enter("out = sys.stdout", "sys.stdout = io.StringIO()", "1 + 1", "print('hidden')", "(text, sys.stdout) = (sys.stdout.getvalue(), out)", "text", "sys.stdout = None", "1", "sys.stdout = 5", "1", "del sys.stdout",
        "1 / 0", "sys.stdout = out", "sys.stderr = None", "1 / 0", "sys.stderr = sys.__stderr__", "sys.stdin = None", "del __builtins__.print", "print(1)", "'LINES' in os.environ", "out.close()", "1 / 0")
s.show("sys.stdout and its kin may be anything")
s.close()
