/* New tasks: fork, vfork, clone, kernel threads. */
#ifndef KERNEL_TASK_FORK_H
#define KERNEL_TASK_FORK_H

#include "kernel/lib/types.h"

#define CSIGNAL              0x000000ff /* signal to the parent at death */
#define CLONE_VM             0x00000100
#define CLONE_FS             0x00000200
#define CLONE_FILES          0x00000400
#define CLONE_SIGHAND        0x00000800
#define CLONE_VFORK          0x00004000
#define CLONE_PARENT         0x00008000
#define CLONE_THREAD         0x00010000
#define CLONE_SETTLS         0x00080000
#define CLONE_PARENT_SETTID  0x00100000
#define CLONE_CHILD_CLEARTID 0x00200000
#define CLONE_DETACHED       0x00400000
#define CLONE_CHILD_SETTID   0x01000000
#define CLONE_CLEAR_SIGHAND  0x100000000ULL /* clone3 only */
/* Namespaces and process descriptors, which are not there. */
#define CLONE_ABSENT         0x7e021000

/* The task caches, and the boot task as pid 0. Needs slab and vmalloc. */
void fork_init(void);

/* Handlers of current's own, for execve after CLONE_SIGHAND. 0 or -ENOMEM. */
int unshare_sighand(void);

#endif
