/* The system calls about signals. */
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "kernel/task/syscalls.h"
#include "kernel/task/time.h"
#include "mm/uaccess.h"

#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

static int do_sigaction(int sig, const struct k_sigaction *act, struct k_sigaction *old)
{
	sigset_t one = { { 0, 0 } };
	struct k_sigaction *ka;

	if (sig < 1 || sig > _NSIG || (act && (sig == SIGKILL || sig == SIGSTOP)))
		return -EINVAL;
	ka = &current->sighand->action[sig - 1];
	sigaddset(&one, sig);
	spin_lock_irq(&current->sighand->siglock);
	*old = *ka;
	if (act) {
		*ka = *act;
		ka->flags &= SA_KNOWN; /* so that a program finds out what is known */
		sigdelset(&ka->mask, SIGKILL);
		sigdelset(&ka->mask, SIGSTOP);
		if (ka->handler == SIG_IGN ||
		    (ka->handler == SIG_DFL && in_mask(IGNORE_SIGNALS, sig)))
			remove_group_signals(current, one); /* where it waits */
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

long sys_rt_sigpending(void *set, size_t sigsetsize)
{
	sigset_t pending;
	int i;

	if (sigsetsize > sizeof(pending))
		return -EINVAL;
	for (i = 0; i < 2; i++)
		pending.sig[i] = (current->pending.signal.sig[i] |
				  current->signal->shared_pending.signal.sig[i]) &
				 current->blocked.sig[i];
	return copy_to_user(set, &pending, sigsetsize) ? -EFAULT : 0;
}

/* ---- waiting ---- */

long sys_pause(void)
{
	while (!signal_pending(current)) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	return -ERESTARTNOHAND;
}

long sys_rt_sigsuspend(const void *set, size_t sigsetsize)
{
	sigset_t mask;

	if (sigsetsize != sizeof(mask))
		return -EINVAL;
	if (copy_from_user(&mask, set, sizeof(mask)))
		return -EFAULT;
	set_temporary_blocked(&mask);
	return sys_pause();
}

/* Take one of the signals that `others` lacks, without its handler. timeout in ticks. */
static int sigtimedwait(const sigset_t *others, siginfo_t *info, long timeout)
{
	struct sighand_struct *sighand = current->sighand;
	int sig;

	spin_lock_irq(&sighand->siglock);
	sig = dequeue_signal(others, info);
	if (!sig && timeout) {
		/* While we sleep they must wake us. */
		current->real_blocked = current->blocked;
		current->blocked.sig[0] &= others->sig[0];
		current->blocked.sig[1] &= others->sig[1];
		recalc_sigpending();
		spin_unlock_irq(&sighand->siglock);
		timeout = schedule_timeout_interruptible(timeout);
		spin_lock_irq(&sighand->siglock);
		current->blocked = current->real_blocked;
		current->real_blocked = (sigset_t){ { 0, 0 } };
		sig = dequeue_signal(others, info);
	}
	spin_unlock_irq(&sighand->siglock);
	return sig ? sig : timeout ? -EINTR : -EAGAIN;
}

static long rt_sigtimedwait(const void *set, void *uinfo, const void *timeout, size_t sigsetsize,
			    bool wide)
{
	s64 ns = KTIME_MAX;
	sigset_t others;
	siginfo_t info;
	int ret;

	if (sigsetsize != sizeof(others))
		return -EINVAL;
	if (copy_from_user(&others, set, sizeof(others)))
		return -EFAULT;
	if (timeout && (ret = get_timespec(timeout, &ns, wide)))
		return ret;
	others = (sigset_t){ { ~others.sig[0], ~others.sig[1] } };
	sigaddset(&others, SIGKILL);
	sigaddset(&others, SIGSTOP);
	ret = sigtimedwait(&others, &info, timeout && !ns ? 0 : jiffies_until(ktime_after(ns)));
	return ret > 0 && uinfo && copy_to_user(uinfo, &info, sizeof(info)) ? -EFAULT : ret;
}

long sys_rt_sigtimedwait(const void *set, void *info, const void *timeout, size_t sigsetsize)
{
	return rt_sigtimedwait(set, info, timeout, sigsetsize, false);
}

long sys_rt_sigtimedwait_time64(const void *set, void *info, const void *timeout, size_t sigsetsize)
{
	return rt_sigtimedwait(set, info, timeout, sigsetsize, true);
}

/* ---- sending ---- */

/* Everybody but init and ourselves. */
static int kill_all(int sig, const siginfo_t *info)
{
	struct task_struct *p;
	int ret = -ESRCH;

	spin_lock_irq(&tasklist_lock);
	for_each_process(p)
		if (p->pid > 1 && p != current->group_leader && !(p->flags & PF_KTHREAD))
			ret = __send_sig_info(sig, info, p);
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

static siginfo_t info_from_current(int code)
{
	siginfo_t info = { .si_code = code };

	info.pid = current->tgid;
	return info;
}

/* To a process, our group (0), all (-1), a group (its number negated). */
long sys_kill(pid_t pid, int sig)
{
	siginfo_t info = info_from_current(SI_USER);

	if (pid > 0)
		return kill_pid_info(sig, &info, pid);
	if (pid == -1)
		return kill_all(sig, &info);
	if (pid == -INT_MAX - 1)
		return -ESRCH;
	return kill_pgrp_info(sig, &info, pid ? -pid : current->signal->pgrp);
}

/* To one thread; tgid 0: of whatever process. */
static long send_to_thread(pid_t tgid, pid_t tid, int sig, const siginfo_t *info)
{
	struct task_struct *tsk;
	long ret = -ESRCH;

	if (tgid < 0 || tid <= 0)
		return -EINVAL;
	spin_lock_irq(&tasklist_lock);
	tsk = find_task_by_pid(tid);
	if (tsk && (!tgid || tsk->tgid == tgid))
		ret = do_send_sig_info(sig, info, tsk, false);
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

long sys_tgkill(pid_t tgid, pid_t tid, int sig)
{
	siginfo_t info = info_from_current(SI_TKILL);

	return send_to_thread(tgid ? tgid : -1, tid, sig, &info);
}

long sys_tkill(pid_t tid, int sig)
{
	siginfo_t info = info_from_current(SI_TKILL);

	return send_to_thread(0, tid, sig, &info);
}

/* A program may claim that the kernel, kill() or tkill() sent it to nobody but itself. */
static int get_siginfo(siginfo_t *info, const void *user, pid_t to)
{
	if (copy_from_user(info, user, sizeof(*info)))
		return -EFAULT;
	return (info->si_code >= 0 || info->si_code == SI_TKILL) && to != current->pid ? -EPERM : 0;
}

long sys_rt_sigqueueinfo(pid_t pid, int sig, const void *uinfo)
{
	siginfo_t info;
	int ret = get_siginfo(&info, uinfo, pid);

	return ret ? ret : kill_pid_info(sig, &info, pid);
}

long sys_rt_tgsigqueueinfo(pid_t tgid, pid_t tid, int sig, const void *uinfo)
{
	siginfo_t info;
	int ret = get_siginfo(&info, uinfo, tid);

	if (ret != -EFAULT && (tgid <= 0 || tid <= 0))
		return -EINVAL;
	return ret ? ret : send_to_thread(tgid, tid, sig, &info);
}
