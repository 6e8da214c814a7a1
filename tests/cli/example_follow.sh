# stress-step: 20011
# Another process writes while the program follows: whole lines, a line in two pieces, and the end.
printf 'old error\nold line\n' > growing.log
(sleep 0.1; printf 'first line\nerror one\n' >> growing.log
 sleep 0.1; printf 'a line in ' >> growing.log; sleep 0.1; printf 'two pieces\nerror two\n' >> growing.log
 sleep 0.1; printf 'error END\nnot seen\n' >> growing.log) &
$RILL "$ROOT/examples/follow.rill" --from-start --until END growing.log error pieces
wait
# Until nothing more comes, from the start or from the end.
$RILL "$ROOT/examples/follow.rill" --from-start --idle 0.1 growing.log old
$RILL "$ROOT/examples/follow.rill" --idle 0.1 growing.log old
$RILL "$ROOT/examples/follow.rill" missing.log; echo "exit $?"
