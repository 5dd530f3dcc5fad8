/* Futexes: sleeping until somebody who changed a word of user memory says so. futex(2), get_robust_list(2). */
#ifndef KERNEL_TASK_FUTEX_H
#define KERNEL_TASK_FUTEX_H

#include "kernel/lib/types.h"

struct task_struct;

/* current lets go of its memory (execve, exit): the locks on its robust list become those of a dead owner; who waits for
 * clear_child_tid is told. */
void futex_release(struct task_struct *tsk);

void futex_init(void);

#endif
