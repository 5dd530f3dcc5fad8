# The figures of procps, checked against /proc and against what this script started. TAP; true on Linux, too.
export LC_ALL=C
tests=0
check() { # NAME COMMAND...
	local name=$1
	shift
	if "$@"; then echo "ok $((++tests)) - $name"; else echo "not ok $((++tests)) - $name"; fi
}
is() { # NAME VALUE WANTED
	if [[ $2 == "$3" ]]; then echo "ok $((++tests)) - $1"; else
		echo "not ok $((++tests)) - $1"
		diff <(echo "$3") <(echo "$2") | sed 's/^/# /'
	fi
}
near() { # NAME VALUE WANTED SLACK
	if (($2 >= $3 - $4 && $2 <= $3 + $4)); then echo "ok $((++tests)) - $1"; else
		echo "not ok $((++tests)) - $1"
		echo "# $2, wanted $3, give or take $4"
	fi
}
field() { awk -v name="$2:" '$1 == name { print $2 }' "/proc/$1/status"; }
until_state() { until [[ $(field "$1" State) == "$2" ]]; do :; done; }

# Five processes to look for: asleep, stopped, a zombie, busy, and large.
sleep 10000 &
asleep=$!
sleep 20000 &
stopped=$!
until [[ $(field $stopped Name) == sleep ]]; do :; done
kill -STOP $stopped
# The zombie's parent must not be a shell when the child ends: a shell would wait for it.
bash -c '(until [[ $(</proc/$$/comm) == sleep ]]; do :; done) & exec sleep 30000' &
parent=$!
until zombie=$(pgrep -P $parent) && [[ $(field "$zombie" State) == Z ]]; do :; done 2>/dev/null
bash -c 'while :; do :; done' &
busy=$!
python3 -c 'import mmap, time; m = mmap.mmap(-1, 48 << 20, flags=34); m[:] = b"x" * len(m); print("full", flush=True); time.sleep(10000)' >full &
large=$!
until [[ -s full ]]; do sleep 0.1; done
until_state $stopped T
until_state $asleep S

# pmap
as_pmap() {
	awk '{
		split($1, a, "-")
		size = strtonum("0x" a[2]) - strtonum("0x" a[1])
		name = $6 ~ /^\// ? gensub(/.*\//, "", 1, $6) : $6 == "[stack]" ? "  [ stack ]" : "  [ anon ]"
		printf "%s %dK %s- %s\n", a[1], size / 1024, gensub(/.$/, substr($2, 4) == "s" ? "s" : "-", 1, $2), name
		total += size
	} END { printf " total %dK\n", total / 1024 }' | sed 's/^0*//' | tr -s ' '
}
is "pmap of a process agrees with its maps" "$(pmap $asleep | tail -n +2 | sed 's/^0*//' | tr -s ' ')" \
	"$(as_pmap </proc/$asleep/maps)"
is "pmap \$\$ agrees with /proc/\$\$/maps" "$(pmap $$ | tail -n +2 | sed 's/^0*//' | tr -s ' ')" \
	"$(as_pmap </proc/$$/maps)"
is "pmap -x adds up the resident memory of smaps" "$(pmap -x $asleep | awk '/^total/ { print $3, $4, $5 }')" \
	"$(awk '/^Size:/ { s += $2 } /^Rss:/ { r += $2 } /^(Private|Shared)_Dirty:/ { d += $2 } END { print s, r, d }' /proc/$asleep/smaps)"
check "pmap -X shows every field" test "$(pmap -X $asleep | wc -l)" -gt 8

# ps
is "ps: name, parent, group, session" "$(ps -o comm=,ppid=,pgid=,sid= $asleep | tr -s ' ')" \
	"sleep $$ $(ps -o pgid= $$ | tr -d ' ') $(ps -o sid= $$ | tr -d ' ')"
is "ps: command line" "$(ps -o args= $asleep)" "sleep 10000"
is "ps: states" "$(for p in $asleep $stopped $zombie $busy; do ps -o stat= "$p"; done | cut -c1 | tr -d '\n')" STZR
is "ps: sizes as in status" "$(ps -o vsz=,rss= $large | tr -s ' ' | sed 's/^ //')" "$(field $large VmSize) $(field $large VmRSS)"
check "ps: the large one is large" test "$(ps -o rss= $large)" -gt $((48 * 1024))
ps -eo pid= >pids
directories=(/proc/[0-9]*)
is "ps: as many processes as directories in /proc, and itself" "$(wc -l <pids)" "$((${#directories[@]} + 1))"
is "ps: environment" "$(FIGURE=painted sleep 3 & ps eww -o args= $! | tr ' ' '\n' | grep -c FIGURE=painted)" 1
seconds() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
before=$(seconds $busy)
until (($(seconds $busy) > before + 100)); do sleep 0.1; done
check "ps: the busy one has worked" test "$(ps -o cputimes= $busy)" -ge 1
is "ps: threads" "$(ps -o nlwp= $asleep | tr -d ' ')" "$(field $asleep Threads)"
near "ps: start time" "$(($(date +%s) - $(ps -o etimes= $$)))" "$(date -d "$(ps -o lstart= $$)" +%s)" 3
check "ps aux has a line for each" test "$(ps aux | grep -c '[s]leep [1-3]0000')" -eq 3
is "ps -L: as many threads as tasks" "$(ps -Lo lwp= $large | tr -d ' ')" "$(ls /proc/$large/task)"
is "ps axf: children below parents" "$(ps -o args= --forest -g "$(ps -o sid= $$ | tr -d ' ')" | grep -c '\\_ sleep [1-3]0000')" 3

# top
top=$(top -b -n1 -w 200)
is "top: stopped and zombie" "$(sed -En 's/^Tasks:.* +([0-9]+) stopped, +([0-9]+) zombie/\1 \2/p' <<<"$top")" "1 1"
is "top: the busy one runs" "$(awk -v pid=$busy '$1 == pid { print $8, $NF }' <<<"$top")" "R bash"
is "top: memory of the large one" "$(awk -v pid=$large '$1 == pid { print $6 }' <<<"$top")" "$(field $large VmRSS)"
top2=$(top -b -n2 -d 0.5 -w 200 -p $busy,$asleep)
check "top: the processor was busy meanwhile" awk '/^%Cpu/ { gsub("[,:]", " "); busy = $2 + $4 } END { exit !(busy > 10) }' <<<"$top2"
check "top: share of the busy one in half a second" awk -v pid=$busy '$1 == pid { cpu = $9 } END { exit !(cpu > 10) }' <<<"$top2"

# free, vmstat
meminfo() { awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo; }
column() { free -k | awk -v c="$1" '/^Mem:/ { print $c }'; }
is "free: total" "$(column 2)" "$(meminfo MemTotal)"
near "free: free" "$(column 4)" "$(meminfo MemFree)" 2000
near "free: available" "$(column 7)" "$(meminfo MemAvailable)" 2000
cache=$(column 6) free=$(column 4)
head -c 32M /dev/zero >thirty-two
near "free: a file of 32 MiB is cache" "$(($(column 6) - cache))" 32768 3000
[[ $(df . | awk 'NR == 2 { print $1 }') == /dev/* ]] || near "free: and no longer free" "$((free - $(column 4)))" 32768 3000
rm thirty-two
counter() { vmstat -s | awk -v name="$1" 'index($0, name) { print $1 }'; }
is "vmstat -s: total" "$(counter 'total memory')" "$(meminfo MemTotal)"
forks=$(awk '$1 == "processes" { print $2 }' /proc/stat)
for n in 1 2 3 4 5 6 7 8 9 10; do (:); done
near "vmstat -s: forks" "$(counter forks)" $((forks + 13)) 6
switches=$(counter 'context switches')
for n in 1 2 3 4 5; do sleep 0.01; done
check "vmstat -s: context switches" test "$(counter 'context switches')" -gt $((switches + 9))
near "vmstat: free" "$(vmstat | awk 'NR == 3 { print $4 }')" "$(meminfo MemFree)" 3000
check "vmstat 1 2: user time of the second interval" test "$(vmstat 1 2 | awk 'NR == 4 { print $13 + $14 }')" -gt 10
near "vmstat -s: boot time" "$(counter 'boot time')" $(($(date +%s) - $(cut -d. -f1 /proc/uptime))) 2

# uptime, slabtop, sysctl
is "uptime: load" "$(uptime | sed 's/.*average: //; s/,//g')" "$(cut -d' ' -f1-3 /proc/loadavg)"
near "uptime -s: since boot" "$(date -d "$(uptime -s)" +%s)" "$(awk '$1 == "btime" { print $2 }' /proc/stat)" 2
if slab=$(slabtop -o 2>/dev/null); then
	name=$(awk '/OBJS ACTIVE/ { getline; print $NF }' <<<"$slab")
	near "slabtop: objects of $name as in slabinfo" "$(awk -v n="$name" '$NF == n { print $1 }' <<<"$slab")" \
		"$(awk -v n="$name" '$1 == n { print $3 }' /proc/slabinfo)" 200
	check "slabtop: active objects" awk '/Active .* Objects/ { exit !($8 > 100 && $8 <= $10) }' <<<"$slab"
	check "slabtop: active size" awk '/Active .* Size/ { exit !($8 + 0 > 100 && $8 + 0 <= $10 + 0) }' <<<"$slab"
fi
is "sysctl" "$(sysctl -n kernel.osrelease) $(sysctl -n vm.max_map_count)" "$(uname -r) $(cat /proc/sys/vm/max_map_count)"
is "pwdx" "$(pwdx $asleep)" "$asleep: $PWD"
check "w" test "$(w -h | wc -l)" -ge 0

# pgrep, pkill
is "pgrep by name and parent" "$(pgrep -x -P $$ sleep)" "$(printf '%s\n' $asleep $stopped $parent)"
is "pgrep -f" "$(pgrep -f '^sleep 10000')" $asleep
is "pgrep by state" "$(pgrep -r T -P $$)" $stopped
is "pgrep: oldest, newest" "$(pgrep -o -x sleep -P $$) $(pgrep -n -x sleep -P $$)" "$asleep $parent"
pkill -f 'sleep 10000'
wait $asleep 2>/dev/null
is "pkill ended it" $? 143
is "pkill of none" "$(pkill -f 'sleep 10000'; echo $?)" 1
pkill -CONT -P $$ -f 'sleep 20000'
until_state $stopped S
is "pkill -CONT let it run" "$(ps -o stat= $stopped | cut -c1)" S
kill $stopped $parent $busy $large
wait 2>/dev/null
is "all are gone" "$(ps -o pid= --ppid $$ | wc -l)" 1
echo "1..$tests"
