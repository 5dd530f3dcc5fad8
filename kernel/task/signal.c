/* Sending signals, and choosing the next one to act on. The frames on the user stack are sigframe.c's, the
 * system calls sigcalls.c's. */
#include "kernel/task/signal.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/printk.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/exit.h"
#include "kernel/task/pid.h"
#include "mm/slab.h"

/* Signals 1 to 31 by what happens without a handler: the rest terminate. */
#define STOP_SIGNALS   (sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
#define IGNORE_SIGNALS (sigmask(SIGCONT) | sigmask(SIGCHLD) | sigmask(SIGWINCH) | sigmask(SIGURG))
#define DUMP_SIGNALS                                                                \
	(sigmask(SIGQUIT) | sigmask(SIGILL) | sigmask(SIGTRAP) | sigmask(SIGABRT) | \
	 sigmask(SIGBUS) | sigmask(SIGFPE) | sigmask(SIGSEGV) | sigmask(SIGXCPU) |  \
	 sigmask(SIGXFSZ) | sigmask(SIGSYS))
/* Raised by what the task itself did: delivered before others, so that their frames tell the truth. */
#define SYNC_SIGNALS                                                               \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | sigmask(SIGTRAP) | \
	 sigmask(SIGFPE) | sigmask(SIGSYS))

#define MAX_QUEUED 8192 /* siginfo structures in the whole system */

static struct kmem_cache *sigqueue_cache;
static atomic_t nr_queued;

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

static inline bool in_mask(u32 mask, int sig)
{
	return sig < SIGRTMIN && (mask & sigmask(sig));
}

/* ---- the queue ---- */

void signals_init(void)
{
	sigqueue_cache =
		kmem_cache_create("sigqueue", sizeof(struct sigqueue), 0, SLAB_PANIC, NULL);
}

static void free_sigqueue(struct sigqueue *q)
{
	list_del(&q->list);
	kmem_cache_free(sigqueue_cache, q);
	atomic_dec(&nr_queued);
}

void flush_sigqueue(struct sigpending *pending)
{
	struct sigqueue *q, *next;

	pending->signal = (sigset_t){ { 0, 0 } };
	list_for_each_entry_safe(q, next, &pending->list, list)
		free_sigqueue(q);
}

static void remove_signals(struct sigpending *pending, u32 mask)
{
	struct sigqueue *q, *next;

	if (!(pending->signal.sig[0] & mask))
		return;
	pending->signal.sig[0] &= ~mask;
	list_for_each_entry_safe(q, next, &pending->list, list)
		if (in_mask(mask, q->info.si_signo))
			free_sigqueue(q);
}

/* Queue one; without memory the bit alone stays, and the handler sees a bare siginfo. */
static int enqueue(struct sigpending *pending, int sig, const siginfo_t *info)
{
	struct sigqueue *q = NULL;

	if (atomic_read(&nr_queued) < MAX_QUEUED)
		q = kmem_cache_alloc(sigqueue_cache, GFP_ATOMIC);
	if (q) {
		atomic_inc(&nr_queued);
		q->info = *info;
		q->info.si_signo = sig;
		list_add_tail(&q->list, &pending->list);
	} else if (sig >= SIGRTMIN && info->si_code < 0) {
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

/* Take the first queued entry of sig; its bit goes when it was the last. */
static void collect(struct sigpending *pending, int sig, siginfo_t *info)
{
	struct sigqueue *q, *next, *first = NULL;
	bool more = false;

	list_for_each_entry_safe(q, next, &pending->list, list) {
		if (q->info.si_signo != sig)
			continue;
		more = first;
		if (more)
			break;
		first = q;
	}
	if (!more)
		sigdelset(&pending->signal, sig);
	if (!first) {
		*info = (siginfo_t){ .si_signo = sig, .si_code = SI_USER };
		return;
	}
	*info = first->info;
	free_sigqueue(first);
}

int dequeue_signal(struct task_struct *tsk, const sigset_t *mask, siginfo_t *info)
{
	struct sigpending *pending = &tsk->pending;
	int sig = next_signal(pending, mask);

	if (!sig) {
		pending = &tsk->signal->shared_pending;
		sig = next_signal(pending, mask);
	}
	if (sig)
		collect(pending, sig, info);
	recalc_sigpending();
	return sig;
}

static bool has_pending(const struct task_struct *tsk)
{
	const struct sigpending *shared = &tsk->signal->shared_pending;

	return ((tsk->pending.signal.sig[0] | shared->signal.sig[0]) & ~tsk->blocked.sig[0]) ||
	       ((tsk->pending.signal.sig[1] | shared->signal.sig[1]) & ~tsk->blocked.sig[1]) ||
	       tsk->signal->group_stop_count;
}

void recalc_sigpending(void)
{
	if (has_pending(current))
		set_thread_flag(TIF_SIGPENDING);
	else if (!current->restore_sigmask)
		clear_thread_flag(TIF_SIGPENDING);
}

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

static void wake_for_signal(struct task_struct *tsk, bool fatal)
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
			wake_for_signal(t, true);
		}
		return;
	}
	wake_for_signal(target, sig == SIGKILL);
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
	ret = enqueue(pending, sig, info);
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
		enqueue(&tsk->pending, sig, info);
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
		wake_for_signal(t, true);
	}
}

/* ---- process groups ---- */

/* tasklist_lock held. skip: a member that is about to leave, or NULL. */
bool will_be_orphaned_pgrp(pid_t pgrp, const struct task_struct *skip)
{
	struct task_struct *p;

	for_each_process(p) {
		if (p == skip || p->pgrp != pgrp || p->exit_state || p->real_parent->pid <= 1)
			continue;
		if (p->real_parent->pgrp != pgrp && p->real_parent->session == p->session)
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
	for_each_process(p) {
		found = p->pgrp == pgrp && p->session == session;
		if (found)
			break;
	}
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return found;
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

/* ---- receiving ---- */

void set_current_blocked(const sigset_t *set)
{
	sigset_t mask = *set;

	sigdelset(&mask, SIGKILL);
	sigdelset(&mask, SIGSTOP);
	spin_lock_irq(&current->sighand->siglock);
	current->blocked = mask;
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

void flush_signal_handlers(struct task_struct *tsk)
{
	struct k_sigaction *ka = tsk->sighand->action;
	int i;

	for (i = 0; i < _NSIG; i++, ka++)
		*ka = (struct k_sigaction){ .handler = ka->handler == SIG_IGN ? SIG_IGN : SIG_DFL };
}

/* Stop with the group; siglock held on entry, not on return. */
static void do_signal_stop(void)
{
	struct signal_struct *sig = current->signal;
	bool last = sig->group_stop_count > 0 && !--sig->group_stop_count;

	if (last) {
		sig->flags = SIGNAL_STOP_STOPPED;
		sig->group_exit_code = sig->stop_signal;
		sig->stop_reported = false;
	}
	__set_current_state(TASK_STOPPED);
	spin_unlock_irq(&current->sighand->siglock);
	if (last) {
		spin_lock_irq(&tasklist_lock);
		notify_parent_cldstop(current, CLD_STOPPED);
		spin_unlock_irq(&tasklist_lock);
	}
	schedule();
}

/* A stop signal was taken: have every thread stop. siglock held. */
static void begin_group_stop(int signr)
{
	struct signal_struct *sig = current->signal;
	struct task_struct *t;

	if (sig->flags & SIGNAL_GROUP_EXIT)
		return;
	sig->stop_signal = signr;
	sig->group_stop_count = 0;
	for_each_thread(t, current)
	{
		if (t->exit_state || (t->flags & PF_EXITING) || t->state == TASK_STOPPED)
			continue;
		sig->group_stop_count++;
		if (t != current)
			wake_for_signal(t, false);
	}
}

static bool stop_is_ignored(int signr)
{
	bool orphaned;

	if (signr == SIGSTOP)
		return false;
	spin_unlock_irq(&current->sighand->siglock);
	orphaned = is_orphaned_pgrp(current->pgrp);
	spin_lock_irq(&current->sighand->siglock);
	return orphaned;
}

/* Default action of signr, siglock held. Returns when the task may look for the next signal, siglock
 * held; does not return when the action is to end. */
static void default_action(int signr)
{
	if (in_mask(IGNORE_SIGNALS, signr))
		return;
	if (in_mask(STOP_SIGNALS, signr)) {
		if (stop_is_ignored(signr))
			return;
		begin_group_stop(signr);
		if (current->signal->group_stop_count) {
			do_signal_stop();
			spin_lock_irq(&current->sighand->siglock);
		}
		return;
	}
	spin_unlock_irq(&current->sighand->siglock);
	current->flags |= PF_SIGNALED;
	do_group_exit(signr);
}

/* The next signal that has a handler, its action copied; 0: none left. */
static int get_signal(siginfo_t *info, struct k_sigaction *action)
{
	struct sighand_struct *sighand = current->sighand;
	int signr;

	spin_lock_irq(&sighand->siglock);
	for (;;) {
		struct k_sigaction *ka;

		if (current->signal->group_stop_count && current->state != TASK_STOPPED &&
		    !(current->signal->flags & SIGNAL_GROUP_EXIT)) {
			do_signal_stop();
			spin_lock_irq(&sighand->siglock);
			continue;
		}
		signr = dequeue_signal(current, &current->blocked, info);
		if (!signr)
			break;
		ka = &sighand->action[signr - 1];
		if (ka->handler == SIG_IGN && signr != SIGKILL)
			continue;
		if (ka->handler != SIG_DFL) {
			*action = *ka;
			if (ka->flags & SA_RESETHAND)
				ka->handler = SIG_DFL;
			break;
		}
		default_action(signr);
	}
	spin_unlock_irq(&sighand->siglock);
	return signr;
}

/* An interrupted call: have it made again, or return EINTR. handler: one is about to run. */
static void restart_call(struct pt_regs *regs, const struct k_sigaction *handler)
{
	if ((long)regs->orig_eax < 0)
		return;
	switch ((long)regs->eax) {
	case -ERESTART_RESTARTBLOCK:
		if (!handler) {
			regs->eax = 0; /* restart_syscall(2) */
			regs->eip -= 2;
			return;
		}
		regs->eax = -EINTR;
		return;
	case -ERESTARTNOHAND:
		if (!handler)
			break;
		regs->eax = -EINTR;
		return;
	case -ERESTARTSYS:
		if (!handler || (handler->flags & SA_RESTART))
			break;
		regs->eax = -EINTR;
		return;
	case -ERESTARTNOINTR:
		break;
	default:
		return;
	}
	regs->eax = regs->orig_eax;
	regs->eip -= 2; /* int 0x80 and sysenter's stand-in are two bytes long */
}

static void handle_signal(int sig, const struct k_sigaction *ka, const siginfo_t *info,
			  struct pt_regs *regs)
{
	sigset_t mask = current->restore_sigmask ? current->saved_sigmask : current->blocked;
	sigset_t blocked = current->blocked;

	restart_call(regs, ka);
	if (setup_signal_frame(sig, ka, info, &mask, regs)) {
		/* No room for the frame: the handler of SIGSEGV itself may not be tried again. */
		if (sig == SIGSEGV)
			current->sighand->action[SIGSEGV - 1].handler = SIG_DFL;
		force_sig(SIGSEGV, current);
		return;
	}
	current->restore_sigmask = false;
	blocked.sig[0] |= ka->mask.sig[0];
	blocked.sig[1] |= ka->mask.sig[1];
	if (!(ka->flags & SA_NODEFER))
		sigaddset(&blocked, sig);
	set_current_blocked(&blocked);
}

void do_signal(struct pt_regs *regs)
{
	struct k_sigaction ka;
	siginfo_t info;
	int sig = get_signal(&info, &ka);

	if (sig) {
		handle_signal(sig, &ka, &info, regs);
		regs->orig_eax = -1; /* what is below the handler was dealt with */
		return;
	}
	restart_call(regs, NULL);
	regs->orig_eax = -1;
	restore_saved_sigmask();
}
