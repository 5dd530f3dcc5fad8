/*
 * /proc: what the kernel says about itself, in text.
 */
#ifndef KERNEL_FS_PROCFS_H
#define KERNEL_FS_PROCFS_H

#include "kernel/fs/file.h"
#include "kernel/fs/seq_file.h"
#include "kernel/fs/stat.h"

struct dentry;
struct proc_dir_entry;
struct task_struct;

/*
 * Make a read-only file @name in @parent (NULL: /proc itself) whose whole text @show prints; @data
 * is handed to it. May sleep there. Returns NULL without memory. @name must stay. Before or after
 * proc_init.
 */
struct proc_dir_entry *proc_create(const char *name, struct proc_dir_entry *parent,
				   int (*show)(struct seq_file *m, void *data), void *data);

/* The same with operations of its own, for files that can be written or are too large for one
 * record. */
struct proc_dir_entry *proc_create_fops(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct file_operations *fops, void *data);

/* A directory in @parent (NULL: /proc itself). */
struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent);

/* The @data of the entry that @inode belongs to, for fops->open. */
void *proc_inode_data(const struct inode *inode);

/*
 * Files in /proc/PID. @show prints with the task held; it may be a zombie without an mm. Called for
 * each read. Registered once, at boot, by whoever knows the subject (mm: maps, statm; tasks: stat,
 * status).
 */
void proc_pid_create(const char *name, umode_t mode,
		     int (*show)(struct seq_file *m, struct task_struct *task));
/* The same for files with operations of their own: proc_inode_task() gives the task. */
void proc_pid_create_fops(const char *name, umode_t mode, const struct file_operations *fops);

/* A link in /proc/PID that leads to a dentry (with a reference; NULL: ENOENT), whatever its text.
 */
void proc_pid_create_link(const char *name, struct dentry *(*target)(struct task_struct *task));

/* The task of an inode in /proc/PID with a reference (put_task_struct), or NULL when it is gone. */
struct task_struct *proc_inode_task(const struct inode *inode);

/* The file system and the directory itself; the files of every process; those about the system. In
 * this order. */
void proc_init(void);
void proc_pid_init(void);
void proc_misc_init(void);

#endif
