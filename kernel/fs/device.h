/*
 * Device numbers and who serves them.
 */
#ifndef KERNEL_FS_DEVICE_H
#define KERNEL_FS_DEVICE_H

#include "kernel/fs/file.h"
#include "kernel/fs/stat.h"

/*
 * Nodes of type @type (S_IFCHR, S_IFBLK) and number @dev are opened with @fops and file->private_data
 * @private. 0 or -ENOMEM. For good.
 */
int register_device(umode_t type, dev_t dev, const struct file_operations *fops, void *private);

/* Set operations and number of a device's inode; a socket is a name only. */
void init_special_inode(struct inode *inode, dev_t dev);

#endif
