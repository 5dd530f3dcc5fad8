/* A task and the address space it uses. */
#include "kernel/task/task_mm.h"

#include "kernel/sched/completion.h"
#include "kernel/task/futex.h"
#include "mm/mm.h"

void mm_release(struct task_struct *tsk)
{
	struct completion *exited = tsk->flags & PF_EXITING ? VFORK_DONE_EXITED : NULL;
	struct completion *waiter;

	futex_release(tsk);
	waiter = xchg(&tsk->vfork_done, exited);
	if (waiter && waiter != VFORK_DONE_EXITED)
		complete(waiter);
}

struct mm_struct *get_task_mm(struct task_struct *tsk)
{
	struct mm_struct *mm;

	task_lock(tsk);
	mm = tsk->flags & PF_KTHREAD ? NULL : tsk->mm;
	if (mm)
		mmget(mm);
	task_unlock(tsk);
	return mm;
}
