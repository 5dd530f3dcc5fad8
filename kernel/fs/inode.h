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
struct pipe_inode_info;
struct statfs64;
struct super_block;

/* What a file system does with its inodes; an operation that is NULL is not allowed (EPERM). */
struct inode_operations {
	/*
	 * Directories whose names are not kept in the dentry tree (procfs): find @dentry's name and
	 * d_instantiate() it. 0 or -ENOENT.
	 */
	int (*lookup)(struct inode *dir, struct dentry *dentry);
	/* Make an inode of any type for the new @dentry. 0 or -errno. */
	int (*mknod)(struct inode *dir, struct dentry *dentry, umode_t mode, dev_t dev);
	int (*symlink)(struct inode *dir, struct dentry *dentry, const char *target);
	/* Names may be moved and removed here; the dentry tree does the rest. */
	bool may_change;
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
	char *i_link;                   /* text of a symbolic link; kmalloc'ed */
	struct pipe_inode_info *i_pipe; /* pipes and FIFOs */
	void *i_private;
	atomic_t i_writecount; /* > 0: open for writing so often; < 0: being executed */
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

/* Set mode, operations and number of a device, FIFO or socket inode. kernel/fs/special.c */
void init_special_inode(struct inode *inode, umode_t mode, dev_t dev);

/* May the caller use @inode so (R_OK, W_OK, X_OK)? Everybody is root: only X on a plain file can
 * fail. 0, -EACCES, -EROFS. */
int permission(struct inode *inode, int mask);

/* Set a regular file's size. 0, -EINVAL (not a regular file), -EISDIR, -EFBIG, -ETXTBSY... */
int do_truncate(struct inode *inode, loff_t size);

/* Exclude writers from a file that is being executed, and the reverse. 0 or -ETXTBSY. */
int deny_write_access(struct inode *inode);
void allow_write_access(struct inode *inode);
int get_write_access(struct inode *inode);
void put_write_access(struct inode *inode);

/* ---- file systems ---- */

#define MS_RDONLY     1ul
#define MS_NOSUID     2ul
#define MS_NODEV      4ul
#define MS_NOEXEC     8ul
#define MS_REMOUNT    32ul
#define MS_BIND       4096ul
#define MS_MOVE       8192ul
#define MS_UNBINDABLE (1ul << 17)
#define MS_PRIVATE    (1ul << 18)
#define MS_SLAVE      (1ul << 19)
#define MS_SHARED     (1ul << 20)

#define MNT_FORCE       1
#define MNT_DETACH      2
#define MNT_EXPIRE      4
#define UMOUNT_NOFOLLOW 8

#define RAMFS_MAGIC         0x858458f6
#define TMPFS_MAGIC         0x01021994
#define PROC_SUPER_MAGIC    0x9fa0
#define PIPEFS_MAGIC        0x50495045
#define ANON_INODE_FS_MAGIC 0x09041934

struct file_system_type {
	const char *name;
	unsigned int fs_magic;
	bool single;   /* one instance for everybody, made once */
	bool nomount;  /* only the kernel uses it */
	bool unpinned; /* names exist only while somebody holds them (procfs) */
	/* Give @sb its root (d_make_root). @options may be NULL. 0 or -errno. */
	int (*fill_super)(struct super_block *sb, const char *options);
	struct super_block *instance; /* of a single one */
	struct file_system_type *next;
};

/*
 * One mounted instance. It is mounted in one place at most, so a path is a dentry and needs no
 * mount beside it.
 */
struct super_block {
	struct file_system_type *s_type;
	struct dentry *s_root;
	struct dentry
		*s_covered; /* the directory it hides; NULL: not mounted, or the root of all */
	dev_t s_dev;
	unsigned long s_flags; /* MS_ */
	struct list_head s_list;
	char s_devname[32];
	void *s_fs_info;
};

void register_filesystem(struct file_system_type *type);

/* The type of that name that may be mounted, or NULL. */
struct file_system_type *get_fs_type(const char *name);

/* A new instance, mounted nowhere; ERR_PTR. And the end of one, with all its names. */
struct super_block *new_super(struct file_system_type *type, const char *options);
void kill_super(struct super_block *sb);

/* An instance that only the kernel uses (pipes), or the root. ERR_PTR on failure. */
struct super_block *kern_mount(struct file_system_type *type);

/*
 * mount(2) and umount2(2). Errors are Linux's: ENODEV for an unknown type, EBUSY where
 * something is mounted already or still used, EINVAL, ENOTDIR, ENOENT. do_umount consumes the
 * reference.
 */
int do_mount(const char *devname, struct dentry *dir, const char *type, unsigned long flags,
	     const char *options);
int do_umount(struct dentry *root);

/* Make @sb the root of the name space and the first task's root and working directory. */
void set_root_super(struct super_block *sb);

struct seq_file;
int show_mounts(struct seq_file *m, void *data);      /* /proc/mounts */
int show_filesystems(struct seq_file *m, void *data); /* /proc/filesystems */

/* ---- the in-memory tree: what ramfs and devfs share ---- */

extern const struct file_operations simple_dir_operations; /* readdir from the dentry tree */

/* llseek for files with a size: everything up to MAX_FILE_SIZE is a position. */
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);

/* read(2) of @available bytes at @from to user memory: what fixed buffers need. Count or -EFAULT.
 */
ssize_t simple_read_from_buffer(char *to, size_t count, loff_t *pos, const void *from,
				size_t available);

#endif
