# stress-step: 20011
mkdir -p logs/old/deep
$RILL "$ROOT/tools/make_log.rill" 300 1 > logs/today.log
$RILL "$ROOT/tools/make_log.rill" 300 2 | gzip > logs/old/monday.log.gz
$RILL "$ROOT/tools/make_log.rill" 300 3 > deep.txt
python3 -c 'import bz2; open("logs/old/deep/sunday.log.bz2", "wb").write(bz2.compress(open("deep.txt", "rb").read()))'
printf 'GET /not-a-log\n' > logs/notes.txt
grep_logs() { $RILL "$ROOT/examples/log_grep.rill" "$@"; echo "exit $?"; }
grep_logs -n 4 '" 500 ' logs
grep_logs -i 'get /NOT' logs '*.txt' '*.md'
grep_logs -n 3 '^(?P<host>\S+) .*"(?P<method>[A-Z]+) \S+ [^"]*" (?P<status_int>\d+) (?P<size_int>\d+)' logs '*.gz' '*.bz2'
grep_logs --sum size_int --by status '" (?P<status>\d+) (?P<size_int>\d+)' logs
grep_logs --sum size_int '" (?P<status>\d+) (?P<size_int>\d+)' logs
grep_logs 'nothing like this' logs
grep_logs '(' logs 2>&1 | tail -2
grep_logs x no-such-folder
printf 'no gzip file' > logs/broken.log.gz
grep_logs x logs 'broken*' 2>&1
