/*
 * /dev: drivers put their devices there, by name and number. A device node anywhere else (mknod) finds
 * its driver by the number.
 */
#ifndef KERNEL_FS_DEVFS_H
#define KERNEL_FS_DEVFS_H

#include "kernel/fs/file.h"
#include "kernel/fs/stat.h"

struct file_system_type;

/*
 * Make /dev/@name with type and rights @mode (S_IFCHR | 0666) and number @dev, served by @fops.
 * file->private_data is @private when fops->open is called. Both must stay. 0, -EEXIST, -ENOMEM.
 */
int devfs_create(const char *name, umode_t mode, dev_t dev, const struct file_operations *fops,
		 void *private);

/* For boot: a new instance of @type on the new directory @path. */
void devfs_mount(const char *path, struct file_system_type *type, const char *devname);

/* Mount it, with what needs no driver. */
void devfs_init(void);

#endif
