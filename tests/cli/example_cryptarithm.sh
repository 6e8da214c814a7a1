# stress-step: 20011
$RILL "$ROOT/examples/cryptarithm.rill"
$RILL "$ROOT/examples/cryptarithm.rill" 'ab + ab = bcc' 'I + I = I + 1' 'no equation'; echo "exit $?"
$RILL "$ROOT/examples/cryptarithm.rill" 'abcdefghijk = a'; echo "exit $?"
