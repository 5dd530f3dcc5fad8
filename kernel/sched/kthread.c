/* Kernel threads. The task itself is made by kernel/task/, through sched_task_ops. */
#include "kernel/sched/kthread.h"

#include <stdarg.h>

#include "kernel/lib/printf.h"
#include "kernel/sched/completion.h"
#include "kernel/x86/atomic.h"

struct task_struct *kthread_create(int (*fn)(void *), void *arg, const char *fmt, ...)
{
	char name[TASK_COMM_LEN];
	va_list args;

	va_start(args, fmt);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	return sched_task_ops->create_kthread(fn, arg, name);
}

int kthread_stop(struct task_struct *tsk)
{
	DECLARE_COMPLETION(ended);
	int result;

	get_task_struct(tsk);
	tsk->kthread_stop = true;
	if (xchg(&tsk->vfork_done, &ended) != VFORK_DONE_EXITED) {
		wake_up_process(tsk);
		wait_for_completion(&ended);
	}
	result = tsk->exit_code;
	put_task_struct(tsk);
	return result;
}

bool kthread_should_stop(void)
{
	return current->kthread_stop;
}
