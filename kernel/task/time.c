/* Reading and setting the clocks. */
#include "kernel/task/time.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/math64.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/timer.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/rusage.h"
#include "mm/uaccess.h"

#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define CLOCK_MONOTONIC_RAW      4
#define CLOCK_REALTIME_COARSE    5
#define CLOCK_MONOTONIC_COARSE   6
#define CLOCK_BOOTTIME           7

/* ---- user structures ---- */

static int to_ns(s64 sec, s32 nsec, s64 *ns)
{
	if (sec < 0 || nsec < 0 || nsec >= NSEC_PER_SEC)
		return -EINVAL;
	*ns = sec >= KTIME_MAX / NSEC_PER_SEC ? KTIME_MAX : sec * NSEC_PER_SEC + nsec;
	return 0;
}

int get_timespec32(const void *user, s64 *ns)
{
	struct timespec32 ts;

	if (copy_from_user(&ts, user, sizeof(ts)))
		return -EFAULT;
	return to_ns(ts.tv_sec, ts.tv_nsec, ns);
}

int get_timespec64(const void *user, s64 *ns)
{
	struct timespec64 ts;

	if (copy_from_user(&ts, user, sizeof(ts)))
		return -EFAULT;
	return to_ns(ts.tv_sec, ts.tv_nsec, ns);
}

int put_timespec32(s64 ns, void *user)
{
	struct timespec32 ts;
	u32 nsec;

	ts.tv_sec = div_u64_rem(ns, NSEC_PER_SEC, &nsec);
	ts.tv_nsec = nsec;
	return copy_to_user(user, &ts, sizeof(ts)) ? -EFAULT : 0;
}

int put_timespec64(s64 ns, void *user)
{
	struct timespec64 ts = { .pad = 0 };
	u32 nsec;

	ts.tv_sec = div_u64_rem(ns, NSEC_PER_SEC, &nsec);
	ts.tv_nsec = nsec;
	return copy_to_user(user, &ts, sizeof(ts)) ? -EFAULT : 0;
}

long nsec_to_jiffies(s64 ns)
{
	u64 ticks;

	if (ns == KTIME_MAX)
		return MAX_SCHEDULE_TIMEOUT;
	ticks = div_u64(ns + NSEC_PER_TICK - 1, NSEC_PER_TICK);
	return min_t(u64, ticks, MAX_SCHEDULE_TIMEOUT - 1);
}

/* ---- clocks ---- */

static u64 cpu_time(bool process)
{
	unsigned long utime = current->utime, stime = current->stime;

	if (process) {
		spin_lock_irq(&tasklist_lock);
		process_times(current->group_leader, &utime, &stime);
		spin_unlock_irq(&tasklist_lock);
	}
	return (u64)(utime + stime) * NSEC_PER_TICK;
}

static int read_clock(int clock, s64 *ns)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		*ns = ktime_get_real();
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		*ns = ktime_get();
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
	case CLOCK_THREAD_CPUTIME_ID:
		*ns = cpu_time(clock == CLOCK_PROCESS_CPUTIME_ID);
		return 0;
	}
	return -EINVAL;
}

long sys_clock_gettime(int clock, void *ts)
{
	s64 ns;
	int ret = read_clock(clock, &ns);

	return ret ? ret : put_timespec32(ns, ts);
}

long sys_clock_gettime64(int clock, void *ts)
{
	s64 ns;
	int ret = read_clock(clock, &ns);

	return ret ? ret : put_timespec64(ns, ts);
}

static int set_clock(int clock, s64 ns)
{
	if (clock != CLOCK_REALTIME)
		return -EINVAL;
	ktime_set_real(ns);
	return 0;
}

long sys_clock_settime(int clock, const void *ts)
{
	s64 ns;
	int ret = get_timespec32(ts, &ns);

	return ret ? ret : set_clock(clock, ns);
}

long sys_clock_settime64(int clock, const void *ts)
{
	s64 ns;
	int ret = get_timespec64(ts, &ns);

	return ret ? ret : set_clock(clock, ns);
}

static int resolution(int clock, s64 *ns)
{
	s64 unused;
	bool fine = clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC ||
		    clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;

	*ns = fine && clock_tsc_hz() ? 1 : NSEC_PER_TICK;
	return read_clock(clock, &unused);
}

long sys_clock_getres(int clock, void *ts)
{
	s64 ns;
	int ret = resolution(clock, &ns);

	return ret || !ts ? ret : put_timespec32(ns, ts);
}

long sys_clock_getres_time64(int clock, void *ts)
{
	s64 ns;
	int ret = resolution(clock, &ns);

	return ret || !ts ? ret : put_timespec64(ns, ts);
}

/* ---- the older calls ---- */

long sys_time(int *user)
{
	s32 now = div_u64(ktime_get_real(), NSEC_PER_SEC);

	if (user && put_user(now, user))
		return -EFAULT;
	return now;
}

long sys_stime(const int *user)
{
	s32 now = 0;

	if (get_user(now, user))
		return -EFAULT;
	ktime_set_real((u64)now * NSEC_PER_SEC);
	return 0;
}

long sys_gettimeofday(void *utv, void *utz)
{
	static const s32 utc[2] = { 0, 0 };
	struct timeval32 tv;
	u32 nsec;

	tv.tv_sec = div_u64_rem(ktime_get_real(), NSEC_PER_SEC, &nsec);
	tv.tv_usec = nsec / NSEC_PER_USEC;
	if (utv && copy_to_user(utv, &tv, sizeof(tv)))
		return -EFAULT;
	return utz && copy_to_user(utz, utc, sizeof(utc)) ? -EFAULT : 0;
}

long sys_settimeofday(const void *utv, const void *utz)
{
	struct timeval32 tv;

	if (!utv)
		return 0;
	if (copy_from_user(&tv, utv, sizeof(tv)))
		return -EFAULT;
	if (tv.tv_sec < 0 || tv.tv_usec < 0 || tv.tv_usec >= USEC_PER_SEC)
		return -EINVAL;
	ktime_set_real((u64)tv.tv_sec * NSEC_PER_SEC + tv.tv_usec * NSEC_PER_USEC);
	return 0;
}
