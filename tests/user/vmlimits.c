/* RLIMIT_AS, RLIMIT_DATA and RLIMIT_STACK: what they stop, and with which answer. */
#include <errno.h>
#include <sys/resource.h>
#include "tests/user/probe.h"

#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define MB   (1024 * 1024UL)

static void limit(int which, unsigned long bytes)
{
	struct rlimit lim = { bytes, RLIM_INFINITY };

	if (setrlimit(which, &lim))
		_exit(98);
}

static long map(unsigned long bytes, int prot, int flags)
{
	return sys(SYS_mmap2, 0, bytes, prot, flags, -1, 0);
}

/* Each of these runs in a child and exits with the number of the step that went wrong, or 0. */

static int address_space(void *unused)
{
	char *p = anon(16, RW);
	long brk = sys(SYS_brk, 0);

	(void)unused;
	limit(RLIMIT_AS, 64 * MB);
	if (map(80 * MB, PROT_NONE, ANON) != -ENOMEM)
		return 1;
	if (map(MB, RW, ANON) < 0 && map(MB, RW, ANON) > -4096)
		return 2;
	if (sys(SYS_brk, brk + 80 * MB) != brk)
		return 3;
	if (sys(SYS_mremap, p, 16 * PAGE, 80 * MB, MREMAP_MAYMOVE) != -ENOMEM)
		return 4;
	limit(RLIMIT_AS, 4 * PAGE);
	if (mmap(p, 16 * PAGE, RW, ANON | MAP_FIXED, -1, 0) != MAP_FAILED)
		return 5;
	return munmap(p, 16 * PAGE) ? 6 : 0;
}

static int data(void *unused)
{
	char *p = mmap(NULL, 16 * MB, PROT_READ, ANON, -1, 0);
	long brk = sys(SYS_brk, 0);

	(void)unused;
	limit(RLIMIT_DATA, 8 * MB);
	if (map(16 * MB, RW, ANON) != -ENOMEM)
		return 1;
	if (map(16 * MB, PROT_READ, ANON) == -ENOMEM)
		return 2;
	if (map(16 * MB, RW, MAP_SHARED | MAP_ANONYMOUS) == -ENOMEM)
		return 3;
	if (sys(SYS_mprotect, p, 16 * MB, RW) != -ENOMEM)
		return 4;
	if (sys(SYS_mprotect, p, PAGE, RW))
		return 5;
	if (sys(SYS_brk, brk + 16 * MB) != brk)
		return 6;
	return sys(SYS_brk, brk + PAGE) == brk ? 7 : 0;
}

static int eat(int depth)
{
	volatile char frame[4096];

	frame[0] = depth;
	return depth ? eat(depth - 1) + frame[0] : 0;
}

static int deep(void *bytes)
{
	limit(RLIMIT_STACK, MB);
	eat((int)((unsigned long)bytes / 4096));
	return 0;
}

int main(void)
{
	is(in_child(address_space, NULL) >> 8, 0, "RLIMIT_AS stops mmap, brk and mremap");
	is(in_child(data, NULL) >> 8, 0, "RLIMIT_DATA stops private writable memory only");
	ok(exits(in_child(deep, (void *)(MB / 2)), 0), "half of RLIMIT_STACK can be used");
	ok(dies(in_child(deep, (void *)(2 * MB)), SIGSEGV), "twice of it is SIGSEGV");
	return done();
}
