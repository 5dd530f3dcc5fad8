/*
 * memfd_create(2): a file that has pages and a descriptor, but no place.
 */
#include "kernel/fs/anon.h"
#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/ramfs.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"
#include "mm/slab.h"
#include "mm/uaccess.h"

#define MFD_CLOEXEC       1u
#define MFD_ALLOW_SEALING 2u
#define MFD_NAME_MAX      249 /* so that "memfd:" and the name are a file name together */

static struct file *memfd_file(const char *name)
{
	struct inode *inode = ramfs_get_inode(anon_sb(), S_IFREG | 0777, 0);
	struct dentry *d;
	struct file *file;

	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->i_nlink = 0;
	d = anon_dentry_for(inode, name);
	if (!d)
		return ERR_PTR(-ENOMEM);
	file = alloc_file(d, FMODE_READ | FMODE_WRITE, O_RDWR | O_LARGEFILE, inode->i_fop);
	if (!IS_ERR(file))
		get_write_access(inode);
	dput(d);
	return file;
}

long sys_memfd_create(const char *user, unsigned int flags)
{
	struct file *file;
	char *name, *shown;
	long n, fd;

	if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING))
		return -EINVAL;
	name = kmalloc(2 * (MFD_NAME_MAX + 24), GFP_KERNEL);
	if (!name)
		return -ENOMEM;
	shown = name + MFD_NAME_MAX + 24;
	n = strncpy_from_user(name, user, MFD_NAME_MAX + 1);
	fd = n < 0              ? n
	     : n > MFD_NAME_MAX ? -EINVAL
				: get_unused_fd_flags(flags & MFD_CLOEXEC ? O_CLOEXEC : 0);
	if (fd >= 0) {
		snprintf(shown, MFD_NAME_MAX + 24, "/memfd:%s (deleted)", name);
		file = memfd_file(shown);
		if (IS_ERR(file)) {
			put_unused_fd(fd);
			fd = PTR_ERR(file);
		} else {
			fd_install(fd, file);
		}
	}
	kfree(name);
	return fd;
}
