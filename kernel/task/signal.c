/* Sending signals: who gets one, what it does to him before he looks, telling parents. */
#include "kernel/lib/errno.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/pid.h"
#include "kernel/task/signal.h"
#include "kernel/task/sigqueue.h"

struct sighand_struct init_sighand = {
	.count = ATOMIC_INIT(1),
	.siglock = SPIN_LOCK_UNLOCKED,
};

struct signal_struct init_signals = {
	.count = ATOMIC_INIT(1),
	.live = 1,
	.wait_chldexit = __WAIT_QUEUE_HEAD_INIT(init_signals.wait_chldexit),
	.shared_pending = { .list = LIST_HEAD_INIT(init_signals.shared_pending.list) },
};

/* ---- sending ---- */

/* Nobody kills kernel threads; init gets what it has asked for and nothing else. */
static bool sig_ignored(const struct task_struct *tsk, int sig)
{
	unsigned long handler = tsk->sighand->action[sig - 1].handler;

	if (tsk->flags & PF_KTHREAD)
		return true;
	if (tsk->tgid == 1 && handler == SIG_DFL)
		return true;
	if (sigismember(&tsk->blocked, sig))
		return false;
	return handler == SIG_IGN || (handler == SIG_DFL && in_mask(IGNORE_SIGNALS, sig));
}

void signal_wake_up(struct task_struct *tsk, bool fatal)
{
	set_ti_thread_flag(task_thread_info(tsk), TIF_SIGPENDING);
	wake_up_state(tsk, fatal ? TASK_INTERRUPTIBLE | TASK_WAKEKILL | TASK_STOPPED | TASK_TRACED
				 : TASK_INTERRUPTIBLE);
}

/* A stop and a continue cancel each other when sent, whatever is blocked or handled. Value: whether the
 * process was stopped and goes on. */
static bool cancel_opposites(struct task_struct *tsk, int sig)
{
	u32 gone = sig == SIGCONT               ? STOP_SIGNALS
		   : in_mask(STOP_SIGNALS, sig) ? sigmask(SIGCONT)
						: 0;
	struct signal_struct *signal = tsk->signal;
	struct task_struct *t;
	bool continued;

	if (!gone)
		return false;
	remove_signals(&signal->shared_pending, gone);
	for_each_thread(t, tsk) remove_signals(&t->pending, gone);
	if (sig != SIGCONT)
		return false;
	continued = signal->flags & SIGNAL_STOP_STOPPED;
	if (continued) {
		signal->flags = (signal->flags & ~SIGNAL_STOP_STOPPED) | SIGNAL_STOP_CONTINUED;
		signal->group_exit_code = 0;
	}
	signal->group_stop_count = 0;
	signal->stop_signal = 0;
	for_each_thread(t, tsk) wake_up_state(t, TASK_STOPPED);
	return continued;
}

static bool wants_signal(int sig, const struct task_struct *t)
{
	return !sigismember(&t->blocked, sig) && !(t->flags & PF_EXITING);
}

static struct task_struct *choose_thread(int sig, struct task_struct *tsk, bool group)
{
	struct task_struct *t;

	if (wants_signal(sig, tsk))
		return tsk;
	if (group)
		for_each_thread(t, tsk) if (wants_signal(sig, t)) return t;
	return NULL;
}

/* A signal that will end the process ends all its threads at once, whatever they sleep on. */
static bool ends_process(int sig, const struct task_struct *tsk)
{
	return tsk->sighand->action[sig - 1].handler == SIG_DFL &&
	       !in_mask(STOP_SIGNALS | IGNORE_SIGNALS, sig) &&
	       (sig == SIGKILL || !in_mask(DUMP_SIGNALS, sig));
}

static void complete_signal(int sig, struct task_struct *tsk, bool group)
{
	struct task_struct *target = choose_thread(sig, tsk, group), *t;
	struct signal_struct *signal = tsk->signal;

	if (!target)
		return;
	if (ends_process(sig, target) && !(signal->flags & SIGNAL_GROUP_EXIT)) {
		signal->flags = SIGNAL_GROUP_EXIT;
		signal->group_exit_code = sig;
		signal->group_stop_count = 0;
		for_each_thread(t, tsk)
		{
			sigaddset(&t->pending.signal, SIGKILL);
			signal_wake_up(t, true);
		}
		return;
	}
	signal_wake_up(target, sig == SIGKILL);
}

/* siglock held. */
static int send_locked(int sig, const siginfo_t *info, struct task_struct *tsk, bool group)
{
	struct sigpending *pending = group ? &tsk->signal->shared_pending : &tsk->pending;
	int ret;

	if (sig_ignored(tsk, sig))
		return 0;
	if (sig < SIGRTMIN && sigismember(&pending->signal, sig))
		return 0;
	ret = enqueue_signal(pending, sig, info);
	if (!ret)
		complete_signal(sig, tsk, group);
	return ret;
}

/* The handlers may go away with the task; tasklist_lock keeps them. Value: whether siglock is held. */
static struct sighand_struct *lock_sighand(struct task_struct *tsk)
{
	struct sighand_struct *sighand = tsk->sighand;

	if (sighand)
		spin_lock(&sighand->siglock);
	return sighand;
}

/* tasklist_lock held. */
static int do_send(int sig, const siginfo_t *info, struct task_struct *tsk, bool group)
{
	siginfo_t bare = { .si_signo = sig, .si_code = SI_KERNEL };
	struct sighand_struct *sighand;
	bool continued;
	int ret = -ESRCH;

	if (!sig)
		return 0;
	sighand = lock_sighand(tsk);
	if (sighand) {
		continued = cancel_opposites(tsk, sig);
		ret = send_locked(sig, info ? info : &bare, tsk, group);
		spin_unlock(&sighand->siglock);
		if (continued)
			notify_parent_cldstop(tsk, CLD_CONTINUED);
	}
	return ret;
}

int group_send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk)
{
	return do_send(sig, info, tsk, true);
}

int specific_send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk)
{
	return do_send(sig, info, tsk, false);
}

int send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&tasklist_lock, flags);
	ret = do_send(sig, info, tsk, true);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return ret;
}

int send_sig(int sig, struct task_struct *tsk)
{
	return send_sig_info(sig, NULL, tsk);
}

void force_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk)
{
	struct k_sigaction *ka = &tsk->sighand->action[sig - 1];
	unsigned long flags;

	spin_lock_irqsave(&tsk->sighand->siglock, flags);
	if (ka->handler == SIG_IGN || sigismember(&tsk->blocked, sig)) {
		ka->handler = SIG_DFL;
		sigdelset(&tsk->blocked, sig);
	}
	/* Not send_locked(): not even init may go on after a fault of its own. */
	if (!sigismember(&tsk->pending.signal, sig))
		enqueue_signal(&tsk->pending, sig, info);
	if (ka->handler == SIG_DFL && sig == SIGKILL)
		complete_signal(sig, tsk, false);
	set_ti_thread_flag(task_thread_info(tsk), TIF_SIGPENDING);
	spin_unlock_irqrestore(&tsk->sighand->siglock, flags);
}

void force_sig(int sig, struct task_struct *tsk)
{
	siginfo_t info = { .si_signo = sig, .si_code = SI_KERNEL };

	force_sig_info(sig, &info, tsk);
}

void force_sig_fault(int sig, int code, unsigned long addr, struct task_struct *tsk)
{
	siginfo_t info = { .si_signo = sig, .si_code = code, .addr = addr };

	force_sig_info(sig, &info, tsk);
}

int kill_pgrp_info(int sig, const siginfo_t *info, pid_t pgrp)
{
	struct task_struct *p;
	unsigned long flags;
	int ret = -ESRCH, err;

	spin_lock_irqsave(&tasklist_lock, flags);
	for_each_process(p) {
		if (p->pgrp != pgrp || (p->flags & PF_KTHREAD))
			continue;
		err = do_send(sig, info, p, true);
		ret = ret && ret != -ESRCH ? ret : err;
	}
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return ret;
}

int kill_pgrp(pid_t pgrp, int sig)
{
	return kill_pgrp_info(sig, NULL, pgrp);
}

int kill_pid_info(int sig, const siginfo_t *info, pid_t pid)
{
	struct task_struct *p;
	unsigned long flags;
	int ret = -ESRCH;

	spin_lock_irqsave(&tasklist_lock, flags);
	p = find_task_by_pid(pid);
	if (p)
		ret = do_send(sig, info, p, true);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return ret;
}

int kill_proc(pid_t pid, int sig)
{
	return kill_pid_info(sig, NULL, pid);
}

void zap_other_threads(struct task_struct *tsk)
{
	struct task_struct *t;

	tsk->signal->group_stop_count = 0;
	for_each_thread(t, tsk)
	{
		if (t == tsk || t->exit_state)
			continue;
		sigaddset(&t->pending.signal, SIGKILL);
		signal_wake_up(t, true);
	}
}

bool signal_ignored_or_blocked(int sig)
{
	return sigismember(&current->blocked, sig) ||
	       current->sighand->action[sig - 1].handler == SIG_IGN;
}

/* ---- telling the parent ---- */

static void send_sigchld(struct task_struct *tsk, struct task_struct *parent, int sig, int why,
			 int status)
{
	siginfo_t info = { .si_signo = sig, .si_code = why };

	info.pid = tsk->pid;
	info.uid = 0;
	info.status = status;
	info.utime = (tsk->utime + tsk->signal->utime) * 100 / HZ;
	info.stime = (tsk->stime + tsk->signal->stime) * 100 / HZ;
	do_send(sig, &info, parent, true);
}

void notify_parent_cldstop(struct task_struct *tsk, int why)
{
	struct task_struct *parent = tsk->group_leader->parent;
	struct k_sigaction *ka = &parent->sighand->action[SIGCHLD - 1];
	int status = why == CLD_CONTINUED ? SIGCONT : tsk->signal->group_exit_code & 0x7f;

	if (parent == &init_task)
		return;
	if (ka->handler != SIG_IGN && !(ka->flags & SA_NOCLDSTOP))
		send_sigchld(tsk->group_leader, parent, SIGCHLD, why, status);
	wake_up_interruptible(&parent->signal->wait_chldexit);
}

bool notify_parent_death(struct task_struct *tsk, int sig)
{
	struct task_struct *parent = tsk->parent;
	struct k_sigaction *ka = &parent->sighand->action[SIGCHLD - 1];
	int code = tsk->exit_code;
	bool reap = false;
	int why = CLD_EXITED, status = code >> 8;

	if (code & 0x7f) {
		why = code & 0x80 ? CLD_DUMPED : CLD_KILLED;
		status = code & 0x7f;
	}
	if (sig == SIGCHLD && (ka->handler == SIG_IGN || (ka->flags & SA_NOCLDWAIT))) {
		reap = true;
		if (ka->handler == SIG_IGN)
			sig = 0;
	}
	if (sig > 0)
		send_sigchld(tsk, parent, sig, why, status);
	wake_up_interruptible(&parent->signal->wait_chldexit);
	return reap;
}

void flush_signal_handlers(struct task_struct *tsk)
{
	struct k_sigaction *ka = tsk->sighand->action;
	int i;

	for (i = 0; i < _NSIG; i++, ka++)
		*ka = (struct k_sigaction){ .handler = ka->handler == SIG_IGN ? SIG_IGN : SIG_DFL };
}
