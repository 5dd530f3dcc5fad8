/* Threads of one process against each other: one changes the address space while others fault on it, copy by system calls
 * to and from it, fork, and end. Each touches a page and finds what may be there, or is told that nothing is. */
#include <errno.h>
#include <pthread.h>
#include <sys/uio.h>
#include "tests/user/probe.h"

#define PAGES   16
#define TOUCHES 4
#define ROUNDS  140

static char *area;
static int file, gate[2];
static volatile int stop;
static __thread sigjmp_buf escape;
static volatile int faults, touched, wrong, copied, refused;

static void on_fault(int sig)
{
	(void)sig;
	__sync_fetch_and_add(&faults, 1);
	siglongjmp(escape, 1);
}

/* A page holds zeroes, its own number (the file's), or what a toucher left: the page's number plus 64. */
static int plausible(int page, unsigned char value)
{
	return value == 0 || value == page + 1 || value == page + 64;
}

static void *toucher(void *arg)
{
	volatile unsigned seed = (unsigned long)arg;

	while (!stop) {
		int page;
		volatile unsigned char *p;

		seed = seed * 1103515245 + 12345;
		page = seed >> 16 & (PAGES - 1);
		p = (unsigned char *)area + page * PAGE;
		if (sigsetjmp(escape, 1)) {
			sched_yield();
			continue;
		}
		if (!plausible(page, *p))
			__sync_fetch_and_add(&wrong, 1);
		if (seed & 0x100000)
			*p = page + 64;
		__sync_fetch_and_add(&touched, 1);
		if (!(seed & 0xf000000))
			sched_yield();
	}
	return NULL;
}

/* The kernel copies: to and from a pipe, which holds its lock meanwhile. */
static void *copier(void *arg)
{
	char buf[PAGE / 4];
	long n;
	int i = 0;

	(void)arg;
	while (!stop) {
		char *p = area + (i++ & (PAGES - 1)) * PAGE + PAGE - 512;

		n = sys(SYS_write, gate[1], p, 1024);
		if (n > 0)
			sys(SYS_read, gate[0], buf, n);
		else if (n == -EFAULT)
			refused++;
		n = sys(SYS_pread64, file, p, 1024, 0, 0);
		if (n > 0)
			copied++;
		else if (n == -EFAULT)
			refused++;
		else if (n < 0)
			__sync_fetch_and_add(&wrong, 1);
		/* Leave what the touchers expect at the page's beginning. */
		if (!sigsetjmp(escape, 1))
			memset(p, 0, 1024);
		sched_yield();
	}
	return NULL;
}

static void *forker(void *arg)
{
	int status;

	(void)arg;
	while (!stop) {
		pid_t pid = sys(SYS_fork);

		if (!pid) {
			if (!sigsetjmp(escape, 1))
				area[0] = 64;
			sys(SYS_exit_group, 0);
		}
		if (pid > 0 && (waitpid(pid, &status, 0) != pid || status))
			__sync_fetch_and_add(&wrong, 1);
	}
	return NULL;
}

static void map(int what)
{
	char *p = mmap(area, PAGES * PAGE, PROT_READ | PROT_WRITE,
		       MAP_FIXED | (what ? MAP_PRIVATE : MAP_PRIVATE | MAP_ANONYMOUS),
		       what ? file : -1, 0);

	if (p != area)
		__sync_fetch_and_add(&wrong, 1);
}

static void change(int round)
{
	char *half = area + PAGES / 2 * PAGE, *p;

	switch (round % 7) {
	case 0:
		munmap(area, PAGES * PAGE);
		sched_yield();
		map(0);
		break;
	case 1:
		map(1);
		break;
	case 2:
		madvise(area, PAGES * PAGE, MADV_DONTNEED);
		break;
	case 3:
		mprotect(area, PAGES * PAGE, PROT_READ);
		sched_yield();
		mprotect(area, PAGES * PAGE, PROT_READ | PROT_WRITE);
		break;
	case 4:
		mprotect(half, PAGE, PROT_NONE);
		sched_yield();
		mprotect(half, PAGE, PROT_READ | PROT_WRITE);
		break;
	case 5:
		p = mremap(area, PAGES * PAGE, PAGES * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			   area + 2 * PAGES * PAGE);
		sched_yield();
		if (mremap(p, PAGES * PAGE, PAGES * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area) !=
		    area)
			__sync_fetch_and_add(&wrong, 1);
		break;
	case 6:
		mlock(area, PAGES * PAGE);
		munlock(area, PAGES * PAGE);
		break;
	}
}

static void test_all_against_all(void)
{
	pthread_t t[TOUCHES + 2];
	char page[PAGE];
	int i;

	file = open("races.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
	for (i = 0; i < PAGES; i++) {
		memset(page, 0, PAGE);
		page[0] = i + 1;
		write(file, page, PAGE);
	}
	pipe(gate);
	area = mmap(NULL, 4 * PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	map(0);
	signal(SIGSEGV, on_fault);
	signal(SIGBUS, on_fault);
	for (i = 0; i < TOUCHES; i++)
		pthread_create(&t[i], NULL, toucher, (void *)(i * 7919L + 1));
	pthread_create(&t[i++], NULL, copier, NULL);
	pthread_create(&t[i++], NULL, forker, NULL);
	for (i = 0; i < ROUNDS || (touched < 1000 && i < 1000000); i++) {
		change(i);
		sched_yield();
	}
	stop = 1;
	for (i = 0; i < TOUCHES + 2; i++)
		pthread_join(t[i], NULL);
	is(wrong, 0, "nobody saw what cannot be");
	ok(touched >= 1000, "pages were touched");
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	munmap(area, 4 * PAGES * PAGE);
	close(file);
	close(gate[0]);
	close(gate[1]);
	unlink("races.tmp");
}

/* Every thread faults on a page of its own of one fresh mapping, and on one that all want. */
#define CROWD 8
static char *fresh;

static void *fault_all(void *arg)
{
	long me = (long)arg;
	int i;

	for (i = 0; i < 64; i++) {
		fresh[(i * CROWD + me) * PAGE] = me + 1;
		__sync_fetch_and_add((int *)(fresh + (64 * CROWD + i % 4) * PAGE), 1);
		if (i % 8 == 0)
			sched_yield();
	}
	return NULL;
}

static void test_crowd(void)
{
	int flags[] = { MAP_PRIVATE | MAP_ANONYMOUS, MAP_SHARED | MAP_ANONYMOUS };
	pthread_t t[CROWD];
	int k, i, right, sum;

	for (k = 0; k < 2; k++) {
		fresh = mmap(NULL, (64 * CROWD + 4) * PAGE, PROT_READ | PROT_WRITE, flags[k], -1,
			     0);
		for (i = 0; i < CROWD; i++)
			pthread_create(&t[i], NULL, fault_all, (void *)(long)i);
		for (i = 0; i < CROWD; i++)
			pthread_join(t[i], NULL);
		for (right = i = 0; i < 64 * CROWD; i++)
			right += fresh[i * PAGE] == i % CROWD + 1;
		for (sum = i = 0; i < 4; i++)
			sum += *(int *)(fresh + (64 * CROWD + i) * PAGE);
		is(right, 64 * CROWD, "each thread's pages hold what it wrote, %s",
		   k ? "shared" : "private");
		is(sum, 64 * CROWD, "  no update of the common ones is lost");
		munmap(fresh, (64 * CROWD + 4) * PAGE);
	}
}

/* The end of a process whose threads are all somewhere in the kernel. */
static void *busy(void *arg)
{
	long me = (long)arg, rounds = 0;
	char c;

	for (;;) {
		char *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0);

		switch (me % 4) {
		case 0:
			memset(p, 1, 8 * PAGE);
			break;
		case 1:
			read(gate[0], &c, 1);
			break;
		case 2:
			close(open("/proc/self/maps", O_RDONLY));
			break;
		case 3:
			sched_yield();
			break;
		}
		munmap(p, 8 * PAGE);
		if (!(++rounds & 3))
			sched_yield();
	}
	return NULL;
}

static int end_busy(void *how)
{
	pthread_t t;
	long i;

	pipe(gate);
	for (i = 0; i < 8; i++)
		pthread_create(&t, NULL, busy, (void *)i);
	for (i = 0; i < 20; i++)
		sched_yield();
	switch ((long)how) {
	case 0:
		return 5;
	case 1:
		execl("/proc/self/exe", "races", "end", NULL);
		break;
	case 2:
		raise(SIGKILL);
		break;
	case 3:
		sys(SYS_exit, 1); /* the first thread alone: the others go on */
	}
	return 99;
}

static int killed_later(void *unused)
{
	int status;
	pid_t pid = fork(), i;

	(void)unused;
	if (!pid)
		_exit(end_busy((void *)3));
	for (i = 0; i < 50; i++)
		sched_yield();
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 98;
}

int main(int argc, char **argv)
{
	int i;

	(void)argv;
	if (argc > 1)
		return 6;
	test_crowd();
	test_all_against_all();
	for (i = 0; i < 3; i++) {
		is(in_child(end_busy, (void *)0), 5 << 8, "exit_group under load");
		is(in_child(end_busy, (void *)1), 6 << 8, "execve under load");
		is(in_child(end_busy, (void *)2), SIGKILL, "SIGKILL under load");
		is(in_child(killed_later, NULL), SIGKILL << 8, "  the first thread gone before");
	}
	return done();
}
