/* fork and copy-on-write: who sees which write, nested and many children, what a child inherits. */
#include <errno.h>
#include "tests/user/probe.h"

#define RW (PROT_READ | PROT_WRITE)

static volatile int data_word = 7;
static volatile int bss_word;

/* A pipe as a gate: the reader waits until the writer (or its death) opens it. */
static void wait_gate(int fd)
{
	char c;

	if (read(fd, &c, 1) < 0)
		_exit(90);
}

static void test_segments(void)
{
	volatile int stack_word = 3, *heap = malloc(sizeof(*heap));
	int status;
	pid_t pid;

	*heap = 4;
	bss_word = 5;
	pid = fork();
	if (pid == 0) {
		int same = data_word == 7 && bss_word == 5 && stack_word == 3 && *heap == 4;

		data_word = bss_word = stack_word = *heap = 99;
		_exit(!same || data_word + bss_word + stack_word + *heap != 4 * 99);
	}
	waitpid(pid, &status, 0);
	is(status, 0, "the child starts with the parent's memory and writes its own");
	ok(data_word == 7 && bss_word == 5 && stack_word == 3 && *heap == 4,
	   "data, bss, stack and heap of the parent are unchanged");
	free((void *)heap);
}

static void test_parent_writes_first(void)
{
	volatile int *p = anon(2, RW);
	int gate[2], status;
	pid_t pid;

	p[0] = 1;
	pipe(gate);
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		wait_gate(gate[0]);
		_exit(p[0] == 1 && p[1024] == 0 ? 0 : 1);
	}
	p[0] = 2;
	p[1024] = 3;
	close(gate[1]);
	waitpid(pid, &status, 0);
	is(status, 0, "the child does not see what the parent writes after fork");
	ok(p[0] == 2 && p[1024] == 3, "the parent does");
	close(gate[0]);
	munmap((void *)p, 2 * PAGE);
}

static int count_wrong(volatile unsigned char *p, int pages, int base)
{
	int i, wrong = 0;

	for (i = 0; i < pages; i++)
		wrong += p[i * PAGE] != (unsigned char)(base + i);
	return wrong;
}

static void paint(volatile unsigned char *p, int pages, int base)
{
	int i;

	for (i = 0; i < pages; i++)
		p[i * PAGE] = base + i;
}

static void test_many_children(void)
{
	volatile unsigned char *p = anon(32, RW);
	int i, status, bad = 0;
	pid_t pids[16];

	paint(p, 32, 1);
	for (i = 0; i < 16; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			if (count_wrong(p, 32, 1))
				_exit(1);
			paint(p, 32, 40 + i);
			sched_yield();
			_exit(count_wrong(p, 32, 40 + i) != 0);
		}
	}
	for (i = 0; i < 16; i++) {
		waitpid(pids[i], &status, 0);
		bad += status != 0;
	}
	is(bad, 0, "16 children paint 32 shared pages, each its own colour");
	is(count_wrong(p, 32, 1), 0, "the parent's colours stay");
	munmap((void *)p, 32 * PAGE);
}

static int nested(volatile unsigned char *p, int depth)
{
	int status;
	pid_t pid;

	p[0]++;
	if (depth == 0)
		return p[0];
	pid = fork();
	if (pid == 0)
		_exit(nested(p, depth - 1));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void test_nested(void)
{
	volatile unsigned char *p = anon(1, RW);

	is(nested(p, 8), 9, "eight generations each add one to what they inherited");
	is(p[0], 1, "the first keeps its own");
	munmap((void *)p, PAGE);
}

static void test_last_owner(void)
{
	volatile unsigned char *p = anon(4, RW);
	int round, status, bad = 0;

	for (round = 0; round < 20; round++) {
		pid_t pid;

		paint(p, 4, round);
		pid = fork();
		if (pid == 0)
			_exit(count_wrong(p, 4, round));
		waitpid(pid, &status, 0);
		bad += status != 0 || count_wrong(p, 4, round);
	}
	is(bad, 0, "write, fork, wait and write again, twenty times");
	munmap((void *)p, 4 * PAGE);
}

static int write_readonly(void *p)
{
	return write_faults(p) == SIGSEGV ? 0 : 1;
}

static int syscall_into(void *p)
{
	int fds[2];

	pipe(fds);
	if (write(fds[1], "abc", 3) != 3 || read(fds[0], p, 3) != 3)
		return 1;
	return memcmp(p, "abc", 3) != 0;
}

static void test_mixed(void)
{
	int fd = temp_file(2 * PAGE);
	unsigned char *ro = anon(1, RW), *rw = anon(1, RW);
	unsigned char *shared = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned char *file = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, 0);

	ro[0] = 1;
	mprotect(ro, PAGE, PROT_READ);
	is(in_child(write_readonly, ro), 0, "a read-only page stays so in the child");
	memset(rw, 'x', 3);
	is(in_child(syscall_into, rw), 0,
	   "read(2) into a shared copy-on-write page breaks the share");
	is(memcmp(rw, "xxx", 3), 0, "  and leaves the parent's page alone");
	is(in_child(syscall_into, file + PAGE), 0, "the same into a private file page");
	is(file[PAGE], 2, "  whose file does not change");
	is(in_child(syscall_into, shared), 0, "the same into shared memory");
	is(memcmp(shared, "abc", 3), 0, "  where the parent sees it");
	munmap(file, 2 * PAGE);
	close(fd);
}

static void test_zero_page(void)
{
	volatile unsigned char *p = anon(4, RW);
	int status;
	pid_t pid;

	is(p[0] + p[PAGE], 0, "read untouched pages first");
	pid = fork();
	if (pid == 0) {
		p[0] = 1;
		_exit(p[1] != 0 || p[PAGE] != 0);
	}
	p[PAGE] = 2;
	waitpid(pid, &status, 0);
	is(status, 0, "a child writes one of them");
	ok(p[0] == 0 && p[2 * PAGE] == 0 && p[3 * PAGE] == 0, "zero stays zero elsewhere");
	munmap((void *)p, 4 * PAGE);
}

static void test_identity(void)
{
	int fds[2], status;
	pid_t told[2], pid;

	pipe(fds);
	pid = fork();
	if (pid == 0) {
		told[0] = getpid();
		told[1] = getppid();
		_exit(write(fds[1], told, sizeof(told)) != sizeof(told));
	}
	waitpid(pid, &status, 0);
	is(read(fds[0], told, sizeof(told)), sizeof(told), "the child reports itself");
	is(told[0], pid, "fork gives the parent the child's pid");
	is(told[1], getpid(), "the child's parent is this process");
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	test_segments();
	test_parent_writes_first();
	test_many_children();
	test_nested();
	test_last_owner();
	test_mixed();
	test_zero_page();
	test_identity();
	return done();
}
