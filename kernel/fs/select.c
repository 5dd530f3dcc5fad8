/*
 * poll and select: ask every file what it is ready for, sleep on all their wait queues at once, ask
 * again. select is poll in other clothes.
 */
#include "kernel/fs/fdtable.h"
#include "kernel/fs/poll.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/math64.h"
#include "kernel/sched/clock.h"
#include "kernel/task/signal.h"
#include "kernel/task/time.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

/* ---- waiting on many queues ---- */

/* One call. */
struct poll_table {
	struct task_struct *task;
	bool full;      /* the files know of us */
	bool triggered; /* one of them has called since we last looked */
	int error;
	struct poll_entry *entries;
};

struct poll_entry {
	wait_queue_t wait;
	wait_queue_head_t *queue;
	struct file *file; /* keeps the queue alive; with a reference */
	struct poll_table *table;
	struct poll_entry *next;
};

static bool poll_wake(wait_queue_t *wait, unsigned int mode, void *key)
{
	struct poll_table *table = container_of(wait, struct poll_entry, wait)->table;

	table->triggered = true;
	return wake_up_state(table->task, mode);
}

void poll_wait(struct file *file, wait_queue_head_t *queue, struct poll_table *table)
{
	struct poll_entry *e;

	if (table->full)
		return;
	e = kmalloc(sizeof(*e), GFP_KERNEL);
	if (!e) {
		table->error = -ENOMEM;
		return;
	}
	init_waitqueue_func_entry(&e->wait, poll_wake);
	get_file(file);
	e->file = file;
	e->queue = queue;
	e->table = table;
	e->next = table->entries;
	table->entries = e;
	add_wait_queue(queue, &e->wait);
}

static void poll_free(struct poll_table *table)
{
	struct poll_entry *e;

	while ((e = table->entries)) {
		table->entries = e->next;
		remove_wait_queue(e->queue, &e->wait);
		fput(e->file);
		kfree(e);
	}
}

struct pollfd {
	int fd;
	short events, revents;
};

/* Ask all files once; returns how many have something to say. */
static int scan(struct pollfd *p, unsigned int nr, struct poll_table *table)
{
	int count = 0;

	for (; nr--; p++) {
		unsigned int mask = POLLNVAL;
		struct file *file;

		p->revents = 0;
		if (p->fd < 0)
			continue;
		file = fget(p->fd);
		if (file) {
			mask = file->f_op->poll ? file->f_op->poll(file, table)
						: POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
			mask &= (u16)p->events | POLLERR | POLLHUP;
			fput(file);
		}
		p->revents = mask;
		if (mask) {
			count++;
			table->full = true; /* there will be no waiting */
		}
	}
	return count;
}

/* Ask until somebody is ready, the clock shows @deadline or a signal comes. The count, 0, -EINTR or -ENOMEM. */
static int poll_files(struct pollfd *fds, unsigned int nr, s64 deadline)
{
	struct poll_table table = { .task = current, .full = !deadline };
	int count;

	for (;;) {
		long ticks;

		count = scan(fds, nr, &table);
		table.full = true;
		if (!count)
			count = table.error;
		if (!count && signal_pending(current))
			count = -EINTR;
		ticks = count ? 0 : jiffies_until(deadline);
		if (!ticks)
			break;
		set_current_state(TASK_INTERRUPTIBLE);
		if (!table.triggered)
			schedule_timeout(ticks);
		__set_current_state(TASK_RUNNING);
		table.triggered = false;
	}
	poll_free(&table);
	return count;
}

/* ---- how long, and under which signal mask ---- */

/* The shapes in which a time comes from user space. */
enum time_shape { TIMEVAL, TIMESPEC, TIMESPEC64 };

/* The time that @user says (NULL: for ever) becomes a deadline. 0, -EFAULT, -EINVAL. */
static int get_deadline(const void *user, enum time_shape shape, s64 *deadline)
{
	int err = user ? get_timespec(user, deadline, shape == TIMESPEC64) : 0;
	u32 usec;

	if (!user)
		*deadline = KTIME_MAX;
	if (err || !user || !*deadline)
		return err;
	if (shape == TIMEVAL) { /* a timespec that says thousands of nanoseconds */
		div_u64_rem(*deadline, NSEC_PER_SEC, &usec);
		*deadline += usec * 999ull;
	}
	*deadline = ktime_after(*deadline);
	return 0;
}

/* Tell the caller what is left. If that cannot be written it is no reason to fail (select(2)). */
static void put_remaining(void *user, enum time_shape shape, s64 deadline)
{
	s64 left = max_t(s64, deadline - ktime_get(), 0);
	u32 nsec;

	if (!user || !deadline)
		return;
	if (shape == TIMEVAL) {
		div_u64_rem(left, NSEC_PER_SEC, &nsec);
		left -= nsec - nsec / NSEC_PER_USEC;
	}
	put_timespec(left, user, shape == TIMESPEC64);
}

/* The task's signal mask is the one at @user from now on; NULL: it stays. 0, -EINVAL, -EFAULT. */
static int set_user_sigmask(const void *user, size_t size)
{
	sigset_t mask;

	if (!user)
		return 0;
	if (size != sizeof(mask))
		return -EINVAL;
	if (copy_from_user(&mask, user, sizeof(mask)))
		return -EFAULT;
	sigdelset(&mask, SIGKILL);
	sigdelset(&mask, SIGSTOP);
	set_temporary_blocked(&mask);
	return 0;
}

/* The end of a call that set a mask, and told no less than how much time is left. Returns what the call
 * returns for @n. */
static long finish(long n, const void *mask, void *time, enum time_shape shape, s64 deadline)
{
	if (n == -EINTR)
		n = -ERESTARTNOHAND;
	/* The mask ends with the call, unless a handler is to run under it first. */
	if (mask && n != -ERESTARTNOHAND)
		restore_saved_sigmask();
	put_remaining(time, shape, deadline);
	return n;
}

/* ---- poll ---- */

static long do_poll(struct pollfd *user, unsigned int nr, s64 deadline)
{
	size_t size = nr * sizeof(*user);
	struct pollfd *fds;
	long count;

	if (nr > rlimit(RLIMIT_NOFILE) || nr > NR_OPEN_MAX)
		return -EINVAL;
	fds = kmalloc(size + 1, GFP_KERNEL);
	if (!fds)
		return -ENOMEM;
	count = copy_from_user(fds, user, size) ? -EFAULT : poll_files(fds, nr, deadline);
	for (unsigned int i = 0; count >= 0 && i < nr; i++)
		if (copy_to_user(&user[i].revents, &fds[i].revents, sizeof(short)))
			count = -EFAULT;
	kfree(fds);
	return count;
}

/* @user: the descriptors, arg[0] their number. */
static long poll_until(const struct restart_block *poll)
{
	long n = do_poll(poll->user, poll->arg[0], poll->expires);

	return n == -EINTR
		       ? restart_later(poll_until, poll->expires, poll->user, poll->arg[0], 0, 0)
		       : n;
}

long sys_poll(struct pollfd *fds, unsigned int nr, int timeout)
{
	s64 deadline = timeout < 0 ? KTIME_MAX : timeout ? ktime_after(timeout * 1000000ll) : 0;

	return poll_until(
		&(struct restart_block){ .expires = deadline, .user = fds, .arg = { nr } });
}

static long poll_masked(struct pollfd *fds, unsigned int nr, void *time, enum time_shape shape,
			const void *mask, size_t size)
{
	s64 deadline;
	long n = get_deadline(time, shape, &deadline);

	if (!n)
		n = set_user_sigmask(mask, size);
	return n ? n : finish(do_poll(fds, nr, deadline), mask, time, shape, deadline);
}

long sys_ppoll(struct pollfd *fds, unsigned int nr, void *ts, const void *mask, size_t size)
{
	return poll_masked(fds, nr, ts, TIMESPEC, mask, size);
}

long sys_ppoll_time64(struct pollfd *fds, unsigned int nr, void *ts, const void *mask, size_t size)
{
	return poll_masked(fds, nr, ts, TIMESPEC64, mask, size);
}

/* ---- select ---- */

/* What each of the three sets asks for, and what poll may answer to it. */
static const struct {
	unsigned int ask, answer;
} sets[3] = {
	{ POLLIN, POLLRDNORM | POLLIN | POLLHUP | POLLERR },
	{ POLLOUT, POLLWRNORM | POLLOUT | POLLERR },
	{ POLLPRI, POLLPRI },
};

/* The sets in @bits, @longs words each, become @fds. Returns how many there are. */
static unsigned int sets_to_fds(const unsigned long *bits, size_t longs, unsigned int nr,
				struct pollfd *fds)
{
	unsigned int used = 0;

	for (unsigned int fd = 0; fd < nr; fd++) {
		struct pollfd p = { .fd = fd };

		for (int k = 0; k < 3; k++)
			if (test_bit(fd, bits + k * longs))
				p.events |= sets[k].ask;
		if (p.events)
			fds[used++] = p;
	}
	return used;
}

/* And back: @bits become the answers. Returns their number, or -EBADF. */
static long fds_to_sets(const struct pollfd *fds, unsigned int used, unsigned long *bits,
			size_t longs)
{
	long count = 0;

	for (size_t i = 0; i < 3 * longs; i++)
		bits[i] = 0;
	for (; used--; fds++) {
		if (fds->revents & POLLNVAL)
			return -EBADF;
		for (int k = 0; k < 3; k++) {
			if ((fds->events & sets[k].ask) && (fds->revents & sets[k].answer)) {
				__set_bit(fds->fd, bits + k * longs);
				count++;
			}
		}
	}
	return count;
}

static long do_select(int n, unsigned long *user[3], s64 deadline)
{
	unsigned int nr = min_t(unsigned int, n, current->files->max_fds), used;
	size_t longs = BITS_TO_LONGS(nr), size = longs * sizeof(long);
	struct pollfd *fds;
	unsigned long *bits;
	long count = 0;

	if (n < 0)
		return -EINVAL;
	bits = kzalloc(3 * size + nr * sizeof(*fds) + 1, GFP_KERNEL);
	if (!bits)
		return -ENOMEM;
	fds = (struct pollfd *)(bits + 3 * longs);
	for (int k = 0; k < 3; k++)
		if (user[k] && copy_from_user(bits + k * longs, user[k], size))
			count = -EFAULT;
	if (!count) {
		used = sets_to_fds(bits, longs, nr, fds);
		count = poll_files(fds, used, deadline);
		if (count >= 0)
			count = fds_to_sets(fds, used, bits, longs);
	}
	for (int k = 0; count >= 0 && k < 3; k++)
		if (user[k] && copy_to_user(user[k], bits + k * longs, size))
			count = -EFAULT;
	kfree(bits);
	return count;
}

static long select_masked(int nr, unsigned long *user[3], void *time, enum time_shape shape,
			  const void *mask, size_t size)
{
	s64 deadline;
	long n = get_deadline(time, shape, &deadline);

	if (!n)
		n = set_user_sigmask(mask, size);
	return n ? n : finish(do_select(nr, user, deadline), mask, time, shape, deadline);
}

long sys_select(int nr, unsigned long *in, unsigned long *out, unsigned long *except, void *tv)
{
	return select_masked(nr, (unsigned long *[]){ in, out, except }, tv, TIMEVAL, NULL, 0);
}

/* @sig: a pointer to a signal mask and its size, in memory because registers have run out. */
static long pselect(int nr, unsigned long *user[3], void *ts, enum time_shape shape,
		    const void *sig)
{
	struct {
		const void *mask;
		size_t size;
	} arg = { NULL, 0 };

	if (sig && copy_from_user(&arg, sig, sizeof(arg)))
		return -EFAULT;
	return select_masked(nr, user, ts, shape, arg.mask, arg.size);
}

long sys_pselect6(int nr, unsigned long *in, unsigned long *out, unsigned long *except, void *ts,
		  const void *sig)
{
	return pselect(nr, (unsigned long *[]){ in, out, except }, ts, TIMESPEC, sig);
}

long sys_pselect6_time64(int nr, unsigned long *in, unsigned long *out, unsigned long *except,
			 void *ts, const void *sig)
{
	return pselect(nr, (unsigned long *[]){ in, out, except }, ts, TIMESPEC64, sig);
}
