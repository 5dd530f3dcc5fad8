/* A lock that may be held across a sleep, with one owner, who alone may release it. Not for interrupt
 * handlers. Waiters get it in the order they came. Debug builds panic when the owner takes it again. */
#ifndef KERNEL_SCHED_MUTEX_H
#define KERNEL_SCHED_MUTEX_H

#include "kernel/lib/list.h"
#include "kernel/sched/spinlock_types.h"

struct task_struct;

struct mutex {
	struct task_struct *owner; /* NULL: free */
	spinlock_t wait_lock;
	struct list_head wait_list;
	struct lockdep_map dep;
};

#define __MUTEX_NAMED(mutex, name)                                                        \
	{                                                                                 \
		.wait_lock = __SPIN_LOCK_UNLOCKED("&lock->wait_lock"),                    \
		.wait_list = LIST_HEAD_INIT((mutex).wait_list), .dep = LOCKDEP_MAP(name), \
	}
#define __MUTEX_INITIALIZER(mutex) __MUTEX_NAMED(mutex, #mutex)
#define DEFINE_MUTEX(name)         struct mutex name = __MUTEX_INITIALIZER(name)

#define mutex_init(lock) ((void)(*(lock) = (struct mutex)__MUTEX_NAMED(*(lock), #lock)))

/* Take it, sleeping while another task holds it. */
void mutex_lock(struct mutex *lock);

/* The same; -EINTR when a signal came first, and the mutex is not ours. */
int mutex_lock_interruptible(struct mutex *lock);

/* Release it; the longest waiter becomes its owner there and then. */
void mutex_unlock(struct mutex *lock);

#endif
