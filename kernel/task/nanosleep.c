/* Sleeping for a time, or until one. A sleep that a signal ends tells what was left; one that a stop and a
 * continue interrupted goes on to its first end. */
#include "kernel/lib/errno.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/sched.h"
#include "kernel/task/signal.h"
#include "kernel/task/time.h"

#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_BOOTTIME           7
#define TIMER_ABSTIME            1

enum form { FORM_32, FORM_64 };

/* Until ktime_get() reaches expires. Value: whether it did. */
static bool sleep_until(s64 expires)
{
	for (;;) {
		s64 left = expires - (s64)ktime_get();

		if (left <= 0)
			return true;
		if (signal_pending(current))
			return false;
		schedule_timeout_interruptible(nsec_to_jiffies(left));
	}
}

static long sleep_on(struct task_struct *tsk)
{
	s64 left;
	int ret = 0;

	if (sleep_until(tsk->restart.expires))
		return 0;
	left = tsk->restart.expires - ktime_get();
	if (tsk->restart.user && left > 0)
		ret = tsk->restart.form == FORM_64 ? put_timespec64(left, tsk->restart.user)
						   : put_timespec32(left, tsk->restart.user);
	if (ret)
		return ret;
	tsk->restart.fn = sleep_on;
	return -ERESTART_RESTARTBLOCK;
}

long sys_restart_syscall(void)
{
	long (*fn)(struct task_struct *) = current->restart.fn;

	current->restart.fn = NULL;
	return fn ? fn(current) : -EINTR;
}

static s64 add_clamped(s64 a, s64 b)
{
	return a > KTIME_MAX - b ? KTIME_MAX : a + b;
}

static long sleep_for(s64 ns, void *rem, enum form form)
{
	current->restart.expires = add_clamped(ns, ktime_get());
	current->restart.user = rem;
	current->restart.form = form;
	return sleep_on(current);
}

static long clock_sleep(int clock, int flags, s64 ns, void *rem, enum form form)
{
	if (!(flags & TIMER_ABSTIME))
		return sleep_for(ns, rem, form);
	/* Setting the date while somebody sleeps until one does not wake him earlier. */
	if (clock == CLOCK_REALTIME && ns != KTIME_MAX)
		ns -= ktime_get_real() - ktime_get();
	return sleep_until(ns) ? 0 : -ERESTARTNOHAND;
}

static int check_clock(int clock)
{
	if (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME)
		return 0;
	return clock == CLOCK_PROCESS_CPUTIME_ID ? -EOPNOTSUPP : -EINVAL;
}

long sys_nanosleep(const void *req, void *rem)
{
	s64 ns;
	int ret = get_timespec32(req, &ns);

	return ret ? ret : sleep_for(ns, rem, FORM_32);
}

long sys_clock_nanosleep(int clock, int flags, const void *req, void *rem)
{
	s64 ns;
	int ret = check_clock(clock);

	if (ret || (ret = get_timespec32(req, &ns)))
		return ret;
	return clock_sleep(clock, flags, ns, rem, FORM_32);
}

long sys_clock_nanosleep_time64(int clock, int flags, const void *req, void *rem)
{
	s64 ns;
	int ret = check_clock(clock);

	if (ret || (ret = get_timespec64(req, &ns)))
		return ret;
	return clock_sleep(clock, flags, ns, rem, FORM_64);
}
