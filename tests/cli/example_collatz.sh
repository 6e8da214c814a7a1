# stress-step: 20011
$RILL "$ROOT/examples/collatz.rill"
$RILL "$ROOT/examples/collatz.rill" 8377 100
$RILL "$ROOT/examples/collatz.rill" 31415926535897932384626433832795 10
