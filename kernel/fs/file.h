/*
 * Open files and inodes, as much as mm/ may know of them: a reference, the
 * object behind (address_space) and the mmap operation. Everything else that a
 * file system keeps hangs off private pointers.
 */
#ifndef KERNEL_FS_FILE_H
#define KERNEL_FS_FILE_H

#include "kernel/lib/types.h"
#include "kernel/sched/mutex.h"
#include "kernel/x86/atomic.h"

struct address_space;
struct dentry;
struct file;
struct inode;
struct poll_table;
struct vm_area_struct;

/* file->f_mode */
#define FMODE_READ  1u
#define FMODE_WRITE 2u
#define FMODE_UNSIGNED_OFFSET \
	0x2000u /* a device whose offsets are a whole word of pages: /dev/mem */

/* file->f_flags: the one that generic_file_write() must know; the others are in kernel/fs/fcntl.h.
 */
#define O_APPEND   00002000
#define FMODE_EXEC 4u /* being executed: nobody may write */
#define FMODE_PATH 8u /* O_PATH: names a place, has no contents */

#define FMODE_NOCTTY     16u     /* opened with O_NOCTTY */
#define FMODE_ATOMIC_POS 0x8000u /* calls that move f_pos exclude each other */

/* Bytes that a file can have: a page index has 32 bits. */
#define MAX_LFS_FILESIZE ((loff_t)0xfffffffful << 12)

/* fallocate(2) */
#define FALLOC_FL_KEEP_SIZE  1
#define FALLOC_FL_PUNCH_HOLE 2

struct dir_context; /* kernel/fs: a consumer of directory entries */

struct iovec;
struct file_operations {
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char *buf, size_t count, loff_t *pos);
	ssize_t (*write)(struct file *file, const char *buf, size_t count, loff_t *pos);
	/* All of it in one, where that is more than one write after the other; @total bytes. */
	ssize_t (*writev)(struct file *file, const struct iovec *iov, size_t total);
	int (*readdir)(struct file *file, struct dir_context *ctx);
	unsigned int (*poll)(struct file *file, struct poll_table *table);
	long (*ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file);
	/* Gives pages to a range, or takes them away (FALLOC_FL_PUNCH_HOLE); the range was checked. */
	int (*fallocate)(struct file *file, int mode, loff_t offset, loff_t len);
};

struct file {
	atomic_t f_count;
	unsigned int f_mode;  /* FMODE_* */
	unsigned int f_flags; /* O_* */
	loff_t f_pos;
	struct mutex
		f_pos_lock; /* one read, write or seek at a time, where FMODE_ATOMIC_POS says so */
	const struct file_operations *f_op;
	struct inode *f_inode;
	struct dentry *f_dentry;         /* its name, for /proc/PID/maps */
	struct address_space *f_mapping; /* pages of this file; NULL where there are none */
	void *private_data;
};

static inline void get_file(struct file *file)
{
	atomic_inc(&file->f_count);
}

/* Gives up one reference; the last one closes the file. May sleep. */
void fput(struct file *file);

/* The file behind a descriptor of the current task with a reference of its own, or NULL. One of O_PATH has no
 * contents to work with, so it is none. */
struct file *fget(unsigned int fd);

/* Size in bytes of the inode behind a mapping (0 where it has none), and the size it has from now
 * on. */
loff_t i_size_read(const struct inode *inode);
void i_size_write(struct inode *inode, loff_t size);

/* Its contents were changed just now (mtime, ctime); were read (atime). */
void file_update_time(struct inode *inode);
void file_accessed(struct inode *inode);

/* What names the object in /proc/PID/maps: device and inode number, both 0 without an inode. */
dev_t file_dev(const struct file *file);
/* Is it in a file system from which nothing may be executed? */
bool file_noexec(const struct file *file);
ino_t file_ino(const struct file *file);

/*
 * The file's path from the root of the current task, built at the end of @buf of @size bytes; "
 * (deleted)" is added when the name is gone. Returns the beginning of the text, or
 * ERR_PTR(-ENAMETOOLONG).
 */
char *file_path(struct file *file, char *buf, size_t size);

#endif
