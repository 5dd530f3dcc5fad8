/* Kernel threads. The task itself is made by kernel/task/, through sched_task_ops. */
#include "kernel/sched/kthread.h"

#include <stdarg.h>

#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"
#include "kernel/sched/completion.h"
#include "kernel/sched/sched.h"
#include "kernel/x86/atomic.h"

static struct task_struct *create(int (*fn)(void *), void *arg, const char *fmt, va_list args)
{
	char name[TASK_COMM_LEN];

	vsnprintf(name, sizeof(name), fmt, args);
	return sched_get_task_ops()->create_kthread(fn, arg, name);
}

struct task_struct *kthread_create(int (*fn)(void *), void *arg, const char *fmt, ...)
{
	struct task_struct *tsk;
	va_list args;

	va_start(args, fmt);
	tsk = create(fn, arg, fmt, args);
	va_end(args);
	return tsk;
}

struct task_struct *kthread_run(int (*fn)(void *), void *arg, const char *fmt, ...)
{
	struct task_struct *tsk;
	va_list args;

	va_start(args, fmt);
	tsk = create(fn, arg, fmt, args);
	va_end(args);
	if (!IS_ERR(tsk))
		wake_up_process(tsk);
	return tsk;
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
