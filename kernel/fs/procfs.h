/*
 * /proc: what the kernel says about itself, in text.
 */
#ifndef KERNEL_FS_PROCFS_H
#define KERNEL_FS_PROCFS_H

#include "kernel/fs/seq_file.h"
#include "kernel/fs/stat.h"

struct dentry;
struct task_struct;

/*
 * Make the file /proc/@path, and directories on the way to it, whose whole text @show prints; what a program
 * writes into it goes to @write as a string (NULL: read-only). Both are handed @data, may sleep and return 0 or
 * -errno. @path must stay. For boot: without memory nothing is made.
 */
void proc_create(const char *path, int (*show)(struct seq_file *m, void *data),
		 int (*write)(void *data, const char *text), void *data);

/*
 * A file in every /proc/PID. @show prints with the task held; it may be a zombie without an mm. @write: as above,
 * NULL: read-only. And a link there that leads to a dentry (with a reference; NULL: ENOENT), whatever its text.
 */
void proc_pid_create(const char *name, umode_t mode,
		     int (*show)(struct seq_file *m, struct task_struct *task),
		     int (*write)(struct task_struct *task, const char *text));
/* One whose bytes are no text: @read is that of a file, with the task held. */
void proc_pid_create_binary(const char *name, umode_t mode,
			    ssize_t (*read)(struct task_struct *task, char *buf, size_t count,
					    loff_t *pos));
void proc_pid_create_link(const char *name, struct dentry *(*target)(struct task_struct *task));

/* The file system; the files of every process; those about the system, and about its memory; those to change it. In
 * this order. */
void proc_init(void);
void proc_pid_init(void);
void proc_misc_init(void);
void proc_mm_init(void);
void proc_sys_init(void);

#endif
