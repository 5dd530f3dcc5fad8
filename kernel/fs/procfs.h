/*
 * /proc: what the kernel says about itself, in text.
 */
#ifndef KERNEL_FS_PROCFS_H
#define KERNEL_FS_PROCFS_H

#include "kernel/fs/seq_file.h"
#include "kernel/fs/stat.h"

struct dentry;
struct mm_struct;
struct task_struct;

/*
 * Make the file /proc/@path at run time, and directories on the way to it, whose whole text @show prints; what a program
 * writes into it goes to @write as a string (NULL: read-only). Both are handed @data, may sleep and return 0 or
 * -errno. @path must stay. For boot: without memory nothing is made.
 */
void proc_create(const char *path, int (*show)(struct seq_file *m, void *data),
		 int (*write)(void *data, const char *text), void *data);

/* A name in /proc, or in every /proc/PID. */
struct proc_dir_entry {
	const char *name; /* in /proc: a path. NULL: not in this build */
	umode_t mode;     /* 0: a file that all may read */
	/* In /proc: as proc_create() says. */
	int (*show)(struct seq_file *m, void *data);
	int (*write)(void *data, const char *text);
	void *data;
	/* In /proc/PID. show prints with the task held, which may be a zombie without an mm. Or read, as that of a file,
	 * gives bytes that are no text. Or a link leads to target, a dentry with a reference (NULL: ENOENT). */
	int (*pid_show)(struct seq_file *m, struct task_struct *task);
	int (*pid_write)(struct task_struct *task, const char *text);
	ssize_t (*pid_read)(struct task_struct *task, char *buf, size_t count, loff_t *pos);
	struct dentry *(*target)(struct task_struct *task);
	/* procfs.c's */
	size_t len; /* of the name in bytes; 0: all of it */
	ino_t ino;
	struct proc_dir_entry *next, *children;
};

/*
 * PROC_ENTRIES(shm_entries) = { { .name = "sysvipc/shm", .show = show_segments }, ... }; in any file above mm: proc_init()
 * finds all tables in one section of the kernel. A name without a show is one in every /proc/PID.
 */
#define PROC_ENTRIES(name)                  \
	static struct proc_dir_entry name[] \
		__attribute__((used, section(".proc_entries"), aligned(4)))

/* Resident pages of @mm that are shared memory, by looking at all of its VMAs. Takes mmap_sem. */
unsigned long shmem_rss(struct mm_struct *mm);

/* The file system with all its entries; then those of the tables of kernel/lib/sysctl.h. */
void proc_init(void);
void proc_sys_init(void);

#endif
