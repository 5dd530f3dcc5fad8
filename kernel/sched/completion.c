/* Completions: a count of permissions to go on, and those who wait for one. */
#include "kernel/sched/completion.h"

/* Take one permission if there is one. */
static bool try_wait(struct completion *x)
{
	bool done;

	spin_lock_irq(&x->wait.lock);
	done = x->done;
	x->done -= done;
	spin_unlock_irq(&x->wait.lock);
	return done;
}

/* Exclusive: one complete() wakes one. */
static long wait_common(struct completion *x, unsigned state, long timeout)
{
	return ___wait_event(x->wait, try_wait(x), state, true, timeout);
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
	x->done++;
	__wake_up_locked(&x->wait, TASK_NORMAL, 1, NULL);
	spin_unlock_irqrestore(&x->wait.lock, flags);
}
