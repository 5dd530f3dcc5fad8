/* What a process has used. wait.c */
#ifndef KERNEL_TASK_RUSAGE_H
#define KERNEL_TASK_RUSAGE_H

#include "kernel/lib/types.h"

struct timeval32 {
	s32 tv_sec, tv_usec;
};

long sys_getrusage(int who, void *usage);
long sys_times(void *buf);

#endif
