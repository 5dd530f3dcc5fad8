/*
 * /proc: what the kernel says about itself, in text.
 */
#ifndef KERNEL_FS_PROCFS_H
#define KERNEL_FS_PROCFS_H

#include "kernel/fs/seq_file.h"
#include "kernel/fs/stat.h"

struct dentry;
struct proc_dir_entry;
struct task_struct;

/*
 * Make a read-only file @name in @parent (NULL: /proc itself) whose whole text @show prints; @data is
 * handed to it. May sleep there. @name must stay. For boot: without memory nothing is made.
 */
struct proc_dir_entry *proc_create(const char *name, struct proc_dir_entry *parent,
				   int (*show)(struct seq_file *m, void *data), void *data);

/* A directory in @parent (NULL: /proc itself). */
struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent);

/*
 * A file in every /proc/PID. @show prints with the task held; it may be a zombie without an mm. And a
 * link there that leads to a dentry (with a reference; NULL: ENOENT), whatever its text.
 */
void proc_pid_create(const char *name, umode_t mode,
		     int (*show)(struct seq_file *m, struct task_struct *task));
void proc_pid_create_link(const char *name, struct dentry *(*target)(struct task_struct *task));

/* The file system; the files of every process; those about the system. In this order. */
void proc_init(void);
void proc_pid_init(void);
void proc_misc_init(void);

#endif
