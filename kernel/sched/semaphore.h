/* A counter that may be waited on: down takes one, up gives one back. up() and down_trylock() may be
 * called from interrupt handlers. Waiters are served in the order they came. */
#ifndef KERNEL_SCHED_SEMAPHORE_H
#define KERNEL_SCHED_SEMAPHORE_H

#include "kernel/lib/list.h"
#include "kernel/sched/spinlock_types.h"

struct semaphore {
	spinlock_t lock;
	unsigned count;
	struct list_head wait_list;
};

void sema_init(struct semaphore *sem, unsigned count);

/* Take one, sleeping while there is none. */
void down(struct semaphore *sem);

/* Take one if there is one. As Linux has it: 0 taken, 1 not. */
int down_trylock(struct semaphore *sem);

/* Give one back, to the longest waiter if anybody waits. */
void up(struct semaphore *sem);

#endif
