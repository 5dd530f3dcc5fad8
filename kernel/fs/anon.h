/*
 * Open files that no directory knows.
 */
#ifndef KERNEL_FS_ANON_H
#define KERNEL_FS_ANON_H

#include "kernel/fs/file.h"
#include "kernel/fs/stat.h"

struct dentry;
struct inode;
struct super_block;

/* The instance that such inodes belong to. */
struct super_block *anon_sb(void);

/* The name @name, in no directory, of @inode, whose reference it takes over. NULL without memory. */
struct dentry *anon_dentry_for(struct inode *inode, const char *name);

/*
 * An inode of type and rights @mode with a name that is in no directory: "@kind:[number]", or @kind
 * itself where it holds a colon or a slash. NULL without memory.
 */
struct dentry *anon_dentry(const char *kind, umode_t mode);

/*
 * A new file object that no path names: inode and dentry "anon:[@name]" of its own, not in any
 * directory.
 * @fops, @private as given; ERR_PTR on failure.
 */
struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *private,
				unsigned int flags);
void anon_init(void);

#endif
