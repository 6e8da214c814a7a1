#!/usr/bin/env python3
"""Cross-language benchmark runner.

  run.py                                  all peers x all benchmarks, 5 runs, merged into results/results.json
  run.py --bench gen_loop,core_fib --peers cpython,lua54
  run.py --rill ../rill --peers rill,cpython                       Rill (the default: ./rill) beside others
  run.py --add mylang='/path/to/mylang --flag' --peers mylang      # another interpreter for bench.py
  run.py --table                          only print the tables from the stored results
  run.py --list                           list peers and benchmarks

The input files (data/log.txt, data/text.txt) and the launcher (tools/launch) are made when they are missing.

A benchmark NAME runs programs/NAME/bench.EXT; NAME.VARIANT runs programs/NAME/bench.VARIANT.EXT where that file exists.
programs/NAME/bench.PEER.EXT, where it exists, replaces bench.EXT for that peer (marked with a dagger).
Time: user CPU seconds, min (and median) over the runs; each run is pinned to one CPU.
RSS: ru_maxrss of wait4 (through tools/launch, a tiny static launcher: a child's ru_maxrss starts at its parent's RSS).
C programs take the number of repetitions as argument; their time is divided by it.
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.abspath(__file__))
GEN = ROOT + "/programs"

def newest_python():
    """The fastest CPython that is installed: the distribution's optimised build first."""
    return "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else "python3"

# name -> (command, extension); an interpreter that is not on PATH is left out.
# CPYTHON, MICROPYTHON, QJS ... in the environment name another command for a peer.
def peer(name, command, ext):
    return (os.environ.get(name.upper().replace("-", ""), command), ext)

PEERS = {name: peer(name, command, ext) for name, command, ext in [
    ("cpython", newest_python(), "py"),
    ("pypy", "pypy3", "py"),
    ("micropython", "micropython", "py"),
    ("lua54", "lua5.4", "lua"),
    ("luajit", "luajit", "lua"),
    ("ljoff", "luajit -joff", "lua"),
    ("node", "node", "js"),
    ("qjs", "qjs --std", "js"),
    ("ruby", "ruby", "rb"),
    ("mruby", "mruby", "rb"),
    ("janet", "janet", "janet"),
    ("mawk", "mawk", "awk"),
    ("gawk", "gawk", "awk"),
    ("grep", "grep", "sh"),
    ("wc", "wc", "sh"),
]}
PEERS = {n: (c, e) for n, (c, e) in PEERS.items() if shutil.which(c.split()[0])}
PEERS["c"] = ("", "c")
LOG = "data/log.txt"
SHELL = {("file_lines", "mawk"): ["mawk", "/ERROR/{c++} {s+=$4} END{printf \"%d %d\\n\", c, s}", LOG],
         ("file_lines", "gawk"): ["gawk", "/ERROR/{c++} {s+=$4} END{printf \"%d %d\\n\", c, s}", LOG],
         ("file_lines", "grep"): ["grep", "-c", "ERROR", LOG],
         ("file_lines", "wc"):   ["wc", "-l", LOG]}
# extra arguments where a peer needs them for one benchmark
EXTRA = {("qjs", "yield_from_deep"): "--stack-size 7000000", ("qjs", "sieve_chain"): "--stack-size 7000000"}
# MicroPython: multi-block allocations scan the heap from its start, so the smallest heap that suffices is the fastest
for _b, _h in (("gen_create", "64k"), ("genexpr_sum", "100k"), ("yield_from_deep_80", "64k"), ("sieve_chain_80", "64k"),
               ("million_live", "1024m"), ("yield_from_tree", "14m"), ("core_binary_trees", "64m"), ("core_dict", "48m"),
               ("core_sort", "24m"), ("core_strings", "64m"), ("wordcount", "64m"), ("core_nbody", "1m"), ("core_fib", "100k"),
               ("core_method", "100k")):
    EXTRA[("micropython", _b)] = "-X heapsize=" + _h

BENCHES = """loop_base gen_loop gen_loop_try gen_loop.closure gen_loop.each gen_loop.next gen_create pipeline10 genexpr_sum
yield_from_tree yield_from_deep yield_from_deep.nested yield_from_deep_80 yield_from_deep_80.nested
send_base send_accumulator sieve_chain sieve_chain_80 million_live file_lines file_lines.match file_lines.readline wordcount
core_fib core_loop_int core_nbody core_strings core_dict core_sort core_method core_binary_trees""".split()
RSS_BENCHES = ("million_live", "file_lines", "file_lines.match", "file_lines.readline", "wordcount", "startup")
NO_CHECK = ("grep", "wc")

def prepare():
    """Make the input files and the launcher, if they are missing."""
    if not (os.path.exists(ROOT + "/data/log.txt") and os.path.exists(ROOT + "/data/text.txt")):
        subprocess.check_call([sys.executable, "mkdata.py"], cwd=ROOT + "/data")
    tool = ROOT + "/tools/launch"
    if not os.path.exists(tool):
        subprocess.call(["cc", "-O2", "-static", "-o", tool, tool + ".c"])

def find(bench, peer, ext):
    name, _, var = bench.partition(".")
    d = "%s/%s/" % (GEN, name)
    if (name, peer) in SHELL:
        return None if var else "shell"
    cand = ["bench.%s.%s" % (var, ext)] if var else ["bench.%s.%s" % (peer, ext), "bench." + ext]
    for c in cand:
        if os.path.exists(d + c):
            return d + c
    return None

def command(bench, peer, path, reps=1, compile_only=False):
    cmd, ext = PEERS[peer]
    name = bench.partition(".")[0]
    if path == "shell":
        return SHELL[(name, peer)]
    if ext == "c":
        exe = path + ".bin"
        if not os.path.exists(exe) or os.path.getmtime(exe) < os.path.getmtime(path):
            subprocess.check_call(["gcc", "-O2", "-o", exe, path, "-lm"])
        return [exe, str(reps)]
    return cmd.split() + EXTRA.get((peer, name), "").split() + [path]

def launch(argv, cpu, limit):
    """-> dict(rc, user, sys, wall, rss, out, err)"""
    env = dict(os.environ, LC_ALL="C.UTF-8")
    rep = tempfile.NamedTemporaryFile(delete=False); rep.close()
    so = tempfile.TemporaryFile(); se = tempfile.TemporaryFile()
    tool = ROOT + "/tools/launch"
    t0 = time.monotonic()
    r = {"rc": None}
    if os.path.exists(tool):
        p = subprocess.Popen([tool, rep.name, str(cpu)] + argv, stdout=so, stderr=se, stdin=subprocess.DEVNULL, env=env, cwd=ROOT)
        try:
            p.wait(limit)
            st, u, s, w, m = open(rep.name).read().split()
            r = {"rc": int(st), "user": float(u), "sys": float(s), "wall": float(w), "rss": int(m)}
        except subprocess.TimeoutExpired:
            pid = int(open(rep.name).read().split()[1])     # the child the launcher started
            os.kill(pid, 9); p.wait()
            r = {"rc": "timeout"}
    else:
        p = subprocess.Popen(["taskset", "-c", str(cpu)] + argv, stdout=so, stderr=se, stdin=subprocess.DEVNULL, env=env, cwd=ROOT)
        while True:
            pid, st, ru = os.wait4(p.pid, os.WNOHANG)
            if pid: break
            if time.monotonic() - t0 > limit:
                os.kill(p.pid, 9); os.wait4(p.pid, 0); st = "timeout"; break
            time.sleep(0.002)
        r = {"rc": st} if st == "timeout" else {"rc": st, "user": ru.ru_utime, "sys": ru.ru_stime,
             "wall": time.monotonic() - t0, "rss": ru.ru_maxrss}
    os.unlink(rep.name)
    so.seek(0); se.seek(0)
    r["out"] = so.read()[:4000].decode("utf-8", "replace").strip()
    r["err"] = " ".join(se.read()[-600:].decode("utf-8", "replace").split())
    return r

def rss_without(bench, peer, path, cpu, limit):
    """million_live: the same program with N = 0"""
    ext = path.rsplit(".", 1)[1]
    src = re.sub(r"\b(N\s*=\s*|def N )1000000", r"\g<1>0", open(path).read())
    alt = "%s/million_live/_n0_%s.%s" % (GEN, peer, ext)
    open(alt, "w").write(src)
    return launch(command(bench, peer, alt), cpu, limit).get("rss")

def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--bench", default="all"); a.add_argument("--peers", default="all")
    a.add_argument("--rill", default=os.path.dirname(ROOT) + "/rill", metavar="PATH")
    a.add_argument("--runs", type=int, default=5); a.add_argument("--cpu", type=int, default=1)
    a.add_argument("--more", action="store_true", help="add runs to the stored ones (skips failures and runs > 12 s)")
    a.add_argument("--limit", type=float, default=120, help="seconds of wall time per run")
    a.add_argument("--add", action="append", default=[], metavar="NAME=COMMAND", help="an interpreter for bench.py")
    a.add_argument("--results", default=ROOT + "/results/results.json")
    a.add_argument("--base", default="cpython"); a.add_argument("--table", action="store_true"); a.add_argument("--list", action="store_true")
    a.add_argument("--show", default="", help="peers to show in the table (default: those run, or all stored with --table)")
    o = a.parse_args()
    if os.path.exists(o.rill):
        PEERS["rill"] = (os.path.abspath(o.rill), "py")
    for x in o.add:
        n, c = x.split("=", 1)
        PEERS[n] = (c, "py")
    benches = BENCHES if o.bench == "all" else o.bench.split(",")
    peers = list(PEERS) if o.peers == "all" else o.peers.split(",")
    if o.add and o.peers == "all":
        peers = [x.split("=", 1)[0] for x in o.add]
    if o.list:
        print("peers:", *PEERS); print("benchmarks:", *BENCHES); return
    res = json.load(open(o.results)) if os.path.exists(o.results) else {}
    os.makedirs(os.path.dirname(o.results), exist_ok=True)
    if not o.table:
        prepare()
        for b in benches:
            rb = res.setdefault(b, {})
            todo, reps = [], {}
            for p in peers:
                path = find(b, p, PEERS[p][1])
                if path is None:
                    continue
                old = rb.get(p)
                if o.more and old and old["user"]:
                    if old.get("fail") or min(old["wall"]) * old["reps"] > 12: continue
                    reps[p] = old["reps"]; todo.append(p)
                    continue
                reps[p] = 1
                rb[p] = {"file": path, "user": [], "sys": [], "wall": [], "rss": [], "reps": 1}
                if PEERS[p][1] == "c":                      # long enough to measure
                    r = launch(command(b, p, path), o.cpu, o.limit)
                    reps[p] = rb[p]["reps"] = max(1, int(0.4 / max(r.get("user", 0) + r.get("sys", 0), 0.0005)))
                todo.append(p)
            for k in range(o.runs):                         # round-robin: noise is spread over the peers
                for p in list(todo):
                    e = rb[p]
                    r = launch(command(b, p, e["file"], reps[p]), o.cpu, o.limit)
                    if r["rc"] != 0:
                        e["fail"] = "timeout > %ds" % o.limit if r["rc"] == "timeout" else "rc=%s: %s" % (
                            "signal %d" % (r["rc"] & 127) if r["rc"] & 127 else r["rc"] >> 8, (r["err"] + " " + r["out"])[-400:])
                        todo.remove(p)
                        continue
                    e["out"] = r["out"]
                    for f in ("user", "sys", "wall", "rss"):
                        e[f].append(r[f] if f == "rss" else r[f] / reps[p])
                    if (k == 0 and r["wall"] > 30) or (k == 2 and r["wall"] > 8):   # slow: fewer runs
                        todo.remove(p)
            if b == "million_live":
                for p in peers:
                    if p in rb and "fail" not in rb[p]:
                        rb[p]["rss0"] = rss_without(b, p, rb[p]["file"], o.cpu, o.limit)
            want = rb.get(o.base, {}).get("out")
            for p, e in rb.items():
                if want and e.get("out") and e["out"] != want and p not in NO_CHECK:
                    e["fail"] = "WRONG checksum: " + e["out"][:100]
                    print("** %s %s %s" % (b, p, e["fail"]), file=sys.stderr)
            json.dump(res, open(o.results + ".new", "w"), indent=1); os.replace(o.results + ".new", o.results)
            print(b, {p: (round(min(e["user"]), 3) if e["user"] else e.get("fail", "?")[:60]) for p, e in rb.items() if p in peers}, file=sys.stderr, flush=True)
    show = o.show.split(",") if o.show else ([p for p in PEERS if any(p in res.get(b, {}) for b in benches)] if o.table
                                              else [o.base] * (o.base not in peers) + peers)
    table(res, benches, show, o.base)

def cell(e, base, dagger=False):
    if e is None: return ""
    if e.get("fail"): return "fail"
    u = min(e["user"])
    if u + min(e["sys"]) < 0.05: u = min(x + y for x, y in zip(e["user"], e["sys"]))   # the user/sys split is by ticks of 4 ms
    s = "%.3f" % u if u < 0.1 else "%.2f" % u
    if base: s += " (%.2f)" % (u / base)
    return s + ("†" if dagger else "")

def table(res, benches, show, base):
    show = [p for p in show if any(p in res.get(b, {}) for b in benches)]
    print("\nUser CPU seconds, min of the runs (ratio to %s; < 1 is faster). † = its own variant of the program.\n" % base)
    print("| benchmark | " + " | ".join(show) + " |"); print("|---" * (len(show) + 1) + "|")
    for b in benches:
        if b not in res: continue
        eb = res[b].get(base) or res.get(b.partition(".")[0], {}).get(base)
        bu = min(eb["user"]) if eb and eb.get("user") and "fail" not in eb else None
        row = [cell(res[b].get(p), bu, p in res[b] and ("/bench.%s." % p) in res[b][p].get("file", "")) for p in show]
        if any(row): print("| %s | %s |" % (b, " | ".join(row)))
    for b in benches:
        if b not in RSS_BENCHES or b not in res: continue
        print("\npeak RSS MB, %s: " % b + ", ".join("%s %.1f%s" % (p, max(e["rss"]) / 1024,
              " (%d B/generator)" % ((max(e["rss"]) - e["rss0"]) * 1024 / 1e6) if e.get("rss0") else "")
              for p, e in res[b].items() if e.get("rss") and p in show))
    fails = [(b, p, e["fail"]) for b in benches for p, e in res.get(b, {}).items() if e.get("fail") and p in show]
    if fails:
        print("\nFailures:")
        for f in fails: print("- %s, %s: %s" % (f[0], f[1], f[2].replace(ROOT + "/", "")[:160]))

if __name__ == "__main__":
    main()
