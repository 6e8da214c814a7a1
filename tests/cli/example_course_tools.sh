# stress-step: 20011
tools() { $RILL "$ROOT/examples/course_tools.rill" "$@"; }
tools test look
tools memory time
tools; echo "exit $?"
tools --help
