/*
 * A process's table of open files, and where its paths begin. Both are counted: threads share them.
 */
#ifndef KERNEL_FS_FDTABLE_H
#define KERNEL_FS_FDTABLE_H

#include "kernel/fs/file.h"
#include "kernel/sched/spinlock.h"
#include "kernel/x86/atomic.h"

struct dentry;
struct task_struct;

#define NR_OPEN_DEFAULT 32   /* descriptors a table has room for at first */
#define NR_OPEN_MAX     4096 /* and at most, whatever RLIMIT_NOFILE says */

struct fd_slot {
	struct file *file;
	bool taken; /* maybe still without a file: open(2) is at work */
	bool close_on_exec;
};

struct files_struct {
	atomic_t count;
	spinlock_t file_lock; /* guards all below */
	unsigned int max_fds;
	unsigned int next_fd; /* no descriptor below is free */
	struct fd_slot *slot; /* max_fds of them */
	struct fd_slot first_slots[NR_OPEN_DEFAULT];
};

/* ---- for fork, exec and exit ---- */

/* A copy (fork) with all files shared; NULL without memory. @old may be NULL: an empty table. */
struct files_struct *dup_fd(struct files_struct *old);
/* One user less; the last one closes everything. May sleep. */
void put_files_struct(struct files_struct *files);
/* A table of its own for the current task, if others share its. 0 or -ENOMEM. */
int unshare_files(void);
/* Close what the current task marked close-on-exec. */
void flush_old_files(void);

/* ---- descriptors of the current task ---- */

/* Take the lowest free descriptor >= @start; @flags: O_CLOEXEC. -EMFILE, -ENOMEM. */
int alloc_fd(unsigned int start, unsigned int flags);
/* Give it back unused. */
void put_unused_fd(unsigned int fd);
/* Give it its file, whose reference the table takes over. */
void fd_install(unsigned int fd, struct file *file);
/* All that at once: the lowest free descriptor >= @start for @file, whose reference is consumed; an ERR_PTR is
 * passed on. */
int install_file(unsigned int start, struct file *file, unsigned int flags);
/*
 * Make @fd (below the limit) refer to @file, whose reference the table takes over, closing what was
 * there. @flags: O_CLOEXEC. Returns @fd, or -ENOMEM, -EMFILE, -EBUSY (another thread is just opening it).
 */
int replace_fd(unsigned int fd, struct file *file, unsigned int flags);
/* The close-on-exec mark; nothing happens where there is no such descriptor. */
bool get_close_on_exec(unsigned int fd);
void set_close_on_exec(unsigned int fd, bool on);
/* close(2): 0 or -EBADF. */
int close_fd(unsigned int fd);

/* Value of @call, which may use the file behind descriptor @fd by the name file; -EBADF without one. */
#define WITH_FILE(fd, call) __WITH_FILE(fget(fd), call, fput)

/* The same for a @call that only wants to know what the file is: O_PATH is no hindrance. */
#define WITH_FILE_RAW(fd, call) __WITH_FILE(fget_raw(fd), call, fput)
struct file *fget_raw(unsigned int fd);

/* The same for a @call that moves file->f_pos: one at a time does. */
#define WITH_FILE_POS(fd, call) __WITH_FILE(fget_pos(fd), call, fput_pos)

#define __WITH_FILE(get, call, put)                            \
	({                                                     \
		struct file *file = (get);                     \
		__typeof__(call) __n = file ? (call) : -EBADF; \
		if (file)                                      \
			put(file);                             \
		__n;                                           \
	})

void lock_pos(struct file *file);
void unlock_pos(struct file *file);

static inline struct file *fget_pos(unsigned int fd)
{
	struct file *file = fget(fd);

	if (file && (file->f_mode & FMODE_ATOMIC_POS))
		lock_pos(file);
	return file;
}

static inline void fput_pos(struct file *file)
{
	if (file->f_mode & FMODE_ATOMIC_POS)
		unlock_pos(file);
	fput(file);
}

/* The file behind descriptor @fd of @task (another process: /proc/PID/fd) with a reference, or NULL. */
struct file *fget_task(struct task_struct *task, unsigned int fd);

/* ---- files themselves ---- */

/* A new file object for @dentry (reference taken) with one reference; ERR_PTR(-ENFILE). Not opened yet. */
struct file *alloc_file(struct dentry *dentry, unsigned int mode, unsigned int flags,
			const struct file_operations *fops);

/* fcntl(2) F_ADD_SEALS: 0, -EPERM, -EBUSY, -EINVAL. F_GET_SEALS: F_SEAL_*, or -EINVAL (kernel/fs/memfd.c). */
long memfd_add_seals(struct file *file, unsigned int seals);
long memfd_get_seals(struct file *file);

void files_init(void);

/*
 * ---- advisory locks (kernel/fs/locks.c) ----
 * fcntl(2)'s belong to a process or to an open file description (OFD); flock(2)'s know nothing of those.
 */

/* The lock commands of fcntl(2); @user is a struct flock or flock64. -EINVAL if @cmd is none of them. */
long fcntl_lock(struct file *file, unsigned int cmd, void *user);

/* flock(2). */
long flock_lock(struct file *file, unsigned int op);

/* Whatever @owner has locked of the file is free: the struct files_struct that closes a descriptor of
 * it, or the struct file itself at its end. Sleeps. */
void locks_remove(struct file *file, const void *owner);

/* ---- where paths begin: the root and the working directory ---- */

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
