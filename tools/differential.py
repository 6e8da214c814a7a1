# SPDX-License-Identifier: MIT
"""The frame of the differential tests (gen_programs.py, gen_classes.py): random programs, the same output under Rill and
CPython 3.13. A tool gives script(seeds): the text that runs the programs of these seeds, each after a line 'seed N'."""
import argparse
import hashlib
import os
import pathlib
import shlex
import subprocess
import tempfile


def run(command, path):
    try:
        done = subprocess.run([*command, str(path)], capture_output=True, text=True, errors='replace',
                              timeout=1200 if 'RILL_GC_STRESS' in os.environ else 60)
    except subprocess.TimeoutExpired as e:
        return (e.stdout or b'').decode(errors='replace') + 'timed out\n'
    return done.stdout + f'exit {done.returncode}\n'


def run_script(command, text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'programs.py'
        path.write_text(text, encoding='utf-8')
        return run(command, path)


def split_by_seed(text):
    out, seed = {}, None
    for line in text.splitlines():
        if line.startswith('seed '):
            seed = int(line.split()[1])
        out.setdefault(seed, []).append(line)
    return out


def find_cpython():
    for command in (os.environ.get('PYTHON313'), 'python3.13',
                    os.path.expanduser('~/.pyenv/versions/3.13.0/bin/python3'), 'python3'):
        if not command:
            continue
        try:
            done = subprocess.run([command, '-c', 'import sys; print(sys.version_info >= (3, 13))'],
                                  capture_output=True, text=True)
        except OSError:
            continue
        if done.stdout.strip() == 'True':
            return command
    return None


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def record(path, batches, script, cpython):
    """A line for each batch: its first seed, how many, digests of the script and of what it prints."""
    with open(path, 'w', encoding='utf-8') as out:
        for seeds in batches:
            text = script(seeds)
            print(seeds[0], len(seeds), digest(text), digest(run_script(cpython, text)), file=out)
    return 0


def check(path, script, rill, tool):
    bad, n = 0, 0
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            first, count, source, output = line.split()
            seeds = range(int(first), int(first) + int(count))
            n += len(seeds)
            text = script(seeds)
            if digest(text) != source:
                print(f'seeds {first}-{seeds[-1]}: the programs are not those recorded: record them anew')
                bad += len(seeds)
            elif digest(run_script(rill, text)) != output:
                print(f"seeds {first}-{seeds[-1]}: the output differs from CPython's:",
                      f'tools/{tool}.py --seed {first} --count {count} tells where')
                bad += len(seeds)
    print(f'{n - bad} programs agree, {bad} may differ')
    return 1 if bad else 0


def compare(batches, script, rill, cpython, keep):
    bad = []
    for seeds in batches:
        want, got = (run_script(command, script(seeds)) for command in (cpython, rill))
        if want == got:
            continue
        want, got = split_by_seed(want), split_by_seed(got)
        wrong = [s for s in seeds if want.get(s) != got.get(s)]
        bad += wrong or seeds[-1:]
        for s in wrong[:3]:
            pairs = list(zip(want.get(s, []) + ['(end)'], got.get(s, []) + ['(end)']))
            line = next((p for p in pairs if p[0] != p[1]), pairs[-1])
            print(f'seed {s}: CPython prints {line[0]!r}, Rill {line[1]!r}')
            if keep:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f'program_{s}.py').write_text(script([s]), encoding='utf-8')
    n = sum(map(len, batches))
    print(f'{n - len(bad)} programs agree, {len(bad)} differ' + (f': {bad[:20]}' if bad else ''))
    return 1 if bad else 0


def main(doc, tool, script, count=500, batch=25):
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seed', type=int, default=0, help='first seed')
    parser.add_argument('--count', type=int, default=count)
    parser.add_argument('--batch', type=int, default=batch)
    parser.add_argument('--rill', default='./rill')
    parser.add_argument('--cpython', help='CPython 3.13 (default: the first one found)')
    parser.add_argument('--keep', type=pathlib.Path, help='keep scripts whose output differs in this folder')
    parser.add_argument('--record', metavar='FILE', help='write digests of what CPython prints')
    parser.add_argument('--check', metavar='FILE', help='compare with such digests; needs no CPython')
    parser.add_argument('--print', type=int, metavar='SEED', dest='show')
    args = parser.parse_args()
    rill = shlex.split(args.rill)
    if args.show is not None:
        print(script([args.show]))
        return 0
    if args.check:
        return check(args.check, script, rill, tool)
    cpython = args.cpython or find_cpython()
    if cpython is None:
        print(f'{tool}: no CPython 3.13 here, nothing compared')
        return 0
    end = args.seed + args.count
    batches = [list(range(first, min(first + args.batch, end))) for first in range(args.seed, end, args.batch)]
    cpython = [cpython, '-W', 'ignore']
    if args.record:
        return record(args.record, batches, script, cpython)
    return compare(batches, script, rill, cpython, args.keep)
