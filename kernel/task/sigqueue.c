/* Signals that wait: the sets and queues of tasks and processes, and the mask that holds signals back. */
#include "kernel/task/sigqueue.h"

#include "kernel/lib/errno.h"
#include "kernel/sched/spinlock.h"
#include "mm/slab.h"

#define MAX_QUEUED 8192 /* siginfo structures in the whole system */

static struct kmem_cache *sigqueue_cache;
static atomic_t nr_queued;

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

void remove_signals(struct sigpending *pending, u32 mask)
{
	struct sigqueue *q, *next;

	if (!(pending->signal.sig[0] & mask))
		return;
	pending->signal.sig[0] &= ~mask;
	list_for_each_entry_safe(q, next, &pending->list, list)
		if (in_mask(mask, q->info.si_signo))
			free_sigqueue(q);
}

int enqueue_signal(struct sigpending *pending, int sig, const siginfo_t *info)
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

/* ---- the mask ---- */

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
