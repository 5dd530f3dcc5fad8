/*
 * What the files of procfs itself share; its users want kernel/fs/procfs.h.
 */
#ifndef KERNEL_FS_PROC_INTERNAL_H
#define KERNEL_FS_PROC_INTERNAL_H

#include "kernel/fs/inode.h"
#include "kernel/fs/procfs.h"

struct dir_context;

/* A name in /proc, or in every /proc/PID. */
struct proc_dir_entry {
	const char *name;
	umode_t mode;
	ino_t ino;
	const struct file_operations *fops; /* NULL: show */
	int (*show)(struct seq_file *m, void *data);
	int (*pid_show)(struct seq_file *m, struct task_struct *task);
	struct dentry *(*target)(struct task_struct *task);
	void *data;
	struct proc_dir_entry *next, *children;
};

/* What an inode is: an entry, with the task whose it is, or a descriptor of that task. */
struct proc_inode {
	const struct proc_dir_entry *entry;
	struct task_struct *task; /* with a reference; NULL outside of /proc/PID */
	pid_t pid;
	int fd;
};

/* Directories and links that are made for each task, and /proc itself. */
extern struct proc_dir_entry proc_root, proc_pid_dir, proc_tid_dir, proc_task_dir, proc_fd_dir,
	proc_fd_link;

static inline const struct proc_inode *proc_i(const struct inode *inode)
{
	return inode->i_private;
}

/* Number of the inode of @e of task @pid (0: none) and descriptor @fd. */
ino_t proc_ino(const struct proc_dir_entry *e, pid_t pid, int fd);

/* file_operations.readdir of every directory in /proc. */
int proc_readdir(struct file *file, struct dir_context *ctx);

#endif
