/*
 * bench: what the kernel's common ways cost. One line each: name and the least of several rounds, per operation, in
 * ticks of the time stamp counter. Under QEMU's -icount shift=0 that counts guest instructions, one each. The same
 * binary runs on Linux. As process 1 it ends the machine when it is done, and a file /wall beside it asks for
 * nanoseconds of the clock instead of ticks.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

/* One signature for all benchmarks, one table for all that differs. */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define FUTEX_WAIT 0

#define PAGE   4096
#define ROUNDS 7
#define PAGES  256
#define MIB    (1 << 20)
#define RW     (PROT_READ | PROT_WRITE)
#define ANON   (MAP_PRIVATE | MAP_ANONYMOUS)

static const char *self;
static int file, pipes[2][2], wall;
static char block[65536];

static uint64_t now(void)
{
	uint32_t low, high;
	struct timespec t;

	if (wall) {
		clock_gettime(CLOCK_MONOTONIC, &t);
		return t.tv_sec * 1000000000ULL + t.tv_nsec;
	}
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

static char *map(size_t size, int prot, int flags, int fd)
{
	char *p = mmap(NULL, size, prot, flags, fd, 0);

	need(p != MAP_FAILED, "mmap");
	return p;
}

static void touch(char *p, int pages)
{
	int i;

	for (i = 0; i < pages; i++)
		((volatile char *)p)[i * PAGE] = 1;
}

static void look(char *p, int pages)
{
	int i;

	for (i = 0; i < pages; i++)
		(void)((volatile char *)p)[i * PAGE];
}

/* Each benchmark makes its operation n times, as arg has it, and returns the ticks of those alone. */

static uint64_t int80_call(int n, int arg)
{
	uint64_t start = now();
	long ret;

	while (n--)
		__asm__ volatile("int $0x80" : "=a"(ret) : "0"(SYS_getppid) : "memory");
	return now() - start;
}

static uint64_t vdso_call(int n, int arg)
{
	unsigned long entry = getauxval(AT_SYSINFO);
	uint64_t start = now();
	long ret;

	while (n--)
		__asm__ volatile("call *%2" : "=a"(ret) : "0"(SYS_getppid), "r"(entry) : "memory");
	return now() - start;
}

static uint64_t read_bytes(int n, int size)
{
	uint64_t start = now();

	while (n--)
		need(pread(file, block, size, 0) == size, "pread");
	return now() - start;
}

/* ---- faults: PAGES of them ---- */

static uint64_t faults(char *p, void (*access)(char *p, int pages), int n)
{
	uint64_t start = now(), ticks;

	access(p, n);
	ticks = now() - start;
	munmap(p, PAGES * PAGE);
	return ticks;
}

static uint64_t anonymous_fault(int n, int arg)
{
	return faults(map(PAGES * PAGE, RW, ANON, -1), touch, n);
}

/* Pages that were read, written only if arg says so. */
static uint64_t zero_page(int n, int written)
{
	char *p = map(PAGES * PAGE, RW, ANON, -1);

	if (written)
		look(p, n);
	return faults(p, written ? touch : look, n);
}

static uint64_t populate(int n, int arg)
{
	uint64_t start = now(), ticks;
	char *p = map(n * PAGE, RW, ANON | MAP_POPULATE, -1);

	ticks = now() - start;
	munmap(p, n * PAGE);
	return ticks;
}

/* The pages are in the cache. Both kernels may map the neighbours of a page that is read. */
static uint64_t file_read(int n, int flags)
{
	return faults(map(PAGES * PAGE, RW, flags, file), look, n);
}

static uint64_t file_write(int n, int flags)
{
	return faults(map(PAGES * PAGE, RW, flags, file), touch, n);
}

static uint64_t cow_fault(int n, int arg)
{
	char *p = map(PAGES * PAGE, RW, ANON, -1), c;
	uint64_t start, ticks;
	int gate[2];
	pid_t pid;

	touch(p, PAGES);
	need(pipe(gate) == 0, "pipe");
	pid = fork();
	if (pid == 0) { /* shares the pages until the parent has written them all */
		close(gate[1]);
		_exit(read(gate[0], &c, 1) < 0);
	}
	start = now();
	touch(p, n);
	ticks = now() - start;
	close(gate[1]);
	close(gate[0]);
	waitpid(pid, NULL, 0);
	munmap(p, PAGES * PAGE);
	return ticks;
}

/* ---- ranges ---- */

/* Or only the contents, by MADV_DONTNEED. */
static uint64_t unmap(int n, int contents)
{
	char *p = map(n * PAGE, RW, ANON, -1);
	uint64_t start, ticks;

	touch(p, n);
	start = now();
	if (contents)
		madvise(p, n * PAGE, MADV_DONTNEED);
	else
		munmap(p, n * PAGE);
	ticks = now() - start;
	munmap(p, n * PAGE);
	return ticks;
}

static uint64_t map_unmap(int n, int touched)
{
	uint64_t start = now();

	while (n--) {
		char *p = mmap(NULL, PAGE, RW, ANON, -1, 0);

		if (touched)
			touch(p, 1);
		munmap(p, PAGE);
	}
	return now() - start;
}

/* Back and forth between two rights. */
static uint64_t protect(int n, int pages)
{
	char *p = map(PAGES * PAGE, RW, ANON, -1);
	uint64_t start, ticks;
	int i;

	touch(p, PAGES);
	start = now();
	for (i = 0; i < n; i++)
		mprotect(p, pages * PAGE, i & 1 ? RW : PROT_READ);
	ticks = now() - start;
	munmap(p, PAGES * PAGE);
	return ticks;
}

static uint64_t move(int n, int pages)
{
	char *area = map(2 * pages * PAGE, PROT_NONE, ANON, -1),
	     *p = map(pages * PAGE, RW, ANON, -1);
	uint64_t start, ticks;
	int i;

	touch(p, pages);
	start = now();
	for (i = 0; i < n; i++)
		p = mremap(p, pages * PAGE, pages * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			   area + (i & 1) * pages * PAGE);
	ticks = now() - start;
	munmap(p, pages * PAGE);
	munmap(area, 2 * pages * PAGE);
	return ticks;
}

/* ---- processes ---- */

static uint64_t fork_exit(int n, int mib)
{
	char *p = mib ? map(mib * MIB, RW, ANON, -1) : NULL;
	uint64_t start, ticks;
	pid_t pid;

	touch(p, mib * (MIB / PAGE));
	start = now();
	while (n--) {
		pid = fork();
		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	ticks = now() - start;
	if (p)
		munmap(p, mib * MIB);
	return ticks;
}

static uint64_t fork_exec(int n, int arg)
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

/* The store that faults is two bytes long: movb %al, (%ecx). */
static void step_over(int sig, siginfo_t *info, void *context)
{
	((ucontext_t *)context)->uc_mcontext.gregs[REG_EIP] += 2;
}

static uint64_t segv(int n, int arg)
{
	struct sigaction action = { .sa_sigaction = step_over, .sa_flags = SA_SIGINFO };
	uint64_t start;

	sigaction(SIGSEGV, &action, NULL);
	start = now();
	while (n--)
		__asm__ volatile("movb %%al, (%0)" : : "c"(0) : "memory");
	start = now() - start;
	signal(SIGSEGV, SIG_DFL);
	return start;
}

static uint64_t pipe_round_trip(int n, int arg)
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

/* A thread without libc: it exits, and the kernel wakes whoever waits for its id to become 0. */
static uint64_t thread(int n, int arg)
{
	const long flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			   CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
	static char stack[PAGE] __attribute__((aligned(16)));
	static volatile int id;
	uint64_t start = now();
	long ret;

	while (n--) {
		__asm__ volatile("int $0x80\n\t"
				 "testl %%eax, %%eax\n\t"
				 "jnz 1f\n\t"
				 "movl %[exit], %%eax\n\t"
				 "int $0x80\n"
				 "1:"
				 : "=a"(ret)
				 : "0"(SYS_clone), "b"(flags), "c"(stack + PAGE), "d"(&id),
				   "D"(&id), [exit] "i"(SYS_exit)
				 : "memory");
		if (ret < 0)
			return 0;
		while (id)
			if (syscall(SYS_futex, &id, FUTEX_WAIT, ret, NULL) && errno == ENOSYS)
				return 0;
	}
	return now() - start;
}

/* ---- many VMAs ---- */

static char *area;
static int vmas;

/* One page each, every second writable, so that none is like its neighbour. */
static void make_vmas(int n)
{
	int i;

	vmas = n;
	area = map(n * PAGE, RW, ANON, -1);
	for (i = 0; i < n; i += 2)
		need(mprotect(area + i * PAGE, PAGE, PROT_READ) == 0, "mprotect");
}

/* A writable one, all over the area in no order that a cache of the last hit likes. */
static char *some_vma(int i)
{
	return area + ((unsigned)i * 7919 % (vmas / 2) * 2 + 1) * PAGE;
}

static uint64_t fault_among(int n, int arg)
{
	uint64_t start;
	int i, round;

	/* The first round is for the page tables. */
	for (round = 0; round < 2; round++) {
		start = now();
		for (i = 0; i < n; i++)
			*(volatile char *)some_vma(i) = 1;
		start = now() - start;
		madvise(area, vmas * PAGE, MADV_DONTNEED);
	}
	return start;
}

/* ---- the list ---- */

static const struct benchmark {
	const char *name;
	uint64_t (*fn)(int n, int arg);
	int n, arg;
	void (*before)(int arg);
	int before_arg;
} benchmarks[] = {
	{ "null call, int 0x80", int80_call, 1000 },
	{ "null call, vDSO", vdso_call, 1000 },
	{ "read 1 byte", read_bytes, 200, 1 },
	{ "read 64 KiB", read_bytes, 20, 65536 },
	{ "anonymous fault", anonymous_fault, PAGES },
	{ "zero page, read", zero_page, PAGES, 0 },
	{ "zero page, then written", zero_page, PAGES, 1 },
	{ "populate, per page", populate, PAGES },
	{ "shared file, read", file_read, PAGES, MAP_SHARED },
	{ "shared file, written", file_write, PAGES, MAP_SHARED },
	{ "private file, read", file_read, PAGES, MAP_PRIVATE },
	{ "private file, written", file_write, PAGES, MAP_PRIVATE },
	{ "copy on write after fork", cow_fault, PAGES },
	{ "munmap, per touched page", unmap, PAGES, 0 },
	{ "mmap + munmap", map_unmap, 100, 0 },
	{ "mmap + touch + munmap", map_unmap, 100, 1 },
	{ "mprotect 1 page", protect, 100, 1 },
	{ "mprotect 256 pages", protect, 20, PAGES },
	{ "mremap, move 1 page", move, 100, 1 },
	{ "mremap, move 256 pages", move, 20, PAGES },
	{ "madvise DONTNEED, per page", unmap, PAGES, 1 },
	{ "fork + exit + wait", fork_exit, 20, 0 },
	{ "  with 1 MiB dirty", fork_exit, 5, 1 },
	{ "  with 16 MiB dirty", fork_exit, 2, 16 },
	{ "  with 64 MiB dirty", fork_exit, 1, 64 },
	{ "fork + exec + exit + wait", fork_exec, 10 },
	{ "SIGSEGV handler round trip", segv, 100 },
	{ "pipe round trip", pipe_round_trip, 100 },
	{ "thread create + join", thread, 50 },
	{ "fault among 10 VMAs", fault_among, 5, 0, make_vmas, 10 },
	{ "mmap + munmap among 10 VMAs", map_unmap, 100 },
	{ "fault among 1,000 VMAs", fault_among, PAGES, 0, make_vmas, 1000 },
	{ "mmap + munmap among 1,000 VMAs", map_unmap, 100 },
	{ "fault among 60,000 VMAs", fault_among, PAGES, 0, make_vmas, 60000 },
	{ "mmap + munmap among 60,000 VMAs", map_unmap, 100 },
};

static void run(const struct benchmark *b)
{
	uint64_t least = ~0ULL, ticks;
	int i;

	if (b->before)
		b->before(b->before_arg);
	b->fn(b->n, b->arg);
	for (i = 0; i < ROUNDS; i++) {
		ticks = b->fn(b->n, b->arg) / b->n;
		least = ticks < least ? ticks : least;
	}
	printf("%-32s %9llu\n", b->name, (unsigned long long)least);
	fflush(stdout);
}

static void make_file(void)
{
	char name[] = "/benchXXXXXX", page[PAGE];
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
	unsigned i;

	self = argv[0];
	if (argc > 1)
		return 0;
	wall = access("/wall", F_OK) == 0;
	make_file();
	start_echo();
	for (i = 0; i < sizeof(benchmarks) / sizeof(benchmarks[0]); i++)
		run(&benchmarks[i]);
	if (getpid() == 1)
		reboot(RB_AUTOBOOT);
	return 0;
}
