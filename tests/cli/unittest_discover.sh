# stress-step: 19
# unittest discover: packages with tests in __init__, load_tests, modules that fail or skip, dotted names.
cd "$(mktemp -d)"
mkdir -p pkg/sub own
cat > test_a.py <<'END'
import unittest
class A(unittest.TestCase):
    def test_one(self): pass
END
cat > pkg/__init__.py <<'END'
import unittest
class InInit(unittest.TestCase):
    def test_init(self): pass
END
cp test_a.py pkg/test_b.py
touch pkg/sub/__init__.py
cp test_a.py pkg/sub/test_c.py
echo "1/0" > test_bad.py
cat > pkg/sub/test_skip.py <<'END'
import unittest
raise unittest.SkipTest('not here')
END
cat > own/__init__.py <<'END'
import sys
import unittest
class Only(unittest.TestCase):
    def test_only(self): pass
def load_tests(loader, tests, pattern):
    print('load_tests', tests.countTestCases(), pattern, file=sys.stderr)
    return tests
END
cp test_a.py own/test_never.py
run() { "$RILL" --plain-errors -m unittest discover "$@" 2>&1 | sed 's/ in [0-9.]*s$//; /File "/d; /\^\^/d; /^    /d'; }
run -v
run -v pkg.sub
run -s pkg -t .
run -s own -t .
run nothing | tail -1
run sys | tail -1
