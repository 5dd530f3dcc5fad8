/* Signals on their way: the queue of what waits, sending, and telling parents. */
#include "kernel/task/signal.h"

#include "kernel/task/pid.h"
#include "kernel/task/rusage.h"
#include "mm/slab.h"

/* Raised by what the task itself did: delivered before others, so that their frames tell the truth. */
#define SYNC_SIGNALS                                                               \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | sigmask(SIGTRAP) | \
	 sigmask(SIGFPE) | sigmask(SIGSYS))

#define MAX_QUEUED \
	65536UL /* siginfo structures in the whole system, whatever RLIMIT_SIGPENDING says */

static struct kmem_cache *sigqueue_cache;
atomic_t nr_queued;

struct sighand_struct init_sighand = { .count = ATOMIC_INIT(1),
				       .siglock = __SPIN_LOCK_UNLOCKED("&sighand->siglock") };

struct signal_struct init_signals = {
	.count = ATOMIC_INIT(1),
	.thread_head = LIST_HEAD_INIT(init_signals.thread_head),
	.wait_chldexit = __WAIT_QUEUE_HEAD_INIT(init_signals.wait_chldexit),
	.shared_pending = { .list = LIST_HEAD_INIT(init_signals.shared_pending.list) },
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

void remove_signals(struct sigpending *pending, sigset_t set)
{
	struct sigqueue *q, *next;

	pending->signal.sig[0] &= ~set.sig[0];
	pending->signal.sig[1] &= ~set.sig[1];
	list_for_each_entry_safe(q, next, &pending->list, list)
		if (sigismember(&set, q->info.si_signo))
			free_sigqueue(q);
}

void remove_group_signals(struct task_struct *tsk, sigset_t set)
{
	struct task_struct *t;

	remove_signals(&tsk->signal->shared_pending, set);
	for_each_thread(t, tsk)
		remove_signals(&t->pending, set);
}

/* Without memory the bit alone stays, and the handler sees a bare siginfo; but what a program sent with a value is
 * not sent without. */
static int enqueue(struct sigpending *pending, int sig, const siginfo_t *info, unsigned long limit)
{
	struct sigqueue *q = NULL;

	if (atomic_read(&nr_queued) < (long)min(limit, MAX_QUEUED) ||
	    (sig < SIGRTMIN && info->si_code >= 0))
		q = kmem_cache_alloc(sigqueue_cache, GFP_ATOMIC);
	if (q) {
		atomic_inc(&nr_queued);
		q->info = *info;
		q->info.si_signo = sig;
		list_add_tail(&q->list, &pending->list);
	} else if (sig >= SIGRTMIN && info->si_code != SI_USER) {
		return -EAGAIN;
	}
	sigaddset(&pending->signal, sig);
	return 0;
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

/* Take the first that is queued of sig; its bit goes with the last. */
static void collect(struct sigpending *pending, int sig, siginfo_t *info)
{
	struct sigqueue *q, *first = NULL;
	bool more = false;

	list_for_each_entry(q, &pending->list, list) {
		if (q->info.si_signo != sig)
			continue;
		more = first;
		if (more)
			break;
		first = q;
	}
	if (!more)
		sigdelset(&pending->signal, sig);
	*info = (siginfo_t){ .si_signo = sig, .si_code = SI_USER };
	if (first) {
		*info = first->info;
		free_sigqueue(first);
	}
}

int dequeue_signal(const sigset_t *mask, siginfo_t *info)
{
	struct sigpending *pending = &current->pending;
	int sig = next_signal(pending, mask);

	if (!sig) {
		pending = &current->signal->shared_pending;
		sig = next_signal(pending, mask);
	}
	if (sig)
		collect(pending, sig, info);
	recalc_sigpending();
	return sig;
}

/* Whether tsk has something to do: a signal that it does not block, a stop to take part in. */
static bool has_pending(const struct task_struct *tsk)
{
	return next_signal(&tsk->pending, &tsk->blocked) ||
	       next_signal(&tsk->signal->shared_pending, &tsk->blocked) ||
	       tsk->signal->group_stop_count;
}

void recalc_sigpending(void)
{
	if (has_pending(current))
		set_thread_flag(TIF_SIGPENDING);
	else
		clear_thread_flag(TIF_SIGPENDING);
}

void signal_wake_up(struct task_struct *tsk, bool fatal)
{
	set_ti_thread_flag(task_thread_info(tsk), TIF_SIGPENDING);
	wake_up_state(tsk, fatal ? TASK_INTERRUPTIBLE | TASK_WAKEKILL | TASK_STOPPED
				 : TASK_INTERRUPTIBLE);
}

/* current is about to take no more of what waits for its process: others that may have to look. */
static void retarget_shared_pending(void)
{
	const sigset_t *shared = &current->signal->shared_pending.signal;
	struct task_struct *t;

	if (!(shared->sig[0] | shared->sig[1]))
		return;
	for_each_thread(t, current)
		if (t != current && !(t->flags & PF_EXITING) && has_pending(t))
			signal_wake_up(t, false);
}

bool exit_signals(void)
{
	struct signal_struct *sig = current->signal;
	bool stopped, last;

	spin_lock_irq(&tasklist_lock);
	spin_lock(&current->sighand->siglock);
	current->flags |= PF_EXITING;
	last = !--sig->live;
	retarget_shared_pending();
	stopped = sig->group_stop_count && !--sig->group_stop_count && !last;
	spin_unlock(&current->sighand->siglock);
	if (stopped)
		notify_parent_cldstop(current, CLD_STOPPED);
	spin_unlock_irq(&tasklist_lock);
	return last;
}

void set_current_blocked(const sigset_t *set)
{
	spin_lock_irq(&current->sighand->siglock);
	current->blocked = *set;
	sigdelset(&current->blocked, SIGKILL);
	sigdelset(&current->blocked, SIGSTOP);
	if (current->signal->live > 1)
		retarget_shared_pending();
	recalc_sigpending();
	spin_unlock_irq(&current->sighand->siglock);
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
	unsigned long handler = tsk->sighand->action[sig - 1].handler;

	if (tsk->flags & PF_KTHREAD)
		return true;
	if (tsk->tgid == 1 && handler == SIG_DFL && !sigismember(&tsk->real_blocked, sig))
		return true;
	if (sigismember(&tsk->blocked, sig) || sigismember(&tsk->real_blocked, sig))
		return false;
	return handler == SIG_IGN || (handler == SIG_DFL && in_mask(IGNORE_SIGNALS, sig));
}

/* A stop and a continue cancel each other when sent, whatever is blocked or handled. Value: whether the
 * process was stopped and goes on. */
static bool cancel_opposites(struct task_struct *tsk, int sig)
{
	struct signal_struct *signal = tsk->signal;
	struct task_struct *t;
	bool stopped = signal->stop_signal && !signal->group_stop_count;

	if (in_mask(STOP_SIGNALS, sig))
		remove_group_signals(tsk, (sigset_t){ { sigmask(SIGCONT), 0 } });
	if (sig != SIGCONT)
		return false;
	remove_group_signals(tsk, (sigset_t){ { STOP_SIGNALS, 0 } });
	signal->stop_signal = signal->group_stop_count = 0;
	signal->continued |= stopped;
	for_each_thread(t, tsk)
		wake_up_state(t, TASK_STOPPED);
	return stopped;
}

static void zap_threads(struct task_struct *tsk, const struct task_struct *survivor)
{
	struct task_struct *t;

	tsk->signal->stop_signal = tsk->signal->group_stop_count = 0;
	for_each_thread(t, tsk) {
		if (t == survivor || t->exit_state)
			continue;
		sigaddset(&t->pending.signal, SIGKILL);
		signal_wake_up(t, true);
	}
}

void zap_other_threads(void)
{
	zap_threads(current, current);
}

static bool wants_signal(int sig, const struct task_struct *t)
{
	return !sigismember(&t->blocked, sig) && !(t->flags & PF_EXITING);
}

/* One that was queued: choose who takes it. What ends the process ends all its threads at once, whatever they sleep on. */
static void complete_signal(int sig, struct task_struct *tsk, bool group)
{
	struct task_struct *target = wants_signal(sig, tsk) ? tsk : NULL, *t;
	struct signal_struct *signal = tsk->signal;

	if (!target && group)
		for_each_thread(t, tsk)
			if (!target && wants_signal(sig, t))
				target = t;
	if (!target)
		return;
	if (tsk->sighand->action[sig - 1].handler == SIG_DFL &&
	    !in_mask(STOP_SIGNALS | IGNORE_SIGNALS, sig) &&
	    !sigismember(&target->real_blocked, sig) && !(signal->flags & SIGNAL_GROUP_EXIT)) {
		signal->flags |= SIGNAL_GROUP_EXIT;
		signal->group_exit_code = sig;
		zap_threads(tsk, NULL);
	}
	signal_wake_up(target, sig == SIGKILL);
}

int do_send_sig_info(int sig, const siginfo_t *info, struct task_struct *tsk, bool group)
{
	static const siginfo_t bare = { .si_code = SI_KERNEL };
	struct sigpending *pending = group ? &tsk->signal->shared_pending : &tsk->pending;
	bool continued;
	int ret = 0;

	if (sig <= 0 || sig > _NSIG)
		return sig ? -EINVAL : 0;
	spin_lock(&tsk->sighand->siglock);
	continued = cancel_opposites(tsk, sig);
	if (!sig_ignored(tsk, sig) && !(sig < SIGRTMIN && sigismember(&pending->signal, sig))) {
		ret = enqueue(pending, sig, info ? info : &bare,
			      tsk->signal->rlim[RLIMIT_SIGPENDING].rlim_cur);
		if (!ret)
			complete_signal(sig, tsk, group);
	}
	spin_unlock(&tsk->sighand->siglock);
	if (continued)
		notify_parent_cldstop(tsk, CLD_CONTINUED);
	return ret;
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

void force_sig_fault(int sig, int code, unsigned long addr, struct task_struct *tsk)
{
	struct k_sigaction *ka = &tsk->sighand->action[sig - 1];
	siginfo_t info = { .si_code = code, .addr = addr };
	unsigned long flags;

	spin_lock_irqsave(&tsk->sighand->siglock, flags);
	if (ka->handler == SIG_IGN || sigismember(&tsk->blocked, sig)) {
		ka->handler = SIG_DFL;
		sigdelset(&tsk->blocked, sig);
	}
	/* Not even init, whom nobody can kill, goes on after a fault of its own. */
	if (!sigismember(&tsk->pending.signal, sig))
		(void)enqueue(&tsk->pending, sig, &info, RLIM_INFINITY);
	signal_wake_up(tsk, sig == SIGKILL);
	spin_unlock_irqrestore(&tsk->sighand->siglock, flags);
}

int kill_pgrp_info(int sig, const siginfo_t *info, pid_t pgrp)
{
	struct task_struct *p;
	unsigned long flags;
	int ret = -ESRCH;

	spin_lock_irqsave(&tasklist_lock, flags);
	for_each_process(p)
		if (p->signal->pgrp == pgrp && !(p->flags & PF_KTHREAD))
			ret = __send_sig_info(sig, info, p);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return ret;
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
		const struct signal_struct *sig = p->signal, *parent = p->parent->signal;

		if ((skip && p == skip) || sig->pgrp != pgrp ||
		    (p->exit_state && !sig->nr_threads) || p->parent->pid <= 1)
			continue;
		if (parent->pgrp != pgrp && parent->session == sig->session)
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
		found |= p->signal->pgrp == pgrp && p->signal->session == session;
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return found;
}

bool signal_ignored_or_blocked(int sig)
{
	return sigismember(&current->blocked, sig) ||
	       current->sighand->action[sig - 1].handler == SIG_IGN;
}

void process_usage(const struct task_struct *tsk, struct task_usage *sum)
{
	const struct task_struct *t;

	*sum = tsk->signal->use;
	for_each_thread(t, tsk)
		add_usage(sum, &t->use);
}

/* ---- telling the parent ---- */

/* leader's parent is told of the whole process. */
static void send_sigchld(struct task_struct *leader, int sig, int why, int status)
{
	siginfo_t info = { .si_code = why };
	struct task_usage use;

	process_usage(leader, &use);
	info.pid = leader->pid;
	info.status = status;
	info.utime = jiffies_to_clock_t(use.utime);
	info.stime = jiffies_to_clock_t(use.stime);
	__send_sig_info(sig, &info, leader->parent);
}

void notify_parent_cldstop(struct task_struct *tsk, int why)
{
	struct task_struct *leader = tsk->group_leader, *parent = leader->parent;

	if (!(parent->sighand->action[SIGCHLD - 1].flags & SA_NOCLDSTOP))
		send_sigchld(leader, SIGCHLD, why,
			     why == CLD_CONTINUED ? SIGCONT : tsk->signal->stop_signal);
	wake_up_interruptible(&parent->signal->wait_chldexit);
}

bool notify_parent_death(struct task_struct *leader)
{
	struct k_sigaction *ka = &leader->parent->sighand->action[SIGCHLD - 1];
	int killed = leader->exit_code & 0x7f;

	/* clone(2) takes any number, and only here it shows whether it is a signal. */
	if (leader->exit_signal && leader->exit_signal <= _NSIG)
		send_sigchld(leader, leader->exit_signal, killed ? CLD_KILLED : CLD_EXITED,
			     killed ? killed : leader->exit_code >> 8);
	wake_up_interruptible(&leader->parent->signal->wait_chldexit);
	return leader->exit_signal == SIGCHLD &&
	       (ka->handler == SIG_IGN || (ka->flags & SA_NOCLDWAIT));
}
