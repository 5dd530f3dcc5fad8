/* Futexes: sleeping until somebody who changed a word of user memory says so. futex(2), get_robust_list(2). */
#ifndef KERNEL_TASK_FUTEX_H
#define KERNEL_TASK_FUTEX_H

#include "kernel/lib/types.h"

struct task_struct;

/* current lets go of its memory (execve, exit): the locks on its robust list become those of a dead owner; who waits for
 * clear_child_tid is told. */
void futex_release(struct task_struct *tsk);

void futex_init(void);

/* PI futexes: -ENOSYS. */
long sys_futex(u32 *uaddr, int op, u32 val, void *utime, u32 *uaddr2, u32 val3);
long sys_futex_time64(u32 *uaddr, int op, u32 val, void *utime, u32 *uaddr2, u32 val3);
long sys_set_robust_list(void *head, size_t len);
long sys_get_robust_list(pid_t pid, void **head, size_t *len);

#endif
