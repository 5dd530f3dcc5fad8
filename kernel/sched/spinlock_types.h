/* The type of a spinlock, apart from its operations so that structures which hold one compile anywhere,
 * the build machine's tests included. */
#ifndef KERNEL_SCHED_SPINLOCK_TYPES_H
#define KERNEL_SCHED_SPINLOCK_TYPES_H

#ifndef CONFIG_DEBUG /* the build machine's tests */
#define CONFIG_DEBUG 0
#endif

struct task_struct;

typedef struct {
	volatile unsigned int locked;
#if CONFIG_DEBUG
	struct task_struct *owner; /* who holds it, in whose time if in an interrupt */
	unsigned long taken_at;    /* kernel address of the taker */
#endif
} spinlock_t;

#define SPIN_LOCK_UNLOCKED \
	{                  \
		0          \
	}
#define DEFINE_SPINLOCK(name) spinlock_t name = SPIN_LOCK_UNLOCKED

#endif
