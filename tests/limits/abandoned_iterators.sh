# stress-step: 20011
# Whatever reads lazily gives its descriptor back when it is abandoned half-way, 1,000 times under a limit of 64.
cd "$(mktemp -d)" || exit 1
ulimit -n 64
mkdir -p top/a top/b
for i in 1 2 3 4 5; do printf 'a,b\n1,2\n{"x": 1}\n' | tee "top/$i.txt" > "top/a/$i.txt"; done
gzip -k top/1.txt
bzip2 -k top/1.txt
cat > abandon.rill <<'END'
import bz2
import csv
import fileinput
import glob
import gzip
import io
import itertools
import json
import os
import pathlib
import re


def lines(path):
    with open(path) as f:
        yield from f


def held(path):
    f = open(path)
    for line in f:
        yield line


def pipeline(path):
    return filter(None, map(str.strip, itertools.islice(lines(path), 1, None)))


WAYS = {
    'open': lambda: open('top/1.txt'),
    'open binary': lambda: open('top/1.txt', 'rb'),
    'FileIO': lambda: io.FileIO('top/1.txt'),
    'gzip.open': lambda: gzip.open('top/1.txt.gz', 'rt'),
    'bz2.open': lambda: bz2.open('top/1.txt.bz2', 'rt'),
    'os.scandir': lambda: os.scandir('top'),
    'os.walk': lambda: os.walk('top'),
    'os.walk from below': lambda: os.walk('top', topdown=False),
    'glob.iglob': lambda: glob.iglob('top/**/*.txt', recursive=True),
    'Path.iterdir': lambda: pathlib.Path('top').iterdir(),
    'Path.rglob': lambda: pathlib.Path('top').rglob('*.txt'),
    'Path.open': lambda: pathlib.Path('top/1.txt').open(),
    'csv.reader': lambda: csv.reader(open('top/1.txt')),
    'csv.DictReader': lambda: csv.DictReader(open('top/1.txt')),
    'fileinput': lambda: fileinput.FileInput(['top/1.txt', 'top/2.txt']),
    'json by lines': lambda: map(json.loads, filter(lambda line: line[0] == '{', open('top/1.txt'))),
    'finditer of a file': lambda: itertools.chain.from_iterable(re.finditer('.', line) for line in open('top/1.txt')),
    'zip': lambda: zip(open('top/1.txt'), open('top/2.txt')),
    'map': lambda: map(str.strip, open('top/1.txt')),
    'enumerate': lambda: enumerate(open('top/1.txt')),
    'chain': lambda: itertools.chain(open('top/1.txt'), open('top/2.txt')),
    'groupby': lambda: itertools.groupby(open('top/1.txt')),
    'tee': lambda: itertools.tee(open('top/1.txt'))[0],
    'generator with': lambda: lines('top/1.txt'),
    'generator that holds': lambda: held('top/1.txt'),
    'pipeline': lambda: pipeline('top/1.txt'),
    'generator expression': lambda: (line.strip() for line in open('top/1.txt')),
    'TextIOWrapper': lambda: io.TextIOWrapper(open('top/1.txt', 'rb')),
}
for name, make in WAYS.items():
    for _ in range(1000):
        if next(make()) is None:
            break
    print(name, 'ok')
END
"$RILL" abandon.rill
