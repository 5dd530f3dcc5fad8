#ifndef KERNEL_TASK_OOM_H
#define KERNEL_TASK_OOM_H

/*
 * out_of_memory - a program's page fault found no memory: end a process, so that the others can go on
 *
 * The one with the most resident pages gets SIGKILL, init never. Yields when that is not the caller, who
 * then faults again. Panics when only init is left. No locks held; may sleep.
 */
void out_of_memory(void);

#endif
