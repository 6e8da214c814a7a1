#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes docs/benchmarks.md and its plot, docs/benchmarks.svg, from the results that run.py stored.

Usage: bench/report.py [RESULTS] [--note TEXT]
"""
import argparse
import contextlib
import datetime
import io
import json
import math
import os

import run

DOCS = os.path.join(os.path.dirname(run.ROOT), 'docs')
COLOURS = {'rill': '#c1272d', 'cpython': '#306998', 'pypy': '#7f7f7f', 'lua54': '#00007f', 'ljoff': '#5b8bd0',
           'luajit': '#9ec5f0', 'node': '#3c873a', 'ruby': '#cc8800', 'mawk': '#8a5aa8', 'gawk': '#b79ad0'}
ROW, LEFT, WIDTH, TOP = 22, 150, 620, 50
LOWEST, HIGHEST = 0.005, 10   # of the axis: time divided by the base's


def ratios(results, bench, base):
    """{peer: user time divided by the base's} of one benchmark."""
    entries = {p: e for p, e in results[bench].items() if e.get('user') and 'fail' not in e}
    if base not in entries:
        return {}
    unit = max(min(entries[base]['user']), 0.001)
    return {p: min(e['user']) / unit for p, e in entries.items()}


def x_of(ratio):
    ratio = min(max(ratio, LOWEST), HIGHEST)
    return LEFT + WIDTH * math.log(ratio / LOWEST) / math.log(HIGHEST / LOWEST)


def plot(results, base):
    """An SVG: a row of dots for each program, on a logarithmic axis."""
    rows = [(b, ratios(results, b, base)) for b in run.BENCHES if b in results]
    rows = [(b, r) for b, r in rows if 'rill' in r]
    peers = [p for p in COLOURS if any(p in r for b, r in rows)]
    height = TOP + ROW * len(rows) + 30
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 20}" height="{height}" '
           f'font-family="sans-serif" font-size="12">',
           '<rect width="100%" height="100%" fill="white"/>']
    for i, peer in enumerate(peers):
        x = 20 + i * 92
        out.append(f'<circle cx="{x}" cy="18" r="5" fill="{COLOURS[peer]}"/><text x="{x + 9}" y="22">{peer}</text>')
    for tick in (0.01, 0.03, 0.1, 0.3, 1, 3, 10):
        x = x_of(tick)
        out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{height - 24}" '
                   f'stroke="{"#888" if tick == 1 else "#ddd"}"/>'
                   f'<text x="{x:.1f}" y="{height - 8}" text-anchor="middle">{tick:g}</text>')
    for i, (bench, row) in enumerate(rows):
        y = TOP + ROW * i + 8
        out.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{bench}</text>')
        for peer in reversed(peers):
            if peer in row:
                size = 6 if peer == 'rill' else 4
                out.append(f'<circle cx="{x_of(row[peer]):.1f}" cy="{y}" r="{size}" fill="{COLOURS[peer]}"/>')
    return '\n'.join(out + ['</svg>', ''])


def tables(results, base):
    text = io.StringIO()
    show = ['rill'] + [p for p in COLOURS if p != 'rill']
    with contextlib.redirect_stdout(text):
        run.table(results, [b for b in run.BENCHES if b in results], show, base)
    return text.getvalue().strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('results', nargs='?', default=run.ROOT + '/results/results.json')
    parser.add_argument('--base', default='cpython')
    parser.add_argument('--note', default='', help='a sentence on the machine')
    options = parser.parse_args()
    with open(options.results) as file:
        results = json.load(file)
    with open(DOCS + '/benchmarks.svg', 'w') as file:
        file.write(plot(results, options.base))
    with open(DOCS + '/benchmarks.md', 'w') as file:
        file.write(f"""# Benchmarks

Written by `make bench` ({datetime.date.today()}). Every program of `bench/programs/` does the same work in each language and
prints a checksum, which is compared. The times are user CPU seconds, the least of several runs in turn on one CPU; the
number in brackets is the ratio to the fastest CPython that is installed. Other machines give other seconds: quote ratios.
{options.note}

![user time divided by CPython's, logarithmic](benchmarks.svg)

{tables(results, options.base)}
""")


if __name__ == '__main__':
    main()
