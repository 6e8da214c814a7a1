# stress-step: 20011
$RILL "$ROOT/examples/dates.rill" 2024-01-31
$RILL "$ROOT/examples/dates.rill" 2023-12-25 +100
$RILL "$ROOT/examples/dates.rill" 1999-12-31 2000-03-01
$RILL "$ROOT/examples/dates.rill" 2023-02-29; echo "exit $?"
