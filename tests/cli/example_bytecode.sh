# stress-step: 20011
# The instructions are Rill's own.
$RILL "$ROOT/examples/course_tools.rill" bytecode
