# stress-step: 19
# rill -m unittest finds tests in files, and by name; exit statuses.
cd "$(mktemp -d)"
cat > test_sums.py <<'END'
import unittest
class TestSums(unittest.TestCase):
    def test_add(self):
        self.assertEqual(1 + 2, 3)
    def test_bad(self):
        self.assertEqual(1 + 2, 4)
END
cat > test_other.py <<'END'
import unittest
class T(unittest.TestCase):
    def test_x(self):
        pass
if __name__ == '__main__':
    unittest.main()
END
run() { "$RILL" "$@" 2>&1 | sed 's/in [0-9.]*s/in Ns/; s#".*/#"#'; }
run -m unittest
run -m unittest -v test_sums test_other.T.test_x
run -m unittest -q test_sums.py
run test_other.py
run test_other.py -v T.test_x
run -m unittest discover -s . -p 'test_o*.py'
$RILL -m unittest test_other >/dev/null 2>&1; echo $?
$RILL -m unittest test_sums >/dev/null 2>&1; echo $?
$RILL -m unittest -k nothing >/dev/null 2>&1; echo $?
