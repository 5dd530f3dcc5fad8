/* New tasks: fork, vfork, clone, kernel threads. */
#ifndef KERNEL_TASK_FORK_H
#define KERNEL_TASK_FORK_H

#include "kernel/lib/types.h"

struct mm_struct;
struct pt_regs;
struct task_struct;

#define CSIGNAL              0x000000ff /* signal to the parent at death */
#define CLONE_VM             0x00000100
#define CLONE_FS             0x00000200
#define CLONE_FILES          0x00000400
#define CLONE_SIGHAND        0x00000800
#define CLONE_PIDFD          0x00001000
#define CLONE_PTRACE         0x00002000
#define CLONE_VFORK          0x00004000
#define CLONE_PARENT         0x00008000
#define CLONE_THREAD         0x00010000
#define CLONE_NEWNS          0x00020000
#define CLONE_SYSVSEM        0x00040000
#define CLONE_SETTLS         0x00080000
#define CLONE_PARENT_SETTID  0x00100000
#define CLONE_CHILD_CLEARTID 0x00200000
#define CLONE_DETACHED       0x00400000
#define CLONE_UNTRACED       0x00800000
#define CLONE_CHILD_SETTID   0x01000000

/* What clone(2) is told. */
struct clone_args {
	unsigned long flags; /* CLONE_ and CSIGNAL */
	unsigned long stack; /* child's esp; 0: the parent's */
	void *tls;           /* struct user_desc, user address */
	int *parent_tid, *child_tid;
};

/* The task caches, and current (the boot task) as pid 0. Needs slab and vmalloc. */
void fork_init(void);

/* Make a child of current that returns to user mode with current's registers and eax 0, and wake it. Value: its pid
 * or -EAGAIN, -ENOMEM, -EINVAL. With CLONE_VFORK returns when it has called execve or ended. */
long do_fork(const struct clone_args *args);

/* Give current handlers that no other task shares: execve. 0 or -ENOMEM. */
int unshare_sighand(struct task_struct *tsk);

long sys_fork(void);
long sys_vfork(void);
long sys_clone(unsigned long flags, unsigned long stack, int *parent_tid, void *tls,
	       int *child_tid);
long sys_set_tid_address(int *tidptr);

#endif
