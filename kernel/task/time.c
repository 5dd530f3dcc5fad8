/* Reading the clocks, and sleeping. A sleep that a signal ends tells what was left; one that a stop and a continue
 * interrupted goes on to its first end. */
#include "kernel/task/time.h"

#include "kernel/lib/math64.h"
#include "kernel/sched/clock.h"
#include "kernel/task/rusage.h"
#include "kernel/task/signal.h"
#include "kernel/task/syscalls.h"
#include "mm/uaccess.h"

#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define CLOCK_MONOTONIC_RAW      4
#define CLOCK_REALTIME_COARSE    5
#define CLOCK_MONOTONIC_COARSE   6
#define CLOCK_BOOTTIME           7
#define TIMER_ABSTIME            1

struct timespec32 {
	s32 tv_sec, tv_nsec;
};

/* struct __kernel_timespec: the upper half of tv_nsec is padding here. */
struct timespec64 {
	s64 tv_sec;
	s32 tv_nsec, pad;
};

/* ---- user structures ---- */

static int to_ns(s64 sec, s32 nsec, s64 *ns)
{
	if (sec < 0 || nsec < 0 || nsec >= NSEC_PER_SEC)
		return -EINVAL;
	*ns = sec >= KTIME_MAX / NSEC_PER_SEC ? KTIME_MAX : sec * NSEC_PER_SEC + nsec;
	return 0;
}

int get_timespec(const void *user, s64 *ns, bool wide)
{
	struct timespec32 ts;
	struct timespec64 ts64;

	if (!wide)
		return copy_from_user(&ts, user, sizeof(ts)) ? -EFAULT
							     : to_ns(ts.tv_sec, ts.tv_nsec, ns);
	return copy_from_user(&ts64, user, sizeof(ts64)) ? -EFAULT
							 : to_ns(ts64.tv_sec, ts64.tv_nsec, ns);
}

int put_timespec(s64 ns, void *user, bool wide)
{
	struct timespec32 ts;
	struct timespec64 ts64 = { .pad = 0 };
	u32 nsec;

	ts64.tv_sec = ts.tv_sec = div_u64_rem(ns, NSEC_PER_SEC, &nsec);
	ts64.tv_nsec = ts.tv_nsec = nsec;
	return (wide ? copy_to_user(user, &ts64, sizeof(ts64))
		     : copy_to_user(user, &ts, sizeof(ts)))
		       ? -EFAULT
		       : 0;
}

static long nsec_to_jiffies(s64 ns)
{
	u64 ticks;

	if (ns == KTIME_MAX)
		return MAX_SCHEDULE_TIMEOUT;
	ticks = div_u64(ns + NSEC_PER_TICK - 1, NSEC_PER_TICK);
	return min_t(u64, ticks, MAX_SCHEDULE_TIMEOUT - 1);
}

s64 ktime_after(s64 ns)
{
	s64 now = ktime_get();

	return ns > KTIME_MAX - now ? KTIME_MAX : ns + now;
}

long jiffies_until(s64 expires)
{
	if (expires == KTIME_MAX)
		return MAX_SCHEDULE_TIMEOUT;
	return nsec_to_jiffies(max(expires - (s64)ktime_get(), (s64)0));
}

/* ---- clocks ---- */

static int read_clock(int clock, s64 *ns)
{
	struct task_usage use = current->use;

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
		spin_lock_irq(&tasklist_lock);
		process_usage(current, &use);
		spin_unlock_irq(&tasklist_lock);
		fallthrough;
	case CLOCK_THREAD_CPUTIME_ID:
		*ns = (u64)(use.utime + use.stime) * NSEC_PER_TICK;
		return 0;
	}
	return -EINVAL;
}

static long clock_gettime(int clock, void *ts, bool wide)
{
	s64 ns;
	int ret = read_clock(clock, &ns);

	return ret ? ret : put_timespec(ns, ts, wide);
}

long sys_clock_gettime(int clock, void *ts)
{
	return clock_gettime(clock, ts, false);
}

long sys_clock_gettime64(int clock, void *ts)
{
	return clock_gettime(clock, ts, true);
}

static long clock_getres(int clock, void *ts, bool wide)
{
	bool fine = clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC ||
		    clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
	s64 unused;
	int ret = read_clock(clock, &unused);

	if (ret || !ts)
		return ret;
	return put_timespec(fine && clock_tsc_hz() ? 1 : NSEC_PER_TICK, ts, wide);
}

long sys_clock_getres(int clock, void *ts)
{
	return clock_getres(clock, ts, false);
}

long sys_clock_getres_time64(int clock, void *ts)
{
	return clock_getres(clock, ts, true);
}

/* ---- the older calls ---- */

long sys_time(int *user)
{
	s32 now = div_u64(ktime_get_real(), NSEC_PER_SEC);

	if (user && put_user(now, user))
		return -EFAULT;
	return now;
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

/* ---- sleeping ---- */

/* Until ktime_get() reaches expires. Value: whether it did. */
static bool sleep_until(s64 expires)
{
	for (;;) {
		long left = jiffies_until(expires);

		if (!left)
			return true;
		if (signal_pending(current))
			return false;
		schedule_timeout_interruptible(left);
	}
}

long restart_later(long (*fn)(const struct restart_block *), s64 expires, void *user, u32 arg0,
		   u32 arg1, u32 arg2)
{
	current->restart = (struct restart_block){ fn, expires, user, { arg0, arg1, arg2 } };
	return -ERESTART_RESTARTBLOCK;
}

long sys_restart_syscall(void)
{
	struct restart_block restart = current->restart;

	return restart.fn ? restart.fn(&restart) : -EINTR;
}

/* @user: where the remainder goes, or NULL; arg[0]: as 64-bit seconds. */
static long sleep_on(const struct restart_block *sleep)
{
	s64 left;

	if (sleep_until(sleep->expires))
		return 0;
	left = sleep->expires - ktime_get();
	if (sleep->user && left > 0 && put_timespec(left, sleep->user, sleep->arg[0]))
		return -EFAULT;
	return restart_later(sleep_on, sleep->expires, sleep->user, sleep->arg[0], 0, 0);
}

static long clock_sleep(int clock, int flags, const void *req, void *rem, bool wide)
{
	s64 ns;
	int ret;

	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME)
		return -EINVAL;
	ret = get_timespec(req, &ns, wide);
	if (ret)
		return ret;
	if (flags & TIMER_ABSTIME) {
		if (clock == CLOCK_REALTIME && ns != KTIME_MAX)
			ns -= ktime_get_real() - ktime_get();
		return sleep_until(ns) ? 0 : -ERESTARTNOHAND;
	}
	return sleep_on(&(struct restart_block){
		.expires = ktime_after(ns), .user = rem, .arg = { wide } });
}

long sys_nanosleep(const void *req, void *rem)
{
	return clock_sleep(CLOCK_MONOTONIC, 0, req, rem, false);
}

long sys_clock_nanosleep(int clock, int flags, const void *req, void *rem)
{
	return clock_sleep(clock, flags, req, rem, false);
}

long sys_clock_nanosleep_time64(int clock, int flags, const void *req, void *rem)
{
	return clock_sleep(clock, flags, req, rem, true);
}

/* ---- alarm(2), setitimer(2): a signal after a time, once or again and again ---- */

#define ITIMER_REAL 0
#define ITIMER_PROF 2

struct itimerval32 {
	struct timeval32 interval, value;
};

/* In the timer interrupt. */
static void it_real_fn(unsigned long data)
{
	struct signal_struct *sig = (struct signal_struct *)data;

	kill_pid_info(SIGALRM, NULL, sig->pid);
	if (sig->it_incr[ITIMER_REAL])
		mod_timer(&sig->real_timer, jiffies + sig->it_incr[ITIMER_REAL]);
}

/* Every second of processor time that a process has used. */
static void check_cpu_limit(unsigned long seconds, const struct rlimit *limit)
{
	if (seconds >= limit->rlim_max)
		send_sig(SIGKILL, current);
	else if (seconds >= limit->rlim_cur)
		send_sig(SIGXCPU, current);
}

/* ITIMER_VIRTUAL counts the ticks in user mode of all threads, ITIMER_PROF all of theirs. Early in the boot nobody has
 * timers. */
void itimer_tick(bool user)
{
	struct signal_struct *sig = current->signal;
	int which;

	if (current->mm && ++sig->cpu_ticks % HZ == 0)
		check_cpu_limit(sig->cpu_ticks / HZ, &sig->rlim[RLIMIT_CPU]);
	for (which = user ? 1 : ITIMER_PROF; sig && which <= ITIMER_PROF; which++) {
		if (!sig->it_left[which] || --sig->it_left[which])
			continue;
		sig->it_left[which] = sig->it_incr[which];
		send_sig(which == ITIMER_PROF ? SIGPROF : SIGVTALRM, current);
	}
}

/* Ticks that are left of a timer, 0: it is off. */
static unsigned long itimer_left(const struct signal_struct *sig, int which)
{
	if (which != ITIMER_REAL)
		return sig->it_left[which];
	return timer_pending(&sig->real_timer) ? max(sig->real_timer.expires - jiffies, 2UL) - 1
					       : 0;
}

/* Set a timer, 0: off. */
static void set_itimer(int which, unsigned long ticks, unsigned long interval)
{
	struct signal_struct *sig = current->signal;

	if (which == ITIMER_REAL)
		del_timer_sync(&sig->real_timer);
	sig->it_incr[which] = interval;
	sig->it_left[which] = ticks;
	if (which != ITIMER_REAL || !ticks)
		return;
	setup_timer(&sig->real_timer, it_real_fn, (unsigned long)sig);
	sig->pid = current->tgid;
	mod_timer(&sig->real_timer, jiffies + ticks + 1); /* this tick is partly gone */
}

long sys_alarm(unsigned seconds)
{
	unsigned long left = itimer_left(current->signal, ITIMER_REAL);

	set_itimer(ITIMER_REAL, min(seconds, INT_MAX / HZ - 1U) * HZ, 0);
	/* To the nearest second, but never 0 while there was an alarm. */
	return left && left < HZ ? 1 : (left + HZ / 2) / HZ;
}

static int to_ticks(const struct timeval32 *tv, unsigned long *ticks)
{
	s64 ns;
	int ret = to_ns(tv->tv_sec, tv->tv_usec < 1000000 ? tv->tv_usec * 1000 : -1, &ns);

	*ticks = ret ? 0 : min(nsec_to_jiffies(ns), INT_MAX / 2L);
	return ret;
}

static struct timeval32 to_timeval(unsigned long ticks)
{
	return (struct timeval32){ ticks / HZ, ticks % HZ * (1000000 / HZ) };
}

static struct itimerval32 get_itimer(int which)
{
	struct signal_struct *sig = current->signal;

	return (struct itimerval32){ to_timeval(sig->it_incr[which]),
				     to_timeval(itimer_left(sig, which)) };
}

long sys_getitimer(int which, void *user)
{
	struct itimerval32 is;

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	is = get_itimer(which);
	return copy_to_user(user, &is, sizeof(is)) ? -EFAULT : 0;
}

long sys_setitimer(int which, const void *value, void *old)
{
	struct itimerval32 new = { { 0, 0 }, { 0, 0 } }, was;
	unsigned long ticks, interval;

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	if (value && copy_from_user(&new, value, sizeof(new)))
		return -EFAULT;
	if (to_ticks(&new.value, &ticks) || to_ticks(&new.interval, &interval))
		return -EINVAL;
	was = get_itimer(which);
	set_itimer(which, ticks, interval);
	return old && copy_to_user(old, &was, sizeof(was)) ? -EFAULT : 0;
}
