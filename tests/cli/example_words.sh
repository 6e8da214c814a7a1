# stress-step: 20011
cat > poem.txt <<'END'
Ein Männlein steht im Walde, ganz still und stumm;
es hat von lauter Purpur ein Mäntlein um.
Don't count 3 or 4 _words_ as one; it isn't one, it’s two words!
END
words() { $RILL "$ROOT/examples/words.rill" "$@"; }
words poem.txt
words --top 2 --grams 3 < "$ROOT/LICENSE"
words --find software "$ROOT/LICENSE" poem.txt
: > empty.txt; words empty.txt
words missing.txt; echo "exit $?"
