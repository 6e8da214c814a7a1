# stress-step: 19
# rill -m doctest tests modules and text files; options and exit statuses.
cd "$(mktemp -d)"
cat > sums.py <<'END'
def add(a, b):
    """
    >>> add(1, 2)
    3
    """
    return a + b
END
sed 's/3$/4/' sums.py > wrong.rill
cat > text.txt <<'END'
Doubling:

    >>> from sums import add
    >>> add([1], [2])
    [1,...
    >>> add(1, 1)
    3
END
run() { "$RILL" -m doctest "$@" 2>&1; echo "exit $?"; }
run sums.py
run -v sums.py
run wrong.rill
run text.txt
run -o ELLIPSIS -v text.txt
run --fail-fast sums.py text.txt
run | tail -2
run nothing.txt | tail -2
