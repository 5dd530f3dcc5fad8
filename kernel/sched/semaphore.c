/* Counting semaphores. up() hands its unit to the longest waiter. */
#include "kernel/sched/semaphore.h"

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

void down(struct semaphore *sem)
{
	struct semaphore_waiter waiter = { .task = current };
	unsigned long flags;

	might_sleep();
	spin_lock_irqsave(&sem->lock, flags);
	if (sem->count) {
		sem->count--;
		waiter.up = true;
	} else {
		list_add_tail(&waiter.list, &sem->wait_list);
	}
	while (!waiter.up) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		spin_unlock_irqrestore(&sem->lock, flags);
		schedule();
		spin_lock_irqsave(&sem->lock, flags);
	}
	spin_unlock_irqrestore(&sem->lock, flags);
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
