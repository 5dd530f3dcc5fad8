/* wait4(2): learning what became of one's children. And what they and others used: getrusage(2), times(2). */
#include "kernel/lib/errno.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/exit.h"
#include "kernel/task/rusage.h"
#include "kernel/task/signal.h"
#include "mm/mm.h"
#include "mm/uaccess.h"

#define WNOHANG     0x00000001
#define WUNTRACED   0x00000002
#define WCONTINUED  0x00000008
#define __WNOTHREAD 0x20000000
#define __WALL      0x40000000
#define __WCLONE    0x80000000u

#define RUSAGE_SELF     0
#define RUSAGE_CHILDREN (-1)
#define RUSAGE_THREAD   1

/* asm/resource.h of the i386 ABI: 72 bytes. */
struct rusage {
	struct timeval32 ru_utime, ru_stime;
	s32 ru_maxrss; /* KiB */
	s32 ru_ixrss, ru_idrss, ru_isrss;
	s32 ru_minflt, ru_majflt;
	s32 ru_nswap, ru_inblock, ru_oublock, ru_msgsnd, ru_msgrcv, ru_nsignals;
	s32 ru_nvcsw, ru_nivcsw;
};

/* What is asked, and what was found. */
struct wait_request {
	pid_t pid, pgrp; /* of whom; not above 0: of any */
	unsigned options;
	bool candidates; /* somebody may yet do what is waited for */
	int status;
	struct rusage usage;
};

/* ---- use ---- */

static struct timeval32 ticks_to_timeval(unsigned long ticks)
{
	return (struct timeval32){ ticks / HZ, ticks % HZ * (1000000 / HZ) };
}

/* What the task used itself, and what its children did that it waited for. */
static void fill_rusage(struct rusage *usage, const struct task_struct *tsk, bool self,
			bool children)
{
	const struct signal_struct *sig = tsk->signal;
	unsigned long utime = 0, stime = 0;

	*usage = (struct rusage){ .ru_minflt = 0 };
	if (self) {
		utime = tsk->utime;
		stime = tsk->stime;
		usage->ru_minflt = tsk->min_flt;
		usage->ru_majflt = tsk->maj_flt;
		usage->ru_nvcsw = tsk->nvcsw;
		usage->ru_nivcsw = tsk->nivcsw;
		usage->ru_maxrss = tsk->mm ? mm_peak_rss(tsk->mm) * (PAGE_SIZE / 1024) : 0;
	}
	if (children) {
		utime += sig->cutime;
		stime += sig->cstime;
		usage->ru_minflt += sig->cmin_flt;
		usage->ru_majflt += sig->cmaj_flt;
	}
	usage->ru_utime = ticks_to_timeval(utime);
	usage->ru_stime = ticks_to_timeval(stime);
}

long sys_getrusage(int who, void *user)
{
	struct rusage usage;

	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN && who != RUSAGE_THREAD)
		return -EINVAL;
	fill_rusage(&usage, current, who != RUSAGE_CHILDREN, who == RUSAGE_CHILDREN);
	return copy_to_user(user, &usage, sizeof(usage)) ? -EFAULT : 0;
}

long sys_times(void *buf)
{
	struct signal_struct *sig = current->signal;
	s32 tms[4] = { jiffies_to_clock_t(current->utime), jiffies_to_clock_t(current->stime),
		       jiffies_to_clock_t(sig->cutime), jiffies_to_clock_t(sig->cstime) };

	if (buf && copy_to_user(buf, tms, sizeof(tms)))
		return -EFAULT;
	return jiffies_to_clock_t(jiffies);
}

/* ---- waiting ---- */

static bool eligible(const struct wait_request *req, const struct task_struct *p)
{
	bool clone_child = p->exit_signal != SIGCHLD;

	if (req->pid > 0 && p->pid != req->pid)
		return false;
	if (req->pgrp > 0 && p->pgrp != req->pgrp)
		return false;
	return (req->options & __WALL) || clone_child == !!(req->options & __WCLONE);
}

/* The parent inherits the times. */
static void charge_parent(const struct task_struct *p)
{
	struct signal_struct *ours = current->signal, *sig = p->signal;

	ours->cutime += p->utime + sig->cutime;
	ours->cstime += p->stime + sig->cstime;
	ours->cmin_flt += p->min_flt + sig->cmin_flt;
	ours->cmaj_flt += p->maj_flt + sig->cmaj_flt;
}

/* What p has done that is asked for, as wait4() tells it; -1: nothing. It is told once. tasklist_lock held. */
static int take_status(const struct wait_request *req, struct task_struct *p)
{
	struct signal_struct *sig = p->signal;

	if (p->exit_state == EXIT_ZOMBIE) {
		p->exit_state = EXIT_DEAD;
		charge_parent(p);
		return p->exit_code;
	}
	if ((req->options & WUNTRACED) && sig->stop_signal && !sig->stop_reported) {
		sig->stop_reported = true;
		return sig->stop_signal << 8 | 0x7f;
	}
	if ((req->options & WCONTINUED) && sig->continued) {
		sig->continued = false;
		return 0xffff;
	}
	return -1;
}

/* One look at all children. Value: the pid of one that has done what is waited for, or 0. */
static pid_t look(struct wait_request *req)
{
	struct task_struct *p, *found = NULL;
	pid_t pid = 0;

	req->candidates = false;
	spin_lock_irq(&tasklist_lock);
	list_for_each_entry(p, &current->children, sibling) {
		if (!eligible(req, p))
			continue;
		req->candidates = true;
		req->status = take_status(req, p);
		if (req->status < 0)
			continue;
		fill_rusage(&req->usage, p, true, true);
		found = p;
		pid = p->pid;
		break;
	}
	spin_unlock_irq(&tasklist_lock);
	if (found && found->exit_state == EXIT_DEAD)
		release_task(found);
	return pid;
}

static long do_wait(struct wait_request *req)
{
	wait_queue_head_t *q = &current->signal->wait_chldexit;
	DEFINE_WAIT(wait);
	long ret;

	for (;;) {
		prepare_to_wait(q, &wait, TASK_INTERRUPTIBLE);
		ret = look(req);
		if (ret || !req->candidates || (req->options & WNOHANG))
			break;
		ret = -ERESTARTSYS;
		if (signal_pending(current))
			break;
		schedule();
	}
	finish_wait(q, &wait);
	return ret || req->candidates ? ret : -ECHILD;
}

long sys_wait4(pid_t pid, int *status, int options, void *rusage)
{
	struct wait_request req = { .options = options,
				    .pid = pid,
				    .pgrp = pid ? -pid - (pid == -1) : current->pgrp };
	long ret;

	if ((unsigned)options &
	    ~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | __WCLONE))
		return -EINVAL;
	if (pid == -INT_MAX - 1)
		return -ESRCH;
	ret = do_wait(&req);
	if (ret <= 0)
		return ret;
	if (status && put_user(req.status, status))
		return -EFAULT;
	if (rusage && copy_to_user(rusage, &req.usage, sizeof(req.usage)))
		return -EFAULT;
	return ret;
}

long sys_waitpid(pid_t pid, int *status, int options)
{
	return sys_wait4(pid, status, options, NULL);
}
