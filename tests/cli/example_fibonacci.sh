$RILL "$ROOT/examples/fibonacci.rill"
