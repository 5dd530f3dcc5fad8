/* Reader/writer semaphores with one line for both sides. rwsem.h says what that means. */
#include "kernel/sched/rwsem.h"

#include "kernel/lib/bug.h"
#include "kernel/sched/sched.h"

struct rwsem_waiter {
	struct list_head list;
	struct task_struct *task;
	bool write;
	bool granted;
};

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

static void down_common(struct rw_semaphore *sem, bool write, const void *caller)
{
	struct rwsem_waiter waiter = { .task = current, .write = write };

	might_sleep();
	if (CONFIG_DEBUG && unlikely(sem->owner == current))
		panic("rwsem %p: '%s' (pid %d) writes and comes in again to %s", sem, current->comm,
		      current->pid, write ? "write" : "read");
	lock_acquire(&sem->dep, (unsigned long)caller, false);
	spin_lock(&sem->wait_lock);
	if (likely(can_enter(sem, write) && list_empty(&sem->wait_list))) {
		enter(sem, current, write);
		spin_unlock(&sem->wait_lock);
		return;
	}
	list_add_tail(&waiter.list, &sem->wait_list);
	while (!waiter.granted) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		spin_unlock(&sem->wait_lock);
		schedule();
		spin_lock(&sem->wait_lock);
	}
	spin_unlock(&sem->wait_lock);
}

void down_read(struct rw_semaphore *sem)
{
	down_common(sem, false, __builtin_return_address(0));
}

void down_write(struct rw_semaphore *sem)
{
	down_common(sem, true, __builtin_return_address(0));
}

void up_read(struct rw_semaphore *sem)
{
	if (CONFIG_DEBUG && unlikely(sem->activity <= 0))
		panic("rwsem %p: up_read() by '%s' with no reader inside (activity %d)", sem,
		      current->comm, sem->activity);
	lock_release(&sem->dep);
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
	lock_release(&sem->dep);
	spin_lock(&sem->wait_lock);
	sem->activity = 0;
	sem->owner = NULL;
	admit_waiters(sem);
	spin_unlock(&sem->wait_lock);
}
