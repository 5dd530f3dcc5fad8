/* Clocks and sleeping: nanosleep, clock_gettime in both widths, gettimeofday, time, alarm. */
#include <errno.h>
#include <sys/time.h>
#include <time.h>
#include "tests/user/probe.h"

#define CLOCK_GETTIME64   403
#define CLOCK_NANOSLEEP64 407

/* The kernel's own two shapes of a time. */
struct time32 {
	long sec, nsec;
};
struct time64 {
	long long sec, nsec;
};

static long long monotonic(void)
{
	struct time64 t;

	if (sys(CLOCK_GETTIME64, CLOCK_MONOTONIC, &t))
		return -1;
	return t.sec * 1000000000 + t.nsec;
}

static void test_clocks(void)
{
	struct time32 a, b;
	struct time64 c;
	struct timeval tv;
	long long first = monotonic(), last = first;
	int i, back = 0;

	for (i = 0; i < 1000; i++) {
		long long now = monotonic();

		back += now < last;
		last = now;
	}
	is(back, 0, "the monotonic clock never goes back");
	ok(last > first, "  and goes on");
	is(sys(SYS_clock_gettime32, CLOCK_REALTIME, &a), 0, "clock_gettime");
	is(sys(CLOCK_GETTIME64, CLOCK_REALTIME, &c), 0, "clock_gettime64");
	ok(c.sec - a.sec <= 1 && c.sec >= a.sec, "  agree");
	is(sys(SYS_gettimeofday_time32, &tv, 0), 0, "gettimeofday");
	b.sec = sys(SYS_time, 0);
	ok(b.sec - a.sec <= 1 && b.sec >= a.sec - 1, "time agrees with clock_gettime");
	ok(a.nsec >= 0 && a.nsec < 1000000000, "nanoseconds are below one second");
	is(sys(SYS_clock_gettime32, 99, &a), -EINVAL, "no such clock");
	is(sys(SYS_clock_getres_time32, CLOCK_MONOTONIC, &b), 0, "clock_getres");
	ok(b.sec == 0 && b.nsec > 0 && b.nsec <= 10000000, "  10 ms or better (%ld ns)", b.nsec);
}

static void test_sleep(void)
{
	struct time32 t = { 0, 30 * 1000 * 1000 }, bad = { 0, 1000000000 }, negative = { -1, 0 };
	struct time64 t64 = { 0, 20 * 1000 * 1000 };
	long long start = monotonic();

	is(sys(SYS_nanosleep, &t, 0), 0, "nanosleep of 30 ms");
	ok(monotonic() - start >= 30000000, "  lasts no less");
	is(sys(SYS_nanosleep, &bad, 0), -EINVAL, "a billion nanoseconds");
	is(sys(SYS_nanosleep, &negative, 0), -EINVAL, "negative seconds");
	start = monotonic();
	is(sys(CLOCK_NANOSLEEP64, CLOCK_MONOTONIC, 0, &t64, 0), 0, "clock_nanosleep");
	ok(monotonic() - start >= 20000000, "  lasts no less");
	start = monotonic() + 20000000;
	t64 = (struct time64){ start / 1000000000, start % 1000000000 };
	is(sys(CLOCK_NANOSLEEP64, CLOCK_MONOTONIC, TIMER_ABSTIME, &t64, 0), 0,
	   "to a point in time");
	ok(monotonic() >= start, "  not before it");
	is(sys(CLOCK_NANOSLEEP64, CLOCK_MONOTONIC, TIMER_ABSTIME, &t64, 0), 0,
	   "to a point gone by");
	is(sys(CLOCK_NANOSLEEP64, 99, 0, &t64, 0), -EINVAL, "no such clock");
}

/* Two sleepers of different length end in their order, and together last as long as the longer. */
static void test_order(void)
{
	struct time32 long_time = { 0, 40 * 1000 * 1000 }, short_time = { 0, 10 * 1000 * 1000 };
	pid_t slow, quick;

	slow = fork();
	if (slow == 0)
		_exit(sys(SYS_nanosleep, &long_time, 0));
	quick = fork();
	if (quick == 0)
		_exit(sys(SYS_nanosleep, &short_time, 0));
	is(wait(NULL), quick, "the shorter sleep ends first");
	is(wait(NULL), slow, "then the longer");
}

static volatile int alarms;

static void on_alarm(int sig)
{
	alarms += sig == SIGALRM;
}

static void test_alarm(void)
{
	struct itimerval it = { { 0, 0 }, { 0, 10000 } };
	struct time32 t = { 2, 0 };

	signal(SIGALRM, on_alarm);
	if (sys(SYS_alarm, 100) == -ENOSYS) {
		skip("no alarm");
		return;
	}
	is(sys(SYS_alarm, 0), 100, "alarm tells what was left of the last");
	is(setitimer(ITIMER_REAL, &it, NULL), 0, "setitimer");
	is(sys(SYS_nanosleep, &t, 0), -EINTR, "SIGALRM ends a sleep");
	is(alarms, 1, "  once");
}

/* A task that never calls the kernel must not keep another from running. */
static void test_preemption(void)
{
	struct time32 t = { 0, 10 * 1000 * 1000 };
	pid_t pid = fork();
	int status;

	if (pid == 0)
		for (;;)
			__asm__ volatile("");
	is(sys(SYS_nanosleep, &t, 0), 0, "a sleeper wakes beside a busy loop");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ok(dies(status, SIGKILL), "  which can be killed");
}

int main(void)
{
	test_clocks();
	test_sleep();
	test_order();
	test_alarm();
	test_preemption();
	return done();
}
