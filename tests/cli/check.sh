# rill --check lists what is left out, with its place.
cat > a.rill <<'END'
async def f():
    await g()
try:
    pass
except* ValueError:
    pass
match x:
    case 1: pass
END
$RILL --check a.rill; echo "status $?"
echo 'print("fine")' > b.rill; $RILL --check b.rill; echo "status $?"
echo 'x = (1' > c.rill; $RILL --check c.rill; echo "status $?"
cat > d.rill <<'END'
import os, asyncio.events as events, sys, ctypes
from threading import Thread; import math
from . import pickle
try:
    import decimal
except ImportError:
    from fractions import (Fraction)
import not_of_cpython, queue
x = [math, ctypes]
END
echo > queue.rill
$RILL --check d.rill; echo "status $?"
