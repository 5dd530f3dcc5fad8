/* The stack: growth page by page and in jumps, its limit, what lies next to it, argv's end of it. */
#include <errno.h>
#include <sys/resource.h>
#include "tests/user/probe.h"

static struct map stack_line(void)
{
	static struct map maps[64];
	int i, n = read_maps(maps, 64);

	for (i = 0; i < n; i++)
		if (!strcmp(maps[i].path, "[stack]"))
			return maps[i];
	return (struct map){ 0 };
}

static __attribute__((noinline)) int descend(int depth)
{
	volatile char frame[1000];

	frame[0] = depth;
	frame[999] = 1;
	return depth == 0 ? 0 : descend(depth - 1) + frame[999];
}

static void test_growth(void)
{
	struct map before = stack_line(), after;

	ok(before.end > before.start, "maps has a [stack] line");
	ok(!strcmp(before.perms, "rw-p") || !strcmp(before.perms, "rwxp"), "with rw-p (%s)",
	   before.perms);
	ok((unsigned long)&before >= before.start && (unsigned long)&before < before.end,
	   "our locals lie in it");
	is(descend(1000), 1000, "a recursion 1 MiB deep");
	after = stack_line();
	ok(after.start < before.start && after.end == before.end, "the line has grown downwards");
	ok(after.end - after.start >= 1000 * 1000, "  by at least 1 MB");
}

static void test_jump(void)
{
	unsigned long esp = (unsigned long)__builtin_frame_address(0);
	volatile char *far = (char *)(esp - 3 * 1024 * 1024);

	is(write_faults(far), 0, "a write 3 MiB below esp grows the stack");
	ok(stack_line().start <= (unsigned long)far, "the line reaches there");
	is(far[-1] + far[1], 0, "fresh stack is zero");
}

static int syscall_below(void *unused)
{
	unsigned long esp = (unsigned long)__builtin_frame_address(0);
	char *p = (char *)(esp - 4 * 1024 * 1024);

	(void)unused;
	return sys(SYS_getcwd, p, 256) > 0 ? 0 : 1;
}

static __attribute__((noinline)) int endless(int n)
{
	volatile char frame[16384];

	frame[0] = n;
	return n < 0 ? 0 : endless(n + 1) + frame[0];
}

static int overflow(void *unused)
{
	(void)unused;
	return endless(0);
}

static char alternate[16384];
static unsigned long stack_low;

static void on_overflow(int sig, siginfo_t *si, void *context)
{
	unsigned long addr = (unsigned long)si->si_addr;

	(void)sig;
	(void)context;
	_exit(addr < stack_low && addr > stack_low - 0x1000000 ? 12 : 13);
}

static int overflow_handled(void *unused)
{
	stack_t ss = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	struct sigaction sa = { .sa_sigaction = on_overflow, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	(void)unused;
	stack_low = stack_line().start;
	sigaltstack(&ss, NULL);
	sigaction(SIGSEGV, &sa, NULL);
	return endless(0);
}

static int limited(void *bytes)
{
	struct rlimit lim;

	getrlimit(RLIMIT_STACK, &lim);
	lim.rlim_cur = (long)bytes;
	setrlimit(RLIMIT_STACK, &lim);
	return descend(1000) != 1000;
}

static void test_limit(void)
{
	struct rlimit lim;

	is(getrlimit(RLIMIT_STACK, &lim), 0, "getrlimit");
	ok(exits(in_child(syscall_below, NULL), 0), "the kernel's own store grows the stack too");
	ok(dies(in_child(overflow, NULL), SIGSEGV), "an endless recursion ends in SIGSEGV");
	ok(exits(in_child(overflow_handled, NULL), 12),
	   "a handler on its own stack sees the address below the stack");
	ok(exits(in_child(limited, (void *)(16 << 20)), 0), "1 MiB fits into a limit of 16 MiB");
}

/* A mapping close below the stack: the gap keeps the two apart. */
static int collide(void *unused)
{
	unsigned long low = stack_line().start & -PAGE;
	char *wall = (char *)(low - 512 * PAGE);

	(void)unused;
	if (mmap(wall, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		 0) != wall)
		return 1;
	if (write_faults(wall + 300 * PAGE))
		return 2;
	if (!write_faults(wall + PAGE))
		return 3;
	return write_faults(wall) ? 4 : 0;
}

int main(void)
{
	test_growth();
	is(in_child(collide, NULL), 0, "the stack stops 256 pages above another mapping");
	test_jump();
	test_limit();
	return done();
}
