/* Who a task is: pids, groups, sessions, users (everybody is root), priorities, limits. */
#ifndef KERNEL_TASK_IDS_H
#define KERNEL_TASK_IDS_H

#include "kernel/lib/types.h"

long sys_getpid(void);
long sys_gettid(void);
long sys_getppid(void);
long sys_setpgid(pid_t pid, pid_t pgid);
long sys_getpgid(pid_t pid);
long sys_getpgrp(void);
long sys_setsid(void);
long sys_getsid(pid_t pid);

/* All ids are 0: reading one, or a list of supplementary ones; taking up to three. */
long sys_getid(void);
long sys_setid(u32 id);
long sys_setresid(u32 real, u32 effective, u32 saved);

/* capget(2), capset(2): the effective set is kept, to be changed at will; all is permitted, nothing inherited. */
long sys_capget(u32 *header, u32 *data);
long sys_capset(u32 *header, const u32 *data);

long sys_nice(int increment);
long sys_getpriority(int which, int who);
long sys_setpriority(int which, int who, int nice);
long sys_sched_yield(void);
long sys_sched_getaffinity(pid_t pid, unsigned len, unsigned long *mask);

long sys_getrlimit(unsigned which, void *limit);
long sys_setrlimit(unsigned which, const void *limit);
long sys_prlimit64(pid_t pid, unsigned which, const void *new, void *old);

#endif
