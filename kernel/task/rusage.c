/* Adding up what processes used. */
#include "kernel/task/rusage.h"

#include "kernel/lib/errno.h"
#include "kernel/sched/spinlock.h"
#include "kernel/sched/timer.h"
#include "kernel/task/signal.h"
#include "mm/mm.h"
#include "mm/page.h"
#include "mm/uaccess.h"

#define RUSAGE_SELF     0
#define RUSAGE_CHILDREN (-1)
#define RUSAGE_THREAD   1
#define USER_HZ         100

static struct timeval32 ticks_to_timeval(unsigned long ticks)
{
	return (struct timeval32){ ticks / HZ, ticks % HZ * (1000000 / HZ) };
}

static void add_times(struct rusage *usage, unsigned long utime, unsigned long stime)
{
	usage->ru_utime = ticks_to_timeval(utime);
	usage->ru_stime = ticks_to_timeval(stime);
}

static void add_thread(struct rusage *usage, const struct task_struct *tsk)
{
	usage->ru_minflt += tsk->min_flt;
	usage->ru_majflt += tsk->maj_flt;
	usage->ru_nvcsw += tsk->nvcsw;
	usage->ru_nivcsw += tsk->nivcsw;
}

void process_times(const struct task_struct *tsk, unsigned long *utime, unsigned long *stime)
{
	struct task_struct *t;

	*utime = tsk->signal->utime;
	*stime = tsk->signal->stime;
	for_each_thread(t, tsk)
	{
		*utime += t->utime;
		*stime += t->stime;
	}
}

static void rusage_of_process(const struct task_struct *tsk, struct rusage *usage)
{
	const struct signal_struct *sig = tsk->signal;
	unsigned long utime, stime, maxrss = sig->maxrss;
	struct task_struct *t;

	usage->ru_minflt = sig->min_flt;
	usage->ru_majflt = sig->maj_flt;
	usage->ru_nvcsw = sig->nvcsw;
	usage->ru_nivcsw = sig->nivcsw;
	for_each_thread(t, tsk) add_thread(usage, t);
	process_times(tsk, &utime, &stime);
	add_times(usage, utime, stime);
	if (tsk->mm && mm_peak_rss(tsk->mm) > maxrss)
		maxrss = mm_peak_rss(tsk->mm);
	usage->ru_maxrss = maxrss * (PAGE_SIZE / 1024);
}

void rusage_of_child(const struct task_struct *tsk, struct rusage *usage)
{
	const struct signal_struct *sig = tsk->signal;
	unsigned long utime, stime;

	*usage = (struct rusage){ .ru_minflt = 0 };
	rusage_of_process(tsk, usage);
	process_times(tsk, &utime, &stime);
	add_times(usage, utime + sig->cutime, stime + sig->cstime);
	usage->ru_minflt += sig->cmin_flt;
	usage->ru_majflt += sig->cmaj_flt;
}

long sys_getrusage(int who, void *user)
{
	struct signal_struct *sig = current->signal;
	struct rusage usage = { .ru_minflt = 0 };

	spin_lock_irq(&tasklist_lock);
	switch (who) {
	case RUSAGE_SELF:
		rusage_of_process(current->group_leader, &usage);
		break;
	case RUSAGE_CHILDREN:
		add_times(&usage, sig->cutime, sig->cstime);
		usage.ru_minflt = sig->cmin_flt;
		usage.ru_majflt = sig->cmaj_flt;
		usage.ru_maxrss = sig->cmaxrss * (PAGE_SIZE / 1024);
		break;
	case RUSAGE_THREAD:
		add_times(&usage, current->utime, current->stime);
		add_thread(&usage, current);
		break;
	default:
		spin_unlock_irq(&tasklist_lock);
		return -EINVAL;
	}
	spin_unlock_irq(&tasklist_lock);
	return copy_to_user(user, &usage, sizeof(usage)) ? -EFAULT : 0;
}

static s32 ticks_to_clock_t(unsigned long ticks)
{
	return ticks / HZ * USER_HZ + ticks % HZ * USER_HZ / HZ;
}

long sys_times(void *buf)
{
	struct signal_struct *sig = current->signal;
	unsigned long utime, stime;
	s32 tms[4];

	spin_lock_irq(&tasklist_lock);
	process_times(current->group_leader, &utime, &stime);
	spin_unlock_irq(&tasklist_lock);
	tms[0] = ticks_to_clock_t(utime);
	tms[1] = ticks_to_clock_t(stime);
	tms[2] = ticks_to_clock_t(sig->cutime);
	tms[3] = ticks_to_clock_t(sig->cstime);
	if (buf && copy_to_user(buf, tms, sizeof(tms)))
		return -EFAULT;
	return ticks_to_clock_t(jiffies);
}
