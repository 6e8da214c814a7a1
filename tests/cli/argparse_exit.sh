# An error with the command line exits with 2, help with 0.
cd "$(mktemp -d)"
cat > prog.rill <<'END'
import argparse
parser = argparse.ArgumentParser(description='Add numbers.')
parser.add_argument('numbers', type=int, nargs='+', help='what to add')
parser.add_argument('-v', '--verbose', action='store_true')
args = parser.parse_args()
print(sum(args.numbers), args.verbose)
END
$RILL prog.rill 1 2 -v; echo "exit $?"
$RILL prog.rill 1 x; echo "exit $?"
COLUMNS=80 $RILL prog.rill --help; echo "exit $?"
