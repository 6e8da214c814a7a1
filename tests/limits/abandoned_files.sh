# stress-step: 20011
# Files that nobody closes: descriptors and memory come back.
ulimit -n 256
$RILL "$ROOT/tests/limits/support/abandoned_files.rill"; echo "exit $?"
