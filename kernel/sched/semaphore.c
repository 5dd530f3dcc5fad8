/* Counting semaphores. up() hands its unit to the longest waiter. */
#include "kernel/sched/semaphore.h"

#include "kernel/lib/errno.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/spinlock.h"

struct semaphore_waiter {
	struct list_head list;
	struct task_struct *task;
	bool up;
};

void sema_init(struct semaphore *sem, unsigned count)
{
	spin_lock_init(&sem->lock);
	sem->count = count;
	INIT_LIST_HEAD(&sem->wait_list);
}

static int down_common(struct semaphore *sem, unsigned state)
{
	struct semaphore_waiter waiter = { .task = current };
	unsigned long flags;
	int ret = 0;

	might_sleep();
	spin_lock_irqsave(&sem->lock, flags);
	if (sem->count) {
		sem->count--;
		goto out;
	}
	list_add_tail(&waiter.list, &sem->wait_list);
	while (!waiter.up) {
		if (signal_pending_state(state, current)) {
			list_del(&waiter.list);
			ret = -EINTR;
			break;
		}
		set_current_state(state);
		spin_unlock_irqrestore(&sem->lock, flags);
		schedule();
		spin_lock_irqsave(&sem->lock, flags);
	}
	__set_current_state(TASK_RUNNING);
out:
	spin_unlock_irqrestore(&sem->lock, flags);
	return ret;
}

void down(struct semaphore *sem)
{
	down_common(sem, TASK_UNINTERRUPTIBLE);
}

int down_interruptible(struct semaphore *sem)
{
	return down_common(sem, TASK_INTERRUPTIBLE);
}

int down_trylock(struct semaphore *sem)
{
	unsigned long flags;
	bool got;

	spin_lock_irqsave(&sem->lock, flags);
	got = sem->count > 0;
	if (got)
		sem->count--;
	spin_unlock_irqrestore(&sem->lock, flags);
	return !got;
}

void up(struct semaphore *sem)
{
	struct semaphore_waiter *waiter;
	unsigned long flags;

	spin_lock_irqsave(&sem->lock, flags);
	if (list_empty(&sem->wait_list)) {
		sem->count++;
	} else {
		waiter = list_first_entry(&sem->wait_list, struct semaphore_waiter, list);
		list_del(&waiter->list);
		waiter->up = true;
		wake_up_process(waiter->task);
	}
	spin_unlock_irqrestore(&sem->lock, flags);
}
