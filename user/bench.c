/*
 * bench: what the kernel's common ways cost. One line each: name, the smallest and the middle of
 * several rounds, per operation, in ticks of the time stamp counter. Under QEMU's -icount shift=0 the
 * counter counts guest instructions, one each. Runs on Linux as well.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE   4096
#define ROUNDS 9
#define PAGES  256

static const char *self;
static int file, pipes[2][2];

static uint64_t now(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static void need(int condition, const char *what)
{
	if (condition)
		return;
	perror(what);
	exit(1);
}

static char *map(int flags, int fd)
{
	char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, flags, fd, 0);

	need(p != MAP_FAILED, "mmap");
	return p;
}

/* Each benchmark makes its operation n times and returns the ticks of those alone. */

static uint64_t null_call(int n)
{
	uint64_t start = now();
	long ret;

	while (n--)
		__asm__ volatile("int $0x80" : "=a"(ret) : "0"(SYS_getppid) : "memory");
	return now() - start;
}

static uint64_t touch(char *p, int n)
{
	uint64_t start = now();
	int i;

	for (i = 0; i < n; i++)
		((volatile char *)p)[i * PAGE] = 1;
	return now() - start;
}

static uint64_t anonymous_fault(int n)
{
	char *p = map(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	uint64_t ticks = touch(p, n);

	munmap(p, PAGES * PAGE);
	return ticks;
}

static uint64_t zero_read_fault(int n)
{
	char *p = map(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	uint64_t start = now(), ticks;
	int i;

	for (i = 0; i < n; i++)
		(void)((volatile char *)p)[i * PAGE];
	ticks = now() - start;
	munmap(p, PAGES * PAGE);
	return ticks;
}

/* The pages are in the cache. Linux maps up to 15 neighbours in the same fault. */
static uint64_t file_fault(int n)
{
	char *p = map(MAP_SHARED, file);
	uint64_t start = now(), ticks;
	int i;

	for (i = 0; i < n; i++)
		(void)((volatile char *)p)[i * PAGE];
	ticks = now() - start;
	munmap(p, PAGES * PAGE);
	return ticks;
}

static uint64_t cow_fault(int n)
{
	char *p = map(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	uint64_t ticks = 0;
	int gate[2];
	pid_t pid;
	char c;

	touch(p, PAGES);
	need(pipe(gate) == 0, "pipe");
	pid = fork();
	if (pid == 0) { /* shares the pages until the parent has written them all */
		close(gate[1]);
		_exit(read(gate[0], &c, 1) < 0);
	}
	ticks = touch(p, n);
	close(gate[1]);
	close(gate[0]);
	waitpid(pid, NULL, 0);
	munmap(p, PAGES * PAGE);
	return ticks;
}

static uint64_t map_unmap(int n)
{
	uint64_t start = now();

	while (n--)
		munmap(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		       PAGE);
	return now() - start;
}

static uint64_t map_touch_unmap(int n)
{
	uint64_t start = now();
	char *p;

	while (n--) {
		p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		*(volatile char *)p = 1;
		munmap(p, PAGE);
	}
	return now() - start;
}

static uint64_t fork_exit(int n)
{
	uint64_t start = now();
	pid_t pid;

	while (n--) {
		pid = fork();
		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	return now() - start;
}

static uint64_t fork_exec(int n)
{
	char *argv[] = { (char *)self, "nothing", NULL };
	uint64_t start = now();
	pid_t pid;

	while (n--) {
		pid = fork();
		if (pid == 0) {
			execv(self, argv);
			_exit(1);
		}
		waitpid(pid, NULL, 0);
	}
	return now() - start;
}

static uint64_t pipe_round_trip(int n)
{
	uint64_t start = now();
	char c = 0;

	while (n--)
		need(write(pipes[0][1], &c, 1) == 1 && read(pipes[1][0], &c, 1) == 1, "pipe");
	return now() - start;
}

/* The other end of pipe_round_trip: gives back every byte. */
static void start_echo(void)
{
	char c;

	need(pipe(pipes[0]) == 0 && pipe(pipes[1]) == 0, "pipe");
	if (fork())
		return;
	close(pipes[0][1]);
	while (read(pipes[0][0], &c, 1) == 1 && write(pipes[1][1], &c, 1) == 1)
		;
	_exit(0);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void run(const char *name, uint64_t (*fn)(int), int n)
{
	uint64_t ticks[ROUNDS];
	int i;

	fn(n > 8 ? 8 : n);
	for (i = 0; i < ROUNDS; i++)
		ticks[i] = fn(n) / n;
	qsort(ticks, ROUNDS, sizeof(ticks[0]), by_size);
	printf("%-30s %9llu %9llu\n", name, (unsigned long long)ticks[0],
	       (unsigned long long)ticks[ROUNDS / 2]);
	fflush(stdout);
}

static void make_file(void)
{
	char name[] = "/tmp/benchXXXXXX", page[PAGE];
	int i;

	file = mkstemp(name);
	need(file >= 0, name);
	unlink(name);
	memset(page, 'b', sizeof(page));
	for (i = 0; i < PAGES; i++)
		need(write(file, page, PAGE) == PAGE, "write");
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1)
		return 0;
	make_file();
	printf("%-30s %9s %9s\n", "ticks per operation", "minimum", "median");
	run("null system call", null_call, 1000);
	run("anonymous first-touch fault", anonymous_fault, PAGES);
	run("zero page read fault", zero_read_fault, PAGES);
	run("file read fault, cached", file_fault, PAGES);
	run("copy-on-write fault", cow_fault, PAGES);
	run("mmap + munmap", map_unmap, 200);
	run("mmap + touch + munmap", map_touch_unmap, 200);
	run("fork + exit + wait", fork_exit, 20);
	run("fork + exec + exit + wait", fork_exec, 20);
	start_echo();
	run("pipe round trip", pipe_round_trip, 100);
	close(pipes[0][1]);
	wait(NULL);
	return 0;
}
