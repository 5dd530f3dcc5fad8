#!/bin/sh
# Link the kernel with its own symbol table inside it: link.sh OUTPUT SCRIPT OBJECT...
#
# The table (tools/kallsyms.py) is made from a link that lacks it, and putting it in may move
# addresses behind it. So link again until the symbols of two links agree: normally the third.
# Commands come from the environment: LD (with flags), NM, AS (compiler, with flags), PYTHON.
set -eu
out=$1 script=$2
shift 2
tmp=$(dirname "$out")/link
mkdir -p "$tmp"
: > "$tmp/symbols"

for pass in 1 2 3 4 5; do
	$PYTHON tools/kallsyms.py < "$tmp/symbols" > "$tmp/kallsyms.S"
	$AS -c -o "$tmp/kallsyms.o" "$tmp/kallsyms.S"
	$LD -T "$script" -o "$tmp/pagoda.elf" "$@" "$tmp/kallsyms.o"
	$NM -n "$tmp/pagoda.elf" > "$tmp/symbols.new"
	if cmp -s "$tmp/symbols" "$tmp/symbols.new"; then
		mv "$tmp/pagoda.elf" "$out"
		exit 0
	fi
	mv "$tmp/symbols.new" "$tmp/symbols"
done
echo "link.sh: addresses still move after $pass links" >&2
exit 1
