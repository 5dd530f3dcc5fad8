/* What a process has used: getrusage(2), wait4(2), times(2). */
#ifndef KERNEL_TASK_RUSAGE_H
#define KERNEL_TASK_RUSAGE_H

#include "kernel/lib/types.h"

struct task_struct;

struct timeval32 {
	s32 tv_sec, tv_usec;
};

/* asm/resource.h of the i386 ABI: 72 bytes. */
struct rusage {
	struct timeval32 ru_utime, ru_stime;
	s32 ru_maxrss; /* KiB */
	s32 ru_ixrss, ru_idrss, ru_isrss;
	s32 ru_minflt, ru_majflt;
	s32 ru_nswap, ru_inblock, ru_oublock, ru_msgsnd, ru_msgrcv, ru_nsignals;
	s32 ru_nvcsw, ru_nivcsw;
};

/* A child's use, its own waited-for children's included. tasklist_lock held. */
void rusage_of_child(const struct task_struct *tsk, struct rusage *usage);

/* Sums over all threads of a process, in ticks. tasklist_lock held. */
void process_times(const struct task_struct *tsk, unsigned long *utime, unsigned long *stime);

long sys_getrusage(int who, void *usage);
long sys_times(void *buf);

#endif
