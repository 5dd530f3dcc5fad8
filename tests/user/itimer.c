/* setitimer, getitimer, alarm: the three timers, once and again and again. */
#include <errno.h>
#include <sys/time.h>
#include "tests/user/probe.h"

static volatile int count[65];

static void note(int sig)
{
	count[sig]++;
}

static volatile unsigned long spun;

static void work(void)
{
	int i;

	for (i = 0; i < 10000; i++)
		spun++;
}

static void test_timer(int which, int sig, const char *name)
{
	struct itimerval once = { .it_value.tv_usec = 8000 }, again = { { 0, 8000 }, { 0, 8000 } };
	struct itimerval off = { { 0, 0 }, { 0, 0 } }, is_;

	signal(sig, note);
	count[sig] = 0;
	is(setitimer(which, &once, NULL), 0, "%s, once", name);
	while (!count[sig])
		work();
	getitimer(which, &is_);
	ok(!is_.it_value.tv_sec && !is_.it_value.tv_usec && !is_.it_interval.tv_usec,
	   "  it is off when it has come");
	is(setitimer(which, &again, NULL), 0, "%s, again and again", name);
	while (count[sig] < 4)
		work();
	getitimer(which, &is_);
	is(is_.it_interval.tv_usec, 8000, "  its interval");
	ok(!is_.it_value.tv_sec && is_.it_value.tv_usec <= 16000, "  what is left of it");
	is(setitimer(which, &off, &is_), 0, "  set to nothing");
	is(is_.it_interval.tv_usec, 8000, "  which tells what it was");
	once.it_value.tv_sec = 1000;
	setitimer(which, &once, NULL);
	getitimer(which, &is_);
	ok(is_.it_value.tv_sec >= 998 && is_.it_value.tv_sec <= 1000, "a long time is left");
	setitimer(which, &off, NULL);
}

static void test_alarm(void)
{
	struct itimerval is_;

	is(alarm(100), 0, "alarm: there was none");
	getitimer(ITIMER_REAL, &is_);
	ok(is_.it_value.tv_sec >= 98 && is_.it_value.tv_sec <= 100, "it is ITIMER_REAL");
	is(alarm(0), 100, "what was left of it");
	is(alarm(0), 0, "nothing any more");
}

static int has_none(void *unused)
{
	(void)unused;
	return alarm(0);
}

static void test_errors(void)
{
	int bad[4] = { 0, 0, 0, 1000000 };

	is(sys(SYS_setitimer, 3, bad, 0), -EINVAL, "a fourth timer");
	is(sys(SYS_getitimer, 3, bad), -EINVAL, "  asked for");
	is(sys(SYS_setitimer, 0, bad, 0), -EINVAL, "a second of microseconds");
	bad[2] = -1;
	bad[3] = 0;
	is(sys(SYS_setitimer, 1, bad, 0), -EINVAL, "time below 0");
	is(sys(SYS_setitimer, 1, 4096, 0), -EFAULT, "no time there");
	is(sys(SYS_getitimer, 1, 4096), -EFAULT, "nowhere to tell");
}

int main(void)
{
	test_timer(ITIMER_REAL, SIGALRM, "ITIMER_REAL");
	test_timer(ITIMER_VIRTUAL, SIGVTALRM, "ITIMER_VIRTUAL");
	test_timer(ITIMER_PROF, SIGPROF, "ITIMER_PROF");
	test_alarm();
	alarm(50);
	is(in_child(has_none, NULL), 0, "a child has no alarm");
	is(alarm(0), 50, "  its parent has");
	test_errors();
	return done();
}
