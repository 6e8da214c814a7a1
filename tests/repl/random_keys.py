"""Random keys never end the session: seeded; `random_keys.py SEED SECONDS` runs longer and says what it sent if it died."""
import random
import sys
from terminal import *

WORDS = ["def f(x):", "    ", "yield x", "g = f(3)", "next(g)", "for i in g: print(i)", "while x:", "x = [1, 2, (3", ")", "]", "'", '"""', "\\", "1 / 0", "list(range(500))", "import os", "from os import pa", "g.send(1)",
         "lambda: 0", "d = {'a': 1}", "d['", "open('", ":gens", ":state g", ":peek g 3", ":he", ":dis f", ":reset", "?f", "??f", ":time 1", "len(g)", "whille True", "else:", "try:", "finally:", "except E:", "return", "日本語",
         "é\u0301", "x" * 100, "_", "f(x=", "print('a', end='')", "raise KeyError(1)", "class C:", "@f", "\tx", ":load none", ":save saved.rill", ":explain KeyError", "...", "# ", "f'{x", "x = yield", ">>> 1", "__import__('os')"]
KEYS = ["\r"] * 12 + ["\t"] * 6 + [UP, DOWN, LEFT, RIGHT, HOME, END] * 3 + ["\x7f", "\x08", "\x1b[3~", "\x01", "\x05", "\x0b", "\x15", "\x17", "\x19", "\x1f", "\x0c", "\x12", "\x07", "\x14", "\x02", "\x06",
         "\x10", "\x0e", "\x0f", "\x16", "\x03", "\x1b\r", "\x1bb", "\x1bf", "\x1bd", "\x1by", "\x1b#", "\x1bu", "\x1b.", "\x1b5", "\x1b-", "\x1b<", "\x1b>", "\x1b[1;5C", "\x1b[99~", "\x1bOA", "\x1b", "\x18(", "\x18)", "\x18e", "\x18\x15", "\x18\x18",
         "\x1b\x1b", "\x00", "\x1d", "\x1b\x7f", "\xff", paste("a\nb"), paste(">>> x\n1\n>>> y"), paste("\x1b[A\x00\t"), "\x1b[200~open"]
VI_KEYS = list("hjklwbeWBE0$^dcyxpPoOiaIAuDCSYrRfFtT;,.~GnN/?1234 %|#&*@\"'`mvzZgqXs<>=-+_()[]{}") + ["\x1b"] * 8 + ["dd", "yy", "cc", "dw", "d0", "cw"]


def keys(rng, is_vi):
    while True:
        choice = rng.random()
        if choice < 0.25:
            yield rng.choice(WORDS)
        elif choice < 0.6 or not is_vi:
            yield rng.choice(KEYS)
        else:
            yield rng.choice(VI_KEYS)


def run(seed, seconds, limit):
    """Keys until the time is up or `limit` of them are sent; what was sent if the session died, else None."""
    rng = random.Random(seed)
    is_vi = seed % 3 == 2
    with open("inputrc", "w") as f:
        f.write("set editing-mode vi\n" if is_vi else "")
    s = Session(rows=rng.choice([3, 10, 24]), columns=rng.choice([5, 20, 80, 200]), environment={"INPUTRC": os.path.abspath("inputrc"), "EDITOR": "true", "VISUAL": "true", **({"RILL_READLINE": "none"} if seed % 5 == 4 else {})}, prompt=">>>")
    sent, end = [], time.monotonic() + seconds
    for n, key in enumerate(keys(rng, is_vi)):
        if s.status is not None or n >= limit or time.monotonic() > end:
            break
        sent.append(key)
        try:
            s.send(key)
        except OSError:
            break
        if n % 20 == 0:
            s.resize(rng.randint(1, 30), rng.randint(1, 100))
        while s.read(0.0005):
            pass
    return finish(s, sent)


def finish(s, sent):
    """The session still answers after Ctrl-C and the like."""
    if s.status is not None:
        return s.status, s.raw[-2000:], sent
    s.resize(24, 80)
    mark = "al" + "ive"
    is_dead = True
    for attempt in range(8):
        if s.status is None and is_dead:
            s.send("\x1b[201~\x07\x1b" if attempt else "")
            s.send("\x03")
            s.settle(0.05)
            s.send(("i\x7f" if attempt % 2 else "") + "print('al' 'ive')\r")
            end = time.monotonic() + 2
            while s.status is None and is_dead and time.monotonic() < end:
                s.read(0.02)
                is_dead = mark not in s.raw
    s.close()
    return (s.status, s.raw[-2000:], sent) if is_dead else None


if __name__ == "__main__":
    first, seconds = (int(sys.argv[1]), float(sys.argv[2])) if len(sys.argv) > 2 else (1, 3)
    rounds = 0
    begin = time.monotonic()
    while rounds < 6 if len(sys.argv) <= 2 else time.monotonic() - begin < seconds:
        died = run(first + rounds, 10, 250)
        if died:
            print("seed", first + rounds, "status", died[0], "\n", died[1], "\n", died[2])
            break
        rounds += 1
    print("done" if len(sys.argv) <= 2 else f"{rounds} rounds")
