/* The type of a spinlock, apart from its operations so that structures which hold one compile anywhere,
 * the build machine's tests included. */
#ifndef KERNEL_SCHED_SPINLOCK_TYPES_H
#define KERNEL_SCHED_SPINLOCK_TYPES_H

#include "kernel/sched/lockdep.h"

struct task_struct;

typedef struct {
	volatile unsigned int locked;
#if CONFIG_DEBUG
	struct task_struct *owner; /* who holds it, in whose time if in an interrupt */
	unsigned long taken_at;    /* kernel address of the taker */
#endif
	struct lockdep_map dep;
} spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name)        \
	{                                 \
		.dep = LOCKDEP_MAP(name), \
	}
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(#name)

#endif
