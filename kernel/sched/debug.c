/* What the debug checks say when a lock or a sleep is in the wrong place. */
#include "kernel/lib/bug.h"
#include "kernel/sched/sched.h"

bool scheduler_running;

void __might_sleep(const char *file, int line)
{
	if (likely(!in_atomic() && !(scheduler_running && irqs_disabled())) || panic_in_progress)
		return;
	panic("sleeping function called at %s:%d where sleeping is forbidden: "
	      "%s, interrupts %s, task '%s' (pid %d)",
	      file, line,
	      in_interrupt() ? "in an interrupt"
	      : in_atomic()  ? "under a spinlock"
			     : "not under a spinlock",
	      irqs_disabled() ? "off" : "on", current->comm, current->pid);
}

#if CONFIG_DEBUG
static const char *owner_name(const spinlock_t *lock)
{
	return lock->owner ? lock->owner->comm : "nobody";
}

void __noreturn spin_bug_taken(spinlock_t *lock)
{
	panic("spinlock %p taken again on its own processor by '%s': '%s' took it at %pS", lock,
	      current->comm, owner_name(lock), (void *)lock->taken_at);
}

void __noreturn spin_bug_not_mine(spinlock_t *lock)
{
	panic("spinlock %p is not held by '%s', who releases it: %s, last taken at %pS by '%s'",
	      lock, current->comm, lock->locked ? "held" : "free", (void *)lock->taken_at,
	      owner_name(lock));
}
#endif
