$RILL "$ROOT/examples/averager.rill"
