# Files that cannot be run: one line, status 2.
status() { "$@"; echo "status $?"; }
cd "$(mktemp -d "$PWD/t.XXXXXX")" && mkdir folder
status $RILL missing.rill 2>&1 | sed "s,$PWD/,,"
status $RILL folder 2>&1 | sed "s,$PWD/,,"
printf 'print(1)\nx = "\303\251\377"\n' > bad.rill
status $RILL bad.rill
printf 'print(1)\0\n' > nul.rill
$RILL nul.rill 2>&1 | tail -1
status $RILL --nonsense
status $RILL -c
