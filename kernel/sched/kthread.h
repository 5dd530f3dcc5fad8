/* Threads of the kernel itself: tasks without an address space of their own. */
#ifndef KERNEL_SCHED_KTHREAD_H
#define KERNEL_SCHED_KTHREAD_H

#include "kernel/lib/err.h"
#include "kernel/sched/sched.h"

/* A new thread that will call fn(arg), asleep until wake_up_process(); its name is made as by printf, 15
 * characters kept. Value: the task, or ERR_PTR(-ENOMEM). The thread ends when fn returns, or by
 * do_exit(). Sleeps. */
struct task_struct *kthread_create(int (*fn)(void *), void *arg, const char *name, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, and wake it. */
#define kthread_run(fn, arg, ...)                                               \
	({                                                                      \
		struct task_struct *__k = kthread_create(fn, arg, __VA_ARGS__); \
		if (!IS_ERR(__k))                                               \
			wake_up_process(__k);                                   \
		__k;                                                            \
	})

/* Ask a thread to end, wake it, wait until it has. Value: what fn returned. The thread must still exist:
 * it does not return before kthread_should_stop(), or the caller holds a get_task_struct() reference. */
int kthread_stop(struct task_struct *tsk);

/* For the thread: whether kthread_stop() was called on it. */
bool kthread_should_stop(void);

#endif
