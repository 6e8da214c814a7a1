# stress-step: 997
$RILL "$ROOT/tools/make_log.rill" 5000 42 > log
$RILL "$ROOT/examples/access_log.rill" log
$RILL "$ROOT/examples/access_log.rill" --status 4 - log < log
echo "not a log line" >> log
$RILL "$ROOT/examples/access_log.rill" log | head -3
