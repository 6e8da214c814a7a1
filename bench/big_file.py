#!/usr/bin/env python3
"""Read a file of 1 GB by lines, with Rill and with CPython: lines a second, and the memory in use along the way.

  big_file.py [--rill PATH] [--python PATH] [--size MB] [--runs N] [--file PATH]

The file is made of data/log.txt over and over, in the folder for temporary files, and removed at the end, unless --file names
one that is there. It is read once before the runs, so that it comes from memory if it fits there. The two take turns; of each
the run of the median time is shown. What is run is programs/big_file/NAME.py:

  count    for line in f: n += 1
  sizes    for line in f: n += 1; size += len(line)
  fields   for line in f: total += int(line.split()[3])
"""
import argparse, os, re, resource, shutil, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = "count", "sizes", "fields"


def make_file(path, megabytes):
    log = ROOT + "/data/log.txt"
    if not os.path.exists(log):
        subprocess.check_call([sys.executable, "mkdata.py"], cwd=ROOT + "/data")
    left = megabytes * 1000000
    with open(path, "wb") as out:
        while left > 0:
            with open(log, "rb") as f:
                part = f.read(left)
            end = part.rfind(b"\n") + 1
            if not end:
                break
            out.write(part[:end])
            left -= end


def run(interpreter, program, path):
    """-> wall, CPU seconds, lines, VmRSS in KB at each tenth of the file"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    out = subprocess.run([interpreter, "%s/programs/big_file/%s.py" % (ROOT, program), path], stdout=subprocess.PIPE, check=True).stdout
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = out.decode().split("\n")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return wall, cpu, int(lines[-2].split()[0]), [int(n) for n in re.findall(r"rss (\d+)", out.decode())], lines[-2]


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--rill", default=os.path.dirname(ROOT) + "/rill")
    a.add_argument("--python", default="/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable)
    a.add_argument("--size", type=int, default=1000, metavar="MB")
    a.add_argument("--runs", type=int, default=3)
    a.add_argument("--file")
    o = a.parse_args()
    folder = None
    if o.file:
        path = o.file
    else:
        folder = tempfile.mkdtemp()
        path = folder + "/big.txt"
    try:
        if not os.path.exists(path):
            make_file(path, o.size)
        with open(path, "rb") as f:
            while f.read(1 << 20):
                pass
        print("%.0f MB" % (os.path.getsize(path) / 1e6))
        print("| program | | million lines/s | CPU s | wall s | RSS, MB, at each tenth |")
        print("| --- | --- | --- | --- | --- | --- |")
        for program in PROGRAMS:
            runs = {"rill": [], "python": []}
            for k in range(o.runs):
                for name, interpreter in ("rill", o.rill), ("python", o.python):
                    runs[name].append(run(interpreter, program, path))
            if len({r[4] for rs in runs.values() for r in rs}) != 1:
                sys.exit("%s: the results differ" % program)
            middle = {name: sorted(rs)[len(rs) // 2] for name, rs in runs.items()}
            for name, (wall, cpu, n, rss, _) in middle.items():
                print("| %s | %s | %.2f | %.2f | %.2f | %s |" % (program, name, n / wall / 1e6, cpu, wall,
                                                               " ".join("%.1f" % (kb / 1024) for kb in rss)))
            print("| %s | ratio | %.2f | %.2f | %.2f | |" % ((program,) + tuple(
                middle["python"][i] / middle["rill"][i] for i in (0, 1, 0))))
    finally:
        if folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
