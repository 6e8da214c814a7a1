#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Differential test of classes, calls and scopes: random programs, the same output under Rill and CPython 3.13.

Usage: tools/gen_classes.py [--seed N] [--count N] [--batch N] [--rill PATH] [--cpython PATH] [--keep DIR]
       tools/gen_classes.py --print SEED

Each seed makes one short program of one kind: class hierarchies (method resolution order, super, attribute hooks,
descriptors, slots), operators (reflected, in place, NotImplemented, comparison, hashing), argument binding, scopes
(nonlocal, global, class bodies, comprehensions, del, :=), or the order of evaluation. What it prints is compared,
error messages included. Exit status 1 if any differs.
"""
import random
import sys
import warnings

import differential

PRELUDE = '''\
def show(v):
    if isinstance(v, (list, tuple)) and type(v) in (list, tuple):
        return type(v)(show(x) for x in v)
    if type(v) in (int, float, bool, str, type(None), bytes, range): return v
    if type(v) in (set, frozenset): return sorted(map(repr, v))
    if type(v) is dict: return {show(k): show(x) for k, x in v.items()}
    if isinstance(v, type): return 'class ' + v.__name__
    return 'a ' + type(v).__name__

def attempt(label, f):
    try: print(label, show(f()))
    except RecursionError: raise
    except BaseException as e: print(label, type(e).__name__, e)

def name_of(e):
    return type(e).__name__

def log(x, v=None):
    print('log', x)
    return v
'''

BINARY = {'+': 'add', '-': 'sub', '*': 'mul', '/': 'truediv', '//': 'floordiv', '%': 'mod', '**': 'pow', '@': 'matmul',
          '<<': 'lshift', '>>': 'rshift', '&': 'and', '|': 'or', '^': 'xor'}
COMPARE = {'<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge', '==': 'eq', '!=': 'ne'}
MIRROR = {'lt': 'gt', 'gt': 'lt', 'le': 'ge', 'ge': 'le', 'eq': 'eq', 'ne': 'ne'}
VALUES = ['0', '1', '-3', '7', 'True', '2.5', '"ab"', '"%s"', 'b"x"', '[1]', '(1, 2)', '{1}', '{}', 'None', '10**20', 'range(3)']


class Maker:
    """Writes one program; every choice comes from one seed."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.lines = []
        kinds = [self.hierarchy, self.attributes, self.operators, self.comparisons, self.binding, self.binding,
                 self.scopes, self.scopes, self.evaluation, self.builtin_bases, self.construction]
        self.make = kinds[seed % len(kinds)]

    def add(self, depth, text):
        self.lines.append('    ' * depth + text)

    def pick(self, *choices):
        return self.rng.choice(choices)

    def chance(self, p):
        return self.rng.random() < p

    def program(self, name):
        self.add(0, f'def {name}():')
        self.make()
        text = '\n'.join(self.lines) + '\n'
        try:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                compile(text, name, 'exec')
        except SyntaxError:  # then it is about the message
            return f'def {name}(): attempt("compiled", lambda: compile({text!r}, "text", "exec"))\n'
        return text

    def attempt(self, expression):
        self.add(1, f'attempt({len(self.lines)}, lambda: {expression})')

    # Hierarchies

    def bases(self, i, extra=()):
        known = [f'C{j}' for j in range(i)] + list(extra)
        n = min(len(known), self.pick(0, 1, 1, 2, 2, 3))
        return self.rng.sample(known, n)

    def hierarchy(self):
        n = self.rng.randint(2, 6)
        methods = ['f', 'g', 'h']
        for i in range(n):
            self.add(1, 'try:')
            self.add(2, f'class C{i}({", ".join(self.bases(i))}):')
            self.add(3, f'x{self.rng.randrange(3)} = {i}')
            for m in methods:
                if self.chance(.5):
                    self.method(i, m)
            if self.chance(.25):
                self.add(3, 'def __init_subclass__(cls, **k):')
                self.add(4, f'print("subclass", {i}, cls.__name__, sorted(k))')
                self.add(4, 'super().__init_subclass__(**k)' if self.chance(.8) else 'pass')
            if self.chance(.2):
                self.add(3, f'def __repr__(self): return "<{i} %s>" % type(self).__name__')
            self.add(1, f'except TypeError as e: print({i}, e); C{i} = object')
        for i in range(n):
            self.attempt(f'C{i}.__mro__')
            self.attempt(f'C{i}.__bases__')
            for m in methods:
                self.attempt(f'C{i}().{m}()')
            self.attempt(f'[getattr(C{i}(), "x%d" % k, None) for k in range(3)]')
            self.attempt(f'(issubclass(C{i}, C{self.rng.randrange(n)}), isinstance(C{i}(), (C{self.rng.randrange(n)}, int)))')
            self.attempt(f'super(C{self.rng.randrange(n)}, C{i}()).{self.pick(*methods)}()')
            self.attempt(f'super(C{self.rng.randrange(n)}, C{i}).{self.pick(*methods)}(C{i}())')
        if self.chance(.4):
            i, j = self.rng.randrange(n), self.rng.randrange(n)
            self.attempt(f'setattr(C{i}, "__bases__", (C{j},))')
            self.attempt(f'C{n - 1}.__mro__')
            self.attempt(f'C{n - 1}().f()')

    def method(self, i, m):
        r = self.rng.random()
        if r < .45:
            self.add(3, f'def {m}(self): return [{i}, *super().{m}()]')
        elif r < .7:
            self.add(3, f'def {m}(self): return [{i}]')
        elif r < .8:
            self.add(3, '@classmethod')
            self.add(3, f'def {m}(cls): return [{i}, cls.__name__' + (f', super().{m}()]' if self.chance(.4) else ']'))
        elif r < .88:
            self.add(3, '@staticmethod')
            self.add(3, f'def {m}(): return [{i}]')
        elif r < .94:
            self.add(3, '@property')
            self.add(3, f'def {m}(self): return lambda: [{i}, "property"]')
        else:
            self.add(3, f'{m} = lambda self: [{i}, "lambda"]')

    # Attributes

    def attributes(self):
        self.add(1, 'class D:')
        self.add(2, 'def __init__(self, n): self.n = n')
        self.add(2, 'def __get__(self, o, t): return ("get", self.n, o is None, t.__name__)')
        self.add(2, 'def __set_name__(self, owner, name): print("named", self.n, owner.__name__, name)')
        self.add(1, 'class DD(D):')
        self.add(2, 'def __set__(self, o, v): print("set", self.n, v)')
        self.add(2, 'def __delete__(self, o): print("delete", self.n)')
        n = self.rng.randint(1, 3)
        for i in range(n):
            self.add(1, 'try:')
            self.add(2, f'class C{i}({", ".join(self.bases(i)[:1])}):')
            self.class_with_attributes(i)
            self.add(1, f'except (TypeError, ValueError) as e: print({i}, e); C{i} = D')
        for i in range(n):
            self.add(1, 'try: o = C%d()' % i)
            self.add(1, 'except Exception as e: print(e); o = D(0)')
            for _ in range(self.rng.randint(6, 14)):
                self.attribute_use(i)
            self.attempt('sorted(getattr(o, "__dict__", ["none"]))')

    def class_with_attributes(self, i):
        rng = self.rng
        slots = rng.sample(['a', 'b', 'c', '__dict__', '_C0__p'], rng.randint(0, 3))
        if self.chance(.3):
            self.add(3, f'__slots__ = {slots!r}')
        for name in 'abcd':
            r = rng.random()
            if r < .15:
                self.add(3, f'{name} = D({i})')
            elif r < .3:
                self.add(3, f'{name} = DD({i})')
            elif r < .4:
                self.add(3, f'{name} = {rng.randint(0, 9)}')
            elif r < .5:
                self.add(3, '@property')
                self.add(3, f'def {name}(self): return {self.pick("self.b", "self.d", "5", "self.__p")}')
                if self.chance(.4):
                    self.add(3, f'@{name}.setter')
                    self.add(3, f'def {name}(self, v): self.__p = v')
        if self.chance(.2):
            self.add(3, f'def __getattr__(self, name): return ("fallback {i}", name) if name[0] in "abe" else object.__getattribute__(self, name)')
        if self.chance(.1):
            self.add(3, 'def __getattribute__(self, name):')
            self.add(4, 'if name == "b": raise AttributeError("no b")')
            self.add(4, 'return super().__getattribute__(name)')
        if self.chance(.2):
            self.add(3, 'def __setattr__(self, name, v):')
            self.add(4, 'print("setattr", name, v)')
            self.add(4, self.pick('super().__setattr__(name, v)', 'object.__setattr__(self, name, v)', 'pass', 'self.__dict__[name] = v'))
        if self.chance(.1):
            self.add(3, 'def __delattr__(self, name): print("delattr", name); super().__delattr__(name)')
        if self.chance(.1):
            self.add(3, f'def __dir__(self): return ["z", "y{i}"]')
        self.add(3, f'__p = {i}')
        self.add(3, 'def p(self): return self.__p')

    def attribute_use(self, i):
        name = self.pick('a', 'b', 'c', 'd', 'e', '_C0__p', 'p')
        self.attempt(self.pick(f'o.{name}', f'o.{name}', f'C{i}.{name}', f'setattr(o, {name!r}, {self.rng.randint(0, 99)})',
                               f'setattr(o, {name!r}, {self.rng.randint(0, 99)})', f'delattr(o, {name!r})', f'hasattr(o, {name!r})',
                               f'getattr(o, {name!r}, "default")', f'setattr(C{i}, {name!r}, {self.pick("D(9)", "DD(8)", "3")})',
                               f'delattr(C{i}, {name!r})', f'o.__dict__[{name!r}]', f'o.__dict__.setdefault({name!r}, 4)',
                               f'vars(o).get({name!r})', f'{name!r} in dir(o)', f'type(o).__dict__.get({name!r}) is None', 'o.p()'))

    # Operators

    def operand_class(self, i, base):
        rng = self.rng
        self.add(1, f'class N{i}({base}):')
        self.add(2, f'def __repr__(self): return "n{i}"')
        for op in rng.sample(list(BINARY.values()), rng.randint(2, 6)):
            for form in ('__%s__', '__r%s__', '__i%s__'):
                if not self.chance(.5):
                    continue
                result = self.pick('NotImplemented', f'("{form % op}", {i}, show(o))', f'("{form % op}", {i}, show(o))', 'self', 'super().' + form % op + '(o)')
                self.add(2, f'def {form % op}(self, o): return log("{i} {form % op}", {result})')
        if self.chance(.3):
            self.add(2, f'__{self.pick(*BINARY.values())}__ = None')
        for op in ('neg', 'pos', 'invert', 'abs', 'bool', 'int', 'float', 'index', 'len', 'round', 'trunc', 'divmod', 'rdivmod'):
            if self.chance(.2):
                args = 'self, *o' if op in ('round', 'divmod', 'rdivmod') else 'self'
                self.add(2, f'def __{op}__({args}): return log("{i} {op}", {self.pick("1", "True", "3", "0", "2.5", "self", "-1", "None")})')

    def operators(self):
        n = self.rng.randint(2, 4)
        sequences = {v for v in VALUES if v[0] in '"b[('}
        for i in range(n):
            base = self.pick('object', 'int', 'float', 'str', 'list', 'tuple', *[f'N{j}' for j in range(i)])
            if base in ('str', 'list', 'tuple') or base + '()' in sequences:
                sequences.add(f'N{i}()')
            self.operand_class(i, base)
        values = [f'N{i}()' for i in range(n)] + self.rng.sample(VALUES, 3)
        for _ in range(self.rng.randint(15, 30)):
            a, b = self.rng.sample(values, 2)
            op = self.pick(*BINARY)
            if (op == '<<' and '10**20' in (a, b)) or op == '**' and (a + b).strip('0123N') not in ('()', '()()'):
                continue
            if op == '*' and {a, b} & sequences and 'N' in a + b:
                continue  # which of CPython's three messages it is depends on the slots of the class
            r = self.rng.random()
            if r < .6:
                self.attempt(f'{a} {op} {b}')
            elif r < .8:
                self.add(1, f'def f(x):')
                self.add(2, f'x {op}= {b}')
                self.add(2, 'return x')
                self.add(1, f'attempt({len(self.lines)}, lambda: f({a}))')
            else:
                self.attempt(self.pick(f'-{a}', f'+{a}', f'~{a}', f'abs({a})', f'not {a}', f'bool({a})', f'int({a})', f'float({a})',
                                       f'len({a})', f'round({a})', f'round({a}, 1)', f'divmod({a}, {b})', f'[1, 2, 3][{a}]', f'range({a})',
                                       f'pow({a}, {b})' if '10**20' not in (a, b) else 'pow(2, 3)', f'hex({a})', f'sum([{a}, {b}])', f'"{{}}".format({a})', 
                                       f'"%s" % ({a},)', f'str({a})', f'[0] * {a}', f'{a} * 2', f'__import__("math").trunc({a})',
                                       f'{a} if {b} else 0', f'{a} and {b}', f'{a} or {b}', f'(1 < {a} < {b})'))

    def comparisons(self):
        n = self.rng.randint(2, 4)
        for i in range(n):
            base = self.pick('object', 'int', 'str', 'tuple', *[f'N{j}' for j in range(i)])
            self.add(1, f'class N{i}({base}):')
            self.add(2, f'def __repr__(self): return "n{i}"')
            for op in COMPARE.values():
                if self.chance(.4):
                    result = self.pick('NotImplemented', 'True', 'False', '[]', '"yes"', f'super().__{op}__(o)')
                    self.add(2, f'def __{op}__(self, o): return log("{i} {op}", {result})')
            if self.chance(.3):
                self.add(2, f'def __hash__(self): return {self.pick("1", "-1", "2**70", "hash(5)", "True", repr("x"), "super().__hash__() and 3")}')
            if self.chance(.15):
                self.add(2, '__hash__ = None')
            if self.chance(.2):
                self.add(2, f'def __contains__(self, x): return log("{i} contains", {self.pick("1", "0", "None", repr("x"))})')
            if self.chance(.2):
                self.add(2, f'def __iter__(self): return iter([1, {i}, self])')
            self.add(2, 'pass')
        values = [f'N{i}()' for i in range(n)] + self.rng.sample(VALUES, 2)
        self.add(1, f'vs = [{", ".join(values)}]')
        for _ in range(self.rng.randint(12, 24)):
            i, j, k = (self.rng.randrange(len(values)) for _ in range(3))
            a, b, c = f'vs[{i}]', f'vs[{j}]', f'vs[{k}]'
            op, op2 = self.pick(*COMPARE), self.pick(*COMPARE)
            self.attempt(self.pick(f'{a} {op} {b}', f'{a} {op} {b}', f'{a} {op} {b}', f'{a} {op} {b} {op2} {c}', f'{a} in {b}',
                                   f'{a} not in [{b}, {c}]', f'[{a}] {op} [{b}]', f'({a}, 1) {op} ({b}, 2)', f'hash({a}) == hash({b})', f'len({{{a}, {b}}})',
                                   f'{{{a}: 1}}.get({b})', f'max({a}, {b})', f'[{a}, {b}].index({c})',
                                   f'[{a}, {b}].count({c})', f'[{a}, {b}].remove({c})', f'(not {a}, {a} == {a})', f'{a}.__{COMPARE[op]}__({b})',
                                   f'type({a}).__hash__ is None', f'isinstance(hash({a}), int)'))

    # Argument binding

    def signature(self):
        rng = self.rng
        names = rng.sample('abcdefg', 7)
        n_pos, n_either, n_kw = rng.choice([0, 0, 1, 2]), rng.randint(0, 3), rng.choice([0, 0, 0, 1, 2])
        parts, in_default = [], False
        for i in range(n_pos + n_either):
            in_default = in_default or self.chance(.35)
            parts.append(names.pop() + (f'={i}' if in_default else ''))
            if i + 1 == n_pos:
                parts.append('/')
        rest = self.chance(.3)
        if rest:
            parts.append('*r')
        elif n_kw:
            parts.append('*')
        for i in range(n_kw):
            parts.append(names.pop() + (f'={10 + i}' if self.chance(.5) else ''))
        if self.chance(.3):
            parts.append('**k')
        return parts

    def call(self):
        rng = self.rng
        parts, named = [], False
        for _ in range(rng.randint(0, 5)):
            r = rng.random()
            if r < .4 and not named:
                parts.append(str(rng.randint(20, 29)))
            elif r < .7:
                name = rng.choice('abcdefgxr')
                if not any(p.startswith(name + '=') for p in parts):
                    parts.append(f'{name}={rng.randint(30, 39)}')
                    named = True
            elif r < .85:
                if not any(p.startswith('**') for p in parts):
                    parts.append('*' + rng.choice(['[]', '(40,)', '[40, 41]', 'range(2)', '"xy"', '5', 'None']))
            else:
                key = rng.choice('abcdefgx')
                parts.append('**' + rng.choice([f'{{"{key}": 50}}', f'{{"{key}": 50}}', '{}', f'{{"{key}": 51, "y": 52}}', '{1: 2}', 'None']))
                named = True
        return ', '.join(parts)

    def binding(self):
        for i in range(self.rng.randint(1, 3)):
            parts = self.signature()
            names = [p.split('=')[0].lstrip('*') for p in parts if p not in ('*', '/')]
            values = f'({", ".join(names)}{"," if names else ""})'
            text = ', '.join(parts)
            r = self.rng.random()
            if r < .4:
                self.add(1, f'def f({text}): return {values}')
                target = 'f'
            elif r < .5:
                self.add(1, f'f = lambda {text}: {values}')
                target = 'f'
            else:
                self.add(1, 'class C:')
                self.add(2, 'def __repr__(self): return "C()"')
                kind = self.pick('plain', 'class', 'static', '__init__', '__call__', '__new__', 'generator')
                name = kind if kind.startswith('__') else 'm'
                if kind in ('class', 'static'):
                    self.add(2, f'@{kind}method')
                first = '' if kind == 'static' else 'self'
                if '/' in parts or not first or (parts and parts[0].startswith('*')):
                    text = (first + ', ' if first and parts else first) + text
                else:
                    text = ', '.join(([first] if first else []) + parts)
                body = {'__init__': f'self.v = {values}', '__new__': f'return {values}', 'generator': f'yield {values}'}.get(kind, f'return {values}')
                self.add(2, f'def {name}({text}): {body}')
                target = {'plain': 'C().m', 'class': 'C.m', 'static': self.pick('C.m', 'C().m'), '__init__': 'C', '__call__': 'C()',
                          '__new__': 'C', 'generator': 'C().m'}[kind]
                if kind == 'plain' and self.chance(.2):
                    target = 'C.m'
                if kind == 'generator':
                    for _ in range(4):
                        self.attempt(f'list({target}({self.call()}))')
                    continue
            for _ in range(self.rng.randint(5, 9)):
                call = f'{target}({self.call()})'
                self.attempt(call + '.v' if target == 'C' and '__init__' in self.lines[-1] else call)

    # Scopes

    def scopes(self):
        self.depth_limit = self.rng.randint(2, 4)
        self.add(1, 'global x, y, z')
        for name in 'xyz':
            self.add(1, f'{name} = "global {name}"')
        self.add(1, 'try: del ' + self.pick('x', 'y', 'z'))
        self.add(1, 'except NameError: pass')
        self.scope_function(1, [])
        self.add(1, f'attempt("all", f1)')
        self.attempt('(x, y, z)')

    def scope_function(self, depth, outer):
        rng = self.rng
        name = f'f{depth}'
        parameter = self.pick('', '', 'x=1', 'y=2')
        self.add(depth, f'def {name}({parameter}):')
        self.scope_body(depth + 1, [*outer, set()], {parameter[:1]} - {''}, False)

    def scope_body(self, depth, outer, bound, is_class):
        rng = self.rng
        declared = set()
        for name in 'xyz':
            r = rng.random()
            if name in bound:
                outer[-1].add(name)
            elif r < .15:
                self.add(depth, f'global {name}')
                declared.add(name)
            elif r < .35 and any(name in s for s in outer[:-1]):
                self.add(depth, f'nonlocal {name}')
                declared.add(name)
            elif r < .75 and not is_class:
                outer[-1].add(name)
        for _ in range(rng.randint(2, 5)):
            self.scope_statement(depth, outer, declared, is_class)
        self.add(depth, 'attempt("end", lambda: (x, y))')

    def scope_statement(self, depth, outer, declared, is_class):
        rng = self.rng
        # A function assigns only what it was said to: nonlocal in the functions inside must find it.
        mine = sorted(declared | (set('xyz') if is_class else outer[-1]))
        name = rng.choice(mine) if mine else None
        label = f'{depth}.{len(self.lines)}'
        r = rng.random()
        if r < .3 and name:
            self.add(depth, f'{name} = {label!r}')
        elif r < .4 and name:
            self.add(depth, f'try: del {name}')
            self.add(depth, 'except NameError as e: print(type(e).__name__, e)')
        elif r < .5 and name:
            self.add(depth, f'for {name} in {self.pick("[1, 2]", "[]", "range(2)")}: pass')
        elif r < .58 and name and not is_class:
            self.add(depth, f'print([({name} := i) for i in range(2)])')
        elif r < .66 and name:
            self.add(depth, f'try: 1 // 0')
            self.add(depth, f'except ZeroDivisionError as {name}: pass')
        elif r < .74:
            self.add(depth, f'try: print([{self.pick("x", "y", "z", "w")} for {self.pick("q", "w")} in [{label!r}]])')
            self.add(depth, 'except NameError as e: print(type(e).__name__, e)')
        elif r < .82:
            self.add(depth, f'try: print({label!r}, {self.pick("x", "y", "z")}, {self.pick("x", "y", "z")})')
            self.add(depth, 'except NameError as e: print(type(e).__name__, e)')
        elif r < .9 and depth <= self.depth_limit:
            if not is_class:
                # Assigned first, so that what is nonlocal inside exists.
                for n in sorted(outer[-1]):
                    self.add(depth, f'if {self.pick("0", "1")}: {n} = {label!r}')
            self.scope_function(depth, outer[:-1] if is_class else outer)
            self.add(depth, f'attempt({label!r}, f{depth})')
        elif depth <= self.depth_limit:
            self.add(depth, 'try:')
            self.add(depth + 1, f'class K{depth}:')
            self.scope_body(depth + 2, [*(outer[:-1] if is_class else outer), set()], set(), True)
            self.add(depth, 'except NameError as e: print(type(e).__name__, e)')
        else:
            self.add(depth, f'print({label!r}, sorted(n for n in locals() if n in "xyz"))')

    # Order of evaluation

    def operand(self, depth=0):
        rng = self.rng
        r = rng.random()
        name = rng.choice('abc')
        if r < .3 or depth > 3:
            return name
        if r < .4:
            return f'({name} := {self.operand(depth + 1)})'
        if r < .5:
            return f'set_{name}({self.operand(depth + 1)})'
        if r < .75:
            return f'({self.operand(depth + 1)} {self.pick("+", "*", "-", "<", "==")} {self.operand(depth + 1)})'
        if r < .8:
            return f'[{self.operand(depth + 1)}, {self.operand(depth + 1)}][{self.pick("0", "1", "-1")}]'
        if r < .85:
            return f'take({self.operand(depth + 1)}, {self.operand(depth + 1)}, k={self.operand(depth + 1)})'
        if r < .9:
            return f'({self.operand(depth + 1)} if {self.operand(depth + 1)} else {self.operand(depth + 1)})'
        if r < .94:
            return f'({self.operand(depth + 1)} {self.pick("and", "or")} {self.operand(depth + 1)})'
        if r < .97:
            return f'({self.operand(depth + 1)} < {self.operand(depth + 1)} <= {self.operand(depth + 1)})'
        return rng.choice(['1', '2', '5'])

    def evaluation(self):
        self.add(1, 'a, b, c, d, l = 1, 2, 3, {}, [1, 2, 3, 4]')
        self.add(1, 'o = type("O", (), {})()')
        captured = self.chance(.6)
        for name in 'abc':
            self.add(1, f'def set_{name}(v):')
            self.add(2, f'nonlocal {name}' if captured else f'global {name}')
            self.add(2, f'{name} = v')
            self.add(2, f'print("set {name}", v)')
            self.add(2, 'return v + 1')
        self.add(1, 'def take(*v, k=0): print("take", v, k); return len(v) + k')
        for _ in range(self.rng.randint(5, 10)):
            x, y, z = self.operand(), self.operand(), self.operand()
            name = self.pick('a', 'b', 'c')
            statement = self.pick(f'print({x}, {y})', f'{name} = {x}', f'{name} += {x}', f'a, b = {x}, {y}', f'd[{x}] = {y}', f'd[{x}], {name} = {y}, {z}',
                                  f'l[{x} % 4] += {y}', f'o.x = {x}', f'print({{{x}: {y}, {z}: 1}})', f'print(f"{{{x}}} {{{y}}}")', f'print(take({x}, *[{y}], k={z}))',
                                  f'a = b = d[{x}] = {y}', f'print([{x}, {y}, {z}], ({x}, {y}))', f'print({x} if {y} else {z})', f'del d[{x}]', f'assert {x}, {y}',
                                  f'for {name} in [{x}, {y}]: print({z})', f'print([{name} + i for i in [a, {name}] if {z}])', f'a, *b_ = {x}, {y}, {z}; print(b_)',
                                  f'print(l[{x} % 4:{y} % 4], l[::{self.pick("1", "-1")}])', f'l[{x} % 3:{y} % 4] = [{z}]; l[:] = (l * 5)[:4]')
            self.add(1, 'try:')
            self.add(2, statement)
            self.add(1, 'except Exception as e: print(type(e).__name__, e)')
            self.add(1, 'a, b, c = a % 9, b % 7, c % 5')
        self.add(1, 'print(a, b, c, d, l)')

    # Subclasses of builtin types

    def builtin_bases(self):
        base, arguments = self.pick(('int', ['5', '-1', '"12"', '']), ('str', ['"abc"', '5', '']), ('list', ['[3, 1, 2]', '"ab"', '']),
                                    ('dict', ['{1: 2}', 'a=1', '[(1, 2)]', '']), ('tuple', ['(1, 2)', '']), ('set', ['[1, 2]', '']),
                                    ('float', ['1.5', '"2"', '']), ('bytes', ['b"ab"', '3', '']), ('frozenset', ['(1, 2)', '']))
        methods = {'__len__': 'self: 7', '__getitem__': 'self, i: [("item", 0), "item 1"][i]', '__iter__': 'self: iter("xy")', '__contains__': 'self, x: True',
                   '__str__': 'self: "str!"', '__repr__': 'self: "repr!"', '__eq__': 'self, o: True', '__hash__': 'self: 3', '__bool__': 'self: False',
                   '__int__': 'self: 99', '__index__': 'self: 2', '__float__': 'self: 0.5', '__format__': 'self, spec: "format " + spec', '__add__': 'self, o: "added"',
                   '__radd__': 'self, o: "radded"', '__lt__': 'self, o: True', '__missing__': 'self, k: ("missing", k)', 'keys': 'self: ["k"]', '__setitem__': 'self, k, v: log("set")',
                   'append': 'self, x: log("append")', '__reversed__': 'self: iter([0])', '__mul__': 'self, o: "times"', 'update': 'self, *a: log("update")',
                   '__abs__': 'self: "abs"', '__neg__': 'self: "neg"', '__call__': 'self, *a: ("called", a)'}
        self.add(1, f'class B({base}):')
        for name in self.rng.sample(list(methods), self.rng.randint(0, 5)):
            self.add(2, f'{name} = lambda {methods[name]}')
        if self.chance(.3):
            self.add(2, 'def __init__(self, *a, **k): print("init", len(a), sorted(k))' + ('; super().__init__(*a, **k)' if self.chance(.5) else ''))
        if self.chance(.2):
            self.add(2, '__slots__ = ()')
        self.add(2, 'pass')
        arg = self.pick(*arguments)
        uses = ['str(v)', 'repr(v)', 'len(v)', 'list(v)', 'v[0]', 'v[0:1]', 'v[1]', '1 in v', 'bool(v)', 'v + v', 'v * 2', 'v == v', f'v == {base}(v)', 'hash(v) == hash(v)',
                'int(v)', 'float(v)', f'{base}(v)', 'type(v + v)', 'type(v * 1)', 'f"{v}"', 'f"{v!r:>8}"', '"%s %r" % (v, v)', '"{:>5}".format(v)', 'sorted(v)', 'tuple(v)', 'v < v',
                'v.copy()', 'type(v.copy())', 'v | v', 'type(v | v)', 'v.x', 'setattr(v, "x", 5)', 'v.__dict__', '[1, 2, 3, 4][v]', 'range(v)', '"ab" * v', 'abs(v)', '-v',
                'type(-v)', 'dict(v)', '{**v}', '[*v]', 'max(v)', 'sum(v)', 'v.upper()', 'type(v.upper())', '"-".join(v)', 'v.append(4)', 'v.update([(7, 8)])', 'v.get(1)', 'v["k"]',
                'reversed(v)', 'list(reversed(v))', 'v.index(1)', 'v.count(1)', 'isinstance(v, B)', 'print(v)', 'set(v)', 'v()', 'type(v).__name__', 'print(*v)', 'any(v)', 'enumerate(v)',
                'list(zip(v, v))', 'v.__len__()', f'{base}.__len__(v)', f'{base}.__repr__(v)', 'round(v)', 'divmod(v, 2)', 'v // 2', '2 + v', 'v.real', 'v.items()', 'list(v.items())', 'v.pop()',
                '__import__("json").dumps(v)', 'copy_of(v)']
        self.add(1, 'def copy_of(v):')
        self.add(2, 'import copy')
        self.add(2, 'c = copy.copy(v)')
        self.add(2, 'return type(c), c is v')
        self.add(1, f'try: v = B({arg})')
        self.add(1, 'except Exception as e: print(type(e).__name__, e); return')
        for use in self.rng.sample(uses, 18):
            self.attempt(use)

    # Making classes and instances

    def construction(self):
        rng = self.rng
        self.add(1, 'def deco(c): print("decorated", c.__name__); return c')
        for i in range(rng.randint(1, 3)):
            keywords = self.pick('', '', 'k=1', 'a=1, b=2', '**{"z": 3}')
            heads = ', '.join([*self.bases(i, ['int'] if self.chance(.2) else [])[:2], *([keywords] if keywords else [])])
            self.add(1, 'try:')
            if self.chance(.3):
                self.add(2, '@deco')
            self.add(2, f'class C{i}({heads}):')
            if self.chance(.3):
                self.add(3, f'"""Doc {i}."""')
            if self.chance(.4):
                self.add(3, f'a: int = {i}')
                self.add(3, 'b: "str"')
            if self.chance(.4):
                self.add(3, f'def __new__(cls, *a, **k): print("new {i}", cls.__name__, len(a), sorted(k)); return {self.pick("super().__new__(cls)", "object.__new__(cls)", "super().__new__(cls, *a, **k)", "5", "cls")}')
            if self.chance(.4):
                self.add(3, f'def __init__(self, *a, **k): print("init {i}", a, k); {self.pick("self.a = a", "super().__init__()", "super().__init__(*a, **k)", "return 5", "return None")}')
            if self.chance(.4):
                self.add(3, f'def __init_subclass__(cls, {self.pick("**k", "k=0", "*, a=5, b=6", "")}): print("sub {i}", cls.__name__); {self.pick("pass", "super().__init_subclass__()", "cls.tag = 1")}')
            if self.chance(.3):
                self.add(3, f'def __class_getitem__(cls, x): return (cls.__name__, x)')
            if self.chance(.3):
                self.add(3, f'def __call__(self, *a): return ("call {i}", a)')
            if self.chance(.2):
                self.add(3, f'class Inner: {self.pick("pass", "z = 1")}')
            self.add(3, f'print("body", __qualname__.split(".")[-1], sorted(n for n in locals() if n[0] != "_"))')
            self.add(1, f'except Exception as e: print(type(e).__name__, e); C{i} = type("C{i}", (), {{"made": {i}}})')
            for _ in range(rng.randint(4, 8)):
                self.attempt(self.pick(f'C{i}()', f'C{i}(1)', f'C{i}(k=1)', f'C{i}()()', f'C{i}()(1, 2)', f'C{i}[5]', f'C{i}.__doc__', f'C{i}.__annotations__', f'C{i}.tag',
                                       f'C{i}.__name__', f'C{i}.__qualname__.split(".")[-1]', f'C{i}.Inner.z', f'type("X", (C{i},), {{"q": 1}}).q', f'type("X", (C{i},), {{}}, a=1)', f'C{i}.__module__',
                                       f'type(C{i}())', f'C{i}.__dict__.get("a")', f'isinstance(C{i}(), C{i})', f'C{i}.__bases__', f'C{i}().a', f'C{i}.__base__', f'callable(C{i}())', f'C{i}.nothing',
                                       f'C{i}().nothing', f'setattr(C{i}, "__name__", "Renamed")', f'setattr(C{i}(), "__class__", C0)', f'type(C{i})', f'object.__new__(C{i})', f'C{i}.__new__(C{i})', f'C{i}.mro()[-1]',
                                       f'dict.fromkeys("ab", C{i}.__name__)'))


def script(seeds):
    parts = [PRELUDE]
    for seed in seeds:
        parts.append(Maker(seed).program(f'program_{seed}'))
        parts.append(f'print("seed", {seed})\n'
                     f'try: program_{seed}()\n'
                     f'except BaseException as e: print("ended by", name_of(e))\n')
    return '\n'.join(parts)


if __name__ == '__main__':
    sys.exit(differential.main(__doc__, 'gen_classes', script, batch=100))
