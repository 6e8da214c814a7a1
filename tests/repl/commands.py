"""Commands, ?object."""
from terminal import *

s = Session(rows=300)
s.enter("def area(width, height=2, *, unit='m'):", '"""The area of a rectangle."""', "return width * height", "", "class Shape:", '"""A shape."""', "def __init__(self, n): self.n = n", "", "?area", "??area", "area?", "?Shape", "?len", "??len", "?Shape(1).n", "? Shape(1)",
        "?nothing", "?", "1 # why?", "'what?'", "import itertools", "?itertools.count", "class P:", "@property", "def area(self): 'The area.'; return 1", "", "?P.area", "??P.area")
s.show("?object")
s.enter(":help", ":", ":nonsense", ":he", ":explain", ":explain generator-lne", ":dis area", ":dis x = 1", ":dis", ":time", "x = 5", ":save out.rill", ":reset", "x", ":load out.rill", "x", "area(2)", ":load missing.rill", ":save /no/file", ":load")
s.show("commands")
print(open("out.rill").read())
s.enter(":time sum(range(10))", ":time 1 / 0")
print(re.sub(r"[0-9.]+ (µs|ms|s), [0-9]+ (bytes|KB|MB)", "N s, N bytes", "\n".join(s.screen()[-9:])))
s.close()
for word in ["exit", "quit", "exit()", "quit(3)", ":quit", ":q", "\x04", "raise SystemExit(4)"]:
    s = Session()
    s.type(word if word == "\x04" else word + "\r")
    s.wait_for(lambda: s.status is not None)
    print(repr(word), "status", s.status)
s = Session()
s.enter("help", "help = 3", "help", "exit = 5", "exit")
s.show("a name of one's own")
s.close()
