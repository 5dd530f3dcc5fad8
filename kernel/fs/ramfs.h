/*
 * ramfs: files that are nothing but their pages in the page cache, names that are nothing but
 * dentries. Also serves as tmpfs.
 */
#ifndef KERNEL_FS_RAMFS_H
#define KERNEL_FS_RAMFS_H

#include "kernel/fs/inode.h"

extern struct file_system_type ramfs_type;

/* Files whose pages are their contents, wherever their names live: memfd, shared memory. */
extern const struct file_operations ramfs_file_operations;
extern const struct inode_operations ramfs_file_inode_operations;

/* Directories of the dentry tree in which files of every kind can be made. */
extern const struct inode_operations ramfs_dir_inode_operations;

/* A new inode of @sb of any type; NULL without memory. */
struct inode *ramfs_get_inode(struct super_block *sb, umode_t mode, dev_t dev);

void ramfs_init(void);

#endif
