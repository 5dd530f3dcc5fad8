/*
 * Where a process's paths begin: its root and its working directory. Counted: threads share it.
 */
#ifndef KERNEL_FS_FS_STRUCT_H
#define KERNEL_FS_FS_STRUCT_H

#include "kernel/sched/spinlock.h"
#include "kernel/x86/atomic.h"

struct dentry;

struct fs_struct {
	atomic_t count;
	spinlock_t lock; /* guards root and pwd */
	int umask;
	struct dentry *root, *pwd; /* with references */
};

/* A copy of the task's root, working directory and umask; NULL without memory. */
struct fs_struct *copy_fs_struct(struct fs_struct *old);
void put_fs_struct(struct fs_struct *fs);

/* What the first task has. */
extern struct fs_struct init_fs;

/* Root and working directory of the current task, with a reference. */
struct dentry *get_fs_root(void);
struct dentry *get_fs_pwd(void);

#endif
