/* Wait queues. wait.h explains them. */
#include "kernel/sched/wait.h"

bool autoremove_wake_function(wait_queue_t *wait, unsigned mode, void *key)
{
	if (!wake_up_state(wait->task, mode))
		return false;
	list_del_init(&wait->task_list);
	return true;
}

void add_wait_queue(wait_queue_head_t *q, wait_queue_t *wait)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	list_add_tail(&wait->task_list, &q->task_list);
	spin_unlock_irqrestore(&q->lock, flags);
}

void remove_wait_queue(wait_queue_head_t *q, wait_queue_t *wait)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	list_del_init(&wait->task_list);
	spin_unlock_irqrestore(&q->lock, flags);
}

static void prepare(wait_queue_head_t *q, wait_queue_t *wait, long state, unsigned wait_flags)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	wait->flags = wait_flags;
	if (list_empty(&wait->task_list))
		list_add_tail(&wait->task_list, &q->task_list);
	/* Under the lock: a wake-up comes either before, and the caller sees its condition, or after,
	 * and finds the task on the queue in this state. */
	set_current_state(state);
	spin_unlock_irqrestore(&q->lock, flags);
}

void prepare_to_wait(wait_queue_head_t *q, wait_queue_t *wait, long state)
{
	prepare(q, wait, state, 0);
}

void prepare_to_wait_exclusive(wait_queue_head_t *q, wait_queue_t *wait, long state)
{
	prepare(q, wait, state, WQ_FLAG_EXCLUSIVE);
}

void finish_wait(wait_queue_head_t *q, wait_queue_t *wait)
{
	unsigned long flags;

	__set_current_state(TASK_RUNNING);
	spin_lock_irqsave(&q->lock, flags);
	if (!list_empty(&wait->task_list))
		list_del_init(&wait->task_list);
	spin_unlock_irqrestore(&q->lock, flags);
}

int __wake_up_locked(wait_queue_head_t *q, unsigned mode, int nr, void *key)
{
	wait_queue_t *wait, *next;
	int woken = 0;

	list_for_each_entry_safe(wait, next, &q->task_list, task_list) {
		bool exclusive = wait->flags & WQ_FLAG_EXCLUSIVE;

		if (exclusive && nr && woken >= nr)
			continue;
		if (wait->func(wait, mode, key) && exclusive)
			woken++;
	}
	return woken;
}

int __wake_up(wait_queue_head_t *q, unsigned mode, int nr, void *key)
{
	unsigned long flags;
	int woken;

	spin_lock_irqsave(&q->lock, flags);
	woken = __wake_up_locked(q, mode, nr, key);
	spin_unlock_irqrestore(&q->lock, flags);
	return woken;
}
