/* Completions: a count of permissions to go on, and those who wait for one. */
#include "kernel/sched/completion.h"

#define DONE_FOR_EVER (UINT_MAX / 2)

static long wait_common(struct completion *x, unsigned state, long timeout)
{
	DEFINE_WAIT(wait);
	long left = timeout;

	might_sleep();
	for (;;) {
		/* Exclusive: one complete() wakes one. */
		prepare_to_wait_exclusive(&x->wait, &wait, state);
		spin_lock_irq(&x->wait.lock);
		if (x->done) {
			if (x->done != DONE_FOR_EVER)
				x->done--;
			spin_unlock_irq(&x->wait.lock);
			left = left ? left : 1;
			break;
		}
		spin_unlock_irq(&x->wait.lock);
		if (!left)
			break;
		if (signal_pending_state(state, current)) {
			left = -ERESTARTSYS;
			break;
		}
		left = schedule_timeout(left);
	}
	finish_wait(&x->wait, &wait);
	return left;
}

void wait_for_completion(struct completion *x)
{
	wait_common(x, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}

int wait_for_completion_killable(struct completion *x)
{
	long left = wait_common(x, TASK_KILLABLE, MAX_SCHEDULE_TIMEOUT);

	return left < 0 ? left : 0;
}

unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	return wait_common(x, TASK_UNINTERRUPTIBLE, timeout);
}

void complete(struct completion *x)
{
	unsigned long flags;

	spin_lock_irqsave(&x->wait.lock, flags);
	if (x->done != DONE_FOR_EVER)
		x->done++;
	__wake_up_locked(&x->wait, TASK_NORMAL, 1, NULL);
	spin_unlock_irqrestore(&x->wait.lock, flags);
}

void complete_all(struct completion *x)
{
	unsigned long flags;

	spin_lock_irqsave(&x->wait.lock, flags);
	x->done = DONE_FOR_EVER;
	__wake_up_locked(&x->wait, TASK_NORMAL, 0, NULL);
	spin_unlock_irqrestore(&x->wait.lock, flags);
}
