# More of Debian: archives and compressors there and back, make, bc, perl, dash, diff, and the applets of
# its static BusyBox. The output must be what the same programs print on Linux.
export LC_ALL=C
echo "== archives"
mkdir -p in/deep/er
seq 20000 >in/numbers
head -c 300000 /dev/zero | tr '\0' 'z' >in/deep/zeroes
seq 5000 | sha512sum -b >in/deep/er/sum
ln -s deep/er/sum in/link
for how in gzip xz; do
	tar -c --$how --sort=name --mtime=@0 --owner=0 --group=0 -f $how.tar in
	mkdir $how && tar -x -f $how.tar -C $how && diff -r in $how/in && echo "$how round trip"
done
gzip -9 -c in/numbers | gzip -t && gzip -9 -c in/numbers | gzip -dc | cmp - in/numbers && echo same
echo "== diff"
seq 100 >a && sed 's/^5$/five/; 50d' a >b
diff -u a b | tail -n +3
diff -q a b
echo "== bc"
printf '%s\n' '2^200' 'scale=30; 4*a(1)' 'define f(n) {' 'if (n < 2) return (1);' 'return (n * f(n-1));' '}' 'f(40)' | bc -l
echo "== make"
cat >Makefile <<'END'
all: one two
	@echo linked $^
one two: %: base
	@echo making $@ from $<
	@touch $@
base:
	@echo base > $@
.PHONY: all
END
make -s -j3 | sort
make -s
echo "== perl"
perl -e '
	my %n; $n{length $_}++ for split / /, "the quick brown fox jumps over the lazy dog";
	print join(",", map { "$_=$n{$_}" } sort keys %n), "\n";
	my $pid = fork; exit 3 if !$pid; waitpid $pid, 0; print "child ", $? >> 8, "\n";
	local $SIG{ALRM} = sub { print "alarm\n" }; alarm 1; select undef, undef, undef, 10;
	open my $in, "-|", "seq 5" or die; print sum(<$in>), "\n"; sub sum { my $s; $s += $_ for @_; $s }
	printf "%s %.10f %s\n", "abc" x 3, atan2(1, 1), join "", reverse split //, "pagoda";'
echo "== debianutils and dash"
mkdir parts && printf '#!/bin/sh\necho part one\n' >parts/one && printf '#!/bin/sh\necho part two\n' >parts/two
chmod +x parts/* && run-parts parts
dash -c 'trap "echo bye" EXIT; x=5; echo $((x * 3)) ${x#5}.; f() { local y=2; echo $y; }; f'
echo "== busybox"
busybox sh -c 'for i in 1 2 3; do echo $i; done | busybox awk "{ s += \$1 } END { print s }"; echo "hello" | busybox sed s/l/L/g'
busybox tar -cf - in | busybox tar -tf - | sort
busybox find in -type f | sort | busybox xargs busybox md5sum
echo "2 3 + p" | busybox dc
busybox sha256sum in/numbers
