/* Where the processor may not be taken away: thread_info.preempt_count (kernel/x86/thread_info.h).
 *
 * User code is preempted by the timer; kernel code runs until it sleeps, returns to user mode or
 * calls cond_resched(). The count is kept all the same: it is how a sleep under a spinlock is caught,
 * and how a fault inside pagefault_disable() is told from one that may sleep.
 */
#ifndef KERNEL_SCHED_PREEMPT_H
#define KERNEL_SCHED_PREEMPT_H

#include "kernel/x86/thread_info.h"

/* Make a fault on a user address fail at once instead of sleeping (kmap_atomic, futexes). They nest. */
static inline void pagefault_disable(void)
{
	preempt_disable();
}

static inline void pagefault_enable(void)
{
	preempt_enable();
}

#endif
