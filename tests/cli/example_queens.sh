$RILL "$ROOT/examples/queens.rill"
