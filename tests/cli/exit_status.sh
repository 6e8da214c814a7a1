# What the program exits with.
status() { "$@"; echo "status $?"; }
echo 'raise SystemExit' > a.rill; status $RILL a.rill
echo 'import sys; sys.exit(7)' > a.rill; status $RILL a.rill
echo 'raise SystemExit("a message")' > a.rill; status $RILL a.rill
echo 'raise SystemExit(None)' > a.rill; status $RILL a.rill
echo 'raise SystemExit(257)' > a.rill; status $RILL a.rill
echo 'raise SystemExit(-1)' > a.rill; status $RILL a.rill
echo '1/0' > a.rill; status $RILL a.rill
echo 'x = = 1' > a.rill; status $RILL a.rill
echo 'for i in range(100000): print(i)' > a.rill
{ $RILL a.rill; echo "status $?" > status.txt; } | head -1
cat status.txt
