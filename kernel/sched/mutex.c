/* Mutexes: the releaser hands over to the longest waiter, so nobody can slip in between. */
#include "kernel/sched/mutex.h"

#include "kernel/lib/bug.h"
#include "kernel/lib/errno.h"
#include "kernel/sched/sched.h"

struct mutex_waiter {
	struct list_head list;
	struct task_struct *task;
};

/* wait_lock held on entry, released on return. */
static int wait_for_mutex(struct mutex *lock, unsigned state)
{
	struct mutex_waiter waiter = { .task = current };
	int ret = 0;

	list_add_tail(&waiter.list, &lock->wait_list);
	while (lock->owner != current) {
		if (signal_pending_state(state, current)) {
			list_del(&waiter.list);
			lock_release(&lock->dep);
			ret = -EINTR;
			break;
		}
		set_current_state(state);
		spin_unlock(&lock->wait_lock);
		schedule();
		spin_lock(&lock->wait_lock);
	}
	__set_current_state(TASK_RUNNING);
	spin_unlock(&lock->wait_lock);
	return ret;
}

static __always_inline int mutex_lock_common(struct mutex *lock, unsigned state)
{
	might_sleep();
	if (CONFIG_DEBUG && unlikely(lock->owner == current))
		panic("mutex %p locked twice by '%s' (pid %d)", lock, current->comm, current->pid);
	lock_acquire(&lock->dep, (unsigned long)__builtin_return_address(0), false);
	spin_lock(&lock->wait_lock);
	if (unlikely(lock->owner))
		return wait_for_mutex(lock, state);
	lock->owner = current;
	spin_unlock(&lock->wait_lock);
	return 0;
}

void mutex_lock(struct mutex *lock)
{
	mutex_lock_common(lock, TASK_UNINTERRUPTIBLE);
}

int mutex_lock_interruptible(struct mutex *lock)
{
	return mutex_lock_common(lock, TASK_INTERRUPTIBLE);
}

void mutex_unlock(struct mutex *lock)
{
	struct mutex_waiter *waiter;

	if (CONFIG_DEBUG && unlikely(lock->owner != current))
		panic("mutex %p unlocked by '%s' (pid %d), but its owner is '%s'", lock,
		      current->comm, current->pid, lock->owner ? lock->owner->comm : "nobody");
	lock_release(&lock->dep);
	spin_lock(&lock->wait_lock);
	if (likely(list_empty(&lock->wait_list))) {
		lock->owner = NULL;
	} else {
		waiter = list_first_entry(&lock->wait_list, struct mutex_waiter, list);
		list_del(&waiter->list);
		lock->owner = waiter->task;
		/* Under wait_lock: the waiter cannot leave before it gets that lock. */
		wake_up_process(waiter->task);
	}
	spin_unlock(&lock->wait_lock);
}
