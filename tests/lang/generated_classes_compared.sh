# Random programs about classes, calls, scopes and the order of evaluation print the same under CPython, if it is here.
if [ -z "$RILL_GC_STRESS" ]; then
    python3 "$ROOT/tools/gen_classes.py" --rill "$RILL" --seed 7000 --count 330 --batch 110 > result.txt ||
        cat result.txt
fi
echo done
