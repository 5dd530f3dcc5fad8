/* A task and the address space it uses. */
#ifndef KERNEL_TASK_TASK_MM_H
#define KERNEL_TASK_TASK_MM_H

struct mm_struct;
struct task_struct;

/* The task is done with its mm (execve, exit): tell clear_child_tid's reader and a vfork parent. */
void mm_release(struct task_struct *tsk);

/* The address space of another task, kept from being torn down until mmput(); NULL if it has none. */
struct mm_struct *get_task_mm(struct task_struct *tsk);

#endif
