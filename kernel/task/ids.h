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
long sys_setreid(u32 real, u32 effective);
long sys_setresid(u32 real, u32 effective, u32 saved);
long sys_getresid(u32 *real, u32 *effective, u32 *saved);
long sys_setgroups(unsigned n, const void *groups);

/* capget(2), capset(2): the effective set is kept, to be changed at will; all is permitted, nothing inherited. */
long sys_capget(u32 *header, u32 *data);
long sys_capset(u32 *header, const u32 *data);

long sys_nice(int increment);
long sys_getpriority(int which, int who);
long sys_setpriority(int which, int who, int nice);
long sys_sched_yield(void);
long sys_sched_setscheduler(pid_t pid, int policy, const int *param);
long sys_sched_setparam(pid_t pid, const int *param);
long sys_sched_getscheduler(pid_t pid);
long sys_sched_getparam(pid_t pid, int *param);
long sys_sched_rr_get_interval(pid_t pid, void *ts);
long sys_sched_get_priority_max(int policy);
long sys_sched_get_priority_min(int policy);
long sys_sched_getaffinity(pid_t pid, unsigned len, unsigned long *mask);
long sys_sched_setaffinity(pid_t pid, unsigned len, const unsigned long *mask);
long sys_getcpu(u32 *cpu, u32 *node, void *unused);
long sys_membarrier(int cmd, unsigned flags, int cpu);

long sys_getrlimit(unsigned which, void *limit);
long sys_old_getrlimit(unsigned which, void *limit);
long sys_setrlimit(unsigned which, const void *limit);
long sys_prlimit64(pid_t pid, unsigned which, const void *new, void *old);

#endif
