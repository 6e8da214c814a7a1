# Output that does not fit anywhere is reported, at the latest when the program ends; other files are written.
unset PYTHONUNBUFFERED
$RILL -c "print('x')" > /dev/full; echo "exit $?"
$RILL -c "
import sys
print('x')
sys.exit(3)" > /dev/full; echo "exit $?"
$RILL -c "print('x' * 100000)" > /dev/full; echo "exit $?"
$RILL -c "print('x', flush=True)" > /dev/full; echo "exit $?"
$RILL -c "
first = open('first', 'w')
first.write('kept')
f = open('/dev/full', 'w')
f.write('x')
last = open('last', 'w')
last.write('kept too')
print('end')"; echo "exit $?"; cat first last; echo
$RILL -c "
import gc
def drop():
    open('/dev/full', 'w').write('x')
    return open('third', 'w').write('kept')
drop()
gc.collect()
print('end', flush=True)" 2>&1 | grep -v 'Traceback\|File' | sort; cat third; echo
