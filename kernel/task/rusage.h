/* What a process has used. wait.c */
#ifndef KERNEL_TASK_RUSAGE_H
#define KERNEL_TASK_RUSAGE_H

#include "kernel/lib/types.h"

struct timeval32 {
	s32 tv_sec, tv_usec;
};

struct task_struct;
struct task_usage;

/* What all threads of tsk's process have used. tasklist_lock or siglock held. */
void process_usage(const struct task_struct *tsk, struct task_usage *sum);

/* What all tasks since boot have used. Takes tasklist_lock. */
void all_usage(struct task_usage *sum);

#endif
