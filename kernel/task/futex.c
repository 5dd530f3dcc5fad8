/* Futexes. A waiter sleeps in a hash bucket under the identity of its word: address space and address, or, in shared
 * memory, the object and the place in it. A waiter holds nothing of what its key names: should that go and another take
 * its place, it is woken for nothing, which every user of a futex expects. */
#include "kernel/task/futex.h"

#include "kernel/lib/string.h"
#include "kernel/sched/clock.h"
#include "kernel/sched/sched.h"
#include "kernel/task/pid.h"
#include "kernel/task/syscalls.h"
#include "kernel/task/time.h"
#include "mm/highmem.h"
#include "mm/memory.h"
#include "mm/uaccess.h"

#define FUTEX_WAIT           0
#define FUTEX_WAKE           1
#define FUTEX_REQUEUE        3
#define FUTEX_CMP_REQUEUE    4
#define FUTEX_WAKE_OP        5
#define FUTEX_WAIT_BITSET    9
#define FUTEX_WAKE_BITSET    10
#define FUTEX_PRIVATE_FLAG   128
#define FUTEX_CLOCK_REALTIME 256
#define FUTEX_CMD_MASK       (~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME))
#define MATCH_ANY            0xffffffffu

/* What a robust mutex holds: its owner's number, and these. */
#define FUTEX_WAITERS     0x80000000u
#define FUTEX_OWNER_DIED  0x40000000u
#define FUTEX_TID_MASK    0x3fffffffu
#define ROBUST_LIST_LIMIT 2048

#define NR_BUCKETS 64

struct futex_key {
	const void *object; /* struct mm_struct, or struct address_space */
	pgoff_t index;      /* the page in the object */
	unsigned long offset;
};

struct futex_waiter {
	struct list_head list; /* empty: woken */
	struct futex_key key;
	struct task_struct *task;
	u32 bitset;
};

static DEFINE_SPINLOCK(futex_lock); /* guards all buckets, and what a waiter in one of them holds */
static struct list_head buckets[NR_BUCKETS];

void futex_init(void)
{
	int i;

	for (i = 0; i < NR_BUCKETS; i++)
		INIT_LIST_HEAD(&buckets[i]);
}

static struct list_head *bucket_of(const struct futex_key *key)
{
	unsigned long hash = (unsigned long)key->object / 32 + key->index + key->offset / 4;

	return &buckets[(hash ^ hash >> 10) % NR_BUCKETS];
}

static int get_key(u32 *uaddr, int op, struct futex_key *key)
{
	unsigned long addr = (unsigned long)uaddr;
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	struct page *page;
	int ret = 0;

	if (addr % sizeof(*uaddr))
		return -EINVAL;
	if (!access_ok(uaddr, sizeof(*uaddr)))
		return -EFAULT;
	*key = (struct futex_key){ mm, 0, addr };
	if (op & FUTEX_PRIVATE_FLAG)
		return 0;
	down_read(&mm->mmap_sem);
	vma = find_vma(mm, addr);
	if (!vma || vma->vm_start > addr) {
		ret = -EFAULT;
	} else if (vma->vm_flags & VM_MAYSHARE) {
		ret = get_user_pages(mm, addr, 1, false, false, &page) == 1 ? 0 : -EFAULT;
		if (!ret) {
			*key = (struct futex_key){ page->mapping, page->index, addr & ~PAGE_MASK };
			put_page(page);
		}
	}
	up_read(&mm->mmap_sem);
	return ret;
}

/* ---- waking ---- */

/* Wake up to nr, at least one, of those at key; the others up to nr_move wait at `to` from now on (NULL: nowhere). Value:
 * how many of both. */
static int wake_queued(const struct futex_key *key, int nr, u32 bitset, const struct futex_key *to,
		       int nr_move)
{
	struct futex_waiter *w, *next;
	int done = 0;

	spin_lock(&futex_lock);
	list_for_each_entry_safe(w, next, bucket_of(key), list) {
		struct task_struct *tsk = w->task;

		if (done - nr >= nr_move)
			break;
		if (memcmp(&w->key, key, sizeof(*key)) || !(w->bitset & bitset))
			continue;
		if (done++ >= nr) {
			w->key = *to;
			list_move_tail(&w->list, bucket_of(to));
			continue;
		}
		/* Once off the list the waiter may return, and end. */
		get_task_struct(tsk);
		list_del_init(&w->list);
		wake_up_process(tsk);
		put_task_struct(tsk);
	}
	spin_unlock(&futex_lock);
	return done;
}

static long futex_wake(u32 *uaddr, int op, int nr, u32 bitset)
{
	struct futex_key key;
	int ret = bitset ? get_key(uaddr, op, &key) : -EINVAL;

	return ret ? ret : wake_queued(&key, max(nr, 1), bitset, NULL, 0);
}

static long futex_requeue(u32 *uaddr, u32 *uaddr2, int op, int nr, int nr_move, const u32 *expected)
{
	struct futex_key key, to;
	u32 now;
	int ret;

	if (nr < 0 || nr_move < 0)
		return -EINVAL;
	if ((ret = get_key(uaddr, op, &key)) || (ret = get_key(uaddr2, op, &to)))
		return ret;
	if (expected && get_user(now, uaddr))
		return -EFAULT;
	if (expected && now != *expected)
		return -EAGAIN;
	return wake_queued(&key, nr, MATCH_ANY, &to, nr_move);
}

/* The word in memory that is not copied, and stays until it is unmapped; NULL where none can be written. May sleep. */
static u32 *map_word(u32 *uaddr, struct page **page)
{
	unsigned long addr = (unsigned long)uaddr;
	long got;

	if (addr % sizeof(*uaddr) || !access_ok(uaddr, sizeof(*uaddr)))
		return NULL;
	down_read(&current->mm->mmap_sem);
	got = get_user_pages(current->mm, addr, 1, true, false, page);
	up_read(&current->mm->mmap_sem);
	return got == 1 ? (u32 *)((char *)kmap(*page) + (addr & ~PAGE_MASK)) : NULL;
}

static void unmap_word(struct page *page)
{
	kunmap(page);
	put_page(page);
}

/* What FUTEX_WAKE_OP does to its second word, @how (futex(2)) saying what. Value: what the word was then compares as
 * asked; -ENOSYS, -EFAULT. */
static int change_word(u32 *uaddr, u32 how)
{
	s32 arg = (s32)(how << 8) >> 20, with = (s32)(how << 20) >> 20, old, changed;
	struct page *page;
	u32 *word;

	if (how >> 31)
		arg = 1 << (arg & 31);
	if ((how >> 28 & 7) > 4)
		return -ENOSYS;
	word = map_word(uaddr, &page);
	if (!word)
		return -EFAULT;
	do {
		old = READ_ONCE(*word);
		changed =
			(s32[]){ arg, old + arg, old | arg, old & ~arg, old ^ arg }[how >> 28 & 7];
	} while (!__sync_bool_compare_and_swap(word, old, changed));
	unmap_word(page);
	const bool compared[] = { old == with, old != with, old<with, old <= with, old> with,
				  old >= with };

	return (how >> 24 & 15) < ARRAY_SIZE(compared) ? compared[how >> 24 & 15] : -ENOSYS;
}

static long futex_wake_op(u32 *uaddr, u32 *uaddr2, int op, int nr, int nr2, u32 how)
{
	struct futex_key key, key2;
	int ret;

	if ((ret = get_key(uaddr, op, &key)) || (ret = get_key(uaddr2, op, &key2)))
		return ret;
	ret = change_word(uaddr2, how);
	if (ret < 0)
		return ret;
	return wake_queued(&key, max(nr, 1), MATCH_ANY, NULL, 0) +
	       (ret ? wake_queued(&key2, max(nr2, 1), MATCH_ANY, NULL, 0) : 0);
}

/* ---- waiting ---- */

static long futex_wait(u32 *uaddr, int op, u32 val, s64 expires, u32 bitset);

static long futex_wait_on(const struct restart_block *wait)
{
	return futex_wait(wait->user, wait->arg[0], wait->arg[1], wait->expires, wait->arg[2]);
}

static long futex_wait(u32 *uaddr, int op, u32 val, s64 expires, u32 bitset)
{
	struct futex_waiter w = { .task = current, .bitset = bitset };
	long ret = bitset ? get_key(uaddr, op, &w.key) : -EINVAL;
	u32 now;

	if (ret)
		return ret;
	/* On the list before the word is read: whoever changes it and wakes afterwards finds us. */
	spin_lock(&futex_lock);
	list_add_tail(&w.list, bucket_of(&w.key));
	spin_unlock(&futex_lock);
	if (get_user(now, uaddr))
		ret = -EFAULT;
	else if (now != val)
		ret = -EAGAIN;
	while (!ret) {
		long left = jiffies_until(expires);

		set_current_state(TASK_INTERRUPTIBLE);
		if (list_empty(&w.list))
			break;
		if (!left)
			ret = -ETIMEDOUT;
		else if (signal_pending(current))
			ret = expires == KTIME_MAX ? -ERESTARTSYS
						   : restart_later(futex_wait_on, expires, uaddr,
								   op, val, bitset);
		else
			schedule_timeout(left);
	}
	__set_current_state(TASK_RUNNING);
	spin_lock(&futex_lock);
	if (list_empty(&w.list))
		ret = 0;
	list_del(&w.list);
	spin_unlock(&futex_lock);
	return ret;
}

static long do_futex(u32 *uaddr, int op, u32 val, s64 expires, u32 val2, u32 *uaddr2, u32 val3)
{
	int cmd = op & FUTEX_CMD_MASK;

	if ((op & FUTEX_CLOCK_REALTIME) && cmd != FUTEX_WAIT_BITSET)
		return -ENOSYS;
	switch (cmd) {
	case FUTEX_WAIT:
		return futex_wait(uaddr, op, val, expires, MATCH_ANY);
	case FUTEX_WAIT_BITSET:
		return futex_wait(uaddr, op, val, expires, val3);
	case FUTEX_WAKE:
		return futex_wake(uaddr, op, val, MATCH_ANY);
	case FUTEX_WAKE_BITSET:
		return futex_wake(uaddr, op, val, val3);
	case FUTEX_REQUEUE:
		return futex_requeue(uaddr, uaddr2, op, val, val2, NULL);
	case FUTEX_CMP_REQUEUE:
		return futex_requeue(uaddr, uaddr2, op, val, val2, &val3);
	case FUTEX_WAKE_OP:
		return futex_wake_op(uaddr, uaddr2, op, val, val2, val3);
	}
	return -ENOSYS;
}

static long futex(u32 *uaddr, int op, u32 val, void *utime, u32 *uaddr2, u32 val3, bool wide)
{
	int cmd = op & FUTEX_CMD_MASK, ret;
	s64 ns = KTIME_MAX;

	if (utime && (cmd == FUTEX_WAIT || cmd == FUTEX_WAIT_BITSET)) {
		ret = get_timespec(utime, &ns, wide);
		if (ret)
			return ret;
		/* WAIT is told how long, the other until when. */
		if (cmd == FUTEX_WAIT)
			ns = ktime_after(ns);
		else if (op & FUTEX_CLOCK_REALTIME)
			ns -= ktime_get_real() - ktime_get();
	}
	return do_futex(uaddr, op, val, ns, (u32)utime, uaddr2, val3);
}

long sys_futex(u32 *uaddr, int op, u32 val, void *utime, u32 *uaddr2, u32 val3)
{
	return futex(uaddr, op, val, utime, uaddr2, val3, false);
}

long sys_futex_time64(u32 *uaddr, int op, u32 val, void *utime, u32 *uaddr2, u32 val3)
{
	return futex(uaddr, op, val, utime, uaddr2, val3, true);
}

/* ---- the end of a thread ---- */

/* What set_robust_list(2) names, in user memory: locks in a ring. Bit 0 of a link marks a PI lock. */
struct robust_list_head {
	unsigned long next;
	long futex_offset;             /* from a link to its lock's word */
	unsigned long list_op_pending; /* being put in or taken out just now */
};

/* If the lock is current's, its owner is dead from now on, and a waiter may take it. pending: it may have been released
 * without the wake-up that should have followed. */
static void handle_futex_death(u32 *uaddr, bool pi, bool pending)
{
	struct page *page;
	u32 *word = map_word(uaddr, &page), old, owner;

	if (!word)
		return;
	do {
		old = READ_ONCE(*word);
		owner = old & FUTEX_TID_MASK;
	} while (
		owner == (u32)current->pid &&
		!__sync_bool_compare_and_swap(word, old, (old & FUTEX_WAITERS) | FUTEX_OWNER_DIED));
	unmap_word(page);
	if (!pi && ((owner == (u32)current->pid && (old & FUTEX_WAITERS)) || (pending && !owner)))
		(void)futex_wake(uaddr, 0, 1, MATCH_ANY);
}

static void exit_robust_list(const struct robust_list_head *head)
{
	unsigned long entry, next, pending;
	long offset;
	int limit = ROBUST_LIST_LIMIT;
	bool more = true;

	if (get_user(entry, &head->next) || get_user(offset, &head->futex_offset) ||
	    get_user(pending, &head->list_op_pending))
		return;
	while (more && limit-- && (entry & ~1UL) != (unsigned long)head) {
		/* Once it is marked, another may free it. */
		more = !get_user(next, (unsigned long *)(entry & ~1UL));
		if (entry != pending)
			handle_futex_death((u32 *)((entry & ~1UL) + offset), entry & 1, false);
		entry = next;
		cond_resched();
	}
	if (pending & ~1UL)
		handle_futex_death((u32 *)((pending & ~1UL) + offset), pending & 1, true);
}

void futex_release(struct task_struct *tsk)
{
	int *tid = tsk->clear_child_tid;

	if (tsk->robust_list)
		exit_robust_list(tsk->robust_list);
	if (tid && tsk->mm && atomic_read(&tsk->mm->mm_users) > 1) {
		(void)put_user(0, tid);
		(void)futex_wake((u32 *)tid, 0, 1, MATCH_ANY);
	}
	tsk->robust_list = NULL;
	tsk->clear_child_tid = NULL;
}

long sys_set_robust_list(void *head, size_t len)
{
	if (len != sizeof(struct robust_list_head))
		return -EINVAL;
	current->robust_list = head;
	return 0;
}

long sys_get_robust_list(pid_t pid, void **head, size_t *len)
{
	struct task_struct *tsk = get_task_by_pid(pid ? pid : current->pid);
	void *list;

	if (!tsk)
		return -ESRCH;
	list = tsk->robust_list;
	put_task_struct(tsk);
	if (put_user(sizeof(struct robust_list_head), len) || put_user(list, head))
		return -EFAULT;
	return 0;
}
