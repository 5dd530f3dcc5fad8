/* Signals on their way: the queue of what waits, sending, and telling parents. */
#include "kernel/task/signal.h"

#include "kernel/lib/errno.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/pid.h"
#include "kernel/x86/atomic.h"
#include "mm/slab.h"

/* Raised by what the task itself did: delivered before others, so that their frames tell the truth. */
#define SYNC_SIGNALS                                                               \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | sigmask(SIGTRAP) | \
	 sigmask(SIGFPE) | sigmask(SIGSYS))

#define MAX_QUEUED 8192 /* siginfo structures in the whole system */

static struct kmem_cache *sigqueue_cache;
static atomic_t nr_queued;

struct signal_struct init_signals = {
	.siglock = SPIN_LOCK_UNLOCKED,
	.wait_chldexit = __WAIT_QUEUE_HEAD_INIT(init_signals.wait_chldexit),
};

void signals_init(void)
{
	sigqueue_cache =
		kmem_cache_create("sigqueue", sizeof(struct sigqueue), 0, SLAB_PANIC, NULL);
}

/* ---- what waits ---- */

static void free_sigqueue(struct sigqueue *q)
{
	list_del(&q->list);
	kmem_cache_free(sigqueue_cache, q);
	atomic_dec(&nr_queued);
}

/* Throw away what waits of the signals in mask. */
static void remove_signals(struct sigpending *pending, u32 mask)
{
	struct sigqueue *q, *next;

	pending->signal.sig[0] &= ~mask;
	list_for_each_entry_safe(q, next, &pending->list, list)
		if (in_mask(mask, q->info.si_signo))
			free_sigqueue(q);
}

void flush_signals(struct task_struct *tsk)
{
	struct sigqueue *q, *next;

	tsk->pending.signal = (sigset_t){ { 0, 0 } };
	list_for_each_entry_safe(q, next, &tsk->pending.list, list)
		free_sigqueue(q);
}

/* Without memory the bit alone stays, and the handler sees a bare siginfo. */
static void enqueue(struct sigpending *pending, int sig, const siginfo_t *info)
{
	struct sigqueue *q = NULL;

	if (atomic_read(&nr_queued) < MAX_QUEUED)
		q = kmem_cache_alloc(sigqueue_cache, GFP_ATOMIC);
	if (q) {
		atomic_inc(&nr_queued);
		q->info = *info;
		q->info.si_signo = sig;
		list_add_tail(&q->list, &pending->list);
	}
	sigaddset(&pending->signal, sig);
}

static int next_signal(const struct sigpending *pending, const sigset_t *mask)
{
	u32 low = pending->signal.sig[0] & ~mask->sig[0];
	u32 high = pending->signal.sig[1] & ~mask->sig[1];

	if (low & SYNC_SIGNALS)
		low &= SYNC_SIGNALS;
	if (low)
		return __builtin_ctz(low) + 1;
	return high ? __builtin_ctz(high) + 33 : 0;
}

int dequeue_signal(struct task_struct *tsk, const sigset_t *mask, siginfo_t *info)
{
	struct sigqueue *q, *first = NULL;
	int sig = next_signal(&tsk->pending, mask);
	bool more = false;

	if (!sig)
		return 0;
	list_for_each_entry(q, &tsk->pending.list, list) {
		if (q->info.si_signo != sig)
			continue;
		more = first;
		if (more)
			break;
		first = q;
	}
	if (!more)
		sigdelset(&tsk->pending.signal, sig);
	*info = (siginfo_t){ .si_signo = sig, .si_code = SI_USER };
	if (first) {
		*info = first->info;
		free_sigqueue(first);
	}
	recalc_sigpending();
	return sig;
}

void recalc_sigpending(void)
{
	const sigset_t *pending = &current->pending.signal, *blocked = &current->blocked;

	if ((pending->sig[0] & ~blocked->sig[0]) || (pending->sig[1] & ~blocked->sig[1]))
		set_thread_flag(TIF_SIGPENDING);
	else
		clear_thread_flag(TIF_SIGPENDING);
}

void set_current_blocked(const sigset_t *set)
{
	spin_lock_irq(&current->signal->siglock);
	current->blocked = *set;
	sigdelset(&current->blocked, SIGKILL);
	sigdelset(&current->blocked, SIGSTOP);
	recalc_sigpending();
	spin_unlock_irq(&current->signal->siglock);
}

void set_temporary_blocked(const sigset_t *set)
{
	current->saved_sigmask = current->blocked;
	current->restore_sigmask = true;
	set_current_blocked(set);
}

void restore_saved_sigmask(void)
{
	if (!current->restore_sigmask)
		return;
	current->restore_sigmask = false;
	set_current_blocked(&current->saved_sigmask);
}

/* ---- sending ---- */

/* Nobody kills kernel threads; init gets what it has asked for and nothing else. */
static bool sig_ignored(const struct task_struct *tsk, int sig)
{
	unsigned long handler = tsk->signal->action[sig - 1].handler;

	if (tsk->flags & PF_KTHREAD)
		return true;
	if (tsk->pid == 1 && handler == SIG_DFL)
		return true;
	if (sigismember(&tsk->blocked, sig))
		return false;
	return handler == SIG_IGN || (handler == SIG_DFL && in_mask(IGNORE_SIGNALS, sig));
}

/* A stop and a continue cancel each other when sent, whatever is blocked or handled. Value: whether the
 * process was stopped and goes on. */
static bool cancel_opposites(struct task_struct *tsk, int sig)
{
	struct signal_struct *signal = tsk->signal;
	bool stopped = signal->stop_signal;

	if (in_mask(STOP_SIGNALS, sig))
		remove_signals(&tsk->pending, sigmask(SIGCONT));
	if (sig != SIGCONT)
		return false;
	remove_signals(&tsk->pending, STOP_SIGNALS);
	signal->stop_signal = 0;
	signal->continued |= stopped;
	wake_up_state(tsk, TASK_STOPPED);
	return stopped;
}

static void queue_signal(int sig, const siginfo_t *info, struct task_struct *tsk)
{
	unsigned state = TASK_INTERRUPTIBLE;

	if (sig < SIGRTMIN && sigismember(&tsk->pending.signal, sig))
		return;
	enqueue(&tsk->pending, sig, info);
	if (sigismember(&tsk->blocked, sig))
		return;
	if (sig == SIGKILL)
		state |= TASK_WAKEKILL | TASK_STOPPED;
	set_ti_thread_flag(task_thread_info(tsk), TIF_SIGPENDING);
	wake_up_state(tsk, state);
}

int __send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk)
{
	static const siginfo_t bare = { .si_code = SI_KERNEL };
	bool continued;

	if (!sig)
		return 0;
	spin_lock(&tsk->signal->siglock);
	continued = cancel_opposites(tsk, sig);
	if (!sig_ignored(tsk, sig))
		queue_signal(sig, info ? info : &bare, tsk);
	spin_unlock(&tsk->signal->siglock);
	if (continued)
		notify_parent_cldstop(tsk, CLD_CONTINUED);
	return 0;
}

int send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&tasklist_lock, flags);
	ret = __send_sig_info(sig, info, tsk);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return ret;
}

int send_sig(int sig, struct task_struct *tsk)
{
	return send_sig_info(sig, NULL, tsk);
}

void force_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk)
{
	struct k_sigaction *ka = &tsk->signal->action[sig - 1];
	unsigned long flags;

	spin_lock_irqsave(&tsk->signal->siglock, flags);
	if (ka->handler == SIG_IGN || sigismember(&tsk->blocked, sig)) {
		ka->handler = SIG_DFL;
		sigdelset(&tsk->blocked, sig);
	}
	/* Not even init, whom nobody can kill, goes on after a fault of its own. */
	queue_signal(sig, info, tsk);
	spin_unlock_irqrestore(&tsk->signal->siglock, flags);
}

void force_sig(int sig, struct task_struct *tsk)
{
	siginfo_t info = { .si_code = SI_KERNEL };

	force_sig_info(sig, &info, tsk);
}

void force_sig_fault(int sig, int code, unsigned long addr, struct task_struct *tsk)
{
	siginfo_t info = { .si_code = code, .addr = addr };

	force_sig_info(sig, &info, tsk);
}

int kill_pgrp_info(int sig, const siginfo_t *info, pid_t pgrp)
{
	struct task_struct *p;
	unsigned long flags;
	int ret = -ESRCH;

	spin_lock_irqsave(&tasklist_lock, flags);
	for_each_process(p)
		if (p->pgrp == pgrp && !(p->flags & PF_KTHREAD))
			ret = __send_sig_info(sig, info, p);
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
		ret = __send_sig_info(sig, info, p);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return ret;
}

/* ---- process groups ---- */

bool will_be_orphaned_pgrp(pid_t pgrp, const struct task_struct *skip)
{
	struct task_struct *p;

	for_each_process(p) {
		if (p == skip || p->pgrp != pgrp || p->exit_state || p->parent->pid <= 1)
			continue;
		if (p->parent->pgrp != pgrp && p->parent->session == p->session)
			return false;
	}
	return true;
}

bool is_orphaned_pgrp(pid_t pgrp)
{
	unsigned long flags;
	bool orphaned;

	spin_lock_irqsave(&tasklist_lock, flags);
	orphaned = will_be_orphaned_pgrp(pgrp, NULL);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return orphaned;
}

bool session_has_pgrp(pid_t session, pid_t pgrp)
{
	struct task_struct *p;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&tasklist_lock, flags);
	for_each_process(p)
		found |= p->pgrp == pgrp && p->session == session;
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return found;
}

bool signal_ignored_or_blocked(int sig)
{
	return sigismember(&current->blocked, sig) ||
	       current->signal->action[sig - 1].handler == SIG_IGN;
}

/* ---- telling the parent ---- */

static void send_sigchld(struct task_struct *tsk, int sig, int why, int status)
{
	siginfo_t info = { .si_code = why };

	info.pid = tsk->pid;
	info.status = status;
	info.utime = jiffies_to_clock_t(tsk->utime);
	info.stime = jiffies_to_clock_t(tsk->stime);
	__send_sig_info(sig, &info, tsk->parent);
}

void notify_parent_cldstop(struct task_struct *tsk, int why)
{
	struct k_sigaction *ka = &tsk->parent->signal->action[SIGCHLD - 1];

	if (!(ka->flags & SA_NOCLDSTOP))
		send_sigchld(tsk, SIGCHLD, why,
			     why == CLD_CONTINUED ? SIGCONT : tsk->signal->stop_signal);
	wake_up_interruptible(&tsk->parent->signal->wait_chldexit);
}

bool notify_parent_death(struct task_struct *tsk)
{
	struct k_sigaction *ka = &tsk->parent->signal->action[SIGCHLD - 1];
	int killed = tsk->exit_code & 0x7f;

	/* clone(2) takes any number, and only here it shows whether it is a signal. */
	if (tsk->exit_signal && tsk->exit_signal <= _NSIG)
		send_sigchld(tsk, tsk->exit_signal, killed ? CLD_KILLED : CLD_EXITED,
			     killed ? killed : tsk->exit_code >> 8);
	wake_up_interruptible(&tsk->parent->signal->wait_chldexit);
	return tsk->exit_signal == SIGCHLD &&
	       (ka->handler == SIG_IGN || (ka->flags & SA_NOCLDWAIT));
}
