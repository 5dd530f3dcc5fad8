/*
 * poll and select: ask every file what it is ready for, sleep on all their wait queues at once, ask
 * again.
 */
#include "kernel/fs/fdtable.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/bitops.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/math64.h"
#include "kernel/lib/string.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/rlimit.h"
#include "kernel/sched/task.h"
#include "kernel/sched/timer.h"
#include "kernel/task/signal.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

/* ---- waiting on many queues ---- */

struct poll_entry {
	wait_queue_t wait;
	wait_queue_head_t *queue;
	struct file *file; /* keeps the queue alive; with a reference */
	struct poll_wqueues *owner;
	struct poll_entry *next;
};

#define POLL_INLINE 8 /* entries that need no allocation */

struct poll_wqueues {
	struct poll_table table;
	struct task_struct *task;
	bool triggered;
	int error;
	int nr_inline;
	struct poll_entry *entries;
	struct poll_entry inline_entries[POLL_INLINE];
};

static bool poll_wake(wait_queue_t *wait, unsigned int mode, void *key)
{
	struct poll_wqueues *pwq = container_of(wait, struct poll_entry, wait)->owner;

	pwq->triggered = true;
	return wake_up_state(pwq->task, mode);
}

static void poll_queue(struct file *file, wait_queue_head_t *queue, struct poll_table *table)
{
	struct poll_wqueues *pwq = container_of(table, struct poll_wqueues, table);
	struct poll_entry *e;

	if (pwq->nr_inline < POLL_INLINE)
		e = &pwq->inline_entries[pwq->nr_inline++];
	else
		e = kmalloc(sizeof(*e), GFP_KERNEL);
	if (!e) {
		pwq->error = -ENOMEM;
		return;
	}
	init_waitqueue_func_entry(&e->wait, poll_wake);
	get_file(file);
	e->file = file;
	e->queue = queue;
	e->owner = pwq;
	e->next = pwq->entries;
	pwq->entries = e;
	add_wait_queue(queue, &e->wait);
}

static void poll_init(struct poll_wqueues *pwq)
{
	pwq->table.qproc = poll_queue;
	pwq->task = current;
	pwq->triggered = false;
	pwq->error = 0;
	pwq->nr_inline = 0;
	pwq->entries = NULL;
}

static void poll_free(struct poll_wqueues *pwq)
{
	struct poll_entry *e = pwq->entries;

	while (e) {
		struct poll_entry *next = e->next;

		remove_wait_queue(e->queue, &e->wait);
		fput(e->file);
		if (e < pwq->inline_entries || e >= pwq->inline_entries + POLL_INLINE)
			kfree(e);
		e = next;
	}
}

/* Time: nanoseconds of ktime_get() at which to give up. */
#define NO_TIMEOUT (~0ull)

/*
 * Call @scan(arg, table) until it counts something ready, time is up or a signal comes. It
 * registers with the table only the first time round. Returns the count, 0, -EINTR or -ENOMEM.
 */
static int poll_loop(int (*scan)(void *arg, struct poll_table *table), void *arg, u64 deadline)
{
	struct poll_wqueues pwq;
	int count;

	poll_init(&pwq);
	for (;;) {
		long ticks = MAX_SCHEDULE_TIMEOUT;
		u64 now;

		count = scan(arg, &pwq.table);
		pwq.table.qproc = NULL;
		if (!count)
			count = pwq.error;
		if (count)
			break;
		if (signal_pending(current)) {
			count = -EINTR;
			break;
		}
		if (deadline != NO_TIMEOUT) {
			now = ktime_get();
			if (now >= deadline)
				break;
			ticks = min_t(
				u64, div_u64(deadline - now + NSEC_PER_TICK - 1, NSEC_PER_TICK) + 1,
				LONG_MAX - 1);
		}
		set_current_state(TASK_INTERRUPTIBLE);
		if (!pwq.triggered)
			schedule_timeout(ticks);
		__set_current_state(TASK_RUNNING);
		pwq.triggered = false;
	}
	poll_free(&pwq);
	return count;
}

/* The file's state, asked about POLL bits @wanted; errors are always reported. @file may be NULL.
 */
static unsigned int poll_file(struct file *file, struct poll_table *table)
{
	return file->f_op->poll ? file->f_op->poll(file, table)
				: POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
}

/* ---- poll ---- */

struct pollfd {
	int fd;
	short events, revents;
};

struct poll_list {
	struct pollfd *fds;
	unsigned int nr;
};

static int scan_poll(void *arg, struct poll_table *table)
{
	struct poll_list *list = arg;
	int count = 0;

	for (unsigned int i = 0; i < list->nr; i++) {
		struct pollfd *p = &list->fds[i];
		unsigned int mask = POLLNVAL;
		struct file *file;

		p->revents = 0;
		if (p->fd < 0)
			continue;
		file = fget(p->fd);
		if (file) {
			mask = poll_file(file, table) & ((u16)p->events | POLLERR | POLLHUP);
			fput(file);
		}
		p->revents = mask;
		if (mask) {
			count++;
			table->qproc = NULL;
		}
	}
	return count;
}

static long do_poll(struct pollfd *user, unsigned int nr, u64 deadline)
{
	struct poll_list list = { NULL, nr };
	size_t size = nr * sizeof(struct pollfd);
	long count;

	if (nr > rlimit(RLIMIT_NOFILE) || nr > NR_OPEN_MAX)
		return -EINVAL;
	list.fds = kmalloc(max_t(size_t, size, 1), GFP_KERNEL);
	if (!list.fds)
		return -ENOMEM;
	if (copy_from_user(list.fds, user, size)) {
		kfree(list.fds);
		return -EFAULT;
	}
	count = poll_loop(scan_poll, &list, deadline);
	for (unsigned int i = 0; count >= 0 && i < nr; i++)
		if (copy_to_user(&user[i].revents, &list.fds[i].revents, sizeof(short)))
			count = -EFAULT;
	kfree(list.fds);
	return count;
}

long sys_poll(struct pollfd *fds, unsigned int nr, int timeout)
{
	u64 deadline = timeout < 0 ? NO_TIMEOUT
		       : timeout   ? ktime_get() + (u64)timeout * 1000000
				   : 0;
	long n = do_poll(fds, nr, deadline);

	return n == -EINTR && timeout < 0 ? -ERESTARTNOHAND : n;
}

/* ---- time and signal mask of the p calls ---- */

/*
 * A struct timespec (@unit 1) or timeval (@unit 1000 nanoseconds) of user space becomes a deadline: NO_TIMEOUT
 * where there is none, 0 for no time at all. 0, -EFAULT, -EINVAL.
 */
static int get_deadline(const s32 *user, u32 unit, u64 *deadline)
{
	s32 t[2];

	*deadline = NO_TIMEOUT;
	if (!user)
		return 0;
	if (copy_from_user(t, user, sizeof(t)))
		return -EFAULT;
	if (t[0] < 0 || t[1] < 0 || (unit == 1 && t[1] >= NSEC_PER_SEC))
		return -EINVAL;
	*deadline = t[0] || t[1] ? ktime_get() + (u64)t[0] * NSEC_PER_SEC + (u64)t[1] * unit : 0;
	return 0;
}

/* Tell the caller what is left. A structure that cannot be written is no reason to fail (select(2)). */
static void put_remaining(s32 *user, u32 unit, u64 deadline)
{
	u64 now = ktime_get();
	u32 rest;
	s32 t[2];

	if (!user)
		return;
	t[0] = div_u64_rem(deadline > now ? deadline - now : 0, NSEC_PER_SEC, &rest);
	t[1] = rest / unit;
	if (copy_to_user(user, t, sizeof(t)))
		return;
}

static int set_mask(const void *user, size_t size)
{
	sigset_t mask;

	if (!user)
		return 0;
	if (size != sizeof(mask))
		return -EINVAL;
	if (copy_from_user(&mask, user, sizeof(mask)))
		return -EFAULT;
	set_temporary_blocked(&mask);
	return 0;
}

/* The temporary mask ends with the call, unless a handler is to run under it first. */
static long end_mask(const void *user, long result)
{
	if (result != -EINTR)
		restore_saved_sigmask();
	return result == -EINTR ? -ERESTARTNOHAND : result;
}

long sys_ppoll(struct pollfd *fds, unsigned int nr, s32 *ts, const void *mask, size_t size)
{
	u64 deadline;
	long n = get_deadline(ts, 1, &deadline);

	if (!n)
		n = set_mask(mask, size);
	if (n)
		return n;
	n = do_poll(fds, nr, deadline);
	put_remaining(ts, 1, deadline);
	return end_mask(mask, n);
}

/* ---- select ---- */

#define SELECT_READ   (POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR)
#define SELECT_WRITE  (POLLWRNORM | POLLWRBAND | POLLOUT | POLLERR)
#define SELECT_EXCEPT POLLPRI

struct select_sets {
	unsigned int nr;       /* descriptors looked at */
	unsigned long *in[3];  /* asked for: read, write, exceptions */
	unsigned long *out[3]; /* found */
};

static int scan_select(void *arg, struct poll_table *table)
{
	static const unsigned int wanted[3] = { SELECT_READ, SELECT_WRITE, SELECT_EXCEPT };
	struct select_sets *s = arg;
	int count = 0;

	memset(s->out[0], 0, 3 * BITS_TO_LONGS(s->nr) * sizeof(long));
	for (unsigned int fd = 0; fd < s->nr; fd++) {
		struct file *file;
		unsigned int mask;

		if (!test_bit(fd, s->in[0]) && !test_bit(fd, s->in[1]) && !test_bit(fd, s->in[2]))
			continue;
		file = fget(fd);
		if (!file)
			return -EBADF;
		mask = poll_file(file, table);
		fput(file);
		for (int k = 0; k < 3; k++) {
			if (test_bit(fd, s->in[k]) && (mask & wanted[k])) {
				__set_bit(fd, s->out[k]);
				count++;
				table->qproc = NULL;
			}
		}
	}
	return count;
}

static long do_select(int nr, unsigned long *user[3], u64 deadline)
{
	struct select_sets s;
	unsigned long *bits;
	size_t longs, size;
	long count = 0;

	if (nr < 0)
		return -EINVAL;
	s.nr = min_t(unsigned int, nr, current->files->max_fds);
	longs = BITS_TO_LONGS(s.nr);
	size = longs * sizeof(long);
	bits = kzalloc(max_t(size_t, 6 * size, 1), GFP_KERNEL);
	if (!bits)
		return -ENOMEM;
	for (int k = 0; k < 3; k++) {
		s.in[k] = bits + k * longs;
		s.out[k] = bits + (3 + k) * longs;
		if (user[k] && copy_from_user(s.in[k], user[k], size))
			count = -EFAULT;
	}
	if (!count)
		count = poll_loop(scan_select, &s, deadline);
	for (int k = 0; count >= 0 && k < 3; k++)
		if (user[k] && copy_to_user(user[k], s.out[k], size))
			count = -EFAULT;
	kfree(bits);
	return count;
}

long sys_select(int nr, unsigned long *in, unsigned long *out, unsigned long *except, s32 *tv)
{
	unsigned long *user[3] = { in, out, except };
	u64 deadline;
	long n = get_deadline(tv, NSEC_PER_USEC, &deadline);

	if (n)
		return n;
	n = do_select(nr, user, deadline);
	put_remaining(tv, NSEC_PER_USEC, deadline);
	return end_mask(NULL, n);
}

/* @sig: a pointer to a signal mask and its size, in memory because registers have run out. */
long sys_pselect6(int nr, unsigned long *in, unsigned long *out, unsigned long *except, s32 *ts,
		  const void *sig)
{
	unsigned long *user[3] = { in, out, except };
	struct {
		const void *mask;
		size_t size;
	} arg = { NULL, 0 };
	u64 deadline;
	long n = get_deadline(ts, 1, &deadline);

	if (!n && sig && copy_from_user(&arg, sig, sizeof(arg)))
		n = -EFAULT;
	if (!n)
		n = set_mask(arg.mask, arg.size);
	if (n)
		return n;
	n = do_select(nr, user, deadline);
	put_remaining(ts, 1, deadline);
	return end_mask(arg.mask, n);
}
