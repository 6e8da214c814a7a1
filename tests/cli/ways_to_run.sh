# -c, -, piped input, -m, arguments, a script with a #! line.
$RILL -c 'import sys; print("code", sys.argv, __name__)' a b
echo 'import sys; print("stdin", sys.argv, __name__)' | $RILL - a b
echo 'import sys; print("piped", sys.argv)' | $RILL
echo 'import sys; print("module", sys.argv[1:], __name__)' > mod.rill
$RILL -m mod a
$RILL mod.rill -x --help
printf '#!/usr/bin/env rill\nprint("hash-bang")\n' > script; $RILL script
printf '\357\273\277print("byte order mark")\r\nprint("and crlf")\r\n' > bom.rill; $RILL bom.rill
printf 'print("no final newline")' > last.rill; $RILL last.rill
: > empty.rill; $RILL empty.rill
mkdir sub; echo 'value = 42' > sub/helper.rill; echo 'import helper; print(helper.value)' > sub/main.rill
$RILL sub/main.rill
$RILL --version
