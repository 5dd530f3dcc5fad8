/*
 * The system calls on tasks, signals, time: number, name, arguments, by the header of their room. Whoever includes this says
 * what CALL makes of it: kernel/task/syscalls.h prototypes, kernel/syscall.c entries of its table.
 */

/* kernel/task/exec.c */
CALL(11, execve, const char *path, const char *const *argv, const char *const *envp)

/* kernel/task/exit.c */
CALL(1, exit, int status)
CALL(252, exit_group, int status)
CALL(7, waitpid, pid_t pid, int *status, int options)
CALL(114, wait4, pid_t pid, int *status, int options, void *rusage)
CALL(284, waitid, int which, pid_t who, void *info, int options, void *rusage)

/* kernel/task/fork.c */
/* clone(2), and fork and vfork by way of it. stack 0: the parent's. */
CALL(120, clone, unsigned long flags, unsigned long stack, int *parent_tid, void *tls,
     int *child_tid)
/* clone3(2), without pidfds, chosen pids and control groups. */
CALL(435, clone3, const void *args, size_t size)
CALL(2, fork, void)
CALL(190, vfork, void)
CALL(258, set_tid_address, int *tidptr)

/* kernel/task/futex.c */
/* PI futexes: -ENOSYS. */
CALL(240, futex, u32 *uaddr, int op, u32 val, void *utime, u32 *uaddr2, u32 val3)
CALL(422, futex_time64, u32 *uaddr, int op, u32 val, void *utime, u32 *uaddr2, u32 val3)
CALL(311, set_robust_list, void *head, size_t len)
CALL(312, get_robust_list, pid_t pid, void **head, size_t *len)

/* kernel/task/ids.c */
CALL(20, getpid, void)
CALL(224, gettid, void)
CALL(64, getppid, void)
CALL(57, setpgid, pid_t pid, pid_t pgid)
CALL(132, getpgid, pid_t pid)
CALL(65, getpgrp, void)
CALL(66, setsid, void)
CALL(147, getsid, pid_t pid)
/* All ids are 0: reading one, or a list of supplementary ones; taking up to three. */
CALL(24, getid, void)
CALL(213, setid, u32 id)
CALL(203, setreid, u32 real, u32 effective)
CALL(208, setresid, u32 real, u32 effective, u32 saved)
CALL(209, getresid, u32 *real, u32 *effective, u32 *saved)
CALL(206, setgroups, unsigned n, const void *groups)
/* capget(2), capset(2): the effective set is kept, to be changed at will; all is permitted, nothing inherited. */
CALL(184, capget, u32 *header, u32 *data)
CALL(185, capset, u32 *header, const u32 *data)
CALL(34, nice, int increment)
CALL(96, getpriority, int which, int who)
CALL(97, setpriority, int which, int who, int nice)
CALL(158, sched_yield, void)
CALL(156, sched_setscheduler, pid_t pid, int policy, const int *param)
CALL(154, sched_setparam, pid_t pid, const int *param)
CALL(157, sched_getscheduler, pid_t pid)
CALL(155, sched_getparam, pid_t pid, int *param)
CALL(161, sched_rr_get_interval, pid_t pid, void *ts)
CALL(159, sched_get_priority_max, int policy)
CALL(160, sched_get_priority_min, int policy)
CALL(242, sched_getaffinity, pid_t pid, unsigned len, unsigned long *mask)
CALL(241, sched_setaffinity, pid_t pid, unsigned len, const unsigned long *mask)
CALL(318, getcpu, u32 *cpu, u32 *node, void *unused)
CALL(375, membarrier, int cmd, unsigned flags, int cpu)
CALL(191, getrlimit, unsigned which, void *limit)
CALL(76, old_getrlimit, unsigned which, void *limit)
CALL(75, setrlimit, unsigned which, const void *limit)
CALL(340, prlimit64, pid_t pid, unsigned which, const void *new, void *old)

/* kernel/task/random.c */
CALL(355, getrandom, void *buf, size_t count, unsigned flags)

/* kernel/task/rusage.c */
CALL(77, getrusage, int who, void *usage)
CALL(43, times, void *buf)

/* kernel/task/signal.c */
CALL(174, rt_sigaction, int sig, const void *act, void *oact, size_t sigsetsize)
CALL(175, rt_sigprocmask, int how, const void *set, void *oset, size_t sigsetsize)
CALL(176, rt_sigpending, void *set, size_t sigsetsize)
CALL(179, rt_sigsuspend, const void *set, size_t sigsetsize)
CALL(177, rt_sigtimedwait, const void *set, void *info, const void *timeout, size_t sigsetsize)
CALL(421, rt_sigtimedwait_time64, const void *set, void *info, const void *timeout,
     size_t sigsetsize)
CALL(178, rt_sigqueueinfo, pid_t pid, int sig, const void *info)
CALL(335, rt_tgsigqueueinfo, pid_t tgid, pid_t tid, int sig, const void *info)
CALL(29, pause, void)
CALL(37, kill, pid_t pid, int sig)
CALL(270, tgkill, pid_t tgid, pid_t tid, int sig)
CALL(238, tkill, pid_t tid, int sig)
CALL(186, sigaltstack, const void *ss, void *old)
CALL(119, sigreturn, void)
CALL(173, rt_sigreturn, void)
CALL(0, restart_syscall, void)

/* kernel/task/system.c */
CALL(122, uname, void *name)
CALL(74, sethostname, const char *name, int len)
CALL(116, sysinfo, void *info)
CALL(88, reboot, u32 magic1, u32 magic2, u32 cmd)
CALL(172, prctl, int option, unsigned long arg, unsigned long arg3, unsigned long arg4,
     unsigned long arg5)
CALL(136, personality, u32 persona)
CALL(103, syslog, int type, char *buf, int len)
CALL(243, set_thread_area, void *info)
CALL(244, get_thread_area, void *info)

/* kernel/task/time.c */
CALL(13, time, int *user)
CALL(78, gettimeofday, void *tv, void *tz)
CALL(265, clock_gettime, int clock, void *ts)
CALL(403, clock_gettime64, int clock, void *ts)
CALL(266, clock_getres, int clock, void *ts)
CALL(406, clock_getres_time64, int clock, void *ts)
CALL(162, nanosleep, const void *req, void *rem)
CALL(267, clock_nanosleep, int clock, int flags, const void *req, void *rem)
CALL(407, clock_nanosleep_time64, int clock, int flags, const void *req, void *rem)
CALL(27, alarm, unsigned seconds)
CALL(105, getitimer, int which, void *value)
CALL(104, setitimer, int which, const void *value, void *old)
