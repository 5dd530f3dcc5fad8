/*
 * From a path to what it names. One walk serves everybody; callers differ in where they stop.
 */
#ifndef KERNEL_FS_NAMEI_H
#define KERNEL_FS_NAMEI_H

#include "kernel/fs/path.h"
#include "kernel/fs/stat.h"
#include "kernel/lib/types.h"

struct dentry;
struct file;
struct inode;

/* How to walk. */
#define LOOKUP_FOLLOW    1 /* a link in the last component is followed */
#define LOOKUP_DIRECTORY 2 /* the result must be a directory */
#define LOOKUP_EMPTY     4 /* an empty path means the starting point itself */
#define LOOKUP_KERNEL    8 /* the path is a string of the kernel's own */

/*
 * Copy a path from user space, or with LOOKUP_KERNEL from the kernel. Returns a buffer of PATH_MAX bytes for putname(), or ERR_PTR:
 * -EFAULT, -ENOENT (empty, unless LOOKUP_EMPTY in @flags), -ENAMETOOLONG, -ENOMEM.
 */
char *getname(const char *path, unsigned int flags);
void putname(char *name);

/* Value of @call, which may use up the path copied from kernel or user space by the name name. */
#define WITH_NAME(path, call)      __WITH_NAME(getname(path, LOOKUP_KERNEL), call)
#define WITH_USER_NAME(path, call) __WITH_NAME(getname(path, 0), call)
#define __WITH_NAME(get, call)                                      \
	({                                                          \
		char *name = (get);                                 \
		long __err = IS_ERR(name) ? PTR_ERR(name) : (call); \
		if (!IS_ERR(name))                                  \
			putname(name);                              \
		__err;                                              \
	})

/* ---- the walk in pieces, for calls that need to stop before its end: open with O_CREAT, mkdir, rename ---- */

struct nameidata {
	struct dentry *dentry; /* where the walk is, with a reference */
	char *buf;             /* PATH_MAX bytes that hold the path; changed by links */
	const char *rest;      /* of the path, inside buf */
	struct path_part last; /* after walk_begin: the last component, still to be walked */
	int links;             /* followed so far */
	bool jumped; /* the last link followed was one of those that lead straight to an object */
};

/* Walk from @dfd, or where @name says, all but the last component: nd->dentry is its directory, nd->last the component. 0,
 * and walk_end() is due, or -errno. */
int walk_begin(struct nameidata *nd, int dfd, char *name);

/* Walk the last one (LOOKUP_ flags), which walk_begin found. 0 or -errno. */
int walk_last(struct nameidata *nd, unsigned int flags);

void walk_end(struct nameidata *nd);

/* The child @name of @dir with a reference; mounts and links are not followed. ERR_PTR(-ENOENT)...
 */
struct dentry *lookup_one(struct dentry *dir, const char *name, size_t len);

/*
 * Make the name @name in @dir, where it is not, with an inode of its own: *made, with a reference. @mode
 * has its type, @target is what a symbolic link says. namespace_mutex held. 0 or -errno.
 */
int vfs_make(struct dentry *dir, const struct path_part *name, umode_t mode, dev_t dev,
	     const char *target, struct dentry **made);

void namei_init(void);

/* ---- whole walks ---- */

/*
 * The dentry (with a reference) that user path @path names, seen from directory descriptor @dfd or
 * AT_FDCWD. ERR_PTR: what path_resolution(7) says. Sleeps.
 */
struct dentry *user_path_at(int dfd, const char *path, unsigned int flags);

/* Value of @call, which may use the inode of that dentry by the name inode. */
#define WITH_INODE_AT(dfd, path, flags, call)                            \
	({                                                               \
		struct dentry *__d = user_path_at(dfd, path, flags);     \
		struct inode *inode = IS_ERR(__d) ? NULL : __d->d_inode; \
		long __err = inode ? (call) : PTR_ERR(__d);              \
		if (inode)                                               \
			dput(__d);                                       \
		__err;                                                   \
	})

/* The same for a kernel string, from the task's working directory. */
struct dentry *kern_path(const char *path, unsigned int flags);

/*
 * open(2) by a kernel string: a new struct file with one reference or ERR_PTR. @flags O_, @mode for
 * a file that is created (the umask is applied).
 */
struct file *do_filp_open(int dfd, char *name, int flags, umode_t mode);
/* The same for a dentry (which gets a reference more), as it is. */
struct file *dentry_open(struct dentry *dentry, int flags);
struct file *filp_open(const char *path, int flags, umode_t mode);

/* Open a file for execution: it must be a regular one with an x bit, and nobody may write to it
 * until it is closed. */
struct file *open_exec(const char *path);

/* Make things by kernel path, for the initial RAM file system and devfs. 0 or -errno. */
int do_mkdirat(int dfd, char *name, umode_t mode);
int do_mknodat(int dfd, char *name, umode_t mode, dev_t dev);
int do_symlinkat(const char *target, int dfd, char *name);
int do_unlinkat(int dfd, char *name);
int link_kernel(const char *old, char *name);

#endif
