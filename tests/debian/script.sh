# A shell script as people write them; its output must be what the same programs print on Linux.
# Works in an empty directory, prints nothing that differs from run to run.
set -u
export LC_ALL=C TZ=UTC
umask 022
section() { printf '\n== %s\n' "$*"; }

section arrays
fruits=(apple banana "cherry pie" date)
fruits+=(elder)
unset 'fruits[1]'
echo "${#fruits[@]} of ${!fruits[*]}: ${fruits[*]}"
printf '<%s>' "${fruits[@]:1:2}"
echo
declare -A stock=([pears]=12 [plums]=7 [figs]=0)
for name in $(printf '%s\n' "${!stock[@]}" | sort); do
	echo "$name=${stock[$name]}"
done
mapfile -t lines < <(printf 'one\ntwo three\nfour\n')
echo "${#lines[@]} ${lines[1]}"
declare -n alias=lines
alias[0]=uno
echo "${lines[@]@Q}"

section strings
path=/usr/local/lib/libpagoda.so.1.2
echo "${path##*/} ${path%/*} ${path%%.*} ${path/lib/LIB} ${path//lib/LIB} ${#path}"
echo "${path:5:5} ${undefined-unset} ${undefined:-default} ${path:+set}"
word=Pagoda
echo "${word^^} ${word,,} ${word:(-3)} ${word/#Pa/pA}"
[[ $path =~ lib([a-z]+)\.so\.([0-9]+) ]] && echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
printf '%05d|%-8s|%8.3f|%x|%q\n' 42 left 3.14159 255 'a b$c'
case $word in
P?goda) echo glob ;;
*) echo none ;;
esac
echo {a,b}{1..3} {10..2..-4}

section arithmetic
echo $((2 ** 40 + 7 % 3)) $((16#ff ^ 0x0f)) $((1 << 62)) $((-7 / 2)) $((5 > 3 ? 10 : 20))
((i = 5, i++, i *= 2)) && echo "$i"
let 'j = i << 2' && echo "$j"
for ((n = 0, total = 0; n < 1000; n++)); do ((total += n * n)); done
echo "$total"
fib() { if (($1 < 2)); then echo "$1"; else echo $(($(fib $(($1 - 1))) + $(fib $(($1 - 2))))); fi; }
fib 9
(echo $((1 / 0))) 2>&1 | sed 's/.*: 1/1/'

section here-documents
cat <<END
$word costs $((3 * 14)) and \$5 at $(echo noon)
END
cat <<'END'
$word is not $(expanded)
END
cat <<-END
	without its tabs
	END
tr a-z A-Z <<<"here, a string"
while IFS=: read -r user _ uid rest; do
	echo "$user has $uid, then $rest"
done <<END
root:x:0:more:things
guest:x:1000:less
END

section functions
outer() {
	local depth=${1:-0}
	((depth >= 3)) && return $((depth + 40))
	outer $((depth + 1))
}
outer
echo "returned $?"
options() {
	local OPTIND=1 flag
	while getopts 'ab:c' flag; do echo "option $flag ${OPTARG-}"; done
	shift $((OPTIND - 1))
	echo "rest $*"
}
options -a -b value -c one two

section redirection
exec 3>log 4<>both
echo "to three" >&3
echo "to four" >&4
exec 3>&- 4>&-
{ echo out; echo err >&2; } 2>errors | sed 's/^/piped: /'
cat log both errors
(echo gone >&3) 2>/dev/null || echo "descriptor 3 is closed"
echo one >|log && echo two >>log && wc -l <log
set -C
echo three 2>/dev/null >log || echo "noclobber"
set +C

section pipelines
seq 1 2000 | grep 7 | sed -n '5,$p' | awk '{ s += $1 } END { print NR, s }'
false | true | (exit 3) | true
echo "${PIPESTATUS[*]}"
set -o pipefail
seq 1000000 | head -3 | paste -sd+ | tee sum
echo "status $?"
set +o pipefail
yes pagoda | head -c 100000 | sha256sum
printf '%s\n' pear apple fig apple pear apple | sort | uniq -c | sort -k1,1nr -k2 | tr -s ' '
paste <(seq 3) <(seq 11 13) | awk '{ print $1 * $2 }'
comm -12 <(seq 1 2 9) <(seq 1 4 9) | tr '\n' ' '
echo
seq 5 | tee >(wc -l >count) >/dev/null
while [[ ! -s count ]]; do :; done
cat count
coproc upper { sed -u 's/.*/<&>/'; }
echo "to the coprocess" >&"${upper[1]}"
read -r answer <&"${upper[0]}"
echo "$answer"
pid=$upper_PID
exec {upper[1]}>&-
wait "$pid"
echo "coprocess $?"

section "text tools"
mkdir -p tree/{a,b/c,d}
for n in 1 2 3 4 5; do seq "$((n * 100))" >"tree/a/file$n"; done
echo "needle in hay" >tree/b/c/hay
ln -s ../a/file1 tree/d/link
ln tree/a/file2 tree/d/hard
chmod 640 tree/a/file3
touch -d '2001-02-03 04:05:06' tree/a/file4
find tree -printf '%y %m %p\n' | grep -v '^d' | sort
find tree -type f -size +1k -exec basename {} \; | sort
find tree -name 'file[24]' -newermt 2010-01-01 -print0 | xargs -0 wc -c
find tree -samefile tree/a/file2 | sort
grep -rn needle tree | cut -d: -f1,2
stat -c '%a %h %s %F' tree/a/file4 tree/d/link && stat -c %Y tree/a/file4
awk -F: -v OFS=- '{ $2 = toupper($2); n[$1]++ } NR % 2 { print } END { for (k in n) print k, n[k] | "sort" }' <<END
x:one:1
y:two:2
x:three:3
END
gawk 'BEGIN { print strftime("%F %T", 86400, 1), gensub(/(.)(.)/, "\\2\\1", "g", "abcd"), and(12, 10) }'
sed -E -e '/^#/d' -e 's/([a-z]+) ([a-z]+)/\2 \1/; y/abc/xyz/' -e '$!N;s/\n/ | /' <<END
alpha beta
# comment
gamma delta
END
od -An -tx1 <<<"Pagoda" | tr -d ' '
seq 12 | split -l 5 - part. && wc -l part.* && cat part.* | sha1sum
base64 <<<"to and fro" | base64 -d
join <(printf '1 a\n2 b\n3 c\n') <(printf '1 x\n3 z\n')
seq 20 | shuf --random-source=<(yes) | sort -n | md5sum
date -u -d @86399 +'%F %T'
du --apparent-size -b tree/a/file1 | cut -f1
dd if=/dev/zero of=holes bs=1 count=1 seek=999999 status=none && stat -c %s holes && truncate -s 10 holes && wc -c holes

section "traps and signals"
(
	trap 'echo "leaving with $?"' EXIT
	trap 'echo "caught USR1"' USR1
	trap '' TERM
	kill -USR1 $BASHPID
	kill -TERM $BASHPID
	exit 7
)
echo "status $?"
set -E
trap 'echo "error trap: $?"' ERR
(exit 9)
trap - ERR
sleep 1000 &
kill -KILL $!
wait $! 2>/dev/null
echo "killed: $?"
bash -c 'kill -SEGV $$' 2>/dev/null
echo "segmentation: $?"
timeout -s INT 0.2 sleep 1000
echo "timeout: $?"

section "job control"
set -m
sleep 1000 &
sleep 1000 | cat &
jobs -r | wc -l
kill -STOP %1
until [[ $(jobs -s | wc -l) == 1 ]]; do :; done
jobs | sed 's/  */ /g'
kill %1 %2
wait 2>/dev/null
(for n in 3 1 2; do (exit $n) & done; wait -n; echo "some job ended with $(($? > 0))"; wait)
set +m
exec 5< <(echo "from a substituted process")
read -r -u 5 text && echo "$text"
mkfifo fifo
(echo "through a fifo" >fifo) &
cat fifo
wait
for n in $(seq 40); do (echo "$n" >>many) & done
wait
sort -n many | md5sum
(ulimit -n 20 && exec 30</dev/null) 2>/dev/null || echo "no descriptor 30"
echo "done after $((SECONDS < 600))"
