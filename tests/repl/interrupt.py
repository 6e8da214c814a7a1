"""Ctrl-C: at the prompt, in Rill code, in natives that do not come back by themselves."""
from terminal import *

s = Session(rows=200)
s.type("x = 1 +", "\x03", "def f():\r", "return", "\x03")
s.enter("1 + 1")
s.show("at the prompt: what was typed is dropped, all of the block")
s.enter("from itertools import count, repeat, permutations", "import time")
for text in ["while True: pass", "sum(count())", "max(repeat(1))", "-1 in count()", "sorted(iter(int, 1))", "sum(range(10 ** 15))",
             "all(n >= 0 for n in count())", "list(filter(None, repeat(0)))", "len(set(permutations(range(30))))", "time.sleep(1000)",
             "input()"]:
    before = len(s.raw)
    if text.startswith("while"):
        s.type(f"if not print('g' + 'o'):\r{text}\r")
    else:
        s.type(f"print('g' + 'o'), {text}")
    s.send("\r")
    s.wait_for(lambda: "go" in s.raw[before:])
    s.interrupt()
    s.wait_for(lambda: "KeyboardInterrupt" in s.raw[before:] and s.is_at_prompt())
    s.settle()
    print(text, "->", s.screen()[-2])
s.enter("6 * 7")
print(s.screen()[-2])
s.close()

s = Session(environment={"RILL_READLINE": "none"})
s.enter("import itertools")
s.send("print('g' + 'o'), sum(itertools.count())\r")
s.wait_for(lambda: "go" in s.raw)
s.interrupt()
s.wait_for(s.is_at_prompt)
s.settle()
s.interrupt()
s.wait_for(lambda: s.raw.count("KeyboardInterrupt") == 2 and s.is_at_prompt())
s.enter("6 * 7")
s.show("without readline")
s.close()
