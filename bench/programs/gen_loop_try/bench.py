# gen_loop with its generator inside try/finally, which is what prompt clean-up has to look after: the difference to
# gen_loop is what that costs, and gen_loop shows that a generator without try pays nothing for it.
def gen(n):
    try:
        for i in range(n):
            yield i
    finally:
        pass

def run(rounds, n):
    total = 0
    for r in range(rounds):
        s = 0
        for x in gen(n):
            s += x
        total += s
    return total

print(run(700, 30000))
