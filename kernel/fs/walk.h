/*
 * The path walk in pieces, for the calls that need to stop before its end: open with O_CREAT,
 * mkdir, rename.
 */
#ifndef KERNEL_FS_WALK_H
#define KERNEL_FS_WALK_H

#include "kernel/fs/path.h"
#include "kernel/fs/stat.h"
#include "kernel/lib/types.h"

struct dentry;

struct nameidata {
	struct dentry *dentry; /* where the walk is, with a reference */
	char *buf;             /* PATH_MAX bytes that hold the path; changed by links */
	const char *rest;      /* of the path, inside buf */
	struct path_part last; /* after walk_parent: the last component, still to be walked */
	int links;             /* followed so far */
	bool jumped; /* the last link followed was one of those that lead straight to an object */
};

/* Begin at @dfd, or where @name says. 0, -EBADF, -ENOTDIR. Then walk_end() is due. */
int walk_init(struct nameidata *nd, int dfd, char *name);

/* Walk all but the last component: nd->dentry is its directory, nd->last the component. 0 or
 * -errno. */
int walk_parent(struct nameidata *nd);

/* Walk the last one (LOOKUP_ flags), which walk_parent found. 0 or -errno. */
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

#endif
