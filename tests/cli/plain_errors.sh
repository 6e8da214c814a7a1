# Notes stand on lines of their own after the exception; --plain-errors leaves them out.
cat > notes.rill <<'END'
def f():
    yield 1
d = {'colour': 1}
for make in (lambda: len(f()), lambda: colour, lambda: d['color'], lambda: json.loads('1')):
    try:
        make()
    except Exception as e:
        print(type(e).__name__, e)
json.loads('1')
END
$RILL notes.rill; echo "exit $?"
$RILL --plain-errors notes.rill; echo "exit $?"
echo 'whille True: pass' > typo.rill
$RILL typo.rill; $RILL --plain-errors typo.rill
printf "d = {'colour': 1}\nd['color']\n" > key.rill
$RILL key.rill; $RILL --plain-errors key.rill; echo "exit $?"
