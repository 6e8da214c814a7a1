# The notes after uncaught exceptions, one case each: what CPython's message does not say.  # stress-step: 7
# Only the exception line and the notes are shown.
try() {
    printf '%s\n' "$1" > case.rill
    shift
    $RILL "$@" case.rill 2>&1 | sed -n 's|^/.*/case|case|; /^note: more/d; /^[A-Za-z.]*\(Error\|StopIteration\|Interrupt\)/,$p; /warning:/p'
    echo
}

# Generators
try 'def g(): yield 1
g()[1:3]'
try 'squares = (n * n for n in range(5))
print(squares[2])'
try 'squares = (n * n for n in range(5))
total = sum(squares)
print(max(squares))'
try 'def numbers():
    yield 1
n = numbers()
for x in n: pass
next(n)'
try 'def numbers():
    yield 1
    raise ValueError("no more")
n = numbers()
try: list(n)
except ValueError: pass
next(n)'
try 'n = (c for c in "abc")
n.close()
n.send(None)'
try 'pair = (c for c in "ab")
first, second = pair
third, fourth = pair'
try 'def outer():
    yield from inner
inner = (c for c in "ab")
list(outer())
next(inner)'
try 'def g():
    yield next(me)
me = g()
next(me)'
try 'def g():
    yield next(iter([]))
list(g())'
try 'def g():
    while True:
        try: yield 1
        except GeneratorExit: pass
x = g()
next(x)
x.close()'
try 'g = (i for i in range(3))
print(g.next())'
try 'def f():
    yield 1
for x in f: print(x)'
try 'class C:
    def items(self):
        yield 1
c = C()
print(list(c.items))'
try 'def f():
    yield 1
print(f[0])'
try 'def f(): return 1
print(len(f))'
try 'def lines():
    return None
for line in lines(): print(line)'
try 'def avg():
    yield
class Box: pass
box = Box()
box.it = avg()
box.it.send(1)'

# Where a generator was made and resumed
try 'def numbers(texts):
    for text in texts:
        yield int(text)

def doubled(values):
    for v in values:
        yield 2 * v

source = numbers(["1", "x"])
both = doubled(source)
for n in both:
    print(n)'

try 'def stage(values):
    for v in values: yield v

def source():
    yield 1 / 0

values = source()
for _ in range(40):
    values = stage(values)
for v in values: pass'
try 'def walk(n):
    if n == 0: raise ValueError("bottom")
    yield from walk(n - 1)
list(walk(3000))'

# Others
try 'd = {"alpha": 1, "beta": 2}
d["alhpa"]'
try 'd = {1: "one"}
d["1"]'
try 'd = {"1": "one"}
d[1]'
try 'd = {}
d["x"]'
try 'd = {"a": {"b": 1}}
d["a"]["c"]'
try 'x = [1, 2, 3]
x[3]'
try 'class C:
    def __init__(self): self.items = []
c = C()
c.items[0]'
try 'n = 0
def count():
    n += 1
count()'
try 'import itertolls'
try 'import asyncio'
try '{}.get(1).upper()'
try 'x = [3, 1].sort()
print(x[0])'
try 'print("n: " + 3)'
try 'print(3 + "n")'
try 'def fact(n): return n * fact(n - 1)
fact(5)'
try 'class Point:
    def __init__(self, x, y): pass
Point(1)'
try 'def area(width, height=1): pass
area(1, 2, 3)'
try 'def f():
    retrun 1'
try 'fro x in []: pass'
try 'if 1:
	x = 1
        y = 2'

try 'x = map(str, [1])
x[0]'
try 'print(len(zip([1], [2])))'
try 'enumerate([1])[1:]'
try 'for i in 5: pass'
try 'for i in len([1]): pass'
try 'n = 3
list(n)'
try 'next([1, 2])'
try 'r = range(3)
next(r)'
try 'class A:
    def f(): pass
A().f()'
try 'list = [1]
list("ab")'
try 'def f(max): return max(1, 2)
f(3)'
try 's = "abc"
s[0] = "x"'
try 't = (1, 2)
t[0] = 3'
try '{[1]: 2}'
try '{1}.add({2})'
try '[1].push(2)'
try '"a".length'
try '{}.has_key(1)'
try 'x = null'
try 'print(maht.pi)'
try 'print(sqrt(2))'
try 'for i in count(): pass'
try '@contextmanager
def f(): yield'
try 'import numpy'
try 'import collections.abcd'
try 'int("5.5")'
try 'int("")'
try 'int("x")'
try 'd = {1: 2}
for k in d: del d[k]'
try 'dict(abc=1).pop("abd")
d = dict(abc=1)
d.pop("abd")'
try 'd = dict(abc=1)
d.pop("abd")'
try 'x = [3, 1].sort()
len(x)'
try 'x = print("a")
y = x + 1'
try 'def f(): pass
y = 2 * f()'
try 'd = {}
d.get("a") < 5'
try 'x = None + 1'

# Syntax: words and operators of other languages, misspelt keywords
try 'import os form sys'
try 'try: pass
excpet: pass'
try 'x = 1 adn 2'
try 'for x in [1]:
    brek'
try 'if 1: pass
else if 2: pass'
try 'x = 1 && 2'
try 'x = 1 || 2'
try 'x = !True'
try 'x = 1 <> 2'
try 'x = 1
x++'
try 'class = 1'
try 'x = = 1'
try 'whille True: pass'

# With -W generators
try 'def g():
    print("runs")
    yield 1
g()' -W generators
try 'class Tree:
    def __init__(self, *children): self.children = children
    def walk(self):
        yield self
        for child in self.children:
            child.walk()
print(len(list(Tree(Tree(), Tree()).walk())))' -W generators
try 'g = (i for i in range(3))
print(list(g))
for x in g: print(x)
print(sum(g))' -W generators
try 'g = (i for i in range(3))
print(next(g))
print(list(g))
print(next(g, None), any(g))
h = iter(range(2))
while True:
    if not list(h): break' -W generators
