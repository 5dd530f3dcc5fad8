/*
 * /dev is an instance of the in-memory file system that the kernel mounts itself and fills.
 */
#include "kernel/fs/devfs.h"

#include "kernel/fs/dentry.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/inode.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printf.h"

static struct file_system_type devfs_type = {
	.name = "devtmpfs",
	.fs_magic = TMPFS_MAGIC,
	.fill_super = ramfs_fill_super,
};

int devfs_create(const char *name, umode_t mode, dev_t dev, const struct file_operations *fops,
		 void *private)
{
	char path[32];
	int err;

	snprintf(path, sizeof(path), "/dev/%s", name);
	err = WITH_NAME(path, do_mknodat(AT_FDCWD, name, mode, dev));
	return err ? err : register_device(mode & S_IFMT, dev, fops, private);
}

static void devfs_symlink(const char *path, const char *target)
{
	BUG_ON(WITH_NAME(path, do_symlinkat(target, AT_FDCWD, name)));
}

void devfs_mount(const char *path, struct file_system_type *type, const char *devname)
{
	struct dentry *dir;

	BUG_ON(WITH_NAME(path, do_mkdirat(AT_FDCWD, name, 0755)));
	dir = kern_path(path, 0);
	BUG_ON(IS_ERR(dir) || do_mount(type, devname, dir, NULL));
	dput(dir);
}

void devfs_init(void)
{
	devfs_mount("/dev", &devfs_type, "devtmpfs");
	devfs_mount("/dev/shm", &tmpfs_type, "tmpfs");
	devfs_symlink("/dev/fd", "/proc/self/fd");
	devfs_symlink("/dev/stdin", "/proc/self/fd/0");
	devfs_symlink("/dev/stdout", "/proc/self/fd/1");
	devfs_symlink("/dev/stderr", "/proc/self/fd/2");
}
