/*
 * Each inode has a list of locks, by their start. A new lock of an owner replaces what he had in its
 * range: his others are cut, split or swallowed. Who waits for a lock looks again whenever one is released.
 */
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/sched/wait.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

/* Commands of fcntl(2): each is followed by the one that sets, and the one that sets and waits. */
#define F_GETLK     5
#define F_GETLK64   12
#define F_OFD_GETLK 36

#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2

#define LOCK_SH 1
#define LOCK_EX 2
#define LOCK_NB 4
#define LOCK_UN 8

#define OFFSET_MAX LLONG_MAX

struct file_lock {
	struct file_lock *next;
	const void *owner; /* struct files_struct, or struct file */
	bool flock;        /* of flock(2): another world */
	short type;
	pid_t pid;         /* for F_GETLK; -1: of a struct file */
	loff_t start, end; /* the last byte */
};

/* Who sleeps for a lock; for the search of circles. */
struct lock_waiter {
	struct lock_waiter *next;
	struct inode *inode;
	const struct file_lock *request;
};

static DEFINE_MUTEX(lock_mutex); /* guards all locks, and: */
static struct lock_waiter *waiters;
static unsigned long releases; /* so far */
static DECLARE_WAIT_QUEUE_HEAD(release_wait);

/* ---- lists of locks; lock_mutex held ---- */

static struct file_lock *find_conflict(const struct inode *inode, const struct file_lock *request)
{
	struct file_lock *l = inode->i_flock;

	while (l && (l->flock != request->flock || l->owner == request->owner ||
		     l->end < request->start || l->start > request->end ||
		     (l->type != F_WRLCK && request->type != F_WRLCK)))
		l = l->next;
	return l;
}

/* The owner's lock *l overlaps the request, whose range it loses. *spare becomes the second half of one
 * that is split. Returns where to go on. */
static struct file_lock **cut(struct file_lock **l, const struct file_lock *request,
			      struct file_lock **spare)
{
	struct file_lock *lock = *l, *rest = NULL;

	if (lock->start < request->start && lock->end > request->end) {
		rest = *spare;
		*spare = NULL;
		*rest = *lock;
		lock->next = rest;
		lock->end = request->start - 1;
		rest->start = request->end + 1;
		return &rest->next;
	}
	if (lock->start < request->start)
		lock->end = request->start - 1;
	else if (lock->end > request->end)
		lock->start = request->end + 1;
	else
		*l = lock->next;
	if (*l == lock)
		return &lock->next;
	kfree(lock);
	return l;
}

/* Make @request so. @fresh holds it if it is a lock; *spare is what cut() wants. */
static void apply(struct inode *inode, struct file_lock *request, struct file_lock *fresh,
		  struct file_lock **spare)
{
	struct file_lock **l = &inode->i_flock, *lock;

	while ((lock = *l)) {
		bool mine = lock->flock == request->flock && lock->owner == request->owner;
		bool joins = mine && lock->type == request->type;

		if (!mine || lock->end < request->start - joins ||
		    lock->start - joins > request->end) {
			l = &lock->next;
			continue;
		}
		if (joins) {
			request->start = min(request->start, lock->start);
			request->end = max(request->end, lock->end);
		}
		l = cut(l, request, spare);
	}
	releases++;
	wake_up_all(&release_wait);
	if (request->type == F_UNLCK)
		return;
	for (l = &inode->i_flock; *l && (*l)->start < request->start; l = &(*l)->next)
		;
	*fresh = *request;
	fresh->next = *l;
	*l = fresh;
}

/* Would the process wait for one who, over others, waits for it? */
static bool deadlocks(const struct file_lock *request, const struct file_lock *conflict)
{
	for (int steps = 0; conflict && steps < 10; steps++) {
		const struct lock_waiter *w = waiters;

		if (conflict->owner == request->owner)
			return true;
		while (w && (w->request->owner != conflict->owner || w->request->flock))
			w = w->next;
		conflict = w ? find_conflict(w->inode, w->request) : NULL;
	}
	return false;
}

/* Sleep, lock_mutex dropped meanwhile, until some lock was released. 0 or -ERESTARTSYS. */
static int wait_for_release(struct inode *inode, const struct file_lock *request)
{
	struct lock_waiter self = { waiters, inode, request }, **w;
	unsigned long seen = releases;
	int err;

	waiters = &self;
	mutex_unlock(&lock_mutex);
	err = wait_event_interruptible(release_wait, releases != seen);
	mutex_lock(&lock_mutex);
	for (w = &waiters; *w != &self; w = &(*w)->next)
		;
	*w = self.next;
	return err;
}

/* 0, -EAGAIN, -EDEADLK, -ERESTARTSYS, -ENOLCK. */
static int set_lock(struct inode *inode, struct file_lock *request, bool wait)
{
	struct file_lock *fresh = kmalloc(sizeof(*fresh), GFP_KERNEL), *conflict;
	struct file_lock *spare = kmalloc(sizeof(*spare), GFP_KERNEL);
	int err = fresh && spare ? 0 : -ENOLCK;

	mutex_lock(&lock_mutex);
	while (!err && request->type != F_UNLCK && (conflict = find_conflict(inode, request)))
		err = !wait ? -EAGAIN
		      : !request->flock && request->pid > 0 && deadlocks(request, conflict)
			      ? -EDEADLK
			      : wait_for_release(inode, request);
	if (!err) {
		apply(inode, request, fresh, &spare);
		if (request->type != F_UNLCK)
			fresh = NULL;
	}
	mutex_unlock(&lock_mutex);
	kfree(fresh);
	kfree(spare);
	return err;
}

void locks_remove(struct file *file, const void *owner)
{
	struct file_lock all = { .owner = owner, .type = F_UNLCK, .end = OFFSET_MAX };

	if (likely(!file->f_inode->i_flock))
		return;
	/* Nothing is split, so nothing is allocated. */
	mutex_lock(&lock_mutex);
	apply(file->f_inode, &all, NULL, NULL);
	all.flock = true;
	apply(file->f_inode, &all, NULL, NULL);
	mutex_unlock(&lock_mutex);
}

/* ---- fcntl ---- */

struct flock {
	short l_type, l_whence;
	s32 l_start, l_len;
	pid_t l_pid;
};

struct flock64 {
	short l_type, l_whence;
	s64 l_start, l_len;
	pid_t l_pid;
} __attribute__((packed));

/* The request's range. 0, -EINVAL, -EOVERFLOW. */
static int get_range(const struct file *file, const struct flock64 *user, struct file_lock *lock)
{
	loff_t start = user->l_whence == SEEK_CUR   ? file->f_pos
		       : user->l_whence == SEEK_END ? i_size_read(file->f_inode)
						    : 0;

	if (user->l_whence < 0 || user->l_whence > SEEK_END)
		return -EINVAL;
	if (user->l_start > OFFSET_MAX - start)
		return -EOVERFLOW;
	start += user->l_start;
	if (start < 0 || (user->l_len < 0 && start + user->l_len < 0))
		return -EINVAL;
	if (user->l_len > 0 && user->l_len - 1 > OFFSET_MAX - start)
		return -EOVERFLOW;
	lock->start = user->l_len < 0 ? start + user->l_len : start;
	lock->end = user->l_len < 0 ? start - 1
		    : user->l_len   ? start + user->l_len - 1
				    : OFFSET_MAX;
	return 0;
}

/* What stands in the way of @request. */
static int test_lock(struct inode *inode, const struct file_lock *request, struct flock64 *user)
{
	struct file_lock *l;

	if (request->type == F_UNLCK)
		return -EINVAL;
	mutex_lock(&lock_mutex);
	l = find_conflict(inode, request);
	user->l_type = l ? l->type : F_UNLCK;
	if (l) {
		user->l_whence = SEEK_SET;
		user->l_start = l->start;
		user->l_len = l->end == OFFSET_MAX ? 0 : l->end - l->start + 1;
		user->l_pid = l->pid;
	}
	mutex_unlock(&lock_mutex);
	return 0;
}

/* @kind: 0 ask, 1 set, 2 set and wait. */
static long do_lock(struct file *file, struct flock64 *user, unsigned int kind, bool ofd)
{
	struct file_lock lock = { .owner = ofd ? (void *)file : current->files,
				  .type = user->l_type,
				  .pid = ofd ? -1 : current->tgid };
	int err = get_range(file, user, &lock);

	if (!err && ((u16)user->l_type > F_UNLCK || (ofd && user->l_pid)))
		err = -EINVAL;
	if (err || !kind)
		return err ? err : test_lock(file->f_inode, &lock, user);
	if ((lock.type == F_RDLCK && !(file->f_mode & FMODE_READ)) ||
	    (lock.type == F_WRLCK && !(file->f_mode & FMODE_WRITE)))
		return -EBADF;
	return set_lock(file->f_inode, &lock, kind == 2);
}

long fcntl_lock(struct file *file, unsigned int cmd, void *user)
{
	bool wide = cmd >= F_GETLK64, ofd = cmd >= F_OFD_GETLK;
	unsigned int kind = cmd - (ofd ? F_OFD_GETLK : wide ? F_GETLK64 : F_GETLK);
	struct flock narrow;
	struct flock64 lock;
	long err;

	if (kind > 2)
		return -EINVAL;
	if (copy_from_user(wide ? (void *)&lock : &narrow, user,
			   wide ? sizeof(lock) : sizeof(narrow)))
		return -EFAULT;
	if (!wide)
		lock = (struct flock64){ narrow.l_type, narrow.l_whence, narrow.l_start,
					 narrow.l_len, narrow.l_pid };
	err = do_lock(file, &lock, kind, ofd);
	if (err || kind)
		return err;
	narrow = (struct flock){ lock.l_type, lock.l_whence, lock.l_start, lock.l_len, lock.l_pid };
	if (!wide && (narrow.l_start != lock.l_start || narrow.l_len != lock.l_len))
		return -EOVERFLOW;
	return copy_to_user(user, wide ? (void *)&lock : &narrow,
			    wide ? sizeof(lock) : sizeof(narrow))
		       ? -EFAULT
		       : 0;
}

/* ---- flock ---- */

long flock_lock(struct file *file, unsigned int op)
{
	struct file_lock lock = { .owner = file, .flock = true, .end = OFFSET_MAX };
	const struct file_lock *old = file->f_inode->i_flock;
	unsigned int kind = op & ~LOCK_NB;

	if (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN)
		return -EINVAL;
	lock.type = kind == LOCK_SH ? F_RDLCK : kind == LOCK_EX ? F_WRLCK : F_UNLCK;
	while (old && (!old->flock || old->owner != file))
		old = old->next;
	/* One is given up for the other, and gone should the other not be had. */
	if (old && old->type != lock.type)
		locks_remove(file, file);
	return set_lock(file->f_inode, &lock, !(op & LOCK_NB));
}
