/* The end of tasks, and waiting for it. */
#ifndef KERNEL_TASK_EXIT_H
#define KERNEL_TASK_EXIT_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct task_struct;
struct siginfo;

/* End the running thread; code as wait() reports it: exit status << 8, or the signal. */
void __noreturn do_exit(int code);

/* End the whole process. */
void __noreturn do_group_exit(int code);

/* A dead task that its parent has asked about, or nobody will: it leaves the lists. */
void release_task(struct task_struct *tsk);

/* Called by do_exit for the last thread of a session's leader: the terminal is free. drivers/tty.c sets it. */
extern void (*disassociate_ctty_hook)(void);

long sys_exit(int status);
long sys_exit_group(int status);
long sys_waitpid(pid_t pid, int *status, int options);
long sys_wait4(pid_t pid, int *status, int options, void *rusage);
long sys_waitid(int which, pid_t pid, void *info, int options, void *rusage);

#endif
