/* execve in a process of several threads. */
#ifndef KERNEL_TASK_DE_THREAD_H
#define KERNEL_TASK_DE_THREAD_H

struct task_struct;

/* All other threads of current's process are killed and gone when it returns, and current is the leader. 0, or
 * -EAGAIN if the process is dying. Sleeps. */
int de_thread(struct task_struct *tsk);

#endif
