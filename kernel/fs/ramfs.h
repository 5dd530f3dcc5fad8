/*
 * ramfs: files that are nothing but their pages in the page cache, names that are nothing but dentries.
 * Also serves as tmpfs.
 */
#ifndef KERNEL_FS_RAMFS_H
#define KERNEL_FS_RAMFS_H

struct file_system_type;
struct super_block;

/* tmpfs: the same with limits, whose objects can be sealed. */
extern struct file_system_type tmpfs_type;

/* A root directory for @sb; mode= among the @options is its mode. 0, -ENOMEM or -EINVAL. */
int ramfs_fill_super(struct super_block *sb, char *options);

/* Register ramfs and tmpfs, and mount the root. */
void ramfs_init(void);

#endif
