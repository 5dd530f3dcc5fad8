/* A lock for many readers or one writer, which may be held across a sleep.
 *
 * Fair: whoever comes while somebody waits, waits behind him, readers behind a waiting writer too. So
 * no side starves, and a reader may not take it a second time. Not for interrupt handlers.
 */
#ifndef KERNEL_SCHED_RWSEM_H
#define KERNEL_SCHED_RWSEM_H

#include "kernel/lib/list.h"
#include "kernel/sched/spinlock_types.h"

struct task_struct;

struct rw_semaphore {
	int activity; /* readers inside, -1: a writer */
	spinlock_t wait_lock;
	struct list_head wait_list;
	struct task_struct *owner; /* the writer inside, or NULL */
	struct lockdep_map dep;
};

#define __RWSEM_NAMED(rw, name)                                                        \
	{                                                                              \
		.wait_lock = __SPIN_LOCK_UNLOCKED("&sem->wait_lock"),                  \
		.wait_list = LIST_HEAD_INIT((rw).wait_list), .dep = LOCKDEP_MAP(name), \
	}
#define __RWSEM_INITIALIZER(sem) __RWSEM_NAMED(sem, #sem)
#define DECLARE_RWSEM(name)      struct rw_semaphore name = __RWSEM_INITIALIZER(name)

#define init_rwsem(rw) ((void)(*(rw) = (struct rw_semaphore)__RWSEM_NAMED(*(rw), #rw)))

/* Enter as a reader / as the writer, sleeping until it is possible. */
void down_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);

/* Leave. The next in line, a writer or a run of readers, enters there and then. */
void up_read(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);

#endif
