# stress-step: 20011
$RILL "$ROOT/examples/bank.rill"
$RILL "$ROOT/examples/bank.rill" 7 2 50
$RILL "$ROOT/examples/bank.rill" a-seed-of-letters 1 20
