# Packed files that nobody closed are whole when the program ends.
cd "$(mktemp -d)"
$RILL -c "
import gzip, bz2
def drop(module, name):
    f = module.open(name, 'wt')
    f.write('dropped\n')
drop(gzip, 'a.gz')
drop(bz2, 'a.bz2')
kept = gzip.open('b.gz', 'wb')
kept.write(b'kept\n' * 3)
"
$RILL -c "
import gzip, bz2
print(gzip.open('a.gz', 'rt').read() + bz2.open('a.bz2', 'rt').read() + gzip.open('b.gz', 'rt').read(), end='')
"
