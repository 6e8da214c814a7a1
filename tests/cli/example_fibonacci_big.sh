$RILL "$ROOT/examples/fibonacci.rill" 1000
