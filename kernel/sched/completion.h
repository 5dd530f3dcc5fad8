/* Waiting for one thing to have been done. complete() may come first, and from an interrupt. */
#ifndef KERNEL_SCHED_COMPLETION_H
#define KERNEL_SCHED_COMPLETION_H

#include "kernel/sched/wait.h"

struct completion {
	unsigned done;
	wait_queue_head_t wait;
};

#define COMPLETION_INITIALIZER(name)                   \
	{                                              \
		0, __WAIT_QUEUE_HEAD_INIT((name).wait) \
	}
#define DECLARE_COMPLETION(name) struct completion name = COMPLETION_INITIALIZER(name)

static inline void init_completion(struct completion *x)
{
	x->done = 0;
	init_waitqueue_head(&x->wait);
}

/* Sleep until complete() was called once for us. */
void wait_for_completion(struct completion *x);

/* The same; -ERESTARTSYS when SIGKILL came first. */
int wait_for_completion_killable(struct completion *x);

/* The same with a limit in jiffies: jiffies left, 0 when time ran out. */
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout);

/* Let one waiter through. Any context. */
void complete(struct completion *x);

#endif
