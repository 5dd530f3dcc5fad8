/*
 * Inodes that are no files of their own: devices, found by number, and FIFOs.
 */
#include "kernel/fs/device.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/pipe.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/list.h"
#include "mm/slab.h"

/* One registered device. */
struct device {
	struct list_head list;
	umode_t type; /* S_IFCHR or S_IFBLK */
	dev_t dev;
	const struct file_operations *fops;
	void *private;
};

static LIST_HEAD(devices); /* only grows, at boot */

static struct device *find_device(umode_t type, dev_t dev)
{
	struct device *d;

	list_for_each_entry(d, &devices, list)
		if (d->type == type && d->dev == dev)
			return d;
	return NULL;
}

static int chrdev_open(struct inode *inode, struct file *file)
{
	struct device *d = find_device(inode->i_mode & S_IFMT, inode->i_rdev);

	if (!d)
		return -ENXIO;
	file->f_op = d->fops;
	file->private_data = d->private;
	return d->fops->open ? d->fops->open(inode, file) : 0;
}

static const struct file_operations def_chr_fops = { .open = chrdev_open };

int register_device(umode_t type, dev_t dev, const struct file_operations *fops, void *private)
{
	struct device *d = kmalloc(sizeof(*d), GFP_KERNEL);

	if (!d)
		return -ENOMEM;
	*d = (struct device){ .type = type, .dev = dev, .fops = fops, .private = private };
	list_add_tail(&d->list, &devices);
	return 0;
}

void init_special_inode(struct inode *inode, umode_t mode, dev_t dev)
{
	inode->i_mode = mode;
	if (S_ISCHR(mode) || S_ISBLK(mode)) {
		inode->i_fop = &def_chr_fops;
		inode->i_rdev = dev;
	} else if (S_ISFIFO(mode)) {
		inode->i_fop = &def_fifo_fops;
	}
}
