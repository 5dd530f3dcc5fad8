/* x87 and SSE registers: kept across system calls, switches, fork and signals; fresh after execve. */
#include <errno.h>
#include "tests/user/probe.h"

static int has_sse(void)
{
	unsigned int a = 0, b, c, d;

	__asm__ volatile("pushfl\n\tpopl %0\n\tmovl %0, %1\n\txorl $0x200000, %0\n\tpushl %0\n\t"
			 "popfl\n\tpushfl\n\tpopl %0\n\tpushl %1\n\tpopfl"
			 : "=&r"(a), "=&r"(b));
	if (!((a ^ b) & 0x200000))
		return 0;
	a = 1;
	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
	return d >> 25 & 1;
}

static double sum(double x, int steps)
{
	double s = 0;

	while (steps--) {
		s += x / 3;
		if (steps % 64 == 0)
			sys(SYS_sched_yield);
	}
	return s;
}

/* Four children compute with different numbers and switch all the time. */
static int compute(void *n)
{
	double x = (long)n * 1.25, alone = 0;
	int i;

	for (i = 0; i < 2000; i++)
		alone += x / 3;
	return sum(x, 2000) == alone ? 0 : 1;
}

static void test_switch(void)
{
	int i, status, bad = 0;

	for (i = 1; i <= 4; i++)
		if (fork() == 0)
			_exit(compute((void *)(long)i));
	for (i = 0; i < 4; i++) {
		wait(&status);
		bad += status != 0;
	}
	is(bad, 0, "four tasks compute side by side");
}

#define LOAD_XMM(p) __asm__ volatile("movups (%0), %%xmm0\n\tmovups 16(%0), %%xmm7" : : "r"(p))
#define SAVE_XMM(p) \
	__asm__ volatile("movups %%xmm0, (%0)\n\tmovups %%xmm7, 16(%0)" : : "r"(p) : "memory")

static int xmm_loop(void *n)
{
	unsigned char want[32], got[32];
	int i;

	memset(want, (int)(long)n, 32);
	for (i = 0; i < 200; i++) {
		LOAD_XMM(want);
		sys(SYS_sched_yield);
		SAVE_XMM(got);
		if (memcmp(want, got, 32))
			return 1;
	}
	return 0;
}

static void test_xmm_switch(void)
{
	int i, status, bad = 0;

	for (i = 1; i <= 3; i++)
		if (fork() == 0)
			_exit(xmm_loop((void *)(long)(i * 17)));
	for (i = 0; i < 3; i++) {
		wait(&status);
		bad += status != 0;
	}
	is(bad, 0, "three tasks keep their SSE registers across switches");
}

static void test_xmm_syscalls(void)
{
	unsigned char want[32], got[32], *p = anon(8, PROT_READ | PROT_WRITE);
	int i;

	for (i = 0; i < 32; i++)
		want[i] = i * 3 + 1;
	LOAD_XMM(want);
	for (i = 0; i < 8; i++)
		p[i * PAGE] = 1;
	SAVE_XMM(got);
	is(memcmp(want, got, 32), 0, "page faults keep the SSE registers");
	LOAD_XMM(want);
	if (fork() == 0) {
		SAVE_XMM(got);
		_exit(memcmp(want, got, 32) != 0);
	}
	SAVE_XMM(got);
	is(memcmp(want, got, 32), 0, "fork keeps the parent's SSE registers");
	wait(&i);
	is(i, 0, "  and gives the child the same");
	munmap(p, 8 * PAGE);
}

static volatile int in_handler;

static void clobber(int sig)
{
	unsigned char junk[32];
	double x = sig;

	in_handler = sig;
	memset(junk, 0xee, sizeof(junk));
	if (has_sse())
		LOAD_XMM(junk);
	__asm__ volatile("fninit\n\tfldl %0\n\tfldl %0" : : "m"(x));
}

static void test_signal(void)
{
	double a = 1.5, b = 2.25, x, y;
	unsigned char want[32], got[32];

	signal(SIGUSR1, clobber);
	if (has_sse()) {
		memset(want, 0x21, 32);
		LOAD_XMM(want);
		sys(SYS_kill, getpid(), SIGUSR1);
		SAVE_XMM(got);
		is(memcmp(want, got, 32), 0, "a handler's SSE registers are its own");
	} else {
		skip("no SSE");
	}
	in_handler = 0;
	__asm__ volatile("fldl %0\n\tfldl %1" : : "m"(a), "m"(b));
	sys(SYS_kill, getpid(), SIGUSR1);
	__asm__ volatile("fstpl %0\n\tfstpl %1" : "=m"(x), "=m"(y));
	is(in_handler, SIGUSR1, "a handler that uses the x87");
	ok(x == b && y == a, "  leaves the stack of what it interrupted as it was");
	signal(SIGUSR1, SIG_DFL);
}

static unsigned short control_word(void)
{
	unsigned short cw;

	__asm__ volatile("fnstcw %0" : "=m"(cw));
	return cw;
}

static void test_exec(const char *self)
{
	char *argv[] = { (char *)self, "child", NULL };
	unsigned short odd = 0x27f;
	int status;

	if (fork() == 0) {
		__asm__ volatile("fldcw %0" : : "m"(odd));
		_exit(sys(SYS_execve, self, argv, argv + 2) ? 100 : 0);
	}
	wait(&status);
	is(status, 0, "execve starts with a fresh x87: control word 0x37f");
}

static void float_error(void *p)
{
	unsigned short unmasked = 0x37b;
	double one = 1, zero = 0, *out = p;

	__asm__ volatile("fninit\n\tfldcw %1\n\tfldl %2\n\tfdivl %3\n\tfwait\n\tfstpl %0"
			 : "=m"(*out)
			 : "m"(unmasked), "m"(one), "m"(zero));
}

static void test_error(void)
{
	double out;

	is(probe(float_error, &out), SIGFPE, "an unmasked x87 error: SIGFPE");
	is(probe_fault.code, FPE_FLTDIV, "  FPE_FLTDIV");
	is(probe_fault.trapno, 16, "  trapno 16");
	__asm__ volatile("fninit");
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return control_word() == 0x37f ? 0 : 1;
	test_switch();
	if (has_sse()) {
		test_xmm_switch();
		test_xmm_syscalls();
	} else {
		skip("no SSE");
	}
	test_signal();
	test_exec(argv[0]);
	test_error();
	return done();
}
