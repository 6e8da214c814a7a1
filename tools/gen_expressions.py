#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Differential test of expressions: random programs over the builtin types, the same output under Rill and CPython 3.13.

Usage: tools/gen_expressions.py [--seed N] [--count N] [--batch N] [--rill PATH] [--cpython PATH] [--keep DIR]
       tools/gen_expressions.py --print SEED

Each seed makes one program of a dozen checks: arithmetic and conversions of numbers of any size, methods of strings and
bytes, the three kinds of formatting, slices, sets and views, changes during iteration, sorting, encodings, unpacking, and
operators and builtins on whatever comes. What a check gives, or the type and text of what it raises, is printed. Where the
outputs differ the seed is named, so that --print SEED shows the program. Exit status 1 if any differs.
"""
import random
import sys

import differential

PRELUDE = '''\
import math
import re
from collections import OrderedDict, deque

def order(v):
    """Sets of other things than integers have an order of their own in each implementation."""
    if isinstance(v, (set, frozenset)) and any(type(x) is not int for x in v):
        return (type(v).__name__, sorted(v, key=repr))
    return v

def plain(text):
    return ascii(re.sub("0x[0-9a-f]{8,}", "0x", text))

def t(f):
    try:
        v = f()
    except RecursionError:
        raise
    except Exception as e:
        print(type(e).__name__, plain(str(e)))
    else:
        print(plain(repr(order(v))))

def run_program(seed, text):
    print("seed", seed)
    names = dict(globals())
    try:
        exec(text, names)
    except SyntaxError as e:
        print(type(e).__name__, e)
    else:
        names["program"]()

class Point:
    x, y = 3, "y"
    items = {"a": 1, 0: [1, 2]}
    def __repr__(self): return "<Point>"
    def __str__(self): return "point"
    def __format__(self, spec): return "<" + spec + ">"
    def __getitem__(self, key):
        if key == 3: raise IndexError("no more")
        return (key,)

class Index:
    def __init__(self, i): self.i = i
    def __index__(self): return self.i
    def __repr__(self): return f"Index({self.i})"

class Pair:
    def __init__(self, a, b): self.a, self.b = a, b
    def __lt__(self, other): return self.a < other.a
    def __repr__(self): return f"{self.a}:{self.b}"
'''

TEXTS = ['', 'a', 'abc', 'Hello World', 'hello world', 'aXbXc', 'ab ab ab', ' \t x\n', 'ABC', 'x' * 20, '123', '-12', '3.5e2', 'na\u00efve', '\u00df', 'STRASSE', '\u01c5ul', 'a\u0301e\u0301',
         '\u03a3\u03b1\u03c2', '\u0130\u0131', '\u20ac5', '\U0001f600ok', '\u4e2d\u6587\u5b57', '\u0661\u0662', '\u00b2', '\u00bd', '\xa0\u2003x\u3000', 'a\x1cb\x85c\u2028d', 'line\r\nline\rx\n', "it's",
         'say "hi"', 'both\'"', 'back\\slash', '\x00nul', '\x7f\x80\xad', '\ud800', '\udc80a', '\ufb01', '\u1e9e', 'title case here', 'UPPER lower', '{}', '%s', '_id1', '1id', 'def', '\u03c0r', '\u2167',
         'a,b,,c', ',', '--', '0x1f', ' 42 ', '1_000', 'inf', 'nan', '1e400', '\u0915\u094d']
BYTES = [b'', b'a', b'abc', b'Hello World', b'aXbXc', b'ab ab ab', b' \t x\n', b'\x00\xff', b'123', b'-12', b'\xc3\xa9', b'\xe2\x82', b'\xf0\x9f\x98\x80', b'a,b,,c', b',', b'line\r\nx', b"it's", b'\x80abc',
         b'\xff\xfea\x00', b'ABC', b'\xed\xa0\x80', b'3.5', b'q\'"']
FLOATS = ['0.0', '-0.0', '1.0', '-1.5', '0.1', '2.5', '3.5', '1e16', '1e15', '123456789.125', '1e-5', '0.0001', '1e22', '1e23', '5e-324', '1.7976931348623157e308', 'math.inf', '-math.inf', 'math.nan', '2.0**53',
          '0.5', '1.005', '2.675', '1e100', '-123.456', '99.95', '9.5', '999999.5', '1234567.891', '1/3', '1e-10', '6.02214076e23', '4.9406564584124654e-324', '0.30000000000000004', '-0.5']
TEXT_METHODS = {
    'upper': '', 'lower': '', 'title': '', 'capitalize': '', 'swapcase': '', 'casefold': '', 'strip': 's?', 'lstrip': 's?', 'rstrip': 's?', 'split': 'd?i?', 'rsplit': 'd?i?', 'splitlines': 'b?',
    'join': 'L', 'replace': 'ssn?', 'find': 'si?i?', 'rfind': 'si?i?', 'index': 'si?i?', 'rindex': 'si?i?', 'count': 'si?i?', 'startswith': 'Si?i?', 'endswith': 'Si?i?', 'center': 'wf?',
    'ljust': 'wf?', 'rjust': 'wf?', 'zfill': 'w', 'partition': 's', 'rpartition': 's', 'expandtabs': 'w?', 'isalpha': '', 'isdigit': '', 'isalnum': '', 'isspace': '', 'isupper': '', 'islower': '',
    'istitle': '', 'isascii': '', 'removeprefix': 's', 'removesuffix': 's', 'translate': 'T', '__len__': '', '__contains__': 's', '__add__': 's', '__mul__': 'i', '__getitem__': 'i'}
ONLY_STR = {'isdecimal': '', 'isnumeric': '', 'isidentifier': '', 'isprintable': '', 'encode': '', 'casefold': '', 'format_map': 'M'}
ENCODINGS = ['utf-8', 'ascii', 'latin-1', 'utf-16', 'utf-32', 'utf-16-le', 'utf-16-be', 'utf-32-be', 'utf-8-sig', 'UTF8', 'L1', 'us-ascii', 'no-such']
HANDLERS = ['strict', 'ignore', 'replace', 'backslashreplace', 'surrogateescape', 'xmlcharrefreplace', 'none-such']
OPERATORS = ['+', '-', '*', '/', '//', '%', '@', '&', '|', '^', '==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'and', 'or']
BUILTINS = ['len', 'abs', 'min', 'max', 'sum', 'sorted', 'list', 'tuple', 'set', 'dict', 'bool', 'str', 'repr', 'ascii', 'int', 'float', 'bytes', 'bytearray', 'frozenset', 'ord', 'chr', 'hex', 'oct', 'bin', 'round',
            'all', 'any', 'iter', 'next', 'enumerate', 'reversed', 'divmod', 'range', 'slice', 'callable', 'format', 'zip', 'map', 'filter', 'isinstance', 'hash', 'math.floor', 'math.ceil', 'math.trunc',
            'math.sqrt', 'math.isqrt', 'math.gcd', 'math.factorial', 'math.prod', 'math.hypot', 'math.comb', 'deque', 'int.from_bytes', 'float.fromhex', 'bytes.fromhex', 'str.maketrans', 'dict.fromkeys']


class Maker:
    """Writes one program; every choice comes from one seed."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.lines = []

    def pick(self, *choices):
        return self.rng.choice(choices)

    def check(self, text):
        self.lines.append(f'    t(lambda: {text})')

    def block(self, *lines):
        """Statements; the last line is an expression to show."""
        self.lines.append('    def f():')
        self.lines += ['        ' + line for line in lines[:-1]]
        self.lines += ['        return ' + lines[-1], '    t(f)']

    # Values

    def small(self):
        return str(self.pick(0, 1, -1, 2, 3, -2, 5, 7, 10, -10, 12, 100))

    def integer(self):
        rng, r = self.rng, self.rng.random()
        if r < .3:
            return self.small()
        if r < .6:
            sign, delta = self.pick('', '-'), self.pick(-1, 0, 1)
            return f'({sign}2**{self.pick(7, 8, 15, 16, 31, 32, 47, 48, 49, 52, 53, 61, 62, 63, 64, 100, 128, 300)}{delta:+d})'
        if r < .7:
            return f'({self.pick("", "-")}10**{rng.randint(1, 60)})'
        return str(rng.randint(-10**rng.randint(1, 70), 10**rng.randint(1, 70)))

    def real(self):
        if self.rng.random() < .7:
            return self.pick(*FLOATS)
        return repr(self.rng.uniform(-1, 1) * 10.0**self.rng.randint(-20, 20))

    def number(self):
        return self.pick(self.integer, self.real, self.small)()

    def text(self):
        if self.rng.random() < .15:
            return f'({self.text()} + {self.text()})'
        return ascii(self.pick(*TEXTS))

    def data(self):
        return repr(self.pick(*BYTES))

    def list_of(self, item, low=0, high=6):
        return '[' + ', '.join(item() for _ in range(self.rng.randint(low, high))) + ']'

    def int_set(self):
        items = ', '.join(str(self.rng.choice([self.rng.randint(-5, 20), self.rng.randint(0, 2000), 2**40])) for _ in range(self.rng.randint(0, 9)))
        return self.pick('set', 'set', 'frozenset') + f'([{items}])'

    def int_dict(self):
        return '{' + ', '.join(f'{self.rng.randint(0, 9)}: {self.small()}' for _ in range(self.rng.randint(0, 6))) + '}'

    def any(self):
        kinds = [self.small, self.small, self.real, self.text, self.text, self.data, lambda: self.list_of(self.small), lambda: 'tuple(' + self.list_of(self.small) + ')', self.int_set, self.int_dict,
                 lambda: 'None', lambda: self.pick('True', 'False'), lambda: f'range({self.small()}, {self.small()})', lambda: 'bytearray(' + self.data() + ')', lambda: 'Point()',
                 lambda: f'Index({self.small()})', lambda: f'slice({self.small()}, None)', lambda: '...', lambda: self.list_of(self.text, 0, 4), lambda: 'int', lambda: '10**30',
                 lambda: 'deque(' + self.list_of(self.small) + ')', lambda: '{' + f'{self.text()}: {self.small()}' + '}', lambda: 'iter(' + self.list_of(self.small) + ')', lambda: 'len', lambda: 'ValueError("e")']
        return self.pick(*kinds)()

    def without(self, word):
        while word in (text := self.any()):
            pass
        return text

    def bound(self):
        return self.pick('None', '', self.small(), self.small(), str(self.rng.randint(-8, 8)), f'Index({self.small()})', '10**30', '-10**30')

    def slice(self):
        step = self.pick('', '', '', '2', '-1', '-2', '3', '-3', '1', 'None', '0', '10**30', '-10**30')
        return f'{self.bound()}:{self.bound()}' + (f':{step}' if step else '')

    # Checks

    def arithmetic(self):
        a, b = self.number(), self.number()
        op = self.pick('+', '-', '*', '/', '//', '%', '==', '<', '<=', '!=')
        self.check(f'{a} {op} {b}')
        self.check(f'divmod({a}, {b})')
        a, b = self.integer(), self.integer()
        self.check(f'{a} {self.pick("&", "|", "^")} {b}')
        self.check(f'({a} {self.pick("<<", ">>")} {self.pick("0", "1", "7", "48", "49", "64", "200", "-1")}, ~{b}, -{a}, +{b}, abs({a}))')

    def powers(self):
        self.check(f'{self.integer()} ** {self.pick("0", "1", "2", "3", "7", "-1", "-2")}')
        self.check(f'pow({self.integer()}, {self.pick(self.integer(), "-1", "5", "0")}, {self.pick(self.integer(), "7", "1", "-13", "0")})')
        self.check(f'abs({self.real()}) ** {self.pick(self.real(), self.small())}')
        self.check(f'round({self.number()}, {self.pick("0", "1", "2", "-1", "-3", "20", "None", "400", "-400")})')
        self.check(f'round({self.number()})')

    def int_methods(self):
        n = self.integer()
        self.check(f'(({n}).bit_length(), ({n}).bit_count(), ({n}).as_integer_ratio(), ({n}).conjugate(), ({n}).is_integer())')
        self.check(f'({n}).to_bytes({self.pick("1", "2", "8", "9", "40", "0", "-1")}, {self.pick(repr("big"), repr("little"), repr("x"))}, signed={self.pick("True", "False")})')
        self.check(f'int.from_bytes({self.data()}, {self.pick(repr("big"), repr("little"))}, signed={self.pick("True", "False")})')
        self.check(f'({self.pick("hex", "oct", "bin", "str", "repr", "float", "hash", "bool", "math.isqrt", "math.floor")})({n})')
        self.check(f'int({self.text()}, {self.pick("10", "16", "2", "0", "36", "37", "1", "8")})')
        digits = ''.join(self.rng.choice('0123456789abcdefz_ +-xob') for _ in range(self.rng.randint(1, 8)))
        self.check(f'int({digits!r}, {self.pick("10", "16", "2", "0", "36")})')
        self.check(f'int({digits!r})')

    def float_methods(self):
        x = self.real()
        self.check(f'[{x}.__{self.pick("repr", "str", "neg", "abs", "bool", "int", "trunc", "floor", "ceil", "round")}__()]' if x[0].isalpha() or x[0] == '-' and x[1].isalpha()
                   else f'[({x}).__{self.pick("repr", "str", "neg", "abs", "bool", "int", "trunc", "floor", "ceil", "round")}__()]')
        self.check(f'(({x}).hex(), ({x}).is_integer())')
        self.check(f'({x}).as_integer_ratio()')
        self.check(f'(int({x}), {x} == int({x}), hash({x}) == hash(int({x})))')
        text = ''.join(self.rng.choice('0123456789.e-+_ infa') for _ in range(self.rng.randint(1, 9)))
        self.check(f'float({text!r})')
        self.check(f'float({self.text()})')
        self.check(f'math.{self.pick("floor", "ceil", "trunc", "frexp", "modf", "fabs", "sqrt", "ulp")}({x})')
        self.check(f'math.{self.pick("fmod", "copysign", "remainder", "nextafter", "hypot")}({x}, {self.real()})')

    def argument(self, kind, text):
        if kind == 'i':
            return self.pick('0', '1', '2', '-1', '-2', '3', '5', '-10', '100', 'None', '10**30', 'Index(1)')
        if kind == 'n':
            return self.pick('0', '1', '2', '-1', 'Index(1)')
        if kind == 'w':
            return self.pick('0', '5', '8', '12', '25', '-3', '1')
        if kind == 'b':
            return self.pick('True', 'False', '0', '1')
        if kind == 's':
            return self.pick(text(), text(), text(), self.rng.choice("'ab,xX le'").join(["'", "'"]) if text == self.text else text())
        if kind == 'd':
            return self.pick('None', text(), text(), "','" if text == self.text else "b','")
        if kind == 'f':
            return self.pick(*(["'*'", "' '", "'\\u20ac'", "'ab'", "''"] if text == self.text else ["b'*'", "b'ab'", "b' '"]))
        if kind == 'S':
            return self.pick(text(), f'({text()}, {text()})', f'({text()}, 1)', '()')
        if kind == 'L':
            return self.list_of(text, 0, 4) if self.rng.random() < .8 else f'[{text()}, {self.any()}]'
        if kind == 'T':
            if text == self.text:
                return self.pick('{97: None, 98: "xy", 99: 65}', 'str.maketrans("abl", "xyz")', 'str.maketrans("ab", "xy", "cl")', '{97: "z"}', '{97: 10**7}', '{97: b"x"}', '[65] * 128')
            return self.pick('bytes(range(256))', 'bytes.maketrans(b"abl", b"xyz")', 'None', 'None, b"al"', 'b"short"')
        return self.pick("{'a': 1}", '{}')

    def call_method(self, receiver, name, kinds, text):
        args = []
        i = 0
        while i < len(kinds):
            optional = kinds[i + 1:i + 2] == '?'
            if optional and self.rng.random() < .5:
                break
            args.append(self.any() if self.rng.random() < .04 else self.argument(kinds[i], text))
            i += 1 + optional
        if self.rng.random() < .03:
            args.append(self.without('ud800'))
        self.check(f'{receiver}.{name}({", ".join(args)})')

    def text_methods(self):
        table = {**TEXT_METHODS, **ONLY_STR}
        for _ in range(5):
            name = self.pick(*table)
            self.call_method(self.text(), name, table[name], self.text)

    def data_methods(self):
        for _ in range(5):
            name = self.pick(*[m for m in TEXT_METHODS if m != 'casefold'], 'hex', 'decode')
            receiver = self.data() if self.rng.random() < .6 else f'bytearray({self.data()})'
            self.call_method(receiver, name, TEXT_METHODS.get(name, ''), self.data)
        changes = ['b.append(%s)', 'b.extend(%s)', 'b.insert(1, %s)', 'b.remove(%s)', 'b += %s', 'b *= %s', 'b[0] = %s', 'b.reverse()', 'b.clear()', 'b.pop()', 'b.pop(%s)', 'b[1:2] = %s', 'del b[0]']
        lines = [self.pick(*changes) for _ in range(self.rng.randint(1, 3))]
        self.block(f'b = bytearray({self.data()} + b"xyz")', *[s % self.pick('97', '0', '1', '2', self.data(), '256', '-1', '[1, 2]', "'s'") if '%s' in s else s for s in lines], 'b')

    def encodings(self):
        self.check(f'{self.text()}.encode({self.pick(*ENCODINGS)!r}, {self.pick(*HANDLERS)!r})')
        self.check(f'{self.text()}.encode({self.pick(*ENCODINGS)!r})')
        data = ''.join(self.pick('a', 'z', '\\x80', '\\xff', '\\xc3', '\\xa9', '\\xe2', '\\x82', '\\xac', '\\xf0', '\\x9f', '\\x98', '\\x00', '\\xed', '\\xa0', '\\xd8', '\\xdc') for _ in range(self.rng.randint(0, 8)))
        self.check(f"b'{data}'.decode({self.pick('utf-8', *ENCODINGS)!r}, {self.pick('strict', 'strict', *HANDLERS)!r})")
        self.check(f"str(b'{data}', 'utf-8', {self.pick('replace', 'backslashreplace', 'surrogateescape', 'ignore')!r})")
        self.check(f'ascii({self.text()})')
        self.check(f'{self.text()}.encode({self.pick("utf-8", "utf-16", "utf-32")!r}, "surrogatepass").decode({self.pick("utf-8", "utf-16", "utf-32")!r}, "replace")')

    def spec(self):
        rng = self.rng
        fill = self.pick('', '', '', '<', '>', '^', '=', '*<', '0>', '\\u20ac^', '_=', '{{<' if False else 'x>')
        return (fill + self.pick('', '', '', '+', '-', ' ') + self.pick('', '', '', 'z') * (rng.random() < .5) + self.pick('', '', '', '#') + self.pick('', '', '', '0') +
                self.pick('', '', '5', '8', '12', '20', '1') + self.pick('', '', '', ',', '_') + self.pick('', '', '', '.0', '.1', '.3', '.10', '.25', '.') +
                self.pick('', '', 'd', 'x', 'X', 'o', 'b', 'c', 'n', 'e', 'E', 'f', 'F', 'g', 'G', '%', 's', 'q', 'dd'))

    def formats(self):
        for _ in range(4):
            value = self.pick(self.integer, self.real, self.real, self.small, self.text, lambda: 'True', self.any)()
            self.check(f"format({value}, '{self.spec()}')")
        self.check(f"f'{{{self.number()}:{self.spec()}}}'" if '\\' not in (s := self.spec()) else f"format(1.5, '{s}')")
        self.check(f"f'{{{self.number()}:{{{self.pick('8', '12')}}}.{{{self.pick('2', '3', '0')}}}{self.pick('f', 'e', 'g', '')}}}'")
        self.check(f"'{{:{self.spec()}}}'.format({self.number()})")

    def percent(self):
        for _ in range(3):
            n = self.rng.randint(1, 3)
            parts, args = [], []
            for _ in range(n):
                width = self.pick('', '', '5', '-8', '08', '+', ' ', '#', '+09', '-', '.3', '10.2', '.0', '*', '.*')
                parts.append('%' + width + self.pick(*'sdrxXofegGEcai%u', *'sdrsdf', 'ld', 'q', ''))
                args += [self.pick('3', '-7')] * width.count('*')
                args.append(self.pick(self.number, self.number, self.text, self.any)() if parts[-1][-1:] != '%' else '')
            args = [a for a in args if a]
            if self.rng.random() < .1:
                args.append('1')
            values = f'({", ".join(args)}{"," if len(args) == 1 else ""})'
            if self.rng.random() < .25:
                self.check(f"b'{self.pick('', 'a')}{'|'.join(parts)}' % {values}")
            else:
                self.check(f"'{self.pick('', 'a')}{'|'.join(parts)}' % {values}")
        key = self.pick('k', 'a', 'k(x)', '')
        self.check(f"'%({key}){self.pick('s', 'd', '5.1f', 'r', '')}' % {self.pick('{', '{')}'k': {self.number()}, 'a': 'v'{'}'}")
        self.check(f"'{self.pick('%s', '%d %d', 'x', '%c', '%5s|', '%')}' % {self.without('deque')}")

    def field_formats(self):
        fields = ['{}', '{0}', '{1}', '{a}', '{a.x}', '{a.items[a]}', '{a[0]}', '{a[b c]}', '{0!r}', '{0!s:>6}', '{!a}', '{:>{}}', '{:{a}}', '{0[0]}', '{a.nope}', '{', '}', '{{}}', '{!x}', '{0!}', '{0:', '{a[}', '{a.}',
                  '{a[]}', '{0.x[0].y}', '{ a}', '{2}', '{:d}', '{0:{1}}', '{:{{}}}', '{[0]}', '{.x}', '{99999999999999999999}', '{0[-1]}', '{-1}', '{0!r:^10}']
        for _ in range(4):
            text = self.pick('', 'a', '{{') + self.pick(*fields) + self.pick('', ' ') + self.pick('', '', self.pick(*fields))
            self.check(f"{text!r}.format({self.any()}, {self.pick(self.small(), self.text(), '5')}, a={self.pick('Point()', 'Point()', self.any())})")
        self.check(f"'{{a}} {{b}}'.format_map({self.pick(repr(dict(a=1, b=2)), repr(dict(a=1)), 'OrderedDict(a=1, b=Point())')})")

    def fstrings(self):
        def field(depth):
            inner = self.pick(self.small, self.text, self.real, lambda: 'p', lambda: 'n', lambda: 's', lambda: 'p.x', lambda: 's[1:]', lambda: 'n if n else s', lambda: '(lambda: 7)()', lambda: '[i for i in range(3)]',
                              lambda: "{'k': n}['k']")()
            if inner[0] == '{':
                inner = ' ' + inner
            if depth and self.rng.random() < .4:
                inner = f'f"{text(depth - 1)}"'
            tail = self.pick('', '', '', '!r', '!s', '!a', '=', ' = ', '=!r', ':>8', ':{w}', ':<{w}', '!r:^{w}', ':{"<" + "9"}', '=:>6', ':.{q}')
            return '{' + inner + tail + '}'

        def text(depth):
            return ''.join(self.pick(lambda: field(depth), lambda: self.pick('a', '{{', '}}', ' ', '\\n', '\\u20ac', 'x:y', '%'))() for _ in range(self.rng.randint(1, 3)))
        prefix = 'n, s, p, w, q = 5, "text", Point(), 10, 3'
        for _ in range(3):
            self.block(prefix, f"f'{text(1)}'")
        self.block(prefix, f'f"""{text(2)}"""')

    def slices(self):
        sequence = self.pick("'hello \\u20acw\\u00f6rld'", "'abcdefghij'", "b'abcdefghij'", '[0, 1, 2, 3, 4, 5, 6, 7]', '(0, 1, 2, 3, 4)', 'range(3, 30, 3)', "bytearray(b'0123456789')", 'range(10, -5, -2)', "'\\U0001f600\\u20aca\\u0301'")
        self.check(f'{sequence}[{self.slice()}]')
        self.check(f'{sequence}[{self.slice()}]')
        self.check(f'{sequence}[{self.bound() or "0"}]')
        self.check(f'{sequence}[{self.any()}]')
        self.check(f'slice({self.bound() or None}, {self.bound() or None}, {self.pick("None", "1", "-1", "2", "0")}).indices({self.pick("0", "5", "10", "-1", "10**30")})')
        target = self.pick('[0, 1, 2, 3, 4, 5, 6, 7]', "bytearray(b'01234567')")
        value = self.pick('[]', '[9]', '[9, 8, 7]', 'x', 'range(4)', '(5,)', "b'AB'", 'iter([1, 2])', "'ab'", '5', 'None')
        self.block(f'x = {target}', f'x[{self.slice()}] = {value}', 'x')
        self.block(f'x = {target}', f'del x[{self.slice()}]', 'x')
        self.block(f'x = {target}', f'x[{self.bound() or "1"}] = {self.pick("7", "65", self.any())}', f'del x[{self.pick("0", "-1", "20", "1")}]', 'x')

    def sets(self):
        a, b = self.int_set(), self.int_set()
        op = self.pick('&', '|', '-', '^')
        self.check(f'{a} {op} {b}')
        self.check(f'({a} {self.pick("<", "<=", ">", ">=", "==", "!=")} {b}, len({a}), list({b}))')
        self.check(f'{a}.{self.pick("union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint")}({self.pick(b, b, "range(5)", "[1, 2, 2]", self.any())})')
        lines = [self.pick('s.add(3)', 's.add(30)', 's.discard(3)', 's.remove(5)', 's.pop()', 's.update([1, 2], {7})', f's {self.pick("&=", "|=", "-=", "^=")} {b}', 's.clear()', 's.difference_update([1], [2])',
                           's.intersection_update(range(10))', 's.symmetric_difference_update([1, 99])', f's.update({self.any()})') for _ in range(3)]
        self.block(f's = {a}', *lines, 'order(s)')
        d, e = self.int_dict(), self.int_dict()
        view = self.pick('keys', 'items')
        self.check(f'{d}.{view}() {op} {e}.{view}()')
        self.check(f'{d}.keys() {op} {self.pick(b, "[1, 2, 3]", "range(4)", self.any())}')
        self.check(f'({d}.{view}() {self.pick("<", "<=", ">", ">=", "==", "!=")} {e}.{view}(), {d}.{view}().isdisjoint({e}.{view}()), {d} | {e}, {d} == {e})')
        lines = [self.pick('d[3] = 1', 'd[20] = 2', 'del d[3]', 'd.pop(3)', 'd.pop(3, None)', 'd.popitem()', 'd.setdefault(4, [])', 'd.update({5: 6}, x=1)', 'd |= {1: 2}', 'd.clear()', 'd.update([(1, 2), [3, 4]])', 'd.update([1])',
                           'd.update([(1, 2, 3)])', 'd |= [(8, 9)]', 'd = dict(reversed(d.items()))') for _ in range(3)]
        self.block(f'd = {d}', 'k, v, i = d.keys(), d.values(), d.items()', *lines, '(d, k, v, i, list(reversed(d)))')

    def mutation(self):
        loop, change = self.pick('d', 'd.keys()', 'd.values()', 'd.items()', 'reversed(d)'), self.pick('d[n + 100] = 1', 'del d[next(iter(d))]', 'd.pop(n % 3, 0)', 'd[1] = n', 'd.clear()', 'd.update({n: 1})')
        self.block('d, n = {i: -i for i in range(4)}, 0', f'for x in {loop}:', '    n += 1', f'    if n < 9: {change}', '    if n > 12: break', '(d, n)')
        self.block('s, n = {1, 2, 3, 4}, 0', 'for x in s:', '    n += 1', f'    {self.pick("s.add(n + 50)", "s.discard(x)", "s.pop()", "s.clear()", "s.add(1)")}', '    if n > 12: break', '(s, n)')
        change = self.pick('a.append(n)', 'a.remove(x)', 'a.pop()', 'a.insert(0, n)', 'del a[:]', 'a[:] = [1, 2]', 'a.reverse()', 'a += [1]')
        self.block('a, n = [1, 2, 3, 4], 0', f'for x in {self.pick("a", "reversed(a)", "enumerate(a)", "map(str, a)", "zip(a, a)")}:', '    n += 1', f'    if n < 5: {change}', '    if n > 12: break', '(a, n)')
        change = self.pick('q.append(n)', 'q.popleft()', 'q.rotate(1)', 'q[0] = 9', 'q.clear()', 'q.extendleft([1])')
        self.block('q, n = deque([1, 2, 3]), 0', 'for x in q:', '    n += 1', f'    {change}', '    if n > 9: break', '(q, n)')

    def sorting(self):
        key = self.pick('', ', key=abs', ', key=lambda v: -v', ', key=lambda v: v % 3', ', key=str', ', key=lambda v: (v % 2, v)')
        reverse = self.pick('', ', reverse=True', ', reverse=False')
        numbers = self.list_of(self.number, 0, 9)
        self.check(f'sorted({self.list_of(self.small, 0, 12)}{key}{reverse})')
        self.check(f'sorted([x for x in {numbers} if x == x]{self.pick("", ", key=repr")}{reverse})')
        self.check(f'sorted({self.list_of(self.text, 0, 7)}{self.pick("", ", key=len", ", key=str.lower", ", key=str.casefold")}{reverse})')
        self.check(f'sorted([{self.any()}, {self.any()}, {self.any()}]{self.pick("", ", key=str", ", key=len")})')
        pairs = ', '.join(f'Pair({self.rng.randint(0, 3)}, {i})' for i in range(self.rng.randint(0, 9)))
        self.check(f'sorted([{pairs}]{reverse})')
        self.block(f'a = {self.list_of(self.small, 0, 9)}', f'a.sort({(key + reverse)[2:]})', 'a')
        self.check(f'{self.pick("min", "max")}({self.list_of(self.small, 0, 5)}{self.pick("", key)}{self.pick("", ", default=None")})')
        self.check(f'{self.pick("min", "max")}({self.number()}, {self.number()}, {self.number()})')

    def unpacking(self):
        targets = self.pick('a, b', 'a, *b', '*a, b', 'a, *b, c', '[a, b, c]', '(a, (b, c))', 'a, (b, *c)', '*a,', 'a, b, *c, d', '()')
        names = [n for n in 'abcd' if n in targets.replace('order', '')]
        value = self.pick(self.list_of(self.small, 0, 5), 'range(3)', '"xyz"', '(1, [2, 3])', '{1: 2, 3: 4}', 'iter([1, 2])', '(i for i in range(4))', '{5, 6}', '[1, "xy"]', 'None', '5', self.any(), 'deque([1, 2, 3])', '[1, (2, 3, 4)]')
        self.block(f'{targets} = {value}', '(' + ''.join(n + ', ' for n in names) + ')')
        self.block(f'r = []', f'for {targets if targets != "()" else "[]"} in [{value}]: r.append({names[0] if names else 0})', 'r')
        self.check(f'[*{self.any()}, *{self.any()}]')
        self.check('{**%s, **%s}' % (self.pick(self.int_dict(), self.any()), self.int_dict()))
        self.check(f'(lambda *a, **k: (a, k))(*{self.pick("[1]", "(2, 3)", self.any())}, **{self.pick("{}", repr(dict(z=1)), self.any())})')
        self.check(f'(lambda a, b=2, *, c=3: (a, b, c))(*{self.list_of(self.small, 0, 3)}, **{self.pick("{}", repr(dict(c=1)), repr(dict(b=1)), repr(dict(q=1)))})')

    def anything(self):
        for _ in range(3):
            self.check(f'{self.without("deque")} {self.pick(*OPERATORS)} {self.without("deque")}')
        self.check(f'{self.any()}[{self.any()}]')
        self.check(f'{self.pick("-", "+", "~", "not ")}{self.any()}')
        for _ in range(3):
            name = self.pick(*BUILTINS)
            arg = self.any()
            if name in ('hash', 'range', 'math.factorial', 'math.comb', 'bytes', 'bytearray', 'iter', 'isinstance') and ('10**30' in arg or name in ('hash', 'iter', 'isinstance')):
                arg = '5'
            self.check(f'(lambda v: list(v) if hasattr(v, "__next__") else v)({name}({arg}))')
            if name in ('bytes', 'bytearray', 'math.factorial', 'range', 'iter', 'hash'):
                continue
            if name in ('str', 'sorted'):
                continue
            more = ', '.join(self.any() for _ in range(self.rng.randint(0, 2)))
            self.check(f'(lambda v: list(v) if hasattr(v, "__next__") else v)({name}({arg}, {more}))')
        self.block(f'x = {self.any()}', f'x {self.pick("+=", "-=", "|=", "&=", "/=", "//=", "%=")} {self.any()}', 'order(x)')
        self.block(f'x = {self.any()}', f'x[{self.any()}] = {self.any()}', 'order(x)')
        self.block(f'x = {self.any()}', f'del x[{self.any()}]', 'order(x)')

    def lists(self):
        lines = [self.pick('a.append(4)', 'a.extend((5, 6))', f'a.insert({self.small()}, 9)', 'a.remove(2)', 'a.pop()', f'a.pop({self.small()})', 'a.reverse()', 'a *= 2', 'a += "xy"', 'a.clear()', f'a.extend({self.any()})',
                           f'a.insert({self.any()}, 0)', 'a.sort()', 'a = a.copy()', f'a.pop({self.any()})', 'a *= Index(2)') for _ in range(3)]
        self.block(f'a = {self.list_of(self.small, 1, 6)}', *lines, 'a')
        a = self.list_of(self.small, 0, 5)
        self.check(f'({a}.count({self.small()}), {a} + {a}, {a} * {self.small()}, {self.small()} in {a}, {a} < {self.list_of(self.small)}, {a} == {a})')
        self.check(f'{self.pick(a, "tuple(" + a + ")", "range(10)", "deque(" + a + ")")}.index({self.any()}{self.pick("", ", 1", ", -2", ", 0, 3")})'.replace('.index', '.index'))
        self.check(f'{self.pick("tuple", "list", "set", "dict", "deque", "str", "bytes")}(({self.small()}, {self.small()}))')
        self.check(f'range({self.pick(self.small(), "Index(3)", "2**70")}, {self.pick(self.small(), "2**70 + 5")}, {self.pick("1", "-1", "3", "0", "2**65")}){self.pick("", "[0]", "[-1]", "[::-1]", "[1:3]", ".index(2)", ".count(3)", ".start", ".__len__()")}')
        self.check(f'range({self.small()}, {self.small()}, {self.pick("1", "2", "-1", "-3")}) == range({self.small()}, {self.small()}, {self.pick("1", "2", "-1", "-3")})')

    def program(self):
        makers = [self.arithmetic, self.powers, self.int_methods, self.float_methods, self.text_methods, self.text_methods, self.data_methods, self.encodings, self.formats, self.percent, self.field_formats, self.fstrings, self.slices,
                  self.sets, self.mutation, self.sorting, self.unpacking, self.anything, self.anything, self.lists]
        self.lines.append('def program():')
        self.pick(*makers)()
        self.pick(*makers)()
        return '\n'.join(self.lines) + '\n'


def script(seeds):
    if len(seeds) == 1:  # to be read
        return f'{PRELUDE}\n{Maker(seeds[0]).program()}\nprint("seed", {seeds[0]})\nprogram()'
    return PRELUDE + ''.join(f'run_program({seed}, {Maker(seed).program()!r})\n' for seed in seeds)


if __name__ == '__main__':
    sys.exit(differential.main(__doc__, 'gen_expressions', script, count=1000, batch=250))
