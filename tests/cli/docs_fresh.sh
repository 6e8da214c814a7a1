# stress-step: 20011
# docs/ says what help() says, and everything has a docstring. If not: make docs.
$RILL "$ROOT/tools/gen_docs.rill" --check && echo fresh
