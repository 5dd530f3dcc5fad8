/* futex(2): a waiter sleeps in a hash bucket under the identity of the word: the address space and address for
 * private memory, the page for shared. */
#include "kernel/task/futex.h"

#include "kernel/lib/errno.h"
#include "kernel/lib/list.h"
#include "kernel/lib/util.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/spinlock.h"
#include "kernel/task/time.h"
#include "mm/memory.h"
#include "mm/mm.h"
#include "mm/page.h"
#include "mm/uaccess.h"

#define NR_BUCKETS 64

struct futex_key {
	const void *object;   /* struct mm_struct, or struct page */
	unsigned long offset; /* the address, or the place in the page */
};

struct futex_waiter {
	struct list_head list; /* empty: woken */
	struct futex_key key;
	struct task_struct *task;
	u32 bitset;
};

struct futex_bucket {
	spinlock_t lock;
	struct list_head waiters;
};

static struct futex_bucket buckets[NR_BUCKETS];

static struct futex_bucket *bucket_of(const struct futex_key *key)
{
	unsigned long hash = (unsigned long)key->object / 32 + key->offset / 4;
	struct futex_bucket *b = &buckets[(hash ^ hash >> 10) % NR_BUCKETS];

	if (unlikely(!b->waiters.next))
		INIT_LIST_HEAD(&b->waiters);
	return b;
}

static bool same_key(const struct futex_key *a, const struct futex_key *b)
{
	return a->object == b->object && a->offset == b->offset;
}

/* A word in a shared mapping is known by its page; the page is pinned as long as the key is in use. */
static int get_key(const int *uaddr, bool private, struct futex_key *key)
{
	struct vm_area_struct *vma;
	struct page *page;
	long got;

	if ((unsigned long)uaddr % sizeof(int))
		return -EINVAL;
	if (!access_ok(uaddr, sizeof(int)))
		return -EFAULT;
	key->object = current->mm;
	key->offset = (unsigned long)uaddr;
	if (private)
		return 0;
	down_read(&current->mm->mmap_sem);
	got = get_user_pages(current->mm, (unsigned long)uaddr, 1, true, false, &page, &vma);
	if (got == 1 && !(vma->vm_flags & VM_SHARED)) {
		put_page(page);
	} else if (got == 1) {
		key->object = page;
		key->offset = (unsigned long)uaddr & ~PAGE_MASK;
	}
	up_read(&current->mm->mmap_sem);
	return got == 1 ? 0 : -EFAULT;
}

static void put_key(const struct futex_key *key)
{
	if (key->object != current->mm)
		put_page((struct page *)key->object);
}

/* Bucket lock held. */
static void wake_waiter(struct futex_waiter *w)
{
	struct task_struct *tsk = w->task;

	get_task_struct(tsk);
	list_del_init(&w->list);
	wake_up_process(tsk);
	put_task_struct(tsk);
}

static int wake(const struct futex_key *key, int nr, u32 bitset)
{
	struct futex_bucket *b = bucket_of(key);
	struct futex_waiter *w, *next;
	int woken = 0;

	spin_lock(&b->lock);
	list_for_each_entry_safe(w, next, &b->waiters, list) {
		if (woken >= nr)
			break;
		if (!same_key(&w->key, key) || !(w->bitset & bitset))
			continue;
		wake_waiter(w);
		woken++;
	}
	spin_unlock(&b->lock);
	return woken;
}

/* expires: by the monotonic clock, KTIME_MAX for ever. */
static long wait(const int *uaddr, const struct futex_key *key, int val, s64 expires, u32 bitset)
{
	struct futex_waiter w = { .key = *key, .task = current, .bitset = bitset };
	struct futex_bucket *b = bucket_of(key);
	long ret = 0;
	bool woken;
	int now = 0;

	/* On the list before the word is read: whoever changes it and wakes afterwards finds us. */
	spin_lock(&b->lock);
	list_add_tail(&w.list, &b->waiters);
	spin_unlock(&b->lock);
	if (get_user(now, uaddr))
		ret = -EFAULT;
	else if (now != val)
		ret = -EAGAIN;
	while (!ret) {
		s64 left = expires == KTIME_MAX ? KTIME_MAX : expires - (s64)ktime_get();

		set_current_state(TASK_INTERRUPTIBLE);
		if (list_empty(&w.list))
			break;
		if (left <= 0)
			ret = -ETIMEDOUT;
		else if (signal_pending(current))
			ret = expires == KTIME_MAX ? -ERESTARTSYS : -EINTR;
		else
			schedule_timeout(nsec_to_jiffies(left));
	}
	__set_current_state(TASK_RUNNING);
	/* The key may have changed by a requeue: then another bucket's lock guards the entry. */
	b = bucket_of(&w.key);
	spin_lock(&b->lock);
	woken = list_empty(&w.list);
	if (!woken)
		list_del(&w.list);
	spin_unlock(&b->lock);
	return woken ? 0 : ret;
}

/* Wake nr of those at `from`, make up to nr_move others wait at `to`. */
static int requeue(const struct futex_key *from, const struct futex_key *to, int nr, int nr_move)
{
	struct futex_bucket *a = bucket_of(from), *b = bucket_of(to);
	struct futex_waiter *w, *next;
	int done = 0;

	spin_lock(a < b ? &a->lock : &b->lock);
	if (a != b)
		spin_lock(a < b ? &b->lock : &a->lock);
	list_for_each_entry_safe(w, next, &a->waiters, list) {
		if (!same_key(&w->key, from))
			continue;
		if (done >= nr + nr_move)
			break;
		if (done++ < nr) {
			wake_waiter(w);
		} else {
			w->key = *to;
			list_move_tail(&w->list, &b->waiters);
		}
	}
	if (a != b)
		spin_unlock(a < b ? &b->lock : &a->lock);
	spin_unlock(a < b ? &a->lock : &b->lock);
	return done;
}

static long do_requeue(const int *uaddr, const struct futex_key *key, const int *uaddr2,
		       bool private, int nr, int nr_move, const int *expected)
{
	struct futex_key key2;
	long ret;
	int now = 0;

	if (nr < 0 || nr_move < 0)
		return -EINVAL;
	ret = get_key(uaddr2, private, &key2);
	if (ret)
		return ret;
	if (expected && get_user(now, uaddr))
		ret = -EFAULT;
	else if (expected && now != *expected)
		ret = -EAGAIN;
	else
		ret = requeue(key, &key2, nr, nr_move);
	put_key(&key2);
	return ret;
}

static bool takes_timeout(int cmd)
{
	return cmd == FUTEX_WAIT || cmd == FUTEX_WAIT_BITSET;
}

/* The time to give up, by the monotonic clock: WAIT is told how long, WAIT_BITSET until when. */
static s64 expiry(int op, s64 ns)
{
	if ((op & FUTEX_CMD_MASK) == FUTEX_WAIT) {
		s64 now = ktime_get();

		return ns > KTIME_MAX - now ? KTIME_MAX : now + ns;
	}
	if (op & FUTEX_CLOCK_REALTIME)
		ns -= ktime_get_real() - ktime_get();
	return ns;
}

static long do_futex(int *uaddr, int op, int val, s64 expires, unsigned long val2, int *uaddr2,
		     int val3)
{
	bool private = op & FUTEX_PRIVATE_FLAG;
	struct futex_key key;
	long ret = get_key(uaddr, private, &key);

	if (ret)
		return ret;
	switch (op & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		val3 = -1;
		fallthrough;
	case FUTEX_WAIT_BITSET:
		ret = val3 ? wait(uaddr, &key, val, expires, val3) : -EINVAL;
		break;
	case FUTEX_WAKE:
		val3 = -1;
		fallthrough;
	case FUTEX_WAKE_BITSET:
		ret = val3 ? wake(&key, max(val, 1), val3) : -EINVAL;
		break;
	case FUTEX_REQUEUE:
		ret = do_requeue(uaddr, &key, uaddr2, private, val, val2, NULL);
		break;
	case FUTEX_CMP_REQUEUE:
		ret = do_requeue(uaddr, &key, uaddr2, private, val, val2, &val3);
		break;
	default:
		ret = -ENOSYS;
	}
	put_key(&key);
	return ret;
}

long sys_futex(int *uaddr, int op, int val, const void *utime, int *uaddr2, int val3)
{
	s64 ns = KTIME_MAX;
	int ret;

	if (utime && takes_timeout(op & FUTEX_CMD_MASK)) {
		ret = get_timespec32(utime, &ns);
		if (ret)
			return ret;
		ns = expiry(op, ns);
	}
	return do_futex(uaddr, op, val, ns, (unsigned long)utime, uaddr2, val3);
}

long sys_futex_time64(int *uaddr, int op, int val, const void *utime, int *uaddr2, int val3)
{
	s64 ns = KTIME_MAX;
	int ret;

	if (utime && takes_timeout(op & FUTEX_CMD_MASK)) {
		ret = get_timespec64(utime, &ns);
		if (ret)
			return ret;
		ns = expiry(op, ns);
	}
	return do_futex(uaddr, op, val, ns, (unsigned long)utime, uaddr2, val3);
}
