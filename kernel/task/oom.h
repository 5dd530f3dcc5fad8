#ifndef KERNEL_TASK_OOM_H
#define KERNEL_TASK_OOM_H

struct task_struct;

#define OOM_SCORE_ADJ_MAX 1000

/* How much of a victim a process is, in pages: what it has, in the kernel too as far as that is quickly known (tables,
 * mappings, threads, open files, pipes), and what /proc/PID/oom_score_adj adds. 0: none at all.
 * tasklist_lock held. */
unsigned long oom_badness(struct task_struct *p);

/*
 * out_of_memory - a program's page fault found no memory: end a process, so that the others can go on
 *
 * The worst one of the worst process group gets SIGKILL, init never. Sleeps a tick when that is not the caller, who
 * then faults again. Panics when only init is left. No locks held; may sleep.
 */
void out_of_memory(void);

#endif
