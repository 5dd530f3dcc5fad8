/* wait4(2), waitid(2) and their like: learning what became of one's children. */
#include "kernel/lib/errno.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/exit.h"
#include "kernel/task/rusage.h"
#include "kernel/task/signal.h"
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

/* What is asked, and what was found. */
struct wait_request {
	int which; /* P_ */
	pid_t who;
	unsigned options;

	bool candidates; /* somebody may yet do what is waited for */
	int status;      /* as wait4() gives it */
	int why;         /* as waitid() does: CLD_ and ... */
	int si_status;   /* ... exit status or signal */
	struct rusage usage;
};

static bool eligible(const struct wait_request *req, const struct task_struct *p)
{
	bool clone_child = p->exit_signal != SIGCHLD;

	if (req->which == P_PID && p->pid != req->who)
		return false;
	if (req->which == P_PGID && p->pgrp != req->who)
		return false;
	if (p->exit_state == EXIT_DEAD)
		return false;
	return (req->options & __WALL) || clone_child == !!(req->options & __WCLONE);
}

/* The parent inherits the times. */
static void charge_parent(const struct task_struct *p)
{
	struct signal_struct *ours = current->signal, *sig = p->signal;

	ours->cutime += p->utime + sig->utime + sig->cutime;
	ours->cstime += p->stime + sig->stime + sig->cstime;
	ours->cmin_flt += p->min_flt + sig->min_flt + sig->cmin_flt;
	ours->cmaj_flt += p->maj_flt + sig->maj_flt + sig->cmaj_flt;
	ours->cmaxrss = max(ours->cmaxrss, max(sig->maxrss, sig->cmaxrss));
}

/* tasklist_lock held; *reap says that the caller must release it. */
static bool take_zombie(struct wait_request *req, struct task_struct *p, bool *reap)
{
	if (p->exit_state != EXIT_ZOMBIE || p->signal->live || !(req->options & WEXITED))
		return false;
	req->status = p->signal->flags & SIGNAL_GROUP_EXIT ? p->signal->group_exit_code
							   : p->exit_code;
	req->why = req->status & 0x7f ? CLD_KILLED : CLD_EXITED;
	req->si_status = req->status & 0x7f ? req->status & 0x7f : req->status >> 8;
	rusage_of_child(p, &req->usage);
	*reap = !(req->options & WNOWAIT);
	if (*reap) {
		p->exit_state = EXIT_DEAD;
		charge_parent(p);
	}
	return true;
}

static bool take_stopped(struct wait_request *req, struct task_struct *p)
{
	struct signal_struct *sig = p->signal;

	if (!(req->options & WUNTRACED) || !(sig->flags & SIGNAL_STOP_STOPPED) ||
	    sig->stop_reported)
		return false;
	req->status = sig->group_exit_code << 8 | 0x7f;
	req->why = CLD_STOPPED;
	req->si_status = sig->group_exit_code;
	rusage_of_child(p, &req->usage);
	if (!(req->options & WNOWAIT))
		sig->stop_reported = true;
	return true;
}

static bool take_continued(struct wait_request *req, struct task_struct *p)
{
	struct signal_struct *sig = p->signal;

	if (!(req->options & WCONTINUED) || !(sig->flags & SIGNAL_STOP_CONTINUED))
		return false;
	req->status = 0xffff;
	req->why = CLD_CONTINUED;
	req->si_status = SIGCONT;
	rusage_of_child(p, &req->usage);
	if (!(req->options & WNOWAIT))
		sig->flags &= ~SIGNAL_STOP_CONTINUED;
	return true;
}

/* One look at all children. Value: the pid of one that has done what is waited for, or 0. */
static pid_t look(struct wait_request *req)
{
	struct task_struct *p, *found = NULL;
	bool reap = false;
	pid_t pid = 0;

	req->candidates = false;
	spin_lock_irq(&tasklist_lock);
	list_for_each_entry(p, &current->group_leader->children, sibling) {
		if (!eligible(req, p))
			continue;
		req->candidates = true;
		if (take_zombie(req, p, &reap) || take_stopped(req, p) || take_continued(req, p)) {
			found = p;
			pid = p->pid;
			break;
		}
	}
	spin_unlock_irq(&tasklist_lock);
	if (reap)
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
		if (ret)
			break;
		ret = -ECHILD;
		if (!req->candidates)
			break;
		ret = 0;
		if (req->options & WNOHANG)
			break;
		ret = -ERESTARTSYS;
		if (signal_pending(current))
			break;
		schedule();
	}
	finish_wait(q, &wait);
	return ret;
}

long sys_wait4(pid_t pid, int *status, int options, void *rusage)
{
	struct wait_request req = { .options = options | WEXITED, .which = P_PID, .who = pid };
	long ret;

	if ((unsigned)options &
	    ~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | __WCLONE))
		return -EINVAL;
	if (pid == (pid_t)0x80000000)
		return -ESRCH;
	if (pid == -1) {
		req.which = P_ALL;
	} else if (pid <= 0) {
		req.which = P_PGID;
		req.who = pid ? -pid : current->pgrp;
	}
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

long sys_waitid(int which, pid_t pid, void *uinfo, int options, void *rusage)
{
	struct wait_request req = { .options = options, .which = which, .who = pid };
	siginfo_t info = { 0 };
	long ret;

	if ((unsigned)options & ~(WNOHANG | WUNTRACED | WEXITED | WCONTINUED | WNOWAIT |
				  __WNOTHREAD | __WALL | __WCLONE))
		return -EINVAL;
	if (!(options & (WUNTRACED | WEXITED | WCONTINUED)) || which < P_ALL || which > P_PGID)
		return -EINVAL;
	if ((which == P_PID && pid <= 0) || (which == P_PGID && pid < 0))
		return -EINVAL;
	if (which == P_PGID && !pid)
		req.who = current->pgrp;
	ret = do_wait(&req);
	if (ret < 0)
		return ret;
	if (ret > 0) {
		info.si_signo = SIGCHLD;
		info.si_code = req.why;
		info.pid = ret;
		info.status = req.si_status;
		if (rusage && copy_to_user(rusage, &req.usage, sizeof(req.usage)))
			return -EFAULT;
	}
	if (uinfo && copy_to_user(uinfo, &info, sizeof(info)))
		return -EFAULT;
	return 0;
}
