/*
 * /dev: drivers put their devices there, by name and number. A device node anywhere else (mknod)
 * finds its driver by the number.
 */
#ifndef KERNEL_FS_DEVFS_H
#define KERNEL_FS_DEVFS_H

#include "kernel/fs/file.h"
#include "kernel/fs/stat.h"

/*
 * Make /dev/@name ("fb0", "shm/x" with directories that exist) with type and rights @mode (S_IFCHR
 * | 0666) and number @dev, served by @fops. file->private_data is @private when fops->open is
 * called. Both must stay. 0, -EEXIST, -ENOMEM. May be called before /dev is mounted, once memory
 * works.
 */
int devfs_create(const char *name, umode_t mode, dev_t dev, const struct file_operations *fops,
		 void *private);
/* A directory, or a link, in /dev. */
int devfs_mkdir(const char *name, umode_t mode);
int devfs_symlink(const char *name, const char *target);

/* Register the file system, fill it with what needs no driver. */
void devfs_init(void);
/* Mount it on /dev of the root file system, making the directory if need be. 0 or -errno. */
int devfs_mount(void);

#endif
