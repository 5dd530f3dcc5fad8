/* The end of tasks, and waiting for it. */
#ifndef KERNEL_TASK_EXIT_H
#define KERNEL_TASK_EXIT_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct task_struct;

/* End the running thread, all threads of its process; code as wait4() reports it: exit status << 8, or the signal. */
void __noreturn do_exit(int code);
void __noreturn do_group_exit(int code);

/* For execve: end all other threads of current's process and take its leader's place and pid. May sleep. 0 or -EAGAIN. */
int de_thread(void);

/* A dead task that its parent has asked about, or nobody will: it leaves the lists. */
void release_task(struct task_struct *tsk);

/* Called when a session's leader ends: its terminal is free. drivers/tty.c sets it. */
extern void (*disassociate_ctty_hook)(bool on_exit);

#endif
