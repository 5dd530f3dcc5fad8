/*
 * Devices, found by number.
 */
#include "kernel/fs/inode.h"
#include "kernel/fs/pipe.h"
#include "mm/slab.h"

struct device {
	struct device *next;
	umode_t type; /* S_IFCHR or S_IFBLK */
	dev_t dev;
	const struct file_operations *fops;
	void *private;
};

static struct device *devices; /* only grows */

static int device_open(struct inode *inode, struct file *file)
{
	struct device *d = devices;

	while (d && (d->type != (inode->i_mode & S_IFMT) || d->dev != inode->i_rdev))
		d = d->next;
	if (!d)
		return -ENXIO;
	file->f_op = d->fops;
	file->private_data = d->private;
	return d->fops->open ? d->fops->open(inode, file) : 0;
}

static const struct file_operations device_operations = { .open = device_open };

int register_device(umode_t type, dev_t dev, const struct file_operations *fops, void *private)
{
	struct device *d = kmalloc(sizeof(*d), GFP_KERNEL);

	if (!d)
		return -ENOMEM;
	*d = (struct device){ devices, type, dev, fops, private };
	devices = d;
	return 0;
}

void init_special_inode(struct inode *inode, dev_t dev)
{
	inode->i_rdev = dev;
	if (S_ISCHR(inode->i_mode) || S_ISBLK(inode->i_mode))
		inode->i_fop = &device_operations;
	else if (S_ISFIFO(inode->i_mode))
		inode->i_fop = &def_fifo_fops;
}
