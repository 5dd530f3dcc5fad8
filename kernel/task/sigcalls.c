/* The system calls about signals. */
#include "kernel/lib/errno.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/signal.h"
#include "mm/uaccess.h"

#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

static bool valid_signal(int sig)
{
	return sig >= 1 && sig <= _NSIG;
}

/* A signal that is ignored from now on is also dropped where it waits. siglock held. */
static void drop_ignored(int sig)
{
	sigset_t all_but = { { ~0U, ~0U } };
	siginfo_t info;

	sigdelset(&all_but, sig);
	while (dequeue_signal(current, &all_but, &info))
		;
}

static int do_sigaction(int sig, const struct k_sigaction *act, struct k_sigaction *old)
{
	struct k_sigaction *ka;

	if (!valid_signal(sig) || (act && (sig == SIGKILL || sig == SIGSTOP)))
		return -EINVAL;
	ka = &current->signal->action[sig - 1];
	spin_lock_irq(&current->signal->siglock);
	*old = *ka;
	if (act) {
		*ka = *act;
		sigdelset(&ka->mask, SIGKILL);
		sigdelset(&ka->mask, SIGSTOP);
		if (ka->handler == SIG_IGN ||
		    (ka->handler == SIG_DFL && in_mask(IGNORE_SIGNALS, sig)))
			drop_ignored(sig);
	}
	spin_unlock_irq(&current->signal->siglock);
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
		pending.sig[i] = current->pending.signal.sig[i] & current->blocked.sig[i];
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

/* ---- sending ---- */

/* Everybody but init and ourselves. */
static int kill_all(int sig, const siginfo_t *info)
{
	struct task_struct *p;
	int ret = -ESRCH;

	spin_lock_irq(&tasklist_lock);
	for_each_process(p)
		if (p->pid > 1 && p != current && !(p->flags & PF_KTHREAD))
			ret = __send_sig_info(sig, info, p);
	spin_unlock_irq(&tasklist_lock);
	return ret;
}

/* To a process, or as kill(2) spells it: to our group (0), all (-1), a group (its number negated). */
static long kill_something(pid_t pid, int sig, int code)
{
	siginfo_t info = { .si_code = code, .pid = current->pid };

	if (sig && !valid_signal(sig))
		return -EINVAL;
	if (pid > 0)
		return kill_pid_info(sig, &info, pid);
	if (pid == -1)
		return kill_all(sig, &info);
	if (pid == -INT_MAX - 1)
		return -ESRCH;
	return kill_pgrp_info(sig, &info, pid ? -pid : current->pgrp);
}

long sys_kill(pid_t pid, int sig)
{
	return kill_something(pid, sig, SI_USER);
}

/* A process has one thread, which bears its number. */
long sys_tgkill(pid_t tgid, pid_t tid, int sig)
{
	if (tgid <= 0 || tid <= 0)
		return -EINVAL;
	return tgid == tid ? kill_something(tid, sig, SI_TKILL) : -ESRCH;
}

long sys_tkill(pid_t tid, int sig)
{
	return tid <= 0 ? -EINVAL : kill_something(tid, sig, SI_TKILL);
}
