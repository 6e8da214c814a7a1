# stress-step: 20011
# -W generators has nothing to say about the scripts of the test suite, nor about the examples. (Not under
# RILL_GC_STRESS, where running them twice would take long.)
if [ -z "$RILL_GC_STRESS" ]; then
    python3 "$ROOT/tests/run.py" --rill "$RILL" --warn "$ROOT/tests/lang" "$ROOT/tests/stdlib" "$ROOT/tests/errors" \
        "$ROOT/tests/regress" > result.txt
    grep -v ' 0 failed$' result.txt
fi
for script in "$ROOT"/examples/*.rill; do
    $RILL -W generators "$script" < /dev/null 2>&1 | grep 'warning:'
done
echo done
