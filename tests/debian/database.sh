# sqlite3 with its database mapped into memory: 10,000 rows written and read again, with a rollback
# journal and with a write-ahead log (whose index is shared memory), by one process and by two.
set -eu
for journal in delete truncate wal; do
	echo "== $journal"
	rm -f db db-*
	sqlite3 -bail db <<END
PRAGMA mmap_size=268435456;
PRAGMA journal_mode=$journal;
CREATE TABLE t(id INTEGER PRIMARY KEY, word TEXT, square INTEGER, filler BLOB);
CREATE INDEX by_word ON t(word);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<10000)
	INSERT INTO t SELECT i, printf('%05d', (i*7919)%10007), i*i, zeroblob(i%200) FROM n;
COMMIT;
SELECT count(*), sum(square), sum(length(filler)), min(word), max(word) FROM t;
.shell grep -c '/db' /proc/\$PPID/maps | sed 's/[1-9][0-9]*/mapped/'
.system [ "$journal" != wal ] || grep -c '/db-shm' /proc/\$PPID/maps
BEGIN;
DELETE FROM t WHERE id%3=0;
UPDATE t SET square=-square WHERE id%5=0;
SELECT count(*), sum(square) FROM t;
ROLLBACK;
SELECT count(*), sum(square) FROM t;
DELETE FROM t WHERE id%4=0;
PRAGMA integrity_check;
END
	# A writer and a reader at once, each with its own mapping.
	sqlite3 -cmd '.timeout 60000' db 'PRAGMA mmap_size=268435456' "WITH RECURSIVE n(i) AS (SELECT 20001 UNION ALL
		SELECT i+1 FROM n WHERE i<22000) INSERT INTO t SELECT i, 'new', i, NULL FROM n" >/dev/null &
	sqlite3 -cmd '.timeout 60000' db 'PRAGMA mmap_size=268435456' \
		'SELECT count(*) IN (7500, 9500) FROM t' | tail -1
	wait
	sqlite3 db 'PRAGMA mmap_size=268435456' "SELECT word, square FROM t WHERE word LIKE '0424%' ORDER BY word" \
		'SELECT count(*), sum(square), sum(id*square % 65521) FROM t' VACUUM 'PRAGMA integrity_check'
	sqlite3 db .dump | md5sum
	sqlite3 db "SELECT id || ',' || word || ',' || square FROM t" | md5sum
	ls
done
