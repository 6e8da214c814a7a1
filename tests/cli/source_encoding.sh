# A program that declares another encoding than UTF-8; carets count its characters.
cd "$(mktemp -d "$PWD/t.XXXXXX")"
printf '# -*- coding: latin-1 -*-\nprint("caf\351")\nx = "\351\351" + 1\n' > latin.rill
$RILL --plain-errors latin.rill 2>&1 | sed "s,$PWD/,,"
printf '# coding: cp1252\nprint("\200")\n' > western.rill
$RILL western.rill
printf '# coding: ascii\nprint("\351")\n' > wrong.rill 2>&1
$RILL --plain-errors wrong.rill 2>&1
printf '# coding: martian\nprint(1)\n' > unknown.rill
$RILL --plain-errors unknown.rill 2>&1
true
