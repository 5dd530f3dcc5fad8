/* Reader/writer semaphores with one line for both sides. rwsem.h says what that means. */
#include "kernel/sched/rwsem.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/spinlock.h"

struct rwsem_waiter {
	struct list_head list;
	struct task_struct *task;
	bool write;
	bool granted;
};

void init_rwsem(struct rw_semaphore *sem)
{
	sem->activity = 0;
	spin_lock_init(&sem->wait_lock);
	INIT_LIST_HEAD(&sem->wait_list);
	sem->owner = NULL;
}

static bool can_enter(const struct rw_semaphore *sem, bool write)
{
	return write ? sem->activity == 0 : sem->activity >= 0;
}

static void enter(struct rw_semaphore *sem, struct task_struct *tsk, bool write)
{
	if (write) {
		sem->activity = -1;
		sem->owner = tsk;
	} else {
		sem->activity++;
	}
}

/* Let in who stands at the head of the line, as many as fit. wait_lock held. */
static void admit_waiters(struct rw_semaphore *sem)
{
	while (!list_empty(&sem->wait_list)) {
		struct rwsem_waiter *waiter =
			list_first_entry(&sem->wait_list, struct rwsem_waiter, list);

		if (!can_enter(sem, waiter->write))
			break;
		list_del(&waiter->list);
		enter(sem, waiter->task, waiter->write);
		waiter->granted = true;
		/* Still under wait_lock, which the waiter takes before it leaves. */
		wake_up_process(waiter->task);
	}
}

/* wait_lock held on entry, released on return. */
static int wait_in_line(struct rw_semaphore *sem, bool write, unsigned state)
{
	struct rwsem_waiter waiter = { .task = current, .write = write };
	int ret = 0;

	list_add_tail(&waiter.list, &sem->wait_list);
	while (!waiter.granted) {
		if (signal_pending_state(state, current)) {
			list_del(&waiter.list);
			admit_waiters(sem); /* who waited only because we did */
			ret = -EINTR;
			break;
		}
		set_current_state(state);
		spin_unlock(&sem->wait_lock);
		schedule();
		spin_lock(&sem->wait_lock);
	}
	__set_current_state(TASK_RUNNING);
	spin_unlock(&sem->wait_lock);
	return ret;
}

static inline int down_common(struct rw_semaphore *sem, bool write, unsigned state)
{
	might_sleep();
	if (CONFIG_DEBUG && unlikely(sem->owner == current))
		panic("rwsem %p: '%s' (pid %d) writes and comes in again to %s", sem, current->comm,
		      current->pid, write ? "write" : "read");
	spin_lock(&sem->wait_lock);
	if (unlikely(!can_enter(sem, write) || !list_empty(&sem->wait_list)))
		return wait_in_line(sem, write, state);
	enter(sem, current, write);
	spin_unlock(&sem->wait_lock);
	return 0;
}

void down_read(struct rw_semaphore *sem)
{
	down_common(sem, false, TASK_UNINTERRUPTIBLE);
}

void down_write(struct rw_semaphore *sem)
{
	down_common(sem, true, TASK_UNINTERRUPTIBLE);
}

int down_read_killable(struct rw_semaphore *sem)
{
	return down_common(sem, false, TASK_KILLABLE);
}

int down_write_killable(struct rw_semaphore *sem)
{
	return down_common(sem, true, TASK_KILLABLE);
}

static bool trylock(struct rw_semaphore *sem, bool write)
{
	bool in;

	spin_lock(&sem->wait_lock);
	in = can_enter(sem, write) && list_empty(&sem->wait_list);
	if (in)
		enter(sem, current, write);
	spin_unlock(&sem->wait_lock);
	return in;
}

bool down_read_trylock(struct rw_semaphore *sem)
{
	return trylock(sem, false);
}

bool down_write_trylock(struct rw_semaphore *sem)
{
	return trylock(sem, true);
}

void up_read(struct rw_semaphore *sem)
{
	if (CONFIG_DEBUG && unlikely(sem->activity <= 0))
		panic("rwsem %p: up_read() by '%s' with no reader inside (activity %d)", sem,
		      current->comm, sem->activity);
	spin_lock(&sem->wait_lock);
	if (!--sem->activity)
		admit_waiters(sem);
	spin_unlock(&sem->wait_lock);
}

void up_write(struct rw_semaphore *sem)
{
	if (CONFIG_DEBUG && unlikely(sem->owner != current))
		panic("rwsem %p: up_write() by '%s', but the writer is '%s'", sem, current->comm,
		      sem->owner ? sem->owner->comm : "nobody");
	spin_lock(&sem->wait_lock);
	sem->activity = 0;
	sem->owner = NULL;
	admit_waiters(sem);
	spin_unlock(&sem->wait_lock);
}

void downgrade_write(struct rw_semaphore *sem)
{
	if (CONFIG_DEBUG && unlikely(sem->owner != current))
		panic("rwsem %p: downgrade_write() by '%s', who is not the writer", sem,
		      current->comm);
	spin_lock(&sem->wait_lock);
	sem->activity = 1;
	sem->owner = NULL;
	admit_waiters(sem);
	spin_unlock(&sem->wait_lock);
}
