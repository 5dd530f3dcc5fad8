/* Locks for a few instructions: the holder may not sleep.
 *
 * A lock that an interrupt handler takes must be taken with the _irqsave or _irq form everywhere
 * else. Debug builds panic on a lock taken twice by one processor, released by a stranger or
 * released free, and name both places.
 */
#ifndef KERNEL_SCHED_SPINLOCK_H
#define KERNEL_SCHED_SPINLOCK_H

#include "kernel/sched/spinlock_types.h"

#if __STDC_HOSTED__ /* the build machine's tests run in one thread */
#define spin_lock_init(lock)                ((void)(lock))
#define spin_lock(lock)                     ((void)(lock))
#define spin_unlock(lock)                   ((void)(lock))
#define spin_lock_irqsave(lock, flags)      ((void)(lock), (void)((flags) = 0))
#define spin_unlock_irqrestore(lock, flags) ((void)(lock), (void)(flags))
#define spin_lock_irq(lock)                 ((void)(lock))
#define spin_unlock_irq(lock)               ((void)(lock))
#else

#include "kernel/sched/preempt.h"
#include "kernel/x86/irqflags.h"
#include "kernel/x86/percpu.h"

#define spin_lock_init(lock) ((void)(*(lock) = (spinlock_t)__SPIN_LOCK_UNLOCKED(#lock)))

static inline bool spin_is_locked(const spinlock_t *lock)
{
	return lock->locked;
}

/* Panic: the lock is held already / not held / held by another task. */
void __noreturn spin_bug_taken(spinlock_t *lock);
void __noreturn spin_bug_not_mine(spinlock_t *lock);

/* Hand a held lock to another task: only the context switch does, with the run queue's lock. */
static inline void spin_lock_give(spinlock_t *lock, struct task_struct *to)
{
#if CONFIG_DEBUG
	lock->owner = to;
#endif
}

static __always_inline void __raw_spin_lock(spinlock_t *lock, bool try)
{
	lock_acquire(&lock->dep, 0, try);
	if (NR_CPUS > 1) {
		while (__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE))
			while (lock->locked)
				__builtin_ia32_pause();
	} else {
		if (CONFIG_DEBUG && unlikely(lock->locked))
			spin_bug_taken(lock);
		lock->locked = 1;
	}
#if CONFIG_DEBUG
	lock->owner = current;
	lock->taken_at = (unsigned long)__builtin_return_address(0);
#endif
	barrier();
}

static inline void __raw_spin_unlock(spinlock_t *lock)
{
#if CONFIG_DEBUG
	if (unlikely(!lock->locked || lock->owner != current))
		spin_bug_not_mine(lock);
#endif
	lock_release(&lock->dep);
	__atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
}

/* Take and release a lock that no interrupt handler takes. */
static inline void spin_lock(spinlock_t *lock)
{
	preempt_disable();
	__raw_spin_lock(lock, false);
}

static inline void spin_unlock(spinlock_t *lock)
{
	__raw_spin_unlock(lock);
	preempt_enable();
}

/* Take it if it is free. Value: whether it is now ours. */
static inline bool spin_trylock(spinlock_t *lock)
{
	preempt_disable();
	if (lock->locked) {
		preempt_enable();
		return false;
	}
	__raw_spin_lock(lock, true);
	return true;
}

/* The forms for locks that interrupt handlers take too. The _irq form is for code that knows
 * interrupts are on; unlocking turns them on. */
#define spin_lock_irqsave(lock, flags) \
	do {                           \
		local_irq_save(flags); \
		spin_lock(lock);       \
	} while (0)

static inline void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	spin_unlock(lock);
	local_irq_restore(flags);
}

static inline void spin_lock_irq(spinlock_t *lock)
{
	local_irq_disable();
	spin_lock(lock);
}

static inline void spin_unlock_irq(spinlock_t *lock)
{
	spin_unlock(lock);
	local_irq_enable();
}

#endif /* __STDC_HOSTED__ */
#endif
