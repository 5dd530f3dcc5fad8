/* Process numbers: handing them out, and finding the task behind one. */
#ifndef KERNEL_TASK_PID_H
#define KERNEL_TASK_PID_H

#include "kernel/sched/task.h"

#define PID_MAX 32768

/* A number that no task, group or session bears, or -EAGAIN. */
pid_t alloc_pid(void);
void free_pid(pid_t pid);

/* Enter, remove, a task under tsk->pid. tasklist_lock held. */
void attach_pid(struct task_struct *tsk);
void detach_pid(struct task_struct *tsk);

/* The task with that number, or NULL. tasklist_lock held. */
struct task_struct *find_task_by_pid(pid_t pid);

/* The same with a reference of the caller's. Takes tasklist_lock. */
struct task_struct *get_task_by_pid(pid_t pid);

/* The process, or the thread of process tgid, with the lowest pid that is not below pid, with a reference; NULL: no more.
 * For /proc. */
struct task_struct *next_task(pid_t pid, pid_t tgid);

/* Remember that a number became a group's or session's name: it is not handed out while one bears it. */
void pid_names_group(pid_t pid);

/* Number of tasks, kernel threads too; of all since boot; the newest pid. */
unsigned nr_tasks(void);
unsigned nr_forks(void);
pid_t last_pid(void);

#endif
