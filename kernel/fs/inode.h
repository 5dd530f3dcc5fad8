/*
 * Inodes and the file systems they belong to. An inode is a file without its name; names are
 * dentries (kernel/fs/dentry.h). Every file system here lives in memory: its tree of names IS the
 * dentry tree, so an inode exists as long as a name, an open file or a mapping refers to it, and no
 * longer.
 */
#ifndef KERNEL_FS_INODE_H
#define KERNEL_FS_INODE_H

#include "kernel/fs/file.h"
#include "kernel/fs/stat.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"
#include "kernel/x86/atomic.h"
#include "mm/filemap.h"

struct dentry;
struct inode;
struct statfs64;
struct super_block;

/* What a file system does with its inodes; an operation that is NULL is not allowed (EPERM). */
struct inode_operations {
	/*
	 * Directories whose names are not kept in the dentry tree (procfs): find @dentry's name and
	 * give it an inode. 0 or -ENOENT.
	 */
	int (*lookup)(struct inode *dir, struct dentry *dentry);
	/* A new inode of any type, for a name in @dir; @target: what a link says. NULL without memory. */
	struct inode *(*make)(struct inode *dir, umode_t mode, dev_t dev, const char *target);
	/* Symbolic links: the text, at most @size bytes, not terminated. Length or -errno. */
	int (*readlink)(struct dentry *dentry, char *buf, int size);
	/* Links that lead to an object whatever their text says (/proc/PID/exe): it, with a
	 * reference. */
	struct dentry *(*follow_link)(struct dentry *dentry);
	/* Regular files: the new size was checked. 0 or -errno. */
	int (*truncate)(struct inode *inode, loff_t size);
	/* The last reference is gone. */
	void (*evict)(struct inode *inode);
};

struct inode {
	atomic_t i_count;
	umode_t i_mode;
	u32 i_nlink;
	u32 i_uid, i_gid;
	dev_t i_rdev;
	ino_t i_ino;
	loff_t i_size;
	u64 i_atime, i_mtime, i_ctime; /* nanoseconds since 1970 */
	const struct inode_operations *i_op;
	const struct file_operations *i_fop; /* what an open file of it starts with */
	struct super_block *i_sb;
	struct address_space *i_mapping; /* &i_data, or NULL: no pages */
	struct address_space i_data;
	char *i_link; /* text of a symbolic link; kmalloc'ed */
	void *i_private;
	struct file_lock *i_flock;      /* by their start; kernel/fs/locks.c */
	struct pipe_inode_info *i_pipe; /* of a FIFO that was ever opened */
	atomic_t i_writecount;          /* > 0: open for writing so often; < 0: being executed */
};

/* ---- inodes ---- */

void inode_init(void);

/* A fresh inode of @sb with one reference, mode and times set, no operations; NULL without memory.
 */
struct inode *new_inode(struct super_block *sb, umode_t mode);
void iput(struct inode *inode);
static inline void ihold(struct inode *inode)
{
	atomic_inc(&inode->i_count);
}

/* Number for the next inode, file systems without numbers of their own. Never 0. */
ino_t get_next_ino(void);

/* May the caller use @inode so (R_OK, W_OK, X_OK)? Everybody is root: only X on a plain file can
 * fail. 0, -EACCES. */
int permission(struct inode *inode, int mask);

/* Set a regular file's size. 0, -EINVAL (not a regular file), -EISDIR, -EFBIG, -ETXTBSY... */
int do_truncate(struct inode *inode, loff_t size);

/* Exclude writers from a file that is being executed, and the reverse. 0 or -ETXTBSY. */
int deny_write_access(struct inode *inode);
void allow_write_access(struct inode *inode);
int get_write_access(struct inode *inode);
void put_write_access(struct inode *inode);

/* ---- file systems ---- */

#define TMPFS_MAGIC      0x01021994
#define PROC_SUPER_MAGIC 0x9fa0

struct file_system_type {
	const char *name;
	unsigned int fs_magic;
	bool unpinned; /* names exist only while somebody holds them (procfs) */
	/* Give @sb its root (d_alloc_root). @options may be NULL and may be changed. 0 or -errno. */
	int (*fill_super)(struct super_block *sb, char *options);
	/* Other @options for one that is mounted; NULL: nothing to change. */
	int (*remount)(struct super_block *sb, char *options);
	struct file_system_type *next;
};

/*
 * One mounted instance. It is mounted in one place, so a path is a dentry and needs no mount beside it.
 */
#define MS_NOEXEC 8ul /* mount(2): nothing in it can be executed */

struct super_block {
	struct file_system_type *s_type;
	struct dentry *s_root;
	struct dentry *s_covered; /* the directory it hides; NULL: the root of all */
	dev_t s_dev;
	unsigned long s_flags;              /* MS_NOEXEC */
	struct fs_limit s_blocks, s_inodes; /* pages and inodes: limits, and how many there are */
	struct list_head s_list;
	char s_devname[32];
};

/* Make it known to mount(2). */
void register_filesystem(struct file_system_type *type);

/*
 * Mount a new instance of @type on @dir. 0, or -errno as mount(2). And the first one of all: the root of
 * the name space, and the first task's root and working directory.
 */
int do_mount(struct file_system_type *type, const char *devname, struct dentry *dir, char *options);
void mount_root(struct file_system_type *type);

struct seq_file;
int show_mounts(struct seq_file *m, void *data);      /* /proc/mounts; data: PID/mountinfo */
int show_filesystems(struct seq_file *m, void *data); /* /proc/filesystems */

/* ---- for file operations ---- */

/* What file_operations.readdir fills: records of getdents64(2). */
struct dir_context {
	loff_t pos; /* of the next entry, 0 and 1 being . and .. */
	char *buf;  /* kernel memory, filled here and copied out at the end */
	size_t size, used;
	size_t last; /* where the last record begins; its d_off is still to be set */
	bool too_small;
};

/* Add one entry; ctx->pos is still that of this entry. False when there is no more room: it must be offered again. */
bool dir_emit(struct dir_context *ctx, const char *name, size_t len, ino_t ino, umode_t mode);

/* read of directories: -EISDIR. llseek of what has no size: SEEK_SET and SEEK_CUR. */
ssize_t generic_read_dir(struct file *file, char *buf, size_t count, loff_t *pos);
loff_t sizeless_llseek(struct file *file, loff_t offset, int whence);

/* Offer . and .. where ctx->pos says that they are due, moving pos to 2. True if there was room. */
bool dir_emit_dots(struct file *file, struct dir_context *ctx);

extern const struct file_operations simple_dir_operations; /* readdir from the dentry tree */

/* A 64-bit argument of a system call, which comes as two words. */
static inline loff_t loff(u32 lo, u32 hi)
{
	return (u64)hi << 32 | lo;
}

/* llseek for files with a size: everything up to MAX_LFS_FILESIZE is a position. */
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);

/* ---- ramfs: files that are nothing but their pages in the page cache, names that are nothing but dentries ---- */

/* tmpfs: the same with limits, whose objects can be sealed. */
extern struct file_system_type tmpfs_type;

/* A root directory for @sb; mode= among the @options is its mode. 0, -ENOMEM or -EINVAL. */
int ramfs_fill_super(struct super_block *sb, char *options);

/* Register ramfs and tmpfs, and mount the root. */
void ramfs_init(void);

/* ---- device numbers and who serves them ---- */

/*
 * Nodes of type @type (S_IFCHR, S_IFBLK) and number @dev are opened with @fops and file->private_data
 * @private. 0 or -ENOMEM. For good.
 */
int register_device(umode_t type, dev_t dev, const struct file_operations *fops, void *private);

/* Set operations and number of a device's inode; a socket is a name only. */
void init_special_inode(struct inode *inode, dev_t dev);

#endif
