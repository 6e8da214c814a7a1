$RILL "$ROOT/examples/tree.rill"
