import sys

from memory import resident


def main(path):
    n = 0
    step = 826000  # a tenth of 1 GB of data/log.txt
    at = step
    with open(path) as f:
        for line in f:
            n += 1
            if n == at:
                at += step
                print("rss", resident())
    print(n)


main(sys.argv[1])
