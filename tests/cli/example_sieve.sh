$RILL "$ROOT/examples/sieve.rill"
