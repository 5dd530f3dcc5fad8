/* The system calls about signals. */
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "kernel/task/time.h"
#include "mm/uaccess.h"

#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

/* sigaction(2) number 67: the older structure. */
struct old_sigaction {
	unsigned long handler;
	u32 mask;
	unsigned long flags;
	unsigned long restorer;
};

static bool valid_signal(int sig)
{
	return sig >= 1 && sig <= _NSIG;
}

/* A signal that is ignored from now on is also dropped where it waits. */
static void drop_ignored(int sig)
{
	sigset_t all_but = { { ~0U, ~0U } };
	struct task_struct *t;
	siginfo_t info;

	sigdelset(&all_but, sig);
	for_each_thread(t, current) while (dequeue_signal(t, &all_but, &info));
}

static int do_sigaction(int sig, const struct k_sigaction *act, struct k_sigaction *old)
{
	struct k_sigaction *ka;
	u32 default_ignored = sigmask(SIGCONT) | sigmask(SIGCHLD) | sigmask(SIGWINCH) |
			      sigmask(SIGURG);

	if (!valid_signal(sig) || (act && (sig == SIGKILL || sig == SIGSTOP)))
		return -EINVAL;
	ka = &current->sighand->action[sig - 1];
	spin_lock_irq(&current->sighand->siglock);
	*old = *ka;
	if (act) {
		*ka = *act;
		sigdelset(&ka->mask, SIGKILL);
		sigdelset(&ka->mask, SIGSTOP);
		if (ka->handler == SIG_IGN ||
		    (ka->handler == SIG_DFL && sig < SIGRTMIN && (default_ignored & sigmask(sig))))
			drop_ignored(sig);
	}
	spin_unlock_irq(&current->sighand->siglock);
	return 0;
}

long sys_rt_sigaction(int sig, const void *act, void *oact, size_t sigsetsize)
{
	struct k_sigaction new, old;
	int ret;

	if (sigsetsize != sizeof(sigset_t))
		return -EINVAL;
	if (act && copy_from_user(&new, act, sizeof(new)))
		return -EFAULT;
	ret = do_sigaction(sig, act ? &new : NULL, &old);
	if (!ret && oact && copy_to_user(oact, &old, sizeof(old)))
		return -EFAULT;
	return ret;
}

long sys_sigaction(int sig, const void *act, void *oact)
{
	struct k_sigaction new, old;
	struct old_sigaction user;
	int ret;

	if (act) {
		if (copy_from_user(&user, act, sizeof(user)))
			return -EFAULT;
		new = (struct k_sigaction){
			user.handler, user.flags, user.restorer, { { user.mask, 0 } }
		};
	}
	ret = do_sigaction(sig, act ? &new : NULL, &old);
	if (ret || !oact)
		return ret;
	user = (struct old_sigaction){ old.handler, old.mask.sig[0], old.flags, old.restorer };
	return copy_to_user(oact, &user, sizeof(user)) ? -EFAULT : 0;
}

long sys_signal(int sig, unsigned long handler)
{
	struct k_sigaction new = { .handler = handler, .flags = SA_RESETHAND | SA_NODEFER }, old;
	int ret = do_sigaction(sig, &new, &old);

	return ret ? ret : (long)old.handler;
}

/* ---- masks ---- */

static int change_mask(int how, const sigset_t *set)
{
	sigset_t mask = current->blocked;
	int i;

	for (i = 0; i < 2; i++) {
		switch (how) {
		case SIG_BLOCK:
			mask.sig[i] |= set->sig[i];
			break;
		case SIG_UNBLOCK:
			mask.sig[i] &= ~set->sig[i];
			break;
		case SIG_SETMASK:
			mask.sig[i] = set->sig[i];
			break;
		default:
			return -EINVAL;
		}
	}
	set_current_blocked(&mask);
	return 0;
}

long sys_rt_sigprocmask(int how, const void *set, void *oset, size_t sigsetsize)
{
	sigset_t old = current->blocked, new;
	int ret;

	if (sigsetsize != sizeof(sigset_t))
		return -EINVAL;
	if (set) {
		if (copy_from_user(&new, set, sizeof(new)))
			return -EFAULT;
		ret = change_mask(how, &new);
		if (ret)
			return ret;
	}
	return oset && copy_to_user(oset, &old, sizeof(old)) ? -EFAULT : 0;
}

long sys_sigprocmask(int how, const void *set, void *oset)
{
	sigset_t old = current->blocked, new = old;
	int ret;

	if (set) {
		if (copy_from_user(&new.sig[0], set, sizeof(u32)))
			return -EFAULT;
		if (how != SIG_SETMASK)
			new.sig[1] = 0;
		ret = change_mask(how, &new);
		if (ret)
			return ret;
	}
	return oset && copy_to_user(oset, &old.sig[0], sizeof(u32)) ? -EFAULT : 0;
}

long sys_sgetmask(void)
{
	return current->blocked.sig[0];
}

long sys_ssetmask(unsigned long mask)
{
	u32 old = current->blocked.sig[0];
	sigset_t new = { { mask, current->blocked.sig[1] } };

	set_current_blocked(&new);
	return old;
}

static sigset_t pending_blocked(void)
{
	sigset_t set;
	int i;

	spin_lock_irq(&current->sighand->siglock);
	for (i = 0; i < 2; i++)
		set.sig[i] = (current->pending.signal.sig[i] |
			      current->signal->shared_pending.signal.sig[i]) &
			     current->blocked.sig[i];
	spin_unlock_irq(&current->sighand->siglock);
	return set;
}

long sys_rt_sigpending(void *set, size_t sigsetsize)
{
	sigset_t pending = pending_blocked();

	if (sigsetsize > sizeof(pending))
		return -EINVAL;
	return copy_to_user(set, &pending, sigsetsize) ? -EFAULT : 0;
}

long sys_sigpending(void *set)
{
	return sys_rt_sigpending(set, sizeof(u32));
}

/* ---- waiting ---- */

static long suspend(void)
{
	while (!signal_pending(current)) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	return -ERESTARTNOHAND;
}

long sys_pause(void)
{
	return suspend();
}

long sys_rt_sigsuspend(const void *set, size_t sigsetsize)
{
	sigset_t mask;

	if (sigsetsize != sizeof(mask))
		return -EINVAL;
	if (copy_from_user(&mask, set, sizeof(mask)))
		return -EFAULT;
	set_temporary_blocked(&mask);
	return suspend();
}

long sys_sigsuspend(int unused1, int unused2, unsigned long mask)
{
	sigset_t set = { { mask, 0 } };

	set_temporary_blocked(&set);
	return suspend();
}

/* Take one of the signals in `these` without its handler. timeout in jiffies. */
static int sigtimedwait(const sigset_t *these, siginfo_t *info, long timeout)
{
	sigset_t not_these = { { ~these->sig[0], ~these->sig[1] } }, blocked;
	int sig;

	spin_lock_irq(&current->sighand->siglock);
	sig = dequeue_signal(current, &not_these, info);
	if (!sig && timeout) {
		/* While we sleep they must wake us. */
		blocked = current->blocked;
		current->blocked.sig[0] &= not_these.sig[0];
		current->blocked.sig[1] &= not_these.sig[1];
		recalc_sigpending();
		spin_unlock_irq(&current->sighand->siglock);
		timeout = schedule_timeout_interruptible(timeout);
		spin_lock_irq(&current->sighand->siglock);
		current->blocked = blocked;
		sig = dequeue_signal(current, &not_these, info);
		recalc_sigpending();
	}
	spin_unlock_irq(&current->sighand->siglock);
	if (sig)
		return sig;
	return timeout ? -EINTR : -EAGAIN;
}

static long rt_sigtimedwait(const void *set, void *uinfo, s64 nsec, size_t sigsetsize)
{
	sigset_t these;
	siginfo_t info;
	int ret;

	if (sigsetsize != sizeof(these))
		return -EINVAL;
	if (copy_from_user(&these, set, sizeof(these)))
		return -EFAULT;
	sigdelset(&these, SIGKILL);
	sigdelset(&these, SIGSTOP);
	ret = sigtimedwait(&these, &info, nsec_to_jiffies(nsec));
	if (ret > 0 && uinfo && copy_to_user(uinfo, &info, sizeof(info)))
		return -EFAULT;
	return ret;
}

long sys_rt_sigtimedwait(const void *set, void *info, const void *timeout, size_t sigsetsize)
{
	s64 nsec = KTIME_MAX;
	int ret = timeout ? get_timespec32(timeout, &nsec) : 0;

	return ret ? ret : rt_sigtimedwait(set, info, nsec, sigsetsize);
}

long sys_rt_sigtimedwait_time64(const void *set, void *info, const void *timeout, size_t sigsetsize)
{
	s64 nsec = KTIME_MAX;
	int ret = timeout ? get_timespec64(timeout, &nsec) : 0;

	return ret ? ret : rt_sigtimedwait(set, info, nsec, sigsetsize);
}

/* ---- sending ---- */

static siginfo_t info_from_current(int sig, int code)
{
	siginfo_t info = { .si_signo = sig, .si_code = code };

	info.pid = current->tgid;
	info.uid = 0;
	return info;
}

/* Everybody but init and ourselves. */
static int kill_all(int sig, const siginfo_t *info)
{
	struct task_struct *p;
	int ret = -ESRCH;

	spin_lock_irq(&tasklist_lock);
	for_each_process(p) {
		if (p->pid <= 1 || p == current->group_leader || (p->flags & PF_KTHREAD))
			continue;
		group_send_sig_info(sig, info, p);
		ret = 0;
	}
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

static long kill_something(pid_t pid, int sig, const siginfo_t *info)
{
	if (pid > 0)
		return kill_pid_info(sig, info, pid);
	if (pid == -1)
		return kill_all(sig, info);
	if (pid == (pid_t)0x80000000)
		return -ESRCH;
	return kill_pgrp_info(sig, info, pid ? -pid : current->pgrp);
}

long sys_kill(pid_t pid, int sig)
{
	siginfo_t info = info_from_current(sig, SI_USER);

	if (sig && !valid_signal(sig))
		return -EINVAL;
	return kill_something(pid, sig, &info);
}

static long send_to_thread(pid_t tgid, pid_t tid, int sig, const siginfo_t *info)
{
	struct task_struct *tsk;
	long ret = -ESRCH;

	if (tid <= 0 || (sig && !valid_signal(sig)))
		return -EINVAL;
	spin_lock_irq(&tasklist_lock);
	tsk = find_task_by_pid(tid);
	if (tsk && (tgid <= 0 || tsk->tgid == tgid))
		ret = specific_send_sig_info(sig, info, tsk);
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

long sys_tgkill(pid_t tgid, pid_t tid, int sig)
{
	siginfo_t info = info_from_current(sig, SI_TKILL);

	return tgid <= 0 ? -EINVAL : send_to_thread(tgid, tid, sig, &info);
}

long sys_tkill(pid_t tid, int sig)
{
	siginfo_t info = info_from_current(sig, SI_TKILL);

	return send_to_thread(0, tid, sig, &info);
}

/* A program may not claim that the kernel or kill() sent it, unless to itself. */
static int get_user_siginfo(siginfo_t *info, const void *user, int sig, pid_t to)
{
	if (copy_from_user(info, user, sizeof(*info)))
		return -EFAULT;
	info->si_signo = sig;
	if ((info->si_code >= 0 || info->si_code == SI_TKILL) && to != current->tgid)
		return -EPERM;
	return 0;
}

long sys_rt_sigqueueinfo(pid_t pid, int sig, void *uinfo)
{
	siginfo_t info;
	int ret = get_user_siginfo(&info, uinfo, sig, pid);

	if (ret)
		return ret;
	if (sig && !valid_signal(sig))
		return -EINVAL;
	return kill_pid_info(sig, &info, pid);
}

long sys_rt_tgsigqueueinfo(pid_t tgid, pid_t tid, int sig, void *uinfo)
{
	siginfo_t info;
	int ret = get_user_siginfo(&info, uinfo, sig, tgid);

	if (ret)
		return ret;
	return tgid <= 0 ? -EINVAL : send_to_thread(tgid, tid, sig, &info);
}
