/* alarm(2), setitimer(2): SIGALRM after a time, once or again and again. The timers of processor time
 * (ITIMER_VIRTUAL, ITIMER_PROF) are not there. */
#include "kernel/lib/errno.h"
#include "kernel/lib/math64.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/rusage.h"
#include "kernel/task/signal.h"
#include "kernel/task/time.h"
#include "mm/uaccess.h"

#define ITIMER_REAL 0

struct itimerval32 {
	struct timeval32 interval, value;
};

static void arm(struct signal_struct *sig)
{
	u64 now = ktime_get();
	s64 left = sig->it_real_expires > now ? sig->it_real_expires - now : 0;

	mod_timer(&sig->real_timer, jiffies + max(nsec_to_jiffies(left), 1L));
}

/* In the timer interrupt. */
static void it_real_fn(unsigned long data)
{
	struct signal_struct *sig = (struct signal_struct *)data;

	if (ktime_get() < sig->it_real_expires) { /* rounded down by part of a tick */
		arm(sig);
		return;
	}
	kill_proc(sig->tgid, SIGALRM);
	if (!sig->it_real_incr)
		return;
	/* What a late tick missed is not made up for. */
	sig->it_real_expires += sig->it_real_incr;
	if (sig->it_real_expires <= ktime_get())
		sig->it_real_expires = ktime_get() + sig->it_real_incr;
	arm(sig);
}

void itimer_init(struct signal_struct *sig)
{
	setup_timer(&sig->real_timer, it_real_fn, (unsigned long)sig);
}

void itimer_exit(struct signal_struct *sig)
{
	del_timer_sync(&sig->real_timer);
}

/* Set the timer; value: nanoseconds that the old one had left, 0 if it was off. */
static u64 set_real_timer(u64 value, u64 interval, u64 *old_interval)
{
	struct signal_struct *sig = current->signal;
	u64 left = 0, now = ktime_get();

	if (del_timer_sync(&sig->real_timer))
		left = sig->it_real_expires > now ? sig->it_real_expires - now : 1;
	*old_interval = sig->it_real_incr;
	sig->tgid = current->tgid;
	sig->it_real_incr = interval;
	sig->it_real_expires = now + value;
	if (value)
		arm(sig);
	return left;
}

long sys_alarm(unsigned seconds)
{
	u64 interval, left = set_real_timer((u64)seconds * NSEC_PER_SEC, 0, &interval);

	/* Never 0 while an alarm was set, else to the nearest second. */
	if (left && left < NSEC_PER_SEC)
		return 1;
	return div_u64(left + NSEC_PER_SEC / 2, NSEC_PER_SEC);
}

static struct timeval32 to_timeval(u64 ns)
{
	u32 nsec;
	s32 sec = div_u64_rem(ns, NSEC_PER_SEC, &nsec);

	return (struct timeval32){ sec, nsec / NSEC_PER_USEC };
}

static bool valid(const struct timeval32 *tv)
{
	return tv->tv_sec >= 0 && tv->tv_usec >= 0 && tv->tv_usec < USEC_PER_SEC;
}

static u64 timeval_to_ns(const struct timeval32 *tv)
{
	return (u64)tv->tv_sec * NSEC_PER_SEC + tv->tv_usec * NSEC_PER_USEC;
}

long sys_setitimer(int which, const void *value, void *old)
{
	struct itimerval32 new = { { 0, 0 }, { 0, 0 } }, was;
	u64 left, interval;

	if (which != ITIMER_REAL)
		return -EINVAL;
	if (value && copy_from_user(&new, value, sizeof(new)))
		return -EFAULT;
	if (!valid(&new.value) || !valid(&new.interval))
		return -EINVAL;
	left = set_real_timer(timeval_to_ns(&new.value), timeval_to_ns(&new.interval), &interval);
	was = (struct itimerval32){ to_timeval(interval), to_timeval(left) };
	return old && copy_to_user(old, &was, sizeof(was)) ? -EFAULT : 0;
}

long sys_getitimer(int which, void *value)
{
	struct signal_struct *sig = current->signal;
	struct itimerval32 is = { { 0, 0 }, { 0, 0 } };
	u64 now = ktime_get();

	if (which != ITIMER_REAL)
		return -EINVAL;
	is.interval = to_timeval(sig->it_real_incr);
	if (timer_pending(&sig->real_timer))
		is.value =
			to_timeval(sig->it_real_expires > now ? sig->it_real_expires - now : 1000);
	return copy_to_user(value, &is, sizeof(is)) ? -EFAULT : 0;
}
