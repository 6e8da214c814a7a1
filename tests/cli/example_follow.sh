# Another process writes while the program follows: whole lines, a line in two pieces, and the end.
printf 'old error\nold line\n' > growing.log
(sleep 0.5; printf 'first line\nerror one\n' >> growing.log
 sleep 0.3; printf 'a line in ' >> growing.log; sleep 0.3; printf 'two pieces\nerror two\n' >> growing.log
 sleep 0.3; printf 'error END\nnot seen\n' >> growing.log) &
$RILL "$ROOT/examples/follow.rill" --until END growing.log error pieces
wait
# From the start, until nothing more comes.
$RILL "$ROOT/examples/follow.rill" --from-start --idle 0.2 growing.log old
$RILL "$ROOT/examples/follow.rill" missing.log; echo "exit $?"
