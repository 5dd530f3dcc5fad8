/* wait4(2), waitid(2): learning what became of one's children. And what they and others used: getrusage(2), times(2). */
#include "kernel/task/exit.h"
#include "kernel/task/rusage.h"
#include "kernel/task/signal.h"
#include "kernel/task/syscalls.h"
#include "mm/mm.h"
#include "mm/uaccess.h"

#define WNOHANG     0x00000001
#define WUNTRACED   0x00000002
#define WEXITED     0x00000004
#define WCONTINUED  0x00000008
#define WNOWAIT     0x01000000
#define __WNOTHREAD 0x20000000
#define __WALL      0x40000000
#define __WCLONE    0x80000000u

#define P_ALL  0
#define P_PID  1
#define P_PGID 2

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
	int status;      /* as wait4() tells it */
	struct rusage usage;
};

/* ---- use ---- */

static struct timeval32 ticks_to_timeval(unsigned long ticks)
{
	return (struct timeval32){ ticks / HZ, ticks % HZ * (1000000 / HZ) };
}

/* maxrss in pages. */
static void fill_rusage(struct rusage *usage, const struct task_usage *use, unsigned long maxrss)
{
	*usage = (struct rusage){
		.ru_utime = ticks_to_timeval(use->utime),
		.ru_stime = ticks_to_timeval(use->stime),
		.ru_maxrss = maxrss * (PAGE_SIZE / 1024),
		.ru_minflt = use->min_flt,
		.ru_majflt = use->maj_flt,
		.ru_nvcsw = use->nvcsw,
		.ru_nivcsw = use->nivcsw,
	};
}

long sys_getrusage(int who, void *user)
{
	struct signal_struct *sig = current->signal;
	unsigned long maxrss = max(sig->maxrss, mm_peak_rss(current->mm));
	struct task_usage use = current->use;
	struct rusage usage;

	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN && who != RUSAGE_THREAD)
		return -EINVAL;
	spin_lock_irq(&tasklist_lock);
	if (who == RUSAGE_SELF)
		process_usage(current, &use);
	if (who == RUSAGE_CHILDREN) {
		use = sig->cuse;
		maxrss = sig->cmaxrss;
	}
	spin_unlock_irq(&tasklist_lock);
	fill_rusage(&usage, &use, maxrss);
	return copy_to_user(user, &usage, sizeof(usage)) ? -EFAULT : 0;
}

long sys_times(void *buf)
{
	struct signal_struct *sig = current->signal;
	struct task_usage use;
	s32 tms[4];

	spin_lock_irq(&tasklist_lock);
	process_usage(current, &use);
	tms[0] = jiffies_to_clock_t(use.utime);
	tms[1] = jiffies_to_clock_t(use.stime);
	tms[2] = jiffies_to_clock_t(sig->cuse.utime);
	tms[3] = jiffies_to_clock_t(sig->cuse.stime);
	spin_unlock_irq(&tasklist_lock);
	if (buf && copy_to_user(buf, tms, sizeof(tms)))
		return -EFAULT;
	return jiffies_to_clock_t(jiffies);
}

/* ---- waiting ---- */

static bool is_dead(const struct task_struct *p)
{
	return p->exit_state == EXIT_ZOMBIE && !p->signal->nr_threads;
}

static bool eligible(const struct wait_request *req, const struct task_struct *p)
{
	bool clone_child = p->exit_signal != SIGCHLD;

	if (req->pid > 0 && p->pid != req->pid)
		return false;
	if (req->pgrp > 0 && p->signal->pgrp != req->pgrp)
		return false;
	/* One that has ended will do nothing else. */
	if (p->exit_state == EXIT_DEAD || (is_dead(p) && !(req->options & WEXITED)))
		return false;
	return (req->options & __WALL) || clone_child == !!(req->options & __WCLONE);
}

/* What p has done that is asked for, as wait4() tells it; -1: nothing. It is told once. tasklist_lock held. */
static int take_status(const struct wait_request *req, struct task_struct *p)
{
	struct signal_struct *sig = p->signal;
	bool keep = req->options & WNOWAIT;

	if (is_dead(p)) {
		if (!keep)
			p->exit_state = EXIT_DEAD;
		return p->exit_code;
	}
	if ((req->options & WUNTRACED) && sig->stop_signal && !sig->group_stop_count &&
	    !sig->stop_reported) {
		sig->stop_reported = !keep;
		return sig->stop_signal << 8 | 0x7f;
	}
	if ((req->options & WCONTINUED) && sig->continued) {
		sig->continued = keep;
		return 0xffff;
	}
	return -1;
}

/* Tell what p and those that it waited for used; a parent that buries it inherits that. tasklist_lock held. */
static void take_usage(struct wait_request *req, const struct task_struct *p)
{
	struct signal_struct *ours = current->signal, *sig = p->signal;
	unsigned long maxrss = max(sig->maxrss, sig->cmaxrss);
	struct task_usage use;

	process_usage(p, &use);
	add_usage(&use, &sig->cuse);
	fill_rusage(&req->usage, &use, maxrss);
	if (p->exit_state != EXIT_DEAD)
		return;
	add_usage(&ours->cuse, &use);
	ours->cmaxrss = max(ours->cmaxrss, maxrss);
}

/* One look at all children. Value: the pid of one that has done what is waited for, or 0. */
static pid_t look(struct wait_request *req)
{
	struct task_struct *p, *dead = NULL;
	pid_t pid = 0;

	req->candidates = false;
	spin_lock_irq(&tasklist_lock);
	list_for_each_entry(p, &current->group_leader->children, sibling) {
		if (!eligible(req, p))
			continue;
		req->candidates = true;
		req->status = take_status(req, p);
		if (req->status < 0)
			continue;
		take_usage(req, p);
		dead = p->exit_state == EXIT_DEAD ? p : NULL;
		pid = p->pid;
		break;
	}
	spin_unlock_irq(&tasklist_lock);
	if (dead)
		release_task(dead);
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
	struct wait_request req = { .options = options | WEXITED,
				    .pid = pid,
				    .pgrp = pid ? -pid - (pid == -1) : current->signal->pgrp };
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

/* What wait4() tells of a child, as siginfo has it. */
static void status_to_info(int status, siginfo_t *info)
{
	if (status == 0xffff) {
		info->si_code = CLD_CONTINUED;
		info->status = SIGCONT;
	} else if (status & 0x7f) {
		info->si_code = (status & 0xff) == 0x7f ? CLD_STOPPED : CLD_KILLED;
		info->status = (status & 0xff) == 0x7f ? status >> 8 : status & 0x7f;
	} else {
		info->si_code = CLD_EXITED;
		info->status = status >> 8;
	}
}

long sys_waitid(int which, pid_t who, void *uinfo, int options, void *rusage)
{
	struct wait_request req = { .options = options };
	siginfo_t info = { .si_signo = 0 };
	long ret;

	if (((unsigned)options & ~(WNOHANG | WUNTRACED | WEXITED | WCONTINUED | WNOWAIT |
				   __WNOTHREAD | __WALL | __WCLONE)) ||
	    !(options & (WUNTRACED | WEXITED | WCONTINUED)))
		return -EINVAL;
	if (which < P_ALL || which > P_PGID || (which == P_PID && who <= 0) ||
	    (which == P_PGID && who < 0))
		return -EINVAL;
	if (which == P_PID)
		req.pid = who;
	if (which == P_PGID)
		req.pgrp = who ? who : current->signal->pgrp;
	ret = do_wait(&req);
	if (ret < 0)
		return ret;
	if (ret) {
		info.si_signo = SIGCHLD;
		info.pid = ret;
		status_to_info(req.status, &info);
	}
	if (ret && rusage && copy_to_user(rusage, &req.usage, sizeof(req.usage)))
		return -EFAULT;
	/* The padding is the caller's. */
	return uinfo && copy_to_user(uinfo, &info, offsetof(siginfo_t, utime)) ? -EFAULT : 0;
}
