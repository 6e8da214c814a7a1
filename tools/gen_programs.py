#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Differential test of generators: random programs, the same output under Rill and CPython 3.13.

Usage: tools/gen_programs.py [--seed N] [--count N] [--batch N] [--rill PATH] [--cpython PATH] [--keep DIR]
       tools/gen_programs.py --print SEED
       tools/gen_programs.py --record FILE | --check FILE [--seed N] [--count N] [--batch N] [--rill PATH]

Each seed makes one program of a few generator functions that yield, delegate, catch, clean up, return, raise, and
drive each other through next, send, throw and close; each event is printed. A batch of programs is one script. Where
the outputs differ the seed is named, so that --print SEED shows the program. Exit status 1 if any differs.
--record writes digests of what CPython prints, for --check where there is no CPython 3.13.
"""
import random
import sys

import differential

PRELUDE = '''\
import gc
gc.disable()

class Boom(Exception): pass

class Manager:
    def __init__(self, name, swallow):
        self.name, self.swallow = name, swallow
    def __enter__(self):
        print(self.name, 'enter')
        return self.name
    def __exit__(self, kind, value, tb):
        print(self.name, 'exit', kind and kind.__name__)
        return self.swallow and kind is Boom

class Counter:
    """An iterator without send, throw or close."""
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n <= 0: raise StopIteration('counted')
        self.n -= 1
        return self.n

class Closable(Counter):
    def close(self): print('closable closed')
    def throw(self, e):
        print('closable got', type(e).__name__)
        return 'thrown'

def name_of(e):
    context = e.__context__
    return type(e).__name__ + ('' if context is None else '<' + type(context).__name__)

def drive(kind, g, value):
    try:
        if kind == 'next': return 'y', next(g)
        if kind == 'send': return 'y', g.send(value)
        if kind == 'throw': return 'y', g.throw(Boom(value))
        if kind == 'throw_class': return 'y', g.throw(Boom)
        if kind == 'throw_exit': return 'y', g.throw(GeneratorExit())
        if kind == 'close': return 'closed', g.close()
        if kind == 'list':
            out = []
            for x in g:
                out.append(x)
                if len(out) > 5: break
            return 'list', out
        if kind == 'state': return 'state', g.gi_running, g.gi_suspended, g.gi_frame is None
    except StopIteration as e: return 'stop', e.value
    except RecursionError: raise
    except BaseException as e: return 'raised', name_of(e), str(e)
'''

KINDS = ['next'] * 6 + ['send'] * 3 + ['throw', 'throw_class', 'throw_exit', 'close', 'list', 'state']


class Maker:
    """Writes one program; every choice comes from one seed."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.n = self.rng.randint(2, 5)
        self.lines = []

    def add(self, depth, text):
        self.lines.append('    ' * depth + text)

    def source(self):
        """What a generator delegates to or loops over."""
        r = self.rng.random()
        if r < .55:
            return f'G[{self.rng.randrange(self.n)}]'
        if r < .75:
            return f'make({self.rng.randrange(self.n)})'
        return self.rng.choice(['[1, 2]', 'Counter(2)', 'Closable(2)', 'range(2)', '"ab"', '(x for x in [7, 8])'])

    def value(self):
        r = self.rng.random()
        if r < .2:
            return f'[(yield {self.rng.randint(0, 9)}), (yield "b")]'
        if r < .3:
            return f'"%s" % (yield {self.rng.randint(0, 9)})'
        return f'(yield {self.rng.randint(0, 99)})'

    def simple(self, i, depth):
        rng, r = self.rng, self.rng.random()
        tag = f'{i}, {len(self.lines)}'
        if r < .35:
            self.add(depth, f'print({tag}, "got", {self.value()})')
        elif r < .55:
            self.add(depth, f'print({tag}, "from", (yield from {self.source()}))')
        elif r < .7:
            kind, j, v = rng.choice(KINDS), rng.randrange(self.n), rng.randint(0, 99)
            self.add(depth, f'print({tag}, "drove", drive({kind!r}, G[{j}], {v}))')
        elif r < .76:
            self.add(depth, f'return {rng.randint(100, 199)}')
        elif r < .84:
            self.add(depth, 'raise ' + rng.choice(['Boom("b")', 'StopIteration(5)', 'GeneratorExit', 'KeyError("k")']))
        elif r < .92:
            self.add(depth, f'for x in {self.source()}:')
            self.add(depth + 1, f'print({tag}, "item", x)')
            self.add(depth + 1, f'if x == {rng.randint(0, 3)}: ' + rng.choice(['break', 'yield x', 'continue']))
        else:
            self.add(depth, f't = {self.source()}')

    def block(self, i, depth, nesting):
        rng = self.rng
        for _ in range(rng.randint(1, 3)):
            r = rng.random()
            if nesting >= 2 or r < .6:
                self.simple(i, depth)
            elif r < .75:
                self.add(depth, 'try:')
                self.block(i, depth + 1, nesting + 1)
                caught = rng.choice(['BaseException', 'Boom', 'Exception', '(Boom, GeneratorExit)', 'GeneratorExit'])
                self.add(depth, f'except {caught} as e:')
                self.add(depth + 1, f'print({i}, "caught", name_of(e))')
                self.block(i, depth + 1, nesting + 1)
                if rng.random() < .25:
                    self.add(depth + 1, 'raise')
                if rng.random() < .2:
                    self.add(depth, 'else:')
                    self.block(i, depth + 1, nesting + 1)
            elif r < .9:
                self.add(depth, 'try:')
                self.block(i, depth + 1, nesting + 1)
                self.add(depth, 'finally:')
                self.add(depth + 1, f'print({i}, {len(self.lines)}, "finally")')
                if rng.random() < .2:
                    self.simple(i, depth + 1)
            else:
                self.add(depth, f'with Manager("m{i}", {rng.random() < .3}) as m:')
                self.block(i, depth + 1, nesting + 1)

    def program(self, name):
        self.add(0, f'def {name}():')
        self.add(1, 'G = []')
        self.add(1, 'made = []')
        self.add(1, f'def make(i): made.append(i); return [{", ".join(f"g{i}" for i in range(self.n))}][i]() if len(made) < 30 else iter(())')
        for i in range(self.n):
            self.add(1, f'def g{i}():')
            self.add(2, 'if 0: yield')
            self.add(2, f'print({i}, "start")')
            self.block(i, 2, 0)
        self.add(1, f'G[:] = [make(i) for i in range({self.n})]')
        for _ in range(self.rng.randint(4, 20)):
            kind, j, v = self.rng.choice(KINDS), self.rng.randrange(self.n), self.rng.randint(0, 99)
            self.add(1, f'print({kind!r}, {j}, drive({kind!r}, G[{j}], {v}))')
        # What is still suspended is closed in a fixed order, so that this test is about the protocol alone.
        self.add(1, 'for g in G:')
        self.add(2, 'for _ in range(9):')
        self.add(3, 'if drive("close", g, 0)[0] == "closed": break')
        return '\n'.join(self.lines) + '\n'


def script(seeds):
    parts = [PRELUDE]
    for seed in seeds:
        parts.append(Maker(seed).program(f'program_{seed}'))
        parts.append(f'print("seed", {seed})\n'
                     f'try: program_{seed}()\n'
                     f'except BaseException as e: print("ended by", name_of(e))\n'
                     'gc.collect()  # what only a cycle kept is closed at the same time in both\n')
    return '\n'.join(parts)


if __name__ == '__main__':
    sys.exit(differential.main(__doc__, 'gen_programs', script))
