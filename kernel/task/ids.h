/* Who a task is: pids, groups, sessions, users (everybody is root), priorities, limits, names. */
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

/* Every real, effective, saved and file-system id is 0. */
long sys_getid(void);
/* Taking an id: only 0 can be had. */
long sys_setid(u32 id);
long sys_setid16(u16 id);
long sys_setreid(u32 real, u32 effective);
long sys_setresid(u32 real, u32 effective, u32 saved);
long sys_getresid(u32 *real, u32 *effective, u32 *saved);
long sys_setfsid(u32 id);
long sys_getgroups(int size, u32 *list);
long sys_setgroups(int size, const u32 *list);

long sys_capget(void *header, void *data);
long sys_capset(const void *header, const void *data);

long sys_nice(int increment);
long sys_getpriority(int which, int who);
long sys_setpriority(int which, int who, int nice);
long sys_sched_yield(void);
long sys_sched_setparam(pid_t pid, const int *param);
long sys_sched_getparam(pid_t pid, int *param);
long sys_sched_setscheduler(pid_t pid, int policy, const int *param);
long sys_sched_getscheduler(pid_t pid);
long sys_sched_get_priority_max(int policy);
long sys_sched_get_priority_min(int policy);
long sys_sched_getaffinity(pid_t pid, unsigned len, unsigned long *mask);
long sys_sched_setaffinity(pid_t pid, unsigned len, const unsigned long *mask);

#endif
