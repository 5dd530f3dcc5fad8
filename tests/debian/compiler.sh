# tcc with the C library's own headers and start files: programs compiled, run, run without a file,
# made of two objects and of a shared library, and stopped by the kernel where they should be.
cat >primes.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <errno.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/wait.h>

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1000, count = 0;
	char *composite = mmap(NULL, n + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (int i = 2; i <= n; i++) {
		if (composite[i])
			continue;
		count++;
		for (long long j = (long long)i * i; j <= n; j += i)
			composite[j] = 1;
	}
	printf("%d primes up to %d, root %.6f\n", count, n, sqrt(n));
	if (fork() == 0)
		exit(count % 100);
	int status;
	wait(&status);
	printf("child %d, %s\n", WEXITSTATUS(status), strerror(ENOMEM));
	return 0;
}
END
echo "== compile and run"
tcc -Wall -o primes primes.c -lm && ./primes 100000
echo "== run without a file"
tcc -lm -run primes.c 20000
echo "== objects and libraries"
echo 'int square(int x) { return x * x; }' >square.c
printf '#include <stdio.h>\nint square(int);\nint main(void) { printf("%%d\\n", square(111)); return 5; }\n' >main.c
tcc -c square.c && tcc -c main.c && tcc -o two main.o square.o && ./two
echo "status $?"
tcc -shared -o libsquare.so square.c && tcc -o shared main.c -L. -lsquare && LD_LIBRARY_PATH=. ./shared
echo "status $?"
echo "== a script"
printf '#!/usr/bin/tcc -run\n#include <stdio.h>\nint main(void) { puts("a script in C"); return 0; }\n' >script.c
chmod +x script.c && ./script.c
echo "== failures"
echo 'int main(void) { *(volatile int *)16 = 1; return 0; }' >wild.c
tcc -o wild wild.c && ./wild
echo "status $?"
echo 'int main(void) { return 0 }' | tcc -o none - 2>/dev/null
echo "status $?"
echo "== without a library"
printf 'void _start(void) { __asm__("int $0x80" : : "a"(1), "b"(33)); }\n' >bare.c
tcc -nostdlib -o bare bare.c && ./bare
echo "status $?"
